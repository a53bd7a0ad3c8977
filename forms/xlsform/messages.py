"""Turns what pyxform says into findings: where it is, and in plain words."""

import re
from collections.abc import Iterator
from functools import cache
from string import Formatter

from ..errors import Finding, Severity
from .sentences import (
    CODED,
    PARAMETER_CODES,
    PARAMETERS,
    UNKNOWN_ERROR,
    UNKNOWN_WARNING,
    WORDED,
    Sentences,
)
from .workbook import Workbook, value_in

ROW = re.compile(r"\[row : (?P<row>\d+)\]")
SHEET = re.compile(r"On the '(?P<sheet>\w+)' sheet")
NEXT_MESSAGE = re.compile(r"\n(?=\[row : |Language ')")

Words = dict[str, str]


class _Words(dict[str, str]):
    """Words for a sentence; a word that is not known is an ellipsis, never a crash."""

    def __missing__(self, key: str) -> str:
        return "…"


def explain(message: str, severity: Severity, workbook: Workbook) -> list[Finding]:
    """The findings in one message of pyxform, which may hold several, one a line."""
    return [_finding(part, severity, workbook) for part in NEXT_MESSAGE.split(message.strip())]


def _finding(message: str, severity: Severity, workbook: Workbook) -> Finding:
    sentences, words = _recognise(message, severity)
    code, column, vi, en = sentences
    sheet = _sheet(message, words, code)
    column = column or words.get("column", "")
    row = _row(message, workbook, sheet, column, words)
    text = value_in(workbook.sheet(sheet).row(row), column) if row and column else None
    if row == 1:
        text = words.get("column")
    said = _Words({"cell": text or "", "column": column, **words})
    return Finding(
        code=code,
        severity=severity,
        sheet=workbook.sheet(sheet).name if sheet else None,
        cell=_cell(workbook, sheet, column, row),
        row=row,
        value=text or words.get("value") or words.get("q"),
        question=_question(workbook, sheet, row, words),
        vi=vi.format_map(said),
        en=en.format_map(said),
        detail=message,
    )


def _cell(workbook: Workbook, sheet: str, column: str, row: int | None) -> str | None:
    """The cell meant; that of the type where the survey has no such column."""
    place = workbook.cell(sheet, column, row) if sheet else None
    return place or (workbook.cell("survey", "type", row) if sheet == "survey" and column else None)


def _recognise(message: str, severity: Severity) -> tuple[Sentences, Words]:
    """Our sentences for a message and the words pyxform put into it."""
    for pattern, sentences in _patterns():
        match = pattern.search(message)
        if match:
            return sentences, {key: text for key, text in match.groupdict().items() if text is not None}
    return (UNKNOWN_ERROR if severity == "error" else UNKNOWN_WARNING), {}


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], Sentences], ...]:
    """Every message we know: those with a code made from pyxform's own templates."""
    from pyxform.errors import ErrorCode

    known = {**CODED, **dict.fromkeys(PARAMETER_CODES, PARAMETERS)}
    coded = (
        (ErrorCode[name], sentences) for name, sentences in known.items() if name in ErrorCode.__members__
    )
    return (
        *((_pattern(code.value.msg), sentences) for code, sentences in coded),
        *((re.compile(pattern, re.DOTALL), sentences) for pattern, sentences in WORDED.items()),
    )


def _pattern(template: str) -> re.Pattern[str]:
    """A pattern that finds a template filled in, with a group for each of its words."""
    parts = []
    seen: set[str] = set()
    for literal, name, _, _ in Formatter().parse(template):
        parts.append(re.escape(literal))
        if name is not None:
            parts.append(f"(?P={name})" if name in seen else f"(?P<{name}>.*?)")
            seen.add(name)
    return re.compile("".join(parts) + r"\s*\Z", re.DOTALL)


def _sheet(message: str, words: Words, code: str) -> str:
    """Lower-case name of the sheet a message is about, "" when unknown."""
    match = SHEET.search(message)
    if match:
        return match["sheet"].lower()
    named = words.get("sheet_name") or words.get("sheet", "")
    if named and code != "sheet_misspelled":
        return named.lower()
    if code == "choice_name_spaces":
        return "choices"
    is_about_survey = ROW.search(message) or {"named", "q"} & words.keys() or code == "type_unknown"
    return "survey" if is_about_survey else ""


def _row(message: str, workbook: Workbook, sheet: str, column: str, words: Words) -> int | None:
    match = ROW.search(message)
    if match:
        return int(match["row"])
    if "named" in words:
        return workbook.sheet(sheet).find("name", words["named"])
    if "q" in words:
        return next(_rows_that_say(workbook, sheet, "${" + words["q"] + "}"), None)
    return workbook.sheet(sheet).find(column, words["value"]) if sheet and "value" in words else None


def _rows_that_say(workbook: Workbook, sheet: str, text: str) -> Iterator[int]:
    for number, row in workbook.sheet(sheet).numbered():
        if any(text in value for value in row.values()):
            yield number


def _question(workbook: Workbook, sheet: str, row: int | None, words: Words) -> str | None:
    if sheet != "survey":
        return None
    return words.get("named") or (value_in(workbook.sheet("survey").row(row), "name") if row else None)
