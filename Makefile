# One verb a target. `make client` and `make test` are all that a fresh machine needs.

PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed

.DEFAULT_GOAL := help
.PHONY: help client test lint check format snapshot update bench bench-quick clean

help: ## List the targets.
	@sed -nE 's/^([a-z-]+):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r target text; do \
		printf '  make %-12s %s\n' "$$target" "$$text"; \
	done

# Rendered, but not as a whole, is 12: the command has told what is missing.
client: $(INSTALLED) ## Render the client into generated/, from Apple's newest document if it can be reached.
	@$(BIN)/ascgen generate --fetch || test $$? -eq 12

test: $(INSTALLED) ## Run all tests.
	@ASCGEN_OFFLINE=1 $(BIN)/python -m pytest -n auto --dist loadgroup

lint: $(INSTALLED) ## Check style and types of the generator, the runtime and the rendered client.
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/black --quiet --check --line-length 100 generated
	@$(BIN)/mypy --strict generator/ascgen
	@MYPYPATH=templates/client $(BIN)/mypy --strict --explicit-package-bases templates/client
	@cd generated && ../$(BIN)/mypy --strict -p app_store_connect
	@$(BIN)/pyright
	@$(BIN)/pyright -p tests/typing

check: $(INSTALLED) ## Compare generated/ with what the committed snapshot renders.
	@$(BIN)/ascgen generate --spec snapshot --check --strict

format: $(INSTALLED) ## Format the handwritten code.
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

snapshot: $(INSTALLED) ## Write the facts of the newest document to spec_cache/, to be committed.
	@$(BIN)/ascgen snapshot

# Updated and green is 10, which make would call an error. It makes 2 of every other code: a scheduled
# job that wants to tell them apart calls `ascgen update --test` itself.
update: $(INSTALLED) ## Follow Apple's newest document: changelog, client and snapshot, then the tests.
	@$(BIN)/ascgen update --test || test $$? -eq 10

bench: $(INSTALLED) ## Measure the generator and the client beside peers and floors; takes minutes.
	@PYTHONPATH=tests $(BIN)/python -m bench

bench-quick: $(INSTALLED) ## See that `make bench` works; its figures mean little.
	@PYTHONPATH=tests $(BIN)/python -m bench --quick

clean: ## Remove the environment and every cache; generated/ and the snapshot stay.
	@rm -rf .venv .bench .mypy_cache .ruff_cache .pytest_cache build dist
	@find spec_cache -mindepth 1 ! -name '*.api.json' -delete

# uv where it is installed, else what comes with Python.
$(INSTALLED): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed, this is " + sys.version.split()[0] + "; set PYTHON=…" if sys.version_info < (3, 11) else 0)'
	@echo "Installing what is needed into .venv; the first time this takes a minute."
	@if command -v uv >/dev/null 2>&1; then \
		uv venv --quiet --allow-existing --python "$(PYTHON)" .venv && \
		uv pip install --quiet --python $(BIN)/python --editable '.[dev]'; \
	else \
		"$(PYTHON)" -m venv .venv && \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'; \
	fi
	@touch $@
