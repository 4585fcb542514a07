"""What labels there are: counts, disputes, how far readers agree, what random answers say; and all of it as a file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

from pipeline.config import Home
from pipeline.digest.csv_file import write_list
from pipeline.errors import UsageError
from pipeline.learning import label_studio
from pipeline.learning.agreement import agreement
from pipeline.learning.examples import READ, READERS, guideline_version, question
from pipeline.learning.labels import read_turns
from pipeline.signals.spec import Signal
from pipeline.steps.auditing.written import KIND_OF
from pipeline.steps.review.asked import COLUMNS, as_cells, as_lines, rows_of_labels
from pipeline.steps.review.estimate import estimate_lines
from pipeline.steps.review.export import write_whole
from pipeline.steps.review.handed import handed
from pipeline.steps.review.label_states import make_label_states
from pipeline.warehouse import Connection

_SHOWN = 10  # disputes, before they are only counted
_READ = ", ".join(f"'{origin}'" for origin in READ)


def label_lines(con: Connection, home: Home, signals: Mapping[str, Signal]) -> Iterator[str]:
    """What there is of each signal, for a terminal."""
    make_label_states(con)
    for place, (name, signal) in enumerate(signals.items()):
        if place:
            yield ""
        yield from _counted(con, name, signal)
        yield from estimate_lines(con, home, signals, name)
        yield from _disputed(con, name)


def _counted(con: Connection, name: str, signal: Signal) -> Iterator[str]:
    yes, no, cannot, disputed = con.execute(_COUNTS, [name]).fetchone() or (0, 0, 0, 0)
    yield f"{name}: {yes} yes, {no} no, {cannot} cannot be said, {disputed} disputed"
    by_origin = con.execute(_BY_ORIGIN, [name]).fetchall()
    if by_origin:
        told = ", ".join(f"{origin} {count} ({said} yes)" for origin, count, said in by_origin)
        yield f"  they stand by   {told}"
    asked, answered = con.execute(_ASKED, [name]).fetchone() or ("", "")
    if asked:
        yield f"  asked           {asked}; answered: {answered or 'none'}"
    earlier = con.execute(_EARLIER, [name, guideline_version(signal)]).fetchone()
    if earlier and earlier[0]:
        yield f"  guideline       {earlier[0]} decisions followed other words than the spec has now"
    for one, other, first, second in _pairs(con, name):
        yield f"  agreement       {one} and {other}: {_agreement(first, second)}"


def _disputed(con: Connection, name: str) -> Iterator[str]:
    listed = con.execute(_DISPUTES, [name]).fetchall()
    for example_id, said in listed[:_SHOWN]:
        yield f"  disputed        {example_id}: {said}"
    if len(listed) > _SHOWN:
        yield f"  disputed        and {len(listed) - _SHOWN} more; review errors lists them all"


def _pairs(con: Connection, signal: str) -> Iterator[tuple[str, str, list[bool], list[bool]]]:
    """For each two roles that read the same examples, what they said of them."""
    said: dict[str, dict[str, bool]] = {}
    for role, example_id, decision in con.execute(_READINGS, [signal]).fetchall():
        said.setdefault(role, {})[example_id] = decision
    for one, other in combinations([role for role in READERS if role in said], 2):
        if both := sorted(said[one].keys() & said[other].keys()):
            yield one, other, [said[one][e] for e in both], [said[other][e] for e in both]


def _agreement(first: Sequence[bool], second: Sequence[bool]) -> str:
    found = agreement(first, second)
    told = f"{found.same} of {found.among} alike"
    if not found.is_enough:
        return f"{told}: too few to say"
    share = f"{told} ({found.same / found.among:.0%})"
    if found.kappa is None:
        return f"{share}; both gave one answer throughout, so kappa cannot be said"
    return f"{share}, kappa {found.kappa:.2f} ({found.low:.2f} to {found.high:.2f})"


def write_labels(con: Connection, home: Home, out: Path, signals: Mapping[str, Signal], signal: str) -> int:
    """Writes all decisions on `signals` into `out`, by its ending; returns how many rows. Raises UsageError.

    `.jsonl`: what `train --labels` reads, `.csv`: a row a decision, `.json`: Label Studio's tasks with annotations of
    what each reader says now. The first two hold everything, and `review import` makes of them what was.
    """
    make_label_states(con)
    rows = rows_of_labels(con, signals)
    with handed(con, home, out, KIND_OF["review labels", "--out"], {"rows": len(rows)}):
        if out.suffix == ".csv":
            write_whole(out, lambda part: write_list(part, COLUMNS, map(as_cells, rows)))
            return len(rows)
        if out.suffix == ".jsonl":
            text = [json.dumps(line, ensure_ascii=False) + "\n" for line in as_lines(rows, signal)]
        elif out.suffix == ".json":
            text = [json.dumps(_tasks(rows, signals), ensure_ascii=False, indent=1) + "\n"]
        else:
            raise UsageError(f"{out}: name a file that ends with .jsonl, .csv or .json.")
        write_whole(out, lambda part: part.write_text("".join(text), encoding="utf-8"))
    return len(rows)


def _tasks(rows: Sequence[Mapping[str, Any]], signals: Mapping[str, Signal]) -> list[dict[str, Any]]:
    current: dict[tuple[str, str], dict[str, Mapping[str, Any]]] = {}
    for row in rows:
        given = current.setdefault((row["example_id"], row["signal"]), {"": row})
        if row["decided_by"] in READERS:
            given[row["decided_by"]] = row
    tasks = []
    for (example_id, signal), given in current.items():
        row = given.pop("")
        turns = read_turns({"turns": json.loads(row["turns"])})
        said_on = row["said_on"].isoformat() if row["said_on"] else ""
        answers = [(one["decision"], one["evidence_turn"], role) for role, one in given.items()]
        asks = question(signals[signal])
        tasks.append(label_studio.task(example_id, signal, asks, said_on, turns, "", {}, answers))
    return tasks


_COUNTS = """
    SELECT count(*) FILTER (decision AND NOT is_disputed), count(*) FILTER (NOT decision AND NOT is_disputed),
        count(*) FILTER (decision IS NULL AND NOT is_disputed), count(*) FILTER (is_disputed)
    FROM label_states WHERE signal = ?
"""
_BY_ORIGIN = """
    SELECT origin, count(*), count(*) FILTER (decision) FROM label_states
    WHERE signal = ? AND decision IS NOT NULL AND NOT is_disputed GROUP BY origin ORDER BY origin
"""
_ASKED = f"""
    WITH counted AS (
        SELECT why, count(*) AS asked, count(*) FILTER (EXISTS (
            FROM labels l WHERE l.example_id = q.example_id AND l.signal = q.signal AND l.origin IN ({_READ})
        )) AS answered
        FROM questions q WHERE signal = ? GROUP BY why
    )
    SELECT string_agg(asked || ' ' || why, ', ' ORDER BY why),
        string_agg(answered || ' ' || why, ', ' ORDER BY why) FILTER (answered > 0)
    FROM counted
"""
_EARLIER = f"SELECT count(*) FROM labels WHERE signal = ? AND origin IN ({_READ}) AND guideline <> ?"
_READINGS = f"""
    SELECT decided_by, example_id, arg_max_null(decision, read_order) AS decision FROM labels
    WHERE signal = ? AND origin IN ({_READ}) GROUP BY ALL HAVING decision IS NOT NULL
    ORDER BY decided_by, example_id
"""
_DISPUTES = f"""
    WITH latest AS (
        SELECT * FROM labels WHERE origin IN ({_READ})
        QUALIFY row_number() OVER (PARTITION BY example_id, signal, decided_by, origin ORDER BY read_order DESC) = 1
    )
    SELECT s.example_id, string_agg(
        l.decided_by || ' ' || CASE WHEN l.decision THEN 'yes' WHEN NOT l.decision THEN 'no' ELSE 'cannot say' END,
        ', ' ORDER BY l.read_order)
    FROM label_states s JOIN latest l USING (example_id, signal)
    WHERE s.signal = ? AND s.is_disputed GROUP BY s.example_id ORDER BY s.example_id
"""
