# long doubles inside and outside
import numpy as np


def wide(a):
    return np.array(a, dtype=np.longdouble)


def jacobian_fd(f, x, layout, h):
    n = np.size(x)
    x = np.array(x, dtype=np.float64)
    table = []
    for i in range(n):
        right, left = x.copy(), x.copy()
        right[i] += h
        left[i] -= h
        table.append((wide(f(right)) - wide(f(left))) / (2 * np.longdouble(h)))
    table = np.vstack(table)
    return table.T if layout == "rows" else table


def D_dot(z, v):
    return np.inner(wide(z), wide(v))


def D_ATx(A, v):
    return (wide(A) * wide(v)[:, None]).sum(axis=0)


def grad_fk(A, k):
    return wide(A)[:, k]


def D_AXC(A, V, C):
    return wide(A) @ (wide(V) @ wide(C))


def partial_AXC(A, C, i, j):
    V = np.zeros((A.shape[1], C.shape[0]), dtype=np.longdouble)
    V[i, j] = 1
    return D_AXC(A, V, C)


def quadform_grad(A, x):
    A, x = wide(A), wide(x)
    return A @ x + x @ A


def chain_1d(df, g, dg, x):
    return np.longdouble(dg(x)) * np.longdouble(df(g(x)))


def chain_jvp(Js, v):
    out = wide(v)
    for J in Js[::-1]:
        out = (wide(J) * out).sum(axis=1)
    return out


def chain_grad(Jg, grad_f_at, g, x):
    weights = wide(grad_f_at(g(x)))
    return np.sum(weights[:, None] * wide(Jg(x)), axis=0)


def dL_dW(X, G):
    return sum(np.multiply.outer(wide(x), wide(g)) for x, g in zip(X, G))


def dL_dX(G, W):
    return np.array([[np.sum(wide(g) * wide(w)) for w in W] for g in G])


def tensor_chain(dY_dX, dz_dY):
    d = wide(dz_dY).ravel()
    J = wide(dY_dX).reshape(d.size, -1)
    return (d @ J).reshape(np.shape(dY_dX)[np.ndim(dz_dY) :])


def grad_h(x1, x2, a, b):
    x = wide([x1, x2])
    c = wide([a, b]).reshape((2,) + (1,) * (x.ndim - 1))
    u1 = (c * x).sum(axis=0)
    u2 = x.prod(axis=0)
    return 2 * u1 * u2 * c + u1**2 * x[::-1]
