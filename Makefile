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
MAKEFLAGS += --no-print-directory -j$(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)
endif

ifneq ($(XSIMD),$(and $(wildcard $(XSIMD)/xsimd/xsimd.hpp),$(XSIMD)))
$(error XSIMD=$(XSIMD): expected xsimd/xsimd.hpp there, found none)
endif
BREW     := $(shell brew --prefix 2>/dev/null)
ELSEWHERE = $(XSIMD:%=-isystem %) $(BREW:%=-isystem %/include)
COMPILER := $(shell $(CXX) --version 2>/dev/null | head -1)
X86      := $(findstring x86_64,$(shell $(CXX) -dumpmachine 2>/dev/null))
# GCC 13 and later take a reference into one argument for one into another, made for the call.
DANGLES := $(shell $(CXX) -Werror -Wdangling-reference -fsyntax-only -x c++ /dev/null 2>/dev/null && echo -Wno-dangling-reference)
FLAGS   = -std=c++20 -ffp-contract=off -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror=switch $(DANGLES) $(STRICT:%=-Werror) \
          $(ELSEWHERE) -Iinclude -Isrc -MMD -MP -pthread $(CXXFLAGS)

SRC     := $(shell find src -name '*.cpp')
TESTS   := $(shell find tests -name '*.cpp' -not -path 'tests/bench/*' -not -path 'tests/fuzz/*' -not -path 'tests/faults/*' -not -path 'tests/interop/*')
BENCH   := $(wildcard tests/bench/*.cpp)
FUZZ    := $(wildcard tests/fuzz/*.cpp)
OPTIONS := tests/fuzz/options/main.cpp
FAULTS  := $(wildcard tests/faults/*.cpp) tests/io/faults.cpp
OBJ     := $(SRC:%.cpp=$(BUILD)/%.o)
MAIN    := $(BUILD)/src/cli/main.o
UNITS   := $(patsubst %,$(BUILD)/src/kernels/%.o,avx2 avx512 neon)
FRONT   := $(filter-out $(MAIN),$(filter $(BUILD)/src/cli/%,$(OBJ)))
# Where two objects hold the same inline function, the linker keeps the first copy: so those that compute come
# first, then those that only talk and are compiled with less care, and the units with their own flags last.
LIBRARY := $(filter-out $(MAIN) $(FRONT) $(UNITS),$(OBJ)) $(FRONT) $(UNITS)

all: $(BUILD)/autoencoder

# The units take longest to compile: named first, they are begun first. They are linked last all the same.
LINK = $(CXX) -pthread $(CXXFLAGS) $(LINKED) -o $@ $(filter-out $(LIBRARY),$^) $(LIBRARY)
$(BUILD)/autoencoder: $(UNITS) $(MAIN) $(LIBRARY)
	$(LINK)
$(BUILD)/test: $(UNITS) $(TESTS:%.cpp=$(BUILD)/%.o) $(LIBRARY)
	$(LINK)
$(BUILD)/fuzz: $(UNITS) $(FUZZ:%.cpp=$(BUILD)/%.o) $(LIBRARY)
	$(LINK)
$(BUILD)/options: $(UNITS) $(OPTIONS:%.cpp=$(BUILD)/%.o) $(LIBRARY)
	$(LINK)
$(BUILD)/faults: $(UNITS) $(FAULTS:%.cpp=$(BUILD)/%.o) $(LIBRARY)
	$(LINK)
$(BUILD)/bench: $(UNITS) $(BENCH:%.cpp=$(BUILD)/%.o) $(LIBRARY)
	$(LINK)

# OWN are flags of single objects.
# One object an instruction set, each with its own, never less than -O2 and never with LTO.
# The wide units are never instrumented: under sanitizers they take many minutes to compile, and the
# scalar unit, which is, goes through the same templates and computes the same bits.
# GCC 12 takes parts of its own AVX-512 header, and much under sanitizers, for uninitialised.
GUESSES    := $(if $(findstring clang,$(COMPILER)),,-Wno-uninitialized -Wno-maybe-uninitialized)
UNIT_FLAGS := -O2 -fno-lto
WIDE_FLAGS := $(UNIT_FLAGS) -fno-sanitize=all
$(BUILD)/src/kernels/scalar.o: OWN = $(UNIT_FLAGS)
$(BUILD)/src/kernels/neon.o:   OWN = $(WIDE_FLAGS)
$(BUILD)/src/kernels/avx2.o:   OWN = $(WIDE_FLAGS) $(if $(X86),-mavx2 -mfma)
$(BUILD)/src/kernels/avx512.o: OWN = $(WIDE_FLAGS) $(if $(X86),-mavx512f -mavx512cd -mavx512dq -mavx512bw -mfma) \
                               $(GUESSES)
# Nothing in there takes time but compiling it.
$(BUILD)/src/cli/%.o: OWN = $(if $(filter -O2 -O3,$(CXXFLAGS)),-O1)
$(BUILD)/src/base/dataset.o:   OWN = -DAUTOENCODER_DATA_DIR='"$(DATA)"'

# The program shows the lecture's own lines: the chapters are in it as text.
$(BUILD)/src/worked/sources.o: OWN = -I$(BUILD)
$(BUILD)/src/worked/sources.o: $(BUILD)/chapters.inc
$(BUILD)/chapters.inc: $(wildcard src/lecture/*.cpp)
	@mkdir -p $(@D); for f in $^; do printf '{"%s", R"chapter(' $$f; cat $$f; echo ')chapter"},'; done >$@

# The standard headers that most files begin with, compiled once. ccache would not know them, and clang keeps
# them another way; a file that forgets one of them does not compile there. What GCC guesses about std::string's
# inside it then says of us.
HEADS := algorithm array cmath cstdint functional iostream limits map memory optional set span string string_view vector
AHEAD := $(if $(findstring clang,$(COMPILER))$(findstring ccache,$(CXX)),,$(BUILD)/std.hpp.gch)
USED   = $(AHEAD:%.gch=-include % -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread -Wno-restrict)
$(BUILD)/src/kernels/scalar.o $(UNITS): USED =
$(BUILD)/std.hpp.gch:
	@mkdir -p $(@D); for h in $(HEADS); do echo "#include <$$h>"; done > $(BUILD)/std.hpp
	$(CXX) $(FLAGS) -x c++-header $(BUILD)/std.hpp -o $@

$(BUILD)/src/%.o: src/%.cpp | $(BUILD)/have-xsimd $(AHEAD)
	@mkdir -p $(@D)
	$(CXX) $(FLAGS) $(OWN) $(USED) -c $< -o $@
$(BUILD)/tests/%.o: tests/%.cpp | $(BUILD)/have-xsimd $(BUILD)/have-doctest $(AHEAD)
	@mkdir -p $(@D)
	$(CXX) $(FLAGS) $(USED) -Itests -c $< -o $@

# A header-only package: there already, or installed with the system's package manager.
$(BUILD)/have-xsimd:   PACKAGE = libxsimd-dev
$(BUILD)/have-xsimd:   HEADER  = xsimd/xsimd.hpp
$(BUILD)/have-doctest: PACKAGE = doctest-dev
$(BUILD)/have-doctest: HEADER  = doctest/doctest.h
$(BUILD)/have-doctest: | $(BUILD)/have-xsimd
$(BUILD)/have-xsimd $(BUILD)/have-doctest:
	@mkdir -p $(@D); \
	have() { echo '#include <$(HEADER)>' | $(CXX) -std=c++20 $(ELSEWHERE) -E -x c++ - >/dev/null 2>&1; }; \
	if ! have; then \
	    as=; test "$$(id -u)" = 0 || as=sudo; \
	    install="$$as apt-get install -y --no-install-recommends $(PACKAGE)"; \
	    echo "$(HEADER) is missing: installing it with the package manager"; \
	    if test -n "$(BREW)"; then install="brew install $(firstword $(subst /, ,$(HEADER)))"; $$install >$(BUILD)/install.log 2>&1; fi; \
	    have || { command -v apt-get >/dev/null && { test -z "$$as" || sudo -n true; } && \
	      $$as apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$install -qq >/dev/null; } 2>$(BUILD)/install.log; \
	    have || { echo "could not install it here; run:  $$install"; exit 1; }; \
	fi; touch $@

demo: all                       ## the main job: features of 10,000 real digits, their proof, and noisy digits cleaned
	$(BUILD)/autoencoder demo --out runs/demo

test: $(BUILD)/test all         ## everything that must hold
	@MAKE="$(MAKE)" CXX="$(CXX)" sh tests/shelf.sh $(BUILD)
	@$(MAKE) audit equations arrows
	@sh tests/parts.sh $(BUILD)/test

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
	@! nm $^ 2>/dev/null | grep -E '_GLOBAL__sub_I|__cxx_global_var_init' || { echo 'static initialiser in a unit'; exit 1; }
	@! nm -C --defined-only $^ 2>/dev/null | grep ' [A-Z] ' | grep -vE 'DW.ref.|kernels::unit_' || { echo 'a unit exports more than its table'; exit 1; }
	@echo 'audit: each unit exports its table and nothing else'

# Where clang has its libFuzzer it is taken for both of these: it compiles them in a third of the time.
CLANG    = $(shell echo 'extern "C" int LLVMFuzzerTestOneInput() { return 0; }' | \
             clang++ -fsanitize=fuzzer -x c++ - -o /dev/null 2>/dev/null && echo "CXX='$(filter ccache,$(CXX)) clang++'")
SANITIZE = BUILD=$(BUILD)/sanitize CXXFLAGS='-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all $(if $(CLANG),,$(GUESSES))' $(CLANG)
sanitize:                       ## the tests under AddressSanitizer and UBSan
	$(MAKE) $(SANITIZE) $(BUILD)/sanitize/test
	@sh tests/parts.sh $(BUILD)/sanitize/test

race:                           ## products and training on several threads under ThreadSanitizer
	$(MAKE) BUILD=$(BUILD)/race CXXFLAGS='-O1 -g -fsanitize=thread $(GUESSES)' \
	    TESTS='tests/main.cpp tests/determinism.cpp $(wildcard tests/kernels/*.cpp)' $(BUILD)/race/test
	$(BUILD)/race/test -ts='pool,determinism,kernels: product,online'

interop: all                    ## programs in Python, Octave and C, validated and diagnosed; one over MPI
	@MAKE="$(MAKE)" sh tests/interop/run.sh $(BUILD)/autoencoder

# With libFuzzer inputs are bred by what they cover; elsewhere they are damaged at random.
COVERED = BUILD=$(BUILD)/covered CXXFLAGS='-O1 -gline-tables-only -DCOVERED -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all' \
          $(CLANG) LINKED=-fsanitize=fuzzer
HOSTILE = $(BUILD)/$(if $(CLANG),covered,sanitize)/fuzz
fuzz: $(BUILD)/options          ## hostile files under AddressSanitizer and UBSan, and option lines; ROUNDS=10000000 OPTION_LINES=100000 for more
	$(BUILD)/options $(OPTION_LINES)
	@$(MAKE) $(if $(CLANG),$(COVERED),$(SANITIZE)) $(HOSTILE)
	@sh tests/fuzz/fuzz.sh $(HOSTILE) $(ROUNDS)

faults: $(BUILD)/faults         ## trainings killed at random instants, disks that fail; INSTANTS=1000 for more
	$(BUILD)/faults $(INSTANTS)

neon: $(BUILD)/have-xsimd $(BUILD)/have-doctest  ## the NEON unit, cross-compiled, tests of its bits run under an emulator
	@command -v aarch64-linux-gnu-g++ >/dev/null && command -v qemu-aarch64 >/dev/null || \
	    { echo 'needs aarch64-linux-gnu-g++ and qemu-aarch64: apt-get install g++-aarch64-linux-gnu qemu-user'; exit 1; }
	@mkdir -p $(BUILD)/neon/headers; for h in xsimd doctest; do ln -sfn $(or $(XSIMD),/usr/include)/$$h $(BUILD)/neon/headers/$$h; done; \
	    test -e $(BUILD)/neon/headers/doctest/doctest.h || ln -sfn /usr/include/doctest $(BUILD)/neon/headers/doctest
	$(MAKE) BUILD=$(BUILD)/neon CXX='aarch64-linux-gnu-g++ -static' XSIMD=$(BUILD)/neon/headers \
	    TESTS='tests/main.cpp tests/determinism.cpp $(wildcard tests/kernels/*.cpp)' $(BUILD)/neon/test
	qemu-aarch64 $(BUILD)/neon/test

bench: $(BUILD)/bench           ## speed against this machine's limit and what else is installed
	$(BUILD)/bench

mnist:                          ## the full MNIST into data/mnist (FROM=folder takes it from there)
	@sh data/mnist.sh "$(FROM)"

# What is installed: the program, the library and its headers, the digits with their licence, and what is made
# from the tables of --help. Only the object that knows where the data are is compiled anew.
SHELF := $(BUILD)/install
AT     = $(DESTDIR)$(PREFIX)
PLACES = bin/autoencoder lib/libautoencoder.a lib/pkgconfig/autoencoder.pc share/man/man1/autoencoder.1 \
         share/bash-completion/completions/autoencoder share/zsh/site-functions/_autoencoder
CORE   = $(filter-out $(FRONT) $(BUILD)/src/base/dataset.o,$(LIBRARY)) $(SHELF)/dataset.o
# Objects of one name from two rooms: appended (q), not replaced.
install: all                    ## program, library, headers, man page, completion, digits, under PREFIX
	@for place in $(PLACES); do mkdir -p "$(SHELF)/$$(dirname $$place)"; done; rm -f $(SHELF)/lib/libautoencoder.a
	$(CXX) $(FLAGS) -DAUTOENCODER_DATA_DIR='"$(PREFIX)/share/autoencoder"' -c src/base/dataset.cpp -o $(SHELF)/dataset.o
	$(AR) qcs $(SHELF)/lib/libautoencoder.a $(CORE)
	$(CXX) -pthread $(CXXFLAGS) -o $(SHELF)/bin/autoencoder $(MAIN) $(filter-out $(UNITS),$(CORE)) $(FRONT) $(UNITS)
	$(BUILD)/autoencoder --man > $(SHELF)/share/man/man1/autoencoder.1
	$(BUILD)/autoencoder --completion bash > $(SHELF)/share/bash-completion/completions/autoencoder
	$(BUILD)/autoencoder --completion zsh > $(SHELF)/share/zsh/site-functions/_autoencoder
	printf '%s\n' 'Name: autoencoder' 'Description: autoencoders, every derivation term by term' \
	    "Version: $$($(BUILD)/autoencoder --version | sed 's/.* //')" 'Cflags: -std=c++20 -I$(PREFIX)/include' \
	    'Libs: -L$(PREFIX)/lib -lautoencoder -pthread' > $(SHELF)/lib/pkgconfig/autoencoder.pc
	mkdir -p "$(AT)/include/autoencoder" "$(AT)/share/autoencoder/digits"
	for place in $(PLACES); do mkdir -p "$(AT)/$$(dirname $$place)" && cp $(SHELF)/$$place "$(AT)/$$place" || exit 1; done
	cp include/autoencoder/*.hpp "$(AT)/include/autoencoder" && cp data/digits/* "$(AT)/share/autoencoder/digits" && \
	    cp data/README.md "$(AT)/share/autoencoder/digits"
uninstall:                      ## removes what install has put under PREFIX
	for place in $(PLACES); do rm -f "$(AT)/$$place"; done; rm -rf "$(AT)/include/autoencoder" "$(AT)/share/autoencoder"

clean:                          ## removes build/
	rm -rf $(BUILD)

help:
	@grep -hE '^[a-z]+:.*##' Makefile | awk -F': *[^#]*## ' '{ printf "%-12s%s\n", $$1, $$2 }'

-include $(OBJ:.o=.d) $(TESTS:%.cpp=$(BUILD)/%.d) $(BENCH:%.cpp=$(BUILD)/%.d) $(FUZZ:%.cpp=$(BUILD)/%.d) $(FAULTS:%.cpp=$(BUILD)/%.d) $(OPTIONS:%.cpp=$(BUILD)/%.d)
.PHONY: all demo test lecture check equations arrows lines audit sanitize race interop fuzz faults neon bench mnist install uninstall clean help
