"""Somebody for whom another office vouches: known here by their verified address, or not let in."""

from datetime import datetime

from sqlalchemy.orm import Session

from server.errors import Problem
from server.services import audit, open_code
from server.services import user as users


class NotInvited(Problem):
    """The provider knows them, but there is no open account for them here; or it does not vouch for the address."""

    code = "403.1"
    message_vi = (
        "Tài khoản cơ quan này chưa được cấp quyền vào hệ thống, hoặc cơ quan chưa xác nhận địa chỉ thư của anh/chị. "
        "Xin quản trị viên mời đúng địa chỉ thư của tài khoản cơ quan."
    )
    message_en = (
        "This office account was not given access here, or the office has not verified its address. Please ask your "
        "administrator to invite the very address of your office account."
    )


def admit(session: Session, email: str, is_verified: bool, at: datetime) -> tuple[int, str]:
    """The account of a verified address, by actor and address. Whoever was invited has arrived by this: codes and the
    one-time password they had end.

    Nobody is added. Raises NotInvited.
    """
    user = users.find(session, email) if email and is_verified else None
    if user is None or user.disabled_at is not None:
        raise NotInvited
    if user.must_change_password:
        user.must_change_password, user.password_hash = False, users.unknown_password()
        open_code.end_all(session, user.actor_id, at)
        session.flush()
        audit.log(session, user.actor_id, "user.oidc.arrive", "actor", user.actor_id)
    return user.actor_id, user.email
