"""A model's card: what is said of its numbers, and read without them.

Numbers take megabytes and a quarter of a second to read. A night in which nobody wrote needs only to know whose scores
it has; `artifact` refuses numbers that are not those of the card.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pipeline.errors import UntrustedModel

CARD_FILE = "card.json"
FEATURES = "5"  # which columns weights belong to: another number whenever features are read otherwise


def read_card(folder: Path) -> dict[str, Any]:
    """The card in `folder`. Raises UntrustedModel where it is none, or of other features than this release's."""
    try:
        card = json.loads((folder / CARD_FILE).read_text("utf-8"))
        features = card["features"]
        card["model_id"]
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise not_ours(folder, error) from error
    if features != FEATURES:
        raise UntrustedModel(
            f"{folder} was trained with features {features}, this release has {FEATURES}: train it again."
        )
    return dict(card)


def not_ours(folder: Path, error: Exception) -> UntrustedModel:
    """What is said of anything else in its place."""
    return UntrustedModel(
        f"{folder} is not a model that `ticketscout train` wrote ({type(error).__name__}): train it again."
    )
