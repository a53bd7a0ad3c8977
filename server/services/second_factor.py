"""The second factor: codes of an app on one's telephone (TOTP, RFC 6238), and codes on paper for when it is lost.

Nothing is kept while it is being set up: secret and codes follow from the random word of the page, so a page sent twice
leads to the same.
"""

import base64
import hashlib
import hmac
from collections.abc import Collection
from datetime import datetime

import pyotp
from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from server.errors import Problem
from server.models import Assignment, RecoveryCode, Role, User
from server.services import audit, one_time

ISSUER = "CLB"
STEP_SECONDS = 30
DRIFT = (0, -1, 1)
"""Steps by which the clock of a telephone may be off."""
DIGITS = 6
RECOVERY_CODES = 10
RECOVERY_LETTERS = 12
"""59 random bits: enough beside a password, and short enough to type."""


class WrongCode(Problem):
    """Not the code of this half minute, used already, or no code of the paper."""

    code = "403.1"
    message_vi = (
        "Mã không đúng hoặc đã dùng rồi. Xin chờ ứng dụng hiện mã mới rồi nhập lại; nếu vẫn sai, xin kiểm tra giờ trên "
        "điện thoại (đặt tự động), hoặc dùng một mã dự phòng."
    )
    message_en = (
        "The code is wrong or was used already. Please wait for the next one and try again; if that fails, set the "
        "telephone's clock to automatic, or use a recovery code."
    )


def secret(word: str) -> str:
    """The secret that the word of a page leads to, in base 32 as apps take it."""
    digest = hmac.digest(word.encode(), b"second factor", hashlib.sha256)
    return base64.b32encode(digest[:20]).decode()


def recovery_codes(word: str) -> list[str]:
    """The recovery codes that the word of a page leads to."""
    return [one_time.derived(word, f"recovery {n}", RECOVERY_LETTERS) for n in range(RECOVERY_CODES)]


def address(key: str, email: str) -> str:
    """What the QR code of an app says: whose secret it is, and of which server. key: the secret."""
    return pyotp.TOTP(key).provisioning_uri(name=email, issuer_name=ISSUER)


def is_on(session: Session, actor_id: int) -> bool:
    """Whether somebody has a second factor."""
    return session.scalar(select(User.totp_secret).where(User.actor_id == actor_id)) is not None


def is_required(session: Session, actor_id: int, roles: Collection[str]) -> bool:
    """Whether somebody holds a role that must have a second factor."""
    held = select(Assignment.id).join(Role).where(Assignment.actor_id == actor_id, Role.system.in_(roles))
    return bool(roles) and session.scalar(held.limit(1)) is not None


def is_owed(session: Session, actor_id: int, roles: Collection[str]) -> bool:
    """Whether somebody must have a second factor, and has none."""
    return is_required(session, actor_id, roles) and not is_on(session, actor_id)


def left(session: Session, actor_id: int) -> int:
    """How many recovery codes somebody has not used."""
    unused = RecoveryCode.used_at.is_(None)
    counted = select(func.count()).where(RecoveryCode.actor_id == actor_id, unused)
    return session.scalar(counted) or 0


def turn_on(session: Session, actor_id: int, word: str, typed: str, at: datetime) -> None:
    """Begin to ask for codes, once the first one shows that the app has the secret. The same page again changes
    nothing. Raises WrongCode."""
    user, key = session.get_one(User, actor_id, with_for_update=True), secret(word)
    if user.totp_secret == key:
        return
    step = _step(key, typed, at)
    if step is None:
        raise WrongCode
    user.totp_secret, user.totp_step = key, step
    _keep(session, actor_id, word)
    audit.log(session, actor_id, "user.factor.create", "actor", actor_id)


def renew_codes(session: Session, actor_id: int, word: str) -> None:
    """New recovery codes in the place of the old ones. The same page again changes nothing."""
    session.get_one(User, actor_id, with_for_update=True)
    first = one_time.hashed(recovery_codes(word)[0])
    if session.get(RecoveryCode, first) is None:
        _keep(session, actor_id, word)
        audit.log(session, actor_id, "user.factor.update", "actor", actor_id)


def turn_off(session: Session, actor_id: int, by: int) -> None:
    """Ask for codes no more, and forget secret and recovery codes."""
    user = session.get_one(User, actor_id, with_for_update=True)
    if user.totp_secret is not None:
        user.totp_secret = user.totp_step = None
        session.execute(delete(RecoveryCode).where(RecoveryCode.actor_id == actor_id))
        session.flush()
        audit.log(session, by, "user.factor.delete", "actor", actor_id)


def verify(session: Session, actor_id: int, typed: str, at: datetime) -> bool:
    """Take a code, which is used up by it. Whether it was a recovery code. Raises WrongCode."""
    written = one_time.plain(typed)
    if written.isdecimal() and len(written) == DIGITS:
        _use_step(session, actor_id, written, at)
        return False
    used = session.execute(
        update(RecoveryCode)
        .where(RecoveryCode.code_hash == one_time.hashed(written), RecoveryCode.actor_id == actor_id)
        .where(RecoveryCode.used_at.is_(None))
        .values(used_at=at)
        .returning(RecoveryCode.actor_id)
    ).all()
    if not used:
        raise WrongCode
    audit.log(session, actor_id, "user.factor.recover", "actor", actor_id)
    return True


def _use_step(session: Session, actor_id: int, typed: str, at: datetime) -> None:
    """Take the code of a step later than the last one taken: none is good twice, not even at the same moment."""
    key = session.scalar(select(User.totp_secret).where(User.actor_id == actor_id))
    step = _step(key, typed, at) if key else None
    taken = (
        step is not None
        and session.execute(
            update(User)
            .where(User.actor_id == actor_id, or_(User.totp_step.is_(None), User.totp_step < step))
            .values(totp_step=step)
            .returning(User.actor_id)
        ).all()
    )
    if not taken:
        raise WrongCode


def _step(key: str, typed: str, at: datetime) -> int | None:
    """The step whose code this is, now or a step off; None for none."""
    now, codes = int(at.timestamp()) // STEP_SECONDS, pyotp.HOTP(key)
    written = one_time.plain(typed).encode()
    for drift in DRIFT:
        if hmac.compare_digest(codes.at(now + drift).encode(), written):
            return now + drift
    return None


def _keep(session: Session, actor_id: int, word: str) -> None:
    session.execute(delete(RecoveryCode).where(RecoveryCode.actor_id == actor_id))
    session.add_all(
        RecoveryCode(code_hash=one_time.hashed(code), actor_id=actor_id) for code in recovery_codes(word)
    )
    session.flush()
