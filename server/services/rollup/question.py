"""What is asked of every club: a stretch of time, the standards of its province, the state the club is in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.nation.model import Stretch
from reports.period import add_months
from reports.settings import DEFAULT, Settings
from reports.standards import Standards
from server.models import PhaseRule, UnitClosure
from server.models import Unit as UnitRow
from server.services import plan
from server.services.rollup.place import Places
from server.services.rollup.state import Clubs
from server.services.rollup.stretch import key, stock_day


@dataclass(frozen=True, slots=True)
class Rules:
    """The standards of the country, and of provinces that have some of their own."""

    national: Standards
    by_province: Mapping[int, Standards]

    def of(self, province_id: int | None) -> Standards:
        """Those of a province; None: of a club that no province can be named for."""
        return self.national if province_id is None else self.by_province.get(province_id, self.national)

    def looks_back_to(self, day: date) -> date:
        """The first month that windows look at on a day, by all standards: one more than the longest."""
        held = (self.national, *self.by_province.values())
        rules = [rule for by in held for phase in by.phases for rule in phase.rules.values()]
        longest = max((int(one.low) for one in rules if one.low and one.name.endswith("_months")), default=0)
        return add_months(day, -longest)


@dataclass(frozen=True, slots=True)
class Question:
    """A stretch with all that its figures depend on besides the rows of the clubs themselves.

    as_of: the day whose provinces count. homes: club → its province that day. stamps: clubs asked, and their state.
    keys: province → what figures by its standards are kept under.
    """

    stretch: Stretch
    as_of: date
    day: date
    rules: Rules
    homes: Mapping[str, int]
    stamps: Mapping[str, str]
    keys: Mapping[int | None, str]

    def key_of(self, club_id: str) -> str:
        """What the figures of a club are kept under."""
        return self.keys[self.homes.get(club_id)]

    def standards_of(self, club_id: str) -> Standards:
        """By which a club is measured."""
        return self.rules.of(self.homes.get(club_id))


def rules(session: Session, settings: Settings = DEFAULT) -> Rules:
    """The standards of today, changed by a report's own settings. Raises SettingsError."""
    own = select(PhaseRule.unit_id).where(PhaseRule.unit_id.is_not(None))
    below = select(UnitClosure.descendant_id).where(UnitClosure.ancestor_id.in_(own))
    with_own = session.scalars(select(UnitRow).where(UnitRow.level == "p", UnitRow.id.in_(below)))
    by_province = {unit.id: settings.applied(plan.standards(session, unit)) for unit in with_own}
    return Rules(settings.applied(plan.standards(session)), by_province)


def ask(
    wanted: Sequence[tuple[Stretch, date]], today: date, held: Rules, clubs: Clubs, places: Places
) -> list[Question]:
    """A question for each stretch. wanted: stretches, each with the day whose provinces count."""
    homes = {as_of: places.of_clubs(as_of) for as_of in {as_of for _, as_of in wanted}}
    found = []
    for stretch, as_of in wanted:
        day = stock_day(stretch.period, today)
        own = homes[as_of]
        common = key(stretch, day, held.national)
        keys: dict[int | None, str] = dict.fromkeys((*own.values(), None), common)
        keys |= {one: key(stretch, day, theirs) for one, theirs in held.by_province.items() if one in keys}
        stamps = clubs.by(stretch.period.last)
        found.append(Question(stretch, as_of, day, held, own, stamps, keys))
    return found
