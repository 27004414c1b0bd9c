"""PyTorch on the CPU. `autograd` is what one writes: modules' functions, autograd, torch.optim.
`manual` is the most one can get out of it by hand: the gradient written out, in place, no memory
asked for while it runs, subnormal numbers flushed. Workloads: see workloads.cpp; W2 is the denoising
autoencoder 784-500-784 (30 % of the pixels set to 0, batches of 100, momentum), W4 the variational
autoencoder of torch_variational.py."""
try:
    import torch
    import torch.nn.functional as F
except ImportError:
    print("missing", flush=True)
    raise SystemExit

import contextlib

import numpy as np

import common
from common import Work
from torch_variational import variational_autograd, variational_manual

torch.set_num_threads(common.THREADS)
sigmoid_backward = torch.ops.aten.sigmoid_backward  # d h (1 - h) in one pass
B, RATE, MU = 100, 0.1, 0.9


def tensor(array):
    return torch.from_numpy(np.array(array))


def parameters(*units):
    return [tensor(p) for p in common.parameters(*units)]


@contextlib.contextmanager
def by_hand():
    """Without autograd, and with subnormal numbers flushed."""
    torch.set_flush_denormal(True)
    with torch.no_grad():
        yield
    torch.set_flush_denormal(False)


def kl(target, rho):
    return (target * torch.log(target / rho) + (1 - target) * torch.log((1 - target) / (1 - rho))).sum()


# W1: the sparse full batch ------------------------------------------------------------------------

PENALTY, GAMMA, TARGET = 3e-3, 3.0, 0.1


def full_batch_autograd():
    x = tensor(common.images(10_000))
    theta = [p.requires_grad_() for p in parameters(784, 196, 784)]
    W1, b1, W2, b2 = theta

    def call():
        h = torch.sigmoid(F.linear(x, W1, b1))
        y = torch.sigmoid(F.linear(h, W2, b2))
        J = ((y - x) ** 2).sum() / (2 * len(x))
        J = J + PENALTY / 2 * ((W1 ** 2).sum() + (W2 ** 2).sum()) + GAMMA * kl(TARGET, h.mean(0))
        torch.autograd.grad(J, theta)
        return J.item()

    return Work(call)


def full_batch_manual():
    x = tensor(common.images(10_000))
    N, n = x.shape
    W1, b1, W2, b2 = parameters(n, 196, n)
    h, d1, y, d2 = (torch.empty(N, units) for units in (196, 196, n, n))
    G1, G2 = torch.empty_like(W1), torch.empty_like(W2)
    square = lambda a: torch.dot(a.view(-1), a.view(-1))

    def call():
        torch.addmm(b1, x, W1.t(), out=h).sigmoid_()
        torch.addmm(b2, h, W2.t(), out=y).sigmoid_()
        rho = h.mean(0)
        torch.sub(y, x, out=d2)
        J = square(d2) / (2 * N) + PENALTY / 2 * (square(W1) + square(W2)) + GAMMA * kl(TARGET, rho)
        sigmoid_backward(d2, y, grad_input=d2)
        torch.addmm(W2, d2.t(), h, beta=PENALTY, alpha=1 / N, out=G2)
        d2.sum(0) / N
        torch.addmm(GAMMA * ((1 - TARGET) / (1 - rho) - TARGET / rho), d2, W2, out=d1)
        sigmoid_backward(d1, h, grad_input=d1)
        torch.addmm(W1, d1.t(), x, beta=PENALTY, alpha=1 / N, out=G1)
        d1.sum(0) / N
        return J.item()

    return Work(call, around=by_hand)


# W2, W3: epochs of mini-batches -------------------------------------------------------------------

def epoch_autograd(units, loss_of):
    """One epoch; loss_of(theta, positions of the batch) is the batch's mean loss."""
    begin = parameters(*units)

    def call():
        torch.manual_seed(0)
        theta = [p.clone().requires_grad_() for p in begin]
        optimiser = torch.optim.SGD(theta, lr=RATE, momentum=MU)
        order = tensor(common.order(60_000))
        total = 0.0
        for first in range(0, len(order), B):
            J = loss_of(theta, order[first:first + B])
            optimiser.zero_grad(set_to_none=True)
            J.backward()
            optimiser.step()
            total += J.item() * B
        return total / len(order)

    return Work(call)


def denoising_autograd():
    x_all = tensor(common.images())

    def loss_of(theta, batch):
        W1, b1, W2, b2 = theta
        x = x_all[batch]
        noisy = x * (torch.rand_like(x) >= 0.3)
        y = torch.sigmoid(F.linear(torch.sigmoid(F.linear(noisy, W1, b1)), W2, b2))
        return ((y - x) ** 2).sum() / (2 * len(x))

    return epoch_autograd((784, 500, 784), loss_of)


def classifier_autograd():
    x_all, labels = tensor(common.images()), tensor(common.labels())

    def loss_of(theta, batch):
        W1, b1, W2, b2, W3, b3 = theta
        h = torch.sigmoid(F.linear(x_all[batch], W1, b1))
        h = torch.sigmoid(F.linear(h, W2, b2))
        return F.cross_entropy(F.linear(h, W3, b3), labels[batch])

    return epoch_autograd((784, 500, 500, 10), loss_of)


class Descent:
    """Momentum by hand: v = mu v + d' h / B, W -= rate v, the gradient added by the product itself."""

    def __init__(self, begin):
        self.theta = [p.clone() for p in begin]
        self.velocity = [torch.zeros_like(p) for p in begin]

    def gather(self, l, d, h):
        V, v = self.velocity[2 * l], self.velocity[2 * l + 1]
        V.addmm_(d.t(), h, beta=MU, alpha=1 / B)
        v.mul_(MU).add_(d.sum(0), alpha=1 / B)

    def step(self):
        for p, v in zip(self.theta, self.velocity):
            p.add_(v, alpha=-RATE)


def denoising_manual():
    x_all, order = tensor(common.images()), tensor(common.order(60_000))
    begin = parameters(784, 500, 784)
    x, noisy, y = (torch.empty(B, 784) for _ in range(3))
    h, d1 = torch.empty(B, 500), torch.empty(B, 500)

    def call():
        torch.manual_seed(0)
        descent = Descent(begin)
        W1, b1, W2, b2 = descent.theta
        total = 0.0
        for first in range(0, len(order), B):
            torch.index_select(x_all, 0, order[first:first + B], out=x)
            noisy.uniform_().ge_(0.3).mul_(x)
            torch.addmm(b1, noisy, W1.t(), out=h).sigmoid_()
            torch.addmm(b2, h, W2.t(), out=y).sigmoid_()
            d2 = x.sub_(y).neg_()
            total += torch.dot(d2.view(-1), d2.view(-1)).item()
            sigmoid_backward(d2, y, grad_input=d2)
            torch.mm(d2, W2, out=d1)
            sigmoid_backward(d1, h, grad_input=d1)
            descent.gather(1, d2, h)
            descent.gather(0, d1, noisy)
            descent.step()
        return total / (2 * len(order))

    return Work(call, around=by_hand)


def classifier_manual():
    x_all, labels = tensor(common.images()), tensor(common.labels())
    order = tensor(common.order(60_000))
    begin = parameters(784, 500, 500, 10)
    x, s = torch.empty(B, 784), torch.empty(B, 10)
    h1, h2, d1, d2 = (torch.empty(B, 500) for _ in range(4))
    rows = torch.arange(B)

    def call():
        descent = Descent(begin)
        W1, b1, W2, b2, W3, b3 = descent.theta
        total = 0.0
        for first in range(0, len(order), B):
            batch = order[first:first + B]
            torch.index_select(x_all, 0, batch, out=x)
            torch.addmm(b1, x, W1.t(), out=h1).sigmoid_()
            torch.addmm(b2, h1, W2.t(), out=h2).sigmoid_()
            torch.addmm(b3, h2, W3.t(), out=s)
            d3 = torch.log_softmax(s, 1)
            right = labels[batch]
            total -= d3[rows, right].sum().item()
            d3.exp_()[rows, right] -= 1
            torch.mm(d3, W3, out=d2)
            sigmoid_backward(d2, h2, grad_input=d2)
            torch.mm(d2, W2, out=d1)
            sigmoid_backward(d1, h1, grad_input=d1)
            descent.gather(2, d3, h2)
            descent.gather(1, d2, h1)
            descent.gather(0, d1, x)
            descent.step()
        return total / len(order)

    return Work(call, around=by_hand)


# W5: the convolutional autoencoder ----------------------------------------------------------------

def convolutional_autograd():
    x_all, size, batches = tensor(common.images()).view(-1, 1, 28, 28), 128, 200
    order = tensor(common.order(60_000)[:size * batches])
    begin = [tensor(p) for p in common.window_parameters((16, 1, 3, 16), (32, 16, 3, 32),
                                                         (32, 16, 3, 16), (16, 1, 3, 1))]
    down, up = dict(stride=2, padding=1), dict(stride=2, padding=1, output_padding=1)

    def call():
        theta = [p.clone().requires_grad_() for p in begin]
        optimiser = torch.optim.Adam(theta, lr=1e-3, foreach=True)
        total = 0.0
        for first in range(0, len(order), size):
            x = x_all[order[first:first + size]]
            h = F.relu(F.conv2d(x, *theta[0:2], **down))
            h = F.relu(F.conv2d(h, *theta[2:4], **down))
            h = F.relu(F.conv_transpose2d(h, *theta[4:6], **up))
            y = torch.sigmoid(F.conv_transpose2d(h, *theta[6:8], **up))
            J = ((y - x) ** 2).sum() / (2 * size)
            optimiser.zero_grad(set_to_none=True)
            J.backward()
            optimiser.step()
            total += J.item()
        return total / batches

    return Work(call)


# W7: one pattern at a time ------------------------------------------------------------------------

def online_autograd():
    x_all = tensor(common.images(10_000))
    order = common.order(10_000)[:3_000].tolist()
    begin = parameters(784, 196, 784)

    def call():
        theta = [p.clone().requires_grad_() for p in begin]
        W1, b1, W2, b2 = theta
        optimiser = torch.optim.SGD(theta, lr=RATE)
        total = 0.0
        for q in order:
            x = x_all[q]
            y = torch.sigmoid(F.linear(torch.sigmoid(F.linear(x, W1, b1)), W2, b2))
            J = ((y - x) ** 2).sum() / 2
            optimiser.zero_grad(set_to_none=True)
            J.backward()
            optimiser.step()
            total += J.item()
        return total / len(order)

    return Work(call)


def online_manual():
    x_all = tensor(common.images(10_000))
    order = common.order(10_000)[:3_000].tolist()
    begin = parameters(784, 196, 784)

    def call():
        W1, b1, W2, b2 = [p.clone() for p in begin]
        total = torch.zeros(())
        for q in order:
            x = x_all[q]
            h = torch.addmv(b1, W1, x).sigmoid_()
            y = torch.addmv(b2, W2, h).sigmoid_()
            e = y - x
            total += torch.dot(e, e)
            d2 = e * y * (1 - y)
            d1 = torch.mv(W2.t(), d2) * h * (1 - h)
            W2.addr_(d2, h, alpha=-RATE)
            b2.add_(d2, alpha=-RATE)
            W1.addr_(d1, x, alpha=-RATE)
            b1.add_(d1, alpha=-RATE)
        return total.item() / (2 * len(order))

    return Work(call, around=by_hand)


# W8: codes ----------------------------------------------------------------------------------------

def encode(count, calls, manual):
    x, (W, b) = tensor(common.images(10_000)), parameters(784, 196)
    x = x if count > 1 else x[7].clone()
    h = torch.empty(count, 196) if count > 1 else torch.empty(196)

    def user():
        code = torch.sigmoid(F.linear(x, W, b))
        return lambda: code.sum(dtype=torch.float64)

    def in_place():
        if count > 1:
            torch.addmm(b, x, W.t(), out=h).sigmoid_()
        else:
            torch.addmv(b, W, x, out=h).sigmoid_()
        return lambda: h.sum(dtype=torch.float64)

    return Work(in_place if manual else user, calls, around=by_hand if manual else torch.no_grad)


common.serve(torch.__version__, {
    "W1": {"autograd": full_batch_autograd, "manual": full_batch_manual},
    "W2": {"autograd": denoising_autograd, "manual": denoising_manual},
    "W3": {"autograd": classifier_autograd, "manual": classifier_manual},
    "W4": {"autograd": variational_autograd, "manual": lambda: variational_manual(by_hand)},
    "W5": {"autograd": convolutional_autograd},
    "W7": {"autograd": online_autograd, "manual": online_manual},
    "W8a": {"F.linear": lambda: encode(1, 2_000, False), "manual": lambda: encode(1, 2_000, True)},
    "W8b": {"F.linear": lambda: encode(10_000, 1, False), "manual": lambda: encode(10_000, 1, True)},
})
