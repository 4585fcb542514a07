"""Labels as a file that carries all of them: every decision with its day, role and guideline, and what was asked.

One line of JSON an example, which `train --labels` reads, or one row of CSV a decision, for spreadsheets and pandas.
Written and read here, so that what one home wrote another reads.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pipeline.digest.csv_file import as_typed
from pipeline.learning.examples import ORIGINS, READ, ROLES, Decision, Example, redacted, safe_group, word_of
from pipeline.learning.labels import read_turns
from pipeline.steps.feedback.saved_table import Table
from pipeline.steps.feedback.saved_values import day_meant, day_order, decimal_mark, number_meant
from pipeline.steps.review.answers import Answers, Reading, meant, turn_of
from pipeline.warehouse import Connection

_OF_EXAMPLE = ("source", "ticket_id", "account_id", "said_on")
_OF_DECISION = ("decision", "evidence_turn", "decided_by", "origin", "decided_on", "guideline")
_OF_QUESTION = ("asked_on", "why", "inclusion", "probability", "model_id")
WHY = ("random", "uncertain", "diverse")
COLUMNS = ("example_id", "signal", *_OF_DECISION, "stands", *_OF_QUESTION, *_OF_EXAMPLE, "turns")


def rows_of_labels(con: Connection, signals: Iterable[str]) -> list[dict[str, Any]]:
    """A row a decision, in the order of reading, and one a question that nobody answered; all of COLUMNS. `stands` says
    what the labels of the row's example come to: yes, no, cannot say or disputed. `label_states` must be made."""
    found = con.execute(_ROWS, [sorted(signals)])
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


# A question without an answer has a row too: what was asked is not asked again elsewhere.
_ROWS = """
    SELECT example_id, signal, l.decision, l.evidence_turn, l.decided_by, l.origin, l.decided_on, l.guideline,
        CASE WHEN s.example_id IS NULL THEN NULL WHEN s.is_disputed THEN 'disputed' WHEN s.decision THEN 'yes'
            WHEN NOT s.decision THEN 'no' ELSE 'cannot say' END AS stands,
        q.asked_on, q.why, q.inclusion, q.probability, q.model_id,
        e.source, e.ticket_id, e.account_id, e.said_on, e.turns, l.label_id IS NOT NULL AS is_decided,
        s.origin AS stands_by, s.evidence_turn AS stands_on
    FROM labels l FULL JOIN questions q USING (example_id, signal)
    JOIN examples e USING (example_id)
    LEFT JOIN label_states s USING (example_id, signal)
    WHERE signal IN (SELECT unnest(?))
    ORDER BY example_id, signal, l.read_order
"""


def as_cells(row: Mapping[str, Any]) -> list[Any]:
    """A row as a list has it. The turns stand as JSON whose spaces and semicolons no program changes."""
    packed = json.dumps(json.loads(row["turns"]), separators=(",", ":"))
    packed = packed.replace(";", "\\u003b").replace("  ", " \\u0020")
    cells = {**row, "decision": word_of(row["decision"]) if row["is_decided"] else "", "turns": packed}
    return [cells[name] for name in COLUMNS]


def from_table(table: Table, reading: Reading) -> Answers:
    """What `as_cells` wrote, after a spreadsheet saved it."""
    header = table.columns()
    found = Answers()
    records = [
        (number, dict(zip(header, map(as_typed, row), strict=False)))
        for number, row in zip(table.numbers, table.rows, strict=True)
    ]
    days = day_order(record.get(name, "") for _, record in records for name in ("decided_on", "asked_on", "said_on"))
    mark = decimal_mark(
        (record.get(name, "") for _, record in records for name in ("inclusion", "probability")), table.delimiter
    )
    for number, cells in records:
        found.rows += 1
        raw: dict[str, Any] = {name: cells.get(name) or None for name in COLUMNS}
        try:
            raw["turns"] = json.loads(cells["turns"])
            for name in ("decided_on", "asked_on", "said_on"):
                if raw[name]:
                    raw[name] = day_meant(raw[name], (), days)
            for name in ("inclusion", "probability"):
                if raw[name]:
                    raw[name] = float(_number(raw[name], mark))
            if raw["decision"]:
                decision = meant(raw["decision"])
                if isinstance(decision, str):
                    raise ValueError("decision")
                raw["decision"], raw["is_decided"] = decision, True
                raw["evidence_turn"] = turn_of(raw["evidence_turn"] or "")
            else:
                found.unanswered += 1
            _record(raw, f"row {number}", found, reading)
        except (ValueError, KeyError, TypeError, AttributeError):
            found.not_understood.append(f"row {number}: is not as review labels wrote it")
    return found


def _number(cell: str, mark: Any) -> Any:
    number = number_meant(cell, mark)
    return float(cell) if number is None else number


def as_lines(rows: Iterable[Mapping[str, Any]], signal: str) -> Iterator[dict[str, Any]]:
    """An object an example: what `train` reads (turns, group, evidence, and the labels that readers' decisions come to:
    an owner's word alone is no label to train or measure on unweighted), and all decisions and questions. Where
    `signal` is given, `label` and what describes it stand beside, for `--where` and for pandas."""
    by_example: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        by_example.setdefault(row["example_id"], []).append(row)
    for example_id, of_example in by_example.items():
        first = of_example[0]
        read = [row for row in of_example if row["stands_by"] in READ]
        labels = {row["signal"]: {"yes": 1, "no": 0}.get(row["stands"]) for row in read}
        evidence = {row["signal"]: row["stands_on"] for row in read if labels[row["signal"]]}
        questions = {row["signal"]: row for row in of_example if row["why"]}
        line = {
            "id": example_id,
            "turns": json.loads(first["turns"]),
            "labels": labels,
            "evidence": {name: turn for name, turn in evidence.items() if turn is not None},
            "group": first["account_id"] or example_id,
            **{name: _plain(first[name]) for name in _OF_EXAMPLE},
        }
        if signal:
            last = of_example[-1]
            line |= {"label": labels.get(signal), "origin": last["origin"], "decided_by": last["decided_by"]}
        line["decisions"] = [
            {"signal": row["signal"], **{name: _plain(row[name]) for name in _OF_DECISION}}
            for row in of_example
            if row["is_decided"]
        ]
        line["questions"] = [
            {"signal": name, **{key: _plain(row[key]) for key in _OF_QUESTION}} for name, row in questions.items()
        ]
        yield line


def from_line(raw: Mapping[str, Any], number: int, found: Answers, reading: Reading) -> None:
    """What `as_lines` wrote."""
    for one in raw["decisions"]:
        record = {**{name: raw.get(name) for name in _OF_EXAMPLE}, **one, "turns": raw["turns"], "is_decided": True}
        _record(record, f"line {number}", found, reading)
    answered = {one["signal"] for one in raw["decisions"]}
    for one in raw.get("questions") or []:
        found.unanswered += one["signal"] not in answered
        record = {**{name: raw.get(name) for name in _OF_EXAMPLE}, **one, "turns": raw["turns"]}
        _record(record, f"line {number}", found, reading)


def _record(raw: Mapping[str, Any], place: str, found: Answers, reading: Reading) -> None:
    """A decision, a question, or both. Nothing that is no role, origin or reason is kept."""
    signal = raw["signal"]
    if signal not in reading.signals:
        found.not_understood.append(f"{place}: is for no declared signal")
        return
    turns = redacted(read_turns({"turns": raw["turns"]}))
    example = Example(turns, raw["source"], raw["ticket_id"], safe_group(raw["account_id"]), _day(raw["said_on"]))
    decision = None
    if raw.get("is_decided"):
        if raw["decided_by"] not in ROLES or raw["origin"] not in ORIGINS or raw["decision"] not in (True, False, None):
            found.not_understood.append(f"{place}: decided_by is no role or origin is none that is known")
            return
        decision = Decision(
            example.id,
            signal,
            raw["decision"],
            raw["evidence_turn"],
            raw["decided_by"],
            raw["origin"],
            dt.date.fromisoformat(raw["decided_on"]),
            str(raw["guideline"])[:12],
        )
    question = None
    if raw.get("why"):
        if raw["why"] not in WHY:
            raise ValueError("why")
        question = {name: raw.get(name) for name in _OF_QUESTION}
        question |= {"example_id": example.id, "signal": signal, "asked_on": dt.date.fromisoformat(raw["asked_on"])}
    found.examples[example.id] = example
    found.history += [decision] if decision else []
    found.questions += [question] if question else []


def _day(value: Any) -> dt.date | None:
    return dt.date.fromisoformat(value) if value else None


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value
