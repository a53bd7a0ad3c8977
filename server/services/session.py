"""Signing in with a browser: attempts counted per account, sessions known by the hash of their token."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import BoundedSemaphore

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from server import log
from server.clock import VIETNAM
from server.errors import Problem
from server.models import Actor, Audit, User
from server.models import Session as WebSession
from server.services import audit, user
from server.services.actor import hash_token

SESSION_HOURS = 12
CODE_MINUTES = 10
"""How long somebody may take for the code once the password was right."""
ATTEMPTS = 5
WAIT = timedelta(minutes=15)
NOTED_EVERY = timedelta(minutes=5)
"""How exactly it is known when somebody was last there."""
TOKEN_BYTES = 32
ADDRESS_CHARACTERS, BROWSER_CHARACTERS = 45, 255
ATTEMPT, SUCCESS, ACCOUNT = "user.session.attempt", "user.session.create", "account"
_verifying = BoundedSemaphore(4)
"""Each check of a password takes 19 MiB: a flood of sign-ins shall wait, not fill the memory."""


class TooManyAttempts(Problem):
    """The account was tried too often; it opens again by itself."""

    code = "429.1"
    message_vi = "Đã nhập sai quá nhiều lần. Xin chờ đến {until} rồi thử lại."
    message_en = "Too many failed attempts. Please wait until {until} and try again."


class WrongPassword(Problem):
    """The address or the password is wrong; which of them is not said."""

    code = "403.1"
    message_vi = "Địa chỉ e-mail hoặc mật khẩu không đúng."
    message_en = "The e-mail address or the password is wrong."


@dataclass(frozen=True, slots=True)
class Client:
    """What a browser says of itself when it signs in. address: its IP address."""

    address: str = ""
    browser: str = ""


NOBODY = Client()


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who sits at a signed-in browser. csrf: the word every form of theirs carries."""

    actor_id: int
    email: str
    name: str
    language: str
    csrf: str
    must_change_password: bool
    seen_at: datetime | None
    token_hash: str
    owes_factor: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """Whose password was right, and whose code is still to come."""

    actor_id: int
    email: str


def note_attempt(session: Session, email: str, at: datetime) -> None:
    """Count one attempt before its password is looked at, so that attempts at the same moment count too.

    Five attempts without a success within 15 minutes close the account to all until the first of them is 15 minutes
    old, known address or not. Raises TooManyAttempts, in the time of Vietnam.
    """
    account = _digest(email)
    mine = select(Audit.logged_at).where(Audit.actee_type == ACCOUNT, Audit.actee_id == account)
    success = session.scalar(select(func.max(mine.where(Audit.action == SUCCESS).subquery().c.logged_at)))
    since = max(at - WAIT, success) if success else at - WAIT
    tried = mine.where(Audit.action == ATTEMPT, Audit.logged_at > since)
    attempts = session.scalars(tried.order_by(Audit.logged_at.desc(), Audit.id.desc()).limit(ATTEMPTS)).all()
    if len(attempts) == ATTEMPTS:
        raise TooManyAttempts(until=f"{(attempts[-1] + WAIT).astimezone(VIETNAM):%H:%M %d/%m/%Y}")
    audit.log(session, None, ATTEMPT, ACCOUNT, account)


def verify(session: Session, email: str, password: str) -> int:
    """The actor whose address and password these are. Raises WrongPassword, after the same time in every case."""
    with _verifying:
        found = user.verify(session, email, password)
    if found is None:
        raise WrongPassword
    return found.actor_id


def begin(session: Session, actor_id: int, email: str, at: datetime, client: Client = NOBODY) -> str:
    """Open a session and forget those that are over; gives the token for the cookie, of which only a hash is kept."""
    token = _open(session, actor_id, at, at + timedelta(hours=SESSION_HOURS), client)
    session.execute(update(User).where(User.actor_id == actor_id).values(last_seen_at=at))
    audit.log(session, actor_id, SUCCESS, ACCOUNT, _digest(email))
    return token


def begin_waiting(session: Session, actor_id: int, at: datetime, client: Client) -> str:
    """Remember that somebody's password was right while they give the code; gives the token for its cookie."""
    return _open(session, actor_id, at, at + timedelta(minutes=CODE_MINUTES), client, awaits_code=True)


def find_waiting(session: Session, token: str, at: datetime) -> Waiting | None:
    """Whose code is still to come; None: nobody's, or no longer."""
    row = session.execute(
        select(User.actor_id, User.email)
        .join(Actor, Actor.id == User.actor_id)
        .join(WebSession, WebSession.actor_id == User.actor_id)
        .where(WebSession.token_hash == hash_token(token), WebSession.expires_at > at, WebSession.awaits_code)
        .where(Actor.deleted_at.is_(None), User.disabled_at.is_(None))
    ).one_or_none()
    return Waiting(*row) if row else None


def forget(session: Session, token: str) -> None:
    """The code came: nobody waits any more."""
    session.execute(delete(WebSession).where(WebSession.token_hash == hash_token(token)))


def _open(
    session: Session,
    actor_id: int,
    at: datetime,
    until: datetime,
    client: Client,
    *,
    awaits_code: bool = False,
) -> str:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.execute(delete(WebSession).where(WebSession.expires_at <= at))
    session.execute(
        insert(WebSession),
        {
            "token_hash": hash_token(token),
            "actor_id": actor_id,
            "csrf": secrets.token_urlsafe(TOKEN_BYTES),
            "created_at": at,
            "expires_at": until,
            "awaits_code": awaits_code,
            "address": client.address[:ADDRESS_CHARACTERS],
            "browser": log.printable(client.browser)[:BROWSER_CHARACTERS],
            "last_seen_at": at,
        },
    )
    return token


def find(session: Session, token: str, at: datetime) -> Viewer | None:
    """Whose session a token is; None when it is unknown, over, or of somebody who was deleted or shut out."""
    row = session.execute(
        select(
            User.actor_id,
            User.email,
            Actor.display_name,
            User.language,
            WebSession.csrf,
            User.must_change_password,
            WebSession.last_seen_at,
            WebSession.token_hash,
        )
        .join(Actor, Actor.id == User.actor_id)
        .join(WebSession, WebSession.actor_id == User.actor_id)
        .where(
            WebSession.token_hash == hash_token(token), WebSession.expires_at > at, ~WebSession.awaits_code
        )
        .where(Actor.deleted_at.is_(None), User.disabled_at.is_(None))
    ).one_or_none()
    return Viewer(*row) if row else None


def is_stale(viewer: Viewer, at: datetime) -> bool:
    """Whether it is time to note again that somebody is there."""
    return viewer.seen_at is None or viewer.seen_at <= at - NOTED_EVERY


def note_seen(session: Session, viewer: Viewer, at: datetime) -> None:
    """Note that somebody is there, for who looks at the list of people or of sessions."""
    mine = WebSession.token_hash == viewer.token_hash
    session.execute(update(WebSession).where(mine).values(last_seen_at=at))
    session.execute(update(User).where(User.actor_id == viewer.actor_id).values(last_seen_at=at))


def forgive(session: Session, email: str) -> None:
    """Forget the attempts of somebody who is known by their session and has given the right password."""
    audit.log(session, None, SUCCESS, ACCOUNT, _digest(email))


def end(session: Session, token: str, actor_id: int) -> None:
    """Close one session."""
    session.execute(delete(WebSession).where(WebSession.token_hash == hash_token(token)))
    audit.log(session, actor_id, "session.end", "actor", actor_id)


def end_all(session: Session, actor_id: int) -> None:
    """Close every session of somebody, such as after a change of password."""
    session.execute(delete(WebSession).where(WebSession.actor_id == actor_id))


def _digest(email: str) -> str:
    """What the audit log knows of an address that somebody tried: enough to count, not to read."""
    return hashlib.sha256(email.strip().lower().encode()).hexdigest()
