import numpy as np

f32 = np.float32


def unbroadcast(grad, shape):
    g = grad.astype(f32)
    g = g.sum(axis=tuple(range(g.ndim - len(shape))))
    return g.sum(axis=tuple(i for i, s in enumerate(shape) if s == 1), keepdims=True)


def add_backward(grad, a_shape, b_shape):
    return unbroadcast(grad, a_shape), unbroadcast(grad, b_shape)


def mul_backward(grad, a, b):
    grad, a, b = f32(grad), f32(a), f32(b)
    return unbroadcast(grad * b, a.shape), unbroadcast(grad * a, b.shape)


def div_backward(grad, a, b):
    grad, a, b = f32(grad), f32(a), f32(b)
    return unbroadcast(grad / b, a.shape), unbroadcast(-grad * a / (b * b), b.shape)


def T(m):
    return np.swapaxes(m, -1, -2)


def matmul_backward(grad, a, b):
    g, a, b = np.array(grad, dtype=f32), a.astype(f32), b.astype(f32)
    if a.ndim == 1 and b.ndim == 1:
        return g * b, g * a
    if a.ndim == 1:
        g = g[..., None, :]
        return unbroadcast((g @ T(b))[..., 0, :], a.shape), unbroadcast(a[:, None] @ g, b.shape)
    if b.ndim == 1:
        g = g[..., None]
        return unbroadcast(g @ b[None, :], a.shape), unbroadcast((T(a) @ g)[..., 0], b.shape)
    return unbroadcast(g @ T(b), a.shape), unbroadcast(T(a) @ g, b.shape)


def sum_backward(grad, shape, axis, keepdims):
    g = np.asarray(grad, f32)
    if axis is not None and not keepdims:
        g = np.expand_dims(g, axis)
    return g + np.zeros(shape, f32)


def mean_backward(grad, shape, axis, keepdims):
    dx = sum_backward(grad, shape, axis, keepdims)
    return dx / f32(dx.size // np.size(grad))


def max_backward(grad, x, axis):
    x, g = x.astype(f32), np.asarray(grad, f32)
    win = (x == x.max(axis=axis, keepdims=True)).astype(f32)
    if axis is not None:
        g = np.expand_dims(g, axis)
    return win / win.sum(axis=axis, keepdims=True) * g


def relu_backward(grad, x):
    return grad.astype(f32) * (x > 0).astype(f32)


def exp_backward(grad, out):
    return grad.astype(f32) * out.astype(f32)


def log_backward(grad, x):
    return grad.astype(f32) / x.astype(f32)


def pow_backward(grad, x, p):
    return grad.astype(f32) * f32(p) * x.astype(f32) ** f32(p - 1)


def sqrt_backward(grad, out):
    return grad.astype(f32) / (f32(2) * out.astype(f32))


def cross_entropy(logits, labels, reduction):
    z = logits.astype(f32)
    z = z - z.max(axis=1, keepdims=True)
    e = np.exp(z)
    s = e.sum(axis=1, keepdims=True)
    i = np.arange(len(z))
    loss = (np.log(s[:, 0]) - z[i, labels]).sum()
    g = e / s
    g[i, labels] -= 1
    if reduction == "mean":
        n = f32(len(z))
        return loss / n, g / n
    return loss, g
