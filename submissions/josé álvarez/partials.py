# Hoja 1: derivadas parciales
# Autor: José
import math
import numpy as np


def lp_norm(v, p):
    # la raíz p-ésima de la suma de las potencias
    return math.pow(sum(math.pow(abs(x), p) for x in v), 1 / p)


def angle(u, v):
    # ángulo entre dos vectores
    c = float(np.dot(u, v)) / (lp_norm(u, 2) * lp_norm(v, 2))
    return math.acos(c) * 180 / math.pi


def partial(f, x, i, h=1e-6):
    # pequeño paso en la dirección i
    return (f([*x[:i], x[i] + h, *x[i + 1:]]) - f(x)) / h


def num_grad(f, x):
    g = np.zeros(len(x))
    for i in range(len(x)):
        e = np.zeros(len(x))
        e[i] = 1e-6
        g[i] = (f(x + e) - f(x - e)) / 1e-6
    return g


def g_lehre(x):
    return np.array([4 * x[0], 2 * x[1]])


def g_ozcep(x):
    return np.array([2 * x[0] + x[1], x[0] + 2 * x[1]])


def g_cos(x):
    s = math.cos(x[0]) ** 2 + math.cos(x[1]) ** 2
    return np.array([2 * s * math.sin(2 * x[0]), 2 * s * math.sin(2 * x[1])])


def g_alvarez_1(x):
    # ¡la función de mi tocayo!
    return np.array([3 * x[0] ** 2, 2 * x[1], 20 * x[2] ** 3])


def g_alvarez_2(x):
    return np.array([3 * x[0] ** 2, 2, 20 * x[2] ** 3])


def g_alvarez_3(x):
    return np.array([3 * x[0] ** 2 * x[1] ** 2 + 2 * x[1],
                     2 * x[0] ** 3 * x[1] + 2 * x[0] + 5 * x[2] ** 4,
                     20 * x[1] * x[2] ** 3])


def derivative_row(x):
    return np.array([[3 * x[0] ** 2, 2, 20 * x[2] ** 3]])


def gradient_col(x):
    return np.array([[3 * x[0] ** 2], [2], [20 * x[2] ** 3]])


def directional(grad, x, v, unit):
    if unit:
        return np.sum(grad(x) * v) / np.sum(v ** 2) ** (1 / 2)
    return grad(x) * v


def steepest(w, sign=+1):
    # dirección de máxima pendiente
    return sign * w


def Dv_at_origin(v):
    return v[1] ** 3 / (v[0] ** 2 + v[1] ** 2)


def linearity_defect(v1, v2):
    return Dv_at_origin(v1 + v2) - Dv_at_origin(v1) - Dv_at_origin(v2)


def claims():
    return {"partials_exist": True, "linear": False, "gradient_formula_valid": False}
