"""All tablets that somebody may see, each in a line: a few queries, whatever the number of tablets."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session

from reports.period import add_months, end_of_month
from server import scope as scopes
from server.clock import VIETNAM
from server.models import (
    Actor,
    ActorUnit,
    AppUser,
    Assignment,
    Club,
    Device,
    Download,
    EntityBacklog,
    Form,
    FormVersion,
    Meeting,
    Quarantine,
    Submission,
    Unit,
    UnitClosure,
)
from server.scope import Scope
from server.services import quarantine, submission
from server.services.receipt import problem
from server.services.receipt.model import DeviceSeen, Tablet


@dataclass(frozen=True, slots=True)
class CurrentForm:
    """A form that tablets may fill now, in its current version."""

    id: int
    xml_form_id: str
    title: str
    version: str
    md5: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A unit to choose tablets by."""

    unit_id: int
    full_name: str


def tablets(
    session: Session, scope: Scope, project_id: int, at: datetime, unit_id: int | None = None
) -> list[Tablet]:
    """The app users within a scope that may still send, those that need attention most first, then by name.

    unit_id: only those bound to this unit or below it.
    """
    statement = _visible(select(AppUser.actor_id), scope, project_id, at)
    if unit_id is not None:
        below = select(UnitClosure.descendant_id).where(UnitClosure.ancestor_id == unit_id)
        bound = select(ActorUnit.actor_id).where(ActorUnit.unit_id.in_(below))
        statement = statement.where(AppUser.actor_id.in_(bound))
    return sorted(_told(session, scope, project_id, statement, at), key=_urgency)


def units(session: Session, scope: Scope, project_id: int, at: datetime) -> list[Choice]:
    """The units that tablets within a scope are bound to, and the provinces of these, by level and code."""
    bound = select(ActorUnit.unit_id).where(
        ActorUnit.actor_id.in_(_visible(select(AppUser.actor_id), scope, project_id, at))
    )
    above = select(UnitClosure.ancestor_id).where(UnitClosure.descendant_id.in_(bound))
    rows = session.execute(
        select(Unit.id, Unit.full_name)
        .where(or_(Unit.id.in_(bound), (Unit.level == "p") & Unit.id.in_(above)))
        .order_by(Unit.level.desc(), Unit.valid_to.is_not(None), Unit.code, Unit.id)
    )
    return [Choice(*row) for row in rows]


def one(session: Session, scope: Scope, project_id: int, actor_id: int, at: datetime) -> Tablet | None:
    """One app user within a scope, its key revoked or not; None when there is none."""
    statement = scope.app_users(
        select(AppUser.actor_id).where(AppUser.project_id == project_id, AppUser.actor_id == actor_id)
    )
    return next(iter(_told(session, scope, project_id, statement, at)), None)


def count_problems(found: Iterable[Tablet]) -> dict[str, int]:
    """How many tablets have each problem, the most urgent first; one that none has is absent."""
    counts: dict[str, int] = defaultdict(int)
    for tablet in found:
        for code in tablet.problems:
            counts[code] += 1
    return {code: counts[code] for code in problem.PROBLEMS if code in counts}


def last_month(at: datetime) -> date:
    """The first day of the last month that is over in Vietnam: the one reports are due for."""
    return add_months(at.astimezone(VIETNAM).date().replace(day=1), -1)


def current_forms(session: Session, project_id: int) -> list[CurrentForm]:
    """The forms that may be filled now, in the order of the form list."""
    rows = session.execute(
        select(Form.id, Form.xml_form_id, FormVersion.title, FormVersion.version, FormVersion.md5)
        .join(FormVersion, FormVersion.id == Form.current_version_id)
        .where(Form.project_id == project_id, Form.state == "open", Form.deleted_at.is_(None))
        .order_by(Form.id)
    )
    return [CurrentForm(*row) for row in rows]


def expected(month: date) -> ColumnElement[bool]:
    """Condition: a club had to report on a month that is over.

    From the month after its founding to the month before it closed, as the report's indicators count
    (`expected_months`).
    """
    closed_later = Club.closed_on > end_of_month(month)
    stood = or_((Club.status == "active") & Club.closed_on.is_(None), closed_later)
    return (Club.status != "rejected") & (Club.founding_date < month) & stood


def reported(month: date) -> ColumnElement[bool]:
    """Condition: a club's report on a month is here."""
    return (
        select(Meeting.id)
        .where(Meeting.club_id == Club.id, Meeting.report_month == month, Meeting.is_current)
        .exists()
    )


def waits_for_person() -> ColumnElement[bool]:
    """Condition: a quarantined submission on which nobody has decided."""
    return Quarantine.released_at.is_(None) & Quarantine.dismissed_at.is_(None)


def _visible(statement: Select[int], scope: Scope, project_id: int, at: datetime) -> Select[int]:
    """App users of a project within a scope whose key still takes something in."""
    may_send = or_(AppUser.revoked_at.is_(None), AppUser.send_until > at)
    living = (
        statement.join(Actor, Actor.id == AppUser.actor_id)
        .where(AppUser.project_id == project_id, Actor.deleted_at.is_(None))
        .where(may_send)
    )
    return scope.app_users(living)


def _told(session: Session, scope: Scope, project_id: int, who: Select[int], at: datetime) -> list[Tablet]:
    rows = session.execute(
        select(AppUser, Actor.display_name)
        .join(Actor, Actor.id == AppUser.actor_id)
        .where(AppUser.actor_id.in_(who))
        .order_by(AppUser.actor_id)
    ).all()
    ids = [row.AppUser.actor_id for row in rows]
    month = last_month(at)
    named = _units_of(session, ids)
    devices = _devices_of(session, scope, project_id, ids, at)
    forms, old = _forms_of(session, project_id, ids, devices)
    clubs, missing = _clubs_of(session, scope, project_id, ids, month)
    files = submission.outstanding(session, ids)
    held, waiting = _held_of(session, ids), _waiting_of(session, ids)
    last_sent = _last_sent(session, ids, devices)
    return [
        _with_problems(
            Tablet(
                actor_id=user.actor_id,
                name=name,
                phone=user.phone,
                units=tuple(named[user.actor_id]),
                revoked_at=user.revoked_at,
                send_until=user.send_until,
                devices=tuple(devices[user.actor_id]),
                last_seen_at=max((seen.last_seen_at for seen in devices[user.actor_id]), default=None),
                last_sent_at=last_sent.get(user.actor_id),
                forms=tuple(forms[user.actor_id]),
                old_forms=tuple(old[user.actor_id]),
                clubs=clubs[user.actor_id],
                missing=missing[user.actor_id],
                files=sum(len(owed.names) for owed in files.get(user.actor_id, ())),
                held=held[user.actor_id],
                waiting=waiting[user.actor_id],
                problems=(),
            ),
            at,
        )
        for user, name in rows
    ]


def _with_problems(tablet: Tablet, at: datetime) -> Tablet:
    counted = ("files", "waiting", "missing", "held")
    codes = [code for code in counted if getattr(tablet, code)]
    codes += ["old_form"] if tablet.old_forms else []
    codes += ["never"] if not tablet.devices and tablet.last_sent_at is None else []
    return replace(tablet, problems=problem.ordered([*codes, *problem.of_devices(tablet.devices, at)]))


def _urgency(tablet: Tablet) -> tuple[Any, ...]:
    """What comes first: what may still be on the tablet, then how much of it, then what was not seen for longest."""
    codes = list(problem.PROBLEMS)
    most = codes.index(tablet.problems[0]) if tablet.problems else len(codes)
    seen = tablet.last_seen_at.timestamp() if tablet.last_seen_at else 0.0
    return most, -len(tablet.problems), seen, tablet.name, tablet.actor_id


def _units_of(session: Session, ids: Collection[int]) -> dict[int, list[str]]:
    named: dict[int, list[str]] = defaultdict(list)
    for actor_id, name in session.execute(
        select(ActorUnit.actor_id, Unit.full_name)
        .join(Unit, Unit.id == ActorUnit.unit_id)
        .where(ActorUnit.actor_id.in_(ids))
        .order_by(ActorUnit.actor_id, Unit.full_name, Unit.id)
    ):
        named[actor_id].append(name)
    return named


def _devices_of(
    session: Session, scope: Scope, project_id: int, ids: Collection[int], at: datetime
) -> dict[int, list[DeviceSeen]]:
    """The devices of each key, the one seen last first."""
    others, outside = _others_of(session, scope, project_id, ids)
    found: dict[int, list[DeviceSeen]] = defaultdict(list)
    for one_device in session.scalars(
        select(Device)
        .where(Device.actor_id.in_(ids))
        .order_by(Device.actor_id, Device.last_seen_at.desc(), Device.device_id)
    ):
        is_lately = one_device.ahead_seen_at is not None and at - one_device.ahead_seen_at <= problem.LATELY
        found[one_device.actor_id].append(
            DeviceSeen(
                device_id=one_device.device_id,
                collect_version=one_device.collect_version,
                first_seen_at=one_device.first_seen_at,
                last_seen_at=one_device.last_seen_at,
                last_sent_at=one_device.last_sent_at,
                clock_offset_s=one_device.clock_offset_s,
                ahead_s=one_device.ahead_s if is_lately else None,
                others=tuple(others.get((one_device.actor_id, one_device.device_id), ())),
                others_outside=outside[one_device.actor_id, one_device.device_id],
            )
        )
    return found


def _others_of(
    session: Session, scope: Scope, project_id: int, ids: Collection[int]
) -> tuple[dict[tuple[int, str], list[str]], dict[tuple[int, str], int]]:
    """Other keys that were used on a device after this one was first: both are in use there.

    By app user and device: the names of those within the scope, and the number of all others.
    """
    mine, theirs = Device.__table__.alias("mine"), Device.__table__.alias("theirs")
    visible = scope.app_users(select(AppUser.actor_id).where(AppUser.project_id == project_id))
    rows = session.execute(
        select(mine.c.actor_id, mine.c.device_id, Actor.display_name, Actor.id.in_(visible))
        .join(theirs, (theirs.c.device_id == mine.c.device_id) & (theirs.c.actor_id != mine.c.actor_id))
        .join(Actor, Actor.id == theirs.c.actor_id)
        .where(mine.c.actor_id.in_(ids), mine.c.device_id != "")
        .where(theirs.c.last_seen_at > mine.c.first_seen_at, mine.c.last_seen_at > theirs.c.first_seen_at)
        .order_by(mine.c.actor_id, mine.c.device_id, Actor.display_name, Actor.id)
    )
    named: dict[tuple[int, str], list[str]] = defaultdict(list)
    outside: dict[tuple[int, str], int] = defaultdict(int)
    for actor_id, device_id, name, is_visible in rows:
        if is_visible:
            named[actor_id, device_id].append(name)
        else:
            outside[actor_id, device_id] += 1
    return named, outside


def _forms_of(
    session: Session, project_id: int, ids: Collection[int], devices: Mapping[int, list[DeviceSeen]]
) -> tuple[dict[int, list[str]], dict[int, list[str]]]:
    """Titles of the forms each may fill, and of those of which the device seen last has a text that was replaced."""
    forms = current_forms(session, project_id)
    given = _given(session, ids)
    had = _had(session, ids)
    all_forms: dict[int, list[str]] = defaultdict(list)
    old: dict[int, list[str]] = defaultdict(list)
    for actor_id in ids:
        for form in forms:
            if None not in given[actor_id] and form.id not in given[actor_id]:
                continue
            all_forms[actor_id].append(form.title)
            newest = devices[actor_id][0].device_id if devices[actor_id] else ""
            if had.get((actor_id, newest, form.xml_form_id), form.md5) != form.md5:
                old[actor_id].append(form.title)
    return all_forms, old


def _given(session: Session, ids: Collection[int]) -> dict[int, set[int | None]]:
    """The forms assigned to each; None among them: all of the project."""
    given: dict[int, set[int | None]] = defaultdict(set)
    for actor_id, form_id in session.execute(
        select(Assignment.actor_id, Assignment.form_id).where(Assignment.actor_id.in_(ids))
    ):
        given[actor_id].add(form_id)
    return given


def _had(session: Session, ids: Collection[int]) -> dict[tuple[int, str, str], str]:
    """(app user, device, form ID) → MD5 of the text it has."""
    rows = session.execute(
        select(Download.actor_id, Download.device_id, Download.name, Download.version).where(
            Download.actor_id.in_(ids), Download.kind == "form"
        )
    )
    return {(actor_id, device_id, name): version for actor_id, device_id, name, version in rows}


def _clubs_of(
    session: Session, scope: Scope, project_id: int, ids: Collection[int], month: date
) -> tuple[dict[int, int], dict[int, int]]:
    """Clubs within the units of each that had to report on a month, and how many of these did not."""
    pairs = scopes.clubs_of_actors(scope.day).where(ActorUnit.actor_id.in_(ids)).subquery()
    is_missing = case((reported(month), 0), else_=1)
    rows = session.execute(
        scope.clubs(
            select(pairs.c.actor_id, func.count(), func.sum(is_missing))
            .join(Club, Club.id == pairs.c.club_id)
            .where(Club.project_id == project_id, expected(month))
        ).group_by(pairs.c.actor_id)
    ).all()
    return (
        defaultdict(int, {actor_id: clubs for actor_id, clubs, _ in rows}),
        defaultdict(int, {actor_id: missing for actor_id, _, missing in rows}),
    )


def _held_of(session: Session, ids: Collection[int]) -> dict[int, int]:
    """Submissions kept aside for a person; edits that only wait for their original are not among them."""
    return _counts(
        session,
        select(Quarantine.actor_id, func.count())
        .where(Quarantine.actor_id.in_(ids), waits_for_person(), Quarantine.reason != quarantine.WAITS)
        .group_by(Quarantine.actor_id),
    )


def _waiting_of(session: Session, ids: Collection[int]) -> dict[int, int]:
    """Edits that wait for their original, and changes of entities that wait for the one before them."""
    edits = _counts(
        session,
        select(Quarantine.actor_id, func.count())
        .where(Quarantine.actor_id.in_(ids), waits_for_person(), Quarantine.reason == quarantine.WAITS)
        .group_by(Quarantine.actor_id),
    )
    changes = _counts(
        session,
        select(Submission.actor_id, func.count())
        .join(EntityBacklog, EntityBacklog.submission_id == Submission.id)
        .where(Submission.actor_id.in_(ids), EntityBacklog.forced_at.is_(None))
        .group_by(Submission.actor_id),
    )
    for actor_id, count in changes.items():
        edits[actor_id] += count
    return edits


def _last_sent(
    session: Session, ids: Collection[int], devices: Mapping[int, list[DeviceSeen]]
) -> dict[int, datetime]:
    """When something last came from each: a submission by its row, anything else by the note of its device."""
    rows = session.execute(
        select(Submission.actor_id, func.max(Submission.received_at))
        .where(Submission.actor_id.in_(ids))
        .group_by(Submission.actor_id)
    )
    latest = {row[0]: row[1] for row in rows if row[0] is not None}
    for actor_id in ids:
        noted = [seen.last_sent_at for seen in devices[actor_id] if seen.last_sent_at is not None]
        moments = [*noted, *([latest[actor_id]] if actor_id in latest else [])]
        if moments:
            latest[actor_id] = max(moments)
    return latest


def _counts(session: Session, statement: Select[*tuple[Any, ...]]) -> dict[int, int]:
    """Rows of an actor id and a number as a dict that has 0 for everybody else."""
    return defaultdict(int, {row[0]: row[1] for row in session.execute(statement)})
