"""Field lists made ready for reading submissions, once each: a form version is fixed, its submissions are many."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from .schema import Field, Path

KEPT = 64

Made = TypeVar("Made")
Branch = dict[str, "Branch | str"]
"""Names of elements on the way to some of a form's questions; what a question stands for at the ends."""


def once(make: Callable[[tuple[Field, ...]], Made]) -> Callable[[Iterable[Field]], Made]:
    """Keep what is made of a field list, by the tuple's identity: comparing one costs more than making most things.

    A field list that is no tuple is made ready each time.
    """
    kept: dict[int, tuple[Iterable[Field], Made]] = {}

    def made(fields: Iterable[Field]) -> Made:
        known = kept.get(id(fields))
        if known is not None and known[0] is fields:
            return known[1]
        result = make(tuple(fields))
        if isinstance(fields, tuple):
            if len(kept) >= KEPT:
                kept.clear()
            kept[id(fields)] = fields, result
        return result

    return made


def branches(ends: Mapping[Path, str]) -> Branch:
    """The way to each path, as nested names."""
    root: Branch = {}
    for path, end in ends.items():
        here = root
        for name in path[:-1]:
            below = here.setdefault(name, {})
            assert isinstance(below, dict)
            here = below
        here[path[-1]] = end
    return root
