"""One account's story as one self-contained page in the style of the day's: no script, no outside request."""

from __future__ import annotations

from pathlib import Path

from pipeline.digest.folder import replace_file
from pipeline.digest.page import SHOWN
from pipeline.digest.page_words import environment
from pipeline.digest.story import Story
from pipeline.errors import InputNotFound


def render_story(story: Story) -> str:
    """The page; the same story gives the same bytes."""
    return environment().get_template("story.html.j2").render(story=story, shown=SHOWN).strip() + "\n"


def write_story(story: Story, path: Path) -> None:
    """Writes the page at once, owner-only. Raises InputNotFound where its folder is not there."""
    if not path.parent.is_dir():
        raise InputNotFound(f"{path.parent} is no folder: create it, or write the page elsewhere.")
    new = path.with_name(f".{path.name}.new")
    new.write_text(render_story(story), encoding="utf-8")
    new.chmod(0o600)
    replace_file(new, path)
