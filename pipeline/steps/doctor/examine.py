"""Every check of a home, in one list. Reads only: no lock of a writer, no file changed, no network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from datetime import datetime
from typing import Literal, NamedTuple

import duckdb

from pipeline.config import Home, load_settings
from pipeline.errors import BadConfiguration, Busy, StepFailed, TicketscoutError, UsageError
from pipeline.steps.doctor import learnt, nights, place, stored
from pipeline.steps.doctor.finding import Finding, Looked, look, of_error, well, wrong
from pipeline.warehouse import open_to_read

Needs = Literal["settings", "warehouse"]


class Check(NamedTuple):
    """Its name, what finds, what is so where it finds nothing, and what it cannot do without."""

    name: str
    find: Callable[[Looked], Iterator[Finding]]
    title: str
    needs: tuple[Needs, ...] = ()


CHECKS = (
    Check("packages", place.packages, "all are of versions we know"),
    Check("settings", place.settings, "every setting is understood"),
    Check("folder", place.folder, "for its owner alone, and can be written"),
    Check("disk", place.disk, "nothing is stored yet"),
    Check("warehouse", stored.warehouse, "opens, of our version"),
    Check("runs", stored.at_work, "none is at work, none was stopped"),
    Check("erasure", stored.erasure, "none waits to be ended"),
    Check("night", stored.night, "the last one is of the last day and a half", ("warehouse",)),
    Check("vault", stored.vault, "opens"),
    Check("signals", learnt.signals, "every spec is valid"),
    Check("models", learnt.models, "every signal has one that loads"),
    Check("retrain", learnt.retrain, "no model is due", ("warehouse",)),
    Check("facts", learnt.facts, "facts and cues can be read"),
    Check("crm", learnt.crm, "files of the settings can be read", ("settings",)),
    Check("rejects", nights.rejects, "nothing of the last input was set aside", ("settings", "warehouse")),
    Check("unmatched", nights.unmatched, "most tickets belong to an account", ("warehouse",)),
    Check("channels", nights.channels, "each has its address and heard all", ("settings",)),
    Check("inbox", nights.inbox, "every list could be read", ("warehouse",)),
    Check("watch", nights.watch, "nothing serious about the last night", ("warehouse",)),
)
# What stands in libraries' errors may be a customer's, so only the kind is said.
_AGAIN = "put that file back from a backup, or start in a new --home."


def examine(home: Home, at: datetime) -> list[tuple[str, Finding]]:
    """What each check finds, in the order of `CHECKS`; at least one finding a check. `at`: UTC, without zone."""
    with ExitStack() as stack:
        settings = con = broken = None
        with suppress(BadConfiguration, OSError):  # the check of settings says it
            settings = load_settings(home)
        if home.warehouse.exists():
            try:
                con = stack.enter_context(open_to_read(home))
            except (UsageError, Busy) as error:
                broken = of_error(error)
            except (StepFailed, OSError, duckdb.Error) as error:
                broken = wrong(f"{home.warehouse} cannot be read ({type(error).__name__})", _AGAIN)
        looked = Looked(home, settings, con, at)
        found = []
        for check in CHECKS:
            findings = [broken] if broken and check.name == "warehouse" else _findings(check, looked)
            found += [(check.name, one) for one in findings]
        return found


def _findings(check: Check, looked: Looked) -> list[Finding]:
    there = {"settings": looked.settings, "warehouse": looked.con}
    if missing := [need for need in check.needs if there[need] is None]:
        return [look("not looked at", f"see {missing[0]} above first.")]
    try:
        return list(check.find(looked)) or [well(check.title)]
    except TicketscoutError as error:
        return [of_error(error)]
    except OSError as error:
        return [wrong(f"{error.filename or 'a file'} cannot be read ({type(error).__name__})", _AGAIN)]
    except duckdb.Error as error:
        return [wrong(f"its file is no database of ours ({type(error).__name__})", _AGAIN)]
