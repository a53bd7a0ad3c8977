"""Enrolment: tablets get keys, keys become codes, codes become cards."""

from server.services.enrolment.choice import Choice, change, choices, new_password, password, reset
from server.services.enrolment.handout import Handout, card, handout
from server.services.enrolment.issue import (
    EnrolledMeanwhile,
    Reserved,
    confirm,
    deck,
    give_up,
    known,
    reserve,
)
from server.services.enrolment.place import Gazetteer
from server.services.enrolment.plan import Known, Plan, Wanted, plan
from server.services.enrolment.roster import RosterRejected, read_phone
from server.services.enrolment.template import template

__all__ = [
    "Choice",
    "EnrolledMeanwhile",
    "Gazetteer",
    "Handout",
    "Known",
    "Plan",
    "Reserved",
    "RosterRejected",
    "Wanted",
    "card",
    "change",
    "choices",
    "confirm",
    "deck",
    "give_up",
    "handout",
    "known",
    "new_password",
    "password",
    "plan",
    "read_phone",
    "reserve",
    "reset",
    "template",
]
