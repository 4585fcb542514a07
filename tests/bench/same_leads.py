"""The same conversations in every layout give the same leads and saves: `python -m tests.bench.same_leads FILE [N]`.

FILE: JSON lines (plain or gzip) of `{"turns": [{"role", "text"}]}`. Prints a row a layout: leads, saves, and how many
differ from those of Zendesk's full export; ends with 1 where any does.
"""

from __future__ import annotations

import csv
import itertools
import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from pipeline.sources.opening import Place, open_place
from tests.bench.layouts import LAYOUTS
from tests.bench.layouts.conversations import Conversation, made_of, write_accounts
from tests.contract.homes import run

AS_OF = "2026-11-20"
BEGAN = datetime(2026, 11, 10)
ACCOUNTS = 400
# What a list says of a lead, but for what a layout cannot carry: the helpdesk's own ids and words.
COMPARED = (
    "lead_id motion account_id signal subtype product quantity needed_by competitor probability value_at_stake urgency "
    "quote said_at contact flags"
).split()
BASE = "zendesk_export"


def read(file: Path, count: int) -> list[Sequence[tuple[str, str]]]:
    """The first conversations of a file that a customer begins."""
    with open_place(Place(str(file))) as opened:
        rows = (
            [(turn["role"], turn["text"]) for turn in json.loads(line)["turns"] if turn["text"].strip()]
            for line in opened.stream
        )
        return list(itertools.islice((row for row in rows if row and row[0][0] == "customer"), count))


def night(layout: str, made: Sequence[Conversation], folder: Path) -> dict[str, list[tuple[str, ...]]]:
    """Leads and saves of a night on the conversations in that layout."""
    export, home = folder / "export", folder / "home"
    LAYOUTS[layout](export, made)
    accounts = write_accounts(folder / "accounts.csv", ACCOUNTS)
    home.mkdir(parents=True)
    (home / "ticketscout.toml").write_text('staff_domains = ["vendor.example"]\n[caps]\nleads = 9999\nsaves = 9999\n')
    done = run(home, "nightly", f"--tickets={export}", f"--accounts={accounts}", f"--as-of={AS_OF}", "--workers=2")
    if done.returncode:
        raise SystemExit(f"{layout}: exit {done.returncode}: {done.stderr}")
    found = {}
    for name in ("leads", "saves", "held"):
        with open(home / "data" / "digests" / AS_OF / f"{name}.csv", encoding="utf-8-sig", newline="") as stream:
            found[name] = sorted(tuple(row.get(column) or "" for column in COMPARED) for row in csv.DictReader(stream))
    return found


def main(arguments: Sequence[str]) -> int:
    """Runs all layouts."""
    rows = read(Path(arguments[0]), int(arguments[1]) if len(arguments) > 1 else 3000)
    made = made_of(rows, ACCOUNTS, BEGAN)
    names = arguments[2:] or list(LAYOUTS)
    expected: dict[str, list[tuple[str, ...]]] = {}
    differing = 0
    for layout in [BASE, *(name for name in names if name != BASE)]:
        folder = Path(tempfile.mkdtemp(prefix=f"same-{layout}-"))
        try:
            found = night(layout, made, folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        expected = expected or found
        other = {name: len(set(found[name]) ^ set(expected[name])) for name in found}
        differing += sum(other.values())
        told = "  ".join(f"{name} {len(found[name]):>5} ({other[name]} differ)" for name in found)
        print(f"{layout:<16} {len(made):>6} conversations  {told}", flush=True)
        for name in found:
            for row in sorted(set(found[name]) ^ set(expected[name]))[:3] if other[name] else ():
                print(f"    {name} {'+' if row in found[name] else '-'} {row}", flush=True)
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
