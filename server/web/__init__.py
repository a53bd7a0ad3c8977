"""The door for browsers: pages for administrators, supervisors and officials. No page needs JavaScript."""

from flask import Flask

from server.web import (
    account,
    bin,
    checks,
    club,
    clubs,
    document,
    entities,
    figure,
    forms,
    held,
    indicators,
    invitation,
    inviting,
    issuing,
    members,
    missing,
    nation,
    nation_figure,
    oidc,
    paper,
    paper_step,
    password,
    people,
    plans,
    register,
    report,
    report_page,
    reviews,
    schedules,
    second_factor,
    settling,
    sign_in,
    start,
    style,
    submission,
    submissions,
    tablets,
    verify,
)
from server.web.door import bp
from server.web.page import prepare_templates, refusal

__all__ = ["prepare", "refusal"]

for module in (
    start,
    sign_in,
    second_factor,
    oidc,
    account,
    password,
    people,
    plans,
    register,
    report,
    report_page,
    figure,
    nation,
    nation_figure,
    indicators,
    document,
    paper,
    paper_step,
    verify,
    submissions,
    submission,
    reviews,
    bin,
    checks,
    settling,
    club,
    clubs,
    entities,
    held,
    tablets,
    forms,
    issuing,
    people,
    inviting,
    invitation,
    schedules,
    members,
    missing,
    style,
):
    module.add_to(bp)


def prepare(app: Flask) -> None:
    """Give the application its pages and what their templates need."""
    prepare_templates(app)
    app.register_blueprint(bp)
