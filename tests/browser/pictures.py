"""Pictures of pages for the guides: python -m tests.browser.pictures [NAME…] writes docs/images/NAME.png.

Taken on demand, not in tests: the pictures change with the day they are taken on.
"""

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.browser import world
from tests.browser.chromium import launched
from tests.browser.visit import DESK, PHONE, Visitor
from tests.live import ROOT

FOLDER = ROOT / "docs" / "images"
COLOURS = 128
"""Enough for pages of few colours, and a third of the bytes."""


@dataclass(frozen=True)
class Picture:
    """A page as somebody of a role sees it, at a desk or on a phone."""

    path: str
    role: str = "admin"
    on_phone: bool = False


PICTURES = {
    "trang-tong-quan": Picture("/"),
    "trang-bieu-mau": Picture("/forms"),
    "trang-kiem-tra-bieu-mau": Picture("workbook with mistakes"),
    "trang-bao-cao": Picture("/reports/province/58?period=2017..2020"),
    "trang-con-thieu": Picture("/missing", "province_editor"),
    "trang-may-tinh-bang": Picture("/tablets", "province_admin"),
    "trang-nguoi-dung": Picture("/people", "province_admin"),
    "dien-thoai-tong-quan": Picture("/", "province_editor", True),
}


def main(wanted: list[str]) -> None:
    """Take those that are named, else all."""
    with (
        tempfile.TemporaryDirectory() as folder,
        world.made(Path(folder)) as there,
        sync_playwright() as playwright,
        launched(playwright) as chromium,
    ):
        for name in wanted or PICTURES:
            one = PICTURES[name]
            with Visitor.at(chromium, there.url, viewport=PHONE if one.on_phone else DESK) as visitor:
                visitor.sign_in(one.role)
                visitor.open(there.hidden.get(one.path, one.path))
                target = FOLDER / f"{name}.png"
                visitor.page.screenshot(path=target)
            Image.open(target).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(
                target, optimize=True
            )
            print(target.relative_to(ROOT), target.stat().st_size)


if __name__ == "__main__":
    main(sys.argv[1:])
