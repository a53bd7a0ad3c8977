"""Forms and their files as they are asked for."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Row, Select, distinct, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from forms import schema
from forms.schema import Field
from server.blobs import Blob
from server.errors import FileNotFound, FormNotFound
from server.models import AppUser, Assignment, Form, FormAttachment, FormDraft, FormVersion

FORM_TEXTS = 128

Query = TypeVar("Query", bound=Select[*tuple[Any, ...]])


@dataclass(frozen=True, slots=True)
class ListedForm:
    """A form that may be filled now, in its current version."""

    xml_form_id: str
    version: str
    title: str
    md5: str
    has_files: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """A form as an administrator sees it: current is None for one that is only a draft, draft None without one."""

    form: Form
    current: FormVersion | None
    versions: int
    draft: str | None
    app_users: int
    """App users assigned this very form, besides those that get all."""


@dataclass(frozen=True, slots=True)
class ServedXML:
    """The text of a form version, byte for byte, and its MD5 in hex."""

    xml: bytes
    md5: str


@dataclass(frozen=True, slots=True)
class ServedFile:
    """A file of a form. content: a stored file, or the id of the entity list it is made from at each request."""

    name: str
    media_type: str
    content: Blob | int


def find(session: Session, project_id: int, xml_form_id: str) -> Form | None:
    """A form by its ID, be it closed or deleted."""
    return session.scalar(select(Form).where(Form.project_id == project_id, Form.xml_form_id == xml_form_id))


def get(session: Session, project_id: int, xml_form_id: str) -> Form:
    """A form by its ID. Raises FormNotFound, for a deleted one too."""
    form = find(session, project_id, xml_form_id)
    if form is None or form.deleted_at is not None:
        raise FormNotFound(xml_form_id=xml_form_id)
    return form


def find_version_id(session: Session, form_id: int, version: str) -> int | None:
    """A published version by what the XForm says; None when that was never published here."""
    return session.scalar(
        select(FormVersion.id).where(FormVersion.form_id == form_id, FormVersion.version == version)
    )


def fields(session: Session, form_version_id: int | None) -> tuple[Field, ...]:
    """The field list of a version; () for None."""
    md5 = session.scalar(select(FormVersion.md5).where(FormVersion.id == form_version_id))
    return () if md5 is None else fields_of_text(session, md5)


def fields_of_text(session: Session, md5: str) -> tuple[Field, ...]:
    """The field list of the form text with that MD5. Kept in memory, because a text is fixed for good."""
    kept = _kept_fields(md5)
    if not kept:
        text = session.scalars(select(FormVersion.schema).where(FormVersion.md5 == md5).limit(1)).one()
        kept.append(schema.from_json(text))
    return kept[0]


@lru_cache(maxsize=FORM_TEXTS)
def _kept_fields(md5: str) -> list[tuple[Field, ...]]:
    """A place for the field list of one form text; empty until it is first read."""
    return []


def listed(session: Session, project_id: int, form_ids: frozenset[int] | None) -> list[ListedForm]:
    """The forms that may be filled now: open, published, and among those given (None: all)."""
    statement = (
        select(Form.xml_form_id, FormVersion.version, FormVersion.title, FormVersion.md5, _has_files())
        .join(FormVersion, FormVersion.id == Form.current_version_id)
        .where(Form.project_id == project_id, Form.state == "open", Form.deleted_at.is_(None))
        .order_by(Form.id)
    )
    return [ListedForm(*row) for row in session.execute(_among(statement, form_ids))]


def xml(
    session: Session,
    project_id: int,
    xml_form_id: str,
    form_ids: frozenset[int] | None,
    version: str | None = None,
) -> ServedXML:
    """The text of the current version, or of the one named. Raises FormNotFound."""
    wanted = FormVersion.id == Form.current_version_id if version is None else FormVersion.version == version
    statement = (
        select(FormVersion.xml, FormVersion.md5)
        .join(Form, Form.id == FormVersion.form_id)
        .where(
            Form.project_id == project_id, Form.xml_form_id == xml_form_id, Form.deleted_at.is_(None), wanted
        )
    )
    row = session.execute(_among(statement, form_ids)).first()
    if row is None:
        raise FormNotFound(xml_form_id=xml_form_id)
    return ServedXML(*row)


def files(
    session: Session, project_id: int, xml_form_id: str, form_ids: frozenset[int] | None
) -> list[ServedFile]:
    """The files of the current version that can be served, by name. Raises FormNotFound."""
    statement = select(Form.current_version_id).where(
        Form.project_id == project_id, Form.xml_form_id == xml_form_id, Form.deleted_at.is_(None)
    )
    version_id = session.scalar(_among(statement, form_ids))
    if version_id is None:
        raise FormNotFound(xml_form_id=xml_form_id)
    rows = session.execute(
        select(
            FormAttachment.name,
            FormAttachment.media_type,
            FormAttachment.sha256,
            FormAttachment.md5,
            FormAttachment.size,
            FormAttachment.entity_list_id,
        )
        .where(FormAttachment.form_version_id == version_id, _can_be_served())
        .order_by(FormAttachment.name)
    )
    return [ServedFile(row.name, row.media_type, _content(row)) for row in rows]


def file(
    session: Session, project_id: int, xml_form_id: str, name: str, form_ids: frozenset[int] | None
) -> ServedFile:
    """One file of the current version, by its name in NFC or not. Raises FormNotFound, FileNotFound."""
    wanted = unicodedata.normalize("NFC", name)
    for found in files(session, project_id, xml_form_id, form_ids):
        if found.name == wanted:
            return found
    raise FileNotFound(name=name)


def current_versions(session: Session, project_id: int) -> Sequence[Row[Form, FormVersion]]:
    """Every form that is not deleted with its current version, by form ID."""
    return session.execute(
        select(Form, FormVersion)
        .join(FormVersion, FormVersion.id == Form.current_version_id)
        .where(Form.project_id == project_id, Form.deleted_at.is_(None))
        .order_by(Form.xml_form_id)
    ).all()


def overview(session: Session, project_id: int) -> list[Overview]:
    """Every form of a project, deleted ones too, by form ID."""
    every = aliased(FormVersion)
    published = select(func.count(every.id)).where(every.form_id == Form.id).scalar_subquery()
    given = (
        select(func.count(distinct(Assignment.actor_id)))
        .join(AppUser, AppUser.actor_id == Assignment.actor_id)
        .where(Assignment.form_id == Form.id, AppUser.revoked_at.is_(None))
        .scalar_subquery()
    )
    rows = session.execute(
        select(Form, FormVersion, published, FormDraft.version, given)
        .outerjoin(FormVersion, FormVersion.id == Form.current_version_id)
        .outerjoin(FormDraft, FormDraft.form_id == Form.id)
        .where(Form.project_id == project_id)
        .order_by(Form.xml_form_id)
    )
    return [Overview(*row) for row in rows]


def versions(session: Session, form: Form) -> Sequence[FormVersion]:
    """Every version of a form that was published, newest first. Their submissions are taken for ever."""
    return session.scalars(
        select(FormVersion).where(FormVersion.form_id == form.id).order_by(FormVersion.id.desc())
    ).all()


def _content(row: Row[*tuple[Any, ...]]) -> Blob | int:
    return Blob(row.sha256, row.md5, row.size) if row.sha256 is not None else row.entity_list_id


def _among(statement: Query, form_ids: frozenset[int] | None) -> Query:
    return statement if form_ids is None else statement.where(Form.id.in_(form_ids))


def _can_be_served() -> ColumnElement[bool]:
    return or_(FormAttachment.sha256.is_not(None), FormAttachment.entity_list_id.is_not(None))


def _has_files() -> ColumnElement[bool]:
    return exists().where(FormAttachment.form_version_id == Form.current_version_id, _can_be_served())
