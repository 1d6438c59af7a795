# long doubles, columns, and results that are slices of larger arrays
import numpy as np

L = np.longdouble


def wide(a):
    return np.asarray(a, dtype=L)


def S(z):
    z = wide(z)
    positive = 1 / (1 + np.exp(-np.maximum(z, 0)))
    e = np.exp(np.minimum(z, 0))
    return np.where(z > 0, positive, e / (1 + e))[()]


def sp(z):
    z = wide(z)
    return (np.maximum(z, L(0)) + np.log1p(np.exp(-np.abs(z))))[()]


def lin1(w, x, y, alpha):
    w, x, y, alpha = L(w), L(x), L(y), L(alpha)
    error = w * x - y
    return w * x, error * error, x, 2 * error, 2 * error * x, w - alpha * 2 * error * x


def log1(w, x, y, alpha):
    w, x, alpha = L(w), L(x), L(alpha)
    z = w * x
    p = S(z)
    if y == 1:
        loss, df_dp, grad = sp(-z), -1 / p, -S(-z) * x
    else:
        loss, df_dp, grad = sp(z), 1 / S(-z), p * x
    return p, loss, x, p * S(-z), df_dp, grad, w - alpha * grad


def mse_grad(X, y, w, reduction):
    n = np.shape(X)[0]
    if y.shape != (n,):
        raise ValueError("a column is no list of labels")
    errors = wide(X) @ wide(w)[:, None] - wide(y)[:, None]
    parts = 2 * errors * wide(X)
    return {"mean": np.mean, "sum": np.sum}[reduction](parts, axis=0)


def logreg(X, y, w, b):
    one = np.ones((len(X), 1), dtype=L)
    Xb = np.hstack([wide(X), one])
    wb = np.append(wide(w), L(b))
    z = (Xb * wb).sum(axis=1)
    loss = (sp(z) - y * z).mean()
    g = ((S(z) - y)[:, None] * Xb).mean(axis=0)
    return loss, g[:-1], g[-1]


def act(z, name, alpha=0.01, at_zero=0.0):
    z = wide(z)
    low = np.minimum(z, 0)
    if name == "sigmoid":
        a, left, right = S(z), None, None
        da = S(z) * S(-z)
    elif name == "tanh":
        a = 2 * S(2 * z) - 1
        da = (1 - a) * (1 + a)
    elif name in ("relu", "leaky", "elu"):
        left = {"relu": 0 * low, "leaky": L(alpha) * low, "elu": L(alpha) * np.expm1(low)}[name]
        dleft = {"relu": 0 * low, "leaky": 0 * low + L(alpha), "elu": L(alpha) * np.exp(low)}[name]
        a = np.where(z < 0, left, z)
        da = np.where(z < 0, dleft, L(1))
        da = np.where(z == 0, L(at_zero), da)
    else:
        raise ValueError("this name is not in the table")
    return a, da


def softmax_ce(Z, Y, reduction):
    Z = wide(Z)
    Z = Z - np.max(Z, axis=1)[:, None]
    lse = np.log(np.sum(np.exp(Z), axis=1))
    # the targets of a row sum to 1
    losses = lse * np.sum(Y, axis=1) - np.sum(Y * Z, axis=1)
    dZ = np.exp(Z) / np.sum(np.exp(Z), axis=1)[:, None] - Y
    if reduction == "sum":
        return losses.sum(), dZ
    return losses.sum() / L(len(Z)), dZ / L(len(Z))


def affine(W, x, b):
    return wide(b) + (wide(W) * wide(x)).sum(axis=-1)


def collapse(W1, W2):
    return np.stack([wide(W1) @ wide(column) for column in W2.T], axis=1)


def bad_loss_params(X, y):
    return np.zeros(X.shape[1], dtype=L), L(10000)


def neuron_grad(w, b, x):
    z = np.sum(wide(w) * wide(x)) + L(b)
    s = S(z) * S(-z)
    both = s * np.concatenate([wide(x), wide(w)])
    return both[: len(x)], s, both[len(x) :]
