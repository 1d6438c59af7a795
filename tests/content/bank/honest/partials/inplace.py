# preallocated copies, in-place arithmetic, one buffer that is put back
import numpy as np


def lp_norm(v, p):
    a = np.array(v, dtype=float)
    np.abs(a, out=a)
    np.power(a, p, out=a)
    return np.add.reduce(a) ** (1.0 / p)


def angle(u, v):
    a = np.array(u, dtype=float)
    b = np.array(v, dtype=float)
    a /= np.linalg.norm(a)
    b /= np.linalg.norm(b)
    a *= b
    c = np.zeros(1)
    np.add.at(c, np.zeros(a.size, dtype=int), a)
    np.clip(c, -1, 1, out=c)
    return np.arccos(c).item()


def partial(f, x, i, h=1e-6):
    buffer = np.array(x, dtype=float)
    old = buffer[i]
    buffer[i] = old + h
    value = f(buffer)
    buffer[i] = old - h
    value -= f(buffer)
    buffer[i] = old
    return value / (2 * h)


def num_grad(f, x):
    h = 1e-6
    buffer = np.array(x, dtype=float)
    g = np.zeros(buffer.shape)
    for i in range(g.size):
        old = buffer[i]
        buffer[i] += h
        g[i] += f(buffer)
        buffer[i] = old - h
        g[i] -= f(buffer)
        buffer[i] = old
    g /= 2 * h
    return g


def g_lehre(x):
    g = np.zeros(2)
    g[0] += 4 * x[0]
    g[0] += 3 * x[1]
    g[1] += 2 * x[1]
    g[1] += 3 * x[0]
    return g


def g_ozcep(x):
    g = np.array(x, dtype=float)
    g *= 2
    g += x[::-1]
    return g


def g_cos(x):
    g = np.cos(x)
    s = np.sum(g**2)
    g *= np.sin(x)
    g *= 4 * s
    return g


def g_alvarez_1(x):
    g = np.array(x, dtype=float)
    g **= (2, 0, 3)
    g *= (3, 2, 20)
    return g


def g_alvarez_2(x):
    g = np.zeros(3)
    np.add.at(g, [0, 1, 2], [3.0 * x[0] ** 2, 2.0, 20.0 * x[2] ** 3])
    return g


def g_alvarez_3(x):
    a, b, c = np.array(x, dtype=float)
    g = np.zeros(3)
    g[:2] += 3 * a * a * b * b, 2 * a**3 * b
    g[:2] += 2 * b, 2 * a
    g[1:] += 5 * c**4, 20 * b * c**3
    return g


def derivative_row(x):
    row = np.empty((1, 3))
    row[0, :] = g_alvarez_1(x)
    return row


def gradient_col(x):
    col = np.empty((3, 1))
    col[:, 0] = g_alvarez_1(x)
    return col


def directional(grad, x, v, unit):
    w = np.array(v, dtype=float)
    if unit:
        n = np.sqrt(np.dot(w, w))
        if not n > 0:
            raise ValueError("v must not be zero")
        w /= n
    w *= grad(x)
    return w.sum()


def steepest(w, sign=+1):
    v = np.array(w, dtype=float)
    n = np.sqrt(np.dot(v, v))
    if n == 0:
        raise ValueError("w must not be zero")
    v /= n
    v *= sign
    return v


def Dv_at_origin(v):
    a = np.array(v, dtype=float)
    if np.all(a == 0):
        return 0.0
    top = a[1] ** 3
    a *= a
    return top / a.sum()


def linearity_defect(v1, v2):
    s = np.array(v1, dtype=float)
    s += v2
    d = Dv_at_origin(s)
    d -= Dv_at_origin(v1)
    d -= Dv_at_origin(v2)
    return d


def claims():
    answer = dict.fromkeys(["partials_exist", "linear", "gradient_formula_valid"], False)
    answer["partials_exist"] = True
    return answer
