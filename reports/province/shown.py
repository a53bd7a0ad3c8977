"""Which rows of the tables by unit are printed one by one, and which as one closing row."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

MOST_UNITS = 12
"""Units without a club that a table lists and a sentence names; of more, one row and the sentence say how many."""


class UnitOrTotal(Protocol):
    """A row of table 2 or 3."""

    @property
    def kind(self) -> str: ...

    @property
    def is_blank(self) -> bool: ...


Row = TypeVar("Row", bound=UnitOrTotal)


@dataclass(frozen=True, slots=True)
class Shown(Generic[Row]):
    """The rows printed, with the total last, and those that one row before the total stands for; () mostly."""

    rows: tuple[Row, ...]
    blank: tuple[Row, ...]


def shown(rows: Sequence[Row]) -> Shown[Row]:
    """All rows as they are, unless more than MOST_UNITS units tell nothing beside others that do.

    rows: of table 2 or 3; “undecided” and the total always stand.
    Source: docs/decisions/layout.md.
    """
    blank = [row.kind == "unit" and row.is_blank for row in rows]
    units = sum(row.kind == "unit" for row in rows)
    if sum(blank) <= MOST_UNITS or sum(blank) == units:
        return Shown(tuple(rows), ())
    return Shown(
        tuple(row for row, is_blank in zip(rows, blank, strict=True) if not is_blank),
        tuple(row for row, is_blank in zip(rows, blank, strict=True) if is_blank),
    )
