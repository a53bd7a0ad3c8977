"""A form that creates and changes the trees of a list, and a server that takes what tablets say of them."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from xml.sax.saxutils import escape

from sqlalchemy import select
from sqlalchemy.orm import Session

from server import projection
from server.blobs import BlobStore
from server.models import (
    Entity,
    EntityBacklog,
    EntityVersion,
    Form,
    FormVersion,
    Submission,
    SubmissionVersion,
)
from tests.builders import publish

TREES = """
| survey |
| | type | name | label | save_to |
| | text | species | Loài | species |
| | text | height  | Cao  | height  |
| | text | health  | Khỏe | health  |
| entities |
| | list_name | label | entity_id | create_if | update_if |
| | trees | ${species} | ${species} | ${height} = '1' | ${height} != '1' |
| settings |
| | form_id | form_title | version |
| | tree    | Cây        | 1       |
"""
START = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
STEP = timedelta(minutes=1)


@dataclass
class Server:
    """Takes submissions of the form TREES one after the other, a minute apart."""

    session: Session
    moment: datetime = START

    def send(
        self,
        entity_id: str,
        data: Mapping[str, str] | None = None,
        *,
        action: str = "update",
        base: int | None = None,
        branch: str | None = None,
        trunk: int | None = None,
        label: str | None = None,
        replaces: Submission | None = None,
    ) -> Submission:
        """Take one submission that creates or updates an entity. replaces: the submission that it is an edit of."""
        given = f'dataset="trees" id="{entity_id}" {action}="1"'
        if action == "update":
            given += f' baseVersion="{base or ""}" trunkVersion="{trunk or ""}" branchId="{branch or ""}"'
        inner = f"<label>{escape(label)}</label>" if label else ""
        leaves = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in (data or {}).items())
        meta = f"<meta><entity {given}>{inner}</entity></meta>"
        return self.take(f'<data id="tree" version="1">{leaves}{meta}</data>'.encode(), replaces)

    def take(self, xml: bytes, replaces: Submission | None = None) -> Submission:
        """Store a text and project it, as an intake does."""
        self.moment += STEP
        form = self.session.scalars(select(Form).where(Form.xml_form_id == "tree")).one()
        version_id = self.session.scalars(select(FormVersion.id).where(FormVersion.form_id == form.id)).one()
        instance_id = f"uuid:{uuid.uuid4()}"
        submission = replaces or Submission(
            form_id=form.id, instance_id=instance_id, received_at=self.moment, projection_state="pending"
        )
        self.session.add(submission)
        self.session.flush()
        version = SubmissionVersion(
            submission_id=submission.id,
            form_id=form.id,
            form_version_id=version_id,
            version="1",
            instance_id=instance_id,
            xml=xml,
            xml_sha256=sha256(xml).hexdigest(),
            received_at=self.moment,
        )
        self.session.add(version)
        self.session.flush()
        submission.current_version_id = version.id
        self.session.flush()
        projection.attempt(self.session, submission, version)
        return submission

    def create(self, entity_id: str, data: Mapping[str, str] | None = None, label: str = "cây") -> Submission:
        """Take a creation."""
        return self.send(entity_id, data, action="create", label=label)

    def entity(self, entity_id: str) -> Entity | None:
        """An entity as it stands now; None when there is none."""
        return self.session.get(Entity, entity_id, populate_existing=True)

    def versions(self, entity_id: str) -> list[EntityVersion]:
        """All its versions in order."""
        rows = select(EntityVersion).where(EntityVersion.entity_id == entity_id)
        return list(self.session.scalars(rows.order_by(EntityVersion.version)))

    def held(self, entity_id: str) -> list[int]:
        """The tablet's base versions of what is held of it, in order."""
        rows = select(EntityBacklog.branch_base_version).where(
            EntityBacklog.entity_id == entity_id, EntityBacklog.forced_at.is_(None)
        )
        return sorted(self.session.scalars(rows))


def open_server(session: Session, blobs: BlobStore) -> Server:
    """Publish the form TREES in project 1."""
    publish(session, blobs, TREES)
    session.flush()
    return Server(session)


def a_uuid() -> str:
    """A new UUID, as a tablet makes one."""
    return str(uuid.uuid4())
