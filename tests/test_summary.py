"""The one-page summary: what it chooses from a report, and that it never says what the report does not."""

from dataclasses import replace
from decimal import Decimal

import pytest

from reports import summary
from reports.province import Goal, ProvinceReport, Verdict, narrative
from reports.summary.told import shortened
from tests.builders_facts import PROVINCE as NINH_THUAN
from tests.builders_facts import club, member, report, target
from tests.builders_report import province_report, tables, target_row

FAILED = Verdict("chua_dat", "red", Decimal(40))
NEAR = Verdict("gan_dat", "amber", Decimal(90))
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
    assert told[2].note == "chỉ tiêu 60–70%: ▲\u00a0Trên khung"


def test_without_a_plan_the_clubs_founded_stand_alone():
    told = summary.build(report([club("a", "2020-02-01")], "2020"), "en").headlines

    assert (told[0].value, told[0].label) == ("1", "clubs founded (no plan)")


def test_its_sentences_are_the_first_of_the_report_s_own_assessment():
    made = province_report(
        tables=with_rows(row("C05", 20, FAILED), row("A01", 41, BEYOND, "club", 30)).tables
    )

    told = summary.build(made, "vi")
    report_says = narrative.suggest(made, "vi")

    assert told.achievements == report_says["results"][:3]
    assert told.problems == report_says["shortcomings"][:3]
    assert (
        told.problems[0]
        == "Còn 01 chỉ tiêu chưa đạt yêu cầu: chỉ tiêu C05 (thực hiện 20%, yêu cầu từ 50% trở lên)."
    )
    assert told.tasks[0] == report_says["direction"][0]
    assert told.tasks[-1].startswith("Đề nghị bố trí, huy động thêm nguồn vốn")


def test_what_people_wrote_in_the_report_stands_in_its_summary():
    own = "Vốn của câu lạc bộ còn ít.\nCán bộ kiêm nhiệm.\nĐi lại khó.\nThứ tư."
    made = replace(province_report(), written={"shortcomings": own, "direction": "Làm tiếp."})

    told = summary.build(made, "vi")

    assert told.problems == ("Vốn của câu lạc bộ còn ít.", "Cán bộ kiêm nhiệm.", "Đi lại khó.")
    assert told.tasks[0] == "Làm tiếp."


def test_a_long_sentence_ends_after_a_whole_member_of_its_list():
    long = "Còn 09 chỉ tiêu chưa đạt: " + "; ".join(f"chỉ tiêu thứ {n} của giai đoạn" for n in range(9)) + "."

    assert shortened(long).endswith("của giai đoạn; …")
    assert len(shortened(long)) < len(long)
    assert shortened("a" * 300) == "a" * 190 + "…"
    assert shortened("Ngắn.") == "Ngắn."


@pytest.mark.parametrize("code", ["vi", "en"])
def test_a_province_without_clubs_gets_no_sentence(code):
    made = summary.build(report([], "2020"), code)

    assert made.is_empty
    assert (made.achievements, made.problems, made.tasks) == ((), (), ())
    assert [one.value for one in made.headlines] == ["–"] * 6
    assert made.headlines[0].note == ""


def test_what_papers_demand_takes_the_room_before_levels_of_reference():
    """Nineteen levels of reference before the one goal that was given: it stands last, as in table 1, but it stands."""
    given = row("D07", 40, FAILED)
    reference = replace(given, code="C07", goal=replace(given.goal, is_reference=True))

    made = summary.build(with_rows(*(replace(reference, number=str(n)) for n in range(19)), given), "vi")

    assert [one.code for one in made.targets] == ["C07"] * 17 + ["D07"]
    assert made.left_out == 2


def test_goals_beyond_the_room_of_the_page_are_counted():
    made = summary.build(with_rows(*(row("C05", n, NEAR) for n in range(20))), "vi")

    assert (len(made.targets), made.left_out) == (18, 2)
