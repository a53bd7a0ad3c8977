"""One month of one club from a joined row of four tables: the meeting, its activities and both funds' books."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row

from reports import facts as f
from server import models as m
from server.clock import VIETNAM

AREAS = ("a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8")
MEETING = (
    *(
        "club_id",
        "report_month",
        "received_at",
        "held",
        "meeting_date",
        "n_on_list",
        "n_present",
        "supervised",
    ),
    *("sup_level", "difficulties", "next_plan", "not_held_reason"),
)
ACTIVITY = (
    *(
        "a1_topic",
        "n_bp",
        "n_weight",
        "n_clinic_check",
        "n_care_vol",
        "n_recipients",
        "n_visits",
        "n_sudden_help",
    ),
    *("n_community", "a5_topics", "n_counselled", "a6_topics", "a7_kinds", "n_sick_visits", "n_birthdays"),
    *("mob_cash", "mob_kind_value", "mob_days", "a1_coach_pairs", "n_bp_high", "n_bmi_low", "n_bmi_high"),
    *("check_provider", "n_referred", "exercise_days", "help_value", "n_participants", "community_kind"),
    *("n_claims", "mob_sources"),
)
INCOME = (
    *("open_cash", "open_loans", "added", "withdrawn", "written_off", "disbursed", "principal", "interest"),
    *("close_cash", "close_loans", "difference", "difference_reason"),
)
OPERATING = (
    *("opening", "closing", "difference", "difference_reason", "in_interest", "in_fees", "in_donation"),
    *("in_other", "out_visit", "out_meeting", "out_care", "out_other"),
)
DONE = tuple(f"{area}_done" for area in AREAS)
KEYS = (m.MeetingActivity.meeting_id, m.IncomeFundMonth.meeting_id, m.OperatingFundMonth.meeting_id)


def meeting_columns() -> list[ColumnElement[Any]]:
    """The columns that `meeting` reads, in its order."""
    tables = (
        (m.Meeting, MEETING),
        (m.MeetingActivity, (*DONE, *ACTIVITY)),
        (m.IncomeFundMonth, INCOME),
        (m.OperatingFundMonth, OPERATING),
    )
    columns: list[ColumnElement[Any]] = [
        m.Meeting.id.label("meeting_id"),
        *(key.label(f"has_{n}") for n, key in enumerate(KEYS)),
    ]
    for table, names in tables:
        columns += [getattr(table, name).label(f"{table.__tablename__}_{name}") for name in names]
    return columns


def meeting(row: Row[Any], care: Mapping[int, Sequence[f.CareVisit]]) -> f.Meeting:
    """The fact of one joined row; activities and books that the submission did not bring are None.

    care: home care by meeting.
    """
    at = len(KEYS) + 1
    meeting_id, has_activity, has_income, has_operating = row[:at]
    own, at = row[at : at + len(MEETING)], at + len(MEETING)
    done, at = row[at : at + len(DONE)], at + len(DONE)
    counts, at = row[at : at + len(ACTIVITY)], at + len(ACTIVITY)
    income, at = row[at : at + len(INCOME)], at + len(INCOME)
    operating = row[at:]
    club_id, month, received, held, met_on, on_list, present, supervised, *texts = own
    levels, difficulties, plan, not_held = texts
    return f.Meeting(
        club_id=club_id,
        month=month,
        received_on=received.astimezone(VIETNAM).date(),
        held=held,
        meeting_date=met_on,
        n_on_list=on_list,
        n_present=present,
        supervised=supervised,
        supervision_levels=frozenset((levels or "").split()),
        difficulties=frozenset((difficulties or "").split()),
        has_plan=bool((plan or "").strip()),
        activity=f.Activity(dict(zip(AREAS, done, strict=True)), *counts)
        if has_activity is not None
        else None,
        income=f.IncomeBook(*income) if has_income is not None else None,
        operating=f.OperatingBook(*operating) if has_operating is not None else None,
        not_held_reason=not_held,
        care=tuple(care.get(meeting_id, ())),
    )
