"""Addresses without a key, such as somebody types who was not given a code: what to do instead is said in words.

403 and not 401: there is no password a tablet could be asked for, and neither answer makes it delete anything.
"""

from flask import Blueprint, Response

from server import auth
from server.errors import Problem


class KeyMissing(Problem):
    """The address in the tablet's settings holds no key."""

    code = "403.1"
    message_vi = (
        "Địa chỉ máy chủ thiếu khóa của máy này. Xin quét mã QR do quản trị viên cấp, đừng gõ bằng tay."
    )
    message_en = "The server address holds no key. Please scan the administrator's QR code, do not type it."


ADDRESSES = ("/formList", "/submission")
"""The two that Collect makes itself, below whatever stands in its settings."""

bp = Blueprint("keyless", __name__)


@auth.rule(auth.PUBLIC)
def refuse(project_id: int = 0) -> Response:
    """Whatever is asked for or sent."""
    raise KeyMissing


for address in ADDRESSES:
    for base in ("", "/v1", "/v1/projects/<int:project_id>", "/v1/key"):
        bp.add_url_rule(f"{base}{address}", view_func=refuse, methods=["GET", "POST"])
