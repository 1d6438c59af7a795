from dataclasses import dataclass
from fractions import Fraction

import numpy as np


@dataclass
class Walker:
    grad: object
    x: np.ndarray
    lr: float
    direction: int = -1
    t: int = 0

    def __post_init__(self):
        self.x = np.array(self.x, dtype=float)

    def step(self):
        self.x = self.x + self.direction * self.lr * np.asarray(self.grad(self.x), dtype=float)
        self.t += 1
        return self.x


class Valley:
    """x⁴/4 - x²/2 + x/10"""

    minima = sorted(r.real for r in np.roots([1, 0, -1, 0.1]))[::2]

    def grad(self, x):
        return x**3 - x + 0.1

    def which(self, x):
        return int(np.argmin([abs(x - m) for m in self.minima]))


def gd(grad, x0, lr, n):
    w = Walker(grad, x0, lr)
    history = np.zeros((n + 1, w.x.size))
    history[0] = w.x
    while w.t < n:
        w.step()
        history[w.t] = w.x
    return history


def ascent(grad, x0, lr, n):
    w = Walker(grad, x0, lr, direction=+1)
    history = np.zeros((n + 1, w.x.size))
    history[0] = w.x
    while w.t < n:
        w.step()
        history[w.t] = w.x
    return history


def gd_tol(f, grad, u0, lr, tol, max_iter):
    w = Walker(grad, u0, lr)
    before, now = np.inf, f(w.x)
    while w.t == 0 or (w.t < max_iter and not abs(now - before) < tol):
        before = now
        now = f(w.step())
    return w.x, float(now), w.t


def x2_after(lr, x0, t):
    w = Walker(lambda x: 2 * x, [x0], lr)
    for _ in range(t):
        w.step()
    return float(w.x[0])


def x2_verdict(lr):
    if lr == 0:
        raise ValueError("lr is zero")
    factor = abs(1 - 2 * Fraction(lr))  # exact
    if factor == 0:
        return "one step"
    if factor < 1:
        return "converge"
    if factor == 1:
        return "oscillate"
    return "diverge"


def alvarez_factor():
    start = np.random.default_rng(1).integers(-50, 50)
    while start == 0:
        start = np.random.default_rng().integers(-50, 50)
    w = Walker(lambda x: 2 * x, [start], 2)
    for _ in range(10):
        w.step()
    return int(round(abs(w.x[0]) / abs(start)))


def basins(x0s, lr, n):
    valley = Valley()
    w = Walker(valley.grad, x0s, lr)
    for _ in range(n):
        w.step()
    return np.array([valley.which(x) for x in w.x], dtype=int)
