"""A workbook read back, with its formulas computed by other means than a spreadsheet's."""

import io
import re
from dataclasses import dataclass
from typing import Any

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

SUM = re.compile(r"=SUM\(([A-Z]+)(\d+):([A-Z]+)(\d+)\)")
RATIO = re.compile(r'=IF\(([A-Z]+\d+)=0,"–",([A-Z]+\d+)/([A-Z]+\d+)(?:\*(\d+))?\)')


@dataclass(frozen=True)
class Book:
    """A workbook twice: with its formulas, and with the values that were stored beside them."""

    formulas: Any
    values: Any

    def sheet(self, name: str) -> Worksheet:
        """A sheet with its formulas."""
        return self.formulas[name]

    def rows(self, name: str) -> list[list[Any]]:
        """The stored values of a sheet, row by row, from the heads on."""
        return [[cell.value for cell in row] for row in self.values[name].iter_rows(min_row=4)]

    def row(self, name: str, label: str) -> list[Any]:
        """The values of the one row that has this text in one of its first two cells."""
        (found,) = (row for row in self.rows(name) if label in row[:2])
        return found

    def formula(self, name: str, label: str, column: int) -> Any:
        """What stands in a column (from 0) of the row with this text: a formula, or a value."""
        sheet = self.formulas[name]
        (found,) = (row for row in sheet.iter_rows(min_row=4) if label in [cell.value for cell in row[:2]])
        return found[column].value

    def computed(self) -> dict[str, tuple[float, Any]]:
        """Every formula by its address: what it comes to, and the value stored beside it."""
        return {
            f"{sheet.title}!{cell.coordinate}": (
                compute(sheet, cell.value),
                self.values[sheet.title][cell.coordinate].value,
            )
            for sheet in self.formulas
            for row in sheet.iter_rows()
            for cell in row
            if cell.data_type == "f"
        }


def read(content: bytes) -> Book:
    """A workbook from its bytes."""
    return Book(load_workbook(io.BytesIO(content)), load_workbook(io.BytesIO(content), data_only=True))


def compute(sheet: Worksheet, content: Any) -> float:
    """The number of a cell: itself, or what its formula comes to. Text counts as nothing, as SUM has it."""
    if not isinstance(content, str):
        return float(content or 0)
    if found := SUM.fullmatch(content):
        cells = [row[0].value for row in sheet[f"{found[1]}{found[2]}:{found[3]}{found[4]}"]]
        return sum(compute(sheet, value) for value in cells)
    if found := RATIO.fullmatch(content):
        zero, top, bottom = (compute(sheet, sheet[found[n]].value) for n in (1, 2, 3))
        assert zero == bottom
        return top / bottom * int(found[4] or 1)
    assert not content.startswith("="), content
    return 0.0
