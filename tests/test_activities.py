"""Part VI: the eight areas, meetings, attendance, home care, health, resources and the survey, worked by hand."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from reports.facts import CareVisit, Survey
from reports.indicators.base import Value
from reports.indicators.interval import of_share
from reports.period import parse
from reports.privacy import FEW
from reports.province.activities import activities
from reports.province.activity_model import AreaRow, Check, HeatCell, Tally
from reports.province.survey import survey_row
from tests.builders_facts import activity, club, context, dataset, meeting, meetings

NONE_DONE = {f"a{n}": False for n in range(1, 9)}


def made(clubs, period="2020", **facts):
    return activities(context(dataset(clubs, **facts), period), clubs)


def test_an_area_counts_its_clubs_and_their_months():
    """Club k measures in two of three months, 20 + 15; club l never does."""
    reports = [
        meeting("2020-01", activity=activity(n_bp=20, n_weight=10, n_clinic_check=None)),
        meeting("2020-02", activity=activity(n_bp=15, n_weight=None, n_clinic_check=None)),
        meeting("2020-03", activity=activity(done=NONE_DONE)),
        meeting("2020-01", club="l", activity=activity(done=NONE_DONE)),
    ]

    found = made([club("k"), club("l")], meetings=reports)

    assert found.clubs == 2
    assert found.areas[1] == AreaRow(
        "a2", 1, 2, (Tally("bp", 35), Tally("weight", 10), Tally("clinic", None))
    )


def test_a_club_without_meetings_and_a_period_without_reports_have_no_rows():
    assert made([club()]).areas == ()
    assert made([]).heat is None
    assert made([club()]).attendance[0].percent is None


def test_a_month_of_the_heat_table_is_held_not_held_silent_or_not_due():
    reports = [
        meeting("2020-03"),
        meeting("2020-04", held=False, not_held_reason="epidemic", activity=None),
    ]

    cells = made([club(founded="2020-02-10")], "2020-H1", meetings=reports).heat.rows[0].cells

    assert [cell.state for cell in cells] == ["not_due", "not_due", "held", "not_held", "silent", "silent"]
    assert cells[3] == HeatCell("not_held", 0, 1, "epidemic")


def test_longer_periods_are_shown_by_quarters_and_then_by_years():
    """Founded on 15/01/2019: the first quarter has two months due, of which one was held."""
    reports = [meeting("2019-02"), *meetings("2019-04", 3)]

    quarters = made([club()], "2019..2020", meetings=reports).heat
    years = made([club()], "2010..2020", meetings=reports).heat

    assert (quarters.months_each, len(quarters.columns)) == (3, 8)
    assert [(c.state, c.held, c.due) for c in quarters.rows[0].cells[:3]] == [
        ("part", 1, 2),
        ("held", 3, 3),
        ("silent", 0, 3),
    ]
    assert (years.months_each, len(years.columns)) == (12, 11)
    assert (years.rows[0].cells[9].held, years.rows[0].cells[9].due) == (4, 11)


def test_attendance_sums_persons_and_never_averages_rates():
    """40 of 50 and 10 of 50: 50 of 100."""
    reports = [
        meeting("2020-01"),
        meeting("2020-01", club="l", n_present=10),
        meeting("2020-02", n_present=None),
    ]

    points = made([club("k"), club("l")], meetings=reports).attendance

    assert points[0].percent == 50
    assert points[1].percent is None
    assert len(points) == 12


def test_home_care_is_counted_person_by_person_where_the_report_names_them():
    """January names two people with 8 and 4 visits; February only sums up 10 visits to 2 people."""
    reports = [
        meeting(
            "2020-01",
            care=(CareVisit("r1", 8), CareVisit("r2", 4)),
            activity=activity(n_visits=99, n_care_vol=5),
        ),
        meeting("2020-02", activity=activity(n_visits=10, n_recipients=2, n_care_vol=7)),
    ]

    care = made([club()], meetings=reports).care

    assert (care.visits, care.person_months, care.volunteers) == (22, 4, 7)
    assert care.recipients == FEW


def test_measurements_out_of_range_are_set_against_those_measured_in_the_same_months():
    reports = [
        meeting("2020-01", activity=activity(n_bp=20, n_bp_high=6)),
        meeting("2020-02", activity=activity(n_bp=30, n_bp_high=None)),
    ]

    checks = made([club()], meetings=reports).checks

    assert checks == (Check("bp_high", 20, 6),)
    assert checks[0].percent == 30


def test_givers_are_counted_by_club_and_amounts_summed():
    reports = [
        meeting("2020-01", activity=activity(mob_cash=300_000, mob_sources="member enterprise")),
        meeting("2020-02", activity=activity(mob_cash=None, mob_days=4, mob_sources="member")),
    ]

    found = made([club()], meetings=reports)

    assert (found.cash, found.kind_value, found.days) == (300_000, None, 4)
    assert found.sources == (("enterprise", 1), ("member", 1))


def interview(member, on, consent=True):
    day = date.fromisoformat(on)
    return Survey("k", member, day, day, "yearly", consent)


def test_a_survey_counts_who_was_asked_in_the_newest_round_of_the_period_and_who_refused():
    asked = [
        interview("m1", "2020-11-16"),
        interview("m2", "2020-11-18", consent=False),
        interview("m3", "2019-11-16"),
        replace(interview("m4", "2020-03-01"), round="mid"),
    ]

    found = made([club()], surveys=asked).survey

    assert (found.interviews, found.refused, found.clubs) == (1, 1, 1)
    assert (found.first, found.last) == (date(2020, 11, 16), date(2020, 11, 18))
    assert made([club()], "2018", surveys=asked).survey is None


def test_a_survey_row_carries_wilsons_interval():
    """8 of 10: centre (0,8 + 1,9208/10) / 1,38416 = 0,7167; half 0,2266: 49,0%–94,3% (Wilson, 1927)."""
    row = survey_row("E03", Value("E03", Decimal(80), "percent", 80, 100))
    low, high = of_share(8, 10)

    assert (round(low, 1), round(high, 1)) == (Decimal("49.0"), Decimal("94.3"))
    assert row.value == 80
    assert (round(row.low, 1), round(row.high, 1)) == (Decimal("71.1"), Decimal("86.7"))


def test_a_survey_row_about_four_people_is_withheld():
    row = survey_row("E03", Value("E03", Decimal(40), "percent", 4, 10))

    assert (row.value, row.low, row.numerator, row.denominator) == (None, None, None, 10)


def test_a_report_by_the_half_year_looks_at_its_own_months_only():
    found = made([club()], "2020-H1", meetings=meetings("2020-05", 4))

    assert found.areas[0].times == 2
    assert (found.held, found.due) == (2, 6)
    assert parse("2020-H1").months[-1] == date(2020, 6, 1)
