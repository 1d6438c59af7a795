import numpy as np


def _points(grad, x, lr, n):
    # by halves, so that the recursion is not deeper than log2(n)
    if n == 0:
        return [x]
    if n == 1:
        return [x, x - lr * np.asarray(grad(x))]
    left = _points(grad, x, lr, n // 2)
    return left + _points(grad, left[-1], lr, n - n // 2)[1:]


def gd(grad, x0, lr, n):
    return np.array(_points(grad, np.array(x0, dtype=float), lr, n))


def ascent(grad, x0, lr, n):
    return np.array(_points(lambda x: -np.asarray(grad(x)), np.array(x0, dtype=float), lr, n))


def _search(f, grad, u, L, lr, tol, steps):
    """(point, loss, steps taken, done) after at most that many steps"""
    if steps == 1:
        new = u - lr * np.asarray(grad(u))
        loss = f(new)
        return new, loss, 1, bool(abs(loss - L) < tol)
    u, L, t, done = _search(f, grad, u, L, lr, tol, steps // 2)
    if done:
        return u, L, t, True
    u, L, s, done = _search(f, grad, u, L, lr, tol, steps - steps // 2)
    return u, L, t + s, done


def gd_tol(f, grad, u0, lr, tol, max_iter):
    u = np.array(u0, dtype=float)
    return _search(f, grad, u, f(u), lr, tol, max_iter)[:3]


def x2_after(lr, x0, t):
    if t == 0:
        return float(x0)
    if t % 2:
        return (1 - 2 * lr) * x2_after(lr, x0, t - 1)
    y = x2_after(lr, 1.0, t // 2)
    return y * y * float(x0)


def x2_verdict(lr):
    if lr == 0:
        raise ValueError("lr")
    if lr > 0.5:
        # 1 - 2 lr only changes its sign if lr becomes 1 - lr
        if lr == 1:
            return "oscillate"
        return x2_verdict(1 - lr)
    if lr == 0.5:
        return "one step"
    return "converge" if lr > 0 else "diverge"


def alvarez_factor():
    def walk(x, steps):
        return x if steps == 0 else walk(x - 2 * (2 * x), steps - 1)

    return abs(walk(1, 10))


def basins(x0s, lr, n):
    def walk(x, n):
        if n == 0:
            return x
        if n == 1:
            return x - lr * (x**3 - x + 1 / 10)
        return walk(walk(x, n // 2), n - n // 2)

    end = walk(np.array(x0s, dtype=float), n)
    return (1 + np.sign(end).astype(int)) // 2
