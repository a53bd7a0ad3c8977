"""A report with an early cut-off tells what had been received by then, and nothing that came later."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.dataset import Dataset
from reports.facts import MembershipSpell
from reports.period import parse
from server import models as m
from server.db import Database
from server.projection import club_unit
from server.scope import Scope
from server.services import report, unit
from server.services.actor import SYSTEM_ID
from tests.builders import a_club
from tests.builders_club import DONG_HAI, ROOT, VAN_HAI, new_id

pytestmark = pytest.mark.database
CUT_OFF = date(2020, 7, 5)
IN_TIME, LATE = datetime(2020, 7, 5, 16, 59, tzinfo=UTC), datetime(2020, 7, 5, 17, tzinfo=UTC)
"""One minute before midnight in Vietnam, and midnight."""
JUNE = date(2020, 6, 1)


@pytest.fixture(scope="module")
def told(shared_database: Database) -> Iterator[Session]:
    """Văn Hải with a chair and two women, one of whom is said in July to have left in June; the tests only read."""
    with Session(shared_database.writer) as session:
        unit.load(session, ROOT / "register")
        club = _placed(session, "Văn Hải", VAN_HAI)
        for number in (1, 2):
            _member(session, club, number, club.submission_id, date(2019, 1, 1))
        _member(session, club, 3, _sent(session, club, LATE), date(2020, 6, 15))
        session.add(
            m.BoardPosition(
                club_id=club.id,
                member_id=new_id("late1"),
                role="chair",
                valid_from=date(2019, 1, 1),
                valid_to=date(2020, 6, 20),
            )
        )
        for number, day, received in ((1, 20, LATE), (2, 25, IN_TIME)):
            _event(session, club, number, "left", date(2020, 6, day), _sent(session, club, received))
        _corrected(session, club)
        newer = _month(session, club, LATE)
        _month(session, club, IN_TIME, is_current=False, superseded_by=newer.submission_id, n_present=2)
        late = _placed(session, "Đông Hải", DONG_HAI)
        session.get_one(m.Submission, late.submission_id).received_at = LATE
        session.commit()
        yield session


def _placed(session: Session, name: str, commune: str) -> m.Club:
    first = session.scalars(select(m.Unit.id).order_by(m.Unit.id)).first()
    assert first is not None
    club = a_club(session, first, name, date(2019, 1, 1))
    club_unit.write(session.connection(), club.id, date(2019, 1, 1), commune)
    return club


def _sent(session: Session, club: m.Club, received: datetime) -> int:
    founding = session.get_one(m.Submission, club.submission_id)
    row = m.Submission(
        form_id=founding.form_id,
        instance_id=f"uuid:{new_id(f'{club.id}{session.query(m.Submission).count()}')}",
        received_at=received,
        projection_state="done",
    )
    session.add(row)
    session.flush()
    return row.id


def _member(session: Session, club: m.Club, number: int, submission_id: int, joined: date) -> None:
    session.add(
        m.Member(
            id=new_id(f"late{number}"),
            club_id=club.id,
            submission_id=submission_id,
            member_no=number,
            full_name=f"Nguyễn Thị {number}",
            name_key=f"nguyen thi {number}",
            sex="female",
            birth_year=1962,
            hardship="",
            joined_on=joined,
        )
    )
    session.flush()
    _event(session, club, number, "joined", joined, submission_id)


def _event(session: Session, club: m.Club, number: int, kind: str, on: date, submission_id: int) -> None:
    session.add(
        m.MembershipEvent(
            member_id=new_id(f"late{number}"),
            club_id=club.id,
            submission_id=submission_id,
            kind=kind,
            on_date=on,
        )
    )
    session.flush()


def _corrected(session: Session, club: m.Club) -> None:
    """The first woman's year of birth is said to be 1961, and after the cut-off 1962."""
    for year, received in ((1961, IN_TIME), (1962, LATE)):
        id = _sent(session, club, received)
        session.add(
            m.Survey(
                id=id,
                submission_id=id,
                club_id=club.id,
                member_id=new_id("late1"),
                surveyed_on=date(2020, 6, year - 1950),
                received_at=received,
                survey_round="yearly",
                consent=True,
                info_correct=False,
                c_birth_year=year,
            )
        )
    session.flush()


def _month(session: Session, club: m.Club, received: datetime, **changes: object) -> m.Meeting:
    id = _sent(session, club, received)
    given = {"held": True, "is_current": True, "n_on_list": 2, "n_present": 1}
    row = m.Meeting(
        id=id, submission_id=id, club_id=club.id, report_month=JUNE, received_at=received, **given | changes
    )
    session.add(row)
    session.flush()
    return row


def _facts(session: Session, cut_off: date) -> Dataset:
    span = parse("2020-H1")
    everything = Scope(None, SYSTEM_ID, date(2026, 11, 22))
    return report.facts(session, everything, report.area(session, "58", span.last), span, cut_off)


def _stays(data: Dataset) -> dict[str, tuple[MembershipSpell, ...]]:
    return {one.full_name[-1]: one.spells for one in data.members_of(data.clubs[0].id)}


def test_a_club_whose_founding_form_came_later_is_not_in(told):
    assert [k.name for k in _facts(told, CUT_OFF).clubs] == ["Văn Hải"]
    assert [k.name for k in _facts(told, date(2020, 7, 6)).clubs] == ["Văn Hải", "Đông Hải"]


def test_members_joined_and_left_as_told_by_the_end_of_the_cut_off(told):
    since = date(2019, 1, 1)

    assert _stays(_facts(told, CUT_OFF)) == {
        "1": (MembershipSpell(since),),
        "2": (MembershipSpell(since, date(2020, 6, 25)),),
    }
    later = _stays(_facts(told, date(2020, 7, 6)))
    assert later["1"] == (MembershipSpell(since, date(2020, 6, 20)),)
    assert later["3"] == (MembershipSpell(date(2020, 6, 15)),)


def test_a_chair_who_is_said_later_to_have_left_still_holds_the_seat(told):
    seats = [_facts(told, day).clubs[0].board[0] for day in (CUT_OFF, date(2020, 7, 6))]

    assert [seat.valid_to for seat in seats] == [None, date(2020, 6, 20)]


def test_what_a_later_interview_corrects_again_is_as_the_earlier_one_said(told):
    def year(cut_off: date) -> int | None:
        data = _facts(told, cut_off)
        return data.members_of(data.clubs[0].id)[0].birth_year

    assert (year(CUT_OFF), year(date(2020, 7, 6))) == (1961, 1962)


def test_a_month_that_was_sent_again_later_counts_as_it_was_first_sent(told):
    def present(cut_off: date) -> list[int | None]:
        data = _facts(told, cut_off)
        return [one.n_present for one in data.meetings_of(data.clubs[0].id)]

    assert (present(date(2020, 7, 4)), present(CUT_OFF), present(date(2020, 7, 6))) == ([], [2], [1])
