"""Checks of member_survey."""

from collections.abc import Iterable
from typing import Any

from server.projection.checks import common, finding
from server.projection.checks.finding import Found
from server.projection.mapping import TableMapping
from server.projection.source import Source


def run(source: Source, survey: dict[str, Any], mappings: Iterable[TableMapping]) -> list[dict[str, Any]]:
    """Findings on one interview, as rows."""
    found = [*common.run(source, mappings)]
    member = source.rows.root.get("member")
    if member and survey["member_id"] is None:
        found.append(Found("unknown_member", "member", member))
    return finding.rows(source, survey["club_id"], found)
