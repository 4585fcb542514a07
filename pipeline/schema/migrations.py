"""How a warehouse of an earlier version becomes one of the next: the SQL, by the version that it starts from.

New tables and columns need none: `warehouse.py` adds those that are declared. A migration is for what stands in rows:
another unit, another key, a column that is parted. Its number is one more than the last one's, and `VERSION` follows.
"""

from __future__ import annotations

MIGRATIONS: dict[int, str] = {}
