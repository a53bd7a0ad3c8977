"""One month of one club from a joined row of four tables: the meeting, its activities and both funds' books."""

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

from sqlalchemy import ColumnElement, Row

from reports import facts as f
from server import models as m
from server.services.facts.kinds import as_codes, as_day, is_written

AREAS = ("a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8")
MEETING = (
    *(m.Meeting.club_id, m.Meeting.report_month, as_day(m.Meeting.received_at), m.Meeting.held),
    *(m.Meeting.meeting_date, m.Meeting.n_on_list, m.Meeting.n_present, m.Meeting.supervised),
)
"""What is read of every month, in the order of the fact, as what follows."""
TOLD = (as_codes(m.Meeting.sup_level), as_codes(m.Meeting.difficulties), is_written(m.Meeting.next_plan))
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


KEY, OWN, AREAS_DONE, COUNTS, INCOME_BOOK, OPERATING_BOOK = _slices(
    2 + len(KEYS), len(MEETING) + len(TOLD), len(DONE), len(ACTIVITY), len(INCOME), len(OPERATING)
)


def meeting_columns() -> list[ColumnElement[Any]]:
    """The columns that `meeting` reads, in its order."""
    tables = (
        (m.MeetingActivity, (*DONE, *ACTIVITY)),
        (m.IncomeFundMonth, INCOME),
        (m.OperatingFundMonth, OPERATING),
    )
    columns: list[Any] = [m.Meeting.id, m.Meeting.not_held_reason, *KEYS, *MEETING, *TOLD]
    for table, names in tables:
        columns += [getattr(table, name) for name in names]
    return _apart(columns)


def outline_columns() -> list[ColumnElement[Any]]:
    """The columns that `outline` reads, in its order."""
    book = [getattr(m.IncomeFundMonth, name) for name in INCOME]
    return _apart([*MEETING, m.Meeting.not_held_reason, m.IncomeFundMonth.meeting_id, *book])


def _apart(columns: Sequence[Any]) -> list[ColumnElement[Any]]:
    """Each under a name of its own, for tables have columns of the same name."""
    return [column.label(f"c{place}") for place, column in enumerate(columns)]


def outline(row: Row[Any]) -> f.Meeting:
    """The fact of a month of which the meeting and the income fund's book were read: less than half of the columns."""
    own, (not_held, has_income, *book) = row[: len(MEETING)], row[len(MEETING) :]
    income = None if has_income is None else f.IncomeBook(*book)
    words, unread = (f.UNREAD,) * len(TOLD), f.UNREAD
    told = (*own, *words, unread, income, unread, not_held, unread)
    return f.Meeting(*told)


def meeting(row: Row[Any], care: Mapping[int, Sequence[f.CareVisit]]) -> f.Meeting:
    """The fact of one joined row; activities and books that the submission did not bring are None.

    care: home care by meeting.
    """
    meeting_id, not_held, has_activity, has_income, has_operating = row[KEY]
    activity = income = operating = None
    if has_activity is not None:
        activity = f.Activity(dict(zip(AREAS, row[AREAS_DONE], strict=True)), *row[COUNTS])
    if has_income is not None:
        income = f.IncomeBook(*row[INCOME_BOOK])
    if has_operating is not None:
        operating = f.OperatingBook(*row[OPERATING_BOOK])
    told = (*row[OWN], activity, income, operating, not_held, tuple(care.get(meeting_id, ())))
    return f.Meeting(*told)
