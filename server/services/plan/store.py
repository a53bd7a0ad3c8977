"""Importing a workbook of standards or plans: all of it, or nothing with every error told."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from server.errors import Problem
from server.models import ContextFact, Phase, PhaseRule, Target, Training
from server.services import audit
from server.services.plan import rows
from server.services.plan.rows import Places, Values
from server.services.plan.workbook import CellError, Row, Workbook


class PlanInvalid(Problem):
    """The workbook has errors; nothing of it was imported. errors: all of them, sheet by sheet."""

    code = "400.15"
    message_vi = "Sổ “{name}” có {count} lỗi nên chưa được nhập:"
    message_en = "The workbook “{name}” has {count} errors and was not imported:"

    def __init__(self, name: str, errors: Sequence[CellError]) -> None:
        self.errors = tuple(errors)
        super().__init__(name=name, count=len(errors))

    def message(self, language: str) -> str:
        """The summary and, one a line, every error."""
        return "\n".join([super().message(language), *(error.text(language) for error in self.errors)])


class NoUnits(Problem):
    """Plans are of units, and the register of units was not loaded."""

    code = "409.1"
    message_vi = (
        "Sổ đơn vị hành chính đang trống nên chưa nhập được sổ “{name}”. Xin chạy trước: clb unit load"
    )
    message_en = (
        "The register of units is empty, so “{name}” cannot be imported. Please run first: clb unit load"
    )


class NoPhases(Problem):
    """Targets name phases of the scheme, and the workbook that defines phases was not imported."""

    code = "409.1"
    message_vi = (
        "Sổ “{name}” ghi chỉ tiêu theo giai đoạn của Đề án, nhưng máy chủ chưa có giai đoạn nào. "
        "Xin nhập sổ tiêu chuẩn trước: clb plan import tieu_chuan.xlsx"
    )
    message_en = (
        "The targets of “{name}” belong to phases of the scheme, and the server knows no phase yet. "
        "Please import the standards first: clb plan import tieu_chuan.xlsx"
    )


@dataclass(frozen=True)
class ImportResult:
    """How many rows of each sheet came in; replaced: rows of an earlier import that made room."""

    workbook: str
    phases: int
    rules: int
    targets: int
    facts: int
    trainings: int
    replaced: int


@dataclass(frozen=True)
class Content:
    """What a workbook without errors holds: rows for the tables, under the name of the file."""

    workbook: str
    phases: Sequence[Values]
    rules: Sequence[Values]
    targets: Sequence[Values]
    facts: Sequence[Values]
    trainings: Sequence[Values]

    @property
    def phases_ruled(self) -> set[str]:
        """Codes of the phases all of whose rules it states."""
        return {values["phase_code"] for values in self.rules}


def import_workbook(
    session: Session, source: Path | bytes, name: str = "", actor_id: int | None = None
) -> ImportResult:
    """Import a workbook; what an earlier workbook of the same file name brought in is replaced.

    source: a file, or its bytes together with a name. Phases are updated; rules replace all rules of the phases
    they name. Raises NotAWorkbook, NoUnits, NoPhases, or PlanInvalid with every error found, before anything is
    written.
    """
    name = name or (source.name if isinstance(source, Path) else "")
    content = read(session, source.read_bytes() if isinstance(source, Path) else source, name)
    return store(session, content, actor_id)


def read(session: Session, workbook: bytes, name: str) -> Content:
    """Read a workbook and check all of it; nothing is written. Raises as `import_workbook` does."""
    book = Workbook(workbook, name)
    book.only(rows.COLUMNS)
    places = Places(session)
    if not places:
        raise NoUnits(name=name)
    phases = rows.phases(book)
    known = {phase.code: phase.valid_from for phase in session.scalars(select(Phase).order_by(Phase.code))}
    known |= {phase["code"]: phase["valid_from"] for phase in phases}
    rules = rows.rules(book, places, known)
    planned = rows.targets(book, places, known)
    if not known and any(values["phase_code"] for _, values in planned):
        raise NoPhases(name=name)
    facts, trainings = rows.facts(book, places), rows.trainings(book, places)
    _refuse_known_elsewhere(session, name, planned)
    if book.errors:
        raise PlanInvalid(name, book.errors)
    return Content(name, phases, rules, [values for _, values in planned], facts, trainings)


def store(session: Session, content: Content, actor_id: int | None) -> ImportResult:
    """Put the rows of a workbook in the place of those that the same workbook brought in before."""
    name = content.workbook
    _store_phases(session, content.phases, content.rules)
    replaced = sum(
        _replace(session, table, name, values)
        for table, values in (
            (Target, content.targets),
            (ContextFact, content.facts),
            (Training, content.trainings),
        )
    )
    result = ImportResult(
        workbook=name,
        phases=len(content.phases),
        rules=len(content.rules),
        targets=len(content.targets),
        facts=len(content.facts),
        trainings=len(content.trainings),
        replaced=replaced,
    )
    counts = {"targets": result.targets, "facts": result.facts, "rules": result.rules, "replaced": replaced}
    audit.log(session, actor_id, "plan.import", "plan", name, counts)
    return result


def _refuse_known_elsewhere(session: Session, name: str, planned: Iterable[tuple[Row, Values]]) -> None:
    """Note targets that another workbook brought in, once for each: both together would double a plan."""
    others = {
        rows.target_key(vars(target)): target.workbook
        for target in session.scalars(select(Target).where(Target.workbook != name))
    }
    shared: dict[str, list[Row]] = defaultdict(list)
    for row, values in planned:
        other = others.get(rows.target_key(values))
        if other is not None:
            shared[other].append(row)
    for other, known in shared.items():
        lines = ", ".join(str(row.line) for row in known)
        vi = f"{len(known)} chỉ tiêu (dòng {lines}) đã được nhập từ sổ “{other}”; xin bỏ đi, hoặc dùng tên tệp đó."
        en = f"{len(known)} targets (rows {lines}) came from “{other}”; remove them, or use that file name."
        known[0].refuse("metric", vi, en)


def _store_phases(session: Session, phases: Iterable[Values], rules: Sequence[Values]) -> None:
    for values in phases:
        session.merge(Phase(**values))
    session.flush()
    named = {values["phase_code"] for values in rules}
    session.execute(delete(PhaseRule).where(PhaseRule.phase_code.in_(named)))
    if rules:
        session.execute(insert(PhaseRule), list(rules))


def _replace(session: Session, table: Any, name: str, values: Sequence[Values]) -> int:
    """Put rows in the place of those the same workbook brought in before; returns how many those were."""
    earlier = session.execute(delete(table).where(table.workbook == name).returning(table.id)).all()
    if values:
        session.execute(insert(table), [{**one, "workbook": name} for one in values])
    return len(earlier)
