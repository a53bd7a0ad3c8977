"""Sample data: made from one seed, sent in through the same service as a tablet's."""

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from PIL import Image, ImageDraw
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from server.blobs import Blob, BlobStore
from server.demo import document, life, setting
from server.demo.answers import Filled, founding, meeting, survey
from server.models import Form, Submission, Unit
from server.services import form, sent, submission
from server.services.sent import Held, Sender, Upload

SEED = "câu lạc bộ liên thế hệ"
SURVEYS = ((date(2020, 11, 16), "mid"), (date(2021, 11, 15), "yearly"))
"""Day and round of each survey."""
INTERVIEWS = 8
"""Members asked in each surveyed club, every second club of the provinces with real figures."""
FIRST_DAY, LAST_DAY = date(2017, 1, 1), date(2021, 12, 31)
"""Communes of sample clubs stand unchanged from one to the other: their districts' plans then stay comparable."""

Progress = Callable[[int, int], None]
"""Called with how many are in and how many there are."""


@dataclass(frozen=True)
class Published:
    """The current version of one form: what sample answers are written for."""

    version: str
    nodes: tuple[document.Node, ...]
    xml: bytes


class SampleRefused(RuntimeError):
    """A sample submission was kept aside: forms and sample data no longer fit each other."""


def is_loaded(session: Session, project_id: int) -> bool:
    """Whether the project holds any submission; sample data goes into an empty one only."""
    held = select(func.count(Submission.id)).join(Form).where(Form.project_id == project_id)
    return bool(session.scalar(held))


def load(
    session: Session,
    blobs: BlobStore,
    project_id: int,
    senders: Mapping[str, int],
    progress: Progress | None = None,
) -> int:
    """Send in the clubs of all sample provinces in order of receipt; gives how many submissions that were.

    senders: province code → the app user that sends. A project that holds submissions already is left as it is (0).
    Raises SampleRefused when a form has changed so that a sample no longer fits it.
    """
    if is_loaded(session, project_id):
        return 0
    forms = published(session, project_id)
    told = sorted(
        ((one, code) for code in senders for one in tell(session, code, forms)),
        key=lambda pair: (pair[0].received_at, pair[0].instance_id),
    )
    picture = blobs.store(_picture())
    for number, (one, code) in enumerate(told, 1):
        _send(session, blobs, project_id, one, forms[one.form_id], picture, senders[code])
        if progress is not None:
            progress(number, len(told))
    return len(told)


def published(session: Session, project_id: int) -> dict[str, Published]:
    """The project's current forms by form ID."""
    return {
        held.xml_form_id: Published(
            version.version, document.tree(form.fields(session, version.id)), version.xml
        )
        for held, version in form.current_versions(session, project_id)
    }


def tell(session: Session, province_code: str, forms: Mapping[str, Published]) -> Iterator[Filled]:
    """All forms of one province's clubs, club by club."""
    province = next(one for one in setting.PROVINCES if one.code == province_code)
    for club in setting.clubs(province, places(session, province)):
        yield from _club(life.found(club, SEED), forms)


def _club(lived: life.Life, forms: Mapping[str, Published]) -> Iterator[Filled]:
    yield founding.filled(lived, forms["club_founding"].version)
    version = forms["club_meeting"].version
    for number, month in enumerate(life.months(lived)):
        yield meeting.filled(lived, month, version)
        if lived.club.faults.month_twice and number == 4:
            yield meeting.filled(lived, month, version, "Gửi lại vì lần trước chưa chắc đã gửi được.")
            life.sent_twice(lived, month)
    for day, round_ in SURVEYS:
        if lived.club.number % 2 == 0 and lived.club.province.code != "34" and lived.club.founded_on < day:
            yield from _interviews(lived, day, round_, forms["member_survey"])


def _interviews(lived: life.Life, day: date, round_: str, asked: Published) -> Iterator[Filled]:
    truths = survey.truths(asked.xml)
    there = [
        one for one in lived.members if one.joined_on <= day and (one.left_on is None or one.left_on > day)
    ]
    for one in lived.rng.sample(there, INTERVIEWS):
        yield survey.filled(lived, one, day, round_, asked.version, truths)


def places(session: Session, province: setting.Province) -> dict[str, list[setting.Place]]:
    """District code → its communes that stood through the years of the sample, in order of code."""
    district, above = aliased(Unit), aliased(Unit)
    rows = session.execute(
        select(Unit, district, above)
        .join(district, Unit.parent_id == district.id)
        .join(above, district.parent_id == above.id)
        .where(above.code == province.code, district.code.in_(province.years), Unit.level == "c")
        .where(Unit.valid_from <= FIRST_DAY, or_(Unit.valid_to.is_(None), Unit.valid_to >= LAST_DAY))
        .where(Unit.lat.is_not(None))
        .order_by(Unit.code)
    ).all()
    found: dict[str, list[setting.Place]] = {}
    for commune, parent, top in rows:
        found.setdefault(parent.code, []).append(_place(commune, parent, top))
    return found


def _place(commune: Unit, district: Unit, province: Unit) -> setting.Place:
    assert commune.lat is not None
    assert commune.lon is not None
    return setting.Place(
        commune.code,
        _key(commune),
        commune.name,
        bool(commune.is_urban),
        _key(district),
        _key(province),
        commune.lat,
        commune.lon,
    )


def _key(unit: Unit) -> str:
    return f"{unit.code}@{unit.valid_from.isoformat()}"


def _picture() -> bytes:
    """A drawing of people who meet, in place of a photo: nobody takes it for one, nor for a code to scan."""
    drawn = Image.new("L", (480, 300), 235)
    pen = ImageDraw.Draw(drawn)
    for across, down in ((120, 150), (360, 150), (240, 120)):
        pen.ellipse((across - 75, down + 50, across + 75, down + 260), fill=150, outline=90, width=3)
        pen.ellipse((across - 42, down - 45, across + 42, down + 39), fill=190, outline=90, width=3)
    pen.rectangle((0, 0, 479, 299), outline=90, width=4)
    out = io.BytesIO()
    drawn.save(out, "PNG")
    return out.getvalue()


def _send(
    session: Session,
    blobs: BlobStore,
    project_id: int,
    one: Filled,
    to: Published,
    picture: Blob,
    actor_id: int,
) -> None:
    xml = document.write(to.nodes, one.form_id, to.version, one.answers, one.instance_id, one.instance_name)
    uploads = tuple(Upload(name, name, picture, "image/png") for name in one.files)
    sender = Sender(actor_id, str(one.answers["deviceid"]), None)
    outcome = submission.receive(session, blobs, sent.read(project_id, xml, uploads, sender, one.received_at))
    if isinstance(outcome, Held):
        raise SampleRefused(f"{one.form_id} {one.instance_id}: {outcome.reason}")
