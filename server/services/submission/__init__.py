"""Submissions: taken in so that nothing is lost, whatever comes, however often, in whatever order."""

from server.services.sent import Held, Outcome, Sender, Sent, Stored, Upload, read
from server.services.submission.awaited import Outstanding, outstanding
from server.services.submission.intake import receive
from server.services.submission.release import release

__all__ = [
    "Held",
    "Outcome",
    "Outstanding",
    "Sender",
    "Sent",
    "Stored",
    "Upload",
    "outstanding",
    "read",
    "receive",
    "release",
]
