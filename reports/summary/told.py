"""What a summary says in sentences: parts VII–IX of the report, the first of each, cut to the room of one page."""

from collections.abc import Sequence

from reports.province import ProvinceReport, narrative

SENTENCES = 3
LETTERS = 190
"""Of one sentence: six lines of a third of the page."""


def told(report: ProvinceReport, code: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Results, shortcomings, and what is to be done: what people wrote in the report, else what its figures suggest.

    Of what is to be done two are tasks and one is a petition, or as many as there are.
    """
    found = narrative.paragraphs(report, code)
    petitions = [line for key in narrative.PETITIONS for line in found[key]]
    tasks = found["direction"]
    ahead = (*tasks[: max(SENTENCES - 1, SENTENCES - len(petitions))], *petitions)
    return _first(found["results"]), _first(found["shortcomings"]), _first(ahead)


def _first(lines: Sequence[str]) -> tuple[str, ...]:
    return tuple(shortened(line) for line in lines[:SENTENCES])


def shortened(line: str) -> str:
    """The line, or its beginning up to a whole member of its list, else a whole word, and “…”."""
    if len(line) <= LETTERS:
        return line
    begun = line[:LETTERS]
    at = begun.rfind("; ")
    if at < LETTERS // 3:
        at = begun.rfind(" ") if " " in begun else LETTERS
        return begun[:at].rstrip(" ,;:.") + "…"
    return begun[:at] + "; …"
