"""Where a model comes from: the labels that were used, as a hash and as counts."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from pipeline.learning.labels import Row


def labels_hash(rows: Sequence[Row]) -> str:
    """16 digits that change with every decision; the order of rows does not matter."""
    digest = hashlib.sha256()
    for row in sorted(rows, key=lambda row: row.id):
        decision = [row.id, row.group, row.label, row.evidence, row.fields.get("origin")]
        digest.update(json.dumps(decision, ensure_ascii=False).encode("utf-8", "replace"))
    return digest.hexdigest()[:16]


def label_counts(rows: Sequence[Row]) -> dict[str, Any]:
    """How many, how many of them yes, and how many of each origin."""
    return {
        "labels": len(rows),
        "yes": sum(row.label for row in rows),
        "accounts": len({row.group for row in rows}),
        "by_origin": dict(sorted(Counter(str(row.fields.get("origin")) for row in rows).items())),
        "hash": labels_hash(rows),
    }
