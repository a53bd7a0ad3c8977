"""How often Python's collector looks for garbage: far less often than it would by itself."""

import gc

COLLECTED_EVERY = 20_000
"""Objects made more than freed before the collector looks at the youngest; Python's own figure is 700."""


def settle() -> None:
    """Take everything made so far for permanent, once a process has what it needs for its work.

    The collector then need not walk models, templates and libraries again and again, and comes less often: a report is
    made in six sevenths of the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECTED_EVERY, 10, 10)
