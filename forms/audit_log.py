"""The audit log (audit.csv) that Collect keeps while a form is filled in, read as leniently as the field needs.

A line that is odd keeps what it says; nothing in it stops the reading of the others.
Source: https://docs.getodk.org/form-audit-log/
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

MAX_BYTES = 4 * 2**20
MAX_EVENTS = 10_000
"""More than any form takes; the rest of a longer file is left in the file."""
MAX_EVENT_CHARACTERS = 60
MAX_COLUMNS = 40
MAX_NAME_CHARACTERS = 60
"""Of a column: unknown ones are kept by name with each event, so a long name would be kept ten thousand times."""
HEADER = (
    "event", "node", "start", "end", "latitude", "longitude", "accuracy",
    "old-value", "new-value", "user", "change-reason",
)  # fmt: skip
NAMES = {name: name.replace("-", "_") for name in HEADER}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LATEST_MS = 253_402_300_799_000
"""The last second of the year 9999."""
QUOTED = re.compile(r'[ \t]*+"((?>[^"]+|"")*+)"[ \t]*+(?=,|\r|\n|\Z)')
PLAIN = re.compile(r"[^,\r\n]*+")
LINE_END = re.compile(r"\r\n|\r|\n")
REST_OF_LINE = re.compile(r"[^\r\n]*+")
NEW_LINE_OF_LOG = re.compile(
    r"[\r\n](?:form |question|group questions|add repeat|delete repeat|jump|end screen|save error|finalize error|"
    r"constraint error|change reason|background audio|location |google play |event,)"
)


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the log.

    position counts from 1 below the header. node is the path of a question or group, with [n] behind repeats; None
    without one. started_at and ended_at are by the tablet's clock, ended_at None for events of one moment. Degrees
    are of WGS 84, accuracy in metres. old_value and new_value are None where changes are not tracked. rest has what
    stands in unknown columns and what could not be read, by header.
    """

    position: int
    event: str
    node: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    latitude: float | None = None
    longitude: float | None = None
    accuracy_m: float | None = None
    old_value: str | None = None
    new_value: str | None = None
    user: str | None = None
    change_reason: str | None = None
    rest: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Log:
    """The events of a log in the order of the file. is_cut: the file has more than is read."""

    events: tuple[Event, ...]
    is_cut: bool = False


def read(content: bytes) -> Log:
    """Read an audit log. Never raises: whatever the bytes are, what can be read of them is."""
    is_cut = len(content) > MAX_BYTES
    text = content[:MAX_BYTES].decode("utf-8-sig", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}")
    header: Sequence[str] = HEADER
    events: list[Event] = []
    for cells in _lines(text):
        if cells[0].casefold() == "event":
            header = [cell.casefold()[:MAX_NAME_CHARACTERS] for cell in cells]
        elif len(events) == MAX_EVENTS:
            return Log(tuple(events), is_cut=True)
        else:
            events.append(_event(len(events) + 1, header, cells))
    if is_cut and events:
        events.pop()  # The last line is most likely half a line.
    return Log(tuple(events), is_cut)


def _lines(text: str) -> Iterator[list[str]]:
    """The cells of each line that is not empty, without the white space around them; those of the first columns."""
    place = 0
    while place < len(text):
        cells: list[str] = []
        while len(cells) < MAX_COLUMNS:
            cell, place = _cell(text, place)
            cells.append(cell)
            if text[place : place + 1] != ",":
                break
            place += 1
        else:
            rest = REST_OF_LINE.match(text, place)
            place = rest.end() if rest else place
        end = LINE_END.match(text, place)
        place = end.end() if end else len(text)
        if any(cells):
            yield cells


def _cell(text: str, place: int) -> tuple[str, int]:
    """A cell and where it ends. A quote that never closes, or only lines later, is a letter like any other."""
    match = QUOTED.match(text, place)
    if match and not NEW_LINE_OF_LOG.search(match[1]):
        return match[1].replace('""', '"').strip(), match.end()
    plain = PLAIN.match(text, place)
    assert plain is not None  # it matches nothing too
    return plain[0].strip(), plain.end()


def _event(position: int, header: Sequence[str], cells: Sequence[str]) -> Event:
    said: dict[str, str] = {}
    rest: dict[str, str] = {}
    for number, cell in enumerate(cells):
        name = header[number] if number < len(header) else f"column {number + 1}"
        if name in NAMES and name not in said:
            said[name] = cell
        elif cell:
            rest[name or f"column {number + 1}"] = cell
    event = said.get("event", "")
    if len(event) > MAX_EVENT_CHARACTERS:
        rest["event"] = event
    tracks = "old-value" in said or "new-value" in said
    return Event(
        position=position,
        event=event[:MAX_EVENT_CHARACTERS],
        node=said.get("node") or None,
        started_at=_moment(said, "start", rest),
        ended_at=_moment(said, "end", rest),
        latitude=_number(said, "latitude", rest, 90),
        longitude=_number(said, "longitude", rest, 180),
        accuracy_m=_number(said, "accuracy", rest, 1e9),
        old_value=said.get("old-value", "") if tracks else None,
        new_value=said.get("new-value", "") if tracks else None,
        user=said.get("user") or None,
        change_reason=said.get("change-reason") or None,
        rest=rest,
    )


def _moment(said: dict[str, str], name: str, rest: dict[str, str]) -> datetime | None:
    """A time in milliseconds since 1970; what is none is kept in rest."""
    text = said.get(name, "")
    if not text:
        return None
    try:
        milliseconds = int(text)
    except ValueError:
        milliseconds = -1
    if not 0 <= milliseconds <= LATEST_MS or len(text) > 16:
        rest[name] = text
        return None
    return EPOCH + timedelta(milliseconds=milliseconds)


def _number(said: dict[str, str], name: str, rest: dict[str, str], largest: float) -> float | None:
    text = said.get(name, "")
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not abs(number) <= largest:  # so that no number fails too
        rest[name] = text
        return None
    return number
