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
    def cut(order):
        return [] if len(order) == 0 else [order[:B]] + cut(order[B:])

    return [] if epochs == 0 else cut(rng.permutation(n)) + make_batches(n, B, rng, epochs - 1)


def paired_batches(X, y, B, rng):
    numbers = np.arange(len(y))
    rng.shuffle(numbers)
    return list(map(lambda k: (X[numbers[k : k + B]], y[numbers[k : k + B]]), range(0, len(y), B)))


def updates_per_epoch(n, B):
    return len(range(0, n, B))


def walk(start, step, inputs):
    return np.array(list(itertools.accumulate(inputs, step, initial=np.asarray(start, dtype=float))))


def sgd(grad_batch, w0, batches, lr, reduction):
    over = {"mean": len, "sum": lambda idx: 1}.get(reduction)
    if over is None:
        raise ValueError(reduction)
    return walk(w0, lambda w, idx: w - lr / over(idx) * grad_batch(w, idx), batches)


def mean_gradient(X, y, w):
    return np.mean([2 * (x @ w - label) * x for x, label in zip(X, y)], axis=0)


def all_batches(X, y, w, B):
    """The gradients of all batches: those with the first sample, and those without it."""
    G = [2 * (x @ w - label) * x for x, label in zip(X, y)]

    def sums(rest, B):
        if B == 0:
            return [np.zeros(len(w))]
        if len(rest) < B:
            return []
        return [rest[0] + s for s in sums(rest[1:], B - 1)] + sums(rest[1:], B)

    return [s / B for s in sums(G, B)]


def expected_batch_grad(X, y, w, B):
    return np.mean(all_batches(X, y, w, B), axis=0)


def batch_noise(X, y, w, B):
    g = mean_gradient(X, y, w)
    return float(np.mean([np.linalg.norm(b - g) ** 2 for b in all_batches(X, y, w, B)]))


def epoch_mean(X, y, w, batches):
    parts = [(len(idx), mean_gradient(X[idx], y[idx], w)) for idx in batches]
    return sum(size * g for size, g in parts) / sum(size for size, _ in parts)


def momentum(grad, w0, lrs, beta, n):
    start = (np.array(w0, dtype=float), np.zeros(len(w0)))

    def step(state, lr):
        w, v = state
        v = beta * v + grad(w)
        return w - lr * v, v

    return np.array([w for w, _ in itertools.accumulate(lrs[:n], step, initial=start)])


def adam(grad, w0, lr, b1, b2, eps, n):
    def go(w, m, v, t):
        if t > n:
            return [w]
        g = grad(w)
        m = m * b1 + g * (1 - b1)
        v = v * b2 + g**2 * (1 - b2)
        return [w] + go(w - lr * m / (1 - b1**t) / (eps + (v / (1 - b2**t)) ** 0.5), m, v, t + 1)

    return np.array(go(np.array(w0, dtype=float), 0.0, 0.0, 1))


def lr_poly(t, c0, alpha):
    return c0 * pow(1 / (t + 1), alpha)


def lr_step(t, c0, c, T):
    return c0 if t < T else c * lr_step(t - T, c0, c, T)


def limit_fast(x0, c):
    if x0 == 0:
        return 0.0
    return x0 * math.exp(math.fsum(math.log1p(-0.5 * c**t) for t in range(1000)))


def plateau(losses, k, factor, tol, lr0):
    def step(state, loss):
        lr, best, bad = state
        if loss < best - tol:
            return lr, loss, 0
        return (lr * factor, best, 0) if bad + 1 == k else (lr, best, bad + 1)

    states = itertools.accumulate(losses, step, initial=(lr0, float("inf"), 0))
    return np.array([lr for lr, _, _ in states][1:])


def cyclical(t, lo, hi, half):
    if t >= 2 * half:
        return cyclical(t - 2 * half * (t // (2 * half)), lo, hi, half)
    if t > half:
        return cyclical(2 * half - t, lo, hi, half)
    share = t / half
    return (1 - share) * lo + share * hi


def train(X, y, B, lr, decay, epochs, seed):
    rng = np.random.default_rng(seed)

    def epoch(w, e):
        eta = lr / (1 + e) if decay else lr
        return sgd(lambda w, idx: logistic_grad(X[idx], y[idx], w), w, make_batches(len(y), B, rng), eta, "mean")[-1]

    return walk(np.zeros(X.shape[1]), epoch, range(epochs))


def compare(X, y, runs, epochs, seed, lowest):
    def gaps(run):
        loss = [logistic_loss(X, y, w) - lowest for w in train(X, y, *run, epochs[-1], seed)]
        return np.array([loss[e] for e in epochs])

    return {name: gaps(run) for name, run in runs.items()}


def findings():
    return dict(
        [
            ("same updates", False),
            ("same gradients", True),
            ("batches lead early", True),
            ("fixed arrives", False),
            ("decay helps all", False),
        ]
    )
