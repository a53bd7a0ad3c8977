"""Drafts: tried out at an address of their own, by tablets that hold no key, and never mixed with what is real."""

import base64
import csv
import hashlib
import io
import os
import threading
import time
from urllib.parse import quote

import pytest
from lxml import etree
from sqlalchemy import func, select

from server.blobs import BlobStore
from server.errors import MediaMissing, VersionTaken
from server.log import redact
from server.models import (
    Audit,
    DraftSubmission,
    Entity,
    Finding,
    Form,
    FormDraft,
    FormVersion,
    Quarantine,
    Submission,
)
from server.services import entity, form, stored_file
from server.services.actor import SYSTEM_ID
from server.services.form import draft, draft_submission
from server.services.form.draft import DraftEnded, NoDraft
from server.services.form.life import FormDeleted
from server.services.form.media import BadFile
from tests.builders import (
    CONTENT_TYPE,
    FILES,
    PLACE,
    REGISTER,
    VILLAGES,
    VISIT,
    converted,
    multipart,
    new_instance_id,
    publish,
    submission,
)

pytestmark = pytest.mark.database

LIST = "{http://openrosa.org/xforms/xformsList}"
MANIFEST = "{http://openrosa.org/xforms/xformsManifest}"
MESSAGE = "{http://openrosa.org/http/response}message"
VISIT_2 = VISIT.replace("| v1 ", "| v2 ")


def put(database, blobs, markdown, files=None):
    made, workbook = converted(markdown)
    with database.transaction() as session:
        return draft.put(session, blobs, 1, made, workbook, files or {}, SYSTEM_ID)


def release(database, blobs, xml_form_id):
    with database.transaction() as session:
        return draft.release(session, blobs, 1, xml_form_id, SYSTEM_ID)


class TrialTablet:
    """A tablet that scanned a draft's code."""

    def __init__(self, app, drafted, project_id=1):
        name = quote(drafted.xml_form_id, safe="")
        self.client = app.test_client()
        self.base = f"/v1/test/{drafted.token}/projects/{project_id}/forms/{name}/draft"

    def get(self, path):
        path = path.removeprefix("http://localhost")
        url = path if path.startswith("/v1/") else self.base + path
        return self.client.get(f"{url}?deviceID=collect%3AaB3")

    def send(self, xml, files=()):
        url = f"{self.base}/submission?deviceID=collect%3AaB3"
        return self.client.post(url, data=multipart(xml, files), content_type=CONTENT_TYPE)

    def entry(self):
        return etree.fromstring(self.get("/formList").data)[0]

    def manifest(self):
        root = etree.fromstring(self.get("/manifest").data)
        return {one.findtext(f"{MANIFEST}filename"): one for one in root}


def told(response):
    assert response.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert response.headers["X-OpenRosa-Version"] == "1.0"
    return etree.fromstring(response.data).findtext(MESSAGE)


def test_a_draft_is_fetched_at_its_address_and_nothing_else_is(app, database, blobs, forms_published):
    tester = TrialTablet(app, put(database, blobs, VISIT_2))

    response = tester.get("/formList")
    entries = etree.fromstring(response.data)

    assert response.headers["X-OpenRosa-Version"] == "1.0"
    assert response.headers["Cache-Control"] == "no-store"
    assert [one.findtext(f"{LIST}formID") for one in entries] == ["visit"]
    assert entries[0].findtext(f"{LIST}version") == "v2"
    served = tester.get(entries[0].findtext(f"{LIST}downloadUrl"))
    assert entries[0].findtext(f"{LIST}hash") == "md5:" + hashlib.md5(served.data).hexdigest()
    assert served.headers["ETag"].strip('"') == hashlib.md5(served.data).hexdigest()
    assert b'version="v2"' in served.data
    assert tester.client.get(f"{tester.base}//formList").data == response.data


def test_a_tablet_with_a_key_never_sees_a_draft(collect, app, database, blobs):
    put(database, blobs, VISIT.replace("| visit ", "| only_draft "))
    put(database, blobs, VISIT_2)

    listed = {one.findtext(f"{LIST}formID"): one for one in etree.fromstring(collect.get("formList").data)}

    assert set(listed) == {"visit", "place/1", "register"}
    assert listed["visit"].findtext(f"{LIST}version") == "v1"
    assert collect.get("forms/only_draft.xml").status_code == 404
    assert collect.get("forms/only_draft/manifest").status_code == 404


def test_a_real_submission_of_a_form_that_is_only_a_draft_is_kept_aside(collect, database, blobs, session):
    put(database, blobs, VISIT.replace("| visit ", "| only_draft "))

    response = collect.send(submission(xml_form_id="only_draft"))

    assert response.status_code == 404
    assert session.scalars(select(Quarantine.reason)).all() == ["unknown_form"]


def test_the_files_of_a_draft_are_served_by_name_and_hash(app, database, blobs):
    tester = TrialTablet(app, put(database, blobs, PLACE, FILES))

    listed = tester.manifest()
    entry = listed["thôn.csv"]
    served = tester.get(entry.findtext(f"{MANIFEST}downloadUrl"))

    assert tester.entry().findtext(f"{LIST}manifestUrl").endswith("/forms/place%2F1/draft/manifest")
    assert served.data == VILLAGES
    assert entry.findtext(f"{MANIFEST}hash") == "md5:" + hashlib.md5(VILLAGES).hexdigest()
    assert tester.get("/attachments/none.csv").status_code == 404


def test_a_file_that_is_missing_is_named_not_listed_and_stops_the_publishing_only(app, database, blobs):
    drafted = put(database, blobs, PLACE)

    assert drafted.missing == ("thôn.csv",)
    assert TrialTablet(app, drafted).manifest() == {}
    with pytest.raises(MediaMissing):
        release(database, blobs, "place/1")
    with database.reading() as session:
        assert draft.get(session, 1, "place/1").token == drafted.token
        assert session.scalar(select(func.count()).select_from(FormVersion)) == 0


def test_the_next_draft_takes_files_from_the_one_before_and_from_the_published_form(database, blobs):
    with database.transaction() as session:
        publish(session, blobs, PLACE, FILES)
    second = PLACE.replace("| 2026 ", "| 2027 ")

    assert put(database, blobs, second).missing == ()
    put(database, blobs, second, {"thôn.csv": b"name,label\n9,Moi\n"})
    put(database, blobs, PLACE.replace("| 2026 ", "| 2028 "))
    release(database, blobs, "place/1")

    with database.reading() as session:
        found = form.file(session, 1, "place/1", "thôn.csv", None)
        assert blobs.read(found.content.sha256) == b"name,label\n9,Moi\n"


def test_testers_never_see_a_real_row_of_an_entity_list(app, database, blobs, forms_published, session):
    list_id = entity.list_ids(session, 1)["clubs"]
    real = Entity(
        id="3f0e6a34-1111-4c7b-9f7e-000000000001",
        entity_list_id=list_id,
        label="CLB Bà Nguyễn Thị Hoa",
        data={"title": "Hoa"},
        created_at=session.get_one(Form, 1).created_at,
        updated_at=session.get_one(Form, 1).created_at,
    )
    session.add(real)
    session.commit()
    drafted = put(database, blobs, REGISTER.replace("| 1 ", "| 2 "))
    tester = TrialTablet(app, drafted)

    entry = tester.manifest()["clubs.csv"]
    served = tester.get(entry.findtext(f"{MANIFEST}downloadUrl"))
    rows = list(csv.DictReader(io.StringIO(served.data.decode())))

    assert drafted.sampled == ("clubs.csv",)
    assert entry.get("type") == "entityList"
    assert entry.findtext(f"{MANIFEST}hash") == "md5:" + hashlib.md5(served.data).hexdigest()
    assert list(rows[0]) == ["name", "label", "__version", "title"]
    assert len(rows) == 3
    assert all(row["label"].startswith("Mẫu thử") for row in rows)
    assert "Hoa" not in served.data.decode()


def test_testers_see_the_rows_given_with_the_draft_and_publishing_leaves_them_out(app, database, blobs):
    rows = "name,label,title\n7a0e6a34-1111-4c7b-9f7e-000000000001,CLB Thử,Thử\n".encode()
    drafted = put(database, blobs, REGISTER, {"clubs.csv": rows})

    served = TrialTablet(app, drafted).get("/attachments/clubs.csv").data.decode()

    assert drafted.sampled == ()
    assert served.splitlines() == [
        "name,label,__version,title",
        "7a0e6a34-1111-4c7b-9f7e-000000000001,CLB Thử,1,Thử",
    ]
    release(database, blobs, "register")
    with database.reading() as session:
        assert isinstance(form.file(session, 1, "register", "clubs.csv", None).content, int)
        assert session.scalar(select(func.count()).select_from(Entity)) == 0


def test_rows_that_a_tablet_could_not_read_as_a_list_are_refused(database, blobs):
    with pytest.raises(BadFile, match="name and label"):
        put(database, blobs, REGISTER, {"clubs.csv": b"id,title\n1,x\n"})


def test_a_test_submission_is_kept_apart_from_everything_that_counts(app, database, blobs, forms_published):
    made = REGISTER.replace("| 1 ", "| 2 ")
    tester = TrialTablet(app, put(database, blobs, made))
    body = (
        '<name_of_club>Thử</name_of_club><meta><entity dataset="clubs" create="1" '
        'id="3f0e6a34-1111-4c7b-9f7e-000000000009"><label>Thử</label></entity></meta>'
    )
    xml = submission(xml_form_id="register", version="whatever", body=body)
    before = counts(database)

    response = tester.send(xml, [("ảnh.jpg", b"jpeg")])

    assert response.status_code == 201
    assert b"full submission upload was successful!" in response.data
    assert counts(database) == before
    with database.reading() as session:
        (kept,) = draft_submission.listed(session, 1, "register")
        assert (kept.xml, kept.version, kept.device_id) == (xml, "whatever", "collect:aB3")
        assert [file["name"] for file in kept.attachments] == ["ảnh.jpg"]
        assert blobs.read(kept.attachments[0]["sha256"]) == b"jpeg"


def counts(database):
    with database.reading() as session:
        return [
            session.scalar(select(func.count()).select_from(model))
            for model in (Submission, Entity, Quarantine, Finding, Audit)
        ]


def test_a_test_submission_sent_again_adds_its_files_and_other_answers_are_refused(app, database, blobs):
    tester = TrialTablet(app, put(database, blobs, VISIT))
    instance_id = new_instance_id()
    xml = submission({"note": "một"}, instance_id=instance_id)

    sent = [tester.send(xml, [("a.jpg", b"a")]), tester.send(xml, [("b.jpg", b"b")]), tester.send(xml)]
    other = tester.send(submission({"note": "hai"}, instance_id=instance_id))

    assert [response.status_code for response in sent] == [201, 201, 201]
    assert other.status_code == 409
    assert "không được giữ" in told(other)
    with database.reading() as session:
        (kept,) = draft_submission.listed(session, 1, "visit")
        assert [file["name"] for file in kept.attachments] == ["a.jpg", "b.jpg"]
        assert kept.xml == xml


def test_twenty_of_the_same_test_submission_at_once_are_one(app, database, blobs):
    tester = TrialTablet(app, put(database, blobs, VISIT))
    xml = submission({"note": "một"})
    statuses = []

    def send():
        url = f"{tester.base}/submission"
        statuses.append(
            app.test_client().post(url, data=multipart(xml), content_type=CONTENT_TYPE).status_code
        )

    threads = [threading.Thread(target=send) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert statuses == [201] * 20
    with database.reading() as session:
        assert len(draft_submission.listed(session, 1, "visit")) == 1


def test_collect_is_asked_as_at_the_real_door(app, database, blobs):
    tester = TrialTablet(app, put(database, blobs, VISIT))

    answer = tester.client.head(f"{tester.base}/submission?deviceID=collect%3AaB3")

    assert (answer.status_code, answer.data) == (204, b"")
    assert answer.headers["X-OpenRosa-Accept-Content-Length"].isdigit()
    assert tester.client.head(f"{tester.base}//submission").status_code == 204


def test_another_form_is_not_taken_at_a_drafts_address(app, database, blobs):
    tester = TrialTablet(app, put(database, blobs, VISIT))

    response = tester.send(submission(xml_form_id="other"))

    assert response.status_code == 400
    assert "chỉ nhận biểu mẫu “visit”" in told(response)


@pytest.mark.parametrize("xml", [b"<data", b"<data/>", b'<!DOCTYPE x><data id="visit"/>'])
def test_a_test_submission_that_cannot_be_read_is_refused_in_words(app, database, blobs, xml):
    response = TrialTablet(app, put(database, blobs, VISIT)).send(xml)

    assert response.status_code == 400
    assert told(response)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/formList"),
        ("GET", ".xml"),
        ("GET", "/manifest"),
        ("GET", "/attachments/x.csv"),
        ("POST", "/submission"),
    ],
)
@pytest.mark.parametrize("wrong", ["token", "project", "form"])
def test_a_wrong_address_says_that_it_has_ended(app, database, blobs, method, path, wrong):
    drafted = put(database, blobs, VISIT)
    base = TrialTablet(app, drafted).base
    base = {
        "token": base.replace(drafted.token, "khóa-cũ"),
        "project": base.replace("/projects/1/", "/projects/2/"),
        "form": base.replace("/visit/", "/other/"),
    }[wrong]

    response = app.test_client().open(base + path, method=method)

    assert response.status_code == 404
    assert "Địa chỉ thử này không còn" in told(response)


def test_every_error_at_a_test_address_is_openrosa_xml(app, database, blobs):
    tester = TrialTablet(app, put(database, blobs, VISIT))

    nothing = tester.get("/nothing")
    wrong = tester.client.delete(f"{tester.base}/formList")
    text = tester.client.post(f"{tester.base}/submission", data=b"x", content_type="text/plain")
    nul = tester.client.get(f"{tester.base}/formList?x=%00")

    assert [one.status_code for one in (nothing, wrong, text, nul)] == [404, 405, 400, 400]
    assert all(told(one) for one in (nothing, wrong, text, nul))


def test_a_draft_that_takes_anothers_place_keeps_address_and_test_submissions(app, database, blobs):
    first = put(database, blobs, VISIT)
    TrialTablet(app, first).send(submission())
    second = put(database, blobs, VISIT_2)

    assert second.token == first.token
    assert (first.is_replaced, second.is_replaced) == (False, True)
    assert TrialTablet(app, first).entry().findtext(f"{LIST}version") == "v2"
    with database.reading() as session:
        assert len(draft_submission.listed(session, 1, "visit")) == 1


def test_a_published_draft_is_the_current_version_and_its_address_ends(app, database, blobs, collect):
    drafted = put(database, blobs, VISIT_2)
    tester = TrialTablet(app, drafted)
    tester.send(submission())

    published = release(database, blobs, "visit")
    listed = {
        one.findtext(f"{LIST}formID"): one.findtext(f"{LIST}version")
        for one in etree.fromstring(collect.get("formList").data)
    }
    late = tester.send(submission())
    again = put(database, blobs, VISIT.replace("| v1 ", "| v3 "))

    assert (published.is_new, published.version) == (True, "v2")
    assert listed["visit"] == "v2"
    assert late.status_code == 404
    assert "Địa chỉ thử này không còn" in told(late)
    assert again.token != drafted.token
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(DraftSubmission)) == 0


def test_publishing_a_draft_makes_the_lists_it_writes_and_putting_it_does_not(database, blobs):
    put(database, blobs, REGISTER)
    with database.reading() as session:
        assert entity.list_ids(session, 1) == {}

    release(database, blobs, "register")

    with database.reading() as session:
        assert set(entity.list_ids(session, 1)) == {"clubs"}


def test_a_draft_under_a_version_that_is_taken_says_so_and_cannot_be_published(
    database, blobs, forms_published
):
    other = put(database, blobs, VISIT.replace("Ghi chú", "Ghi chép"))
    same = put(database, blobs, VISIT)

    assert (other.is_taken, same.is_taken) == (True, False)
    put(database, blobs, VISIT.replace("Ghi chú", "Ghi chép"))
    with pytest.raises(VersionTaken):
        release(database, blobs, "visit")


def test_a_deleted_draft_is_gone_with_what_was_sent_to_it(app, database, blobs, forms_published):
    drafted = put(database, blobs, VISIT_2)
    TrialTablet(app, drafted).send(submission())

    with database.transaction() as session:
        wiped = draft.delete(session, 1, "visit", SYSTEM_ID)

    assert wiped == 1
    assert TrialTablet(app, drafted).get("/formList").status_code == 404
    with database.reading() as session:
        assert session.scalars(select(FormDraft)).all() == []
        assert form.xml(session, 1, "visit", None).xml == converted(VISIT)[0].xml
        with pytest.raises(NoDraft):
            draft.get(session, 1, "visit")


def test_a_deleted_form_has_no_test_address_and_takes_no_draft(app, database, blobs, forms_published):
    drafted = put(database, blobs, VISIT_2)
    with database.transaction() as session:
        form.delete(session, 1, "visit", SYSTEM_ID)

    assert TrialTablet(app, drafted).get("/formList").status_code == 404
    with pytest.raises(FormDeleted):
        put(database, blobs, VISIT_2)


def test_what_was_done_to_a_draft_is_in_the_audit_log(database, blobs):
    put(database, blobs, VISIT)
    with database.transaction() as session:
        draft.delete(session, 1, "visit", SYSTEM_ID)
    put(database, blobs, VISIT)
    release(database, blobs, "visit")

    with database.reading() as session:
        actions = session.scalars(
            select(Audit.action).where(Audit.actee_type == "form").order_by(Audit.id)
        ).all()
        secrets = session.scalars(select(Audit.details)).all()
    assert actions == [
        "form.create",
        "form.update.draft.set",
        "form.update.draft.delete",
        "form.update.draft.set",
        "form.update.publish",
    ]
    assert all("token" not in details for details in secrets)


def test_the_token_of_a_test_address_is_not_written_to_the_log(database, blobs, app):
    drafted = put(database, blobs, VISIT)

    assert drafted.token not in redact(TrialTablet(app, drafted).base)
    assert len(base64.urlsafe_b64decode(drafted.token + "=")) == 32


def test_a_test_submission_that_comes_while_the_draft_ends_is_refused_or_wiped(
    app, database, blobs: BlobStore
):
    """The two race; whichever wins, nothing is left behind and the tablet is told."""
    drafted = put(database, blobs, VISIT)
    tester = TrialTablet(app, drafted)
    statuses = []
    threads = [
        threading.Thread(
            target=lambda: statuses.append(TrialTablet(app, drafted).send(submission()).status_code)
        )
        for _ in range(10)
    ]
    for thread in threads:
        thread.start()
    release(database, blobs, "visit")
    for thread in threads:
        thread.join()

    assert set(statuses) <= {201, 404}
    assert len(statuses) == 10
    assert tester.send(submission()).status_code == 404
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(DraftSubmission)) == 0


def test_an_ended_address_is_a_problem_of_its_own(session):
    with pytest.raises(DraftEnded):
        draft.at(session, "x", 1, "visit")


def files_with(blobs, content):
    return [path for path in blobs.root.rglob("*") if path.is_file() and path.read_bytes() == content]


def make_old(blobs):
    for path in blobs.root.glob("??/??/*"):
        os.utime(path, (time.time() - 2 * 86400,) * 2)


@pytest.mark.parametrize("fault", ["xml", "form", "conflict"])
def test_what_a_draft_refuses_leaves_no_file(app, database, blobs, fault):
    tester = TrialTablet(app, put(database, blobs, VISIT_2))
    key = new_instance_id()
    assert tester.send(submission(version="v2", instance_id=key)).status_code == 201
    wrong = {
        "xml": b"<data",
        "form": submission(xml_form_id="other"),
        "conflict": submission({"note": "other"}, version="v2", instance_id=key),
    }

    assert tester.send(wrong[fault], [("a.jpg", b"photo")]).status_code in (400, 409)
    assert files_with(blobs, b"photo") == []


@pytest.mark.parametrize(("limit", "enough"), [("SUBMISSIONS", 1), ("BYTES", 5)])
def test_a_draft_that_is_full_takes_no_more(app, database, blobs, monkeypatch, limit, enough):
    monkeypatch.setattr(draft_submission, limit, enough)
    tester = TrialTablet(app, put(database, blobs, VISIT_2))
    assert tester.send(submission(version="v2"), [("a.jpg", b"photo")]).status_code == 201

    refused = tester.send(submission(version="v2"), [("b.jpg", b"more")])

    assert refused.status_code == 409
    assert "công bố hoặc xóa bản nháp" in told(refused)
    assert files_with(blobs, b"more") == []


def test_a_draft_takes_smaller_bodies_than_the_real_door(app, database, blobs, monkeypatch):
    monkeypatch.setattr(draft_submission, "BODY_BYTES", 1000)
    tester = TrialTablet(app, put(database, blobs, VISIT_2))

    assert tester.send(submission(version="v2"), [("a.jpg", b"x" * 2000)]).status_code == 413


def test_only_files_that_nothing_names_and_that_are_old_are_swept(app, database, blobs, collect):
    tester = TrialTablet(app, put(database, blobs, VISIT_2))
    assert tester.send(submission(version="v2"), [("a.jpg", b"mine"), ("b.jpg", b"both")]).status_code == 201
    assert collect.send(submission(), [("b.jpg", b"both")]).status_code == 201
    assert collect.send(submission(xml_form_id="unknown"), [("c.jpg", b"held")]).status_code == 404
    blobs.store(b"young")

    def sweep(candidates):
        with database.reading() as session:
            return stored_file.sweep(session, blobs, candidates)

    make_old(blobs)
    assert sweep(blobs.old()) == 1  # the one that nothing ever named
    with database.transaction() as session:
        candidates = draft.blobs_of(session, 1, "visit")
        draft.delete(session, 1, "visit", SYSTEM_ID)
    blobs.store(b"young")
    sweep(candidates)

    assert files_with(blobs, b"mine") == []
    assert len(files_with(blobs, b"both")) == len(files_with(blobs, b"held")) == 1
    assert sweep([hashlib.sha256(b"young").hexdigest()]) == 0
    assert len(files_with(blobs, b"young")) == 1
