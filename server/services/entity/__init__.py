"""Entity lists: the rows that forms share, kept with their history, and handed to tablets within their scope."""

from server.services.entity import access, part
from server.services.entity.access import CLUB_PROPERTY, CLUBS
from server.services.entity.apply import apply, approved
from server.services.entity.change import Refused, club_of
from server.services.entity.declare import (
    by_property,
    declare,
    list_ids,
    listed,
    set_access,
    set_approval,
)
from server.services.entity.lists import EntityListNotFound, Seen, Viewer, get_fetched, gone, rows, seen
from server.services.entity.text import APPROVED

__all__ = [
    "APPROVED",
    "CLUBS",
    "CLUB_PROPERTY",
    "EntityListNotFound",
    "Refused",
    "Seen",
    "Viewer",
    "access",
    "apply",
    "approved",
    "by_property",
    "club_of",
    "declare",
    "get_fetched",
    "gone",
    "list_ids",
    "listed",
    "part",
    "rows",
    "seen",
    "set_access",
    "set_approval",
]
