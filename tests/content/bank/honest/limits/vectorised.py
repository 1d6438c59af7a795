# whole arrays at once
import numpy as np

STEPS = 10.0 ** -np.arange(1, 16)


def wiggle(x):
    return x * np.sin(x**2) + 1


def first_index(delta):
    n = np.arange(1, 3001)
    s = 3 + (-1.0) ** n / n
    far = np.flatnonzero(~(np.abs(s - 3) < delta))
    return far[-1] + 2 if far.size else 1


def forward_q(f, x, h):
    return (f(x + h) - f(x)) / h


def central_q(f, x, h):
    return (f(x + h) - f(x - h)) / h / 2


def error_curve(f, df, x, hs, kind="forward"):
    hs = np.asarray(hs)
    q = forward_q if kind == "forward" else central_q
    return np.abs(q(f, x, hs) - df(x))


def best_h(f, df, x, hs, kind="forward"):
    return hs[np.argmin(error_curve(f, df, x, hs, kind))]


def winners():
    # read off the figure
    return {"forward": 1e-8, "central": 1e-6}


def d_affine(a, b, x):
    return np.full(np.shape(x), a)


def d_x2(x):
    return 2 * x


def d_x4(x):
    return 4 * x**3


def d_xsin(x):
    return np.sin(x**2) + 2 * x**2 * np.cos(x**2)


def d_sq(w, a, b, c):
    return 2 * a * (a * w + b)


def argmin_sq(a, b, c):
    if not a:
        raise ValueError("a is 0: no place is special")
    return np.divide(-b, a)


def tangent(t):
    return np.column_stack([-np.sin(t), np.cos(t), 2 * t])


def tangent_fd(curve, t, h):
    return (curve(t + h) - curve(t - h)) / (2 * h)
