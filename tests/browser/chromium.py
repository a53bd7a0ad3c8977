"""The Chromium of this machine; Playwright downloads none."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
SWITCHES = ("--disable-gpu", "--disable-dev-shm-usage", "--font-render-hinting=none")


@contextmanager
def launched(playwright: Playwright) -> Iterator[Browser]:
    """A Chromium without a window, while the block lasts."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    assert path, "no Chromium on this machine: run scripts/install-system tests"
    browser = playwright.chromium.launch(executable_path=path, args=list(SWITCHES), chromium_sandbox=False)
    yield browser
    browser.close()
