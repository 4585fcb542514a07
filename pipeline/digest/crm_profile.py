"""What a CRM's data loader takes, declared in one TOML a vendor: files, columns, required columns, allowed values, and
the vendor's page that each rests on. What an administrator maps once comes from `ticketscout.toml`."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import ConfigDict, TypeAdapter, ValidationError

from pipeline.config import CrmExport, CrmVendor
from pipeline.errors import BadConfiguration
from pipeline.leads.outcomes import OUTCOMES

Format = Literal["text", "html", "date", "decimal", "email", "salesforce_id", "salesforce_account"]
# The tables that files are written from, made in this order.
RECORDS = ("crm_tasks", "crm_notes", "crm_contacts", "crm_deals", "crm_unmatched")
# 15 characters, or 18 with the checksum that survives a change of case.
SALESFORCE_ID = re.compile(r"[a-zA-Z0-9]{15}([a-zA-Z0-9]{3})?")
_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True)
class LoaderColumn:
    """One column: its value is a `field` of the row, or a `setting` of the administrator. `values` are all that the
    vendor takes, `words` say ours in the vendor's; `external_header` stands where accounts carry an id of their own."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    header: str
    source: str
    field: str = ""
    setting: str = ""
    property: str = ""
    external_header: str = ""
    format: Format = "text"
    is_required: bool = False
    max_length: int = 0
    values: tuple[str, ...] = ()
    words: dict[str, str] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class LoaderFile:
    """One file for one import. `id_field` is the external id; `once` keeps a row from being written a second night."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    file: str
    records: str
    id_field: str
    once: bool
    source: str
    columns: tuple[LoaderColumn, ...]
    needs_one_of: tuple[str, ...] = ()


@dataclass(frozen=True)
class Choice:
    """Something that an administrator may name otherwise, such as the stage of a new deal."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    value: str
    about: str
    source: str


@dataclass(frozen=True)
class Profile:
    """A vendor, with the administrator's words in place where `for_home` made it."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    name: str
    title: str
    owner_is: Literal["email", "id"]
    owner_source: str
    external_id: str
    status_columns: tuple[str, ...]
    settings: dict[str, Choice]
    outcomes: dict[str, str]
    files: tuple[LoaderFile, ...]
    owners: dict[str, str] = dataclasses.field(default_factory=dict)
    default_owner: str = ""


def load_profiles(folder: Path) -> dict[str, Profile]:
    """All profiles of a folder by name. Raises BadConfiguration with file and key."""
    profiles = {}
    for file in sorted(folder.glob("*.toml")):
        try:
            profile = TypeAdapter(Profile).validate_python(tomllib.loads(file.read_text(encoding="utf-8")))
        except ValidationError as error:
            first = error.errors()[0]
            raise BadConfiguration(f"{file}: {'.'.join(map(str, first['loc']))}: {first['msg']}.") from error
        profiles[profile.name] = profile
    return profiles


def for_home(profiles: Mapping[str, Profile], export: CrmExport) -> dict[str, Profile]:
    """Every profile in the words of `ticketscout.toml`, or its own. Raises BadConfiguration with the key."""
    return {name: _with(profile, getattr(export, name) or CrmVendor()) for name, profile in profiles.items()}


def configured(profiles: Mapping[str, Profile], export: CrmExport) -> dict[str, Profile]:
    """The profiles whose files are wanted."""
    return {name: profile for name, profile in profiles.items() if getattr(export, name) is not None}


def _with(profile: Profile, own: CrmVendor) -> Profile:
    _check(profile, own)
    choices = {
        name: replace(choice, value=own.values.get(name, choice.value)) for name, choice in profile.settings.items()
    }
    external_id = own.external_id or profile.external_id
    stems = {Path(file.file).stem: file for file in profile.files}
    files = tuple(
        replace(file, columns=tuple(_column(column, own, external_id, stem) for column in file.columns))
        for stem, file in stems.items()
    )
    return replace(
        profile,
        external_id=external_id,
        settings=choices,
        files=files,
        outcomes=profile.outcomes | own.outcomes,
        owners={email.lower(): owner for email, owner in own.owners.items()},
        default_owner=own.default_owner,
    )


def _column(column: LoaderColumn, own: CrmVendor, external_id: str, stem: str) -> LoaderColumn:
    header, property_, format_ = column.header, column.property, column.format
    if column.external_header and own.account_external_id:
        header, format_ = column.external_header.format(account_external_id=own.account_external_id), "text"
    header = own.headers.get(stem, {}).get(header, header.replace("{external_id}", external_id))
    return replace(column, header=header, property=property_.replace("{external_id}", external_id), format=format_)


def _check(profile: Profile, own: CrmVendor) -> None:
    """What the administrator wrote can be meant. Raises BadConfiguration."""
    place = f"ticketscout.toml: crm_export.{profile.name}"
    stems = {Path(file.file).stem: {column.header for column in file.columns} for file in profile.files}
    _known(f"{place}.values", own.values, profile.settings)
    _known(f"{place}.headers", own.headers, stems)
    for stem, headers in own.headers.items():
        _known(f"{place}.headers.{stem}", headers, stems[stem])
    for column in (column for file in profile.files for column in file.columns if column.setting):
        if column.values and own.values.get(column.setting, column.values[0]) not in column.values:
            raise BadConfiguration(f"{place}.values.{column.setting}: use one of {', '.join(column.values)}.")
    for word, outcome in own.outcomes.items():
        if outcome and outcome not in OUTCOMES:
            raise BadConfiguration(f"{place}.outcomes: {word} = {outcome!r}: use one of {', '.join(OUTCOMES)}.")
    if own.account_external_id and not any(c.external_header for file in profile.files for c in file.columns):
        raise BadConfiguration(f"{place}.account_external_id: {profile.title} finds accounts by their web domain.")
    for owner in [own.default_owner, *own.owners.values()]:
        if owner and not is_owner(profile, owner):
            what = "an id of 15 or 18 characters" if profile.owner_is == "id" else "an e-mail address"
            raise BadConfiguration(f"{place}: {owner!r} is no owner; {profile.title} takes {what}.")


def is_owner(profile: Profile, owner: str) -> bool:
    """Whether the vendor takes it for an owner: Salesforce an id, HubSpot an address."""
    if profile.owner_is == "id":
        return SALESFORCE_ID.fullmatch(owner) is not None
    return is_email(owner)


def is_email(text: str) -> bool:
    """Looks like an address that a loader takes, and like nothing that a spreadsheet runs."""
    return re.fullmatch(r"[A-Za-z0-9_][\w.+'-]*@[\w-]+(\.[\w-]+)+", text, re.ASCII) is not None


def _known(place: str, given: Mapping[str, Any], known: Any) -> None:
    for name in given:
        if name not in known:
            raise BadConfiguration(f"{place}: {name} is not known; known are {', '.join(sorted(known))}.")
