"""Part VI: what the clubs did, month by month, and what members said of it.

Looks at the reports that clubs standing at the end sent for the months of the period.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date

from reports import privacy
from reports.facts import Activity, Club, Meeting
from reports.indicators import Context
from reports.indicators import club as one
from reports.period import end_of_month
from reports.province.activity_model import (
    Activities,
    AreaRow,
    AttendancePoint,
    Care,
    Check,
    Heat,
    HeatCell,
    HeatRow,
    Tally,
)
from reports.province.survey import survey

AREAS = ("a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8")
WIDEST = 20
"""Columns of the heat table at most; longer periods are shown by quarters, then by years."""
TALLIES: dict[str, tuple[tuple[str, Callable[[Activity], int | None]], ...]] = {
    "a1": (("production_talks", lambda a: int(bool(a.a1_topic.strip()))),),
    "a2": (
        ("bp", lambda a: a.n_bp),
        ("weight", lambda a: a.n_weight),
        ("clinic", lambda a: a.n_clinic_check),
    ),
    "a3": (("visits", lambda a: a.n_visits),),
    "a4": (("sudden_help", lambda a: a.n_sudden_help), ("community", lambda a: a.n_community)),
    "a5": (("counselled", lambda a: a.n_counselled), ("claims", lambda a: a.n_claims)),
    "a6": (("talks", lambda a: int(bool(a.a6_topics.strip()))),),
    "a7": (("sick_visits", lambda a: a.n_sick_visits), ("birthdays", lambda a: a.n_birthdays)),
    "a8": (
        ("cash", lambda a: a.mob_cash),
        ("kind", lambda a: a.mob_kind_value),
        ("days", lambda a: a.mob_days),
    ),
}
"""What table 4 sums up beside each area, from the answers of the monthly form."""


def activities(ctx: Context, order: Sequence[Club]) -> Activities:
    """The whole part. order: the clubs standing, as Phụ lục I lists them."""
    reports = [m for club in order for m in reports_of(ctx, club)]
    done = [m.activity for m in reports if m.activity]
    return Activities(
        clubs=len({m.club_id for m in reports}),
        areas=tuple(_area(code, reports) for code in AREAS) if reports else (),
        heat=heat(ctx, order),
        not_held=_most([m.not_held_reason or "" for m in reports if not m.held]),
        attendance=attendance(ctx, reports),
        care=care(reports),
        checks=_checks(done),
        clinic_checks=_sum(a.n_clinic_check for a in done),
        cash=_sum(a.mob_cash for a in done),
        kind_value=_sum(a.mob_kind_value for a in done),
        days=_sum(a.mob_days for a in done),
        sources=_sources(reports),
        survey=survey(ctx),
    )


def reports_of(ctx: Context, club: Club) -> list[Meeting]:
    """The club's reports for months of the period that are over by the report's day, oldest first."""

    def find() -> list[Meeting]:
        months = ctx.period.months
        found = one.reports_in(ctx.data, club, months[0], months[-1])
        return [m for m in found if end_of_month(m.month) <= ctx.day]

    return ctx.data.remember(("reports of", club.id, ctx.period, ctx.day), find)


def _sum(values: Iterable[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _most(codes: Iterable[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(Counter(codes).items(), key=lambda pair: (-pair[1], pair[0])))


def _area(code: str, reports: Sequence[Meeting]) -> AreaRow:
    done = [(m.club_id, m.activity) for m in reports if m.activity and m.activity.done.get(code)]
    tallies = tuple(Tally(key, _sum(take(a) for _, a in done)) for key, take in TALLIES[code])
    return AreaRow(code, len({club for club, _ in done}), len(done), tallies)


def _sources(reports: Sequence[Meeting]) -> tuple[tuple[str, int], ...]:
    named = {(m.club_id, code) for m in reports if m.activity for code in m.activity.mob_sources.split()}
    return _most(code for _, code in named)


def attendance(ctx: Context, reports: Sequence[Meeting]) -> tuple[AttendancePoint, ...]:
    """Persons present and on the list, summed over the meetings of each month of the period that is over."""
    present: Counter[date] = Counter()
    listed: Counter[date] = Counter()
    for m in reports:
        if m.held and m.n_present is not None and m.n_on_list is not None:
            present[m.month] += m.n_present
            listed[m.month] += m.n_on_list
    over = [month for month in ctx.period.months if end_of_month(month) <= ctx.day]
    return tuple(AttendancePoint(month, present[month], listed[month]) for month in over)


def care(reports: Sequence[Meeting]) -> Care | None:
    """Home care; None where no report tells of a visit or a volunteer.

    Visits are counted person by person where the report names them, else as it sums them up.
    """
    visited: set[str] = set()
    people: set[str] = set()
    visits = months = 0
    for report in reports:
        rows = [row for row in report.care if row.visits]
        summed = (report.activity.n_visits or 0) if report.activity else 0
        persons = (report.activity.n_recipients or 0) if report.activity else 0
        if rows or summed:
            visited.add(report.club_id)
        people.update(row.recipient_id for row in report.care if row.recipient_id)
        visits += sum(row.visits or 0 for row in rows) if rows else summed
        months += len(rows) if rows else persons
    told = ((m.club_id, m.activity.n_care_vol) for m in reports if m.activity)
    volunteers = {club_id: count for club_id, count in told if count is not None}
    if not visited and not any(volunteers.values()):
        return None
    return Care(
        clubs=len(visited),
        recipients=privacy.cell(len(people)) if people else None,
        visits=visits if visited else None,
        person_months=months,
        volunteers=sum(volunteers.values()) if volunteers else None,
        clubs_told=len(volunteers),
    )


def _checks(done: Sequence[Activity]) -> tuple[Check, ...]:
    """Blood pressure at 140/90 or above, BMI below 18.5 and of 23 or above, over the months that told both."""
    found = []
    for key, measured, out in (
        ("bp_high", "n_bp", "n_bp_high"),
        ("bmi_low", "n_weight", "n_bmi_low"),
        ("bmi_high", "n_weight", "n_bmi_high"),
    ):
        told = [
            (getattr(a, measured), getattr(a, out))
            for a in done
            if getattr(a, measured) and getattr(a, out) is not None
        ]
        if told:
            found.append(Check(key, sum(n for n, _ in told), sum(n for _, n in told)))
    return tuple(found)


def heat(ctx: Context, order: Sequence[Club]) -> Heat | None:
    """Chart 4: months, quarters or years by the length of the period; None without a club or a month that is over."""
    months = [m for m in ctx.period.months if end_of_month(m) <= ctx.day]
    if not months or not order:
        return None
    each = next((size for size in (1, 3) if _columns(months, size) <= (12 if size == 1 else WIDEST)), 12)
    columns = _cut(months, each)
    rows = tuple(
        HeatRow(number, club.name, _cells(ctx, club, columns)) for number, club in enumerate(order, start=1)
    )
    return Heat(each, tuple((c[0], c[-1]) for c in columns), rows)


def _columns(months: Sequence[date], size: int) -> int:
    return len(_cut(months, size))


def _cut(months: Sequence[date], size: int) -> list[list[date]]:
    """Months by calendar month, quarter or year."""
    columns: dict[tuple[int, int], list[date]] = {}
    for month in months:
        columns.setdefault((month.year, (month.month - 1) // size), []).append(month)
    return list(columns.values())


def _cells(ctx: Context, club: Club, columns: Sequence[Sequence[date]]) -> tuple[HeatCell, ...]:
    due = set(one.expected_months(club, ctx.period, ctx.day))
    reports = {m.month: m for m in reports_of(ctx, club)}
    return tuple(_cell([m for m in column if m in due or m in reports], reports) for column in columns)


def _cell(due: Sequence[date], reports: dict[date, Meeting]) -> HeatCell:
    if not due:
        return HeatCell("not_due")
    told = [reports[m] for m in due if m in reports]
    held = sum(m.held for m in told)
    reason = next((m.not_held_reason for m in reversed(told) if not m.held), None)
    if held == len(due):
        return HeatCell("held", held, len(due))
    if held:
        return HeatCell("part", held, len(due), reason)
    return HeatCell("not_held" if told else "silent", 0, len(due), reason)
