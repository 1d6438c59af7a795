import numpy as np

LD = np.longdouble


def ld(v):
    return np.array(v, dtype=LD)


def lp_norm(v, p):
    s = np.sum(np.abs(ld(v)) ** LD(p))
    return float(s ** (LD(1) / LD(p)))


def angle(u, v):
    u, v = ld(u), ld(v)
    c = u.dot(v) / np.sqrt(u.dot(u)) / np.sqrt(v.dot(v))
    return float(np.arccos(np.clip(c, LD(-1), LD(1))))


def partial(f, x, i, h=1e-6):
    # f gets ordinary floats; only the quotient is computed with more digits
    x = np.array(x, dtype=np.float64)
    plus = np.where(np.arange(x.size) == i, x + h, x)
    minus = np.where(np.arange(x.size) == i, x - h, x)
    return float((LD(f(plus)) - LD(f(minus))) / (2 * LD(h)))


def num_grad(f, x):
    g = np.empty(len(x), dtype=LD)
    for i in range(len(x)):
        g[i] = partial(f, x, i, 1e-6)
    return g.astype(np.float64)


def g_lehre(x):
    x = ld(x)
    return np.array([4 * x[0] + 3 * x[1], 2 * x[1] + 3 * x[0]]).astype(np.float64)


def g_ozcep(x):
    x = ld(x)
    return np.array([2 * x[0] + x[1], 2 * x[1] + x[0]]).astype(np.float64)


def g_cos(x):
    x = ld(x)
    c2 = np.cos(x) ** 2
    return (4 * c2.sum() * np.cos(x) * np.sin(x)).astype(np.float64)


def g_alvarez_1(x):
    x = ld(x)
    return np.array([3 * x[0] * x[0], LD(2), 20 * x[2] * x[2] * x[2]]).astype(np.float64)


def g_alvarez_2(x):
    x, y, z = ld(x)
    return np.array([3 * x * x, LD(2), 20 * z * z * z]).astype(np.float64)


def g_alvarez_3(x):
    x, y, z = ld(x)
    return np.array([3 * x**2 * y**2 + 2 * y, 2 * x**3 * y + 2 * x + 5 * z**4, 20 * y * z**3]).astype(np.float64)


def derivative_row(x):
    return np.expand_dims(g_alvarez_1(x), 0)


def gradient_col(x):
    return np.expand_dims(g_alvarez_1(x), 1)


def directional(grad, x, v, unit):
    g, v = ld(grad(x)), ld(v)
    if unit:
        n = np.sqrt(np.sum(v * v))
        if n == 0:
            raise ValueError("zero v")
        v = v / n
    return float(np.sum(g * v))


def steepest(w, sign=+1):
    w = ld(w)
    n = np.sqrt(np.sum(w * w))
    if n == 0:
        raise ValueError("zero w")
    return (sign * w / n).astype(np.float64)


def Dv_at_origin(v):
    x, y = ld(v)
    q = x * x + y * y
    if q == 0:
        return 0.0
    return float(y * y * y / q)


def linearity_defect(v1, v2):
    def D(v):
        x, y = v
        return y**3 / (x**2 + y**2) if x or y else LD(0)

    v1, v2 = ld(v1), ld(v2)
    return float(D(v1 + v2) - D(v1) - D(v2))


def claims():
    return {"partials_exist": True, "linear": False, "gradient_formula_valid": False}
