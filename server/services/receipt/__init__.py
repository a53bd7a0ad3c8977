"""What each tablet fetched, sent and owes: noted as it happens, read when a supervisor asks."""

from server.services.receipt.clock import ahead_s, offset_s
from server.services.receipt.note import Look, Note, Notes, Thing, collect_version, write

__all__ = ["Look", "Note", "Notes", "Thing", "ahead_s", "collect_version", "offset_s", "write"]
