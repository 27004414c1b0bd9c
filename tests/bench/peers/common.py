"""What the Python peers share: MNIST, the portable weights and order (as inputs.hpp makes them), and
the conversation with build/bench, which peer.hpp describes."""
import contextlib
import os
import statistics
import sys
import time
from functools import lru_cache

import numpy as np

THREADS = int(os.environ.get("THREADS", "1"))
M = 2**31 - 1


def idx(name):
    with open(os.path.join(os.environ["MNIST_DIR"], "train-" + name), "rb") as file:
        raw = file.read()
    dimensions = raw[3]
    shape = np.frombuffer(raw, ">u4", dimensions, 4)
    return np.frombuffer(raw, np.uint8, -1, 4 + 4 * dimensions).reshape([int(n) for n in shape])


@lru_cache(maxsize=None)
def images(count=None):
    x = idx("images-idx3-ubyte")[:count]
    return x.reshape(len(x), -1).astype(np.float32) / np.float32(255)


def labels():
    return idx("labels-idx1-ubyte").astype(np.int64)


def minstd(seed):
    """std::minstd_rand0's numbers, one after another."""
    while True:
        seed = seed * 16807 % M
        yield seed


def take(stream, count):
    return np.fromiter(stream, np.float64, count)


@lru_cache(maxsize=None)
def parameters(*units):
    """W1, b1, W2, b2, ...: uniform in +-sqrt(6 / (in + out + 1)), biases 0. Copy before use."""
    stream, theta = minstd(1), []
    for n, m in zip(units, units[1:]):
        u = take(stream, m * n) / M
        theta.append(((2 * u - 1) * (6 / (n + m + 1)) ** 0.5).astype(np.float32).reshape(m, n))
        theta.append(np.zeros(m, np.float32))
    return theta


@lru_cache(maxsize=None)
def window_parameters(*layers):
    """The same for windows: (coarse maps, fine maps, kernel, maps written) of each layer."""
    stream, theta = minstd(1), []
    for coarse, fine, kernel, written in layers:
        u = take(stream, coarse * fine * kernel * kernel) / M
        r = (6 / ((coarse + fine) * kernel * kernel + 1)) ** 0.5
        theta.append(((2 * u - 1) * r).astype(np.float32).reshape(coarse, fine, kernel, kernel))
        theta.append(np.zeros(written, np.float32))
    return theta


@lru_cache(maxsize=None)
def order(pool):
    return np.argsort(take(minstd(12345), pool), kind="stable")


class Work:
    """call() does one piece of work and returns its loss. A turn makes `calls` of them and tells the
    mean time, or, where `short`, calls for 20 ms, at least three times, and tells the median. The
    whole turn takes place within the context `around()`."""

    def __init__(self, call, calls=1, short=False, around=contextlib.nullcontext):
        self.call, self.calls, self.short, self.around = call, calls, short, around

    def seconds(self, calls):
        start = time.perf_counter()
        for _ in range(calls):
            self.loss = self.call()
        return (time.perf_counter() - start) / calls

    def turn(self):
        with self.around():
            if not self.short:
                return self.seconds(self.calls)
            self.seconds(1)
            times = []
            while len(times) < 3 or sum(times) < 0.02:
                times.append(self.seconds(1))
            return statistics.median(times)


def serve(version, variants):
    """variants: {workload: {variant: make}}, where make(*words after the workload) gives Work, or
    None where it cannot. `loss` may be a function, so that its sum is not timed."""
    say = lambda *words: print(*words, flush=True)
    say("ready", version)
    prepared = {}
    for line in sys.stdin:
        what, *words = line.split()
        if what == "variants":
            say(*variants.get(words[0], {}))
        elif what == "prepare":
            variant, workload, *more = words
            work = variants[workload][variant](*more)
            work.turn()
            prepared[variant, workload] = work
            say("ok")
        elif what == "turn":
            work = prepared[words[0], words[1]]
            seconds = work.turn()
            loss = work.loss() if callable(work.loss) else work.loss
            say(repr(seconds), repr(float(loss)))
        else:
            prepared.clear()
            say("ok")
