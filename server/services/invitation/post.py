"""Invitations by mail: those that wait, the mail of one with a code made for it alone, and what became of it.

The code stands in the mail and nowhere else; the database gets its hash before the mail goes out.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from server.clock import VIETNAM
from server.i18n import choose
from server.models import Actor, Invitation, User
from server.services import one_time

ATTEMPTS = 5
RETRY_AFTER = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail to be sent. to: an e-mail address."""

    actor_id: int
    to: str
    subject: str
    text: str
    language: str


def due(session: Session, at: datetime) -> list[int]:
    """Ids of the invitations whose mail should go out now."""
    waits = Invitation.sent_at.is_(None) & Invitation.ended_at.is_(None) & Invitation.used_at.is_(None)
    rested = or_(Invitation.tried_at.is_(None), Invitation.tried_at <= at - RETRY_AFTER)
    return list(
        session.scalars(
            select(Invitation.id)
            .join(Actor, Actor.id == Invitation.actor_id)
            .join(User, User.actor_id == Actor.id)
            .where(Invitation.channel == "mail", Invitation.attempts < ATTEMPTS, Invitation.expires_at > at)
            .where(waits, rested, Actor.deleted_at.is_(None), User.disabled_at.is_(None))
            .order_by(Invitation.id)
        )
    )


def begin(session: Session, invitation_id: int, at: datetime, base: str) -> Letter | None:
    """Take a mail upon oneself, with a new code. None when another worker has done so.

    base: address of the server, no slash at its end.
    """
    row = session.get_one(Invitation, invitation_id, with_for_update=True)
    if row.sent_at or row.ended_at or (row.tried_at and row.tried_at > at - RETRY_AFTER):
        return None
    code = one_time.random(one_time.MAIL_LETTERS)
    row.token_hash, row.attempts, row.tried_at = one_time.hashed(code), row.attempts + 1, at
    user, known = session.get_one(User, row.actor_id), session.get_one(Actor, row.actor_id)
    until = row.expires_at.astimezone(VIETNAM)
    subject, text = write(
        row.language,
        known.display_name,
        user.email,
        f"{base}/invitation/{code}",
        until,
        user.must_change_password,
    )
    return Letter(row.actor_id, user.email, subject, text, row.language)


def ended(session: Session, invitation_id: int, problem: str, at: datetime) -> None:
    """Write what became of a mail. problem: why it failed; empty when it is out."""
    row = session.get_one(Invitation, invitation_id)
    row.problem, row.sent_at = problem[:200], None if problem else at


def write(language: str, name: str, email: str, link: str, until: datetime, is_new: bool) -> tuple[str, str]:
    """Subject and text of a mail."""
    day = f"{until:%H:%M %d/%m/%Y}"
    if is_new:
        subject = choose(language, "CLB: mời anh/chị sử dụng hệ thống", "CLB: your invitation")
        why = choose(
            language,
            f"Anh/chị đã được cấp tài khoản {email} trên máy chủ số liệu Câu lạc bộ Liên thế hệ tự giúp nhau.\n"
            "Xin mở địa chỉ sau và đặt mật khẩu của mình:",
            f"You were given the account {email} on the server of the Intergenerational self-help clubs.\n"
            "Please open this address and choose a password:",
        )
    else:
        subject = choose(language, "CLB: đặt mật khẩu mới", "CLB: a new password")
        why = choose(
            language,
            f"Có người xin đặt lại mật khẩu của tài khoản {email}. Nếu là anh/chị, xin mở địa chỉ sau:",
            f"Somebody asked for a new password of the account {email}. If it was you, please open this address:",
        )
    end = choose(
        language,
        f"Địa chỉ này chỉ dùng được một lần, đến {day}. Đừng chuyển thư này cho ai.\n"
        "Nếu anh/chị không chờ thư này, xin bỏ qua: không có gì thay đổi.",
        f"It works once, until {day}. Do not pass this mail on.\n"
        "If you did not expect it, please ignore it: nothing changes.",
    )
    hello = choose(language, f"Kính gửi {name},", f"Dear {name},")
    return subject, f"{hello}\n\n{why}\n\n{link}\n\n{end}\n"
