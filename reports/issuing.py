"""Who issues a report, and in whose name it is signed: dated settings, because offices were dissolved and founded while
the scheme ran.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from markupsafe import Markup, escape

HEAD_LETTERS = 26
"""Capitals that a line of the office's name has room for, at 12 points."""
UNBROKEN = re.compile(r"HỘI NGƯỜI CAO TUỔI|VIỆT NAM|LAO ĐỘNG|THƯƠNG BINH|XÃ HỘI|(?:TỈNH|THÀNH PHỐ) [^,;()]+")
"""Names inside the name of an office that belong on one line."""
NAMED_FOR_A_PERSON = frozenset({"Hồ Chí Minh"})
"""Provinces that the date line calls by their full name (Nghị định 30/2020/NĐ-CP, Phụ lục I, II.4)."""
SIGNED_BY = ("head", "acting", "deputy", "order", "authorised")
"""The head; one given the head's powers (Q.); a deputy (KT.); by order (TL.) or by authority (TUQ.) of the head."""
RECIPIENTS = (
    (re.compile(r"UBND (?:tỉnh|thành phố)(?: [^()]+)?(?: \(b/c\))?"), "People’s Committee of the province"),
    (re.compile(r"Hội Người cao tuổi Việt Nam(?: \(b/c\))?"), "Vietnam Association of the Elderly"),
    (re.compile(r"Lưu: (.+)"), r"Filed: \1"),
)
"""Who gets most reports, and how an English one names them."""
CAPITAL = "Hà Nội"


@dataclass(frozen=True, slots=True)
class IssuingBody:
    """The office on the head of a report, from a day on.

    In every text `{province}` stands for the province, “tỉnh Ninh Thuận”, and `{kind}` for what it is, “tỉnh”; an
    office of the country has neither.
    """

    valid_from: date
    parent: str
    """Upper line, such as “UBND {province}”; empty: the office stands alone, as a ministry does."""
    name: str
    """Lower line, such as “Sở Y tế”."""
    symbol: str
    """Behind the number, such as “BC-SYT”."""
    signer: str
    """Title of the head, such as “GIÁM ĐỐC”."""
    recipients: tuple[str, ...]
    """Lines of “Nơi nhận”, without dashes and marks at their ends."""
    deputy: str = ""
    """Title of a deputy, such as “PHÓ GIÁM ĐỐC”; empty: no deputy signs."""
    collective: str = ""
    """The body in whose name its head signs (TM.), such as “BAN ĐẠI DIỆN”; empty: the head signs for the office."""
    place: str = ""
    """Where it is issued; empty: the province."""
    parent_en: str = ""
    """In English, as the next two; empty: the Vietnamese stands in the translation too."""
    name_en: str = ""
    signer_en: str = ""

    def of(self, province: str) -> "IssuingBody":
        """The same office with a province's full name (Tỉnh Ninh Thuận) in its place."""
        inside = province[:1].lower() + province[1:]
        kind = "thành phố" if inside.startswith("thành phố ") else "tỉnh"

        kind_en = "city" if kind == "thành phố" else "province"
        english = f"{inside.removeprefix(kind).strip()} {kind_en}".replace(" ", "\u00a0")

        def fill(text: str) -> str:
            return text.replace("{province}", inside).replace("{kind}", kind)

        def fill_en(text: str) -> str:
            return text.replace("{province}", english).replace("{kind}", kind_en)

        return replace(
            self,
            parent=fill(self.parent),
            name=fill(self.name),
            signer=fill(self.signer),
            recipients=tuple(fill(line) for line in self.recipients),
            deputy=fill(self.deputy),
            collective=fill(self.collective),
            place=fill(self.place) or _place(province),
            parent_en=fill_en(self.parent_en),
            name_en=fill_en(self.name_en),
            signer_en=fill_en(self.signer_en),
        )

    def of_nation(self) -> "IssuingBody":
        """The same office as one of the country: its place is the capital unless it names another."""
        return replace(self, place=self.place or CAPITAL)

    @property
    def whole_name(self) -> str:
        """Both lines of the head in one, without an upper line the lower one alone."""
        return " · ".join(filter(None, (self.parent, self.name)))

    def signature(self, signed_by: str = "head", title: str = "") -> tuple[str, ...]:
        """The lines above the space for the signature, in capitals: “KT. GIÁM ĐỐC”, “PHÓ GIÁM ĐỐC”.

        signed_by: one of SIGNED_BY. title: of the one who signs, such as “Chánh Văn phòng” by order or by authority;
        empty: the office's own for the head and a deputy, else no such line.
        Source: Nghị định 30/2020/NĐ-CP, Phụ lục I, II.7.
        """
        lines = {
            "head": (title or self.signer,),
            "acting": (f"Q. {self.signer}",),
            "deputy": (f"KT. {self.signer}", title or self.deputy),
            "order": (f"TL. {self.signer}", title),
            "authorised": (f"TUQ. {self.signer}", title),
        }[signed_by]
        whole = (f"TM. {self.collective}", *lines) if self.collective else lines
        return tuple(line.upper() for line in whole if line)


def on(bodies: Iterable[IssuingBody], day: date) -> IssuingBody:
    """The office that issues reports on that day; before the first began, the first. At least one must be given.

    Of two that began on the same day the one given later.
    """
    known = sorted(bodies, key=lambda b: b.valid_from)
    return next((b for b in reversed(known) if b.valid_from <= day), known[0])


def lines(name: str) -> tuple[str, ...]:
    """The name of an office as the head shows it: in capitals, in lines that no name inside it is broken by.

    Empty: none. A name too long for a line of its own stays whole and is broken by the page.
    """
    made: list[str] = []
    for part in re.split(" +", UNBROKEN.sub(lambda found: found[0].replace(" ", "\u00a0"), name.upper())):
        if made and len(made[-1]) + len(part) < HEAD_LETTERS:
            made[-1] += f" {part}"
        else:
            made.append(part)
    return tuple(line.replace("\u00a0", " ") for line in made)


def recipient(line: str, *, lang: str = "vi") -> Markup:
    """A line of Nơi nhận; English names the recipients that most reports have, and leaves others in Vietnamese."""
    if lang == "vi":
        return escape(line)
    for vietnamese, english in RECIPIENTS:
        if found := vietnamese.fullmatch(line):
            return escape(found.expand(english))
    return Markup('<span lang="vi">{}</span>').format(line)


def number(text: str) -> str:
    """The number of a document as it is written: below ten with one leading zero (05), however it was typed."""
    return text.lstrip("0").zfill(2) if text.isdecimal() else text


def _place(province: str) -> str:
    """The name of the date line from a full name: “Ninh Thuận” from “Tỉnh Ninh Thuận”."""
    kind = next((kind for kind in ("Tỉnh ", "Thành phố ") if province.startswith(kind)), "")
    name = province.removeprefix(kind)
    return province if name in NAMED_FOR_A_PERSON else name
