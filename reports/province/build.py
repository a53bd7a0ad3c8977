"""From facts to the whole content of the province report. Pure: the same facts give the same report."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from reports import issuing, language
from reports.dataset import Dataset
from reports.facts import Club, ContextFact, Geography
from reports.indicators import Context
from reports.issuing import IssuingBody
from reports.period import Period
from reports.province import (
    activities,
    chosen,
    clubs,
    ledgers,
    methods,
    outlook,
    people,
    sketch,
    table1,
    units,
)
from reports.province.model import MADE_UP, ClubRow, Header, LegalBasis, PhaseTable, ProvinceReport, Scope
from reports.settings import DEFAULT, Settings
from reports.standards import Phase, Standards


class NoStandards(LookupError):
    """No phase of the scheme is known, so nothing says who counts as older or what is demanded."""

    def __init__(self) -> None:
        super().__init__(
            "Chưa nhập tiêu chuẩn các giai đoạn của Đề án. Nhập tệp tiêu chuẩn trước khi lập báo cáo."
        )


def build(
    data: Dataset,
    period: Period,
    standards: Standards,
    geography: Geography,
    bodies: Iterable[IssuingBody],
    header: Header | None = None,
    settings: Settings = DEFAULT,
) -> ProvinceReport:
    """Compute the report of the geography's area for a period.

    data: the clubs of the area. Table 1 is made for each phase the period touches; everything else by the phase at the
    period's end. header: number, date and signer of an issued report; without it, a draft under the office that would
    have issued it the day after the period. settings: what differs from the standards; the geography is already made
    by them. Raises NoStandards, SettingsError.
    """
    own = standards
    whole, parts = contexts(data, period, standards, geography, settings)
    period = whole.period
    tables = tuple(table1.table(part) for part in parts)
    unit_rows, club_rows = units.unit_rows(whole), clubs.rows(whole)
    order = _in_order(whole, club_rows)
    return ProvinceReport(
        header=header or draft(bodies, geography, period, _has_invented(whole)),
        scope=scope(whole),
        basis=basis(whole, tables),
        context=context(data.context, geography.area.id, period),
        steering=clubs.steering(whole),
        tables=tables,
        units=unit_rows,
        plan_chart=units.plan_bars(unit_rows),
        composition=clubs.compositions(whole),
        funds=units.fund_rows(whole),
        fund_chart=units.fund_points(whole),
        fund_bands=units.fund_bands(whole),
        unbalanced=clubs.unbalanced(whole),
        clubs=club_rows,
        methods=methods.of_report(whole.phase, tables),
        failing_counts=clubs.failing_counts(whole),
        difficulties=clubs.difficulties(whole),
        settings=settings,
        chosen=chosen.words(period, whole.phase, settings, _phases(whole, tables), own),
        activities=activities.activities(whole, order),
        people=people.people(whole),
        sketch=sketch.sketch(whole),
        club_funds=ledgers.club_funds(whole, order),
        absent=ledgers.absent(whole, order),
        outlook=outlook.outlook(whole),
    )


def contexts(
    data: Dataset, period: Period, standards: Standards, geography: Geography, settings: Settings
) -> tuple[Context, tuple[Context, ...]]:
    """What a report is computed in: the whole period by its closing phase, and its part in each phase, for table 1.

    Raises NoStandards, SettingsError.
    """
    if not standards.phases:
        raise NoStandards
    standards, period = settings.applied(standards), settings.over(period)
    phase = standards.phase(settings.phase or "") or closing_phase(standards, period)
    whole = Context(data, period, phase, standards, geography)
    split = settings.split(standards, period)
    return whole, tuple(replace(whole, phase=phase, period=part) for phase, part in split)


def _in_order(ctx: Context, rows: Iterable[ClubRow]) -> list[Club]:
    """The clubs standing, as Phụ lục I lists them."""
    by_code = {club.code: club for club in ctx.standing()}
    return [by_code[row.code] for row in rows]


def _phases(ctx: Context, tables: Iterable[PhaseTable]) -> list[Phase]:
    """The phases the report is measured by, each once."""
    return list({table.phase.code: table.phase for table in tables}.values()) or [ctx.phase]


def closing_phase(standards: Standards, period: Period) -> Phase:
    """The phase of the period's last part; outside every phase, the one nearest before, else the first."""
    if not standards.phases:
        raise NoStandards
    parts = standards.split(period)
    if parts:
        return parts[-1][0]
    earlier = [p for p in standards.phases if p.valid_from <= period.last]
    return (
        max(earlier, key=lambda p: p.valid_from)
        if earlier
        else min(standards.phases, key=lambda p: p.valid_from)
    )


def draft(
    bodies: Iterable[IssuingBody], geography: Geography, period: Period, has_invented: bool = False
) -> Header:
    """Head of a report not issued yet: of the office standing the day after the period, or on the geography's day if
    that is later; of the province that the area belongs to then."""
    province = geography.successor or geography.area
    day = max(period.last + timedelta(days=1), geography.as_of)
    body = issuing.on(bodies, day).of(province.full_name)
    return Header(issuing=body, place=body.place, mark=MADE_UP if has_invented else "")


def scope(ctx: Context) -> Scope:
    """Part I.3: area, geography, cut-off, and the clubs that did not report. Outlines are left to the map."""
    area_vi, area_en = area_names(ctx.geography)
    geography_vi, geography_en = geography_sentence(ctx.geography)
    return Scope(
        period=ctx.period,
        geography=replace(ctx.geography, shapes={}),
        area_vi=area_vi,
        area_en=area_en,
        geography_vi=geography_vi,
        geography_en=geography_en,
        row_level=ctx.geography.rows[0].level if ctx.geography.rows else "d",
        cut_off=ctx.data.cut_off,
        clubs=len(ctx.standing()),
        silent=clubs.silent(ctx),
        late=clubs.late(ctx),
        undecided=clubs.undecided(ctx),
        has_invented=_has_invented(ctx),
    )


def _has_invented(ctx: Context) -> bool:
    """Whether a club is made up for showing, or a plan or figure of the area or of a unit it came from."""
    kinds = {t.kind for t in ctx.data.targets if t.unit_level != "n"} | {f.kind for f in ctx.data.context}
    return ctx.data.has_sample or "invented" in kinds


def area_names(geography: Geography) -> tuple[str, str]:
    """The area in running text: “tỉnh Lai Châu”, or “địa bàn tỉnh Ninh Thuận (cũ), tỉnh Khánh Hòa”."""
    area = _inside_sentence(geography.area.full_name)
    if geography.successor is None:
        return area, f"{geography.area.name} province"
    now = _inside_sentence(geography.successor.full_name)
    english = f"the former {geography.area.name} province, now in {geography.successor.name}"
    return f"địa bàn {area} (cũ), {now}", english


def _inside_sentence(full_name: str) -> str:
    return full_name[:1].lower() + full_name[1:]


def geography_sentence(geography: Geography) -> tuple[str, str]:
    """Which boundaries the figures follow: “theo địa giới trước 01/7/2025” or “theo địa giới hiện hành …”."""
    reform, day = geography.reform_on, geography.as_of
    if reform is None:
        return (
            f"theo địa giới ngày {boundary_date(day)}",
            f"by the boundaries of {language.date_in_text(day, language='en')}",
        )
    english = language.date_in_text(reform, language="en")
    if day < reform:
        return f"theo địa giới trước {boundary_date(reform)}", f"by the boundaries before {english}"
    return (
        f"theo địa giới hiện hành (từ {boundary_date(reform)})",
        f"by the boundaries in force since {english}",
    )


def boundary_date(day: date) -> str:
    """01/7/2025: a zero before days under 10, and before months 1 and 2 only, as decrees write dates."""
    return language.date_in_text(day)


def basis(ctx: Context, tables: Iterable[PhaseTable]) -> tuple[LegalBasis, ...]:
    """Papers the report answers to, each once: of its phases, then dated ones that set targets for the area."""
    found: dict[str, date | None] = {table.phase.document: None for table in tables}
    own = {ctx.geography.area.id, *(u.id for u in ctx.geography.rows)}
    touching = [
        t
        for t in ctx.data.targets
        if t.unit_id in own and t.kind == "stated" and t.document_date
        if t.period_from <= ctx.period.plain.last and t.period_to >= ctx.period.plain.first
    ]
    for target in sorted(touching, key=lambda t: (t.document_date or date.max, t.document)):
        found.setdefault(target.document, target.document_date)
    return tuple(LegalBasis(document, day) for document, day in found.items() if document)


def context(facts: Iterable[ContextFact], area_id: int, period: Period) -> tuple[ContextFact, ...]:
    """Stated figures of the area in the order of entry; of each metric the newest that the period's end knows."""
    newest: dict[str, ContextFact] = {}
    for fact in facts:
        if fact.unit_id != area_id or fact.period_from > period.plain.last:
            continue
        if fact.metric not in newest or newest[fact.metric].period_to < fact.period_to:
            newest[fact.metric] = fact
    return tuple(newest.values())
