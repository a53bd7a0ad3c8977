"""D11–D16: home care, health checks, what was raised and who was helped, worked out by hand."""

from datetime import date
from decimal import Decimal

from reports.facts import CareVisit
from reports.indicators import d
from tests.builders_facts import activity, club, context, dataset, meeting, meetings, member

TWO = [club("k"), club("h")]
THREE = [*TWO, club("silent")]


def ctx(clubs, reports, period="2020", **facts):
    return context(dataset(clubs, meetings=reports, **facts), period)


def with_(month, club="k", **changes):
    """A meeting of 40 people with other activities."""
    return meeting(month, club, activity=activity(**changes))


def test_volunteers_are_those_of_the_last_report_that_tells():
    """k: 4, then 6, then nothing told: 6. h: 3. Nine of two clubs; one of them has five."""
    reports = [
        *(with_("2020-03", n_care_vol=4), with_("2020-05", n_care_vol=6), with_("2020-06", n_care_vol=None)),
        with_("2020-05", "h", n_care_vol=3),
    ]

    value = d.d11(ctx(THREE, reports))

    assert (value.value, value.numerator, value.denominator, value.missing) == (Decimal("4.5"), 9, 2, 1)
    assert (value.parts["clubs"].numerator, value.parts["clubs"].denominator) == (1, 2)
    assert value.parts["volunteers"].value == 9


def test_volunteers_told_more_than_a_year_ago_are_not_known_today():
    value = d.d11(ctx(TWO[:1], [with_("2019-12", n_care_vol=9)], "2019..2020"))

    assert (value.value, value.missing) == (None, 1)


def test_visits_are_counted_by_person_and_month_and_people_once():
    """r1 in two months (8 and 6 visits), r2 in one (10), and one visit to somebody on no list: 25 visits in 4
    person-months, 2 people known."""
    reports = [
        meeting("2020-03", care=(CareVisit("r1", 8), CareVisit("r2", 10))),
        meeting("2020-04", care=(CareVisit("r1", 6), CareVisit(None, 1))),
        meeting("2019-12", care=(CareVisit("r9", 30),)),
    ]

    value = d.d12(ctx(TWO, reports))

    assert (value.value, value.numerator, value.denominator, value.missing) == (Decimal("6.25"), 25, 4, 1)
    assert (value.parts["recipients"].value, value.parts["unlisted"].value) == (2, 1)


def test_visits_told_only_as_sums_still_count():
    """24 visits to 3 people, in each of two months."""
    value = d.d12(ctx(TWO[:1], meetings("2020-03", 2)))

    assert (value.value, value.numerator, value.denominator) == (8, 48, 6)
    assert value.parts["recipients"].value is None


def test_nobody_in_care_gives_no_mean():
    value = d.d12(ctx(TWO[:1], [with_("2020-03", n_visits=None, n_recipients=None)]))

    assert (value.value, value.denominator, value.missing) == (None, 0, 0)


def test_members_seen_by_a_clinic_are_those_of_the_fullest_month():
    """k has 4 members: 3 checked in June, 2 in November: at least 3. h has 2: 5 people in October, guests too: 2."""
    people = [member(f"k{n}") for n in range(4)] + [member(f"h{n}", "h") for n in range(2)]
    reports = [
        *(with_("2020-06", n_clinic_check=3), with_("2020-11", n_clinic_check=2)),
        with_("2020-10", "h", n_clinic_check=5),
    ]

    value = d.d13(ctx(THREE, reports, members=[*people, member("s", "silent")]))

    assert (value.numerator, value.denominator, value.missing) == (5, 6, 1)
    assert value.parts["checks"].value == 10


def test_the_measured_are_set_against_those_present_and_the_ill_against_the_measured():
    """40 present, 30 measured, 12 high; then 40 present and nothing done: 30 of 80. Of 20 weighed 2 thin, 6 heavy."""
    reports = [
        with_("2020-03", n_bp=30, n_bp_high=12, n_weight=20, n_bmi_low=2, n_bmi_high=6),
        with_("2020-04", n_bp=None, n_weight=None),
        meeting("2020-05", held=False, n_present=None, activity=None),
    ]

    value = d.d14(ctx(TWO, reports))

    assert (value.value, value.numerator, value.denominator, value.missing) == (Decimal("37.5"), 30, 80, 1)
    parts = {name: (part.numerator, part.denominator) for name, part in value.parts.items()}
    assert parts == {"weight": (20, 80), "bp_high": (12, 30), "bmi_low": (2, 20), "bmi_high": (6, 20)}


def test_no_more_are_measured_than_were_present():
    """45 measured with guests, 40 members present."""
    assert d.d14(ctx(TWO[:1], [with_("2020-03", n_bp=45)])).value == 100


def test_money_goods_and_days_are_summed_apart():
    reports = [
        with_(
            "2020-03",
            mob_cash=500_000,
            mob_kind_value=200_000,
            mob_days=3,
            mob_sources="individual enterprise",
        ),
        with_("2020-04", "h", mob_cash=None, mob_kind_value=100_000, mob_days=None, mob_sources="individual"),
    ]

    value = d.d15(ctx(THREE, reports))

    assert (value.value, value.missing) == (800_000, 1)
    assert {name: part.value for name, part in value.parts.items()} == {
        "cash": 500_000,
        "in_kind": 300_000,
        "days": 3,
        "from_enterprise": 1,
        "from_individual": 2,
    }


def test_without_a_report_nothing_is_known_of_what_was_raised():
    assert d.d15(ctx(TWO, [])).value is None


def test_a_club_helps_every_month_when_its_months_average_one_of_each():
    """k: 0 and 2 people, 1 and 1 works in two months: reaches. h: 3 people but one work in two months: does not."""
    reports = [
        *(with_("2020-03", n_sudden_help=0, n_community=1), with_("2020-04", n_sudden_help=2, n_community=1)),
        *(
            with_("2020-03", "h", n_sudden_help=3, n_community=1),
            with_("2020-04", "h", n_sudden_help=0, n_community=0),
        ),
    ]

    value = d.d16(ctx(THREE, reports))

    assert (value.value, value.numerator, value.denominator, value.missing) == (50, 1, 2, 1)
    assert (value.parts["persons"].value, value.parts["events"].value) == (5, 3)


def test_care_reported_for_december_belongs_to_the_decrees_next_year():
    """The reporting year 2020 ends on 14/12/2020; December's report is of the year 2021."""
    reports = [with_("2019-12", mob_cash=1), with_("2020-11", mob_cash=10), with_("2020-12", mob_cash=100)]
    calendar = ctx(TWO[:1], reports)
    decree = context(calendar.data, "2020")
    by_decree = type(decree)(
        decree.data, decree.period.decree, decree.phase, decree.standards, decree.geography
    )

    assert d.d15(calendar).value == 110
    assert d.d15(by_decree).value == 11
    assert by_decree.day == date(2020, 12, 14)
