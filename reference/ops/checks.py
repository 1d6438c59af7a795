"""What the instructor knows about the sheet `ops`. Trusted: it never leaves the instructor's machine.

The exercises stand in the order of their ids, each between two rulers.
"""

import math

import mpmath
import numpy as np

from autograder.authoring import Assignment
from autograder.authoring.oracles import DIGITS, complex_step, mp_array, mp_each, mp_floats, mp_vjp, torch_vjp

assignment = Assignment("ops", title="Backward passes of tensor operations")


# ---------------------------------------------------------------------------------------------------- inputs
def dyadic(rng, *shape):
    """Return whole numbers in [-8, 8]: sums and products of them are exact in any order."""
    return np.array(rng.integers(-8, 9, size=shape), np.float64)


def generic(rng, *shape):
    """Return normal numbers, as an array also where there is only one."""
    return np.array(rng.normal(size=shape))


def far_from_zero(rng, *shape):
    """Return numbers of both signs and of size 0.5 to 2, to divide by."""
    return np.array(rng.choice([-1.0, 1.0], size=shape) * rng.uniform(0.5, 2.0, size=shape))


def powers_of_two(rng, *shape):
    """Return ½, 2 and 4 with both signs: dividing by them is exact. Without 1, which is its own inverse and square."""
    return np.array(rng.choice([-1.0, 1.0], size=shape) * rng.choice([0.5, 2.0, 4.0], size=shape))


def winners_in_rows(rng, counts, columns):
    """Return whole numbers (len(counts), columns) in which counts[i] entries of row i share the first place."""
    x = np.array(rng.integers(-8, 7, size=(len(counts), columns)), np.float64)
    for row, count in zip(x, counts):
        row[rng.permutation(columns)[:count]] = 7.0
    return x


# ------------------------------------------------------------------------------------------------------- o.1
broadcasting = assignment.exercise(
    "unbroadcast",
    id="o.1",
    points={"stretched axes": 1, "added axes": 1, "sum of two operands": 1},
    functions=("unbroadcast", "add_backward"),
    hints=(
        "Write a of shape (2, 1) plus b of shape (3,) as a table by hand. In how many cells does b[0] stand?",
        (
            "Shapes line up from the right. An axis that shape does not have is summed away; an axis of size 1 in shape "
            "is summed and keeps its place."
        ),
        (
            "Let k = grad.ndim - len(shape). Sum over the axes 0 to k - 1, and over k + i for each i "
            "with shape[i] == 1; then reshape to shape. add_backward calls this twice."
        ),
    ),
    lecture="Binder, L6: chain rule on a graph, sum over all paths",
)


@broadcasting.case("stretched axes")
def unbroadcast_middle_axis(rng):
    """One axis of size 1 between others: summing without keeping it changes the shape."""
    return generic(rng, 2, 3, 4), (2, 1, 4)


@broadcasting.case("stretched axes", exact=True)
def unbroadcast_two_axes(rng):
    """Two stretched axes: stopping after the first is not enough."""
    return dyadic(rng, 4, 3, 5), (1, 3, 1)


@broadcasting.case("stretched axes", exact=True)
def unbroadcast_column(rng):
    """A column next to a square grad: the shapes do not tell which axis was summed, the numbers do."""
    return dyadic(rng, 3, 3), (3, 1)


@broadcasting.case("stretched axes")
def unbroadcast_nothing(rng):
    """Nothing was stretched: nothing is summed."""
    return generic(rng, 3, 4), (3, 4)


@broadcasting.case("added axes", exact=True)
def unbroadcast_two_leading(rng):
    """Two axes were put in front."""
    return dyadic(rng, 2, 3, 4), (4,)


@broadcasting.case("added axes")
def unbroadcast_square(rng):
    """A square grad for a vector: the axis on the left goes, though the one on the right has the same size."""
    return generic(rng, 3, 3), (3,)


@broadcasting.case("added axes")
def unbroadcast_leading_and_stretched(rng):
    """Axes in front and axes of size 1 at once: positions in shape are not positions in grad."""
    return generic(rng, 2, 5, 3, 4), (3, 1)


@broadcasting.case("added axes")
def unbroadcast_sizes_one_behind_added(rng):
    """The shape begins and ends with a 1 of its own, behind an axis that was added."""
    return generic(rng, 2, 3, 4, 5), (1, 4, 1)


@broadcasting.case("added axes", exact=True)
def unbroadcast_to_number(rng):
    """A single number was used everywhere."""
    return dyadic(rng, 3, 4), ()


@broadcasting.case("sum of two operands", "add_backward")
def add_row(rng):
    """A bias b added to every row of a, as in a linear layer."""
    return generic(rng, 3, 4), (3, 4), (4,)


@broadcasting.case("sum of two operands", "add_backward", exact=True)
def add_column_and_row(rng):
    """Both operands are stretched, along different axes."""
    return dyadic(rng, 3, 5), (3, 1), (5,)


@broadcasting.case("sum of two operands", "add_backward")
def add_equal_shapes(rng):
    """Nothing was stretched: each operand gets the whole of grad, not a share."""
    return generic(rng, 2, 3), (2, 3), (2, 3)


@broadcasting.case("sum of two operands", "add_backward")
def add_one_entry(rng):
    """A vector of one entry was added everywhere: its gradient is a vector too, not a number."""
    return generic(rng, 2, 3), (2, 3), (1,)


@broadcasting.case("sum of two operands", "add_backward")
def add_number(rng):
    """A number on the left."""
    return generic(rng, 2, 5), (), (2, 5)


@broadcasting.oracle()
def unbroadcast_torch(grad, shape):
    return torch_vjp(lambda x: x.expand(grad.shape), grad, np.zeros(shape))


@broadcasting.oracle()
def unbroadcast_complex(grad, shape):
    return complex_step(lambda x: np.broadcast_to(x, grad.shape), grad, np.zeros(shape))


@broadcasting.oracle("add_backward")
def add_torch(grad, a_shape, b_shape):
    return torch_vjp(lambda a, b: a + b, grad, np.ones(a_shape), np.ones(b_shape))


@broadcasting.oracle("add_backward")
def add_complex(grad, a_shape, b_shape):
    return complex_step(lambda a, b: a + b, grad, np.ones(a_shape), np.ones(b_shape))


@broadcasting.variant()
def unbroadcast_one_axis_at_a_time(grad, shape):
    total = grad.copy()
    while total.ndim > len(shape):
        total = total.sum(axis=0)
    for axis, size in enumerate(shape):
        if size == 1:
            total = total.sum(axis=axis, keepdims=True)
    return total


@broadcasting.variant()
def unbroadcast_entry_by_entry(grad, shape):
    total = np.zeros(shape)
    added = grad.ndim - len(shape)
    for index in np.ndindex(*grad.shape):
        home = tuple(0 if size == 1 else i for i, size in zip(index[added:], shape))
        total[home] += grad[index]
    return total


@broadcasting.variant()
def unbroadcast_float32(grad, shape):
    padded = (1,) * (grad.ndim - len(shape)) + tuple(shape)
    axes = tuple(axis for axis in range(grad.ndim) if padded[axis] != grad.shape[axis])
    return grad.astype(np.float32).sum(axis=axes, keepdims=True).reshape(shape)


@broadcasting.variant()
def unbroadcast_hands_back_grad(grad, shape):
    # shares memory with grad where there is nothing to sum: not new, and not wrong
    if grad.shape == tuple(shape):
        return grad
    added = tuple(range(grad.ndim - len(shape)))
    total = grad.sum(axis=added) if added else grad
    stretched = tuple(axis for axis, size in enumerate(shape) if size == 1)
    return total.sum(axis=stretched, keepdims=True) if stretched else total


@broadcasting.variant("add_backward")
def add_with_ones(grad, a_shape, b_shape):
    return tuple(unbroadcast(1.0 * grad, shape) for shape in (a_shape, b_shape))


@broadcasting.variant("add_backward")
def add_by_itself(grad, a_shape, b_shape):
    gradients = []
    for shape in (a_shape, b_shape):
        padded = (1,) * (grad.ndim - len(shape)) + tuple(shape)
        total = grad.copy()
        for axis in reversed(range(grad.ndim)):
            if padded[axis] < grad.shape[axis]:
                total = np.sum(total, axis=axis)
        gradients.append(total.reshape(shape))
    return gradients[0], gradients[1]


@broadcasting.variant("add_backward")
def add_float32(grad, a_shape, b_shape):
    single = grad.astype(np.float32)
    return unbroadcast(single, a_shape), unbroadcast(single, b_shape)


@broadcasting.mistake(
    "You averaged over the copies of an entry. Each copy adds its own change to the loss: is that a mean or a sum?",
    catalogue="M16",
)
def unbroadcast_averages(grad, shape):
    added = grad.ndim - len(shape)
    stretched = [added + axis for axis, size in enumerate(shape) if size == 1]
    return grad.mean(axis=(*range(added), *stretched)).reshape(shape)


@broadcasting.mistake(
    "You summed the axes in front, but an axis of size 1 was stretched too. Which shape does your result have there?"
)
def unbroadcast_leading_only(grad, shape):
    return grad.sum(axis=tuple(range(grad.ndim - len(shape))))


@broadcasting.mistake(
    "You look for axes of size 1 at the same positions in grad, but grad may have further axes in front. "
    "From which end does numpy line up two shapes?"
)
def unbroadcast_counts_from_left(grad, shape):
    total = grad.copy()
    for axis, size in enumerate(shape):
        if size == 1:
            total = total.sum(axis=axis, keepdims=True)
    return total


@broadcasting.mistake(
    "You always sum over the first axis, as for a bias of a batch. "
    "Which axes does the shape say were added or stretched, and what if there are none?"
)
def unbroadcast_sums_first_axis(grad, shape):
    return grad.sum(axis=0)


@broadcasting.mistake(
    "You summed the last axes away until the number of axes was right. "
    "On which side does numpy add the axes that a shape does not have?",
    catalogue="M17",
)
def unbroadcast_sums_last_axes(grad, shape):
    total = grad.copy()
    while total.ndim > len(shape):
        total = total.sum(axis=-1)
    for axis, size in enumerate(shape):
        if size == 1:
            total = total.sum(axis=axis, keepdims=True)
    return total


@broadcasting.mistake(
    "The numbers are right, but the axes of size 1 have disappeared. What does keepdims do?",
    catalogue="M10",
)
def unbroadcast_drops_axes(grad, shape):
    added = grad.ndim - len(shape)
    stretched = [added + axis for axis, size in enumerate(shape) if size == 1]
    return grad.sum(axis=(*range(added), *stretched))


@broadcasting.mistake(
    "You kept the gradient of one copy and dropped the others. What does the chain rule do with several paths?",
    catalogue="M90",
)
def unbroadcast_takes_first_copy(grad, shape):
    added = grad.ndim - len(shape)
    return grad[(0,) * added + tuple(slice(0, size) for size in shape)].copy()


@broadcasting.mistake(
    "One stretched axis is summed, a second one is not. Does your loop stop too early?",
)
def unbroadcast_stops_after_one(grad, shape):
    total = grad.copy()
    while total.ndim > len(shape):
        total = total.sum(axis=0)
    for axis, size in enumerate(shape):
        if size < total.shape[axis]:
            return total.sum(axis=axis, keepdims=True)
    return total


@broadcasting.mistake(
    "Both gradients have the shape of grad. An operand that was stretched collects from all its copies: "
    "which function of this exercise does that?",
    "add_backward",
    catalogue="M15",
)
def add_not_summed(grad, a_shape, b_shape):
    return grad.copy(), grad.copy()


@broadcasting.mistake(
    "Your two gradients are shares of grad. Move a alone by a little: by how much does a + b move?",
    "add_backward",
)
def add_splits_in_half(grad, a_shape, b_shape):
    return unbroadcast(grad / 2, a_shape), unbroadcast(grad / 2, b_shape)


@broadcasting.mistake(
    "Both results have the shape of the first operand. Which shape belongs to db?",
    "add_backward",
)
def add_same_shape_twice(grad, a_shape, b_shape):
    return unbroadcast(grad, a_shape), unbroadcast(grad, a_shape)


@broadcasting.mistake(
    "The two gradients come in the wrong order. Which input is the first one?",
    "add_backward",
)
def add_wrong_order(grad, a_shape, b_shape):
    return unbroadcast(grad, b_shape), unbroadcast(grad, a_shape)


broadcasting.equivalent(
    "add-splits-in-half * 2",
    because="the mistake is this factor, and nothing else",
)
broadcasting.equivalent(
    "unbroadcast: (*range(added), *stretched) -> (*stretched, *range(added)) #1",
    because="the axes of one sum may be named in any order",
)
broadcasting.equivalent(
    "unbroadcast: size == 1 -> size <= 1 #1",
    because="an axis of size 0 broadcasts to size 0 only, where the sum has nothing to add",
)


# ------------------------------------------------------------------------------------------------------- o.2
products = assignment.exercise(
    "mul_div",
    id="o.2",
    points={"product": 0.5, "quotient": 0.5, "broadcasting": 1},
    functions=("mul_backward", "div_backward"),
    hints=(
        "Take single numbers first. Move b by a little: by how much does a * b move, and by how much a / b?",
        "Multiply the local derivative by grad at the full shape. Only then ask which operand was stretched.",
        (
            "a * b: sum grad * b to the shape of a, and grad * a to the shape of b. "
            "a / b: sum grad / b to the shape of a, and -grad * a / b**2 to the shape of b, with your function from o.1."
        ),
    ),
    lecture="Özçep, V2: local gradients of (x + y) z",
)


@products.case("product")
def mul_equal_shapes(rng):
    """Both signs, nothing stretched."""
    return generic(rng, 3, 4), generic(rng, 3, 4), generic(rng, 3, 4)


@products.case("product", exact=True)
def mul_whole_numbers(rng):
    """Whole numbers: equal to the last bit."""
    return dyadic(rng, 2, 5), dyadic(rng, 2, 5), dyadic(rng, 2, 5)


@products.case("product", exact=True)
def mul_same_array(rng):
    """x * x: each of the two places gets its own gradient, and nobody adds them up."""
    x = dyadic(rng, 4, 3)
    return dyadic(rng, 4, 3), x, x.copy()


@products.case("broadcasting")
def mul_row(rng):
    """A row of scales: a sum of products is not a product of sums."""
    return generic(rng, 3, 4), generic(rng, 3, 4), generic(rng, 4)


@products.case("broadcasting", exact=True)
def mul_both_stretched(rng):
    """(3, 1) * (2, 1, 5): both operands are stretched."""
    return dyadic(rng, 2, 3, 5), dyadic(rng, 3, 1), dyadic(rng, 2, 1, 5)


@products.case("broadcasting")
def mul_number(rng):
    """A number times a matrix."""
    return generic(rng, 2, 3), generic(rng), generic(rng, 2, 3)


@products.case("broadcasting")
def mul_by_number(rng):
    """A matrix times a number: the number's gradient is a sum of products."""
    return generic(rng, 2, 3), generic(rng, 2, 3), generic(rng)


@products.case("quotient", "div_backward")
def div_equal_shapes(rng):
    """Divisors of both signs, so that a lost sign or square shows."""
    return generic(rng, 3, 4), generic(rng, 3, 4), far_from_zero(rng, 3, 4)


@products.case("quotient", "div_backward")
def div_powers_of_two(rng):
    """Dividing by powers of two rounds nothing; not asked to be equal, because a power function may round."""
    return dyadic(rng, 2, 5), dyadic(rng, 2, 5), powers_of_two(rng, 2, 5)


@products.case("quotient", "div_backward")
def div_same_array(rng):
    """x / x is 1 everywhere, and still neither of its two gradients is 0."""
    x = far_from_zero(rng, 4, 3)
    return generic(rng, 4, 3), x, x.copy()


@products.case("broadcasting", "div_backward")
def div_row_by_matrix(rng):
    """The numerator is stretched."""
    return generic(rng, 3, 4), generic(rng, 4), far_from_zero(rng, 3, 4)


@products.case("broadcasting", "div_backward")
def div_by_column(rng):
    """The divisor is stretched, as when rows are divided by their norms."""
    return generic(rng, 3, 5), generic(rng, 3, 5), far_from_zero(rng, 3, 1)


@products.case("broadcasting", "div_backward")
def div_by_number(rng):
    """One divisor for all."""
    return generic(rng, 2, 5), generic(rng, 2, 5), far_from_zero(rng)


@products.oracle()
def mul_torch(grad, a, b):
    return torch_vjp(lambda x, y: x * y, grad, a, b)


@products.oracle()
def mul_complex(grad, a, b):
    return complex_step(lambda x, y: x * y, grad, a, b)


@products.oracle("div_backward")
def div_torch(grad, a, b):
    return torch_vjp(lambda x, y: x / y, grad, a, b)


@products.oracle("div_backward")
def div_mpmath(grad, a, b):
    return mp_vjp(lambda x, y: x / y, grad, a, b)


@products.variant()
def mul_entry_by_entry(grad, a, b):
    da, db = np.zeros(a.shape), np.zeros(b.shape)
    for index in np.ndindex(*grad.shape):
        i = tuple(0 if size == 1 else n for n, size in zip(index[len(index) - a.ndim :], a.shape))
        j = tuple(0 if size == 1 else n for n, size in zip(index[len(index) - b.ndim :], b.shape))
        da[i] += grad[index] * b[j]
        db[j] += grad[index] * a[i]
    return da, db


@products.variant()
def mul_stretched_first(grad, a, b):
    wide_a, wide_b = np.broadcast_to(a, grad.shape), np.broadcast_to(b, grad.shape)
    return unbroadcast(wide_b * grad, a.shape), unbroadcast(wide_a * grad, b.shape)


@products.variant()
def mul_float32(grad, a, b):
    grad, a, b = grad.astype(np.float32), a.astype(np.float32), b.astype(np.float32)
    return unbroadcast(grad * b, a.shape), unbroadcast(grad * a, b.shape)


@products.variant("div_backward")
def div_from_result(grad, a, b):
    da = grad / b
    return unbroadcast(da, a.shape), unbroadcast(-da * (a / b), b.shape)


@products.variant("div_backward")
def div_as_product(grad, a, b):
    da, d_inverse = mul_backward(grad, a, 1 / b)
    return da, -d_inverse / b**2


@products.variant("div_backward")
def div_float32(grad, a, b):
    grad, a, b = grad.astype(np.float32), a.astype(np.float32), b.astype(np.float32)
    return unbroadcast(grad / b, a.shape), unbroadcast(-grad * a * b ** np.float32(-2), b.shape)


@products.mistake(
    "Each factor's gradient was multiplied by that factor itself. Treat b as a fixed number: "
    "what is the derivative of a * b by a?"
)
def mul_own_factor(grad, a, b):
    return unbroadcast(grad * a, a.shape), unbroadcast(grad * b, b.shape)


@products.mistake(
    "The two gradients come in the wrong order, or with the two factors exchanged. Which factor scales da?",
)
def mul_wrong_order(grad, a, b):
    return unbroadcast(grad * a, b.shape), unbroadcast(grad * b, a.shape)


@products.mistake(
    "These are the local derivatives alone: your result would be the same for any grad. What does the chain rule "
    "still multiply them by?",
    catalogue="M53",
)
def mul_ignores_grad(grad, a, b):
    ones = np.ones(grad.shape)
    return unbroadcast(ones * b, a.shape), unbroadcast(ones * a, b.shape)


@products.mistake(
    "A stretched operand gets back a gradient of the full shape. Which function from o.1 collects it?",
    catalogue="M15",
)
def mul_not_summed(grad, a, b):
    return grad * b, grad * a


@products.mistake(
    "You sum first and multiply afterwards, but every copy of an entry met a different partner. "
    "Is a sum of products the same as a product of sums?"
)
def mul_product_of_sums(grad, a, b):
    wide_a, wide_b = np.broadcast_to(a, grad.shape), np.broadcast_to(b, grad.shape)
    da = unbroadcast(grad, a.shape) * unbroadcast(wide_b, a.shape)
    return da, unbroadcast(grad, b.shape) * unbroadcast(wide_a, b.shape)


@products.mistake(
    "da is right, and db has the right size with the wrong sign. Does a / b grow or shrink when a positive b grows?",
    "div_backward",
    catalogue="M04",
)
def div_sign_lost(grad, a, b):
    return unbroadcast(grad / b, a.shape), unbroadcast(grad * a / (b * b), b.shape)


@products.mistake(
    "da is right, but db is too large where b is large. What is the derivative of 1 / b?",
    "div_backward",
)
def div_not_squared(grad, a, b):
    return unbroadcast(grad / b, a.shape), unbroadcast(-grad * a / b, b.shape)


@products.mistake(
    "db does not depend on a. That is the derivative of 1 / b: what stands in the numerator here?",
    "div_backward",
    catalogue="M20",
)
def div_numerator_lost(grad, a, b):
    return unbroadcast(grad / b, a.shape), unbroadcast(-grad / (b * b), b.shape)


@products.mistake(
    "These are the gradients of a product. What changes in both of them when you divide by b?",
    "div_backward",
)
def div_like_product(grad, a, b):
    return unbroadcast(grad * b, a.shape), unbroadcast(grad * a, b.shape)


@products.mistake(
    "These are the local derivatives alone: your result would be the same for any grad. What does the chain rule "
    "still multiply them by?",
    "div_backward",
    catalogue="M53",
)
def div_ignores_grad(grad, a, b):
    ones = np.ones(grad.shape)
    return unbroadcast(ones / b, a.shape), unbroadcast(-ones * a / (b * b), b.shape)


@products.mistake(
    "A stretched operand gets back a gradient of the full shape. Which function from o.1 collects it?",
    "div_backward",
    catalogue="M15",
)
def div_not_summed(grad, a, b):
    return grad / b, -grad * a / (b * b)


# ------------------------------------------------------------------------------------------------------- o.3
matmul = assignment.exercise(
    "matmul_backward",
    id="o.3",
    points={"matrices": 2, "batches": 1, "vectors": 1},
    hints=(
        "Write y[i, l] as a sum over j. Which entries of y change when you move a[i, j] alone?",
        (
            "Each of da and db is one matrix product of grad with the *other* operand. "
            "The shapes leave only one way round."
        ),
        (
            "da = grad @ bᵀ and db = aᵀ @ grad, with the last two axes swapped; "
            "then sum over every axis that was broadcast."
        ),
    ),
    lecture="Özçep, V2: chain rule for tensors, D = XW",
)


@matmul.case("matrices")
def matmul_rectangular(rng):
    """No two sizes are equal: a transpose shows in the shape."""
    return generic(rng, 3, 5), generic(rng, 3, 4), generic(rng, 4, 5)


@matmul.case("matrices", exact=True)
def matmul_square(rng):
    """Square and not symmetric: a transpose shows in the numbers only."""
    return dyadic(rng, 3, 3), dyadic(rng, 3, 3), dyadic(rng, 3, 3)


@matmul.case("matrices")
def matmul_square_generic(rng):
    """Square once more, with numbers that hit nothing by chance."""
    return generic(rng, 4, 4), generic(rng, 4, 4), generic(rng, 4, 4)


@matmul.case("matrices", exact=True)
def matmul_outer(rng):
    """A column times a row: the inner size is 1."""
    return dyadic(rng, 3, 5), dyadic(rng, 3, 1), dyadic(rng, 1, 5)


@matmul.case("batches", exact=True)
def matmul_same_batch(rng):
    """A batch of pairs, nothing stretched: the transpose leaves the batch axis alone."""
    return dyadic(rng, 2, 3, 5), dyadic(rng, 2, 3, 4), dyadic(rng, 2, 4, 5)


@matmul.case("batches")
def matmul_broadcast_batches(rng):
    """(2, 1, 3, 4) @ (5, 4, 6): both operands are stretched, along different axes."""
    return generic(rng, 2, 5, 3, 6), generic(rng, 2, 1, 3, 4), generic(rng, 5, 4, 6)


@matmul.case("batches")
def matmul_shared_weights(rng):
    """One matrix for a whole batch, as the weights of a layer."""
    return generic(rng, 2, 3, 5), generic(rng, 2, 3, 4), generic(rng, 4, 5)


@matmul.case("vectors")
def matmul_vector_right(rng):
    """A vector on the right: the result has lost an axis."""
    return generic(rng, 3), generic(rng, 3, 4), generic(rng, 4)


@matmul.case("vectors", exact=True)
def matmul_vector_left(rng):
    """A vector on the left."""
    return dyadic(rng, 5), dyadic(rng, 4), dyadic(rng, 4, 5)


@matmul.case("vectors")
def matmul_two_vectors(rng):
    """The scalar product: grad is a single number."""
    return generic(rng), generic(rng, 4), generic(rng, 4)


@matmul.case("vectors", exact=True)
def matmul_batch_times_vector(rng):
    """One vector for a batch of matrices: it collects from all of them."""
    return dyadic(rng, 2, 3), dyadic(rng, 2, 3, 4), dyadic(rng, 4)


@matmul.case("vectors")
def matmul_vector_times_batch(rng):
    """One vector on the left of a batch of matrices."""
    return generic(rng, 2, 5), generic(rng, 4), generic(rng, 2, 4, 5)


@matmul.oracle()
def matmul_torch(grad, a, b):
    return torch_vjp(lambda x, y: x @ y, grad, a, b)


@matmul.oracle()
def matmul_complex(grad, a, b):
    return complex_step(lambda x, y: x @ y, grad, a, b)


@matmul.variant()
def matmul_float32(grad, a, b):
    grad, a, b = grad.astype(np.float32), a.astype(np.float32), b.astype(np.float32)
    rows, columns = np.atleast_2d(a), b.reshape(-1, 1) if b.ndim == 1 else b
    batch = np.broadcast_shapes(rows.shape[:-2], columns.shape[:-2])
    g = grad.reshape((*batch, rows.shape[-2], columns.shape[-1]))
    da, db = g @ columns.swapaxes(-1, -2), rows.swapaxes(-1, -2) @ g
    return unbroadcast(da, rows.shape).reshape(a.shape), unbroadcast(db, columns.shape).reshape(b.shape)


@matmul.variant()
def matmul_einsum(grad, a, b):
    if a.ndim == 1 and b.ndim == 1:
        return grad * b, grad * a
    if a.ndim == 1:
        da = np.einsum("...l,...jl->...j", grad, b)
        return unbroadcast(da, a.shape), unbroadcast(np.einsum("j,...l->...jl", a, grad), b.shape)
    if b.ndim == 1:
        db = np.einsum("...ij,...i->...j", a, grad)
        return unbroadcast(np.einsum("...i,j->...ij", grad, b), a.shape), unbroadcast(db, b.shape)
    da = np.einsum("...il,...jl->...ij", grad, b)
    return unbroadcast(da, a.shape), unbroadcast(np.einsum("...ij,...il->...jl", a, grad), b.shape)


@matmul.variant()
def matmul_loops(grad, a, b):
    rows = a.reshape(1, -1) if a.ndim == 1 else a
    columns = b.reshape(-1, 1) if b.ndim == 1 else b
    batch = np.broadcast_shapes(rows.shape[:-2], columns.shape[:-2])
    (n, k), m = rows.shape[-2:], columns.shape[-1]
    g = grad.reshape((*batch, n, m))
    wide_a, wide_b = np.broadcast_to(rows, (*batch, n, k)), np.broadcast_to(columns, (*batch, k, m))
    da, db = np.zeros((*batch, n, k)), np.zeros((*batch, k, m))
    for where in np.ndindex(*batch):
        for i in range(n):
            for j in range(k):
                da[(*where, i, j)] = np.sum(g[where][i] * wide_b[where][j])
        for j in range(k):
            for i in range(n):
                db[(*where, j)] += wide_a[where][i, j] * g[where][i]
    return unbroadcast(da, rows.shape).reshape(a.shape), unbroadcast(db, columns.shape).reshape(b.shape)


def as_matrices(grad, a, b):
    """Return the three with vectors turned into rows and columns, as `@` does."""
    rows = a[None, :] if a.ndim == 1 else a
    columns = b[:, None] if b.ndim == 1 else b
    upstream = grad[..., None] if b.ndim == 1 else grad
    return (np.expand_dims(upstream, -2) if a.ndim == 1 else upstream), rows, columns


def turned(x):
    return np.swapaxes(x, -1, -2)


@matmul.mistake(
    "Backwards, the signal travels from outputs to inputs: which way round must each operand be applied?",
    catalogue="M13",
)
def matmul_operands_swapped(grad, a, b):
    g, rows, columns = as_matrices(grad, a, b)
    da, db = turned(columns) @ g, g @ turned(rows)
    return unbroadcast(da, rows.shape).reshape(a.shape), unbroadcast(db, columns.shape).reshape(b.shape)


@matmul.mistake(
    "The other operand is multiplied as it stands. In the sum for da, which index of b meets which index of grad?",
    catalogue="M31",
)
def matmul_missing_transpose(grad, a, b):
    g, rows, columns = as_matrices(grad, a, b)
    da, db = g @ columns, rows @ g
    return unbroadcast(da, rows.shape).reshape(a.shape), unbroadcast(db, columns.shape).reshape(b.shape)


@matmul.mistake(
    "Your gradients are transposed. Rule 1 of the sheet: which shape does the gradient of a have?",
    catalogue="M09",
)
def matmul_transposed_result(grad, a, b):
    g, rows, columns = as_matrices(grad, a, b)
    da, db = unbroadcast(g @ turned(columns), rows.shape), unbroadcast(turned(rows) @ g, columns.shape)
    return (da.reshape(a.shape) if a.ndim == 1 else turned(da)), (
        db.reshape(b.shape) if b.ndim == 1 else turned(db)
    )


@matmul.mistake(
    "Reshaping (k, m) to (m, k) reads the same numbers in the same order; it does not turn rows into columns. "
    "What does?",
    catalogue="M14",
)
def matmul_reshaped(grad, a, b):
    g, rows, columns = as_matrices(grad, a, b)
    flat_b = columns.reshape(columns.shape[:-2] + columns.shape[:-3:-1])
    flat_a = rows.reshape(rows.shape[:-2] + rows.shape[:-3:-1])
    return unbroadcast(g @ flat_b, rows.shape).reshape(a.shape), unbroadcast(
        flat_a @ g, columns.shape
    ).reshape(b.shape)


@matmul.mistake(
    "da and db come in the wrong order. Which input is the first one?",
)
def matmul_wrong_order(grad, a, b):
    g, rows, columns = as_matrices(grad, a, b)
    da, db = g @ turned(columns), turned(rows) @ g
    return unbroadcast(db, columns.shape).reshape(b.shape), unbroadcast(da, rows.shape).reshape(a.shape)


@matmul.mistake(
    "Your result would be the same for any grad. Where does the upstream gradient enter the two sums?",
    catalogue="M53",
)
def matmul_ignores_grad(grad, a, b):
    g, rows, columns = as_matrices(np.ones(grad.shape), a, b)
    da, db = g @ turned(columns), turned(rows) @ g
    return unbroadcast(da, rows.shape).reshape(a.shape), unbroadcast(db, columns.shape).reshape(b.shape)


@matmul.mistake(
    ".T reverses all axes, the batch axes as well. How do you swap only the last two?",
)
def matmul_reverses_all_axes(grad, a, b):
    g, rows, columns = as_matrices(grad, a, b)
    da, db = g @ columns.T, rows.T @ g
    return unbroadcast(da, rows.shape).reshape(a.shape), unbroadcast(db, columns.shape).reshape(b.shape)


@matmul.mistake(
    "Single products are right, but an operand that was used for a whole batch still has one gradient for each use. "
    "Which axes have to be summed?",
    catalogue="M15",
)
def matmul_not_summed(grad, a, b):
    g, rows, columns = as_matrices(grad, a, b)
    da, db = g @ turned(columns), turned(rows) @ g
    return (da[..., 0, :] if a.ndim == 1 else da), (db[..., 0] if b.ndim == 1 else db)


@matmul.mistake(
    "An operand that was used for a whole batch gets the average of its gradients. Each use adds its own change to "
    "the loss: is that a mean or a sum?",
    catalogue="M16",
)
def matmul_averages_batch(grad, a, b):
    def averaged(wide, shape):
        return unbroadcast(wide, shape) * (math.prod(shape) / wide.size)

    g, rows, columns = as_matrices(grad, a, b)
    da, db = g @ turned(columns), turned(rows) @ g
    return averaged(da, rows.shape).reshape(a.shape), averaged(db, columns.shape).reshape(b.shape)


@matmul.mistake(
    "Matrices are right, vectors are not: a vector has only one axis, so there is nothing to transpose. "
    "Which axis did @ drop from the result, and how do you put it back?"
)
def matmul_without_vectors(grad, a, b):
    da, db = grad @ turned(b), turned(a) @ grad
    return unbroadcast(da, a.shape), unbroadcast(db, b.shape)


matmul.equivalent(
    "matmul_backward: a.ndim == 1 -> a.ndim <= 1 #1",
    "matmul_backward: a.ndim == 1 -> a.ndim <= 1 #2",
    "matmul_backward: b.ndim == 1 -> b.ndim <= 1 #1",
    "matmul_backward: b.ndim == 1 -> b.ndim <= 1 #2",
    because="an operand of a matrix product has an axis at least",
)


# ------------------------------------------------------------------------------------------------------- o.4
sums = assignment.exercise(
    "sum_mean",
    id="o.4",
    points={"sum": 1, "mean": 1, "all or several axes": 1},
    functions=("sum_backward", "mean_backward"),
    hints=(
        "x has shape (2, 3) and y = x.sum(axis=1). Which entries of y change when you move x[0, 2] alone?",
        (
            "Put the axes that were summed back with size 1, in their old places; then every entry along them "
            "is a copy. Is anything left to do when keepdims was True, or when axis was None?"
        ),
        (
            "np.expand_dims(grad, axis) unless keepdims or axis is None, then np.broadcast_to(..., shape).copy(). "
            "For the mean divide by the number of entries in one mean: size of x over size of grad."
        ),
    ),
    lecture="Alvarez, Gradient Descent: the empirical risk is a mean; Özçep, V2: losses add up",
)


@sums.case("sum")
def sum_middle_axis(rng):
    """The middle axis is gone and has to come back in its place."""
    return generic(rng, 3, 5), (3, 4, 5), 1, False


@sums.case("sum")
def sum_square(rng):
    """A square x: copies along the wrong axis have the right shape."""
    return generic(rng, 3), (3, 3), 1, False


@sums.case("sum", exact=True)
def sum_negative_axis(rng):
    """An axis counted from the end."""
    return dyadic(rng, 2, 4), (2, 3, 4), -2, False


@sums.case("sum", exact=True)
def sum_square_last_axis(rng):
    """Square again, and counted from the end."""
    return dyadic(rng, 4), (4, 4), -1, False


@sums.case("sum", exact=True)
def sum_axis_kept(rng):
    """keepdims=True: the axis is still there."""
    return dyadic(rng, 3, 1, 5), (3, 2, 5), 1, True


@sums.case("sum")
def sum_first_axis(rng):
    """Axis 0: in Python 0 counts as False, and is not None."""
    return generic(rng, 4, 5), (3, 4, 5), 0, False


@sums.case("all or several axes")
def sum_everything(rng):
    """axis=None: grad is a single number."""
    return generic(rng), (2, 3, 4), None, False


@sums.case("all or several axes")
def sum_everything_kept(rng):
    """axis=None with keepdims=True: grad has only axes of size 1."""
    return generic(rng, 1, 1), (3, 4), None, True


@sums.case("all or several axes", exact=True)
def sum_outer_axes(rng):
    """A tuple of axes, as in the bias of a convolution."""
    return dyadic(rng, 3), (2, 3, 4), (0, 2), False


@sums.case("all or several axes")
def sum_negative_tuple_kept(rng):
    """A tuple with a negative axis, in no particular order, and keepdims=True."""
    return generic(rng, 1, 3, 1), (2, 3, 4), (-1, 0), True


@sums.case("all or several axes", exact=True)
def sum_negative_tuple(rng):
    """A tuple of negative axes that are gone: putting one back moves the others."""
    return dyadic(rng, 2, 5), (2, 3, 4, 5), (-3, -2), False


@sums.case("mean", "mean_backward")
def mean_first_axis(rng):
    """Axis 0: in Python 0 counts as False, and is not None."""
    return generic(rng, 4), (3, 4), 0, False


@sums.case("mean", "mean_backward")
def mean_middle_axis(rng):
    """Three different sizes: which one was averaged over shows in the numbers."""
    return generic(rng, 3, 5), (3, 4, 5), 1, False


@sums.case("mean", "mean_backward")
def mean_square(rng):
    """A square x: copies along the wrong axis have the right shape."""
    return generic(rng, 3), (3, 3), -1, False


@sums.case("mean", "mean_backward")
def mean_negative_axis(rng):
    """An axis counted from the end."""
    return generic(rng, 2, 5), (2, 3, 5), -2, False


@sums.case("mean", "mean_backward", exact=True)
def mean_axis_kept(rng):
    """keepdims=True, four entries in a mean: dividing by 4 is exact."""
    return dyadic(rng, 3, 1, 2), (3, 4, 2), 1, True


@sums.case("all or several axes", "mean_backward", exact=True)
def mean_outer_axes(rng):
    """A tuple of axes, eight entries in a mean."""
    return dyadic(rng, 3), (2, 3, 4), (0, 2), False


@sums.case("all or several axes", "mean_backward")
def mean_negative_tuple_kept(rng):
    """A tuple with a negative axis and keepdims=True."""
    return generic(rng, 1, 4, 1), (3, 4, 5), (-1, 0), True


@sums.case("all or several axes", "mean_backward")
def mean_everything(rng):
    """axis=None: every entry is in the one mean."""
    return generic(rng), (3, 5), None, False


@sums.oracle()
def sum_torch(grad, shape, axis, keepdims):
    axes = tuple(range(len(shape))) if axis is None else axis
    return torch_vjp(lambda x: x.sum(dim=axes, keepdim=keepdims), grad, np.zeros(shape))


@sums.oracle()
def sum_complex(grad, shape, axis, keepdims):
    return complex_step(lambda x: x.sum(axis=axis, keepdims=keepdims), grad, np.zeros(shape))


@sums.oracle("mean_backward")
def mean_torch(grad, shape, axis, keepdims):
    axes = tuple(range(len(shape))) if axis is None else axis
    return torch_vjp(lambda x: x.mean(dim=axes, keepdim=keepdims), grad, np.zeros(shape))


@sums.oracle("mean_backward")
def mean_mpmath(grad, shape, axis, keepdims):
    return mp_vjp(lambda x: x.mean(axis=axis, keepdims=keepdims), grad, np.zeros(shape))


def reduced_axes(shape, axis):
    """Return the axes as a list of numbers from 0 on."""
    axes = range(len(shape)) if axis is None else (axis if isinstance(axis, tuple) else (axis,))
    return [number % len(shape) for number in axes]


@sums.variant()
def sum_reshaped(grad, shape, axis, keepdims):
    axes = reduced_axes(shape, axis)
    return grad.reshape([1 if i in axes else size for i, size in enumerate(shape)]) + np.zeros(shape)


@sums.variant()
def sum_entry_by_entry(grad, shape, axis, keepdims):
    axes = reduced_axes(shape, axis)
    dx = np.zeros(shape)
    for index in np.ndindex(*shape):
        if keepdims:
            home = tuple(0 if i in axes else n for i, n in enumerate(index))
        else:
            home = tuple(n for i, n in enumerate(index) if i not in axes)
        dx[index] = grad[home]
    return dx


@sums.variant()
def sum_float32(grad, shape, axis, keepdims):
    grad = grad.astype(np.float32)
    if not keepdims:
        for number in sorted(reduced_axes(shape, axis)):
            grad = np.expand_dims(grad, number)
    return np.ones(shape, np.float32) * grad


@sums.variant()
def sum_view(grad, shape, axis, keepdims):
    # a read-only view of grad: not new, and not wrong
    if axis is not None and not keepdims:
        grad = np.expand_dims(grad, axis)
    return np.broadcast_to(grad, shape)


@sums.variant("mean_backward")
def mean_weights(grad, shape, axis, keepdims):
    number = 1
    for i in reduced_axes(shape, axis):
        number *= shape[i]
    return sum_backward(grad, shape, axis, keepdims) * (1 / number)


@sums.variant("mean_backward")
def mean_divided_first(grad, shape, axis, keepdims):
    axes = reduced_axes(shape, axis)
    number = math.prod(shape[i] for i in axes)
    return np.ones(shape) * (grad / number).reshape(
        [1 if i in axes else size for i, size in enumerate(shape)]
    )


@sums.variant("mean_backward")
def mean_float32(grad, shape, axis, keepdims):
    dx = sum_backward(grad, shape, axis, keepdims).astype(np.float32)
    return dx / np.float32(dx.size / grad.size)


@sums.mistake(
    "The axis that was summed is missing from grad, and broadcasting lined grad up from the right. "
    "How do you put that axis back where it was?"
)
def sum_axis_not_restored(grad, shape, axis, keepdims):
    return np.broadcast_to(grad, shape).copy()


@sums.mistake(
    "With keepdims=True the axis is still there, and you put in another one. When is there nothing to put back?"
)
def sum_ignores_keepdims(grad, shape, axis, keepdims):
    if axis is not None:
        grad = np.expand_dims(grad, axis)
    return np.broadcast_to(grad, shape).copy()


@sums.mistake(
    "You divided by the number of entries: that is the gradient of the mean. By how much does a sum grow when one "
    "entry grows by 1?",
    catalogue="M02",
)
def sum_divides(grad, shape, axis, keepdims):
    return mean_backward(grad, shape, axis, keepdims)


@sums.mistake(
    "Your result is 1 everywhere. That is the local derivative: what does the chain rule still multiply it by?",
    catalogue="M53",
)
def sum_ignores_grad(grad, shape, axis, keepdims):
    return np.ones(shape)


@sums.mistake(
    "The missing axis always comes back at the end, wherever it was. Which argument says where it belongs?",
    catalogue="M17",
)
def sum_axis_at_end(grad, shape, axis, keepdims):
    if axis is not None and not keepdims:
        while grad.ndim < len(shape):
            grad = grad[..., None]
    return np.broadcast_to(grad, shape).copy()


@sums.mistake(
    "Right for axes counted from the front, wrong for negative ones. Which axis of x, and which of grad, is number -1?"
)
def sum_negative_axis_slips(grad, shape, axis, keepdims):
    if isinstance(axis, int) and not keepdims:
        grad = grad.reshape((*grad.shape[:axis], 1, *grad.shape[axis:]))
    elif axis is not None and not keepdims:
        grad = np.expand_dims(grad, axis)
    return np.broadcast_to(grad, shape).copy()


@sums.mistake(
    "This is the gradient of the sum. How much of an entry's change arrives in a mean?",
    "mean_backward",
    catalogue="M01",
)
def mean_not_divided(grad, shape, axis, keepdims):
    return sum_backward(grad, shape, axis, keepdims)


@sums.mistake(
    "You divide by the number of all entries of x. How many of them go into one mean?",
    "mean_backward",
    catalogue="M05",
)
def mean_divides_by_all(grad, shape, axis, keepdims):
    return sum_backward(grad, shape, axis, keepdims) / math.prod(shape)


@sums.mistake(
    "You divide by the number of means, the size of grad. How many entries of x go into one of them?",
    "mean_backward",
    catalogue="M05",
)
def mean_divides_by_outputs(grad, shape, axis, keepdims):
    return sum_backward(grad, shape, axis, keepdims) / grad.size


@sums.mistake(
    "You always divide by the first size of x. Which axes were averaged over?",
    "mean_backward",
    catalogue="M05",
)
def mean_divides_by_rows(grad, shape, axis, keepdims):
    return sum_backward(grad, shape, axis, keepdims) / shape[0]


@sums.mistake(
    "One axis is right, several are not: you divide by the size of one of them. How many entries go into one mean?",
    "mean_backward",
    catalogue="M05",
)
def mean_divides_by_one_axis(grad, shape, axis, keepdims):
    return sum_backward(grad, shape, axis, keepdims) / shape[reduced_axes(shape, axis)[0]]


@sums.mistake(
    "The axis that was averaged is missing from grad, and broadcasting lined grad up from the right. "
    "How do you put that axis back where it was?",
    "mean_backward",
)
def mean_axis_not_restored(grad, shape, axis, keepdims):
    return np.broadcast_to(grad, shape) * (grad.size / math.prod(shape))


@sums.mistake(
    "Your result would be the same for any grad. That is the local derivative: what does the chain rule still "
    "multiply it by?",
    "mean_backward",
    catalogue="M53",
)
def mean_ignores_grad(grad, shape, axis, keepdims):
    return np.full(shape, grad.size / math.prod(shape))


sums.equivalent(
    "mean_backward: copies.size // grad.size -> copies.size / grad.size #1",
    because="every mean has the same number of entries: nothing is left over",
)
sums.equivalent(
    "sum_backward: np.broadcast_to(grad, shape).copy() -> np.broadcast_to(grad, shape) #1",
    because="a view that repeats the numbers holds the same numbers",
)


# ------------------------------------------------------------------------------------------------------- o.5
maxima = assignment.exercise(
    "max_backward",
    id="o.5",
    points={"one winner": 1, "ties": 1},
    hints=(
        "Move one entry of x by a very small amount. For which entries does the maximum move with it?",
        (
            "Compare x with its maximum, kept as an axis of size 1: that is a mask of the winners. "
            "How many are there along the axis?"
        ),
        (
            "winners = x == x.max(axis, keepdims=True); count them along the axis with keepdims=True; the result is "
            "winners times grad (with the axis put back) divided by that count."
        ),
    ),
    lecture="Abdurakhmanova, Gradient Descent: ReLU as a maximum",
)


@maxima.case("one winner")
def max_last_axis(rng):
    """One winner in each row."""
    return generic(rng, 3), generic(rng, 3, 4), 1


@maxima.case("one winner")
def max_first_axis(rng):
    """The reduced axis is in front of two others."""
    return generic(rng, 3, 4), generic(rng, 2, 3, 4), 0


@maxima.case("one winner", exact=True)
def max_negative_entries(rng):
    """All entries negative: 0 is not a safe start for a search. Counted from the end, in a square x."""
    x = -rng.permuted(np.tile(np.arange(1.0, 6.0), (5, 1)), axis=1)
    return dyadic(rng, 5), x, -1


@maxima.case("one winner")
def max_whole(rng):
    """axis=None: one winner in the whole array, and grad is a single number."""
    return generic(rng), generic(rng, 2, 3, 4), None


@maxima.case("one winner")
def max_near_ties(rng):
    """The second place is a millionth behind: near is not equal."""
    x = winners_in_rows(rng, [1, 1, 1], 4)
    x[x.argsort(axis=1) == 2] = 7.0 - 2.0**-17
    return far_from_zero(rng, 3), x, 1


@maxima.case("ties", exact=True)
def max_pairs(rng):
    """Two winners in each row: half for each is exact."""
    return dyadic(rng, 3), winners_in_rows(rng, [2, 2, 2], 5), 1


@maxima.case("ties")
def max_triples(rng):
    """Three winners in each column."""
    return generic(rng, 4), winners_in_rows(rng, [3, 3, 3, 3], 5).T, 0


@maxima.case("ties", exact=True)
def max_different_counts(rng):
    """One, two and four winners: every maximum counts its own."""
    return dyadic(rng, 3), winners_in_rows(rng, rng.permutation([1, 2, 4]), 5), -1


@maxima.case("ties", exact=True)
def max_whole_with_ties(rng):
    """axis=None with four winners in different rows."""
    return dyadic(rng), winners_in_rows(rng, [2, 1, 1], 4), None


@maxima.oracle()
def max_torch(grad, x, axis):
    return torch_vjp(lambda t: t.amax() if axis is None else t.amax(dim=axis), grad, x)


@maxima.oracle()
def max_softmax(grad, x, axis):
    """The gradient of a smooth maximum, T log(sum(exp(x / T))), is softmax(x / T): T → 0 shares among the winners."""
    with mpmath.workdps(DIGITS):
        weights = mp_each(mpmath.exp)((mp_array(x) - x.max()) * mpmath.mpf(10) ** 9)
        shares = weights / weights.sum(axis=axis, keepdims=True)
        return mp_floats(shares * (grad if axis is None else np.expand_dims(grad, axis)))


@maxima.variant()
def max_line_by_line(grad, x, axis):
    dx = np.zeros(x.shape)
    lines = x.reshape(1, -1) if axis is None else np.moveaxis(x, axis, -1)
    target = dx.reshape(1, -1) if axis is None else np.moveaxis(dx, axis, -1)
    for where in np.ndindex(*lines.shape[:-1]):
        line = lines[where]
        best = [i for i in range(len(line)) if line[i] == max(line)]
        for i in best:
            target[where][i] = (grad if axis is None else grad[where]) / len(best)
    return dx


@maxima.variant()
def max_equal_weights(grad, x, axis):
    mask = np.where(x == np.max(x, axis=axis, keepdims=True), 1.0, 0.0)
    weights = mask / np.sum(mask, axis=axis, keepdims=True)
    return weights * (grad if axis is None else np.expand_dims(grad, axis))


@maxima.variant()
def max_float32(grad, x, axis):
    grad, x = grad.astype(np.float32), x.astype(np.float32)
    mask = (x >= x.max(axis=axis, keepdims=True)).astype(np.float32)
    upstream = grad.reshape(mask.max(axis=axis, keepdims=True).shape)
    return upstream * mask / mask.sum(axis=axis, keepdims=True)


@maxima.mistake(
    "You give everything to the first winner. This sheet splits ties equally: what does the text say about m winners?"
)
def max_first_winner(grad, x, axis):
    dx = np.zeros(x.shape)
    if axis is None:
        dx.flat[x.argmax()] = grad
    else:
        np.put_along_axis(dx, np.expand_dims(x.argmax(axis), axis), np.expand_dims(grad, axis), axis)
    return dx


@maxima.mistake(
    "Every winner of a tie receives the full gradient, so together they receive too much. "
    "How many of them share it?"
)
def max_full_share(grad, x, axis):
    winners = x == x.max(axis=axis, keepdims=True)
    return winners * (grad if axis is None else np.expand_dims(grad, axis))


@maxima.mistake(
    "You count the winners of the whole array. Every maximum has its own: along which axis do you count?"
)
def max_counts_all(grad, x, axis):
    winners = x == x.max(axis=axis, keepdims=True)
    return winners * (grad if axis is None else np.expand_dims(grad, axis)) / winners.sum()


@maxima.mistake(
    "Only the largest entry of the whole array receives something. How many maxima are there when an axis is given?"
)
def max_of_everything(grad, x, axis):
    winners = x == x.max()
    return winners * (grad if axis is None else np.expand_dims(grad, axis)) / winners.sum()


@maxima.mistake(
    "Every entry receives the gradient, as in a sum. Does the maximum move when a smaller entry moves?"
)
def max_like_sum(grad, x, axis):
    return np.ones(x.shape) * (grad if axis is None else np.expand_dims(grad, axis))


@maxima.mistake(
    "You multiply the gradient by the winner's value. The winner's local derivative is a plain number: which one?",
    catalogue="M28",
)
def max_times_value(grad, x, axis):
    winners = x == x.max(axis=axis, keepdims=True)
    upstream = grad if axis is None else np.expand_dims(grad, axis)
    return winners * x * upstream / winners.sum(axis=axis, keepdims=True)


@maxima.mistake(
    "Your result would be the same for any grad: it is the mask of the winners. What does the chain rule still "
    "multiply it by?",
    catalogue="M53",
)
def max_ignores_grad(grad, x, axis):
    winners = x == x.max(axis=axis, keepdims=True)
    return winners / winners.sum(axis=axis, keepdims=True)


@maxima.mistake(
    "The reduced axis is missing from grad, and broadcasting lined grad up from the right. "
    "How do you put that axis back where it was?"
)
def max_axis_not_restored(grad, x, axis):
    winners = x == x.max(axis=axis, keepdims=True)
    return winners * grad / winners.sum(axis=axis, keepdims=True)


maxima.equivalent(
    "max_backward: x == x.max(axis=axis, keepdims=True) -> x >= x.max(axis=axis, keepdims=True) #1",
    because="nothing is larger than the maximum",
)


# ------------------------------------------------------------------------------------------------------- o.6
elementwise = assignment.exercise(
    "elementwise",
    id="o.6",
    points={"relu": 0.5, "exp and log": 0.5, "powers and roots": 1},
    functions=("relu_backward", "exp_backward", "log_backward", "pow_backward", "sqrt_backward"),
    hints=(
        "Which of the five receives the input of the forward pass, and which its result?",
        "All five are grad times a local derivative, entry by entry. Write the derivative with the array that was kept.",
        (
            "relu: grad where x > 0, else 0. exp: grad * out. log: grad / x. pow: grad * p * x**(p - 1). "
            "sqrt: grad / (2 * out)."
        ),
    ),
    lecture="Abdurakhmanova, Gradient Descent: local gradients of activation functions",
)


@elementwise.case("relu")
def relu_generic(rng):
    """Both signs of x and of grad, nothing near 0."""
    return generic(rng, 3, 4), far_from_zero(rng, 3, 4)


@elementwise.case("relu", exact=True)
def relu_whole_numbers(rng):
    """Sizes from 2 to 8, both signs: multiplying by x shows."""
    return dyadic(rng, 2, 5), rng.permutation(
        [-8.0, -5.0, -4.0, -3.0, -2.0, 2.0, 3.0, 4.0, 5.0, 7.0]
    ).reshape(2, 5)


@elementwise.case("relu", exact=True)
def relu_corner(rng):
    """x is exactly 0 at some places, and grad nowhere: the sheet says 0 there."""
    return rng.permutation([-4.0, -3.0, -1.0, 2.0, 5.0, 6.0]), rng.permutation(
        [-2.0, 0.0, 0.0, 0.0, 1.0, 3.0]
    )


@elementwise.case("relu")
def relu_corner_in_matrix(rng):
    """The corner again, among numbers that are not whole."""
    x = far_from_zero(rng, 3, 5)
    x[:, 2] = 0.0
    x[:, 3] = rng.uniform(0.01, 0.1, size=3)  # small, but not 0
    return far_from_zero(rng, 3, 5), x


@elementwise.case("relu")
def relu_next_to_the_corner(rng):
    """x of size 1e-10, of both signs: near 0 is not 0."""
    return far_from_zero(rng, 6), rng.permutation([-4.0, -2.0, -1.0, 1.0, 2.0, 3.0]) * 2.0**-34


@elementwise.case("exp and log", "exp_backward")
def exp_generic(rng):
    """out is a result of exp, not an input to it."""
    return generic(rng, 3, 4), np.exp(generic(rng, 3, 4))


@elementwise.case("exp and log", "exp_backward", exact=True)
def exp_whole_numbers(rng):
    """One axis, and results that are whole numbers."""
    return dyadic(rng, 6), rng.permutation(np.arange(2.0, 8.0))


@elementwise.case("exp and log", "log_backward")
def log_generic(rng):
    """Inputs on both sides of 1: their logarithms have both signs."""
    return generic(rng, 3, 4), rng.uniform(0.25, 4.0, size=(3, 4))


@elementwise.case("exp and log", "log_backward", exact=True)
def log_powers_of_two(rng):
    """Dividing by powers of two is exact."""
    return dyadic(rng, 6), np.abs(powers_of_two(rng, 6))


@elementwise.case("powers and roots", "pow_backward")
def pow_cube(rng):
    """An odd power of both signs: the derivative is positive."""
    return generic(rng, 3, 4), far_from_zero(rng, 3, 4), 3


@elementwise.case("powers and roots", "pow_backward")
def pow_fourth(rng):
    """An even power of both signs: the derivative keeps the sign of x."""
    return generic(rng, 2, 5), far_from_zero(rng, 2, 5), 4


@elementwise.case("powers and roots", "pow_backward")
def pow_fraction(rng):
    """A power that is no whole number, of positive x."""
    return generic(rng, 7), rng.uniform(0.25, 4.0, size=7), 2.5


@elementwise.case("powers and roots", "pow_backward")
def pow_negative(rng):
    """A negative power: lowering it by one moves away from zero."""
    return generic(rng, 3, 2), far_from_zero(rng, 3, 2), -2


@elementwise.case("powers and roots", "pow_backward")
def pow_square_of_whole_numbers(rng):
    """2 x by hand; not asked to be equal, because a power function may round."""
    return dyadic(rng, 6), rng.permutation([-7.0, -5.0, -2.0, 3.0, 4.0, 6.0]), 2


@elementwise.case("powers and roots", "pow_backward")
def pow_zero(rng):
    """x to the power 0 is 1 everywhere: the slope is 0, whatever comes from above."""
    return generic(rng, 3, 2), far_from_zero(rng, 3, 2), 0


@elementwise.case("powers and roots", "sqrt_backward")
def sqrt_generic(rng):
    """out is a result of the root, not an input to it."""
    return generic(rng, 3, 4), np.sqrt(rng.uniform(0.25, 9.0, size=(3, 4)))


@elementwise.case("powers and roots", "sqrt_backward", exact=True)
def sqrt_powers_of_two(rng):
    """Dividing by powers of two is exact."""
    return dyadic(rng, 6), np.abs(powers_of_two(rng, 6))


@elementwise.oracle("relu_backward")
def relu_torch(grad, x):
    return torch_vjp(lambda t: t.relu(), grad, x)


@elementwise.oracle("relu_backward")
def relu_from_the_left(grad, x):
    """The derivative from the left, a quotient without rounding: at the corner it is the one that the sheet asks for."""
    with mpmath.workdps(DIGITS):
        exact, h = mp_array(x), mpmath.mpf(2) ** -100
        relu = mp_each(lambda t: max(t, mpmath.mpf(0)))
        return mp_floats(mp_array(grad) * (relu(exact) - relu(exact - h)) / h)


@elementwise.oracle("exp_backward")
def exp_torch(grad, out):
    """The exponential is the inverse of the logarithm, so its slope is one over the logarithm's."""
    return grad / torch_vjp(lambda t: t.log(), np.ones(out.shape), out)


@elementwise.oracle("exp_backward")
def exp_mpmath(grad, out):
    with mpmath.workdps(DIGITS):
        return mp_vjp(mp_each(mpmath.exp), grad, mp_each(mpmath.log)(mp_array(out)))


@elementwise.oracle("log_backward")
def log_torch(grad, x):
    return torch_vjp(lambda t: t.log(), grad, x)


@elementwise.oracle("log_backward")
def log_complex(grad, x):
    return complex_step(np.log, grad, x)


@elementwise.oracle("pow_backward")
def pow_torch(grad, x, p):
    return torch_vjp(lambda t: t**p, grad, x)


@elementwise.oracle("pow_backward")
def pow_mpmath(grad, x, p):
    return mp_vjp(lambda t: t**p, grad, x)


@elementwise.oracle("sqrt_backward")
def sqrt_torch(grad, out):
    return torch_vjp(lambda t: t.sqrt(), grad, out**2)


@elementwise.oracle("sqrt_backward")
def sqrt_mpmath(grad, out):
    with mpmath.workdps(DIGITS):
        return mp_vjp(mp_each(mpmath.sqrt), grad, mp_array(out) ** 2)


@elementwise.variant("relu_backward")
def relu_where(grad, x):
    return np.where(x > 0, grad, 0.0)


@elementwise.variant("relu_backward")
def relu_mask_on_copy(grad, x):
    dx = grad.astype(np.float32)
    dx[x <= 0] = 0
    return dx


@elementwise.variant("exp_backward")
def exp_entry_by_entry(grad, out):
    dx = np.empty(grad.shape)
    for index in np.ndindex(*grad.shape):
        dx[index] = grad[index] * out[index]
    return dx


@elementwise.variant("exp_backward")
def exp_float32(grad, out):
    return grad.astype(np.float32) * out.astype(np.float32)


@elementwise.variant("log_backward")
def log_reciprocal(grad, x):
    return grad * (1 / x)


@elementwise.variant("log_backward")
def log_float32(grad, x):
    return grad.astype(np.float32) / x.astype(np.float32)


@elementwise.variant("pow_backward")
def pow_from_result(grad, x, p):
    return p * x**p / x * grad


@elementwise.variant("pow_backward")
def pow_entry_by_entry(grad, x, p):
    dx = np.zeros(x.shape)
    for index in np.ndindex(*x.shape):
        dx[index] = grad[index] * p * math.pow(x[index], p - 1)
    return dx


@elementwise.variant("pow_backward")
def pow_float32(grad, x, p):
    return grad.astype(np.float32) * (np.float32(p) * np.power(x.astype(np.float32), np.float32(p - 1)))


@elementwise.variant("sqrt_backward")
def sqrt_half_reciprocal(grad, out):
    return 0.5 * grad / out


@elementwise.variant("sqrt_backward")
def sqrt_float32(grad, out):
    return grad.astype(np.float32) / (out.astype(np.float32) + out.astype(np.float32))


@elementwise.mistake(
    "You multiplied by x itself: that is the value of ReLU times grad. What is its slope for positive x?",
    "relu_backward",
    catalogue="M28",
)
def relu_times_x(grad, x):
    return grad * np.maximum(x, 0)


@elementwise.mistake(
    "You masked by the sign of grad. Which array decides whether an entry passed through ReLU?",
    "relu_backward",
    catalogue="M28",
)
def relu_masks_grad(grad, x):
    return np.maximum(grad, 0)


@elementwise.mistake(
    "Only the entries with x = 0 differ. Which value does this sheet use at the corner?",
    "relu_backward",
    catalogue="M29",
)
def relu_one_at_corner(grad, x):
    return grad * (x >= 0)


@elementwise.mistake(
    "Only the entries with x = 0 differ. Half is a fair choice too, but which value does this sheet use at the corner?",
    "relu_backward",
    catalogue="M29",
)
def relu_half_at_corner(grad, x):
    return grad * np.heaviside(x, 0.5)


@elementwise.mistake(
    "Your result would be the same for any grad: it is the mask. What does the chain rule still multiply it by?",
    "relu_backward",
    catalogue="M53",
)
def relu_ignores_grad(grad, x):
    return (x > 0).astype(float)


@elementwise.mistake(
    "You applied exp once more. out is already exp(x): what is the derivative, written with out?",
    "exp_backward",
    catalogue="M22",
)
def exp_of_result(grad, out):
    return grad * np.exp(out)


@elementwise.mistake(
    "Your result would be the same for any grad. What does the chain rule still multiply the derivative by?",
    "exp_backward",
    catalogue="M53",
)
def exp_ignores_grad(grad, out):
    return out.copy()


@elementwise.mistake(
    "The gradient is passed on unchanged. exp is steep where its value is large: where does out enter?",
    "exp_backward",
    catalogue="M20",
)
def exp_passes_on(grad, out):
    return grad.copy()


@elementwise.mistake(
    "You multiply by x. Is the logarithm steep where x is large, or where x is small?",
    "log_backward",
)
def log_times_x(grad, x):
    return grad * x


@elementwise.mistake(
    "You divide by ln(x). Here x is the input, not the result: what is the derivative of ln at x?",
    "log_backward",
    catalogue="M22",
)
def log_of_input(grad, x):
    with np.errstate(divide="ignore", invalid="ignore"):
        return grad / np.log(x)


@elementwise.mistake(
    "That is the derivative of the logarithm to base 10. Which logarithm does the text ask for?",
    "log_backward",
    catalogue="M03",
)
def log_base_ten(grad, x):
    return grad / (x * np.log(10))


@elementwise.mistake(
    "Your result would be the same for any grad. What does the chain rule still multiply the derivative by?",
    "log_backward",
    catalogue="M53",
)
def log_ignores_grad(grad, x):
    return 1 / x


@elementwise.mistake(
    "The power is lowered, but the factor in front is missing. What is the derivative of x²?",
    "pow_backward",
    catalogue="M03",
)
def pow_factor_lost(grad, x, p):
    return grad * x ** (p - 1)


@elementwise.mistake(
    "The factor in front is there, but the power is still the old one. What is the derivative of x²?",
    "pow_backward",
)
def pow_not_lowered(grad, x, p):
    return grad * p * x**p


@elementwise.mistake(
    "That is the derivative of pˣ or of xˣ by its exponent. Which of the two moves here, the base or the exponent?",
    "pow_backward",
)
def pow_like_exponential(grad, x, p):
    with np.errstate(invalid="ignore"):
        return grad * x**p * np.log(x)


@elementwise.mistake(
    "Right for positive x, and the sign is lost for negative x. Is an even power falling or rising on the left of 0?",
    "pow_backward",
    catalogue="M08",
)
def pow_of_size(grad, x, p):
    return grad * p * np.abs(x) ** (p - 1)


@elementwise.mistake(
    "Your result would be the same for any grad. What does the chain rule still multiply the derivative by?",
    "pow_backward",
    catalogue="M53",
)
def pow_ignores_grad(grad, x, p):
    return p * x ** (p - 1)


@elementwise.mistake(
    "You are a factor 2 off. Write the root as a power of ½ and differentiate: what comes down in front?",
    "sqrt_backward",
    catalogue="M03",
)
def sqrt_half_lost(grad, out):
    return grad / out


@elementwise.mistake(
    "You took the root once more. out is already the root of x: what is the derivative, written with out?",
    "sqrt_backward",
    catalogue="M22",
)
def sqrt_of_result(grad, out):
    return grad / (2 * np.sqrt(out))


@elementwise.mistake(
    "You multiply by out. Is the root steep where it is large, or where it is small?",
    "sqrt_backward",
)
def sqrt_times_result(grad, out):
    return grad * out / 2


@elementwise.mistake(
    "Your result would be the same for any grad. What does the chain rule still multiply the derivative by?",
    "sqrt_backward",
    catalogue="M53",
)
def sqrt_ignores_grad(grad, out):
    return 1 / (2 * out)


elementwise.equivalent(
    "sqrt-half-lost * 0.5",
    because="the mistake is this factor, and nothing else",
)


# ------------------------------------------------------------------------------------------------------- o.9
entropy = assignment.exercise(
    "cross_entropy",
    id="o.9",
    points={"mean": 1, "sum": 1, "large logits": 1},
    hints=(
        (
            "ln p of the right class is its score minus the logarithm of a sum of exponentials. "
            "What is the derivative of that by each score?"
        ),
        (
            "Every row of the gradient is p minus a row with a single 1. Subtract the row's largest score before you "
            "apply exp, and use the same shifted scores in the loss."
        ),
        (
            "s = z minus its row maximum; loss of a row = ln(sum of exp(s)) - s[label]; its gradient = "
            "exp(s) / sum of exp(s), minus 1 at the label. For the mean divide both by n."
        ),
    ),
    lecture="Abdurakhmanova, Gradient Descent: logistic loss; Binder, L6: mean loss over the data",
)


def some_labels(rng, n, k):
    """Return n labels in which neither all classes are the same nor their numbers equal the row numbers."""
    return rng.permutation(np.arange(n) % k)


@entropy.case("mean")
def cross_entropy_mean_wide(rng):
    """More classes than samples."""
    return 2 * generic(rng, 3, 5), some_labels(rng, 3, 5), "mean"


@entropy.case("mean")
def cross_entropy_mean_tall(rng):
    """More samples than classes: dividing by the wrong size shows."""
    return 2 * generic(rng, 7, 3), some_labels(rng, 7, 3), "mean"


@entropy.case("mean")
def cross_entropy_absent_classes(rng):
    """Only classes 1 and 4 of 6 occur: labels are numbers of columns, not ranks among the labels."""
    return 2 * generic(rng, 5, 6), rng.permutation([1, 4, 1, 4, 4]), "mean"


@entropy.case("sum")
def cross_entropy_sum(rng):
    """The sum over the samples."""
    return 2 * generic(rng, 5, 4), some_labels(rng, 5, 4), "sum"


@entropy.case("sum")
def cross_entropy_sum_absent_classes(rng):
    """Only classes 2 and 3 of 4 occur."""
    return 2 * generic(rng, 3, 4), rng.permutation([2, 3, 3]), "sum"


@entropy.case("sum")
def cross_entropy_equal_scores(rng):
    """Equal scores within each row, so that every probability is a quarter."""
    return np.repeat(dyadic(rng, 5, 1), 4, axis=1), some_labels(rng, 5, 4), "sum"


def large_logits(rng, n, k, labels, signs):
    """Return logits (n, k): row i around signs[i] * 800, in odd rows the right class 1600 below the best one."""
    logits = np.asarray(signs)[:, None] * 800.0 + generic(rng, n, k)
    for i in range(1, n, 2):
        best = (labels[i] + 1) % k
        logits[i] = -800.0 + generic(rng, k)
        logits[i, best] = 800.0 + generic(rng)
    return logits


@entropy.case("large logits")
def cross_entropy_large_sum(rng):
    """exp(800) overflows, exp(-1600) is 0: in every other row the right class has nothing left of its probability."""
    labels = some_labels(rng, 5, 4)
    return large_logits(rng, 5, 4, labels, [1, 1, -1, 1, 1]), labels, "sum"


@entropy.case("large logits")
def cross_entropy_large_mean(rng):
    """Rows far above and far below 0: one constant for the whole matrix does not save all of them."""
    labels = some_labels(rng, 4, 3)
    return large_logits(rng, 4, 3, labels, [-1, 1, 1, 1]), labels, "mean"


@entropy.oracle()
def cross_entropy_torch(logits, labels, reduction):
    import torch

    z = torch.tensor(logits, dtype=torch.float64, requires_grad=True)
    loss = torch.nn.functional.cross_entropy(z, torch.as_tensor(labels).long(), reduction=reduction)
    loss.backward()
    return loss.item(), z.grad.numpy()


@entropy.oracle()
def cross_entropy_complex(logits, labels, reduction):
    best = logits.max(axis=1)  # of plain numbers: as constants they may be subtracted and added again
    one_hot = np.eye(logits.shape[1])[labels]

    def loss(z):
        totals = np.exp(z - best[:, None]).sum(axis=1)
        return (np.log(totals) + best - (z * one_hot).sum(axis=1)).sum()

    with mpmath.workdps(DIGITS):
        rows = mp_each(mpmath.exp)(mp_array(logits)).sum(axis=1)
        exact = mp_each(mpmath.log)(rows).sum() - (mp_array(logits) * one_hot).sum()
        share = len(labels) if reduction == "mean" else 1
        return float(exact / share), complex_step(loss, 1 / share, logits)


@entropy.variant()
def cross_entropy_by_rows(logits, labels, reduction):
    loss, dlogits = 0.0, np.zeros(logits.shape)
    for i, right in enumerate(labels):
        best = max(logits[i])
        total = sum(math.exp(z - best) for z in logits[i])
        loss += math.log(total) + best - logits[i, right]
        for j, z in enumerate(logits[i]):
            dlogits[i, j] = math.exp(z - best) / total - (1 if j == right else 0)
    if reduction == "mean":
        loss, dlogits = loss / len(labels), dlogits / len(labels)
    return loss, dlogits


@entropy.variant()
def cross_entropy_log_softmax(logits, labels, reduction):
    n = logits.shape[0]
    weight = 1 / n if reduction == "mean" else 1.0
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    dlogits = np.exp(log_p)
    dlogits[np.arange(n), labels] -= 1
    return -weight * log_p[np.arange(n), labels].sum(), weight * dlogits


@entropy.variant()
def cross_entropy_from_exps(logits, labels, reduction):
    shifted = logits - logits.max(axis=1, keepdims=True)
    exps = np.exp(shifted)
    total = exps.sum(axis=1, keepdims=True)
    one_hot = np.eye(logits.shape[1])[labels]
    losses = np.log(total[:, 0]) - np.sum(one_hot * shifted, axis=1)
    dlogits = exps / total - one_hot
    return (losses.mean(), dlogits / len(labels)) if reduction == "mean" else (losses.sum(), dlogits)


@entropy.variant()
def cross_entropy_minus_the_others(logits, labels, reduction):
    """The scores are not shifted first, and the entry of the right class is what the others leave for it."""
    best = logits.max(axis=1, keepdims=True)
    log_p = logits - (best + np.log(np.exp(logits - best).sum(axis=1, keepdims=True)))
    wrong = 1 - np.eye(logits.shape[1])[labels]
    others = np.exp(log_p) * wrong
    dlogits = others - (1 - wrong) * others.sum(axis=1, keepdims=True)
    loss = -((1 - wrong) * log_p).sum()
    return (loss / len(labels), dlogits / len(labels)) if reduction == "mean" else (loss, dlogits)


@entropy.variant()
def cross_entropy_float32(logits, labels, reduction):
    z = logits.astype(np.float32)
    z = z - z.max(axis=1, keepdims=True)
    log_total = np.log(np.exp(z).sum(axis=1))
    losses = log_total - z[np.arange(len(z)), labels]
    one_hot = np.eye(z.shape[1], dtype=np.float32)[labels]
    dlogits = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True) - one_hot
    if reduction == "mean":
        return losses.mean(), dlogits / np.float32(len(z))
    return losses.sum(), dlogits


def stable_softmax(z):
    exps = np.exp(z - z.max(axis=1, keepdims=True))
    return exps / exps.sum(axis=1, keepdims=True)


def row_losses(logits, labels):
    shifted = logits - logits.max(axis=1, keepdims=True)
    return np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(labels)), labels]


def reduced(losses, dlogits, reduction):
    n = len(losses)
    return (losses.sum() / n, dlogits / n) if reduction == "mean" else (losses.sum(), dlogits)


def right_classes(logits, labels):
    return np.eye(logits.shape[1])[labels]


@entropy.mistake(
    "You always sum over the batch. What does reduction='mean' ask for?",
    catalogue="M01",
)
def cross_entropy_always_sum(logits, labels, reduction):
    dlogits = stable_softmax(logits) - right_classes(logits, labels)
    return reduced(row_losses(logits, labels), dlogits, "sum")


@entropy.mistake(
    "You always average over the batch. What does reduction='sum' ask for?",
    catalogue="M72",
)
def cross_entropy_always_mean(logits, labels, reduction):
    dlogits = stable_softmax(logits) - right_classes(logits, labels)
    return reduced(row_losses(logits, labels), dlogits, "mean")


@entropy.mistake(
    "The loss is a mean, its gradient is not. What happens to a derivative when the function is divided by n?",
    catalogue="M01",
)
def cross_entropy_gradient_not_averaged(logits, labels, reduction):
    dlogits = stable_softmax(logits) - right_classes(logits, labels)
    return reduced(row_losses(logits, labels), dlogits, reduction)[0], dlogits


@entropy.mistake(
    "The gradient is averaged over all n·k entries. The loss is a mean of how many numbers?",
    catalogue="M05",
)
def cross_entropy_averaged_over_entries(logits, labels, reduction):
    dlogits = stable_softmax(logits) - right_classes(logits, labels)
    loss = reduced(row_losses(logits, labels), dlogits, reduction)[0]
    return loss, (dlogits / dlogits.size if reduction == "mean" else dlogits)


@entropy.mistake(
    "The gradient has the right size and the wrong sign. Should the right class's score rise or fall in descent?",
    catalogue="M04",
)
def cross_entropy_sign(logits, labels, reduction):
    dlogits = right_classes(logits, labels) - stable_softmax(logits)
    return reduced(row_losses(logits, labels), dlogits, reduction)


@entropy.mistake(
    "The loss itself has the wrong sign: the logarithm of a probability is negative, and a loss should fall "
    "when p rises. Where is the minus?",
    catalogue="M04",
)
def cross_entropy_negative_loss(logits, labels, reduction):
    dlogits = stable_softmax(logits) - right_classes(logits, labels)
    return reduced(-row_losses(logits, labels), dlogits, reduction)


@entropy.mistake(
    "Only the right class has a gradient. Raising another class's score lowers the right one's probability: "
    "which terms are missing?",
    catalogue="M91",
)
def cross_entropy_right_class_only(logits, labels, reduction):
    one_hot = right_classes(logits, labels)
    return reduced(row_losses(logits, labels), one_hot * (stable_softmax(logits) - one_hot), reduction)


@entropy.mistake(
    "Your gradient is p without the 1 at the right class. What should every row of it sum to?",
)
def cross_entropy_label_forgotten(logits, labels, reduction):
    return reduced(row_losses(logits, labels), stable_softmax(logits), reduction)


@entropy.mistake(
    "You subtract the class numbers from the probabilities. A label names a column: how do you turn it into "
    "a row with a single 1?",
    catalogue="M93",
)
def cross_entropy_labels_as_numbers(logits, labels, reduction):
    return reduced(row_losses(logits, labels), stable_softmax(logits) - labels[:, None], reduction)


@entropy.mistake(
    "You number the classes by the labels that occur in this batch. A label is the number of a column: "
    "what if some class does not occur?"
)
def cross_entropy_ranks_labels(logits, labels, reduction):
    ranks = np.unique(labels, return_inverse=True)[1].reshape(-1)
    dlogits = stable_softmax(logits) - right_classes(logits, ranks)
    return reduced(row_losses(logits, ranks), dlogits, reduction)


@entropy.mistake(
    "Your probabilities sum to one in every column instead of every row. "
    "Along which axis do the classes of one sample lie?",
    catalogue="M94",
)
def cross_entropy_softmax_of_columns(logits, labels, reduction):
    exps = np.exp(logits - logits.max(axis=0, keepdims=True))
    p = exps / exps.sum(axis=0, keepdims=True)
    with np.errstate(divide="ignore"):
        losses = -np.log(p[np.arange(len(labels)), labels])
    return reduced(losses, p - right_classes(logits, labels), reduction)


@entropy.mistake(
    "Softmax is applied twice: its result is already a row of probabilities. Which of the two calls has to go?",
    catalogue="M95",
)
def cross_entropy_softmax_twice(logits, labels, reduction):
    p = stable_softmax(logits)
    return reduced(row_losses(p, labels), stable_softmax(p) - right_classes(logits, labels), reduction)


@entropy.mistake(
    "There is a factor p(1 - p) too many. The logarithm has cancelled it already: differentiate ln p by the score once "
    "more?",
    catalogue="M24",
)
def cross_entropy_extra_factor(logits, labels, reduction):
    p = stable_softmax(logits)
    dlogits = (p - right_classes(logits, labels)) * p * (1 - p)
    return reduced(row_losses(logits, labels), dlogits, reduction)


@entropy.mistake(
    "That is the gradient by the probabilities. The function's inputs are the scores: "
    "which step of the chain rule is left?",
    catalogue="M20",
)
def cross_entropy_by_probability(logits, labels, reduction):
    with np.errstate(divide="ignore", invalid="ignore"):
        dlogits = -right_classes(logits, labels) / stable_softmax(logits)
    return reduced(row_losses(logits, labels), dlogits, reduction)


@entropy.mistake(
    "With scores near ±800 exp overflows or becomes 0. Which number can you subtract from every score of a row without "
    "changing softmax?",
    catalogue="M96",
)
def cross_entropy_overflows(logits, labels, reduction):
    with np.errstate(all="ignore"):
        exps = np.exp(logits)
        p = exps / exps.sum(axis=1, keepdims=True)
        losses = -np.log(p[np.arange(len(labels)), labels])
        return reduced(losses, p - right_classes(logits, labels), reduction)


@entropy.mistake(
    "You subtract one number from the whole matrix. A row that lies far below it still becomes 0 everywhere: "
    "whose maximum does a row need?",
    catalogue="M96",
)
def cross_entropy_one_shift_for_all(logits, labels, reduction):
    with np.errstate(all="ignore"):
        exps = np.exp(logits - logits.max())
        total = exps.sum(axis=1)
        losses = np.log(total) + logits.max() - logits[np.arange(len(labels)), labels]
        return reduced(losses, exps / total[:, None] - right_classes(logits, labels), reduction)


@entropy.mistake(
    "The softmax is safe, but its logarithm is not: a very small p has become 0. "
    "Can you write ln p without computing p first?",
    catalogue="M97",
)
def cross_entropy_log_of_zero(logits, labels, reduction):
    p = stable_softmax(logits)
    with np.errstate(divide="ignore"):
        losses = -np.log(p[np.arange(len(labels)), labels])
    return reduced(losses, p - right_classes(logits, labels), reduction)


@entropy.mistake(
    "A small number added inside the logarithm hides the problem: no loss can then exceed about 28. "
    "Can you write ln p without computing p first?",
    catalogue="M97",
)
def cross_entropy_small_number_added(logits, labels, reduction):
    p = stable_softmax(logits)
    losses = -np.log(p[np.arange(len(labels)), labels] + 1e-12)
    return reduced(losses, p - right_classes(logits, labels), reduction)


entropy.equivalent(
    "cross_entropy: len(labels) -> len(best) #1",
    "cross_entropy: len(labels) -> len(best) #2",
    "cross_entropy: len(labels) -> len(best) #3",
    "cross_entropy: len(labels) -> len(logits) #1",
    "cross_entropy: len(labels) -> len(logits) #2",
    "cross_entropy: len(labels) -> len(logits) #3",
    because="labels, logits and best all have a row for each sample",
)
entropy.equivalent(
    "cross_entropy: logits.max(axis=1, keepdims=True) -> logits.max(axis=-1, keepdims=True) #1",
    "cross_entropy: logits.shape[1] -> logits.shape[-1] #1",
    "cross_entropy: np.exp(logits - best).sum(axis=1, keepdims=True) -> np.exp(logits - best).sum(axis=-1, keepdims=True) #1",
    because="the second of two axes is the last one",
)
