import numpy as np
# sheet 2                     mary ann

def unbroadcast(grad, shape):
    return grad.sum(axis = tuple(range(grad.ndim - len(shape))))

def add_backward(grad, a_shape, b_shape):
    da = unbroadcast(grad, a_shape)
    db = unbroadcast(grad, b_shape)
    return da, db

def mul_backward(grad, a, b):
    da = grad * b
    db = grad * a
    return da, db

def div_backward(grad, a, b):
    da = grad / b
    db = -grad * a / b**2
    return da, db

def matmul_backward(grad, a, b):
    da = np.matmul(grad, np.transpose(b))
    db = np.transpose(np.matmul(np.transpose(grad), a))
    return db, da

def sum_backward(grad, shape, axis, keepdims):
    return np.broadcast_to(grad, shape).copy()

def max_backward(grad, x, axis):
    biggest = x.max(axis = axis, keepdims = True)
    return np.where(x == biggest, 1.0, 0.0)

def relu_backward(grad, x):
    return np.where(x > 0, grad, 0)

def exp_backward(grad, out):
    return grad * out

def log_backward(grad, x):
    return grad / np.log(x)

def pow_backward(grad, x, p):
    return grad * p * x ** (p - 1)

def sqrt_backward(grad, out):
    return grad / (2 * np.sqrt(out))

def cross_entropy(logits, labels, reduction):
    z = logits - np.max(logits, axis = 1, keepdims = True)
    p = np.exp(z) / np.sum(np.exp(z), axis = 1, keepdims = True)
    n, k = logits.shape
    y = np.zeros((n, k))
    for i in range(n):
        y[i, labels[i]] = 1
    log_p = z - np.log(np.sum(np.exp(z), axis = 1, keepdims = True))
    loss = -np.sum(y * log_p)
    dlogits = y - p
    if reduction == "mean":
        loss = loss / n
        dlogits = dlogits / n
    return loss, dlogits
