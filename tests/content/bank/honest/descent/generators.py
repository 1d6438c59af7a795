import itertools

import numpy as np


def _walk(grad, x0, lr):
    x = np.array(x0, dtype=float)
    while True:
        yield x
        x = x - lr * np.asarray(grad(x))


def gd(grad, x0, lr, n):
    return np.array(list(itertools.islice(_walk(grad, x0, lr), n + 1)))


def ascent(grad, x0, lr, n):
    return np.array(list(itertools.islice(_walk(grad, x0, -lr), n + 1)))


def gd_tol(f, grad, u0, lr, tol, max_iter):
    steps = ((u, f(u)) for u in _walk(grad, u0, lr))
    for t, ((_, before), (u, L)) in enumerate(itertools.pairwise(steps), start=1):
        if abs(L - before) < tol or t >= max_iter:
            return u, L, t


def x2_after(lr, x0, t):
    walk = itertools.accumulate(itertools.repeat(lr, t), lambda x, lr: x - 2 * lr * x, initial=float(x0))
    *_, last = walk
    return last


def x2_verdict(lr):
    rules = (
        ("one step", lambda: lr == 1 / 2),
        ("oscillate", lambda: lr == 1),
        ("converge", lambda: 0 < lr < 1),
        ("diverge", lambda: lr != 0),
    )
    for word, holds in rules:
        if holds():
            return word
    raise ValueError("lr = 0")


def alvarez_factor():
    x = list(itertools.accumulate(range(10), lambda x, _: x - 2 * 2 * x, initial=-50))
    return abs(x[-1]) // abs(x[0])


def basins(x0s, lr, n):
    def end(start):
        walk = _walk(lambda x: x**3 - x + 0.1, [start], lr)
        return next(itertools.islice(walk, n, None))[0]

    return np.fromiter((0 if end(s) < 0 else 1 for s in x0s), dtype=np.int64, count=len(x0s))
