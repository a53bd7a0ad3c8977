"""Going wherever links lead, each kind of page a few times."""

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from flask import Flask
from playwright.sync_api import Error
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from tests.browser.visit import Visitor

EACH = 2
"""Pages of one route that are looked at: a list and one narrowed, a draft and an issued report."""
PAGES = 120
FILES = (".pdf", ".docx", ".xlsx", ".xml", ".json", ".csv", ".zip", ".svg", ".png", ".jpg", ".geojson")
LINKS = "[...document.querySelectorAll('a[href]')].map(a => a.href)"
LIKENESS = """[...document.querySelectorAll('body *')].map(e =>
  e.tagName + '.' + (e.getAttribute('class') || '') + '.' + (e.getAttribute('role') || '')).sort()
  .filter((kind, at, all) => kind !== all[at - 1]).join(' ')"""
"""The kinds of elements of a page: two pages of the same kinds differ in their words only."""


@dataclass
class Crawl:
    """Where one visitor came. reached: endpoints with how many of their pages were opened."""

    visitor: Visitor
    app: Flask
    reached: Counter[str] = field(default_factory=Counter)

    def pages(self, starts: Iterable[str]) -> Iterator[str]:
        """Open pages one after the other, from some addresses on; each is open while it is the current one."""
        waiting = deque(starts)
        known = set(waiting)
        while waiting and self.reached.total() < PAGES:
            path = waiting.popleft()
            endpoint = self.endpoint(path)
            if self.reached[endpoint] >= EACH or not self._arrives(path):
                continue
            self.reached[endpoint] += 1
            yield path
            for link in self._links():
                if link not in known:
                    known.add(link)
                    waiting.append(link)

    def endpoint(self, path: str) -> str:
        """The route an address belongs to; "" for none."""
        try:
            return str(self.app.url_map.bind("127.0.0.1").match(urlsplit(path).path)[0])
        except RequestRedirect:
            return ""
        except HTTPException:
            return ""

    def likeness(self) -> str:
        """Equal for pages that differ in words only."""
        return str(self.visitor.page.evaluate(LIKENESS))

    def _arrives(self, path: str) -> bool:
        """Whether the address is a page; a file that is to be saved is none."""
        try:
            self.visitor.open(path)
        except Error as error:
            if "Download is starting" in error.message:
                return False
            raise
        return True

    def _links(self) -> list[str]:
        """Pages of this server that the open one links to, without the other language and without files."""
        found = []
        for address in map(urlsplit, self.visitor.page.evaluate(LINKS)):
            is_here = f"{address.scheme}://{address.netloc}" == self.visitor.url
            if is_here and not address.path.endswith(FILES) and "lang=" not in address.query:
                found.append(address.path + (f"?{address.query}" if address.query else ""))
        return found
