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
    minutes=30,
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
    minutes=25,
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
    minutes=45,
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
    minutes=30,
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
    minutes=25,
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
    minutes=20,
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


# ------------------------------------------------------------------------------------------------------- o.7
moving = assignment.exercise(
    "moving_data",
    id="o.7",
    minutes=30,
    points={"reshape and transpose": 1, "getitem": 1, "concatenate": 1},
    functions=("reshape_backward", "transpose_backward", "getitem_backward", "concat_backward"),
    hints=(
        "Number the entries of a small x and write y down. Where did each number of y come from?",
        (
            "reshape: the same order again. transpose: which permutation brings every axis back to its place? "
            "getitem: start with zeros and add. concatenate: cut where the arrays met."
        ),
        (
            "grad.reshape(shape); np.transpose(grad, np.argsort(axes)); np.add.at(dx, index, grad) on zeros; "
            "np.split(grad, cuts, axis) with cuts at the running totals of sizes, without the last one."
        ),
    ),
    lecture="Özçep, V2: chain rule for tensors; Binder, L6: gradient through a column slice",
)


@moving.case("reshape and transpose", "reshape_backward")
def reshape_matrix(rng):
    """A matrix to another matrix: turning it round has the right shape, too."""
    return generic(rng, 3, 4), (2, 6)


@moving.case("reshape and transpose", "reshape_backward", exact=True)
def reshape_flat_to_square(rng):
    """A flat gradient for a square x: reading by columns shows in the numbers only."""
    return dyadic(rng, 9), (3, 3)


@moving.case("reshape and transpose", "reshape_backward")
def reshape_to_three_axes(rng):
    """The same sizes in another order: a transpose has the right shape, and is wrong."""
    return generic(rng, 4, 3, 2), (2, 3, 4)


@moving.case("reshape and transpose", "reshape_backward", exact=True)
def reshape_axes_of_size_one(rng):
    """Axes of size 1 that were put in are taken out again."""
    return dyadic(rng, 1, 5, 1), (5,)


@moving.case("reshape and transpose", "transpose_backward")
def transpose_circle(rng):
    """Three axes in a circle: the permutation is not its own inverse, and the sizes show it."""
    return generic(rng, 3, 4, 2), (1, 2, 0)


@moving.case("reshape and transpose", "transpose_backward", exact=True)
def transpose_circle_of_a_cube(rng):
    """A circle the other way round, in a cube: only the numbers show which way it was turned."""
    return dyadic(rng, 3, 3, 3), (2, 0, 1)


@moving.case("reshape and transpose", "transpose_backward", exact=True)
def transpose_circle_forwards(rng):
    """The first circle, in a cube."""
    return dyadic(rng, 4, 4, 4), (1, 2, 0)


@moving.case("reshape and transpose", "transpose_backward")
def transpose_four_axes(rng):
    """Four axes in a circle."""
    return generic(rng, 4, 2, 5, 3), (2, 0, 3, 1)


@moving.case("reshape and transpose", "transpose_backward", exact=True)
def transpose_square(rng):
    """A square matrix turned over: the one swap that everybody knows."""
    return dyadic(rng, 4, 4), (1, 0)


@moving.case("getitem", "getitem_backward")
def getitem_repeated_rows(rng):
    """Row 3 was taken three times, rows 1 and 2 never."""
    return generic(rng, 5, 3), (5, 3), rng.permutation([3, 0, 3, 4, 3])


@moving.case("getitem", "getitem_backward", exact=True)
def getitem_repeated_entries(rng):
    """An index with two axes of its own, with repetitions."""
    return dyadic(rng, 2, 3), (5,), np.reshape(rng.permutation([1, 1, 4, 4, 4, 0]), (2, 3))


@moving.case("getitem", "getitem_backward")
def getitem_one_row(rng):
    """A single number as index: that axis is gone from grad."""
    return generic(rng, 3), (4, 3), int(rng.integers(1, 4))


@moving.case("getitem", "getitem_backward", exact=True)
def getitem_from_the_end(rng):
    """-1 and 3 are the same of four rows."""
    return dyadic(rng, 3, 2), (4, 2), rng.permutation([-1, 3, 1])


@moving.case("getitem", "getitem_backward")
def getitem_mask(rng):
    """Truth values of the shape of x: nothing is taken twice."""
    return generic(rng, 5), (3, 4), rng.permutation(np.arange(12) < 5).reshape(3, 4)


@moving.case("getitem", "getitem_backward", exact=True)
def getitem_pairs(rng):
    """A tuple of two arrays, as in picking scores by labels; one pair occurs twice."""
    order = rng.permutation(5)
    return dyadic(rng, 5), (3, 2), (np.array([0, 2, 0, 1, 2])[order], np.array([1, 0, 1, 1, 1])[order])


@moving.case("getitem", "getitem_backward")
def getitem_in_one_row(rng):
    """A tuple of a number and an array."""
    return generic(rng, 3), (3, 4), (1, rng.permutation([2, 0, 2]))


@moving.case("concatenate", "concat_backward")
def concat_rows(rng):
    """Two matrices, one below the other."""
    return generic(rng, 5, 4), [2, 3], 0


@moving.case("concatenate", "concat_backward", exact=True)
def concat_columns(rng):
    """Three matrices side by side, no two of one width."""
    return dyadic(rng, 3, 7), [1, 4, 2], 1


@moving.case("concatenate", "concat_backward", exact=True)
def concat_unequal_thirds(rng):
    """Six rows from three arrays, but not two from each."""
    return dyadic(rng, 6, 2), [3, 1, 2], 0


@moving.case("concatenate", "concat_backward")
def concat_negative_axis(rng):
    """The last axis of three."""
    return generic(rng, 2, 3, 6), [4, 2], -1


@moving.case("concatenate", "concat_backward")
def concat_four_vectors(rng):
    """Vectors, the first two of the same length."""
    return generic(rng, 8), [2, 2, 1, 3], 0


@moving.case("concatenate", "concat_backward", exact=True)
def concat_alone(rng):
    """One array: a list with one gradient."""
    return dyadic(rng, 2, 4), [4], 1


@moving.oracle("reshape_backward")
def reshape_torch(grad, shape):
    return torch_vjp(lambda x: x.reshape(grad.shape), grad, np.zeros(shape))


@moving.oracle("reshape_backward")
def reshape_complex(grad, shape):
    return complex_step(lambda x: x.reshape(grad.shape), grad, np.zeros(shape))


def before_transpose(shape, axes):
    """Return the shape of x, from that of x.transpose(axes)."""
    sizes = dict(zip(axes, shape))
    return tuple(sizes[axis] for axis in range(len(shape)))


@moving.oracle("transpose_backward")
def transpose_torch(grad, axes):
    return torch_vjp(lambda x: x.permute(axes), grad, np.zeros(before_transpose(grad.shape, axes)))


@moving.oracle("transpose_backward")
def transpose_complex(grad, axes):
    return complex_step(lambda x: x.transpose(axes), grad, np.zeros(before_transpose(grad.shape, axes)))


def torch_index(index):
    """Return an index with its arrays as tensors."""
    import torch

    if isinstance(index, tuple):
        return tuple(map(torch_index, index))
    return index if isinstance(index, int) else torch.tensor(index)


@moving.oracle("getitem_backward")
def getitem_torch(grad, shape, index):
    return torch_vjp(lambda x: x[torch_index(index)], grad, np.zeros(shape))


@moving.oracle("getitem_backward")
def getitem_complex(grad, shape, index):
    return complex_step(lambda x: x[index], grad, np.zeros(shape))


def parts_of(grad, sizes, axis):
    """Return zeros of the shapes that were put together."""
    shape = list(grad.shape)
    parts = []
    for size in sizes:
        shape[axis] = size
        parts.append(np.zeros(shape))
    return parts


def listed(gradients):
    """Return one array or a tuple of arrays as a list."""
    return list(gradients) if isinstance(gradients, tuple) else [gradients]


@moving.oracle("concat_backward")
def concat_torch(grad, sizes, axis):
    import torch

    return listed(torch_vjp(lambda *xs: torch.cat(xs, axis), grad, *parts_of(grad, sizes, axis)))


@moving.oracle("concat_backward")
def concat_complex(grad, sizes, axis):
    return listed(complex_step(lambda *xs: np.concatenate(xs, axis), grad, *parts_of(grad, sizes, axis)))


@moving.variant("reshape_backward")
def reshape_by_flat_order(grad, shape):
    dx = np.empty(shape)
    dx.reshape(-1)[:] = grad.reshape(-1)
    return dx


@moving.variant("reshape_backward")
def reshape_entry_by_entry(grad, shape):
    dx = np.zeros(shape)
    for place, target in zip(np.ndindex(*grad.shape), np.ndindex(*shape)):
        dx[target] = grad[place]
    return dx


@moving.variant("reshape_backward")
def reshape_float32_view(grad, shape):
    return np.reshape(grad.astype(np.float32), shape)


@moving.variant("transpose_backward")
def transpose_by_table(grad, axes):
    way_back = [0] * len(axes)
    for place, axis in enumerate(axes):
        way_back[axis] = place
    return grad.transpose(way_back)


@moving.variant("transpose_backward")
def transpose_by_search(grad, axes):
    return np.transpose(grad, [list(axes).index(i) for i in range(grad.ndim)]).astype(np.float32)


@moving.variant("transpose_backward")
def transpose_entry_by_entry(grad, axes):
    order = sorted(range(len(axes)), key=lambda i: axes[i])
    dx = np.zeros([grad.shape[i] for i in order])
    for place in np.ndindex(*grad.shape):
        dx[tuple(place[i] for i in order)] = grad[place]
    return dx


@moving.variant("getitem_backward")
def getitem_by_places(grad, shape, index):
    places = np.arange(int(np.prod(shape))).reshape(shape)[index]
    flat = np.zeros(int(np.prod(shape)))
    for place, g in zip(places.ravel(), grad.ravel()):
        flat[place] += g
    return flat.reshape(shape)


@moving.variant("getitem_backward")
def getitem_counted(grad, shape, index):
    places = np.arange(int(np.prod(shape))).reshape(shape)[index]
    return np.bincount(places.ravel(), weights=grad.ravel(), minlength=int(np.prod(shape))).reshape(shape)


@moving.variant("getitem_backward")
def getitem_float32(grad, shape, index):
    dx = np.zeros(shape, np.float32)
    np.add.at(dx, index, grad.astype(np.float32))
    return dx


@moving.variant("concat_backward")
def concat_with_slices(grad, sizes, axis):
    gradients, start = [], 0
    for size in sizes:
        where = [slice(None)] * grad.ndim
        where[axis] = slice(start, start + size)
        gradients.append(grad[tuple(where)].copy())
        start += size
    return gradients


@moving.variant("concat_backward")
def concat_with_take(grad, sizes, axis):
    ends = np.cumsum(sizes)
    return tuple(np.take(grad, range(end - size, end), axis=axis) for end, size in zip(ends, sizes))


@moving.variant("concat_backward")
def concat_axis_in_front(grad, sizes, axis):
    rows = np.moveaxis(grad.astype(np.float32), axis, 0)
    gradients = []
    for size in sizes:
        gradients.append(np.moveaxis(rows[:size], 0, axis))
        rows = rows[size:]
    return gradients


@moving.mistake(
    "The numbers are read column by column. In which order did the forward pass read them?",
    "reshape_backward",
    catalogue="M14",
)
def reshape_by_columns(grad, shape):
    return grad.reshape(shape, order="F")


@moving.mistake(
    "You turn grad over before you reshape it. A reshape keeps the order of the numbers: what is there to turn?",
    "reshape_backward",
    catalogue="M14",
)
def reshape_turned(grad, shape):
    return grad.T.reshape(shape)


@moving.mistake(
    "grad comes back in the shape of y. Rule 1 of the sheet: which shape does the gradient of x have?",
    "reshape_backward",
    catalogue="M10",
)
def reshape_not_done(grad, shape):
    return grad.copy()


@moving.mistake(
    "Your result would be the same for any grad. The local derivative is 1, but what does it multiply?",
    "reshape_backward",
    catalogue="M53",
)
def reshape_ignores_grad(grad, shape):
    return np.ones(shape)


@moving.mistake(
    "You move the axes on in the same circle. Which permutation brings axis axes[i] back from place i?",
    "transpose_backward",
)
def transpose_once_more(grad, axes):
    return np.transpose(grad, axes)


@moving.mistake(
    "You reverse the axes, whatever axes says. That undoes only one of all permutations: which one was applied here?",
    "transpose_backward",
)
def transpose_reverses(grad, axes):
    return grad.T


@moving.mistake(
    "You swap the last two axes, as for a matrix. Which of the axes were moved here?",
    "transpose_backward",
)
def transpose_last_two(grad, axes):
    return np.swapaxes(grad, -1, -2)


@moving.mistake(
    "The shape is right and the numbers are not: a reshape keeps the old order of the numbers. "
    "What moves axes instead?",
    "transpose_backward",
    catalogue="M14",
)
def transpose_reshaped(grad, axes):
    return grad.reshape([grad.shape[list(axes).index(i)] for i in range(grad.ndim)])


@moving.mistake(
    "Where an entry was taken several times only one of its gradients arrives. What do several paths do, and does += on "
    "an index array see each repetition?",
    "getitem_backward",
    catalogue="M44",
)
def getitem_overwrites(grad, shape, index):
    dx = np.zeros(shape)
    dx[index] += grad
    return dx


@moving.mistake(
    "An entry that was taken several times gets the average of its gradients. Each copy adds its own change to the loss: "
    "is that a mean or a sum?",
    "getitem_backward",
    catalogue="M16",
)
def getitem_averages(grad, shape, index):
    total, count = np.zeros(shape), np.zeros(shape)
    np.add.at(total, index, grad)
    np.add.at(count, index, 1)
    return total / np.maximum(count, 1)


@moving.mistake(
    "You count how often each entry was taken. What arrives from above along each of these paths?",
    "getitem_backward",
    catalogue="M53",
)
def getitem_counts(grad, shape, index):
    dx = np.zeros(shape)
    np.add.at(dx, index, 1)
    return dx


@moving.mistake(
    "The entries that were taken are right, the others are not 0. How does an entry that was never taken change the loss?",
    "getitem_backward",
)
def getitem_starts_with_ones(grad, shape, index):
    dx = np.ones(shape)
    dx[index] = 0
    np.add.at(dx, index, grad)
    return dx


@moving.mistake(
    "You take from grad at the places of index. In the forward pass index named places of x: on which side of the "
    "assignment does it belong now?",
    "getitem_backward",
)
def getitem_takes_again(grad, shape, index):
    dx = np.zeros(shape)
    taken = grad[index]
    dx[: len(taken)] = taken
    return dx


@moving.mistake(
    "You cut grad into equal pieces. Which argument says how long each array was?",
    "concat_backward",
)
def concat_equal_pieces(grad, sizes, axis):
    return np.array_split(grad, len(sizes), axis=axis)


@moving.mistake(
    "np.split wants the places of the cuts, and you gave it lengths. After how many entries does the second array end?",
    "concat_backward",
)
def concat_sizes_as_cuts(grad, sizes, axis):
    return np.split(grad, sizes[:-1], axis=axis)


@moving.mistake(
    "You always cut along axis 0. Along which axis were the arrays put together?",
    "concat_backward",
    catalogue="M17",
)
def concat_first_axis(grad, sizes, axis):
    return np.split(grad, np.cumsum(sizes)[:-1])


@moving.mistake(
    "Every array gets the whole of grad. Which part of y did each of them fill?",
    "concat_backward",
)
def concat_whole_for_each(grad, sizes, axis):
    return [grad.copy() for _ in sizes]


@moving.mistake(
    "The gradients come in the wrong order. Which array was the first one?",
    "concat_backward",
)
def concat_reversed(grad, sizes, axis):
    return np.split(grad, np.cumsum(sizes)[:-1], axis=axis)[::-1]


@moving.mistake(
    "Your result would be the same for any grad. The local derivative is 1, but what does it multiply?",
    "concat_backward",
    catalogue="M53",
)
def concat_ignores_grad(grad, sizes, axis):
    return np.split(np.ones(grad.shape), np.cumsum(sizes)[:-1], axis=axis)


moving.equivalent(
    "concat_backward: part.copy() -> part #1",
    "reshape_backward: grad.reshape(shape).copy() -> grad.reshape(shape) #1",
    "transpose_backward: np.transpose(grad, way_back).copy() -> np.transpose(grad, way_back) #1",
    because="a view holds the same numbers",
)
moving.equivalent(
    "getitem_backward: np.zeros(shape) -> -np.zeros(shape) #1",
    "getitem_backward: np.zeros(shape) -> 2 * np.zeros(shape) #1",
    because="0 stays 0",
)


# ------------------------------------------------------------------------------------------------------- o.8
softmaxes = assignment.exercise(
    "softmax",
    id="o.8",
    minutes=30,
    points={"softmax": 1, "log-softmax": 1, "first and middle axes": 0.5, "long rows": 0.5},
    functions=("softmax_backward", "log_softmax_backward"),
    hints=(
        "Three scores: write the Jacobian of softmax as a 3 by 3 table. What is in common in one column?",
        (
            "Sum over i: g_i times the derivative of s_i by z_j. The bracket picks one term; the rest has a factor that "
            "does not depend on i. What is left of the sum, and with keepdims, of what shape?"
        ),
        (
            "softmax: s * (grad - sum of grad * s). log-softmax: grad - exp(logp) * sum of grad. "
            "Both sums along axis with keepdims=True."
        ),
    ),
    lecture="Özçep, V2: chain rule for vectors; Abdurakhmanova, Gradient Descent: the logistic function",
)

LONG = 12_000
"""Scores in a long row. A square matrix of that size takes 550 MB in float32 and twice that in float64: a function may use 512."""


def probabilities(rng, rows, k):
    """Return an array (rows, k) of fractions over 2^20, none below 2^-10, whose rows sum to 1 without any rounding."""
    whole, least = 2**20, 2**10
    shares = rng.dirichlet(np.full(k, 2.0), size=rows)
    counts = least + np.floor(shares * (whole - k * least))
    counts[np.arange(rows), rng.integers(k, size=rows)] += whole - counts.sum(axis=1)
    return counts / whole


def filled_up(rng, row):
    """Return logarithms of probabilities: those in `row`, and three that bring the sum to 1 within 1e-17.

    What a row of float32 numbers lacks is about 1e-8. Logarithms of ever smaller probabilities have ever finer steps:
    the last two are about -18 and -30.
    """
    row = np.asarray(row, np.float32)
    values, counts = np.unique(row, return_counts=True)
    with mpmath.workdps(DIGITS):
        missing = 1 - sum(int(count) * mpmath.exp(float(value)) for value, count in zip(values, counts))
        fill = []
        for _ in range(3):
            below = np.nextafter(np.float32(mpmath.log(missing)), np.float32(-np.inf))
            fill.append(below)
            missing -= mpmath.exp(float(below))
    return rng.permutation(np.concatenate([row, fill])).astype(np.float64)


def log_probabilities(rng, rows, k):
    """Return logarithms of probabilities (rows, k), k > 4, of which each row's sum to 1 within 1e-17."""
    shares = [rng.dirichlet(np.full(k - 2, 4.0)) for _ in range(rows)]
    return np.array([filled_up(rng, np.log(share[1:])) for share in shares])


def few_entries(rng, k):
    """Return whole numbers (k,), six of which are not 0."""
    g = np.zeros(k)
    g[rng.permutation(k)[:6]] = rng.permutation([-7.0, -3.0, 2.0, 4.0, 5.0, 8.0])
    return g


@softmaxes.case("softmax")
def softmax_rows(rng):
    """Every probability depends on every score of its row."""
    return generic(rng, 3, 5), probabilities(rng, 3, 5), 1


@softmaxes.case("softmax", exact=True)
def softmax_powers_of_two(rng):
    """Probabilities 1/2, 1/4, 1/8, 1/8: everything by hand."""
    return dyadic(rng, 3, 4), rng.permuted(np.tile([0.5, 0.25, 0.125, 0.125], (3, 1)), axis=1), -1


@softmaxes.case("softmax")
def softmax_vector(rng):
    """One row, without a second axis."""
    return generic(rng, 6), probabilities(rng, 1, 6)[0], 0


@softmaxes.case("first and middle axes")
def softmax_columns(rng):
    """The probabilities of a column sum to 1."""
    return generic(rng, 5, 3), probabilities(rng, 3, 5).T, 0


@softmaxes.case("first and middle axes")
def softmax_square_columns(rng):
    """Square: the shape does not tell along which axis was summed."""
    return generic(rng, 4, 4), probabilities(rng, 4, 4).T, 0


@softmaxes.case("first and middle axes")
def softmax_middle_axis(rng):
    """The middle one of three axes, counted from the end."""
    s = probabilities(rng, 6, 4).reshape(2, 3, 4)
    return generic(rng, 2, 4, 3), np.swapaxes(s, 1, 2), -2


def long_probabilities(rng):
    """Return LONG probabilities: one half, the others 2^-14 and 2^-15, so that they sum to 1 without rounding."""
    twice = 2**14 - (LONG - 1)  # how many of the others have to be 2 * 2^-15
    s = np.full(LONG, 2.0**-15)
    places = rng.permutation(LONG)
    s[places[0]] = 0.5
    s[places[1 : twice + 1]] = 2.0**-14
    return s


@softmaxes.case("long rows", exact=True)
def softmax_long_row(rng):
    """One row of 12 000 scores: there is no room for its Jacobian, and none is needed."""
    s = long_probabilities(rng)
    g = few_entries(rng, LONG)
    g[s.argmax()] = 6.0  # else the sum is nearly 0, as if it had been forgotten
    return g[None, :], s[None, :], 1


@softmaxes.case("long rows", exact=True)
def softmax_long_column(rng):
    """The same as a column."""
    s = long_probabilities(rng)
    g = few_entries(rng, LONG)
    g[s.argmax()] = -5.0
    return g[:, None], s[:, None], 0


@softmaxes.case("log-softmax", "log_softmax_backward")
def log_softmax_rows(rng):
    """Every logarithm depends on every score of its row; two probabilities in each row are very small."""
    return generic(rng, 3, 6), log_probabilities(rng, 3, 6), 1


@softmaxes.case("log-softmax", "log_softmax_backward")
def log_softmax_last_axis(rng):
    """The last axis, counted from the end, in a wide matrix."""
    return generic(rng, 2, 7), log_probabilities(rng, 2, 7), -1


@softmaxes.case("log-softmax", "log_softmax_backward")
def log_softmax_right_classes(rng):
    """One entry in each row is not 0, as where a cross-entropy comes next."""
    g = np.zeros((3, 6))
    g[np.arange(3), rng.integers(6, size=3)] = far_from_zero(rng, 3)
    return g, log_probabilities(rng, 3, 6), 1


@softmaxes.case("first and middle axes", "log_softmax_backward")
def log_softmax_columns(rng):
    """The probabilities of a column sum to 1."""
    return generic(rng, 5, 3), log_probabilities(rng, 3, 5).T, 0


@softmaxes.case("first and middle axes", "log_softmax_backward")
def log_softmax_square_columns(rng):
    """Square: the shape does not tell along which axis was summed."""
    return generic(rng, 5, 5), log_probabilities(rng, 5, 5).T, 0


@softmaxes.case("first and middle axes", "log_softmax_backward")
def log_softmax_middle_axis(rng):
    """The middle one of three axes, counted from the end."""
    logp = log_probabilities(rng, 6, 5).reshape(2, 3, 5)
    return generic(rng, 2, 5, 3), np.swapaxes(logp, 1, 2), -2


def long_log_probabilities(rng):
    """Return LONG logarithms of probabilities that sum to 1: one large, many small of two sizes, three to fill up."""
    row = np.log(np.repeat([0.5, 2.0**-14, 2.0**-16], [1, 4000, LONG - 4004]))
    return filled_up(rng, row)


@softmaxes.case("long rows", "log_softmax_backward")
def log_softmax_long_row(rng):
    """One row of 12 000 scores: there is no room for its Jacobian, and none is needed."""
    return few_entries(rng, LONG)[None, :], long_log_probabilities(rng)[None, :], -1


@softmaxes.case("long rows", "log_softmax_backward")
def log_softmax_long_column(rng):
    """The same as a column."""
    return few_entries(rng, LONG)[:, None], long_log_probabilities(rng)[:, None], 0


@softmaxes.oracle()
def softmax_torch(grad, s, axis):
    """Forwards from the scores ln(s) + h at h = 0, written so that s itself is not rounded."""
    import torch

    weights = torch.tensor(s)

    def forward(h):
        parts = weights * h.exp()
        return parts / parts.sum(dim=axis, keepdim=True)

    return torch_vjp(forward, grad, np.zeros(s.shape))


def by_alike(forward, grad, kept, axis):
    """Return a gradient by complex steps that move all entries of a row at once that have the same numbers.

    forward: of a matrix of `kept` with one row for each row of the softmax, and of what is added to its scores.
    Entries of a row with equal probabilities and equal upstream gradients have equal gradients: a long row needs a
    few steps only.
    """
    width = kept.shape[axis]
    g, k = (np.moveaxis(part, axis, -1).reshape(-1, width) for part in (grad, kept))
    g_codes, k_codes = (np.unique(part, return_inverse=True)[1].reshape(g.shape) for part in (g, k))
    codes = (g_codes * k.size + k_codes) * len(g) + np.arange(len(g))[:, None]
    _, alike, sizes = np.unique(codes, return_inverse=True, return_counts=True)
    alike = alike.reshape(g.shape)
    slopes = complex_step(lambda h: forward(k, h[alike]), g, np.zeros(len(sizes))) / sizes
    moved = np.moveaxis(grad, axis, -1).shape
    return np.moveaxis(slopes[alike].reshape(moved), -1, axis)


@softmaxes.oracle()
def softmax_complex(grad, s, axis):
    def forward(weights, h):
        parts = weights * np.exp(h)
        return parts / parts.sum(axis=1, keepdims=True)

    return by_alike(forward, grad, s, axis)


@softmaxes.oracle("log_softmax_backward")
def log_softmax_torch(grad, logp, axis):
    """With exp(z) taken once: torch's log_softmax rounds the logarithms, which costs a digit where they are large."""
    import torch

    weights = torch.tensor(logp).exp()
    return torch_vjp(
        lambda h: h - (weights * h.exp()).sum(dim=axis, keepdim=True).log(), grad, np.zeros(logp.shape)
    )


@softmaxes.oracle("log_softmax_backward")
def log_softmax_complex(grad, logp, axis):
    return by_alike(lambda z, h: h - np.log(np.exp(z + h).sum(axis=1, keepdims=True)), grad, logp, axis)


@softmaxes.variant()
def softmax_two_terms(grad, s, axis):
    weighted = s * grad
    return weighted - s * weighted.sum(axis=axis, keepdims=True)


@softmaxes.variant()
def softmax_row_by_row(grad, s, axis):
    dz = np.zeros(s.shape)
    g_rows, s_rows, z_rows = (np.moveaxis(part, axis, -1) for part in (grad, s, dz))
    for row in np.ndindex(*s_rows.shape[:-1]):
        z_rows[row] = s_rows[row] * (g_rows[row] - g_rows[row] @ s_rows[row])
    return dz


@softmaxes.variant()
def softmax_through_the_logarithm(grad, s, axis):
    return log_softmax_backward(grad * s, np.log(s), axis)


@softmaxes.variant()
def softmax_float32(grad, s, axis):
    grad, s = grad.astype(np.float32), s.astype(np.float32)
    return s * (grad - np.sum(grad * s, axis=axis, keepdims=True))


@softmaxes.variant("log_softmax_backward")
def log_softmax_by_softmax(grad, logp, axis):
    p = np.exp(logp)
    return softmax_backward(grad / p, p, axis)


@softmaxes.variant("log_softmax_backward")
def log_softmax_renormalised(grad, logp, axis):
    p = np.exp(logp - logp.max(axis=axis, keepdims=True))
    p = p / p.sum(axis=axis, keepdims=True)
    return grad - np.sum(grad, axis=axis, keepdims=True) * p


@softmaxes.variant("log_softmax_backward")
def log_softmax_row_by_row(grad, logp, axis):
    dz = np.zeros(logp.shape)
    g_rows, p_rows, z_rows = (np.moveaxis(part, axis, -1) for part in (grad, np.exp(logp), dz))
    for row in np.ndindex(*p_rows.shape[:-1]):
        total = sum(g_rows[row])
        z_rows[row] = g_rows[row] - total * p_rows[row]
    return dz


@softmaxes.variant("log_softmax_backward")
def log_softmax_float32(grad, logp, axis):
    grad, p = grad.astype(np.float32), np.exp(logp.astype(np.float32))
    return grad - p * grad.sum(axis=axis, keepdims=True)


@softmaxes.mistake(
    "You build the whole Jacobian. A long row has no room for it: which factor of the sum over i does not depend on i?",
)
def softmax_full_jacobian(grad, s, axis):
    g, p = np.moveaxis(grad, axis, -1), np.moveaxis(s, axis, -1)
    jacobian = p[..., :, None] * (np.eye(p.shape[-1]) - p[..., None, :])
    return np.moveaxis(np.einsum("...i,...ij->...j", g, jacobian), -1, axis)


@softmaxes.mistake(
    "Only the diagonal of the Jacobian is there. Raising one score lowers all other probabilities: where are the terms "
    "with i ≠ j?",
    catalogue="M91",
)
def softmax_diagonal_only(grad, s, axis):
    return grad * s * (1 - s)


@softmaxes.mistake(
    "You multiply by s and stop. That is the derivative of exp alone: what does the sum below the fraction add?",
    catalogue="M20",
)
def softmax_without_sum(grad, s, axis):
    return grad * s


@softmaxes.mistake(
    "You subtract the plain sum of grad. In the sum over i every g_i has a factor that belongs to i: which one?"
)
def softmax_plain_sum(grad, s, axis):
    return s * (grad - grad.sum(axis=axis, keepdims=True))


@softmaxes.mistake(
    "You subtract a mean of grad * s. Is the sum over the scores divided by anything?",
    catalogue="M02",
)
def softmax_mean(grad, s, axis):
    return s * (grad - (grad * s).mean(axis=axis, keepdims=True))


@softmaxes.mistake(
    "The sum runs over all rows at once. Which axis belongs to one softmax?",
    catalogue="M94",
)
def softmax_sum_over_everything(grad, s, axis):
    return s * (grad - (grad * s).sum())


@softmaxes.mistake(
    "The sum always runs along the last axis. Which argument says where the probabilities of one row lie?",
    catalogue="M94",
)
def softmax_last_axis_only(grad, s, axis):
    return s * (grad - (grad * s).sum(axis=-1, keepdims=True))


@softmaxes.mistake(
    "You apply softmax to s once more. s is already the result of the forward pass: what is left to compute?",
    catalogue="M95",
)
def softmax_applied_again(grad, s, axis):
    weights = np.exp(s)
    p = weights / weights.sum(axis=axis, keepdims=True)
    return p * (grad - (grad * p).sum(axis=axis, keepdims=True))


@softmaxes.mistake(
    "You subtract grad from s. That is the shortcut for softmax together with cross-entropy: what comes from above here?",
    catalogue="M24",
)
def softmax_minus_grad(grad, s, axis):
    return s - grad


@softmaxes.mistake(
    "Right size, opposite direction. Does a probability rise or fall with its own score?",
    catalogue="M04",
)
def softmax_sign(grad, s, axis):
    return s * ((grad * s).sum(axis=axis, keepdims=True) - grad)


@softmaxes.mistake(
    "You build the whole Jacobian. A long row has no room for it: which factor of the sum over i does not depend on i?",
    "log_softmax_backward",
)
def log_softmax_full_jacobian(grad, logp, axis):
    g, p = np.moveaxis(grad, axis, -1), np.moveaxis(np.exp(logp), axis, -1)
    jacobian = np.eye(p.shape[-1]) - p[..., None, :]
    return np.moveaxis(np.einsum("...i,...ij->...j", g, jacobian), -1, axis)


@softmaxes.mistake(
    "You use logp where a probability belongs. Which function turns one into the other?",
    "log_softmax_backward",
)
def log_softmax_without_exp(grad, logp, axis):
    return grad - logp * grad.sum(axis=axis, keepdims=True)


@softmaxes.mistake(
    "Only the diagonal of the Jacobian is there. Raising one score lowers all other logarithms: where are the terms with "
    "i ≠ j?",
    "log_softmax_backward",
    catalogue="M91",
)
def log_softmax_diagonal_only(grad, logp, axis):
    return grad * (1 - np.exp(logp))


@softmaxes.mistake(
    "That is the backward pass of softmax itself. How does the logarithm change the derivative?",
    "log_softmax_backward",
    catalogue="M20",
)
def log_softmax_like_softmax(grad, logp, axis):
    return softmax_backward(grad, np.exp(logp), axis)


@softmaxes.mistake(
    "You weight grad with the probabilities before you sum. Look at the derivative of ln s_i: is there a factor s_i?",
    "log_softmax_backward",
)
def log_softmax_weighted_sum(grad, logp, axis):
    p = np.exp(logp)
    return grad - p * (grad * p).sum(axis=axis, keepdims=True)


@softmaxes.mistake(
    "You subtract a mean of grad. Is the sum over the scores divided by anything?",
    "log_softmax_backward",
    catalogue="M02",
)
def log_softmax_mean(grad, logp, axis):
    return grad - np.exp(logp) * grad.mean(axis=axis, keepdims=True)


@softmaxes.mistake(
    "The sum always runs along the last axis. Which argument says where the probabilities of one row lie?",
    "log_softmax_backward",
    catalogue="M94",
)
def log_softmax_last_axis_only(grad, logp, axis):
    return grad - np.exp(logp) * grad.sum(axis=-1, keepdims=True)


@softmaxes.mistake(
    "You subtract the probabilities as they are, as if grad summed to 1. By what does the sum over i multiply them?",
    "log_softmax_backward",
    catalogue="M24",
)
def log_softmax_assumes_one(grad, logp, axis):
    return grad - np.exp(logp)


@softmaxes.mistake(
    "The two parts have the wrong signs. Does ln s_j rise or fall with its own score?",
    "log_softmax_backward",
    catalogue="M04",
)
def log_softmax_sign(grad, logp, axis):
    return np.exp(logp) * grad.sum(axis=axis, keepdims=True) - grad


softmaxes.equivalent(
    "log-softmax-sign * -1",
    "softmax-sign * -1",
    because="the mistake is this factor, and nothing else",
)


# ------------------------------------------------------------------------------------------------------- o.9
entropy = assignment.exercise(
    "cross_entropy",
    id="o.9",
    minutes=30,
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


# ------------------------------------------------------------------------------------------------------ o.10
layers = assignment.exercise(
    "layernorm_backward",
    id="o.10",
    minutes=45,
    points={"ordinary rows": 2, "constant rows, rows of other sizes": 1},
    hints=(
        "Move one x_i a little. Through which three of the quantities in the text does that reach every entry of its row?",
        (
            "First pass gamma: h = grad * gamma is what arrives at the normalised row. Then sum h_j times the derivative "
            "in the text over j: each of its three terms becomes something short. Two of them are means."
        ),
        (
            "dx = (h - mean of h - normal * mean of (h * normal)) / spread, with the means along the row and kept as an "
            "axis of size 1. dgamma and dbeta are sums over the rows."
        ),
    ),
    lecture="Binder, L6: sum over all paths; Abdurakhmanova, Gradient Descent: spread of the activations",
)


def even_rows(rng, n):
    """Return whole numbers and halves (n, 8): each row has the variance 2.25, from two different patterns."""
    patterns = [[1.5, -1.5] * 4, [3.0, -3.0, 0, 0, 0, 0, 0, 0]]
    rows = [rng.permutation(patterns[i % 2]) + rng.integers(-4, 5) for i in range(n)]
    return np.array(rows, np.float64)


@layers.case("ordinary rows")
def layernorm_wide(rng):
    """More features than rows; ε is not negligible."""
    return generic(rng, 3, 5), generic(rng, 3, 5), far_from_zero(rng, 5), 0.5


@layers.case("ordinary rows")
def layernorm_tall(rng):
    """More rows than features."""
    return generic(rng, 7, 4), generic(rng, 7, 4) + 1, far_from_zero(rng, 4), 0.125


@layers.case("ordinary rows")
def layernorm_square(rng):
    """Square: looking along the wrong axis has the right shape."""
    return generic(rng, 4, 4), generic(rng, 4, 4), far_from_zero(rng, 4), 0.25


@layers.case("ordinary rows")
def layernorm_one_row(rng):
    """A single row: nothing is summed for gamma and beta."""
    return generic(rng, 1, 6), 2 * generic(rng, 1, 6), far_from_zero(rng, 6), 1.0


@layers.case("ordinary rows", exact=True)
def layernorm_by_hand(rng):
    """Variance 2.25 and ε = 1.75 make σ = 2 in every row: all numbers are exact."""
    return dyadic(rng, 3, 8), even_rows(rng, 3), np.abs(powers_of_two(rng, 8)), 1.75


@layers.case("constant rows, rows of other sizes")
def layernorm_rows_of_other_sizes(rng):
    """Rows of size 0.1, 1 and 30: each has its own σ, and in the first one ε decides."""
    sizes = rng.permutation([0.125, 1.0, 32.0])
    return generic(rng, 3, 6), generic(rng, 3, 6) * sizes[:, None], far_from_zero(rng, 6), 0.25


@layers.case("constant rows, rows of other sizes")
def layernorm_constant_row(rng):
    """One row is constant: its variance is 0, and only ε keeps the quotient finite."""
    x = generic(rng, 4, 5)
    x[rng.integers(4)] = rng.integers(1, 9)
    return generic(rng, 4, 5), x, far_from_zero(rng, 5), 0.5


@layers.case("constant rows, rows of other sizes")
def layernorm_large_eps(rng):
    """ε as large as the variance: under the root, not behind it."""
    return generic(rng, 3, 4), 2 * generic(rng, 3, 4) - 1, far_from_zero(rng, 4), 4.0


@layers.oracle()
def layernorm_torch(grad, x, gamma, eps):
    import torch

    def forward(x, gamma, beta):
        return torch.nn.functional.layer_norm(x, (x.shape[1],), gamma, beta, eps)

    return torch_vjp(forward, grad, x, gamma, np.zeros(gamma.shape))


def normalise(x, gamma, beta, eps, axis):
    """Return the forward pass of both normalisations, as it is written in the text."""
    count = x.shape[axis]
    mean = x.sum(axis=axis, keepdims=True) / count
    variance = ((x - mean) ** 2).sum(axis=axis, keepdims=True) / count
    return gamma * ((x - mean) / (variance + eps) ** 0.5) + beta


@layers.oracle()
def layernorm_complex(grad, x, gamma, eps):
    return complex_step(
        lambda x, gamma, beta: normalise(x, gamma, beta, eps, 1), grad, x, gamma, np.zeros(gamma.shape)
    )


@layers.variant()
def layernorm_step_by_step(grad, x, gamma, eps):
    """Every operation of the forward pass, backwards."""
    d = x.shape[1]
    centered = x - x.sum(axis=1, keepdims=True) / d
    variance = (centered**2).sum(axis=1, keepdims=True) / d
    inverse = 1 / np.sqrt(variance + eps)
    normal = centered * inverse

    dnormal = grad * gamma
    dcentered = dnormal * inverse
    dinverse = (dnormal * centered).sum(axis=1, keepdims=True)
    dvariance = -0.5 * dinverse * inverse**3
    dcentered = dcentered + 2 * centered * dvariance / d
    dx = dcentered - dcentered.sum(axis=1, keepdims=True) / d
    return dx, (grad * normal).sum(axis=0), grad.sum(axis=0)


@layers.variant()
def layernorm_row_by_row(grad, x, gamma, eps):
    n, d = x.shape
    dx, dgamma, dbeta = np.zeros((n, d)), np.zeros(d), np.zeros(d)
    for i in range(n):
        mean = sum(x[i]) / d
        sigma = np.sqrt(sum((x[i] - mean) ** 2) / d + eps)
        normal = (x[i] - mean) / sigma
        h = grad[i] * gamma
        dx[i] = (d * h - sum(h) - normal * (h @ normal)) / (d * sigma)
        dgamma += grad[i] * normal
        dbeta += grad[i]
    return dx, dgamma, dbeta


@layers.variant()
def layernorm_jacobian(grad, x, gamma, eps):
    """The matrix of each row: wasteful, and right."""
    n, d = x.shape
    dx, normal = np.zeros((n, d)), np.zeros((n, d))
    for i in range(n):
        sigma = np.sqrt(np.var(x[i]) + eps)
        normal[i] = (x[i] - np.mean(x[i])) / sigma
        jacobian = (np.eye(d) - 1 / d - np.outer(normal[i], normal[i]) / d) / sigma
        dx[i] = jacobian @ (grad[i] * gamma)
    return dx, np.sum(grad * normal, axis=0), np.sum(grad, axis=0)


@layers.variant()
def layernorm_mean_of_squares(grad, x, gamma, eps):
    mean = x.mean(axis=1, keepdims=True)
    inverse = 1 / np.sqrt((x**2).mean(axis=1, keepdims=True) - mean**2 + eps)
    normal = (x - mean) * inverse
    h = grad * gamma
    dx = inverse * (h - h.mean(axis=1, keepdims=True) - normal * (h * normal).mean(axis=1, keepdims=True))
    return dx, (grad * normal).sum(axis=0), grad.sum(axis=0)


@layers.variant()
def layernorm_float32(grad, x, gamma, eps):
    grad, x, gamma = grad.astype(np.float32), x.astype(np.float32), gamma.astype(np.float32)
    sigma = np.sqrt(x.var(axis=1, keepdims=True) + np.float32(eps))
    normal = (x - x.mean(axis=1, keepdims=True)) / sigma
    h = grad * gamma
    dx = (h - h.mean(axis=1, keepdims=True) - normal * (h * normal).mean(axis=1, keepdims=True)) / sigma
    return dx, (grad * normal).sum(axis=0), grad.sum(axis=0)


def normal_rows(x, eps, axis=1, ddof=0):
    """Return the normalised x and σ, for the mistakes of both normalisations."""
    sigma = np.sqrt(x.var(axis=axis, ddof=ddof, keepdims=True) + eps)
    return (x - x.mean(axis=axis, keepdims=True)) / sigma, sigma


def through_all_paths(h, normal, sigma, axis=1):
    return (
        h - h.mean(axis=axis, keepdims=True) - normal * (h * normal).mean(axis=axis, keepdims=True)
    ) / sigma


@layers.mistake(
    "You treat the mean and the variance as constants. Both of them move when x_i moves: which paths are missing?",
    catalogue="M90",
)
def layernorm_constants(grad, x, gamma, eps):
    normal, sigma = normal_rows(x, eps)
    return grad * gamma / sigma, (grad * normal).sum(axis=0), grad.sum(axis=0)


@layers.mistake(
    "The path through the variance is missing. How does σ change when x_i moves away from the mean?",
    catalogue="M90",
)
def layernorm_without_variance(grad, x, gamma, eps):
    normal, sigma = normal_rows(x, eps)
    h = grad * gamma
    return (h - h.mean(axis=1, keepdims=True)) / sigma, (grad * normal).sum(axis=0), grad.sum(axis=0)


@layers.mistake(
    "The path through the mean is missing. If every entry of a row grows by 1, does y change?",
    catalogue="M90",
)
def layernorm_without_mean(grad, x, gamma, eps):
    normal, sigma = normal_rows(x, eps)
    h = grad * gamma
    dx = (h - normal * (h * normal).mean(axis=1, keepdims=True)) / sigma
    return dx, (grad * normal).sum(axis=0), grad.sum(axis=0)


@layers.mistake(
    "dgamma and dbeta are right, dx is not: grad has not passed gamma yet. What arrives at the normalised row?",
    catalogue="M20",
)
def layernorm_without_gamma(grad, x, gamma, eps):
    normal, sigma = normal_rows(x, eps)
    return through_all_paths(grad, normal, sigma), (grad * normal).sum(axis=0), grad.sum(axis=0)


@layers.mistake(
    "You multiply by gamma at the very end. The means run over grad times gamma: where does gamma stand in the forward pass?"
)
def layernorm_gamma_last(grad, x, gamma, eps):
    normal, sigma = normal_rows(x, eps)
    return through_all_paths(grad, normal, sigma) * gamma, (grad * normal).sum(axis=0), grad.sum(axis=0)


@layers.mistake(
    "You sum where the mean and the variance divide by d. What is the derivative of a mean by one of its entries?",
    catalogue="M01",
)
def layernorm_sums_for_means(grad, x, gamma, eps):
    normal, sigma = normal_rows(x, eps)
    h = grad * gamma
    dx = (h - h.sum(axis=1, keepdims=True) - normal * (h * normal).sum(axis=1, keepdims=True)) / sigma
    return dx, (grad * normal).sum(axis=0), grad.sum(axis=0)


@layers.mistake(
    "Your variance divides by d - 1. Which of the two does this sheet use?",
    catalogue="M64",
)
def layernorm_unbiased(grad, x, gamma, eps):
    normal, sigma = normal_rows(x, eps, ddof=1)
    dx = through_all_paths(grad * gamma, normal, sigma)
    return dx, (grad * normal).sum(axis=0), grad.sum(axis=0)


@layers.mistake(
    "You leave out ε. It need not be small: where does it stand in the text?",
)
def layernorm_without_eps(grad, x, gamma, eps):
    with np.errstate(all="ignore"):
        normal, sigma = normal_rows(x, 0)
        dx = through_all_paths(grad * gamma, normal, sigma)
    return dx, (grad * normal).sum(axis=0), grad.sum(axis=0)


@layers.mistake(
    "You add ε to the standard deviation. Does it stand under the root in the text, or behind it?",
)
def layernorm_eps_behind_root(grad, x, gamma, eps):
    sigma = x.std(axis=1, keepdims=True) + eps
    normal = (x - x.mean(axis=1, keepdims=True)) / sigma
    dx = through_all_paths(grad * gamma, normal, sigma)
    return dx, (grad * normal).sum(axis=0), grad.sum(axis=0)


@layers.mistake(
    "You divide by the variance. Which power of it is σ?",
)
def layernorm_root_forgotten(grad, x, gamma, eps):
    variance = x.var(axis=1, keepdims=True) + eps
    normal = (x - x.mean(axis=1, keepdims=True)) / variance
    dx = through_all_paths(grad * gamma, normal, variance)
    return dx, (grad * normal).sum(axis=0), grad.sum(axis=0)


@layers.mistake(
    "You normalise the columns. Does layer normalisation look at one sample or at one feature?",
    catalogue="M94",
)
def layernorm_of_columns(grad, x, gamma, eps):
    normal, sigma = normal_rows(x, eps, axis=0)
    dx = through_all_paths(grad * gamma, normal, sigma, axis=0)
    return dx, (grad * normal).sum(axis=0), grad.sum(axis=0)


@layers.mistake(
    "dgamma has one number for each entry of x. gamma is used in every row: which axis is missing a sum?",
    catalogue="M15",
)
def layernorm_gamma_not_summed(grad, x, gamma, eps):
    normal, sigma = normal_rows(x, eps)
    return through_all_paths(grad * gamma, normal, sigma), grad * normal, grad.copy()


@layers.mistake(
    "dx is right, dgamma and dbeta are averaged over the rows. Each row adds its own change to the loss: is that a mean?",
    catalogue="M16",
)
def layernorm_averaged_gamma(grad, x, gamma, eps):
    normal, sigma = normal_rows(x, eps)
    dx = through_all_paths(grad * gamma, normal, sigma)
    return dx, (grad * normal).mean(axis=0), grad.mean(axis=0)


@layers.mistake(
    "dgamma pairs grad with x. What does gamma multiply in the forward pass?",
    catalogue="M30",
)
def layernorm_gamma_meets_x(grad, x, gamma, eps):
    normal, sigma = normal_rows(x, eps)
    return through_all_paths(grad * gamma, normal, sigma), (grad * x).sum(axis=0), grad.sum(axis=0)


@layers.mistake(
    "Your result would be the same for any grad. What does the chain rule still multiply these derivatives by?",
    catalogue="M53",
)
def layernorm_ignores_grad(grad, x, gamma, eps):
    normal, sigma = normal_rows(x, eps)
    ones = np.ones(x.shape)
    return through_all_paths(ones * gamma, normal, sigma), normal.sum(axis=0), ones.sum(axis=0)


layers.equivalent(
    "layernorm_backward: (dnormal * normal).mean(axis=1, keepdims=True) -> (dnormal * normal).mean(axis=-1, keepdims=True) #1",
    "layernorm_backward: dnormal.mean(axis=1, keepdims=True) -> dnormal.mean(axis=-1, keepdims=True) #1",
    "layernorm_backward: x.mean(axis=1, keepdims=True) -> x.mean(axis=-1, keepdims=True) #1",
    "layernorm_backward: x.var(axis=1, keepdims=True) -> x.var(axis=-1, keepdims=True) #1",
    because="the second of two axes is the last one",
)


# ------------------------------------------------------------------------------------------------------ o.11
batches = assignment.exercise(
    "batchnorm_backward",
    id="o.11",
    minutes=45,
    points={"ordinary batches": 2, "small and uneven batches": 1},
    hints=(
        "Take your solution of o.10 and say aloud, for each sum and mean in it, over what it runs and why.",
        (
            "Mean, variance and the two means inside dx now run over the samples. gamma and beta are used by every "
            "sample, as before: what becomes of their sums?"
        ),
        (
            "dx = (h - mean of h - normal * mean of (h * normal)) / spread with h = grad * gamma, all means along axis 0. "
            "dgamma = sum of grad * normal and dbeta = sum of grad, along axis 0 too."
        ),
    ),
    lecture="Binder, L6: sum over all paths; Abdurakhmanova, Gradient Descent: feature scaling and mini-batches",
)


@batches.case("ordinary batches")
def batchnorm_tall(rng):
    """More samples than features; ε is not negligible."""
    return generic(rng, 7, 3), generic(rng, 7, 3), far_from_zero(rng, 3), 0.5


@batches.case("ordinary batches")
def batchnorm_wide(rng):
    """More features than samples."""
    return generic(rng, 4, 6), generic(rng, 4, 6) - 1, far_from_zero(rng, 6), 0.125


@batches.case("ordinary batches")
def batchnorm_square(rng):
    """Square: looking along the wrong axis has the right shape."""
    return generic(rng, 4, 4), generic(rng, 4, 4), far_from_zero(rng, 4), 0.25


@batches.case("ordinary batches", exact=True)
def batchnorm_by_hand(rng):
    """Variance 2.25 and ε = 1.75 make σ = 2 in every column: all numbers are exact."""
    return dyadic(rng, 8, 3), even_rows(rng, 3).T, np.abs(powers_of_two(rng, 3)), 1.75


@batches.case("small and uneven batches")
def batchnorm_two_samples(rng):
    """Two samples: dividing by n - 1 = 1 shows most; without ε nothing would be left of dx."""
    x = generic(rng, 1, 5) + far_from_zero(rng, 1, 5) * np.array([[1.0], [-1.0]])
    return generic(rng, 2, 5), x, far_from_zero(rng, 5), 1.0


@batches.case("small and uneven batches")
def batchnorm_offsets(rng):
    """Features of different sizes, far from 0: each has its own mean and σ."""
    x = generic(rng, 6, 3) * rng.permutation([0.25, 1.0, 8.0]) + 4 * far_from_zero(rng, 3)
    return generic(rng, 6, 3), x, far_from_zero(rng, 3), 0.25


@batches.case("small and uneven batches")
def batchnorm_constant_feature(rng):
    """One feature is the same in all samples: only ε keeps the quotient finite."""
    x = generic(rng, 5, 4)
    x[:, rng.integers(4)] = rng.integers(1, 9)
    return generic(rng, 5, 4), x, far_from_zero(rng, 4), 0.5


@batches.oracle()
def batchnorm_torch(grad, x, gamma, eps):
    import torch

    def forward(x, gamma, beta):
        return torch.nn.functional.batch_norm(x, None, None, gamma, beta, training=True, eps=eps)

    return torch_vjp(forward, grad, x, gamma, np.zeros(gamma.shape))


@batches.oracle()
def batchnorm_complex(grad, x, gamma, eps):
    return complex_step(
        lambda x, gamma, beta: normalise(x, gamma, beta, eps, 0), grad, x, gamma, np.zeros(gamma.shape)
    )


@batches.variant()
def batchnorm_step_by_step(grad, x, gamma, eps):
    """Every operation of the forward pass, backwards; the variance depends on the mean as well."""
    n = len(x)
    mean = np.sum(x, axis=0) / n
    centered = x - mean
    variance = np.sum(centered**2, axis=0) / n
    inverse = (variance + eps) ** -0.5

    dnormal = grad * gamma
    dvariance = np.sum(dnormal * centered, axis=0) * -0.5 * (variance + eps) ** -1.5
    dmean = -np.sum(dnormal, axis=0) * inverse - 2 * dvariance * np.mean(centered, axis=0)
    dx = dnormal * inverse + dvariance * 2 * centered / n + dmean / n
    return dx, np.sum(grad * centered * inverse, axis=0), np.sum(grad, axis=0)


@batches.variant()
def batchnorm_column_by_column(grad, x, gamma, eps):
    n, d = x.shape
    dx, dgamma, dbeta = np.zeros((n, d)), np.zeros(d), np.zeros(d)
    for j in range(d):
        column, g = x[:, j], grad[:, j]
        mean = sum(column) / n
        sigma = np.sqrt(sum((column - mean) ** 2) / n + eps)
        normal = (column - mean) / sigma
        dgamma[j], dbeta[j] = sum(g * normal), sum(g)
        for i in range(n):
            dx[i, j] = gamma[j] / (n * sigma) * (n * g[i] - dbeta[j] - normal[i] * dgamma[j])
    return dx, dgamma, dbeta


@batches.variant()
def batchnorm_from_its_sums(grad, x, gamma, eps):
    n = x.shape[0]
    sigma = np.sqrt(x.var(axis=0) + eps)
    normal = (x - x.mean(axis=0)) / sigma
    dgamma, dbeta = (grad * normal).sum(axis=0), grad.sum(axis=0)
    return gamma / sigma * (grad - dbeta / n - normal * dgamma / n), dgamma, dbeta


@batches.variant()
def batchnorm_float32(grad, x, gamma, eps):
    grad, x, gamma = grad.astype(np.float32), x.astype(np.float32), gamma.astype(np.float32)
    sigma = np.sqrt(x.var(axis=0) + np.float32(eps))
    normal = (x - x.mean(axis=0)) / sigma
    dgamma, dbeta = np.sum(grad * normal, axis=0), np.sum(grad, axis=0)
    return gamma * (grad - grad.mean(axis=0) - normal * dgamma / np.float32(len(x))) / sigma, dgamma, dbeta


@batches.mistake(
    "You treat the mean and the variance of the batch as constants. In training mode every sample moves both: which paths "
    "are missing?",
    catalogue="M90",
)
def batchnorm_constants(grad, x, gamma, eps):
    normal, sigma = normal_rows(x, eps, axis=0)
    return grad * gamma / sigma, (grad * normal).sum(axis=0), grad.sum(axis=0)


@batches.mistake(
    "The path through the variance is missing. How does σ change when one sample moves away from the mean?",
    catalogue="M90",
)
def batchnorm_without_variance(grad, x, gamma, eps):
    normal, sigma = normal_rows(x, eps, axis=0)
    h = grad * gamma
    return (h - h.mean(axis=0)) / sigma, (grad * normal).sum(axis=0), grad.sum(axis=0)


@batches.mistake(
    "The path through the mean is missing. If a feature grows by 1 in all samples, does y change?",
    catalogue="M90",
)
def batchnorm_without_mean(grad, x, gamma, eps):
    normal, sigma = normal_rows(x, eps, axis=0)
    h = grad * gamma
    return (h - normal * (h * normal).mean(axis=0)) / sigma, (grad * normal).sum(axis=0), grad.sum(axis=0)


@batches.mistake(
    "dgamma and dbeta are right, dx is not: grad has not passed gamma yet. What arrives at the normalised column?",
    catalogue="M20",
)
def batchnorm_without_gamma(grad, x, gamma, eps):
    normal, sigma = normal_rows(x, eps, axis=0)
    return through_all_paths(grad, normal, sigma, axis=0), (grad * normal).sum(axis=0), grad.sum(axis=0)


@batches.mistake(
    "Your variance divides by n - 1. Which of the two does this sheet use, and torch while it trains?",
    catalogue="M64",
)
def batchnorm_unbiased(grad, x, gamma, eps):
    normal, sigma = normal_rows(x, eps, axis=0, ddof=1)
    dx = through_all_paths(grad * gamma, normal, sigma, axis=0)
    return dx, (grad * normal).sum(axis=0), grad.sum(axis=0)


@batches.mistake(
    "The forward pass divides the variance by n, and your backward pass by n - 1. Which of the two does this sheet use?",
    catalogue="M64",
)
def batchnorm_unbiased_backwards(grad, x, gamma, eps):
    normal, sigma = normal_rows(x, eps, axis=0)
    h, n = grad * gamma, len(x)
    dx = (h - h.mean(axis=0) - normal * (h * normal).sum(axis=0) / (n - 1)) / sigma
    return dx, (grad * normal).sum(axis=0), grad.sum(axis=0)


@batches.mistake(
    "You leave out ε. It need not be small: where does it stand in the text?",
)
def batchnorm_without_eps(grad, x, gamma, eps):
    with np.errstate(all="ignore"):
        normal, sigma = normal_rows(x, 0, axis=0)
        dx = through_all_paths(grad * gamma, normal, sigma, axis=0)
    return dx, (grad * normal).sum(axis=0), grad.sum(axis=0)


@batches.mistake(
    "You add ε to the standard deviation. Does it stand under the root in the text, or behind it?",
)
def batchnorm_eps_behind_root(grad, x, gamma, eps):
    sigma = x.std(axis=0) + eps
    normal = (x - x.mean(axis=0)) / sigma
    dx = through_all_paths(grad * gamma, normal, sigma, axis=0)
    return dx, (grad * normal).sum(axis=0), grad.sum(axis=0)


@batches.mistake(
    "You normalise the rows: that was o.10. Whose mean and variance does batch normalisation use?",
    catalogue="M94",
)
def batchnorm_of_rows(grad, x, gamma, eps):
    normal, sigma = normal_rows(x, eps)
    return through_all_paths(grad * gamma, normal, sigma), (grad * normal).sum(axis=0), grad.sum(axis=0)


@batches.mistake(
    "The means inside dx run along the rows, those of the forward pass along the columns. Which entries does x_ij reach?",
    catalogue="M17",
)
def batchnorm_mixed_axes(grad, x, gamma, eps):
    normal, sigma = normal_rows(x, eps, axis=0)
    return through_all_paths(grad * gamma, normal, sigma), (grad * normal).sum(axis=0), grad.sum(axis=0)


@batches.mistake(
    "dgamma and dbeta have one number for each sample. gamma belongs to a feature: along which axis is the sum?",
    catalogue="M17",
)
def batchnorm_gamma_for_samples(grad, x, gamma, eps):
    normal, sigma = normal_rows(x, eps, axis=0)
    dx = through_all_paths(grad * gamma, normal, sigma, axis=0)
    return dx, (grad * normal).sum(axis=1), grad.sum(axis=1)


@batches.mistake(
    "dx is right, dgamma and dbeta are averaged over the batch. Each sample adds its own change to the loss: is that a mean?",
    catalogue="M16",
)
def batchnorm_averaged_gamma(grad, x, gamma, eps):
    normal, sigma = normal_rows(x, eps, axis=0)
    dx = through_all_paths(grad * gamma, normal, sigma, axis=0)
    return dx, (grad * normal).mean(axis=0), grad.mean(axis=0)


@batches.mistake(
    "Your result would be the same for any grad. What does the chain rule still multiply these derivatives by?",
    catalogue="M53",
)
def batchnorm_ignores_grad(grad, x, gamma, eps):
    normal, sigma = normal_rows(x, eps, axis=0)
    ones = np.ones(x.shape)
    return through_all_paths(ones * gamma, normal, sigma, axis=0), normal.sum(axis=0), ones.sum(axis=0)


# ------------------------------------------------------------------------------------------------------ o.12
convolution = assignment.exercise(
    "conv2d_backward",
    id="o.12",
    minutes=60,
    points={"plain windows": 2, "padding": 1, "stride": 1},
    hints=(
        "Take the example with one row and mark which products of x and w went into y[0], and which into y[1].",
        (
            "At one position (i, j) of the kernel, y += seen times w[:, :, i, j], summed over channels: that is a product "
            "of matrices at each stop. You know its two gradients from o.3. Where does the one for seen go?"
        ),
        (
            "For each (i, j): dw[:, :, i, j] = sum of grad * seen over images and stops; add the sum over filters of "
            "grad * w[:, :, i, j] to the slice of a padded array of zeros that seen was taken from. "
            "Cut the padding off at the end. db = sum of grad over all axes but 1."
        ),
    ),
    lecture="Özçep, V2: tensors as layers of convolution matrices, chain rule for tensors",
)


def convolution_inputs(draw, rng, images, kernels, stride, pad):
    """Return the arguments of one case. images: the shape of x. kernels: the shape of w."""
    rows, columns = ((images[i] + 2 * pad - kernels[i]) // stride + 1 for i in (2, 3))
    grad = draw(rng, images[0], kernels[0], rows, columns)
    return grad, draw(rng, *images), draw(rng, *kernels), stride, pad


@convolution.case("plain windows")
def conv_no_two_sizes_equal(rng):
    """Channels, filters, rows and columns are all different: an exchange shows in the shape."""
    return convolution_inputs(generic, rng, (1, 3, 6, 5), (4, 3, 3, 2), 1, 0)


@convolution.case("plain windows", exact=True)
def conv_square_kernel(rng):
    """A square kernel, square images, as many filters as channels: an exchange shows in the numbers only."""
    return convolution_inputs(dyadic, rng, (2, 2, 4, 4), (2, 2, 3, 3), 1, 0)


@convolution.case("plain windows")
def conv_one_filter(rng):
    """One filter with an even kernel, three images: the bias collects from all of them."""
    return convolution_inputs(generic, rng, (3, 2, 3, 5), (1, 2, 2, 2), 1, 0)


@convolution.case("plain windows", exact=True)
def conv_single_entries(rng):
    """A kernel of one entry: a matrix product at every place."""
    return convolution_inputs(dyadic, rng, (2, 3, 2, 4), (5, 3, 1, 1), 1, 0)


@convolution.case("padding")
def conv_padded(rng):
    """One row of zeros on each side: what arrives there belongs to nobody."""
    return convolution_inputs(generic, rng, (2, 2, 3, 4), (3, 2, 3, 3), 1, 1)


@convolution.case("padding", exact=True)
def conv_padded_even_kernel(rng):
    """An even kernel with padding: y is larger than x."""
    return convolution_inputs(dyadic, rng, (1, 2, 4, 3), (3, 2, 2, 2), 1, 1)


@convolution.case("padding")
def conv_wide_padding(rng):
    """Three rows of zeros, more than a window can look over: some stops see nothing."""
    return convolution_inputs(generic, rng, (1, 2, 3, 2), (2, 2, 3, 2), 1, 3)


@convolution.case("stride")
def conv_lost_rows(rng):
    """Stride 2: the last row and the last column are never looked at."""
    return convolution_inputs(generic, rng, (2, 2, 6, 8), (3, 2, 3, 3), 2, 0)


@convolution.case("stride", exact=True)
def conv_stride_and_padding(rng):
    """Stride 2 with padding, an even kernel, and a padded row that is lost."""
    return convolution_inputs(dyadic, rng, (1, 3, 5, 4), (2, 3, 2, 4), 2, 1)


@convolution.case("stride")
def conv_gaps(rng):
    """A stride larger than the kernel: between the windows are rows that no window sees."""
    return convolution_inputs(generic, rng, (2, 1, 7, 5), (2, 1, 2, 2), 3, 0)


@convolution.oracle()
def conv_torch(grad, x, w, stride, pad):
    import torch

    def forward(x, w, b):
        return torch.nn.functional.conv2d(x, w, b, stride=stride, padding=pad)

    return torch_vjp(forward, grad, x, w, np.zeros(len(w)))


def meetings(stops, kernel, length, stride, pad):
    """Return a table (stops, kernel, length): 1 where a stop brings a position of the kernel onto an entry, else 0."""
    stop, position, entry = np.ogrid[:stops, :kernel, :length]
    return 1.0 * (entry + pad == stride * stop + position)


@convolution.oracle()
def conv_table(grad, x, w, stride, pad):
    """The loss as one sum of products grad · x · w over all that meet: its gradients are that sum without a factor."""
    down = meetings(grad.shape[2], w.shape[2], x.shape[2], stride, pad)
    right = meetings(grad.shape[3], w.shape[3], x.shape[3], stride, pad)
    dx = np.einsum("norc,okij,rih,cjw->nkhw", grad, w, down, right, optimize=True)
    dw = np.einsum("norc,nkhw,rih,cjw->okij", grad, x, down, right, optimize=True)
    return dx, dw, np.einsum("norc->o", grad)


@convolution.variant()
def conv_stop_by_stop(grad, x, w, stride, pad):
    kh, kw = w.shape[2:]
    padded = np.zeros((x.shape[0], x.shape[1], x.shape[2] + 2 * pad, x.shape[3] + 2 * pad))
    padded[:, :, pad : pad + x.shape[2], pad : pad + x.shape[3]] = x
    dpadded, dw, db = np.zeros(padded.shape), np.zeros(w.shape), np.zeros(len(w))
    n, filters, rows, columns = grad.shape
    for image in range(n):
        for o in range(filters):
            for r in range(rows):
                for c in range(columns):
                    g = grad[image, o, r, c]
                    top, left = r * stride, c * stride
                    dw[o] += g * padded[image, :, top : top + kh, left : left + kw]
                    dpadded[image, :, top : top + kh, left : left + kw] += g * w[o]
                    db[o] += g
    return dpadded[:, :, pad : pad + x.shape[2], pad : pad + x.shape[3]], dw, db


@convolution.variant()
def conv_as_matrix_product(grad, x, w, stride, pad):
    """Every window becomes a row of a matrix, and every filter a column."""
    n, channels, height, width = x.shape
    filters, _, kh, kw = w.shape
    rows, columns = grad.shape[2:]
    padded = np.zeros((n, channels, height + 2 * pad, width + 2 * pad))
    padded[:, :, pad : pad + height, pad : pad + width] = x
    places = np.arange(padded.size).reshape(padded.shape)
    windows = [
        places[image, :, stride * r : stride * r + kh, stride * c : stride * c + kw].reshape(-1)
        for image in range(n)
        for r in range(rows)
        for c in range(columns)
    ]
    windows = np.array(windows)
    g = grad.transpose(0, 2, 3, 1).reshape(-1, filters)
    dw = (g.T @ padded.reshape(-1)[windows]).reshape(w.shape)
    flat = np.zeros(padded.size)
    np.add.at(flat, windows, g @ w.reshape(filters, -1))
    dx = flat.reshape(padded.shape)[:, :, pad : pad + height, pad : pad + width]
    return dx, dw, g.sum(axis=0)


@convolution.variant()
def conv_turned_kernel(grad, x, w, stride, pad):
    """dx is itself a convolution: of grad, spread out by the stride, with the kernel turned round."""
    n, channels, height, width = x.shape
    filters, _, kh, kw = w.shape
    rows, columns = grad.shape[2:]
    padded = np.zeros((n, channels, height + 2 * pad, width + 2 * pad))
    padded[:, :, pad : pad + height, pad : pad + width] = x
    down, right = stride * rows, stride * columns
    dw = np.zeros(w.shape)
    for i in range(kh):
        for j in range(kw):
            seen = padded[:, :, i : i + down : stride, j : j + right : stride]
            dw[:, :, i, j] = np.tensordot(grad, seen, axes=([0, 2, 3], [0, 2, 3]))

    spread = np.zeros((n, filters, padded.shape[2] + kh - 1, padded.shape[3] + kw - 1))
    spread[:, :, kh - 1 : kh - 1 + down : stride, kw - 1 : kw - 1 + right : stride] = grad
    turned_w = w[:, :, ::-1, ::-1]
    dpadded = np.zeros(padded.shape)
    for i in range(kh):
        for j in range(kw):
            part = spread[:, :, i : i + padded.shape[2], j : j + padded.shape[3]]
            dpadded += np.einsum("ok,nohw->nkhw", turned_w[:, :, i, j], part)
    dx = dpadded[:, :, pad : pad + height, pad : pad + width]
    return dx, dw, grad.sum(axis=3).sum(axis=2).sum(axis=0)


@convolution.variant()
def conv_float32(grad, x, w, stride, pad):
    grad, w = grad.astype(np.float32), w.astype(np.float32)
    padded = np.pad(x.astype(np.float32), ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    rows, columns = grad.shape[2:]
    dpadded, dw = np.zeros_like(padded), np.zeros_like(w)
    for i in range(w.shape[2]):
        for j in range(w.shape[3]):
            down, right = slice(i, i + stride * rows, stride), slice(j, j + stride * columns, stride)
            for o in range(len(w)):
                for k in range(w.shape[1]):
                    dw[o, k, i, j] = np.sum(grad[:, o] * padded[:, k, down, right])
                    dpadded[:, k, down, right] += grad[:, o] * w[o, k, i, j]
    height, width = x.shape[2:]
    dx = dpadded[:, :, pad : pad + height, pad : pad + width]
    return dx, dw, np.sum(grad, axis=(0, 2, 3))


def student_conv(grad, x, w, stride, pad, *, dw_stride=None, dw_pad=None, turn=1, add=True):
    """Return the padded dx, dw and db, each with what a mistake changes."""
    rows, columns = grad.shape[2:]
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    looked_at = padded if dw_pad is None else np.pad(x, ((0, 0), (0, 0), (0, 2 * pad), (0, 2 * pad)))
    step = stride if dw_stride is None else dw_stride
    dpadded, dw = np.zeros_like(padded), np.zeros_like(w)
    turned_w = w[:, :, ::turn, ::turn]
    for i in range(w.shape[2]):
        for j in range(w.shape[3]):
            down, right = slice(i, i + stride * rows, stride), slice(j, j + stride * columns, stride)
            seen = looked_at[:, :, i : i + step * rows : step, j : j + step * columns : step]
            dw[:, :, i, j] = np.einsum("norc,nkrc->ok", grad, seen)
            arriving = np.einsum("norc,ok->nkrc", grad, turned_w[:, :, i, j])
            dpadded[:, :, down, right] = arriving + (dpadded[:, :, down, right] if add else 0)
    return dpadded, dw, grad.sum(axis=(0, 2, 3))


def cut(dpadded, x, start):
    """Return the part of the padded gradient that begins at `start` and has the size of x."""
    return dpadded[:, :, start : start + x.shape[2], start : start + x.shape[3]]


@convolution.mistake(
    "dx comes back with its padding. Rule 1 of the sheet: which shape does the gradient of x have?",
    catalogue="M10",
)
def conv_padding_kept(grad, x, w, stride, pad):
    return student_conv(grad, x, w, stride, pad)


@convolution.mistake(
    "You cut the padding off on one side only. Where in the padded image does x begin?",
)
def conv_cut_at_the_corner(grad, x, w, stride, pad):
    dpadded, dw, db = student_conv(grad, x, w, stride, pad)
    return cut(dpadded, x, 0), dw, db


@convolution.mistake(
    "dw looks at an image that is padded on one side only. What does position (0, 0) of the kernel meet at the first stop?",
)
def conv_dw_padded_at_the_end(grad, x, w, stride, pad):
    dpadded, dw, db = student_conv(grad, x, w, stride, pad, dw_pad="end")
    return cut(dpadded, x, pad), dw, db


@convolution.mistake(
    "dx takes the kernel turned round. Each product in the formula sends its gradient back to the very entry it read: "
    "which weight met it there?",
)
def conv_kernel_turned(grad, x, w, stride, pad):
    dpadded, dw, db = student_conv(grad, x, w, stride, pad, turn=-1)
    return cut(dpadded, x, pad), dw, db


@convolution.mistake(
    "Where windows overlap, dx keeps what came last. An entry was in several windows: what does the chain rule do with "
    "several paths?",
    catalogue="M44",
)
def conv_overwrites(grad, x, w, stride, pad):
    dpadded, dw, db = student_conv(grad, x, w, stride, pad, add=False)
    return cut(dpadded, x, pad), dw, db


@convolution.mistake(
    "dw moves through the image in steps of 1. How far does the window move between two stops?",
)
def conv_dw_ignores_stride(grad, x, w, stride, pad):
    dpadded, dw, db = student_conv(grad, x, w, stride, pad, dw_stride=1)
    return cut(dpadded, x, pad), dw, db


@convolution.mistake(
    "dx moves through the image in steps of 1. How far does the window move between two stops?",
)
def conv_dx_ignores_stride(grad, x, w, stride, pad):
    _, dw, db = student_conv(grad, x, w, stride, pad)
    dpadded = np.zeros((x.shape[0], x.shape[1], x.shape[2] + 2 * pad, x.shape[3] + 2 * pad))
    for i in range(w.shape[2]):
        for j in range(w.shape[3]):
            near = dpadded[:, :, i : i + grad.shape[2], j : j + grad.shape[3]]
            near += np.einsum("norc,ok->nkrc", grad, w[:, :, i, j])
    return cut(dpadded, x, pad), dw, db


@convolution.mistake(
    "db still has an axis for the images. The same bias is added in all of them: which axis is missing a sum?",
    catalogue="M15",
)
def conv_bias_not_summed(grad, x, w, stride, pad):
    dpadded, dw, _ = student_conv(grad, x, w, stride, pad)
    return cut(dpadded, x, pad), dw, grad.sum(axis=(2, 3))


@convolution.mistake(
    "dx is right, dw and db are averaged over the images. Each image adds its own change to the loss: is that a mean or a "
    "sum?",
    catalogue="M16",
)
def conv_averaged_over_images(grad, x, w, stride, pad):
    dpadded, dw, db = student_conv(grad, x, w, stride, pad)
    return cut(dpadded, x, pad), dw / len(x), db / len(x)


@convolution.mistake(
    "dx and dw are right, db is averaged over the stops. At how many places was the bias added?",
    catalogue="M16",
)
def conv_bias_averaged(grad, x, w, stride, pad):
    dpadded, dw, _ = student_conv(grad, x, w, stride, pad)
    return cut(dpadded, x, pad), dw, grad.mean(axis=(0, 2, 3))


@convolution.mistake(
    "dx uses filter and channel in each other's place. Which axis of w belongs to y, and which to x?",
    catalogue="M31",
)
def conv_filters_for_channels(grad, x, w, stride, pad):
    _, dw, db = student_conv(grad, x, w, stride, pad)
    dpadded, _, _ = student_conv(grad, x, np.swapaxes(w, 0, 1).reshape(w.shape), stride, pad)
    return cut(dpadded, x, pad), dw, db


@convolution.mistake(
    "The rows and the columns of the kernel are exchanged. Which of i and j goes down?",
    catalogue="M19",
)
def conv_rows_for_columns(grad, x, w, stride, pad):
    across = np.swapaxes(w, 2, 3).reshape(w.shape)
    dpadded, _, _ = student_conv(grad, x, across, stride, pad)
    _, dw, db = student_conv(grad, x, w, stride, pad)
    return cut(dpadded, x, pad), np.swapaxes(dw, 2, 3).reshape(w.shape), db


@convolution.mistake(
    "Your result would be the same for any grad. What does every product in the formula still have to be multiplied by?",
    catalogue="M53",
)
def conv_ignores_grad(grad, x, w, stride, pad):
    dpadded, dw, db = student_conv(np.ones(grad.shape), x, w, stride, pad)
    return cut(dpadded, x, pad), dw, db


convolution.equivalent(
    "conv2d_backward: (0, 2, 3) -> (0, -2, 3) #1",
    "conv2d_backward: (0, 2, 3) -> (2, 0, 3) #1",
    "conv2d_backward: grad.shape[2:] -> grad.shape[-2:] #1",
    "conv2d_backward: w.shape[2] -> w.shape[-2] #1",
    because="the same axes by other names, or in another order",
)
convolution.equivalent(
    "conv2d_backward: 2 * pad -> 2 ** pad #1",
    "conv2d_backward: 2 * pad -> 2 ** pad #2",
    "conv2d_backward: 2 * pad -> 3 * pad #1",
    "conv2d_backward: 2 * pad -> 3 * pad #2",
    because="grad says how many stops there are: further zeros behind the last one are never looked at",
)
convolution.equivalent(
    "conv2d_backward: dpadded[:, :, pad:pad + height, pad:pad + width].copy() -> dpadded[:, :, pad:pad + height, pad:pad + width] #1",
    because="a view holds the same numbers",
)
convolution.equivalent(
    "conv2d_backward: np.zeros((n, channels, height + 2 * pad, width + 2 * pad)) -> -np.zeros((n, channels, height + 2 * pad, width + 2 * pad)) #1",
    "conv2d_backward: np.zeros((n, channels, height + 2 * pad, width + 2 * pad)) -> 2 * np.zeros((n, channels, height + 2 * pad, width + 2 * pad)) #1",
    "conv2d_backward: np.zeros_like(padded) -> -np.zeros_like(padded) #1",
    "conv2d_backward: np.zeros_like(padded) -> 2 * np.zeros_like(padded) #1",
    "conv2d_backward: np.zeros_like(w) -> -np.zeros_like(w) #1",
    "conv2d_backward: np.zeros_like(w) -> 2 * np.zeros_like(w) #1",
    "conv2d_backward: np.zeros_like(w) -> np.ones_like(w) #1",
    because="0 stays 0, and every entry of dw is written",
)


# ------------------------------------------------------------------------------------------------------ o.13
pooling = assignment.exercise(
    "maxpool2d_backward",
    id="o.13",
    minutes=30,
    points={"windows side by side": 1, "overlapping windows and gaps": 1},
    hints=(
        "Take the example and mark the winner of each window. Which entries of x can move without changing y?",
        (
            "Go from window to window. In each, a mask of the winner times the window's own entry of grad is what arrives "
            "there. What if something has arrived already?"
        ),
        (
            "For each stop (r, c): window = x[:, :, r*stride : r*stride+size, c*stride : c*stride+size]; winners = window "
            "== its maximum over the last two axes; add winners * grad[:, :, r, c, None, None] to the same part of dx."
        ),
    ),
    lecture="Binder, L6: sum over all paths; Abdurakhmanova, Gradient Descent: ReLU as a maximum",
)


def different(rng, *shape):
    """Return whole numbers of both signs, no two of them equal and none 0."""
    count = math.prod(shape)
    numbers = np.concatenate([np.arange(-(count // 2), 0), np.arange(1, count - count // 2 + 1)])
    return rng.permutation(numbers).reshape(shape).astype(np.float64)


def pooling_inputs(draw, rng, images, size, stride):
    """Return the arguments of one case. images: the shape of x. draw: of grad."""
    rows, columns = ((length - size) // stride + 1 for length in images[2:])
    return draw(rng, *images[:2], rows, columns), different(rng, *images), size, stride


def hilly(rng, *shape):
    """Return whole numbers, none in the middle: an entry that wins, or loses, is worth seeing."""
    return np.array(rng.choice([-8.0, -7.0, -5.0, -4.0, -3.0, 3.0, 4.0, 5.0, 6.0, 8.0], size=shape))


@pooling.case("windows side by side", exact=True)
def pool_halves(rng):
    """Windows of four entries side by side: every entry is in one."""
    return pooling_inputs(hilly, rng, (2, 3, 4, 6), 2, 2)


@pooling.case("windows side by side")
def pool_lost_rows(rng):
    """A row and a column are left over: they receive nothing."""
    return pooling_inputs(far_from_zero, rng, (1, 2, 5, 7), 2, 2)


@pooling.case("windows side by side")
def pool_all_negative(rng):
    """All entries negative: 0 is not a safe start for a search."""
    grad, x, size, stride = pooling_inputs(far_from_zero, rng, (2, 1, 6, 3), 3, 3)
    return grad, -np.abs(x) - (x > 0) / 2, size, stride


@pooling.case("overlapping windows and gaps", exact=True)
def pool_overlap(rng):
    """Stride 1: a large entry wins up to four windows."""
    return pooling_inputs(hilly, rng, (1, 2, 4, 5), 2, 1)


@pooling.case("overlapping windows and gaps")
def pool_wide_overlap(rng):
    """Windows of nine entries in steps of 2, and a column that is lost."""
    return pooling_inputs(far_from_zero, rng, (1, 2, 5, 6), 3, 2)


@pooling.case("overlapping windows and gaps")
def pool_hill(rng):
    """A mountain wins every window that it is in: one entry collects from four."""
    grad, x, size, stride = pooling_inputs(far_from_zero, rng, (2, 1, 3, 4), 2, 1)
    x[:, :, 1, 1] = [[20.0], [30.0]]
    return np.abs(grad), x, size, stride


@pooling.case("overlapping windows and gaps", exact=True)
def pool_gaps(rng):
    """Steps of 3 with windows of 2: some entries are in no window, however large."""
    return pooling_inputs(hilly, rng, (2, 2, 5, 8), 2, 3)


@pooling.oracle()
def pool_torch(grad, x, size, stride):
    import torch

    return torch_vjp(lambda t: torch.nn.functional.max_pool2d(t, size, stride), grad, x)


@pooling.oracle()
def pool_definition(grad, x, size, stride):
    """The winner of a window by its number in the whole image: a sum over all windows that it wins."""
    places = np.arange(x.size).reshape(x.shape)
    dx = np.zeros(x.size)
    for stop in np.ndindex(*grad.shape):
        image, channel, r, c = stop
        rows, columns = slice(stride * r, stride * r + size), slice(stride * c, stride * c + size)
        inside = places[image, channel, rows, columns].ravel()
        dx[max(inside, key=x.ravel().__getitem__)] += grad[stop]
    return dx.reshape(x.shape)


@pooling.variant()
def pool_entry_by_entry(grad, x, size, stride):
    dx = np.zeros(x.shape)
    for n, k, r, c in np.ndindex(*grad.shape):
        best = None
        for i in range(stride * r, stride * r + size):
            for j in range(stride * c, stride * c + size):
                if best is None or x[n, k, i, j] > x[n, k, best[0], best[1]]:
                    best = i, j
        dx[n, k, best[0], best[1]] += grad[n, k, r, c]
    return dx


@pooling.variant()
def pool_by_kernel_positions(grad, x, size, stride):
    rows, columns = grad.shape[2:]
    parts = {
        (i, j): (
            slice(None),
            slice(None),
            slice(i, i + stride * rows, stride),
            slice(j, j + stride * columns, stride),
        )
        for i in range(size)
        for j in range(size)
    }
    best = x[parts[0, 0]]
    for part in parts.values():
        best = np.maximum(best, x[part])
    dx = np.zeros(x.shape)
    for part in parts.values():
        dx[part] += np.where(x[part] == best, grad, 0)
    return dx


@pooling.variant()
def pool_argmax(grad, x, size, stride):
    dx = np.zeros(x.shape, np.float32)
    for n, k, r, c in np.ndindex(*grad.shape):
        window = x[n, k, r * stride : r * stride + size, c * stride : c * stride + size]
        i, j = np.unravel_index(window.argmax(), window.shape)
        dx[n, k, r * stride + i, c * stride + j] += np.float32(grad[n, k, r, c])
    return dx


def student_pool(grad, x, size, stride, arriving):
    """Return dx of windows where `arriving(window, winners, g)` is added, g the upstream gradient of the window."""
    dx = np.zeros(x.shape)
    for r in range(grad.shape[2]):
        for c in range(grad.shape[3]):
            rows, columns = slice(stride * r, stride * r + size), slice(stride * c, stride * c + size)
            window = x[:, :, rows, columns]
            winners = window == window.max(axis=(2, 3), keepdims=True)
            dx[:, :, rows, columns] += arriving(window, winners, grad[:, :, r, c, None, None])
    return dx


@pooling.mistake(
    "An entry that wins several windows keeps the gradient of the last one. What does the chain rule do with several "
    "paths?",
    catalogue="M44",
)
def pool_overwrites(grad, x, size, stride):
    dx = np.zeros(x.shape)
    for n, k, r, c in np.ndindex(*grad.shape):
        window = x[n, k, r * stride : r * stride + size, c * stride : c * stride + size]
        i, j = np.unravel_index(window.argmax(), window.shape)
        dx[n, k, r * stride + i, c * stride + j] = grad[n, k, r, c]
    return dx


@pooling.mistake(
    "Each window wipes out what the windows before it have left. Which operation adds to a part of dx?",
    catalogue="M44",
)
def pool_window_replaces(grad, x, size, stride):
    dx = np.zeros(x.shape)
    for r in range(grad.shape[2]):
        for c in range(grad.shape[3]):
            rows, columns = slice(stride * r, stride * r + size), slice(stride * c, stride * c + size)
            window = x[:, :, rows, columns]
            winners = window == window.max(axis=(2, 3), keepdims=True)
            dx[:, :, rows, columns] = winners * grad[:, :, r, c, None, None]
    return dx


@pooling.mistake(
    "Every entry of a window receives the gradient. Does the maximum move when a smaller entry moves?"
)
def pool_like_sum(grad, x, size, stride):
    return student_pool(grad, x, size, stride, lambda window, winners, g: g + 0 * window)


@pooling.mistake(
    "Every entry of a window receives an equal share: that is average pooling. Who decides the maximum?"
)
def pool_like_mean(grad, x, size, stride):
    return student_pool(grad, x, size, stride, lambda window, winners, g: g / size**2 + 0 * window)


@pooling.mistake(
    "You multiply the gradient by the winner's value. The winner's local derivative is a plain number: which one?",
    catalogue="M28",
)
def pool_times_value(grad, x, size, stride):
    return student_pool(grad, x, size, stride, lambda window, winners, g: winners * window * g)


@pooling.mistake(
    "Your result would be the same for any grad: it counts the windows that each entry wins. What arrives from each of "
    "them?",
    catalogue="M53",
)
def pool_ignores_grad(grad, x, size, stride):
    return student_pool(grad, x, size, stride, lambda window, winners, g: 1.0 * winners)


@pooling.mistake(
    "Your windows lie side by side, whatever stride says. Where does the window of stop (r, c) begin?",
)
def pool_ignores_stride(grad, x, size, stride):
    dx = np.zeros(x.shape)
    for n, k, r, c in np.ndindex(*grad.shape):
        window = x[n, k, r * size : r * size + size, c * size : c * size + size]
        if window.size:
            i, j = np.unravel_index(window.argmax(), window.shape)
            dx[n, k, r * size + i, c * size + j] += grad[n, k, r, c]
    return dx


@pooling.mistake(
    "One winner is taken for all images and channels. Each of them has its own maximum: over which axes do you look for it?"
)
def pool_one_winner_for_all(grad, x, size, stride):
    return student_pool(grad, x, size, stride, lambda window, winners, g: (window == window.max()) * g)


@pooling.mistake(
    "The row and the column of the winner inside its window are exchanged. In which order does argmax count?",
    catalogue="M19",
)
def pool_rows_for_columns(grad, x, size, stride):
    dx = np.zeros(x.shape)
    for n, k, r, c in np.ndindex(*grad.shape):
        window = x[n, k, r * stride : r * stride + size, c * stride : c * stride + size]
        j, i = divmod(int(window.argmax()), size)
        dx[n, k, r * stride + i, c * stride + j] += grad[n, k, r, c]
    return dx


pooling.equivalent(
    "maxpool2d_backward: (2, 3) -> (-2, 3) #1",
    "maxpool2d_backward: (2, 3) -> (3, 2) #1",
    "maxpool2d_backward: grad.shape[2:] -> grad.shape[-2:] #1",
    because="the same axes by other names, or in another order",
)
pooling.equivalent(
    "maxpool2d_backward: np.zeros_like(x) -> -np.zeros_like(x) #1",
    "maxpool2d_backward: np.zeros_like(x) -> 2 * np.zeros_like(x) #1",
    because="0 stays 0",
)
pooling.equivalent(
    "maxpool2d_backward: window == window.max(axis=(2, 3), keepdims=True) -> window >= window.max(axis=(2, 3), keepdims=True) #1",
    "maxpool2d_backward: x[:, :, down, right] -> 2 * x[:, :, down, right] #1",
    because="nothing is larger than the maximum, and twice the entries have the same winner",
)


# ------------------------------------------------------------------------------------------------------ o.14
embedding = assignment.exercise(
    "embedding_backward",
    id="o.14",
    minutes=15,
    points={"lookups": 1},
    hints=(
        "Write the table of the example and draw an arrow from each row of y to the row that it was copied from.",
        "Begin with a table of zeros. Every row of grad goes to the row that idx names, and is added to what is there.",
        "dtable = np.zeros((rows, grad.shape[-1])), then np.add.at(dtable, idx, grad).",
    ),
    lecture="Binder, L6: one-hot vectors, sum over all paths",
)


@embedding.case("lookups")
def embedding_repeated(rng):
    """Word 2 occurs three times, and the last rows of the table not at all."""
    return generic(rng, 6, 3), rng.permutation([2, 0, 2, 4, 2, 1]), 7


@embedding.case("lookups", exact=True)
def embedding_texts(rng):
    """Two texts of four words: a word collects from both."""
    return dyadic(rng, 2, 4, 5), rng.permutation([1, 1, 1, 3, 5, 5, 0, 3]).reshape(2, 4), 6


@embedding.case("lookups")
def embedding_all_different(rng):
    """Every word at most once, not in order."""
    return generic(rng, 4, 3), rng.permutation([4, 1, 0, 3]), 5


@embedding.case("lookups", exact=True)
def embedding_one_word(rng):
    """A text of nothing but one word."""
    return dyadic(rng, 5, 2), np.full(5, rng.integers(1, 3)), 4


@embedding.oracle()
def embedding_torch(grad, idx, rows):
    return torch_vjp(lambda table: table[torch_index(idx)], grad, np.zeros((rows, grad.shape[-1])))


@embedding.oracle()
def embedding_one_hot_product(grad, idx, rows):
    """As a product with one-hot vectors, which is how it is meant on paper."""
    one_hot = np.eye(rows)[idx]
    return complex_step(lambda table: one_hot @ table, grad, np.zeros((rows, grad.shape[-1])))


@embedding.variant()
def embedding_loop(grad, idx, rows):
    dtable = np.zeros((rows, grad.shape[-1]))
    for word, g in zip(idx.reshape(-1), grad.reshape(-1, grad.shape[-1])):
        dtable[word] += g
    return dtable


@embedding.variant()
def embedding_with_one_hot(grad, idx, rows):
    one_hot = (idx.reshape(-1, 1) == np.arange(rows)).astype(np.float32)
    return one_hot.T @ grad.reshape(-1, grad.shape[-1]).astype(np.float32)


@embedding.variant()
def embedding_by_masks(grad, idx, rows):
    return np.array([grad[idx == word].sum(axis=0) for word in range(rows)])


@embedding.variant()
def embedding_by_getitem(grad, idx, rows):
    return getitem_backward(grad, (rows, grad.shape[-1]), idx)


@embedding.mistake(
    "A word that occurs several times keeps one of its gradients. What do several paths do, and does += on an index array "
    "see each repetition?",
    catalogue="M44",
)
def embedding_overwrites(grad, idx, rows):
    dtable = np.zeros((rows, grad.shape[-1]))
    dtable[idx] += grad
    return dtable


@embedding.mistake(
    "A word that occurs several times gets the average of its gradients. Each use adds its own change to the loss: is that "
    "a mean or a sum?",
    catalogue="M16",
)
def embedding_averages(grad, idx, rows):
    dtable = np.zeros((rows, grad.shape[-1]))
    np.add.at(dtable, idx, grad)
    counts = np.bincount(idx.reshape(-1), minlength=rows)
    return dtable / np.maximum(counts, 1)[:, None]


@embedding.mistake(
    "The table ends with the last word that occurs. How many rows does the text ask for?",
)
def embedding_table_too_short(grad, idx, rows):
    dtable = np.zeros((idx.max() + 1, grad.shape[-1]))
    np.add.at(dtable, idx, grad)
    return dtable


@embedding.mistake(
    "You count how often each word occurs. What arrives from above along each of these paths?",
    catalogue="M53",
)
def embedding_counts(grad, idx, rows):
    dtable = np.zeros((rows, grad.shape[-1]))
    np.add.at(dtable, idx, 1)
    return dtable


@embedding.mistake(
    "You number the words in the order of the table, without those that do not occur. A number in idx is the number of "
    "a row: which row is word 4?",
)
def embedding_ranks(grad, idx, rows):
    dtable = np.zeros((rows, grad.shape[-1]))
    np.add.at(dtable, np.unique(idx, return_inverse=True)[1].reshape(idx.shape), grad)
    return dtable


@embedding.mistake(
    "The rows of grad stay where they are. idx says where each row came from: which row of the table does grad[0] belong to?",
)
def embedding_rows_in_order(grad, idx, rows):
    dtable = np.zeros((rows, grad.shape[-1]))
    flat = grad.reshape(-1, grad.shape[-1])[:rows]
    dtable[: len(flat)] = flat
    return dtable


embedding.equivalent(
    "embedding_backward: np.zeros((rows, grad.shape[-1])) -> -np.zeros((rows, grad.shape[-1])) #1",
    "embedding_backward: np.zeros((rows, grad.shape[-1])) -> 2 * np.zeros((rows, grad.shape[-1])) #1",
    because="0 stays 0",
)


# ------------------------------------------------------------------------------------------------------ o.15
attention = assignment.exercise(
    "attention_backward",
    id="o.15",
    minutes=45,
    points={"everybody looks at everything": 1, "causal": 1},
    hints=(
        "Write the forward pass as four lines with a name for each result. Which operations are they, from last to first?",
        (
            "From Y = PV come dv and dP (o.3); from dP, the gradient by the scores (o.8); divide by the root; from QKᵀ come "
            "dq and dk (o.3 again). Where P is 0, o.8 lets nothing pass by itself."
        ),
        (
            "dp, dv = matmul_backward(grad, p, v); ds = softmax_backward(dp, p, 1) / sqrt(d); dq = ds @ k; dk = dsᵀ @ q. "
            "For causal, lower the scores with j > i before the softmax."
        ),
    ),
    lecture="Binder, L6: chain rule on a graph; Özçep, V2: D = XW",
)


@attention.case("everybody looks at everything")
def attention_no_two_sizes_equal(rng):
    """Words, keys and both widths are all different."""
    return generic(rng, 4, 2), generic(rng, 4, 3), generic(rng, 5, 3), generic(rng, 5, 2), False


@attention.case("everybody looks at everything")
def attention_square(rng):
    """All sizes equal: a transpose shows in the numbers only."""
    return generic(rng, 4, 4), generic(rng, 4, 4), generic(rng, 4, 4), generic(rng, 4, 4), False


@attention.case("everybody looks at everything")
def attention_one_question(rng):
    """One word asks, as when a text is continued."""
    return generic(rng, 1, 3), generic(rng, 1, 5), generic(rng, 4, 5), generic(rng, 4, 3), False


@attention.case("everybody looks at everything", exact=True)
def attention_no_question(rng):
    """All questions are 0, so that each of four keys gets a quarter of the attention; d = 4 has the root 2."""
    return dyadic(rng, 3, 2), np.zeros((3, 4)), dyadic(rng, 4, 4), dyadic(rng, 4, 2), False


@attention.case("causal")
def attention_causal(rng):
    """Nobody looks ahead."""
    return generic(rng, 4, 2), generic(rng, 4, 3), generic(rng, 4, 3), generic(rng, 4, 2), True


@attention.case("causal")
def attention_causal_square(rng):
    """All sizes equal, once more."""
    return generic(rng, 3, 3), generic(rng, 3, 3), generic(rng, 3, 3), generic(rng, 3, 3), True


@attention.case("causal")
def attention_causal_more_keys(rng):
    """More keys than words: the last two are never seen."""
    return generic(rng, 3, 4), generic(rng, 3, 2), generic(rng, 5, 2), generic(rng, 5, 4), True


@attention.case("causal")
def attention_causal_loud_future(rng):
    """The key that fits best lies ahead of everybody but the last word."""
    q, k = np.abs(generic(rng, 4, 5)) + 0.25, generic(rng, 4, 5)
    k[-1] = rng.uniform(2, 3, size=5)
    return generic(rng, 4, 2), q, k, generic(rng, 4, 2), True


def loud_words(rng):
    """Return grad (4, 1), q (4, 1), k (5, 1) and v (5, 1): the scores of a word are 800, -800 or 0, give or take 1.

    With d = 1 and powers of two in q little is rounded: the bound of a sum of size 800 would leave no room for mistakes.
    """
    q = np.array([[32.0], [-32.0], [0.0], [32.0]])
    k = 25 + np.arange(5)[:, None] / 128
    v = np.array([[1.0], [2.0], [4.0], [6.0], [9.0]]) + generic(rng, 5, 1) / 4
    return 4 * far_from_zero(rng, 4, 1), rng.permutation(q), rng.permutation(k), rng.permutation(v)


@attention.case("everybody looks at everything")
def attention_large_scores(rng):
    """exp(800) overflows, and exp(-800) leaves nothing to divide by: every word needs its own shift."""
    return *loud_words(rng), False


@attention.case("causal")
def attention_causal_large_scores(rng):
    """Large scores once more, where most words see a part of the keys."""
    return *loud_words(rng), True


@attention.oracle()
def attention_torch(grad, q, k, v, causal):
    import torch

    def forward(q, k, v):
        scores = (q @ k.T) * q.shape[1] ** -0.5
        if causal:
            ahead = torch.ones(scores.shape, dtype=torch.bool).triu(1)
            scores = scores.masked_fill(ahead, -math.inf)
        return scores.softmax(1) @ v

    return torch_vjp(forward, grad, q, k, v)


@attention.oracle()
def attention_complex(grad, q, k, v, causal):
    visible = np.tri(len(q), len(k)) if causal else np.ones((len(q), len(k)))
    best = (q @ k.T / np.sqrt(q.shape[1])).max(
        axis=1, keepdims=True
    )  # plain numbers: a constant may be subtracted

    def forward(q, k, v):
        weights = np.exp(q @ k.T / np.sqrt(q.shape[1]) - best) * visible
        return weights / weights.sum(axis=1, keepdims=True) @ v

    return complex_step(forward, grad, q, k, v)


def attention_weights(q, k, causal, root=None, axis=1):
    """Return the probabilities, for variants and mistakes."""
    scores = q @ k.T / (math.sqrt(q.shape[1]) if root is None else root)
    seen = np.exp(scores - scores.max(axis=axis, keepdims=True))
    if causal:
        seen = seen * (np.arange(len(k)) <= np.arange(len(q))[:, None])
    return seen / seen.sum(axis=axis, keepdims=True)


@attention.variant()
def attention_by_itself(grad, q, k, v, causal):
    p = attention_weights(q, k, causal)
    dp = grad @ v.T
    ds = p * (dp - (dp * p).sum(axis=1, keepdims=True)) / math.sqrt(q.shape[1])
    return ds @ k, ds.T @ q, p.T @ grad


@attention.variant()
def attention_word_by_word(grad, q, k, v, causal):
    dq, dk, dv = np.zeros(q.shape), np.zeros(k.shape), np.zeros(v.shape)
    root = np.sqrt(q.shape[1])
    for i in range(len(q)):
        last = i + 1 if causal else len(k)
        scores = k[:last] @ q[i] / root
        weights = np.exp(scores - max(scores))
        p = weights / sum(weights)
        dp = v[:last] @ grad[i]
        ds = p * (dp - p @ dp) / root
        dq[i] = ds @ k[:last]
        dk[:last] += np.outer(ds, q[i])
        dv[:last] += np.outer(p, grad[i])
    return dq, dk, dv


@attention.variant()
def attention_through_the_output(grad, q, k, v, causal):
    """The inner sum of the softmax is grad times y: no row of dp is summed."""
    visible = np.tri(len(q), len(k), dtype=bool) if causal else np.ones((len(q), len(k)), bool)
    scores = np.where(visible, q @ k.T / np.sqrt(q.shape[1]), -np.inf)
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    ds = p * (grad @ v.T - np.sum(grad * (p @ v), axis=1, keepdims=True))
    scaled = q / np.sqrt(q.shape[1])
    return ds @ k / np.sqrt(q.shape[1]), ds.T @ scaled, p.T @ grad


@attention.variant()
def attention_float32(grad, q, k, v, causal):
    grad, q, k, v = (part.astype(np.float32) for part in (grad, q, k, v))
    root = np.float32(math.sqrt(q.shape[1]))
    scores = q @ k.T / root
    if causal:
        scores[np.arange(len(k)) > np.arange(len(q))[:, None]] = -np.inf
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    ds = softmax_backward(grad @ v.T, p, 1) / root
    return ds @ k, ds.T @ q, p.T @ grad


def attention_gradients(grad, q, k, v, p, root):
    dp = grad @ v.T
    ds = p * (dp - (dp * p).sum(axis=1, keepdims=True)) / root
    return ds @ k, ds.T @ q, p.T @ grad


@attention.mistake(
    "The scores are not divided by the root of d, neither forwards nor backwards. Which factor stands in the formula of A?",
)
def attention_without_root(grad, q, k, v, causal):
    return attention_gradients(grad, q, k, v, attention_weights(q, k, causal, root=1.0), 1.0)


@attention.mistake(
    "dv is right, and dq and dk are too large by one factor. A factor of the forward pass comes again in the backward pass: "
    "which one?",
    catalogue="M20",
)
def attention_root_forgotten_backwards(grad, q, k, v, causal):
    return attention_gradients(grad, q, k, v, attention_weights(q, k, causal), 1.0)


@attention.mistake(
    "The scores are divided by d. What does the formula of A divide them by?",
)
def attention_root_missing(grad, q, k, v, causal):
    d = q.shape[1]
    return attention_gradients(grad, q, k, v, attention_weights(q, k, causal, root=d), d)


@attention.mistake(
    "The scores are divided by the root of the wrong size. Is d the number of columns of q, or of v?",
    catalogue="M05",
)
def attention_root_of_e(grad, q, k, v, causal):
    root = math.sqrt(v.shape[1])
    return attention_gradients(grad, q, k, v, attention_weights(q, k, causal, root=root), root)


@attention.mistake(
    "The probabilities of a column sum to 1. Whose attention is shared out, that of a question or that of a key?",
    catalogue="M94",
)
def attention_softmax_of_columns(grad, q, k, v, causal):
    p = attention_weights(q, k, causal, axis=0)
    dp, root = grad @ v.T, math.sqrt(q.shape[1])
    ds = p * (dp - (dp * p).sum(axis=0, keepdims=True)) / root
    return ds @ k, ds.T @ q, p.T @ grad


@attention.mistake(
    "dv is right; dq and dk pass the softmax as if it were not there. Which exercise has its backward pass?",
    catalogue="M20",
)
def attention_softmax_skipped(grad, q, k, v, causal):
    p, ds = attention_weights(q, k, causal), grad @ v.T / math.sqrt(q.shape[1])
    return ds @ k, ds.T @ q, p.T @ grad


@attention.mistake(
    "dv is right; for dq and dk only the diagonal of the softmax's Jacobian was used. What does a raised score do to the "
    "other probabilities?",
    catalogue="M91",
)
def attention_softmax_diagonal(grad, q, k, v, causal):
    p = attention_weights(q, k, causal)
    ds = grad @ v.T * p * (1 - p) / math.sqrt(q.shape[1])
    return ds @ k, ds.T @ q, p.T @ grad


@attention.mistake(
    "Everybody sees everything, also with causal=True. Which keys may word i use then?",
)
def attention_never_causal(grad, q, k, v, causal):
    return attention_gradients(grad, q, k, v, attention_weights(q, k, False), math.sqrt(q.shape[1]))


@attention.mistake(
    "Everybody looks ahead, and nobody back. Which of j ≤ i and j ≥ i is the past?",
)
def attention_looks_ahead(grad, q, k, v, causal):
    root = math.sqrt(q.shape[1])
    scores = q @ k.T / root
    seen = np.exp(scores - scores.max(axis=1, keepdims=True))
    if causal:
        seen = seen * (np.arange(len(k)) >= np.arange(len(q))[:, None])
    return attention_gradients(grad, q, k, v, seen / seen.sum(axis=1, keepdims=True), root)


@attention.mistake(
    "The hidden keys are taken out after the softmax, so that what is left sums to less than 1. When does the mask have to "
    "come?",
)
def attention_masked_too_late(grad, q, k, v, causal):
    p = attention_weights(q, k, False)
    if causal:
        p = p * (np.arange(len(k)) <= np.arange(len(q))[:, None])
    return attention_gradients(grad, q, k, v, p, math.sqrt(q.shape[1]))


@attention.mistake(
    "The score of a hidden key is set to 0, and exp(0) is 1. How low must a score be so that nothing is left of it?",
)
def attention_hidden_score_zero(grad, q, k, v, causal):
    root = math.sqrt(q.shape[1])
    scores = q @ k.T / root
    if causal:
        scores = scores * (np.arange(len(k)) <= np.arange(len(q))[:, None])
    seen = np.exp(scores - scores.max(axis=1, keepdims=True))
    return attention_gradients(grad, q, k, v, seen / seen.sum(axis=1, keepdims=True), root)


@attention.mistake(
    "With scores near ±800 exp overflows or becomes 0. Which number can you subtract from every score of a row without "
    "changing softmax?",
    catalogue="M96",
)
def attention_overflows(grad, q, k, v, causal):
    root = math.sqrt(q.shape[1])
    with np.errstate(all="ignore"):
        seen = np.exp(q @ k.T / root)
        if causal:
            seen = seen * (np.arange(len(k)) <= np.arange(len(q))[:, None])
        return attention_gradients(grad, q, k, v, seen / seen.sum(axis=1, keepdims=True), root)


@attention.mistake(
    "Some transposes are missing: dk and dv have to run over the keys. Which index is summed in each of them?",
    catalogue="M31",
)
def attention_missing_transposes(grad, q, k, v, causal):
    p, root = attention_weights(q, k, causal), math.sqrt(q.shape[1])
    ds = softmax_backward(grad @ v.T, p, 1) / root
    return ds @ k, ds @ q, p @ grad


@attention.mistake(
    "dq and dk come in the wrong order. Which input is the first one?",
)
def attention_wrong_order(grad, q, k, v, causal):
    root = math.sqrt(q.shape[1])
    dq, dk, dv = attention_gradients(grad, q, k, v, attention_weights(q, k, causal), root)
    return dk, dq, dv


@attention.mistake(
    "Your result would be the same for any grad. Where does it enter, before anything else?",
    catalogue="M53",
)
def attention_ignores_grad(grad, q, k, v, causal):
    root = math.sqrt(q.shape[1])
    return attention_gradients(np.ones(grad.shape), q, k, v, attention_weights(q, k, causal, root=root), root)


attention.equivalent(
    "attention_backward: len(k) -> len(v) #1",
    "attention_backward: len(q) -> len(grad) #1",
    "attention_backward: q.shape -> k.shape #1",
    because="there are as many keys as contents, as many questions as answers, and both of the width d",
)
attention.equivalent(
    "attention_backward: np.exp(scores - scores.max(axis=1, keepdims=True)) -> -np.exp(scores - scores.max(axis=1, keepdims=True)) #1",
    "attention_backward: np.exp(scores - scores.max(axis=1, keepdims=True)) -> 2 * np.exp(scores - scores.max(axis=1, keepdims=True)) #1",
    because="a factor of all weights of a row is none of their quotient with their sum",
)
attention.equivalent(
    "attention_backward: np.where(visible, scores, -20000.0) -> np.where(visible, scores, -10000.0) #1",
    "attention_backward: np.where(visible, scores, -20000.0) -> np.where(visible, scores, -40000.0) #1",
    because="exp makes 0 of it in float64, as far as other scores are not in the thousands",
)
attention.equivalent(
    "attention_backward: q.shape[1] -> q.shape[-1] #1",
    "attention_backward: scores.max(axis=1, keepdims=True) -> scores.max(axis=-1, keepdims=True) #1",
    "attention_backward: softmax_backward(dp, p, axis=1) -> softmax_backward(dp, p, axis=-1) #1",
    "attention_backward: weights.sum(axis=1, keepdims=True) -> weights.sum(axis=-1, keepdims=True) #1",
    because="the second of two axes is the last one",
)
