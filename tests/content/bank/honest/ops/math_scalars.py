# np.vectorize, np.apply_along_axis, np.ndindex and the math module
import math

import numpy as np


def unbroadcast(grad, shape):
    # hand out numbers to the entries, stretch the numbers, and collect
    size = math.prod(shape)
    where = np.broadcast_to(np.arange(size).reshape(shape), np.shape(grad))
    return np.bincount(where.ravel(), weights=np.ravel(grad), minlength=size).reshape(shape)


def add_backward(grad, a_shape, b_shape):
    return unbroadcast(grad, a_shape), unbroadcast(grad, b_shape)


def mul_backward(grad, a, b):
    times = np.vectorize(lambda g, t: float(g) * float(t), otypes=[float])
    return unbroadcast(times(grad, b), np.shape(a)), unbroadcast(times(grad, a), np.shape(b))


def div_backward(grad, a, b):
    da = np.vectorize(lambda g, t: g / t, otypes=[float])(grad, b)
    db = np.vectorize(lambda g, s, t: -g * s / math.pow(t, 2), otypes=[float])(grad, a, b)
    return unbroadcast(da, np.shape(a)), unbroadcast(db, np.shape(b))


def matmul_backward(grad, a, b):
    A = a if a.ndim > 1 else a.reshape(1, -1)
    B = b if b.ndim > 1 else b.reshape(-1, 1)
    batch = np.broadcast_shapes(A.shape[:-2], B.shape[:-2])
    G = np.reshape(grad, batch + (A.shape[-2], B.shape[-1]))
    A3 = np.broadcast_to(A, batch + A.shape[-2:])
    B3 = np.broadcast_to(B, batch + B.shape[-2:])
    dA = np.zeros(A3.shape)
    dB = np.zeros(B3.shape)
    for where in np.ndindex(*batch):
        dA[where] = G[where] @ B3[where].T
        dB[where] = A3[where].T @ G[where]
    return unbroadcast(dA, A.shape).reshape(a.shape), unbroadcast(dB, B.shape).reshape(b.shape)


def sum_backward(grad, shape, axis, keepdims):
    # the number of the sum that every entry goes into
    kept = np.sum(np.zeros(shape), axis=axis, keepdims=True).shape
    where = np.broadcast_to(np.arange(math.prod(kept)).reshape(kept), shape)
    return np.asarray(grad, dtype=float).ravel()[where]


def mean_backward(grad, shape, axis, keepdims):
    kept = np.sum(np.zeros(shape), axis=axis, keepdims=True).shape
    n = 1
    for s, k in zip(shape, kept):
        if k != s:
            n *= s
    return np.vectorize(lambda d: d / n, otypes=[float])(sum_backward(grad, shape, axis, keepdims))


def max_backward(grad, x, axis):
    def share(line):
        hits = (line == line.max()).astype(float)
        return hits / math.fsum(hits)

    if axis is None:
        return share(x.reshape(-1)).reshape(x.shape) * grad
    return np.apply_along_axis(share, axis, x) * np.expand_dims(grad, axis)


def _each(function):
    return np.vectorize(function, otypes=[float])


def relu_backward(grad, x):
    return _each(lambda g, t: g if t > 0 else 0)(grad, x)


def exp_backward(grad, out):
    return _each(lambda g, y: g * y)(grad, out)


def log_backward(grad, x):
    return _each(lambda g, t: g / t)(grad, x)


def pow_backward(grad, x, p):
    return _each(lambda g, t: g * p * math.pow(t, p - 1))(grad, x)


def sqrt_backward(grad, out):
    return _each(lambda g, y: g / y / 2)(grad, out)


def cross_entropy(logits, labels, reduction):
    def log_softmax(z):
        top = float(np.max(z))
        return z - (top + math.log(math.fsum(math.exp(t - top) for t in z)))

    lp = np.apply_along_axis(log_softmax, 1, np.asarray(logits, dtype=float))
    loss = -math.fsum(lp[i, c] for i, c in enumerate(labels))
    d = _each(math.exp)(lp)
    for i, c in enumerate(labels):
        # minus (1 - p), with the digits of the others
        d[i, c] = -math.fsum(d[i, j] for j in range(d.shape[1]) if j != c)
    if reduction == "mean":
        return loss / len(lp), d / len(lp)
    return loss, d
