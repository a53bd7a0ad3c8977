"""The smaller documents on paper: real PDFs, their pages and their words, in both languages."""

import io
from dataclasses import replace
from datetime import date
from functools import cache

import pdfplumber
import pytest
from pypdf import PdfReader

from reports import club_sheet, documents, summary
from reports import commune as pages
from reports.club_sheet import Details, Photo, SheetBook
from reports.facts import Place
from tests.builders_facts import (
    BOARD,
    club,
    commune,
    context,
    dataset,
    geography,
    loan,
    meetings,
    member,
    report,
)
from tests.builders_report import province_report, scope, tables

TODAY = date(2021, 2, 5)
HERE = commune(1)
HARD = "CLB <Liên thế hệ> & “tự giúp nhau” Ba\u0309n Nậm 😀"
"""Marks of HTML, a name in NFD (Bản), an emoji."""
LONG = ("CLB Liên thế hệ tự giúp nhau thôn " * 4)[:120]
PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9aw"
    "AAAABJRU5ErkJggg=="
)


def words(pdf: bytes) -> list[str]:
    """The text of every page, in one line each."""
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        return [" ".join((page.extract_text() or "").split()) for page in opened.pages]


def sheets(names: tuple[str, ...] = ("CLB a", "CLB b"), **details):
    """Sheets of clubs in one commune, the first with a year of reports and a loan past due, the others silent."""
    clubs = [club(f"k{n}", name=name, board=BOARD) for n, name in enumerate(names)]
    where = replace(
        geography(communes=(HERE,)),
        places={one.id: Place(582, HERE.id, 58, "Xã cũ", HERE.full_name) for one in clubs},
    )
    data = dataset(
        clubs,
        members=[member(f"m{n}", "k0") for n in range(30)],
        meetings=meetings("2020-01", 12, "k0"),
        loans=[loan("1", "m1", "2020-02-01", "2020-06-01", club="k0")],
    )
    ctx = context(data, "2020", geography=where)
    told = Details(
        phones={"b0": "0912345678"}, borrowers={"m1": "Lò Thị Một"}, loan_numbers={"1": 7}, **details
    )
    return ctx, tuple(club_sheet.build(ctx, one, told, True) for one in clubs)


@cache
def one_sheet(code: str) -> list[str]:
    _, (first, _) = sheets(
        next_plan="Tập dưỡng sinh",
        next_meeting=date(2021, 1, 15),
        photo=Photo(PIXEL, "meeting", date(2020, 12, 15)),
    )
    return words(documents.club(first, TODAY, code))


def test_a_club_sheet_says_what_was_reached_and_what_to_do():
    text = " ".join(one_sheet("vi"))

    for said in (
        "Phiếu thông tin câu lạc bộ · năm 2020",
        "LTH-k0 · Xếp loại: Trung bình",
        "Chủ nhiệm 0912345678",
        "sinh hoạt 12/12 tháng (100%); tham dự bình quân 80%; báo cáo đúng hạn 12/12",
        "7 Lò Thị Một 01/02/2020 5.000.000 5.000.000 01/06/2020 ▲ 213",
        "m6 có quy chế, kế hoạch hoạt động: Thông qua quy chế hoạt động.",
        "Lần sinh hoạt tới: 15/01/2021. Tập dưỡng sinh",
        "Buổi sinh hoạt, 15/12/2020",
    ):
        assert said in text
    assert "None" not in text
    assert len(one_sheet("vi")) == 2


def test_the_sheet_in_english_has_no_vietnamese_words_of_ours():
    text = " ".join(one_sheet("en"))

    for said in ("Club sheet · 2020", "Grade: Average", "Chair 0912345678", "Overdue (days)", "8. Next plan"):
        assert said in text
    for vietnamese in ("Phiếu", "Xếp loại", "Quỹ", "tháng", "Chưa", "sinh hoạt 12"):
        assert vietnamese not in text


def test_no_sheet_turns_the_page_for_a_few_lines():
    """Sixteen loans fill two pages but for the last section, which would stand alone on the third."""
    _, made = sheets()
    first = made[0]
    loans = replace(first.loans, open=first.loans.open * 16)

    full = replace(first, loans=loans)
    assert len(words(documents._printed_sheets((full,), None, TODAY, "vi", frozenset()))) == 3

    assert len(words(documents.club(full, TODAY, "vi"))) == 2


def test_all_sheets_of_a_commune_are_one_file_with_index_and_bookmarks():
    _, made = sheets(("CLB Hoa Mai", "CLB Hoa Sen"))

    pdf = documents.book(SheetBook("Xã 1", "Tỉnh Ninh Thuận", made[0].period, made), TODAY, "vi")

    text, reader = words(pdf), PdfReader(io.BytesIO(pdf))
    assert "CLB Hoa Mai 1 LTH-k0 30 Trung bình 2" in text[0]
    assert "SỐ LIỆU MINH HỌA" not in text[0]
    sample = tuple(replace(one, has_sample=True) for one in made)
    marked = documents.book(SheetBook("Xã 1", "Tỉnh Ninh Thuận", made[0].period, sample), TODAY, "vi")
    assert all("SỐ LIỆU MINH HỌA" in page for page in words(marked))
    assert [one.title for one in reader.outline] == [
        "Phiếu thông tin các câu lạc bộ",
        "CLB Hoa Mai",
        "CLB Hoa Sen",
    ]
    starts = [reader.get_destination_page_number(one) for one in reader.outline]
    assert starts[:2] == [0, 1]
    assert "CLB Hoa Sen" in text[starts[2]]
    assert text[0].rstrip().endswith(f"1/{len(text)}")


def test_a_commune_without_clubs_has_an_index_that_says_so():
    pdf = documents.book(SheetBook("Xã 1", "", sheets()[0].period, ()), TODAY, "vi")

    assert "Chưa có câu lạc bộ nào trên địa bàn." in words(pdf)[0]


def test_names_that_are_long_or_full_of_marks_are_printed_as_they_are():
    ctx, made = sheets((HARD, LONG))
    page = pages.build(ctx, HERE, "Tỉnh Ninh Thuận", {}, is_private=True)

    on_sheet = " ".join(words(documents.club(made[0], TODAY, "vi")))
    on_page = words(documents.commune(page, TODAY, "vi"))

    for text in (on_sheet, on_page[0]):
        assert "CLB <Liên thế hệ> &" in text
    assert " ".join(LONG.split()[-4:]) in " ".join(on_page[0].split())
    assert len(on_page) == 1


def test_a_name_without_a_space_stays_on_the_page():
    """In the title, in the foot beside the number of the page, and in the list of months that are missing."""
    ctx, made = sheets(("CLB a", "CLB" + "Liênthếhệtựgiúpnhau" * 6))
    page = pages.build(ctx, HERE, "Tỉnh Ninh Thuận", {}, is_private=True)

    for pdf in (documents.club(made[1], TODAY, "vi"), documents.commune(page, TODAY, "vi")):
        with pdfplumber.open(io.BytesIO(pdf)) as opened:
            letters = [one for sheet in opened.pages for one in sheet.chars]
            foot = [one for one in opened.pages[0].chars if one["top"] > 790]
        assert max(one["x1"] for one in letters) < 210 / 25.4 * 72 - 40
        number = [one for one in foot if one["x0"] > 540]
        assert "".join(one["text"] for one in number).startswith("1/")


def test_a_club_that_told_nothing_has_a_sheet_that_says_so():
    _, made = sheets()

    text = " ".join(words(documents.club(made[1], TODAY, "vi")))

    assert "Chưa có danh sách thành viên." in text
    assert "Chưa có số liệu về vay vốn." in text, "who told nothing is not said to owe nothing"
    assert "2. Thành viên: –" in text
    assert "Chưa có số liệu để đánh giá" in text
    assert "0,0" not in text, "a month that told nothing is no zero"


def test_the_commune_page_names_who_has_not_reported():
    ctx, _ = sheets()
    page = pages.build(ctx, HERE, "Tỉnh Ninh Thuận", {"k1": "0912345678"}, is_private=True)

    (text,) = words(documents.commune(page, TODAY, "en"))

    assert "CLB b 1–12/2020 (12) Trần Văn chair 0912345678" in text
    assert "Monthly reports not received" in text


@pytest.mark.parametrize("code", ["vi", "en"])
def test_the_summary_is_one_page(code):
    (text,) = words(documents.summary(summary.build(province_report(), code), TODAY, code))

    assert "1.120" in text if code == "vi" else "1,120" in text
    assert ("Kết quả nổi bật" if code == "vi" else "Achievements") in text
    assert ("● Đạt" if code == "vi" else "● Reached") in text
    assert "None" not in text


def test_the_summary_stays_one_page_with_the_longest_names_and_every_row():
    """Twenty rows with names of 120 letters, twelve units of 60, an area of 120."""
    first, name = tables()[0], "Tỷ lệ thành viên " * 7
    row = first.groups[0].rows[0]
    rows = tuple(replace(row, name_vi=name[:120], name_en=name[:120], code=f"C{n:02}") for n in range(20))
    bars = tuple(
        replace(bar, label="Thành phố Phan Rang - Tháp Chàm mở rộng")
        for bar in province_report().plan_chart * 3
    )
    made = province_report(
        tables=(replace(first, groups=(replace(first.groups[0], rows=rows),)),),
        plan_chart=bars,
        scope=scope(area_vi=LONG, area_en=LONG),
    )

    pdf = documents.summary(summary.build(made, "vi"), TODAY, "vi")

    assert len(PdfReader(io.BytesIO(pdf)).pages) == 1


def test_a_summary_without_data_says_so_on_one_page():
    (text,) = words(documents.summary(summary.build(report([], "2020"), "vi"), TODAY, "vi"))

    assert "Chưa có số liệu: không có câu lạc bộ nào của địa bàn trong kỳ báo cáo." in text
