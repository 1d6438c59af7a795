import numpy as np


def _total(values):
    # halve and add: the sum by recursion
    if len(values) == 0:
        return 0.0
    if len(values) == 1:
        return float(values[0])
    m = len(values) // 2
    return _total(values[:m]) + _total(values[m:])


def lp_norm(v, p):
    return _total([abs(float(t)) ** p for t in v]) ** (1 / p)


def angle(u, v):
    u = np.asarray(u, dtype=float)
    v = np.asarray(v, dtype=float)
    c = _total(u * v) / (lp_norm(u, 2) * lp_norm(v, 2))
    if c >= 1:
        return 0.0
    if c <= -1:
        return np.pi
    if c < 0:
        return np.pi - angle(-u, v)
    return np.pi / 2 - np.arcsin(c)


def partial(f, x, i, h=1e-6):
    if np.asarray(x).dtype != np.float64:
        return partial(f, np.asarray(x, dtype=float), i, h)
    y = x.copy()
    y[i] = x[i] + h
    return (f(y) - f(x)) / h


def num_grad(f, x):
    def go(i):
        return [] if i == len(x) else [partial(f, x, i, 1e-6)] + go(i + 1)

    return np.array(go(0), dtype=float)


def _power(t, n):
    return 1.0 if n == 0 else t * _power(t, n - 1)


def g_lehre(x):
    return np.array([_total([4 * x[0], 3 * x[1]]), _total([2 * x[1], 3 * x[0]])])


def g_ozcep(x):
    return np.array([_total([x[0], x[0], x[1]]), _total([x[0], x[1], x[1]])])


def g_cos(x):
    c = np.cos(x)
    return 4 * _total(c * c) * c * np.sin(x)


def g_alvarez_1(x):
    return np.array([3 * _power(x[0], 2), 2 * _power(x[1], 0), 20 * _power(x[2], 3)])


def g_alvarez_2(x):
    return g_alvarez_1(x)


def g_alvarez_3(x):
    x, y, z = x
    return np.array([
        _total([3 * _power(x, 2) * _power(y, 2), 2 * y]),
        _total([2 * _power(x, 3) * y, 2 * x, 5 * _power(z, 4)]),
        20 * y * _power(z, 3),
    ])


def derivative_row(x):
    return gradient_col(x).T


def gradient_col(x):
    return np.vstack(g_alvarez_1(x))


def directional(grad, x, v, unit):
    if unit:
        n = lp_norm(v, 2)
        if n == 0:
            raise ValueError("cannot normalise the zero vector")
        return directional(grad, x, np.asarray(v) / n, False)
    return _total(np.asarray(grad(x)) * v)


def steepest(w, sign=+1):
    if sign == -1:
        return -steepest(w)
    n = lp_norm(w, 2)
    if n == 0:
        raise ValueError("w is 0")
    return w / n


def Dv_at_origin(v):
    # the derivative is homogeneous of degree 1, so scale first
    m = max(abs(float(v[0])), abs(float(v[1])))
    if m == 0:
        return 0.0
    if m != 1:
        return m * Dv_at_origin([float(v[0]) / m, float(v[1]) / m])
    return _power(v[1], 3) / (_power(v[0], 2) + _power(v[1], 2))


def linearity_defect(v1, v2):
    return Dv_at_origin(np.asarray(v1) + np.asarray(v2)) - (Dv_at_origin(v1) + Dv_at_origin(v2))


def claims():
    return {"gradient_formula_valid": False} | {"linear": False} | {"partials_exist": True}
