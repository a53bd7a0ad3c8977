"""From the clubs added up to the whole content of the report of the country. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from reports import issuing, privacy, targets
from reports.facts import ContextFact, Shape, Target, Unit
from reports.figures.nation import MONEY
from reports.issuing import IssuingBody
from reports.nation import rows, stretches
from reports.nation.figures import WHOLE, Sums
from reports.nation.model import (
    BandRow,
    Counted,
    FundBand,
    FundRow,
    NationReport,
    ProvinceRow,
    Shade,
    Stretch,
)
from reports.period import Period
from reports.privacy import Share
from reports.province import MADE_UP, Header, LegalBasis, chosen, explained
from reports.province.build import boundary_date
from reports.province.clubs import BAND_NAMES
from reports.settings import DEFAULT, Settings
from reports.standards import BANDS, Phase, Standards

SHADES = {
    "A03": ("Số CLB hiện có", "Clubs standing", "club"),
    "A06": ("Số thành viên", "Members", "person"),
    "C05": ("Tỷ lệ thành viên được vay vốn", "Members given a loan", "percent"),
    "D07": (
        "Tỷ lệ CLB đủ hoạt động và được quản lý tốt",
        "Clubs with all activities, well managed",
        "percent",
    ),
}
"""What the map can be coloured by."""
PERSONS = {"women": "B02", "older": "B03", "borrowed": "C05"}
"""Columns of the table of provinces that are shares of persons."""
EXPLAINED = (*WHOLE, "A05", "E01", "E02")


@dataclass(frozen=True, slots=True)
class Known:
    """What the report is built from, besides the clubs: papers, the register, and when it is made.

    period: by the calendar of the settings. standards: with the report's own rules; unchanged: without them.
    targets: of the nation and of all units, as far as they plan clubs. row_units: province id → the units its plan may
    be divided among. reform_on: the day the provinces changed. bodies: offices that issue reports of the country.
    """

    period: Period
    as_of: date
    cut_off: date
    standards: Standards
    nation: Unit
    targets: tuple[Target, ...]
    context: tuple[ContextFact, ...]
    row_units: Mapping[int, tuple[int, ...]]
    shapes: Mapping[int, Shape]
    reform_on: date | None
    bodies: tuple[IssuingBody, ...]
    unchanged: Standards
    settings: Settings = DEFAULT
    shade: str = "A03"
    has_sample: bool = False
    """Whether any club is made up for showing."""


def build(known: Known, counted: Sequence[Counted]) -> NationReport:
    """The report. counted: of every stretch that `stretches.all_of` names for these targets."""
    by_stretch = {one.stretch: one for one in counted}
    own = by_stretch[stretches.primary(known.period, known.standards, known.settings)]
    phases = [by_stretch[one] for one in stretches.of_phases(known.period, known.standards)]
    asked = national(known.targets, known.nation)
    tables = tuple(rows.table(phase, asked, by_stretch, known.period) for phase in phases)
    listed = provinces(known, own)
    vi, en = geography(known)
    return NationReport(
        header=draft(known),
        period=known.period,
        phase=own.phase,
        as_of=known.as_of,
        geography_vi=vi,
        geography_en=en,
        cut_off=known.cut_off,
        day=own.day,
        basis=basis(counted, asked),
        context=tuple(f for f in known.context if f.period_from <= known.period.plain.last),
        tables=tables,
        provinces=listed,
        beside=rows.beside(phases, asked, by_stretch),
        composition=composition(own),
        funds=funds(own.whole),
        fund_bands=fund_bands(own),
        shade=shade(known.shade, listed),
        shapes=known.shapes,
        methods=explained(own.phase, EXPLAINED),
        has_invented=has_invented(known),
        settings=known.settings,
        chosen=chosen.words(
            known.period, own.phase, known.settings, told_phases(known, own, phases), known.unchanged
        ),
    )


def told_phases(known: Known, own: Counted, phases: Sequence[Counted]) -> list[Phase]:
    """Those whose standards a reader must know of: the one chosen, else all that the tables are measured by."""
    return [own.phase] if known.settings.phase or not phases else [one.phase for one in phases]


def draft(known: Known) -> Header:
    """Head of a report not issued yet: of the office that stands the day after the period."""
    body = issuing.on(known.bodies, known.period.last + timedelta(days=1)).of_nation()
    return Header(issuing=body, place=body.place, mark=MADE_UP if has_invented(known) else "")


def has_invented(known: Known) -> bool:
    """Whether a club is made up for showing, or a target."""
    return known.has_sample or any(t.kind == "invented" for t in known.targets)


def national(asked: Iterable[Target], nation: Unit) -> tuple[Target, ...]:
    """The targets of the country as a whole, stated ones first."""
    own = [t for t in asked if t.unit_id == nation.id]
    return tuple(
        sorted(own, key=lambda t: (targets.CERTAINTY.get(t.kind, 0), t.fact_id or "ZZ", t.indicator))
    )


def geography(known: Known) -> tuple[str, str]:
    """How many provinces there are in the tables, and from when."""
    reform, day = known.reform_on, known.as_of
    if reform is None:
        return f"theo địa giới ngày {boundary_date(day)}", f"by the boundaries of {day:%d/%m/%Y}"
    if day < reform:
        return f"theo địa giới trước {boundary_date(reform)}", f"by the boundaries before {reform:%d/%m/%Y}"
    return (
        f"theo địa giới từ {boundary_date(reform)}",
        f"by the boundaries in force since {reform:%d/%m/%Y}",
    )


def basis(counted: Sequence[Counted], asked: Iterable[Target]) -> tuple[LegalBasis, ...]:
    """The papers of the phases, each once."""
    documents = dict.fromkeys(one.phase.document for one in counted if one.phase.document)
    return tuple(LegalBasis(document) for document in sorted(documents))


def provinces(known: Known, own: Counted) -> tuple[ProvinceRow, ...]:
    """The table of provinces. Its last row is computed again from all clubs; its plan is the sum of those known."""
    found = [
        province_row("province", unit, plan(known, unit), own.sums.get(unit.id, Sums()), number)
        for number, unit in enumerate(own.provinces, start=1)
    ]
    parts = [own.sums.get(unit.id, Sums()) for unit in own.provinces]
    if own.undecided.clubs:
        found.append(province_row("undecided", None, None, own.undecided))
        parts.append(own.undecided)
    plans = [row.plan for row in found if row.plan is not None]
    found.append(province_row("total", None, sum(plans) if plans else None, own.whole))
    shown = zip(found, [*parts, own.whole], *(shares(parts, name) for name in PERSONS.values()), strict=True)
    return tuple(_with_shares(row, sums, *told) for row, sums, *told in shown)


def _with_shares(row: ProvinceRow, sums: Sums, *told: Share) -> ProvinceRow:
    """With the shares of persons as they may be told, and what all its printed shares were made from."""
    row = replace(row, **dict(zip(PERSONS, told, strict=True)))  # type: ignore[arg-type]
    pairs = {
        name: (ratio.numerator, ratio.denominator)
        for name, code in (*PERSONS.items(), ("full_and_well", "D07"))
        if isinstance(getattr(row, name), Decimal) and (ratio := sums.ratio(code))
    }
    return replace(row, made_of=pairs)


def shares(parts: Sequence[Sums], name: str) -> tuple[Share, ...]:
    """The share of persons in each part, and last in all of them, with what tells of few persons withheld.

    The total is printed in other tables too: it is withheld only where nothing of the rest can be.
    """
    ratios = [part.ratio(name) for part in parts]
    return privacy.shares([(one.numerator, one.denominator) if one else (0, 0) for one in ratios])


def province_row(
    kind: str, unit: Unit | None, planned: int | None, sums: Sums, number: int | None = None
) -> ProvinceRow:
    """One row from the clubs of a province, but for its shares of persons, which no row has for itself."""
    standing, founded = sums.count("standing") or 0, sums.count("A01.n")
    is_known = sums.clubs > 0
    verdict = targets.NOTHING_ASKED
    if planned is not None and kind == "province":
        verdict = targets.judge_target(founded or 0, "=", Decimal(planned), None)
    return ProvinceRow(
        kind=kind,
        number=number,
        unit=unit,
        plan=planned,
        founded=(founded or 0) if is_known or planned is not None else None,
        verdict=verdict,
        standing=standing,
        active=sums.count("A03.active.n") if standing else None,
        members=sums.count("A06.n") if standing else None,
        women=None,
        older=None,
        fund=sums.count("C06.n") if standing else None,
        borrowed=None,
        full_and_well=percent(sums, "D07"),
        not_yet=sums.count("D07.not_yet.n") or 0,
        silent=sums.count("silent") if standing else None,
    )


def percent(sums: Sums, name: str) -> Decimal | None:
    """A share in percent, unrounded; None where nothing stands below the line."""
    ratio = sums.ratio(name)
    return ratio.percent if ratio else None


def plan(known: Known, unit: Unit) -> int | None:
    """Clubs a province is to found in the period: its own plan, else the sum of its units' plans.

    None where no paper plans just this period, as in the report of the province.
    """
    own = targets.of_unit(known.targets, unit.id, "A01")
    whole = _held(own, own, known.period)
    if whole is not None:
        return whole
    parts = []
    for unit_id in known.row_units.get(unit.id, ()):
        part = targets.of_unit(known.targets, unit_id, "A01")
        if (planned := _held(part, [*part, *own], known.period)) is not None:
            parts.append(planned)
    return sum(parts) if parts else None


def _held(own: list[Target], others: list[Target], period: Period) -> int | None:
    planned = targets.plan(own, period)
    return int(planned.value) if planned and targets.holds_for(planned, others, period) else None


def composition(own: Counted) -> tuple[BandRow, ...]:
    """Shares of all members against the bands of the phase that the period is measured by."""
    names = {"women": "B02", "older": "B03", "young": "B04", "disadvantaged": "B05"}
    found, whole = [], own.whole
    for band in BANDS:
        if band in names:
            rule = own.phase.rule(band)
            name_vi, name_en, _ = BAND_NAMES[band]
            low, high = (rule.low, rule.high) if rule else (None, None)
            code = names[band]
            found.append(BandRow(name_vi, name_en, percent(whole, code), low, high, code))
    return tuple(found)


def funds(whole: Sums) -> tuple[FundRow, ...]:
    """The income funds of all clubs standing, at the end and within the period."""
    money = (
        ("Tổng Quỹ tăng thu nhập cuối kỳ", "Income funds at the end", "C06", ""),
        ("Dư nợ cho vay cuối kỳ", "Outstanding loans at the end", "C06", "owed"),
        ("Doanh số cho vay trong kỳ", "Lent in the period", "C06", "lent"),
        ("Thu gốc trong kỳ", "Principal repaid in the period", "C06", "returned"),
        ("Thu lãi trong kỳ", "Interest received in the period", "C06", "earned"),
        ("Nợ quá hạn cuối kỳ", "Overdue at the end", "C09", "late"),
    )
    shares = (
        ("Tỷ lệ sử dụng vốn", "Use of capital", "C07"),
        ("Tỷ lệ trả gốc đúng hạn", "Principal repaid on time", "C08"),
        ("Tỷ lệ nợ quá hạn", "Overdue loans", "C09"),
    )
    amounts = [FundRow(vi, en, "VND", _money(whole, code, part), code, part) for vi, en, code, part in money]
    return (*amounts, *(FundRow(vi, en, "percent", percent(whole, name), name) for vi, en, name in shares))


def _money(whole: Sums, code: str, part: str) -> int | None:
    return whole.count(f"{code}.{MONEY[part]}.n" if part else f"{code}.n")


def fund_bands(own: Counted) -> tuple[FundBand, ...]:
    """Clubs standing by the size of their income fund; () where the phase has no marks, or no club tells."""
    rules = [own.phase.rule("fund_band_low"), own.phase.rule("fund_band_high")]
    marks = [int(rule.low) for rule in rules if rule and rule.low is not None]
    low, high = own.whole.ratio("low"), own.whole.ratio("C04")
    if len(marks) < 2 or low is None or high is None or not low.denominator:
        return ()
    counts = (low.denominator - low.numerator, low.numerator - high.numerator, high.numerator)
    ends = zip((None, *marks), (*marks, None), counts, strict=True)
    return tuple(FundBand(a, b, n, Decimal(n) * 100 / low.denominator) for a, b, n in ends)


def shade(code: str, listed: Iterable[ProvinceRow]) -> Shade:
    """What the map shows: the figure of each province, as the table has it."""
    name_vi, name_en, unit = SHADES[code]
    of = {"A03": "standing", "A06": "members", "C05": "borrowed", "D07": "full_and_well"}[code]
    values = {row.unit.id: None if row.is_empty else getattr(row, of) for row in listed if row.unit}
    return Shade(code, name_vi, name_en, unit, values)


def needed(
    period: Period, standards: Standards, asked: Iterable[Target], nation: Unit, settings: Settings = DEFAULT
) -> tuple[Stretch, ...]:
    """The stretches that a report has to be given."""
    return stretches.all_of(period, standards, national(asked, nation), settings)
