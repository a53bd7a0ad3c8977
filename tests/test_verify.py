"""The second calculation on its own: what it reads, what it compares, and that no printed number escapes it."""

import dataclasses
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from types import ModuleType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

import pytest

import verify
from reports.cells import cells
from reports.facts import ContextFact
from reports.indicators.base import Value
from reports.nation import model as nation_model
from reports.province import activity_model, model
from reports.targets import Verdict
from tests.builders_nation import masked, nation_report
from tests.builders_parts import parts
from tests.builders_report import province_report
from verify import calendar, goals, interval, mask, read, words
from verify.indicator import Measured
from verify.row import Row
from verify.stretch import Part

NO_FIGURE = {
    ("ContextFact", "unit_id"): "which unit the report is about",
    ("TargetRow", "decimals"): "how many decimals are printed",
    ("ClubRow", "number"): "the row's place in the list",
    ("ClubFunds", "number"): "the row's place in the list",
    ("AbsentClub", "number"): "the row's place in the list",
}
NO_FIGURE_OF_NATION = {
    ("ContextFact", "unit_id"): "which unit the report is about",
    ("TargetRow", "decimals"): "how many decimals are printed",
    ("BesideRow", "decimals"): "how many decimals are printed",
    ("ProvinceRow", "number"): "the row's place in the list",
}
MODULES = (model.__name__, activity_model.__name__, nation_model.__name__)
OF_PROVINCE, OF_NATION = (model, activity_model), (nation_model,)
DERIVED = (nation_model.Scope, nation_model.Stretch, nation_model.Counted)
"""Made from the report, or the report is made from them: no part of it."""
WALKED = (model.ProvinceReport, Value, Verdict, ContextFact)
"""Where the numbers of a report are; units, phases and rules only lend their names and limits to them."""


def test_every_number_of_the_report_has_a_cell():
    """A field that a later version adds is found here: changing it must change some cell."""
    report = province_report(**parts())
    before = cells(report)

    tried = dict(changes(report))
    missed = {name for name, changed in tried.items() if cells(changed) == before}

    assert missed - set(NO_FIGURE) == set()
    assert declared(OF_PROVINCE) - set(tried) - set(NO_FIGURE) == set(), "builders_report has no such row"


def test_every_number_of_the_report_of_the_country_has_a_cell():
    report = nation_report()
    before = cells(report)

    tried = dict(changes(report))
    missed = {name for name, changed in tried.items() if cells(changed) == before}

    assert missed - set(NO_FIGURE_OF_NATION) == set()
    assert declared(OF_NATION) - set(tried) - set(NO_FIGURE_OF_NATION) == set(), (
        "nation_report has no such row"
    )


def test_shares_of_the_country_are_told_with_what_they_are_made_of_unless_withheld():
    report = nation_report()
    shown, withheld = cells(report), cells(masked(report))

    told = [f"bang3/12/nu/{key}" for key in ("gia_tri", "tu_so", "mau_so")]
    assert [shown[name] for name in told] == [Decimal(50), 20, 40]
    assert [withheld[name] for name in told] == [MASKED] * 3
    assert withheld["bang2/p1/E01/thuc_hien"] == withheld["bang2/p1/E01/danh_gia"] == MASKED


def declared(modules: tuple[ModuleType, ...]) -> set[tuple[str, str]]:
    """Every numeric field of the models' own classes."""
    names = {module.__name__ for module in modules}
    return {
        (kind.__name__, field.name)
        for module in modules
        for kind in vars(module).values()
        if isinstance(kind, type) and kind.__module__ in names and dataclasses.is_dataclass(kind)
        if kind not in DERIVED
        for field in dataclasses.fields(kind)
        if is_number(get_type_hints(kind)[field.name])
    }


def changes(report: model.ProvinceReport) -> Iterator[tuple[tuple[str, str], model.ProvinceReport]]:
    """The report with one number changed, for each numeric field of each kind of row that it holds."""
    seen: set[tuple[str, str]] = set()
    for path, owner, name in numbers(report, ()):
        key = (type(owner).__name__, name)
        if key not in seen:
            seen.add(key)
            yield key, changed(report, path, name)


def numbers(owner: Any, path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], Any, str]]:
    """Every numeric field below a dataclass: the way to its owner, the owner, its name."""
    hints = get_type_hints(type(owner))
    for field in dataclasses.fields(owner):
        value, way = getattr(owner, field.name), (*path, field.name)
        if is_number(hints[field.name]):
            yield path, owner, field.name
        elif dataclasses.is_dataclass(value) and of_report(value):
            yield from numbers(value, way)
        elif isinstance(value, tuple):
            for index, one in enumerate(value):
                if dataclasses.is_dataclass(one) and of_report(one):
                    yield from numbers(one, (*way, index))


def of_report(value: object) -> bool:
    return type(value).__module__ in MODULES or isinstance(value, WALKED)


def is_number(hint: Any) -> bool:
    if get_origin(hint) is Mapping:
        hint = get_args(hint)[1]
        return isinstance(hint, UnionType) and is_number(hint)
    kinds = get_args(hint) if isinstance(hint, UnionType) or get_origin(hint) else (hint,)
    return bool({int, Decimal} & set(kinds)) and bool not in kinds


def changed(owner: Any, path: tuple[Any, ...], name: str) -> Any:
    """The same with one more in the field at the end of the way."""
    if not path:
        value = getattr(owner, name)
        more = {key: 1 + one for key, one in value.items()} if isinstance(value, dict) else 1 + (value or 0)
        return replace(owner, **{name: more})
    first, *rest = path
    if isinstance(first, int):
        return tuple(changed(one, tuple(rest), name) if n == first else one for n, one in enumerate(owner))
    return replace(owner, **{first: changed(getattr(owner, first), tuple(rest), name)})


def test_answers_are_read_from_the_xml_with_their_place_in_repeats():
    xml = (
        '<data id="club_meeting" xmlns:h="x"><g><club>c1</club><requests>  </requests></g>'
        "<members_joined><card><j_full_name>Nguye\u0302\u0303n Thi\u0323 An</j_full_name></card></members_joined>"
        "<members_joined><card><j_full_name>B &amp; C</j_full_name></card>"
        '<meta><entity dataset="members" create="1" id="uuid:AB"/></meta></members_joined>'
        '<meta><entity dataset="clubs" update="1" id="c1"/></meta></data>'
    ).encode()

    assert list(read.answers(xml)) == [
        ("", 0, "club", "c1"),
        ("members_joined", 1, "j_full_name", "Nguyễn Thị An"),
        ("members_joined", 2, "j_full_name", "B & C"),
        ("members_joined", 2, "entity:members", "ab"),
    ]


def test_a_share_agrees_only_with_the_exact_fraction():
    computed = verify.Computed({"a": Fraction(200, 3), "b": 7, "c": None, "d": "strong"}, frozenset())
    printed = {"a": Decimal(200) / 3, "b": 7, "c": None, "d": "strong"}

    assert verify.compare(printed, computed).differences == ()
    for cell, wrong in (("a", Decimal("66.667")), ("b", 8), ("b", None), ("c", 0), ("d", "weak")):
        found = verify.compare({**printed, cell: wrong}, computed)
        assert [one.cell for one in found.differences] == [cell]
        assert found.cells == 4


FEW, MASKED = "(<5)", "(che)"


@pytest.mark.parametrize(
    ("counts", "printed", "wrong"),
    [
        ({"a": 3, "b": 20}, {"a": FEW, "b": MASKED}, []),
        ({"a": 3, "b": 20}, {"a": 3, "b": 20}, ["a"]),
        ({"a": 3, "b": 20}, {"a": FEW, "b": FEW}, ["b"]),
        ({"a": 30, "b": 20}, {"a": MASKED, "b": 20}, ["a"]),
        ({"a": 3, "b": 0}, {"a": MASKED, "b": MASKED}, ["b"]),
    ],
)
def test_a_figure_of_persons_is_withheld_where_it_must_be_and_only_where_it_may(counts, printed, wrong):
    computed = verify.Computed(counts, frozenset(), mask.of_counts(counts))

    assert [one.cell for one in verify.compare(printed, computed).differences] == wrong


def test_a_share_of_all_but_few_is_a_secret_and_covers_its_companions():
    veils = mask.of_shares({"a": (38, 40), "b": (10, 40), "c": (0, 0)})

    assert [(veil.must, veil.may) for veil in veils.values()] == [(True, True), (False, True), (False, False)]


def test_an_interval_is_the_one_worked_out_by_hand():
    """20 of 40: Wilson gives 35,2 to 64,8; of 1 and 3 on one item: 2 ± 1.959964, kept within 1 and 5."""
    low, high = interval.of_share(20, 40)

    assert (round(float(low), 1), round(float(high), 1)) == (35.2, 64.8)
    assert [round(float(end), 4) for end in interval.of_mean([1, 3], 1, 1, 5)] == [1.0, 3.96]


def test_the_decree_counts_a_year_from_15_december_and_papers_with_it():
    year = (date(2020, 12, 15), date(2021, 12, 14))

    assert calendar.plain(year) == (date(2021, 1, 1), date(2021, 12, 31))
    assert calendar.alike((date(2021, 1, 1), date(2025, 12, 31)), year) == (
        date(2020, 12, 15),
        date(2025, 12, 14),
    )
    assert calendar.year_before(year) == (date(2019, 12, 15), date(2020, 12, 14))


def test_a_figure_that_only_one_side_has_is_a_difference():
    computed = verify.Computed({"a": 1, "may/miss": 2}, frozenset({"may/miss"}))

    assert [one.is_printed for one in verify.compare({}, computed).differences] == [False]
    assert [one.is_computed for one in verify.compare({"a": 1, "x": 3}, computed).differences] == [False]


def test_a_difference_is_named_by_table_row_and_column():
    one = verify.Difference("bang2/582/thanh_vien", 249, 250)

    assert words.place(one) == ("Bảng 2, dòng 582, cột thành viên", "table 2, row 582, column members")
    assert words.figures(one) == ("in 249, tính lại 250", "printed 249, recomputed 250")
    assert "clb rebuild" in words.advice(one)[0]
    assert "clb plan import" in words.advice(verify.Difference("bang1/p1/A01/chi_tieu", 25, 24))[0]


def test_who_verifies_the_country_is_led_to_the_province_that_differs():
    told = [
        words.advice_of_nation(verify.Difference(cell, 249, 250))
        for cell in ("bang3/58/thanh_vien", "bang3/tong/thanh_vien", "bang1/p1/NB-05/chi_tieu")
    ]

    assert "clb verify 58" in told[0][0]
    assert "clb rollup clear" in told[0][1]
    assert "Bảng 3" in told[1][0]
    assert "clb plan import" in told[2][0]


def test_every_column_has_words():
    columns = {
        name.split("/")[-1]
        for name in (*cells(province_report(**parts())), *cells(nation_report()))
        if re.match("bang[1236]|bieu|nhom|pl|cham|chuyen|suc|thap|dan|khuyet|thanh|phan|ban_", name)
    }

    assert columns - set(words.COLUMNS) == set()


def demand(low: int, first: date, last: date) -> goals.Demand:
    return goals.Demand("=", Fraction(low), None, "club", first, last)


def test_the_longest_plan_counts_and_its_years_are_not_added():
    whole = demand(25, date(2017, 1, 1), date(2020, 12, 31))
    years = [demand(7, date(year, 1, 1), date(year, 12, 31)) for year in (2018, 2019, 2020)]

    assert goals.planned([*years, whole], date(2016, 1, 1), date(2020, 12, 31)) == (whole,)
    assert sum(p.low for p in goals.planned(years, date(2018, 1, 1), date(2019, 12, 31))) == 14


@pytest.mark.parametrize(
    ("actual", "day", "status"),
    [
        (10, date(2021, 6, 30), "dat"),
        (9, date(2021, 6, 30), "chua_den_han"),
        (9, date(2021, 12, 31), "gan_dat"),
        (7, date(2021, 12, 31), "chua_dat"),
        (None, date(2021, 12, 31), "chua_co_so_lieu"),
    ],
)
def test_a_number_is_not_failed_before_its_last_day(actual, day, status):
    plan = demand(10, date(2021, 1, 1), date(2021, 12, 31))

    assert goals.judge(actual, plan, day, is_growing=True).status == status


def test_a_row_of_table_1_must_withhold_how_four_of_thirteen_answered():
    """And what changed since ten of twenty did the year before; how many were asked is told."""
    part = Part("p1", date(2016, 1, 1), 60, date(2020, 1, 1), date(2020, 12, 31))
    now = {("E01", ""): Measured(100, 4, 13, 0), ("C05", ""): Measured(100, 4, 13, 0)}
    before = {("E01", ""): Measured(100, 10, 20, 0)}

    def veiled(code: str) -> set[str]:
        row = Row(code, part, date(2020, 12, 31), None, now, before, {}, lambda a, b: 0)
        return {name for name, veil in row.veils("x").items() if veil.must}

    assert veiled("E01") == {"x/thuc_hien", "x/tu_so", "x/so_cung_ky"}
    assert veiled("C05") == set()
