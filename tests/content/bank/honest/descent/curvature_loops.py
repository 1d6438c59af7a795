# The exercises 7.5 to 7.8.
import math

import numpy as np


def eigenvalues(H):
    """Jacobi's rotations, with lists."""
    d = len(H)
    A = [[float(H[i][j]) for j in range(d)] for i in range(d)]
    for _ in range(60):
        if sum(A[i][j] ** 2 for i in range(d) for j in range(d) if i != j) == 0:
            break
        for p in range(d):
            for q in range(p + 1, d):
                if A[p][q] == 0:
                    continue
                theta = (A[q][q] - A[p][p]) / (2 * A[p][q])
                t = math.copysign(1, theta) / (abs(theta) + math.sqrt(theta * theta + 1))
                c = 1 / math.sqrt(t * t + 1)
                s = t * c
                app, aqq, apq = A[p][p], A[q][q], A[p][q]
                A[p][p], A[q][q] = app - t * apq, aqq + t * apq
                A[p][q] = A[q][p] = 0.0
                for k in range(d):
                    if k not in (p, q):
                        akp, akq = A[k][p], A[k][q]
                        A[k][p] = A[p][k] = c * akp - s * akq
                        A[k][q] = A[q][k] = s * akp + c * akq
    return [A[i][i] for i in range(d)]


def lr_max(H):
    values = eigenvalues(H)
    for value in values:
        if value <= 0:
            raise ValueError("no step size converges")
    return 2 / max(values)


def rate(H, lr):
    worst = 0.0
    for value in eigenvalues(H):
        worst = max(worst, abs(1 - lr * value))
    return worst


def steps_needed(H, lr, ratio):
    r = rate(H, lr)
    if r >= 1:
        raise ValueError("never")
    t = 0
    left = 1.0
    while left > ratio:
        left *= r
        t += 1
    return t


def hess(x, y, z):
    return np.array(
        [
            [6 * x + 6 * y, 6 * x, 0],
            [6 * x, 0, -3 * z**2],
            [0, -3 * z**2, 2 - 6 * y * z],
        ]
    )


def crit_points():
    # z (2 - 3 y z) = 0, x (x + 2 y) = 0, 3 x² = z³
    z = (16 / 3) ** (1 / 5)
    y = 2 / (3 * z)
    return np.array([[0, -1, 0], [0, 1, 0], [-2 * y, y, z]])


def classify(H, tol):
    positive = negative = 0
    for value in eigenvalues(H):
        if abs(value) <= tol:
            return "degenerate"
        if value > 0:
            positive += 1
        else:
            negative += 1
    if negative == 0:
        return "min"
    if positive == 0:
        return "max"
    return "saddle"


def predicted_drop(g, eta):
    total = 0.0
    for entry in g:
        total += entry * entry
    return -eta * total


def drop_ratio(f, grad, x, etas):
    ratios = []
    for eta in etas:
        g = grad(x)
        moved = np.array([xi - eta * gi for xi, gi in zip(x, g)])
        ratios.append((f(moved) - f(x)) / predicted_drop(g, eta))
    return np.array(ratios)


def standardize(X):
    m, d = X.shape
    Xs = np.zeros((m, d))
    mu = np.zeros(d)
    sd = np.zeros(d)
    for j in range(d):
        equal = True
        for i in range(m):
            mu[j] += X[i, j] / m
            equal = equal and X[i, j] == X[0, j]
        if equal:
            mu[j] = X[0, j]
            sd[j] = 1
            continue
        for i in range(m):
            sd[j] += (X[i, j] - mu[j]) ** 2 / m
        sd[j] = math.sqrt(sd[j])
        for i in range(m):
            Xs[i, j] = (X[i, j] - mu[j]) / sd[j]
    return Xs, mu, sd


def iters_to_tol(X, y, lr, tol):
    m, d = X.shape
    w = [0.0] * d
    t = 0
    while True:
        errors = [y[i] - sum(X[i, j] * w[j] for j in range(d)) for i in range(m)]
        if sum(e * e for e in errors) / m <= tol:
            return t
        w = [w[j] + lr * 2 / m * sum(X[i, j] * errors[i] for i in range(m)) for j in range(d)]
        t += 1
