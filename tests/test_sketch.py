"""The map of clubs: land around points, whose unit each piece is, and where the clubs are drawn."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

from reports import charts, frozen, shapes
from reports.facts import Place, Shape, Unit
from reports.province.sketch import sketch
from server.services.unit import outlines
from tests.builders_facts import (
    BAC_AI,
    OPENING,
    PHAN_RANG,
    PROVINCE,
    club,
    context,
    dataset,
    geography,
    report,
)

SQUARE = Shape((((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)),))
BOX = (0.0, 0.0, 10.0, 10.0)


def centre(id, lon, lat, district):
    return Unit(id, str(id), OPENING, None, "c", "xa", f"Xã {id}", f"Xã {id}", district.id, None, lat, lon)


WEST, EAST = centre(1, 2.0, 5.0, PHAN_RANG), centre(2, 8.0, 5.0, BAC_AI)


def drawn(clubs, places, outline=SQUARE):
    where = replace(
        geography(communes=(WEST, EAST), shapes={PROVINCE.id: outline} if outline else {}), places=places
    )
    return sketch(context(dataset(clubs), "2020", geography=where))


def area(cell):
    corners = [corner for corner, _ in cell]
    return (
        abs(
            sum(
                x0 * y1 - x1 * y0
                for (x0, y0), (x1, y1) in zip(corners, corners[1:] + corners[:1], strict=True)
            )
        )
        / 2
    )


def test_a_report_with_the_outline_of_its_province_is_kept_and_read_again():
    where = geography(communes=(WEST, EAST), shapes={PROVINCE.id: SQUARE})

    made = report([club()], "2020", where=where)

    assert made.sketch.outline == SQUARE
    assert frozen.load(frozen.dump(made)).sketch == made.sketch


def test_land_is_shared_half_way_between_points():
    """Points at 2 and 8 of a square of 10: the border is x = 5."""
    left, right = shapes.cells([(2.0, 5.0), (8.0, 5.0)], BOX)

    assert area(left) == area(right) == 50
    assert {round(x, 6) for (x, _), beyond in left if beyond == 1} == {5.0}
    assert [beyond for _, beyond in left].count(1) == 1


def test_all_land_goes_to_some_point():
    points = [(1.0, 1.0), (9.0, 2.0), (4.0, 8.0), (5.0, 5.0), (6.0, 5.5), (2.0, 9.0)]

    assert round(sum(area(cell) for cell in shapes.cells(points, BOX)), 6) == 100


def test_without_an_outline_land_ends_some_way_from_its_point():
    (cell,) = shapes.cells([(108.0, 11.0)], None)

    assert all(abs(shapes.math.hypot(x - 108, y - 11) - shapes.REACH) < 1e-9 for (x, y), _ in cell)


def test_a_point_is_in_the_outline_or_not():
    assert shapes.holds(SQUARE, 5, 5)
    assert not shapes.holds(SQUARE, 11, 5)


def test_a_club_with_longitude_and_latitude_exchanged_is_drawn_at_its_commune():
    clubs = [club("k", lon=3.0, lat=5.0), club("l", lon=40.0, lat=3.0), club("m")]
    places = {
        "k": Place(PHAN_RANG.id, WEST.id, 58),
        "l": Place(BAC_AI.id, EAST.id, 58),
        "m": Place(None, None, 58),
    }

    found = drawn(clubs, places)

    at = {site.club: (site.lon, site.lat, site.is_measured) for site in found.sites if site.club}
    assert at == {"LTH-k": (3.0, 5.0, True), "LTH-l": (8.0, 5.0, False)}
    assert found.unplaced == 1
    assert [(unit.id, clubs) for unit, clubs in found.rows] == [(PHAN_RANG.id, 1), (BAC_AI.id, 1), (585, 0)]


def test_an_outline_that_most_communes_lie_outside_of_is_not_of_the_same_area():
    elsewhere = Shape((((20.0, 0.0), (30.0, 0.0), (30.0, 10.0), (20.0, 10.0)),))

    assert drawn([club()], {}, SQUARE).outline == SQUARE
    assert drawn([club()], {}, elsewhere).outline is None


def test_a_club_stands_on_land_of_its_own_unit():
    """A club of the west at x = 7, beyond the half-way line: the border moves so that it stays in the west."""
    chart = charts.map_chart(
        SQUARE, [(2.0, 5.0, 1), (8.0, 5.0, 2)], [((7.0, 5.0, 1), True)], {1: "Tây (1)", 2: "Đông (0)"}
    )

    xs = sorted({float(part[1:].split(" ")[0]) for part in chart.borders.split(" L")[:1]})
    point = chart.points[0]
    assert xs[0] > point.x
    assert {label.text for label in chart.labels} == {"Tây (1)", "Đông (0)"}


def test_names_cover_neither_each_other_nor_a_club():
    centres = [(5.0, 5.0, 1), (5.1, 5.0, 2), (5.2, 5.05, 3)]
    clubs = [((5.0, 5.0, 1), True)]

    labels = charts.map_chart(SQUARE, centres, clubs, {1: "Phan Rang", 2: "Ninh Hải", 3: "Ninh Phước"}).labels

    for index, one in enumerate(labels):
        for other in labels[index + 1 :]:
            assert abs(one.x - other.x) >= (one.width + other.width) / 2 or abs(one.y - other.y) >= 28
    assert {label.text for label in labels if label.leads_to} == {"Phan Rang", "Ninh Hải", "Ninh Phước"}


def test_names_at_the_edge_stand_in_the_order_of_their_units():
    """Five units crowded around a club: their names stand from north to south, so that no line crosses another."""
    centres = [(6.0, 5.0 - row / 100, row) for row in (3, 1, 5, 2, 4)]
    clubs = [((6.0, 5.0 - row / 100, row), True) for row in range(1, 6)]

    labels = charts.map_chart(SQUARE, centres, clubs, {row: f"Xã {row}" for row in (3, 1, 5, 2, 4)}).labels

    assert [one.text for one in sorted(labels, key=lambda one: one.y)] == [f"Xã {n}" for n in range(1, 6)]
    assert all(one.leads_to for one in labels)


def test_a_unit_without_a_club_is_named_only_where_there_is_room():
    """Two units crowded around a club: the one without clubs gets no line of its own, the wide one is named."""
    centres = [(6.0, 5.0, 1), (6.1, 5.0, 2), (2.0, 8.0, 3)]
    clubs = [((6.0, 5.0, 1), True), ((6.1, 5.0, 1), True)]

    chart = charts.map_chart(SQUARE, centres, clubs, {1: "Một (2)", 2: "Hai (0)", 3: "Ba (0)"}, {2, 3})

    assert {label.text for label in chart.labels} == {"Một (2)", "Ba (0)"}


def test_an_archipelago_far_off_the_outline_is_left_off_the_map():
    """As Trường Sa of Khánh Hòa: its land is none of the frame's, and the rest of the province is drawn."""
    places = [(5.0, 5.0, 1), (40.0, -20.0, 2)]

    chart = charts.map_chart(SQUARE, places, [((40.0, -20.0, 2), True)], {1: "Nha Trang", 2: "Trường Sa"})

    assert [label.text for label in chart.labels] == ["Nha Trang"]
    assert chart.points == ()


def test_no_place_gives_no_map():
    assert sketch(context(dataset([club()]), "2020")) is None
    assert charts.map_chart(None, [], [], {}) is None


def test_the_register_has_an_outline_of_every_province_in_every_state():
    folder = Path(__file__).parent.parent / "register"
    lines = (folder / "unit.csv").read_text(encoding="utf-8").splitlines()[1:]
    provinces = {tuple(line.split(",")[:2]) for line in lines if line.split(",")[3] == "p"}

    rows = json.loads((folder / "shape_province.json").read_text(encoding="utf-8"))

    assert {(row["code"], row["valid_from"]) for row in rows} == provinces
    assert all(len(ring) >= 3 for row in rows for ring in row["rings"])
    assert set(outlines([PROVINCE, replace(PROVINCE, id=9, valid_from=date(2001, 1, 1))])) == {PROVINCE.id}
