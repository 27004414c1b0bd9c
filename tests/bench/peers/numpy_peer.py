"""NumPy over whatever BLAS it has, gradients by hand, in place, no memory asked for while it runs.
Only the products are threaded; NumPy's elementwise passes run on one thread. Workloads: see
workloads.cpp; W2 is the denoising autoencoder 784-500-784 (30 % of the pixels set to 0, batches of
100, momentum)."""
try:
    import numpy as np
    from scipy.linalg.blas import sger
except ImportError:
    print("missing", flush=True)
    raise SystemExit

import common
from common import Work

f32 = np.float32


def sigmoid(s):
    """In place: 1 / (1 + e^-s)."""
    np.negative(s, out=s)
    np.exp(s, out=s)
    np.add(s, f32(1), out=s)
    return np.reciprocal(s, out=s)


def times_slope(d, h, room):
    """d *= h (1 - h), in place."""
    np.subtract(f32(1), h, out=room)
    np.multiply(room, h, out=room)
    return np.multiply(d, room, out=d)


def layer(x, W, b, out):
    np.matmul(x, W.T, out=out)
    np.add(out, b, out=out)
    return sigmoid(out)


def total(x):
    return float(np.dot(x.ravel(), x.ravel()))


def empty(*shapes):
    return [np.empty(shape, f32) for shape in shapes]


def full_batch():
    x = common.images(10_000)
    N, n = x.shape
    W1, b1, W2, b2 = common.parameters(n, 196, n)
    penalty, gamma, target = f32(3e-3), f32(3), f32(0.1)
    h, d1, room1, y, d2, room2, G1, G2 = empty(*[(N, 196)] * 3, *[(N, n)] * 3, W1.shape, W2.shape)

    def gradient(d, before, W, G):
        np.matmul(d.T, before, out=G)
        np.multiply(G, f32(1 / N), out=G)
        np.add(G, penalty * W, out=G)
        return d.mean(0)

    def call():
        layer(x, W1, b1, h)
        layer(h, W2, b2, y)
        rho = h.mean(0)
        np.subtract(y, x, out=d2)
        J = total(d2) / (2 * N) + penalty / 2 * (total(W1) + total(W2))
        J += gamma * np.sum(target * np.log(target / rho) + (1 - target) * np.log((1 - target) / (1 - rho)))
        times_slope(d2, y, room2)
        gradient(d2, h, W2, G2)
        np.matmul(d2, W2, out=d1)
        np.add(d1, gamma * ((1 - target) / (1 - rho) - target / rho), out=d1)
        times_slope(d1, h, room1)
        gradient(d1, x, W1, G1)
        return J

    return Work(call)


def denoising():
    x_all, B, rate, mu, dropped = common.images(), 100, f32(0.1), f32(0.9), f32(0.3)
    N, n = x_all.shape
    order = common.order(N)
    begin = common.parameters(n, 500, n)
    x, noisy, y, room2 = empty(*[(B, n)] * 4)
    h, d1, room1 = empty(*[(B, 500)] * 3)
    keep = np.empty((B, n), bool)

    def call():
        random = np.random.Generator(np.random.SFC64(0))
        theta = [p.copy() for p in begin]
        W1, b1, W2, b2 = theta
        velocity = [np.zeros_like(p) for p in theta]
        gradient = [np.empty_like(p) for p in theta]
        loss = 0.0
        for first in range(0, N, B):
            np.take(x_all, order[first:first + B], axis=0, out=x, mode="clip")
            random.random(out=noisy, dtype=f32)
            np.greater_equal(noisy, dropped, out=keep)
            np.multiply(x, keep, out=noisy)
            layer(noisy, W1, b1, h)
            layer(h, W2, b2, y)
            d2 = np.subtract(y, x, out=x)
            loss += total(d2)
            times_slope(d2, y, room2)
            np.matmul(d2, W2, out=d1)
            times_slope(d1, h, room1)
            np.matmul(d1.T, noisy, out=gradient[0])
            np.sum(d1, 0, out=gradient[1])
            np.matmul(d2.T, h, out=gradient[2])
            np.sum(d2, 0, out=gradient[3])
            for p, v, g in zip(theta, velocity, gradient):  # v holds rate times the usual velocity
                np.multiply(v, mu, out=v)
                np.multiply(g, rate / f32(B), out=g)
                np.add(v, g, out=v)
                np.subtract(p, v, out=p)
        return loss / (2 * N)

    return Work(call)


def online():
    x_all, rate = common.images(10_000), f32(0.1)
    order = common.order(10_000)[:3_000].tolist()
    begin = common.parameters(784, 196, 784)

    def call():
        W1, b1, W2, b2 = [p.copy() for p in begin]
        A1, A2 = W1.T, W2.T  # columns first, so that sger works in place
        loss = 0.0
        for q in order:
            x = x_all[q]
            h = sigmoid(W1.dot(x) + b1)
            y = sigmoid(W2.dot(h) + b2)
            e = y - x
            loss += float(e.dot(e))
            d2 = e * y * (1 - y) * -rate
            d1 = d2.dot(W2) * h * (1 - h)
            sger(1.0, h, d2, a=A2, overwrite_a=1)
            sger(1.0, x, d1, a=A1, overwrite_a=1)
            b2 += d2
            b1 += d1
        return loss / (2 * len(order))

    return Work(call)


def encode_one():
    x, (W, b) = common.images(10_000)[7].copy(), common.parameters(784, 196)
    h = np.empty(196, f32)

    def call():
        np.dot(W, x, out=h)
        np.add(h, b, out=h)
        sigmoid(h)
        return lambda: h.sum(dtype=np.float64)

    return Work(call, calls=2_000)


def encode_all():
    x, (W, b) = common.images(10_000), common.parameters(784, 196)
    h = np.empty((len(x), 196), f32)

    def call():
        layer(x, W, b, h)
        return lambda: h.sum(dtype=np.float64)

    return Work(call)


def product(kind, op, *sizes):
    m, n, k = map(int, sizes)
    dtype = f32 if kind == "s" else np.float64
    fill = lambda rows, cols: (np.random.default_rng(1).random((rows, cols)) - 0.5).astype(dtype)
    A = fill(k, m).T if op[0] == "T" else fill(m, k)
    B = fill(n, k).T if op[1] == "T" else fill(k, n)
    C = np.empty((m, n), dtype)
    exact = float(A[m // 2].astype(np.float64) @ B[:, n // 3].astype(np.float64))

    def call():
        np.matmul(A, B, out=C)
        return lambda: abs(C[m // 2, n // 3] - exact)

    return Work(call, short=True)


common.serve(np.__version__, {
    "W1": {"in-place": full_batch},
    "W2": {"in-place": denoising},
    "W7": {"sger": online},
    "W8a": {"in-place": encode_one},
    "W8b": {"in-place": encode_all},
    "gemm": {"matmul": product},
})
