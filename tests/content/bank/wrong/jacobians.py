"""Wrong answers to the sheet on Jacobians and the chain rule, as students give them. Each one replaces the right function."""
import numpy as np

BANK = []


def wrong(function, what):
    def add(f):
        BANK.append((function, what, f))
        return f

    return add


# ---------------------------------------------------------------- jacobian_fd


@wrong("jacobian_fd", "The layouts are swapped.")
def jacobian_fd_swapped(f, x, layout, h):
    x = np.asarray(x, dtype=float)
    J = np.array([(f(x + h * e) - f(x)) / h for e in np.eye(len(x))])
    return J if layout == "rows" else J.T


@wrong("jacobian_fd", "The layout is ignored.")
def jacobian_fd_always_rows(f, x, layout, h):
    x = np.asarray(x, dtype=float)
    return np.array([(f(x + h * e) - f(x)) / h for e in np.eye(len(x))]).T


@wrong("jacobian_fd", "A copy of whole numbers cannot hold x + h.")
def jacobian_fd_whole(f, x, layout, h):
    cols = []
    for i in range(len(x)):
        y = x.copy()
        y[i] = y[i] + h
        cols.append((f(y) - f(x)) / h)
    J = np.array(cols)
    return J if layout == "binder" else J.T


@wrong("jacobian_fd", "All inputs move at once.")
def jacobian_fd_all(f, x, layout, h):
    x = np.asarray(x, dtype=float)
    slope = (f(x + h) - f(x)) / h
    J = np.array([slope for _ in range(len(x))])
    return J if layout == "binder" else J.T


@wrong("jacobian_fd", "Inputs stay moved once they have been moved.")
def jacobian_fd_stay_moved(f, x, layout, h):
    y = np.array(x, dtype=float)
    base = f(y.copy())
    J = []
    for i in range(len(y)):
        y[i] += h
        J.append((f(y.copy()) - base) / h)
    J = np.array(J)
    return J if layout == "binder" else J.T


@wrong("jacobian_fd", "The argument itself is moved, and left there.")
def jacobian_fd_changes_x(f, x, layout, h):
    if x.dtype.kind != "f":
        x = x.astype(float)
    J = []
    for i in range(len(x)):
        base = f(x.copy())
        x[i] += h
        J.append((f(x.copy()) - base) / h)
    J = np.array(J)
    return J if layout == "binder" else J.T


@wrong("jacobian_fd", "Central, divided by h.")
def jacobian_fd_one_h(f, x, layout, h):
    x = np.asarray(x, dtype=float)
    J = np.array([(f(x + h * e) - f(x - h * e)) / h for e in np.eye(len(x))])
    return J if layout == "binder" else J.T


@wrong("jacobian_fd", "A step of its own.")
def jacobian_fd_own_step(f, x, layout, h):
    x = np.asarray(x, dtype=float)
    h = 1e-6
    J = np.array([(f(x + h * e) - f(x)) / h for e in np.eye(len(x))])
    return J if layout == "binder" else J.T


@wrong("jacobian_fd", "One output or one input gives a vector, no table.")
def jacobian_fd_squeezed(f, x, layout, h):
    x = np.asarray(x, dtype=float)
    J = np.array([(f(x + h * e) - f(x)) / h for e in np.eye(len(x))])
    return np.squeeze(J if layout == "binder" else J.T)


@wrong("jacobian_fd", "A step relative to the size of x.")
def jacobian_fd_relative(f, x, layout, h):
    x = np.asarray(x, dtype=float)
    J = []
    for i, e in enumerate(np.eye(len(x))):
        s = h * (1 + abs(x[i]))
        J.append((f(x + s * e) - f(x)) / s)
    J = np.array(J)
    return J if layout == "binder" else J.T


@wrong("jacobian_fd", "The table is square: as many inputs as outputs.")
def jacobian_fd_square(f, x, layout, h):
    x = np.asarray(x, dtype=float)
    y = f(x)
    J = np.zeros((len(y), len(y)))
    for i in range(min(len(x), len(y))):
        e = np.zeros(len(x))
        e[i] = h
        J[:, i] = (f(x + e) - y) / h
    return J if layout == "rows" else J.T


@wrong("jacobian_fd", "The first step is forward, all others are backward without the sign.")
def jacobian_fd_backward_sign(f, x, layout, h):
    x = np.asarray(x, dtype=float)
    J = np.array([(f(x + (h if i == 0 else -h) * e) - f(x)) / h for i, e in enumerate(np.eye(len(x)))])
    return J if layout == "binder" else J.T



# ---------------------------------------------------------------- D_dot


@wrong("D_dot", "The gradient, not the number.")
def D_dot_gradient(z, v):
    return z


@wrong("D_dot", "Entry by entry, without the sum.")
def D_dot_no_sum(z, v):
    return z * v


@wrong("D_dot", "v is brought to length 1.")
def D_dot_unit(z, v):
    return float(z @ v / np.linalg.norm(v)) if np.any(v) else 0.0


@wrong("D_dot", "The mean.")
def D_dot_mean(z, v):
    return float(np.mean(z * v))


@wrong("D_dot", "The outer product.")
def D_dot_outer(z, v):
    return np.outer(z, v)


@wrong("D_dot", "The last entry is left out.")
def D_dot_short(z, v):
    return float(sum(z[i] * v[i] for i in range(len(z) - 1)))


@wrong("D_dot", "Always positive.")
def D_dot_abs(z, v):
    return float(abs(z @ v))


@wrong("D_dot", "Cut to a whole number.")
def D_dot_int(z, v):
    return int(z @ v)


# ---------------------------------------------------------------- D_ATx


@wrong("D_ATx", "A v where the shapes allow it.")
def D_ATx_no_transpose(A, v):
    return A @ v if A.shape[1] == len(v) else A.T @ v


@wrong("D_ATx", "A itself: the Jacobian.")
def D_ATx_matrix(A, v):
    return A.T


@wrong("D_ATx", "v is brought to length 1.")
def D_ATx_unit(A, v):
    return A.T @ (v / np.linalg.norm(v)) if np.any(v) else A.T @ v


@wrong("D_ATx", "Not summed.")
def D_ATx_not_summed(A, v):
    return A * v[:, None]


@wrong("D_ATx", "A column.")
def D_ATx_column(A, v):
    return A.T @ v[:, None]


@wrong("D_ATx", "The sign.")
def D_ATx_sign(A, v):
    return -(v @ A)


@wrong("D_ATx", "The result goes into v where it fits.")
def D_ATx_in_place(A, v):
    out = A.T @ v
    if out.shape == v.shape and out.dtype == v.dtype:
        v[:] = out
        return v
    return out


# ---------------------------------------------------------------- grad_fk


@wrong("grad_fk", "Row k.")
def grad_fk_row(A, k):
    return A[k] if k < len(A) else A[:, k]


@wrong("grad_fk", "Counts from 1.")
def grad_fk_from_one(A, k):
    return A[:, k - 1]


@wrong("grad_fk", "A column with two axes.")
def grad_fk_two_axes(A, k):
    return A[:, [k]]


@wrong("grad_fk", "The whole matrix.")
def grad_fk_all(A, k):
    return A.T


@wrong("grad_fk", "Always the first one.")
def grad_fk_first(A, k):
    return A[:, 0]


@wrong("grad_fk", "Summed up.")
def grad_fk_sum(A, k):
    return A[:, k].sum()


# ---------------------------------------------------------------- D_AXC


@wrong("D_AXC", "C is put in front.")
def D_AXC_order(A, V, C):
    try:
        return C @ V @ A
    except ValueError:
        return A @ V @ C


@wrong("D_AXC", "V is transposed where that fits.")
def D_AXC_V_transposed(A, V, C):
    return A @ V.T @ C if V.shape[0] == V.shape[1] else A @ V @ C


@wrong("D_AXC", "C is transposed where that fits.")
def D_AXC_C_transposed(A, V, C):
    return A @ V @ C.T if C.shape[0] == C.shape[1] else A @ V @ C


@wrong("D_AXC", "A is transposed where that fits.")
def D_AXC_A_transposed(A, V, C):
    return A.T @ V @ C if A.shape[0] == A.shape[1] else A @ V @ C


@wrong("D_AXC", "C is forgotten.")
def D_AXC_no_C(A, V, C):
    return A @ V


@wrong("D_AXC", "A is forgotten.")
def D_AXC_no_A(A, V, C):
    return V @ C


@wrong("D_AXC", "V is brought to length 1.")
def D_AXC_unit(A, V, C):
    return A @ (V / max(np.linalg.norm(V), 1e-300)) @ C


@wrong("D_AXC", "Entry by entry where the shapes allow it.")
def D_AXC_stars(A, V, C):
    return A * V * C if A.shape == V.shape == C.shape else A @ V @ C


# ---------------------------------------------------------------- partial_AXC


@wrong("partial_AXC", "i and j are swapped.")
def partial_AXC_swapped(A, C, i, j):
    if j < A.shape[1] and i < C.shape[0]:
        return np.outer(A[:, j], C[i])
    return np.outer(A[:, i], C[j])


@wrong("partial_AXC", "Row i of A.")
def partial_AXC_row(A, C, i, j):
    return np.outer(A[i], C[j]) if i < len(A) and A.shape[0] == A.shape[1] else np.outer(A[:, i], C[j])


@wrong("partial_AXC", "Column j of C where C is square.")
def partial_AXC_column(A, C, i, j):
    return np.outer(A[:, i], C[:, j]) if C.shape[0] == C.shape[1] else np.outer(A[:, i], C[j])


@wrong("partial_AXC", "A number: how the sum of all entries changes.")
def partial_AXC_number(A, C, i, j):
    return float(A[:, i].sum() * C[j].sum())


@wrong("partial_AXC", "Transposed.")
def partial_AXC_transposed(A, C, i, j):
    return np.outer(C[j], A[:, i])


@wrong("partial_AXC", "Counts from 1.")
def partial_AXC_from_one(A, C, i, j):
    return np.outer(A[:, i - 1], C[j - 1])


@wrong("partial_AXC", "One entry of the answer only.")
def partial_AXC_entry(A, C, i, j):
    return float(A[0, i] * C[j, 0])


@wrong("partial_AXC", "Ones in the whole row i.")
def partial_AXC_whole_row(A, C, i, j):
    V = np.zeros((A.shape[1], C.shape[0]))
    V[i] = 1
    return A @ V @ C


# ---------------------------------------------------------------- quadform_grad


@wrong("quadform_grad", "2Ax: right only for a symmetric A.")
def quadform_grad_symmetric(A, x):
    return 2 * A @ x


@wrong("quadform_grad", "2Aᵀx.")
def quadform_grad_symmetric_transposed(A, x):
    return 2 * A.T @ x


@wrong("quadform_grad", "One term only.")
def quadform_grad_one_term(A, x):
    return A @ x


@wrong("quadform_grad", "With the ½ of other books.")
def quadform_grad_half(A, x):
    return (A + A.T) @ x / 2


@wrong("quadform_grad", "The value.")
def quadform_grad_value(A, x):
    return x @ A @ x


@wrong("quadform_grad", "A minus its transpose.")
def quadform_grad_minus(A, x):
    return (A - A.T) @ x


@wrong("quadform_grad", "The diagonal counts once.")
def quadform_grad_diagonal(A, x):
    return (A + A.T) @ x - np.diag(A) * x


@wrong("quadform_grad", "The sum is built in A itself.")
def quadform_grad_in_place(A, x):
    A += A.T.copy()
    return A @ x


# ---------------------------------------------------------------- chain_1d


@wrong("chain_1d", "The outer slope at x.")
def chain_1d_at_x(df, g, dg, x):
    return df(x) * dg(x)


@wrong("chain_1d", "The inner slope is forgotten.")
def chain_1d_outer(df, g, dg, x):
    return df(g(x))


@wrong("chain_1d", "Both slopes at g(x).")
def chain_1d_both_inside(df, g, dg, x):
    return df(g(x)) * dg(g(x))


@wrong("chain_1d", "Added, not multiplied.")
def chain_1d_sum(df, g, dg, x):
    return df(g(x)) + dg(x)


@wrong("chain_1d", "The outer slope at the inner slope.")
def chain_1d_nested_slopes(df, g, dg, x):
    return df(dg(x))


@wrong("chain_1d", "The slope of the product.")
def chain_1d_product(df, g, dg, x):
    return df(x) * g(x) + dg(x)


@wrong("chain_1d", "Times g(x) once more.")
def chain_1d_times_g(df, g, dg, x):
    return df(g(x)) * g(x)


# ---------------------------------------------------------------- chain_jvp


@wrong("chain_jvp", "v meets the first in the list first, where the sizes allow it.")
def chain_jvp_order(Js, v):
    try:
        out = v
        for J in Js:
            out = J @ out
        return out
    except ValueError:
        out = v
        for J in reversed(Js):
            out = J @ out
        return out


@wrong("chain_jvp", "Transposed Jacobians where they are square.")
def chain_jvp_transposed(Js, v):
    for J in reversed(Js):
        v = (J.T if J.shape[0] == J.shape[1] else J) @ v
    return v


@wrong("chain_jvp", "The outermost one is forgotten.")
def chain_jvp_one_less(Js, v):
    for J in Js[:0:-1]:
        v = J @ v
    return v


@wrong("chain_jvp", "Exactly two Jacobians.")
def chain_jvp_two(Js, v):
    if len(Js) == 1:
        return Js[0] @ v
    return Js[0] @ (Js[-1] @ v) if Js[0].shape[1] == Js[-1].shape[0] else Js[0] @ np.ones(Js[0].shape[1])


@wrong("chain_jvp", "The list is emptied.")
def chain_jvp_pops(Js, v):
    while Js:
        v = Js.pop() @ v
    return v


@wrong("chain_jvp", "One output gives a number, no array.")
def chain_jvp_squeezed(Js, v):
    for J in reversed(Js):
        v = J @ v
    return v[0] if len(v) == 1 else v


@wrong("chain_jvp", "The product of all Jacobians, without v.")
def chain_jvp_no_v(Js, v):
    J = Js[0]
    for other in Js[1:]:
        J = J @ other
    return J


@wrong("chain_jvp", "v is brought to length 1.")
def chain_jvp_unit(Js, v):
    v = v / max(np.linalg.norm(v), 1e-300)
    for J in reversed(Js):
        v = J @ v
    return v


@wrong("chain_jvp", "Only for two Jacobians at least: a single one is not applied.")
def chain_jvp_single(Js, v):
    if len(Js) == 1:
        return v
    for J in reversed(Js):
        v = J @ v
    return v



# ---------------------------------------------------------------- chain_grad


@wrong("chain_grad", "The outer gradient at x, where that is possible.")
def chain_grad_at_x(Jg, grad_f_at, g, x):
    try:
        return Jg(x).T @ grad_f_at(x)
    except (ValueError, IndexError):
        return Jg(x).T @ grad_f_at(g(x))


@wrong("chain_grad", "J not transposed where it is square.")
def chain_grad_no_transpose(Jg, grad_f_at, g, x):
    J = Jg(x)
    return (J if J.shape[0] == J.shape[1] else J.T) @ grad_f_at(g(x))


@wrong("chain_grad", "The Jacobian at g(x), where that is possible.")
def chain_grad_J_at_gx(Jg, grad_f_at, g, x):
    y = g(x)
    return (Jg(y) if len(y) == len(x) else Jg(x)).T @ grad_f_at(y)


@wrong("chain_grad", "The outer gradient only.")
def chain_grad_outer(Jg, grad_f_at, g, x):
    return grad_f_at(g(x))


@wrong("chain_grad", "One path only: the first output of g.")
def chain_grad_first_path(Jg, grad_f_at, g, x):
    return grad_f_at(g(x))[0] * Jg(x)[0]


@wrong("chain_grad", "Paths are not summed.")
def chain_grad_not_summed(Jg, grad_f_at, g, x):
    return grad_f_at(g(x))[:, None] * Jg(x)


@wrong("chain_grad", "The mean over the paths.")
def chain_grad_mean(Jg, grad_f_at, g, x):
    return np.mean(grad_f_at(g(x))[:, None] * Jg(x), axis=0)


@wrong("chain_grad", "A table with one row.")
def chain_grad_row(Jg, grad_f_at, g, x):
    return grad_f_at(g(x))[None] @ Jg(x)


# ---------------------------------------------------------------- dL_dW


@wrong("dL_dW", "Without upstream: every error is 1.")
def dL_dW_no_upstream(X, G):
    return X.T @ np.ones(G.shape)


@wrong("dL_dW", "The mean over the samples.")
def dL_dW_mean(X, G):
    return X.T @ G / len(X)


@wrong("dL_dW", "Transposed.")
def dL_dW_transposed(X, G):
    return G.T @ X


@wrong("dL_dW", "X not transposed where all sizes are equal.")
def dL_dW_plain(X, G):
    return X @ G if X.shape[0] == X.shape[1] else X.T @ G


@wrong("dL_dW", "The first sample only.")
def dL_dW_first(X, G):
    return np.outer(X[0], G[0])


@wrong("dL_dW", "The columns of G summed first.")
def dL_dW_summed(X, G):
    return np.outer(X.sum(axis=0), G.sum(axis=0))


@wrong("dL_dW", "The sign of a step downhill.")
def dL_dW_sign(X, G):
    return -X.T @ G


# ---------------------------------------------------------------- dL_dX


@wrong("dL_dX", "W not transposed where it is square.")
def dL_dX_plain(G, W):
    return G @ W if W.shape[0] == W.shape[1] else G @ W.T


@wrong("dL_dX", "Transposed.")
def dL_dX_transposed(G, W):
    return W @ G.T


@wrong("dL_dX", "Without upstream.")
def dL_dX_no_upstream(G, W):
    return np.ones(G.shape) @ W.T


@wrong("dL_dX", "Divided by the number of samples.")
def dL_dX_mean(G, W):
    return G @ W.T / len(G)


@wrong("dL_dX", "Wᵀ in front where all sizes are equal.")
def dL_dX_order(G, W):
    return W.T @ G if G.shape == W.shape and W.shape[0] == W.shape[1] else G @ W.T


@wrong("dL_dX", "The same row for every sample.")
def dL_dX_same_rows(G, W):
    return np.tile(G.sum(axis=0) @ W.T, (len(G), 1))


@wrong("dL_dX", "The last output is left out.")
def dL_dX_short(G, W):
    return G[:, :-1] @ W[:, :-1].T


# ---------------------------------------------------------------- tensor_chain


@wrong("tensor_chain", "The last axes are summed, not the first.")
def tensor_chain_last_axes(dY_dX, dz_dY):
    q = dY_dX.ndim - dz_dY.ndim
    if dY_dX.shape[q:] == dz_dY.shape:
        return np.tensordot(dY_dX, dz_dY, axes=dz_dY.ndim)
    return np.tensordot(dz_dY, dY_dX, axes=dz_dY.ndim)


@wrong("tensor_chain", "One axis only is summed.")
def tensor_chain_one_axis(dY_dX, dz_dY):
    return np.tensordot(dz_dY, dY_dX, axes=1) if dz_dY.ndim == 1 else np.tensordot(dz_dY, dY_dX, axes=([0], [0]))


@wrong("tensor_chain", "The result stays flat.")
def tensor_chain_flat(dY_dX, dz_dY):
    return dz_dY.ravel() @ dY_dX.reshape(dz_dY.size, -1)


@wrong("tensor_chain", "Y is flattened in another order than the table.")
def tensor_chain_orders(dY_dX, dz_dY):
    return (dz_dY.ravel(order="F") @ dY_dX.reshape(dz_dY.size, -1)).reshape(dY_dX.shape[dz_dY.ndim :])


@wrong("tensor_chain", "The upstream gradient is left out.")
def tensor_chain_no_upstream(dY_dX, dz_dY):
    return dY_dX.sum(axis=tuple(range(dz_dY.ndim)))


@wrong("tensor_chain", "Both tensors have the same number of axes.")
def tensor_chain_half(dY_dX, dz_dY):
    p = dY_dX.ndim // 2
    if p != dz_dY.ndim:
        p = dz_dY.ndim
        return np.zeros(dY_dX.shape[p:])
    return np.tensordot(dz_dY, dY_dX, axes=p)


@wrong("tensor_chain", "The result is given back in Fortran order.")
def tensor_chain_fortran(dY_dX, dz_dY):
    flat = dz_dY.ravel() @ dY_dX.reshape(dz_dY.size, -1)
    return flat.reshape(dY_dX.shape[dz_dY.ndim :], order="F")


@wrong("tensor_chain", "The mean over the entries of Y.")
def tensor_chain_mean(dY_dX, dz_dY):
    return np.tensordot(dz_dY, dY_dX, axes=dz_dY.ndim) / dz_dY.size


# ---------------------------------------------------------------- grad_h


@wrong("grad_h", "One path each: u2 is taken for a constant.")
def grad_h_first_path(x1, x2, a, b):
    u1, u2 = a * x1 + b * x2, x1 * x2
    return np.array([2 * u1 * u2 * a, 2 * u1 * u2 * b])


@wrong("grad_h", "The second path leads to the wrong factor: u1² x1 in the first entry.")
def grad_h_own_factor(x1, x2, a, b):
    u1, u2 = a * x1 + b * x2, x1 * x2
    return np.array([2 * u1 * u2 * a + u1**2 * x1, 2 * u1 * u2 * b + u1**2 * x2])


@wrong("grad_h", "a and b are swapped.")
def grad_h_swapped(x1, x2, a, b):
    u1, u2 = a * x1 + b * x2, x1 * x2
    return np.array([2 * u1 * u2 * b + u1**2 * x2, 2 * u1 * u2 * a + u1**2 * x1])


@wrong("grad_h", "The factor 2 is forgotten.")
def grad_h_two(x1, x2, a, b):
    u1, u2 = a * x1 + b * x2, x1 * x2
    return np.array([u1 * u2 * a + u1**2 * x2, u1 * u2 * b + u1**2 * x1])


@wrong("grad_h", "The inner slopes a and b are forgotten.")
def grad_h_inner(x1, x2, a, b):
    u1, u2 = a * x1 + b * x2, x1 * x2
    return np.array([2 * u1 * u2 + u1**2 * x2, 2 * u1 * u2 + u1**2 * x1])


@wrong("grad_h", "For arrays the two derivatives stand in columns.")
def grad_h_columns(x1, x2, a, b):
    u1, u2 = a * x1 + b * x2, x1 * x2
    return np.stack([2 * u1 * u2 * a + u1**2 * x2, 2 * u1 * u2 * b + u1**2 * x1], axis=-1)


@wrong("grad_h", "The entries in the other order.")
def grad_h_order(x1, x2, a, b):
    u1, u2 = a * x1 + b * x2, x1 * x2
    return np.array([2 * u1 * u2 * b + u1**2 * x1, 2 * u1 * u2 * a + u1**2 * x2])


@wrong("grad_h", "The paths are multiplied.")
def grad_h_product(x1, x2, a, b):
    u1, u2 = a * x1 + b * x2, x1 * x2
    return np.array([2 * u1 * u2 * a * u1**2 * x2, 2 * u1 * u2 * b * u1**2 * x1])


@wrong("grad_h", "Numbers give a table with one column.")
def grad_h_column_for_numbers(x1, x2, a, b):
    x1, x2 = np.atleast_1d(x1), np.atleast_1d(x2)
    u1, u2 = a * x1 + b * x2, x1 * x2
    return np.array([2 * u1 * u2 * a + u1**2 * x2, 2 * u1 * u2 * b + u1**2 * x1])


@wrong("grad_h", "Tables of points are flattened.")
def grad_h_flat(x1, x2, a, b):
    if np.ndim(x1) > 1:
        x1, x2 = np.ravel(x1), np.ravel(x2)
    u1, u2 = a * x1 + b * x2, x1 * x2
    return np.array([2 * u1 * u2 * a + u1**2 * x2, 2 * u1 * u2 * b + u1**2 * x1])


@wrong("grad_h", "Divided by x1 and x2: the second path is h / x, which has no value at 0.")
def grad_h_division(x1, x2, a, b):
    with np.errstate(all="ignore"):
        u1, u2 = a * x1 + b * x2, x1 * x2
        return np.array([2 * u1 * u2 * a + u1**2 * u2 / np.float64(x1), 2 * u1 * u2 * b + u1**2 * u2 / np.float64(x2)])
