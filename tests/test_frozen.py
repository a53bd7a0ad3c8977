"""An issued report's content as JSON: nothing is lost on the way there and back."""

import dataclasses
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType

import pytest

from reports import frozen
from reports.facts import Place, Shape
from reports.indicators.base import Value
from reports.privacy import FEW, WITHHELD
from reports.province import Replaced
from tests.builders_report import BODY, header, province_report, scope


def full_report():
    """A report in which every optional field of the head is given, and figures of every kind."""
    third = Decimal(100) / 3
    parts = {"fund": Value("C06", 10**15, "VND"), "share": Value("B02", third, "percent", 1, 3)}
    given = province_report()
    table = given.tables[0]
    first = replace(table.groups[0].rows[0], actual=Value("A01", third, "club", 1, 3, 2, None, parts))
    group = replace(table.groups[0], rows=(first, *table.groups[0].rows[1:]))
    head = header(
        number="05", issued_on=date(2021, 2, 5), replaces=Replaced("04", BODY.symbol, date(2021, 1, 9))
    )
    places = {"c1": Place(None, 3, 58, "Xã Lợi Hải, Huyện Thuận Bắc", None)}
    shapes = {584: Shape((((108.8, 11.9), (109.0, 11.9), (108.9, 11.7)),)), 58: Shape(())}
    geography = replace(given.scope.geography, places=places, shapes=shapes)
    units = (replace(given.units[0], women=FEW, older=WITHHELD, borrowed=third), *given.units[1:])
    return replace(
        given,
        units=units,
        header=head,
        scope=scope(geography=geography),
        tables=(replace(table, groups=(group, *table.groups[1:])),),
        written={"causes": "Thiếu vốn <b>& \u0301 😀\n\nDòng hai"},
    )


def same(one, other) -> bool:
    """Equal in value and in kind: Decimal("20") is not 20, a list is no tuple."""
    if dataclasses.is_dataclass(one):
        names = [field.name for field in dataclasses.fields(one)]
        return type(one) is type(other) and all(same(getattr(one, n), getattr(other, n)) for n in names)
    if isinstance(one, tuple):
        return isinstance(other, tuple) and len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict | MappingProxyType):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return type(one) is type(other) and one == other


def test_a_report_comes_back_as_it_was_in_value_and_in_kind():
    report = full_report()

    back = frozen.load(frozen.dump(report))

    assert same(back, report)
    assert back.tables[0].groups[0].rows[0].actual.parts["share"].value == Decimal(100) / 3


def test_the_same_report_gives_the_same_bytes():
    assert frozen.dump(full_report()) == frozen.dump(frozen.load(frozen.dump(full_report())))


def test_its_decimals_are_text_that_keeps_every_digit():
    plain = json.loads(frozen.dump(full_report()))

    actual = plain["report"]["tables"][0]["groups"][0]["rows"][0]["actual"]
    assert actual["value"] == "33.33333333333333333333333333"
    assert actual["parts"]["fund"]["value"] == 10**15


def test_the_difference_between_kinds_would_be_seen():
    assert not same(Decimal(20), 20)
    assert not same((1,), [1])


@pytest.mark.parametrize("content", [b"", b"{}", b'{"format":1,"report":{}}', b"\xff"])
def test_content_of_another_kind_is_refused(content):
    with pytest.raises(frozen.NotReadable):
        frozen.load(content)
