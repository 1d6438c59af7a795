# plain Python: loops, lists, the math module
import math

import numpy as np

STEPS = 10.0 ** -np.arange(1, 16)


def wiggle(x):
    return x * np.sin(x**2) + 1


def first_index(delta):
    K = 1
    while not 1 / K < delta:
        K += 1
    return K


def forward_q(f, x, h):
    rise = f(x + h) - f(x)
    return rise / h


def central_q(f, x, h):
    right = f(x + h)
    left = f(x - h)
    return (right - left) / (2 * h)


def error_curve(f, df, x, hs, kind="forward"):
    errors = []
    for h in hs:
        if kind == "forward":
            q = forward_q(f, x, h)
        else:
            q = central_q(f, x, h)
        errors.append(abs(q - df(x)))
    return np.array(errors)


def best_h(f, df, x, hs, kind="forward"):
    errors = error_curve(f, df, x, hs, kind)
    best = 0
    for k in range(len(hs)):
        if errors[k] < errors[best]:
            best = k
    return float(hs[best])


def dwiggle(x):
    return math.sin(x * x) + 2 * x * x * math.cos(x * x)


def winners():
    answer = {}
    for kind in ["forward", "central"]:
        answer[kind] = best_h(wiggle, dwiggle, -2.0, STEPS, kind)
    return answer


def each(formula, x):
    if isinstance(x, np.ndarray):
        return np.array([formula(float(t)) for t in x])
    return formula(x)


def d_affine(a, b, x):
    return each(lambda t: a, x)


def d_x2(x):
    return each(lambda t: t + t, x)


def d_x4(x):
    return each(lambda t: 4 * t * t * t, x)


def d_xsin(x):
    return each(dwiggle, x)


def d_sq(w, a, b, c):
    return each(lambda t: 2 * (a * t + b) * a, w)


def argmin_sq(a, b, c):
    if a == 0:
        raise ValueError("the function is the same everywhere")
    return -b / a


def tangent(t):
    rows = []
    for s in t:
        rows.append([-math.sin(s), math.cos(s), 2 * s])
    return np.array(rows)


def tangent_fd(curve, t, h):
    after = curve(t + h)
    now = curve(t)
    out = []
    for i in range(len(now)):
        out.append((after[i] - now[i]) / h)
    return np.array(out)
