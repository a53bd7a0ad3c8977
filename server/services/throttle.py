"""Doors that slow down: wrong attempts are counted by account and by network address, each making the next wait longer.

An attempt is counted before it is judged, so that attempts at the same moment count too; success takes it back. What is
counted are hashes, in the database, so that several processes count together; rows live a day, their number is bounded.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from server import db
from server.clock import VIETNAM
from server.errors import Problem
from server.models import Throttle
from server.services import audit
from server.services import user as users

ACCOUNT_FREE, ADDRESS_FREE = 5, 30
"""Attempts after which each further one waits. A whole office shares one address."""
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 4, 8, 15, 30, 60))
KEPT = {"account": timedelta(hours=24), "address": timedelta(hours=1)}
"""After so long without an attempt all is forgotten."""
MOST_ROWS = 100_000
IPV6_BITS = 64
"""Of an IPv6 address what one household or office has to itself."""
TURN = 3_000_011


class TooManyAttempts(Problem):
    """The account was tried too often; it opens again by itself."""

    code = "429.1"
    message_vi = (
        "Đã nhập sai {failures} lần. Xin chờ {minutes} phút, đến {until}, rồi thử lại. Quên mật khẩu thì bấm “Quên mật "
        "khẩu?”; cần vào ngay thì nhờ quản trị viên mở khóa."
    )
    message_en = (
        "{failures} failed attempts. Please wait {minutes} minutes, until {until}, and try again. If you forgot the "
        "password, press “Forgot your password?”; an administrator can also unlock the account at once."
    )


class TooManyFromAddress(TooManyAttempts):
    """Too many attempts came from one network; the account itself may be fine."""

    message_vi = (
        "Từ mạng này đã có quá nhiều lần nhập sai. Xin chờ {minutes} phút, đến {until}, rồi thử lại, hoặc dùng mạng "
        "khác (ví dụ 4G của điện thoại)."
    )
    message_en = (
        "Too many failed attempts came from this network. Please wait {minutes} minutes, until {until}, or use another "
        "network, such as that of your telephone."
    )


@dataclass(frozen=True, slots=True)
class _Counted:
    key: str
    kind: str
    free: int
    refusal: type[TooManyAttempts]
    email: str = ""


def note(session: Session, email: str, address: str, at: datetime) -> None:
    """Count one attempt on an account, known or not, from an address ("" for none).

    email: "" counts the address alone. Raises TooManyAttempts, TooManyFromAddress, and then counts nothing.
    """
    db.take_turn(session, TURN)
    counted = [one for one in (_account(email), _address(address)) if one is not None]
    rows = {one.key: session.get(Throttle, one.key) for one in counted}
    for one in counted:
        row = rows[one.key]
        if row and row.blocked_until and row.blocked_until > at:
            raise one.refusal(failures=row.failures, **_until(row.blocked_until, at))
    for one in counted:
        _count(session, one, rows[one.key], at)
    session.flush()
    _forget(session, at)


def clear(session: Session, email: str, address: str = "") -> None:
    """Forget the attempts on an account, and take the last one of its address back: it was right."""
    account, there = _account(email), _address(address)
    if account is not None:
        session.execute(delete(Throttle).where(Throttle.key == account.key))
    row = session.get(Throttle, there.key, with_for_update=True) if there is not None else None
    if row is not None:
        row.failures, row.blocked_until = max(0, row.failures - 1), None
        session.flush()


def blocked_until(session: Session, email: str, at: datetime) -> datetime | None:
    """Until when an account waits; None: it does not."""
    account = _account(email)
    row = session.get(Throttle, account.key) if account is not None else None
    return row.blocked_until if row and row.blocked_until and row.blocked_until > at else None


def _count(session: Session, one: _Counted, row: Throttle | None, at: datetime) -> None:
    if row is None:
        row = Throttle(key=one.key, kind=one.kind, failures=0, last_at=at)
        session.add(row)
    if row.last_at < at - KEPT[one.kind]:
        row.failures = 0
    row.failures, row.last_at = row.failures + 1, at
    over = row.failures - one.free
    row.blocked_until = at + WAITS[min(over, len(WAITS) - 1)] if over >= 0 else None
    if one.kind == "account" and over in (0, one.free):
        owner = users.find(session, one.email)  # Whoever looks after them sees it on their page.
        kind, about = ("actor", owner.actor_id) if owner else ("account", one.key)
        audit.log(session, None, "user.session.lock", kind, about, {"failures": row.failures})


def _forget(session: Session, at: datetime) -> None:
    """Rows of a day ago go; of more than are allowed the oldest."""
    session.execute(delete(Throttle).where(Throttle.last_at < at - max(KEPT.values())))
    over = (session.scalar(select(func.count()).select_from(Throttle)) or 0) - MOST_ROWS
    if over > 0:
        oldest = select(Throttle.key).order_by(Throttle.last_at, Throttle.key).limit(over)
        session.execute(delete(Throttle).where(Throttle.key.in_(oldest)))


def _until(until: datetime, at: datetime) -> dict[str, object]:
    minutes = max(1, -(-int((until - at).total_seconds()) // 60))
    return {"minutes": minutes, "until": f"{until.astimezone(VIETNAM):%H:%M}"}


def digest(email: str) -> str:
    """What is known of an address that somebody tried: enough to count, not to read."""
    return hashlib.sha256(email.strip().lower().encode()).hexdigest()


def _account(email: str) -> _Counted | None:
    if not email.strip():
        return None
    return _Counted(digest(email), "account", ACCOUNT_FREE, TooManyAttempts, email)


def _address(address: str) -> _Counted | None:
    if not address:
        return None
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return None
    if isinstance(known, IPv6Address):
        known = known.ipv4_mapped or IPv6Address(int(known) >> (128 - IPV6_BITS) << (128 - IPV6_BITS))
    key = hashlib.sha256(f"address {known}".encode()).hexdigest()
    return _Counted(key, "address", ADDRESS_FREE, TooManyFromAddress)
