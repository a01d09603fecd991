"""Small pieces: the budgets of the house (ARCHITECTURE.md)."""

import ast
from pathlib import Path

from tests.architecture.sources import ROOT, functions, modules, name, tree

MODULE = 400
FUNCTION = 50
CALLBACK = 25
POSITIONAL = 6
WIDTH = 100
MODULES = [*modules(), *sorted((ROOT / "bench").rglob("*.py"))]
CALLBACKS = [path for path in MODULES if name(path).startswith("callbacks/")]


def _lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function, signature and docstring too; its decorators are not counted."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def _longer(path: Path, most: int) -> dict[str, int]:
    return {f.name: _lines(f) for f in functions(path) if _lines(f) > most}


def _is_callback(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    calls = [d.func for d in function.decorator_list if isinstance(d, ast.Call)]
    names = [call.value if isinstance(call, ast.Attribute) else call for call in calls]
    return any(isinstance(name, ast.Name) and name.id == "on" for name in names)


def test_a_module_fits_the_eye():
    lines = {name(path): len(path.read_text("utf8").splitlines()) for path in MODULES}
    assert not {path: count for path, count in lines.items() if count > MODULE}


def test_a_function_does_one_thing():
    assert not {name(path): longer for path in MODULES if (longer := _longer(path, FUNCTION))}


def test_a_callback_carries_no_logic():
    """Nor do the functions beside it: what is too long is moved to its own room, not next door."""
    assert CALLBACKS
    assert not {name(path): longer for path in CALLBACKS if (longer := _longer(path, CALLBACK))}


def test_a_function_is_called_with_few_positions():
    # A callback's arguments are its declared inputs, in order: Dash counts them, not the reader.
    many = {
        (name(path), f.name): len(f.args.posonlyargs + f.args.args)
        for path in modules()
        for f in functions(path)
        if len(f.args.posonlyargs + f.args.args) > POSITIONAL and not _is_callback(f)
    }
    assert not many


def test_a_module_starts_with_one_sentence():
    said = {
        name(path): (ast.get_docstring(tree(path)) or "").split("\n")[0]
        for path in MODULES
        if path.read_text("utf8").strip()
    }
    assert not {path: line for path, line in said.items() if not 0 < len(line) <= WIDTH}
