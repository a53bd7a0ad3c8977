"""The whole way of a form: the three workbooks, the engine of ODK Collect, the real server, its database.

What a tablet finalised stands in its ledger; after it has sent, the server must hold exactly that.
"""

import time
import unicodedata
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select

from server.blobs import BlobStore
from server.db import Database
from server.models import (
    Club,
    Loan,
    Meeting,
    Member,
    Quarantine,
    Submission,
    Survey,
)
from tests.fleet import LISTS, count, finalised, held
from tests.live import LiveServer, publish_programme, serving
from tests.tablet import Outcome, Tablet

pytestmark = pytest.mark.database

FORMS = ("club_founding", "club_meeting", "member_survey")
MEMBERS = 12

FOUNDING = {
    "founding_date": "2019-05-20",
    "province": "58@2016-01-01",
    "n_member_list": str(MEMBERS),
    "m_relation_board": "member",
    "m_relation_board[1]": "chair",
    "m_relation_board[2]": "treasurer",
}
"""A club of twelve in Ninh Thuận; all else is made up."""

FIRST_MEETING = {
    "report_month": "2026-10-01",
    "meeting_held": "yes",
    "meeting_date": "2026-10-20",
    "n_joined": "1",
    "n_left": "1",
    "a3_done": "yes",
    "n_care": "1",
    "recipient_new": "yes",
    "n_loans_new": "2",
}
"""One member in, one out, two loans, a first person in care."""

SURVEY = {"consent": "yes", "info_correct": "no"}


@pytest.fixture
def token(database: Database, blobs: BlobStore) -> str:
    """The three forms of the programme are published and a tablet is enrolled; its key."""
    return publish_programme(database, blobs)


@pytest.fixture
def live(
    token: str, database: Database, database_url: str, blobs: BlobStore, tmp_path: Path
) -> Iterator[LiveServer]:
    """The real server on the programme's forms."""
    with serving(tmp_path, database_url) as server:
        yield LiveServer(f"{server.address}{base(token)}", database, blobs)


def base(token: str) -> str:
    return f"/v1/key/{token}/projects/1"


@pytest.fixture
def tablet(live: LiveServer, tmp_path: Path) -> Tablet:
    return Tablet(live.url, tmp_path / "tablets")


def went_well(outcome: Outcome) -> Outcome:
    assert (outcome.problems, outcome.refused) == ([], [])
    return outcome


def found(tablet: Tablet) -> None:
    """Found a club offline, on each tablet one."""
    went_well(tablet.fill("club_founding", answers=FOUNDING))


def lists(tablet: Tablet, number: int = 1) -> dict[str, dict[str, tuple[str, dict[str, str]]]]:
    """The entity lists on one tablet: list -> UUID -> label and properties that say something."""
    return {
        name: {
            uuid: (entity["label"], {key: text for key, text in entity["properties"].items() if text})
            for uuid, entity in tablet.entities(name, number).items()
        }
        for name in LISTS
    }


def names(tablet: Tablet) -> dict[str, str]:
    """The members as the tablet knows them, corrections included: UUID -> full name in NFC."""
    return {
        uuid: unicodedata.normalize("NFC", entity["properties"]["full_name"])
        for uuid, entity in tablet.entities("members").items()
    }


def test_a_tablet_gets_the_three_forms_with_the_lists_they_share(tablet):
    first = went_well(tablet.pull())
    again = went_well(tablet.pull())

    assert first.counts["forms_new"] == len(FORMS)
    assert first.counts["entity_lists_downloaded"] == len(LISTS)
    assert (again.counts["forms_on_device"], again.counts["forms_updated_media"]) == (1, 2)
    assert again.counts["cache_confirmed"] > 0
    assert "entity_lists_downloaded" not in again.counts
    assert "media_downloaded" not in again.counts


def test_one_trip_offline_founds_a_club_holds_a_meeting_and_surveys_a_member(live, tablet):
    went_well(tablet.pull())

    found(tablet)
    went_well(tablet.fill("club_meeting", answers=FIRST_MEETING))
    went_well(tablet.fill("member_survey", answers=SURVEY))
    went_well(tablet.send())

    assert held(live.database, live.blobs) == finalised(tablet.ledger())
    with live.database.reading() as session:
        states = session.scalars(select(Submission.projection_state)).all()
        club = session.scalars(select(Club)).one()
        meeting = session.scalars(select(Meeting)).one()
        survey = session.scalars(select(Survey)).one()
        loans = session.scalars(select(Loan)).all()
        members = session.scalars(select(Member)).all()
    assert set(states) == {"done"}
    assert [club.id] == list(tablet.entities("clubs"))
    assert (meeting.club_id, survey.club_id) == (club.id, club.id)
    assert {member.id: member.full_name for member in members} == names(tablet)
    assert {loan.id for loan in loans} == set(tablet.entities("loans"))
    assert survey.member_id in tablet.entities("members")
    assert sum(member.left_on is not None for member in members) == 1


def test_after_sending_the_server_gives_back_the_lists_the_tablet_already_had(tablet):
    went_well(tablet.pull())
    found(tablet)
    went_well(tablet.fill("club_meeting", answers=FIRST_MEETING))
    went_well(tablet.fill("member_survey", answers=SURVEY))
    before = lists(tablet)

    went_well(tablet.send())
    went_well(tablet.pull())

    after = lists(tablet)
    for name in LISTS:
        assert before[name].keys() == after[name].keys()
        for uuid, (label, properties) in before[name].items():
            assert after[name][uuid][0] == label
            assert properties.items() <= after[name][uuid][1].items()
        assert not any(entity["offline"] for entity in tablet.entities(name).values())


def test_a_club_grows_over_three_trips(live, tablet):
    went_well(tablet.pull())
    found(tablet)
    went_well(tablet.send())
    went_well(tablet.pull())
    went_well(tablet.fill("club_meeting", answers=FIRST_MEETING))
    went_well(tablet.send())
    went_well(tablet.pull())
    went_well(tablet.fill("member_survey", answers=SURVEY, submissions=2))
    went_well(tablet.send())

    assert held(live.database, live.blobs) == finalised(tablet.ledger())
    counted = [count(live.database, model) for model in (Club, Meeting, Survey, Member)]
    assert counted == [1, 1, 2, MEMBERS + 1]


def test_lost_answers_and_races_leave_every_submission_once(live, tmp_path):
    fleet = Tablet(live.url, tmp_path / "tablets", tablets=3)
    went_well(fleet.pull())
    went_well(fleet.fill("club_founding", answers=FOUNDING, submissions=3))
    went_well(fleet.fill("member_survey", answers={"consent": "yes"}, submissions=3))

    sent = went_well(fleet.send(resend=0.6, race=0.6))

    assert sent.counts["sent"] == 18
    assert sent.counts["sent_again"] > 0
    assert sent.counts["sent_twice_at_once"] > 0
    assert held(live.database, live.blobs) == finalised(fleet.ledger())
    assert count(live.database, Submission) == 18
    assert count(live.database, Quarantine) == 0


def test_photos_too_many_for_one_request_arrive_in_several(live, tablet):
    went_well(tablet.pull())
    went_well(tablet.fill("club_founding", answers=FOUNDING, media_bytes=4_000_000))

    sent = went_well(tablet.send(resend=1.0))

    assert sent.counts["posts"] > 2
    assert held(live.database, live.blobs) == finalised(tablet.ledger())


def test_two_tablets_know_each_others_clubs_after_they_have_met_the_server(live, tmp_path):
    pair = Tablet(live.url, tmp_path / "tablets", tablets=2)
    went_well(pair.pull())
    found(pair)
    went_well(pair.send())
    went_well(pair.pull())

    assert lists(pair, 1) == lists(pair, 2)
    assert len(pair.entities("clubs")) == 2
    assert len(pair.entities("members")) == 2 * MEMBERS


def test_a_server_that_loses_its_power_has_lost_nothing_once_the_tablets_come_again(
    token, database, database_url, blobs, tmp_path
):
    fleet = Tablet("http://offline.invalid", tmp_path / "tablets", tablets=3)
    with serving(tmp_path, database_url) as server, ThreadPoolExecutor() as background:
        fleet.server = f"{server.address}{base(token)}"
        went_well(fleet.pull())
        went_well(fleet.fill("club_founding", answers=FOUNDING, submissions=4, media_bytes=1_000_000))
        sending = background.submit(fleet.send)
        wait_until(lambda: count(database, Submission) >= 3)
        server.kill()
        interrupted = sending.result()
    acknowledged = interrupted.counts.get("sent", 0)
    assert acknowledged < 12
    assert acknowledged <= count(database, Submission)

    with serving(tmp_path, database_url) as server:
        fleet.server = f"{server.address}{base(token)}"
        went_well(fleet.send())
        assert held(database, blobs) == finalised(fleet.ledger())


def wait_until(happened: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < until
        time.sleep(0.01)
