"""The flow does what the command line does, and tells Prefect nothing but paths, dates and numbers."""

from __future__ import annotations

import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from sample_runs import CRM, DAY, TICKETS, published, rows, sample_sentences, wait_for, words_of

from pipeline.config import Home, load_settings
from pipeline.errors import BadTable, InputNotFound, StepFailed, TicketscoutError, UsageError
from pipeline.steps.night import STEPS, Night, run_night
from pipeline.warehouse import open_warehouse, single_writer


def _run_flow(home: Path, **options: object) -> dict[str, dict[str, float]]:
    from flows.nightly import nightly

    given = {"tickets": [str(TICKETS)], "as_of": DAY, **{name: str(file) for name, file in CRM.items()}}
    return nightly(home=str(home), **(given | options))


def _tries(database: Path, home: Path) -> dict[str, tuple[str, int]]:
    """State and number of tries of each task of the last run in `home`; Prefect writes them with a delay."""
    return {
        name: (state, tries)
        for name, state, tries in rows(
            database,
            "SELECT t.name, t.state_type, t.run_count FROM task_run t JOIN flow_run f ON f.id = t.flow_run_id "
            "WHERE json_extract(f.parameters, '$.home') = ?",
            str(home),
        )
    }


def test_flow_publishes_the_same_files_as_the_command_line_and_prefect_keeps_no_message(
    prefect_database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor a secret: the vault's key, the address of a channel that cannot be reached."""
    by_hand, by_flow = tmp_path / "by-hand", tmp_path / "by-flow"
    monkeypatch.setenv("TICKETSCOUT_VAULT_KEY", "key marmaladefern of the vault")
    monkeypatch.setenv("TICKETSCOUT_SALES_URL", "json://user:thistlecandle@127.0.0.1:9")
    for place in (by_hand, by_flow):
        place.mkdir()
        (place / "ticketscout.toml").write_text(
            '[[deliver]]\nname = "sales"\nurl_env = "TICKETSCOUT_SALES_URL"\nsend = ["digest"]\n'
        )
    home = Home(by_hand)
    with single_writer(home):
        run_night(Night(home, load_settings(home), date.fromisoformat(DAY), tickets=(str(TICKETS),), crm=dict(CRM)))
    began = time.perf_counter()
    counts = _run_flow(by_flow)
    with capsys.disabled():
        print(f" the flow took {time.perf_counter() - began:.1f} s ", end="")

    assert published(by_flow) == published(by_hand)
    assert len(published(by_flow)) > len(STEPS)
    assert list(counts) == list(STEPS)
    assert counts["ingest"]["stored"] == len((TICKETS / "tickets.ndjson").read_text(encoding="utf-8").splitlines())
    assert not (by_flow / "work").exists()

    wait_for(lambda: len(_tries(prefect_database, by_flow)) == len(STEPS), 60, "a record of every task")
    wait_for(lambda: rows(prefect_database, "SELECT 1 FROM log WHERE message LIKE 'Finished in state%'"), 60, "logs")
    said = words_of(prefect_database)
    assert "publish 2026 11 19" in said  # what is sought is found where it is
    assert "leads csv" in said
    assert "marmaladefern" not in said and "thistlecandle" not in said
    sentences = sample_sentences()
    assert len(sentences) > 100
    assert [sentence for sentence in sentences if sentence in said] == []


def test_what_the_flow_writes_is_for_its_owner_only(prefect_database: Path, tmp_path: Path) -> None:
    _run_flow(tmp_path / "home")
    open_to_others = [path for path in (tmp_path / "home").rglob("*") if path.stat().st_mode & 0o077]
    assert open_to_others == []


def test_a_users_mistake_fails_the_flow_with_its_sentence_and_is_not_tried_again(
    prefect_database: Path, tmp_path: Path
) -> None:
    with pytest.raises(InputNotFound, match="is not there: give a file"):
        _run_flow(tmp_path, tickets=[str(tmp_path / "nowhere")])
    wait_for(lambda: _tries(prefect_database, tmp_path), 60, "a record of the task")
    assert _tries(prefect_database, tmp_path) == {f"ingest {DAY}": ("FAILED", 1)}
    messages = rows(
        prefect_database,
        "SELECT s.message FROM flow_run_state s JOIN flow_run f ON f.id = s.flow_run_id "
        "WHERE s.type = 'FAILED' AND json_extract(f.parameters, '$.home') = ?",
        str(tmp_path),
    )
    assert [message for (message,) in messages if "is not there: give a file" in message]


@pytest.mark.parametrize("options", [{"tickets": None}, {"as_of": "yesterday"}])
def test_what_the_flow_cannot_know_it_asks_for(
    prefect_database: Path, tmp_path: Path, options: dict[str, object]
) -> None:
    with pytest.raises(UsageError):
        _run_flow(tmp_path / "home", **options)
    assert not (tmp_path / "home").exists()


def test_a_step_that_may_go_better_the_second_time_gets_one(prefect_database: Path, tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.create()
    with single_writer(home), open_warehouse(home):
        pass
    with _opened_by_another_program(home.warehouse, seconds=6):
        _run_flow(tmp_path)
    wait_for(lambda: len(_tries(prefect_database, tmp_path)) == len(STEPS), 60, "a record of every task")
    tries = _tries(prefect_database, tmp_path)
    assert tries.pop(f"ingest {DAY}") == ("COMPLETED", 2)
    assert set(tries.values()) == {("COMPLETED", 1)}


_HOLD_OPEN = """
import sys, time
import duckdb
con = duckdb.connect(sys.argv[1])
print("open", flush=True)
time.sleep(float(sys.argv[2]))
"""


@contextmanager
def _opened_by_another_program(warehouse: Path, seconds: float) -> Iterator[None]:
    command = [sys.executable, "-c", _HOLD_OPEN, str(warehouse), str(seconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "open\n"
        yield


def test_an_error_says_where_but_not_what_a_customer_wrote() -> None:
    from flows.stages import recorded

    def strangers() -> None:
        raise ValueError("cannot read 'our landlord Mr Example raised the rent'")

    def ours() -> None:
        try:
            strangers()
        except ValueError as error:
            raise BadTable("accounts.csv lacks account_id.") from error

    for work, kind, sentence in (
        (strangers, StepFailed, "score stopped: ValueError at test_nightly_flow.py:"),
        (ours, BadTable, "accounts.csv lacks account_id."),
    ):
        with pytest.raises(TicketscoutError) as raised:
            recorded("score", work)
        assert type(raised.value) is kind
        assert sentence in str(raised.value)
        assert "landlord" not in "".join(traceback.format_exception(raised.value)).replace(_SOURCE_LINE, "")


# A traceback quotes the source that raised, here this file's.
_SOURCE_LINE = """raise ValueError("cannot read 'our landlord Mr Example raised the rent'")"""


@pytest.mark.parametrize(
    ("watch", "line"),
    [
        ({"nights": 3, "needed": 14}, "Learning what is usual: 3 of 14 nights."),
        ({"nights": 14, "needed": 14}, "Nothing unusual."),
        ({"nights": 3, "needed": 14, "found.score zendesk praise": 2}, "- **serious** score zendesk praise"),
        ({"nights": 30, "needed": 14, "found.input zendesk length": 1}, "- input zendesk length"),
    ],
)
def test_the_page_in_prefect_says_what_is_unusual(watch: dict[str, float], line: str) -> None:
    from flows.summary import markdown

    counts: dict[str, dict[str, float]] = {"ingest": {}, "publish": {}, "watch": watch}
    assert line in markdown(date(2026, 11, 20), counts, False).splitlines()


def test_of_lists_in_a_steps_counts_only_their_length_goes_to_prefect() -> None:
    from flows.stages import numbers

    counts = {"outcomes": 2, "not_understood": ["Frau Beispiel will nicht"], "rows": {"leads.csv": 3}, "note": "words"}
    assert numbers(counts) == {"outcomes": 2, "not_understood": 1, "rows.leads.csv": 3}
