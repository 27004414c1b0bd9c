# make          the program, build/autoencoder          make help    everything else
# Needs a C++20 compiler and two header-only packages, xsimd and (for the tests) doctest, which it
# installs where they are missing.

CXXFLAGS ?= -O2
BUILD    ?= build
PREFIX   ?= /usr/local
DATA     ?= $(CURDIR)/data
XSIMD    ?=#  a folder that holds xsimd/xsimd.hpp, where it is not the system's
STRICT   ?=#  anything: warnings are errors
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += --no-print-directory -j$(shell nproc 2>/dev/null || echo 1)
endif

COMPILER := $(shell $(CXX) --version 2>/dev/null | head -1)
X86      := $(findstring x86_64,$(shell $(CXX) -dumpmachine 2>/dev/null))
OPENMP := $(shell echo 'int main() {}' | $(CXX) -fopenmp -x c++ - -o /dev/null 2>/dev/null && echo -fopenmp)
FLAGS   = -std=c++20 -ffp-contract=off -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror=switch $(STRICT:%=-Werror) \
          $(XSIMD:%=-isystem %) -Iinclude -Isrc -MMD -MP $(or $(OPENMP),-Wno-unknown-pragmas) $(CXXFLAGS)

SRC     := $(shell find src -name '*.cpp')
TESTS   := $(shell find tests -name '*.cpp' -not -path 'tests/bench/*' -not -path 'tests/fuzz/*' -not -path 'tests/interop/*')
BENCH   := $(wildcard tests/bench/*.cpp)
FUZZ    := $(wildcard tests/fuzz/*.cpp)
OBJ     := $(SRC:%.cpp=$(BUILD)/%.o)
MAIN    := $(BUILD)/src/cli/main.o
UNITS   := $(patsubst %,$(BUILD)/src/kernels/%.o,avx2 avx512 neon)
FRONT   := $(filter-out $(MAIN),$(filter $(BUILD)/src/cli/%,$(OBJ)))
# Where two objects hold the same inline function, the linker keeps the first copy: so those that compute come
# first, then those that only talk and are compiled with less care, and the units with their own flags last.
LIBRARY := $(filter-out $(MAIN) $(FRONT) $(UNITS),$(OBJ)) $(FRONT) $(UNITS)

all: $(BUILD)/autoencoder

# The units take longest to compile: named first, they are begun first. They are linked last all the same.
LINK = $(CXX) $(OPENMP) $(CXXFLAGS) -o $@ $(filter-out $(LIBRARY),$^) $(LIBRARY)
$(BUILD)/autoencoder: $(UNITS) $(MAIN) $(LIBRARY)
	$(LINK)
$(BUILD)/test: $(UNITS) $(TESTS:%.cpp=$(BUILD)/%.o) $(LIBRARY)
	$(LINK)
$(BUILD)/fuzz: $(UNITS) $(FUZZ:%.cpp=$(BUILD)/%.o) $(LIBRARY)
	$(LINK)
$(BUILD)/bench: $(UNITS) $(BENCH:%.cpp=$(BUILD)/%.o) $(LIBRARY)
	$(LINK)

# One object an instruction set, each with its own flags, never less than -O2 and never with LTO.
# The wide units are never instrumented: under sanitizers they take many minutes to compile, and the
# scalar unit, which is, goes through the same templates and computes the same bits.
# GCC 12 takes parts of its own AVX-512 header, and much under sanitizers, for uninitialised.
GUESSES    := $(if $(findstring clang,$(COMPILER)),,-Wno-uninitialized -Wno-maybe-uninitialized)
UNIT_FLAGS := -O2 -fno-lto
WIDE_FLAGS := $(UNIT_FLAGS) -fno-sanitize=all
$(BUILD)/src/kernels/scalar.o: private FLAGS += $(UNIT_FLAGS)
$(BUILD)/src/kernels/neon.o:   private FLAGS += $(WIDE_FLAGS)
$(BUILD)/src/kernels/avx2.o:   private FLAGS += $(WIDE_FLAGS) $(if $(X86),-mavx2 -mfma)
$(BUILD)/src/kernels/avx512.o: private FLAGS += $(WIDE_FLAGS) $(if $(X86),-mavx512f -mavx512cd -mavx512dq -mavx512bw -mfma) \
                               $(GUESSES)
# Nothing in there takes time but compiling it.
$(BUILD)/src/cli/%.o: private FLAGS += $(if $(filter -O2 -O3,$(CXXFLAGS)),-O1)
$(BUILD)/src/base/dataset.o:   private FLAGS += -DAUTOENCODER_DATA_DIR='"$(DATA)"'

# The program shows the lecture's own lines: the chapters are in it as text.
$(BUILD)/src/lecture/sources.o: private FLAGS += -I$(BUILD)
$(BUILD)/src/lecture/sources.o: $(BUILD)/chapters.inc
$(BUILD)/chapters.inc: $(wildcard src/lecture/*.cpp)
	@mkdir -p $(@D); for f in $^; do printf '{"%s", R"chapter(' $$f; cat $$f; echo ')chapter"},'; done >$@

$(BUILD)/src/%.o: src/%.cpp | $(BUILD)/have-xsimd
	@mkdir -p $(@D)
	$(CXX) $(FLAGS) -c $< -o $@
$(BUILD)/tests/%.o: tests/%.cpp | $(BUILD)/have-xsimd $(BUILD)/have-doctest
	@mkdir -p $(@D)
	$(CXX) $(FLAGS) -Itests -c $< -o $@

# A header-only package: there already, or installed with the system's package manager.
$(BUILD)/have-xsimd:   PACKAGE = libxsimd-dev
$(BUILD)/have-xsimd:   HEADER  = xsimd/xsimd.hpp
$(BUILD)/have-doctest: PACKAGE = doctest-dev
$(BUILD)/have-doctest: HEADER  = doctest/doctest.h
$(BUILD)/have-doctest: | $(BUILD)/have-xsimd
$(BUILD)/have-xsimd $(BUILD)/have-doctest:
	@mkdir -p $(@D); \
	have() { echo '#include <$(HEADER)>' | $(CXX) -std=c++20 $(XSIMD:%=-isystem %) -E -x c++ - >/dev/null 2>&1; }; \
	if ! have; then \
	    as=; test "$$(id -u)" = 0 || as=sudo; \
	    install="$$as apt-get install -y --no-install-recommends $(PACKAGE)"; \
	    echo "$(HEADER) is missing: installing $(PACKAGE) with the package manager"; \
	    { command -v apt-get >/dev/null && { test -z "$$as" || sudo -n true; } && \
	      $$as apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$install -qq >/dev/null; } 2>$(BUILD)/install.log; \
	    have || { echo "could not install it here; run:  $$install"; exit 1; }; \
	fi; touch $@

demo: all                       ## the main job: features of 10,000 real digits, their proof, and noisy digits cleaned
	$(BUILD)/autoencoder demo --out runs/demo

test: $(BUILD)/test all         ## everything that must hold
	@$(MAKE) audit equations arrows
	@$(BUILD)/test

lecture: all                    ## the lecture as one page, runs/lecture/lecture.html
	$(BUILD)/autoencoder lecture --out runs/lecture

check: all                      ## gradient checks, a row an equation
	$(BUILD)/autoencoder check

equations:                      ## every equation's tag: its line of code and its test
	@sh tests/equations.sh

arrows:                         ## includes run downwards, from room to room
	@sh tests/arrows.sh

lines:                          ## lines by folder, against the budgets
	@sh tests/lines.sh

audit: $(UNITS) $(BUILD)/src/kernels/scalar.o   ## the units of the instruction sets are sealed
	@! nm -C $^ 2>/dev/null | grep ' [uVvWw] ' | grep -v DW.ref. || { echo 'shared symbol in a unit'; exit 1; }
	@! objdump -h $^ | grep -E 'init_array|ctors' || { echo 'static initialiser in a unit'; exit 1; }
	@! nm -C --defined-only $^ 2>/dev/null | grep ' [A-Z] ' | grep -vE 'DW.ref.|kernels::unit_' || { echo 'a unit exports more than its table'; exit 1; }
	@echo 'audit: each unit exports its table and nothing else'

SANITIZE := BUILD=$(BUILD)/sanitize CXXFLAGS='-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all $(GUESSES)'
sanitize:                       ## the tests under AddressSanitizer and UBSan
	$(MAKE) $(SANITIZE) $(BUILD)/sanitize/test
	$(BUILD)/sanitize/test --minimal=true

interop: all                    ## programs in Python, Octave and C, validated and diagnosed
	@sh tests/interop/run.sh $(BUILD)/autoencoder

fuzz:                           ## hostile files under AddressSanitizer and UBSan; ROUNDS=100000 for more
	$(MAKE) $(SANITIZE) $(BUILD)/sanitize/fuzz
	$(BUILD)/sanitize/fuzz $(or $(ROUNDS),20000)

neon:                           ## the NEON unit, cross-compiled, tests of its bits run under an emulator
	@command -v aarch64-linux-gnu-g++ >/dev/null && command -v qemu-aarch64 >/dev/null || \
	    { echo 'needs aarch64-linux-gnu-g++ and qemu-aarch64: apt-get install g++-aarch64-linux-gnu qemu-user'; exit 1; }
	@mkdir -p $(BUILD)/neon/headers; for h in xsimd doctest; do ln -sfn $(or $(XSIMD),/usr/include)/$$h $(BUILD)/neon/headers/$$h; done; \
	    test -e $(BUILD)/neon/headers/doctest/doctest.h || ln -sfn /usr/include/doctest $(BUILD)/neon/headers/doctest
	$(MAKE) BUILD=$(BUILD)/neon CXX='aarch64-linux-gnu-g++ -static' XSIMD=$(CURDIR)/$(BUILD)/neon/headers \
	    TESTS='tests/main.cpp tests/determinism.cpp $(wildcard tests/kernels/*.cpp)' $(BUILD)/neon/test
	qemu-aarch64 $(BUILD)/neon/test

bench: $(BUILD)/bench           ## speed against this machine's limit and what else is installed
	$(BUILD)/bench

mnist:                          ## the full MNIST into data/mnist (FROM=folder takes it from there)
	@sh data/mnist.sh "$(FROM)"

# Only the object that knows where the data are is compiled anew.
DATASET := $(BUILD)/src/base/dataset.o
install: all                    ## the program and the digits under PREFIX
	@mkdir -p $(BUILD)/install
	$(CXX) $(FLAGS) -DAUTOENCODER_DATA_DIR='"$(PREFIX)/share/autoencoder"' -c src/base/dataset.cpp -o $(BUILD)/install/dataset.o
	$(CXX) $(OPENMP) $(CXXFLAGS) -o $(BUILD)/install/autoencoder $(MAIN) $(LIBRARY:$(DATASET)=$(BUILD)/install/dataset.o)
	install -D $(BUILD)/install/autoencoder $(DESTDIR)$(PREFIX)/bin/autoencoder
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/autoencoder/digits data/digits/*

clean:                          ## removes build/
	rm -rf $(BUILD)

help:
	@grep -hE '^[a-z]+:.*##' Makefile | sed -E 's/:[^#]*## /\t/' | expand -t 12

-include $(OBJ:.o=.d) $(TESTS:%.cpp=$(BUILD)/%.d) $(BENCH:%.cpp=$(BUILD)/%.d) $(FUZZ:%.cpp=$(BUILD)/%.d)
.PHONY: all demo test lecture check equations arrows lines audit sanitize interop fuzz neon bench mnist install clean help
