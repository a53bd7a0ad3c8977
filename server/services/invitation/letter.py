"""What stands in a printed letter."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from reports.letter import Letter
from server.clock import VIETNAM
from server.models import Actor, User
from server.services import one_time, project
from server.services.person.people import roles
from server.services.person.place import places


def letter(
    session: Session,
    actor_id: int,
    project_id: int,
    code: str,
    until: datetime,
    base: str,
    hotline: str,
    today: date,
) -> Letter:
    """The letter with a code that was made good. base: address of the server, no slash at its end."""
    user = session.get_one(User, actor_id)
    return Letter(
        programme=project.get(session, project_id).name,
        is_new=user.must_change_password,
        name=session.get_one(Actor, actor_id).display_name,
        user_name=user.email,
        roles=tuple(names[0] for _, names in roles(session, [actor_id]).get(actor_id, ())),
        units=tuple(place.name for place in places(session, [actor_id], today).get(actor_id, ())),
        address=f"{base}/invitation",
        link=f"{base}/invitation/{code}",
        code=one_time.grouped(code),
        until=f"{until.astimezone(VIETNAM):%H:%M ngày %d/%m/%Y}",
        made_on=today,
        hotline=hotline,
    )
