"""What an unmet need is, and how long the title of a topic may be: what is known of topics without reading a word."""

from __future__ import annotations

from dataclasses import dataclass

LONGEST = 90  # characters of a title

Key = tuple[str, str]


@dataclass(frozen=True)
class Need:
    """An unmet need: where it was said and in which words."""

    source: str
    ticket_id: str
    quote: str

    @property
    def key(self) -> Key:
        return self.source, self.ticket_id
