"""The sample's digest is the one that a person read and committed (`make golden` writes it anew), and it says what
`data/sample/truth.csv` planted."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from pipeline import bundled
from tests.golden.sample_nights import EXPECTED, NIGHTS, lists_of

Lists = dict[str, str]


@pytest.fixture(scope="module")
def found(first_night: Path, finished: Path) -> Lists:
    return lists_of(first_night, NIGHTS[0]) | lists_of(finished, NIGHTS[1])


def test_every_list_is_the_committed_one(found: Lists) -> None:
    expected = {str(file.relative_to(EXPECTED)): file.read_text(encoding="utf-8") for file in EXPECTED.rglob("*.csv")}
    assert sorted(found) == sorted(expected)
    for name, text in expected.items():
        assert found[name] == text, f"{name} changed: read `make golden`'s difference"


def _rows(found: Lists, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(found[name])))


def _truth() -> list[dict[str, str]]:
    with open(Path(bundled.sample()) / "truth.csv", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


# Every trap of the sample: what must never be seen in any list.
@pytest.mark.parametrize(
    ("trap", "text"),
    [
        ("internal note", "pitch them"),
        ("card number", "4242"),
        ("IBAN", "WEST"),
        ("IP address", "203.0.113"),
        ("token link", "token="),
        ("deleted ticket, second night", "/5006"),
    ],
)
def test_a_trap_is_never_listed(found: Lists, trap: str, text: str) -> None:
    lists = {
        name: body
        for name, body in found.items()
        if trap != "deleted ticket, second night" or name.startswith(NIGHTS[1])
    }
    assert not [name for name, body in lists.items() if text in body]


def test_a_cell_that_begins_like_a_formula_is_text(found: Lists) -> None:
    cells = [cell for body in found.values() for row in csv.reader(io.StringIO(body)) for cell in row]
    assert not [
        cell for cell in cells if cell.startswith(("=", "+", "@")) or (cell.startswith("-") and not _is_number(cell))
    ]


def _is_number(cell: str) -> bool:
    return cell.lstrip("-").replace(".", "", 1).isdigit()


def _words_of(ticket_id: str) -> str:
    """All that was said in a ticket, as plain words."""
    for day in NIGHTS:
        for line in (bundled.sample() / "helpdesk" / day / "tickets.ndjson").read_text(encoding="utf-8").splitlines():
            ticket = json.loads(line)
            if str(ticket["id"]) == ticket_id:
                bodies = [comment.get("body") or "" for comment in ticket["comments"]] or [
                    ticket.get("description") or ""
                ]
                return " ".join(" ".join(bodies).split())
    raise AssertionError(f"no ticket {ticket_id} in the sample")


@pytest.mark.parametrize(
    "row", [row for row in _truth() if row["rule"]], ids=lambda row: f"{row['ticket_id']}-{row['rule']}"
)
def test_a_planted_rule_binds_and_its_lead_is_on_no_list(found: Lists, row: dict[str, str]) -> None:
    """A held lead is never on a day's list, and the list that names the rule is the one that `truth.csv` says."""
    listed = [one for name in ("leads.csv", "saves.csv") for one in _rows(found, f"{row['night']}/{name}")]
    on_list = [one for one in listed if one["ticket_id"] == row["ticket_id"] and one["motion"] == row["motion"]]
    if row["rule"] == "open_opportunity":
        assert [one["status"] for one in on_list] == ["known"]
        return
    assert not on_list
    words = _words_of(row["ticket_id"])
    held = [one for one in _rows(found, f"{row['night']}/held.csv") if " ".join(one["quote"].split()[:4]) in words]
    assert row["rule"] in {one["rule"] for one in held}


@pytest.mark.parametrize("night", NIGHTS)
def test_every_planted_lead_is_listed(found: Lists, night: str) -> None:
    """The sample's sentences are plain enough for the starters, so nothing that was planted may be missing."""
    planted = {
        (row["ticket_id"], row["motion"])
        for row in _truth()
        if row["motion"] and not row["rule"] and row["night"] == night
    }
    listed = {
        (row["ticket_id"], row["motion"])
        for name in ("leads.csv", "saves.csv")
        for row in _rows(found, f"{night}/{name}")
    }
    assert planted and planted <= listed
