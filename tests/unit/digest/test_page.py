"""The page: hostile text stays text, nothing of the vault is on it, empty sections say so, same day same bytes."""

from __future__ import annotations

import csv
import re
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from browser.nights import AGENT, AS_OF, CUSTOMER, IMAGE, MANIFEST, SCRIPT, crowded_night, empty_night
from selectolax.lexbor import LexborHTMLParser as Parser

from pipeline.config import Home
from pipeline.digest.heard import heard_bars, heard_by_day, heard_stage
from pipeline.digest.page import render_page
from pipeline.warehouse import Connection, in_memory

SECTIONS = {"leads", "saves", "held", "needs", "rivals", "lost", "service", "praise", "time", "unmatched"}
ADDRESS_OF_TICKET = re.compile(r"https://help\.example/agent/tickets/2|HTTPS://help\.example/7")


@dataclass(frozen=True)
class Shown:
    """A night that was published, its page, and the folder of its lists. Not to be changed but through `once_more`."""

    con: Connection
    folder: Path
    page: str


@pytest.fixture(scope="module")
def crowded_day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    folder = tmp_path_factory.mktemp("crowded")
    with closing(in_memory()) as con:
        con.execute("SET threads = 1")
        yield Shown(con, folder, crowded_night(con, Home(folder)).read_text(encoding="utf-8"))


@pytest.fixture
def crowded(crowded_day: Shown) -> str:
    return crowded_day.page


@pytest.fixture
def once_more(crowded_day: Shown) -> Iterator[Connection]:
    """The crowded night's warehouse, in which every change is taken back."""
    crowded_day.con.execute("BEGIN")
    yield crowded_day.con
    crowded_day.con.execute("ROLLBACK")


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with closing(in_memory()) as con:
        yield empty_night(con, Home(tmp_path_factory.mktemp("empty"))).read_text(encoding="utf-8")


def section(page: str, name: str) -> str:
    found = Parser(page).css_first(f"section#{name}")
    assert found is not None
    return " ".join(found.text(separator=" ").split())


def listed(folder: Path, name: str) -> list[dict[str, str]]:
    file = folder / "data" / "digests" / AS_OF.isoformat() / name
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_hostile_text_is_shown_as_text_and_never_becomes_markup(crowded: str) -> None:
    tree = Parser(crowded)
    assert not tree.css("script, img, iframe, object, form, base, b")
    assert not [a for node in tree.css("*") for a in node.attributes if a.startswith("on")]
    for name in ("leads", "saves", "held", "needs", "rivals", "praise", "service", "lost", "unmatched"):
        assert SCRIPT in section(crowded, name) or IMAGE in section(crowded, name), name


def test_only_plain_web_addresses_become_links(crowded: str) -> None:
    addresses = {a.attributes["href"] or "" for a in Parser(crowded).css("a")}
    outside = {a for a in addresses if not a.startswith("#")}
    assert outside and all(ADDRESS_OF_TICKET.fullmatch(a) for a in outside), outside


def test_the_policy_forbids_everything_but_the_pages_own_style(crowded: str) -> None:
    meta = Parser(crowded).css_first('meta[http-equiv="Content-Security-Policy"]')
    assert meta is not None
    policy = dict(part.strip().split(" ", 1) for part in (meta.attributes["content"] or "").split(";"))
    style = crowded.split("<style>")[1].split("</style>")[0]
    assert " style=" not in crowded and crowded.count("<style>") == 1
    assert policy == {
        "default-src": "'none'",
        "style-src": f"'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }


def test_names_and_addresses_of_the_vault_are_in_the_lists_and_not_on_the_page(
    crowded: str, crowded_day: Shown
) -> None:
    assert {row["contact"] for row in listed(crowded_day.folder, "leads.csv")} == {CUSTOMER}
    assert {row["agent"] for row in listed(crowded_day.folder, "praise.csv")} == {AGENT}
    for name in (AGENT, CUSTOMER):
        for part in name.split():
            assert part.lower() not in crowded.lower()
    assert "customer.example" not in crowded and "annika@" not in crowded
    assert not re.search(r"\bC-(\d+|agent)\b", crowded), "no pseudonym either"


def test_who_must_never_be_approached_is_counted_but_not_shown(crowded: str, crowded_day: Shown) -> None:
    assert "A-23" in {row["account_id"] for row in listed(crowded_day.folder, "held.csv")}
    assert "Never to be shown here." not in crowded
    assert "1 more must not be approached at all" in section(crowded, "held")


def test_what_waits_stands_under_the_ticket_to_solve(crowded: str) -> None:
    held = section(crowded, "held")
    assert "Solve ticket 22" in held and "44,000\u00a0USD".replace("\u00a0", " ") in held
    assert "Their wish stands in a ticket whose problem is not solved." in held


def test_a_long_list_shows_fifteen_and_names_the_file(crowded: str, crowded_day: Shown) -> None:
    count = len(listed(crowded_day.folder, "leads.csv"))
    assert count > 15
    assert len(Parser(crowded).css("section#leads > ul > li")) == 15
    assert f"The first 15 of {count} leads; leads.csv has the rest." in section(crowded, "leads")


def test_an_empty_day_says_so_in_every_section(empty: str) -> None:
    tree = Parser(empty)
    assert {node.attributes["id"] for node in tree.css("section")} == SECTIONS
    for name in SECTIONS:
        assert tree.css(f"section#{name} .nothing"), name
    assert "Nothing held today." in section(empty, "held")
    assert not tree.css("table, svg")
    assert "No leads and no saves today." in tree.css_first("body > .page > header").text()


def test_each_chart_has_a_table_beside_it(crowded: str) -> None:
    figures = Parser(crowded).css("figure")
    assert len(figures) == 3
    for figure in figures:
        assert len(figure.css("svg[role=img][aria-label]")) == 1
        assert len(figure.css("table")) == 1


def test_without_its_style_words_stay_apart_and_columns_too(crowded: str) -> None:
    tree = Parser(crowded)
    tiles = [" ".join(node.text(separator="").split()) for node in tree.css(".tiles li")]
    assert tiles[0].startswith("20 leads today expected ") and tiles[-1].startswith("1 praise of the last 28 days")
    worth = tree.css_first(".card .worth")
    assert worth is not None and re.match(r"\S+ \w{3} at stake: ", " ".join(worth.text(separator="").split()))
    assert all(table.attributes["cellpadding"] == "5" for table in tree.css("table"))
    assert {cell.attributes["align"] for cell in tree.css("td.number, th.number")} == {"right"}
    assert {text.attributes["font-size"] for text in tree.css("svg text")} == {"9"}


def test_every_section_is_one_step_from_the_top(crowded: str, empty: str) -> None:
    for page in (crowded, empty):
        assert {(a.attributes["href"] or "")[1:] for a in Parser(page).css("nav .jump a")} == SECTIONS


def test_money_says_its_unit_or_that_it_has_none(once_more: Connection, crowded: str) -> None:
    assert "as the CRM has it: EUR and USD added up unconverted." in section(crowded, "service")
    once_more.execute("UPDATE accounts SET currency = 'EUR'")
    one = render_page(once_more, AS_OF, MANIFEST)
    assert "unconverted" not in one and "240,000 EUR" in section(one, "needs")
    once_more.execute("UPDATE accounts SET currency = NULL")
    assert "name no currency" in section(render_page(once_more, AS_OF, MANIFEST), "leads")


def test_a_rival_not_named_lately_is_no_row_of_zeros(once_more: Connection, crowded: str) -> None:
    assert "and not since" not in section(crowded, "rivals")
    once_more.execute("UPDATE digest_market SET mentions_7d = 0, change = -1 WHERE competitor LIKE 'Rival2<%'")
    rivals = section(render_page(once_more, AS_OF, MANIFEST), "rivals")
    assert f"Named in the 7 days before, and not since: Rival2{SCRIPT}" in rivals
    once_more.execute("UPDATE digest_market SET mentions_7d = 0, change = -1")
    rivals = section(render_page(once_more, AS_OF, MANIFEST), "rivals")
    assert "No rival was named in the last 7 days." in rivals and "and 6 more." in rivals


def test_each_need_has_a_bar_by_its_accounts(once_more: Connection, crowded: str) -> None:
    once_more.execute(
        "INSERT INTO digest_needs BY NAME SELECT * REPLACE ('T-2' AS topic_id, 4 AS accounts) FROM digest_needs"
    )
    bars = Parser(render_page(once_more, AS_OF, MANIFEST)).css("section#needs svg.bar rect.leads")
    assert [bar.attributes["width"] for bar in bars] == ["100.0", "25.0"]


def test_the_foot_says_what_was_read_and_by_which_rules(crowded: str) -> None:
    foot = " ".join(Parser(crowded).css_first("footer").text(separator=" ").split())
    assert "1,234 tickets read, 1,200 stored, 34 set aside." in foot
    assert "upgrade intent abc123" in foot
    assert "The last thing they said was said in anger. (7 days)" in foot


@pytest.mark.parametrize(
    ("watch", "sentence"),
    [
        ({"state": "learning", "nights": 3, "nights_needed": 14}, "is learning what is usual: 3 of 14 nights."),
        ({"state": "watching"}, "Nothing unusual in what came and how it was scored."),
        (
            {"findings": [{"is_serious": True, "sentence": "zendesk: 0 tickets came"}]},
            "Serious: zendesk: 0 tickets came.",
        ),
        ({"findings": [{"is_serious": False, "sentence": SCRIPT}]}, f"{SCRIPT}."),
        ({"state": "watching", "calibration": [{"sentence": "churn_risk: 3 of 20"}]}, "churn risk: 3 of 20."),
    ],
)
def test_the_foot_says_whether_the_night_was_as_usual(
    once_more: Connection, crowded: str, watch: dict[str, object], sentence: str
) -> None:
    page = render_page(once_more, AS_OF, {**MANIFEST, "watch": watch})
    foot = " ".join(Parser(page).css_first("footer").text(separator=" ").split())
    assert sentence in " ".join(foot.replace(" .", ".").split())
    assert not Parser(page).css("script")


def test_the_same_day_gives_the_same_page_however_long_it_took(once_more: Connection, crowded: str) -> None:
    assert render_page(once_more, AS_OF, {**MANIFEST, "durations": {"ingest": 99.9}}) == crowded


def test_the_funnel_begins_with_what_was_heard(once_more: Connection, crowded: str) -> None:
    # 22 ask for more (one unknown, one held), two leave (one must never be asked); praise and a need ask for nothing.
    first = heard_stage(once_more, AS_OF)
    assert (first.leads, first.saves) == (22, 2)
    assert "From signal to won, last 90 days Heard in tickets: 24" in section(crowded, "time")
    assert heard_stage(once_more, AS_OF - timedelta(days=1)).leads == 0, "said tomorrow"
    assert heard_stage(once_more, AS_OF + timedelta(days=90)).leads == 0, "too long ago"


def test_signals_over_time_count_tickets_by_the_day_they_were_said(once_more: Connection, crowded: str) -> None:
    heard = heard_by_day(once_more, AS_OF + timedelta(days=8))
    assert [(h.kind, h.total, h.last_week, h.week_before) for h in heard] == [
        ("leads", 22, 0, 22),
        ("saves", 2, 0, 2),
        ("other", 1, 0, 1),
        ("other", 1, 0, 1),
    ]
    assert all(len(h.days) == 28 and h.days[19] == h.total for h in heard)
    assert "wants more or better: 22 most a day: 22" in section(crowded, "time")
    assert "misses something we do not offer 1 0 1" in section(crowded, "time")
    chart = heard_bars(heard, (AS_OF, AS_OF))
    drawn = [bar for bar in chart.bars if bar.kind != "track"]
    assert [bar.kind for bar in drawn] == ["leads", "saves", "other", "other"]
    assert len({bar.height for bar in drawn}) == 1, "each strip has a scale of its own"
    assert all(bar.x + bar.width <= chart.width and bar.y + bar.height <= chart.height for bar in chart.bars)
