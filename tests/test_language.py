"""How figures, dates and names are written: the programme's formats, section vi-VN."""

from datetime import date
from decimal import Decimal

import pytest

from reports import language


@pytest.mark.parametrize(
    ("value", "decimals", "written"),
    [
        (1234567, 0, "1.234.567"),
        (Decimal("12.5"), 1, "12,5"),
        (Decimal("-3.25"), 1, "−3,3"),
        (Decimal("-0.01"), 1, "0,0"),
        (None, 1, "–"),
        (0, 0, "0"),
    ],
)
def test_numbers_are_grouped_by_points_and_missing_is_a_dash(value, decimals, written):
    assert language.number(value, decimals) == written


def test_percent_has_no_space_and_a_whole_one_no_decimals():
    assert language.percent(Decimal("136.666")) == "136,7%"
    assert language.percent(Decimal("100.0")) == "100%"
    assert language.percent(None) == "–"
    assert language.percent(Decimal("12.5"), language="en") == "12.5%"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (2_050_000_000, "2,05 tỷ đồng"),
        (25_000_000, "25 triệu đồng"),
        (22_500_000, "22,5 triệu đồng"),
        (950_000, "950.000 đồng"),
        (100_000_000, "100 triệu đồng"),
        (None, "–"),
    ],
)
def test_money_in_a_sentence(value, written):
    assert language.money(value) == written


def test_small_counts_are_padded_in_vietnamese_prose_only():
    assert [language.padded(value) for value in (0, 5, 10, 1200)] == ["0", "05", "10", "1.200"]
    assert language.padded(5, language="en") == "5"


def test_the_date_line_pads_days_below_ten_and_months_one_and_two():
    assert language.date_long(date(2021, 2, 5)) == "ngày 05 tháng 02 năm 2021"
    assert language.date_long(date(2021, 4, 15)) == "ngày 15 tháng 4 năm 2021"
    assert language.date_short(date(2021, 4, 5)) == "05/04/2021"
    assert language.date_long(None) == "–"


def test_a_date_within_a_sentence_pads_as_the_date_line_does_and_names_the_month_in_english():
    assert language.date_in_text(date(2017, 7, 31)) == "31/7/2017"
    assert language.date_in_text(date(2021, 1, 8)) == "08/01/2021"
    assert language.date_in_text(date(2017, 4, 5), language="en") == "5 April 2017"
    assert language.date_in_text(None) == "–"


def test_names_are_sorted_by_given_name_then_family_name_in_the_vietnamese_alphabet():
    names = ["Trần Thị Ưu", "Nguyễn Văn An", "Lê Đức Ân", "Đỗ Thị Ánh", "Bùi Văn An", "Phạm Dung", "Vũ Đăng"]
    assert sorted(names, key=language.name_key) == [
        "Bùi Văn An",
        "Nguyễn Văn An",
        "Đỗ Thị Ánh",
        "Lê Đức Ân",
        "Phạm Dung",
        "Vũ Đăng",
        "Trần Thị Ưu",
    ]


def test_tones_come_in_the_order_of_the_dictionary():
    assert sorted(["mạ", "má", "mã", "mả", "mà", "ma"], key=language.text_key) == [
        "ma",
        "mà",
        "mả",
        "mã",
        "má",
        "mạ",
    ]


def test_roman_numerals_of_parts_and_annexes():
    assert [language.roman(value) for value in (1, 4, 9, 14)] == ["I", "IV", "IX", "XIV"]
