# The project's commands. Needs Python 3.11 to 3.13, git and make; everything else goes into .venv.
# The first that runs: pyenv leaves a command for each version, whether it is in use or not.
PYTHON ?= $(shell for name in python3.11 python3.12 python3.13 python3; do \
	$$name -c '' 2>/dev/null && { command -v $$name; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
TOOLS := .venv-tools
DEMO := data/demo
SIZE ?= 10000000

PYTEST := $(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder
# Two targets at a time, what each says kept together where make can do so (4.0 and later).
BESIDE := $(MAKE) --no-print-directory --jobs 2 \
	$(if $(filter output-sync,$(.FEATURES)),--output-sync=target)

# Names, versions and hashes; no header, index or place, for the lock serves any mirror.
COMPILE := $(TOOLS)/bin/pip-compile --quiet --generate-hashes --allow-unsafe --no-strip-extras \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links --no-emit-trusted-host

export DBT_PROFILES_DIR := $(CURDIR)

.PHONY: help setup demo check test thorough faults faults-all lint parse unit early fast slow gate corpus mutation bench \
	sbom lock clean

help:
	@echo "make demo      sample data, a build of every metric, a short scorecard"
	@echo "make check     lint, parse, the fast Python tests: four minutes, while you work"
	@echo "make unit      dbt unit and data tests; ARGS='--select rework_rate': those of a part"
	@echo "make test      lint, dbt unit and data tests, Python tests: five minutes"
	@echo "make thorough  what takes long: Postgres, more hostile data, every mutant, every edit"
	@echo "make faults    builds killed, disks filled, files swapped, inputs broken: some fifteen minutes"
	@echo "make superset  Superset with a dashboard on the demo's marts, at 127.0.0.1 (DATABASE=FILE)"
	@echo "make bi-test   what BI tools read, by a real Superset and a Postgres: five minutes"
	@echo "make gate      holds the working tree against the base branch, results on the frozen sample too"
	@echo "make corpus    which edits move which metrics; some twenty minutes"
	@echo "make mutation  which faults in the SQL no test notices; some minutes"
	@echo "make bench     build time beside the time to read the raw data once (SIZE=10000000)"
	@echo "make dashboard the site on the marts, built and served here (DATABASE=FILE); needs Node"
	@echo "make dashboard-test   the site in a headless browser; needs Node and Chromium"
	@echo "make sbom      the bill of materials, CycloneDX: data/sbom.json"
	@echo "make lock      what pyproject.toml asks for into the lock; ARGS='--upgrade-package click'"
	@echo "make clean     remove what the other commands made, but for what they installed"

setup: $(READY)

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
		|| { echo "make: Python 3.11, 3.12 or 3.13 is needed. Name it: make PYTHON=/path/to/python3.11"; \
			exit 2; }
	@echo "setting up $(VENV): a minute or two, once"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps \
		--no-build-isolation -e .
	@touch $@

demo: $(READY)
	@test -f $(DEMO)/raw/reports.parquet \
		|| $(BIN)/trustmetrics sample --out $(DEMO)/raw --seed 1 --size 500000
	@$(BIN)/trustmetrics build --raw $(DEMO)/raw --database $(DEMO)/trustmetrics.duckdb
	@$(BIN)/trustmetrics scorecard --database $(DEMO)/trustmetrics.duckdb
	@echo "the numbers:    $(DEMO)/trustmetrics.duckdb, table marts.kpi_values"
	@echo "their meaning:  docs/metrics/, one page each; the common rules: docs/methodology.md"
	@echo "the stories:    docs/sample_data.md says what to find in this data"
	@echo "your own data:  $(BIN)/trustmetrics build --raw DIR; docs/raw_contract.md"

check: $(READY)
	@echo "check: lint beside parse and the fast tests"
	@$(BESIDE) lint fast

# Of tests/python, what reads no build: it takes the core that lint leaves idle beside the build.
EARLY := dsa_sor fingerprint supply

# The build's parse is the one that lint leaves out; the tests read the build.
test: $(READY)
	@echo "test: lint and the first Python tests beside a build with every unit and data test"
	@$(BESIDE) unit lint early
	@echo "test: the other Python tests"
	@$(PYTEST) -m "not slow" $(EARLY:%=--ignore=tests/python/%)

early: $(READY)
	@$(BIN)/python -m pytest -m "not slow" $(EARLY:%=tests/python/%)

thorough: $(READY)
	@$(MAKE) --no-print-directory --keep-going mutation corpus slow

# Each test is one fault, and some take a minute: whoever is idle takes over from the other.
faults: $(READY)
	@$(BIN)/python -m pytest tests/faults --numprocesses 2 --dist worksteal --tb short -m "not variant" $(ARGS)

# With those that try a thing again in another way: half an hour.
faults-all: $(READY)
	@$(BIN)/python -m pytest tests/faults --numprocesses 2 --dist worksteal --tb short $(ARGS)

slow: $(READY)
	@$(PYTEST) -m slow

lint: $(READY)
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/sqlfluff lint --disable-progress-bar models tests/data analyses adapters examples

parse: $(READY)
	@$(BIN)/dbt --quiet parse

fast: parse
	@$(PYTEST) -m "not slow and not dbt and not long"

unit: $(READY)
	@$(BIN)/python -m tests.python.check_build $(ARGS)

gate: $(READY)
	@$(BIN)/trustmetrics gate --results all $(ARGS)

# In parts beside each other: together some half an hour of computing.
PARTS ?= 0 1
OF ?= 2

corpus: $(READY)
	@$(BESIDE) $(PARTS:%=corpus-%)

corpus-%: $(READY)
	@$(BIN)/python -m tests.python.corpus.judge --part $*/$(OF) $(ARGS)

mutation: $(READY)
	@$(BIN)/python -m tests.python.mutation $(ARGS)

bench: $(READY)
	@$(BIN)/python benchmarks/bench.py --size $(SIZE)

sbom: $(READY) $(TOOLS)/.ready
	@$(TOOLS)/bin/python -m tools.sbom --environment $(VENV) $(ARGS)

lock: $(TOOLS)/.ready
	@echo "lock: some minutes, for every file of every package is hashed"
	@$(TOOLS)/bin/python -m tools.closure | $(COMPILE) --output-file requirements.lock $(ARGS) -
	@$(COMPILE) --output-file tools/requirements.lock $(ARGS) tools/requirements.in

# An environment of their own: the packages of these tools are none of the project's.
$(TOOLS)/.ready: tools/requirements.lock
	@$(PYTHON) -m venv $(TOOLS)
	@$(TOOLS)/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

# The dashboards need Node, and their tests Chromium; nothing else does.
DATABASE ?= $(DEMO)/trustmetrics.duckdb
DASHBOARD := $(BIN)/python dashboards/dashboard.py
TESTED := data/dashboard_test

.PHONY: dashboard dashboard-test

dashboard: $(READY)
	@$(DASHBOARD) --database $(DATABASE) $(ARGS)

dashboard-test: $(READY)
	@$(DASHBOARD) --install
	@$(BIN)/python dashboards/tests/sample.py $(TESTED)
	@$(DASHBOARD) --database $(TESTED)/trustmetrics.duckdb --test $(ARGS)

# Superset, of which the project needs nothing: docs/guides/bi_tools.md.
SUPERSET := .venv-superset
PUBLIC := $(DEMO)/public.duckdb
# The demo's marts alone, unless a file is named: Superset is for those who may not see ids.
SHOWN := $(if $(filter-out file,$(origin DATABASE)),$(DATABASE),$(PUBLIC))

.PHONY: superset superset-venv superset-lock bi-test

superset: $(SUPERSET)/.ready $(SHOWN)
	@$(SUPERSET)/bin/python -m dashboards.superset.start --database $(SHOWN) $(ARGS)

superset-venv: $(SUPERSET)/.ready

# Says itself what it leaves out where Superset, MetricFlow or Postgres cannot be had.
bi-test: $(READY)
	@$(MAKE) --silent superset-venv || true
	@$(MAKE) --silent metricflow-venv || true
	@$(BIN)/python -m pytest tests/bi --tb short $(ARGS)

superset-lock: $(TOOLS)/.ready
	@echo "superset-lock: some minutes, for every file of every package is hashed"
	@$(COMPILE) --output-file dashboards/superset/build.txt $(ARGS) dashboards/superset/build.in
	@$(COMPILE) --output-file dashboards/superset/requirements.txt $(ARGS) \
		dashboards/superset/requirements.in

$(PUBLIC): $(READY)
	@test -f $(DEMO)/raw/reports.parquet \
		|| $(BIN)/trustmetrics sample --out $(DEMO)/raw --seed 1 --size 500000
	@$(BIN)/trustmetrics build --raw $(DEMO)/raw --database $(DEMO)/trustmetrics.duckdb \
		--marts-only $@

# Two of the packages are built here, with the locked setuptools. Compiling all of them takes as long
# as installing them, and Superset imports a part. Its versions of numpy and pandas have no wheels
# for Python 3.13.
$(SUPERSET)/.ready: dashboards/superset/build.txt dashboards/superset/requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' \
		|| { echo "make: Superset needs Python 3.11 or 3.12. Name it: make PYTHON=/path/to/python3.11"; \
			exit 2; }
	@echo "setting up $(SUPERSET): a minute or two and 750 MB, once"
	@$(PYTHON) -m venv $(SUPERSET)
	@$(SUPERSET)/bin/python -m pip install --quiet --disable-pip-version-check \
		-r dashboards/superset/build.txt
	@$(SUPERSET)/bin/python -m pip install --quiet --disable-pip-version-check \
		--no-compile --no-deps --no-build-isolation -r dashboards/superset/requirements.txt
	@touch $@

# MetricFlow, likewise: docs/guides/semantic_layer.md.
METRICFLOW := .venv-metricflow

.PHONY: metricflow-venv metricflow-lock

metricflow-venv: $(METRICFLOW)/.ready

metricflow-lock: $(TOOLS)/.ready
	@$(COMPILE) --output-file dashboards/metricflow/requirements.txt $(ARGS) \
		dashboards/metricflow/requirements.in

# One of the packages is built here, with the locked setuptools, as for Superset.
$(METRICFLOW)/.ready: dashboards/superset/build.txt dashboards/metricflow/requirements.txt
	@echo "setting up $(METRICFLOW): a minute or two, once"
	@$(PYTHON) -m venv $(METRICFLOW)
	@$(METRICFLOW)/bin/python -m pip install --quiet --disable-pip-version-check \
		-r dashboards/superset/build.txt
	@$(METRICFLOW)/bin/python -m pip install --quiet --disable-pip-version-check \
		--no-deps --no-build-isolation -r dashboards/metricflow/requirements.txt
	@touch $@

clean:
	@rm -rf data target logs
	@rm -rf dashboards/build dashboards/.data dashboards/.evidence
