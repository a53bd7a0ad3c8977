"""The register of clubs: the list, one club with its history, its members and what happened to each of them."""

from server.services.club.batch import BatchUnknown, LookAgain, NewerThere, recent, undo
from server.services.club.batch import apply as apply_batch
from server.services.club.batch import look as batch
from server.services.club.column import Column, shown
from server.services.club.download import workbook
from server.services.club.member import PAGE_ROWS as MEMBERS_A_PAGE
from server.services.club.member import MemberUnknown, Sight, sight
from server.services.club.member import count as count_members
from server.services.club.member import detail as member
from server.services.club.member import listed as members
from server.services.club.page import ClubUnknown, Sent, Told, get, look, photo, spells
from server.services.club.reading import MOST_CHANGES, Difference, compare
from server.services.club.register import (
    PAGE_ROWS,
    Listed,
    Place,
    Wanted,
    count,
    listed,
    units,
)
from server.services.club.words import ISSUERS, MEMBER_WORDS, STATES

__all__ = [
    "ISSUERS",
    "MEMBERS_A_PAGE",
    "MEMBER_WORDS",
    "MOST_CHANGES",
    "PAGE_ROWS",
    "STATES",
    "BatchUnknown",
    "ClubUnknown",
    "Column",
    "Difference",
    "Listed",
    "LookAgain",
    "MemberUnknown",
    "NewerThere",
    "Place",
    "Sent",
    "Sight",
    "Told",
    "Wanted",
    "apply_batch",
    "batch",
    "compare",
    "count",
    "count_members",
    "get",
    "listed",
    "look",
    "member",
    "members",
    "photo",
    "recent",
    "shown",
    "sight",
    "spells",
    "undo",
    "units",
    "workbook",
]
