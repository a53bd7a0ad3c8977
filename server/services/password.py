"""Changing one's own password."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from server.clock import now
from server.errors import Problem
from server.models import User
from server.services import audit, open_code
from server.services import session as sessions
from server.services.user import HASHER

CHARACTERS = 10
MOST_CHARACTERS = 200
"""Longer ones only cost time to hash."""


class PasswordRefused(Problem):
    """Base of what is wrong with a new password."""

    code = "400.11"


class PasswordTooShort(PasswordRefused):
    """Fewer characters than asked for."""

    message_vi = "Mật khẩu mới phải có ít nhất {characters} ký tự."
    message_en = "The new password must have at least {characters} characters."


class PasswordTooLong(PasswordRefused):
    """More characters than anybody types."""

    message_vi = "Mật khẩu mới có nhiều nhất {characters} ký tự."
    message_en = "The new password may have at most {characters} characters."


class PasswordIsEmail(PasswordRefused):
    """The address itself is the first thing anybody would try."""

    message_vi = "Mật khẩu mới không được là địa chỉ e-mail của anh/chị."
    message_en = "The new password must not be your e-mail address."


class PasswordNotNew(PasswordRefused):
    """The old password again."""

    message_vi = "Mật khẩu mới phải khác mật khẩu đang dùng."
    message_en = "The new password must differ from the current one."


class PasswordsDiffer(PasswordRefused):
    """What was typed twice is not the same."""

    message_vi = "Hai lần nhập mật khẩu mới không giống nhau."
    message_en = "The two entries of the new password differ."


class CurrentPasswordWrong(PasswordRefused):
    """Whoever sits at a browser left open does not know it."""

    code = "403.1"
    message_vi = "Mật khẩu đang dùng không đúng."
    message_en = "The current password is wrong."


def verify(session: Session, email: str, current: str) -> None:
    """Raises CurrentPasswordWrong unless it is the account's password."""
    try:
        sessions.verify(session, email, current)
    except sessions.WrongPassword as error:
        raise CurrentPasswordWrong from error


def judge(email: str, current: str, new: str, again: str) -> None:
    """Say what is wrong with a new password, before the current one is looked at.

    Raises PasswordsDiffer, PasswordTooShort, PasswordTooLong, PasswordIsEmail, PasswordNotNew.
    """
    if new != again:
        raise PasswordsDiffer
    if len(new) < CHARACTERS:
        raise PasswordTooShort(characters=CHARACTERS)
    if len(new) > MOST_CHARACTERS:
        raise PasswordTooLong(characters=MOST_CHARACTERS)
    if new.strip().lower() in (email, email.partition("@")[0]):
        raise PasswordIsEmail
    if new == current:
        raise PasswordNotNew


def change(session: Session, actor_id: int, new: str) -> None:
    """Give somebody the password they chose; it is no longer a one-time password, and codes to choose one end."""
    open_code.end_all(session, actor_id, now())
    session.execute(
        update(User)
        .where(User.actor_id == actor_id)
        .values(password_hash=HASHER.hash(new), must_change_password=False)
    )
    audit.log(session, actor_id, "user.update", "actor", actor_id, {"password": "changed"})
