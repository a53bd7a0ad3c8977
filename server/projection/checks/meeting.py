"""Checks of club_meeting: the month beside the month before, both books, loans, who was there, where it was.

What compares a month with others is asked of current reports only; a superseded one no longer counts.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from server.projection.checks import common, finding
from server.projection.checks.finding import Found
from server.projection.checks.founding import metres
from server.projection.club_meeting.mapping import MAPPINGS
from server.projection.club_meeting.rows import Month
from server.projection.mapping import codes, whole

FAR_M = 2_000
"""Metres from the club's place beyond which a meeting was probably held elsewhere."""


def run(month: Month) -> list[dict[str, Any]]:
    """Findings on one report of one month, as rows."""
    source = month.source
    found = [
        *common.run(source, MAPPINGS),
        *common.future_dates(source, _dates(month)),
        *missing_answers(month),
        *unknown_references(month),
        *present_over_list(month),
        *books_off(month),
        *calculations_differ(month),
        *loans_without_borrower(month),
        *gps_far(month),
    ]
    if month.is_current:
        found += [
            *month_sent_twice(month),
            *opening_differs(month),
            *duplicate_members(month),
            *left_again(month),
            *repayments_over_outstanding(month),
            *write_off_differs(month),
        ]
    return finding.rows(source, month.meeting["club_id"], found)


def _dates(month: Month) -> dict[str, date | None]:
    dates: dict[str, date | None] = {
        "report_month": month.meeting["report_month"],
        "meeting_date": month.meeting["meeting_date"],
    }
    for row in month.repayments:
        dates[f"repayments[{row['position']}]/paid_on"] = row["paid_on"]
    for position, event in enumerate((e for e in month.events if e["kind"] == "left"), start=1):
        dates[f"members_left[{position}]/left_date"] = event["on_date"]
    return dates


def missing_answers(month: Month) -> Iterator[Found]:
    """Rows of a repeat without the one answer that makes them a row."""
    for question in month.missing:
        yield Found("answer_missing", question, "")


def unknown_references(month: Month) -> Iterator[Found]:
    """Members, loans and people in care that the club does not have (yet)."""
    for unknown in month.unknown:
        yield Found(unknown.code, unknown.question, unknown.value)


def month_sent_twice(month: Month) -> Iterator[Found]:
    """This report takes the place of one that came before it."""
    for rival in month.here.rivals:
        details = {"other_submission": rival.meeting_id}
        yield Found("month_sent_twice", "report_month", month.here.month, details)


def opening_differs(month: Month) -> Iterator[Found]:
    """The books do not open where they last closed (or where the club was founded)."""
    expected, answers = month.here.opening, month.source.rows.root
    for question, value in (
        ("if_open_cash", expected.cash),
        ("if_open_loans", expected.loans),
        ("of_open", expected.operating),
    ):
        stated = whole(answers.get(question))
        if stated is not None and value is not None and stated != value:
            details = {"expected": value, "since": expected.since.isoformat()}
            yield Found("opening_differs", question, stated, details)


def books_off(month: Month) -> Iterator[Found]:
    """What was counted is not what the book says; worse when nobody says why."""
    answers = month.source.rows.root
    for question in ("if_diff", "of_diff"):
        difference = whole(answers.get(question))
        reason = answers.get(f"{question}_reason")
        if difference and reason:
            yield Found("book_off_explained", question, difference, {"reason": reason})
        elif difference:
            yield Found("book_off", question, difference)


def calculations_differ(month: Month) -> Iterator[Found]:
    """The form's own sums do not follow from its answers: an old version, or a text changed by hand."""
    answers = month.source.rows.root
    for question, expected in expected_sums(month).items():
        stated = whole(answers.get(question))
        if stated is not None and stated != expected:
            yield Found("calculation_differs", question, stated, {"expected": expected})


def expected_sums(month: Month) -> dict[str, int]:
    """What each calculated question should say, in VND or persons; blank answers count as 0 as in the form."""
    answers, repeats = month.source.rows.root, month.source.rows.repeats

    def stated(question: str) -> int:
        return whole(answers.get(question)) or 0

    def total(repeat: str, question: str, kind: str | None = None) -> int:
        rows = (row.values for row in repeats.get(repeat, ()))
        return sum(whole(row.get(question)) or 0 for row in rows if kind in (None, row.get("loan_kind")))

    disbursed, in_cash = total("loans_new", "amount"), total("loans_new", "amount", "cash")
    principal, interest = total("repayments", "principal"), total("repayments", "interest")
    close_cash = stated("if_open_cash") + principal + stated("if_in") - stated("if_out") - in_cash
    close_loans = stated("if_open_loans") + disbursed - principal - stated("written_off")
    counted = stated("if_counted") + stated("if_bank")
    both_counted = None not in (answers.get("if_counted"), answers.get("if_bank"))
    receipts = sum(stated(name) for name in ("of_interest", "of_fees", "of_donation", "of_other"))
    spending = sum(stated(name) for name in ("of_visit", "of_meeting", "of_care", "of_other_out"))
    close_operating = stated("of_open") + receipts - spending
    return {
        "n_present": len(codes(answers.get("present")).split()),
        "sum_disbursed": disbursed,
        "sum_disbursed_cash": in_cash,
        "sum_principal": principal,
        "sum_interest": interest,
        "if_close_cash": close_cash,
        "if_close_loans": close_loans,
        "if_diff": counted - close_cash if both_counted else 0,
        "of_close": close_operating,
        "of_diff": stated("of_counted") - close_operating if answers.get("of_counted") is not None else 0,
    }


def present_over_list(month: Month) -> Iterator[Found]:
    """More members present than the club has."""
    present, listed = month.meeting["n_present"], month.meeting["n_on_list"]
    if present is not None and listed is not None and present > listed:
        yield Found("present_over_list", "n_present", present, {"n_on_list": listed})


def loans_without_borrower(month: Month) -> Iterator[Found]:
    """A loan that names nobody."""
    for row in month.source.rows.repeats.get("loans_new", ()):
        if not row.values.get("borrower"):
            question = f"loans_new[{row.position}]/borrower"
            yield Found("loan_without_borrower", question, "", {"amount": whole(row.values.get("amount"))})


def duplicate_members(month: Month) -> Iterator[Found]:
    """A new member whose name and birth year the club has already."""
    if not month.joined:
        return
    seen = {
        (row.name_key, row.birth_year): row.member_no
        for row in reversed(month.members.values())
        if row.report_month is None or row.report_month < month.here.month
    }
    for position, row in enumerate(month.joined, start=1):
        key = row["name_key"], row["birth_year"]
        if key in seen and key[0]:
            details = {"birth_year": key[1], "other_no": seen[key]}
            yield Found(
                "duplicate_member", f"members_joined[{position}]/j_full_name", row["full_name"], details
            )
        seen.setdefault(key, row["member_no"])


def left_again(month: Month) -> Iterator[Found]:
    """A departure of somebody who had left before this month."""
    for event in month.events:
        before = month.left_before.get(event["member_id"])
        if event["kind"] == "left" and before is not None:
            yield Found("left_again", "members_left", event["member_id"], {"other": before.isoformat()})


def repayments_over_outstanding(month: Month) -> Iterator[Found]:
    """More principal repaid than the loan had outstanding, repayments of earlier months counted."""
    outstanding = dict(month.outstanding)
    for row in month.repayments:
        loan_id, principal = row["loan_id"], row["principal"] or 0
        if loan_id is None:
            continue
        if principal > outstanding[loan_id]:
            details = {"outstanding": outstanding[loan_id], "loan": loan_id}
            yield Found(
                "repayment_over_outstanding", f"repayments[{row['position']}]/principal", principal, details
            )
        outstanding[loan_id] -= principal


def write_off_differs(month: Month) -> Iterator[Found]:
    """The books' sum is not what the loans named still owed, or none is named; silent while a loan is not known."""
    written_off = whole(month.source.rows.root.get("written_off")) or 0
    loans = [row["loan_id"] for row in month.write_offs]
    if None in loans:
        return
    repaid = sum(row["principal"] or 0 for row in month.repayments if row["loan_id"] in loans)
    owed = sum(month.outstanding[loan_id] for loan_id in loans) - repaid
    if written_off != owed:
        yield Found("write_off_differs", "written_off", written_off, {"owed": owed, "loans": len(loans)})


def gps_far(month: Month) -> Iterator[Found]:
    """The meeting was more than 2 km from the club's place."""
    lat, lon, club = month.meeting["lat"], month.meeting["lon"], month.here.club
    if None in (lat, lon, club.club_lat, club.club_lon):
        return
    away = metres(lat, lon, club.club_lat, club.club_lon)
    if away > FAR_M:
        yield Found("gps_far", "gps", f"{lat} {lon}", {"km": round(away / 1000, 1)})
