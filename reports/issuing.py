"""Who issues a report: a dated setting, because offices were dissolved and founded while the scheme ran."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date


@dataclass(frozen=True, slots=True)
class IssuingBody:
    """The office on the head of a report, from a day on.

    In every text `{province}` stands for the province, “tỉnh Ninh Thuận”, and `{kind}` for what it is, “tỉnh”.
    """

    valid_from: date
    parent: str
    """Upper line, such as “UBND {province}”."""
    name: str
    """Lower line, such as “Sở Y tế”."""
    symbol: str
    """Behind the number, such as “BC-SYT”."""
    signer: str
    """Title above the signature, such as “GIÁM ĐỐC”."""
    recipients: tuple[str, ...]
    """Lines of “Nơi nhận”."""
    parent_en: str = ""
    """In English, as the next three; empty: the Vietnamese stands in the translation too."""
    name_en: str = ""
    signer_en: str = ""
    recipients_en: tuple[str, ...] = ()

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
            parent_en=fill_en(self.parent_en),
            name_en=fill_en(self.name_en),
            signer_en=fill_en(self.signer_en),
            recipients_en=tuple(fill_en(line) for line in self.recipients_en),
        )


def on(bodies: Iterable[IssuingBody], day: date) -> IssuingBody:
    """The office that issues reports on that day; before the first began, the first. At least one must be given."""
    known = sorted(bodies, key=lambda b: b.valid_from)
    return next((b for b in reversed(known) if b.valid_from <= day), known[0])
