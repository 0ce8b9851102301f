# make test: environment, linter, formatter, types, tests.   make demo: see scripts/demo.py.

PYTHON ?= python3
BIN := .venv/bin

# make ship RUN=DIR: the network of a run becomes a shipped model.   make pictures, make readme:
# the README's pictures, and the output of its commands, as the shipped model makes them now.

.PHONY: ship pictures readme page web apk screens app demo test lint typecheck clean

demo: .venv/installed
	$(BIN)/python scripts/demo.py

ship: .venv/installed
	$(BIN)/python scripts/ship_model.py $(RUN)

pictures: .venv/installed
	$(BIN)/python scripts/draw_pictures.py

readme: .venv/installed
	$(BIN)/python scripts/readme_commands.py README.md build/readme --update

# The page that `stylekit web` serves and the wheel carries; needs Node 20.
page:
	cd web_demo && npm ci --no-audit --no-fund && npm test && npm run build

# The page with the shipped models, for any static host: build/web.
web: page .venv/installed
	rm -rf build/web
	$(BIN)/stylekit web --output build/web

# The phone app with a model, a shipped NAME or a RUN, built and checked: android_demo/README.md.
MODEL ?= classics
apk: .venv/installed
	rm -rf android_demo/build/assets
	$(BIN)/stylekit export $(MODEL) --android android_demo/build/assets
	android_demo/ci/build_apk.sh android_demo/build/assets android_demo/build/stylekit.apk

# The app's screens as pictures, after make apk: android_demo/build/screens.
screens:
	android_demo/ci/render_screens.sh

# From a painting to an app: make app STYLE=painting.jpg MINUTES=60 [CONTENT=photos/]. A second time
# it trains the same painting's network for so many minutes more.
MINUTES ?= 1
APP_RUN = build/runs/$(basename $(notdir $(STYLE)))
app: .venv/installed
	@test -f "$(STYLE)" || { echo "give a painting: make app STYLE=painting.jpg MINUTES=60" >&2; exit 2; }
	android_demo/ci/require_tools.sh
	if [ -d $(APP_RUN) ]; then \
	    $(BIN)/stylekit train --resume --minutes $(MINUTES) --output $(APP_RUN); \
	else \
	    $(BIN)/stylekit train --style $(STYLE) $(addprefix --content ,$(CONTENT)) \
	        --minutes $(MINUTES) --output $(APP_RUN); \
	fi
	$(MAKE) apk MODEL=$(APP_RUN)

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
