"""Minimal pairs: two messages that differ by one cue, of which one carries the signal (Gardner et al. 2020,
"Evaluating Models' Local Decision Boundaries via Contrast Sets"). Never trained on."""

from __future__ import annotations

import json
from pathlib import Path

from pipeline.learning.labels import read_turns
from pipeline.scoring.conversation import Scorer

PAIRS = Path(__file__).resolve().parents[2] / "data" / "pairs" / "minimal_pairs.jsonl"


def pair_figures(scorer: Scorer) -> dict[str, dict[str, float]]:
    """Signal, then "cue: …", → the share of pairs whose yes is more probable than their no, and how many there are."""
    pairs = [json.loads(line) for line in PAIRS.read_text("utf-8").splitlines()]
    scores = scorer.score([read_turns(pair[side]) for pair in pairs for side in ("yes", "no")], with_evidence=False)
    right: dict[str, list[bool]] = {}
    for n, pair in enumerate(pairs):
        yes, no = (scores[2 * n + side][pair["signal"]].probability for side in (0, 1))
        for name in (pair["signal"], f"cue: {pair['cue']}"):
            right.setdefault(name, []).append(yes > no)
    ordered = sorted(right, key=lambda name: (name.startswith("cue: "), name))
    return {name: {"right": sum(right[name]) / len(right[name]), "n": len(right[name])} for name in ordered}
