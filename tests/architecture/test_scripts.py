"""Scripts are typed, linted and unit-tested (`make scripts`, tests/assets)."""

import re
import subprocess

import pytest

from tests.architecture.sources import ROOT, modules
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


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_short(path):
    assert path.read_text("utf8").count("\n") <= 400


def test_scripts_write_to_ids_that_components_have():
    python = "".join(path.read_text("utf8") for path in modules())
    scripts = "".join(path.read_text("utf8") for path in SCRIPTS)
    ids = set(re.findall(r'(?:sendPress|setProps)\(\s*"([\w-]+)"', scripts))
    assert ids
    assert {id_ for id_ in ids if f'"{id_}"' not in python} == set()


def test_functions_that_callbacks_name_are_provided():
    python = "".join(path.read_text("utf8") for path in modules())
    scripts = "\n".join(path.read_text("utf8") for path in SCRIPTS)
    inside = r"\{[^\n]*\}|\{\n.*?\n  \}"
    provided = dict(
        re.findall(
            rf'^  portal\.provide\("(\w+)", ({inside})\);$', scripts, re.DOTALL | re.MULTILINE
        )
    )
    named = set(re.findall(r'\.client\(\s*"(\w+)",\s*"(\w+)"', python))
    assert named
    missing = {
        (space, name)
        for space, name in named
        if not re.search(rf"\b{name}\b", provided.get(space, ""))
    }
    assert missing == set()
