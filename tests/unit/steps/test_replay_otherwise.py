"""Small nights, decided again with changes: as they would have been, and what became of what differs."""

from __future__ import annotations

from pipeline.steps.replaying.compare import FEWER, MORE
from tests.unit.leads.small_nights import AS_OF, ago
from tests.unit.steps.replayed_nights import DAY, Decided


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
