"""Periods: how they are written, what they are called, which days and months they have."""

from datetime import date

import pytest

from reports.period import Period, PeriodError, add_months, end_of_month, parse


@pytest.mark.parametrize(
    ("text", "first", "last", "name_vi", "name_en"),
    [
        ("2017..2020", date(2017, 1, 1), date(2020, 12, 31), "giai đoạn 2017–2020", "2017–2020"),
        ("2021", date(2021, 1, 1), date(2021, 12, 31), "năm 2021", "2021"),
        ("2021-H1", date(2021, 1, 1), date(2021, 6, 30), "6 tháng đầu năm 2021", "first half of 2021"),
        ("2021-h2", date(2021, 7, 1), date(2021, 12, 31), "6 tháng cuối năm 2021", "second half of 2021"),
        ("2021-Q3", date(2021, 7, 1), date(2021, 9, 30), "quý III/2021", "quarter III of 2021"),
        ("2021-05", date(2021, 5, 1), date(2021, 5, 31), "tháng 5/2021", "May 2021"),
        ("2020-02", date(2020, 2, 1), date(2020, 2, 29), "tháng 2/2020", "February 2020"),
        (" 2021 ", date(2021, 1, 1), date(2021, 12, 31), "năm 2021", "2021"),
        (
            "2021-03..2021-05",
            date(2021, 3, 1),
            date(2021, 5, 31),
            "từ tháng 3/2021 đến tháng 5/2021",
            "March 2021 to May 2021",
        ),
        ("2021..2021", date(2021, 1, 1), date(2021, 12, 31), "năm 2021", "2021"),
    ],
)
def test_a_period_is_read_and_called_as_an_office_writes_it(text, first, last, name_vi, name_en):
    period = parse(text)

    assert (period.first, period.last) == (first, last)
    assert (period.name_vi, period.name_en) == (name_vi, name_en)


@pytest.mark.parametrize("text", ["2017..2020", "2021", "2021-H2", "2021-Q4", "2021-05", "2020-11..2021-02"])
def test_the_text_of_a_period_reads_back_to_it(text):
    assert parse(text).text == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "21",
        "2021-H3",
        "2021-Q0",
        "2021-13",
        "2020..2017",
        "2021-5",
        "năm 2021",
        "1899",
        "2021..",
        "2021-Q3x",
    ],
)
def test_anything_else_is_refused_with_what_was_found_and_what_is_understood(text):
    with pytest.raises(PeriodError) as refused:
        parse(text)

    assert f"“{text}”" in refused.value.message_vi
    assert "2021-H1" in refused.value.message_vi
    assert "2021-H1" in refused.value.message_en


def test_a_period_is_made_of_whole_months():
    with pytest.raises(ValueError, match="whole months"):
        Period(date(2021, 1, 2), date(2021, 1, 31))
    with pytest.raises(ValueError, match="whole months"):
        Period(date(2021, 1, 1), date(2021, 1, 30))


def test_months_run_over_the_turn_of_the_year():
    assert parse("2020-11..2021-02").months == (
        date(2020, 11, 1),
        date(2020, 12, 1),
        date(2021, 1, 1),
        date(2021, 2, 1),
    )
    assert len(parse("2017..2020").months) == 48


def test_the_same_months_of_the_year_before():
    assert parse("2021-Q3").previous() == parse("2020-Q3")
    assert parse("2021-02").previous() == parse("2020-02")
    assert parse("2020-02").previous() == parse("2019-02")
    assert parse("2021").previous() == parse("2020")
    assert parse("2017..2020").previous() is None


def test_a_period_is_cut_to_whole_months():
    assert parse("2017..2022").cut(date(2021, 1, 1), date(2025, 12, 31)) == parse("2021..2022")
    assert parse("2021").cut(date(2022, 1, 1), date(2025, 12, 31)) is None


def test_an_unknown_day_is_in_no_period():
    assert parse("2021").holds(date(2021, 12, 31))
    assert not parse("2021").holds(date(2022, 1, 1))
    assert not parse("2021").holds(None)


def test_months_are_counted_across_years():
    assert add_months(date(2021, 1, 31), -1) == date(2020, 12, 1)
    assert add_months(date(2021, 11, 5), 14) == date(2023, 1, 1)
    assert end_of_month(date(2024, 2, 10)) == date(2024, 2, 29)
