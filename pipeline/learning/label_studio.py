"""Questions as Label Studio's tasks, and what its annotators answered.

Tasks and annotations: https://labelstud.io/guide/task_format and https://labelstud.io/guide/export (the formats JSON
and JSON-MIN); results of a control: https://labelstud.io/tags/choices and https://labelstud.io/tags/number; the
conversation: https://labelstud.io/tags/paragraphs. An annotator's id or address (`completed_by`) is never read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.learning.examples import READERS, word_of
from pipeline.scoring.said import Said

CONFIG = """<View>
  <Header value="$question"/>
  <Paragraphs name="conversation" value="$turns" layout="dialogue" nameKey="role" textKey="text"/>
  <Text name="suggested" value="$suggested"/>
  <Choices name="decision" toName="conversation" choice="single" required="true" showInline="true">
    <Choice value="yes"/>
    <Choice value="no"/>
    <Choice value="cannot say"/>
  </Choices>
  <Header value="Which turn shows it, counted from 0 (for a yes)"/>
  <Number name="evidence_turn" toName="conversation" min="0"/>
  <Header value="Your role; never a name"/>
  <Choices name="decided_by" toName="conversation" choice="single" showInline="true">
    <Choice value="labeller"/>
    <Choice value="second_reader"/>
    <Choice value="adjudicator"/>
  </Choices>
</View>
"""


@dataclass(frozen=True)
class Answered:
    """An annotation: the cells that a row of a list would have. `place` is the task's, from 1."""

    place: int
    example_id: str
    signal: str
    decision: str
    evidence_turn: str
    decided_by: str


def task(
    example_id: str,
    signal: str,
    question: str,
    said_on: str,
    turns: Sequence[Said],
    suggested: str,
    shown: Mapping[str, Any],
    answers: Sequence[tuple[bool | None, int | None, str]] = (),
) -> dict[str, Any]:
    """A task; `shown` are further fields. `answers` are decision, evidence turn and role of annotations it has."""
    data = {
        "example_id": example_id,
        "signal": signal,
        "question": question,
        "said_on": said_on,
        "turns": [{"role": f"[{place}] {said.role}", "text": said.text} for place, said in enumerate(turns)],
        "suggested": suggested,
        **shown,
    }
    annotations = [{"result": _result(*answer)} for answer in answers]
    return {"data": data} | ({"annotations": annotations} if annotations else {})


def _result(decision: bool | None, evidence_turn: int | None, decided_by: str) -> list[dict[str, Any]]:
    given: list[tuple[str, str, Any]] = [("decision", "choices", [word_of(decision)])]
    if evidence_turn is not None:
        given.append(("evidence_turn", "number", evidence_turn))
    if decided_by in READERS:
        given.append(("decided_by", "choices", [decided_by]))
    return [
        {"from_name": name, "to_name": "conversation", "type": kind, "value": {kind: value}}
        for name, kind, value in given
    ]


def answered(tasks: Any) -> Iterator[Answered]:
    """Annotations of an export, as JSON or JSON-MIN, task by task; a task nobody answered has one that is empty.

    Where several annotated a task and none said who they are, the first stands as it is and the second is the second
    reader; of more the roles cannot be told apart, so they stand as `several`. Raises ValueError, KeyError, TypeError
    or AttributeError for what is no such export.
    """
    if not isinstance(tasks, list):
        raise TypeError("it is no list of tasks")
    for place, one in enumerate(tasks, start=1):
        data = one.get("data", one)
        example_id, signal = str(data["example_id"]), str(data["signal"])
        given = _given(one)
        for order, cells in enumerate(given):
            role = cells.get("decided_by") or ("" if order == 0 else "second_reader" if order == 1 else "several")
            decision, turn = cells.get("decision", ""), cells.get("evidence_turn", "")
            yield Answered(place, example_id, signal, decision, turn, role)
        if not given:
            yield Answered(place, example_id, signal, "", "", "")


def _given(one: Mapping[str, Any]) -> list[dict[str, str]]:
    """Control -> what was chosen, of each annotation that was not skipped, oldest first."""
    if "data" not in one:  # JSON-MIN has one row an annotation, its controls beside the data
        return [{name: _flat(one.get(name)) for name in ("decision", "evidence_turn", "decided_by")}]
    annotations = [a for a in one.get("annotations") or [] if not a.get("was_cancelled")]
    annotations.sort(key=lambda a: str(a.get("created_at") or ""))
    return [{r["from_name"]: _flat(r["value"].get(r["type"])) for r in a["result"]} for a in annotations]


def _flat(value: Any) -> str:
    """The one value of a control: a choice alone or in a list, a number."""
    if isinstance(value, dict):
        value = value.get("choices") or value.get("number")
    if isinstance(value, list):
        value = value[0] if value else None
    return "" if value is None else str(value)
