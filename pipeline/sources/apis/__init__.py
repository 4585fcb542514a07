"""The helpdesks' APIs as data, one declaration a helpdesk; `pipeline.steps.syncing` runs them."""

from pipeline.sources.apis.api import Api
from pipeline.sources.apis.freshdesk import FRESHDESK
from pipeline.sources.apis.helpscout import HELPSCOUT
from pipeline.sources.apis.intercom import INTERCOM
from pipeline.sources.apis.zendesk import ZENDESK

APIS: dict[str, Api] = {api.name: api for api in (ZENDESK, INTERCOM, FRESHDESK, HELPSCOUT)}

__all__ = ["APIS", "Api"]
