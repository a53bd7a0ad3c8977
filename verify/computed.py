"""What a second calculation gives back."""

from dataclasses import dataclass, field

from verify.cell import Cells
from verify.mask import Veils


@dataclass(frozen=True, slots=True)
class Computed:
    """cells: id → figure, nothing withheld. unasked: ids that a report may leave out, such as an indicator that nobody
    set a goal for."""

    cells: Cells
    unasked: frozenset[str]
    veils: Veils = field(default_factory=dict)
    """Figures of persons, which must or may be withheld. Every other one is to be printed."""
    is_of_nation: bool = False
    """Whether they are those of the country."""
