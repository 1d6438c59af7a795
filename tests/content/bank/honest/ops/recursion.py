import numpy as np


def unbroadcast(grad, shape):
    grad = np.asarray(grad)
    if grad.ndim > len(shape):
        return unbroadcast(np.add.reduce(grad, axis=0), shape)
    for i in range(len(shape)):
        if shape[i] == 1 and grad.shape[i] > 1:
            half = grad.shape[i] // 2
            first, second = np.split(grad, [half], axis=i)
            return unbroadcast(first, shape) + unbroadcast(second, shape)
    return grad.copy()


def add_backward(grad, a_shape, b_shape):
    return unbroadcast(grad, a_shape), unbroadcast(grad, b_shape)


def mul_backward(grad, a, b):
    def one(mine, other):
        return unbroadcast(np.asarray(grad) * other, mine.shape)

    return one(a, b), one(b, a)


def div_backward(grad, a, b):
    # a / b = a * (1/b), and 1/b has the derivative -1/b²
    da, dr = mul_backward(grad, a, 1.0 / b)
    return da, dr * (-1.0 / b / b)


def matmul_backward(grad, a, b):
    if a.ndim == 1:
        da, db = matmul_backward(np.expand_dims(grad, -2 if b.ndim > 1 else -1), a[None], b)
        return da[0], db
    if b.ndim == 1:
        da, db = matmul_backward(np.expand_dims(grad, -1), a, b[:, None])
        return da, db[:, 0]
    if a.ndim == 2 and b.ndim == 2:
        return grad @ b.T, a.T @ grad
    # a batch axis in front of the result: add up over it
    batch = np.ndim(grad)
    da, db = np.zeros(a.shape), np.zeros(b.shape)
    for i in range(len(grad)):
        has_a, has_b = a.ndim == batch, b.ndim == batch
        ia = (i if a.shape[0] > 1 else 0) if has_a else Ellipsis
        ib = (i if b.shape[0] > 1 else 0) if has_b else Ellipsis
        pa, pb = matmul_backward(grad[i], a[ia], b[ib])
        da[ia] += pa
        db[ib] += pb
    return da, db


def sum_backward(grad, shape, axis, keepdims):
    nd = len(shape)
    if axis is None:
        return sum_backward(grad, shape, tuple(range(nd)), keepdims)
    if not isinstance(axis, tuple):
        return sum_backward(grad, shape, (axis,), keepdims)
    if any(ax < 0 for ax in axis):
        return sum_backward(grad, shape, tuple(ax % nd for ax in axis), keepdims)
    if len(axis) == 0:
        return np.array(grad)
    # undo the smallest axis last, so that the places of the others are right
    small, rest = min(axis), tuple(sorted(axis)[1:])
    if keepdims:
        inner = sum_backward(grad, shape[:small] + (1,) + shape[small + 1:], rest, True)
        return np.repeat(inner, shape[small], axis=small)
    inner_shape = shape[:small] + shape[small + 1:]
    inner = sum_backward(grad, inner_shape, tuple(ax - 1 for ax in rest), False)
    return np.repeat(np.expand_dims(inner, small), shape[small], axis=small)


def mean_backward(grad, shape, axis, keepdims):
    if axis is None:
        axis = tuple(range(len(shape)))
    if isinstance(axis, tuple):
        n = 1
        for ax in axis:
            n *= shape[ax]
        return sum_backward(grad, shape, axis, keepdims) / n
    return mean_backward(grad, shape, (axis,), keepdims)


def max_backward(grad, x, axis):
    if axis is None:
        return max_backward(np.asarray(grad), x.reshape(-1), 0).reshape(x.shape)
    if axis < 0:
        return max_backward(grad, x, axis + x.ndim)
    if axis > 0:
        return np.stack([max_backward(np.asarray(grad)[i], x[i], axis - 1) for i in range(len(x))])
    top = x.max(axis=0)
    wins = x == top
    return np.where(wins, np.asarray(grad) / np.count_nonzero(wins, axis=0), 0.0)


def relu_backward(grad, x):
    if np.ndim(x) == 0:
        return np.array(grad if x > 0 else 0.0 * grad)
    return np.array([relu_backward(g, t) for g, t in zip(grad, x)]).reshape(np.shape(x))


def exp_backward(grad, out):
    if np.ndim(out) == 0:
        return np.array(grad * out)
    return np.array([exp_backward(g, t) for g, t in zip(grad, out)]).reshape(np.shape(out))


def log_backward(grad, x):
    return np.array(grad * np.asarray(x, dtype=float) ** -1)


def pow_backward(grad, x, p):
    if p < 0:
        # x^p = (1/x)^(-p)
        r = 1.0 / x
        return pow_backward(grad, r, -p) * (-r * r)
    return np.array(grad * p * np.asarray(x, dtype=float) ** (p - 1))


def sqrt_backward(grad, out):
    return pow_backward(grad, np.asarray(out, dtype=float) ** 2, 0.5)


def cross_entropy(logits, labels, reduction):
    if reduction == "mean":
        loss, d = cross_entropy(logits, labels, "sum")
        return loss / len(labels), d / len(labels)
    if len(labels) > 1:
        half = len(labels) // 2
        l1, d1 = cross_entropy(logits[:half], labels[:half], "sum")
        l2, d2 = cross_entropy(logits[half:], labels[half:], "sum")
        return l1 + l2, np.vstack([d1, d2])
    z = logits[0] - np.max(logits[0])
    p = np.exp(z) / np.sum(np.exp(z))
    d = p.copy()
    d[labels[0]] -= 1
    return np.log(np.sum(np.exp(z))) - z[labels[0]], d[None]
