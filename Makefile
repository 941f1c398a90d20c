# What a newcomer, a developer and CI do with Thaw. `make help` lists it.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
POSTGRES_URL ?= postgres://postgres@127.0.0.1:5432/thaw
CHROMIUM ?= /usr/bin/chromium
# How many tests run at once; “make test JOBS=0” runs them in one process, for a debugger.
JOBS ?= auto
# More for pytest: make test ARGS="-k dates -x"
ARGS ?=

VENV := .venv
# What the tests in a browser load into it, pinned and hashed in tests/browser/package-lock.json.
LIBRARIES := tests/browser/node_modules/.package-lock.json
BIN := $(VENV)/bin
PIP_TOOLS := 7.6.2

# pip of this very environment where it has one, else the outer pip working on it.
PIP = $$($(BIN)/python -m pip --version >/dev/null 2>&1 && echo "$(BIN)/python -m pip" \
	|| echo "$(PYTHON) -m pip --python $(BIN)/python")
# The tests of one file share what takes long to make: a server, a crawl, a load of the course.
PYTEST = DEBUG=1 $(BIN)/pytest -n $(JOBS) --dist loadfile $(ARGS)
# The tests bring their own database and cache, whatever the developer's own are.
ALONE = env -u DATABASE_URL -u CACHE_URL
# A server as it would stand on the internet, for the checks that only concern one.
PRODUCTION = env DEBUG=0 ALLOWED_HOSTS=thaw.example SITE_URL=https://thaw.example \
	SECRET_KEY=only-for-make-check-which-serves-nobody-0123456789-abcdefgh \
	DATABASE_URL=sqlite:///:memory: CACHE_URL=locmem://

.DEFAULT_GOAL := help
.PHONY: help venv run test test-slow test-all coverage test-postgres test-browser test-proxy test-scale test-fuzz test-crafted evaluate-notes bench check openapi tables golden lock screenshots clean

help: ## List what make can do here
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' \
		$(MAKEFILE_LIST)

run: $(VENV)/.runtime ## Open Thaw with the shipped course (HOST, PORT, DATABASE_URL, CACHE_URL)
	@export DEBUG="$${DEBUG:-1}"; \
	$(BIN)/python manage.py prepare --address $(HOST):$(PORT) && case "$$DEBUG" in \
	1|[Tt]rue|[Yy]es|[Oo]n) DJANGO_RUNSERVER_HIDE_WARNING=true \
		exec $(BIN)/python manage.py runserver $(HOST):$(PORT);; \
	*) $(BIN)/python manage.py collectstatic --noinput --verbosity 0 && \
		exec $(BIN)/gunicorn config.wsgi --bind $(HOST):$(PORT) --worker-class gthread \
		--workers 2 --threads 4 --limit-request-line 8190 --no-control-socket;; \
	esac

venv: $(VENV)/.tests ## Make .venv with everything for development

# What needs nothing but Python; `slow` tries every case of what `make test` tries in a few.
PLAIN = not browser and not scale and not fuzz and not proxy and not crafted

test: $(VENV)/.tests ## Run the tests that need nothing but Python and matter for every change
	$(ALONE) $(PYTEST) -m "$(PLAIN) and not slow"

test-slow: $(VENV)/.tests ## Run what make test leaves out: the cases that go over everything
	$(ALONE) $(PYTEST) -m "$(PLAIN) and slow"

test-all: test test-slow ## Run every test that needs nothing but Python

coverage: $(VENV)/.tests ## Say which lines no test runs, the least covered modules first
	$(ALONE) $(PYTEST) -m "$(PLAIN)" --cov --cov-report=term:skip-covered


test-postgres: $(VENV)/.tests ## Run test-all on PostgreSQL, but for what ends alike there (POSTGRES_URL, CACHE_URL)
	@$(BIN)/python -c 'import psycopg, sys; psycopg.connect(sys.argv[1], dbname="postgres")' \
		"$(POSTGRES_URL)" 2>/dev/null || { \
		echo "No PostgreSQL answers at $(POSTGRES_URL)."; \
		echo "Start one, or name another: make test-postgres POSTGRES_URL=postgres://…/thaw"; \
		exit 1; }
	DATABASE_URL="$(POSTGRES_URL)" $(PYTEST) --create-db --migrations \
		-m "$(PLAIN) and not (slow and alike)"

test-browser: $(VENV)/.tests $(LIBRARIES) ## Run the tests in a real browser (CHROMIUM=/path/to/chromium)
	@test -x "$(CHROMIUM)" || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null && \
		echo "Installing Chromium…" && apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium \
		fonts-dejavu-core \
		>/dev/null; } || { \
		echo "There is no Chromium at $(CHROMIUM). Install it (Debian: apt install chromium),"; \
		echo "or say where it is: make test-browser CHROMIUM=/path/to/chromium"; exit 1; }
	CHROMIUM="$(CHROMIUM)" $(ALONE) $(PYTEST) -m browser

test-proxy: $(VENV)/.tests ## Run the tests behind nginx, as deploy/nginx.conf sets it up
	@PATH="$$PATH:/usr/sbin" command -v nginx >/dev/null || { test "$$(id -u)" = 0 && \
		command -v apt-get >/dev/null && echo "Installing nginx…" && apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends \
		nginx-light >/dev/null; } || { \
		echo "There is no nginx. Install it (Debian: apt install nginx-light)."; exit 1; }
	$(ALONE) $(PYTEST) -n 0 -m proxy

test-scale: $(VENV)/.tests ## Run the tests on a large corpus (minutes)
	$(ALONE) $(PYTEST) -n 0 -m scale

bench: $(VENV)/.tests ## Measure answers beside a textbook view of the same data (POSTGRES_URL, BENCH=--help)
	@test -x "$$(command -v wrk)" || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null && \
		echo "Installing wrk…" && apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
		apt-get install -y -qq --no-install-recommends wrk >/dev/null; } || { \
		echo "There is no wrk. Install it (Debian: apt install wrk)."; exit 1; }
	@$(PIP) install -qq --require-hashes -r requirements/bench.txt
	$(BIN)/python -m bench $(BENCH)

test-crafted: $(VENV)/.tests ## Send every crafted request to every address as every role (minutes)
	$(ALONE) $(PYTEST) --dist load -m crafted

test-fuzz: $(VENV)/.tests ## Draw new examples, and thousands of requests from the API’s description
	$(ALONE) $(PYTEST) --dist load --hypothesis-profile search -m "fuzz or hypothesis"

evaluate-notes: $(VENV)/.tests ## Say how well class notes are read, by kind and by file (ARGS=--remarks)
	@$(ALONE) DEBUG=1 $(BIN)/python -m tests.workbench.notes.evaluation $(ARGS)

check: $(VENV)/.tests ## Lint, format, types, templates, migrations, imports, deployment, API schema
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint --quiet --lint templates
	DEBUG=1 $(BIN)/lint-imports --no-cache
	DEBUG=1 $(BIN)/mypy
	$(PRODUCTION) $(BIN)/python manage.py makemigrations --check --dry-run
	$(PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(PRODUCTION) $(BIN)/python manage.py spectacular --validate --fail-on-warn --file /dev/null

openapi: $(VENV)/.tests ## Write docs/openapi.yaml anew, after the API was changed on purpose
	$(BIN)/python scripts/api_examples.py
	$(PRODUCTION) $(BIN)/python manage.py spectacular --validate --fail-on-warn \
		--file docs/openapi.yaml

tables: $(VENV)/.tests ## Write the tables of fields in docs/ anew, after a model was changed on purpose
	DEBUG=1 $(BIN)/python scripts/field_tables.py

golden: $(VENV)/.tests ## Write the page of a version that tests hold to anew, after a template was changed on purpose
	WRITE_GOLDEN=1 $(BIN)/python -m pytest -q tests/curation/test_version_page.py

screenshots: $(VENV)/.tests ## Take the pictures of the README, and ten pages in four looks into build/
	CHROMIUM="$(CHROMIUM)" $(BIN)/python scripts/screenshots.py

lock: $(VENV)/.tests ## Pin and hash requirements from requirements/*.in (UPGRADE=1 for newer ones)
	@$(PIP) install -qq pip-tools==$(PIP_TOOLS)
	@# A constraint may not name extras. The tests’ list, which constrains nothing, has to: without the
	@# extra that another package asks for, pip takes the pin for another requirement.
	@for pair in "base.in requirements.txt --strip-extras" \
		"test.in requirements/test.txt --no-strip-extras" \
		"bench.in requirements/bench.txt --no-strip-extras"; do set -- $$pair; \
		echo "$$2"; CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet \
		--generate-hashes $$3 --allow-unsafe $(if $(UPGRADE),--upgrade) \
		--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options \
		--output-file "$$2" "requirements/$$1" || exit 1; \
	done

clean: ## Remove what can be made again (.venv, caches, build); the database stays
	rm -rf $(VENV) build staticfiles tests/browser/node_modules .coverage .pytest_cache .mypy_cache .ruff_cache \
		.hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps make a second run quick: pip is asked only after the requirements changed.

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { echo "Thaw needs Python 3.11 or newer, and there is no \
	$(PYTHON). Name yours: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Thaw needs Python \
	3.11 or newer; $(PYTHON) is $$($(PYTHON) --version). Name a newer one: \
	make run PYTHON=python3.12"; exit 1; }
	@echo "Making $(VENV)…"
	@# Copying pip into the environment takes longer than all the rest: use the outer pip if it can.
	@$(PYTHON) -m venv --clear --without-pip $(VENV)
	@$(PIP) --version >/dev/null 2>&1 || $(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: $(BIN)/python requirements.txt
	@echo "Installing what Thaw needs (the first time takes a minute or two)…"
	@$(PIP) install -qq --require-hashes -r requirements.txt
	@touch $@

$(LIBRARIES): tests/browser/package-lock.json
	@command -v npm >/dev/null || { echo "The tests in a browser load TimelineJS into it, which npm \
	fetches, and there is no npm. Install it (Debian: apt install npm)."; exit 1; }
	@echo "Installing what the tests load into the browser…"
	@cd tests/browser && npm ci --silent --ignore-scripts --no-audit --no-fund
	@touch $@

$(VENV)/.tests: $(VENV)/.runtime requirements/test.txt
	@echo "Installing what the tests need…"
	@$(PIP) install -qq --require-hashes -r requirements/test.txt
	@touch $@
