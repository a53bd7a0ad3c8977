"""From the parts of a printed report to the body of a web page: anchors, scrolling tables, no widths of paper.

The parts are ours and well-formed, every value in them is escaped; so text that looks like markup is never met. What
paper needs and a page must not have goes: widths of columns and other style attributes, which the site's policy on
content forbids.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape, unescape
from itertools import count

STYLE = re.compile(r' style="[^"]*"')
COLUMNS = re.compile(r"<colgroup>.*?</colgroup>\n?", re.DOTALL)
TABLE = re.compile(
    r'(?P<box><div class="scroll"[^>]*>\s*)?(?P<table><table\b.*?</table>)(?(box)\s*</div>)', re.DOTALL
)
"""With the box that a part has put around it already, which screen() makes anew."""
FIGURE = re.compile(r'<figure(?! class="doc-photo")')
"""A drawing keeps a width that can be read; a photo shrinks with the screen."""
CAPTION = re.compile(r"<caption[^>]*>(.*?)</caption>", re.DOTALL)
HEADING = re.compile(r"<(h[23])>(.*?)</\1>", re.DOTALL)
TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True, slots=True)
class Entry:
    """A heading of the table of contents; level 2 or 3."""

    level: int
    anchor: str
    text: str


@dataclass(frozen=True, slots=True)
class Screen:
    """The body of a page, and its headings in order."""

    html: str
    contents: tuple[Entry, ...]


def screen(html: str) -> Screen:
    """The body with an anchor at each heading, and each table in a box that scrolls; boxes and pictures can be
    reached by keyboard, as they may be wider than the screen."""
    html = FIGURE.sub('<figure tabindex="0"', STYLE.sub("", COLUMNS.sub("", html)))
    entries: list[Entry] = []
    numbers = count(1)

    def headed(found: re.Match[str]) -> str:
        entry = Entry(int(found[1][1]), f"s{next(numbers)}", _text(found[2].replace("<br>", ". ")))
        entries.append(entry)
        return f'<{found[1]} id="{entry.anchor}">{found[2]}</{found[1]}>'

    return Screen(_boxed(HEADING.sub(headed, html), entries), tuple(entries))


def _boxed(html: str, entries: list[Entry]) -> str:
    """Every table named, for who hears the page, by its caption, else by the heading above it."""
    return "".join(_pieces(html, {entry.anchor: entry.text for entry in entries}))


def _pieces(html: str, headings: dict[str, str]) -> Iterator[str]:
    at, heading = 0, ""
    for found in TABLE.finditer(html):
        before = html[at : found.start()]
        anchors = re.findall(r'<h[23] id="(s\d+)">', before)
        heading = headings[anchors[-1]] if anchors else heading
        table = found["table"]
        caption = CAPTION.search(table)
        name = _text(caption[1]) if caption else heading
        yield f'{before}<div class="scroll" tabindex="0" role="region" aria-label="{escape(name)}">{table}</div>'
        at = found.end()
    yield html[at:]


def _text(html: str) -> str:
    """The words of a piece of HTML as plain text, on one line."""
    return unescape(" ".join(TAG.sub("", html).split()))
