"""What an interview becomes: a row of answers, and corrections of the member's own data."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.models import Finding, Member, Survey
from tests.builders_club import Intake, club_id, edit, founding, interview, member_id


@pytest.fixture
def intake(session: Session, programme_published: None) -> Intake:
    return Intake(session)


def test_an_interview_becomes_typed_answers(intake, session):
    intake.send(founding())
    answers = {
        "income_sources": ["farming", "pension"],
        "income_month": 2_500_000,
        "h_scale": 75,
        "sat_overall": "5",
    }

    submission = intake.send(interview("a1", **answers, ever_loan="no", k_rights_score="6"))

    row = session.scalars(select(Survey)).one()
    assert (row.id, row.club_id, row.member_id) == (submission.id, club_id(), member_id("a1"))
    assert (row.surveyed_on, row.survey_round, row.consent) == (date(2020, 6, 10), "baseline", True)
    assert (row.income_sources, row.income_month, row.h_scale) == ("farming pension", 2_500_000, 75)
    assert (row.sat_overall, row.ever_loan, row.k_rights_score, row.loan_use) == (5, False, 6, "")
    assert session.scalars(select(Finding.code)).all() == []


def test_a_refusal_is_kept_without_answers(intake, session):
    intake.send(founding())

    intake.send(interview("a1", consent="no"))

    row = session.scalars(select(Survey)).one()
    assert (row.consent, row.respondent, row.income_month) == (False, None, None)


def test_the_newest_interview_corrects_the_member(intake, session):
    intake.send(founding())
    newer = interview(
        "a1", today=date(2021, 6, 1), info_correct="no", c_full_name="Nguyễn Thị Ánh", c_birth_year=1951
    )
    intake.send(newer)

    intake.send(interview("a1", copy="older", info_correct="no", c_full_name="Nguyễn Thị Anh", c_sex="male"))

    one = session.get_one(Member, member_id("a1"))
    session.refresh(one)
    assert (one.full_name, one.name_key, one.birth_year, one.sex) == (
        "Nguyễn Thị Ánh", "nguyen thi anh", 1951, "male",
    )  # fmt: skip


def test_a_correction_taken_back_gives_the_member_their_first_data_again(intake, session):
    intake.send(founding())
    wrong = interview("a1", info_correct="no", c_full_name="Trần Thị Nhầm", c_birth_year=1990)
    intake.send(wrong)

    intake.send(edit(wrong, info_correct="yes", c_full_name=None, c_birth_year=None))

    one = session.get_one(Member, member_id("a1"))
    session.refresh(one)
    assert (one.full_name, one.birth_year) == ("Nguyễn Thị a1", 1950)


def test_an_interview_with_somebody_the_club_does_not_have_is_kept_and_found(intake, session):
    intake.send(founding())

    intake.send(interview("nobody"))

    assert session.scalars(select(Survey.member_id)).all() == [None]
    assert session.execute(select(Finding.code, Finding.value)).all() == [
        ("unknown_member", member_id("nobody"))
    ]


def test_an_interview_waits_for_its_club(intake, session):
    early = intake.send(interview("a1"))
    assert early.projection_state == "failed"

    intake.send(founding())

    assert early.projection_state == "done"
    assert session.scalars(select(Survey.member_id)).all() == [member_id("a1")]
