# The two commands of the project are `make reports` and `make test`; both set everything up themselves.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.PHONY: reports test lab lock clean help

help:  ## show this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

reports: $(READY)  ## run every case study whose data are present and write outputs/index.html
	$(BIN)/casebook run --all

test: $(READY)  ## style, types and all tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest

lab: $(READY)  ## JupyterLab on the notebooks, with settings for a closed network
	$(BIN)/casebook lab

# One environment in the project, exactly the versions and hashes of the lock. The stamp is written last, so an
# interrupted set-up starts again and a finished one is not repeated.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v <= (3, 13) else "The casebook needs Python 3.11, 3.12 or 3.13; this is %d.%d. Try: make PYTHON=python3.12" % v)'
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $(READY)

lock: $(READY)  ## write requirements.lock anew from pyproject.toml (needs a connection)
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --group dev pyproject.toml --output-file requirements.lock

clean:  ## remove the environment, outputs and caches (not downloaded data)
	rm -rf $(VENV) outputs/* .pytest_cache .mypy_cache .ruff_cache .hypothesis
