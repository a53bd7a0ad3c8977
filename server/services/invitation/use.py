"""Using a code: once, in its time, by somebody who is not shut out."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.errors import Problem
from server.models import Actor, Invitation, User
from server.services import audit, one_time, throttle
from server.services import password as passwords
from server.services import session as sessions


class InvitationOver(Problem):
    """The code is unknown, used, too old or replaced: which of them is not said."""

    code = "404.1"
    message_vi = (
        "Mã này không dùng được: đã dùng rồi, đã hết hạn, có mã mới hơn, hoặc gõ chưa đúng. Nếu vừa đặt xong mật khẩu, "
        "xin đăng nhập; nếu chưa, xin quản trị viên cấp mã mới."
    )
    message_en = (
        "This code does not work: it was used, is too old, was replaced, or was not typed as printed. If you have just "
        "chosen a password, please sign in; if not, please ask your administrator for a new code."
    )


@dataclass(frozen=True, slots=True)
class Opened:
    """Whom a code is for. is_new: they never had a password of their own."""

    invitation_id: int
    actor_id: int
    email: str
    name: str
    is_new: bool


def opened(session: Session, code: str, at: datetime) -> Opened:
    """Whom a code is for, which looking does not use up: mail servers look too. Raises InvitationOver."""
    row = session.execute(
        select(Invitation.id, User.actor_id, User.email, Actor.display_name, User.must_change_password)
        .join(User, User.actor_id == Invitation.actor_id)
        .join(Actor, Actor.id == User.actor_id)
        .where(Invitation.token_hash == one_time.hashed(one_time.plain(code)), Invitation.expires_at > at)
        .where(Invitation.used_at.is_(None), Invitation.ended_at.is_(None))
        .where(Actor.deleted_at.is_(None), User.disabled_at.is_(None))
    ).one_or_none()
    if row is None:
        raise InvitationOver
    return Opened(*row)


def use(session: Session, code: str, new: str, at: datetime) -> Opened:
    """Choose a password with a code: every session and every other code of that person ends.

    new: a password that was judged already. Raises InvitationOver, also for who comes second.
    """
    found = opened(session, code, at)
    taken = session.execute(
        update(Invitation)
        .where(
            Invitation.id == found.invitation_id, Invitation.used_at.is_(None), Invitation.ended_at.is_(None)
        )
        .values(used_at=at)
        .returning(Invitation.id)
    ).all()
    if not taken:
        raise InvitationOver
    passwords.change(session, found.actor_id, new)
    sessions.end_all(session, found.actor_id)
    throttle.clear(session, found.email)
    audit.log(session, found.actor_id, "user.invite.use", "actor", found.actor_id)
    return found
