# Level Up. `make play` is all a player needs; `make` alone lists the rest.

.DEFAULT_GOAL := help
.PHONY: help play test check unit quick proof bench study servers clean
.NOTPARALLEL:

PYTHON_OF_VENV := .venv/bin/python
RUN := $(PYTHON_OF_VENV) -m
# Tests that neither start a service nor measure anything: they may run beside one another.
ALONE := not services and not load and not docker and not long
# Whoever is through takes over what the other has not begun: tests of screens take their time.
BESIDE := -n 2 --dist worksteal
# From the command line or the environment: make play SERVERS=no PYTHON=python3.12
export SERVERS PYTHON

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' Makefile

play: ## Set up what is missing and open the game (SERVERS=no: without apt-get)
	@scripts/set-up play
	@scripts/play

test: ## Set up what is missing and run everything: lint, and every test
	@scripts/set-up dev
	@$(MAKE) --no-print-directory lint
	$(RUN) pytest -m "$(ALONE)" $(BESIDE) tests/unit --cov
	$(RUN) pytest -m "$(ALONE)" $(BESIDE) --ignore tests/unit
	$(RUN) pytest -m "not ($(ALONE)) and not long"

check: ## Lint, format, types and layers, without a test
	@scripts/set-up dev
	@$(MAKE) --no-print-directory lint

.PHONY: lint
lint:
	$(RUN) ruff check
	$(RUN) ruff format --check
	scripts/types
	.venv/bin/lint-imports

unit: ## The rules alone, in a minute
	@scripts/set-up dev
	$(RUN) pytest -m "$(ALONE)" $(BESIDE) tests/unit --ignore tests/unit/test_collection.py

quick: ## The tests that start no service, in three minutes
	@scripts/set-up dev
	$(RUN) pytest -m "$(ALONE)" $(BESIDE)

proof: ## Everything that takes too long for each change: an hour and a half on two cores
	@scripts/set-up dev
	$(RUN) pytest -m long
	$(RUN) tutor author check

bench: ## Measure how fast the game is; the table says which limit is kept
	@scripts/set-up dev
	$(RUN) tests.bench $(ARGS)

study: ## Play every answer again and again: how often does a verdict lie? (goes on where it was)
	@scripts/set-up dev
	$(RUN) tests.study $(ARGS)

servers: ## Install memcached, pgbouncer and nginx with apt-get (root or sudo)
	@scripts/set-up servers

clean: ## Remove .venv, caches and what was built; your shop and progress stay
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache tests/bench/results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
