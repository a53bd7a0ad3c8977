"""What a founding form becomes: the club, its code and places, members, board, first fund."""

import unicodedata
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from server import projection
from server.models import (
    BoardPosition,
    Club,
    ClubUnit,
    Entity,
    Finding,
    FundSource,
    Member,
    MembershipEvent,
    Unit,
)
from server.projection import club_unit
from server.services import unit
from tests.builders_club import (
    DONG_HAI,
    Intake,
    club_id,
    edit,
    founding,
    member_id,
    person,
)


@pytest.fixture
def intake(session: Session, programme_published: None) -> Intake:
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


def places(session: Session, club: str = "a") -> list[tuple[str, date, date | None, str]]:
    """Key of the unit, from, to, basis."""
    rows = session.execute(
        select(Unit, ClubUnit.valid_from, ClubUnit.valid_to, ClubUnit.basis)
        .join(ClubUnit, ClubUnit.unit_id == Unit.id)
        .where(ClubUnit.club_id == club_id(club))
        .order_by(ClubUnit.valid_from)
    )
    return [(unit.key_of(row[0]), *row[1:]) for row in rows]


def test_a_club_follows_its_commune_through_the_reform(intake, session):
    intake.send(founding())

    assert places(session) == [
        ("22777@2016-01-01", date(2019, 3, 10), date(2025, 6, 30), "form"),
        ("22834@2025-07-01", date(2025, 7, 1), None, "reform"),
    ]


def test_a_club_in_a_split_commune_stands_in_the_province_until_a_person_chooses(intake, session):
    form = founding(commune=DONG_HAI, gps="11.5427 109.0290 0 5")
    submission = intake.send(form)
    split = session.scalars(select(Finding)).one()
    assert places(session)[1] == ("56@2025-07-01", date(2025, 7, 1), None, "split")
    assert (split.code, split.details["candidates"]) == (
        "unit_split",
        ["22780@2025-07-01", "22888@2025-07-01"],
    )

    chosen = unit.get(session, "22888", date(2025, 7, 1))
    club_unit.choose(session.connection(), club_id(), date(2025, 7, 1), chosen.id)
    projection.attempt(session, submission)

    assert places(session)[1] == ("22888@2025-07-01", date(2025, 7, 1), None, "person")
    assert session.scalars(select(Finding.code)).all() == []


def test_a_club_of_before_the_register_begins_where_the_register_opens(intake, session):
    intake.send(founding(founding_date=date(2012, 5, 1), scheme_phase="before"))

    assert places(session)[0] == ("22777@2016-01-01", date(2012, 5, 1), date(2025, 6, 30), "form")
    assert session.scalars(select(Finding.code)).all() == []


def test_an_edit_replaces_what_the_form_said_and_keeps_the_code(intake, session):
    form = founding(members=3)
    intake.send(form)
    intake.send(founding("b"))
    people = [
        form.repeats["members"][0] | {"m_full_name": "Lê Thị Sửa", "m_relation_board": "chair"},
        person("a4"),
    ]

    intake.send(edit(form, members=people, club_name="CLB Khu phố Mới", commune=DONG_HAI, fund_sources=[]))

    club = session.get_one(Club, club_id())
    session.refresh(club)
    assert (club.name, club.code) == ("CLB Khu phố Mới", "LTH-000001")
    rows = select(Member.id, Member.full_name, Member.member_no).where(Member.club_id == club_id())
    assert list(map(tuple, session.execute(rows.order_by(Member.member_no)))) == [
        (member_id("a1"), "Lê Thị Sửa", 1),
        (member_id("a4"), "Nguyễn Thị a4", 2),
    ]
    assert session.scalars(select(BoardPosition.member_id)).all() == [member_id("a1")]
    assert places(session)[0][0] == DONG_HAI
    assert session.scalars(select(FundSource.club_id)).all() == [club_id("b")]


def test_a_phone_is_kept_only_with_consent(intake, session):
    form = founding(members=1)
    form.repeats["members"][0] |= {"m_phone": "0912345678", "m_consent": "no"}

    intake.send(form)

    assert session.scalars(select(Member.phone)).one() is None


def test_a_club_without_an_income_fund_has_none_not_an_unknown_one(intake, session):
    intake.send(founding(fund_income_created="no", fund_income_initial=None, fund_income_cash=None))

    assert session.scalars(select(Club.fund_income_initial)).one() == 0


def test_two_founding_forms_with_one_club_id_do_not_overwrite_each_other(intake, session):
    intake.send(founding("a"))

    second = intake.send(founding("b", **{"@id": club_id("a")}))

    assert (second.projection_state, second.projection_error) == ("failed", f"ClubIDTaken: {club_id('a')}")
    assert session.scalars(select(Club.name)).all() == ["CLB LTHTGN Khu phố a"]


def test_a_form_without_founding_date_is_kept_and_says_what_is_missing(intake, session):
    submission = intake.send(founding(founding_date=None))

    assert (submission.projection_state, submission.projection_error) == (
        "failed",
        "AnswerMissing: founding_date",
    )
    assert session.scalars(select(Club.id)).all() == []


def test_text_is_kept_in_nfc(intake, session):
    intake.send(founding(club_name=unicodedata.normalize("NFD", "CLB Phường Đông")))

    assert session.scalars(select(Club.name)).one() == "CLB Phường Đông"
