"""The mapping from questions to columns, held against the forms themselves."""

from datetime import date
from decimal import Decimal

import pytest

from forms.schema import questions
from forms.xlsform import convert
from forms.xlsform.required import RequiredQuestion as Wanted
from server import projection
from server.models.club import Club, Member
from server.projection import mapping
from server.projection.forms import FORMS
from server.projection.mapping import Misfit, Question, TableMapping
from tests.builders_club import converted

KINDS = {
    mapping.whole: {"int", "select"},
    mapping.decimal: {"decimal", "int"},
    mapping.day: {"date"},
    mapping.month: {"date"},
    mapping.codes: {"selectmulti", "select", "string"},
    mapping.yes: {"select"},
    mapping.code: {"select", "string"},
    mapping.text: {"string", "select"},
    mapping.lat: {"geopoint"},
    mapping.lon: {"geopoint"},
    mapping.accuracy: {"geopoint"},
}


@pytest.mark.parametrize("xml_form_id", FORMS)
def test_every_mapped_question_is_in_its_form_where_the_mapping_looks_for_it(xml_form_id):
    asked = {
        (one.name, one.repeat[-1] if one.repeat else None): one
        for one in questions(converted(xml_form_id)[0].fields)
    }

    for table in FORMS[xml_form_id].MAPPINGS:
        assert {(name, table.repeat) for name in table.keys} <= set(asked)
        for question in table.questions:
            one = asked[question.name, table.repeat]
            assert one.calculated or one.kind in KINDS[question.read], f"{question.name} is {one.kind}"


@pytest.mark.parametrize("xml_form_id", FORMS)
def test_every_choice_fits_its_column(xml_form_id):
    asked = {one.name: one for one in questions(converted(xml_form_id)[0].fields)}

    for table in FORMS[xml_form_id].MAPPINGS:
        for question in table.questions:
            misfits: list[Misfit] = []
            for choice in asked[question.name].choices:
                table.row({question.name: choice.name}, misfits)
            assert misfits == []


@pytest.mark.parametrize("xml_form_id", FORMS)
def test_the_programmes_forms_have_every_question_that_an_indicator_needs(xml_form_id):
    required = [
        Wanted(one.xml_form_id, one.name, one.repeat, one.needed_by)
        for one in projection.required_questions()
    ]

    assert convert(converted(xml_form_id)[1], required=required).xml_form_id == xml_form_id


def test_a_required_question_names_the_indicators_by_code_and_name():
    required = {
        (one.xml_form_id, one.repeat, one.name): one.needed_by for one in projection.required_questions()
    }

    assert required["club_meeting", None, "present"] == ("D02 Tỷ lệ tham dự sinh hoạt",)
    assert "B02 Tỷ lệ thành viên là nữ" in required["club_founding", "members", "m_sex"]
    assert ("club_founding", None, "remarks") not in required
    assert (
        len({code[:3] for codes in required.values() for code in codes} & {"A01", "B02", "C05", "D01"}) == 4
    )


@pytest.mark.parametrize(
    ("read", "value", "expected"),
    [
        (mapping.whole, "1500000.0", 1_500_000),
        (mapping.whole, "NaN", None),
        (mapping.whole, "1.5", None),
        (mapping.decimal, "0.8", Decimal("0.8")),
        (mapping.decimal, "Infinity", None),
        (mapping.day, "2019-04-15T00:00:00.000+07:00", date(2019, 4, 15)),
        (mapping.day, "hôm nay", None),
        (mapping.yes, "dk", None),
        (mapping.codes, ("meal", "errand"), "meal errand"),
        (mapping.name_key, "  Nguyễn  THỊ Đào ", "nguyen thi dao"),
        (mapping.name_key, "Nguyễn Thị Đào", "nguyen thi dao"),
    ],
)
def test_values_are_read_for_their_columns(read, value, expected):
    assert read(value) == expected


def test_what_a_column_cannot_hold_is_cut_or_left_out_and_said():
    table = TableMapping(
        Member.__table__,
        (Question("name", "full_name", mapping.text), Question("year", "birth_year", mapping.whole)),
    )
    misfits: list[Misfit] = []

    row = table.row({"name": "A" * 300, "year": 10**12}, misfits)

    assert row == {"full_name": "A" * 200, "birth_year": None}
    assert [(one.question, one.reason) for one in misfits] == [("name", "too_long"), ("year", "out_of_range")]


@pytest.mark.parametrize(
    ("typed", "kept"), [("999.999", "999.999"), ("-999.999", "-999.999"), ("1000", None), ("999.9996", None)]
)
def test_a_rate_with_too_many_digits_is_left_out_and_does_not_cost_the_form_its_place(typed, kept):
    """PostgreSQL refused the whole row, and the club was in no table."""
    misfits: list[Misfit] = []
    rate = TableMapping(Club.__table__, [Question("loan_rate_month", "loan_rate_month", mapping.decimal)])

    row = rate.row({"loan_rate_month": Decimal(typed)}, misfits)

    assert row["loan_rate_month"] == (Decimal(kept) if kept else None)
    assert [one.reason for one in misfits] == ([] if kept else ["out_of_range"])


def test_the_key_of_a_name_that_grows_when_folded_still_fits_its_column():
    assert len(mapping.name_key("ﬃ" * 190)) == Club.__table__.c.name_key.type.length
