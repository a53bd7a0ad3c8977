"""The facts a report is made from: plain frozen values, as the club tables hold them.

Money is integer VND. Dates are calendar dates in Vietnam. None always means "not known" (not asked, not answered, not
sent), never zero. Codes (sex, poverty, …) are the values of the forms' choice lists.
"""

from reports.facts.club import BoardSeat, Club, Member, MembershipSpell
from reports.facts.month import Activity, CareVisit, IncomeBook, Loan, Meeting, OperatingBook, Repayment
from reports.facts.programme import ContextFact, Supervision, Survey, Target, Training
from reports.facts.row import UNREAD, NotRead, Row, Unread
from reports.facts.unit import Geography, Place, Ratio, Ring, Shape, Unit

__all__ = [
    "UNREAD",
    "Activity",
    "BoardSeat",
    "CareVisit",
    "Club",
    "ContextFact",
    "Geography",
    "IncomeBook",
    "Loan",
    "Meeting",
    "Member",
    "MembershipSpell",
    "NotRead",
    "OperatingBook",
    "Place",
    "Ratio",
    "Repayment",
    "Ring",
    "Row",
    "Shape",
    "Supervision",
    "Survey",
    "Target",
    "Training",
    "Unit",
    "Unread",
]
