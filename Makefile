# Everything a person or CI runs. Needs Python 3.11 or later, and nothing else.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PACKAGES := handler collector query_api cli patterns keys
SOURCES := $(PACKAGES) examples tests

.DEFAULT_GOAL := help
.PHONY: help demo test check format bench otelcol jaeger vendor screenshots lock clean

help: ## Show what there is
	@awk -F':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/.server ## Run the stack with a few small agents; ONCE=1 ends after printing
	@$(BIN)/spanlog demo $(if $(ONCE),--once)

test: $(VENV)/.dev ## Run the tests
	$(BIN)/pytest $(WORKERS) $(PYTEST_ARGS)
# Tests wait more than they compute; each file stays in one process.
WORKERS := -n 4 --dist loadfile

check: $(VENV)/.dev ## Lint and type-check
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/mypy tests/typing
	$(BIN)/lint-imports
	@$(CHECK_SCRIPTS)
# The page's scripts carry types too; reading them takes Node, which nobody else needs.
CHECK_SCRIPTS := if [ -x query_api/vendor/node_modules/.bin/tsc ]; then echo "tsc: the page's scripts"; \
  query_api/vendor/node_modules/.bin/tsc -p query_api/vendor/tsconfig.json; \
  else echo "the page's scripts are not type-checked: there is no query_api/vendor/node_modules (make vendor)"; fi

format: $(VENV)/.dev ## Format the code and mend what the linter can
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

bench: $(VENV)/.bench ## Print the benchmarks
	$(BIN)/python tests/benchmarks/run.py

otelcol: ## Build the standard Collector that otel-collector.yaml is for (needs Go), print where it is
	@$(PYTHON) collector/distribution/build.py

jaeger: ## Build the Jaeger that the tests ask beside ours (needs Go, minutes of CPU), print where it is
	@$(PYTHON) tests/support/build_jaeger.py

vendor: ## Bundle the web page's libraries anew (needs Node)
	cd query_api/vendor && npm ci --no-fund --no-audit && npm run build

screenshots: $(VENV)/.dev ## Write docs/screenshots/ from a day of made-up records (needs Chromium)
	PYTHONPATH=tests/support $(BIN)/python tests/ui/screenshots.py

lock: $(VENV)/.dev ## Write requirements/ anew: versions and hashes, no addresses
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile $(LOCK_ARGS) requirements/build.in -o requirements/build.txt
	$(BIN)/uv pip compile $(LOCK_ARGS) --extra dev pyproject.toml -o requirements/dev.txt
	$(BIN)/uv pip compile $(LOCK_ARGS) --extra bench -c requirements/dev.txt pyproject.toml -o requirements/bench.txt
	$(BIN)/uv pip compile $(LOCK_ARGS) --extra server -c requirements/dev.txt pyproject.toml -o requirements/server.txt
LOCK_ARGS := --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11

clean: ## Remove what make made
	rm -rf $(VENV) .demo .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# One environment; what is in it is what the lock files say.
$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "spanlog needs Python 3.11 or later; name one with: make PYTHON=python3.12 …"; exit 1; }
	@echo "Making $(VENV) …"
	@$(PYTHON) -m venv $(VENV) \
	  || { echo "this Python cannot make virtual environments; on Debian: apt-get install python3-venv"; exit 1; }
	@touch $@

$(VENV)/.server: $(VENV)/.python requirements/build.txt requirements/server.txt pyproject.toml
	$(call install,server)
	@touch $@

$(VENV)/.dev: $(VENV)/.python requirements/build.txt requirements/dev.txt pyproject.toml
	$(call install,dev)
	@touch $@ $(VENV)/.server

$(VENV)/.bench: $(VENV)/.dev requirements/bench.txt
	$(call install,bench)
	@touch $@

define install
@echo "Installing what requirements/$(1).txt names; the engine alone is 180 MB to fetch, once …"
@$(BIN)/pip install --disable-pip-version-check --require-hashes \
  -r requirements/build.txt -r requirements/$(1).txt \
  | awk -v of="$$(cat requirements/build.txt requirements/$(1).txt | grep -c '^[a-z].*==')" \
    '/^Collecting/ { printf "  %2d of at most %d: %s\n", ++n, of, $$2; fflush() } /^Installing/ { print "  unpacking …"; fflush() }'
@$(BIN)/pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation --editable .
endef
