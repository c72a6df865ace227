# make run    a server on 127.0.0.1:4000 that grades the question bank and goes on serving
# make test   everything that this machine can test; JOBS=2 tests two files at a time
# make check-bank   every question proved, on this machine and in Docker; make preview   its page
# make up     the same server in Docker containers; make down ends it
PYTHON ?= python3
# Where the cells' own environment lies.
CELL ?= .venv-cell

# docker compose, or its forerunner.
COMPOSE ?= $(shell docker compose version >/dev/null 2>&1 && echo docker compose || echo docker-compose) \
    --project-directory docker -f docker/compose.yaml $(if $(GPU),-f docker/compose.gpu.yaml)

.PHONY: run test check lint bench check-bank preview clean engine images up down sbom

# What the preview page does better with; it works without.
EDITOR = question_bank/preview/node_modules/.package-lock.json

run: .venv/runtime .venv-cell/ready  ## ONCE=1 ends after the check, with its status
	.venv/bin/jobe-torch try $(if $(ONCE),--once)

test: .venv/dev .venv-cell/ready $(EDITOR)
	.venv/bin/pytest $(if $(JOBS),-n $(JOBS) --dist loadfile)

check: lint test

lint: .venv/dev
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/lint-imports

bench: .venv/runtime .venv-cell/ready  ## figures also in build/
	.venv/bin/jobe-torch bench --cold --json build/bench.json --svg build/bench.svg

check-bank: .venv/runtime .venv-cell/ready  ## every question, answer, wrong answer and mutant
	scripts/with_server.sh -- .venv/bin/python -m question_bank check --mutants
	@if docker image inspect jobe-torch-cell >/dev/null 2>&1; then \
	    echo; echo 'The same in Docker containers:'; \
	    scripts/with_server.sh --backend docker --docker-name jobe-torch-check-bank -- \
	        .venv/bin/python -m question_bank check; \
	else \
	    echo 'Not proved in Docker: no engine answers here, or make images has not been run.'; \
	fi

preview: .venv/runtime .venv-cell/ready $(EDITOR)  ## the bank as a web page on 127.0.0.1:4001
	scripts/with_server.sh -- .venv/bin/python -m question_bank preview

engine:
	@docker version >/dev/null || { echo 'There is no Docker Engine for us: start it' \
	    '(systemctl start docker), or let this user speak to it (usermod -aG docker USER).'; exit 1; }

images: engine  ## of cells and of the server
	$(COMPOSE) build

up: engine $(if $(BUILT),,images)  ## the server in containers, on port 4000; BUILT=1 takes the images that are there
	@$(COMPOSE) up -d && docker/wait "http://$$($(COMPOSE) port server 4000)" "$$($(COMPOSE) ps -q server)" || \
	    { $(COMPOSE) logs --no-color --tail=10 cell gate server; \
	    echo 'What the words above mean: docs/docker.md, "When it does not start".'; exit 1; }

down:  ## nothing of it is left but the images
	$(COMPOSE) down --volumes --remove-orphans

sbom: .venv/dev  ## what is in the images, as CycloneDX: build/*.cdx.json
	.venv/bin/python scripts/sbom.py $${CELL_IMAGE:-jobe-torch-cell} $${SERVER_IMAGE:-jobe-torch-server}

clean:
	rm -rf .venv .venv-cell .venv-newer build question_bank/preview/node_modules *.egg-info .*_cache .hypothesis

$(EDITOR): question_bank/preview/package-lock.json
	npm ci --prefix question_bank/preview --ignore-scripts --no-audit --no-fund || \
	    echo 'Without npm: the preview shows plain text areas, and formulas as TeX.'

# The server's environment; its tests' and linters' tools.
.venv/runtime: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo 'Python 3.11 or newer is needed: make PYTHON=python3.12 ...'; exit 1; }
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --upgrade pip
	@# setuptools warns of what "editable" means, through pip's --quiet.
	PYTHONWARNINGS=ignore .venv/bin/python -m pip install --quiet --editable .
	touch $@

.venv/dev: .venv/runtime
	.venv/bin/python -m pip install --quiet --group dev
	touch $@

# The cells' environment: torch, numpy, and the hook that lets it become a zygote.
$(CELL)/ready: pyproject.toml .venv/runtime
	$(PYTHON) -m venv $(CELL)
	$(CELL)/bin/python -m pip install --quiet --upgrade pip
	$(CELL)/bin/python -m pip install --group cell
	.venv/bin/python -m jobe_torch.cell.install $(CELL)/bin/python
	touch $@
