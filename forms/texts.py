"""What somebody wrote in a submission: the answers that are text, for people to search."""

import re
from collections.abc import Iterator

from lxml import etree

from .ready import Branch, branches, once
from .schema import Field
from .xml import find_any, local

CODED = re.compile(
    r"(?:uuid:)?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    r"|\w+@\d{4}-\d\d-\d\d|\d{4}-\d\d-\d\d(?:T\S+)?"
)
"""Identifiers, keys of units, days."""
FIGURE = re.compile(r"-?(?:[1-9]\d*|0)(?:\.\d+)?")
"""A number, but no number of a telephone, which begins with 0."""


def written(root: etree._Element, fields: tuple[Field, ...]) -> Iterator[str]:
    """The answers to questions for text, in document order, without identifiers, days and figures.

    What a form works out for itself is left out: it repeats answers, and codes of lists.
    """
    yield from _below(root, _ways(fields))


@once
def _ways(fields: tuple[Field, ...]) -> Branch:
    """The way to the questions that are answered with text."""
    texts = (f for f in fields if f.kind == "string" and f.label and not f.calculated)
    return branches({f.path: f.name for f in texts})


def _below(element: etree._Element, ways: Branch) -> Iterator[str]:
    for child in find_any(element, ways):
        way = ways[local(child)]
        if not isinstance(way, str):
            yield from _below(child, way)
        elif child.text and (text := CODED.sub(" ", child.text).strip()) and not FIGURE.fullmatch(text):
            yield text
