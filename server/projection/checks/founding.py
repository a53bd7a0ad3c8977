"""Checks of club_founding: the club's place, its unit, its name beside other clubs', its first members."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, func, or_, select

from server.models.club import Club, ClubUnit
from server.models.submission import Finding, Submission
from server.models.unit import Unit, UnitClosure
from server.projection import store
from server.projection.checks import common, finding
from server.projection.checks.finding import Found
from server.projection.club_unit import Places
from server.projection.mapping import TableMapping, name_key
from server.projection.source import Source

NEAR_M = 300
"""Metres within which two clubs of one name are taken for one."""
MARGIN_DEGREES = 0.15
"""Around the points of a province's communes, which stand inside them: about 16 km."""
EARTH_M = 6_371_000

clubs = Club.__table__
submissions = Submission.__table__
findings = Finding.__table__
places = ClubUnit.__table__
province = Unit.__table__.alias("province")
below = Unit.__table__.alias("below")
to_province = UnitClosure.__table__.alias("to_province")
from_province = UnitClosure.__table__.alias("from_province")


@dataclass(frozen=True, slots=True)
class Facts:
    """What these checks see: the rows just written for a club."""

    conn: Connection
    source: Source
    club: dict[str, Any]
    members: list[dict[str, Any]]
    places: Places


def run(facts: Facts, mappings: tuple[TableMapping, ...]) -> list[dict[str, Any]]:
    """Findings on one founding form, as rows."""
    found = [
        *common.run(facts.source, mappings),
        *common.future_dates(facts.source, _dates(facts)),
        *unit_not_valid(facts),
        *unit_split(facts),
        *gps_outside(facts),
        *duplicate_member(facts),
    ]
    return finding.rows(facts.source, facts.club["id"], found)


def _dates(facts: Facts) -> dict[str, Any]:
    return {"founding_date": facts.club["founding_date"], "decision_date": facts.club["decision_date"]}


def unit_not_valid(facts: Facts) -> Iterator[Found]:
    """The commune did not exist on the founding date, or is not in the register."""
    if facts.places.not_valid:
        details = {"founding_date": facts.club["founding_date"].isoformat(), "reason": facts.places.not_valid}
        yield Found("unit_not_valid", "commune", facts.places.commune, details)


def unit_split(facts: Facts) -> Iterator[Found]:
    """The commune was divided among several: only the village can tell which one the club is in now."""
    if facts.places.split_on:
        candidates = list(facts.places.candidates)
        details = {"on": facts.places.split_on.isoformat(), "candidates": candidates}
        yield Found("unit_split", "commune", facts.places.commune, details)


BOX = (
    select(func.min(below.c.lat), func.max(below.c.lat), func.min(below.c.lon), func.max(below.c.lon))
    .select_from(to_province)
    .join(province, and_(province.c.id == to_province.c.ancestor_id, province.c.level == "p"))
    .join(from_province, from_province.c.ancestor_id == province.c.id)
    .join(below, and_(below.c.id == from_province.c.descendant_id, below.c.level == "c"))
    .where(to_province.c.descendant_id == bindparam("unit"))
)


def gps_outside(facts: Facts) -> Iterator[Found]:
    """The meeting place lies outside the box around the province's communes."""
    lat, lon = facts.club["lat"], facts.club["lon"]
    if lat is None or lon is None or not facts.places.rows:
        return
    south, north, west, east = facts.conn.execute(BOX, {"unit": facts.places.rows[0]["unit_id"]}).one()
    if south is None:
        return
    margin = MARGIN_DEGREES
    if not (south - margin <= lat <= north + margin and west - margin <= lon <= east + margin):
        yield Found("gps_outside", "gps", f"{lat} {lon}", {"box": [south, north, west, east]})


def duplicate_member(facts: Facts) -> Iterator[Found]:
    """Two members of one name and birth year."""
    seen: dict[tuple[str, int | None], int] = {}
    for member in facts.members:
        key = member["name_key"], member["birth_year"]
        if key in seen and key[0]:
            question = f"members[{member['member_no']}]/m_full_name"
            details = {"birth_year": key[1], "other_no": seen[key]}
            yield Found("duplicate_member", question, member["full_name"], details)
        seen.setdefault(key, member["member_no"])


OTHER_CLUBS = (
    select(
        clubs.c.id, clubs.c.submission_id, clubs.c.code, clubs.c.name, clubs.c.name_key, clubs.c.village_name
    )
    .add_columns(clubs.c.lat, clubs.c.lon, places.c.unit_id, submissions.c.received_at)
    .join(submissions, submissions.c.id == clubs.c.submission_id)
    .outerjoin(places, and_(places.c.club_id == clubs.c.id, places.c.valid_from == clubs.c.founding_date))
    .where(clubs.c.project_id == bindparam("project"), clubs.c.status != "rejected")
)
LIKE = OTHER_CLUBS.where(
    clubs.c.id != bindparam("club"),
    or_(clubs.c.name_key == bindparam("name_key"), places.c.unit_id == bindparam("unit")),
).order_by(submissions.c.received_at, clubs.c.submission_id)


def recheck_duplicates(conn: Connection, source: Source, club_id: str) -> None:
    """Say on the later of two founding forms that they may be of one club; forget what is so no longer.

    Both sides are judged again, because an edit of one may make or unmake the pair.
    """
    this = conn.execute(OTHER_CLUBS.where(clubs.c.id == club_id), {"project": source.project_id}).one()
    pairs = [(other, why) for other in _like(conn, source, this) if (why := _why(this, other))]
    forget_pairs(conn, source.submission_id)
    for other, why in pairs:
        earlier, later = sorted((this, other), key=lambda row: (row.received_at, row.submission_id))
        details = {"other_code": earlier.code, "other_name": earlier.name, "why": why}
        details["other_submission"] = earlier.submission_id
        row = finding.row(
            later.submission_id, later.id, Found("duplicate_club", "club_name", later.name, details)
        )
        store.add(conn, findings, [row])


def _like(conn: Connection, source: Source, this: Row[Any]) -> list[Row[Any]]:
    values = {"project": source.project_id, "club": this.id, "name_key": this.name_key, "unit": this.unit_id}
    return list(conn.execute(LIKE, values))


def forget_pairs(conn: Connection, submission_id: int) -> None:
    """Forget what says of a founding form and others that they may be of one club."""
    of_this = (findings.c.code == "duplicate_club") & (findings.c.submission_id != submission_id)
    others = conn.execute(select(findings.c.id, findings.c.details).where(of_this)).all()
    gone = [row.id for row in others if row.details.get("other_submission") == submission_id]
    own = (findings.c.code == "duplicate_club") & (findings.c.submission_id == submission_id)
    conn.execute(findings.delete().where(or_(own, findings.c.id.in_(gone))))


def _why(one: Row[Any], other: Row[Any]) -> str | None:
    """same_village, same_name_near, or None. Without both places, a name says nothing: many clubs share one."""
    is_same_unit = one.unit_id is not None and one.unit_id == other.unit_id
    if is_same_unit and name_key(one.village_name) == name_key(other.village_name):
        return "same_village"
    if one.name_key != other.name_key or None in (one.lat, one.lon, other.lat, other.lon):
        return None
    return "same_name_near" if metres(one.lat, one.lon, other.lat, other.lon) <= NEAR_M else None


def metres(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """The distance between two places on the ground, in metres (a sphere is close enough)."""
    north = math.radians(other_lat - lat)
    east = math.radians(other_lon - lon) * math.cos(math.radians((lat + other_lat) / 2))
    return EARTH_M * math.hypot(north, east)
