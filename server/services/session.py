"""Signing in with a browser: sessions known by the hash of their token."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import BoundedSemaphore

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from server import log
from server.errors import Problem
from server.models import Actor, User
from server.models import Session as WebSession
from server.services import audit, throttle, user
from server.services.actor import hash_token

SESSION_HOURS = 12
CODE_MINUTES = 10
"""How long somebody may take for the code once the password was right."""
NOTED_EVERY = timedelta(minutes=5)
"""How exactly it is known when somebody was last there."""
TOKEN_BYTES = 32
ADDRESS_CHARACTERS, BROWSER_CHARACTERS = 45, 255
_verifying = BoundedSemaphore(4)
"""Each check of a password takes 19 MiB: a flood of sign-ins shall wait, not fill the memory."""


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
    throttle.clear(session, email, client.address)
    audit.log(session, actor_id, "user.session.create", "account", throttle.digest(email))
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


def end(session: Session, token: str, actor_id: int) -> None:
    """Close one session."""
    session.execute(delete(WebSession).where(WebSession.token_hash == hash_token(token)))
    audit.log(session, actor_id, "session.end", "actor", actor_id)


def end_all(session: Session, actor_id: int) -> None:
    """Close every session of somebody, such as after a change of password."""
    session.execute(delete(WebSession).where(WebSession.actor_id == actor_id))
