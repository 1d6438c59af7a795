import numpy as np

def gd(grad, x0, lr, n):
    xs = [np.array(x0, float)]
    for _ in range(n):
        g = grad(xs[-1])
        xs.append(xs[-1] - lr*g/np.linalg.norm(g))
    return np.array(xs)

def ascent(grad, x0, lr, n):
    xs = [np.array(x0, float)]
    for _ in range(n):
        g = grad(xs[-1])
        xs.append(xs[-1] + lr*g)
    return np.array(xs)

def gd_tol(f, grad, u0, lr, tol, max_iter):
    u = u0
    for t in range(1, max_iter+1):
        g = grad(u)
        u = u - lr*g
        if np.sqrt(g @ g) < tol: break
    return u, f(u), t

x2_after = lambda lr, x0, t: x0*(1 - 2*lr)**t

def x2_verdict(lr):
    q = 1 - 2*lr
    if q == 0: return 'one step'
    if abs(q) == 1: return 'oscillate'
    return 'converge' if abs(q) < 1 else 'diverge'

alvarez_factor = lambda: 3**10

def basins(x0s, lr, n):
    return (x0s > 0).astype(int)
