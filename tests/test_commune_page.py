"""The commune page: the clubs of one commune, worked by hand."""

from dataclasses import replace
from datetime import date

import pytest

from reports import commune as pages
from reports import workbook
from reports.commune import CommunePage
from reports.facts import CareVisit, Place
from reports.indicators import Context
from reports.privacy import FEW
from reports.spoken import Spoken
from tests.builders_facts import (
    BOARD,
    activity,
    club,
    commune,
    context,
    dataset,
    geography,
    loan,
    meeting,
    meetings,
    member,
    target,
)
from tests.spreadsheet import read

HERE, THERE = commune(1), commune(2)


def asked(**facts) -> Context:
    """Two clubs in commune 1 (a: ten months of 2020, b: three), one in commune 2, one nobody has placed."""
    clubs = [club("a", board=BOARD), club("b"), club("c"), club("open")]
    given = {
        "members": [member(f"{k}{n}", k) for k, size in (("a", 6), ("b", 4), ("c", 9)) for n in range(size)],
        "meetings": [
            *meetings("2020-01", 10, "a"),
            *meetings("2020-10", 3, "b"),
            *meetings("2020-01", 12, "c"),
        ],
    }
    places = {
        one.id: Place(582, unit.id if unit else None, 58)
        for one, unit in zip(clubs, (HERE, HERE, THERE, None), strict=True)
    }
    where = replace(geography(communes=(HERE, THERE)), places=places)
    return context(dataset(clubs, **(given | facts)), "2020", geography=where)


def page(is_private: bool = True, phones: dict[str, str] | None = None, **facts) -> CommunePage:
    return pages.build(
        asked(**facts), HERE, "Thành phố …, Tỉnh Ninh Thuận", phones or {}, {"open"}, is_private=is_private
    )


def test_clubs_of_the_commune_stand_in_a_table_with_a_total():
    """Club a met in 10 of 12 months, b in 3 of 12; 40 of 50 were present each time."""
    made = page()

    assert [(line.name, line.members, line.held, line.due) for line in made.clubs] == [
        ("CLB a", 6, 10, 12),
        ("CLB b", 4, 3, 12),
    ]
    assert (made.sums.clubs, made.sums.members) == (2, 10)
    assert (made.sums.held.numerator, made.sums.held.denominator) == (13, 24)
    assert made.sums.attendance == 80
    assert (made.sums.fund, made.sums.outstanding) == (40_000_000, 30_000_000)


def test_the_workbook_of_the_commune_adds_its_clubs_up():
    book = read(workbook.commune(page(), date(2021, 2, 5)))

    assert book.formulas.sheetnames == ["Thông tin", "Các câu lạc bộ"]
    assert book.formula("Các câu lạc bộ", "Cộng", 3) == "=SUM(D5:D6)"
    assert {place: pair for place, pair in book.computed().items() if pair[0] != pytest.approx(pair[1])} == {}


def test_a_club_nobody_has_placed_is_named_and_counted_nowhere():
    made = page()

    assert [one.name for one in made.undecided] == ["CLB open"]
    assert "CLB open" not in {line.name for line in made.clubs}


def test_months_without_a_report_are_named_with_the_chair_and_the_telephone():
    near, far = page(phones={"a": "0912345678"}), page(is_private=False, phones={"a": "0912345678"})

    first, second = near.silent
    assert first.silent_months == (date(2020, 11, 1), date(2020, 12, 1))
    assert (first.chair, first.phone) == ("Trần Văn chair", "0912345678")
    assert len(second.silent_months) == 9
    assert [line.phone for line in far.silent] == [None, None]


def test_months_in_a_row_are_written_together():
    months = (*(date(2020, month, 1) for month in (1, 2, 3, 5, 12)), date(2021, 1, 1))

    assert Spoken("vi").months(months) == "1–3/2020, 5/2020, 12/2020, 1/2021"


def test_health_and_care_are_summed_over_the_months():
    """Two months: 20 + 10 measured, 3 + 1 of them high; two people cared for, one of them in both months."""
    told = [
        meeting("2020-01", "a", activity=activity(n_bp_high=3), care=(CareVisit("x", 8), CareVisit("y", 4))),
        meeting(
            "2020-02", "a", activity=activity(n_bp=10, n_bp_high=1, mob_days=5), care=(CareVisit("x", 8),)
        ),
    ]

    health = page(meetings=told).health

    assert (health.measured, health.high, health.checked, health.volunteers) == (30, 4, 60, 5)
    assert (health.recipients, health.visits, health.helped, health.works) == (2, 48, 2, 2)
    assert (health.raised, health.days) == (1_000_000, 5)


def test_few_people_are_masked_for_readers_above_the_commune():
    """Two people in care, two helped, four readings of high pressure: none is told. The 26 others stand nowhere, so
    the 30 measured give nothing away."""
    told = [
        meeting("2020-01", "a", activity=activity(n_bp_high=3), care=(CareVisit("x", 8), CareVisit("y", 4))),
        meeting("2020-02", "a", activity=activity(n_bp=10, n_bp_high=1)),
    ]

    made = page(is_private=False, meetings=told)

    assert (made.health.recipients, made.health.helped, made.health.high) == (FEW, FEW, FEW)
    assert made.health.measured == 30
    assert made.health.volunteers == 5
    assert made.sums.women == 100, "nobody is no secret: all ten are women"


def test_overdue_loans_are_counted_club_by_club():
    made = page(loans=[loan("1", "a1", "2020-02-01", "2020-06-01", club="a")])

    assert [(line.overdue_loans, line.overdue) for line in made.clubs] == [(1, 5_000_000), (0, 0)]
    assert made.sums.overdue.parts["amount"].value == 5_000_000


def test_a_commune_without_clubs_has_an_empty_page():
    made = pages.build(asked(), commune(3), "Tỉnh Ninh Thuận", {}, is_private=True)

    assert (made.clubs, made.sums.members, made.health.measured) == ((), 0, None)


def test_targets_of_the_commune_alone_are_shown():
    mine, other = target(HERE, "2020", "A01", 2), target(THERE, "2020", "A01", 3)

    made = page(targets=[mine, other])

    assert [(row.code, row.goal.low, row.actual.value) for row in made.targets] == [("A01", 2, 0)]
