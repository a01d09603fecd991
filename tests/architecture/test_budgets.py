"""Small pieces: the budgets of the house (ARCHITECTURE.md)."""

import ast
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, functions, modules, name, tree

MODULE = 300
FUNCTION = 40
CALLBACK = 15
POSITIONAL = 5
MODULES = [*modules(), *sorted((ROOT / "bench").rglob("*.py"))]
CALLBACKS = [path for path in MODULES if name(path).startswith("callbacks/")]


def _lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function, signature and docstring too; its decorators are not counted."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def _longer(path: Path, most: int) -> dict[str, int]:
    return {f.name: _lines(f) for f in functions(path) if _lines(f) > most}


def _is_callback(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    calls = [d.func for d in function.decorator_list if isinstance(d, ast.Call)]
    return any(isinstance(call, ast.Name) and call.id == "on" for call in calls)


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_fits_the_eye(path):
    assert len(path.read_text("utf8").splitlines()) <= MODULE


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_function_does_one_thing(path):
    assert not _longer(path, FUNCTION)


@pytest.mark.parametrize("path", CALLBACKS, ids=name)
def test_a_callback_carries_no_logic(path):
    """Nor do the functions beside it: what is too long is moved to its own room, not next door."""
    assert not _longer(path, CALLBACK)


@pytest.mark.parametrize("path", modules(), ids=name)
def test_a_function_is_called_with_few_positions(path):
    # A callback's arguments are its declared inputs, in order: Dash counts them, not the reader.
    many = {
        f.name: len(f.args.posonlyargs + f.args.args)
        for f in functions(path)
        if len(f.args.posonlyargs + f.args.args) > POSITIONAL and not _is_callback(f)
    }
    assert not many


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_starts_with_one_sentence(path):
    if not path.read_text("utf8").strip():
        return
    said = ast.get_docstring(tree(path))
    assert said
    assert len(said.splitlines()[0]) <= 100
