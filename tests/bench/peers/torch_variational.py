"""W4 in PyTorch, for torch_peer.py: the variational autoencoder 784-400-20-400-784, relu, batches of
128, Adam 1e-3, as one writes it and by hand."""
import numpy as np
import torch
import torch.nn.functional as F

import common
from common import Work


def tensor(array):
    return torch.from_numpy(np.array(array))


B, SIZES = 128, ((400, 784), (20, 400), (20, 400), (400, 20), (784, 400))  # mu before log variance


def variational_parameters():
    stream, theta = common.minstd(1), []
    for out, before in SIZES:
        w = (2 * common.take(stream, out * before) / common.M - 1) * (6 / (out + before + 1)) ** 0.5
        theta += [tensor(w.astype(np.float32).reshape(out, before)), torch.zeros(out)]
    return theta


def variational_autograd():
    x_all, begin = tensor(common.images()), variational_parameters()

    def call():
        torch.manual_seed(0)
        theta = [p.clone().requires_grad_() for p in begin]
        W1, b1, W2, b2, W3, b3, W4, b4, W5, b5 = theta
        optimiser = torch.optim.Adam(theta, lr=1e-3)
        order = tensor(common.order(60_000))[:468 * B]
        total = 0.0
        for first in range(0, len(order), B):
            x = x_all[order[first:first + B]]
            h = torch.relu(F.linear(x, W1, b1))
            mu, logvar = F.linear(h, W2, b2), F.linear(h, W3, b3)
            z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
            s = F.linear(torch.relu(F.linear(z, W4, b4)), W5, b5)
            J = F.binary_cross_entropy_with_logits(s, x, reduction="sum")
            J = (J - 0.5 * (1 + logvar - mu * mu - logvar.exp()).sum()) / B
            optimiser.zero_grad(set_to_none=True)
            J.backward()
            optimiser.step()
            total += J.item() * B
        return total / len(order)

    return Work(call)


def variational_manual(by_hand):
    """All parameters in one vector, so that Adam is a few passes over it."""
    x_all, order = tensor(common.images()), tensor(common.order(60_000))[:468 * B]
    begin = variational_parameters()
    x, s = torch.empty(B, 784), torch.empty(B, 784)
    h, g, dh, dg = (torch.empty(B, 400) for _ in range(4))
    relu_backward = torch.ops.aten.threshold_backward

    def call():
        torch.manual_seed(0)
        flat = torch.cat([p.flatten() for p in begin])
        G, m, v, size = (torch.zeros_like(flat) for _ in range(4))
        cut = lambda vector: [part.view_as(p) for part, p in
                              zip(vector.split([p.numel() for p in begin]), begin)]
        W1, b1, W2, b2, W3, b3, W4, b4, W5, b5 = cut(flat)
        grad = cut(G)
        total, t = 0.0, 0

        def gather(l, d, before):
            torch.mm(d.t(), before, out=grad[2 * l])
            torch.sum(d, 0, out=grad[2 * l + 1])

        for first in range(0, len(order), B):
            torch.index_select(x_all, 0, order[first:first + B], out=x)
            torch.addmm(b1, x, W1.t(), out=h).clamp_(min=0)
            mu, logvar = torch.addmm(b2, h, W2.t()), torch.addmm(b3, h, W3.t())
            eps, sigma = torch.randn(B, 20), torch.exp(0.5 * logvar)
            z, variance = torch.addcmul(mu, eps, sigma), sigma * sigma
            torch.addmm(b4, z, W4.t(), out=g).clamp_(min=0)
            torch.addmm(b5, g, W5.t(), out=s)
            J = F.softplus(s).sum() - torch.dot(s.view(-1), x.view(-1))
            total += (J - 0.5 * (1 + logvar - mu * mu - variance).sum()).item()
            d = s.sigmoid_().sub_(x).mul_(1 / B)
            gather(4, d, g)
            relu_backward(torch.mm(d, W5, out=dg), g, 0, grad_input=dg)
            gather(3, dg, z)
            dz = torch.mm(dg, W4)
            dmu = torch.add(dz, mu, alpha=1 / B)
            dlogvar = dz * eps * sigma * 0.5 + (variance - 1) * (0.5 / B)
            gather(1, dmu, h)
            gather(2, dlogvar, h)
            torch.mm(dmu, W2, out=dh).addmm_(dlogvar, W3)
            relu_backward(dh, h, 0, grad_input=dh)
            gather(0, dh, x)
            t += 1
            m.lerp_(G, 0.1)
            v.mul_(0.999).addcmul_(G, G, value=0.001)
            torch.sqrt(v, out=size).mul_((1 - 0.999 ** t) ** -0.5).add_(1e-8)
            flat.addcdiv_(m, size, value=-1e-3 / (1 - 0.9 ** t))
        return total / len(order)

    return Work(call, around=by_hand)
