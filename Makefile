# `make` alone lists what can be done. Everything runs in .venv, which `make setup` creates.
SHELL := /bin/bash
PYTHON ?= python3.11
BIN := .venv/bin
STAMP := .venv/.installed

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint starters quality bench faults fuzz vulnerabilities golden wheel lock clean

help: ## list these targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

setup: $(STAMP) ## create .venv with everything for running and testing

# The project itself comes after its dependencies and without them: hashes and an editable install do not mix.
$(STAMP): requirements/dev.txt pyproject.toml setup.py
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed: set PYTHON=/path/to/python3"; exit 2; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --quiet --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@test -x $(BIN)/ticketscout
	@touch $(STAMP)

demo: setup ## run two nights on the made-up sample; print the top leads and where the files are
	$(BIN)/ticketscout demo

# Temporary files lie in memory where 4 GB are free, since each commit to a database waits for the disk; those of tests
# that passed are taken away at once. Compiled tests are kept, since each worker and command reads them.
IN_MEMORY = $(shell awk '/^MemAvailable/ && $$2 > 4e6' /proc/meminfo 2>/dev/null | grep -q . && \
	df -k /dev/shm 2>/dev/null | awk 'NR == 2 && $$4 > 4e6 {print "TMPDIR=/dev/shm"}')
PYTEST = PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -q -o tmp_path_retention_policy=failed

test: setup ## run the tests
	$(IN_MEMORY) $(PYTEST) --numprocesses 3 --dist loadfile --no-loadscope-reorder

lint: setup ## check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy

starters: setup ## train the starter models anew from data/labels
	$(BIN)/python -m pipeline.learning.starters

quality: setup ## print how good signals, facts and redaction are; fail under the recorded floors; watch a whole year
	$(BIN)/python -m tests.bench.quality --halves
	TESTS=full $(PYTEST) tests/unit/steps/test_watch_year.py tests/unit/text tests/unit/scoring \
	  tests/contract/test_sources_golden.py

bench: setup ## time a night and its steps against yardsticks; writes docs/benchmarks.md (ARGS='--flow --growth' for more)
	$(BIN)/python -m tests.bench.night $(ARGS)

faults: setup ## kill runs 200 times and compare what is left (or KILLS=500); trouble from outside; many invented worlds
	$(BIN)/python -m tests.faults.kills --kills $(or $(KILLS),200)
	TESTS=full $(PYTEST) tests/faults tests/property tests/unit/test_patterns.py tests/contract/test_supply_chain.py

fuzz: setup ## read 20,000 wrong files of every source, 20 with 100 MB strings (hours; or LAYOUT=mail/mbox INPUTS=500)
	$(IN_MEMORY) $(BIN)/python -m tests.bench.fuzz $(LAYOUT) --inputs $(or $(INPUTS),20000) --long $(or $(LONG),20)

vulnerabilities: ## ask PyPI for known vulnerabilities of what runs (needs the network; nothing of it is installed here)
	@place=$$(mktemp -d) && trap 'rm -rf "$$place"' EXIT && $(PYTHON) -m venv "$$place/env" && \
	if "$$place/env/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r requirements/audit.txt && \
	  "$$place/env/bin/pip-audit" --strict --disable-pip --require-hashes -r requirements/base.txt; \
	then echo "no known vulnerability in requirements/base.txt"; \
	else echo "vulnerabilities found, or PyPI could not be asked: what is above says which" >&2; exit 1; fi

golden: setup ## write the sample's expected digest anew, to be read before it is committed
	$(BIN)/python -m tests.golden.write

wheel: setup ## build the wheel into dist/
	rm -rf build dist
	$(BIN)/python -m build --wheel --no-isolation --outdir dist .

lock: ## resolve the pinned requirements anew (needs uv)
	echo pip-audit | uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --custom-compile-command "make lock" --quiet - -o requirements/audit.txt
	for extras in "base" "dev --extra dev --extra dask"; do set -- $$extras; out=$$1; shift; \
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --custom-compile-command "make lock" --quiet pyproject.toml $$@ -o requirements/$$out.txt; done

clean: ## remove the environment and what was built
	rm -rf .venv build dist *.egg-info
