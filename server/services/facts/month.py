"""One month of one club from a joined row of four tables: the meeting, its activities and both funds' books."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import accumulate
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


def _slices(*lengths: int) -> list[slice]:
    """Where parts of these lengths stand in a row, one after another."""
    ends = list(accumulate(lengths))
    return [slice(end - length, end) for end, length in zip(ends, lengths, strict=True)]


OWN, TOLD, AREAS_DONE, COUNTS, INCOME_BOOK, OPERATING_BOOK = _slices(
    1 + len(KEYS), len(MEETING), len(DONE), len(ACTIVITY), len(INCOME), len(OPERATING)
)


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


def outline_columns() -> list[ColumnElement[Any]]:
    """The columns that `outline` reads, in its order."""
    own = [getattr(m.Meeting, name).label(f"meeting_{name}") for name in MEETING]
    book = [getattr(m.IncomeFundMonth, name).label(f"income_{name}") for name in INCOME]
    return [*own, m.IncomeFundMonth.meeting_id.label("has_income"), *book]


def outline(row: Row[Any]) -> f.Meeting:
    """The fact of a month of which the meeting and the income fund's book were read: less than half of the columns."""
    has_income = row[len(MEETING)]
    income = None if has_income is None else f.IncomeBook(*row[len(MEETING) + 1 :])
    return _meeting(row[: len(MEETING)], f.UNREAD, income, f.UNREAD, f.UNREAD)


def meeting(row: Row[Any], care: Mapping[int, Sequence[f.CareVisit]]) -> f.Meeting:
    """The fact of one joined row; activities and books that the submission did not bring are None.

    care: home care by meeting.
    """
    meeting_id, has_activity, has_income, has_operating = row[OWN]
    activity = income = operating = None
    if has_activity is not None:
        activity = f.Activity(dict(zip(AREAS, row[AREAS_DONE], strict=True)), *row[COUNTS])
    if has_income is not None:
        income = f.IncomeBook(*row[INCOME_BOOK])
    if has_operating is not None:
        operating = f.OperatingBook(*row[OPERATING_BOOK])
    return _meeting(row[TOLD], activity, income, operating, tuple(care.get(meeting_id, ())))


def _meeting(
    told: Sequence[Any],
    activity: f.Activity | None,
    income: f.IncomeBook | None,
    operating: f.OperatingBook | None,
    care: tuple[f.CareVisit, ...],
) -> f.Meeting:
    """told: the columns of MEETING, in their order."""
    club_id, month, received, held, met_on, on_list, present, supervised, *texts = told
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
        supervision_levels=codes(levels),
        difficulties=codes(difficulties),
        has_plan=bool((plan or "").strip()),
        activity=activity,
        income=income,
        operating=operating,
        not_held_reason=not_held,
        care=care,
    )


@lru_cache(maxsize=4096)
def codes(text: str | None) -> frozenset[str]:
    """Codes that a question with several answers keeps in one text; the same text gives the same set."""
    return frozenset((text or "").split())
