"""What one tablet is given: the settings that Collect reads, and the card they are printed on."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.cards import Card
from server import collect_settings
from server.collect_settings import Holder
from server.models import Actor, ActorUnit, AppUser
from server.services import app_user, project
from server.services.enrolment.choice import changes, password
from server.services.enrolment.place import Gazetteer

MAX_USERNAME = 60
"""Letters of a name that go into the code: more would make it too dense to scan."""
NOWHERE = "Chưa có đơn vị"
"""Where cards of tablets without a unit are sorted."""


@dataclass(frozen=True, slots=True)
class Handout:
    """What goes to one tablet. code: the text of its QR code, as secret as a password."""

    actor_id: int
    name: str
    phone: str
    unit_ids: frozenset[int]
    holder: Holder
    code: str


def handout(
    session: Session, places: Gazetteer, actor_id: int, token: str, base_url: str, language: str
) -> Handout:
    """The code of a tablet with a key that was just made.

    base_url: where tablets reach the server, no slash at its end. Makes the project's password if it has none yet.
    Raises AppUserNotFound, ProjectNotFound.
    """
    found = app_user.get(session, actor_id)
    name = session.get_one(Actor, actor_id).display_name
    bound = frozenset(session.scalars(select(ActorUnit.unit_id).where(ActorUnit.actor_id == actor_id)))
    holder = _holder(session, places, found, name, bound, f"{base_url}/v1/key/{token}")
    chosen = project.get(session, found.project_id)
    password(session, found.project_id)
    settings = collect_settings.for_tablet(holder, language, changes(chosen))
    return Handout(actor_id, name, found.phone or "", bound, holder, collect_settings.encode(settings))


def card(places: Gazetteer, given: Handout) -> Card:
    """The card of a tablet, sorted under the first of its units."""
    units = tuple(places.label(unit_id) for unit_id in sorted(given.unit_ids))
    return Card(
        number=given.actor_id,
        name=given.name,
        project=given.holder.name,
        color=given.holder.color,
        commune=units[0] if units else NOWHERE,
        units=units,
        phone=given.phone,
        code=given.code,
    )


def _holder(
    session: Session,
    places: Gazetteer,
    found: AppUser,
    name: str,
    unit_ids: Collection[int],
    keyed_url: str,
) -> Holder:
    """Name and colour say the province: a tablet of one carries both, one for the country the project's name."""
    title, color = project.get(session, found.project_id).name, collect_settings.NEUTRAL
    icon = title[:1]
    provinces = places.provinces(unit_ids)
    today = {places.present(province).id: places.present(province) for province in provinces}
    if len(today) == 1:
        (present,) = today.values()
        shown = provinces[0] if len(provinces) == 1 else present
        title, icon, color = f"CLB – {shown.name}", shown.name[:1], collect_settings.color(present.code)
    return Holder(
        server_url=f"{keyed_url}/projects/{found.project_id}",
        name=title,
        color=color,
        icon=icon,
        username=name[:MAX_USERNAME],
        phone=found.phone or "",
    )
