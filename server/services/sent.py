"""What a tablet sent, and what became of it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from forms import submission as envelopes
from forms.errors import FormsError
from forms.submission import Envelope
from server.blobs import Blob
from server.errors import Problem


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came along, already stored. name is in NFC, original_name as it was sent."""

    name: str
    original_name: str
    blob: Blob
    media_type: str


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent, from which device. form_ids: the forms they may fill, None for all of the project."""

    actor_id: int | None
    device_id: str | None
    user_agent: str | None
    form_ids: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """One POST: the XML byte for byte, its envelope or what is wrong with it, and the files of this batch."""

    project_id: int
    xml: bytes
    xml_sha256: str
    envelope: Envelope | FormsError
    uploads: tuple[Upload, ...]
    sender: Sender
    received_at: datetime


def read(
    project_id: int, xml: bytes, uploads: tuple[Upload, ...], sender: Sender, received_at: datetime
) -> Sent:
    """Read the envelope; what is wrong with it is kept for `receive`, which keeps the bytes."""
    envelope: Envelope | FormsError
    try:
        envelope = envelopes.read(xml)
    except FormsError as error:
        envelope = error
    return Sent(project_id, xml, hashlib.sha256(xml).hexdigest(), envelope, uploads, sender, received_at)


@dataclass(frozen=True, slots=True)
class Stored:
    """Stands in the tables as a submission."""

    submission_id: int


@dataclass(frozen=True, slots=True)
class Held:
    """Cannot stand there now, so it is kept in quarantine.

    reason: a short code. problem: what the sender is told; None: that all is well, because only a person here can
    do something about it and the tablet need not send it again.
    """

    reason: str
    problem: Problem | None = None


Outcome = Stored | Held
