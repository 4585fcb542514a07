"""CRM files of a night against the vendors' documented rules, handed over twice, and read back."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.contract.homes import NIGHTS, call, night_arguments, sentence, warehouse
from tests.contract.vendor_rules import IDS, RULES, breaches, rows_of

Copy = Callable[[Path], Path]
BOTH = """
[crm_export.hubspot]
[crm_export.salesforce]
default_owner = "005000000000001AAA"
[crm_export.salesforce.owners]
"mia@tidewater.example" = "005000000000002AAA"
"""


def _home(copied: Path, toml: str = BOTH, day: str = NIGHTS[0]) -> Path:
    """A copy of a finished home whose day is published again with CRM files."""
    (copied / "ticketscout.toml").write_text(toml)
    done = call(copied, "publish", f"--as-of={day}")
    assert done.returncode == 0, done.stderr
    return copied


def _crm(home: Path, day: str = NIGHTS[0]) -> Path:
    return home / "data" / "digests" / day / "crm"


def _list(home: Path, name: str, day: str = NIGHTS[0]) -> list[dict[str, str]]:
    text = (home / "data" / "digests" / day / name).read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def _bytes(home: Path, day: str = NIGHTS[0]) -> dict[str, bytes]:
    return {
        str(file.relative_to(_crm(home, day))): file.read_bytes() for file in sorted(_crm(home, day).rglob("*.csv"))
    }


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's first night with both vendors configured from the start. Not to be changed."""
    home = tmp_path_factory.mktemp("crm")
    (home / "ticketscout.toml").write_text(BOTH)
    done = call(home, *night_arguments(NIGHTS[0]))
    assert done.returncode == 0, done.stderr
    assert "salesforce: no owner of the CRM is known for cleo@tidewater.example" in done.stderr
    assert "salesforce/tasks.csv: 19 rows without the CRM's id of the account" in done.stderr
    return home


@pytest.mark.parametrize("vendor", RULES)
def test_files_keep_the_vendors_rules(vendor: str, night: Path) -> None:
    assert breaches(_crm(night) / vendor, vendor) == []
    assert len(rows_of(_crm(night) / vendor / "tasks.csv")) > 10


def test_no_section_no_folder(first_night: Path) -> None:
    assert not _crm(first_night).exists()


def test_one_vendor_alone(first_night: Path, copy_of: Copy) -> None:
    home = _home(copy_of(first_night), "[crm_export.hubspot]\n")
    assert sorted(path.name for path in _crm(home).iterdir()) == ["hubspot"]


def test_another_home_and_publishing_again_give_the_same_bytes(night: Path, first_night: Path, copy_of: Copy) -> None:
    """The homes have different salts; the copy published without CRM files first."""
    home = _home(copy_of(first_night))
    assert _bytes(home) == _bytes(night)
    assert _bytes(_home(home)) == _bytes(night)


def test_manifest_vouches_for_the_files(night: Path) -> None:
    manifest = json.loads((_crm(night).parent / "manifest.json").read_text(encoding="utf-8"))
    for name in ("crm/hubspot/tasks.csv", "crm/salesforce/leads.csv"):
        assert re.fullmatch("[0-9a-f]{64}", manifest["files"][name])
        assert manifest["rows"][name] == len(rows_of(_crm(night).parent / name))
    salesforce = manifest["crm_export"]["salesforce"]
    owners = [line.split()[0] for line in salesforce["owners_not_mapped"]]  # a list: Prefect keeps only its length
    assert owners == ["cleo@tidewater.example", "jon@tidewater.example"]
    assert _crm(night).stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in _crm(night).rglob("*.csv")} == {0o600}


def test_tasks_are_the_days_lists_and_never_held_leads(night: Path) -> None:
    listed = {row["lead_id"]: row for name in ("leads.csv", "saves.csv") for row in _list(night, name)}
    held = {row["lead_id"] for row in _list(night, "held.csv")}
    assert held
    for vendor, id_column in IDS.items():
        assert {row[id_column] for row in rows_of(_crm(night) / vendor / "tasks.csv")} == set(listed)
        files = "".join(file.read_text(encoding="utf-8") for file in (_crm(night) / vendor).iterdir())
        assert not [lead_id for lead_id in held if lead_id in files]
    for row in rows_of(_crm(night) / "salesforce" / "tasks.csv"):
        lead = listed[row["Ticketscout_Id__c"]]
        assert lead["account"] in row["Subject"]
        for part in (lead["why"], lead["quote"], lead["ticket_url"], lead["next_step"].rstrip(".")):
            assert part.removeprefix("'") in row["Description"]
        mapped = lead["owner"] == "mia@tidewater.example"
        assert row["OwnerId"] == ("005000000000002AAA" if mapped else "005000000000001AAA")
        assert (row["Priority"] == "High") == (lead["motion"] in ("answer", "save"))
        assert row["ActivityDate"] >= NIGHTS[0]
    for row in rows_of(_crm(night) / "hubspot" / "tasks.csv"):
        lead = listed[row["ticketscout_id"]]
        assert (row["Task owner"], row["Email"]) == (lead["owner"], lead["contact_email"])


def test_notes_and_contacts_name_the_same_people(night: Path) -> None:
    notes, contacts = (rows_of(_crm(night) / "hubspot" / name) for name in ("notes.csv", "contacts.csv"))
    assert {row["Email"] for row in notes} - {""} == {row["Email"] for row in contacts}
    praise = {row["praise_id"] for row in _list(night, "praise.csv")}
    assert praise <= {row["ticketscout_id"] for row in notes}


def test_unmatched_person_is_a_lead_of_salesforce(night: Path) -> None:
    (row,) = rows_of(_crm(night) / "salesforce" / "leads.csv")
    (unmatched,) = _list(night, "unmatched.csv")
    assert unmatched["quote"] in row["Description"] and unmatched["ticket_url"] in row["Description"]
    assert row["Company"] == "[not provided]"  # they write from a mail provider


def test_without_contacts_nobody_is_named(night: Path, first_night: Path, copy_of: Copy) -> None:
    home = _home(copy_of(first_night), "[publish]\ncontacts = false\n" + BOTH)
    assert rows_of(_crm(home) / "hubspot" / "contacts.csv") == rows_of(_crm(home) / "salesforce" / "leads.csv") == []
    assert breaches(_crm(home) / "hubspot", "hubspot") == []
    named = [row for row in rows_of(_crm(night) / "hubspot" / "contacts.csv") if row["First name"]]
    text = b"".join(_bytes(home).values()).decode()
    assert named and not [row for row in named if row["Email"] in text or row["Last name"] in text.split()]


def _later(home: Path, day: str) -> None:
    """A night on which the helpdesk says nothing new."""
    for step in ("decide", "publish"):
        done = call(home, step, f"--as-of={day}")
        assert done.returncode == 0, done.stderr


def _type(home: Path, lead_id: str, outcome: str) -> None:
    (home / "data" / "feedback" / "inbox" / f"{lead_id}-{outcome}.csv").write_text(
        f"lead_id,outcome\n{lead_id},{outcome}\n"
    )


def test_accepted_lead_becomes_a_deal_once_and_comes_back_won(night: Path, copy_of: Copy) -> None:
    home = copy_of(night)
    lead = next(row for row in _list(home, "leads.csv") if row["motion"] == "answer")["lead_id"]
    save = _list(home, "saves.csv")[0]["lead_id"]
    _type(home, lead, "accepted")
    _type(home, save, "accepted")  # a save is no deal
    for _ in range(2):  # the same night again writes the same
        _later(home, NIGHTS[1])
        day = _crm(home, NIGHTS[1])
        for vendor, name in (("hubspot", "deals.csv"), ("salesforce", "opportunities.csv")):
            assert breaches(day / vendor, vendor) == []
            assert [row[IDS[vendor]] for row in rows_of(day / vendor / name)] == [lead]
    # Sales works in the CRM now: a later night must not put the stage back.
    _later(home, "2026-11-21")
    assert rows_of(_crm(home, "2026-11-21") / "hubspot" / "deals.csv") == []
    assert rows_of(_crm(home, "2026-11-21") / "salesforce" / "opportunities.csv") == []

    back = home / "opportunities-export.csv"
    back.write_text(
        f'"Ticketscout_Id__c","Name","StageName"\n"{lead}","A deal","Closed Won"\n"","Another","Closed Won"\n'
    )
    done = call(home, "feedback", "import", back, "--as-of=2026-11-22")
    assert done.returncode == 0 and "read 1 outcomes" in done.stderr, done.stderr
    assert "read 0 outcomes" in call(home, "feedback", "import", back, "--as-of=2026-11-22").stderr
    assert call(home, "decide", "--as-of=2026-11-22").returncode == 0
    assert "outcome won" in call(home, "explain", lead).stdout
    with warehouse(home) as con:
        assert con.execute("SELECT count(*) FROM listed_leads WHERE lead_id = ?", [lead]).fetchone() == (0,)


def test_second_night_keeps_ids_and_repeats_no_note(night: Path, copy_of: Copy) -> None:
    home = copy_of(night)
    assert call(home, *night_arguments(NIGHTS[1])).returncode == 0
    first, second = _crm(home, NIGHTS[0]), _crm(home, NIGHTS[1])
    for vendor in RULES:
        assert breaches(second / vendor, vendor) == []
    again = {row["lead_id"] for row in _list(home, "leads.csv", NIGHTS[1]) if row["status"] == "updated"}
    assert again
    salesforce = [
        {row["Ticketscout_Id__c"] for row in rows_of(day / "salesforce" / "tasks.csv")} for day in (first, second)
    ]
    assert again <= salesforce[0] & salesforce[1]  # an upsert updates them
    hubspot = [{row["ticketscout_id"] for row in rows_of(day / "hubspot" / "tasks.csv")} for day in (first, second)]
    assert {f"{lead_id}.2" for lead_id in again} <= hubspot[1]  # an import cannot: a task of its own
    assert not hubspot[0] & hubspot[1]
    notes = [{row["ticketscout_id"] for row in rows_of(day / "hubspot" / "notes.csv")} for day in (first, second)]
    assert notes[1] and not notes[0] & notes[1]
    people = [rows_of(day / "salesforce" / "leads.csv") for day in (first, second)]
    assert people[0] == people[1]


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ('[crm_export.salesforce]\ndefault_owner = "jon@tidewater.example"', "15 or 18 characters"),
        ('[crm_export.hubspot.owners]\n"a@b.example" = "12345"', "an e-mail address"),
        ('[crm_export.hubspot.values]\nstatus = "x"', "known are pipeline, stage, task_status, task_type"),
        ('[crm_export.hubspot.headers.task]\nEmail = "x"', "known are contacts, deals, notes, tasks"),
        ('[crm_export.salesforce.outcomes]\nNurturing = "later"', "use one of accepted"),
        ('[crm_export.hubspot]\naccount_external_id = "x"', "web domain"),
        ("[crm_export.pipedrive]", "crm_export.pipedrive"),
    ],
)
def test_what_an_administrator_cannot_have_meant_is_refused_before_anything_is_written(
    toml: str, says: str, tmp_path: Path
) -> None:
    (tmp_path / "ticketscout.toml").write_text(toml)
    done = call(tmp_path, *night_arguments(NIGHTS[0]))
    assert done.returncode == 2 and says in sentence(done)
    assert not list((tmp_path / "data" / "digests").glob("*"))


def test_words_of_the_administrator_stand_in_the_files(night: Path, copy_of: Copy) -> None:
    home = copy_of(night)
    _type(home, _list(home, "leads.csv")[0]["lead_id"], "accepted")
    (home / "ticketscout.toml").write_text("""
[crm_export.hubspot]
external_id = "support_signal"
values = { pipeline = "Expansion", stage = "New" }
headers = { tasks = { Notes = "Task body" } }
[crm_export.salesforce]
account_external_id = "Billing_No__c"
values = { stage = "Discovery" }
""")
    _later(home, NIGHTS[0])
    day = _crm(home)
    (deal,), (opportunity,) = rows_of(day / "hubspot" / "deals.csv"), rows_of(day / "salesforce" / "opportunities.csv")
    assert (deal["Pipeline"], deal["Deal stage"], opportunity["StageName"]) == ("Expansion", "New", "Discovery")
    assert deal["support_signal"] == opportunity["Ticketscout_Id__c"]
    assert opportunity["Account.Billing_No__c"].startswith("A-")
    task = rows_of(day / "salesforce" / "tasks.csv")[0]
    assert task["Account:What.Billing_No__c"].startswith("A-") and task["OwnerId"] == ""
    assert "Task body" in rows_of(day / "hubspot" / "tasks.csv")[0]
