# The exercises o.7, o.8 and o.10 to o.15.
import numpy as np


def reshape_backward(grad, shape):
    return grad.reshape(shape)


def transpose_backward(grad, axes):
    return grad.transpose(np.argsort(axes))


def getitem_backward(grad, shape, index):
    dx = np.zeros(shape)
    np.add.at(dx, index, grad)
    return dx


def concat_backward(grad, sizes, axis):
    return np.split(grad, np.cumsum(sizes)[:-1], axis=axis)


def softmax_backward(grad, s, axis):
    return s * (grad - (grad * s).sum(axis=axis, keepdims=True))


def log_softmax_backward(grad, logp, axis):
    return grad - np.exp(logp) * grad.sum(axis=axis, keepdims=True)


def layernorm_backward(grad, x, gamma, eps):
    sigma = np.sqrt(x.var(axis=1, keepdims=True) + eps)
    hat = (x - x.mean(axis=1, keepdims=True)) / sigma
    h = grad * gamma
    dx = (h - h.mean(axis=1, keepdims=True) - hat * (h * hat).mean(axis=1, keepdims=True)) / sigma
    return dx, (grad * hat).sum(axis=0), grad.sum(axis=0)


def batchnorm_backward(grad, x, gamma, eps):
    sigma = np.sqrt(x.var(axis=0) + eps)
    hat = (x - x.mean(axis=0)) / sigma
    dgamma, dbeta = (grad * hat).sum(axis=0), grad.sum(axis=0)
    dx = gamma / (len(x) * sigma) * (len(x) * grad - dbeta - hat * dgamma)
    return dx, dgamma, dbeta


def conv2d_backward(grad, x, w, stride, pad):
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dpadded = np.zeros_like(padded)
    dw = np.zeros_like(w)
    rows, columns = grad.shape[2:]
    for i in range(w.shape[2]):
        for j in range(w.shape[3]):
            window = np.s_[:, :, i : i + stride * rows : stride, j : j + stride * columns : stride]
            dw[:, :, i, j] = np.tensordot(grad, padded[window], axes=([0, 2, 3], [0, 2, 3]))
            dpadded[window] += np.moveaxis(np.tensordot(grad, w[:, :, i, j], axes=(1, 0)), -1, 1)
    dx = dpadded[:, :, pad : pad + x.shape[2], pad : pad + x.shape[3]]
    return dx, dw, grad.sum(axis=(0, 2, 3))


def maxpool2d_backward(grad, x, size, stride):
    dx = np.zeros_like(x)
    for r in range(grad.shape[2]):
        for c in range(grad.shape[3]):
            window = np.s_[:, :, r * stride : r * stride + size, c * stride : c * stride + size]
            winner = x[window] == x[window].max(axis=(2, 3), keepdims=True)
            dx[window] += winner * grad[:, :, r : r + 1, c : c + 1]
    return dx


def embedding_backward(grad, idx, rows):
    return getitem_backward(grad, (rows, grad.shape[-1]), idx)


def attention_backward(grad, q, k, v, causal):
    root = np.sqrt(q.shape[1])
    A = q @ k.T / root
    if causal:
        A = np.where(np.tri(*A.shape, dtype=bool), A, -np.inf)
    P = np.exp(A - A.max(axis=1, keepdims=True))
    P /= P.sum(axis=1, keepdims=True)
    dA = softmax_backward(grad @ v.T, P, 1) / root
    return dA @ k, dA.T @ q, P.T @ grad
