"""The rows of one month as its form says them, with every reference looked up; nothing is written here."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, exists, func, select

from forms.rows import Row
from server.models.club import CareRecipient, Member, MembershipEvent
from server.models.meeting import Loan, LoanWriteOff, Meeting, Repayment
from server.projection import mapping, member
from server.projection.club_meeting import around
from server.projection.club_meeting.mapping import (
    CARE,
    JOINED,
    LEFT,
    LOAN,
    MEASURE,
    RECIPIENT,
    REPAYMENT,
    WRITTEN_OFF_LOANS,
)
from server.projection.mapping import name_key
from server.projection.source import Source

members = Member.__table__
meetings = Meeting.__table__
loans = Loan.__table__
repayments = Repayment.__table__
write_offs = LoanWriteOff.__table__
recipients = CareRecipient.__table__
events = MembershipEvent.__table__
paying = meetings.alias("paying")
cancelling = meetings.alias("cancelling")

MEMBERS = (
    select(
        members.c.id, members.c.member_no, members.c.name_key, members.c.birth_year, meetings.c.report_month
    )
    .outerjoin(meetings, meetings.c.id == members.c.submission_id)
    .where(members.c.club_id == bindparam("club"), members.c.submission_id != bindparam("submission"))
    .order_by(members.c.member_no)
)
MEMBER_IDS = select(members.c.id).where(
    members.c.club_id == bindparam("club"), members.c.submission_id != bindparam("submission")
)
LEFT_BEFORE = (
    select(events.c.member_id, func.min(events.c.on_date).label("on_date"))
    .join(meetings, meetings.c.id == events.c.submission_id)
    .where(
        events.c.club_id == bindparam("club"),
        events.c.kind == "left",
        meetings.c.report_month < bindparam("month"),
        meetings.c.id != bindparam("submission"),
    )
    .group_by(events.c.member_id)
)
PAID = case((and_(paying.c.is_current, paying.c.report_month < bindparam("month")), repayments.c.principal))
CANCELLED = exists(
    select(write_offs.c.loan_id)
    .join(cancelling, cancelling.c.id == write_offs.c.meeting_id)
    .where(
        write_offs.c.loan_id == loans.c.id,
        cancelling.c.is_current,
        cancelling.c.report_month < bindparam("month"),
    )
    .correlate(loans)
)
OWED = case((CANCELLED, 0), else_=loans.c.amount - func.coalesce(func.sum(PAID), 0))
LOANS = (
    select(
        loans.c.id,
        loans.c.loan_no,
        meetings.c.report_month,
        OWED.label("outstanding"),
    )
    .join(meetings, meetings.c.id == loans.c.meeting_id)
    .outerjoin(repayments, repayments.c.loan_id == loans.c.id)
    .outerjoin(paying, paying.c.id == repayments.c.meeting_id)
    .where(loans.c.club_id == bindparam("club"), loans.c.meeting_id != bindparam("submission"))
    .group_by(loans.c.id, loans.c.loan_no, loans.c.amount, meetings.c.report_month)
)
RECIPIENTS = select(recipients.c.id).where(
    recipients.c.club_id == bindparam("club"), recipients.c.submission_id != bindparam("submission")
)

NOT_ASKED = {"phone": None, "insurance": None, "allowance": "", "groups": "", "consent": None}
"""Of a new member in a month's report; a survey may tell."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A reference to what is not in the club's tables. code: unknown_member, unknown_loan or unknown_recipient."""

    code: str
    question: str
    value: str


@dataclass(slots=True)
class Month:
    """The rows of one month. The lists of what reaches beyond it are empty when another report supersedes it.

    members: those the club has without this form. outstanding: VND owed before this month, by loan. left_before:
    members who had left in an earlier month, and when (looked up only when this month has departures).
    """

    source: Source
    here: around.Around
    meeting: dict[str, Any]
    members: dict[str, Any] = field(default_factory=dict)
    """By ID; where nobody joins, without names, numbers and months."""
    outstanding: dict[str, int] = field(default_factory=dict)
    left_before: dict[str, date] = field(default_factory=dict)
    attendance: list[dict[str, Any]] = field(default_factory=list)
    measures: list[dict[str, Any]] = field(default_factory=list)
    visits: list[dict[str, Any]] = field(default_factory=list)
    joined: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    recipients: list[dict[str, Any]] = field(default_factory=list)
    loans: list[dict[str, Any]] = field(default_factory=list)
    repayments: list[dict[str, Any]] = field(default_factory=list)
    write_offs: list[dict[str, Any]] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    """Questions left blank without which a row could not be made."""

    @property
    def is_current(self) -> bool:
        return bool(self.meeting["is_current"])

    @property
    def book_date(self) -> date:
        """The day the month's money and members are booked on: what the form says, else the meeting, else month end."""
        stated = mapping.day(self.source.rows.root.get("book_date"))
        return stated or self.meeting["meeting_date"] or _last_day(self.here.month)

    @property
    def keys(self) -> dict[str, Any]:
        """What every query about the club takes."""
        return {
            "club": self.meeting["club_id"],
            "submission": self.source.submission_id,
            "month": self.here.month,
        }


def _last_day(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def read(conn: Connection, source: Source, here: around.Around, meeting: dict[str, Any]) -> Month:
    """The rows of a month. A reference to what the club does not have becomes NULL, or no row, and is listed."""
    month = Month(source, here, meeting)
    repeats = source.rows.repeats
    names_members = any(
        repeats.get(name) for name in ("members_joined", "members_left", "measures", "loans_new")
    )
    if names_members or source.rows.root.get("present"):
        wanted = MEMBERS if _filled(month, JOINED.repeat) else MEMBER_IDS
        month.members = {row.id: row for row in conn.execute(wanted, month.keys)}
    if month.is_current:
        _read_joined(month)
        _read_left(conn, month)
        _read_loans(conn, month)
        _read_recipients(month)
    known = {*month.members, *(row["id"] for row in month.joined)}
    _read_present(month, known)
    _read_measures(month, known)
    _read_visits(conn, month)
    return month


def _instances(month: Month, repeat: str | None) -> Iterator[tuple[int, Row]]:
    for row in _filled(month, repeat):
        yield row.position, row


def _filled(month: Month, repeat: str | None) -> list[Row]:
    return month.source.rows.repeats.get(repeat or "", [])


def _known(month: Month, value: str | None, known: Any, code: str, question: str) -> str | None:
    """The reference if it leads somewhere, else None."""
    if value is None or value in known:
        return value
    month.unknown.append(Unknown(code, question, value))
    return None


def _is_earlier(month: Month, row: Any) -> bool:
    return row.report_month is None or row.report_month < month.here.month


def _read_joined(month: Month) -> None:
    if not _filled(month, JOINED.repeat):
        return
    number = max((row.member_no for row in month.members.values() if _is_earlier(month, row)), default=0)
    for position, row in _instances(month, JOINED.repeat):
        values = JOINED.row(row.values, month.source.misfits)
        if not values["full_name"]:
            month.missing.append(f"members_joined[{position}]/j_full_name")
        month.joined.append(
            values
            | NOT_ASKED
            | {
                "id": month.source.own_id(mapping.codes(row.values.get("j_member_id")), JOINED.repeat, row),
                "club_id": month.meeting["club_id"],
                "submission_id": month.source.submission_id,
                "member_no": number + position,
                "name_key": name_key(values["full_name"]),
                "joined_on": month.book_date,
            }
        )
    month.events += [member.joined(row) for row in month.joined]


def _read_left(conn: Connection, month: Month) -> None:
    gone: set[str] = set()
    if _filled(month, LEFT.repeat):
        month.left_before = {row.member_id: row.on_date for row in conn.execute(LEFT_BEFORE, month.keys)}
    for position, row in _instances(month, LEFT.repeat):
        values = LEFT.row(row.values, month.source.misfits)
        question = f"members_left[{position}]/left_member"
        found = _known(month, values["member_id"], month.members, "unknown_member", question)
        if found is None or found in gone:
            continue
        gone.add(found)
        values["on_date"] = values["on_date"] or month.book_date
        more = {
            "club_id": month.meeting["club_id"],
            "submission_id": month.source.submission_id,
            "kind": "left",
        }
        month.events.append(values | more)


def _read_loans(conn: Connection, month: Month) -> None:
    """New loans, repayments and loans written off."""
    written_off = mapping.codes(month.source.rows.root.get(WRITTEN_OFF_LOANS)).split()
    if not (written_off or _filled(month, LOAN.repeat) or _filled(month, REPAYMENT.repeat)):
        return
    standing = conn.execute(LOANS, month.keys).all()
    month.outstanding = {row.id: int(row.outstanding) for row in standing}
    number = max((row.loan_no for row in standing if row.report_month < month.here.month), default=0)
    for position, row in _instances(month, LOAN.repeat):
        _read_loan(month, position, row, number + position)
    for position, row in _instances(month, REPAYMENT.repeat):
        values = REPAYMENT.row(row.values, month.source.misfits)
        question = f"repayments[{position}]/loan"
        values["loan_id"] = _known(month, values["loan_id"], month.outstanding, "unknown_loan", question)
        values["paid_on"] = values["paid_on"] or month.book_date
        month.repayments.append(values | {"meeting_id": month.source.submission_id, "position": position})
    _read_write_offs(month, dict.fromkeys(written_off))


def _read_write_offs(month: Month, named: Iterable[str]) -> None:
    for position, loan_id in enumerate(named, start=1):
        month.write_offs.append(
            {
                "meeting_id": month.source.submission_id,
                "position": position,
                "loan_id": _known(month, loan_id, month.outstanding, "unknown_loan", WRITTEN_OFF_LOANS),
                "written_off_on": month.book_date,
            }
        )


def _read_loan(month: Month, position: int, row: Any, number: int) -> None:
    values = LOAN.row(row.values, month.source.misfits)
    if values["amount"] is None:
        month.missing.append(f"loans_new[{position}]/amount")
        return
    question = f"loans_new[{position}]/borrower"
    known = {*month.members, *(one["id"] for one in month.joined)}
    values["member_id"] = _known(month, values["member_id"], known, "unknown_member", question)
    month.loans.append(
        values
        | {
            "id": month.source.own_id(mapping.codes(row.values.get("loan_id")), LOAN.repeat, row),
            "club_id": month.meeting["club_id"],
            "meeting_id": month.source.submission_id,
            "loan_no": number,
            "disbursed_on": month.book_date,
        }
    )


def _read_present(month: Month, known: Any) -> None:
    present = mapping.codes(month.source.rows.root.get("present")).split()
    for member_id in dict.fromkeys(present):
        if _known(month, member_id, known, "unknown_member", "present"):
            month.attendance.append({"meeting_id": month.source.submission_id, "member_id": member_id})


def _read_measures(month: Month, known: Any) -> None:
    for position, row in _instances(month, MEASURE.repeat):
        values = MEASURE.row(row.values, month.source.misfits)
        question = f"measures[{position}]/ms_member"
        values["member_id"] = _known(month, values["member_id"], known, "unknown_member", question)
        month.measures.append(values | {"meeting_id": month.source.submission_id, "position": position})


def _new_recipient_id(month: Month, row: Any) -> str | None:
    if row.values.get("recipient_new") != "yes":
        return None
    return month.source.entity_id("care_recipients", CARE.repeat, row)


def _read_recipients(month: Month) -> None:
    for position, row in _instances(month, CARE.repeat):
        recipient_id = _new_recipient_id(month, row)
        if recipient_id is None:
            continue
        values = RECIPIENT.row(row.values, month.source.misfits)
        if not values["full_name"]:
            month.missing.append(f"care[{position}]/r_full_name")
        more = {
            "club_id": month.meeting["club_id"],
            "submission_id": month.source.submission_id,
            "status": "active",
        }
        month.recipients.append(values | {"id": recipient_id} | more)


def _read_visits(conn: Connection, month: Month) -> None:
    """Visits to people in care; of a superseded report, those to people that only it knows have no recipient."""
    if not _filled(month, CARE.repeat):
        return
    known = {*conn.execute(RECIPIENTS, month.keys).scalars(), *(row["id"] for row in month.recipients)}
    for position, row in _instances(month, CARE.repeat):
        values = CARE.row(row.values, month.source.misfits)
        new_id = _new_recipient_id(month, row)
        if new_id is not None:
            values["recipient_id"] = new_id if new_id in known else None
        else:
            question = f"care[{position}]/recipient"
            values["recipient_id"] = _known(
                month, values["recipient_id"], known, "unknown_recipient", question
            )
        month.visits.append(values | {"meeting_id": month.source.submission_id, "position": position})
