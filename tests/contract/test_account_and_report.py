"""`account` and `report` on the sample's two nights, as people run them: what they say, and that they only look."""

from __future__ import annotations

import csv
import fcntl
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from selectolax.lexbor import LexborHTMLParser as Parser

from pipeline.config import Home, load_settings
from pipeline.digest.story import story_lines
from pipeline.steps.account.story import account_story
from pipeline.steps.last_night import last_night
from pipeline.warehouse import open_to_read
from tests.contract.homes import call, run, sentence, warehouse

Copy = Callable[[Path], Path]
ACCOUNTS = [f"A-{n}" for n in range(1001, 1038)]


def lines_of(home: Path, *arguments: str) -> list[str]:
    done = call(home, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def people(home: Path) -> dict[str, tuple[str, bool]]:
    """Whole names and addresses of the vault's people, by pseudonym, and whether they are staff."""
    with duckdb.connect(str(home / "data" / "vault.duckdb"), read_only=True) as con:
        rows = con.execute("SELECT contact_id, name, coalesce(email, ''), is_staff FROM people").fetchall()
    return {contact: (f"{name}\n{email}", staff) for contact, name, email, staff in rows}


def test_the_story_as_people_run_it(finished: Path) -> None:
    """A-1019: an offer that waits on a reopened ticket (data/sample/README.md, 5020 by 5021)."""
    done = run(finished, "account", "lindenhof")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "Lindenhof Kliniken (A-1019), as of the night of 2026-11-20"
    assert "  · Do not pitch: ticket 5021 was reopened and is not solved since." in lines
    assert "              A ticket of theirs was reopened lately and is not solved since. Ticket 5021." in lines
    assert any(line.startswith("  2026-11-11  ticket 5021") for line in lines)
    assert run(finished, "account", "A-1019").stdout == done.stdout


@pytest.mark.parametrize(
    ("account", "says"),
    [
        ("A-1010", "They waited for Tidewater Forms: it can be had since 2026-11-18."),  # lost sale, 5010
        ("A-1016", "They may be leaving: a save is open, and cleo@tidewater.example answers within it."),  # 5016
        ("A-1001", "They asked in ticket 5001 and wait: mia@tidewater.example owes the answer."),
        ("A-1025", "They are marked do not contact: answer what they ask, offer nothing."),
        ("A-1033", "parent            Hollin Holdings (A-1034)"),
        ("A-1030", "heard by sales; refused: not offered; took Time Tracking instead"),  # wish-2
        ("A-1002", "ticket 5002: support said that sales will take over"),
        ("A-1011", "(taken back), ticket 5011"),  # withdrawn in the second night
    ],
)
def test_each_planted_case_is_told(finished: Path, account: str, says: str) -> None:
    assert says in "\n".join(lines_of(finished, "account", account))


def test_every_story_fits_names_nobody_and_shows_nothing_that_never_may_be(finished: Path) -> None:
    known = people(finished)
    with open_to_read(Home(finished)) as con:
        never = {row[0] for row in con.execute("SELECT lead_id FROM holds WHERE kind = 'never'").fetchall()}
    assert never
    settings = load_settings(Home(finished))
    with last_night(Home(finished)) as (con, as_of):
        stories = {account: list(story_lines(account_story(con, settings, account, as_of))) for account in ACCOUNTS}
    for account, lines in stories.items():
        told = "\n".join(lines)
        assert max(map(len, told.splitlines())) <= 100
        for contact, name_and_address in known.items():
            assert contact not in told
            name, address = name_and_address[0].split("\n")
            # A name that is one word may be a word; staff who own accounts stand there as owners.
            assert " " not in name or name not in told, account
            assert not address or address not in told or address.split("@")[0] in ("mia", "jon", "cleo"), account
        assert not [lead for lead in never if lead in told]
        assert 1 <= sum(line.startswith("  · ") for line in lines) <= 3


def test_the_page_is_self_contained_and_says_what_the_terminal_says(
    finished: Path, copy_of: Copy, tmp_path: Path
) -> None:
    done = run(copy_of(finished), "account", "A-1009", "--page", tmp_path / "story.html")
    assert (done.returncode, done.stdout) == (0, "")
    tree = Parser((tmp_path / "story.html").read_text(encoding="utf-8"))
    assert not tree.css("script, img, iframe, object, form, base")
    links = [a.attributes["href"] or "" for a in tree.css("a")]
    assert links and all(link.startswith("https://tidewater.zendesk.example/agent/tickets/") for link in links)
    told = json.loads(call(finished, "account", "A-1009", "--json").stdout)
    words = " ".join(tree.css_first("main").text(separator=" ").split())
    for section in told["sections"]:
        assert section["title"] in words
        assert section["entries"] or section["nothing"] in words
        for entry in section["entries"]:
            assert " ".join(entry["quote"].split()) in words


def test_words_that_fit_several_accounts_list_them(finished: Path) -> None:
    done = run(finished, "account", "hollin")
    assert done.returncode == 2
    assert done.stdout.splitlines() == [
        "A-1033  Hollin Freight  hollinfreight.example",
        "A-1034  Hollin Holdings  hollin.example",
    ]
    assert "fits 2 accounts" in sentence(done)


def test_wrong_use_is_one_sentence_and_leaves_nothing(finished: Path, copy_of: Copy, tmp_path: Path) -> None:
    home = copy_of(finished)  # a page that cannot be written was audited
    for arguments in (
        ("account", "someone@nowhere.example"),
        ("account", "A-1001", "--page", str(tmp_path / "no" / "x.html")),
        ("report", "--from", "soon"),
        ("report", "--from", "2027-01-01"),
    ):
        done = call(home, *arguments)
        assert done.returncode == 2 and "someone" not in sentence(done)
    empty = tmp_path / "empty"
    for arguments in (("account", "A-1001"), ("report",)):
        done = call(empty, *arguments)
        assert done.returncode == 2 and "ticketscout nightly" in sentence(done)
    assert not empty.exists()


def test_the_report_as_people_run_it(finished: Path, copy_of: Copy, tmp_path: Path) -> None:
    done = run(copy_of(finished), "report", "--from", "2026-11-01", "--to", "2026-11-20", "--csv", tmp_path / "report")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "What service is worth, 2026-11-01 to 2026-11-20"
    assert max(map(len, lines)) <= 100
    assert any("too few to say" in line for line in lines)
    assert "need not bring the other about" in " ".join(lines)
    assert sorted(file.name for file in (tmp_path / "report").iterdir()) == [
        "followed_up.csv",
        "goes_together.csv",
        "passed_on.csv",
        "praise.csv",
        "revenue.csv",
    ]
    with open(tmp_path / "report" / "passed_on.csv", encoding="utf-8-sig", newline="") as stream:
        rows = {(row["by"], row["what"]): row for row in csv.DictReader(stream)}
    assert int(rows["in all", "every signal"]["heard"]) == sum(
        int(row["heard"]) for (by, _), row in rows.items() if by == "by signal"
    )
    assert float(rows["in all", "every signal"]["passed_on_low"]) > 0


def test_the_report_names_no_agent(finished: Path, copy_of: Copy, tmp_path: Path) -> None:
    told = call(copy_of(finished), "report", "--csv", tmp_path / "report").stdout
    told += "".join(file.read_text(encoding="utf-8-sig") for file in (tmp_path / "report").iterdir())
    staff = {contact: words for contact, (words, is_staff) in people(finished).items() if is_staff}
    assert len(staff) >= 3
    for contact, words in staff.items():
        name, address = words.split("\n")
        assert contact not in told and name not in told and (not address or address not in told)
    with open_to_read(Home(finished)) as con:
        users = [
            row[0] for row in con.execute("SELECT DISTINCT author_id FROM messages WHERE role = 'agent'").fetchall()
        ]
    assert not [user for user in users if user and user in told]


def test_an_outcome_shows_in_report_story_and_page(finished: Path, copy_of: Copy) -> None:
    """Typed `won` into mia's list; the same night again reads it."""
    home = copy_of(finished)
    with warehouse(home) as con:
        lead = con.execute(
            "SELECT l.lead_id, l.account_id FROM leads l JOIN listed_leads g USING (lead_id) "
            "WHERE l.motion = 'answer' AND g.place IN ('listed', 'open') ORDER BY l.lead_id LIMIT 1"
        ).fetchone()
    assert lead is not None
    for file in home.glob("data/owners/*/open.csv"):
        text = file.read_text(encoding="utf-8-sig")
        rows = list(csv.DictReader(text.splitlines()))
        for row in rows:
            row["outcome"] = "won" if row["lead_id"] == lead[0] else row["outcome"]
        with open(file, "w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.DictWriter(stream, rows[0].keys() if rows else text.splitlines()[0].split(","))
            writer.writeheader()
            writer.writerows(rows)
    for step in ("decide", "publish"):
        assert call(home, step, "--as-of=2026-11-20").returncode == 0
    assert any(f": won ({lead[0]})" in line for line in lines_of(home, "account", lead[1]))
    total = next(line for line in lines_of(home, "report") if "every signal" in line and "of 1" in line)
    assert "1 of 1: too few to say" in total
    page = Parser((home / "data/digests/2026-11-20/digest.html").read_text(encoding="utf-8"))
    cells = [cell.text() for cell in page.css("section#praise td[data-label='Won, saved']")]
    assert sorted(cells) == ["0", "0", "1"]


def test_looking_changes_nothing_and_needs_no_right_to_write(finished: Path, copy_of: Copy) -> None:
    home = copy_of(finished)
    before = {file: file.read_bytes() for file in sorted(home.rglob("*")) if file.is_file()}
    (home / "data" / "warehouse.duckdb").chmod(0o400)
    for arguments in (("account", "A-1001"), ("report",)):
        assert call(home, *arguments).returncode == 0
    assert {file: file.read_bytes() for file in sorted(home.rglob("*")) if file.is_file()} == before


def test_several_may_look_at_once_and_while_a_run_writes(finished: Path, copy_of: Copy) -> None:
    home = copy_of(finished)
    with open_to_read(Home(home)) as one, open_to_read(Home(home)) as two:
        assert (
            one.execute("SELECT count(*) FROM leads").fetchone() == two.execute("SELECT count(*) FROM leads").fetchone()
        )
        with pytest.raises(duckdb.Error, match="read-only"):
            one.execute("DELETE FROM leads")
    lock = os.open(home / "data" / ".lock", os.O_RDWR)
    fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        done = run(home, "account", "A-1001")
    finally:
        os.close(lock)
    assert done.returncode == 0 and "A-1001" in done.stdout


def test_a_home_that_was_never_published_says_so(first_night: Path, tmp_path: Path) -> None:
    """Ingested and nothing more: there is no night to look at."""
    shutil.copytree(first_night, tmp_path / "home")
    with warehouse(tmp_path / "home") as con:
        con.execute("DROP TABLE fact_specs")
    done = call(tmp_path / "home", "report")
    assert done.returncode == 2 and "no night was published here yet" in sentence(done)
