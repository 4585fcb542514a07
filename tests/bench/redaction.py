"""How fast texts are cleaned and redacted as the ingest does it: `python -m tests.bench.redaction [FILE]`.

Prints megabytes a second of one core (medians of --repeat runs, in processor time) for the labelled messages of
`data/pii`, many times over, and for the texts of FILE: JSON lines, packed with gzip or not, of which every `text` is
taken, also of `turns`.
"""

from __future__ import annotations

import argparse
import gzip
import json
import statistics
import sys
import time
from pathlib import Path

import pyarrow as pa

from pipeline.text.columns import clean_column
from tests.bench.pii import read_messages

# Messages of data/pii are a tenth of a megabyte.
TIMES = 10


def cleaned(texts: list[str]) -> int:
    """How many of the texts are changed or marked."""
    return len(clean_column(pa.array(texts, pa.string()), lambda place: ()))


def speed(texts: list[str], repeat: int) -> tuple[float, float, float]:
    """MB, MB a second of processor time, and the share of texts that are changed or marked."""
    size = sum(len(text.encode()) for text in texts) / 1e6
    seconds, changed = [], 0
    for _ in range(repeat):
        began = time.process_time()
        changed = cleaned(texts)
        seconds.append(time.process_time() - began)
    return size, size / statistics.median(seconds), changed / len(texts)


def read_texts(file: Path) -> list[str]:
    """Every text of a file of JSON lines."""
    packed = file.read_bytes()
    lines = (gzip.decompress(packed) if file.suffix == ".gz" else packed).decode("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [said["text"] for row in rows for said in row.get("turns", [row])]


def main(arguments: list[str]) -> None:
    """Prints a line a set."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.redaction", description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, help="JSON lines of texts or conversations")
    parser.add_argument("--repeat", type=int, default=5)
    chosen = parser.parse_args(arguments)
    pa.set_cpu_count(1)
    sets = {"data/pii": [message["text"] for message in read_messages()] * TIMES}
    if chosen.file:
        sets[chosen.file.name] = read_texts(chosen.file)
    for name, texts in sets.items():
        size, rate, changed = speed(texts, chosen.repeat)
        print(f"{name:<24} {size:6.1f} MB at {rate:6.1f} MB/s of one core; {changed:.0%} of the texts changed")


if __name__ == "__main__":
    main(sys.argv[1:])
