"""docs/trust.md names the test of each promise; every test that it names exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TRUST = (ROOT / "docs" / "trust.md").read_text(encoding="utf-8")
TESTS = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py")}
ALL = "\n".join(TESTS.values())
PROMISES = [line for line in TRUST.splitlines() if line.startswith("| ") and not line.startswith("| promise")]


@pytest.mark.parametrize("promise", PROMISES, ids=lambda line: line.split("|")[1].strip()[:60])
def test_every_promise_names_a_test_that_exists(promise: str) -> None:
    tested = promise.rstrip("| ").rpartition(" | ")[2]
    files = re.findall(r"\b(test_\w+\.py)\b", tested)
    names = [name for name in re.findall(r"\b(test_\w+)", tested) if f"{name}.py" not in TESTS]
    folders = [place for place in re.findall(r"`(tests/[\w/.]+)`", tested) if "::" not in place]
    assert files or names or folders or "harness" in tested or "the same test" in tested
    assert not [file for file in files if file not in TESTS]
    # A name that ends in an ellipsis stands for the tests that begin so.
    assert not [name for name in names if f"def {name}" not in ALL]
    assert not [place for place in folders if not (ROOT / place).exists()]
