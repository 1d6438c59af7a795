import numpy as np

LD = np.longdouble


def down(a):
    return np.asarray(a).astype(np.float64)


def _collect(grad, shape):
    g = np.asarray(grad, dtype=LD)
    g = g.sum(axis=tuple(range(g.ndim - len(shape))))
    axes = tuple(i for i, s in enumerate(shape) if s == 1)
    return np.asarray(g).sum(axis=axes, keepdims=True).reshape(shape) if axes else np.asarray(g)


def unbroadcast(grad, shape):
    return down(_collect(grad, shape))


def add_backward(grad, a_shape, b_shape):
    return down(_collect(grad, a_shape)), down(_collect(grad, b_shape))


def mul_backward(grad, a, b):
    g, A, B = (np.asarray(t, dtype=LD) for t in (grad, a, b))
    return down(_collect(g * B, A.shape)), down(_collect(g * A, B.shape))


def div_backward(grad, a, b):
    g, A, B = (np.asarray(t, dtype=LD) for t in (grad, a, b))
    return down(_collect(g / B, A.shape)), down(_collect(-g * A / B**2, B.shape))


def matmul_backward(grad, a, b):
    g, A, B = (np.asarray(t, dtype=LD) for t in (grad, a, b))
    if B.ndim == 1:
        B, g = B[:, None], g[..., None]
    if A.ndim == 1:
        A, g = A[None, :], g[..., None, :]
    da = _collect((g[..., :, None, :] * B[..., None, :, :]).sum(axis=-1), A.shape)
    db = _collect((A[..., :, :, None] * g[..., :, None, :]).sum(axis=-3), B.shape)
    return down(da).reshape(a.shape), down(db).reshape(b.shape)


def sum_backward(grad, shape, axis, keepdims):
    g = np.asarray(grad, dtype=LD)
    if not keepdims:
        g = g.reshape(np.ones(shape).sum(axis=axis, keepdims=True).shape)
    return down(g * np.ones(shape, dtype=LD))


def mean_backward(grad, shape, axis, keepdims):
    n = np.ones(shape, dtype=LD).sum(axis=axis, keepdims=True)
    g = np.asarray(grad, dtype=LD).reshape(n.shape)
    return down(g / n * np.ones(shape, dtype=LD))


def max_backward(grad, x, axis):
    top = x.max(axis=axis, keepdims=True)
    m = (x == top).astype(LD)
    g = np.asarray(grad, dtype=LD).reshape(top.shape)
    return down(m * g / m.sum(axis=axis, keepdims=True))


def relu_backward(grad, x):
    return down(np.asarray(grad, dtype=LD) * (np.asarray(x) > 0))


def exp_backward(grad, out):
    return down(np.asarray(grad, dtype=LD) * out)


def log_backward(grad, x):
    return down(np.asarray(grad, dtype=LD) / x)


def pow_backward(grad, x, p):
    return down(np.asarray(grad, dtype=LD) * LD(p) * np.asarray(x, dtype=LD) ** (LD(p) - 1))


def sqrt_backward(grad, out):
    return down(np.asarray(grad, dtype=LD) / (2 * np.asarray(out, dtype=LD)))


def cross_entropy(logits, labels, reduction):
    z = np.asarray(logits, dtype=LD)
    z = z - z.max(axis=1, keepdims=True)
    lse = np.log(np.exp(z).sum(axis=1))
    i = np.arange(len(z))
    losses = lse - z[i, labels]
    d = np.exp(z - lse[:, None])
    d[i, labels] = np.expm1((z - lse[:, None])[i, labels])
    n = LD(len(z)) if reduction == "mean" else LD(1)
    return float(losses.sum() / n), down(d / n)
