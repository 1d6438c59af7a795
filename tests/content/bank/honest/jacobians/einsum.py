# einsum, Kronecker products, everything multiplied out
import string

import numpy as np


def jacobian_fd(f, x, layout, h):
    n = len(x)
    forward = x + h * np.identity(n)
    table = np.apply_along_axis(f, 1, forward) / h - f(x.astype(float)) / h
    return np.einsum({"rows": "ik->ki", "binder": "ik->ik"}[layout], table)


def D_dot(z, v):
    return np.einsum("i,i->", z, v)


def D_ATx(A, v):
    return np.einsum("ij,i->j", A, v)


def grad_fk(A, k):
    e = np.zeros(A.shape[1])
    e[k] = 1
    return np.einsum("ij,j->i", A, e)


def D_AXC(A, V, C):
    return np.einsum("km,ml,lr->kr", A, V, C)


def partial_AXC(A, C, i, j):
    # vec(A X C) = (A kron C^T) vec(X), row by row: one column of the big matrix
    big = np.kron(A, C.T)
    column = i * C.shape[0] + j
    return big[:, column].reshape(A.shape[0], C.shape[1])


def quadform_grad(A, x):
    return np.einsum("ij,j->i", A, x) + np.einsum("ji,j->i", A, x)


def chain_1d(df, g, dg, x):
    return np.prod([dg(x), df(g(x))])


def chain_jvp(Js, v):
    # the whole Jacobian first, from the left
    J = Js[0]
    for other in Js[1:]:
        J = np.einsum("ij,jk->ik", J, other)
    return np.einsum("ij,j->i", J, v)


def chain_grad(Jg, grad_f_at, g, x):
    return np.einsum("k,ki->i", grad_f_at(g(x)), Jg(x))


def dL_dW(X, G):
    return np.einsum("iu,iv->uv", X, G)


def dL_dX(G, W):
    return np.einsum("ij,uj->iu", G, W)


def tensor_chain(dY_dX, dz_dY):
    letters = string.ascii_lowercase[: dY_dX.ndim]
    p = dz_dY.ndim
    return np.einsum(f"{letters[:p]},{letters}->{letters[p:]}", dz_dY, dY_dX)


def grad_h(x1, x2, a, b):
    # h = a² x1³ x2 + 2ab x1² x2² + b² x1 x2³
    one = 3 * a**2 * x1**2 * x2 + 4 * a * b * x1 * x2**2 + b**2 * x2**3
    two = a**2 * x1**3 + 4 * a * b * x1**2 * x2 + 3 * b**2 * x1 * x2**2
    return np.array([one, two])
