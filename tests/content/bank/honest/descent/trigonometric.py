# basins with Cardano's formula for the top of the hill; gd with pairs of coordinates as a scan
import math

import numpy as np

# x³ - x + 1/10 = 0 : x = 2/√3 cos(φ/3 + k 2π/3), cos φ = -(3√3/2)/10
PHI = math.acos(-3 * math.sqrt(3) / 20)
ROOTS = sorted(2 / math.sqrt(3) * math.cos((PHI + 2 * math.pi * k) / 3) for k in range(3))
LEFT, TOP, RIGHT = ROOTS


def gd(grad, x0, lr, n, sign=-1.0):
    x = np.asarray(x0, dtype=float)
    rows = [x]
    for _ in range(n):
        rows += [rows[-1] + sign * lr * np.asarray(grad(rows[-1]))]
    return np.vstack(rows)


def ascent(grad, x0, lr, n):
    return gd(grad, x0, lr, n, sign=+1.0)


def gd_tol(f, grad, u0, lr, tol, max_iter):
    path = [np.array(u0, dtype=float)]
    losses = [float(f(path[0]))]
    for t in range(1, max_iter + 1):
        path.append(path[-1] - lr * np.asarray(grad(path[-1])))
        losses.append(float(f(path[-1])))
        if math.fabs(losses[-1] - losses[-2]) < tol:
            break
    return path.pop(), losses.pop(), len(path)


def x2_after(lr, x0, t):
    return math.prod([1 - 2 * lr] * t, start=float(x0))


def x2_verdict(lr):
    if lr == 0:
        raise ValueError("With lr = 0 there is no descent")
    if lr < 0:
        return "diverge"
    if lr < 1:
        return "converge" if lr != 0.5 else "one step"
    return "oscillate" if lr == 1 else "diverge"


def alvarez_factor():
    import random

    x0 = random.choice([k for k in range(-50, 50) if k])
    x = x0
    for _ in range(10):
        x -= 2 * 2 * x
    return abs(x) // abs(x0)


def basins(x0s, lr, n):
    return np.array([int(float(s) > TOP) for s in x0s], dtype=np.int8)
