"""What a process of the pool does when it is measured; apart, so that it loads no more than `clb report all` does."""

import os
import time
from dataclasses import dataclass

from server.db import Database
from server.services.report import batch

MS = 1000


@dataclass(frozen=True, slots=True)
class Spent:
    """Processor time of a process since it began, in milliseconds."""

    process: int
    spent_ms: float


def timed(database: Database, order: batch.Order) -> Spent:
    """Write the report, and say what this process has spent so far, on starting too."""
    batch.write(database, order)
    return Spent(os.getpid(), time.process_time() * MS)
