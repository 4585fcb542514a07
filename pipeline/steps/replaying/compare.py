"""What a replay shows: nights side by side, leads that only one of the two sends, and what became of what was sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pipeline.steps.last_night import Row, rows_of
from pipeline.steps.replaying.quotes import quotes_of
from pipeline.steps.replaying.replay import OTHER, THEN, differing
from pipeline.warehouse import Connection, scalar

COUNTED = ("listed", "held", "waiting", "expired")
MORE, FEWER = "would have been sent", "would not have been sent"
# What people answered, in the words of the table; the rest is `other`.
FATES = {
    "taken_up": ("accepted", "contacted"),
    "won": ("won", "saved"),
    "lost": ("lost", "churned"),
    "no_signal": ("not_a_signal", "wrong_account"),
}


@dataclass(frozen=True)
class Sent:
    """A lead that only one of the two sends, on the first night on which it does; `why` is where the other had it that
    night. `quote` is empty where the words are not stored any more, and where sales heard it itself."""

    what: str
    as_of: date
    lead_id: str
    motion: str
    account_id: str
    account: str
    signal: str
    ticket_id: str
    probability: float
    expected_value: Decimal
    why: str
    outcome: str
    quote: str


@dataclass(frozen=True)
class Comparison:
    """`by_night`: as_of, motion, and each of COUNTED as it was and as it would have been (`…_what_if`); `became`: sent,
    signal, leads and their fates; `otherwise`: nights and leads that come out otherwise than they were decided."""

    by_night: list[Row]
    sent: list[Sent]
    became: list[Row]
    on_another_night: int
    erased: int
    otherwise: tuple[int, int]


def compare(con: Connection, past: Connection) -> Comparison:
    """`con` is the home's, only read; `past` one that `replay.replayed` made. Of equal nights nothing is `sent`."""
    past.register("answers", con.execute(_ANSWERS).to_arrow_table())
    past.execute(_FIRST_SENT)
    found = rows_of(past, _SENT)
    names = dict(con.execute("SELECT account_id, name FROM accounts").fetchall())
    quotes = quotes_of(con, past, found)
    sent = [
        Sent(
            what=MORE if row["scenario"] == OTHER else FEWER,
            as_of=row["as_of"],
            lead_id=row["lead_id"],
            motion=row["motion"],
            account_id=row["account_id"],
            account=names.get(row["account_id"], ""),
            signal=row["signal"],
            ticket_id=row["ticket_id"] or "",
            probability=row["probability"],
            expected_value=row["expected_value"],
            why=_why(row),
            outcome=row["outcome"] or "",
            quote=quote or "",
        )
        for row, quote in zip(found, quotes, strict=True)
    ]
    return Comparison(
        by_night=rows_of(past, _BY_NIGHT),
        sent=sent,
        became=rows_of(past, _BECAME),
        on_another_night=int(scalar(past, _ON_ANOTHER_NIGHT)),
        erased=sum(quote is None for quote in quotes),
        otherwise=differing(past),
    )


def _why(row: Row) -> str:
    """Where the other of the two had the lead on that night."""
    if row["place"] == "held":
        return "held by " + " and ".join(row["rules"])
    places = {"waiting": "over the limit of the day's list", "put_away": "put away", "open": "sent before, nothing new"}
    if row["place"]:
        return places[row["place"]]
    if row["is_under"]:
        return f"under the threshold ({row['probability']:.2f})"
    ended = {"expired": "expired", "withdrawn": "taken back", "closed": "closed by somebody"}
    return ended.get(row["ended"] or "", "no lead that night")


_ANSWERS = """
    SELECT lead_id, arg_max(outcome, read_order) AS outcome FROM outcomes WHERE outcome <> '' GROUP BY lead_id
"""
# A row a scenario and lead that it lists, on the first night on which it does.
_FIRST_SENT = """
    CREATE OR REPLACE TEMP TABLE first_sent AS
    FROM replayed_leads WHERE place = 'listed'
    QUALIFY row_number() OVER (PARTITION BY scenario, lead_id ORDER BY as_of) = 1
"""
# is_under: the other scenario saw the same score and took it for no signal. The highest value first.
_SENT = f"""
    WITH only_one AS (
        FROM first_sent f WHERE NOT EXISTS (FROM first_sent o WHERE o.lead_id = f.lead_id AND o.scenario <> f.scenario)
    ), ended AS (
        SELECT scenario, as_of, lead_id, min(event) AS event FROM replayed_events
        WHERE event IN ('expired', 'withdrawn', 'closed') GROUP BY ALL
    )
    SELECT f.*, o.place, o.rules, e.event AS ended, a.outcome,
        coalesce(CASE WHEN f.scenario = '{OTHER}' THEN NOT s.is_signal ELSE s.probability < t.threshold END, false)
            AS is_under
    FROM (SELECT * EXCLUDE (place, rules) FROM only_one) f
    LEFT JOIN replayed_leads o ON o.lead_id = f.lead_id AND o.as_of = f.as_of AND o.scenario <> f.scenario
    LEFT JOIN ended e ON e.lead_id = f.lead_id AND e.as_of = f.as_of AND e.scenario <> f.scenario
    LEFT JOIN history_scores s ON s.source = f.source AND s.ticket_id = f.ticket_id AND s.signal = f.signal
        AND s.valid_from <= f.as_of AND coalesce(s.valid_to > f.as_of, true)
    LEFT JOIN thresholds t ON t.signal = f.signal
    LEFT JOIN answers a ON a.lead_id = f.lead_id
    ORDER BY f.scenario DESC, f.priority DESC, f.lead_id
"""
_ON_ANOTHER_NIGHT = f"""
    SELECT count(*) FROM first_sent f JOIN first_sent o USING (lead_id)
    WHERE f.scenario = '{THEN}' AND o.scenario = '{OTHER}' AND f.as_of <> o.as_of
"""
_BY_NIGHT = f"""
    WITH motions AS (
        SELECT lead_id, motion FROM replayed_leads UNION SELECT lead_id, motion FROM known_leads
    ), counted AS (
        SELECT scenario, as_of, motion, event FROM replayed_events JOIN motions USING (lead_id)
    )
    SELECT as_of, motion, {
    ", ".join(
        f"count(*) FILTER (scenario = '{scenario}' AND event = '{event}') AS {event}{suffix}"
        for event in COUNTED
        for scenario, suffix in ((THEN, ""), (OTHER, "_what_if"))
    )
}
    FROM counted GROUP BY as_of, motion ORDER BY as_of, motion
"""
_BECAME = f"""
    WITH fates AS (
        SELECT f.lead_id, f.signal, a.outcome,
            CASE WHEN EXISTS (FROM first_sent o WHERE o.lead_id = f.lead_id AND o.scenario = '{OTHER}')
                THEN 'sent either way' ELSE '{FEWER}' END AS sent
        FROM first_sent f LEFT JOIN answers a USING (lead_id) WHERE f.scenario = '{THEN}'
    )
    SELECT sent, signal, count(*) AS leads, {
    ", ".join(
        f"count(*) FILTER (outcome IN ({', '.join(repr(word) for word in words)})) AS {fate}"
        for fate, words in FATES.items()
    )
},
        count(*) FILTER (outcome NOT IN ({
    ", ".join(repr(word) for words in FATES.values() for word in words)
})) AS other, count(*) FILTER (outcome IS NULL) AS no_answer
    FROM fates GROUP BY sent, signal ORDER BY sent, signal
"""
