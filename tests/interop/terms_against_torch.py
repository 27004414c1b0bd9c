#!/usr/bin/env python3
"""Holds `autoencoder terms` against PyTorch: random cases in every shape and spelling that a case
may have, every key of the result against float64 autograd, which knows none of our derivations.

    tests/interop/terms_against_torch.py build/autoencoder [cases]

Prints a row a kind of key with the largest difference, scaled by the block's largest entry, and
fails above 1e-10. Needs NumPy and PyTorch (Debian: python3-torch); `make test` needs neither.
"""
import os, re, subprocess, sys, tempfile
import numpy as np
import torch

F = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu, "linear": lambda s: s,
     "softmax": lambda s: torch.softmax(s, 1)}
TOLERANCE = 1e-10


def random_case(rng):
    """The keys of a case, plain; `spelled` varies how they are written."""
    pick = lambda *choices: choices[rng.integers(len(choices))]
    L, N = int(rng.integers(1, 5)), pick(1, 2, 7, 31, 32, 33, 70, 1500)
    units = [int(rng.integers(1, 12)) for _ in range(L + 1)]
    target = pick("x", "y", "labels")
    if target == "x":
        units[L] = units[0]
    f = [pick("sigmoid", "tanh", "relu", "linear") for _ in range(L)]
    f[-1] = pick("sigmoid", "tanh", "relu", "linear", "softmax")
    case = {"x": rng.uniform(0, 1, (N, units[0]))}
    for l in range(1, L + 1):
        # A tanh beyond 5 or so leaves 1 − h² with few digits in any float64 program.
        case[f"W{l}"] = rng.normal(0, units[l - 1] ** -0.5, (units[l], units[l - 1]))
        case[f"b{l}"] = rng.normal(0, 1, units[l])
        if f[l - 1] == "sigmoid" and rng.random() < 0.2:
            case[f"b{l}"][0] = pick(-9, 9)  # almost always off, or on
    if len(set(f)) > 1 or f[0] == "softmax" or rng.random() < 0.5:
        case |= {f"activation{l + 1}": f[l] for l in range(L)}
    elif f[0] != "sigmoid" or rng.random() < 0.5:
        case["activation"] = f[0]
    if f[-1] == "softmax":
        loss = pick("cross_entropy", None)
    elif f[-1] == "sigmoid" and target != "labels":
        loss = pick("squared_error", "cross_entropy", None)
    else:
        loss = pick("squared_error", None)
    if loss:
        case["loss"] = loss
    if target == "y":  # denoising, or targets of another width; not one-hot for a softmax either
        case["y"] = rng.uniform(0, 1, (N, units[L]))
    if target == "labels":
        case["labels"] = rng.integers(0, units[L], N)
    if rng.random() < 0.6:
        case["weight_penalty"] = pick(0.0, 1e-4, 0.03, 1)
    able = [l for l in range(1, L) if f[l - 1] in ("sigmoid", "tanh")]
    if rng.random() < 0.7:
        case |= {"sparsity_weight": pick(0.0, 0.3, 3), "sparsity_target": pick(0.01, 0.1, 0.5)}
        if len(able) < L - 1 or rng.random() < 0.5:
            case["sparse_layers"] = [l for l in able if rng.random() < 0.7]
    if rng.random() < 0.4:
        if rng.random() < 0.8:
            case["dropout"] = pick(0.0, 0.2, 0.5)
        for l in range(1, L):
            if rng.random() < 0.8:
                case[f"mask{l}"] = (rng.random((N, units[l])) < 0.6).astype(float)
    return case


def random_windows(rng):
    """A convolutional case: windows of any geometry, at times a dense layer or two on top."""
    pick = lambda *choices: choices[rng.integers(len(choices))]
    while True:
        L, N = int(rng.integers(1, 5)), pick(1, 2, 7, 31, 32, 33, 70)
        shape = (pick(1, 2, 3, 17), int(rng.integers(1, 9)), int(rng.integers(1, 9)))
        case = {"model": "convolutional", "x": rng.uniform(0, 1, (N, *shape))}
        first_dense = pick(L + 1, L + 1, L) if L > 1 else L + 1
        for l in range(1, L + 1):
            out = pick(1, 2, 5, 16, 33)
            if l >= first_dense:
                case[f"layer{l}"] = "dense"
                case[f"W{l}"] = rng.normal(0, np.prod(shape) ** -0.5, (out, int(np.prod(shape))))
                shape = (out,)
            else:
                conv, k = rng.random() < 0.5, (int(rng.integers(1, 5)), int(rng.integers(1, 5)))
                s, p = int(rng.integers(1, 4)), int(rng.integers(0, 4))
                o = 0 if conv else int(rng.integers(0, s))
                case[f"layer{l}"] = "conv" if conv else "deconv"
                ends = (out, shape[0]) if conv else (shape[0], out)
                case[f"W{l}"] = rng.normal(0, (shape[0] * k[0] * k[1]) ** -0.5, (*ends, *k))
                for key, value, default in (("stride", s, 1), ("pad", p, 0), ("output_pad", o, 0)):
                    if value != default or rng.random() < 0.5:
                        case[f"{key}{l}"] = value
                size = [(n + 2 * p - m) // s + 1 if conv else (n - 1) * s - 2 * p + m + o
                        for n, m in zip(shape[1:], k)]
                shape = (out, *size)
                if min(size) < 1 or np.prod(shape) > 4000:
                    break
            case[f"b{l}"] = rng.normal(0, 1, out)
            case[f"activation{l}"] = pick("sigmoid", "tanh", "relu", "linear")
        else:
            break
    if shape != case["x"].shape[1:] or rng.random() < 0.3:
        case["y"] = rng.uniform(0, 1, (N, *shape))
    if case[f"activation{L}"] == "sigmoid":
        case["loss"] = pick("squared_error", "cross_entropy")
    if rng.random() < 0.5:
        case["weight_penalty"] = pick(0.0, 1e-4, 0.03)
    return case


def net_input(case, l, seen, W, b):
    """s of layer l."""
    kind = case.get(f"layer{l}", np.asarray("dense")).item()
    kind = kind.decode() if isinstance(kind, bytes) else kind
    if kind == "dense":
        return seen.flatten(1) @ W.T + b
    step, pad = int(case.get(f"stride{l}", 1)), int(case.get(f"pad{l}", 0))
    if kind == "conv":
        return torch.nn.functional.conv2d(seen, W, b, stride=step, padding=pad)
    return torch.nn.functional.conv_transpose2d(seen, W, b, stride=step, padding=pad,
                                                output_padding=int(case.get(f"output_pad{l}", 0)))


def spelled(case, rng):
    """The same case as NumPy might come to write it: byte order, width, memory order, integers."""
    result = {}
    for key, value in case.items():
        value = np.asarray(value)
        if value.dtype.kind == "U" and rng.random() < 0.3:
            value = value.astype("S")
        if value.dtype.kind == "f" and value.ndim > 0:
            value = value.astype(str(rng.choice(["<f8", ">f8", "<f4", ">f4"])))
            if key.startswith("mask"):
                value = value.astype(str(rng.choice(["<f8", "|u1", "|b1", ">i2"])))
            elif rng.random() < 0.1 and key[0] in "xbW":
                value = np.rint(value).astype(str(rng.choice(["<i2", ">i8"])))
        if key == "labels":
            value = value.astype(str(rng.choice(["<i8", "|u1", ">u4", "|i1"])))
        result[key] = np.asfortranarray(value) if rng.random() < 0.3 else value
    return result


def terms_by_autograd(case):
    """What `terms` returns: forward as the contract has it, the rest by autograd of the cost."""
    def number(key, otherwise=0.0):
        return float(case.get(key, otherwise))

    def text(*keys, otherwise):
        found = [case[key].item() for key in keys if key in case] + [otherwise]
        return found[0].decode() if isinstance(found[0], bytes) else found[0]

    def tensor(key):
        return torch.tensor(np.asarray(case[key], dtype=np.float64, order="C"))

    L = max(int(key[1:]) for key in case if re.fullmatch(r"W\d+", key))
    layers = range(1, L + 1)
    f = [text(f"activation{l}", "activation", otherwise="sigmoid") for l in layers]
    loss = text("loss", otherwise="cross_entropy" if f[-1] == "softmax" else "squared_error")
    theta = {name: tensor(name).requires_grad_() for l in layers for name in (f"W{l}", f"b{l}")}
    gamma, target = number("sparsity_weight"), number("sparsity_target", 0.05)
    sparse = [int(l) for l in case.get("sparse_layers", range(1, L))] if gamma > 0 else []

    seen = x = tensor("x")
    N, result, sparsity = len(x), {}, torch.zeros((), dtype=torch.float64)
    for l in layers:
        s = result[f"s{l}"] = net_input(case, l, seen, theta[f"W{l}"], theta[f"b{l}"])
        h = result[f"h{l}"] = seen = F[f[l - 1]](s)
        if l in sparse:
            rho = result[f"rho{l}"] = (1 + h.mean(0)) / 2 if f[l - 1] == "tanh" else h.mean(0)
            kl = target * torch.log(target / rho)
            kl = result[f"kl{l}"] = kl + (1 - target) * torch.log((1 - target) / (1 - rho))
            sparsity = sparsity + gamma * kl.sum()
        if f"mask{l}" in case:
            seen = tensor(f"mask{l}") * h / (1 - number("dropout"))
    y = tensor("y") if "y" in case else x
    if "labels" in case:
        classes = torch.tensor(case["labels"].astype(np.int64))
        y = torch.nn.functional.one_hot(classes, s.shape[1]).double()
    if loss == "squared_error":
        data = ((y - h) ** 2).sum() / 2 / N
    elif f[-1] == "softmax":
        data = -(y * torch.log_softmax(s, 1)).sum() / N
    else:
        data = torch.nn.functional.binary_cross_entropy_with_logits(s, y, reduction="sum") / N
    penalty = number("weight_penalty") / 2 * sum((theta[f"W{l}"] ** 2).sum() for l in layers)
    cost = data + penalty + sparsity
    result |= {"cost": cost, "cost_data": data, "cost_weight_penalty": penalty,
               "cost_sparsity": sparsity}
    gradients = torch.autograd.grad(cost, list(theta.values()), retain_graph=True)
    result |= {f"grad_{name}": g for name, g in zip(theta, gradients)}
    downhill = torch.autograd.grad(-N * cost, [result[f"s{l}"] for l in layers])
    result |= {f"delta{l}": d for l, d in zip(layers, downhill)}  # per pattern: not divided by N
    return {key: torch.as_tensor(value).detach().numpy() for key, value in result.items()}


def variational_case(rng):
    """A variational autoencoder with any number of hidden layers on either side of the code."""
    pick = lambda *choices: choices[rng.integers(len(choices))]
    N, n, z = pick(1, 2, 7, 31, 32, 33, 70, 1500), int(rng.integers(1, 12)), int(rng.integers(1, 7))
    hidden = lambda: [int(rng.integers(1, 12)) for _ in range(rng.integers(0, 3))]
    encoder, decoder = [n] + hidden(), [z] + hidden() + [n]
    case = {"model": "variational", "x": rng.uniform(0, 1, (N, n)), "eps": rng.normal(0, 1, (N, z))}
    blocks = [(f"enc_W{l}", f"enc_b{l}", *encoder[l - 1:l + 1]) for l in range(1, len(encoder))]
    blocks += [(f"{head}_W", f"{head}_b", encoder[-1], z) for head in ("mu", "logvar")]
    blocks += [(f"dec_W{l}", f"dec_b{l}", *decoder[l - 1:l + 1]) for l in range(1, len(decoder))]
    for W, b, units_before, units in blocks:
        case |= {W: rng.normal(0, units_before ** -0.5, (units, units_before)),
                 b: rng.normal(0, 1, units)}
    if rng.random() < 0.6:
        case["activation"] = pick("sigmoid", "tanh", "relu", "linear")
    if rng.random() < 0.3:
        case["weight_penalty"] = pick(0.0, 0.03)
    return case


def variational_terms(case):
    """The terms of a variational case, from the cost by autograd."""
    number = lambda key: float(case.get(key, 0))
    f = case["activation"].item() if "activation" in case else "relu"
    f = F[f.decode() if isinstance(f, bytes) else f]
    tensor = lambda key: torch.tensor(np.asarray(case[key], dtype=np.float64, order="C"))
    theta = {key: tensor(key).requires_grad_() for key in case if re.search(r"_[Wb]\d*$", key)}
    encoders, decoders = (len([k for k in theta if k.startswith(p)]) for p in ("enc_W", "dec_W"))
    x, eps = tensor("x"), tensor("eps")
    N, seen, result, layer = len(x), x, {}, 0

    def linear(W, b):
        nonlocal layer
        layer += 1
        s = result[f"s{layer}"] = seen @ W.T + b
        return s

    for l in range(1, encoders + 1):
        seen = result[f"h{l}"] = f(linear(theta[f"enc_W{l}"], theta[f"enc_b{l}"]))
    s = linear(torch.cat([theta["mu_W"], theta["logvar_W"]]),
               torch.cat([theta["mu_b"], theta["logvar_b"]]))
    mu, logvar = result["mu"], result["logvar"] = s.split(s.shape[1] // 2, 1)
    seen = result["z"] = result[f"h{layer}"] = mu + torch.exp(logvar / 2) * eps
    for l in range(1, decoders + 1):
        s = linear(theta[f"dec_W{l}"], theta[f"dec_b{l}"])
        seen = result[f"h{layer}"] = f(s) if l < decoders else torch.sigmoid(s)
    result["x_hat"] = seen
    data = torch.nn.functional.binary_cross_entropy_with_logits(s, x, reduction="sum") / N
    kl = -0.5 * (1 + logvar - mu ** 2 - logvar.exp()).sum() / N
    weights = [w for key, w in theta.items() if "_W" in key]
    penalty = number("weight_penalty") / 2 * sum((w ** 2).sum() for w in weights)
    cost = data + penalty + kl
    result |= {"cost": cost, "cost_data": data, "cost_weight_penalty": penalty,
               "cost_sparsity": 0.0, "cost_kl": kl}
    gradients = torch.autograd.grad(cost, list(theta.values()), retain_graph=True)
    result |= {f"grad_{name}": g for name, g in zip(theta, gradients)}
    downhill = torch.autograd.grad(-N * cost, [result[f"s{l}"] for l in range(1, layer + 1)])
    result |= {f"delta{l}": d for l, d in enumerate(downhill, 1)}
    return {key: torch.as_tensor(value).detach().numpy() for key, value in result.items()}


def compare(program, number, folder):
    """(key, scaled difference) of every key of one case; refuses missing keys and other shapes."""
    rng = np.random.default_rng(number)
    make = (random_case, random_case, random_windows, variational_case)[number % 4]
    case = spelled(make(rng), rng)
    case_file, result_file = os.path.join(folder, "case.npz"), os.path.join(folder, "result.npz")
    (np.savez_compressed if rng.random() < 0.3 else np.savez)(case_file, **case)
    run = subprocess.run([program, "terms", case_file, "--out", result_file],
                         capture_output=True, text=True)
    assert run.returncode == 0, f"case {number}: {run.stderr}"
    autograd = variational_terms if make is variational_case else terms_by_autograd
    ours, theirs = dict(np.load(result_file)), autograd(case)
    assert ours.keys() == theirs.keys(), f"case {number}: {ours.keys() ^ theirs.keys()}"
    for key, expected in theirs.items():
        assert ours[key].dtype == np.float64, f"case {number}: {key}: {ours[key].dtype}"
        assert ours[key].shape == expected.shape, f"case {number}: {key}: {ours[key].shape}"
        error = abs(ours[key] - expected).max() / (abs(expected).max() or 1)
        yield key, error if np.isfinite(error) else np.inf


def main():
    program, cases = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 600
    found = {}  # kind of key: [(difference, case, key)]
    with tempfile.TemporaryDirectory() as folder:
        for number in range(cases):
            for key, error in compare(program, number, folder):
                found.setdefault(key.rstrip("0123456789"), []).append((error, number, key))
    print(f"{cases} cases\n{'':<6}{'key':<20} {'compared':>8}  largest scaled difference")
    for kind, errors in found.items():
        error, number, key = max(errors)
        verdict = "ok" if error <= TOLERANCE else "FAIL"
        print(f"{verdict:<6}{kind:<20} {len(errors):>8}  {error:.1e}  (case {number}, {key})")
    return int(max(max(errors)[0] for errors in found.values()) > TOLERANCE)


if __name__ == "__main__":
    sys.exit(main())
