"""Reports that are issued as papers, of a province and of the country: what each kind is drawn, told and kept by."""

from datetime import date

from reports import render, workbook
from reports.frozen import Content
from reports.nation import NationReport
from reports.nation import narrative as nation_narrative
from reports.nation import render as nation_render
from reports.province import narrative


def html(report: Content, made_on: date, code: str) -> str:
    """The whole document in one language (vi, en)."""
    if isinstance(report, NationReport):
        return nation_render.html(report, made_on, code)
    return render.html(report, made_on, code)


def tables(report: Content, made_on: date, code: str) -> bytes:
    """Its tables as .xlsx."""
    if isinstance(report, NationReport):
        return workbook.nation(report, made_on, code)
    return workbook.province(report, made_on, code)


def older_age(report: Content) -> int | None:
    """The age from which its tables by unit count people as older; None outside every phase."""
    if isinstance(report, NationReport):
        return report.phase.older_age
    return report.tables[-1].phase.older_age if report.tables else report.settings.older_age


def keys(report: Content) -> tuple[str, ...]:
    """The parts of it that people write, in their order."""
    return nation_narrative.KEYS if isinstance(report, NationReport) else narrative.KEYS


def suggest(report: Content, code: str) -> dict[str, tuple[str, ...]]:
    """What its figures suggest for each of these parts."""
    if isinstance(report, NationReport):
        return nation_narrative.suggest(report, code)
    return narrative.suggest(report, code)
