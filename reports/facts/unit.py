"""Administrative units with their shapes, and a numerator over a denominator."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Ratio:
    """Two counts over each other. Its value is None when the denominator is 0, which prints as “–”."""

    numerator: int
    denominator: int

    @property
    def value(self) -> Decimal | None:
        """numerator / denominator, unrounded."""
        return Decimal(self.numerator) / self.denominator if self.denominator else None

    @property
    def percent(self) -> Decimal | None:
        """The value in percent, unrounded."""
        return Decimal(self.numerator) * 100 / self.denominator if self.denominator else None


@dataclass(frozen=True, slots=True)
class Unit:
    """An administrative unit in one state; known by (code, valid_from)."""

    id: int
    code: str
    valid_from: date
    valid_to: date | None
    """Last day, inclusive; None while it stands."""
    level: str
    """n nation, p province, d district (to 30/6/2025), c commune."""
    kind: str
    name: str
    full_name: str
    parent_id: int | None
    is_urban: bool | None = None
    lat: float | None = None
    lon: float | None = None

    def stands_on(self, day: date) -> bool:
        """Whether this state of the unit was in force on that day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a club stands at the geography's date.

    row: the unit of the tables it is counted in (district or commune); commune: its commune. Either is None while a
    reform has split the old unit and nobody has chosen yet. old_name and new_name: commune and district before
    01/7/2025 and commune after, as printed in lists; None where not known.
    """

    row_id: int | None
    commune_id: int | None
    province_id: int | None
    old_name: str | None = None
    new_name: str | None = None


Ring = tuple[tuple[float, float], ...]
"""Corners (longitude, latitude) of a closed line; the last leads back to the first."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The outline of a unit, simplified for small maps: one ring for each separate piece of land, largest first."""

    rings: tuple[Ring, ...]


@dataclass(frozen=True, slots=True)
class Geography:
    """The units of one report as they stood on one day, and where each club stands among them.

    rows: the units that tables list, in order of code: districts where the province had them on that day, else
    communes. A province that no longer stands (Ninh Thuận after 30/6/2025) is reported as an area inside its
    successor; rows are then the communes that its old communes became. has_register False: the register holds no
    units below this province on that day, so shares of communes cannot be computed.
    """

    as_of: date
    area: Unit
    """The province reported, in the state the report is about."""
    successor: Unit | None
    """The province the area belongs to on as_of, when the area itself no longer stands then."""
    rows: tuple[Unit, ...]
    communes: tuple[Unit, ...]
    places: Mapping[str, Place]
    """Club id → place."""
    provinces: tuple[Unit, ...] = ()
    """All provinces in force; only for national figures (A05)."""
    reform_on: date | None = None
    """Day of the latest step of units in this area, such as 2025-07-01; None: the units never changed."""
    shapes: Mapping[int, Shape] = field(default_factory=dict)
    """Unit id → outline, of the area and of provinces; units without one are missing."""

    @property
    def is_former(self) -> bool:
        """Whether the province is reported as an area of the past inside a province of today."""
        return self.successor is not None

    def row_of(self, club_id: str) -> int | None:
        """Id of the unit of the tables in which a club is counted; None: not decided."""
        place = self.places.get(club_id)
        return place.row_id if place else None
