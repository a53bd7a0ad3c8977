"""What parts IV and VI–IX, the map and annexes II and III print: plain computed values, as in model.

Counts of persons broken down into groups may be masked (privacy.Masked); everything else is as in model: None is “–”.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reports.facts import Shape, Unit
from reports.privacy import Count, Masked


@dataclass(frozen=True, slots=True)
class Tally:
    """One sum over the reports of the period, such as blood pressures taken. value None: no report tells it."""

    key: str
    value: int | None


@dataclass(frozen=True, slots=True)
class AreaRow:
    """A row of table 4: one of the eight areas."""

    code: str
    """a1 … a8."""
    clubs: int
    """Clubs that did it at least once."""
    times: int
    """Months of clubs in which it was done."""
    tallies: tuple[Tally, ...] = ()


@dataclass(frozen=True, slots=True)
class HeatCell:
    """A club in one column of chart 4.

    state: held (in every month due), part, not_held (reported, none held), silent (nothing reported), not_due.
    """

    state: str
    held: int = 0
    due: int = 0
    reason: str | None = None
    """Why it was not held: the code of the form's list, of the last such month."""


@dataclass(frozen=True, slots=True)
class HeatRow:
    """A club with its cells, one for each column."""

    number: int
    """Its number in Phụ lục I."""
    name: str
    cells: tuple[HeatCell, ...]


@dataclass(frozen=True, slots=True)
class Heat:
    """Chart 4. columns: first and last month of each; months in one: 1, 3 or 12."""

    months_each: int
    columns: tuple[tuple[date, date], ...]
    rows: tuple[HeatRow, ...]

    @property
    def states(self) -> frozenset[str]:
        """The states that stand in a cell."""
        return frozenset(cell.state for row in self.rows for cell in row.cells)

    @property
    def reasons(self) -> frozenset[str]:
        """The reasons whose letters stand in a cell."""
        found = (cell.reason for row in self.rows for cell in row.cells if cell.state == "not_held")
        return frozenset(reason for reason in found if reason)


@dataclass(frozen=True, slots=True)
class AttendancePoint:
    """A month of the attendance line: persons present and on the list at meetings that tell both."""

    month: date
    present: int
    on_list: int

    @property
    def percent(self) -> Decimal | None:
        """None for a month in which no meeting tells both."""
        return Decimal(self.present) * 100 / self.on_list if self.on_list else None


@dataclass(frozen=True, slots=True)
class Care:
    """Home care in the period."""

    clubs: int
    """Clubs whose reports tell of a visit."""
    recipients: Count
    """Different persons of the clubs' lists of people in care; None: no club told person by person."""
    visits: int | None
    person_months: int
    volunteers: int | None
    """By the last report of each club that tells."""
    clubs_told: int
    """Clubs that told the number of their volunteers."""


@dataclass(frozen=True, slots=True)
class Check:
    """A measurement with those found out of range. out None: not asked."""

    key: str
    measured: int
    out: int | None

    @property
    def percent(self) -> Decimal | None:
        """Of those measured; None where nobody was, or the form did not ask."""
        return None if self.out is None or not self.measured else Decimal(self.out) * 100 / self.measured


@dataclass(frozen=True, slots=True)
class SurveyRow:
    """One figure of the member survey with its 95% interval; percent, or points for a mean."""

    key: str
    value: Decimal | None
    """None also where so few answered that it would tell of single persons."""
    numerator: int | None
    denominator: int | None
    low: Decimal | None
    high: Decimal | None
    unit: str = "percent"


@dataclass(frozen=True, slots=True)
class SurveyResult:
    """The newest round of the member survey in the period."""

    round: str
    """baseline, mid, end or yearly."""
    first: date
    last: date
    interviews: int
    refused: int
    clubs: int
    rows: tuple[SurveyRow, ...]


@dataclass(frozen=True, slots=True)
class Activities:
    """Part VI."""

    clubs: int = 0
    """Clubs that sent a report of the period."""
    areas: tuple[AreaRow, ...] = ()
    heat: Heat | None = None
    not_held: tuple[tuple[str, int], ...] = ()
    """(reason, months of clubs), most frequent first; '' where none was given."""
    attendance: tuple[AttendancePoint, ...] = ()
    care: Care | None = None
    checks: tuple[Check, ...] = ()
    clinic_checks: int | None = None
    cash: int | None = None
    """Mobilised in VND, as is kind; None: no report tells."""
    kind_value: int | None = None
    days: int | None = None
    sources: tuple[tuple[str, int], ...] = ()
    """(code of who gave, clubs that named it), most frequent first."""
    survey: SurveyResult | None = None

    @property
    def held(self) -> int:
        """Meetings held, over all clubs and months due."""
        return sum(cell.held for row in self.heat.rows for cell in row.cells) if self.heat else 0

    @property
    def due(self) -> int:
        """Meetings due, over all clubs."""
        return sum(cell.due for row in self.heat.rows for cell in row.cells) if self.heat else 0


@dataclass(frozen=True, slots=True)
class AgeBand:
    """Members from low to high years of age (both inclusive, None: open), by sex."""

    low: int | None
    high: int | None
    men: Count
    women: Count


@dataclass(frozen=True, slots=True)
class Group:
    """Members in one group of a breakdown, with its share of all of them (percent; None where masked or unknown)."""

    code: str
    """Of the form's list; '' where it is not known."""
    count: Count
    percent: Decimal | None


@dataclass(frozen=True, slots=True)
class People:
    """The members at the end of the period, broken down."""

    members: int = 0
    ages: tuple[AgeBand, ...] = ()
    """Youngest first."""
    men: Count = None
    """Of those in the age bands, as women."""
    women: Count = None
    unplaced: int = 0
    """Members whose sex or year of birth is not known; in no age band."""
    ethnicity: tuple[Group, ...] = ()
    disability: tuple[Group, ...] = ()
    """Only those with a disability, mildest first; empty: nobody was asked."""
    disabled: Count = None

    @property
    def is_masked(self) -> bool:
        """Whether a count is withheld, so that the marks must be explained."""
        ages = (count for band in self.ages for count in (band.men, band.women))
        groups = (group.count for group in (*self.ethnicity, *self.disability))
        counts = (*ages, *groups, self.men, self.women, self.disabled)
        return any(isinstance(count, Masked) for count in counts)


@dataclass(frozen=True, slots=True)
class FundMove:
    """One fund of a club over the period, in VND. None: the club's books do not tell."""

    opening: int | None
    came: int | None
    went: int | None
    closing: int | None
    difference: int | None
    """Counted less book at the last count of the period; None: not counted."""

    @property
    def unexplained(self) -> int:
        """What came and went do not explain of the closing; 0 where one of the figures is missing."""
        known = (self.opening, self.came, self.went, self.closing)
        if None in known:
            return 0
        return (self.closing or 0) - (self.opening or 0) - (self.came or 0) + (self.went or 0)


@dataclass(frozen=True, slots=True)
class ClubFunds:
    """A row of Phụ lục II."""

    number: int
    """Its number in Phụ lục I; 0 in the total."""
    code: str
    name: str
    income: FundMove
    operating: FundMove

    @property
    def is_counted(self) -> bool:
        """Whether the money of a fund was counted in the period."""
        return self.income.difference is not None or self.operating.difference is not None

    @property
    def has_unexplained(self) -> bool:
        """Whether a fund's closing is not what its opening and movements come to."""
        return bool(self.income.unexplained or self.operating.unexplained)


@dataclass(frozen=True, slots=True)
class AbsentClub:
    """A row of Phụ lục III: a club with the months due that it sent no report of."""

    number: int
    code: str
    name: str
    place: str
    due: int
    months: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class NextRow:
    """A unit's plan for the next year. left: planned less founded; None where nothing is planned."""

    unit: Unit | None
    """None: the total."""
    plan: int | None
    founded: int | None
    """In that year up to the report's day; None: the year has not begun."""

    @property
    def left(self) -> int | None:
        """Clubs still to be founded, never below 0."""
        return None if self.plan is None else max(self.plan - (self.founded or 0), 0)


@dataclass(frozen=True, slots=True)
class Outlook:
    """Part VIII: the year that follows the period, or that it is a part of, with what papers plan for it."""

    year: int
    rows: tuple[NextRow, ...]
    """Units with a plan, then the total; empty: no paper plans anything for that year."""
    documents: tuple[str, ...] = ()
    kept: int | None = None
    """Clubs of earlier years to be kept up in that year; None: no paper says."""


@dataclass(frozen=True, slots=True)
class Site:
    """A point of the map's units: the centre of a commune, or a club, which pull the land around them to their row."""

    lon: float
    lat: float
    row_id: int | None
    club: str | None = None
    """Code of the club; None: a commune's centre."""
    is_measured: bool = True
    """False: a club whose own position is not known or lies outside, drawn at its commune."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """The map of clubs. outline None: no shape of the area is known, so it ends at some distance from the points."""

    outline: Shape | None
    sites: tuple[Site, ...]
    rows: tuple[tuple[Unit, int], ...]
    """Every unit of the tables with its clubs, in order of code."""
    unplaced: int = 0
    """Clubs that no place is known for."""


NO_ACTIVITIES = Activities()
"""Nothing known: no club, or no report of the period."""
NO_PEOPLE = People()
