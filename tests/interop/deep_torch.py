"""A deep autoencoder in PyTorch: float32 and autograd, as everybody writes it.

    deep_torch.py FOLDER             writes FOLDER/case.npz and FOLDER/theirs.npz
    deep_torch.py FOLDER mistake     the same with a mistake: the biases are penalised too
    autoencoder validate FOLDER/case.npz FOLDER/theirs.npz

The mistake is in the cost and in the gradient, so no gradient check of one's own can find it.
"""
import sys
import numpy as np
import torch
from torch import nn

folder, mistake = sys.argv[1], sys.argv[2:] == ["mistake"]
penalty = 1e-2

torch.manual_seed(1)
units = [12, 8, 3, 8, 12]
layers = [nn.Linear(n, m) for n, m in zip(units, units[1:])]
model = nn.Sequential(*[part for layer in layers for part in (layer, nn.Sigmoid())])
x = torch.rand(20, units[0])

loss = nn.functional.binary_cross_entropy(model(x), x, reduction="sum") / len(x)
if mistake:
    loss = loss + penalty / 2 * sum((p ** 2).sum() for p in model.parameters())
else:
    loss = loss + penalty / 2 * sum((layer.weight ** 2).sum() for layer in layers)
loss.backward()

case = {"x": x.numpy(), "loss": "cross_entropy", "weight_penalty": penalty}
theirs = {"cost": np.float32(loss.item())}
for l, layer in enumerate(layers, 1):
    case[f"W{l}"], case[f"b{l}"] = layer.weight.detach().numpy(), layer.bias.detach().numpy()
    theirs[f"grad_W{l}"], theirs[f"grad_b{l}"] = layer.weight.grad.numpy(), layer.bias.grad.numpy()
np.savez(f"{folder}/case.npz", **case)
np.savez(f"{folder}/theirs.npz", **theirs)
