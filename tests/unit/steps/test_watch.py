"""The watch step on small homes: what it learns from, what it says, and which model scores once one broke."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipeline import bundled
from pipeline.config import Home, Settings, Watch, load_settings
from pipeline.errors import BadConfiguration
from pipeline.scoring.artifact import load_model
from pipeline.steps.night import Night, run_score, run_watch
from pipeline.steps.watching.watch import profile_night, watch
from pipeline.steps.watching.watched import calibration, serious, watch_lines, watch_section
from pipeline.steps.work_folder import work_folder
from pipeline.warehouse import Connection, open_warehouse, single_writer
from tests.unit.leads.small_nights import Office, ago
from tests.warehouse_rows import fill, rows_of
from tests.watch_year import broken, fill_year

SIGNAL = "churn_risk"


def _nobody(_: object) -> None:
    raise AssertionError("nothing is scored again unless the settings ask for it")


def _watch_all(con: Connection, nights: list[date]) -> None:
    for night in nights:
        watch(con, Home(Path()), Settings(), night, _nobody)


def test_the_first_night_reads_history_and_is_no_reference(con: Connection) -> None:
    nights = fill_year(con, seed=2, days=3, signals=("praise",))
    con.execute("DELETE FROM nights WHERE as_of <= ?", [nights[0]])
    _watch_all(con, nights)
    kept = con.execute("SELECT as_of, count FROM night_profiles WHERE kind = 'night' ORDER BY as_of").fetchall()
    assert kept == [(nights[2], 1)]  # the second was the first that the ledger knows


def test_a_young_home_learns_and_says_so(con: Connection) -> None:
    nights = fill_year(con, seed=2, days=10, signals=("praise",))
    _watch_all(con, nights[:9])
    with broken(con, nights[9], "an export is empty"):
        watch(con, Home(Path()), Settings(), nights[9], _nobody)
    assert watch_section(con, nights[9])["state"] == "learning"
    assert list(watch_lines(con)) == ["watch: learning, 9 of 14 nights"]


def test_what_is_impossible_is_said_from_the_first_nights_on(con: Connection) -> None:
    nights = fill_year(con, seed=2, days=3, signals=("unmet_need",))
    with broken(con, nights[2], "probabilities that are not numbers"):
        _watch_all(con, nights)
    (sentence,) = serious(con, nights[2])
    assert "probabilities are not numbers" in sentence
    assert list(watch_lines(con)) == [f"watch: serious: {sentence}", "watch: learning, 2 of 14 nights"]


def test_a_home_that_never_ran_says_nothing_and_a_quiet_night_that_nothing_is_unusual(con: Connection) -> None:
    assert list(watch_lines(con)) == []
    _watch_all(con, fill_year(con, seed=2, days=17, signals=("praise",), scale=0.5))
    assert list(watch_lines(con)) == ["watch: nothing unusual"]


def test_history_that_is_read_late_does_not_count_as_the_nights(con: Connection) -> None:
    fill(
        con,
        {
            "nights": [{"as_of": date(2026, 11, 19), "decided_at": ago(days=1)}],
            "tickets": [
                {"ticket_id": "old", "created_at": ago(days=200)},  # a backfill
                {"ticket_id": "late", "created_at": ago(days=4)},  # came a few days late
                {"ticket_id": "new", "created_at": ago(hours=3)},
            ],
        },
    )
    profile_night(con, date(2026, 11, 20), 28)
    counted = "SELECT count FROM night_profiles WHERE kind = 'volume' AND measure = 'tickets'"
    assert con.execute(counted).fetchall() == [(2,)]


def test_a_new_model_is_no_alarm_by_itself(con: Connection) -> None:
    nights = fill_year(con, seed=2, days=27, signals=("praise", "unmet_need"), scale=0.5)
    _watch_all(con, nights[:20])
    # Another model: other probabilities, half as many again over the threshold.
    con.execute(
        "UPDATE scores SET model_id = 'model-2', probability = sqrt(probability), "
        "is_signal = is_signal OR hash(ticket_id) % 100 < 2"
    )
    _watch_all(con, nights[20:])
    assert con.execute("SELECT * FROM watch_findings WHERE kind = 'score'").fetchall() == []


def test_a_new_model_that_says_yes_to_all_is_named_with_the_one_before(con: Connection) -> None:
    nights = fill_year(con, seed=2, days=21, signals=("praise", "unmet_need"), scale=0.5)
    _watch_all(con, nights[:20])
    con.execute("UPDATE scores SET model_id = 'model-2', is_signal = true WHERE signal = 'praise'")
    counts = watch(con, Home(Path()), Settings(), nights[20], _nobody)
    assert counts.serious == 2 and counts.rescored == 0  # both sources
    assert "tickets over the threshold" in serious(con, nights[20])[0]


def test_a_change_that_stays_is_usual_after_a_week(con: Connection) -> None:
    nights = fill_year(con, seed=2, days=45, signals=("praise",), scale=0.5)
    con.execute("UPDATE tickets SET channel = 'app' WHERE source = 'zendesk' AND created_at >= ?", [nights[20]])
    _watch_all(con, nights)
    told = con.execute("SELECT as_of FROM watch_findings WHERE measure = 'channel' ORDER BY as_of").fetchall()
    assert told[0] == (nights[20],)
    assert 7 <= len(told) <= 9 and told[-1][0] <= nights[20] + timedelta(days=12)


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, date]]:
    """A home with 16 nights scored by the starters; the night after them has the home's own model, which broke."""
    home = Home(tmp_path_factory.mktemp("month"))
    ids = {folder.name: load_model(folder).model_id for folder in sorted(bundled.starter_models().glob("*_*"))}
    with single_writer(home), open_warehouse(home) as con:
        nights = fill_year(con, seed=3, days=17, signals=tuple(ids), scale=0.3)
        for signal, model_id in ids.items():
            con.execute("UPDATE scores SET model_id = ? WHERE signal = ?", [model_id, signal])
        con.execute("INSERT INTO remembered VALUES ('fact_reading', '')")
        _watch_all(con, nights[:16])
    good = load_model(bundled.starter_models() / SIGNAL)
    replace(good, threshold=-1.0).save(home.models / SIGNAL)
    yield home.path, nights[16]


def _night(path: Path, tmp_path: Path, as_of: date, settings: Settings) -> dict[str, object]:
    """Scores and watches a copy of the home."""
    home = Home(tmp_path / "home")
    if not home.path.exists():
        shutil.copytree(path, home.path)
    night = Night(home, settings, as_of, engine="local")
    with single_writer(home), work_folder(night.work):
        run_score(night)
        counts = run_watch(night)
    with open_warehouse(home) as con:
        models = con.execute("SELECT DISTINCT model_id FROM scores WHERE signal = ?", [SIGNAL]).fetchall()
        said = rows_of(con, f"SELECT kind, sentence FROM watch_findings WHERE as_of = '{as_of}' ORDER BY ALL")
    return {"counts": counts, "models": [model for (model,) in models], "said": said}


KEEPS = Settings(watch=Watch(keep_last_good=True))


def test_a_broken_model_is_said_and_scores_nonetheless(month: tuple[Path, date], tmp_path: Path) -> None:
    path, as_of = month
    done = _night(path, tmp_path, as_of, Settings())
    assert done["models"] == [load_model(path / "models" / SIGNAL).model_id]
    assert any(f"{SIGNAL}: " in one["sentence"] and one["kind"] == "score" for one in done["said"])
    assert not any(one["kind"] == "kept" for one in done["said"])


def test_on_request_the_last_good_model_scores_instead(month: tuple[Path, date], tmp_path: Path) -> None:
    path, as_of = month
    starter = load_model(bundled.starter_models() / SIGNAL).model_id
    done = _night(path, tmp_path, as_of, KEEPS)
    assert done["counts"]["rescored"] == 1  # type: ignore[index]
    assert done["models"] == [starter]
    (kept,) = [one["sentence"] for one in done["said"] if one["kind"] == "kept"]
    assert kept.startswith(f"{SIGNAL}: scored with the starter {starter}, since ")

    again = _night(path, tmp_path, as_of, KEEPS)
    assert (again["said"], again["models"]) == (done["said"], done["models"])

    home = Home(tmp_path / "home")
    with open_warehouse(home) as con:
        con.execute("INSERT INTO nights VALUES (?, now()::TIMESTAMP)", [as_of])
    later = _night(path, tmp_path, as_of + timedelta(days=1), KEEPS)
    assert later["models"] == [starter] and later["counts"]["rescored"] == 0  # type: ignore[index]
    assert kept in [one["sentence"] for one in later["said"]]

    shutil.rmtree(home.models / SIGNAL)  # rolled back
    after = _night(path, tmp_path, as_of + timedelta(days=1), KEEPS)
    assert not [one for one in after["said"] if one["kind"] == "kept"]


def test_the_registrys_copy_goes_before_the_starter(month: tuple[Path, date], tmp_path: Path) -> None:
    path, as_of = month
    shutil.copytree(path, tmp_path / "home")
    starter = bundled.starter_models() / SIGNAL
    copy = tmp_path / "home" / "models" / "registry" / SIGNAL / load_model(starter).model_id
    shutil.copytree(starter, copy)
    done = _night(path, tmp_path, as_of, KEEPS)
    assert any("the last good model" in one["sentence"] for one in done["said"] if one["kind"] == "kept")


def test_leads_that_people_judged_are_held_against_their_probabilities(office: Office) -> None:
    con = office.con
    con.execute("CREATE TABLE lead_origins (lead_id VARCHAR, source VARCHAR, ticket_id VARCHAR, signal VARCHAR)")
    for n in range(30):
        con.execute("INSERT INTO lead_origins VALUES (?, 'zendesk', ?, 'churn_risk')", [f"L-{n}", str(n)])
        office.add("scores", ticket_id=str(n), signal="churn_risk", probability=0.9)
        if n < 19:
            office.typed(f"L-{n}", "not_a_signal" if n % 2 else "won")
    office.typed("L-25", "wrong_account")  # says nothing of the signal
    (few,) = calibration(con)
    assert few.sentence == "churn_risk: 19 of 20 judged leads, too few to say"
    office.typed("L-20", "contacted")
    office.typed("L-0", "not_a_signal")  # the last word counts
    (enough,) = calibration(con)
    assert (enough.real.hits, enough.real.among) == (10, 20)
    assert enough.sentence.endswith("90% expected: fewer than expected")


@pytest.mark.parametrize("text", ["[watch]\nsensitivity = 'shrill'", "[watch]\nreference_days = 3", "[watch]\nx = 1"])
def test_an_impossible_setting_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "ticketscout.toml").write_text(text)
    with pytest.raises(BadConfiguration, match=r"watch\."):
        load_settings(Home(tmp_path))
