# plain Python: loops over lists of numbers
import numpy as np


def jacobian_fd(f, x, layout, h):
    n = len(x)
    base = f(np.array(x, dtype=float))
    columns = []
    for i in range(n):
        moved = [float(t) for t in x]
        moved[i] += h
        value = f(np.array(moved))
        columns.append([(value[k] - base[k]) / h for k in range(len(base))])
    if layout == "binder":
        return np.array(columns)
    rows = []
    for k in range(len(base)):
        rows.append([columns[i][k] for i in range(n)])
    return np.array(rows)


def D_dot(z, v):
    s = 0
    for i in range(len(z)):
        s += z[i] * v[i]
    return float(s)


def D_ATx(A, v):
    n, s = A.shape
    out = [0.0] * s
    for j in range(s):
        for i in range(n):
            out[j] += A[i][j] * v[i]
    return np.array(out)


def grad_fk(A, k):
    return np.array([row[k] for row in A])


def times(P, Q):
    out = []
    for i in range(len(P)):
        row = []
        for j in range(len(Q[0])):
            t = 0.0
            for c in range(len(Q)):
                t += P[i][c] * Q[c][j]
            row.append(t)
        out.append(row)
    return out


def D_AXC(A, V, C):
    return np.array(times(times(A, V), C))


def partial_AXC(A, C, i, j):
    out = []
    for p in range(A.shape[0]):
        out.append([])
        for q in range(C.shape[1]):
            out[p].append(A[p, i] * C[j, q])
    return np.array(out)


def quadform_grad(A, x):
    n = len(x)
    out = np.zeros(n)
    for i in range(n):
        for j in range(n):
            out[i] += A[i, j] * x[j]
            out[i] += A[j, i] * x[j]
    return out


def chain_1d(df, g, dg, x):
    u = g(x)
    outer = df(u)
    inner = dg(x)
    return outer * inner


def chain_jvp(Js, v):
    for k in range(len(Js) - 1, -1, -1):
        J = Js[k]
        new = []
        for row in J:
            t = 0.0
            for a, b in zip(row, v):
                t += a * b
            new.append(t)
        v = new
    return np.array(v)


def chain_grad(Jg, grad_f_at, g, x):
    y = g(x)
    up = grad_f_at(y)
    J = Jg(x)
    out = []
    for i in range(len(x)):
        t = 0.0
        for k in range(len(y)):
            t += up[k] * J[k][i]
        out.append(t)
    return np.array(out)


def dL_dW(X, G):
    return np.array(times([list(c) for c in zip(*X)], [list(r) for r in G]))


def dL_dX(G, W):
    n, h = G.shape
    m = W.shape[0]
    out = np.zeros((n, m))
    for i in range(n):
        for u in range(m):
            for j in range(h):
                out[i, u] += G[i, j] * W[u, j]
    return out


def tensor_chain(dY_dX, dz_dY):
    out = np.zeros(dY_dX.shape[dz_dY.ndim :])
    for i in np.ndindex(out.shape):
        for j in np.ndindex(dz_dY.shape):
            out[i] += dz_dY[j] * dY_dX[j + i]
    return out


def grad_h(x1, x2, a, b):
    u1 = a * x1 + b * x2
    u2 = x1 * x2
    df1 = 2 * u1 * u2
    df2 = u1 * u1
    return np.array([df1 * a + df2 * x2, df1 * b + df2 * x1])
