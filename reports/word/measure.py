"""How wide a line of text is: for the rules below names, which Word cannot draw as a share of the line above."""

from functools import lru_cache

from fontTools.ttLib import TTFont

from reports.fonts import FontFamily

POINT_MM = 25.4 / 72


@lru_cache(maxsize=8)
def _advances(path: str) -> tuple[dict[int, int], int]:
    """Widths of the letters of a font file, and units to the em."""
    with TTFont(path, lazy=True) as font:
        widths = font["hmtx"].metrics
        return {code: widths[name][0] for code, name in font.getBestCmap().items()}, font["head"].unitsPerEm


def width_of_text(text: str, family: FontFamily, points: float, bold: bool = False) -> float:
    """Width in mm of a line in the family, whose letters are as wide as those of Times New Roman."""
    weight = "bold" if bold else "normal"
    path = next(path for one, slant, path in family.faces if (one, slant) == (weight, "normal"))
    advances, em = _advances(str(path))
    return sum(advances.get(ord(letter), em // 2) for letter in text) * points * POINT_MM / em
