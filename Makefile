# Everything a newcomer or CI needs. `make help` lists it.
SHELL := /bin/bash
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
DEMO := .demo
# The first interpreter of 3.11 or newer; override with `make PYTHON=/path/to/python ...`.
PYTHON ?= $(shell for p in python3 python3.11 python3.12 python3.13; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo $$p; break; }; done)
NODE := $(shell command -v node 2>/dev/null)
TESTS ?= tests
PYTEST_ARGS ?=

.PHONY: help demo lab test test-fast test-python test-typescript lint format build wheel screenshots docs clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "make: no Python 3.11 or newer found; install one or say make PYTHON=/path/to/python" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "make: python -m venv failed; on Debian: apt-get install python3-venv" >&2; exit 1; }
	@$(BIN)/pip install --quiet --upgrade pip

# The package and what the examples use; no node, no browser, no Docker.
$(VENV)/.demo-ready: pyproject.toml | $(BIN)/python
	@echo "Setting up $(VENV) (once) ..." >&2
	@SKIP_JUPYTER_BUILDER=1 $(BIN)/pip install --quiet --editable '.[examples]'
	@touch $@

# The package with everything the tests need; builds the panel where node is installed.
$(VENV)/.test-ready: pyproject.toml labextension/package.json labextension/yarn.lock | $(BIN)/python
	@echo "Setting up $(VENV) for tests (once) ..." >&2
ifdef NODE
	@$(BIN)/pip install --quiet --editable '.[test,dev]'
	@$(BIN)/jupyter-builder develop . --overwrite >/dev/null
else
	@SKIP_JUPYTER_BUILDER=1 $(BIN)/pip install --quiet --editable '.[test,dev]'
	@echo "make: node is not installed, so the panel is not built; get it from your system (Debian: apt-get install nodejs)" >&2
endif
	@touch $@ $(VENV)/.demo-ready

demo: $(VENV)/.demo-ready ## Play the messy example, judge it, export it, prove it (no Docker, browser or node needed)
	@bash examples/demo.sh $(BIN) $(DEMO)

lab: $(VENV)/.test-ready ## JupyterLab with the panel, on the examples
	@test -f examples/messy/messy.ipynb || $(BIN)/python examples/messy/play.py
	@$(BIN)/jupyter lab --notebook-dir=examples

test: lint test-python test-typescript ## Every suite: Python, TypeScript, browser, Docker

test-fast: $(VENV)/.test-ready ## The tests that need neither network, browser nor Docker (under two minutes)
	@$(BIN)/python -m pytest -q -m "not slow and not browser and not docker and not network" $(PYTEST_ARGS) $(TESTS)

test-python: $(VENV)/.test-ready ## All Python tests; parts whose engine is missing are skipped and say how to get it
	@$(BIN)/python -m pytest $(PYTEST_ARGS) $(TESTS)

test-typescript: $(VENV)/.test-ready ## Lint, types and unit tests of the panel
ifdef NODE
	@cd labextension && export PATH="$(abspath $(BIN)):$$PATH" && jlpm lint:check && jlpm test
else
	@echo "make: skipped the TypeScript tests: node is not installed (Debian: apt-get install nodejs)" >&2
	@test -z "$(REPRO_REQUIRE)"
endif

lint: $(VENV)/.test-ready ## ruff and mypy
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

format: $(VENV)/.test-ready ## Let ruff format the Python code
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

build: $(VENV)/.test-ready ## Rebuild the panel
	@cd labextension && PATH="$(abspath $(BIN)):$$PATH" jlpm build

wheel: $(VENV)/.test-ready ## A wheel and an sdist in dist/, with the panel built for production
	@rm -rf dist jupyter_repro/labextension && $(BIN)/python -m build --outdir dist .
	@$(BIN)/jupyter-builder develop . --overwrite >/dev/null

screenshots: $(VENV)/.test-ready ## Take the README's screenshots anew, with the browser tests
	@REPRO_SCREENSHOTS=1 $(BIN)/python -m pytest -q tests/browser

docs: $(VENV)/.test-ready ## Generate the pages that come from code (command line, rules, wire types)
	@$(BIN)/python -m jupyter_repro.cli.pages docs/reference/cli.md
	@$(BIN)/python -m jupyter_repro.views.rulepages docs/rules
	@$(BIN)/python -m jupyter_repro.views.typescript

clean: ## Remove the virtual environment and everything built
	@rm -rf $(VENV) $(DEMO) build dist jupyter_repro/labextension labextension/lib labextension/node_modules
