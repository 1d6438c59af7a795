from dataclasses import dataclass

import numpy as np


class Stretch:
    """from a small shape to a large one, and back"""

    def __init__(self, small, large):
        self.small = tuple(small)
        padded = (1,) * (len(large) - len(small)) + self.small
        self.axes = tuple(i for i, (s, l) in enumerate(zip(padded, large)) if s != l or i < len(large) - len(small))

    def back(self, grad):
        return np.sum(grad, axis=self.axes, keepdims=True).reshape(self.small)


@dataclass
class Reduction:
    shape: tuple
    axis: object
    keepdims: bool

    @property
    def axes(self):
        if self.axis is None:
            return set(range(len(self.shape)))
        axes = self.axis if isinstance(self.axis, tuple) else (self.axis,)
        return {a + len(self.shape) if a < 0 else a for a in axes}

    @property
    def count(self):
        n = 1
        for a in self.axes:
            n *= self.shape[a]
        return n

    def back(self, grad):
        index = tuple(None if i in self.axes else slice(None) for i in range(len(self.shape)))
        grad = np.asarray(grad)
        if not self.keepdims:
            grad = grad[index]
        return np.array(np.broadcast_to(grad, self.shape))


def unbroadcast(grad, shape):
    return Stretch(shape, grad.shape).back(grad)


def add_backward(grad, a_shape, b_shape):
    return Stretch(a_shape, grad.shape).back(grad), Stretch(b_shape, grad.shape).back(grad)


def mul_backward(grad, a, b):
    return Stretch(a.shape, grad.shape).back(grad * b), Stretch(b.shape, grad.shape).back(grad * a)


def div_backward(grad, a, b):
    quotient = a / b
    g = grad / b
    return Stretch(a.shape, grad.shape).back(g), Stretch(b.shape, grad.shape).back(-g * quotient)


class MatMul:
    def __init__(self, a, b):
        self.a, self.b = a, b
        self.row, self.column = a.ndim == 1, b.ndim == 1
        self.A = a[np.newaxis] if self.row else a
        self.B = b[:, np.newaxis] if self.column else b

    def back(self, grad):
        if self.column:
            grad = np.asarray(grad)[..., np.newaxis]
        if self.row:
            grad = grad[..., np.newaxis, :]
        dA = grad @ self.B.swapaxes(-2, -1)
        dB = self.A.swapaxes(-2, -1) @ grad
        dA = Stretch(self.A.shape, dA.shape).back(dA)
        dB = Stretch(self.B.shape, dB.shape).back(dB)
        return (dA[0] if self.row else dA), (dB[:, 0] if self.column else dB)


def matmul_backward(grad, a, b):
    return MatMul(a, b).back(grad)


def sum_backward(grad, shape, axis, keepdims):
    return Reduction(shape, axis, keepdims).back(grad)


def mean_backward(grad, shape, axis, keepdims):
    r = Reduction(shape, axis, keepdims)
    return r.back(grad) / r.count


def max_backward(grad, x, axis):
    r = Reduction(x.shape, axis, False)
    winners = (x == r.back(x.max(axis=axis))).astype(float)
    return winners / r.back(winners.sum(axis=axis)) * r.back(grad)


class Local:
    def __init__(self, slope):
        self.slope = slope

    def __call__(self, grad):
        return grad * self.slope


def relu_backward(grad, x):
    return Local(np.where(x > 0, 1.0, 0.0))(grad)


def exp_backward(grad, out):
    return Local(out)(grad)


def log_backward(grad, x):
    return Local(1 / x)(grad)


def pow_backward(grad, x, p):
    return Local(p * np.asarray(x, dtype=float) ** (p - 1))(grad)


def sqrt_backward(grad, out):
    return Local(1 / (out + out))(grad)


@dataclass
class Softmax:
    logits: np.ndarray

    def __post_init__(self):
        z = np.asarray(self.logits, dtype=float)
        self.shifted = z - z.max(axis=-1, keepdims=True)
        self.log_total = np.log(np.exp(self.shifted).sum(axis=-1, keepdims=True))

    def log_p(self):
        return self.shifted - self.log_total

    def p(self):
        return np.exp(self.log_p())


def cross_entropy(logits, labels, reduction):
    softmax = Softmax(logits)
    picked = np.take_along_axis(softmax.log_p(), np.asarray(labels)[:, None], axis=1)
    d = softmax.p()
    np.put_along_axis(d, np.asarray(labels)[:, None], np.take_along_axis(d, np.asarray(labels)[:, None], 1) - 1, axis=1)
    if reduction == "mean":
        d /= len(d)
        return float(-picked.mean()), d
    return float(-picked.sum()), d
