# vanishing gradients, Goran
import sys
import numpy as np
import matplotlib.pyplot as plt

def activate(z, act):
    if act == "tanh": return np.tanh(z)
    if act == "sigmoid": return 1 / (1 + np.exp(-z))
    if act == "relu": return np.maximum(z, 0)
    if act == "linear": return z
    raise ValueError(act)

def slope(z, act):
    if act == "tanh": return 1 - np.tanh(z) ** 2
    if act == "sigmoid":
        s = activate(z, "sigmoid")
        return s * (1 - s)
    if act == "relu": return 1.0 * (z > 0)
    if act == "linear": return np.ones_like(z)
    raise ValueError(act)


def layer_stats(X, Ws, act):
    out = [[np.mean(X), np.std(X)]]
    h = X
    for W in Ws:
        h = activate(h @ W, act)
        out.append([np.mean(h), np.std(h)])
    return np.array(out)


def table(scale, rng, n=1000, width=500, depth=10):
    h = rng.standard_normal((n, width))
    stds = [h.std()]
    for _ in range(depth):
        W = scale * rng.standard_normal((width, width))
        h = np.tanh(h @ W)
        stds.append(h.std())
    return np.array(stds)


stds = table(0.05, np.random.default_rng(1), n=50, width=40, depth=6)
for i, s in enumerate(stds):
    print(i, "#" * int(60 * s), round(float(s), 4))
plt.plot(stds)
plt.title("std per layer")
plt.show()

sys.exit()   # the rest is not tested yet


def grad_norms(depth, scale, act, data):
    a = data["X"]
    acts, zs, Ws = [a], [], []
    for l in range(depth):
        W = scale * data["Ws"][l]
        z = a @ W
        a = activate(z, act)
        Ws.append(W)
        zs.append(z)
        acts.append(a)
    norms = np.zeros(depth)
    g = data["dA"]
    for l in range(depth - 1, -1, -1):
        delta = g * slope(zs[l], act)
        dW = acts[l].T @ delta
        norms[l] = np.sqrt(np.sum(dW ** 2))
        g = delta @ Ws[l].T
    return norms


def imbalance(grads):
    norms = [np.sqrt(np.sum(g ** 2)) for g in grads]
    try:
        return max(norms) / min(norms)
    except ZeroDivisionError:
        return float("inf")


def remedy(cause, act):
    if act not in ["tanh", "sigmoid", "relu", "linear"]:
        raise ValueError("act")
    if cause == "healthy":
        return "keep"
    if cause == "symmetric":
        return "random"
    if cause in ("vanishing", "exploding"):
        if cause == "vanishing" and act == "sigmoid":
            return "relu"
        return "he"
    if cause == "saturated" and act in ("tanh", "sigmoid"):
        return "he"
    if cause == "dead" and act == "relu":
        return "leaky relu"
    raise ValueError("impossible")
