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


# Other formulas for the same numbers.


def make_batches(n, B, rng, epochs=1):
    orders = [rng.permutation(n) for _ in range(epochs)]
    m = math.ceil(n / B)
    return [orders[u // m][u % m * B : (u % m + 1) * B] for u in range(epochs * m)]


def paired_batches(X, y, B, rng):
    table = np.column_stack([X, y])
    rng.shuffle(table)
    return [(table[k : k + B, :-1], table[k : k + B, -1]) for k in range(0, len(table), B)]


def updates_per_epoch(n, B):
    return -(-n // B)


def sgd(grad_batch, w0, batches, lr, reduction):
    powers = {"mean": 1, "sum": 0}
    if reduction not in powers:
        raise ValueError
    # w_t is the start minus the sum of all steps
    steps = np.zeros((1, len(w0)))
    for idx in batches:
        w = w0 - steps.sum(axis=0)
        steps = np.vstack([steps, lr * grad_batch(w, idx) / len(idx) ** powers[reduction]])
    return w0 - np.cumsum(steps, axis=0)


def full_gradient(X, y, w):
    return 2 * (X.T @ X @ w - X.T @ y) / len(y)


def expected_batch_grad(X, y, w, B):
    # every sample is in (n - 1 over B - 1) batches
    n = len(y)
    share = math.comb(n - 1, B - 1) / (math.comb(n, B) * B)
    return share * n * full_gradient(X, y, w)


def batch_noise(X, y, w, B):
    n = len(y)
    if B == n:
        return 0.0
    G = 2 * (X @ w - y)[:, None] * X
    variance = ((G - G.mean(axis=0)) ** 2).sum() / n
    return (n - B) / (n - 1) * variance / B


def epoch_mean(X, y, w, batches):
    counts = sum(np.bincount(idx, minlength=len(y)) for idx in batches)
    return 2 * X.T @ (counts * (X @ w - y)) / counts.sum()


def momentum(grad, w0, lrs, beta, n):
    # the velocity written out: all gradients so far, the older the lighter
    points, gradients = [np.array(w0, dtype=float)], []
    for t in range(n):
        gradients.append(grad(points[t]))
        v = sum(beta ** (t - s) * g for s, g in enumerate(gradients))
        points.append(points[t] - lrs[t] * v)
    return np.array(points)


def adam(grad, w0, lr, b1, b2, eps, n):
    # the shortcut of the sheet
    w = np.asarray(w0).astype(float)
    history = np.tile(w, (n + 1, 1))
    m = v = 0.0
    for t in range(n):
        g = grad(history[t])
        m += (1 - b1) * (g - m)
        v += (1 - b2) * (g * g - v)
        rate = lr * math.sqrt(1 - b2 ** (t + 1)) / (1 - b1 ** (t + 1))
        history[t + 1] = history[t] - rate * m / (np.sqrt(v) + eps)
    return history


def lr_poly(t, c0, alpha):
    return c0 * math.exp(-alpha * math.log1p(t))


def lr_step(t, c0, c, T):
    return math.pow(c, t // T) * c0


def limit_fast(x0, c):
    # Euler: 1 / ((1 - a)(1 - ac)(1 - ac²)...) = 1 + a/(1-c) + a²/((1-c)(1-c²)) + ...
    total, term, n = 0.0, 1.0, 0
    while total + term != total:
        total += term
        n += 1
        term *= 0.5 / (1 - c**n)
    return x0 / total


def plateau(losses, k, factor, tol, lr0):
    drops, best, since, answer = 0, losses[0], 0, []
    for e, loss in enumerate(losses):
        if e == 0 or best - loss > tol:
            best, since = loss, e
        elif (e - since) % k == 0:
            drops += 1
        answer.append(lr0 * factor**drops)
    return np.array(answer)


def cyclical(t, lo, hi, half):
    distance = abs((t - half) % (2 * half) - half)  # from the nearest low point, counted in updates
    return (hi * distance + lo * (half - distance)) / half


def train(X, y, B, lr, decay, epochs, seed):
    rng = np.random.default_rng(seed)
    signed = X * (2 * y - 1)[:, None]  # the gradient of log(1 + exp(-s)) with s = signed · w
    w = np.zeros(X.shape[1])
    history = [w]
    for e in range(epochs):
        order = rng.permutation(len(y))
        for k in range(0, len(y), B):
            S = signed[order[k : k + B]]
            w = w + lr / (1 + decay * e) * (S / (1 + np.exp(S @ w))[:, None]).mean(axis=0)
        history.append(w)
    return np.array(history)


def compare(X, y, runs, epochs, seed, lowest):
    signed = X * (2 * y - 1)[:, None]
    return {
        name: np.array(
            [np.logaddexp(0, -signed @ w).mean() - lowest for w in train(X, y, *run, epochs[-1], seed)[np.array(epochs)]]
        )
        for name, run in runs.items()
    }


def findings():
    true = {"same gradients", "batches lead early"}
    keys = ("same updates", "same gradients", "batches lead early", "fixed arrives", "decay helps all")
    return {key: key in true for key in keys}
