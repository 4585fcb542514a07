"""Servers on loopback that misbehave as told: a web service and a mail server."""

from __future__ import annotations

import json
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import socket
from typing import Any


class WebService:
    """Keeps what it was told while it was well. `status` is its answer, `pause` how long it thinks, `drips` whether it
    never ends."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.status, self.pause, self.drips = 200, 0.0, False
        self.told: list[Any] = []
        self.asked: list[str] = []

    def address(self, scheme: str = "json", secret: str = "token") -> str:
        return f"{scheme}://127.0.0.1:{self.port}/{secret}"


@contextmanager
def web_service() -> Iterator[WebService]:
    """A running web service."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            service.asked.append(f"{self.command} {self.path}")
            status, pause = service.status, service.pause
            if status == 200 and length and not pause and not service.drips:
                service.told.append(json.loads(body))
            time.sleep(pause)
            self.send_response(status)
            self.send_header("Content-Length", "100000" if service.drips else "0")
            self.end_headers()
            while service.drips:
                self.wfile.write(b".")
                time.sleep(0.05)

        do_GET = do_POST = _answer

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda request, client: None  # type: ignore[method-assign]  # who asked has gone
    service = WebService(server.server_address[1])
    with _served(server):
        yield service
    service.drips = False


class MailServer:
    """Keeps mails as (recipient, subject, text); refuses recipients of `refused` with 550."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.refused: set[str] = set()
        self.pause = 0.0
        self.mails: list[tuple[str, str, str]] = []

    def address(self) -> str:
        return f"mailto://127.0.0.1:{self.port}?from=scout@tidewater.example&mode=insecure&to={{owner}}"


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """A running mail server: as much of RFC 5321 as a client needs."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            recipients: list[str] = []
            time.sleep(server_state.pause)
            self._say("220 ready")
            while line := self.rfile.readline().decode().strip():
                verb = line.split(":")[0].split(" ")[0].upper()
                if verb == "RCPT":
                    recipient = line.split("<")[1].split(">")[0]
                    if recipient in server_state.refused:
                        self._say("550 nobody of that name: secret-of-the-server")
                        continue
                    recipients.append(recipient)
                if verb == "DATA":
                    self._say("354 go on")
                    self._take(recipients)
                if verb == "QUIT":
                    self._say("221 bye")
                    return
                self._say("250 ok")

        def _take(self, recipients: list[str]) -> None:
            lines: list[bytes] = []
            while (line := self.rfile.readline()) not in (b".\r\n", b""):
                lines.append(line)
            mail = message_from_bytes(b"".join(lines), policy=default)
            text = mail.get_body(("plain",))
            assert text is not None
            for recipient in recipients:
                server_state.mails.append((recipient, str(mail["Subject"]), str(text.get_content())))

        def _say(self, line: str) -> None:
            self.wfile.write(line.encode() + b"\r\n")

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            pass

    server = Server(("127.0.0.1", 0), Handler)
    server_state = MailServer(server.server_address[1])
    with _served(server):
        yield server_state


def nobodys_port() -> int:
    """A port that nobody listens on."""
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _served(server: Any) -> Iterator[None]:
    serve: Callable[[], None] = lambda: server.serve_forever(poll_interval=0.02)  # noqa: E731
    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
