"""Outcomes that say something about what was read become labels; all others do not.

`not_a_signal` is a no about the words that the list quoted, as they stood on the night before it was typed. `won`,
`lost`, `saved` and `churned` speak of a sale, `accepted` and `contacted` of an intention, the others of the account or
the day. Who never sees what was not listed cannot say what is missing: see learning/selection.py for what these labels
may be used for. A return quotes what was refused long ago; that it is no lead says nothing about those words.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from pipeline.learning.examples import OWNER, Decision, guideline_version
from pipeline.signals.spec import Signal
from pipeline.steps.review.decisions import keep_decisions
from pipeline.steps.review.ticket_examples import accounts_of, conversations, example_of, keep_examples
from pipeline.warehouse import Connection, has_table, scalar, transaction

SAYS_NO = "not_a_signal"


def label_feedback(con: Connection, signals: Mapping[str, Signal], as_of: dt.date) -> int:
    """Brings the labels of origin feedback in line with what people say of leads now; returns how many decisions that
    took. Where an outcome was changed to another, its label is withdrawn: the owner then says neither yes nor no."""
    with transaction(con):
        _find_examples(con, signals)
        rows = con.execute(_SAID, {"no": SAYS_NO}).fetchall()
        decided = [
            Decision(example_id, signal, decision, None, OWNER, "feedback", as_of, guideline_version(signals[signal]))
            for example_id, signal, decision in rows
            if signal in signals
        ]
        return keep_decisions(con, decided).new


def _find_examples(con: Connection, signals: Mapping[str, Signal]) -> None:
    """For each lead that is said to be no signal: the example that its list quoted, once."""
    night = scalar(con, "SELECT max(as_of) FROM nights")
    if night is None or not has_table(con, "lead_proposals"):
        return
    # Of a lead that had ended before somebody answered it, the last published night knows the ticket.
    ended = _ENDED if has_table(con, "lead_origins") else ""
    found = [row for row in con.execute(_QUOTED.format(ended=ended), {"no": SAYS_NO}).fetchall() if row[3] in signals]
    tickets = [(source, ticket_id) for _, source, ticket_id, _ in found]
    said = conversations(con, tickets, until=night)
    accounts = accounts_of(con, tickets)
    examples = {ticket: example_of(ticket, turns, accounts.get(ticket)) for ticket, turns in said.items()}
    keep_examples(con, examples.values())
    for lead_id, source, ticket_id, signal in found:
        if example := examples.get((source, ticket_id)):
            con.execute("INSERT INTO feedback_examples VALUES (?, ?, ?)", [lead_id, example.id, signal])


_CURRENT = "SELECT lead_id, arg_max(outcome, read_order) AS outcome FROM outcomes WHERE outcome <> '' GROUP BY lead_id"
_ENDED = (
    "UNION ALL SELECT lead_id, source, ticket_id, signal FROM lead_origins "
    "WHERE lead_id NOT IN (SELECT lead_id FROM lead_proposals)"
)
_QUOTED = f"""
    WITH quoted AS (SELECT lead_id, source, ticket_id, signal FROM lead_proposals {{ended}})
    SELECT lead_id, q.source, q.ticket_id, q.signal
    FROM ({_CURRENT}) JOIN quoted q USING (lead_id) JOIN leads l USING (lead_id)
    WHERE outcome = $no AND l.motion <> 'return' AND q.ticket_id IS NOT NULL
        AND lead_id NOT IN (SELECT lead_id FROM feedback_examples)
    ORDER BY lead_id
"""
# Several leads may rest on the same words: a no of one of them stands.
_SAID = f"""
    SELECT example_id, signal, CASE WHEN bool_or(outcome = $no) THEN false END AS decision
    FROM feedback_examples JOIN ({_CURRENT}) USING (lead_id)
    GROUP BY example_id, signal ORDER BY example_id, signal
"""
