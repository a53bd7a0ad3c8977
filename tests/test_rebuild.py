"""Rebuilding: the same tables again from the submissions, whatever happened to them; people's decisions stay."""

import random
from datetime import date

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from server import projection
from server.models import (
    Club,
    ClubNumber,
    ClubUnit,
    Entity,
    EntityVersion,
    Finding,
    Meeting,
    Member,
    Submission,
)
from server.projection import club_unit
from server.scope import Scope
from server.services import rebuild as rebuilding
from server.services import unit
from server.services.actor import SYSTEM_ID
from server.services.submission import deletion
from tests.builders_club import (
    DONG_HAI,
    EPOCH,
    Filled,
    Intake,
    club_id,
    edit,
    founding,
    interview,
    joined,
    left,
    loan,
    loan_id,
    meeting,
    member_id,
    new_id,
    repayment,
)

SEEDS = range(6)


@pytest.fixture
def intake(session: Session, programme_published: None) -> Intake:
    return Intake(session)


def season() -> list[Filled]:
    """Two clubs over some months: loans, members, people in care, a month sent twice, an edit, an interview."""
    new = {"@id": new_id("ông Tư"), "recipient_new": "yes", "r_full_name": "Lê Văn Tư", "visits": 6}
    april = meeting(
        "2019-04", loans_new=[loan("l1", "a1"), loan("l2", "a2")], members_joined=[joined("x")], care=[new]
    )
    may = meeting(
        "2019-05",
        if_open_cash=20_000_000,
        if_open_loans=5_000_000,
        repayments=[repayment("l1", 6_000_000)],
        members_left=[left("x", "moved")],
        care=[{"recipient_new": "no", "recipient": new_id("ông Tư"), "visits": 2}],
    )
    june = meeting("2019-06", if_open_cash=24_000, present=[member_id("a1"), member_id("x")])
    gone = {"written_off": 5_000_000, "written_off_loans": [loan_id("l2")]}
    june_again = meeting(
        "2019-06", copy="again", if_open_cash=26_000_000, members_joined=[joined("y")], **gone
    )
    july = meeting("2019-07", repayments=[repayment("l2", 100_000)], written_off_loans=[loan_id("l1")])
    return [
        founding("a", decision_date=date(2030, 1, 1)),
        founding("b", commune=DONG_HAI, village_name="Khu phố a"),
        april,
        may,
        june,
        june_again,
        july,
        edit(may, meeting_date=date(2019, 5, 20), of_fees=30),
        meeting("2019-04", "b", if_diff=50_000),
        interview("a1", info_correct="no", c_full_name="Nguyễn Thị Ánh"),
        founding("c", commune=DONG_HAI, club_name="CLB LTHTGN Khu phố a", gps="11.5870 109.0153 0 5"),
    ]


def send_all(intake: Intake, forms: list[Filled]) -> None:
    for filled in forms:
        intake.send(filled)


def states(session: Session) -> list[tuple[int, str, str | None]]:
    rows = select(Submission.id, Submission.projection_state, Submission.projection_error).order_by(
        Submission.id
    )
    return [tuple(row) for row in session.execute(rows)]


def test_a_rebuild_of_sound_tables_changes_nothing(intake, session):
    send_all(intake, season())
    before, states_before = rebuilding.fingerprint(session), states(session)

    assert rebuilding.rebuild(session) == 10

    assert rebuilding.fingerprint(session) == before
    assert states(session) == states_before
    assert session.scalars(select(Club.code).order_by(Club.code)).all() == [
        "LTH-000001",
        "LTH-000002",
        "LTH-000003",
    ]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_rebuild_mends_tables_that_were_damaged_anywhere(intake, session, seed):
    send_all(intake, season())
    before = rebuilding.fingerprint(session)

    chance = random.Random(seed)
    session.execute(update(Meeting).values(n_present=99))
    for _ in range(5):
        damage(session, chance)
    assert rebuilding.fingerprint(session) != before
    rebuilding.rebuild(session)

    assert rebuilding.fingerprint(session) == before


def damage(session: Session, chance: random.Random) -> None:
    """Delete or change rows that nothing else points at, as a fault in projecting might have."""
    table = chance.choice([table for table in rebuilding.PROJECTED if table.name not in POINTED_AT])
    if chance.random() < 0.4:
        session.execute(delete(table))
        return
    columns = [c for c in table.columns if not c.primary_key and not c.foreign_keys and c.nullable]
    if columns:
        session.execute(update(table).values({chance.choice(columns): None}))
    else:
        session.execute(delete(table))


POINTED_AT = {"club", "member", "meeting", "loan", "care_recipient"}


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_of_projecting_does_not_matter(intake, session, seed):
    """Received at the same moments, but read in another order: as when faults are mended one by one."""
    forms = season()
    send_all(intake, forms)
    expected = content(session)
    stored = list(session.scalars(select(Submission).order_by(Submission.id)))
    rebuilding._empty(session)
    stored = list(session.scalars(select(Submission).order_by(Submission.id)))
    random.Random(seed).shuffle(stored)

    for submission in stored:
        projection.attempt(session, submission)

    assert content(session) == expected


def content(session: Session) -> dict[str, str]:
    """The fingerprint of the club tables and findings; the history of entities does follow the order of reading."""
    return {
        name: text for name, text in rebuilding.fingerprint(session).items() if not name.startswith("entity")
    }


def test_what_people_decided_outlives_a_rebuild(intake, session):
    send_all(intake, season())
    chosen = unit.get(session, "22888", date(2025, 7, 1))
    club_unit.choose(session.connection(), club_id("b"), date(2025, 7, 1), chosen.id)
    session.execute(
        update(Club).where(Club.id == club_id("a")).values(status="closed", closed_on=date(2024, 1, 31))
    )
    gone = {"deleted_at": EPOCH}
    session.execute(update(Entity).where(Entity.id == member_id("a3")).values(gone))
    by_hand(session, member_id("a2"), {"full_name": "Nguyễn Thị Hai", "club_id": club_id("a")})
    session.execute(update(Submission).values(projection_state="done"))

    rebuilding.rebuild(session)
    once = rebuilding.fingerprint(session)
    rebuilding.rebuild(session)

    assert rebuilding.fingerprint(session) == once
    rows = select(ClubUnit.valid_from, ClubUnit.unit_id, ClubUnit.basis).where(
        ClubUnit.club_id == club_id("b")
    )
    assert tuple(session.execute(rows.order_by(ClubUnit.valid_from)).all()[1]) == (
        date(2025, 7, 1),
        chosen.id,
        "person",
    )
    assert session.execute(select(Club.status, Club.closed_on).where(Club.id == club_id("a"))).one() == (
        "closed", date(2024, 1, 31),
    )  # fmt: skip
    assert session.scalars(select(Finding.id).where(Finding.code == "unit_split")).all() != []
    split = select(Finding.club_id).where(Finding.code == "unit_split")
    assert club_id("b") not in session.scalars(split).all()
    assert session.get_one(Entity, member_id("a3")).deleted_at == EPOCH
    assert session.get_one(Entity, member_id("a2")).data["full_name"] == "Nguyễn Thị Hai"


def by_hand(session: Session, entity_id: str, data: dict[str, str]) -> None:
    """A person changes an entity on the server."""
    entity = session.get_one(Entity, entity_id)
    entity.version, entity.data = entity.version + 1, data
    session.add(
        EntityVersion(
            entity_id=entity_id,
            version=entity.version,
            label=entity.label,
            data=data,
            created_at=entity.updated_at,
        )
    )
    session.flush()


def test_a_rebuild_reads_again_what_a_text_said_when_it_came(intake, session):
    """An interview corrects a member, is read again for a founding form, and is then edited to be about another."""
    first = interview("a1", info_correct="no", c_full_name="Nguyễn Thị Ánh")
    send_all(intake, [founding("a"), first, edit(founding("a"), founding_date=date(2019, 3, 5))])
    intake.send(edit(first, member=member_id("a9")))
    before = rebuilding.fingerprint(session)
    spoken = session.execute(select(Submission.id, Submission.current_version_id)).all()

    rebuilding.rebuild(session)

    assert session.get_one(Member, member_id("a1")).full_name == "Nguyễn Thị a1"
    assert rebuilding.fingerprint(session) == before
    assert session.execute(select(Submission.id, Submission.current_version_id)).all() == spoken


@pytest.mark.parametrize("gone", [0, 1])
def test_what_an_earlier_text_put_into_the_tables_outlives_a_deletion(intake, session, blobs, gone):
    """The club's founding form has an edit that cannot be read; its month, or itself, is deleted and comes back."""
    first = founding("a")
    sent = [intake.send(one).id for one in (first, meeting("2019-04"))]
    intake.send(edit(first, scheme_phase=None))
    before = content(session)
    assert session.get_one(Submission, sent[0]).projection_state == "failed"

    everything = Scope(None, SYSTEM_ID, date(2026, 1, 5))
    deletion.delete(session, everything, sent[gone], SYSTEM_ID)
    deleted = content(session)
    rebuilding.rebuild(session)
    assert content(session) == deleted
    assert len(session.scalars(select(Member.id)).all()) == (3 if gone else 0)

    deletion.restore(session, everything, blobs, sent[gone], SYSTEM_ID)
    assert content(session) == before


def test_a_rebuild_tells_how_far_it_is(intake, session):
    send_all(intake, season()[:3])
    told: list[tuple[int, int]] = []

    rebuilding.rebuild(session, lambda done, total: told.append((done, total)))

    assert told == [(3, 3)]


def test_a_rebuild_of_nothing_is_nothing(intake, session):
    assert rebuilding.rebuild(session) == 0
    assert session.scalars(select(ClubNumber.number)).all() == []
