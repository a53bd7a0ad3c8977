"""Table 1: which goal a figure is measured by, and how far it was reached; all worked out by hand."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from reports import targets, words
from reports.cells import MASKED, cells
from reports.period import parse
from reports.privacy import WITHHELD
from reports.standards import Rule, Standards
from tests.builders_facts import (
    NATION,
    PHAN_RANG,
    PROVINCE,
    club,
    loan,
    meeting,
    meetings,
    member,
    phase,
    report,
    survey,
    target,
)

MILLION = 1_000_000


@pytest.mark.parametrize(
    ("actual", "demanded", "status", "attainment", "surplus"),
    [
        (41, 30, "dat", "136.7", "36.7"),
        (20, 20, "dat", "100.0", None),
        (24, 30, "gan_dat", "80.0", None),
        (23, 30, "chua_dat", "76.7", None),
        (0, 30, "chua_dat", "0.0", None),
        (3, 0, "dat", None, None),
        (None, 30, "chua_co_so_lieu", None, None),
        (5, None, "khong_giao", None, None),
    ],
)
def test_reached_is_actual_over_plan_and_beyond_is_what_exceeds_it(
    actual, demanded, status, attainment, surplus
):
    verdict = targets.judge(actual, None if demanded is None else Decimal(demanded))

    shown = [None if v is None else str(round(v, 1)) for v in (verdict.attainment, verdict.surplus)]
    assert (verdict.status, *shown) == (status, attainment, surplus)


@pytest.mark.parametrize(
    ("value", "status", "colour"),
    [
        (47, "duoi_khung", "red"),
        (48, "duoi_khung", "amber"),
        (60, "trong_khung", "green"),
        (70, "trong_khung", "green"),
        (71, "tren_khung", "amber"),
        (None, "chua_co_so_lieu", "grey"),
    ],
)
def test_a_band_has_a_below_an_inside_and_an_above_that_is_no_failure(value, status, colour):
    """NA-07: 60–70 % women; 80 % of 60 is 48."""
    verdict = targets.judge_band(value, Rule("women", Decimal(60), Decimal(70)))

    assert (verdict.status, verdict.colour, verdict.attainment) == (status, colour, None)


def test_more_than_is_not_reached_by_the_very_figure():
    """NA-04: more than 100.000."""
    assert targets.judge_target(100_000, ">", Decimal(100_000), None).status == "gan_dat"
    assert targets.judge_target(100_001, ">", Decimal(100_000), None).status == "dat"
    assert targets.judge_target(100_000, ">=", Decimal(100_000), None).status == "dat"


def test_a_ceiling_is_kept_or_not():
    assert targets.judge_target(Decimal("4.9"), "<=", Decimal(5), None).status == "dat"
    assert targets.judge_target(Decimal("5.1"), "<=", Decimal(5), None).status == "chua_dat"


LAI_CHAU = replace(PROVINCE, id=12, code="12", valid_to=None, name="Lai Châu", full_name="Tỉnh Lai Châu")
LAI_CHAU_PLAN = [
    target(LAI_CHAU, "2017..2020", "A01", 25, fact_id="LC-12"),
    target(LAI_CHAU, "2017", "A01", 4, fact_id="LC-13"),
    target(LAI_CHAU, "2018", "A01", 7, fact_id="LC-19"),
    target(LAI_CHAU, "2019", "A01", 7, fact_id="LC-21"),
    target(LAI_CHAU, "2020", "A01", 7, fact_id="LC-23"),
]


@pytest.mark.parametrize(
    ("period", "clubs", "facts"),
    [
        ("2017..2020", 25, ["LC-12"]),
        ("2016..2020", 25, ["LC-12"]),
        ("2018", 7, ["LC-19"]),
        ("2017..2018", 11, ["LC-13", "LC-19"]),
        ("2017", 4, ["LC-13"]),
    ],
)
def test_years_and_phase_are_never_added_to_each_other(period, clubs, facts):
    plan = targets.plan(LAI_CHAU_PLAN, parse(period))

    assert (plan.value, [t.fact_id for t in plan.targets]) == (clubs, facts)


def test_a_period_without_a_plan_has_none():
    assert targets.plan(LAI_CHAU_PLAN, parse("2021")) is None
    assert targets.plan(LAI_CHAU_PLAN, parse("2018-H1")) is None


def test_a_stated_plan_goes_before_one_worked_out_from_others():
    derived = target(LAI_CHAU, "2018", "A01", 8, kind="derived")

    assert targets.plan([derived, *LAI_CHAU_PLAN], parse("2018")).value == 7


def test_ninh_thuan_founded_twenty_of_twenty():
    """NT-01, NT-02, NT-03."""
    clubs = [club(str(n), f"20{17 + n % 4}-03-01") for n in range(20)]
    plan = target(PROVINCE, "2017..2020", "A01", 20, fact_id="NT-03", kind="derived")

    row = report(clubs, targets=[plan]).row("A01")

    assert (row.goal.low, row.goal.origin, row.goal.fact_id, row.goal.period) == (20, "target", "NT-03", None)
    assert (row.actual.value, row.cumulative) == (20, 20)
    assert (row.verdict.status, row.verdict.attainment, row.verdict.surplus) == ("dat", 100, None)


def test_a_band_says_in_a_running_period_where_the_figure_stands_today():
    """A club of one member where 50 to 70 are asked, on 30/6 of the year."""
    clubs = [club(phase="p2")]

    row = report(clubs, "2021", members=[member("1")], cut_off=date(2021, 6, 30)).row("B01")

    assert (row.goal.op, row.actual.value, row.verdict.status) == ("range", 1, "duoi_khung")


@pytest.mark.parametrize(
    ("cut_off", "status"), [(date(2021, 12, 30), "chua_den_han"), (date(2021, 12, 31), "chua_dat")]
)
def test_table_2_fails_no_plan_before_its_last_day_either(cut_off, status):
    clubs = [club("1", "2021-05-01", phase="p2")]
    plans = [target(PROVINCE, "2021", "A01", 10), target(PHAN_RANG, "2021", "A01", 4)]

    rows = report(clubs, "2021", targets=plans, cut_off=cut_off).units

    assert [(row.plan, row.verdict.status) for row in (rows[0], rows[-1])] == [(4, status), (10, status)]
    assert rows[0].verdict.attainment == 25


def test_the_plan_of_a_year_stands_beside_the_goal_of_the_phase():
    """NT-14: 10 in 2021; NT-12: at least 30 by 2025. Eight founded in 2021: 80 % of the year, 26,7 % of the phase."""
    clubs = [club(str(n), "2021-05-01", phase="p2") for n in range(8)] + [club("old", "2018-01-01")]
    plans = [
        target(PROVINCE, "2021", "A01", 10, fact_id="NT-14"),
        target(PROVINCE, "2021..2025", "A01", 30, op=">=", fact_id="NT-12"),
    ]

    numbers = report(clubs, "2021", targets=plans).tables[0].groups[0].rows
    year, by_2025 = [row for row in numbers if row.code == "A01"]

    assert (year.goal.fact_id, year.actual.value, year.verdict.status, year.verdict.attainment) == (
        "NT-14",
        8,
        "gan_dat",
        80,
    )
    assert (by_2025.goal.fact_id, by_2025.cumulative, by_2025.verdict.status) == ("NT-12", 8, "chua_den_han")
    assert round(by_2025.verdict.attainment, 1) == Decimal("26.7")
    assert by_2025.goal.period == parse("2021..2025")
    assert by_2025.note_vi == "lũy kế giai đoạn 2021–2025"


def test_the_same_months_of_the_year_before_are_compared():
    clubs = [
        club("a", "2018-02-01"),
        club("b", "2018-11-01"),
        club("c", "2019-02-01"),
        club("d", "2019-03-01"),
    ]

    row = report(clubs, "2019-Q1").row("A01")

    assert (row.actual.value, row.previous, row.change) == (2, 1, 1)
    assert report(clubs, "2017..2020").row("A01").previous is None
    assert report(clubs, "2018-Q1").row("A01").change is None


def test_a_count_of_clubs_kept_up_is_compared_with_a_count():
    """LC-18: keep 4 clubs in 2018."""
    clubs = [club(str(n), "2017-10-01") for n in range(4)]
    reports = [m for k in clubs[:3] for m in meetings("2018-10", 3, k.id)]
    kept = target(PROVINCE, "2018", "A08", 4, metric="clubs_maintained_target", fact_id="LC-18")

    row = report(clubs, "2018", meetings=reports, targets=[kept]).row("A08")

    assert (row.unit, row.actual.value, row.goal.low) == ("club", 3, 4)
    assert (row.verdict.attainment, row.verdict.status) == (75, "chua_dat")


def test_a_goal_of_the_last_year_is_measured_over_that_year():
    """LC-22: keep 18 clubs in 2020, read in the report of 2017–2020; here three of 2017 and one of 2020."""
    clubs = [club(str(n), "2017-10-01") for n in range(3)] + [club("new", "2020-02-01")]
    reports = [m for k in clubs for m in meetings("2020-10", 3, k.id)]
    kept = target(PROVINCE, "2020", "A08", 18, fact_id="LC-22")

    row = report(clubs, "2017..2020", meetings=reports, targets=[kept]).row("A08")

    assert (row.actual.value, row.goal.low, row.note_vi) == (3, 18, "chỉ tiêu năm 2020")


def test_the_province_s_own_goal_goes_before_the_rule_and_the_rule_before_the_nation():
    own = target(PROVINCE, "2021..2025", "B02", 50, op=">=", measure="percent")
    nation = target(NATION, "2021..2025", "B02", 60, op="range", value_max=Decimal(70), measure="percent")
    shared = target(NATION, "2021..2025", "C01", 100, measure="percent", fact_id="NA-14")
    clubs = [club("k", "2021-01-15", phase="p2", fund_income_initial=1)]

    with_own = report(clubs, "2021", targets=[own, nation, shared])
    without = report(clubs, "2021", targets=[nation, shared])

    assert (with_own.row("B02").goal.origin, with_own.row("B02").goal.low) == ("target", 50)
    assert (without.row("B02").goal.origin, without.row("B02").goal.high) == ("rule", 70)
    assert (without.row("C01").goal.origin, without.row("C01").goal.fact_id) == ("nation", "NA-14")
    assert without.row("C01").note_vi == "chỉ tiêu cả nước đến năm 2025"


def test_what_the_nation_asks_of_the_whole_country_is_no_goal_of_a_province():
    """NA-02: 3.000 clubs, NA-03: 150.000 members."""
    asked = [
        target(NATION, "2021..2025", "A01", 3000, op=">=", fact_id="NA-02"),
        target(NATION, "2021..2025", "A06", 150000, measure="person", fact_id="NA-03"),
    ]

    made = report([club("k", "2021-01-15", phase="p2")], "2021", targets=asked)

    assert made.row("A01").goal is None
    assert (made.row("A06").goal, made.row("A06").verdict.status) == (None, "khong_giao")


def test_a_threshold_that_a_target_names_is_the_one_that_counts():
    """NT-21: 100 % of clubs with at least 20 million at first; LC-25 says the same as an amount."""
    clubs = [
        club("20", "2021-02-01", phase="p2", fund_income_initial=20 * MILLION),
        club("19", "2021-02-01", phase="p2", fund_income_initial=19 * MILLION),
    ]
    share = target(
        PROVINCE, "2021..2025", "C03", 100, measure="percent", threshold_vnd=20 * MILLION, fact_id="NT-21"
    )
    amount = target(PROVINCE, "2021..2025", "C03", 19 * MILLION, op=">=", measure="VND", fact_id="LC-25")

    by_share = report(clubs, "2021", targets=[share]).row("C03")
    by_amount = report(clubs, "2021", targets=[amount]).row("C03")

    assert (by_share.actual.value, by_share.goal.threshold, by_share.verdict.status) == (
        50,
        20 * MILLION,
        "chua_dat",
    )
    assert by_share.note_vi == "từ 20 triệu đồng trở lên; chỉ tiêu đến năm 2025"
    assert (by_amount.actual.value, by_amount.goal.low, by_amount.goal.threshold) == (100, 100, 19 * MILLION)


def test_a_goal_beyond_the_year_is_compared_with_loans_since_the_phase_began():
    """NT-19: at least 50 % of members by 2025. In 2022 one of four borrowed, since 2021 three of four."""
    people = [member(n) for n in "abcd"]
    loans = [loan("1", "a", "2021-05-01", "2022-05-01"), loan("2", "b", "2021-05-01", "2022-05-01")]
    loans.append(loan("3", "c", "2022-05-01", "2023-05-01"))
    half = target(PROVINCE, "2021..2025", "C05", 50, op=">=", measure="percent", fact_id="NT-19")

    row = report(
        [club()], "2022", members=people, loans=loans, meetings=[meeting("2022-12")], targets=[half]
    ).row("C05")

    assert (row.actual.value, row.cumulative) == (25, 75)
    assert (row.verdict.status, row.verdict.attainment) == ("dat", 150)


def test_a_goal_that_needs_a_survey_is_printed_without_a_verdict():
    """NB-13: members who borrowed and improved their income."""
    asked = target(
        NATION,
        "2016..2020",
        "C05",
        50,
        op=">=",
        measure="percent",
        fact_id="NB-13",
        metric="members_borrowing_and_income_improved_share",
    )
    people, loans = [member("a")], [loan("1", "a", "2019-05-01", "2020-05-01")]

    row = report([club()], members=people, loans=loans, meetings=[meeting("2020-12")], targets=[asked]).row(
        "C05"
    )

    assert (row.goal.fact_id, row.actual.value, row.verdict.status) == ("NB-13", 100, "chua_co_so_lieu")
    assert "khảo sát" in row.note_vi


def test_a_target_of_surveys_stands_and_says_that_there_is_no_data():
    """NT-20: every member with better health, awareness and rights."""
    asked = target(PROVINCE, "2021..2025", "E02", 100, measure="percent", fact_id="NT-20")

    row = report([club("k", "2021-01-15", phase="p2")], "2021", targets=[asked]).row("E02")

    assert (row.actual.value, row.verdict.status) == (None, "chua_co_so_lieu")


def test_a_rule_that_is_missing_is_said_and_does_not_stop_the_report():
    bare = phase("p2")
    del bare.rules["window_months"]
    full = target(PROVINCE, "2021..2025", "D07", 70, op=">=", measure="percent", fact_id="NT-18")

    made = report([club()], "2021", standards=Standards((bare,)), targets=[full])

    assert (made.row("D07").actual.value, made.row("D07").verdict.status) == (None, "chua_co_so_lieu")
    assert "window_months" in made.row("D07").note_vi
    assert (made.total.full_and_well, made.clubs[0].grade) == (None, "unknown")


def test_a_period_over_two_phases_has_a_table_for_each():
    """Older means 55 until 2020 and 60 from 2021: of ages 56 and 62 in 2020, 58 and 64 in 2022."""
    people = [member(f"{born}-{n}", born=born) for born in (1964, 1958) for n in range(10)]

    made = report([club()], "2019..2022", members=people)

    assert [(t.phase.code, t.period.text) for t in made.tables] == [
        ("p1", "2019..2020"),
        ("p2", "2021..2022"),
    ]
    assert [t.row("B03").actual.value for t in made.tables] == [100, 50]
    assert made.total.older == 50


def test_rows_are_numbered_through_the_groups():
    table = report([club()]).tables[0]

    numbers = [row.number for group in table.groups for row in group.rows]
    assert numbers == [str(n) for n in range(1, len(numbers) + 1)]
    assert [group.key for group in table.groups] == ["number", "quality", "fund", "activity"]


def test_a_goal_that_falls_due_with_the_period_and_was_missed_is_failed_not_still_open():
    """LC-12: 25 clubs in 2017–2020. With 24 of them the report of 2020 must not say “chưa đến hạn”."""
    clubs = [club(str(n), "2019-03-01") for n in range(18)] + [club(f"n{n}", "2020-03-01") for n in range(6)]
    plans = [target(PROVINCE, "2017..2020", "A01", 25, fact_id="LC-12")]

    last_year = report(clubs, "2020", targets=plans).row("A01")
    year_before = report(clubs, "2019", targets=plans).row("A01")

    assert (last_year.cumulative, last_year.verdict.status, last_year.verdict.attainment) == (
        24,
        "gan_dat",
        96,
    )
    assert (year_before.cumulative, year_before.verdict.status) == (18, "chua_den_han")


def test_clubs_founded_after_the_plan_s_year_do_not_make_up_for_it():
    """NT-14: 10 in 2021. Nine were founded in 2021 and one in 2022: 90 % of the plan, whatever the report's period."""
    clubs = [club(str(n), "2021-05-01", phase="p2") for n in range(9)] + [
        club("late", "2022-02-01", phase="p2")
    ]
    plans = [target(PROVINCE, "2021", "A01", 10, fact_id="NT-14")]

    row = report(clubs, "2021..2022", targets=plans).row("A01")

    assert (row.actual.value, row.cumulative, row.note_vi) == (10, 9, "lũy kế năm 2021")
    assert (row.verdict.status, row.verdict.attainment) == ("gan_dat", 90)


def test_a_share_that_grows_with_the_phase_is_not_failed_in_its_first_year():
    """NT-19: at least 50 % of members lent to by 2025. A quarter of them after one year is progress, not failure."""
    people, loans = [member(n) for n in "abcd"], [loan("1", "a", "2021-05-01", "2022-05-01")]
    half = target(PROVINCE, "2021..2025", "C05", 50, op=">=", measure="percent", fact_id="NT-19")
    facts = {"members": people, "loans": loans, "targets": [half]}

    first = report([club()], "2021", meetings=[meeting("2021-12")], **facts).row("C05")
    last = report([club()], "2025", meetings=[meeting("2025-12")], **facts).row("C05")

    assert (first.cumulative, first.verdict.status, first.verdict.attainment) == (25, "chua_den_han", 50)
    assert (last.cumulative, last.verdict.status) == (25, "chua_dat")


def test_a_club_trained_in_an_earlier_year_counts_for_the_goal_of_the_phase():
    """NB-14: 80 % of clubs trained and supervised by 2020; a board is trained once, at founding in 2019."""
    asked = target(NATION, "2016..2020", "D10", 80, measure="percent", fact_id="NB-14")
    visits = meetings("2020-07", 6, supervised=True)

    row = report([club(trained_board=3)], "2020", meetings=visits, targets=[asked]).row("D10")

    assert (row.actual.value, row.cumulative) == (0, 100)
    assert (row.verdict.status, row.verdict.attainment) == ("dat", 125)


def test_the_plan_of_a_year_that_is_not_over_is_not_failed_yet():
    clubs = [club(str(n), "2021-02-01", phase="p2") for n in range(3)]
    plan = target(PROVINCE, "2021", "A01", 10, fact_id="NT-14")

    row = report(clubs, "2021", targets=[plan], cut_off=date(2021, 6, 30)).row("A01")

    assert (row.actual.value, row.verdict.status, row.verdict.attainment) == (3, "chua_den_han", 30)


def test_a_share_says_which_clubs_are_not_in_it():
    """One club of two reported: the share of loans is of that one, and a reader must know."""
    clubs = [club("told"), club("silent")]
    people = [member("a", "told"), member("b", "silent")]
    loans = [loan("1", "a", "2020-05-01", "2021-05-01", club="told")]

    row = report(clubs, "2020", members=people, loans=loans, meetings=[meeting("2020-12", "told")]).row("C05")

    assert row.actual.value == 100
    assert row.note_vi == "1/1 CLB có từ 50% thành viên được vay từ đầu giai đoạn; 01 CLB chưa có số liệu"
    assert row.note_en.endswith("no data of 1 club")


def test_the_fund_is_measured_as_it_is_and_as_it_began():
    """C04 on the current and on the first fund; the catalogue wants both printed."""
    k = club(fund_income_initial=30 * MILLION)

    row = report([k], "2020", meetings=[meeting("2020-12")]).row("C04")

    assert row.actual.value == 0
    assert "theo quỹ ban đầu của CLB thành lập trong giai đoạn: 100%" in row.note_vi


def test_overdue_loans_are_told_by_number_and_age():
    loans = [loan("1", "a", "2019-05-01", "2020-05-01"), loan("2", "a", "2020-05-01", "2020-12-01")]

    row = report([club()], "2020", members=[member("a")], loans=loans, meetings=[meeting("2020-12")]).row(
        "C09"
    )

    assert row.note_vi == "02 khoản; quá hạn trên 90 ngày: 5 triệu đồng"


def test_clubs_that_meet_are_not_none_where_no_rule_says_how_to_tell():
    bare = phase("p1")
    del bare.rules["active_months"]

    assert (
        report([club()], "2020", standards=Standards((bare,)), meetings=[meeting("2020-12")]).total.active
        is None
    )


def test_a_level_that_no_paper_demands_is_called_so_and_fails_nobody():
    """40 of 50 present is 80 %, short of 90."""
    proposed = Rule("m5_min_attendance", Decimal(90), measure="percent", document="Quy tắc (đề xuất)")
    p1 = phase("p1")
    standards = Standards((replace(p1, rules={**p1.rules, "m5_min_attendance": proposed}),))

    row = report([club()], "2020", standards=standards, meetings=meetings("2020-01", 12)).row("D02")

    assert (row.goal.is_reference, row.note_vi) == (True, "mức tham khảo")
    assert (row.verdict.status, row.verdict.colour) == ("chua_dap_ung", "grey")
    assert round(row.verdict.attainment, 1) == Decimal("88.9")


def test_what_a_paper_demands_goes_before_a_proposed_level():
    proposed = Rule("m5_min_attendance", Decimal(70), measure="percent", document="Quy tắc (đề xuất)")
    p1 = phase("p1")
    standards = Standards((replace(p1, rules={**p1.rules, "m5_min_attendance": proposed}),))
    stated = target(NATION, "2016..2020", "D02", 85, measure="percent", metric="attendance")

    row = report([club()], "2020", standards=standards, targets=[stated]).row("D02")

    assert (row.goal.origin, row.goal.low) == ("nation", 85)


def test_borrowing_is_joined_with_what_borrowers_say_of_their_income():
    """Half of 40 members borrowed; of 20 borrowers asked 15 earn more: 50 % × 75 % = 37.5 %."""
    asked = target(
        NATION,
        "2016..2020",
        "C05",
        50,
        measure="percent",
        metric="members_borrowing_and_income_improved_share",
        fact_id="NB-13",
        op=">=",
    )
    people = [member(str(n)) for n in range(40)]
    loans = [loan(str(n), str(n), "2020-03-01", "2021-03-01") for n in range(20)]
    facts = {"members": people, "loans": loans, "meetings": meetings("2020-01", 12), "targets": [asked]}

    row = report([club()], "2020", surveys=borrowers(20, better=15), **facts).row("C05")
    without = report([club()], "2020", **facts).row("C05")

    assert (row.actual.value, row.cumulative) == (Decimal("37.5"), Decimal("37.5"))
    assert (row.verdict.status, row.verdict.attainment) == ("chua_dat", 75)
    assert row.name_vi == "Tỷ lệ thành viên được vay vốn và cải thiện thu nhập"
    assert "50% thành viên được vay × 75% người vay tăng thu nhập; khảo sát 20 người vay" in row.note_vi
    assert (without.actual.value, without.verdict.status) == (50, "chua_co_so_lieu")

    few = report([club()], "2020", surveys=borrowers(13, better=4), **facts).row("C05")

    assert few.actual.is_withheld
    assert (few.actual.value, few.cumulative, few.verdict) == (None, WITHHELD, targets.NOT_PRINTED)
    assert "%" not in few.note_vi
    assert "khảo sát 13 người vay" in few.note_vi


def borrowers(asked: int, *, better: int):
    """Interviews with so many members who had a loan."""
    return [
        survey(str(n), ever_loan=True, income_change="better" if n < better else "same") for n in range(asked)
    ]


def test_a_survey_answered_alike_by_few_is_withheld_with_all_that_would_tell_it():
    """4 of 13 earn more: neither the share, nor its interval, nor what changed since the year before is printed."""
    before = [replace(one, surveyed_on=date(2019, 11, 16)) for one in borrowers(20, better=10)]
    data = {"members": [member(str(n)) for n in range(20)], "meetings": meetings("2019-01", 24)}

    made = report([club()], "2020", surveys=[*before, *borrowers(13, better=4)], **data)
    row = made.row("E01")
    named = {name: value for name, value in cells(made).items() if name.startswith("bang1/p1/E01/")}

    assert (row.actual.value, row.actual.interval, row.previous, row.change) == (None, None, 50, WITHHELD)
    assert "13 người trả lời" in row.note_vi
    assert not any(told in row.note_vi for told in ("30,8", "khoảng tin cậy"))
    assert named["bang1/p1/E01/mau_so"] == 13
    masked = {name.rsplit("/")[-1] for name, value in named.items() if value == MASKED}
    assert masked == {"thuc_hien", "tu_so", "so_cung_ky"}
    assert words.actual(row) == '<abbr title="không in để bảo vệ thông tin cá nhân">*</abbr>'
