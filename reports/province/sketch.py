"""The map of clubs: which points pull the land of a province to which unit of its tables."""

from reports import shapes
from reports.facts import Club, Shape, Unit
from reports.indicators import Context
from reports.province.activity_model import Site, Sketch

ENOUGH = 0.9
"""Share of communes that must lie in the outline for it to be of the same area."""


def sketch(ctx: Context) -> Sketch | None:
    """The centres of the communes and the clubs standing, each with the row it belongs to; None without any point.

    Clubs pull land to their own row, so that no club is drawn in another unit's area. One whose position lies outside
    the area, as when longitude and latitude were exchanged, is drawn at its commune.
    """
    geography = ctx.geography
    by_id = {unit.id: unit for unit in (*geography.communes, *geography.rows)}
    communes = [
        Site(u.lon, u.lat, _row_of(u, by_id, {r.id for r in geography.rows}))
        for u in geography.communes
        if u.lon is not None and u.lat is not None
    ]
    outline = _outline(ctx, communes)
    clubs = [_club(ctx, club, by_id, communes, outline) for club in ctx.standing()]
    placed = [site for site in clubs if site is not None]
    if not communes and not placed:
        return None
    counts = {unit.id: 0 for unit in geography.rows}
    for club in ctx.standing():
        row = geography.row_of(club.id)
        if row in counts:
            counts[row] += 1
    rows = tuple((unit, counts[unit.id]) for unit in geography.rows)
    return Sketch(outline, (*communes, *placed), rows, len(clubs) - len(placed))


def _row_of(unit: Unit, by_id: dict[int, Unit], rows: set[int]) -> int | None:
    above: Unit | None = unit
    while above is not None and above.id not in rows:
        above = by_id.get(above.parent_id) if above.parent_id is not None else None
    return above.id if above else None


def _outline(ctx: Context, communes: list[Site]) -> Shape | None:
    shape = ctx.geography.shapes.get(ctx.geography.area.id)
    if shape is None or not communes:
        return shape
    inside = sum(shapes.holds(shape, site.lon, site.lat) for site in communes)
    return shape if inside >= ENOUGH * len(communes) else None


def _club(
    ctx: Context, club: Club, by_id: dict[int, Unit], communes: list[Site], outline: Shape | None
) -> Site | None:
    place = ctx.geography.places.get(club.id)
    row = ctx.geography.row_of(club.id)
    if club.lon is not None and club.lat is not None and _near(club.lon, club.lat, communes, outline):
        return Site(club.lon, club.lat, row, club.code)
    commune = by_id.get(place.commune_id) if place and place.commune_id else None
    if commune is None or commune.lon is None or commune.lat is None:
        return None
    return Site(commune.lon, commune.lat, row, club.code, is_measured=False)


def _near(lon: float, lat: float, communes: list[Site], outline: Shape | None) -> bool:
    """Whether a point can be in the area: in its outline, or among its communes."""
    if outline is not None and shapes.holds(outline, lon, lat):
        return True
    return any(abs(site.lon - lon) < shapes.REACH and abs(site.lat - lat) < shapes.REACH for site in communes)
