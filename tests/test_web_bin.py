"""The bin: what is deleted counts nowhere, comes back with all it had for thirty days, and is purged then."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from server.cli import purging
from server.clock import now
from server.models import (
    Audit,
    Club,
    Entity,
    EntityVersion,
    Meeting,
    PurgedSubmission,
    Quarantine,
    Submission,
    SubmissionAttachment,
    SubmissionComment,
    SubmissionVersion,
    SubmissionWord,
)
from server.services import rebuild
from server.services import submission as submissions
from server.services.actor import SYSTEM_ID
from server.services.submission import purge
from tests.builders import new_instance_id, submission
from tests.builders_club import founding, meeting, publish_programme
from tests.builders_web import Browser, a_person
from tests.test_rebuild import content
from tests.test_submission_life import ALL, Field
from tests.test_web_review import WORD, text
from tests.test_web_submissions import numbers

pytestmark = pytest.mark.database


@pytest.fixture
def browser(app) -> Browser:
    return Browser(app)


@pytest.fixture
def admin(browser, database) -> Browser:
    a_person(database)
    browser.sign_in()
    return browser


@pytest.fixture
def visit(collect, admin) -> tuple[bytes, str]:
    """A visit with a photo and a comment: what the tablet sent, and the number of its submission."""
    xml = submission({"note": "Bà Sáu", "photo": "a.jpg"}, instance_id=new_instance_id())
    assert collect.send(xml, [("a.jpg", b"one")]).status_code == 201
    (number,) = numbers(admin.get("/submissions"))
    assert collect.send(submission({"note": "Bà Bảy"})).status_code == 201
    admin.get(f"/submissions/{number}")
    admin.post(f"/submissions/{number}/review", state="", comment="Hỏi lại", word=WORD)
    return xml, number


def count(session, model) -> int:
    found = session.scalar(select(func.count()).select_from(model)) or 0
    session.rollback()
    return found


def later(database, days: int) -> None:
    """Let the time of what is in the bin have begun so many days ago."""
    with database.transaction() as writing:
        for one in writing.scalars(select(Submission).where(Submission.deleted_at.is_not(None))):
            one.deleted_at = now() - timedelta(days=days, minutes=1)


def purge_all(database) -> None:
    """Purge what is due, beside a submission that came after it."""
    while True:
        with database.transaction() as writing:
            if not purge.is_due(writing, now()):
                return
            purge.purge(writing, now())


def test_what_is_deleted_leaves_list_and_search_and_comes_back_with_everything(admin, visit):
    _, number = visit
    one = f"/submissions/{number}"

    refused = admin.post(f"{one}/delete", reason=" ")
    done = admin.post(f"{one}/delete", reason="gửi thử")
    admin.post(f"{one}/delete", reason="gửi thử")

    assert refused.status_code == 400
    assert "Xin ghi lý do xóa" in refused.text
    assert numbers(admin.get("/submissions?q=sau")) == []
    bin = admin.get(done.location)
    assert f"Phiếu số {number} đang ở thùng rác." in text(bin)
    assert "30" in text(bin)
    assert "Không tính vào đâu" in text(admin.get(one))
    assert admin.get(one).text.count("Bỏ vào thùng rác") == 1

    assert f'action="{one}/restore"' in bin.text.split("<table")[0], (
        "the way back stands beside the word of it"
    )
    restored = admin.post(f"{one}/restore")

    assert "Đã lấy lại phiếu" in text(admin.get(restored.location))
    assert numbers(admin.get("/submissions?q=sau")) == [number]
    back = text(admin.get(one))
    assert "Hỏi lại" in back
    assert "Bà Sáu" in back
    assert "Thùng rác trống" in text(admin.get("/submissions/bin"))


@pytest.mark.parametrize("role", ["province_editor", "reviewer", "commune_supervisor", "province_admin"])
def test_only_administrators_of_all_data_delete_and_see_the_bin(app, admin, database, units, visit, role):
    _, number = visit
    a_person(database, role, [units["582@2004-01-01"]], email="hoa@clb.example")
    other = Browser(app)
    other.sign_in("hoa@clb.example")
    other.get("/account")

    assert other.post(f"/submissions/{number}/delete", reason="x").status_code == 403
    assert other.get("/submissions/bin").status_code == 403
    admin.post(f"/submissions/{number}/delete", reason="x")
    assert other.get(f"/submissions/{number}").status_code == 404
    assert other.get(f"/submissions/{number}/texts/1.xml").status_code == 404


def test_the_tablet_that_sends_it_again_is_told_all_is_well_and_it_stays_in_the_bin(
    admin, collect, visit, session
):
    xml, number = visit
    admin.post(f"/submissions/{number}/delete", reason="x")

    assert collect.send(xml, [("a.jpg", b"one")]).status_code == 201

    assert numbers(admin.get("/submissions")) == ["2"]
    assert count(session, Submission) == 2


def test_after_thirty_days_it_is_purged_and_only_that_it_was_here_is_kept(admin, visit, database, session):
    _, number = visit
    admin.post(f"/submissions/{number}/delete", reason="x")
    later(database, 29)
    purge_all(database)
    assert count(session, Submission) == 2
    assert "1" in text(admin.get("/submissions/bin"))

    later(database, 30)
    purge_all(database)

    gone = (Submission, SubmissionVersion, SubmissionAttachment, SubmissionComment, SubmissionWord)
    assert [count(session, model) for model in gone] == [1, 1, 0, 0, 2]
    assert count(session, PurgedSubmission) == 1
    assert admin.get(f"/submissions/{number}").status_code == 404
    act = session.scalars(select(Audit).where(Audit.action == "submission.purge")).one()
    assert (act.actor_id, act.actee_id) == (SYSTEM_ID, number)


def test_sent_again_after_the_purge_it_waits_until_a_person_lets_it_in(
    admin, collect, visit, database, session, blobs
):
    xml, number = visit
    admin.post(f"/submissions/{number}/delete", reason="x")
    later(database, 31)
    purge_all(database)

    again = collect.send(xml, [("a.jpg", b"one")])
    edit = collect.send(
        submission({"note": "sửa"}, deprecated_id=xml.split(b"instanceID>")[1].split(b"<")[0].decode())
    )

    assert (again.status_code, edit.status_code) == (201, 201)
    held = session.scalars(select(Quarantine).order_by(Quarantine.id)).all()
    assert [one.reason for one in held] == ["purged_submission", "purged_submission"]
    assert blobs.read(held[0].xml_sha256) == xml
    first = held[0].id
    session.rollback()
    assert numbers(admin.get("/submissions")) == ["2"]

    admin.get("/quarantine")
    admin.post(f"/quarantine/{first}/release")

    assert numbers(admin.get("/submissions?q=sau")) == ["3"]
    assert count(session, PurgedSubmission) == 0


def test_the_worker_purges_and_takes_the_files_along(admin, visit, database, blobs, monkeypatch):
    import os

    _, number = visit
    admin.post(f"/submissions/{number}/delete", reason="x")
    later(database, 31)
    with database.reading() as reading:
        sha256 = reading.scalars(
            select(SubmissionAttachment.sha256).where(SubmissionAttachment.name == "a.jpg")
        ).one()
    old = now().timestamp() - 40 * 24 * 3600
    os.utime(blobs._path(sha256), (old, old))
    monkeypatch.setattr(purging, "database", lambda: database)
    monkeypatch.setattr(purging, "blobs", lambda: blobs)

    assert purging.purge_due(now()) == 1

    assert not blobs.has(sha256)
    assert purging.purge_due(now()) == 0


def test_the_newest_number_is_not_purged_for_it_would_be_given_again(admin, visit, database, session):
    admin.post("/submissions/2/delete", reason="x")
    later(database, 31)

    purge_all(database)

    assert count(session, Submission) == 2


def test_figures_follow_the_bin_and_lists_outlive_the_purge_and_a_rebuild(session, blobs):
    publish_programme(session, blobs)
    field = Field(session, blobs)
    number = field.send(founding("a"))
    april = field.send(meeting("2019-04", n_present=10))
    lists = count_in(session, Entity)

    submissions.delete(session, ALL, april, SYSTEM_ID)
    assert session.scalar(select(func.count()).select_from(Meeting)) == 0
    submissions.restore(session, ALL, blobs, april, SYSTEM_ID)
    assert session.scalar(select(func.count()).select_from(Meeting)) == 1

    submissions.delete(session, ALL, number, SYSTEM_ID)
    session.get_one(Submission, number).deleted_at = now() - timedelta(days=31)
    session.flush()
    purge.purge(session, now())
    assert session.get(Submission, number) is None
    assert session.scalar(select(func.count()).select_from(Club)) == 0
    by_hand = select(func.count()).where(EntityVersion.submission_id.is_(None))
    assert session.scalar(by_hand) == lists
    before = content(session)

    rebuild.rebuild(session)

    assert content(session) == before
    assert count_in(session, Entity) == lists


def count_in(session, model) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0
