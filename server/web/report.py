"""The province report: as a PDF to print, a workbook to compute with, a Word document to edit."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as Answer

from reports.period import FIRST_YEAR, LAST_YEAR, Period, PeriodError, parse
from reports.settings import DEFAULT, Settings, SettingsError, age_of, rule_of
from server import auth, clock, scope
from server.context import database
from server.errors import Problem
from server.services import issuing, report, rollup
from server.web.page import may
from server.web.turn import heavy

FIELDS = (
    "period",
    "geography_as_of",
    "calendar",
    "phase",
    "older_age",
    "rule",
    "issuer",
    "language",
    "months",
)
"""Parameters of a report's address; rule: one or several, apart by spaces; months: see read_counted_to."""
WHOLE_MONTHS = "whole"
KINDS = ",".join(report.TYPES)
PAGE = "page"


class BadPeriod(Problem):
    """The period cannot be read."""

    code = "400.11"
    message_vi, message_en = "{vi}", "{en}"


class BadDate(Problem):
    """The day of the geography cannot be read."""

    code = "400.11"
    message_vi = "“{text}” không phải là ngày. Viết năm-tháng-ngày từ năm 2000 đến 2100, ví dụ 2025-06-30."
    message_en = "“{text}” is not a date. Write year-month-day from 2000 to 2100, such as 2025-06-30."


class NotForReaders(Problem):
    """Who only reads reports asked for one by another age or phase than the scheme's: two such reports side by side
    would tell how many people are between the ages."""

    code = "403.1"
    message_vi = (
        "Tài khoản của anh/chị xem báo cáo theo tuổi và giai đoạn của Đề án. Chọn tuổi hoặc giai đoạn khác là việc của "
        "người lập báo cáo."
    )
    message_en = (
        "Your account sees reports by the ages and phases of the scheme. Another age or phase is for those who draft "
        "reports to choose."
    )


class UnknownLanguage(Problem):
    """Reports are made in two languages."""

    code = "400.11"
    message_vi = "Không có báo cáo bằng ngôn ngữ “{text}”. Chọn vi (tiếng Việt) hoặc en (tiếng Anh)."
    message_en = "There is no report in the language “{text}”. Choose vi (Vietnamese) or en (English)."


class UnknownMonths(Problem):
    """A report counts to today or to the last whole month."""

    code = "400.11"
    message_vi = (
        "“{text}” không phải là cách tính kỳ đang diễn ra. Bỏ trống (đến hôm nay) hoặc viết months=whole."
    )
    message_en = (
        "“{text}” is no way to count a period under way. Leave it out (to today) or write months=whole."
    )


class UnknownFormat(Problem):
    """Reports are written in three formats."""

    code = "400.11"
    message_vi = "Không có báo cáo ở định dạng “{text}”. Chọn pdf, docx (Word) hoặc xlsx (Excel)."
    message_en = "There is no report in the format “{text}”. Choose pdf, docx (Word) or xlsx (Excel)."


def add_to(bp: Blueprint) -> None:
    """Add the routes of this module."""
    bp.add_url_rule("/reports/province", "choose_report", choose, defaults={"project_id": 1})
    address = f"/reports/province/<code>.<any({KINDS}):kind>"
    bp.add_url_rule(address, "province_report", province, defaults={"project_id": 1})


@auth.rule("report.read")
def choose(project_id: int) -> Answer:
    """From the fields of the form to the address of the report; without a province or period, to the form."""
    code = quote(request.args.get("province", "").strip(), safe="")
    if not code or not request.args.get("period"):
        return redirect("/", 303)
    wanted = {name: request.args.get(name, "").strip() for name in FIELDS}
    if wanted["calendar"] == DEFAULT.calendar:
        del wanted["calendar"]
    return redirect(
        f"/reports/province/{code}{_ending()}?{urlencode({k: v for k, v in wanted.items() if v})}", 303
    )


@auth.rule("report.read")
@heavy
def province(project_id: int, code: str, kind: str) -> Response:
    """The report of a province for a period, of the clubs within the viewer's scope."""
    period, settings = read_period(request.args.get("period", "")), read_settings(request.args)
    language = read_language(request.args.get("language", ""))
    issuer = request.args.get("issuer") or issuing.DEFAULT_KIND
    today = clock.today()
    with database().reading() as session:
        seen = scope.of(session, auth.current(), project_id, today)
        report.require_province(session, seen, project_id, code)
        made = report.province(
            session,
            seen,
            code,
            period,
            today=today,
            counted_to=read_counted_to(request.args, settings.over(period), today),
            settings=settings,
            issuer=issuer,
        )
    name = file_name(made.scope.geography.area.name, made.scope.period, language, kind)
    content = report.written(made, today, kind, language=language)
    where = "inline" if kind == "pdf" else "attachment"
    return Response(
        content,
        content_type=report.TYPES[kind],
        headers={"Content-Disposition": f'{where}; filename="{name}"'},
    )


def file_name(province_name: str, period: Period, language: str = "vi", kind: str = "pdf") -> str:
    """Such as bao-cao-ninh-thuan-2017-2020.pdf, report-… in English, …-2021-nd09.pdf by the decree's calendar: letters
    that survive every system."""
    folded = unicodedata.normalize("NFD", province_name.lower().replace("đ", "d"))
    plain = re.findall("[a-z0-9]+", "".join(sign for sign in folded if not unicodedata.combining(sign)))
    word = "report" if language == "en" else "bao-cao"
    by = ["nd09"] if period.is_decree else []
    return "-".join([word, *plain, *period.text.lower().split(".."), *by]) + f".{kind}"


def _ending() -> str:
    """The end of the address for the format that the form asks for: none for a page, .pdf where it names none."""
    kind = request.args.get("format", "").strip() or "pdf"
    if kind == PAGE:
        return ""
    if kind not in report.TYPES:
        raise UnknownFormat(text=kind)
    return f".{kind}"


def read_period(text: str) -> Period:
    """A period as the addresses write it. Raises BadPeriod."""
    try:
        return parse(text)
    except PeriodError as error:
        raise BadPeriod(vi=error.message_vi, en=error.message_en) from error


def read_settings(values: Mapping[str, str]) -> Settings:
    """The settings in an address or a form; what is left out follows the standards.

    Raises BadDate, BadSettings, NotForReaders.
    """
    given = {name: values.get(name, "").strip() for name in FIELDS}
    as_of = read_day(given["geography_as_of"])
    if (given["older_age"] or given["phase"]) and not may("report.draft"):
        raise NotForReaders
    try:
        return Settings(
            phase=given["phase"] or None,
            older_age=age_of(given["older_age"]),
            rules=dict(rule_of(text) for text in given["rule"].split()),
            geography_as_of=as_of,
            calendar=given["calendar"] or DEFAULT.calendar,
        )
    except SettingsError as error:
        raise report.BadSettings(vi=error.message_vi, en=error.message_en) from error


def read_counted_to(values: Mapping[str, str], period: Period, today: date) -> date | None:
    """The day to which figures are counted where an address says months=whole: of a period under way the end of the
    last whole month, as the report of the country counts; None for today. No other day can be asked for: two reports a
    day apart would tell of single people. Raises UnknownMonths."""
    given = values.get("months", "").strip()
    if given not in ("", WHOLE_MONTHS):
        raise UnknownMonths(text=given)
    return rollup.stock_day(period, today) if given and period.last >= today else None


def read_day(text: str) -> date | None:
    """A day as browsers send it, of the years that periods have; None for none. Raises BadDate."""
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError as error:
        raise BadDate(text=text) from error
    if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise BadDate(text=text)
    return day


def read_language(text: str) -> str:
    """vi or en; vi for none. Raises UnknownLanguage."""
    if text not in ("", "vi", "en"):
        raise UnknownLanguage(text=text)
    return text or "vi"
