"""How a file is parted into records, whatever helpdesk it is of: one module each, one line here."""

from pipeline.sources.framing.document import DOCUMENT
from pipeline.sources.framing.framing import LONGEST, Framed, Framing, Head
from pipeline.sources.framing.lines import LINES
from pipeline.sources.framing.mail import MAILBOX, MESSAGE
from pipeline.sources.framing.table import TABLE
from pipeline.sources.framing.transcript import TRANSCRIPT

# In the order in which they are tried.
FRAMINGS: dict[str, Framing] = {
    framing.name: framing for framing in (LINES, DOCUMENT, MAILBOX, MESSAGE, TABLE, TRANSCRIPT)
}

__all__ = ["FRAMINGS", "LONGEST", "Framed", "Framing", "Head"]
