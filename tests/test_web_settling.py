"""Findings worked off: as a queue and on the page of a submission, so that it stands through every projection."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, insert, select

from server.models import Audit, Club, Finding, FindingDecision, Submission, SubmissionVersion
from server.models.submission import finding_key
from server.services import rebuild
from tests.builders import a_club, submission
from tests.builders_club import edit, founding, meeting, publish_programme
from tests.builders_web import Browser, a_person
from tests.test_submission_life import Field
from tests.test_web_review import text

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
def three(database, units) -> list[str]:
    """Findings in the order of the queue: an old and a new one that make figures wrong, an older one worth a look."""
    found = []
    with database.transaction() as writing:
        for name, unit, year, severity in (
            ("CLB Lợi Hải", "22837@2004-01-01", 2020, "error"),
            ("CLB Đoàn Kết", "03388@2004-01-01", 2021, "error"),
            ("CLB An Hải", "22870@2004-01-01", 2019, "warning"),
        ):
            club = a_club(writing, units[unit], name)
            writing.get_one(Submission, club.submission_id).received_at = datetime(year, 1, 1, tzinfo=UTC)
            said = {"code": "money_in_thousands", "question": "fund_income_initial", "value": "500"}
            ids = {"submission_id": club.submission_id, "club_id": club.id, "severity": severity}
            writing.execute(insert(Finding), said | ids | {"details": {}})
            _give_text(writing, club.submission_id)
            found.append(f"{club.submission_id}-{finding_key(*said.values(), {})}")
    return found


def _give_text(writing, submission_id: int) -> None:
    """Let a submission that a builder made stand with a text, as every one does that was received."""
    one = writing.get_one(Submission, submission_id)
    version = SubmissionVersion(
        submission_id=one.id,
        form_id=one.form_id,
        version="1",
        instance_id=one.instance_id,
        xml=submission({"note": "x"}),
        xml_sha256="0" * 64,
        received_at=one.received_at,
    )
    writing.add(version)
    writing.flush()
    one.current_version_id = version.id


def shown(response) -> str:
    """The finding that the queue shows; "" for none."""
    card = response.text.partition("<article")[2]
    found = re.search(r'name="finding" value="([^"]+)"', card)
    return found[1] if found else ""


def after(response) -> str:
    found = re.search(r'name="after" value="([^"]+)"', response.text.partition("<article")[2])
    return found[1] if found else ""


def test_the_gravest_and_oldest_comes_first_and_the_next_after_each(admin, three, session):
    page = admin.get("/checks/queue")
    seen = []
    while ref := shown(page):
        seen.append(ref)
        done = admin.post("/checks/queue", finding=ref, outcome="mended", reason="", after=after(page))
        page = admin.get(done.location)

    assert seen == three
    assert "Đã xử lý hết." in text(page)
    assert "Không có gì cần xem" in admin.get("/checks").text
    assert session.scalar(select(func.count()).select_from(FindingDecision)) == 3


def test_a_finding_leads_to_its_submission_and_to_its_club(admin, three, session):
    number = three[0].split("-")[0]
    code = session.scalar(select(Club.code).where(Club.submission_id == int(number)))
    session.rollback()

    for page in ("/checks", "/checks/queue"):
        found = admin.get(page).text
        assert f'href="/submissions/{number}"' in found
        assert f'href="/clubs/{code}"' in found


def test_one_may_be_left_open_and_come_back_to(admin, three):
    first = admin.get("/checks/queue")
    second = admin.get(re.search(r'rel="next" href="([^"]+)"', first.text)[1].replace("&amp;", "&"))
    back = admin.get(re.search(r'rel="prev" href="([^"]+)"', second.text)[1].replace("&amp;", "&"))

    assert [shown(one) for one in (first, second, back)] == [three[0], three[1], three[0]]
    assert 'rel="prev"' not in first.text


def test_without_a_reason_the_form_comes_back_with_what_was_chosen(admin, three, session):
    admin.get("/checks/queue")

    refused = admin.post("/checks/queue", finding=three[1], outcome="right", reason="")
    nothing = admin.post("/checks/queue", finding=three[1], outcome="", reason="đã hỏi")

    assert (refused.status_code, nothing.status_code) == (400, 400)
    assert "Xin ghi căn cứ" in refused.text
    assert '<option value="right" selected>' in refused.text
    assert 'value="đã hỏi"' in nothing.text
    assert session.scalar(select(func.count()).select_from(FindingDecision)) == 0


def test_a_form_sent_twice_is_done_once_and_can_be_taken_back(admin, three, session):
    admin.get("/checks/queue")
    for reason in ("đã hỏi chị Hoa", "khác"):
        admin.post("/checks/queue", finding=three[0], outcome="right", reason=reason)
    page = admin.get(f"/submissions/{three[0].split('-')[0]}")
    assert "Phiếu ghi đúng đã hỏi chị Hoa Lan" in text(page)
    assert "Xử lý điểm cần xem" in text(page)

    admin.post("/checks/reopen", finding=three[0])
    admin.post("/checks/reopen", finding=three[0])

    assert shown(admin.get("/checks/queue")) == three[0]
    acts = session.scalars(select(Audit.action).where(Audit.action.like("finding.%")).order_by(Audit.id))
    assert acts.all() == ["finding.settle", "finding.reopen"]


def test_on_the_page_of_a_submission_one_stays_there(admin, three):
    number = three[0].split("-")[0]
    admin.get(f"/submissions/{number}")

    done = admin.post(
        "/checks/queue", finding=three[0], outcome="mended", reason="", back=f"/submissions/{number}"
    )
    evil = admin.post("/checks/queue", finding=three[1], outcome="mended", reason="", back="//evil.example")

    assert done.location == f"/submissions/{number}#findings"
    assert evil.location.startswith("/checks/queue")
    assert "Đã cho sửa phiếu" in text(admin.get(done.location))


def test_the_queue_keeps_to_its_units_and_its_check(app, admin, three, database, units):
    a_person(database, "reviewer", [units["12@2004-01-01"]], email="chau@clb.example")
    reviewer = Browser(app)
    reviewer.sign_in("chau@clb.example")

    assert shown(reviewer.get("/checks/queue")) == three[1]
    assert shown(reviewer.get(f"/checks/queue?at={three[0]}")) == three[1]
    refused = reviewer.post("/checks/queue", finding=three[0], outcome="mended", reason="")
    assert refused.status_code == 404
    assert shown(admin.get("/checks/queue?province=12")) == three[1]
    assert shown(admin.get("/checks/queue?code=gps_far")) == ""


@pytest.fixture
def off(session, blobs) -> tuple[Field, object, int]:
    """A month whose counted money differs from its book without a reason; the form and its submission."""
    publish_programme(session, blobs)
    field = Field(session, blobs)
    field.send(founding("a"))
    may = meeting("2019-05", if_counted=1)
    number = field.send(may)
    session.commit()
    return field, may, number


def open_codes(session, number: int) -> set[str]:
    from server.services import finding

    rows = select(Finding.code).where(Finding.submission_id == number, finding.is_open())
    found = set(session.scalars(rows))
    session.rollback()
    return found


def test_what_was_worked_off_stays_so_when_the_tables_are_made_anew_and_opens_with_another_answer(
    admin, off, session
):
    field, may, number = off
    refs = session.execute(select(Finding.code, Finding.key).where(Finding.submission_id == number)).all()
    session.rollback()
    assert refs
    admin.get("/checks/queue")
    for _, key in refs:
        admin.post("/checks/queue", finding=f"{number}-{key}", outcome="right", reason="đã đếm lại")
    assert open_codes(session, number) == set()

    rebuild.rebuild(session)
    session.commit()
    assert open_codes(session, number) == set()

    field.send(edit(may, if_counted=2))
    session.commit()
    assert open_codes(session, number)
