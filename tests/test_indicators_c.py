"""Group C: funds and loans worked out by hand, in VND."""

from datetime import date

import pytest

from reports.facts import Repayment
from reports.indicators import c
from reports.indicators import club as one
from reports.standards import MissingRule
from tests.builders_facts import club, context, dataset, income, loan, meeting, member, operating, phase, stay

MILLION = 1_000_000


def test_the_fund_is_that_of_the_last_book_and_before_any_book_that_of_the_founding():
    clubs = [
        club("book", fund_income_initial=20 * MILLION),
        club("founded", fund_income_initial=25 * MILLION),
        club("untold"),
    ]
    reports = [
        meeting("2020-05", "book", income=income(close_cash=4 * MILLION, close_loans=18 * MILLION)),
        meeting("2020-06", "book", income=income(close_cash=None)),
        meeting("2021-01", "book", income=income(close_cash=99 * MILLION)),
    ]

    total = c.c06(context(dataset(clubs, meetings=reports), "2020"))

    assert (total.value, total.missing) == (47 * MILLION, 1)
    assert (total.parts["outstanding"].value, total.parts["outstanding"].missing) == (18 * MILLION, 2)


def test_what_moved_is_summed_over_the_months_of_the_period():
    reports = [
        meeting("2019-12", income=income(disbursed=9 * MILLION)),
        meeting("2020-01", income=income(disbursed=3 * MILLION, principal=1 * MILLION, interest=50_000)),
        meeting("2020-12", income=income(disbursed=2 * MILLION, principal=2 * MILLION, interest=70_000)),
    ]

    parts = c.c06(context(dataset([club()], meetings=reports), "2020")).parts

    assert parts["disbursed"].value == 5 * MILLION
    assert parts["principal"].value == 3 * MILLION
    assert parts["interest"].value == 120_000


def test_clubs_with_an_income_fund_and_with_an_operating_fund():
    clubs = [
        club(
            "both",
            fund_income_initial=20 * MILLION,
            fund_operating_initial=0,
            books=frozenset({"operating_fund"}),
        ),
        club("none", fund_income_initial=0, fund_operating_initial=0),
        club("minus"),
        club("untold"),
    ]
    reports = [meeting("2020-12", "minus", operating=operating(closing=-1))]
    ctx = context(dataset(clubs, meetings=reports), "2020")

    income_fund, operating_fund = c.c01(ctx), c.c02(ctx)

    assert (income_fund.numerator, income_fund.denominator, income_fund.missing) == (2, 3, 1)
    assert (operating_fund.numerator, operating_fund.denominator, operating_fund.missing) == (1, 3, 1)


def test_the_first_fund_is_measured_on_clubs_founded_in_the_phase():
    """LC-25 asks each club of 2017–2020 for 25 million, NT-21 those of P2 for 20 million."""
    clubs = [
        club("25", fund_income_initial=25 * MILLION),
        club("24.5", fund_income_initial=24_500_000),
        club("untold"),
        club("other_phase", phase="p2", fund_income_initial=50 * MILLION),
    ]
    ctx = context(dataset(clubs), "2020", phase=phase(fund_initial_min=(25 * MILLION, None)))

    share = c.c03(ctx)

    assert (share.numerator, share.denominator, share.missing) == (1, 2, 1)
    assert c.initial_at_least(ctx, "C03", 20 * MILLION).value == 100


def test_a_good_fund_is_measured_today_and_at_the_founding():
    """NT-22: half of the clubs with 30 million or more."""
    clubs = [club("grown", fund_income_initial=20 * MILLION), club("same", fund_income_initial=30 * MILLION)]
    reports = [meeting("2020-12", "grown", income=income(close_cash=12 * MILLION, close_loans=18 * MILLION))]

    share = c.c04(context(dataset(clubs, meetings=reports), "2020"))

    assert share.value == 100
    assert share.parts["initial"].value == 50


def test_without_a_threshold_nothing_is_invented():
    empty = phase()
    del empty.rules["fund_initial_min"]

    with pytest.raises(MissingRule, match="fund_initial_min"):
        c.c03(context(dataset([club()]), phase=empty))


def test_a_member_who_borrowed_counts_once_and_one_who_left_not_at_all():
    people = [member(n) for n in "abcd"] + [member("gone", spells=stay("2019-01-15", "2020-06-01"))]
    loans = [
        loan("1", "a", "2020-02-01", "2020-12-01"),
        loan("2", "a", "2020-08-01", "2021-08-01"),
        loan("3", "b", "2019-03-01", "2020-03-01"),
        loan("4", "gone", "2020-02-01", "2020-12-01"),
        loan("5", None, "2020-02-01", "2020-12-01"),
    ]
    data = dataset([club(), club("silent")], members=people, loans=loans, meetings=[meeting("2020-12")])

    share = c.c05(context(data, "2020"))

    assert (share.numerator, share.denominator, share.missing) == (1, 4, 1)
    assert share.parts["phase"].value == 50
    assert (share.parts["clubs"].numerator, share.parts["clubs"].denominator) == (1, 1)


def test_the_use_of_capital_is_summed_before_it_is_divided():
    """15 of 20 and 3 of 30 million are 18 of 50: 36 %."""
    reports = [
        meeting("2020-12", "1"),
        meeting("2020-12", "2", income=income(close_cash=27 * MILLION, close_loans=3 * MILLION)),
    ]

    share = c.c07(context(dataset([club("1"), club("2"), club("silent")], meetings=reports), "2020"))

    assert (share.value, share.missing) == (36, 1)


def test_principal_is_on_time_if_paid_by_the_day_it_was_due():
    loans = [
        loan(
            "paid",
            "a",
            "2019-06-01",
            "2020-06-01",
            paid=[("2020-05-01", 2 * MILLION), ("2020-06-01", 3 * MILLION)],
        ),
        loan(
            "late",
            "b",
            "2019-06-01",
            "2020-06-01",
            paid=[("2020-05-01", 1 * MILLION), ("2020-06-02", 4 * MILLION)],
        ),
        loan("due_later", "c", "2020-06-01", "2021-06-01"),
        loan("no_date", "d", "2020-06-01", None),
    ]

    share = c.c08(context(dataset([club()], meetings=[meeting("2020-12")], loans=loans), "2020"))

    assert (share.numerator, share.denominator) == (6 * MILLION, 10 * MILLION)


def test_of_a_club_that_fell_silent_nobody_knows_what_was_paid_on_time():
    """5 of 5 million in the club that reports; the other one sent nothing in the year and says nothing of its loan."""
    loans = [
        loan("told", "a", "2019-06-01", "2020-06-01", paid=[("2020-05-01", 5 * MILLION)]),
        loan("untold", "b", "2019-06-01", "2020-06-01", club="silent"),
    ]
    told = [meeting("2020-12"), meeting("2019-12", "silent")]

    share = c.c08(context(dataset([club(), club("silent")], meetings=told, loans=loans), "2020"))

    assert (share.numerator, share.denominator, share.missing) == (5 * MILLION, 5 * MILLION, 1)


def test_a_new_date_counts_for_punctuality_only_if_agreed_before_the_old_one_had_passed():
    in_time = loan("1", "a", "2019-06-01", "2020-06-01")
    agreed = [
        Repayment(date(2020, 5, 15), 0, 0, date(2020, 9, 1)),
        Repayment(date(2020, 9, 1), 5 * MILLION, 0),
    ]
    too_late = [
        Repayment(date(2020, 7, 15), 0, 0, date(2020, 9, 1)),
        Repayment(date(2020, 9, 1), 5 * MILLION, 0),
    ]

    def share(repayments):
        moved = in_time.__class__(
            "1", "k", "a", 5 * MILLION, in_time.disbursed_on, in_time.due_date, tuple(repayments)
        )
        return c.c08(context(dataset([club()], meetings=[meeting("2020-12")], loans=[moved]), "2020")).value

    assert share(agreed) == 100
    assert share(too_late) == 0


def test_overdue_is_what_is_open_after_its_day_over_what_is_outstanding():
    loans = [
        loan("30_days", "a", "2019-12-01", "2020-12-01", paid=[("2020-11-01", 2 * MILLION)]),
        loan("half_a_year", "b", "2019-06-01", "2020-06-01"),
        loan("not_due", "c", "2020-06-01", "2020-12-31"),
        loan("repaid", "d", "2019-06-01", "2020-06-01", paid=[("2020-07-01", 5 * MILLION)]),
    ]
    reports = [meeting("2020-12", income=income(close_loans=13 * MILLION, close_cash=0))]

    share = c.c09(context(dataset([club()], loans=loans, meetings=reports), "2020"))

    assert (share.numerator, share.denominator) == (8 * MILLION, 13 * MILLION)
    assert {name: part.value for name, part in share.parts.items()} == {
        "loans": 2,
        "amount": 8 * MILLION,
        "amount_90": 5 * MILLION,
    }


def test_nobody_knows_how_many_loans_are_overdue_where_no_club_tells():
    nothing = c.c09(context(dataset([club()]), "2020"))

    assert {name: part.value for name, part in nothing.parts.items()} == {
        "loans": None,
        "amount": None,
        "amount_90": None,
    }


def test_a_loan_not_yet_due_that_is_written_off_leaves_what_is_overdue_as_it_is():
    """By hand: 5 + 4 + 3 = 12 million lent; 1 of the third repaid; the second, due in 2021, is cancelled."""
    loans = [
        loan("late", "a", "2019-01-15", "2019-06-01", 5 * MILLION),
        loan("not_due", "b", "2020-06-01", "2021-06-01", 4 * MILLION, written_off="2020-11-15"),
        loan("just_late", "c", "2019-12-01", "2020-12-01", 3 * MILLION, [("2020-06-01", MILLION)]),
    ]
    books = income(written_off=4 * MILLION, close_loans=7 * MILLION, close_cash=0)
    data = dataset([club()], loans=loans, meetings=[meeting("2020-11", income=books)])

    share = c.c09(context(data, "2020"))

    lent = [sum(one.outstanding(day) for one in loans) for day in (date(2020, 11, 14), date(2020, 11, 15))]
    assert lent == [11 * MILLION, 7 * MILLION]
    assert (share.numerator, share.denominator) == (7 * MILLION, 7 * MILLION)
    assert {name: part.value for name, part in share.parts.items()} == {
        "loans": 2,
        "amount": 7 * MILLION,
        "amount_90": 5 * MILLION,
    }


def test_a_loan_written_off_is_overdue_to_the_day_before_and_no_longer():
    late = loan(
        "late", "a", "2019-01-15", "2019-06-01", paid=[("2019-05-01", MILLION)], written_off="2020-11-15"
    )
    data = dataset([club()], loans=[late, loan("other", "b", "2019-01-15", "2020-11-01")])

    before, after = (one.overdue(data, data.clubs[0], date(2020, 11, day)) for day in (14, 15))

    assert (before.loans, before.amount, before.amount_90) == (2, 9 * MILLION, 4 * MILLION)
    assert (after.loans, after.amount, after.amount_90) == (1, 5 * MILLION, 0)


def test_a_sum_written_off_that_names_no_loan_is_taken_from_none():
    loans = [loan("late", "a", "2019-01-15", "2019-06-01")]
    reports = [meeting("2020-11", income=income(written_off=5 * MILLION))]
    data = dataset([club()], loans=loans, meetings=reports)

    assert one.overdue(data, data.clubs[0], date(2020, 12, 31)).amount == 5 * MILLION


def test_what_was_written_off_before_its_day_was_not_repaid_on_time():
    loans = [
        loan(
            "gone", "a", "2019-06-01", "2020-06-01", paid=[("2020-01-01", MILLION)], written_off="2020-03-01"
        ),
        loan("paid", "b", "2019-06-01", "2020-06-01", paid=[("2020-06-01", 5 * MILLION)]),
    ]

    share = c.c08(context(dataset([club()], meetings=[meeting("2020-12")], loans=loans), "2020"))

    assert (share.numerator, share.denominator) == (6 * MILLION, 10 * MILLION)


def test_differences_are_those_of_the_last_count_of_both_funds():
    reports = [
        meeting("2020-11", "off", income=income(difference=-900_000)),
        meeting("2020-12", "off", income=income(difference=-200_000), operating=operating(difference=50_000)),
        meeting("2020-12", "right"),
        meeting(
            "2020-12", "not_counted", income=income(difference=None), operating=operating(difference=None)
        ),
    ]
    clubs = [club("off"), club("right"), club("not_counted"), club("silent")]

    total = c.c10(context(dataset(clubs, meetings=reports), "2020"))

    assert (total.value, total.parts["clubs"].value, total.missing) == (250_000, 1, 2)


def test_a_province_without_clubs_has_no_fund_figures():
    ctx = context(dataset([]), "2020")

    values = {
        f.__name__: f(ctx).value
        for f in (c.c01, c.c02, c.c03, c.c04, c.c05, c.c06, c.c07, c.c08, c.c09, c.c10)
    }

    assert set(values.values()) == {None}


def test_loans_of_a_club_that_fell_silent_are_not_called_overdue_for_ever():
    """Reported in 2019 only; its loans fell due in 2020, and nobody knows what was repaid."""
    loans = [loan("1", "a", "2019-05-01", "2020-05-01")]
    data = dataset([club()], loans=loans, meetings=[meeting("2019-12")])

    silent, of_2019 = c.c09(context(data, "2020")), c.c09(context(data, "2019"))

    assert (silent.value, silent.parts["amount"].value, silent.missing) == (None, None, 1)
    assert (of_2019.value, of_2019.missing) == (0, 0)
