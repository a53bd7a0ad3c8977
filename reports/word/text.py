"""The text of an element of the page as runs: pieces of one look, with spaces drawn together as a browser does."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from xml.etree.ElementTree import Element

SPACES = re.compile(r"[ \t\r\n\f]+")
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0e-\x1f\ufffe\uffff]")
"""What XML 1.0 has no place for."""
BLANK = "\u00a0" * 8
"""Room for a number that is not given yet."""


@dataclass(frozen=True, slots=True)
class Run:
    """text, or a picture (an svg element) in its place. "\\n" breaks the line."""

    text: str = ""
    bold: bool = False
    italic: bool = False
    lang: str = ""
    picture: Any = None


def name_of(element: Element) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def classes(element: Element) -> set[str]:
    """The classes of an element."""
    return set(element.get("class", "").split())


def runs(element: Element) -> list[Run]:
    """The runs of an element, without spaces at its ends and beside breaks."""
    made: list[Run] = []
    for run in _pieces(element, Run()):
        text = UNWRITABLE.sub("", run.text)
        if not made or made[-1].text.endswith(("\n", " ")):
            text = text.removeprefix(" ")
        if text.startswith("\n") and made:
            made[-1] = replace(made[-1], text=made[-1].text.removesuffix(" "))
        if text or run.picture is not None:
            made.append(replace(run, text=text))
    if made:
        made[-1] = replace(made[-1], text=made[-1].text.rstrip(" \n"))
    return made


def plain(element: Element | None) -> str:
    """The text of an element; "" without one."""
    return "" if element is None else "".join(run.text for run in runs(element))


def _pieces(element: Element, look: Run) -> Iterator[Run]:
    look = _looking(element, look)
    yield replace(look, text=_spaced(element.text))
    for at, child in enumerate(element):
        kind = name_of(child)
        if kind == "svg":
            yield replace(look, picture=child)
        elif kind == "br":
            yield replace(look, text="\n")
        elif "blank" in classes(child):
            yield replace(look, text=BLANK)
        else:
            if at and "line" in classes(child):
                yield replace(look, text="\n")
            yield from _pieces(child, look)
        yield replace(look, text=_spaced(child.tail))


def _looking(element: Element, look: Run) -> Run:
    kind = name_of(element)
    return replace(
        look,
        bold=look.bold or kind in ("b", "strong"),
        italic=look.italic or kind in ("em", "i"),
        lang=element.get("lang", look.lang),
    )


def _spaced(text: str | None) -> str:
    return SPACES.sub(" ", text or "")
