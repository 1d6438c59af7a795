# results that are views with unusual strides, Fortran order or not writeable
import numpy as np


def lp_norm(v, p):
    return np.sum(np.abs(np.asarray(v, dtype=float)[::-1]) ** p) ** (1 / p)


def angle(u, v):
    u, v = np.asarray(u, dtype=float)[::-1], np.asarray(v, dtype=float)[::-1]
    c = (u @ v) / (np.sqrt(u @ u) * np.sqrt(v @ v))
    return np.arccos(max(min(c, 1.0), -1.0))


def partial(f, x, i, h=1e-6):
    d = len(x)
    points = np.asfortranarray(np.repeat(np.asarray(x, dtype=float)[:, None], 2, axis=1))
    points[i, 0] += h
    points[i, 1] -= h
    return (f(points[:, 0]) - f(points[:, 1])) / (2 * h)


def num_grad(f, x):
    g = np.empty(2 * len(x))[::2]  # every second entry of something longer
    for i in range(len(x) - 1, -1, -1):
        g[i] = partial(f, x, i, h=1e-7)
    return g


def _backwards(*entries):
    a = np.array(entries[::-1], dtype=float)
    return a[::-1]


def _frozen(a):
    a.flags.writeable = False
    return a


def g_lehre(x):
    return _backwards(4 * x[0] + 3 * x[1], 3 * x[0] + 2 * x[1])


def g_ozcep(x):
    return _frozen(np.array([2.0 * x[0] + x[1], x[0] + 2.0 * x[1]]))


def g_cos(x):
    c = np.cos(x[::-1])
    return (4 * (c**2).sum() * c * np.sin(x[::-1]))[::-1]


def g_alvarez_1(x):
    return _frozen(np.array([3.0 * x[0] ** 2, 2.0, 20.0 * x[2] ** 3]))


def g_alvarez_2(x):
    return _backwards(3 * x[0] ** 2, 2, 20 * x[2] ** 3)


def g_alvarez_3(x):
    x, y, z = np.asarray(x, dtype=float)
    table = np.zeros((3, 4), order="F")
    table[:, 2] = 3 * x**2 * y**2 + 2 * y, 2 * x**3 * y + 2 * x + 5 * z**4, 20 * y * z**3
    return table[:, 2]


def derivative_row(x):
    return np.broadcast_to(g_alvarez_1(x), (1, 3))


def gradient_col(x):
    return np.asfortranarray(g_alvarez_1(x)[::-1, None])[::-1]


def directional(grad, x, v, unit):
    v = np.asarray(v, dtype=float)
    if unit and np.count_nonzero(v) == 0:
        raise ValueError("v = 0")
    g = np.asarray(grad(x), dtype=float)[::-1]
    return g @ v[::-1] / (np.sqrt(v @ v) if unit else 1)


def steepest(w, sign=+1):
    if np.count_nonzero(w) == 0:
        raise ValueError("w = 0")
    w = np.asarray(w, dtype=float)[::-1]
    return _frozen(sign * w / np.sqrt(w @ w))[::-1]


def Dv_at_origin(v):
    y, x = np.asarray(v, dtype=float)[::-1]
    if x == y == 0:
        return 0.0
    if y == 0:
        return 0.0
    return y / ((x / y) ** 2 + 1)


def linearity_defect(v1, v2):
    v1, v2 = np.asarray(v1, dtype=float), np.asarray(v2, dtype=float)
    return -Dv_at_origin(v2) - Dv_at_origin(v1) + Dv_at_origin(v2 + v1)


def claims():
    return {"partials_exist": 1 == 1, "linear": 1 == 2, "gradient_formula_valid": 1 == 2}
