"""What a reader does on the pages: search, unfold, point, follow, wait."""

import functools
import gzip
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from bs4 import BeautifulSoup
from built import HTML, LANDING, pages

# A word of prose, a name in code, a term; and where each must be found first.
SEARCHES = {
    "degradation": "book/glossary",
    "train_step": "book/api",
    "installs what is missing": "book/how_to_run",
}
SLOW_4G = {"latency": 150, "downloadThroughput": 204_800, "uploadThroughput": 93_750}


@pytest.fixture
def opened(visit):
    """`opened(name, ...)`: a page that the test does not have to close."""
    visits = []

    def open_page(*arguments, **options):
        visits.append(visit(*arguments, **options))
        return visits[-1]

    yield open_page
    for each in visits:
        each.close()


def chapter() -> str:
    """A chapter that has exercises."""
    for name in pages():
        if name.startswith("chapters/"):
            text = (HTML / f"{name}.html").read_text(encoding="utf-8")
            if "solution" in text and "sd-dropdown" in text:
                return name
    return pytest.skip("no chapter in _toc.yml has an exercise")


@pytest.mark.parametrize(("words", "page"), SEARCHES.items())
def test_search_finds_the_right_page(opened, words, page):
    results = opened(f"search?q={words.replace(' ', '+')}")
    links = results.page.locator("#search-results li a")
    links.first.wait_for()
    found = links.evaluate_all("links => links.map(link => link.getAttribute('href'))")
    assert any(page in address for address in found[:5])
    assert results.errors == []


def test_a_search_result_opens(opened):
    results = opened("search?q=degradation")
    results.page.locator("#search-results li a").first.click()
    results.page.wait_for_url(lambda address: "/search.html" not in address)
    assert results.page.locator("article h1").count() == 1


def test_hints_and_the_solution_of_an_exercise_unfold_by_keyboard(opened):
    page = opened(chapter()).page
    exercise = page.locator("div.exercise").first
    hint = exercise.locator("details.sd-dropdown > summary").first
    assert not hint.locator("xpath=../*[2]").is_visible()
    hint.focus()
    page.keyboard.press("Enter")
    assert hint.locator("xpath=../*[2]").is_visible()
    solution = page.locator("div.solution").first
    code = solution.locator("div.cell_input").first
    assert not code.is_visible()
    solution.locator("button.toggle-button").focus()
    page.keyboard.press("Enter")
    code.wait_for(state="visible")


def test_arrow_keys_scroll_a_box_and_do_not_turn_the_page(opened):
    page = opened(chapter(), 390).page
    page.locator("pre[data-scrolls]:visible").first.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.activeElement.scrollLeft > 0", timeout=5000)
    # MathJax lets formulas be reached by keyboard, whether they scroll or not.
    assert page.locator("div.math mjx-container").count() > 0
    assert page.locator("div.math mjx-container:not([tabindex])").count() == 0


def test_pointing_at_a_term_shows_what_it_means(opened):
    page = opened(chapter()).page
    term = page.locator("a[data-definition]").first
    shown = "link => getComputedStyle(link, '::after').content"
    assert term.evaluate(shown) == "none"
    term.focus()
    assert term.get_attribute("data-definition") in term.evaluate(shown)


def test_every_exercise_is_on_the_page_of_exercises(opened):
    page = opened("book/exercises").page
    rows = page.locator("article table tbody tr").count()
    texts = [(HTML / f"{n}.html").read_text(encoding="utf-8") for n in pages()]
    boxes = [BeautifulSoup(t, "html.parser").select("div.exercise") for t in texts]
    assert rows == sum(map(len, boxes)) > 0


def test_the_problem_button_opens_the_form_for_this_page(opened):
    page = opened(chapter()).page
    button = page.locator(".btn-source-issues-button")
    address = button.get_attribute("href")
    assert "issues/new?template=problem.yml" in address
    assert chapter() in address


class _Zipped(SimpleHTTPRequestHandler):
    """Serves the book as hosts do: text is compressed."""

    def log_message(self, *arguments):
        pass

    def do_GET(self):
        path = HTML / self.path.split("?")[0].lstrip("/")
        kind = self.guess_type(str(path))
        if not path.is_file() or not kind.startswith(("text/", "image/svg")):
            return super().do_GET()
        body = gzip.compress(path.read_bytes(), 6)
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(scope="module")
def server():
    handler = functools.partial(_Zipped, directory=str(HTML))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.alone
@pytest.mark.parametrize("name", [LANDING, "longest"])
def test_it_can_be_read_within_two_seconds_on_a_slow_connection(browser, server, name):
    if name == "longest":
        name = max(pages(), key=lambda n: (HTML / f"{n}.html").stat().st_size)
    page = browser.new_page()
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", {"offline": False, **SLOW_4G})
    page.goto(f"{server}/{name}.html", wait_until="domcontentloaded")
    page.wait_for_function("performance.getEntriesByName('first-contentful-paint')[0]")
    paint = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
    seconds = page.evaluate(paint) / 1000
    page.close()
    assert seconds <= 2.0


def test_the_list_of_contents_names_the_section_that_is_read(opened):
    page = opened(chapter(), 1440).page
    ids = page.locator("#pst-page-toc-nav > ul > li > a").evaluate_all(
        "links => links.map(link => link.hash)"
    )
    for wanted in (ids[-1], ids[1], ids[len(ids) // 2]):
        jump = "hash => document.querySelector(hash).scrollIntoView()"
        page.evaluate(jump, wanted)
        page.wait_for_function(
            "hash => document.querySelector('#pst-page-toc-nav a[aria-current]')"
            "?.hash === hash || document.querySelector('#pst-page-toc-nav '"
            "+ `li:has(> a[href='${hash}'])`)?.classList.contains('active')",
            arg=wanted,
            timeout=5000,
        )


def test_search_shows_prose_and_no_page_twice(browser, server):
    page = browser.new_page()
    page.goto(f"{server}/search.html?q=degradation")
    page.wait_for_function(
        "document.querySelector('.search-summary')?.innerText.includes('places')"
    )
    shown = page.locator("#search-results li:visible > a")
    addresses = shown.evaluate_all("all => all.map(a => a.getAttribute('href'))")
    pages_alone = {a for a in addresses if "#" not in a}
    assert addresses
    assert not pages_alone & {a.split("#")[0] for a in addresses if "#" in a}
    assert "shallower" in page.locator("#search-results li:visible").first.inner_text()
    page.close()


def test_the_search_field_opens_above_the_title(opened):
    page = opened(chapter(), 1280).page
    page.keyboard.press("Control+k")
    field = page.locator("#pst-search-dialog")
    field.wait_for(state="visible")
    box, title = field.bounding_box(), page.locator("article h1").bounding_box()
    assert box["y"] + box["height"] <= title["y"]
