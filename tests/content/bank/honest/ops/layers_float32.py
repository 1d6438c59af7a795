# The exercises o.7, o.8 and o.10 to o.15 in single precision, as torch would do it.
import numpy as np

F = np.float32


def reshape_backward(grad, shape):
    return np.reshape(grad.astype(F), shape)


def transpose_backward(grad, axes):
    back = [axes.index(i) for i in range(len(axes))]
    return np.ascontiguousarray(grad.astype(F).transpose(back))


def getitem_backward(grad, shape, index):
    dx = np.zeros(shape, dtype=F)
    if isinstance(index, np.ndarray) and index.dtype == bool:
        dx[index] = grad
    else:
        np.add.at(dx, index, np.asarray(grad, dtype=F))
    return dx


def concat_backward(grad, sizes, axis):
    moved = np.moveaxis(grad, axis, 0).astype(F)
    out = []
    for size in sizes:
        out.append(np.moveaxis(moved[:size], 0, axis).copy())
        moved = moved[size:]
    return out


def softmax_backward(grad, s, axis):
    t = grad.astype(F) * s.astype(F)
    return t - s.astype(F) * t.sum(axis, keepdims=True)


def log_softmax_backward(grad, logp, axis):
    g = grad.astype(F)
    return g - g.sum(axis, keepdims=True) * np.exp(logp.astype(F))


def norm_backward(grad, x, gamma, eps, axis):
    """The chain of small steps: centre, square, mean, root, divide."""
    g, x = grad.astype(F), x.astype(F)
    n = F(x.shape[axis])
    c = x - x.mean(axis=axis, keepdims=True)
    v = (c * c).mean(axis=axis, keepdims=True)
    inverse = F(1) / np.sqrt(v + F(eps))
    dhat = g * gamma.astype(F)
    dinverse = (dhat * c).sum(axis=axis, keepdims=True)
    dv = dinverse * F(-0.5) * inverse**3
    dc = dhat * inverse + F(2) / n * c * dv
    dx = dc - dc.mean(axis=axis, keepdims=True)
    return dx, (g * c * inverse).sum(axis=0), g.sum(axis=0)


def layernorm_backward(grad, x, gamma, eps):
    return norm_backward(grad, x, gamma, eps, 1)


def batchnorm_backward(grad, x, gamma, eps):
    return norm_backward(grad, x, gamma, eps, 0)


def conv2d_backward(grad, x, w, stride, pad):
    # the windows as the columns of a matrix
    g, w32 = grad.astype(F), w.astype(F)
    n, channels, height, width = x.shape
    filters, _, kh, kw = w.shape
    rows, columns = g.shape[2:]
    numbers = np.full((channels, height + 2 * pad, width + 2 * pad), -1)
    numbers[:, pad : pad + height, pad : pad + width] = np.arange(channels * height * width).reshape(x.shape[1:])
    take = np.empty((channels * kh * kw, rows * columns), dtype=int)
    for r in range(rows):
        for c in range(columns):
            here = numbers[:, r * stride : r * stride + kh, c * stride : c * stride + kw]
            take[:, r * columns + c] = here.ravel()
    dx = np.zeros((n, channels * height * width), dtype=F)
    dw = np.zeros((filters, channels * kh * kw), dtype=F)
    for m in range(n):
        image = np.append(x[m].astype(F).ravel(), F(0))  # entry -1 is the padding
        gm = g[m].reshape(filters, -1)
        dw += gm @ image[take].T
        back = np.zeros(image.size, dtype=F)
        np.add.at(back, take, w32.reshape(filters, -1).T @ gm)
        dx[m] = back[:-1]
    return dx.reshape(x.shape), dw.reshape(w.shape), g.sum(axis=(0, 2, 3))


def maxpool2d_backward(grad, x, size, stride):
    dx = np.zeros(x.shape, dtype=F)
    rows, columns = grad.shape[2:]
    best = np.full(grad.shape, -np.inf)
    where = np.zeros(grad.shape + (2,), dtype=int)
    for i in range(size):
        for j in range(size):
            seen = x[:, :, i::stride, j::stride][:, :, :rows, :columns]
            better = seen > best
            best = np.where(better, seen, best)
            where[better] = (i, j)
    m, k, r, c = np.indices(grad.shape)
    np.add.at(dx, (m, k, r * stride + where[..., 0], c * stride + where[..., 1]), grad.astype(F))
    return dx


def embedding_backward(grad, idx, rows):
    table = np.zeros((rows, grad.shape[-1]), dtype=F)
    for row in range(rows):
        table[row] = grad[idx == row].astype(F).sum(axis=0)
    return table


def attention_backward(grad, q, k, v, causal):
    g, q, k, v = (array.astype(F) for array in (grad, q, k, v))
    root = F(np.sqrt(q.shape[1]))
    scores = q @ k.T / root
    hidden = np.triu(np.ones(scores.shape, dtype=bool), 1) & causal
    scores[hidden] = -np.inf
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    P = e / e.sum(axis=-1, keepdims=True)
    dA = softmax_backward(g @ v.T, P, -1)
    return (dA / root) @ k, (dA / root).T @ q, P.T @ g
