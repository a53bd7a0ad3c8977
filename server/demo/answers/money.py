"""The loans and both funds of one month as the form club_meeting tells them."""

from datetime import date

from server.demo.document import EntityAct
from server.demo.model import Books, Life, Loan, Month, Payment


def loans(life: Life, month: Month) -> dict[str, object]:
    return {
        "n_loans_new": len(month.loans),
        "n_repayments": len(month.payments),
        "loans_new": [_new_loan(loan) for loan in month.loans],
        "repayments": [_payment(one, month.book_date) for one in month.payments],
        "sum_disbursed": month.books.disbursed,
        "sum_disbursed_cash": month.books.disbursed,
        "sum_principal": month.books.principal,
        "sum_interest": month.books.interest,
        "n_overdue": month.overdue[0],
        "amount_overdue": month.overdue[1],
        "overdue_confirm": "OK",
        "loan_changes": _loan_changes(life, month),
        "n_loan_changes": len(month.loans) + len(month.payments) + len(month.written_off),
    }


def _new_loan(loan: Loan) -> dict[str, object]:
    return {
        "borrower": loan.borrower.id,
        "borrower_overdue": 0,
        "amount": loan.amount,
        "loan_kind": "cash",
        "purpose": loan.purpose,
        "term_months": loan.term,
        "rate_month": loan.rate,
        "due_date": loan.due,
        "voted": "yes",
        "loan_id": loan.id,
        "loan_member_name": loan.borrower.full_name,
    }


def _payment(paid: Payment, day: date) -> dict[str, object]:
    return {
        "loan": paid.loan.id,
        "loan_outstanding": paid.outstanding + paid.principal,
        "loan_due": paid.loan.due,
        "principal": paid.principal,
        "interest": paid.interest,
        "paid_on": day,
        "new_outstanding": paid.outstanding,
    }


def _loan_changes(life: Life, month: Month) -> list[dict[str, object]]:
    new: list[dict[str, object]] = [
        {
            "lc_new": "1",
            "lc_cancelled": "0",
            "lc_loan_id": loan.id,
            "lc_club_id": life.id,
            "lc_member_id": loan.borrower.id,
            "lc_member_name": loan.borrower.full_name,
            "lc_amount": loan.amount,
            "lc_disbursed_on": month.book_date,
            "lc_rate_month": loan.rate,
            "lc_due_date": loan.due,
            "lc_outstanding": loan.amount,
            "lc_status": "open",
            "entity:loans": EntityAct(loan.id, f"{loan.borrower.full_name} – {loan.amount}"),
        }
        for loan in month.loans
    ]
    paid: list[dict[str, object]] = [
        {
            "lc_new": "0",
            "lc_cancelled": "0",
            "lc_loan_id": one.loan.id,
            "lc_outstanding": one.outstanding,
            "lc_status": "open" if one.outstanding else "repaid",
            "entity:loans": EntityAct(one.loan.id, None, one.base_version),
        }
        for one in month.payments
    ]
    lost: list[dict[str, object]] = [
        {
            "lc_new": "0",
            "lc_cancelled": "1",
            "lc_loan_id": loan.id,
            "lc_outstanding": 0,
            "lc_status": "written_off",
            "entity:loans": EntityAct(loan.id, None, loan.version - 1),
        }
        for loan in month.written_off
    ]
    return new + paid + lost


def books(kept: Books, month: Month) -> dict[str, object]:
    difference = kept.counted + kept.bank - kept.close_cash
    return {
        "if_open_cash_book": kept.open_cash + (100_000 if kept.open_differs else 0),
        "if_open_cash": kept.open_cash,
        "if_open_loans_book": kept.open_loans,
        "if_open_loans": kept.open_loans,
        "if_open_reason": "Sổ giấy ghi khác sổ trên máy, đã đối chiếu lại." if kept.open_differs else None,
        "if_in": kept.added,
        "if_in_source": "state_budget" if kept.added else None,
        "if_out": 0,
        "written_off": kept.written_off,
        "written_off_loans": [loan.id for loan in month.written_off],
        "if_close_cash": kept.close_cash,
        "if_close_loans": kept.close_loans,
        "if_counted": kept.counted,
        "if_bank": kept.bank,
        "if_diff": difference,
        "if_diff_reason": "Đếm thiếu, thủ quỹ sẽ bổ sung kỳ sau." if difference else None,
        "of_open": kept.of_open,
        "of_interest": kept.interest,
        "of_fees": kept.of_fees,
        "of_donation": kept.of_donation,
        "of_other": 0,
        "of_visit": kept.of_visit,
        "of_meeting": kept.of_meeting,
        "of_care": kept.of_care,
        "of_other_out": 0,
        "of_close": kept.of_close,
        "of_counted": kept.of_close,
        "of_diff": 0,
    }
