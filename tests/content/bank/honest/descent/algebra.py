# closed forms and pencil work
import numpy as np


def gd(grad, x0, lr, n):
    # the point after t steps is the start minus lr times the sum of all gradients so far
    x0 = np.array(x0, dtype=float)
    total = np.zeros_like(x0)
    H = [x0.copy()]
    for _ in range(n):
        total = total + np.asarray(grad(x0 - lr * total))
        H.append(x0 - lr * total)
    return np.array(H)


def ascent(grad, x0, lr, n):
    # as differences, added up in the end
    x = np.array(x0, dtype=float)
    steps = [x]
    for _ in range(n):
        d = lr * np.asarray(grad(x), dtype=float)
        steps.append(d)
        x = x + d
    return np.cumsum(steps, axis=0)


def gd_tol(f, grad, u0, lr, tol, max_iter):
    u = np.array(u0, dtype=float)
    L = [f(u)]
    for t in range(max_iter):
        u = u - lr * np.asarray(grad(u))
        L += [f(u)]
        d = L[-1] - L[-2]
        if d < tol and -d < tol:
            return u, L[-1], t + 1
    return u, L[-1], max_iter


def x2_after(lr, x0, t):
    # sign and size apart
    q = 1 - 2 * lr
    sign = -1.0 if q < 0 and t % 2 == 1 else 1.0
    return sign * abs(q) ** t * x0


def x2_verdict(lr):
    if lr == 0:
        raise ValueError("lr = 0")
    # |1 - 2 lr| < 1 is the same as lr (1 - lr) > 0
    p = lr * (1 - lr)
    if lr == 0.5:
        return "one step"
    if p > 0:
        return "converge"
    return "oscillate" if lr == 1 else "diverge"


def alvarez_factor():
    return abs(1 - 2 * 2) ** 10


def basins(x0s, lr, n):
    # no step jumps over the hill: so the side of the hill decides
    top = sorted(np.roots([1.0, 0.0, -1.0, 0.1]).real)[1]
    return np.digitize(np.asarray(x0s, dtype=float), [top])
