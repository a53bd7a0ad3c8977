"""Answers become typed values; what cannot be read is kept, never lost and never fatal."""

import unicodedata
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.rows import read_rows
from forms.schema import Field
from forms.values import PARSERS, BadValue, GeoPoint, Unreadable, parse

HANOI = timezone(timedelta(hours=7))
MEASURES = ("health", "measures")
FIELDS = (
    Field(("n_present",), "n_present", "int"),
    Field(("health",), "health", "group"),
    Field(("health", "n_bp"), "n_bp", "int"),
    Field(MEASURES, "measures", "repeat"),
    Field((*MEASURES, "ms_member"), "ms_member", "select", MEASURES),
    Field((*MEASURES, "weight_kg"), "weight_kg", "decimal", MEASURES),
    Field((*MEASURES, "drugs"), "drugs", "repeat", MEASURES),
    Field((*MEASURES, "drugs", "drug"), "drug", "string", (*MEASURES, "drugs")),
    Field(("loans_new",), "loans_new", "repeat"),
    Field(("loans_new", "amount"), "amount", "int", ("loans_new",)),
    Field(("meta", "instanceID"), "instanceID", "string"),
)

GOOD = [
    ("int", "31", 31),
    ("int", " -5 ", -5),
    ("int", "9223372036854775807", 2**63 - 1),
    ("decimal", "58.50", Decimal("58.50")),
    ("decimal", "1.0E7", Decimal("10000000")),
    ("boolean", "true", True),
    ("boolean", "0", False),
    ("date", "2026-02-28", date(2026, 2, 28)),
    ("date", "2026-02-28+07:00", date(2026, 2, 28)),
    ("datetime", "2026-11-22T19:05:00.250+07:00", datetime(2026, 11, 22, 19, 5, 0, 250000, HANOI)),
    ("datetime", "2026-11-22T12:05:00.000Z", datetime(2026, 11, 22, 12, 5, tzinfo=UTC)),
    ("time", "07:30:00.000+07:00", time(7, 30, tzinfo=HANOI)),
    ("select", "nha_van_hoa", "nha_van_hoa"),
    ("selectmulti", "poor  lonely", ("poor", "lonely")),
    ("geopoint", "20.98 105.84 7.5 4.2", GeoPoint(20.98, 105.84, 7.5, 4.2)),
    ("geopoint", "20.98 105.84", GeoPoint(20.98, 105.84)),
    ("geotrace", "20 105 0 0; 21 106 0 0;", (GeoPoint(20, 105, 0, 0), GeoPoint(21, 106, 0, 0))),
    ("string", "  Nguyễn Thị Ả ", unicodedata.normalize("NFC", "Nguyễn Thị Ả")),
    ("binary", "1.jpg", "1.jpg"),
]
BAD = [
    ("int", "31.0", "not_a_number"),
    ("int", "1 000", "not_a_number"),
    ("int", "٣", "not_a_number"),
    ("int", "9223372036854775808", "out_of_range"),
    ("int", "1" * 5000, "not_a_number"),
    ("decimal", "58,5", "not_a_number"),
    ("decimal", "NaN", "not_a_number"),
    ("decimal", "1e999", "out_of_range"),
    ("boolean", "yes", "not_a_boolean"),
    ("date", "28/02/2026", "not_a_date"),
    ("date", "2026-02-30", "not_a_date"),
    ("date", "2026-02-28T00:00:00Z", "not_a_date"),
    ("datetime", "2026-11-22T19:05:00", "no_offset"),
    ("datetime", "hôm nay", "not_a_date"),
    ("time", "25:00", "not_a_time"),
    ("geopoint", "20.98", "not_a_place"),
    ("geopoint", "105.84 20.98", "out_of_range"),
    ("geotrace", "20 105; x y", "not_a_place"),
]


@pytest.mark.parametrize(("kind", "text", "value"), GOOD)
def test_an_answer_gets_the_type_its_question_asks_for(kind, text, value):
    assert parse(kind, text) == value


@pytest.mark.parametrize(("kind", "text", "reason"), BAD)
def test_an_answer_of_another_kind_is_named_as_such(kind, text, reason):
    with pytest.raises(Unreadable, match=f"^{reason}$"):
        parse(kind, text)


@pytest.mark.parametrize("kind", [*PARSERS, "string", "select", "binary"])
@pytest.mark.parametrize("text", [None, "", " \n\t"])
def test_blank_is_none_in_every_kind(kind, text):
    assert parse(kind, text) is None


def test_text_is_normalised_so_that_names_compare_equal():
    assert parse("string", unicodedata.normalize("NFD", "Thôn Đồng Mới")) == "Thôn Đồng Mới"


def test_rows_stand_in_the_table_of_their_innermost_repeat():
    rows = read_rows(
        b"""<data id="f"><n_present>31</n_present><health><n_bp/>
        <measures><ms_member>a</ms_member><weight_kg>52.5</weight_kg>
          <drugs><drug>x</drug></drugs><drugs><drug>y</drug></drugs></measures>
        <measures><ms_member>b</ms_member><drugs><drug>z</drug></drugs></measures>
        </health><meta><instanceID>uuid:1</instanceID></meta></data>""",
        FIELDS,
    )

    assert rows.root == {"n_present": 31, "n_bp": None}
    assert [(r["ms_member"], r["weight_kg"], r.position) for r in rows.repeats["measures"]] == [
        ("a", Decimal("52.5"), 1),
        ("b", None, 2),
    ]
    assert [(r["drug"], r.parent, r.position, r.positions) for r in rows.repeats["drugs"]] == [
        ("x", 0, 1, (1, 1)),
        ("y", 0, 2, (1, 2)),
        ("z", 1, 1, (2, 1)),
    ]
    assert rows.repeats["loans_new"] == []
    assert rows.problems == []


def test_an_unreadable_answer_is_none_and_its_text_is_kept_with_its_place():
    rows = read_rows(
        """<data id="f"><n_present>ba mươi</n_present><health><measures/>
        <measures><weight_kg>52,5</weight_kg></measures></health></data>""".encode(),
        FIELDS,
    )

    assert rows.root["n_present"] is None
    assert rows.problems == [
        BadValue(("n_present",), "ba mươi", "not_a_number"),
        BadValue((*MEASURES, "weight_kg"), "52,5", "not_a_number", (2,)),
    ]


def test_text_the_form_does_not_know_is_kept_aside():
    rows = read_rows(
        b"""<data id="f"><n_old>7</n_old><n_empty/><health><extra><deep>8</deep></extra></health>
        <n_present>1</n_present><n_present>2</n_present><loans_new><amount><b>9</b></amount></loans_new></data>""",
        FIELDS,
    )

    assert rows.root["n_present"] == 1
    assert [(p.path, p.text, p.reason) for p in rows.problems] == [
        (("n_old",), "7", "not_in_form"),
        (("health", "extra"), "8", "not_in_form"),
        (("n_present",), "2", "given_twice"),
        (("loans_new", "amount"), "9", "has_children"),
    ]


def test_two_questions_of_one_name_get_their_groups_before_it():
    fields = (
        Field(("a",), "a", "group"),
        Field(("a", "n"), "n", "int"),
        Field(("b",), "b", "group"),
        Field(("b", "n"), "n", "int"),
        Field(("other",), "other", "int"),
    )

    rows = read_rows(b"<d><a><n>1</n></a><b><n>2</n></b><other>3</other></d>", fields)

    assert rows.root == {"a/n": 1, "b/n": 2, "other": 3}


def test_an_answer_is_not_taken_away_by_a_blank_after_it():
    rows = read_rows(b"<d><n>5</n><n/><n> </n></d>", (Field(("n",), "n", "int"),))

    assert rows.root == {"n": 5}


def test_a_submission_is_read_as_javarosa_writes_it():
    fields = (
        Field(("start",), "start", "datetime"),
        Field(("w",), "w", "decimal"),
        Field(("w2",), "w2", "string", calculated=True),
        Field(("y",), "y", "int"),
        Field(("gps",), "gps", "geopoint"),
        Field(("tm",), "tm", "time"),
    )

    rows = read_rows(
        b"""<?xml version='1.0' encoding='UTF-8' ?><data id="a" version="7" """
        b"""xmlns:ev="http://www.w3.org/2001/xml-events" xmlns:orx="http://openrosa.org/xforms" xmlns:jr="http://openrosa.org/javarosa">"""
        b"""<start>2026-11-22T19:31:34.660+07:00</start><w>464.0</w><w2>928</w2><y />"""
        b"""<gps>19.847969 105.809604 81.9 2.0</gps><tm>01:20:00.000+07:00</tm>"""
        b"""<meta><instanceID>uuid:1</instanceID></meta></data>""",
        fields,
    )

    assert rows.root == {
        "start": datetime(2026, 11, 22, 19, 31, 34, 660000, HANOI),
        "w": Decimal("464.0"),
        "w2": "928",
        "y": None,
        "gps": GeoPoint(19.847969, 105.809604, 81.9, 2.0),
        "tm": time(1, 20, tzinfo=HANOI),
    }
    assert rows.problems == []


XML_TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"))


@given(kind=st.sampled_from(sorted(PARSERS)), text=XML_TEXT)
def test_no_answer_is_ever_lost_or_fatal(kind, text):
    xml = f"<data id='f'><q>{escape(text)}</q></data>".encode()

    rows = read_rows(xml, (Field(("q",), "q", kind),))

    is_blank = not text.strip()
    is_read = rows.root["q"] is not None
    is_kept = [p.text for p in rows.problems] == [text.strip()]
    assert is_blank or is_read != is_kept


@given(st.integers(-(2**63) + 1, 2**63 - 1))
def test_every_64_bit_number_is_read_back(number):
    assert parse("int", str(number)) == number


@given(st.datetimes(timezones=st.just(HANOI)))
def test_every_moment_is_read_back(moment):
    assert parse("datetime", moment.isoformat()) == moment
