"""The tables of the province report as an Excel workbook."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from reports import workbook
from reports.privacy import WITHHELD
from reports.province import UnitRow
from reports.province.activity_model import ClubFunds, FundMove
from tests.builders_report import (
    UNITS,
    club_row,
    fund_rows,
    header,
    province_report,
    scope,
    tables,
    target_row,
    unit_rows,
)
from tests.spreadsheet import Book, read

MADE_ON = date(2021, 2, 5)
WOMEN, BESIDE = 7, 12
"""Columns of table 2 from 0: the share of women, and the first of those beside the table."""


def written(code: str = "vi", **changes: object) -> Book:
    return read(workbook.province(province_report(**changes), MADE_ON, code))


def by_women(*pairs: tuple[int, int] | None) -> tuple[UnitRow, ...]:
    """Table 2 of units with so many women among so many members, None where that is withheld; the total comes last."""
    rows = [*unit_rows()[: len(pairs) - 1], unit_rows()[-1]]
    return tuple(
        replace(
            row,
            members=pair[1] if pair else 50,
            women=Decimal(pair[0]) * 100 / pair[1] if pair else WITHHELD,
            older=None,
            borrowed=None,
            made_of={"women": pair} if pair else {},
        )
        for row, pair in zip(rows, pairs, strict=True)
    )


def test_every_formula_comes_to_the_value_stored_beside_it():
    computed = written(units=by_women((30, 50), (10, 100), (40, 150))).computed()

    assert len(computed) > 15
    assert {place: pair for place, pair in computed.items() if pair[0] != pytest.approx(pair[1])} == {}


def test_totals_are_sums_of_the_rows_above():
    book = written()

    assert book.formula("Bảng 2", "Tổng cộng", 3) == "=SUM(D6:D9)"
    assert book.row("Bảng 2", "Tổng cộng")[2:4] == [20, 20]
    # 3 × 125 million; the fourth unit has told nothing.
    assert book.formula("Bảng 3", "Tổng cộng", 3) == "=SUM(D5:D8)"
    assert book.row("Bảng 3", "Tổng cộng")[3] == 375_000_000
    assert book.row("Bảng 3", UNITS[3].full_name)[2:5] == ["–", "–", "–"]


def test_a_total_that_is_no_sum_of_its_rows_stays_a_value_and_the_sheet_says_why():
    rows = unit_rows()
    book = written(units=(*rows[:-1], replace(rows[-1], plan=25)))

    assert book.formula("Bảng 2", "Tổng cộng", 2) == 25
    notes = [row[0] for row in book.rows("Bảng 2") if isinstance(row[0], str)]
    assert any("Ô của dòng tổng không có công thức" in note for note in notes)


def test_the_share_of_a_total_is_made_of_sums_and_is_no_mean_of_shares():
    book = written(units=by_women((30, 50), (10, 100), (40, 150)))

    assert book.formula("Bảng 2", "Tổng cộng", BESIDE) == "=SUM(M6:M7)"
    assert book.formula("Bảng 2", "Tổng cộng", WOMEN) == '=IF(N8=0,"–",M8/N8*100)'
    assert book.row("Bảng 2", "Tổng cộng")[WOMEN] == pytest.approx(26.6667, abs=1e-4)  # the mean would be 35
    assert book.sheet("Bảng 2").column_dimensions["M"].hidden


def test_what_a_masked_share_was_made_from_is_nowhere_and_its_total_is_a_value():
    book = written(units=by_women((30, 50), None, (33, 100)))

    masked, total = book.row("Bảng 2", UNITS[1].full_name), book.row("Bảng 2", "Tổng cộng")
    assert masked[WOMEN] == "*"
    assert (masked[BESIDE], masked[BESIDE + 1]) == (None, None)
    assert book.formula("Bảng 2", "Tổng cộng", WOMEN) == 33
    assert (total[BESIDE], total[BESIDE + 1]) == (None, None)


def test_numbers_are_numbers_and_days_are_days():
    book = written()

    club = book.row("Phụ lục I", "LTH-000001")
    assert club[6].date() == date(2017, 4, 5)
    assert club[9:12] == [56, 25_000_000, 12_500_000]
    cell = book.sheet("Phụ lục I")["G5"]
    assert cell.number_format == "dd/mm/yyyy"
    assert book.sheet("Phụ lục I")["K5"].number_format == "#,##0"
    income = next(row for row in book.rows("Bảng 1") if row[1] == "Tổng Quỹ tăng thu nhập")
    assert income[2:5] == ["triệu đồng", "–", 512.5]


def test_a_rate_short_of_a_mark_is_not_shown_as_if_it_had_reached_it():
    (found,) = tables()
    row = target_row("1", "A01", "Số CLB", "club", 2499, None, replace(unit_rows()[0].verdict))
    short = replace(row, verdict=replace(row.verdict, attainment=Decimal("99.96")))
    book = written(tables=(replace(found, groups=(replace(found.groups[0], rows=(short,)),)),))

    assert book.row("Bảng 1", "Số CLB")[6] == 99.96
    assert book.sheet("Bảng 1")["G6"].number_format == "#,##0.00"


def test_a_rise_has_its_sign_as_on_paper_and_a_figure_has_none():
    (found,) = tables()
    first, *others = found.groups
    risen = replace(first, rows=(replace(first.rows[0], previous=15, change=5), *first.rows[1:]))
    sheet = written(tables=(replace(found, groups=(risen, *others)),)).sheet("Bảng 1")
    head = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "So cùng kỳ")
    changes = [
        cell
        for (cell,) in sheet.iter_rows(min_row=head.row + 1, min_col=head.column, max_col=head.column)
        if isinstance(cell.value, int | float)
    ]

    assert changes
    assert {cell.number_format.split(";")[0][0] for cell in changes} == {"+"}
    assert all(cell.number_format.split(";")[1].startswith("-") for cell in changes)
    assert not sheet.cell(changes[0].row, head.column - 1).number_format.startswith("+")


@pytest.mark.parametrize("name", ["=1+1", "+84", "-5", "@SUM(A1)", "<b>&amp; “CLB” 🎉"])
def test_free_text_is_text_whatever_it_begins_with(name):
    book = written(clubs=(replace(club_row(1), name=name, chair=name),))

    row = next(row for row in book.sheet("Phụ lục I").iter_rows(min_row=5) if row[1].value == "LTH-000001")
    assert [(row[at].value, row[at].data_type) for at in (2, 8)] == [(name, "s"), (name, "s")]


def test_both_funds_of_the_clubs_add_up():
    clubs = (
        ClubFunds(1, "LTH-000001", "A", FundMove(10, 5, 1, 14, 0), FundMove(None, None, None, None, None)),
        ClubFunds(2, "LTH-000002", "B", FundMove(20, 0, 0, 20, -2), FundMove(7, 3, 4, 6, None)),
        ClubFunds(0, "", "", FundMove(30, 5, 1, 34, -2), FundMove(7, 3, 4, 6, None)),
    )
    book = written(club_funds=clubs)

    total = book.rows("Phụ lục II")[4]
    assert total[2:] == ["Tổng cộng", 30, 5, 1, 34, -2, 7, 3, 4, 6, "–"]
    assert book.sheet("Phụ lục II")["D8"].value == "=SUM(D6:D7)"
    assert book.sheet("Phụ lục II")["D4"].value == "Quỹ tăng thu nhập (tiền và dư nợ)"


def test_heads_stay_in_sight_and_stand_on_every_printed_page():
    book = written()

    wide, upright = book.sheet("Bảng 2"), book.sheet("Biểu đồ 3a")
    assert (wide.freeze_panes, wide.print_title_rows) == ("C6", "$4:$5")
    assert (wide.page_setup.orientation, wide.page_setup.paperSize) == ("landscape", 9)
    assert upright.page_setup.orientation != "landscape"
    assert wide.print_area == "'Bảng 2'!$A$1:$L$14"


def test_the_first_sheet_says_what_it_is_and_how_it_reads():
    book = written()

    about = {row[0].value: row[1].value for row in book.sheet("Thông tin").iter_rows()}
    assert about["Số, ký hiệu"] == "DỰ THẢO"
    assert about["Kỳ báo cáo"] == "Giai đoạn 2017–2020"
    assert about["Ngày chốt số liệu"].date() == date(2021, 1, 10)
    assert about["Bảng 2"] == "Bảng 2. Kết quả theo huyện, thành phố"
    assert any(str(text).startswith("Dấu “–” là chưa có số liệu") for text in about)
    assert "DỰ THẢO" in book.sheet("Bảng 2").oddHeader.right.text


def test_an_issued_report_carries_its_number_and_no_mark():
    book = written(header=header(number="5", issued_on=date(2021, 2, 5)))

    about = {row[0].value: row[1].value for row in book.sheet("Thông tin").iter_rows()}
    assert about["Số, ký hiệu"] == "05/BC-SLĐTBXH"
    assert not book.sheet("Bảng 2").oddHeader.right.text


def test_both_languages_hold_the_same_numbers():
    vietnamese, english = (
        [
            cell
            for sheet in written(code).values
            for row in sheet.iter_rows(values_only=True)
            for cell in row
            if isinstance(cell, int | float)
        ]
        for code in ("vi", "en")
    )

    assert vietnamese == english
    assert written("en").rows("Table 2")[0][:3] == ["No.", "Area", "Plan (clubs)"]


def test_a_report_without_any_club_has_its_sheets_and_says_so():
    book = written(
        scope=scope(clubs=0, late=()), units=(replace(unit_rows()[-1], women=None),), clubs=(), tables=()
    )

    assert book.rows("Phụ lục I")[1][0] == "Chưa có số liệu."
    assert book.row("Bảng 2", "Tổng cộng")[6] == "–"


def test_the_same_report_gives_the_same_bytes():
    made = province_report(funds=fund_rows())

    assert workbook.province(made, MADE_ON) == workbook.province(made, MADE_ON)
