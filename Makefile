# make test: environment, linter, formatter, types, tests.   make demo: see scripts/demo.py.

PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test lint typecheck clean

demo: .venv/installed
	$(BIN)/python scripts/demo.py

test: lint typecheck
	$(BIN)/python -m pytest

lint: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

# The type checker sees the packages where an installation puts them: export/ in stylekit/export.
typecheck: .venv/installed
	rm -rf build/typecheck
	mkdir -p build/typecheck
	cp -R stylekit build/typecheck/stylekit
	cp -R export build/typecheck/stylekit/export
	cd build/typecheck && ../../$(BIN)/mypy --config-file ../../pyproject.toml -p stylekit

.venv/installed: setup.py pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable ".[train,dev]"
	touch $@

clean:
	rm -rf .venv build dist *.egg-info
