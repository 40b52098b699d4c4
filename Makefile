# Every target prepares what it needs; see README.md.
PYTHON ?= python3
export PORT DEMO ONLY
unexport PYTHONDONTWRITEBYTECODE  # compiled once, every later start is quicker

TARGETS := up test check faults bench reset screenshots manifests lock

.PHONY: help $(TARGETS)
.NOTPARALLEL:

help:
	@echo "make up            the console with its sandbox (PORT=8000, DEMO=0 for an empty one)"
	@echo "make test          the test suite"
	@echo "make check         lint, types, layers, templates, migrations"
	@echo "make faults        every kill point and every injected fault"
	@echo "make bench         benchmarks (ONLY=name for one)"
	@echo "make reset         forget the sandbox's state"
	@echo "make screenshots   pictures of every page, from the running demo"
	@echo "make manifests     the sample plan's manifests as YAML"
	@echo "make lock          pin every dependency anew"

$(TARGETS):
	@$(PYTHON) sandbox/bootstrap.py $@
