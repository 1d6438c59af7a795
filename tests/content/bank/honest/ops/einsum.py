import string

import numpy as np


def unbroadcast(grad, shape):
    grad = np.asarray(grad)
    letters = string.ascii_letters[: grad.ndim]
    tail = letters[grad.ndim - len(shape):]
    kept = "".join(c for c, s in zip(tail, shape) if s != 1)
    return np.array(np.einsum(f"{letters}->{kept}", grad)).reshape(shape)


def add_backward(grad, a_shape, b_shape):
    return unbroadcast(grad, a_shape), unbroadcast(grad, b_shape)


def mul_backward(grad, a, b):
    return (
        unbroadcast(np.einsum("...,...->...", grad, b), np.shape(a)),
        unbroadcast(np.einsum("...,...->...", grad, a), np.shape(b)),
    )


def div_backward(grad, a, b):
    inverse = np.divide(1.0, b)
    da = np.einsum("...,...->...", grad, inverse)
    db = -np.einsum("...,...,...,...->...", grad, a, inverse, inverse)
    return unbroadcast(da, np.shape(a)), unbroadcast(db, np.shape(b))


def matmul_backward(grad, a, b):
    A = a[None, :] if a.ndim == 1 else a
    B = b[:, None] if b.ndim == 1 else b
    G = np.asarray(grad)
    if b.ndim == 1:
        G = G[..., None]
    if a.ndim == 1:
        G = G[..., None, :]
    da = np.einsum("...il,...jl->...ij", G, B)
    db = np.einsum("...ij,...il->...jl", A, G)
    return unbroadcast(da, A.shape).reshape(a.shape), unbroadcast(db, B.shape).reshape(b.shape)


def _reduced(shape, axis):
    if axis is None:
        return tuple(range(len(shape)))
    return tuple(np.arange(len(shape))[list(axis) if isinstance(axis, tuple) else [axis]]) if axis != () else ()


def sum_backward(grad, shape, axis, keepdims):
    axes = _reduced(shape, axis)
    letters = string.ascii_letters[: len(shape)]
    left = "".join(c for i, c in enumerate(letters) if i not in axes)
    gone = "".join(letters[i] for i in axes)
    g = np.asarray(grad).reshape([s for i, s in enumerate(shape) if i not in axes])
    return np.einsum(f"{left},{gone}->{letters}", g, np.ones([shape[i] for i in axes]))


def mean_backward(grad, shape, axis, keepdims):
    n = np.prod([shape[i] for i in _reduced(shape, axis)], dtype=int)
    return np.einsum("...,->...", sum_backward(grad, shape, axis, keepdims), 1.0 / n)


def max_backward(grad, x, axis):
    if axis is None:
        hit = np.einsum("...->...", (x == x.max()) * 1.0)
        return np.einsum("...,->...", hit, grad / hit.sum())
    x = np.moveaxis(x, axis, -1)
    hit = (x == x.max(axis=-1)[..., None]) * 1.0
    share = grad / np.einsum("...i->...", hit)
    return np.moveaxis(np.einsum("...,...i->...i", share, hit), -1, axis)


def relu_backward(grad, x):
    return np.einsum("...,...->...", grad, np.asarray(x > 0, dtype=float))


def exp_backward(grad, out):
    return np.einsum("...,...->...", grad, out)


def log_backward(grad, x):
    return np.einsum("...,...->...", grad, 1.0 / x)


def pow_backward(grad, x, p):
    return np.einsum("...,,...->...", grad, float(p), np.power(np.asarray(x, dtype=float), p - 1))


def sqrt_backward(grad, out):
    return np.einsum("...,,...->...", grad, 0.5, 1.0 / out)


def cross_entropy(logits, labels, reduction):
    z = logits - logits.max(axis=1, keepdims=True)
    Y = np.eye(z.shape[1])[labels]
    e = np.exp(z)
    total = np.einsum("ij->i", e)
    weight = 1.0 / len(z) if reduction == "mean" else 1.0
    loss = weight * (np.log(total).sum() - np.einsum("ij,ij->", z, Y))
    return float(loss), weight * (np.einsum("ij,i->ij", e, 1 / total) - Y)
