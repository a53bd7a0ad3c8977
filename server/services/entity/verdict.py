"""Which version a change was made upon, and whether it clashes with what others have done since.

A tablet without a network goes on counting versions by itself: its branch began at a version of the server (the
trunk; none when the tablet made the entity itself), and each change says the branch and the version before it.
Source: https://getodk.github.io/xforms-spec/entities, and ODK Central's processing of offline updates
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from server.services.entity.change import LABEL, Change

SOFT, HARD = "soft", "hard"
NOTHING = 0
"""The base of what was made upon no version at all."""


@dataclass(frozen=True, slots=True)
class Version:
    """One state of an entity. base_version: NOTHING for one made from an update whose creation had not come."""

    version: int
    label: str
    data: Mapping[str, str]
    submission_id: int | None
    base_version: int | None
    branch_id: str | None
    branch_base_version: int | None

    @property
    def content(self) -> dict[str, str]:
        """The properties, and the label among them."""
        return {**self.data, LABEL: self.label}


History = Sequence[Version]
"""All versions of one entity from 1 on, without a gap."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """conflict: SOFT, HARD or None. conflicting: of a hard one, what others had changed to something else."""

    conflict: str | None = None
    conflicting: tuple[str, ...] = ()


NO_CONFLICT = Verdict()


def needs_history(change: Change, latest: int) -> bool:
    """Whether more than the number of the newest version must be known to judge an update."""
    if change.branch_id is None:
        return change.base_version != latest
    return not (change.base_version == change.trunk_version == latest)


def find_base(change: Change, latest: int, history: History) -> int | None:
    """The version here that a change on a branch was made upon; None when that has not come yet.

    history: may be empty where none is needed.
    """
    base, trunk = change.base_version, change.trunk_version
    if base is None or change.branch_id is None or base == trunk:
        return latest if base is None else base
    if base == 1:
        return NOTHING if history[0].base_version == NOTHING else 1
    on_branch = [
        one.version
        for one in history
        if one.branch_id == change.branch_id and one.branch_base_version == base - 1
    ]
    return max(on_branch, default=None)


def judge(change: Change, base: int, latest: int, history: History) -> Verdict:
    """Whether a change upon a version conflicts with what has happened here since.

    hard: it gives a property a value where others have changed it to another since. soft: others have changed
    something since, or have come between the versions of its branch. A later correction of a submission whose word
    the change was made upon is no other's work: it makes no soft conflict.
    """
    if base < latest:
        clashing = clashes(change.received, base, history)
        if clashing:
            return Verdict(HARD, clashing)
        return Verdict(SOFT) if _others(history, base) else NO_CONFLICT
    between = [
        one for one in _others(history, change.trunk_version or 1) if one.branch_id != change.branch_id
    ]
    return Verdict(SOFT) if change.branch_id and between else NO_CONFLICT


def judge_correction(received: Mapping[str, str], base: int, latest: int, history: History) -> Verdict:
    """As `judge`, for what an edited submission says otherwise than before: it only clashes, or does not."""
    clashing = clashes(received, base, history) if base < latest else ()
    return Verdict(HARD, clashing) if clashing else NO_CONFLICT


def clashes(received: Mapping[str, str], base: int, history: History) -> tuple[str, ...]:
    """The properties received that have another value now, which they did not have at the base; by name."""
    then = history[base - 1].content if base else {}
    now = history[-1].content
    return tuple(
        sorted(
            name
            for name, value in received.items()
            if now.get(name, "") != then.get(name, "") and now.get(name, "") != value
        )
    )


def worse(one: str | None, other: str | None) -> str | None:
    """The graver of two flags: a hard conflict is never lowered to a soft one."""
    return HARD if HARD in (one, other) else one or other


def _others(history: History, base: int) -> list[Version]:
    """The versions after a base, without later corrections of submissions that wrote before or at it."""
    known = {one.submission_id for one in history[:base]} - {None}
    return [one for one in history[base:] if one.submission_id not in known]
