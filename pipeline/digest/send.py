"""One message to one address, or one sign of life. What went wrong comes back as a word, never as what was said:
errors of libraries quote addresses, and an address is a secret.

Apprise knows the services (https://appriseit.com/services/); it is imported only when there is something to send.
"""

from __future__ import annotations

import logging
import re
import sys
import threading
from collections.abc import Callable
from types import ModuleType
from urllib.error import HTTPError
from urllib.parse import quote, urlsplit
from urllib.request import Request, urlopen

OWNER = "{owner}"
# A kind of failure and what people read. `http_…` and `smtp_…` carry the server's code; others are an error's class.
IN_WORDS = {
    "not_set": "its address is not in the environment",
    "bad_address": "its address is not understood",
    "no_owner": f"its address has no {OWNER}",
    "timeout": "no answer in time",
    "no_connection": "no connection",
    "tls": "no trusted connection",
    "not_installed": "apprise is not installed",
    "refused": "the service refused it",
    "not_tried": "not tried, since the channel did not answer before",
}
# These are the channel's, not one message's: further messages of the run would wait for nothing.
UNREACHABLE = frozenset({"not_set", "bad_address", "no_owner", "timeout", "no_connection", "tls", "not_installed"})
# A message is a handful of questions and answers, each within the timeout; a server that trickles is left after this.
_ANSWERS = 3


def in_words(error: str) -> str:
    """A failure for people."""
    return IN_WORDS.get(error) or error.replace("_", " ")


def for_owner(address: str, owner: str) -> str:
    """The address of a channel that serves one owner at a time; nothing in `owner` can add a second recipient."""
    return address.replace(OWNER, quote(owner, safe=""))


def send_message(address: str, title: str, body: str, timeout: float) -> str:
    """Sends plain text through apprise. Returns "" or the kind of failure."""
    try:
        apprise = _apprise()  # outside the time that the service has: it takes a second
    except Exception as error:
        return "not_installed" if isinstance(error, ImportError) else kind_of(error)
    return _within(timeout * _ANSWERS, lambda: _notify(apprise, address, title, body, timeout))


def ping(address: str, timeout: float) -> str:
    """Asks for an http(s) address and reads nothing: what services that alarm on silence wait for, such as
    https://healthchecks.io/docs/http_api/. Returns "" or the kind of failure."""
    return _within(timeout * _ANSWERS, lambda: _ask(address, timeout))


def _ask(address: str, timeout: float) -> str:
    if urlsplit(address).scheme not in ("http", "https"):
        return "bad_address"
    request = Request(address, headers={"User-Agent": "ticketscout"})  # noqa: S310 http(s) only, checked above
    with urlopen(request, timeout=timeout):  # noqa: S310
        return ""


def _apprise() -> ModuleType:
    """Apprise, silenced: its log names hosts and users, that of what it stands on the paths it asks for."""
    import apprise

    logging.getLogger("apprise").propagate = False
    for name in ("apprise", "urllib3", "requests_oauthlib"):
        logging.getLogger(name).setLevel(logging.WARNING)
    return apprise


def _notify(apprise: ModuleType, address: str, title: str, body: str, timeout: float) -> str:
    asset = apprise.AppriseAsset(
        app_id="Ticketscout",
        app_desc="Ticketscout",
        app_url="",
        image_url_mask="",  # no picture that a reader's program would fetch from elsewhere
        image_url_logo="",
        async_mode=False,
        default_service_retry=0,
    )
    with _Heard() as heard:
        service = apprise.Apprise.instantiate(address, asset=asset)
        if service is None:
            return "bad_address"
        service.socket_connect_timeout = service.socket_read_timeout = timeout
        service.notify_format = apprise.NotifyFormat.TEXT  # nothing in a name becomes markup
        sent = service.notify(body=body, title=title, body_format=apprise.NotifyFormat.TEXT)
    return "" if sent else heard.error


class _Heard(logging.Handler):
    """Apprise answers yes or no; why, it logs from within the `except`. Only this thread is listened to."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.error = "refused"
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread != self._thread:
            return
        error = sys.exc_info()[1]
        status = re.search(r"\berror=(\d{3})\b", record.getMessage())
        if error is not None:
            self.error = kind_of(error)
        elif status:
            self.error = f"http_{status[1]}"

    def __enter__(self) -> _Heard:
        logging.getLogger("apprise").addHandler(self)
        return self

    def __exit__(self, *exc: object) -> None:
        logging.getLogger("apprise").removeHandler(self)


def kind_of(error: BaseException) -> str:
    """A word for an error and for those that it came from; nothing of what they say."""
    chain = _chain(error)
    for one in chain:
        if isinstance(one, HTTPError):
            return f"http_{one.code}"
        if isinstance(code := getattr(one, "smtp_code", None), int) and code > 0:
            return f"smtp_{code}"
        if isinstance(refused := getattr(one, "recipients", None), dict) and refused:
            return f"smtp_{next(iter(refused.values()))[0]}"
    if any(isinstance(one, TimeoutError) or "Timeout" in type(one).__name__ for one in chain):
        return "timeout"
    if any(type(one).__module__ == "ssl" or "SSLError" in type(one).__name__ for one in chain):
        return "tls"
    if any(isinstance(one, OSError) for one in chain):
        return "no_connection"
    return type(error).__name__


def _chain(error: BaseException) -> list[BaseException]:
    chain: list[BaseException] = []
    todo: list[object] = [error]
    while todo:
        one = todo.pop(0)
        if isinstance(one, BaseException) and one not in chain:
            chain.append(one)
            todo += [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
    return chain


def _within(seconds: float, work: Callable[[], str]) -> str:
    """`work()`, but no longer than `seconds`: then its thread is left to itself, and ends with the process at the
    latest. Whatever it raises is a failure of the channel."""
    answer = ["timeout"]

    def run() -> None:
        try:
            answer[0] = work()
        except Exception as error:
            answer[0] = kind_of(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    return "timeout" if thread.is_alive() else answer[0]
