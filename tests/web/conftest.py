"""The built book in a browser: what a reader's computer makes of it.

Run by `make test-web`, after `make book`. The pages are opened as a reader would open
them from a zip file: unpacked somewhere, without a server.
"""

import shutil
import sys
import zipfile
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
BOOK = HERE.parents[1] / "book"
sys.path[:0] = [str(path) for path in (HERE, BOOK, BOOK / "_ext")]


def pytest_ignore_collect(config):
    """Leave these tests out unless they are asked for: they need the built book."""
    asked = any("tests/web" in argument for argument in config.args)
    return None if asked else True


@pytest.fixture(scope="session")
def book(tmp_path_factory) -> Path:
    """The book as a zip file, unpacked in a folder with spaces in its name."""
    from built import HTML

    folder = tmp_path_factory.mktemp("download")
    packed = shutil.make_archive(str(folder / "book"), "zip", HTML)
    unpacked = folder / "my books" / "resnet"
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(unpacked)
    return unpacked


@pytest.fixture(scope="session")
def browser():
    """Chromium from the system's packages."""
    from playwright.sync_api import sync_playwright

    import chromium

    with sync_playwright() as playwright, chromium.launch(playwright) as browser:
        yield browser


@pytest.fixture(scope="session")
def visit(browser, book):
    """`visit(name, width, theme)`: opens a page; the caller closes it."""
    from visits import Visit

    def open_page(name, width=1440, theme="light"):
        return Visit(browser, book, name, width, theme)

    return open_page


@pytest.fixture
def opening(visit):
    """`opening(Figure)`: a function that opens such figures, closed after the test."""
    opened = []

    def of(figure):
        def open_one(*arguments, **options):
            opened.append(figure(visit, *arguments, **options))
            return opened[-1]

        return open_one

    yield of
    for each in opened:
        each.visit.close()


@pytest.fixture(scope="session")
def decks(book) -> Path:
    """The book with decks in it."""
    from slides.__main__ import write

    write(book)
    return book


@pytest.fixture
def shown(browser, decks):
    """`shown(chapter, width, theme)`: a deck, closed after the test."""
    from visits import Visit

    visits = []

    def show(chapter, width=1280, theme="light", query=""):
        opened = Visit(browser, decks, f"slides/{chapter}{query}", width, theme)
        visits.append(opened)
        opened.page.wait_for_function("() => window.Reveal?.isReady()")
        return opened

    yield show
    for opened in visits:
        opened.close()
