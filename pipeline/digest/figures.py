"""Tables of figures, as lines that fit a terminal and as CSV columns. A figure of too few says so in both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from pipeline.digest.csv_file import write_list
from pipeline.digest.page_words import money
from pipeline.digest.story import WIDTH, printable
from pipeline.leads.shares import FEWEST, Difference, Share

_NARROWEST = 14  # columns that a name keeps, however wide the figures are
_MARGIN, _GAP = 4, 2
TOO_FEW = "too few to say"


@dataclass(frozen=True)
class Spread:
    """Median and quartiles of `count` lengths in `unit`; None where there are none."""

    count: int
    median: float | None
    lower: float | None
    upper: float | None
    unit: str

    @property
    def is_enough(self) -> bool:
        return self.count >= FEWEST


Cell = str | int | Decimal | Share | Difference | Spread


@dataclass(frozen=True)
class Heading:
    """A column: its name in the CSV, its title for people, and what stands in it."""

    name: str
    title: str = ""
    kind: type = str


@dataclass(frozen=True)
class Figures:
    """One table: `name` is its CSV's; rows whose first cell is alike stand under it."""

    name: str
    title: str
    headings: tuple[Heading, ...]
    rows: list[tuple[Cell, ...]] = field(default_factory=list)
    note: str = ""


def shown(cell: Cell) -> str:
    """A cell as a person reads it."""
    if isinstance(cell, Share):
        if not cell.is_enough:
            return f"{cell.hits} of {cell.among}: {TOO_FEW}" if cell.among else "none"
        low, high = cell.interval()
        return f"{cell.hits:,} of {cell.among:,}: {cell.value:.0%} ({low * 100:.0f}–{high:.0%})"
    if isinstance(cell, Difference):
        if not cell.is_enough:
            return TOO_FEW
        below, above = (_points(side) for side in cell.interval())
        return f"{_points(cell.value)} ({below} to {above})"
    if isinstance(cell, Spread):
        if not cell.is_enough:
            return TOO_FEW if cell.count else "none"
        return f"{_amount(cell.median)} ({_amount(cell.lower)} to {_amount(cell.upper)}) {cell.unit}"
    if isinstance(cell, Decimal):
        return money(cell)
    if isinstance(cell, int):
        return f"{cell:,}"
    return printable(cell)


def _points(value: float) -> str:
    return f"{value * 100:+.0f}".replace("-", "−").replace("+0", "0").replace("−0", "0")


def _amount(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}".removesuffix(".0")


def table_lines(table: Figures) -> Iterator[str]:
    """The table in lines of at most 100 columns: a heading a group, then its rows."""
    yield f"\n{table.title}"
    if not table.rows:
        yield "  None in these days."
        return
    texts = [[shown(cell) for cell in row[1:]] for row in table.rows]
    headings = [heading.title for heading in table.headings[1:]]
    widths = [max(len(text) for text in column) for column in zip(headings, *texts, strict=True)]
    widths[0] = max(_NARROWEST, min(widths[0], WIDTH - _MARGIN - sum(width + _GAP for width in widths[1:])))
    is_text = [heading.kind is str for heading in table.headings[1:]]
    yield _line(headings, widths, is_text)
    group: Cell = ""
    for row, cells in zip(table.rows, texts, strict=True):
        if row[0] != group:
            group = row[0]
            yield f"  {group}"
        yield _line(cells, widths, is_text)


def _line(cells: list[str], widths: list[int], is_text: list[bool]) -> str:
    cut = (c if len(c) <= width else c[: width - 1] + "…" for c, width in zip(cells, widths, strict=True))
    placed = (c.ljust(width) if left else c.rjust(width) for c, width, left in zip(cut, widths, is_text, strict=True))
    return (" " * _MARGIN + (" " * _GAP).join(placed)).rstrip()


def write_tables(tables: list[Figures], folder: Path) -> list[Path]:
    """A CSV a table into `folder`, which is made where it is not there; the files."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    files = []
    for table in tables:
        columns = [part for heading in table.headings for part in _parts(heading)]
        files.append(folder / f"{table.name}.csv")
        write_list(files[-1], columns, ([value for cell in row for value in _values(cell)] for row in table.rows))
    return files


def _parts(heading: Heading) -> list[str]:
    """Columns of the CSV, the same whatever the rows hold."""
    suffixes = {
        Share: ("", "_of", "_share", "_low", "_high"),
        Difference: ("", "_low", "_high"),
        Spread: ("_count", "_median", "_lower_quartile", "_upper_quartile", "_unit"),
    }
    return [heading.name + suffix for suffix in suffixes.get(heading.kind, ("",))]


def _values(cell: Cell) -> list[Any]:
    """Shares to four places; empty where too few were counted to say."""
    if isinstance(cell, Share):
        return [cell.hits, cell.among, *_said(cell)]
    if isinstance(cell, Difference):
        return _said(cell)
    if isinstance(cell, Spread):
        lengths = [cell.median, cell.lower, cell.upper] if cell.is_enough else [None] * 3
        return [cell.count, *lengths, cell.unit]
    return [cell]


def _said(figure: Share | Difference) -> list[Any]:
    if not figure.is_enough:
        return [None] * 3
    return [Decimal(f"{value:.4f}") for value in (figure.value, *figure.interval())]
