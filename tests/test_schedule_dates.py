"""When scheduled reports are due: by both calendars, in long and short months."""

from datetime import date

import pytest

from reports.period import parse
from server.services.schedule.dates import Rhythm, always_in_order, coming, latest, next_day, run, runs

QUARTERLY = Rhythm("quarter", "calendar", draft_day=11, cut_off_day=10)
YEARLY_BY_DECREE = Rhythm("year", "decree", draft_day=20, cut_off_day=17)


@pytest.mark.parametrize(
    ("number", "after", "found"),
    [
        (5, date(2021, 3, 31), date(2021, 4, 5)),
        (31, date(2021, 1, 31), date(2021, 2, 28)),
        (31, date(2024, 1, 31), date(2024, 2, 29)),
        (31, date(2021, 3, 31), date(2021, 4, 30)),
        (31, date(2021, 12, 31), date(2022, 1, 31)),
        (20, date(2021, 12, 14), date(2021, 12, 20)),
        (14, date(2021, 12, 14), date(2022, 1, 14)),
        (5, date(2021, 12, 14), date(2022, 1, 5)),
        (30, date(2022, 2, 14), date(2022, 2, 28)),
    ],
)
def test_a_day_is_the_first_of_its_number_after_the_period(number, after, found):
    assert next_day(number, after) == found


def test_a_quarter_is_cut_off_and_drafted_in_the_month_after_it():
    found = run(QUARTERLY, parse("2021-Q1"))

    assert (found.cut_off, found.due) == (date(2021, 4, 10), date(2021, 4, 11))


def test_a_year_by_the_decree_ends_in_december_and_is_drafted_in_it():
    found = runs(YEARLY_BY_DECREE, date(2021, 12, 1), date(2021, 12, 31))

    assert [(one.period.first, one.period.last) for one in found] == [
        (date(2020, 12, 15), date(2021, 12, 14))
    ]
    assert [(one.period.text, one.cut_off, one.due) for one in found] == [
        ("2021", date(2021, 12, 17), date(2021, 12, 20))
    ]


def test_a_month_by_the_decree_ends_on_the_14th():
    monthly = Rhythm("month", "decree", draft_day=20, cut_off_day=18)

    found = runs(monthly, date(2021, 3, 1), date(2021, 4, 20))

    assert [(one.period.text, one.due) for one in found] == [
        ("2021-03", date(2021, 3, 20)),
        ("2021-04", date(2021, 4, 20)),
    ]


def test_every_run_of_a_span_is_found_once_with_both_its_ends():
    found = runs(QUARTERLY, date(2020, 10, 11), date(2021, 4, 11))

    assert [one.period.text for one in found] == ["2020-Q3", "2020-Q4", "2021-Q1"]
    assert runs(QUARTERLY, date(2021, 4, 12), date(2021, 7, 10)) == []


def test_half_years_and_months_run_over_the_end_of_the_year():
    half = Rhythm("half", "calendar", draft_day=16, cut_off_day=15)
    month = Rhythm("month", "calendar", draft_day=6, cut_off_day=5)

    assert [one.period.text for one in runs(half, date(2021, 1, 1), date(2021, 12, 31))] == [
        "2020-H2",
        "2021-H1",
    ]
    assert [one.period.text for one in runs(month, date(2021, 1, 1), date(2021, 2, 28))] == [
        "2020-12",
        "2021-01",
    ]


def test_what_is_coming_can_still_be_sent_and_what_is_latest_is_over():
    assert coming(QUARTERLY, date(2021, 4, 10)).period.text == "2021-Q1"
    assert coming(QUARTERLY, date(2021, 4, 11)).period.text == "2021-Q2"
    assert coming(YEARLY_BY_DECREE, date(2021, 12, 18)).period.text == "2022"
    assert latest(QUARTERLY, date(2021, 3, 31)).period.text == "2020-Q4"
    assert latest(QUARTERLY, date(2021, 4, 1)).period.text == "2021-Q1"


@pytest.mark.parametrize(
    ("kind", "calendar", "cut_off_day", "draft_day", "is_fine"),
    [
        ("month", "calendar", 5, 6, True),
        ("month", "calendar", 5, 5, False),
        ("month", "calendar", 6, 5, False),
        ("month", "calendar", 28, 29, False),  # Both are 28/02 where February has no 29th.
        ("quarter", "calendar", 30, 31, False),  # Both are 30/04 after the first quarter.
        ("year", "calendar", 30, 31, True),  # January has both.
        ("year", "decree", 20, 5, True),  # 20/12, then 05/01.
        ("year", "decree", 5, 20, False),  # 05/01 comes after 20/12.
    ],
)
def test_drafts_come_after_the_cut_off_in_every_month_or_the_days_are_refused(
    kind, calendar, cut_off_day, draft_day, is_fine
):
    assert always_in_order(Rhythm(kind, calendar, draft_day, cut_off_day)) is is_fine
