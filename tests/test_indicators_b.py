"""Group B: shares of members, summed over clubs and never averaged."""

from decimal import Decimal

from reports.indicators import b
from reports.standards import Standards
from tests.builders_facts import club, context, dataset, member, phase


def women(count: int, of: int, club: str = "k", **changes):
    """Members of a club of whom so many are women."""
    return [member(f"{club}{n}", club, sex="female" if n < count else "male", **changes) for n in range(of)]


def test_women_are_summed_over_clubs_not_averaged():
    """1 of 2 and 9 of 10 are 10 of 12: 83,3 %, not the mean of 50 and 90."""
    people = women(1, 2, "small") + women(9, 10, "large")

    share = b.b02(context(dataset([club("small"), club("large")], members=people)))

    assert (share.numerator, share.denominator) == (10, 12)
    assert round(share.value, 1) == Decimal("83.3")


def test_a_member_whose_answer_is_not_known_is_in_no_denominator():
    people = [member("1"), member("2", sex=None), member("3", sex="male")]

    share = b.b02(context(dataset([club()], members=people)))

    assert (share.numerator, share.denominator) == (1, 2)


def test_older_and_young_make_a_hundred_percent_in_each_phase():
    people = [member("a", born=1950), member("b", born=1962), member("c", born=1980), member("d", born=None)]
    data = dataset([club()], members=people)

    for code, older in (("p1", 2), ("p2", 1)):
        ctx = context(data, "2020", phase=phase(code))
        assert (b.b03(ctx).numerator, b.b03(ctx).denominator) == (older, 3)
        assert b.b03(ctx).value + b.b04(ctx).value == 100


def test_the_disadvantaged_are_poor_near_poor_or_in_hardship():
    people = [
        member("poor", poverty_status="poor"),
        member("near", poverty_status="near_poor"),
        member("lonely", hardship=frozenset({"lonely"})),
        member("both", poverty_status="poor", hardship=frozenset({"sick", "lonely"})),
        member("none"),
        member("escaped", poverty_status="escaped"),
        member("unknown", poverty_status=None, hardship=frozenset()),
    ]

    share = b.b05(context(dataset([club()], members=people)))

    assert (share.numerator, share.denominator) == (4, 6)


def test_members_a_club_with_the_share_inside_the_band():
    """NA-06: 50–70 members; both ends belong to it."""
    sizes = {"49": 49, "50": 50, "70": 70, "71": 71, "empty": 0}
    people = [m for id, size in sizes.items() for m in women(size, size, id)]
    clubs = [club(id) for id in sizes]

    mean = b.b01(context(dataset(clubs, members=people), phase=phase("p2")))

    assert mean.value == 60
    assert (mean.numerator, mean.denominator, mean.missing) == (240, 4, 1)
    assert (mean.parts["in_band"].numerator, mean.parts["in_band"].denominator) == (2, 4)


def test_a_phase_without_a_band_of_size_gives_the_mean_alone():
    mean = b.b01(context(dataset([club()], members=women(3, 3)), phase=phase("p1")))

    assert mean.value == 3
    assert "in_band" not in mean.parts


def test_a_club_is_judged_by_the_bands_of_the_phase_it_was_founded_in():
    """NB-09 asks P1 clubs for 70 % from 55 on, NA-08 P2 clubs for 60–70 % from 60 on."""
    bands = {"older": (60, 70)}
    standards = Standards((phase("p1", older=(70, None)), phase("p2", **bands)))
    people = [
        member(f"{k}{n}", k, born=1950 if n < 65 else 1964) for k in ("first", "second") for n in range(100)
    ]
    clubs = [club("first", phase="p1"), club("second", phase="p2")]

    share = b.b06(
        context(dataset(clubs, members=people), "2020", standards=standards, phase=standards.phases[0])
    )

    assert (share.numerator, share.denominator) == (2, 2)
    ctx = context(dataset(clubs, members=people), "2022", standards=standards, phase=standards.phases[1])
    assert b.below_band(ctx, clubs[1]) == []


def test_a_share_above_its_band_does_not_fail_a_club_and_one_below_does():
    standards = Standards((phase("p1", women=(60, 70)),))
    clubs = [club("above"), club("inside"), club("below"), club("empty")]
    people = women(9, 10, "above") + women(7, 10, "inside") + women(5, 10, "below")

    share = b.b06(context(dataset(clubs, members=people), standards=standards, phase=standards.phases[0]))

    assert (share.numerator, share.denominator, share.missing) == (2, 3, 1)


def test_without_members_no_share_is_known():
    ctx = context(dataset([club()]))

    assert [f(ctx).value for f in (b.b01, b.b02, b.b03, b.b04, b.b05, b.b06)] == [None] * 6
    assert b.b02(ctx).missing == 1
