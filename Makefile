# One line after `##` is what `make help` shows. Everything is installed into this folder: .uv, .venv, .ggvd.
SHELL := /bin/sh
PYTHON ?= python3
UV_VERSION := 0.13.9
UV := .uv/bin/uv
BIN := .venv/bin
LOCK := requirements/dev.lock
INSTALLED := .venv/.installed

.DEFAULT_GOAL := help
.PHONY: help init demo up down dev test test-faults bench bench-quick bench-limits pictures docs lint format lock terraform-checks deploy destroy terraform-local aws-smoke audit chaos soak clean

help: ## Show what can be made
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

init: $(INSTALLED) ## Make the virtual environment, install the locked packages and the git hooks

$(UV):
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "make: $(PYTHON) cannot make virtual environments; on Debian and Ubuntu install python3-venv" >&2; exit 2; }
	@echo "Installing uv $(UV_VERSION) into .uv ..."
	@$(PYTHON) -m venv .uv && .uv/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

# Glue runs Python 3.11; where this machine has another, uv brings it.
$(INSTALLED): $(LOCK) pyproject.toml | $(UV)
	@echo "Installing the locked packages into .venv (about 1.5 GB, once) ..."
	@$(UV) venv --quiet --allow-existing --python 3.11 .venv
	@$(UV) pip sync --quiet --python .venv --require-hashes $(LOCK)
	@$(UV) pip install --quiet --python .venv --no-deps --no-build-isolation --editable .
	@if [ -d .git ]; then $(BIN)/pre-commit install >/dev/null; fi
	@touch $@

demo: $(INSTALLED) ## Run the whole lakehouse on this machine: sources to gold tables, then four questions in SQL
	@$(BIN)/ggvd demo

up: $(INSTALLED) ## Start the local AWS and deploy the platform to it
	@$(BIN)/ggvd up

down: $(INSTALLED) ## Stop the local AWS; its state stays under .ggvd
	@$(BIN)/ggvd down

dev: $(INSTALLED) ## Open the control room: Dagit on http://127.0.0.1:3000 over the local AWS
	@$(BIN)/ggvd dev

# Two workers, each takes whole files in their order, so that a folder's platform is made once a worker.
WORKERS ?= -n 2 --dist loadfile --no-loadscope-reorder
test: $(INSTALLED) terraform-checks ## Run all tests (those of pages need chromium, those of PostgreSQL need postgresql, those of HCL need terraform)
	@$(BIN)/python -m pytest -m "not faults" $(WORKERS)

test-faults: $(INSTALLED) ## Inject faults and compare with a run without them (SEED=1 chooses where they strike)
	@$(BIN)/python -m pytest -m faults --fault-seed $(SEED)

bench: $(INSTALLED) ## Measure everything side by side at the real size and beyond, on a machine that does nothing else (hours, 60 GB of disk)
	@$(BIN)/python -m benchmarks

bench-quick: $(INSTALLED) ## Measure the pipelines and incremental runs at a tenth of the real size (three minutes on an idle machine)
	@$(BIN)/python -m benchmarks --quick

bench-limits: $(INSTALLED) ## Measure the limits of docs/demo.md on this machine (three minutes)
	@$(BIN)/python -m benchmarks.limits

pictures: $(INSTALLED) ## Take the pictures of Dagit in docs/images with a real browser (needs chromium)
	@$(BIN)/python -m pytest tests/browser --pictures docs/images

docs: $(INSTALLED) ## Write the files that follow from the code: tables, diagrams, lineage, the SAM template
	@$(BIN)/python -m docs.generate

lint: $(INSTALLED) ## Check style and types
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy ggvd_dagster lambda_handlers glue_scripts local_aws terraform

format: $(INSTALLED) ## Format the code
	@$(BIN)/ruff check --fix . && $(BIN)/ruff format .

# Hashes instead of addresses: a lock file says what, never from where.
COMPILE = $(UV) pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate
lock: $(UV) ## Write the lock files again from pyproject.toml
	@$(COMPILE) --output-file requirements/runtime.lock && $(COMPILE) --all-extras --output-file requirements/dev.lock

# What reads the Terraform code wants packages that do not go together with ours, so it has environments of its own.
terraform-checks: | $(UV)
	@terraform/checks/install.sh $(UV)

ENV ?= dev
SEED ?= 1
deploy: $(INSTALLED) ## Package, plan, show and apply to an AWS account: make deploy ENV=dev
	@$(BIN)/python -m terraform.deploy apply --env $(ENV)

destroy: $(INSTALLED) ## Take it all down again: make destroy ENV=dev
	@$(BIN)/python -m terraform.deploy destroy --env $(ENV)

aws-smoke: $(INSTALLED) ## Check in an account what only AWS can show: make aws-smoke ENV=dev
	@$(BIN)/python -m terraform.deploy aws-smoke --env $(ENV)

audit: $(INSTALLED) ## Look for known vulnerabilities in the locked packages (asks PyPI)
	@$(BIN)/pip-audit --requirement $(LOCK) --require-hashes --disable-pip --strict --progress-spinner off

MINUTES ?= 5
chaos: $(INSTALLED) ## Let faults strike at random and account for every row: make chaos SEED=7 MINUTES=5
	@$(BIN)/python -m tests.chaos --seed $(SEED) --minutes $(MINUTES)

soak: $(INSTALLED) ## Load the queue, the source, the catalog and the sensors, and watch memory and open files (ten minutes)
	@$(BIN)/python -m tests.soak

terraform-local: $(INSTALLED) ## Apply the Terraform code to the local AWS and run the main job on it
	@$(BIN)/python -m terraform.deploy local

clean: ## Remove the local AWS's state and all caches (the virtual environment stays)
	@if [ -x $(BIN)/ggvd ]; then $(BIN)/ggvd down >/dev/null 2>&1 || true; fi
	@rm -rf .ggvd build dist .pytest_cache .ruff_cache .mypy_cache .hypothesis spark-warehouse metastore_db derby.log
	@find . -name __pycache__ -type d -not -path './.venv*' -prune -exec rm -rf {} +
