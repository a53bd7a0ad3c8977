"""Laying pages out: one style sheet and one set of fonts, loaded once, for any number of documents."""

import gc
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from weasyprint import CSS, Document, Page
from weasyprint.formatting_structure import boxes
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher

from reports.fonts import FontFamily
from reports.pdf.part import TEMPLATES, RenderProblem, Rows
from reports.pdf.source import read

LOG = logging.getLogger("weasyprint")
ROWS_AT_ONCE = 200
"""Of a long table: about 16 landscape pages, 80 MB while they are laid out."""


class Counted(Protocol):
    """Knows how many pages there are so far."""

    @property
    def page_count(self) -> int: ...


class _Complaints(logging.Handler):
    """Collects what WeasyPrint warns of, so that a missing picture is an error and not a hole in the page."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


@contextmanager
def complete() -> Iterator[None]:
    """Raises RenderProblem at the end when WeasyPrint complained meanwhile."""
    handler = _Complaints()
    LOG.addHandler(handler)
    try:
        yield
    except FatalURLFetchingError as error:
        raise RenderProblem(f"{error}: {error.__cause__}") from error
    finally:
        LOG.removeHandler(handler)
    if handler.messages:
        raise RenderProblem("; ".join(handler.messages))


@dataclass(frozen=True)
class Press:
    """A style sheet with its fonts, ready for documents."""

    configuration: FontConfiguration
    sheet: CSS
    fetcher: URLFetcher
    family: FontFamily

    @staticmethod
    @lru_cache(maxsize=8)
    def of(stylesheet: str, family: FontFamily) -> "Press":
        """Parsing a style sheet and loading fonts takes 60 ms, so it is done once for a process."""
        configuration = FontConfiguration()
        fetcher = URLFetcher(allowed_protocols=("file", "data"), fail_on_errors=True)
        text = family.css() + "\n" + stylesheet
        return Press(
            configuration, CSS(string=text, font_config=configuration, url_fetcher=fetcher), fetcher, family
        )

    def documents(self, part: str | Rows, before: Counted) -> Iterator[Document]:
        """The part laid out, in as many documents as it needs; each after the one before has been taken in."""
        if isinstance(part, str):
            yield self._document(part, before.page_count)
            return
        start, first = 0, before.page_count
        while start < part.count or start == 0:
            stop = min(start + ROWS_AT_ONCE, part.count)
            document = self._document(
                part.html(start, stop), before.page_count - (first if start else 0), goes_on=start > 0
            )
            if stop < part.count and len(document.pages) > 1:
                *full, last = document.pages
                document, stop = document.copy(full), stop - _rows_on(last)
            yield document
            if stop == part.count:
                return
            start = stop
            del document
            gc.collect()  # Boxes know their parents: without this, two parts would be in memory at once.

    def _document(self, html: str, pages_before: int, *, goes_on: bool = False) -> Document:
        source = read(self.family.legible(html), TEMPLATES.as_uri() + "/", self.fetcher)
        sheets = [self.sheet]
        if pages_before:
            sheets.append(CSS(string=_numbered_from(pages_before + 1, goes_on), url_fetcher=self.fetcher))
        with complete():
            return source.render(stylesheets=sheets, font_config=self.configuration)


def _numbered_from(page: int, goes_on: bool) -> str:
    """A document that goes on with the count of another: no page of it is without its number."""
    selectors = (":first", ":nth(1 of annex)", ":nth(1 of wide-annex)") if goes_on else (":first",)
    said = f"{{ counter-reset: page {page}; @top-center {{ content: counter(page) }} }}"
    return "\n".join(f"@page {selector} {said}" for selector in selectors)


def _rows_on(page: Page) -> int:
    """Rows of table bodies on a page: those of the one long table."""
    groups = (box for box in page._page_box.descendants() if isinstance(box, boxes.TableRowGroupBox))
    return sum(len(group.children) for group in groups if not (group.is_header or group.is_footer))
