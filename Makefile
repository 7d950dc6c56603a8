# One word for each thing that is done here; `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATA ?= data
READY := $(VENV)/.ready
INSTALLED := $(VENV)/.installed
BILL := build/bom.json
ROOT := $(if $(filter 0,$(shell id -u)),,sudo)
APT := $(ROOT) apt-get -o Acquire::Retries=1 -o Acquire::http::Timeout=20
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# Some machines forbid it, and each of the many processes of a run would compile every file anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help install setup browser run test screenshots office check audit format bench contract faults chaos mutants large containers chart bundle offline lock clean

help: ## list the words
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

install: $(INSTALLED) ## for an installation in use: what runs it, and no tools
	@:

setup: $(READY) ## install everything into .venv, once, and again when the lock has changed
	@:

$(READY): LOCK := requirements.lock
$(INSTALLED): LOCK := production.lock
$(READY): pyproject.toml requirements.lock
$(INSTALLED): pyproject.toml production.lock
$(READY) $(INSTALLED):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "需要 Python 3.11 或更新的版本：make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@echo "正在安装到 $(VENV)（只在第一次和依赖变化时）……" >&2
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@$(PIP) install --require-hashes -r $(LOCK)
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

browser: ## Debian's Chromium without windows and a Chinese font, for the tests of the pages; the whole one serves as well
	@command -v chromium-headless-shell >/dev/null || { echo "正在安装 Chromium（网页测试用）……" >&2; \
	  $(APT) update -qq && $(APT) install -y -qq --no-install-recommends chromium-headless-shell fonts-noto-cjk >/dev/null; } \
	  || command -v chromium >/dev/null || $(APT) install -y -qq --no-install-recommends chromium fonts-noto-cjk >/dev/null

run: setup ## start; an empty data folder gets a township to look at first
	@exec $(BIN)/xiaozu run --groups 200 --data $(DATA)

test: setup browser ## run every test, but for the faults and the large counts, which are words of their own
	$(BIN)/python -m pytest -n $$(($$(getconf _NPROCESSORS_ONLN) + 1)) --dist worksteal --ignore tests/faults

check: setup $(BILL) ## format, lint, types, the laws of the house, what bandit finds, and the bill of materials
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive services shared deploy

$(BILL): $(READY)
	@mkdir -p $(@D)
	@$(BIN)/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible --output-file $@ $(BIN)/python

audit: setup ## known weaknesses of what is installed, where the registry's list of them can be reached
	@$(PIP) install --no-build-isolation -e .[audit]
	$(BIN)/pip-audit --strict --disable-pip --requirement requirements.lock

format: setup ## put the code in order
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

screenshots: setup browser ## pictures of every page, phone and desk, and the printed manuals, into screenshots/
	$(BIN)/python -m pytest tests/pages/screenshots.py --timeout=3000

office: setup ## what is written for Excel and Word, opened by LibreOffice (Debian) and looked at, into build/office/
	$(BIN)/python -m pytest -n0 tests/opened_by_libreoffice.py --timeout=3000

bench: setup ## measure, side by side with the alternatives
	$(BIN)/python -m bench

contract: setup ## ask every door at length by its own OpenAPI, and compare
	XIAOZU_CONTRACT=100 $(BIN)/python -m pytest tests/test_openapi.py --timeout=20000

faults: setup ## each fault for some ten seconds, by a seed that is printed; XIAOZU_TEST_SEED=N gives it again
	$(BIN)/python -m pytest tests/faults -n logical --dist worksteal

large: setup ## the counts of a large township, once something that they pass through has changed
	$(BIN)/python -m pytest -m large --timeout=3000

chaos: setup ## kill everything, many times, and count what was lost; beside it plain Celery (25 minutes)
	$(BIN)/python -m bench.chaos

mutants: setup ## remove the guards one at a time: the tests must miss each (hours; only=shared/moves.py takes one module)
	@$(PIP) install --no-build-isolation -e .[mutation]
	$(BIN)/python tests/mutants.py $(only)

containers: setup browser ## build the images, bring them up by deploy/compose, live in them, kill them (needs an engine: docker or podman)
	@$(PIP) install --no-build-isolation -e .[containers]
	$(BIN)/python -m pytest -n0 tests/in_containers.py --timeout=3000

chart: setup ## the chart for a cluster: linted, rendered, held against the schemas of Kubernetes (needs helm)
	@$(PIP) install --no-build-isolation -e .[cluster]
	$(BIN)/python -m pytest -n0 tests/chart.py

bundle: setup ## one archive into dist/, for machines without a network: the project, its wheels by the lock, a script
	@mkdir -p dist && rm -f dist/xiaozu-*.tar
	$(BIN)/python -m deploy.bundle dist

offline: bundle ## the bundle, installed and lived in where there is no network
	$(BIN)/python -m pytest -n0 tests/bundle.py --timeout=3000

lock: ## write requirements.lock anew from pyproject.toml, and of it what production needs (needs uv)
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --no-annotate --quiet --output-file requirements.lock
	uv pip compile pyproject.toml --extra build --constraint requirements.lock --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet --output-file production.lock

clean: ## remove what can be made again; the data folder stays
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
