"""The data dictionary: every kept table of the warehouse, an area a module. The DDL is made from it."""

from pipeline.schema.crm import CRM
from pipeline.schema.helpdesk import HELPDESK
from pipeline.schema.history import HISTORY
from pipeline.schema.leads import LEAD_TABLES
from pipeline.schema.learning import LEARNING
from pipeline.schema.ledger import LEDGER
from pipeline.schema.migrations import MIGRATIONS
from pipeline.schema.signals import SIGNALS
from pipeline.schema.sync import SYNC
from pipeline.schema.table import Column, Table
from pipeline.schema.watch import WATCH

VERSION = 1 + len(MIGRATIONS)
TABLES: dict[str, Table] = {
    table.name: table
    for area in (HELPDESK, CRM, SIGNALS, LEAD_TABLES, LEARNING, WATCH, HISTORY, LEDGER, SYNC)
    for table in area
}

__all__ = ["MIGRATIONS", "TABLES", "VERSION", "Column", "Table"]
