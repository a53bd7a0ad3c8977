"""Changes of entities on their way into the tables: worked out in memory, written with a few statements.

Whoever makes a batch has the lists locked until the transaction ends, so its entities stand still.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from server import db
from server.services.entity import access, part, table
from server.services.entity.access import club_id as club_of
from server.services.entity.change import LABEL, Author, Change, Refused
from server.services.entity.table import Row
from server.services.entity.verdict import (
    NO_CONFLICT,
    NOTHING,
    Verdict,
    Version,
    find_base,
    judge,
    judge_correction,
    needs_history,
    worse,
)

AUTO_LABEL = "tự tạo (auto generated)"
"""The label of an entity made from an update whose creation has not come, when the update has none."""
NOT_WRITTEN = 0
"""The number of a held change that is in no table yet."""

Read = Callable[[int, str], tuple[Author, Change] | None]
"""Gives what a held submission says of an entity now; None when it says nothing of it any more."""


class Batch:
    """Entities of some lists, those that are being changed, and what is to be written of them.

    moment: when it happens. read: see Read. submission_id: the submission that is being read, if any; only of its own
    versions it is known what it has said before.
    """

    def __init__(
        self,
        conn: Connection,
        found: Iterable[Row],
        moment: datetime,
        read: Read,
        submission_id: int | None = None,
    ) -> None:
        self.conn, self.moment, self.read, self.submission_id = conn, moment, read, submission_id
        self.lists = {row["name"]: row for row in found}
        self.list_by_id = {row["id"]: row for row in self.lists.values()}
        self.raised: set[int] = set()
        self.loaded: set[str] = set()
        self.rows: dict[str, Row] = {}
        self.before: dict[str, Row | None] = {}
        self.histories: dict[str, list[Version]] = {}
        self.versions: list[Row] = []
        self.backlog: dict[str, list[Row]] = {}
        self.settled: list[int] = []
        self.forced: list[Row] = []
        self.findings: list[tuple[int, str, str | None, Refused | None]] = []

    def load(self, ids: Iterable[str]) -> None:
        """Read entities, and what is held of them if anything is held in these lists."""
        wanted = set(ids) - self.loaded
        self.loaded |= wanted
        for row in table.read_states(self.conn, self.submission_id, wanted):
            self.rows[row["id"]] = row
        if any(one["held"] for one in self.lists.values()):
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

    # -- What a change comes to --

    def take(self, author: Author, change: Change) -> Refused | None:
        """Work out one change. Returns why it is not taken, or not yet: then it is held."""
        fault = self._fault(author, change)
        if fault is not None:
            return fault
        row = self.rows.get(change.uuid)
        if row is None:
            return self._begin(author, change)
        if self._own(author, row) is not None:
            return self._correct(author, row, change)
        if row["deleted_at"] is not None:
            return Refused("entity_deleted", change.action)
        if change.update and (change.base_version is not None or not change.create):
            return self._update(author, row, change)
        if self.history(change.uuid)[0].base_version == NOTHING:
            self._merge(author, row, change, NOTHING)
            return None
        return Refused("entity_exists", change.action)

    def _fault(self, author: Author, change: Change) -> Refused | None:
        entity_list, row = self.lists.get(change.list_name), self.rows.get(change.uuid)
        if entity_list is None:
            return Refused("list_unknown", change.action)
        if row is not None and row["entity_list_id"] != entity_list["id"]:
            return Refused("other_list", change.action)
        if any(
            one["submission_id"] == author.submission_id and one["entity_list_id"] != entity_list["id"]
            for one in self._waiting(change.uuid)
        ):
            return Refused("other_list", change.action)
        return Refused("other_club", change.action) if self._is_elsewhere(author, row, change) else None

    def _is_elsewhere(self, author: Author, row: Row | None, change: Change) -> bool:
        """Whether it touches another club. What the submission itself put there, an edit of it may move."""
        if author.club_id is None:
            return False
        ours = (None, author.club_id)
        before = row["data"] if row else {}
        if club_of(change.list_name, change.uuid, {**before, **change.received}) not in ours:
            return True
        return row is not None and row["club_id"] not in ours and self._own(author, row) is None

    def _own(self, author: Author, row: Row) -> int | None:
        """The version that the submission itself wrote last; None: it has written none."""
        is_read = author.submission_id == self.submission_id
        return row["own_version"] if is_read else None

    def _begin(self, author: Author, change: Change) -> Refused | None:
        """The first that is heard of an entity."""
        if change.create:
            if self.lists[change.list_name]["approval_required"] and not author.is_approved:
                return Refused("not_approved", change.action)
            self._create(author, change, None)
            return None
        is_made_offline = change.trunk_version is None and change.base_version is not None
        if is_made_offline and (change.branch_id is not None or change.base_version == 1):
            return self._hold(author, change)
        return Refused("entity_unknown", change.action)

    def _update(self, author: Author, row: Row, change: Change) -> Refused | None:
        latest = row["version"]
        if change.branch_id is None and (change.base_version or 0) > latest:
            return Refused("base_unknown", change.action)
        if (change.trunk_version or 0) > latest:
            return Refused("trunk_ahead", change.action)
        base = self._find_base(row, change)
        if base is None:
            return self._hold(author, change)
        self._merge(author, row, change, base)
        return None

    def _find_base(self, row: Row, change: Change) -> int | None:
        is_needed = needs_history(change, row["version"])
        return find_base(change, row["version"], self.history(change.uuid) if is_needed else ())

    def _merge(self, author: Author, row: Row, change: Change, base: int) -> None:
        """New data over the latest: the last to arrive wins, whatever the verdict."""
        latest = row["version"]
        needs = base != latest or needs_history(change, latest)
        verdict = judge(change, base, latest, self.history(change.uuid) if needs else ())
        branch = (change.branch_id, change.trunk_version, change.counted)
        self._add_version(author, row, change.received, change.received, base, branch, verdict)

    def _correct(self, author: Author, row: Row, change: Change) -> Refused | None:
        """An edit of the submission, or the same once more: only what it says otherwise than before counts."""
        said = row["own_received"]
        if said is None:
            said = {**row["own_data"], LABEL: row["own_label"]}
        corrected = {name: value for name, value in change.received.items() if said.get(name) != value}
        if not corrected:
            return None
        if row["deleted_at"] is not None:
            return Refused("entity_deleted", change.action)
        base = row["own_version"]
        history = self.history(change.uuid) if base < row["version"] else ()
        verdict = judge_correction(corrected, base, row["version"], history)
        branch = (row["own_branch_id"], row["own_trunk_version"], row["own_branch_base_version"])
        self._add_version(author, row, corrected, change.received, base, branch, verdict)
        return None

    # -- What is kept of it --

    def _create(self, author: Author, change: Change, base: int | None) -> None:
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
            "revision": self._next_revision(entity_list),
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

    def _add_version(
        self,
        author: Author,
        row: Row,
        new: Mapping[str, str],
        received: Mapping[str, str],
        base: int,
        branch: tuple[str | None, int | None, int | None],
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
            "revision": self._next_revision(entity_list),
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
        branch: tuple[str | None, int | None, int | None],
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
            "actor_id": None,
            "created_at": self.moment,
        }
        own = version if author.submission_id == self.submission_id else row
        prefix = "" if own is version else "own_"
        kept = {f"own_{name}": own.get(f"{prefix}{name}") for name in table.OWN}
        self.rows[row["id"]] = {**row, **kept}
        self.versions.append(version)
        if row["id"] in self.histories:
            self.histories[row["id"]].append(_version(version))

    def _next_revision(self, entity_list: Row) -> int:
        entity_list["revision"] += 1
        self.raised.add(entity_list["id"])
        return int(entity_list["revision"])

    # -- What waits for its predecessor --

    def _hold(self, author: Author, change: Change) -> Refused:
        """Keep a change until what the tablet did before it comes."""
        known = self.backlog.setdefault(change.uuid, [])
        if not any(one["submission_id"] == author.submission_id for one in known):
            waiting = {
                "id": NOT_WRITTEN,
                "entity_id": change.uuid,
                "entity_list_id": self.lists[change.list_name]["id"],
                "branch_id": change.branch_id,
                "branch_base_version": change.base_version,
                "submission_id": author.submission_id,
                "held_at": self.moment,
                "forced_at": None,
            }
            known.append(waiting)
        return Refused("held", change.action)

    def is_waiting(self, submission_id: int, uuid: str) -> bool:
        """Whether what a submission says of an entity is held, when all is worked out."""
        return any(one["submission_id"] == submission_id for one in self._waiting(uuid))

    def release(self) -> None:
        """Take all that was held for a version that is there now; that may release more."""
        ready = True
        while ready:
            waiting = [one for uuid in self.before for one in self._waiting(uuid)]
            ready = sum(self._retry(one) for one in waiting) > 0

    def _waiting(self, uuid: str) -> list[Row]:
        held = (one for one in self.backlog.get(uuid, ()) if one["forced_at"] is None)
        return sorted(held, key=_turn)

    def _retry(self, waiting: Row) -> bool:
        """Whether a held change is held no longer."""
        uuid, branch_id = waiting["entity_id"], waiting["branch_id"]
        follows = any(
            one.branch_id == branch_id and one.branch_base_version == waiting["branch_base_version"] - 1
            for one in self.history(uuid)
        )
        if not (follows or waiting["branch_base_version"] == 1 or branch_id is None):
            return False
        said = self.read(waiting["submission_id"], uuid)
        refused = self.take(*said) if said else None
        if refused is not None and refused.code == "held":
            return False
        self.backlog[uuid].remove(waiting)
        if waiting["id"] != NOT_WRITTEN:
            self.settled.append(waiting["id"])
        self._note(waiting, said, refused)
        return True

    def force_all(self, uuid: str, before: datetime) -> int:
        """Force what has been held of an entity since before a moment, and release what follows; how many forced."""
        forced = 0
        while due := [one for one in self._waiting(uuid) if self._may_be_forced(one, before)]:
            self.force(due[0])
            self.release()
            forced += 1
        return forced

    def _may_be_forced(self, waiting: Row, before: datetime) -> bool:
        needs_approval = self.list_by_id[waiting["entity_list_id"]]["approval_required"]
        is_due: bool = waiting["held_at"] < before
        return is_due and not (needs_approval and waiting["entity_id"] not in self.rows)

    def force(self, waiting: Row) -> None:
        """Take a held change without its predecessor: upon the latest version, or as a creation."""
        said = self.read(waiting["submission_id"], waiting["entity_id"])
        refused = self._take_upon_latest(*said) if said else None
        self.forced.append({"key": waiting["id"], "at": self.moment})
        waiting["forced_at"] = self.moment
        self._note(waiting, said, refused)

    def _take_upon_latest(self, author: Author, change: Change) -> Refused | None:
        fault = self._fault(author, change)
        if fault is not None:
            return fault
        row = self.rows.get(change.uuid)
        if row is None:
            self._create(author, change, NOTHING)
            return None
        if row["deleted_at"] is not None:
            return Refused("entity_deleted", change.action)
        base = self._find_base(row, change)
        self._merge(author, row, change, row["version"] if base is None else base)
        return None

    def _note(self, waiting: Row, said: tuple[Author, Change] | None, refused: Refused | None) -> None:
        club = said[0].club_id if said else None
        self.note(waiting["submission_id"], waiting["entity_id"], club, refused)

    def note(self, submission_id: int, uuid: str, club_id: str | None, refused: Refused | None) -> None:
        """Make the findings of another submission say what has become of its word on an entity."""
        self.findings.append((submission_id, uuid, club_id, refused))

    # -- Into the tables --

    def write(self) -> None:
        """Write everything that was worked out."""
        if self.versions:
            self._write_entities()
        waiting = [one for known in self.backlog.values() for one in known if one["id"] == NOT_WRITTEN]
        held = [{name: value for name, value in one.items() if name != "id"} for one in waiting]
        table.write_backlog(self.conn, held, self.settled, self.forced)
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
        raised = [{"key": key, "to": self.list_by_id[key]["revision"]} for key in sorted(self.raised)]
        self.conn.execute(table.RAISE, raised)
        part.note(self.conn, ((self.before[uuid], row) for uuid, row in now.items()))


CHANGED = ("label", "data", "version", "revision", "updated_at", "club_id", "part", "conflict")
CREATED = ("id", "entity_list_id", *CHANGED, "created_at", "deleted_at")


def _columns(row: Row, names: Iterable[str]) -> Row:
    return {name: row[name] for name in names}


def _version(row: Mapping[str, Any]) -> Version:
    return Version(**{name: row[name] for name in Version.__dataclass_fields__})


def _turn(waiting: Row) -> tuple[str, int, int]:
    """Held changes of one entity by branch, then base, then receipt."""
    return waiting["branch_id"] or "", waiting["branch_base_version"], waiting["id"]
