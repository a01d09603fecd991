"""Small pieces: the budgets of the house (ARCHITECTURE.md)."""

import ast

import pytest

from tests.architecture.sources import functions, modules, name

MODULE = 300
FUNCTION = 40
CALLBACK = 15
POSITIONAL = 5


def _lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function, its decorators not counted."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def _body(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a callback's body: what it says, not what it is wired to."""
    first = function.body[0]
    skip = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    start = function.body[1] if skip and len(function.body) > 1 else first
    return (function.end_lineno or function.lineno) - start.lineno + 1


def _is_callback(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    calls = [d.func for d in function.decorator_list if isinstance(d, ast.Call)]
    return any(isinstance(call, ast.Name) and call.id == "on" for call in calls)


@pytest.mark.parametrize("path", modules(), ids=name)
def test_a_module_fits_the_eye(path):
    assert len(path.read_text("utf8").splitlines()) <= MODULE


@pytest.mark.parametrize("path", modules(), ids=name)
def test_a_function_does_one_thing(path):
    long = {f.name: _lines(f) for f in functions(path) if _lines(f) > FUNCTION}
    assert not long


@pytest.mark.parametrize("path", modules(), ids=name)
def test_a_callback_carries_no_logic(path):
    long = {f.name: _body(f) for f in functions(path) if _is_callback(f) and _body(f) > CALLBACK}
    assert not long


@pytest.mark.parametrize("path", modules(), ids=name)
def test_a_function_is_called_with_few_positions(path):
    # A callback's arguments are its declared inputs, in order: Dash counts them, not the reader.
    many = {
        f.name: len(f.args.posonlyargs + f.args.args)
        for f in functions(path)
        if len(f.args.posonlyargs + f.args.args) > POSITIONAL and not _is_callback(f)
    }
    assert not many


@pytest.mark.parametrize("path", modules(), ids=name)
def test_a_module_starts_with_one_sentence(path):
    from tests.architecture.sources import tree

    if not path.read_text("utf8").strip():
        return
    said = ast.get_docstring(tree(path))
    assert said
    assert len(said.splitlines()[0]) <= 100
