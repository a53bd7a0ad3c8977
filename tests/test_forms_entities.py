"""Entity declarations of a form, and entity actions of its submissions."""

import pytest

from forms.entities import EntityProblem, is_list_name, is_property_name, read_actions, read_uuid
from forms.rows import read_rows
from forms.schema import EntityDeclaration, declarations
from forms.xlsform import convert

from .workbooks import workbook

A, B, C = (f"6f9619ff-8b86-4011-b42d-00c04fc964f{n}" for n in "abc")
REGISTER = """
| survey |
| | type | name | label | save_to |
| | text | village | Thôn | clubs#village |
| | text | club_name | Tên | |
| | begin_repeat | members | Thành viên | |
| | text | m_full_name | Họ tên | members#full_name |
| | integer | m_birth_year | Năm sinh | members#birth_year |
| | begin_group | recipient_new | Người được chăm sóc | |
| | text | r_need | Nhu cầu | care_recipients#need |
| | end_group | | | |
| | end_repeat | | | |
| entities |
| | list_name | label | create_if |
| | clubs | ${club_name} | |
| | members | ${m_full_name} | |
| | care_recipients | ${r_need} | ${r_need} != '' |
"""
UPDATE = """
| survey |
| | type | name | label | save_to |
| | select_one_from_file loans.csv | loan | Khoản vay | |
| | integer | new_outstanding | Dư nợ | outstanding |
| | text | status | Tình trạng | status |
| entities |
| | list_name | label | entity_id | create_if | update_if |
| | loans | ${loan} | ${loan} | ${loan} = '' | ${loan} != '' |
"""


@pytest.fixture(scope="module")
def register():
    return convert(workbook(REGISTER)).fields


@pytest.fixture(scope="module")
def update():
    return convert(workbook(UPDATE)).fields


def entity(attributes: str, label: str = "<label>Nhãn</label>") -> str:
    return f"<meta><entity {attributes}>{label}</entity></meta>"


def member(uuid: str, name: str, inner: str = "") -> str:
    return (
        f"<members><m_full_name>{name}</m_full_name>{inner}"
        + entity(f'dataset="members" create="1" id="{uuid}"', f"<label>{name}</label>")
        + "</members>"
    )


def submission(body: str) -> bytes:
    return f'<data id="club_test" version="1">{body}</data>'.encode()


def loan(attributes: str, body: str = "", label: str = "<label>Vay 1</label>") -> bytes:
    return submission(f'{body}<meta><entity dataset="loans" {attributes}>{label}</entity></meta>')


def test_a_form_declares_entities_of_itself_its_repeats_and_groups_inside(register):
    assert declarations(register) == (
        EntityDeclaration(
            "care_recipients", ("members", "recipient_new"), ("members",), True, False, ("need",)
        ),
        EntityDeclaration("members", ("members",), ("members",), True, False, ("full_name", "birth_year")),
        EntityDeclaration("clubs", (), None, True, False, ("village",)),
    )


def test_a_form_that_may_update_or_create_declares_both(update):
    assert declarations(update) == (
        EntityDeclaration("loans", (), None, True, True, ("outstanding", "status")),
    )


def test_each_instance_of_a_repeat_creates_its_own_entity(register):
    actions = read_actions(
        submission(
            "<village>Thôn Đông</village><club_name>CLB</club_name>"
            + member(A, "Lò Thị Ả")
            + member(B, "Hà")
            + entity(f'dataset="clubs" create="1" id="uuid:{C.upper()}"')
        ),
        register,
    )

    assert actions.problems == ()
    assert [(a.list_name, a.uuid, a.label, a.data, a.position) for a in actions.actions] == [
        ("members", A, "Lò Thị Ả", {"full_name": "Lò Thị Ả"}, 1),
        ("members", B, "Hà", {"full_name": "Hà"}, 2),
        ("clubs", C, "Nhãn", {"village": "Thôn Đông"}, None),
    ]
    assert all(a.create and not a.update for a in actions.actions)


def test_the_answers_of_an_inner_entity_do_not_become_the_outer_one_s(register):
    inner = (
        "<recipient_new><r_need>đi lại</r_need>"
        + entity(f'dataset="care_recipients" create="1" id="{B}"')
        + "</recipient_new>"
    )

    actions = read_actions(submission(member(A, "Hà", inner)), register).actions

    assert {a.list_name: a.data for a in actions} == {
        "care_recipients": {"need": "đi lại"},
        "members": {"full_name": "Hà"},
    }


def test_a_row_knows_its_own_entity_also_after_an_empty_instance(register):
    inner = (
        "<recipient_new><r_need>x</r_need>"
        + entity(f'dataset="care_recipients" create="1" id="{B}"')
        + "</recipient_new>"
    )

    rows = read_rows(submission("<members/>" + member(A, "Hà", inner)), register)

    first, second = rows.repeats["members"]
    assert first.entity is None
    assert second.entity.uuid == A
    assert [e.uuid for e in second.entities] == [B, A]


@pytest.mark.parametrize("value", ["", "0", "false", "no"])
def test_an_entity_whose_condition_does_not_hold_is_no_action_and_no_problem(register, value):
    inner = entity(f'dataset="care_recipients" create="{value}" id=""', "<label/>")

    actions = read_actions(submission(f"<members><recipient_new>{inner}</recipient_new></members>"), register)

    assert (actions.actions, actions.problems) == ((), ())


def test_an_update_carries_its_versions_and_only_what_was_sent(update):
    xml = loan(
        f'id="{A}" update="true" create="false" baseVersion="3" trunkVersion="2" branchId="{B}"',
        "<loan>x</loan><new_outstanding/>",
    )

    (action,) = read_actions(xml, update).actions

    assert (action.create, action.update) == (False, True)
    assert (action.base_version, action.trunk_version, action.branch_id) == (3, 2, B)
    assert action.data == {"outstanding": ""}


def test_an_update_may_leave_label_and_branch_out(update):
    (action,) = read_actions(loan(f'id="{A}" update="1" baseVersion="1"', label=""), update).actions

    assert (action.label, action.trunk_version, action.branch_id) == (None, None, None)


FAULTS = {
    'id="" create="1"': "bad_uuid",
    'id="not-a-uuid" create="1"': "bad_uuid",
    f'id="{A.replace("-4011-", "-1011-")}" create="1"': "bad_uuid",
    f'id="{A}" update="1" baseVersion=""': "missing_base_version",
    f'id="{A}" update="1" baseVersion="một"': "bad_base_version",
    f'id="{A}" update="1" baseVersion="0"': "bad_base_version",
    f'id="{A}" update="1" baseVersion="{"9" * 5000}"': "bad_base_version",
    f'id="{A}" update="1" baseVersion="2" trunkVersion="x" branchId="{B}"': "bad_trunk_version",
    f'id="{A}" update="1" baseVersion="2" trunkVersion="1" branchId=""': "trunk_without_branch",
    f'id="{A}" update="1" baseVersion="2" trunkVersion="1" branchId="1"': "bad_branch_id",
}


@pytest.mark.parametrize("attributes", FAULTS)
def test_a_faulty_action_is_a_problem_and_no_action(update, attributes):
    actions = read_actions(loan(attributes), update)

    assert actions.actions == ()
    assert [problem.code for problem in actions.problems] == [FAULTS[attributes]]


def test_creating_needs_a_label_unless_the_entity_may_be_known(update):
    create = read_actions(loan(f'id="{A}" create="1"', label="<label> </label>"), update)
    either = read_actions(loan(f'id="{A}" create="1" update="1" baseVersion=""', label=""), update)

    assert create.problems == (EntityProblem("missing_label", "loans", "", (), ()),)
    assert either.problems == ()


def test_an_entity_the_form_does_not_declare_is_a_problem(update, register):
    stray = submission("<group>" + entity(f'dataset="loans" create="1" id="{A}"') + "</group>")
    other_list = loan(f'id="{A}" create="1"').replace(b'"loans"', b'"clubs"')
    not_update = submission(entity(f'dataset="clubs" update="1" baseVersion="1" id="{A}"'))

    assert [p.code for p in read_actions(stray, update).problems] == ["undeclared"]
    assert [p.code for p in read_actions(other_list, update).problems] == ["wrong_list"]
    assert [p.code for p in read_actions(not_update, register).problems] == ["undeclared_update"]


def test_rows_report_entity_problems_with_their_place(register):
    rows = read_rows(submission(member(A, "Hà") + member("x", "Lò")), register)

    assert [e.uuid for e in rows.entities] == [A]
    assert rows.entity_problems == (EntityProblem("bad_uuid", "members", "x", ("members",), (2,)),)


@pytest.mark.parametrize("name", ["clubs", "_x", ":x", "câu_lạc_bộ", "a-1", "a:b"])
def test_list_names_allowed(name):
    assert is_list_name(name)


@pytest.mark.parametrize("name", ["", "1a", "-a", "__a", "a.b", "a b", "a;b"])
def test_list_names_refused(name):
    assert not is_list_name(name)


@pytest.mark.parametrize("name", ["full_name", "_x", "a.b", "a-1", "năm_sinh"])
def test_property_names_allowed(name):
    assert is_property_name(name)


@pytest.mark.parametrize("name", ["", "1a", "__version", "name", "Label", "a;b", "a b", "a:b"])
def test_property_names_refused(name):
    assert not is_property_name(name)


def test_a_uuid_is_read_in_any_case_and_only_when_of_version_4():
    assert read_uuid(f" uuid:{A.upper()} ") == A
    assert read_uuid(A.replace("-", "")) is None
    assert read_uuid("{" + A + "}") is None


def test_of_two_entities_in_one_place_only_the_first_counts(update):
    """A text with 80,000 of them was read through 80,000 times, and nobody else could send."""
    twice = "".join(entity(f'dataset="loans" update="1" baseVersion="1" id="{one}"') for one in (A, B))

    actions = read_actions(submission(f"<status>open</status>{twice}"), update)

    assert [one.uuid for one in actions.actions] == [A]
    assert [one.code for one in actions.problems] == ["given_twice"]
