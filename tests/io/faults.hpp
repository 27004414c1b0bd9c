// A disk that fails, and a process that is killed: the test program has its own write, fsync, rename, open and
// close in place of the system's, so that the code under test need not know of it.
#pragma once

#include <functional>

namespace autoencoder::faults {

/// From now on `fails` is asked in the middle of every call, with half written and nothing flushed or
/// renamed: what a kill would leave. Where it says so the call fails. Without it the calls are as usual.
/// `all`: also in those that make a file, and that close one, which is closed all the same.
void watch(std::function<bool()> fails = {}, bool all = false);

}  // namespace autoencoder::faults
