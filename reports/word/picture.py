"""Charts of the page as pictures: Word shows no SVG without a picture of dots beside it, so it gets those."""

import base64
import io
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import resvg_py

from reports.fonts import FontFamily

SVG = "http://www.w3.org/2000/svg"
DOTS_PER_MM = 10
"""254 to the inch."""
DECLARED = "{http://www.w3.org/2000/xmlns/}"
"""Under what HTML keeps the declaration of a namespace, which is written anew here."""
ElementTree.register_namespace("", SVG)


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG with its size on paper in mm, and what it tells in words."""

    png: bytes
    width: float
    height: float
    alt: str

    @property
    def stream(self) -> io.BytesIO:
        """The bytes as a file."""
        return io.BytesIO(self.png)


def draw(svg: Element, family: FontFamily, width: float, highest: float) -> Picture:
    """An SVG element in black on white, as wide as given (mm), or less where it would be higher than `highest`."""
    _x, _y, across, down = (float(number) for number in svg.get("viewBox", "0 0 1 1").split())
    alone = _alone(svg)
    width = min(width, highest * across / down)
    drawn = resvg_py.svg_to_bytes(
        svg_string=ElementTree.tostring(alone, encoding="unicode"),
        background="white",
        width=round(width * DOTS_PER_MM),
        skip_system_fonts=True,
        font_files=[str(path) for _weight, _style, path in family.faces],
        font_family=family.name,
        serif_family=family.name,
    )
    return Picture(bytes(drawn), width, width * down / across, _told(svg))


def read(image: Element, family: FontFamily, width: float) -> Picture:
    """The square picture of an img element, which holds it as a data URI; as wide as given (mm)."""
    head, _comma, data = image.get("src", "").partition(",")
    content = base64.b64decode(data) if head.endswith(";base64") else unquote_to_bytes(data)
    if "svg" in head:
        content = draw(ElementTree.fromstring(content), family, width, width).png  # noqa: S314 (our own)
    return Picture(content, width, width, image.get("alt", ""))


def _alone(svg: Element) -> Element:
    """The element as a document: without the text behind it."""
    kept = {name: value for name, value in svg.attrib.items() if not name.startswith(DECLARED)}
    alone = Element(svg.tag, kept)
    alone.extend(svg)
    return alone


def _told(svg: Element) -> str:
    title = svg.find(f"{{{SVG}}}title")
    said = title.text if title is not None and title.text else svg.get("aria-label", "")
    return " ".join((said or "").split())
