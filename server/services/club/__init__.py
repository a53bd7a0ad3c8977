"""The register of clubs: the list, one club with its history, its members and what happened to each of them."""

from server.services.club.member import PAGE_ROWS as MEMBERS_A_PAGE
from server.services.club.member import MemberUnknown, Sight, sight
from server.services.club.member import count as count_members
from server.services.club.member import detail as member
from server.services.club.member import listed as members
from server.services.club.page import ClubUnknown, Sent, Told, get, look, photo, spells
from server.services.club.register import (
    PAGE_ROWS,
    STATES,
    Listed,
    Place,
    Wanted,
    count,
    listed,
    units,
)
from server.services.club.words import ISSUERS, MEMBER_WORDS

__all__ = [
    "ISSUERS",
    "MEMBERS_A_PAGE",
    "MEMBER_WORDS",
    "PAGE_ROWS",
    "STATES",
    "ClubUnknown",
    "Listed",
    "MemberUnknown",
    "Place",
    "Sent",
    "Sight",
    "Told",
    "Wanted",
    "count",
    "count_members",
    "get",
    "listed",
    "look",
    "member",
    "members",
    "photo",
    "sight",
    "spells",
    "units",
]
