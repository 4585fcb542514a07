"""What a user can get wrong, through the command line: its exit code, one sentence at the end, nothing half done."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.contract.homes import call, row_counts, run, sentence, ticket, user, write_lines

AS_OF = "--as-of=2026-11-12"
ACCOUNTS = "account_id,name,domain\nA-1,Elmcrest,elmcrest.example\n"


@pytest.fixture
def export(tmp_path: Path) -> Path:
    folder = tmp_path / "export"
    write_lines(folder / "tickets.ndjson", [ticket(1, "Hello."), ticket(2, "Good day.")])
    write_lines(folder / "users.ndjson", [user(20, "Nora Quist", "nora@elmcrest.example")])
    (folder / "accounts.csv").write_text(ACCOUNTS)
    return folder


def _missing(export: Path) -> list[str]:
    return ["--tickets", str(export / "no-such-file.ndjson")]


def _missing_glob(export: Path) -> list[str]:
    return ["--tickets", str(export / "*.nothing")]


def _other_format(export: Path) -> list[str]:
    (export / "tickets.ndjson").write_bytes(b"%PDF-1.7\n\x00\x01\x02\n")
    return ["--tickets", str(export / "tickets.ndjson")]


def _other_json(export: Path) -> list[str]:
    write_lines(export / "tickets.ndjson", [{"conversation": 1, "text": "Hello."}])
    return ["--tickets", str(export / "tickets.ndjson")]


def _empty_folder(export: Path) -> list[str]:
    (export / "empty").mkdir()
    return ["--tickets", str(export / "empty")]


def _empty_file(export: Path) -> list[str]:
    (export / "empty").touch()
    return ["--tickets", str(export / "empty")]


def _only_users(export: Path) -> list[str]:
    return ["--tickets", str(export / "users.ndjson")]


def _unknown_source(export: Path) -> list[str]:
    return ["--tickets", str(export), "--source", "fax"]


def _no_account_name(export: Path) -> list[str]:
    (export / "accounts.csv").write_text("account_id,company\nA-1,Elmcrest\n")
    return ["--tickets", str(export), "--accounts", str(export / "accounts.csv")]


def _no_accounts_file(export: Path) -> list[str]:
    return ["--tickets", str(export), "--accounts", str(export / "none.csv")]


def _accounts_are_a_folder(export: Path) -> list[str]:
    return ["--tickets", str(export), "--accounts", str(export)]


def _accounts_are_empty(export: Path) -> list[str]:
    (export / "accounts.csv").write_text("")
    return ["--tickets", str(export), "--accounts", str(export / "accounts.csv")]


def _accounts_are_a_picture(export: Path) -> list[str]:
    (export / "accounts.csv").write_bytes(bytes(range(256)) * 20)
    return ["--tickets", str(export), "--accounts", str(export / "accounts.csv")]


def _bad_day(export: Path) -> list[str]:
    return ["--tickets", str(export), "--as-of", "2026-02-30"]


def _day_in_words(export: Path) -> list[str]:
    return ["--tickets", str(export), "--as-of", "yesterday"]


def _unknown_engine(export: Path) -> list[str]:
    return ["--tickets", str(export), "--engine", "steam"]


def _negative_workers(export: Path) -> list[str]:
    return ["--tickets", str(export), "--workers", "-2"]


def _no_tickets(export: Path) -> list[str]:
    return ["--accounts", str(export / "accounts.csv")]


def _unknown_option(export: Path) -> list[str]:
    return ["--tickets", str(export), "--fast"]


WRONG: dict[Callable[[Path], list[str]], str] = {
    _missing: "no-such-file.ndjson",
    _missing_glob: "*.nothing",
    _other_format: "tickets.ndjson",
    _other_json: "tickets.ndjson",
    _empty_folder: "no tickets",
    _empty_file: "empty",
    _only_users: "no tickets",
    _unknown_source: "zendesk",
    _no_account_name: "'name'",
    _no_accounts_file: "none.csv",
    _accounts_are_a_folder: "export",
    _accounts_are_empty: "accounts.csv",
    _accounts_are_a_picture: "accounts.csv",
    _bad_day: "2026-02-30",
    _day_in_words: "yesterday",
    _unknown_engine: "processes",
    _negative_workers: "--workers",
    _no_tickets: "--tickets",
    _unknown_option: "--fast",
}


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.__name__.strip("_"))
def test_wrong_use_is_named_and_nothing_is_written(
    wrong: Callable[[Path], list[str]], export: Path, tmp_path: Path
) -> None:
    arguments = wrong(export)
    as_of = [] if "--as-of" in arguments else [AS_OF]
    home = tmp_path / "home"
    done = call(home, "nightly", *as_of, *arguments)

    assert done.returncode == 2, done.stderr
    assert WRONG[wrong] in sentence(done)
    assert row_counts(home) == {}
    assert not any(home.glob("data/digests/*")) and not any(home.glob("data/owners/*")) and not (home / "work").exists()


@pytest.mark.parametrize(
    ("toml", "named"),
    [
        ("tolerat = 0.5\n", "tolerat"),
        ("[caps]\nlead = 3\n", "caps.lead"),
        ("tolerate = 7\n", "tolerate"),
        ("tolerate = \n", "TOML"),
        ("[rules.be_nice]\nenabled = true\n", "be_nice"),
        ("[rules.vulnerable]\ndays = 3\n", "vulnerable"),
        ("[run]\nengine = 'steam'\n", "run.engine"),
        ("[crm]\naccounts = 'none.csv'\n", "none.csv"),
        ("[run]\nmemory_limit = 'much'\n", "memory_limit"),
    ],
)
def test_wrong_configuration_is_named_and_nothing_is_written(
    toml: str, named: str, export: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "ticketscout.toml").write_text(toml)
    done = call(home, "nightly", AS_OF, "--tickets", export)
    assert done.returncode == 2, done.stderr
    assert named in sentence(done)
    assert row_counts(home) == {}


def test_unknown_environment_variable_is_named(export: Path, tmp_path: Path) -> None:
    done = run(tmp_path / "home", "nightly", AS_OF, "--tickets", export, TICKETSCOUT_TOLERATED="1")
    assert done.returncode == 2
    assert "TICKETSCOUT_TOLERATED" in sentence(done)


def test_bad_records_are_set_aside_and_counted_and_the_rest_is_published(export: Path, tmp_path: Path) -> None:
    records: list[Any] = [
        ticket(1, "Hello."),
        '{"id": 2, "status": "open", "requester_id": 20, "comm',
        ticket(3),
        ticket(4, "Last."),
        "[]",
        {**ticket(5, "When?"), "updated_at": None, "created_at": None},
        ticket(6, "Gone.", status="deleted"),
        ticket(1, "Hello again.", hour=10),
    ]
    path = write_lines(export / "tickets.ndjson", records)
    path.write_bytes(path.read_bytes() + b'{"id": 7, "subject": "caf\xe9", "status": "open"}\n')
    done = run(tmp_path / "home", "nightly", AS_OF, "--tickets", export, "--accounts", export / "accounts.csv")

    assert done.returncode == 1, done.stderr
    counts = _manifest(tmp_path / "home")["counts"]
    aside = {reason: one["count"] for reason, one in counts["set_aside"].items()}
    assert aside == {"bad_encoding": 1, "bad_json": 1, "not_an_object": 1, "no_time": 1, "deleted": 1, "superseded": 1}
    assert counts["read"] == 9 == counts["stored"] + sum(aside.values())
    assert counts["tickets"] == 3  # 1, 3 without a word in it, 4
    assert "set aside" in done.stderr and "Traceback" not in done.stderr
    assert "more than 1%" in sentence(done)


def test_tolerated_share_of_bad_records_ends_well(export: Path, tmp_path: Path) -> None:
    write_lines(export / "tickets.ndjson", [ticket(1, "Hello."), "{"])
    done = run(tmp_path / "home", "nightly", AS_OF, "--tickets", export, TICKETSCOUT_TOLERATE="0.5")
    assert done.returncode == 0, done.stderr
    assert _manifest(tmp_path / "home")["counts"]["set_aside"]["bad_json"]["count"] == 1


def test_home_that_cannot_be_written_is_named(export: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    done = run(tmp_path / "file" / "home", "nightly", AS_OF, "--tickets", export)
    assert done.returncode == 2
    assert "home" in sentence(done)


@pytest.mark.parametrize(
    "arguments", [["explain", "L-nothing"], ["feedback", "import", "none.csv"], ["no-such-command"], ["explain"]]
)
def test_other_commands_end_in_one_sentence_too(
    arguments: list[str], first_night: Path, copy_of: Callable[[Path], Path]
) -> None:
    done = call(copy_of(first_night), *arguments)
    assert done.returncode == 2
    sentence(done)


def test_list_that_is_none_is_refused_by_name(
    first_night: Path, copy_of: Callable[[Path], Path], tmp_path: Path
) -> None:
    wrong = tmp_path / "other.csv"
    wrong.write_text("name,amount\nElmcrest,3\n")
    done = run(copy_of(first_night), "feedback", "import", wrong)
    assert done.returncode == 2
    assert "lead_id" in sentence(done)


def _manifest(home: Path) -> dict[str, Any]:
    (file,) = home.glob("data/digests/*/manifest.json")
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found
