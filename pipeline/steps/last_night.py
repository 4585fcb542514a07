"""What commands that only look read: the last night that was published, never anything newer or half done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

from pipeline.config import Home
from pipeline.errors import UsageError
from pipeline.warehouse import Connection, open_to_read, run_sql_for_now, scalar, set_variables

Row = dict[str, Any]
# Tables of the night that these commands read; a home lacks them until a night was published.
_NEEDED = ("ticket_states", "signals", "listed_leads", "holds", "fact_specs", "closing_outcomes")


@contextmanager
def last_night(home: Home) -> Iterator[tuple[Connection, date]]:
    """A read-only connection and the last night's day, with `as_of` and `night_end` set, and lead_results and
    lead_origins made anew: a home that an earlier release published lacks them. Raises UsageError where no night was
    published."""
    with open_to_read(home) as con:
        yield con, look_at(con)


def look_at(con: Connection) -> date:
    """Makes what `last_night` promises; the last night's day."""
    found = scalar(con, "SELECT count(*) FROM duckdb_tables() WHERE table_name IN (SELECT unnest(?))", [_NEEDED])
    as_of = scalar(con, "SELECT max(as_of) FROM nights")
    if found < len(_NEEDED) or as_of is None:
        raise UsageError("no night was published here yet: run ticketscout nightly first.")
    night_end = datetime.combine(as_of + timedelta(days=1), datetime.min.time())
    set_variables(con, {"as_of": as_of, "night_end": night_end})
    run_sql_for_now(con, "lead_origins")
    run_sql_for_now(con, "lead_results")
    return date.fromisoformat(str(as_of))


def rows_of(con: Connection, query: str, parameters: dict[str, Any] | None = None) -> list[Row]:
    """A query's rows by column name."""
    found = con.execute(query, parameters or {})
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
