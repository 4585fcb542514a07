"""Who is never pitched by what they wrote: how often the rules miss one, and how often they hold one too many.

`data/never_pitched/messages.jsonl`; figures are taken on the rows that were not read while the rules were bettered. The
negatives there are hard ones, made to look alike, so that precision says little of an ordinary inbox.
"""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa

from pipeline import bundled
from pipeline.leads.shares import Share
from pipeline.signals.facts import load_facts, read_facts

ROWS = Path(__file__).resolve().parents[2] / "data" / "never_pitched" / "messages.jsonl"
FACTS = ("vulnerable", "opt_out")


def never_pitched(split: str) -> dict[str, dict[str, Share]]:
    """Kind of reason, and "all" → the share of its messages that are marked (recall), and of all that are marked those
    that must be (precision). A message is found where the fact of its kind is: an opt-out by `opt_out`."""
    rows = [row for row in map(json.loads, ROWS.read_text("utf-8").splitlines()) if row["split"] == split]
    every = load_facts(bundled.fact_specs())
    texts, roles = pa.array([row["text"] for row in rows], pa.string()), pa.array(["customer"] * len(rows))
    found = read_facts(texts, roles, {name: every[name] for name in FACTS}).to_pylist()
    marked = {(hit["row"], hit["fact"]) for hit in found}
    hits: dict[str, list[bool]] = {}
    for number, row in enumerate(rows):
        if row["label"]:
            is_found = (number, "opt_out" if row["kind"] == "opt_out" else "vulnerable") in marked
            for kind in (row["kind"], "all"):
                hits.setdefault(kind, []).append(is_found)
    right = [bool(rows[number]["label"]) for number in sorted({number for number, _ in marked})]
    figures = {kind: {"recall": Share(sum(them), len(them))} for kind, them in sorted(hits.items())}
    figures["all"]["precision"] = Share(sum(right), len(right))
    return figures


def never_pitched_figures() -> dict[str, dict[str, float]]:
    """The same of the held rows, as numbers."""
    return {
        kind: {name: share.value for name, share in of.items()} | {"n": of["recall"].among}
        for kind, of in never_pitched("held").items()
    }


def never_pitched_lines() -> list[str]:
    """Each figure in words, with its 95 % interval."""
    lines = []
    for kind, of in never_pitched("held").items():
        for name, share in of.items():
            low, high = share.interval()
            lines.append(
                f"{kind:<18} {name:<10} {share.value:.3f}  ({low:.3f} to {high:.3f}), {share.hits} of {share.among}"
            )
    return lines
