# Python ≥ 3.11 and make are all a fresh machine needs; PYTHON=… chooses another interpreter.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.DEFAULT_GOAL := help
.PHONY: help run test coverage lint bench endurance audit docs format clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' Makefile

run: $(VENV)/run ## the bot with a demonstration county; stays up
	@$(BIN)/python -m bot demo

test: $(VENV)/test lint ## linters, types, import contracts and every test, on SQLite and PostgreSQL
	$(BIN)/python -m pytest -n 4 --dist worksteal

coverage: $(VENV)/test ## which lines the tests reach; tracing takes half as long again
	$(BIN)/python -m pytest -n 3 --dist worksteal --cov --cov-report=term --cov-report=html

lint: $(VENV)/test ## linters, types and import contracts only
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/bench ## the whole path against the bare ceilings, measured side by side
	$(BIN)/python -m tests.bench

endurance: $(VENV)/test ## a day of traffic with faults, every fault point, long fuzzing; takes most of an hour
	$(BIN)/python -m tests.endurance

audit: $(VENV)/python ## known weaknesses in what is pinned; needs the Internet
	@$(PYTHON) -m venv .audit && .audit/bin/python -m pip install --quiet --disable-pip-version-check pip-audit
	.audit/bin/pip-audit --strict --no-deps --disable-pip -r constraints.txt

docs: $(VENV)/run ## write the documents anew that are printed from the code
	$(BIN)/python -m bot.tenant > docs/emulated-calls.md.new
	mv docs/emulated-calls.md.new docs/emulated-calls.md
	$(BIN)/python -m bot.pages > docs/permissions.md.new
	mv docs/permissions.md.new docs/permissions.md
	$(BIN)/python -m bot.platforms > docs/platform-errors.md.new
	mv docs/platform-errors.md.new docs/platform-errors.md
	$(BIN)/python -m bot.jobs > docs/retention.md.new
	mv docs/retention.md.new docs/retention.md
	$(BIN)/python -m bot.log_events > docs/logs.md.new
	mv docs/logs.md.new docs/logs.md

format: $(VENV)/test ## rewrite the code in the house's format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## remove what was installed and measured, never data in var/
	rm -rf $(VENV) .audit .coverage* htmlcov .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "需要 Python 3.11 或更新的版本：make run PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/run: $(VENV)/python pyproject.toml constraints.txt
	@echo "正在安装，第一次大约要一分钟…"
	@$(PIP) -e .
	@touch $@

$(VENV)/test: $(VENV)/python pyproject.toml constraints.txt
	@$(PIP) -e '.[test]'
	@touch $@

$(VENV)/bench: $(VENV)/test
	@$(PIP) -e '.[test,bench]'
	@touch $@
