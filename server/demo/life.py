"""A club lived month by month: who joins and leaves, who comes, what is done.

Rates follow the programme's notes on sample data (attendance, meetings, seasons, storms, the epidemic).
"""

import calendar
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from server.demo import money, setting
from server.demo.model import Life, Month, Recipient
from server.demo.people import FOUNDING_BOARD, Person, person, pick, uuid


def found(club: setting.Club, seed: str) -> Life:
    """A club on the day of its founding."""
    rng = Random(f"{seed}:{club.province.code}:{club.number}")  # noqa: S311 (sample data, no secret)
    mix = club.province.mix
    phase = "p1" if club.founded_on.year <= 2020 else "p2"
    size = round(min(max(rng.gauss(mix.size_mean, mix.size_spread), mix.size_range[0]), mix.size_range[1]))
    women = min(max(rng.betavariate(29.6, 15.2), 0.5), 0.85)
    day = club.founded_on
    members = [person(rng, mix, day.year, women, phase, day) for _ in range(size)]
    for role, one in zip((*FOUNDING_BOARD, *("member",) * rng.choice((0, 0, 0, 2))), members, strict=False):
        one.role = role
    if club.faults.member_twice:
        members[-1].full_name, members[-1].birth_year = members[7].full_name, members[7].birth_year
    fund = _first_fund(rng, club, phase)
    operating = rng.randrange(5, 31) * 100_000
    volunteers = rng.randrange(2, 5) if club.is_weak else rng.randrange(5, 11)
    return Life(
        club, rng, uuid(rng), members, fund, fund, operating, rng.choice((2000, 3000, 5000)), volunteers
    )


def _first_fund(rng: Random, club: setting.Club, phase: str) -> int:
    low, usual, high = club.province.fund
    if phase == "p2":
        amount = rng.uniform(20, 30) if rng.random() < 0.45 else rng.uniform(30, 50)
    else:
        amount = min(max(usual * rng.lognormvariate(0, 0.22), low), high)
    return round(amount * 2) * 500_000


def months(life: Life) -> Iterator[Month]:
    """The club's months from the one after its founding to the last of the sample data; a month that nobody
    reported is left out."""
    month = _next(life.club.founded_on.replace(day=1))
    while month <= setting.LAST_MONTH:
        if life.rng.random() >= (0.15 if life.club.is_weak else 0.03):
            yield _live(life, month)
        month = _next(month)


def sent_twice(life: Life, month: Month) -> None:
    """The form of a month went out a second time: whatever it changed has one version more, and the tablet fetches that
    before the next month."""
    life.version += 1
    for loan in (*(one.loan for one in month.payments), *month.written_off):
        loan.version += 1
    for gone, _, _ in month.left:
        gone.version += 1


def _next(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)


def _live(life: Life, month: date) -> Month:
    rng = life.rng
    reason = _why_not(life, month)
    held_on = None if reason else month.replace(day=min(28, 5 + life.club.number % 20))
    book_date = held_on or month.replace(day=calendar.monthrange(month.year, month.month)[1])
    on_list = len(life.current)
    joined = _join(life, book_date) if held_on else ()
    present = _present(life, month) if held_on else ()
    areas = frozenset(area for area in _areas(life) if held_on)
    payments = money.collect(life, month, book_date) if held_on else ()
    written_off = money.write_off(life, book_date) if held_on else ()
    loans = money.lend(life, book_date, sum(p.principal for p in payments)) if held_on else ()
    visits = _visit(life) if "a3" in areas else ()
    left = _leave(life, book_date, {loan.borrower.id for loan in life.loans}) if held_on else ()
    books = money.keep_books(life, loans, payments, written_off, bool(held_on))
    late = [loan for loan in life.loans if loan.outstanding and loan.due < book_date]
    life.version += 1
    return Month(
        month,
        held_on,
        reason,
        on_list,
        present,
        joined,
        left,
        loans,
        payments,
        written_off,
        (len(late), sum(loan.outstanding for loan in late)),
        visits,
        areas,
        books,
        pick(rng, {"xa": 70, "huyen": 20, "tinh": 10}) if held_on and rng.random() < 0.16 else None,
        book_date,
        life.version - 1,
        rng.randrange(1, 10) if rng.random() < 0.9 else rng.randrange(12, 40),
    )


def _why_not(life: Life, month: date) -> str | None:
    draw = life.rng.random()
    if month in setting.EPIDEMIC:
        return "epidemic" if draw < 0.88 else None
    if month.month == 2 and draw < 0.35:
        return "tet"
    if month.month in life.club.province.storms and draw < 0.12:
        return "flood_storm"
    if draw < (0.38 if life.club.is_weak else 0.05):
        return life.rng.choice(("harvest", "chair_absent", "no_place"))
    return None


def _present(life: Life, month: date) -> tuple[Person, ...]:
    mean = (
        0.78
        - 0.12 * (month.month in life.club.province.harvest)
        - 0.08 * (month.month in life.club.province.cold)
    )
    mean -= 0.12 * life.club.is_weak
    share = life.rng.betavariate(mean * 20, (1 - mean) * 20)
    return tuple(one for one in life.current if life.rng.random() < share)


def _areas(life: Life) -> list[str]:
    chance = 0.55 if life.club.is_weak else 0.94
    return [f"a{n}" for n in range(1, 9) if life.rng.random() < chance - 0.12 * (n in (5, 8))]


def _join(life: Life, day: date) -> tuple[Person, ...]:
    if len(life.current) >= 70 or life.rng.random() > 0.055 * len(life.members) / 30:
        return ()
    new = person(life.rng, life.club.province.mix, day.year, 0.66, life.phase, day)
    life.members.append(new)
    return (new,)


def _leave(life: Life, day: date, borrowers: set[str]) -> tuple[tuple[Person, str, date], ...]:
    gone = []
    for one in life.current:
        if (
            life.rng.random() < 0.035 / 12
            and one.id not in borrowers
            and one.role == "none"
            and one.joined_on < day
        ):
            one.left_on = day - timedelta(days=life.rng.randrange(0, 5))
            gone.append(
                (one, pick(life.rng, {"died": 43, "moved": 35, "resigned": 16, "ill": 6}), one.left_on)
            )
            one.version += 1
    return tuple(gone)


def _visit(life: Life) -> tuple[tuple[Recipient, bool, int], ...]:
    rng = life.rng
    if len(life.recipients) < 3 or (len(life.recipients) < 10 and rng.random() < 0.08):
        old = max(
            life.current, key=lambda one: (one.id not in {r.name for r in life.recipients}, rng.random())
        )
        guest = person(
            rng, life.club.province.mix, life.club.founded_on.year, 0.7, life.phase, life.club.founded_on
        )
        chosen = old if rng.random() < 0.6 else guest
        life.recipients.append(
            Recipient(
                uuid(rng), chosen.full_name, chosen.birth_year, chosen.sex, "yes" if chosen is old else "no"
            )
        )
    seen = []
    for recipient in life.recipients:
        seen.append((recipient, recipient.is_new, rng.randrange(6, 10)))
        recipient.is_new = False
    return tuple(seen)
