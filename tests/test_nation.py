"""The country's figures by hand: adding clubs up, targets against them, the classes of the map."""

import dataclasses
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from msgspec.structs import replace as changed

from reports import changes, frozen, workbook
from reports.facts import MembershipSpell, Shape, Unit
from reports.indicators import Context
from reports.issuing import IssuingBody
from reports.nation import Counted, Known, NationReport, Stretch, build, needed
from reports.nation import render as pages
from reports.nation.chart import cuts, nation_map
from reports.nation.figures import Sums, whole
from reports.nation.words import Spoken
from reports.period import parse
from reports.privacy import WITHHELD
from reports.settings import Settings
from reports.standards import Standards
from tests.builders_facts import (
    BANDS_1,
    BANDS_2,
    club,
    dataset,
    geography,
    loan,
    meeting,
    meetings,
    member,
    phase,
    survey,
    target,
)
from tests.spreadsheet import read

NATION = Unit(1, "VN", date(2016, 1, 1), None, "n", "quoc_gia", "Việt Nam", "Việt Nam", None)
STANDARDS = Standards((phase("p1", **BANDS_1), phase("p2", **BANDS_2)))


def province(number: int, name: str) -> Unit:
    return Unit(number, str(number), date(2016, 1, 1), None, "p", "tinh", name, f"Tỉnh {name}", 1)


def added(data, period: str, code: str = "p1", only: tuple[str, ...] | None = None) -> Sums:
    own = STANDARDS.phase(code)
    assert own is not None
    ctx = Context(data, parse(period), own, STANDARDS, geography())
    sums = Sums()
    for one in data.clubs:
        if only is None or one.id in only:
            sums.add(whole(replace(ctx, data=data.alone(one)), one))
    return sums


def people(club_id: str, women: int, men: int, born: int = 1950):
    sexes = ["female"] * women + ["male"] * men
    return [member(f"{club_id}{n}", club=club_id, sex=sex, born=born) for n, sex in enumerate(sexes)]


def test_shares_are_summed_over_clubs_and_then_divided():
    """3 of 4 and 1 of 10 are women: 4 of 14 together, not the mean of 75% and 10%."""
    data = dataset([club("k"), club("l")], members=[*people("k", 3, 1), *people("l", 1, 9)])

    sums = added(data, "2019..2020")

    ratio = sums.ratio("B02")
    assert (ratio.numerator, ratio.denominator) == (4, 14)
    assert (sums.count("standing"), sums.count("A06.n"), sums.clubs) == (2, 14, 2)


def test_two_provinces_joined_are_all_their_clubs():
    data = dataset([club("k"), club("l")], members=[*people("k", 3, 1), *people("l", 1, 9)])
    one, other = added(data, "2020", only=("k",)), added(data, "2020", only=("l",))

    one.join(other)

    assert one.figures == added(data, "2020").figures
    assert one.clubs == 2


def test_a_club_that_tells_nothing_is_counted_apart_and_a_fund_nobody_states_is_not_0():
    data = dataset(
        [club("k", fund_income_initial=None), club("l", fund_income_initial=None)],
        meetings=meetings("2020-07", 6, "k"),
    )

    sums = added(data, "2020")

    assert (sums.count("standing"), sums.count("silent")) == (2, 1)
    assert added(data, "2020", only=("l",)).count("C06.n") is None
    assert added(data, "2020", only=("l",)).count("C06.m") == 1


def test_of_two_survey_rounds_the_newer_one_counts_for_the_whole_country():
    """k was asked in June only, l in June and in December: of the newer round one of two is satisfied."""
    asked = [
        survey("k1", "2020-06-10", "k", round="baseline", sat_overall=5),
        survey("l1", "2020-06-11", "l", round="baseline", sat_overall=5),
        survey("l1", "2020-12-01", "l", round="end", sat_overall=5),
        survey("l2", "2020-12-02", "l", round="end", sat_overall=2),
    ]
    data = dataset([club("k"), club("l")], surveys=asked)

    told = added(data, "2020").survey("E03")

    assert (told.numerator, told.denominator) == (1, 2)
    assert added(data, "2020", only=("k",)).survey("E03").numerator == 1
    assert added(data, "2019").survey("E03") is None


MINISTRY = IssuingBody(date(2016, 1, 1), "", "Bộ Y tế", "BC-BYT", "Bộ trưởng", ("Lưu: VT",))
LAI_CHAU, THAI_BINH = province(12, "Lai Châu"), province(34, "Thái Bình")


def report(data, period: str, asked=(), homes=None, **changes) -> NationReport:
    """A country of two provinces; clubs stand in Lai Châu unless homes says otherwise."""
    as_of = parse(period).last
    counted = []
    for stretch in needed(parse(period), STANDARDS, asked, NATION):
        sums: dict[int, Sums] = {}
        for one in data.clubs:
            if one.founding_date <= stretch.period.last:
                home = (homes or {}).get(one.id, 12)
                part = added(data, stretch.period.text, stretch.phase, (one.id,))
                sums.setdefault(home, Sums()).join(part)
        own = STANDARDS.phase(stretch.phase)
        counted.append(Counted(stretch, own, stretch.period.last, as_of, (LAI_CHAU, THAI_BINH), sums, Sums()))
    known = Known(
        period=parse(period),
        as_of=as_of,
        cut_off=date(2026, 3, 1),
        standards=STANDARDS,
        nation=NATION,
        targets=tuple(asked),
        context=(),
        row_units={},
        shapes={},
        reform_on=None,
        bodies=(MINISTRY,),
        unchanged=STANDARDS,
    )
    return build(replace(known, **changes), counted)


def demand(period: str, code: str, value: float | None, fact_id: str, **changes):
    return replace(
        target(NATION, period, code, value, **changes),
        fact_id=fact_id,
        unit_level="n",
        phase="p1" if period < "2021" else "p2",
    )


def test_a_target_of_the_first_two_years_is_measured_at_their_end():
    data = dataset([club("k", "2017-05-01"), club("l", "2018-05-01")])
    asked = [
        demand("2016..2017", "A03", 2, "NB-01", op="~", measure="club"),
        demand("2018..2020", "A03", 4, "NB-05", op="~", measure="club"),
    ]

    made = report(data, "2016..2020", asked)

    early, late = made.row("NB-01"), made.row("NB-05")
    assert (early.value, early.verdict.status, early.verdict.attainment) == (1, "chua_dat", 50)
    assert (late.value, late.verdict.attainment) == (2, 50)
    assert made.listed[1].is_empty
    assert made.listed[1].members is None


def test_members_asked_for_with_new_clubs_are_those_of_new_clubs():
    """4 members in a club of 2019, 10 in one of 2022: 10 of 20 for the phase, though 14 stand."""
    since = (MembershipSpell(date(2022, 1, 15)),)
    data = dataset(
        [club("k", "2019-01-15"), club("l", "2022-01-15", phase="p2")],
        members=[*people("k", 3, 1), *(changed(one, spells=since) for one in people("l", 1, 9))],
    )
    asked = [
        demand("2021..2025", "A01", 2, "NA-02", op=">=", measure="club"),
        demand("2021..2025", "A06", 20, "NA-03", op="=", measure="person"),
    ]

    made = report(data, "2021..2025", asked)

    assert (made.row("NA-03").value, made.row("NA-03").verdict.attainment) == (10, 50)
    assert made.row("NA-03").name_vi == "Tổng số thành viên của các CLB thành lập mới"
    assert made.total.members == 14


@pytest.mark.parametrize(
    ("measure", "value", "rate"), [("province", 1, Decimal(50)), ("percent", 50, Decimal(100))]
)
def test_provinces_with_clubs_are_counted_or_shared_as_the_paper_asks(measure, value, rate):
    data = dataset([club("k", "2018-05-01")])
    asked = [demand("2016..2020", "A05", 2 if measure == "province" else 50, "X", op=">=", measure=measure)]

    row = report(data, "2016..2020", asked).row("X")

    assert (row.value, row.verdict.attainment) == (value, rate)


def test_a_number_is_not_failed_before_its_day():
    data = dataset([club("k", "2021-05-01", phase="p2")])
    asked = [demand("2021..2025", "A01", 3000, "NA-02", op=">=", measure="club")]

    assert report(data, "2021..2022", asked).row("NA-02").verdict.status == "chua_den_han"


def test_by_the_decree_a_phase_is_over_on_its_14th_and_each_stretch_keeps_the_calendar():
    asked = [demand("2016..2020", "A03", 2, "NB-05"), demand("2016..2017", "A03", 2, "NB-01")]

    found = needed(parse("2020").decree, STANDARDS, asked, NATION, Settings(calendar="decree"))

    assert [(one.period.first, one.period.last) for one in found] == [
        (date(2019, 12, 15), date(2020, 12, 14)),
        (date(2015, 12, 15), date(2020, 12, 14)),
        (date(2015, 12, 15), date(2017, 12, 14)),
    ]
    day = date(2020, 12, 14)
    counted = Counted(found[1], STANDARDS.phases[0], day, day, (), {}, Sums())
    assert counted.told_to == date(2020, 12, 31)


def test_a_chosen_phase_measures_the_tables_of_the_period():
    found = needed(parse("2021"), STANDARDS, (), NATION, Settings(phase="p1"))

    assert [(one.period.text, one.phase) for one in found] == [
        ("2021", "p1"),
        ("2016..2020", "p1"),
        ("2021", "p2"),
    ]


def test_it_comes_back_from_what_is_kept_and_every_part_of_it_is_compared():
    data = dataset(
        clubs=[club("k", founding_date=date(2018, 3, 1))],
        members=people("k", 45, 15),
        meetings=[meeting("2019-01")],
    )
    made = report(data, "2018..2020", [demand("2016..2020", "A03", 2, "NB-05")])
    kept = frozen.dump(made)

    assert frozen.load(kept) == made
    assert frozen.dump(frozen.load(kept)) == kept
    fields = {field.name for field in dataclasses.fields(NationReport)}
    assert fields == changes.COMPARED_OF_NATION | changes.NOT_COMPARED_OF_NATION
    keys = [key for key, _ in changes.cells(made, "vi")]
    assert len(keys) == len(set(keys))
    assert changes.compare(made, made, "vi") == ()
    other = report(data, "2018..2020", [demand("2016..2020", "A03", 2, "NB-05")], {"k": 34})
    assert {one.row for one in changes.compare(made, other, "vi")} == {"Tỉnh Lai Châu", "Tỉnh Thái Bình"}


def test_without_a_club_nothing_is_0():
    asked = [demand("2016..2020", "A06", 100, "NB-07", op=">=", measure="person")]

    made = report(dataset([]), "2016..2020", asked)

    assert made.row("NB-07").value is None
    assert made.row("NB-07").verdict.status == "chua_co_so_lieu"
    assert (made.total.members, made.total.founded, made.beside) == (None, None, ())


def test_a_provinces_plan_is_its_own_or_that_of_its_units():
    data = dataset([club("k", "2018-05-01")])
    units = [replace(province(105, "Huyện A"), level="d"), replace(province(106, "Huyện B"), level="d")]
    asked = [
        target(LAI_CHAU, "2018..2020", "A01", 21, measure="club"),
        target(units[0], "2018", "A01", 3, measure="club"),
        target(units[1], "2018", "A01", 4, measure="club"),
    ]
    row_units = {12: (105, 106)}

    whole_phase = report(data, "2018..2020", asked, row_units=row_units)
    one_year = report(data, "2018", asked, row_units=row_units)

    assert [row.plan for row in whole_phase.listed] == [21, None]
    assert (one_year.listed[0].plan, one_year.total.plan) == (7, 7)


def test_a_province_of_one_small_club_does_not_tell_how_many_of_its_members_are_women():
    """3 of 12 in Thái Bình, 20 of 40 in Lai Châu: 3 are few, and the other share with the total would tell them."""
    square = Shape((((103.0, 22.0), (104.0, 22.0), (104.0, 23.0), (103.0, 23.0)),))
    clubs = [club("k", "2018-05-01"), club("l", "2018-05-01")]
    members = [*people("k", 20, 20), *people("l", 3, 9)]
    lent = [loan(str(n), f"l{n}", "2020-03-01", "2021-03-01", club="l") for n in range(2)]
    held = [*meetings("2020-01", 12), *meetings("2020-01", 12, "l")]
    data = dataset(clubs, members=members, loans=lent, meetings=held)

    made = report(data, "2016..2020", homes={"l": 34}, shade="C05", shapes={12: square})
    by = {row.unit.code if row.unit else row.kind: row for row in made.provinces}

    assert made.is_masked
    assert (by["12"].women, by["34"].women, by["total"].women) == (WITHHELD, WITHHELD, Decimal(2300) / 52)
    assert (by["12"].older, by["34"].older) == (100, 100)
    assert made.shade.values == {12: by["12"].borrowed, 34: WITHHELD}
    page = pages.body(made, "vi")
    assert "25,0" not in page
    assert "không in để bảo vệ thông tin cá nhân" in page


def test_the_workbook_adds_provinces_up_and_holds_nothing_that_is_masked():
    """Fund and clubs are sums; the share of women of both provinces is masked, so that of the country is a value."""
    clubs = [club("k", "2018-05-01"), club("l", "2019-05-01")]
    data = dataset(clubs, members=[*people("k", 20, 20), *people("l", 3, 9)])
    asked = [demand("2016..2020", "A01", 3000, "NA-01")]

    made = report(data, "2016..2020", asked, homes={"l": 34})
    book = read(workbook.nation(made, date(2026, 3, 1)))

    assert book.formulas.sheetnames == ["Thông tin", "Bảng 1.1", "Bảng 2", "Bảng 3"]
    assert {place: pair for place, pair in book.computed().items() if pair[0] != pytest.approx(pair[1])} == {}
    assert [book.formula("Bảng 3", "Cả nước", column) for column in (4, 6)] == ["=SUM(E6:E7)", "=SUM(G6:G7)"]
    assert book.row("Bảng 3", "Tỉnh Thái Bình")[6:9] == [12, "*", 100]
    assert book.formula("Bảng 3", "Cả nước", 7) == pytest.approx(44.2308, abs=1e-4)
    # Beside the table: women of no province, older people of both.
    assert book.row("Bảng 3", "Tỉnh Thái Bình")[13:17] == [None, None, 12, 12]
    assert book.formula("Bảng 3", "Cả nước", 8).startswith("=IF(")
    assert book.rows("Bảng 1.1")[1][3:5] == [3000, 2]


def test_a_survey_of_the_country_answered_alike_by_few_is_withheld():
    """4 of 13 borrowers earn more."""
    asked = [
        survey(f"k{n}", ever_loan=True, income_change="better" if n < 4 else "same", club="k")
        for n in range(13)
    ]
    data = dataset([club("k", "2018-05-01")], members=people("k", 20, 20), surveys=asked)

    row = next(one for one in report(data, "2016..2020").beside if one.code == "E01")

    assert row.cells[0].value == WITHHELD


def test_the_map_has_classes_at_round_figures_and_tells_provinces_without_clubs():
    assert cuts([Decimal(n) for n in (3, 11, 24, 31, 58, 61, 90, 118)]) == (24, 58, 90)
    assert cuts([5, 5, 5]) == ()
    assert cuts([]) == ()
    square = Shape((((103.0, 22.0), (104.0, 22.0), (104.0, 23.0), (103.0, 23.0)),))
    data = dataset([club("k", "2018-05-01")])

    made = report(data, "2016..2020", shapes={12: square})
    drawn = nation_map(made.provinces, made.shade, made.shapes)

    assert [(area.name, area.fill) for area in drawn.areas] == [("Tỉnh Lai Châu", "solid")]
    assert drawn.unshaped == ("Tỉnh Thái Bình",)
    assert [(one.fill, one.provinces) for one in drawn.classes] == [("solid", 1), ("none", 1)]
    assert [Spoken("vi").klass(one, "club") for one in drawn.classes] == ["1 CLB", "Chưa có CLB"]
    assert [one.name_vi for one in drawn.islands] == ["Quần đảo Hoàng Sa", "Quần đảo Trường Sa"]
    assert nation_map(made.provinces, made.shade, {}) is None


def test_a_figure_short_of_its_goal_is_not_rounded_up_to_it():
    data = dataset([club("k", "2018-05-01")], meetings=[meeting("2020-12")])
    asked = [demand("2016..2020", "A03", 1001, "X", op="~", measure="club")]
    row = report(data, "2016..2020", asked).row("X")
    near = replace(row.verdict, attainment=Decimal("99.97"))

    assert Spoken("vi").rate(near) == "99,9"
    assert Spoken("en").rate(near) == "99.9"
    assert Stretch(parse("2020"), "p1") == Stretch(parse("2020"), "p1", is_brief=False)
