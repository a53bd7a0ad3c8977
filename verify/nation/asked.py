"""What the papers ask of the country as a whole, and how far it was reached: tables 1 and 2."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import duckdb

from verify.cell import Cell, Cells
from verify.goals import COUNTS, RANK, Demand, Verdict, judge
from verify.indicator import Measured
from verify.mask import Veil, Veils, of_shares
from verify.nation import stretch as stretches
from verify.nation.stretch import Stretch
from verify.nation.sums import Counting, Country
from verify.read import Case
from verify.row import STANDING, WITH_INCOME

OF_NEW = {"A06": "new_members", "A07": "new_older"}
BESIDE = (
    *("A01", "A03", "A05", "A06", "A07", "A08", "B01", "B02", "B03", "B04", "B05", "C01", "C02", "C04"),
    *("C05", "C06", "C07", "C09", "D01", "D02", "D03", "D07", "D10", "E01", "E02"),
)
"""Indicators that table 2 shows of every phase."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A target of the country. demand None: the paper names no figure."""

    code: str
    phase: str
    first: date
    last: date
    fact: str
    kind: str
    metric: str
    measure: str
    demand: Demand | None

    @property
    def is_joint(self) -> bool:
        """Whether it asks for members who borrowed and earn more."""
        return WITH_INCOME in self.metric

    def is_of_new(self, others: Sequence["Asked"]) -> bool:
        """Whether it means members of the clubs to be founded: clubs to be founded are asked for in the same days."""
        return self.code in OF_NEW and any(
            one.code == "A01" and (one.first, one.last) == (self.first, self.last) for one in others
        )


def of_nation(connection: duckdb.DuckDBPyConnection, unit_id: int) -> list[Asked]:
    """In the order in which table 1 lists them."""
    rows = connection.execute(
        "SELECT indicator, coalesce(phase_code, ''), CAST(period_from AS DATE), CAST(period_to AS DATE), "
        "coalesce(fact_id, ''), kind, metric, measure, op, CAST(value AS DECIMAL(18, 4)), "
        "CAST(value_max AS DECIMAL(18, 4)), CAST(threshold_vnd AS BIGINT) FROM raw_target "
        "WHERE CAST(unit_id AS BIGINT) = ? AND coalesce(indicator, '') <> '' ORDER BY 3, CAST(id AS BIGINT)",
        [unit_id],
    ).fetchall()
    found = [
        Asked(code, phase, first, last, fact, kind, metric, measure, _demand(measure, *rest))
        for code, phase, first, last, fact, kind, metric, measure, *rest in rows
    ]
    return sorted(found, key=lambda one: (RANK.get(one.kind, 0), one.fact or "ZZ", one.code))


def _demand(
    measure: str, op: str, low: Decimal | None, high: Decimal | None, threshold: int | None
) -> Demand | None:
    """An amount asked of every club is reached when all clubs have it."""
    if op == "none":
        return None
    if measure == "VND":
        return Demand("=", Fraction(100), None, "percent", threshold=int(low or 0))
    return Demand(
        op, Fraction(low or 0), None if high is None else Fraction(high), measure, threshold=threshold
    )


@dataclass(frozen=True, slots=True)
class Line:
    """A target as a row of table 1. figure: what its value is made from; asked: borrowers an estimate rests on."""

    value: Cell
    figure: Measured
    asked: int | None = None
    is_secret: bool = False
    is_survey: bool = False


def table1(
    case: Case, counting: Counting, phase: Stretch, asked: Sequence[Asked], cells: Cells, veils: Veils
) -> None:
    """Every target of a phase that has begun, over its own days."""
    name, country = f"bang1/{phase.part.phase}", counting.of(phase)
    cells[f"{name}/ngay"] = phase.day.isoformat()
    cells[f"{name}/tinh"] = len(country.provinces)
    seen: dict[str, int] = {}
    for one in asked:
        own = stretches.within(case, phase, one.first, one.last) if one.phase == phase.part.phase else None
        if own is None:
            continue
        key = one.fact or one.code
        seen[key] = seen.get(key, 0) + 1
        row = f"{name}/{key}" + (f"~{seen[key]}" if seen[key] > 1 else "")
        line = _line(one, counting.of(own), asked)
        cells |= {f"{row}/{column}": value for column, value in _row(one, own, line).items()}
        veils |= _veils(row, line)


def _row(one: Asked, own: Stretch, line: Line) -> Cells:
    verdict, demand = _verdict(one, line.value, own), one.demand
    return {
        "chi_so": one.code,
        "tu": own.part.first.isoformat(),
        "den": own.part.last.isoformat(),
        "chi_tieu": demand.low if demand else None,
        "chi_tieu_den": demand.high if demand else None,
        "nguong": demand.threshold if demand else None,
        "thuc_hien": line.value,
        "tu_so": line.figure.numerator if line.figure.is_share else None,
        "mau_so": line.figure.denominator,
        "thieu": line.figure.missing,
        "khao_sat": line.asked,
        **_told(verdict),
    }


def _told(verdict: Verdict) -> Cells:
    return {"danh_gia": verdict.status, "ty_le": verdict.attainment, "vuot": verdict.surplus}


def _verdict(one: Asked, value: Cell, own: Stretch) -> Verdict:
    assert not isinstance(value, str)
    due = None if one.demand is None else replace(one.demand, last=one.last)
    measure = one.demand.measure if one.demand else ""
    return judge(value, due, own.told_to, is_growing=measure in COUNTS)


def _line(one: Asked, country: Country, others: Sequence[Asked]) -> Line:
    nothing = Measured(1, None, None, 0)
    if not country.rows:
        return Line(None, nothing)
    if one.code == "A05":
        held = Measured(100, country.with_clubs, len(country.provinces), 0)
        return Line(held.numerator if one.measure == "province" else held.value, held)
    if one.is_of_new(others):
        return Line(country.total[OF_NEW[one.code]] or 0, nothing)
    found = country.figure(one.code)
    if one.is_joint:
        return _joint(found, country)
    is_survey = one.code in country.survey
    return Line(found.value, found, None, is_survey and _is_secret(found), is_survey)


def _joint(borrowed: Measured, country: Country) -> Line:
    """The share that borrowed times the share of borrowers who say that they earn more."""
    improved = country.survey.get("E01")
    if improved is None or not improved.denominator:
        return Line(None, borrowed)
    estimate = borrowed.times(improved).value
    asked = None if estimate is None else improved.denominator
    return Line(estimate, borrowed, asked, estimate is not None and _is_secret(improved))


def _is_secret(found: Measured) -> bool:
    return of_shares({"": (found.numerator or 0, found.denominator or 0)})[""].must


def _veils(row: str, line: Line) -> Veils:
    """Figures that would tell how 1–4 of those asked answered; how many were asked would not."""
    if not line.is_secret:
        return {}
    keys = ("thuc_hien", *STANDING, *(("tu_so",) if line.is_survey else ()))
    found = {f"{row}/{key}": Veil(must=True, may=True) for key in keys}
    return found | ({f"{row}/mau_so": Veil(must=False, may=True)} if line.is_survey else {})


def table2(
    counting: Counting, phases: Sequence[Stretch], asked: Sequence[Asked], cells: Cells, veils: Veils
) -> None:
    """Indicators that any phase tells, with the goal that falls due with the phase."""
    for code in BESIDE:
        values = [_beside(code, counting.of(phase)) for phase in phases]
        if all(value.value is None for value in values):
            continue
        for phase, line in zip(phases, values, strict=True):
            row, goal = f"bang2/{phase.part.phase}/{code}", None
            if counting.of(phase).rows:
                goal = _due_with(phase, counting, code, asked)
            cells |= {f"{row}/{key}": value for key, value in _cell(phase, line, goal, counting).items()}
            if line.is_secret:
                keys = ("thuc_hien", *(STANDING if goal else ()))
                veils |= {f"{row}/{key}": Veil(must=True, may=True) for key in keys}


def _beside(code: str, country: Country) -> Line:
    if not country.rows:
        return Line(None, Measured(1, None, None, 0))
    if code == "A05":
        held = Measured(100, country.with_clubs, len(country.provinces), 0)
        return Line(held.numerator, held)
    found = country.figure(code)
    return Line(found.value, found, None, code in country.survey and _is_secret(found))


def _due_with(phase: Stretch, counting: Counting, code: str, asked: Sequence[Asked]) -> Asked | None:
    """The stated figure that falls due on the phase's last day; of members of new clubs there is none to compare."""
    until = counting.last_day(phase.part.phase)
    fitting = (
        one
        for one in asked
        if one.code == code and one.phase == phase.part.phase and one.kind == "stated" and one.demand
        if one.last == until and not one.is_joint and not one.is_of_new(asked)
    )
    return next(fitting, None)


def _cell(phase: Stretch, line: Line, goal: Asked | None, counting: Counting) -> Cells:
    """Provinces are counted; a goal that is a share of them is held against the share."""
    compared = line.value
    if goal and goal.code == "A05" and goal.measure == "percent":
        compared = line.figure.value
    demand = goal.demand if goal else None
    verdict = _verdict(goal, compared, phase) if goal else Verdict("khong_giao")
    return {
        "chi_tieu": demand.low if demand else None,
        "chi_tieu_den": demand.high if demand else None,
        "thuc_hien": line.value,
        **_told(verdict),
    }
