#!/usr/bin/env python3
"""Holds the three steps of `autoencoder train classifier` against PyTorch: stages, head and
fine-tuning by plain gradient descent on all patterns in float64, every head and regulariser, from
the same initial weights. PyTorch's autograd knows none of our derivations, and the script has its
own idea of what a stage learns from: the codes of the stage before.

    tests/interop/steps_against_torch.py build/autoencoder

Prints a row a head with the largest difference of any weight after all steps, scaled by the block's
largest, and fails above 1e-10. Needs NumPy and PyTorch; `make test` needs neither.
"""
import subprocess, sys, tempfile
import numpy as np
import torch

TOLERANCE = 1e-10
N, HIDDEN, EPOCHS, RATE = 60, [9, 6], 4, 0.3
LAMBDA, RHO, GAMMA = 0.01, 0.2, 0.5
F = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "linear": lambda s: s,
     "softmax": lambda s: torch.softmax(s, 1)}
torch.set_default_dtype(torch.float64)


def run(program, folder, kind, data, rate, more):
    """The parameters after a run, by layer."""
    out = f"{folder}/{kind}-{rate}"
    common = ["--optimizer", "sgd", "--batch", str(N), "--epochs", str(EPOCHS),
              "--learning-rate", str(rate)]
    arguments = [program, "train", kind, "--data", data, "--precision", "double", "--quiet",
                 "--hidden", ",".join(map(str, HIDDEN)), "--sparsity-target", str(RHO),
                 "--sparsity-weight", str(GAMMA), "--weight-penalty", str(LAMBDA), "--out", out]
    steps = ["head", "fine-tune"] if kind == "classifier" else []
    for prefix in [""] + [step + "-" for step in steps]:
        arguments += [f"--{prefix}{name[2:]}" if name.startswith("--") else name for name in common]
    for step in steps:
        arguments += [f"--{step}-weight-penalty", str(LAMBDA)]
    if kind == "classifier":
        arguments += ["--fine-tune-dropout", "0"] + more
    elif "--activation" in more:
        arguments += more[more.index("--activation"):][:2]
    subprocess.run(arguments, check=True)
    file = np.load(out + "/model.npz")
    depth = sum(key.startswith("W") for key in file.files)
    return [[torch.tensor(file[f"W{l}"], requires_grad=True),
             torch.tensor(file[f"b{l}"], requires_grad=True),
             str(file[f"activation{l}"])] for l in range(1, depth + 1)]


def forward(layers, x):
    activities = []
    for W, b, f in layers:
        x = F[f](x @ W.T + b)
        activities.append(x)
    return activities


def descend(layers, x, y, sparse):
    for _ in range(EPOCHS):
        activities = forward(layers, x)
        if layers[-1][2] == "softmax":
            cost = -(y * torch.log(activities[-1])).sum() / len(x)
        else:
            cost = ((y - activities[-1]) ** 2).sum() / (2 * len(x))
        cost = cost + LAMBDA / 2 * sum((W ** 2).sum() for W, _, _ in layers)
        if sparse:
            rho = activities[0].mean(0)
            if layers[0][2] == "tanh":
                rho = (1 + rho) / 2
            cost = cost + GAMMA * (RHO * torch.log(RHO / rho)
                                   + (1 - RHO) * torch.log((1 - RHO) / (1 - rho))).sum()
        parameters = [p for layer in layers for p in layer[:2]]
        for p, g in zip(parameters, torch.autograd.grad(cost, parameters)):
            p.data -= RATE * g


def main():
    program, worst = sys.argv[1], 0
    rng = np.random.default_rng(7)
    for head in ["lms", "multi-layer", "softmax"]:
        for activation in ["sigmoid", "tanh"]:
            with tempfile.TemporaryDirectory() as folder:
                x = rng.uniform(0, 1, (N, 12)).astype(np.float32)
                labels = np.arange(N) % 3
                data = folder + "/data.npz"
                np.savez(data, x=x, labels=labels)
                more = ["--head", head, "--activation", activation]
                more += ["--head-hidden", "5"] if head == "multi-layer" else []
                x, y = torch.tensor(x, dtype=torch.float64), torch.eye(3)[labels]
                stack = run(program, folder, "stacked", data, 1e-30, more)
                whole = run(program, folder, "classifier", data, 1e-30, more)
                codes = x
                for t in range(len(HIDDEN)):
                    descend([stack[t], stack[-1 - t]], codes, codes, True)
                    codes = forward([stack[t]], codes)[-1].detach()
                head_layers = whole[len(HIDDEN):]
                descend(head_layers, codes, y, False)
                layers = stack[:len(HIDDEN)] + head_layers
                descend(layers, x, y, False)
                ours = run(program, folder, "classifier", data, RATE, more)
                error = max(float((a - b).abs().max() / b.abs().max()) for mine, theirs in
                            zip(ours, layers) for a, b in zip(mine[:2], theirs[:2]))
                worst = max(worst, error)
                print(f"{'ok' if error <= TOLERANCE else 'FAIL':<6}{head:<14}{activation:<10}"
                      f"{error:.1e}")
    return int(not worst <= TOLERANCE)


if __name__ == "__main__":
    sys.exit(main())
