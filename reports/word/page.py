"""Sections: upright pages, pages across, and what stands at the head of every page."""

from typing import Any

from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from reports.word import style

HEAD_MM = 10
"""From the edge of the paper to the page number, within the top margin."""
SENTENCE_POINTS = 10


def width_of(section: Any) -> float:
    """Room for text in mm."""
    return float(section.page_width - section.left_margin - section.right_margin) / Mm(1)


def set_upright(section: Any) -> None:
    """A4 upright with the decree's margins."""
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(style.PAGE_MM), Mm(style.PAGE_LONG_MM)
    _set_margins(section)


def set_across(section: Any) -> None:
    """A4 across with the same margins."""
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(style.PAGE_LONG_MM), Mm(style.PAGE_MM)
    _set_margins(section)


def _set_margins(section: Any) -> None:
    section.top_margin, section.bottom_margin = Mm(style.TOP_MM), Mm(style.BOTTOM_MM)
    section.left_margin, section.right_margin = Mm(style.LEFT_MM), Mm(style.RIGHT_MM)
    section.header_distance = section.footer_distance = Mm(HEAD_MM)


def begin(document: Any, is_across: bool, mark: str) -> Any:
    """A new section on a new page that counts its own pages. mark: that it is a draft, or nothing."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    document.paragraphs[-1].style = style.END
    if is_across:
        set_across(section)
    else:
        set_upright(section)
    set_head(section, mark)
    return section


def set_head(section: Any, mark: str) -> None:
    """The page number, but on the first page, and the mark of a draft on all of them. Pages are counted from 1.

    mark: what its first line says in capitals; lines after it are sentences that stand below it, small.
    """
    capitals, *sentences = mark.split("\n")
    section.different_first_page_header_footer = True
    for header, is_numbered in ((section.header, True), (section.first_page_header, False)):
        header.is_linked_to_previous = False
        paragraph = header.paragraphs[0]
        paragraph.style = "Header"
        tabs = paragraph.paragraph_format.tab_stops
        width = width_of(section)
        tabs.add_tab_stop(Mm(width / 2), WD_TAB_ALIGNMENT.CENTER)
        tabs.add_tab_stop(Mm(width), WD_TAB_ALIGNMENT.RIGHT)
        paragraph.add_run("\t")
        if is_numbered:
            _add_page_number(paragraph)
        if capitals:
            paragraph.add_run("\t")
            paragraph.add_run(capitals).bold = True
        for sentence in sentences:
            _add_sentence(header, sentence)
    _count_from_one(section._sectPr)


def _add_sentence(header: Any, sentence: str) -> None:
    paragraph = header.add_paragraph(style="Header")
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    run = paragraph.add_run(sentence)
    run.italic, run.font.size = True, Pt(SENTENCE_POINTS)


def _count_from_one(properties: Any) -> None:
    if properties.find(qn("w:pgNumType")) is None:
        number = OxmlElement("w:pgNumType")
        number.set(qn("w:start"), "1")
        properties.insert_element_before(number, "w:cols", "w:titlePg", "w:docGrid")


def _add_page_number(paragraph: Any) -> None:
    for kind, text in (("begin", ""), ("", " PAGE "), ("separate", ""), ("", "1"), ("end", "")):
        run = paragraph.add_run()
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)
        elif text == " PAGE ":
            code = OxmlElement("w:instrText")
            code.text = text
            run._r.append(code)
        else:
            run.text = text
