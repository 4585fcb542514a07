"""Records as connectors stream them: wrapped, with the stream's name beside them.

Singer: `{"type": "RECORD", "stream": …, "record": {…}}` among SCHEMA and STATE messages (singer-io/getting-started
docs/SPEC.md). Airbyte: `{"type": "RECORD", "record": {"stream": …, "data": {…}}}` (Airbyte protocol reference), or as
its file destinations write them, `{"_airbyte_data": {…}, …}` with the stream in the file's name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

ENVELOPES = ("", "singer", "airbyte", "airbyte_file")
# Of these one file carries all streams, people before conversations or after them.
MIXED = ("singer", "airbyte")
# JSON paths: what a message that holds a record has, the stream's name, the record.
PATHS = {
    "singer": ("$.record", "$.stream", "$.record"),
    "airbyte": ("$.record.data", "$.record.stream", "$.record.data"),
    "airbyte_file": ("$._airbyte_data", "$.no_stream", "$._airbyte_data"),
}


def unwrap(message: Mapping[str, Any], envelope: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Stream and record of a message; nothing where it is no record."""
    if not envelope:
        yield "", message
        return
    _, stream_path, record_path = PATHS[envelope]
    record, stream = _at(message, record_path), _at(message, stream_path)
    if isinstance(record, dict) and (envelope != "singer" or isinstance(stream, str)):
        yield (stream if isinstance(stream, str) else ""), record


def _at(message: Mapping[str, Any], path: str) -> Any:
    found: Any = message
    for key in path.removeprefix("$.").split("."):
        found = found.get(key) if isinstance(found, dict) else None
    return found
