"""What a report of the country is measured over: its own period, every phase begun by then, and targets set for less.

Source: docs/decisions/rollup.md.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import duckdb

from verify.calendar import DECREE_DAY, alike, end, is_decree, later, plain
from verify.read import Case
from verify.standards import part, phases
from verify.stretch import Part

SETTLED = timedelta(days=45)
"""After a period's end all its reports were due by then: it is counted as of that day from then on."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Months measured by one phase. day: of what stands; closed: to which it is counted, which tells what was due by
    then; as_of: the day whose provinces count."""

    part: Part
    closed: date
    as_of: date

    @property
    def day(self) -> date:
        """The last day told of."""
        return min(self.part.last, self.closed)

    @property
    def told_to(self) -> date:
        """The same by the calendar: what falls due with a month is due on the 14th by the decree."""
        return end(self.day) if is_decree((self.part.first, self.part.last)) else self.day


def stretch(case: Case, of: Part) -> Stretch:
    """A part of the report as it is counted on the day of the report."""
    return Stretch(of, _closed(of, case.cut_off), min(case.as_of, of.last))


def _closed(of: Part, today: date) -> date:
    """A period under way is counted to its last whole month, by the decree to the last 14th that is over."""
    if of.last < today:
        return min(today, of.last + SETTLED)
    if not is_decree((of.first, of.last)):
        return end(later(today, -1))
    closes = today.replace(day=DECREE_DAY - 1)
    return closes if closes < today else later(today, -1).replace(day=DECREE_DAY - 1)


def of_phases(connection: duckdb.DuckDBPyConnection, case: Case) -> list[Stretch]:
    """The phases that have begun by the period's end, each from its first day, cut at that end."""
    until = plain(case.days)[1]
    query = "SELECT min(valid_from) FROM phase WHERE valid_from <= ?"
    row = connection.execute(query, [until]).fetchone()
    if row is None or row[0] is None:
        return []
    first, last = alike((row[0].replace(day=1), until), case.days)
    whole = replace(case, first=first, last=last, phase=None)
    return [stretch(case, one) for one in phases(connection, whole)]


def own(connection: duckdb.DuckDBPyConnection, case: Case) -> Stretch | None:
    """The period itself, by the phase chosen for the report, else by the one it ends in; outside all of them by the
    last that has begun, or the first there is. None: there are no phases."""
    held = phases(connection, case)
    code = held[-1].phase if held else None
    order = (
        "SELECT code, valid_from, older_age FROM phase "
        "ORDER BY code = ? DESC NULLS LAST, valid_from <= ? DESC, "
        "CASE WHEN valid_from <= ? THEN -epoch(valid_from) ELSE epoch(valid_from) END LIMIT 1"
    )
    found = connection.execute(order, [case.phase or code, case.last, case.last]).fetchone()
    if found is None:
        return None
    phase, valid_from, age = found
    return stretch(case, part(phase, valid_from, age, case.days))


def within(case: Case, phase: Stretch, first: date, last: date) -> Stretch | None:
    """A target's own days in its phase, cut at the report's end; None: they have not begun."""
    until = plain((phase.part.first, phase.part.last))[1]
    begun, ended = first.replace(day=1), min(end(last), until)
    if first > plain(case.days)[1] or begun > ended:
        return None
    days = alike((begun, ended), case.days)
    if days == (phase.part.first, phase.part.last):
        return phase
    since = min(phase.part.phase_from, days[0])
    return stretch(case, replace(phase.part, phase_from=since, first=days[0], last=days[1]))
