"""Which activity areas a club carries out and whether it is well managed: the rule behind D04–D07 and the grades.

Source: operational rule for “thực hiện đủ các hoạt động và được quản lý tốt”. No official text of a score was found;
every minimum is a rule of the phase, so that another practice needs no change here. The window is the last so many full
months (rule window_months), the same for each length of period.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from reports.facts import Activity, Club, Meeting
from reports.indicators import club as one
from reports.indicators.base import Context
from reports.period import add_months, end_of_month

AREAS = ("a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8")
MANDATORY = ("m1", "m2", "m3", "m4")
OPTIONAL = ("m5", "m6", "m7", "m8", "m9")
NOT_YET, UNKNOWN = "not_yet", "unknown"


@dataclass(frozen=True, slots=True)
class Grade:
    """A club's result.

    grade: very_strong, strong, average, weak; not_yet (younger than the window); unknown (no report in it).
    failing: items not reached, a1 … m9; empty for the last two.
    """

    grade: str
    failing: tuple[str, ...] = ()
    areas: int = 0
    well_managed: bool = False

    @property
    def is_assessed(self) -> bool:
        """Whether it counts in the denominators of D04–D07."""
        return self.grade not in (NOT_YET, UNKNOWN)

    @property
    def full(self) -> bool:
        """All eight areas (D05)."""
        return self.is_assessed and self.areas == len(AREAS)

    @property
    def full_and_well(self) -> bool:
        """All eight areas and well managed (D07)."""
        return self.full and self.well_managed


class Window:
    """What one club reported in the window that ends on the context's day. Rules missing raise MissingRule."""

    def __init__(self, ctx: Context, club: Club) -> None:
        self.ctx, self.club = ctx, club
        months = one.full_months(ctx.day, ctx.phase.whole("window_months"))
        self.first, self.last = months[0], end_of_month(months[-1])
        self.reports = one.reports_in(ctx.data, club, self.first, self.last)
        self.held = [m for m in self.reports if m.held]

    def months_with(self, done: Callable[[Activity], object]) -> int:
        """Months in whose report the activities show it."""
        return sum(m.activity is not None and bool(done(m.activity)) for m in self.reports)

    def back(self, rule: str) -> date:
        """First day of the last so many full months, as a rule counts them."""
        return add_months(self.last.replace(day=1), 1 - self.ctx.phase.whole(rule))

    @cached_property
    def members(self) -> int:
        """Members on the last day."""
        return len(one.members(self.ctx.data, self.club, self.last))


def assess(ctx: Context, club: Club) -> Grade:
    """Grade one club on the context's day by the report's phase; worked out once for each dataset."""
    key = ("grade", club.id, ctx.day, ctx.phase.code)
    return ctx.data.remember(key, lambda: _assess(ctx, club))


def _assess(ctx: Context, club: Club) -> Grade:
    window = Window(ctx, club)
    if club.founding_date > window.first:
        return Grade(NOT_YET)
    if not window.reports:
        return Grade(UNKNOWN)
    failing = tuple(item for item, passes in CHECKS.items() if not passes(window))
    areas = len(AREAS) - sum(a in failing for a in AREAS)
    reached = sum(m not in failing for m in OPTIONAL)
    managed = not any(m in failing for m in MANDATORY) and reached >= ctx.phase.whole("optional_min")
    return Grade(_grade(ctx, failing, areas, managed), failing, areas, managed)


def _grade(ctx: Context, failing: tuple[str, ...], areas: int, managed: bool) -> str:
    if not failing:
        return "very_strong"
    if areas == len(AREAS) and managed:
        return "strong"
    return "average" if areas >= ctx.phase.whole("average_min_areas") and "m1" not in failing else "weak"


def _a1(w: Window) -> bool:
    """Loans: some disbursed in the window, or a good part of the fund lent; and talks on production."""
    rules = w.ctx.phase
    given = sum(w.first <= loan.disbursed_on <= w.last for loan in w.ctx.data.loans_of(w.club.id))
    book = one.last_book(w.ctx.data, w.club, w.last)
    lent = bool(
        book
        and book.closing
        and (book.close_loans or 0) * 100 >= rules.low("a1_min_outstanding_share") * book.closing
    )
    talks = w.months_with(lambda a: a.done.get("a1") and a.a1_topic.strip())
    return (given >= rules.low("a1_min_loans") or lent) and talks >= rules.low("a1_min_talks")


def _a2(w: Window) -> bool:
    """Weight or blood pressure taken at meetings; members seen by a clinic within a longer window."""
    rules = w.ctx.phase
    measured = sum(
        bool(m.activity and ((m.activity.n_bp or 0) or (m.activity.n_weight or 0))) for m in w.held
    )
    year = one.reports_in(w.ctx.data, w.club, w.back("a2_clinic_months"), w.last)
    checks = sum(bool(m.activity and m.activity.n_clinic_check) for m in year)
    return measured >= rules.low("a2_min_meetings") and checks >= rules.low("a2_min_clinic_checks")


def _a3(w: Window) -> bool:
    """Volunteers by the last report that tells, and months in which somebody was visited."""
    told = [m.activity.n_care_vol for m in w.reports if m.activity and m.activity.n_care_vol is not None]
    volunteers = told[-1] if told else 0
    visited = w.months_with(lambda a: a.n_recipients and a.n_visits)
    rules = w.ctx.phase
    return volunteers >= rules.low("a3_min_volunteers") and visited >= rules.low("a3_min_months")


def _a4(w: Window) -> bool:
    """Months in which somebody in sudden difficulty was helped, and works for the community over the window."""
    helped = w.months_with(lambda a: a.n_sudden_help)
    works = sum((m.activity.n_community or 0) for m in w.reports if m.activity)
    return helped >= w.ctx.phase.low("a4_min_months") and works >= w.ctx.phase.low("a4_min_community")


def _a5(w: Window) -> bool:
    """Months with a topic on rights or somebody counselled."""
    return w.months_with(lambda a: a.a5_topics or a.n_counselled) >= w.ctx.phase.low("a5_min_months")


def _a6(w: Window) -> bool:
    """Meetings with a talk."""
    talks = sum(bool(m.activity and m.activity.done.get("a6") and m.activity.a6_topics) for m in w.held)
    return talks >= w.ctx.phase.low("a6_min_meetings")


def _a7(w: Window) -> bool:
    """Months with arts, a visit, a birthday or an exchange."""
    months = w.months_with(lambda a: a.a7_kinds or a.n_sick_visits or a.n_birthdays)
    return months >= w.ctx.phase.low("a7_min_months")


def _a8(w: Window) -> bool:
    """Months with anything mobilised: money, goods or days of work."""
    return w.months_with(lambda a: a.mob_cash or a.mob_kind_value or a.mob_days) >= w.ctx.phase.low(
        "a8_min_months"
    )


def _m1(w: Window) -> bool:
    """Monthly meetings held."""
    return len(w.held) >= w.ctx.phase.low("m1_min_meetings")


def _m2(w: Window) -> bool:
    """Both books balance at the last count: no difference, or a small one that is explained. No count fails."""
    found = one.last_difference(w.ctx.data, w.club, w.first, w.last)
    if found is None:
        return False
    meeting = found[0]
    income, operating = meeting.income, meeting.operating
    allowed = w.ctx.phase.high("m2_max_difference_share")

    def balances(difference: int | None, reason: str, book: int | None) -> bool:
        if difference is None:
            return False
        return difference == 0 or bool(reason.strip() and book and abs(difference) * 100 <= allowed * book)

    return bool(
        income
        and operating
        and balances(income.difference, income.difference_reason, income.close_cash)
        and balances(operating.difference, operating.difference_reason, operating.closing)
    )


def _m3(w: Window) -> bool:
    """Overdue within its limit of what is outstanding; nothing outstanding passes. No book fails."""
    lent = one.outstanding(w.ctx.data, w.club, w.last)
    if lent is None:
        return False
    late = one.overdue(w.ctx.data, w.club, w.last).amount
    return late * 100 <= w.ctx.phase.high("m3_max_overdue_share") * lent


def _m4(w: Window) -> bool:
    """A board large enough, with a chair, a secretary, and an accountant or treasurer."""
    seats = [s for s in w.club.board if s.held_on(w.last)]
    roles = {s.role for s in seats}
    filled = {"chair", "secretary"} <= roles and bool(roles & {"accountant", "treasurer"})
    return filled and len({s.member_id for s in seats}) >= w.ctx.phase.low("m4_min_board")


def _m5(w: Window) -> bool:
    """Attendance over the meetings held, persons present over persons on the list."""
    present, on_list = attendance(w.held)
    return on_list > 0 and present * 100 >= w.ctx.phase.low("m5_min_attendance") * on_list


def _m6(w: Window) -> bool:
    """Charter adopted and a plan written down in the last report of the window."""
    return bool(w.club.charter_adopted and w.reports and w.reports[-1].has_plan)


def _m7(w: Window) -> bool:
    """Reports received by the due day of the month after."""
    day = w.ctx.phase.whole("m7_due_day")
    return sum(is_on_time(m, day) for m in w.reports) >= w.ctx.phase.low("m7_min_reports")


def _m8(w: Window) -> bool:
    """Supervised or trained within its own window."""
    first, data = w.back("m8_months"), w.ctx.data
    return one.was_supervised(data, w.club, first, w.last) or one.was_trained(data, w.club, first, w.last)


def _m9(w: Window) -> bool:
    """Share of members on the list who borrowed since the phase began."""
    since = w.ctx.phase.valid_from
    given = one.borrowers(w.ctx.data, w.club, since, w.last)
    return w.members > 0 and given * 100 >= w.ctx.phase.low("m9_min_borrowers") * w.members


CHECKS: dict[str, Callable[[Window], bool]] = {
    "a1": _a1,
    "a2": _a2,
    "a3": _a3,
    "a4": _a4,
    "a5": _a5,
    "a6": _a6,
    "a7": _a7,
    "a8": _a8,
    "m1": _m1,
    "m2": _m2,
    "m3": _m3,
    "m4": _m4,
    "m5": _m5,
    "m6": _m6,
    "m7": _m7,
    "m8": _m8,
    "m9": _m9,
}


def attendance(meetings: list[Meeting]) -> tuple[int, int]:
    """Persons present and persons on the list, summed over held meetings that tell both."""
    told = [(m.n_present, m.n_on_list) for m in meetings if m.held]
    pairs = [(p, n) for p, n in told if p is not None and n is not None]
    return sum(p for p, _ in pairs), sum(n for _, n in pairs)


def due_on(month: date, day: int) -> date:
    """The day by which the report of a month is due: that day of the month after."""
    return add_months(month, 1).replace(day=day)


def is_on_time(meeting: Meeting, day: int) -> bool:
    """Whether the report was received by its due day."""
    return meeting.received_on <= due_on(meeting.month, day)
