"""The one font family of a report: found, checked for Vietnamese, and handed to the page by @font-face.

A report in mixed fonts is refused rather than printed: a page with two kinds of ệ is not signed.
Liberation Serif 2 has the widths of Times New Roman, which Nghị định 30/2020/NĐ-CP asks for and which is not free.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont, TTLibError

FAMILY = "Liberation Serif"
STYLES = {
    ("normal", "normal"): "LiberationSerif-Regular.ttf",
    ("bold", "normal"): "LiberationSerif-Bold.ttf",
    ("normal", "italic"): "LiberationSerif-Italic.ttf",
    ("bold", "italic"): "LiberationSerif-BoldItalic.ttf",
}
FOLDERS = (
    "/usr/share/fonts/truetype/liberation2",
    "/usr/share/fonts/truetype/liberation",
    "/usr/share/fonts/liberation-serif",
    "/usr/share/fonts/liberation",
)
VIETNAMESE = "".join(
    base + "".join(variants)
    for base, variants in {
        "a": "àáảãạăằắẳẵặâầấẩẫậ",
        "e": "èéẻẽẹêềếểễệ",
        "i": "ìíỉĩị",
        "o": "òóỏõọôồốổỗộơờớởỡợ",
        "u": "ùúủũụưừứửữự",
        "y": "ỳýỷỹỵ",
        "d": "đ",
    }.items()
)
NEEDED = frozenset(VIETNAMESE + VIETNAMESE.upper() + "0123456789.,;:()%/-–−“”…₫≥≤±×•■□")


UNPRINTED = "□"
"""Stands where a letter was that the family lacks."""
CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\u2028\u2029]")
"""What XML lets into a name, or a form into a text, and no font can show; breaks and tabs are spaces of HTML."""
COLOURS = "\ufe00-\ufe0f\U0001f3fb-\U0001f3ff"
LACKING = re.compile(f"[^\\x00-\\x7f](?:[{COLOURS}]|\u200d[^\\x00-\\x7f])*")
"""A letter that is no ASCII, with the variants, skin colours and joined signs that belong to it."""


class FontProblem(Exception):
    """No usable font: which letters or files are missing, and how to get them."""


@dataclass(frozen=True)
class FontFamily:
    """The four styles of the family, with the version that is recorded in every report."""

    name: str
    version: str
    faces: tuple[tuple[str, str, Path], ...]
    """(weight, style, file) as CSS names them."""
    letters: frozenset[int]
    """Code points that all four styles hold."""

    def legible(self, text: str) -> str:
        """The text composed (NFC), each letter that the family lacks as □: no page is printed in mixed fonts.

        What joins emoji to one picture, and what colours them, goes with them; a control character, for which no font
        has a picture, is a space. See docs/decisions/letters.md.
        """
        composed = CONTROL.sub(" ", unicodedata.normalize("NFC", text))
        if all(ord(letter) in self.letters or letter.isspace() for letter in set(composed)):
            return composed
        return re.sub(LACKING, self._shown, composed)

    def _shown(self, found: re.Match[str]) -> str:
        letter = found[0][0]
        if ord(letter) in self.letters or letter.isspace():
            return letter
        return "" if unicodedata.category(letter) in ("Cf", "Mn", "Cc") else UNPRINTED

    def css(self) -> str:
        """@font-face rules for the four styles."""
        return "\n".join(
            f'@font-face {{ font-family: "{self.name}"; font-weight: {weight}; font-style: {style}; '
            f'src: url("{path.as_uri()}"); }}'
            for weight, style, path in self.faces
        )


@lru_cache(maxsize=8)
def find(folder: str = "") -> FontFamily:
    """The family from the folder given, else from where Linux distributions put it.

    Raises FontProblem when a file is missing or does not hold every Vietnamese letter
    (Debian's older fonts-liberation 1.07 does not).
    """
    folders = (folder,) if folder else FOLDERS
    wrong = []
    for candidate in map(Path, folders):
        files = [candidate / name for name in STYLES.values()]
        if not all(file.is_file() for file in files):
            continue
        missing = sorted(frozenset().union(*(_missing(file) for file in files)))
        if not missing:
            faces = tuple((*style, candidate / name) for style, name in STYLES.items())
            letters = frozenset.intersection(*(_held(file) for file in files))
            return FontFamily(FAMILY, _version(files[0]), faces, letters)
        wrong.append(f"{candidate}: thiếu chữ {' '.join(missing[:12])}")
    found = "; ".join(wrong) or f"không thấy {', '.join(STYLES.values())} trong {', '.join(folders)}"
    raise FontProblem(
        f"Không in được báo cáo vì thiếu phông chữ {FAMILY} 2 đủ dấu tiếng Việt ({found}). "
        "Cài gói fonts-liberation2 (apt-get install fonts-liberation2) hoặc đặt CLB_FONTS. / "
        f"No report can be printed: {FAMILY} 2 with all Vietnamese letters was not found; "
        "install fonts-liberation2 or set CLB_FONTS to its folder."
    )


def _held(file: Path) -> frozenset[int]:
    try:
        with TTFont(file, lazy=True) as font:
            return frozenset(font.getBestCmap())
    except (TTLibError, OSError) as error:
        raise FontProblem(f"Phông chữ hỏng / broken font file: {file}: {error}") from error


def _missing(file: Path) -> frozenset[str]:
    held = _held(file)
    return frozenset(letter for letter in NEEDED if ord(letter) not in held)


def _version(file: Path) -> str:
    with TTFont(file, lazy=True) as font:
        return str(font["name"].getDebugName(5) or "").removeprefix("Version ").strip()
