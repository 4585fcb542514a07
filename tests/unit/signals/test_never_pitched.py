"""Who is never pitched by their own words: the labelled rows are enough, and an opt-out says for how many it speaks."""

from __future__ import annotations

import json
from collections import Counter

import pyarrow as pa
import pytest

from pipeline import bundled
from pipeline.signals.facts import load_facts, read_facts
from tests.bench.never_pitched import ROWS

KINDS = ("bereavement", "illness", "debt", "minor", "opt_out")


def test_rows_are_many_of_every_kind_half_of_them_look_alike_and_a_third_is_unread() -> None:
    rows = [json.loads(line) for line in ROWS.read_text("utf-8").splitlines()]
    counts = Counter(row["kind"] for row in rows)
    assert len({row["text"] for row in rows}) == len({row["id"] for row in rows}) == len(rows) >= 300
    assert min(counts[kind] for kind in KINDS) >= 40
    assert 0.4 < counts[None] / len(rows) < 0.6
    assert all(bool(row["label"]) == (row["kind"] is not None) for row in rows)
    held = Counter(row["kind"] for row in rows if row["split"] == "held")
    assert all(held[kind] >= counts[kind] / 3 for kind in counts)


@pytest.mark.parametrize(
    ("said", "who"),
    [
        ("Stop contacting me about upgrades.", "person"),
        ("Thanks. And please remove me from your marketing.", "person"),
        ("Please stop contacting us about upgrades.", "account"),
        ("Remove our whole team from your mailing list.", "account"),
        ("Nobody here wants to be contacted by your sales people again.", "account"),
        ("Which of our contacts have opted out of marketing?", None),
        ("We don't want the premium plan, the small one is fine.", None),  # a no to one thing
        ("Please stop the import.", None),
    ],
)
def test_an_opt_out_says_for_how_many_it_speaks(said: str, who: str | None) -> None:
    facts = {"opt_out": load_facts(bundled.fact_specs())["opt_out"]}
    found = read_facts(pa.array([said]), pa.array(["customer"]), facts)
    assert found["value"].to_pylist() == ([who] if who else [])
