"""The one place that finds what ships with the project: signal specs, starter models, the sample, SQL.

In a checkout `models/` and `data/` stand beside the package; in an installed wheel they lie inside it
(`pipeline/_bundled/`, see `[tool.setuptools]` in pyproject.toml and `setup.py`). Callers never know which.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_IN_WHEEL = _PACKAGE / "_bundled"
_ROOT = _IN_WHEEL if _IN_WHEEL.is_dir() else _PACKAGE.parent


def signal_specs() -> Path:
    """Folder of the signal specs, one TOML a signal."""
    return _ROOT / "models" / "signals"


def shared_cues() -> Path:
    """The TOML of cues that every signal may use."""
    return _ROOT / "models" / "cues.toml"


def fact_specs() -> Path:
    """Folder of the fact specs, one TOML a fact."""
    return _ROOT / "models" / "facts"


def starter_models() -> Path:
    """Folder of the starter models, one folder a signal."""
    return _ROOT / "models" / "starter"


def labels() -> Path:
    """Folder of the labels that the starters learnt from, JSON lines."""
    return _ROOT / "data" / "labels"


def word_table() -> Path:
    """The file that says which words keep like company; topics are grouped with it."""
    return _ROOT / "models" / "words" / "table.npz"


def sample() -> Path:
    """Folder of the made-up sample: `helpdesk/<day>/`, `crm/`."""
    return _ROOT / "data" / "sample"


def crm_profiles() -> Path:
    """Folder of the CRM profiles, one TOML a vendor."""
    return _PACKAGE / "digest" / "crm_profiles"


def sql() -> Path:
    """Folder of the SQL files, one output table each."""
    return _PACKAGE / "sql"
