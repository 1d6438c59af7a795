import numpy as np


def lp_norm(v, p):
    m = np.max(np.abs(v))
    if m == 0:
        return 0.0
    return m * np.sum(np.abs(v / m) ** p) ** (1 / p)


def angle(u, v):
    u = u / np.sqrt((u * 1.0 * u).sum())
    v = v / np.sqrt((v * 1.0 * v).sum())
    return np.arccos(np.clip((u * v).sum(), -1, 1))


def partial(f, x, i, h=1e-6):
    step = h * (np.arange(x.shape[0]) == i)
    return (f(x + step) - f(x)) / h


def num_grad(f, x):
    h = 1e-6
    points = x[None, :] + np.stack([h * np.eye(x.size), -h * np.eye(x.size)])
    values = np.array([[f(p) for p in half] for half in points])
    return (values[0] - values[1]) / (2 * h)


def g_lehre(x):
    return (np.array([[4, 3], [3, 2]]) * x[None, :]).sum(axis=1) * 1.0


def g_ozcep(x):
    return 1.0 * x + x.sum()


def g_cos(x):
    return 2 * (np.cos(x) ** 2).sum() * np.sin(2 * x)


def g_alvarez_1(x):
    return np.array([3.0, 2.0, 20.0]) * (1.0 * x) ** np.array([2, 0, 3])


def g_alvarez_2(x):
    return np.array([1.0, 2.0, 5.0]) * np.array([3, 1, 4]) * (1.0 * x) ** np.array([2, 0, 3])


def g_alvarez_3(x):
    a, b, c = 1.0 * x
    return np.array([[3 * a**2 * b**2, 2 * b, 0], [2 * a**3 * b, 2 * a, 5 * c**4], [0, 0, 20 * b * c**3]]).sum(axis=1)


def derivative_row(x):
    return g_alvarez_1(x)[None, :]


def gradient_col(x):
    return g_alvarez_1(x)[:, None]


def directional(grad, x, v, unit):
    if unit:
        n = np.sqrt(np.sum(1.0 * v * v))
        if n == 0:
            raise ValueError("no direction")
        v = v / n
    return (grad(x) * v).sum()


def steepest(w, sign=+1):
    if not w.any():
        raise ValueError("all directions are equally good")
    w = w / np.abs(w).max()
    return sign * w / np.sqrt((w**2).sum())


def Dv_at_origin(v):
    if not np.any(v):
        return 0.0
    v = v / 1.0
    return v[1] * v[1] ** 2 / (v**2).sum()


def linearity_defect(v1, v2):
    return Dv_at_origin(v1 + v2) - Dv_at_origin(v1) - Dv_at_origin(v2)


def claims():
    keys = ["partials_exist", "linear", "gradient_formula_valid"]
    return dict(zip(keys, [True, False, False]))
