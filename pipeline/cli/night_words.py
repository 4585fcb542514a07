"""What is said of the counts of a night's steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from pipeline.cli.progress import say

if TYPE_CHECKING:
    from pipeline.steps.night import Night


def say_ingest(counts: dict[str, Any]) -> None:
    """What was read, as what, and what was set aside."""
    from pipeline.sources.reasons import REMARKS  # here, so that --help does not wait for all sources

    for taken in counts.get("taken_for", []):
        say(f"taken for {taken}")
    if "read" in counts:
        aside = sum(counts["set_aside"].values())
        reasons = ", ".join(f"{count} {reason}" for reason, count in counts["set_aside"].items())
        say(
            f"read {counts['read']} records: {counts['stored']} stored, {aside} set aside"
            + (f" ({reasons})" if reasons else "")
        )
    for day, count in counts.get("already_read", {}).items():
        files = "1 file was" if count == 1 else f"{count} files were"
        say(f"{files} already read{f' on {day}' if day else ''}, not read again: these counts are of then")
    for remark, count in counts.get("remarks", {}).items():
        say(f"{count} records are stored though {REMARKS[remark]}")
    for reason, count in counts.get("people_set_aside", {}).items():
        say(f"users and organizations: {count} set aside ({reason})")
    for name, count in counts.get("crm", {}).items():
        if count["set_aside"] or count["unreadable"]:
            say(
                f"{name}: {count['rows']} rows, {count['set_aside']} set aside, "
                f"{count['unreadable']} cells could not be read"
            )


def say_publish(counts: dict[str, Any]) -> None:
    """What nobody gets to see, and why."""
    without = counts["rows"].get("unmatched.csv", 0)
    if without and not counts["accounts"]:
        signals = "1 signal belongs" if without == 1 else f"{without} signals belong"
        say(f"{signals} to no account (no accounts were given): see unmatched.csv, and give --accounts")


def say_feedback(counts: dict[str, Any]) -> None:
    """What people typed."""
    say(f"read {counts['outcomes']} outcomes")
    if praise := counts["praise"]:
        say(f"{praise} {'piece' if praise == 1 else 'pieces'} of praise: what stands under passed_on is taken over")
    for name in ("unknown_leads", "not_understood", "conflicts", "unreadable_files"):
        for line in counts[name]:
            say(f"{name.replace('_', ' ')}: {line}")


def leave(night: Night, counts: dict[str, Any]) -> None:
    """Leaves with 1 where too much of the input was set aside."""
    if counts.get("fault_share", 0.0) > night.settings.tolerate:
        say(
            f"ticketscout: more than {night.settings.tolerate:.0%} of the input was set aside; see the manifest, "
            "or raise `tolerate` in ticketscout.toml."
        )
        raise typer.Exit(1)
