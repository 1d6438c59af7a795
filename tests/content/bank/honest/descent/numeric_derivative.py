# basins with the exact complex-step derivative; everything else as a for loop with chunks
import numpy as np


def gd(grad, x0, lr, n):
    x = np.array(x0, dtype=float, copy=True)
    history = x[None]
    for _ in range(n):
        x = x - np.multiply(grad(x), lr)
        history = np.concatenate([history, x[None]])
    return history


def ascent(grad, x0, lr, n):
    x = np.array(x0, dtype=float, copy=True)
    history = x.reshape(1, -1)
    for _ in range(n):
        x = x + np.multiply(grad(x), lr)
        history = np.append(history, x.reshape(1, -1), axis=0)
    return history


def gd_tol(f, grad, u0, lr, tol, max_iter):
    u = u0 * 1.0
    L = np.inf
    new = f(u)
    t = 0
    for t in range(1, max_iter + 1):
        L = new
        u = u - np.multiply(grad(u), lr)
        new = f(u)
        if np.abs(new - L) < tol:
            break
    return u, new, t


def x2_after(lr, x0, t):
    x = float(x0)
    while t > 0:
        x -= lr * (2 * x)
        t -= 1
    return x


def x2_verdict(lr):
    match lr:
        case 0:
            raise ValueError("lr = 0")
        case 0.5:
            return "one step"
        case 1:
            return "oscillate"
        case _ if 0 < lr < 1:
            return "converge"
        case _:
            return "diverge"


def alvarez_factor():
    rng = np.random.default_rng()
    x = 0
    while x == 0:
        x = int(rng.integers(-50, 50))
    path = gd(lambda p: 2 * p, np.array([x]), 2, 10)
    return round(abs(path[10, 0]) / abs(path[0, 0]))


def basins(x0s, lr, n):
    def f(z):
        return z**4 / 4 - z**2 / 2 + z / 10

    x = np.array(x0s, dtype=float)
    h = 1e-150
    for _ in range(n):
        x = x - lr * (f(x + 1j * h).imag / h)
    return (x.round() > 0).astype(np.uint8)
