// Work that is shared out among the threads in use (kernels::threads()), by a small pool of the program's
// own. It decides who computes what, never what is computed.
//
// Whoever calls takes part. Neighbouring pieces go to the same thread, call after call, so that it finds in
// its cache what it left there; what a thread does not come for in time, another takes. So nobody waits for
// a thread that the system does not run. A thread without work looks for some for a tenth of a millisecond,
// then it sleeps; one that was woken within two looks so long the next time, for to wake up may take longer than
// a product. Little work wakes nobody, and where it does not pay to share it, which is measured, it stays with the
// caller. Where others want the cores, two threads may be put on one, where neither waits for the other, if that is
// measured to be the quicker; where the system cannot be told so, half of them are left out instead.
#pragma once

#include <cstddef>
#include <functional>

namespace autoencoder {

namespace kernels {
std::size_t threads();
inline constexpr std::size_t most_threads = 1024;

/// Something to call with pieces [begin, end). `size`: how much it is in all. Jobs with the same call and size are
/// expected to take as long as one another.
struct Pieces {
    void (*call)(const void* body, std::size_t begin, std::size_t end);
    const void* body;
    std::size_t size;
};

/// Calls it for every piece 0 … count − 1, on at most so many threads, and returns when all are done.
/// `large`: it is worth to wake threads before it is known how long a piece takes. What a piece throws is
/// thrown here. Within a piece, and while another thread of the user's has the pool, the caller works alone.
void run_pieces(std::size_t count, std::size_t threads, bool large, Pieces pieces);

/// Calls work(thread, n) on n threads at the same time, at most so many: as many as come when they are called.
/// They may wait for one another. It must not throw.
void run_together(std::size_t threads, const std::function<void(std::size_t thread, std::size_t n)>& work);

/// As many as there are processors for this program: its affinity mask and its container's quota, or
/// OMP_NUM_THREADS where that says less.
std::size_t usual_threads();
}  // namespace kernels

/// body(begin, end) for pieces of 0 … count − 1, on at most so many threads; see run_pieces. A thread alone has
/// all of them in one call: what they share, it does once.
template <class Body>
void for_ranges(std::size_t count, std::size_t threads, bool large, const Body& body, std::size_t size = 0) {
    if (count == 0) return;
    if (count == 1 || threads <= 1) return body(0, count);
    const auto call = [](const void* it, std::size_t begin, std::size_t end) {
        (*static_cast<const Body*>(it))(begin, end);
    };
    kernels::run_pieces(count, threads, large, {call, &body, size});
}

/// body(piece) for every piece 0 … count − 1, likewise.
template <class Body>
void for_pieces(std::size_t count, std::size_t threads, bool large, const Body& body, std::size_t size = 0) {
    const auto range = [&](std::size_t begin, std::size_t end) {
        for (std::size_t piece = begin; piece < end; ++piece) body(piece);
    };
    for_ranges(count, threads, large, range, size);
}

/// body(begin, end) over rows 0 … rows − 1 in pieces of `grain`, on the threads in use. Whatever body
/// computes must not depend on how the pieces are joined or on who runs them. `columns`: how many numbers
/// there are in a row, where the same body is called with longer and shorter ones.
template <class Body>
void in_parallel(std::size_t rows, std::size_t columns, std::size_t grain, const Body& body) {
    const std::size_t pieces = grain == 0 ? 0 : (rows + grain - 1) / grain;
    const auto piece = [&](std::size_t i) {
        const std::size_t begin = i * grain, end = begin + grain < rows ? begin + grain : rows;
        body(begin, end);
    };
    for_pieces(pieces, kernels::threads(), false, piece, rows * columns);
}

template <class Body>
void in_parallel(std::size_t rows, std::size_t grain, const Body& body) {
    in_parallel(rows, 1, grain, body);
}

}  // namespace autoencoder
