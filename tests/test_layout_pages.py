"""Thể thức of all pages, measured in the PDF: margins, page numbers, body text, headings, tables and annexes.

Nghị định 30/2020/NĐ-CP, Phụ lục I, I, II.6 and III.1; docs/decisions/layout.md.
"""

import io
import itertools
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pikepdf
import pytest

from reports import fonts, pdf, render
from reports.province.activity_model import AbsentClub
from tests.builders_report import club_row, header, province_report
from tests.measure import BOTTOM, LEFT, RIGHT, TEXT_WIDTH, TOP, find, holds, lines, opened, rule_below

MADE_ON = date(2021, 2, 5)
SHEET = (Path(pdf.TEMPLATES) / "report.css").read_text(encoding="utf-8")
SINGLE_SPACING = 1.15
"""Height of a line of Times New Roman, in ems."""
POINT = 25.4 / 72
FILLER = "Lời văn của báo cáo được viết liền mạch để lấp đầy trang giấy và không nói điều gì. "

MISSING = AbsentClub(1, "LTH-000001", "CLB", "xã", 12, (date(2020, 5, 1),))


def long_report():
    """300 clubs in the annex on landscape pages; the rows of some are three and of one thirty lines high."""
    clubs = [
        replace(club_row(n), name=f"Đầu{n} " + "câu lạc bộ " * (n % 4), place_new=f"cuối{n}")
        for n in range(1, 301)
    ]
    clubs[149] = replace(clubs[149], chair="Hường " * 30)
    return province_report(
        clubs=tuple(clubs), absent=(MISSING,), header=header(number="15", issued_on=MADE_ON)
    )


@pytest.fixture(scope="module")
def long_pdf() -> bytes:
    return render.province(long_report(), MADE_ON)


@pytest.fixture(scope="module")
def long(long_pdf):
    with opened(long_pdf) as pages:
        yield pages


@pytest.fixture(scope="module")
def draft():
    with opened(render.province(province_report(), MADE_ON)) as pages:
        yield pages


@pytest.fixture(scope="module")
def chapters():
    """Headings of every depth at every height of a page, between paragraphs of one to nine lines."""
    parts = [
        f"<h2>{n}. PHẦN</h2><h3>{n}.1. Mục</h3><p>{FILLER * (n % 9 + 1)}</p><h4>{n}.1.1. Tiểu mục</h4>"
        f"<p>{FILLER * (n % 4 + 1)}</p><h5>a{n}) Điểm</h5><p>{FILLER * (n % 7 + 1)}</p>"
        for n in range(1, 61)
    ]
    with opened(made("".join(parts))) as pages:
        yield pages


def made(body: str) -> bytes:
    """A document of the family with that body."""
    return pdf.render(f'<html lang="vi"><title>x</title><body>{body}</body></html>', SHEET, fonts.find())


def body_of(page):
    """The lines of a page below its top margin."""
    return [line for line in lines(page) if line.top >= TOP - 1]


def test_pages_are_a4_and_wide_annexes_lie_across(long):
    sizes = {(round(page.width / 72 * 25.4), round(page.height / 72 * 25.4)) for page in long}

    assert sizes == {(210, 297), (297, 210)}
    wide = [holds(page, "Chủ nhiệm") or holds(page, "BIỂU QUỸ") for page in long]
    assert [page.width > page.height for page in long] == wide


@pytest.mark.parametrize("side", ["left", "right", "top", "bottom"])
def test_nothing_stands_in_the_margins_but_the_head_of_the_page(long, draft, chapters, side):
    """Nghị định: left 30–35, right 15–20, top and bottom 20–25 mm, on upright pages and on those across."""
    for page in [*long, *draft, *chapters]:
        drawn = [
            *(
                letter
                for letter in page.chars
                if letter["bottom"] > (TOP - 2) / POINT and letter["text"].strip()
            ),
            *page.rects,
            *page.lines,
        ]
        outermost = {
            "left": min(one["x0"] for one in drawn) * POINT - LEFT,
            "right": (page.width - max(one["x1"] for one in drawn)) * POINT - RIGHT,
            "top": min(one["top"] for one in drawn) * POINT - TOP,
            "bottom": (page.height - max(one["bottom"] for one in drawn)) * POINT - BOTTOM,
        }
        assert outermost[side] >= -0.5, page.page_number


def test_text_begins_and_ends_at_the_margins(long):
    left = min(line.left for page in long for line in body_of(page))
    right = min(page.width * POINT - max(line.right for line in body_of(page)) for page in long)

    assert 30 <= left <= 35
    assert 15 <= right + 0.5 <= 20


def test_page_numbers_are_upright_13_centred_in_the_top_margin(chapters):
    for page in chapters[1:]:
        number = next(line for line in lines(page) if line.top < TOP)
        assert number.text == str(page.page_number)
        assert number.style == (13, "upright")
        assert number.centre == pytest.approx(LEFT + TEXT_WIDTH / 2, abs=0.5)
        assert 5 < number.top < number.bottom < TOP - 2


def test_the_first_page_has_no_number_and_each_annex_counts_its_own(long):
    numbers = [[line.text for line in lines(page) if line.top < TOP - 2] for page in long]
    annexes = [n for n, page in enumerate(long) if body_of(page)[0].text.startswith("Phụ lục ")]

    assert len(annexes) == 4
    for first, after in zip([0, *annexes], [*annexes, len(long)], strict=True):
        assert numbers[first] == []
        assert numbers[first + 1 : after] == [[str(n)] for n in range(2, after - first + 1)]


def test_every_letter_is_of_the_one_family_and_embedded(long_pdf):
    with pikepdf.open(io.BytesIO(long_pdf)) as document:
        used = [font for page in document.pages for font in page.Resources.get("/Font", {}).values()]
        names = {str(font.BaseFont).split("+")[1].removeprefix("Liberation-Serif") for font in used}
        assert all("/FontFile2" in font.DescendantFonts[0].FontDescriptor for font in used)

    assert names == {"", "-Bold", "-Italic", "-Bold-Italic"}


def test_all_letters_are_black(long):
    colours = {char["non_stroking_color"] for page in long[:2] for char in page.chars}

    assert {tuple(colour or (0,)) for colour in colours} <= {(0,), (0, 0, 0)}


def test_text_is_upright_14_justified_and_indented(chapters):
    paragraph = [line for line in body_of(chapters[0]) if line.style == (14, "upright")]
    first, full = paragraph[0], paragraph[1:-1]

    assert 10 <= first.left - LEFT <= 12.8
    assert {round(line.right) for line in full if line.width > 150} == {210 - RIGHT}
    assert {line.size for page in chapters for line in body_of(page)} == {14}


def test_lines_stand_single_to_one_and_a_half_and_paragraphs_six_points_apart():
    with opened(made(f"<p>{FILLER * 3}</p>" * 4)) as (page,):
        found = body_of(page)
    steps = [
        (below.bottom - above.bottom, below.left > LEFT + 5) for above, below in itertools.pairwise(found)
    ]
    within = {round(step / POINT, 1) for step, is_first in steps if not is_first}
    between = {round(step / POINT, 1) for step, is_first in steps if is_first}

    assert all(SINGLE_SPACING * 14 <= step <= SINGLE_SPACING * 14 * 1.5 for step in within)
    assert min(between) - max(within) >= 6


def test_parts_are_numbered_and_styled_by_their_depth(chapters):
    page = chapters[0]

    styles = [find(page, text).style for text in ("1. PHẦN", "1.1. Mục", "1.1.1. Tiểu mục", "a1) Điểm")]
    assert styles == [(14, "bold"), (14, "bold"), (14, "bold italic"), (14, "upright")]
    assert {round(find(page, text).left - LEFT, 1) for text in ("1. PHẦN", "1.1. Mục", "a1) Điểm")} == {12.7}


def test_no_heading_is_the_last_line_of_a_page(chapters, long, draft):
    heading = re.compile(
        r"\d+\. PHẦN|\d+\.1\. Mục|\d+\.1\.1\. Tiểu mục|a\d+\) Điểm|[IVX]+\. [A-ZĐ]|Bảng \d|Biểu đồ \d"
    )

    last = [body_of(page)[-1].text for page in [*chapters, *long, *draft]]
    assert len(chapters) > 10
    assert [text for text in last if heading.match(text)] == []


def test_no_line_of_a_paragraph_stands_alone_on_a_page(chapters):
    heights = [body_of(page) for page in chapters]
    for above, below in itertools.pairwise(heights):
        last, first, second = above[-1], below[0], below[1]
        if last.left > LEFT + 5:
            assert last.right < 210 - RIGHT - 1, "a first line left behind"
        if first.style == (14, "upright") and first.left < LEFT + 5:
            assert second.left < LEFT + 5, "a last line carried over"


def test_every_page_of_a_long_table_repeats_its_head(long):
    wide = [page for page in long if page.width > page.height]

    assert len(wide) > 20
    for page in wide[:-1]:
        assert find(page, "Tên câu lạc bộ").style == (9, "bold")
        assert all(holds(page, head) for head in ("Chủ nhiệm", "Xếp loại"))


def test_no_row_is_torn_between_pages_however_tall(long):
    begins, ends = {}, {}
    for page in long:
        text = page.extract_text()
        begins |= {int(n): page.page_number for n in re.findall(r"Đầu(\d+)", text)}
        ends |= {int(n): page.page_number for n in re.findall(r"cuối(\d+)", text)}
    tall = next(page for page in long if page.page_number == begins[150])

    assert sorted(begins) == sorted(ends) == list(range(1, 301))
    assert begins == ends
    assert tall.extract_text().count("Hường") >= 30


def test_neither_the_first_nor_the_last_row_of_a_table_stands_alone():
    """Tables of ten to forty rows, one after the other: their beginnings and ends fall at every height."""
    tables = "".join(
        f"<table><caption>Bảng {n}</caption><thead><tr><th>STT</th></tr></thead><tbody>"
        + "".join(f"<tr><td>hàng {n}.{row}</td></tr>" for row in range(1, n + 1))
        + f'<tr class="total"><td>tổng {n}</td></tr></tbody></table>'
        for n in range(10, 41)
    )
    with opened(made(tables)) as pages:
        texts = [page.extract_text() for page in pages]

    for n in range(10, 41):
        (first,) = (text for text in texts if f"Bảng {n}\n" in text)
        (final,) = (text for text in texts if f"tổng {n}" in text.splitlines())
        assert {f"hàng {n}.1", f"hàng {n}.2"} <= set(first.splitlines())
        assert {f"hàng {n}.{n}", f"hàng {n}.{n - 1}"} <= set(final.splitlines())


def test_the_signature_never_stands_with_one_line_of_the_text():
    """However full the page before is: the last words take the paragraph above them along."""
    for lines_before in range(20, 36):
        above = "".join(f"<p>Dòng {n}.</p>" for n in range(lines_before))
        closing = '<p class="last-words">Trên đây là báo cáo./.</p><div class="closing"><div>Nơi nhận:</div>'
        closing += '<div class="signature"><p>GIÁM ĐỐC</p><div class="seal"></div><p>Tên</p></div></div>'
        with opened(made(above + closing)) as pages:
            (signed,) = (page.extract_text() for page in pages if "GIÁM ĐỐC" in page.extract_text())

        assert f"Dòng {lines_before - 1}." in signed
        assert "Trên đây là báo cáo./." in signed


def test_the_signature_takes_three_blocks_of_text_along_past_a_heading():
    """The last petition is often one line under its heading: with the last words alone it would leave a page empty."""
    for lines_before in range(20, 36):
        above = "".join(f"<p>Dòng {n}.</p>" for n in range(lines_before))
        closing = "<h3>4. Với xã</h3><p>Một kiến nghị.</p>"
        closing += '<p class="last-words">Trên đây là báo cáo./.</p><div class="closing"><div>Nơi nhận:</div>'
        closing += '<div class="signature"><p>GIÁM ĐỐC</p><div class="seal"></div><p>Tên</p></div></div>'
        with opened(made(above + closing)) as pages:
            (signed,) = (page.extract_text() for page in pages if "GIÁM ĐỐC" in page.extract_text())

        assert all(text in signed for text in (f"Dòng {lines_before - 1}.", "4. Với xã", "Một kiến nghị."))


def test_a_short_table_stays_on_one_page():
    table = (
        "<table><thead><tr><th>STT</th></tr></thead><tbody>"
        + "<tr><td>hàng</td></tr>" * 7
        + "</tbody></table>"
    )
    with opened(made((f"<p>{FILLER * 4}</p>" + table) * 12)) as pages:
        counts = {page.extract_text().splitlines().count("hàng") % 7 for page in pages}

    assert counts == {0}


def test_an_annex_begins_a_page_with_its_number_title_and_the_report_it_belongs_to(long):
    page = next(page for page in long if body_of(page)[0].text == "Phụ lục I")
    number, title = body_of(page)[:2]
    belongs = body_of(page)[2]
    centre = LEFT + (297 - LEFT - RIGHT) / 2

    assert (number.text, title.text) == ("Phụ lục I", "DANH SÁCH CÂU LẠC BỘ")
    assert number.style == title.style == (14, "bold")
    assert belongs.text == (
        "(Kèm theo Báo cáo số 15/BC-SLĐTBXH ngày 05 tháng 02 năm 2021 của Sở Lao động - Thương binh và Xã hội)"
    )
    assert belongs.style == (13, "italic")
    for line in (number, title, belongs, rule_below(page, belongs)):
        assert line.centre == pytest.approx(centre, abs=0.5)
    assert number.top == pytest.approx(TOP, abs=2)


def test_an_annex_of_one_line_stands_below_the_annex_before_it(draft):
    """Of the draft's clubs none misses a month; with one that does, the annex is a table on pages of its own."""
    (page,) = [page for page in draft if holds(page, "Phụ lục III") and not holds(page, "IV")]
    told = [line.text for line in body_of(page)]

    assert told[0] == "Phụ lục II"
    assert told.index("Phụ lục III") > told.index("BIỂU QUỸ CỦA TỪNG CÂU LẠC BỘ")
    assert find(page, "Phụ lục III").style == (14, "bold")
    assert page.width > page.height
    with opened(render.province(province_report(absent=(MISSING,)), MADE_ON)) as pages:
        (alone,) = [one for one in pages if body_of(one)[0].text == "Phụ lục III"]
        assert alone.width < alone.height


def test_a_draft_says_so_at_the_head_of_every_page_and_an_issued_report_nowhere(draft, long):
    for page in draft:
        mark = page.search("DỰ THẢO", regex=False)[0]
        assert mark["bottom"] * POINT < TOP
        assert {"Bold" in char["fontname"] for char in mark["chars"]} == {True}
    assert not any(holds(page, "DỰ THẢO") for page in long)
