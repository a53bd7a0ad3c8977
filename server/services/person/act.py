"""What is done to people, each act with its line in the audit log. Doing one again changes nothing."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from server import db
from server.clock import now
from server.errors import BadEmail, Problem, RoleNotFound
from server.models import Actor, ActorUnit, Assignment, Role, Unit, User
from server.models import Session as WebSession
from server.scope import Scope
from server.services import audit, open_code, second_factor, throttle
from server.services import user as users
from server.services.actor import Identity
from server.services.enrolment.place import Gazetteer, NotOneUnit
from server.services.person import right
from server.services.sought import sought
from server.services.unit import key_of

NAME_CHARACTERS = 120
TURN = 3_000_007
"""Whose turn it is to give or end a role: two who end the roles of the last two administrators would else both."""
NO_NAME = ("Xin điền họ và tên.", "Please fill in the name.")
LONG_NAME = ("Dài quá 120 chữ.", "Longer than 120 characters.")
BAD_EMAIL = ("Xin viết địa chỉ thư dạng ten@coquan.vn.", "Please write an address such as name@office.vn.")
TAKEN = ("Đã có tài khoản với địa chỉ này.", "There already is an account with this address.")
NO_UNIT = ("Xin ghi mã hoặc tên đơn vị.", "Please write a unit's code or name.")
OUTSIDE = (
    "Đơn vị này ngoài địa bàn được giao cho anh/chị.",
    "This unit is outside those in your charge.",
)
NOT_YOURS = ("Xin chọn một vai trò trong danh sách.", "Please choose a role of the list.")


class PersonRefused(Problem):
    """Some fields cannot be taken. faults: field → sentence in Vietnamese and in English."""

    code = "400.11"
    message_vi = "Chưa lưu được: {vi}"
    message_en = "Not saved: {en}"

    def __init__(self, faults: Mapping[str, tuple[str, str]]) -> None:
        self.faults = dict(faults)
        super().__init__(
            vi=" ".join(t[0] for t in faults.values()), en=" ".join(t[1] for t in faults.values())
        )


def rename(session: Session, seen: Scope, who: Identity, actor_id: int, name: str, email: str) -> None:
    """Correct a person's name and address. Raises PersonNotFound, PersonAbove, PersonRefused."""
    user = right.require(session, seen, who, actor_id)
    name, address = clean_name(name), email.strip().lower()
    faults = name_faults(name) | email_faults(session, email, actor_id)
    if faults:
        raise PersonRefused(faults)
    known = session.get_one(Actor, actor_id)
    changed = [
        field
        for field, old, new in (("name", known.display_name, name), ("email", user.email, address))
        if old != new
    ]
    if "email" in changed:
        open_code.end_all(
            session, actor_id, now()
        )  # They went to an address that was wrong, or is no longer theirs.
    if changed:
        known.display_name, user.email, user.sought = name, address, sought(name, address)
        session.flush()
        audit.log(session, who.actor_id, "user.update", "actor", actor_id, {"changed": changed})


def add_role(session: Session, seen: Scope, who: Identity, project_id: int, actor_id: int, role: str) -> None:
    """Give a role that one may give. Raises PersonNotFound, PersonAbove, PersonRefused."""
    right.require(session, seen, who, actor_id)
    if role not in {offer.system for offer in right.offered(session, who, project_id)}:
        raise PersonRefused({"role": NOT_YOURS})
    db.take_turn(session, TURN)
    role_id = _role_id(session, role)
    held = select(Assignment.id).where(Assignment.actor_id == actor_id, Assignment.role_id == role_id)
    if session.scalar(held.limit(1)) is not None:
        return
    where = right.project_of(role, project_id)
    session.add(Assignment(actor_id=actor_id, role_id=role_id, project_id=where))
    session.flush()
    audit.log(session, who.actor_id, "user.assignment.create", "actor", actor_id, {"role": role})


def end_role(session: Session, seen: Scope, who: Identity, actor_id: int, role: str) -> None:
    """Take a role away, wherever it was given. Raises PersonNotFound, PersonAbove, LastAdministrator, RoleNotFound."""
    right.require(session, seen, who, actor_id)
    db.take_turn(session, TURN)
    if role == right.ADMIN:
        right.keep_an_administrator(session, actor_id)
    ended = session.execute(
        delete(Assignment)
        .where(Assignment.actor_id == actor_id, Assignment.role_id == _role_id(session, role))
        .returning(Assignment.id)
    ).all()
    if ended:
        audit.log(session, who.actor_id, "user.assignment.delete", "actor", actor_id, {"role": role})


def add_unit(session: Session, seen: Scope, who: Identity, actor_id: int, text: str, today: date) -> None:
    """Bind a person to a unit within one's own, written by code or name.

    Raises PersonNotFound, PersonAbove, PersonRefused.
    """
    right.require(session, seen, who, actor_id)
    unit = find_unit(session, seen, text, today)
    if session.get(ActorUnit, (actor_id, unit.id)) is None:
        session.add(ActorUnit(actor_id=actor_id, unit_id=unit.id))
        session.flush()
        audit.log(session, who.actor_id, "user.unit.create", "actor", actor_id, {"unit": key_of(unit)})


def end_unit(session: Session, seen: Scope, who: Identity, actor_id: int, unit_id: int) -> None:
    """Bind a person to a unit no more. Somebody who sees only part of the country leaves at least one.

    Raises PersonNotFound, PersonAbove, PersonRefused.
    """
    right.require(session, seen, who, actor_id)
    bound = session.scalars(select(ActorUnit).where(ActorUnit.actor_id == actor_id)).all()
    row = next((one for one in bound if one.unit_id == unit_id), None)
    if row is None:
        return
    if seen.unit_ids is not None and len(bound) == 1:
        raise PersonRefused({"unit": _last_unit()})
    session.delete(row)
    session.flush()
    unit = session.get_one(Unit, unit_id)
    audit.log(session, who.actor_id, "user.unit.delete", "actor", actor_id, {"unit": key_of(unit)})


def disable(session: Session, seen: Scope, who: Identity, actor_id: int, at: datetime) -> None:
    """Shut somebody out and end their sessions; what they did stays. Raises PersonNotFound, PersonAbove,
    LastAdministrator."""
    user = right.require(session, seen, who, actor_id)
    db.take_turn(session, TURN)
    if user.disabled_at is not None:
        return
    right.keep_an_administrator(session, actor_id)
    user.disabled_at = at
    open_code.end_all(session, actor_id, at)
    session.execute(delete(WebSession).where(WebSession.actor_id == actor_id))
    session.flush()
    audit.log(session, who.actor_id, "user.disable", "actor", actor_id)


def enable(session: Session, seen: Scope, who: Identity, actor_id: int) -> None:
    """Let somebody in again. Raises PersonNotFound, PersonAbove."""
    user = right.require(session, seen, who, actor_id)
    if user.disabled_at is not None:
        user.disabled_at = None
        session.flush()
        audit.log(session, who.actor_id, "user.enable", "actor", actor_id)


def end_sessions(session: Session, seen: Scope, who: Identity, actor_id: int, word: str = "") -> None:
    """Sign somebody out. word: of one of their browsers; "" for all. Raises PersonNotFound, PersonAbove."""
    right.require(session, seen, who, actor_id)
    theirs = delete(WebSession).where(WebSession.actor_id == actor_id)
    if word:
        theirs = theirs.where(WebSession.token_hash == word)
    if ended := session.execute(theirs.returning(WebSession.actor_id)).all():
        audit.log(session, who.actor_id, "session.end", "actor", actor_id, {"sessions": len(ended)})


def end_factor(session: Session, seen: Scope, who: Identity, actor_id: int) -> None:
    """Ask somebody who lost telephone and paper for no code any more. Raises PersonNotFound, PersonAbove."""
    right.require(session, seen, who, actor_id)
    second_factor.turn_off(session, actor_id, who.actor_id)


def unlock(session: Session, seen: Scope, who: Identity, actor_id: int, at: datetime) -> None:
    """Let somebody who typed too much wrong try again at once. Raises PersonNotFound, PersonAbove."""
    user = right.require(session, seen, who, actor_id)
    if throttle.blocked_until(session, user.email, at):
        throttle.clear(session, user.email)
        audit.log(session, who.actor_id, "user.session.unlock", "actor", actor_id)


def find_unit(session: Session, seen: Scope, text: str, today: date) -> Unit:
    """A unit within one's own, as people write it. Raises PersonRefused."""
    if not text.strip():
        raise PersonRefused({"unit": NO_UNIT})
    try:
        unit = Gazetteer(session, today).find(text)
    except NotOneUnit as problem:
        raise PersonRefused({"unit": (_sentence(problem.vi), _sentence(problem.en))}) from problem
    within = seen.units_wholly_within()
    if within is not None and unit.id not in session.scalars(within).all():
        raise PersonRefused({"unit": OUTSIDE})
    return unit


def clean_name(typed: str) -> str:
    """A name with one space between words, and without signs that a terminal would obey or that turn others around."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in typed).split())


def name_faults(name: str) -> dict[str, tuple[str, str]]:
    """What is wrong with a name; empty when nothing is."""
    if not name:
        return {"name": NO_NAME}
    return {"name": LONG_NAME} if len(name) > NAME_CHARACTERS else {}


def email_faults(session: Session, email: str, actor_id: int | None) -> dict[str, tuple[str, str]]:
    """What is wrong with an address for somebody (None: somebody new); empty when nothing is."""
    try:
        address = users.address(email)
    except BadEmail:
        return {"email": BAD_EMAIL}
    owner = session.scalar(select(User.actor_id).where(User.email == address))
    return {} if owner in (None, actor_id) else {"email": TAKEN}


def _role_id(session: Session, role: str) -> int:
    found = session.scalar(select(Role.id).where(Role.system == role))
    if found is None:
        raise RoleNotFound(role=role, roles=", ".join(right.ROLES))
    return found


def _last_unit() -> tuple[str, str]:
    return (
        "Đây là đơn vị cuối cùng. Xin thêm đơn vị mới trước, hoặc khóa tài khoản.",
        "This is the last unit. Please add another one first, or shut the account out.",
    )


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
