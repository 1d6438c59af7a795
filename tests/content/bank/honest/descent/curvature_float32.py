# The exercises 7.5 to 7.8: single precision where arrays come and go, and numpy's numbers.
import numpy as np

F = np.float32


def lr_max(H):
    lam = np.linalg.eigvalsh(H.astype(F))
    if lam.min() <= 0:
        raise ValueError
    return F(2) / lam.max()


def rate(H, lr):
    lam = np.linalg.eigvalsh(H.astype(F))
    return max(abs(F(1) - F(lr) * lam.min()), abs(F(1) - F(lr) * lam.max()))


def steps_needed(H, lr, ratio):
    lam = np.linalg.eigvalsh(H)
    r = max(abs(1 - lr * lam.min()), abs(1 - lr * lam.max()))
    if r >= 1:
        raise ValueError("rate")
    t = np.int64(0)
    while r**t > ratio:
        t += 1
    return t


def hess(x, y, z):
    x, y, z = F(x), F(y), F(z)
    o = F(0)
    return np.array(
        [[F(6) * x + F(6) * y, F(6) * x, o], [F(6) * x, o, -F(3) * z * z], [o, -F(3) * z * z, F(2) - F(6) * y * z]]
    )


def crit_points():
    # with x = -2y and y = 2/(3z): 3 (4y)² / 4 = z³, so y⁵ = (2/3)³ / 12
    y = ((2 / 3) ** 3 / 12) ** 0.2
    return np.array([(0, -1, 0), (0, 1, 0), (-2 * y, y, 2 / (3 * y))], dtype=F)


def classify(H, tol):
    lam = np.linalg.eigvals(H).real
    flat = np.abs(lam) <= tol
    if flat.sum() > 0:
        return "degenerate"
    up = np.count_nonzero(lam > 0)
    if up == len(lam):
        return "min"
    return "max" if up == 0 else "saddle"


def predicted_drop(g, eta):
    return -F(eta) * np.dot(g.astype(F), g.astype(F))


def drop_ratio(f, grad, x, etas):
    g = np.asarray(grad(x))
    drops = [f(x) - f(x - eta * g) for eta in etas]
    return np.divide(drops, etas).astype(F) / np.dot(g, g).astype(F)


def standardize(X):
    X = X.astype(F)
    mu = X.mean(axis=0)
    sd = X.std(axis=0)
    sd[(X == X[0]).all(axis=0)] = 1
    Xs = (X - mu) / sd
    Xs[:, (X == X[0]).all(axis=0)] = 0
    return Xs, mu, sd


def iters_to_tol(X, y, lr, tol):
    X, y = X.astype(F), y.astype(F)
    w = np.zeros(X.shape[1], dtype=F)
    t = 0
    while np.mean((X @ w - y) ** 2) > tol:
        w -= F(2 * lr / len(y)) * ((X @ w - y) @ X)
        t += 1
    return t
