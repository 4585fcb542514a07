"""Settings of the live sync, `[sync]` and `[sync.zendesk]` and the like: part of `pipeline.config`."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator


class _SyncSection(BaseModel):
    model_config = ConfigDict(extra="forbid")


# What somebody in a hurry would write into the file.
_SECRETS = {"token", "api_token", "access_token", "key", "api_key", "secret", "client_secret", "password"}


class Helpdesk(_SyncSection):
    """A helpdesk whose API `ticketscout sync` reads. Its token is a secret, so only the variable that holds it stands
    here, and for the flow the Prefect block.

    `login`: whoever owns Zendesk's API token (empty for an OAuth token), Help Scout's application id.
    """

    address: str = Field(default="", description="https://…; only where it is not the same for all")
    login: str = Field(default="", max_length=200)
    token_env: str = Field(default="", description="name of the variable that holds the token")
    block: str = Field(default="", pattern=r"^[a-z0-9-]{0,80}$", description="name of the Prefect Secret block")
    start: date = Field(description="what changed before that day is not read")
    page_size: int = Field(default=0, ge=0, le=1000, description="records a page; 0 is the API's own")

    @model_validator(mode="before")
    @classmethod
    def _holds_no_secret(cls, values: Any) -> Any:
        found = sorted(_SECRETS & {str(key).lower() for key in values}) if isinstance(values, dict) else []
        if found:
            raise ValueError(f"{found[0]} does not belong here: put it into a variable, and its name into token_env")
        return values

    @field_validator("token_env")
    @classmethod
    def _is_a_name(cls, name: str) -> str:
        if not re.fullmatch(r"([A-Z][A-Z0-9_]{0,80})?", name):
            raise ValueError("it is not the name of a variable, such as ZENDESK_TOKEN; the token itself stays outside")
        if name.startswith("TICKETSCOUT_"):
            raise ValueError("a name that begins with TICKETSCOUT_ is taken for a setting")
        return name

    @field_validator("address")
    @classmethod
    def _is_safe(cls, address: str) -> str:
        parts = urlsplit(address)
        is_loopback = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")
        if address and not (parts.hostname and (parts.scheme == "https" or is_loopback)):
            raise ValueError("it begins with https://, or with http:// on loopback")
        if "@" in parts.netloc or parts.query or parts.fragment or parts.path.strip("/"):
            raise ValueError("it is the scheme and the host alone, such as https://tidewater.zendesk.example")
        return address.rstrip("/")


class Sync(_SyncSection):
    """What `ticketscout sync` reads, and its patience with whom it asks."""

    zendesk: Helpdesk | None = None
    intercom: Helpdesk | None = None
    freshdesk: Helpdesk | None = None
    helpscout: Helpdesk | None = None
    attempts: int = Field(default=6, ge=1, le=20, description="for one page")
    backoff_seconds: float = Field(default=1.0, ge=0, description="before the second try; doubles with each")
    longest_wait_seconds: float = Field(default=300.0, ge=0, description="between two tries, whatever is asked for")
    timeout_seconds: float = Field(default=60.0, gt=0, le=600, description="for a whole answer")
    share: float = Field(default=0.8, ge=0, le=10, description="of the API's usual limit; 0 is as fast as it answers")
