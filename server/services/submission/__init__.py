"""Submissions: taken in so that nothing is lost, whatever comes, however often, in whatever order."""

from server.services.sent import Held, Outcome, Sender, Sent, Stored, Upload, read
from server.services.submission.awaited import Outstanding, outstanding
from server.services.submission.choice import choose
from server.services.submission.deletion import delete, restore
from server.services.submission.intake import receive
from server.services.submission.release import Released, release, release_all, release_for_form
from server.services.submission.review import review
from server.services.submission.text import described, differences, get, get_version, listed, texts, xml

__all__ = [
    "Held",
    "Outcome",
    "Outstanding",
    "Released",
    "Sender",
    "Sent",
    "Stored",
    "Upload",
    "choose",
    "delete",
    "described",
    "differences",
    "get",
    "get_version",
    "listed",
    "outstanding",
    "read",
    "receive",
    "release",
    "release_all",
    "release_for_form",
    "restore",
    "review",
    "texts",
    "xml",
]
