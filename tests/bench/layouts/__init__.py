"""The same conversations written as each helpdesk exports them, to compare what comes of them.

Only what every layout can carry is written: who said what and when, a subject, and a status that follows from who spoke
last. Field names are those that the modules of `pipeline/sources` name their sources for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from tests.bench.layouts.conversations import Conversation
from tests.bench.layouts.freshdesk import freshdesk, freshdesk_apart
from tests.bench.layouts.front import front
from tests.bench.layouts.general import generic_csv, generic_lines, mailbox
from tests.bench.layouts.helpscout import helpscout
from tests.bench.layouts.hubspot import hubspot
from tests.bench.layouts.intercom import intercom, intercom_csv
from tests.bench.layouts.zendesk import zendesk_airbyte, zendesk_export, zendesk_pages, zendesk_singer

LAYOUTS: dict[str, Callable[[Path, Sequence[Conversation]], None]] = {
    "zendesk_export": zendesk_export,
    "zendesk_pages": zendesk_pages,
    "zendesk_singer": zendesk_singer,
    "zendesk_airbyte": zendesk_airbyte,
    "intercom": intercom,
    "intercom_csv": intercom_csv,
    "freshdesk": freshdesk,
    "freshdesk_apart": freshdesk_apart,
    "helpscout": helpscout,
    "hubspot": hubspot,
    "front": front,
    "generic_lines": generic_lines,
    "generic_csv": generic_csv,
    "mailbox": mailbox,
}
