"""The register as a form's media file: the list of places a tablet offers without a network."""

import csv
from collections.abc import Collection
from datetime import date
from typing import TextIO

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from server.models.unit import Unit, UnitClosure, UnitLink
from server.services.unit.lookup import key_of

COLUMNS = (
    "name",
    "label",
    "level",
    "parent",
    "code",
    "valid_from",
    "valid_to",
    "province",
    "district",
    "urban",
    "lat",
    "lon",
)
OPEN_END = date(9999, 12, 31)


def write_form_csv(session: Session, province_codes: Collection[str], out: TextIO) -> int:
    """Write admin_unit.csv for the forms: the units of some provinces and what they became; returns the rows.

    province_codes: provinces by code. Their communes are followed to the next state one by one, so a province
    that took in another shows only the communes with land of the old one.
    `name` is code@valid_from; `parent`, `province` and `district` hold such names too (district empty where
    there is none), `valid_to` is 9999-12-31 while the unit stands. Provinces first, then districts, communes.
    """
    units = _chosen(session, province_codes)
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    order = {"p": 0, "d": 1, "c": 2}
    for unit in sorted(units.values(), key=lambda u: (order[u.level], u.code, u.valid_from)):
        writer.writerow(_row(unit, units))
    return len(units)


def _chosen(session: Session, province_codes: Collection[str]) -> dict[int, Unit]:
    """The provinces' units, their successors, and the provinces above those, by ID."""
    province, new = aliased(Unit), aliased(Unit)
    below = (
        select(UnitClosure.descendant_id)
        .join(province, province.id == UnitClosure.ancestor_id)
        .where(province.code.in_(province_codes), province.level == "p")
    )
    after = select(UnitLink.new_id).where(UnitLink.old_id.in_(below))
    above = select(new.parent_id).where(new.id.in_(after), new.level == "c")
    rows = session.scalars(
        select(Unit).where(or_(Unit.id.in_(below), Unit.id.in_(after), Unit.id.in_(above)))
    )
    return {unit.id: unit for unit in rows}


def _row(unit: Unit, units: dict[int, Unit]) -> tuple[str, ...]:
    parent = units.get(unit.parent_id) if unit.parent_id else None
    above = {unit.level: unit}
    while parent is not None:
        above.setdefault(parent.level, parent)
        parent = units.get(parent.parent_id) if parent.parent_id else None
    names = {level: key_of(one) for level, one in above.items()}
    direct = units.get(unit.parent_id) if unit.parent_id else None
    return (
        key_of(unit),
        unit.full_name,
        unit.level,
        key_of(direct) if direct else "",
        unit.code,
        unit.valid_from.isoformat(),
        (unit.valid_to or OPEN_END).isoformat(),
        names["p"],
        names.get("d", "") if unit.level == "c" else "",
        "" if unit.is_urban is None else str(int(unit.is_urban)),
        "" if unit.lat is None else f"{unit.lat:.5f}",
        "" if unit.lon is None else f"{unit.lon:.5f}",
    )
