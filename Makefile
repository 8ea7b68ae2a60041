# Everything a newcomer needs: `make demo` runs the main job, `make test` proves it.
# Each target sets up what it needs and skips what is already done.
SHELL := /bin/bash
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help setup demo test check lint build pytest docs lock clean

help: ## what each target does
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 16

setup: $(STAMP) ## create .venv with the locked versions

$(STAMP): requirements.lock pyproject.toml
	@echo "==> creating $(VENV) with the versions of requirements.lock (about a minute, once)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup ## simulate the specification's four weeks, run the pipeline, print the final report
	@echo "==> simulating the specification's plan into data/ (nothing to do if it is there)"
	@$(BIN)/tars-bench simulate --out data
	@echo "==> load, build, validate, publish"
	@$(BIN)/tars-bench run
	@echo "==> the final report"
	@$(BIN)/tars-bench report final

test: setup build pytest ## run every test: dbt build with its tests, the checklist suites, pytest

build: setup
	@echo "==> dbt build with its data and unit tests, and the Great Expectations suites, on simulated data"
	@$(BIN)/tars-bench simulate --out data
	@$(BIN)/tars-bench run --all-tests

pytest: setup
	@echo "==> pytest, on all cores"
	@$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

check: test lint ## the whole gate: every test and every linter, as CI runs it

lint: setup ## ruff, mypy, import-linter, yamllint, sqlfluff, dbt warnings as errors
	@echo "==> ruff" && $(BIN)/ruff check . && $(BIN)/ruff format --check .
	@echo "==> mypy" && $(BIN)/mypy
	@echo "==> import-linter" && $(BIN)/lint-imports
	@echo "==> yamllint" && $(BIN)/yamllint --strict .
	@$(BIN)/tars-bench simulate --out data && $(BIN)/tars-bench load
	@echo "==> dbt build --warn-error" && $(BIN)/dbt --quiet --warn-error build --profiles-dir profiles
	@echo "==> sqlfluff" && $(BIN)/sqlfluff lint --processes 2 models tests/singular

docs: setup ## the documentation as a site, in target/site
	@$(BIN)/python docs/catalogue.py
	@$(BIN)/python -m mkdocs build --quiet --strict

lock: ## write requirements.lock anew from pyproject.toml (needs uv)
	uv pip compile pyproject.toml --extra dev --generate-hashes --universal --no-strip-extras \
	    --no-emit-index-url --no-emit-find-links --no-header --no-annotate \
	    --python-version 3.11 --output-file requirements.lock --quiet

clean: ## remove everything that was made here (data/ and warehouse/ too)
	rm -rf $(VENV) data warehouse target logs .tars-bench
