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
    batches = []
    for epoch in range(epochs):
        order = rng.permutation(n)
        batch = []
        for number in order:
            batch.append(number)
            if len(batch) == B:
                batches.append(np.array(batch))
                batch = []
        if len(batch) > 0:
            batches.append(np.array(batch))
    return batches


def paired_batches(X, y, B, rng):
    result = []
    for batch in make_batches(len(y), B, rng):
        rows = []
        labels = []
        for i in batch:
            rows.append(X[i].copy())
            labels.append(y[i])
        result.append((np.array(rows), np.array(labels)))
    return result


def updates_per_epoch(n, B):
    count = 0
    while n > 0:
        n -= B
        count += 1
    return count


def sgd(grad_batch, w0, batches, lr, reduction):
    if reduction != "mean" and reduction != "sum":
        raise ValueError("reduction")
    w = [float(entry) for entry in w0]
    history = [list(w)]
    for batch in batches:
        g = grad_batch(np.array(w), batch)
        for j in range(len(w)):
            step = g[j]
            if reduction == "mean":
                step = step / len(batch)
            w[j] = w[j] - lr * step
        history.append(list(w))
    return np.array(history)


def sample_gradient(x, label, w):
    error = 0.0
    for xj, wj in zip(x, w):
        error += xj * wj
    error -= label
    return [2 * error * xj for xj in x]


def batch_gradient(X, y, w, batch):
    total = [0.0] * len(w)
    for i in batch:
        for j, part in enumerate(sample_gradient(X[i], y[i], w)):
            total[j] += part
    return [t / len(batch) for t in total]


def expected_batch_grad(X, y, w, B):
    total = [0.0] * len(w)
    count = 0
    for batch in itertools.combinations(range(len(y)), B):
        g = batch_gradient(X, y, w, batch)
        for j in range(len(w)):
            total[j] += g[j]
        count += 1
    return np.array([t / count for t in total])


def batch_noise(X, y, w, B):
    full = batch_gradient(X, y, w, range(len(y)))
    distances = []
    for batch in itertools.combinations(range(len(y)), B):
        g = batch_gradient(X, y, w, batch)
        distances.append(sum((a - b) ** 2 for a, b in zip(g, full)))
    return sum(distances) / len(distances)


def epoch_mean(X, y, w, batches):
    total = [0.0] * len(w)
    samples = 0
    for batch in batches:
        g = batch_gradient(X, y, w, batch)
        for j in range(len(w)):
            total[j] += len(batch) * g[j]
        samples += len(batch)
    return np.array([t / samples for t in total])


def momentum(grad, w0, lrs, beta, n):
    w = [float(entry) for entry in w0]
    v = [0.0 for entry in w0]
    history = [w]
    for t in range(n):
        g = grad(np.array(w))
        v = [beta * vj + gj for vj, gj in zip(v, g)]
        w = [wj - lrs[t] * vj for wj, vj in zip(w, v)]
        history.append(w)
    return np.array(history)


def adam(grad, w0, lr, b1, b2, eps, n):
    w = [float(entry) for entry in w0]
    m = [0.0] * len(w)
    v = [0.0] * len(w)
    history = [w.copy()]
    for t in range(1, n + 1):
        g = grad(np.array(w))
        for j in range(len(w)):
            m[j] = b1 * m[j] + (1 - b1) * float(g[j])
            v[j] = b2 * v[j] + (1 - b2) * float(g[j]) ** 2
            m_hat = m[j] / (1 - b1**t)
            v_hat = v[j] / (1 - b2**t)
            w[j] -= lr * m_hat / (math.sqrt(v_hat) + eps)
        history.append(w.copy())
    return np.array(history)


def lr_poly(t, c0, alpha):
    return c0 / (t + 1) ** alpha


def lr_step(t, c0, c, T):
    size = c0
    while t >= T:
        size *= c
        t -= T
    return size


def limit_fast(x0, c):
    x = x0
    eta = 0.25
    for t in range(2000):
        x = x - eta * 2 * x
        eta = eta * c
    return x


def plateau(losses, k, factor, tol, lr0):
    best = math.inf
    bad = 0
    lr = lr0
    answer = []
    for loss in losses:
        if loss < best - tol:
            best = loss
            bad = 0
        else:
            bad += 1
        if bad == k:
            lr = lr * factor
            bad = 0
        answer.append(lr)
    return np.array(answer)


def cyclical(t, lo, hi, half):
    t = t % (2 * half)
    if t <= half:
        return lo + (hi - lo) * t / half
    return hi - (hi - lo) * (t - half) / half


def train(X, y, B, lr, decay, epochs, seed):
    rng = np.random.default_rng(seed)
    n, d = X.shape
    w = np.zeros(d)
    rows = [w]
    for e in range(epochs):
        eta = lr / (1 + e) if decay else lr
        for batch in make_batches(n, B, rng):
            g = np.zeros(d)
            for i in batch:
                z = X[i] @ w
                g += (1 / (1 + math.exp(-z)) - y[i]) * X[i]
            w = w - eta * g / len(batch)
        rows.append(w)
    return np.array(rows)


def compare(X, y, runs, epochs, seed, lowest):
    table = {}
    for name in runs:
        B, lr, decay = runs[name]
        weights = train(X, y, B, lr, decay, epochs[-1], seed)
        gaps = []
        for e in epochs:
            gaps.append(logistic_loss(X, y, weights[e]) - lowest)
        table[name] = np.array(gaps)
    return table


def findings():
    return {
        "same updates": False,
        "same gradients": True,
        "batches lead early": True,
        "fixed arrives": False,
        "decay helps all": False,
    }
