# One word per chore. `make run` and `make test` need nothing but Python (3.11 or newer) and make.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
READY_DEV := $(VENV)/ready-dev
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help run test check format lint types bench crash lock schema spec clean

help: ## What there is
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

run: $(READY) ## Start the daemon on the sample site in feeds/
	@$(BIN)/feedd run --config config/feedd.yaml

test: $(READY_DEV) ## All tests
	@$(BIN)/python -m pytest -n 2 --dist worksteal

check: format lint types test ## Everything that a commit must pass

format: $(READY_DEV)
	@$(BIN)/ruff format --check feedd tests

lint: $(READY_DEV)
	@$(BIN)/ruff check feedd tests

types: $(READY_DEV)
	@$(BIN)/mypy

bench: $(READY_DEV) ## Cold, warm and one-edit figures beside each other
	@$(BIN)/python -m tests.bench

crash: $(READY_DEV) ## kill -9, 200 times, under a stream of edits (some minutes)
	@FEEDD_KILLS=$${FEEDD_KILLS:-200} $(BIN)/python -m pytest tests/e2e/test_crash.py

schema: $(READY) ## Write the settings' JSON schema for editors
	@$(BIN)/feedd schema > config/feedd.schema.json

lock: $(READY_DEV) ## Pin every dependency anew (needs uv)
	@uv pip compile --quiet --universal --no-emit-index-url --no-annotate --no-header --python-version 3.11 \
		pyproject.toml --group dev --all-extras -o requirements.lock

spec: $(READY_DEV) ## Fetch the CommonMark specification's examples for the tests
	@ls build/spec/markdown_it_py-4.3.0.tar.gz >/dev/null 2>&1 || $(BIN)/python -m pip download --quiet \
		--disable-pip-version-check --no-deps --no-binary :all: --dest build/spec markdown-it-py==4.3.0

clean: ## Remove what the other targets made
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "feedd needs Python 3.11 or newer; install it, or name one: make run PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "help: on Debian and Ubuntu, apt install python3-venv"; exit 1; }

$(READY): $(VENV)/bin/python pyproject.toml requirements.lock
	@echo "setting up (once, about a minute) …" >&2
	@$(PIP) --constraint requirements.lock --editable .
	@touch $@

$(READY_DEV): $(READY)
	@$(PIP) --upgrade "pip>=25.1"
	@$(PIP) --constraint requirements.lock --group dev
	@touch $@
