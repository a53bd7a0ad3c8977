"""Which tablets get which forms. An app user gets all forms of its project, or those it is assigned one by one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, delete, exists, or_, select
from sqlalchemy.orm import Session

from server.errors import AppUserNotFound, Problem
from server.models import Actor, AppUser, Assignment, Form
from server.services import audit
from server.services.app_user import ROLE_ID
from server.services.form import life


class LastForm(Problem):
    """An app user would be left without a form to fill, and its tablet would delete those it has."""

    code = "409.4"
    message_vi = (
        "Đây là biểu mẫu cuối cùng của máy {actor_id} ({name}). Lấy đi thì máy không còn biểu mẫu nào, và không gửi "
        "được phiếu còn trong máy. Nếu máy thôi dùng, hãy thu hồi khóa: clb app-user revoke {actor_id}"
    )
    message_en = (
        "This is the last form of app user {actor_id} ({name}). Without it the device has no form, and cannot send "
        "what it still holds. If it is no longer in use, revoke its key: clb app-user revoke {actor_id}"
    )


@dataclass(frozen=True, slots=True)
class Assigned:
    """An app user that gets a form. gets_all: because it gets every form of the project."""

    actor_id: int
    name: str
    gets_all: bool


@dataclass(frozen=True, slots=True)
class Effect:
    """What it means for tablets that a form leaves their list. losing: app users that have it in their list now.

    emptied: those of them whose list would then be empty.
    """

    losing: int
    emptied: int


def assigned(session: Session, project_id: int, form_id: int) -> list[Assigned]:
    """The app users that get a form, oldest first; not those whose key was revoked."""
    rows = session.execute(
        select(Actor.id, Actor.display_name, Assignment.form_id)
        .join(Assignment, Assignment.actor_id == Actor.id)
        .join(AppUser, AppUser.actor_id == Actor.id)
        .where(AppUser.project_id == project_id, AppUser.revoked_at.is_(None), Actor.deleted_at.is_(None))
        .where(Assignment.project_id == project_id, Assignment.role_id == ROLE_ID)
        .where(or_(Assignment.form_id.is_(None), Assignment.form_id == form_id))
        .order_by(Actor.id, Assignment.id)
    )
    found: dict[int, Assigned] = {}
    for actor_id, name, one in rows:
        known = found.get(actor_id)
        found[actor_id] = Assigned(actor_id, name, one is None or (known is not None and known.gets_all))
    return list(found.values())


def effect(session: Session, project_id: int, form_ids: Collection[int]) -> Effect:
    """What it would mean for tablets if these forms left the list."""
    listed = set(session.scalars(_listed(project_id)))
    leaving, staying = listed & set(form_ids), listed - set(form_ids)
    losing = {one.actor_id for form_id in leaving for one in assigned(session, project_id, form_id)}
    kept = {one.actor_id for form_id in staying for one in assigned(session, project_id, form_id)}
    return Effect(len(losing), len(losing - kept))


def assign(session: Session, project_id: int, xml_form_id: str, actor_id: int, by: int) -> bool:
    """Give an app user a form; False when it gets that form already. Raises FormNotFound, AppUserNotFound."""
    form = life.locked(session, project_id, xml_form_id)
    rows = _rows(session, project_id, actor_id)
    if any(row.form_id in (None, form.id) for row in rows):
        return False
    _add(session, project_id, form.id, actor_id, by)
    return True


def assign_all(session: Session, project_id: int, actor_id: int, by: int) -> bool:
    """Give an app user every form of the project, those published later too; False when it gets them already.

    Raises AppUserNotFound.
    """
    rows = _rows(session, project_id, actor_id)
    if any(row.form_id is None for row in rows):
        return False
    _remove(session, rows)
    _add(session, project_id, None, actor_id, by)
    return True


def unassign(
    session: Session, project_id: int, xml_form_id: str, actor_id: int, by: int, *, may_empty: bool = False
) -> bool:
    """Take a form from an app user; False when it does not get it.

    One that gets all forms then gets all others there are, and those published later only when they are assigned.
    may_empty: that its tablet is left without any form is meant. Raises FormNotFound, AppUserNotFound, LastForm.
    """
    form = life.locked(session, project_id, xml_form_id)
    rows = _rows(session, project_id, actor_id)
    taken = [row for row in rows if row.form_id in (None, form.id)]
    if not taken:
        return False
    others = {row.form_id for row in rows if row.form_id not in (None, form.id)}
    new = set()
    if any(row.form_id is None for row in taken):
        new = set(session.scalars(_living(project_id))) - others - {form.id}
    if not may_empty and not (others | new) & set(session.scalars(_listed(project_id))):
        name = session.get_one(Actor, actor_id).display_name
        raise LastForm(actor_id=actor_id, name=name)
    _remove(session, taken)
    for form_id in sorted(new):
        session.add(Assignment(actor_id=actor_id, role_id=ROLE_ID, project_id=project_id, form_id=form_id))
    session.flush()
    details = {"role_id": ROLE_ID, "form_id": form.id}
    audit.log(session, by, "field_key.assignment.delete", "actor", actor_id, details)
    return True


def _rows(session: Session, project_id: int, actor_id: int) -> Sequence[Assignment]:
    """What an app user was given, locked with the app user. Raises AppUserNotFound."""
    app_user = session.scalar(
        select(AppUser)
        .where(AppUser.actor_id == actor_id, AppUser.project_id == project_id)
        .where(exists().where(Actor.id == actor_id, Actor.deleted_at.is_(None)))
        .with_for_update(key_share=True)
    )
    if app_user is None:
        raise AppUserNotFound(actor_id=actor_id)
    return session.scalars(
        select(Assignment)
        .where(Assignment.actor_id == actor_id, Assignment.project_id == project_id)
        .where(Assignment.role_id == ROLE_ID)
        .order_by(Assignment.id)
    ).all()


def _add(session: Session, project_id: int, form_id: int | None, actor_id: int, by: int) -> None:
    session.add(Assignment(actor_id=actor_id, role_id=ROLE_ID, project_id=project_id, form_id=form_id))
    session.flush()
    details = {"role_id": ROLE_ID, "form_id": form_id}
    audit.log(session, by, "field_key.assignment.create", "actor", actor_id, details)


def _remove(session: Session, rows: Sequence[Assignment]) -> None:
    session.execute(delete(Assignment).where(Assignment.id.in_([row.id for row in rows])))


def _living(project_id: int) -> Select[int]:
    return select(Form.id).where(Form.project_id == project_id, Form.deleted_at.is_(None))


def _listed(project_id: int) -> Select[int]:
    return _living(project_id).where(Form.state == "open", Form.current_version_id.is_not(None))
