"""Annexes II and III, and the plan of the next year, worked by hand."""

from datetime import date

from reports.province.activity_model import FundMove
from reports.province.ledgers import absent, club_funds
from reports.province.outlook import outlook
from tests.builders_facts import (
    BAC_AI,
    PHAN_RANG,
    PROVINCE,
    club,
    context,
    dataset,
    geography,
    income,
    meeting,
    meetings,
    operating,
    target,
)

YEARS = ("2019", "2020", "2021")


def test_the_income_fund_of_a_new_club_opens_with_nothing_and_takes_in_its_first_fund():
    """20 million at founding, 5 added, 1 written off: 24 at the end, counted 100.000 short."""
    new = club(founded="2020-01-10", fund_income_initial=20_000_000)
    books = [
        meeting("2020-02", income=income(added=5_000_000, close_cash=25_000_000, close_loans=0)),
        meeting(
            "2020-03",
            income=income(
                written_off=1_000_000, close_cash=4_000_000, close_loans=20_000_000, difference=-100_000
            ),
        ),
    ]

    row, total = club_funds(context(dataset([new], meetings=books), "2020"), [new])

    assert row.income == FundMove(0, 25_000_000, 1_000_000, 24_000_000, -100_000)
    assert row.income.unexplained == 0
    assert total.income == row.income
    assert total.number == 0


def test_the_operating_fund_sums_what_came_and_went_by_its_kinds():
    """900.000 + (50 + 100 + 30) thousand − 80 thousand = 1.000.000."""
    books = [
        meeting("2020-02", operating=operating(closing=1_050_000, in_interest=50_000, in_fees=100_000)),
        meeting("2020-03", operating=operating(opening=1_050_000, in_donation=30_000, out_visit=80_000)),
    ]

    row = club_funds(context(dataset([club()], meetings=books), "2020"), [club()])[0]

    assert row.operating == FundMove(900_000, 180_000, 80_000, 1_000_000, 0)
    assert not row.operating.unexplained


def test_the_operating_fund_of_a_year_opens_with_what_the_year_before_closed_with():
    """Founded in 2019 with 600.000, 200.000 in fees by December: 2020 opens with 800.000, though January's book is
    missing and February's begins with 850.000."""
    new = club(founded="2019-10-10", fund_operating_initial=600_000)
    books = [
        meeting("2019-12", operating=operating(opening=600_000, closing=800_000, in_fees=200_000)),
        meeting(
            "2020-02", operating=operating(opening=850_000, closing=900_000, in_fees=50_000, out_visit=0)
        ),
    ]
    data = dataset([new], meetings=books)

    first, second, silent = (club_funds(context(data, year), [new])[0].operating for year in YEARS)

    assert (first.opening, first.came, first.closing) == (0, 800_000, 800_000)
    assert (second.opening, second.came, second.closing, second.unexplained) == (
        800_000,
        50_000,
        900_000,
        50_000,
    )
    assert (silent.opening, silent.came, silent.closing) == (900_000, None, 900_000)


def test_a_balance_that_movements_do_not_explain_is_marked():
    books = [meeting("2020-02", operating=operating(closing=999_000, in_fees=100_000, out_other=0))]

    row = club_funds(context(dataset([club()], meetings=books), "2020"), [club()])[0]

    assert row.operating.unexplained == -1_000
    assert row.has_unexplained


def test_a_club_without_books_tells_nothing_and_nothing_is_summed_as_0():
    row, total = club_funds(context(dataset([club()]), "2020"), [club()])

    assert row.income == FundMove(None, None, None, None, None)
    assert total.operating.closing is None
    assert club_funds(context(dataset([]), "2020"), []) == ()


def test_clubs_are_listed_with_the_months_they_did_not_report():
    """Founded on 10/02/2020: due from March; July and August are missing, a month reported as not held is not."""
    some = club(founded="2020-02-10")
    sent = [*meetings("2020-03", 4), meeting("2020-09", held=False), *meetings("2020-10", 3)]
    ctx = context(dataset([some], meetings=sent), "2020")

    (row,) = absent(ctx, [some])

    assert (row.due, row.months) == (10, (date(2020, 7, 1), date(2020, 8, 1)))


def test_the_year_after_the_period_has_the_plans_of_its_units_and_their_sum():
    plans = [target(PHAN_RANG, "2021", "A01", 4), target(BAC_AI, "2021", "A01", 3)]

    found = outlook(context(dataset([club()], targets=plans), "2017..2020"))

    assert found.year == 2021
    assert [(row.unit, row.plan, row.founded) for row in found.rows] == [
        (PHAN_RANG, 4, None),
        (BAC_AI, 3, None),
        (None, 7, None),
    ]


def test_what_a_paper_wants_kept_up_stands_beside_what_it_wants_founded():
    plans = [target(PROVINCE, "2021", "A08", 4), target(PROVINCE, "2021", "A01", 7)]

    found = outlook(context(dataset([club()], targets=plans), "2020"))

    assert (found.kept, found.rows[-1].plan) == (4, 7)


def test_of_a_year_under_way_the_clubs_founded_so_far_count():
    clubs = [club("k", "2020-03-01"), club("l", "2019-03-01")]
    plans = [target(PROVINCE, "2020", "A01", 10), target(PHAN_RANG, "2020", "A01", 4)]
    where = geography({"k": PHAN_RANG, "l": PHAN_RANG})

    found = outlook(context(dataset(clubs, targets=plans), "2020-H1", geography=where))

    assert [(row.plan, row.founded, row.left) for row in found.rows] == [(4, 1, 3), (10, 1, 9)]
    assert found.documents == ("Kế hoạch số 72/KH-UBND",)


def test_a_year_nobody_planned_for_has_no_rows():
    assert outlook(context(dataset([club()]), "2020")).rows == ()
