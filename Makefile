# Two commands for everybody: `make map` and `make test`. Both set up all they need, from Python 3.11 or later alone.
PYTHON ?= python3
VENV   := .venv
BIN    := $(CURDIR)/$(VENV)/bin
WEB    := mapper/page/web
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
NPM    := cd $(WEB) && PATH="$(BIN):$$PATH" npm
# Tests of one file stay together: they share its pages.
TESTS  := $(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile
PAGE   := $(wildcard $(WEB)/*.json $(WEB)/*.mjs) $(shell find $(WEB)/src -type f)

.PHONY: map test test-long check bench bench-full clean

map: $(VENV)/.installed
	$(BIN)/mapper build

test: $(VENV)/.web
	$(NPM) test
	$(TESTS)

# All tests with the long runs' numbers, each of which the environment may change: see CONTRIBUTING.md.
test-long: $(VENV)/.web
	MAPPER_EXAMPLES=$${MAPPER_EXAMPLES:-10000} MAPPER_KILLS=$${MAPPER_KILLS:-1000} \
	MAPPER_FUZZ_SECONDS=$${MAPPER_FUZZ_SECONDS:-600} \
	$(TESTS) --figures tests/artefacts/long.json

check: $(VENV)/.web
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(NPM) run check

# This package beside others, as a Markdown table: see docs/speed.md. ROWS="1000 10000" for other sizes.
bench: $(VENV)/.web
	@$(BIN)/python bench/compare.py $${ROWS:-10000 100000}

bench-full: $(VENV)/.web
	@$(BIN)/python bench/compare.py $${ROWS:-10000 100000 350000 1000000}

# An editable install builds the page too; it is made again when the page's sources have changed.
$(VENV)/.installed: pyproject.toml constraints.txt hatch_build.py $(PAGE)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: make PYTHON=python3.12")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) --editable .
	touch $@

$(VENV)/.dev: $(VENV)/.installed
	$(PIP) --editable '.[dev,fuzz]'
	touch $@

$(VENV)/.web: $(VENV)/.dev $(WEB)/package-lock.json
	$(NPM) ci
	touch $@

clean:
	rm -rf $(VENV) bench/.venv $(WEB)/node_modules mapper/page/static
