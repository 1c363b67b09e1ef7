# mailgate. `make run` starts it, `make test` proves it, `make demo` shows it.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin

.PHONY: help setup servers ldap run test torture kills lint demo docs bench lock clean

help: ## say what can be made
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1\t\2/p' Makefile

setup: .venv/ready ## build .venv with everything in it, and the database in var/ with a sample directory
	@$(BIN)/mailgate db upgrade
	@$(BIN)/mailgate directory import --if-empty samples/people.csv

.venv/ready: pyproject.toml requirements.lock
	@test -n "$(PYTHON)" || { echo "mailgate needs Python 3.11 or newer: apt-get install python3 python3-venv" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "mailgate needs Python 3.11 or newer, and $(PYTHON) is older" >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "no venv module: apt-get install python3-venv" >&2; exit 1; }
	@echo "installing the locked dependencies into .venv ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

run: setup ## start the daemon on the embedded defaults; Ctrl-C stops it
	@exec $(BIN)/mailgate serve

servers: ## install the Debian packages that the tests need (as root), or say which are missing
	@tests/system/install

ldap: .venv/ready ## install what a directory that speaks LDAP takes: python-ldap, built here
	@$(BIN)/python -c 'import ldap' 2>/dev/null || { echo "building python-ldap ..." && \
	    $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-build-isolation \
	    --requirement requirements-ldap.lock || { echo "it needs: apt-get install gcc python3-dev libldap2-dev libsasl2-dev" >&2; exit 1; }; }

# The tests start hundreds of processes; compiled once, each of them begins half a second sooner.
test: setup servers ldap lint ## lint, types and all tests but the long ones
	@$(BIN)/python -m compileall -q mailgate tests
	$(BIN)/pytest --numprocesses=auto

torture: setup servers ldap ## the long tests, then `make kills`
	$(BIN)/pytest -m long
	$(MAKE) kills

kills: setup servers ## kill it 500 times, for half an hour, and write what came of it into docs/torture.md
	$(BIN)/python -m tests.torture --write docs/torture.md

lint: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: setup servers ## measure, for a quarter of an hour: mails a second beside the ceilings, and costs among a million mails
	$(BIN)/python -m benchmarks.road
	$(BIN)/python -m benchmarks.recognition
	$(BIN)/python -m benchmarks.growing

demo: .venv/ready ## send the sample mails through a daemon of their own, and show what becomes of each
	@$(BIN)/python samples/demo.py

docs: .venv/ready ## write anew what is generated: every setting, the conditions, the commands, the list of modules
	$(BIN)/mailgate config > docs/config.toml
	$(BIN)/python -c 'from mailgate.core.conditions import manual; print(manual(), end="")' > docs/conditions.md
	$(BIN)/python -c 'from mailgate.cli.manual import manual; print(manual(), end="")' > docs/cli.md
	ACCEPT_DOCS=1 $(BIN)/pytest --quiet tests/test_docs.py

lock: .venv/ready ## pin the newest dependencies that pyproject.toml allows
	$(PYTHON) -m venv .venv/lock
	.venv/lock/bin/pip install --quiet pip-tools
	.venv/lock/bin/pip-compile --quiet --upgrade --extra dev --generate-hashes --allow-unsafe --strip-extras \
	    --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --output-file requirements.lock pyproject.toml
	.venv/lock/bin/pip-compile --quiet --upgrade --extra ldap --constraint requirements.lock --generate-hashes \
	    --allow-unsafe --strip-extras --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
	    --output-file requirements-ldap.lock pyproject.toml

clean: ## remove .venv; var/ with your mail stays
	rm -rf .venv
