"""`ticketscout sync` against helpdesks on loopback that misbehave: nothing lost, nothing twice, no token anywhere."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.contract.helpdesk_answers import TOKEN, Helpdesk
from tests.contract.helpdesk_records import FIRST, NAME, SAID
from tests.contract.helpdesk_server import helpdesk
from tests.contract.homes import call, sentence
from tests.contract.sync_homes import everything, home_of, pull, read_at_once, state, stored
from tests.warm_start import started

DESKS = ("zendesk", "intercom", "freshdesk", "helpscout")
KIND = {"zendesk": "tickets", "intercom": "conversations", "freshdesk": "tickets", "helpscout": "conversations"}
# A list's own path, and the path of what follows from a record of it.
LIST = {
    "zendesk": "/incremental/tickets/",
    "intercom": "/conversations/search",
    "freshdesk": "/api/v2/tickets?",
    "helpscout": "/v2/conversations?",
}
THREAD = {
    "zendesk": "/comments.json",
    "intercom": "/conversations/4",
    "freshdesk": "/conversations?",
    "helpscout": "/threads",
}


@pytest.fixture(autouse=True)
def _token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("DESK_TOKEN", TOKEN)


@pytest.fixture
def zendesk() -> Iterator[Helpdesk]:
    with helpdesk("zendesk") as running:
        yield running


@pytest.mark.parametrize("name", DESKS)
def test_each_helpdesk_is_read_to_its_end_whatever_goes_wrong_once_and_then_what_is_new(
    name: str, tmp_path: Path
) -> None:
    with helpdesk(name, tickets=7) as desk:
        if name == "helpscout":  # which is asked for all that changed since the last run began, less a minute
            desk.now = FIRST + timedelta(minutes=8)
        list_path, thread = LIST[name], THREAD[name]
        desk.faults = [(list_path, "429"), (list_path, "429 soon"), (thread, "500"), (thread, "cut")]
        home = home_of(tmp_path, name, desk, timeout_seconds=0.4)
        began = time.monotonic()
        said = pull(home)
        assert time.monotonic() - began >= 1  # it waited for as long as it was asked to
        assert stored(home) == desk.tickets
        assert f"{name}: {KIND[name]} page 1, 5 records" in said
        asked = desk.asked_for(thread)
        desk.tickets.append(8)
        pull(home)
        assert stored(home) == desk.tickets
        assert desk.asked_for(thread) - asked <= 2
        before, asked = state(home), desk.asked_for(thread)
        desk.faults = [(list_path, "slow"), (list_path, "half")]
        pull(home, 0, "--from", "2026-11-02")
        assert desk.faults == []
        assert desk.asked_for(thread) > asked  # it was read again, and nothing is there twice
        assert state(home) == before == read_at_once(tmp_path, name, desk)
    assert desk.refused == []


@pytest.mark.parametrize(
    ("name", "faults"),
    [
        (
            "zendesk",
            {
                "500": "HTTP 500 in 3 tries",
                "cut": "answers were cut short in 3 tries",
                "expired": "does not accept what the variable DESK_TOKEN holds (HTTP 401)",
            },
        ),
        (
            "intercom",
            {
                "429": "HTTP 429 in 3 tries",
                "slow": "no whole answer in 0.3 s, in 3 tries",
                "elsewhere": "answers from another place",
            },
        ),
    ],
)
def test_a_page_that_cannot_be_had_ends_the_sync_and_the_next_goes_on_there(
    name: str, faults: dict[str, str], tmp_path: Path
) -> None:
    with helpdesk(name) as desk, helpdesk(name) as other:
        desk.elsewhere = other.address + "/"
        home = home_of(tmp_path, name, desk, timeout_seconds=0.3)
        desk.faults = [(LIST[name], "500"), (LIST[name], "500")]  # the first page comes at the third try
        # conversation 7 is on the second page
        wants, first = {
            "zendesk": ("/tickets/7/", "/tickets/1/"),
            "intercom": ("/conversations/7", "/conversations/1"),
        }[name]
        for fault, says in faults.items():
            desk.faults += [(wants, fault)] * 3
            done = call(home, "sync", "--only-pull")
            assert done.returncode == 3, done.stderr
            assert says in sentence(done) and TOKEN not in done.stderr and "555" not in done.stderr
            assert stored(home) == [1, 2, 3, 4, 5]
            desk.faults = []
        pull(home)
        assert desk.asked_for(first) == 1
        assert state(home) == read_at_once(tmp_path, name, desk)
    assert other.asked == []


def test_a_list_that_repeats_itself_is_left_with_a_warning(zendesk: Helpdesk, tmp_path: Path) -> None:
    zendesk.tickets = list(range(1, 13))
    home = home_of(tmp_path, "zendesk", zendesk)
    zendesk.faults = [("metric_sets&per_page=5&cursor", "same cursor")]
    said = pull(home)
    assert "zendesk: a list repeated itself" in said
    assert len(stored(home)) == 10
    zendesk.faults = []
    pull(home)
    assert stored(home) == zendesk.tickets


def test_a_ticket_that_went_away_meanwhile_is_counted(zendesk: Helpdesk, tmp_path: Path) -> None:
    home = home_of(tmp_path, "zendesk", zendesk)
    zendesk.faults = [("/tickets/3/comments", "gone")]
    assert "zendesk: a record went away meanwhile" in pull(home)
    assert stored(home) == [n for n in zendesk.tickets if n != 3]


def test_a_conversation_that_came_only_in_part_is_counted(tmp_path: Path) -> None:
    with helpdesk("intercom") as desk:
        assert "intercom: a conversation was given only in part" in pull(home_of(tmp_path, "intercom", desk))


def test_many_records_of_one_second_and_more_than_the_pages_a_vendor_gives(tmp_path: Path) -> None:
    """Every ticket of the same second: the page's number counts on; then each of its own."""
    with helpdesk("freshdesk") as desk:
        desk.tickets = [5 * n for n in range(1, 4)]
        home = home_of(tmp_path, "freshdesk", desk)
        text = (home / "ticketscout.toml").read_text().replace("page_size = 5", "page_size = 1")
        (home / "ticketscout.toml").write_text(text)
        desk.tickets = [4, 5, 9, 10, 11]  # 4 and 5 changed together, 9 and 10 too
        pull(home)
        assert state(home) == read_at_once(tmp_path, "freshdesk", desk)


def _killed(home: Path, when: Callable[[], bool]) -> None:
    """Starts a sync in a process of its own and ends it as `when` says."""
    process = started(["sync", "--only-pull", "--home", str(home)], cwd=home.parent, env=dict(os.environ))
    assert process.pid
    end = time.monotonic() + 30
    while not when() and time.monotonic() < end:
        time.sleep(0.002)
    os.killpg(process.pid, signal.SIGKILL)
    process.join()
    assert process.exitcode == -signal.SIGKILL


def test_killed_in_the_middle_and_run_again_nothing_is_lost_and_nothing_comes_twice(
    zendesk: Helpdesk, tmp_path: Path
) -> None:
    home = home_of(tmp_path, "zendesk", zendesk)
    zendesk.pause = 0.03
    _killed(home, lambda: zendesk.asked_for("/tickets/6/comments") > 0)
    assert len(stored(home)) == 5
    zendesk.pause = 0.0
    pull(home)
    assert state(home) == read_at_once(tmp_path, "zendesk", zendesk)


def test_killed_while_a_page_is_stored_nothing_raw_lies_there_and_the_next_run_clears_it_away(
    zendesk: Helpdesk, tmp_path: Path
) -> None:
    home = home_of(tmp_path, "zendesk", zendesk)
    # the first page of tickets is in the work folder, and not yet in the warehouse
    _killed(home, lambda: zendesk.asked_for("/tickets/5/") > 0 and any(home.glob("work/*/records-*/rejects-*")))
    assert any(home.glob("work/*/records-*/*.parquet"))
    left = everything(home)
    assert "555-0143" not in left and TOKEN not in left
    assert NAME in left and NAME not in everything(home, but="vault")
    pull(home)
    assert not (home / "work").exists()
    assert state(home) == read_at_once(tmp_path, "zendesk", zendesk)


def test_another_address_begins_anew(zendesk: Helpdesk, tmp_path: Path) -> None:
    pull(home_of(tmp_path, "zendesk", zendesk))
    with helpdesk("zendesk", tickets=3) as other:
        home = home_of(tmp_path, "zendesk", other)
        pull(home)
        assert other.asked_for("/comments") >= 3


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (f'token = "{TOKEN}"', "token does not belong here: put it into a variable, and its name into token_env"),
        (f'api_key = "{TOKEN}"', "api_key does not belong here"),
        (f'token_env = "{TOKEN}"', "it is not the name of a variable"),
        (f'address = "https://mia:{TOKEN}@desk.example"', "it is the scheme and the host alone"),
        ('address = "http://desk.example"', "it begins with https://"),
        ('address = "ftp://desk.example"', "it begins with https://"),
        ("page_size = -1", "page_size"),
        ('token_env = "TICKETSCOUT_TOKEN"', "is taken for a setting"),
        ('token_env = "NOT_SET_AT_ALL"', "the variable NOT_SET_AT_ALL is not set"),
        ('login = "x"', "needs address"),
    ],
)
def test_wrong_settings_are_told_in_one_sentence_without_the_token(
    line: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    address = "" if "address" in line + says else 'address = "https://desk.example"'
    (home / "ticketscout.toml").write_text(f"[sync.zendesk]\nstart = 2026-11-01\n{address}\n{line}\n")
    monkeypatch.setenv("ZENDESK_TOKEN", TOKEN)
    done = call(home, "sync")
    assert done.returncode == 2
    assert says in sentence(done) and TOKEN not in done.stderr
    assert not (home / "data" / "warehouse.duckdb").exists()


def test_no_helpdesk_configured(tmp_path: Path) -> None:
    done = call(tmp_path / "home", "sync")
    assert done.returncode == 2 and "write a section such as [sync.zendesk]" in sentence(done)


def test_without_dlt_it_says_how_to_install_it(
    zendesk: Helpdesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "dlt", None)
    done = call(home_of(tmp_path, "zendesk", zendesk), "sync")
    assert done.returncode == 2 and "pip install 'ticketscout[sync]'" in sentence(done)


def test_what_is_made_up_is_what_is_sought() -> None:
    assert "555-0143" in SAID
