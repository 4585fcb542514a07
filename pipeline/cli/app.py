"""`ticketscout`: the commands, put together; errors become one sentence and an exit code.

Steps are imported inside the commands, so that `--help` answers at once.
"""

from __future__ import annotations

import os
import sys

import typer

from pipeline.cli import lookup, models, night
from pipeline.errors import TicketscoutError

app = typer.Typer(
    name="ticketscout", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Reads a helpdesk's conversations every night and hands sales a short list worth acting on.",
    epilog="Start with: ticketscout demo",
)
for module in (night, models, lookup):
    module.register(app)


def main() -> None:
    """Entry point. What a run writes is for its owner only."""
    os.umask(0o077)
    try:
        app(standalone_mode=True)
    except TicketscoutError as error:
        print(f"ticketscout: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        print("ticketscout: stopped; running again is safe.", file=sys.stderr)
        sys.exit(3)


if __name__ == "__main__":
    main()
