import numpy as np


def gd(grad, x0, lr, n):
    # one column per point, the newest on the left: turned round at the end
    x = np.array(x0, dtype=float)
    H = np.zeros((len(x), n + 1))
    H[:, n] = x
    for t in range(1, n + 1):
        x = x - lr * np.asarray(grad(x))
        H[:, n - t] = x
    return H[:, ::-1].T


def ascent(grad, x0, lr, n):
    H = np.zeros((n + 1, len(x0)), order="F")
    H[0] = x0
    for t in range(1, n + 1):
        H[t] = H[t - 1] + lr * np.asarray(grad(np.ascontiguousarray(H[t - 1])))
    H.setflags(write=False)
    return H


def gd_tol(f, grad, u0, lr, tol, max_iter):
    old = np.array(u0, dtype=float)
    Lold = f(old)
    t = 0
    while True:
        t += 1
        new = old - lr * np.asarray(grad(old))
        Lnew = f(new)
        if abs(Lnew - Lold) < tol:
            break
        if t == max_iter:
            break
        old, Lold = new, Lnew
    new.setflags(write=False)
    return (new, Lnew, t)


def x2_after(lr, x0, t):
    x = np.array(x0, dtype=float)
    for _ in range(t):
        x = x - lr * 2 * x
    return x[()]


def x2_verdict(lr):
    if lr == 0:
        raise ValueError("0")
    if lr < 0 or lr > 1:
        return "diverge"
    return "oscillate" if lr == 1 else "one step" if lr == 0.5 else "converge"


def alvarez_factor():
    x = [21]
    for _ in range(10):
        x[:0] = [x[0] - 4 * x[0]]
    return -x[0] // -x[-1] if x[0] < 0 else x[0] // x[-1]


def basins(x0s, lr, n):
    x = np.array(x0s, dtype=float)[::-1]
    for _ in range(n):
        x = x - lr * (x**3 - x + 0.1)
    out = np.zeros((len(x), 2), dtype=int)
    out[:, 1] = x[::-1] > 0
    out = out[:, 1]
    out.setflags(write=False)
    return out
