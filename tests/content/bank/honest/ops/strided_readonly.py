# results that share memory, are read-only, reversed or in Fortran order: allowed, if not recommended
import numpy as np


def unbroadcast(grad, shape):
    grad = np.asarray(grad)
    if grad.shape == tuple(shape):
        return grad.view()
    g = grad[(slice(None, None, -1),) * grad.ndim]  # add up from the other end
    lead = grad.ndim - len(shape)
    axes = tuple(range(lead)) + tuple(lead + i for i, s in enumerate(shape) if s == 1)
    out = g.sum(axis=axes).reshape([s for s in shape if s != 1])
    out = out[(slice(None, None, -1),) * out.ndim]
    return out.reshape(shape)


def add_backward(grad, a_shape, b_shape):
    return unbroadcast(grad, a_shape), unbroadcast(grad, b_shape)


def mul_backward(grad, a, b):
    da = np.asarray(unbroadcast(np.asfortranarray(grad) * b, a.shape))
    db = np.asarray(unbroadcast(np.asfortranarray(grad) * a, b.shape))
    da.flags.writeable = False
    db.flags.writeable = False
    return da, db


def div_backward(grad, a, b):
    da = unbroadcast(np.true_divide(grad, b), a.shape)
    db = unbroadcast(np.true_divide(np.negative(np.multiply(grad, a)), np.square(b)), b.shape)
    return np.asarray(da, order="F"), np.asarray(db, order="F")


def matmul_backward(grad, a, b):
    A = a if a.ndim > 1 else a[None, :]
    B = b if b.ndim > 1 else b[:, None]
    g = np.asarray(grad).reshape(np.matmul(A, B).shape)
    # the transposed products, turned round in the end
    daT = B @ g.swapaxes(-1, -2)
    dbT = g.swapaxes(-1, -2) @ A
    da = unbroadcast(daT.swapaxes(-1, -2), A.shape)
    db = unbroadcast(dbT.swapaxes(-1, -2), B.shape)
    return (da if a.ndim > 1 else da[0, :]), (db if b.ndim > 1 else db[:, 0])


def sum_backward(grad, shape, axis, keepdims):
    g = np.asarray(grad)
    if axis is not None and not keepdims:
        axes = axis if isinstance(axis, tuple) else (axis,)
        for ax in sorted(a % len(shape) for a in axes):
            g = g[(slice(None),) * ax + (None,)]
    return np.broadcast_to(g, shape)


def mean_backward(grad, shape, axis, keepdims):
    dx = sum_backward(np.asarray(grad, dtype=float), shape, axis, keepdims)
    return np.broadcast_to(np.asarray(grad) * (np.size(grad) / dx.size), np.shape(grad)) if dx.shape == np.shape(grad) else sum_backward(
        np.asarray(grad) * (np.size(grad) / dx.size), shape, axis, keepdims
    )


def max_backward(grad, x, axis):
    if axis is None:
        y = x[(slice(None, None, -1),) * x.ndim]
        hit = y == y.max()
        return (hit * grad / hit.sum())[(slice(None, None, -1),) * x.ndim]
    y = np.swapaxes(x, axis, -1)
    hit = y == y.max(axis=-1, keepdims=True)
    share = np.expand_dims(grad, axis).swapaxes(axis, -1) / hit.sum(axis=-1, keepdims=True)
    return np.swapaxes(np.where(hit, share, 0.0), axis, -1)


def relu_backward(grad, x):
    dx = np.asarray(np.where(np.asarray(x) > 0, grad, 0))
    dx.flags.writeable = False
    return dx


def exp_backward(grad, out):
    return np.multiply(np.asfortranarray(grad), np.asfortranarray(out)).reshape(np.shape(out))


def log_backward(grad, x):
    return (np.transpose(grad) / np.transpose(x)).T


def pow_backward(grad, x, p):
    big = np.empty(np.shape(x) + (2,))
    big[..., 1] = grad * (p * np.asarray(x, dtype=float) ** (p - 1.0))
    return big[..., 1]


def sqrt_backward(grad, out):
    dx = np.asarray(grad / (2.0 * out))
    dx.flags.writeable = False
    return dx


def cross_entropy(logits, labels, reduction):
    zT = np.asfortranarray(logits, dtype=float).T
    m = zT.max(axis=0)
    lse = m + np.log(np.exp(zT - m).sum(axis=0))
    p = np.exp(zT - lse)
    p[labels, np.arange(p.shape[1])] -= 1.0
    losses = lse - zT[labels, np.arange(p.shape[1])]
    if reduction == "mean":
        p /= p.shape[1]
    d = p.T
    d.flags.writeable = False
    return (losses.mean() if reduction == "mean" else losses.sum()), d
