"""The one-page summary: what it chooses from a report, and that it never says what the report does not."""

from dataclasses import replace
from decimal import Decimal

import pytest

from reports import summary
from reports.province import Goal, ProvinceReport, Verdict
from tests.builders_facts import PROVINCE as NINH_THUAN
from tests.builders_facts import club, member, report, target
from tests.builders_report import province_report, tables, target_row

FAILED = Verdict("chua_dat", "red", Decimal(40))
NEAR = Verdict("gan_dat", "amber", Decimal(90))
BELOW = Verdict("duoi_khung", "red")
BEYOND = Verdict("dat", "green", Decimal("136.6667"), Decimal("36.6667"))


def with_rows(*rows) -> ProvinceReport:
    """A report whose table 1 has just these rows."""
    first = tables()[0]
    return province_report(tables=(replace(first, groups=(replace(first.groups[0], rows=rows),)),))


def row(code: str, value: int | str, verdict: Verdict, unit: str = "percent", low: int = 50):
    goal = Goal(">=", Decimal(low), None, unit, "target")
    return target_row("1", code, f"Chỉ tiêu {code}", unit, value, goal, verdict)


def test_the_six_numbers_are_those_of_the_reports_total():
    """Two of four clubs planned were founded; twenty of their 25 members are women."""
    people = [member(f"a{n}", "a") for n in range(20)] + [member(f"b{n}", "b", sex="male") for n in range(5)]
    made = report(
        [club("a", "2020-02-01"), club("b", "2020-03-01")],
        "2020",
        members=people,
        targets=[target(NINH_THUAN, "2020", "A01", 4)],
    )

    told = summary.build(made, "vi").headlines

    assert [one.value for one in told] == ["2/4", "25", "80%", "100%", "–", "–"]
    assert told[0].label == "CLB thành lập / kế hoạch"
    assert told[0].note == "hiện có 2 CLB"
    assert told[1].note == "bình quân 12,5 một CLB"
    assert told[2].note == "chỉ tiêu 60–70%: ▲ Trên khung"


def test_without_a_plan_the_clubs_founded_stand_alone():
    told = summary.build(report([club("a", "2020-02-01")], "2020"), "en").headlines

    assert (told[0].value, told[0].label) == ("1", "clubs founded (no plan)")


def test_problems_come_worst_first_with_what_to_do():
    made = summary.build(
        with_rows(
            row("D10", 72, NEAR, low=80),
            row("C05", 20, FAILED),
            row("B02", 55, BELOW),
            row("A01", 41, BEYOND, "club", 30),
        ),
        "vi",
    )

    assert made.problems == (
        "Chỉ tiêu C05: 20%, mới đạt 40% chỉ tiêu (≥50%).",
        "Chỉ tiêu B02: 55%, dưới khung ≥50%.",
        "Chỉ tiêu D10: 72%, mới đạt 90% chỉ tiêu (≥80%).",
    )
    assert made.recommendations == (
        "Đẩy mạnh cho vay từ Quỹ tăng thu nhập để nhiều thành viên được vay hơn.",
        "Vận động phụ nữ tham gia CLB để đạt khung cơ cấu.",
        "Tập huấn Ban Chủ nhiệm và giám sát CLB còn thiếu.",
    )
    assert made.achievements[0] == "Chỉ tiêu A01: 41 CLB, đạt 136,7% chỉ tiêu, vượt 36,7%."


def test_the_same_is_said_in_english():
    made = summary.build(with_rows(row("A01", 41, BEYOND, "club", 30), row("C05", 20, FAILED)), "en")

    assert made.achievements[0] == "Chỉ tiêu A01: 41 clubs, 136.7% of the target, 36.7% beyond it."
    assert made.problems[0] == "Chỉ tiêu C05: 20%, only 40% of the target (≥50%)."


def test_what_fails_twice_is_said_once():
    made = summary.build(with_rows(row("C05", 20, FAILED), row("C05", 30, NEAR)), "vi")

    assert [line for line in made.problems if "C05" in line] == [
        "Chỉ tiêu C05: 20%, mới đạt 40% chỉ tiêu (≥50%)."
    ]


@pytest.mark.parametrize("code", ["vi", "en"])
def test_a_province_without_clubs_gets_no_sentence(code):
    made = summary.build(report([], "2020"), code)

    assert made.is_empty
    assert (made.achievements, made.problems, made.recommendations) == ((), (), ())
    assert [one.value for one in made.headlines][1:] == ["–"] * 5


def test_goals_beyond_the_room_of_the_page_are_counted():
    made = summary.build(with_rows(*(row("C05", n, NEAR) for n in range(20))), "vi")

    assert (len(made.targets), made.left_out) == (18, 2)
