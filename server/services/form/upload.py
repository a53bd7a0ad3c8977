"""Workbooks that were uploaded to be checked: kept for a day, apart from all that is published, under a secret name."""

import re
import secrets
from datetime import datetime, timedelta
from pathlib import Path

from forms import gate
from server.errors import Problem

KEPT = timedelta(days=1)
TOKEN_BYTES = 24
TOKEN = re.compile(r"[\w-]{32}")
SUFFIX = ".xlsx"


class UploadGone(Problem):
    """No such upload, or it is older than a day."""

    code = "404.1"
    message_vi = "Tệp đã tải lên không còn trên máy chủ (chỉ giữ một ngày). Xin tải tệp lên lại."
    message_en = (
        "The uploaded file is no longer on the server (it is kept for a day). Please upload it again."
    )


def keep(folder: Path, workbook: bytes, at: datetime) -> str:
    """Keep a workbook, and give the word it is found by. Those older than a day go.

    Raises FormRejected for a file that is no workbook, or one that could harm; nothing is kept then.
    """
    gate.check(workbook)
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob(f"*{SUFFIX}"):
        if path.stat().st_mtime < (at - KEPT).timestamp():
            path.unlink(missing_ok=True)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    (folder / f"{token}{SUFFIX}").write_bytes(workbook)
    return token


def read(folder: Path, token: str) -> bytes:
    """The workbook. Raises UploadGone."""
    path = folder / f"{token}{SUFFIX}"
    if not TOKEN.fullmatch(token) or not path.is_file():
        raise UploadGone
    return path.read_bytes()
