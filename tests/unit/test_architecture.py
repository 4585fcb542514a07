"""The house is the one that docs/ARCHITECTURE.md draws: who may import whom, no circles, rooms of a readable size."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted([*(ROOT / "pipeline").rglob("*.py"), *(ROOT / "flows").rglob("*.py")])
TESTS = sorted((ROOT / "tests").rglob("*.py"))
FOUNDATION = {
    "warehouse",
    "unfinished",
    "confined",
    "cores",
    "anew",
    "lock",
    "engine",
    "worker",
    "bundled",
    "schema",
    "config",
    "config_retain",
    "config_run",
    "config_sync",
    "errors",
}
# Against the flow only: a package may import those to its left.
FLOW = ["sources", "text", "signals", "scoring", "topics", "learning", "leads", "privacy", "digest"]
PURE = {"text", "signals", "scoring", "leads", "topics"}
# What a pure function must not reach for; specs, facts and artifacts read only files that they are given.
IMPURE_IMPORTS = {"duckdb", "os", "time", "subprocess", "socket", "shutil", "tempfile", "random"}


def _name(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _area(module: str) -> str:
    parts = module.split(".")
    if parts[0] == "flows":
        return "flows"
    return parts[1] if parts[0] == "pipeline" and len(parts) > 1 else ""


def _allowed(area: str) -> set[str]:
    if area in ("flows", "cli"):
        return {area, "steps", *FLOW, *FOUNDATION}
    if area == "steps":
        return {"steps", *FLOW, *FOUNDATION}
    if area in FLOW:
        return {*FLOW[: FLOW.index(area) + 1], *FOUNDATION}
    return FOUNDATION


@pytest.mark.parametrize("file", MODULES, ids=_name)
def test_imports_follow_the_flow(file: Path) -> None:
    area = _area(_name(file))
    foreign = {_area(name) for name in _imports(file)} - {""} - _allowed(area)
    if area == "":
        return
    assert not foreign, f"{_name(file)} imports {sorted(foreign)}"


@pytest.mark.parametrize("file", [f for f in MODULES if _area(_name(f)) in PURE], ids=_name)
def test_pure_packages_touch_nothing(file: Path) -> None:
    assert not {name.split(".")[0] for name in _imports(file)} & IMPURE_IMPORTS


@pytest.mark.parametrize("file", [*MODULES, *TESTS], ids=_name)
def test_one_module_one_idea(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= 300


def test_no_name_says_nothing() -> None:
    vague = {"utils", "util", "helpers", "helper", "common", "misc", "manager"}
    assert not [file for file in [*MODULES, *TESTS] if file.stem in vague or vague & set(file.relative_to(ROOT).parts)]


def test_no_circles() -> None:
    names = {_name(file) for file in MODULES}
    graph = {
        _name(file): {name for name in _top_level_imports(file) if name in names and name != _name(file)}
        for file in MODULES
    }
    done: set[str] = set()

    def visit(module: str, path: tuple[str, ...]) -> None:
        assert module not in path, " → ".join((*path, module))
        if module in done:
            return
        for other in sorted(graph[module]):
            visit(other, (*path, module))
        done.add(module)

    for module in sorted(graph):
        visit(module, ())


def _top_level_imports(file: Path) -> Iterator[str]:
    """Imports that run when the module is imported; packages' own `__init__` re-exports are no circle."""
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                yield name if (ROOT / Path(*name.split("."))).with_suffix(".py").exists() else node.module


def test_pipeline_imports_neither_prefect_nor_flows() -> None:
    names = [_name(file) for file in MODULES if file.is_relative_to(ROOT / "pipeline")]
    code = (
        f"import importlib, sys\nfor name in {names!r}: importlib.import_module(name)\n"
        "assert not {'prefect', 'flows'} & sys.modules.keys()"
    )
    assert len(names) > 50
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, timeout=120)
