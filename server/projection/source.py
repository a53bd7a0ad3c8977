"""One submission on its way into the club tables: what is known of it, its answers, and what its projection says."""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Any

from lxml import etree
from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from forms.entities import read_uuid
from forms.rows import Row, Rows, read_rows
from server.models.form import Form, FormVersion
from server.models.submission import Submission, SubmissionVersion
from server.projection.fault import AnswerMissing
from server.projection.mapping import Misfit
from server.services import form
from server.services.entity.change import Refused, club_of

HANOI = timezone(timedelta(hours=7), "+07")
"""Asia/Ho_Chi_Minh; no summer time since 1975, so every date of the programme is at this offset."""
FOREIGN = frozenset({"other_club", "other_list"})
"""Why the shared lists refuse a UUID that stands for something else."""
FALLBACK_IDS = uuid.UUID("5d0bd4a5-7d2c-5f0e-9b53-0b6c0f7f1d57")


@dataclass(slots=True)
class Source:
    """A submission read: where it belongs, when it came, its typed rows.

    received_at is the receipt of the submission's first version (it decides which of two reports of a month is the
    later one), sent_at that of the version read. misfits are answers their columns could not hold, refused the entity
    actions that the shared lists did not take, given the rows that have got the UUIDs of what they create.
    """

    submission_id: int
    instance_id: str
    project_id: int
    xml_form_id: str
    received_at: datetime
    sent_at: datetime
    version: str
    is_version_known: bool
    xml: bytes
    rows: Rows
    misfits: list[Misfit] = field(default_factory=list)
    refused: tuple[Refused, ...] = ()
    given: dict[str, str] = field(default_factory=dict)

    @property
    def order(self) -> tuple[datetime, int]:
        """Sorts submissions by receipt."""
        return self.received_at, self.submission_id

    @property
    def sent_on(self) -> date:
        """The day in Vietnam on which the version read arrived."""
        return self.sent_at.astimezone(HANOI).date()

    @property
    def club_id(self) -> str | None:
        """The club it is about: the one it founds, else the one it names; None for a form about none or several."""
        return club_of(self.rows)

    def need(self, question: str, value: Any) -> Any:
        """The value. Raises AnswerMissing when there is none."""
        if value is None or value == "":
            raise AnswerMissing(question)
        return value

    def entity_id(self, entity_list: str, repeat: str | None = None, row: Row | None = None) -> str:
        """The UUID of what this row creates in a list, as `own_id` has it."""
        actions = row.entities if row else self.rows.entities
        made = (
            a.uuid for a in actions if a.list_name == entity_list and a.create and (row or a.repeat is None)
        )
        return self.own_id(next(made, None), repeat, row)

    def own_id(self, given: str | None, repeat: str | None, row: Row | None) -> str:
        """The UUID the tablet gave a row; without one, a UUID that is always the same for the row.

        Without one too when that UUID stands for something of another club or list already, or for another row.
        """
        place = f"{repeat}/{row.positions if row else ''}"
        known = read_uuid(given or "")
        foreign = any(one.action.uuid == known and one.code in FOREIGN for one in self.refused)
        if known and not foreign and self.given.setdefault(known, place) == place:
            return known
        return str(uuid.uuid5(FALLBACK_IDS, f"{self.instance_id}/{place}"))


@dataclass(slots=True)
class Effects:
    """What the projection of one submission leaves to be done.

    again: submissions whose rows depend on what has changed. created: entities new to the tables of the club, for
    which earlier rows may be waiting. told_on: the day told of, of a month its first. findings: rows of `finding`.
    """

    club_id: str | None = None
    told_on: date | None = None
    again: set[int] = field(default_factory=set)
    created: list[str] = field(default_factory=list)
    findings: list[dict[str, Any]] = field(default_factory=list)


named, newest = FormVersion.__table__.alias("named"), FormVersion.__table__.alias("newest")
DESCRIBE = (
    select(Form.xml_form_id, Form.project_id, func.coalesce(named.c.md5, newest.c.md5).label("md5"))
    .outerjoin(named, named.c.id == bindparam("version"))
    .outerjoin(newest, newest.c.id == Form.current_version_id)
    .where(Form.id == bindparam("form"))
)


def read(
    session: Session, submission: Submission, version: SubmissionVersion, root: etree._Element | None = None
) -> Source:
    """The submission with its typed rows. root: its XML, if that has been parsed before.

    A version that was never published here is read with the fields of the form's current one.
    """
    values = {"form": submission.form_id, "version": version.form_version_id}
    target = session.connection().execute(DESCRIBE, values).one()
    fields = form.fields_of_text(session, target.md5) if target.md5 else ()
    return Source(
        submission_id=submission.id,
        instance_id=submission.instance_id,
        project_id=target.project_id,
        xml_form_id=target.xml_form_id,
        received_at=submission.received_at,
        sent_at=version.received_at,
        version=version.version,
        is_version_known=version.form_version_id is not None,
        xml=version.xml,
        rows=read_rows(version.xml if root is None else root, fields),
    )
