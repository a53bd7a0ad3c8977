"""Reviewing submissions: one on its page, many from the list; comments; and taking a review back."""

import re

from flask import Blueprint, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Answer

from server import auth, clock, scope
from server.context import database
from server.errors import BadRequest
from server.scope import Scope
from server.services.submission.comment import LONGEST, comment
from server.services.submission.review import ReviewRefused, review_many, undo
from server.web import submission, submissions
from server.web.page import LAST_ID, is_here, with_args

WORD = re.compile(r"[\w-]{20,64}")


def add_to(bp: Blueprint) -> None:
    """Add the routes of this module."""
    project = {"project_id": 1}
    for path, endpoint, view in (
        ("/submissions", "review_ticked", review_ticked),
        ("/submissions/undo", "undo_review", take_back),
        (f"{submission.ONE}/review", "review_one", review_one),
    ):
        bp.add_url_rule(path, endpoint, view, methods=["POST"], defaults=project)


@auth.rule("submission.update")
def review_ticked(project_id: int) -> Answer:
    """Set the state of the submissions ticked; or the list again with what is wrong, ticked and typed as it was."""
    ids = [int(one) for one in request.form.getlist("id") if one.isdecimal() and 0 < int(one) <= LAST_ID]
    given = {"comment": _comment(), "state": request.form.get("state", "")}
    word = _word()
    try:
        with database().transaction() as session:
            seen = _seen(session, project_id)
            actor_id = auth.current().actor_id
            review_many(session, seen, ids, given["state"], actor_id, given["comment"], word)
    except ReviewRefused as refused:
        return submissions.show_list(project_id, refused.faults, given, frozenset(ids))
    return redirect(with_args(done=word, all=""), 303)


@auth.rule("submission.update")
def review_one(project_id: int, submission_id: int) -> Answer:
    """Set the state of one submission, or only write about it; or its page again with what is wrong."""
    state, said, word = request.form.get("state", ""), _comment(), _word()
    try:
        with database().transaction() as session:
            seen, actor_id = _seen(session, project_id), auth.current().actor_id
            _write(session, seen, submission_id, state, said, actor_id, word)
    except ReviewRefused as refused:
        return submission.show_page(project_id, submission_id, refused.faults, said)
    return redirect(f"/submissions/{submission_id}?done={word}", 303)


@auth.rule("submission.update")
def take_back(project_id: int) -> Answer:
    """Take a review of one's own back."""
    back = request.form.get("back", "")
    with database().transaction() as session:
        undo(session, _seen(session, project_id), _word(), auth.current().actor_id)
    return redirect(back if is_here(back) and back.startswith("/submissions") else "/submissions", 303)


def _write(
    session: Session, seen: Scope, submission_id: int, state: str, said: str, actor_id: int, word: str
) -> None:
    if state:
        review_many(session, seen, [submission_id], state, actor_id, said, word)
    elif said:
        comment(session, seen, submission_id, said, actor_id, word)
    else:
        raise ReviewRefused("comment", "Xin ghi nhận xét trước.", "Please write a comment first.")


def _comment() -> str:
    return request.form.get("comment", "").replace("\r\n", "\n").strip()[:LONGEST]


def _word() -> str:
    word = request.form.get("word", "")
    if not WORD.fullmatch(word):
        raise BadRequest
    return word


def _seen(session: Session, project_id: int) -> Scope:
    return scope.of(session, auth.current(), project_id, clock.today())
