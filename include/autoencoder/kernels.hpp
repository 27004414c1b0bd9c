// The border between the mathematics and the vector code: plain structs of pointers and sizes, and
// one table of functions for each instruction set ("unit"). Units are compiled with flags of their
// own and export nothing but their table; the best one that this machine can run is chosen once.
//
// Bits are a promise: every unit computes the same bits for any finite input, any split into threads and
// any batch. Each output of a product is one chain of fused multiply-adds, k ascending (steps of k where the
// data are 0 may be left out: they change no finite sum); each sum runs over a fixed number of virtual
// lanes, joined in a fixed order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

namespace autoencoder {
enum class Activation : int;  // activation.hpp, which few need
}

namespace autoencoder::kernels {

/// Columns are kept in panels of this many, wherever a matrix is kept in panels (see Operand).
inline constexpr std::size_t panel_width = 32;

/// Patterns that one partial sum covers: sums over patterns are taken block by block, lanes within
/// a block in T, blocks in double, so that they are good to the last bits of T for any N.
inline constexpr std::size_t sum_block = 512;

/// A matrix as the products see it: element (i, j) stands at
///     data[i · row + (j / 32) · panel + j % 32].
/// Row-major is panel = 32 and row = the stride. Activities are kept with row = 32, so that a panel
/// of 32 patterns is one contiguous piece: panel = 32 · units. `padded` says that columns up to
/// the next multiple of 32 may be read and written.
template <class T>
struct Operand {
    T* data = nullptr;
    std::size_t row = 0, panel = panel_width;
    bool transposed = false;  // the product takes it as its transpose
    bool padded = false;

    operator Operand<const T>() const
        requires(!std::is_const_v<T>)
    {
        return {data, row, panel, transposed, padded};
    }
};

/// Where the accumulators of a product begin.
enum class Start { zero, resume, row_bias, column_bias };  // 0, what C holds, b(i), b(j)

/// What is done to a result just computed, while it is in the cache.
enum class Finish {
    none,
    activate,        // C = f(C)
    back_propagate,  // C = (C · scale · mask − term(i)) f'(h)
    blend,           // C = scale · C + weight · other
    update           // the same, and straight on into a step of the optimiser: C holds sums on the way, or nothing
};

/// Element by element functions, besides the activations.
enum class Function { exp, log, softplus };

/// A first-order optimiser's step for some parameters w, given their gradient g (all parts of θ).
enum class StepRule {
    plain,     // w = w − η g
    momentum,  // v = μ v + g, w = w − η v                                  (Polyak 1964)
    adam       // m, v, and w = w − η m̂/(√v̂ + ε)        (Kingma & Ba 2015, algorithm 1)
};

/// Adam's constants for one step, bias corrections worked in.
struct AdamStep {
    double rate, beta1, beta2, epsilon, correction1, correction2;
};

/// A step of the optimiser: its rule, its constants, and what it remembers, laid out as θ is.
template <class T>
struct Step {
    StepRule rule = StepRule::plain;
    T rate = 0, mu = 0;   // plain, momentum
    AdamStep adam = {};
    T* w = nullptr;       // parameters
    T* v = nullptr;       // momentum: velocity; adam: mean square
    T* m = nullptr;       // adam: mean

    /// The same step for the parameters from this offset on.
    Step from(std::size_t offset) const {
        Step s = *this;
        if (w) s.w += offset;
        if (v) s.v += offset;
        if (m) s.m += offset;
        return s;
    }
};

template <class T>
struct Epilogue {
    Finish kind = Finish::none;
    Activation f = {};             // activate: f; back_propagate: f' as a function of h
    const T* term = nullptr;       // back_propagate: one number a row, or none
    Operand<const T> other = {};   // back_propagate: h; blend: what is added
    Operand<const T> mask = {};    // back_propagate: 0 or 1, or no data
    T scale = 1, weight = 0;
    Step<T> step = {};  // update: w and its company begin at C(0, 0), rows as far apart as `other`'s
};

/// C (m × n) = start + A (m × k) · B (k × n), then the epilogue.
template <class T>
struct Product {
    std::size_t m = 0, n = 0, k = 0;
    Operand<const T> a, b;
    Operand<T> c;
    Start start = Start::zero;
    const T* bias = nullptr;
    Epilogue<T> epilogue;
    std::size_t cache = 1 << 20;  // bytes of L2 that it may count on
};

/// The output layer's comparison of targets and outputs, a panel at a time.
enum class OutputRule {
    squared_error,  // J = ½ Σ (y − h)², δ = (y − h) f'(s)
    bernoulli,      // J = Σ softplus(s) − y s, δ = y − h: cross-entropy of a sigmoid
    categorical     // J = log Σ e^s − Σ y s, δ = y − h: cross-entropy of a softmax
};

template <class T>
struct Output {
    OutputRule rule = OutputRule::squared_error;
    Activation f = {};                   // squared_error: f' as a function of h
    std::size_t rows = 0, columns = 0;   // units; patterns in this panel, at most 32
    const T* s = nullptr;                // rows × 32: net input (bernoulli, categorical)
    const T* h = nullptr;                // rows × 32: activity
    const T* y = nullptr;                // rows × 32: target
    T* delta = nullptr;                  // rows × 32, may be h; null: not wanted
    T* cost = nullptr;                   // columns: J^q
};

/// The code of a variational autoencoder, a panel at a time; both directions take what they need.
template <class T>
struct Code {
    std::size_t units = 0, columns = 0;  // z_k; patterns in this panel, at most 32
    const T* s = nullptr;                // 2 units × 32: μ above log σ²
    const T* noise = nullptr;            // units × 32: ε, or none: z = μ
    T* sigma = nullptr;                  // units × 32: σ = e^{½ log σ²}
    T* z = nullptr;                      // units × 32
    T* cost = nullptr;                   // columns: KL of the pattern, or none
    const T* delta_z = nullptr;          // units × 32: −∂J/∂z
    T* delta = nullptr;                  // 2 units × 32: −∂J/∂s
};

/// One layer of the online rule in one reading of its weights, for which updates may be waiting:
///     w_kj = keep · w_kj + u_k v_j, the older first, then sum_j = start_j + Σ_k x_k w_kj
/// Rows and vectors are padded to multiples of 16 elements.
template <class T>
struct OnlinePass {
    struct Update {
        const T* u = nullptr;  // [rows]
        const T* v = nullptr;  // [columns]
    };

    std::size_t rows = 0, columns = 0;
    T* w = nullptr;
    std::size_t stride = 0;
    const T* x = nullptr;      // [rows], or none: only update
    const T* start = nullptr;  // [columns], or none: 0
    T* sum = nullptr;          // [columns], or none
    Update waiting[2];
    std::size_t updates = 0;  // how many of them wait
    T keep = 1;               // 1 − η λ
    bool store = false;       // w as it is after them is kept, or only used
};

/// What follows once a layer of the online rule knows its error, for n units:
///     error = target − h where there is a target, δ = error f′(s), change = η δ, bias = bias + change
template <class T>
struct OnlineDelta {
    std::size_t n = 0;
    Activation f = {};                  // f' as a function of h
    T rate = 0;                         // η
    const T* target = nullptr;          // or none: `error` is the back-propagated sum
    const T* h = nullptr;
    T *error = nullptr, *delta = nullptr, *change = nullptr, *bias = nullptr;
};

/// One term of a window's sum: where its weights and its row of patterns stand.
struct Tap {
    std::uint32_t a, b;
};
/// A place of the image written: what is added to each tap's b, and where the first map's row stands.
struct Place { std::uint32_t from, to; };

/// The sums of a window at many places of one panel of patterns, for all maps at once: a product with
/// A (maps × taps) whose rows of B are found by offset, not copied together.
///     C(i, place) = bias(i) + Σ_taps A(i, tap) · B(tap + place), then the epilogue
template <class T>
struct Gathered {
    std::size_t maps = 0;
    std::span<const Tap> taps;  // in the order of the sum; all places have the same
    std::span<const Place> places;
    const T* a = nullptr;  // map i's weight of a tap at a[tap.a + i]
    const T* b = nullptr;  // a tap's 32 patterns from b[tap.b + place.from] on
    T* c = nullptr;        // map i's 32 patterns from c[place.to + i · c_map] on
    std::size_t c_map = 0;
    const T* bias = nullptr;  // one a map, or none
    Epilogue<T> epilogue;     // none, activate, or back_propagate: its operands are laid out as C
};

/// A share of a window's gradient: Σ over places and patterns of one panel of
///     sums(c, tap, o) = coarse(place, o) · fine(place + tap, c)
/// for some taps, all maps c of the finer and o of the coarser image.
template <class T>
struct Correlation {
    static constexpr std::uint32_t outside = ~std::uint32_t{0};

    std::span<const std::uint32_t> places;  // of the coarse image
    const std::uint32_t* rows = nullptr;    // [places][taps]: where map 0 stands in `fine`, or outside
    std::size_t taps = 0, maps = 0, patterns = 0;  // maps of the fine image; patterns in the panel
    const T* coarse = nullptr;  // [place][pattern][lanes]: maps one behind the other
    std::size_t lanes = 0;      // maps of the coarse image, up to a multiple of 16: zeros
    const T* fine = nullptr;    // the panel
    std::size_t fine_map = 0;   // from one map to the next
    T* sums = nullptr;          // of (c, tap) from sums[c · sums_map + tap · lanes] on
    std::size_t sums_map = 0;
};

template <class T>
struct Table {
    /// The product; `workspace` holds at least workspace_size elements, aligned to 64 bytes.
    void (*product)(const Product<T>&, T* workspace);
    std::size_t workspace_size;

    void (*gathered)(const Gathered<T>&);
    void (*correlation)(const Correlation<T>&);

    /// h = f(s), element by element; h may be s.
    void (*activate)(Activation f, const T* s, T* h, std::size_t n);
    /// The same of the other functions.
    void (*map)(Function, const T* x, T* y, std::size_t n);
    /// y = a x + b y.
    void (*blend)(T a, const T* x, T b, T* y, std::size_t n);
    /// y = scale · mask · x
    void (*mask)(const T* mask, T scale, const T* x, T* y, std::size_t n);
    /// Σ x y over at most sum_block elements, 16 (float) or 8 (double) lanes.
    double (*dot)(const T* x, const T* y, std::size_t n);
    /// sums[i] += Σ of a + b x over the columns of the matrix in panels (rows × columns), blocks of sum_block.
    void (*row_sums)(const Operand<const T>&, std::size_t rows, std::size_t columns, T a, T b,
                     double* sums);
    void (*output)(const Output<T>&);
    /// Each column of a panel (rows × 32) becomes its softmax: h = e^s / Σ e^s
    void (*softmax)(const T* s, T* h, std::size_t rows);
    /// σ, z and the divergence from s and ε
    void (*sample)(const Code<T>&);
    /// δ of μ and log σ² from δ of z
    void (*sample_slope)(const Code<T>&);
    /// to[j · to_stride + i] = from[i · from_stride + j].
    void (*transpose)(const T* from, std::size_t from_stride, std::size_t rows, std::size_t cols,
                      T* to, std::size_t to_stride);
    /// One layer of the online rule.
    void (*online)(const OnlinePass<T>&);
    void (*online_delta)(const OnlineDelta<T>&);
    /// One step for n parameters.
    void (*step)(const Step<T>&, const T* g, std::size_t n);
};

/// One instruction set: its name for --isa, what it is, and its functions.
struct Unit {
    const char* name;
    const char* description;
    Table<float> real32;
    Table<double> real64;
    template <class T>
    const Table<T>& table() const {
        if constexpr (sizeof(T) == 4) return real32;
        else return real64;
    }
};

/// Every unit in this program that this machine can run, best first; the scalar one is last.
std::span<const Unit* const> available();

/// In use: the best one, or the one that AUTOENCODER_ISA or `choose` names.
const Unit& current();

/// Takes the unit of this name; std::invalid_argument lists the names if there is none.
void choose(std::string_view name);

/// Threads that products use: --threads, else OMP_NUM_THREADS, else the machine's.
std::size_t threads();
void set_threads(std::size_t count);

/// Bytes of its processor's caches that a thread may take for its own, 4 KiB to 64 GiB: as the system says, shared
/// out among the threads in use; where it does not, 32 KiB, 512 KiB, and 8 MiB for four; or AUTOENCODER_CACHE=L1,L2,L3.
struct Caches { std::size_t l1, l2, l3; };
Caches caches();

/// The version of xsimd that the units were built with, "8.1.0".
const char* xsimd_version();

}  // namespace autoencoder::kernels
