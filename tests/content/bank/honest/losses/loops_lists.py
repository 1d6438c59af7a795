# plain Python: loops and the math module, one sample and one entry at a time
import math

import numpy as np


def sigmoid(z):
    if z >= 0:
        return 1 / (1 + math.exp(-z))
    e = math.exp(z)
    return e / (1 + e)


def softplus(z):
    if z > 0:
        return z + math.log1p(math.exp(-z))
    return math.log1p(math.exp(z))


def lin1(w, x, y, alpha):
    yhat = w * x
    loss = (y - yhat) ** 2
    dyhat_dw = x
    dloss_dyhat = -2 * (y - yhat)
    grad = dloss_dyhat * dyhat_dw
    return yhat, loss, dyhat_dw, dloss_dyhat, grad, w - alpha * grad


def log1(w, x, y, alpha):
    z = w * x
    p = sigmoid(z)
    q = sigmoid(-z)
    if y == 1:
        loss = softplus(-z)
        df_dp = -1 / p
        grad = -q * x
    else:
        loss = softplus(z)
        df_dp = 1 / q
        grad = p * x
    return p, loss, x, p * q, df_dp, grad, w - alpha * grad


def mse_grad(X, y, w, reduction):
    n, d = X.shape
    if np.shape(y) != (n,):
        raise ValueError("y must have the shape (n,)")
    grad = [0.0] * d
    for i in range(n):
        yhat = 0.0
        for j in range(d):
            yhat += X[i, j] * w[j]
        for j in range(d):
            grad[j] += 2 * (yhat - y[i]) * X[i, j]
    if reduction == "mean":
        for j in range(d):
            grad[j] /= n
    return np.array(grad)


def logreg(X, y, w, b):
    n, d = X.shape
    loss = 0.0
    dw = np.zeros(d)
    db = 0.0
    for i in range(n):
        z = b
        for j in range(d):
            z += X[i, j] * w[j]
        z = float(z)
        loss += softplus(-z) if y[i] == 1 else softplus(z)
        dz = -sigmoid(-z) if y[i] == 1 else sigmoid(z)
        dw += dz * X[i]
        db += dz
    return loss / n, dw / n, db / n


def act(z, name, alpha=0.01, at_zero=0.0):
    if name not in ("sigmoid", "tanh", "relu", "leaky", "elu"):
        raise ValueError("unknown activation " + name)
    a = np.zeros(z.shape)
    da = np.zeros(z.shape)
    for k in np.ndindex(z.shape):
        t = float(z[k])
        if name == "sigmoid":
            a[k] = sigmoid(t)
            da[k] = sigmoid(t) * sigmoid(-t)
        elif name == "tanh":
            a[k] = math.tanh(t)
            da[k] = 1 - math.tanh(t) ** 2
        elif t > 0:
            a[k] = t
            da[k] = 1
        elif name == "relu":
            a[k] = 0
            da[k] = at_zero if t == 0 else 0
        elif name == "leaky":
            a[k] = alpha * t
            da[k] = at_zero if t == 0 else alpha
        else:
            a[k] = alpha * (math.exp(t) - 1)
            da[k] = at_zero if t == 0 else alpha * math.exp(t)
    return a, da


def softmax_ce(Z, Y, reduction):
    n, k = Z.shape
    loss = 0.0
    dZ = np.zeros((n, k))
    for i in range(n):
        top = max(Z[i])
        total = 0.0
        for j in range(k):
            total += math.exp(Z[i, j] - top)
        for j in range(k):
            logp = Z[i, j] - top - math.log(total)
            loss -= Y[i, j] * logp
            dZ[i, j] = math.exp(logp) - Y[i, j]
    if reduction == "mean":
        return loss / n, dZ / n
    return loss, dZ


def affine(W, x, b):
    out = []
    for row, c in zip(W, b):
        s = c
        for p, q in zip(row, x):
            s = s + p * q
        out.append(s)
    return np.array(out)


def collapse(W1, W2):
    out = np.zeros((len(W1), len(W2[0])))
    for i in range(len(W1)):
        for j in range(len(W2[0])):
            for c in range(len(W2)):
                out[i, j] += W1[i, c] * W2[c, j]
    return out


def bad_loss_params(X, y):
    return np.zeros(X.shape[1]), 50.0


def neuron_grad(w, b, x):
    z = b
    for p, q in zip(w, x):
        z += p * q
    slope = sigmoid(z) * sigmoid(-z)
    return np.array([slope * t for t in x]), slope, np.array([slope * t for t in w])
