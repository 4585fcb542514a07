"""`ticketscout review export` on the sample's two nights, as people run it: what is asked, of whom, and never twice."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from pipeline.steps.review.export import COLUMNS
from tests.contract.homes import call, run
from tests.contract.review_lists import OWN_SIGNAL, answer, ask, bring, by_turns, read, table, write

Copy = Callable[[Path], Path]


@pytest.fixture
def home(finished: Path, copy_of: Copy) -> Path:
    return copy_of(finished)


def test_the_queue_as_people_run_it(home: Path, tmp_path: Path) -> None:
    done = run(home, "review", "export", "-n", "40", "--out", tmp_path / "q.csv")
    assert (done.returncode, done.stdout) == (0, "")
    rows = read(tmp_path / "q.csv")
    assert tuple(rows[0]) == COLUMNS and len(rows) == 40
    assert Counter(row["signal"] for row in rows) == dict.fromkeys(
        ("churn_risk", "praise", "unmet_need", "upgrade_intent"), 10
    )
    assert all(row["conversation"].startswith("[0] ") and row["suggested_evidence"] for row in rows)
    assert not any(row["decision"] or row["decided_by"] or row["note"] for row in rows)
    why = table(home, "SELECT signal, why, count(*) AS n FROM questions GROUP BY ALL ORDER BY ALL")
    assert {(one["signal"], one["why"]) for one in why if one["n"] >= 2} >= {
        (signal, why) for signal in ("churn_risk", "praise") for why in ("random", "uncertain", "diverse")
    }
    assert table(home, "FROM questions WHERE (why = 'random') <> (inclusion IS NOT NULL)") == []
    assert table(home, "FROM questions WHERE asked_on <> '2026-11-20'") == []  # the night's day, not today's


def test_nothing_is_asked_twice_and_the_random_share_is_never_zero(home: Path, tmp_path: Path) -> None:
    """Until all tickets were asked about; also where the share that is asked for is next to nothing."""
    seen: set[tuple[str, str]] = set()
    for part in range(12):
        rows = ask(home, tmp_path / f"{part}.csv", "-n", "30", "--signal=praise", "--random-share=0.0001")
        pairs = [(row["example_id"], row["signal"]) for row in rows]
        assert len(set(pairs)) == len(pairs) and not seen & set(pairs)
        before, seen = len(seen), seen | set(pairs)
        random = table(home, "FROM questions WHERE why = 'random'")
        if rows:
            assert len({(one["example_id"], one["signal"]) for one in random} & set(pairs)) >= min(len(rows), 3)
        assert len(seen) - before == 30 or len(rows) < 30
        if not rows:
            break
    assert not rows
    tickets = table(home, "SELECT count(DISTINCT ticket_id) AS n FROM messages WHERE role = 'customer' AND is_public")
    assert len(seen) >= tickets[0]["n"] - 3  # the same words are one question


def test_the_same_night_asks_the_same_and_the_model_is_not_shown(home: Path, finished: Path, tmp_path: Path) -> None:
    shutil.copytree(finished, tmp_path / "other")
    one = ask(home, tmp_path / "1.csv", "-n", "16")
    other = ask(tmp_path / "other", tmp_path / "2.csv", "-n", "16")
    assert one == other
    shown = ask(home, tmp_path / "3.csv", "-n", "4", "--show-model")
    assert "probability" in shown[0] and not {"probability", "why", "inclusion"} & set(one[0])


def test_chosen_questions_do_not_thin_out_the_random_draw(home: Path, tmp_path: Path) -> None:
    """A ticket that was asked about because the model was uncertain counts as random once the draw meets it."""
    ask(home, tmp_path / "1.csv", "-n", "50", "--signal=praise")
    chosen = {one["example_id"] for one in table(home, "FROM questions WHERE why <> 'random'")}
    ask(home, tmp_path / "2.csv", "-n", "8", "--signal=praise", "--random-share=1")
    random = {one["example_id"]: one for one in table(home, "FROM questions WHERE why = 'random'")}
    assert chosen & set(random)
    assert all(0 < one["inclusion"] <= 1 for one in random.values())


def test_a_signal_of_the_home_alone_is_asked_and_labelled(home: Path, tmp_path: Path) -> None:
    """Without a model: nothing is uncertain, but random and diverse there is."""
    (home / "models" / "signals").mkdir(parents=True)
    (home / "models" / "signals" / "parcel_question.toml").write_text(OWN_SIGNAL, encoding="utf-8")
    rows = ask(home, tmp_path / "q.csv", "-n", "10", "--signal=parcel_question")
    assert Counter(one["why"] for one in table(home, "FROM questions")) == {"random": 2, "diverse": 8}
    bring(home, write(tmp_path / "a.csv", answer(rows, by_turns)))
    shown = call(home, "review", "labels", "--signal=parcel_question").stdout
    assert shown.startswith("parcel_question: 2 yes, 6 no, 2 cannot be said, 0 disputed")
    assert "prevalence" in shown and "recall" not in shown


def test_an_old_home_gets_the_tables(finished: Path, copy_of: Copy, tmp_path: Path) -> None:
    home = copy_of(finished)
    with duckdb.connect(str(home / "data" / "warehouse.duckdb")) as con:
        for name in ("examples", "labels", "questions", "feedback_examples"):
            con.execute(f"DROP TABLE {name}")
    assert ask(home, tmp_path / "q.csv", "-n", "4")
