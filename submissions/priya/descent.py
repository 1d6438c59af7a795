import numpy as np


def gd(grad, x0, lr, n):
    rows = np.zeros((n + 1, len(x0)))
    rows[0] = x0
    for t in range(n):
        x = rows[t].copy()
        for i in range(len(x)):
            x[i] = x[i] - lr * grad(x)[i]
        rows[t + 1] = x
    return rows


def ascent(grad, x0, lr, n):
    rows = np.zeros((n + 1, len(x0)))
    rows[0] = x0
    for t in range(n):
        rows[t + 1] = rows[t] + lr * grad(rows[t])
    return rows


def gd_tol(f, grad, u0, lr, tol, max_iter):
    # max_iter is not needed, the loop ends when the change is small
    u_old = u0
    u_new = u0 - lr * grad(u0)
    t = 1
    while abs(f(u_new) - f(u_old)) >= tol:
        u_old = u_new
        u_new = u_old - lr * grad(u_old)
        t = t + 1
    return u_new, f(u_new), t


def x2_after(lr, x0, t):
    return (x0 * (1 - 2 * lr) ** t) ** 2


def x2_verdict(lr):
    if lr == 0:
        raise ValueError("lr = 0")
    if lr == 0.5:
        return "one step"
    if abs(1 - 2 * lr) < 1:
        return "converge"
    return "diverge"


def alvarez_factor():
    x0 = 2
    x = x0
    for step in range(10):
        x = x - 2 * (2 * x)
    return abs(x // x0)


def basins(x0s, lr, n):
    # a very fine table: for each of 200000 places the place after one step,
    # then every run only has to look things up
    places = np.linspace(-4, 4, 200000)
    nearest = np.abs(places[:, None] - places[None, :]).argmin(axis=1)
    after = places - lr * (places**3 - places + 0.1)
    ids = []
    for x0 in x0s:
        k = np.abs(places - x0).argmin()
        for _ in range(n):
            k = nearest[np.abs(places - after[k]).argmin()]
        ids.append(int(places[k] > 0))
    return np.array(ids)
