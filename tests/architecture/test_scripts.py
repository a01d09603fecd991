"""Scripts are typed, linted and unit-tested (`make scripts`, tests/assets)."""

import subprocess

import pytest

from tests.architecture.sources import ROOT
from tests.npm_packages import MODULES, NODE, is_installed

ASSETS = ROOT / "assets"
TESTS = ROOT / "tests" / "assets"
SCRIPTS = sorted(ASSETS.glob("*.js"))
UNITS = sorted(TESTS.glob("*.test.js"))
needs_npm = pytest.mark.skipif(not is_installed(), reason="needs `make npm`")


def run(*command):
    """What *command* prints, and whether it ends well."""
    done = subprocess.run(
        [NODE, *command], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    return done.returncode, done.stdout + done.stderr


@needs_npm
def test_types_of_scripts_fit_together():
    assert run(MODULES / "typescript" / "bin" / "tsc", "--project", TESTS) == (0, "")


@needs_npm
def test_scripts_have_no_mistake_that_the_linter_knows():
    biome = MODULES / "@biomejs" / "biome" / "bin" / "biome"
    options = f"--config-path={TESTS / 'lint.json'}", "--error-on-warnings"
    status, printed = run(biome, "lint", *options, *SCRIPTS, TESTS)
    assert status == 0, printed


def test_units_of_scripts_do_what_their_tests_say():
    status, printed = run("--test", *UNITS)
    assert status == 0, printed


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_has_its_types_checked(path):
    assert path.read_text("utf8").startswith("// @ts-check\n")
