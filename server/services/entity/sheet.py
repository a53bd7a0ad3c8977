"""Entities of some lists being changed: worked out in memory, written with a few statements.

Whoever makes a sheet has the lists locked until the transaction ends, so its entities stand still.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from server import db
from server.services.entity import access, part, table
from server.services.entity.access import club_id as club_of
from server.services.entity.change import LABEL, Author, Change, Refused
from server.services.entity.table import Row
from server.services.entity.verdict import NO_CONFLICT, Verdict, Version, needs_history, worse

AUTO_LABEL = "tự tạo (auto generated)"
"""The label of an entity made from an update whose creation has not come, when the update has none."""

Branch = tuple[str | None, int | None, int | None]
"""A branch's ID, its trunk, and the version that the tablet counted as its base."""


class Sheet:
    """Entities that are being changed, and what is to be written of them.

    found: the lists, locked. moment: when it happens. submission_id: the submission that is being read, if any; only
    of its own versions it is known what it has said before.
    """

    def __init__(
        self, conn: Connection, found: Iterable[Row], moment: datetime, submission_id: int | None = None
    ) -> None:
        self.conn, self.moment, self.submission_id = conn, moment, submission_id
        self.lists = {row["name"]: row for row in found}
        self.list_by_id = {row["id"]: row for row in self.lists.values()}
        self.loaded: set[str] = set()
        self.rows: dict[str, Row] = {}
        self.before: dict[str, Row | None] = {}
        self.histories: dict[str, list[Version]] = {}
        self.versions: list[Row] = []
        self.backlog: dict[str, list[Row]] = {}
        self.findings: list[tuple[int, str, str | None, Refused | None]] = []

    def load(self, ids: Iterable[str]) -> None:
        """Read entities, and what is held of them if anything is held in these lists."""
        wanted = set(ids) - self.loaded
        self.loaded |= wanted
        for row in table.read_states(self.conn, self.submission_id, wanted):
            self.rows[row["id"]] = row
        if any(one["has_held"] for one in self.lists.values()):
            self.backlog |= table.read_backlog(self.conn, wanted)

    def load_histories(self, changes: Iterable[Change]) -> None:
        """Read at once the versions of all entities for which these changes need them."""
        wanted = [one.uuid for one in changes if self._needs_history(one)]
        if wanted:
            self.histories |= table.read_history(self.conn, wanted)

    def _needs_history(self, change: Change) -> bool:
        row = self.rows.get(change.uuid)
        if row is None:
            return False
        own = row["own_version"]
        return needs_history(change, row["version"]) if own is None else own != row["version"]

    def history(self, uuid: str) -> list[Version]:
        """All versions of an entity, those of this batch too."""
        if uuid not in self.histories:
            self.histories |= table.read_history(self.conn, [uuid])
            made = [version for version in self.versions if version["entity_id"] == uuid]
            self.histories.setdefault(uuid, []).extend(map(_version, made))
        return self.histories[uuid]

    def own_version(self, author: Author, row: Row) -> int | None:
        """The version that the submission itself wrote last; None: it has written none."""
        is_read = author.submission_id == self.submission_id
        own: int | None = row["own_version"] if is_read else None
        return own

    def create(self, author: Author, change: Change, base: int | None) -> None:
        entity_list = self.lists[change.list_name]
        data = {name: value for name, value in change.received.items() if name != LABEL}
        club = club_of(change.list_name, change.uuid, data)
        row = {
            "id": change.uuid,
            "entity_list_id": entity_list["id"],
            "club_id": club,
            "label": change.received.get(LABEL, AUTO_LABEL),
            "data": data,
            "version": 1,
            "created_at": self.moment,
            "updated_at": self.moment,
            "deleted_at": None,
            "part": access.part(entity_list["access"], club, data, author.actor_id),
            "conflict": None,
        }
        self.before[change.uuid] = None
        self.histories[change.uuid] = []
        branch = (change.branch_id, change.trunk_version, change.counted)
        self._remember(author, row, change.received, base, branch, NO_CONFLICT)

    def add_version(
        self,
        author: Author,
        row: Row,
        new: Mapping[str, str],
        received: Mapping[str, str],
        base: int,
        branch: Branch,
        verdict: Verdict,
    ) -> None:
        """Lay what is new over an entity, and keep what was received."""
        entity_list = self.list_by_id[row["entity_list_id"]]
        data = {**row["data"], **{name: value for name, value in new.items() if name != LABEL}}
        club = club_of(entity_list["name"], row["id"], data)
        changed = {
            "label": new.get(LABEL) or row["label"],
            "data": data,
            "version": row["version"] + 1,
            "updated_at": self.moment,
            "club_id": club,
            "part": access.moved(entity_list["access"], row["part"], club, data),
            "conflict": worse(row["conflict"], verdict.conflict),
        }
        self.before.setdefault(row["id"], row)
        self._remember(author, {**row, **changed}, received, base, branch, verdict)

    def _remember(
        self,
        author: Author,
        row: Row,
        received: Mapping[str, str],
        base: int | None,
        branch: Branch,
        verdict: Verdict,
    ) -> None:
        branch_id, trunk_version, branch_base_version = branch
        version = {
            "entity_id": row["id"],
            "version": row["version"],
            "label": row["label"],
            "data": row["data"],
            "submission_id": author.submission_id,
            "base_version": base,
            "branch_id": branch_id,
            "trunk_version": trunk_version,
            "branch_base_version": branch_base_version,
            "received": dict(received),
            "conflict": verdict.conflict,
            "conflicting": list(verdict.conflicting) or None,
            "actor_id": author.actor_id if author.submission_id is None else None,
            "created_at": self.moment,
        }
        own = version if author.submission_id == self.submission_id else row
        prefix = "" if own is version else "own_"
        kept = {f"own_{name}": own.get(f"{prefix}{name}") for name in table.OWN}
        self.rows[row["id"]] = {**row, **kept}
        self.versions.append(version)
        if row["id"] in self.histories:
            self.histories[row["id"]].append(_version(version))

    def lay(self, actor_id: int | None, uuid: str, said: Mapping[str, str]) -> None:
        """Lay what a person says over an entity as it is."""
        row = self.rows[uuid]
        author = Author(None, actor_id, None, is_approved=True)
        self.add_version(author, row, said, said, row["version"], (None, None, None), NO_CONFLICT)

    def mark(self, uuid: str, deleted_at: datetime | None) -> None:
        """Delete an entity, or bring it back (None)."""
        row = self.rows[uuid]
        self.before.setdefault(uuid, row)
        self.rows[uuid] = {**row, "deleted_at": deleted_at, "updated_at": self.moment}

    def note(self, submission_id: int, uuid: str, club_id: str | None, refused: Refused | None) -> None:
        """Make the findings of another submission say what has become of its word on an entity."""
        self.findings.append((submission_id, uuid, club_id, refused))

    def write(self) -> None:
        """Write everything that was worked out."""
        if self.before:
            self._write_entities()
        for submission_id, uuid, club_id, refused in self.findings:
            table.replace_finding(self.conn, submission_id, uuid, club_id, refused)

    def _write_entities(self) -> None:
        now = {uuid: self.rows[uuid] for uuid in self.before}
        created = [_columns(row, CREATED) for uuid, row in now.items() if self.before[uuid] is None]
        changed = [
            _columns(row, CHANGED) | {"key": uuid}
            for uuid, row in now.items()
            if self.before[uuid] is not None
        ]
        table.write_entities(self.conn, created, changed)
        db.add_rows(self.conn, table.versions, self.versions)
        part.note(self.conn, ((self.before[uuid], row) for uuid, row in now.items()))


CHANGED = ("label", "data", "version", "updated_at", "deleted_at", "club_id", "part", "conflict")
CREATED = ("id", "entity_list_id", *CHANGED, "created_at")


def _columns(row: Row, names: Iterable[str]) -> Row:
    return {name: row[name] for name in names}


def _version(row: Mapping[str, Any]) -> Version:
    return Version(**{name: row[name] for name in Version.__dataclass_fields__})
