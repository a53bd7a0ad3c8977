"""The province report: from a province's code to its content, and on to its PDF."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from sqlalchemy.orm import Session

from reports import figures, render
from reports.dataset import Dataset
from reports.fonts import FontProblem
from reports.pdf import RenderProblem
from reports.period import Period
from reports.province import Header, NoStandards, ProvinceReport, build
from reports.settings import DEFAULT, Settings, SettingsError
from server.errors import Problem
from server.models import Unit
from server.scope import Scope
from server.services import issuing, plan
from server.services.facts.geography import Area, area, geography
from server.services.facts.load import facts


class StandardsMissing(Problem):
    """No phase of the scheme was imported, so nothing says what a report measures by."""

    code = "409.15"
    message_vi = "Chưa nhập tiêu chuẩn của Đề án. Chạy: clb plan import xlsforms/plans/tieu_chuan.xlsx"
    message_en = (
        "The standards of the scheme are not imported. Run: clb plan import xlsforms/plans/tieu_chuan.xlsx"
    )


class PeriodNotBegun(Problem):
    """A report was asked for days to come, of which nothing can be known."""

    code = "400.11"
    message_vi = "Kỳ báo cáo chưa bắt đầu: {vi}. Chọn kỳ đã qua hoặc kỳ đang diễn ra."
    message_en = "The period has not begun: {en}. Choose one that is over or under way."


class BadSettings(Problem):
    """A report was asked for with settings that cannot be used."""

    code = "400.11"
    message_vi, message_en = "{vi}", "{en}"


class NotPrintable(Problem):
    """The report was computed, but its pages could not be made."""

    code = "500.1"
    message_vi = "Chưa in được báo cáo: {reason}"
    message_en = "The report could not be printed: {reason}"


def province(
    session: Session,
    scope: Scope,
    code: str,
    period: Period,
    *,
    today: date,
    geography_as_of: date | None = None,
    settings: Settings = DEFAULT,
    cut_off: date | None = None,
    counted_to: date | None = None,
    header: Header | None = None,
    issuer: str = issuing.DEFAULT_KIND,
) -> ProvinceReport:
    """The report of one province for a period, of the clubs within the scope.

    period: by calendar; the settings say whether its days are the decree's. geography_as_of: the day whose boundaries
    count, where the settings name none; without one, the last day of the period, or today if that comes first. cut_off:
    the last day whose submissions are in; without one, today. counted_to: a day to which figures are counted, though
    submissions of later days are in; without one, the cut-off. issuer: the kind of office that a draft names, one of
    issuing.KINDS. Raises PeriodNotBegun, UnitNotFound, NotAProvince, StandardsMissing, BadSettings, NoIssuingBody.
    """
    period = settings.over(period)
    of = _area(session, code, period, today, settings, geography_as_of)
    data = _to(counted_to, facts(session, scope, of, period, cut_off or today))
    places = geography(session, of, [club.id for club in data.clubs])
    standards = plan.standards(session, session.get_one(Unit, of.province.id))
    bodies = issuing.of_province(session, (of.successor or of.province).code, issuer)
    with usable():
        return build(data, period, standards, places, bodies, header, settings)


def sources(
    session: Session,
    scope: Scope,
    code: str,
    period: Period,
    *,
    today: date,
    counted_to: date | None = None,
    settings: Settings = DEFAULT,
) -> figures.Sources:
    """What the figures of the report that `province` makes are computed in; raises what that does."""
    period = settings.over(period)
    of = _area(session, code, period, today, settings)
    data = _to(counted_to, facts(session, scope, of, period, today))
    places = geography(session, of, [club.id for club in data.clubs])
    standards = plan.standards(session, session.get_one(Unit, of.province.id))
    with usable():
        return figures.sources(data, period, standards, places, settings)


def _to(day: date | None, data: Dataset) -> Dataset:
    return data.counted_to(day) if day else data


def _area(
    session: Session,
    code: str,
    period: Period,
    today: date,
    settings: Settings,
    geography_as_of: date | None = None,
) -> Area:
    """The province in the boundaries that count; raises PeriodNotBegun, UnitNotFound, NotAProvince."""
    if period.first > today:
        raise PeriodNotBegun(vi=period.name_vi, en=period.name_en)
    as_of = settings.geography_as_of or geography_as_of or min(period.last, today)
    return area(session, code, as_of)


@contextmanager
def usable() -> Iterator[None]:
    """Raises StandardsMissing and BadSettings for what the reports find missing or wrong."""
    try:
        yield
    except NoStandards as error:
        raise StandardsMissing from error
    except SettingsError as error:
        raise BadSettings(vi=error.message_vi, en=error.message_en) from error


def pdf(report: ProvinceReport, made_on: date, font_folder: str = "", language: str = "vi") -> bytes:
    """The report as a PDF in one language (vi, en). made_on: the day printed on a draft.

    Raises NotPrintable when no fitting font is there.
    """
    try:
        return render.province(report, made_on, font_folder, language)
    except (FontProblem, RenderProblem) as error:
        raise NotPrintable(reason=str(error)) from error


TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
"""What a report can be written as, by the ending of its file, with the type a browser knows it by."""


def written(report: ProvinceReport, made_on: date, kind: str, *, language: str = "vi") -> bytes:
    """The report as a file of one of TYPES in one language (vi, en): to print, to compute with, or to edit.

    Raises NotPrintable when no fitting font is there.
    """
    from reports import word, workbook  # Their libraries take a seventh of a second to import.

    if kind == "xlsx":
        return workbook.province(report, made_on, language)
    if kind == "pdf":
        return pdf(report, made_on, language=language)
    try:
        return word.province(report, made_on, code=language)
    except FontProblem as error:
        raise NotPrintable(reason=str(error)) from error


def body(report: ProvinceReport, made_on: date, language: str, trace: render.Trace) -> str:
    """The report as the body of a page in one language (vi, en). trace: makes links of its figures."""
    return render.body(report, made_on, language, trace)
