"""Open pages as students do, in headless Chromium; console output or an external request fails the test."""

import shutil
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
# Emulating a graphics card would double what pages cost to draw, and none of them needs one.
OPTIONS = ("--no-sandbox", "--disable-gpu", "--disable-software-rasterizer")


@contextmanager
def browser():
    """Yield Chromium; skip the test, with the reason, where it is missing."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine, so pages were not looked at in a browser")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        try:
            yield chromium
        finally:
            chromium.close()


class Reader:
    """Opens pages, and records their console messages and external requests."""

    def __init__(self, chromium):
        self._chromium = chromium
        self._contexts = []
        self.said, self.asked = [], []

    def open(self, address, **options):
        """Open a file or an address in a new browser context with these Playwright options, and return the page."""
        context = self._chromium.new_context(**options)
        self._contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("request", lambda request: self.asked.append(request.url))
        page.goto(address if "://" in str(address) else address.as_uri())
        return page

    def close(self):
        """Close the pages; fail if one wrote to the console, or requested anything that is not on this machine."""
        for context in self._contexts:
            context.close()
        assert self.said == []
        addresses = map(urlsplit, self.asked)
        assert [
            one.geturl()
            for one in addresses
            if one.scheme not in ("file", "data", "blob", "about") and one.hostname != "127.0.0.1"
        ] == []


def serious(page):
    """Return axe's serious findings in an open page, each a rule and its first place. Needs `bypass_csp=True`."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")]


def too_wide(page):
    """Return by how many pixels the page is wider than its window; it should never need horizontal scrolling."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
