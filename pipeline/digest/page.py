"""The day as a page."""

from __future__ import annotations

from datetime import date
from typing import Any

from pipeline.warehouse import Connection


def render_page(con: Connection, as_of: date, manifest: dict[str, Any]) -> str:
    return "<!doctype html><title>Ticketscout</title>"
