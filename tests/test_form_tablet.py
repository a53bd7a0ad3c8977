"""The life of a form as a tablet lives it: the engine of ODK Collect against the real server."""

import hashlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import func, select

from server import collect_settings
from server.blobs import BlobStore
from server.db import Database
from server.models import Entity, Quarantine, Submission, SubmissionVersion
from server.services import app_user, form
from server.services.actor import SYSTEM_ID
from server.services.form import draft, draft_submission
from tests.builders import FILES, PLACE, REGISTER, VISIT, converted, publish, publish_forms
from tests.live import Process, serving
from tests.tablet import Tablet

pytestmark = pytest.mark.database

DAY = date(2026, 11, 22)
VISIT_2 = VISIT.replace("| v1 ", "| v2 ").replace("Ghi chú", "Ghi chép")


@pytest.fixture
def token(database: Database, blobs: BlobStore) -> str:
    """The three small forms are published and a tablet is enrolled; its key."""
    with database.transaction() as session:
        publish_forms(session, blobs)
        return app_user.create(session, 1, "Máy thử", [], SYSTEM_ID).token


@pytest.fixture
def server(token: str, database_url: str, tmp_path: Path) -> Iterator[Process]:
    """The real server on these forms."""
    with serving(tmp_path, database_url) as process:
        yield process


@pytest.fixture
def tablet(server: Process, token: str, tmp_path: Path) -> Tablet:
    """A tablet that keeps its forms exactly as listed."""
    return Tablet(f"{server.address}/v1/key/{token}/projects/1", tmp_path / "tablet")


def put(database, blobs, markdown, files=None):
    made, workbook = converted(markdown)
    with database.transaction() as session:
        return draft.put(session, blobs, 1, made, workbook, files or {}, SYSTEM_ID)


def set_state(database, xml_form_id, state):
    with database.transaction() as session:
        form.set_state(session, 1, xml_form_id, state, SYSTEM_ID)


def test_a_draft_is_tried_by_scanning_its_code(server, database, blobs, tmp_path):
    """One form with a list of entities, under an ID with a slash: what a tester does, nothing of it is real."""
    drafted = put(database, blobs, REGISTER.replace("| register ", "| reg/ister "))
    address = f"{server.address}/v1/test/{drafted.token}/projects/1/forms/{quote('reg/ister', safe='')}/draft"
    tester = Tablet.scanning(collect_settings.draft_code(address, "Ghi tên", "vi"), tmp_path / "tester")

    pulled = tester.pull()
    rows = tester.entities("clubs")
    filled = tester.fill("reg/ister", submissions=3)
    sent = tester.send(resend=1.0, race=0.5)

    assert pulled.problems == filled.problems == sent.problems == []
    assert tester.forms() == [("reg/ister", "1")]
    assert len(rows) == 3
    assert all(row["label"].startswith("Mẫu thử") for row in rows.values())
    with database.reading() as session:
        kept = draft_submission.listed(session, 1, "reg/ister")
        assert {one.instance_id: hashlib.md5(one.xml).hexdigest() for one in kept} == {
            line.instance_id: line.xml_md5 for line in tester.ledger()
        }
        assert [
            session.scalar(select(func.count()).select_from(one)) for one in (Submission, Entity, Quarantine)
        ] == [0, 0, 0]


def test_the_next_draft_reaches_the_tester_and_an_ended_one_tells_them(server, database, blobs, tmp_path):
    drafted = put(database, blobs, PLACE, FILES)
    address = f"{server.address}/v1/test/{drafted.token}/projects/1/forms/place%2F1/draft"
    tester = Tablet(address, tmp_path / "tester")

    tester.pull()
    put(database, blobs, PLACE.replace("| 2026 ", "| 2027 "))
    second = tester.pull()
    tester.fill("place/1")
    with database.transaction() as session:
        draft.release(session, blobs, 1, "place/1", SYSTEM_ID)
    late = tester.send()

    assert second.problems == []
    assert tester.forms() == [("place/1", "2027")]
    assert late.counts.get("sent", 0) == 0
    assert "Địa chỉ thử này không còn" in " ".join(late.problems)


def test_a_closing_form_leaves_the_tablet_and_what_was_filled_is_still_taken(tablet, database):
    tablet.pull()
    tablet.fill("visit", submissions=2)
    set_state(database, "visit", "closing")

    pulled = tablet.pull()
    sent = tablet.send()

    assert pulled.problems == sent.problems == []
    assert tablet.forms() == [("place/1", "2026"), ("register", "1")]
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Submission)) == 2


def test_a_closed_form_tells_the_enumerator_and_keeps_what_came(tablet, database):
    tablet.pull()
    tablet.fill("visit")
    set_state(database, "visit", "closed")

    refused = tablet.send()
    set_state(database, "visit", "open")
    pulled = tablet.pull()
    again = tablet.send()

    assert "đã đóng" in " ".join(refused.problems)
    assert "đã được giữ riêng" in " ".join(refused.problems)
    assert pulled.problems == again.problems == []
    assert ("visit", "v1") in tablet.forms()
    with database.reading() as session:
        assert session.scalars(select(Quarantine.reason)).all() == ["closed_form"]
        assert session.scalar(select(func.count()).select_from(Submission)) == 1


def test_a_rollback_reaches_the_tablet_and_forms_filled_before_are_taken_after(tablet, database, blobs):
    tablet.pull()
    tablet.fill("visit", seed=1)
    with database.transaction() as session:
        publish(session, blobs, VISIT_2)
    tablet.pull()
    tablet.fill("visit", seed=2)
    with database.transaction() as session:
        rolled = form.rollback(session, blobs, 1, "visit", "v1", SYSTEM_ID, DAY)

    pulled = tablet.pull()
    still = tablet.pull()
    tablet.fill("visit", seed=3)
    sent = tablet.send()

    assert pulled.problems == still.problems == sent.problems == []
    assert dict(tablet.forms())["visit"] == rolled.version
    assert still.counts.get("forms_downloaded", 0) <= 1  # the form with an entity list, each time
    with database.reading() as session:
        versions = session.scalars(select(SubmissionVersion.version).order_by(SubmissionVersion.id)).all()
        held = session.execute(select(SubmissionVersion.instance_id, SubmissionVersion.xml)).all()
    assert sorted(versions) == sorted(["v1", "v2", rolled.version])
    assert {row.instance_id: hashlib.md5(row.xml).hexdigest() for row in held} == {
        line.instance_id: line.xml_md5 for line in tablet.ledger()
    }


def test_a_file_replaced_on_a_live_form_reaches_the_tablet(tablet, database, blobs, tmp_path):
    tablet.pull()
    with database.transaction() as session:
        form.replace(
            session,
            blobs,
            form.get(session, 1, "place/1"),
            {"thôn.csv": "name,label\n7,Thôn Bảy\n".encode()},
            SYSTEM_ID,
        )

    pulled = tablet.pull()
    tablet.fill("place/1")

    assert pulled.problems == []
    (line,) = tablet.ledger()
    assert tablet.answers(line.instance_id)["village"] == "7"


def test_a_form_taken_from_a_tablet_and_given_back(tablet, token, database):
    with database.reading() as session:
        (machine,) = form.assigned(session, 1, form.get(session, 1, "visit").id)
    tablet.pull()
    with database.transaction() as session:
        form.unassign(session, 1, "visit", machine.actor_id, SYSTEM_ID)
    without = (tablet.pull(), tablet.forms())
    with database.transaction() as session:
        form.assign(session, 1, "visit", machine.actor_id, SYSTEM_ID)
    back = (tablet.pull(), tablet.forms())

    assert without[0].problems == back[0].problems == []
    assert "visit" not in dict(without[1])
    assert dict(back[1])["visit"] == "v1"


def test_a_refused_list_deletes_nothing(tablet, database):
    """The last form was taken on purpose: the tablet is told, and keeps what it has."""
    tablet.pull()
    before = tablet.forms()
    with database.transaction() as session:
        (machine,) = form.assigned(session, 1, form.get(session, 1, "visit").id)
        for xml_form_id in ("visit", "place/1", "register"):
            form.unassign(session, 1, xml_form_id, machine.actor_id, SYSTEM_ID, may_empty=True)

    refused = tablet.pull()

    assert refused.problems
    assert tablet.forms() == before
