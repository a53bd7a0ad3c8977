"""The tags WeasyPrint makes, set right where PDF/UA asks for more.

Header cells say which cells they head (Scope) instead of every cell naming its heads by identifiers, which would have
to be unique over joined parts. What stands in the margins, such as page numbers, is an artifact. The box of a figure
is measured from the bottom of the page, in points.
"""

from collections.abc import Iterator

import pydyf
from weasyprint import Document
from weasyprint.formatting_structure import boxes

SCOPES = {"row": "/Row", "rowgroup": "/Row"}
POINTS_A_PIXEL = 0.75


def set_right(document: Document, pdf: pydyf.PDF) -> None:
    """Change the tags of one part in place."""
    _scope_cells(document)
    _measure_figures(pdf)
    _free_margins(pdf)


def found(pdf: pydyf.PDF, reference: bytes) -> pydyf.Object:
    """The object that a reference such as b"12 0 R" names."""
    return pdf.objects[int(reference.split()[0])]


def _scope_cells(document: Document) -> None:
    waiting = [page._page_box for page in document.pages]
    while waiting:
        box = waiting.pop()
        if isinstance(box, boxes.Box):
            waiting.extend(box.children)
        cell = getattr(box, "mark", None)
        if isinstance(cell, pydyf.Dictionary):
            cell.pop("ID", None)
            cell["A"].pop("Headers", None)
            if cell["S"] == "/TH":
                cell["A"]["Scope"] = SCOPES.get(box.element.get("scope", "col"), "/Column")
            elif len(cell["A"]) == 1:
                del cell["A"]


def _measure_figures(pdf: pydyf.PDF) -> None:
    for element in pdf.objects:
        if isinstance(element, pydyf.Dictionary) and element.get("S") == "/Figure":
            height = found(pdf, element["Pg"])["MediaBox"][3]
            left, top, right, bottom = (POINTS_A_PIXEL * edge for edge in element["A"]["BBox"])
            element["A"]["BBox"] = pydyf.Array((left, height - bottom, right, height - top))


def _free_margins(pdf: pydyf.PDF) -> None:
    """Content that no element of the tree holds is of the margins: an artifact."""
    root = found(pdf, pdf.catalog["StructTreeRoot"])
    numbers = found(pdf, root["ParentTree"])["Nums"]
    held = set(_reached(pdf, root["K"]))
    pages = (found(pdf, reference) for reference in pdf.page_references)
    for page, elements in zip(pages, numbers[1::2], strict=False):
        free = {place for place, reference in enumerate(elements) if reference not in held}
        for place in free:
            elements[place] = b"null"
        if free:
            _make_artifacts(found(pdf, page["Contents"]).stream, free)


def _reached(pdf: pydyf.PDF, kids: list[object]) -> Iterator[bytes]:
    waiting = list(kids)
    while waiting:
        kid = waiting.pop()
        if isinstance(kid, bytes):
            yield kid
            waiting.extend(found(pdf, kid).get("K", ()))


def _make_artifacts(operators: list[object], identifiers: set[int]) -> None:
    for place, operator in enumerate(operators):
        if operator == b"BDC" and operators[place - 1].get("MCID") in identifiers:  # type: ignore[attr-defined]
            operators[place - 2] = "/Artifact"
            operators[place - 1] = pydyf.Dictionary({"Type": "/Pagination", "Subtype": "/Header"})
