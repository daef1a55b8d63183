# Every target sets up .venv first. After the first time, this costs nothing: .venv/complete is newer than the lock, so
# not even Python is started.

# A Python to start the set-up with, which looks for another one if this is too old. Windows may have it only as py.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python3.10 python py; do \
	"$$p" -c "import sys; sys.exit(sys.version_info < (3, 6))" 2>/dev/null && echo "$$p" && break; done)
VENV_PYTHON := $(if $(filter Windows_NT,$(OS)),.venv/Scripts/python.exe,.venv/bin/python)
READY := .venv/complete

# Which tests run: those marked `slow` run only in check-all.
WHICH = -m "not slow"
check-all: WHICH =

.DEFAULT_GOAL := help
.PHONY: help setup grade batch test check lint starter solution bundle calibrate bench fuzz check-all lock clean

help:
	@awk -F ' *## ' '/^[a-z-]+:.*##/ { sub(/:.*/, "", $$1); printf "  make %-11s %s\n", $$1, $$2 }' Makefile

setup: $(READY)            ## create .venv from the hashed lock, with uv or pip; every other target does this too
grade: $(READY)            ## grade the sample submissions; SUBMISSION=path [RESULTS=file] grades a file, folder or zip
	@$(if $(SUBMISSIONS),echo "One submission: make grade SUBMISSION=path. A class: make batch SUBMISSIONS=path" >&2; exit 2)
	@$(VENV_PYTHON) -m autograder grade $(if $(SUBMISSION),"$$SUBMISSION") $(if $(RESULTS),--results "$$RESULTS")
batch: $(READY)            ## grade a class: SUBMISSIONS=path of an export, folder or zip [ARGS="--names --roster x.csv"]
	@$(VENV_PYTHON) -m autograder batch $(if $(SUBMISSIONS),"$$SUBMISSIONS") $(ARGS)
test: $(READY)             ## run the tests of the grader, except slow ones; ARGS="-k word" passes options to pytest
	@$(VENV_PYTHON) -m pytest $(WHICH) $(ARGS)
check: $(READY) lint       ## lint; fail if a case is unsound or a generated file is out of date
	@$(VENV_PYTHON) -m autograder check
lint: $(READY)             ## run ruff and mypy
	@$(VENV_PYTHON) -m ruff check . && $(VENV_PYTHON) -m mypy
starter: $(READY)          ## write starter/ from solution/
	@$(VENV_PYTHON) -m autograder starter
solution: $(READY)         ## regenerate what depends on the solution: golden values, weights, figures, handout
	@$(VENV_PYTHON) -m autograder solution
bundle: $(READY)           ## write dist/autograder.zip and dist/starter.zip, and test them
	@$(VENV_PYTHON) -m autograder bundle
calibrate: $(READY)        ## measure every tolerance: worst right answer, best wrong one, spread over seeds
	@$(VENV_PYTHON) -m tests.calibrate
bench: $(READY)            ## time this grader and three peers, for docs/benchmarks.md; LONG=1 grades up to 10,000
	@$(VENV_PYTHON) -m tests.bench && $(VENV_PYTHON) -m tests.peers $(WRITE) $(if $(LONG),--long)
# check-all only looks for failures, so it keeps the figures in docs/benchmarks.md, which are from another machine.
WRITE = --write
check-all: WRITE =
# How long each fuzzer runs.
SECONDS = 600
fuzz: $(READY)             ## look for replies that break the grader; SECONDS=600 per target; only Linux on x86-64
	@$(VENV_PYTHON) tests/fuzz/fuzz.py wire results --seconds $(SECONDS)
check-all: check test bundle bench fuzz  ## run everything above that can fail, slow tests too
lock:                      ## remake the hashed locks from pyproject.toml (needs uv)
	@sh .ci/lock
clean:                     ## remove .venv, dist and caches, which can all be made again
	@rm -rf .venv dist .mypy_cache .pytest_cache .ruff_cache .hypothesis && find . -name __pycache__ -prune -exec rm -rf {} +

# The set-up also runs if the interpreter is missing (as after a system upgrade) or was replaced.
$(READY): requirements.txt autograder/authoring/bootstrap.py $(VENV_PYTHON)
	@$(if $(PYTHON),"$(PYTHON)" autograder/authoring/bootstrap.py,echo "Set-up: Python 3.10 or newer is needed, and there is no python3 on PATH." >&2; exit 2)
$(VENV_PYTHON): ;
