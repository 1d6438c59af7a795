import numpy as np


def gd(grad, x0, lr, n):
    x = np.einsum("i->i", np.asarray(x0, dtype=float)).copy()
    out = [x]
    for _ in range(n):
        x = x - np.einsum(",i->i", lr, np.asarray(grad(x), dtype=float))
        out.append(x)
    return np.einsum("ti->ti", np.array(out))


def ascent(grad, x0, lr, n):
    return gd(lambda x: np.einsum(",i->i", -1.0, np.asarray(grad(x), dtype=float)), x0, lr, n)


def gd_tol(f, grad, u0, lr, tol, max_iter):
    pair = np.array([[f(u0)], [np.inf]], dtype=float)  # the last two losses
    u, t = np.asarray(u0, dtype=float), 0
    while t < max_iter:
        u, t = u - np.einsum(",i->i", lr, grad(u)), t + 1
        pair = np.array([[f(u)], pair[0]])
        change = np.einsum("ij,i->j", pair, [1, -1])[0]
        if -tol < change < tol:
            break
    return u, pair[0, 0], t


def x2_after(lr, x0, t):
    x = np.array([float(x0)])
    step = np.array([[1 - 2 * lr]])
    for _ in range(t):
        x = np.einsum("ij,j->i", step, x)
    return x[0]


def x2_verdict(lr):
    if lr == 0:
        raise ValueError("lr = 0")
    return {0.5: "one step", 1.0: "oscillate"}.get(float(lr), "converge" if 0 < lr < 1 else "diverge")


def alvarez_factor():
    x = np.array([-50.0, 49.0])
    y = x
    for _ in range(10):
        y = np.einsum("ij,j->i", np.eye(2) - 2 * 2 * np.eye(2), y)
    return int(round(np.einsum("i->", np.abs(y)) / np.einsum("i->", np.abs(x))))


def basins(x0s, lr, n):
    x = np.asarray(x0s, dtype=float)
    for _ in range(n):
        slope = np.einsum("pk,p->k", np.stack([x**3, x, np.ones_like(x)]), [1.0, -1.0, 0.1])
        x = x - np.einsum(",k->k", lr, slope)
    return np.einsum("k->k", (x > 0.1) * 1)
