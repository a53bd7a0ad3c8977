"""The national targets against what was reached, and the phases beside each other."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from reports import privacy, targets
from reports.facts import Ratio, Target
from reports.indicators import REGISTER
from reports.indicators.base import Number
from reports.nation import stretches
from reports.nation.figures import Sums
from reports.nation.model import SINCE, BesideRow, Cell, Counted, PhaseTable, Stretch, TargetRow
from reports.period import Period
from reports.privacy import WITHHELD, Masked
from reports.province import goals, joint
from reports.province.model import Goal
from reports.targets import Verdict

COUNTS = frozenset({"club", "person", "province"})
"""Measures of targets that grow until they are due."""
DECIMALS = {"B01": 1}
NEW = frozenset({"A06", "A07"})
BESIDE = (
    *(
        "A01",
        "A03",
        "A05",
        "A06",
        "A07",
        "A08",
        "B01",
        "B02",
        "B03",
        "B04",
        "B05",
        "C01",
        "C02",
        "C04",
        "C05",
    ),
    *("C06", "C07", "C09", "D01", "D02", "D03", "D07", "D10", "E01", "E02"),
)
ESTIMATE = (
    "ước tính: tỷ lệ được vay × tỷ lệ người vay tăng thu nhập (khảo sát {} người vay)",
    "estimate: members given a loan × borrowers whose income rose ({} borrowers asked)",
)
NOT_A_NUMBER = (
    "văn bản nêu ưu tiên, không ấn định tỷ lệ",
    "the paper asks for priority and sets no share",
)


def table(
    phase: Counted, asked: Sequence[Target], counted: Mapping[Stretch, Counted], period: Period
) -> PhaseTable:
    """Every target of one phase that has begun, in the order given."""
    found = []
    for target in asked:
        if target.phase != phase.phase.code or not target.indicator:
            continue
        within = stretches.of_target(target, period, [phase.stretch])
        if within is not None:
            found.append(row(target, counted[within], asked))
    return PhaseTable(phase.phase, phase.stretch.period, phase.day, len(phase.provinces), tuple(found))


def row(target: Target, own: Counted, asked: Sequence[Target]) -> TargetRow:
    """One target against the clubs of its own days."""
    goal = _goal(target, own.stretch.period)
    entry = REGISTER[target.indicator]
    of_new = _is_of_new_clubs(target, asked)
    name, unit = _name(target, of_new), _unit(target, entry.unit)
    ratio, value, missing = _measured(target, own, of_new)
    note = ("", "")
    if target.metric in joint.METRICS:
        value, note = _joined(value, own)
    if target.op == "none":
        note = NOT_A_NUMBER
    return TargetRow(
        code=target.indicator,
        name_vi=name[0],
        name_en=name[1],
        unit=unit,
        decimals=1 if unit == "percent" else DECIMALS.get(target.indicator, 0),
        goal=goal,
        period=own.stretch.period,
        value=value,
        numerator=ratio.numerator if ratio else None,
        denominator=ratio.denominator if ratio else None,
        missing=missing,
        verdict=_verdict(target, goal, value, own),
        note_vi=note[0],
        note_en=note[1],
        part=_part(target, of_new),
    )


def _part(target: Target, of_new: bool) -> str:
    """Which part of the indicator the figure is. Source: reports.nation.traced."""
    if target.metric in joint.METRICS:
        return "improved"
    if target.indicator == "A05":
        return "" if target.measure == "province" else "share"
    if of_new:
        return "new"
    return "since" if target.indicator in SINCE else ""


def _goal(target: Target, period: Period) -> Goal:
    return goals.of_target(target, period, "nation")


def _is_of_new_clubs(target: Target, asked: Sequence[Target]) -> bool:
    """Whether a target of members is of the clubs to be founded: where the same days have a number of new clubs.

    Source: Quyết định 1336/QĐ-TTg: 3.000 new clubs with 150.000 members, more than 100.000 of them older.
    """
    return target.indicator in NEW and any(
        one.indicator == "A01" and (one.period_from, one.period_to) == (target.period_from, target.period_to)
        for one in asked
    )


def _name(target: Target, of_new: bool) -> tuple[str, str]:
    entry = REGISTER[target.indicator]
    if target.metric in joint.METRICS:
        return joint.NAME_VI, joint.NAME_EN
    if target.indicator == "A05" and target.measure == "percent":
        return "Tỷ lệ tỉnh, thành phố có CLB", "Provinces with a club"
    if of_new:
        return f"{entry.name_vi} của các CLB thành lập mới", f"{entry.name_en} of the clubs founded"
    return entry.name_vi, entry.name_en


def _unit(target: Target, unit: str) -> str:
    return target.measure if target.measure in COUNTS else unit


def _measured(target: Target, own: Counted, of_new: bool) -> tuple[Ratio | None, Number | Masked | None, int]:
    """What stands above and below the line, the figure, and the clubs that told nothing."""
    whole = own.whole
    if not whole.clubs:
        return None, None, 0
    code = target.indicator
    if code == "A05":
        held = Ratio(len(own.with_clubs), len(own.provinces))
        return held, held.numerator if target.measure == "province" else held.percent, 0
    if of_new:
        return None, whole.count(f"new.{code}.n") or 0, 0
    ratio, value = figure(whole, code)
    # How many clubs stand is known of silent ones too: they are told in the table of provinces.
    return ratio, value, 0 if code == "A03" else whole.count(f"{code}.m") or 0


def figure(whole: Sums, code: str) -> tuple[Ratio | None, Number | Masked | None]:
    """The figure of an indicator over some clubs, with what it was made from; a survey's is withheld where it tells of
    few persons."""
    if code.startswith("E"):
        told = whole.survey(code)
        shown = privacy.share(told.numerator, told.denominator) if told else None
        return (None if isinstance(shown, Masked) else told), shown
    if code == "A03":
        return None, whole.count("standing")
    if code == "C05":
        lent = whole.ratio("C05.phase") or whole.ratio("C05")
        return lent, lent.percent if lent else None
    if code == "D10":
        both = whole.ratio("D10.phase") or whole.ratio("D10")
        return both, both.percent if both else None
    ratio = whole.ratio(code)
    if ratio is None:
        return None, whole.count(f"{code}.n")
    return ratio, ratio.percent if REGISTER[code].unit == "percent" else ratio.value


def _joined(borrowed: Number | Masked | None, own: Counted) -> tuple[Number | Masked | None, tuple[str, str]]:
    """The share that borrowed and improved: none without a survey round in these days; withheld where the
    survey's is."""
    improved = own.whole.survey("E01")
    if borrowed is None or isinstance(borrowed, Masked) or improved is None or improved.value is None:
        return None, joint.NEEDS_SURVEY
    vi, en = ESTIMATE
    if isinstance(privacy.share(improved.numerator, improved.denominator), Masked):
        return WITHHELD, (vi.format(improved.denominator), en.format(improved.denominator))
    return borrowed * improved.value, (vi.format(improved.denominator), en.format(improved.denominator))


def _verdict(target: Target, goal: Goal, value: Number | Masked | None, own: Counted) -> Verdict:
    if target.op == "none":
        return targets.NOTHING_ASKED
    if isinstance(value, Masked):
        return targets.NOT_PRINTED
    if value is None:
        return targets.NO_DATA
    verdict = targets.judge_target(value, goal.op, goal.low, goal.high)
    is_due = target.period_to <= own.told_to
    return verdict if is_due or goal.measure not in COUNTS else verdict.before_due()


def beside(
    phases: Sequence[Counted], asked: Sequence[Target], counted: Mapping[Stretch, Counted]
) -> tuple[BesideRow, ...]:
    """Indicators with a figure in any of the phases, each with the goal of the whole phase where there is one."""
    found = []
    for code in BESIDE:
        cells = tuple(_cell(code, phase, asked) for phase in phases)
        if any(cell.value is not None for cell in cells):
            entry = REGISTER[code]
            unit = "province" if code == "A05" else entry.unit
            decimals = 1 if unit == "percent" else DECIMALS.get(code, 0)
            found.append(BesideRow(code, entry.name_vi, entry.name_en, unit, decimals, cells))
    return tuple(found)


def _cell(code: str, phase: Counted, asked: Sequence[Target]) -> Cell:
    """An indicator over the whole phase. A05 counts provinces here; its goal may be a share of them."""
    whole = phase.whole
    if not whole.clubs:
        return Cell(None, None, targets.NOTHING_ASKED)
    value = len(phase.with_clubs) if code == "A05" else figure(whole, code)[1]
    goal = _cell_goal(code, phase, asked)
    if goal is None:
        return Cell(value, None, targets.NOTHING_ASKED)
    if isinstance(value, Masked):
        return Cell(value, goal, targets.NOT_PRINTED)
    compared: Number | None = value
    if code == "A05" and goal.measure == "percent":
        compared = Decimal(len(phase.with_clubs)) * 100 / (len(phase.provinces) or 1)
    if compared is None:
        return Cell(value, goal, targets.NO_DATA)
    verdict = targets.judge_target(compared, goal.op, goal.low, goal.high)
    due = max(t.period_to for t in asked if t.fact_id == goal.fact_id)
    is_open = goal.measure in COUNTS and due > phase.told_to
    return Cell(value, goal, verdict.before_due() if is_open else verdict)


def _cell_goal(code: str, phase: Counted, asked: Sequence[Target]) -> Goal | None:
    """The stated target of the phase that falls due with it; of members of new clubs there is none to compare with."""
    fitting = [
        t
        for t in asked
        if t.indicator == code and t.phase == phase.phase.code and t.kind == "stated" and t.value is not None
        if t.period_to == phase.phase.valid_to and t.metric not in joint.METRICS
        if not _is_of_new_clubs(t, asked)
    ]
    return _goal(fitting[0], phase.stretch.period) if fitting else None
