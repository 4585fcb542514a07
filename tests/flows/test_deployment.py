"""`prefect.yaml`, and the command of the flow."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest
import yaml
from sample_runs import DAY, ROOT, run_module


@pytest.mark.parametrize(
    ("deployed", "flow_name", "crons"),
    [("nightly", "nightly", ["30 2 * * *"]), ("weekly", "retrain", ["0 4 * * 0"]), ("sync", "sync", [])],
)
def test_prefect_yaml_names_flows_that_are_there_with_parameters_they_take(
    deployed: str, flow_name: str, crons: list[str]
) -> None:
    from prefect.client.schemas.schedules import CronSchedule
    from prefect.flows import Flow, load_flow_from_entrypoint

    described = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))
    deployments = {deployment["name"]: deployment for deployment in described["deployments"]}
    assert list(deployments) == ["nightly", "weekly", "sync"]
    deployment = deployments[deployed]
    assert deployment["work_pool"]["name"] == "local"

    path, name = deployment["entrypoint"].split(":")
    flow = load_flow_from_entrypoint(f"{ROOT / path}:{name}")
    assert isinstance(flow, Flow)
    assert flow.name == flow_name
    flow.validate_parameters(deployment["parameters"])

    schedules = deployment["schedules"]
    assert [CronSchedule(**one).cron for one in schedules] == crons  # refuses what is no cron and no time zone
    assert {one["timezone"] for one in schedules} <= {"UTC"}


def test_flow_takes_what_the_command_line_takes() -> None:
    from flows.command import parser
    from flows.nightly import nightly as flow
    from pipeline.cli.night import nightly as command

    assert set(inspect.signature(flow.fn).parameters) == set(inspect.signature(command).parameters)
    assert set(vars(parser().parse_args(["--tickets", "export"]))) == set(inspect.signature(command).parameters)


def test_syncing_takes_what_the_command_line_takes() -> None:
    from flows.sync import syncing as flow
    from flows.sync_command import parser
    from pipeline.cli.sync import sync as command

    # A schedule always goes on from where it stopped, and runs the night.
    by_hand = {"anew", "only_pull"}
    assert set(inspect.signature(flow.fn).parameters) == set(inspect.signature(command).parameters) - by_hand
    assert set(vars(parser().parse_args([]))) == set(inspect.signature(flow.fn).parameters)


def test_retraining_takes_what_a_schedule_needs() -> None:
    from flows.retrain import retraining
    from flows.retrain_command import parser

    options = vars(parser().parse_args(["--signal", "praise", "--floor", "50"]))
    assert set(options) == set(inspect.signature(retraining.fn).parameters)
    assert (options["signals"], options["floor"]) == (["praise"], 50)


def test_module_runs_a_night_with_no_server_and_prefects_files_in_the_home(module_night: Path) -> None:
    ran = module_night / "home"
    assert (ran / "data" / "digests" / DAY / "leads.csv").exists()
    assert (ran / ".prefect" / "prefect.db").exists()
    assert not (module_night / "elsewhere").exists()
    assert [path for path in ran.rglob("*") if path.stat().st_mode & 0o077] == []


def test_module_tells_a_mistake_with_the_contracts_exit_code_before_prefect_starts(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "ticketscout.toml").write_text("tolerat = 1\n", encoding="utf-8")
    run = run_module(home, tmp_path)
    assert run.returncode == 2, run.stderr
    assert "tolerat" in run.stderr
    assert [path.name for path in home.iterdir()] == ["ticketscout.toml"]
