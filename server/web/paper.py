"""Reports as papers on pages: the list, one report in whatever state, its texts' history, what changed, its files."""

from datetime import date
from urllib.parse import quote

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from reports import papers
from server import auth, clock, scope
from server.context import blobs, config, database
from server.errors import PageNotFound
from server.scope import Scope
from server.services import issuing, overview
from server.services.report import TYPES, caution, change, issue, page, paper, text
from server.services.report.issue import Signing
from server.services.report.paper import Filter, Paper
from server.web import period
from server.web.page import LAST_ID, id_given, page_number, show, viewer
from server.web.report import file_name
from server.web.turn import heavy, turns
from server.web.words import language

ONE = f"/reports/<int(max={LAST_ID}):report_id>"


def add_to(bp: Blueprint) -> None:
    """Add the routes of this module."""
    project = {"project_id": 1}
    bp.add_url_rule("/reports", "papers", listed, defaults=project)
    bp.add_url_rule(ONE, "paper", one, defaults=project)
    bp.add_url_rule(f"{ONE}.pdf", "paper_pdf", pdf, defaults=project)
    bp.add_url_rule(f"{ONE}.docx", "paper_docx", docx, defaults=project)
    bp.add_url_rule(f"{ONE}.xlsx", "paper_xlsx", xlsx, defaults=project)
    bp.add_url_rule(f"{ONE}/<kind>.pdf", "paper_signed", signed, defaults=project)
    bp.add_url_rule(f"{ONE}/facts.json", "paper_facts", facts, defaults=project)
    bp.add_url_rule(f"{ONE}/text/<key>", "paper_history", history, defaults=project)
    bp.add_url_rule(f"{ONE}/changes", "paper_changes", changes, defaults=project)


@auth.rule("report.read")
def listed(project_id: int) -> Response:
    """Reports of the viewer's provinces, open ones first; below, the form for a new draft."""
    return show_list(project_id)


def show_list(project_id: int, status: int = 200, problem: str = "") -> Response:
    """The list. problem: why a new draft was not made, told above its form."""
    wanted = Filter(request.args.get("province", ""), id_given("year"))
    number, today = page_number(), clock.today()
    with database().reading() as session:
        seen = scope.of(session, auth.current(), project_id, today)
        rows = paper.listed(session, seen, project_id, wanted, number)
        first = overview.totals(session, seen, project_id).first_founded or today
        return show(
            "papers.html",
            status,
            rows=rows[: paper.PAGE_ROWS],
            page=number,
            pages=number + (len(rows) > paper.PAGE_ROWS),
            wanted=wanted,
            states=paper.STATES,
            provinces=paper.provinces(session, seen, project_id),
            years=paper.years(session, seen, project_id),
            choices=overview.choices(session, seen, project_id),
            phases=overview.phase_names(session),
            periods=period.choices(first.year, today, overview.phases(session)),
            issuers=[(kind, issuing.KINDS[kind]) for kind in issuing.kinds(session)],
            sees_all=seen.unit_ids is None,
            today=today,
            typed=request.form,
            problem=problem,
        )


@auth.rule("report.read")
def one(project_id: int, report_id: int) -> Response:
    """A draft with its texts and next step, or an issued report with its files."""
    return show_one(project_id, report_id)


def show_one(project_id: int, report_id: int, status: int = 200, problem: str = "") -> Response:
    """One report. problem: why a step was not taken, told at the top; what was typed stands in its fields."""
    with database().reading() as session:
        seen, of = found(session, project_id, report_id)
        if of.is_out:
            return _show_issued(of, status, problem)
        return _show_draft(session, seen, of, status, problem)


def _show_draft(session: Session, seen: Scope, of: Paper, status: int, problem: str) -> Response:
    content = paper.content(blobs(), of.row)
    written = text.current(session, of.row.id)
    today = clock.today()
    day = _typed_day(today)
    by = issue.office(session, of, day)
    suggested = Signing(issue.next_number(session, by, day.year), day, "", "")
    return show(
        "paper_draft.html",
        status,
        paper=of,
        content=content,
        states=paper.STATES,
        cautions=caution.cautions(session, seen, of, content, written),
        keys=papers.keys(content),
        titles=text.titles(is_of_nation=of.is_of_nation),
        longest=text.LONGEST,
        written=written,
        suggestions=papers.suggest(content, of.basis.language),
        office=by,
        suggested=suggested,
        rights=issue.RIGHTS,
        has_address=bool(config().verify_url),
        is_drafter=viewer().actor_id == of.row.drafted_by,
        today=today,
        typed=request.form,
        problem=problem,
    )


def _typed_day(today: date) -> date:
    """The date of issue as typed, so that the page names the office of that day; today until one is typed."""
    try:
        return date.fromisoformat(request.form.get("issued_on", ""))
    except ValueError:
        return today


def _show_issued(of: Paper, status: int, problem: str) -> Response:
    content = paper.content(blobs(), of.row)
    return show(
        "paper_issued.html",
        status,
        paper=of,
        content=content,
        full_number=paper.full_number,
        states=paper.STATES,
        titles=text.titles(is_of_nation=of.is_of_nation),
        public=content.header.verify_url,
        problem=problem,
    )


@auth.rule("report.read")
def pdf(project_id: int, report_id: int) -> Response:
    """The PDF: of an issued report the one that was frozen, of a draft one drawn now."""
    with database().reading() as session:
        _, of = found(session, project_id, report_id)
        written = text.printed(text.current(session, report_id))
    if of.is_out:
        return _file(blobs().read(of.row.pdf_sha256 or ""), "application/pdf", _name(of))
    with turns:
        drawn = page.preview(of, paper.content(blobs(), of.row), written, clock.today())
    return _file(drawn, "application/pdf", _name(of))


@auth.rule("report.read")
@heavy
def docx(project_id: int, report_id: int) -> Response:
    """An issued report as a Word document to quote from, marked as a copy."""
    of = _issued(project_id, report_id)
    return _file(page.copy(blobs(), of), TYPES["docx"], _name(of, "-ban-sao", "docx"), "attachment")


@auth.rule("report.read")
def xlsx(project_id: int, report_id: int) -> Response:
    """The tables of an issued report as a workbook: the file that its PDF carries inside."""
    of = _issued(project_id, report_id)
    content = blobs().read(of.row.workbook_sha256 or "")
    return _file(content, TYPES["xlsx"], _name(of, kind="xlsx"), "attachment")


def _issued(project_id: int, report_id: int) -> Paper:
    """A report that was issued, replaced since or not. Raises PageNotFound for any other."""
    with database().reading() as session:
        _, of = found(session, project_id, report_id)
    if not of.is_out:
        raise PageNotFound
    return of


@auth.rule("report.read")
def signed(project_id: int, report_id: int, kind: str) -> Response:
    """The copy with a digital signature."""
    with database().reading() as session:
        _, of = found(session, project_id, report_id)
    if kind != "signed" or of.row.signed_sha256 is None:
        raise PageNotFound
    return _file(blobs().read(of.row.signed_sha256), "application/pdf", _name(of, "-ky-so"))


@auth.rule("report.read")
def facts(project_id: int, report_id: int) -> Response:
    """Everything the report prints, as JSON."""
    with database().reading() as session:
        _, of = found(session, project_id, report_id)
    name = _name(of).removesuffix(".pdf") + ".json"
    return _file(blobs().read(of.row.content_sha256), "application/json", name)


@auth.rule("report.read")
def history(project_id: int, report_id: int, key: str) -> Response:
    """Every version of one part."""
    with database().reading() as session:
        _, of = found(session, project_id, report_id)
        return show(
            "paper_history.html",
            paper=of,
            key=key,
            versions=text.history(session, report_id, key),
            titles=text.titles(is_of_nation=of.is_of_nation),
        )


@auth.rule("report.read")
@heavy
def changes(project_id: int, report_id: int) -> Response:
    """An issued report beside the same report of today, cell by cell."""
    today = clock.today()
    with database().reading() as session:
        seen, of = found(session, project_id, report_id)
        if not of.is_out:
            raise PageNotFound
        since = change.since(session, seen, blobs(), of, today, language())
        return show("paper_changes.html", paper=of, since=since)


def found(session: Session, project_id: int, report_id: int) -> tuple[Scope, Paper]:
    """The viewer's scope, and a report within it. Raises ReportNotFound."""
    seen = scope.of(session, auth.current(), project_id, clock.today())
    return seen, paper.get(session, seen, project_id, report_id)


def _file(content: bytes, kind: str, name: str, where: str = "inline") -> Response:
    disposition = f"{where}; filename*=UTF-8''{quote(name)}"
    return Response(content, content_type=kind, headers={"Content-Disposition": disposition})


def _name(of: Paper, end: str = "", kind: str = "pdf") -> str:
    stem = file_name(of.unit.name, of.period, of.basis.language).removesuffix(".pdf")
    number = f"-so-{of.row.number:02}" if of.row.number else "-du-thao"
    return f"{stem}{number}{end}.{kind}"
