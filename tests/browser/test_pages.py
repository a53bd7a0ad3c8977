"""Every page, as everybody who may see it, at a desk and on a phone, in light and in dark."""

import pytest
from flask import Flask

from server import auth, create_app
from server.config import Config
from tests.browser.crawl import FILES, Crawl
from tests.browser.visit import Visitor
from tests.browser.world import ROLES

ELSEWHERE = {
    "web.ask_code": "between password and code: test_journeys",
    "web.job": "of a schedule that ran: test_journeys",
    "web.begin_session_by_address": "leads on to the form",
    "web.checked_plan": "what an upload leads to: test_web_plans",
    "web.club_batch": "the same of an import: test_club_import",
    "web.preview_clubs": "the same of an upload: test_club_import",
    "web.submission_file": "files of a submission",
    "web.choose_report": "the form of the start page leads on to the report",
    "web.choose_summary": "the same for the summary",
    "web.ask_provider": "leads to the identity provider",
    "web.provider_answered": "is where that one leads back",
    "web.province_report": "files of a report",
    "web.quarantined_file": "files of what was held aside",
    "web.static": "style sheets",
}
"""Routes a walk along links does not come to, and why."""
FORMS_LEAD_TO = (
    "/reports/province/58?period=2017..2020",
    "/reports/summary/58?period=2018",
    "/reports/nation?period=2018",
    "/people?q=khongai",
)
"""What one chooses in a form, and no link leads to."""
SEEN: dict[str, set[str]] = {}
"""Route → the kinds of elements of its pages that were looked at: what differs in words only is looked at once,
and what differs little, such as the same page as another role sees it, more quickly."""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """Only to ask which route an address belongs to."""
    return create_app(Config(data=tmp_path_factory.mktemp("routes")))


def walk(visitor: Visitor, app: Flask, *starts: str) -> Crawl:
    """Look at all pages that can be reached."""
    crawl = Crawl(visitor, app)
    for path in crawl.pages(starts):
        seen, likeness = SEEN.setdefault(crawl.endpoint(path), set()), crawl.likeness()
        if likeness not in seen:
            visitor.look_around(quick=bool(seen))
            seen.add(likeness)
    return crawl


def test_strangers_find_every_public_page_without_a_barrier(visitor, app, world):
    crawl = walk(visitor, app, "/", "/not/there", "/session/forgot", *world.hidden.values())

    assert {"web.start", "web.sign_in", "web.forgot", "web.type_code", "web.invitation", "web.verify"} <= set(
        crawl.reached
    )


def test_an_administrator_reaches_every_page_by_links(visitor, app, world):
    visitor.sign_in("admin")

    crawl = walk(visitor, app, "/", *FORMS_LEAD_TO, *world.hidden.values())

    pages = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("web.")
        and "GET" in (rule.methods or ())
        and not rule.rule.endswith(FILES)
    }
    public = {name for name in pages if app.view_functions[name].rule == auth.PUBLIC}  # type: ignore[attr-defined]
    assert sorted(pages - public - set(crawl.reached) - set(ELSEWHERE)) == []


@pytest.mark.parametrize("role", [role for role in ROLES if role != "admin"])
def test_everybody_walks_through_their_pages_without_a_barrier(visitor, app, role):
    visitor.sign_in(role)

    crawl = walk(visitor, app, "/", *FORMS_LEAD_TO)

    assert {"web.start", "web.account"} <= set(crawl.reached)
