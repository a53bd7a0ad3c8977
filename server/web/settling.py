"""Findings worked off as a queue: one at a time, the gravest first, the next one after each."""

import re
from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as Answer

from server import auth, clock, scope
from server.context import database
from server.services import finding, overview, settling
from server.services.settling import Ref, SettlingRefused
from server.web.page import LAST_ID, show

REF = re.compile(r"(\d{1,10})-([0-9a-f]{64})")
BACK = re.compile(r"/submissions/\d{1,10}")


def add_to(bp: Blueprint) -> None:
    """Add the routes of this module."""
    project = {"project_id": 1}
    bp.add_url_rule("/checks/queue", "queue", queue, defaults=project)
    bp.add_url_rule("/checks/queue", "settle_finding", settle, methods=["POST"], defaults=project)
    bp.add_url_rule("/checks/reopen", "reopen_finding", reopen, methods=["POST"], defaults=project)


@auth.rule("finding.list")
def queue(project_id: int) -> Response:
    """One open finding with what is needed to settle it. code, province: only these; at: this one; done: the one just
    worked off."""
    return _show(project_id)


@auth.rule("finding.update")
def settle(project_id: int) -> Answer:
    """Work a finding off and go on to the next one, or back to its submission; or the page again with what is wrong."""
    ref, outcome = _ref(request.form.get("finding", "")), request.form.get("outcome", "")
    reason = request.form.get("reason", "").strip()[: settling.LONGEST]
    try:
        with database().transaction() as session:
            who = auth.current()
            seen = scope.of(session, who, project_id, clock.today())
            if ref is None:
                raise settling.FindingNotFound
            settling.settle(session, seen, ref, outcome, reason, who.actor_id)
    except SettlingRefused as refused:
        return _show(project_id, ref, refused.faults, {"outcome": outcome, "reason": reason})
    return redirect(_onward(ref), 303)


@auth.rule("finding.update")
def reopen(project_id: int) -> Answer:
    """Take it back; the finding is shown again."""
    ref = _ref(request.form.get("finding", ""))
    with database().transaction() as session:
        who = auth.current()
        if ref is None:
            raise settling.FindingNotFound
        settling.reopen(session, scope.of(session, who, project_id, clock.today()), ref, who.actor_id)
    back = request.form.get("back", "")
    return redirect(f"{back}#findings" if BACK.fullmatch(back) else _queue(at=ref), 303)


def _show(
    project_id: int,
    at: Ref | None = None,
    faults: Mapping[str, tuple[str, str]] | None = None,
    given: Mapping[str, str] | None = None,
) -> Response:
    code, province = request.values.get("code", ""), request.values.get("province", "")
    at = at or _ref(request.args.get("at", ""))
    with database().reading() as session:
        seen = scope.of(session, auth.current(), project_id, clock.today())
        return show(
            "queue.html",
            400 if faults else 200,
            queued=settling.queued(session, seen, project_id, code, province, at),
            code=code,
            province=province,
            counts=finding.count(session, seen, project_id, province),
            code_titles=finding.titles(code) if code else None,
            choices=[one for one in overview.choices(session, seen, project_id) if one.has_clubs],
            outcomes=settling.OUTCOMES,
            faults=faults or {},
            given={"outcome": "", "reason": ""} | dict(given or {}),
            done=_ref(request.args.get("done", "")),
            to=_queue,
        )


def _onward(ref: Ref) -> str:
    """Where to go when a finding is worked off: back to where it was done, else to the one that was next."""
    back, after = request.form.get("back", ""), _ref(request.form.get("after", ""))
    return f"{back}#findings" if BACK.fullmatch(back) else _queue(at=after, done=ref)


def _queue(at: Ref | None = None, done: Ref | None = None) -> str:
    """An address of the queue, narrowed as it is."""
    kept = {name: request.values.get(name, "") for name in ("code", "province")}
    args = kept | {"at": str(at or ""), "done": str(done or "")}
    given = {name: value for name, value in args.items() if value}
    return "/checks/queue" + (f"?{urlencode(given)}" if given else "")


def _ref(given: str) -> Ref | None:
    found = REF.fullmatch(given)
    return Ref(int(found[1]), found[2]) if found and int(found[1]) <= LAST_ID else None
