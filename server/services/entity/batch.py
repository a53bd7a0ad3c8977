"""What submissions say of entities, taken one by one: laid upon what it was made upon, refused, or held."""

from collections.abc import Callable, Iterable
from datetime import datetime

from sqlalchemy import Connection

from server.services.entity import table
from server.services.entity.access import club_id as club_of
from server.services.entity.change import LABEL, Author, Change, Refused
from server.services.entity.sheet import Sheet
from server.services.entity.table import Row
from server.services.entity.verdict import NOTHING, find_base, judge, judge_correction, needs_history

NOT_WRITTEN = 0
"""The number of a held change that is in no table yet."""

Read = Callable[[int, str], tuple[Author, Change] | None]
"""Gives what a held submission says of an entity now; None when it says nothing of it any more."""


class Batch(Sheet):
    """A sheet that submissions write. read: see Read."""

    def __init__(
        self,
        conn: Connection,
        found: Iterable[Row],
        moment: datetime,
        read: Read,
        submission_id: int | None = None,
    ) -> None:
        super().__init__(conn, found, moment, submission_id)
        self.read = read
        self.settled: list[int] = []
        self.forced: list[Row] = []

    def take(self, author: Author, change: Change) -> Refused | None:
        """Work out one change. Returns why it is not taken, or not yet: then it is held."""
        fault = self._fault(author, change)
        if fault is not None:
            return fault
        change = self._in_place(author, change)
        row = self.rows.get(change.uuid)
        if row is None:
            return self._begin(author, change)
        if self.own_version(author, row) is not None:
            return self._correct(author, row, change)
        if row["deleted_at"] is not None:
            return Refused("entity_deleted", change.action)
        if change.update and (change.base_version is not None or not change.create):
            return self._update(author, row, change)
        if self.history(change.uuid)[0].base_version == NOTHING:
            self._merge(author, row, change, NOTHING)
            return None
        return Refused("entity_exists", change.action)

    def _in_place(self, author: Author, change: Change) -> Change:
        """What is held keeps its place when it is edited: opened again, the form counts on from the change itself."""
        for one in self.waiting(change.uuid):
            if one["submission_id"] == author.submission_id:
                return change.at(one["branch_id"], one["branch_base_version"])
        return change

    def _fault(self, author: Author, change: Change) -> Refused | None:
        entity_list, row = self.lists.get(change.list_name), self.rows.get(change.uuid)
        if entity_list is None:
            return Refused("list_unknown", change.action)
        if row is not None and row["entity_list_id"] != entity_list["id"]:
            return Refused("other_list", change.action)
        if any(
            one["submission_id"] == author.submission_id and one["entity_list_id"] != entity_list["id"]
            for one in self.waiting(change.uuid)
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
        return row is not None and row["club_id"] not in ours and self.own_version(author, row) is None

    def _begin(self, author: Author, change: Change) -> Refused | None:
        """The first that is heard of an entity."""
        if change.create:
            if self.lists[change.list_name]["approval_required"] and not author.is_approved:
                return Refused("not_approved", change.action)
            self.create(author, change, None)
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
        self.add_version(author, row, change.received, change.received, base, branch, verdict)

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
        self.add_version(author, row, corrected, change.received, base, branch, verdict)
        return None

    def retake(self, submission_id: int, uuid: str) -> None:
        """Take what a submission said of an entity, and was refused."""
        said = self.read(submission_id, uuid)
        refused = self.take(*said) if said else None
        self.note(submission_id, uuid, said[0].club_id if said else None, refused)

    def _hold(self, author: Author, change: Change) -> Refused | None:
        """Keep a change until what the tablet did before it comes; one that was forced once does not wait again."""
        known = self.backlog.setdefault(change.uuid, [])
        mine = [one for one in known if one["submission_id"] == author.submission_id]
        if any(one["forced_at"] for one in mine):
            return self._take_upon_latest(author, change)
        if not mine:
            known.append(
                {
                    "id": NOT_WRITTEN,
                    "entity_id": change.uuid,
                    "entity_list_id": self.lists[change.list_name]["id"],
                    "branch_id": change.branch_id,
                    "branch_base_version": change.base_version,
                    "submission_id": author.submission_id,
                    "held_at": self.moment,
                    "forced_at": None,
                }
            )
        return Refused("held", change.action)

    def is_waiting(self, submission_id: int, uuid: str) -> bool:
        """Whether what a submission says of an entity is held, when all is worked out."""
        return any(one["submission_id"] == submission_id for one in self.waiting(uuid))

    def release(self) -> None:
        """Take all that was held for a version that is there now; that may release more."""
        ready = True
        while ready:
            waiting = [one for uuid in self.before for one in self.waiting(uuid)]
            ready = sum(self._retry(one) for one in waiting) > 0

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
        while due := [one for one in self.waiting(uuid) if self._may_be_forced(one, before)]:
            self.force(due[0])
            self.release()
            forced += 1
        return forced

    def _may_be_forced(self, waiting: Row, before: datetime) -> bool:
        is_due: bool = waiting["held_at"] < before
        return is_due and not self.needs_approval(waiting)

    def needs_approval(self, waiting: Row) -> bool:
        """Whether what it is about is only made when a person has approved that."""
        is_asked = self.list_by_id[waiting["entity_list_id"]]["approval_required"]
        return bool(is_asked) and waiting["entity_id"] not in self.rows

    def waiting(self, uuid: str) -> list[Row]:
        """What is held of an entity, in the order of branches, versions and receipt."""
        held = (one for one in self.backlog.get(uuid, ()) if one["forced_at"] is None)
        return sorted(held, key=_turn)

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
            self.create(author, change, NOTHING)
            return None
        if row["deleted_at"] is not None:
            return Refused("entity_deleted", change.action)
        base = self._find_base(row, change)
        self._merge(author, row, change, row["version"] if base is None else base)
        return None

    def _note(self, waiting: Row, said: tuple[Author, Change] | None, refused: Refused | None) -> None:
        club = said[0].club_id if said else None
        self.note(waiting["submission_id"], waiting["entity_id"], club, refused)

    def write(self) -> None:
        """Write everything that was worked out, and what is held."""
        super().write()
        waiting = [one for known in self.backlog.values() for one in known if one["id"] == NOT_WRITTEN]
        held = [{name: value for name, value in one.items() if name != "id"} for one in waiting]
        table.write_backlog(self.conn, held, self.settled, self.forced)


def _turn(waiting: Row) -> tuple[str, int, int]:
    """Held changes of one entity by branch, then base, then receipt."""
    return waiting["branch_id"] or "", waiting["branch_base_version"], waiting["id"]
