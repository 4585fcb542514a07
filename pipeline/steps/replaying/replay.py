"""Decides past nights again, in a warehouse in memory, from what was stored as of each night.

Twice: under the settings of then, and under others. Both begin with the leads and their history as they stood before
the first night, and each goes on with what it decided itself. Needs are not grouped again.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from pipeline.config import Settings
from pipeline.errors import UsageError
from pipeline.schema.history import CHANGES
from pipeline.steps.decide import decide_leads, set_night
from pipeline.steps.kept import Anew
from pipeline.steps.replaying.days import ReplayNight
from pipeline.steps.replaying.policy import changed, under
from pipeline.warehouse import Connection, in_memory, scalar

Progress = Callable[[str, int, int], None]
THEN, OTHER = "then", "what_if"
_BATCH = 100_000  # rows that are handed over at a time


@dataclass(frozen=True)
class WhatIf:
    """What is otherwise: settings as `replaying.policy.changed` takes them, thresholds by signal; `from_now` begins
    with the settings of today instead of those of each night."""

    rules: tuple[str, ...] = ()
    thresholds: tuple[tuple[str, float], ...] = ()
    from_now: bool = False

    @property
    def is_nothing(self) -> bool:
        return not (self.rules or self.thresholds or self.from_now)


def thresholds_of(con: Connection, given: Sequence[str]) -> tuple[tuple[str, float], ...]:
    """Thresholds by signal of `SIGNAL=0.3` and the like. Raises UsageError."""
    known = [name for (name,) in con.execute("SELECT DISTINCT signal FROM history_signal_specs ORDER BY 1").fetchall()]
    found: dict[str, float] = {}
    for one in given:
        signal, sign, value = (part.strip() for part in one.partition("="))
        if not sign or signal not in known:
            raise UsageError(f"--threshold {one!r}: write it as SIGNAL=0.3; signals are {', '.join(known)}.")
        try:
            found[signal] = float(value)
        except ValueError:
            found[signal] = -1.0
        if not 0 <= found[signal] <= 1:
            raise UsageError(f"--threshold {one!r}: a threshold is a number from 0 to 1.")
    return tuple(sorted(found.items()))


@contextmanager
def replayed(
    con: Connection,
    settings: Settings,
    nights: Sequence[ReplayNight],
    what_if: WhatIf,
    progress: Progress = lambda step, done, total: None,
) -> Iterator[Connection]:
    """A warehouse in memory with `replayed_leads` (a row a scenario, night and lead) and `replayed_events` of the
    scenarios THEN and OTHER, made from the home's `con`, which is only read."""
    policies = [under(settings, night.policy) for night in nights]
    others = [changed(settings if what_if.from_now else policy, what_if.rules) for policy in policies]
    scenarios: list[tuple[str, Mapping[str, float], list[Settings]]] = [(THEN, {}, policies)]
    if not what_if.is_nothing:
        scenarios.append((OTHER, dict(what_if.thresholds), others))
    with tempfile.TemporaryDirectory(prefix="ticketscout-replay-") as spill:
        past = in_memory(memory_limit=settings.run.memory_limit, spill=spill)
        try:
            _copy(con, past, nights[0].as_of, nights[-1].as_of)
            total, done = len(scenarios) * len(nights), 0
            for name, thresholds, policies in scenarios:
                _begin(past, thresholds, nights[0].as_of)
                for night, policy in zip(nights, policies, strict=True):
                    _decide(past, policy, name, night.as_of)
                    done += 1
                    progress("replay", done, total)
                past.execute(
                    "INSERT INTO replayed_events SELECT ? AS scenario, * FROM lead_events WHERE as_of >= ?",
                    [name, nights[0].as_of],
                )
            if what_if.is_nothing:
                past.execute(_LIKEWISE)
            yield past
        finally:
            past.close()


def _copy(con: Connection, past: Connection, first: date, last: date) -> None:
    """What was so on any of the nights, and the leads with their history up to the last; then the past in place of the
    tables that decisions read."""
    for table in CHANGES:
        _hand_over(
            con, past, table.name, f"FROM {table.name} WHERE valid_from <= $last AND coalesce(valid_to > $first, true)",
            {"first": first, "last": last},
        )  # fmt: skip
    past.execute("CREATE TABLE known_leads AS FROM leads; CREATE TABLE known_events AS FROM lead_events")
    _hand_over(con, past, "known_leads", "FROM leads WHERE opened_on <= $last", {"last": last})
    _hand_over(con, past, "known_events", "FROM lead_events WHERE as_of <= $last", {"last": last})
    past.execute("CREATE TABLE replayed_span AS SELECT ?::DATE AS first_night", [first])
    past.execute("CREATE TABLE thresholds (signal VARCHAR, threshold DOUBLE)")
    for name, query in PAST.items():
        past.execute(f"DROP TABLE IF EXISTS {name}")
        past.execute(f"CREATE VIEW {name} AS {query.format(then=_THEN)}")
    past.execute("CREATE TABLE replayed_events AS SELECT '' AS scenario, * FROM lead_events LIMIT 0")
    past.execute(_REPLAYED_LEADS)


def _hand_over(con: Connection, past: Connection, table: str, query: str, parameters: dict[str, date]) -> None:
    past.register("given", con.execute(query, parameters).to_arrow_reader(_BATCH))
    past.execute(f"INSERT INTO {table} BY NAME FROM given")
    past.unregister("given")


def _begin(past: Connection, thresholds: Mapping[str, float], first: date) -> None:
    past.execute("DELETE FROM leads; DELETE FROM lead_events; DELETE FROM thresholds")
    past.execute("INSERT INTO leads FROM known_leads WHERE opened_on < ?", [first])
    past.execute("INSERT INTO lead_events FROM known_events WHERE as_of < ?", [first])
    for signal, threshold in thresholds.items():
        past.execute("INSERT INTO thresholds VALUES (?, ?)", [signal, threshold])


def _decide(past: Connection, settings: Settings, scenario: str, as_of: date) -> None:
    set_night(past, settings, as_of)
    past.execute(_ANSWERED_TONIGHT)
    anew = Anew(past)
    anew.make("account_families")
    decide_leads(past, settings, anew)
    past.execute(_KEEP, [scenario])


def differing(past: Connection) -> tuple[int, int]:
    """How many nights and leads THEN comes out otherwise than it was decided: none, unless something was erased since
    or another release decided."""
    past.execute(
        "CREATE OR REPLACE TEMP TABLE differing AS WITH decided AS (FROM known_events WHERE as_of >= "
        "(SELECT first_night FROM replayed_span)), again AS (SELECT * EXCLUDE (scenario) FROM replayed_events "
        f"WHERE scenario = '{THEN}') (FROM decided EXCEPT FROM again) UNION ALL (FROM again EXCEPT FROM decided)"
    )
    return (
        int(scalar(past, "SELECT count(DISTINCT as_of) FROM differing")),
        int(scalar(past, "SELECT count(DISTINCT lead_id) FROM differing")),
    )


_THEN = "valid_from <= getvariable('as_of') AND coalesce(valid_to > getvariable('as_of'), true)"

# What decisions read, by table, as it was on the night `as_of`. Of texts only their number of words counts. A signal
# under the threshold of its night has no sentence and no sub-type: it counts as one of the plain kind, and nothing that
# the customer says as the wish, so that rules rather bind.
PAST = {
    "tickets": """
        SELECT source, ticket_id, NULL::VARCHAR AS url, status, priority, NULL::VARCHAR AS team, requester_id,
            created_at, updated_at, status_updated_at, rating, reopen_count
        FROM history_tickets WHERE {then}""",
    "ticket_accounts": """
        SELECT source, ticket_id, account_id, '' AS match, 100 AS likeness
        FROM history_tickets WHERE {then} AND account_id IS NOT NULL""",
    "messages": """
        SELECT source, ticket_id, message_id, position, role, author_id, is_public, said_at,
            repeat('. ', words - 1) || '.' AS text
        FROM history_messages WHERE {then}""",
    "scores": """
        SELECT s.source, s.ticket_id, s.signal, '' AS model_id, s.probability,
            CASE WHEN t.threshold IS NULL THEN s.is_signal
                ELSE s.message_id IS NOT NULL AND s.probability >= t.threshold END AS is_signal,
            s.message_id, repeat('. ', coalesce(s.quote_words, 1) - 1) || '.' AS quote, s.subtype
        FROM history_scores s LEFT JOIN thresholds t USING (signal) WHERE {then}""",
    "facts": "SELECT source, ticket_id, message_id, fact, value FROM history_facts WHERE {then}",
    "accounts": "SELECT * EXCLUDE (valid_from, valid_to) FROM history_accounts WHERE {then}",
    "opportunities": "SELECT * EXCLUDE (valid_from, valid_to) FROM history_opportunities WHERE {then}",
    "wishes": "SELECT * EXCLUDE (valid_from, valid_to) FROM history_wishes WHERE {then}",
    "availability": "SELECT * EXCLUDE (valid_from, valid_to) FROM history_availability WHERE {then}",
    "products": "SELECT name FROM history_products WHERE {then}",
    "marked": "SELECT * EXCLUDE (valid_from, valid_to) FROM history_marked WHERE {then}",
    "outcomes": """
        SELECT lead_id, outcome, '' AS outcome_reason, snooze_until, read_on, read_order
        FROM history_outcomes WHERE {then}""",
    "signal_specs": "SELECT signal, list, half_life, motion, motion_when_asked FROM history_signal_specs WHERE {then}",
    "subtype_specs": "SELECT signal, subtype, motion FROM history_subtype_specs WHERE {then}",
}
# A night that was decided twice keeps the leads of its first time that somebody answered between the two.
_ANSWERED_TONIGHT = """
    INSERT INTO leads FROM known_leads k WHERE k.opened_on = getvariable('as_of')
        AND k.lead_id IN (SELECT lead_id FROM outcomes) AND k.lead_id NOT IN (SELECT lead_id FROM leads)
"""
_LIKEWISE = "; ".join(
    f"INSERT INTO {name} SELECT * REPLACE ('{OTHER}' AS scenario) FROM {name}"
    for name in ("replayed_leads", "replayed_events")
)
_REPLAYED_LEADS = """
    CREATE TABLE replayed_leads (
        scenario VARCHAR, as_of DATE, lead_id VARCHAR, account_id VARCHAR, motion VARCHAR, product VARCHAR,
        owner VARCHAR, place VARCHAR, status VARCHAR, rules VARCHAR[], signal VARCHAR, source VARCHAR,
        ticket_id VARCHAR, probability DOUBLE, expected_value DECIMAL(18,2), priority DECIMAL(18,2))
"""
_KEEP = """
    INSERT INTO replayed_leads BY NAME
    SELECT ? AS scenario, getvariable('as_of') AS as_of, p.lead_id, p.account_id, p.motion, p.product, l.owner, l.place,
        l.status, coalesce(h.rules, []) AS rules, p.signal, p.source, p.ticket_id, p.probability, v.expected_value,
        v.priority
    FROM listed_leads l JOIN lead_proposals p USING (lead_id) JOIN lead_values v USING (lead_id)
    LEFT JOIN (
        SELECT lead_id, list(rule ORDER BY rule) AS rules FROM holds WHERE kind <> 'known' GROUP BY lead_id
    ) h USING (lead_id)
"""
