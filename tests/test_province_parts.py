"""Parts III–IX and annexes II and III as they are printed, read back from the PDF."""

import io
import re
import unicodedata
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pdfplumber
import pikepdf
import pytest

from reports import pictures, render, words
from reports.province import LegalBasis, narrative, telling
from reports.province.activity_model import SurveyResult, SurveyRow
from tests.builders_facts import (
    PHAN_RANG,
    PROVINCE,
    activity,
    club,
    geography,
    meeting,
    meetings,
    member,
    report,
    target,
)

MADE_ON = date(2021, 2, 5)
LONG = ("CLB LTHTGN Thôn " + "Phước Thiện Đông Hải " * 8)[:120]


def printed(made) -> list[str]:
    """Text of every page, in NFC with single spaces."""
    with pdfplumber.open(io.BytesIO(render.province(made, MADE_ON))) as opened:
        return [
            " ".join(unicodedata.normalize("NFC", page.extract_text() or "").split()) for page in opened.pages
        ]


@pytest.fixture(scope="module")
def busy():
    """Three clubs in 2020: one that met eleven times, one with a long name that never met, one silent."""
    first = club("k", name="CLB LTHTGN <b>Xóm & Làng</b> " + unicodedata.normalize("NFD", "Phước Thiện"))
    quiet = club("l", founded="2020-02-10", name=LONG)
    silent = club("m", founded="2019-05-05")
    sent = [
        *meetings("2020-01", 11, difficulties=frozenset({"capital", "place"})),
        *(
            meeting(f"2020-{n:02}", "l", held=False, not_held_reason="epidemic", activity=None)
            for n in range(3, 13)
        ),
        meeting("2020-12", activity=activity(mob_cash=2_500_000)),
    ]
    return report(
        [first, quiet, silent],
        "2020",
        where=geography({"k": PHAN_RANG, "l": PHAN_RANG, "m": PHAN_RANG}),
        members=[member(f"w{n}") for n in range(30)]
        + [member(f"c{n}", ethnicity="cham") for n in range(3)]
        + [member(f"r{n}", ethnicity="raglai") for n in range(9)],
        meetings=sent,
        targets=[target(PHAN_RANG, "2021", "A01", 4)],
    )


@pytest.fixture(scope="module")
def pages(busy):
    return printed(busy)


@pytest.fixture(scope="module")
def text(pages):
    return " ".join(pages)


def test_all_parts_and_annexes_stand_in_their_order(text):
    heads = (
        *("I. TÌNH HÌNH CHUNG", "II. KẾT QUẢ THỰC HIỆN CHỈ TIÊU", "III. KẾT QUẢ THEO ĐỊA BÀN"),
        *("IV. CHẤT LƯỢNG THÀNH VIÊN", "V. QUỸ VÀ VAY VỐN", "VI. HOẠT ĐỘNG", "VII. ĐÁNH GIÁ CHUNG"),
        *("VIII. PHƯƠNG HƯỚNG", "IX. KHÓ KHĂN, KIẾN NGHỊ", "Nơi nhận", "Phụ lục I DANH SÁCH"),
        *("Phụ lục II BIỂU QUỸ", "Phụ lục III CÂU LẠC BỘ", "Phụ lục IV CÁCH TÍNH"),
    )

    places = [text.index(head) for head in heads]

    assert places == sorted(places)


def test_the_heat_table_says_what_its_marks_mean(text):
    """Due: 12 + 10 + 12; held: 12; not held: 10."""
    assert "phải tổ chức 34 buổi sinh hoạt, đã tổ chức 12 buổi, đạt 35,3%" in text
    assert "Đã báo không tổ chức 10 buổi, do: dịch bệnh 10 buổi." in text
    assert "D – dịch bệnh." in text
    assert text.count("Biểu đồ 4.") == 1


def test_areas_are_counted_in_clubs_and_months(text):
    assert "1 Tăng thu nhập 1 12 12 buổi phổ biến kỹ thuật sản xuất" in text
    assert "8 triệu đồng tiền mặt" in text


def test_few_members_of_a_group_are_not_told(text):
    assert "Chăm <5" in text
    assert "Kinh * " in text or "Raglai * " in text
    assert "không in để không nhận ra từng người" in text


def test_what_follows_is_drawn_from_the_figures(text):
    assert "Năm 2021 thành lập mới 04 câu lạc bộ theo kế hoạch." in text
    assert "thiếu vốn (01 câu lạc bộ)" in text
    assert "Đề nghị bố trí nơi sinh hoạt (01 câu lạc bộ nêu khó khăn này)." in text
    assert "Bảng 6. Kế hoạch thành lập câu lạc bộ năm 2021 theo địa bàn" in text


def test_the_annex_of_funds_lists_every_club_and_sums_up(pages):
    """Two clubs with 20 million each, and operating funds of 900.000 that became 1.000.000, of which the one founded in
    the year took its first 900.000 in; the third told nothing."""
    (page,) = [page for page in pages if "BIỂU QUỸ CỦA TỪNG CÂU LẠC BỘ" in page]

    assert "Tổng cộng 0 – – 40.000 0 900 900 – 2.000 0" in page
    assert "3 LTH-m CLB m – – – – – – – – – –" in page


def test_clubs_that_did_not_report_are_listed_with_their_months(pages):
    (page,) = [page for page in pages if "CÂU LẠC BỘ KHÔNG BÁO CÁO" in page]

    assert "12/12 1–12/2020" in page
    assert "LTH-l" not in page


def test_signs_of_markup_and_long_names_are_printed_as_they_are(text):
    assert "<b>Xóm&Làng</b>" in text.replace(" ", "")
    assert "…" in text
    assert "None" not in text


def test_written_texts_are_printed_in_place_of_suggestions(busy):
    own = replace(
        busy, written={"petition_province": "Đề nghị bổ sung kinh phí <năm sau>.\nTăng cường kiểm tra."}
    )

    html = render.html(own, MADE_ON)

    assert "Đề nghị bổ sung kinh phí &lt;năm sau&gt;." in html
    assert "- Tăng cường kiểm tra." in html


def test_survey_results_are_printed_with_their_intervals(busy):
    rows = (
        SurveyRow("E03", Decimal(80), 80, 100, Decimal("71.1"), Decimal("86.7")),
        SurveyRow("E01", None, None, 12, None, None),
        SurveyRow("E04", Decimal("3.75"), 1500, 400, Decimal("3.6"), Decimal("3.9"), "point"),
    )
    result = SurveyResult("yearly", date(2020, 11, 16), date(2020, 11, 18), 100, 0, 10, rows)

    html = render.html(replace(busy, activities=replace(busy.activities, survey=result)), MADE_ON)

    plain = " ".join(re.sub(r"<[^>]+>", " ", html).split())
    assert "Hài lòng với câu lạc bộ 100 80,0% 71,1–86,7%" in plain
    assert "Người vay vốn có thu nhập tăng 12 * –" in plain
    assert "Điểm hỗ trợ xã hội bình quân (thang 5) 80 3,75 3,60–3,90" in plain


def words_of(made) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", render.html(made, MADE_ON)).split())


def test_a_period_in_which_no_club_reported_claims_nothing_of_it():
    """Two clubs told of 2019 and nothing of 2020: no book was counted, no meeting is known, and capital is the last."""
    told = [*meetings("2019-02", 11), *meetings("2019-02", 11, "l")]
    where = geography({"k": PHAN_RANG, "l": PHAN_RANG})

    text = words_of(report([club(), club("l")], "2020", where=where, meetings=told))

    assert "trong kỳ chưa câu lạc bộ nào gửi báo cáo tháng." in text
    assert "Trong kỳ chưa có câu lạc bộ nào báo cáo kiểm quỹ." in text
    assert (
        "Có 02 câu lạc bộ không gửi báo cáo trong kỳ: vốn cuối kỳ và dư nợ lấy theo báo cáo gần nhất." in text
    )
    assert "phải tổ chức 24 buổi sinh hoạt; trong kỳ chưa nhận được báo cáo tháng nào." in text
    assert text.index("1. Tám mảng hoạt động") < text.index("2. Sinh hoạt hằng tháng")
    assert "cân đối" not in text.split("Phụ lục IV")[0]


def test_clubs_that_miss_a_month_are_placed_in_the_boundaries_the_report_follows():
    where = geography({"k": PHAN_RANG})
    before = report([club()], "2020", where=where)
    after = report([club()], "2020", where=replace(where, as_of=date(2025, 7, 1)))

    assert before.absent[0].place == "Thôn k – Xã cũ"
    assert after.absent[0].place == "Thôn k – Xã mới"


def test_a_plan_is_cited_with_its_day_before_the_office_it_is_of():
    plan = LegalBasis("Kế hoạch số 72/KH-UBND của UBND tỉnh Ninh Thuận", date(2021, 1, 8))
    decision = LegalBasis("Quyết định số 1336/QĐ-TTg ngày 31/8/2020", date(2020, 8, 31))

    assert re.sub(r"<[^>]+>", "", words.legal_basis(plan)) == (
        "Kế hoạch số 72/KH-UBND ngày 08/01/2021 của UBND tỉnh Ninh Thuận"
    )
    assert re.sub(r"<[^>]+>", "", words.legal_basis(decision)) == decision.document


def test_annex_iv_shows_what_table_1_asks_of_each_figure():
    """D10 is a goal of a paper, not a rule of the phase: 80 stands in both."""
    asked = target(PROVINCE, "2020", "D10", 80, measure="percent")
    made = report([club()], "2020", meetings=meetings("2020-01", 12), targets=[asked])
    by_code = {method.code: method.rule for method in made.methods}

    assert by_code["D10"].low == 80
    assert by_code["B02"].op == "range"
    assert by_code["A05"] is None


def test_a_province_without_a_club_says_so_in_every_part():
    text = " ".join(printed(report([], "2020")))

    assert "Chưa có số liệu về hoạt động của các câu lạc bộ trong kỳ." in text
    assert (text.count("Chưa có nội dung."), text.count("Chưa có kiến nghị.")) == (4, 4)
    assert "Biểu đồ 4." not in text
    assert "Sơ đồ 1." not in text
    assert "None" not in text


@pytest.mark.parametrize("part", ["map", "people", "fund_bands", "activities", "assessment", "annex_silent"])
def test_a_part_in_english_holds_no_vietnamese_words_of_its_own(busy, part):
    own = replace(busy, clubs=(), absent=(), failing_counts=(), outlook=None)

    html = render.page(
        f"parts/{part}.html",
        "en",
        report=own,
        made_on=MADE_ON,
        trace=render.PLAIN_TRACE,
        told=telling.tell(own, "en"),
        written=narrative.paragraphs(own, "en"),
        **pictures.pictures(own, "en"),
    )

    ours = re.sub(r"CLB LTHTGN.*?(?=[;<0-9])|Thôn [^<;]*|Bác Ái|Ninh Sơn|Raglai|Chăm", "", html)
    assert not re.findall(r"\b(?:câu|của|không|trong|được|buổi|người|hoạt|Chưa|tháng)\b", ours)


def test_every_figure_of_the_file_tells_in_words_what_it_shows(busy):
    with pikepdf.open(io.BytesIO(render.province(busy, MADE_ON))) as document:
        told = [
            str(item.get("/Alt", ""))
            for item in document.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/Figure"
        ]

    assert len(told) >= 8
    assert all(told)
    assert any("TP Phan Rang - Tháp Chàm: 1" in words for words in told)
    assert any("Nữ: 100%" in words for words in told)
    assert any("2/2020: 80%" in words for words in told)
