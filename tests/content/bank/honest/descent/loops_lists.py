# plain Python lists, arrays at the end
import numpy as np


def gd(grad, x0, lr, n):
    x = [float(c) for c in x0]
    history = [list(x)]
    for t in range(n):
        g = grad(np.array(x))
        for i in range(len(x)):
            x[i] = x[i] - lr * float(g[i])
        history.append(list(x))
    return np.array(history)


def ascent(grad, x0, lr, n):
    x = [float(c) for c in x0]
    history = [list(x)]
    for t in range(n):
        g = grad(np.array(x))
        for i in range(len(x)):
            x[i] = x[i] + lr * float(g[i])
        history.append(list(x))
    return np.array(history)


def gd_tol(f, grad, u0, lr, tol, max_iter):
    u = [float(c) for c in u0]
    losses = [float(f(np.array(u)))]
    t = 0
    while t < max_iter:
        g = grad(np.array(u))
        new = []
        for i in range(len(u)):
            new.append(u[i] - lr * float(g[i]))
        u = new
        t = t + 1
        losses.append(float(f(np.array(u))))
        if abs(losses[t] - losses[t - 1]) < tol:
            break
    return np.array(u), losses[-1], t


def x2_after(lr, x0, t):
    x = float(x0)
    for _ in range(t):
        x = x - lr * 2 * x
    return x


def x2_verdict(lr):
    if lr == 0:
        raise ValueError("lr is 0")
    if lr == 0.5:
        return "one step"
    if lr == 1:
        return "oscillate"
    if lr < 0 or lr > 1:
        return "diverge"
    return "converge"


def alvarez_factor():
    start = 7
    x = start
    for _ in range(10):
        x = x - 2 * (2 * x)
    return abs(x) // abs(start)


def basins(x0s, lr, n):
    answer = []
    for start in x0s:
        x = float(start)
        for _ in range(n):
            x = x - lr * (x * x * x - x + 0.1)
        if x < 0:
            answer.append(0)
        else:
            answer.append(1)
    return np.array(answer, dtype=int)
