"""What nobody planned for: each has a page that is right, in the one font, and invents no figure."""

import io
import re
import unicodedata
from dataclasses import replace
from datetime import date

import pdfplumber
import pikepdf
import pytest

from reports import documents, fonts, render, summary
from reports.facts import Place
from reports.issuing import IssuingBody
from reports.province import Header, ProvinceReport
from tests.builders_facts import (
    BAC_AI,
    BOARD,
    NINH_SON,
    PHAN_RANG,
    club,
    geography,
    income,
    meetings,
    member,
    report,
)
from tests.builders_report import BODY

MADE_ON = date(2022, 6, 20)
UNBROKEN = "CLB" + "Liênthếhệtựgiúpnhau" * 6 + "Đông"
WORDY = ("CLB LTHTGN Thôn " + "Phước Thiện Đông Hải " * 8)[:120].strip()
STRANGE = "CLB <b>Xóm & Làng</b> 👨‍👩‍👧 " + unicodedata.normalize("NFD", "Nguyễn Thị Hường") + " 会"
BILLIONS = 10**12


def pages(pdf: bytes) -> list[str]:
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        return [
            " ".join(unicodedata.normalize("NFC", page.extract_text() or "").split()) for page in opened.pages
        ]


def families(pdf: bytes) -> set[str]:
    """Font families of a document, without style."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        names = {
            str(font.BaseFont).split("+")[-1]
            for page in document.pages
            for font in page.Resources.get("/Font", {}).values()
        }
    return {name.lstrip("/").split("-Bold")[0].split("-Italic")[0] for name in names}


@pytest.fixture(scope="module")
def messy() -> ProvinceReport:
    """2019 to 2022 over two phases, told until 15 June 2022, without any plan, in a province with a unit split.

    old: founded before the scheme, name of 117 letters without a space, 30 women, 24 months, one of them twice;
    rich: 10^12 đồng lent out, a name with marks of HTML, emoji, NFD and a Chinese letter; never: no meeting;
    split: its commune was divided.
    """
    clubs = [
        club("old", "2012-04-05", name=UNBROKEN, phase="before", board=BOARD),
        club("rich", "2021-02-01", name=STRANGE, phase="p2"),
        club("never", "2021-05-01", name=WORDY, phase="p2"),
        club("split", "2020-01-10"),
    ]
    where = geography({"old": PHAN_RANG, "rich": NINH_SON, "never": NINH_SON})
    where = replace(where, places={**where.places, "split": Place(None, None, 58, "Xã cũ", "")})
    rich = income(close_cash=0, close_loans=BILLIONS, difference=0)
    sent = [
        *meetings("2020-07", 24, "old"),
        *meetings("2021-03", 1, "old"),
        *meetings("2021-03", 15, "rich", income=rich),
    ]
    people = [member(f"w{n}", "old") for n in range(30)] + [member(f"r{n}", "rich") for n in range(6)]
    head = Header(BODY, "Ninh Thuận", "007", date(2022, 6, 20))
    return report(
        clubs, "2019..2022", where, header=head, members=people, meetings=sent, cut_off=date(2022, 6, 15)
    )


@pytest.fixture(scope="module")
def messy_pdf(messy) -> bytes:
    return render.province(messy, MADE_ON)


@pytest.fixture(scope="module")
def text(messy_pdf) -> str:
    return " ".join(pages(messy_pdf))


def test_a_period_over_two_phases_has_a_table_and_a_chart_for_each(messy, text):
    assert [(table.phase.code, table.period.text) for table in messy.tables] == [
        ("p1", "2019..2020"),
        ("p2", "2021..2022"),
    ]
    assert "Bảng 1.1." in text
    assert "Bảng 1.2." in text
    assert "Biểu đồ 2. Cơ cấu" in text


def test_a_province_without_plan_is_neither_failed_nor_praised(messy, text):
    assert {row.plan for row in messy.units} == {None}
    assert messy.total.verdict.attainment is None
    assert "kế hoạch giao thành lập câu lạc bộ năm" in text
    assert not re.search(r"đạt [0-9,]+% kế hoạch", text)


def test_a_cut_off_inside_the_period_is_printed_and_nothing_after_it_is_missed(messy, text):
    """A club is due until the month before the day of the figures: the last is May 2022."""
    assert "chốt đến hết ngày 15 tháng 6 năm 2022" in text
    assert max(month for row in messy.absent for month in row.months) == date(2022, 5, 1)
    assert not [point for point in messy.fund_chart if point.month > date(2022, 6, 1) and point.capital]


def test_a_month_sent_twice_counts_once(messy):
    """From July 2020 to May 2022; June 2022 was not over when the figures were taken."""
    (row,) = [row for row in messy.activities.heat.rows if row.name == UNBROKEN]

    assert sum(cell.held for cell in row.cells) == 23
    assert all(cell.held <= cell.due for cell in row.cells)


def test_a_club_without_a_meeting_is_named_and_counts_in_no_rate(messy, text):
    assert [one.code for one in messy.scope.silent] == ["LTH-never", "LTH-split"]
    assert [(row.code, len(row.months), row.due) for row in messy.absent][1:] == [
        ("LTH-never", 12, 12),
        ("LTH-split", 28, 28),
    ]
    assert "không gửi báo cáo tháng nào trong kỳ" in text


def test_a_club_of_a_divided_unit_has_a_row_of_its_own(messy, text):
    assert [row.kind for row in messy.units][-2:] == ["undecided", "total"]
    assert "Có 01 câu lạc bộ ở địa bàn được chia tách, chưa xác định xã, phường mới (CLB split)." in text
    assert sum(row.standing for row in messy.units[:-1]) == messy.total.standing == 4


def test_a_club_without_a_list_of_members_is_not_said_to_have_none(messy):
    html = re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", render.html(messy, MADE_ON)))

    assert "Có 01 câu lạc bộ thành lập trong giai đoạn p1, chưa có danh sách thành viên." in html
    assert "0 thành viên" not in html
    assert "CLB split Thôn split – Xã cũ / chưa xác định 10/01/2020 – – – – –" in html


def test_a_million_millions_is_written_whole_and_in_its_cell(messy, text):
    """In millions without decimals in tables; in thousands in annex II."""
    assert messy.total.fund == BILLIONS + 20_000_000
    assert "1.000.020" in text
    assert "1.000.000.000" in text
    assert "1.000,02 tỷ đồng" in text


def test_marks_of_markup_and_letters_set_apart_are_printed_as_they_are_and_emoji_as_a_mark(text):
    assert "<b>Xóm & Làng</b> □" in text
    assert "Nguyễn Thị Hường" in text
    assert "👨" not in text
    assert "None" not in text
    assert "&lt;" not in text


def test_no_letter_takes_a_page_out_of_its_one_family(messy_pdf):
    assert families(messy_pdf) == {"Liberation-Serif"}


def test_a_name_without_a_space_stays_inside_its_cell(messy_pdf):
    """Every letter lies inside the margins: 30 mm on the left, 15 mm on the right."""
    with pdfplumber.open(io.BytesIO(messy_pdf)) as opened:
        for page in opened.pages:
            assert all(float(letter["x1"]) <= page.width - 15 / 25.4 * 72 + 1 for letter in page.chars)
            crossed = [
                (letter["text"], page.page_number)
                for letter in page.chars
                for line in page.lines + page.rects
                if page.width > page.height
                and line["width"] < 1.5
                and line["top"] < (letter["top"] + letter["bottom"]) / 2 < line["bottom"]
                and letter["x0"] + 1 < (line["x0"] + line["x1"]) / 2 < letter["x1"] - 1
            ]
            assert crossed == []


def test_a_number_typed_with_zeros_is_printed_as_offices_write_it(text):
    assert "Số: 07/BC-SLĐTBXH" in text
    assert "Kèm theo Báo cáo số 07/BC-SLĐTBXH ngày 20 tháng 6 năm 2022" in text


def test_the_summary_of_all_this_is_one_page_in_one_family(messy):
    pdf = documents.summary(summary.build(messy, "vi"), MADE_ON, "vi")

    assert len(pages(pdf)) == 1
    assert families(pdf) == {"Liberation-Serif"}


def test_before_the_first_club_every_part_says_that_nothing_is_known():
    made = report([club("k", "2019-01-15")], "2017", members=[member("w")])

    text = " ".join(pages(render.province(made, MADE_ON)))

    assert made.scope.is_empty
    assert "Biểu đồ" not in text
    assert "chưa có báo cáo nào của câu lạc bộ (CLB)" in text
    assert "Chưa có số liệu: không có câu lạc bộ nào của địa bàn trong kỳ báo cáo." in text
    assert "Tổng cộng – – – – – – – – – –" in text
    assert not re.search(r"[0-9] CLB|[0-9]+ câu lạc bộ", text.split("Phụ lục IV")[0])


def test_one_club_of_men_only_has_no_woman_and_every_share_of_its_one_sex():
    men = [member(f"m{n}", sex="male", born=1950) for n in range(30)]
    made = report([club("k", "2019-01-15")], "2019", members=men, meetings=meetings("2019-02", 11))

    text = re.sub("<[^>]+>", "", render.html(made, MADE_ON))

    assert (made.total.women, made.people.women, made.people.men) == (0, 0, 30)
    assert "Nam: 30" in text
    assert "Nữ: 0" in text
    assert "nữ chiếm 0%" in text


def test_clubs_of_many_pages_are_each_listed_once_under_heads_that_are_repeated():
    clubs = [club(f"{n:03}", "2019-01-15") for n in range(60)]
    places = {one.id: (PHAN_RANG, BAC_AI, NINH_SON)[n % 3] for n, one in enumerate(clubs)}
    whole = render.html(report(clubs, "2019", places=places), MADE_ON)
    annex = re.search('<section class="annex.*?</section>', whole, re.DOTALL)

    found = pages(render.printed(f"{whole[: whole.index('<body')]}<body>{annex[0]}</body></html>"))

    assert len(found) >= 3
    assert all("Chủ nhiệm" in page for page in found)
    assert sorted(re.findall(r"LTH-(\d{3})", " ".join(found))) == [f"{n:03}" for n in range(60)]
    assert "Tổng cộng – 60 – 0 – –" in " ".join(re.sub("<[^>]+>", " ", whole).split())


def test_a_letter_that_the_family_lacks_is_one_mark_with_all_that_colours_or_joins_it():
    legible = fonts.find().legible

    assert legible("a 👍🏽, 👨‍👩‍👧 và 会話") == "a □, □ và □□"
    assert legible(unicodedata.normalize("NFD", "Ưu tiên: ệ ●")) == "Ưu tiên: ệ ●"
    assert legible("giữa\u200d\u00a0và\n") == "giữa\u200d\u00a0và\n" or legible("\u200d") in ("", "\u200d")


def test_an_office_with_a_strange_name_prints_it_as_it_is():
    body = IssuingBody(
        date(2016, 1, 1), "UBND {province}", "Sở Y tế & Dân số <mới>", "BC-SYT", "GIÁM ĐỐC", ("Lưu: VT",)
    )
    made = report([], "2020", header=Header(body, "Ninh Thuận", "12", date(2021, 1, 5)))

    html = render.html(made, MADE_ON)

    assert "Sở Y tế &amp; Dân số &lt;mới&gt;" in html or "SỞ Y TẾ &amp; DÂN SỐ &lt;MỚI&gt;" in html
    assert "<mới>" not in html
