"""What a founding form becomes: the club, its code and places, members, board, first fund."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.models import (
    BoardPosition,
    Club,
    Entity,
    Finding,
    FundSource,
    Member,
    MembershipEvent,
)
from tests.builders_club import (
    Intake,
    club_id,
    founding,
    member_id,
    publish_programme,
)


@pytest.fixture
def intake(session: Session, blobs) -> Intake:
    publish_programme(session, blobs)
    return Intake(session)


def test_a_founding_form_becomes_a_club_with_its_members_board_and_fund(intake, session):
    form = founding(members=2)
    form.repeats["members"][0] |= {
        "m_relation_board": "chair",
        "m_phone": "0912345678",
        "m_hardship": ["lonely", "sick"],
    }

    submission = intake.send(form)

    assert (submission.projection_state, submission.projection_error) == ("done", None)
    club = session.scalars(select(Club)).one()
    assert (club.id, club.code, club.name_key) == (club_id(), "LTH-000001", "clb lthtgn khu pho a")
    assert (club.founding_date, club.fund_income_initial, club.lat) == (
        date(2019, 3, 10),
        25_000_000,
        11.5869,
    )
    first, second = session.scalars(select(Member).order_by(Member.member_no))
    assert (first.id, first.hardship, first.phone, first.joined_on) == (
        member_id("a1"), "lonely sick", "0912345678", date(2019, 3, 10),
    )  # fmt: skip
    assert second.full_name == "Nguyễn Thị a2"
    assert session.scalars(select(BoardPosition.role)).all() == ["chair"]
    assert session.scalars(select(MembershipEvent.kind)).all() == ["joined", "joined"]
    assert session.execute(select(FundSource.position, FundSource.amount)).all() == [(1, 25_000_000)]
    assert session.get(Entity, club_id()) is not None
    assert session.scalars(select(Finding.code)).all() == []
