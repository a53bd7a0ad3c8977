"""Plans on pages: figures by unit and period with their papers; a workbook compared, imported, undone."""

import re
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Answer

from forms.errors import Finding, FormRejected
from reports import language as formats
from reports import words as report_words
from server import auth, clock, scope
from server.context import blobs, config, database
from server.scope import Scope
from server.services.file_name import safe_name
from server.services.form import change as forms
from server.services.form import upload
from server.services.plan import change, history, table
from server.web import words
from server.web.page import LAST_ID, id_given, show
from server.web.turn import heavy

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NAME_LETTERS = 120
COPY = re.compile(r"( \(\d+\)| - (Copy|Sao chép))+(?=\.xlsx$)", re.IGNORECASE)
"""What browsers and Windows put behind the name of a file that is there already."""
NEW = "ke_hoach.xlsx"


def add_to(bp: Blueprint) -> None:
    """Add the routes of this module."""
    project = {"project_id": 1}
    one = "/plans/checked/<token>"
    imported = f"/plans/imports/<int(max={LAST_ID}):import_id>"
    bp.add_url_rule("/plans", "plans", listed, defaults=project)
    bp.add_url_rule("/plans/checked", "check_plan", upload_plan, methods=["POST"], defaults=project)
    bp.add_url_rule(one, "checked_plan", checked, defaults=project)
    bp.add_url_rule(f"{one}/take", "take_plan", take, methods=["POST"], defaults=project)
    bp.add_url_rule(f"{imported}.xlsx", "plan_workbook", workbook, defaults=project)
    bp.add_url_rule(f"{imported}/undo", "undo_plan", undo, methods=["POST"], defaults=project)


@auth.rule("plan.read")
def listed(project_id: int) -> Response:
    """Planned figures, chosen by province and indicator; for who may, the workbooks they came from."""
    return _listed(project_id)


def _listed(project_id: int, status: int = 200, refused: Finding | None = None) -> Response:
    with database().reading() as session:
        seen = _seen(session, project_id)
        places = table.places(session, seen)
        known = {one.code for one in places}
        place = request.args.get("place", "")
        place = place if place in known else ""
        codes = table.indicators(session, seen)
        asked = request.args.get("indicator", "" if place else table.FOUNDED)
        indicator = asked if asked in codes else ""
        imports = history.listed(session) if auth.current().may("plan.update", project_id) else []
        return show(
            "plans.html",
            status,
            table=table.table(session, seen, place, indicator),
            places=places,
            place=place,
            indicators=dict(zip(codes, forms.indicator_names(codes, words.language()), strict=True)),
            indicator=indicator,
            imports=imports,
            told=next((one for one in imports if one.row.id == id_given("import")), None),
            refused=refused,
            amount=_amount,
        )


@auth.rule("plan.update")
def upload_plan(project_id: int) -> Answer:
    """Keep a workbook for a day and show what it would change; a harmful file is refused with a sentence."""
    given = request.files.get("file")
    content = given.read() if given is not None else b""
    try:
        token = upload.keep(_folder(), content, clock.now())
    except FormRejected as refused:
        return _listed(project_id, 400, refused.findings[0])
    name = COPY.sub("", safe_name((given.filename if given is not None else "") or NEW))
    return redirect(f"/plans/checked/{token}?{urlencode({'name': name[-NAME_LETTERS:]})}", 303)


@auth.rule("plan.update")
@heavy
def checked(project_id: int, token: str) -> Response:
    """Everything wrong with the workbook by cell, or else all that it adds, changes and takes away."""
    content, name = upload.read(_folder(), token), _name(request.args.get("name", ""))
    with database().reading() as session:
        found = change.preview(session, content, name)
        return show(
            "plan_checked.html",
            200 if found.problem is None else 400,
            token=token,
            name=name,
            known=history.workbooks(session),
            found=found,
            plain=_plain,
            problem=found.problem.message(words.language()).split("\n")[0] if found.problem else "",
        )


@auth.rule("plan.update")
@heavy
def take(project_id: int, token: str) -> Answer:
    """Import the workbook; a second time nothing is new, and nothing happens."""
    content, name = upload.read(_folder(), token), _name(request.form.get("name", ""))
    with database().transaction() as session:
        row = history.take(session, blobs(), content, name, auth.current().actor_id)
        made = f"?import={row.id}" if row is not None else "#imports"
    return redirect(f"/plans{made}", 303)


@auth.rule("plan.update")
def workbook(project_id: int, import_id: int) -> Response:
    """A workbook as it was imported."""
    with database().reading() as session:
        row = history.get(session, import_id)
        sha256, name = row.workbook_sha256, row.workbook
    disposition = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return Response(blobs().read(sha256), content_type=XLSX, headers={"Content-Disposition": disposition})


@auth.rule("plan.update")
def undo(project_id: int, import_id: int) -> Answer:
    """Put back what stood before the newest import."""
    with database().transaction() as session:
        history.undo(session, import_id, auth.current().actor_id)
    return redirect(f"/plans?import={import_id}", 303)


def _amount(value: Decimal, measure: str) -> str:
    return report_words.amount(value, measure, lang=words.language())


def _plain(value: Decimal) -> str:
    """A number as Excel shows it, without the zeros that the column adds."""
    decimals = max(0, -int(value.normalize().as_tuple().exponent))
    return formats.number(value, decimals, language=words.language())


def _name(given: str) -> str:
    """The name a workbook is known by: of that name are the rows it takes the place of."""
    return safe_name(given)[-NAME_LETTERS:] or NEW


def _folder() -> Path:
    return config().data / "uploads"


def _seen(session: Session, project_id: int) -> Scope:
    return scope.of(session, auth.current(), project_id, clock.today())
