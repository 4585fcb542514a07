"""Small nights, decided again: without changes as they were, with changes as they would have been."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest

from pipeline.config import Settings
from pipeline.errors import UsageError
from pipeline.schema.history import CHANGES
from pipeline.steps.keys import check_keys
from pipeline.steps.replaying.compare import FEWER, MORE, Comparison, compare
from pipeline.steps.replaying.days import nights_between
from pipeline.steps.replaying.policy import changed, policy_of, under
from pipeline.steps.replaying.replay import OTHER, THEN, WhatIf, differing, replayed, thresholds_of
from pipeline.warehouse import Connection
from tests.unit.leads.small_nights import AS_OF, Office, ago
from tests.warehouse_rows import Row, rows_of

DAY = timedelta(days=1)


class Decided:
    """Nights of an office and what each listed; day 0 is AS_OF."""

    def __init__(self, office: Office) -> None:
        self.office, self.listed = office, dict[date, list[tuple[Any, ...]]]()

    def night(self, day: int = 0, **settings: Any) -> list[Row]:
        leads = self.office.decide(AS_OF + day * DAY, **settings)
        self.listed[AS_OF + day * DAY] = sorted((r["lead_id"], r["place"], r["motion"], r["status"]) for r in leads)
        return leads

    def run(self, statement: str) -> None:
        self.office.con.execute(statement)

    @contextmanager
    def again(self, first: int = 0, what_if: WhatIf | None = None, **settings: Any) -> Iterator[Connection]:
        nights = nights_between(self.office.con, AS_OF + first * DAY, None).replayed
        with replayed(self.office.con, Settings(**settings), nights, what_if or WhatIf()) as past:
            yield past

    def comes_out_as_decided(self) -> None:
        """From the first night on, and from the second with the ledger of the first."""
        check_keys(self.office.con)
        for first in list(self.listed)[:2]:
            with self.again((first - AS_OF).days) as past:
                assert differing(past) == (0, 0), first
                for as_of in (day for day in self.listed if day >= first):
                    found = past.execute(
                        "SELECT lead_id, place, motion, status FROM replayed_leads WHERE scenario = ? AND as_of = ? "
                        "ORDER BY ALL",
                        [THEN, as_of],
                    ).fetchall()
                    assert found == self.listed[as_of], (first, as_of)

    def compared(self, first: int = 0, **what_if: Any) -> Comparison:
        with self.again(first, WhatIf(**what_if)) as past:
            return compare(self.office.con, past)


@pytest.fixture
def decided(office: Office) -> Decided:
    return Decided(office)


def test_released_updated_and_expired(decided: Decided) -> None:
    decided.office.wish()
    decided.office.ticket("2", status="open", priority="urgent")
    assert [lead["place"] for lead in decided.night()] == ["held"]
    decided.run("UPDATE tickets SET status = 'solved'")
    assert [lead["status"] for lead in decided.night(1)] == ["released"]
    decided.office.wish("3", at=ago(days=-2, hours=3))
    assert [lead["status"] for lead in decided.night(2)] == ["updated"]
    assert decided.night(40) == []
    decided.comes_out_as_decided()


def test_an_outcome_counts_from_the_night_that_read_it(decided: Decided) -> None:
    """Accepted between two nights: offers rest under asked_lately. Won after the last decision of a day, on that very
    day: that night did not know, the next did."""
    decided.office.wish()
    (lead,) = decided.night()
    decided.office.typed(lead["lead_id"], "accepted", AS_OF + DAY)
    decided.office.wish("2", ("product", "Audit Log"), at=ago(days=-1, hours=2))
    assert [one["place"] for one in decided.night(1)].count("held") == 1
    decided.office.typed(lead["lead_id"], "won", AS_OF + DAY)
    assert len(decided.listed[AS_OF + DAY]) == 2
    assert len(decided.night(2)) == 1
    decided.comes_out_as_decided()


def test_a_lead_answered_on_its_first_day_when_the_night_is_decided_again(decided: Decided) -> None:
    decided.office.ticket("1", status="open")
    decided.office.says("1", "asks", signal="upgrade_intent")
    (lead,) = decided.night()
    decided.office.typed(lead["lead_id"], "won", AS_OF)
    assert decided.night() == []
    assert decided.night(1) == []
    decided.comes_out_as_decided()


def test_a_closed_pitch_rests_and_comes_back(decided: Decided) -> None:
    decided.office.wish()
    (lead,) = decided.night()
    decided.office.typed(lead["lead_id"], "lost", AS_OF + DAY)
    decided.office.wish("2", at=ago(days=-3, hours=1))
    assert [decided.night(day, cool_down_days=5) for day in (1, 3)] == [[], []]
    assert [one["sequence"] for one in decided.night(8, cool_down_days=5)] == [2]
    decided.comes_out_as_decided()


def test_an_owner_a_price_and_an_account_that_changed(decided: Decided) -> None:
    """The caps then count otherwise, the order is another, the account is gone."""
    decided.office.wish()
    decided.office.wish("2", account="A-2")
    decided.run("UPDATE accounts SET arr = 9000 WHERE account_id = 'A-2'")
    places = {lead["account_id"]: lead["place"] for lead in decided.night(caps={"leads": 1})}
    assert places == {"A-1": "waiting", "A-2": "listed"}
    decided.run("UPDATE accounts SET owner_email = 'bob@vendor.example', arr = 5 WHERE account_id = 'A-2'")
    assert [lead["place"] for lead in decided.night(1, caps={"leads": 1})] == ["listed", "open"]
    decided.run("DELETE FROM accounts WHERE account_id = 'A-2'")
    assert len(decided.night(2)) == 1
    decided.run("INSERT INTO marked VALUES ('opted_out', 'A-1', '', '')")
    assert [lead["place"] for lead in decided.night(3)] == ["held"]
    decided.comes_out_as_decided()


def test_an_account_that_was_found_late(decided: Decided) -> None:
    """The requester's organization comes a night after the ticket."""
    decided.office.wish()
    decided.run("UPDATE tickets SET organization_id = NULL")
    assert decided.night() == []
    decided.office.add("contacts", contact_id="A-1-a", organization_id="org-A-1")
    assert [lead["place"] for lead in decided.night(1)] == ["listed"]
    decided.comes_out_as_decided()


def test_a_ticket_that_was_deleted_and_one_that_was_edited(decided: Decided) -> None:
    decided.office.wish()
    decided.office.wish("2", account="A-2")
    assert len(decided.night()) == 2
    for table in ("tickets", "messages", "scores", "facts"):
        decided.run(f"DELETE FROM {table} WHERE ticket_id = '1'")
    decided.run("UPDATE tickets SET status = 'open' WHERE ticket_id = '2'")
    decided.run("UPDATE messages SET text = 'one more word ' || repeat('and one ', 40) WHERE ticket_id = '2'")
    assert [lead["place"] for lead in decided.night(1)] == ["held"]
    decided.comes_out_as_decided()


def test_each_night_keeps_its_own_rules(decided: Decided, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the environment has another idea by now."""
    decided.office.wish()
    decided.office.ticket("2", rating="bad", updated_at=ago(days=3))
    assert [lead["place"] for lead in decided.night()] == ["held"]
    assert [lead["place"] for lead in decided.night(1, rules={"bad_rating": {"days": 2}})] == ["listed"]
    assert [lead["place"] for lead in decided.night(2, rules={"bad_rating": {"enabled": False}})] == ["open"]
    monkeypatch.setenv("TICKETSCOUT_CAPS__LEADS", "99")
    monkeypatch.setenv("TICKETSCOUT_RULES", '{"bad_rating": {"enabled": true}}')
    decided.comes_out_as_decided()


def test_a_night_decided_again_replaces_what_was_kept(decided: Decided) -> None:
    decided.office.wish()
    decided.night()
    decided.run("UPDATE tickets SET status = 'open', priority = 'urgent'")
    decided.night(1)
    decided.run("UPDATE tickets SET status = 'solved'")
    decided.night(1)
    decided.run("UPDATE tickets SET status = 'closed'")
    decided.night(1)
    decided.comes_out_as_decided()
    states = decided.office.con.execute(
        "SELECT status, valid_from, valid_to FROM history_tickets ORDER BY ALL"
    ).fetchall()
    assert states == [("closed", AS_OF + DAY, None), ("solved", AS_OF, AS_OF + DAY)]


def test_a_quiet_night_keeps_nothing_and_no_row_has_text(decided: Decided) -> None:
    decided.office.wish("1", ("competitor", "Mustermann Ltd"), ("vulnerable", "illness"))
    decided.run("UPDATE messages SET text = 'Words that only messages may have.'")
    decided.run("UPDATE scores SET quote = 'Words that only scores may have.', reasons = '[]'")
    decided.night()
    before = {table.name: rows_of(decided.office.con, f"FROM {table.name} ORDER BY ALL") for table in CHANGES}
    decided.night(1)
    assert before == {table.name: rows_of(decided.office.con, f"FROM {table.name} ORDER BY ALL") for table in CHANGES}
    told = str(before)
    assert "only" not in told and "Mustermann" not in told and "illness" not in told
    for name, keys in {
        "tickets": "requester_id",
        "messages": "author_id",
        "scores": "ticket_id",
        "facts": "ticket_id",
    }.items():
        assert keys in before[f"history_{name}"][0]


def test_a_lower_threshold_sends_what_was_not_a_signal(decided: Decided) -> None:
    """A save was under the threshold: it has no sentence, so the message's beginning is shown. Their pitch is held."""
    decided.office.wish()
    decided.office.ticket("2", "A-2")
    decided.office.says("2", at=ago(days=3), signal="churn_risk", author="A-2-a")
    decided.run("UPDATE messages SET text = 'We may look elsewhere ' || repeat('and on ', 40) WHERE ticket_id = '2'")
    decided.run(
        "UPDATE scores SET is_signal = false, probability = 0.4, quote = NULL, subtype = NULL WHERE ticket_id = '2'"
    )
    decided.office.wish("3", account="A-2")
    assert [(lead["account_id"], lead["place"]) for lead in decided.night()] == [("A-1", "listed"), ("A-2", "listed")]
    for threshold, signals in ((0.41, 0), (0.4, 1), (0.0, 1)):
        found = decided.compared(thresholds=(("churn_risk", threshold),))
        assert [one.what for one in found.sent] == [MORE, FEWER][: 2 * signals]
    save, pitch = found.sent
    assert (save.motion, save.account, save.why) == ("save", "A-2", "under the threshold (0.40)")
    assert save.quote.startswith("We may look elsewhere and on") and save.quote.endswith("…") and len(save.quote) <= 160
    assert (pitch.motion, pitch.account, pitch.why, pitch.quote) == ("offer", "A-2", "held by churn_live", "Hello.")
    assert found.otherwise == (0, 0)


def test_a_higher_threshold_says_what_became_of_what_it_would_not_have_sent(decided: Decided) -> None:
    for number, (account, outcome) in enumerate((("A-1", "accepted"), ("A-2", "not_a_signal"))):
        decided.office.wish(str(number), account=account)
        decided.run(f"UPDATE scores SET probability = 0.6 WHERE ticket_id = '{number}'")
        leads = decided.night(number)
        decided.office.typed(leads[-1]["lead_id"], outcome, AS_OF + 3 * DAY)
    found = decided.compared(thresholds=(("upgrade_intent", 0.7),))
    assert [(one.what, one.outcome, one.why) for one in found.sent] == [
        (FEWER, "accepted", "under the threshold (0.60)"),
        (FEWER, "not_a_signal", "under the threshold (0.60)"),
    ]
    (row,) = found.became
    assert (row["sent"], row["leads"], row["taken_up"], row["no_signal"], row["no_answer"]) == (FEWER, 2, 1, 1, 0)


def test_both_go_on_from_the_same_ledger_with_what_they_decided_themselves(decided: Decided) -> None:
    """Without the rule the lead is sent on the first night, and is no news on the second."""
    decided.office.wish()
    decided.office.ticket("2", status="open", priority="urgent")
    decided.night()
    decided.run("UPDATE tickets SET status = 'solved'")
    decided.night(1)
    found = decided.compared(rules=("urgent_open=off",))
    assert (found.sent, found.on_another_night) == ([], 1)
    assert [(r["listed"], r["listed_what_if"], r["held"], r["held_what_if"]) for r in found.by_night] == [
        (0, 1, 1, 0),
        (1, 0, 0, 0),
    ]
    assert decided.compared(first=1, rules=("urgent_open=off",)).on_another_night == 0


def test_a_limit_of_the_list_and_the_settings_of_today(decided: Decided) -> None:
    decided.office.wish()
    decided.office.wish("2", account="A-2")
    decided.night(caps={"leads": 1})
    (more,) = decided.compared(rules=("caps.leads=2",)).sent
    assert (more.what, more.why) == (MORE, "over the limit of the day's list")
    assert len(decided.compared(from_now=True).sent) == 1
    (fewer,) = decided.compared(rules=("caps.leads=1", "expiry.leads=1")).sent
    assert (fewer.what, fewer.why) == (FEWER, "no lead that night")


def test_words_that_were_erased_since_are_counted_and_not_shown(decided: Decided) -> None:
    decided.office.wish()
    decided.run("UPDATE scores SET start_offset = 0, end_offset = 6")
    decided.night()
    what_if = {"thresholds": (("upgrade_intent", 0.95),)}
    assert [(one.quote, decided.compared(**what_if).erased) for one in decided.compared(**what_if).sent] == [
        ("Hello.", 0)
    ]
    decided.run("UPDATE messages SET text = 'Hullo there.'")
    assert [(one.quote, decided.compared(**what_if).erased) for one in decided.compared(**what_if).sent] == [("", 1)]
    decided.run("DELETE FROM messages")
    assert decided.compared(**what_if).erased == 1


def test_what_was_erased_from_history_is_said(decided: Decided) -> None:
    decided.office.wish()
    decided.night()
    decided.run("DELETE FROM history_messages")
    assert decided.compared().otherwise == (1, 1)


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
    assert OTHER != THEN
