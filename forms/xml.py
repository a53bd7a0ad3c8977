"""Reads XML from strangers: no DOCTYPE, no entities, no network, no depth, UTF-8 only."""

import re
from collections.abc import Collection, Iterator

from lxml import etree

from .errors import DoctypeRefused, MalformedXML, TooDeep, WrongEncoding, XMLTooLarge

MAX_BYTES = 16 * 2**20
MAX_DEPTH = 100
BOM = b"\xef\xbb\xbf"
FOREIGN_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff", b"<\x00", b"\x00<", b"\x00\x00\x00<")
DECLARATION = re.compile(rb"""<\?xml\s[^>]*?\bencoding\s*=\s*["']([^"']*)["']""")
DOCTYPE = re.compile(rb"(?>\s+|<\?.*?\?>|<!--.*?-->)*+<!DOCTYPE", re.DOTALL | re.IGNORECASE)
UTF8_NAMES = frozenset({b"utf-8", b"utf8", b"us-ascii", b"ascii"})
TOO_DEEP = etree.XPath("boolean(" + "/*" * (MAX_DEPTH + 1) + ")")


def parse(xml: bytes) -> etree._Element:
    """The root element of a document that may come from anyone.

    A UTF-8 byte order mark is accepted. Comments and processing instructions
    are left out; the bytes themselves are never changed.
    Raises XMLTooLarge, WrongEncoding, DoctypeRefused, TooDeep, MalformedXML.
    """
    if len(xml) > MAX_BYTES:
        raise XMLTooLarge
    text = xml.removeprefix(BOM)
    _check_encoding(text)
    if DOCTYPE.match(text):
        raise DoctypeRefused
    root = _parse(text)
    if root.getroottree().docinfo.internalDTD is not None:
        raise DoctypeRefused
    if TOO_DEEP(root):
        raise TooDeep
    return root


def _check_encoding(text: bytes) -> None:
    if text.startswith(FOREIGN_MARKS):
        raise WrongEncoding
    declared = DECLARATION.match(text)
    if declared and declared[1].strip().lower() not in UTF8_NAMES:
        raise WrongEncoding(declared[1].decode("ascii", "replace"))
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as error:
        raise WrongEncoding(f"byte {error.start}") from error


def _parse(text: bytes) -> etree._Element:
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    try:
        root = etree.fromstring(text, parser)
    except etree.XMLSyntaxError as error:
        message = str(error)
        if "depth" in message.lower():
            raise TooDeep from error
        raise MalformedXML(message) from error
    if root is None:
        raise MalformedXML("empty document")
    return root


def local(element: etree._Element) -> str:
    """The element's name without its namespace. `parse` leaves nothing but elements."""
    tag: str = element.tag
    return tag[tag.rfind("}") + 1 :]


def find(element: etree._Element, name: str) -> etree._Element | None:
    """The first child of this local name, whatever its namespace."""
    return next(element.iterchildren(f"{{*}}{name}"), None)


def find_all(element: etree._Element, name: str) -> list[etree._Element]:
    """The children of this local name, in order."""
    return list(element.iterchildren(f"{{*}}{name}"))


def find_any(element: etree._Element, names: Collection[str]) -> Iterator[etree._Element]:
    """The children of any of these local names, in document order."""
    return element.iterchildren(*(f"{{*}}{name}" for name in names)) if names else iter(())


def text_of(element: etree._Element | None) -> str:
    """The element's text without outer white space; "" when there is no element or no text."""
    return (element.text or "").strip() if element is not None else ""
