"""Records that say themselves what they are: their kind, where a file or a page holds several kinds together."""

from __future__ import annotations

import pyarrow as pa

from pipeline.confined import scratch
from pipeline.sources.source import RECORDS

OTHERS = "others"  # kind of records that nothing here reads


def sort_by(records: pa.Table, kind: str) -> pa.Table:
    """The records with the kind that the SQL expression `kind` gives; where it is NULL they keep their own.

    It sees `kind` and `text`, and `said(text, path)`: text at a JSON path, NULL where there is no JSON.
    """
    con = scratch()
    try:
        con.register("records", records)
        con.execute(
            "CREATE TEMP MACRO said(text, path) AS CASE WHEN json_valid(text) THEN json_extract_string(text, path) END"
        )
        sorted_ones = con.execute(f"SELECT record, coalesce({kind}, kind) AS kind, text FROM records ORDER BY record")
        return sorted_ones.to_arrow_table().cast(RECORDS)
    finally:
        con.close()
