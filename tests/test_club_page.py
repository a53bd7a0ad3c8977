"""The page of a club from facts: every month since the founding, the books month by month, ages; worked by hand."""

from datetime import date

from reports import club_page
from reports.club_page import AgeRow, BookMonth, income_books, operating_books
from reports.club_sheet import Details
from reports.facts import Loan
from reports.period import parse
from tests.builders_facts import club, context, dataset, income, loan, meeting, member, operating

FOUNDED = club(founded="2019-10-20")


def page_of(period: str = "2020", is_private: bool = True, **facts) -> club_page.ClubPage:
    """The page for a year of a club founded on 20/10/2019, seen at the end of 2020."""
    ctx = context(dataset([FOUNDED], **facts), "2019..2020")
    return club_page.build(ctx, FOUNDED, parse(period), Details(), is_private)


def test_every_month_since_the_founding_says_what_it_was():
    found = page_of(
        meetings=[
            meeting("2019-11", received_on=date(2019, 12, 3)),
            meeting("2019-12", received_on=date(2020, 2, 1)),
            meeting("2020-02", held=False, not_held_reason="tet", received_on=date(2020, 3, 2)),
        ]
    )

    newest, first = found.years
    assert [one.month.state for one in first.months] == ["outside"] * 10 + ["held", "held"]
    assert [one.is_late for one in first.months] == [False] * 11 + [True]
    assert [one.month.state for one in newest.months] == ["silent", "not_held"] + ["silent"] * 10
    assert (first.year, first.held, first.silent, first.late) == (2019, 2, 0, 1)
    assert (newest.year, newest.held, newest.not_held, newest.silent) == (2020, 0, 1, 11)
    assert found.silent_since == date(2020, 3, 1)


def test_a_club_that_reported_its_last_month_is_not_silent():
    assert page_of(meetings=[meeting("2020-12")]).silent_since is None


def test_a_book_that_adds_up_and_one_that_does_not():
    """25 in cash and 0 lent; 5 given away and 2 added: 22 should be left, and the book says 21."""
    right = meeting("2020-01", income=income(open_cash=25, open_loans=0, close_cash=15, close_loans=10))
    wrong = meeting(
        "2020-02",
        income=income(open_cash=15, open_loans=10, added=2, withdrawn=4, written_off=1, close_cash=11,
                      close_loans=10, difference=-3, difference_reason="mất phiếu chi"),
    )  # fmt: skip

    first, second = income_books([right, wrong], [], date(2020, 1, 1))

    assert (first.opening, first.closing, first.gap, first.balances) == (25, 25, 0, True)
    assert (second.income, second.expense, second.gap, second.carried) == (2, 5, -1, 0)
    assert (second.counted, second.reason, second.balances) == (-3, "mất phiếu chi", False)


def test_goods_lent_out_come_into_the_fund_by_their_loan():
    month = meeting("2020-01", income=income(open_cash=25, open_loans=0, close_cash=25, close_loans=7))
    goods = Loan("1", "k", "m1", 7, date(2020, 1, 15), None, kind="in_kind")

    assert income_books([month], [goods], date(2020, 1, 1))[0].gap == 0
    assert income_books([month], [], date(2020, 1, 1))[0].gap == 7


def test_an_opening_other_than_the_closing_before_is_said_even_over_the_turn_of_the_year():
    months = [
        meeting("2019-12", operating=operating(opening=10, closing=12, in_fees=2)),
        meeting("2020-02", operating=operating(opening=9, closing=9)),
    ]

    assert operating_books(months, date(2020, 1, 1)) == (
        BookMonth(date(2020, 2, 1), 9, None, None, 9, carried=-3, counted=operating().difference),
    )


def test_a_month_that_does_not_tell_its_closing_has_no_gap():
    silent = BookMonth(date(2020, 1, 1), 10, 2, None, None, None, None)

    assert (silent.gap, silent.balances) == (None, True)


def test_what_a_club_wrote_of_a_difference_is_shown_without_telephones():
    odd = operating(opening=1, closing=1, difference=-1, difference_reason="hỏi chị Lan 0912 345 678")

    assert "0912" not in page_of(meetings=[meeting("2020-03", operating=odd)]).operating[0].reason


def test_ages_are_counted_by_sex_for_readers_at_commune_level_only():
    """On 31/12/2020: born 1990 is 30, 1961 is 59, 1960 is 60, 1930 is 90."""
    people = [
        member("a", born=1990, sex="male"),
        member("b", born=1961),
        member("c", born=1960),
        member("d", born=1930, sex=None),
        member("e", born=None, sex="male"),
    ]

    assert page_of(members=people).ages == (
        AgeRow(None, 39, 1, 0, 0),
        AgeRow(55, 59, 0, 1, 0),
        AgeRow(60, 69, 0, 1, 0),
        AgeRow(80, None, 0, 0, 1),
        AgeRow(None, None, 1, 0, 0),
    )
    assert page_of(members=people, is_private=False).ages == ()


def test_the_figures_are_those_of_the_sheet_of_the_year_whatever_came_later():
    facts = {
        "members": [member("a"), member("b", sex="male")],
        "meetings": [meeting("2019-12"), meeting("2020-06")],
        "loans": [loan("1", "a", "2020-06-15", "2020-12-15")],
    }

    ctx = context(dataset([FOUNDED], **facts), "2019..2020")
    early = club_page.build(ctx, FOUNDED, parse("2019"), Details(), is_private=True).sheet

    assert (early.day, early.loans.count, early.held.numerator) == (date(2019, 12, 31), 0, 1)
