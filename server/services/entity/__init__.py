"""Entity lists: the rows that forms share, kept with their history, and handed to tablets within their scope."""

from server.services.entity.apply import CLUB_PROPERTY, CLUBS, Refused, apply
from server.services.entity.lists import declare, list_ids, properties, rows, tokens

__all__ = [
    "CLUBS",
    "CLUB_PROPERTY",
    "Refused",
    "apply",
    "declare",
    "list_ids",
    "properties",
    "rows",
    "tokens",
]
