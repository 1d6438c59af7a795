import numpy as np


def gd(grad, x0, lr, n):
    x0 = np.asarray(x0)
    H = np.empty((n + 1, x0.size))
    H[0] = x0
    for t in range(n):
        H[t + 1] = H[t] - lr * np.asarray(grad(H[t].copy()))
    return H


def ascent(grad, x0, lr, n):
    return gd(grad, x0, -lr, n)


def gd_tol(f, grad, u0, lr, tol, max_iter):
    U = np.zeros((max_iter + 1, len(u0)))
    L = np.full(max_iter + 1, np.nan)
    U[0] = u0
    L[0] = f(U[0])
    for t in range(1, max_iter + 1):
        U[t] = U[t - 1] - lr * np.asarray(grad(U[t - 1]))
        L[t] = f(U[t])
        if np.abs(L[t] - L[t - 1]) < tol:
            break
    return U[t], L[t], t


def x2_after(lr, x0, t):
    return (1 - 2 * lr) ** t * float(x0)


def x2_verdict(lr):
    if lr == 0:
        raise ValueError
    factor = 1 - 2 * lr
    if factor == 0:
        return "one step"
    if factor == -1:
        return "oscillate"
    if lr < 0 or factor < -1:
        return "diverge"
    return "converge"


def alvarez_factor():
    x = np.zeros(11, dtype=int)
    x[0] = 1
    for t in range(10):
        x[t + 1] = x[t] - 2 * 2 * x[t]
    return int(abs(x[10] / x[0]))


def basins(x0s, lr, n):
    x = np.zeros((n + 1, len(x0s)))
    x[0] = x0s
    for t in range(n):
        x[t + 1] = x[t] - lr * (x[t] ** 3 - x[t] + 0.1)
    return (x[n] > 0).astype(int)
