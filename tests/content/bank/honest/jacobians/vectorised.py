# matrix products and broadcasting; slices are handed out as they are
import numpy as np


def jacobian_fd(f, x, layout, h):
    x = np.asarray(x, dtype=float)
    E = h * np.eye(x.size)
    J = np.column_stack([(f(x + e) - f(x - e)) / (2 * h) for e in E])
    return J if layout == "rows" else J.T


def D_dot(z, v):
    return z @ v


def D_ATx(A, v):
    return A.T @ v


def grad_fk(A, k):
    return A[:, k]


def D_AXC(A, V, C):
    return A @ V @ C


def partial_AXC(A, C, i, j):
    return np.outer(A[:, i], C[j])


def quadform_grad(A, x):
    return (A + A.T) @ x


def chain_1d(df, g, dg, x):
    return df(g(x)) * dg(x)


def chain_jvp(Js, v):
    for J in reversed(Js):
        v = J @ v
    return v


def chain_grad(Jg, grad_f_at, g, x):
    return Jg(x).T @ grad_f_at(g(x))


def dL_dW(X, G):
    return X.T @ G


def dL_dX(G, W):
    return G @ W.T


def tensor_chain(dY_dX, dz_dY):
    return np.tensordot(dz_dY, dY_dX, axes=dz_dY.ndim)


def grad_h(x1, x2, a, b):
    s = a * x1 + b * x2
    return np.stack([s * x2 * (s + 2 * a * x1), s * x1 * (s + 2 * b * x2)])
