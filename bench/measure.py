"""Taking times: processor time of this process, kernel included, so that other work on the machine counts little."""

import gc
import time
from collections.abc import Callable, Iterable
from statistics import median

MS = 1e-6


def cpu_ms(act: Callable[[], object]) -> float:
    """Processor time of one call, in milliseconds."""
    began = time.process_time_ns()
    act()
    return (time.process_time_ns() - began) * MS


def median_ms(act: Callable[[], object], runs: int) -> float:
    """The median of several calls, after one that does not count: it fills caches."""
    act()
    gc.collect()
    return median(cpu_ms(act) for _ in range(runs))


def each_ms(acts: Iterable[Callable[[], object]]) -> list[float]:
    """Processor time of each of several acts, in their order."""
    return [cpu_ms(act) for act in acts]
