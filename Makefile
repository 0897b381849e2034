# Everything a person or CI needs. `make help` lists it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.sparekey-setup
PEERS := tests/bench/.peers
KILLS ?= 100

.PHONY: help setup demo test editor lint bench peers nightly crash ci lock examples clean

help:            ## this list
	@grep -E '^[a-z]+: .*##|^[a-z]+:  *##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: $(STAMP)  ## a virtual environment in .venv with everything pinned

$(STAMP): pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' || \
		{ echo "sparekey needs Python 3.11 to 3.14; $(PYTHON) is another. Say which: make setup PYTHON=python3.12" >&2; exit 2; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@echo "setting up $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

demo: setup      ## real history and a small scripted week, from changes to tasks, in under a minute
	@$(BIN)/sparekey demo

test: setup      ## everything this machine allows; says what it skipped and why
	$(BIN)/python -m pytest

editor: setup    ## the language server that tests of the schemas need, from npm; needs node
	@mkdir -p $(VENV)/editor
	@cp tests/editor/package.json tests/editor/package-lock.json $(VENV)/editor/
	@npm ci --no-audit --no-fund --ignore-scripts --loglevel=error --prefix $(VENV)/editor

lint: setup      ## style, types, layers, and nothing of one machine in a committed text
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy --explicit-package-bases tests/architecture tests/bench/run.py .ci/committed_texts.py
	$(BIN)/lint-imports
	$(BIN)/python .ci/committed_texts.py

bench: setup peers  ## a table of measurements; writes tests/bench/results.json
	$(BIN)/python tests/bench/run.py

peers: setup     ## other rule engines for bench_peers.py, in an environment of their own
	@test -e $(PEERS)/.done || { echo "setting up $(PEERS) ..."; $(BIN)/python -m venv --clear $(PEERS) && \
		$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check --requirement tests/bench/peers.txt && touch $(PEERS)/.done; } || \
		{ rm -rf $(PEERS); echo "the peers cannot be installed here: bench_peers.py measures our side only" >&2; }

nightly: setup   ## the long forms of all checks
	SPAREKEY_LONG=1 $(BIN)/python -m pytest
	$(BIN)/python tests/crash/run.py --kills 1000

crash: setup     ## kill tests of the durable service (KILLS=100)
	$(BIN)/python tests/crash/run.py --kills $(KILLS)

examples: setup  ## makes docs/examples and docs/reference anew
	$(BIN)/python tests/examples/make.py
	$(BIN)/python tests/reference/pages.py

ci:              ## what CI runs
	bash .ci/run

lock: setup      ## resolves requirements.lock anew from pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header --no-strip-extras \
		--group dev pyproject.toml requirements-build.in --output-file requirements.lock

clean:           ## removes what was built
	rm -rf $(VENV) $(PEERS) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage
	@find worker connectors rules tests .ci -name __pycache__ -type d -prune -exec rm -rf {} +
