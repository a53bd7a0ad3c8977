"""A letter with a code as HTML and as PDF."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import segno

from reports import fonts
from reports import pdf as paper
from reports.render import environment

PIXELS = 8
"""Of the picture for one square of the code."""
QUIET_MODULES = 4
QR_MM = 42


@dataclass(frozen=True, slots=True)
class Letter:
    """What stands in the letter.

    is_new: an invitation; else a new password for somebody known. roles, units: as they are spoken of, one line each.
    address: where the code is typed; link: the same with the code in it, for the QR code. code: as printed, in groups.
    until: last moment of the code, as written. hotline: whom to call; "" leaves a line to write it on.
    """

    programme: str
    is_new: bool
    name: str
    user_name: str
    roles: tuple[str, ...]
    units: tuple[str, ...]
    address: str
    link: str
    code: str
    until: str
    made_on: date
    hotline: str


def html(letter: Letter) -> str:
    """The whole document."""
    picture = segno.make_qr(letter.link, error="m").png_data_uri(border=QUIET_MODULES, scale=PIXELS)
    return environment("vi").get_template("letter.html").render(letter=letter, picture=picture)


def pdf(letter: Letter, font_folder: str = "") -> bytes:
    """The letter as a tagged PDF of one page. Raises fonts.FontProblem and pdf.RenderProblem, as a report does."""
    stylesheet = (Path(paper.TEMPLATES) / "letter.css").read_text(encoding="utf-8")
    return paper.render(html(letter), f"{stylesheet}\n.qr {{ width: {QR_MM}mm; }}", fonts.find(font_folder))
