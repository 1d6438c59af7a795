import functools
import itertools
import operator

import numpy as np


def _floats(v):
    return map(float, v)


def _dot(u, v):
    return sum(map(operator.mul, _floats(u), _floats(v)))


def _length(v):
    return _dot(v, v) ** 0.5


def lp_norm(v, p):
    return functools.reduce(lambda s, t: s + abs(t) ** p, _floats(v), 0.0) ** (1 / p)


def angle(u, v):
    clip = lambda c: sorted((-1.0, c, 1.0))[1]
    return float(np.arccos(clip(_dot(u, v) / (_length(u) * _length(v)))))


def partial(f, x, i, h=1e-6):
    def along(t):
        return f(np.fromiter((c + t * (j == i) for j, c in enumerate(_floats(x))), dtype=float))

    return (along(h) - along(-h)) / (h - -h)


def num_grad(f, x):
    slope_in = functools.partial(partial, f, x)
    return np.fromiter((slope_in(i, h=1e-6) for i in itertools.takewhile(lambda i: i < len(x), itertools.count())), float)


g_lehre = lambda x: np.array([_dot(row, x) for row in ((4, 3), (3, 2))])
g_ozcep = lambda x: np.array([_dot(row, x) for row in ((2, 1), (1, 2))])


def g_cos(x):
    inner = sum(np.cos(t) ** 2 for t in x)
    chain = lambda t: -2 * inner * (-2 * np.cos(t) * np.sin(t))
    return np.array(list(map(chain, x)))


def g_alvarez_1(x):
    parts = (lambda t: 3 * t**2, lambda t: 2.0, lambda t: 20 * t**3)
    return np.array([part(t) for part, t in zip(parts, _floats(x))])


g_alvarez_2 = g_alvarez_1


def g_alvarez_3(x):
    terms = [(1, (3, 2, 0)), (2, (1, 1, 0)), (5, (0, 1, 4))]

    def by(k):
        for c, powers in terms:
            if powers[k]:
                lowered = [n - (j == k) for j, n in enumerate(powers)]
                yield c * powers[k] * functools.reduce(operator.mul, map(pow, _floats(x), lowered))

    return np.array([sum(by(k)) for k in range(3)])


def derivative_row(x):
    return np.array([list(g_alvarez_1(x))])


def gradient_col(x):
    return np.array(list(zip(g_alvarez_1(x))))


def directional(grad, x, v, unit):
    if unit and not any(v):
        raise ValueError("v = 0")
    return _dot(grad(x), v) / (_length(v) if unit else 1)


def steepest(w, sign=+1):
    if all(t == 0 for t in w):
        raise ValueError("w = 0")
    scale = {+1: operator.pos, -1: operator.neg}[sign]
    return np.array([scale(t / _length(w)) for t in _floats(w)])


def Dv_at_origin(v):
    a, b = _floats(v)
    return b**3 / (a**2 + b**2) if (a or b) else 0.0


def linearity_defect(v1, v2):
    return functools.reduce(operator.sub, map(Dv_at_origin, [list(map(operator.add, v1, v2)), v1, v2]))


def claims():
    return {key: key.startswith("p") for key in ("partials_exist", "linear", "gradient_formula_valid")}
