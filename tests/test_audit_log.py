"""Audit logs: read however they come, turned into rows once, and told in figures worked by hand here."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from forms import audit_figures, audit_log
from forms.audit_log import MAX_EVENTS, read
from forms.schema import Field
from server.cli import main, shell
from server.clock import VIETNAM
from server.models import ClientAudit, SubmissionVersion
from server.scope import Scope
from server.services import client_audit
from server.services.actor import SYSTEM_ID
from tests.builders import new_instance_id, submission

BEGUN = 1_772_416_800_000  # 2026-03-02 09:00 in Vietnam
PEOPLE = ("people",)
FIELDS = (
    Field(("note",), "note", "string", label={"Tiếng Việt (vi)": "Ghi chú", "English (en)": "Note"}),
    Field(PEOPLE, "people", "repeat"),
    Field((*PEOPLE, "name"), "name", "string", PEOPLE),
    Field((*PEOPLE, "born"), "born", "date", PEOPLE),
    Field(("page",), "page", "group"),
    Field(("page", "photo"), "photo", "binary"),
)


def at(seconds: float) -> str:
    return str(BEGUN + round(seconds * 1000))


def log(*lines: str, header: str = "event,node,start,end") -> bytes:
    return "\n".join([header, *lines, ""]).encode()


def question(node: str, begin: float, end: float) -> str:
    return f"question,/data/{node},{at(begin)},{at(end)}"


def figures(*lines: str, header: str = "event,node,start,end") -> audit_figures.Figures:
    return audit_figures.figures(read(log(*lines, header=header)).events, FIELDS, VIETNAM)


def test_a_log_is_read_with_its_times_in_utc():
    first, second = read(log(f"form start,,{at(0)},", question("note", 1, 3.5))).events

    assert (first.position, first.event, first.node, first.ended_at) == (1, "form start", None, None)
    assert first.started_at == datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
    assert (second.position, second.node) == (2, "/data/note")
    assert second.ended_at == datetime(2026, 3, 2, 2, 0, 3, 500_000, tzinfo=UTC)
    assert second.old_value is None


def test_every_column_that_collect_writes_has_its_place():
    header = "event,node,start,end,latitude,longitude,accuracy,old-value,new-value,user,change-reason"
    (event,) = read(
        log(f'question,/data/note,{at(0)},{at(1)},22.4,103.45,4.8,,"một, hai",Lan,sửa', header=header)
    ).events

    assert (event.latitude, event.longitude, event.accuracy_m) == (22.4, 103.45, 4.8)
    assert (event.old_value, event.new_value) == ("", "một, hai")
    assert (event.user, event.change_reason, event.rest) == ("Lan", "sửa", {})


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_byte_order_mark_white_space_and_empty_lines_do_no_harm(newline):
    lines = ["event , node,start,end", "", f"  jump , ,{at(0)} ,", " , ,,", f"jump,,{at(1)},"]

    events = read(b"\xef\xbb\xbf" + newline.join(lines).encode()).events

    assert [event.event for event in events] == ["jump", "jump"]
    assert events[0].started_at is not None


def test_lines_may_have_fewer_or_more_cells_than_the_header():
    short, long = read(log("jump", f"jump,,{at(0)},,extra,,more")).events

    assert short.started_at is None
    assert long.rest == {"column 5": "extra", "column 7": "more"}


def test_a_header_that_grows_in_the_middle_holds_from_there():
    lines = [f"jump,,{at(0)},", "event,node,start,end,user", f"jump,,{at(1)},,Lan"]

    first, second = read(log(*lines)).events

    assert (first.user, second.user, second.position) == (None, "Lan", 2)


def test_a_log_without_a_header_is_read_as_collect_writes_it():
    (event,) = read(f"question,/data/note,{at(0)},{at(1)}\n".encode()).events

    assert event.node == "/data/note"


def test_unknown_columns_are_kept_by_their_name():
    (event,) = read(log(f"jump,,{at(0)},,9.8", header="event,node,start,end,gravity")).events

    assert event.rest == {"gravity": "9.8"}


@pytest.mark.parametrize("text", ["x", "-5", "1e12", "99999999999999999", "12 3"])
def test_a_time_that_is_none_is_kept_as_it_stands(text):
    (event,) = read(log(f"jump,,{text},")).events

    assert event.started_at is None
    assert event.rest == {"start": text}


@pytest.mark.parametrize("text", ["north", "91", "nan", "inf"])
def test_a_place_that_is_none_is_kept_as_it_stands(text):
    header = "event,node,start,end,latitude,longitude,accuracy"
    (event,) = read(log(f"jump,,{at(0)},,{text},105.8,4", header=header)).events

    assert (event.latitude, event.longitude) == (None, 105.8)
    assert event.rest == {"latitude": text}


def test_quotes_hold_commas_lines_and_quotes():
    header = "event,node,start,end,old-value,new-value"
    answer = '"dòng một\ndòng ""hai"", hết"'
    (event,) = read(log(f"question,/data/note,{at(0)},{at(1)},,{answer}", header=header)).events

    assert event.new_value == 'dòng một\ndòng "hai", hết'


@pytest.mark.parametrize("answer", ['"chưa đóng', 'giữa "câu" này', '"hai" từ', '"'])
def test_a_stray_quote_swallows_no_other_line(answer):
    header = "event,node,start,end,old-value,new-value"
    lines = [f"question,/data/note,{at(0)},{at(1)},,{answer}", f'question,/data/x,{at(2)},{at(3)},,"a,b"']

    first, second = read(log(*lines, header=header)).events

    assert first.new_value == answer
    assert (second.node, second.new_value) == ("/data/x", "a,b")


def test_an_event_of_any_length_and_a_zero_byte_can_be_stored():
    (event,) = read(log(f"{'x' * 100}\0,,{at(0)},")).events

    assert len(event.event) == 60
    assert event.rest["event"] == "x" * 100 + "\N{REPLACEMENT CHARACTER}"


def test_a_huge_log_is_read_up_to_a_bound():
    many = read(log(*[f"jump,,{at(0)},"] * (MAX_EVENTS + 5)))
    wide = read(log(*[f"jump,,{at(0)},{'y' * 1000}"] * 6000))

    assert (len(many.events), many.is_cut) == (MAX_EVENTS, True)
    assert wide.is_cut
    assert all(event.rest == {"end": "y" * 1000} for event in wide.events)


@given(st.one_of(st.binary(), st.text(alphabet='event,node"\n\r 0123é').map(str.encode)))
def test_no_bytes_stop_the_reading(content):
    found = read(content)

    assert [event.position for event in found.events] == list(range(1, len(found.events) + 1))


def test_time_is_summed_over_visits_in_the_order_of_the_form():
    found = figures(
        f"form start,,{at(0)},",
        question("page/photo", 1, 5),
        question("note", 5, 8),
        question("people[2]/name", 8, 9),
        question("people[1]/born", 9, 11),
        question("note", 11, 11.5),
        question("gone", 12, 13),
        f"form exit,,{at(20)},",
    )

    assert [(one.node, one.visits, one.seconds) for one in found.visited] == [
        ("/data/note", 2, 3.5),
        ("/data/people[1]/born", 1, 2.0),
        ("/data/people[2]/name", 1, 1.0),
        ("/data/page/photo", 1, 4.0),
        ("/data/gone", 1, 1.0),
    ]
    assert found.visited[0].field.label["Tiếng Việt (vi)"] == "Ghi chú"
    assert found.visited[-1].field is None
    assert (found.active_s, found.total_s) == (11.5, 20.0)


def test_a_jump_back_is_a_step_against_the_order_of_the_form():
    found = figures(
        question("note", 0, 1),
        question("people[1]/name", 1, 2),
        question("people[1]/born", 2, 3),
        question("people[2]/name", 3, 4),
        question("people[1]/born", 4, 5),
        question("people[2]/name", 5, 6),
        question("note", 6, 7),
        question("page/photo", 7, 8),
    )

    assert found.jumps_back == 2


def test_resuming_at_the_first_question_is_no_jump_back():
    found = figures(
        f"form start,,{at(0)},",
        question("page/photo", 0, 1),
        f"form resume,,{at(100_000)},",
        question("note", 100_000, 100_001),
    )

    assert (found.jumps_back, found.resumes, found.days) == (0, 1, 2)


def test_edits_are_counted_where_changes_are_tracked_and_unknown_elsewhere():
    header = "event,node,start,end,old-value,new-value"
    tracked = figures(
        f"question,/data/note,{at(0)},{at(1)},,first",
        f"question,/data/note,{at(1)},{at(2)},first,second",
        f"question,/data/note,{at(2)},{at(3)},second,",
        f"question,/data/note,{at(3)},{at(4)},same,same",
        header=header,
    )

    assert tracked.edits == 2
    assert figures(question("note", 0, 1)).edits is None


def test_errors_places_and_clocks_set_back_are_counted():
    header = "event,node,start,end,latitude,longitude,accuracy"
    found = figures(
        f"constraint error,/data/note,{at(0)},,22.1,103.2,5",
        f"question,/data/note,{at(10)},{at(4)},,,",
        f"question,/data/note,{at(4)},{at(6)},22.1,103.2,5",
        header=header,
    )

    assert (found.constraint_errors, found.places, found.clock_faults, found.active_s) == (1, 2, 1, 2.0)


@pytest.mark.parametrize(("hour", "is_night"), [(4, True), (5, False), (9, False), (21, False), (22, True)])
def test_night_is_what_the_clock_in_vietnam_says(hour, is_night):
    assert figures(question("note", (hour - 9) * 3600, (hour - 9) * 3600 + 60)).is_night is is_night


def test_an_empty_log_has_no_figures_to_speak_of():
    found = figures()

    assert (found.total_s, found.active_s, found.visited, found.is_night) == (None, 0, (), False)


VISIT_LOG = log(
    f"form start,,{at(0)},",
    question("photo", 1, 301),
    question("note", 301, 661),
    f"constraint error,/data/note,{at(600)},",
    f"form finalize,,{at(700)},",
)


def fill(database, blobs) -> int:
    with database.reading() as session:
        found = client_audit.unread(session)
    logs = [client_audit.parse(blobs, *one) for one in found]
    with database.transaction() as session:
        return sum(client_audit.keep(session, one) for one in logs)


def everything() -> Scope:
    return Scope(None, SYSTEM_ID, date(2026, 3, 2))


def send(collect, content: bytes = VISIT_LOG, instance_id: str | None = None) -> str:
    instance_id = instance_id or new_instance_id()
    xml = submission({"note": "x"}, instance_id=instance_id)
    assert collect.send(xml, [("audit.csv", content)]).status_code == 201
    return instance_id


@pytest.mark.database
def test_logs_that_came_become_rows_once(database, blobs, collect):
    send(collect)
    send(collect)

    assert [fill(database, blobs), fill(database, blobs)] == [2, 0]

    with database.reading() as session:
        rows = session.scalars(select(ClientAudit).order_by(ClientAudit.id)).all()
        assert [row.position for row in rows] == [1, 2, 3, 4, 5] * 2
        assert rows[1].event == "question"
        assert rows[1].started_at == datetime(2026, 3, 2, 2, 0, 1, tzinfo=UTC)


@pytest.mark.database
def test_a_log_that_was_replaced_is_read_again(database, blobs, collect):
    instance_id = send(collect)
    fill(database, blobs)
    with database.reading() as session:
        xml = session.scalars(select(SubmissionVersion.xml)).one()

    collect.send(xml, [("audit.csv", log(f"form start,,{at(0)},"))])

    assert fill(database, blobs) == 1
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(ClientAudit)) == 1
    assert instance_id


@pytest.mark.database
def test_no_log_breaks_intake_or_reading(database, blobs, collect):
    wide = "event,node,start,end,x\0" + "y" * 300
    for content in (b"", b"\x00\xff\xfe", b'"' * 1000, log(f"{'z' * 500},,{at(0)},", header=wide)):
        send(collect, content)

    fill(database, blobs)

    assert fill(database, blobs) == 0


@pytest.mark.database
def test_reading_all_again_gives_the_same_rows(database, blobs, collect):
    send(collect)
    fill(database, blobs)
    columns = [c for c in ClientAudit.__table__.c if c.name != "id"]
    with database.reading() as session:
        before = session.execute(select(*columns).order_by(ClientAudit.position)).all()

    with database.transaction() as session:
        client_audit.forget(session)
    assert fill(database, blobs) == 1

    with database.reading() as session:
        assert session.execute(select(*columns).order_by(ClientAudit.position)).all() == before


@pytest.mark.database
def test_a_submission_is_told_by_number_and_by_instance_id(database, blobs, collect):
    instance_id = send(collect)
    collect.send(submission({"note": "no log"}))
    fill(database, blobs)

    with database.reading() as session:
        told = client_audit.of_submission(session, everything(), 1, instance_id)
        same = client_audit.of_submission(session, everything(), 1, str(told.submission_id))
        without = client_audit.of_submission(session, everything(), 1, str(told.submission_id + 1))

    assert same == told
    assert (told.xml_form_id, told.figures.active_s, told.figures.jumps_back) == ("visit", 660.0, 1)
    assert [one.node for one in told.figures.visited] == ["/data/note", "/data/photo"]
    assert without.figures is None


@pytest.mark.database
def test_nobody_is_told_of_a_submission_out_of_scope(database, blobs, collect, units):
    instance_id = send(collect)
    fill(database, blobs)
    elsewhere = Scope(frozenset({units["12@2004-01-01"]}), SYSTEM_ID, date(2020, 1, 1))

    with database.reading() as session:
        with pytest.raises(client_audit.SubmissionNotFound):
            client_audit.of_submission(session, elsewhere, 1, instance_id)
        assert client_audit.enumerators(session, elsewhere, 1) == []


@pytest.mark.database
def test_each_sender_is_told_form_by_form(database, blobs, collect):
    send(collect)
    send(collect, log(question("note", 0, 60)))
    send(collect, log(question("note", 15 * 3600, 15 * 3600 + 180)))
    collect.send(submission({"note": "no log"}))
    fill(database, blobs)

    with database.reading() as session:
        (told,) = client_audit.enumerators(session, everything(), 1, short_minutes=2)
        none = client_audit.enumerators(session, everything(), 1, "other")

    assert (told.name, told.xml_form_id, told.submissions) == ("Máy thử", "visit", 3)
    assert (told.median_s, told.short, told.at_night) == (180.0, 1, 1)
    assert told.jumps_back == pytest.approx(1 / 3)
    assert told.constraint_errors == pytest.approx(1 / 3)
    assert none == []


def test_the_bounds_fit_the_columns_of_the_table():
    assert ClientAudit.__table__.c.event.type.length == audit_log.MAX_EVENT_CHARACTERS


@pytest.mark.database
def test_others_write_while_a_long_log_is_read(database, database_url, collect, tmp_path, monkeypatch):
    monkeypatch.setenv("CLB_DATA", str(tmp_path))
    monkeypatch.setenv("CLB_DATABASE_URL", database_url)
    for kept in (shell.settings, shell.database, shell.blobs):
        kept.cache_clear()
    send(collect)
    send(collect)
    written = []

    def slow(content):
        with database.brief_transaction() as session:  # fails at once when somebody else is writing
            written.append(session.execute(update(SubmissionVersion).values(device_id="x")).rowcount)
        return audit_log.read(content)

    monkeypatch.setattr(client_audit, "audit_log", SimpleNamespace(read=slow, MAX_BYTES=audit_log.MAX_BYTES))

    result = CliRunner().invoke(main, ["audit-log", "enumerators"])
    shell.database().close()

    assert result.exit_code == 0, result.output
    assert written == [2, 2]


@pytest.mark.database
def test_a_log_that_two_read_at_once_is_kept_once(database, blobs, collect):
    send(collect)
    with database.reading() as session:
        (found,) = client_audit.unread(session)
    log = client_audit.parse(blobs, *found)

    kept = []
    for _ in range(2):
        with database.transaction() as session:
            kept.append(client_audit.keep(session, log))

    assert kept == [True, False]
