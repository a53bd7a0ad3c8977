"""Entity lists: the rows that forms share, kept with their history, and handed to tablets within their scope."""

from server.services.entity import access, part
from server.services.entity.access import CLUB_PROPERTY, CLUBS
from server.services.entity.apply import Refused, apply
from server.services.entity.lists import declare, list_ids, properties, rows, tokens

__all__ = [
    "CLUBS",
    "CLUB_PROPERTY",
    "Refused",
    "access",
    "apply",
    "declare",
    "list_ids",
    "part",
    "properties",
    "rows",
    "tokens",
]
