"""CRM profiles as shipped and as administrators change them, and cells as a loader takes them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import bundled
from pipeline.config import CrmExport, CrmVendor
from pipeline.digest.crm_file import cells, lacks, write_loader_file
from pipeline.digest.crm_profile import RECORDS, LoaderColumn, LoaderFile, Profile, for_home, is_email, load_profiles
from pipeline.errors import BadConfiguration

PROFILES = for_home(load_profiles(bundled.crm_profiles()), CrmExport())
COLUMNS = [
    pytest.param(profile, file, column, id=f"{profile.name}-{file.file}-{column.header}")
    for profile in PROFILES.values()
    for file in profile.files
    for column in file.columns
]


def _file(vendor: str, name: str) -> LoaderFile:
    return next(file for file in PROFILES[vendor].files if file.file == name)


def _one(column: LoaderColumn, value: object, vendor: str = "hubspot") -> str:
    file = replace(_file("hubspot", "tasks.csv"), columns=(column,))
    return cells(PROFILES[vendor], file, {column.field: value})[0]


@pytest.mark.parametrize(("profile", "file", "column"), COLUMNS)
def test_a_column_rests_on_a_page_of_its_vendor(profile: Profile, file: LoaderFile, column: LoaderColumn) -> None:
    vendors = {"hubspot": ("hubspot.com/",), "salesforce": ("salesforce.com/",)}
    assert any(site in column.source for site in vendors[profile.name]) and column.source.startswith("https://")
    assert bool(column.field) != bool(column.setting)
    assert not column.setting or column.setting in profile.settings
    assert "{" not in column.header
    assert file.records in RECORDS


def test_a_setting_keeps_to_the_values_that_its_column_allows() -> None:
    for profile in PROFILES.values():
        for file in profile.files:
            for column in file.columns:
                if column.setting and column.values:
                    assert profile.settings[column.setting].value in column.values


def test_every_text_that_may_be_long_is_cut_where_the_vendor_refuses_it() -> None:
    long = "x" * 70000
    for profile in PROFILES.values():
        for file in profile.files:
            for column in file.columns:
                if column.max_length and column.field:
                    assert (
                        len(cells(profile, replace(file, columns=(column,)), {column.field: long})[0])
                        <= column.max_length
                    )
    body = next(c for c in _file("hubspot", "notes.csv").columns if c.header == "Note body")
    assert len(_one(body, "<&>" * 70000)) <= 65536


def test_rich_text_shows_what_was_said() -> None:
    body = next(c for c in _file("hubspot", "notes.csv").columns if c.header == "Note body")
    assert _one(body, 'Said: “<b>now</b> & "never"”') == 'Said: “&lt;b&gt;now&lt;/b&gt; &amp; "never"”'


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_text_is_run_by_a_spreadsheet(text: str) -> None:
    cell = _one(LoaderColumn("Name", "", field="name"), text)
    assert not cell.lstrip("\ufeff\u200b\u200c\u200d\u200e\u200f\u2060\u00ad").startswith(tuple("=+-@|%＝＋－＠\t\r\n"))


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=cmd|' /C calc'!A0", "cmd|' /C calc'!A0"),
        ("Acme + Sons", "Acme + Sons"),
        ("two\nlines", "two lines"),
        (dt.date(2026, 11, 20), "2026-11-20"),
        (None, ""),
    ],
)
def test_text_loses_only_what_would_run(value: object, cell: str) -> None:
    assert _one(LoaderColumn("Name", "", field="name"), value) == cell


@pytest.mark.parametrize("text", ["=a@b.example", "+a@b.example", "a b@c.example", "a@b", "", "a@b.example\nx"])
def test_what_is_no_address_is_left_empty(text: str) -> None:
    assert not is_email(text)


@pytest.mark.parametrize(
    ("account_id", "cell"),
    [
        ("001000000000001AAA", "001000000000001AAA"),
        ("001000000000001", "001000000000001"),
        ("A-1001", ""),
        ("006000000000001AAA", ""),  # an opportunity's
        ("001000000000001AA", ""),
    ],
)
def test_only_an_account_id_of_salesforce_is_written_as_one(account_id: str, cell: str) -> None:
    column = LoaderColumn("WhatId", "", field="account_id", format="salesforce_account")
    assert _one(column, account_id, "salesforce") == cell


def test_a_row_that_the_loader_would_refuse_is_told() -> None:
    file, profile = _file("hubspot", "notes.csv"), PROFILES["hubspot"]
    row = {"said_on": dt.date(2026, 11, 20), "body": "x", "external_id": "L-1", "email": "", "domain": ""}
    assert lacks(file, row, cells(profile, file, row)) == "no email and no domain"
    row |= {"domain": "elm.example", "body": ""}
    assert lacks(file, row, cells(profile, file, row)) == "no Note body"
    assert lacks(file, row | {"body": "x"}, cells(profile, file, row | {"body": "x"})) == ""
    task = _file("salesforce", "tasks.csv")
    row = {"external_id": "L-1", "subject": "x", "urgency": "huge"}
    assert lacks(task, row, cells(PROFILES["salesforce"], task, row)) == "Priority takes High, Normal, Low"


def test_a_file_has_a_header_and_no_bom(tmp_path: Path) -> None:
    write_loader_file(tmp_path / "x.csv", _file("salesforce", "leads.csv"), [])
    raw = (tmp_path / "x.csv").read_bytes()
    assert raw == b"Ticketscout_Id__c,LastName,FirstName,Company,Email,LeadSource,Description\r\n"


def test_values_outside_a_closed_list_are_refused_where_they_are_configured() -> None:
    with pytest.raises(BadConfiguration, match="task_type"):
        for_home(load_profiles(bundled.crm_profiles()), CrmExport(hubspot=CrmVendor(values={"task_type": "VISIT"})))
