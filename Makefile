# `make help` lists what there is.
PYTHON ?= python3
TEST_DATA ?= ../shared/data
export TEST_DATA

BIN := .venv/bin
CATALOGUES := $(wildcard locale/*/LC_MESSAGES/*.po */locale/*/LC_MESSAGES/*.po)

.NOTPARALLEL:
.PHONY: help run test check bench scenes schema-fuzz messages release-dump clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

run: .venv/installed .venv/catalogues ## Start the whole console (PORT=8000 VAR_DIR=var EMPTY=)
	@$(BIN)/python -m config.local run

test: check ## Run all checks and all tests
	$(BIN)/python -m pytest --create-db --numprocesses 2 --dist loadfile --no-loadscope-reorder

check: .venv/installed-dev .venv/catalogues ## Format, lint, types, imports, migrations, templates, translations
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/python -m config.catalogues check
	$(BIN)/python -m pytest tests/architecture

bench: .venv/installed-dev .venv/catalogues ## Measure against baselines of the same run; five minutes (BIG=100000 mentions in the archive)
	@$(BIN)/python -W "ignore:No directory at" -m tests.bench

scenes: .venv/installed-dev .venv/catalogues ## Picture every page in every size, theme and language, as a gallery (VAR_DIR=var ONLY=)
	@SCENES=1 CI=1 PICTURES=$(or $(VAR_DIR),var)/scenes $(BIN)/python -m pytest tests/browser tests/flows --create-db --numprocesses 2 --dist loadfile --no-loadscope-reorder $(if $(ONLY),-k "$(ONLY)"); \
	  status=$$?; echo "$(abspath $(or $(VAR_DIR),var))/scenes/index.html"; exit $$status

schema-fuzz: .venv/installed-dev .venv/catalogues ## Send every call of the API what it does not expect, at random (CASES=200)
	CASES=$(or $(CASES),200) $(BIN)/python -m pytest tests/api/test_fuzz.py

messages: .venv/installed-dev ## Bring new texts into the German catalogues
	$(BIN)/python -m config.catalogues extract

release-dump: .venv/installed-dev ## Keep the tables of a release for the upgrade test (VERSION=0.2.0)
	@$(BIN)/python -m tests.deploy.dump_release $(VERSION)

clean: ## Remove what was built; VAR_DIR stays
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache $(CATALOGUES:.po=.mo)

.venv/installed: uv.lock config/local/bootstrap.py
	@$(PYTHON) config/local/bootstrap.py
	@touch $@

.venv/installed-dev: uv.lock config/local/bootstrap.py
	@$(PYTHON) config/local/bootstrap.py --dev
	@touch $@ .venv/installed

.venv/catalogues: $(CATALOGUES) | .venv/installed
	@$(BIN)/python -m config.catalogues compile
	@touch $@
