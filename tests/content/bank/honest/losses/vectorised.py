# numpy in the usual way, close to the formulas of the sheet
import numpy as np


def sigma(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)


def lin1(w, x, y, alpha):
    yhat = w * x
    diff = yhat - y
    return yhat, diff**2, x, 2 * diff, 2 * diff * x, w - 2 * alpha * diff * x


def log1(w, x, y, alpha):
    z = w * x
    p = sigma(z)
    # the probability of the label that is there
    right = sigma(z) if y else sigma(-z)
    loss = -np.log(right)
    df_dp = (1 - 2 * y) / right
    grad = (p - y) * x
    return p, loss, x, p * (1 - p), df_dp, grad, w - alpha * grad


def mse_grad(X, y, w, reduction):
    if y.ndim != 1 or len(y) != len(X):
        raise ValueError(f"y has the shape {y.shape}")
    g = 2 * X.T @ (X @ w - y)
    return g / len(y) if reduction == "mean" else g


def logreg(X, y, w, b):
    z = X @ w + b
    loss = np.mean(np.maximum(z, 0) + np.log(1 + np.exp(-np.abs(z))) - y * z)
    dz = (sigma(z) - y) / len(y)
    return loss, X.T @ dz, dz.sum()


def act(z, name, alpha=0.01, at_zero=0.0):
    if name == "sigmoid":
        a = sigma(z)
        return a, a * (1 - a)
    if name == "tanh":
        a = np.tanh(z)
        return a, 1 - a**2
    if name == "relu":
        return np.maximum(z, 0), np.heaviside(z, at_zero)
    if name == "leaky":
        slope = np.where(z > 0, 1.0, alpha)
        return slope * z, np.where(z == 0, at_zero, slope)
    if name == "elu":
        e = alpha * np.exp(np.minimum(z, 0))
        return np.where(z > 0, z, e - alpha), np.where(z > 0, 1, np.where(z == 0, at_zero, e))
    raise ValueError(name)


def softmax_ce(Z, Y, reduction):
    S = Z - Z.max(axis=1, keepdims=True)
    logP = S - np.log(np.exp(S).sum(axis=1, keepdims=True))
    losses = -(Y * logP).sum(axis=1)
    D = np.exp(logP) - Y
    if reduction == "mean":
        return losses.mean(), D / len(Z)
    return losses.sum(), D


def affine(W, x, b):
    return W @ x + b


def collapse(W1, W2):
    return W1 @ W2


def bad_loss_params(X, y):
    n, d = X.shape
    return np.zeros(d), 1000


def neuron_grad(w, b, x):
    r = sigma(w @ x + b)
    s = r * (1 - r)
    return s * x, s, s * w
