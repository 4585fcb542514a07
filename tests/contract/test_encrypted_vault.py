"""A night with an encrypted vault: the key reaches worker processes by the environment, and is told to nobody."""

from __future__ import annotations

from pathlib import Path

from pipeline.privacy.attaching import KEY
from tests.contract.homes import NIGHTS, SAMPLE, run, sentence

RIGHT, WRONG = "a key of the tests' own, long", "another key of the tests' own"
# Of the sample's users.ndjson.
PERSON = b"Priyanka Solberg"


def _files(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())


def test_workers_read_an_encrypted_vault(tmp_path: Path) -> None:
    (tmp_path / "ticketscout.toml").write_text("[run]\npartition_mb = 0.005\n", "utf-8")
    ingest = ("ingest", f"--tickets={SAMPLE / 'helpdesk' / NIGHTS[0]}", "--engine=processes", "--workers=2")
    done = run(tmp_path, *ingest, **{KEY: RIGHT})
    assert done.returncode == 0, done.stderr
    assert PERSON in _files(SAMPLE / "helpdesk" / NIGHTS[0])
    assert PERSON not in _files(tmp_path / "data")
    for told in (done.stdout, done.stderr):
        assert RIGHT not in told
    assert RIGHT.encode() not in _files(tmp_path)

    again = ("ingest", f"--tickets={SAMPLE / 'helpdesk' / NIGHTS[1]}", "--engine=local")
    refused = run(tmp_path, *again, **{KEY: WRONG})
    assert refused.returncode == 2
    assert "is not the key" in sentence(refused) and WRONG not in sentence(refused)
    missing = run(tmp_path, *again)
    assert missing.returncode == 2
    assert KEY in sentence(missing)
    assert "vault: encrypted" in run(tmp_path, "status").stdout
