"""The smaller documents of the family on paper."""

from collections.abc import Callable
from datetime import date
from typing import TypeVar

from reports.documents import TooLong
from reports.fonts import FontProblem
from reports.pdf import RenderProblem
from server.i18n import Language
from server.services.report.province import NotPrintable

Made = TypeVar("Made")


def printed(draw: Callable[[Made, date, str], bytes], made: Made, made_on: date, language: Language) -> bytes:
    """A document as a PDF, drawn by one of the functions of reports.documents. Raises NotPrintable."""
    try:
        return draw(made, made_on, language)
    except (FontProblem, RenderProblem, TooLong) as error:
        raise NotPrintable(reason=str(error)) from error
