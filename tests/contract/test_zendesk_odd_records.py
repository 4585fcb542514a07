"""Any JSON at all in the place of any of Zendesk's records, or of what is in them."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa

from pipeline.sources.source import RECORDS
from pipeline.sources.zendesk import LAYOUTS, ZENDESK, read
from tests.contract.zendesk_records import NORA, audit_of, comment_of, ticket_of

ODD = [None, True, -1, 1e300, "", "text", "\0", [], {}, [None], [[]], [1, {"id": {}}], {"id": []}, "9" * 400]


def test_no_record_is_too_odd_to_be_read() -> None:
    """Every key of every kind with every odd value, two levels deep: each record is read or set aside with a reason."""
    rows: list[tuple[str, str]] = []
    for kind, record in _one_of_each_kind().items():
        for odd in ODD:
            rows += [(kind, json.dumps(odd)), (kind, json.dumps({}))]
            for key, value in record.items():
                rows.append((kind, json.dumps(record | {key: odd})))
                inner = value[0] if isinstance(value, list) and value else value
                for name in inner if isinstance(inner, dict) else ():
                    changed = inner | {name: odd}
                    rows.append((kind, json.dumps(record | {key: [changed] if isinstance(value, list) else changed})))
    rows += [("comments", '{"id": "\\ud800'), ("comments", '{"id": "\\ud800", "body": "\\udc00"}')]  # half a character
    numbers = pa.array(range(1, len(rows) + 1), pa.int64())
    batch = read(pa.table([numbers, *(pa.array([row[i] for row in rows]) for i in (0, 1))], schema=RECORDS))
    rejected = set(batch.rejects["record"].to_pylist())
    assert len(rejected) == batch.rejects.num_rows
    for table in (batch.tickets, batch.messages, batch.events, batch.participants):
        assert not rejected & set(table["record"].to_pylist())
    for name in ("ticket_id", "message_id", "said_at", "body", "is_public"):
        assert batch.messages[name].null_count == 0, name
    for name in ("ticket_id", "event_id", "kind", "happened_at"):
        assert batch.events[name].null_count == 0, name


def _one_of_each_kind() -> dict[str, dict[str, Any]]:
    rating = {
        "id": 1,
        "ticket_id": 1,
        "score": "bad",
        "comment": "No.",
        "requester_id": 20,
        "updated_at": "2026-11-10T09:00:00Z",
    }
    change = {"id": 6, "type": "Change", "field_name": "status", "value": "open", "previous_value": "solved"}
    voice = {
        "id": 5,
        "type": "VoiceComment",
        "public": True,
        "body": "A call",
        "data": {"transcription_text": "Hello."},
    }
    author = {"type": "user", "subtypes": ["ai"], "zen:support:user_id": 20, "display_name": "Nora Quist"}
    content = {"type": "html", "body": "<p>Hello.</p>"}
    log = {"id": "a", "ticket_id": 1, "reference": "zen:ticket_event:5", "created_at": "2026-11-10T09:00:00Z"}
    log |= {"author": author, "content": content, "metadata": {"public": True}, "source": {"type": "web"}}
    links = {"next": "https://tidewater.zendesk.example/api/v2/tickets/1/conversation_log?page=2"}
    comment = comment_of(1, 1, 20, "Hello.", html_body="<p>Hello.</p>", via={"channel": "email"})
    metrics = {"ticket_id": 1, "reopens": 1, "group_stations": 2, "updated_at": "2026-11-10T09:00:00Z"}
    found: dict[str, dict[str, Any]] = {
        "tickets": ticket_of(1, comments=[comment], metric_set=metrics, via={"channel": "web"}),
        "bare_tickets": ticket_of(2),
        "deleted_tickets": {"id": 3, "deleted_at": "2026-11-10T09:00:00Z", "subject": "x"},
        "ticket_metrics": metrics,
        "comments": comment,
        "audits": audit_of(50, 1, 20, voice) | {"via": {"channel": "web"}},
        "ticket_events": {"id": 7, "ticket_id": 1, "timestamp": 1794301200, "updater_id": 20, "child_events": [change]},
        "conversation_log": log,
        "conversation_pages": {"events": [log], "links": links, "meta": {}},
        "satisfaction_ratings": rating,
        "metric_events": {
            "id": 8,
            "ticket_id": 1,
            "metric": "reply_time",
            "type": "breach",
            "time": "2026-11-10T09:00:00Z",
        },
        "users": NORA,
        "organizations": {"id": 90, "name": "Elmcrest", "external_id": "A-1", "domain_names": ["elmcrest.example"]},
    }
    assert set(found) == {kind.name for one in LAYOUTS for kind in one.kinds} == {kind.name for kind in ZENDESK.kinds}
    return found
