# other ways to the same number: cumulative sums, differences, logarithms, blocks
import numpy as np


def unbroadcast(grad, shape):
    g = np.asarray(grad, dtype=float)
    shape = tuple(shape)
    full = (1,) * (g.ndim - len(shape)) + shape
    for i in range(g.ndim):
        if full[i] == 1:
            # the last entry of the cumulative sum is the sum
            g = np.cumsum(g, axis=i).take([-1], axis=i)
    return g.reshape(shape)


def add_backward(grad, a_shape, b_shape):
    return unbroadcast(grad, a_shape), unbroadcast(grad, b_shape)


def mul_backward(grad, a, b):
    # with everything stretched first
    A, B = np.broadcast_arrays(np.asarray(a), np.asarray(b))
    return unbroadcast(grad * B, a.shape), unbroadcast(grad * A, b.shape)


def div_backward(grad, a, b):
    A, B = np.broadcast_arrays(np.asarray(a, dtype=float), np.asarray(b, dtype=float))
    da = grad * B / B**2
    return unbroadcast(da, np.shape(a)), unbroadcast(-da * A / B, np.shape(b))


def matmul_backward(grad, a, b):
    A = np.expand_dims(a, 0) if a.ndim == 1 else a
    B = np.expand_dims(b, 1) if b.ndim == 1 else b
    batch = np.broadcast_shapes(A.shape[:-2], B.shape[:-2])
    n, k = A.shape[-2:]
    m = B.shape[-1]
    G = np.reshape(grad, (-1, n, m))
    A3 = np.broadcast_to(A, batch + (n, k)).reshape(-1, n, k)
    B3 = np.broadcast_to(B, batch + (k, m)).reshape(-1, k, m)
    da = np.zeros((len(G), n, k))
    db = np.zeros((len(G), k, m))
    for t in range(len(G)):
        # sums of outer products
        da[t] = sum(np.outer(G[t][:, l], B3[t][:, l]) for l in range(m))
        db[t] = sum(np.outer(A3[t][i], G[t][i]) for i in range(n))
    da = unbroadcast(da.reshape(batch + (n, k)), A.shape)
    db = unbroadcast(db.reshape(batch + (k, m)), B.shape)
    return da.reshape(a.shape), db.reshape(b.shape)


def sum_backward(grad, shape, axis, keepdims):
    # reorder the axes: summed ones last, repeat, and order them back
    nd = len(shape)
    if axis is None:
        return np.full(shape, np.asarray(grad, dtype=float).item())
    axes = [ax % nd for ax in (axis if isinstance(axis, tuple) else (axis,))]
    rest = [i for i in range(nd) if i not in axes]
    order = rest + axes
    flat = np.asarray(grad, dtype=float).reshape(-1)
    block = np.tile(flat[:, None], (1, int(np.prod([shape[i] for i in axes], dtype=int))))
    return block.reshape([shape[i] for i in order]).transpose(np.argsort(order))


def mean_backward(grad, shape, axis, keepdims):
    n = np.prod(np.array(shape, dtype=int)) if axis is None else np.prod(np.array(shape, dtype=int)[np.atleast_1d(np.array(axis, dtype=int))])
    return sum_backward(np.asarray(grad, dtype=float) / n, shape, axis, keepdims)


def max_backward(grad, x, axis):
    # by sorting: winners are not smaller than the last one
    if axis is None:
        last = np.sort(x, axis=None)[-1]
        g = np.asarray(grad, dtype=float)
    else:
        last = np.sort(x, axis=axis).take([-1], axis=axis)
        g = np.expand_dims(np.asarray(grad, dtype=float), axis)
    w = 1.0 - (x < last)
    return w * g / np.sum(w, axis=axis, keepdims=True)


def relu_backward(grad, x):
    return grad * np.maximum(np.sign(x), 0)


def exp_backward(grad, out):
    return np.multiply(out, grad)


def log_backward(grad, x):
    return grad * np.exp(-np.log(x))


def pow_backward(grad, x, p):
    # p x^p / x
    x = np.asarray(x, dtype=float)
    return grad * p * x**p / x


def sqrt_backward(grad, out):
    # √x has the derivative √x / (2 x)
    return grad * out / (2 * np.square(out, dtype=float))


def cross_entropy(logits, labels, reduction):
    n, k = logits.shape
    z = np.asarray(logits, dtype=float)
    # relative to the score of the right class: l = log(sum exp(z_c - z_y))
    rel = z - z[np.arange(n), labels].reshape(n, 1)
    m = np.maximum(rel.max(axis=1), 0.0)
    losses = m + np.log(np.sum(np.exp(rel - m[:, None]), axis=1))
    p = np.exp(rel - losses[:, None])
    onehot = np.zeros(n * k)
    onehot[np.arange(n) * k + np.asarray(labels, dtype=np.int64)] = 1.0
    total = np.add.reduce(losses[::-1])
    d = p - onehot.reshape(n, k)
    return (total, d) if reduction == "sum" else (total / n, d / n)
