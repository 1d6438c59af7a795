import numpy as np


def gd(grad, x0, lr, n):
    points = [np.array(x0, dtype=float)]
    while len(points) <= n:
        points.append(points[-1] - lr * grad(points[-1]))
    return np.stack(points)


def ascent(grad, x0, lr, n):
    points = [np.array(x0, dtype=float)]
    while len(points) <= n:
        points.append(points[-1] + lr * grad(points[-1]))
    return np.stack(points)


def gd_tol(f, grad, u0, lr, tol, max_iter):
    u = np.array(u0, dtype=float)
    L = f(u)
    for t in range(1, max_iter + 1):
        u = u - lr * grad(u)
        L, old = f(u), L
        if abs(L - old) < tol:
            return u, L, t
    return u, L, max_iter


def x2_after(lr, x0, t):
    return float(x0 * np.prod(np.full(t, 1.0 - 2.0 * lr)))


def x2_verdict(lr):
    if not lr:
        raise ValueError("no descent at all")
    words = np.array(["diverge", "converge", "one step", "converge", "oscillate", "diverge"])
    conditions = [lr < 0, lr < 0.5, lr == 0.5, lr < 1, lr == 1, lr > 1]
    return str(words[np.argmax(conditions)])


def alvarez_factor():
    starts = np.arange(-50, 50)
    x = starts.copy()
    for _ in range(10):
        x = x - 2 * (2 * x)
    moved = starts != 0
    factors = np.unique(np.abs(x[moved]) // np.abs(starts[moved]))
    return int(factors[0])


def basins(x0s, lr, n):
    x = np.array(x0s, dtype=float)
    for _ in range(n):
        x -= lr * np.polyval([1, 0, -1, 0.1], x)
    return np.where(np.abs(x + 1.05) < np.abs(x - 0.95), 0, 1)
