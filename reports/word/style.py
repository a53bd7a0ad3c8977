"""The styles of the Word document and its measures, by Nghị định 30/2020/NĐ-CP; docs/decisions/layout.md.

Headings and captions are Word's own styles, so that a table of contents and the navigation pane work; the others have
Vietnamese names, because the office sees them in Word.
"""

from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

FONT = "Times New Roman"
PAGE_MM, PAGE_LONG_MM = 210, 297
TOP_MM, RIGHT_MM, BOTTOM_MM, LEFT_MM = 20, 15, 20, 30
INDENT_MM = 12.7
SUPERIOR, ISSUER, NATION, MOTTO = "Cơ quan chủ quản", "Cơ quan ban hành", "Quốc hiệu", "Tiêu ngữ"
NUMBER, PLACE, DRAFT, RULE = "Số, ký hiệu", "Địa danh, ngày", "Dự thảo", "Gạch dưới"
ITEM, SOURCE, CENTRED, END = "Gạch đầu dòng", "Ghi chú", "Giữa dòng", "Hết phần"
CELL, CELL_HEAD, CELL_NUMBER, CELL_CENTRE = "Ô bảng", "Đầu bảng", "Ô số", "Ô giữa"
ANNEX, ANNEX_OF, PICTURE = "Tên phụ lục", "Kèm theo", "Hình"
LABEL, RECIPIENT, SIGNATURE, SEAL, SMALL = "Nơi nhận", "Dòng nơi nhận", "Chữ ký", "Chỗ đóng dấu", "Chữ nhỏ"
BUILT_IN = {
    # name: (size, bold, italic, alignment, points before, first line in mm)
    "Normal": (14, False, False, ALIGN.JUSTIFY, 0, 0),
    "Body Text": (14, False, False, ALIGN.JUSTIFY, 6, INDENT_MM),
    "Title": (14, True, False, ALIGN.CENTER, 18, 0),
    "Subtitle": (14, True, False, ALIGN.CENTER, 0, 0),
    "Heading 1": (14, True, False, ALIGN.JUSTIFY, 12, INDENT_MM),
    "Heading 2": (14, True, False, ALIGN.JUSTIFY, 8, INDENT_MM),
    "Heading 3": (14, True, True, ALIGN.JUSTIFY, 6, INDENT_MM),
    "Heading 4": (14, False, False, ALIGN.JUSTIFY, 6, INDENT_MM),
    "Caption": (13, True, False, ALIGN.CENTER, 10, 0),
    "Header": (13, False, False, ALIGN.LEFT, 0, 0),
}
OWN = {
    SUPERIOR: (12, False, False, ALIGN.CENTER, 0, 0),
    ISSUER: (12, True, False, ALIGN.CENTER, 0, 0),
    NATION: (12, True, False, ALIGN.CENTER, 0, 0),
    MOTTO: (13, True, False, ALIGN.CENTER, 0, 0),
    NUMBER: (13, False, False, ALIGN.CENTER, 9, 0),
    PLACE: (13, False, True, ALIGN.CENTER, 9, 0),
    DRAFT: (13, True, False, ALIGN.CENTER, 5, 0),
    RULE: (2, False, False, ALIGN.CENTER, 3, 0),
    ITEM: (14, False, False, ALIGN.JUSTIFY, 6, INDENT_MM),
    SOURCE: (10.5, False, True, ALIGN.LEFT, 2, 0),
    CENTRED: (14, False, True, ALIGN.CENTER, 0, 0),
    PICTURE: (14, False, False, ALIGN.CENTER, 0, 0),
    END: (1, False, False, ALIGN.LEFT, 0, 0),
    CELL: (10, False, False, ALIGN.LEFT, 0, 0),
    CELL_HEAD: (10, True, False, ALIGN.CENTER, 0, 0),
    CELL_NUMBER: (10, False, False, ALIGN.RIGHT, 0, 0),
    CELL_CENTRE: (10, False, False, ALIGN.CENTER, 0, 0),
    ANNEX_OF: (13, False, True, ALIGN.CENTER, 0, 0),
    LABEL: (12, True, True, ALIGN.LEFT, 0, 0),
    RECIPIENT: (11, False, False, ALIGN.LEFT, 0, 0),
    SIGNATURE: (14, True, False, ALIGN.CENTER, 0, 0),
    SEAL: (14, False, False, ALIGN.CENTER, 76, 0),
    SMALL: (9.5, False, False, ALIGN.LEFT, 2, 0),
}
LOOSE = ("Body Text", ITEM, "Heading 1", "Heading 2", "Heading 3", "Heading 4")
"""Text of the document: 1,25 lines."""
KEPT = ("Title", "Heading 1", "Heading 2", "Heading 3", "Heading 4", "Caption", ANNEX_OF)
"""Never the last line of a page."""


def set_styles(document: Any) -> None:
    """Give a new document all styles above."""
    for name, look in (BUILT_IN | OWN).items():
        known = name in BUILT_IN
        style = document.styles[name] if known else document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        if not known:
            style.base_style = document.styles["Normal"]
        _set_style(style, *look)
    annex = document.styles.add_style(ANNEX, WD_STYLE_TYPE.PARAGRAPH)
    annex.base_style = document.styles["Heading 1"]
    annex.next_paragraph_style = document.styles[ANNEX_OF]
    _set_style(annex, 14, True, False, ALIGN.CENTER, 0, 0)
    for name in (*LOOSE, "Subtitle"):
        document.styles[name].paragraph_format.line_spacing = 1.25 if name in LOOSE else 1
    for name in (*KEPT, ANNEX):
        document.styles[name].paragraph_format.keep_with_next = True
    document.styles[SOURCE].paragraph_format.keep_together = True
    rule = document.styles[RULE].paragraph_format
    rule.line_spacing_rule, rule.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(3)
    end = document.styles[END].paragraph_format
    end.line_spacing_rule, end.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(1)
    _border(document.styles[RULE], "top")
    document.styles["Header"].paragraph_format.tab_stops.clear_all()
    document.styles["Caption"].paragraph_format.space_after = Pt(3)


def _set_style(
    style: Any, size: float, bold: bool, italic: bool, alignment: Any, before: float, first_line: float
) -> None:
    font, layout = style.font, style.paragraph_format
    font.name, font.size, font.bold, font.italic = FONT, Pt(size), bold, italic
    font.color.rgb = RGBColor(0, 0, 0)
    _one_font(style)
    layout.alignment, layout.space_before, layout.space_after = alignment, Pt(before), Pt(0)
    layout.first_line_indent, layout.line_spacing = Mm(first_line), 1
    layout.widow_control = True
    borders = style.element.pPr.find(qn("w:pBdr"))
    if borders is not None:
        style.element.pPr.remove(borders)
    spacing = style.element.rPr.find(qn("w:spacing"))
    if spacing is not None:
        style.element.rPr.remove(spacing)


def _one_font(style: Any) -> None:
    """The same font for every script, and none of the theme's."""
    fonts = style.element.rPr.rFonts
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), FONT)


def _border(style: Any, *sides: str) -> None:
    borders = OxmlElement("w:pBdr")
    for side in sides:
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    style.element.get_or_add_pPr().insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )
