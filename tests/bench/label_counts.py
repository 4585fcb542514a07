"""Rows of data/labels by batch and signal, as the table of data/README.md: `python -m tests.bench.label_counts`."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

DATA = Path(__file__).resolve().parents[2] / "data"
README = DATA / "README.md"
START, END = "<!-- counts: written by python -m tests.bench.label_counts -->\n", "<!-- end of counts -->"


def table() -> str:
    """A Markdown table: a row a batch, a column a signal, each cell "yes / no"; the signal's own batches first."""
    counts: dict[str, Counter[tuple[str, int]]] = {}
    for file in sorted((DATA / "labels").glob("*.jsonl")):
        rows = map(json.loads, file.read_text("utf-8").splitlines())
        counts[file.stem] = Counter((row["batch"], row["label"]) for row in rows)
    batches = {batch for of_signal in counts.values() for batch, _ in of_signal}
    lines = ["| batch | " + " | ".join(counts) + " |", "|---|" + "---:|" * len(counts)]
    for batch in sorted(batches, key=lambda batch: ("-" in batch, batch)):
        cells = [f"{c[batch, 1]} / {c[batch, 0]}" if c[batch, 1] + c[batch, 0] else "" for c in counts.values()]
        lines.append(f"| {batch} | " + " | ".join(cells) + " |")
    sums = [[sum(n for (_, label), n in c.items() if label == wanted) for wanted in (1, 0)] for c in counts.values()]
    lines.append("| **all** | " + " | ".join(f"**{yes} / {no}**" for yes, no in sums) + " |")
    return "\n".join(lines) + "\n"


def with_table(readme: str) -> str:
    """The README with the table of now."""
    before, _, rest = readme.partition(START)
    _, _, after = rest.partition(END)
    return before + START + "\n" + table() + "\n" + END + after


if __name__ == "__main__":
    README.write_text(with_table(README.read_text("utf-8")), "utf-8")
    print(table(), end="")
