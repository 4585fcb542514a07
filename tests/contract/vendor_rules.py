"""What the vendors' documentation asks of an import file, written down here once more, apart from the profiles that the
program reads: a profile that strays from the vendor's rule fails."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

_DATE = r"\d{4}-\d{2}-\d{2}"
_MAIL = r"[\w.+'-]+@[\w.-]+"
_USER_ID = r"005[a-zA-Z0-9]{12}([a-zA-Z0-9]{3})?"
_ACCOUNT_ID = r"001[a-zA-Z0-9]{12}([a-zA-Z0-9]{3})?"
_ANY = r"(?s).*"


def _upto(length: int) -> str:
    return rf"(?s).{{1,{length}}}"


# File -> column -> (required, pattern of its cells). A column that is not here is not the vendor's.
HUBSPOT = {
    # hs_timestamp is required, status is COMPLETED or NOT_STARTED, priority LOW, MEDIUM or HIGH, type EMAIL, CALL or
    # TODO: https://developers.hubspot.com/docs/api/crm/tasks. The owner is a user's address:
    # https://knowledge.hubspot.com/crm-setup/set-up-your-import-file
    "tasks.csv": {
        "Task title": (True, _ANY),
        "Due date": (True, _DATE),
        "Task status": (True, "NOT_STARTED|COMPLETED"),
        "Priority": (False, "LOW|MEDIUM|HIGH"),
        "Task type": (False, "EMAIL|CALL|TODO"),
        "Task owner": (False, _MAIL),
        "Notes": (False, _upto(65536)),
        "Email": (False, _MAIL),
        "Company domain name": (False, r"[\w-]+(\.[\w-]+)+"),
        "ticketscout_id": (True, r"L-[0-9a-f]{12}(\.\d+)?"),
    },
    # "Notes: Activity date, Note body": https://knowledge.hubspot.com/crm-setup/set-up-your-import-file
    "notes.csv": {
        "Activity date": (True, _DATE),
        "Note body": (True, _upto(65536)),
        "Email": (False, _MAIL),
        "Company domain name": (False, r"[\w-]+(\.[\w-]+)+"),
        "ticketscout_id": (True, r"L-[0-9a-f]{12}(\.\d+)?|P-[0-9a-f]{10}"),
    },
    # The address is what contacts are told apart by:
    # https://knowledge.hubspot.com/articles/kcs_article/contacts/deduplication-of-contacts-companies-deals-tickets
    "contacts.csv": {
        "Email": (True, _MAIL),
        "First name": (False, _ANY),
        "Last name": (False, _ANY),
        "Company domain name": (False, r"[\w-]+(\.[\w-]+)+"),
        "ticketscout_id": (True, r"K-[0-9a-f]{12}"),
    },
    # "Deals: Deal name, Pipeline, Deal stage": https://knowledge.hubspot.com/crm-setup/set-up-your-import-file
    "deals.csv": {
        "Deal name": (True, _ANY),
        "Pipeline": (True, _ANY),
        "Deal stage": (True, _ANY),
        "Amount": (False, r"\d+(\.\d+)?"),
        "Close date": (False, _DATE),
        "Deal owner": (False, _MAIL),
        "Deal description": (False, _upto(65536)),
        "Company domain name": (False, r"[\w-]+(\.[\w-]+)+"),
        "ticketscout_id": (True, r"L-[0-9a-f]{12}"),
    },
}
_OBJECTS = "https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/"
SALESFORCE = {
    # Status and Priority are required, Subject holds 255: sforce_api_objects_task.htm under _OBJECTS; Description holds
    # 32,000: .../sfFieldRef.meta/sfFieldRef/salesforce_field_reference_Task.htm
    "tasks.csv": {
        "Ticketscout_Id__c": (True, r"L-[0-9a-f]{12}"),
        "Subject": (True, _upto(255)),
        "Status": (True, "Not Started|In Progress|Completed|Waiting on someone else|Deferred"),
        "Priority": (True, "High|Normal|Low"),
        "ActivityDate": (False, _DATE),
        "WhatId": (False, _ACCOUNT_ID),
        "OwnerId": (False, _USER_ID),
        "Description": (False, _upto(32000)),
    },
    # Name, StageName and CloseDate are required, Name holds 120: sforce_api_objects_opportunity.htm under _OBJECTS
    "opportunities.csv": {
        "Ticketscout_Id__c": (True, r"L-[0-9a-f]{12}"),
        "Name": (True, _upto(120)),
        "StageName": (True, _upto(255)),
        "CloseDate": (True, _DATE),
        "AccountId": (False, _ACCOUNT_ID),
        "Amount": (False, r"\d{1,16}(\.\d{1,2})?"),
        "LeadSource": (False, _upto(255)),
        "NextStep": (False, _upto(255)),
        "OwnerId": (False, _USER_ID),
        "Description": (False, _upto(32000)),
    },
    # LastName and Company are required, of 80 and 255: sforce_api_objects_lead.htm under _OBJECTS
    "leads.csv": {
        "Ticketscout_Id__c": (True, r"[KU]-[0-9a-f]{12}"),
        "LastName": (True, _upto(80)),
        "FirstName": (False, _upto(40)),
        "Company": (True, _upto(255)),
        "Email": (False, _MAIL),
        "LeadSource": (False, _upto(255)),
        "Description": (False, _upto(32000)),
    },
}
RULES = {"hubspot": HUBSPOT, "salesforce": SALESFORCE}
IDS = {"hubspot": "ticketscout_id", "salesforce": "Ticketscout_Id__c"}


def rows_of(file: Path) -> list[dict[str, str]]:
    """The rows of a loader's file, read strictly."""
    text = file.read_bytes().decode("utf-8")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def breaches(folder: Path, vendor: str) -> list[str]:
    """Where the files of a vendor break its rules."""
    found = []
    for name, columns in RULES[vendor].items():
        raw = (folder / name).read_bytes()
        # UTF-8; no BOM, since it would be part of the first header's name; one header row
        # https://developer.salesforce.com/docs/platform/api-asynch/guide/datafiles-csv-preparing.html
        header, *rows = list(csv.reader(io.StringIO(raw.decode("utf-8"), newline=""), strict=True))
        if header != list(columns):
            found.append(f"{name}: header {header}")
        ids = [row[header.index(IDS[vendor])] for row in rows]
        if len(set(ids)) < len(ids):
            found.append(f"{name}: an id twice; an upsert refuses both rows")
        for row in rows:
            for (column, (is_required, pattern)), cell in zip(columns.items(), row, strict=True):
                if (is_required and not cell) or (cell and not re.fullmatch(pattern, cell)):
                    found.append(f"{name}: {column} {cell!r}")
                if cell.startswith(tuple("=+-@\t\r|%")):
                    found.append(f"{name}: {column} would run in a spreadsheet: {cell!r}")
            # A note must be associated with a record
            if name == "notes.csv" and not row[header.index("Email")] + row[header.index("Company domain name")]:
                found.append(f"{name}: a note of nobody")
    return found
