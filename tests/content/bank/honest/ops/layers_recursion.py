# The exercises o.7, o.8 and o.10 to o.15 with recursion, long doubles and a small class for the chain of steps.
import itertools

import numpy as np

LD = np.longdouble


def reshape_backward(grad, shape):
    def nest(numbers, shape):
        if not shape:
            return numbers[0]
        step = len(numbers) // shape[0] if shape[0] else 0
        return [nest(numbers[i * step : (i + 1) * step], shape[1:]) for i in range(shape[0])]

    return np.array(nest(grad.flatten().tolist(), tuple(shape)), dtype=float).reshape(shape)


def transpose_backward(grad, axes):
    # swap two axes at a time until they are in order
    axes = list(axes)
    for i in range(len(axes)):
        j = axes.index(i)
        grad = np.swapaxes(grad, i, j)
        axes[i], axes[j] = axes[j], axes[i]
    return grad.astype(LD)


def getitem_backward(grad, shape, index):
    dx = np.zeros(shape, dtype=LD)
    numbers = np.arange(dx.size).reshape(shape)[index]

    def add(numbers, parts):
        if len(numbers):
            unique, first = np.unique(numbers, return_index=True)
            dx.reshape(-1)[unique] += parts[first]
            rest = np.delete(np.arange(len(numbers)), first)
            add(numbers[rest], parts[rest])

    add(np.atleast_1d(numbers).ravel(), np.atleast_1d(grad).ravel())
    return dx


def concat_backward(grad, sizes, axis):
    if len(sizes) == 1:
        return [grad.copy()]
    head, tail = np.split(grad, [sizes[0]], axis)
    return [head.copy()] + concat_backward(tail, sizes[1:], axis)


def softmax_backward(grad, s, axis):
    s, grad = s.astype(LD), grad.astype(LD)
    mean = np.average(grad, axis=axis, weights=s)
    return s * (grad - np.expand_dims(mean, axis))


def log_softmax_backward(grad, logp, axis):
    # by s, then back through the softmax
    s = np.exp(logp.astype(LD))
    return softmax_backward(grad / s, s, axis) if np.all(s > 0) else grad - s * grad.sum(axis, keepdims=True)


class Normalise:
    def __init__(self, x, eps):
        """Normalises the rows of x."""
        x = x.astype(LD)
        self.n = x.shape[1]
        self.c = x - x.sum(axis=1, keepdims=True) / self.n
        self.sigma = np.sqrt((self.c**2).sum(axis=1, keepdims=True) / self.n + LD(eps))
        self.y = self.c / self.sigma

    def backward(self, g):
        dc = g / self.sigma
        dsigma = -(g * self.c).sum(axis=1, keepdims=True) / self.sigma**2
        dc = dc + dsigma / self.sigma * self.c / self.n
        return dc - dc.sum(axis=1, keepdims=True) / self.n


def layernorm_backward(grad, x, gamma, eps):
    layer = Normalise(x, eps)
    return layer.backward(grad * gamma.astype(LD)), np.sum(grad * layer.y, axis=0), np.sum(grad, axis=0)


def batchnorm_backward(grad, x, gamma, eps):
    layer = Normalise(x.T, eps)
    return layer.backward(grad.T * gamma.astype(LD)[:, None]).T, np.sum(grad.T * layer.y, axis=1), grad.T.sum(axis=1)


def conv2d_backward(grad, x, w, stride, pad):
    # dx: spread grad out with zeros between the stops, and slide the kernel the other way round
    n, filters, rows, columns = grad.shape
    kh, kw = w.shape[2:]
    height, width = x.shape[2] + 2 * pad, x.shape[3] + 2 * pad
    spread = np.zeros((n, filters, height + kh - 1, width + kw - 1))
    spread[:, :, kh - 1 : kh - 1 + stride * rows : stride, kw - 1 : kw - 1 + stride * columns : stride] = grad
    padded = np.zeros((n, x.shape[1], height, width))
    padded[:, :, pad : height - pad, pad : width - pad] = x
    full = np.zeros(padded.shape)
    dw = np.zeros(w.shape)
    for i, j in itertools.product(range(kh), range(kw)):
        there = spread[:, :, kh - 1 - i : kh - 1 - i + height, kw - 1 - j : kw - 1 - j + width]
        for o in range(filters):
            full += there[:, o, None] * w[o, :, i, j][:, None, None]
            dw[o, :, i, j] = (there[:, o, None] * padded).sum(axis=(0, 2, 3))
    return full[:, :, pad : height - pad, pad : width - pad].copy(), dw, np.array([grad[:, o].sum() for o in range(filters)])


def maxpool2d_backward(grad, x, size, stride):
    if x.ndim > 2:
        return np.array([maxpool2d_backward(g, image, size, stride) for g, image in zip(grad, x)])
    dx = np.zeros(x.shape)
    for (r, c), g in np.ndenumerate(grad):
        window = x[stride * r : stride * r + size, stride * c : stride * c + size]
        i, j = np.unravel_index(np.argmax(window), window.shape)
        dx[stride * r + i, stride * c + j] += g
    return dx


def embedding_backward(grad, idx, rows):
    flat, g = idx.ravel(), grad.reshape(idx.size, -1)
    order = np.argsort(flat, kind="stable")
    table = np.zeros((rows, grad.shape[-1]))
    for row, group in itertools.groupby(order, key=lambda i: flat[i]):
        table[row] = sum(g[i] for i in group)
    return table


def attention_backward(grad, q, k, v, causal):
    q, k, v, grad = (array.astype(LD) for array in (q, k, v, grad))
    root = np.sqrt(LD(q.shape[1]))
    dk, dv = np.zeros(k.shape, dtype=LD), np.zeros(v.shape, dtype=LD)
    dq = []
    for i, (question, g) in enumerate(zip(q, grad)):
        keys, contents = (k[: i + 1], v[: i + 1]) if causal else (k, v)
        scores = keys @ question / root
        p = np.exp(scores - scores.max())
        p /= p.sum()
        da = softmax_backward(contents @ g, p, 0) / root
        dq.append(da @ keys)
        dk[: len(keys)] += np.outer(da, question)
        dv[: len(keys)] += np.outer(p, g)
    return np.array(dq), dk, dv
