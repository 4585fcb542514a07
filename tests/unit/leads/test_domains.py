"""What of a mail or web address identifies a company."""

from __future__ import annotations

import pytest

from pipeline.leads.domains import FREEMAIL, registered_domain


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("acme.com", "acme.com"),
        ("mail.acme.co.uk", "acme.co.uk"),
        (" WWW.Acme.COM. ", "acme.com"),
        ("support.acme.example", "acme.example"),
        ("gmail.com", None),
        ("mail.yahoo.co.uk", None),
        ("localhost", None),
        ("no domain.com", None),
        ("", None),
        (None, None),
    ],
)
def test_registered_domain(host: str | None, expected: str | None) -> None:
    assert registered_domain(host) == expected


def test_no_freemail_provider_names_a_company() -> None:
    assert {registered_domain(name) for name in FREEMAIL} == {None}
