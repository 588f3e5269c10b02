# The project's commands. Needs Python 3.11, git and make; everything else goes into .venv.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DEMO := data/demo
CHECK := data/check
SIZE ?= 10000000

export DBT_PROFILES_DIR := $(CURDIR)

.PHONY: help setup demo test lint unit gate corpus mutation bench clean

help:
	@echo "make demo    sample data, a build of every metric, a short scorecard"
	@echo "make test    lint, parse, Python tests, dbt unit and data tests"
	@echo "make gate    holds the working tree against the base branch, results on the frozen sample too"
	@echo "make corpus  which edits move which metrics; some twenty minutes"
	@echo "make mutation  which faults in the SQL no test notices; some minutes"
	@echo "make bench   build time beside the time to read the raw data once (SIZE=10000000)"
	@echo "make clean   remove what the other commands made, but for the virtual environment"

setup: $(READY)

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' \
		|| { echo "make: Python 3.11 is needed. Name it: make PYTHON=/path/to/python3.11"; exit 2; }
	@echo "setting up $(VENV): a minute or two, once"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

demo: $(READY)
	@test -f $(DEMO)/raw/reports.parquet \
		|| $(BIN)/trustmetrics sample --out $(DEMO)/raw --seed 1 --size 150000
	@$(BIN)/trustmetrics build --raw $(DEMO)/raw --database $(DEMO)/trustmetrics.duckdb
	@$(BIN)/trustmetrics scorecard --database $(DEMO)/trustmetrics.duckdb
	@echo "the numbers:    $(DEMO)/trustmetrics.duckdb, table marts.kpi_values"
	@echo "their meaning:  docs/metrics/, one page each; the common rules: docs/methodology.md"
	@echo "the stories:    docs/sample_data.md says what to find in this data"
	@echo "your own data:  $(BIN)/trustmetrics build --raw DIR; docs/raw_contract.md"

test: lint unit
	@$(BIN)/python -m pytest --numprocesses 2 --dist loadfile

lint: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/dbt --quiet parse
	@$(BIN)/sqlfluff lint --disable-progress-bar models tests/data
	@$(BIN)/sqlfluff lint --disable-progress-bar --templater dbt analyses
	@$(BIN)/sqlfluff lint --disable-progress-bar --templater raw adapters

unit: $(READY)
	@rm -rf $(CHECK) && mkdir -p $(CHECK)
	@$(BIN)/trustmetrics sample --out $(CHECK)/raw --seed 7 --size 20000
	@TRUSTMETRICS_RAW=$(CHECK)/raw TRUSTMETRICS_DATABASE=$(CHECK)/check.duckdb \
		$(BIN)/dbt --warn-error --log-level warn build

gate: $(READY)
	@$(BIN)/trustmetrics gate --results all $(ARGS)

corpus: $(READY)
	@$(BIN)/python -m tests.python.corpus.judge $(ARGS)

mutation: unit
	@$(BIN)/python -m tests.python.mutation $(ARGS) \
		--target target --database $(CHECK)/check.duckdb

bench: $(READY)
	@$(BIN)/python benchmarks/bench.py --size $(SIZE)

clean:
	@rm -rf data target logs
