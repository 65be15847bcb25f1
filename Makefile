# The commands of this project; `make help` lists them.
SHELL := /bin/sh
.SHELLFLAGS := -eu -c
export LC_ALL := C.UTF-8
export PYTHONUTF8 := 1
# Every role of an installation is a process of its own: it reads what the first one compiled.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
DATA ?= kiemdinh-data
PORT ?=
TESTS ?= tests
WORKERS ?= 2
SUITE ?= bookworm
TARGET ?= run
WHO ?=
AREA ?=
SAMPLE ?= 20
SEED ?= 1
READ ?=

.DEFAULT_GOAL := help
.PHONY: help setup python embedded servers run test lint docs docs-current pytest fast mutate fresh bench bench-reading verapdf clean

help: ## what can be done
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1|/' | awk -F'|' '{ printf "  make %-14s %s\n", $$1, $$2 }'

setup: ## all that both compositions and the tests need: packages, .venv with .venv/bin/kiemdinh, MinIO and VersityGW
	@sh deploy/provision/system.sh test
	@$(MAKE) --no-print-directory python servers

python:
	@sh deploy/provision/python.sh

embedded:
	@sh deploy/provision/system.sh embedded
	@$(MAKE) --no-print-directory python

servers: ## only the S3 servers, built from source once and kept outside this folder
	@sh deploy/provision/servers.sh

run: embedded ## the demo on the embedded composition; stays up until Ctrl-C (DATA=folder PORT=number)
	@$(BIN)/kiemdinh up --profile embedded --data "$(DATA)" $(if $(PORT),--port $(PORT)) --demo

test: setup lint docs-current pytest ## everything that CI checks

lint: python
	@echo "==> lint"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

docs: python ## writes the references in docs/ from the code
	@$(BIN)/python -m deploy.docs

docs-current: python
	@echo "==> docs"
	@$(BIN)/python -m deploy.docs --check

pytest: python
	@echo "==> tests"
	@mkdir -p artefacts
	@$(BIN)/coverage erase
	@$(BIN)/pytest $(TESTS) -n $(WORKERS) --dist loadfile --no-loadscope-reorder --cov --cov-report= --durations=25
	@$(BIN)/coverage json --quiet -o artefacts/coverage.json
	@$(BIN)/python deploy/provision/coverage_gate.py artefacts/coverage.json

fast: python ## what needs no server, no browser and no thousands of cases
	@$(BIN)/pytest -q -n $(WORKERS) --dist loadfile -m 'not slow' tests/unit tests/golden tests/architecture

mutate: python ## changes single places by lot and says which change no test notices (AREA=identity, or all; SAMPLE=20, 0 for all; SEED=1)
	@sh deploy/provision/mutation.sh
	@$(BIN)/python deploy/provision/mutate.py $(AREA) --sample $(SAMPLE) --seed $(SEED)

fresh: ## as root: the committed state tried on a bare Debian, as root and as a user with sudo (SUITE=bookworm|trixie TARGET=run|test)
	@sh deploy/provision/fresh.sh "$(SUITE)" "$(TARGET)" $(WHO)

verapdf: ## a second judge of PDF/A files for the tests, where there is Java and Maven; they ask it from then on
	@sh deploy/provision/verapdf.sh

bench: setup ## measurements, each against its bare limit in the same run
	@mkdir -p artefacts
	@failed=0; for bench in tests/bench/bench_*.py; do \
		echo "==> $$bench"; $(BIN)/python "$$bench" || { echo "==> $$bench FAILED"; failed=1; }; \
	done; exit $$failed

bench-reading: ## reading of scanned pages against plain Tesseract and OCRmyPDF, on the same images (READ="--seed 1 --count 66 --ablation")
	@sh deploy/provision/system.sh bench
	@$(MAKE) --no-print-directory python
	@$(BIN)/python tests/bench/bench_reading.py $(READ)

clean: ## removes what was made here; the data folder and the cache of built servers stay
	@rm -rf .venv .venv-mutation build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage artefacts
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
