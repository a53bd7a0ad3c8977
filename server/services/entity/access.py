"""Which rows of a list a tablet gets, and the part of the list that a row is in by that rule.

A rule is what `EntityList.access` holds. ODK Central has two of the three kinds and their names
(https://docs.getodk.org/central-api-dataset-management/, since 2026.2); `unit` is ours.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

Access = Mapping[str, Any]
"""{"type": "unit"}, {"type": "ownerOnly"} or {"type": "property", "rules": […]}."""

CLUBS = "clubs"
"""The list whose entities are clubs; those of other lists name theirs in the property club_id."""
CLUB_PROPERTY = "club_id"
UNIT_PROPERTY = "unit"
"""Where a row without a club names its unit, as code@first-day; a rule may name another (datasetProperty)."""
UNIT, OWNER_ONLY, PROPERTY = "unit", "ownerOnly", "property"
EVERYBODY, NOBODY = "", "nobody"
CLUB_PART, UNIT_PART, OWNER_PART, VALUES_PART = "club/", "unit/", "owner/", "="
"""How a part begins: what stands behind one can never be taken for another."""
CLUB_CHARACTERS = 36
"""As many as a UUID has; what is longer names no club."""
SEPARATOR = "\x1f"
"""Between values of several properties; XML cannot hold it."""
PART_CHARACTERS = 500
"""As many as the column holds."""


def default(list_name: str, properties: Collection[str]) -> dict[str, Any] | None:
    """The rule a list begins with: rows about clubs and their people go with their club; all others to everybody.

    A list of another programme works as in ODK Central, where a list is open until somebody closes it; what hangs on
    a club is mostly a person, and is closed until somebody opens it.
    """
    return {"type": UNIT} if list_name == CLUBS or CLUB_PROPERTY in properties else None


def club_id(list_name: str, uuid: str, data: Mapping[str, str]) -> str | None:
    """The club a row belongs to; None: to none."""
    return uuid if list_name == CLUBS else fitting_club(data.get(CLUB_PROPERTY))


def fitting_club(text: str | None) -> str | None:
    """A text as a club's id, if it can be one."""
    return text if text and len(text) <= CLUB_CHARACTERS else None


def part(
    access: Access | None, club: str | None, data: Mapping[str, str], owner_id: int | None = None
) -> str:
    """The part of its list that a row is in.

    club: its club. owner_id: the actor whose submission made it; None: not known.
    A row that says nothing of what the rule asks is in a part nobody is given: a rule never opens by a gap.
    """
    if access is None:
        return EVERYBODY
    if access["type"] == OWNER_ONLY:
        return NOBODY if owner_id is None else owner_part(owner_id)
    if access["type"] == PROPERTY:
        return values_part([data.get(rule["datasetProperty"], "") for rule in access["rules"]])
    if club:
        return _fitting(CLUB_PART + club)
    unit = data.get(unit_property(access), "").strip()
    return _fitting(UNIT_PART + unit) if unit else NOBODY


def unit_property(access: Access) -> str:
    """The property in which a row without a club names its unit."""
    return str(access.get("datasetProperty", UNIT_PROPERTY))


def moved(access: Access | None, was: str, club: str | None, data: Mapping[str, str]) -> str:
    """The part a row is in after a change, from the one it was in: whoever made it stays the one who made it."""
    is_owned = access is not None and access["type"] == OWNER_ONLY
    return was if is_owned else part(access, club, data)


def owner_part(actor_id: int) -> str:
    """The rows that an app user made."""
    return f"{OWNER_PART}{actor_id}"


def values_part(values: Sequence[str]) -> str:
    """The rows with these values, which an app user must have too, every one of them."""
    return _fitting(VALUES_PART + SEPARATOR.join(values)) if all(values) else NOBODY


def _fitting(part: str) -> str:
    return part if len(part) <= PART_CHARACTERS else NOBODY
