# points are stored and returned in single precision; the stopping rule needs the digits and is computed in double
import numpy as np


def gd(grad, x0, lr, n):
    x = np.asarray(x0, dtype=np.float32)
    lr = np.float32(lr)
    H = np.zeros((n + 1, len(x)), dtype=np.float32)
    H[0] = x
    for t in range(n):
        x = x - lr * np.asarray(grad(x), dtype=np.float32)
        H[t + 1] = x
    return H


def ascent(grad, x0, lr, n):
    x = np.asarray(x0, dtype=np.float32)
    lr = np.float32(lr)
    H = np.zeros((n + 1, len(x)), dtype=np.float32)
    H[0] = x
    for t in range(n):
        x = x + lr * np.asarray(grad(x), dtype=np.float32)
        H[t + 1] = x
    return H


def gd_tol(f, grad, u0, lr, tol, max_iter):
    u = np.array(u0, dtype=np.float64)
    old = f(u)
    t = 0
    while True:
        u = u - lr * np.asarray(grad(u))
        new = f(u)
        t += 1
        if abs(new - old) < tol or t == max_iter:
            return u.astype(np.float32), np.float32(new), t
        old = new


def x2_after(lr, x0, t):
    return np.float32(np.float32(x0) * (1 - 2 * np.float64(lr)) ** t)


def x2_verdict(lr):
    if lr == 0:
        raise ValueError("lr must not be 0")
    if lr == 0.5:
        return "one step"
    if lr == 1.0:
        return "oscillate"
    return "converge" if 0 < lr < 1 else "diverge"


def alvarez_factor():
    x0 = np.float32(-13)
    x = x0
    for _ in range(10):
        x = x - np.float32(2) * (2 * x)
    return int(abs(x) / abs(x0))


def basins(x0s, lr, n):
    # the hill is a matter of digits, so the first steps are taken in double precision
    x = np.array(x0s, dtype=np.float64)
    for _ in range(n):
        x = x - lr * (x**3 - x + 0.1)
    return (x.astype(np.float32) > 0).astype(np.int32)
