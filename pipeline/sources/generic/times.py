"""Times as tables write them, read by SQL, and what a table's own rows say about the order of day and month.

What has no zone is taken as UTC and remarked. `03/04/2026` is refused unless some row of the table has a day over
twelve; `3.4.2026` is the third of April, as everywhere where dots are written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from pipeline.sources.json_records import DATED

Order = Literal["", "day first", "month first"]

_SLASHED = re.compile(r"\s*(\d{1,2})[/-](\d{1,2})[/-]\d{2,4}\b")
_CLOCKS = ("", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f", " %I:%M %p", " %I:%M:%S %p", " %I:%M%p", " %I:%M:%S%p")
_DAYS = {
    "year_first": ("%Y-%m-%d",),
    "named": ("%d %b %Y", "%b %d %Y", "%d %B %Y", "%B %d %Y", "%d-%b-%Y"),
    "day_first": ("%d-%m-%Y",),
    "month_first": ("%m-%d-%Y",),
}


def order_told(said: Iterable[object]) -> Order:
    """Which comes first by a day over twelve; nothing where no cell tells."""
    for cell in said:
        found = _SLASHED.match(cell) if isinstance(cell, str) else None
        if found:
            first, second = int(found.group(1)), int(found.group(2))
            if first > 12 >= second:
                return "day first"
            if second > 12 >= first:
                return "month first"
    return ""


# Seconds, milliseconds or microseconds since 1970, by how many digits there are.
_NUMBER = """
    make_timestamp((TRY_CAST(said AS DOUBLE) * CASE
        WHEN TRY_CAST(said AS DOUBLE) BETWEEN 1e8 AND 1e10 THEN 1e6
        WHEN TRY_CAST(said AS DOUBLE) BETWEEN 1e11 AND 1e13 THEN 1e3
        WHEN TRY_CAST(said AS DOUBLE) BETWEEN 1e14 AND 1e16 THEN 1 END)::BIGINT)
"""


def _by_formats(form: str, local: str, days: str) -> str:
    return f"""
        SELECT said, day_order, false, minutes_east IS NULL,
            try_strptime({local}, {_formats(days)}) - to_minutes(coalesce(minutes_east, 0)::BIGINT)
        FROM told_times WHERE form = '{form}'
    """


def _formats(days: str) -> str:
    return str([day + clock for day in _DAYS[days] for clock in _CLOCKS])


# Each step is a table, so that no expression is worked out twice; cells that stand often are read once.
READ_TIMES = rf"""
    CREATE TEMP TABLE bare_times AS
    SELECT said, day_order, regexp_matches(said, '^\s*[\d.]+\s*$') AND NOT regexp_matches(said, '\..*\.') AS is_number,
        regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(trim(said),
            '^(?i:mon|tue|wed|thu|fri|sat|sun)[a-z]*[, ]+', ''), '(\d)T(\d)', '\1 \2'),
            '^(\d+)[/](\d+)[/](\d+)', '\1-\2-\3'), '(\.\d{{6}})\d+', '\1'), '(?i:[, ]+at )|[, ]+', ' ', 'g') AS bare
    FROM (SELECT DISTINCT said, day_order FROM cells_of_time WHERE said IS NOT NULL);
    CREATE TEMP TABLE local_times AS
    SELECT said, day_order, is_number,
        regexp_extract(bare, ':\d\d(?:\.\d+)? ?(Z|z|UTC|GMT|[+-]\d\d:?(?:\d\d)?)$', 1) AS zone,
        regexp_replace(regexp_replace(bare, '^(\d{{1,2}}[-.]\d{{1,2}}[-.])(\d\d)( |$)', '\1' || '20' || '\2\3'),
            '(:\d\d(?:\.\d+)?) ?(?:Z|z|UTC|GMT|[+-]\d\d:?(?:\d\d)?)$', '\1') AS local
    FROM bare_times;
    CREATE TEMP TABLE told_times AS
    SELECT *, CASE
            WHEN is_number THEN 'number'
            WHEN regexp_matches(local, '^\d{{4}}-') THEN 'year first'
            WHEN NOT regexp_matches(local, '\d') THEN NULL  -- `infinity` is a time to strptime
            WHEN regexp_matches(local, '[A-Za-z]{{3}}') THEN 'named'
            WHEN regexp_matches(local, '^\d{{1,2}}\.') THEN 'dotted'
            WHEN NOT regexp_matches(local, '^\d{{1,2}}-\d{{1,2}}-\d{{4}}( |$)') THEN NULL
            WHEN day_order <> '' THEN day_order
            WHEN TRY_CAST(split_part(local, '-', 1) AS INTEGER) > 12 THEN 'day first'
            WHEN TRY_CAST(split_part(local, '-', 2) AS INTEGER) > 12 THEN 'month first'
            WHEN split_part(local, '-', 1)::VARCHAR = split_part(local, '-', 2) THEN 'day first'
            ELSE 'ambiguous' END AS form,
        CASE WHEN zone = '' THEN NULL WHEN zone IN ('Z', 'z', 'UTC', 'GMT') THEN 0
            ELSE (CASE zone[1] WHEN '-' THEN -1 ELSE 1 END) * (TRY_CAST(zone[2:3] AS INTEGER) * 60
                + coalesce(TRY_CAST(regexp_extract(zone, '\d\d:?(\d\d)$', 1) AS INTEGER), 0)) END AS minutes_east
    FROM local_times;
    CREATE TEMP TABLE times AS
    SELECT said, day_order, coalesce(form = 'ambiguous', false) AS is_ambiguous,
        form <> 'number' AND minutes_east IS NULL AS has_no_zone, {_NUMBER} AS moment
    FROM told_times WHERE form = 'number'
    UNION ALL SELECT said, day_order, false, minutes_east IS NULL, coalesce(TRY_CAST(local AS TIMESTAMP),
        try_strptime(local, {_formats("year_first")})) - to_minutes(coalesce(minutes_east, 0)::BIGINT)
    FROM told_times WHERE form = 'year first'
    UNION ALL {_by_formats("named", "local", "named")}
    UNION ALL {_by_formats("dotted", "replace(local, '.', '-')", "day_first")}
    UNION ALL {_by_formats("day first", "local", "day_first")}
    UNION ALL {_by_formats("month first", "local", "month_first")}
    UNION ALL SELECT said, day_order, true, false, NULL FROM told_times WHERE form = 'ambiguous';
    UPDATE times SET moment = NULL WHERE NOT ({DATED.format("moment")})
"""
