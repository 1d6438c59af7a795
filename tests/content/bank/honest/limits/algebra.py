# other forms of the same formulas: exact fractions, complex numbers, the steps multiplied out
from fractions import Fraction

import numpy as np

STEPS = 10.0 ** -np.arange(1, 16)


def wiggle(x):
    return x * np.sin(x**2) + 1


def first_index(delta):
    # 1/K < delta means K > 1/delta; fractions do not round
    return int(1 / Fraction(delta)) + 1


def forward_q(f, x, h):
    return f(x + h) / h - f(x) / h


def central_q(f, x, h):
    return 0.5 * (f(x + h) - f(x - h)) / h


def error_curve(f, df, x, hs, kind="forward"):
    # |f(x + h) - f(x) - h f'(x)| / h
    out = np.empty(len(hs))
    for k, h in enumerate(hs):
        if kind == "central":
            gap = f(x + h) - f(x - h) - 2 * h * df(x)
            out[k] = abs(gap) / (2 * h)
        else:
            gap = f(x + h) - f(x) - h * df(x)
            out[k] = abs(gap) / h
    return out


def best_h(f, df, x, hs, kind="forward"):
    order = np.argsort(error_curve(f, df, x, hs, kind=kind), kind="stable")
    return hs[order][0]


def winners():
    def slope(x):
        z = np.exp(1j * x**2)
        return z.imag + 2 * x**2 * z.real

    return {kind: best_h(wiggle, slope, -2.0, STEPS, kind) for kind in ("central", "forward")}


def d_affine(a, b, x):
    return a + 0 * x


def d_x2(x):
    return np.add(x, x)


def d_x4(x):
    return 2 * x**2 * (2 * x)


def d_xsin(x):
    z = np.exp(1j * x**2)
    return z.imag + 2 * x**2 * z.real


def d_sq(w, a, b, c):
    # multiplied out: a²w² + 2abw + b² + c
    return 2 * a**2 * w + 2 * a * b


def argmin_sq(a, b, c):
    if a == 0.0:
        raise ValueError
    # the vertex of a parabola A w² + B w + C
    A, B = a * a, 2 * a * b
    return -B / (2 * A)


def tangent(t):
    z = 1j * np.exp(1j * t)
    return np.stack((z.real, z.imag, 2.0 * t), axis=-1)


def tangent_fd(curve, t, h):
    return np.array(curve(t + h)) / h - np.array(curve(t)) / h
