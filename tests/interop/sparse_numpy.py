"""The sparse autoencoder of the lecture in NumPy, as one writes it from the notes.

    sparse_numpy.py FOLDER             writes FOLDER/case.npz and FOLDER/theirs.npz
    sparse_numpy.py FOLDER mistake     the same with a mistake: the sparsity term outside f'(s)
    autoencoder validate FOLDER/case.npz FOLDER/theirs.npz
"""
import sys
import numpy as np

folder, mistake = sys.argv[1], sys.argv[2:] == ["mistake"]
penalty, target, gamma = 3e-3, 0.1, 3.0

# Sines and cosines: anybody can make the same numbers.
N, V, H = 9, 7, 4
x = 0.5 + 0.4 * np.cos(1.0 + np.arange(N * V)).reshape(N, V)
W1 = 0.8 * np.sin(1.0 + np.arange(H * V)).reshape(H, V)
W2 = 0.8 * np.sin(2.0 + 3 * np.arange(V * H)).reshape(V, H)
b1, b2 = 0.3 * np.cos(5.0 * np.arange(H)), 0.3 * np.cos(7.0 * np.arange(V))
np.savez(f"{folder}/case.npz", x=x, W1=W1, b1=b1, W2=W2, b2=b2, weight_penalty=penalty,
         sparsity_target=target, sparsity_weight=gamma)


def sigmoid(s):
    return 1 / (1 + np.exp(-s))


# Forward: a row a pattern.
h = sigmoid(x @ W1.T + b1)
y = sigmoid(h @ W2.T + b2)
rho = h.mean(0)
kl = target * np.log(target / rho) + (1 - target) * np.log((1 - target) / (1 - rho))
cost = ((x - y) ** 2).sum() / (2 * N) + gamma * kl.sum()
cost += penalty / 2 * ((W1 ** 2).sum() + (W2 ** 2).sum())

# Backward, with the lecture's sign: δ points downhill.
delta2 = (x - y) * y * (1 - y)
term = gamma * (-target / rho + (1 - target) / (1 - rho))
if mistake:
    delta1 = (delta2 @ W2) * h * (1 - h) - term
else:
    delta1 = (delta2 @ W2 - term) * h * (1 - h)

np.savez(f"{folder}/theirs.npz", cost=cost, h1=h, rho1=rho, delta2=delta2, delta1=delta1,
         grad_W1=-delta1.T @ x / N + penalty * W1, grad_b1=-delta1.mean(0),
         grad_W2=-delta2.T @ h / N + penalty * W2, grad_b2=-delta2.mean(0))
