"""Where the token of a helpdesk comes from, and which address it is for. It is passed on in memory alone."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pipeline.config import Settings
from pipeline.config_sync import Helpdesk
from pipeline.errors import BadConfiguration
from pipeline.sources.apis import APIS, Api


@dataclass(frozen=True)
class Desk:
    """A configured helpdesk with its token, which no `repr` shows; `token_place` is what people are told of it."""

    api: Api
    setting: Helpdesk
    address: str
    token_place: str
    token: str = field(repr=False)

    @property
    def name(self) -> str:
        return self.api.name


# A block's name -> the token; the flow reads Prefect's blocks so, nobody else does.
Blocks = Callable[[str], str]


def desks(settings: Settings, blocks: Blocks | None = None, environment: Mapping[str, str] = os.environ) -> list[Desk]:
    """The helpdesks to read, in their order. Raises BadConfiguration where none is configured, or one cannot be."""
    found = [(api, setting) for name, api in APIS.items() if (setting := getattr(settings.sync, name)) is not None]
    if not found:
        raise BadConfiguration(
            f"sync reads the helpdesks of ticketscout.toml: write a section such as [sync.zendesk] with address and "
            f"start ({', '.join(APIS)} are known)."
        )
    return [_desk(api, setting, blocks, environment) for api, setting in found]


def _desk(api: Api, setting: Helpdesk, blocks: Blocks | None, environment: Mapping[str, str]) -> Desk:
    address = setting.address or api.address
    if not address:
        raise BadConfiguration(f"[sync.{api.name}] needs address: the https:// address of your {api.title}.")
    if api.login and not setting.login and api.auth == "client_credentials":
        raise BadConfiguration(f"[sync.{api.name}] needs login: {api.login}.")
    if setting.block and blocks:
        place, token = f"the block {setting.block}", blocks(setting.block)
    else:
        name = setting.token_env or api.token_env
        place, token = f"the variable {name}", environment.get(name, "")
    token = token.strip()
    if not token:
        raise BadConfiguration(f"{place} is not set: it holds the token for {api.title}.")
    if not (token.isascii() and token.isprintable()):
        raise BadConfiguration(f"{place} holds no token for {api.title}: it has characters that no token has.")
    return Desk(api, setting, address, place, token)
