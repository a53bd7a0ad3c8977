"""A table of the page as a table of Word: heads repeated on every page, no row torn over two."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.table import CT_Tc
from docx.shared import Mm
from docx.text.paragraph import Paragraph

from reports.word import style
from reports.word.text import classes, name_of

TWENTIETHS = 20
"""Of a point: what Word counts in."""
SHORT_ROWS = 9
"""A table of so many rows stays on one page, as in the print."""


@dataclass(frozen=True, slots=True)
class Place:
    """A cell where it stands: the element, None for what a cell above takes, and how many columns and rows it spans."""

    element: Element | None
    columns: int
    rows: int


def parts(table: Element, name: str) -> list[Element]:
    """The rows in the parts of that name: thead or tbody."""
    return [row for part in table if name_of(part) == name for row in part if name_of(row) == "tr"]


def widths(table: Element, columns: int, room: float) -> list[float]:
    """Widths of the columns in mm: the shares the page gives; columns without one divide the rest."""
    stated = [_percent(one) for one in table.iter() if name_of(one) == "col"]
    if not stated:
        stated = [_percent(cell) for row in parts(table, "thead")[:1] for cell in row]
    stated = [*stated, *[0.0] * columns][:columns]
    rest = max(100 - sum(stated), 0) / max(stated.count(0), 1)
    shares = [one or rest for one in stated]
    return [room * one / sum(shares) for one in shares]


def _percent(element: Element) -> float:
    _name, _colon, value = element.get("style", "").partition("width:")
    return float(value.partition("%")[0]) if "%" in value else 0.0


def places(rows: Sequence[Element]) -> list[list[Place]]:
    """The cells of every row, with a place also where a cell from above reaches down."""
    made: list[list[Place]] = []
    reaching: dict[int, Place] = {}
    """Cells of the rows above that reach into this one, by column; rows: how many it reaches into from here."""
    for row in rows:
        line, below, at = [], {}, 0
        cells = [cell for cell in row if name_of(cell) in ("td", "th")]
        while cells or at in reaching:
            place = reaching[at] if at in reaching else _place(cells.pop(0))
            if place.rows > 1:
                below[at] = Place(None, place.columns, place.rows - 1)
            line.append(place)
            at += place.columns
        made.append(line)
        reaching = below
    return made


def _place(cell: Element) -> Place:
    return Place(cell, int(cell.get("colspan", "1")), int(cell.get("rowspan", "1")))


def add_table(flow: Any, table: Element) -> None:
    """The table at the end of the flow, without its caption."""
    heads, rows = parts(table, "thead"), parts(table, "tbody")
    lines = places([*heads, *rows])
    columns = max(sum(place.columns for place in line) for line in lines)
    room = widths(table, columns, flow.room)
    made = flow.add_grid(room)
    for at, (row, line) in enumerate(zip([*heads, *rows], lines, strict=True)):
        left = len(lines) - 1 - at
        kept = left > 0 and (len(rows) <= SHORT_ROWS or at < len(heads) + 1 or left == 1)
        _add_row(flow, made, row, line, room, at < len(heads), kept)


def _add_row(
    flow: Any,
    made: Any,
    row: Element,
    line: Sequence[Place],
    room: Sequence[float],
    is_head: bool,
    kept: bool,
) -> None:
    element: Any = OxmlElement("w:tr")
    properties = element.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if is_head:
        properties.append(OxmlElement("w:tblHeader"))
    bold = bool(classes(row) & {"total", "group"})
    at = 0
    for place in line:
        width = sum(room[at : at + place.columns])
        name = style.CELL_HEAD if is_head else _style(place.element)
        element.append(_cell(flow, place, width, name, bold, kept or "group" in classes(row)))
        at += place.columns
    made._tbl.append(element)


def _cell(flow: Any, place: Place, width: float, name: str, bold: bool, kept: bool) -> Any:
    cell = CT_Tc.new()
    cell.width = Mm(width)
    properties = cell.get_or_add_tcPr()
    if place.columns > 1:
        cell.grid_span = place.columns
    if place.rows > 1 or place.element is None:
        cell.vMerge = "continue" if place.element is None else "restart"
    centred = OxmlElement("w:vAlign")
    centred.set(qn("w:val"), "center")
    properties.append(centred)
    paragraph = Paragraph(cell.p_lst[0], flow.parent)
    flow.set_style(paragraph, name)
    if kept:
        paragraph.paragraph_format.keep_with_next = True
    if place.element is not None:
        flow.fill(paragraph, place.element, bold)
    return cell


def _style(element: Element | None) -> str:
    if element is None:
        return style.CELL
    kinds = classes(element)
    if "number" in kinds:
        return style.CELL_NUMBER
    return style.CELL_CENTRE if kinds & {"centre", "code"} else style.CELL


def keep_last_row(table: Any) -> None:
    """Let the last row of a w:tbl, and the one before it, stand on the page of the note below."""
    for element in table.tr_lst[-1].iter(qn("w:p")):
        Paragraph(element, table).paragraph_format.keep_with_next = True


def set_padding(table: Any, above: float, beside: float) -> None:
    """Room around the text of every cell, in points."""
    margins = OxmlElement("w:tblCellMar")
    for side, points in (("top", above), ("left", beside), ("bottom", above), ("right", beside)):
        one = OxmlElement(f"w:{side}")
        one.set(qn("w:w"), str(round(points * TWENTIETHS)))
        one.set(qn("w:type"), "dxa")
        margins.append(one)
    table._tbl.tblPr.insert_element_before(margins, "w:tblLook", "w:tblCaption", "w:tblDescription")
