# The exercises o.7, o.8 and o.10 to o.15.
import math

import numpy as np


def reshape_backward(grad, shape):
    dx = np.zeros(shape)
    numbers = [float(entry) for entry in np.nditer(grad, order="C")] if grad.size else []
    for place, number in zip(np.ndindex(*shape), numbers):
        dx[place] = number
    return dx


def transpose_backward(grad, axes):
    shape = [0] * len(axes)
    for i in range(len(axes)):
        shape[axes[i]] = grad.shape[i]
    dx = np.zeros(shape)
    for place in np.ndindex(*grad.shape):
        old = [0] * len(axes)
        for i in range(len(axes)):
            old[axes[i]] = place[i]
        dx[tuple(old)] = grad[place]
    return dx


def getitem_backward(grad, shape, index):
    # number the entries of x, and look where the numbers arrive
    count = 1
    for length in shape:
        count *= length
    arrived = np.arange(count).reshape(shape)[index]
    flat = [0.0] * count
    for number, g in zip(np.ravel(arrived).tolist(), np.ravel(grad).tolist()):
        flat[number] += g
    return np.array(flat).reshape(shape)


def concat_backward(grad, sizes, axis):
    parts = []
    start = 0
    for size in sizes:
        cut = [slice(None)] * grad.ndim
        cut[axis] = slice(start, start + size)
        parts.append(grad[tuple(cut)].copy())
        start += size
    return parts


def lines(shape, axis):
    """Yield an index for each row along the axis."""
    axis = axis % len(shape)
    for rest in np.ndindex(*shape[:axis], *shape[axis + 1 :]):
        yield rest[:axis] + (slice(None),) + rest[axis:]


def softmax_backward(grad, s, axis):
    dz = np.zeros(s.shape)
    for line in lines(s.shape, axis):
        p, g = s[line].tolist(), grad[line].tolist()
        dot = 0.0
        for i in range(len(p)):
            dot += p[i] * g[i]
        dz[line] = [p[j] * (g[j] - dot) for j in range(len(p))]
    return dz


def log_softmax_backward(grad, logp, axis):
    dz = np.zeros(logp.shape)
    for line in lines(logp.shape, axis):
        total = sum(grad[line].tolist())
        dz[line] = [g - math.exp(l) * total for g, l in zip(grad[line].tolist(), logp[line].tolist())]
    return dz


def normalised(x, eps):
    d = len(x)
    mean = sum(x) / d
    variance = sum((entry - mean) ** 2 for entry in x) / d
    sigma = math.sqrt(variance + eps)
    return [(entry - mean) / sigma for entry in x], sigma


def normalised_backward(h, x, eps):
    """h: the gradient by the normalised numbers."""
    hat, sigma = normalised(x, eps)
    d = len(x)
    out = []
    for i in range(d):
        total = h[i]
        for j in range(d):
            total -= h[j] / d + h[j] * hat[i] * hat[j] / d
        out.append(total / sigma)
    return out, hat


def layernorm_backward(grad, x, gamma, eps):
    n, d = x.shape
    dx, dgamma, dbeta = np.zeros((n, d)), np.zeros(d), np.zeros(d)
    for r in range(n):
        h = [float(grad[r, j] * gamma[j]) for j in range(d)]
        dx[r], hat = normalised_backward(h, x[r].tolist(), eps)
        for j in range(d):
            dgamma[j] += grad[r, j] * hat[j]
            dbeta[j] += grad[r, j]
    return dx, dgamma, dbeta


def batchnorm_backward(grad, x, gamma, eps):
    n, d = x.shape
    dx, dgamma, dbeta = np.zeros((n, d)), np.zeros(d), np.zeros(d)
    for j in range(d):
        h = [float(grad[r, j] * gamma[j]) for r in range(n)]
        dx[:, j], hat = normalised_backward(h, x[:, j].tolist(), eps)
        for r in range(n):
            dgamma[j] += grad[r, j] * hat[r]
            dbeta[j] += grad[r, j]
    return dx, dgamma, dbeta


def conv2d_backward(grad, x, w, stride, pad):
    n, channels, height, width = x.shape
    filters, _, kh, kw = w.shape
    dx, dw, db = np.zeros(x.shape), np.zeros(w.shape), np.zeros(filters)
    for m, o, r, c in np.ndindex(*grad.shape):
        g = grad[m, o, r, c]
        db[o] += g
        for k in range(channels):
            for i in range(kh):
                for j in range(kw):
                    row, column = stride * r + i - pad, stride * c + j - pad
                    if 0 <= row < height and 0 <= column < width:
                        dw[o, k, i, j] += g * x[m, k, row, column]
                        dx[m, k, row, column] += g * w[o, k, i, j]
    return dx, dw, db


def maxpool2d_backward(grad, x, size, stride):
    dx = np.zeros(x.shape)
    for m, k, r, c in np.ndindex(*grad.shape):
        best = None
        for i in range(size):
            for j in range(size):
                place = (m, k, stride * r + i, stride * c + j)
                if best is None or x[place] > x[best]:
                    best = place
        dx[best] += grad[m, k, r, c]
    return dx


def embedding_backward(grad, idx, rows):
    table = np.zeros((rows, grad.shape[-1]))
    for place in np.ndindex(*idx.shape):
        for column in range(grad.shape[-1]):
            table[idx[place], column] += grad[place][column]
    return table


def attention_backward(grad, q, k, v, causal):
    n, d = q.shape
    m = len(k)
    root = math.sqrt(d)
    dq, dk, dv = np.zeros(q.shape), np.zeros(k.shape), np.zeros(v.shape)
    for i in range(n):
        seen = range(min(i + 1, m)) if causal else range(m)
        scores = [sum(float(q[i, c]) * float(k[j, c]) for c in range(d)) / root for j in seen]
        top = max(scores)
        weights = [math.exp(score - top) for score in scores]
        p = [weight / sum(weights) for weight in weights]
        dp = [sum(float(g) * float(u) for g, u in zip(grad[i], v[j])) for j in seen]
        mean = sum(pj * dpj for pj, dpj in zip(p, dp))
        for j in seen:
            dv[j] += p[j] * grad[i]
            da = p[j] * (dp[j] - mean) / root
            dq[i] += da * k[j]
            dk[j] += da * q[i]
    return dq, dk, dv
