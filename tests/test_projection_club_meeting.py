"""What a month's report becomes: the meeting, who came, areas, both funds, loans, members, people in care."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from server import projection
from server.models import (
    Attendance,
    CareRecipient,
    CareVisit,
    Finding,
    IncomeFundMonth,
    Loan,
    Measure,
    Meeting,
    MeetingActivity,
    Member,
    MembershipEvent,
    OperatingFundMonth,
    Repayment,
)
from server.services import rebuild
from tests.builders_club import (
    Intake,
    club_id,
    edit,
    founding,
    joined,
    left,
    loan,
    loan_id,
    meeting,
    member_id,
    new_id,
    repayment,
)


@pytest.fixture
def intake(session: Session, programme_published: None) -> Intake:
    return Intake(session)


def findings(session: Session) -> list[tuple[str, str, str]]:
    return [
        tuple(row)
        for row in session.execute(select(Finding.code, Finding.question, Finding.value).order_by(Finding.id))
    ]


def test_a_report_becomes_a_meeting_with_attendance_areas_and_both_funds(intake, session):
    intake.send(founding())
    report = meeting(
        "2019-04", a1_done="yes", a1_topic="Nuôi gà", a2_done="yes", n_bp=2, if_in=500_000, of_fees=15_000
    )

    submission = intake.send(report)

    assert (submission.projection_state, submission.projection_error) == ("done", None)
    month = session.scalars(select(Meeting)).one()
    assert (month.id, month.club_id, month.report_month) == (submission.id, club_id(), date(2019, 4, 1))
    assert (month.held, month.meeting_date, month.n_present, month.is_current) == (
        True,
        date(2019, 4, 15),
        2,
        True,
    )
    assert set(session.scalars(select(Attendance.member_id))) == {member_id("a1"), member_id("a2")}
    areas = session.scalars(select(MeetingActivity)).one()
    assert (areas.a1_done, areas.a1_topic, areas.n_bp, areas.n_weight, areas.a3_done) == (
        True,
        "Nuôi gà",
        2,
        None,
        False,
    )
    income = session.scalars(select(IncomeFundMonth)).one()
    assert (income.open_cash, income.added, income.close_cash, income.difference) == (
        25_000_000,
        500_000,
        25_500_000,
        0,
    )
    assert session.scalars(select(OperatingFundMonth.closing)).one() == 1_015_000
    assert findings(session) == []


def test_loans_and_repayments_follow_their_members_and_months(intake, session):
    intake.send(founding())
    intake.send(
        meeting("2019-04", loans_new=[loan("l1", "a1"), loan("l2", "a2", 3_000_000, loan_kind="in_kind")])
    )
    may = meeting(
        "2019-05", if_open_cash=20_000_000, if_open_loans=8_000_000, repayments=[repayment("l1", 2_000_000)]
    )

    submission = intake.send(may)

    first, second = session.scalars(select(Loan).order_by(Loan.loan_no))
    assert (first.id, first.member_id, first.amount, first.rate_month) == (
        loan_id("l1"), member_id("a1"), 5_000_000, Decimal("0.8"),
    )  # fmt: skip
    assert (first.loan_no, second.loan_no, first.disbursed_on) == (1, 2, date(2019, 4, 15))
    paid = session.scalars(select(Repayment)).one()
    assert (paid.meeting_id, paid.loan_id, paid.principal, paid.paid_on) == (
        submission.id, loan_id("l1"), 2_000_000, date(2019, 5, 15),
    )  # fmt: skip
    assert findings(session) == []


def test_members_join_and_leave_with_a_month(intake, session):
    intake.send(founding())
    intake.send(
        meeting(
            "2019-04",
            members_joined=[joined("x")],
            members_left=[left("a1", "died", left_date=date(2019, 4, 2))],
        )
    )

    new = session.get_one(Member, member_id("x"))
    assert (new.member_no, new.joined_on, new.sex) == (4, date(2019, 4, 15), "male")
    gone = session.get_one(Member, member_id("a1"))
    assert (gone.left_on, gone.left_reason) == (date(2019, 4, 2), "died")
    events = session.execute(
        select(MembershipEvent.kind, MembershipEvent.member_id).where(
            MembershipEvent.on_date > date(2019, 3, 31)
        )
    )
    assert sorted(map(tuple, events)) == [("joined", member_id("x")), ("left", member_id("a1"))]


def test_measures_and_visits_to_people_in_care(intake, session):
    intake.send(founding())
    new = {
        "@id": new_id("ông Tư"),
        "recipient_new": "yes",
        "r_full_name": "Lê Văn Tư",
        "r_birth_year": 1938,
        "visits": 6,
        "services": ["meal", "errand"],
    }
    intake.send(
        meeting(
            "2019-04",
            measures=[{"ms_member": member_id("a1"), "weight_kg": "52.5", "sys": 150, "dia": 95}],
            care=[new],
        )
    )
    again = {"recipient_new": "no", "recipient": new_id("ông Tư"), "visits": 4}
    intake.send(meeting("2019-05", care=[again]))

    one = session.scalars(select(Measure)).one()
    assert (one.member_id, one.weight_kg, one.sys) == (member_id("a1"), Decimal("52.5"), 150)
    assert session.scalars(select(CareRecipient.full_name)).all() == ["Lê Văn Tư"]
    visits = session.execute(
        select(CareVisit.recipient_id, CareVisit.visits, CareVisit.services).order_by(CareVisit.meeting_id)
    )
    assert list(map(tuple, visits)) == [(new_id("ông Tư"), 6, "meal errand"), (new_id("ông Tư"), 4, "")]
    assert findings(session) == []


def test_a_report_waits_for_its_club(intake, session):
    early = intake.send(meeting("2019-04"))
    assert (early.projection_state, early.projection_error) == ("failed", f"ClubUnknown: {club_id()}")

    intake.send(founding())

    assert (early.projection_state, early.projection_error) == ("done", None)
    assert session.scalars(select(Meeting.id)).all() == [early.id]


def test_the_later_of_two_reports_of_a_month_counts(intake, session):
    intake.send(founding())
    first = intake.send(meeting("2019-04", loans_new=[loan("l1", "a1")], members_joined=[joined("x")]))
    may = intake.send(
        meeting(
            "2019-05",
            if_open_cash=20_000_000,
            if_open_loans=5_000_000,
            present=[member_id("x")],
            repayments=[repayment("l1", 1_000_000)],
        )
    )

    second = intake.send(meeting("2019-04", copy="again"))

    rows = session.execute(select(Meeting.id, Meeting.is_current, Meeting.superseded_by).order_by(Meeting.id))
    assert list(map(tuple, rows)) == [
        (first.id, False, second.id),
        (may.id, True, None),
        (second.id, True, None),
    ]
    assert session.scalars(select(Loan.id)).all() == []
    assert session.scalars(select(Repayment.loan_id)).all() == [None]
    assert session.get(Member, member_id("x")) is None
    assert session.scalars(select(Attendance.member_id).where(Attendance.meeting_id == may.id)).all() == []
    assert {(code, question) for code, question, _ in findings(session)} == {
        ("month_sent_twice", "report_month"),
        ("unknown_member", "present"),
        ("unknown_loan", "repayments[1]/loan"),
        ("opening_differs", "if_open_cash"),
        ("opening_differs", "if_open_loans"),
    }


def test_an_earlier_report_counts_again_when_the_later_one_moves_to_another_month(intake, session):
    intake.send(founding())
    first = intake.send(meeting("2019-04", loans_new=[loan("l1", "a1")]))
    wrong = meeting("2019-04", copy="wrong")
    second = intake.send(wrong)
    assert session.scalars(select(Loan.id)).all() == []

    right = meeting("2019-05", if_open_cash=20_000_000, if_open_loans=5_000_000)
    intake.send(edit(wrong, **right.answers))

    rows = session.execute(select(Meeting.id, Meeting.report_month, Meeting.is_current).order_by(Meeting.id))
    assert list(map(tuple, rows)) == [(first.id, date(2019, 4, 1), True), (second.id, date(2019, 5, 1), True)]
    assert session.scalars(select(Loan.id)).all() == [loan_id("l1")]
    assert findings(session) == []


def test_reading_a_report_again_changes_nothing(intake, session):
    intake.send(founding())
    april = intake.send(
        meeting("2019-04", loans_new=[loan("l1", "a1")], members_joined=[joined("x")], if_in=30)
    )
    intake.send(meeting("2019-05", members_left=[left("x")], present=[member_id("x")]))
    before = rebuild.fingerprint(session)

    projection.attempt(session, april)
    projection.attempt(session, april)

    assert rebuild.fingerprint(session) == before


def test_a_month_without_a_meeting_is_a_month_not_held(intake, session):
    intake.send(founding())

    intake.send(
        meeting("2020-04", meeting_held="no", not_held_reason="epidemic", meeting_date=None, present=[])
    )

    month = session.scalars(select(Meeting)).one()
    assert (month.held, month.not_held_reason, month.meeting_date) == (False, "epidemic", None)


def test_money_of_a_month_without_a_meeting_is_booked_on_its_last_day(intake, session):
    intake.send(founding())

    intake.send(
        meeting("2020-02", meeting_held="no", meeting_date=None, present=[], loans_new=[loan("l1", "a1")])
    )

    assert session.scalars(select(Loan.disbursed_on)).one() == date(2020, 2, 29)


def test_numbers_within_a_club_follow_its_months_not_the_order_of_arrival(intake, session):
    intake.send(founding())
    intake.send(meeting("2019-05", loans_new=[loan("may", "a1")], members_joined=[joined("may")]))

    intake.send(meeting("2019-04", loans_new=[loan("april", "a2")], members_joined=[joined("april")]))

    loans = session.execute(select(Loan.id, Loan.loan_no).order_by(Loan.loan_no))
    assert list(map(tuple, loans)) == [(loan_id("april"), 1), (loan_id("may"), 2)]
    new = session.execute(
        select(Member.id, Member.member_no).where(Member.member_no > 3).order_by(Member.member_no)
    )
    assert list(map(tuple, new)) == [(member_id("april"), 4), (member_id("may"), 5)]


def test_a_departure_taken_back_by_an_edit_lets_the_member_stay(intake, session):
    intake.send(founding())
    wrong = meeting("2019-04", members_left=[left("a1")])
    intake.send(wrong)
    assert session.scalars(select(Member.left_on).where(Member.id == member_id("a1"))).one() == date(
        2019, 4, 15
    )

    intake.send(edit(wrong, members_left=[left("a2", "died")]))

    rows = session.execute(select(Member.id, Member.left_reason).where(Member.left_on.is_not(None)))
    assert list(map(tuple, rows)) == [(member_id("a2"), "died")]


def test_an_edit_that_drops_a_loan_loosens_its_repayments(intake, session):
    intake.send(founding())
    april = meeting("2019-04", loans_new=[loan("l1", "a1"), loan("l2", "a2")])
    intake.send(april)
    may = {"if_open_cash": 15_000_000, "if_open_loans": 10_000_000}
    intake.send(meeting("2019-05", **may, repayments=[repayment("l1", 100_000), repayment("l2", 200_000)]))

    intake.send(edit(april, loans_new=[loan("l2", "a2")]))

    assert session.scalars(select(Loan.id)).all() == [loan_id("l2")]
    rows = session.execute(select(Repayment.loan_id, Repayment.principal).order_by(Repayment.position))
    assert list(map(tuple, rows)) == [(None, 100_000), (loan_id("l2"), 200_000)]
    assert ("unknown_loan", "repayments[1]/loan", loan_id("l1")) in findings(session)


def test_a_report_with_lists_of_a_hundred_takes_few_statements(intake, session):
    intake.send(founding(members=60))
    present = [member_id(f"a{n}") for n in range(1, 61)]
    lent = [loan(f"l{n}", f"a{n}", 100_000) for n in range(1, 41)]
    measured = [{"ms_member": one, "sys": 120, "dia": 80} for one in present]
    statements: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *args: statements.append(args[2]))

    intake.send(meeting("2019-04", present=present, n_on_list=60, loans_new=lent, measures=measured))

    assert len(session.scalars(select(Attendance.member_id)).all()) == 60
    assert findings(session) == []
    assert len(statements) <= 24
