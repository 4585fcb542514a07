"""The one way out: every question goes through here, to the one host, at the API's pace, and every answer comes back
whole, in time and as JSON, or as an error that is tried again.

Needs the extra `sync`.
"""

from __future__ import annotations

import json
import time
from collections import deque
from typing import Any
from urllib.parse import urlsplit

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from requests.exceptions import ChunkedEncodingError, ReadTimeout, RequestException
from urllib3.exceptions import HTTPError, ReadTimeoutError

from pipeline.sources.apis.api import Api

_BLOCK = 1 << 16
# A page is a few megabytes; what never ends is not kept until memory does.
_MOST = 256 << 20
_ASKED_TO_WAIT = (429, 503)


class Elsewhere(RequestException):
    """The answer sends us to another place, or a question was meant for one."""


class TooBig(RequestException):
    """The answer is larger than a page can be."""


class Gate(HTTPAdapter):
    """An adapter of `requests` for one helpdesk. `timeout`: seconds for a whole answer."""

    def __init__(self, api: Api, address: str, timeout: float) -> None:
        super().__init__(max_retries=0)
        self._api, self._place, self._timeout = api, _place(address), timeout

    def send(self, request: PreparedRequest, *_: Any, **options: Any) -> Response:
        """Asks, and reads the answer to its end. Raises what dlt's client tries again: timeouts, answers cut short."""
        if _place(request.url or "") != self._place:
            raise Elsewhere("a question for another host")
        ends = time.monotonic() + self._timeout
        response = super().send(request, **{**options, "stream": True, "timeout": self._timeout})
        if response.is_redirect:
            response.close()
            raise Elsewhere(f"HTTP {response.status_code}")
        try:
            content = _read(response, ends)
        except BaseException:
            response.close()
            raise
        response._content, response._content_consumed = content, True  # type: ignore[attr-defined]
        if response.status_code == 200:
            _refuse_half(content)
        elif response.status_code in _ASKED_TO_WAIT:
            self._translate_wait(response)
        return response

    def _translate_wait(self, response: Response) -> None:
        """Vendors' own words for Retry-After become that."""
        said = response.headers.get(self._api.wait_header, "") if self._api.wait_header else ""
        if "Retry-After" in response.headers or not said.strip().isdigit():
            return
        seconds = int(said) - int(time.time()) if self._api.wait_is == "until" else int(said)
        response.headers["Retry-After"] = str(max(1, seconds))


def _place(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme.lower(), parts.netloc.lower()


def _read(response: Response, ends: float) -> bytes:
    """The whole body; a server that trickles is left after its time, since a socket's own timeout begins anew with
    every byte."""
    blocks, size = [], 0
    try:
        while block := response.raw.read1(_BLOCK, decode_content=True):
            blocks.append(block)
            size += len(block)
            if size > _MOST:
                raise TooBig("too big")
            if time.monotonic() > ends:
                raise ReadTimeout("too slow")
    except ReadTimeoutError as error:
        raise ReadTimeout("too slow") from error
    except (HTTPError, OSError) as error:
        if isinstance(error, RequestException):
            raise
        raise ChunkedEncodingError("cut short") from error
    return b"".join(blocks)


def _refuse_half(content: bytes) -> None:
    try:
        json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ChunkedEncodingError("no complete JSON") from error


class Pace:
    """Keeps questions of a kind to so many a minute. `share`: of the API's usual limit; 0 is no pace at all."""

    def __init__(self, share: float) -> None:
        self._share = share
        self._asked: dict[str, deque[float]] = {}

    def wait(self, kind: str, per_minute: int) -> None:
        """Returns when the next question may go out."""
        if not self._share:
            return
        limit = max(1, int(per_minute * self._share))
        asked = self._asked.setdefault(kind, deque(maxlen=limit))
        if len(asked) == limit:
            time.sleep(max(0.0, asked[0] + 60.0 - time.monotonic()))
        asked.append(time.monotonic())
