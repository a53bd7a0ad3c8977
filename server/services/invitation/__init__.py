"""Invitations: a code by mail or in a letter, with which somebody chooses a password, the first or a new one."""

from server.services.invitation.give import (
    DAYS,
    Invited,
    LetterReplaced,
    Status,
    ask_again,
    by_letter,
    by_mail,
    invite,
    status,
)
from server.services.invitation.post import Letter, begin, due, ended
from server.services.invitation.use import InvitationOver, Opened, opened, use

__all__ = [
    "DAYS",
    "InvitationOver",
    "Invited",
    "Letter",
    "LetterReplaced",
    "Opened",
    "Status",
    "ask_again",
    "begin",
    "by_letter",
    "by_mail",
    "due",
    "ended",
    "invite",
    "opened",
    "status",
    "use",
]
