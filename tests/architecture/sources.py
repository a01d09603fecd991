"""Read the files of the repository for the architecture tests."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
ROOMS = ("api", "callbacks", "components", "core", "data", "jobs", "pages")
TOP = ("app.py",)


@cache
def modules() -> tuple[Path, ...]:
    """Return every module of the portal itself: no test, no bench, no migration."""
    found = [ROOT / name for name in TOP]
    for room in ROOMS:
        found += sorted((ROOT / room).rglob("*.py"))
    return tuple(path for path in found if "migrations/versions" not in path.as_posix())


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf8"))


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Return every node of the syntax tree of *path*; walking it takes as long as parsing it."""
    return tuple(ast.walk(tree(path)))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in nodes(path):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def tracked() -> list[Path]:
    """Return every file that is, or would be, committed."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    paths = [ROOT / line for line in listed.split("\0") if line]
    return [path for path in paths if path.is_file()]
