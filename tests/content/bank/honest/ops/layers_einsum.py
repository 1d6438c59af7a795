# The exercises o.7, o.8 and o.10 to o.15, as products: one-hot matrices, einsum, windows as a view.
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def reshape_backward(grad, shape):
    return np.copy(np.ravel(grad)).reshape(*shape)


def transpose_backward(grad, axes):
    letters = "abcdefghij"[: grad.ndim]
    moved = "".join(letters[a] for a in axes)
    return np.einsum(f"{moved}->{letters}", grad).copy()


def getitem_backward(grad, shape, index):
    size = int(np.prod(shape))
    places = np.arange(size).reshape(shape)[index]
    return np.bincount(np.ravel(places), weights=np.ravel(grad), minlength=size).reshape(shape)


def concat_backward(grad, sizes, axis):
    ends = np.cumsum(sizes)
    return [np.take(grad, np.arange(end - size, end), axis=axis) for size, end in zip(sizes, ends)]


def softmax_backward(grad, s, axis):
    g, p = np.moveaxis(grad, axis, -1), np.moveaxis(s, axis, -1)
    dz = p * g - p * np.einsum("...i,...i->...", p, g)[..., None]
    return np.moveaxis(dz, -1, axis)


def log_softmax_backward(grad, logp, axis):
    g, p = np.moveaxis(grad, axis, -1), np.exp(np.moveaxis(logp, axis, -1))
    return np.moveaxis(g - np.einsum("...i,...j->...j", g, p), -1, axis)


def layernorm_backward(grad, x, gamma, eps):
    n, d = x.shape
    centre = np.eye(d) - 1 / d
    c = x @ centre
    sigma = np.sqrt(np.einsum("nj,nj->n", c, c) / d + eps)
    hat = c / sigma[:, None]
    J = (centre - np.einsum("ni,nj->nij", hat, hat) / d) / sigma[:, None, None]
    return np.einsum("nj,j,nij->ni", grad, gamma, J), np.einsum("nj,nj->j", grad, hat), np.ones(n) @ grad


def batchnorm_backward(grad, x, gamma, eps):
    n, d = x.shape
    dx, dgamma, dbeta = layernorm_backward((grad * gamma).T, x.T, np.ones(n), eps)
    mean, square = np.einsum("ij->j", x) / n, np.einsum("ij,ij->j", x - x.mean(0), x - x.mean(0)) / n
    return dx.T, np.einsum("ij,ij->j", grad, (x - mean) / np.sqrt(square + eps)), np.einsum("ij->j", grad)


def places(stops, window, stride, length, pad):
    """M[r, i, h] is 1 where place i of the window at stop r is entry h of the image."""
    M = np.zeros((stops, window, length))
    for r in range(stops):
        for i in range(window):
            h = stride * r + i - pad
            if 0 <= h < length:
                M[r, i, h] = 1
    return M


def conv2d_backward(grad, x, w, stride, pad):
    R = places(grad.shape[2], w.shape[2], stride, x.shape[2], pad)
    C = places(grad.shape[3], w.shape[3], stride, x.shape[3], pad)
    dx = np.einsum("norc,okij,rih,cjv->nkhv", grad, w, R, C, optimize=True)
    dw = np.einsum("norc,nkhv,rih,cjv->okij", grad, x, R, C, optimize=True)
    return dx, dw, np.einsum("norc->o", grad)


def maxpool2d_backward(grad, x, size, stride):
    windows = sliding_window_view(x, (size, size), axis=(2, 3))[:, :, ::stride, ::stride]
    rows, columns = grad.shape[2:]
    flat = windows.reshape(*windows.shape[:4], size * size)
    winners = np.eye(size * size)[flat.argmax(axis=-1)].reshape(windows.shape)
    R, C = places(rows, size, stride, x.shape[2], 0), places(columns, size, stride, x.shape[3], 0)
    return np.einsum("nkrc,nkrcij,rih,cjv->nkhv", grad, winners, R, C, optimize=True)


def embedding_backward(grad, idx, rows):
    onehot = np.eye(rows)[idx.reshape(-1)]
    return np.einsum("pr,pd->rd", onehot, grad.reshape(-1, grad.shape[-1]))


def attention_backward(grad, q, k, v, causal):
    A = np.einsum("id,jd->ij", q, k) * q.shape[1] ** -0.5
    if causal:
        i, j = np.indices(A.shape)
        A[j > i] = -1e30
    A -= A.max(axis=1)[:, None]
    P = np.exp(A)
    P = np.einsum("ij,i->ij", P, 1 / P.sum(axis=1))
    dP = np.einsum("ie,je->ij", grad, v)
    dA = P * dP - np.einsum("ij,il,il->ij", P, P, dP)
    dA = dA * q.shape[1] ** -0.5
    return np.einsum("ij,jd->id", dA, k), np.einsum("ij,id->jd", dA, q), np.einsum("ij,ie->je", P, grad)
