# The two commands of the project are `make reports` and `make test`; both set everything up themselves.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
TESTS  := $(VENV)/.ready-for-tests
PIP    := $(BIN)/python -m pip install --quiet

.PHONY: reports test bench lab lock clean help

help:  ## show this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

reports: $(READY)  ## run every case study whose data are present and write outputs/index.html
	$(BIN)/casebook run --all

test: $(TESTS)  ## style, types and all tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest

bench: $(TESTS)  ## what it costs, against the goals; make bench PARTS=rows,draws BENCH="--cases 10" for less
	$(BIN)/python -m tests.bench $(PARTS) $(BENCH)

lab: $(READY)  ## JupyterLab on the notebooks, with settings for a closed network
	$(BIN)/casebook lab

# One environment in the project, exactly the versions and hashes of the lock. The stamp is written last, so an
# interrupted set-up starts again and a finished one is not repeated.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v <= (3, 13) else "The casebook needs Python 3.11, 3.12 or 3.13; this is %d.%d. Try: make PYTHON=python3.12" % v)'
	$(PYTHON) -m venv --clear $(VENV)
	$(PIP) --require-hashes -r requirements.lock
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $(READY)

# What only the tests need comes on top; Spark, which is large, only where there is a Java to run it.
$(TESTS): $(READY) requirements-test.lock requirements-spark.lock
	$(PIP) --require-hashes -r requirements-test.lock
	if command -v java >/dev/null; then $(PIP) --no-deps --no-build-isolation --require-hashes -r requirements-spark.lock; fi
	@touch $(TESTS)

COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header
lock: $(TESTS)  ## write the locks anew from pyproject.toml (needs a connection)
	$(COMPILE) --group build pyproject.toml --output-file requirements.lock
	$(COMPILE) --group build --group dev --constraint requirements.lock pyproject.toml --output-file requirements-test.lock
	$(COMPILE) --group pyproject.toml:spark --output-file requirements-spark.lock

clean:  ## remove the environment, outputs and caches (not downloaded data)
	rm -rf $(VENV) outputs/* .pytest_cache .mypy_cache .ruff_cache .hypothesis
