# Each target bootstraps .venv with plain python3 and pip; everything also works as `soem …`.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: build test slow lint bench clean

build: .venv/installed
	$(BIN)/soem registers sample --out outputs/sample_registers --if-missing
	$(BIN)/soem build
	$(BIN)/soem publish next
	$(BIN)/soem-engine run calculation_engine/examples/icm_homeless.toml

test: .venv/installed
	$(BIN)/pytest -n 2 --dist loadgroup

slow: .venv/installed
	$(BIN)/pytest -n 2 --dist loadgroup -m slow

lint: .venv/installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

.venv/installed: requirements.lock pyproject.toml calculation_engine/pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e ./ -e ./calculation_engine
	touch $@

clean:
	rm -rf .venv outputs/tables outputs/releases outputs/sample_registers outputs/dagster
