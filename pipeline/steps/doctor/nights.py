"""Checks of what the last night said: input set aside, tickets without an account, channels, lists, the watch."""

from __future__ import annotations

import os
from collections.abc import Iterator

from pipeline.digest.send import in_words
from pipeline.steps.delivering.ledger import channel_states
from pipeline.steps.doctor.finding import Finding, Looked, look, wrong
from pipeline.steps.manifest import latest_counts
from pipeline.steps.watching.watched import serious
from pipeline.warehouse import has_table, scalar

_MANY = 0.5  # of tickets without an account


def rejects(looked: Looked) -> Iterator[Finding]:
    """Nothing of the input was set aside by a fault."""
    counts = latest_counts(looked.opened, "ingest")
    share, aside = counts.get("fault_share", 0.0), sum(counts.get("set_aside", {}).values())
    if not aside:
        return
    say = wrong if share > looked.given.tolerate else look
    yield say(
        f"{aside:,} records of the last input were set aside, {share:.1%} of it by a fault",
        "see ticketscout status, mend the files, then ticketscout ingest --tickets FILES --retry-rejects.",
    )


def unmatched(looked: Looked) -> Iterator[Finding]:
    """Most tickets belong to an account."""
    con = looked.opened
    if not has_table(con, "ticket_states"):
        return
    tickets, without = (
        int(scalar(con, f"SELECT count(*) FROM ticket_states {where}")) for where in ("", "WHERE account_id IS NULL")
    )
    if without > _MANY * tickets:
        yield look(
            f"{without:,} of {tickets:,} tickets belong to no account",
            "give nightly --accounts with ids, or domains, of your customers; see unmatched.csv.",
        )


def channels(looked: Looked) -> Iterator[Finding]:
    """Each channel has its address, and heard what it should."""
    states = {name: (failed, error) for name, _, failed, error in channel_states(looked.opened)} if looked.con else {}
    for channel in looked.given.deliver:
        if not os.environ.get(channel.url_env, "").strip():
            yield wrong(f"{channel.name} has no address", f"set {channel.url_env} in the environment of the run.")
            continue
        failed, error = states.get(channel.name, (0, ""))
        if failed:
            yield look(f"{channel.name}: {failed} not delivered, {in_words(error)}", "run ticketscout deliver.")


def inbox(looked: Looked) -> Iterator[Finding]:
    """Lists that people handed back could be read."""
    for line in latest_counts(looked.opened, "feedback").get("unreadable_files", []):
        yield look(line.rstrip("."), "save that list again as CSV and put it into data/feedback/inbox.")


def watch(looked: Looked) -> Iterator[Finding]:
    """The last night was not unlike others."""
    last = scalar(looked.opened, "SELECT max(as_of) FROM nights")
    for sentence in serious(looked.opened, last) if last else []:
        yield look(sentence, "see what changed in the helpdesk or the models: ticketscout models.")
