"""Every error a user can cause: what is wrong, where, and what to do about it, in one sentence.

The command line prints the sentence without a traceback and leaves with `exit_code`
(the codes are the contract's: 2 wrong use or configuration, nothing written; 3 failed, safe to run again).
"""

from __future__ import annotations

import traceback
from pathlib import Path


class TicketscoutError(Exception):
    """Base of all errors meant for people."""

    exit_code = 3


class UsageError(TicketscoutError):
    """Wrong use or configuration; nothing was written."""

    exit_code = 2


class InputNotFound(UsageError):
    """A path the user named does not exist."""


class UnknownFormat(UsageError):
    """A file that no source recognises."""


class BadConfiguration(UsageError):
    """`ticketscout.toml`, the environment or a spec says something impossible."""


class BadTable(UsageError):
    """A CRM or feedback file lacks a needed column."""


class NotEnoughLabels(UsageError):
    """Training needs more rows than it was given."""


class UntrustedModel(UsageError):
    """A model folder that is not plain numbers and a card."""


class Busy(TicketscoutError):
    """Another run holds the warehouse."""


class StepFailed(TicketscoutError):
    """A step could not finish; running again is safe."""


class WrongSource(TicketscoutError):
    """A source's module is wrong: whoever writes it is told its name, and what to mend."""


def without_words(who: str, error: Exception) -> TicketscoutError:
    """What may be told where others keep it: our own error without what it came from; of a stranger's, which may quote
    a message, only kind and place. Raise it outside the `except`, or the first goes along as its context."""
    if isinstance(error, TicketscoutError):
        return type(error)(str(error))
    place = traceback.extract_tb(error.__traceback__)[-1]
    return StepFailed(
        f"{who} stopped: {type(error).__name__} at {Path(place.filename).name}:{place.lineno}; "
        "running again is safe, please report this."
    )


def is_ctrl_c(error: Exception) -> bool:
    """DuckDB tells Ctrl-C within a statement as an error of its own, which must not be taken for a failure."""
    return isinstance(error.__cause__, KeyboardInterrupt)
