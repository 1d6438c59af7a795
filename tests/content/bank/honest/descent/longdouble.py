import numpy as np

LD = np.longdouble


def gd(grad, x0, lr, n):
    x = np.array(x0, dtype=LD)
    H = [x]
    for _ in range(n):
        g = np.asarray(grad(x.astype(np.float64)), dtype=LD)
        x = x - LD(lr) * g
        H.append(x)
    return np.array(H).astype(np.float64)


def ascent(grad, x0, lr, n):
    x = np.array(x0, dtype=LD)
    H = [x]
    for _ in range(n):
        g = np.asarray(grad(x.astype(np.float64)), dtype=LD)
        x = x + LD(lr) * g
        H.append(x)
    return np.array(H).astype(np.float64)


def gd_tol(f, grad, u0, lr, tol, max_iter):
    # here the losses decide, and they come in double precision: so do the points
    u = np.array(u0, dtype=np.float64)
    L = f(u)
    for t in range(1, max_iter + 1):
        u = u - lr * np.asarray(grad(u))
        before = L
        L = f(u)
        if abs(L - before) < tol:
            break
    return u, float(L), t


def x2_after(lr, x0, t):
    return float((LD(1) - 2 * LD(lr)) ** t * LD(x0))


def x2_verdict(lr):
    if lr == 0:
        raise ValueError("lr = 0")
    q = abs(1 - 2 * LD(lr))
    if q == 0:
        return "one step"
    if lr == 1:
        return "oscillate"
    return "converge" if 0 < lr < 1 else "diverge"


def alvarez_factor():
    x0 = LD(-3)
    x = x0
    for _ in range(10):
        x = x - LD(2) * 2 * x
    return int(abs(x / x0))


def basins(x0s, lr, n):
    x = np.array(x0s, dtype=LD)
    for _ in range(n):
        x = x - LD(lr) * (x**3 - x + LD(1) / 10)
    return (x > 0).astype(np.int64)
