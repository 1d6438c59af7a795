"""Wrong answers to the sheet on backward passes, as students give them. Each one replaces the right function."""
import numpy as np

BANK = []


def wrong(function, what):
    def add(f):
        BANK.append((function, what, f))
        return f

    return add


# ---------------------------------------------------------------- unbroadcast


@wrong("unbroadcast", "Only the axes in front are summed, stretched ones are not.")
def unbroadcast_front_only(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    return np.array(grad)


@wrong("unbroadcast", "Only the stretched axes are summed, axes in front stay.")
def unbroadcast_stretched_only(grad, shape):
    for i, s in enumerate(shape):
        if s == 1:
            grad = grad.sum(axis=i, keepdims=True)
    return np.array(grad)


@wrong("unbroadcast", "The shapes are lined up from the left.")
def unbroadcast_left(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(axis=-1)
    for i, s in enumerate(shape):
        if s == 1:
            grad = grad.sum(axis=i, keepdims=True)
    return np.array(grad)


@wrong("unbroadcast", "Axes of size 1 vanish.")
def unbroadcast_no_keepdims(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    axes = tuple(i for i, s in enumerate(shape) if s == 1)
    return np.array(grad.sum(axis=axes))


@wrong("unbroadcast", "The mean over the copies.")
def unbroadcast_mean(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.mean(axis=0)
    for i, s in enumerate(shape):
        if s == 1:
            grad = grad.mean(axis=i, keepdims=True)
    return np.array(grad)


@wrong("unbroadcast", "The first copy only.")
def unbroadcast_first_copy(grad, shape):
    while grad.ndim > len(shape):
        grad = grad[0]
    for i, s in enumerate(shape):
        if s == 1:
            grad = grad.take([0], axis=i)
    return np.array(grad)


@wrong("unbroadcast", "Only one axis in front is summed.")
def unbroadcast_one_axis(grad, shape):
    if grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    for i, s in enumerate(shape):
        if s == 1 and i < grad.ndim:
            grad = grad.sum(axis=i, keepdims=True)
    return np.array(grad)


@wrong("unbroadcast", "Only the first stretched axis is summed.")
def unbroadcast_first_stretched(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    for i, s in enumerate(shape):
        if s == 1 and grad.shape[i] != 1:
            return grad.sum(axis=i, keepdims=True)
    return np.array(grad)


@wrong("unbroadcast", "np.resize instead of a sum.")
def unbroadcast_resize(grad, shape):
    return np.resize(grad, shape)


@wrong("unbroadcast", "The shape () is forgotten: a single number gets an array of shape (1,).")
def unbroadcast_scalar(grad, shape):
    if shape == ():
        return np.array([grad.sum()])
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    for i, s in enumerate(shape):
        if s == 1:
            grad = grad.sum(axis=i, keepdims=True)
    return np.array(grad)


@wrong("unbroadcast", "Summed over the last axis although the one in front is meant: not noticed for square arrays.")
def unbroadcast_last_axis(grad, shape):
    if grad.ndim == 2 and len(shape) == 1 and grad.shape[0] == grad.shape[1]:
        return grad.sum(axis=1)
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    for i, s in enumerate(shape):
        if s == 1:
            grad = grad.sum(axis=i, keepdims=True)
    return np.array(grad)


@wrong("unbroadcast", "Sums kept in half precision.")
def unbroadcast_half(grad, shape):
    grad = grad.astype(np.float16)
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    for i, s in enumerate(shape):
        if s == 1:
            grad = grad.sum(axis=i, keepdims=True)
    return np.array(grad, dtype=float)


# ---------------------------------------------------------------- add_backward


@wrong("add_backward", "No sum over the copies: grad itself for both.")
def add_no_unbroadcast(grad, a_shape, b_shape):
    return grad.copy(), grad.copy()


@wrong("add_backward", "The two gradients are swapped.")
def add_swapped(grad, a_shape, b_shape):
    return unbroadcast(grad, b_shape), unbroadcast(grad, a_shape)


@wrong("add_backward", "Ones: the upstream gradient is forgotten.")
def add_ones(grad, a_shape, b_shape):
    return np.ones(a_shape), np.ones(b_shape)


@wrong("add_backward", "b gets a minus sign.")
def add_minus(grad, a_shape, b_shape):
    return unbroadcast(grad, a_shape), -unbroadcast(grad, b_shape)


@wrong("add_backward", "Only b can be stretched.")
def add_only_b(grad, a_shape, b_shape):
    return grad.copy(), unbroadcast(grad, b_shape)


@wrong("add_backward", "Half of the gradient to each.")
def add_half(grad, a_shape, b_shape):
    return unbroadcast(grad, a_shape) / 2, unbroadcast(grad, b_shape) / 2


@wrong("add_backward", "Sum of everything when a shape is (1,) or more ones, with the shape lost.")
def add_shape_lost(grad, a_shape, b_shape):
    def back(shape):
        return np.asarray(grad.sum()) if all(s == 1 for s in shape) else unbroadcast(grad, shape)

    return back(a_shape), back(b_shape)


@wrong("add_backward", "reshape instead of a sum: the first entries only.")
def add_first_entries(grad, a_shape, b_shape):
    def back(shape):
        n = int(np.prod(shape))
        return grad.ravel()[:n].reshape(shape).copy()

    return back(a_shape), back(b_shape)


@wrong("add_backward", "The upstream gradient is doubled in place.")
def add_mutates(grad, a_shape, b_shape):
    da = unbroadcast(grad, a_shape)
    grad *= 2
    return da, unbroadcast(grad, b_shape) / 2


@wrong("add_backward", "A list with one entry too many.")
def add_three(grad, a_shape, b_shape):
    return unbroadcast(grad, a_shape), unbroadcast(grad, b_shape), grad


@wrong("add_backward", "Averages over the copies of b.")
def add_mean_b(grad, a_shape, b_shape):
    db = unbroadcast(grad, b_shape)
    return unbroadcast(grad, a_shape), db * (db.size / grad.size)


# ---------------------------------------------------------------- mul_backward


@wrong("mul_backward", "Each operand gets its own value: a for a, b for b.")
def mul_own(grad, a, b):
    return unbroadcast(grad * a, a.shape), unbroadcast(grad * b, b.shape)


@wrong("mul_backward", "The upstream gradient is forgotten.")
def mul_no_grad(grad, a, b):
    ones = np.ones(np.shape(grad))
    return unbroadcast(ones * b, a.shape), unbroadcast(ones * a, b.shape)


@wrong("mul_backward", "No sum over the copies.")
def mul_no_unbroadcast(grad, a, b):
    return grad * b, grad * a


@wrong("mul_backward", "First summed, then multiplied.")
def mul_sum_first(grad, a, b):
    ga, gb = unbroadcast(grad, a.shape), unbroadcast(grad, b.shape)
    da = ga * b if np.shape(ga * b) == a.shape else unbroadcast(ga * b, a.shape)
    db = gb * a if np.shape(gb * a) == b.shape else unbroadcast(gb * a, b.shape)
    return da, db


@wrong("mul_backward", "The order of the results is swapped.")
def mul_swapped(grad, a, b):
    return unbroadcast(grad * a, b.shape), unbroadcast(grad * b, a.shape)


@wrong("mul_backward", "The product rule gone wrong: a b for both.")
def mul_product(grad, a, b):
    return unbroadcast(grad * a * b, a.shape), unbroadcast(grad * a * b, b.shape)


@wrong("mul_backward", "The upstream gradient is multiplied in place.")
def mul_mutates(grad, a, b):
    old = grad.copy()
    if grad.dtype == b.dtype:
        grad *= b
        return unbroadcast(grad, a.shape), unbroadcast(old * a, b.shape)
    return unbroadcast(grad * b, a.shape), unbroadcast(grad * a, b.shape)


@wrong("mul_backward", "The gradient that was already multiplied is used for b.")
def mul_updated(grad, a, b):
    grad = grad * b
    da = unbroadcast(grad, a.shape)
    grad = grad * a
    return da, unbroadcast(grad, b.shape)


@wrong("mul_backward", "The sum of both where a number is the second operand.")
def mul_scalar(grad, a, b):
    db = grad * a
    if b.shape == ():
        return unbroadcast(grad * b, a.shape), np.array(grad.sum() * a.sum())
    return unbroadcast(grad * b, a.shape), unbroadcast(db, b.shape)


@wrong("mul_backward", "The absolute values of the factors: wrong for negative numbers.")
def mul_abs(grad, a, b):
    return unbroadcast(grad * np.abs(b), a.shape), unbroadcast(grad * np.abs(a), b.shape)


@wrong("mul_backward", "Means over the copies.")
def mul_mean(grad, a, b):
    da, db = unbroadcast(grad * b, a.shape), unbroadcast(grad * a, b.shape)
    return da * (da.size / grad.size), db * (db.size / grad.size)


# ---------------------------------------------------------------- div_backward


@wrong("div_backward", "The minus sign is missing.")
def div_sign(grad, a, b):
    return unbroadcast(grad / b, a.shape), unbroadcast(grad * a / b**2, b.shape)


@wrong("div_backward", "b instead of b² below.")
def div_power(grad, a, b):
    return unbroadcast(grad / b, a.shape), unbroadcast(-grad * a / b, b.shape)


@wrong("div_backward", "a is missing above.")
def div_no_a(grad, a, b):
    return unbroadcast(grad / b, a.shape), unbroadcast(-grad / (b * b), b.shape)


@wrong("div_backward", "The same as for a product.")
def div_as_product(grad, a, b):
    return unbroadcast(grad * b, a.shape), unbroadcast(grad * a, b.shape)


@wrong("div_backward", "No sum over the copies.")
def div_no_unbroadcast(grad, a, b):
    return grad / b, -grad * a / b**2


@wrong("div_backward", "Divided by b first summed: order of sum and quotient.")
def div_sum_first(grad, a, b):
    db = unbroadcast(-grad * a, b.shape)
    da = unbroadcast(grad, a.shape)
    return (unbroadcast(da / b, a.shape)), db / b**2


@wrong("div_backward", "a / b is taken for b / a.")
def div_inverse(grad, a, b):
    a = np.where(a == 0, 1, a)
    return unbroadcast(-grad * b / (a * a), a.shape), unbroadcast(grad / a, b.shape)


@wrong("div_backward", "A small number below, against division by zero.")
def div_epsilon(grad, a, b):
    return unbroadcast(grad / (b + 1e-6), a.shape), unbroadcast(-grad * a / (b**2 + 1e-6), b.shape)


@wrong("div_backward", "The minus sign depends on the sign of b: the square is written as b |b|.")
def div_signed_square(grad, a, b):
    return unbroadcast(grad / b, a.shape), unbroadcast(-grad * a / (b * np.abs(b)), b.shape)


@wrong("div_backward", "The minus sign stands before both.")
def div_both_minus(grad, a, b):
    return -unbroadcast(grad / b, a.shape), unbroadcast(-grad * a / b**2, b.shape)


@wrong("div_backward", "The upstream gradient is used for a only.")
def div_grad_once(grad, a, b):
    return unbroadcast(grad / b, a.shape), unbroadcast(-np.ones(grad.shape) * a / b**2, b.shape)


@wrong("div_backward", "The divisor is inverted in place.")
def div_mutates(grad, a, b):
    if b.dtype.kind == "f" and b.ndim:
        np.reciprocal(b, out=b)
        return unbroadcast(grad * b, a.shape), unbroadcast(-grad * a * b * b, b.shape)
    return unbroadcast(grad / b, a.shape), unbroadcast(-grad * a / b**2, b.shape)


# ---------------------------------------------------------------- matmul_backward


@wrong("matmul_backward", "No transposes: fits for square matrices only, and is wrong there.")
def matmul_no_transpose(grad, a, b):
    return grad @ b, a @ grad


@wrong("matmul_backward", "Only for two matrices: vectors and batches are forgotten.")
def matmul_matrices_only(grad, a, b):
    return grad @ b.T, a.T @ grad


@wrong("matmul_backward", "Batch axes work, but a stretched batch is not summed.")
def matmul_no_unbroadcast(grad, a, b):
    A = a[None, :] if a.ndim == 1 else a
    B = b[:, None] if b.ndim == 1 else b
    G = np.asarray(grad)
    if b.ndim == 1:
        G = G[..., None]
    if a.ndim == 1:
        G = G[..., None, :]
    da = G @ np.swapaxes(B, -1, -2)
    db = np.swapaxes(A, -1, -2) @ G
    return (da[..., 0, :] if a.ndim == 1 else da), (db[..., 0] if b.ndim == 1 else db)


@wrong("matmul_backward", ".T reverses all axes of a stack.")
def matmul_full_transpose(grad, a, b):
    A = a[None, :] if a.ndim == 1 else a
    B = b[:, None] if b.ndim == 1 else b
    G = np.asarray(grad)
    if b.ndim == 1:
        G = G[..., None]
    if a.ndim == 1:
        G = G[..., None, :]
    if A.ndim > 2 or B.ndim > 2:
        da, db = G @ B.T, A.T @ G
    else:
        da, db = G @ B.T, A.T @ G
    return unbroadcast(da, A.shape).reshape(a.shape), unbroadcast(db, B.shape).reshape(b.shape)


@wrong("matmul_backward", "Vectors as right operand are not handled.")
def matmul_no_right_vector(grad, a, b):
    A = a[None, :] if a.ndim == 1 else a
    G = np.asarray(grad)[..., None, :] if a.ndim == 1 else grad
    da = G @ np.swapaxes(b, -1, -2)
    db = np.swapaxes(A, -1, -2) @ G
    return unbroadcast(da, A.shape).reshape(a.shape), unbroadcast(db, b.shape)


@wrong("matmul_backward", "Vectors as left operand are not handled.")
def matmul_no_left_vector(grad, a, b):
    B = b[:, None] if b.ndim == 1 else b
    G = np.asarray(grad)[..., None] if b.ndim == 1 else grad
    da = G @ np.swapaxes(B, -1, -2)
    db = np.swapaxes(a, -1, -2) @ G
    return unbroadcast(da, a.shape), unbroadcast(db, B.shape).reshape(b.shape)


@wrong("matmul_backward", "The results are swapped.")
def matmul_swapped(grad, a, b):
    if a.ndim == 2 and b.ndim == 2:
        return a.T @ grad, grad @ b.T
    return np.asarray(a * 1.0), np.asarray(b * 1.0)


@wrong("matmul_backward", "A vector left of a matrix: the outer product the wrong way round, right for square shapes only in shape.")
def matmul_outer(grad, a, b):
    if a.ndim == 1 and b.ndim == 2:
        return b @ grad, np.outer(grad, a).reshape(b.shape)
    A = a[None, :] if a.ndim == 1 else a
    B = b[:, None] if b.ndim == 1 else b
    G = np.asarray(grad)
    if b.ndim == 1:
        G = G[..., None]
    if a.ndim == 1:
        G = G[..., None, :]
    da, db = unbroadcast(G @ np.swapaxes(B, -1, -2), A.shape), unbroadcast(np.swapaxes(A, -1, -2) @ G, B.shape)
    return da.reshape(a.shape), db.reshape(b.shape)


@wrong("matmul_backward", "The dot product of two vectors: the upstream gradient is forgotten.")
def matmul_dot(grad, a, b):
    if a.ndim == 1 and b.ndim == 1:
        return b * 1.0, a * 1.0
    A = a[None, :] if a.ndim == 1 else a
    B = b[:, None] if b.ndim == 1 else b
    G = np.asarray(grad)
    if b.ndim == 1:
        G = G[..., None]
    if a.ndim == 1:
        G = G[..., None, :]
    da, db = unbroadcast(G @ np.swapaxes(B, -1, -2), A.shape), unbroadcast(np.swapaxes(A, -1, -2) @ G, B.shape)
    return da.reshape(a.shape), db.reshape(b.shape)


@wrong("matmul_backward", "Only axes in front are summed, a batch axis of size 1 that was stretched is averaged.")
def matmul_batch_mean(grad, a, b):
    def back(g, shape):
        g = g.sum(axis=tuple(range(g.ndim - len(shape))))
        axes = tuple(i for i, s in enumerate(shape[:-2]) if s == 1)
        return g.mean(axis=axes, keepdims=True) if axes else g

    A = a[None, :] if a.ndim == 1 else a
    B = b[:, None] if b.ndim == 1 else b
    G = np.asarray(grad)
    if b.ndim == 1:
        G = G[..., None]
    if a.ndim == 1:
        G = G[..., None, :]
    da, db = back(G @ np.swapaxes(B, -1, -2), A.shape), back(np.swapaxes(A, -1, -2) @ G, B.shape)
    return da.reshape(a.shape), db.reshape(b.shape)


@wrong("matmul_backward", "Entry by entry, as if it were a product of numbers.")
def matmul_elementwise(grad, a, b):
    try:
        return unbroadcast(grad * b, a.shape), unbroadcast(grad * a, b.shape)
    except Exception:
        return np.zeros(a.shape), np.zeros(b.shape)


@wrong("matmul_backward", "The forward pass is repeated instead of the upstream gradient.")
def matmul_forward(grad, a, b):
    y = np.asarray(a @ b)
    A = a[None, :] if a.ndim == 1 else a
    B = b[:, None] if b.ndim == 1 else b
    G = y
    if b.ndim == 1:
        G = G[..., None]
    if a.ndim == 1:
        G = G[..., None, :]
    da, db = unbroadcast(G @ np.swapaxes(B, -1, -2), A.shape), unbroadcast(np.swapaxes(A, -1, -2) @ G, B.shape)
    return da.reshape(a.shape), db.reshape(b.shape)


@wrong("matmul_backward", "Right for symmetric square b only: b is not transposed when it is square.")
def matmul_symmetric(grad, a, b):
    if a.ndim == 2 and b.ndim == 2:
        return (grad @ b if b.shape[0] == b.shape[1] else grad @ b.T), a.T @ grad
    A = a[None, :] if a.ndim == 1 else a
    B = b[:, None] if b.ndim == 1 else b
    G = np.asarray(grad)
    if b.ndim == 1:
        G = G[..., None]
    if a.ndim == 1:
        G = G[..., None, :]
    da, db = unbroadcast(G @ np.swapaxes(B, -1, -2), A.shape), unbroadcast(np.swapaxes(A, -1, -2) @ G, B.shape)
    return da.reshape(a.shape), db.reshape(b.shape)


@wrong("matmul_backward", "A stack times a vector: the vector gets the gradient of the last matrix only.")
def matmul_last_of_stack(grad, a, b):
    A = a[None, :] if a.ndim == 1 else a
    B = b[:, None] if b.ndim == 1 else b
    G = np.asarray(grad)
    if b.ndim == 1:
        G = G[..., None]
    if a.ndim == 1:
        G = G[..., None, :]
    da, db = unbroadcast(G @ np.swapaxes(B, -1, -2), A.shape), np.swapaxes(A, -1, -2) @ G
    if b.ndim == 1:
        while db.ndim > 2:
            db = db[-1]
        return da.reshape(a.shape), db[:, 0]
    return da.reshape(a.shape), unbroadcast(db, B.shape)


# ---------------------------------------------------------------- sum_backward


@wrong("sum_backward", "The summed axes are not put back: numpy lines up from the right.")
def sum_from_right(grad, shape, axis, keepdims):
    return np.zeros(shape) + grad


@wrong("sum_backward", "Ones, the upstream gradient is forgotten.")
def sum_ones(grad, shape, axis, keepdims):
    return np.ones(shape)


@wrong("sum_backward", "keepdims is ignored: axes are always put back.")
def sum_keepdims(grad, shape, axis, keepdims):
    if axis is not None:
        grad = np.expand_dims(grad, axis)
    return np.broadcast_to(grad, shape).copy()


@wrong("sum_backward", "Negative axes of a tuple are put back one after the other, in the wrong place.")
def sum_negative_tuple(grad, shape, axis, keepdims):
    if axis is not None and not keepdims:
        for ax in axis if isinstance(axis, tuple) else (axis,):
            grad = np.expand_dims(grad, ax)
    return np.broadcast_to(grad, shape).copy()


@wrong("sum_backward", "Tuples are not handled: their first axis only.")
def sum_first_of_tuple(grad, shape, axis, keepdims):
    if isinstance(axis, tuple):
        axis = axis[0]
    if axis is not None and not keepdims:
        grad = np.expand_dims(grad, axis)
    return np.broadcast_to(grad, shape).copy()


@wrong("sum_backward", "Divided by the number of entries.")
def sum_is_mean(grad, shape, axis, keepdims):
    return mean_backward(grad, shape, axis, keepdims)


@wrong("sum_backward", "axis 0 counts as None.")
def sum_zero_is_none(grad, shape, axis, keepdims):
    if not axis:
        return np.full(shape, np.sum(grad), dtype=float)
    if not keepdims:
        axes = axis if isinstance(axis, tuple) else (axis,)
        for ax in sorted(a % len(shape) for a in axes):
            grad = np.expand_dims(grad, ax)
    return np.broadcast_to(grad, shape).copy()


@wrong("sum_backward", "The axis is put back at the end.")
def sum_axis_at_end(grad, shape, axis, keepdims):
    if axis is not None and not keepdims:
        n = len(axis) if isinstance(axis, tuple) else 1
        for _ in range(n):
            grad = grad[..., None]
    return np.broadcast_to(grad, shape).copy()


@wrong("sum_backward", "np.resize fills up the shape in reading order.")
def sum_resize(grad, shape, axis, keepdims):
    return np.resize(np.asarray(grad, dtype=float), shape)


@wrong("sum_backward", "The gradient goes to the first entry of each sum only.")
def sum_first_entry(grad, shape, axis, keepdims):
    kept = np.zeros(shape).sum(axis=axis, keepdims=True).shape
    dx = np.zeros(shape)
    dx[tuple(slice(0, k) for k in kept)] = np.reshape(grad, kept)
    return dx


@wrong("sum_backward", "The shape of grad is returned, not of x.")
def sum_shape_of_grad(grad, shape, axis, keepdims):
    return np.array(grad, dtype=float)


@wrong("sum_backward", "The negative axis is converted with one too many.")
def sum_off_by_one(grad, shape, axis, keepdims):
    if axis is None:
        return np.broadcast_to(grad, shape).copy()
    axes = axis if isinstance(axis, tuple) else (axis,)
    axes = [a if a >= 0 else (a + len(shape) + 1) % len(shape) for a in axes]
    kept = [1 if i in axes else s for i, s in enumerate(shape)]
    return np.broadcast_to(np.resize(grad, kept), shape).copy()


# ---------------------------------------------------------------- mean_backward


@wrong("mean_backward", "Not divided.")
def mean_not_divided(grad, shape, axis, keepdims):
    return sum_backward(grad, shape, axis, keepdims)


@wrong("mean_backward", "Divided by the number of all entries of x.")
def mean_all_entries(grad, shape, axis, keepdims):
    return sum_backward(grad, shape, axis, keepdims) / np.prod(shape)


@wrong("mean_backward", "Divided by the number of entries of y.")
def mean_entries_of_y(grad, shape, axis, keepdims):
    return sum_backward(grad, shape, axis, keepdims) / np.size(grad)


@wrong("mean_backward", "Divided by the first axis, whatever axis is.")
def mean_first_axis(grad, shape, axis, keepdims):
    return sum_backward(grad, shape, axis, keepdims) / (shape[0] if shape else 1)


@wrong("mean_backward", "For a tuple the sizes are added, not multiplied.")
def mean_added_sizes(grad, shape, axis, keepdims):
    if axis is None:
        n = np.prod(shape)
    elif isinstance(axis, tuple):
        n = sum(shape[a] for a in axis) or 1
    else:
        n = shape[axis]
    return sum_backward(grad, shape, axis, keepdims) / n


@wrong("mean_backward", "Divided by the number of axes.")
def mean_number_of_axes(grad, shape, axis, keepdims):
    n = len(shape) if axis is None else len(axis) if isinstance(axis, tuple) else 1
    return sum_backward(grad, shape, axis, keepdims) / max(n, 1)


@wrong("mean_backward", "n - 1, as in a sample variance.")
def mean_n_minus_one(grad, shape, axis, keepdims):
    n = np.prod(shape) / max(np.size(grad), 1)
    return sum_backward(grad, shape, axis, keepdims) / max(n - 1, 1)


@wrong("mean_backward", "Multiplied by n instead of divided.")
def mean_multiplied(grad, shape, axis, keepdims):
    n = np.prod(shape) / max(np.size(grad), 1)
    return sum_backward(grad, shape, axis, keepdims) * n


@wrong("mean_backward", "The result is not spread: the shape of grad.")
def mean_not_spread(grad, shape, axis, keepdims):
    n = np.prod(shape) / max(np.size(grad), 1)
    return np.asarray(grad) / n


@wrong("mean_backward", "The upstream gradient is forgotten.")
def mean_no_grad(grad, shape, axis, keepdims):
    n = np.prod(shape) / max(np.size(grad), 1)
    return np.ones(shape) / n


@wrong("mean_backward", "The upstream gradient is divided in place.")
def mean_mutates(grad, shape, axis, keepdims):
    n = np.prod(shape) / max(np.size(grad), 1)
    if grad.dtype.kind == "f":
        grad /= n
        return sum_backward(grad, shape, axis, keepdims)
    return sum_backward(grad / n, shape, axis, keepdims)


@wrong("mean_backward", "For a tuple only the first axis counts.")
def mean_first_of_tuple(grad, shape, axis, keepdims):
    if axis is None:
        n = np.prod(shape)
    else:
        n = shape[(axis or (0,))[0]] if isinstance(axis, tuple) else shape[axis]
    return sum_backward(grad, shape, axis, keepdims) / n


# ---------------------------------------------------------------- max_backward


@wrong("max_backward", "Each of the tied winners gets everything.")
def max_all_winners(grad, x, axis):
    hit = x == x.max(axis=axis, keepdims=True)
    return hit * (np.expand_dims(grad, axis) if axis is not None else grad) * 1.0


@wrong("max_backward", "The first of the tied winners gets everything.")
def max_first_winner(grad, x, axis):
    dx = np.zeros(x.shape)
    if axis is None:
        dx.ravel()[np.argmax(x)] = grad
        return dx
    np.put_along_axis(dx, np.expand_dims(np.argmax(x, axis=axis), axis), np.expand_dims(grad, axis), axis)
    return dx


@wrong("max_backward", "The shares are counted over the whole array.")
def max_global_count(grad, x, axis):
    hit = x == x.max(axis=axis, keepdims=True)
    g = np.expand_dims(grad, axis) if axis is not None else grad
    return hit * g / hit.sum()


@wrong("max_backward", "The reduced axis is not put back.")
def max_axis_not_back(grad, x, axis):
    hit = x == x.max(axis=axis, keepdims=True)
    return hit * grad / hit.sum(axis=axis, keepdims=True)


@wrong("max_backward", "The largest entry of all, whatever axis is.")
def max_of_all(grad, x, axis):
    hit = x == x.max()
    g = np.expand_dims(grad, axis) if axis is not None else grad
    return hit * g / hit.sum()


@wrong("max_backward", "Compared with a tolerance: near ties share.")
def max_isclose(grad, x, axis):
    hit = np.isclose(x, x.max(axis=axis, keepdims=True))
    g = np.expand_dims(grad, axis) if axis is not None else grad
    return hit * g / hit.sum(axis=axis, keepdims=True)


@wrong("max_backward", "The smallest entry.")
def max_is_min(grad, x, axis):
    hit = x == x.min(axis=axis, keepdims=True)
    g = np.expand_dims(grad, axis) if axis is not None else grad
    return hit * g / hit.sum(axis=axis, keepdims=True)


@wrong("max_backward", "The largest absolute value.")
def max_abs(grad, x, axis):
    y = np.abs(x)
    hit = y == y.max(axis=axis, keepdims=True)
    g = np.expand_dims(grad, axis) if axis is not None else grad
    return hit * g / hit.sum(axis=axis, keepdims=True)


@wrong("max_backward", "The upstream gradient is forgotten.")
def max_no_grad(grad, x, axis):
    hit = x == x.max(axis=axis, keepdims=True)
    return hit / hit.sum(axis=axis, keepdims=True)


@wrong("max_backward", "Multiplied by the value of the winner.")
def max_value(grad, x, axis):
    hit = x == x.max(axis=axis, keepdims=True)
    g = np.expand_dims(grad, axis) if axis is not None else grad
    return hit * x * g / hit.sum(axis=axis, keepdims=True)


@wrong("max_backward", "Zero counts as nobody: lines whose maximum is 0 or less get nothing.")
def max_positive(grad, x, axis):
    hit = (x == x.max(axis=axis, keepdims=True)) & (x > 0)
    g = np.expand_dims(grad, axis) if axis is not None else grad
    return hit * g / np.maximum(hit.sum(axis=axis, keepdims=True), 1)


@wrong("max_backward", "Shares of softmax instead of equal shares of the winners.")
def max_soft(grad, x, axis):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    g = np.expand_dims(grad, axis) if axis is not None else grad
    return e * g / e.sum(axis=axis, keepdims=True)


@wrong("max_backward", "Negative axes are not understood: taken for axis 0.")
def max_negative_axis(grad, x, axis):
    if axis is not None and axis < 0:
        axis = 0
    hit = x == x.max(axis=axis, keepdims=True)
    g = grad if axis is None else np.expand_dims(grad, axis)
    try:
        return np.broadcast_to(hit * g / hit.sum(axis=axis, keepdims=True), x.shape).copy()
    except ValueError:
        return np.zeros(x.shape)


# ---------------------------------------------------------------- relu_backward


@wrong("relu_backward", "The derivative at 0 is 1.")
def relu_one_at_zero(grad, x):
    return grad * (x >= 0) * 1.0


@wrong("relu_backward", "The derivative at 0 is 1/2.")
def relu_half_at_zero(grad, x):
    return grad * np.heaviside(x, 0.5)


@wrong("relu_backward", "The upstream gradient is forgotten.")
def relu_no_grad(grad, x):
    return np.asarray((np.asarray(x) > 0) * 1.0)


@wrong("relu_backward", "relu is applied to the upstream gradient.")
def relu_of_grad(grad, x):
    return np.maximum(grad, 0) * 1.0


@wrong("relu_backward", "The mask comes from grad and not from x.")
def relu_mask_of_grad(grad, x):
    return np.where(np.asarray(grad) > 0, x, 0) * 1.0


@wrong("relu_backward", "Multiplied by relu(x) and not by its derivative.")
def relu_value(grad, x):
    return grad * np.maximum(x, 0) * 1.0


@wrong("relu_backward", "The mask is the wrong way round.")
def relu_inverted(grad, x):
    return grad * (np.asarray(x) < 0) * 1.0


@wrong("relu_backward", "A leak of 0.01 for negative x.")
def relu_leaky(grad, x):
    return grad * np.where(np.asarray(x) > 0, 1.0, 0.01)


@wrong("relu_backward", "The sign of x: -1 for negative numbers.")
def relu_sign(grad, x):
    return grad * np.sign(x) * 1.0


@wrong("relu_backward", "The upstream gradient is masked in place.")
def relu_mutates(grad, x):
    if grad.ndim == 0:
        return np.asarray(grad * (x > 0))
    grad[x <= 0] = 0
    return grad


@wrong("relu_backward", "Only gradients that are positive pass.")
def relu_guided(grad, x):
    return grad * (np.asarray(x) > 0) * (np.asarray(grad) > 0) * 1.0


@wrong("relu_backward", "Very small positive x count as 0.")
def relu_tolerance(grad, x):
    return grad * (np.asarray(x) > 1e-8) * 1.0


@wrong("relu_backward", "x > 1 instead of x > 0.")
def relu_threshold(grad, x):
    return grad * (np.asarray(x) > 1) * 1.0


# ---------------------------------------------------------------- exp_backward


@wrong("exp_backward", "exp is applied once more.")
def exp_twice(grad, out):
    return grad * np.exp(out)


@wrong("exp_backward", "The upstream gradient is forgotten.")
def exp_no_grad(grad, out):
    return np.asarray(out * 1.0)


@wrong("exp_backward", "The logarithm of out: x instead of exp x.")
def exp_log(grad, out):
    return grad * np.log(np.where(np.asarray(out) > 0, out, 1))


@wrong("exp_backward", "grad itself.")
def exp_grad_only(grad, out):
    return np.asarray(grad * 1.0)


@wrong("exp_backward", "1 / out.")
def exp_inverse(grad, out):
    return grad / np.where(np.asarray(out) != 0, out, 1)


@wrong("exp_backward", "exp of the upstream gradient.")
def exp_of_grad(grad, out):
    return np.exp(grad) * out


@wrong("exp_backward", "The rule of a power: out - 1.")
def exp_power_rule(grad, out):
    return grad * (out - 1.0)


@wrong("exp_backward", "The derivative of the sigmoid: out (1 - out).")
def exp_sigmoid(grad, out):
    return grad * out * (1 - out) * 1.0


@wrong("exp_backward", "The sum over the batch.")
def exp_summed(grad, out):
    return np.sum(grad * out)


@wrong("exp_backward", "Multiplied in place.")
def exp_mutates(grad, out):
    if grad.ndim and grad.dtype == out.dtype:
        grad *= out
        return grad
    return grad * out


@wrong("exp_backward", "The absolute value of the gradient: wrong for negative gradients.")
def exp_abs(grad, out):
    return np.abs(grad) * out


@wrong("exp_backward", "A minus sign.")
def exp_minus(grad, out):
    return -(grad * out)


# ---------------------------------------------------------------- log_backward


@wrong("log_backward", "Multiplied by x.")
def log_times_x(grad, x):
    return grad * x * 1.0


@wrong("log_backward", "The logarithm itself.")
def log_log(grad, x):
    return grad * np.log(x)


@wrong("log_backward", "The upstream gradient is forgotten.")
def log_no_grad(grad, x):
    return 1 / np.asarray(x, dtype=float)


@wrong("log_backward", "The minus sign of 1/x's own derivative.")
def log_minus(grad, x):
    return -grad / x


@wrong("log_backward", "1 / x².")
def log_square(grad, x):
    return grad / (x * x)


@wrong("log_backward", "The logarithm of base 10.")
def log_ten(grad, x):
    return grad / (x * np.log(10))


@wrong("log_backward", "The logarithm of base 2.")
def log_two(grad, x):
    return grad / (x * np.log(2))


@wrong("log_backward", "x / grad.")
def log_upside_down(grad, x):
    return x / np.where(grad == 0, 1, grad)


@wrong("log_backward", "A small number below, against division by zero.")
def log_epsilon(grad, x):
    return grad / (x + 1e-6)


@wrong("log_backward", "ln(1 + x): 1 / (1 + x).")
def log_one_plus(grad, x):
    return grad / (1.0 + x)


@wrong("log_backward", "x below 1 is clipped to 1.")
def log_clipped(grad, x):
    return grad / np.maximum(x, 1.0)


# ---------------------------------------------------------------- pow_backward


@wrong("pow_backward", "The exponent is not lowered.")
def pow_exponent(grad, x, p):
    return grad * p * np.float_power(np.abs(x), p) if p != int(p) else grad * p * np.asarray(x, dtype=float) ** p


@wrong("pow_backward", "The factor p is forgotten.")
def pow_no_factor(grad, x, p):
    return grad * np.asarray(x, dtype=float) ** (p - 1)


@wrong("pow_backward", "The upstream gradient is forgotten.")
def pow_no_grad(grad, x, p):
    return p * np.asarray(x, dtype=float) ** (p - 1)


@wrong("pow_backward", "p + 1 as in an integral.")
def pow_integral(grad, x, p):
    return grad * np.asarray(x, dtype=float) ** (p + 1) / (p + 1 if p != -1 else 1)


@wrong("pow_backward", "p - 1 as the factor.")
def pow_factor(grad, x, p):
    return grad * (p - 1) * np.asarray(x, dtype=float) ** (p - 1)


@wrong("pow_backward", "The derivative of an exponential: x^p ln p.")
def pow_exponential(grad, x, p):
    return grad * np.asarray(x, dtype=float) ** p * np.log(abs(p) + (p == 0))


@wrong("pow_backward", "By way of the logarithm: NaN for negative x.")
def pow_log(grad, x, p):
    return grad * p * np.exp((p - 1) * np.log(np.asarray(x, dtype=float)))


@wrong("pow_backward", "The absolute value of x: wrong for negative x and even p.")
def pow_abs(grad, x, p):
    return grad * p * np.abs(np.asarray(x, dtype=float)) ** (p - 1)


@wrong("pow_backward", "p is cut off to a whole number.")
def pow_whole(grad, x, p):
    return grad * int(p) * np.asarray(x, dtype=float) ** (int(p) - 1)


@wrong("pow_backward", "p = 0 is forgotten: the gradient is handed through.")
def pow_zero(grad, x, p):
    if p == 0:
        return np.asarray(grad * 1.0)
    return grad * p * np.asarray(x, dtype=float) ** (p - 1)


@wrong("pow_backward", "The minus sign for negative p is lost.")
def pow_negative(grad, x, p):
    return grad * abs(p) * np.asarray(x, dtype=float) ** (p - 1)


@wrong("pow_backward", "p (p - 1) x^(p-2): the second derivative.")
def pow_second(grad, x, p):
    return grad * p * (p - 1) * np.asarray(x, dtype=float) ** (p - 2)


@wrong("pow_backward", "x is raised to its power in place.")
def pow_mutates(grad, x, p):
    if x.dtype.kind == "f" and x.ndim:
        x **= p - 1
        return grad * p * x
    return grad * p * np.asarray(x, dtype=float) ** (p - 1)


# ---------------------------------------------------------------- sqrt_backward


@wrong("sqrt_backward", "The root is taken once more.")
def sqrt_twice(grad, out):
    return grad / (2 * np.sqrt(out))


@wrong("sqrt_backward", "The factor 2 is forgotten.")
def sqrt_no_two(grad, out):
    return grad / out


@wrong("sqrt_backward", "A missing bracket: / 2 * out.")
def sqrt_bracket(grad, out):
    return grad / 2 * out


@wrong("sqrt_backward", "The upstream gradient is forgotten.")
def sqrt_no_grad(grad, out):
    return 1 / (2.0 * out)


@wrong("sqrt_backward", "out is squared below: x instead of its root.")
def sqrt_x(grad, out):
    return grad / (2 * out**2)


@wrong("sqrt_backward", "Multiplied by 2 out.")
def sqrt_times(grad, out):
    return grad * 2.0 * out


@wrong("sqrt_backward", "The minus sign of x^(-1/2).")
def sqrt_minus(grad, out):
    return -grad / (2.0 * out)


@wrong("sqrt_backward", "4 instead of 2.")
def sqrt_four(grad, out):
    return grad / (4.0 * out)


@wrong("sqrt_backward", "A small number below.")
def sqrt_epsilon(grad, out):
    return grad / (2.0 * out + 1e-6)


@wrong("sqrt_backward", "Half precision on the way.")
def sqrt_half(grad, out):
    return np.asarray(np.asarray(grad / (2.0 * out)).astype(np.float16), dtype=float)


@wrong("sqrt_backward", "The sum of all entries below.")
def sqrt_sum(grad, out):
    return grad / (2.0 * np.sum(out))


# ---------------------------------------------------------------- cross_entropy


@wrong("cross_entropy", "No number is subtracted: infinite and NaN for large scores.")
def ce_overflow(logits, labels, reduction):
    i = np.arange(len(logits))
    e = np.exp(logits)
    p = e / e.sum(axis=1, keepdims=True)
    losses = -np.log(p[i, labels])
    p[i, labels] -= 1
    if reduction == "mean":
        return losses.mean(), p / len(p)
    return losses.sum(), p


@wrong("cross_entropy", "The logarithm of a probability that has become 0.")
def ce_log_zero(logits, labels, reduction):
    i = np.arange(len(logits))
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    losses = -np.log(p[i, labels])
    p[i, labels] -= 1
    if reduction == "mean":
        return losses.mean(), p / len(p)
    return losses.sum(), p


@wrong("cross_entropy", "1e-12 is added within the logarithm: the loss cannot exceed 27.6.")
def ce_log_epsilon(logits, labels, reduction):
    i = np.arange(len(logits))
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    losses = -np.log(p[i, labels] + 1e-12)
    p[i, labels] -= 1
    if reduction == "mean":
        return losses.mean(), p / len(p)
    return losses.sum(), p


@wrong("cross_entropy", "The largest score of the whole batch is subtracted: rows far below become 0/0.")
def ce_global_max(logits, labels, reduction):
    i = np.arange(len(logits))
    z = logits - logits.max()
    s = np.exp(z).sum(axis=1, keepdims=True)
    p = np.exp(z) / s
    losses = np.log(s[:, 0]) - z[i, labels]
    p[i, labels] -= 1
    if reduction == "mean":
        return losses.mean(), p / len(p)
    return losses.sum(), p


@wrong("cross_entropy", "The gradient does not follow the reduction: never divided.")
def ce_grad_not_divided(logits, labels, reduction):
    i = np.arange(len(logits))
    z = logits - logits.max(axis=1, keepdims=True)
    s = np.exp(z).sum(axis=1, keepdims=True)
    p = np.exp(z) / s
    losses = np.log(s[:, 0]) - z[i, labels]
    p[i, labels] -= 1
    return (losses.mean() if reduction == "mean" else losses.sum()), p


@wrong("cross_entropy", "The gradient is always divided by n.")
def ce_grad_always_divided(logits, labels, reduction):
    i = np.arange(len(logits))
    z = logits - logits.max(axis=1, keepdims=True)
    s = np.exp(z).sum(axis=1, keepdims=True)
    p = np.exp(z) / s
    losses = np.log(s[:, 0]) - z[i, labels]
    p[i, labels] -= 1
    return (losses.mean() if reduction == "mean" else losses.sum()), p / len(p)


@wrong("cross_entropy", "Divided by the number of all entries.")
def ce_divided_by_size(logits, labels, reduction):
    i = np.arange(len(logits))
    z = logits - logits.max(axis=1, keepdims=True)
    s = np.exp(z).sum(axis=1, keepdims=True)
    p = np.exp(z) / s
    losses = np.log(s[:, 0]) - z[i, labels]
    p[i, labels] -= 1
    if reduction == "mean":
        return losses.mean(), p / p.size
    return losses.sum(), p


@wrong("cross_entropy", "The right class is not subtracted: the probabilities themselves.")
def ce_no_one(logits, labels, reduction):
    i = np.arange(len(logits))
    z = logits - logits.max(axis=1, keepdims=True)
    s = np.exp(z).sum(axis=1, keepdims=True)
    p = np.exp(z) / s
    losses = np.log(s[:, 0]) - z[i, labels]
    if reduction == "mean":
        return losses.mean(), p / len(p)
    return losses.sum(), p


@wrong("cross_entropy", "The other sign of the gradient.")
def ce_grad_sign(logits, labels, reduction):
    i = np.arange(len(logits))
    z = logits - logits.max(axis=1, keepdims=True)
    s = np.exp(z).sum(axis=1, keepdims=True)
    p = np.exp(z) / s
    losses = np.log(s[:, 0]) - z[i, labels]
    p[i, labels] -= 1
    if reduction == "mean":
        return losses.mean(), -p / len(p)
    return losses.sum(), -p


@wrong("cross_entropy", "The minus sign of the loss is forgotten.")
def ce_loss_sign(logits, labels, reduction):
    i = np.arange(len(logits))
    z = logits - logits.max(axis=1, keepdims=True)
    s = np.exp(z).sum(axis=1, keepdims=True)
    p = np.exp(z) / s
    losses = z[i, labels] - np.log(s[:, 0])
    p[i, labels] -= 1
    if reduction == "mean":
        return losses.mean(), p / len(p)
    return losses.sum(), p


@wrong("cross_entropy", "1 is subtracted in whole columns: p[:, labels].")
def ce_columns(logits, labels, reduction):
    i = np.arange(len(logits))
    z = logits - logits.max(axis=1, keepdims=True)
    s = np.exp(z).sum(axis=1, keepdims=True)
    p = np.exp(z) / s
    losses = np.log(s[:, 0]) - z[i, labels]
    p[:, labels] -= 1
    if reduction == "mean":
        return losses.mean(), p / len(p)
    return losses.sum(), p


@wrong("cross_entropy", "Softmax over the samples, not over the classes.")
def ce_wrong_axis(logits, labels, reduction):
    i = np.arange(len(logits))
    z = logits - logits.max(axis=0, keepdims=True)
    s = np.exp(z).sum(axis=0, keepdims=True)
    p = np.exp(z) / s
    losses = np.log(s[0])[labels] - z[i, labels]
    p[i, labels] -= 1
    if reduction == "mean":
        return losses.mean(), p / len(p)
    return losses.sum(), p


@wrong("cross_entropy", "The number of classes is the largest label plus one.")
def ce_one_hot(logits, labels, reduction):
    z = logits - logits.max(axis=1, keepdims=True)
    s = np.exp(z).sum(axis=1, keepdims=True)
    p = np.exp(z) / s
    hot = np.eye(labels.max() + 1)[labels]
    losses = np.log(s[:, 0]) - (z * hot).sum(axis=1)
    d = p - hot
    if reduction == "mean":
        return losses.mean(), d / len(p)
    return losses.sum(), d


@wrong("cross_entropy", "The logarithm of base 2.")
def ce_base_two(logits, labels, reduction):
    i = np.arange(len(logits))
    z = logits - logits.max(axis=1, keepdims=True)
    s = np.exp(z).sum(axis=1, keepdims=True)
    p = np.exp(z) / s
    losses = (np.log(s[:, 0]) - z[i, labels]) / np.log(2)
    p[i, labels] -= 1
    if reduction == "mean":
        return losses.mean(), p / len(p)
    return losses.sum(), p


@wrong("cross_entropy", "The losses of the single samples instead of one number.")
def ce_losses(logits, labels, reduction):
    i = np.arange(len(logits))
    z = logits - logits.max(axis=1, keepdims=True)
    s = np.exp(z).sum(axis=1, keepdims=True)
    p = np.exp(z) / s
    losses = np.log(s[:, 0]) - z[i, labels]
    p[i, labels] -= 1
    if reduction == "mean":
        return losses / len(p), p / len(p)
    return losses, p


@wrong("cross_entropy", "The scores are shifted in place.")
def ce_mutates(logits, labels, reduction):
    i = np.arange(len(logits))
    if logits.dtype.kind == "f":
        logits -= logits.max(axis=1, keepdims=True)
    s = np.exp(logits).sum(axis=1, keepdims=True)
    p = np.exp(logits) / s
    losses = np.log(s[:, 0]) - logits[i, labels]
    p[i, labels] -= 1
    if reduction == "mean":
        return losses.mean(), p / len(p)
    return losses.sum(), p


@wrong("cross_entropy", "Scores are clipped to ±100: right for small ones, wrong for large ones.")
def ce_clipped(logits, labels, reduction):
    i = np.arange(len(logits))
    z = np.clip(logits, -100, 100)
    z = z - z.max(axis=1, keepdims=True)
    s = np.exp(z).sum(axis=1, keepdims=True)
    p = np.exp(z) / s
    losses = np.log(s[:, 0]) - z[i, labels]
    p[i, labels] -= 1
    if reduction == "mean":
        return losses.mean(), p / len(p)
    return losses.sum(), p


@wrong("cross_entropy", "The smallest score is subtracted.")
def ce_minimum(logits, labels, reduction):
    i = np.arange(len(logits))
    z = logits - logits.min(axis=1, keepdims=True)
    s = np.exp(z).sum(axis=1, keepdims=True)
    p = np.exp(z) / s
    losses = np.log(s[:, 0]) - z[i, labels]
    p[i, labels] -= 1
    if reduction == "mean":
        return losses.mean(), p / len(p)
    return losses.sum(), p


@wrong("cross_entropy", "The mean is always taken, 'sum' is ignored.")
def ce_always_mean(logits, labels, reduction):
    i = np.arange(len(logits))
    z = logits - logits.max(axis=1, keepdims=True)
    s = np.exp(z).sum(axis=1, keepdims=True)
    p = np.exp(z) / s
    losses = np.log(s[:, 0]) - z[i, labels]
    p[i, labels] -= 1
    return losses.mean(), p / len(p)


# ---------------------------------------------------------------- reshape_backward


@wrong("reshape_backward", "Column by column.")
def reshape_fortran(grad, shape):
    return grad.reshape(shape, order="F")


@wrong("reshape_backward", "Not put back: grad as it came.")
def reshape_same(grad, shape):
    return grad.copy()


@wrong("reshape_backward", "One long row.")
def reshape_flat(grad, shape):
    return grad.ravel().copy()


@wrong("reshape_backward", "np.resize of the transposed gradient.")
def reshape_transposed(grad, shape):
    return np.resize(grad.T, shape)


# ---------------------------------------------------------------- transpose_backward


@wrong("transpose_backward", "The same permutation once more.")
def transpose_again(grad, axes):
    return grad.transpose(axes)


@wrong("transpose_backward", "All axes reversed.")
def transpose_reversed(grad, axes):
    return grad.T.copy()


@wrong("transpose_backward", "The permutation read backwards.")
def transpose_backwards(grad, axes):
    return grad.transpose(tuple(axes)[::-1])


@wrong("transpose_backward", "Only the shape is put back.")
def transpose_reshape(grad, axes):
    return grad.reshape([grad.shape[i] for i in np.argsort(axes)])


# ---------------------------------------------------------------- getitem_backward


@wrong("getitem_backward", "+= : an entry that was taken twice receives once.")
def getitem_plus(grad, shape, index):
    dx = np.zeros(shape)
    dx[index] += grad
    return dx


@wrong("getitem_backward", "The average of what arrives.")
def getitem_mean(grad, shape, index):
    dx, count = np.zeros(shape), np.zeros(shape)
    np.add.at(dx, index, grad)
    np.add.at(count, index, 1)
    return dx / np.maximum(count, 1)


@wrong("getitem_backward", "Entries that were not taken receive 1.")
def getitem_ones(grad, shape, index):
    dx = np.ones(shape)
    dx[index] = 0
    np.add.at(dx, index, grad)
    return dx


@wrong("getitem_backward", "The upstream gradient is forgotten: it counts.")
def getitem_counts(grad, shape, index):
    dx = np.zeros(shape)
    np.add.at(dx, index, 1.0)
    return dx


@wrong("getitem_backward", "Negative numbers do not count from the end but from the start.")
def getitem_absolute(grad, shape, index):
    dx = np.zeros(shape)

    def positive(one):
        return one if np.asarray(one).dtype == bool else np.abs(one)

    np.add.at(dx, tuple(map(positive, index)) if isinstance(index, tuple) else positive(index), grad)
    return dx


@wrong("getitem_backward", "A tuple is taken for a list of rows.")
def getitem_tuple(grad, shape, index):
    dx = np.zeros(shape)
    if isinstance(index, tuple):
        np.add.at(dx, index[0], np.expand_dims(grad, -1) if len(index) > 1 else grad)
    else:
        np.add.at(dx, index, grad)
    return dx


# ---------------------------------------------------------------- concat_backward


@wrong("concat_backward", "The sizes are taken for the places of the cuts.")
def concat_cuts(grad, sizes, axis):
    return np.split(grad, sizes[:-1], axis=axis)


@wrong("concat_backward", "Equal parts.")
def concat_equal(grad, sizes, axis):
    return np.array_split(grad, len(sizes), axis=axis)


@wrong("concat_backward", "Always along the first axis.")
def concat_first_axis(grad, sizes, axis):
    return np.split(grad, np.cumsum(sizes)[:-1], axis=0)


@wrong("concat_backward", "In the opposite order.")
def concat_reversed(grad, sizes, axis):
    return np.split(grad, np.cumsum(sizes)[:-1], axis=axis)[::-1]


@wrong("concat_backward", "One part too many: an empty one at the end.")
def concat_empty_part(grad, sizes, axis):
    return np.split(grad, np.cumsum(sizes), axis=axis)


# ---------------------------------------------------------------- softmax_backward


@wrong("softmax_backward", "The diagonal of the Jacobian only.")
def softmax_diagonal(grad, s, axis):
    return grad * s * (1 - s)


@wrong("softmax_backward", "The sum without s.")
def softmax_plain_sum(grad, s, axis):
    return s * (grad - grad.sum(axis=axis, keepdims=True))


@wrong("softmax_backward", "Always the last axis.")
def softmax_last_axis(grad, s, axis):
    return s * (grad - (grad * s).sum(axis=-1, keepdims=True))


@wrong("softmax_backward", "The mean for the sum.")
def softmax_mean(grad, s, axis):
    return s * (grad - (grad * s).mean(axis=axis, keepdims=True))


@wrong("softmax_backward", "The softmax is taken of s again.")
def softmax_again(grad, s, axis):
    e = np.exp(s)
    s = e / e.sum(axis=axis, keepdims=True)
    return s * (grad - (grad * s).sum(axis=axis, keepdims=True))


@wrong("softmax_backward", "The whole Jacobian is built.")
def softmax_jacobian(grad, s, axis):
    g, p = np.moveaxis(grad, axis, -1), np.moveaxis(s, axis, -1)
    J = p[..., :, None] * (np.eye(p.shape[-1]) - p[..., None, :])
    return np.moveaxis(np.einsum("...i,...ij->...j", g, J), -1, axis)


# ---------------------------------------------------------------- log_softmax_backward


@wrong("log_softmax_backward", "logp is taken for the probabilities.")
def logsoftmax_no_exp(grad, logp, axis):
    return grad - logp * grad.sum(axis=axis, keepdims=True)


@wrong("log_softmax_backward", "As if grad were 1 in all: grad - p.")
def logsoftmax_minus_p(grad, logp, axis):
    return grad - np.exp(logp)


@wrong("log_softmax_backward", "The backward pass of the softmax.")
def logsoftmax_softmax(grad, logp, axis):
    return softmax_backward(grad, np.exp(logp), axis)


@wrong("log_softmax_backward", "Each probability takes its own gradient only.")
def logsoftmax_own(grad, logp, axis):
    return grad * (1 - np.exp(logp))


@wrong("log_softmax_backward", "Summed over everything.")
def logsoftmax_all(grad, logp, axis):
    return grad - np.exp(logp) * grad.sum()


# ---------------------------------------------------------------- layernorm_backward


@wrong("layernorm_backward", "Mean and deviation are taken for constants.")
def layernorm_constants(grad, x, gamma, eps):
    sigma = np.sqrt(x.var(axis=1, keepdims=True) + eps)
    hat = (x - x.mean(axis=1, keepdims=True)) / sigma
    return grad * gamma / sigma, (grad * hat).sum(axis=0), grad.sum(axis=0)


@wrong("layernorm_backward", "gamma is forgotten on the way to x.")
def layernorm_no_gamma(grad, x, gamma, eps):
    sigma = np.sqrt(x.var(axis=1, keepdims=True) + eps)
    hat = (x - x.mean(axis=1, keepdims=True)) / sigma
    h = grad
    dx = (h - h.mean(axis=1, keepdims=True) - hat * (h * hat).mean(axis=1, keepdims=True)) / sigma
    return dx, (grad * hat).sum(axis=0), grad.sum(axis=0)


@wrong("layernorm_backward", "eps is outside of the root.")
def layernorm_eps(grad, x, gamma, eps):
    sigma = x.std(axis=1, keepdims=True) + eps
    hat = (x - x.mean(axis=1, keepdims=True)) / sigma
    h = grad * gamma
    dx = (h - h.mean(axis=1, keepdims=True) - hat * (h * hat).mean(axis=1, keepdims=True)) / sigma
    return dx, (grad * hat).sum(axis=0), grad.sum(axis=0)


@wrong("layernorm_backward", "The path through the variance is missing.")
def layernorm_no_variance(grad, x, gamma, eps):
    sigma = np.sqrt(x.var(axis=1, keepdims=True) + eps)
    hat = (x - x.mean(axis=1, keepdims=True)) / sigma
    h = grad * gamma
    return (h - h.mean(axis=1, keepdims=True)) / sigma, (grad * hat).sum(axis=0), grad.sum(axis=0)


@wrong("layernorm_backward", "The variance divides by d - 1.")
def layernorm_sample(grad, x, gamma, eps):
    sigma = np.sqrt(x.var(axis=1, ddof=1, keepdims=True) + eps)
    hat = (x - x.mean(axis=1, keepdims=True)) / sigma
    h = grad * gamma
    dx = (h - h.mean(axis=1, keepdims=True) - hat * (h * hat).mean(axis=1, keepdims=True)) / sigma
    return dx, (grad * hat).sum(axis=0), grad.sum(axis=0)


@wrong("layernorm_backward", "dgamma without the normalised x.")
def layernorm_dgamma(grad, x, gamma, eps):
    sigma = np.sqrt(x.var(axis=1, keepdims=True) + eps)
    hat = (x - x.mean(axis=1, keepdims=True)) / sigma
    h = grad * gamma
    dx = (h - h.mean(axis=1, keepdims=True) - hat * (h * hat).mean(axis=1, keepdims=True)) / sigma
    return dx, (grad * x).sum(axis=0), grad.sum(axis=0)


# ---------------------------------------------------------------- batchnorm_backward


@wrong("batchnorm_backward", "The rows are normalised.")
def batchnorm_rows(grad, x, gamma, eps):
    return layernorm_backward(grad, x, gamma, eps)


@wrong("batchnorm_backward", "Mean and deviation are taken for constants, as in a prediction.")
def batchnorm_constants(grad, x, gamma, eps):
    sigma = np.sqrt(x.var(axis=0) + eps)
    hat = (x - x.mean(axis=0)) / sigma
    return grad * gamma / sigma, (grad * hat).sum(axis=0), grad.sum(axis=0)


@wrong("batchnorm_backward", "dbeta is a mean.")
def batchnorm_mean_beta(grad, x, gamma, eps):
    sigma = np.sqrt(x.var(axis=0) + eps)
    hat = (x - x.mean(axis=0)) / sigma
    h = grad * gamma
    dx = (h - h.mean(axis=0) - hat * (h * hat).mean(axis=0)) / sigma
    return dx, (grad * hat).sum(axis=0), grad.mean(axis=0)


@wrong("batchnorm_backward", "The sums over the batch are divided by the number of features.")
def batchnorm_by_d(grad, x, gamma, eps):
    d = x.shape[1]
    sigma = np.sqrt(x.var(axis=0) + eps)
    hat = (x - x.mean(axis=0)) / sigma
    h = grad * gamma
    dx = (h - h.sum(axis=0) / d - hat * (h * hat).sum(axis=0) / d) / sigma
    return dx, (grad * hat).sum(axis=0), grad.sum(axis=0)


@wrong("batchnorm_backward", "The square of gamma.")
def batchnorm_gamma_twice(grad, x, gamma, eps):
    sigma = np.sqrt(x.var(axis=0) + eps)
    hat = (x - x.mean(axis=0)) / sigma
    h = grad * gamma
    dx = gamma * (h - h.mean(axis=0) - hat * (h * hat).mean(axis=0)) / sigma
    return dx, (grad * hat).sum(axis=0), grad.sum(axis=0)


# ---------------------------------------------------------------- conv2d_backward


@wrong("conv2d_backward", "Where windows overlap the last one wins.")
def conv_assigns(grad, x, w, stride, pad):
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dp, dw, (kh, kw) = np.zeros(p.shape), np.zeros(w.shape), w.shape[2:]
    for r in range(grad.shape[2]):
        for c in range(grad.shape[3]):
            here = np.s_[:, :, r * stride : r * stride + kh, c * stride : c * stride + kw]
            dp[here] = np.einsum("no,okij->nkij", grad[:, :, r, c], w)
            dw += np.einsum("no,nkij->okij", grad[:, :, r, c], p[here])
    return dp[:, :, pad : pad + x.shape[2], pad : pad + x.shape[3]], dw, grad.sum(axis=(0, 2, 3))


@wrong("conv2d_backward", "The kernel is turned round.")
def conv_turned(grad, x, w, stride, pad):
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dp, dw, (kh, kw) = np.zeros(p.shape), np.zeros(w.shape), w.shape[2:]
    for r in range(grad.shape[2]):
        for c in range(grad.shape[3]):
            here = np.s_[:, :, r * stride : r * stride + kh, c * stride : c * stride + kw]
            dp[here] += np.einsum("no,okij->nkij", grad[:, :, r, c], w[:, :, ::-1, ::-1])
            dw += np.einsum("no,nkij->okij", grad[:, :, r, c], p[here])
    return dp[:, :, pad : pad + x.shape[2], pad : pad + x.shape[3]], dw, grad.sum(axis=(0, 2, 3))


@wrong("conv2d_backward", "The stride is forgotten.")
def conv_no_stride(grad, x, w, stride, pad):
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dp, dw, (kh, kw) = np.zeros(p.shape), np.zeros(w.shape), w.shape[2:]
    for r in range(grad.shape[2]):
        for c in range(grad.shape[3]):
            here = np.s_[:, :, r : r + kh, c : c + kw]
            dp[here] += np.einsum("no,okij->nkij", grad[:, :, r, c], w)
            dw += np.einsum("no,nkij->okij", grad[:, :, r, c], p[here])
    return dp[:, :, pad : pad + x.shape[2], pad : pad + x.shape[3]], dw, grad.sum(axis=(0, 2, 3))


@wrong("conv2d_backward", "db counts one image only.")
def conv_bias_one_image(grad, x, w, stride, pad):
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dp, dw, (kh, kw) = np.zeros(p.shape), np.zeros(w.shape), w.shape[2:]
    for r in range(grad.shape[2]):
        for c in range(grad.shape[3]):
            here = np.s_[:, :, r * stride : r * stride + kh, c * stride : c * stride + kw]
            dp[here] += np.einsum("no,okij->nkij", grad[:, :, r, c], w)
            dw += np.einsum("no,nkij->okij", grad[:, :, r, c], p[here])
    return dp[:, :, pad : pad + x.shape[2], pad : pad + x.shape[3]], dw, grad.sum(axis=(2, 3))[0]


@wrong("conv2d_backward", "The padding is cut off one entry too far down and to the right.")
def conv_crop(grad, x, w, stride, pad):
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad + 1), (pad, pad + 1)))
    dp, dw, (kh, kw) = np.zeros(p.shape), np.zeros(w.shape), w.shape[2:]
    for r in range(grad.shape[2]):
        for c in range(grad.shape[3]):
            here = np.s_[:, :, r * stride : r * stride + kh, c * stride : c * stride + kw]
            dp[here] += np.einsum("no,okij->nkij", grad[:, :, r, c], w)
            dw += np.einsum("no,nkij->okij", grad[:, :, r, c], p[here])
    shift = pad + 1 if pad else 0
    return dp[:, :, shift : shift + x.shape[2], shift : shift + x.shape[3]], dw, grad.sum(axis=(0, 2, 3))


@wrong("conv2d_backward", "dw is averaged over the images.")
def conv_mean_images(grad, x, w, stride, pad):
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dp, dw, (kh, kw) = np.zeros(p.shape), np.zeros(w.shape), w.shape[2:]
    for r in range(grad.shape[2]):
        for c in range(grad.shape[3]):
            here = np.s_[:, :, r * stride : r * stride + kh, c * stride : c * stride + kw]
            dp[here] += np.einsum("no,okij->nkij", grad[:, :, r, c], w)
            dw += np.einsum("no,nkij->okij", grad[:, :, r, c], p[here]) / len(x)
    return dp[:, :, pad : pad + x.shape[2], pad : pad + x.shape[3]], dw, grad.sum(axis=(0, 2, 3))


# ---------------------------------------------------------------- maxpool2d_backward


@wrong("maxpool2d_backward", "An entry that wins twice receives once.")
def pool_assigns(grad, x, size, stride):
    dx = np.zeros(x.shape)
    for m, k, r, c in np.ndindex(*grad.shape):
        window = x[m, k, r * stride : r * stride + size, c * stride : c * stride + size]
        i, j = np.unravel_index(window.argmax(), window.shape)
        dx[m, k, r * stride + i, c * stride + j] = grad[m, k, r, c]
    return dx


@wrong("maxpool2d_backward", "The stride is the size.")
def pool_no_stride(grad, x, size, stride):
    dx = np.zeros(x.shape)
    for m, k, r, c in np.ndindex(*grad.shape):
        window = x[m, k, r * size : r * size + size, c * size : c * size + size]
        if window.size:
            i, j = np.unravel_index(window.argmax(), window.shape)
            dx[m, k, r * size + i, c * size + j] += grad[m, k, r, c]
    return dx


@wrong("maxpool2d_backward", "The gradient is shared by the whole window, as in an average.")
def pool_average(grad, x, size, stride):
    dx = np.zeros(x.shape)
    for m, k, r, c in np.ndindex(*grad.shape):
        dx[m, k, r * stride : r * stride + size, c * stride : c * stride + size] += grad[m, k, r, c] / size**2
    return dx


@wrong("maxpool2d_backward", "The largest size wins, not the largest entry.")
def pool_absolute(grad, x, size, stride):
    dx = np.zeros(x.shape)
    for m, k, r, c in np.ndindex(*grad.shape):
        window = np.abs(x[m, k, r * stride : r * stride + size, c * stride : c * stride + size])
        i, j = np.unravel_index(window.argmax(), window.shape)
        dx[m, k, r * stride + i, c * stride + j] += grad[m, k, r, c]
    return dx


@wrong("maxpool2d_backward", "The search begins at 0: a window of negative numbers has no winner.")
def pool_from_zero(grad, x, size, stride):
    dx = np.zeros(x.shape)
    for m, k, r, c in np.ndindex(*grad.shape):
        best, place = 0.0, None
        for i in range(size):
            for j in range(size):
                if x[m, k, r * stride + i, c * stride + j] > best:
                    best, place = x[m, k, r * stride + i, c * stride + j], (r * stride + i, c * stride + j)
        if place:
            dx[m, k, place[0], place[1]] += grad[m, k, r, c]
    return dx


# ---------------------------------------------------------------- embedding_backward


@wrong("embedding_backward", "+= : a word that comes twice adds once.")
def embedding_plus(grad, idx, rows):
    table = np.zeros((rows, grad.shape[-1]))
    table[idx] += grad
    return table


@wrong("embedding_backward", "As many rows as the largest number asks for.")
def embedding_rows(grad, idx, rows):
    table = np.zeros((idx.max() + 1, grad.shape[-1]))
    np.add.at(table, idx, grad)
    return table


@wrong("embedding_backward", "The average over the occurrences.")
def embedding_mean(grad, idx, rows):
    table, count = np.zeros((rows, grad.shape[-1])), np.zeros((rows, 1))
    np.add.at(table, idx, grad)
    np.add.at(count, idx, 1.0)
    return table / np.maximum(count, 1)


@wrong("embedding_backward", "Only for one text: the first axis of idx.")
def embedding_first_text(grad, idx, rows):
    table = np.zeros((rows, grad.shape[-1]))
    if idx.ndim > 1:
        idx, grad = idx[0], grad[0]
    np.add.at(table, idx, grad)
    return table


@wrong("embedding_backward", "Whole numbers.")
def embedding_whole(grad, idx, rows):
    table = np.zeros((rows, grad.shape[-1]))
    np.add.at(table, idx, np.trunc(grad))
    return table


# ---------------------------------------------------------------- attention_backward


@wrong("attention_backward", "The root of d is forgotten on the way back.")
def attention_no_root_back(grad, q, k, v, causal):
    A = q @ k.T / np.sqrt(q.shape[1])
    if causal:
        A = np.where(np.tri(*A.shape, dtype=bool), A, -np.inf)
    P = np.exp(A - A.max(axis=1, keepdims=True))
    P /= P.sum(axis=1, keepdims=True)
    dA = softmax_backward(grad @ v.T, P, 1)
    return dA @ k, dA.T @ q, P.T @ grad


@wrong("attention_backward", "The root of the number of keys.")
def attention_root_of_m(grad, q, k, v, causal):
    root = np.sqrt(len(k))
    A = q @ k.T / root
    if causal:
        A = np.where(np.tri(*A.shape, dtype=bool), A, -np.inf)
    P = np.exp(A - A.max(axis=1, keepdims=True))
    P /= P.sum(axis=1, keepdims=True)
    dA = softmax_backward(grad @ v.T, P, 1) / root
    return dA @ k, dA.T @ q, P.T @ grad


@wrong("attention_backward", "The softmax goes down the columns.")
def attention_columns(grad, q, k, v, causal):
    root = np.sqrt(q.shape[1])
    A = q @ k.T / root
    if causal:
        A = np.where(np.tri(*A.shape, dtype=bool), A, -1e9)
    P = np.exp(A - A.max(axis=0, keepdims=True))
    P /= P.sum(axis=0, keepdims=True)
    dA = softmax_backward(grad @ v.T, P, 0) / root
    return dA @ k, dA.T @ q, P.T @ grad


@wrong("attention_backward", "A word does not see itself: j < i.")
def attention_strict(grad, q, k, v, causal):
    root = np.sqrt(q.shape[1])
    A = q @ k.T / root
    if causal:
        A = np.where(np.tri(*A.shape, -1, dtype=bool), A, -1e9)
    P = np.exp(A - A.max(axis=1, keepdims=True))
    P /= P.sum(axis=1, keepdims=True)
    dA = softmax_backward(grad @ v.T, P, 1) / root
    return dA @ k, dA.T @ q, P.T @ grad


@wrong("attention_backward", "Hidden scores are set to 0, where exp is 1.")
def attention_mask_zero(grad, q, k, v, causal):
    root = np.sqrt(q.shape[1])
    A = q @ k.T / root
    if causal:
        A = np.where(np.tri(*A.shape, dtype=bool), A, 0.0)
    P = np.exp(A - A.max(axis=1, keepdims=True))
    P /= P.sum(axis=1, keepdims=True)
    dA = softmax_backward(grad @ v.T, P, 1) / root
    return dA @ k, dA.T @ q, P.T @ grad


@wrong("attention_backward", "Nothing is subtracted before exp.")
def attention_overflow(grad, q, k, v, causal):
    root = np.sqrt(q.shape[1])
    A = q @ k.T / root
    if causal:
        A = np.where(np.tri(*A.shape, dtype=bool), A, -np.inf)
    P = np.exp(A)
    P /= P.sum(axis=1, keepdims=True)
    dA = softmax_backward(grad @ v.T, P, 1) / root
    return dA @ k, dA.T @ q, P.T @ grad


@wrong("attention_backward", "P is masked after the softmax, so that the rows do not sum to 1.")
def attention_late_mask(grad, q, k, v, causal):
    root = np.sqrt(q.shape[1])
    A = q @ k.T / root
    P = np.exp(A - A.max(axis=1, keepdims=True))
    P /= P.sum(axis=1, keepdims=True)
    if causal:
        P = np.tril(P)
    dA = softmax_backward(grad @ v.T, P, 1) / root
    return dA @ k, dA.T @ q, P.T @ grad


@wrong("attention_backward", "-800 for the hidden scores, which is not low enough beside scores of -800.")
def attention_weak_mask(grad, q, k, v, causal):
    root = np.sqrt(q.shape[1])
    A = q @ k.T / root
    if causal:
        A = np.where(np.tri(*A.shape, dtype=bool), A, -800.0)
    P = np.exp(A - A.max(axis=1, keepdims=True))
    P /= P.sum(axis=1, keepdims=True)
    dA = softmax_backward(grad @ v.T, P, 1) / root
    return dA @ k, dA.T @ q, P.T @ grad
