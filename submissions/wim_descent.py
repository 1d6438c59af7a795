import numpy as np

class Path:
    """remembers where it has been"""

    def __init__(self, start):
        self.x = np.array(start, dtype=float)
        self.rows = [self.x.copy()]

    def step(self, direction, size):
        self.x += size * direction
        self.rows.append(self.x.copy())

    def array(self):
        return np.array(self.rows)


def gd(grad, x0, lr, n):
    p = Path(x0)
    for _ in range(n):
        p.step(grad(p.x), -lr)
    return p.array()


def ascent(grad, x0, lr, n):
    p = Path(x0)
    for _ in range(n):
        p.step(grad(p.x), +lr)
    return p.array()


def gd_tol(f, grad, u0, lr, tol, max_iter):
    p = Path(u0)
    losses = [f(p.x)]
    while len(losses) <= max_iter:
        p.step(grad(p.x), -lr)
        losses.append(f(p.x))
        if abs(np.diff(losses)[-1]) < tol:
            break
    return p.x, losses[-1], len(losses) - 1


def x2_after(lr, x0, t):
    p = Path([x0])
    for _ in range(t):
        p.step(2 * p.x, -lr)
    return p.x[0]


def x2_verdict(lr):
    factor = x2_after(lr, 1, 1)
    if factor == 1:
        raise ValueError("standing still")
    if factor == 0:
        return "one step"
    if factor == -1:
        return "oscillate"
    return "converge" if -1 < factor < 1 else "diverge"


def alvarez_factor():
    return int(abs(x2_after(2, 1, 10)))


def basins(x0s, lr, n):
    p = Path(x0s)
    for _ in range(n):
        p.step(p.x ** 3 - p.x + 1 / 10, -lr)
    return (np.sign(p.x) + 1).astype(int) // 2


try:
    import matplotlib.pyplot as plt
except ImportError:
    plt = None

if plt:
    for start in np.linspace(-2, 2, 9):
        p = Path([start])
        for _ in range(100):
            p.step(p.x ** 3 - p.x + 0.1, -0.05)
        plt.plot(p.array())
    plt.savefig("paths.png")
