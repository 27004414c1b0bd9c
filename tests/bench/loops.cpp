#include "loops.hpp"

namespace autoencoder::bench {
namespace {

constexpr Loops no_loops{"none", 0, 0, nullptr, nullptr, nullptr, nullptr, nullptr};

#if defined(__x86_64__)

// A line of assembly is a line here.
// clang-format off

// .irp repeats its lines with \r = 0, 1, …: one accumulator, or one register of a block, each.
// Registers 14 and 15 are the factors of the multiply-adds. All are zero, so that no number is ever subnormal.
#define BENCH_REGISTERS                                                                            \
    "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10",       \
        "xmm11", "xmm12", "xmm13", "xmm14", "xmm15", "cc", "memory"

#define BENCH_FMA(name, instruction, reg)                                                          \
    void name(long rounds) {                                                                       \
        asm volatile("vzeroall\n"                                                                  \
                     "1:\n"                                                                        \
                     ".irp r, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11\n"                              \
                     instruction " %%" reg "14, %%" reg "15, %%" reg "\\r\n"                       \
                     ".endr\n"                                                                     \
                     "dec %0\n"                                                                    \
                     "jnz 1b\n"                                                                    \
                     "vzeroall\n"                                                                  \
                     : "+r"(rounds)                                                                \
                     :                                                                             \
                     : BENCH_REGISTERS);                                                           \
    }

#define BENCH_MEMORY(read_name, triad_name, reg, bytes)                                            \
    void read_name(const float* x, long blocks) {                                                  \
        asm volatile("1:\n"                                                                        \
                     ".irp r, 0, 1, 2, 3, 4, 5, 6, 7\n"                                            \
                     "vmovaps " bytes "*\\r(%1), %%" reg "\\r\n"                                   \
                     ".endr\n"                                                                     \
                     "add $8*" bytes ", %1\n"                                                      \
                     "dec %0\n"                                                                    \
                     "jnz 1b\n"                                                                    \
                     "vzeroall\n"                                                                  \
                     : "+r"(blocks), "+r"(x)                                                       \
                     :                                                                             \
                     : BENCH_REGISTERS);                                                           \
    }                                                                                              \
    void triad_name(float* a, const float* b, const float* c, long blocks) {                       \
        asm volatile("vzeroall\n"                                                                  \
                     "1:\n"                                                                        \
                     ".irp r, 0, 1, 2, 3, 4, 5, 6, 7\n"                                            \
                     "vmovaps " bytes "*\\r(%2), %%" reg "\\r\n"                                   \
                     "vfmadd231ps " bytes "*\\r(%3), %%" reg "15, %%" reg "\\r\n"                  \
                     "vmovaps %%" reg "\\r, " bytes "*\\r(%1)\n"                                   \
                     ".endr\n"                                                                     \
                     "add $8*" bytes ", %1\n"                                                      \
                     "add $8*" bytes ", %2\n"                                                      \
                     "add $8*" bytes ", %3\n"                                                      \
                     "dec %0\n"                                                                    \
                     "jnz 1b\n"                                                                    \
                     "vzeroall\n"                                                                  \
                     : "+r"(blocks), "+r"(a), "+r"(b), "+r"(c)                                     \
                     :                                                                             \
                     : BENCH_REGISTERS);                                                           \
    }

BENCH_FMA(fma32_scalar, "vfmadd231ss", "xmm")
BENCH_FMA(fma64_scalar, "vfmadd231sd", "xmm")
BENCH_FMA(fma32_avx2, "vfmadd231ps", "ymm")
BENCH_FMA(fma64_avx2, "vfmadd231pd", "ymm")
BENCH_FMA(fma32_avx512, "vfmadd231ps", "zmm")
BENCH_FMA(fma64_avx512, "vfmadd231pd", "zmm")
BENCH_MEMORY(read_avx2, triad_avx2, "ymm", "32")
BENCH_MEMORY(read_avx512, triad_avx512, "zmm", "64")

void add(long rounds) {
    asm volatile("1:\n"
                 ".rept 15\n"
                 "add $1, %%r8\n"
                 "add $1, %%r9\n"
                 "add $1, %%r10\n"
                 "add $1, %%r11\n"
                 ".endr\n"
                 "dec %0\n"
                 "jnz 1b\n"
                 : "+r"(rounds)
                 :
                 : "r8", "r9", "r10", "r11", "cc");
}

// The scalar unit's doubles are as fast as its floats; `lanes` = 1 stands for both (machine.cpp).
constexpr Loops all_loops[] = {
    {"avx512", 16, 12, fma32_avx512, fma64_avx512, add, read_avx512, triad_avx512},
    {"avx2", 8, 12, fma32_avx2, fma64_avx2, add, read_avx2, triad_avx2},
    {"scalar", 1, 12, fma32_scalar, fma64_scalar, add, nullptr, nullptr},
};

bool runs_here(std::string_view isa) {
    if (isa == "avx512") return __builtin_cpu_supports("avx512f") != 0;
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

#elif defined(__aarch64__)

#define BENCH_REGISTERS                                                                            \
    "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9", "v10", "v11", "v12", "v13", "v14", \
        "v15", "v16", "v17", "v18", "v19", "v20", "v21", "v22", "v23", "v30", "v31", "cc", "memory"

#define BENCH_FMA(name, accumulator, factors)                                                      \
    void name(long rounds) {                                                                       \
        asm volatile(".irp r, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, "  \
                     "19, 20, 21, 22, 23, 30, 31\n"                                                \
                     "movi v\\r\\().2d, #0\n"                                                      \
                     ".endr\n"                                                                     \
                     "1:\n"                                                                        \
                     ".irp r, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, "  \
                     "19, 20, 21, 22, 23\n"                                                        \
                     accumulator ", " factors "\n"                                                 \
                     ".endr\n"                                                                     \
                     "subs %0, %0, #1\n"                                                           \
                     "b.ne 1b\n"                                                                   \
                     : "+r"(rounds)                                                                \
                     :                                                                             \
                     : BENCH_REGISTERS);                                                           \
    }

BENCH_FMA(fma32_neon, "fmla v\\r\\().4s", "v30.4s, v31.4s")
BENCH_FMA(fma64_neon, "fmla v\\r\\().2d", "v30.2d, v31.2d")
BENCH_FMA(fma32_scalar, "fmadd s\\r", "s30, s31, s\\r")
BENCH_FMA(fma64_scalar, "fmadd d\\r", "d30, d31, d\\r")

void add(long rounds) {
    asm volatile("1:\n"
                 ".rept 15\n"
                 "add x9, x9, #1\n"
                 "add x10, x10, #1\n"
                 "add x11, x11, #1\n"
                 "add x12, x12, #1\n"
                 ".endr\n"
                 "subs %0, %0, #1\n"
                 "b.ne 1b\n"
                 : "+r"(rounds)
                 :
                 : "x9", "x10", "x11", "x12", "cc");
}

void read_neon(const float* x, long blocks) {
    asm volatile("1:\n"
                 ".irp r, 0, 1, 2, 3, 4, 5, 6, 7\n"
                 "ldr q\\r, [%1, #16*\\r]\n"
                 ".endr\n"
                 "add %1, %1, #128\n"
                 "subs %0, %0, #1\n"
                 "b.ne 1b\n"
                 : "+r"(blocks), "+r"(x)
                 :
                 : BENCH_REGISTERS);
}

void triad_neon(float* a, const float* b, const float* c, long blocks) {
    asm volatile("movi v31.2d, #0\n"
                 "1:\n"
                 ".irp r, 0, 1, 2, 3, 4, 5, 6, 7\n"
                 "ldr q\\r, [%2, #16*\\r]\n"
                 "ldr q30, [%3, #16*\\r]\n"
                 "fmla v\\r\\().4s, v30.4s, v31.4s\n"
                 "str q\\r, [%1, #16*\\r]\n"
                 ".endr\n"
                 "add %1, %1, #128\n"
                 "add %2, %2, #128\n"
                 "add %3, %3, #128\n"
                 "subs %0, %0, #1\n"
                 "b.ne 1b\n"
                 : "+r"(blocks), "+r"(a), "+r"(b), "+r"(c)
                 :
                 : BENCH_REGISTERS);
}

constexpr Loops all_loops[] = {
    {"neon", 4, 24, fma32_neon, fma64_neon, add, read_neon, triad_neon},
    {"scalar", 1, 24, fma32_scalar, fma64_scalar, add, nullptr, nullptr},
};

bool runs_here(std::string_view) { return true; }

#else

constexpr Loops all_loops[] = {no_loops};

bool runs_here(std::string_view) { return false; }

#endif

// clang-format on

}  // namespace

const Loops& loops_of(std::string_view isa) {
    for (const Loops& loops : all_loops) {
        if (isa == loops.isa && runs_here(isa)) return loops;
    }
    return no_loops;
}

}  // namespace autoencoder::bench
