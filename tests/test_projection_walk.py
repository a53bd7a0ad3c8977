"""A random walk over what may happen to one club: whatever comes, the tables are those that a rebuild makes."""

import random
from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from server.blobs import BlobStore
from server.projection import club_founding
from server.scope import Scope
from server.services import rebuild as rebuilding
from server.services.actor import SYSTEM_ID
from server.services.submission import deletion
from tests.builders_club import (
    DONG_HAI,
    VAN_HAI,
    Filled,
    Intake,
    founding,
    interview,
    joined,
    left,
    loan,
    loan_id,
    meeting,
    member_id,
    person,
    repayment,
)

STEPS = 12
FIRST = ("a1", "a2", "a3", "a4")
EVERYTHING = Scope(None, SYSTEM_ID, date(2026, 1, 5))
ANSWERS: dict[str, tuple[Any, ...]] = {
    "founding_date": (date(2019, 1, 5), date(2019, 5, 10)),
    "commune": (VAN_HAI, DONG_HAI, "99999@2016-01-01"),
    "gps": (None, "11.5869 109.0153 5 4", "20 105 1 1"),
    "fund_income_created": ("yes", "no"),
    "fund_income_cash": (None, 0, 20_000_000),
    "fund_operating_initial": (None, 0, 5),
    "scheme_phase": ("p1", "p2", "p2", None),
    "village_name": ("Khu phố b", None),
}
"""Of a founding form, what an edit of it may say. Without a phase it cannot be read."""


class Walk:
    """A club, and what happens to it by chance. Members and loans have their own IDs, as tablets give them."""

    def __init__(self, session: Session, blobs: BlobStore, seed: int) -> None:
        self.session, self.blobs, self.chance = session, blobs, random.Random(seed)
        self.intake = Intake(session)
        self.sent: dict[int, Filled] = {}
        self.deleted: set[int] = set()
        self.people, self.loans = list(FIRST), ["none"]
        self.send(founding("a"))

    def send(self, filled: Filled, of: int | None = None) -> None:
        """Send a form, or one as an edit of a submission."""
        if of is not None:
            before = self.sent[of]
            filled.deprecated_id = before.instance_id
            filled.instance_id = f"{before.instance_id.partition('#')[0]}#{self.intake.received}"
        self.sent[self.intake.send(filled).id] = filled

    def step(self) -> None:
        """One thing that happens."""
        act = self.chance.choice([self.found, self.found, self.report, self.report, self.ask, self.bin])
        act()
        self.session.flush()
        self.session.expire_all()

    def standing(self, xml_form_id: str) -> list[int | None]:
        """Submissions of a form that an edit may be of; None: none, a new one."""
        of_form = (key for key, one in self.sent.items() if one.xml_form_id == xml_form_id)
        return [None, *(key for key in of_form if key not in self.deleted)]

    def found(self) -> None:
        """An edit of the founding form: other answers, other people, others in the board."""
        if 1 in self.deleted:
            return
        chance = self.chance
        answers = {name: chance.choice(said) for name, said in ANSWERS.items() if chance.random() < 0.2}
        names = chance.sample(FIRST, chance.randint(1, 4))
        people = [
            person(
                name,
                m_full_name=chance.choice([f"Nguyễn Thị {name}", "Lê B"]),
                m_birth_year=chance.choice([1950, 1955]),
                m_relation_board=chance.choice(["chair", "none"]),
            )
            for name in names
        ]
        edit = founding("a", **answers)
        edit.repeats["members"] = people if chance.random() < 0.4 else self.sent[1].repeats["members"]
        self.send(edit, of=1)

    def report(self) -> None:
        """A month with loans, members who come and go; or an edit of one, perhaps to another month."""
        chance, number = self.chance, self.intake.received
        of = chance.choice(self.standing("club_meeting")[:3])
        more: dict[str, Any] = {
            "present": [member_id(name) for name in chance.sample(self.people, 3)],
            "loans_new": [loan(f"l{number}", chance.choice(self.people))],
            "repayments": [repayment(chance.choice(self.loans), 6_000_000)],
            "written_off_loans": [loan_id(chance.choice(self.loans))],
            "members_joined": [joined(f"j{number}", j_full_name="Lê B")],
            "members_left": [left(chance.choice(self.people))],
            "gps": "11.5869 109.0153 5 4",
        }
        told = {name: said for name, said in more.items() if chance.random() < 0.5}
        self.people += [f"j{number}"] if "members_joined" in told else []
        self.loans += [f"l{number}"] if "loans_new" in told else []
        self.send(meeting(f"2019-0{chance.randint(3, 6)}", copy=str(number), **told), of)

    def ask(self) -> None:
        """An interview that corrects a member, or an edit of one, perhaps about another member."""
        of = self.chance.choice(self.standing("member_survey"))
        name, said = self.chance.choice(self.people), {"info_correct": "no", "c_full_name": "Nguyễn Thị Ánh"}
        self.send(interview(name, copy=str(self.intake.received), **said), of)

    def bin(self) -> None:
        """Something goes into the bin, or comes back."""
        key = self.chance.choice(list(self.sent))
        if key in self.deleted:
            deletion.restore(self.session, EVERYTHING, self.blobs, key, SYSTEM_ID)
        else:
            deletion.delete(self.session, EVERYTHING, key, SYSTEM_ID)
        self.deleted ^= {key}


def tables(session: Session) -> dict[str, str]:
    """The fingerprint of the club tables and findings."""
    told = rebuilding.fingerprint(session)
    return {name: text for name, text in told.items() if not name.startswith("entity")}


@pytest.fixture(params=range(8))
def walk(request, session, blobs, programme_published) -> Walk:
    return Walk(session, blobs, request.param)


def test_whatever_comes_the_tables_are_those_a_rebuild_makes(walk, session, monkeypatch):
    for _ in range(STEPS):
        walk.step()
    before = tables(session)

    rebuilding.rebuild(session)
    assert tables(session) == before

    monkeypatch.setattr(club_founding, "_looked_at", lambda *_: object())
    rebuilding.rebuild(session)
    assert tables(session) == before, "months look at more of a founding form than LOOKED_AT names"


@pytest.mark.parametrize(
    "answer", [{name: said} for name, values in ANSWERS.items() for said in values if said is not None]
)
def test_one_answer_of_a_founding_form_reaches_the_months_behind_it(
    walk_of_one, session, monkeypatch, answer
):
    walk_of_one.send(meeting("2019-04", gps="11.5869 109.0153 5 4", members_joined=[joined("j1")]))
    walk_of_one.send(founding("a", **answer), of=1)
    before = tables(session)

    monkeypatch.setattr(club_founding, "_looked_at", lambda *_: object())
    rebuilding.rebuild(session)
    assert tables(session) == before


@pytest.fixture
def walk_of_one(session, blobs, programme_published) -> Walk:
    return Walk(session, blobs, 0)
