"""What is told of tablets: who carries one, what it has, what came from it, and what is still to come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

Spoken = tuple[str, str]
"""A text in Vietnamese and in English."""


@dataclass(frozen=True, slots=True)
class DeviceSeen:
    """A device on which the key was used. others: app users within the scope whose keys were used on it too, by
    name; others_outside: how many more there are, of other units or projects.

    clock_offset_s: see `clock.offset_s`, None: not known; ahead_s: at least so much ahead lately, None: no sign of it.
    """

    device_id: str
    collect_version: str | None
    first_seen_at: datetime
    last_seen_at: datetime
    last_sent_at: datetime | None
    clock_offset_s: int | None
    ahead_s: int | None
    others: tuple[str, ...]
    others_outside: int

    @property
    def clock_s(self) -> int | None:
        """How far its clock is ahead, by what is surer: a form ended after it came, else the clock's own word."""
        return self.clock_offset_s if self.ahead_s is None else self.ahead_s


@dataclass(frozen=True, slots=True)
class Tablet:
    """One app user. last_sent_at: of the newest submission that came with its key. None: never.

    units: full names. forms, old_forms: titles of the forms it may fill now, and of those of which it has a text that
    was replaced. clubs: that had to report on the last month that is over; missing: how many of them did not.
    files: that its submissions name and that have not come. held: submissions kept aside that wait for a person.
    waiting: edits and changes that wait for something sent before them, which has not come.
    problems: codes of `PROBLEMS`, the most urgent first.
    """

    actor_id: int
    name: str
    phone: str | None
    units: tuple[str, ...]
    revoked_at: datetime | None
    send_until: datetime | None
    devices: tuple[DeviceSeen, ...]
    last_seen_at: datetime | None
    last_sent_at: datetime | None
    forms: tuple[str, ...]
    old_forms: tuple[str, ...]
    clubs: int
    missing: int
    files: int
    held: int
    waiting: int
    problems: tuple[str, ...]

    @property
    def device(self) -> DeviceSeen | None:
        """The device it was seen on last; None when it never was."""
        return self.devices[0] if self.devices else None


@dataclass(frozen=True, slots=True)
class Lack:
    """Something that is wrong with a tablet, and what to do. items: what it is about, each in a line."""

    code: str
    is_to_send: bool
    sentence: Spoken
    advice: Spoken
    items: tuple[Spoken, ...]


@dataclass(frozen=True, slots=True)
class Fetched:
    """A form or file that the tablet should have. name: of the file; empty for the form itself.

    version: of the form it has, as the form says it; empty for a file. is_current: None when it was never seen to
    fetch it. fetched_at: when it got what it has; confirmed_at: when it last said that it has it.
    """

    form: str
    name: str
    version: str
    is_current: bool | None
    fetched_at: datetime | None
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class SentMonth:
    """What came in one month, by the day of receipt in Vietnam. counts: form title → submissions."""

    month: date
    counts: dict[str, int]
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Receipt:
    """Everything told of one tablet. month: the last that is over. reported: clubs that reported on it.

    this_month: clubs that have reported already on the month that runs. fetched: by device, as it was last seen first.
    forms_sent: titles of the forms in `sent`, newest month first. total: submissions ever.
    """

    tablet: Tablet
    month: date
    reported: int
    this_month: int
    lacks: Sequence[Lack]
    fetched: Sequence[tuple[DeviceSeen, Sequence[Fetched]]]
    forms_sent: Sequence[str]
    sent: Sequence[SentMonth]
    total: int

    @property
    def is_complete(self) -> bool:
        """Whether nothing that the server knows of is to be sent again."""
        return not any(lack.is_to_send for lack in self.lacks)
