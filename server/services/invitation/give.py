"""Giving somebody a code: to a new person, or to one who lost the password. A newer code ends the older ones."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import String, cast, select
from sqlalchemy.orm import Session

from server import db
from server.clock import now
from server.errors import Problem
from server.models import Actor, Audit, Invitation, User
from server.scope import Scope
from server.services import audit, one_time, open_code, person
from server.services import user as users
from server.services.actor import Identity
from server.services.person import PersonRefused
from server.services.person.act import NOT_YOURS, TURN, clean_name, email_faults, find_unit, name_faults
from server.services.person.right import project_of

DAYS = 7
AGAIN = timedelta(minutes=15)
"""How long somebody waits for one more mail to a forgotten password."""
SAME_FORM = timedelta(hours=1)
MAIL, LETTER = "mail", "letter"


class LetterReplaced(Problem):
    """The page is an old one: its letter was used, or another took its place."""

    code = "409.1"
    message_vi = "Thư in từ trang này đã được dùng hoặc thay bằng thư khác. Xin tải lại trang rồi in thư mới."
    message_en = (
        "The letter of this page was used, or another took its place. Please reload the page and print anew."
    )


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody new, as typed. unit: code or name; "" for a role that needs none. by_mail: else by letter."""

    name: str
    email: str
    role: str
    unit: str
    by_mail: bool
    language: str


@dataclass(frozen=True, slots=True)
class Status:
    """What became of somebody's newest code: waiting, failed, sent, printed, used or over."""

    state: str
    at: datetime
    until: datetime
    problem: str = ""


def invite(session: Session, seen: Scope, who: Identity, project_id: int, new: Invited, today: date) -> int:
    """Add a person with one role, and with the mail that invites them if it goes by mail; gives the actor's id.

    The same form sent again gives the same person. Raises PersonRefused with every fault at once.
    """
    db.take_turn(session, TURN)
    if (same := _same(session, who, new)) is not None:
        return same
    offers = {offer.system: offer for offer in person.offered(session, who, project_id)}
    name, unit_ids = clean_name(new.name), set[int]()
    faults = name_faults(name) | email_faults(session, new.email, None)
    if new.role not in offers:
        faults["role"] = NOT_YOURS
    if new.unit.strip() or seen.unit_ids is not None or (new.role in offers and offers[new.role].needs_unit):
        try:
            unit_ids = {find_unit(session, seen, new.unit, today).id}
        except PersonRefused as refused:
            faults |= refused.faults
    if faults:
        raise PersonRefused(faults)
    where = project_of(new.role, project_id)
    made = users.create(session, new.email, name, new.role, who.actor_id, where, unit_ids)
    if new.by_mail:
        by_mail(session, made.actor_id, who.actor_id, now(), new.language)
    return made.actor_id


def by_mail(session: Session, actor_id: int, by: int | None, at: datetime, language: str) -> None:
    """Have a code sent by mail. While one waits to be sent, another is not added."""
    waits = select(Invitation.id).where(
        Invitation.actor_id == actor_id,
        Invitation.channel == MAIL,
        Invitation.sent_at.is_(None),
        Invitation.ended_at.is_(None),
        Invitation.attempts == 0,
    )
    if session.scalar(waits.limit(1)) is None:
        _add(session, actor_id, MAIL, by, at, language, None)


def by_letter(session: Session, actor_id: int, by: int, at: datetime, code: str) -> datetime:
    """Make a code good that will be printed; gives until when. The same code again is the same letter.

    Raises LetterReplaced.
    """
    token = one_time.hashed(code)
    known = session.scalar(select(Invitation).where(Invitation.token_hash == token))
    if known is None:
        return _add(session, actor_id, LETTER, by, at, "vi", token).expires_at
    if known.used_at or known.ended_at:
        raise LetterReplaced
    return known.expires_at


def ask_again(session: Session, email: str, at: datetime, language: str) -> None:
    """Somebody says that they lost the password of an address: mail them a code, if there is such a person.

    Whoever asks learns nothing. One mail in a quarter of an hour.
    """
    user = users.find(session, email)
    if user is None or user.disabled_at is not None:
        return
    lately = select(Invitation.id).where(
        Invitation.actor_id == user.actor_id, Invitation.channel == MAIL, Invitation.created_at > at - AGAIN
    )
    if session.scalar(lately.limit(1)) is None:
        by_mail(session, user.actor_id, None, at, language)


def status(session: Session, actor_id: int, at: datetime) -> Status | None:
    """What became of somebody's newest code; None: they never had one."""
    mine = select(Invitation).where(Invitation.actor_id == actor_id)
    row = session.scalar(mine.order_by(Invitation.id.desc()).limit(1))
    if row is None:
        return None
    if row.used_at:
        return Status("used", row.used_at, row.expires_at)
    if row.ended_at or row.expires_at <= at:
        return Status("over", row.ended_at or row.expires_at, row.expires_at)
    if row.channel == LETTER:
        return Status("printed", row.created_at, row.expires_at)
    if row.sent_at:
        return Status("sent", row.sent_at, row.expires_at)
    state = "failed" if row.problem else "waiting"
    return Status(state, row.tried_at or row.created_at, row.expires_at, row.problem)


def _add(
    session: Session,
    actor_id: int,
    channel: str,
    by: int | None,
    at: datetime,
    language: str,
    token_hash: str | None,
) -> Invitation:
    # Anybody may say that the password is lost: a letter on its way to somebody does not end by that.
    open_code.end_all(session, actor_id, at, MAIL if by is None else "")
    row = Invitation(
        actor_id=actor_id,
        channel=channel,
        language=language,
        token_hash=token_hash,
        created_by=by,
        created_at=at,
        expires_at=at + timedelta(days=DAYS),
    )
    session.add(row)
    session.flush()
    audit.log(session, by, "user.invite", "actor", actor_id, {"channel": channel})
    return row


def _same(session: Session, who: Identity, new: Invited) -> int | None:
    """Whom the same person added a moment ago with the same name and address: the form came twice."""
    return session.scalar(
        select(User.actor_id)
        .join(Actor, Actor.id == User.actor_id)
        .join(Audit, Audit.actor_id == who.actor_id)
        .where(User.email == new.email.strip().lower(), Actor.display_name == clean_name(new.name))
        .where(Actor.created_at > now() - SAME_FORM, Actor.deleted_at.is_(None))
        .where(Audit.action == "user.create", Audit.actee_type == "actor")
        .where(Audit.actee_id == cast(User.actor_id, String))
        .limit(1)
    )
