"""What the `topics` commands say: topics as edits have them now, their needs, and the edits themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.digest.csv_table import as_cells, as_lines, write_lines
from pipeline.digest.outputs import OUTPUTS
from pipeline.steps.last_night import Row, rows_of
from pipeline.steps.topics.edits import read_edits, refuse_unknown
from pipeline.steps.topics.group import show_topics
from pipeline.topics.edits import in_force
from pipeline.warehouse import Connection, run_sql_for_now, set_variables

COLUMNS = OUTPUTS["needs.csv"].columns


@dataclass(frozen=True)
class TopicList:
    """Topics of the last 28 days as `needs.csv` has them, how many needs there are in all, and how many are alone."""

    topics: list[Row]
    needs: int
    alone: int


def list_topics(con: Connection) -> TopicList:
    """All topics, those under the minimum of accounts too. Needs `as_of` and `night_end`."""
    _make_list(con)
    sizes = rows_of(con, "SELECT topic_id, count(*) AS needs FROM placed_needs GROUP BY topic_id ORDER BY topic_id")
    return TopicList(
        rows_of(con, "FROM digest_needs ORDER BY accounts DESC, tickets_28d DESC, revenue DESC, topic_id"),
        sum(row["needs"] for row in sizes),
        sum(row["needs"] == 1 for row in sizes),
    )


def topic_lines(con: Connection, topic_id: str) -> Iterator[str]:
    """A topic and all its needs, latest first. Raises UsageError."""
    refuse_unknown(read_edits(con), show_topics(con), topic_id)
    title = rows_of(con, "SELECT title FROM topic_titles WHERE topic_id = $topic", {"topic": topic_id})[0]["title"]
    needs = rows_of(con, _NEEDS, {"topic": topic_id})
    accounts = {row["account_id"] for row in needs if row["account_id"]}
    yield f"{topic_id}  {title}"
    plural = ["" if count == 1 else "s" for count in (len(needs), len(accounts))]
    yield f"{len(needs)} need{plural[0]} of {len(accounts)} account{plural[1]}"
    for row in needs:
        yield ""
        yield f"{row['said_at']:%Y-%m-%d}  ticket {row['ticket_id']}  {row['account'] or 'no account'}"
        yield f"  “{row['quote']}”"


def history_lines(con: Connection) -> Iterator[str]:
    """Every edit in its order, and whether it still holds."""
    edits = read_edits(con)
    living = {edit.number for edit in in_force(edits)}
    for edit in edits:
        what = {
            "rename": f"{edit.topic_id} is called “{edit.title}”",
            "merge": f"{edit.topic_id} went into {edit.into_id}",
            "split": f"{', '.join(ticket for _, ticket in edit.tickets)} left {edit.topic_id} for {edit.into_id}",
            "undo": f"edit {edit.undone} was taken back",
        }[edit.kind]
        yield f"{edit.number}  {what}{'' if edit.number in living or edit.kind == 'undo' else ' (taken back)'}"


def export_topics(con: Connection, out: Path, noted: Callable[[int], None]) -> int:
    """Writes all topics with the columns of `needs.csv`; returns how many, which `noted` is told before."""
    _make_list(con)
    table = con.execute(f"SELECT {', '.join(COLUMNS)} FROM digest_needs").to_arrow_table()
    noted(table.num_rows)
    write_lines(out, COLUMNS, as_lines(as_cells(table), COLUMNS))
    return int(table.num_rows)


def topic_counts(con: Connection) -> Mapping[str, float]:
    """What the manifest says of topics: needs, topics, the share of needs that are alone, topics left out."""
    row = rows_of(con, _COUNTS)[0]
    return {
        "needs": row["needs"],
        "topics": row["topics"],
        "share_not_assigned": round(row["alone"] / row["needs"], 4) if row["needs"] else 0.0,
        "left_out": row["left_out"],
    }


def _make_list(con: Connection) -> None:
    set_variables(con, {"minimum_accounts": 0})
    show_topics(con)
    run_sql_for_now(con, "digest_needs")


_NEEDS = """
    SELECT s.said_at, s.ticket_id, s.quote, s.account_id, a.name AS account
    FROM placed_needs p JOIN signals s USING (source, ticket_id) JOIN signal_specs sp USING (signal)
    LEFT JOIN accounts a USING (account_id)
    WHERE p.topic_id = $topic AND sp.list = 'needs'
    QUALIFY row_number() OVER (PARTITION BY s.source, s.ticket_id ORDER BY s.probability DESC, s.signal) = 1
    ORDER BY s.said_at DESC, s.source, s.ticket_id
"""
_COUNTS = """
    WITH sizes AS (
        SELECT p.topic_id, count(DISTINCT (p.source, p.ticket_id)) AS needs, count(DISTINCT s.account_id) AS accounts,
            max(s.said_at) AS last_said_at
        FROM placed_needs p JOIN signals s USING (source, ticket_id) JOIN signal_specs sp USING (signal)
        WHERE sp.list = 'needs' GROUP BY p.topic_id
    )
    SELECT coalesce(sum(needs), 0)::BIGINT AS needs, count(*) AS topics, count(*) FILTER (needs = 1) AS alone,
        count(*) FILTER (
            accounts < getvariable('minimum_accounts') AND last_said_at >= getvariable('night_end') - to_days(28)
        ) AS left_out
    FROM sizes
"""
