"""Numbers, dates and sorting as a Vietnamese office writes them, with English beside.

Source: the programme's formats (vi-VN: 1.234.567; 12,5%; dd/MM/yyyy; missing is "–") and Nghị định
30/2020/NĐ-CP for the date line (a leading zero for days below 10 and for months 1 and 2).
Babel gives the grouping and decimal marks; its short Vietnamese date (5/4/21) is not the official one.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import partial

from babel.numbers import format_decimal

MISSING = "–"
MINUS = "−"
LOCALES = {"vi": "vi_VN", "en": "en_GB"}
MILLION = Decimal(1_000_000)
BILLION = Decimal(1_000_000_000)

Number = int | Decimal


TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Signs that turn the direction of what follows; Vietnamese and English need none, and a name that holds one makes the
words and figures behind it read backwards."""


def straight(text: str) -> str:
    """The text without signs that turn its direction: what every page, print and workbook shows goes through here."""
    return TURNING.sub("", text)


def number(value: Number | None, decimals: int = 0, *, language: str = "vi") -> str:
    """A figure with grouping, rounded half up to so many decimals; None is "–"."""
    if value is None:
        return MISSING
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    if not rounded:
        rounded = abs(rounded)
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(rounded, format=pattern, locale=LOCALES[language]).replace("-", MINUS)


def percent(value: Number | None, decimals: int = 1, *, language: str = "vi") -> str:
    """A percentage (12.5 means 12,5%) without a space before the sign; whole ones lose their ",0"."""
    if value is None:
        return MISSING
    whole = Decimal(value).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    shown = 0 if whole == whole.to_integral_value() else decimals
    return number(whole, shown, language=language) + "%"


def share(value: Number | None, decimals: int = 1, *, language: str = "vi") -> str:
    """A percentage beside others, in a table or on a chart, all with the same decimals: 75,0%; 12,4%."""
    return MISSING if value is None else number(value, decimals, language=language) + "%"


def million(value: int | None, decimals: int = 1, *, language: str = "vi") -> str:
    """An amount of đồng as millions of đồng, for tables headed "triệu đồng"; from 100 billion on without decimals."""
    if value is not None and abs(value) >= 100 * BILLION:
        decimals = 0
    return number(None if value is None else Decimal(value) / MILLION, decimals, language=language)


def money(value: int | None, *, language: str = "vi") -> str:
    """An amount of đồng in a sentence: 950.000 đồng, 25 triệu đồng, 2,05 tỷ đồng. Never more than two decimals,
    and never rounded up into the next unit."""
    if value is None:
        return MISSING
    units = {"vi": ("tỷ đồng", "triệu đồng", "đồng"), "en": ("billion VND", "million VND", "VND")}[language]
    for size, unit, decimals in ((BILLION, units[0], 2), (MILLION, units[1], 1)):
        if abs(value) >= size:
            return f"{_trimmed(Decimal(value) / size, decimals, language)} {unit}"
    return f"{number(value, language=language)} {units[2]}"


def _trimmed(value: Decimal, decimals: int, language: str) -> str:
    rounded = value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP).normalize()
    exponent = rounded.as_tuple().exponent
    assert isinstance(exponent, int)
    return number(rounded, max(0, -exponent), language=language)


def padded(value: int | None, *, language: str = "vi") -> str:
    """A small count in official Vietnamese prose: 05 câu lạc bộ. English does not pad."""
    if value is None:
        return MISSING
    if language == "vi" and 0 < value < 10:
        return f"0{value}"
    return number(value, language=language)


def date_short(value: date | None, *, language: str = "vi") -> str:
    """dd/MM/yyyy in both languages; None is "–"."""
    return MISSING if value is None else f"{value:%d/%m/%Y}"


def date_in_text(value: date | None, *, language: str = "vi") -> str:
    """05/4/2021 within a sentence: zeros as in the date line, where a table aligns 05/04/2021; English names the month,
    since its readers take 05/4 for the fourth of May. None is "–"."""
    if value is None:
        return MISSING
    if language == "en":
        return date_long(value, language="en")
    return f"{value.day:02d}/{_month_number(value)}/{value.year}"


def _month_number(value: date) -> str:
    return f"{value.month:02d}" if value.month < 3 else str(value.month)


def date_long(value: date | None, *, language: str = "vi") -> str:
    """ngày 05 tháng 4 năm 2021; the zero stands before days below 10 and months 1 and 2 only."""
    if value is None:
        return MISSING
    if language == "en":
        return f"{value.day} {value:%B} {value.year}"
    return f"ngày {value.day:02d} tháng {_month_number(value)} năm {value.year}"


def month(value: date | None, *, language: str = "vi") -> str:
    """tháng 4/2021; April 2021."""
    if value is None:
        return MISSING
    return f"{value:%B} {value.year}" if language == "en" else f"tháng {value.month}/{value.year}"


def month_short(value: date, *, language: str = "vi") -> str:
    """4/2021, for the axis of a chart."""
    return f"{value.month}/{value.year}"


ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


def roman(value: int) -> str:
    """I, II, III … for parts, quarters and annexes (1 to 39)."""
    out = ""
    for size, letters in ROMAN:
        while value >= size:
            out, value = out + letters, value - size
    return out


ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
"""Combining marks of huyền, hỏi, ngã, sắc, nặng; a syllable without one (ngang) is 0."""
PLACES = {letter: place for place, letter in enumerate(ALPHABET, 1)}


def _syllable_key(syllable: str) -> tuple[tuple[int, ...], int]:
    tone = 0
    base = []
    for mark in unicodedata.normalize("NFD", syllable.casefold()):
        if mark in TONES:
            tone = TONES[mark]
        else:
            base.append(mark)
    letters = unicodedata.normalize("NFC", "".join(base))
    return tuple(PLACES.get(letter, 100 + ord(letter)) for letter in letters), tone


def text_key(text: str) -> tuple[tuple[tuple[int, ...], ...], tuple[int, ...]]:
    """Sort key of Vietnamese text: letters a ă â b c d đ …, then tones ngang huyền hỏi ngã sắc nặng by syllable."""
    keys = [_syllable_key(syllable) for syllable in text.split()]
    return tuple(letters for letters, _ in keys), tuple(tone for _, tone in keys)


def name_key(full_name: str) -> tuple[object, object, object]:
    """Sort key of a person's name: by given name (the last word), then family name, then the middle."""
    words = full_name.split() or [""]
    return text_key(words[-1]), text_key(words[0]), text_key(" ".join(words[1:-1]))


def filters(language: str) -> dict[str, Callable[..., str]]:
    """The formats as template filters bound to one language."""
    bound = (number, percent, share, million, money, padded, date_short, date_long, month, month_short)
    return {function.__name__: partial(function, language=language) for function in bound} | {"roman": roman}
