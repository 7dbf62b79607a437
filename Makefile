.PHONY: run test check install install-test browser model lock

PYTHON ?= python3
BIN := .venv/bin

run: install
	$(BIN)/besa demo

test: install-test browser
	$(BIN)/pytest --numprocesses auto --dist loadfile

check: install-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/besa flows check

install: .venv/run.done

install-test: .venv/test.done

.venv/bin/pip:
	$(PYTHON) -m venv .venv

.venv/run.done: requirements/run.txt pyproject.toml | .venv/bin/pip
	$(BIN)/pip install --quiet --require-hashes -r requirements/run.txt
	$(BIN)/pip install --quiet --no-deps --no-build-isolation -e .
	touch $@

.venv/test.done: requirements/test.txt pyproject.toml | .venv/bin/pip
	$(BIN)/pip install --quiet --require-hashes -r requirements/test.txt
	$(BIN)/pip install --quiet --no-deps --no-build-isolation -e .
	touch $@

browser:
	@command -v chromium >/dev/null || { \
	  if [ "$$(id -u)" = 0 ]; then apt-get -q update && apt-get -qy install chromium; \
	  elif command -v sudo >/dev/null; then sudo apt-get -q update && sudo apt-get -qy install chromium; \
	  else echo "install Debian's package chromium, then run make test again"; exit 1; fi; }

model: .venv-model/done
	OMP_WAIT_POLICY=passive .venv-model/bin/python -m bot.risk.training.encoder data/risk/corpus

.venv-model/done: requirements/model.txt
	$(PYTHON) -m venv .venv-model
	.venv-model/bin/pip install --quiet --require-hashes -r requirements/model.txt
	touch $@

lock:
	uv pip compile -q pyproject.toml --extra test --extra build --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --universal --python-version 3.11 -o requirements/test.txt
	uv pip compile -q pyproject.toml --extra build --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --universal -c requirements/test.txt --python-version 3.11 -o requirements/run.txt
	uv pip compile -q requirements/model.in --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --universal -c requirements/test.txt --python-version 3.11 -o requirements/model.txt
