# plain Python: lists and loops, arrays only at the very end
import numpy as np


def lp_norm(v, p):
    total = 0.0
    for entry in list(v):
        total = total + abs(float(entry)) ** p
    return total ** (1.0 / p)


def angle(u, v):
    dot = 0.0
    uu = 0.0
    vv = 0.0
    for i in range(len(u)):
        a = float(u[i])
        b = float(v[i])
        dot += a * b
        uu += a * a
        vv += b * b
    c = dot / (uu**0.5 * vv**0.5)
    if c > 1:
        c = 1.0
    if c < -1:
        c = -1.0
    return float(np.arccos(c))


def partial(f, x, i, h=1e-6):
    moved = []
    for j in range(len(x)):
        if j == i:
            moved.append(float(x[j]) + h)
        else:
            moved.append(float(x[j]))
    same = []
    for j in range(len(x)):
        same.append(float(x[j]))
    return (f(np.array(moved)) - f(np.array(same))) / h


def num_grad(f, x):
    result = []
    for i in range(len(x)):
        result.append(float(partial(f, x, i, 1e-7)))
    return np.array(result)


def g_lehre(x):
    x1 = float(x[0])
    x2 = float(x[1])
    return np.array([4 * x1 + 3 * x2, 2 * x2 + 3 * x1])


def g_ozcep(x):
    a = float(x[0])
    b = float(x[1])
    return np.array([2 * a + b, a + 2 * b])


def g_cos(x):
    a = float(x[0])
    b = float(x[1])
    s = np.cos(a) ** 2 + np.cos(b) ** 2
    return np.array([4 * s * np.cos(a) * np.sin(a), 4 * s * np.cos(b) * np.sin(b)])


def g_alvarez_1(x):
    result = []
    for i in range(3):
        if i == 0:
            result.append(3.0 * float(x[0]) ** 2)
        elif i == 1:
            result.append(2.0)
        else:
            result.append(20.0 * float(x[2]) ** 3)
    return np.array(result)


def g_alvarez_2(x):
    x, y, z = [float(t) for t in x]
    return np.array([3 * x**2, 2.0, 20 * z**3])


def g_alvarez_3(x):
    x, y, z = [float(t) for t in x]
    dx = 3 * x**2 * y**2 + 2 * y
    dy = 2 * x**3 * y + 2 * x + 5 * z**4
    dz = 20 * y * z**3
    return np.array([dx, dy, dz])


def derivative_row(x):
    row = []
    for entry in g_alvarez_1(x):
        row.append(entry)
    return np.array([row])


def gradient_col(x):
    col = []
    for entry in g_alvarez_1(x):
        col.append([entry])
    return np.array(col)


def directional(grad, x, v, unit):
    g = grad(x)
    length = 0.0
    for entry in v:
        length += float(entry) ** 2
    length = length**0.5
    if unit:
        if length == 0:
            raise ValueError("v is zero")
    else:
        length = 1.0
    total = 0.0
    for i in range(len(v)):
        total += float(g[i]) * (float(v[i]) / length)
    return total


def steepest(w, sign=+1):
    length = 0.0
    for entry in w:
        length += float(entry) ** 2
    length = length**0.5
    if length == 0:
        raise ValueError("flat ground")
    result = []
    for entry in w:
        result.append(sign * float(entry) / length)
    return np.array(result)


def Dv_at_origin(v):
    a = float(v[0])
    b = float(v[1])
    if a == 0 and b == 0:
        return 0.0
    return b**3 / (a**2 + b**2)


def linearity_defect(v1, v2):
    both = [float(v1[0]) + float(v2[0]), float(v1[1]) + float(v2[1])]
    return Dv_at_origin(both) - Dv_at_origin(v1) - Dv_at_origin(v2)


def claims():
    answer = {}
    answer["partials_exist"] = True
    answer["linear"] = False
    answer["gradient_formula_valid"] = False
    return answer
