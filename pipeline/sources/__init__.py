"""Helpdesks and formats that are read as they come: one module each, one line here."""

from pipeline.sources.freshdesk import FRESHDESK
from pipeline.sources.front import FRONT
from pipeline.sources.generic import GENERIC
from pipeline.sources.helpscout import HELPSCOUT
from pipeline.sources.hubspot import HUBSPOT
from pipeline.sources.intercom import INTERCOM
from pipeline.sources.mail import MAIL
from pipeline.sources.source import Batch, Kind, Source
from pipeline.sources.transcript import TRANSCRIPT
from pipeline.sources.zendesk import ZENDESK

_SOURCES = (FRESHDESK, FRONT, GENERIC, HELPSCOUT, HUBSPOT, INTERCOM, MAIL, TRANSCRIPT, ZENDESK)
SOURCES: dict[str, Source] = {source.name: source for source in _SOURCES}

__all__ = ["SOURCES", "Batch", "Kind", "Source"]
