# preallocated results, np.add.at, out= and in-place arithmetic on copies
import numpy as np


def unbroadcast(grad, shape):
    out = np.zeros(shape)
    index = np.broadcast_to(np.arange(out.size).reshape(shape), np.shape(grad))
    flat = out.reshape(-1)
    np.add.at(flat, index, grad)
    return flat.reshape(shape)


def add_backward(grad, a_shape, b_shape):
    da = unbroadcast(grad, a_shape)
    db = unbroadcast(grad, b_shape)
    return da, db


def mul_backward(grad, a, b):
    work = np.array(grad, dtype=float)
    work *= b
    da = unbroadcast(work, a.shape)
    work[...] = grad
    work *= a
    return da, unbroadcast(work, b.shape)


def div_backward(grad, a, b):
    work = np.array(grad, dtype=float)
    work /= b
    da = unbroadcast(work, a.shape)
    work *= a
    work /= b
    np.negative(work, out=work)
    return da, unbroadcast(work, b.shape)


def matmul_backward(grad, a, b):
    va, vb = a.ndim == 1, b.ndim == 1
    A = a.reshape(1, a.size) if va else a
    B = b.reshape(b.size, 1) if vb else b
    batch = np.broadcast(np.empty(A.shape[:-2]), np.empty(B.shape[:-2])).shape
    G = np.array(grad, dtype=float).reshape(batch + (A.shape[-2], B.shape[-1]))
    dA = np.empty(batch + A.shape[-2:])
    dB = np.empty(batch + B.shape[-2:])
    np.matmul(G, np.swapaxes(B, -1, -2), out=dA)
    np.matmul(np.swapaxes(A, -1, -2), G, out=dB)
    return unbroadcast(dA, A.shape).reshape(a.shape), unbroadcast(dB, B.shape).reshape(b.shape)


def sum_backward(grad, shape, axis, keepdims):
    dx = np.zeros(shape)
    view = dx
    if axis is None:
        dx += np.asarray(grad).reshape(())
        return dx
    axes = [axis] if not isinstance(axis, tuple) else list(axis)
    axes = [ax % dx.ndim for ax in axes]
    view = np.moveaxis(dx, axes, range(len(axes)))  # the summed axes in front
    g = np.asarray(grad)
    if keepdims:
        g = g.squeeze(axis=tuple(axes))
    view += g
    return dx


def mean_backward(grad, shape, axis, keepdims):
    dx = sum_backward(grad, shape, axis, keepdims)
    dx /= dx.size / np.asarray(grad).size
    return dx


def max_backward(grad, x, axis):
    dx = np.zeros(x.shape)
    if axis is None:
        dx[x == x.max()] = 1
        dx *= grad
        dx /= np.count_nonzero(x == x.max())
        return dx
    hit = x == x.max(axis=axis, keepdims=True)
    np.add(dx, np.expand_dims(grad, axis), out=dx)
    dx /= hit.sum(axis=axis, keepdims=True)
    dx[~hit] = 0
    return dx


def relu_backward(grad, x):
    dx = np.array(grad, dtype=float)
    dx[np.asarray(x) <= 0] = 0
    return dx


def exp_backward(grad, out):
    dx = np.array(grad, dtype=float)
    dx *= out
    return dx


def log_backward(grad, x):
    dx = np.array(grad, dtype=float)
    dx /= x
    return dx


def pow_backward(grad, x, p):
    dx = np.array(x, dtype=float)
    dx **= p - 1
    dx *= p
    dx *= grad
    return dx


def sqrt_backward(grad, out):
    dx = np.array(grad, dtype=float)
    dx /= out
    dx /= 2
    return dx


def cross_entropy(logits, labels, reduction):
    d = np.array(logits, dtype=float)
    d -= d.max(axis=1, keepdims=True)
    loss = -d[range(len(d)), labels].sum()
    np.exp(d, out=d)
    totals = d.sum(axis=1)
    loss += np.log(totals).sum()
    d /= totals[:, None]
    np.subtract.at(d, (range(len(d)), labels), 1)
    if reduction == "mean":
        loss /= len(d)
        d /= len(d)
    return loss, d
