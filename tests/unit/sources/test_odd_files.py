"""Files and records that fuzzing found to break something, one small test each (`tests/bench/fuzz.py`)."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from pipeline.errors import UnknownFormat
from pipeline.sources import SOURCES
from pipeline.sources.discovery import discover
from pipeline.sources.opening import ZIP, Place, open_place
from pipeline.sources.source import RECORDS, Batch
from tests.contract.homes import ingest_into, ticket, warehouse, write_lines

LINE = json.dumps(ticket(1, "Hello there."))


def read(source: str, kind: str, *records: Any) -> Batch:
    rows = [
        {"record": number, "kind": kind, "text": text if isinstance(text, str) else json.dumps(text)}
        for number, text in enumerate(records, start=1)
    ]
    return SOURCES[source].read(pa.Table.from_pylist(rows, schema=RECORDS))


def archive(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as out:
        for name, raw in members.items():
            out.writestr(name, raw)
    return path


def lines(count: int) -> bytes:
    return b"".join(json.dumps(ticket(number, f"Hello {number * 7919}.")).encode() + b"\n" for number in range(count))


@pytest.mark.parametrize("form", ["gzip", "zstd"])
def test_a_packed_file_that_was_cut_gives_the_lines_before_the_cut(form: str, tmp_path: Path) -> None:
    raw = lines(3000)
    packed = gzip.compress(raw) if form == "gzip" else bytes(pa.compress(raw, "zstd", asbytes=True))
    path = tmp_path / "tickets.ndjson.packed"
    path.write_bytes(packed[: len(packed) * 9 // 10])
    with open_place(Place(str(path))) as opened:
        came = opened.stream.read()
    assert opened.is_broken and raw.startswith(came) and len(came) > len(raw) // 2


@pytest.mark.parametrize("form", ["gzip", "zstd"])
def test_a_stream_that_broke_stays_at_its_end(form: str, tmp_path: Path) -> None:
    """Asked again, a broken zstd stream gives anything without end."""
    raw = lines(300)
    packed = gzip.compress(raw) if form == "gzip" else bytes(pa.compress(raw, "zstd", asbytes=True))
    path = tmp_path / "tickets.ndjson.packed"
    for at in range(4, len(packed), len(packed) // 40):
        path.write_bytes(packed[:at] + bytes([packed[at] ^ 0xFF]) + packed[at + 1 :] + packed)
        with open_place(Place(str(path))) as opened:
            came = [opened.stream.read(1 << 20) for _ in range(4)]
        assert sum(map(len, came)) <= 2 * len(raw)
        assert not opened.is_broken or not came[-1]


def test_a_short_gzip_that_was_cut_gives_what_there_is(tmp_path: Path) -> None:
    path = tmp_path / "tickets.ndjson.gz"
    path.write_bytes(gzip.compress(lines(4))[:-8])
    with warehouse(tmp_path) as con:
        counts = ingest_into(con, tmp_path, path)
    assert (counts.read, counts.stored, counts.set_aside) == (5, 4, {"broken_packing": 1})


def test_a_zip_named_outright_may_hold_a_note_for_people(tmp_path: Path) -> None:
    path = archive(tmp_path / "all.zip", **{"README.txt": b"What is in here.", "tickets.ndjson": LINE.encode()})
    inputs, passed_over = discover([str(path)])
    assert [one.place.member for one in inputs] == ["tickets.ndjson"]
    assert [place.member for place in passed_over] == ["README.txt"]


def test_a_zip_named_outright_without_an_export_is_an_error(tmp_path: Path) -> None:
    path = archive(tmp_path / "all.zip", **{"README.txt": b"What is in here.", "LICENSE": b"None."})
    with pytest.raises(UnknownFormat, match=r"all\.zip is not a helpdesk export"):
        discover([str(path)])


@pytest.mark.parametrize("at", [0, 40], ids=["signature", "bytes"])
def test_a_member_that_cannot_be_unpacked_does_not_stop_the_others(at: int, tmp_path: Path) -> None:
    members = {"a.ndjson": lines(2), "b.ndjson": LINE.replace('"id": 1', '"id": 7').encode()}
    raw = bytearray(archive(tmp_path / "all.zip", **members).read_bytes())
    raw[raw.index(ZIP, 4) + at] ^= 0xFF
    (tmp_path / "all.zip").write_bytes(raw)
    with warehouse(tmp_path) as con:
        counts = ingest_into(con, tmp_path, tmp_path / "all.zip")
        assert counts.read == counts.stored + sum(counts.set_aside.values()) and counts.stored == 2


def test_a_broken_zip_in_a_folder_is_passed_over_and_named(tmp_path: Path) -> None:
    folder = tmp_path / "export"
    write_lines(folder / "tickets.ndjson", [LINE])
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as out:
        out.writestr("more.ndjson", lines(2))
    (folder / "more.zip").write_bytes(whole.getvalue()[:-30])
    inputs, passed_over = discover([str(folder)])
    assert [one.place.name for one in inputs] == ["tickets.ndjson"]
    assert [place.name for place in passed_over] == ["more.zip"]
    with pytest.raises(UnknownFormat, match="cannot be read"):
        discover([str(folder / "more.zip")])


@pytest.mark.parametrize("status", ["day two", ["open"], {"id": "deleted"}, 7, ""])
def test_a_status_that_zendesk_does_not_have_is_open(status: Any) -> None:
    batch = read("zendesk", "tickets", ticket(1, "Hello.", status=status, priority=status))
    assert batch.tickets["status"].to_pylist() == ["open"]
    assert batch.tickets["priority"].to_pylist() == [None]


@pytest.mark.parametrize(
    "said", ["294247-01-10T04:00:54Z", "infinity", "10000-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "290309-12-22 (BC)"]
)
def test_a_time_that_python_cannot_count_is_none(said: str) -> None:
    batch = read("zendesk", "tickets", ticket(1, "Hello.", created_at=said, updated_at=said))
    assert batch.rejects["reason"].to_pylist() == ["no_time"]
    general = {"ticket_id": "1", "created_at": said, "text": "Hello there.", "author": "Nora"}
    assert read("generic", "messages", general).rejects["reason"].to_pylist() == ["no_time"]


def test_a_blank_id_makes_no_person_of_all_who_have_one() -> None:
    given = {"id": "", "name": "Nora", "email": "nora@brindle.example"}
    batch = read("zendesk", "tickets", ticket(1, "Hello.", requester_id=" ", requester=given, organization_id=""))
    assert not any(" " in row or row == "" for row in batch.people["user_id"].to_pylist())
    assert batch.tickets["requester_id"].to_pylist() == batch.tickets["organization_id"].to_pylist() == [None]
    assert "" not in batch.participants["user_id"].to_pylist()


def test_a_message_with_a_blank_id_has_the_id_of_its_place() -> None:
    given = ticket(1, "Hello there.", "Are you there?")
    given["comments"][0]["id"], given["comments"][1]["id"] = "", " "
    found = read("zendesk", "tickets", given).messages["message_id"].to_pylist()
    assert len(set(found)) == 2 and all(one.startswith("1:#") for one in found)


def test_a_record_that_is_too_long_is_set_aside_and_the_others_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a line, in a page, and in a cell. The limit is 32 MB, and here 300 KB."""
    for module in ("lines", "reading"):
        monkeypatch.setattr(f"pipeline.sources.{module}.LONGEST", 300_000)
    long = "word " * 80_000
    row = '"1","2026-11-10T10:00:00Z","nora@brindle.example","{}"\n'
    files = {
        "line.ndjson": json.dumps(ticket(1, long)) + "\n" + json.dumps(ticket(2, "Hello.")) + "\n",
        "page.json": json.dumps({"tickets": [ticket(2, "Hello."), ticket(1, long)]}),
        "table.csv": "ticket_id,created_at,author,text\n" + row.format("Hello.") + row.format(long),
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
        with warehouse(tmp_path / name.split(".")[0]) as con:
            counts = ingest_into(con, tmp_path / name.split(".")[0], tmp_path / name)
        assert (counts.read, counts.set_aside) == (2, {"too_long": 1}), name


def test_a_comment_that_is_nothing_but_empty_html_is_an_empty_message() -> None:
    given = {"id": 5, "ticket_id": 1, "author_id": 2, "created_at": "2026-11-10T00:00:00Z", "html_body": ""}
    assert read("zendesk", "comments", given).messages["body"].to_pylist() == [""]


def test_a_day_of_twenty_digits_gives_way_to_the_first_server_s_time(tmp_path: Path) -> None:
    (tmp_path / "1.eml").write_text(
        "Received: from a by b; Tue, 10 Nov 2026 17:00:01 +0000\n"
        "Date: Tue, 17630000000000000000 Nov 2026 17:00:00 +0000\n"
        "From: Nora <nora@elmcrest.example>\nTo: help@vendor.example\nSubject: Seats\n"
        "Message-ID: <1@elmcrest.example>\n\nWe need more seats.\n"
    )
    with warehouse(tmp_path) as con:
        assert ingest_into(con, tmp_path, tmp_path / "1.eml").stored == 1
        assert con.execute("SELECT said_at::VARCHAR FROM messages").fetchall() == [("2026-11-10 17:00:01",)]


@pytest.mark.parametrize(
    "header",
    [
        "References: " + "> " * 500_000,
        'To: Nora "' + '"' * 30_000,
        "Cc: " + "nora@elmcrest.example, " * 1_000,
        "Content-Type: text/plain; " + "a=b; " * 2_000,
        "X-Report: " + "\n folded" * 20_000,
    ],
    ids=lambda header: header.partition(":")[0],
)
def test_a_mail_with_a_header_without_end_is_set_aside_and_the_others_are_read(header: str, tmp_path: Path) -> None:
    """The standard library would read the first for hours."""
    mail = (
        "From a@b Tue Nov 10 09:00:00 2026\n{}From: Nora <nora@elmcrest.example>\nTo: help@vendor.example\n"
        "Date: Tue, 10 Nov 2026 17:00:00 +0000\nMessage-ID: <{}@elmcrest.example>\n\nWe need more seats.\n\n"
    )
    (tmp_path / "some.mbox").write_text(mail.format("", 1) + mail.format(f"{header}\n", 2) + mail.format("", 3))
    with warehouse(tmp_path) as con:
        counts = ingest_into(con, tmp_path, tmp_path / "some.mbox")
    assert (counts.read, counts.stored, counts.set_aside) == (3, 2, {"long_header": 1})


def test_many_recipients_and_a_long_thread_are_read(tmp_path: Path) -> None:
    (tmp_path / "1.eml").write_text(
        "From: Nora <nora@elmcrest.example>\nTo: help@vendor.example\nMessage-ID: <1@elmcrest.example>\n"
        "Date: Tue, 10 Nov 2026 17:00:00 +0000\nCc: " + ",\n ".join(f"a{n}@elmcrest.example" for n in range(500)) + "\n"
        "References: " + "\n ".join(f"<{n}@elmcrest.example>" for n in range(2_000)) + "\n\nWe need more seats.\n"
    )
    with warehouse(tmp_path) as con:
        assert ingest_into(con, tmp_path, tmp_path / "1.eml").stored == 1


def test_a_first_line_that_is_too_long_does_not_hide_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("lines", "reading"):
        monkeypatch.setattr(f"pipeline.sources.{module}.LONGEST", 300_000)
    monkeypatch.setattr("pipeline.sources.discovery._HEAD_BYTES", 20_000)
    monkeypatch.setattr("pipeline.sources.discovery._LONGEST_HEAD", 100_000)
    path = write_lines(tmp_path / "tickets.ndjson", [ticket(1, "word " * 80_000), LINE])
    with warehouse(tmp_path) as con:
        counts = ingest_into(con, tmp_path, path)
    assert (counts.read, counts.stored, counts.set_aside) == (2, 1, {"too_long": 1})


@pytest.mark.parametrize("kind", [kind.name for kind in SOURCES["zendesk"].kinds])
def test_what_is_no_json_is_set_aside_whatever_kind_it_stands_among(kind: str) -> None:
    """A query over all records has to look for itself whether they are JSON."""
    assert read("zendesk", kind, '"0:04] x, "a": {}}').rejects["reason"].to_pylist() == ["bad_json"]


def test_a_thread_without_a_time_of_a_conversation_without_a_beginning_has_the_time_of_its_change() -> None:
    given = {"id": 1, "number": 1, "status": "active", "userUpdatedAt": "2026-11-10T09:00:00Z"}
    given["_embedded"] = {"threads": [{"id": 2, "type": "customer", "body": "Hello.", "createdAt": "?"}]}
    batch = read("helpscout", "conversations", given)
    assert [str(row) for row in batch.messages["said_at"].to_pylist()] == ["2026-11-10 09:00:00"]
