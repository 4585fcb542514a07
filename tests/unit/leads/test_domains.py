"""What of a mail or web address identifies a company."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.leads.domains import FREEMAIL, _by_the_list, _extract, registered_domain


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


_LABELS = st.text("abz059-", min_size=1, max_size=9) | st.sampled_from(["com", "co", "uk", "ck", "xn--p1ai", "xn--a"])


@given(_LABELS, _LABELS | st.sampled_from(sorted(end for end in _extract().tlds if "." not in end and end.isascii())))
def test_a_name_of_two_labels_is_what_the_list_makes_of_it(label: str, end: str) -> None:
    name = f"{label}.{end}"
    assert _by_the_list(name) == name
