"""Somebody at a browser, and what must hold of every page they see: nothing of elsewhere, no complaint, no barrier."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import axe_playwright_python
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, Route

from tests.browser.world import PASSWORD, email

DESK = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
SIZES = {"desk": DESK, "phone": PHONE}
HTML_BYTES = 60_000
DOCUMENT = re.compile(r"/reports/(province|summary|commune|club|nation)\b")
DOCUMENT_BYTES = 240_000
"""A whole report on a page, whose print has thirty sheets; 20 kB as it travels, packed by the proxy in front."""
PARTS_BYTES = 60_000
"""Style sheets and pictures of a page, nothing of them kept from before."""
NAVIGATION = "Failed to load resource: the server responded with a status of"
"""What Chromium writes when a page answers that something is not there, or not allowed: no fault of the page."""
FORBIDDEN = ("'unsafe-inline'", "'unsafe-eval'", "http:", "https:", "*", "data:")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
GRAVE = ("serious", "critical")
SCAN = """async ([options]) => (await axe.run(document, options)).violations.map(v => ({
  id: v.id, impact: v.impact, help: v.help,
  nodes: v.nodes.slice(0, 4).map(n => n.target.join(' ') + ' ' + n.html.slice(0, 160)),
}))"""
BYTES = """['navigation', 'resource'].map(type =>
  performance.getEntriesByType(type).reduce((sum, one) => sum + one.decodedBodySize, 0))"""
WIDTHS = "[document.scrollingElement.scrollWidth, document.documentElement.clientWidth]"


@dataclass
class Visitor:
    """Keeps one tab. faults: what its pages did that no page may do, in the order it happened."""

    page: Page
    url: str
    faults: list[str] = field(default_factory=list)
    answers: list[Response] = field(default_factory=list)
    """Of the page that is open and all it fetched."""

    @classmethod
    @contextmanager
    def at(cls, browser: Browser, url: str, **options: Any) -> Iterator["Visitor"]:
        """Open a tab with no cookies; by default at a desk, in Vietnamese."""
        given = {"viewport": DESK, "locale": "vi-VN", "timezone_id": "Asia/Ho_Chi_Minh"} | options
        context = browser.new_context(**given)
        visitor = cls(context.new_page(), url)
        visitor._watch(context)
        yield visitor
        context.close()

    def open(self, path: str) -> int:
        """Go to an address of the server; gives the status. Everything that holds of every page is looked at."""
        self.answers.clear()
        response = self.page.goto(self.url + path)
        assert response is not None, path
        self._look(response)
        return response.status

    def sign_in(self, role: str) -> None:
        """Sign in as the person of a role, through the form."""
        self.open("/session/new")
        self.page.fill("#email", email(role))
        self.page.fill("#password", PASSWORD)
        self.page.click("main form button")
        self.page.wait_for_url(lambda address: not address.endswith(("/session", "/session/new")))

    def look_around(self, quick: bool = False) -> None:
        """Look at the open page in both sizes and both schemes of colours.

        quick: on a phone in the light only, for what was looked at before and for a long document's desk.
        """
        for size, viewport in SIZES.items():
            self.page.set_viewport_size(viewport)  # type: ignore[arg-type]
            self._complain_of_width(size)
            if size == "phone" or not (quick or self.is_document()):
                self._scan(f"{size}, light", {"type": "tag", "values": TAGS})
                if not quick:
                    self.page.emulate_media(color_scheme="dark")
                    self._scan(f"{size}, dark", {"type": "rule", "values": ["color-contrast"]})
                    self.page.emulate_media(color_scheme="light")
        self.page.set_viewport_size(DESK)

    def is_document(self) -> bool:
        """Whether a whole report is open."""
        return DOCUMENT.match(urlsplit(self.page.url).path) is not None and "/figure/" not in self.page.url

    def _watch(self, context: BrowserContext) -> None:
        context.route(lambda address: not address.startswith(self.url), self._refuse)
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self._fault(f"script failed: {error}"))
        self.page.on("response", lambda answer: self.answers.append(answer))
        self.page.on("requestfailed", self._miss)

    def _refuse(self, route: Route) -> None:
        self._fault(f"asked another server: {route.request.url}")
        route.abort()

    def _miss(self, request: Request) -> None:
        if request.failure and "ERR_ABORTED" not in request.failure:
            self._fault(f"did not come: {request.url} ({request.failure})")

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not (
            message.text.startswith(NAVIGATION) and message.location["url"] == self.page.url
        ):
            self._fault(f"console: {message.text}")

    def _look(self, response: Response) -> None:
        """Headers and sizes of a page that came."""
        if not response.headers.get("content-type", "").startswith("text/html"):
            return
        policy = response.headers.get("content-security-policy", "")
        if "default-src 'self'" not in policy or any(word in policy.split() for word in FORBIDDEN):
            self._fault(f"content policy: {policy!r}")
        html, rest = self.page.evaluate(BYTES)
        if html > (DOCUMENT_BYTES if self.is_document() else HTML_BYTES):
            self._fault(f"{html} bytes of HTML")
        if rest > PARTS_BYTES:
            self._fault(f"{rest} bytes beside the HTML")
        if missing := [one.url for one in self.answers if one.status >= 400 and one.url != response.url]:
            self._fault(f"parts missing: {missing}")

    def _complain_of_width(self, size: str) -> None:
        wide, room = self.page.evaluate(WIDTHS)
        if wide > room:
            self._fault(f"{size}: {wide} px wide where there are {room}")

    def _scan(self, where: str, rules: dict[str, Any]) -> None:
        """Barriers that axe finds. Evaluated from outside the page, so that its content policy stays as it is."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(_axe())
        options = {"runOnly": rules, "preload": False, "resultTypes": ["violations"]}
        for found in self.page.evaluate(SCAN, [options]):
            if found["impact"] in GRAVE:
                nodes = "\n    ".join(found["nodes"])
                self._fault(f"{where}: {found['id']} ({found['help']})\n    {nodes}")

    def _fault(self, text: str) -> None:
        address = urlsplit(self.page.url)
        self.faults.append(f"{address.path}{'?' + address.query if address.query else ''}: {text}")


@cache
def _axe() -> str:
    """axe-core as its makers publish it (MPL-2.0), bundled by axe-playwright-python."""
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
