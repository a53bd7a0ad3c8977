"""Checks that every form gets."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from forms.values import BadValue
from forms.xml import local, parse
from server.projection.checks.finding import Found
from server.projection.mapping import TableMapping
from server.projection.source import Source

CLOCK_TOLERANCE = timedelta(days=2)
VIETNAM = (8.0, 24.0, 102.0, 112.0)
"""Degrees: south, north, west, east of the mainland and its islands near the coast."""


def run(source: Source, mappings: Iterable[TableMapping]) -> Iterator[Found]:
    """Findings on a submission that need nothing but itself."""
    yield from unknown_version(source)
    yield from bad_values(source)
    yield from faulty_entities(source)
    yield from letters_not_composed(source)
    yield from clock_off(source)
    for mapping in mappings:
        yield from money_in_thousands(source, mapping)


def unknown_version(source: Source) -> Iterator[Found]:
    """Filled with a version that was never published here."""
    if not source.is_version_known:
        yield Found("unknown_version", "", source.version)


def bad_values(source: Source) -> Iterator[Found]:
    """Answers that are no value of their question, and answers their columns cannot hold.

    A place whose latitude and longitude were swapped is no place at all in Vietnam (longitudes pass 90), so it comes
    here first.
    """
    for problem in source.rows.problems:
        swapped = swapped_place(problem.text) if problem.path[-1] == "gps" else None
        question = place_of(problem)
        if swapped:
            yield Found("gps_swapped", question, problem.text, {"swapped": swapped})
        else:
            yield Found("bad_value", question, problem.text, {"reason": problem.reason})
    for misfit in source.misfits:
        yield Found("bad_value", misfit.question, misfit.value, {"reason": misfit.reason})


def place_of(problem: BadValue) -> str:
    """The question of an unreadable answer, as findings write it: repayments[2]/principal."""
    if not problem.positions:
        return problem.path[-1]
    return f"{problem.path[0]}[{problem.positions[0]}]/{problem.path[-1]}"


def swapped_place(text: str) -> str | None:
    """The place in Vietnam that a text gives when its first two numbers change places; None when there is none."""
    parts = text.split()
    try:
        lon, lat = float(parts[0]), float(parts[1])
    except (IndexError, ValueError):
        return None
    south, north, west, east = VIETNAM
    return f"{lat} {lon}" if south <= lat <= north and west <= lon <= east else None


def faulty_entities(source: Source) -> Iterator[Found]:
    """Entity actions that the shared lists could not take."""
    for problem in source.rows.entity_problems:
        place = f"{problem.container[0]}[{problem.positions[0]}]" if problem.positions else ""
        yield Found("entity_faulty", place, problem.text, {"list": problem.list_name, "reason": problem.code})
    for refused in source.refused:
        yield Found("entity_faulty", refused.place, refused.action.uuid, refused.details)


def letters_not_composed(source: Source) -> Iterator[Found]:
    """Text in another Unicode form than NFC. Tables hold it normalised; this says which device sends it."""
    if source.xml.isascii():
        return
    if unicodedata.is_normalized("NFC", source.xml.decode("utf-8", "replace")):
        return
    counts: dict[str, int] = {}
    for element in parse(source.xml).iter():
        text = element.text or ""
        if text and not unicodedata.is_normalized("NFC", text):
            name = local(element)
            counts[name] = counts.get(name, 0) + 1
            if counts[name] == 1:
                yield Found("name_not_nfc", name, unicodedata.normalize("NFC", text.strip()))


def clock_off(source: Source) -> Iterator[Found]:
    """The device's clock ran ahead of the server's, or was moved while the form was filled.

    Sending late is no fault: a tablet may be without a network for weeks.
    """
    answers = source.rows.root
    start, end, today = answers.get("start"), answers.get("end"), answers.get("today")
    if isinstance(end, datetime) and end > source.sent_at + CLOCK_TOLERANCE:
        yield _clock("end", end, "received_at", source.sent_at)
    elif isinstance(end, datetime) and isinstance(start, datetime) and end < start - CLOCK_TOLERANCE:
        yield _clock("end", end, "start", start)
    elif isinstance(end, datetime) and isinstance(today, date) and end.date() < today - CLOCK_TOLERANCE:
        yield _clock("end", end, "today", today)
    elif (
        isinstance(start, datetime)
        and isinstance(today, date)
        and abs(start.date() - today) > CLOCK_TOLERANCE
    ):
        yield _clock("today", today, "start", start)


def _clock(question: str, value: date, against: str, other: date) -> Found:
    return Found("clock_off", question, value, {"against": against, "other": other.isoformat()})


def future_dates(source: Source, dates: Mapping[str, date | None]) -> Iterator[Found]:
    """Dates of things done that lie after the day the form arrived (Vietnam's calendar). dates: by question."""
    received = source.sent_on
    for question, day in dates.items():
        if day is not None and day > received:
            yield Found("future_date", question, day, {"received": received.isoformat()})


def money_in_thousands(source: Source, mapping: TableMapping) -> Iterator[Found]:
    """Amounts so small that they were probably typed in thousands."""
    judged = [
        (question.name, question.read, question.below) for question in mapping.questions if question.below
    ]
    if not judged:
        return
    for place, answers in _instances(source, mapping.repeat):
        for name, read, below in judged:
            amount = read(answers.get(name))
            if amount is not None and 0 < amount < below:
                yield Found("money_in_thousands", place + name, amount, {"below": below})


def _instances(source: Source, repeat: str | None) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The answers of a table with what stands before its questions' names in a finding."""
    if repeat is None:
        yield "", source.rows.root
        return
    for row in source.rows.repeats.get(repeat, ()):
        yield f"{repeat}[{row.position}]/", row.values
