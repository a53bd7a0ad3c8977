"""What changed between two computations of a report: cell by cell, in the words of its tables."""

import dataclasses
from dataclasses import replace
from decimal import Decimal

import pytest

from reports import changes
from reports.changes import Change, compare
from reports.privacy import FEW, WITHHELD
from reports.province import ProvinceReport
from tests.builders_report import club_row, fund_rows, province_report, tables, unit_rows


def test_the_same_report_has_no_changes():
    assert compare(province_report(), province_report(), "vi") == ()


def test_a_cell_is_named_by_table_row_and_column_with_what_it_was_and_is():
    rows = unit_rows()
    later = province_report(units=(replace(rows[0], members=312, women=Decimal("65.44")), *rows[1:]))

    where = ("Bảng 2. Kết quả theo huyện, thành phố", "Thành phố Phan Rang - Tháp Chàm")
    assert compare(province_report(), later, "vi") == (
        Change(*where, "Thành viên (người)", "280", "312"),
        Change(*where, "Nữ (%)", "66,0", "65,4"),
    )
    share = compare(province_report(), later, "en")[1]
    assert (share.column, share.was, share.now) == ("Women (%)", "66.0", "65.4")


def test_what_rounding_of_a_share_hides_is_no_change_and_money_is_compared_to_the_dong():
    rows, funds = unit_rows(), fund_rows()
    rounded = province_report(units=(replace(rows[0], women=Decimal("66.01")), *rows[1:]))
    dearer = province_report(funds=(replace(funds[0], closing=130_000_001), *funds[1:]))

    assert compare(province_report(), rounded, "vi") == ()
    assert [(one.was, one.now) for one in compare(province_report(), dearer, "vi")] == [
        ("130.000.000", "130.000.001")
    ]


def test_a_figure_that_was_not_known_reads_as_missing_before():
    rows = fund_rows()
    later = province_report(funds=(*rows[:3], replace(rows[3], closing=24_500_000), rows[4]))

    (found,) = compare(province_report(), later, "vi")

    assert (found.row, found.column, found.was, found.now) == (
        "Huyện Ninh Hải",
        "Vốn cuối kỳ",
        "–",
        "24.500.000",
    )


def test_a_share_of_few_persons_is_compared_by_its_mark():
    rows = unit_rows()
    later = province_report(units=(replace(rows[0], older=FEW, women=WITHHELD), *rows[1:]))

    assert [(one.was, one.now) for one in compare(province_report(), later, "vi")] == [
        ("66,0", "*"),
        ("67,2", "<5"),
    ]


def test_a_row_that_comes_or_goes_is_one_change():
    clubs = province_report().clubs
    later = province_report(clubs=(*clubs[1:], club_row(31)))

    assert compare(province_report(), later, "vi") == (
        Change("Danh sách câu lạc bộ", "LTH-000001 CLB LTHTGN Khu phố 1", "cả dòng", "có", "không có"),
        Change("Danh sách câu lạc bộ", "LTH-000031 CLB LTHTGN Khu phố 31", "cả dòng", "không có", "có"),
    )


def test_targets_of_table_1_are_told_with_their_period():
    table = tables()[0]
    group = table.groups[1]
    row = replace(group.rows[0], actual=replace(group.rows[0].actual, value=Decimal("67.25")))
    changed = replace(
        table, groups=(table.groups[0], replace(group, rows=(row, group.rows[1])), table.groups[2])
    )

    found = compare(province_report(), province_report(tables=(changed,)), "vi")

    name = "Bảng 1. Kết quả thực hiện chỉ tiêu giai đoạn 2017–2020 (Giai đoạn 2016–2020)"
    assert found == (Change(name, "3. Tỷ lệ nữ", "Thực hiện kỳ", "66,0", "67,3"),)
    assert changes.by_table(found) == [(name, list(found))]


def test_every_part_of_a_report_is_compared_or_named_as_left_out():
    fields = {field.name for field in dataclasses.fields(ProvinceReport)}

    assert fields == changes.COMPARED | changes.NOT_COMPARED


@pytest.mark.parametrize("code", ["vi", "en"])
def test_no_two_cells_of_a_report_share_a_name(code):
    keys = [key for key, _ in changes.cells(province_report(), code)]

    assert len(keys) == len(set(keys))
