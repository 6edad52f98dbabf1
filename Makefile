# benchrun's two commands for a fresh machine are `make all` and `make test`; each works alone.

BIN := .build/bin
SWIFT := swift
SOURCES := Package.swift $(shell find Sources -type f)
PREFIX ?= /usr/local

.PHONY: all test setup build check fmt unit integration ci-demo install clean help

all: setup build ## set the machine up, build, and measure the default suite
	$(BIN)/benchrun all

test: setup build check unit integration ## set the machine up, build, and run every test

setup: ## install the Debian packages that benchrun needs
	@.ci/setup

build: $(BIN)/benchrun $(BIN)/benchrun-agent ## build benchrun and its agent into .build/bin

$(BIN)/benchrun: $(SOURCES)
	$(SWIFT) build -c release --product benchrun
	@mkdir -p $(BIN)
	@install -m 755 .build/release/benchrun $@

# The agent runs inside every instance, as a static executable that needs nothing there.
$(BIN)/benchrun-agent: $(SOURCES)
	$(SWIFT) build -c release --product benchrun-agent --static-swift-stdlib -Xswiftc -static-executable \
	    --scratch-path .build/agent
	@mkdir -p $(BIN)
	@strip -o $@ .build/agent/release/benchrun-agent

check: ## lint, and hold every file to 400 lines
	$(SWIFT) format lint --strict --recursive --parallel Sources Tests benchmarks/self/programs Package.swift
	@long=$$(find Sources Tests benchmarks -name '*.swift' -o -name '*.c' | xargs wc -l | awk '$$2 != "total" && $$1 > 400'); \
	    if [ -n "$$long" ]; then echo "files over 400 lines:"; echo "$$long"; exit 1; fi

fmt: ## format every file
	$(SWIFT) format --in-place --recursive --parallel Sources Tests benchmarks/self/programs Package.swift

unit: ## tests that need no root, daemon or network
	$(SWIFT) test --skip IntegrationTests

integration: build ## tests with the real docker, podman, libvirt and gnuplot; needs root
	BENCHRUN_BIN=$(CURDIR)/$(BIN) $(SWIFT) test --filter IntegrationTests

ci-demo: build ## play a pipeline: baseline, no change, a slower image, noise; needs root
	BENCHRUN_BIN=$(CURDIR)/$(BIN) ci/demo

install: build ## install below PREFIX
	install -D -m 755 $(BIN)/benchrun $(DESTDIR)$(PREFIX)/bin/benchrun
	install -D -m 755 $(BIN)/benchrun-agent $(DESTDIR)$(PREFIX)/libexec/benchrun/benchrun-agent
	mkdir -p $(DESTDIR)$(PREFIX)/share/benchrun
	cp -r benchmarks $(DESTDIR)$(PREFIX)/share/benchrun/

clean: ## remove what a build made
	rm -rf .build

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
