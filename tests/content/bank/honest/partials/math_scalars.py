import math

import numpy as np


def lp_norm(v, p):
    m = max(math.fabs(t) for t in v)
    if m == 0:
        return 0.0
    # m * exp(log(sum)/p)
    return m * math.exp(math.log(math.fsum(math.pow(abs(t) / m, p) for t in v)) / p)


def angle(u, v):
    nu, nv = math.hypot(*u), math.hypot(*v)
    a = math.hypot(*(p / nu - q / nv for p, q in zip(u, v)))
    b = math.hypot(*(p / nu + q / nv for p, q in zip(u, v)))
    return 2 * math.atan2(a, b)


def partial(f, x, i, h=1e-6):
    y = [float(t) for t in x]
    before = f(np.array(y))
    y[i] = y[i] + h
    after = f(np.array(y))
    return float(after - before) / h


def num_grad(f, x):
    return np.array([partial(f, x, i, h=math.sqrt(2**-52)) for i in range(len(x))])


def g_lehre(x):
    a, b = map(float, x)
    return np.array((math.fsum((4 * a, 3 * b)), math.fsum((2 * b, 3 * a))))


def g_ozcep(x):
    a, b = map(float, x)
    return np.array((math.fsum((a, a, b)), math.fsum((a, b, b))))


def g_cos(x):
    a, b = x
    s = math.cos(a) ** 2 + math.cos(b) ** 2
    return np.array((2 * s * math.sin(2 * a), 2 * s * math.sin(2 * b)))


def g_alvarez_1(x):
    return np.array((3 * math.pow(x[0], 2), 2, 20 * math.pow(x[2], 3)))


def g_alvarez_2(x):
    return np.array((3 * math.pow(x[0], 2), 2, 20 * math.pow(x[2], 3)))


def g_alvarez_3(x):
    a, b, c = (float(t) for t in x)
    return np.array((
        math.fsum((3 * math.pow(a * b, 2), 2 * b)),
        math.fsum((2 * math.pow(a, 3) * b, 2 * a, 5 * math.pow(c, 4))),
        20 * b * math.pow(c, 3),
    ))


def derivative_row(x):
    return g_alvarez_1(x).reshape(1, -1)


def gradient_col(x):
    return g_alvarez_1(x).reshape(-1, 1)


def directional(grad, x, v, unit):
    g = grad(x)
    slope = math.fsum(float(a) * float(b) for a, b in zip(g, v))
    if not unit:
        return slope
    n = math.hypot(*v)
    if n == 0.0:
        raise ValueError("v is the zero vector, it cannot be scaled to length 1")
    return slope / n


def steepest(w, sign=+1):
    n = math.hypot(*w)
    if n == 0.0:
        raise ValueError("w is zero")
    return np.array([math.copysign(1, sign) * float(t) / n for t in w])


def Dv_at_origin(v):
    x, y = v
    r = math.hypot(x, y)
    if r == 0:
        return 0.0
    return y * math.pow(y / r, 2)


def linearity_defect(v1, v2):
    s = (v1[0] + v2[0], v1[1] + v2[1])
    return math.fsum((Dv_at_origin(s), -Dv_at_origin(v1), -Dv_at_origin(v2)))


def claims():
    return {"partials_exist": True, "linear": False, "gradient_formula_valid": False}
