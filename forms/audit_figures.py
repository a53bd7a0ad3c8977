"""What an audit log says of how a form was filled in: how long, in which order, how often changed."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from .audit_log import Event
from .ready import once
from .schema import Field, Path

VISITS = frozenset({"question", "group questions"})
"""Events that show one question, or one page of them."""
STEP = re.compile(r"^(.*?)(?:\[(\d+)\])?$")
NIGHT_BEGINS, NIGHT_ENDS = 22, 5
"""Hours of the clock between which nobody visits a household."""

Order = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Visited:
    """A question or page that was shown. node: its path as logged, repeats with [n]; field None: not in the form.

    seconds: the sum over its visits.
    """

    node: str
    field: Field | None
    visits: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Figures:
    """How one text of a submission was filled in, by the tablet's own clock.

    total_s: from the first moment logged to the last; None without any. active_s: what questions were on the screen,
    the sum over visits. visited: in the order of the form, what it does not have last. jumps_back: how often a
    question was shown that stands before the one shown just before it, in one sitting. edits: answers that replaced
    another answer; None where changes were not tracked. resumes: sittings after the first. days: calendar days it was
    worked on. places: how many moments have a place. clock_faults: visits that ended before they began, counted with
    no time. is_night: begun between 22 and 5.
    """

    started_at: datetime | None
    total_s: float | None
    active_s: float
    visited: tuple[Visited, ...]
    jumps_back: int
    edits: int | None
    constraint_errors: int
    resumes: int
    days: int
    places: int
    clock_faults: int
    is_night: bool


def figures(events: Iterable[Event], fields: Sequence[Field], zone: tzinfo) -> Figures:
    """The figures of one log. fields: of the form version; zone: where the tablet is, for days and nights."""
    events = tuple(events)
    moments = [moment for e in events for moment in (e.started_at, e.ended_at) if moment is not None]
    visits = [(e, _seconds(e)) for e in events if e.event in VISITS and e.node]
    tracked = [e for e in events if e.new_value is not None]
    started = moments[0].astimezone(zone) if moments else None
    return Figures(
        started_at=started,
        total_s=(max(moments) - min(moments)).total_seconds() if moments else None,
        active_s=sum(seconds for _, seconds in visits if seconds > 0),
        visited=_visited(visits, fields),
        jumps_back=_jumps_back(events, fields),
        edits=sum(bool(e.old_value) and e.old_value != e.new_value for e in tracked) if tracked else None,
        constraint_errors=sum(e.event == "constraint error" for e in events),
        resumes=sum(e.event == "form resume" for e in events),
        days=len({moment.astimezone(zone).date() for moment in moments}),
        places=sum(e.latitude is not None and e.longitude is not None for e in events),
        clock_faults=sum(seconds < 0 for _, seconds in visits),
        is_night=started is not None and not NIGHT_ENDS <= started.hour < NIGHT_BEGINS,
    )


def _seconds(event: Event) -> float:
    if event.started_at is None or event.ended_at is None:
        return 0.0
    return (event.ended_at - event.started_at).total_seconds()


def _visited(visits: Sequence[tuple[Event, float]], fields: Sequence[Field]) -> tuple[Visited, ...]:
    known = _by_path(fields)
    sums: dict[str, tuple[int, float]] = {}
    for event, seconds in visits:
        count, so_far = sums.get(event.node or "", (0, 0.0))
        sums[event.node or ""] = count + 1, so_far + max(seconds, 0.0)
    rows = []
    for node, (count, seconds) in sums.items():
        found = known.get(tuple(name for name, _ in _steps(node)))
        rows.append((_order(node, known), Visited(node, found[1] if found else None, count, seconds)))
    return tuple(row for _, row in sorted(rows, key=lambda row: (row[1].field is None, row[0])))


def _jumps_back(events: Sequence[Event], fields: Sequence[Field]) -> int:
    """Steps against the order of the form; a sitting begins anew, and what the form does not have is passed over."""
    known = _by_path(fields)
    count = 0
    before: Order | None = None
    for event in events:
        if event.event in ("form start", "form resume"):
            before = None
        elif event.event in VISITS and event.node:
            here = _order(event.node, known)
            if not here:
                continue
            count += before is not None and here < before
            before = here
    return count


def _order(node: str, known: dict[Path, tuple[int, Field]]) -> Order:
    """Where a node stands in the filled form: for each step its place in the form and its number among repeats.

    () when the form does not have it.
    """
    steps = _steps(node)
    order = []
    for end, (_, number) in enumerate(steps, 1):
        found = known.get(tuple(name for name, _ in steps[:end]))
        if found is None:
            return ()
        order.append((found[0], number))
    return tuple(order)


def _steps(node: str) -> list[tuple[str, int]]:
    """The names below the root with their numbers: `/data/people[2]/name` → people 2, name 1."""
    steps = []
    for step in node.split("/")[2:]:
        match = STEP.match(step)
        assert match is not None  # it matches whatever there is
        steps.append((match[1].rpartition(":")[2], int(match[2][:9]) if match[2] else 1))
    return steps


@once
def _by_path(fields: tuple[Field, ...]) -> dict[Path, tuple[int, Field]]:
    return {f.path: (number, f) for number, f in enumerate(fields)}
