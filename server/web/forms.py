"""Forms on pages: the list with its versions; a workbook checked, compared, marked, and taken as draft to publish."""

import shutil
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as Answer

from forms.errors import FormRejected
from server import auth, clock
from server.context import blobs, config, database
from server.errors import FileNotFound
from server.i18n import Language
from server.models import FormVersion
from server.services import form as forms
from server.services import submission as submissions
from server.services.file_name import safe_name
from server.services.form import change, upload
from server.services.form import draft as drafts
from server.web import words
from server.web.page import LAST_ID, show
from server.web.turn import heavy

EXAMINED = 8
"""Uploads whose findings are remembered."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def add_to(bp: Blueprint) -> None:
    """Add the routes of this module."""
    project = {"project_id": 1}
    one = "/forms/checked/<token>"
    version = f"/forms/versions/<int(max={LAST_ID}):version_id>.xlsx"
    publish_url = f"/forms/<int(max={LAST_ID}):form_id>/publish"
    bp.add_url_rule("/forms", "forms", listed, defaults=project)
    bp.add_url_rule(version, "form_workbook", workbook, defaults=project)
    bp.add_url_rule("/forms/checked", "check_form", upload_form, methods=["POST"], defaults=project)
    bp.add_url_rule(one, "checked_form", checked, defaults=project)
    bp.add_url_rule(f"{one}/marked.xlsx", "marked_form", marked, defaults=project)
    bp.add_url_rule(f"{one}/draft", "draft_form", put_draft, methods=["POST"], defaults=project)
    bp.add_url_rule(publish_url, "publish_form", publish, methods=["POST"], defaults=project)


@auth.rule("form.update")
def listed(project_id: int) -> Response:
    """The forms with their versions and drafts, and where a workbook is uploaded."""
    with database().reading() as session:
        rows = [
            (one, forms.versions(session, one.form))
            for one in forms.overview(session, project_id)
            if one.form.deleted_at is None
        ]
        return show("forms.html", rows=rows, refused=None)


@auth.rule("form.update")
def workbook(project_id: int, version_id: int) -> Response:
    """The workbook a version was made from, as it was uploaded."""
    with database().reading() as session:
        version = session.get(FormVersion, version_id)
        known = {one.form.id for one in forms.overview(session, project_id)}
        if version is None or version.form_id not in known or version.workbook_sha256 is None:
            raise FileNotFound(name=f"{version_id}.xlsx")
        name = safe_name(f"{version.title} {version.version}.xlsx")
        sha256 = version.workbook_sha256
    return _file(blobs().read(sha256), name)


@auth.rule("form.update")
def upload_form(project_id: int) -> Answer:
    """Keep a workbook for a day and show what is wrong with it; a harmful file is refused with a sentence."""
    given = request.files.get("file")
    content = given.read() if given is not None else b""
    try:
        token = upload.keep(_folder(), content, clock.now())
    except FormRejected as refused:
        with database().reading() as session:
            rows = [(one, forms.versions(session, one.form)) for one in forms.overview(session, project_id)]
            return show("forms.html", 400, rows=rows, refused=refused.findings[0])
    return redirect(f"/forms/checked/{token}", 303)


@auth.rule("form.update")
@heavy
def checked(project_id: int, token: str) -> Response:
    """Everything wrong with an uploaded workbook by sheet, what it changes, who feels it, and what to do next."""
    found = _check(project_id, token)
    findings = found.examined.findings
    sheets = list(dict.fromkeys(one.sheet or "" for one in findings))
    impact = found.impact
    return show(
        "form_checked.html",
        token=token,
        found=found,
        made=found.examined.form or found.examined.written,
        errors=sum(one.severity == "error" for one in findings),
        groups=[(name, [one for one in findings if (one.sheet or "") == name]) for name in sheets],
        indicators=change.indicator_names(impact.indicators, words.language()) if impact else [],
        is_validated=_has_java(),
    )


@auth.rule("form.update")
@heavy
def marked(project_id: int, token: str) -> Response:
    """The uploaded workbook with its errors in its cells, in the reader's language."""
    from forms.lint.mark import mark  # openpyxl takes a while to import.

    found = _check(project_id, token)
    language: Language = "en" if words.language() == "en" else "vi"
    made = mark(upload.read(_folder(), token), found.examined.findings, language)
    return _file(made.content, "da-danh-dau.xlsx" if language == "vi" else "marked.xlsx")


@auth.rule("form.update")
@heavy
def put_draft(project_id: int, token: str) -> Answer:
    """Take the workbook as the draft of its form. Files of the version before go on; none are uploaded here."""
    content = upload.read(_folder(), token)
    converted, _ = forms.convert(content, validate=_has_java())
    with database().transaction() as session:
        drafted = drafts.put(session, blobs(), project_id, converted, content, {}, auth.current().actor_id)
    return redirect(f"/forms#of-{quote(drafted.xml_form_id)}", 303)


@auth.rule("form.update")
def publish(project_id: int, form_id: int) -> Answer:
    """Publish the draft of a form; its test submissions are wiped, and what was kept aside for it is taken in."""
    who = auth.current().actor_id
    with database().transaction() as session:
        known = {one.form.id: one.form.xml_form_id for one in forms.overview(session, project_id)}
        xml_form_id = known.get(form_id, "")
        drafts.release(session, blobs(), project_id, xml_form_id, who)
        submissions.release_for_form(session, blobs(), form_id, who)
    name = quote(xml_form_id)
    return redirect(f"/forms?published={name}#of-{name}", 303)


def _check(project_id: int, token: str) -> change.Checked:
    """The database is not held while the workbook is examined, which takes seconds."""
    content = upload.read(_folder(), token)
    with database().reading() as session:
        known = change.known(session, project_id, content)
    examined = _examined(_folder(), token, known, _has_java())
    with database().reading() as session:
        return change.compare(session, project_id, known, examined)


@lru_cache(maxsize=EXAMINED)
def _examined(folder: Path, token: str, known: change.Known, has_java: bool) -> Any:
    """What is wrong with an upload, kept for the marked copy and the other language; another publication asks anew."""
    return change.examine(upload.read(folder, token), {}, known, validate=has_java)


def _has_java() -> bool:
    return shutil.which("java") is not None


def _folder() -> Path:
    return config().data / "uploads"


def _file(content: bytes, name: str) -> Response:
    disposition = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return Response(content, content_type=XLSX, headers={"Content-Disposition": disposition})
