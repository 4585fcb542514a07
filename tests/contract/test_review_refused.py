"""Files and words that `ticketscout review` cannot take are one sentence, and change nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contract.homes import call, row_counts, sentence

BAD = {
    "not there": None,
    "empty": b"",
    "no such columns": b"lead_id,outcome\nL-1,won\n",
    "two columns": b"example_id,signal,decision,decision\nE-1,praise,yes,no\n",
    "a workbook": b"PK\x03\x04",
    "cut off": b'[{"data": {"example_id": "E-1", "signal": "praise"}, "annotations": [',
    "no tasks": b'[{"data": {"text": "a"}}]',
    "no rows of labels": b'{"text": "a"}\n',
    "a label that is none": b'{"text": "a", "labels": {"praise": 1}}\n{"text": "b", "labels": {"praise": "yes"}}\n',
    "not UTF-8": b'{"text": "a\xff", "labels": {"praise": 1}}\n',
    "cut in the middle": b'{"text": "a", "labels": {"praise": 1}}\n{"text": "b", "lab',
    "all unknown": b"example_id,signal,decision\nE-0123456789abcdef,praise,yes\n",
    "a name as its id": b"example_id,signal,decision\nAnn Quill,praise,yes\n",
}


@pytest.mark.parametrize("case", BAD)
def test_bad_files_are_one_sentence_and_nothing_is_lost(first_night: Path, tmp_path: Path, case: str) -> None:
    content = BAD[case]
    file = tmp_path / "file.csv"
    if content is not None:
        file.write_bytes(content)
    before = row_counts(first_night)
    done = call(first_night, "review", "import", file)
    assert done.returncode == 2 and "Quill" not in sentence(done), done.stderr
    assert row_counts(first_night) == before
    done = call(tmp_path / "nothing", "review", "import", file)
    assert done.returncode == 2 and sentence(done) and row_counts(tmp_path / "nothing") == {}


def test_wrong_use_is_one_sentence(first_night: Path, tmp_path: Path) -> None:
    there = tmp_path / "there.csv"
    there.write_text("typed")
    for arguments, says in (
        (("export", "--out", there), "is there already"),
        (("export", "--out", tmp_path / "x.csv", "-n", "0"), "at least one"),
        (("export", "--out", tmp_path / "x.csv", "--random-share", "0"), "above 0"),
        (("export", "--out", tmp_path / "x.csv", "--format", "xlsx"), "use csv or labelstudio"),
        (("export", "--out", tmp_path / "x.csv", "--signal", "prais"), "is no declared signal"),
        (("export", "--out", there / "x.csv"), "cannot be written"),
        (("import", tmp_path), "is no file"),
        (("import", there, "--role", "Ann"), "names are not kept"),
        (("import", there, "--signal", "prais"), "is no declared signal"),
        (("labels", "--signal", "prais"), "is no declared signal"),
        (("labels", "--out", tmp_path / "x.xlsx"), "ends with .jsonl"),
        (("errors", "--signal", "praise"), "labels"),
        (("errors", "--signal", "prais"), "is no declared signal"),
        (("errors", "--signal", "praise", "--out", there), "is there already"),
    ):
        done = call(first_night, "review", *arguments)
        assert done.returncode == 2 and says in sentence(done), arguments
    assert sorted(file.name for file in tmp_path.iterdir()) == ["there.csv"] and there.read_text() == "typed"
    assert "questions" not in row_counts(first_night)
    for arguments in (("export", "--out", tmp_path / "x.csv"), ("labels",), ("errors", "--signal", "praise")):
        done = call(tmp_path / "empty", "review", *arguments)
        assert done.returncode == 2 and "ticketscout nightly" in sentence(done)
    assert not (tmp_path / "empty").exists()
