"""Channels as they are set up: shown without being told, kept quiet, refused where they are wrong, without a secret."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.contract.channels import SECRET, deliver, ledger_of, with_channel
from tests.contract.homes import CRM, NIGHTS, SAMPLE, call, sentence, warehouse
from tests.contract.loopback import WebService, web_service

Copy = Callable[[Path], Path]


@pytest.fixture
def service() -> Iterator[WebService]:
    with web_service() as running:
        yield running


@pytest.fixture(autouse=True)
def _straight(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy of the machine stands between us and loopback."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def test_dry_run_prints_what_would_be_sent_and_sends_nothing(
    service: WebService, finished: Path, copy_of: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = with_channel(copy_of(finished), "digest")
    with_channel(home, "owner", name="owners")
    monkeypatch.setenv("TICKETSCOUT_SALES_URL", service.address(secret=SECRET))
    done = call(home, "deliver", "--dry-run")
    assert done.returncode == 0
    assert f"Ticketscout {NIGHTS[1]}: " in done.stdout and "--- owners: owner to mia@tidewater.example" in done.stdout
    assert SECRET not in done.stdout + done.stderr
    assert service.asked == [] and ledger_of(home) == []


def test_a_night_can_be_kept_quiet_and_told_later(
    service: WebService, finished: Path, copy_of: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = with_channel(copy_of(finished), "digest")
    monkeypatch.setenv("TICKETSCOUT_SALES_URL", service.address())
    arguments = ["nightly", f"--tickets={SAMPLE / 'helpdesk' / NIGHTS[1]}", "--as-of=2026-11-21", "--engine=local"]
    assert call(home, *arguments, *CRM, "--no-deliver").returncode == 0
    assert service.asked == []
    deliver(home)
    assert "2026-11-21" in service.told[0]["title"]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ('url = "slack://T0ken-of-the-channel"\nsend = ["digest"]', "deliver.0.url"),
        ('url_env = "json://T0ken-of-the-channel"\nsend = ["digest"]', "deliver.0.url_env"),
        ('url_env = "TICKETSCOUT_SLACK"\nsend = ["digest"]', "_URL"),
        ('url_env = "SLACK"\nsend = ["digest", "owner"]', "of their own"),
        (
            'url_env = "SLACK"\nsend = ["digest"]\n[[deliver]]\nname = "a"\nurl_env = "B"\nsend = ["alerts"]',
            "same name",
        ),
    ],
)
def test_a_channel_that_is_set_up_wrongly_is_refused_without_its_secret(lines: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "ticketscout.toml").write_text(f'[[deliver]]\nname = "a"\n{lines}\n', encoding="utf-8")
    done = call(tmp_path, "deliver")
    assert done.returncode == 2
    assert told in sentence(done) and SECRET not in done.stderr


def test_deliver_without_channels_says_how_to_set_one_up(tmp_path: Path) -> None:
    done = call(tmp_path, "deliver")
    assert done.returncode == 2 and "[[deliver]]" in sentence(done)


def test_a_home_of_an_earlier_release_learns_to_deliver(
    service: WebService, finished: Path, copy_of: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = with_channel(copy_of(finished), "digest")
    monkeypatch.setenv("TICKETSCOUT_SALES_URL", service.address())
    with warehouse(home) as con:
        con.execute("DROP TABLE deliveries")
    deliver(home)
    assert len(service.told) == 1
