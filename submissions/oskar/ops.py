import numpy as np

# ---- o.1
def unbroadcast(grad, shape):
    total = grad
    while total.ndim > len(shape):
        total = total.mean(axis=0)
    for axis in range(len(shape)):
        if shape[axis] == 1:
            total = total.mean(axis=axis, keepdims=True)
    return total

def add_backward(grad, a_shape, b_shape):
    return unbroadcast(grad, a_shape), unbroadcast(grad, b_shape)

# ---- o.2
def mul_backward(grad, a, b):
    return unbroadcast(grad * b, a.shape), unbroadcast(grad * a, b.shape)

def div_backward(grad, a, b):
    return unbroadcast(grad / b, a.shape), unbroadcast(-grad * a / b**2, b.shape)

# ---- o.3
def matmul_backwards(grad, a, b):
    return grad @ b.T, a.T @ grad

# ---- o.4
def sum_backward(grad, shape, axis=None, keepdims=False):
    return np.ones(shape)

def mean_backward(grad, shape, axis=None, keepdims=False):
    return np.ones(shape) / np.prod(shape)

# ---- o.6
def relu_backward(grad, x):
    return grad * np.maximum(x, 0)

def backward_exp(grad, out):
    return grad * out

def log_backward(grad, x):
    return grad / x

def pow_backward(grad, x, p):
    return grad * p * x**(p - 1)

def sqrt_backward(grad, out):
    return grad / (2 * out)

# ---- old version, does not work
# def cross_entropy(logits, labels, reduction):
#     p = np.exp(logits) / sum(np.exp(logits))
#     return -np.log(p[labels])

def cross_entropy(logits, labels, reduction):
    z = logits - logits.max(axis=1, keepdims=True)
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    rows = np.arange(len(labels))
    loss = np.log(np.exp(z).sum(axis=1)) - z[rows, labels]
    p[rows, labels] -= 1
    # mean or sum does not matter for the gradient
    return (loss.mean() if reduction == "mean" else loss.sum()), p
