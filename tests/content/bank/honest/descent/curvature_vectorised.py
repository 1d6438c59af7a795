# The exercises 7.5 to 7.8.
import numpy as np


def lr_max(H):
    lam = np.linalg.eigvalsh(H)
    if (lam <= 0).any():
        raise ValueError("H is not positive definite")
    return 2 / lam[-1]


def rate(H, lr):
    return np.abs(1 - lr * np.linalg.eigvalsh(H)).max()


def steps_needed(H, lr, ratio):
    r = rate(H, lr)
    if r >= 1:
        raise ValueError("the run does not converge")
    if r == 0:
        return 1
    return int(np.ceil(np.log(ratio) / np.log(r)))


def hess(x, y, z):
    H = np.zeros((3, 3))
    H[0, 0] = 6 * (x + y)
    H[0, 1] = H[1, 0] = 6 * x
    H[1, 2] = H[2, 1] = -3 * z * z
    H[2, 2] = 2 - 6 * y * z
    return H


def crit_points():
    z = np.power(16 / 3, 0.2)
    return np.array([[0.0, -1.0, 0.0], [0.0, 1.0, 0.0], [-4 / (3 * z), 2 / (3 * z), z]])


def classify(H, tol):
    lam = np.linalg.eigvalsh(H)
    if np.any(np.abs(lam) <= tol):
        return "degenerate"
    if np.all(lam > 0):
        return "min"
    if np.all(lam < 0):
        return "max"
    return "saddle"


def predicted_drop(g, eta):
    return -eta * (g @ g)


def drop_ratio(f, grad, x, etas):
    g = grad(x)
    fx = f(x)
    return np.array([f(x - eta * g) - fx for eta in etas]) / (-etas * np.sum(g**2))


def standardize(X):
    mu = X.mean(axis=0)
    sd = X.std(axis=0)
    sd[sd == 0] = 1
    return (X - mu) / sd, mu, sd


def iters_to_tol(X, y, lr, tol):
    w = np.zeros(X.shape[1])
    t = 0
    while np.mean((y - X @ w) ** 2) > tol:
        w = w + lr * 2 / len(y) * X.T @ (y - X @ w)
        t += 1
    return t
