"""The page in a real Chromium: it fits, asks for nothing, says nothing to the console, and can be read."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser.chromium import CHROMIUM, launched
from browser.nights import crowded_night, empty_night
from browser.pictures import SECTIONS, WHOLE, take

from pipeline import bundled
from pipeline.config import Home
from pipeline.warehouse import in_memory

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

HEADINGS = [
    "Today’s leads",
    "Today’s saves",
    "Held: service first",
    "Needs",
    "Rivals",
    "Lost sales",
    "Service, by team",
    "Praise to pass on",
    "Over time",
    "Heard, but from whom?",
    "How this page came about",
]

# Of every piece of text: its colour against the nearest opaque background above it (WCAG 2.2, 1.4.3).
WORST_CONTRAST = """() => {
  const rgb = text => text.match(/[\\d.]+/g).map(Number);
  const light = c => { const s = c / 255; return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4; };
  const luminance = ([r, g, b]) => 0.2126 * light(r) + 0.7152 * light(g) + 0.0722 * light(b);
  const behind = node => {
    for (let n = node; n; n = n.parentElement) {
      const c = rgb(getComputedStyle(n).backgroundColor);
      if (c.length === 3 || c[3] === 1) return c;
    }
    return [255, 255, 255];
  };
  let worst = [21, ''], seen = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, box = node.parentElement, style = getComputedStyle(box);
    if (!node.data.trim() || style.display === 'none') continue;
    const ink = rgb(box.closest('svg') ? style.fill : style.color);
    const [a, b] = [luminance(ink), luminance(behind(box))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    seen += 1;
    if (ratio < worst[0]) worst = [ratio, node.data.trim().slice(0, 60)];
  }
  return [worst[0], worst[1], seen];
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: install the system's chromium to look at the page")
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with launched() as found:
        yield found


@pytest.fixture(scope="module", params=["sample", "crowded", "empty"])
def file(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Path:
    """A day's page: of the sample's second night, of a hostile night, of an empty one."""
    if request.param == "sample":
        finished: Path = request.getfixturevalue("finished")
        return max((finished / "data" / "digests").glob("*/digest.html"))
    home = tmp_path_factory.mktemp(request.param)
    con = in_memory()
    made: Path = {"crowded": crowded_night, "empty": empty_night}[request.param](con, Home(home))
    con.close()
    return made


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    yield context.new_page()
    context.close()


def test_pictures_of_the_documents_can_be_taken_anew(browser: Browser, finished: Path, tmp_path: Path) -> None:
    taken = take(browser, max((finished / "data" / "digests").glob("*/digest.html")), tmp_path)
    sizes = {path.stem: struct.unpack(">II", path.read_bytes()[16:24]) for path in taken}  # of a PNG's header
    assert {name: sizes[name] for name in WHOLE} == WHOLE
    assert all(sizes[name][0] > 900 and sizes[name][1] > 300 for name in SECTIONS)
    shown = {path.stem for path in (bundled.sample().parents[1] / "docs" / "pictures").iterdir()}
    assert shown == sizes.keys()


@pytest.mark.parametrize("width", [360, 1200])
def test_nothing_scrolls_sideways(page: Page, file: Path, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(file.as_uri())
    wide = page.evaluate("""() => [...document.querySelectorAll('body *')].filter(
        n => n.getBoundingClientRect().right > innerWidth + 0.5).map(n => n.outerHTML.slice(0, 120)).slice(0, 3)""")
    assert wide == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_no_script_runs_nothing_is_asked_for_and_the_console_is_silent(page: Page, file: Path) -> None:
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    page.goto(file.as_uri())
    page.wait_for_load_state("networkidle")
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert [url for url in asked if url.startswith("file:")] == [file.as_uri()]
    assert said == []
    assert page.title().startswith("Ticketscout, ")


def test_headings_name_the_parts_in_order(page: Page, file: Path) -> None:
    page.goto(file.as_uri())
    assert page.locator("h1").count() == 1
    assert page.locator("h2").all_inner_texts() == HEADINGS
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])")
    assert all(after <= before + 1 for before, after in pairwise(levels))
    for link in page.locator("nav a").all():
        assert page.locator(str(link.get_attribute("href"))).count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1200])
def test_text_stands_out_from_its_background(page: Page, file: Path, width: int, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(file.as_uri())
    ratio, text, seen = page.evaluate(WORST_CONTRAST)
    assert seen > 30
    assert ratio >= 4.5, f"{text!r}: {ratio:.2f}"


def test_print_is_dark_on_white_even_in_dark_mode(page: Page, file: Path) -> None:
    page.emulate_media(media="print", color_scheme="dark")
    page.goto(file.as_uri())
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate(WORST_CONTRAST)[0] >= 4.5
