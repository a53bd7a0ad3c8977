"""Questions that reports live on: a form must not lose them."""

import difflib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from ..errors import Finding
from ..schema import Field, questions
from .settings import SETTINGS_ROW
from .workbook import Sheet, Workbook, value_in


@dataclass(frozen=True, slots=True)
class RequiredQuestion:
    """A question that some figure is made from.

    repeat is the name of the innermost repeat it stands in, None outside
    repeats. needed_by names the indicators in Vietnamese, with their codes.
    """

    xml_form_id: str
    name: str
    repeat: str | None
    needed_by: tuple[str, ...]


def check_required(
    workbook: Workbook, xml_form_id: str, fields: Sequence[Field], required: Collection[RequiredQuestion]
) -> Iterator[Finding]:
    """One error for each required question of this form that is gone, or has moved to another table."""
    tables: dict[str, set[str | None]] = {}
    for f in questions(fields):
        tables.setdefault(f.name, set()).add(f.repeat[-1] if f.repeat else None)
    for question in required:
        if question.xml_form_id == xml_form_id and question.repeat not in tables.get(question.name, ()):
            is_moved = question.name in tables
            yield _moved(workbook, question) if is_moved else _gone(workbook, question, required)


def check_written(workbook: Workbook, required: Collection[RequiredQuestion]) -> Iterator[Finding]:
    """One error for each required question whose name stands nowhere in a workbook that cannot be converted.

    A question that is gone often is the cause: others refer to it.
    """
    survey = workbook.sheet("survey")
    xml_form_id = value_in(workbook.sheet("settings").row(SETTINGS_ROW), "form_id")
    for question in required:
        if question.xml_form_id == xml_form_id and survey.find("name", question.name) is None:
            yield _gone(workbook, question, required)


def _gone(workbook: Workbook, question: RequiredQuestion, required: Collection[RequiredQuestion]) -> Finding:
    survey = workbook.sheet("survey")
    similar = _similar(survey, question.name, {one.name for one in required})
    row = survey.find("name", similar) if similar else survey.last_row
    vi = f"Thiếu câu hỏi “{question.name}”{_where_vi(question)}; {_needed_vi(question)} cần câu hỏi này."
    en = f"The question “{question.name}”{_where_en(question)} is missing; needed by {_needed(question)}."
    if similar:
        vi += f" Có phải đã đổi tên thành “{similar}”?"
        en += f" Was it renamed to “{similar}”?"
    return Finding(
        "required_question_missing",
        "error",
        survey.name,
        workbook.cell("survey", "name", row),
        row,
        similar,
        question.name,
        vi,
        en,
    )


def _moved(workbook: Workbook, question: RequiredQuestion) -> Finding:
    survey = workbook.sheet("survey")
    row = survey.find("name", question.name)
    place_vi = f"nhóm lặp “{question.repeat}”" if question.repeat else "ngoài các nhóm lặp"
    place_en = f"in the repeat “{question.repeat}”" if question.repeat else "outside all repeats"
    return Finding(
        "required_question_moved",
        "error",
        survey.name,
        workbook.cell("survey", "name", row),
        row,
        question.name,
        question.name,
        f"Câu hỏi “{question.name}” phải đặt ở {place_vi}; {_needed_vi(question)} cần câu hỏi này ở đó.",
        f"The question “{question.name}” must stand {place_en}; needed there by {_needed(question)}.",
    )


def _similar(survey: Sheet, name: str, known: Collection[str]) -> str | None:
    """What the question may be called now; one that is known by its own name it is not."""
    asked = (
        row for _, row in survey.numbered() if not (value_in(row, "type") or "").startswith(("begin", "end"))
    )
    names = [text for row in asked if (text := value_in(row, "name")) and text not in known]
    return next(iter(difflib.get_close_matches(name, names, n=1, cutoff=0.75)), None)


def _where_vi(question: RequiredQuestion) -> str:
    return f" trong nhóm lặp “{question.repeat}”" if question.repeat else ""


def _where_en(question: RequiredQuestion) -> str:
    return f" in the repeat “{question.repeat}”" if question.repeat else ""


def _needed(question: RequiredQuestion) -> str:
    return ", ".join(question.needed_by) or "the reports"


def _needed_vi(question: RequiredQuestion) -> str:
    return f"chỉ tiêu {', '.join(question.needed_by)}" if question.needed_by else "báo cáo"
