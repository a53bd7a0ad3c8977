"""Group E: what the survey tells, how sure it is, and whose answers count, worked out by hand."""

from decimal import Decimal

import pytest

from reports.indicators import e, interval
from tests.builders_facts import club, context, dataset, survey

TWO = [club("k"), club("h")]


def ctx(asked, period="2020", clubs=TWO):
    return context(dataset(clubs, surveys=asked), period)


def rounded(pair, places="0.01"):
    return tuple(str(end.quantize(Decimal(places))) for end in pair)


def test_borrowers_whose_income_rose():
    """Of 5 people asked 4 borrowed; 2 of them earn more, one the same, one did not answer: 2 of 3."""
    asked = [
        survey("1", ever_loan=True, income_change="better"),
        survey("2", ever_loan=True, income_change="much_better"),
        survey("3", ever_loan=True, income_change="same"),
        survey("4", ever_loan=True, income_change=None),
        survey("5", ever_loan=False, income_change="better"),
    ]

    value = e.e01(ctx(asked))

    assert (value.numerator, value.denominator, value.missing) == (2, 3, 1)
    assert value.parts["clubs"].value == 1


def test_wilsons_interval_as_published():
    """15 of 50: 19.1–43.8 %; 0 of 10: 0–27.8 %; 10 of 10: 72.2–100 %."""
    assert rounded(interval.of_share(15, 50), "0.1") == ("19.1", "43.8")
    assert rounded(interval.of_share(0, 10), "0.1") == ("0.0", "27.8")
    assert rounded(interval.of_share(10, 10), "0.1") == ("72.2", "100.0")
    assert interval.of_share(0, 0) is None


def test_a_mean_has_the_normal_interval():
    """3, 4, 5: mean 4, deviation 1, half 1.959964/√3 = 1.1316."""
    assert rounded(interval.of_mean([Decimal(3), Decimal(4), Decimal(5)])) == ("2.87", "5.13")
    assert interval.of_mean([Decimal(4)]) is None


def test_only_those_who_agreed_count_each_once_and_with_the_latest_interview():
    asked = [
        survey("1", "2020-11-01", sat_overall=1),
        survey("1", "2020-11-20", sat_overall=5),
        survey("2", consent=False, sat_overall=None),
        survey("3", sat_overall=3),
    ]

    value = e.e03(ctx(asked))

    assert (value.value, value.numerator, value.denominator) == (50, 1, 2)


def test_people_on_no_list_are_different_people():
    assert e.e03(ctx([survey(None), survey(None)])).denominator == 2


def test_the_newest_round_of_the_period_counts_alone():
    """Baseline in 2019, mid in 2020; asked again in 2021, after the period."""
    asked = [
        survey("1", "2019-03-01", round="baseline", sat_overall=1),
        survey("2"),
        survey("3", "2021-01-02"),
    ]

    assert e.e03(ctx(asked, "2019..2020")).denominator == 1
    assert e.e03(ctx(asked, "2019")).value == 0
    assert e.e03(ctx(asked, "2018")).value is None


def test_better_health_knowledge_and_rights_are_told_apart_and_together():
    """1 passes all; 2 fails knowledge (2 of 4 < 3); 3 fails rights (4 < 5); 4 fails health; 5 left rights out."""
    asked = [
        survey("1", k_health_score=3, k_rights_score=5),
        survey("2", k_health_score=2),
        survey("3", k_rights_score=4),
        survey("4", health_change="worse"),
        survey("5", k_rights_score=None),
    ]

    value = e.e02(ctx(asked))

    assert (value.numerator, value.denominator) == (1, 4)
    parts = {
        name: (part.numerator, part.denominator) for name, part in value.parts.items() if name != "clubs"
    }
    assert parts == {"health": (4, 5), "knowledge": (4, 5), "rights": (3, 4)}
    assert value.parts["rights"].interval is not None


def test_social_support_is_the_mean_of_five_items_of_those_who_answered_all():
    """15 and 25 points of ten answers: 4.0; the third left one out. One of three is often lonely.

    Means 3 and 5 deviate by √2, so half the interval is 1.96; no mean is above 5.
    """
    asked = [
        survey("1", support=(3, 3, 3, 3, 3), lonely="often"),
        survey("2", support=(5, 5, 5, 5, 5), lonely="sometimes"),
        survey("3", support=(1, 1, 1, 1, None), lonely="never"),
    ]

    value = e.e04(ctx(asked))

    assert (value.value, value.numerator, value.denominator) == (4, 40, 10)
    assert rounded(value.interval) == ("2.04", "5.00")
    assert (value.parts["lonely"].numerator, value.parts["lonely"].denominator) == (1, 3)


@pytest.mark.parametrize("figure", [e.e01, e.e02, e.e03, e.e04])
def test_without_a_round_there_is_no_figure_and_no_interval(figure):
    value = figure(ctx([]))

    assert (value.value, value.interval, value.missing) == (None, None, 2)
