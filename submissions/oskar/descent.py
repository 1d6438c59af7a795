import numpy as np

def gd(grad, x0, lr, n):
    x = x0.copy()
    history = [x.copy()]
    for i in range(n):
        x -= lr * grad(x)
        history.append(x.copy())
    return np.array(history)

def ascent(grad, x0, lr, n):
    return -gd(grad, x0, lr, n)

def gd_tol(f, grad, u0, lr, tol, max_iter):
    u = u0.copy()
    loss = f(u)
    for t in range(1, max_iter + 1):
        u = u - lr * grad(u)
        new = f(u)
        if abs(new - loss) <= tol:
            return u, new, t
        loss = new
    return u, loss, t

def x2_after(lr, x0, t):
    x = x0
    for i in range(1, t):
        x = x - lr * 2 * x
    return x

def x2_verdict(lr):
    if lr == 0:
        raise ValueError("lr is zero")
    if lr == 0.5:
        return "one step"
    if 0.5 < lr <= 1:
        return "oscillate"
    if 0 < lr < 0.5:
        return "converge"
    return "diverge"

def alvarez_factor():
    return 3 * 10

def basins(x0s, lr, n):
    x = x0s.copy()
    for i in range(n):
        x = x - lr * (x**3 - 2 * x + 0.1)
    return (x > 0).astype(int)
