# small classes that walk a graph, recursion, functions that return functions
from functools import reduce

import numpy as np


def logistic(t):
    """σ(t) for one number or an array, by its two halves."""
    t = np.asarray(t, dtype=float)
    out = np.empty(t.shape)
    up = t >= 0
    out[up] = 1 / (1 + np.exp(-t[up]))
    out[~up] = np.exp(t[~up]) / (1 + np.exp(t[~up]))
    return out


class Link:
    """One arrow of the graph: a function and its local slope."""

    def __init__(self, forward, slope):
        self.forward = forward
        self.slope = slope


def walk(links, start):
    values = [start]
    for link in links:
        values.append(link.forward(values[-1]))
    slopes = [link.slope(v) for link, v in zip(links, values)]
    return values[1:], slopes


def lin1(w, x, y, alpha):
    links = [Link(lambda t: t * x, lambda t: x), Link(lambda p: (y - p) ** 2, lambda p: -2 * (y - p))]
    (yhat, loss), (first, second) = walk(links, w)
    grad = first * second
    return [yhat, loss, first, second, grad, w - alpha * grad]


def log1(w, x, y, alpha):
    # only σ of the score of the right label: for y = 0 the picture is turned round
    turn = 1.0 if y == 1 else -1.0
    z = w * x * turn
    right, wrong = float(logistic(z)), float(logistic(-z))
    loss = float(np.log1p(np.exp(-abs(z)))) + max(-z, 0.0)
    p = right if y == 1 else wrong
    dp_dz = right * wrong
    df_dp = -turn / right
    grad = x * dp_dz * df_dp
    return (p, loss, x, dp_dz, df_dp, grad, w - alpha * grad)


def mse_grad(X, y, w, reduction):
    if y.shape != (X.shape[0],):
        raise ValueError("y: (n,)")

    def of_one(row, label):
        return row * lin1_slope(sum(p * q for p, q in zip(row, w)), label)

    def lin1_slope(p, label):
        return 2 * (p - label)

    total = reduce(np.add, map(of_one, X, y))
    return total if reduction != "mean" else total / y.size


def logreg(X, y, w, b):
    def halves(lo, hi):
        """Sum over the samples lo..hi-1, by halves."""
        if hi - lo == 1:
            z = np.dot(X[lo], w) + b
            dz = float(logistic(z)) - y[lo]
            loss = max(z, 0.0) + np.log1p(np.exp(-abs(z))) - y[lo] * z
            return np.concatenate([[loss, dz], dz * X[lo]])
        middle = (lo + hi) // 2
        return halves(lo, middle) + halves(middle, hi)

    total = halves(0, len(X)) / len(X)
    return float(total[0]), total[2:], float(total[1])


def act(z, name, alpha=0.01, at_zero=0.0):
    z = np.asarray(z)

    def kinked(left, left_slope):
        a, da = z.astype(float), np.ones(z.shape)
        below = z < 0
        a[below] = left(z[below])
        da[below] = left_slope(z[below])
        da[z == 0] = at_zero
        return a, da

    match name:
        case "sigmoid":
            return logistic(z), logistic(z) * logistic(-z)
        case "tanh":
            return np.tanh(z), (1 - np.tanh(z)) * (1 + np.tanh(z))
        case "relu":
            return kinked(np.zeros_like, np.zeros_like)
        case "leaky":
            return kinked(lambda t: alpha * t, lambda t: np.full(t.shape, alpha))
        case "elu":
            return kinked(lambda t: alpha * (np.exp(t) - 1), lambda t: alpha * np.exp(t))
    raise ValueError(f"{name!r} is not in the table")


def softmax_ce(Z, Y, reduction):
    def row(z, y):
        z = z - max(z)
        e = np.exp(z)
        p = e / sum(e)
        return sum(t * (np.log(sum(e)) - s) for s, t in zip(z, y) if t), p - y

    losses, rows = zip(*map(row, Z, Y))
    n = len(Z) if reduction == "mean" else 1
    return sum(losses) / n, np.vstack(rows) / n


def affine(W, x, b):
    return np.array([np.dot(row, x) for row in W]) + b


def collapse(W1, W2):
    # what the two layers make of each unit vector is a column of the matrix
    zero1, zero2 = np.zeros(len(W1)), np.zeros(len(W2))
    return np.transpose([affine(W1, affine(W2, e, zero2), zero1) for e in np.eye(W2.shape[1])])


def bad_loss_params(X, y):
    b = 1.0
    while np.sum(y * np.log1p(np.exp(-b))) >= 1e-6:
        b *= 2
    return np.zeros(np.shape(X)[1]), b


def neuron_grad(w, b, x):
    z = np.dot(w, x) + b
    slope = np.exp(-abs(z)) / (1 + np.exp(-abs(z))) ** 2
    back = lambda local: slope * local
    return back(x), back(1.0), back(w)
