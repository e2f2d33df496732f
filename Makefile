# One verb a target. `make client` and `make test` are all that a fresh machine needs.

PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed
CLIENT := .venv/.client
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# The lock says which pyright it is: that there is a newer one is not news.
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1
COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade \
	--custom-compile-command 'make lock'

.DEFAULT_GOAL := help
.PHONY: help client env test lint check skill format lock dist release-notes snapshot update bench bench-quick clean simulator-rules

help: ## List the targets.
	@sed -nE 's/^([a-z-]+):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r target text; do \
		printf '  make %-14s %s\n' "$$target" "$$text"; \
	done

# Rendered, but not as a whole, is 12: the command has told what is missing.
client: $(INSTALLED) ## Render the client into generated/, from Apple's newest document if it can be reached.
	@$(BIN)/ascgen generate --fetch || test $$? -eq 12
	@$(MAKE) --no-print-directory $(CLIENT)

env: $(CLIENT) ## Make .venv/ what requirements/ says, with the generator and the client in it.

test: $(CLIENT) ## Run all tests.
	@ASCGEN_OFFLINE=1 $(BIN)/python -m pytest -n auto --dist loadgroup

lint: $(CLIENT) ## Check style and types of the generator, the runtime and the rendered client.
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/ruff check --isolated --line-length 100 --select I generated
	@$(BIN)/black --quiet --check --line-length 100 generated
	@$(BIN)/mypy --strict generator/ascgen
	@MYPYPATH=templates/client $(BIN)/mypy --strict --explicit-package-bases templates/client
	@cd generated && ../$(BIN)/mypy --strict -p app_store_connect
	@$(BIN)/pyright
	@$(BIN)/pyright -p tests/typing

check: $(INSTALLED) ## Compare generated/ with what the committed snapshot renders.
	@$(BIN)/ascgen generate --spec snapshot --check --strict

skill: $(CLIENT) ## Render agent skill and reference site into build/; fail on a name the client lacks.
	@$(BIN)/ascgen skill --check --for app_store_connect --output build/app-store-connect
	@$(BIN)/ascgen docs --check --spec snapshot --output build/site

format: $(INSTALLED) ## Format the handwritten code.
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

simulator-rules: $(CLIENT) ## Write into docs/simulator.md what the simulator simulates.
	@UPDATE_GOLDEN=1 $(BIN)/python -m pytest --quiet tests/simulator/test_manual.py >/dev/null; true

lock: ## Renew requirements/: the newest versions that pyproject.toml allows, with their hashes.
	@command -v uv >/dev/null 2>&1 || { "$(PYTHON)" -m venv .uv && .uv/bin/python -m pip install --quiet uv; }
	@PATH="$$PATH:$$PWD/.uv/bin" && \
		$(COMPILE) --group dev pyproject.toml --output-file requirements/dev.txt && \
		$(COMPILE) --group release --output-file requirements/release.txt

dist: $(CLIENT) ## Build sdist and wheel of the generator and of the client into dist/.
	@rm -rf dist
	@$(BIN)/python -m hatchling build --directory dist/ascgen
	@cd generated && ../$(BIN)/python -m hatchling build --directory ../dist/app-store-connect

release-notes: $(INSTALLED) ## Write what changed, as the next release tells it.
	@$(BIN)/python -m ascgen.update.release_notes

snapshot: $(INSTALLED) ## Write the facts of the newest document to spec_cache/, to be committed.
	@$(BIN)/ascgen snapshot

# Updated and green is 10, which make would call an error. It makes 2 of every other code: a scheduled
# job that wants to tell them apart calls `ascgen update --test` itself.
update: $(CLIENT) ## Follow Apple's newest document: changelog, client and snapshot, then the tests.
	@$(BIN)/ascgen update --test || test $$? -eq 10

bench: $(CLIENT) ## Measure the generator and the client beside peers and floors; takes minutes.
	@PYTHONPATH=tests $(BIN)/python -m bench

bench-quick: $(CLIENT) ## See that `make bench` works; its figures mean little.
	@PYTHONPATH=tests $(BIN)/python -m bench --quick

clean: ## Remove the environment and every cache; generated/ and the snapshot stay.
	@rm -rf .venv .uv .bench .mypy_cache .ruff_cache .pytest_cache build dist
	@find spec_cache -mindepth 1 ! -name '*.api.json' -delete

# The packages of the lock and no others, by uv where it is installed, else by what comes with Python.
$(INSTALLED): pyproject.toml requirements/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed, this is " + sys.version.split()[0] + "; set PYTHON=…" if sys.version_info < (3, 11) else 0)'
	@echo "Installing what is needed into .venv; the first time this takes a minute." >&2
	@if command -v uv >/dev/null 2>&1; then \
		uv venv --quiet --allow-existing --python "$(PYTHON)" .venv && \
		uv pip install --quiet --python $(BIN)/python --require-hashes --requirement requirements/dev.txt; \
	else \
		"$(PYTHON)" -m venv .venv && $(PIP) --require-hashes --requirement requirements/dev.txt; \
	fi
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

# Editable, so that nobody ever runs or tests a copy of what was rendered some time ago.
$(CLIENT): generated/pyproject.toml $(INSTALLED)
	@$(PIP) --no-deps --no-build-isolation --editable generated
	@touch $@

generated/pyproject.toml: | $(INSTALLED)
	@$(BIN)/ascgen generate --spec snapshot
