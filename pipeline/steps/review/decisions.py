"""The labels as they are kept: decisions are appended where they are news, and nothing is ever rewritten."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa

from pipeline.learning.examples import Decision
from pipeline.warehouse import Connection


@dataclass(frozen=True)
class Kept:
    """How many decisions were news, and how many were not."""

    new: int
    unchanged: int


def keep_decisions(con: Connection, decided: Iterable[Decision], *, history: int = 0) -> Kept:
    """Appends what is news.

    The first `history` decisions were kept once, here or elsewhere: one is news where it is not here; of the others,
    where the same role last said something else. A turn that is not named again stands.
    """
    current: dict[tuple[str, str, str, str], tuple[bool | None, int | None]] = {}
    before: Counter[Decision] = Counter()
    ids: set[str] = set()
    order = 0
    for *fields, label_id, at in con.execute(_LABELS).fetchall():
        one, order = Decision(*fields), at
        current[one.whose] = one.decision, one.evidence_turn
        before[one] += 1
        ids.add(label_id)
    read: Counter[Decision] = Counter()
    new: list[tuple[Decision, str, int]] = []
    unchanged = 0
    for place, one in enumerate(decided):
        if place < history:
            is_news = one.label_id(read[one]) not in ids
            read[one] += 1
        else:
            decision, turn = current.get(one.whose, ("nothing", None))
            is_news = decision is not one.decision or one.evidence_turn not in (None, turn)
        if not is_news:
            unchanged += 1
            continue
        order += 1
        label_id = one.label_id(before[one])
        before[one] += 1
        ids.add(label_id)
        current[one.whose] = one.decision, one.evidence_turn
        new.append((one, label_id, order))
    if new:
        rows = [{**vars(one), "label_id": label_id, "read_order": order} for one, label_id, order in new]
        con.register("given", pa.Table.from_pylist(rows, _SCHEMA))
        con.execute("INSERT INTO labels BY NAME FROM given")
        con.unregister("given")
    return Kept(len(new), unchanged)


_LABELS = (
    "SELECT example_id, signal, decision, evidence_turn, decided_by, origin, decided_on, guideline, label_id, "
    "read_order FROM labels ORDER BY read_order"
)
_SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("label_id", "example_id", "signal", "decided_by", "origin", "guideline")]
    + [
        ("decision", pa.bool_()),
        ("evidence_turn", pa.int32()),
        ("decided_on", pa.date32()),
        ("read_order", pa.int64()),
    ]
)
