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


LD = np.longdouble


class Batches:
    """Deals out row numbers, epoch after epoch."""

    def __init__(self, n, B, rng):
        self.n, self.B, self.rng = n, B, rng

    def epoch(self):
        order = self.rng.permutation(self.n)
        for start in range(0, self.n, self.B):
            yield order[start : start + self.B]


class Plain:
    def step(self, g, lr):
        return lr * g


class Momentum(Plain):
    def __init__(self, beta):
        self.beta, self.v = LD(beta), LD(0)

    def step(self, g, lr):
        self.v = self.beta * self.v + g
        return lr * self.v


class Adam(Plain):
    def __init__(self, b1, b2, eps):
        self.b1, self.b2, self.eps = LD(b1), LD(b2), LD(eps)
        self.m = self.v = LD(0)
        self.p1 = self.p2 = LD(1)

    def step(self, g, lr):
        self.p1, self.p2 = self.p1 * self.b1, self.p2 * self.b2
        self.m = self.b1 * self.m + (1 - self.b1) * g
        self.v = self.b2 * self.v + (1 - self.b2) * g * g
        return lr * (self.m / (1 - self.p1)) / (np.sqrt(self.v / (1 - self.p2)) + self.eps)


class Walk:
    def __init__(self, w0):
        self.history = [np.array(w0, dtype=LD)]

    @property
    def w(self):
        return self.history[-1]

    def go(self, delta):
        self.history.append(self.w - delta)

    def table(self):
        return np.array(self.history)


def make_batches(n, B, rng, epochs=1):
    dealer = Batches(n, B, rng)
    return list(itertools.chain.from_iterable(dealer.epoch() for _ in range(epochs)))


def paired_batches(X, y, B, rng):
    return [(X.take(idx, axis=0), y.take(idx)) for idx in Batches(len(y), B, rng).epoch()]


def updates_per_epoch(n, B):
    whole, rest = divmod(n, B)
    return whole + (rest > 0)


def sgd(grad_batch, w0, batches, lr, reduction):
    if reduction not in ("mean", "sum"):
        raise ValueError("mean or sum")
    walk, rule = Walk(w0), Plain()
    for idx in batches:
        g = grad_batch(walk.w, idx)
        walk.go(rule.step(g / len(idx) if reduction == "mean" else g, LD(lr)))
    return walk.table()


class Linear:
    """The squared loss of a linear model at a fixed point."""

    def __init__(self, X, y, w):
        X = X.astype(LD)
        self.rows = 2 * (X @ w - y)[:, None] * X

    def of(self, idx):
        return sum(self.rows[i] for i in idx) / len(idx)


def expected_batch_grad(X, y, w, B):
    model, n = Linear(X, y, w), len(y)
    return sum(model.of(b) for b in itertools.combinations(range(n), B)) / math.comb(n, B)


def batch_noise(X, y, w, B):
    model, n = Linear(X, y, w), len(y)
    g = model.of(range(n))
    return sum(np.sum((model.of(b) - g) ** 2) for b in itertools.combinations(range(n), B)) / math.comb(n, B)


def epoch_mean(X, y, w, batches):
    model = Linear(X, y, w)
    return model.of([i for idx in batches for i in idx])


def momentum(grad, w0, lrs, beta, n):
    walk, rule = Walk(w0), Momentum(beta)
    for t in range(n):
        walk.go(rule.step(grad(walk.w), LD(lrs[t])))
    return walk.table()


def adam(grad, w0, lr, b1, b2, eps, n):
    walk, rule = Walk(w0), Adam(b1, b2, eps)
    for _ in range(n):
        walk.go(rule.step(grad(walk.w), LD(lr)))
    return walk.table()


def lr_poly(t, c0, alpha):
    return LD(c0) * LD(t + 1) ** LD(-alpha)


def lr_step(t, c0, c, T):
    return LD(c0) * LD(c) ** math.floor(t / T)


def limit_fast(x0, c):
    x, factor = LD(x0), LD(1)
    while factor > 1e-25:
        x *= 1 - factor / 2
        factor *= LD(c)
    return float(x)


class Watch:
    def __init__(self, k, factor, tol, lr0):
        self.k, self.factor, self.tol, self.lr = k, factor, tol, lr0
        self.best, self.bad = None, 0

    def see(self, loss):
        if self.best is None or loss < self.best - self.tol:
            self.best, self.bad = loss, 0
            return self.lr
        self.bad += 1
        if self.bad >= self.k:
            self.lr *= self.factor
            self.bad = 0
        return self.lr


def plateau(losses, k, factor, tol, lr0):
    watch = Watch(k, factor, tol, lr0)
    return np.array([watch.see(loss) for loss in losses])


def cyclical(t, lo, hi, half):
    cycle, place = divmod(t, 2 * half)
    return lo + (LD(hi) - LD(lo)) * min(place, 2 * half - place) / half


def train(X, y, B, lr, decay, epochs, seed):
    dealer = Batches(len(X), B, np.random.default_rng(seed))
    walk = Walk(np.zeros(X.shape[1]))
    ends = [walk.w]
    for e in range(epochs):
        for idx in dealer.epoch():
            walk.go((lr / (1 + e) if decay else lr) * logistic_grad(X[idx], y[idx], walk.w) / len(idx))
        ends.append(walk.w)
    return np.array(ends)


def compare(X, y, runs, epochs, seed, lowest):
    def gaps(B, lr, decay):
        ends = train(X, y, B, lr, decay, max(epochs), seed)
        return np.array([logistic_loss(X, y, ends[e]) for e in epochs]) - lowest

    return {name: gaps(*run) for name, run in runs.items()}


def findings():
    return {
        "decay helps all": bool(0),
        "fixed arrives": bool(0),
        "batches lead early": bool(1),
        "same gradients": bool(1),
        "same updates": bool(0),
    }
