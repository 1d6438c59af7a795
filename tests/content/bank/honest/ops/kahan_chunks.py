# compensated and chunked sums, iterators over blocks
import math

import numpy as np


def kahan(slices):
    total = None
    for s in slices:
        s = np.asarray(s, dtype=float)
        if total is None:
            total, lost = s.copy(), np.zeros(s.shape)
            continue
        y = s - lost
        t = total + y
        lost = (t - total) - y
        total = t
    return np.asarray(total)


def unbroadcast(grad, shape):
    g = np.asarray(grad, dtype=float)
    while g.ndim > len(shape):
        g = kahan(g)
    for i, s in enumerate(shape):
        if s == 1:
            g = kahan(np.take(g, [j], axis=i) for j in range(g.shape[i]))
    return np.array(g)


def add_backward(grad, a_shape, b_shape):
    return unbroadcast(grad, a_shape), unbroadcast(grad, b_shape)


def mul_backward(grad, a, b):
    return unbroadcast(grad * b, a.shape), unbroadcast(grad * a, b.shape)


def div_backward(grad, a, b):
    return unbroadcast(grad / b, a.shape), unbroadcast(-(grad * a) / (b * b), b.shape)


def _chunked_matmul(left, right, size=2):
    k = left.shape[-1]
    return kahan(left[..., i: i + size] @ right[..., i: i + size, :] for i in range(0, k, size))


def matmul_backward(grad, a, b):
    g = np.asarray(grad, dtype=float)
    A, B = a, b
    if b.ndim == 1:
        B, g = b.reshape(-1, 1), g.reshape(g.shape + (1,))
    if a.ndim == 1:
        A, g = a.reshape(1, -1), g.reshape(g.shape[:-1] + (1,) + g.shape[-1:])
    da = _chunked_matmul(g, np.swapaxes(B, -1, -2))
    db = _chunked_matmul(np.swapaxes(A, -1, -2), g)
    return unbroadcast(da, A.shape).reshape(a.shape), unbroadcast(db, B.shape).reshape(b.shape)


def sum_backward(grad, shape, axis, keepdims):
    shape = tuple(shape)
    if axis is None:
        axes = set(range(len(shape)))
    else:
        axes = {int(k) + len(shape) * (k < 0) for k in (axis if isinstance(axis, tuple) else [axis])}
    g = np.asarray(grad, dtype=float).reshape([1 if i in axes else s for i, s in enumerate(shape)])
    for i in axes:
        g = np.concatenate([g] * shape[i], axis=i)
    return g.copy()


def mean_backward(grad, shape, axis, keepdims):
    dx = sum_backward(grad, shape, axis, keepdims)
    if axis is None:
        n = math.prod(shape)
    elif isinstance(axis, tuple):
        n = math.prod(shape[k] for k in axis)
    else:
        n = shape[axis]
    return dx / n


def max_backward(grad, x, axis):
    dx = np.zeros(x.shape)
    g = np.asarray(grad)
    if axis is None:
        winners = np.argwhere(x == x.max())
        for w in winners:
            dx[tuple(w)] = g / len(winners)
        return dx
    axis = range(x.ndim)[axis]
    for where in np.ndindex(*g.shape):
        line = where[:axis] + (slice(None),) + where[axis:]
        winners = np.flatnonzero(x[line] == x[line].max())
        values = np.zeros(x.shape[axis])
        values[winners] = g[where] / winners.size
        dx[line] = values
    return dx


def relu_backward(grad, x):
    return np.asarray([g if t > 0 else 0.0 for g, t in zip(np.ravel(grad), np.ravel(x))], dtype=float).reshape(np.shape(x))


def exp_backward(grad, out):
    return np.asarray([g * y for g, y in zip(np.ravel(grad), np.ravel(out))], dtype=float).reshape(np.shape(out))


def log_backward(grad, x):
    return np.asarray([g / t for g, t in zip(np.ravel(grad), np.ravel(x))], dtype=float).reshape(np.shape(x))


def pow_backward(grad, x, p):
    return np.asarray([p * g * float(t) ** (p - 1) for g, t in zip(np.ravel(grad), np.ravel(x))], dtype=float).reshape(np.shape(x))


def sqrt_backward(grad, out):
    return np.asarray([g / (2 * y) for g, y in zip(np.ravel(grad), np.ravel(out))], dtype=float).reshape(np.shape(out))


def cross_entropy(logits, labels, reduction):
    n, k = np.shape(logits)
    d = np.empty((n, k))
    losses = []
    for i in range(n):
        z = [float(t) for t in logits[i]]
        right = int(labels[i])
        top = max(range(k), key=z.__getitem__)
        # all but the largest term: 1 + rest
        rest = math.fsum(math.exp(z[j] - z[top]) for j in range(k) if j != top)
        losses.append((z[top] - z[right]) + math.log1p(rest))
        d[i] = [math.exp(t - z[top]) / (1 + rest) for t in z]
        d[i, right] -= 1
    if reduction == "mean":
        return math.fsum(losses) / n, d / n
    return math.fsum(losses), d
