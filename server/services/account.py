"""One's own account: name, language, and the browsers one is signed in with."""

from sqlalchemy import Delete, delete
from sqlalchemy.orm import Session

from server.errors import Problem
from server.i18n import Language
from server.models import Actor, User
from server.models import Session as WebSession
from server.services import audit
from server.services.person.act import clean_name, name_faults
from server.services.sought import sought


class NameRefused(Problem):
    """No name, or one that is too long."""

    code = "400.11"
    message_vi = "{vi}"
    message_en = "{en}"


def change(session: Session, actor_id: int, name: str, language: Language) -> None:
    """Change one's own name and the language of pages. Raises NameRefused."""
    written = clean_name(name)
    for vi, en in name_faults(written).values():
        raise NameRefused(vi=vi, en=en)
    known, user = session.get_one(Actor, actor_id), session.get_one(User, actor_id)
    changed = [
        field
        for field, old, new in (("name", known.display_name, written), ("language", user.language, language))
        if old != new
    ]
    if changed:
        known.display_name, user.language, user.sought = written, language, sought(written, user.email)
        session.flush()
        audit.log(session, actor_id, "user.update", "actor", actor_id, {"changed": changed})


def end_session(session: Session, actor_id: int, token_hash: str) -> None:
    """Sign out of one browser. One that is signed out already is no fault."""
    _end(session, actor_id, delete(WebSession).where(WebSession.token_hash == token_hash))


def end_others(session: Session, actor_id: int, here: str) -> None:
    """Sign out of every browser but the one with this hash of its token."""
    _end(session, actor_id, delete(WebSession).where(WebSession.token_hash != here))


def _end(session: Session, actor_id: int, which: Delete) -> None:
    ended = session.execute(which.where(WebSession.actor_id == actor_id).returning(WebSession.actor_id)).all()
    if ended:
        audit.log(session, actor_id, "session.end", "actor", actor_id, {"sessions": len(ended)})
