"""The words of the reports: Vietnamese in the source, English in translations/en, both asked for by the Vietnamese.

An administrative report is written in Vietnamese and translated for donors, so Vietnamese is the text of reference; on
the server's own pages it is the other way round. The catalogue is read as it is written (.po): nothing is compiled.
"""

import gettext
import io
from functools import cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

CATALOGUES = Path(__file__).with_name("translations")


@cache
def of(code: str) -> gettext.NullTranslations:
    """The words of one language (vi, en); a text that has no entry comes back as it is asked for."""
    if code == "vi":
        return gettext.NullTranslations()
    compiled = io.BytesIO()
    with (CATALOGUES / code / "LC_MESSAGES" / "messages.po").open("rb") as file:
        write_mo(compiled, read_po(file, locale=code))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
