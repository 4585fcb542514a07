"""Which nights, thresholds and rules can be asked for when nights are decided again, and which cannot."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.config import Settings
from pipeline.errors import UsageError
from pipeline.steps.replaying.days import nights_between
from pipeline.steps.replaying.policy import changed, policy_of, under
from pipeline.steps.replaying.replay import thresholds_of
from pipeline.warehouse import Connection
from tests.unit.leads.small_nights import AS_OF
from tests.unit.steps.replayed_nights import DAY, Decided


def test_nights_without_history_are_left_out_and_said(decided: Decided) -> None:
    decided.office.wish()
    for day in range(4):
        decided.night(day)
    decided.run(f"DELETE FROM history_nights WHERE as_of = DATE '{AS_OF}' + 1")
    nights = nights_between(decided.office.con, None, None)
    assert [night.as_of for night in nights.replayed] == [AS_OF + 2 * DAY, AS_OF + 3 * DAY]
    assert (nights.without, nights.last_without) == (2, AS_OF + DAY)
    decided.run(f"UPDATE nights SET decided_at = decided_at + INTERVAL 1 HOUR WHERE as_of = DATE '{AS_OF}' + 3")
    with pytest.raises(UsageError, match="the 4 nights up to 2026-11-23 cannot be replayed"):
        nights_between(decided.office.con, None, None)
    decided.run("DROP TABLE history_nights")
    with pytest.raises(UsageError, match="before Ticketscout kept"):
        nights_between(decided.office.con, None, None)


@pytest.mark.parametrize(
    ("start", "end", "says"),
    [
        (AS_OF + 9 * DAY, None, "--from 2026-11-29 lies after the last night decided here, 2026-11-23"),
        (None, AS_OF + 9 * DAY, "--to 2026-11-29 lies after the last night"),
        (AS_OF + DAY, AS_OF, "--from 2026-11-21 lies after --to 2026-11-20"),
        (AS_OF + DAY, AS_OF + DAY, "no night was decided here on 2026-11-21: the nearest is 2026-11-20"),
        (None, AS_OF - DAY, "no night was decided here from 2026-10-23 to 2026-11-19"),
    ],
)
def test_days_that_cannot_be_replayed(decided: Decided, start: date | None, end: date | None, says: str) -> None:
    decided.night()
    decided.night(3)
    with pytest.raises(UsageError, match=says):
        nights_between(decided.office.con, start, end)


def test_a_warehouse_without_a_night(con: Connection) -> None:
    with pytest.raises(UsageError, match="no night was decided here yet"):
        nights_between(con, None, None)


def test_thresholds_are_numbers_of_known_signals(decided: Decided) -> None:
    decided.night()
    assert thresholds_of(decided.office.con, ["praise=0", "churn_risk = 0.3"]) == (("churn_risk", 0.3), ("praise", 0.0))
    for wrong in (
        "churn=0.3",
        "churn_risk",
        "churn_risk=1.1",
        "churn_risk=-0.1",
        "churn_risk=nan",
        "churn_risk=low",
        "=",
    ):
        with pytest.raises(UsageError, match="--threshold"):
            thresholds_of(decided.office.con, [wrong])


@pytest.mark.parametrize(
    "wrong",
    [
        "asked_late=off",
        "asked_lately",
        "asked_lately=perhaps",
        "asked_lately.days=-1",
        "asked_lately.days=soon",
        "angry.hours=2",
        "churn_live.days=3",
        "caps.leads=0",
        "caps.lead=3",
        "caps=3",
        "expiry.saves=x",
        "value.upgrade_share=2",
        "put_away_days=0",
        "cool_down_days.x=1",
        "tolerate=1",
        "=off",
        "",
    ],
)
def test_rules_that_cannot_be(wrong: str) -> None:
    with pytest.raises(UsageError, match=r"^--rule .*[a-z.]{5}"):
        changed(Settings(), [wrong])


def test_what_can_be_otherwise() -> None:
    policy = changed(
        under(Settings(), policy_of(Settings())),
        [
            "angry.days=3",
            "angry=off",
            "angry=on",
            "caps.leads=2",
            "expiry.saves=9",
            "cool_down_days=0",
            "put_away_days=2",
        ],
    )
    assert (policy.rules["angry"].days, policy.rules["angry"].enabled) == (3, True)
    assert (policy.caps.leads, policy.caps.saves, policy.expiry.saves) == (2, 25, 9)
    assert (policy.cool_down_days, policy.put_away_days) == (0, 2)
    assert under(Settings(), policy_of(policy)) == policy
