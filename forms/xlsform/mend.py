"""Makes what is wrong in a workbook harmless, so that the converter, which stops at its first error, goes on.

What comes out is never served: it only lets every other error be found in the same pass.
"""

from copy import deepcopy
from typing import Any

from ..errors import Finding
from .workbook import FIRST_ROW, Workbook, header_in

ROW_GOES = frozenset(
    (
        "type_missing", "end_unmatched", "begin_unmatched", "settings_rows", "entity_list_duplicate",
        "entity_list_missing", "entity_no_place",
    )
)  # fmt: skip
HARMLESS = frozenset(
    (
        "choice_value_unknown", "filter_column_unknown", "media_missing", "media_column_missing", "version_same",
        "sheet_misspelled", "empty_group", "no_questions", "rows_dropped", "name_unknown", "reference_missing",
        "yes_no_value",
    )
)  # fmt: skip
"""Errors that neither the converter nor ODK Validate trips over."""
WITH_TYPE = ("parameters", "choice_filter", "default", "trigger")
"""Columns that mean nothing once a question's type has become text."""


class Mended:
    """A copy of a workbook's definition in which errors are put right somehow, one after another."""

    def __init__(self, book: Workbook) -> None:
        self.definition: dict[str, Any] = deepcopy(book.definition)
        self._book = book

    @property
    def is_changed(self) -> bool:
        """Whether it says something else than the workbook."""
        return self.definition != self._book.definition

    def mend(self, finding: Finding) -> bool:
        """Put one error right; False when nobody knows how."""
        if finding.code in HARMLESS:
            return True
        sheet, cell, number = (finding.sheet or "").lower(), finding.cell, finding.row
        if not sheet or not number:
            return False
        header = self._book.header_at(sheet, cell) if cell else None
        if number < FIRST_ROW:
            return header is not None and self._drop_column(sheet, header)
        row = self._row(sheet, number)
        if row is None:
            return sheet == "settings"
        before = dict(row)
        self._put_right(finding, sheet, row, header)
        return row != before

    def _put_right(self, finding: Finding, sheet: str, row: dict[str, str], header: str | None) -> None:
        column = _column(header) if header else ""
        if finding.code in ROW_GOES or (header is None and sheet != "settings"):
            row.clear()
        elif finding.code == "end_mismatched" or (finding.code == "type_unknown" and _is_structure(finding)):
            self._set(sheet, row, "type", _structure(finding))
        elif sheet == "survey" and column == "type":
            self._ask_for_text(row, finding)
        elif sheet in ("survey", "choices") and column == "name":
            self._set(sheet, row, "name", f"mended_{finding.row}")
        elif column in ("label", "list_name", "name"):
            self._set(sheet, row, column, "mended" if column != "label" else "–")
        elif column in ("form_id", "version"):
            self._set(sheet, row, column, "1")
        elif header is not None:
            row.pop(header, None)
            if column == "calculation" and row.get(header_in(row, "type") or "") == "calculate":
                row[header] = "1"

    def _ask_for_text(self, row: dict[str, str], finding: Finding) -> None:
        self._set("survey", row, "type", "text")
        if header_in(row, "label") is None:
            self._set("survey", row, "label", "–")
        for column in WITH_TYPE:
            found = header_in(row, column)
            if found is not None:
                del row[found]

    def _set(self, sheet: str, row: dict[str, str], column: str, text: str) -> None:
        """Write into a column, which is added where the sheet has none."""
        headers = self.definition.setdefault(f"{sheet}_header", [{}])[0]
        header = header_in(row, column) or header_in(headers, column) or column
        headers.setdefault(header, None)
        row[header] = text

    def _row(self, sheet: str, number: int) -> dict[str, str] | None:
        rows = self.definition.get(sheet) or []
        return rows[number - FIRST_ROW] if number - FIRST_ROW < len(rows) else None

    def _drop_column(self, sheet: str, header: str) -> bool:
        headers = (self.definition.get(f"{sheet}_header") or [{}])[0]
        if header not in headers:
            return False
        del headers[header]
        for row in self.definition.get(sheet) or []:
            row.pop(header, None)
        return True


def _column(header: str) -> str:
    """The column a header stands for, as far as mending tells them apart."""
    names = ("type", "name", "label", "list_name", "form_id", "version", "calculation")
    return next((name for name in names if header_in([header], name)), header)


def _is_structure(finding: Finding) -> bool:
    return (finding.value or "").lower().startswith(("begin", "end"))


def _structure(finding: Finding) -> str:
    """The begin or end that a misspelled one was meant to be, or the end of the other kind."""
    value = (finding.value or "").lower()
    way = "begin" if value.startswith("begin") else "end"
    is_repeat = ("rep" in value) == (finding.code == "type_unknown")
    return f"{way}_{'repeat' if is_repeat else 'group'}"
