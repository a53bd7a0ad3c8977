"""The words of the pages: English in the source, Vietnamese in translations/vi, both asked for by the English.

The catalogue is read as it is written (.po), so that nothing has to be compiled before a page can be shown.
"""

import gettext
import io
from functools import cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import g, request

from server.context import config
from server.i18n import Language

CATALOGUES = Path(__file__).resolve().parents[1] / "translations"
COOKIE = "clb_language"
LANGUAGES: tuple[Language, ...] = ("vi", "en")


def language() -> Language:
    """The language of this page: the one asked for, the one chosen before, the viewer's own, the server's."""
    viewer = g.get("viewer")
    wanted = (request.args.get("lang"), request.cookies.get(COOKIE), viewer.language if viewer else None)
    return next((known for one in (*wanted, config().language) for known in LANGUAGES if known == one), "vi")


def words(text: str) -> str:
    """A text in the language of this page."""
    return _catalogue(language()).gettext(text)


def counted(one: str, many: str, number: int) -> str:
    """A text in the form its number asks for, in the language of this page."""
    return _catalogue(language()).ngettext(one, many, number)


@cache
def _catalogue(code: Language) -> gettext.NullTranslations:
    path = CATALOGUES / code / "LC_MESSAGES" / "messages.po"
    if code == "en":
        return gettext.NullTranslations()
    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=code))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
