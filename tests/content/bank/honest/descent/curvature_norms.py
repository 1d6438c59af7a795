# The exercises 7.5 to 7.8, with norms, singular values, powers of matrices and derivatives by small imaginary steps.
import numpy as np


def lr_max(H):
    try:
        np.linalg.cholesky(H)
    except np.linalg.LinAlgError:
        raise ValueError("some eigenvalue is not positive") from None
    return 2 / np.linalg.norm(H, 2)


def rate(H, lr):
    return np.linalg.norm(np.eye(len(H)) - lr * H, ord=2)


def steps_needed(H, lr, ratio):
    M = np.eye(len(H)) - lr * H
    if np.linalg.norm(M, 2) >= 1:
        raise ValueError("no number of steps will do")
    high = 1
    while np.linalg.norm(np.linalg.matrix_power(M, high), 2) > ratio:
        high *= 2
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        if np.linalg.norm(np.linalg.matrix_power(M, middle), 2) <= ratio:
            high = middle
        else:
            low = middle
    return high


def gradient(x, y, z):
    return np.array([3 * x * (x + 2 * y), 3 * x * x - z * z * z, z * (2 - 3 * y * z)])


def hess(x, y, z):
    h = 1e-200 * 1j
    columns = [gradient(x + h, y, z), gradient(x, y + h, z), gradient(x, y, z + h)]
    return np.stack(columns, axis=1).imag / 1e-200


def crit_points():
    line = np.array([[0, -1, 0], [0, 1, 0]])
    p = np.array([-0.8, 0.4, 1.4])
    for _ in range(50):  # Newton
        p = p - np.linalg.solve(hess(*p), gradient(*p))
    return np.vstack([line, p])


def classify(H, tol):
    values, vectors = np.linalg.eigh(H)
    signs = np.where(np.abs(values) <= tol, 0, np.sign(values))
    if 0 in signs:
        return "degenerate"
    return {1: "min", -1: "max"}.get(signs.mean(), "saddle")


def predicted_drop(g, eta):
    return -eta * np.linalg.norm(g) ** 2


def drop_ratio(f, grad, x, etas):
    g = grad(x)
    size = np.sqrt(np.einsum("i,i->", g, g))
    direction = g / size
    lengths = np.asarray(etas) * size
    return np.array([(f(x) - f(x - l * direction)) / (l * size) for l in lengths])


def standardize(X):
    ones = np.ones((len(X), 1))
    mu = np.linalg.lstsq(ones, X, rcond=None)[0][0]
    centred = X - mu
    centred[:, np.ptp(X, axis=0) == 0] = 0
    sd = np.linalg.norm(centred, axis=0) / np.sqrt(len(X))
    sd = np.where(sd > 0, sd, 1.0)
    return centred / sd, mu, sd


def iters_to_tol(X, y, lr, tol):
    m = len(y)
    # the residual alone: r -> (I - 2 lr/m X Xᵀ) r
    M = np.eye(m) - 2 * lr / m * X @ X.T
    r = y.copy()
    t = 0
    while r @ r > m * tol:
        r = M @ r
        t += 1
    return t
