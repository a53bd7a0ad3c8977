"""A report of the country of two provinces with every kind of row, for tests of what is made from one."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from reports.facts import ContextFact, Shape, Unit
from reports.issuing import IssuingBody
from reports.nation import NationReport
from reports.nation.model import (
    BandRow,
    BesideRow,
    Cell,
    FundBand,
    FundRow,
    PhaseTable,
    ProvinceRow,
    Shade,
    TargetRow,
)
from reports.period import parse
from reports.privacy import WITHHELD
from reports.province import Header
from reports.province.model import Goal
from reports.targets import NOT_PRINTED, Verdict
from tests.builders_facts import BANDS_1, phase

PERIOD, DAY = parse("2016..2020"), date(2020, 12, 31)
PHASE = phase("p1", **BANDS_1)
REACHED = Verdict("dat", "green", Decimal(120), Decimal(20))
GOAL = Goal("range", Decimal(40), Decimal(60), "percent", "nation", fact_id="NB-11", threshold=5_000_000)


def nation_report(**changes: Any) -> NationReport:
    """Lai Châu with a club, Thái Bình without."""
    first, other = _province(1, "12", "Lai Châu", 1), _province(2, "34", "Thái Bình", 0)
    made = NationReport(
        header=Header(IssuingBody(date(2016, 1, 1), "", "Bộ Y tế", "BC-BYT", "Bộ trưởng", ()), ""),
        period=PERIOD,
        phase=PHASE,
        as_of=DAY,
        geography_vi="",
        geography_en="",
        cut_off=date(2021, 3, 1),
        day=DAY,
        basis=(),
        context=(_fact(),),
        tables=(PhaseTable(PHASE, PERIOD, DAY, 2, (_target(),)),),
        provinces=(first, other, replace(first, kind="total", number=None, unit=None)),
        beside=(BesideRow("E01", "", "", "percent", 1, (Cell(Decimal(48), GOAL, REACHED),)),),
        composition=tuple(BandRow("", "", Decimal(50), Decimal(40), Decimal(60)) for _ in range(4)),
        funds=tuple(FundRow("", "", "VND", number) for number in range(9)),
        fund_bands=(
            FundBand(None, 20_000_000, 1, Decimal(100)),
            FundBand(20_000_000, 30_000_000, 0, Decimal(0)),
        ),
        shade=Shade("A03", "", "", "club", {1: 1, 2: 0}),
        shapes={1: Shape((((103.0, 22.0), (104.0, 22.0), (104.0, 23.0), (103.0, 23.0)),))},
        methods=(),
        has_invented=False,
    )
    return replace(made, **changes)


def masked(report: NationReport) -> NationReport:
    """The same with shares of few persons withheld, in Lai Châu and in the survey."""
    first, *others = report.provinces
    beside = replace(report.beside[0], cells=(Cell(WITHHELD, GOAL, NOT_PRINTED),))
    hidden = replace(first, women=WITHHELD, made_of={})
    return replace(report, provinces=(hidden, *others), beside=(beside,))


def _target() -> TargetRow:
    return TargetRow(
        "B02",
        "",
        "",
        "percent",
        1,
        GOAL,
        PERIOD,
        Decimal(50),
        20,
        40,
        3,
        REACHED,
        "khảo sát 8 người vay",
        "8 borrowers",
    )


def _province(number: int, code: str, name: str, clubs: int) -> ProvinceRow:
    unit = Unit(number, code, date(2016, 1, 1), None, "p", "tinh", name, f"Tỉnh {name}", None)
    return ProvinceRow(
        kind="province",
        number=number,
        unit=unit,
        plan=1,
        founded=1,
        verdict=REACHED,
        standing=clubs,
        active=1,
        members=40,
        women=Decimal(50),
        older=Decimal(70),
        fund=30_000_000,
        borrowed=Decimal(30),
        full_and_well=Decimal(100),
        not_yet=0,
        silent=0,
        made_of={"women": (20, 40), "older": (28, 40), "borrowed": (12, 40), "full_and_well": (1, 1)},
    )


def _fact() -> ContextFact:
    return ContextFact(
        1, date(2016, 1, 1), DAY, "older_age_threshold", "=", Decimal(55), "year", "stated", "", "NB-10", ""
    )
