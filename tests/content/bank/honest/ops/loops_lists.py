# every backward pass as a walk over all entries, with plain Python numbers
import itertools
import math

import numpy as np


def places(shape):
    return itertools.product(*[range(s) for s in shape])


def used(place, shape):
    """which entry of an array of that shape was used at this place of the result"""
    tail = place[len(place) - len(shape):]
    index = []
    for i, s in zip(tail, shape):
        if s == 1:
            index.append(0)
        else:
            index.append(i)
    return tuple(index)


def unbroadcast(grad, shape):
    grad = np.asarray(grad)
    out = np.zeros(shape)
    for place in places(grad.shape):
        out[used(place, shape)] += float(grad[place])
    return out


def add_backward(grad, a_shape, b_shape):
    return unbroadcast(grad, a_shape), unbroadcast(grad, b_shape)


def mul_backward(grad, a, b):
    a, b = np.asarray(a), np.asarray(b)
    da = np.zeros(a.shape)
    db = np.zeros(b.shape)
    for place in places(grad.shape):
        i = used(place, a.shape)
        j = used(place, b.shape)
        da[i] += float(grad[place]) * float(b[j])
        db[j] += float(grad[place]) * float(a[i])
    return da, db


def div_backward(grad, a, b):
    a, b = np.asarray(a), np.asarray(b)
    da = np.zeros(a.shape)
    db = np.zeros(b.shape)
    for place in places(grad.shape):
        i = used(place, a.shape)
        j = used(place, b.shape)
        da[i] += float(grad[place]) / float(b[j])
        db[j] -= float(grad[place]) * float(a[i]) / float(b[j]) ** 2
    return da, db


def matmul_backward(grad, a, b):
    a2 = a.reshape((1,) + a.shape) if a.ndim == 1 else a
    b2 = b.reshape(b.shape + (1,)) if b.ndim == 1 else b
    batch = np.broadcast_shapes(a2.shape[:-2], b2.shape[:-2])
    n, k, m = a2.shape[-2], a2.shape[-1], b2.shape[-1]
    g = np.asarray(grad).reshape(batch + (n, m))
    da = np.zeros(a2.shape)
    db = np.zeros(b2.shape)
    for place in places(batch):
        pa = used(place, a2.shape[:-2])
        pb = used(place, b2.shape[:-2])
        for i in range(n):
            for j in range(k):
                for l in range(m):
                    da[pa + (i, j)] += g[place + (i, l)] * b2[pb + (j, l)]
                    db[pb + (j, l)] += g[place + (i, l)] * a2[pa + (i, j)]
    return da.reshape(a.shape), db.reshape(b.shape)


def sum_backward(grad, shape, axis, keepdims):
    nd = len(shape)
    if axis is None:
        axes = list(range(nd))
    elif isinstance(axis, tuple):
        axes = [ax % nd for ax in axis]
    else:
        axes = [axis % nd]
    dx = np.zeros(shape)
    for place in places(shape):
        index = []
        for k in range(nd):
            if k not in axes:
                index.append(place[k])
            elif keepdims:
                index.append(0)
        dx[place] = np.asarray(grad)[tuple(index)]
    return dx


def mean_backward(grad, shape, axis, keepdims):
    nd = len(shape)
    n = 1
    for k in range(nd):
        if axis is None or k == axis or k - nd == axis or (isinstance(axis, tuple) and (k in axis or k - nd in axis)):
            n = n * shape[k]
    dx = sum_backward(grad, shape, axis, keepdims)
    for place in places(shape):
        dx[place] = dx[place] / n
    return dx


def max_backward(grad, x, axis):
    x = np.asarray(x)
    grad = np.asarray(grad)
    best = {}
    for place in places(x.shape):
        key = () if axis is None else place[: axis % x.ndim] + place[axis % x.ndim + 1:]
        best.setdefault(key, []).append((float(x[place]), place))
    dx = np.zeros(x.shape)
    for key, entries in best.items():
        top = max(value for value, _ in entries)
        winners = [place for value, place in entries if value == top]
        for place in winners:
            dx[place] = float(grad[key]) / len(winners)
    return dx


def entrywise(function, *arrays):
    arrays = [np.asarray(a) for a in arrays]
    out = np.zeros(arrays[0].shape)
    for place in places(out.shape):
        out[place] = function(*[float(a[place]) for a in arrays])
    return out


def relu_backward(grad, x):
    return entrywise(lambda g, t: g if t > 0 else 0.0, grad, x)


def exp_backward(grad, out):
    return entrywise(lambda g, y: g * y, grad, out)


def log_backward(grad, x):
    return entrywise(lambda g, t: g / t, grad, x)


def pow_backward(grad, x, p):
    return entrywise(lambda g, t: g * p * t ** (p - 1), grad, x)


def sqrt_backward(grad, out):
    return entrywise(lambda g, y: g / (2 * y), grad, out)


def cross_entropy(logits, labels, reduction):
    rows = [[float(z) for z in row] for row in logits]
    n = len(rows)
    loss = 0.0
    gradient = []
    for row, label in zip(rows, labels):
        top = max(row)
        e = [math.exp(z - top) for z in row]
        total = sum(e)
        loss += math.log(total) + top - row[label]
        gradient.append([v / total for v in e])
        gradient[-1][label] -= 1.0
    dlogits = np.array(gradient)
    if reduction == "mean":
        return loss / n, dlogits / n
    return loss, dlogits
