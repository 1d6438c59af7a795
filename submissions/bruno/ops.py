# Exercise sheet: backward passes
# Bruno
# I do everything with loops because then I understand it.

# import numpy
import numpy as np


# this function finds for one index of grad the index in the small array
def small_index(big, shape):
    # how many axes are in front
    k = len(big) - len(shape)
    # empty list for the result
    result = []
    # go through the axes of the small shape
    for i in range(len(shape)):
        # if the size is 1 the index is always 0
        if shape[i] == 1:
            result.append(0)
        # otherwise it is the same index
        else:
            result.append(big[k + i])
    # return as tuple so that it can be used as an index
    return tuple(result)


def unbroadcast(grad, shape):
    # start with zeros
    result = np.zeros(shape)
    # go through all entries of grad
    for index in np.ndindex(*grad.shape):
        # add the entry at the right place
        result[small_index(index, shape)] += grad[index]
    # done
    return result


def add_backward(grad, a_shape, b_shape):
    # derivative of a + b with respect to a is 1
    da = unbroadcast(grad, a_shape)
    # derivative of a + b with respect to b is 1 too
    db = unbroadcast(grad, b_shape)
    # return both
    return da, db


def mul_backward(grad, a, b):
    # zeros for both
    da = np.zeros(a.shape)
    db = np.zeros(b.shape)
    # go through all entries
    for index in np.ndindex(*grad.shape):
        i = small_index(index, a.shape)
        j = small_index(index, b.shape)
        # product rule
        da[i] += grad[index] * b[j]
        db[j] += grad[index] * a[i]
    return da, db


def div_backward(grad, a, b):
    # zeros for both
    da = np.zeros(a.shape)
    db = np.zeros(b.shape)
    # go through all entries
    for index in np.ndindex(*grad.shape):
        i = small_index(index, a.shape)
        j = small_index(index, b.shape)
        # derivative of a/b by a is 1/b
        da[i] += grad[index] * 1 / b[j]
        # derivative of a/b by b is -a/b^2
        db[j] += grad[index] * (-a[i] / b[j] ** 2)
    return da, db


def matmul_backward(grad, a, b):
    # remember the real shapes
    a_shape = a.shape
    b_shape = b.shape
    # make vectors to matrices
    if len(a.shape) == 1:
        a = a.reshape(1, a.shape[0])
        grad = np.expand_dims(grad, -1 if len(b.shape) == 1 else -2)
    if len(b.shape) == 1:
        b = b.reshape(b.shape[0], 1)
        grad = np.expand_dims(grad, -1)
    # zeros for both
    da = np.zeros(a.shape)
    db = np.zeros(b.shape)
    # n, k, m as in the text
    n = a.shape[-2]
    k = a.shape[-1]
    m = b.shape[-1]
    # go through the batch (if there is no batch this is one round with an empty index)
    for batch in np.ndindex(*grad.shape[:-2]):
        A = small_index(batch, a.shape[:-2])
        B = small_index(batch, b.shape[:-2])
        # three loops like in the formula
        for i in range(n):
            for j in range(k):
                for l in range(m):
                    da[A][i, j] += grad[batch][i, l] * b[B][j, l]
                    db[B][j, l] += a[A][i, j] * grad[batch][i, l]
    # back to the real shapes
    return da.reshape(a_shape), db.reshape(b_shape)


# make a list of axes without negative numbers
def clean_axes(axis, shape):
    # None means all axes
    if axis is None:
        return list(range(len(shape)))
    # a single number
    if type(axis) == int:
        axis = (axis,)
    # negative numbers count from the end
    result = []
    for ax in axis:
        if ax < 0:
            ax = ax + len(shape)
        result.append(ax)
    return result


def sum_backward(grad, shape, axis, keepdims):
    axes = clean_axes(axis, shape)
    dx = np.zeros(shape)
    # every entry of x gets the entry of grad of the sum it went into
    for index in np.ndindex(*shape):
        g = []
        for i in range(len(shape)):
            if i in axes:
                if keepdims:
                    g.append(0)
            else:
                g.append(index[i])
        dx[index] = grad[tuple(g)]
    return dx


def mean_backward(grad, shape, axis, keepdims):
    # count how many entries are in one mean
    count = 1
    for ax in clean_axes(axis, shape):
        count = count * shape[ax]
    # mean is sum divided by count
    return sum_backward(grad, shape, axis, keepdims) / count


def max_backward(grad, x, axis):
    dx = np.zeros(x.shape)
    if axis is None:
        # find the maximum
        best = max(x.flatten())
        # count the winners
        winners = 0
        for index in np.ndindex(*x.shape):
            if x[index] == best:
                winners = winners + 1
        # give each winner the same
        for index in np.ndindex(*x.shape):
            if x[index] == best:
                dx[index] = grad / winners
        return dx
    # move the axis to the end, then every line is easy. view! so dx changes too
    xs = np.moveaxis(x, axis, -1)
    dxs = np.moveaxis(dx, axis, -1)
    for index in np.ndindex(*xs.shape[:-1]):
        line = list(xs[index])
        best = max(line)
        winners = line.count(best)
        for i in range(len(line)):
            if line[i] == best:
                dxs[index][i] = grad[index] / winners
    return dx


def relu_backward(grad, x):
    dx = np.zeros(x.shape)
    for index in np.ndindex(*x.shape):
        # derivative is 1 if x is positive and 0 otherwise
        if x[index] > 0:
            dx[index] = grad[index]
    return dx


def exp_backward(grad, out):
    # derivative of exp is exp
    return grad * out


def log_backward(grad, x):
    # derivative of ln is 1/x
    return grad * (1 / x)


def pow_backward(grad, x, p):
    # p times x to the power p minus 1
    return grad * p * x ** (p - 1)


def sqrt_backward(grad, out):
    # derivative of sqrt(x) is 1/(2 sqrt(x))
    return grad * 1 / (2 * out)


def cross_entropy(logits, labels, reduction):
    n = logits.shape[0]
    k = logits.shape[1]
    loss = 0.0
    dlogits = np.zeros((n, k))
    for i in range(n):
        # subtract the largest score so that exp can not overflow
        row = logits[i] - max(logits[i])
        # sum of the exponentials
        total = 0.0
        for j in range(k):
            total = total + np.exp(row[j])
        # loss of this sample
        loss = loss + np.log(total) - row[labels[i]]
        # gradient of this sample
        for j in range(k):
            p = np.exp(row[j]) / total
            if j == labels[i]:
                dlogits[i, j] = p - 1
            else:
                dlogits[i, j] = p
    # divide by n for the mean
    if reduction == 'mean':
        loss = loss / n
        dlogits = dlogits / n
    return loss, dlogits
