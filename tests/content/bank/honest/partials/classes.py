from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Vector:
    entries: tuple

    @classmethod
    def of(cls, v):
        return cls(tuple(float(t) for t in v))

    def dot(self, other):
        return sum(a * b for a, b in zip(self.entries, other.entries))

    def __add__(self, other):
        return Vector(tuple(a + b for a, b in zip(self.entries, other.entries)))

    def __mul__(self, c):
        return Vector(tuple(c * a for a in self.entries))

    def norm(self, p=2):
        big = max(abs(a) for a in self.entries)
        if big == 0:
            return 0.0
        return big * sum((abs(a) / big) ** p for a in self.entries) ** (1 / p)

    def unit(self):
        n = self.norm()
        if n == 0:
            raise ValueError("the zero vector cannot be brought to length 1")
        return self * (1 / n)

    def array(self):
        return np.array(self.entries)


@dataclass
class Polynomial:
    """terms: exponents -> coefficient"""

    terms: dict = field(default_factory=dict)

    def diff(self, k):
        out = {}
        for exps, c in self.terms.items():
            if exps[k]:
                new = tuple(e - (j == k) for j, e in enumerate(exps))
                out[new] = out.get(new, 0) + c * exps[k]
        return Polynomial(out)

    def __call__(self, x):
        total = 0.0
        for exps, c in self.terms.items():
            value = c
            for t, e in zip(x, exps):
                value = value * float(t) ** e
            total += value
        return total

    def gradient(self, x):
        return np.array([self.diff(k)(x) for k in range(len(x))])


LEHRE = Polynomial({(2, 0): 2, (0, 2): 1, (1, 1): 3, (0, 0): 4})
OZCEP = Polynomial({(2, 0): 1, (1, 1): 1, (0, 2): 1})
ALVAREZ = Polynomial({(3, 0, 0): 1, (0, 1, 0): 2, (0, 0, 4): 5})
ALVAREZ_3 = Polynomial({(3, 2, 0): 1, (1, 1, 0): 2, (0, 1, 4): 5})


class Slope:
    def __init__(self, f, x, h):
        self.f, self.x, self.h = f, np.array(x, dtype=float), h

    def __getitem__(self, i):
        e = np.zeros(self.x.shape)
        e[i] = self.h
        return float((self.f(self.x + e) - self.f(self.x)) / self.h)

    def __len__(self):
        return len(self.x)


def lp_norm(v, p):
    return Vector.of(v).norm(p)


def angle(u, v):
    c = Vector.of(u).unit().dot(Vector.of(v).unit())
    return float(np.arccos(max(-1.0, min(1.0, c))))


def partial(f, x, i, h=1e-6):
    return Slope(f, x, h)[i]


def num_grad(f, x):
    s = Slope(f, x, 1e-8)
    return np.array([s[i] for i in range(len(s))])


def g_lehre(x):
    return LEHRE.gradient(x)


def g_ozcep(x):
    return OZCEP.gradient(x)


def g_cos(x):
    x, y = Vector.of(x).entries
    s = 1 + (np.cos(2 * x) + np.cos(2 * y)) / 2
    return 2 * s * np.array([np.sin(2 * x), np.sin(2 * y)])


def g_alvarez_1(x):
    return ALVAREZ.gradient(x)


def g_alvarez_2(x):
    return ALVAREZ.gradient(x)


def g_alvarez_3(x):
    return ALVAREZ_3.gradient(x)


def derivative_row(x):
    return np.atleast_2d(ALVAREZ.gradient(x))


def gradient_col(x):
    return derivative_row(x).T


def directional(grad, x, v, unit):
    v = Vector.of(v)
    return Vector.of(grad(x)).dot(v.unit() if unit else v)


def steepest(w, sign=+1):
    return (Vector.of(w).unit() * sign).array()


def Dv_at_origin(v):
    v = Vector.of(v)
    n = v.norm()
    if n == 0:
        return 0.0
    s = v.entries[1] / n
    return n * s**3


def linearity_defect(v1, v2):
    v1, v2 = Vector.of(v1), Vector.of(v2)
    return Dv_at_origin((v1 + v2).entries) - Dv_at_origin(v1.entries) - Dv_at_origin(v2.entries)


@dataclass
class Claims:
    partials_exist: bool = True
    linear: bool = False
    gradient_formula_valid: bool = False


def claims():
    return vars(Claims())
