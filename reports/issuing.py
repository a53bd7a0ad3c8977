"""Who issues a report: a dated setting, because offices were dissolved and founded while the scheme ran."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class IssuingBody:
    """The office on the head of a report, from a day on. `{province}` in a text stands for the province's name."""

    valid_from: date
    parent: str
    """Upper line, such as “UBND tỉnh {province}”: printed in capitals too."""
    name: str
    """Lower line, as in a sentence, such as “Sở Y tế”: the head of the page prints it in capitals."""
    symbol: str
    """Behind the number, such as “BC-SYT”."""
    signer: str
    """Title above the signature, such as “GIÁM ĐỐC”."""
    recipients: tuple[str, ...]
    """Lines of “Nơi nhận”."""

    def of(self, province: str) -> "IssuingBody":
        """The same office with the province's name in its place."""

        def fill(text: str) -> str:
            return text.replace("{PROVINCE}", province.upper()).replace("{province}", province)

        return IssuingBody(
            self.valid_from,
            fill(self.parent),
            fill(self.name),
            self.symbol,
            fill(self.signer),
            tuple(map(fill, self.recipients)),
        )


def on(bodies: Iterable[IssuingBody], day: date) -> IssuingBody:
    """The office that issues reports on that day. Raises LookupError when the first begins later."""
    standing = [b for b in bodies if b.valid_from <= day]
    if not standing:
        raise LookupError(f"no issuing body is set for {day:%d/%m/%Y}")
    return max(standing, key=lambda b: b.valid_from)
