"""The offices that issue reports: kept dated, for all provinces or one, and edited within somebody's units."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from reports import issuing
from server.errors import Problem
from server.models import IssuingBody, Unit
from server.scope import Scope
from server.services import audit

KINDS = {
    "so": ("Sở", "Department of the province"),
    "ubnd": ("UBND tỉnh", "People's Committee of the province"),
    "ban_dai_dien": ("Ban đại diện Hội Người cao tuổi", "Board of the Association of the Elderly"),
    "hoi_nct": ("Hội Người cao tuổi tỉnh", "Association of the Elderly of the province"),
}
OF_NATION = {
    "so": ("Bộ", "Ministry"),
    "hoi_nct": ("Hội Người cao tuổi Việt Nam", "Viet Nam Association of the Elderly"),
}
"""What issues reports of the country, under the kind of its offices in the provinces."""
WHOLE_COUNTRY = "nation"
"""Stands in a form in the place of a province, for an office of the country."""
PROVINCIAL, NATIONAL = "p", "n"
DEFAULT_KIND = "so"
LONGEST = {
    "parent": 200,
    "name": 200,
    "symbol": 40,
    "collective": 120,
    "signer": 120,
    "deputy": 120,
    "place": 80,
    "parent_en": 200,
    "name_en": 200,
    "signer_en": 120,
}
MOST_RECIPIENTS, LONGEST_RECIPIENT, MOST_DIGITS = 30, 200, 9
UNTYPED = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
"""What no office means to type in a line, and what Word cannot hold."""
NEEDED = ("parent", "name", "symbol", "signer")
"""Of an office of the country the parent is not: a ministry has none."""
SYMBOL = re.compile(r"BC(-[A-ZĐĂÂÊÔƠƯ]+)+")
PLACES = frozenset({"{province}", "{kind}"})
EMPTY = ("Xin điền mục này.", "Please fill this in.")


class NoIssuingBody(Problem):
    """No office of that kind is kept for the province."""

    code = "400.11"
    message_vi = (
        "Chưa khai cơ quan ban hành loại “{kind}” cho báo cáo này. Xin khai ở trang Cơ quan ban hành."
    )
    message_en = (
        "No issuing body of the kind “{kind}” is known for this report. Please add it on Issuing bodies."
    )


class BodyNotFound(Problem):
    """No such office, or not one somebody may see."""

    code = "404.1"
    message_vi = "Không có cơ quan ban hành số {body_id} trong địa bàn được giao."
    message_en = "There is no issuing body {body_id} within your units."


class BodyOutOfScope(Problem):
    """An office for a province, or for all, that is not theirs to set."""

    code = "403.1"
    message_vi = "Tài khoản chỉ được khai cơ quan ban hành cho tỉnh của mình."
    message_en = "Your account may set issuing bodies of its own province only."


class BodyRefused(Problem):
    """Some fields cannot be taken. faults: field → sentence in Vietnamese and in English."""

    code = "400.11"
    message_vi = "Chưa lưu được: {vi}"
    message_en = "Not saved: {en}"

    def __init__(self, faults: Mapping[str, tuple[str, str]]) -> None:
        self.faults = dict(faults)
        vi, en = (" ".join(f"{name}: {told[n]}" for name, told in faults.items()) for n in (0, 1))
        super().__init__(vi=vi, en=en)


@dataclass(frozen=True, slots=True)
class Body:
    """What an office is known by, as `models.IssuingBody` keeps it; unit None: every province, or the country."""

    level: str
    kind: str
    unit_id: int | None
    valid_from: date
    parent: str
    name: str
    symbol: str
    collective: str
    signer: str
    deputy: str
    recipients: tuple[str, ...]
    place: str
    parent_en: str
    name_en: str
    signer_en: str


@dataclass(frozen=True, slots=True)
class BodyRow:
    """An office in the list. province: full name, None for every province, or the country; may_edit: by whoever
    looks."""

    id: int
    body: Body
    province: str | None
    may_edit: bool

    @property
    def is_national(self) -> bool:
        """Whether it issues reports of the country."""
        return self.body.level == NATIONAL


def of_province(session: Session, code: str, kind: str) -> tuple[issuing.IssuingBody, ...]:
    """Every office of a kind that issues reports of a province, its own behind the common one of the same day.

    code: of the province.

    Raises NoIssuingBody.
    """
    rows = session.scalars(
        select(IssuingBody)
        .outerjoin(Unit, Unit.id == IssuingBody.unit_id)
        .where(IssuingBody.kind == kind, IssuingBody.level == PROVINCIAL)
        .where(or_(IssuingBody.unit_id.is_(None), Unit.code == code))
        .order_by(IssuingBody.valid_from, IssuingBody.unit_id.is_not(None), IssuingBody.id)
    ).all()
    return _offices(rows, kind)


def of_nation(session: Session, kind: str) -> tuple[issuing.IssuingBody, ...]:
    """Every office of a kind that issues reports of the country. Raises NoIssuingBody."""
    rows = session.scalars(
        select(IssuingBody)
        .where(IssuingBody.kind == kind, IssuingBody.level == NATIONAL)
        .order_by(IssuingBody.valid_from, IssuingBody.id)
    ).all()
    return _offices(rows, kind)


def _offices(rows: Sequence[IssuingBody], kind: str) -> tuple[issuing.IssuingBody, ...]:
    if not rows:
        raise NoIssuingBody(kind=kind)
    return tuple(
        issuing.IssuingBody(
            valid_from=row.valid_from,
            parent=row.parent,
            name=row.name,
            symbol=row.symbol,
            signer=row.signer,
            recipients=tuple(row.recipients),
            deputy=row.deputy,
            collective=row.collective,
            place=row.place,
            parent_en=row.parent_en,
            name_en=row.name_en,
            signer_en=row.signer_en,
        )
        for row in rows
    )


def kinds(session: Session, level: str = PROVINCIAL) -> list[str]:
    """Kinds of which any office is kept, of the provinces or of the country, the usual one first."""
    known = set(session.scalars(select(IssuingBody.kind).where(IssuingBody.level == level).distinct()))
    return [kind for kind in KINDS if kind in known]


def listed(session: Session, scope: Scope) -> list[BodyRow]:
    """The offices of every province and of those within the scope, by kind and day."""
    statement = (
        select(IssuingBody, Unit.full_name)
        .outerjoin(Unit, Unit.id == IssuingBody.unit_id)
        .order_by(IssuingBody.level, IssuingBody.kind.desc(), IssuingBody.valid_from, IssuingBody.id)
    )
    rows = session.execute(_seen(statement, scope)).all()
    return [BodyRow(row.id, body_of(row), name, _may_set(scope, row.unit_id)) for row, name in rows]


def get(session: Session, scope: Scope, body_id: int) -> IssuingBody:
    """One of them. Raises BodyNotFound."""
    found = session.scalar(_seen(select(IssuingBody).where(IssuingBody.id == body_id), scope))
    if found is None:
        raise BodyNotFound(body_id=body_id)
    return found


def provinces(session: Session, scope: Scope) -> list[Unit]:
    """Provinces somebody may set an office for: those standing, then former ones, by code."""
    statement = select(Unit).where(Unit.level == "p")
    if scope.unit_ids is not None:
        statement = statement.where(Unit.id.in_(scope.unit_ids))
    return list(session.scalars(statement.order_by(Unit.valid_to.is_not(None), Unit.code, Unit.id)))


def body_of(row: IssuingBody) -> Body:
    """What is kept, as a value."""
    values = {field.name: getattr(row, field.name) for field in fields(Body)}
    return Body(**values | {"recipients": tuple(row.recipients)})


def texts(body: Body) -> dict[str, str]:
    """A body as a form shows it, the inverse of `read`."""
    written = {field.name: str(getattr(body, field.name)) for field in fields(Body)}
    everywhere = WHOLE_COUNTRY if body.level == NATIONAL else ""
    unit_id = everywhere if body.unit_id is None else str(body.unit_id)
    return written | {"unit_id": unit_id, "recipients": "\n".join(body.recipients)}


def read(texts: Mapping[str, str]) -> Body:
    """A body from what was typed: field → text, recipients one a line. Raises BodyRefused with every fault at once."""
    names = (*LONGEST, "kind", "unit_id", "valid_from")
    given = {name: UNTYPED.sub(" ", texts.get(name, "")).strip() for name in names}
    recipients = tuple(
        UNTYPED.sub(" ", line).strip(" -;.")
        for line in texts.get("recipients", "").splitlines()
        if line.strip()
    )
    faults = _faults(given, recipients)
    if faults:
        raise BodyRefused(faults)
    values: dict[str, Any] = {name: given[name] for name in (*LONGEST, "kind")}
    is_national = given["unit_id"] == WHOLE_COUNTRY
    return Body(
        **values,
        level=NATIONAL if is_national else PROVINCIAL,
        unit_id=int(given["unit_id"]) if given["unit_id"] and not is_national else None,
        valid_from=date.fromisoformat(given["valid_from"]),
        recipients=recipients,
    )


def add(session: Session, scope: Scope, body: Body) -> int:
    """Keep a new office; gives its id. Raises BodyOutOfScope, BodyRefused."""
    _judge(session, scope, body, None)
    row = IssuingBody(**_columns(body))
    session.add(row)
    session.flush()
    _log(session, scope, "create", row)
    return row.id


def edit(session: Session, scope: Scope, body_id: int, body: Body) -> None:
    """Change an office, for drafts made from now on. Raises BodyNotFound, BodyOutOfScope, BodyRefused."""
    row = get(session, scope, body_id)
    if not _may_set(scope, row.unit_id):
        raise BodyOutOfScope
    _judge(session, scope, body, body_id)
    for name, value in _columns(body).items():
        setattr(row, name, value)
    session.flush()
    _log(session, scope, "update", row)


def _faults(given: Mapping[str, str], recipients: tuple[str, ...]) -> dict[str, tuple[str, str]]:
    is_national = given["unit_id"] == WHOLE_COUNTRY
    places: frozenset[str] = frozenset() if is_national else PLACES
    faults = {name: EMPTY for name in NEEDED if not given[name] and not (is_national and name == "parent")}
    for name, longest in LONGEST.items():
        if len(given[name]) > longest:
            faults[name] = (f"Dài quá {longest} chữ.", f"Longer than {longest} characters.")
        elif unknown := set(re.findall(r"\{[^}]*\}?", given[name])) - places:
            faults[name] = _unknown_place(unknown, places)
    if given["symbol"] and not SYMBOL.fullmatch(given["symbol"]):
        faults["symbol"] = (
            "Viết dạng BC-SYT, chữ in hoa, không cách.",
            "Write it as BC-SYT, capitals, no spaces.",
        )
    if given["kind"] not in (OF_NATION if is_national else KINDS):
        faults["kind"] = ("Chọn một loại trong danh sách.", "Choose a kind of the list.")
    is_id = given["unit_id"].isdecimal() and len(given["unit_id"]) <= MOST_DIGITS
    if given["unit_id"] and not (is_national or is_id):
        faults["unit_id"] = ("Chọn một tỉnh trong danh sách.", "Choose a province of the list.")
    if not _is_day(given["valid_from"]):
        faults["valid_from"] = (
            "Viết năm-tháng-ngày, ví dụ 2025-03-01.",
            "Write year-month-day, such as 2025-03-01.",
        )
    return faults | _faults_of_recipients(recipients, places)


def _faults_of_recipients(recipients: tuple[str, ...], places: frozenset[str]) -> dict[str, tuple[str, str]]:
    if not recipients or not recipients[-1].startswith("Lưu:"):
        told = (
            "Mỗi dòng một nơi nhận, dòng cuối là “Lưu: VT, …”.",
            "One a line, the last being “Lưu: VT, …”.",
        )
        return {"recipients": told}
    if len(recipients) > MOST_RECIPIENTS or max(map(len, recipients)) > LONGEST_RECIPIENT:
        told = (
            f"Tối đa {MOST_RECIPIENTS} nơi nhận, mỗi nơi {LONGEST_RECIPIENT} chữ.",
            f"At most {MOST_RECIPIENTS} recipients of {LONGEST_RECIPIENT} characters each.",
        )
        return {"recipients": told}
    if unknown := set(re.findall(r"\{[^}]*\}?", " ".join(recipients))) - places:
        return {"recipients": _unknown_place(unknown, places)}
    return {}


def _unknown_place(unknown: set[str], places: frozenset[str]) -> tuple[str, str]:
    named = ", ".join(sorted(unknown))
    if not places:
        return (
            f"Cơ quan của cả nước không dùng {named}; viết thẳng tên.",
            f"An office of the country has no {named}; write the name itself.",
        )
    return (
        f"Không hiểu {named}; chỉ dùng {{province}}, {{kind}}.",
        f"Unknown {named}; use {{province}}, {{kind}}.",
    )


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def _judge(session: Session, scope: Scope, body: Body, body_id: int | None) -> None:
    """Raises BodyOutOfScope or BodyRefused where the office may not be kept as it is."""
    if body.unit_id is not None and body.unit_id not in {one.id for one in provinces(session, scope)}:
        raise BodyRefused({"unit_id": ("Chọn một tỉnh trong danh sách.", "Choose a province of the list.")})
    if not _may_set(scope, body.unit_id):
        raise BodyOutOfScope
    same = select(IssuingBody.id).where(
        IssuingBody.kind == body.kind,
        IssuingBody.level == body.level,
        IssuingBody.unit_id.is_not_distinct_from(body.unit_id),
        IssuingBody.valid_from == body.valid_from,
        IssuingBody.id != (body_id or 0),
    )
    if session.scalar(same) is not None:
        told = ("Đã có cơ quan cùng loại bắt đầu ngày này.", "One of this kind already begins on this day.")
        raise BodyRefused({"valid_from": told})


def _may_set(scope: Scope, unit_id: int | None) -> bool:
    return scope.unit_ids is None or unit_id in scope.unit_ids


def _seen(statement: Any, scope: Scope) -> Any:
    if scope.unit_ids is None:
        return statement
    return statement.where(or_(IssuingBody.unit_id.is_(None), IssuingBody.unit_id.in_(scope.unit_ids)))


def _columns(body: Body) -> dict[str, Any]:
    values = {field.name: getattr(body, field.name) for field in fields(Body)}
    return values | {"recipients": list(body.recipients)}


def _log(session: Session, scope: Scope, act: str, row: IssuingBody) -> None:
    details = {
        "kind": row.kind,
        "level": row.level,
        "unit_id": row.unit_id,
        "valid_from": row.valid_from.isoformat(),
        "name": row.name,
    }
    audit.log(session, scope.actor_id, f"issuing_body.{act}", "issuing_body", row.id, details)
