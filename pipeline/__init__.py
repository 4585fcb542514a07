"""Ticketscout: reads a helpdesk's conversations every night and hands sales a short list worth acting on."""

import sys

__version__ = "0.1.0"

if sys.version_info < (3, 11):  # noqa: UP036 in a checkout nothing else asks; older Pythons can read this file
    sys.stderr.write("ticketscout: this is Python %d.%d: " % sys.version_info[:2])  # noqa: UP031
    sys.stderr.write("install 3.11 or later, and Ticketscout there.\n")
    sys.exit(2)
