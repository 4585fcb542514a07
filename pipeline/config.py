"""Settings: `ticketscout.toml` in the home, then `TICKETSCOUT_*` from the environment, which wins.

Never read at import; an unknown key is an error. Nested keys take two underscores in the environment:
`TICKETSCOUT_CAPS__LEADS=20`.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from pipeline.config_retain import Retain
from pipeline.config_run import Run
from pipeline.config_sync import Sync
from pipeline.errors import BadConfiguration

_PREFIX = "TICKETSCOUT_"
_ADDRESS = "_URL"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid")


class RuleSetting(_Section):
    """One service-first rule, switched or tuned; names are those of `pipeline.leads.rules.RULES`."""

    enabled: bool = True
    days: int | None = Field(default=None, ge=0)


class Expiry(_Section):
    """Days after the last evidence at which a lead or a save ends."""

    leads: int = Field(default=30, ge=1)
    saves: int = Field(default=45, ge=1)


class Caps(_Section):
    """The most rows a day's list shows one owner, and the most it shows of one customer; of these, one at most is a
    pitch. The rest waits in `open.csv`."""

    leads: int = Field(default=15, ge=1)
    saves: int = Field(default=25, ge=1)
    account: int = Field(default=3, ge=1)


class Value(_Section):
    """What an upgrade is taken to be worth where no quantity and price are known."""

    upgrade_share: float = Field(default=0.2, gt=0, le=1)


class Topics(_Section):
    """What `needs.csv` and the page show of topics."""

    minimum_accounts: int = Field(default=0, ge=0, description="topics of fewer accounts are counted, not listed")


class Publish(_Section):
    """What the lists may carry from the vault."""

    contacts: bool = True


class Crm(_Section):
    """CRM files read by every night, relative to the home, and header names where they differ from ours."""

    accounts: Path | None = None
    opportunities: Path | None = None
    wishes: Path | None = None
    availability: Path | None = None
    competitors: Path | None = None
    products: Path | None = None
    opt_outs: Path | None = None
    vulnerable: Path | None = None
    headers: dict[str, dict[str, str]] = Field(default_factory=dict)


class CrmVendor(_Section):
    """What an administrator maps once for a CRM's import; names are those of `pipeline/digest/crm_profiles/`."""

    external_id: str = Field(default="", pattern=r"^\w{0,80}$", description="custom field that carries our id")
    account_external_id: str = Field(default="", pattern=r"^\w{0,80}$", description="field of accounts, not their id")
    default_owner: str = ""
    owners: dict[str, str] = Field(default_factory=dict, description="owner's e-mail -> the CRM's owner")
    values: dict[str, str] = Field(default_factory=dict, description="pipeline, stage and other words of the CRM")
    headers: dict[str, dict[str, str]] = Field(default_factory=dict, description="file -> our header -> theirs")
    outcomes: dict[str, str] = Field(default_factory=dict, description="status or stage -> outcome, when read back")


class CrmExport(_Section):
    """Files for a CRM's import: a vendor's are written where its section stands, be it empty."""

    due_days_waiting: int = Field(default=1, ge=0, description="until a task is due where the customer waits")
    due_days: int = Field(default=7, ge=0, description="until any other task is due")
    close_days: int = Field(default=30, ge=1, description="until a deal is expected to close, where no date was named")
    hubspot: CrmVendor | None = None
    salesforce: CrmVendor | None = None


class Watch(_Section):
    """What is said of a night that is unlike those before it.

    `sensitivity`: how improbable a difference must be; of a year of quiet nights in which nothing changed, none (low),
    about one (normal) or a few (high) are called unusual.
    `keep_last_good`: a night whose scores broke with a new model is scored again with the model before it.
    """

    sensitivity: Literal["low", "normal", "high"] = "normal"
    keep_last_good: bool = False
    reference_days: int = Field(default=28, ge=21, le=90, description="how far back nights are compared with")

    @property
    def level(self) -> float:
        """False discoveries a night that are put up with, before differences too small to matter are left out."""
        return {"low": 0.001, "normal": 0.005, "high": 0.03}[self.sensitivity]


class Channel(_Section):
    """A `[[deliver]]`: where messages go. Its address is a secret, so only the variable that holds it stands here.

    `digest`: the day's counts and top leads. `alerts`: a save of a top account, the same night. `owner`: each owner's
    own, the address has `{owner}` where theirs goes. `heartbeat`: an http(s) address asked for after every night.
    """

    name: str = Field(pattern=r"^[A-Za-z0-9_.-]{1,40}$")
    url_env: str = Field(pattern=r"^[A-Z][A-Z0-9_]*$")
    send: list[Literal["digest", "alerts", "owner", "heartbeat"]] = Field(min_length=1)
    quiet_days: bool = Field(default=True, description="whether a day without news is told too")
    timeout_seconds: float = Field(default=10.0, gt=0, le=120, description="for one answer; a message may take thrice")

    @field_validator("url_env")
    @classmethod
    def _is_no_setting(cls, name: str) -> str:
        if name.startswith(_PREFIX) and not name.endswith(_ADDRESS):
            raise ValueError(f"a name that begins with {_PREFIX} ends with {_ADDRESS}, or it is taken for a setting")
        return name

    @field_validator("send")
    @classmethod
    def _stand_alone(cls, kinds: list[str]) -> list[str]:
        if len(kinds) > 1 and {"owner", "heartbeat"} & set(kinds):
            raise ValueError("owner and heartbeat need a channel of their own")
        return kinds


class Settings(BaseSettings):
    """All settings with their defaults."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX, env_nested_delimiter="__", extra="forbid", hide_input_in_errors=True
    )

    tolerate: float = Field(default=0.01, ge=0, le=1, description="share of the input that may be set aside")
    cool_down_days: int = Field(
        default=30, ge=0, description="how long a pitch that somebody closed rests, unless they say something else"
    )
    put_away_days: int = Field(default=30, ge=1, description="how long bad_timing or a bare snooze rests")
    ticket_url: str = ""
    languages: list[str] = Field(
        default=["en"], min_length=1, description="that the models read, by ISO 639-1; others are counted, not scored"
    )
    staff_domains: list[str] = Field(
        default_factory=list, description="mail domains of your own people: who writes from there is staff"
    )
    rules: dict[str, RuleSetting] = Field(default_factory=dict)
    teams: dict[str, str] = Field(default_factory=dict, description="helpdesk group id -> team name")
    expiry: Expiry = Expiry()
    caps: Caps = Caps()
    value: Value = Value()
    topics: Topics = Topics()
    publish: Publish = Publish()
    crm: Crm = Crm()
    crm_export: CrmExport = CrmExport()
    run: Run = Run()
    retain: Retain = Retain()
    watch: Watch = Watch()
    sync: Sync = Sync()
    deliver: list[Channel] = Field(default_factory=list, description="[[deliver]]: channels that messages go to")

    @field_validator("deliver")
    @classmethod
    def _names_differ(cls, channels: list[Channel]) -> list[Channel]:
        if len({channel.name for channel in channels}) < len(channels):
            raise ValueError("two channels have the same name")
        return channels

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return env_settings, init_settings


@dataclass(frozen=True)
class Home:
    """The folder that holds everything a run reads and writes, and where each thing lies in it."""

    path: Path

    @property
    def toml(self) -> Path:
        return self.path / "ticketscout.toml"

    @property
    def data(self) -> Path:
        return self.path / "data"

    @property
    def warehouse(self) -> Path:
        return self.data / "warehouse.duckdb"

    @property
    def vault(self) -> Path:
        return self.data / "vault.duckdb"

    @property
    def digests(self) -> Path:
        return self.data / "digests"

    @property
    def owners(self) -> Path:
        return self.data / "owners"

    @property
    def inbox(self) -> Path:
        return self.data / "feedback" / "inbox"

    @property
    def models(self) -> Path:
        return self.path / "models"

    @property
    def work(self) -> Path:
        return self.path / "work"

    def create(self) -> None:
        """Makes the folders, owner-only. Raises BadConfiguration where the home cannot be written."""
        try:
            for folder in (self.path, self.data, self.digests, self.owners, self.inbox, self.models):
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise BadConfiguration(
                f"cannot create the home {self.path}: {error.strerror}; choose another with --home."
            ) from error


def load_settings(home: Home) -> Settings:
    """The settings of `home`. Raises BadConfiguration that names the key and what it should be."""
    values: dict[str, Any] = {}
    if home.toml.exists():
        try:
            values = tomllib.loads(home.toml.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise BadConfiguration(f"{home.toml} is not valid TOML: {error}.") from error
    _refuse_unknown_environment()
    try:
        return Settings(**values)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise BadConfiguration(f"{home.toml.name} or {_PREFIX}*: {key}: {first['msg']}.") from error


def _refuse_unknown_environment() -> None:
    """A misspelt setting is an error; addresses of channels may stand there for another home, and the vault's key."""
    known = set(Settings.model_fields) | {"home", "vault_key"}
    for name in os.environ:
        if name.endswith(_ADDRESS):
            continue
        if name.startswith(_PREFIX) and name[len(_PREFIX) :].split("__")[0].lower() not in known:
            raise BadConfiguration(f"{name} is not a setting: known are {', '.join(sorted(known))}.")
