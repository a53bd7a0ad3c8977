"""One module a noun; together the data dictionary. Importing this package registers every table."""

from server.models.actor import Actor, ActorUnit, AppUser, Assignment, Audit, Role, Session, User
from server.models.base import Base, UTCDateTime
from server.models.club import (
    BoardPosition,
    CareRecipient,
    Club,
    ClubNumber,
    ClubUnit,
    FundSource,
    Member,
    MembershipEvent,
)
from server.models.entity import Entity, EntityList, EntityVersion
from server.models.form import Form, FormAttachment, FormVersion, Project
from server.models.meeting import (
    Attendance,
    CareVisit,
    IncomeFundMonth,
    Loan,
    LoanWriteOff,
    Measure,
    Meeting,
    MeetingActivity,
    OperatingFundMonth,
    Repayment,
)
from server.models.plan import ContextFact, Phase, PhaseRule, Target, Training
from server.models.submission import Finding, Quarantine, Submission, SubmissionAttachment, SubmissionVersion
from server.models.survey import Survey
from server.models.unit import Unit, UnitClosure, UnitLink

__all__ = [
    "Actor",
    "ActorUnit",
    "AppUser",
    "Assignment",
    "Attendance",
    "Audit",
    "Base",
    "BoardPosition",
    "CareRecipient",
    "CareVisit",
    "Club",
    "ClubNumber",
    "ClubUnit",
    "ContextFact",
    "Entity",
    "EntityList",
    "EntityVersion",
    "Finding",
    "Form",
    "FormAttachment",
    "FormVersion",
    "FundSource",
    "IncomeFundMonth",
    "Loan",
    "LoanWriteOff",
    "Measure",
    "Meeting",
    "MeetingActivity",
    "Member",
    "MembershipEvent",
    "OperatingFundMonth",
    "Phase",
    "PhaseRule",
    "Project",
    "Quarantine",
    "Repayment",
    "Role",
    "Session",
    "Submission",
    "SubmissionAttachment",
    "SubmissionVersion",
    "Survey",
    "Target",
    "Training",
    "UTCDateTime",
    "Unit",
    "UnitClosure",
    "UnitLink",
    "User",
]
