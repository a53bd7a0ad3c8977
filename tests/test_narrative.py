"""Parts VII–IX: every sentence states a figure of the report, in office Vietnamese and in English."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from reports.period import Period
from reports.province import Goal, Verdict, narrative, telling
from reports.province.activity_model import (
    NO_ACTIVITIES,
    AbsentClub,
    AttendancePoint,
    Care,
    Check,
    Heat,
    HeatCell,
    HeatRow,
    NextRow,
    Outlook,
    SurveyResult,
)
from tests.builders_facts import club, meetings, report
from tests.builders_report import (
    BEYOND,
    REACHED,
    UNITS,
    province_report,
    scope,
    tables,
    target_row,
    unit_rows,
)

HEAT = Heat(1, ((date(2020, 1, 1), date(2020, 1, 1)),), (HeatRow(1, "CLB", (HeatCell("part", 9, 10),)),))


def said(report, key, language="vi"):
    return " ".join(narrative.suggest(report, language)[key])


def beyond_plan():
    *rows, total = unit_rows()
    return (*rows, replace(total, founded=41, plan=30, verdict=BEYOND))


def test_founding_beyond_plan_is_told_as_offices_do():
    made = province_report(units=beyond_plan())

    assert "Trong kỳ thành lập mới 41 câu lạc bộ, đạt 136,7% kế hoạch, vượt 36,7%." in said(made, "results")
    assert "In the period 41 clubs started: 136.7% of the plan, 36.7% above it." in said(
        made, "results", "en"
    )


def test_small_counts_have_a_zero_in_vietnamese_and_one_is_singular_in_english():
    made = province_report(difficulties=(("capital", 5), ("skill", 1)))

    assert "thiếu vốn (05 câu lạc bộ); thiếu kỹ năng (01 câu lạc bộ)" in said(made, "causes")
    assert "lack of capital (5 clubs); lack of skills (1 club)" in said(made, "causes", "en")


def test_money_is_told_in_billions_with_two_decimals():
    *rows, total = province_report().funds
    made = province_report(funds=(*rows, replace(total, closing=2_050_000_000, overdue=12_500_000)))

    assert "Tổng Quỹ tăng thu nhập cuối kỳ là 2,05 tỷ đồng" in said(made, "results")
    assert "Nợ quá hạn 12,5 triệu đồng, chiếm 8,3% dư nợ." in said(made, "shortcomings")
    assert "Đôn đốc thu hồi 12,5 triệu đồng nợ quá hạn." in said(made, "direction")


def test_meetings_care_and_resources_are_results():
    done = replace(
        NO_ACTIVITIES, heat=HEAT, care=Care(3, 8, 24, 4, 10, 2), cash=1_500_000, kind_value=None, days=4
    )
    text = said(province_report(activities=done), "results")

    assert "đã tổ chức 09 buổi sinh hoạt trên 10 buổi phải tổ chức, đạt 90%." in text
    assert "Tình nguyện viên của 03 câu lạc bộ đã thực hiện 24 lượt chăm sóc tại nhà." in text
    assert "Vận động được 1,5 triệu đồng tiền mặt, 04 ngày công." in text


def test_a_target_just_missed_is_not_rounded_up_to_it():
    (table,) = tables()
    group = table.groups[1]
    row = replace(
        group.rows[0],
        actual=replace(group.rows[0].actual, value=Decimal("59.97")),
        verdict=replace(REACHED, status="duoi_khung"),
    )
    made = province_report(tables=(replace(table, groups=(replace(group, rows=(row,)),)),))

    assert "tỷ lệ nữ (thực hiện 59,97%, yêu cầu 60–70%)" in said(made, "shortcomings")
    later = replace(made.tables[0], phase=replace(made.tables[0].phase, valid_to=date(2025, 12, 31)))
    assert "Phấn đấu đưa tỷ lệ nữ từ 59,97% lên 60–70%." in said(replace(made, tables=(later,)), "direction")


def test_every_row_of_the_table_that_demands_something_is_counted_and_told_apart():
    """The plan of the year and the one of the phase are two rows of table 1, so a reader counts two targets."""
    (table,) = tables()
    first = table.groups[0].rows[0]
    wider = replace(
        first,
        number="2",
        name_en="Clubs founded",
        note_vi="lũy kế giai đoạn 2021–2025; văn bản của tỉnh",
        note_en="cumulative 2021–2025; a paper of the province",
        verdict=replace(REACHED, status="chua_den_han"),
    )
    group = replace(table.groups[0], rows=(first, wider))
    made = province_report(tables=(replace(table, groups=(group,)),))

    assert "Có 01 trên 02 chỉ tiêu đạt yêu cầu" in said(made, "results")
    assert (
        "Có 01 chỉ tiêu chưa đến hạn: số câu lạc bộ thành lập mới lũy kế giai đoạn 2021–2025 (thực hiện"
        in said(made, "results")
    )
    assert "Not yet due: 1 target: clubs founded, cumulative 2021–2025 (actual" in said(made, "results", "en")


def test_a_phase_that_ends_sets_no_figures_for_the_next_one():
    """The table's phase ends with 2020, as the period does: what the next phase asks is not its figure."""
    row = replace(tables()[0].groups[1].rows[0], verdict=replace(REACHED, status="gan_dat"))
    group = replace(tables()[0].groups[1], rows=(row,))
    made = province_report(tables=(replace(tables()[0], groups=(group,)),))

    assert "chưa đạt của giai đoạn 2016–2020 theo tiêu chuẩn của giai đoạn sau: tỷ lệ nữ." in said(
        made, "direction"
    )
    assert "Phấn đấu" not in said(made, "direction")
    assert "gần đạt)." in said(made, "shortcomings")


def test_every_target_is_told_how_it_stands():
    """One reached, one above its band, one not yet due, one without data, one withheld: each has its sentence."""
    rows = [
        replace(row, code=f"X{n}", verdict=replace(REACHED, status=status))
        for n, status in enumerate(("dat", "tren_khung", "chua_den_han", "chua_co_so_lieu", "khong_in"))
        for row in tables()[0].groups[1].rows[:1]
    ]
    group = replace(tables()[0].groups[1], rows=tuple(rows))
    made = province_report(tables=(replace(tables()[0], groups=(group,)),))

    assert "Có 01 trên 05 chỉ tiêu đạt" in said(made, "results")
    assert "Có 01 chỉ tiêu chưa đến hạn: tỷ lệ nữ (" in said(made, "results")
    told = said(made, "shortcomings")
    assert "Có 01 chỉ tiêu cao hơn khung quy định: tỷ lệ nữ (" in told
    assert "Chưa có số liệu để đánh giá 01 chỉ tiêu: tỷ lệ nữ." in told
    assert "Không in kết quả của 01 chỉ tiêu để bảo vệ thông tin cá nhân: tỷ lệ nữ." in told


def test_a_goal_of_years_is_told_with_what_was_reached_in_all_of_them():
    """One club in the half year, ten since 2021, thirty asked by 2025."""
    row = tables()[0].groups[0].rows[0]
    goal = replace(row.goal, low=Decimal(30), op=">=", period=Period(date(2021, 1, 1), date(2025, 12, 31)))
    row = replace(
        row,
        goal=goal,
        actual=replace(row.actual, value=1),
        cumulative=10,
        verdict=replace(REACHED, status="chua_den_han"),
        is_cumulative=True,
    )
    group = replace(tables()[0].groups[0], rows=(row,))
    made = province_report(tables=(replace(tables()[0], groups=(group,)),))

    assert "(thực hiện lũy kế 10 câu lạc bộ, yêu cầu từ 30 câu lạc bộ trở lên)" in said(made, "results")


def test_when_nobody_reported_no_share_of_meetings_is_told():
    done = replace(
        NO_ACTIVITIES, heat=Heat(1, HEAT.columns, (HeatRow(1, "CLB", (HeatCell("silent", 0, 10),)),))
    )

    assert telling.tell(province_report(activities=done), "vi")["meetings"] == (
        "Các câu lạc bộ phải tổ chức 10 buổi sinh hoạt; trong kỳ chưa nhận được báo cáo tháng nào.",
    )


def test_missing_reports_are_a_shortcoming_and_a_task():
    made = province_report(
        absent=(AbsentClub(1, "LTH-1", "CLB", "", 12, (date(2020, 1, 1), date(2020, 2, 1))),)
    )

    assert "Có 01 câu lạc bộ gửi thiếu báo cáo tháng, tổng cộng thiếu 02 báo cáo (Phụ lục III)." in said(
        made, "shortcomings"
    )
    assert "Hướng dẫn 01 câu lạc bộ gửi báo cáo tháng đầy đủ, đúng hạn." in said(made, "direction")


def test_the_plan_of_the_next_year_or_what_is_left_of_this_one_comes_first():
    ahead = province_report(outlook=Outlook(2021, (NextRow(UNITS[0], 4, None), NextRow(None, 4, None))))
    under_way = province_report(outlook=Outlook(2021, (NextRow(None, 10, 4),)))

    assert narrative.suggest(ahead, "vi")["direction"][0] == (
        "Năm 2021 thành lập mới 04 câu lạc bộ theo kế hoạch."
    )
    kept = replace(ahead, outlook=replace(ahead.outlook, kept=20))
    assert narrative.suggest(kept, "vi")["direction"][0] == (
        "Năm 2021 duy trì 20 câu lạc bộ, thành lập mới 04 câu lạc bộ theo kế hoạch."
    )
    assert narrative.suggest(under_way, "vi")["direction"][0] == (
        "Thành lập tiếp 06 câu lạc bộ để hoàn thành kế hoạch 10 câu lạc bộ của năm 2021."
    )


def test_requests_go_to_who_can_do_something_about_them():
    made = province_report(difficulties=(("capital", 7), ("place", 4)), outlook=None)

    assert "07 câu lạc bộ" in said(made, "petition_government")
    assert "Đề nghị bố trí nơi sinh hoạt (04 câu lạc bộ nêu khó khăn này)." in said(made, "petition_commune")
    assert narrative.suggest(made, "vi")["petition_association"] == ()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_without_figures_there_is_no_sentence(language):
    empty = province_report(scope=scope(clubs=0, late=()))

    assert narrative.suggest(empty, language) == dict.fromkeys(narrative.KEYS, ())
    assert set(narrative.suggest(report([club()]), language)) == set(narrative.KEYS)
    assert not any(telling.tell(report(), language).values())


def test_what_people_wrote_stands_in_the_place_of_what_is_suggested():
    made = province_report(written={"causes": "Dịch bệnh kéo dài.\n\nThiếu cán bộ.", "results": "  "})

    printed = narrative.paragraphs(made, "vi")

    assert printed["causes"] == ("Dịch bệnh kéo dài.", "Thiếu cán bộ.")
    assert printed["results"] == narrative.suggest(made, "vi")["results"]


def test_part_six_tells_why_meetings_were_not_held_and_what_was_measured():
    done = replace(
        NO_ACTIVITIES,
        heat=HEAT,
        not_held=(("epidemic", 2), ("", 1)),
        attendance=(AttendancePoint(date(2020, 1, 1), 3, 4), AttendancePoint(date(2020, 2, 1), 0, 0)),
        checks=(Check("bp_high", 20, 6), Check("bmi_low", 20, 3)),
        survey=SurveyResult("yearly", date(2020, 11, 16), date(2020, 11, 18), 80, 2, 10, ()),
    )
    told = telling.tell(province_report(activities=done), "vi")

    assert told["meetings"][1] == "Đã báo không tổ chức 03 buổi, do: dịch bệnh 02 buổi; lý do khác 01 buổi."
    assert told["attendance"] == ("Tỷ lệ tham dự cả kỳ đạt 75% (3 lượt người có mặt trên 4 lượt phải dự).",)
    assert told["health"] == ("Kết quả đo: huyết áp từ 140/90 mmHg trở lên chiếm 30% (6 trên 20 lượt).",)
    assert told["survey"] == (
        "Đợt khảo sát hằng năm (từ 16/11/2020 đến 18/11/2020): phỏng vấn 80 thành viên của 10 câu lạc bộ; "
        "02 người từ chối.",
    )


def test_english_sentences_hold_no_vietnamese_words_of_ours():
    made = report([club()], "2020", meetings=meetings("2020-01", 6))

    texts = [line for lines in narrative.suggest(made, "en").values() for line in lines]
    texts += [line for lines in telling.tell(made, "en").values() for line in lines]

    assert texts
    assert not [text for text in texts if any(word in text for word in ("câu lạc bộ", "buổi", "lượt", "đạt"))]


def test_a_target_of_the_phase_is_told_by_the_figure_that_table_1_judges():
    """48% since the phase began were held against 80%; the period's own 16% are another figure."""
    (table,) = tables()
    group = table.groups[0]
    of_phase = target_row(
        "1",
        "D10",
        "Tỷ lệ CLB được tập huấn",
        "percent",
        16,
        Goal(">=", Decimal(80), None, "percent", "target"),
        Verdict("chua_dat", "red", Decimal(60)),
    )
    of_phase = replace(of_phase, cumulative=Decimal(48), is_cumulative=True)
    under_way = replace(table.phase, valid_to=date(2025, 12, 31))
    groups = (replace(group, rows=(of_phase,)),)
    made = province_report(tables=(replace(table, phase=under_way, groups=groups),))

    assert "(thực hiện lũy kế 48%, yêu cầu từ 80% trở lên)" in said(made, "shortcomings")
    assert "từ lũy kế 48% lên ít nhất 80%" in said(made, "direction")
    assert "48% to date" in said(made, "shortcomings", "en")
