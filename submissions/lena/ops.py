import numpy as np

def unbroadcast(grad, shape):
    while len(grad.shape) > len(shape):
        grad = grad.sum(axis=0)
    for i in range(len(shape)):
        if shape[i] == 1:
            grad = grad.sum(axis=i, keepdims=True)
    return grad

def add_backward(grad, a_shape, b_shape):
    return (unbroadcast(grad, a_shape), unbroadcast(grad, b_shape)

def mul_backward(grad, a, b):
    da = unbroadcast(grad * b, a.shape)
    db = unbroadcast(grad * a, b.shape)
    return da, db

def div_backward(grad, a, b):
    da = unbroadcast(grad / b, a.shape)
    db = unbroadcast(-grad * a / b ** 2, b.shape)
    return da, db
