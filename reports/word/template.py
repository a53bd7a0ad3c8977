"""The Word template of the province report, made from here so that a change of it can be read: head, foot and styles.

    scripts/word-template      writes reports/templates/province.docx

An office may open the template in Word and change its looks; docxtpl fills its {{ places }}, and the text of the report
stands where its two marks are. A test holds the file to what this module makes.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from reports.pdf import TEMPLATES
from reports.word import style
from reports.word.grid import set_padding
from reports.word.page import set_upright

FILE = TEMPLATES / "province.docx"
BODY, ANNEXES = "[BODY]", "[ANNEXES]"
"""Marks of the places where the text of the report and its annexes begin."""
HEAD_MM = (69, 96)
CLOSING_MM = (72, 93)
MADE_ON = datetime(2026, 1, 1, tzinfo=UTC)
"""Of the template itself; a report carries its own day."""
SCREEN_HEAD = "Quốc hiệu, tên cơ quan"
SCREEN_FOOT = "Nơi nhận, chữ ký"


def build() -> Any:
    """The template as a document of python-docx."""
    document = Document()
    style.set_styles(document)
    set_upright(document.sections[0])
    _letterhead(document)
    document.add_paragraph(BODY, style="Body Text")
    _closing(document)
    document.add_paragraph(ANNEXES, style=style.END)
    _use_words_own_layout(document)
    properties = document.core_properties
    properties.author, properties.title, properties.comments = "CLB", "", ""
    properties.created = properties.modified = MADE_ON
    return document


def write(file: Path = FILE) -> None:
    """Write the template."""
    build().save(str(file))


def _use_words_own_layout(document: Any) -> None:
    """Of Word 2013 and newer, not of the older one that the empty document of python-docx asks for."""
    for setting in document.settings.element.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), "15")


def _grid(document: Any, widths: tuple[int, int], rows: int, told: str) -> Any:
    """A table without lines that stays on one page; told: what it is, for who hears the page."""
    table = document.add_table(rows=rows, cols=2)
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    set_padding(table, 0, 0)
    for column, width in zip(table._tbl.tblGrid.gridCol_lst, widths, strict=True):
        column.w = Mm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    described = OxmlElement("w:tblDescription")
    described.set(qn("w:val"), told)
    table._tbl.tblPr.append(described)
    return table


def _fill(cell: Any, *lines: tuple[str, str]) -> None:
    """Paragraphs of a cell: (text, style)."""
    for at, (text, name) in enumerate(lines):
        paragraph = cell.paragraphs[0] if at == 0 else cell.add_paragraph()
        paragraph.text, paragraph.style = text, name


def _letterhead(document: Any) -> None:
    cells = [cell for row in _grid(document, HEAD_MM, 2, SCREEN_HEAD).rows for cell in row.cells]
    _fill(cells[0], ("{{ superior }}", style.SUPERIOR), ("{{ issuer }}", style.ISSUER), ("", style.RULE))
    _fill(cells[1], ("{{ nation }}", style.NATION), ("{{ motto }}", style.MOTTO), ("", style.RULE))
    _fill(
        cells[2],
        ("{{ number }}", style.NUMBER),
        ("{%p if draft %}", style.DRAFT),
        ("{{ draft }}", style.DRAFT),
        ("{%p endif %}", style.DRAFT),
    )
    _fill(cells[3], ("{{ place }}", style.PLACE))


def _closing(document: Any) -> None:
    above = document.add_paragraph(style=style.END).paragraph_format
    above.space_before, above.keep_with_next = Pt(13), True
    cells = [cell for row in _grid(document, CLOSING_MM, 1, SCREEN_FOOT).rows for cell in row.cells]
    _fill(
        cells[0],
        ("{{ label }}", style.LABEL),
        ("{%p for line in recipients %}", style.RECIPIENT),
        ("{{ line }}", style.RECIPIENT),
        ("{%p endfor %}", style.RECIPIENT),
        ("{%p if code %}", style.SMALL),
        ("{{ code }}", style.SMALL),
        ("{%p endif %}", style.SMALL),
        ("{%p for line in check %}", style.SMALL),
        ("{{ line }}", style.SMALL),
        ("{%p endfor %}", style.SMALL),
    )
    _fill(
        cells[1],
        ("{%p for line in signature %}", style.SIGNATURE),
        ("{{ line }}", style.SIGNATURE),
        ("{%p endfor %}", style.SIGNATURE),
        ("", style.SEAL),
        ("{{ signer }}", style.SIGNATURE),
    )
