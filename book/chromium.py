"""Chromium from the system's packages, for tests of the pages and for the PDF."""

import os
import shutil

from playwright.sync_api import Browser, Playwright

# The one without windows is the lightest.
_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def launch(playwright: Playwright) -> Browser:
    """Start the browser.

    Raises:
        RuntimeError: there is none.
    """
    found = [os.environ.get("CHROMIUM"), *map(shutil.which, _NAMES)]
    path = next(filter(None, found), None)
    if path is None:
        raise RuntimeError("no browser: apt-get install chromium, or set CHROMIUM")
    return playwright.chromium.launch(executable_path=path)
