"""Doors that slow down: what is counted, how long one waits, what opens them again."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from server.models import Audit, Throttle
from server.services import throttle
from server.services.throttle import TooManyAttempts, TooManyFromAddress
from tests.builders_web import EMAIL, Browser, a_person

pytestmark = pytest.mark.database

NINE = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
"""9 o'clock in Vietnam."""


def fail(session, at: datetime, email: str = EMAIL, address: str = "") -> int:
    """Try wrongly as soon as one may; gives how many minutes the next attempt waits."""
    throttle.note(session, email, address, at)
    until = throttle.blocked_until(session, email, at)
    return int((until - at).total_seconds() // 60) if until else 0


def test_each_wrong_attempt_beyond_the_fourth_waits_longer_up_to_an_hour(session):
    at, waits = NINE, []
    for _ in range(13):
        waits.append(fail(session, at))
        at += timedelta(minutes=waits[-1])

    assert waits == [0, 0, 0, 0, 1, 2, 4, 8, 15, 30, 60, 60, 60]
    with pytest.raises(TooManyAttempts, match="Please wait 60 minutes, until 13:00"):
        throttle.note(session, " LAN@clb.example", "", at - timedelta(hours=1))
    with pytest.raises(TooManyAttempts, match="Please wait 1 minutes"):
        throttle.note(session, EMAIL, "", at - timedelta(seconds=1))


def test_a_day_without_an_attempt_or_the_right_password_forgets(session):
    for _ in range(5):
        fail(session, NINE)
    assert fail(session, NINE + timedelta(hours=24, minutes=1)) == 0

    for _ in range(4):
        fail(session, NINE + timedelta(hours=25))
    throttle.clear(session, EMAIL)
    assert fail(session, NINE + timedelta(hours=25)) == 0


def test_one_network_may_fail_with_thirty_accounts_before_it_waits(session):
    """As many as an office; what succeeded is not counted, and a home has 2^64 addresses of IPv6 but counts once."""
    for n in range(29):
        throttle.note(session, f"{n}@clb.example", f"2001:db8:1:2::{n}", NINE)
    throttle.clear(session, "28@clb.example", "2001:db8:1:2::28")
    throttle.note(session, "a@clb.example", "2001:db8:1:2::a", NINE)
    throttle.note(session, "b@clb.example", "2001:db8:1:2::b", NINE)

    with pytest.raises(TooManyFromAddress, match="another network"):
        throttle.note(session, "c@clb.example", "2001:db8:1:2:ffff::1", NINE)
    throttle.note(session, "c@clb.example", "2001:db8:1:3::1", NINE)
    throttle.note(session, "c@clb.example", "2001:db8:1:2::1", NINE + timedelta(minutes=62))


def test_rows_are_bounded_and_hold_no_address(session, monkeypatch):
    monkeypatch.setattr(throttle, "MOST_ROWS", 10)
    for n in range(30):
        throttle.note(session, f"{n}@clb.example", "", NINE + timedelta(seconds=n))

    held = session.scalars(select(Throttle.key)).all()
    assert sorted(held) == sorted(throttle.digest(f"{n}@clb.example") for n in range(20, 30))
    throttle.note(session, EMAIL, "", NINE + timedelta(hours=25))
    assert session.scalar(select(func.count()).select_from(Throttle)) == 1


def test_of_twenty_attempts_at_the_same_moment_five_are_judged(database):
    def attempt(_: int) -> bool:
        try:
            with database.transaction() as session:
                throttle.note(session, EMAIL, "203.0.113.7", NINE)
        except TooManyAttempts:
            return False
        return True

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(attempt, range(20))) == 5


def test_whoever_looks_after_somebody_sees_the_lock_and_opens_it(app, database, session):
    lan = a_person(database)
    a_person(database, email="boss@clb.example")
    locked, boss = Browser(app), Browser(app)
    for _ in range(5):
        locked.sign_in(password="sai")
    assert locked.sign_in().status_code == 429
    boss.sign_in("boss@clb.example")

    page = boss.get(f"/people/{lan}").text
    assert "tài khoản phải chờ đến" in page
    assert "Tạm khóa vì nhập sai nhiều lần" in page
    assert boss.post(f"/people/{lan}/unlock").location == f"/people/{lan}?done=unlocked"
    assert "may try again at once" in boss.get(f"/people/{lan}?done=unlocked&lang=en").text

    assert locked.sign_in().status_code == 303
    acts = session.scalars(
        select(Audit.action).where(Audit.action.like("user.session.%lock")).order_by(Audit.id)
    )
    assert acts.all() == ["user.session.lock", "user.session.unlock"]
