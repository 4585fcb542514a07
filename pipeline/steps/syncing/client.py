"""Asks a helpdesk's API with dlt's REST client: its session tries again and waits, its client goes from page to page.

Of what went wrong only kinds and numbers are told: errors of libraries quote addresses and answers. Needs the extra
`sync` (dlt, https://dlthub.com/docs/general-usage/http/rest-client); dlt's own settings and files are not used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from dlt.common.configuration.specs.runtime_configuration import RuntimeConfiguration
from dlt.sources.helpers.requests.retry import Client
from dlt.sources.helpers.rest_client.auth import AuthConfigBase, BearerTokenAuth, HttpBasicAuth, OAuth2ClientCredentials
from dlt.sources.helpers.rest_client.client import RESTClient
from dlt.sources.helpers.rest_client.paginators import BasePaginator
from requests import Request, Response, Session
from requests.exceptions import ChunkedEncodingError, HTTPError, RequestException, SSLError, Timeout

from pipeline.config_sync import Sync
from pipeline.errors import StepFailed
from pipeline.sources.apis.api import Follow
from pipeline.steps.syncing.cursor import next_reference, page_request
from pipeline.steps.syncing.gate import Elsewhere, Gate, Pace, TooBig
from pipeline.steps.syncing.places import beside_of, records_at
from pipeline.steps.syncing.secret import Desk

_GONE = (404, 410)
_FORBIDDEN = 403
_NOT_LET_IN = (401, _FORBIDDEN)

# Parameters and body of the next question, None where there is none.
Asked = tuple[dict[str, Any], dict[str, Any] | None]


class PageNotHad(StepFailed):
    """A page could not be had; what came before it is stored."""


class Refused(PageNotHad):
    """The token is not let in there (HTTP 403)."""


class Gone(Exception):
    """What was asked for is not there any more."""


class Asker:
    """A helpdesk that answers. `attempts` and waits are the settings'."""

    def __init__(self, desk: Desk, patience: Sync) -> None:
        self._desk, self._patience = desk, patience
        self._pace = Pace(patience.share)
        session = _session(desk, patience)
        self._client = RESTClient(
            desk.address,
            headers={**desk.api.headers, "User-Agent": "ticketscout"},
            auth=_auth(desk, session),
            session=session,
            config=RuntimeConfiguration(),
        )

    def pages(
        self,
        path: str,
        next_request: Callable[[], Asked | None],
        answered: Callable[[Any, Response], None],
        *,
        what: Callable[[], str],
        per_minute: int,
        kind: str,
    ) -> Iterator[None]:
        """Asks until `next_request` gives nothing; `answered` has each answer. Raises PageNotHad, and Gone."""
        first = next_request()
        if first is None:
            return
        found = self._client.paginate(
            path,
            method="POST" if first[1] is not None else "GET",
            paginator=_Told(next_request, answered),
            data_selector="$",
            hooks={"response": [_refuse]},
            allow_redirects=False,
        )
        while True:
            self._pace.wait(kind, per_minute)
            told: Exception | None = None
            try:
                next(found)
            except StopIteration:
                return
            except Exception as error:
                told = self._told(error, what())
            if told:
                raise told  # outside the `except`: what it came from knows the token
            yield

    def follow(self, follow: Follow, record_id: str, what: str) -> tuple[Any, list[tuple[str, Any]]]:
        """What follows from a record: a list, page after page, or one answer; with what came beside it, by kind.
        Raises PageNotHad, and Gone."""
        pages = follow.pages
        listed: list[Any] = []
        beside: list[tuple[str, Any]] = []
        ref: Any = None
        whole: Any = None
        is_done, visited = False, set()

        def request() -> Asked | None:
            return None if is_done else ({**follow.params, **page_request(pages, ref, 0)}, None)

        def answered(answer: Any, _: Response) -> None:
            nonlocal ref, is_done, whole
            whole = answer
            records = records_at(answer, follow.records) or []
            listed.extend(records)
            beside.extend(beside_of(follow.beside, answer))
            visited.add(str(ref))
            ref = next_reference(pages, answer, len(records), ref, 0)
            is_done = ref is None or str(ref) in visited

        path = follow.path.format(id=record_id)
        for _ in self.pages(path, request, answered, what=lambda: what, per_minute=follow.per_minute, kind=follow.path):
            pass
        return (listed if follow.into else whole), beside

    def _told(self, error: Exception, what: str) -> Exception:
        """The error for people; nothing of what a server said is in it."""
        desk, status = self._desk, _status(error)
        if status in _GONE:
            return Gone()
        if status in _NOT_LET_IN:
            return (Refused if status == _FORBIDDEN else PageNotHad)(
                f"{desk.api.title} does not accept what {desk.token_place} holds (HTTP {status}), which may have "
                "expired: put a new token there and run ticketscout sync again, which goes on where it stopped."
            )
        if isinstance(error, Elsewhere):
            return PageNotHad(
                f"{desk.api.title} answers from another place, where the token does not go: "
                f"set address in [sync.{desk.name}] to the helpdesk's own."
            )
        return PageNotHad(
            f"{desk.api.title}: {what} could not be had ({_kind(error, self._patience)}): what came before is "
            "stored, and ticketscout sync goes on from there when it is run again."
        )


class _Told(BasePaginator):
    """dlt's paginator as told by two functions."""

    def __init__(self, next_request: Callable[[], Asked | None], answered: Callable[[Any, Response], None]) -> None:
        super().__init__()
        self._next_request, self._answered = next_request, answered

    def init_request(self, request: Request) -> None:
        self.update_request(request)

    def update_state(self, response: Response, data: list[Any] | None = None) -> None:
        self._answered(response.json(), response)

    def update_request(self, request: Request) -> None:
        asked = self._next_request()
        self._has_next_page = asked is not None
        if asked:
            request.params, request.json = asked


def _refuse(response: Response, *_: Any, **__: Any) -> None:
    if response.status_code != 200:
        raise HTTPError(str(response.status_code), response=response)


def _session(desk: Desk, patience: Sync) -> Session:
    session: Session = Client(
        request_timeout=patience.timeout_seconds,
        raise_for_status=False,
        request_max_attempts=patience.attempts,
        request_backoff_factor=patience.backoff_seconds,
        request_max_retry_delay=patience.longest_wait_seconds,
    ).session
    gate = Gate(desk.api, desk.address, patience.timeout_seconds)
    session.mount("https://", gate)
    session.mount("http://", gate)
    session.max_redirects = 0
    return session


def _auth(desk: Desk, session: Session) -> AuthConfigBase:
    login = desk.setting.login
    if desk.api.auth == "zendesk" and login:
        return HttpBasicAuth(f"{login}/token", desk.token)
    if desk.api.auth == "key_as_user":
        return HttpBasicAuth(desk.token, "X")
    if desk.api.auth == "client_credentials":
        return OAuth2ClientCredentials(
            access_token_url=desk.address + desk.api.token_path,
            client_id=login,
            client_secret=desk.token,
            session=session,
        )
    return BearerTokenAuth(desk.token)


def _status(error: Exception) -> int | None:
    response = error.response if isinstance(error, RequestException) else None
    return response.status_code if response is not None else None


def _kind(error: Exception, patience: Sync) -> str:
    tries = f"in {patience.attempts} tries"
    if (status := _status(error)) is not None:
        return f"HTTP {status} {tries}" if status == 429 or status >= 500 else f"HTTP {status}"
    for kind, words in (
        (TooBig, "its answer is too big"),
        (Timeout, f"no whole answer in {patience.timeout_seconds:g} s, {tries}"),
        (ChunkedEncodingError, f"answers were cut short {tries}"),
        (SSLError, "no trusted connection"),
        (RequestException, f"no connection {tries}"),
    ):
        if isinstance(error, kind):
            return words
    return f"an answer that is not understood, {type(error).__name__}"
