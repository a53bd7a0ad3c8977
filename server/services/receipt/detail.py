"""One tablet's receipt: what it has, what came from it by month, what is still to come and what to do about it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from reports.period import add_months
from server import scope as scopes
from server.blobs import Blob
from server.clock import VIETNAM
from server.errors import AppUserNotFound
from server.models import ActorUnit, Club, Download, EntityBacklog, Form, FormVersion, Quarantine, Submission
from server.scope import Scope
from server.services import actor, entity, form, quarantine, submission
from server.services.receipt import listing, problem
from server.services.receipt.model import DeviceSeen, Fetched, Lack, Receipt, SentMonth, Spoken, Tablet

MONTHS = 6
"""How many months of submissions a receipt tells of."""


def receipt(session: Session, scope: Scope, project_id: int, actor_id: int, at: datetime) -> Receipt:
    """The receipt of one app user within a scope. Raises AppUserNotFound for one that is not."""
    tablet = listing.one(session, scope, project_id, actor_id, at)
    if tablet is None:
        raise AppUserNotFound(actor_id=actor_id)
    month = listing.last_month(at)
    titles = _titles(session, project_id)
    sent = _sent(session, actor_id, titles, at)
    return Receipt(
        tablet=tablet,
        month=month,
        reported=tablet.clubs - tablet.missing,
        this_month=_count_reported(session, scope, actor_id, add_months(month, 1)),
        lacks=[
            _lack(code, items, month, tablet)
            for code in tablet.problems
            for items in [_items(session, scope, code, tablet, month, titles)]
        ],
        fetched=[(device, _fetched(session, project_id, tablet, device, at)) for device in tablet.devices],
        forms_sent=[title for title in titles.values() if any(title in one.counts for one in sent)],
        sent=sent,
        total=session.scalars(select(func.count()).where(Submission.actor_id == actor_id)).one(),
    )


def _lack(code: str, items: tuple[Spoken, ...], month: date, tablet: Tablet) -> Lack:
    return Lack(
        code=code,
        is_to_send=code in problem.TO_SEND,
        sentence=_sentence(code, month, tablet),
        advice=problem.ADVICE[code],
        items=items,
    )


def _sentence(code: str, month: date, tablet: Tablet) -> Spoken:
    """What is wrong, with its number where it has one."""
    match code:
        case "files":
            return (
                f"{tablet.files} ảnh hoặc tệp của phiếu chưa đến",
                f"{tablet.files} files of forms have not come",
            )
        case "waiting":
            return (
                f"{tablet.waiting} phiếu đang chờ phiếu gửi trước chưa đến",
                f"{tablet.waiting} forms wait for one before them that has not come",
            )
        case "missing":
            return (
                f"{tablet.missing}/{tablet.clubs} CLB chưa có báo cáo tháng {month:%m/%Y}",
                f"{tablet.missing} of {tablet.clubs} clubs have not reported on {month:%m/%Y}",
            )
        case "held":
            return f"{tablet.held} phiếu đang được giữ riêng", f"{tablet.held} forms are held aside"
    return problem.PROBLEMS[code]


def _items(
    session: Session, scope: Scope, code: str, tablet: Tablet, month: date, titles: dict[int, str]
) -> tuple[Spoken, ...]:
    """What a problem is about, line by line."""
    waits = Quarantine.reason == quarantine.WAITS
    match code:
        case "files":
            return _same(_files(session, tablet.actor_id, titles))
        case "waiting":
            changes = _same(_changes(session, tablet.actor_id, titles))
            return (*_quarantined(session, tablet.actor_id, waits), *changes)
        case "missing":
            return _same(_missing(session, scope, tablet.actor_id, month))
        case "held":
            return tuple(_quarantined(session, tablet.actor_id, ~waits))
        case "old_form":
            return _same(tablet.old_forms)
        case "old_collect":
            return _same([tablet.devices[0].collect_version or ""])
        case "shared_device":
            return _others(tablet.devices[0])
        case "shared_key":
            return _same(f"{one.device_id or '–'} · {_when(one.last_seen_at)}" for one in tablet.devices)
    return ()


def _same(lines: Iterable[str]) -> tuple[Spoken, ...]:
    """Lines of names, numbers and dates, which are the same in both languages."""
    return tuple((line, line) for line in lines)


def _others(device: DeviceSeen) -> tuple[Spoken, ...]:
    """Whose keys were used on a device too: names of those within the scope, and how many there are besides."""
    count = device.others_outside
    outside = f"mã của đơn vị hoặc dự án khác: {count}", f"keys of other units or projects: {count}"
    return (*_same(device.others), *([outside] if count else []))


def _files(session: Session, actor_id: int, titles: dict[int, str]) -> Iterator[str]:
    owed = submission.outstanding(session, [actor_id]).get(actor_id, [])
    ids = [one.submission_id for one in owed]
    rows = session.execute(
        select(Submission.id, Submission.form_id, Submission.received_at).where(Submission.id.in_(ids))
    )
    known = {row.id: row for row in rows}
    for one in owed:
        row = known[one.submission_id]
        name = one.instance_name or titles.get(row.form_id, "")
        yield f"{name} · {_when(row.received_at)}: {', '.join(one.names)}"


def _quarantined(session: Session, actor_id: int, wanted: ColumnElement[bool]) -> Iterator[Spoken]:
    """What is held of a tablet's and nobody has decided on, oldest first, with the reason."""
    this_form = (Form.project_id == Quarantine.project_id) & (Form.xml_form_id == Quarantine.xml_form_id)
    rows = session.execute(
        select(Quarantine.reason, Quarantine.received_at, Quarantine.xml_form_id, FormVersion.title)
        .outerjoin(Form, this_form)
        .outerjoin(FormVersion, FormVersion.id == Form.current_version_id)
        .where(Quarantine.actor_id == actor_id, listing.waits_for_person(), wanted)
        .order_by(Quarantine.received_at, Quarantine.id)
    )
    for reason, received_at, xml_form_id, title in rows:
        vi, en = quarantine.REASONS.get(reason, (reason, reason))
        what = f"{title or xml_form_id or '–'} · {_when(received_at)}"
        yield f"{what}: {vi}", f"{what}: {en}"


def _changes(session: Session, actor_id: int, titles: dict[int, str]) -> Iterator[str]:
    rows = session.execute(
        select(Submission.form_id, EntityBacklog.held_at)
        .join(EntityBacklog, EntityBacklog.submission_id == Submission.id)
        .where(Submission.actor_id == actor_id, EntityBacklog.forced_at.is_(None))
        .order_by(EntityBacklog.held_at, EntityBacklog.id)
    )
    for form_id, held_at in rows:
        yield f"{titles.get(form_id, '–')} · {_when(held_at)}"


def _missing(session: Session, scope: Scope, actor_id: int, month: date) -> Iterator[str]:
    clubs = scopes.clubs_of_actors(scope.day).where(ActorUnit.actor_id == actor_id).subquery()
    rows = session.execute(
        scope.clubs(
            select(Club.code, Club.name)
            .where(Club.id.in_(select(clubs.c.club_id)), listing.expected(month), ~listing.reported(month))
            .order_by(Club.code)
        )
    )
    return (f"{code} {name}" for code, name in rows)


def _count_reported(session: Session, scope: Scope, actor_id: int, month: date) -> int:
    clubs = scopes.clubs_of_actors(scope.day).where(ActorUnit.actor_id == actor_id).subquery()
    here = select(func.count()).where(Club.id.in_(select(clubs.c.club_id)), listing.reported(month))
    return session.scalars(scope.clubs(here.select_from(Club))).one()


def _sent(session: Session, actor_id: int, titles: dict[int, str], at: datetime) -> list[SentMonth]:
    """What came lately by month, the newest first; a month without anything is absent."""
    first = add_months(at.astimezone(VIETNAM).date().replace(day=1), 1 - MONTHS)
    since = datetime(first.year, first.month, 1, tzinfo=VIETNAM)
    rows = session.execute(
        select(Submission.form_id, Submission.received_at)
        .where(Submission.actor_id == actor_id, Submission.received_at >= since)
        .order_by(Submission.received_at, Submission.id)
    )
    counts: dict[date, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    last: dict[date, datetime] = {}
    for form_id, received_at in rows:
        month = received_at.astimezone(VIETNAM).date().replace(day=1)
        counts[month][titles[form_id]] += 1
        last[month] = received_at
    return [SentMonth(month, dict(counts[month]), last[month]) for month in sorted(counts, reverse=True)]


def _fetched(
    session: Session, project_id: int, tablet: Tablet, device: DeviceSeen, at: datetime
) -> list[Fetched]:
    """Every form and file that the device should have, with what it has of it."""
    rows = session.scalars(
        select(Download).where(Download.actor_id == tablet.actor_id, Download.device_id == device.device_id)
    )
    had = {(row.kind, row.name): row for row in rows}
    who = actor.get(session, tablet.actor_id)
    viewer = entity.Viewer(tablet.actor_id, at.astimezone(VIETNAM).date())
    form_ids = who.forms("open_form.read", project_id)
    found = []
    for current in listing.current_forms(session, project_id):
        if form_ids is not None and current.id not in form_ids:
            continue
        mine = had.get(("form", current.xml_form_id))
        version = _version(session, current.id, mine.version) if mine else ""
        found.append(_state(current.title, "", version, mine, current.md5))
        files = form.files(session, project_id, current.xml_form_id, form_ids)
        lists = entity.seen(session, viewer, [f.content for f in files if not isinstance(f.content, Blob)])
        for file in files:
            content = file.content
            is_now = content.md5 if isinstance(content, Blob) else lists[content].token
            mine = had.get(("file", f"{current.xml_form_id}/{file.name}"))
            found.append(_state(current.title, file.name, "", mine, is_now))
    return found


def _state(title: str, name: str, version: str, mine: Download | None, is_now: str) -> Fetched:
    if mine is None:
        return Fetched(title, name, "", None, None, None)
    return Fetched(title, name, version, mine.version == is_now, mine.fetched_at, mine.confirmed_at)


def _version(session: Session, form_id: int, md5: str) -> str:
    """What a text of a form calls itself; empty for one that is not known."""
    return (
        session.scalar(
            select(FormVersion.version).where(FormVersion.form_id == form_id, FormVersion.md5 == md5)
        )
        or ""
    )


def _titles(session: Session, project_id: int) -> dict[int, str]:
    """Form id → title of its current version, else its form ID; deleted forms too, for what was sent of them."""
    rows = session.execute(
        select(Form.id, Form.xml_form_id, FormVersion.title)
        .outerjoin(FormVersion, FormVersion.id == Form.current_version_id)
        .where(Form.project_id == project_id)
        .order_by(Form.id)
    )
    return {row.id: row.title or row.xml_form_id for row in rows}


def _when(moment: datetime) -> str:
    return f"{moment.astimezone(VIETNAM):%d/%m/%Y %H:%M}"
