"""The sync flow reads its token from a Secret block, and Prefect keeps neither that nor a customer's words."""

from __future__ import annotations

from pathlib import Path

import pytest
from sample_runs import as_words, wait_for, words_of

from pipeline.errors import BadConfiguration, StepFailed
from tests.contract.helpdesk_answers import LOGIN, TOKEN
from tests.contract.helpdesk_records import NAME, WISH
from tests.contract.helpdesk_server import helpdesk

DAY = "2026-11-12"


def _settings(home: Path, address: str) -> None:
    home.mkdir()
    (home / "ticketscout.toml").write_text(
        "[sync]\nattempts = 2\nbackoff_seconds = 0.01\nshare = 0\n"
        f'[sync.zendesk]\naddress = "{address}"\nlogin = "{LOGIN}"\nblock = "desk-token"\nstart = 2026-11-01\n',
        encoding="utf-8",
    )


def test_flow_reads_the_helpdesk_and_prefect_keeps_no_token_and_no_message(
    prefect_database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prefect.blocks.system import Secret

    from flows.sync import syncing

    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    home = tmp_path / "home"
    with helpdesk("zendesk", tickets=4) as desk:
        _settings(home, desk.address)
        with pytest.raises(BadConfiguration, match="no Secret block desk-token"):
            syncing(home=str(home), as_of=DAY)
        Secret(value=TOKEN).save("desk-token", overwrite=True)
        counts = syncing(home=str(home), as_of=DAY)
        assert list(counts)[:2] == ["sync", "ingest"]
        assert counts["sync"]["desks.zendesk.records.tickets"] == 4
        assert counts["ingest"]["read"] == counts["sync"]["read"]
        assert (home / "data" / "digests" / DAY / "leads.csv").exists()
        desk.faults = [("/tickets/cursor", "expired")]
        with pytest.raises(StepFailed, match="does not accept what the block desk-token holds"):
            syncing(home=str(home), as_of=DAY)
    wait_for(lambda: "does not accept what the block" in words_of(prefect_database), 60, "the failure's record")
    said = words_of(prefect_database)
    assert as_words(TOKEN) not in said
    assert as_words(WISH) not in said
    assert as_words(NAME) not in said
