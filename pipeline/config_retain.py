"""Settings of how long things are kept: `[retain]`."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Retain(BaseModel):
    """How long things are kept, in days; nothing is erased because of its age until an age is set."""

    model_config = ConfigDict(extra="forbid")

    tickets: int | None = Field(default=None, ge=1, description="since anything happened to it")
    digests: int | None = Field(default=None, ge=1, description="days' folders; the last always stays")
    inbox: int | None = Field(default=None, ge=1, description="lists that came back and were read")
    extracts: bool = Field(default=False, description="whether extracts of records set aside are emptied")
    people_without_tickets: bool = Field(default=False, description="whether they leave the vault; staff stays")
