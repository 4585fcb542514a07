"""Stories and tables of figures as people read them: they fit, they say what is left out, nothing in them runs."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from browser.nights import IMAGE, LONG_WORD, SCRIPT
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser as Parser

from pipeline.digest.figures import Figures, Heading, Spread, shown, table_lines, write_tables
from pipeline.digest.story import SHOWN, WIDTH, Entry, Section, Story, story_lines
from pipeline.digest.story_page import render_story, write_story
from pipeline.errors import InputNotFound
from pipeline.leads.shares import FEWEST, Difference, Share

TODAY = date(2026, 11, 20)
HOSTILE = f"{SCRIPT}{IMAGE} \x1b[31m\u202e{LONG_WORD}"


def a_story(text: str, count: int = 1) -> Story:
    urls = ("https://help.example/agent/tickets/1", "javascript:alert(1)")
    entries = [Entry(TODAY, f"{text} {n}", text, (text,), str(n), urls[n % 2]) for n in range(count)]
    sections = [Section("leads", "Leads", "None.", entries, text), Section("lost", "Lost", "None was heard.")]
    return Story("A-1", text, TODAY, [text], [("plan", text)], sections)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_no_line_is_wider_than_the_terminal_or_steers_it(text: str) -> None:
    for line in story_lines(a_story(text)):
        assert len(line.lstrip("\n")) <= WIDTH
        assert not [c for c in line.lstrip("\n") if ord(c) < 32 or 127 <= ord(c) < 160], line


def test_hostile_text_does_not_steer_the_terminal() -> None:
    lines = "\n".join(story_lines(a_story(HOSTILE)))
    assert "\x1b" not in lines and "\u202e" not in lines and "<script>" in lines


def test_a_long_section_says_how_many_more_there_are() -> None:
    lines = list(story_lines(a_story("x", SHOWN + 12)))
    assert "  and 12 more" in lines
    assert len([line for line in lines if line.startswith("  2026-11-20")]) == SHOWN
    assert "  None was heard." in lines
    assert "And 5 more." in render_story(a_story("x", 20))


def test_the_page_keeps_hostile_text_as_text_and_asks_for_nothing() -> None:
    page = render_story(a_story(HOSTILE, 4))
    tree = Parser(page)
    assert not tree.css("script, img, iframe, object, form, base")
    assert not [a for node in tree.css("*") for a in node.attributes if a.startswith("on")]
    assert {a.attributes["href"] for a in tree.css("a")} == {"https://help.example/agent/tickets/1"}
    assert [link.attributes["href"] for link in tree.css("link")] == ["data:,"]
    policy = tree.css_first('meta[http-equiv="Content-Security-Policy"]')
    assert policy is not None and (policy.attributes["content"] or "").startswith("default-src 'none'")
    assert "max-width: 460px" in page and tree.css_first('meta[name="viewport"]') is not None
    assert render_story(a_story(HOSTILE, 4)) == page


def test_a_page_is_its_owners_alone_and_needs_a_folder(tmp_path: Path) -> None:
    write_story(a_story("x"), tmp_path / "a.html")
    assert (tmp_path / "a.html").stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["a.html"]
    with pytest.raises(InputNotFound, match="no folder"):
        write_story(a_story("x"), tmp_path / "nowhere" / "a.html")


HEADINGS = (
    Heading("by"),
    Heading("what"),
    Heading("heard", "heard", int),
    Heading("share", "share", Share),
    Heading("gap", "gap", Difference),
    Heading("time", "time", Spread),
)


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        (Share(0, 0), "none"),
        (Share(3, FEWEST - 1), "3 of 19: too few to say"),
        (Share(10, 40), "10 of 40: 25% (14–40%)"),
        (Difference(Share(20, 40), Share(10, 40)), "+25 (+4 to +43)"),
        (Difference(Share(10, 40), Share(10, 40)), "0 (−19 to +19)"),
        (Difference(Share(1, 2), Share(10, 40)), "too few to say"),
        (Spread(30, 2.0, 1.5, 48.2, "h"), "2 (1.5 to 48) h"),
        (Spread(3, 2.0, 1.0, 3.0, "h"), "too few to say"),
        (Decimal("1234567.00"), "1,234,567"),
    ],
)
def test_a_figure_says_its_interval_or_that_it_cannot(cell: Share | Difference | Spread, says: str) -> None:
    assert shown(cell) == says


def test_the_widest_table_still_fits() -> None:
    many = Share(12_345, 98_765)
    row = ("by team", LONG_WORD, 98_765, many, Difference(many, many), Spread(99, 1234.5, 123.4, 2345.6, "h"))
    lines = list(table_lines(Figures("x", "Title", HEADINGS, [row])))
    assert max(len(line) for line in lines) <= WIDTH
    assert "WWW…" in lines[-1]


def test_csv_columns_stay_the_same_with_rows_and_without(tmp_path: Path) -> None:
    few, enough = Share(1, 2), Share(10, 40)
    rows = [
        ("a", "=1+1", 2, few, Difference(few, few), Spread(2, 1.0, 1.0, 1.0, "h")),
        ("a", "b", 2, enough, Difference(enough, Share(20, 40)), Spread(0, None, None, None, "h")),
    ]
    filled = write_tables([Figures("x", "", HEADINGS, rows)], tmp_path / "filled")[0]
    empty = write_tables([Figures("x", "", HEADINGS)], tmp_path / "empty")[0]
    with filled.open(encoding="utf-8-sig", newline="") as stream:
        first, second = list(csv.DictReader(stream))
    assert list(first) == empty.read_text(encoding="utf-8-sig").strip().split(",")
    assert (first["what"], first["share"], first["share_of"], first["share_share"], first["gap"]) == (
        "'=1+1",
        "1",
        "2",
        "",
        "",
    )
    assert (second["share_share"], second["share_low"], second["gap"]) == ("0.2500", "0.1419", "-0.2500")
