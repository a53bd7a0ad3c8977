"""The pages of an issued report: drawn once, and drawn again from what was kept, to the same byte."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

from reports import fonts, papers, pdf, render
from reports.fonts import FontProblem
from reports.frozen import Content
from reports.pdf import RenderProblem
from reports.province import MADE_UP
from server.blobs import BlobStore
from server.models import Report
from server.services.report import paper
from server.services.report.paper import Paper
from server.services.report.problem import ContentUnreadable
from server.services.report.province import TYPES, NotPrintable

LIBRARIES = ("weasyprint", "pydyf", "fonttools", "tinycss2", "tinyhtml5")
"""What decides on the bytes of a PDF, beside Pango, templates and fonts."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A document in the three forms that are kept. html: with every picture in it; css: without the fonts."""

    html: str
    css: str
    pdf: bytes


@dataclass(frozen=True, slots=True)
class Remade:
    """A PDF made again. changed: (part, version then, version now) of what draws the pages."""

    pdf: bytes
    sha256: str
    expected: str
    changed: tuple[tuple[str, str, str], ...]

    @property
    def is_same(self) -> bool:
        """Whether every byte is that of the paper."""
        return self.sha256 == self.expected


@dataclass(frozen=True, slots=True)
class Enclosed:
    """What travels inside the PDF of an issued report, so that its figures can be read by machines for good.

    content: the figures as JSON (reports.frozen). workbook: the tables as .xlsx.
    """

    content: bytes
    workbook: bytes

    def attachments(self) -> tuple[pdf.Attachment, ...]:
        """As PDF/A-3 holds them: what the document was made from, and the data of its tables."""
        return (
            pdf.Attachment("so-lieu.json", "application/json", self.content, "Số liệu của báo cáo", "Source"),
            pdf.Attachment("bang-bieu.xlsx", TYPES["xlsx"], self.workbook, "Bảng biểu của báo cáo", "Data"),
        )


def draw(report: Content, made_on: date, language: str, enclosed: Enclosed | None = None) -> Drawn:
    """The document in one language (vi, en) as HTML, style sheet and PDF. Raises NotPrintable."""
    html, css = papers.html(report, made_on, language), render.stylesheet()
    return Drawn(html, css, _pdf(html, css, enclosed))


def preview(of: Paper, figures: Content, written: Mapping[str, str], made_on: date) -> bytes:
    """A draft as a PDF, with the texts as they stand. figures: its stored content. Raises NotPrintable."""
    mark = MADE_UP if figures.scope.has_invented else ""
    header = replace(figures.header, replaces=paper.replaced(of), mark=mark)
    return draw(replace(figures, header=header, written=written), made_on, of.basis.language).pdf


def copy(blobs: BlobStore, of: Paper) -> bytes:
    """An issued report as a Word document to quote from, made from the HTML that was kept of it and marked as a copy.

    Raises ContentUnreadable when a stored file is gone, NotPrintable.
    """
    from reports import word  # A seventh of a second to import, and few ask for it.

    row = of.row
    content = paper.content(blobs, row)
    assert row.issued_on is not None  # It is out.
    try:
        html = blobs.read(row.html_sha256 or "").decode()
        return word.copy(html, content.header, row.issued_on, of.full_number, code=of.basis.language)
    except FileNotFoundError as error:
        raise ContentUnreadable(report_id=row.id, reason=error) from error
    except FontProblem as error:
        raise NotPrintable(reason=str(error)) from error


def remake(blobs: BlobStore, row: Report) -> Remade:
    """The PDF of an issued report, drawn from its stored HTML, style sheet and enclosed files: templates of today play
    no part.

    Raises ContentUnreadable when a stored file is gone, NotPrintable.
    """
    try:
        html, css = (blobs.read(sha256 or "").decode() for sha256 in (row.html_sha256, row.css_sha256))
        enclosed = Enclosed(blobs.read(row.content_sha256), blobs.read(row.workbook_sha256 or ""))
    except FileNotFoundError as error:
        raise ContentUnreadable(report_id=row.id, reason=error) from error
    made = _pdf(html, css, enclosed)
    then, now = row.made_with or {}, made_with()
    parts = [part for part in now if part != "templates" and then.get(part) != now[part]]
    changed = tuple((part, str(then.get(part, "–")), str(now[part])) for part in parts)
    return Remade(made, hashlib.sha256(made).hexdigest(), row.pdf_sha256 or "", changed)


def _pdf(html: str, css: str, enclosed: Enclosed | None) -> bytes:
    try:
        return pdf.render(html, css, fonts.find(), enclosed.attachments() if enclosed else ())
    except (FontProblem, RenderProblem) as error:
        raise NotPrintable(reason=str(error)) from error


def made_with() -> dict[str, Any]:
    """Versions and SHA-256 of what draws the pages: libraries, Pango, font and templates. Raises NotPrintable."""
    from weasyprint.text.ffi import pango  # WeasyPrint takes a third of a second to import.

    try:
        family = fonts.find()
    except FontProblem as error:
        raise NotPrintable(reason=str(error)) from error
    found = {name: version(name) for name in LIBRARIES}
    number = pango.pango_version()
    found["pango"] = f"{number // 10_000}.{number // 100 % 100}.{number % 100}"
    found["font"] = f"{family.name} {family.version}"
    found["font_sha256"] = _digest([path for _, _, path in family.faces])
    templates = sorted(path for path in Path(pdf.TEMPLATES).rglob("*") if path.is_file())
    found["templates"] = _digest(templates)
    return found


def _digest(files: list[Path]) -> str:
    """One SHA-256 over the names and bytes of files, in the order given."""
    whole = hashlib.sha256()
    for path in files:
        whole.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()
