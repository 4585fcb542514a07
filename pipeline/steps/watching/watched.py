"""What the watch says of a night, for the manifest, the page, `status` and messages; read from its tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pipeline.leads.shares import FEWEST, Share
from pipeline.learning.drift_history import FEWEST_NIGHTS
from pipeline.warehouse import Connection, scalar

# Outcomes that say whether the signal was there; wrong_account, bad_timing and a snooze do not.
_REAL = ("accepted", "contacted", "won", "lost", "saved", "churned", "already_known")


@dataclass(frozen=True)
class Calibration:
    """Leads of a signal that people judged: how many were real, and how many their probabilities promised."""

    signal: str
    real: Share
    expected: Decimal

    @property
    def sentence(self) -> str:
        """In words."""
        if not self.real.is_enough:
            return f"{self.signal}: {self.real.among} of {FEWEST} judged leads, too few to say"
        low, high = self.real.interval()
        share = self.expected / self.real.among
        verdict = (
            "as expected" if low <= share <= high else "more than expected" if share < low else "fewer than expected"
        )
        return (
            f"{self.signal}: {self.real.value:.0%} of {self.real.among} judged leads were real "
            f"({low:.0%} to {high:.0%}), {share:.0%} expected: {verdict}"
        )


def watch_section(con: Connection, as_of: date) -> dict[str, Any]:
    """The manifest's `watch`: learning or watching, findings, calibration."""
    nights = _nights(con, as_of)
    return {
        "state": "learning" if nights < FEWEST_NIGHTS else "watching",
        "nights": nights,
        "nights_needed": FEWEST_NIGHTS,
        "findings": [
            {"kind": kind, "source": source, "measure": measure, "is_serious": is_serious, "sentence": sentence}
            for kind, source, measure, is_serious, sentence in con.execute(_FINDINGS, [as_of]).fetchall()
        ],
        "calibration": [
            {
                "signal": one.signal,
                "judged": one.real.among,
                "real": one.real.hits,
                "expected": float(one.expected),
                "interval": [round(side, 4) for side in one.real.interval()] if one.real.is_enough else None,
                "sentence": one.sentence,
            }
            for one in calibration(con)
        ],
    }


def watch_lines(con: Connection) -> Iterator[str]:
    """For `status`: a line a finding of the last night, or that there is none; then calibration."""
    last = scalar(con, "SELECT max(as_of) FROM nights")
    if last is None:
        return
    section = watch_section(con, last)
    findings = section["findings"]
    for one in findings:
        yield f"watch: {'serious: ' if one['is_serious'] else ''}{one['sentence']}"
    if section["state"] == "learning":
        yield f"watch: learning, {section['nights']} of {FEWEST_NIGHTS} nights"
    elif not findings:
        yield "watch: nothing unusual"
    for one in section["calibration"]:
        yield f"feedback: {one['sentence']}"


def serious(con: Connection, as_of: date) -> list[str]:
    """Sentences that messages tell."""
    return [row[4] for row in con.execute(_FINDINGS, [as_of]).fetchall() if row[3]]


def calibration(con: Connection) -> list[Calibration]:
    """By signal, over all leads that somebody judged and whose ticket is known; as of the last published night."""
    if not scalar(con, "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'lead_origins'"):
        return []
    judged = con.execute(_JUDGED, {"real": list(_REAL)}).fetchall()
    return [Calibration(signal, Share(real, among), expected) for signal, among, real, expected in judged]


def _nights(con: Connection, as_of: date) -> int:
    """Nights of reference that `as_of` is held against; a first night has none."""
    query = "SELECT count(*) FROM night_profiles WHERE kind = 'night' AND as_of < ?"
    return int(scalar(con, query, [as_of]))


_FINDINGS = """
    SELECT kind, source, measure, is_serious, sentence FROM watch_findings WHERE as_of = ?
    ORDER BY NOT is_serious, coalesce(chance, 0), kind, source, measure
"""
# The last word on a lead counts. The probability is that of the ticket as it is scored now.
_JUDGED = """
    WITH said AS (
        SELECT lead_id, arg_max(outcome, read_order) AS outcome FROM outcomes
        WHERE outcome = 'not_a_signal' OR list_contains($real, outcome) GROUP BY lead_id
    )
    SELECT s.signal, count(*), count(*) FILTER (d.outcome <> 'not_a_signal'), sum(s.probability::DECIMAL(18, 9))
    FROM said d JOIN lead_origins o USING (lead_id)
    JOIN scores s ON s.source = o.source AND s.ticket_id = o.ticket_id AND s.signal = o.signal
    WHERE isfinite(s.probability)
    GROUP BY s.signal ORDER BY s.signal
"""
