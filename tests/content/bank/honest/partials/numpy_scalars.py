# short one-liners of a student who trusts numpy; scalars stay numpy scalars, the forward quotient with a tiny step
import numpy as np
H = 1e-9


def lp_norm(v, p): return np.power(np.sum(np.power(np.abs(np.asarray(v, float)), p)), np.divide(1, p))


def angle(u, v): return np.arccos(np.clip(np.float64(np.dot(u, v)) / np.sqrt(np.float64(np.dot(u, u))) / np.sqrt(np.float64(np.dot(v, v))), -1, 1))


def partial(f, x, i, h=1e-6): return np.float64(f(x + h * np.eye(len(x))[i]) - f(x * 1.0)) / h


def num_grad(f, x): return np.array([partial(f, x, i, H) for i in range(len(x))])


def g_lehre(x): return np.array([4.0 * x[0] + 3 * x[1], 2.0 * x[1] + 3 * x[0]])


def g_ozcep(x): return np.array([2.0 * x[0] + x[1], 2.0 * x[1] + x[0]])


def g_cos(x): return 2 * np.sum(np.cos(x) ** 2) * np.sin(np.multiply(2, x))


def g_alvarez_1(x): return np.array([3.0 * x[0] ** 2, 2.0, 20.0 * x[2] ** 3])


def g_alvarez_2(x): return np.array([3.0 * x[0] ** 2, 2.0, 20.0 * x[2] ** 3])


def g_alvarez_3(x): return np.array([3.0 * x[0] ** 2 * x[1] ** 2 + 2 * x[1], 2.0 * x[0] ** 3 * x[1] + 2 * x[0] + 5 * x[2] ** 4, 20.0 * x[1] * x[2] ** 3])


def derivative_row(x): return np.array([[3.0 * x[0] ** 2, 2.0, 20.0 * x[2] ** 3]])


def gradient_col(x): return np.array([[3.0 * x[0] ** 2], [2.0], [20.0 * x[2] ** 3]])


def directional(grad, x, v, unit):
    if unit and np.all(np.equal(v, 0)): raise ValueError
    return np.dot(grad(x), np.divide(v, np.linalg.norm(v)) if unit else v)


def steepest(w, sign=1):
    if np.all(np.equal(w, 0)): raise ValueError
    return sign * np.divide(w, np.linalg.norm(w))


def Dv_at_origin(v): return np.float64(v[1]) * np.divide(v[1], np.hypot(*v)) ** 2 if np.any(v) else np.float64(0)


def linearity_defect(v1, v2): return Dv_at_origin(np.add(v1, v2)) - Dv_at_origin(v1) - Dv_at_origin(v2)


def claims(): return {"partials_exist": np.True_, "linear": np.False_, "gradient_formula_valid": np.False_}
