"""What tablets do, noted as it happens at the door. `receipt` tells of it when a supervisor asks."""

from server.services.tablet.clock import ahead_s, offset_s
from server.services.tablet.note import CLOCK_WRONG_S, Look, Note, Notes, Thing, collect_version, write

__all__ = [
    "CLOCK_WRONG_S",
    "Look",
    "Note",
    "Notes",
    "Thing",
    "ahead_s",
    "collect_version",
    "offset_s",
    "write",
]
