"""A document as WeasyPrint lays it out, read in half the time that its own reader takes, to the same pages.

Half of the text of a report are drawings, and its reader looks at HTML letter by letter. Drawings that are plain XML go
through Python's own XML reader instead. Blanks between the parts of a table are not printed: they are left out here
rather than made into boxes that layout throws away.
"""

import re
from xml.etree import ElementTree

from weasyprint import HTML
from weasyprint.urls import URLFetcher

SVG = "{http://www.w3.org/2000/svg}svg"
DRAWING = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
UNLIKE_XML = re.compile(r"<!|<\?|<[^>]*[\n\r\t]|&(?!(?:amp|lt|gt|quot|#34|#39);)")
"""What the two readers would not read alike: such a drawing is left to WeasyPrint's."""
PLACE = "data-drawing"
TABLE_PARTS = ("table", "colgroup", "thead", "tbody", "tfoot", "tr")
BLANK = " \t\n\r\f"


def read(html: str, base_url: str, fetcher: URLFetcher) -> HTML:
    """A whole document, as `weasyprint.HTML` would hold it but for blanks that no page shows."""
    drawings: list[ElementTree.Element] = []

    def set_aside(found: re.Match[str]) -> str:
        drawing = _drawing(found[0])
        if drawing is None:
            return found[0]
        drawings.append(drawing)
        return f'<svg {PLACE}="{len(drawings) - 1}"></svg>'

    source = HTML(string=DRAWING.sub(set_aside, html), base_url=base_url, url_fetcher=fetcher)
    _put_back(source.etree_element, drawings)
    _drop_blanks(source.etree_element)
    return source


def _drawing(text: str) -> ElementTree.Element | None:
    """A drawing that means the same as XML; None for any other."""
    if UNLIKE_XML.search(text):
        return None
    try:
        read = ElementTree.fromstring(text)  # noqa: S314 - without a document type nothing can be expanded
    except ElementTree.ParseError:
        return None
    return read if read.tag == SVG else None


def _put_back(root: ElementTree.Element, drawings: list[ElementTree.Element]) -> None:
    if not drawings:
        return
    for place in root.iter(SVG):
        if (number := place.attrib.pop(PLACE, None)) is not None:
            drawing = drawings[int(number)]
            place.attrib.update(drawing.attrib)
            place.text = drawing.text
            place.extend(drawing)


def _drop_blanks(root: ElementTree.Element) -> None:
    for part in root.iter():
        if part.tag not in TABLE_PARTS:
            continue
        if part.text and not part.text.strip(BLANK):
            part.text = None
        for child in part:
            if child.tail and not child.tail.strip(BLANK):
                child.tail = None
