"""Helpdesks and formats that are read as they come: one module each, one line here."""

from pipeline.sources.generic import GENERIC
from pipeline.sources.mail import MAIL
from pipeline.sources.source import Batch, Kind, Source
from pipeline.sources.transcript import TRANSCRIPT
from pipeline.sources.zendesk import ZENDESK

SOURCES: dict[str, Source] = {source.name: source for source in (GENERIC, MAIL, TRANSCRIPT, ZENDESK)}

__all__ = ["SOURCES", "Batch", "Kind", "Source"]
