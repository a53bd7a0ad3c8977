"""What one submission says of one entity, and why it may not be taken."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from forms.entities import EntityAction
from forms.rows import Rows
from server.services.entity.access import CLUBS

LABEL = "label"
"""Under this name the label stands among what was received: no property may bear it."""


@dataclass(frozen=True, slots=True)
class Refused:
    """An action that the shared lists did not take, or have not taken yet.

    code: list_unknown, entity_exists (create of a UUID that another submission made), entity_unknown (update of none),
    entity_deleted, base_unknown (the version it was made upon never was), trunk_ahead (its branch began at a version
    that is not here yet), other_list (the UUID is in another list), other_club (it is, or would be, of another club
    than the submission's), held (what the tablet did before it has not come), not_approved (the list takes a new entry
    only from an approved submission).
    """

    code: str
    action: EntityAction

    @property
    def place(self) -> str:
        """The repeat it stands in, as findings write it: members[3]; empty outside repeats."""
        action = self.action
        return f"{action.container[0]}[{action.positions[0]}]" if action.positions else ""

    @property
    def details(self) -> dict[str, str]:
        """What the sentence of the finding needs."""
        return {"list": self.action.list_name, "reason": self.code}


@dataclass(frozen=True, slots=True)
class Author:
    """The submission that says it. actor_id: who sent it. club_id: the club it is about, None asks nothing.

    submission_id None: a person says it here. is_approved: a person has approved it.
    """

    submission_id: int | None
    actor_id: int | None
    club_id: str | None
    is_approved: bool


@dataclass(frozen=True, slots=True)
class Change:
    """All that one submission does to one entity; the tablet counts each of its actions as a version of its own.

    base_version: the tablet's, before its first action. counted: the tablet's version that the last action was made
    upon; None for a creation alone. received: the properties that were sent, and the label where there is one.
    action: the first, for findings.
    """

    list_name: str
    uuid: str
    create: bool
    update: bool
    base_version: int | None
    trunk_version: int | None
    branch_id: str | None
    counted: int | None
    received: dict[str, str]
    action: EntityAction

    def at(self, branch_id: str | None, base_version: int) -> "Change":
        """The same change, made upon another version of the tablet's branch."""
        further = base_version - (self.base_version or 0)
        counted = None if self.counted is None else self.counted + further
        return replace(self, branch_id=branch_id, base_version=base_version, counted=counted)


def combine(actions: Iterable[EntityAction]) -> list[Change]:
    """The actions of a submission by entity, in the order in which each is first named."""
    of: dict[tuple[str, str], list[EntityAction]] = {}
    for action in actions:
        of.setdefault((action.list_name, action.uuid), []).append(action)
    return [_combined(same) for same in of.values()]


def _combined(same: list[EntityAction]) -> Change:
    received: dict[str, str] = {}
    for action in same:
        received.update(action.data)
        if action.label is not None:
            received[LABEL] = action.label
    first = same[0]
    base = next((one.base_version for one in same if one.base_version is not None), None)
    begins = 0 if first.create and not first.update else base or 0
    counted = begins + len(same) - 1
    return Change(
        list_name=first.list_name,
        uuid=first.uuid,
        create=any(one.create for one in same),
        update=any(one.update for one in same),
        base_version=base,
        trunk_version=next((one.trunk_version for one in same if one.trunk_version is not None), None),
        branch_id=next((one.branch_id for one in same if one.branch_id is not None), None),
        counted=counted or None,
        received=received,
        action=first,
    )


def club_of(rows: Rows) -> str | None:
    """The club a submission is about: the one it founds, else the one it names; None for none or several."""
    founds = (
        one.uuid for one in rows.entities if one.list_name == CLUBS and one.create and one.repeat is None
    )
    named = rows.root.get("club")
    return next(founds, None) or (named if isinstance(named, str) else None)
