"""What becomes of a form: open, closing, closed, deleted, brought back, and led back to an older text."""

import hashlib
import io
import threading
from dataclasses import replace
from datetime import date

import pytest
import xlsxwriter
from lxml import etree
from sqlalchemy import func, select

from forms.xform import read_facts
from forms.xlsform import convert
from server.errors import FormNotFound, MediaMissing, VersionSuperseded, VersionTaken
from server.models import Audit, Form, FormVersion, Quarantine, Submission, SubmissionVersion
from server.services import entity, form, submission
from server.services.actor import SYSTEM_ID
from server.services.form import draft, life
from server.services.form.life import AlreadyCurrent, VersionNotFound
from server.services.form.media import BadFile, ColumnsMissing, FileIsList, FileNotNamed
from server.services.form.text import NameRefused
from tests.builders import FILES, PLACE, REGISTER, VISIT, converted, publish
from tests.builders import submission as filled

pytestmark = pytest.mark.database

LIST = "{http://openrosa.org/xforms/xformsList}"
MESSAGE = "{http://openrosa.org/http/response}message"
DAY = date(2026, 11, 22)
VISIT_2 = VISIT.replace("| v1 ", "| v2 ").replace("Ghi chú", "Ghi chép")


def listed(collect):
    response = collect.get("formList")
    assert response.status_code == 200
    return {one.findtext(f"{LIST}formID"): one for one in etree.fromstring(response.data)}


def versions(collect):
    return {xml_form_id: one.findtext(f"{LIST}version") for xml_form_id, one in listed(collect).items()}


def do(database, act, *arguments):
    with database.transaction() as session:
        return act(session, *arguments)


def set_state(database, xml_form_id, state):
    return do(database, form.set_state, 1, xml_form_id, state, SYSTEM_ID)


def rollback(database, blobs, xml_form_id, version):
    return do(database, form.rollback, blobs, 1, xml_form_id, version, SYSTEM_ID, DAY)


def test_a_closing_form_is_not_listed_and_takes_what_tablets_hold(collect, database, session):
    set_state(database, "visit", "closing")

    assert set(listed(collect)) == {"place/1", "register"}
    assert collect.send(filled()).status_code == 201
    assert session.scalar(select(func.count()).select_from(Submission)) == 1
    assert collect.get("forms/visit.xml").status_code == 200


def test_what_comes_for_a_closed_form_is_kept_and_released_when_it_opens_again(collect, database, blobs):
    set_state(database, "visit", "closed")
    late = collect.send(filled())
    with database.transaction() as session:
        (kept,) = session.scalars(select(Quarantine.id)).all()
        still = submission.release(session, blobs, kept, SYSTEM_ID)

    opened = set_state(database, "visit", "open")
    with database.transaction() as session:
        taken = submission.release(session, blobs, kept, SYSTEM_ID)

    assert late.status_code == 409
    assert "đã được giữ riêng" in etree.fromstring(late.data).findtext(MESSAGE)
    assert isinstance(still, submission.Held)
    assert opened.was == "closed"
    assert isinstance(taken, submission.Stored)
    assert "visit" in listed(collect)


def test_a_deleted_form_comes_back_with_all_its_versions_and_submissions(collect, database, blobs, session):
    collect.send(filled())
    do(database, publish, blobs, VISIT_2)
    do(database, form.delete, 1, "visit", SYSTEM_ID)

    assert "visit" not in listed(collect)
    assert collect.get("forms/visit.xml").status_code == 404
    assert collect.send(filled()).status_code == 404
    with pytest.raises(FormNotFound):
        set_state(database, "visit", "open")
    for _ in range(2):
        do(database, form.restore, 1, "visit", SYSTEM_ID)

    assert versions(collect)["visit"] == "v2"
    assert b'version="v1"' in collect.get("forms/visit.xml?version=v1").data
    assert session.scalar(select(func.count()).select_from(Submission)) == 1


def test_a_closed_form_that_was_deleted_comes_back_closed(collect, database):
    set_state(database, "visit", "closed")
    do(database, form.delete, 1, "visit", SYSTEM_ID)
    do(database, form.restore, 1, "visit", SYSTEM_ID)

    assert "visit" not in listed(collect)
    with database.reading() as session:
        assert form.get(session, 1, "visit").state == "closed"


def test_a_form_that_never_was_cannot_come_back(database):
    with pytest.raises(FormNotFound):
        do(database, form.restore, 1, "never", SYSTEM_ID)


def test_every_change_of_state_is_in_the_audit_log_once(database, forms_published):
    set_state(database, "visit", "closing")
    set_state(database, "visit", "closing")
    do(database, form.delete, 1, "visit", SYSTEM_ID)
    do(database, form.restore, 1, "visit", SYSTEM_ID)

    with database.reading() as session:
        form_id = str(form.get(session, 1, "visit").id)
        rows = session.execute(
            select(Audit.action, Audit.details)
            .where(Audit.actee_type == "form", Audit.actee_id == form_id)
            .order_by(Audit.id)
        ).all()
    assert [row.action for row in rows][2:] == ["form.update", "form.delete", "form.restore"]
    assert rows[2].details == {"state": "closing", "was": "open"}


def test_an_older_text_comes_back_under_a_version_greater_than_all(collect, database, blobs):
    do(database, publish, blobs, VISIT_2)

    published = rollback(database, blobs, "visit", "v1")
    served = collect.get(listed(collect)["visit"].findtext(f"{LIST}downloadUrl"))

    assert (published.is_new, published.version) == (True, "2026112201")
    assert versions(collect)["visit"] == "2026112201"
    assert served.data == converted(VISIT)[0].xml.replace(b'version="v1"', b'version="2026112201"')
    assert listed(collect)["visit"].findtext(f"{LIST}hash") == "md5:" + hashlib.md5(served.data).hexdigest()
    assert collect.get("forms/visit.xml?version=v1").data == converted(VISIT)[0].xml


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        (["2026112201"], "2026112202"),
        (["2026112299"], "2026112300"),
        (["2027010105"], "2027010106"),
        (["7", "v9", "2026-1", "²"], "2026112201"),
        (["99999999999999999999"], "100000000000000000000"),
        ([""], "2026112201"),
        (["2026112205[encrypted:x1]"], "2026112206"),
    ],
)
def test_the_next_version_is_of_the_day_and_greater_than_every_number(session, there, expected):
    owner = Form(project_id=1, xml_form_id="a", state="open", created_at=life.now())
    session.add(owner)
    session.flush()
    for version in there:
        session.add(
            FormVersion(
                form_id=owner.id,
                version=version,
                title="A",
                xml=b"",
                md5="",
                schema="",
                warnings=[],
                published_at=life.now(),
            )
        )
    session.flush()

    assert life.next_version(session, owner, DAY) == expected


def test_a_rollback_leaves_the_drafts_version_free(database, blobs, forms_published):
    do(database, publish, blobs, VISIT_2)
    made, workbook = converted(VISIT.replace("| v1 ", "| 2026112201 "))
    do(database, draft.put, blobs, 1, made, workbook, {}, SYSTEM_ID)

    assert rollback(database, blobs, "visit", "v1").version == "2026112202"
    assert do(database, draft.release, blobs, 1, "visit", SYSTEM_ID).version == "2026112201"


def test_the_workbook_of_a_rollback_gives_exactly_what_is_live(database, blobs, forms_published):
    do(database, publish, blobs, VISIT_2)

    rollback(database, blobs, "visit", "v1")

    with database.reading() as session:
        live = form.versions(session, form.get(session, 1, "visit"))[0]
        assert convert(blobs.read(live.workbook_sha256)).xml == live.xml
        assert form.find_published(session, 1, blobs.read(live.workbook_sha256)).id == live.id
        assert live.schema == form.versions(session, form.get(session, 1, "visit"))[-1].schema


def test_a_rollback_of_a_workbook_whose_version_is_a_formula_has_no_workbook(database, blobs):
    made, _ = converted(VISIT)
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        book.add_worksheet("survey").write_row(0, 0, ["type", "name", "label"])
        settings = book.add_worksheet("settings")
        settings.write_row(0, 0, ["form_id", "version"])
        settings.write(1, 0, "visit")
        settings.write_formula(1, 1, '="v"&1', None, "v1")
    do(database, form.publish, blobs, 1, made, file.getvalue(), {}, SYSTEM_ID)
    do(database, publish, blobs, VISIT_2)

    rollback(database, blobs, "visit", "v1")

    with database.reading() as session:
        rows = form.versions(session, form.get(session, 1, "visit"))
        assert [row.workbook_sha256 is None for row in rows] == [True, False, False]


def test_a_rollback_takes_todays_files_where_the_names_agree(database, blobs):
    do(database, publish, blobs, PLACE, FILES)
    other = PLACE.replace("| 2026 ", "| 2027 ").replace("thôn.csv", "xã.csv")
    do(database, publish, blobs, other, {"xã.csv": b"name,label\n1,Xa\n"})
    third = PLACE.replace("| 2026 ", "| 2028 ")
    do(database, publish, blobs, third, {"thôn.csv": b"name,label\n1,Moi\n"})

    rollback(database, blobs, "place/1", "2026")
    assert content(database, blobs, "thôn.csv") == b"name,label\n1,Moi\n"
    rollback(database, blobs, "place/1", "2027")
    assert content(database, blobs, "xã.csv") == b"name,label\n1,Xa\n"


def content(database, blobs, name):
    with database.reading() as session:
        (found,) = form.files(session, 1, "place/1", None)
        assert found.name == name
        return blobs.read(found.content.sha256)


def test_a_rollback_keeps_its_entity_lists(database, blobs, forms_published):
    do(database, publish, blobs, REGISTER.replace("| 1 ", "| 2 "))

    rollback(database, blobs, "register", "1")

    with database.reading() as session:
        (found,) = form.files(session, 1, "register", None)
        assert found.content == entity.list_ids(session, 1)["clubs"]


def test_there_is_no_way_back_to_what_is_current_or_was_never_there(database, blobs, forms_published):
    with pytest.raises(AlreadyCurrent):
        rollback(database, blobs, "visit", "v1")
    with pytest.raises(VersionNotFound, match="“v1”"):
        rollback(database, blobs, "visit", "v9")
    with pytest.raises(FormNotFound):
        rollback(database, blobs, "none", "v1")


def test_old_versions_are_taken_for_ever(collect, database, blobs, session):
    do(database, publish, blobs, VISIT_2)
    rollback(database, blobs, "visit", "v1")

    sent = [collect.send(filled(version=version)) for version in ("v1", "v2", "2026112201", "never", "")]

    assert [response.status_code for response in sent] == [201] * 5
    rows = session.execute(
        select(SubmissionVersion.version, FormVersion.version)
        .outerjoin(FormVersion, FormVersion.id == SubmissionVersion.form_version_id)
        .order_by(SubmissionVersion.id)
    ).all()
    assert [tuple(row) for row in rows] == [
        ("v1", "v1"),
        ("v2", "v2"),
        ("2026112201", "2026112201"),
        ("never", None),
        ("", None),
    ]


def test_an_empty_version_is_a_version(collect, database, blobs):
    """No workbook gives one, for its version is demanded, but an XForm that was made elsewhere may."""
    made, workbook = converted(VISIT)
    bare = replace(made, xml=made.xml.replace(b' version="v1"', b"").replace(b'"visit"', b'"bare"'))
    bare = replace(bare, version="", xml_form_id="bare")
    assert read_facts(bare.xml).version == ""
    do(database, form.publish, blobs, 1, bare, workbook, {}, SYSTEM_ID)

    entry = listed(collect)["bare"]

    assert entry.findtext(f"{LIST}version") == ""
    assert collect.get(entry.findtext(f"{LIST}downloadUrl")).data == bare.xml
    assert collect.send(filled(xml_form_id="bare", version="")).status_code == 201


def test_a_version_string_stands_for_one_text(database, blobs, forms_published):
    with pytest.raises(VersionTaken):
        do(database, publish, blobs, VISIT.replace("Ghi chú", "Ghi chép"))
    do(database, publish, blobs, VISIT_2)
    with pytest.raises(VersionSuperseded):
        do(database, publish, blobs, VISIT)


@pytest.mark.parametrize(
    ("markdown", "word"),
    [
        (VISIT.replace("| visit ", "| " + "x" * 201 + " "), "longer than 200"),
        (VISIT.replace("Thăm hộ", "x" * 201), "longer than 200"),
        (VISIT.replace("| v1 ", "| " + "1" * 201 + " "), "longer than 200"),
        (VISIT.replace("| visit ", "| a/manifest "), "address"),
        (VISIT.replace("| visit ", "| a/attachments/b "), "address"),
        (VISIT.replace("| visit ", "| .. "), "address"),
    ],
)
def test_names_that_would_break_a_list_are_refused(database, blobs, markdown, word):
    with pytest.raises(NameRefused, match=word):
        do(database, publish, blobs, markdown)


@pytest.mark.parametrize(
    "xml_form_id", ["a b", "a:b", "a/b", "a%2Fb", "a?b&c", "a#b", "thăm-hộ", "a'b", ".", "A", "a"]
)
def test_a_form_is_fetched_by_its_address_whatever_its_id_holds(collect, database, blobs, xml_form_id):
    if xml_form_id == ".":
        with pytest.raises(NameRefused):
            do(database, publish, blobs, PLACE.replace("place/1", xml_form_id), FILES)
        return
    do(database, publish, blobs, PLACE.replace("place/1", xml_form_id), FILES)

    entry = listed(collect)[xml_form_id]
    served = collect.get(entry.findtext(f"{LIST}downloadUrl"))
    manifest = collect.get(entry.findtext(f"{LIST}manifestUrl"))
    address = etree.fromstring(manifest.data)[0].findtext("{*}downloadUrl")

    assert read_facts(served.data).xml_form_id == xml_form_id
    assert collect.get(address).status_code == 200


def test_form_ids_differ_by_case(collect, database, blobs):
    do(database, publish, blobs, VISIT.replace("| visit ", "| Visit "))

    assert {"visit", "Visit"} <= set(listed(collect))
    assert b'id="Visit"' in collect.get("forms/Visit.xml").data


def test_files_of_a_live_form_are_replaced_under_their_names(collect, database, blobs):
    new = "name,label\n1,Thôn Ba\n".encode()
    decomposed = "tho\u0302n.csv"
    before = listed(collect)["place/1"]

    with database.transaction() as session:
        changed = form.replace(session, blobs, form.get(session, 1, "place/1"), {decomposed: new}, SYSTEM_ID)
    with database.transaction() as session:
        again = form.replace(session, blobs, form.get(session, 1, "place/1"), {"thôn.csv": new}, SYSTEM_ID)

    manifest = etree.fromstring(collect.get("forms/place%2F1/manifest").data)
    assert (changed, again) == (("thôn.csv",), ())
    assert manifest[0].findtext("{*}hash") == "md5:" + hashlib.md5(new).hexdigest()
    assert collect.get("forms/place%2F1/attachments/thôn.csv").data == new
    after = listed(collect)["place/1"]
    assert after.findtext(f"{LIST}hash") == before.findtext(f"{LIST}hash")
    with database.reading() as session:
        last = session.scalars(select(Audit).order_by(Audit.id.desc())).first()
        assert (last.action, last.details) == ("form.attachment.update", {"files": ["thôn.csv"]})


@pytest.mark.parametrize(
    ("xml_form_id", "name", "new", "problem"),
    [
        ("place/1", "other.csv", b"name,label\n", FileNotNamed),
        ("place/1", "thôn.csv", b"", BadFile),
        ("place/1", "thôn.csv", "name,label\n1,Thôn\n".encode("utf-16"), BadFile),
        ("place/1", "thôn.csv", b"\nname,label\n", BadFile),
        ("place/1", "thôn.csv", b"name,title\n1,x\n", ColumnsMissing),
        ("register", "clubs.csv", b"name,label\n", FileIsList),
    ],
)
def test_a_file_that_would_break_a_live_form_is_refused(
    collect, database, blobs, xml_form_id, name, new, problem
):
    with pytest.raises(problem), database.transaction() as session:
        form.replace(session, blobs, form.get(session, 1, xml_form_id), {name: new}, SYSTEM_ID)

    assert collect.get("forms/place%2F1/attachments/thôn.csv").data == FILES["thôn.csv"]


def test_a_table_with_semicolons_and_a_byte_order_mark_has_the_columns_excel_gave_it(
    database, blobs, forms_published
):
    new = "\ufefflabel;name;extra\nThôn;1;x\n".encode()

    with database.transaction() as session:
        changed = form.replace(session, blobs, form.get(session, 1, "place/1"), {"thôn.csv": new}, SYSTEM_ID)

    assert changed == ("thôn.csv",)


def test_a_new_version_may_drop_columns(database, blobs, forms_published):
    published = do(
        database, publish, blobs, PLACE.replace("| 2026 ", "| 2027 "), {"thôn.csv": b"name,other\n1,x\n"}
    )

    assert published.files_changed == ("thôn.csv",)


def test_a_form_is_never_published_without_one_of_its_files(collect, database, blobs):
    with pytest.raises(MediaMissing):
        do(database, publish, blobs, PLACE.replace("place/1", "bare"))

    assert "bare" not in listed(collect)
    with database.reading() as session:
        assert form.find(session, 1, "bare") is None


def at_once(*acts):
    """Run all of them at the same moment; what each came to, an exception among it."""
    ready, outcomes = threading.Barrier(len(acts)), []

    def run(act):
        ready.wait()
        try:
            outcomes.append(act())
        except Exception as error:
            outcomes.append(error)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_the_same_new_form_published_by_several_at_once_is_one(database, blobs):
    converted(REGISTER)
    outcomes = at_once(*[lambda: do(database, publish, blobs, REGISTER)] * 6)

    assert sorted(one.is_new for one in outcomes) == [False] * 5 + [True]
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Form)) == 1
        assert session.scalar(select(func.count()).select_from(FormVersion)) == 1


def test_forms_that_make_the_same_list_may_be_published_at_once(database, blobs):
    texts = [REGISTER.replace("| register ", f"| register{number} ") for number in range(5)]
    for one in texts:
        converted(one)

    outcomes = at_once(*[lambda one=one: do(database, publish, blobs, one) for one in texts])

    assert [one.is_new for one in outcomes] == [True] * 5
    with database.reading() as session:
        assert set(entity.list_ids(session, 1)) == {"clubs"}


def test_two_texts_published_under_one_version_at_once_are_one_and_a_refusal(database, blobs):
    texts = [VISIT, VISIT.replace("Ghi chú", "Ghi chép")]
    for one in texts:
        converted(one)

    outcomes = at_once(*[lambda one=one: do(database, publish, blobs, one) for one in texts])

    assert sorted(type(one).__name__ for one in outcomes) == ["Published", "VersionTaken"]


def test_two_rollbacks_at_once_get_versions_of_their_own(database, blobs, forms_published):
    do(database, publish, blobs, VISIT_2)

    outcomes = at_once(*[lambda: rollback(database, blobs, "visit", "v1")] * 3)

    assert sorted(one.version for one in outcomes) == ["2026112201", "2026112202", "2026112203"]


def test_a_tablet_that_fetches_while_versions_are_published_gets_what_its_list_promised(
    collect, database, blobs
):
    texts = [VISIT.replace("| v1 ", f"| v{number} ") for number in range(2, 12)]
    for one in texts:
        converted(one)
    faults, checked = [], []
    done = threading.Event()

    def fetch():
        while not done.is_set():
            entries = listed(collect)
            if len(entries) != 3:
                faults.append(entries)
            text = collect.get(entries["visit"].findtext(f"{LIST}downloadUrl")).data
            checked.append(entries["visit"].findtext(f"{LIST}version"))
            if entries["visit"].findtext(f"{LIST}hash") != "md5:" + hashlib.md5(text).hexdigest():
                faults.append(checked[-1])

    fetching = threading.Thread(target=fetch)
    fetching.start()
    for one in texts:
        do(database, publish, blobs, one)
    done.set()
    fetching.join()

    assert faults == []
    assert checked
    assert versions(collect)["visit"] == "v11"


def test_a_submission_is_taken_while_its_form_is_being_published(collect, database, blobs):
    """Publishing keeps off other publishing only; where there is one writer, what is sent waits its turn."""
    statuses = []
    sending = threading.Thread(target=lambda: statuses.append(collect.send(filled()).status_code))
    with database.transaction() as session:
        publish(session, blobs, VISIT_2)
        sending.start()
        sending.join(timeout=0.5 if database.is_sqlite else 20)
        has_waited = sending.is_alive()
    sending.join()

    assert statuses == [201]
    assert has_waited == database.is_sqlite
