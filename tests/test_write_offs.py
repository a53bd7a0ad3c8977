"""Loans written off: which ones, from when, and whether they owed what the book wrote off."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from server import projection
from server.models import Finding, LoanWriteOff, Submission
from server.projection.checks import catalogue
from server.services import rebuild
from tests.builders_club import (
    Filled,
    Intake,
    edit,
    founding,
    loan,
    loan_id,
    meeting,
    repayment,
)


@pytest.fixture
def intake(session: Session, programme_published: None) -> Intake:
    intake = Intake(session)
    intake.send(founding())
    return intake


def lent(month: str = "2019-04") -> Filled:
    """Two loans of 5 million."""
    return meeting(month, loans_new=[loan("l1", "a1"), loan("l2", "a2")])


def after(month: str, loans: int = 10_000_000, copy: str = "", **answers) -> Filled:
    """A month after `lent`, with so much still outstanding before it."""
    return meeting(month, copy=copy, if_open_cash=15_000_000, if_open_loans=loans, **answers)


def written_off(*names: str, amount: int | None = None) -> dict:
    """Loans written off, and the sum: what loans of 5 million owe, unless given."""
    total = 5_000_000 * len(names) if amount is None else amount
    return {"written_off": total, "written_off_loans": [loan_id(name) for name in names]}


def rows(session: Session, submission: Submission) -> list[tuple]:
    """Position, loan and day of what one report writes off."""
    columns = LoanWriteOff.position, LoanWriteOff.loan_id, LoanWriteOff.written_off_on
    of = select(*columns).where(LoanWriteOff.meeting_id == submission.id).order_by(LoanWriteOff.position)
    return [tuple(row) for row in session.execute(of)]


def findings(session: Session) -> list[tuple]:
    found = select(Finding.code, Finding.question, Finding.value, Finding.details).order_by(Finding.id)
    return [tuple(row) for row in session.execute(found)]


def test_loans_named_are_written_off_on_the_day_of_the_meeting(intake, session):
    intake.send(lent())

    may = intake.send(after("2019-05", **written_off("l2", "l1")))

    assert rows(session, may) == [
        (1, loan_id("l2"), date(2019, 5, 15)),
        (2, loan_id("l1"), date(2019, 5, 15)),
    ]
    assert findings(session) == []


def test_without_a_meeting_they_are_written_off_on_the_last_day_of_the_month(intake, session):
    intake.send(lent())

    may = intake.send(after("2019-05", meeting_held="no", meeting_date=None, present=[], **written_off("l1")))

    assert rows(session, may) == [(1, loan_id("l1"), date(2019, 5, 31))]


def test_an_edit_replaces_what_was_written_off(intake, session):
    intake.send(lent())
    wrong = after("2019-05", **written_off("l1"))
    may = intake.send(wrong)

    intake.send(edit(wrong, written_off_loans=[loan_id("l2")]))
    assert rows(session, may) == [(1, loan_id("l2"), date(2019, 5, 15))]

    intake.send(edit(edit(wrong), written_off=0, written_off_loans=[], if_close_loans=10_000_000))
    assert rows(session, may) == []


def test_a_report_of_the_same_month_takes_the_write_off_back(intake, session):
    intake.send(lent())
    first = intake.send(after("2019-05", **written_off("l1")))
    again = after("2019-05", copy="again", **written_off("l2"))

    second = intake.send(again)

    assert (rows(session, first), rows(session, second)) == ([], [(1, loan_id("l2"), date(2019, 5, 15))])
    june = after("2019-06", 5_000_000)
    intake.send(edit(again, **june.answers, written_off_loans=[]))
    assert (rows(session, first), rows(session, second)) == ([(1, loan_id("l1"), date(2019, 5, 15))], [])
    assert findings(session) == []


def test_a_loan_that_arrives_later_is_written_off_after_all(intake, session):
    may = intake.send(after("2019-05", **written_off("l1")))
    assert rows(session, may) == [(1, None, date(2019, 5, 15))]
    unknown = [row[:3] for row in findings(session) if row[0] in ("unknown_loan", "write_off_differs")]
    assert unknown == [("unknown_loan", "written_off_loans", loan_id("l1"))]

    intake.send(lent())

    assert rows(session, may) == [(1, loan_id("l1"), date(2019, 5, 15))]
    assert findings(session) == []


def test_an_edit_that_drops_the_loan_loosens_its_write_off(intake, session):
    april = lent()
    intake.send(april)
    may = intake.send(after("2019-05", **written_off("l1")))

    intake.send(edit(april, loans_new=[loan("l2", "a2")]))

    assert rows(session, may) == [(1, None, date(2019, 5, 15))]
    assert ("unknown_loan", loan_id("l1")) in [(code, value) for code, _, value, _ in findings(session)]


def test_reading_the_report_again_and_rebuilding_change_nothing(intake, session):
    intake.send(lent())
    may = intake.send(after("2019-05", **written_off("l1", "l2")))
    before, told = rebuild.fingerprint(session), rows(session, may)

    projection.attempt(session, may)
    assert rebuild.fingerprint(session) == before
    rebuild.rebuild(session)

    assert rebuild.fingerprint(session) == before
    assert rows(session, session.get_one(Submission, may.id)) == told


def test_the_sum_is_what_the_loans_owed_after_all_repayments(intake, session):
    intake.send(lent())
    intake.send(after("2019-05", repayments=[repayment("l1", 2_000_000)]))

    sums = {"if_open_cash": 17_000_000, "if_open_loans": 8_000_000}
    paid = {"repayments": [repayment("l1", 1_000_000)]}
    intake.send(meeting("2019-06", **sums, **paid, **written_off("l1", amount=2_000_000)))

    assert findings(session) == []


@pytest.mark.parametrize(
    ("answers", "owed"),
    [
        (written_off("l1", amount=3_000_000), {"owed": 5_000_000, "loans": 1}),
        (written_off(amount=3_000_000), {"owed": 0, "loans": 0}),
        (written_off("l1", "l2", amount=0), {"owed": 10_000_000, "loans": 2}),
    ],
)
def test_a_sum_that_the_loans_named_did_not_owe_is_found(answers, owed, intake, session):
    intake.send(lent())

    intake.send(after("2019-05", **answers))

    assert findings(session) == [("write_off_differs", "written_off", str(answers["written_off"]), owed)]


def test_a_loan_written_off_before_owes_nothing(intake, session):
    """Neither to be written off again nor to be repaid, also when the month that wrote it off arrives last."""
    intake.send(lent())
    june = after("2019-06", 5_000_000, **written_off("l1"))
    intake.send(june)
    july = after("2019-07", 0, repayments=[repayment("l1", 100_000)])
    intake.send(july)

    intake.send(after("2019-05", **written_off("l1")))

    found = {code: (value, details) for code, _, value, details in findings(session)}
    assert found["write_off_differs"] == ("5000000", {"owed": 0, "loans": 1})
    assert found["repayment_over_outstanding"] == ("100000", {"outstanding": 0, "loan": loan_id("l1")})


def test_the_finding_says_both_sums():
    owed = {"owed": 5_000_000, "loans": 1}

    assert catalogue.worded("write_off_differs", "written_off", "3000000", owed) == (
        "Sổ ghi xóa nợ 3000000 đồng, nhưng các khoản vay được chọn để xóa (1 khoản) còn nợ 5000000 đồng.",
        "The book writes off 3000000 dong, but the loans chosen for it (1) still owed 5000000 dong.",
    )
