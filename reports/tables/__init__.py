"""The tables of the province report, and the figures of its charts, as values with their types."""

from reports import catalogue
from reports.province import ProvinceReport
from reports.tables import activities, annexes, funds, members, targets, units
from reports.tables.model import Cell, Column, Content, Ratio, Row, Sum, Table, is_open

__all__ = ["Cell", "Column", "Content", "Ratio", "Row", "Sum", "Table", "is_open", "of"]


def of(report: ProvinceReport, lang: str = "vi") -> tuple[Table, ...]:
    """In the order of the report: tables, figures of charts, annexes; those without any figure are left out."""
    _ = catalogue.of(lang).gettext
    return (
        *targets.table_1(report, lang, _),
        units.table_2(report, lang, _),
        *members.composition(report, lang, _),
        *members.people(report, lang, _),
        units.table_3(report, lang, _),
        *funds.months(report, lang, _),
        *funds.bands(report, lang, _),
        *funds.unbalanced(report, lang, _),
        *activities.table_4(report, lang, _),
        *activities.attendance(report, lang, _),
        *activities.table_5(report, lang, _),
        *units.table_6(report, lang, _),
        annexes.clubs(report, lang, _),
        funds.annex(report, lang, _),
        annexes.absent(report, lang, _),
        targets.annex_methods(report, lang, _),
    )
