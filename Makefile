# The developer's manual. `make` lists what there is; CONTRIBUTING.md says how we work.

VENV := .venv
BIN := $(VENV)/bin
SETUP := $(VENV)/.setup-done
LOCK := uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url

# One more than there are cores: calls in real time wait more than they compute.
JOBS := $(shell expr $$(nproc) + 1)

.DEFAULT_GOAL := help
.PHONY: help setup models demo test lint types layers unit gates docs lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(SETUP) ## make .venv with everything the project needs (PYTHON=python3.12 chooses another interpreter)

$(SETUP): pyproject.toml requirements/build.txt requirements/dev.txt requirements/pico.txt packaging/setup.sh
	@VENV=$(VENV) PYTHON='$(PYTHON)' packaging/setup.sh
	@touch $@

models: $(SETUP) ## fetch and verify the weights of the embedded speech models (210 MB, once)
	@$(BIN)/python -m voiced_local.weights

demo: models ## a whole call on the embedded default: no account, no key; the first time it fetches the models
	@$(BIN)/voiced demo

test: $(SETUP) ## everything that has to hold before a commit
	@$(MAKE) -k -j 2 --no-print-directory lint types layers unit

lint: $(SETUP) ## style, and the formatter's opinion
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(SETUP) ## the types, strictly
	$(BIN)/mypy

layers: $(SETUP) ## who may import whom
	$(BIN)/lint-imports --no-logo

unit: $(SETUP) ## the tests, with coverage of at least 90 % of voiced/ (ARGS='-k consent' to choose)
	@rm -f .coverage .coverage.*
	$(BIN)/coverage run -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)
	@$(BIN)/coverage combine -q
	@$(BIN)/coverage report $(if $(ARGS),,--fail-under=90)

gates: models ## the budgets that take minutes: latency, load, misfortunes
	$(BIN)/voiced bench gates

docs: $(SETUP) ## write the generated pages again
	$(BIN)/python -m docs.generate

lock: ## write requirements/*.txt again from pyproject.toml (needs uv; ARGS=--upgrade moves the pins)
	$(LOCK) $(ARGS) pyproject.toml --extra local --extra otel --extra vonage --group dev -o requirements/dev.txt
	$(LOCK) $(ARGS) pyproject.toml --extra local --extra otel --extra vonage -c requirements/dev.txt -o requirements/run.txt
	$(LOCK) $(ARGS) --group build -c requirements/dev.txt -o requirements/build.txt
	$(LOCK) $(ARGS) --group pico -c requirements/dev.txt -o requirements/pico.txt

clean: ## remove .venv and what the tools left
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage .coverage.* htmlcov build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
