"""The review queue: writes questions into a list for people, and remembers that they were asked."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline.config import Home
from pipeline.digest.csv_file import write_list
from pipeline.errors import UsageError
from pipeline.learning import label_studio
from pipeline.learning.examples import conversation, question
from pipeline.scoring.artifact import Model
from pipeline.scoring.models import all_signals, current_models, scorer_of
from pipeline.signals.spec import Signal
from pipeline.steps.auditing.written import KIND_OF
from pipeline.steps.review.draw import Question, draw
from pipeline.steps.review.handed import handed
from pipeline.steps.review.ticket_examples import keep_examples
from pipeline.warehouse import Connection, scalar

FORMATS = ("csv", "labelstudio")
COLUMNS = (
    "example_id",
    "signal",
    "question",
    "said_on",
    "conversation",
    "suggested_turn",
    "suggested_evidence",
    "decision",
    "evidence_turn",
    "note",
    "decided_by",
)
_Suggested = Mapping[tuple[str, str], tuple[int, str]]


def export_questions(
    con: Connection,
    home: Home,
    out: Path,
    *,
    count: int,
    signal: str,
    random_share: float,
    form: str,
    shows_model: bool,
) -> dict[str, Counter[str]]:
    """Writes `count` questions in all, as many of each signal, into `out`; signal -> reason -> how many.

    What a model thinks stands in the list only where `shows_model`. Raises UsageError; nothing is asked then.
    """
    signals = chosen_signals(home, signal)
    _refuse(out, count, random_share, form)
    night = scalar(con, "SELECT max(as_of) FROM nights")
    if night is None:
        raise UsageError("no night was decided here yet: run ticketscout nightly first.")
    models = current_models(home.models, signals)
    drawn: list[Question] = []
    for place, name in enumerate(signals):
        share = count // len(signals) + (place < count % len(signals))
        if share:
            threshold = models[name].threshold if name in models else None
            drawn += draw(con, name, night, share, random_share, threshold)
    asked = sorted((one for one in drawn if one.is_new), key=lambda one: (one.example.id, one.signal))
    # A list that could not be written was not asked.
    with handed(con, home, out, KIND_OF["review export", "--out"], {"questions": len(asked)}):
        keep_examples(con, [one.example for one in drawn])
        _keep_questions(con, drawn, night)
        write_whole(out, lambda part: _write(part, asked, signals, models, form, shows_model))
    counts: dict[str, Counter[str]] = {name: Counter() for name in signals}
    for one in asked:
        counts[one.signal][one.why] += 1
    return counts


def chosen_signals(home: Home, signal: str) -> dict[str, Signal]:
    """The signal of that name, or all where none is given. Raises UsageError."""
    signals = all_signals(home.models)
    if not signal:
        return signals
    if signal not in signals:
        raise UsageError(f"{signal!r} is no declared signal: known are {', '.join(signals)}.")
    return {signal: signals[signal]}


def write_whole(out: Path, write: Any) -> None:
    """Writes beside `out` and renames, owner-only. Raises UsageError where that cannot be."""
    part = out.with_name(out.name + ".part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        write(part)
        part.chmod(0o600)
        part.replace(out)
    except OSError as error:
        raise UsageError(f"{out} cannot be written: {error.strerror}.") from error
    finally:
        with suppress(OSError):
            part.unlink()


def _refuse(out: Path, count: int, random_share: float, form: str) -> None:
    if form not in FORMATS:
        raise UsageError(f"--format {form!r}: use {' or '.join(FORMATS)}.")
    if count < 1:
        raise UsageError(f"-n {count}: ask at least one question.")
    if not 0 < random_share <= 1:
        raise UsageError(f"--random-share {random_share}: a share above 0, up to 1; under 0.1 it is 0.1.")
    if out.exists():
        raise UsageError(f"{out} is there already, perhaps with answers: import it first, or name another file.")


def _keep_questions(con: Connection, drawn: Sequence[Question], night: dt.date) -> None:
    """A question that the random draw met again becomes a random one; nothing else is ever rewritten."""
    rows = [
        {
            "example_id": one.example.id,
            "signal": one.signal,
            "asked_on": night,
            "why": one.why,
            "inclusion": one.inclusion,
            "probability": one.probability,
            "model_id": one.model_id,
        }
        for one in drawn
    ]
    con.register("given", pa.Table.from_pylist(rows, QUESTIONS))
    con.execute(
        "UPDATE questions q SET why = g.why, inclusion = g.inclusion FROM given g "
        "WHERE g.example_id = q.example_id AND g.signal = q.signal"
    )
    con.execute("INSERT INTO questions BY NAME FROM given ANTI JOIN questions USING (example_id, signal)")
    con.unregister("given")


QUESTIONS = pa.schema(
    [
        ("example_id", pa.string()),
        ("signal", pa.string()),
        ("asked_on", pa.date32()),
        ("why", pa.string()),
        ("inclusion", pa.float64()),
        ("probability", pa.float64()),
        ("model_id", pa.string()),
    ]
)


def _write(
    part: Path,
    asked: Sequence[Question],
    signals: Mapping[str, Signal],
    models: Mapping[str, Model],
    form: str,
    shows_model: bool,
) -> None:
    suggested = _suggestions(asked, signals, models)
    if form == "labelstudio":
        tasks = [_task(one, signals[one.signal], suggested, shows_model) for one in asked]
        part.write_text(json.dumps(tasks, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        return
    columns = [*COLUMNS[:7], *(["probability"] if shows_model else []), *COLUMNS[7:]]
    write_list(part, columns, [_row(one, signals[one.signal], suggested, shows_model) for one in asked])


def _suggestions(
    asked: Sequence[Question], signals: Mapping[str, Signal], models: Mapping[str, Model]
) -> dict[tuple[str, str], tuple[int, str]]:
    """(example, signal) -> the turn and sentence that a yes would rest on. For every question, so that a suggestion
    does not tell what the model thinks."""
    found = {}
    for name in sorted({one.signal for one in asked} & models.keys()):
        of_signal = [one for one in asked if one.signal == name]
        scores = scorer_of({name: models[name]}, signals).score([one.example.turns for one in of_signal])
        for one, score in zip(of_signal, scores, strict=True):
            if (turn := score[name].turn) is not None and (evidence := score[name].evidence):
                found[one.example.id, name] = turn, evidence.quote
    return found


def _row(one: Question, signal: Signal, suggested: _Suggested, shows_model: bool) -> list[Any]:
    turn, quote = suggested.get((one.example.id, one.signal), ("", ""))
    shown = [one.probability] if shows_model else []
    asks = [one.example.id, one.signal, question(signal), one.example.said_on, conversation(one.example.turns)]
    return [*asks, turn, quote, *shown, "", "", "", ""]


def _task(one: Question, signal: Signal, suggested: _Suggested, shows_model: bool) -> dict[str, Any]:
    _, quote = suggested.get((one.example.id, one.signal), ("", ""))
    shown = {"probability": one.probability} if shows_model else {}
    said_on = one.example.said_on.isoformat() if one.example.said_on else ""
    return label_studio.task(one.example.id, one.signal, question(signal), said_on, one.example.turns, quote, shown)
