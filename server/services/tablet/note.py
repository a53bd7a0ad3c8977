"""What tablets did, noted so that a supervisor can see it, without a write for each request.

Each process remembers what it has written of every tablet. A request that tells nothing new writes nothing until the
last note is half an hour old; then one transaction notes all that was confirmed since. Several processes each
remember on their own: what one of them wrote last stands until another is due, and then the newer takes its place.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import NamedTuple

from sqlalchemy import bindparam, or_, text, update
from sqlalchemy.orm import Session

from server.models import AppUser
from server.models.base import UTCDateTime
from server.services.tablet import clock

EVERY = timedelta(minutes=30)
"""How old the last note of a tablet may be while it tells nothing new."""
PAUSE = timedelta(seconds=30)
"""For how long nothing is tried when the database was busy."""
CLOCK_WRONG_S = 600
"""A clock that is off by more than this is told about."""
TABLETS = 20_000
"""Tablets remembered; then all are forgotten, which costs each of them one more note."""
DEVICES = 500
"""Devices of one key that are noted: who asks with a new device ID each time must not fill the tables."""
COLLECT = re.compile(r"org\.odk\.collect\.android/v?(\S{1,40})")

MOMENTS = ("at", "sent_at", "clock_at", "ahead_at")
DEVICE = text(
    "INSERT INTO device (actor_id, device_id, user_agent, collect_version, first_seen_at, last_seen_at, "
    "last_sent_at, clock_offset_s, clock_seen_at, ahead_s, ahead_seen_at) "
    "VALUES (:actor_id, :device_id, :user_agent, :collect_version, :at, :at, "
    ":sent_at, :offset_s, :clock_at, :ahead_s, :ahead_at) "
    "ON CONFLICT (actor_id, device_id) DO UPDATE SET "
    "user_agent = coalesce(excluded.user_agent, device.user_agent), "
    "collect_version = coalesce(excluded.collect_version, device.collect_version), "
    "last_seen_at = CASE WHEN device.last_seen_at > excluded.last_seen_at THEN device.last_seen_at "
    "ELSE excluded.last_seen_at END, "
    "last_sent_at = coalesce(excluded.last_sent_at, device.last_sent_at), "
    "clock_offset_s = coalesce(excluded.clock_offset_s, device.clock_offset_s), "
    "clock_seen_at = coalesce(excluded.clock_seen_at, device.clock_seen_at), "
    "ahead_s = coalesce(excluded.ahead_s, device.ahead_s), "
    "ahead_seen_at = coalesce(excluded.ahead_seen_at, device.ahead_seen_at)"
).bindparams(*(bindparam(name, type_=UTCDateTime()) for name in MOMENTS))
DOWNLOAD = text(
    "INSERT INTO download (actor_id, device_id, kind, name, version, fetched_at, confirmed_at) "
    "VALUES (:actor_id, :device_id, :kind, :name, :version, :at, :at) "
    "ON CONFLICT (actor_id, device_id, kind, name) DO UPDATE SET "
    "fetched_at = CASE WHEN download.version = excluded.version THEN download.fetched_at "
    "ELSE excluded.fetched_at END, "
    "version = excluded.version, confirmed_at = excluded.confirmed_at "
    "WHERE download.confirmed_at <= excluded.confirmed_at"
).bindparams(bindparam("at", type_=UTCDateTime()))
users = AppUser.__table__
USED = (
    update(users)
    .where(users.c.actor_id == bindparam("key"))
    .where(or_(users.c.last_used_at.is_(None), users.c.last_used_at < bindparam("at")))
    .values(last_used_at=bindparam("at"))
)


class Thing(NamedTuple):
    """What a tablet can fetch. kind, name: as in the table download."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Look:
    """What one request tells of the tablet it came from.

    thing, version: what was given, or what the tablet said it had; None: nothing that is kept. sent: it brought a
    submission. date: its header Date, for what it tells of the clock; empty: nothing. ahead_s: by how much at least
    the clock is ahead, because a form was ended after it had come; 0: no such sign.
    """

    actor_id: int
    device_id: str
    at: datetime
    user_agent: str | None = None
    thing: Thing | None = None
    version: str = ""
    sent: bool = False
    date: str = ""
    ahead_s: int = 0


@dataclass(frozen=True, slots=True)
class Note:
    """What is to be written of a tablet: the look that made it due, and everything confirmed up to it."""

    look: Look
    things: Mapping[Thing, tuple[str, datetime]]
    """What it has → version, and when that was last heard."""


@dataclass(slots=True)
class _Known:
    """What this process knows to stand in the database about one tablet, and what it heard since."""

    noted_at: datetime
    sent_at: datetime | None = None
    ahead_at: datetime | None = None
    user_agent: str | None = None
    versions: dict[Thing, str] = field(default_factory=dict)
    heard: dict[Thing, datetime] = field(default_factory=dict)

    def is_news(self, look: Look) -> bool:
        """Whether a look tells what the database does not know yet, or has not heard for long."""
        if look.thing is not None and self.versions.get(look.thing) != look.version:
            return True
        if look.sent and _is_old(self.sent_at, look.at):
            return True
        if look.ahead_s > CLOCK_WRONG_S and _is_old(self.ahead_at, look.at):
            return True
        return look.user_agent != self.user_agent or _is_old(self.noted_at, look.at)


class Notes:
    """What this process has written, by tablet. Used by many threads."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, str], _Known] = {}
        self._devices: Counter[int] = Counter()
        self._lock = Lock()
        self._paused_until: datetime | None = None

    def due(self, look: Look) -> Note | None:
        """What is to be written because of this look; None: nothing now."""
        with self._lock:
            known = self._known.get((look.actor_id, look.device_id))
            things = (
                {thing: (known.versions[thing], at) for thing, at in known.heard.items()} if known else {}
            )
            if known is not None and not known.is_news(look):
                if look.thing is not None:
                    known.heard[look.thing] = look.at
                return None
            if self._paused_until is not None and look.at < self._paused_until:
                return None
            if known is None and self._devices[look.actor_id] >= DEVICES:
                return None
        if look.thing is not None:
            things[look.thing] = look.version, look.at
        return Note(look, things)

    def written(self, note: Note | None) -> None:
        """Remember a note, once its transaction is committed."""
        if note is None:
            return
        look = note.look
        with self._lock:
            if len(self._known) >= TABLETS:
                self._known.clear()
                self._devices.clear()
            if (look.actor_id, look.device_id) not in self._known:
                self._known[look.actor_id, look.device_id] = _Known(look.at)
                self._devices[look.actor_id] += 1
            known = self._known[look.actor_id, look.device_id]
            known.noted_at, known.user_agent = look.at, look.user_agent
            known.sent_at = look.at if look.sent else known.sent_at
            known.ahead_at = look.at if look.ahead_s > CLOCK_WRONG_S else known.ahead_at
            for thing, (version, at) in note.things.items():
                known.versions[thing] = version
                if known.heard.get(thing, at) <= at:
                    known.heard.pop(thing, None)

    def pause(self, at: datetime) -> None:
        """Write nothing for a while: the database is busy, and what is due now will be due later."""
        with self._lock:
            self._paused_until = at + PAUSE


def write(session: Session, note: Note | None) -> None:
    """Write a note; nothing for None."""
    if note is None:
        return
    look, conn = note.look, session.connection()
    tablet = {"actor_id": look.actor_id, "device_id": look.device_id}
    is_ahead = look.ahead_s > CLOCK_WRONG_S
    offset_s = clock.offset_s(look.date, look.at)
    device = tablet | {
        "user_agent": look.user_agent,
        "collect_version": collect_version(look.user_agent),
        "at": look.at,
        "sent_at": look.at if look.sent else None,
        "offset_s": offset_s,
        "clock_at": None if offset_s is None else look.at,
        "ahead_s": look.ahead_s if is_ahead else None,
        "ahead_at": look.at if is_ahead else None,
    }
    conn.execute(DEVICE, device)
    conn.execute(USED, {"key": look.actor_id, "at": look.at})
    if note.things:
        rows = [
            tablet | {"kind": thing.kind, "name": thing.name, "version": version, "at": at}
            for thing, (version, at) in sorted(note.things.items())
        ]
        conn.execute(DOWNLOAD, rows)


def collect_version(user_agent: str | None) -> str | None:
    """Collect's version as it writes it in User-Agent, such as 2026.1.2; None for another program."""
    found = COLLECT.match(user_agent or "")
    return found[1] if found else None


def _is_old(noted_at: datetime | None, at: datetime) -> bool:
    return noted_at is None or at - noted_at >= EVERY
