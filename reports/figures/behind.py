"""The rows of one club behind a figure: its members, months, loans, surveys or trainings, as a reader may see them.

Names and single loans are for readers at commune level. Above, people are shares, masked as on the figure's own page,
and loans are the sums in the club's books, for a few loans would tell of few borrowers. Answers of a survey are shown
to nobody.
"""

from dataclasses import dataclass, replace
from datetime import date

from reports.facts import Club, Loan, Meeting, Member, Training
from reports.figures.masks import club_shares
from reports.figures.model import Figure
from reports.indicators import Context, e
from reports.indicators import club as one
from reports.indicators.d.shared import last_year
from reports.privacy import Masked, Share
from reports.province.clubs import grade

MEMBERS, MONTHS, LOANS, SURVEYS, TRAININGS, FOUNDING = (
    "members",
    "months",
    "loans",
    "surveys",
    "trainings",
    "founding",
)
BY_CODE = {
    "A01": (FOUNDING,),
    "A02": (FOUNDING,),
    "A05": (FOUNDING,),
    "A06": (MEMBERS,),
    "A07": (MEMBERS,),
    "C03": (FOUNDING,),
    "C05": (MEMBERS, LOANS),
    "C08": (LOANS,),
    "C09": (LOANS,),
    "D08": (TRAININGS,),
    "D10": (TRAININGS, MONTHS),
}
BY_GROUP = {"A": (MONTHS,), "B": (MEMBERS,), "C": (MONTHS,), "D": (MONTHS,), "E": (SURVEYS,)}
"""Kinds of rows that an indicator is made from; by its group where not named."""
GRADED = frozenset({"D04", "D05", "D06", "D07"})
GROUPS = (("B02", "women"), ("B03", "older"), ("B05", "disadvantaged"), ("C05", "borrowed"))


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member on the list of the day. None: not known."""

    name: str
    is_woman: bool | None
    birth_year: int | None
    is_older: bool | None
    is_disadvantaged: bool | None
    has_borrowed: bool
    """In the period."""


@dataclass(frozen=True, slots=True)
class GroupRow:
    """Members of one kind, for readers who may not see names. group: women, older, disadvantaged or borrowed."""

    group: str
    share: Share


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A month in which the club had to report or did. report None: nothing came."""

    month: date
    report: Meeting | None
    is_due: bool
    """Whether it had to meet in that month."""


@dataclass(frozen=True, slots=True)
class LoanRow:
    """A loan as it stood on the figure's day. borrower None: not known."""

    loan: Loan
    borrower: str | None
    due: date | None
    paid: int
    outstanding: int
    days_late: int
    """0: not overdue."""


@dataclass(frozen=True, slots=True)
class Behind:
    """All of it; kinds says which parts belong to the figure, the others are empty."""

    club: Club
    day: date
    kinds: tuple[str, ...]
    is_named: bool
    number: int
    """Members on the list of the day."""
    members: tuple[MemberRow, ...] = ()
    groups: tuple[GroupRow, ...] = ()
    months: tuple[MonthRow, ...] = ()
    loans: tuple[LoanRow, ...] = ()
    interviews: int | Masked | None = None
    """Members asked in the round who consented; None: no round."""
    trainings: tuple[Training, ...] = ()
    visits: tuple[date, ...] = ()
    failing: tuple[str, ...] = ()
    """Items of the grade that the club does not reach (a1 … m9), of a figure that grades it."""


def behind(figure: Figure, club: Club, *, is_named: bool) -> Behind:
    """The rows of a club behind a figure. is_named: whether the reader may see who is who."""
    ctx = figure.made.ctx
    code = figure.asked.code
    kinds = BY_CODE.get(code, BY_GROUP[code[0]])
    if not is_named:
        kinds = tuple(MONTHS if kind == LOANS else kind for kind in kinds)
    found = Behind(club, ctx.day, kinds, is_named, len(one.members(ctx.data, club, ctx.day)))
    if MEMBERS in kinds:
        found = _with_members(found, ctx)
    if MONTHS in kinds:
        found = replace(found, months=tuple(_months(ctx, club)))
    if LOANS in kinds:
        found = replace(found, loans=tuple(_loans(ctx, club)))
    if SURVEYS in kinds and is_named:
        asked = [s for s in e.interviews(ctx) if s.club_id == club.id]
        found = replace(found, interviews=len(asked))
    if code in GRADED and club.stands_on(ctx.day):
        found = replace(found, failing=grade(ctx, club).failing)
    if TRAININGS in kinds:
        visits = sorted(visit.on for visit in ctx.data.supervisions_of(club.id) if visit.on <= ctx.day)
        courses = [t for t in ctx.data.trainings_of(club.id) if t.starts_on <= ctx.day]
        found = replace(found, trainings=tuple(courses), visits=tuple(visits))
    return found


def _with_members(found: Behind, ctx: Context) -> Behind:
    if found.is_named:
        people = one.members(ctx.data, found.club, ctx.day)
        rows = [_member(ctx, found.club, member) for member in people]
        return replace(found, members=tuple(sorted(rows, key=lambda row: (row.name.split()[-1:], row.name))))
    shares = [(group, club_shares(ctx, code).get(found.club.id)) for code, group in GROUPS]
    return replace(found, groups=tuple(GroupRow(group, share) for group, share in shares))


def _member(ctx: Context, club: Club, member: Member) -> MemberRow:
    given = {loan.member_id for loan in _lent(ctx, club)}
    return MemberRow(
        name=member.full_name,
        is_woman=None if member.sex is None else member.sex == one.WOMAN,
        birth_year=member.birth_year,
        is_older=one.is_older(member, ctx.day, ctx.phase.older_age),
        is_disadvantaged=one.is_disadvantaged(member),
        has_borrowed=member.id in given,
    )


def _lent(ctx: Context, club: Club) -> list[Loan]:
    return [x for x in ctx.data.loans_of(club.id) if ctx.period.first <= x.disbursed_on <= ctx.day]


def _months(ctx: Context, club: Club) -> list[MonthRow]:
    """Months of the period, and of the twelve before its end, newest first."""
    first = min(ctx.period.first, last_year(ctx))
    reports = {m.month: m for m in one.reports_in(ctx.data, club, first, ctx.reported_to)}
    due = set(one.expected_months(club, ctx.period, ctx.day))
    return [
        MonthRow(month, reports.get(month), month in due)
        for month in sorted(due | set(reports), reverse=True)
    ]


def _loans(ctx: Context, club: Club) -> list[LoanRow]:
    """Loans given in the phase or the period, due in the period, or still open on the day; newest first."""
    names = {member.id: member.full_name for member in ctx.data.members_of(club.id)}
    since = ctx.phase_first
    rows = []
    for loan in sorted(ctx.data.loans_of(club.id), key=lambda x: (x.disbursed_on, x.id), reverse=True):
        promised, open_amount = loan.promised(), loan.outstanding(ctx.day)
        is_due = promised is not None and ctx.period.first <= promised <= ctx.day
        if loan.disbursed_on > ctx.day or not (loan.disbursed_on >= since or is_due or open_amount):
            continue
        due = loan.due(ctx.day)
        late = (ctx.day - due).days if due and due < ctx.day and open_amount else 0
        borrower = names.get(loan.member_id or "")
        rows.append(LoanRow(loan, borrower, due, loan.paid(ctx.day), open_amount, late))
    return rows
