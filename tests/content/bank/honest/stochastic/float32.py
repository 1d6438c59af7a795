import itertools
import math

import numpy as np


def make_data(n, d, seed):
    """Return X (n, d), standard normal, and labels y (n,), 0 or 1, that a logistic model drew."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, d))
    truth = rng.standard_normal(d)
    y = (rng.random(n) < 1 / (1 + np.exp(-X @ truth))) * 1.0
    return X, y


def logistic_loss(X, y, w):
    """Return the mean over the rows of X of log(1 + e^z) - y z, where z = x · w."""
    z = X @ w
    return np.mean(np.logaddexp(0.0, z) - y * z)


def logistic_grad(X, y, w):
    """Return the sum over the rows of X of the gradient of this loss, (p - y) x with p = 1 / (1 + e^-z)."""
    return X.T @ (1 / (1 + np.exp(-(X @ w))) - y)


F = np.float32


def make_batches(n, B, rng, epochs=1):
    batches = []
    for _ in range(epochs):
        order = rng.permutation(n).astype(np.int32)
        while len(order):
            batches.append(order[:B])
            order = order[B:]
    return batches


def paired_batches(X, y, B, rng):
    return [(X[idx].astype(F), y[idx].astype(F)) for idx in make_batches(len(X), B, rng)]


def updates_per_epoch(n, B):
    return np.ceil(n / B).astype(int)


def sgd(grad_batch, w0, batches, lr, reduction):
    if reduction not in ("mean", "sum"):
        raise ValueError(reduction)
    w = w0.astype(F)
    history = [w]
    for idx in batches:
        g = np.asarray(grad_batch(w, idx), dtype=F)
        if reduction == "mean":
            g = g / F(len(idx))
        w = w - F(lr) * g
        history.append(w)
    return np.array(history)


def gradient(X, y, w):
    X, y, w = X.astype(F), y.astype(F), w.astype(F)
    return F(2) * X.T @ (X @ w - y) / F(len(y))


def expected_batch_grad(X, y, w, B):
    grads = [gradient(X[list(b)], y[list(b)], w) for b in itertools.combinations(range(len(y)), B)]
    return np.mean(grads, axis=0)


def batch_noise(X, y, w, B):
    g = gradient(X, y, w)
    noise = [
        np.sum((gradient(X[list(b)], y[list(b)], w) - g) ** 2) for b in itertools.combinations(range(len(y)), B)
    ]
    return np.mean(noise)


def epoch_mean(X, y, w, batches):
    sizes = np.array([len(b) for b in batches], dtype=F)
    grads = np.array([gradient(X[b], y[b], w) for b in batches])
    return np.average(grads, axis=0, weights=sizes)


def momentum(grad, w0, lrs, beta, n):
    w, v = w0.astype(F), np.zeros(w0.shape, F)
    history = [w]
    for lr in lrs[:n]:
        v = F(beta) * v + np.asarray(grad(w), dtype=F)
        w = w - F(lr) * v
        history.append(w)
    return np.array(history)


def adam(grad, w0, lr, b1, b2, eps, n):
    w = w0.astype(F)
    m, v = np.zeros_like(w), np.zeros_like(w)
    history = [w]
    for t in range(1, n + 1):
        g = np.asarray(grad(w), dtype=F)
        m = F(b1) * m + F(1 - b1) * g
        v = F(b2) * v + F(1 - b2) * g * g
        w = w - F(lr) * (m / F(1 - b1**t)) / (np.sqrt(v / F(1 - b2**t)) + F(eps))
        history.append(w)
    return np.array(history)


def lr_poly(t, c0, alpha):
    return F(c0) * F(t + 1) ** F(-alpha)


def lr_step(t, c0, c, T):
    return F(c0) * F(c) ** int(t // T)


def limit_fast(x0, c):
    # "to full precision" needs doubles
    x, t = np.float64(x0), 0
    while True:
        new = x - c**t / 2 * x
        if new == x:
            return x
        x, t = new, t + 1


def plateau(losses, k, factor, tol, lr0):
    lr, best, bad = F(lr0), np.inf, 0
    out = np.empty(len(losses), dtype=F)
    for e, loss in enumerate(losses):
        if loss < best - tol:
            best, bad = loss, 0
        else:
            bad += 1
            if bad == k:
                lr, bad = lr * F(factor), 0
        out[e] = lr
    return out


def cyclical(t, lo, hi, half):
    up = F(1) - abs(F(t % (2 * half)) / F(half) - F(1))
    return F(lo) + (F(hi) - F(lo)) * up


def train(X, y, B, lr, decay, epochs, seed):
    rng = np.random.default_rng(seed)
    X, y = X.astype(F), y.astype(F)
    w = np.zeros(X.shape[1], F)
    rows = [w]
    for e in range(epochs):
        eta = F(lr / (1 + e)) if decay else F(lr)
        for idx in make_batches(len(X), B, rng):
            w = w - eta * logistic_grad(X[idx], y[idx], w) / F(len(idx))
        rows.append(w)
    return np.array(rows)


def compare(X, y, runs, epochs, seed, lowest):
    table = {}
    for name, (B, lr, decay) in runs.items():
        W = train(X, y, B, lr, decay, epochs[-1], seed).astype(float)
        table[name] = np.array([logistic_loss(X, y, W[e]) - lowest for e in epochs])
    return table


def findings():
    return {
        "same updates": False,
        "same gradients": True,
        "batches lead early": True,
        "fixed arrives": False,
        "decay helps all": False,
    }
