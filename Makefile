# Needs Python 3.11+ with venv, Node 20+ with npm, and GNU make; the rest comes from PyPI, npm and Debian, and what is
# downloaded or built lies in .cache/. Options of pytest go into ARGS: make test ARGS="-k prices", ARGS=tests/prices.

VENV := .cache/venv
PYTHON := $(VENV)/bin/python
UV := uv==0.13.9
LANES := $(PYTHON) -m tools.lanes
INSTALLED := $(VENV)/.installed
PACKAGES := tests/requirements.txt tests/engine.txt
ESLINT := .cache/eslint
DOCS := .cache/docs
PLUGIN := .cache/plugin

.DEFAULT_GOAL := help
.PHONY: help setup test test-lanes test-all lint docs plugin demo serve pictures openapi reference translations bench chaos clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 16

setup: $(INSTALLED) ## the Python packages, in .cache/venv

$(INSTALLED): $(PACKAGES)
	python3 -m venv $(VENV)
	$(PYTHON) -m pip install --quiet $(UV)
	$(PYTHON) -m uv pip install --quiet --python $(PYTHON) --require-hashes --requirement tests/requirements.txt
	$(PYTHON) -m uv pip install --quiet --python $(PYTHON) --require-hashes --no-deps --requirement tests/engine.txt
	touch $@

test: setup ## the tests, one complete lane: Medusa v2, on MariaDB where it can be had
	$(LANES) test $(ARGS)

test-lanes: setup ## what differs elsewhere: Medusa v1, SQLite, the plugin, slow tests
	$(LANES) others $(ARGS)

test-all: setup ## every test in every lane, and the chaos
	$(LANES) all $(ARGS)

lint: setup docs $(ESLINT)/.installed ## what CI checks besides the tests
	$(PYTHON) -m ruff check
	$(PYTHON) -m ruff format --check
	PYTHONPATH=. $(VENV)/bin/lint-imports --no-cache
	$(PYTHON) -m mypy
	$(ESLINT)/node_modules/.bin/eslint --config $(ESLINT)/eslint.config.mjs --max-warnings 0 medusa_integration tools/demo/shop/static

$(ESLINT)/.installed: $(addprefix tools/eslint/,package.json package-lock.json eslint.config.mjs)
	mkdir -p $(ESLINT)
	cp $^ $(ESLINT)
	cd $(ESLINT) && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	touch $@

docs: $(DOCS)/.installed ## the site of docs/, in .cache/docs/site; fails on a broken link or a fault in openapi.json
	$(DOCS)/node_modules/.bin/redocly lint --config tools/docs/redocly.yaml --format stylish docs/openapi.json
	$(DOCS)/node_modules/.bin/spectral lint --ruleset tools/docs/spectral.yaml --fail-severity hint docs/openapi.json
	NO_MKDOCS_2_WARNING=1 $(DOCS)/venv/bin/mkdocs build
	@echo "The site is in $(DOCS)/site/index.html"

$(DOCS)/.installed: $(addprefix tools/docs/,package.json package-lock.json requirements.txt)
	mkdir -p $(DOCS)
	cp $^ $(DOCS)
	cd $(DOCS) && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	python3 -m venv $(DOCS)/venv
	$(DOCS)/venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement tools/docs/requirements.txt
	touch $@

plugin: $(PLUGIN)/.installed ## build the plugin for Medusa and pack it, into .cache/plugin (800 MB with Medusa and its admin)
	cd $(PLUGIN) && rm -rf .medusa src test *.tgz
	cp -R $(filter-out %/node_modules %/.medusa,$(wildcard medusa-plugin/*)) $(PLUGIN)
	cd $(PLUGIN) && npm run --silent build && npm pack --silent
	@cd $(PLUGIN) && for file in src/modules/erpnext/index.js src/admin/index.js src/admin/index.mjs; do \
		tar -tzf *.tgz "package/.medusa/server/$$file" > /dev/null || { echo "medusa plugin:build made no $$file"; exit 1; }; \
	done
	@echo "The package is $$(ls $(PLUGIN)/*.tgz)"

$(PLUGIN)/.installed: $(addprefix medusa-plugin/,package.json package-lock.json)
	mkdir -p $(PLUGIN)
	cp $^ $(PLUGIN)
	cd $(PLUGIN) && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	touch $@

demo: setup ## export the demo catalogue into a real Medusa shop, and compare
	$(PYTHON) -m tools.demo.demo

serve: setup ## the same with the Desk, left running until Ctrl-C
	$(PYTHON) -m tools.demo.serve

pictures: setup ## the screenshots in docs/pictures, taken anew; wants Chromium
	$(PYTHON) -m uv pip install --quiet --python $(PYTHON) --require-hashes --requirement tests/pictures.txt
	$(PYTHON) -m tools.demo.pictures

openapi: setup ## the description of the storefront's functions, docs/openapi.json, written anew
	$(PYTHON) -m tools.openapi

reference: setup ## the tables of events, tasks and whitelisted calls in docs/reference.md, written anew
	$(PYTHON) -m tools.reference

translations: setup ## the texts to translate, locale/main.pot, and each language's .po file (ARGS="fr": a new language)
	$(PYTHON) -m tools.translations $(ARGS)

bench: setup ## measure the export and the cost of a save; writes bench.json
	$(PYTHON) -m tools.benchmarks.performance

chaos: setup ## 1,000 changes on MariaDB while everything fails; writes chaos.json (ARGS="--medusa v1 --changes N --seed S", ARGS="--orders N --without exchanges,kits")
	$(PYTHON) -m tools.chaos $(ARGS)

clean: ## remove all that was downloaded, built or measured
	if [ -L .cache/medusa/pg/elsewhere ]; then rm -rf "$$(readlink -f .cache/medusa/pg/elsewhere)"; fi
	rm -rf .cache .pytest_cache .ruff_cache bench.json chaos.json
	find . -name __pycache__ -prune -exec rm -rf {} +
