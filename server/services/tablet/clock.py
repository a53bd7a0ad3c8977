"""How far a tablet's clock is ahead, by what it says along the way. Never used for anything but to be shown."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from lxml import etree

from forms.errors import FormsError
from forms.submission import Envelope

MOST_S = 2**31 - 1
"""More than a clock can be off; a column holds no more."""


def offset_s(date_header: str, at: datetime) -> int | None:
    """Seconds the clock is ahead of ours (behind: below 0) by the header Date of a request that came at a moment.

    Collect writes the hour of a twelve-hour clock and leaves AM or PM out, so two moments of that day are possible:
    the one nearer to ours is taken. An offset of more than six hours may therefore show as another one, twelve hours
    off as none. None for a header that is missing or not in English.
    Source: getodk/collect, OkHttpOpenRosaServerClientProvider.java (getHeaderDate)
    """
    told = _moment(date_header)
    if told is None:
        return None
    readings = [told]
    if told.hour <= 12:
        morning = told.replace(hour=told.hour % 12)
        readings = [morning, told.replace(hour=told.hour % 12 + 12)]
    off = round(min((one - at for one in readings), key=abs).total_seconds())
    return max(-MOST_S, min(off, MOST_S))


def ahead_s(envelope: Envelope | FormsError, at: datetime) -> int:
    """Seconds by which a form says it was ended after it had come: the clock was ahead by at least as much.

    0 when it was ended before, as forms are that are sent days later, and when it does not say.
    """
    if isinstance(envelope, FormsError):
        return 0
    for child in envelope.root:
        if isinstance(child.tag, str) and etree.QName(child).localname == "end":
            return max(0, min(round((_ended(child.text, at) - at).total_seconds()), MOST_S))
    return 0


def _ended(text: str | None, otherwise: datetime) -> datetime:
    try:
        ended = datetime.fromisoformat((text or "").strip())
    except ValueError:
        return otherwise
    return ended if ended.tzinfo else otherwise


def _moment(header: str) -> datetime | None:
    try:
        told = parsedate_to_datetime(header)
        return told.replace(tzinfo=UTC) if told.tzinfo is None else told.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
