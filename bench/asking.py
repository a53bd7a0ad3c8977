"""What tablets ask for all day: the list of forms, whether the server is there, whether a list has changed."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from flask import Flask, Response
from sqlalchemy import select, text

from bench.figures import Figure
from bench.measure import median_ms
from bench.place import Place, call
from server import db
from server.cli.demo import PROJECT_ID
from server.clock import today
from server.models import ClubUnit, Entity, EntityList
from server.services import app_user, entity
from server.services.actor import SYSTEM_ID

PROVINCE = "58"
COMMUNE = "commune"
"""Under this name a tablet of one commune with clubs is enrolled."""
FORM_LIST_MS = 3
FLOOR = "a Flask view answering a constant after SELECT 1"
CHECKED = (
    "formList",
    *(f"forms/{name}/manifest" for name in ("club_founding", "club_meeting", "member_survey")),
)
"""What ODK Collect asks for at each check while nothing is new."""
TABLETS, CHECK_SECONDS, CORE_SHARE_PERCENT = 1000, 15 * 60, 10
ROWS, CLUBS_OF_ROWS = 100_000, 3_000


def figures(place: Place, runs: int) -> Iterator[Figure]:
    """formList, HEAD before a submission, and the manifest of a form whose entity lists have not changed."""
    floor = floor_ms(place, runs)
    for vi, en, method, path, status, goal in (
        ("formList, 3 biểu mẫu", "form list with 3 forms", "GET", "formList", "200", FORM_LIST_MS),
        ("HEAD trước khi gửi phiếu", "HEAD before a submission", "HEAD", "submission", "204", None),
        (
            "Danh mục tệp của biểu mẫu, danh sách không đổi",
            "manifest: unchanged entity lists looked at again",
            "GET",
            "forms/club_meeting/manifest",
            "200",
            None,
        ),
    ):
        ask = partial(_ask, place, method, path, status)
        yield Figure(vi, en, median_ms(ask, runs), floor, FLOOR, goal=goal)


def checks(place: Place, runs: int) -> Iterator[Figure]:
    """What share of one core a thousand tablets take that check for new forms and lists every 15 minutes."""
    _enrol_commune(place)
    floor = _share(len(CHECKED) * floor_ms(place, runs))
    for vi, en, tablet in (
        ("1.000 máy của xã kiểm tra mỗi 15 phút", "checks of 1,000 tablets, one commune each", COMMUNE),
        (
            "1.000 máy của tỉnh kiểm tra mỗi 15 phút",
            "checks of 1,000 tablets, a whole province each",
            PROVINCE,
        ),
    ):
        took = median_ms(partial(_check, place, tablet), runs)
        floor_en = f"{len(CHECKED)} × {FLOOR}"
        goal = CORE_SHARE_PERCENT
        yield Figure(vi, f"{en} (share of a core)", _share(took), floor, floor_en, unit="%", goal=goal)


def token(place: Place, runs: int) -> Iterator[Figure]:
    """What it takes to learn whether a list of 100,000 rows has changed for one tablet."""
    list_id = _long_list(place)
    for vi, en, tablet in (
        ("Danh sách 100.000 dòng có đổi không, máy của xã", "whether 100,000 rows changed: commune", COMMUNE),
        (
            "Danh sách 100.000 dòng có đổi không, máy của tỉnh",
            "whether 100,000 rows changed: province",
            PROVINCE,
        ),
    ):
        viewer = entity.Viewer(place.tablets[tablet].actor_id, today())
        with place.database.reading() as session:
            took = median_ms(partial(entity.seen, session, viewer, [list_id]), runs)
            one = select(EntityList.__table__).where(EntityList.id == list_id)
            floor = median_ms(lambda: session.connection().execute(one).one(), runs)  # noqa: B023 - called at once
        yield Figure(vi, en, took, floor, "SELECT of one row by its key")


def _share(ms: float) -> float:
    """Processor time of one check as the share of one core, in percent, that all tablets take together."""
    return 100 * ms * TABLETS / (1000 * CHECK_SECONDS)


def _check(place: Place, tablet: str) -> None:
    for path in CHECKED:
        _ask(place, "GET", path, "200", tablet)


def _enrol_commune(place: Place) -> None:
    """A tablet bound to the commune that has the club founded first."""
    first = select(ClubUnit.unit_id).order_by(ClubUnit.valid_from, ClubUnit.club_id).limit(1)
    with place.database.transaction() as session:
        bound_to = session.scalars(first).one()
        place.tablets[COMMUNE] = app_user.create(session, PROJECT_ID, COMMUNE, [bound_to], SYSTEM_ID)


def _long_list(place: Place) -> int:
    """A list of 100,000 people in 3,000 clubs, those of the sample data among them."""
    with place.database.transaction() as session:
        clubs = list(session.scalars(select(ClubUnit.club_id).distinct().order_by(ClubUnit.club_id)))
        clubs += [str(UUID(int=number, version=4)) for number in range(CLUBS_OF_ROWS - len(clubs))]
        added = EntityList(
            project_id=PROJECT_ID, name="bench", properties=["club_id"], access={"type": "unit"}
        )
        session.add(added)
        session.flush()
        rows = [_row(added, number, clubs[number % len(clubs)]) for number in range(ROWS)]
        db.add_rows(session.connection(), Entity.__table__, rows)
        entity.part.note(session.connection(), ((None, row) for row in rows))
        return added.id


def _row(of: EntityList, number: int, club_id: str) -> db.Values:
    data = {"club_id": club_id}
    made = datetime(2021, 1, 1, tzinfo=UTC)
    return {
        "id": str(UUID(int=2**64 + number, version=4)),
        "entity_list_id": of.id,
        "club_id": club_id,
        "part": entity.access.part(of.access, club_id, data),
        "label": f"{number}",
        "data": data,
        "version": 1,
        "created_at": made,
        "updated_at": made,
        "deleted_at": None,
    }


def _ask(place: Place, method: str, path: str, expected: str, tablet: str = PROVINCE) -> None:
    status, body = place.ask(method, path, tablet)
    if not status.startswith(expected):
        raise RuntimeError(f"{method} {path}: {status} {body.decode()}")


def floor_ms(place: Place, runs: int) -> float:
    """The least that an answer of this framework from this database can cost."""
    app, one = Flask("floor"), text("SELECT 1")

    @app.get("/")
    def constant() -> Response:
        with place.database.reader.connect() as connection:
            connection.execute(one).scalar()
        return Response(b"x" * 2000, content_type="text/xml; charset=utf-8")

    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
    }
    return median_ms(lambda: call(app, dict(environ)), runs)
