# long doubles wherever the sheet does not ask for ordinary numbers
import math

import numpy as np

L = np.longdouble
STEPS = 10.0 ** -np.arange(1, 16)


def wiggle(x):
    return x * np.sin(x**2) + 1


def first_index(delta):
    return math.floor(1 / delta) + 1


def forward_q(f, x, h):
    return (L(f(x + h)) - L(f(x))) / L(h)


def central_q(f, x, h):
    return (L(f(x + h)) - L(f(x - h))) / (2 * L(h))


def error_curve(f, df, x, hs, kind="forward"):
    xs = np.full(len(hs), float(x))
    right = f(xs + hs)
    left = f(xs) if kind == "forward" else f(xs - hs)
    width = hs if kind == "forward" else 2 * hs
    return np.abs((right - left) / width - df(xs))


def best_h(f, df, x, hs, kind="forward"):
    e = error_curve(f, df, x, hs, kind)
    return np.array(hs)[e == e.min()].max()


def winners():
    slope = np.sin(4.0) + 8 * np.cos(4.0)

    def df(x):
        return slope

    return {
        "forward": best_h(wiggle, lambda x: np.full(np.shape(x), slope), -2.0, STEPS),
        "central": best_h(wiggle, df, -2.0, STEPS, "central"),
    }


def wide(x):
    return np.asarray(x, dtype=L)[()]


def d_affine(a, b, x):
    return L(a) * np.ones_like(wide(x))


def d_x2(x):
    return wide(x) * 2


def d_x4(x):
    return 4 * wide(x) ** 3


def d_xsin(x):
    x = wide(x)
    return np.sin(x * x) + 2 * x * x * np.cos(x * x)


def d_sq(w, a, b, c):
    a, b = L(a), L(b)
    return 2 * a * (a * wide(w) + b)


def argmin_sq(a, b, c):
    if L(a) == 0:
        raise ValueError("a must not be 0")
    return -L(b) / L(a)


def tangent(t):
    t = wide(t)
    out = np.empty((t.size, 3), dtype=L)
    out[:, 0] = -np.sin(t)
    out[:, 1] = np.cos(t)
    out[:, 2] = t + t
    return out


def tangent_fd(curve, t, h):
    a, b = curve(t - h), curve(t + h)
    return (b.astype(L) - a.astype(L)) / (L(h) + L(h))
