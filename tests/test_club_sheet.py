"""The club sheet: what one club reached, worked by hand from a year of its reports."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from reports import club_sheet
from reports.club_sheet import ClubSheet, Details, Month
from reports.facts import Club, Place
from reports.indicators import REGISTER, grade
from reports.privacy import Masked
from reports.spoken import NEEDS, Spoken
from tests.builders_facts import (
    BOARD,
    PHAN_RANG,
    club,
    commune,
    context,
    dataset,
    geography,
    loan,
    meeting,
    meetings,
    member,
    operating,
    phase,
)

VAN_HAI = commune(1)
HERE = Place(PHAN_RANG.id, VAN_HAI.id, 58, "Phường Văn Hải", "Phường Ninh Chử")


def sheet_of(
    one: Club, period: str = "2020", place: Place = HERE, details: Details | None = None, **given
) -> ClubSheet:
    """The sheet of one club for a reader at commune level, unless is_private says otherwise."""
    is_private = given.pop("is_private", True)
    where = geography(communes=(VAN_HAI,))
    ctx = context(dataset([one], **given), period, geography=replace(where, places={one.id: place}))
    return club_sheet.build(ctx, one, details or Details(), is_private)


def reached(made: ClubSheet) -> dict[str, object]:
    """What the club reached of every need, by the need's code."""
    return {need.code: need.reached for check in made.checks for group in check.item.groups for need in group}


def fifty(men: int = 15) -> list:
    """Fifty members born in 1950, some of them men."""
    return [member(f"m{n}", sex="male" if n < men else "female") for n in range(50)]


def test_every_minimum_stands_beside_what_was_reached():
    """Twelve meetings with all areas done; the window is July to December."""
    made = sheet_of(club(board=BOARD), members=fifty(), meetings=meetings("2020-01", 12))

    assert made.window == (date(2020, 7, 1), date(2020, 12, 1))
    assert reached(made) == {
        "a1.loans": 0, "a1.lent": 75, "a1.talks": 6, "a2.meetings": 6, "a2.checks": 12,
        "a3.volunteers": 5, "a3.months": 6, "a4.months": 6, "a4.works": 6, "a5.months": 6,
        "a6.meetings": 6, "a7.months": 6, "a8.months": 6, "m1.meetings": 6, "m2.income": 0,
        "m2.operating": 0, "m3.overdue": 0, "m4.board": 5, "m4.roles": 1, "m5.attendance": 80,
        "m6.charter": 0, "m6.plan": 1, "m7.reports": 6, "m8.supervised": 0, "m8.trained": 0, "m9.borrowers": 0,
    }  # fmt: skip
    assert (made.grade, made.areas, made.failing) == ("average", 8, ("m6", "m8", "m9"))
    assert made.failing == tuple(check.code for check in made.checks if not check.item.is_met)


def test_what_to_do_is_said_for_what_is_missing_only():
    made = sheet_of(club(board=BOARD), members=fifty(), meetings=meetings("2020-01", 12))
    said = {check.code: Spoken("vi").advice(check) for check in made.checks if not check.item.is_met}

    assert said["m6"] == "Thông qua quy chế hoạt động"
    assert said["m8"] == "Mời cấp trên giám sát, hỗ trợ hoặc cử ủy viên Ban Chủ nhiệm dự tập huấn"


def test_the_figures_are_those_of_the_indicators_of_that_club():
    one, other = club("k", board=BOARD), club("x")
    lent = [loan("1", "m1", "2020-02-01", "2020-06-01", paid=[("2020-05-01", 1_000_000)])]
    data = dataset(
        [one, other],
        members=[*fifty(), member("y", "x")],
        meetings=[*meetings("2020-01", 12), *meetings("2020-01", 3, "x")],
        loans=lent,
    )
    where = geography(places={"k": PHAN_RANG, "x": PHAN_RANG})
    whole = context(data, "2020", geography=where)
    own = context(data.only(lambda c: c.id == "k"), "2020", geography=where)

    made = club_sheet.build(whole, one, Details(), True)

    asked = {
        code: REGISTER[code].compute(own) for code in ("A06", "C05", "C06", "C08", "C09", "D01", "D02", "D03")
    }
    assert made.members == asked["A06"].value == 50
    assert (made.held, made.attendance, made.reports) == (asked["D01"], asked["D02"], asked["D03"])
    assert made.income.closing == asked["C06"].value == 20_000_000
    assert made.loans.outstanding == asked["C06"].parts["outstanding"].value == 15_000_000
    assert (made.loans.overdue, made.loans.on_time) == (asked["C09"], asked["C08"])
    assert made.loans.borrowed == asked["C05"].value == 2
    assert made.held.value == 100


def test_a_loan_past_due_comes_first_with_its_days():
    """4 of 5 million are still owed on 31/12/2020, 213 days after 1/6/2020."""
    loans = [
        loan("late", "m1", "2020-02-01", "2020-06-01", paid=[("2020-05-01", 1_000_000)]),
        loan("open", "m2", "2020-11-01", "2021-05-01"),
        loan("paid", "m3", "2020-01-01", "2020-03-01", paid=[("2020-02-01", 5_000_000)]),
    ]
    details = Details(borrowers={"m1": "Lò Thị Một"}, loan_numbers={"late": 7, "open": 8})

    near = sheet_of(club(), loans=loans, meetings=meetings("2020-01", 12), details=details)

    assert [(one.number, one.outstanding, one.late_days) for one in near.loans.open] == [
        (7, 4_000_000, 213),
        (8, 5_000_000, 0),
    ]
    assert near.loans.owed == 9_000_000
    assert [one.borrower for one in near.loans.open] == ["Lò Thị Một", None]


def test_single_loans_are_not_listed_above_the_commune():
    """Two loans tell of at most two borrowers, whose share of the members is withheld."""
    loans = [loan(n, n, "2020-02-01", "2020-06-01") for n in ("m1", "m2")]

    far = sheet_of(club(), members=fifty(), loans=loans, meetings=meetings("2020-01", 12), is_private=False)

    assert far.loans.open == ()
    assert (far.loans.count, far.loans.late, far.loans.owed) == (2, 2, 10_000_000)
    assert isinstance(far.loans.borrowed, Masked)


def test_telephones_of_the_board_are_for_readers_of_the_commune():
    details = Details(phones={"b0": "0912345678"}, next_plan="Gọi 0912345678 để đăng ký")

    near = sheet_of(club(board=BOARD), details=details)
    far = sheet_of(club(board=BOARD), details=details, is_private=False)

    assert [(seat.roles, seat.phone) for seat in near.board][:2] == [
        (("chair",), "0912345678"),
        (("deputy",), None),
    ]
    assert {seat.phone for seat in far.board} == {None}
    assert "0912345678" in near.details.next_plan
    assert "0912345678" not in far.details.next_plan


def test_shares_of_few_people_are_masked_above_the_commune():
    """Three of fifty are men: 94% women tells of them."""
    near = sheet_of(club(), members=fifty(3))
    far = sheet_of(club(), members=fifty(3), is_private=False)

    shown = {band.bar.rule: band.value for band in near.composition}
    hidden = {band.bar.rule: band.value for band in far.composition}
    assert (shown["women"], shown["size"]) == (94, 50)
    assert isinstance(hidden["women"], Masked)
    assert hidden["size"] == 50


def test_the_strip_tells_held_not_held_silent_and_not_due():
    """Founded in April, a holiday in June, nothing sent for December; the figures are of 31/12/2020."""
    told = [
        *meetings("2020-05", 1),
        meeting("2020-06", held=False, not_held_reason="harvest", n_present=None, n_on_list=None),
        *meetings("2020-07", 5),
    ]

    made = sheet_of(club(founded="2020-04-10"), meetings=told)

    states = [month.state for month in made.strip]
    assert states == ["outside"] * 4 + ["held", "not_held"] + ["held"] * 5 + ["silent"]
    assert made.strip[4] == Month(date(2020, 5, 1), "held", 40, 50, Decimal(80))
    assert Spoken("vi").state(made.strip[5]) == "không sinh hoạt (mùa vụ)"
    assert (made.held.numerator, made.held.denominator) == (6, 8)


def test_a_month_that_is_not_over_is_no_missing_report():
    made = sheet_of(club(), meetings=meetings("2020-01", 9), cut_off=date(2020, 10, 20))

    assert [month.state for month in made.strip][-2:] == ["held", "ahead"]


def test_a_club_founded_last_month_is_not_assessed():
    made = sheet_of(club(founded="2020-12-05", fund_income_initial=25_000_000), members=fifty())

    assert (made.grade, made.checks, made.is_assessed) == ("not_yet", (), False)
    assert made.held.value is None
    assert made.income.closing == 25_000_000


def test_a_club_that_told_nothing_has_no_figures():
    made = sheet_of(club())

    assert (made.grade, made.members, made.composition) == ("unknown", 0, ())
    assert (made.income.closing, made.operating.closing, made.loans.outstanding) == (None, None, None)
    assert made.loans.borrowed is None
    assert {month.state for month in made.strip} == {"silent"}


def test_a_closed_club_keeps_its_board_and_owes_no_report_after():
    made = sheet_of(
        club(board=BOARD, status="closed", closed_on=date(2020, 9, 15)), meetings=meetings("2020-01", 8)
    )

    assert (made.status, made.closed_on) == ("closed", date(2020, 9, 15))
    assert [month.state for month in made.strip] == ["held"] * 8 + ["outside"] * 4
    assert len(made.board) == 5


def test_a_club_of_a_split_unit_says_that_nobody_has_chosen():
    made = sheet_of(club(), place=Place(PHAN_RANG.id, None, 58, "Phường Đông Hải", None))

    assert (made.is_undecided, made.place_old, made.place_new) == (True, "Phường Đông Hải", None)


def test_the_operating_fund_adds_up_the_months():
    """Two months: fees 250.000 and 260.000, visits 100.000 once; the second closes with 1,41 million."""
    first = {"opening": 900_000, "in_fees": 250_000, "out_visit": 100_000, "closing": 1_050_000}
    second = {"opening": 1_050_000, "in_fees": 260_000, "in_donation": 100_000, "closing": 1_410_000}
    told = [
        meeting("2020-01", operating=operating(**first)),
        meeting("2020-02", operating=operating(**second)),
    ]

    book = sheet_of(club(), meetings=told).operating

    assert (book.opening, book.fees, book.donations, book.visits, book.closing) == (
        900_000,
        510_000,
        100_000,
        100_000,
        1_410_000,
    )
    assert (book.other, book.care) == (None, None), "not asked is not 0"


def test_every_need_of_the_grade_has_its_words():
    made = sheet_of(club(board=BOARD), meetings=meetings("2020-01", 12))

    assert set(reached(made)) == set(NEEDS)


def test_borrowers_are_counted_since_the_phase_that_grades_even_in_a_longer_period():
    """All borrowed in 2020, nobody since p2 began in 2021: by p2 none of the fifty has, over 2020 and 2021 as well."""
    lent = [loan(f"l{n}", f"m{n}", "2020-03-01", "2020-09-01") for n in range(50)]
    one = club(board=BOARD)
    data = dataset([one], members=fifty(), meetings=meetings("2020-01", 24), loans=lent)

    graded = {
        (code, period): grade.items(context(data, period, phase=phase(code)), one)["m9"].groups[0][0].reached
        for code, period in (("p1", "2020"), ("p2", "2020..2021"), ("p2", "2020"))
    }

    assert graded == {("p1", "2020"): 100, ("p2", "2020..2021"): 0, ("p2", "2020"): 100}
