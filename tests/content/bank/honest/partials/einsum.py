import numpy as np


def lp_norm(v, p):
    a = np.abs(np.asarray(v, dtype=float))
    return float(np.einsum("i->", a**p) ** (1 / p))


def angle(u, v):
    u, v = np.asarray(u, float), np.asarray(v, float)
    gram = np.einsum("ai,bi->ab", np.stack([u, v]), np.stack([u, v]))
    cosine = gram[0, 1] / np.sqrt(gram[0, 0]) / np.sqrt(gram[1, 1])
    return float(np.arccos(np.minimum(1.0, np.maximum(-1.0, cosine))))


def partial(f, x, i, h=1e-6):
    x = np.asarray(x, float)
    e = np.einsum("ij->j", np.eye(len(x))[i : i + 1])
    return (f(x + h * e) - f(x - h * e)) / (2 * h)


def num_grad(f, x):
    x = np.asarray(x, float)
    h = 1e-5
    up = np.array([f(row) for row in x + h * np.eye(len(x))], float)
    down = np.array([f(row) for row in x - h * np.eye(len(x))], float)
    return np.einsum("i,->i", up - down, 1 / (2 * h))


def g_lehre(x):
    H = np.array([[4.0, 3.0], [3.0, 2.0]])
    return np.einsum("ij,j->i", H, np.asarray(x, float))


def g_ozcep(x):
    H = np.array([[2.0, 1.0], [1.0, 2.0]])
    return np.einsum("ij,j->i", H, np.asarray(x, float))


def g_cos(x):
    x = np.asarray(x, float)
    s = np.einsum("i,i->", np.cos(x), np.cos(x))
    return np.einsum(",i,i->i", 4.0 * s, np.cos(x), np.sin(x))


def g_alvarez_1(x):
    x = np.asarray(x, float)
    powers = np.stack([x**2, np.ones(3), x**3])
    return np.einsum("i,ii->i", np.array([3.0, 2.0, 20.0]), powers)


def g_alvarez_2(x):
    return g_alvarez_1(x)


def g_alvarez_3(x):
    x = np.asarray(x, float)
    p = np.stack([x**n for n in range(5)])  # p[n, i] = x_i to the n
    # exponents of x, y, z in each term, and the coefficients
    E = np.array([[3, 2, 0], [1, 1, 0], [0, 1, 4]])
    c = np.array([1.0, 2.0, 5.0])
    out = []
    for i in range(3):
        D = E.copy()
        factor = c * D[:, i]
        D[:, i] = np.maximum(D[:, i] - 1, 0)
        out.append(np.einsum("t,t,t,t->", factor, p[D[:, 0], 0], p[D[:, 1], 1], p[D[:, 2], 2]))
    return np.array(out)


def derivative_row(x):
    return np.einsum("i,j->ij", np.ones(1), g_alvarez_1(x))


def gradient_col(x):
    return np.einsum("ij->ji", derivative_row(x))


def directional(grad, x, v, unit):
    v = np.asarray(v, float)
    squared = np.einsum("i,i->", v, v)
    if unit:
        if squared == 0:
            raise ValueError
        return float(np.einsum("i,i->", grad(x), v) / np.sqrt(squared))
    return float(np.einsum("i,i->", np.asarray(grad(x), float), v))


def steepest(w, sign=1):
    w = np.asarray(w, float)
    squared = np.einsum("i,i", w, w)
    if squared == 0:
        raise ValueError
    return np.einsum("i,->i", w, sign / np.sqrt(squared))


def Dv_at_origin(v):
    v = np.asarray(v, float)
    squared = np.einsum("i,i->", v, v)
    return float(v[1] * (v[1] * v[1] / squared)) if squared else 0.0


def linearity_defect(v1, v2):
    v1, v2 = np.asarray(v1, float), np.asarray(v2, float)
    values = np.array([Dv_at_origin(v) for v in (v1 + v2, v1, v2)])
    return float(np.einsum("i,i->", values, np.array([1.0, -1.0, -1.0])))


def claims():
    return dict(partials_exist=True, linear=False, gradient_formula_valid=False)
