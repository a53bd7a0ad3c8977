"""The steps of a report taken on its page: drafting, writing, checking, issuing, amending. One form, one step."""

from datetime import date

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as Answer

from reports import papers
from reports.issuing import SIGNED_BY
from server import auth, clock, scope
from server.context import blobs, config, database
from server.errors import BadRequest, Problem
from server.services import issuing, report
from server.services.report import BadSettings, PeriodNotBegun, caution, draft, issue, paper, sign, text
from server.services.report.issue import Signing
from server.services.report.problem import NotIssuable, StepRefused
from server.web.page import LAST_ID, refusal, viewer
from server.web.paper import ONE, found, show_list, show_one
from server.web.report import BadDate, read_day, read_language, read_period, read_settings
from server.web.turn import turns
from server.web.words import language


def add_to(bp: Blueprint) -> None:
    """Add the routes of this module."""
    for address, name, view in (
        ("/reports", "draft_paper", make),
        (f"{ONE}/refresh", "refresh_paper", refresh),
        (f"{ONE}/text/<key>", "write_paper", write),
        (f"{ONE}/text/<key>/restore", "restore_paper", restore),
        (f"{ONE}/check", "check_paper", check),
        (f"{ONE}/reopen", "reopen_paper", reopen),
        (f"{ONE}/delete", "delete_paper", delete),
        (f"{ONE}/issue", "issue_paper", issue_it),
        (f"{ONE}/amend", "amend_paper", amend),
    ):
        bp.add_url_rule(address, name, view, methods=["POST"], defaults={"project_id": 1})
    bp.register_error_handler(StepRefused, refused)
    for wrong in (BadSettings, BadDate, PeriodNotBegun):
        bp.register_error_handler(wrong, not_drafted)


def not_drafted(problem: Problem) -> Response:
    """The form of a new draft again, with what is wrong in it; elsewhere the same problem is a page of its own."""
    if request.endpoint != "web.draft_paper":
        return refusal(problem)
    return show_list((request.view_args or {})["project_id"], problem.status, problem.message(language()))


def refused(problem: StepRefused) -> Response:
    """The page of the form again, with why nothing was done and with what was typed."""
    asked = request.view_args or {}
    said = problem.message(language())
    if "report_id" in asked:
        return show_one(asked["project_id"], asked["report_id"], problem.status, said)
    return show_list(asked["project_id"], problem.status, said)


@auth.rule("report.draft")
def make(project_id: int) -> Answer:
    """Begin a report of a province and period with the figures of today, or as of an earlier cut-off."""
    span, today = read_period(request.form.get("period", "")), clock.today()
    settings, cut_off = read_settings(request.form), _cut_off(today)
    spoken = read_language(request.form.get("language", ""))
    issuer = request.form.get("issuer", "").strip() or issuing.DEFAULT_KIND
    with turns, database().reading() as session:
        seen = scope.of(session, auth.current(), project_id, today)
        code = request.form.get("province", "").strip()
        report.require_province(session, seen, project_id, code)
        computed = draft.compute(session, seen, code, span, today, settings, cut_off, spoken, issuer)
    stored = draft.keep(blobs(), computed.report)
    with database().transaction() as session:
        made = draft.make(session, project_id, computed, stored, viewer().actor_id, clock.now())
    return _to(made.id)


@auth.rule("report.draft")
def refresh(project_id: int, report_id: int) -> Answer:
    """Compute the figures anew; the texts stay."""
    today = clock.today()
    with turns, database().reading() as session:
        seen, of = found(session, project_id, report_id)
        computed = draft.again(session, seen, of, _cut_off(today), today)
    stored = draft.keep(blobs(), computed.report)
    with database().transaction() as session:
        _, of = found(session, project_id, report_id)
        draft.refresh(session, of, _revision(), computed, stored, viewer().actor_id, clock.now())
    return _to(report_id)


@auth.rule("report.draft")
def write(project_id: int, report_id: int, key: str) -> Answer:
    """Save a part as typed; with a suggestion taken, that comes below."""
    typed, seen_version = request.form.get("text", ""), request.form.get("seen", type=int)
    with database().transaction() as session:
        _, of = found(session, project_id, report_id)
        offered = papers.suggest(paper.content(blobs(), of.row), of.basis.language)
        taken = _taken(offered.get(key, ()))
        whole = "\n".join(filter(None, (typed.strip(), *taken)))
        text.write(session, of, key, whole, seen_version, viewer().actor_id, clock.now())
    return _to(report_id, f"#{key}")


@auth.rule("report.draft")
def restore(project_id: int, report_id: int, key: str) -> Answer:
    """Make an older version of a part the newest."""
    version, seen_version = request.form.get("version", 0, type=int), request.form.get("seen", type=int)
    if not 0 < version <= LAST_ID:
        raise BadRequest
    with database().transaction() as session:
        _, of = found(session, project_id, report_id)
        text.restore(session, of, version, seen_version, viewer().actor_id, clock.now())
    return _to(report_id, f"#{key}")


@auth.rule("report.check")
def check(project_id: int, report_id: int) -> Answer:
    """Say that the draft was looked through, with the warnings that stood."""
    with database().transaction() as session:
        seen, of = found(session, project_id, report_id)
        written = text.current(session, report_id)
        told = caution.cautions(session, seen, of, paper.content(blobs(), of.row), written)
        warned_of = {one.code: one.count for one in told}
        draft.check(session, of, _revision(), warned_of, viewer().actor_id, clock.now())
    return _to(report_id)


@auth.rule("report.check")
def reopen(project_id: int, report_id: int) -> Answer:
    """Send a checked report back."""
    with database().transaction() as session:
        _, of = found(session, project_id, report_id)
        draft.reopen(session, of, _revision(), viewer().actor_id)
    return _to(report_id)


@auth.rule("report.draft")
def delete(project_id: int, report_id: int) -> Answer:
    """Throw a draft away."""
    with database().transaction() as session:
        _, of = found(session, project_id, report_id)
        draft.delete(session, of, _revision(), viewer().actor_id)
    return redirect("/reports", 303)


@auth.rule("report.issue")
def issue_it(project_id: int, report_id: int) -> Answer:
    """Give a checked report its number, date and signatory, and freeze it."""
    at = clock.now()
    with database().reading() as session:
        _, of = found(session, project_id, report_id)
        looked = issue.look(session, of, _signing(), clock.today())
    certificate = sign.certificate(config().sign_pkcs12, config().sign_password_file)
    with turns:
        ready = issue.draw(blobs(), looked, config().verify_url, certificate)
    with database().transaction() as session:
        issue.record(session, ready, looked, viewer().actor_id, at)
    return _to(report_id)


@auth.rule("report.draft")
def amend(project_id: int, report_id: int) -> Answer:
    """Begin the report that is to replace an issued one, with the figures of today and its texts."""
    today = clock.today()
    with turns, database().reading() as session:
        seen, of = found(session, project_id, report_id)
        computed = draft.again(session, seen, of, today, today)
    written = paper.content(blobs(), of.row).written
    stored = draft.keep(blobs(), computed.report)
    with database().transaction() as session:
        _, of = found(session, project_id, report_id)
        made = draft.amend(session, of, computed, stored, written, viewer().actor_id, clock.now())
    return _to(made.id)


def _to(report_id: int, part: str = "") -> Answer:
    return redirect(f"/reports/{report_id}{part}", 303)


def _revision() -> int:
    """The revision that the form's page showed; one that never was, when the field is missing."""
    given = request.form.get("revision", 0, type=int)
    return given if 0 <= given <= LAST_ID else 0


def _cut_off(today: date) -> date:
    """The cut-off typed, never later than today."""
    return min(read_day(request.form.get("cut_off", "")) or today, today)


def _taken(offered: tuple[str, ...]) -> tuple[str, ...]:
    """The suggestion whose button was pressed, if one was."""
    index = request.form.get("use", type=int)
    return offered[index : index + 1] if index is not None and index >= 0 else ()


def _signing() -> Signing:
    """What the form of issuing says. Raises NotIssuable for what is no number or no day."""
    given = {name: request.form.get(name, "").strip() for name in Signing.__dataclass_fields__}
    try:
        number, issued_on = int(given["number"]), date.fromisoformat(given["issued_on"])
    except ValueError as error:
        raise NotIssuable(
            vi="Xin ghi số văn bản bằng chữ số và chọn ngày ban hành.",
            en="Please give the number in digits and choose the date of issue.",
        ) from error
    if given["signed_by"] not in SIGNED_BY:
        given["signed_by"] = SIGNED_BY[0]
    return Signing(
        number=number,
        issued_on=issued_on,
        signer_title=given["signer_title"],
        signer_name=given["signer_name"],
        is_marked=bool(given["is_marked"]),
        signed_by=given["signed_by"],
    )
