"""From HTML to a tagged PDF in one embedded family, without the network.

The same HTML, fonts and date give the same bytes: WeasyPrint takes its dates from the document's own metadata, and the
identifier is the hash of the HTML.
"""

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher

from reports.fonts import FontFamily

TEMPLATES = Path(__file__).parent / "templates"
LOG = logging.getLogger("weasyprint")


class RenderProblem(Exception):
    """The page description asks for something that cannot be printed; says what."""


class _Complaints(logging.Handler):
    """Collects what WeasyPrint warns of, so that a missing picture is an error and not a hole in the page."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


@contextmanager
def _listening() -> Iterator[list[str]]:
    handler = _Complaints()
    LOG.addHandler(handler)
    try:
        yield handler.messages
    finally:
        LOG.removeHandler(handler)


def render(html: str, stylesheet: str, family: FontFamily) -> bytes:
    """A PDF/UA-1 file with bookmarks, every letter from the family given.

    html: a whole document with lang, title and meta dates; stylesheet: CSS text.
    Raises RenderProblem when WeasyPrint had to leave something out.
    """
    configuration = FontConfiguration()
    fetcher = URLFetcher(allowed_protocols=("file", "data"), fail_on_errors=True)
    document = HTML(string=html, base_url=TEMPLATES.as_uri() + "/", url_fetcher=fetcher)
    css = CSS(string=family.css() + "\n" + stylesheet, font_config=configuration, url_fetcher=fetcher)
    identifier = hashlib.sha256((html + stylesheet + family.version).encode()).digest()[:16]
    with _listening() as complaints:
        try:
            pdf = document.write_pdf(
                stylesheets=[css],
                font_config=configuration,
                pdf_variant="pdf/ua-1",
                pdf_tags=True,
                pdf_identifier=identifier,
                custom_metadata=True,
            )
        except FatalURLFetchingError as error:
            raise RenderProblem(f"{error}: {error.__cause__}") from error
    if complaints:
        raise RenderProblem("; ".join(complaints))
    assert pdf is not None
    return pdf
