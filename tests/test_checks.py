"""What the server notices in submissions that it accepted: each finding names the submission, question and value."""

import re
import unicodedata
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from server import projection
from server.models import Entity, Finding
from server.projection.checks.catalogue import CATALOGUE, worded, worded_fault
from server.services import app_user, unit
from server.services.actor import SYSTEM_ID
from tests.builders_club import (
    DONG_HAI,
    Filled,
    Intake,
    club_id,
    edit,
    founding,
    joined,
    left,
    loan,
    meeting,
    member_id,
    person,
    repayment,
)

APRIL = datetime(2019, 4, 20, 3, 0, tzinfo=UTC)


@pytest.fixture
def intake(session: Session, programme_published: None) -> Intake:
    return Intake(session)


def found(session: Session, submission_id: int | None = None) -> list[tuple[str, str, str]]:
    """Code, question and value of findings, those of one submission or all."""
    statement = select(Finding.code, Finding.question, Finding.value).order_by(Finding.id)
    if submission_id:
        statement = statement.where(Finding.submission_id == submission_id)
    return [tuple(row) for row in session.execute(statement)]


def details(session: Session, code: str) -> dict:
    return session.scalars(select(Finding.details).where(Finding.code == code)).one()


MEETINGS = {
    "books that do not balance": (
        {"if_counted": 24_900_000},
        [("book_off", "if_diff", "-100000")],
    ),
    "books that do not balance for a reason": (
        {"of_counted": 990_000, "of_diff_reason": "Thiếu biên lai"},
        [("book_off_explained", "of_diff", "-10000")],
    ),
    "an opening that is not what the club was founded with": (
        {"if_open_cash": 20_000_000},
        [("opening_differs", "if_open_cash", "20000000")],
    ),
    "a sum that does not follow from the answers": (
        {"sum_disbursed": 1_000_000},
        [("calculation_differs", "sum_disbursed", "1000000")],
    ),
    "money typed in thousands": (
        {"if_in": 500},
        [("money_in_thousands", "if_in", "500")],
    ),
    "a loan typed in thousands": (
        {"loans_new": [loan("l1", "a1", 5_000)]},
        [("money_in_thousands", "loans_new[1]/amount", "5000")],
    ),
    "a loan without borrower": (
        {"loans_new": [loan("l1", "a1"), loan("l2", None)]},
        [("loan_without_borrower", "loans_new[2]/borrower", "")],
    ),
    "a loan to somebody unknown": (
        {"loans_new": [loan("l1", "nobody")]},
        [("unknown_member", "loans_new[1]/borrower", member_id("nobody"))],
    ),
    "more present than on the list": (
        {"n_on_list": 1},
        [("present_over_list", "n_present", "2")],
    ),
    "a member present whom the club does not have": (
        {"present": [member_id("a1"), member_id("z")]},
        [("unknown_member", "present", member_id("z"))],
    ),
    "a new member whom the club has": (
        {"members_joined": [joined("x", j_full_name="NGUYỄN thị A1", j_birth_year=1950)]},
        [("duplicate_member", "members_joined[1]/j_full_name", "NGUYỄN thị A1")],
    ),
    "a meeting far from the club": (
        {"gps": "11.62 109.0153 0 5"},
        [("gps_far", "gps", "11.62 109.0153")],
    ),
    "a place with latitude and longitude swapped": (
        {"gps": "109.0153 11.5869 0 5"},
        [("gps_swapped", "gps", "109.0153 11.5869 0 5")],
    ),
    "an answer that is no number": (
        {"duration_min": "hai giờ"},
        [("bad_value", "duration_min", "hai giờ")],
    ),
    "a month that has not begun": (
        {"report_month": date(2019, 5, 1), "meeting_date": None},
        [("future_date", "report_month", "2019-05-01")],
    ),
    "a tablet whose clock runs ahead": (
        {"end": "2019-04-25T08:40:00.000+07:00"},
        [("clock_off", "end", "2019-04-25T08:40:00+07:00")],
    ),
    "a tablet whose clock was moved": (
        {"today": date(2019, 4, 2), "start": "2019-04-16T08:00:00.000+07:00"},
        [("clock_off", "today", "2019-04-02")],
    ),
    "a repayment on a loan that is not known": (
        {"repayments": [repayment("old", 100_000)]},
        [("unknown_loan", "repayments[1]/loan", "…")],
    ),
    "a new loan without amount": (
        {"loans_new": [loan("l1", "a1", 0) | {"amount": None}], "sum_disbursed": 0},
        [("answer_missing", "loans_new[1]/amount", "")],
    ),
}


@pytest.mark.parametrize("case", MEETINGS)
def test_a_monthly_report_with(case, intake, session):
    answers, expected = MEETINGS[case]
    intake.send(founding(), datetime(2019, 4, 1, tzinfo=UTC))

    submission = intake.send(meeting("2019-04", **answers), APRIL)

    assert submission.projection_error is None
    shown = [
        (code, question, "…" if code == "unknown_loan" else value) for code, question, value in found(session)
    ]
    assert shown == expected
    assert session.scalars(select(Finding.submission_id).distinct()).all() == [submission.id]
    assert session.scalars(select(Finding.club_id).distinct()).all() == [club_id()]


def test_a_sound_report_sent_months_later_has_no_findings(intake, session):
    intake.send(founding())
    intake.send(meeting("2019-04"))

    assert found(session) == []


def test_more_principal_repaid_than_is_owed_counting_earlier_months(intake, session):
    intake.send(founding())
    intake.send(meeting("2019-04", loans_new=[loan("l1", "a1", 5_000_000)]))
    may = {"if_open_cash": 20_000_000, "if_open_loans": 5_000_000}
    intake.send(meeting("2019-05", **may, repayments=[repayment("l1", 4_000_000)]))

    june = {"if_open_cash": 24_000_000, "if_open_loans": 1_000_000}
    intake.send(meeting("2019-06", **june, repayments=[repayment("l1", 600_000), repayment("l1", 500_000)]))

    assert found(session) == [("repayment_over_outstanding", "repayments[2]/principal", "500000")]
    assert details(session, "repayment_over_outstanding")["outstanding"] == 400_000


def test_a_late_month_mends_the_opening_of_the_next_one(intake, session):
    intake.send(founding())
    june = intake.send(meeting("2019-06", if_open_cash=25_500_000))
    assert found(session) == [("opening_differs", "if_open_cash", "25500000")]
    assert details(session, "opening_differs") == {"expected": 25_000_000, "since": "2019-03-10"}

    intake.send(meeting("2019-05", if_in=500_000))

    assert found(session, june.id) == []


def test_a_member_reported_as_having_left_twice(intake, session):
    intake.send(founding())
    intake.send(meeting("2019-04", members_left=[left("a1", left_date=date(2019, 4, 3))]))

    intake.send(meeting("2019-05", members_left=[left("a1", left_date=date(2019, 5, 3))]))

    assert found(session) == [("left_again", "members_left", member_id("a1"))]
    assert details(session, "left_again") == {"other": "2019-04-03"}


def test_an_unknown_member_is_known_when_the_report_that_brought_them_arrives(intake, session):
    intake.send(founding())
    may = intake.send(meeting("2019-05", present=[member_id("x")]))
    assert [code for code, *_ in found(session, may.id)] == ["unknown_member"]

    intake.send(meeting("2019-04", members_joined=[joined("x")]))

    assert found(session) == []


def test_two_founding_forms_of_one_village(intake, session):
    first = intake.send(founding("a"))
    second = intake.send(founding("b", village_name="KHU PHỐ A", gps="11.5700 109.0153 0 5"))

    assert found(session) == [("duplicate_club", "club_name", "CLB LTHTGN Khu phố b")]
    row = session.scalars(select(Finding)).one()
    assert (row.submission_id, row.details["other_submission"]) == (second.id, first.id)
    assert (row.details["why"], row.details["other_code"]) == ("same_village", "LTH-000001")


def test_two_clubs_of_one_name_within_300_metres(intake, session):
    intake.send(founding("a", gps="11.5869 109.0153 0 5"))
    near = founding("b", club_name="CLB LTHTGN khu phố A", commune=DONG_HAI, gps="11.5889 109.0153 0 5")
    intake.send(near)
    assert details(session, "duplicate_club")["why"] == "same_name_near"

    intake.send(edit(near, gps="11.5969 109.0153 0 5"))

    assert "duplicate_club" not in [code for code, *_ in found(session)]


FOUNDINGS = {
    "a commune that was not yet there": (
        founding(commune="22780@2025-07-01"),
        [("unit_not_valid", "commune", "22780@2025-07-01")],
    ),
    "a commune that was no longer there": (
        founding(
            founding_date=date(2025, 9, 1),
            today=date(2025, 9, 2),
            start="2025-09-02T08:00:00.000+07:00",
            end="2025-09-02T09:00:00.000+07:00",
        ),
        [("unit_not_valid", "commune", "22777@2016-01-01")],
    ),
    "a commune nobody knows": (
        founding(commune="99999@2016-01-01"),
        [("unit_not_valid", "commune", "99999@2016-01-01")],
    ),
    "a commune that was split": (
        founding(commune=DONG_HAI, gps="11.5427 109.0290 0 5"),
        [("unit_split", "commune", DONG_HAI)],
    ),
    "a place outside the province": (
        founding(gps="10.7769 106.7009 0 5"),
        [("gps_outside", "gps", "10.7769 106.7009")],
    ),
    "a founding date to come": (
        founding(decision_date=date(2026, 2, 1)),
        [("future_date", "decision_date", "2026-02-01")],
    ),
    "money typed in thousands": (
        founding(fund_operating_initial=500),
        [("money_in_thousands", "fund_operating_initial", "500")],
    ),
    "a version never published here": (
        Filled(**{**vars(founding()), "version": "1999"}),
        [("unknown_version", "", "1999")],
    ),
    "letters in decomposed form": (
        founding(village_name=unicodedata.normalize("NFD", "Khu phố Đông")),
        [("name_not_nfc", "village_name", "Khu phố Đông")],
    ),
}


@pytest.mark.parametrize("case", FOUNDINGS)
def test_a_founding_form_with(case, intake, session):
    form, expected = FOUNDINGS[case]

    submission = intake.send(form)

    assert submission.projection_error is None
    assert found(session) == expected


def test_a_member_listed_twice_in_the_founding_form(intake, session):
    form = founding(members=2)
    form.repeats["members"].append(person("a9", m_full_name="nguyễn thị A1"))

    intake.send(form)

    assert found(session) == [("duplicate_member", "members[3]/m_full_name", "nguyễn thị A1")]


def test_every_finding_has_a_sentence_in_both_languages(intake, session):
    intake.send(founding(commune=DONG_HAI), datetime(2019, 4, 1, tzinfo=UTC))
    for answers, _ in MEETINGS.values():
        intake.send(meeting("2019-04", copy=str(answers), **answers), APRIL)

    rows = session.scalars(select(Finding)).all()
    assert len({row.code for row in rows}) > 12
    for row in rows:
        for sentence in worded(row.code, row.question, row.value, row.details):
            assert sentence.endswith((".", ")"))
            assert "–" not in sentence
            assert not re.search(r"[{}]", sentence)


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_code_is_worded_apart_in_vietnamese_and_english(code):
    entry = CATALOGUE[code]

    assert set(re.findall(r"{(\w+)}", entry.vi)) == set(re.findall(r"{(\w+)}", entry.en))
    assert entry.title_vi != entry.title_en
    assert entry.severity in ("error", "warning")


@pytest.mark.parametrize(
    ("bound_to", "flagged"), [("12@2016-01-01", True), ("58@2016-01-01", False), ("", False)]
)
def test_a_tablet_of_another_province_is_named_and_what_it_sent_counts(session, intake, bound_to, flagged):
    units = [unit.get(session, *unit.parse_key(bound_to)).id] if bound_to else []
    tablet = app_user.create(session, 1, "Máy Lai Châu", units, SYSTEM_ID)
    intake.send(founding())
    submission, version = intake.store(meeting("2019-04"), APRIL)
    version.actor_id = tablet.actor_id

    projection.attempt(session, submission, version)

    assert submission.projection_state == "done"
    expected = [("sender_elsewhere", "", "Máy Lai Châu")] if flagged else []
    assert [one for one in found(session) if one[0] == "sender_elsewhere"] == expected


def test_a_month_of_one_club_does_not_change_the_entry_of_another(session, intake):
    intake.send(founding("a"))
    intake.send(founding("b", village_name="Thôn B", club_name="CLB khác"))
    entry = {"@action": "update", "n_members_after": 99}

    right = intake.send(meeting("2019-04", **entry, **{"@id": club_id("a")}))
    wrong = intake.send(meeting("2019-05", **entry, **{"@id": club_id("b")}))

    sizes = dict(session.execute(select(Entity.id, Entity.data["n_members"].as_string())).all())
    assert (sizes[club_id("a")], sizes[club_id("b")]) == ("99", None)
    assert ("entity_faulty", "", club_id("b")) in found(session, wrong.id)
    assert wrong.projection_state == "done"
    assert not [code for code, *_ in found(session, right.id) if code == "entity_faulty"]


def test_faults_are_worded_too():
    assert "phiếu thành lập chưa gửi về" in worded_fault("ClubUnknown: 0b6c")[0]
    assert "0b6c" in worded_fault("ClubUnknown: 0b6c")[1]
    assert "KeyError: 'x'" in worded_fault("KeyError: 'x'")[1]
