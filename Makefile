# Each target bootstraps .venv with plain python3 and pip; everything also works as `soem …`.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: build test slow bench lint clean

build: .venv/installed
	$(BIN)/soem registers sample --out outputs/sample_registers --if-missing
	$(BIN)/soem build
	$(BIN)/soem publish next
	$(BIN)/soem-engine run calculation_engine/examples/icm_homeless.toml

test: .venv/installed
	$(BIN)/pytest -n 2 --dist loadgroup

slow: .venv/installed
	$(BIN)/pytest -n 2 --dist loadgroup -m slow

# results: tests/benchmarks/results; SIZES="1/30 1/10 1/3 1/1" for the larger parts of national size (an hour, 60 GB)
SIZES ?= 1/30
BENCH := outputs/benchmarks
bench: .venv/installed
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps --target .venv/benchmarks -r tests/benchmarks/requirements.txt
	PYTHONPATH=.venv/benchmarks $(BIN)/python -m tests.benchmarks.estimator
	$(BIN)/python -m tests.benchmarks.whole_build --work $(BENCH) --sizes $(SIZES)
	$(BIN)/python -m tests.benchmarks.analysts_way $(BENCH)/registers_1_of_30 $(BENCH)/outputs_1_of_30/tables
	$(BIN)/python -m tests.benchmarks.engine --release $(BENCH)/outputs_1_of_30/releases/2026.1-sample

lint: .venv/installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/oxlint pipeline/release/explorer/app
	$(BIN)/mypy

.venv/installed: requirements.lock pyproject.toml calculation_engine/pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e ./ -e ./calculation_engine
	touch $@

clean:
	rm -rf .venv outputs/tables outputs/releases outputs/sample_registers outputs/dagster
