"""The pictures of `docs/mornings.md`, from two nights of the sample: `python -m tests.browser.pictures`.

Look at them before committing: fonts are the machine's own.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tests.browser.chromium import launched
from tests.contract.homes import NIGHTS, call, night_arguments

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
# Name -> width and height of what is shown from the top of the page on.
WHOLE = {"desktop": (1200, 860), "phone": (360, 1000), "without-style": (700, 900)}
# Name -> the section shown, and at most how much of its height.
SECTIONS = {"held": ("#held", 565), "needs": ("#needs", 600), "over-time": ("#time", 1200)}
_WITHOUT_STYLE = "document.querySelectorAll('style').forEach(style => style.remove())"


def take(browser: Browser, page_file: Path, folder: Path) -> list[Path]:
    """Writes all pictures of a day's page; their paths."""
    taken = []
    for name in (*WHOLE, *SECTIONS):
        width, height = WHOLE.get(name, (1200, 900))
        page = browser.new_page(viewport={"width": width, "height": height})
        page.goto(page_file.as_uri())
        if name == "without-style":
            page.evaluate(_WITHOUT_STYLE)
        taken.append(folder / f"{name}.png")
        if name in SECTIONS:
            section, most = SECTIONS[name]
            box = page.locator(section).bounding_box()
            assert box, section
            page.screenshot(path=taken[-1], full_page=True, clip=box | {"height": min(box["height"], most)})
        else:
            page.screenshot(path=taken[-1])
        page.close()
    return taken


def main() -> None:
    """Two nights in a throw-away home, then the pictures."""
    with TemporaryDirectory() as home, launched() as browser:
        for day in NIGHTS:
            done = call(Path(home), *night_arguments(day))
            assert done.returncode == 0, done.stderr
        for path in take(browser, Path(home) / "data" / "digests" / NIGHTS[-1] / "digest.html", PICTURES):
            print(path.relative_to(PICTURES.parents[1]))


if __name__ == "__main__":
    main()
