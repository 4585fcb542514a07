"""Questions go to one host alone and at the API's pace."""

from __future__ import annotations

import pytest
from requests import Request, Session

from pipeline.sources.apis import APIS
from pipeline.steps.syncing import gate as module
from pipeline.steps.syncing.gate import Elsewhere, Gate, Pace


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/api",
        "http://desk.example/api",
        "https://desk.example:8443/api",
        "https://desk.example.elsewhere.example/",
        "https://mia@desk.example/",
    ],
)
def test_no_question_leaves_for_another_place(url: str) -> None:
    gate = Gate(APIS["zendesk"], "https://desk.example", 1.0)
    with pytest.raises(Elsewhere):
        gate.send(Session().prepare_request(Request("GET", url, auth=("a", "b"))))


def test_pace_is_a_share_of_the_limit_for_each_kind_of_question(monkeypatch: pytest.MonkeyPatch) -> None:
    now, slept = [0.0], []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(module.time, "sleep", sleep)
    pace = Pace(0.5)
    for _ in range(11):
        pace.wait("export", 10)
        now[0] += 1.0
    pace.wait("comments", 10)  # has a count of its own
    assert [seconds for seconds in slept if seconds] == [55.0, 55.0]
    free = Pace(0)
    for _ in range(100):
        free.wait("export", 10)
    assert len(slept) == 6
