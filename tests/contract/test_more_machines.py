"""A night on a cluster: the bytes of a night at home, though workers die, and nothing unredacted on the way."""

from __future__ import annotations

import json
import pickle
import shutil
import threading
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.config import Home, load_settings
from pipeline.config_run import Run
from pipeline.errors import BadConfiguration, StepFailed
from pipeline.privacy.vault import open_vault
from pipeline.steps.night import Night, run_night
from pipeline.steps.spreading.held import drop, hold, path_of
from pipeline.steps.spreading.job import pack, work
from pipeline.steps.spreading.kept import drop_kept
from pipeline.steps.spreading.shared import Shared
from pipeline.steps.spreading.spread import refuse_open_road
from pipeline.warehouse import single_writer
from tests.contract.cluster import Cluster, cluster
from tests.contract.homes import SAMPLE
from tests.once import IN_FULL

DAY = "2026-11-19"
TICKETS = SAMPLE / "helpdesk" / DAY
CRM = {file.stem: file for file in sorted((SAMPLE / "crm").glob("*.csv"))}


def _home(path: Path, **run: Any) -> Home:
    """A home whose sample is six partitions."""
    path.mkdir()
    settings = "".join(f"{name} = {json.dumps(value)}\n" for name, value in ({"partition_mb": 0.02} | run).items())
    (path / "ticketscout.toml").write_text(f"[run]\n{settings}", encoding="utf-8")
    return Home(path)


def _night(home: Home, engine: Any, progress: Any = lambda step, done, total: None) -> dict[str, Any]:
    night = Night(home, load_settings(home), date.fromisoformat(DAY), (str(TICKETS),), crm=dict(CRM), engine=engine)
    with single_writer(home):
        return run_night(night, progress)


def _published(home: Home) -> dict[str, bytes | dict[str, Any]]:
    """All files for people; the manifest without its durations."""
    files: dict[str, Any] = {}
    for folder in (home.digests, home.owners):
        files |= {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    manifest = f"{DAY}/manifest.json"
    files[manifest] = {key: value for key, value in json.loads(files[manifest]).items() if key != "durations"}
    return files


def _at_work(client: Any) -> list[str]:
    """Workers that have a partition to do, by name."""

    def look(dask_scheduler: Any) -> list[str]:
        at = {task for task in dask_scheduler.tasks if task.startswith("work-")}
        return [str(w.name) for w in dask_scheduler.workers.values() if any(task.key in at for task in w.processing)]

    return list(client.run_on_scheduler(look))


def _kill_in(kills: list[str], made: Cluster, steps: list[str], over: threading.Event) -> None:
    """Kills a worker in each step of `kills` as soon as one has a partition of it."""
    from distributed import Client

    with Client(made.address) as client:
        while kills and not over.wait(0.05):
            if steps[-1] == kills[0] and (names := _at_work(client)):
                made.kill(names[0])
                kills.pop(0)


def _starts(client: Any) -> Counter[str]:
    """How often a worker was given each partition."""

    def look(dask_scheduler: Any) -> list[str]:
        return [row[0] for row in dask_scheduler.transition_log if row[2] == "processing"]

    return Counter(key for key in client.run_on_scheduler(look) if key.startswith("work-"))


def test_a_cluster_whose_workers_are_killed_gives_the_same_bytes_and_shows_nobody(
    tmp_path: Path, first_night: Path
) -> None:
    from distributed import Client

    (tmp_path / "cluster").mkdir()
    shared = tmp_path / "shared"
    kills = ["ingest", "score"] if IN_FULL else ["ingest"]
    count, steps, seen = len(kills), ["ingest"], dict[str, bytes]()
    with cluster(tmp_path / "cluster", "ann", "ben", *(["cy"] if IN_FULL else [])) as made:
        away = _home(tmp_path / "away", dask_address=made.address, partitions=f"file://{shared}")

        def progress(step: str, done: int, total: int) -> None:
            seen.update({str(file): file.read_bytes() for file in shared.rglob("*") if file.is_file()})
            if step == "ingest" and done == total:
                steps.append("score")

        over = threading.Event()
        killer = threading.Thread(target=_kill_in, args=(kills, made, steps, over))
        killer.start()
        try:
            _night(away, "auto", progress)
        finally:
            over.set()
            killer.join()
        with Client(made.address) as client:
            starts = _starts(client)
        dead = [name for name, worker in made.workers.items() if worker.poll() is not None]
        said = made.logs()

    assert _published(away) == _published(Home(first_night))
    assert not kills
    assert len(dead) == count
    assert len(starts) == 7  # six of the ingest, one of the score
    again = [key for key, times in starts.items() if times > 1]
    assert len(again) <= 2 * count, "what the dead had before them, and nothing else"
    assert not list(shared.rglob("*"))
    _assert_nobody_is_named(seen, said)


def _assert_nobody_is_named(seen: dict[str, bytes], said: str) -> None:
    people = [json.loads(line) for line in (TICKETS / "users.ndjson").read_text(encoding="utf-8").splitlines()]
    customers = [one for one in people if one["role"] == "end-user"]
    assert customers
    assert any("messages-" in name for name in seen)
    words = "\n".join(_text(name, content) for name, content in seen.items())
    assert "[EMAIL" in words or "[NAME" in words  # what is sought is found where it is
    for one in customers:
        for word in (one["email"], one["name"]):
            assert word not in words
            assert word not in said


def _text(name: str, content: bytes) -> str:
    """All cells of a Parquet file, or the bytes as they are."""
    if not name.endswith(".parquet"):
        return content.decode("utf-8", "replace")
    import pyarrow as pa
    import pyarrow.parquet as pq

    return str(pq.read_table(pa.BufferReader(content)).to_pylist())


@pytest.mark.parametrize(
    ("address", "is_safe"),
    [
        ("tls://scheduler.example:8786", True),  # TLS
        ("tcp://127.0.0.1:8786", True),  # this machine
        ("localhost:8786", True),
        ("tcp://10.0.0.5:8786", False),  # another machine, in the clear
        ("scheduler:8786", False),  # a name without protocol is TCP
        ("tcp://localhost.example:8786", False),  # begins like this machine
    ],
)
def test_names_do_not_travel_in_the_clear(address: str, is_safe: bool) -> None:
    if is_safe:
        refuse_open_road("auto", address, Run())
    else:
        with pytest.raises(BadConfiguration, match="in the clear"):
            refuse_open_road("auto", address, Run())
        refuse_open_road("dask", address, Run(dask_plain_tcp=True))
        refuse_open_road("local", address, Run())


def _fails(task: Any) -> None:
    raise ValueError(f"could not parse {task.words}")


@dataclass(frozen=True)
class _Task:
    messages: Path
    models: dict[str, Path]
    home_models: Path
    out: Path
    words: str = "Jane Doe owes us"


def _task(folder: Path) -> _Task:
    for file in ("rows.parquet", "m/churn/card.json", "m/signals/own.toml", "m/labels/labels.jsonl"):
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(file, encoding="utf-8")
    return _Task(folder / "rows.parquet", {"churn": folder / "m" / "churn"}, folder / "m", folder / "out")


def _reads_all(task: _Task) -> list[str]:
    folders = (task.messages.parent, task.models["churn"], task.home_models)
    found = sorted(file.read_text() for folder in folders for file in folder.rglob("*") if file.is_file())
    (task.out / "found.txt").write_text(" ".join(found), encoding="utf-8")
    return found


def test_a_task_takes_with_it_what_it_reads_and_no_path_of_the_home(tmp_path: Path) -> None:
    shared = Shared(f"memory://{tmp_path.name}")
    (job,) = pack(_reads_all, [_task(tmp_path / "home")], shared, "")
    assert str(tmp_path / "home") not in str(pickle.dumps(job))
    shutil.rmtree(tmp_path / "home")
    done = work(job)
    assert set(done.result) == {"rows.parquet", "m/churn/card.json", "m/signals/own.toml"}  # labels stay at home
    shared.get([("out/found.txt", tmp_path / "found.txt")])
    assert (tmp_path / "found.txt").read_text() == " ".join(done.result)
    shared.clear()
    drop_kept()


def test_a_stranger_s_error_on_a_worker_says_its_place_and_no_words(tmp_path: Path) -> None:
    shared = Shared(f"memory://{tmp_path.name}")
    (job,) = pack(_fails, [_task(tmp_path)], shared, "")
    with pytest.raises(StepFailed, match=r"^a worker stopped: ValueError at test_more_machines.py:\d+; ") as failed:
        work(job)
    assert failed.value.__context__ is None
    assert "Jane" not in repr(job)
    shared.clear()
    drop_kept()


def test_a_worker_with_other_versions_does_nothing(tmp_path: Path) -> None:
    shared = Shared(f"memory://{tmp_path.name}")
    (job,) = pack(_reads_all, [_task(tmp_path)], shared, "")
    other = replace(job, versions=job.versions | {"spacy": "1.0"})
    with pytest.raises(StepFailed, match=r"other versions than this machine: spacy .* for 1\.0; install"):
        work(other)
    shared.clear()


def test_the_vault_lies_in_a_workers_memory_alone(tmp_path: Path) -> None:
    with open_vault(tmp_path / "vault.duckdb") as con:
        salt = con.execute("FROM salt").fetchone()
    hold("test", (tmp_path / "vault.duckdb").read_bytes())
    (tmp_path / "vault.duckdb").unlink()
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{path_of('test')}' AS vault (READ_ONLY)")
        assert con.execute("FROM vault.salt").fetchone() == salt
    assert not path_of("test").is_relative_to(tmp_path)
    assert str(path_of("test").readlink()).startswith("/memfd:")
    drop("test")
    with pytest.raises(StepFailed, match="was not given the vault"):
        path_of("test")


def test_nothing_is_written_where_names_would_travel_in_the_clear(tmp_path: Path) -> None:
    home = _home(tmp_path / "home", dask_address="tcp://scheduler.example:8786")
    with pytest.raises(BadConfiguration, match=r"would go to tcp://scheduler\.example:8786 in the clear"):
        _night(home, "auto")
    assert not home.vault.exists()


def test_the_settings_that_the_document_shows_are_read(tmp_path: Path) -> None:
    text = (SAMPLE.parents[1] / "docs" / "more-machines.md").read_text(encoding="utf-8")
    (tmp_path / "ticketscout.toml").write_text(text.split("```toml\n")[1].split("```")[0], encoding="utf-8")
    run = load_settings(Home(tmp_path)).run
    assert (run.engine, run.dask_address[:6], run.partitions[:5]) == ("dask", "tls://", "s3://")
    refuse_open_road(run.engine, None, run)


@pytest.mark.parametrize("address", ["partitions", "../shared"])
def test_partitions_lie_at_an_address_or_a_whole_path(tmp_path: Path, address: str) -> None:
    with pytest.raises(BadConfiguration, match=r"run\.partitions"):
        load_settings(_home(tmp_path / "home", partitions=address))
