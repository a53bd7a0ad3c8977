"""member_survey → one interview; a correction of the member's data goes into the member's row too."""

from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update

from server.models.club import Club, Member
from server.models.survey import Survey
from server.projection import member, store
from server.projection.checks import survey as checks
from server.projection.fault import ClubUnknown
from server.projection.mapping import (
    THOUSANDS,
    Question,
    TableMapping,
    code,
    codes,
    day,
    lat,
    lon,
    text,
    whole,
    yes,
)
from server.projection.source import HANOI, Effects, Source

FORM = "member_survey"
surveys = Survey.__table__
members = Member.__table__

SURVEY = TableMapping(
    surveys,
    (
        Question("survey_round", "survey_round", code, ("E01", "E02", "E03", "E04")),
        Question("consent", "consent", yes, ("E01", "E02", "E03", "E04")),
        Question("respondent", "respondent", code),
        Question("info_correct", "info_correct", yes),
        Question("c_full_name", "c_full_name", code),
        Question("c_sex", "c_sex", code),
        Question("c_birth_year", "c_birth_year", whole),
        Question("c_ethnicity", "c_ethnicity", code),
        Question("c_disability", "c_disability", code),
        Question("c_hardship", "c_hardship", codes),
        Question("c_phone", "c_phone", code),
        Question("marital", "marital", code),
        Question("education", "education", code),
        Question("living_with", "living_with", code),
        Question("hh_size", "hh_size", whole),
        Question("hh_under16", "hh_under16", whole),
        Question("poverty_now", "poverty_now", code),
        Question("poverty_change", "poverty_change", code),
        Question("work_now", "work_now", code),
        Question("income_sources", "income_sources", codes),
        Question("income_refused", "income_refused", yes),
        Question("income_month", "income_month", whole, below=THOUSANDS),
        Question("income_change", "income_change", code, ("E01",)),
        Question("income_enough", "income_enough", code),
        Question("pension", "pension", codes),
        Question("ever_loan", "ever_loan", yes, ("E01",)),
        Question("loan_times", "loan_times", whole),
        Question("loan_last_amount", "loan_last_amount", whole, below=THOUSANDS),
        Question("loan_use", "loan_use", codes),
        Question("loan_result", "loan_result", code),
        Question("loan_extra_income", "loan_extra_income", whole, below=THOUSANDS),
        Question("loan_repay_problem", "loan_repay_problem", code),
        Question("no_loan_reason", "no_loan_reason", code),
        Question("other_credit", "other_credit", codes),
        Question("h_mobility", "h_mobility", code),
        Question("h_selfcare", "h_selfcare", code),
        Question("h_usual", "h_usual", code),
        Question("h_pain", "h_pain", code),
        Question("h_mood", "h_mood", code),
        Question("h_scale", "h_scale", whole),
        Question("health_change", "health_change", code, ("E02",)),
        Question("chronic", "chronic", codes),
        Question("know_bp", "know_bp", yes),
        Question("bp_treated", "bp_treated", code),
        Question("check_12m", "check_12m", yes),
        Question("check_place", "check_place", code),
        Question("insurance", "insurance", yes),
        Question("exercise_days_week", "exercise_days_week", whole),
        Question("wg_see", "wg_see", code),
        Question("wg_hear", "wg_hear", code),
        Question("wg_walk", "wg_walk", code),
        Question("wg_remember", "wg_remember", code),
        Question("wg_selfcare", "wg_selfcare", code),
        Question("wg_communicate", "wg_communicate", code),
        Question("need_care", "need_care", yes),
        Question("care_from", "care_from", codes),
        Question("home_care_club", "home_care_club", yes),
        Question("home_care_rating", "home_care_rating", whole),
        Question("attend_months", "attend_months", whole),
        Question("areas_joined", "areas_joined", codes),
        Question("is_volunteer", "is_volunteer", yes),
        Question("vol_hours", "vol_hours", whole),
        Question("k_health_1", "k_health_1", code),
        Question("k_health_2", "k_health_2", code),
        Question("k_health_3", "k_health_3", code),
        Question("k_health_4", "k_health_4", code),
        Question("k_health_score", "k_health_score", whole, ("E02",)),
        Question("k_rights_1", "k_rights_1", code),
        Question("k_rights_2", "k_rights_2", code),
        Question("k_rights_3", "k_rights_3", code),
        Question("k_rights_4", "k_rights_4", code),
        Question("k_rights_5", "k_rights_5", code),
        Question("k_rights_6", "k_rights_6", code),
        Question("k_rights_7", "k_rights_7", code),
        Question("k_rights_8", "k_rights_8", code),
        Question("k_rights_score", "k_rights_score", whole, ("E02",)),
        Question("rights_helped", "rights_helped", yes),
        Question("rights_what", "rights_what", codes),
        Question("s_talk", "s_talk", whole, ("E04",)),
        Question("s_money", "s_money", whole, ("E04",)),
        Question("s_care", "s_care", whole, ("E04",)),
        Question("s_respect", "s_respect", whole, ("E04",)),
        Question("s_belong", "s_belong", whole, ("E04",)),
        Question("lonely", "lonely", code, ("E04",)),
        Question("intergen", "intergen", code),
        Question("sat_overall", "sat_overall", whole, ("E03",)),
        Question("sat_board", "sat_board", whole),
        Question("sat_fund", "sat_fund", whole),
        Question("sat_open", "sat_open", whole),
        Question("best", "best", code),
        Question("improve", "improve", codes),
        Question("complaint", "complaint", yes),
        Question("complaint_text", "complaint_text", text),
        Question("interviewer_note", "interviewer_note", text),
        Question("gps", "lat", lat),
        Question("gps", "lon", lon),
    ),
    keys={"club": ("E01", "E02", "E03", "E04"), "member": ("E01",)},
)
MAPPINGS = (SURVEY,)

HERE = (
    select(
        Club.id,
        members.c.id.label("member_id"),
        members.c.submission_id.label("member_from"),
        surveys.c.id.label("own"),
    )
    .outerjoin(members, (members.c.club_id == Club.id) & (members.c.id == bindparam("member")))
    .outerjoin(surveys, surveys.c.id == bindparam("submission"))
    .where(Club.id == bindparam("club"))
)


def project(conn: Connection, source: Source) -> Effects:
    """Make the row of one interview exactly what its form says. Raises ClubUnknown, AnswerMissing."""
    effects = Effects()
    answers = source.rows.root
    survey = SURVEY.row(answers, source.misfits)
    source.need("survey_round", survey["survey_round"])
    source.need("consent", survey["consent"])
    here = _look(conn, source)
    survey |= {
        "id": source.submission_id,
        "submission_id": source.submission_id,
        "club_id": here.id,
        "member_id": here.member_id,
        "received_at": source.received_at,
        "surveyed_on": day(answers.get("today")) or source.received_at.astimezone(HANOI).date(),
    }
    effects.told_on = survey["surveyed_on"]
    if here.own is None:
        store.add(conn, surveys, [survey])
    else:
        effects.again |= _corrected(conn, source.submission_id)
        conn.execute(update(surveys).where(surveys.c.id == source.submission_id).values(survey))
    if survey["info_correct"] is False and here.member_id is not None:
        member.apply_corrections(conn, [here.member_id])
    effects.findings = checks.run(source, survey, MAPPINGS)
    return effects


def _look(conn: Connection, source: Source) -> Row[Any]:
    """The club, and the member and this interview's row where they are there. Raises ClubUnknown, AnswerMissing."""
    answers = source.rows.root
    club_id = source.need("club", answers.get("club"))
    values = {"club": club_id, "member": answers.get("member"), "submission": source.submission_id}
    here = conn.execute(HERE, values).first()
    if here is None:
        raise ClubUnknown(club_id)
    return here


def _corrected(conn: Connection, submission_id: int) -> set[int]:
    """The submission whose member this interview has corrected so far: read again, it says what the member was."""
    origin = (
        select(members.c.submission_id)
        .join(surveys, surveys.c.member_id == members.c.id)
        .where(surveys.c.id == submission_id, surveys.c.info_correct.is_(False))
    )
    return set(conn.execute(origin).scalars())
