"""What the instructor knows about the sheet `stochastic`. Trusted: it never leaves the instructor's machine."""

import itertools
import math
from collections import Counter

import mpmath
import numpy as np

from autograder.authoring import Assignment
from autograder.authoring.judging import Mismatch, asked, close, gradients_at
from autograder.authoring.oracles import mp_array, mp_floats, mp_grad, torch_grad
from autograder.numerics.bounds import Bounded, lift
from autograder.numerics.truth import U32, within
from autograder.sandbox.wire import Callback, Rng

assignment = Assignment("stochastic", title="Stochastic optimisation and schedules")


def seed(rng):
    """Return a generator argument for the student's side."""
    return Rng(int(rng.integers(2**31)))


def bowl(rng, d):
    """Return a quadratic whose Hessian has eigenvalues between 0.4 and 4. No two coordinates are alike, all are coupled."""
    half = rng.uniform(0.1, 0.25, size=(d, d)) * rng.choice([-1, 1], size=(d, d))
    return {"A": np.diag(rng.uniform(1.5, 3.0, size=d)) + half + half.T, "b": rng.normal(size=d)}


def hills(rng, d):
    """Return a sum of sines of coupled coordinates: its gradient is not linear."""
    W = np.eye(d) + rng.uniform(0.2, 0.5, size=(d, d)) * rng.choice([-1, 1], size=(d, d))
    return {"W": W, "b": rng.uniform(0.3, 1.2, size=d)}


def points(rng, d):
    """Return a start whose coordinates are not 0, 1 or alike."""
    return rng.uniform(1.5, 3.0, size=d) * rng.choice([-1, 1], size=d)


# ---------------------------------------------------------------------------------------------------- 8.1
batching = assignment.exercise(
    "make_batches",
    id="8.1",
    minutes=25,
    functions=("make_batches", "paired_batches", "updates_per_epoch"),
    points={"the batches of an epoch": 1, "rows and labels": 1, "several epochs, and how many updates": 1},
    hints=(
        (
            "Take n = 5 and B = 2, and write an order of the five row numbers on paper. Where do you cut it, and how long is "
            "the last piece?"
        ),
        (
            "range(0, n, B) gives the places where the batches begin. A slice that reaches beyond the end just stops there. "
            "For pairs, use the same row numbers for X and for y."
        ),
        (
            "For each epoch: order = rng.permutation(n), then order[start : start + B] for start in range(0, n, B). "
            "A pair is (X[idx], y[idx]). How many numbers are in range(0, n, B)? That is the count of the updates."
        ),
    ),
    lecture="Binder, L6: stochastic gradient descent; Alvarez: full, mini-batch and stochastic gradient descent",
)


def leaving_a_rest(rng):
    """Return n, of 13 or more, and B, so that the last batch is shorter than the others by two at least.

    Thirteen samples have six billion orders: none is drawn twice, and none is sorted by chance.
    """
    B = int(rng.integers(5, 8))
    return 2 * B + int(rng.integers(3, B - 1)), B


@batching.case("the batches of an epoch")
def batches_with_a_rest(rng):
    """B does not divide n: the samples at the end must not be lost, and no batch is filled up."""
    n, B = leaving_a_rest(rng)
    return n, B, seed(rng)


@batching.case("the batches of an epoch")
def batches_of_one(rng):
    """Stochastic gradient descent in the narrow sense: as many batches as samples."""
    return int(rng.integers(13, 18)), 1, seed(rng)


@batching.case("the batches of an epoch")
def batches_without_a_rest(rng):
    """B divides n: there is no batch of what is left."""
    B = int(rng.integers(5, 8))
    return 3 * B, B, seed(rng)


@batching.case("the batches of an epoch")
def batches_of_all(rng):
    """Full gradient descent: one batch that holds everything."""
    n = int(rng.integers(13, 18))
    return n, n, seed(rng)


@batching.case("the batches of an epoch")
def batches_larger_than_the_data(rng):
    """B is larger than n: one batch of all samples, not none, and not some of them twice."""
    n = int(rng.integers(13, 18))
    return n, n + 5, seed(rng)


@batching.case("several epochs, and how many updates")
def batches_of_three_epochs(rng):
    """Each epoch has an order of its own, and a rest of its own."""
    n, B = leaving_a_rest(rng)
    return n, B, seed(rng), 3


@batching.case("several epochs, and how many updates")
def batches_of_two_epochs(rng):
    """No rest: two orders of the same length."""
    B = int(rng.integers(4, 7))
    return 4 * B, B, seed(rng), 2


@batching.oracle()
def batches_by_shuffling(n, B, rng, epochs=1):
    orders = []
    for _ in range(epochs):
        orders.append(np.arange(n))
        rng.shuffle(orders[-1])
    return [part for order in orders for part in np.split(order, range(B, n, B))]


@batching.variant()
def batches_while(n, B, rng, epochs=1):
    batches = []
    for _ in range(epochs):
        left = list(rng.permutation(n))
        while left:
            batches.append(np.array(left[:B]))
            left = left[B:]
    return batches


@batching.variant()
def batches_shuffled_in_place(n, B, rng, epochs=1):
    batches = []
    for _ in range(epochs):
        order = np.arange(n)
        rng.shuffle(order)
        for i in range(math.ceil(n / B)):
            batches.append(order[i * B : min((i + 1) * B, n)])
    return batches


@batching.variant()
def batches_split(n, B, rng, epochs=1):
    orders = [rng.permutation(n) for _ in range(epochs)]
    return tuple(idx for order in orders for idx in np.split(order, np.arange(B, n, B)))


@batching.mistake(
    "Your batches are neat, but nothing is shuffled. Where does rng come in?",
    catalogue="M66",
)
def batches_not_shuffled(n, B, rng, epochs=1):
    return [np.arange(start, min(start + B, n)) for _ in range(epochs) for start in range(0, n, B)]


@batching.mistake(
    "You shuffle the batches, but each of them still holds neighbours. Which should be shuffled, the pieces or what is cut "
    "into pieces?",
    catalogue="M66",
)
def batches_shuffled_as_a_whole(n, B, rng, epochs=1):
    batches = []
    for _ in range(epochs):
        pieces = [np.arange(start, min(start + B, n)) for start in range(0, n, B)]
        full = pieces[: n // B] if n > B else pieces
        batches += [full[i] for i in rng.permutation(len(full))] + pieces[len(full) :]
    return batches


@batching.mistake(
    "All of your epochs use the same order. In which of the two loops should the permutation be drawn?",
    catalogue="M66",
)
def batches_one_order_for_all_epochs(n, B, rng, epochs=1):
    order = rng.permutation(n)
    return [order[start : start + B] for _ in range(epochs) for start in range(0, n, B)]


@batching.mistake(
    "Your first epoch is right. The second one shuffles the order of the first, where a call of rng.permutation(n) begins "
    "with 0 to n - 1 again: then anybody with this generator has the same batches.",
)
def batches_shuffle_what_is_shuffled(n, B, rng, epochs=1):
    order, batches = np.arange(n), []
    for _ in range(epochs):
        rng.shuffle(order)
        batches += [order[start : start + B].copy() for start in range(0, n, B)]
    return batches


@batching.mistake(
    "A fair shuffle, but another one than the text asks for: with one call of rng.permutation(n) for each epoch, anybody "
    "with this generator has the same batches. You will need that in 8.8.",
)
def batches_by_sorting_random_numbers(n, B, rng, epochs=1):
    batches = []
    for _ in range(epochs):
        order = np.argsort(rng.random(n))
        batches += [order[start : start + B] for start in range(0, n, B)]
    return batches


@batching.mistake(
    "Your slices are views of one array, and the next shuffle changes them all: in the end every epoch has the last order. "
    "Where would you need a copy, or a new array?",
    catalogue="M58",
)
def batches_are_views_of_one_order(n, B, rng, epochs=1):
    order, batches = np.arange(n), []
    for _ in range(epochs):
        rng.shuffle(order)
        batches += [order[start : start + B] for start in range(0, n, B)]
    return batches


@batching.mistake(
    "Inside of each batch your row numbers are sorted. That does no harm, but the text asks for the order in which they "
    "were drawn: where do you sort?",
    catalogue="M66",
)
def batches_sorted_inside(n, B, rng, epochs=1):
    batches = []
    for _ in range(epochs):
        order = rng.permutation(n)
        batches += [np.sort(order[start : start + B]) for start in range(0, n, B)]
    return batches


@batching.mistake(
    "The last samples are never used when B does not divide n. What should become of a rest that is smaller than B?",
    catalogue="M67",
)
def batches_without_the_rest(n, B, rng, epochs=1):
    batches = []
    for _ in range(epochs):
        order = rng.permutation(n)
        batches += [order[i * B : (i + 1) * B] for i in range(n // B)]
    return batches


@batching.mistake(
    "You fill the last batch up with samples that have been used before. How long may the last batch be?",
    catalogue="M68",
)
def batches_filled_up(n, B, rng, epochs=1):
    batches = []
    for _ in range(epochs):
        order = rng.permutation(n)
        batches += [np.take(order, range(start, start + B), mode="wrap") for start in range(0, n, B)]
    return batches


@batching.mistake(
    "Your batches are of nearly equal size. The text asks for batches of B, and only the last one may be shorter.",
)
def batches_of_even_sizes(n, B, rng, epochs=1):
    batches = []
    for _ in range(epochs):
        batches += np.array_split(rng.permutation(n), math.ceil(n / B))
    return batches


@batching.mistake(
    "Some samples come twice in an epoch and others never. What does drawing *with* replacement do that a shuffle does not?",
    catalogue="M68",
)
def batches_with_replacement(n, B, rng, epochs=1):
    return [rng.integers(n, size=min(B, n - start)) for _ in range(epochs) for start in range(0, n, B)]


@batching.mistake(
    "Each batch of yours is drawn anew from all samples, so two batches can share one. Draw one order for the whole epoch "
    "first: what do you do with it then?",
    catalogue="M68",
)
def batches_drawn_one_by_one(n, B, rng, epochs=1):
    return [
        rng.choice(n, size=min(B, n - start), replace=False)
        for _ in range(epochs)
        for start in range(0, n, B)
    ]


@batching.mistake(
    "The last number of each slice is missing. Does a slice [a:b] include b?",
    catalogue="M68",
)
def batches_slice_too_short(n, B, rng, epochs=1):
    batches = []
    for _ in range(epochs):
        order = rng.permutation(n)
        batches += [order[start : start + B - 1] for start in range(0, n, B)]
    return batches


@batching.mistake(
    "You make a generator of your own, so every call gives the same order whatever is passed in. What is the argument rng "
    "for?",
    catalogue="M89",
)
def batches_own_generator(n, B, rng, epochs=1):
    rng = np.random.default_rng(0)
    batches = []
    for _ in range(epochs):
        order = rng.permutation(n)
        batches += [order[start : start + B] for start in range(0, n, B)]
    return batches


@batching.mistake(
    "The generator that was passed in is never used, so nobody can repeat your run. Where do your random numbers come from?",
    catalogue="M89",
)
def batches_global_random(n, B, rng, epochs=1):
    batches = []
    for _ in range(epochs):
        order = np.random.permutation(n)  # noqa: NPY002 - the mistake
        batches += [order[start : start + B] for start in range(0, n, B)]
    return batches


@batching.mistake(
    "You return one list for each epoch. The text asks for one flat list: what is the difference between append and +=?",
)
def batches_nested(n, B, rng, epochs=1):
    nested = []
    for _ in range(epochs):
        order = rng.permutation(n)
        nested.append([order[start : start + B] for start in range(0, n, B)])
    return nested


def labelled(rng, n, d):
    """Return rows and labels, all different."""
    return rng.normal(size=(n, d)), rng.permutation(n) + rng.uniform(0.1, 0.9)


@batching.case("rows and labels", "paired_batches")
def pairs_with_a_rest(rng):
    """A short batch at the end, and a label for each row that only belongs to it."""
    n, B = leaving_a_rest(rng)
    return *labelled(rng, n, 3), B, seed(rng)


@batching.case("rows and labels", "paired_batches")
def pairs_of_one(rng):
    """A batch of one row is still a matrix, and one label is still an array."""
    return *labelled(rng, int(rng.integers(13, 18)), 2), 1, seed(rng)


@batching.case("rows and labels", "paired_batches")
def pairs_in_a_square(rng):
    """As many features as samples: an index of columns instead of rows does not raise."""
    return *labelled(rng, 14, 14), 5, seed(rng)


@batching.judge("paired_batches")
def pairs_are_right(run, X, y, B, rng):
    place = {row.tobytes(): i for i, row in enumerate(X)}
    order = []
    for rows, labels in run.value:
        for row, label in zip(rows, labels, strict=True):
            i = place.get(np.asarray(row, np.float64).tobytes())
            if i is None:
                return Mismatch("row", "One of the rows in your batches is not a row of X.")
            if label != y[i]:
                return Mismatch("pair", "A row of X arrived with the label of another row.")
            order.append(i)
    if len(set(order)) < len(X):
        return Mismatch("twice", "A sample comes twice in the epoch, so another one never does.")
    if order == sorted(order):
        return Mismatch("order", "The samples come in their own order: nothing is shuffled.")
    return None


@batching.oracle("paired_batches")
def pairs_of_one_table(X, y, B, rng):
    both = np.column_stack([X, y])
    rng.shuffle(both)
    return [(part[:, :-1], part[:, -1]) for part in np.split(both, range(B, len(X), B))]


@batching.variant("paired_batches")
def pairs_by_sample(X, y, B, rng):
    pairs = []
    for idx in make_batches(len(y), B, rng):
        rows, labels = [], []
        for i in idx:
            rows.append(X[i])
            labels.append(y[i])
        pairs.append((np.array(rows), np.array(labels)))
    return pairs


@batching.variant("paired_batches")
def pairs_of_shuffled_copies(X, y, B, rng):
    order = rng.permutation(len(y))
    X, y = X[order], y[order]
    return [(X[start : start + B], y[start : start + B]) for start in range(0, len(y), B)]


@batching.variant("paired_batches")
def pairs_float32(X, y, B, rng):
    both = np.hstack([X, y[:, None]]).astype(np.float32)
    rng.shuffle(both)
    return [(part[:, :-1], part[:, -1]) for part in np.split(both, range(B, len(X), B))]


@batching.mistake(
    "Rows arrive with the labels of other rows: you shuffle X and y one after the other. How can one order serve both?",
    "paired_batches",
    catalogue="M65",
)
def pairs_two_orders(X, y, B, rng):
    X, y = X[rng.permutation(len(X))], y[rng.permutation(len(y))]
    return [(X[start : start + B], y[start : start + B]) for start in range(0, len(y), B)]


@batching.mistake(
    "You shuffle the rows and leave the labels where they are. Which label belongs to the row that comes first now?",
    "paired_batches",
    catalogue="M65",
)
def pairs_only_rows_shuffled(X, y, B, rng):
    X = X[rng.permutation(len(X))]
    return [(X[start : start + B], y[start : start + B]) for start in range(0, len(y), B)]


@batching.mistake(
    "Your pairs are right, but after the call X and y are in another order. Which line changes them in place?",
    "paired_batches",
    catalogue="M54",
)
def pairs_shuffle_in_place(X, y, B, rng):
    order = rng.permutation(len(y))
    X[:], y[:] = X[order], y[order]
    return [(X[start : start + B].copy(), y[start : start + B].copy()) for start in range(0, len(y), B)]


@batching.mistake(
    "Rows and labels stay together, but nothing is shuffled. Where does rng come in?",
    "paired_batches",
    catalogue="M66",
)
def pairs_not_shuffled(X, y, B, rng):
    return [(X[start : start + B].copy(), y[start : start + B].copy()) for start in range(0, len(y), B)]


@batching.mistake(
    "You pick columns of X. Which of the two axes counts the samples?",
    "paired_batches",
    catalogue="M19",
)
def pairs_of_columns(X, y, B, rng):
    order = rng.permutation(len(y))
    return [(X[:, order[start : start + B]], y[order[start : start + B]]) for start in range(0, len(y), B)]


@batching.mistake(
    "You return two lists, one of rows and one of labels. The text asks for one list of pairs: what is one entry of it?",
    "paired_batches",
)
def pairs_as_two_lists(X, y, B, rng):
    order = rng.permutation(len(y))
    starts = range(0, len(y), B)
    return [X[order[s : s + B]] for s in starts], [y[order[s : s + B]] for s in starts]


@batching.mistake(
    "The last samples are never used when B does not divide their number. What should become of the rest?",
    "paired_batches",
    catalogue="M67",
)
def pairs_without_the_rest(X, y, B, rng):
    order = rng.permutation(len(y))
    return [
        (X[order[start : start + B]], y[order[start : start + B]]) for start in range(0, len(y) - B + 1, B)
    ]


@batching.mistake(
    "Some samples come twice in your epoch and others never. What does drawing *with* replacement do that a shuffle does not?",
    "paired_batches",
    catalogue="M68",
)
def pairs_with_replacement(X, y, B, rng):
    order = rng.integers(len(y), size=len(y))
    return [(X[order[start : start + B]], y[order[start : start + B]]) for start in range(0, len(y), B)]


@batching.case("several epochs, and how many updates", "updates_per_epoch")
def updates_with_a_small_rest(rng):
    """One sample more than fits: rounding to the nearest number would lose it."""
    B = int(rng.integers(4, 9))
    return int(rng.integers(2, 7)) * B + 1, B


@batching.case("several epochs, and how many updates", "updates_per_epoch")
def updates_with_a_large_rest(rng):
    """One sample less than fits: rounding to the nearest number would be right."""
    B = int(rng.integers(4, 9))
    return int(rng.integers(3, 7)) * B - 1, B


@batching.case("several epochs, and how many updates", "updates_per_epoch")
def updates_without_a_rest(rng):
    """B divides n: one more would be one too many."""
    B = int(rng.integers(4, 9))
    return int(rng.integers(3, 7)) * B, B


@batching.case("several epochs, and how many updates", "updates_per_epoch")
def updates_of_full_batches(rng):
    """Full gradient descent."""
    n = int(rng.integers(20, 90))
    return n, n


@batching.case("several epochs, and how many updates", "updates_per_epoch")
def updates_of_a_batch_too_large(rng):
    """One update, although B does not even fit once."""
    n = int(rng.integers(20, 40))
    return n, 3 * n


@batching.case("several epochs, and how many updates", "updates_per_epoch")
def updates_of_single_samples(rng):
    """As many updates as samples."""
    return int(rng.integers(20, 90)), 1


@batching.case("several epochs, and how many updates", "updates_per_epoch")
def updates_of_a_large_data_set(rng):
    """The size of the experiment at the end of the sheet."""
    return 10_000, int(rng.choice([64, 256]))


@batching.oracle("updates_per_epoch")
def updates_by_counting(n, B):
    return len(np.array_split(np.arange(n), range(B, n, B)))


@batching.variant("updates_per_epoch")
def updates_by_ceil(n, B):
    return math.ceil(n / B)


@batching.variant("updates_per_epoch")
def updates_by_cases(n, B):
    updates = n // B
    if n % B != 0:
        updates += 1
    return updates


@batching.variant("updates_per_epoch")
def updates_by_batches(n, B):
    return len(make_batches(n, B, np.random.default_rng()))


@batching.mistake(
    "The shorter batch at the end makes an update, too. Does your division round down?",
    "updates_per_epoch",
    catalogue="M67",
)
def updates_rounded_down(n, B):
    return n // B


@batching.mistake(
    "If B divides n, nothing is left over. How many updates do 12 samples in batches of 4 make?",
    "updates_per_epoch",
)
def updates_always_one_more(n, B):
    return n // B + 1


@batching.mistake(
    "A number of updates is a whole number. Which way must yours be rounded?", "updates_per_epoch"
)
def updates_not_rounded(n, B):
    return n / B


@batching.mistake(
    "A batch of one sample is an update as well, however little is left over. Which way must you round?",
    "updates_per_epoch",
)
def updates_rounded_to_the_nearest(n, B):
    return max(1, round(n / B))


@batching.mistake(
    "You count samples. How many of them share one update?",
    "updates_per_epoch",
)
def updates_one_per_sample(n, B):
    return n


@batching.mistake(
    "This is the size of a batch. How many batches does it take to see every sample?", "updates_per_epoch"
)
def updates_batch_size(n, B):
    return min(n, B)


batching.equivalent(
    "paired_batches: len(X) -> len(y) #1",
    because="every row has a label",
)
batching.equivalent(
    "updates_per_epoch: n + B - 1 -> n + B - 0.5 #1",
    because="the quotient of whole numbers is rounded down: half of one more makes no difference",
)


# ---------------------------------------------------------------------------------------------------- 8.2
loop = assignment.exercise(
    "sgd",
    id="8.2",
    minutes=30,
    points={
        "means over equal batches": 1,
        "means over unequal batches": 1,
        "sums": 1,
        "the start, and other words": 1,
    },
    hints=(
        "Do the two updates of the example by hand. At which weights do you need the gradient of the second batch?",
        (
            "This is the loop of gradient descent with another gradient in each step: that of the next batch, at the row "
            "that you have just written. With 'mean' it is divided by something before the step: by what?"
        ),
        (
            "for t, idx in enumerate(batches): g = grad_batch(rows[t], idx); with 'mean' divide g by len(idx); then "
            "rows[t + 1] = rows[t] - lr * g. Before the loop, raise ValueError for any other word."
        ),
    ),
    lecture="Binder, L6: stochastic gradient descent; Özçep, V2: mini-batch SGD; Aalto: mini-batch gradient descent",
)


def regression(rng, n, d):
    """Return the losses of n samples: no two are alike, and no two weights are."""
    X = rng.uniform(0.4, 1.3, size=(n, d)) * rng.choice([-1, 1], size=(n, d))
    return Callback(
        "samples", "grad_batch", {"X": X, "y": rng.uniform(1.0, 3.0, size=n) * rng.choice([-1, 1], size=n)}
    )


def cut(rng, n, B, epochs):
    """Return shuffled batches of some epochs."""
    orders = [rng.permutation(n) for _ in range(epochs)]
    return [order[start : start + B] for order in orders for start in range(0, n, B)]


@loop.case("means over equal batches")
def sgd_pairs_of_batches(rng):
    """Two epochs in equal batches: a gradient at the weights of the epoch's beginning shows."""
    return regression(rng, 12, 3), points(rng, 3), cut(rng, 12, 4, 2), rng.uniform(0.1, 0.2), "mean"


@loop.case("means over equal batches")
def sgd_single_samples(rng):
    """One sample at a time."""
    return regression(rng, 6, 2), points(rng, 2), cut(rng, 6, 1, 1), rng.uniform(0.1, 0.2), "mean"


@loop.case("means over equal batches")
def sgd_full_batch(rng):
    """All samples in every step: gradient descent."""
    return regression(rng, 7, 3), points(rng, 3), cut(rng, 7, 7, 3), rng.uniform(0.1, 0.2), "mean"


@loop.case("means over unequal batches")
def sgd_short_last_batch(rng):
    """The last batch of each epoch holds a single sample."""
    return regression(rng, 11, 3), points(rng, 3), cut(rng, 11, 5, 2), rng.uniform(0.1, 0.2), "mean"


@loop.case("means over unequal batches")
def sgd_short_first_batch(rng):
    """No two batches have the same size, and the first one is the smallest."""
    order = rng.permutation(10)
    batches = [order[:1], order[1:4], order[4:10]]
    return regression(rng, 10, 2), points(rng, 2), batches, rng.uniform(0.1, 0.2), "mean"


@loop.case("sums")
def sgd_sums(rng):
    """The batch loss of Özçep's lecture."""
    return regression(rng, 12, 3), points(rng, 3), cut(rng, 12, 4, 1), rng.uniform(0.03, 0.05), "sum"


@loop.case("sums")
def sgd_sums_over_unequal_batches(rng):
    """A short batch makes a short step here."""
    return regression(rng, 11, 2), points(rng, 2), cut(rng, 11, 4, 2), rng.uniform(0.03, 0.05), "sum"


@loop.case("the start, and other words")
def sgd_from_whole_numbers(rng):
    """The start is an integer array: its fractions are cut off, or the update is refused."""
    return regression(rng, 8, 3), rng.integers(2, 9, size=3), cut(rng, 8, 3, 1), rng.uniform(0.1, 0.2), "mean"


@loop.case("the start, and other words")
def sgd_sums_from_whole_numbers(rng):
    """The same with sums."""
    return (
        regression(rng, 8, 2),
        rng.integers(2, 9, size=2),
        cut(rng, 8, 3, 1),
        rng.uniform(0.03, 0.05),
        "sum",
    )


@loop.case("the start, and other words")
def sgd_no_batches(rng):
    """No batches: the history is the start alone."""
    return regression(rng, 5, 3), points(rng, 3), [], 0.125, "mean"


@loop.case("the start, and other words")
def sgd_one_update(rng):
    """One update, to be checked by hand."""
    return regression(rng, 5, 1), points(rng, 1), cut(rng, 5, 5, 1), rng.uniform(0.1, 0.2), "mean"


@loop.case("the start, and other words")
def sgd_of_maxima(rng):
    """A word that is not one of the two: ValueError."""
    return regression(rng, 5, 2), points(rng, 2), cut(rng, 5, 2, 1), 0.125, "max"


@loop.case("the start, and other words")
def sgd_without_a_word(rng):
    """No word at all: ValueError."""
    return regression(rng, 5, 2), points(rng, 2), cut(rng, 5, 2, 1), 0.125, ""


@loop.judge()
def sgd_judge(run, grad_batch, w0, batches, lr, reduction):
    rows = run.value
    if not np.array_equal(rows[0], w0):
        return Mismatch("start", "Row 0 is not the start w0.", "[0]")
    queries = asked(run.queries, "grad_batch", arguments=2)
    if len(batches) and not queries:
        return Mismatch("queries", f"grad_batch was never called for {len(batches)} updates.")
    place, way = 0, np.abs(rows[0]).astype(np.longdouble)
    for t, batch in enumerate(batches):
        found = batch_gradient(grad_batch, rows[t], batch, queries, place)
        if found is None:
            return Mismatch("queries", not_asked(t, rows[t], queries), f"[{t}]")
        total, parts, place = found
        share = np.longdouble(lr) / (len(batch) if reduction == "mean" else 1)
        want = rows[t] - share * total
        way = way + 4 * share * parts  # the start minus all steps, and sums of parts in any order
        if not close(rows[t + 1], want, np.maximum(way, np.abs(rows[t]))):
            found = Mismatch(
                "step", f"Row {t + 1} is not the result of one update from row {t}.", f"[{t + 1}]"
            )
            return whole_numbers(rows, found)
    return None


def whole_numbers(rows, found):
    """Return a better reason for what was found, where a history holds whole numbers."""
    if rows.dtype.kind not in "iu":
        return found
    return Mismatch(
        "dtype", "The history holds whole numbers only. Which type has the array that you made?", found.path
    )


def stands_at(query, row):
    """Return whether a query was made at a row, in the precision in which the row was kept."""
    at = query.args[0]
    return at.shape == row.shape and np.array_equal(
        at.astype(row.dtype) if row.dtype.kind == "f" else at, row
    )


def batch_gradient(grad_batch, row, batch, queries, place):
    """Return the gradient of a batch where it was asked for at a row, or None: its sum, the sizes of its parts, and where.

    It may have been asked for at once, or sample by sample. The live function is asked again, not the record.
    """
    for first in range(place, len(queries)):
        left, total, parts = Counter(batch.tolist()), 0.0, 0.0
        for query in queries[first:]:
            at, idx = query.args
            named = Counter(np.atleast_1d(idx).ravel().tolist())
            if not stands_at(query, row) or idx.dtype.kind not in "iu" or named - left:
                break
            g = np.asarray(grad_batch(at, idx.ravel()), np.longdouble)
            total, parts, left = total + g, parts + np.abs(g), left - named
            if not left:
                return total, parts, first
    return None


def not_asked(t, row, queries):
    """Return what is wrong with the questions of update t + 1."""
    if any(stands_at(query, row) for query in queries):
        return f"In update {t + 1} grad_batch was asked at the right weights, but not about batch {t}."
    return f"In update {t + 1} grad_batch was not asked at row {t} of your history."


@loop.oracle()
def sgd_torch(grad_batch, w0, batches, lr, reduction):
    """One update is torch's own scaled addition."""
    import torch

    w = torch.tensor(np.asarray(w0, np.float64))
    rows = [w.numpy()]
    for idx in batches:
        g = torch.from_numpy(grad_batch(w.numpy().copy(), idx))
        w = torch.add(w, g, alpha=-lr if reduction == "sum" else -lr / len(idx))
        rows.append(w.numpy())
    return np.array(rows)


@loop.variant()
def sgd_list(grad_batch, w0, batches, lr, reduction):
    if reduction == "mean":
        share = lambda idx: 1 / len(idx)  # noqa: E731 - as a student writes it
    elif reduction == "sum":
        share = lambda idx: 1  # noqa: E731
    else:
        raise ValueError("mean or sum")
    w = w0 * 1.0
    history = [w]
    for idx in batches:
        w = w - lr * share(idx) * grad_batch(w, idx)
        history.append(w)
    return np.array(history)


@loop.variant()
def sgd_in_place(grad_batch, w0, batches, lr, reduction):
    if reduction not in {"mean", "sum"}:
        raise ValueError(reduction)
    w = np.array(w0, dtype=float)
    history = [w.copy()]
    for t in range(len(batches)):
        size = len(batches[t]) if reduction == "mean" else 1
        w -= lr / size * grad_batch(w, batches[t])
        history.append(w.copy())
    return np.stack(history)


@loop.variant()
def sgd_sample_by_sample(grad_batch, w0, batches, lr, reduction):
    if reduction != "mean" and reduction != "sum":
        raise ValueError
    rows = np.zeros((len(batches) + 1, len(w0)))
    rows[0] = w0
    for t, idx in enumerate(batches):
        g = np.zeros(len(w0))
        for i in idx:
            g += grad_batch(rows[t], np.array([i]))
        rows[t + 1] = rows[t] - lr * (g / len(idx) if reduction == "mean" else g)
    return rows


@loop.variant()
def sgd_float32(grad_batch, w0, batches, lr, reduction):
    if reduction not in ("mean", "sum"):
        raise ValueError
    rows = np.zeros((len(batches) + 1, len(w0)), dtype=np.float32)
    rows[0] = w0
    for t, idx in enumerate(batches):
        g = grad_batch(rows[t], idx).astype(np.float32)
        if reduction == "mean":
            g /= len(idx)
        rows[t + 1] = rows[t] - np.float32(lr) * g
    return rows


def student_sgd(grad_batch, w0, batches, lr, reduction, size=None, sign=-1.0):
    """Return a history with some of the steps of the loop exchanged: what the mistakes below differ in."""
    if reduction not in ("mean", "sum"):
        raise ValueError
    rows = np.zeros((len(batches) + 1, len(w0)))
    rows[0] = w0
    for t, idx in enumerate(batches):
        g = grad_batch(rows[t], idx)
        if size is not None:
            g = g / size(idx)
        elif reduction == "mean":
            g = g / len(idx)
        rows[t + 1] = rows[t] + sign * lr * g
    return rows


@loop.mistake(
    "With 'mean' your steps are as many times too long as a batch has samples: grad_batch returns a sum. What turns it into "
    "a mean?",
    catalogue="M72",
)
def sgd_always_sums(grad_batch, w0, batches, lr, reduction):
    return student_sgd(grad_batch, w0, batches, lr, reduction, size=lambda idx: 1)


@loop.mistake(
    "With 'sum' your steps are as many times too short as a batch has samples. Where do you look at reduction?",
    catalogue="M72",
)
def sgd_always_means(grad_batch, w0, batches, lr, reduction):
    return student_sgd(grad_batch, w0, batches, lr, reduction, size=len)


@loop.mistake(
    "Mean and sum are exchanged. Which of the two words leaves what grad_batch returns as it is?",
    catalogue="M72",
)
def sgd_words_swapped(grad_batch, w0, batches, lr, reduction):
    return student_sgd(
        grad_batch, w0, batches, lr, reduction, size=lambda idx: len(idx) if reduction == "sum" else 1
    )


@loop.mistake(
    "Only batches of another size than the first one go wrong. By how many samples should the last, shorter batch be divided?",
    catalogue="M69",
)
def sgd_divides_by_first_size(grad_batch, w0, batches, lr, reduction):
    return student_sgd(
        grad_batch, w0, batches, lr, reduction, size=lambda idx: len(batches[0]) if reduction == "mean" else 1
    )


@loop.mistake(
    "Only batches that are shorter than the longest one go wrong. By how many samples should they be divided?",
    catalogue="M69",
)
def sgd_divides_by_largest_size(grad_batch, w0, batches, lr, reduction):
    return student_sgd(
        grad_batch,
        w0,
        batches,
        lr,
        reduction,
        size=lambda idx: max(map(len, batches)) if reduction == "mean" else 1,
    )


@loop.mistake(
    "You divide by the number of batches. How many gradients were added up in the sum that you got?",
    catalogue="M05",
)
def sgd_divides_by_number_of_batches(grad_batch, w0, batches, lr, reduction):
    return student_sgd(
        grad_batch, w0, batches, lr, reduction, size=lambda idx: len(batches) if reduction == "mean" else 1
    )


@loop.mistake(
    "You divide by the number of weights. A mean over a batch divides by the number of what?",
    catalogue="M05",
)
def sgd_divides_by_number_of_weights(grad_batch, w0, batches, lr, reduction):
    return student_sgd(
        grad_batch, w0, batches, lr, reduction, size=lambda idx: len(w0) if reduction == "mean" else 1
    )


@loop.mistake(
    "Right size, opposite direction: your weights climb. Which way does the gradient point, and which way is down?",
    catalogue="M04",
)
def sgd_climbs(grad_batch, w0, batches, lr, reduction):
    return student_sgd(grad_batch, w0, batches, lr, reduction, sign=1.0)


@loop.mistake(
    "All batches are asked at the start, as if the weights had not moved in between. Where do you stand when the second "
    "batch comes?",
    catalogue="M70",
)
def sgd_always_asks_at_the_start(grad_batch, w0, batches, lr, reduction):
    if reduction not in ("mean", "sum"):
        raise ValueError
    rows = np.zeros((len(batches) + 1, len(w0)))
    rows[0] = w0
    for t, idx in enumerate(batches):
        g = grad_batch(rows[0], idx)
        rows[t + 1] = rows[t] - lr * (g / len(idx) if reduction == "mean" else g)
    return rows


@loop.mistake(
    "Each update uses the gradient at the weights *before the last* update. Which row is the newest when a batch comes?",
    catalogue="M70",
)
def sgd_one_row_behind(grad_batch, w0, batches, lr, reduction):
    if reduction not in ("mean", "sum"):
        raise ValueError
    rows = np.zeros((len(batches) + 1, len(w0)))
    rows[0] = w0
    for t, idx in enumerate(batches):
        g = grad_batch(rows[max(t - 1, 0)], idx)
        rows[t + 1] = rows[t] - lr * (g / len(idx) if reduction == "mean" else g)
    return rows


@loop.mistake(
    "Every update asks about the same batch, the first one. Which variable of your loop names the next one?",
)
def sgd_first_batch_only(grad_batch, w0, batches, lr, reduction):
    return student_sgd(lambda w, idx: grad_batch(w, batches[0]), w0, batches, lr, reduction)


@loop.mistake(
    "You go through the batches from the last to the first. In which order does the text take them?",
)
def sgd_backwards(grad_batch, w0, batches, lr, reduction):
    return student_sgd(grad_batch, w0, batches[::-1], lr, reduction)


@loop.mistake(
    "Your row 0 is already one update away from the start. What belongs into the history before the first batch?",
    catalogue="M57",
)
def sgd_start_missing(grad_batch, w0, batches, lr, reduction):
    if reduction not in ("mean", "sum"):
        raise ValueError
    w, history = w0 * 1.0, []
    for idx in [*batches, np.array([0])]:
        g = grad_batch(w, idx)
        w = w - lr * (g / len(idx) if reduction == "mean" else g)
        history.append(w)
    return np.array(history)


@loop.mistake(
    "One row is missing at the end: the last batch is never used. How many rows does a history of three updates have?",
    catalogue="M57",
)
def sgd_last_batch_missing(grad_batch, w0, batches, lr, reduction):
    return student_sgd(grad_batch, w0, batches[:-1], lr, reduction)


@loop.mistake(
    "All rows of your history are the same array, so each update changes all of them. Where would you need a copy?",
    catalogue="M58",
)
def sgd_rows_are_one_array(grad_batch, w0, batches, lr, reduction):
    if reduction not in ("mean", "sum"):
        raise ValueError
    w = w0.astype(float)
    history = [w]
    for idx in batches:
        w -= lr * grad_batch(w, idx) / (len(idx) if reduction == "mean" else 1)
        history.append(w)
    return np.array(history)


@loop.mistake(
    "Your weights are right, but after the call w0 is no longer where it was. What does `-=` do to an array that somebody "
    "else still uses?",
    catalogue="M58",
)
def sgd_moves_the_start(grad_batch, w0, batches, lr, reduction):
    if reduction not in ("mean", "sum"):
        raise ValueError
    w = w0
    history = [w.copy()]
    for idx in batches:
        w -= lr * grad_batch(w, idx) / (len(idx) if reduction == "mean" else 1)
        history.append(w.copy())
    return np.array(history)


@loop.mistake(
    "With a start of whole numbers your history holds whole numbers too, and cuts off every fraction. Which type does your "
    "array take over from w0?",
    catalogue="M38",
)
def sgd_fractions_cut_off(grad_batch, w0, batches, lr, reduction):
    if reduction not in ("mean", "sum"):
        raise ValueError
    rows = np.zeros((len(batches) + 1, len(w0)), dtype=w0.dtype)
    rows[0] = w0
    for t, idx in enumerate(batches):
        rows[t + 1] = rows[t] - lr * grad_batch(rows[t], idx) / (len(idx) if reduction == "mean" else 1)
    return rows


@loop.mistake(
    "Any word that is not 'mean' counts as 'sum' in your function. What does the text ask for if it is neither?",
)
def sgd_any_word_is_a_sum(grad_batch, w0, batches, lr, reduction):
    return student_sgd(grad_batch, w0, batches, lr, "mean" if reduction == "mean" else "sum")


loop.equivalent(
    "sgd: ('mean', 'sum') -> ('sum', 'mean') #1",
    because="`in` does not look at the order",
)
loop.equivalent(
    "sgd: np.zeros((len(batches) + 1, len(w0))) -> -np.zeros((len(batches) + 1, len(w0))) #1",
    "sgd: np.zeros((len(batches) + 1, len(w0))) -> 2 * np.zeros((len(batches) + 1, len(w0))) #1",
    "sgd: np.zeros((len(batches) + 1, len(w0))) -> np.ones((len(batches) + 1, len(w0))) #1",
    because="every row is overwritten",
)


# ---------------------------------------------------------------------------------------------------- 8.3
unbiased = assignment.exercise(
    "expected_batch_grad",
    id="8.3",
    minutes=30,
    functions=("expected_batch_grad", "batch_noise", "epoch_mean"),
    points={"the average of all batches": 1, "the noise of a batch": 1, "batches of different sizes": 1},
    hints=(
        (
            "Do the example with three samples: which are the three batches of two, and what is the mean gradient of each?"
        ),
        (
            "Write one small function for the mean gradient of some rows, 2 Xᵀ(Xw - y) / k for k rows, and use it three "
            "times. A weighted mean multiplies each batch's mean by its number of samples: what do you divide by then?"
        ),
        (
            "total += g for each g of `for rows in itertools.combinations(range(n), B)`, then divide by math.comb(n, B). The "
            "noise adds up ((g_b - g)**2).sum() in the same way. epoch_mean: the sum of len(idx) * g, divided by the sum of len(idx)."
        ),
    ),
    lecture="Alvarez: remarks on mini-batch and stochastic gradient descent",
)


def squares(rng, n, d):
    """Return X, y and w with residuals of both signs, none near 0, and samples whose gradients differ widely."""
    X, w = rng.normal(size=(n, d)), rng.normal(size=d)
    residuals = rng.uniform(0.5, 2.5, size=n) * rng.permutation(np.where(np.arange(n) % 2, -1.0, 1.0))
    return X, X @ w - residuals, w


def whole_squares(rng, n, d):
    """Return X, y and w in small whole numbers, with residuals that are not 0, and no two rows alike in size."""
    X = np.array(rng.integers(-3, 4, size=(n, d)), np.float64)
    X[:, 0] = rng.permutation(n) + 1.0
    w = np.array(rng.integers(-2, 3, size=d), np.float64)
    return X, X @ w - rng.choice([-3.0, -2.0, 1.0, 4.0], size=n), w


@unbiased.case("the average of all batches")
def expected_pairs(rng):
    """Fifteen batches of two out of six."""
    return *squares(rng, 6, 3), 2


@unbiased.case("the average of all batches")
def expected_threes(rng):
    """B does not divide n: no epoch of equal batches has all samples."""
    return *squares(rng, 5, 2), 3


@unbiased.case("the average of all batches")
def expected_fours(rng):
    """Seven samples, 35 batches."""
    return *squares(rng, 7, 2), 4


@unbiased.case("the average of all batches")
def expected_single_samples(rng):
    """B = 1: the mean of a batch is its only gradient."""
    return *squares(rng, 5, 4), 1


@unbiased.case("the average of all batches", exact=True)
def expected_exact(rng):
    """Whole numbers, single samples, four of them: nothing is rounded."""
    return *whole_squares(rng, 4, 2), 1


@unbiased.case("the average of all batches", exact=True)
def expected_exact_of_all(rng):
    """The only batch of four out of four: the gradient of all data."""
    return *whole_squares(rng, 4, 3), 4


@unbiased.oracle()
def expected_torch(X, y, w, B):
    """The gradient of the average loss of all batches."""
    import torch

    rows = torch.tensor(list(itertools.combinations(range(len(y)), B)))
    X, y = torch.tensor(X), torch.tensor(y)
    return torch_grad(lambda w: ((X[rows] @ w - y[rows]) ** 2).mean(), w)


@unbiased.oracle()
def expected_in_closed_form(X, y, w, B):
    """It is the gradient of all data, whatever B is."""
    X, y = mp_array(X), mp_array(y)
    return mp_grad(lambda w: ((X @ w - y) ** 2).sum() / len(y), w)


@unbiased.variant()
def expected_list(X, y, w, B):
    grads = []
    for rows in itertools.combinations(range(len(X)), B):
        g = np.zeros(len(w))
        for i in rows:
            g = g + 2 * (X[i] @ w - y[i]) * X[i]
        grads.append(g / B)
    return np.mean(grads, axis=0)


@unbiased.variant()
def expected_by_samples(X, y, w, B):
    each = 2 * (X @ w - y)[:, None] * X
    batches = np.array(list(itertools.combinations(range(len(y)), B)))
    return each[batches].mean(axis=(0, 1))


@unbiased.variant()
def expected_full_gradient(X, y, w, B):
    return 2 / len(y) * (X.T @ (X @ w - y))


@unbiased.variant()
def expected_float32(X, y, w, B):
    X, y, w = (part.astype(np.float32) for part in (X, y, w))
    total = np.zeros(len(w), np.float32)
    for rows in map(list, itertools.combinations(range(len(y)), B)):
        total += np.float32(2 / B) * (X[rows].T @ (X[rows] @ w - y[rows]))
    return total / np.float32(math.comb(len(y), B))


def student_batches(n, B):
    """Return all batches as lists."""
    return [list(rows) for rows in itertools.combinations(range(n), B)]


def student_mean_grad(X, y, w, idx):
    """Return the gradient of the mean squared loss of some samples."""
    return 2 * X[idx].T @ (X[idx] @ w - y[idx]) / len(idx)


@unbiased.mistake(
    "Your batches have the sum of their gradients. What does this sheet take over the samples of a batch here?",
    catalogue="M72",
)
def expected_sums(X, y, w, B):
    return np.mean([B * student_mean_grad(X, y, w, b) for b in student_batches(len(y), B)], axis=0)


@unbiased.mistake(
    "You add up the batches and do not divide by how many there are. How many batches of B out of n exist?",
    catalogue="M01",
)
def expected_not_averaged(X, y, w, B):
    return np.sum([student_mean_grad(X, y, w, b) for b in student_batches(len(y), B)], axis=0)


@unbiased.mistake(
    "You divide by the batch size twice: once in the mean, and once more. Which of the two is enough?",
    catalogue="M02",
)
def expected_divided_twice(X, y, w, B):
    return np.mean([student_mean_grad(X, y, w, b) / B for b in student_batches(len(y), B)], axis=0)


@unbiased.mistake(
    "You divide the total by the number of samples. How many terms did you add up?",
    catalogue="M05",
)
def expected_divided_by_samples(X, y, w, B):
    return np.sum([student_mean_grad(X, y, w, b) for b in student_batches(len(y), B)], axis=0) / len(y)


@unbiased.mistake(
    "Off by exactly a factor of two. Differentiate (x·w - y)² as it is written here: is there a ½ in front?",
    catalogue="M03",
)
def expected_half(X, y, w, B):
    return np.mean([student_mean_grad(X, y, w, b) / 2 for b in student_batches(len(y), B)], axis=0)


@unbiased.mistake(
    "Right size, opposite direction. Which way round is the difference of prediction and label?",
    catalogue="M04",
)
def expected_sign(X, y, w, B):
    return np.mean([-student_mean_grad(X, y, w, b) for b in student_batches(len(y), B)], axis=0)


@unbiased.mistake(
    "You cut the samples into batches of neighbours. Which batches, such as the first and the last sample, are missing?",
)
def expected_of_one_epoch(X, y, w, B):
    batches = [list(range(start, min(start + B, len(y)))) for start in range(0, len(y), B)]
    return np.mean([student_mean_grad(X, y, w, b) for b in batches[:-1] or batches], axis=0)


@unbiased.mistake(
    "You return the gradient of a single batch. Is your return inside of the loop?",
)
def expected_first_batch_only(X, y, w, B):
    for b in student_batches(len(y), B):
        return student_mean_grad(X, y, w, b)
    return None


@unbiased.mistake(
    "The sign of the residual is lost. What becomes of a sample whose prediction is too low?",
    catalogue="M08",
)
def expected_absolute_residuals(X, y, w, B):
    each = 2 * abs(X @ w - y)[:, None] * X
    return np.mean([each[b].mean(axis=0) for b in student_batches(len(y), B)], axis=0)


@unbiased.mistake(
    "You multiply by the loss itself. The gradient needs its *derivative*: what is left of the square?",
    catalogue="M07",
)
def expected_loss_for_residual(X, y, w, B):
    each = 2 * ((X @ w - y) ** 2)[:, None] * X
    return np.mean([each[b].mean(axis=0) for b in student_batches(len(y), B)], axis=0)


@unbiased.case("the noise of a batch", "batch_noise")
def noise_of_pairs(rng):
    """Fifteen batches of two out of six."""
    return *squares(rng, 6, 3), 2


@unbiased.case("the noise of a batch", "batch_noise")
def noise_of_threes(rng):
    """Ten batches, more than half of the samples in each."""
    return *squares(rng, 5, 2), 3


@unbiased.case("the noise of a batch", "batch_noise")
def noise_of_single_samples(rng):
    """The noisiest batches."""
    return *squares(rng, 6, 2), 1


@unbiased.case("the noise of a batch", "batch_noise", exact=True)
def noise_exact(rng):
    """Two samples with opposite gradients: whole numbers throughout."""
    X = np.array([[rng.integers(1, 4)], [-rng.integers(1, 4)]], np.float64)
    return X, X[:, 0] * 2.0 - rng.choice([1.0, 3.0]), np.array([2.0]), 1


@unbiased.case("the noise of a batch", "batch_noise", exact=True)
def noise_of_all(rng):
    """The batch of all samples has no noise, and not an undefined one."""
    return *whole_squares(rng, 4, 2), 4


@unbiased.oracle("batch_noise")
def noise_torch(X, y, w, B):
    """Every batch's gradient by autograd."""
    import torch

    rows = torch.tensor(list(itertools.combinations(range(len(y)), B)))
    X, y = torch.tensor(X), torch.tensor(y)
    copies = torch.tensor(w).repeat(len(rows), 1).requires_grad_()
    losses = ((torch.einsum("bkd,bd->bk", X[rows], copies) - y[rows]) ** 2).mean(dim=1)
    (each,) = torch.autograd.grad(losses.sum(), copies)
    (whole,) = torch.autograd.grad(((X @ copies[0] - y) ** 2).mean(), copies)
    return ((each - whole[0]) ** 2).sum(dim=1).mean().item()


@unbiased.oracle("batch_noise")
def noise_in_closed_form(X, y, w, B):
    """The variance of a mean of B draws without replacement: (n - B) / (n - 1) / B times that of one draw."""
    X, y, w, n = mp_array(X), mp_array(y), mp_array(w), len(y)
    each = [2 * (X[i] @ w - y[i]) * X[i] for i in range(n)]
    mean = sum(each) / n
    one = sum(((g - mean) ** 2).sum() for g in each) / n
    return float(one * mpmath.mpf(n - B) / (n - 1) / B)


@unbiased.variant("batch_noise")
def noise_by_norms(X, y, w, B):
    full = 2 * X.T @ (X @ w - y) / len(y)
    squared = []
    for rows in itertools.combinations(range(len(y)), B):
        b = list(rows)
        squared.append(np.linalg.norm(2 * X[b].T @ (X[b] @ w - y[b]) / B - full) ** 2)
    return np.mean(squared)


@unbiased.variant("batch_noise")
def noise_by_variances(X, y, w, B):
    each = 2 * (X @ w - y)[:, None] * X
    batches = np.array(list(itertools.combinations(range(len(y)), B)))
    return each[batches].mean(axis=1).var(axis=0).sum()


@unbiased.variant("batch_noise")
def noise_float32(X, y, w, B):
    each = np.float32(2) * ((X @ w - y)[:, None] * X).astype(np.float32)
    off = [
        each[list(rows)].mean(axis=0) - each.mean(axis=0) for rows in itertools.combinations(range(len(y)), B)
    ]
    return np.mean([g @ g for g in off])


@unbiased.mistake(
    "You measure how long a batch's gradient is. From what should its distance be measured?",
    "batch_noise",
)
def noise_from_zero(X, y, w, B):
    return np.mean([(student_mean_grad(X, y, w, b) ** 2).sum() for b in student_batches(len(y), B)])


@unbiased.mistake(
    "This is the average distance. The text asks for the average of the *squared* distance.",
    "batch_noise",
)
def noise_not_squared(X, y, w, B):
    g = student_mean_grad(X, y, w, list(range(len(y))))
    return np.mean([np.linalg.norm(student_mean_grad(X, y, w, b) - g) for b in student_batches(len(y), B)])


@unbiased.mistake(
    "This is the root of the average. Does the text ask for a root?",
    "batch_noise",
)
def noise_root(X, y, w, B):
    g = student_mean_grad(X, y, w, list(range(len(y))))
    return np.sqrt(
        np.mean([((student_mean_grad(X, y, w, b) - g) ** 2).sum() for b in student_batches(len(y), B)])
    )


@unbiased.mistake(
    "You average over the weights as well. How does the square of a length treat its coordinates?",
    "batch_noise",
    catalogue="M05",
)
def noise_mean_over_weights(X, y, w, B):
    g = student_mean_grad(X, y, w, list(range(len(y))))
    return np.mean([((student_mean_grad(X, y, w, b) - g) ** 2).mean() for b in student_batches(len(y), B)])


@unbiased.mistake(
    "You average first and square afterwards: plus and minus cancel, as they must for something unbiased. What has to be "
    "squared first?",
    "batch_noise",
)
def noise_averaged_first(X, y, w, B):
    g = student_mean_grad(X, y, w, list(range(len(y))))
    return (
        (np.mean([student_mean_grad(X, y, w, b) for b in student_batches(len(y), B)], axis=0) - g + 0.0) ** 2
    ).sum() + 0.0


@unbiased.mistake(
    "You add the coordinates up before you square. What is the square of a vector's length?",
    "batch_noise",
    catalogue="M08",
)
def noise_square_of_sum(X, y, w, B):
    g = student_mean_grad(X, y, w, list(range(len(y))))
    return np.mean([(student_mean_grad(X, y, w, b) - g).sum() ** 2 for b in student_batches(len(y), B)])


@unbiased.mistake(
    "You add up all batches and do not divide by how many there are. What does an average need?",
    "batch_noise",
    catalogue="M01",
)
def noise_not_averaged(X, y, w, B):
    g = student_mean_grad(X, y, w, list(range(len(y))))
    return np.sum([((student_mean_grad(X, y, w, b) - g) ** 2).sum() for b in student_batches(len(y), B)])


@unbiased.mistake(
    "You take the whole set of batches, not a sample of them: by how many do you divide for a plain average?",
    "batch_noise",
    catalogue="M88",
)
def noise_sample_variance(X, y, w, B):
    each = [student_mean_grad(X, y, w, b) for b in student_batches(len(y), B)]
    return np.var(each, axis=0, ddof=min(1, len(each) - 1)).sum()


@unbiased.mistake(
    "You compare sums of gradients. Both the batch and all data should have the mean over their samples.",
    "batch_noise",
    catalogue="M72",
)
def noise_of_sums(X, y, w, B):
    g = student_mean_grad(X, y, w, list(range(len(y))))
    return np.mean(
        [((B * (student_mean_grad(X, y, w, b) - g)) ** 2).sum() for b in student_batches(len(y), B)]
    )


@unbiased.mistake(
    "Your noise is a quarter of what it should be. Differentiate (x·w - y)² as it is written here: is there a ½ in front?",
    "batch_noise",
    catalogue="M03",
)
def noise_half_gradients(X, y, w, B):
    g = student_mean_grad(X, y, w, list(range(len(y))))
    return np.mean([((student_mean_grad(X, y, w, b) - g) ** 2).sum() / 4 for b in student_batches(len(y), B)])


def pieces(order, *sizes):
    """Return an order cut into batches of these sizes."""
    return np.split(order, np.cumsum(sizes)[:-1])


@unbiased.case("batches of different sizes", "epoch_mean")
def epoch_with_a_rest(rng):
    """A whole epoch whose last batch is short."""
    return *squares(rng, 11, 3), pieces(rng.permutation(11), 4, 4, 3)


@unbiased.case("batches of different sizes", "epoch_mean")
def epoch_of_two_batches(rng):
    """One batch of many, one of a single sample: equal weights are far off. The first batch is the small one."""
    return *squares(rng, 7, 2), pieces(rng.permutation(7), 1, 6)


@unbiased.case("batches of different sizes", "epoch_mean")
def epoch_not_finished(rng):
    """Some samples are in no batch: they do not count."""
    return *squares(rng, 9, 3), pieces(rng.permutation(9)[:6], 2, 3, 1)


@unbiased.case("batches of different sizes", "epoch_mean")
def epoch_and_a_half(rng):
    """Some samples are in two batches: they count twice."""
    order = rng.permutation(6)
    return *squares(rng, 6, 2), [*pieces(order, 4, 2), order[:3]]


@unbiased.case("batches of different sizes", "epoch_mean")
def epoch_with_repeats(rng):
    """One sample is in every batch: it counts every time."""
    order = rng.permutation(8)
    return *squares(rng, 8, 3), [order[:3], order[[0, 4]], order[[5, 0, 6, 7]]]


@unbiased.case("batches of different sizes", "epoch_mean", exact=True)
def epoch_exact(rng):
    """Sizes 1, 2 and 1, four samples of eight: nothing is rounded."""
    return *whole_squares(rng, 8, 2), pieces(rng.permutation(8)[:4], 1, 2, 1)


@unbiased.oracle("epoch_mean")
def epoch_torch(X, y, w, batches):
    """The gradient of the mean loss of all samples that occur, as often as they occur."""
    import torch

    rows = torch.tensor(np.concatenate(batches))
    X, y = torch.tensor(X), torch.tensor(y)
    return torch_grad(lambda w: ((X[rows] @ w - y[rows]) ** 2).mean(), w)


@unbiased.oracle("epoch_mean")
def epoch_mpmath(X, y, w, batches):
    X, y = mp_array(X), mp_array(y)
    rows = [int(i) for idx in batches for i in idx]
    return mp_grad(lambda w: sum((X[i] @ w - y[i]) ** 2 for i in rows) / len(rows), w)


@unbiased.variant("epoch_mean")
def epoch_of_one_large_batch(X, y, w, batches):
    rows = np.concatenate(batches)
    return 2 / len(rows) * (X[rows] @ w - y[rows]) @ X[rows]


@unbiased.variant("epoch_mean")
def epoch_np_average(X, y, w, batches):
    means = np.array([2 * X[b].T @ (X[b] @ w - y[b]) / len(b) for b in batches])
    sizes = np.array([len(b) for b in batches])
    return (means * sizes[:, None] / sizes.sum()).sum(axis=0)


@unbiased.variant("epoch_mean")
def epoch_by_sample(X, y, w, batches):
    g, count = np.zeros(len(w)), 0
    for b in batches:
        for i in b:
            g += 2 * (X[i] @ w - y[i]) * X[i]
            count += 1
    return g / count


@unbiased.variant("epoch_mean")
def epoch_float32(X, y, w, batches):
    X, y, w = (part.astype(np.float32) for part in (X, y, w))
    total = sum(len(b) * (2 * X[b].T @ (X[b] @ w - y[b]) / np.float32(len(b))) for b in batches)
    return total / np.float32(sum(map(len, batches)))


@unbiased.mistake(
    "Each *batch* has the same weight in your mean. Each *sample* should: how much more does a batch of four count than a "
    "batch of one?",
    "epoch_mean",
    catalogue="M71",
)
def epoch_mean_of_means(X, y, w, batches):
    return np.mean([student_mean_grad(X, y, w, b) for b in batches], axis=0)


@unbiased.mistake(
    "You divide by all samples that there are. How many are in the batches of this list?",
    "epoch_mean",
    catalogue="M05",
)
def epoch_divided_by_n(X, y, w, batches):
    return sum(len(b) * student_mean_grad(X, y, w, b) for b in batches) / len(y)


@unbiased.mistake(
    "You return the gradient of all data, whatever is in the batches. Which samples should count here, and how often?",
    "epoch_mean",
)
def epoch_ignores_batches(X, y, w, batches):
    return student_mean_grad(X, y, w, np.arange(len(y)))


@unbiased.mistake(
    "A sample that is in two batches counts once in your mean. What does the text say about it?",
    "epoch_mean",
)
def epoch_counts_once(X, y, w, batches):
    return student_mean_grad(X, y, w, np.unique(np.concatenate(batches)))


@unbiased.mistake(
    "Every batch is weighted with the size of the first one. Where do you take the number of samples from?",
    "epoch_mean",
    catalogue="M69",
)
def epoch_weights_of_first(X, y, w, batches):
    total = sum(len(batches[0]) * student_mean_grad(X, y, w, b) for b in batches)
    return total / sum(map(len, batches))


@unbiased.mistake(
    "This is the sum over the samples. What is missing for a mean?",
    "epoch_mean",
    catalogue="M01",
)
def epoch_sum(X, y, w, batches):
    return sum(len(b) * student_mean_grad(X, y, w, b) for b in batches)


@unbiased.mistake(
    "You add up the sums of the batches and divide by the number of batches. How many gradients are in the sums?",
    "epoch_mean",
    catalogue="M05",
)
def epoch_sums_over_batches(X, y, w, batches):
    return sum(len(b) * student_mean_grad(X, y, w, b) for b in batches) / len(batches)


@unbiased.mistake(
    "Only the last batch is left in your result. Is something overwritten that should be added up?",
    "epoch_mean",
)
def epoch_last_batch(X, y, w, batches):
    return student_mean_grad(X, y, w, batches[-1])


@unbiased.mistake(
    "Off by exactly a factor of two. Differentiate (x·w - y)² as it is written here: is there a ½ in front?",
    "epoch_mean",
    catalogue="M03",
)
def epoch_half(X, y, w, batches):
    return student_mean_grad(X, y, w, np.concatenate(batches)) / 2


unbiased.equivalent(
    "_mean_grad: 2 * X[idx].T @ (X[idx] @ w - y[idx]) -> 2 * X[idx].T @ (X[idx] @ w - y[idx]).T #1",
    "_mean_grad: X[idx] @ w -> X[idx] @ w.T #1",
    because="transposing one axis changes nothing",
)
unbiased.equivalent(
    "batch_noise: _mean_grad(X, y, w, list(rows)) - g -> g - _mean_grad(X, y, w, list(rows)) #1",
    because="a square does not see the sign",
)
unbiased.equivalent(
    "batch_noise: len(y) -> len(X) #1",
    "batch_noise: len(y) -> len(X) #2",
    "batch_noise: len(y) -> len(X) #3",
    "expected_batch_grad: len(y) -> len(X) #1",
    "expected_batch_grad: len(y) -> len(X) #2",
    because="every row has a label",
)
unbiased.equivalent(
    "batch_noise: list(range(len(y))) -> range(len(y)) #1",
    because="an array may be indexed by a range as by a list",
)
unbiased.equivalent(
    "epoch_mean: (np.zeros(len(w)), 0) -> (0, np.zeros(len(w))) #1",
    because="the count is then an array of equal entries, and every entry is divided by its own",
)
unbiased.equivalent(
    "expected_batch_grad: np.zeros(len(w)) -> -np.zeros(len(w)) #1",
    "expected_batch_grad: np.zeros(len(w)) -> 2 * np.zeros(len(w)) #1",
    because="twice nothing, and its negative, are nothing",
)
unbiased.equivalent(
    "expected-half * 2",
    "expected-sign * -1",
    "epoch-half * 2",
    because="the mistake is this factor, and nothing else",
)


# ---------------------------------------------------------------------------------------------------- 8.4
rolling = assignment.exercise(
    "momentum",
    id="8.4",
    minutes=30,
    points={"the velocity": 1, "step sizes that change": 1, "the start, and no momentum": 1},
    hints=(
        "Make a table with the columns t, gradient, velocity, w for the example. Which velocity moves w in line t?",
        (
            "The velocity is a variable of its own, an array that lives through the whole loop. Where does it begin, and does "
            "the step size ever get into it?"
        ),
        (
            "Before the loop v = np.zeros(len(w0)). In step t: v = beta * v + grad(rows[t]), and only then "
            "rows[t + 1] = rows[t] - lrs[t] * v."
        ),
    ),
    lecture="Özçep, V2: mini-batch SGD with momentum",
)


@rolling.case("the velocity")
def momentum_in_a_bowl(rng):
    """A constant step size and a long memory."""
    lrs = np.full(8, rng.uniform(0.05, 0.1))
    return Callback("quadratic", "grad", bowl(rng, 3)), points(rng, 3), lrs, rng.uniform(0.7, 0.9), 8


@rolling.case("the velocity")
def momentum_over_hills(rng):
    """A gradient that is not linear, and a beta that is not near 1."""
    lrs = np.full(6, rng.uniform(0.1, 0.2))
    return Callback("waves", "grad", hills(rng, 2)), points(rng, 2), lrs, rng.uniform(0.3, 0.45), 6


@rolling.case("the velocity")
def momentum_two_updates(rng):
    """To be checked by hand: the second update is the first one that remembers."""
    lrs = np.full(2, rng.uniform(0.1, 0.2))
    return Callback("quadratic", "grad", bowl(rng, 1)), points(rng, 1), lrs, rng.uniform(0.5, 0.7), 2


@rolling.case("step sizes that change")
def momentum_halved_steps(rng):
    """The step size is halved every other update: whether it is inside of the velocity shows."""
    lrs = rng.uniform(0.15, 0.2) * 0.5 ** (np.arange(8) // 2)
    return Callback("quadratic", "grad", bowl(rng, 3)), points(rng, 3), lrs, rng.uniform(0.7, 0.9), 8


@rolling.case("step sizes that change")
def momentum_uneven_steps(rng):
    """Step sizes in no order, more of them than updates."""
    lrs = rng.uniform(0.1, 0.25, size=9)
    return Callback("waves", "grad", hills(rng, 2)), points(rng, 2), lrs, rng.uniform(0.6, 0.8), 6


@rolling.case("step sizes that change")
def momentum_listed_steps(rng):
    """The step sizes are a list, and grow."""
    lrs = [0.05, 0.0625, 0.125, 0.1875]
    return Callback("quadratic", "grad", bowl(rng, 2)), points(rng, 2), lrs, rng.uniform(0.6, 0.8), 4


@rolling.case("the start, and no momentum")
def momentum_without_memory(rng):
    """beta = 0: gradient descent with a schedule."""
    lrs = rng.uniform(0.1, 0.25, size=5)
    return Callback("quadratic", "grad", bowl(rng, 3)), points(rng, 3), lrs, 0.0, 5


@rolling.case("the start, and no momentum")
def momentum_from_whole_numbers(rng):
    """The start is an integer array: its fractions are cut off, or the update is refused."""
    lrs = rng.uniform(0.05, 0.1, size=4)
    return Callback("quadratic", "grad", bowl(rng, 3)), rng.integers(3, 9, size=3), lrs, 0.75, 4


@rolling.case("the start, and no momentum")
def momentum_no_updates(rng):
    """No updates: the history is the start alone."""
    return Callback("quadratic", "grad", bowl(rng, 2)), points(rng, 2), np.array([0.25]), 0.5, 0


@rolling.case("the start, and no momentum")
def momentum_one_update(rng):
    """The first update has no past: it is a step of gradient descent, of full length."""
    lrs = rng.uniform(0.05, 0.1, size=1)
    return Callback("waves", "grad", hills(rng, 3)), points(rng, 3), lrs, rng.uniform(0.7, 0.9), 1


def asked_gradient(g):
    """Return a gradient with the rounding error that a program which casts it to its own precision makes."""
    return Bounded(g, np.abs(g))


@rolling.judge()
def momentum_judge(run, grad, w0, lrs, beta, n):
    rows = run.value
    if not np.array_equal(rows[0], w0):
        return Mismatch("start", "Row 0 is not the start w0.", "[0]")
    gradients = gradients_at(rows, asked(run.queries, "grad"), grad)
    if isinstance(gradients, Mismatch):
        return whole_numbers(rows, gradients)
    v, way = lift(np.zeros(len(w0))), np.abs(rows[0]).astype(np.longdouble)
    for t, g in enumerate(gradients):
        v = beta * v + asked_gradient(g)
        want = rows[t] - lrs[t] * v
        way = way + np.abs(lrs[t] * v.value)
        # way: a row may be the start minus all steps, and the velocity may be taken from the last two rows
        if not close(rows[t + 1], want.value, want.error + 4 * way):
            found = Mismatch(
                "step", f"Row {t + 1} is not the result of one update from row {t}.", f"[{t + 1}]"
            )
            return whole_numbers(rows, found)
    return None


@rolling.oracle()
def momentum_torch(grad, w0, lrs, beta, n):
    """The update rule of torch's SGD, in its own operations: `torch.optim` takes a second to import."""
    import torch

    w = torch.tensor(np.asarray(w0, np.float64))
    buffer, rows = None, [w.numpy()]
    for t in range(n):
        g = torch.from_numpy(np.asarray(grad(w.numpy().copy())))
        buffer = g.clone() if buffer is None else buffer.mul(beta).add(g)
        w = torch.add(w, buffer, alpha=-float(lrs[t]))
        rows.append(w.numpy())
    return np.array(rows)


@rolling.variant()
def momentum_list(grad, w0, lrs, beta, n):
    w, v = w0 * 1.0, 0.0
    history = [w]
    for lr in list(lrs)[:n]:
        v = grad(w) + v * beta
        w = w - lr * v
        history.append(w)
    return np.array(history)


@rolling.variant()
def momentum_in_place(grad, w0, lrs, beta, n):
    w = np.array(w0, dtype=float)
    v = np.zeros_like(w)
    rows = np.empty((n + 1, w.size))
    rows[0] = w
    for t in range(n):
        v *= beta
        v += grad(w)
        w -= lrs[t] * v
        rows[t + 1] = w
    return rows


@rolling.variant()
def momentum_heavy_ball(grad, w0, lrs, beta, n):
    """The velocity is read off the last two points."""
    rows = np.zeros((n + 1, len(w0)))
    rows[0] = w0
    for t in range(n):
        rows[t + 1] = rows[t] - lrs[t] * grad(rows[t])
        if t > 0:
            rows[t + 1] += beta * lrs[t] / lrs[t - 1] * (rows[t] - rows[t - 1])
    return rows


@rolling.variant()
def momentum_weighted_sum(grad, w0, lrs, beta, n):
    rows, gradients = [np.array(w0, dtype=np.float64)], []
    for t in range(n):
        gradients.append(grad(rows[-1]))
        v = sum(beta ** (t - s) * g for s, g in enumerate(gradients))
        rows.append(rows[-1] - lrs[t] * v)
    return np.array(rows)


@rolling.variant()
def momentum_float32(grad, w0, lrs, beta, n):
    rows = np.zeros((n + 1, len(w0)), dtype=np.float32)
    rows[0] = w0
    v = np.zeros(len(w0), dtype=np.float32)
    for t in range(n):
        v = np.float32(beta) * v + np.asarray(grad(rows[t])).astype(np.float32)
        rows[t + 1] = rows[t] - np.float32(lrs[t]) * v
    return rows


def student_momentum(grad, w0, lrs, beta, n, velocity=None, step=None):
    """Return a history with the rule of the velocity or of the step exchanged: what the mistakes below differ in."""
    rows = np.zeros((n + 1, len(w0)))
    rows[0] = w0
    v = np.zeros(len(w0))
    for t in range(n):
        g = grad(rows[t])
        old, v = v, beta * v + g if velocity is None else velocity(v, g, t)
        rows[t + 1] = rows[t] - (lrs[t] * v if step is None else step(old, v, g, t))
    return rows


@rolling.mistake(
    "Your first update is too short by the factor 1 - beta: you take a weighted mean of old and new. With which factor does "
    "this sheet add the gradient?",
    catalogue="M73",
)
def momentum_running_mean(grad, w0, lrs, beta, n):
    return student_momentum(grad, w0, lrs, beta, n, velocity=lambda v, g, t: beta * v + (1 - beta) * g)


@rolling.mistake(
    "Your path is right until the step size changes for the first time. Is the step size inside of your velocity? Here it "
    "multiplies the velocity when that is used.",
    catalogue="M74",
)
def momentum_lr_inside(grad, w0, lrs, beta, n):
    return student_momentum(
        grad, w0, lrs, beta, n, velocity=lambda v, g, t: beta * v + lrs[t] * g, step=lambda old, v, g, t: v
    )


@rolling.mistake(
    "Your velocity has no memory: the second update ignores the first one. Where is v set to 0?",
    catalogue="M75",
)
def momentum_reset(grad, w0, lrs, beta, n):
    return student_momentum(grad, w0, lrs, beta, n, velocity=lambda v, g, t: g)


@rolling.mistake(
    "You move with the velocity from before this update. Which of the two lines of the rule comes first?",
    catalogue="M76",
)
def momentum_old_velocity(grad, w0, lrs, beta, n):
    return student_momentum(grad, w0, lrs, beta, n, step=lambda old, v, g, t: lrs[t] * old)


@rolling.mistake(
    "In your rule beta multiplies the gradient as well. Which of the two terms is the old one that fades?",
    catalogue="M76",
)
def momentum_beta_on_both(grad, w0, lrs, beta, n):
    return student_momentum(grad, w0, lrs, beta, n, velocity=lambda v, g, t: beta * (v + g))


@rolling.mistake(
    "Your velocity never fades: old gradients count as much as new ones. Where does beta belong?",
)
def momentum_without_beta(grad, w0, lrs, beta, n):
    return student_momentum(grad, w0, lrs, beta, n, velocity=lambda v, g, t: v + g)


@rolling.mistake(
    "You look ahead: this is Nesterov's version, a cousin. Here the new velocity alone moves the weights.",
    catalogue="M76",
)
def momentum_nesterov(grad, w0, lrs, beta, n):
    return student_momentum(grad, w0, lrs, beta, n, step=lambda old, v, g, t: lrs[t] * (g + beta * v))


@rolling.mistake(
    "The ball is pushed back by its own past: old and new gradients have opposite signs in your velocity.",
    catalogue="M76",
)
def momentum_sign_of_velocity(grad, w0, lrs, beta, n):
    return student_momentum(grad, w0, lrs, beta, n, velocity=lambda v, g, t: g - beta * v)


@rolling.mistake(
    "Right size, opposite direction: your points climb. Which sign does the step have?",
    catalogue="M04",
)
def momentum_climbs(grad, w0, lrs, beta, n):
    return student_momentum(grad, w0, lrs, beta, n, step=lambda old, v, g, t: -lrs[t] * v)


@rolling.mistake(
    "All updates have the first step size. Which entry of lrs belongs to update t?",
    catalogue="M84",
)
def momentum_first_lr_only(grad, w0, lrs, beta, n):
    return student_momentum(grad, w0, lrs, beta, n, step=lambda old, v, g, t: lrs[0] * v)


@rolling.mistake(
    "Your step sizes come one update too late. Which entry of lrs belongs to the very first update?",
    catalogue="M57",
)
def momentum_lr_one_behind(grad, w0, lrs, beta, n):
    return student_momentum(grad, w0, lrs, beta, n, step=lambda old, v, g, t: lrs[max(t - 1, 0)] * v)


@rolling.mistake(
    "You raise beta to the power t. What is left of a velocity after one update, always the same share or less each time?",
)
def momentum_beta_to_the_t(grad, w0, lrs, beta, n):
    return student_momentum(grad, w0, lrs, beta, n, velocity=lambda v, g, t: beta**t * v + g)


@rolling.mistake(
    "Every step of yours uses the gradient at the start. At which point do you stand when you ask for it in step two?",
    catalogue="M59",
)
def momentum_gradient_asked_once(grad, w0, lrs, beta, n):
    rows = np.zeros((n + 1, len(w0)))
    rows[0] = w0
    g, v = grad(rows[0]), np.zeros(len(w0))
    for t in range(n):
        v = beta * v + g
        rows[t + 1] = rows[t] - lrs[t] * v
    return rows


@rolling.mistake(
    "Your row 0 is already one update away from the start. What belongs into the history before the first one?",
    catalogue="M57",
)
def momentum_start_missing(grad, w0, lrs, beta, n):
    w, v, history = w0 * 1.0, np.zeros(len(w0)), []
    for t in range(n + 1):
        v = beta * v + grad(w)
        w = w - lrs[min(t, len(lrs) - 1)] * v
        history.append(w)
    return np.array(history)


@rolling.mistake(
    "All rows of your history are the same array, so each update changes all of them. Where would you need a copy?",
    catalogue="M58",
)
def momentum_rows_are_one_array(grad, w0, lrs, beta, n):
    w, v = w0.astype(float), np.zeros(len(w0))
    history = [w]
    for t in range(n):
        v = beta * v + grad(w)
        w -= lrs[t] * v
        history.append(w)
    return np.array(history)


@rolling.mistake(
    "Your points are right, but after the call w0 is no longer where it was. What does `-=` do to an array that somebody "
    "else still uses?",
    catalogue="M58",
)
def momentum_moves_the_start(grad, w0, lrs, beta, n):
    w, v = w0, np.zeros(len(w0))
    history = [w.copy()]
    for t in range(n):
        v = beta * v + grad(w)
        w -= lrs[t] * v
        history.append(w.copy())
    return np.array(history)


rolling.equivalent(
    "momentum: np.zeros((n + 1, len(w0))) -> -np.zeros((n + 1, len(w0))) #1",
    "momentum: np.zeros((n + 1, len(w0))) -> 2 * np.zeros((n + 1, len(w0))) #1",
    "momentum: np.zeros((n + 1, len(w0))) -> np.ones((n + 1, len(w0))) #1",
    because="every row is overwritten",
)
rolling.equivalent(
    "momentum: np.zeros(len(w0)) -> -np.zeros(len(w0)) #1",
    "momentum: np.zeros(len(w0)) -> 2 * np.zeros(len(w0)) #1",
    because="twice nothing, and its negative, are nothing",
)


# ---------------------------------------------------------------------------------------------------- 8.5
adaptive = assignment.exercise(
    "adam",
    id="8.5",
    minutes=40,
    points={"the first update": 1, "many updates": 1, "tiny gradients": 1, "gradients of zero": 1},
    hints=(
        (
            "Work out the first step for one weight by hand, with b1 = 0.9, b2 = 0.999 and a gradient of 2: m, v, both hats, "
            "the step. How large is the step, and what if the gradient is 200?"
        ),
        (
            "Four variables live through the loop: the point, m, v and the count t, which begins with 1. The hats do not: they "
            "are made anew in each step, and thrown away."
        ),
        (
            "m = b1*m + (1-b1)*g; v = b2*v + (1-b2)*g**2; then rows[t] = rows[t-1] - lr * (m / (1 - b1**t)) / "
            "(np.sqrt(v / (1 - b2**t)) + eps), for t from 1 to n and g at rows[t-1]."
        ),
    ),
    lecture="Özçep, V2: more advanced optimisers",
)

BETAS = (0.9, 0.999)


def shrunk(problem, factor):
    """Return a quadratic problem times a factor, and so its gradient."""
    return {name: factor * value for name, value in problem.items()}


def level_at_first(rng, d, factor=1.0):
    """Return a quadratic and a start of small binary fractions where the first entry of the gradient is exactly 0.

    After one update it is not: the other coordinates pull at it, all to one side. If they cancelled each other, rounding
    alone would be left of that entry, and Adam divides by its size.
    """
    A = np.diag(rng.choice([2.0, 2.5, 3.0], size=d)) + 0.5 * (np.ones((d, d)) - np.eye(d))
    start = rng.choice([1.5, 2.0, 3.0], size=d) * rng.choice([-1.0, 1.0], size=d)
    b = A @ start - rng.choice([1.0, 2.0, 3.5], size=d) * rng.choice([-1.0, 1.0])
    b[0] = (A @ start)[0]
    return {"A": factor * A, "b": factor * b}, start


@adaptive.case("the first update")
def adam_one_update(rng):
    """Each weight moves by lr, whatever its gradient is: both hats are needed for that."""
    return Callback("quadratic", "grad", bowl(rng, 3)), points(rng, 3), rng.uniform(0.1, 0.3), *BETAS, 1e-8, 1


@adaptive.case("the first update")
def adam_one_update_of_small_betas(rng):
    """Short memories: the hats do less, and differ more from each other."""
    betas = rng.uniform(0.5, 0.7), rng.uniform(0.8, 0.9)
    return Callback("waves", "grad", hills(rng, 2)), points(rng, 2), rng.uniform(0.1, 0.3), *betas, 1e-4, 1


@adaptive.case("the first update")
def adam_from_whole_numbers(rng):
    """The start is an integer array: its fractions are cut off, or the update is refused."""
    start = rng.integers(3, 9, size=3)
    return Callback("quadratic", "grad", bowl(rng, 3)), start, rng.uniform(0.1, 0.3), *BETAS, 1e-8, 2


@adaptive.case("the first update")
def adam_no_updates(rng):
    """No updates: the history is the start alone."""
    return Callback("quadratic", "grad", bowl(rng, 2)), points(rng, 2), 0.25, *BETAS, 1e-8, 0


@adaptive.case("many updates")
def adam_in_a_bowl(rng):
    """The usual betas: the averages still remember all of the run."""
    return Callback("quadratic", "grad", bowl(rng, 3)), points(rng, 3), rng.uniform(0.1, 0.3), *BETAS, 1e-8, 6


@adaptive.case("many updates")
def adam_over_hills(rng):
    """A gradient that changes its sign, and betas that are far apart."""
    betas = rng.uniform(0.3, 0.5), rng.uniform(0.85, 0.95)
    return Callback("waves", "grad", hills(rng, 2)), points(rng, 2), rng.uniform(0.3, 0.5), *betas, 1e-6, 5


@adaptive.case("many updates")
def adam_larger_b1(rng):
    """The first beta is the larger one: who sorts or mixes them is seen."""
    betas = rng.uniform(0.8, 0.9), rng.uniform(0.3, 0.5)
    return Callback("quadratic", "grad", bowl(rng, 2)), points(rng, 2), rng.uniform(0.1, 0.2), *betas, 1e-6, 5


@adaptive.case("tiny gradients")
def adam_tiny_gradients(rng):
    """Gradients of a millionth and eps of 1e-8: a per cent of the step depends on where eps stands."""
    problem = shrunk(bowl(rng, 3), 1e-6)
    return Callback("quadratic", "grad", problem), points(rng, 3), rng.uniform(0.1, 0.3), *BETAS, 1e-8, 5


@adaptive.case("tiny gradients")
def adam_large_eps(rng):
    """eps is as large as the gradients: half of the step depends on it."""
    problem = shrunk(bowl(rng, 2), 1e-3)
    eps = rng.uniform(1e-3, 2e-3)
    return Callback("quadratic", "grad", problem), points(rng, 2), rng.uniform(0.1, 0.3), *BETAS, eps, 5


@adaptive.case("gradients of zero")
def adam_zero_at_first(rng):
    """One entry of the first gradient is 0: without eps that is 0/0. Later it is not 0 any more."""
    problem, start = level_at_first(rng, 3)
    return Callback("quadratic", "grad", problem), start, 0.25, *BETAS, 1e-8, 4


@adaptive.case("gradients of zero")
def adam_tiny_and_zero_at_first(rng):
    """The same with tiny gradients, and other betas."""
    problem, start = level_at_first(rng, 2, 2.0**-20)
    return Callback("quadratic", "grad", problem), start, 0.125, 0.75, 0.9375, 1e-7, 5


@adaptive.case("gradients of zero")
def adam_at_the_minimum(rng):
    """All gradients are 0, always: nothing moves, and nothing is divided by 0."""
    A, minimum = np.diag(rng.choice([1.0, 2.0, 3.0], size=3)), rng.choice([-2.0, 1.0, 4.0], size=3)
    return Callback("quadratic", "grad", {"A": A, "b": A @ minimum}), minimum, 0.25, *BETAS, 1e-8, 3


@adaptive.judge()
def adam_judge(run, grad, w0, lr, b1, b2, eps, n):
    rows = run.value
    if not np.array_equal(rows[0], w0):
        return Mismatch("start", "Row 0 is not the start w0.", "[0]")
    gradients = gradients_at(rows, asked(run.queries, "grad"), grad)
    if isinstance(gradients, Mismatch):
        return whole_numbers(rows, gradients)
    found = wrong_update(rows, gradients, lr, b1, b2, eps, eps_hat=False)
    if found is None or wrong_update(rows, gradients, lr, b1, b2, eps, eps_hat=True) is None:
        return None
    return whole_numbers(rows, found)


def wrong_update(rows, gradients, lr, b1, b2, eps, *, eps_hat):
    """Return the first row that Adam's rule does not lead to.

    eps_hat: with the step size corrected and eps added to the root of the uncorrected average.
    """
    m = v = lift(np.zeros(rows.shape[1]))
    one, b1, b2 = lift(1.0), lift(b1), lift(b2)
    way = np.abs(rows[0]).astype(np.longdouble)
    for t, g in enumerate(map(asked_gradient, gradients), 1):
        m = b1 * m + (one - b1) * g
        v = b2 * v + (one - b2) * (g * g)
        first, second = one - b1**t, one - b2**t
        if eps_hat:
            step = lr * np.sqrt(second) / first * m / (np.sqrt(v) + eps)
        else:
            step = lr * (m / first) / (np.sqrt(v / second) + eps)
        want = rows[t - 1] - step
        way = way + 4 * np.abs(step.value)
        if not close(rows[t], want.value, want.error + way):
            return Mismatch("step", f"Row {t} is not the result of update {t} from the row before.", f"[{t}]")
    return None


@adaptive.oracle()
def adam_torch(grad, w0, lr, b1, b2, eps, n):
    """The update rule of torch's Adam, in its own operations: `torch.optim` takes a second to import."""
    import torch

    w = torch.tensor(np.asarray(w0, np.float64))
    average, square = torch.zeros_like(w), torch.zeros_like(w)
    rows = [w.numpy().copy()]
    for t in range(1, n + 1):
        g = torch.from_numpy(np.asarray(grad(w.numpy().copy())))
        average = torch.lerp(average, g, 1 - b1)
        square = torch.addcmul(square * b2, g, g, value=1 - b2)
        root = square.sqrt() / math.sqrt(1 - b2**t) + eps
        w = torch.addcdiv(w, average, root, value=-lr / (1 - b1**t))
        rows.append(w.numpy().copy())
    return np.array(rows)


@adaptive.variant()
def adam_list(grad, w0, lr, b1, b2, eps, n):
    w, m, v, t = w0 * 1.0, 0, 0, 0
    history = [w]
    while t < n:
        t += 1
        g = grad(w)
        m = m + (1 - b1) * (g - m)
        v = v + (1 - b2) * (g * g - v)
        w = w - lr * (m / (1 - b1**t)) / ((v / (1 - b2**t)) ** 0.5 + eps)
        history.append(w)
    return np.array(history)


@adaptive.variant()
def adam_weight_by_weight(grad, w0, lr, b1, b2, eps, n):
    d = len(w0)
    rows = np.zeros((n + 1, d))
    rows[0] = w0
    m, v, p1, p2 = [0.0] * d, [0.0] * d, 1.0, 1.0
    for t in range(n):
        g = grad(rows[t])
        p1, p2 = p1 * b1, p2 * b2
        for i in range(d):
            m[i] = b1 * m[i] + (1 - b1) * g[i]
            v[i] = b2 * v[i] + (1 - b2) * g[i] ** 2
            rows[t + 1, i] = rows[t, i] - lr * (m[i] / (1 - p1)) / (math.sqrt(v[i] / (1 - p2)) + eps)
    return rows


@adaptive.variant()
def adam_corrected_step_size(grad, w0, lr, b1, b2, eps, n):
    """The shortcut of the paper: eps has another role."""
    w, m, v = np.array(w0, dtype=float), np.zeros(len(w0)), np.zeros(len(w0))
    rows = [w.copy()]
    for t in range(1, n + 1):
        g = grad(w)
        m = b1 * m + (1 - b1) * g
        v = b2 * v + (1 - b2) * g**2
        w -= lr * np.sqrt(1 - b2**t) / (1 - b1**t) * m / (np.sqrt(v) + eps)
        rows.append(w.copy())
    return np.array(rows)


@adaptive.variant()
def adam_float32(grad, w0, lr, b1, b2, eps, n):
    f = np.float32
    rows = np.zeros((n + 1, len(w0)), dtype=f)
    rows[0] = w0
    m, v = np.zeros(len(w0), dtype=f), np.zeros(len(w0), dtype=f)
    for t in range(1, n + 1):
        g = np.asarray(grad(rows[t - 1])).astype(f)
        m = f(b1) * m + f(1 - b1) * g
        v = f(b2) * v + f(1 - b2) * g**2
        rows[t] = rows[t - 1] - f(lr) * (m / f(1 - b1**t)) / (np.sqrt(v / f(1 - b2**t)) + f(eps))
    return rows


def student_adam(grad, w0, lr, b1, b2, eps, n, square=None, step=None, keep=None, first=1):
    """Return a history with some of Adam's rules exchanged: what the mistakes below differ in."""
    rows = np.zeros((n + 1, len(w0)))
    rows[0] = w0
    m, v = np.zeros(len(w0)), np.zeros(len(w0))
    for row in range(1, n + 1):
        t = row - 1 + first
        g = grad(rows[row - 1])
        m = b1 * m + (1 - b1) * g
        v = b2 * v + (1 - b2) * (g**2 if square is None else square(g))
        m_hat, v_hat = m / (1 - b1**t), v / (1 - b2**t)
        if step is None:
            rows[row] = rows[row - 1] - lr * m_hat / (np.sqrt(v_hat) + eps)
        else:
            rows[row] = rows[row - 1] - lr * step(m, v, m_hat, v_hat, g)
        if keep is not None:
            m, v = keep(m, v, m_hat, v_hat)
    return rows


@adaptive.mistake(
    "Your first step should be about lr long, and it is not: the averages begin at 0. What repairs the start?",
    catalogue="M77",
)
def adam_without_hats(grad, w0, lr, b1, b2, eps, n):
    return student_adam(
        grad, w0, lr, b1, b2, eps, n, step=lambda m, v, m_hat, v_hat, g: m / (np.sqrt(v) + eps)
    )


@adaptive.mistake(
    "The average of the gradients has its hat, the one of the squares has none. Your first steps are far too long.",
    catalogue="M77",
)
def adam_hat_on_m_only(grad, w0, lr, b1, b2, eps, n):
    return student_adam(
        grad, w0, lr, b1, b2, eps, n, step=lambda m, v, m_hat, v_hat, g: m_hat / (np.sqrt(v) + eps)
    )


@adaptive.mistake(
    "The average of the squares has its hat, the one of the gradients has none. Your first steps are too short.",
    catalogue="M77",
)
def adam_hat_on_v_only(grad, w0, lr, b1, b2, eps, n):
    return student_adam(
        grad, w0, lr, b1, b2, eps, n, step=lambda m, v, m_hat, v_hat, g: m / (np.sqrt(v_hat) + eps)
    )


@adaptive.mistake(
    "Your count begins with t = 0, and 1 - beta⁰ is 0. Which number has the first update in the formulas?",
    catalogue="M78",
)
def adam_counts_from_zero(grad, w0, lr, b1, b2, eps, n):
    with np.errstate(all="ignore"):
        return student_adam(grad, w0, lr, b1, b2, eps, n, first=0)


@adaptive.mistake(
    "Your count is one ahead. Which number has the first update in the formulas?",
    catalogue="M78",
)
def adam_counts_from_two(grad, w0, lr, b1, b2, eps, n):
    return student_adam(grad, w0, lr, b1, b2, eps, n, first=2)


@adaptive.mistake(
    "Your first step is right, and then you drift away: you store the values with hats in m and v. Which ones does the next "
    "step need?",
    catalogue="M79",
)
def adam_keeps_the_hats(grad, w0, lr, b1, b2, eps, n):
    return student_adam(grad, w0, lr, b1, b2, eps, n, keep=lambda m, v, m_hat, v_hat: (m_hat, v_hat))


@adaptive.mistake(
    "You divide by the average of the squares itself. Which function is missing in the denominator?",
    catalogue="M80",
)
def adam_without_root(grad, w0, lr, b1, b2, eps, n):
    return student_adam(
        grad, w0, lr, b1, b2, eps, n, step=lambda m, v, m_hat, v_hat, g: m_hat / (v_hat + eps)
    )


@adaptive.mistake(
    "Right for gradients of size one, wrong for tiny ones: your eps stands inside of the root. Where does the formula have it?",
    catalogue="M80",
)
def adam_eps_inside(grad, w0, lr, b1, b2, eps, n):
    return student_adam(
        grad, w0, lr, b1, b2, eps, n, step=lambda m, v, m_hat, v_hat, g: m_hat / np.sqrt(v_hat + eps)
    )


@adaptive.mistake(
    "Where a gradient is exactly 0 you divide 0 by 0. Which small number in the formula prevents that?",
    catalogue="M80",
)
def adam_without_eps(grad, w0, lr, b1, b2, eps, n):
    with np.errstate(all="ignore"):
        return student_adam(
            grad, w0, lr, b1, b2, eps, n, step=lambda m, v, m_hat, v_hat, g: m_hat / np.sqrt(v_hat)
        )


@adaptive.mistake(
    "Your eps has a value of its own. Where does the argument eps come in?",
    catalogue="M80",
)
def adam_own_eps(grad, w0, lr, b1, b2, eps, n):
    eps = 5e-8
    return student_adam(grad, w0, lr, b1, b2, eps, n)


@adaptive.mistake(
    "The two betas are exchanged. Which one belongs to the squares?",
    catalogue="M80",
)
def adam_betas_swapped(grad, w0, lr, b1, b2, eps, n):
    return student_adam(grad, w0, lr, b2, b1, eps, n)


@adaptive.mistake(
    "You average the sizes of the gradients. What does the formula average before the root is taken?",
    catalogue="M80",
)
def adam_sizes_for_squares(grad, w0, lr, b1, b2, eps, n):
    return student_adam(grad, w0, lr, b1, b2, eps, n, square=np.abs)


@adaptive.mistake(
    "You square the average, but the formula averages the squares. Which of the two comes first?",
)
def adam_squares_the_average(grad, w0, lr, b1, b2, eps, n):
    return student_adam(
        grad, w0, lr, b1, b2, eps, n, step=lambda m, v, m_hat, v_hat, g: m_hat / (np.abs(m_hat) + eps)
    )


@adaptive.mistake(
    "In the numerator you have the gradient of this step alone. Which average belongs there?",
    catalogue="M80",
)
def adam_gradient_for_average(grad, w0, lr, b1, b2, eps, n):
    return student_adam(
        grad, w0, lr, b1, b2, eps, n, step=lambda m, v, m_hat, v_hat, g: g / (np.sqrt(v_hat) + eps)
    )


@adaptive.mistake(
    "All weights share one scale in your step: the norm of v. Everything in Adam is meant entry by entry.",
)
def adam_one_scale_for_all(grad, w0, lr, b1, b2, eps, n):
    return student_adam(
        grad, w0, lr, b1, b2, eps, n, step=lambda m, v, m_hat, v_hat, g: m_hat / (np.sqrt(v_hat.sum()) + eps)
    )


@adaptive.mistake(
    "Right size, opposite direction: your points climb. Which sign does the step have?",
    catalogue="M04",
)
def adam_climbs(grad, w0, lr, b1, b2, eps, n):
    return student_adam(grad, w0, -lr, b1, b2, eps, n)


@adaptive.mistake(
    "Every step of yours uses the gradient at the start. At which point do you stand when you ask for it in step two?",
    catalogue="M59",
)
def adam_gradient_asked_once(grad, w0, lr, b1, b2, eps, n):
    g = grad(w0 * 1.0) if n else None
    return student_adam(lambda w: g, w0, lr, b1, b2, eps, n)


@adaptive.mistake(
    "Your row 0 is already one update away from the start. What belongs into the history before the first one?",
    catalogue="M57",
)
def adam_start_missing(grad, w0, lr, b1, b2, eps, n):
    return student_adam(grad, w0, lr, b1, b2, eps, n + 1)[1:]


@adaptive.mistake(
    "Your points are right, but after the call w0 is no longer where it was. What does `-=` do to an array that somebody "
    "else still uses?",
    catalogue="M58",
)
def adam_moves_the_start(grad, w0, lr, b1, b2, eps, n):
    w, m, v = w0, np.zeros(len(w0)), np.zeros(len(w0))
    rows = [w.copy()]
    for t in range(1, n + 1):
        g = grad(w)
        m = b1 * m + (1 - b1) * g
        v = b2 * v + (1 - b2) * g**2
        w -= lr * (m / (1 - b1**t)) / (np.sqrt(v / (1 - b2**t)) + eps)
        rows.append(w.copy())
    return np.array(rows)


@adaptive.mistake(
    "All rows of your history are the same array, so each update changes all of them. Where would you need a copy?",
    catalogue="M58",
)
def adam_rows_are_one_array(grad, w0, lr, b1, b2, eps, n):
    w, m, v = w0.astype(float), np.zeros(len(w0)), np.zeros(len(w0))
    rows = [w]
    for t in range(1, n + 1):
        g = grad(w)
        m = b1 * m + (1 - b1) * g
        v = b2 * v + (1 - b2) * g**2
        w -= lr * (m / (1 - b1**t)) / (np.sqrt(v / (1 - b2**t)) + eps)
        rows.append(w)
    return np.array(rows)


adaptive.equivalent(
    "adam: np.zeros((n + 1, len(w0))) -> -np.zeros((n + 1, len(w0))) #1",
    "adam: np.zeros((n + 1, len(w0))) -> 2 * np.zeros((n + 1, len(w0))) #1",
    "adam: np.zeros((n + 1, len(w0))) -> np.ones((n + 1, len(w0))) #1",
    because="every row is overwritten",
)


# ---------------------------------------------------------------------------------------------------- 8.6
schedules = assignment.exercise(
    "lr_poly",
    id="8.6",
    minutes=30,
    functions=("lr_poly", "lr_step", "limit_fast"),
    points={"two schedules": 1, "too fast": 1},
    hints=(
        "Write down the step sizes for t = 0, 1, 2, 3 by hand. Does each schedule begin with c0?",
        (
            "lr_step needs to know how many times T fits into t, without a rest. limit_fast is the loop of gradient descent "
            "with a step size that changes, run until nothing changes any more."
        ),
        (
            "c0 / (t + 1)**alpha, and c0 * c**(int(t) // T). For the limit: repeat x = x - lr * 2 * x and lr = lr * c, "
            "beginning with lr = 0.25, a thousand times."
        ),
    ),
    lecture="Binder, L6: learning rate annealing; Alvarez: the learning rate must shrink",
)


@schedules.case("two schedules")
def poly_root(rng):
    """A power that is not 1: a product instead of a power shows."""
    return int(rng.integers(4, 30)), rng.uniform(0.2, 0.9), rng.uniform(0.4, 0.7)


@schedules.case("two schedules")
def poly_steep(rng):
    """A power above 1, in the middle of an epoch."""
    return rng.uniform(3.3, 3.7), rng.uniform(1.5, 4.0), rng.uniform(1.3, 2.2)


@schedules.case("two schedules")
def poly_first(rng):
    """t = 0: the schedule begins with c0."""
    return 0, rng.uniform(0.2, 0.9), rng.uniform(0.4, 1.6)


@schedules.case("two schedules")
def poly_fraction(rng):
    """A fraction of an epoch."""
    return rng.uniform(2.2, 2.8), rng.uniform(0.2, 0.9), rng.uniform(0.6, 1.4)


@schedules.case("two schedules", exact=True)
def poly_exact(rng):
    """Powers of two throughout."""
    return int(rng.choice([1, 3, 7, 15])), 2.0 ** rng.integers(-3, 2), 2.0


@schedules.oracle()
def poly_mpmath(t, c0, alpha):
    with mpmath.workdps(40):
        return float(mpmath.mpf(c0) * mpmath.power(mpmath.mpf(t) + 1, -mpmath.mpf(alpha)))


@schedules.oracle()
def poly_torch(t, c0, alpha):
    import torch

    return (c0 * torch.pow(torch.tensor(t + 1.0, dtype=torch.float64), -alpha)).item()


@schedules.variant()
def poly_negative_power(t, c0, alpha):
    return c0 * (t + 1.0) ** (-alpha)


@schedules.variant()
def poly_by_logarithms(t, c0, alpha):
    return c0 * math.exp(-alpha * math.log(t + 1))


@schedules.variant()
def poly_float32(t, c0, alpha):
    return np.float32(c0) * np.float32(t + 1) ** np.float32(-alpha)


@schedules.mistake(
    "At t = 0 your schedule does not begin with c0, it divides by 0. Which number is raised to the power?",
    catalogue="M78",
)
def poly_without_one(t, c0, alpha):
    return c0 / t**alpha


@schedules.mistake("Your step size is not c0 at the beginning. How much is added to t?", catalogue="M57")
def poly_plus_two(t, c0, alpha):
    return c0 / (t + 2) ** alpha


@schedules.mistake("Your step size grows. Which sign has the exponent?", catalogue="M04")
def poly_grows(t, c0, alpha):
    return c0 * (t + 1) ** alpha


@schedules.mistake("You multiply by alpha. What does the formula do with it?")
def poly_product(t, c0, alpha):
    return c0 / (alpha * (t + 1))


@schedules.mistake("Base and exponent are exchanged: what is raised to which power?")
def poly_exponential(t, c0, alpha):
    return c0 * alpha ** -(t + 1)


@schedules.mistake(
    "c0 has gone into the power as well. Which part of the formula has the exponent?",
)
def poly_all_to_the_power(t, c0, alpha):
    return (c0 / (t + 1)) ** alpha


@schedules.mistake(
    "You cut the fraction off t. For this schedule half an epoch makes a difference.",
)
def poly_whole_epochs(t, c0, alpha):
    return c0 / (int(t) + 1) ** alpha


@schedules.case("two schedules", "lr_step")
def step_before_the_drop(rng):
    """t = T - 1: the last one of the first stair."""
    T = int(rng.integers(5, 12))
    return T - 1, rng.uniform(0.2, 0.9), rng.uniform(0.2, 0.7), T


@schedules.case("two schedules", "lr_step")
def step_at_the_drop(rng):
    """t = T: the first one of the second stair."""
    T = int(rng.integers(5, 12))
    return T, rng.uniform(0.2, 0.9), rng.uniform(0.2, 0.7), T


@schedules.case("two schedules", "lr_step")
def step_after_the_drop(rng):
    """t = T + 1: still the second stair, however t is rounded."""
    T = int(rng.integers(5, 12))
    return T + 1, rng.uniform(0.2, 0.9), rng.uniform(0.2, 0.7), T


@schedules.case("two schedules", "lr_step")
def step_late_on_the_stair(rng):
    """Two before the second drop: rounding to the nearest number gives the next stair already."""
    T = int(rng.integers(5, 12))
    return 2 * T - 2, rng.uniform(0.2, 0.9), rng.uniform(0.2, 0.7), T


@schedules.case("two schedules", "lr_step")
def step_first(rng):
    """t = 0: the schedule begins with c0."""
    return 0, rng.uniform(0.2, 0.9), rng.uniform(0.2, 0.7), int(rng.integers(5, 12))


@schedules.case("two schedules", "lr_step")
def step_fraction(rng):
    """A fraction of an epoch, late on the third stair."""
    T = int(rng.integers(5, 12))
    return 3 * T - rng.uniform(0.3, 0.7), rng.uniform(0.2, 0.9), rng.uniform(0.2, 0.7), T


@schedules.case("two schedules", "lr_step", exact=True)
def step_exact(rng):
    """Powers of two, at the third drop."""
    T = int(rng.integers(4, 9))
    return 3 * T, 2.0 ** rng.integers(-2, 3), 0.5, T


@schedules.oracle("lr_step")
def step_by_counting(t, c0, c, T):
    """One factor for each whole T that lies before or at t, in 40 digits."""
    with mpmath.workdps(40):
        rate, end = mpmath.mpf(c0), T
        while end <= t:
            rate, end = rate * mpmath.mpf(c), end + T
        return float(rate)


@schedules.oracle("lr_step")
def step_torch(t, c0, c, T):
    import torch

    stairs = torch.div(torch.tensor(t, dtype=torch.float64), T, rounding_mode="floor")
    return (c0 * torch.pow(torch.tensor(c, dtype=torch.float64), stairs)).item()


@schedules.variant("lr_step")
def step_floor(t, c0, c, T):
    return c0 * c ** math.floor(t / T)


@schedules.variant("lr_step")
def step_loop(t, c0, c, T):
    lr = c0
    for s in range(1, int(t) + 1):
        if s % T == 0:
            lr *= c
    return lr


@schedules.variant("lr_step")
def step_float32(t, c0, c, T):
    return np.float32(c0) * np.float32(c) ** np.float32(t // T)


@schedules.mistake(
    "Your step size shrinks all the time. What do the brackets around t/T mean?", "lr_step", catalogue="M81"
)
def step_not_rounded(t, c0, c, T):
    return c0 * c ** (t / T)


@schedules.mistake(
    "Your first stair is already one step down. Which way do the brackets round?", "lr_step", catalogue="M81"
)
def step_rounded_up(t, c0, c, T):
    return c0 * c ** math.ceil(t / T)


@schedules.mistake(
    "Your drops come in the middle of each stair. Which way do the brackets round?",
    "lr_step",
    catalogue="M81",
)
def step_rounded_to_the_nearest(t, c0, c, T):
    return c0 * c ** round(t / T)


@schedules.mistake(
    "Your first drop comes one step too early, at t = T - 1. From which number does t count?",
    "lr_step",
    catalogue="M81",
)
def step_one_early(t, c0, c, T):
    return c0 * c ** int((t + 1) // T)


@schedules.mistake(
    "Your first drop comes one step too late. What is the whole part of t/T at t = T?",
    "lr_step",
    catalogue="M81",
)
def step_one_late(t, c0, c, T):
    return c0 * c ** (max(math.ceil(t) - 1, 0) // T)


@schedules.mistake("Your step size shrinks in every step. Where do you use T?", "lr_step")
def step_in_every_step(t, c0, c, T):
    return c0 * c ** int(t)


@schedules.mistake(
    "There is one drop and no second one. How many times has the step size dropped at t = 3T?", "lr_step"
)
def step_once_only(t, c0, c, T):
    return c0 if t < T else c0 * c


@schedules.mistake("Your factor is applied once too often: what is c to the power 0?", "lr_step")
def step_once_too_often(t, c0, c, T):
    return c0 * c ** (int(t // T) + 1)


@schedules.mistake("You multiply by the number of the stair. What happens to c there?", "lr_step")
def step_linear(t, c0, c, T):
    return c0 - c0 * c * int(t // T)


@schedules.case("too fast", "limit_fast")
def limit_of_a_half(rng):
    """The example, from another start: the limit stays below 1, which is its own square."""
    return rng.uniform(1.5, 3.0), 0.5


@schedules.case("too fast", "limit_fast")
def limit_slow(rng):
    """Steps that shrink slowly: a few of them are not enough."""
    return rng.uniform(1.5, 4.0), rng.uniform(0.6, 0.8)


@schedules.case("too fast", "limit_fast")
def limit_slower(rng):
    """Slower still, from a negative start."""
    return -rng.uniform(1.5, 4.0), rng.uniform(0.82, 0.88)


@schedules.case("too fast", "limit_fast")
def limit_at_once(rng):
    """Nearly all of the way is in the first step."""
    return rng.uniform(10.0, 30.0), rng.uniform(0.1, 0.15)


@schedules.oracle("limit_fast")
def limit_product(x0, c):
    """The product has a name: the q-Pochhammer symbol (1/2; c)."""
    with mpmath.workdps(40):
        return float(mpmath.mpf(x0) * mpmath.qp(mpmath.mpf("0.5"), mpmath.mpf(c)))


@schedules.oracle("limit_fast")
def limit_series(x0, c):
    """Euler's series for the same product: sum of (-1)^k c^(k(k-1)/2) (1/2)^k / ((1-c) ... (1-c^k))."""
    with mpmath.workdps(60):
        c, term, total = mpmath.mpf(c), mpmath.mpf(1), mpmath.mpf(1)
        for k in range(1, 80):
            term *= -(c ** (k - 1)) / 2 / (1 - c**k)
            total += term
        return float(mpmath.mpf(x0) * total)


@schedules.variant("limit_fast")
def limit_thousand_steps(x0, c):
    x, lr = x0, 0.25
    for _ in range(1000):
        x = x - lr * 2 * x
        lr = lr * c
    return x


@schedules.variant("limit_fast")
def limit_until_nothing_changes(x0, c):
    x, before, t = x0, None, 0
    while x != before:
        before = x
        x -= c**t / 4 * 2 * x
        t += 1
    return x


@schedules.variant("limit_fast")
def limit_np_prod(x0, c):
    return x0 * np.prod(1 - 0.5 * c ** np.arange(400))


@schedules.variant("limit_fast")
def limit_float32(x0, c):
    x, lr = np.float32(x0), np.float32(0.25)
    for _ in range(300):
        x = x - lr * (2 * x)
        lr = lr * np.float32(c)
    return x


def student_limit(x0, factor, steps=400):
    """Return x0 times the factors of some steps."""
    x = x0
    for t in range(steps):
        x = x * factor(t)
    return x


@schedules.mistake(
    "You return the minimum. Add up all steps: can the run get there at all?",
    "limit_fast",
)
def limit_is_zero(x0, c):
    return 0.0 * x0


@schedules.mistake(
    "Off by the slope: what is the derivative of x²?",
    "limit_fast",
    catalogue="M03",
)
def limit_half_gradient(x0, c):
    return student_limit(x0, lambda t: 1 - 0.25 * c**t)


@schedules.mistake("Your run goes uphill. Which sign has the step?", "limit_fast", catalogue="M04")
def limit_climbs(x0, c):
    return student_limit(x0, lambda t: 1 + 0.5 * c**t)


@schedules.mistake(
    "Your first step size has shrunk already. What is c to the power 0?", "limit_fast", catalogue="M57"
)
def limit_first_step_missing(x0, c):
    return student_limit(x0, lambda t: 1 - 0.5 * c ** (t + 1))


@schedules.mistake(
    "Only the first digits are right: you stop too early. When are the steps too short to change any digit?",
    "limit_fast",
)
def limit_too_few_steps(x0, c):
    return student_limit(x0, lambda t: 1 - 0.5 * c**t, steps=6)


@schedules.mistake(
    "You return the share of the way that is left. Of which start?",
    "limit_fast",
)
def limit_without_start(x0, c):
    return student_limit(1.0, lambda t: 1 - 0.5 * c**t)


@schedules.mistake(
    "You take all slopes at the start, as if x did not move. Where is the second slope taken?",
    "limit_fast",
    catalogue="M59",
)
def limit_slope_at_start(x0, c):
    return x0 - 2 * x0 * 0.25 / (1 - c)


@schedules.mistake(
    "You let x flow smoothly, as an exponential function. The steps here are few and long: what does one of them do to x?",
    "limit_fast",
)
def limit_of_the_flow(x0, c):
    return x0 * math.exp(-0.5 / (1 - c))


@schedules.mistake("This is the loss at the limit. The text asks for the point.", "limit_fast")
def limit_loss(x0, c):
    return student_limit(x0, lambda t: 1 - 0.5 * c**t) ** 2


schedules.equivalent(
    "limit-first-step-missing * 0.5",
    because="the step that is missing has the factor 1/2",
)
schedules.equivalent(
    "limit_fast: math.ceil(math.log(1e-20) / math.log(c)) -> 2 * math.ceil(math.log(1e-20) / math.log(c)) #1",
    "limit_fast: math.log(1e-20) -> math.log(2e-20) #1",
    "limit_fast: math.log(1e-20) -> math.log(5e-21) #1",
    "limit_fast: math.log(1e-20) / math.log(c) -> math.log(1e-20) // math.log(c) #1",
    "limit_fast: range(steps) -> list(range(steps))[:-1] #1",
    because="so late a step is too short to change a digit",
)
schedules.equivalent(
    "lr_step: int(t) -> t #1",
    because="`//` rounds down by itself, and T is a whole number",
)


# ---------------------------------------------------------------------------------------------------- 8.7
watching = assignment.exercise(
    "plateau",
    id="8.7",
    minutes=30,
    functions=("plateau", "cyclical"),
    points={"plateaus": 1, "cycles": 1},
    hints=(
        "Make a table of the example with a line for each epoch: loss, best loss so far, count of bad epochs, step size.",
        (
            "Three variables live through the loop: lr, the best loss, and the count of bad ones. Which of them change after a "
            "good epoch, which after a bad one, and which when the step size drops? For the triangle: where in its cycle is t?"
        ),
        (
            "best = np.inf at first. If loss < best - tol: best = loss, bad = 0. Else bad += 1. If bad == k: lr *= factor, "
            "bad = 0. Then store lr. For the triangle take phase = t % (2 * half), and mirror it if it is beyond half."
        ),
    ),
    lecture="Özçep, V2: scheduling learning rates",
)


def course_of(rng, *levels):
    """Return losses near some levels, which are 0.2 apart at least: every comparison is clear."""
    return np.array(levels) + rng.uniform(-0.03, 0.03, size=len(levels))


@watching.case("plateaus")
def plateau_with_noise(rng):
    """A worse loss between two bad ones is no new best one, and the loss before is not the best so far."""
    losses = course_of(rng, 5.0, 4.0, 4.6, 4.3, 5.2, 4.9, 3.0, 3.6, 3.3, 3.9, 3.5)
    return losses, 3, rng.uniform(0.1, 0.4), 0.125, rng.uniform(0.2, 0.9)


@watching.case("plateaus")
def plateau_saved_in_time(rng):
    """Each improvement comes one epoch before the drop: only who sets the count back never drops."""
    losses = course_of(rng, 5.0, 5.4, 4.0, 4.4, 3.0, 3.4, 2.0, 2.4, 1.0)
    return losses, 2, rng.uniform(0.1, 0.4), 0.125, rng.uniform(1.5, 3.0)  # a step size is no tolerance


@watching.case("plateaus")
def plateau_forever(rng):
    """Nothing improves any more: a drop after every k epochs, not in each one."""
    losses = course_of(rng, 3.0, *[4.0] * 9)
    return losses, 3, rng.uniform(0.3, 0.6), 0.125, rng.uniform(0.2, 0.9)


@watching.case("plateaus")
def plateau_creeping(rng):
    """Improvements smaller than tol, which add up: the best loss is that of the last real improvement."""
    losses = 4.0 - rng.uniform(0.24, 0.26) * np.arange(9)
    return losses, 3, rng.uniform(0.1, 0.4), 0.375, rng.uniform(0.2, 0.9)


@watching.case("plateaus")
def plateau_of_small_gains(rng):
    """The loss creeps down by less than tol in every epoch: that is a plateau."""
    losses = 5.0 - 0.11 * np.arange(9) + rng.uniform(-0.01, 0.01, size=9)
    return losses, 2, rng.uniform(0.3, 0.6), 0.5, rng.uniform(0.2, 0.9)


@watching.case("plateaus")
def plateau_after_the_drop(rng):
    """The best loss stays when the step size drops: what is worse than it stays bad."""
    losses = course_of(rng, 2.0, 6.0, 6.0, 5.0, 4.0, 3.0, 1.0, 1.4)
    return losses, 2, rng.uniform(0.3, 0.6), 0.125, rng.uniform(0.2, 0.9)


@watching.case("plateaus")
def plateau_impatient(rng):
    """k = 1: every bad epoch is a drop, and the first epoch is a good one."""
    losses = course_of(rng, 3.0, 3.4, 2.0, 2.6, 2.4, 1.0)
    return losses, 1, rng.uniform(0.3, 0.6), 0.125, rng.uniform(0.2, 0.9)


@watching.case("plateaus", exact=True)
def plateau_exact(rng):
    """Improvements of exactly tol are not enough."""
    losses = np.array([8.0, 7.5, 6.0, 5.5, 7.0, 5.0, 4.5, 4.5, 4.5]) + rng.integers(0, 4)
    return losses, 2, 0.25, 0.5, 2.0 ** rng.integers(-2, 3)


@watching.case("plateaus", exact=True)
def plateau_no_tolerance(rng):
    """tol = 0: an equal loss is no improvement."""
    losses = np.array([4.0, 4.0, 3.0, 3.0, 3.0, 2.0, 2.0, 1.0, 1.0, 1.0, 1.0]) + rng.integers(0, 4)
    return losses, 2, 0.25, 0.0, 2.0 ** rng.integers(-2, 3)


@watching.oracle()
def plateau_by_looking_back(losses, k, factor, tol, lr0):
    """Each epoch's state from all losses before it, in 40 digits; nothing is counted along the way but the drops."""
    with mpmath.workdps(40):
        values = [mpmath.mpf(float(loss)) for loss in losses]
        good = [0]
        for e in range(1, len(values)):
            if values[good[-1]] - values[e] > mpmath.mpf(tol):
                good.append(e)
        drops = [
            sum(
                (after - g - 1 if e >= after else e - g) // k
                for g, after in zip(good, [*good[1:], math.inf])
                if g <= e
            )
            for e in range(len(values))
        ]
        return mp_floats([mpmath.mpf(lr0) * mpmath.mpf(factor) ** count for count in drops])


@watching.oracle()
def plateau_torch_rule(losses, k, factor, tol, lr0):
    """The bookkeeping of torch's ReduceLROnPlateau(patience=k-1, threshold_mode="abs"), without importing it."""
    import torch

    best, bad, rate, rates = math.inf, 0, torch.tensor(lr0, dtype=torch.float64), []
    for loss in losses:
        if torch.lt(torch.tensor(loss), best - tol).item():
            best, bad = float(loss), 0
        else:
            bad += 1
        if bad > k - 1:
            rate, bad = rate * factor, 0
        rates.append(rate.item())
    return np.array(rates)


@watching.variant()
def plateau_append(losses, k, factor, tol, lr0):
    lrs, best, waited, drops = [], losses[0], -1, 0
    for loss in losses:
        waited += 1
        if best - loss > tol:
            best = loss
            waited = 0
        if waited >= k:
            drops += 1
            waited = 0
        lrs.append(lr0 * factor**drops)
    return np.array(lrs)


@watching.variant()
def plateau_last_event(losses, k, factor, tol, lr0):
    """Remembers the epoch of the last improvement or drop instead of a count."""
    lrs = np.full(len(losses), lr0)
    best, event = losses[0], 0
    for e in range(1, len(losses)):
        lrs[e] = lrs[e - 1]
        if losses[e] + tol < best:
            best, event = losses[e], e
        elif e - event == k:
            lrs[e] = lrs[e] * factor
            event = e
    return lrs


@watching.variant()
def plateau_float32(losses, k, factor, tol, lr0):
    losses, lr = losses.astype(np.float32), np.float32(lr0)
    best, bad, lrs = np.float32(np.inf), 0, []
    for loss in losses:
        if loss < best - np.float32(tol):
            best, bad = loss, 0
        else:
            bad += 1
            if bad == k:
                lr, bad = lr * np.float32(factor), 0
        lrs.append(lr)
    return np.array(lrs)


def student_plateau(
    losses,
    k,
    factor,
    tol,
    lr0,
    good=None,
    patience=0,
    reset=True,
    again=True,
    drop=None,
    lowest=False,
    forget=False,
):
    """Return the step sizes with some of the rules exchanged: what the mistakes below differ in."""
    lrs, lr, best, bad = [], lr0, np.inf, 0
    for loss in losses:
        improved = loss < best - tol if good is None else good(loss, best)
        if improved:
            best, bad = loss, 0 if reset else bad
        else:
            bad += 1
            best = min(best, loss) if lowest else best
        if bad >= k + patience and (not improved or reset):
            lr = lr * factor if drop is None else drop(lr)
            bad = 0 if again else bad
            best = np.inf if forget else best
        lrs.append(lr)
    return np.array(lrs)


@watching.mistake(
    "You wait one bad epoch longer than k. That is what PyTorch's patience means; the text here drops at the k-th.",
    catalogue="M82",
)
def plateau_more_patient(losses, k, factor, tol, lr0):
    return student_plateau(losses, k, factor, tol, lr0, patience=1)


@watching.mistake(
    "You compare with the loss of the epoch before. With which loss does the text compare?",
    catalogue="M82",
)
def plateau_compares_with_last(losses, k, factor, tol, lr0):
    lrs, lr, last, bad = [], lr0, np.inf, 0
    for loss in losses:
        bad = 0 if loss < last - tol else bad + 1
        last = loss
        if bad == k:
            lr, bad = lr * factor, 0
        lrs.append(lr)
    return np.array(lrs)


@watching.mistake(
    "Your count of bad epochs survives a good one. What does *in a row* mean?",
    catalogue="M82",
)
def plateau_count_not_reset(losses, k, factor, tol, lr0):
    return student_plateau(losses, k, factor, tol, lr0, reset=False)


@watching.mistake(
    "After the first drop your step size drops in every bad epoch. What happens to the count when it drops?",
    catalogue="M82",
)
def plateau_drops_again_and_again(losses, k, factor, tol, lr0):
    return student_plateau(losses, k, factor, tol, lr0, again=False)


@watching.mistake(
    "Any lower loss counts as an improvement in your function. Where do you use tol?",
)
def plateau_without_tolerance(losses, k, factor, tol, lr0):
    return student_plateau(losses, k, factor, tol, lr0, good=lambda loss, best: loss < best)


@watching.mistake(
    "An improvement by exactly tol, or an equal loss if tol is 0, counts in your function. What does the text say about it?",
)
def plateau_equal_counts(losses, k, factor, tol, lr0):
    return student_plateau(losses, k, factor, tol, lr0, good=lambda loss, best: loss <= best - tol)


@watching.mistake(
    "You measure tol as a share of the best loss. PyTorch does that by default; the text here subtracts tol.",
)
def plateau_relative_tolerance(losses, k, factor, tol, lr0):
    return student_plateau(losses, k, factor, tol, lr0, good=lambda loss, best: loss < best * (1 - tol))


@watching.mistake(
    "The sign of tol is turned round: a loss that is a little worse counts as an improvement.",
    catalogue="M04",
)
def plateau_generous_tolerance(losses, k, factor, tol, lr0):
    return student_plateau(losses, k, factor, tol, lr0, good=lambda loss, best: loss < best + tol)


@watching.mistake(
    "You take every lower loss as the best one so far, also if it was no improvement. Small gains then never add up: which "
    "loss does the text keep?",
)
def plateau_keeps_the_lowest(losses, k, factor, tol, lr0):
    return student_plateau(losses, k, factor, tol, lr0, lowest=True)


@watching.mistake(
    "After a drop you start with a new best loss. Which of your variables may change when the step size drops?",
)
def plateau_forgets_the_best(losses, k, factor, tol, lr0):
    return student_plateau(losses, k, factor, tol, lr0, forget=True)


@watching.mistake(
    "Your step size grows at a plateau. Do you multiply by factor, or divide?",
)
def plateau_divides(losses, k, factor, tol, lr0):
    return student_plateau(losses, k, factor, tol, lr0, drop=lambda lr: lr / factor)


@watching.mistake(
    "Your second drop starts from lr0 again. What does it multiply?",
)
def plateau_one_drop_only(losses, k, factor, tol, lr0):
    return student_plateau(losses, k, factor, tol, lr0, drop=lambda lr: lr0 * factor)


@watching.mistake(
    "Your list is one epoch late: an entry is the step size *after* this epoch's loss has been looked at.",
    catalogue="M57",
)
def plateau_one_late(losses, k, factor, tol, lr0):
    lrs = student_plateau(losses, k, factor, tol, lr0)
    return np.array([lr0, *lrs[:-1]])


@watching.mistake(
    "You count the first epoch as a bad one. With what is it compared?",
    catalogue="M82",
)
def plateau_first_is_bad(losses, k, factor, tol, lr0):
    lrs, lr, best, bad = [], lr0, losses[0], 0
    for loss in losses:
        if loss < best - tol:
            best, bad = loss, 0
        else:
            bad += 1
        if bad == k:
            lr, bad = lr * factor, 0
        lrs.append(lr)
    return np.array(lrs)


@watching.mistake(
    "You return the last step size only. The text asks for one after each epoch.",
)
def plateau_last_only(losses, k, factor, tol, lr0):
    return student_plateau(losses, k, factor, tol, lr0)[-1]


def limits(rng):
    """Return lo and hi, far apart."""
    return rng.uniform(0.05, 0.2), rng.uniform(0.8, 1.6)


@watching.case("cycles", "cyclical")
def cycle_start(rng):
    """t = 0: the cycle begins with lo."""
    return 0, *limits(rng), int(rng.integers(4, 8))


@watching.case("cycles", "cyclical")
def cycle_going_up(rng):
    """One before the peak: neither a quarter nor a half of the way."""
    half = int(rng.integers(4, 8))
    return half - 1, *limits(rng), half


@watching.case("cycles", "cyclical")
def cycle_peak(rng):
    """t = half: hi, and not a step further."""
    half = int(rng.integers(4, 8))
    return half, *limits(rng), half


@watching.case("cycles", "cyclical")
def cycle_going_down(rng):
    """Two after the peak, on the way down."""
    half = int(rng.integers(5, 8))
    return half + 2, *limits(rng), half


@watching.case("cycles", "cyclical")
def cycle_third(rng):
    """In the third cycle: it goes on forever, and always to the same height."""
    half = int(rng.integers(4, 8))
    return 4 * half + 1, *limits(rng), half


@watching.case("cycles", "cyclical", exact=True)
def cycle_exact(rng):
    """Quarters of the way, down in the second cycle."""
    return 8 + int(rng.choice([5, 7])), 2.0 ** rng.integers(-3, 0), 4.0, 4


@watching.oracle("cyclical")
def cycle_smith(t, lo, hi, half):
    """Smith's own formula, in 40 digits: cycle = floor(1 + t/2h), x = |t/h - 2 cycle + 1|, lo + (hi - lo) max(0, 1 - x)."""
    with mpmath.workdps(40):
        cycle = mpmath.floor(1 + mpmath.mpf(t) / (2 * half))
        x = abs(mpmath.mpf(t) / half - 2 * cycle + 1)
        return float(lo + (mpmath.mpf(hi) - lo) * max(mpmath.mpf(0), 1 - x))


@watching.oracle("cyclical")
def cycle_walk(t, lo, hi, half):
    """Up and down, update by update, in exact fractions of the way."""
    place, direction = 0, 1
    for _ in range(t):
        place += direction
        direction = -direction if place in {0, half} else direction
    with mpmath.workdps(40):
        return float((mpmath.mpf(lo) * (half - place) + mpmath.mpf(hi) * place) / half)


@watching.variant("cyclical")
def cycle_by_cases(t, lo, hi, half):
    phase = t % (2 * half)
    if phase <= half:
        return lo + (hi - lo) * (phase / half)
    return hi - (hi - lo) * ((phase - half) / half)


@watching.variant("cyclical")
def cycle_absolute(t, lo, hi, half):
    return lo + (hi - lo) * (1 - abs(t % (2 * half) - half) / half)


@watching.variant("cyclical")
def cycle_np_interp(t, lo, hi, half):
    return float(np.interp(t % (2 * half), [0, half, 2 * half], [lo, hi, lo]))


@watching.variant("cyclical")
def cycle_float32(t, lo, hi, half):
    x = np.float32(abs(t / half - 2 * (1 + t // (2 * half)) + 1))
    return np.float32(lo) + (np.float32(hi) - np.float32(lo)) * (1 - x)


@watching.mistake(
    "Your triangle is a saw: it falls from hi to lo in one step. How long does the way down take?",
    "cyclical",
    catalogue="M83",
)
def cycle_saw(t, lo, hi, half):
    return lo + (hi - lo) * (t % half) / half


@watching.mistake(
    "Your cycle is twice as fast: the peak is reached after half of `half`. How many updates go up?",
    "cyclical",
    catalogue="M83",
)
def cycle_too_fast(t, lo, hi, half):
    phase = t % half
    return lo + (hi - lo) * min(phase, half - phase) / (half / 2)


@watching.mistake(
    "Your cycle begins at the top. What is the step size at t = 0?", "cyclical", catalogue="M83"
)
def cycle_from_the_top(t, lo, hi, half):
    phase = t % (2 * half)
    return hi - (hi - lo) * min(phase, 2 * half - phase) / half


@watching.mistake(
    "Your cycle is one update ahead. From which number does t count?", "cyclical", catalogue="M83"
)
def cycle_one_ahead(t, lo, hi, half):
    phase = (t + 1) % (2 * half)
    return lo + (hi - lo) * min(phase, 2 * half - phase) / half


@watching.mistake(
    "Your step size goes up and stays there. What happens after the peak?", "cyclical", catalogue="M83"
)
def cycle_stays_up(t, lo, hi, half):
    return lo + (hi - lo) * min(t, half) / half


@watching.mistake(
    "After the first cycle yours goes on below lo. How do you get from t to its place in the cycle?",
    "cyclical",
    catalogue="M83",
)
def cycle_only_once(t, lo, hi, half):
    return lo + (hi - lo) * (1 - abs(t - half) / half)


@watching.mistake("Your ups and downs are rounded, like a wave. The text asks for even steps.", "cyclical")
def cycle_cosine(t, lo, hi, half):
    return lo + (hi - lo) * (1 - math.cos(math.pi * t / half)) / 2


@watching.mistake(
    "Only the ends of your cycle are right: a whole-number division throws away every fraction.",
    "cyclical",
    catalogue="M84",
)
def cycle_whole_division(t, lo, hi, half):
    phase = t % (2 * half)
    return lo + (hi - lo) * (min(phase, 2 * half - phase) // half)


@watching.mistake("Your peak is lo + hi. How far is it from lo to hi?", "cyclical")
def cycle_to_the_sum(t, lo, hi, half):
    phase = t % (2 * half)
    return lo + hi * min(phase, 2 * half - phase) / half


watching.equivalent(
    "cyclical: min(phase, 2 * half - phase) -> min(2 * half - phase, phase) #1",
    because="the smaller of two numbers is the same in either order",
)
watching.equivalent(
    "plateau: bad == k -> bad >= k #1",
    because="the count never gets beyond k",
)


# ---------------------------------------------------------------------------------------------------- 8.8
race = assignment.exercise(
    "train",
    id="8.8",
    minutes=50,
    functions=("train", "compare", "findings"),
    points={"one run": 1, "the gaps": 1, "what you find": 1},
    hints=(
        (
            "Which functions of this sheet do you have already that make the batches, and the step size of epoch e? What has "
            "to be set anew in each epoch, and what once in a run?"
        ),
        (
            "Two loops, one in the other: over the epochs, and over the batches of an epoch. The step size is worked out in the "
            "outer loop, the weights move in the inner one, and a row is stored at the end of the outer one."
        ),
        (
            "rng = np.random.default_rng(seed) before the loops. In epoch e: step = lr / (1 + e) with decay; for each idx of "
            "make_batches(len(y), B, rng): w = w - step * logistic_grad(X[idx], y[idx], w) / len(idx); rows[e + 1] = w. "
            "A gap is logistic_loss(X, y, rows[e]) - lowest."
        ),
    ),
    lecture="Alvarez: convergence and efficiency of full, mini-batch and stochastic gradient descent",
)


def labels(rng, n, d):
    """Return the rows and the labels of a small logistic regression: both labels occur, and no row is like another."""
    X = rng.normal(size=(n, d))
    return X, rng.permutation(np.arange(n) % 2 * 1.0)


def number(rng):
    """Return a seed as a plain number."""
    return int(rng.integers(1, 2**31))


@race.case("one run")
def train_with_a_rest(rng):
    """The last batch of each epoch is short, and the step size stays."""
    return *labels(rng, 8, 3), 3, rng.uniform(0.5, 1.0), False, 2, number(rng)


@race.case("one run")
def train_decayed(rng):
    """Three epochs, each with a shorter step, two updates in each."""
    return *labels(rng, 8, 2), 5, rng.uniform(0.5, 1.0), True, 3, number(rng)


@race.case("one run")
def train_single_samples(rng):
    """One sample at a time, decayed from the second epoch on."""
    return *labels(rng, 5, 2), 1, rng.uniform(0.3, 0.6), True, 3, number(rng)


@race.case("one run")
def train_full_batch(rng):
    """Gradient descent: B is larger than the data, and the order makes no difference."""
    return *labels(rng, 6, 2), 9, rng.uniform(0.5, 1.0), False, 3, number(rng)


@race.case("one run")
def train_not_at_all(rng):
    """No epochs: the start alone."""
    return *labels(rng, 6, 2), 3, 0.5, True, 0, number(rng)


def torch_run(X, y, B, lr, decay, epochs, seed):
    """Return the weights after each epoch; each gradient is the derivative of the mean loss of a batch, by autograd."""
    import torch

    rng = np.random.default_rng(seed)
    w, rows = np.zeros(X.shape[1]), [np.zeros(X.shape[1])]
    for e in range(epochs):
        order = np.arange(len(y))
        rng.shuffle(order)
        for idx in np.split(order, range(B, len(y), B)):
            part, label = torch.tensor(X[idx]), torch.tensor(y[idx])

            def loss(w, part=part, label=label):
                # -log of the probability of the right label
                return -torch.nn.functional.logsigmoid((2 * label - 1) * (part @ w)).mean()

            w = w - (lr / (1 + e) if decay else lr) * torch_grad(loss, w)
        rows.append(w)
    return np.array(rows)


def mp_run(X, y, B, lr, decay, epochs, seed):
    """Return the weights after each epoch in 40 digits, with the residuals written as half a tanh."""
    rng = np.random.default_rng(seed)
    with mpmath.workdps(40):
        w = [mpmath.mpf(0)] * X.shape[1]
        rows = [w]
        for e in range(epochs):
            order = rng.permutation(len(y))
            for start in range(0, len(y), B):
                idx = order[start : start + B]
                total = [mpmath.mpf(0)] * len(w)
                for i in idx:
                    z = mpmath.fdot(zip(map(float, X[i]), w, strict=True))
                    off = (1 + mpmath.tanh(z / 2)) / 2 - y[i]
                    total = [one + off * float(x) for one, x in zip(total, X[i], strict=True)]
                rate = mpmath.mpf(lr) / (1 + e if decay else 1) / len(idx)
                w = [one - rate * g for one, g in zip(w, total, strict=True)]
            rows.append(w)
        return rows


@race.oracle()
def train_torch(X, y, B, lr, decay, epochs, seed):
    return torch_run(X, y, B, lr, decay, epochs, seed)


@race.oracle()
def train_mpmath(X, y, B, lr, decay, epochs, seed):
    return mp_floats(mp_run(X, y, B, lr, decay, epochs, seed))


@race.variant()
def train_one_list(X, y, B, lr, decay, epochs, seed):
    rng = np.random.default_rng(seed)
    w = np.zeros(X.shape[1])
    history = [w]
    for e in range(epochs):
        if decay:
            step = lr / (1 + e)
        else:
            step = lr
        for rows, marks in paired_batches(X, y, B, rng):
            w = w - step / len(marks) * logistic_grad(rows, marks, w)
        history.append(w)
    return np.array(history)


@race.variant()
def train_by_sgd(X, y, B, lr, decay, epochs, seed):
    """With the loop of 8.2, one call for each epoch."""
    rng = np.random.default_rng(seed)
    history = [np.zeros(X.shape[1])]
    for e in range(epochs):
        batches = make_batches(len(y), B, rng)
        rate = lr_poly(e, lr, 1.0 if decay else 0.0)
        path = sgd(lambda w, idx: logistic_grad(X[idx], y[idx], w), history[-1], batches, rate, "mean")
        history.append(path[-1])
    return np.array(history)


@race.variant()
def train_in_place(X, y, B, lr, decay, epochs, seed):
    rng = np.random.default_rng(seed)
    n, d = X.shape
    w = np.zeros(d)
    rows = np.zeros((epochs + 1, d))
    for e in range(epochs):
        order = rng.permutation(n)
        for start in range(0, n, B):
            for_now = order[start : start + B]
            z = X[for_now] @ w
            p = 1 / (1 + np.exp(-z))
            w -= lr / (e + 1 if decay else 1) * ((p - y[for_now])[:, None] * X[for_now]).mean(axis=0)
        rows[e + 1] = w
    return rows


@race.variant()
def train_float32(X, y, B, lr, decay, epochs, seed):
    X, y = X.astype(np.float32), y.astype(np.float32)
    rng = np.random.default_rng(seed)
    w = np.zeros(X.shape[1], np.float32)
    rows = [w]
    for e in range(epochs):
        step = np.float32(lr / (1 + e) if decay else lr)
        for idx in make_batches(len(y), B, rng):
            w = w - step * (logistic_grad(X[idx], y[idx], w) / np.float32(len(idx)))
        rows.append(w)
    return np.array(rows)


def student_train(X, y, B, lr, decay, epochs, seed, batches=None, rate=None, size=None, sign=-1.0):
    """Return the weights after each epoch with some of the choices exchanged: what the mistakes below differ in."""
    rng = np.random.default_rng(seed)
    n, t = len(y), 0
    rows = np.zeros((epochs + 1, X.shape[1]))
    for e in range(epochs):
        w = rows[e]
        if batches is None:
            order = rng.permutation(n)
            these = [order[start : start + B] for start in range(0, n, B)]
        else:
            these = batches(rng, n, B)
        for idx in these:
            step = (lr / (1 + e) if decay else lr) if rate is None else rate(e, t)
            w = w + sign * step * logistic_grad(X[idx], y[idx], w) / (len(idx) if size is None else size(idx))
            t += 1
        rows[e + 1] = w
    return rows


@race.mistake(
    "Your steps are as many times too long as a batch has samples: logistic_grad returns a sum. What does the text take?",
    catalogue="M72",
)
def train_sums(X, y, B, lr, decay, epochs, seed):
    return student_train(X, y, B, lr, decay, epochs, seed, size=lambda idx: 1)


@race.mistake(
    "Only batches that are shorter than B go wrong. By how many samples should they be divided?",
    catalogue="M69",
)
def train_divides_by_batch_size(X, y, B, lr, decay, epochs, seed):
    return student_train(X, y, B, lr, decay, epochs, seed, size=lambda idx: B)


@race.mistake(
    "You divide each batch's gradient by the number of all samples. Over which samples is its mean taken?",
    catalogue="M05",
)
def train_divides_by_n(X, y, B, lr, decay, epochs, seed):
    return student_train(X, y, B, lr, decay, epochs, seed, size=lambda idx: len(y))


@race.mistake(
    "Right size, opposite direction: your weights climb. Which sign does the step have?",
    catalogue="M04",
)
def train_climbs(X, y, B, lr, decay, epochs, seed):
    return student_train(X, y, B, lr, decay, epochs, seed, sign=1.0)


@race.mistake(
    "Your step size shrinks after every update. When does the text shrink it?",
    catalogue="M84",
)
def train_shrinks_per_update(X, y, B, lr, decay, epochs, seed):
    return student_train(X, y, B, lr, decay, epochs, seed, rate=lambda e, t: lr / (1 + t) if decay else lr)


@race.mistake(
    "In your first epoch the step size has shrunk already. From which number are epochs counted?",
    catalogue="M57",
)
def train_shrinks_too_early(X, y, B, lr, decay, epochs, seed):
    return student_train(X, y, B, lr, decay, epochs, seed, rate=lambda e, t: lr / (2 + e) if decay else lr)


@race.mistake(
    "Your step size shrinks whether it is asked for or not. Where do you look at decay?",
)
def train_always_decays(X, y, B, lr, decay, epochs, seed):
    return student_train(X, y, B, lr, True, epochs, seed)


@race.mistake(
    "Your step size never shrinks. Where do you look at decay?",
)
def train_never_decays(X, y, B, lr, decay, epochs, seed):
    return student_train(X, y, B, lr, False, epochs, seed)


@race.mistake(
    "You shrink the step size that has been shrunk before, so it falls much faster than lr / (1 + e). What is lr divided by "
    "in epoch 2?",
)
def train_shrinks_what_is_shrunk(X, y, B, lr, decay, epochs, seed):
    return student_train(
        X, y, B, lr, decay, epochs, seed, rate=lambda e, t: lr / math.factorial(e + 1) if decay else lr
    )


@race.mistake(
    "Your generator starts anew in every epoch, so all epochs have the same order. Where should it be made?",
    catalogue="M66",
)
def train_same_order_in_all_epochs(X, y, B, lr, decay, epochs, seed):
    def batches(rng, n, B):
        order = np.random.default_rng(seed).permutation(n)
        return [order[start : start + B] for start in range(0, n, B)]

    return student_train(X, y, B, lr, decay, epochs, seed, batches=batches)


@race.mistake(
    "Your samples come in their own order. Where does the seed come in?",
    catalogue="M66",
)
def train_without_shuffle(X, y, B, lr, decay, epochs, seed):
    def batches(rng, n, B):
        return [np.arange(start, min(start + B, n)) for start in range(0, n, B)]

    return student_train(X, y, B, lr, decay, epochs, seed, batches=batches)


@race.mistake(
    "Your run does not depend on the seed that is passed in. Which number do you give to your generator?",
    catalogue="M89",
)
def train_own_seed(X, y, B, lr, decay, epochs, seed):
    return student_train(X, y, B, lr, decay, epochs, 0)


@race.mistake(
    "The last, shorter batch of each epoch is never used. What becomes of its samples?",
    catalogue="M67",
)
def train_without_the_rest(X, y, B, lr, decay, epochs, seed):
    def batches(rng, n, B):
        order = rng.permutation(n)
        return [order[start : start + B] for start in range(0, max(n - B + 1, 1), B)]

    return student_train(X, y, B, lr, decay, epochs, seed, batches=batches)


@race.mistake(
    "All batches of an epoch are asked at the weights of its beginning. Where do you stand when the second batch comes?",
    catalogue="M70",
)
def train_asks_at_the_epochs_start(X, y, B, lr, decay, epochs, seed):
    rng = np.random.default_rng(seed)
    rows = np.zeros((epochs + 1, X.shape[1]))
    for e in range(epochs):
        order, w = rng.permutation(len(y)), rows[e].copy()
        for start in range(0, len(y), B):
            idx = order[start : start + B]
            w -= (lr / (1 + e) if decay else lr) * logistic_grad(X[idx], y[idx], rows[e]) / len(idx)
        rows[e + 1] = w
    return rows


@race.mistake(
    "The samples are shuffled twice, rows and labels by different orders. How can one order serve both?",
    catalogue="M65",
)
def train_labels_of_others(X, y, B, lr, decay, epochs, seed):
    rng = np.random.default_rng(seed)
    rows = np.zeros((epochs + 1, X.shape[1]))
    for e in range(epochs):
        w, order, other = rows[e], rng.permutation(len(y)), rng.permutation(len(y))
        for start in range(0, len(y), B):
            idx, marks = order[start : start + B], other[start : start + B]
            w = w - (lr / (1 + e) if decay else lr) * logistic_grad(X[idx], y[marks], w) / len(idx)
        rows[e + 1] = w
    return rows


@race.mistake(
    "You keep a row for every update. The text asks for the weights after each *epoch*.",
)
def train_keeps_every_update(X, y, B, lr, decay, epochs, seed):
    rng = np.random.default_rng(seed)
    rows = [np.zeros(X.shape[1])]
    for e in range(epochs):
        order = rng.permutation(len(y))
        for idx in [order[start : start + B] for start in range(0, len(y), B)]:
            step = lr / (1 + e) if decay else lr
            rows.append(rows[-1] - step * logistic_grad(X[idx], y[idx], rows[-1]) / len(idx))
    return np.array(rows)


@race.mistake(
    "The start is missing in your rows. What belongs into row 0?",
    catalogue="M57",
)
def train_without_the_start(X, y, B, lr, decay, epochs, seed):
    return student_train(X, y, B, lr, decay, epochs, seed)[1:]


@race.mistake(
    "All rows of yours are the same array, so each update changes all of them. Where would you need a copy?",
    catalogue="M58",
)
def train_rows_are_one_array(X, y, B, lr, decay, epochs, seed):
    w = student_train(X, y, B, lr, decay, epochs, seed)[-1]
    return np.array([w] * (epochs + 1))


def contest(rng, n, d, epochs, **runs):
    """Return the arguments of a comparison; the lowest loss is a number below all that the runs come to."""
    return *labels(rng, n, d), runs, epochs, number(rng), rng.uniform(0.05, 0.2)


@race.case("the gaps", "compare")
def compare_batch_sizes(rng):
    """Three batch sizes, after one epoch and after two."""
    fast, slow = rng.uniform(0.5, 1.0), rng.uniform(0.2, 0.4)
    return contest(rng, 6, 2, (1, 2), full=(6, fast, False), small=(4, fast, False), single=(1, slow, False))


@race.case("the gaps", "compare")
def compare_fixed_and_decayed(rng):
    """Two runs that differ in the schedule alone; not every epoch is asked for."""
    rate = rng.uniform(0.8, 1.5)
    return contest(rng, 7, 2, (1, 3), fixed=(4, rate, False), decayed=(4, rate, True))


@race.case("the gaps", "compare")
def compare_from_the_start(rng):
    """Epoch 0 is asked for as well: the gap of the start."""
    rate = rng.uniform(0.8, 1.5)
    return contest(rng, 5, 3, (0, 2), one=(2, rate, True), other=(3, rate / 2, False))


def compared(rows_of, X, y, runs, epochs, seed, lowest):
    """Return the gaps of runs in 40 digits. rows_of: one of the two roads above."""
    with mpmath.workdps(40):
        gaps = {}
        for name, (B, lr, decay) in runs.items():
            rows, gaps[name] = mp_array(rows_of(X, y, B, lr, decay, max(epochs), seed)), []
            for e in epochs:
                # the loss as -log of the probability of the right label
                signed = [
                    (2 * int(label) - 1) * (mp_array(x) @ rows[e]) for x, label in zip(X, y, strict=True)
                ]
                losses = [mpmath.log(1 + mpmath.exp(-z)) for z in signed]
                gaps[name].append(mpmath.fsum(losses) / len(losses) - mpmath.mpf(lowest))
        return {name: mp_floats(found) for name, found in gaps.items()}


@race.oracle("compare")
def compare_torch(X, y, runs, epochs, seed, lowest):
    return compared(torch_run, X, y, runs, epochs, seed, lowest)


@race.oracle("compare")
def compare_mpmath(X, y, runs, epochs, seed, lowest):
    return compared(mp_run, X, y, runs, epochs, seed, lowest)


def losses_of(X, y, runs, epochs, seed, lowest):
    """Return for each run the mean loss after each epoch with its rounding error."""
    X, y = lift(X), lift(y)
    return {
        name: [mean_loss(X, y, w) for w in bounded_run(X, y, *settings, max(epochs), seed)]
        for name, settings in runs.items()
    }


@race.judge("compare", knows=losses_of)
def gaps_are_right(run, losses, X, y, runs, epochs, seed, lowest):
    """Within the rounding errors of float32, always: a mean of float64 numbers may stem from weights in float32."""
    for name in runs:
        for place, e in enumerate(epochs):
            right = losses[name][e] - lowest
            if not within(np.asarray(run.value[name][place]), right.value, right.error, U32):
                where = f"[{name!r}][{place}]"
                return Mismatch("value", f"The gap of {name!r} after epoch {e} is not right.", where)
    return None


def bounded_run(X, y, B, lr, decay, epochs, seed):
    """Return the weights after each epoch with their rounding errors."""
    rng = np.random.default_rng(seed)
    rows = [lift(np.zeros(X.shape[1]))]
    for e in range(epochs):
        order, w = rng.permutation(len(y)), rows[-1]
        rate = lift(lr) / (1 + e) if decay else lift(lr)
        for start in range(0, len(y), B):
            idx = order[start : start + B]
            p = 1 / (1 + np.exp(-(X[idx] @ w)))
            w = w - rate * (X[idx].T @ (p - y[idx])) / len(idx)
        rows.append(w)
    return rows


def mean_loss(X, y, w):
    """Return the mean logistic loss with its rounding error."""
    z = X @ w
    return (np.logaddexp(lift(0.0), z) - y * z).mean()


@race.variant("compare")
def compare_comprehension(X, y, runs, epochs, seed, lowest):
    paths = {name: train(X, y, *run, max(epochs), seed) for name, run in runs.items()}
    return {
        name: np.array([logistic_loss(X, y, path[e]) for e in epochs]) - lowest
        for name, path in paths.items()
    }


@race.variant("compare")
def compare_run_again_for_each_epoch(X, y, runs, epochs, seed, lowest):
    gaps = {name: np.zeros(len(epochs)) for name in runs}
    for name in runs:
        B, lr, decay = runs[name]
        for place, e in enumerate(epochs):
            w = train(X, y, B, lr, decay, e, seed)[-1]
            z = X @ w
            gaps[name][place] = sum(np.log(1 + np.exp(z)) - y * z) / len(y) - lowest
    return gaps


@race.variant("compare")
def compare_float32(X, y, runs, epochs, seed, lowest):
    X, y, gaps = X.astype(np.float32), y.astype(np.float32), {}
    for name, (B, lr, decay) in runs.items():
        path = train(X, y, B, lr, decay, max(epochs), seed).astype(np.float32)
        losses = [np.mean(np.logaddexp(np.float32(0), X @ w) - y * (X @ w)) for w in path]
        gaps[name] = np.array([losses[e] - np.float32(lowest) for e in epochs], np.float32)
    return gaps


@race.mistake(
    "These are losses. What has to be subtracted to make gaps of them?",
    "compare",
)
def compare_losses(X, y, runs, epochs, seed, lowest):
    return {
        name: np.array([logistic_loss(X, y, train(X, y, *run, e, seed)[-1]) for e in epochs])
        for name, run in runs.items()
    }


@race.mistake(
    "Your gaps are those of one epoch earlier. Which row of train holds the weights after e epochs?",
    "compare",
    catalogue="M57",
)
def compare_one_epoch_early(X, y, runs, epochs, seed, lowest):
    return {
        name: np.array(
            [logistic_loss(X, y, train(X, y, *run, max(e - 1, 0), seed)[-1]) - lowest for e in epochs]
        )
        for name, run in runs.items()
    }


@race.mistake(
    "You return the gaps after every epoch. For which of them does the text ask?",
    "compare",
)
def compare_all_epochs(X, y, runs, epochs, seed, lowest):
    return {
        name: np.array([logistic_loss(X, y, w) - lowest for w in train(X, y, *run, max(epochs), seed)])
        for name, run in runs.items()
    }


@race.mistake(
    "Your runs have different seeds, so one may just be luckier. What does the text say about the generators?",
    "compare",
    catalogue="M89",
)
def compare_different_seeds(X, y, runs, epochs, seed, lowest):
    return {
        name: np.array(
            [
                logistic_loss(X, y, w) - lowest
                for w in train(X, y, *run, max(epochs), seed + place)[list(epochs)]
            ]
        )
        for place, (name, run) in enumerate(runs.items())
    }


@race.mistake(
    "Every second run starts where the one before has ended. From which weights does each run start?",
    "compare",
)
def compare_goes_on(X, y, runs, epochs, seed, lowest):
    gaps, w = {}, np.zeros(X.shape[1])
    for name, (B, lr, decay) in runs.items():
        rng, path = np.random.default_rng(seed), [w]
        for e in range(max(epochs)):
            for idx in make_batches(len(y), B, rng):
                w = w - (lr / (1 + e) if decay else lr) * logistic_grad(X[idx], y[idx], w) / len(idx)
            path.append(w)
        gaps[name] = np.array([logistic_loss(X, y, path[e]) - lowest for e in epochs])
    return gaps


@race.mistake(
    "Your gaps grow with the number of samples. Is the loss in a gap a mean or a sum?",
    "compare",
    catalogue="M01",
)
def compare_summed_losses(X, y, runs, epochs, seed, lowest):
    return {
        name: np.array(
            [len(y) * logistic_loss(X, y, train(X, y, *run, e, seed)[-1]) - lowest for e in epochs]
        )
        for name, run in runs.items()
    }


@race.mistake(
    "All of your runs have fixed steps. What is the third entry of a run?",
    "compare",
)
def compare_never_decays(X, y, runs, epochs, seed, lowest):
    return {
        name: np.array([logistic_loss(X, y, train(X, y, B, lr, False, e, seed)[-1]) - lowest for e in epochs])
        for name, (B, lr, decay) in runs.items()
    }


@race.mistake(
    "Your losses are those of the first B samples. Over which samples is the loss of a gap taken?",
    "compare",
)
def compare_loss_of_a_batch(X, y, runs, epochs, seed, lowest):
    return {
        name: np.array(
            [logistic_loss(X[: run[0]], y[: run[0]], train(X, y, *run, e, seed)[-1]) - lowest for e in epochs]
        )
        for name, run in runs.items()
    }


@race.case("what you find", "findings")
def findings_of_the_race(rng):
    """What the race shows."""
    return ()


@race.case("what you find", "findings")
def findings_once_more(rng):
    """The same again: it is no matter of chance."""
    return ()


# How sure the statements are, measured on 60 draws of data and order (gaps after 1, 5 and 20 epochs, means of the logs):
# full batch 0.099, 0.025, 0.0022, decayed 0.099, 0.059, 0.040; B = 64 fixed 0.0096, 0.0089, 0.0085, decayed 0.0096,
# 0.00055, 0.000022. "batches lead early" says 0.0096 < 0.099: the log of the ratio has the mean -2.33 and the standard
# deviation 0.46. "decay helps all" fails for the full batch: 0.040 against 0.0022, log 2.9, standard deviation 0.68, the
# smallest of the 60 is 1.9. "fixed arrives" says that a gap that stays where it is falls to a tenth.


@race.oracle("findings")
def findings_counted():
    sizes = {10_000, 256, 64, 1}
    updates = {math.ceil(10_000 / B) for B in sizes}
    gradients = {sum(len(part) for part in np.array_split(range(10_000), range(B, 10_000, B))) for B in sizes}
    return {
        "same updates": len(updates) == 1,
        "same gradients": len(gradients) == 1,
        "batches lead early": True,
        "fixed arrives": False,
        "decay helps all": False,
    }


def student_findings(**changes):
    """Return the findings with some of them turned round."""
    return {
        "same updates": False,
        "same gradients": True,
        "batches lead early": True,
        "fixed arrives": False,
        "decay helps all": False,
    } | {name.replace("_", " "): value for name, value in changes.items()}


@race.variant("findings")
def findings_in_another_order():
    return dict(reversed(student_findings().items()))


@race.variant("findings")
def findings_np_bool():
    return {name: np.bool_(value) for name, value in student_findings().items()}


@race.variant("findings")
def findings_computed():
    updates = [updates_per_epoch(10_000, B) for B, _, _ in RUNS.values()]
    found = student_findings(same_updates=min(updates) == max(updates))
    return {name: bool(found[name]) for name in sorted(found)}


@race.mistake(
    "You say that all runs make the same number of updates per epoch. How many does the full batch make, and how many B = 1?",
    "findings",
)
def findings_same_updates():
    return student_findings(same_updates=True)


@race.mistake(
    "You say that some runs compute more gradients per epoch than others. How often does each sample come up in an epoch?",
    "findings",
)
def findings_other_gradients():
    return student_findings(same_gradients=False)


@race.mistake(
    "Look at your table again, at the gaps after one epoch: who has made one step by then, and who more than a hundred?",
    "findings",
)
def findings_full_batch_leads():
    return student_findings(batches_lead_early=False)


@race.mistake(
    "Look at B = 1 with fixed steps again. Does its gap after 20 epochs differ much from the one after 5?",
    "findings",
)
def findings_fixed_arrives():
    return student_findings(fixed_arrives=True)


@race.mistake(
    "Look at the two runs of the full batch again. It has no noise: what do shorter steps do to it?",
    "findings",
)
def findings_decay_helps_all():
    return student_findings(decay_helps_all=True)


@race.mistake(
    "These are words or numbers. The text asks for truth values: True or False.",
    "findings",
)
def findings_as_words():
    return {name: str(value) for name, value in student_findings().items()}


race.equivalent(
    "compare: max(epochs) -> sum(epochs) #1",
    because="who trains longer than the last epoch that is asked for has all rows that are asked for",
)
race.equivalent(
    "train: X.shape[1] -> X.shape[-1] #1",
    because="the second of two axes is the last one",
)
race.equivalent(
    "train: len(y) -> len(X) #1",
    because="every row has a label",
)
race.equivalent(
    "train: np.zeros((epochs + 1, X.shape[1])) -> -np.zeros((epochs + 1, X.shape[1])) #1",
    "train: np.zeros((epochs + 1, X.shape[1])) -> 2 * np.zeros((epochs + 1, X.shape[1])) #1",
    because="twice nothing, and its negative, are nothing",
)
