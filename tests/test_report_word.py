"""The province report as a Word document, read back with python-docx."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import segno
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn

from reports import language, render, word, workbook
from reports.fonts import FontProblem
from reports.province.activity_model import AbsentClub
from reports.word import style, template
from tests.builders_report import club_row, fund_rows, header, province_report
from tests.spreadsheet import read

MADE_ON = date(2021, 2, 5)
ODD = "<b>&amp; “CLB” {{ title }} 🎉 Hoà Bi\u0300nh"
MM = 36000
ALL_PARTS = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"]


def opened(code: str = "vi", **changes: object) -> Any:
    return Document(io.BytesIO(word.province(province_report(**changes), MADE_ON, code=code)))


@pytest.fixture(scope="module")
def draft() -> Any:
    """The report made by hand, without a number yet."""
    return opened(clubs=(club_row(1), replace(club_row(2), name=ODD)))


def cells(table: Any) -> list[list[str]]:
    return [[" ".join(cell.text.split()) for cell in row.cells] for row in table.rows]


def table_below(document: Any, caption: str) -> Any:
    """The table behind a caption that begins so."""
    tables = {table._tbl: table for table in document.tables}
    (found,) = (one for one in document.paragraphs if one.text.startswith(caption))
    return tables[found._p.getnext()]


def all_paragraphs(document: Any) -> Iterator[Any]:
    yield from document.paragraphs
    for table in document.tables:
        for cell in table._cells:
            yield from cell.paragraphs


def test_pages_have_the_paper_and_margins_of_the_decree(draft):
    first, *annexes = draft.sections

    assert (first.page_width // MM, first.page_height // MM) == (210, 297)
    for section in draft.sections:
        margins = (section.top_margin, section.right_margin, section.bottom_margin, section.left_margin)
        assert [round(margin / MM) for margin in margins] == [20, 15, 20, 30]
    upright, across = WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE
    assert [section.orientation for section in annexes] == [across, across, upright]
    missing = AbsentClub(1, "LTH-000001", "CLB", "xã", 12, (date(2020, 5, 1),))
    _first, *all_four = opened(absent=(missing,)).sections
    assert [section.orientation for section in all_four] == [across, across, upright, upright]


def test_pages_are_numbered_at_the_head_but_the_first_of_each_part(draft):
    for section in draft.sections:
        assert section.different_first_page_header_footer
        assert "PAGE" in section.header._element.xml
        assert "PAGE" not in section.first_page_header._element.xml
        assert section._sectPr.find(qn("w:pgNumType")).get(qn("w:start")) == "1"


def test_headings_are_words_own_and_stand_in_order(draft):
    parts = [one.text for one in draft.paragraphs if one.style.name == "Heading 1"]
    annexes = [one.text.split("\n")[0] for one in draft.paragraphs if one.style.name == style.ANNEX]

    assert [part.split(".")[0] for part in parts] == ALL_PARTS
    assert annexes == ["Phụ lục I", "Phụ lục II", "Phụ lục III", "Phụ lục IV"]
    assert "3. Phạm vi số liệu" in [one.text for one in draft.paragraphs if one.style.name == "Heading 2"]
    for name in ("Heading 1", "Heading 2", "Caption", style.ANNEX):
        assert draft.styles[name].paragraph_format.keep_with_next


def test_every_letter_is_in_times_new_roman(draft):
    for one in draft.styles:
        fonts = one.element.rPr.rFonts if one.name in style.BUILT_IN | style.OWN else None
        if fonts is not None:
            assert {fonts.get(name) for name in fonts.attrib} == {"Times New Roman"}, one.name
    used = {one.style.name for one in all_paragraphs(draft)}
    assert used <= {*style.BUILT_IN, *style.OWN, style.ANNEX}
    assert "w:rFonts" not in draft.element.xml
    assert (draft.styles["Body Text"].font.size.pt, draft.styles[style.NATION].font.size.pt) == (14, 12)


def test_head_and_foot_stand_as_in_an_official_document(draft):
    head = cells(draft.tables[0])

    assert head[0][0] == "UBND TỈNH NINH THUẬN SỞ LAO ĐỘNG - THƯƠNG BINH VÀ XÃ HỘI"
    assert head[0][1] == "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập - Tự do - Hạnh phúc"
    assert head[1][0] == "Số: /BC-SLĐTBXH DỰ THẢO"
    assert head[1][1].startswith("Ninh Thuận, ngày")
    foot = next(cells(one) for one in draft.tables if "Nơi nhận:" in one.cell(0, 0).text)
    assert foot[0][0] == "Nơi nhận: - UBND tỉnh (b/c); - Hội NCT Việt Nam (b/c); - Lưu: VT, BTXH."
    assert foot[0][1] == "GIÁM ĐỐC"


def test_a_draft_is_marked_at_the_head_of_every_page_until_it_is_issued(draft):
    issued = opened(header=header(number="5", issued_on=date(2021, 2, 5), signer_name="Nguyễn Văn An"))

    for section in draft.sections:
        assert "DỰ THẢO" in section.header.paragraphs[0].text
        assert "DỰ THẢO" in section.first_page_header.paragraphs[0].text
    assert "DỰ THẢO" not in issued.element.xml + issued.sections[0].header._element.xml
    assert cells(issued.tables[0])[1] == ["Số: 05/BC-SLĐTBXH", "Ninh Thuận, ngày 05 tháng 02 năm 2021"]
    assert any(one.text == "Nguyễn Văn An" for one in all_paragraphs(issued))


def test_its_tables_say_what_the_workbook_holds(draft):
    printed = cells(table_below(draft, "Bảng 3."))
    held = read(workbook.province(province_report(), MADE_ON)).rows("Bảng 3")

    rows = [row for row in held[1:] if row[1] is not None]
    assert len(rows) == len(fund_rows()) == len(printed) - 1
    for row, line in zip(rows, printed[1:], strict=True):
        assert line[1] == row[1]
        assert line[2:] == [one if one == "–" else language.million(one) for one in row[2:10]]


def test_its_tables_are_those_of_the_print_cell_by_cell(draft):
    made = province_report(clubs=(club_row(1), replace(club_row(2), name=ODD)))
    html = render.html(made, MADE_ON)

    printed = len(re.findall("<table", html))
    letterhead_and_closing = 2
    assert len(draft.tables) == printed + letterhead_and_closing
    clubs = next(cells(one) for one in draft.tables if one.cell(0, 1).text == "Mã")
    assert clubs[1][1:3] == ["LTH-000001", "CLB LTHTGN Khu phố 1"]
    assert clubs[2][2] == ODD


def test_rows_are_not_torn_and_heads_stand_on_every_page(draft):
    for table in draft.tables[1:]:
        for row in table.rows:
            assert row._tr.trPr.find(qn("w:cantSplit")) is not None
    wide = next(one for one in draft.tables if one.cell(0, 1).text == "Mã")
    assert wide.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert wide.rows[1]._tr.trPr.find(qn("w:tblHeader")) is None


def test_the_note_below_a_table_takes_its_last_row_along(draft):
    """Else a note stands alone on the page behind the table."""
    (note,) = (one for one in draft.paragraphs if one.text.startswith("NCT: người cao tuổi theo ngưỡng"))
    table = table_below(draft, "Bảng 2")
    gap = table._tbl.getnext()
    assert gap.getnext() is note._p
    last = [paragraph for cell in table.rows[-1].cells for paragraph in cell.paragraphs]

    assert all(paragraph.paragraph_format.keep_with_next for paragraph in last)
    without = draft.tables[-1]
    assert not any(p.paragraph_format.keep_with_next for p in without.rows[-1].cells[0].paragraphs)


def test_charts_are_pictures_that_are_told_in_words(draft):
    told = [shape._inline.docPr.get("descr") for shape in draft.inline_shapes]

    assert any(one.startswith("Biểu đồ cột: số câu lạc bộ kế hoạch và thực hiện") for one in told)
    assert all(told)
    parts = draft.part.package.parts
    pictures = [one for one in parts if one.partname.startswith("/word/media/")]
    assert pictures
    assert all(one.content_type == "image/png" for one in pictures)


@pytest.mark.parametrize("maker", ["png_data_uri", "svg_data_uri"])
def test_a_code_for_checking_stands_under_the_recipients(maker):
    code = segno.make("https://clb.example/b/1")
    qr = getattr(code, maker)(scale=4)
    issued = opened(
        header=header(number="5", issued_on=date(2021, 2, 5), qr=qr, verify_url="clb.example/b/1")
    )

    foot = next(one for one in issued.tables if "Nơi nhận:" in one.cell(0, 0).text)
    assert "clb.example/b/1" in foot.cell(0, 0).text
    (picture,) = foot._tbl.iter(qn("wp:docPr"))
    assert picture.get("descr") == "Mã QR dẫn đến trang kiểm tra văn bản"


def test_the_translation_has_the_same_shape(draft):
    english = opened("en", clubs=(club_row(1), replace(club_row(2), name=ODD)))

    assert [one.style.name for one in english.paragraphs if one.style.name.startswith("Heading")] == [
        one.style.name for one in draft.paragraphs if one.style.name.startswith("Heading")
    ]
    assert len(english.tables) == len(draft.tables)
    assert "UNOFFICIAL TRANSLATION" in "".join(one.text for one in english.paragraphs)
    assert english.core_properties.language == "en-GB"
    assert draft.core_properties.language == "vi-VN"


def test_the_template_is_what_its_script_makes(tmp_path):
    template.write(tmp_path / "made.docx")

    with zipfile.ZipFile(tmp_path / "made.docx") as made, zipfile.ZipFile(template.FILE) as kept:
        assert made.namelist() == kept.namelist()
        assert [name for name in kept.namelist() if made.read(name) != kept.read(name)] == []


def test_without_the_font_that_draws_the_charts_it_says_what_is_missing(tmp_path):
    with pytest.raises(FontProblem, match="Liberation Serif"):
        word.province(province_report(), MADE_ON, str(tmp_path))


ORDER = {
    "tblPr": "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing "
    "tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription",
    "tcPr": "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark",
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs "
    "suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd "
    "snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment "
    "textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange",
    "rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid "
    "vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em "
    "lang eastAsianLayout specVanish oMath",
    "sectPr": "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType "
    "pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid printerSettings",
}
"""Children of properties in the order that Word demands. Source: ISO/IEC 29500-1, annex A.1."""


def test_properties_stand_in_the_order_that_word_demands(draft):
    for root in (draft.element, draft.styles.element):
        for name, order in ORDER.items():
            for properties in root.iter(qn(f"w:{name}")):
                found = [order.split().index(child.tag.rpartition("}")[2]) for child in properties]
                assert found == sorted(found), [child.tag for child in properties]
                assert name == "sectPr" or len(found) == len(set(found))


def test_the_mark_of_an_issued_report_stands_at_the_head_of_its_pages():
    replaced = opened(header=header(number="5", issued_on=date(2021, 2, 5), mark="ĐÃ ĐƯỢC THAY THẾ"))

    assert "ĐÃ ĐƯỢC THAY THẾ" in replaced.sections[-1].header.paragraphs[0].text
    assert [one.style.name for one in replaced.paragraphs if one.text == "ĐÃ ĐƯỢC THAY THẾ"] == [style.DRAFT]
