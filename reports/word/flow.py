"""The page's HTML set as Word paragraphs, tables and pictures, in order.

The HTML is the one the PDF is made from, so that both say the same, word by word; only the looks are said here.
"""

from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import Element

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm
from docx.text.paragraph import Paragraph

from reports.fonts import FontFamily
from reports.word import grid, page, picture, style
from reports.word.measure import width_of_text
from reports.word.text import Run, classes, name_of, plain, runs

HEADINGS = {"h1": "Title", "h2": "Heading 1", "h3": "Heading 2", "h4": "Heading 3", "h5": "Heading 4"}
PARAGRAPHS = {
    "source": style.SOURCE,
    "subject": "Subtitle",
    "item": style.ITEM,
    "empty": style.CENTRED,
    "of": style.CENTRED,
    "issue-mark": style.DRAFT,
    "caption": "Caption",
}
"""By class of a paragraph; any other is text of the document."""
HIGHEST_MM = 205
"""Of a picture on an upright page, with its caption above."""
KEY_MM = 8
"""Width of a sign in the key of a picture."""
LOCALES = {"vi": "vi-VN", "en": "en-GB"}
"""The languages of a page as Word names them."""
RULE_SHARE = 0.42
"""Of the length of the line above: between a third and a half (Nghị định 30/2020/NĐ-CP)."""


class Flow:
    """Where the next paragraph, table or picture goes: before an element of the document, else at its end."""

    def __init__(self, document: Any, family: FontFamily, mark: str) -> None:
        self.document = document
        self.parent = document._body
        self.family = family
        self.mark = mark
        self.before: Any = None
        self._styles = {one.name: one.style_id for one in document.styles}
        self.room = page.width_of(document.sections[-1])

    def add(self, name: str) -> Any:
        """An empty paragraph in a style."""
        made = self.document.add_paragraph()
        self.set_style(made, name)
        if self.before is not None:
            self.before.addprevious(made._p)
        return made

    def set_style(self, paragraph: Any, name: str) -> None:
        """Give a paragraph a style of the template; looked up here, because python-docx searches all for each."""
        paragraph._p.style = self._styles[name]

    def add_grid(self, room: list[float]) -> Any:
        """A table without rows, with lines, and columns so wide (mm)."""
        made = self.document.add_table(rows=0, cols=len(room))
        made.style, made.autofit = "Table Grid", False
        for column, width in zip(made._tbl.tblGrid.gridCol_lst, room, strict=True):
            column.w = Mm(width)
        grid.set_padding(made, 1.5, 2)
        made.alignment = WD_TABLE_ALIGNMENT.CENTER
        if self.before is not None:
            self.before.addprevious(made._tbl)
        return made

    def fill(self, paragraph: Any, element: Element, bold: bool = False) -> None:
        """Put the text of an element, with the pictures in it, into a paragraph."""
        for run in runs(element):
            made = paragraph.add_run()
            if run.picture is not None:
                self.add_picture(made, run.picture, KEY_MM)
            else:
                _set_run(made, run, bold)

    def add_picture(self, run: Any, svg: Element, width: float) -> None:
        """Draw an SVG in a run, with its alternative text."""
        drawn = picture.draw(svg, self.family, width, HIGHEST_MM)
        shape = run.add_picture(drawn.stream, Mm(drawn.width), Mm(drawn.height))
        shape._inline.docPr.set("descr", drawn.alt)

    def rule(self, line: str, points: float, bold: bool) -> None:
        """A rule below a centred line of text."""
        set_rule(self.add(style.RULE), self.room, width_of_text(line, self.family, points, bold) * RULE_SHARE)


def set_rule(paragraph: Any, room: float, width: float) -> None:
    """Let the line of a paragraph be so wide, in the middle of its room (mm)."""
    side = max((room - width) / 2, 0)
    layout = paragraph.paragraph_format
    layout.left_indent = layout.right_indent = Mm(side)


def write(flow: Flow, element: Element) -> None:
    """An element of the page and what stands in it."""
    kind = name_of(element)
    if kind in WRITERS:
        WRITERS[kind](flow, element)
    elif "annex" in classes(element):
        _annex(flow, element)
    elif element.get("aria-hidden") != "true":
        for child in element:
            write(flow, child)


def _heading(flow: Flow, element: Element) -> None:
    flow.fill(flow.add(HEADINGS[name_of(element)]), element)


def _paragraph(flow: Flow, element: Element) -> None:
    kinds = classes(element)
    name = next((PARAGRAPHS[kind] for kind in PARAGRAPHS if kind in kinds), "Body Text")
    made = flow.add(name)
    flow.fill(made, element)
    if name == style.SOURCE:
        _keep_with_table(made)
    if "last-words" in kinds:
        made.paragraph_format.keep_with_next = True
    if "subject" in kinds:
        flow.rule(plain(element).rsplit("\n", 1)[-1], 14, bold=True)


def _keep_with_table(note: Any) -> None:
    """Let the end of a table right above a note stand on the note's page."""
    gap = note._p.getprevious()
    table = None if gap is None else gap.getprevious()
    if table is not None and table.tag == qn("w:tbl"):
        Paragraph(gap, note._parent).paragraph_format.keep_with_next = True
        grid.keep_last_row(table)


def _table(flow: Flow, element: Element) -> None:
    caption = next((part for part in element if name_of(part) == "caption"), None)
    if caption is not None:
        _caption(flow, caption)
    grid.add_table(flow, element)
    flow.add(style.END)


def _caption(flow: Flow, element: Element) -> None:
    """A caption; what it adds in brackets is light and slanted."""
    made = flow.add("Caption")
    for run in runs(element):
        added = made.add_run(run.text)
        added.bold = run.text not in _added(element)
        added.italic = not added.bold


def _added(element: Element) -> set[str]:
    return {run.text for part in element if "of" in classes(part) for run in runs(part)}


def _figure(flow: Flow, element: Element) -> None:
    for part in element:
        kind = name_of(part)
        if kind == "figcaption":
            _caption(flow, part)
        elif kind == "svg":
            made = flow.add(style.PICTURE)
            made.paragraph_format.keep_with_next = part is not element[-1]
            flow.add_picture(made.add_run(), part, flow.room)
        else:
            write(flow, part)


def _annex(flow: Flow, element: Element) -> None:
    """A section of its own, on pages across where it is wide; one that is joined goes on below the annex before."""
    if "joined" not in classes(element):
        flow.room = page.width_of(page.begin(flow.document, "wide" in classes(element), flow.mark))
    for part in element:
        if name_of(part) == "h2":
            flow.fill(flow.add(style.ANNEX), part)
        elif "of" in classes(part):
            flow.fill(flow.add(style.ANNEX_OF), part)
            flow.rule(plain(part), 13, bold=False)
        else:
            write(flow, part)


WRITERS: dict[str, Callable[[Flow, Element], None]] = {
    **dict.fromkeys(HEADINGS, _heading),
    "p": _paragraph,
    "table": _table,
    "figure": _figure,
}


def _set_run(made: Any, run: Run, bold: bool) -> None:
    made.text = run.text
    if run.bold or bold:
        made.bold = True
    if run.italic:
        made.italic = True
    if run.lang:
        language = OxmlElement("w:lang")
        language.set(qn("w:val"), LOCALES.get(run.lang, run.lang))
        made._r.get_or_add_rPr().append(language)


LOCALES = {"vi": "vi-VN", "en": "en-GB"}
