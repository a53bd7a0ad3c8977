"""A figure traced to its clubs: the lines add up, few persons are masked, what is no sum is told apart."""

import itertools
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reports import figures
from reports.facts import Place
from reports.figures import Asked, NoSuchFigure
from reports.figures.build import Sources
from reports.privacy import MINIMUM, WITHHELD, Part, is_few, shares, spread
from reports.screen import screen
from tests.builders_facts import DISTRICTS as UNITS
from tests.builders_facts import club, commune, context, dataset, geography, loan, meetings, member, survey

PERIOD = "2019..2020"


def source(clubs, places=None, period=PERIOD, **facts):
    """The sources of a report of some clubs; places: club → district."""
    where = geography(places or {one.id: UNITS[0] for one in clubs})
    ctx = context(dataset(clubs, **facts), period, geography=where)
    return Sources(ctx, (ctx,))


def people(prefix, number, club_id, **changes):
    return [member(f"{prefix}{n}", club_id, **changes) for n in range(number)]


def told(figure):
    return {line.club.id: (line.numerator, line.denominator) for line in figure.lines}


def test_the_lines_of_a_share_are_the_clubs_and_add_up_to_it():
    """20 of 30 women and 5 of 10: 25 of 40, 62.5 %."""
    members = [
        *people("a", 20, "k"),
        *people("b", 10, "k", sex="male"),
        *people("c", 5, "m"),
        *people("d", 5, "m", sex="male"),
    ]
    figure = figures.figure(source([club("k"), club("m")], members=members), Asked("B02"))

    assert told(figure) == {"k": (20, 30), "m": (5, 10)}
    assert (figure.numerator, figure.denominator, figure.total) == (25, 40, Decimal("62.5"))
    assert figure.value.value == figure.total


def test_a_club_that_is_not_counted_says_why():
    clubs = [
        club("old"),
        club("closed", closed_on=club("x", "2020-03-01").founding_date),
        club("silent", "2018-01-01"),
        club("young", "2020-11-20"),
    ]
    reports = [*meetings("2019-02", 23, "old"), *meetings("2020-12", 1, "young")]

    figure = figures.figure(source(clubs, meetings=reports), Asked("D07"))

    assert {line.club.id: line.reason for line in figure.lines} == {
        "old": "",
        "closed": "closed",
        "silent": "silent",
        "young": "too_young",
    }
    assert [line.club.id for line in figure.counted] == ["old"]


def test_what_a_graded_club_does_not_reach_is_named():
    """It has no board and no charter, nobody visited or trained it, and no member borrowed."""
    made = source([club("k")], meetings=meetings("2020-06", 7, "k"))
    failing = figures.behind(figures.figure(made, Asked("D07")), club("k"), is_named=False).failing

    assert failing == ("m4", "m6", "m8", "m9")
    assert figures.behind(figures.figure(made, Asked("D01")), club("k"), is_named=False).failing == ()


def test_a_figure_of_a_unit_holds_the_clubs_of_that_unit():
    clubs = [club("k"), club("m")]
    made = source(clubs, {"k": UNITS[0], "m": UNITS[1]}, members=[*people("a", 9, "k"), *people("b", 7, "m")])

    assert told(figures.figure(made, Asked("A06", "unit", unit=UNITS[1].code))) == {"m": (7, None)}
    assert figures.figure(made, Asked("A06", "unit", unit="total")).total == 16


def test_communes_are_listed_where_communes_are_counted():
    """Two communes, one with two active clubs: 50 %."""
    here, there = commune(1), commune(2)
    clubs = [club("k"), club("m")]
    places = {one.id: Place(UNITS[0].id, here.id, 58) for one in clubs}
    reports = [*meetings("2020-06", 7, "k"), *meetings("2020-06", 7, "m")]
    made = source(clubs, meetings=reports)
    where = replace(geography(communes=(here, there)), places=places)
    made = Sources(replace(made.whole, geography=where), ())

    figure = figures.figure(made, Asked("A04"))

    assert [(line.unit.id, [one.id for one in line.clubs]) for line in figure.units] == [
        (1, ["k", "m"]),
        (2, []),
    ]
    assert (figure.numerator, figure.denominator, figure.total) == (1, 2, 50)


def test_an_interview_of_an_older_round_is_in_no_line():
    """The newest round asked club k only; club m was asked the year before."""
    asked = [survey("a", "2020-11-16", "k"), survey("b", "2019-11-16", "m")]

    figure = figures.figure(source([club("k"), club("m")], surveys=asked), Asked("E03"))

    assert told(figure)["m"] == (0, 0)
    assert figure.denominator == figure.value.denominator == 1


@pytest.mark.parametrize(
    "asked",
    [
        Asked("Z99"),
        Asked("A06", "unit", unit="999"),
        Asked("A06", "actual", row="7.1"),
        Asked("A06", "actual", row="1.x"),
        Asked("A06", "overdue", unit="total"),
        Asked("B02", "phase", row="p9"),
        Asked("D04", "area_clubs", row="a9"),
        Asked("A06", "nothing"),
    ],
)
def test_an_address_without_a_figure_is_refused(asked):
    made = source([club("k")], members=people("a", 9, "k"), meetings=meetings("2020-06", 7, "k"))

    with pytest.raises(NoSuchFigure):
        figures.figure(made, asked)


def test_few_women_of_a_club_are_masked_with_another_club_of_the_unit():
    """3 women in k, 10 in m, 20 in n of another unit: m hides k, as the unit's 13 are printed."""
    clubs = [club("k"), club("m"), club("n")]
    members = [
        *(one for c, women in (("k", 3), ("m", 10), ("n", 20)) for one in people(f"w{c}", women, c)),
        *(one for c in "kmn" for one in people(f"x{c}", 12, c, sex="male")),
    ]
    made = source(clubs, {"k": UNITS[0], "m": UNITS[0], "n": UNITS[1]}, members=members)

    figure = figures.for_public(figures.figure(made, Asked("B02")))

    assert told(figure) == {"k": (WITHHELD, 15), "m": (WITHHELD, 22), "n": (20, 32)}
    assert figure.shown == figure.value.value


def test_of_the_clubs_founded_in_the_period_no_more_is_told_than_of_all():
    """k was there before; of m 3 are older, of n 10: n hides m, and of k nothing is asked. Of both together 13 are."""
    clubs = [club("k", "2018-01-01"), club("m"), club("n")]
    members = [
        *(one for c, older in (("k", 20), ("m", 3), ("n", 10)) for one in people(f"o{c}", older, c)),
        *(one for c in "kmn" for one in people(f"y{c}", 12, c, born=1990)),
    ]
    made = source(clubs, members=members)

    older, all_ = (figures.for_public(figures.figure(made, Asked(code, "new"))) for code in ("A07", "A06"))

    assert told(older) == {"m": (WITHHELD, None), "n": (WITHHELD, None)}
    assert (older.shown, all_.shown) == (13, 37)
    assert told(all_) == {"m": (15, None), "n": (22, None)}


def test_few_older_people_of_the_only_new_club_are_withheld_with_the_figure():
    clubs = [club("k", "2018-01-01"), club("m")]
    members = [*people("k", 20, "k"), *people("o", 3, "m"), *people("y", 12, "m", born=1990)]

    figure = figures.for_public(figures.figure(source(clubs, members=members), Asked("A07", "new")))

    assert (figure.shown, told(figure)) == (WITHHELD, {"m": (WITHHELD, None)})


def test_clubs_by_the_size_of_their_fund_are_all_that_tell():
    """The marks of the phase are 20 and 30 million; a club's book holds 20."""
    made = source([club("k"), club("silent", "2020-05-01")], meetings=meetings("2020-06", 7, "k"))

    counts = {
        part: figures.figure(made, Asked("C04", part)).numerator for part in ("below", "between", "above")
    }

    assert counts == {"below": 0, "between": 1, "above": 0}
    assert told(figures.figure(made, Asked("C04", "between")))["k"] == (1, 1)


def test_a_unit_that_the_report_withholds_is_withheld_here_too():
    """3 women in the only club of a unit: neither the club nor the unit is told."""
    clubs = [club("k"), club("m"), club("n")]
    members = [
        *(one for c, women in (("k", 3), ("m", 10), ("n", 20)) for one in people(f"w{c}", women, c)),
        *(one for c in "kmn" for one in people(f"x{c}", 12, c, sex="male")),
    ]
    made = source(clubs, {"k": UNITS[0], "m": UNITS[1], "n": UNITS[2]}, members=members)

    figure = figures.for_public(figures.figure(made, Asked("B02", "unit", unit=UNITS[0].code)))

    assert (figure.shown, told(figure)) == (WITHHELD, {"k": (WITHHELD, 15)})


def test_who_was_asked_in_a_survey_is_told_of_no_club():
    made = source([club("k")], surveys=[survey(f"a{n}", club="k") for n in range(9)])

    figure = figures.for_public(figures.figure(made, Asked("E03")))

    assert told(figure) == {"k": (WITHHELD, WITHHELD)}
    assert figure.value.denominator == 9


def test_names_and_loans_are_behind_a_figure_for_the_commune_alone():
    made = source(
        [club("k")],
        members=people("a", 9, "k"),
        meetings=meetings("2020-06", 7, "k"),
        loans=[loan("1", "a1", "2020-06-01", "2021-06-01")],
    )
    figure = figures.figure(made, Asked("C05"))

    for_commune = figures.behind(figure, club("k"), is_named=True)
    above = figures.behind(figure, club("k"), is_named=False)

    assert [row.name for row in for_commune.members if row.has_borrowed] == ["Nguyễn Thị a1"]
    assert [row.borrower for row in for_commune.loans] == ["Nguyễn Thị a1"]
    assert (above.members, above.loans) == ((), ())
    assert {row.group: row.share for row in above.groups}["borrowed"] == WITHHELD
    assert len(above.months) > 7


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from("UV"),
            st.sampled_from("pq"),
            st.integers(1, 8).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_nobody_can_tell_of_how_few_a_share_is_from_totals_by_unit_and_phase(drawn):
    """The attacker knows the totals that are printed, all denominators, and every share that is not masked. The total
    of the province, which is always printed, is of no few persons itself."""
    parts = [Part(unit, phase, *pair) for unit, phase, pair in drawn]
    above, below = _sums(parts, bool)
    assume(not is_few(above) and not is_few(below - above))
    held = {(axis, key) for axis in ("row", "column") for key in _withheld(parts, axis)}
    printed = spread(parts, held)

    possible = [set() for _ in parts]
    for guess in itertools.product(*(range(part.denominator + 1) for part in parts)):
        if _fits(guess, parts, printed, held):
            for found, n in zip(possible, guess, strict=True):
                found.add(n)
    for part, one, found in zip(parts, printed, possible, strict=True):
        if 0 < part.numerator < MINIMUM or 0 < part.denominator - part.numerator < MINIMUM:
            assert one == WITHHELD
            assert len(found) > 1 or _is_told(part, parts, held)


def _withheld(parts, axis):
    keys = list(dict.fromkeys(getattr(part, axis) for part in parts))
    shown = shares([_sums(parts, lambda part, key=key: getattr(part, axis) == key) for key in keys])
    return [key for key, one in zip(keys, shown, strict=False) if one == WITHHELD]


def _sums(parts, keep):
    kept = [part for part in parts if keep(part)]
    return sum(part.numerator for part in kept), sum(part.denominator for part in kept)


def _is_told(part, parts, held):
    """Whether a printed total tells by itself: nobody, everybody, or of this part alone."""
    lines = [(("all", None), parts)]
    lines += [(("row", part.row), [one for one in parts if one.row == part.row])]
    lines += [(("column", part.column), [one for one in parts if one.column == part.column])]
    printed = [of for line, of in lines if line not in held]
    return any(len(of) == 1 or _sums(of, bool)[0] in (0, _sums(of, bool)[1]) for of in printed)


def _fits(guess, parts, printed, held):
    lines = [(("all", None), lambda part: True)]
    lines += [(("row", key), lambda part, key=key: part.row == key) for key in "UV"]
    lines += [(("column", key), lambda part, key=key: part.column == key) for key in "pq"]
    for line, keep in lines:
        of = [n for n, part in zip(guess, parts, strict=True) if keep(part)]
        if line not in held and sum(of) != _sums(parts, keep)[0]:
            return False
    pairs = zip(guess, parts, printed, strict=True)
    return all(one == WITHHELD or n == part.numerator for n, part, one in pairs)


def test_a_page_has_anchors_and_scrolling_tables_and_no_styles():
    made = screen(
        '<h2>I. Một &amp; hai</h2><table class="small"><caption>Bảng 1 <span class="of">(đồng)</span></caption>'
        '<colgroup><col style="width:5%"></colgroup><tr><th scope="col" style="width:8%">STT</th></tr></table>'
        "<h3>1. Ba</h3><table><tr><td>4</td></tr></table>"
    )

    assert [(one.level, one.anchor, one.text) for one in made.contents] == [
        (2, "s1", "I. Một & hai"),
        (3, "s2", "1. Ba"),
    ]
    assert '<h2 id="s1">I. Một &amp; hai</h2>' in made.html
    assert 'role="region" aria-label="Bảng 1 (đồng)"><table class="small">' in made.html
    assert 'aria-label="1. Ba"><table>' in made.html
    assert "style" not in made.html
    assert "<col" not in made.html


def test_a_table_that_has_its_box_gets_no_second_one_and_only_drawings_are_stopped_at():
    made = screen(
        '<h2>Một</h2><div class="scroll">\n<table><tr><td>1</td></tr></table>\n</div><p>xong</p>'
        '<figure class="doc-photo"><img></figure><figure class="doc-chart"><svg></svg></figure>'
    )

    assert made.html == (
        '<h2 id="s1">Một</h2><div class="scroll" tabindex="0" role="region" aria-label="Một"><table><tr><td>1</td></tr>'
        '</table></div><p>xong</p><figure class="doc-photo"><img></figure><figure tabindex="0" class="doc-chart"><svg>'
        "</svg></figure>"
    )
