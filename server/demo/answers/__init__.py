"""A club's events worded as the answers of a form."""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from server.demo.document import Answers

VIETNAM = timezone(timedelta(hours=7))


@dataclass(frozen=True)
class Filled:
    """One form filled in: what it says, the pictures it names, when it reached the server."""

    form_id: str
    instance_id: str
    instance_name: str
    answers: Answers
    files: tuple[str, ...]
    received_at: datetime


def picture(number: int) -> str:
    """A file name as Collect makes them: milliseconds, ASCII."""
    return f"{1_500_000_000_000 + number}.png"


def device(start: datetime, minutes: int, device_id: str, username: str, version: str) -> dict[str, object]:
    """The questions a tablet answers by itself."""
    return {
        "start": start,
        "end": start + timedelta(minutes=minutes),
        "today": start.date(),
        "deviceid": device_id,
        "username": username,
        "form_version": version,
    }
