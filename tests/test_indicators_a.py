"""Group A: clubs and members counted by hand."""

from dataclasses import replace
from datetime import date

from reports.facts import Place
from reports.indicators import a
from tests.builders_facts import (
    BAC_AI,
    NINH_SON,
    PHAN_RANG,
    PROVINCE,
    club,
    commune,
    context,
    dataset,
    geography,
    meeting,
    meetings,
    member,
    phase,
    stay,
    target,
)


def test_a_club_counts_in_the_period_of_its_founding_and_a_rejected_one_never():
    clubs = [
        club("1", "2018-12-31"),
        club("2", "2019-01-01"),
        club("3", "2019-12-31", status="closed", closed_on=date(2020, 3, 1)),
        club("4", "2019-06-01", status="rejected"),
    ]

    founded = a.a01(context(dataset(clubs), "2019"))

    assert (founded.value, founded.unit, founded.missing) == (2, "club", 0)


def test_twenty_clubs_of_ninh_thuan_stand_in_their_units_and_none_in_bac_ai():
    """NT-04 … NT-10 (of the three units here): 5 in Phan Rang - Tháp Chàm, 4 in Ninh Sơn, 0 in Bác Ái."""
    clubs = [club(f"p{n}") for n in range(5)] + [club(f"s{n}") for n in range(4)]
    places = {k.id: PHAN_RANG if k.id.startswith("p") else NINH_SON for k in clubs}
    ctx = context(dataset(clubs), "2017..2020", geography=geography(places))

    by_unit = {
        unit.code: a.a01(
            context(ctx.data.only(lambda k, unit=unit: places[k.id] is unit), "2017..2020")
        ).value
        for unit in (PHAN_RANG, BAC_AI, NINH_SON)
    }

    assert by_unit == {"582": 5, "584": 0, "585": 4}


def test_the_share_of_the_plan_is_founded_over_planned():
    """NT-01, NT-02, NT-03: 20 clubs, 100 % of the plan of 20."""
    clubs = [club(str(n)) for n in range(20)]
    plan = target(PROVINCE, "2017..2020", "A01", 20, fact_id="NT-03", kind="derived")

    share = a.a02(context(dataset(clubs, targets=[plan]), "2017..2020"))

    assert (share.value, share.numerator, share.denominator) == (100, 20, 20)


def test_without_a_plan_for_the_period_the_share_of_the_plan_is_not_known():
    plan = target(PROVINCE, "2021..2025", "A01", 30)

    assert a.a02(context(dataset([club()], targets=[plan]), "2019")).value is None


def test_a_standing_club_is_active_if_it_met_in_the_last_three_full_months():
    clubs = [
        club("met"),
        club("long_ago"),
        club("not_held"),
        club("silent"),
        club("closed", closed_on=date(2020, 6, 1)),
    ]
    reports = [
        meeting("2020-10", "met"),
        meeting("2020-09", "long_ago"),
        meeting("2020-12", "not_held", held=False),
        meeting("2020-12", "closed"),
    ]

    standing = a.a03(context(dataset(clubs, meetings=reports), "2020"))

    assert standing.value == 4
    assert standing.parts["active"].value == 1
    assert standing.parts["founded"].value == 5
    assert standing.missing == 1


def test_a_club_that_reported_nothing_of_the_period_is_missing_though_it_reported_before():
    data = dataset(
        [club("before"), club("now")], meetings=[meeting("2018-12", "before"), meeting("2019-01", "now")]
    )

    assert a.a03(context(data, "2019")).missing == 1
    assert a.a03(context(data, "2019-Q1")).missing == 1
    assert a.a03(context(data, "2019-01")).missing == 0


def test_the_window_is_a_rule_of_the_phase():
    reports = [meeting("2020-09", "k")]
    longer = phase()
    rules = dict(longer.rules) | {
        "active_months": longer.rules["active_months"].__class__("active_months", 4)
    }
    longer = longer.__class__("p1", "", "", longer.valid_from, longer.valid_to, 55, "", rules)

    assert a.a03(context(dataset([club()], meetings=reports), "2020")).parts["active"].value == 0
    assert (
        a.a03(context(dataset([club()], meetings=reports), "2020", phase=longer)).parts["active"].value == 1
    )


def test_communes_with_an_active_club_are_counted_once_and_split_into_rural_and_urban():
    communes = tuple(commune(n, is_urban=n == 1) for n in (1, 2, 3, 4))
    places = {
        "k1": Place(582, 1, 58),
        "k2": Place(582, 1, 58),
        "k3": Place(582, 2, 58),
        "open": Place(582, None, 58),
    }
    clubs = [club(id) for id in places]
    reports = [m for id in places for m in meetings("2020-11", 2, id)]
    where = replace(geography(communes=communes), places=places)

    share = a.a04(context(dataset(clubs, meetings=reports), "2020", geography=where))

    assert (share.numerator, share.denominator, share.value, share.missing) == (2, 4, 50, 1)
    assert (share.parts["urban"].numerator, share.parts["urban"].denominator) == (1, 1)
    assert (share.parts["rural"].numerator, share.parts["rural"].denominator) == (1, 3)


def test_communes_are_not_known_while_no_club_ever_reported():
    where = geography(communes=(commune(1),))

    share = a.a04(context(dataset([club()]), "2020", geography=where))

    assert share.value is None
    assert share.missing == 1


def test_provinces_with_a_club_over_provinces_in_force():
    """NA-01 counts like this: 60 of 63 is reached with 95 %."""
    where = geography({"k": PHAN_RANG}, provinces=(PROVINCE, BAC_AI))

    assert a.a05(context(dataset([club()]), "2020", geography=where)).value == 50


def test_a_member_counts_from_joining_until_leaving():
    people = [
        member("in"),
        member("left", spells=stay("2019-01-15", "2020-12-31")),
        member("leaves_later", spells=stay("2019-01-15", "2021-01-01")),
        member("not_yet", spells=stay("2021-01-01")),
        member("back", spells=stay("2019-01-15", "2019-06-01") + stay("2020-12-31")),
    ]

    counted = a.a06(context(dataset([club(), club("empty")], members=people), "2020"))

    assert (counted.value, counted.missing) == (3, 1)


def test_older_members_are_counted_by_the_age_of_the_phase():
    """NB-10: in P1 from 55 on; age is the reference year less the birth year."""
    people = [
        member("55", born=1965),
        member("54", born=1966),
        member("60", born=1960),
        member("unknown", born=None),
    ]
    data = dataset([club()], members=people)

    assert a.a07(context(data, "2020")).value == 2
    assert a.a07(context(data, "2020", phase=phase("p2"))).value == 1


def test_a_club_is_kept_up_if_it_stood_before_the_period_and_still_meets():
    """LC-18 asks in this way for the 4 clubs of 2017 at the end of 2018."""
    clubs = [
        club("kept", "2017-10-01"),
        club("asleep", "2017-10-01"),
        club("new", "2018-02-01"),
        club("silent", "2017-10-01"),
        club("gone_before", "2017-02-01", closed_on=date(2017, 11, 1)),
    ]
    reports = [meeting("2018-12", "kept"), meeting("2018-03", "asleep"), meeting("2018-12", "new")]

    share = a.a08(context(dataset(clubs, meetings=reports), "2018"))

    assert (share.numerator, share.denominator, share.missing) == (1, 2, 1)


def test_a_club_closed_in_the_first_year_of_a_phase_was_not_kept_up():
    """Nobody waits for its reports of the last year: one of two is kept up, not one of one."""
    clubs = [club("kept", "2016-10-01"), club("closed", "2016-10-01", closed_on=date(2017, 3, 15))]
    reports = [meeting("2017-01", "closed"), meeting("2020-12", "kept")]

    share = a.a08(context(dataset(clubs, meetings=reports), "2017..2020"))

    assert (share.numerator, share.denominator, share.missing) == (1, 2, 0)


def test_nothing_is_counted_after_the_cut_off():
    clubs = [club("1", "2019-03-01"), club("2", "2019-11-01")]

    assert a.a01(context(dataset(clubs, cut_off=date(2019, 10, 31)), "2019")).value == 1
    assert a.a03(context(dataset(clubs, cut_off=date(2019, 10, 31)), "2019")).cut_off == date(2019, 10, 31)


def test_a_province_without_clubs_has_no_shares():
    ctx = context(dataset([]), "2020")

    assert [f(ctx).value for f in (a.a02, a.a04, a.a05, a.a08)] == [None] * 4


def test_clubs_that_told_nothing_for_years_are_unknown_and_not_given_up():
    """Reports stop in 2018: at the end of 2020 nobody knows whether the club still meets."""
    data = dataset([club("k", "2016-10-01")], meetings=[meeting("2018-12")])

    kept_up = a.a08(context(data, "2017..2020"))

    assert (kept_up.value, kept_up.missing) == (None, 1)
    assert a.a03(context(data, "2017..2020")).missing == 1
