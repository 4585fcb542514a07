"""What was said in a conversation, turn by turn: what models read, labels keep and steps hand on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Said:
    """A turn as it was said: role is customer or agent (anything else is nobody's evidence)."""

    role: str
    text: str
