"""What a workbook says of a club, said by submissions: a founding form, or an edit of the one that founded it.

So the texts of submissions stay the one truth: tables, shared lists, a rebuild and the next edit all follow from them.
"""

import uuid
from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from forms.amend import amend
from forms.schema import Path
from server.blobs import BlobStore
from server.clock import VIETNAM
from server.demo import document
from server.errors import Problem
from server.models import Club, Form, FormVersion, Submission, SubmissionVersion
from server.services import form, sent, submission
from server.services import unit as register
from server.services.club.column import BY_FIELD
from server.services.sent import Held, Sender

FOUNDING, LIST = "club_founding", "clubs"
NAME_OF_LABEL = "name"
"""The field that is also the label of the club in the shared lists."""


class NotWritten(Problem):
    """The founding form of a club cannot be written from here."""

    code = "409.1"
    message_vi = (
        "Chưa ghi được {what}: biểu thành lập đang đóng, bị mã hóa hoặc chưa công bố. Chưa có gì thay đổi."
    )
    message_en = (
        "{what} cannot be written: the founding form is closed, encrypted or not published. Nothing changed."
    )


def change(
    session: Session, blobs: BlobStore, club: Club, values: Mapping[str, str], actor_id: int, at: datetime
) -> None:
    """Edit the founding form of a club: by field what it shall say, "" for nothing. Raises NotWritten."""
    founded = session.get_one(Submission, club.submission_id)
    now = session.get_one(SubmissionVersion, founded.current_version_id)
    paths = _paths(session, now)
    questions = {field: BY_FIELD[field].question for field in values}
    if now.is_encrypted or not paths.keys() >= set(questions.values()):
        raise NotWritten(what=club.code)
    answers: dict[Path, str] = {paths[questions[field]]: value for field, value in values.items()}
    labels = {LIST: values[NAME_OF_LABEL]} if NAME_OF_LABEL in values else {}
    xml = amend(now.xml, answers, _new_id(), now.instance_id, labels)
    _send(session, blobs, club.project_id, xml, actor_id, at, club.code)


def found(
    session: Session,
    blobs: BlobStore,
    project_id: int,
    values: Mapping[str, str],
    actor_id: int,
    at: datetime,
) -> Club:
    """Send a founding form that says what a row of the workbook does, without members. Raises NotWritten."""
    held = session.execute(
        select(Form, FormVersion)
        .join(FormVersion, FormVersion.id == Form.current_version_id)
        .where(Form.project_id == project_id, Form.xml_form_id == FOUNDING, Form.deleted_at.is_(None))
    ).first()
    if held is None:
        raise NotWritten(what=values["name"])
    version = held[1]
    club_id, day = str(uuid.uuid4()), at.astimezone(VIETNAM).date()
    answers = {BY_FIELD[field].question: value for field, value in values.items() if BY_FIELD[field].question}
    answers |= _around(session, values["commune"])
    more = {
        "today": day,
        "club_id": club_id,
        "club_status": "active",
        "founded_on": date.fromisoformat(values["founding_date"]),
        "n_members": 0,
        f"entity:{LIST}": document.EntityAct(club_id, values["name"]),
    }
    nodes = document.tree(form.fields(session, version.id))
    xml = document.write(nodes, FOUNDING, version.version, answers | more, _new_id(), values["name"])
    _send(session, blobs, project_id, xml, actor_id, at, values["name"])
    made = session.get(Club, club_id)
    if made is None:
        raise NotWritten(what=values["name"])
    return made


def _around(session: Session, commune: str) -> dict[str, str]:
    """Province and district of a commune, as the form asks for them."""
    above = register.lineage(session, register.get(session, *register.parse_key(commune)))
    names = {"p": "province", "d": "district_old"}
    return {names[one.level]: register.key_of(one) for one in above if one.level in names}


def _paths(session: Session, version: SubmissionVersion) -> dict[str, Path]:
    """Where each question outside repeats stands in the form a text was written with."""
    md5 = session.scalar(select(FormVersion.md5).where(FormVersion.id == version.form_version_id))
    if md5 is None:
        newest = select(FormVersion.md5).join(Form, Form.current_version_id == FormVersion.id)
        md5 = session.scalar(newest.where(Form.id == version.form_id))
    fields = form.fields_of_text(session, md5) if md5 else ()
    return {
        one.name: one.path for one in fields if one.repeat is None and one.kind not in ("group", "entity")
    }


def _send(
    session: Session, blobs: BlobStore, project_id: int, xml: bytes, actor_id: int, at: datetime, what: str
) -> None:
    outcome = submission.receive(
        session, blobs, sent.read(project_id, xml, (), Sender(actor_id, None, None), at)
    )
    if isinstance(outcome, Held):
        raise NotWritten(what=what)


def _new_id() -> str:
    return f"uuid:{uuid.uuid4()}"
