"""A helpdesk on loopback: speaks the four APIs from one small made-up dataset, and misbehaves by a script of faults.

A fault is (part of the path, kind); each is used once, at the first question whose path has that part. Kinds: `429`,
`429 soon` (with the vendor's own header for waiting), `500`, `cut` (less body than promised), `half` (half a JSON),
`slow` (a body that trickles), `same cursor`, `expired` (401), `elsewhere` (302 to another host), `gone` (404).
Its clock stands still at `now`.
"""

from __future__ import annotations

import base64
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "s3cr3t-T0ken-of-the-desk"
LOGIN = "mia@tidewater.example"
FIRST = datetime(2026, 11, 10, tzinfo=UTC)
# What customers say; no file of the home may hold the number.
SAID = "Please call me back on +1 202-555-0143, we have outgrown our plan, ticket {id}."


def seconds(number: int) -> int:
    """When record `number` changed: a minute after the one before it, every fifth together with the one before."""
    return int((FIRST + timedelta(minutes=number - (number % 5 == 0))).timestamp())


def iso(number: int) -> str:
    return datetime.fromtimestamp(seconds(number), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Helpdesk:
    """What the server has and how it was asked. `tickets`: ids, in the order of their change."""

    def __init__(self, tickets: int = 12) -> None:
        self.tickets = list(range(1, tickets + 1))
        self.faults: list[tuple[str, str]] = []
        self.asked: list[str] = []
        self.refused: list[str] = []
        self.pause = 0.0
        self.now = FIRST + timedelta(days=1)
        self.address = ""
        self.elsewhere = ""

    def fault(self, path: str) -> str:
        for one in self.faults:
            if one[0] in path:
                self.faults.remove(one)
                return one[1]
        return ""

    def asked_for(self, part: str) -> int:
        return sum(part in one for one in self.asked)


Answer = tuple[Any, dict[str, str]]
Query = dict[str, str]


def _page(items: list[Any], start: int, size: int) -> tuple[list[Any], bool]:
    return items[start : start + size], start + size < len(items)


def _zendesk(desk: Helpdesk, path: str, query: Query, body: Any) -> Any:
    size = int(query.get("per_page", query.get("page[size]", 100)))
    comments = re.fullmatch(r"/api/v2/tickets/(\d+)/comments\.json", path)
    if comments:
        ticket = int(comments[1])
        start = int(query.get("page[after]", 0))
        found, more = _page([_zendesk_comment(ticket, n) for n in (1, 2)], start, 1 if ticket == 2 else size)
        return {"comments": found, "meta": {"has_more": more, "after_cursor": str(start + 1) if more else None}}
    if path == "/api/v2/incremental/organizations.json":
        return {
            "organizations": [
                {"id": 90, "name": "Elmcrest", "external_id": "A-1", "domain_names": ["elmcrest.example"]}
            ],
            "end_time": seconds(1),
            "count": 1,
            "end_of_stream": True,
        }
    kind = "users" if "/users/" in path else "tickets"
    items = (
        [_user(20, "end-user"), _user(10, "agent")] if kind == "users" else [_zendesk_ticket(n) for n in desk.tickets]
    )
    start = int(base64.b64decode(query["cursor"])) if "cursor" in query else 0
    found, more = _page(items, start, size)
    after = base64.b64encode(str(start + len(found)).encode()).decode()
    answer = {kind: found, "after_cursor": after, "end_of_stream": not more}
    if kind == "tickets":
        answer |= {
            "users": [_user(20, "end-user")],
            "metric_sets": [{"ticket_id": one["id"], "reopens": 1} for one in found],
        }
    return answer


def _user(number: int, role: str) -> dict[str, Any]:
    return {"id": number, "name": f"Person {number}", "email": f"p{number}@elmcrest.example", "role": role}


def _zendesk_ticket(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "subject": "A question",
        "status": "open",
        "requester_id": 20,
        "organization_id": 90,
        "created_at": iso(number),
        "updated_at": iso(number),
    }


def _zendesk_comment(ticket: int, place: int) -> dict[str, Any]:
    return {
        "id": ticket * 100 + place,
        "author_id": 20,
        "public": True,
        "created_at": iso(ticket),
        "plain_body": SAID.format(id=ticket),
    }


def _intercom(desk: Helpdesk, path: str, query: Query, body: Any) -> Any:
    one = re.fullmatch(r"/conversations/(\d+)", path)
    if one:
        number = int(one[1])
        return _conversation(number) | {
            "conversation_parts": {
                "total_count": 600 if number == 3 else 1,
                "conversation_parts": [{"id": f"{number}1", "part_type": "comment", "body": SAID.format(id=number)}],
            }
        }
    if path == "/companies/scroll":
        return {
            "data": [] if "scroll_param" in query else [{"id": "c1", "name": "Elmcrest"}],
            "scroll_param": "on-and-on",
        }
    since, pagination = body["query"]["value"], body["pagination"]
    assert body["sort"] == {"field": "updated_at", "order": "ascending"} and body["query"]["operator"] == ">"
    items = [_conversation(n) for n in desk.tickets if seconds(n) > since]
    if path == "/contacts/search":
        items = [{"id": "k1", "email": "p20@elmcrest.example", "updated_at": seconds(1)}]
    start = int(pagination.get("starting_after", 0))
    found, more = _page(items, start, pagination["per_page"])
    nothing_next = {"next": {"starting_after": str(start + len(found))} if more else None}
    return {"conversations" if "conversations" in path else "data": found, "pages": nothing_next}


def _conversation(number: int) -> dict[str, Any]:
    return {"type": "conversation", "id": str(number), "updated_at": seconds(number), "state": "open"}


def _freshdesk(desk: Helpdesk, path: str, query: Query, body: Any) -> Any:
    size, page = int(query["per_page"]), int(query["page"])
    of = re.fullmatch(r"/api/v2/tickets/(\d+)/conversations", path)
    if of:
        items: list[Any] = [{"id": int(of[1]) * 100, "ticket_id": int(of[1]), "body_text": SAID.format(id=of[1])}]
    elif path == "/api/v2/tickets":
        assert (query["order_by"], query["order_type"]) == ("updated_at", "asc") and page <= 300
        items = [
            {"id": n, "subject": "A question", "updated_at": iso(n), "description_text": SAID.format(id=n)}
            for n in desk.tickets
            if iso(n) >= query["updated_since"]
        ]
    else:
        items = [{"id": 1, "name": "Elmcrest", "email": "p20@elmcrest.example"}]
    return _page(items, (page - 1) * size, size)[0]


def _helpscout(desk: Helpdesk, path: str, query: Query, body: Any) -> Any:
    if path == "/v2/oauth2/token":
        assert body == {"grant_type": "client_credentials", "client_id": LOGIN, "client_secret": TOKEN}
        return {"access_token": f"short-{TOKEN}", "expires_in": 172800, "token_type": "Bearer"}
    of = re.fullmatch(r"/v2/conversations/(\d+)/threads", path)
    page, size = int(query["page"]), 5
    if of:
        return {
            "_embedded": {"threads": [{"id": int(of[1]) * 100, "type": "customer", "body": SAID.format(id=of[1])}]},
            "page": {"number": 1, "totalPages": 1},
        }
    items = [
        {"id": n, "status": "active", "createdAt": iso(n)} for n in desk.tickets if iso(n) >= query["modifiedSince"]
    ]
    total = {"number": page, "totalPages": -(-len(items) // size)}
    found = _page(items, (page - 1) * size, size)[0]
    return {"_embedded": {"conversations": found}, "page": total} if found else {"page": total}


_SPEAKS: dict[str, Callable[[Helpdesk, str, Query, Any], Any]] = {
    "zendesk": _zendesk,
    "intercom": _intercom,
    "freshdesk": _freshdesk,
    "helpscout": _helpscout,
}


def _basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


_LETS_IN = {
    "zendesk": {_basic(f"{LOGIN}/token", TOKEN), f"Bearer {TOKEN}"},
    "intercom": {f"Bearer {TOKEN}"},
    "freshdesk": {_basic(TOKEN, "X")},
    "helpscout": {f"Bearer short-{TOKEN}"},
}
_WAIT_HEADER = {
    "zendesk": lambda: ("Retry-After", "1"),
    "intercom": lambda: ("X-RateLimit-Reset", str(int(time.time()) + 1)),
    "freshdesk": lambda: ("Retry-After", "1"),
    "helpscout": lambda: ("X-RateLimit-Retry-After", "1"),
}


@contextmanager
def helpdesk(name: str, tickets: int = 12) -> Iterator[Helpdesk]:
    """A running helpdesk of that name."""
    desk = Helpdesk(tickets)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            raw = self.rfile.read(length)
            parts = urlsplit(self.path)
            query = {key: values[0] for key, values in parse_qs(parts.query).items()}
            desk.asked.append(f"{self.command} {self.path}")
            is_form = "form" in self.headers.get("Content-Type", "")
            body = {k: v[0] for k, v in parse_qs(raw.decode()).items()} if is_form else json.loads(raw or b"null")
            if "oauth2" not in self.path and self.headers.get("Authorization") not in _LETS_IN[name]:
                desk.refused.append(self.path)
                return self._say(401, {"error": TOKEN})
            time.sleep(desk.pause)
            kind = desk.fault(self.path)
            if kind in ("429", "429 soon"):
                extra = dict([_WAIT_HEADER[name]()]) if kind == "429 soon" else {}
                return self._say(429, {"error": f"slow down, {TOKEN}"}, extra)
            if kind in ("500", "expired", "elsewhere", "gone"):
                status = {"500": 500, "expired": 401, "elsewhere": 302, "gone": 404}[kind]
                return self._say(status, {"error": f"{TOKEN} {SAID}"}, {"Location": desk.elsewhere})
            answer = _SPEAKS[name](desk, parts.path, query, body)
            if kind == "same cursor":
                answer |= {"after_cursor": query.get("cursor"), "end_of_stream": False}
            self._say(200, answer, fault=kind)
            return None

        def _say(self, status: int, answer: Any, headers: dict[str, str] | None = None, fault: str = "") -> None:
            content = json.dumps(answer).encode()
            self.send_response(status)
            for key, value in (headers or {}).items():
                self.send_header(key, value)
            half = content[: len(content) // 2]
            self.send_header("Content-Length", str(len(half) if fault == "half" else len(content)))
            self.end_headers()
            if fault == "slow":
                for byte in content:
                    self.wfile.write(bytes([byte]))
                    time.sleep(0.05)
            self.wfile.write(half if fault in ("half", "cut") else content)
            self.close_connection = fault == "cut"

        def date_time_string(self, timestamp: float | None = None) -> str:
            return format_datetime(desk.now, usegmt=True)

        do_GET = do_POST = _answer

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda request, client: None  # type: ignore[method-assign]  # who asked has gone
    desk.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.02), daemon=True)
    thread.start()
    try:
        yield desk
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
