"""What is trained on and what is held out: by account, by time, by words, the same from run to run."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pipeline.learning.labels import Row
from pipeline.learning.splits import RECENT_SHARE, is_frozen, split
from pipeline.scoring.said import Said
from tests.local_words import local_labels


def _accounts(rows: tuple[Row, ...]) -> set[str | None]:
    return {row.group for row in rows}


def _with(row: Row, **fields: Any) -> Row:
    return replace(row, fields={**row.fields, **fields})


def test_no_account_of_the_frozen_fifth_is_trained_on() -> None:
    parts = split(local_labels(300))
    assert not _accounts(parts.training) & _accounts(parts.frozen)
    assert min(len(parts.training), len(parts.frozen), len(parts.recent)) > 20
    assert len({row.id for row in (*parts.training, *parts.held_out)}) == len(parts.training) + len(parts.held_out)


def test_few_accounts_leave_something_to_train_on() -> None:
    """Every account of a small home has a new random question sooner or later."""
    rows = [replace(row, group=f"A-{n % 40}") for n, row in enumerate(local_labels(300))]
    assert len(split(rows).training) > 120


def test_about_a_fifth_of_accounts_is_frozen_and_stays_so_when_labels_come() -> None:
    accounts = [f"A-{n}" for n in range(2000)]
    assert 0.17 < sum(map(is_frozen, accounts)) / len(accounts) < 0.24
    fewer, more = split(local_labels(300)[:150]), split(local_labels(300))
    assert {row.id for row in fewer.frozen} < {row.id for row in more.frozen}


def test_recent_are_the_newest_random_questions_of_other_accounts() -> None:
    rows = local_labels(300)
    parts = split(rows)
    asked = [row for row in rows if row.fields["is_random"] and not is_frozen(str(row.group))]
    assert len(parts.recent) == round(len(asked) * RECENT_SHARE)
    assert all(row.fields["is_random"] for row in parts.recent)
    others = {row.id for row in asked} - {row.id for row in parts.recent}
    newest = max(row.fields["said_on"] for row in asked if row.id in others)
    assert min(row.fields["said_on"] for row in parts.recent) >= newest


def test_what_was_held_out_as_recent_is_never_trained_on_by_the_next_model_and_measured_again() -> None:
    """Newer questions push the line forward: what a later champion may have learnt from is not asked again."""
    earlier, later = split(local_labels(300)[:200]), split(local_labels(300))
    assert not {row.id for row in earlier.training} & {row.id for row in later.held_out}


def test_near_duplicates_of_what_is_held_out_are_not_trained_on() -> None:
    rows = local_labels(120)
    held = split(rows).frozen[0]
    free = next(f"B-{n}" for n in range(99) if not is_frozen(f"B-{n}"))
    copy = replace(held, id="copy", group=free, fields=held.fields | {"is_random": False})
    other = replace(copy, id="other", turns=(Said("customer", "something that nobody else has ever said to us"),))
    trained = {row.id for row in split([*rows, copy, other]).training}
    assert "other" in trained and "copy" not in trained


def test_feedback_and_rules_are_learnt_from_but_measure_nothing() -> None:
    rows = [_with(row, origin="feedback" if n % 3 else "rule") for n, row in enumerate(local_labels(100))]
    parts = split(rows)
    assert parts.training and not parts.held_out


def test_nothing_in_nothing_out() -> None:
    parts = split([])
    assert (parts.training, parts.held_out) == ((), ())
