# Level Up. `make play` is all a player needs; `make` alone lists the rest.

.DEFAULT_GOAL := help
.PHONY: help play test check quick bench servers clean
.NOTPARALLEL:

PYTHON_OF_VENV := .venv/bin/python
RUN := $(PYTHON_OF_VENV) -m
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
	$(RUN) pytest

check: ## Lint, format, types and layers, without a test
	@scripts/set-up dev
	@$(MAKE) --no-print-directory lint

.PHONY: lint
lint:
	$(RUN) ruff check
	$(RUN) ruff format --check
	$(RUN) mypy
	.venv/bin/lint-imports

quick: ## The tests that start no service, in seconds
	@scripts/set-up dev
	$(RUN) pytest -m "not services and not load and not docker"

bench: ## Measure how fast the game is; the table says which limit is kept
	@scripts/set-up dev
	$(PYTHON_OF_VENV) tests/bench/bench.py $(ARGS)

servers: ## Install memcached, pgbouncer and nginx with apt-get (root or sudo)
	@scripts/set-up servers

clean: ## Remove .venv, caches and what was built; your shop and progress stay
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache tests/bench/results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
