"""Draws tickets to ask about one signal: at random, near the threshold, and what stands for many others.

The random draw passes over nothing but what was drawn at random before. A ticket that it meets and that was asked
about for another reason, or that somebody has labelled, is not asked again: it counts as drawn, with the answer that it
has. So the draw does not depend on what the model thought worth asking, and its answers speak for all tickets.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

from pipeline.learning import queue
from pipeline.learning.examples import READ, Example
from pipeline.steps.review.ticket_examples import Ticket, accounts_of, conversations, example_of
from pipeline.warehouse import Connection, scalar

# Facility location takes time by the square of these.
_MOST_LIKELY = 800
_AHEAD = 100


@dataclass(frozen=True)
class Question:
    """An example to ask about, and why; `is_new` says whether somebody has to be asked at all."""

    example: Example
    signal: str
    why: str
    inclusion: float | None
    probability: float | None
    model_id: str | None
    is_new: bool


@dataclass
class Draw:
    """What is drawn for one signal so far."""

    con: Connection
    signal: str
    asked: set[str]
    drawn: set[str]
    questions: list[Question] = field(default_factory=list)
    taken: set[Ticket] = field(default_factory=set)


@dataclass(frozen=True)
class _Askable:
    ticket: Ticket
    probability: float | None
    model_id: str | None


def draw(
    con: Connection, signal: str, night: dt.date, count: int, random_share: float, threshold: float | None
) -> list[Question]:
    """Up to `count` new questions, and those known already that the random draw met. `threshold` is that of the model
    in use, None where there is none: then nothing is uncertain, and what is diverse is sought among all."""
    con.execute(_ASKABLE, {"signal": signal, "night": night.isoformat()})
    read = ", ".join(f"'{origin}'" for origin in READ)
    labelled = _ids(con, f"SELECT DISTINCT example_id FROM labels WHERE signal = ? AND origin IN ({read})", signal)
    asked = _ids(con, "SELECT example_id FROM questions WHERE signal = ?", signal)
    drawn = _ids(con, "SELECT example_id FROM questions WHERE signal = ? AND why = 'random'", signal)
    state = Draw(con, signal, labelled | asked, drawn)
    at_random, uncertain, _ = queue.parts(count, random_share)
    _draw_random(state, at_random, queue.least_random(count))
    left = count - len(_new(state))
    if threshold is not None:
        _draw_uncertain(state, min(uncertain, left), threshold)
    _draw_diverse(state, count - len(_new(state)), threshold)
    return state.questions


def _draw_random(state: Draw, wanted: int, least: int) -> None:
    population = int(scalar(state.con, "SELECT count(*) FROM askable"))
    known = int(scalar(state.con, "SELECT count(*) FROM askable WHERE is_asked"))
    number = queue.to_draw(wanted, population, known)
    least = min(least, wanted, population - known)
    met: list[tuple[_Askable, Example]] = []
    seen = set(state.asked)
    for one, example in _in_order(state, "place", population):
        if len(met) >= number and len(seen) - len(state.asked) >= least:
            break
        met.append((one, example))
        seen.add(example.id)
    for one, example in met:
        state.taken.add(one.ticket)
        if example.id not in state.drawn:  # else the same words were drawn before
            _ask(state, one, example, "random", len(met) / population)
            state.drawn.add(example.id)


def _draw_uncertain(state: Draw, wanted: int, threshold: float) -> None:
    for one, example in _in_order(state, _from_threshold(threshold), wanted + _MOST_LIKELY, "NOT is_asked"):
        if wanted <= 0:
            return
        if one.probability is not None and one.ticket not in state.taken and example.id not in state.asked:
            state.taken.add(one.ticket)
            _ask(state, one, example, "uncertain", None)
            wanted -= 1


def _draw_diverse(state: Draw, wanted: int, threshold: float | None) -> None:
    """Among those that lie next to the threshold, on both sides."""
    if wanted <= 0:
        return
    order = "place" if threshold is None else _from_threshold(threshold)
    band = {
        example.id: (one, example)
        for one, example in _in_order(state, order, _MOST_LIKELY + len(state.taken), "NOT is_asked", _MOST_LIKELY * 2)
        if one.ticket not in state.taken and example.id not in state.asked
    }
    near = list(band.values())
    known = [_words(question.example) for question in state.questions]
    for place in queue.telling([_words(example) for _, example in near], known, wanted):
        _ask(state, *near[place], "diverse", None)


def _ask(state: Draw, one: _Askable, example: Example, why: str, inclusion: float | None) -> None:
    is_new = example.id not in state.asked
    question = Question(example, state.signal, why, inclusion, one.probability, one.model_id, is_new)
    state.questions.append(question)
    state.asked.add(example.id)


def _new(state: Draw) -> list[Question]:
    return [question for question in state.questions if question.is_new]


def _in_order(
    state: Draw, order: str, most: int, where: str = "true", ahead: int = _AHEAD
) -> Iterator[tuple[_Askable, Example]]:
    """Askable tickets with their examples, `ahead` read at a time; such without a word are passed over."""
    rows = state.con.execute(
        "SELECT source, ticket_id, probability, model_id FROM askable "
        f"WHERE {where} ORDER BY {order}, place LIMIT {most}"
    ).fetchall()
    for start in range(0, len(rows), ahead):
        part = [_Askable((row[0], row[1]), row[2], row[3]) for row in rows[start : start + ahead]]
        said = conversations(state.con, [one.ticket for one in part])
        accounts = accounts_of(state.con, said)
        for one in part:
            if one.ticket in said:
                yield one, example_of(one.ticket, said[one.ticket], accounts.get(one.ticket))


def _words(example: Example) -> str:
    return " ".join(said.text for said in example.turns if said.role == "customer")


def _ids(con: Connection, query: str, signal: str) -> set[str]:
    return {row[0] for row in con.execute(query, [signal]).fetchall()}


def _from_threshold(threshold: float) -> str:
    """Distance from it on the logit scale, as SQL."""
    clipped = "least(greatest(probability, 1e-9), 1 - 1e-9)"
    return f"abs(ln({clipped} / (1 - {clipped})) - ({float(queue.logit(threshold))!r})) NULLS LAST"


# The order is a hash seeded by the night and the same for all signals: who reads a conversation for one signal reads it
# for the others too.
_ASKABLE = """
    CREATE OR REPLACE TEMP TABLE askable AS
    WITH talks AS (
        SELECT DISTINCT source, ticket_id FROM messages
        WHERE role = 'customer' AND is_public AND trim(text) <> ''
    ), known AS (
        SELECT source, ticket_id, coalesce(bool_or(q.why = 'random'), false) AS is_drawn,
            bool_or(q.example_id IS NOT NULL OR l.example_id IS NOT NULL) AS is_asked
        FROM examples e
        LEFT JOIN questions q ON q.example_id = e.example_id AND q.signal = $signal
        LEFT JOIN labels l ON l.example_id = e.example_id AND l.signal = $signal AND l.origin IN ('hand', 'review')
        WHERE source IS NOT NULL GROUP BY ALL
    )
    SELECT source, ticket_id, s.probability, s.model_id, coalesce(k.is_asked, false) AS is_asked,
        row_number() OVER (ORDER BY md5($night || '|' || source || '|' || ticket_id), source, ticket_id) AS place
    FROM talks LEFT JOIN known k USING (source, ticket_id)
    LEFT JOIN (FROM scores WHERE signal = $signal) s USING (source, ticket_id)
    WHERE NOT coalesce(k.is_drawn, false)
"""
