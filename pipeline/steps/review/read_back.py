"""Keeps what was answered: reads a file, checks it against the examples that are here, appends what is news.

A file that was read without anything left over is remembered, so that a stale copy takes nothing back.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow as pa

from pipeline.config import Home
from pipeline.errors import UsageError
from pipeline.learning.examples import Decision
from pipeline.steps.review.answers import Answers, Reading
from pipeline.steps.review.decisions import keep_decisions
from pipeline.steps.review.export import QUESTIONS
from pipeline.steps.review.label_states import make_label_states
from pipeline.steps.review.read import read_answers
from pipeline.steps.review.ticket_examples import keep_examples
from pipeline.warehouse import Connection, open_warehouse, scalar, single_writer, transaction

_REMEMBERED = "review:"


@dataclass
class ImportCounts:
    """What became of a file: `set_aside` is a sentence for each answer that was not taken, `remarks` one for each that
    was taken in part, `conflicts` for each question that the file answers both ways; `disputed` is what readers do not
    agree on now, in all."""

    rows: int
    new: int = 0
    unchanged: int = 0
    unanswered: int = 0
    examples: int = 0
    roles_replaced: int = 0
    was_read_before: bool = False
    disputed: int = 0
    set_aside: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)


def import_answers(home: Home, file: Path, reading: Reading) -> ImportCounts:
    """Reads `file` into the labels of `home`; all or nothing.

    Raises what `read_answers` does, and UsageError where none of its answers is about this home.
    """
    answers = read_answers(file, reading)
    digest = hashlib.sha256(f"{reading.role} {reading.signal} ".encode() + file.read_bytes()).hexdigest()
    if answers.typed and not answers.examples and not home.warehouse.exists():
        raise UsageError(f"{home.path} has asked nothing yet: run ticketscout nightly and review export there first.")
    if answers.not_understood and not (answers.typed or answers.history or answers.questions):
        raise UsageError(_nothing(file, answers.not_understood))
    with single_writer(home), open_warehouse(home) as con:
        if scalar(con, "SELECT count(*) FROM remembered WHERE name = ?", [_REMEMBERED + digest]):
            return ImportCounts(answers.rows, was_read_before=True)
        with transaction(con):
            counts = _keep(con, file, answers)
            if not counts.set_aside and not counts.conflicts:
                con.execute("INSERT INTO remembered VALUES (?, ?)", [_REMEMBERED + digest, reading.as_of.isoformat()])
        make_label_states(con)
        counts.disputed = int(scalar(con, "SELECT count(*) FROM label_states WHERE is_disputed"))
    return counts


def _keep(con: Connection, file: Path, answers: Answers) -> ImportCounts:
    counts = ImportCounts(
        answers.rows,
        unanswered=answers.unanswered,
        roles_replaced=answers.roles_replaced,
        set_aside=list(answers.not_understood),
        remarks=list(answers.remarks),
    )
    counts.examples = keep_examples(con, answers.examples.values())
    typed = _known(con, _one_of_each(answers, counts), counts)
    if counts.set_aside and not (typed or answers.history or answers.questions or counts.conflicts):
        raise UsageError(_nothing(file, counts.set_aside))
    kept = keep_decisions(con, [*answers.history, *typed], history=len(answers.history))
    counts.new, counts.unchanged = kept.new, kept.unchanged
    _keep_questions(con, answers)
    return counts


def _nothing(file: Path, set_aside: list[str]) -> str:
    return f"{file}: nothing of it can be used ({len(set_aside)} answers); the first: {set_aside[0]}."


def _one_of_each(answers: Answers, counts: ImportCounts) -> list[Decision]:
    """Answers of a list, one a role and question; where a list says both yes and no, neither counts."""
    by_whose: dict[tuple[str, str, str, str], dict[Decision, str]] = {}
    for place, decision in answers.typed:
        by_whose.setdefault(decision.whose, {}).setdefault(decision, place)
    kept = []
    for (_, signal, role, _), given in by_whose.items():
        if len({decision.decision for decision in given}) > 1:
            places = ", ".join(given.values())
            counts.conflicts.append(f"{places}: the {role} answers both ways for {signal}; neither is taken")
        else:
            kept.append(list(given)[-1])
    return kept


def _known(con: Connection, decided: Iterable[Decision], counts: ImportCounts) -> list[Decision]:
    """Decisions about examples that are here, their evidence turn only where there is such a turn of the customer's."""
    turns = dict(con.execute("SELECT example_id, turns FROM examples").fetchall())
    known = []
    for one in decided:
        if one.example_id not in turns:
            shown = one.example_id if re.fullmatch(r"E-[0-9a-f]{16}", one.example_id) else "an id that is none of ours"
            counts.set_aside.append(f"{shown}: this home has asked no such question")
            continue
        if one.evidence_turn is not None:
            said = json.loads(turns[one.example_id])
            if not (one.evidence_turn < len(said) and said[one.evidence_turn]["role"] == "customer"):
                counts.remarks.append(
                    f"{one.example_id}, {one.signal}: turn {one.evidence_turn} is none of the customer's; "
                    "the answer is kept without it"
                )
                one = replace(one, evidence_turn=None)
        known.append(one)
    return known


def _keep_questions(con: Connection, answers: Answers) -> None:
    """What another home asked was asked; what this one asked stands as it is."""
    given = {(one["example_id"], one["signal"]): one for one in answers.questions}
    if given:
        con.register("given", pa.Table.from_pylist(list(given.values()), QUESTIONS))
        con.execute("INSERT INTO questions BY NAME FROM given ANTI JOIN questions USING (example_id, signal)")
        con.unregister("given")
