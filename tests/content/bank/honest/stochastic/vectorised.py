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


def make_batches(n, B, rng, epochs=1):
    return [part for _ in range(epochs) for part in np.split(rng.permutation(n), range(B, n, B))]


def paired_batches(X, y, B, rng):
    order = rng.permutation(X.shape[0])
    Xs, ys = X[order], y[order]
    return [(Xs[k : k + B], ys[k : k + B]) for k in range(0, len(order), B)]


def updates_per_epoch(n, B):
    return int(np.ceil(n / B))


def sgd(grad_batch, w0, batches, lr, reduction):
    if reduction not in {"mean", "sum"}:
        raise ValueError(f"{reduction=}")
    W = np.empty((len(batches) + 1, len(w0)))
    W[0] = w0
    for t, idx in enumerate(batches):
        scale = lr / idx.size if reduction == "mean" else lr
        W[t + 1] = W[t] - scale * grad_batch(W[t], idx)
    return W


def sample_gradients(X, y, w):
    return 2 * (X @ w - y)[:, None] * X


def batch_gradients(X, y, w, B):
    G = sample_gradients(X, y, w)
    subsets = np.array(list(itertools.combinations(range(len(y)), B)))
    return G[subsets].mean(axis=1)


def expected_batch_grad(X, y, w, B):
    return batch_gradients(X, y, w, B).mean(axis=0)


def batch_noise(X, y, w, B):
    g = 2 / len(y) * X.T @ (X @ w - y)
    return ((batch_gradients(X, y, w, B) - g) ** 2).sum(axis=1).mean()


def epoch_mean(X, y, w, batches):
    idx = np.concatenate(batches)
    return sample_gradients(X, y, w)[idx].mean(axis=0)


def momentum(grad, w0, lrs, beta, n):
    W = np.zeros((n + 1, len(w0)))
    W[0] = w0
    v = np.zeros(len(w0))
    for t in range(n):
        v = beta * v + grad(W[t])
        W[t + 1] = W[t] - lrs[t] * v
    return W


def adam(grad, w0, lr, b1, b2, eps, n):
    w = np.array(w0, dtype=float)
    m, v = np.zeros_like(w), np.zeros_like(w)
    out = [w]
    for t in range(1, n + 1):
        g = grad(w)
        m = b1 * m + (1 - b1) * g
        v = b2 * v + (1 - b2) * g**2
        w = w - lr * (m / (1 - b1**t)) / (np.sqrt(v / (1 - b2**t)) + eps)
        out.append(w)
    return np.stack(out)


def lr_poly(t, c0, alpha):
    return c0 * (t + 1.0) ** (-alpha)


def lr_step(t, c0, c, T):
    return c0 * c ** np.floor(t / T)


def limit_fast(x0, c):
    return x0 * np.prod(1 - c ** np.arange(5000) / 2)


def plateau(losses, k, factor, tol, lr0):
    lrs = np.full(len(losses), lr0, dtype=float)
    best, bad = losses[0], 0
    for e in range(1, len(losses)):
        if losses[e] < best - tol:
            best, bad = losses[e], 0
        else:
            bad += 1
            if bad == k:
                lrs[e:] *= factor
                bad = 0
    return lrs


def cyclical(t, lo, hi, half):
    return np.interp(t % (2 * half), [0, half, 2 * half], [lo, hi, lo])


def train(X, y, B, lr, decay, epochs, seed):
    rng = np.random.default_rng(seed)
    W = np.zeros((epochs + 1, X.shape[1]))
    for e in range(epochs):
        w = W[e].copy()
        for idx in make_batches(len(X), B, rng):
            w -= (lr / (1 + e) if decay else lr) * logistic_grad(X[idx], y[idx], w) / len(idx)
        W[e + 1] = w
    return W


def compare(X, y, runs, epochs, seed, lowest):
    result = {}
    for name, (B, lr, decay) in runs.items():
        W = train(X, y, B, lr, decay, max(epochs), seed)[list(epochs)]
        Z = X @ W.T
        result[name] = np.mean(np.logaddexp(0, Z) - y[:, None] * Z, axis=0) - lowest
    return result


def findings():
    answers = np.array([0, 1, 1, 0, 0]) > 0
    return dict(
        zip(["same updates", "same gradients", "batches lead early", "fixed arrives", "decay helps all"], answers)
    )
