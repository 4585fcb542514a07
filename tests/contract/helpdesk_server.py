"""A helpdesk on loopback: speaks the four APIs from one small made-up dataset, and misbehaves by a script of faults.

A fault is (part of the path, kind); each is used once, at the first question whose path has that part. Kinds: `429`,
`429 soon` (with the vendor's own header for waiting), `500`, `cut` (less body than promised), `half` (half a JSON),
`slow` (a body that trickles), `same cursor`, `expired` (401), `refused` (403), `elsewhere` (302 to another host),
`gone` (404).
Its clock stands still at `now`.
"""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.contract.helpdesk_answers import LOGIN, SPEAKS, TOKEN, Helpdesk
from tests.contract.helpdesk_records import said


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
def helpdesk(name: str, tickets: int = 8) -> Iterator[Helpdesk]:
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
            if kind in ("500", "expired", "refused", "elsewhere", "gone"):
                status = {"500": 500, "expired": 401, "refused": 403, "elsewhere": 302, "gone": 404}[kind]
                return self._say(status, {"error": f"{TOKEN} {said(0)}"}, {"Location": desk.elsewhere})
            answer = SPEAKS[name](desk, parts.path, query, body)
            if kind == "same cursor":
                answer |= {"after_cursor": query.get("cursor"), "end_of_stream": False}
            self._say(200, answer, fault=kind)
            return None

        def _say(self, status: int, answer: Any, headers: dict[str, str] | None = None, fault: str = "") -> None:
            content = json.dumps(answer).replace("elmcrest", desk.company).encode()
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
