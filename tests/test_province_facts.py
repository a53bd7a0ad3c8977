"""The content of the province report beside table 1: tables by unit, pictures, lists, scope; worked out by hand."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from reports import render
from reports.facts import ContextFact, Place, Training, Unit
from reports.period import parse
from reports.privacy import WITHHELD
from reports.province import Header, NoStandards
from reports.province.build import boundary_date
from reports.standards import Standards
from tests.builders_facts import (
    BAC_AI,
    BOARD,
    BODIES,
    DISTRICTS,
    NINH_SON,
    PHAN_RANG,
    PROVINCE,
    club,
    geography,
    income,
    loan,
    meeting,
    meetings,
    member,
    phase,
    report,
    target,
)

MILLION = 1_000_000


def three_clubs(**changes):
    """Two clubs in Phan Rang, of which one has a book and members, and one in Ninh Sơn; the plan of 2019 is 1 and 1."""
    clubs = [
        club("a", "2019-03-01", fund_income_initial=20 * MILLION),
        club("b", "2018-03-01", fund_income_initial=10 * MILLION),
        club("c", "2019-06-01"),
    ]
    facts = {
        "members": [member("1", "a", sex="female"), member("2", "a", sex="male", born=1990)],
        "loans": [loan("1", "1", "2019-06-15", "2019-11-15", 4 * MILLION, club="a")],
        "meetings": [
            meeting(
                "2019-06",
                "a",
                income=income(
                    added=2 * MILLION,
                    disbursed=4 * MILLION,
                    principal=0,
                    interest=0,
                    close_cash=18 * MILLION,
                    close_loans=4 * MILLION,
                ),
            ),
            meeting(
                "2019-12",
                "a",
                income=income(
                    added=0,
                    disbursed=0,
                    principal=1 * MILLION,
                    interest=40_000,
                    close_cash=19 * MILLION,
                    close_loans=3 * MILLION,
                ),
            ),
        ],
        "targets": [target(PHAN_RANG, "2019", "A01", 2), target(NINH_SON, "2019", "A01", 1)],
    }
    places = {"a": PHAN_RANG, "b": PHAN_RANG, "c": NINH_SON}
    return report(clubs, "2019", places=places, **(facts | changes))


def test_every_unit_has_a_row_also_without_clubs_and_the_total_is_last():
    rows = three_clubs().units

    assert [row.unit.code if row.unit else row.kind for row in rows] == ["582", "584", "585", "total"]
    assert [(row.plan, row.founded, row.standing) for row in rows] == [
        (2, 1, 2),
        (None, 0, 0),
        (1, 1, 1),
        (3, 2, 3),
    ]
    assert [row.verdict.status for row in rows] == ["chua_dat", "khong_giao", "dat", "chua_dat"]


def test_a_row_holds_the_figures_of_its_own_clubs():
    phan_rang, bac_ai, _, total = three_clubs().units

    assert (phan_rang.members, phan_rang.women, phan_rang.older, phan_rang.borrowed) == (2, *[WITHHELD] * 3)
    assert (phan_rang.fund, total.fund) == (32 * MILLION, 32 * MILLION)
    assert (phan_rang.active, phan_rang.missing, total.missing) == (1, 1, 2)
    assert (bac_ai.women, bac_ai.fund, bac_ai.full_and_well) == (None, None, None)


def test_shares_of_few_persons_are_withheld_and_take_a_second_unit_with_them():
    """10 of 20 are women in Phan Rang, 17 of 20 in Bác Ái (3 men), 10 of 40 in Ninh Sơn: 37 of 80 in all."""
    women = {"a": (10, 20), "b": (17, 20), "c": (10, 40)}
    members = [
        member(f"{k}{n}", club=k, born=1950, sex="female" if n < of_women else "male")
        for k, (of_women, number) in women.items()
        for n in range(number)
    ]
    places = {"a": PHAN_RANG, "b": BAC_AI, "c": NINH_SON}

    made = report([club(k) for k in women], members=members, places=places)

    phan_rang, bac_ai, ninh_son, total = made.units
    assert (bac_ai.members, bac_ai.women) == (20, WITHHELD)
    assert {phan_rang.women, ninh_son.women} == {WITHHELD, Decimal(25)}
    assert total.women == Decimal("46.25")
    assert {row.older for row in made.units} == {Decimal(100)}
    assert {row.borrowed for row in made.units} <= {None, Decimal(0)}
    assert made.is_masked
    assert "Dấu *: không in để bảo vệ thông tin cá nhân" in render.html(made, date(2021, 2, 5))
    assert 'title="not printed, to protect personal data"' in render.html(made, date(2021, 2, 5), "en")


def test_the_area_s_own_plan_goes_before_the_sum_of_its_units():
    plans = [target(PROVINCE, "2019", "A01", 10), target(PHAN_RANG, "2019", "A01", 2)]

    assert three_clubs(targets=plans).total.plan == 10


def test_clubs_of_one_plan_are_not_set_against_the_plan_of_other_years():
    """NT-03: 20 in 2017–2020; NT-14: 10 in 2021. In 2019–2022 twenty clubs were founded: that is not 200 % of ten."""
    clubs = [club(str(n), "2019-03-01") for n in range(10)] + [club(f"n{n}", "2021-03-01") for n in range(10)]
    plans = [
        target(PROVINCE, "2017..2020", "A01", 20),
        target(PROVINCE, "2021", "A01", 10),
        target(PHAN_RANG, "2021", "A01", 4),
    ]

    mixed = report(clubs, "2019..2022", targets=plans)
    both_plans = report(clubs, "2017..2021", targets=plans)
    one_year = report(clubs, "2021", targets=plans)

    assert [(row.plan, row.verdict.status) for row in mixed.units] == [(None, "khong_giao")] * 4
    assert (both_plans.total.plan, both_plans.total.founded) == (30, 20)
    assert (one_year.units[0].plan, one_year.total.plan) == (4, 10)


def test_the_pictures_of_plan_and_founding_show_units_without_the_total():
    assert [(bar.label, bar.plan, bar.actual) for bar in three_clubs().plan_chart] == [
        ("TP Phan Rang - Tháp Chàm", 2, 1),
        ("Bác Ái", None, 0),
        ("Ninh Sơn", 1, 1),
    ]


def test_the_funds_of_a_unit_open_move_and_close():
    """b brought 10 million into the year, a was founded in it with 20 and got 2 more; 3 of 22 are lent, all overdue."""
    row = three_clubs().funds[0]

    assert (row.opening, row.added) == (10 * MILLION, 22 * MILLION)
    assert (row.disbursed, row.repaid, row.interest) == (4 * MILLION, 1 * MILLION, 40_000)
    assert (row.outstanding, row.overdue, row.closing) == (3 * MILLION, 4 * MILLION, 32 * MILLION)
    assert (row.clubs, row.missing) == (2, 1)


def test_money_written_off_and_a_corrected_balance_tell_why_a_fund_shrank():
    """30 million at founding; 2 written off, and a month opened with 0,5 less than the one before closed."""
    k = club(founded="2020-01-15", fund_income_initial=30 * MILLION)
    books = [
        meeting("2020-02", income=income(close_cash=28 * MILLION, close_loans=0, written_off=2 * MILLION)),
        meeting("2020-03", income=income(close_cash=27_500_000, close_loans=0, written_off=0)),
    ]

    total = report([k], "2020", meetings=books).funds[-1]

    assert (total.added, total.closing, total.written_off) == (30 * MILLION, 27_500_000, 2 * MILLION)
    assert (total.adjusted, total.needs_words) == (-500_000, True)


def test_a_unit_without_a_book_has_no_movements():
    _, bac_ai, ninh_son, _ = three_clubs().funds

    for row in (bac_ai, ninh_son):
        assert {row.added, row.disbursed, row.outstanding, row.overdue, row.closing} == {None}


def test_capital_and_outstanding_by_month():
    points = three_clubs().fund_chart

    assert [p.month.month for p in points] == list(range(1, 13))
    assert (points[0].capital, points[0].outstanding, points[0].clubs) == (10 * MILLION, None, 1)
    assert (points[2].capital, points[2].clubs) == (30 * MILLION, 2)
    assert (points[5].capital, points[5].outstanding) == (32 * MILLION, 4 * MILLION)
    assert points[11].outstanding == 3 * MILLION


def test_clubs_by_the_size_of_their_fund():
    """22 and 10 million; c tells nothing. The upper mark belongs to the band above it."""
    bands = three_clubs().fund_bands

    assert [(b.low, b.high, b.clubs, b.percent) for b in bands] == [
        (None, 20 * MILLION, 1, 50),
        (20 * MILLION, 30 * MILLION, 1, 50),
        (30 * MILLION, None, 0, 0),
    ]


def test_clubs_of_an_undecided_commune_have_a_row_of_their_own():
    clubs = [club("known"), club("open")]
    made = report(clubs, places={"known": NINH_SON, "open": None})

    assert [row.kind for row in made.units] == ["unit", "unit", "unit", "undecided", "total"]
    assert (made.units[3].founded, made.total.founded) == (1, 2)
    assert [c.code for c in made.scope.undecided] == ["LTH-open"]
    assert made.clubs[-1].unit is None


def test_the_composition_is_shown_for_the_clubs_of_each_phase_by_its_own_bands():
    """In 2021: P1 clubs are asked for 70 % from 55 on, P2 clubs for 60–70 % from 60 on and 30–40 % young."""
    clubs = [club("first"), club("second", "2021-02-01", phase="p2")]
    people = [member(f"f{n}", "first", born=1965 if n < 24 else 1990) for n in range(30)]
    people += [member(f"s{n}", "second", born=1960 if n < 18 else 1990) for n in range(30)]

    first, second = report(clubs, "2021", members=people).composition

    bars = {bar.rule: bar for bar in first.bars}
    assert (first.phase.code, first.clubs, first.members) == ("p1", 1, 30)
    assert (bars["older"].value, bars["older"].low, bars["older"].verdict.status) == (80, 70, "dat")
    assert (bars["young"].value, bars["young"].low, bars["young"].verdict.status) == (20, None, "khong_giao")
    bars = {bar.rule: bar for bar in second.bars}
    assert (bars["older"].value, bars["older"].verdict.status) == (60, "trong_khung")
    assert (bars["young"].value, bars["young"].high, bars["young"].verdict.status) == (40, 40, "trong_khung")
    assert (bars["size"].value, bars["size"].unit, bars["size"].verdict.status) == (
        30,
        "person",
        "duoi_khung",
    )
    assert (first.meeting_all, second.meeting_all) == (0, 0)


def test_the_composition_withholds_what_is_of_few_persons_in_both_phases_at_once():
    """Three of 30 are men in the first, ten of 30 in the second: 13 of 60 in all would tell the three."""
    clubs = [club("first"), club("second", "2021-02-01", phase="p2")]
    people = [member(f"f{n}", "first", sex="female" if n < 27 else "male") for n in range(30)]
    people += [member(f"s{n}", "second", sex="female" if n < 20 else "male") for n in range(30)]

    made = report(clubs, "2021", members=people)

    bars = [next(bar for bar in part.bars if bar.rule == "women") for part in made.composition]
    assert [(bar.value, bar.numerator, bar.denominator) for bar in bars] == [(WITHHELD, 0, 0)] * 2
    assert [row.mark for row in render.band_chart(made.composition[0]).rows] == ["*", "", "", ""]
    assert ">*</text>" in render.html(made, date(2021, 2, 5))


def test_the_list_of_clubs_goes_by_unit_and_vietnamese_name():
    clubs = [
        club("1", name="Đoàn Kết", board=BOARD, decision_no="12/QĐ-UBND"),
        club("2", name="Ân Tình"),
        club("3", name="An Khang"),
        club("4", name="Dân Chủ"),
        club("5", name="Bình Minh"),
    ]
    places = dict.fromkeys("1234", NINH_SON) | {"5": PHAN_RANG}

    rows = report(clubs, places=places).clubs

    assert [(row.number, row.name) for row in rows] == [
        (1, "Bình Minh"),
        (2, "An Khang"),
        (3, "Ân Tình"),
        (4, "Dân Chủ"),
        (5, "Đoàn Kết"),
    ]
    assert (rows[4].chair, rows[4].decision_no, rows[4].unit) == ("Trần Văn chair", "12/QĐ-UBND", NINH_SON)
    assert (rows[4].place_old, rows[4].place_new) == ("Xã cũ", "Xã mới")


def test_clubs_that_did_not_report_are_named():
    """Of December: a reported; b stopped in October; c never did; d was founded in December and owes nothing yet."""
    clubs = [club("a"), club("b"), club("c"), club("d", "2020-12-05")]
    reports = [meeting("2020-12", "a"), meeting("2020-10", "b")]

    scope = report(clubs, "2020", meetings=reports).scope

    assert [c.code for c in scope.silent] == ["LTH-c"]
    assert [c.code for c in scope.late] == ["LTH-b", "LTH-c"]


def test_clubs_whose_books_do_not_balance_are_listed_largest_first():
    off = income(difference=-300_000, difference_reason="chưa ghi sổ")
    reports = [
        meeting("2020-12", "a"),
        meeting("2020-11", "b", income=off),
        meeting("2020-12", "c", income=income(difference=400_000)),
    ]

    found = report([club("a"), club("b"), club("c")], meetings=reports).unbalanced

    assert [(u.club.code, u.income, u.operating) for u in found] == [
        ("LTH-c", 400_000, 0),
        ("LTH-b", -300_000, 0),
    ]
    assert (found[1].month, found[1].reason) == (date(2020, 11, 1), "chưa ghi sổ")


def test_what_a_club_did_before_it_closed_belongs_to_the_period():
    """Lent 5 and got back 2 million in June 2020, closed on 15/10/2020: flows and difficulties stay, its fund not."""
    books = income(disbursed=5_000_000, principal=2_000_000)
    sent = meeting("2020-06", income=books, difficulties=frozenset({"capital"}))

    made = report([club(status="closed", closed_on=date(2020, 10, 15))], "2020", meetings=[sent])

    total = made.funds[-1]
    assert (total.clubs, total.disbursed, total.repaid) == (0, 5_000_000, 2_000_000)
    assert made.difficulties == (("capital", 1),)


def test_failing_items_and_difficulties_are_counted_by_club():
    reports = [
        *meetings("2020-01", 12, "a", difficulties=frozenset({"capital", "skill"})),
        *meetings("2020-01", 12, "b", difficulties=frozenset({"capital"})),
    ]

    made = report([club("a"), club("b"), club("young", "2020-11-01")], "2020", meetings=reports)

    assert made.difficulties == (("capital", 2), ("skill", 1))
    assert dict(made.failing_counts)["m4"] == 2


def test_trainings_and_visits_of_the_period():
    course = Training(58, None, date(2017, 7, 31), date(2017, 8, 2), 62)
    reports = [
        meeting("2017-08", supervised=True, supervision_levels=frozenset({"huyen", "tinh"})),
        meeting("2017-09", supervised=True, supervision_levels=frozenset({"tinh"})),
        meeting("2018-01", supervised=True, supervision_levels=frozenset({"xa"})),
    ]

    steering = report([club("k", "2017-05-01")], "2017", meetings=reports, trainings=[course]).steering

    assert (steering.trainees, steering.visits, steering.clubs_visited) == (62, 2, 1)
    assert steering.visits_by_level == (("huyen", 1), ("tinh", 2))


def context_fact(year: int, value: int, metric: str = "older_population") -> ContextFact:
    """A figure of the province for a year."""
    return ContextFact(
        58, date(year, 1, 1), date(year, 12, 31), metric, "=", Decimal(value), "person", fact_id="LC-07"
    )


def test_stated_figures_of_the_area_are_the_newest_that_the_period_knows():
    facts = [
        context_fact(2017, 27364),
        context_fact(2019, 30000),
        context_fact(2022, 40000),
        context_fact(2016, 596, "merit"),
    ]
    other = replace(context_fact(2019, 1), unit_id=99)

    made = report([club()], context=[*facts, other])

    assert [(f.metric, f.value) for f in made.context] == [("older_population", 30000), ("merit", 596)]


def test_a_former_province_is_an_area_inside_its_successor():
    khanh_hoa = Unit(56, "56", date(2025, 7, 1), None, "p", "tinh", "Khánh Hòa", "Tỉnh Khánh Hòa", 1)
    dong_hai = Unit(
        9, "22741", date(2025, 7, 1), None, "c", "phuong", "Đông Hải", "Phường Đông Hải", 56, True
    )
    where = geography(as_of=date(2025, 7, 1), successor=khanh_hoa, rows=(dong_hai,), communes=(dong_hai,))
    where = replace(where, places={"k": Place(9, 9, 56), "open": Place(None, None, 56)})

    made = report([club("k"), club("open")], where=where)

    assert made.scope.area_vi == "địa bàn tỉnh Ninh Thuận (cũ), tỉnh Khánh Hòa"
    assert made.scope.geography_vi == "theo địa giới hiện hành (từ 01/7/2025)"
    assert made.scope.row_level == "c"
    assert [row.kind for row in made.units] == ["unit", "undecided", "total"]
    assert (made.header.issuing.name, made.header.issuing.parent) == ("Sở Y tế", "UBND tỉnh Khánh Hòa")
    assert made.header.place == "Khánh Hòa"


def test_a_report_in_old_boundaries_says_so_and_is_a_draft_of_the_office_of_its_time():
    made = report([club()])

    assert made.scope.area_vi == "tỉnh Ninh Thuận"
    assert made.scope.geography_vi == "theo địa giới trước 01/7/2025"
    assert (made.header.issuing.name, made.header.issuing.parent) == ("Sở Lao động", "UBND tỉnh Ninh Thuận")
    assert made.header.issuing.recipients == ("UBND tỉnh Ninh Thuận",)
    assert made.header.is_draft


def test_boundaries_that_never_changed_are_those_of_the_day():
    made = report([club()], where=geography({"k": PHAN_RANG}, reform_on=None))

    assert made.scope.geography_vi == "theo địa giới ngày 31/12/2020"


def test_a_decree_writes_no_zero_before_months_from_march_on():
    assert boundary_date(date(2025, 7, 1)) == "01/7/2025"
    assert boundary_date(date(2021, 1, 8)) == "08/01/2021"


def test_an_issued_report_keeps_the_head_it_is_given():
    head = Header(BODIES[0], "Ninh Thuận", "12", date(2021, 2, 5))

    assert report([club()], header=head).header is head


def test_papers_are_named_once_the_phase_first_and_undated_or_invented_ones_not_at_all():
    plans = [
        target(PROVINCE, "2021", "A01", 10),
        target(PROVINCE, "2021..2025", "D07", 70, measure="percent"),
        target(PROVINCE, "2021", "A03", 5, document="Không ngày", document_date=None),
        target(PROVINCE, "2021", "A06", 5, document="Minh họa", kind="invented"),
        target(PROVINCE, "2019", "A06", 5, document="Năm khác"),
    ]

    made = report([club()], "2021", targets=plans)

    assert [(b.document, b.signed_on) for b in made.basis] == [
        ("Quyết định p2", None),
        ("Kế hoạch số 72/KH-UBND", date(2021, 1, 8)),
    ]
    assert made.scope.has_invented


def test_methods_carry_the_figures_of_the_phase():
    methods = {m.code: m for m in report([club()], "2021").methods}

    assert "60 tuổi" in methods["B03"].formula_vi
    assert "30 triệu đồng" in methods["C04"].formula_vi
    assert "6 tháng gần nhất" in methods["D07"].formula_vi
    assert not [
        m.code for m in methods.values() if "{" in m.formula_vi + m.formula_en + m.absence_vi + m.absence_en
    ]
    assert {"A01", "C09", "D07"} <= set(methods)


def test_a_province_without_any_club_has_every_table_and_no_figure():
    plan = target(PROVINCE, "2017..2020", "A01", 20)

    made = report([], targets=[plan])

    assert made.scope.is_empty
    assert {r.actual.value for t in made.tables for g in t.groups for r in g.rows} == {None}
    assert made.row("A01").verdict.status == "chua_co_so_lieu"
    assert [row.unit for row in made.units[:-1]] == list(DISTRICTS)
    assert (made.total.women, made.total.fund) == (None, None)
    assert {row.closing for row in made.funds} == {None}
    assert {point.capital for point in made.fund_chart} == {None}
    assert [band.percent for band in made.fund_bands] == [None, None, None]
    assert (made.composition, made.clubs, made.unbalanced) == ((), (), ())


def test_a_period_outside_every_phase_has_tables_by_unit_but_no_table_of_goals():
    made = report([club("k", "2014-05-01", phase="before")], "2014")

    assert (made.tables, made.total.founded) == ((), 1)
    assert report([club()], "2030").total.standing == 1


def test_without_standards_there_is_no_report():
    with pytest.raises(NoStandards, match="tiêu chuẩn"):
        report([club()], standards=Standards(()))


def test_phases_that_overlap_are_cut_at_the_end_of_the_earlier():
    p2 = replace(phase("p2"), valid_from=date(2020, 8, 31))

    parts = Standards((phase("p1"), p2)).split(parse("2020..2021"))

    assert [(p.code, part.text) for p, part in parts] == [("p1", "2020"), ("p2", "2021")]
