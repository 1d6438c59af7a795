import numpy as np


def lp_norm(v, p):
    v = np.asarray(v, dtype=float)
    a = np.where(v < 0, -v, v)
    return (a**p).sum() ** (1 / p)


def angle(u, v):
    u = np.asarray(u, dtype=float)
    v = np.asarray(v, dtype=float)
    c = np.dot(u, v) / np.linalg.norm(u) / np.linalg.norm(v)
    c = np.where(c > 1, 1, np.where(c < -1, -1, c))
    return float(np.arccos(c))


def partial(f, x, i, h=1e-6):
    hot = np.arange(len(x)) == i
    return (f(np.where(hot, x + h, x)) - f(np.where(hot, x - h, x))) / (2 * h)


def num_grad(f, x):
    # the coarsest step that is allowed
    return np.array([partial(f, x, i, 1e-3) for i in range(len(x))], dtype=np.float64)


def g_lehre(x):
    return np.where([True, False], 4 * x[0] + 3 * x[1], 3 * x[0] + 2 * x[1]).astype(float)


def g_ozcep(x):
    return np.where([True, False], 2 * x[0] + x[1], x[0] + 2 * x[1]).astype(float)


def g_cos(x):
    return np.multiply(4 * np.sum(np.cos(x) ** 2), np.multiply(np.sin(x), np.cos(x)))


def g_alvarez_1(x):
    x = np.asarray(x, dtype=float)
    return np.select([[1, 0, 0] == np.ones(3), [0, 1, 0] == np.ones(3)], [3 * x**2, 2 * np.ones(3)], 20 * x**3)


def g_alvarez_2(x):
    x = np.asarray(x, dtype=float)
    return np.choose([0, 1, 2], [3 * x**2, np.full(3, 2.0), 20 * x**3])


def g_alvarez_3(x):
    x, y, z = np.asarray(x, dtype=float)
    return np.concatenate(([3 * x**2 * y**2 + 2 * y], [2 * x**3 * y + 2 * x + 5 * z**4], [20 * y * z**3]))


def derivative_row(x):
    return np.stack([g_alvarez_1(x)])


def gradient_col(x):
    return np.stack([g_alvarez_1(x)], axis=-1)


def directional(grad, x, v, unit):
    length = np.sqrt(np.sum(np.asarray(v, dtype=float) ** 2))
    if unit and length == 0:
        raise ValueError("v = 0 has no direction")
    return np.dot(grad(x), v) / np.where(unit, length, 1.0)


def steepest(w, sign=+1):
    length = np.sqrt(np.sum(np.asarray(w, dtype=float) ** 2))
    if length == 0:
        raise ValueError("w = 0")
    return np.where(sign == 1, w, -w) / length


def Dv_at_origin(v):
    x, y = np.asarray(v, dtype=float)
    q = x**2 + y**2
    return float(y**3 / np.where(q == 0, 1.0, q))


def linearity_defect(v1, v2):
    return Dv_at_origin(np.add(v1, v2)) - Dv_at_origin(v1) - Dv_at_origin(v2)


def claims():
    return {"partials_exist": True, "linear": False, "gradient_formula_valid": False}
