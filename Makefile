# Level Up. `make play` is all a player needs; `make` alone lists the rest.

.DEFAULT_GOAL := help
.PHONY: help play test check unit quick proof bench study servers clean
.NOTPARALLEL:

# With DJANGO=6.1 tests run on that Django, out of an environment of its own; what is measured and
# kept, and lint, stays with the pinned one.
PINNED := .venv/bin/python -m
RUN := .venv$(DJANGO:%=-django%)/bin/python -m
# The tests that start no service; those that start some; and those that measure.
SWIFT := not services and not load and not docker and not long
SERVED := (services or load) and not alone and not docker and not long
MEASURED := (alone or docker) and not long
# Whoever is through takes over what the other has not begun: tests of screens take their time.
# Who starts services mostly waits for them, so there may be more of these than cores.
BESIDE := --dist worksteal -n
# From the command line or the environment: make play SERVERS=no UV=no PYTHON=python3.12,
# make proof DJANGO=6.1 (from Python 3.12 on)
export SERVERS UV PYTHON DJANGO PLAIN

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' Makefile

play: ## Set up what is missing and open the game (SERVERS=no: without apt-get, PLAIN=yes: as text)
	@scripts/set-up play
	@scripts/play

test: ## Set up what is missing and run everything: lint, and every test
	@$(MAKE) --no-print-directory check
	@scripts/set-up dev
	$(RUN) pytest -m "$(SWIFT)" $(BESIDE) 2 tests/unit --cov
	$(RUN) pytest -m "$(SWIFT)" $(BESIDE) 2 --ignore tests/unit
	$(RUN) pytest -m "$(SERVED)" $(BESIDE) 4
	$(RUN) pytest -m "$(MEASURED)"

check: ## Lint, format, types and layers, without a test
	@DJANGO= scripts/set-up dev
	@$(MAKE) --no-print-directory lint

.PHONY: lint
lint:
	$(PINNED) ruff check
	$(PINNED) ruff format --check
	scripts/types
	.venv/bin/lint-imports

unit: ## The rules alone, in a minute
	@scripts/set-up dev
	$(RUN) pytest -m "$(SWIFT)" $(BESIDE) 2 tests/unit --ignore tests/unit/test_collection.py

quick: ## The tests that start no service, in three minutes
	@scripts/set-up dev
	$(RUN) pytest -m "$(SWIFT)" $(BESIDE) 2

proof: ## Everything that takes too long for each change: two hours on two cores (DJANGO=6.1: on that Django)
	@scripts/set-up dev
	LEVELUP_DAY=all $(RUN) pytest -m "long or by_date"
	LEVELUP_DAY=all $(RUN) pytest -m "$(SWIFT)" $(BESIDE) 2
	LEVELUP_DAY=all $(RUN) pytest -m "$(SERVED)" $(BESIDE) 4
	LEVELUP_DAY=all $(RUN) pytest -m "$(MEASURED)"
	$(RUN) tutor author check

bench: ## Measure how fast the game is; the table says which limit is kept
	@DJANGO= scripts/set-up dev
	$(PINNED) tests.bench $(ARGS)

study: ## Play every answer again and again: how often does a verdict lie? (goes on where it was)
	@DJANGO= scripts/set-up dev
	$(PINNED) tests.study $(ARGS)

servers: ## Install memcached, pgbouncer and nginx with apt-get (root or sudo)
	@scripts/set-up servers

clean: ## Remove .venv*, caches and what was built; your shop and progress stay
	rm -rf .venv .venv-django* build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache tests/bench/results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
