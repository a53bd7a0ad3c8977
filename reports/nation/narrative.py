"""Parts VII to IX of the report of the country: what people wrote, else what its targets say by themselves."""

from collections.abc import Iterable

from reports.nation.model import NationReport, TargetRow
from reports.nation.words import Spoken
from reports.period import Period
from reports.province.narrative import MISSED, REACHED
from reports.province.voice import in_full

KEYS = (
    "results",
    "shortcomings",
    "causes",
    "direction",
    "petition_government",
    "petition_province",
    "petition_association",
)
"""Those of a province report but for the petition to the communes, to which no office of the country turns."""


def suggest(report: NationReport, code: str) -> dict[str, tuple[str, ...]]:
    """Paragraphs by key, all of KEYS, in one language (vi, en); () where the figures say nothing."""
    found: dict[str, tuple[str, ...]] = dict.fromkeys(KEYS, ())
    if report.scope.is_empty:
        return found
    w = Spoken(code)
    rows = [
        (row, table.period)
        for table in report.tables
        for row in table.rows
        if table.phase.code == report.phase.code and row.goal.kind == "stated"
    ]
    reached = w.say("Đạt chỉ tiêu: {}.", "Reached: {}.")
    missed = w.say("Chưa đạt chỉ tiêu: {}.", "Not reached: {}.")
    return found | {
        "results": _told(w, reached, (one for one in rows if one[0].verdict.status in REACHED)),
        "shortcomings": _told(w, missed, (one for one in rows if one[0].verdict.status in MISSED)),
    }


def paragraphs(report: NationReport, code: str) -> dict[str, tuple[str, ...]]:
    """What is printed: what people wrote, where they wrote something, else what is suggested."""
    shown = suggest(report, code)
    for key in KEYS:
        lines = tuple(line.strip() for line in report.written.get(key, "").splitlines() if line.strip())
        shown[key] = lines or shown[key]
    return shown


def _told(w: Spoken, sentence: str, rows: Iterable[tuple[TargetRow, Period]]) -> tuple[str, ...]:
    told = [_row(w, row, whole) for row, whole in rows]
    return (sentence.format("; ".join(told)),) if told else ()


def _row(w: Spoken, row: TargetRow, whole: Period) -> str:
    """Số câu lạc bộ hiện có 3.012 câu lạc bộ (giao từ 3.000 trở lên); of a part of the phase with its years: (giai đoạn
    2016–2017 giao …)."""
    name, figure = in_full(w.name(row)), w.figure(row.value, row.unit, row.decimals)
    unit = "%" if row.unit == "percent" else f" {in_full(w.unit(row.unit))}"
    span = f"{w.say(row.period.plain.name_vi, row.period.plain.name_en)} " if row.period != whole else ""
    asked = w.say("giao", "target")
    return f"{name[:1].lower()}{name[1:]} {figure}{unit} ({span}{asked} {w.aim(row.goal)})"
