# numbers that carry their slope along (product and chain rule in a class), recursion, generators
import math
from itertools import count

import numpy as np

STEPS = 10.0 ** -np.arange(1, 16)


class Dual:
    def __init__(self, value, slope=0.0):
        self.value = value
        self.slope = slope

    def __add__(self, other):
        other = other if isinstance(other, Dual) else Dual(other)
        return Dual(self.value + other.value, self.slope + other.slope)

    def __mul__(self, other):
        other = other if isinstance(other, Dual) else Dual(other)
        return Dual(self.value * other.value, self.slope * other.value + self.value * other.slope)

    __radd__ = __add__
    __rmul__ = __mul__


def sin(u):
    return Dual(np.sin(u.value), np.cos(u.value) * u.slope)


def cos(u):
    return Dual(np.cos(u.value), -np.sin(u.value) * u.slope)


def differentiate(formula, x):
    return formula(Dual(x, np.ones(np.shape(x)))).slope


def wiggle(x):
    return x * np.sin(x**2) + 1


def first_index(delta):
    return next(K for K in count(1) if 1 < delta * K)


def quotient(f, left, right, width):
    return -(f(left) - f(right)) / width


def forward_q(f, x, h):
    return quotient(f, x, x + h, h)


def central_q(f, x, h):
    return quotient(f, x - h, x + h, h + h)


def error_curve(f, df, x, hs, kind="forward"):
    q = {"forward": forward_q, "central": central_q}[kind]
    return np.fromiter((math.fabs(q(f, x, float(h)) - df(x)) for h in hs), dtype=float, count=len(hs))


def best_h(f, df, x, hs, kind="forward"):
    pairs = zip(error_curve(f, df, x, hs, kind), hs)
    return min(pairs)[1]


def winners():
    def df(x):
        return differentiate(lambda u: u * sin(u * u) + 1, x)

    return dict(zip(["forward", "central"], (best_h(wiggle, df, -2, STEPS, k) for k in ["forward", "central"])))


def d_affine(a, b, x):
    return differentiate(lambda u: a * u + b, x)


def d_x2(x):
    return differentiate(lambda u: u * u, x)


def d_x4(x):
    def power(u, n):
        return u if n == 1 else u * power(u, n - 1)

    return differentiate(lambda u: power(u, 4), x)


def d_xsin(x):
    return differentiate(lambda u: u * sin(u * u) + 1, x)


def d_sq(w, a, b, c):
    return differentiate(lambda u: (a * u + b) * (a * u + b) + c, w)


def argmin_sq(a, b, c):
    if a == 0:
        raise ValueError("every place is as low as every other")
    # the slope is a straight line: one step of Newton from 0 finds where it is 0
    start = d_sq(0.0, a, b, c)
    rise = 2 * a * a
    return 0.0 - start / rise


def tangent(t):
    return np.transpose([differentiate(y, np.asarray(t)) for y in (cos, sin, lambda u: u * u)])


def tangent_fd(curve, t, h):
    def once(s):
        return np.asarray(curve(s), dtype=float)

    return quotient(once, t - h, t + h, 2 * h)
