"""What a source makes of records is looked at before it is used: words, needed columns, ids. Once a batch, by column.

Whatever is wrong here is wrong in the source's module, whatever the file holds: it says which word it means.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.errors import WrongSource
from pipeline.sources.source import NEEDED, WORDS, Batch, Source

_LONGEST_WORD = 40


def read_checked(source: Source, records: pa.Table) -> Batch:
    """`source.read(records)`. Raises WrongSource, which names the source, for what no Batch may hold."""
    try:
        batch = source.read(records)
        check(batch)
    except WrongSource as error:
        raise WrongSource(f"the source {source.name}: {str(error).rstrip('.!')}.") from None
    return batch


def check(batch: Batch) -> None:
    """Raises WrongSource for the first thing that is wrong with the batch."""
    for table, columns in NEEDED.items():
        rows: pa.Table = getattr(batch, table)
        for column in columns:
            if empty := rows[column].null_count:
                raise WrongSource(f"{table}.{column} is left out or NULL in {empty} of {rows.num_rows} rows")
        for column, words in WORDS.get(table, {}).items():
            _check_words(f"{table}.{column}", rows[column], words)
    _check_messages(batch.messages)


def _check_words(where: str, column: pa.ChunkedArray, words: Iterable[str]) -> None:
    for word in pc.unique(column).to_pylist():
        if word is not None and word not in words:
            raise WrongSource(f"{where} is {word[:_LONGEST_WORD]!r}, allowed are {', '.join(words)} or NULL")


def _check_messages(messages: pa.Table) -> None:
    """A message's id is its own: the same in another ticket, or twice in one record, would be two of one key."""
    if pc.count_distinct(messages["message_id"]).as_py() == messages.num_rows:
        return
    if _distinct(messages, "message_id", "ticket_id") > _distinct(messages, "message_id"):
        raise WrongSource("messages of two tickets have the same message_id: make it <ticket>:<the helpdesk's own id>")
    own = messages.select(["record", "message_id"]).filter(pc.invert(pc.fill_null(messages["is_loose"], False)))
    if _distinct(own, "message_id", "record") < own.num_rows:
        raise WrongSource("two messages of one record have the same message_id: add their place where ids come twice")


def _distinct(rows: pa.Table, *columns: str) -> int:
    """How many different values of the columns together there are; none of them is NULL."""
    numbers, values = np.zeros(rows.num_rows, np.int64), 1
    for column in columns:
        encoded = rows[column].combine_chunks().dictionary_encode()
        numbers, values = numbers * len(encoded.dictionary) + encoded.indices.to_numpy(), len(encoded.dictionary)
    return values if len(columns) == 1 else len(np.unique(numbers))
