"""A replay in lines for a terminal, and as CSV files."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline.digest.csv_file import write_list
from pipeline.digest.figures import Figures, Heading, table_lines
from pipeline.digest.page_words import money
from pipeline.digest.story import WIDTH, printable
from pipeline.steps.last_night import Row
from pipeline.steps.replaying.compare import COUNTED, FATES, FEWER, MORE, Comparison, Sent
from pipeline.steps.replaying.days import Nights

HONEST = (
    "What people answered is known only of what was listed: of leads that would have been sent in addition nobody can "
    "say what would have become of them, and whoever would have been approached on another day might have answered "
    "otherwise."
)
_TITLES = {
    MORE: "Would have been sent, and was not",
    FEWER: "Was sent, and would not have been",
}
_FATE_TITLES = ("taken up", "won, saved", "lost", "no signal")
_MARGIN = " " * 6


def replay_lines(nights: Nights, found: Comparison, is_otherwise: bool, examples: int) -> Iterator[str]:
    """Lines of at most 100 columns; `is_otherwise` says whether anything was asked to differ."""
    first, last = nights.replayed[0].as_of, nights.replayed[-1].as_of
    count = len(nights.replayed)
    yield f"{count} night{'s' if count > 1 else ''} decided again, {first} to {last}"
    yield from _wrapped(_proof(found, count))
    yield from table_lines(_totals(found.by_night, is_otherwise))
    if not is_otherwise:
        return
    yield from table_lines(_nights_that_differ(found.by_night))
    for what, title in _TITLES.items():
        yield from _sent_lines(title, [one for one in found.sent if one.what == what], examples)
    yield from _wrapped(f"Sent either way, but on another night first: {found.on_another_night:,}.", "\n")
    if found.erased:
        yield from _wrapped(f"Words erased or changed since, so that there is no quote: {found.erased:,}.")
    yield from table_lines(_became(found.became))
    yield ""
    yield from _wrapped(HONEST)


def _proof(found: Comparison, count: int) -> str:
    nights, leads = found.otherwise
    if not nights:
        return "Under the settings of then every night comes out as it was decided."
    return (
        f"Under the settings of then {nights:,} of {count:,} come out otherwise than decided (leads: {leads:,}): "
        "something was erased since, or another release decided them."
    )


def _headings(first: str) -> tuple[Heading, ...]:
    return (Heading(first), Heading("motion", "motion"), *(Heading(name, name) for name in COUNTED))


def _cells(row: Row, is_otherwise: bool) -> list[str]:
    """`3 → 5` where the two differ."""
    return [
        f"{row[name]:,}" + (f" → {row[name + '_what_if']:,}" if is_otherwise and _differs(row, name) else "")
        for name in COUNTED
    ]


def _differs(row: Row, name: str) -> bool:
    return bool(row[name] != row[f"{name}_what_if"])


def _totals(rows: Sequence[Row], is_otherwise: bool) -> Figures:
    motions: dict[str, Row] = {}
    for row in rows:
        total = motions.setdefault(row["motion"], dict.fromkeys((n for n in row if n not in ("as_of", "motion")), 0))
        for name in total:
            total[name] += row[name]
    return Figures(
        "totals",
        "All nights together, a lead once a night" + (": as it was → as it would have been" if is_otherwise else ""),
        _headings("by"),
        [("by motion", motion, *_cells(total, is_otherwise)) for motion, total in sorted(motions.items())],
    )


def _nights_that_differ(rows: Sequence[Row]) -> Figures:
    return Figures(
        "nights",
        "Nights that differ",
        _headings("as_of"),
        [
            (row["as_of"].isoformat(), row["motion"], *_cells(row, True))
            for row in rows
            if any(_differs(row, name) for name in COUNTED)
        ],
    )


def _sent_lines(title: str, sent: Sequence[Sent], examples: int) -> Iterator[str]:
    yield f"\n{title} ({len(sent):,})"
    for one in sent[:examples]:
        amount = money(one.expected_value).replace("\u00a0", " ")
        what = (
            f"{one.as_of}  {one.motion}, {one.account or one.account_id}, {one.signal} {one.probability:.2f}, {amount}"
        )
        yield from _wrapped(f"{what}  ({one.lead_id})", "  ")
        if one.quote:
            yield from _wrapped(f"“{one.quote}”", _MARGIN)
        other = "It was then: " if one.what == MORE else "It would be: "
        answer = f" Answered: {one.outcome}." if one.outcome else ""
        yield from _wrapped(f"{other}{one.why}.{answer}", _MARGIN)
    if len(sent) > examples:
        yield f"  and {len(sent) - examples:,} more"


def _became(rows: Sequence[Row]) -> Figures:
    fates = (*FATES, "other", "no_answer")
    titles = (*_FATE_TITLES, "other", "no answer")
    headings = (Heading("sent"), Heading("signal", "signal"), Heading("leads", "leads", int))
    return Figures(
        "became",
        "What became of what was sent",
        (*headings, *(Heading(name, title, int) for name, title in zip(fates, titles, strict=True))),
        [(row["sent"], row["signal"], row["leads"], *(row[fate] for fate in fates)) for row in rows],
    )


def _wrapped(text: str, margin: str = "") -> list[str]:
    start = margin.lstrip("\n")
    lines = textwrap.wrap(printable(text), WIDTH, initial_indent=start, subsequent_indent=start)
    return [""] * margin.count("\n") + lines


def write_replay(found: Comparison, folder: Path) -> list[Path]:
    """nights.csv, leads.csv (what only one of the two sends) and became.csv into `folder`; the files."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    nights = ("as_of", "motion", *(name + suffix for name in COUNTED for suffix in ("", "_what_if")))
    became = ("sent", "signal", "leads", *FATES, "other", "no_answer")
    files = {
        "nights.csv": (nights, [[row[name] for name in nights] for row in found.by_night]),
        "leads.csv": (tuple(Sent.__dataclass_fields__), [list(vars(one).values()) for one in found.sent]),
        "became.csv": (became, [[row[name] for name in became] for row in found.became]),
    }
    for name, (columns, rows) in files.items():
        write_list(folder / name, columns, rows)
    return [folder / name for name in files]
