"""Is my cost function right? For Python with NumPy.

    from check_my_cost import check_my_cost
    check_my_cost(my_function)

    python3 check_my_cost.py my_file.py my_function        the same from the command line

The function has the form of the UFLDL exercise, and may be any callable:

    cost, grad = f(theta, visible_size, hidden_size, lambda_, sparsity_param, beta, data)

theta is W1, W2, b1, b2 one behind the other; a pattern is a column of data. Here W1 lies in theta row by
row, as W1.ravel() and theta.reshape() have it; with columns=True column by column, as in MATLAB. It is
called once, and what it returns is held against the derivation, term by term: this prints which of
them agree, and where one does not, which mistake makes the same numbers; then its files are kept. Returns whether all agree.
"""
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile

import numpy as np


def find_program():
    built = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "build", "autoencoder")
    return os.environ.get("AUTOENCODER") or (built if os.path.exists(built) else "autoencoder")


def check_my_cost(f, program=None, columns=False):
    # Sizes that differ, and numbers without symmetry: a mix-up has nowhere to hide.
    visible, hidden, patterns, penalty, target, beta = 7, 4, 9, 3e-3, 0.1, 3.0
    data = 0.5 + 0.4 * np.cos(1.0 + np.arange(visible * patterns)).reshape(visible, patterns)
    theta = 0.5 * np.sin(np.arange(1.0, 2 * visible * hidden + visible + hidden + 1))
    cost, grad = f(theta.copy(), visible, hidden, penalty, target, beta, data.copy())
    grad = np.asarray(grad, float).ravel()

    order = "F" if columns else "C"
    shapes = {"W1": (hidden, visible), "W2": (visible, hidden), "b1": (hidden,), "b2": (visible,)}
    if grad.size != theta.size:
        raise ValueError(f"grad: expected {theta.size} numbers, as theta has, found {grad.size}")
    case = {"x": data.T, "weight_penalty": penalty, "sparsity_target": target, "sparsity_weight": beta}
    theirs, at = {"cost": np.asarray(cost, float).reshape(())}, 0
    for name, shape in shapes.items():
        size = int(np.prod(shape))
        case[name] = theta[at:at + size].reshape(shape, order=order)
        theirs["grad_" + name] = grad[at:at + size].reshape(shape, order=order)
        at += size

    folder, agrees = tempfile.mkdtemp(), None
    try:
        files = [os.path.join(folder, name) for name in ("case.npz", "theirs.npz")]
        np.savez(files[0], **case)
        np.savez(files[1], **theirs)
        said = subprocess.run([program or find_program(), "validate", *files],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        agrees = said.returncode == 0
    except FileNotFoundError:
        raise RuntimeError("autoencoder is not found: build it with make, or say program=…") from None
    finally:
        if agrees is not False:  # else the command that is printed reads them
            shutil.rmtree(folder)
    print(said.stdout, end="")
    if not agrees:
        print(f"case and results are kept in {folder}")
    return agrees


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: check_my_cost.py FILE.py FUNCTION")
    spec = importlib.util.spec_from_file_location("theirs", sys.argv[1])
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.exit(0 if check_my_cost(getattr(module, sys.argv[2])) else 1)
