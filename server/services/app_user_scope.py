"""What a tablet is given of the lists: the units its app user is bound to, and the properties that rules compare."""

from collections.abc import Collection

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from forms.entities import is_property_name
from server.errors import Problem
from server.models import ActorProperty, ActorUnit
from server.services import app_user, audit

RESERVED = "displayname"
"""A name ODK Central keeps for itself, in any case of letters."""
VALUE_CHARACTERS = 255


class BadActorProperty(Problem):
    """A name or value no app user can have."""

    code = "400.2"
    message_vi = (
        "Thuộc tính “{name}” không dùng được: tên gồm chữ cái, chữ số, gạch nối, gạch dưới, bắt đầu bằng chữ; "
        "giá trị không quá 255 ký tự."
    )
    message_en = (
        "Property “{name}” cannot be used: names have letters, digits, - and _, and begin with a letter; values at "
        "most 255 characters."
    )


def set_units(session: Session, actor_id: int, unit_ids: Collection[int], by: int) -> None:
    """Bind a tablet to these units and no others: at its next check it fetches their clubs and drops the rest.

    None at all: it gets no club. Raises AppUserNotFound.
    """
    app_user.get(session, actor_id)
    bound = set(session.scalars(select(ActorUnit.unit_id).where(ActorUnit.actor_id == actor_id)))
    wanted = set(unit_ids)
    if bound == wanted:
        return
    session.execute(delete(ActorUnit).where(ActorUnit.actor_id == actor_id))
    if wanted:
        rows = [{"actor_id": actor_id, "unit_id": unit_id} for unit_id in sorted(wanted)]
        session.execute(insert(ActorUnit), rows)
    details = {"units": sorted(wanted), "before": sorted(bound)}
    audit.log(session, by, "field_key.update", "actor", actor_id, details)


def properties(session: Session, actor_id: int) -> dict[str, str]:
    """The properties of an app user, by name. Raises AppUserNotFound."""
    app_user.get(session, actor_id)
    rows = session.execute(
        select(ActorProperty.name, ActorProperty.value)
        .where(ActorProperty.actor_id == actor_id)
        .order_by(ActorProperty.name)
    )
    return {row.name: row.value for row in rows}


def set_property(session: Session, actor_id: int, name: str, value: str, by: int) -> None:
    """Give an app user a property, or take it away (value empty). Raises AppUserNotFound, BadActorProperty.

    Only a value that an entity has letter for letter will match, so no space around it is kept.
    """
    app_user.get(session, actor_id)
    value = value.strip()
    if not is_property_name(name) or name.lower() == RESERVED or len(value) > VALUE_CHARACTERS:
        raise BadActorProperty(name=name)
    known = session.get(ActorProperty, (actor_id, name))
    if (known.value if known else "") == value:
        return
    if known is None:
        session.add(ActorProperty(actor_id=actor_id, name=name, value=value))
    elif value:
        known.value = value
    else:
        session.delete(known)
    session.flush()
    audit.log(session, by, "field_key.update", "actor", actor_id, {"properties": {name: value or None}})
