"""Part VIII: what papers plan for the year that comes next, unit by unit."""

from datetime import date, timedelta

from reports import targets
from reports.facts import Unit
from reports.indicators import Context
from reports.period import Period
from reports.province.activity_model import NextRow, Outlook

YEAR_END = timedelta(days=18)
"""From a period's last day into the next one, also where the year ends on 14/12 (Nghị định 09/2019/NĐ-CP)."""


def outlook(ctx: Context) -> Outlook:
    """The calendar year of the day after the period, with the plans of the table's units and of the area.

    The total's plan is the area's own, else the sum of its units'. Of a year under way, clubs founded by the report's
    day are set against it.
    """
    day = ctx.period.last + YEAR_END
    year = Period(date(day.year, 1, 1), date(day.year, 12, 31))
    begun = ctx.day >= year.first
    rows: list[NextRow] = []
    documents: dict[str, None] = {}
    units: tuple[Unit | None, ...] = (*ctx.geography.rows, None)
    for unit in units:
        area_id = ctx.geography.area.id if unit is None else unit.id
        plan = targets.plan(targets.of_unit(ctx.data.targets, area_id, "A01"), year)
        founded = [
            club
            for club in ctx.data.clubs
            if year.first <= club.founding_date <= ctx.day
            if unit is None or ctx.geography.row_of(club.id) == unit.id
        ]
        if plan:
            documents |= dict.fromkeys(t.document for t in plan.targets if t.document)
        if plan or (unit is None and rows):
            known = int(plan.value) if plan else sum(row.plan or 0 for row in rows)
            rows.append(NextRow(unit, known, len(founded) if begun else None))
    kept = targets.plan(targets.of_unit(ctx.data.targets, ctx.geography.area.id, "A08"), year)
    return Outlook(day.year, tuple(rows), tuple(documents), int(kept.value) if kept else None)
