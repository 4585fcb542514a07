"""What the labels say now: one row an example and signal, disputes marked; what training and review read."""

from __future__ import annotations

import json

from pipeline.learning.labels import Row, read_turns
from pipeline.warehouse import Connection, run_sql_for_now

LEARNING_TABLES = ("label_states",)


def make_label_states(con: Connection) -> None:
    """Makes `label_states` as a temporary table, see its SQL file."""
    for name in LEARNING_TABLES:
        run_sql_for_now(con, name)


def local_rows(con: Connection, signal: str) -> list[Row]:
    """Decided, undisputed examples of `signal` in the order of their ids, grouped by account; `fields` has the rest:
    origin, decided_by, is_random, inclusion, said_on, decided_on, source. Makes `label_states` first."""
    make_label_states(con)
    found = con.execute(
        "SELECT example_id, turns, decision, evidence_turn, coalesce(account_id, example_id), origin, "
        "decided_by, is_random, inclusion, said_on, decided_on, source FROM label_states "
        "WHERE signal = ? AND decision IS NOT NULL AND NOT is_disputed "
        "ORDER BY example_id",
        [signal],
    ).fetchall()
    names = ("origin", "decided_by", "is_random", "inclusion", "said_on", "decided_on", "source")
    return [
        Row(
            id=example_id,
            turns=read_turns({"turns": json.loads(turns)}),
            label=int(decision),
            group=group,
            evidence=() if evidence is None else (evidence,),
            fields=dict(zip(names, rest, strict=True)),
        )
        for example_id, turns, decision, evidence, group, *rest in found
    ]
