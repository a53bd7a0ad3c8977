"""App users: a tablet's key to one project, bound to units. Only the tablet knows the key."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.blobs import BlobStore
from server.clock import now
from server.errors import AppUserNotFound, NoRights
from server.models import Actor, ActorUnit, AppUser, Assignment, Quarantine, RetiredKey, Unit
from server.services import audit, project, quarantine
from server.services.actor import hash_token
from server.services.sent import Held, Sent

ROLE_ID = 2
TOKEN_BYTES = 32
GRACE = timedelta(days=90)
"""How long a tablet may still send with a key that was revoked or replaced, unless the installation says otherwise."""
AT_ONCE = timedelta(0)
LATE = "revoked_key"
"""Why something is kept aside that came with a key whose time to send is over."""


LATE_ITEMS = 200
LATE_BYTES = 2**30
"""How much is kept aside of what one tablet sends with a key whose time is over: whoever found it may send for ever."""


class LateSubmission(NoRights):
    """A submission came with a key whose time to send is over; it was kept aside."""

    message_vi = (
        "Mã QR của máy này đã hết hạn gửi. Bài gửi đã được giữ riêng trên máy chủ; xin đừng xóa bài và báo cho người "
        "giám sát."
    )
    message_en = (
        "The time to send with this device's QR code is over. What you sent was kept aside; do not delete it, and "
        "please tell your supervisor."
    )


class TooMuchLate(NoRights):
    """So much came already with a key whose time to send is over that no more is kept."""

    message_vi = (
        "Mã QR của máy này đã hết hạn gửi và máy chủ đã giữ riêng nhiều phiếu của máy; phiếu này chưa được giữ, vẫn "
        "còn trong máy. Xin đừng xóa phiếu và mang máy đến người giám sát."
    )
    message_en = (
        "The time to send with this device's QR code is over, and much of what it sent is kept aside already; this "
        "form was not kept and is still on the device. Do not delete it; please bring the device to your supervisor."
    )


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A new app user. token is shown once: the database holds its hash."""

    actor_id: int
    token: str


@dataclass(frozen=True, slots=True)
class Listed:
    """An app user as lists show it; units by full name."""

    actor_id: int
    name: str
    units: tuple[str, ...]
    created_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None
    send_until: datetime | None
    phone: str | None


def create(
    session: Session,
    project_id: int,
    name: str,
    unit_ids: Collection[int],
    by: int,
    form_ids: Collection[int] | None = None,
    phone: str | None = None,
) -> Enrolled:
    """Give a tablet a key to a project.

    name, phone: of the enumerator who carries it. unit_ids: the units whose clubs it gets; none: it gets no club.
    form_ids: the forms it may fill, None for all of the project, those published later too. Raises ProjectNotFound.
    """
    project.get(session, project_id)
    actor = Actor(type="field_key", display_name=name, created_at=now())
    session.add(actor)
    session.flush()
    token = new_token()
    session.add(
        AppUser(
            actor_id=actor.id,
            project_id=project_id,
            token_hash=hash_token(token),
            created_by=by,
            phone=phone,
        )
    )
    for form_id in [None] if form_ids is None else sorted(form_ids):
        session.add(Assignment(actor_id=actor.id, role_id=ROLE_ID, project_id=project_id, form_id=form_id))
    session.add_all(ActorUnit(actor_id=actor.id, unit_id=unit_id) for unit_id in sorted(unit_ids))
    session.flush()
    details = {"project_id": project_id, "units": sorted(unit_ids)}
    audit.log(session, by, "field_key.create", "actor", actor.id, details)
    return Enrolled(actor.id, token)


def get(session: Session, actor_id: int) -> AppUser:
    """An app user, revoked or not. Raises AppUserNotFound."""
    found = session.get(AppUser, actor_id)
    if found is None:
        raise AppUserNotFound(actor_id=actor_id)
    return found


def new_token() -> str:
    """A key that nobody has yet."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def renew(
    session: Session, actor_id: int, by: int, grace: timedelta = GRACE, token: str | None = None
) -> str:
    """A new key for a tablet. With the old one it can only send, and only for the time of grace.

    The tablet is to be reconfigured, not added again. A key that was revoked gets no more time than it had left.
    token: one made before; None: a new one. Raises AppUserNotFound.
    """
    app_user = get(session, actor_id)
    at = now()
    until = at + grace
    ended_at = app_user.revoked_at or at
    if app_user.revoked_at is not None:
        until = min(until, app_user.send_until or app_user.revoked_at)
    if grace == AT_ONCE:
        until = ended_at
        _end_retired(session, actor_id)
    session.add(
        RetiredKey(token_hash=app_user.token_hash, actor_id=actor_id, retired_at=ended_at, send_until=until)
    )
    token = token or new_token()
    app_user.token_hash, app_user.revoked_at, app_user.send_until = hash_token(token), None, None
    session.flush()
    audit.log(session, by, "field_key.update", "actor", actor_id, {"send_until": until.isoformat()})
    return token


def revoke(session: Session, actor_id: int, by: int, grace: timedelta = GRACE) -> None:
    """End a key: for the time of grace the tablet can still send what it holds, and nothing else.

    Without grace, as for a stolen tablet, its earlier keys end too, and nothing that comes with any of them is kept. A
    key that was revoked before is never given more time. What was sent stays. Raises AppUserNotFound.
    """
    app_user = get(session, actor_id)
    at = now()
    until = None if grace == AT_ONCE else at + grace
    if until is None:
        _end_retired(session, actor_id)
    if app_user.revoked_at is None:
        app_user.revoked_at = at
    elif app_user.send_until is None or (until is not None and app_user.send_until <= until):
        return
    app_user.send_until = until
    session.flush()
    details = {"send_until": (until or at).isoformat()}
    audit.log(session, by, "field_key.session.end", "actor", actor_id, details)


def restore(session: Session, actor_id: int, by: int) -> None:
    """Undo `revoke`: the tablet works on with the key it has. Nothing when it was not revoked.

    Keys that were replaced stay replaced. Raises AppUserNotFound.
    """
    app_user = get(session, actor_id)
    if app_user.revoked_at is not None:
        app_user.revoked_at = app_user.send_until = None
        session.flush()
        audit.log(session, by, "field_key.restore", "actor", actor_id)


def _end_retired(session: Session, actor_id: int) -> None:
    """Take the time of grace, also what is over of it, from every key the tablet had before."""
    session.execute(
        update(RetiredKey).where(RetiredKey.actor_id == actor_id).values(send_until=RetiredKey.retired_at)
    )


def check_late(session: Session, actor_id: int) -> None:
    """Whether more is kept of what a tablet sends with a key whose time is over. Raises TooMuchLate.

    What was released by a person counts no more. To be asked before the body is read, so that none of it is stored.
    """
    kept = session.scalars(
        select(Quarantine.attachments).where(
            Quarantine.actor_id == actor_id, Quarantine.reason == LATE, Quarantine.released_at.is_(None)
        )
    ).all()
    if len(kept) >= LATE_ITEMS or sum(file["size"] for files in kept for file in files) >= LATE_BYTES:
        raise TooMuchLate


def hold_late(session: Session, blobs: BlobStore, sent: Sent) -> Held:
    """Keep aside what came with a key whose time to send is over: a person says whether it counts."""
    held = Held(LATE, LateSubmission())
    quarantine.keep(session, blobs, sent, held)
    return held


def listed(session: Session, project_id: int) -> list[Listed]:
    """The app users of a project, oldest first, revoked ones too."""
    rows = session.execute(
        select(AppUser, Actor)
        .join(Actor, Actor.id == AppUser.actor_id)
        .where(AppUser.project_id == project_id, Actor.deleted_at.is_(None))
        .order_by(AppUser.actor_id)
    ).all()
    units = _unit_names(session, [actor.id for _, actor in rows])
    return [
        Listed(
            actor.id,
            actor.display_name,
            tuple(units.get(actor.id, ())),
            actor.created_at,
            app_user.revoked_at,
            app_user.last_used_at,
            app_user.send_until,
            app_user.phone,
        )
        for app_user, actor in rows
    ]


def _unit_names(session: Session, actor_ids: Sequence[int]) -> dict[int, list[str]]:
    names: dict[int, list[str]] = {}
    for actor_id, name in session.execute(
        select(ActorUnit.actor_id, Unit.full_name)
        .join(Unit, Unit.id == ActorUnit.unit_id)
        .where(ActorUnit.actor_id.in_(actor_ids))
        .order_by(ActorUnit.actor_id, Unit.full_name, Unit.id)
    ):
        names.setdefault(actor_id, []).append(name)
    return names
