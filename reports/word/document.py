"""From the page's HTML to a Word document: docxtpl fills head and foot of the template, the text follows between."""

import io
from datetime import UTC, date, datetime, time
from typing import Any
from xml.etree.ElementTree import Element

import tinyhtml5
from docx.oxml.ns import qn
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage

from reports import catalogue, fonts, render, words
from reports.fonts import FontFamily
from reports.province import Header, ProvinceReport
from reports.word import flow as flowing
from reports.word import page, picture, style, template
from reports.word.measure import width_of_text
from reports.word.text import UNWRITABLE, classes, name_of, plain

CODE_MM = 22
"""Of the QR code, as in the print."""


def province(report: ProvinceReport, made_on: date, font_folder: str = "", code: str = "vi") -> bytes:
    """The report as .docx in one language (vi, en). made_on: the day printed on a draft.

    Times New Roman is named and not embedded: Word has it. The family of the print draws the charts.
    Raises fonts.FontProblem where that is missing.
    """
    return _written(render.html(report, made_on, code), report.header, made_on, font_folder, code)


def copy(
    html: str, header: Header, issued_on: date, number: str, font_folder: str = "", code: str = "vi"
) -> bytes:
    """An issued report as .docx, to quote from: each page says that it is a copy, and what was issued.

    html: what the paper was printed from, so that both say the same whatever templates say today. number: of the
    report, such as 05/BC-SYT. Raises fonts.FontProblem.
    """
    _ = catalogue.of(code).gettext
    mark = _("BẢN SAO")
    note = _("Bản sao để tham khảo. Bản có chữ ký là tệp PDF của báo cáo số %(number)s.") % {"number": number}
    return _written(html, header, issued_on, font_folder, code, copied=f"{mark}\n{note}")


def _written(
    html: str, header: Header, made_on: date, font_folder: str, code: str, copied: str = ""
) -> bytes:
    family = fonts.find(font_folder)
    root = tinyhtml5.parse(html, namespace_html_elements=False)
    body = next(part for part in root if name_of(part) == "body")
    mark = next(
        (one.get("data-draft", "") for one in reversed(list(body.iter())) if "data-draft" in one.attrib), ""
    )
    mark = " · ".join(filter(None, (mark, copied)))
    document = _framed(body, family)
    page.set_head(document.sections[0], mark)
    _write_body(flowing.Flow(document, family, mark), body)
    _set_properties(document, header, root, made_on, code)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _framed(body: Element, family: FontFamily) -> Any:
    """The template with head and foot filled in."""
    frame = DocxTemplate(str(template.FILE))
    frame.init_docx()
    frame.render(_head(body) | _foot(body, frame, family), autoescape=True)
    document = frame.docx
    image = _image(body)
    for shape in document.inline_shapes:
        shape._inline.docPr.set("descr", "" if image is None else image.get("alt", ""))
    rules = [
        one for cell in document.tables[0]._cells for one in cell.paragraphs if one.style.name == style.RULE
    ]
    issuer, motto = (_first(body, name) for name in ("issuer", "motto"))
    longest = max(width_of_text(line, family, 12, bold=True) for line in plain(issuer).split("\n"))
    flowing.set_rule(rules[0], template.HEAD_MM[0], longest * flowing.RULE_SHARE)
    flowing.set_rule(rules[1], template.HEAD_MM[1], width_of_text(plain(motto), family, 13, bold=True))
    return document


def _first(body: Element, name: str) -> Element | None:
    return next((one for one in body.iter() if name in classes(one)), None)


def _head(body: Element) -> dict[str, str]:
    letterhead = _first(body, "letterhead")
    assert letterhead is not None
    names = ("superior", "issuer", "nation", "motto", "number", "draft", "place")
    return {name: plain(_first(letterhead, name)) for name in names}


def _foot(body: Element, frame: DocxTemplate, family: FontFamily) -> dict[str, Any]:
    recipients, signature = (_first(body, name) for name in ("recipients", "signature"))
    lines = [plain(one) for one in _paragraphs(signature)]
    listed = [] if recipients is None else [one for one in recipients if name_of(one) == "p"]
    image = _image(body)
    drawn = "" if image is None else picture.read(image, family, CODE_MM).stream
    return {
        "label": plain(_first(body, "label")),
        "recipients": [plain(one) for one in listed if "label" not in classes(one)],
        "code": drawn and InlineImage(frame, drawn, width=Mm(CODE_MM)),
        "check": [plain(one) for one in _paragraphs(recipients) if one not in listed],
        "signature": lines[:-1],
        "signer": lines[-1] if lines else "",
    }


def _image(body: Element) -> Element | None:
    """The QR code under the recipients."""
    recipients = _first(body, "recipients")
    return None if recipients is None else next((e for e in recipients.iter() if name_of(e) == "img"), None)


def _paragraphs(element: Element | None) -> list[Element]:
    return [] if element is None else [one for one in element.iter() if name_of(one) == "p"]


def _write_body(flow: flowing.Flow, body: Element) -> None:
    """The text before the foot, then the annexes, each in a section of its own."""
    marks = {one.text: one for one in flow.document.paragraphs}
    start, end = marks[template.BODY], marks[template.ANNEXES]
    flow.before = start._p
    annexes = [part for part in body.iter() if "annex" in classes(part)]
    for part in body:
        if part not in annexes and not classes(part) & {"letterhead", "closing"}:
            flowing.write(flow, part)
    start._p.getparent().remove(start._p)
    end._p.getparent().remove(end._p)
    flow.before = None
    for part in annexes:
        flowing.write(flow, part)


def _set_properties(document: Any, header: Header, root: Element, made_on: date, code: str) -> None:
    title = next((one for one in root.iter() if name_of(one) == "title"), None)
    properties = document.core_properties
    author = words.office(header.issuing, lang=code)
    properties.title, properties.author = plain(title), UNWRITABLE.sub("", author)
    properties.language = flowing.LOCALES[code]
    properties.created = properties.modified = datetime.combine(made_on, time(), UTC)
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), flowing.LOCALES[code])
