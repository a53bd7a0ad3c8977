"""From HTML to one PDF, accessible (PDF/UA-1) and archivable (PDF/A-3a), in one font family, without the network.

The same HTML, style sheet, fonts and attachments give the same bytes in any process, on any day: dates come from the
document's own metadata, and the identifier is a hash of what is in the file. A long document is laid out part by part
and written as it goes, so that memory holds one part only; see docs/decisions/archive.md.
"""

import io
import threading
from collections.abc import Iterable, Sequence

from reports.fonts import FontFamily
from reports.pdf.part import TEMPLATES, Attachment, Relationship, RenderProblem, Rows

__all__ = [
    "TEMPLATES",
    "Attachment",
    "Relationship",
    "RenderProblem",
    "Rows",
    "joined",
    "render",
]

_ONE_AT_A_TIME = threading.RLock()
"""Fonts are loaded once for a process, and Pango's font maps are not shared by threads."""


def render(html: str, stylesheet: str, family: FontFamily, attachments: Sequence[Attachment] = ()) -> bytes:
    """A document as PDF/UA-1 and PDF/A-3a, with bookmarks, every letter from the family given.

    html: a whole document with lang, title and meta dates; stylesheet: CSS text; attachments travel in the file.
    Raises RenderProblem when WeasyPrint had to leave something out.
    """
    return joined([html], stylesheet, family, attachments)


def joined(
    parts: Iterable[str | Rows], stylesheet: str, family: FontFamily, attachments: Sequence[Attachment] = ()
) -> bytes:
    """Several documents as one: pages numbered on, one tree of tags, one set of bookmarks, each font once.

    parts: documents that each begin on a page of their own, and long tables as Rows. Title, language and dates are the
    first part's; a mark that runs along the pages, such as DỰ THẢO, must stand in every part. Links lead only within
    their part. Raises ValueError without a part, and RenderProblem.
    """
    # Imported here: WeasyPrint takes a third of a second, and most commands and servers of tablets never print.
    from reports.pdf.layout import Press
    from reports.pdf.volume import Volume

    out = io.BytesIO()
    with _ONE_AT_A_TIME:
        press = Press.of(stylesheet, family)
        volume = Volume(out)
        for part in parts:
            for document in press.documents(part, volume):
                volume.add(document)
        volume.close(attachments)
    return out.getvalue()
