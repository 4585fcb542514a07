"""How much of what is personal redaction takes out, and how much else, on the labelled messages of `data/pii`.

A labelled span is found where fewer than four of its letters and digits are left in the redacted text (fewer than all,
of a shorter one), whatever placeholder stands for it. A placeholder is right where a labelled span lay in its place,
else false. What is left is read off an alignment of the text before and after in which placeholders are characters of
their own, so that a number that stands twice is not held for kept where it went.
`python -m tests.bench.pii [--batch abc] [--misses]` prints the table, a row a kind, and what went wrong.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from math import sqrt
from pathlib import Path
from typing import Any

from pipeline.text.clean import clean
from pipeline.text.placeholders import KINDS

MESSAGES = Path(__file__).resolve().parents[2] / "data" / "pii" / "messages.jsonl"
ALL = "all"
# Written while rules were mended on the others; never read for it.
UNSEEN = "d"
_ENOUGH = 4
_PLACEHOLDER = re.compile(rf"\[({'|'.join(KINDS)})\]")
_AS_ONE = {kind: chr(0xE000 + place) for place, kind in enumerate(KINDS)}
_PLAIN = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0xA0: 0x20, 0x202F: 0x20}
Span = tuple[int, int, str]
Figures = dict[str, dict[str, float]]


@dataclass(frozen=True)
class Looked:
    """One message: its labelled spans, found or not, and its placeholders, right or not, each with its words."""

    spans: list[tuple[str, str, bool]] = field(default_factory=list)
    placeholders: list[tuple[str, str, bool]] = field(default_factory=list)


def read_messages() -> list[dict[str, Any]]:
    """The labelled messages: id, text, spans of [start, end, kind], country, register, batch, sometimes names."""
    return [json.loads(line) for line in MESSAGES.read_text("utf-8").splitlines()]


def look(message: dict[str, Any]) -> Looked:
    """What became of a message's spans, and what its placeholders stand for."""
    text: str = message["text"]
    after = clean(text, is_html=False, names=message.get("names", ())).text
    after = _PLACEHOLDER.sub(lambda match: _AS_ONE[match[1]], after)
    steps = SequenceMatcher(None, text.translate(_PLAIN), after, autojunk=False).get_opcodes()
    kept = [place for step, i1, i2, _, _ in steps if step == "equal" for place in range(i1, i2)]
    found = Looked()
    for start, end, kind in message["spans"]:
        size = sum(map(str.isalnum, text[start:end]))
        left = sum(text[place].isalnum() for place in kept if start <= place < end)
        found.spans.append((kind, text[start:end], left < min(_ENOUGH, size)))
    for step, i1, i2, j1, j2 in steps:
        put = [] if step == "equal" else [kind for kind, sign in _AS_ONE.items() if sign in after[j1:j2]]
        is_right = any(start < i2 and i1 < end for start, end, _ in message["spans"])
        found.placeholders.extend((kind, text[i1:i2], is_right) for kind in put)
    return found


def pii_figures(messages: list[dict[str, Any]]) -> Figures:
    """Kind → recall and precision, each with its 95 % interval (Wilson), and how many spans are labelled."""
    labelled, found, put, right = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for message in messages:
        looked = look(message)
        for kind, _, is_found in looked.spans:
            labelled.update({kind: 1, ALL: 1})
            found.update({kind: is_found, ALL: is_found})
        for kind, _, is_right in looked.placeholders:
            put.update({kind: 1, ALL: 1})
            right.update({kind: is_right, ALL: is_right})
    figures: Figures = {}
    for kind in (*KINDS, ALL):
        figures[kind] = {}
        for name, good, of in (("recall", found, labelled), ("precision", right, put)):
            low, high = wilson(good[kind], of[kind])
            share = good[kind] / of[kind] if of[kind] else 0.0
            figures[kind] |= {name: share, f"{name} from": low, f"{name} to": high}
        figures[kind]["n"] = labelled[kind]
    return figures


def wilson(good: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927)."""
    if not of:
        return 0.0, 1.0
    z, share = 1.96, good / of
    middle, spread = share + z * z / (2 * of), z * sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return max((middle - spread) / (1 + z * z / of), 0.0), min((middle + spread) / (1 + z * z / of), 1.0)


def show(title: str, figures: Figures) -> None:
    """A row a kind."""
    print(f"{title:<18}{'recall':>8}{'95 %':>16}{'precision':>12}{'95 %':>16}{'n':>7}")
    for kind, of in figures.items():
        recall, precision = (f"{of[f'{name} from']:.3f} to {of[f'{name} to']:.3f}" for name in ("recall", "precision"))
        print(f"{kind:<18}{of['recall']:>8.3f}{recall:>16}{of['precision']:>12.3f}{precision:>16}{of['n']:>7}")
    print()


def halves() -> Figures:
    """Kinds, all of them, and all of the batches on which rules were mended and of the one on which they were not."""
    messages = read_messages()
    return pii_figures(messages) | {
        "mended_on": pii_figures([m for m in messages if m["batch"] != UNSEEN])[ALL],
        "unseen": pii_figures([m for m in messages if m["batch"] == UNSEEN])[ALL],
    }


def main(arguments: list[str]) -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.pii", description=__doc__)
    parser.add_argument("--batch", default="abcd", help="letters of the batches to look at")
    parser.add_argument("--misses", action="store_true", help="also what was not found, and what was taken for nothing")
    chosen = parser.parse_args(arguments)
    messages = [message for message in read_messages() if message["batch"] in chosen.batch]
    if chosen.misses:
        for message in messages:
            looked = look(message)
            for kind, words, is_found in looked.spans:
                if not is_found:
                    print(f"{message['id']} {kind} stays: {words!r} in {message['text']!r}")
            for kind, words, is_right in looked.placeholders:
                if not is_right:
                    print(f"{message['id']} {kind} for nothing: {words!r} in {message['text']!r}")
    show(f"batches {chosen.batch}", pii_figures(messages))


if __name__ == "__main__":
    main(sys.argv[1:])
