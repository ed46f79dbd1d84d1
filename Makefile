# `make help` explains every target. Two commands need nothing but Python 3.11: `make demo` and `make test`.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:

PYTHON := $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
SAY := @printf '\033[1m== %s\033[0m\n'
export HF_HUB_OFFLINE := 1
export RAY_USAGE_STATS_ENABLED := 0
export RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER := 0
export GIT_PYTHON_REFRESH := quiet
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# That of Python 3.11 reads every package's files again for each one it has installed: half a minute.
PIP := 26.3

# torch asks for these on Linux; nothing here runs on them.
CUDA := triton cuda-bindings cuda-pathfinder cuda-toolkit nvidia-cublas nvidia-cuda-cupti nvidia-cuda-nvrtc \
	nvidia-cuda-runtime nvidia-cudnn-cu13 nvidia-cufft nvidia-cufile nvidia-curand nvidia-cusolver nvidia-cusparse \
	nvidia-cusparselt-cu13 nvidia-nccl-cu13 nvidia-nvjitlink nvidia-nvshmem-cu13 nvidia-nvtx
# The stages whose sections make docs/evaluation.md, in its order.
MEASURED := evaluate_ads evaluate_cvs evaluate_skills evaluate_titles evaluate_skill_links evaluate_layout evaluate_attacks \
	evaluate fairness
# Two processes side by side, each with its own fixtures of the session: about five minutes of work in each.
# Then, alone, what measures time or shares one Ray. All are run, whichever fail.
BESIDE := tests/models tests/pipelines
ALONE := tests/fuzz tests/serve
TESTS := mkdir -p reports; failed=0; \
	$(BIN)/python -m pytest $(BESIDE) > reports/beside.log 2>&1 & beside=$$!; trap 'kill $$beside; exit 130' INT; \
	$(BIN)/python -m pytest $(BESIDE:%=--ignore=%) $(ALONE:%=--ignore=%) || failed=1; \
	wait $$beside || failed=1; trap - INT; cat reports/beside.log; \
	$(BIN)/python -m pytest $(ALONE) || failed=1; \
	exit $$failed
LOCK := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q

.PHONY: help setup models demo serve test check fuzz lint openapi bench evaluate lock clean

help: ## This list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' Makefile

demo: setup ## Everything set up, the graph started, samples taken in and matched; serves until Ctrl-C (ONCE=1: exits)
	@$(BIN)/python -m serve.demo $(if $(ONCE),--once)

test: setup ## Everything set up, all tests
	@$(TESTS)

check: setup lint ## Linters, types and tests: green before every submission
	@$(TESTS)

fuzz: setup ## 10,000 hostile files through the sandbox: about 20 minutes (FILES=200: fewer)
	@$(BIN)/python -m tests.fuzz --count $(or $(FILES),10000)

lint: setup ## ruff and mypy strict
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

serve: models ## The graph on loopback, as it was left, until Ctrl-C
	@$(BIN)/python -m serve.run

models: setup ## The first model versions, built and registered; nothing when they are there
	@$(BIN)/python -m pipelines.bootstrap

openapi: setup ## openapi.json, from the code
	@$(BIN)/python -m pipelines.openapi

bench: models ## The published measurements, with this machine's hardware
	@$(BIN)/python -m bench

evaluate: models ## docs/evaluation.md: how well is read, ranked and scored; needs the data of params.yaml for most of it
	@for stage in features text_baselines train_ranker train_scorer; do $(BIN)/python -m pipelines.$$stage; done
	@for stage in $(MEASURED); do $(BIN)/python -m pipelines.$$stage; done
	@$(BIN)/python -m pipelines.reporting $(MEASURED)

setup: .venv/.ready ## The environment, from the lock files

.venv/.ready: requirements/dev.lock requirements/torch.txt
	@test -n "$(PYTHON)" && "$(PYTHON)" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || \
		{ echo "matchgraph: Python 3.11 is needed; install it, or name it: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	$(SAY) 'Environment (1/3): .venv'
	@"$(PYTHON)" -m venv .venv || { echo "matchgraph: no venv; on Debian: apt-get install python3.11-venv" >&2; exit 1; }
	@$(BIN)/python -m pip install -q pip==$(PIP)
	$(SAY) 'Environment (2/3): torch, for building models only'
	@$(BIN)/pip install --no-compile -r requirements/torch.txt
	$(SAY) 'Environment (3/3): everything else, by the lock file (about 240 packages)'
	@$(BIN)/pip install --no-compile --no-deps --require-hashes -r requirements/dev.lock
	@$(BIN)/python -m compileall -qq -j 0 .venv/lib || true  # on all cores; some packages hold templates
	@touch $@

lock: ## requirements/*.lock, from pyproject.toml (needs uv)
	$(LOCK) --extra train --extra dev --no-emit-package torch $(CUDA:%=--no-emit-package %) -o requirements/dev.lock
	$(LOCK) -c requirements/dev.lock -o requirements/serving.lock

clean: ## What was built here, stored data included
	@if [ -f var/postgres/location ]; then rm -rf -- "$$(cat var/postgres/location)"; fi
	rm -rf .venv var artifacts reports
