import numpy as np
from numpy.linalg import norm


def lp_norm(v, p):
    return norm(np.asarray(v, dtype=float), ord=p)


def angle(u, v):
    # the cosine and the sine by projection on u, then arctan2
    u = np.asarray(u, dtype=float) / norm(u)
    v = np.asarray(v, dtype=float) / norm(v)
    c = np.inner(u, v)
    s = norm(v - c * u)
    return float(np.arctan2(s, c))


def partial(f, x, i, h=1e-6):
    e = np.kron(np.eye(len(x))[i], [1.0])
    return np.diff([f(x - h * e), f(x + h * e)])[0] / np.diff([-h, h])[0]


def num_grad(f, x):
    d = len(x)
    h = 1e-4
    D = np.vstack([h * np.eye(d), -h * np.eye(d)])
    values = [f(np.add(x, row)) for row in D]
    return np.linalg.lstsq(D, np.array(values, dtype=float), rcond=None)[0]


def g_lehre(x):
    A = np.array([[2, 1.5], [1.5, 1]])
    return (A + A.T) @ x


def g_ozcep(x):
    A = np.triu(np.ones((2, 2)))
    return (A + A.T) @ x


def g_cos(x):
    c, s = np.cos(x), np.sin(x)
    return 4 * np.dot(c, c) * (np.diag(c) @ s)


def g_alvarez_1(x):
    V = np.vander(np.asarray(x, dtype=float), 4, increasing=True)
    return np.array([3 * V[0, 2], 2 * V[1, 0], 20 * V[2, 3]])


def g_alvarez_2(x):
    return np.diag(g_alvarez_1(x)) @ np.ones(3)


def g_alvarez_3(x):
    x, y, z = np.asarray(x, dtype=float)
    J = np.array([[3 * x**2, 0, 0], [0, 1, 0], [0, 0, 4 * z**3]])  # of (x³, y, z⁴)
    a, b, c = x**3, y, z**4
    outer = np.array([b**2, 2 * a * b + 5 * c, 5 * b])  # of a b² + 5 b c
    return J.T @ outer + np.array([2 * y, 2 * x, 0])


def derivative_row(x):
    return np.outer([1.0], g_alvarez_1(x))


def gradient_col(x):
    return np.outer(g_alvarez_1(x), [1.0])


def directional(grad, x, v, unit):
    n = norm(v) if unit else 1.0
    if n == 0:
        raise ValueError("the zero vector has no direction")
    return np.vdot(grad(x), v) / n


def steepest(w, sign=+1):
    n = norm(w)
    if n == 0:
        raise ValueError("w = 0")
    return np.dot(np.eye(len(w)) * sign / n, w)


def Dv_at_origin(v):
    n = norm(v)
    return 0.0 if n == 0 else n * np.sin(np.arctan2(v[1], v[0])) ** 3


def linearity_defect(v1, v2):
    return np.dot([1, -1, -1], [Dv_at_origin(v) for v in (np.add(v1, v2), v1, v2)])


def claims():
    return {"linear": False, "gradient_formula_valid": False, "partials_exist": True}
