"""The register of indicators: complete, in both languages, and its formulas fill themselves from the phase."""

import re

import pytest

from reports.indicators import REGISTER
from reports.indicators.base import indicator, sides
from reports.indicators.grade import AREAS, CHECKS, MANDATORY, OPTIONAL
from tests.builders_facts import RULES, context, dataset

GROUPS = (("A", 8), ("B", 6), ("C", 10), ("D", 16), ("E", 4))
CATALOGUE = [f"{group}{n:02}" for group, last in GROUPS for n in range(1, last + 1)]


def test_the_register_has_the_44_indicators_of_the_catalogue_and_no_other():
    assert sorted(REGISTER) == CATALOGUE
    assert len(CATALOGUE) == 44


@pytest.mark.parametrize("code", sorted(REGISTER))
def test_an_indicator_says_what_it_is_in_both_languages(code):
    entry = REGISTER[code]
    words = (
        entry.name_vi,
        entry.name_en,
        entry.formula_vi,
        entry.formula_en,
        entry.absence_vi,
        entry.absence_en,
    )

    assert all(words)
    assert entry.source
    assert entry.kind in ("stock", "flow")
    assert entry.group in ("number", "quality", "fund", "activity")
    assert entry.unit in ("club", "person", "percent", "VND", "area", "visit", "point")
    assert entry.compute.__doc__


@pytest.mark.parametrize("code", sorted(REGISTER))
def test_the_figures_in_a_formula_are_rules_of_a_phase(code):
    entry = REGISTER[code]
    texts = entry.formula_vi + entry.formula_en + entry.absence_vi + entry.absence_en

    assert set(re.findall(r"{(\w+)}", texts)) <= {*RULES, "older_age"}
    assert sorted(re.findall(r"{\w+}", entry.formula_vi)) == sorted(re.findall(r"{\w+}", entry.formula_en))


@pytest.mark.parametrize("code", sorted(REGISTER))
def test_a_figure_names_its_indicator_its_unit_and_its_day(code):
    ctx = context(dataset([]), "2020")

    value = REGISTER[code].compute(ctx)

    assert (value.code, value.unit, value.cut_off) == (code, REGISTER[code].unit, ctx.period.last)


@pytest.mark.parametrize("code", sorted(REGISTER))
def test_a_share_or_a_mean_says_what_stands_above_and_below_its_line(code):
    entry = REGISTER[code]
    vi, en = sides(entry.formula_vi), sides(entry.formula_en)

    assert vi.numerator
    assert en.numerator
    assert bool(vi.denominator) == bool(en.denominator)
    assert bool(vi.denominator) == (
        REGISTER[code].compute(context(dataset([]), "2020")).denominator is not None
    )


def test_a_formula_is_read_as_its_two_sides():
    told = sides("Members seen / members, all of them × 100, summed first; beside it all checks")

    assert (told.numerator, told.denominator) == ("Members seen", "members, all of them")
    assert told.rest == "summed first; beside it all checks"
    assert sides("Money raised; with goods").numerator == "Money raised"


def test_a_code_is_given_once():
    with pytest.raises(ValueError, match="A01"):
        indicator("A01")(REGISTER["A01"].compute)


def test_the_grade_looks_at_eight_areas_and_nine_conditions():
    assert tuple(CHECKS) == (*AREAS, *MANDATORY, *OPTIONAL)
