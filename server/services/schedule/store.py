"""Schedules as people set them up: read with every fault at once, kept, listed, found within somebody's scope."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from reports.settings import CALENDARS
from server.errors import Problem
from server.models import Actor, ReportSchedule
from server.scope import Scope
from server.services import audit, issuing, overview
from server.services.schedule.dates import Rhythm, always_in_order

KINDS = {
    "month": ("Hằng tháng", "Monthly"),
    "quarter": ("Hằng quý", "Quarterly"),
    "half": ("Sáu tháng", "Half-yearly"),
    "year": ("Hằng năm", "Yearly"),
}
NAME_CHARACTERS = 120
MOST = 30
"""Schedules of one person in a project: each may make a draft of every province."""
ORDER = (
    "Ngày lập dự thảo phải sau ngày chốt số liệu, kể cả trong tháng ngắn (ví dụ chốt ngày 5, lập ngày 6).",
    "Drafts are made after the cut-off, in short months too (such as cut-off on day 5, drafts on day 6).",
)
DAY = ("Ghi ngày trong tháng, từ 1 đến 31.", "Give a day of the month, 1 to 31.")
CHOOSE = ("Chọn trong danh sách.", "Choose from the list.")


class ScheduleNotFound(Problem):
    """No such schedule, or not one somebody may see."""

    code = "404.1"
    message_vi = "Không có lịch lập báo cáo số {schedule_id} của anh/chị."
    message_en = "You have no report schedule {schedule_id}."


class ScheduleRefused(Problem):
    """A schedule that cannot be kept as it was typed. faults: field → why, in Vietnamese and in English."""

    code = "400.11"
    message_vi = "Lịch lập báo cáo chưa dùng được: {vi}"
    message_en = "The schedule cannot be used yet: {en}"

    def __init__(self, faults: Mapping[str, tuple[str, str]]) -> None:
        self.faults = dict(faults)
        vi, en = (" ".join(told) for told in zip(*self.faults.values(), strict=True))
        super().__init__(vi=vi, en=en)


@dataclass(frozen=True, slots=True)
class Plan:
    """A schedule as somebody sets it. provinces: codes; none: all that the owner covers."""

    name: str
    kind: str
    calendar: str
    provinces: tuple[str, ...]
    draft_day: int
    cut_off_day: int
    language: str
    issuer: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """A schedule with its owner's name."""

    row: ReportSchedule
    owner: str


def read(texts: Mapping[str, str]) -> Plan:
    """A plan from what was typed: field → text, provinces apart by spaces or commas, is_active "" for no.

    Raises ScheduleRefused with every fault.
    """
    given = {field.name: texts.get(field.name, "").strip() for field in fields(Plan)}
    faults: dict[str, tuple[str, str]] = {}
    if not 0 < len(given["name"]) <= NAME_CHARACTERS:
        faults["name"] = ("Đặt tên cho lịch, không quá 120 chữ.", "Give a name of at most 120 characters.")
    for name, known in (
        ("kind", KINDS),
        ("calendar", CALENDARS),
        ("language", ("vi", "en")),
        ("issuer", issuing.KINDS),
    ):
        if given[name] not in known:
            faults[name] = CHOOSE
    days = {name: given[name] for name in ("draft_day", "cut_off_day")}
    faults |= {name: DAY for name, text in days.items() if not _is_day(text)}
    if not faults and not always_in_order(
        Rhythm(given["kind"], given["calendar"], int(days["draft_day"]), int(days["cut_off_day"]))
    ):
        faults["draft_day"] = ORDER
    if faults:
        raise ScheduleRefused(faults)
    return Plan(
        **{name: given[name] for name in ("name", "kind", "calendar", "language", "issuer")},
        provinces=tuple(dict.fromkeys(given["provinces"].replace(",", " ").split())),
        draft_day=int(days["draft_day"]),
        cut_off_day=int(days["cut_off_day"]),
        is_active=bool(given["is_active"]),
    )


def texts(row: ReportSchedule) -> dict[str, str]:
    """A schedule as its form shows it."""
    plain = {field.name: str(getattr(row, field.name)) for field in fields(Plan)}
    return plain | {"provinces": " ".join(row.provinces), "is_active": "1" if row.is_active else ""}


def add(session: Session, scope: Scope, project_id: int, plan: Plan, today: date) -> ReportSchedule:
    """A new schedule of whoever asks, for what is due from today on. Raises ScheduleRefused; MOST are enough."""
    _judge(session, scope, project_id, plan)
    _require_room(session, scope, project_id)
    row = ReportSchedule(project_id=project_id, owner_id=scope.actor_id, active_from=today, **_columns(plan))
    session.add(row)
    session.flush()
    _log(session, scope, "create", row)
    return row


def _require_room(session: Session, scope: Scope, project_id: int) -> None:
    own = select(func.count(ReportSchedule.id)).where(
        ReportSchedule.project_id == project_id, ReportSchedule.owner_id == scope.actor_id
    )
    if session.scalars(own).one() >= MOST:
        told = (
            f"Mỗi người có tối đa {MOST} lịch; xin sửa một lịch đã có.",
            f"One person has at most {MOST} schedules; please change one of them.",
        )
        raise ScheduleRefused({"name": told})


def edit(session: Session, scope: Scope, project_id: int, schedule_id: int, plan: Plan, today: date) -> None:
    """Change a schedule. One that was at rest, or counts other periods now, catches up with nothing before today.

    Raises ScheduleNotFound, ScheduleRefused.
    """
    row = get(session, scope, project_id, schedule_id)
    _judge(session, scope, project_id, plan)
    if not row.is_active or (row.kind, row.calendar) != (plan.kind, plan.calendar):
        row.active_from = today
    for name, value in _columns(plan).items():
        setattr(row, name, value)
    session.flush()
    _log(session, scope, "update", row)


def get(session: Session, scope: Scope, project_id: int, schedule_id: int) -> ReportSchedule:
    """A schedule of one's own, or any for who sees every unit. Raises ScheduleNotFound."""
    statement = _own(scope, project_id).where(ReportSchedule.id == schedule_id)
    found = session.scalar(statement.with_only_columns(ReportSchedule))
    if found is None:
        raise ScheduleNotFound(schedule_id=schedule_id)
    return found


def listed(session: Session, scope: Scope, project_id: int) -> list[Listed]:
    """One's own schedules, or all for who sees every unit: those at work first."""
    rows = session.execute(
        _own(scope, project_id).order_by(ReportSchedule.is_active.desc(), ReportSchedule.id)
    )
    return [Listed(*row) for row in rows]


def active(session: Session, project_id: int | None = None) -> list[ReportSchedule]:
    """Every schedule that is at work, of one project or of all."""
    statement = select(ReportSchedule).where(ReportSchedule.is_active).order_by(ReportSchedule.id)
    if project_id is not None:
        statement = statement.where(ReportSchedule.project_id == project_id)
    return list(session.scalars(statement))


def rhythm(row: ReportSchedule) -> Rhythm:
    """What decides its days."""
    return Rhythm(row.kind, row.calendar, row.draft_day, row.cut_off_day)


def _own(scope: Scope, project_id: int) -> Any:
    statement = (
        select(ReportSchedule, Actor.display_name)
        .join(Actor, Actor.id == ReportSchedule.owner_id)
        .where(ReportSchedule.project_id == project_id)
    )
    return statement if scope.unit_ids is None else statement.where(ReportSchedule.owner_id == scope.actor_id)


def _judge(session: Session, scope: Scope, project_id: int, plan: Plan) -> None:
    known = {one.code for one in overview.choices(session, scope, project_id)}
    if unknown := [code for code in plan.provinces if code not in known]:
        codes = ", ".join(unknown)
        told = (f"Không có tỉnh mã {codes} trong địa bàn.", f"No province {codes} among your units.")
        raise ScheduleRefused({"provinces": told})


def _columns(plan: Plan) -> dict[str, Any]:
    values = {field.name: getattr(plan, field.name) for field in fields(Plan)}
    return values | {"provinces": list(plan.provinces)}


def _is_day(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 2 and 1 <= int(text) <= 31


def _log(session: Session, scope: Scope, act: str, row: ReportSchedule) -> None:
    details = {"kind": row.kind, "provinces": row.provinces, "is_active": row.is_active}
    audit.log(session, scope.actor_id, f"schedule.{act}", "schedule", row.id, details)
