"""Rows of data/labels by batch, and how varied they are, for data/README.md: `python -m tests.bench.label_counts`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parents[2] / "data"
README = DATA / "README.md"
# The type-token ratio falls with length: that of the first so many words of each.
TOKENS = 5000
START, END = "<!-- counts: written by python -m tests.bench.label_counts -->\n", "<!-- end of counts -->"


def table() -> str:
    """A Markdown table: a row a batch, a column a signal (its yes), then the share of distinct openings (the first four
    words of the first message) and the type-token ratio."""
    rows = [json.loads(line) for file in sorted((DATA / "labels").glob("*.jsonl")) for line in file.open("rb")]
    signals = sorted(rows[0]["labels"])
    by_batch: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_batch.setdefault(row["batch"], []).append(row)
    lines = [
        "| batch | rows | " + " | ".join(signals) + " | openings | type-token |",
        "|---|---:|" + "---:|" * len(signals) + "---:|---:|",
    ]
    lines += [_line(batch, of_batch, signals) for batch, of_batch in sorted(by_batch.items())]
    lines.append(_line("**all**", rows, signals))
    return "\n".join(lines) + "\n"


def _line(name: str, rows: list[dict[str, Any]], signals: list[str]) -> str:
    yes = [sum(row["labels"][signal] for row in rows) for signal in signals]
    texts = [_customers_words(row).lower().split() for row in rows]
    openings = len({tuple(words[:4]) for words in texts}) / len(texts)
    some = [word for words in texts for word in words][:TOKENS]
    cells = [str(len(rows)), *map(str, yes), f"{openings:.2f}", f"{len(set(some)) / len(some):.2f}"]
    return f"| {name} | " + " | ".join(cells) + " |"


def _customers_words(row: dict[str, Any]) -> str:
    turns = row.get("turns", [{"role": "customer", "text": row.get("text")}])
    return " ".join(turn["text"] for turn in turns if turn["role"] == "customer")


def with_table(readme: str) -> str:
    """The README with the table of now."""
    before, _, rest = readme.partition(START)
    _, _, after = rest.partition(END)
    return before + START + "\n" + table() + "\n" + END + after


if __name__ == "__main__":
    README.write_text(with_table(README.read_text("utf-8")), "utf-8")
    print(table(), end="")
