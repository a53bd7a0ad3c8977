"""Settings of a report: what is chosen decides, and is printed; periods by the decree; all worked out by hand."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from msgspec import structs

from reports.period import Period, parse
from reports.province import build
from reports.province.goals import RULE_OF
from reports.render import html
from reports.settings import DEFAULT, Settings, SettingsError, rule_of
from reports.standards import RULES, Standards
from tests.builders_facts import (
    BODIES,
    PHAN_RANG,
    PROVINCE,
    STANDARDS,
    club,
    dataset,
    geography,
    income,
    meetings,
    member,
    phase,
    target,
)

WORKBOOK = Path(__file__).resolve().parent.parent / "xlsforms" / "plans" / "tieu_chuan.xlsx"
CLUB = club("k", "2019-01-15")
PEOPLE = [member(f"w{n}", born=1963) for n in range(4)] + [
    member(f"m{n}", born=1950, sex="male") for n in range(6)
]


def made(period="2020", clubs=(CLUB,), standards=STANDARDS, settings=DEFAULT, **facts):
    """The report of Ninh Thuận; all clubs stand in Phan Rang."""
    where = geography({k.id: PHAN_RANG for k in clubs})
    return build(dataset(clubs, **facts), parse(period), standards, where, BODIES, settings=settings)


def told(report):
    return "; ".join(vi for vi, _ in report.chosen)


def test_without_settings_the_phase_and_its_age_are_printed():
    report = made()

    assert told(report) == (
        "tiêu chuẩn giai đoạn p1: người cao tuổi tính từ đủ 55 tuổi, người trẻ là người dưới tuổi đó; kỳ báo cáo theo "
        "tháng, năm dương lịch"
    )


def test_a_chosen_age_moves_the_older_and_is_named():
    """Four are 57 in 2020, six are 70: all ten are older from 55, six from 60."""
    plain, own = made(members=PEOPLE), made(members=PEOPLE, settings=Settings(older_age=60))

    assert (plain.row("A07").actual.value, own.row("A07").actual.value) == (10, 6)
    assert "người cao tuổi tính từ đủ 60 tuổi (đặt riêng cho báo cáo này)" in told(own)
    assert "từ 60 tuổi trở lên" in next(m.formula_vi for m in own.methods if m.code == "B03")


def test_a_chosen_phase_measures_the_whole_report():
    """2019–2021 touches two phases; by P2 there is one table, and four of ten women are below 60 %."""
    report = made("2019..2021", members=PEOPLE, settings=Settings(phase="p2"))

    assert [table.phase.code for table in report.tables] == ["p2"]
    assert report.tables[0].period == parse("2019..2021")
    assert "tiêu chuẩn giai đoạn p2 (chọn cho báo cáo này)" in told(report)


def test_an_own_rule_judges_and_stands_beside_the_standard():
    own = Settings(rules={"women": (Decimal(35), Decimal(45))})

    report = made(members=PEOPLE, settings=own)

    row = report.row("B02")
    assert (row.goal.low, row.goal.high, row.verdict.status) == (35, 45, "trong_khung")
    assert "quy định riêng của báo cáo này: nữ 35–45% (tiêu chuẩn: 60–70%)" in told(report)


def test_the_settings_are_printed_in_part_one_and_in_the_annex():
    report = made(members=PEOPLE, settings=Settings(older_age=60, calendar="decree"))

    text = html(report, date(2021, 1, 5))
    assert text.count("người cao tuổi tính từ đủ 60 tuổi (đặt riêng cho báo cáo này)") == 2
    assert text.count("gồm các tháng kết thúc trong kỳ, từ tháng 12/2019 đến tháng 11/2020") == 2


def test_the_annex_explains_all_44_indicators():
    report = made()

    assert len(report.methods) == 44
    attendance = next(m for m in report.methods if m.code == "D02")
    assert attendance.numerator_vi == "Tổng số người có mặt"
    assert attendance.denominator_vi == "tổng số thành viên trong danh sách tại các buổi sinh hoạt"
    assert attendance.source_vi == "báo cáo tháng"
    assert (attendance.rule.op, attendance.rule.low) == (">=", 70)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"older_age": 12}, "từ 40 đến 100, không phải 12"),
        ({"calendar": "lunar"}, "lịch báo cáo “lunar”"),
        ({"rules": {"wommen": (Decimal(1), None)}}, "quy định tên “wommen”"),
    ],
)
def test_a_setting_that_cannot_be_used_says_what_can(given, says):
    with pytest.raises(SettingsError) as refused:
        Settings(**given)

    assert says in refused.value.message_vi
    assert refused.value.message_en


def test_a_phase_that_is_not_there_is_refused():
    with pytest.raises(SettingsError, match="“p9”; chỉ có: p1, p2"):
        made(settings=Settings(phase="p9"))


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("women=60..70", 60, 70), ("m5_min_attendance=75", 75, None), ("overdue=..10", None, 10)],
)
def test_a_rule_is_read_as_it_is_typed(text, low, high):
    assert rule_of(text)[1] == (low, high)


@pytest.mark.parametrize("text", ["women", "women=", "women=a..b", "women=70..60", "women=NaN", "women=.."])
def test_anything_else_is_no_rule(text):
    with pytest.raises(SettingsError, match=r"women=60\.\.70"):
        rule_of(text)


def test_the_standards_workbook_has_every_rule_that_reports_know():
    sheet = openpyxl.load_workbook(WORKBOOK, read_only=True)["quy_dinh"]
    names = {row[2] for row in sheet.iter_rows(min_row=2, values_only=True) if row[2]}

    assert names == set(RULES)
    assert set(RULE_OF.values()) <= names


# Periods by Nghị định 09/2019/NĐ-CP


@pytest.mark.parametrize(
    ("text", "first", "last", "name"),
    [
        ("2021", (2020, 12, 15), (2021, 12, 14), "năm 2021 (từ 15/12/2020 đến 14/12/2021)"),
        ("2021-H1", (2020, 12, 15), (2021, 6, 14), "6 tháng đầu năm 2021 (từ 15/12/2020 đến 14/06/2021)"),
        ("2021-H2", (2021, 6, 15), (2021, 12, 14), "6 tháng cuối năm 2021 (từ 15/06/2021 đến 14/12/2021)"),
        ("2021-Q1", (2020, 12, 15), (2021, 3, 14), "quý I/2021 (từ 15/12/2020 đến 14/03/2021)"),
        ("2021-03", (2021, 2, 15), (2021, 3, 14), "tháng 3/2021 (từ 15/02/2021 đến 14/03/2021)"),
        ("2017..2020", (2016, 12, 15), (2020, 12, 14), "giai đoạn 2017–2020 (từ 15/12/2016 đến 14/12/2020)"),
    ],
)
def test_a_period_by_the_decree_runs_from_a_15th_to_a_14th(text, first, last, name):
    period = parse(text).decree

    assert (period.first, period.last, period.name_vi) == (date(*first), date(*last), name)
    assert (period.plain, period.text, period.kind) == (parse(text), text, parse(text).kind)
    assert period.decree is period


def test_it_holds_the_months_whose_last_day_lies_in_it():
    year, month = parse("2021").decree, parse("2021-03").decree

    assert (len(year.months), year.months[0], year.months[-1]) == (12, date(2020, 12, 1), date(2021, 11, 1))
    assert month.months == (date(2021, 2, 1),)
    assert len(parse("2017..2020").decree.months) == 48


def test_every_month_belongs_to_exactly_one_year():
    first, second = parse("2020").decree, parse("2021").decree

    assert not set(first.months) & set(second.months)
    assert parse("2020..2021").decree.months == first.months + second.months


def test_the_year_before_and_the_phases_borders_follow_the_decree():
    assert parse("2021").decree.previous() == parse("2020").decree
    assert parse("2017..2020").decree.previous() is None
    assert parse("2019..2022").decree.cut(date(2021, 1, 1), date(2025, 12, 31)) == parse("2021..2022").decree
    assert parse("2021").decree.cut(date(2022, 1, 1), date(2025, 12, 31)) is None


@pytest.mark.parametrize(
    ("first", "last"),
    [((2020, 12, 15), (2021, 12, 31)), ((2021, 1, 1), (2021, 12, 14)), ((2021, 1, 9), (2021, 2, 8))],
)
def test_a_period_is_of_one_calendar(first, last):
    with pytest.raises(ValueError, match="whole months"):
        Period(date(*first), date(*last))


DECREE = Settings(calendar="decree")


def test_clubs_count_in_the_decrees_year_and_the_plan_of_the_calendar_year_stays():
    """Founded 20/12/2020 and 10/12/2021: both of 2021 by the decree; 20/12/2021 is of 2022. Planned for 2021: 4."""
    days = {"a": "2020-12-20", "b": "2021-12-10", "c": "2021-12-20"}
    clubs = [club(name, on, phase="p2") for name, on in days.items()]
    plan = target(PROVINCE, "2021", "A01", 4)

    row = made("2021", clubs, targets=[plan], settings=DECREE).row("A01")

    assert (row.actual.value, row.goal.low, row.verdict.attainment) == (2, 4, 50)
    assert row.goal.period is None
    assert made("2021", clubs, targets=[plan]).row("A01").actual.value == 2
    assert made("2022", clubs, settings=DECREE).row("A01").actual.value == 1


def test_a_goal_of_several_years_is_cumulative_from_the_decrees_first_day():
    """Planned by 2025: 30. The club of 20/12/2020 counts from the reporting year 2021 on."""
    clubs = [club("a", "2020-12-20", phase="p2"), club("b", "2022-03-01", phase="p2")]
    plan = target(PROVINCE, "2021..2025", "A01", 30, op=">=")

    row = made("2022", clubs, targets=[plan], settings=DECREE).row("A01")

    assert (row.actual.value, row.cumulative, row.verdict.status) == (1, 2, "chua_den_han")
    assert row.note_vi == "lũy kế giai đoạn 2021–2025"


def test_reports_and_books_are_those_of_the_months_that_end_in_the_year():
    """Twelve reports of 2020 and January 2021; the year 2020 by the decree has December 2019 to November 2020."""
    reports = meetings("2019-11", 15, n_present=30)
    reports = [structs.replace(m, n_present=50) if m.month == date(2020, 12, 1) else m for m in reports]

    report = made("2020", meetings=reports, members=PEOPLE, settings=DECREE)

    row = report.row("D02")
    assert (row.actual.numerator, row.actual.denominator) == (12 * 30, 12 * 50)
    assert [point.month for point in report.fund_chart] == list(parse("2020").decree.months)
    assert report.scope.late == ()


def test_money_of_a_month_stands_in_one_year_only():
    reports = [
        structs.replace(m, income=income(disbursed=n, close_cash=n, close_loans=100 * n))
        for n, m in enumerate(meetings("2019-11", 15))
    ]
    years = [made(year, meetings=reports, settings=DECREE).funds[-1] for year in ("2020", "2021")]

    assert [row.disbursed for row in years] == [sum(range(1, 13)), 13 + 14]
    assert years[0].closing == years[1].opening == 101 * 12


def test_a_period_over_two_phases_is_cut_at_the_decrees_new_year():
    report = made("2020..2021", settings=DECREE)

    assert [(t.phase.code, t.period) for t in report.tables] == [
        ("p1", parse("2020").decree),
        ("p2", parse("2021").decree),
    ]


@pytest.mark.parametrize("calendar", ["calendar", "decree"])
def test_a_phase_may_begin_within_a_month(calendar):
    """P1 from 20/05/2018: clubs founded since that month are cumulative in 2019."""
    began = Standards((replace(phase("p1"), valid_from=date(2018, 5, 20)),))
    clubs = [club("a", "2018-06-01"), club("b", "2019-03-01")]

    row = made("2019", clubs, standards=began, settings=Settings(calendar=calendar)).row("A01")

    assert (row.actual.value, row.cumulative) == (1, 2)


def test_standards_are_not_changed_by_a_report():
    standards = Standards((phase("p1"),))

    made(standards=standards, settings=Settings(older_age=60, rules={"women": (Decimal(1), None)}))

    assert standards.phases[0].older_age == 55
    assert standards.phases[0].rules["women"].low == 60
