"""Helpdesks and formats that are read as they come: one module each, one line here."""

from pipeline.sources.front import FRONT
from pipeline.sources.intercom import INTERCOM
from pipeline.sources.mail import MAIL
from pipeline.sources.source import Batch, Kind, Source
from pipeline.sources.zendesk import ZENDESK

SOURCES: dict[str, Source] = {source.name: source for source in (FRONT, INTERCOM, MAIL, ZENDESK)}

__all__ = ["SOURCES", "Batch", "Kind", "Source"]
