import functools
import math

import numpy as np


def _step(grad, lr):
    return lambda x: np.subtract(x, np.multiply(lr, grad(x)))


def gd(grad, x0, lr, n):
    step = _step(grad, lr)
    start = np.array(x0, dtype=float)
    return np.array(functools.reduce(lambda path, _: [*path, step(path[-1])], range(n), [start]))


def ascent(grad, x0, lr, n):
    uphill = lambda x: np.negative(grad(x))
    return gd(uphill, x0, lr, n)


def gd_tol(f, grad, u0, lr, tol, max_iter):
    step = _step(grad, lr)

    def advance(state, t):
        u, L, steps, done = state
        if done:
            return state
        new = step(u)
        loss = f(new)
        return new, loss, t, bool(np.abs(np.subtract(loss, L)) < tol)

    u = np.array(u0, dtype=float)
    return functools.reduce(advance, range(1, max_iter + 1), (u, f(u), 0, False))[:3]


def x2_after(lr, x0, t):
    return functools.reduce(lambda x, _: x * (1 - 2 * lr), range(t), float(x0))


def x2_verdict(lr):
    if math.isclose(lr, 0.0, rel_tol=0.0, abs_tol=0.0):
        raise ValueError("lr is 0")
    distance = abs(lr - 0.5) if lr > 0 else 1.0
    return "one step" if distance == 0 else "oscillate" if lr == 1 else "converge" if 0 < lr < 1 else "diverge"


def alvarez_factor():
    return abs(int(x2_after(2, 49, 10))) // 49


def basins(x0s, lr, n):
    step = _step(lambda x: x * (x * x - 1) + 0.1, lr)
    end = functools.reduce(lambda x, _: step(x), range(n), np.array(x0s, dtype=float))
    return np.heaviside(end, 0).astype(int)
