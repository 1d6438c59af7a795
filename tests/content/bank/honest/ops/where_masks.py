import numpy as np


def unbroadcast(grad, shape):
    grad = np.asarray(grad)
    lead = grad.ndim - len(shape)
    out = grad.sum(axis=tuple(range(lead))) if lead > 0 else grad
    mask = np.array(shape) == 1
    axes = tuple(np.flatnonzero(mask))
    if axes:
        out = np.sum(out, axis=axes, keepdims=True)
    return np.array(out)


def add_backward(grad, a_shape, b_shape):
    da = unbroadcast(grad=grad, shape=a_shape)
    db = unbroadcast(grad=grad, shape=b_shape)
    return (da, db)


def mul_backward(grad, a, b):
    da = unbroadcast(grad=np.multiply(b, grad), shape=a.shape)
    db = unbroadcast(grad=np.multiply(a, grad), shape=b.shape)
    return (da, db)


def div_backward(grad, a, b):
    y = np.divide(a, b)
    da = unbroadcast(grad=np.divide(grad, b), shape=a.shape)
    db = unbroadcast(grad=np.divide(np.multiply(grad, y), np.negative(b)), shape=b.shape)
    return (da, db)


def matmul_backward(grad, a, b):
    if a.ndim == 1 and b.ndim == 1:
        return np.where(True, grad * b, 0), np.where(True, grad * a, 0)
    if a.ndim == 1:
        # y_m = sum_k a_k b_km in every batch
        da = np.sum(grad[..., None, :] * b, axis=-1)
        return unbroadcast(da, a.shape), a[:, None] * grad[..., None, :]
    if b.ndim == 1:
        db = np.sum(grad[..., :, None] * a, axis=-2)
        return grad[..., :, None] * b, unbroadcast(db, b.shape)
    da = np.matmul(grad, b.swapaxes(-1, -2))
    db = np.matmul(a.swapaxes(-1, -2), grad)
    return unbroadcast(da, a.shape), unbroadcast(db, b.shape)


def sum_backward(grad, shape, axis, keepdims):
    summed = np.zeros(len(shape), dtype=bool)
    summed[slice(None) if axis is None else list(np.atleast_1d(np.asarray(axis, dtype=int)))] = True
    new = np.where(summed, 1, shape).astype(int)
    return np.where(np.ones(shape, dtype=bool), np.reshape(grad, tuple(new)), 0.0)


def mean_backward(grad, shape, axis, keepdims):
    summed = np.zeros(len(shape), dtype=bool)
    summed[slice(None) if axis is None else list(np.atleast_1d(np.asarray(axis, dtype=int)))] = True
    n = int(np.prod(np.where(summed, shape, 1)))
    return sum_backward(np.true_divide(grad, n), shape, axis, keepdims)


def max_backward(grad, x, axis):
    top = np.amax(x, axis=axis, keepdims=True)
    mask = np.isclose(x, top, rtol=0, atol=0)
    m = np.count_nonzero(mask, axis=axis, keepdims=True)
    g = np.reshape(grad, top.shape)
    return np.where(mask, g / m, 0.0)


def relu_backward(grad, x):
    return np.where(x <= 0, 0.0, grad)


def exp_backward(grad, out):
    return np.where(out > 0, grad * out, 0.0)


def log_backward(grad, x):
    return np.where(x > 0, grad / x, np.nan)


def pow_backward(grad, x, p):
    if p == 0:
        return np.zeros(np.shape(x))
    if p == 1:
        return np.array(grad, dtype=float)
    if p == 2:
        return 2 * grad * x
    return p * grad * np.power(np.asarray(x, dtype=float), p - 1)


def sqrt_backward(grad, out):
    return np.where(out > 0, np.divide(grad, 2 * out), np.inf)


def cross_entropy(logits, labels, reduction):
    if reduction not in ("mean", "sum"):
        raise ValueError(reduction)
    z = np.asarray(logits, dtype=float)
    mask = np.zeros(z.shape, dtype=bool)
    mask[np.arange(z.shape[0]), labels] = True
    z = z - np.amax(z, axis=1, keepdims=True)
    lse = np.log(np.sum(np.exp(z), axis=1, keepdims=True))
    logp = z - lse
    loss = -np.sum(logp[mask])
    d = np.where(mask, np.expm1(logp), np.exp(logp))
    if reduction == "mean":
        return loss / z.shape[0], d / z.shape[0]
    return loss, d
