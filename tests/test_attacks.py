"""What a stranger with one good key may try against everybody else: each attempt, and what it must not come to."""

import stat
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from forms import audit_log
from forms.audit_log import MAX_COLUMNS, MAX_NAME_CHARACTERS
from forms.entities import MAX_ACTIONS, read_actions
from forms.submission import MAX_FILES, expected_attachments
from server.models import Device, Submission, SubmissionVersion
from server.services import tablet
from server.services.entity.batch import Batch
from server.services.tablet import note
from tests.builders import REGISTER, VISIT, converted, multipart, new_instance_id, publish, submission
from tests.builders_entity import START, Server, a_uuid, open_server
from tests.test_cli import clb  # noqa: F401 - a fixture
from tests.test_form_draft import TrialTablet, put

OVERDUE = timedelta(days=6)
VISIT_2 = VISIT.replace("| v1 ", "| v2 ")
PLANTED = """
| survey |
| | type | name | label | save_to |
| | text | club   | CLB | club_id |
| | text | height | Cao | height  |
| entities |
| | list_name | label | entity_id | create_if | update_if |
| | trees | ${height} | ${height} | ${height} = '1' | ${height} != '1' |
| settings |
| | form_id | form_title | version |
| | tree    | Cây        | 1       |
"""


def told(submission: Submission) -> tuple[str, str | None]:
    return submission.projection_state, submission.projection_error


@pytest.mark.parametrize("digits", ["0" * 18 + "1" + "9" * 30, "0" * 18 + "1" + "9" * 5000])
def test_a_version_number_without_end_spoils_nobody_elses_submission(session, blobs, digits):
    server, tree, branch = open_server(session, blobs), a_uuid(), a_uuid()
    held = server.send(tree, {"height": "5"}, base=3, branch=branch)
    versions = f'baseVersion="3" trunkVersion="{digits}" branchId="{branch}"'
    entity = f'<entity dataset="trees" id="{tree}" update="1" {versions}/>'
    server.take(f'<data id="tree" version="1"><meta>{entity}</meta></data>'.encode(), held)
    server.moment += OVERDUE

    other = a_uuid()

    assert told(server.create(other)) == ("none", None)
    assert server.entity(other) is not None


def test_a_club_without_end_spoils_nobody_elses_submission(session, blobs):
    publish(session, blobs, PLANTED)
    session.flush()
    server, tree = Server(session), a_uuid()
    server.send(tree, {"height": "5", "club": "x" * 600}, base=3, branch=a_uuid())
    assert server.held(tree) == [3]
    server.moment += OVERDUE

    assert told(server.create(a_uuid())) == ("none", None)
    planted = server.entity(tree)
    assert planted is not None
    assert (planted.club_id, planted.part) == (None, "nobody")
    assert planted.data["club_id"] == "x" * 600


def test_a_log_cannot_have_its_header_kept_with_each_of_its_lines():
    log = ("event," + "x" * 100_000 + "\n" + "a,b\n" * 100).encode()

    events = audit_log.read(log).events

    assert len(events) == 100
    assert events[0].rest == {"x" * MAX_NAME_CHARACTERS: "b"}


def test_a_log_without_end_to_its_lines_is_read_up_to_some_columns():
    log = ("event,node\n" + "a," * 200_000 + "a\nquestion,/data/note\n").encode()

    wide, next_line = audit_log.read(log).events

    assert len(wide.rest) == MAX_COLUMNS - 2
    assert (next_line.event, next_line.node) == ("question", "/data/note")


def test_a_new_device_id_with_each_request_does_not_fill_the_tables(collect, session, monkeypatch):
    monkeypatch.setattr(note, "DEVICES", 3)

    for number in range(6):
        assert collect.get(f"formList?deviceID=device-{number}").status_code == 200

    assert session.scalar(select(func.count()).select_from(Device)) == 3


def test_a_known_device_is_noted_however_many_others_there_are(monkeypatch):
    monkeypatch.setattr(note, "DEVICES", 1)
    notes = tablet.Notes()
    notes.written(notes.due(tablet.Look(7, "first", START)))

    later = START + note.EVERY

    assert notes.due(tablet.Look(7, "second", later)) is None
    assert notes.due(tablet.Look(7, "first", later)) is not None
    assert notes.due(tablet.Look(8, "second", later)) is not None


def test_a_device_id_cannot_command_the_terminal_of_whoever_lists_it(collect, session):
    assert collect.get("formList?deviceID=%1B%5D0%3Bowned%07%C2%9B31m%E2%80%AEok").status_code == 200

    assert session.scalars(select(Device.device_id)).all() == ["�]0;owned��31m�ok"]


@pytest.mark.parametrize("name", ["x" * 9000, "x" * 70_000])
def test_a_part_with_headers_without_end_is_called_broken_and_not_too_large(collect, blobs, name):
    refused = collect.send(submission(), [(name, b"photo")])

    assert refused.status_code == 400
    assert "quá dài" in refused.text
    assert "MB" not in refused.text
    assert list(blobs.incoming.iterdir()) == []


def test_more_headers_than_a_part_may_have_is_broken_too(collect):
    lines = b"".join(b"X-%d: 1\r\n" % number for number in range(20))
    body = multipart(submission(), [("a.jpg", b"photo")]).replace(
        b"Content-Type: application", lines + b"Content-Type: application"
    )

    assert collect.post(body).status_code == 400


def test_more_parts_than_a_submission_may_have_stay_too_large(collect):
    assert collect.send(submission(), [(f"{number}.jpg", b"x") for number in range(1001)]).status_code == 413


def test_a_fault_in_what_is_forced_is_no_fault_of_whoever_sends_next(session, blobs, monkeypatch):
    server, bad, good = open_server(session, blobs), a_uuid(), a_uuid()
    for tree in (bad, good):
        server.send(tree, {"height": "5"}, base=3, branch=a_uuid())
    server.moment += OVERDUE
    force_all = Batch.force_all
    monkeypatch.setattr(
        Batch,
        "force_all",
        lambda batch, uuid, before: force_all(batch, uuid if uuid != bad else 1 / 0, before),
    )

    assert told(server.create(a_uuid())) == ("none", None)
    assert (server.held(bad), server.held(good)) == ([3], [])
    assert server.entity(good) is not None


def test_an_encrypted_edit_does_not_take_the_place_of_a_text_that_can_be_read(collect, session):
    plain, edit = new_instance_id(), new_instance_id()
    collect.send(submission({"note": "rõ"}, instance_id=plain))
    encrypted = submission(instance_id=edit, deprecated_id=plain).replace(
        b"<data ", b'<data encrypted="yes" '
    )

    assert collect.send(encrypted).status_code == 201

    stored = session.scalars(select(Submission)).one()
    texts = {one.instance_id: one for one in session.scalars(select(SubmissionVersion))}
    assert stored.current_version_id == texts[plain].id
    assert texts[edit].is_branch


def test_entities_and_files_without_end_are_taken_up_to_a_number():
    made, _ = converted(REGISTER)
    entity = "<x><meta><entity create='1'/></meta></x>" * (MAX_ACTIONS + 50)

    actions = read_actions(f"<data>{entity}</data>".encode(), made.fields)
    named = "".join(f"<file>{number}</file>" for number in range(MAX_FILES * 2))
    files = expected_attachments(f"<data encrypted='yes'><media>{named}</media></data>".encode(), ())

    assert len(actions.problems) == MAX_ACTIONS + 1
    assert actions.problems[-1].code == "too_many"
    assert len(files) == MAX_FILES


LONG = "ả" * 300 + ".jpg"
UNRULY = [
    (LONG, b"one"),
    ("a/b.jpg", b"two"),
    ("a:b.jpg", b"three"),
    ("A_B.jpg", b"four"),
    ("submission.xml", b"five"),
]


def only_owners(folder):
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    return sorted(path.read_bytes() for path in files)


def test_files_with_answers_are_for_their_owner_only_whatever_they_are_called(
    clb,  # noqa: F811 - the fixture
    app,
    collect,
    database,
    blobs,
    tmp_path,
):
    tester = TrialTablet(app, put(database, blobs, VISIT_2))
    tried = [
        submission({"note": str(number)}, version="v2", instance_id=f"uuid:a{mark}b")
        for number, mark in enumerate("/:")
    ]
    for xml in tried:
        assert tester.send(xml, UNRULY).status_code == 201
    unknown = submission(xml_form_id="unknown")
    assert collect.send(unknown, UNRULY).status_code == 404

    written = clb("form", "test-submissions", "visit", "--out", tmp_path / "tried")
    kept = clb("quarantine", "files", "1", "--out", tmp_path / "kept")

    assert (written.exit_code, kept.exit_code) == (0, 0), written.output + kept.output
    contents = [content for _, content in UNRULY]
    assert only_owners(tmp_path / "tried") == sorted([*tried, *contents, *contents])
    assert only_owners(tmp_path / "kept") == sorted([unknown, *contents])


def test_answers_cannot_command_the_terminal_they_are_listed_on(clb, app, collect, database, blobs):  # noqa: F811
    tester = TrialTablet(app, put(database, blobs, VISIT_2))
    evil = "\u009b31m\u009d0;owned\u009c\u202eok"
    assert (
        tester.send(submission({"note": evil}, version="v2", instance_id=f"uuid:{evil}")).status_code == 201
    )
    assert collect.send(submission(instance_id=f"uuid:{evil}"), [(evil, b"x")]).status_code == 201
    assert collect.send(submission(xml_form_id=evil), [(evil, b"x")]).status_code == 404

    told = [
        clb("form", "test-submissions", "visit").output,
        clb("form", "test-submissions", "visit", "--show", f"uuid:{evil}").output,
        clb("quarantine", "list").output,
        clb("quarantine", "show", "1").output,
        clb("submission", "list").output,
        clb("submission", "versions", "1").output,
        clb("check").output,
    ]

    assert all("ok" in one for one in told[:-1])
    assert all(sign.isprintable() or sign in "\t\n" for one in told for sign in one)
