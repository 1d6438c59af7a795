# other forms of the same formulas: Horner, complex numbers, trigonometric identities
import numpy as np


def lp_norm(v, p):
    # with the logarithm of the sum of exponentials
    a = np.abs(np.asarray(v, dtype=float))
    a = a[a > 0]
    if a.size == 0:
        return 0.0
    z = p * np.log(a)
    m = z.max()
    return float(np.exp((m + np.log(np.sum(np.exp(z - m)))) / p))


def angle(u, v):
    # polarisation: u.v = (|u+v|² - |u-v|²)/4 for unit vectors, and the half angle
    u = np.asarray(u, dtype=float) / np.sqrt(np.sum(np.square(u, dtype=float)))
    v = np.asarray(v, dtype=float) / np.sqrt(np.sum(np.square(v, dtype=float)))
    half_sine = min(1.0, np.sqrt(np.sum((u - v) ** 2)) / 2)
    half_cosine = min(1.0, np.sqrt(np.sum((u + v) ** 2)) / 2)
    if half_sine < half_cosine:
        return 2 * np.arcsin(half_sine)
    return np.pi - 2 * np.arcsin(half_cosine)


def partial(f, x, i, h=1e-6):
    e = np.zeros(len(x))
    e[i] = 1.0
    forward = f(x + h * e) / h - f(x) / h
    return forward


def num_grad(f, x):
    # a step that grows with the coordinate
    out = np.zeros(len(x))
    for i in range(len(x)):
        out[i] = partial(f, x, i, h=1e-7 * max(1.0, abs(x[i])))
    return out


def g_lehre(x):
    return np.array([x[0] + 3 * (x[0] + x[1]), 3 * (x[0] + x[1]) - x[1]], dtype=float)


def g_ozcep(x):
    s = x[0] + x[1]
    return np.array([x[0] + s, x[1] + s], dtype=float)


def g_cos(x):
    # with e^(2ix): cos² = (1 + Re)/2, sin 2x = Im
    w = np.exp(2j * np.asarray(x, dtype=float))
    return (2 + w.real.sum()) * w.imag


def g_alvarez_1(x):
    coefficients = [(3.0, 0.0, 0.0), (2.0,), (20.0, 0.0, 0.0, 0.0)]
    return np.array([np.polyval(c, t) for c, t in zip(coefficients, x)])


def g_alvarez_2(x):
    return np.array([np.polyval(np.polyder([1.0, 0, 0, 0]), x[0]), np.polyder([2.0, 0])[0], np.polyval(np.polyder([5.0, 0, 0, 0, 0]), x[2])])


def g_alvarez_3(x):
    a, b, c = (float(t) for t in x)
    return np.array([b * (3 * a * a * b + 2), 2 * a * (a * a * b + 1) + 5 * (c * c) ** 2, 20 * b * c * c * c])


def derivative_row(x):
    return np.asmatrix(g_alvarez_1(x)).A


def gradient_col(x):
    return np.c_[g_alvarez_1(x)]


def directional(grad, x, v, unit):
    g = np.asarray(grad(x), dtype=float)
    v = np.asarray(v, dtype=float)
    q = np.sum(v * v)
    if unit and q == 0:
        raise ValueError("v")
    slope = np.sum(g * v)
    return slope * q**-0.5 if unit else slope


def steepest(w, sign=+1):
    w = np.asarray(w, dtype=float)
    q = np.sum(w * w)
    if q == 0:
        raise ValueError("w")
    return w * (sign * q**-0.5)


def Dv_at_origin(v):
    # y³/(x² + y²) = y - x² y/(x² + y²) ; with complex numbers: |v| sin³
    z = complex(v[0], v[1])
    if z == 0:
        return 0.0
    return z.imag - z.imag * (z.real / abs(z)) ** 2


def linearity_defect(v1, v2):
    v1 = np.asarray(v1, dtype=float)
    v2 = np.asarray(v2, dtype=float)
    # the linear part y cancels, only the rest -x² y/(x² + y²) remains

    def rest(x, y):
        return 0.0 if x == 0 or y == 0 else y / (1 + (y / x) ** 2)

    return float(rest(*v1) + rest(*v2) - rest(*(v1 + v2)))


def claims():
    # all three are decided by hand: the partial derivatives are 0 and 1
    fx, fy = 0, 1
    return {
        "partials_exist": True,
        "linear": bool(linearity_defect(np.array([1.0, 0.0]), np.array([0.0, 1.0])) == 0),
        "gradient_formula_valid": bool(Dv_at_origin(np.array([1.0, 1.0])) == fx + fy),
    }
