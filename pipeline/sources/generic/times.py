"""Times as tables write them, as SQL macros, and what a table's own rows say about the order of day and month.

What has no zone is taken as UTC and remarked. `03/04/2026` is refused unless some row of the table has a day over
twelve; `3.4.2026` is the third of April, as everywhere where dots are written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

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


def _formats(days: str) -> str:
    return str([day + clock for day in _DAYS[days] for clock in _CLOCKS])


# bare_time: one blank between parts, no weekday, no T, slashes of days as dashes; of fractions six digits.
# local_time: without its zone, and with the century. zone_minutes: east of UTC, NULL where none is named.
MACROS = rf"""
    CREATE TEMP MACRO bare_time(said) AS regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
        trim(said), '^(?i:mon|tue|wed|thu|fri|sat|sun)[a-z]*[, ]+', ''), '(\d)T(\d)', '\1 \2'),
        '^(\d+)[/](\d+)[/](\d+)', '\1-\2-\3'), '(\.\d{{6}})\d+', '\1'), '(?i:[, ]+at )|[, ]+', ' ', 'g');
    CREATE TEMP MACRO local_time(bare) AS
        regexp_replace(regexp_replace(bare, '^(\d{{1,2}}[-.]\d{{1,2}}[-.])(\d\d)( |$)', '\1' || '20' || '\2\3'), '(:\d\d(?:\.\d+)?) ?(?:Z|z|UTC|GMT|[+-]\d\d:?(?:\d\d)?)$', '\1');
    CREATE TEMP MACRO zone_of(bare) AS regexp_extract(bare, ':\d\d(?:\.\d+)? ?(Z|z|UTC|GMT|[+-]\d\d:?(?:\d\d)?)$', 1);
    CREATE TEMP MACRO zone_minutes(zone) AS CASE
        WHEN zone = '' THEN NULL WHEN zone IN ('Z', 'z', 'UTC', 'GMT') THEN 0
        ELSE (CASE zone[1] WHEN '-' THEN -1 ELSE 1 END) * (TRY_CAST(zone[2:3] AS INTEGER) * 60
            + coalesce(TRY_CAST(regexp_extract(zone, '\d\d:?(\d\d)$', 1) AS INTEGER), 0)) END;
    CREATE TEMP MACRO dotted(bare) AS
        regexp_replace(bare, '^(\d{{1,2}})\.(\d{{1,2}})\.(\d{{2,4}})', '\1-\2-\3');
    CREATE TEMP MACRO is_slashed(bare) AS regexp_matches(bare, '^\d{{1,2}}-\d{{1,2}}-\d{{2,4}}( |$)');
    CREATE TEMP MACRO is_ambiguous_time(said, day_order) AS day_order = '' AND is_slashed(bare_time(said))
        AND TRY_CAST(split_part(bare_time(said), '-', 1) AS INTEGER) BETWEEN 1 AND 12
        AND TRY_CAST(split_part(bare_time(said), '-', 2) AS INTEGER) BETWEEN 1 AND 12
        AND TRY_CAST(split_part(bare_time(said), '-', 1) AS INTEGER) <> TRY_CAST(split_part(bare_time(said), '-', 2) AS INTEGER);
    CREATE TEMP MACRO clock_time(local, day_order) AS CASE
        WHEN regexp_matches(local, '^\d{{4}}-') THEN try_strptime(local, {_formats("year_first")})
        WHEN regexp_matches(local, '[A-Za-z]{{3}}') THEN try_strptime(local, {_formats("named")})
        WHEN regexp_matches(local, '^\d{{1,2}}\.') THEN try_strptime(dotted(local), {_formats("day_first")})
        WHEN is_slashed(local) AND (day_order = 'day first' OR day_order = ''
            AND TRY_CAST(split_part(local, '-', 1) AS INTEGER) > 12) THEN try_strptime(local, {_formats("day_first")})
        WHEN is_slashed(local) THEN try_strptime(local, {_formats("month_first")}) END;
    CREATE TEMP MACRO table_time(said, day_order) AS CASE
        WHEN regexp_matches(said, '^\s*\d{{9,10}}(\.\d+)?\s*$') THEN make_timestamp((TRY_CAST(said AS DOUBLE) * 1e6)::BIGINT)
        WHEN regexp_matches(said, '^\s*\d{{12,13}}\s*$') THEN make_timestamp(TRY_CAST(said AS BIGINT) * 1000)
        WHEN regexp_matches(said, '^\s*\d{{15,16}}\s*$') THEN make_timestamp(TRY_CAST(said AS BIGINT))
        WHEN is_ambiguous_time(said, day_order) THEN NULL
        ELSE clock_time(local_time(bare_time(said)), day_order)
            - to_minutes(coalesce(zone_minutes(zone_of(bare_time(said))), 0)::BIGINT) END;
    CREATE TEMP MACRO names_no_zone(said) AS
        NOT regexp_matches(said, '^\s*[\d.]+\s*$') AND zone_of(bare_time(said)) = '';
"""
