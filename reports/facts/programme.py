"""What is not a club's month: survey interviews, supervision, trainings, targets, facts about a unit."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Survey:
    """One member's answers in one round of the member survey, or the refusal to give any.

    Complaints are no fact of a report: they stay with those who may read the submission.
    """

    club_id: str
    member_id: str | None
    surveyed_on: date
    received_on: date
    """Day of receipt, in Vietnam."""
    round: str
    """baseline, mid, end or yearly."""
    consent: bool
    """False: refused; every answer is then None."""
    ever_loan: bool | None = None
    income_change: str | None = None
    """much_worse, worse, same, better or much_better, against 12 months before; as health_change."""
    health_change: str | None = None
    k_health_score: int | None = None
    """Right answers of the health questions, by the form version's own key."""
    k_rights_score: int | None = None
    sat_overall: int | None = None
    """1–5."""
    support: tuple[int | None, ...] = ()
    """Five items of social support, 1–5: talk, money, care, respect, belonging."""
    lonely: str | None = None
    """never, sometimes, often or always."""


@dataclass(frozen=True, slots=True)
class Supervision:
    """A visit of supervision or support at a club's meeting."""

    club_id: str
    on: date
    levels: frozenset[str]
    """Who came: xa, huyen, tinh, trung_uong, sponsor."""


@dataclass(frozen=True, slots=True)
class Training:
    """A training held outside the clubs' own meetings; club_id None: not for one club."""

    unit_id: int
    club_id: str | None
    starts_on: date
    ends_on: date
    participants: int
    topic: str = ""
    organiser: str = ""
    document: str = ""
    fact_id: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """One planned or demanded figure of one unit and period, as the document states it."""

    unit_id: int
    unit_code: str
    unit_level: str
    period_from: date
    period_to: date
    indicator: str
    metric: str
    op: str
    """=, >=, >, ~ (about), range (value–value_max), none (aim without a figure)."""
    value: Decimal | None
    value_max: Decimal | None = None
    measure: str = ""
    """What value counts: percent, club, person, VND …"""
    threshold_vnd: int | None = None
    document: str = ""
    document_date: date | None = None
    fact_id: str = ""
    kind: str = "stated"
    """stated, derived (worked out from stated ones) or invented (sample data only)."""
    phase: str | None = None


@dataclass(frozen=True, slots=True)
class ContextFact:
    """A stated figure about a unit that no form collects, such as its older population."""

    unit_id: int
    period_from: date
    period_to: date
    metric: str
    op: str
    value: Decimal | None
    measure: str
    kind: str = "stated"
    document: str = ""
    fact_id: str = ""
    note: str = ""
