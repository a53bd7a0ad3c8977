"""Gives an XForm another version: one attribute changes, and no other byte."""

import re
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from .errors import NotAnXForm
from .xform import model_of, primary_instance
from .xml import parse

WAY = ("head", "model", "instance")
"""The elements below the root that lead to what a submission will look like."""
ATTRIBUTE = re.compile(rb"""\s+(?P<name>[^\s=/>"']+)\s*=\s*(?P<text>"[^"]*"|'[^']*')""")
TAG_NAME = re.compile(rb"<[^\s/>]+")


def with_version(xml: bytes, version: str) -> bytes:
    """The same form under another version, which is how tablets are led back to an older text.

    The attribute `version` of the primary instance is replaced, or added when there is none.
    Raises NotAnXForm, MalformedXML and its kin.
    """
    primary_instance(model_of(parse(xml)))  # what is no XForm is refused before bytes are counted
    start = _Finder().start(xml)
    written = b"version=" + quoteattr(version).encode()
    tag = TAG_NAME.match(xml, start)
    if tag is None:
        raise NotAnXForm
    position = tag.end()
    while attribute := ATTRIBUTE.match(xml, position):
        if attribute["name"] == b"version":
            return xml[: attribute.start("name")] + written + xml[attribute.end() :]
        position = attribute.end()
    return xml[: tag.end()] + b" " + written + xml[tag.end() :]


class _Finder:
    """Reads up to the first element of the first instance, and says at which byte it begins."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end
        self.depth = 0
        self.on_way = 0
        self.found: int | None = None

    def start(self, xml: bytes) -> int:
        """The place of its `<`. Raises NotAnXForm."""
        self.parser.Parse(xml, True)
        if self.found is None:
            raise NotAnXForm
        return self.found

    def _begin(self, name: str, _attributes: dict[str, str]) -> None:
        if self.depth == self.on_way + 1 and self.found is None:
            if self.on_way == len(WAY):
                self.found = self.parser.CurrentByteIndex
            elif name.rpartition(":")[2] == WAY[self.on_way]:
                self.on_way += 1
        self.depth += 1

    def _end(self, _name: str) -> None:
        self.depth -= 1
