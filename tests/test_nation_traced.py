"""The figures of the country's report traced: to the provinces each is made from, and to the same figure there."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache

import pytest

from reports import figures, language
from reports import nation as content
from reports.facts import Unit
from reports.figures.build import recipe
from reports.indicators import Value
from reports.nation import Counted, NationFigure, NoSuchFigure, Stretch
from reports.nation import render as pages
from reports.nation.figures import Sums
from reports.nation.words import Spoken
from reports.period import Period, parse
from reports.privacy import WITHHELD, Masked
from reports.settings import Settings
from server.scope import Scope
from server.services import report
from server.services.actor import SYSTEM_ID
from server.services.report import nation
from tests.builders_facts import phase
from tests.test_sample_report import TODAY, Sample
from tests.test_sample_report import sample as sample  # pytest finds it here.

EVERYTHING = Scope(None, SYSTEM_ID, TODAY)
PERIODS = ["2016..2020", "2021..2025", "2018", "2026"]
"""Both phases, a year, and one under way on TODAY, counted to 31/10/2026."""


@dataclass
class Recorder:
    """Takes down what the page would make a link of."""

    whole_figures: list[tuple[str, content.Asked]] = field(default_factory=list)
    of_provinces: list[tuple[str, str, str, str]] = field(default_factory=list)

    def __call__(self, shown: str, province: Unit | None, code: str = "", part: str = "unit") -> str:
        if province is not None and code and shown != "–":
            self.of_provinces.append((shown, province.code, code, part))
        return shown

    def whole(
        self, shown: str, code: str, part: str = "", *, phase: str = "", span: Period | None = None
    ) -> str:
        if shown != "–":
            asked = content.Asked(code, part, phase, span.text if span else "")
            self.whole_figures.append((shown, asked))
        return shown


@pytest.fixture(scope="module")
def recorded(sample: Sample) -> Callable[[str], Recorder]:
    """What the page of a period makes links of."""

    @cache
    def found(period: str) -> Recorder:
        taken = Recorder()
        with sample.database.reading() as session:
            made = nation.nation(session, EVERYTHING, parse(period), today=TODAY)
        pages.body(made, "vi", taken)
        return taken

    return found


@pytest.fixture(scope="module")
def traced(sample: Sample) -> Callable[[content.Asked, str], NationFigure]:
    """The figure of the country at an address; the clubs of a period are added up once for all tests."""

    @cache
    def counts(period: Period) -> dict[Stretch, Counted]:
        with sample.database.reading() as session:
            counted = nation.counts(session, period, TODAY, min(period.last, TODAY))
        return {one.stretch: one for one in counted}

    def found(asked: content.Asked, period: str) -> NationFigure:
        known = counts(parse(period))
        return content.figure(asked, known[content.stretch(asked, list(known))])

    return found


@pytest.fixture(scope="module")
def in_province(sample: Sample) -> Iterator:
    """The figure of a province that a line of the country's leads to."""
    with sample.database.reading() as session:

        @cache
        def sources(code: str, period: Period, as_of: date, day: date) -> figures.Sources:
            settings = Settings(geography_as_of=as_of)
            counted_to = day if day < period.last else None
            return report.sources(
                session, EVERYTHING, code, period, today=TODAY, counted_to=counted_to, settings=settings
            )

        def found(code: str, of: Counted, asked: figures.Asked) -> tuple[str, Value]:
            """By which phase, and what; without its lines, which have tests of their own and take their time."""
            made = recipe(sources(code, of.stretch.period, of.as_of, of.day), asked)
            return made.ctx.phase.code, made.compute(made.own)

        yield found


def as_printed(found: NationFigure) -> set[str]:
    """The ways in which the report prints a figure."""
    w, total = Spoken("vi"), found.total
    told = {w.figure(total.value, found.unit, found.decimals), w.figure(total.value, found.unit, 1)}
    if isinstance(total.numerator, int):
        told.add(f"{total.numerator:02}")
        told.add(f"{total.numerator:02} câu lạc bộ ({language.percent(total.value)})")
    return told


@pytest.mark.parametrize("period", PERIODS)
def test_every_number_of_the_country_is_the_foot_of_a_list_that_adds_up_to_it(recorded, traced, period):
    seen = recorded(period).whole_figures

    for shown, asked in seen:
        found = traced(asked, period)
        assert shown in as_printed(found), (asked, shown)
        for part in found.made_of or (found,):
            lines = [line for line in part.lines if not isinstance(line.numerator, Masked)]
            if len(lines) == len(part.lines) and isinstance(part.total.numerator, int):
                assert sum(line.numerator or 0 for line in lines) == part.total.numerator, asked
            if part.has_sides and not isinstance(part.total.value, Masked):
                assert sum(line.denominator or 0 for line in part.lines) == (part.total.denominator or 0), (
                    asked
                )
            assert sum(line.clubs for line in part.lines) == part.total.clubs
    parts = {asked.part for _, asked in seen}
    assert {"", "active", "silent", "owed", "since"} <= parts
    if period == "2016..2020":
        assert {"lent", "returned", "earned", "late", "below", "between", "above"} <= parts
    assert len(seen) > 60


@pytest.mark.parametrize("period", PERIODS)
def test_each_province_of_the_list_leads_to_the_same_figure_of_its_own_report(
    recorded, traced, in_province, period
):
    """Also within a target's own years, over an earlier phase's provinces, and while the period is under way."""
    compared = 0
    for asked in dict.fromkeys(asked for _, asked in recorded(period).whole_figures):
        whole = traced(asked, period)
        for found in whole.made_of or (whole,):
            for line in (line for line in found.lines if line.leads):
                is_a05 = asked.code == "A05"
                own = figures.Asked("A03" if is_a05 else found.asked.code, "" if is_a05 else found.asked.part)
                phase, value = in_province(line.unit.code, found.counted, own)
                told = (value.numerator, value.denominator, value.value)
                expected = (line.numerator, line.denominator, line.value)
                assert told == ((line.clubs, None, line.clubs) if is_a05 else expected), (
                    found.asked,
                    line.unit,
                )
                assert phase == found.counted.stretch.phase
                compared += 1
    assert compared > 100


@pytest.mark.parametrize("period", ["2018", "2026"])
def test_a_province_of_the_table_leads_to_the_figure_that_stands_there(recorded, in_province, traced, period):
    """Table 3 and annex I, in the days and boundaries of the report."""
    own, w = traced(content.Asked("A03"), period).counted, Spoken("vi")

    for shown, province, code, part in recorded(period).of_provinces:
        if shown == "*":
            continue
        _, value = in_province(province, own, figures.Asked(code, part))
        decimals = 1 if value.unit == "percent" else 0
        assert shown == w.figure(value.value, value.unit, decimals), (province, code, part)


def test_the_estimate_stands_above_its_two_factors(traced):
    """NB-13: those who borrowed since 2021, times borrowers whose income rose."""
    found = traced(content.Asked("C05", "improved", "p2"), "2021..2025")

    lent, improved = found.made_of
    assert (lent.asked.part, improved.asked.code, found.lines) == ("since", "E01", ())
    assert found.total.value == lent.total.value * improved.total.value / 100


@pytest.mark.parametrize(
    "asked",
    [
        content.Asked("Z99"),
        content.Asked("E03"),
        content.Asked("A02"),
        content.Asked("A06", "silent"),
        content.Asked("A06", "nonsense"),
        content.Asked("A06", "", "p9"),
        content.Asked("A06", "", "p1", "1999"),
        content.Asked("C05", "", "p1", "2016-08..2017-12"),
    ],
)
def test_a_figure_that_the_report_lacks_is_none(traced, asked):
    with pytest.raises(NoSuchFigure):
        traced(asked, "2016..2020")


def of(women: int, members: int, older: int = 20) -> Sums:
    """A province with one club."""
    sums = Sums()
    told = {"standing": 1, "silent": 0, "A06.n": members, "A06.m": 0, "A07.n": older, "A07.m": 0}
    sums.add({**told, "B02.n": women, "B02.d": members, "B02.m": 0, "B03.n": older, "B03.d": members})
    return sums


def a_province(number: int) -> Unit:
    name = f"Tỉnh {number}"
    return Unit(number, f"{number:02}", date(2004, 1, 1), None, "p", "province", name, name, 1)


def counted(*parts: Sums, undecided: Sums | None = None) -> Counted:
    units = tuple(a_province(n) for n in (1, 2, 3, 4))
    stretch = Stretch(parse("2020"), "p1")
    sums = dict(zip((1, 2, 3), parts, strict=False))
    last = date(2020, 12, 31)
    return Counted(stretch, phase("p1"), last, last, units, sums, undecided or Sums())


def test_few_persons_are_withheld_with_one_that_would_tell_of_them():
    """3 women in the first province: with the total printed, the smallest other share is withheld too."""
    found = content.figure(content.Asked("B02"), counted(of(3, 40), of(20, 40), of(30, 50)))

    assert [line.value for line in found.lines] == [WITHHELD, WITHHELD, Decimal(60)]
    assert [line.numerator for line in found.lines] == [WITHHELD, WITHHELD, 30]
    assert [line.leads for line in found.lines] == [False, False, True]
    assert (found.total.numerator, found.total.denominator) == (53, 130)
    assert found.is_masked
    assert [unit.code for unit in found.without] == ["04"]


def test_the_number_of_older_people_is_withheld_where_their_share_is():
    own = counted(of(20, 40, older=2), of(20, 40, older=20), of(30, 50, older=25))

    shares, numbers = (content.figure(content.Asked(code), own) for code in ("B03", "A07"))

    assert [line.value for line in numbers.lines] == [WITHHELD, WITHHELD, 25]
    assert [isinstance(line.value, Masked) for line in shares.lines] == [True, True, False]


def test_clubs_of_no_known_province_are_in_the_list_and_lead_nowhere():
    found = content.figure(content.Asked("A06"), counted(of(20, 40), undecided=of(10, 30)))

    assert [(line.kind, line.numerator, line.leads) for line in found.lines] == [
        ("province", 40, True),
        ("undecided", 30, False),
    ]
    assert found.total.value == 70


def test_a_country_without_a_club_has_no_lines():
    found = content.figure(content.Asked("B02"), counted())

    assert (found.lines, found.total.value, len(found.without)) == ((), None, 4)
