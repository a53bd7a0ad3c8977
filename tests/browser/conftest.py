"""One Chromium, one server and its sample data for all tests of a process."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser import world as worlds
from tests.browser.chromium import launched
from tests.browser.visit import Visitor
from tests.browser.world import World


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The server with its people and clubs. Tests share it: what one changes, none of the others may count on."""
    with worlds.made(tmp_path_factory.mktemp("world")) as opened:
        yield opened


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A real browser. Playwright's loop of events runs in this thread while it is open, and whoever begins one of their
    own, as those who sign a PDF do, is refused: so it is closed with the last test of a file."""
    with sync_playwright() as playwright, launched(playwright) as browser:
        yield browser


@pytest.fixture
def visitor(chromium: Browser, world: World) -> Iterator[Visitor]:
    """Somebody at a desk whose pages are all watched; what any of them did wrong fails the test at its end."""
    with Visitor.at(chromium, world.url) as opened:
        yield opened
    assert not opened.faults, "\n".join(opened.faults)
