# Everything a person types. `make help` lists it.

SHELL := /bin/sh
.DEFAULT_GOAL := help
PY := .venv/bin/python
BIN := .venv/bin
UV ?= uv
PCES ?= 2405
YEARS ?= 3
SEED ?= 7
CONTROLS ?= 0
WORKERS ?= 2
# Set on some machines, it makes each process compile the portal again: a second each time.
export PYTHONDONTWRITEBYTECODE :=
# Each list names every package and its hashes: pip or uv resolves nothing, so a release of today cannot break an install.
LISTED := --quiet --require-hashes --no-deps
# Install the list $(2) for the Python $(1). uv, where it is found, asks the index that pip is told to ask;
# when it fails (pip alone may know a proxy or a certificate), pip installs or says what is wrong.
INDEX = $${UV_DEFAULT_INDEX:-$${UV_INDEX_URL:-$$($(1) -m pip config list | sed -n "s/^[a-z:]*\.index-url='\(.*\)'$$/\1/p" | head -n 1)}}
install = { { $(UV) --version >/dev/null 2>&1 \
	&& UV_DEFAULT_INDEX=$(INDEX) $(UV) pip install $(LISTED) --compile-bytecode --python $(1) -r $(2); } \
	|| $(1) -m pip install $(LISTED) --disable-pip-version-check --no-input -r $(2); }
COMPILE := $(UV) pip compile --universal --python-version 3.11 --generate-hashes --quiet \
	--no-emit-index-url --no-header --no-annotate
PROOFS := tests/data/thresholds/test_order.py tests/data/thresholds/test_fleet.py tests/data/thresholds/test_winter_fleet.py \
	tests/data/rights/test_stateful.py tests/data/controls/test_stateful.py tests/data/contracts/test_stateful.py \
	tests/api/test_proofs.py::test_hostile_pieces_are_refused_in_a_sentence_and_nothing_is_kept tests/data/contracts/files/test_flips.py tests/test_figures.py tests/test_screens.py \
	tests/test_isolation.py tests/api/adict/test_fuzzed.py
FULL := data/*/rules.py,data/*/rules/*.py,data/*/types.py,data/*/types/*.py,data/*/*/rules.py,data/*/*/rules/*.py,data/*/*/types.py,data/*/*/types/*.py,core/access.py,core/errors.py

# Compiled once, not by each of the many processes that tests start, whatever the environment says.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run test check lint types imports unused unit coverage journeys bench faults proofs audit demo shots \
	docs pictures lock catalogs readme browser pdfsig npm scripts clean venv packages test-packages bench-packages setup moved-clock

help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

run: setup ## Start the portal with its demo, print the address and the password (Ctrl-C stops it)
	@exec $(PY) -m jobs serve

# How long a part took is said once it is done.
part = begun=$$(date +%s); $(2) || exit 1; echo "== $(1): $$(($$(date +%s) - begun)) s"

test: test-packages ## What a change can break: lint, types, imports, tests on SQLite and some on PostgreSQL, daily journeys in Chromium
	@$(call part,static checks,$(MAKE) --no-print-directory --jobs=$(WORKERS) lint types imports unused)
	@$(call part,tests,$(MAKE) --no-print-directory unit)
	@$(call part,journeys,$(MAKE) --no-print-directory journeys)

# Rules, words and shapes: what takes neither a database, nor a seal, nor a program of its own.
check: test-packages ## In a minute: lint, types, imports, and the tests that need no database
	@$(call part,static checks,$(MAKE) --no-print-directory --jobs=$(WORKERS) lint types imports)
	@$(call part,tests without a database,PORTAL_PURE=1 $(BIN)/pytest -q -n $(WORKERS) -m "not slow and not sampled" \
		--ignore=tests/data/contracts/files --ignore=tests/data/controls/files --ignore=tests/architecture/test_scripts.py \
		tests/architecture tests/core tests/data tests/components)

lint: test-packages ## Style and mistakes (ruff)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: test-packages ## Types (mypy strict)
	$(BIN)/mypy --num-workers $(WORKERS)

imports: test-packages ## Who may import whom (import-linter)
	PYTHONPATH=. $(BIN)/lint-imports

unused: test-packages ## Undeclared packages (deptry) and dead code (vulture)
	$(BIN)/deptry . --config requirements/deptry.toml
	$(BIN)/vulture

scripts: test-packages npm ## Types, mistakes and unit tests of the JavaScript of assets/ (tsc, Biome, node --test)
	$(BIN)/pytest -q -p no:cacheprovider tests/architecture/test_scripts.py

# Some tests wait for a clock or a process: one worker more than there are cores works meanwhile. Each has
# files that follow one another (worksteal): what is made for one of them, or compiled, is made once.
unit: test-packages pdfsig npm ## Tests on SQLite, and those on PostgreSQL that tests/choosing.py keeps
	$(BIN)/pytest -q -n $$(($(WORKERS) + 1)) --dist worksteal -m "not journey" --ignore=tests/journeys

# Counted where it costs least: once, on SQLite, before anything else fills the caches.
coverage: test-packages pdfsig npm ## Every test but journeys on both databases, with the coverage floors
	@rm -f .coverage .coverage.*
	PORTAL_EVERY_WAY=1 $(BIN)/pytest -q -n $(WORKERS) -m "not journey" --cov --cov-report=
	$(BIN)/coverage report --skip-covered --fail-under=95
	$(BIN)/coverage report --skip-covered --fail-under=100 --include="$(FULL)"

# Two browsers share the cores: a journey that fails beside another is played again alone, and must pass.
# A browser that never answers ends its worker, and its journey is played again with those that failed.
JOURNEYS := $(BIN)/pytest -q -m journey -p no:randomly \
	-o faulthandler_timeout=240 -o faulthandler_exit_on_timeout=true
journeys: test-packages browser setup ## The daily journeys, in a real Chromium (all of them: PORTAL_EVERY_WAY=1)
	$(JOURNEYS) -n $(WORKERS) --dist loadfile --no-loadscope-reorder tests/journeys \
		|| $(JOURNEYS) --last-failed --last-failed-no-failures none tests/journeys

bench: bench-packages browser setup ## The ratios that quality asks for, each beside its floor and goal
	$(PY) -m bench

faults: test-packages ## kill -9 during ingestion, evaluation, delivery, letters, webhooks, imports, exports and mirror, power cuts, full disks and clocks that are set: nothing lost, nothing doubled
	$(PY) -m bench.faults

proofs: test-packages pdfsig ## At length: 1,000 stories in any order, 1,000 labelled PCE, 1,000 flips, 500 figures, 200 viewers of every screen, 10,000 requests, 5,000 calls made from the description of the API, every test on PostgreSQL, the coverage floors, every journey on every screen, and the fast tests with the clock moved by 120 and 400 days
	PORTAL_EXAMPLES=1000 PORTAL_FLEET=1000 PORTAL_FLIPS=1000 PORTAL_FIGURES=500 PORTAL_SCREENS=200 PORTAL_ISOLATION_REQUESTS=10000 PORTAL_CALLS=500 $(BIN)/pytest -q -s -p no:randomly $(PROOFS)
	@$(call part,every test and coverage,$(MAKE) --no-print-directory coverage)
	@$(call part,every journey,PORTAL_EVERY_WAY=1 $(MAKE) --no-print-directory journeys)
	PORTAL_PICTURES=1 $(BIN)/pytest -q -s -m journey tests/journeys/test_pictures.py
	@$(call part,moved clocks,$(MAKE) --no-print-directory moved-clock)

# Tests have a date of their own: none of them may depend on the machine's.
moved-clock: test-packages
	@command -v faketime >/dev/null || { echo "skipped: faketime is not installed, so that the clock cannot be moved"; exit 0; }; \
	for days in 120 400; do \
		echo "the fast tests with the clock moved by $$days days"; \
		faketime -f "+$${days}d" $(BIN)/pytest -q -n $(WORKERS) -m "not journey and not slow and not postgresql" || exit 1; \
	done

audit: packages ## Known vulnerabilities of the packages (pip-audit --strict), and their CycloneDX bill in var/sbom.json
	@test -x var/audit/bin/python || $(PY) -m venv var/audit
	@cmp -s requirements/audit.txt var/audit/audit.txt || { echo "installing audit packages" \
		&& $(call install,var/audit/bin/python,requirements/audit.txt) && cp requirements/audit.txt var/audit/; }
	@$(PY) -m tests.audit

demo: setup ## Load a demo of any size: make demo PCES=2405 YEARS=3 SEED=7 CONTROLS=2000
	$(PY) -m jobs demo --pces $(PCES) --years $(YEARS) --seed $(SEED) --controls $(CONTROLS)

shots: test-packages browser setup ## Picture every page and state under var/shots
	$(PY) -m tests.journeys.shots

pictures: test-packages browser setup ## Take the pictures of the documentation again, under docs/*/pictures
	$(PY) -m tests.journeys.pictures

docs: venv ## Build the documentation into var/site, links checked; nothing in it asks another host
	@test -x var/docs/bin/python || $(PY) -m venv var/docs
	@cmp -s requirements/docs.txt var/docs/docs.txt || { echo "installing documentation packages" \
		&& $(call install,var/docs/bin/python,requirements/docs.txt) && cp requirements/docs.txt var/docs/; }
	@$(PY) -m tests.site

lock: ## Pin requirements/*.in again, with hashes and without addresses (needs uv)
	$(COMPILE) requirements/run.in -o requirements/run.txt
	$(COMPILE) requirements/setup.in -o requirements/setup.txt
	$(COMPILE) requirements/test.in -o requirements/test.txt
	$(COMPILE) requirements/bench.in -o requirements/bench.txt
	$(COMPILE) requirements/audit.in -o requirements/audit.txt
	$(COMPILE) requirements/docs.in -o requirements/docs.txt
	$(MAKE) test-packages
	$(PY) -m pip check
	$(PY) -m tests.architecture.npm

catalogs: test-packages ## Bring the English catalog up to date with the sentences of the code
	$(PY) -m tests.architecture.catalogs

readme: test-packages ## Write the tables of settings of the documentation again
	$(PY) -m tests.architecture.readme

clean: ## Remove caches and what tests left (keeps .venv and var)
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage .coverage.*
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

# --- what the targets above stand on -------------------------------------------------------------

venv:
	@test -x $(PY) || for python in python3 python3.13 python3.12 python3.11; do \
		$$python -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
			&& echo "making .venv" && exec $$python -m venv .venv; \
	done; \
	test -x $(PY) || { echo "Python 3.11 or newer, with its venv module, is needed" >&2; exit 1; }

# A copy of the list beside the packages says what they were installed from.
packages: venv
	@cmp -s requirements/run.txt .venv/run.txt || { echo "installing packages" \
		&& $(call install,$(PY),requirements/run.txt) && cp requirements/run.txt .venv/run.txt; }

test-packages: venv
	@cmp -s requirements/test.txt .venv/test.txt || { echo "installing test packages" \
		&& $(call install,$(PY),requirements/test.txt) && cp requirements/test.txt requirements/run.txt .venv/; }

bench-packages: test-packages
	@cmp -s requirements/bench.txt .venv/bench.txt || { echo "installing bench packages" \
		&& $(call install,$(PY),requirements/bench.txt) && cp requirements/bench.txt .venv/; }

setup: packages
	@$(PY) -m jobs setup

browser: test-packages
	@$(PY) -m tests.journeys.browser

pdfsig: test-packages
	@$(PY) -m tests.pdfsig

npm: test-packages
	@$(PY) -m tests.npm_packages
