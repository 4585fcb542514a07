"""A night or a sync that is killed at any point and started again ends as an undisturbed one: same bytes, same tables,
nothing twice, no leftovers, every outcome that a person typed. A handful here; `make faults` kills 200 times.
"""

from __future__ import annotations

from pathlib import Path

from tests.faults.kills import Killer, Tally, groups, kill
from tests.faults.scenes import scenes
from tests.once import IN_FULL

SEED = 20261120


# Reading a helpdesk's API and the night after it have every step; plain nights are killed in full.
SCENES, KILLS = (("night", "sync"), 14) if IN_FULL else (("sync",), 4)


def test_killed_at_steps_at_files_and_at_moments_it_ends_as_if_undisturbed(tmp_path: Path) -> None:
    tally = kill(tmp_path, KILLS, SEED, only=SCENES)
    assert tally.different == []
    assert tally.total >= KILLS


def test_points_are_those_of_the_code_and_a_difference_is_seen(tmp_path: Path) -> None:
    """Every step that a night declares is among them, and the rename that ends it; and what is compared is filled."""
    from pipeline.steps.night import STEPS

    with scenes(tmp_path, ("sync",)) as made:
        killer = Killer(made["sync"], tmp_path)
        assert {f"{step}: {when} {step}" for step in ("sync", *STEPS) for when in ("before", "after")} <= set(
            killer.points
        )
        assert "deliver: rename data/unfinished.duckdb" in killer.points
        assert next(groups(killer, 7, SEED)) != next(groups(killer, 7, SEED + 1))
        assert killer.left["tickets"] and killer.left["leads"] and killer.left["vault.people"]
        killer.left["tickets"] = killer.left["tickets"][1:]
        tally = Tally()
        killer.group([], tally)
        assert len(tally.different) == 1 and "tickets" in tally.different[0]
