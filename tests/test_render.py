"""The printed report: read back from the PDF itself, not from its CSS."""

import io
import itertools
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pdfplumber
import pikepdf
import pytest

from reports import fonts, pdf, render, targets, words
from reports.indicators.base import Value
from reports.issuing import IssuingBody
from reports.period import parse
from reports.province.model import Goal, PhaseTable, RowGroup
from reports.targets import Verdict
from tests.builders_report import fund_rows, header, phase, province_report, scope, tables

MADE_ON = date(2021, 2, 5)


@pytest.fixture(scope="module")
def draft() -> bytes:
    return render.province(province_report(), MADE_ON)


@pytest.fixture(scope="module")
def pages(draft):
    with pdfplumber.open(io.BytesIO(draft)) as opened:
        yield opened.pages


def text_of(page) -> str:
    return " ".join((page.extract_text() or "").split())


def test_the_head_of_the_first_page_is_that_of_an_office(pages):
    first = text_of(pages[0])

    for words_of_head in (
        "UBND TỈNH NINH THUẬN",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "/BC-SLĐTBXH",
        "BÁO CÁO",
        "giai đoạn 2017–2020",
        "I. TÌNH HÌNH CHUNG",
    ):
        assert words_of_head in first


def test_every_letter_is_of_one_embedded_family(draft):
    with pikepdf.open(io.BytesIO(draft)) as document:
        embedded = [font for page in document.pages for font in page.Resources.get("/Font", {}).values()]
        names = {str(font.BaseFont).split("+")[1] for font in embedded}
        assert all("/FontFile2" in font.DescendantFonts[0].FontDescriptor for font in embedded)

    assert names
    assert all(name.startswith("Liberation-Serif") for name in names)


def test_the_file_is_tagged_titled_and_bookmarked(draft):
    with pikepdf.open(io.BytesIO(draft)) as document:
        assert document.Root.MarkInfo.Marked
        assert str(document.Root.Lang).startswith("vi")
        with document.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
        with document.open_outline() as outline:
            parts = [item.title for item in outline.root[0].children]

    assert [title.split(".")[0] for title in parts[:5]] == ["I", "II", "III", "IV", "V"]
    assert parts[-1].startswith("Phụ lục IV")


def test_a_draft_is_marked_on_every_page_and_an_issued_report_is_not(pages):
    assert all("DỰ THẢO" in text_of(page) for page in pages)

    issued = province_report(header=header(number="05", issued_on=MADE_ON, signer_name="Trần Thị Mai"))
    with pdfplumber.open(io.BytesIO(render.province(issued, MADE_ON))) as opened:
        texts = [text_of(page) for page in opened.pages]
    assert not any("DỰ THẢO" in text for text in texts)
    assert "Số: 05/BC-SLĐTBXH" in texts[0]
    assert "Ninh Thuận, ngày 05 tháng 02 năm 2021" in texts[0]
    assert any("Trần Thị Mai" in text for text in texts)


def test_wide_lists_lie_on_landscape_pages_with_their_heads_repeated(pages):
    wide = [page for page in pages if page.width > page.height]

    assert len(wide) > 1
    assert all("Chủ nhiệm" in text_of(page) or "Phụ lục II" in text_of(page) for page in wide)


def test_numbers_are_written_as_the_office_writes_them(pages):
    everything = " ".join(text_of(page) for page in pages)

    assert "27.364 người" in everything
    assert "512,5" in everything
    assert "136,7" in everything
    assert "Chưa có số liệu" in everything
    assert "None" not in everything
    assert "nan" not in everything.lower().split()


def test_no_words_overlap(pages):
    for page in pages:
        found = sorted(page.extract_words(), key=lambda word: (round(word["top"]), word["x0"]))
        for one, other in itertools.pairwise(found):
            same_line = abs(one["top"] - other["top"]) < 2
            beside = one["x0"] > other["x1"] - 1.5 or other["x0"] > one["x1"] - 1.5
            assert beside or not same_line, (
                page.page_number,
                one["text"],
                other["text"],
            )


def test_a_province_without_data_says_so_and_divides_nothing_by_zero():
    empty = province_report(
        scope=scope(clubs=0, late=()),
        tables=(),
        composition=(),
        fund_chart=(),
        unbalanced=(),
        clubs=(),
        context=(),
    )

    with pdfplumber.open(io.BytesIO(render.province(empty, MADE_ON))) as opened:
        everything = " ".join(text_of(page) for page in opened.pages)

    assert "Chưa có số liệu: không có câu lạc bộ nào của địa bàn trong kỳ báo cáo." in everything
    assert "Chưa có số liệu quỹ theo tháng." in everything
    assert "chưa có báo cáo nào của câu lạc bộ (CLB)." in everything


def test_the_same_report_gives_the_same_bytes(draft):
    assert render.province(province_report(), MADE_ON) == draft


def test_a_page_that_asks_for_the_network_is_refused():
    page = '<html lang="vi"><title>x</title><img alt="x" src="http://127.0.0.1:9/x.png"></html>'

    with pytest.raises(pdf.RenderProblem, match="disallowed protocol"):
        pdf.render(page, "", fonts.find())


def test_attainment_is_worded_as_offices_do():
    row = province_report().units[2]

    assert words.attainment(row.verdict) == "đạt 136,7% kế hoạch, vượt 36,7%"
    assert words.attainment(row.verdict, lang="en") == "136.7% of the plan, 36.7% above it"


def test_a_rate_next_to_the_whole_plan_is_neither_rounded_up_to_it_nor_down():
    """2.999 of 3.000 clubs are 99,97 %; 3.001 are 100,03 %."""
    short, over = (targets.judge(n, Decimal(3000)) for n in (2999, 3001))

    assert words.attainment(short) == "đạt 99,9% kế hoạch"
    assert words.attainment(over) == "đạt trên 100% kế hoạch"
    assert words.attainment(targets.judge(3000, Decimal(3000)), lang="en") == "100% of the plan"


@pytest.mark.parametrize(
    ("number", "noun", "vi", "en"),
    [
        (5, "club", "05 câu lạc bộ", "5 clubs"),
        (1, "club", "01 câu lạc bộ", "1 club"),
        (0, "visit", "0 lượt", "0 visits"),
        (1583, "member", "1.583 thành viên", "1,583 members"),
        (None, "person", "– người", "– persons"),
    ],
)
def test_a_count_is_padded_in_vietnamese_and_plural_in_english(number, noun, vi, en):
    assert (words.counted(number, noun), words.counted(number, noun, lang="en")) == (vi, en)


def test_a_period_and_a_paper_are_told_in_the_language_of_the_page():
    half = parse("2022-H1")

    assert words.capital(words.during(parse("2021-Q2"))) == "Quý II/2021"
    assert words.during(half) == "6 tháng đầu năm 2022"
    assert words.during(half, lang="en") == "in the first half of 2022"
    assert words.during(parse("2017..2020"), lang="en") == "in 2017–2020"
    assert words.during(parse("2021-02..2021-04"), lang="en") == "from February 2021 to April 2021"
    assert words.paper("Quyết định số 307/QĐ-UBND ngày 05/4/2017 của UBND tỉnh Lai Châu", lang="en") == (
        'Decision No. <span class="unbroken">307/QĐ-UBND</span> of 5 April 2017 '
        "of the People’s Committee of Lai Châu"
    )
    assert words.paper("Quyết định số 1 ngày 31/13/2020", lang="en").endswith("of 31/13/2020")
    assert words.paper("Đề án của tỉnh", lang="en") == '<span lang="vi">Đề án của tỉnh</span>'


def test_the_english_report_is_marked_as_a_translation_and_says_the_same_figures():
    page = render.html(province_report(), MADE_ON, "en")
    text = " ".join(re.sub("<[^>]*>", " ", page).split())

    assert '<html lang="en">' in page
    assert "UNOFFICIAL TRANSLATION" in text
    assert "27,364 persons" in text
    assert "SOCIALIST REPUBLIC OF VIET NAM" in text


def test_a_figure_short_of_a_mark_is_not_rounded_up_to_it():
    """Members aged 55 or above: 69,97 % of the 70 % asked for is 99,96 %, “gần đạt” and not “100,0”."""
    short = [Verdict("gan_dat", "amber", Decimal("99.96")), Verdict("chua_dat", "red", Decimal("79.95"))]

    assert [words.rate(verdict) for verdict in short] == ["99,9", "79,9"]
    assert [words.rate(Verdict("dat", "green", Decimal(n))) for n in (100, "136.66")] == ["100,0", "136,7"]
    assert words.rate(Verdict("khong_giao", "grey")) == "–"


def test_rounding_does_not_carry_a_share_over_its_goal():
    """Women 59,98 % of a band of 60–70 are below it; 60,0 beside “dưới khung” would look like a mistake."""
    row, band = tables()[0].row("B02"), Goal("range", Decimal(60), Decimal(70), "percent", "rule")

    shown = [
        words.actual(replace(row, goal=goal, actual=Value("B02", Decimal(value), "percent")))
        for value, goal in (("59.98", band), ("60.02", band), ("70.04", band), ("59.98", None))
    ]

    assert shown == ["59,98", "60,0", "70,04", "60,0"]


def test_no_change_has_no_sign():
    assert [words.change(Decimal(n), "percent", 1) for n in ("0.03", "-0.03", "0.3")] == [
        "0,0",
        "0,0",
        "+0,3",
    ]
    assert words.change(0, "club") == "0"


def test_clubs_of_a_quarter_are_not_said_to_reach_the_plan_of_the_year():
    """NT-14: 10 in 2021. Four in the third quarter, eight since January: the 80 % are of the eight."""
    plan = Goal("=", Decimal(10), None, "club", "target", period=parse("2021"))
    founded = replace(
        tables()[0].row("A01"),
        actual=Value("A01", 4, "club"),
        cumulative=8,
        goal=plan,
        verdict=Verdict("chua_den_han", "grey", Decimal(80)),
        note_vi="lũy kế năm 2021",
    )
    group = RowGroup("number", "Số lượng", "Numbers", (founded,))

    page = render.html(province_report(tables=(PhaseTable(phase(), parse("2021-Q3"), (group,)),)), MADE_ON)

    sentence = "toàn địa bàn thành lập mới 04 câu lạc bộ; lũy kế năm 2021 là 08 câu lạc bộ, đạt 80% kế hoạch."
    assert sentence in " ".join(page.split())


def test_a_figure_of_an_unfinished_year_is_not_dated_to_its_end():
    counted = Value("A03", 30, "club", cut_off=date(2021, 11, 22))
    rows = [replace(row, actual=counted) if row.code == "A03" else row for row in tables()[0].groups[0].rows]
    group = RowGroup("number", "Số lượng", "Numbers", tuple(rows))

    page = render.html(province_report(tables=(PhaseTable(phase(), parse("2021"), (group,)),)), MADE_ON)

    assert "Đến hết ngày 22 tháng 11 năm 2021 có 30 câu lạc bộ." in " ".join(page.split())


def test_a_closing_that_opening_and_added_do_not_make_up_is_explained():
    """Opening 560,5 and added 240,5 million, 7 written off and 0,1 corrected in a book: 793,9 at the end."""
    total = replace(
        fund_rows()[-1], opening=560_500_000, added=240_500_000, closing=793_900_000, written_off=7_000_000
    )
    even = replace(total, closing=801_000_000, written_off=0)

    told, silent = (
        " ".join(render.html(province_report(funds=(row,)), MADE_ON).split()) for row in (total, even)
    )

    assert "rút, giảm vốn (0,0) − xóa nợ (7,0) + điều chỉnh khác (−0,1), triệu đồng." in told
    assert "điều chỉnh khác" not in silent


def test_an_office_of_a_city_sends_its_report_to_the_people_s_committee_of_the_city():
    body = IssuingBody(
        date(2016, 1, 1), "UBND {province}", "Sở Y tế", "BC-SYT", "GIÁM ĐỐC", ("UBND {kind} (b/c)",)
    )

    assert body.of("Thành phố Hà Nội").recipients == ("UBND thành phố (b/c)",)
    assert body.of("Tỉnh Lai Châu").recipients == ("UBND tỉnh (b/c)",)


def test_the_number_of_a_document_is_not_broken_and_text_stays_escaped():
    marked = words.unbroken_numbers("Kế hoạch số 72/KH-UBND <ngày 08/01/2021>; số 1533/QĐ-TTg")

    assert '<span class="unbroken">72/KH-UBND</span>' in marked
    assert '<span class="unbroken">1533/QĐ-TTg</span>' in marked
    assert "&lt;ngày 08/01/2021&gt;" in marked


def test_no_cell_runs_over_its_border(pages):
    for page in pages:
        for table in page.find_tables():
            cells = [cell for cell in table.cells if cell]
            right = max(cell[2] for cell in cells)
            for word in page.crop(table.bbox).extract_words():
                assert word["x1"] <= right + 0.5, (page.page_number, word["text"])


def test_no_word_crosses_a_rule_between_two_cells(pages):
    for page in pages:
        rules = [
            line
            for line in [*page.lines, *page.rects]
            if abs(line["x1"] - line["x0"]) < 1 and line["height"] > 4
        ]
        for word in page.extract_words():
            crossed = [
                rule
                for rule in rules
                if word["x0"] + 0.5 < rule["x0"] < word["x1"] - 0.5
                and rule["top"] < (word["top"] + word["bottom"]) / 2 < rule["bottom"]
            ]
            assert not crossed, (page.page_number, word["text"])
