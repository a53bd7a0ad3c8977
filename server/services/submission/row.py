"""The rows of a submission: found with one statement, written with few.

Every tablet's every submission passes here, so the statements are made once and run below the ORM.
"""

from typing import Any

from sqlalchemy import Row, bindparam, func, select, update
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from forms.submission import Envelope
from server import db
from server.models import Form, FormVersion, PurgedSubmission, Submission, SubmissionVersion
from server.services.sent import Sent

form, submitted, versions = Form.__table__, Submission.__table__, SubmissionVersion.__table__
purged = PurgedSubmission.__table__
named, newest = FormVersion.__table__.alias("named"), FormVersion.__table__.alias("newest")

FIND = (
    select(
        form.c.id,
        form.c.state,
        form.c.deleted_at,
        form.c.current_version_id,
        named.c.id.label("form_version_id"),
        func.coalesce(named.c.md5, newest.c.md5).label("md5"),
        versions.c.id.label("known_id"),
        purged.c.purged_at,
    )
    .outerjoin(named, (named.c.form_id == form.c.id) & (named.c.version == bindparam("version")))
    .outerjoin(newest, newest.c.id == form.c.current_version_id)
    .outerjoin(
        versions, (versions.c.form_id == form.c.id) & (versions.c.instance_id == bindparam("instance_id"))
    )
    .outerjoin(purged, (purged.c.form_id == form.c.id) & (purged.c.instance_id == bindparam("instance_id")))
    .where(form.c.project_id == bindparam("project_id"), form.c.xml_form_id == bindparam("xml_form_id"))
)
EDITED = "edited"
"""The review state of a submission whose current text is an edit nobody has looked at."""
MAKE_CURRENT = (
    update(submitted)
    .where(submitted.c.id == bindparam("key"))
    .values(current_version_id=bindparam("version_id"), review_state=bindparam("state"))
)

Place = Row[*tuple[Any, ...]]
"""What FIND finds: the form, the version the XML names (form_version_id None: never published here), the MD5 of the
text it is to be read with, the text of that instance ID if it is known, and when such a one was purged."""


def find(session: Session, sent: Sent, envelope: Envelope) -> Place | None:
    """Where a submission belongs; None when the project has no form of that ID."""
    values = {
        "project_id": sent.project_id,
        "xml_form_id": envelope.xml_form_id,
        "version": envelope.version,
        "instance_id": envelope.instance_id,
    }
    return session.connection().execute(FIND, values).first()


def is_elsewhere(session: Session, sent: Sent, envelope: Envelope) -> bool:
    """Whether another project has a form of that ID: then the tablet sends to the wrong one."""
    others = (form.c.project_id != sent.project_id) & (form.c.xml_form_id == envelope.xml_form_id)
    return session.connection().execute(select(form.c.id).where(others).limit(1)).first() is not None


def add_submission(session: Session, sent: Sent, place: Place, envelope: Envelope) -> Submission:
    """A new submission, in the session as if it had been loaded. Raises IntegrityError when it is there already."""
    values = {
        "form_id": place.id,
        "instance_id": envelope.instance_id,
        "current_version_id": None,
        "actor_id": sent.sender.actor_id,
        "device_id": sent.sender.device_id,
        "received_at": sent.received_at,
        "projection_state": "pending",
        "projection_error": None,
        "review_state": None,
        "deleted_at": None,
        "club_id": None,
        "told_on": None,
    }
    new_id = db.add_row(session.connection(), submitted, values)
    submission = Submission(id=new_id, **values)
    make_transient_to_detached(submission)
    session.add(submission)
    return submission


def add_version(
    session: Session,
    sent: Sent,
    place: Place,
    envelope: Envelope,
    submission: Submission,
    *,
    is_branch: bool = False,
) -> SubmissionVersion:
    """A new text of a submission. Raises IntegrityError when it is there already."""
    values = {
        "submission_id": submission.id,
        "form_id": place.id,
        "form_version_id": place.form_version_id,
        "version": envelope.version,
        "instance_id": envelope.instance_id,
        "deprecated_id": envelope.deprecated_id,
        "instance_name": envelope.instance_name,
        "xml": sent.xml,
        "xml_sha256": sent.xml_sha256,
        "user_agent": sent.sender.user_agent,
        "actor_id": sent.sender.actor_id,
        "device_id": sent.sender.device_id,
        "received_at": sent.received_at,
        "is_branch": is_branch,
        "is_encrypted": envelope.encrypted,
    }
    new_id = db.add_row(session.connection(), versions, values)
    return SubmissionVersion(id=new_id, **values)


def make_current(session: Session, submission: Submission, version_id: int, review_state: str | None) -> None:
    """Let a submission speak through one of its texts from now on."""
    current = {"key": submission.id, "version_id": version_id, "state": review_state}
    session.connection().execute(MAKE_CURRENT, current)
    set_committed_value(submission, "current_version_id", version_id)
    set_committed_value(submission, "review_state", review_state)
