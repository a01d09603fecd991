"""What takes much memory is imported by workers alone, never by a process that answers people."""

import ast
import subprocess
import sys

from tests.architecture.sources import ROOT, modules, name, nodes

HEAVY = "pandas"
WRITERS = "data/exports/files/reports/"
WEB = "import app, jobs.web, sys; sys.exit('pandas' in sys.modules)"


def imports_of(path):
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_pandas_is_imported_by_the_writer_of_reports_alone():
    users = {
        name(path)
        for path in modules()
        if any(module.split(".")[0] == HEAVY for module in imports_of(path))
    }

    assert users
    assert {user for user in users if not user.startswith(WRITERS)} == set()


def test_a_web_process_starts_without_pandas():
    started = subprocess.run([sys.executable, "-c", WEB], cwd=ROOT, check=False)

    assert started.returncode == 0


def test_only_workers_open_the_files_of_exports():
    """`target` makes the writer, whose files jobs fill."""
    callers = {
        name(path)
        for path in modules()
        for node in nodes(path)
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith("data.exports.files")
        and {"target", "FleetReport", "write_report"} & {alias.name for alias in node.names}
    }

    assert {caller for caller in callers if not caller.startswith("data/")} == {"jobs/exports.py"}
