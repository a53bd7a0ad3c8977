"""From submissions to club tables: one module a form, and what must be read again when a submission changes.

Every row comes from one submission, and projecting that again replaces exactly its rows. What a submission's rows say
depends on it and on what stands before it: the club's founding, earlier months, and which report of a month came last.
So when one arrives late, or is edited, the later ones of its club are read again; the tables depend on which
submissions there are, not on the order in which they came, save what receipt itself decides (club numbers, and which
of two reports of a month counts).
"""

from server.projection.forms import FORMS, required_questions
from server.projection.mapping import RequiredQuestion
from server.projection.run import TURN, attempt, project, read_anew, retry_waiting, tell_lists
from server.projection.withdraw import withdraw

__all__ = [
    "FORMS",
    "TURN",
    "RequiredQuestion",
    "attempt",
    "project",
    "read_anew",
    "required_questions",
    "retry_waiting",
    "tell_lists",
    "withdraw",
]
