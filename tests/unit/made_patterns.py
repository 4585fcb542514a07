"""Patterns that the program makes while it runs (of a name, of a spec), as it makes them of what ships or of examples.

`MADE` has an entry for every place of `pipeline` where `re` is given something else than a pattern written there;
`places` finds these places, so that none is left out.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TypeGuard

from pipeline import bundled
from pipeline.leads import dates
from pipeline.signals.spec import load_signals
from pipeline.steps.feedback import saved_values
from pipeline.text import names

IN_RE = ("search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer")
_OF_SPECS = [
    re.compile(pattern, re.IGNORECASE)
    for signal in load_signals(bundled.signal_specs()).values()
    for subtype in signal.subtypes
    for pattern in subtype.patterns
]
_NAMES = ("Quinn Harper", "aa aa aa", "Ana-María de la Cruz", "a ((a b")
# File and function -> its patterns. `_gate` is held by rules, where `patterns.uses` asks for it.
MADE: dict[tuple[str, str], list[re.Pattern[str]]] = {
    ("leads/dates.py", "resolve"): [re.compile(pattern) for pattern, _ in dates._READERS],
    ("signals/spec.py", "_check"): _OF_SPECS,
    ("signals/spec.py", "subtype_of"): _OF_SPECS,
    ("steps/feedback/saved_values.py", "_in_thousands"): [saved_values._in_thousands(mark) for mark in ",."],
    ("text/names.py", "_full_name"): [names._full_name(name) for name in _NAMES],
    ("text/placeholders.py", "_gate"): [],
}


def places(tree: ast.Module) -> Iterator[str]:
    """Functions of a module that give `re` what is no pattern written there."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            for node in ast.walk(function):
                if is_of_re(node, (*IN_RE, "compile")) and not isinstance(node.args[0], ast.Constant):
                    yield getattr(function, "name", "lambda")


def is_of_re(node: ast.AST, methods: tuple[str, ...]) -> TypeGuard[ast.Call]:
    """Whether it calls one of these functions of `re`, with a pattern."""
    if not (isinstance(node, ast.Call) and node.args and isinstance(node.func, ast.Attribute)):
        return False
    return node.func.attr in methods and isinstance(node.func.value, ast.Name) and node.func.value.id == "re"
