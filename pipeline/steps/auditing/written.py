"""What commands that only look write for people elsewhere (`--page`, `--csv`, `--out`): lines of `data/audit.jsonl`.

They take no lock and have the warehouse open to read alone, so that they hold up no night and are held up by none; a
line is appended whole (O_APPEND, one write). `audit` shows them among the others.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from datetime import datetime

from pipeline.config import Home
from pipeline.steps.auditing.audit import Entry, now, told, user

# Of every option of a command by which something is written outside the home's own folders: the kind of its entry.
KIND_OF = {
    ("account", "--page"): "account page",
    ("replay", "--csv"): "replay lists",
    ("topics export", "--out"): "topics list",
    ("review export", "--out"): "review export",
    ("review labels", "--out"): "labels written",
    ("review errors", "--out"): "labels in doubt",
    ("export-person", "--out"): "export-person",
}
# The same of options whose files hold nothing that the home holds of customers, and why.
NOBODYS = {
    ("demo", "--keep"): "the made-up sample",
    ("predict", "--out"): "signals in the rows that were given, which are not stored",
    ("train", "--out"): "a model of the labels that were given",
    ("report", "--csv"): "figures of teams, none for fewer than three",
}


def note(home: Home, kind: str, counts: Mapping[str, int]) -> None:
    """Writes down that it is done, before it is: what cannot be written down is not written for anybody. Raises
    OSError."""
    entry = {"at": now().isoformat(), "kind": kind, "by": user(), "counts": dict(counts)}
    file = os.open(home.data / "audit.jsonl", os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        size = os.fstat(file).st_size
        is_whole = not size or os.pread(file, 1, size - 1) == b"\n"
        os.write(file, f"{'' if is_whole else chr(10)}{json.dumps(entry)}\n".encode())
    finally:
        os.close(file)


def noted(home: Home) -> Iterator[Entry]:
    """All of it, in the order of writing; half of a line that a full disk left is passed over."""
    try:
        lines = (home.data / "audit.jsonl").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return
    for line in lines:
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        yield Entry(datetime.fromisoformat(entry["at"]), entry["kind"], entry["by"], told(entry["counts"]))
