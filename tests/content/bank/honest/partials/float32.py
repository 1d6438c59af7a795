# single precision everywhere, but for the difference quotients, which need the digits
import numpy as np

F = np.float32


def lp_norm(v, p):
    v = np.abs(np.asarray(v, dtype=F))
    m = v.max()
    if m == 0:
        return F(0)
    return F(m * np.sum((v / m) ** F(p), dtype=F) ** F(1 / p))


def angle(u, v):
    # Kahan's formula: the arccosine would lose half of the digits
    u = np.asarray(u, dtype=F)
    v = np.asarray(v, dtype=F)
    u = u / np.sqrt(np.sum(u * u))
    v = v / np.sqrt(np.sum(v * v))
    return F(2 * np.arctan2(np.sqrt(np.sum((u - v) ** 2)), np.sqrt(np.sum((u + v) ** 2))))


def partial(f, x, i, h=1e-6):
    x = np.array(x, dtype=np.float64)
    up, down = x.copy(), x.copy()
    up[i] += h
    down[i] -= h
    return F((f(up) - f(down)) / (2 * h))


def num_grad(f, x):
    return np.array([partial(f, x, i, 1e-5) for i in range(len(x))], dtype=F)


def g_lehre(x):
    x = np.asarray(x, dtype=F)
    return np.array([4 * x[0] + 3 * x[1], 3 * x[0] + 2 * x[1]], dtype=F)


def g_ozcep(x):
    x = np.asarray(x, dtype=F)
    return np.array([2 * x[0] + x[1], x[0] + 2 * x[1]], dtype=F)


def g_cos(x):
    x = np.asarray(x, dtype=F)
    s = np.sum(np.cos(x) ** 2)
    return F(4) * s * np.cos(x) * np.sin(x)


def g_alvarez_1(x):
    x = np.asarray(x, dtype=F)
    return np.array([3 * x[0] ** 2, 2, 20 * x[2] ** 3], dtype=F)


def g_alvarez_2(x):
    return g_alvarez_1(x)


def g_alvarez_3(x):
    x, y, z = np.asarray(x, dtype=F)
    return np.array([3 * x**2 * y**2 + 2 * y, 2 * x**3 * y + 2 * x + 5 * z**4, 20 * y * z**3], dtype=F)


def derivative_row(x):
    return g_alvarez_1(x).reshape(1, 3)


def gradient_col(x):
    return g_alvarez_1(x).reshape(3, 1)


def directional(grad, x, v, unit):
    v = np.asarray(v, dtype=F)
    if unit:
        n = np.linalg.norm(v)
        if n == 0:
            raise ValueError("v is zero")
        v = v / n
    return F(np.dot(np.asarray(grad(x), dtype=F), v))


def steepest(w, sign=1):
    w = np.asarray(w, dtype=F)
    n = np.linalg.norm(w)
    if n == 0:
        raise ValueError("w is zero")
    return F(sign) * w / n


def Dv_at_origin(v):
    v = np.asarray(v, dtype=F)
    n = np.hypot(v[0], v[1])
    if n == 0:
        return F(0)
    return v[1] * (v[1] / n) ** 2


def linearity_defect(v1, v2):
    v1 = np.asarray(v1, dtype=F)
    v2 = np.asarray(v2, dtype=F)
    return Dv_at_origin(v1 + v2) - Dv_at_origin(v1) - Dv_at_origin(v2)


def claims():
    return {"partials_exist": True, "linear": False, "gradient_formula_valid": False}
