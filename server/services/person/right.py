"""Who may manage whom: within one's own units, and nobody who may do more than oneself."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.errors import PageNotFound, Problem
from server.models import Actor, Assignment, Role, User
from server.scope import Scope
from server.services import actor
from server.services.actor import Identity

ROLES = (
    "admin",
    "national_admin",
    "province_admin",
    "province_editor",
    "commune_supervisor",
    "reviewer",
    "official",
)
"""Roles that people are given on the pages, from the highest; others come by the command line."""
ADMIN = "admin"
SITE_WIDE = (ADMIN,)
"""Roles that hold on the whole site, not in one project."""


class PersonNotFound(PageNotFound):
    """Nobody of that number, or nobody within one's units: the answer is the same."""


class PersonAbove(Problem):
    """Somebody who may do what one may not oneself, or oneself."""

    code = "403.1"
    message_vi = (
        "Tài khoản của anh/chị không được thay đổi người này: người đó có quyền mà anh/chị không có, hoặc là chính "
        "anh/chị. Xin nhờ quản trị viên cấp trên."
    )
    message_en = (
        "Your account may not change this person, who has rights that you do not have, or is yourself. Please ask "
        "an administrator above you."
    )


class LastAdministrator(Problem):
    """Without this one nobody could manage the site any more."""

    code = "409.1"
    message_vi = "Đây là quản trị viên hệ thống cuối cùng. Xin giao vai trò đó cho người khác trước."
    message_en = "This is the last administrator of the site. Please give that role to somebody else first."


@dataclass(frozen=True, slots=True)
class Offer:
    """A role that may be given. needs_unit: it shows nothing to somebody who is bound to no unit."""

    system: str
    names: tuple[str, str]
    needs_unit: bool


def find(session: Session, seen: Scope, actor_id: int) -> User:
    """Somebody within one's units, shut out or not. Raises PersonNotFound."""
    statement = select(User).join(Actor, Actor.id == User.actor_id).where(Actor.deleted_at.is_(None))
    found = session.scalar(seen.people(statement.where(User.actor_id == actor_id)))
    if found is None:
        raise PersonNotFound
    return found


def may_manage(who: Identity, other: Identity) -> bool:
    """Whether all that somebody holds is held by who would manage them too; nobody manages themselves."""
    return who.actor_id != other.actor_id and all(
        who.may(verb, grant.project_id) for grant in other.grants for verb in grant.verbs
    )


def require(session: Session, seen: Scope, who: Identity, actor_id: int) -> User:
    """Somebody one may manage. Raises PersonNotFound, PersonAbove."""
    found = find(session, seen, actor_id)
    if not may_manage(who, actor.get(session, actor_id)):
        raise PersonAbove
    return found


def offered(session: Session, who: Identity, project_id: int) -> list[Offer]:
    """The roles somebody may give: those of which they hold every verb, the highest first."""
    held = {role.system: role for role in session.scalars(select(Role).where(Role.system.in_(ROLES)))}
    return [
        Offer(system, (held[system].name_vi, held[system].name_en), "unit.all" not in held[system].verbs)
        for system in ROLES
        if system in held
        and all(who.may(verb, project_of(system, project_id)) for verb in held[system].verbs)
    ]


def project_of(role: str, project_id: int) -> int | None:
    """Where a role given in a project holds; None: on the whole site."""
    return None if role in SITE_WIDE else project_id


def keep_an_administrator(session: Session, without: int) -> None:
    """Raises LastAdministrator when somebody is the only one left who may manage everything."""
    holders = (
        select(func.count(func.distinct(User.actor_id)))
        .join(Actor, Actor.id == User.actor_id)
        .join(Assignment, Assignment.actor_id == User.actor_id)
        .join(Role, Role.id == Assignment.role_id)
        .where(Role.system == ADMIN, Actor.deleted_at.is_(None), User.disabled_at.is_(None))
    )
    is_one = session.scalar(holders.where(User.actor_id == without))
    if is_one and not session.scalar(holders.where(User.actor_id != without)):
        raise LastAdministrator
