# Everything the project does, as targets. `make` alone lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.DELETE_ON_ERROR:

PYTHON ?= python3
VENV ?= .venv
PORT ?= 8000
# A build or the suite starts Python hundreds of times: let it keep what it compiles.
unexport PYTHONDONTWRITEBYTECODE
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
COLAB := .venv-colab
PIP := -m pip --disable-pip-version-check --quiet
# Nothing comes in but files whose hashes are in the lists, which are complete. pip builds
# what comes as source with the build tools there: alone, it would fetch some unnamed.
LOCKED := $(PIP) install --progress-bar off --require-hashes --no-deps --no-build-isolation

.PHONY: help
help: ## list the targets
	@echo "Residual Networks, Measured. Targets:"
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20
	@echo "Variables: PYTHON (3.11 to 3.13, now $(PYTHON)), VENV (now $(VENV)), PORT, RUN."

# The environment, made once: again only when the lock or the package's metadata change.
$(INSTALLED): requirements.txt requirements-build.txt pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(None if (3, 11) <= v <= (3, 13) else "make: $(PYTHON) is Python %d.%d; this project needs 3.11 to 3.13: install one and say which, as in make PYTHON=python3.12 $(MAKECMDGOALS)" % v)'
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "make: $(PYTHON) cannot make environments: install its venv package (Debian, Ubuntu: apt-get install python3-venv)" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python $(LOCKED) -r requirements-build.txt
	$(BIN)/python $(LOCKED) --no-compile -r requirements.txt
	$(BIN)/python $(PIP) install --no-index --no-deps --no-build-isolation -e .
	@touch $@

# Chapters run only when what they depend on is no longer as it was when their outputs
# were kept: about a minute instead of ten. What has to run finds the data.
.PHONY: book
book: $(if $(RUN),data) html ## build the book into _build/html (RUN=all: run every cell)

# What Sphinx kept from an earlier build would hide a page that has broken since, so
# only the cells' outputs are kept: with a key for everything they use.
.PHONY: html
html: $(INSTALLED)
	rm -rf _build/html _build/.doctrees _build/jupyter_execute
	TQDM_DISABLE=1 BOOK_RUN=$(RUN) $(BIN)/jupyter-book build -W --keep-going -n .

.PHONY: outputs
outputs: html ## run what changed, and keep the chapters' outputs in book/outputs
	PYTHONPATH=book/_ext:$$PYTHONPATH $(BIN)/python -m measured.outputs

.PHONY: serve
serve: ## show the built book at http://localhost:8000 (PORT)
	@test -f _build/html/index.html || { echo "make: no book yet: run make book first" >&2; exit 1; }
	$(BIN)/python -m http.server --bind 127.0.0.1 --directory _build/html $(PORT)

.PHONY: slides
slides: $(INSTALLED) ## make a deck of each chapter in _build/html/slides (after make book)
	PYTHONPATH=book $(BIN)/python -m slides

.PHONY: test
test: lint data ## run the linter and every test
	$(BIN)/python -m pytest -n auto

# The environment holds what the list says and nothing else, as Colab's does; only what
# runs the tests is added. pip compiles nothing beforehand: Python will, what it imports.
$(COLAB)/.installed: requirements-colab.txt requirements-build.txt
	$(PYTHON) -m venv --clear $(COLAB)
	$(COLAB)/bin/python $(LOCKED) -r requirements-build.txt
	$(COLAB)/bin/python $(LOCKED) --no-compile -r requirements-colab.txt
	@touch $@

.PHONY: environments
environments: $(INSTALLED) $(COLAB)/.installed ## install for both sets of versions (with -j2, at once)

# Colab's Jupyter is older than some of these Pythons: what it warns of is not ours. The
# suite's programs compile faster without optimisation: how well XLA optimises for a
# processor is the business of `make test`, and nothing to Colab's TPU. Neither are marks
# and records: no notebook makes any.
.PHONY: test-colab
test-colab: $(COLAB)/.installed ## run the notebooks and the tests on Colab's versions
	rm -rf build _build/colab
	$(COLAB)/bin/python $(LOCKED) --target _build/colab/tools -r requirements-build.txt
	PYTHONPATH=$(abspath _build/colab/tools) $(COLAB)/bin/python $(PIP) wheel --no-index \
		--no-deps --no-build-isolation --wheel-dir _build/colab .
	export COLAB_WHEEL=$$(echo _build/colab/*.whl); \
	run="$(COLAB)/bin/python -m pytest -W ignore::DeprecationWarning"; \
	$$run tests/colab/test_first_cell.py && $(COLAB)/bin/python -m resnet_lib.data && \
		$$run -n auto tests/colab/test_notebooks.py
	XLA_FLAGS=--xla_backend_optimization_level=0 $(COLAB)/bin/python -m pytest -n auto \
		--ignore tests/resnet_book/grade --ignore tests/resnet_book/experiments

.PHONY: colab-diff
colab-diff: ## compare requirements-colab*.in with what Colab ships now
	$(PYTHON) tests/colab/published.py

.PHONY: test-slow
test-slow: data ## run the tests that take longer: kills, several processes
	$(BIN)/python -m pytest -m slow

.PHONY: coverage
coverage: data ## measure the branch coverage of resnet_lib, fail below 95 %
	$(BIN)/python -m pytest -n auto --cov=resnet_lib --cov-branch --cov-fail-under=95 \
		--cov-report=term-missing:skip-covered

.PHONY: bench
bench: data ## time resnet_lib against its peers (PyTorch too, where it is installed)
	$(BIN)/python -m benchmarks --out book/resnet_book/runs

.PHONY: records
records: data ## make what records lack for MINUTES=60, at low priority
	$(BIN)/python -m resnet_book.record --all --minutes $(or $(MINUTES),60)

.PHONY: accelerator-records
accelerator-records: ## make what wants a GPU, in MINUTES=9 (needs no environment)
	PYTHONPATH=.:book $(PYTHON) -m resnet_book.accelerator --minutes $(or $(MINUTES),9)

.PHONY: lint
lint: $(INSTALLED) ## check style and formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

.PHONY: test-web
test-web: $(INSTALLED) ## test the built book in Chromium (after make book)
	$(BIN)/python -m pytest tests/web -m 'not alone' -n auto --dist worksteal
	$(BIN)/python -m pytest tests/web -m alone

.PHONY: pdf
pdf: data ## print the whole book to _build/book.pdf (needs Chromium)
	rm -rf _build/singlehtml _build/.doctrees
	TQDM_DISABLE=1 $(BIN)/jupyter-book build --keep-going -n --builder singlehtml .
	$(BIN)/python book/pdf.py _build/book.pdf

.PHONY: card
card: ## draw the picture that links to the book show, card.png from card.svg (Chromium)
	$$(command -v chromium-headless-shell chromium google-chrome | head -1) \
		--headless --no-sandbox --hide-scrollbars --window-size=1200,630 \
		--screenshot=book/_static/card.png book/_static/card.svg

.PHONY: links
links: data ## look up the links that leave the book; fails for none
	-$(BIN)/jupyter-book build --builder linkcheck .

.PHONY: data
data: $(INSTALLED) ## find, fetch or prepare Fashion-MNIST
	$(BIN)/python -m resnet_lib.data

.PHONY: in-page
in-page: data ## make what figures load, in book/_static/in_page (minutes; needs npm)
	PYTHONPATH=book:book/_ext $(BIN)/python -m in_page

.PHONY: reveal
reveal: $(INSTALLED) ## fetch what decks load, into book/slides/reveal (needs npm)
	PYTHONPATH=book $(BIN)/python -m slides.reveal

.PHONY: notebooks
notebooks: $(INSTALLED) ## write chapters/*.ipynb and chapters/solutions/*.ipynb
	PYTHONPATH=book/_ext $(BIN)/python -m measured.notebooks

COMPILE := $(BIN)/uv pip compile --universal --python-version 3.11 --no-annotate \
	--generate-hashes --quiet

.PHONY: lock
lock: export UV_CUSTOM_COMPILE_COMMAND := make lock
lock: $(INSTALLED) ## find versions and hashes for requirements*.txt
	$(COMPILE) pyproject.toml --all-extras -o requirements.txt
	$(COMPILE) --group build -o requirements-build.txt
	$(COMPILE) --no-deps requirements-colab.in --group colab -o requirements-colab.txt

.PHONY: clean
clean: ## remove what was built (the environment and the data stay)
	rm -rf _build .pytest_cache .ruff_cache .hypothesis .coverage*
	find . -name __pycache__ -not -path './.venv*/*' -prune -exec rm -rf {} +
