"""What the instructor knows about the sheet `vanishing`. Trusted: it never leaves the instructor's machine."""

import itertools
import json
import math
from functools import lru_cache

import mpmath
import numpy as np

from autograder.authoring import Assignment
from autograder.authoring.judging import Mismatch, close
from autograder.authoring.oracles import (
    complex_step,
    mp_array,
    mp_each,
    mp_floats,
    mp_grad,
    mp_vjp,
    torch_grad,
)
from autograder.sandbox.wire import Rng

assignment = Assignment("vanishing", title="When gradients misbehave")


def weights(rng, sizes, gain=1.0):
    """Return one matrix per layer, standard normal times gain / √inputs. sizes: features, then units per layer."""
    return [gain / math.sqrt(a) * rng.normal(size=(a, b)) for a, b in itertools.pairwise(sizes)]


# ---------------------------------------------------------------------------------------------------- 9.1
signal = assignment.exercise(
    "layer_stats",
    id="9.1",
    minutes=35,
    functions=("layer_stats", "table"),
    points={"statistics of given layers": 2, "the experiment": 1, "the supplied generator": 1},
    hints=(
        (
            "How many rows must the answer have for two layers? What stands in the first of them, and which array are the "
            "other two taken from: before or after the activation?"
        ),
        (
            "Keep one variable `a` that starts as X and is replaced in each layer. The mean and the standard deviation "
            "are those of *all* entries of `a`: no axis, no n - 1. The experiment is the same function on drawn matrices."
        ),
        (
            "Collect (a.mean(), a.std()) for X, then after each a = activate(a @ W, act). For the table draw X, then "
            "`depth` times scale * rng.standard_normal((width, width)), and return column 1 of the statistics."
        ),
    ),
    lecture="Abdurakhmanova (Aalto): weight initialisation with small random numbers",
)


@signal.case("statistics of given layers")
def stats_tanh(rng):
    """No two sizes are equal: a transposed matrix does not fit; three means near 0."""
    return rng.normal(size=(7, 3)), weights(rng, (3, 5, 4, 6), 1.3), "tanh"


@signal.case("statistics of given layers")
def stats_sigmoid(rng):
    """Means near ½ and a small spread: the root mean square is not the standard deviation."""
    return rng.normal(1.0, 2.0, size=(5, 4)), weights(rng, (4, 6, 3)), "sigmoid"


@signal.case("statistics of given layers")
def stats_relu(rng):
    """Square layers: a transposed matrix shows in the numbers only."""
    return rng.normal(size=(6, 4)), weights(rng, (4, 4, 4, 4), 1.5), "relu"


@signal.case("statistics of given layers")
def stats_linear(rng):
    """Nothing is cut off: pre-activations and activations are the same here, and only here."""
    return rng.normal(size=(3, 5)), weights(rng, (5, 7, 2)), "linear"


@signal.case("statistics of given layers")
def stats_tiny_weights(rng):
    """The signal shrinks by powers of ten: a fixed number of decimals is not enough."""
    return rng.normal(0.5, 1.0, size=(9, 8)), weights(rng, (8, 7, 6, 5, 4), 0.2), "tanh"


@signal.case("statistics of given layers")
def stats_no_layer(rng):
    """Without layers the input's row is all there is: who leaves it out returns nothing."""
    return rng.normal(0.1, 0.03, size=(4, 3)), [], "tanh"


@signal.case("statistics of given layers", exact=True)
def stats_relu_exact(rng):
    """Entries ±s become {0, 2^k} in halves: mean and spread are powers of two."""
    size = 2.0 ** rng.integers(-2, 3)
    X = size * np.array([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]])
    first, second = np.zeros((2, 8)), np.zeros((8, 16))
    first[rng.integers(2, size=8), np.arange(8)] = 2.0 * rng.choice([-1.0, 1.0], size=8)
    second[rng.integers(8, size=16), np.arange(16)] = 0.5
    return X, [first, second], "relu"


def torch_layers(X, Ws, act):
    """Return the activations as float64 tensors, the input first."""
    import torch

    functions = {"tanh": torch.tanh, "sigmoid": torch.sigmoid, "relu": torch.relu, "linear": lambda z: z}
    layers = [torch.tensor(X, dtype=torch.float64)]
    for W in Ws:
        layers.append(functions[act](layers[-1] @ torch.tensor(W, dtype=torch.float64)))
    return layers


@signal.oracle()
def stats_torch(X, Ws, act):
    return np.array([(a.mean().item(), a.std(correction=0).item()) for a in torch_layers(X, Ws, act)])


@signal.oracle()
def stats_mpmath(X, Ws, act):
    """In 40 digits the variance may be the mean of the squares minus the square of the mean."""
    function = {
        "tanh": mpmath.tanh,
        "sigmoid": lambda z: (1 + mpmath.tanh(z / 2)) / 2,
        "relu": lambda z: max(z, mpmath.mpf(0)),
        "linear": lambda z: z,
    }[act]
    with mpmath.workdps(40):
        a, rows = mp_array(X), []
        for W in [None, *Ws]:
            a = a if W is None else mp_each(function)(a @ mp_array(W))
            mean = a.sum() / a.size
            rows.append((mean, mpmath.sqrt((a**2).sum() / a.size - mean**2)))
        return mp_floats(rows)


@signal.variant()
def stats_two_lists(X, Ws, act):
    means, stds = [np.mean(X)], [np.std(X)]
    a = X.copy()
    for W in Ws:
        z = np.dot(a, W)
        a = activate(z, act)
        means.append(np.mean(a))
        stds.append(np.std(a))
    return np.stack([means, stds], axis=1)


@signal.variant()
def stats_by_the_formula(X, Ws, act):
    out = np.zeros((len(Ws) + 1, 2))
    a = X
    for row in range(len(Ws) + 1):
        if row > 0:
            a = activate(a @ Ws[row - 1], act)
        total = 0.0
        for value in a.ravel():
            total += value
        mean = total / a.size
        squares = 0.0
        for value in a.ravel():
            squares += (value - mean) ** 2
        out[row] = mean, (squares / a.size) ** 0.5
    return out


@signal.variant()
def stats_mean_of_squares(X, Ws, act):
    layers = [X]
    for W in Ws:
        layers.append(activate(layers[-1] @ W, act))
    return np.array([[a.mean(), np.sqrt((a * a).mean() - a.mean() ** 2)] for a in layers])


@signal.variant()
def stats_float32(X, Ws, act):
    a = X.astype(np.float32)
    rows = [[a.mean(), a.std()]]
    for W in Ws:
        a = activate(a @ W.astype(np.float32), act)
        rows.append([a.mean(), a.std()])
    return np.array(rows, dtype=np.float32)


@signal.mistake("The text counts the input as a layer too. What should your first row describe?")
def stats_without_input(X, Ws, act):
    a, rows = X, []
    for W in Ws:
        a = activate(a @ W, act)
        rows.append((a.mean(), a.std()))
    return np.array(rows).reshape(-1, 2)


@signal.mistake(
    "The numbers are there, but turned on their side: one row per layer, one column per statistic."
)
def stats_on_its_side(X, Ws, act):
    a = X
    rows = [(a.mean(), a.std())]
    for W in Ws:
        a = activate(a @ W, act)
        rows.append((a.mean(), a.std()))
    return np.array(rows).T


@signal.mistake("Which of the two statistics does the text put in column 0?")
def stats_columns_swapped(X, Ws, act):
    a = X
    rows = [(a.std(), a.mean())]
    for W in Ws:
        a = activate(a @ W, act)
        rows.append((a.std(), a.mean()))
    return np.array(rows)


@signal.mistake(
    "Your standard deviation divides by one entry less than there are. Which of the two definitions does the text ask for?",
    catalogue="M88",
)
def stats_sample_std(X, Ws, act):
    a = X
    rows = [(a.mean(), a.std(ddof=1))]
    for W in Ws:
        a = activate(a @ W, act)
        rows.append((a.mean(), a.std(ddof=1)))
    return np.array(rows)


@signal.mistake(
    "You take a standard deviation per unit and average those. The text asks for one number over all entries: which "
    "differences between units does yours miss?",
    catalogue="M88",
)
def stats_per_unit(X, Ws, act):
    a = X
    rows = [(a.mean(), a.std(axis=0).mean())]
    for W in Ws:
        a = activate(a @ W, act)
        rows.append((a.mean(), a.std(axis=0).mean()))
    return np.array(rows)


@signal.mistake("Your second column is the variance. What is missing to make it a standard deviation?")
def stats_variance(X, Ws, act):
    a = X
    rows = [(a.mean(), a.var())]
    for W in Ws:
        a = activate(a @ W, act)
        rows.append((a.mean(), a.var()))
    return np.array(rows)


@signal.mistake("You measure the distance from 0. From what does a standard deviation measure it?")
def stats_root_mean_square(X, Ws, act):
    a = X
    rows = [(a.mean(), np.sqrt((a**2).mean()))]
    for W in Ws:
        a = activate(a @ W, act)
        rows.append((a.mean(), np.sqrt((a**2).mean())))
    return np.array(rows)


@signal.mistake(
    "These are the numbers *before* the activation. Which array does the text call a layer's activations?"
)
def stats_before_activation(X, Ws, act):
    a = X
    rows = [(a.mean(), a.std())]
    for W in Ws:
        z = a @ W
        rows.append((z.mean(), z.std()))
        a = activate(z, act)
    return np.array(rows)


@signal.mistake("All layers of your network are linear: where is the activation applied?", catalogue="M23")
def stats_without_activation(X, Ws, act):
    a = X
    rows = [(a.mean(), a.std())]
    for W in Ws:
        a = a @ W
        rows.append((a.mean(), a.std()))
    return np.array(rows)


@signal.mistake("Only the last row is off. Does the last layer of this sheet have an activation?")
def stats_linear_last_layer(X, Ws, act):
    a = X
    rows = [(a.mean(), a.std())]
    for layer, W in enumerate(Ws):
        a = a @ W
        if layer < len(Ws) - 1:
            a = activate(a, act)
        rows.append((a.mean(), a.std()))
    return np.array(rows)


@signal.mistake(
    "The input goes into the first layer as it is. Why does your first row change with the activation?"
)
def stats_activated_input(X, Ws, act):
    a = activate(X, act)
    rows = [(a.mean(), a.std())]
    for W in Ws:
        a = activate(a @ W, act)
        rows.append((a.mean(), a.std()))
    return np.array(rows)


@signal.mistake(
    "In this sheet a matrix has one row per input and one column per unit. Which way round does yours stand in the product?",
    catalogue="M31",
)
def stats_transposed_weights(X, Ws, act):
    a = X
    rows = [(a.mean(), a.std())]
    for W in Ws:
        a = activate(a @ W.T, act)
        rows.append((a.mean(), a.std()))
    return np.array(rows)


@signal.mistake("Rounding is for printing. What is left of a spread of 1e-5 after it?")
def stats_rounded(X, Ws, act):
    a = X
    rows = [(a.mean(), a.std())]
    for W in Ws:
        a = activate(a @ W, act)
        rows.append((a.mean(), a.std()))
    return np.round(np.array(rows), 2)


# The experiment is random, so it is judged by the law of its numbers, in two ways.
#
# Networks with real widths: log(std) of every layer must lie within 6 standard deviations (plus the shift that small
# layers cause) of mean-field theory. Theory is the limit of wide layers; shift and standard deviation are measured on
# 128 networks of the very size, drawn in `log_std_band`. Measured: of 20 000 fresh networks of each size below, the
# worst of all 420 000 layers stood at 5.2 of these standard deviations, so 6 rejects an honest draw less than once in
# 10^5. Every mistake stands at 9 or more in two of the cases: uniform weights (9.6), no tanh (22), √scale (17).
#
# Networks of one unit per layer, or without layers: there are so few arrays that every order of drawing them can be
# tried. One of the orders must reproduce the numbers: only a student who draws everything from `rng` passes.


def mean_field(scale, width, depth):
    """Return the standard deviation per layer in the limit of wide tanh layers: q' = E tanh²(√(width scale² q) Z)."""
    Z = np.linspace(-9.0, 9.0, 4001)
    density = np.exp(-(Z**2) / 2)
    density /= density.sum()
    q = [1.0]
    for _ in range(depth):
        q.append(float(density @ np.tanh(math.sqrt(width * q[-1]) * scale * Z) ** 2))
    return np.sqrt(q)


@lru_cache(maxsize=64)  # the cases of a course run are the same for everybody
def log_std_band(scale, n, width, depth):
    """Return (centre, allowed distance) of log(std) per layer: theory, and shift + 6 sd at this size."""
    rng, repeats = np.random.default_rng(0), 128
    a = rng.standard_normal((repeats, n, width))
    logs = [np.log(a.std(axis=(1, 2)))]
    for _ in range(depth):
        a = np.tanh(a @ (scale * rng.standard_normal((repeats, width, width))))
        logs.append(np.log(a.std(axis=(1, 2))))
    centre, measured = np.log(mean_field(scale, width, depth)), np.array(logs)
    return centre, np.abs(measured.mean(axis=1) - centre) + 6 * measured.std(axis=1, ddof=1)


def plausible(scale, rng, n, width, depth):
    """Return all tables that come out of rng where numbers are few, else the band in which the numbers are."""
    if width == 1 or depth == 0:
        return reproductions(scale, rng, n, width, depth)
    return log_std_band(scale, n, width, depth)


def reproductions(scale, rng, n, width, depth):
    """Return the table for every order of drawing the arrays from rng, in both precisions that it can draw in."""
    state, found = rng.bit_generator.state, []
    for dtype, order in itertools.product((np.float64, np.float32), itertools.permutations(range(depth + 1))):
        rng.bit_generator.state = state
        drawn = {}
        for place in order:
            drawn[place] = rng.standard_normal((n, width) if place == 0 else (width, width), dtype=dtype)
        a = drawn[0]
        stds = [a.std()]
        for layer in range(1, depth + 1):
            a = np.tanh(a @ (scale * drawn[layer]))
            stds.append(a.std())
        found.append(np.array(stds))
    return found


@signal.judge("table", knows=plausible)
def table_is_plausible(run, known, scale, rng, n, width, depth):
    got = np.asarray(run.value, np.float64)
    if width == 1 or depth == 0:
        # 1e-5: float32 is good for 1e-6, and another draw comes that close in all numbers with odds below 1e-4
        if any(np.allclose(got, want, rtol=1e-5, atol=0) for want in known):
            return None
        return Mismatch(
            "rng",
            "These numbers do not come out of the generator that was passed in. "
            "Is every array drawn anew from rng, each in one call, and nothing from elsewhere?",
        )
    centre, allowed = known
    if (got <= 0).any():
        return Mismatch(
            "value", "A standard deviation of random numbers is positive.", f"[{int(np.argmax(got <= 0))}]"
        )
    off = np.abs(np.log(got) - centre) > allowed
    if off.any():
        row = int(np.argmax(off))
        which = "the input" if row == 0 else f"layer {row}"
        return Mismatch(
            "statistics",
            f"The standard deviation of {which} is further from what such a network gives than chance explains. "
            "Check how the weights are drawn and scaled.",
            f"[{row}]",
        )
    return None


def seed(rng):
    """Return a generator argument for the student's side."""
    return Rng(int(rng.integers(2**31)))


@signal.case("the experiment", "table")
def table_small_weights(rng):
    """The lecture's experiment in small: the signal shrinks to a quarter in each of eight layers."""
    return 0.045, seed(rng), 40, 32, 8


@signal.case("the experiment", "table")
def table_unit_gain(rng):
    """scale is about 1/√width: only the tanh makes the signal shrink, so it shows whether there is one."""
    return 0.175, seed(rng), 40, 32, 5


@signal.case("the experiment", "table")
def table_large_weights(rng):
    """Large weights: the units saturate, the spread is nearly 1 everywhere."""
    return 1.5, seed(rng), 40, 32, 5


@signal.case("the supplied generator", "table")
def table_only_input(rng):
    """No layers: the answer is the spread of the first numbers that rng gives."""
    return 0.5, seed(rng), 7, 5, 0


@signal.case("the supplied generator", "table")
def table_only_input_again(rng):
    """The same sizes with another generator: an answer that was kept from the first call shows."""
    return 0.5, seed(rng), 7, 5, 0


def wide_seed(rng, scale, n, depth):
    """As `seed`, but no layer of single units has so little spread, in any order of drawing, that float32 loses it."""
    while True:
        drawn = seed(rng)
        tables = reproductions(scale, np.random.default_rng(drawn.seed), n, 1, depth)
        if min(table.min() for table in tables) > 0.05:
            return drawn


@signal.case("the supplied generator", "table")
def table_single_units(rng):
    """One unit per layer: few enough draws to reproduce them in any order."""
    return 0.8, wide_seed(rng, 0.8, 3, 2), 3, 1, 2


@signal.case("the supplied generator", "table")
def table_single_units_deeper(rng):
    """A third weight: who draws one matrix and uses it for all layers is seen."""
    return 1.5, wide_seed(rng, 1.5, 4, 3), 4, 1, 3


@signal.oracle("table")
def table_torch(scale, rng, n, width, depth):
    X = rng.normal(0.0, 1.0, (n, width))
    Ws = rng.normal(0.0, 1.0, (depth, width, width)) * scale
    return np.array([a.std(correction=0).item() for a in torch_layers(X, Ws, "tanh")])


@signal.variant("table")
def table_normal(scale, rng, n=1000, width=500, depth=10):
    a = rng.normal(size=(n, width))
    stds = [np.std(a)]
    for _ in range(depth):
        W = rng.normal(0, scale, size=(width, width))
        a = np.tanh(a @ W)
        stds.append(np.std(a))
    return np.array(stds)


@signal.variant("table")
def table_weights_first(scale, rng, n=1000, width=500, depth=10):
    Ws = scale * rng.standard_normal((depth, width, width))
    X = rng.standard_normal((n, width))
    stats = layer_stats(X, list(Ws), "tanh")
    return stats[:, 1].copy()


@signal.variant("table")
def table_float32(scale, rng, n=1000, width=500, depth=10):
    a = rng.standard_normal((n, width)).astype(np.float32)
    stds = [a.std()]
    for _ in range(depth):
        a = np.tanh(a @ rng.normal(scale=scale, size=(width, width)).astype(np.float32))
        stds.append(a.std())
    return np.array(stds)


@signal.variant("table")
def table_drawn_in_float32(scale, rng, n=1000, width=500, depth=10):
    X = rng.standard_normal((n, width), dtype=np.float32)
    Ws = [np.float32(scale) * rng.standard_normal((width, width), dtype=np.float32) for _ in range(depth)]
    return layer_stats(X, Ws, "tanh")[:, 1]


@signal.mistake(
    "The generator that was passed in is never used, so nobody can repeat your run. Where do your random numbers come from?",
    "table",
    catalogue="M89",
)
def table_global_random(scale, rng, n=1000, width=500, depth=10):
    X = np.random.randn(n, width)  # noqa: NPY002 - the mistake
    Ws = [scale * np.random.randn(width, width) for _ in range(depth)]  # noqa: NPY002
    return layer_stats(X, Ws, "tanh")[:, 1]


@signal.mistake(
    "You make a generator of your own, so every run gives the same table whatever is passed in. What is the argument rng for?",
    "table",
    catalogue="M89",
)
def table_own_generator(scale, rng, n=1000, width=500, depth=10):
    rng = np.random.default_rng(0)
    X = rng.standard_normal((n, width))
    Ws = [scale * rng.standard_normal((width, width)) for _ in range(depth)]
    return layer_stats(X, Ws, "tanh")[:, 1]


@signal.mistake(
    "All your layers share one and the same matrix. When does each layer get its own draw?",
    "table",
    catalogue="M87",
)
def table_one_matrix(scale, rng, n=1000, width=500, depth=10):
    X = rng.standard_normal((n, width))
    W = scale * rng.standard_normal((width, width))
    return layer_stats(X, [W] * depth, "tanh")[:, 1]


@signal.mistake("Without an activation the layers are one big matrix product. Where is the tanh?", "table")
def table_without_tanh(scale, rng, n=1000, width=500, depth=10):
    X = rng.standard_normal((n, width))
    Ws = [scale * rng.standard_normal((width, width)) for _ in range(depth)]
    return layer_stats(X, Ws, "linear")[:, 1]


@signal.mistake(
    "Your weights are spread too widely or too narrowly: is scale the standard deviation of a weight, or its variance?",
    "table",
    catalogue="M85",
)
def table_scale_as_variance(scale, rng, n=1000, width=500, depth=10):
    X = rng.standard_normal((n, width))
    Ws = [np.sqrt(scale) * rng.standard_normal((width, width)) for _ in range(depth)]
    return layer_stats(X, Ws, "tanh")[:, 1]


@signal.mistake(
    "The weights here are scale times a normal number, nothing else. What does your division by the width change?",
    "table",
)
def table_divided_by_width(scale, rng, n=1000, width=500, depth=10):
    X = rng.standard_normal((n, width))
    Ws = [scale / width * rng.standard_normal((width, width)) for _ in range(depth)]
    return layer_stats(X, Ws, "tanh")[:, 1]


@signal.mistake(
    "These weights are drawn from an interval. Which distribution does the text ask for?", "table"
)
def table_uniform(scale, rng, n=1000, width=500, depth=10):
    X = rng.standard_normal((n, width))
    Ws = [scale * rng.uniform(-1, 1, (width, width)) for _ in range(depth)]
    return layer_stats(X, Ws, "tanh")[:, 1]


@signal.mistake("The scale belongs to the weights. Why is your input scaled too?", "table")
def table_scaled_input(scale, rng, n=1000, width=500, depth=10):
    X = scale * rng.standard_normal((n, width))
    Ws = [scale * rng.standard_normal((width, width)) for _ in range(depth)]
    return layer_stats(X, Ws, "tanh")[:, 1]


@signal.mistake("These are the means. Which column of the statistics holds the standard deviations?", "table")
def table_means(scale, rng, n=1000, width=500, depth=10):
    X = rng.standard_normal((n, width))
    Ws = [scale * rng.standard_normal((width, width)) for _ in range(depth)]
    return layer_stats(X, Ws, "tanh")[:, 0]


@signal.mistake(
    "The input's standard deviation belongs in front. How many numbers does the text ask for?", "table"
)
def table_without_input(scale, rng, n=1000, width=500, depth=10):
    X = rng.standard_normal((n, width))
    Ws = [scale * rng.standard_normal((width, width)) for _ in range(depth)]
    return layer_stats(X, Ws, "tanh")[1:, 1]


@signal.mistake("Both columns are here. Which of them does this function return?", "table")
def table_both_columns(scale, rng, n=1000, width=500, depth=10):
    X = rng.standard_normal((n, width))
    Ws = [scale * rng.standard_normal((width, width)) for _ in range(depth)]
    return layer_stats(X, Ws, "tanh")


signal.equivalent(
    "table: layer_stats(X, Ws, 'tanh')[:, 1] -> layer_stats(X, Ws, 'tanh')[:, -1] #1",
    because="the second of two columns is the last one",
)
signal.equivalent(
    "table: rng.standard_normal((n, width)) -> -rng.standard_normal((n, width)) #1",
    because="tanh is odd: the spread of all layers stays the same",
)


# ---------------------------------------------------------------------------------------------------- 9.2
chain = assignment.exercise(
    "chain_product",
    id="9.2",
    minutes=30,
    functions=("chain_product", "sig_grad", "bound", "counter_example"),
    points={
        "the slope of the sigmoid": 1,
        "the chain": 1,
        "the bound": 0.5,
        "the counter-example": 0.5,
    },
    hints=(
        (
            "Print sigma(40) and 1 - sigma(40). Which of the two numbers is wrong? And which number does sigma(-40) come to? "
            "For the chain: how many factors does a network of two units have?"
        ),
        (
            "1 - sigma(z) is the same as sigma(-z), and nothing is subtracted there. The chain has a weight and a slope for "
            "each layer. For the counter-example: how much can one weight of size 3 make up for, if the others are 1?"
        ),
        (
            "With s = exp(-|z|) the slope is s / (1 + s)². The chain is the product of all ws * sig_grad(zs). The bound is one "
            "quarter to the power L. Begin the counter-example with np.ones(L) and change as few entries as possible."
        ),
    ),
    lecture="Özçep, V2: the vanishing gradient of the sigmoid, for deep networks and for large inputs",
)

# Between 3 and 36 the difference 1 - sigma(z) loses some of its digits, but not all: no case has its z there. Up to 2
# it is as good as any other way, from 38 on it is 0.


def far_out(rng, n):
    """Return n numbers from 38 to 40, one of them 40."""
    return rng.permutation([40.0, *rng.uniform(38.0, 40.0, size=n - 1)])


@chain.case("the slope of the sigmoid", "sig_grad")
def slope_near_zero(rng):
    """Ordinary z of both signs, in two axes."""
    return (rng.uniform(-2.0, 2.0, size=(3, 5)),)


@chain.case("the slope of the sigmoid", "sig_grad")
def slope_right_end(rng):
    """1 - sigma(z) is exactly 0 here, the slope is not."""
    return (far_out(rng, 4),)


@chain.case("the slope of the sigmoid", "sig_grad")
def slope_left_end(rng):
    """The other flat end: a floor below the slope, or a clipped z, shows."""
    return (-far_out(rng, 3),)


@chain.case("the slope of the sigmoid", "sig_grad")
def slope_both_ends(rng):
    """Large z of both signs among ordinary ones, in three axes."""
    z = np.concatenate([far_out(rng, 2), -far_out(rng, 2), rng.uniform(-2.0, 2.0, size=4)])
    return (rng.permutation(z).reshape(2, 2, 2),)


@chain.case("the slope of the sigmoid", "sig_grad", exact=True)
def slope_at_zero(rng):
    """The top of the curve: a quarter, exactly."""
    return (np.zeros((int(rng.integers(1, 4)), 2)),)


@chain.oracle("sig_grad")
def slope_complex(z):
    return complex_step(lambda x: 1 / (1 + np.exp(-x)), np.ones(z.shape), z)


@chain.oracle("sig_grad")
def slope_mpmath(z):
    return mp_vjp(lambda x: 1 / (1 + mp_each(mpmath.exp)(-x)), np.ones(z.shape), z)


@chain.variant("sig_grad")
def slope_from_both_sides(z):
    return activate(z, "sigmoid") * activate(-z, "sigmoid")


@chain.variant("sig_grad")
def slope_by_cosh(z):
    return 0.25 / np.cosh(z / 2) ** 2


@chain.variant("sig_grad")
def slope_one_fraction(z):
    e = np.exp(-z)
    return e / (1 + e) ** 2


@chain.variant("sig_grad")
def slope_by_loops(z):
    out = np.zeros(z.shape)
    for place in np.ndindex(*z.shape):
        x = abs(z[place])
        out[place] = 1 / (1 + np.exp(-x)) * (np.exp(-x) / (1 + np.exp(-x)))
    return out


@chain.mistake(
    "For large z your slope is exactly 0, where it should be about e to the minus z. What does 1 - sigma(z) leave of its "
    "digits there, and how can you get that number without subtracting?",
    "sig_grad",
    catalogue="M98",
)
def slope_cancels(z):
    s = 1 / (1 + np.exp(-z))
    return s * (1 - s)


@chain.mistake(
    "This is the sigmoid itself. Its slope is never more than a quarter: what is still to do?",
    "sig_grad",
    catalogue="M27",
)
def slope_is_the_sigmoid(z):
    return 1 / (1 + np.exp(-z))


@chain.mistake(
    "Your slope reaches one half at z = 0. Which power does the denominator have when you differentiate 1 / (1 + e to the "
    "minus z)?",
    "sig_grad",
    catalogue="M27",
)
def slope_square_missing(z):
    e = np.exp(-np.abs(z))
    return e / (1 + e)


@chain.mistake(
    "Yours falls all the way from left to right, and a slope of the sigmoid is the same at z and at -z. Is a square missing "
    "below the fraction line?",
    "sig_grad",
    catalogue="M27",
)
def slope_falls(z):
    return np.exp(-z) / (1 + np.exp(-z))


@chain.mistake(
    "You apply the slope to a value that has been through the sigmoid already. Either sigma'(z), or a times (1 - a): not both.",
    "sig_grad",
    catalogue="M22",
)
def slope_of_the_output(z):
    a = 1 / (1 + np.exp(-z))
    return np.exp(-a) / (1 + np.exp(-a)) ** 2


@chain.mistake("This is the slope of tanh. By which factors does the sigmoid differ from it?", "sig_grad")
def slope_of_tanh(z):
    return 1 / np.cosh(z) ** 2


@chain.mistake(
    "You keep the slope from getting smaller than a limit of your own. Is a wrong number better than a tiny one?",
    "sig_grad",
)
def slope_with_floor(z):
    s = 1 / (1 + np.exp(-z))
    return np.maximum(s * (1 - s), 1e-12)


@chain.mistake(
    "You cut z off before you use it, so all large z get the same slope. Which form of the formula needs no such help?",
    "sig_grad",
)
def slope_of_clipped_z(z):
    z = np.clip(z, -30, 30)
    return np.exp(-z) / (1 + np.exp(-z)) ** 2


def some_weights(rng, L):
    """Return weights of both signs, none near 0, 1 or in size equal to another's."""
    return rng.choice([-1.0, 1.0], size=L) * rng.permutation(
        np.linspace(0.4, 2.1, L) + rng.uniform(0.02, 0.1, L)
    )


@chain.case("the chain")
def chain_of_five(rng):
    """Weights and slopes all differ; two weights are negative, so the product is positive."""
    signs = rng.permutation([-1.0, -1.0, 1.0, 1.0, 1.0])
    return signs * np.abs(some_weights(rng, 5)), rng.uniform(-2.0, 2.0, size=5)


@chain.case("the chain")
def chain_negative(rng):
    """An odd number of negative weights: the product is negative."""
    return np.abs(some_weights(rng, 4)) * rng.permutation([-1.0, 1.0, 1.0, 1.0]), rng.uniform(
        0.5, 2.0, size=4
    )


@chain.case("the chain")
def chain_of_one(rng):
    """One unit far out: a negative weight and a slope that is not 0."""
    return -np.abs(some_weights(rng, 3))[:1], far_out(rng, 2)[:1]


@chain.case("the chain")
def chain_one_stuck(rng):
    """One saturated unit among three ordinary ones: the product is tiny, not 0."""
    return some_weights(rng, 4), np.append(rng.uniform(-2.0, 2.0, size=3), far_out(rng, 1))


@chain.case("the chain")
def chain_long(rng):
    """Twenty units: far below any limit that somebody might have added for safety."""
    return some_weights(rng, 20), rng.uniform(-1.0, 1.0, size=20)


@chain.case("the chain", exact=True)
def chain_at_the_top(rng):
    """All z are 0 and the weights are powers of two."""
    return rng.choice([-1.0, 1.0], size=6) * 2.0 ** rng.permutation([-2, -1, 0, 1, 1, 2]), np.zeros(6)


def chain_forward(ws, zs, sigmoid):
    """Return the network as a function of its input, with the biases that make its z those of `zs` at the input 0."""
    before = [0 * zs[0], *(sigmoid(z) for z in zs[:-1])]

    def network(a):
        for w, z, entered in zip(ws, zs, before, strict=True):
            a = sigmoid(z + w * (a - entered))
        return a

    return network


@chain.oracle()
def chain_complex(ws, zs):
    network = chain_forward(ws, zs, lambda z: 1 / (1 + np.exp(-z)))
    return complex_step(network, 1.0, 0.0)


@chain.oracle()
def chain_mpmath(ws, zs):
    with mpmath.workdps(60):
        network = chain_forward(mp_array(ws), mp_array(zs), lambda z: 1 / (1 + mp_each(mpmath.exp)(-z)))
        return mp_grad(network, 0.0)


@chain.variant()
def chain_backwards(ws, zs):
    g = 1.0
    for w, z in zip(ws[::-1], zs[::-1]):
        g = g * sig_grad(z) * w
    return g


@chain.variant()
def chain_two_products(ws, zs):
    return np.prod(ws) * np.prod(sig_grad(zs))


@chain.variant()
def chain_running_product(ws, zs):
    total = 1.0
    for l in range(len(ws)):
        s = 1 / (1 + np.exp(-abs(zs[l])))
        total *= ws[l] * s
        total *= np.exp(-abs(zs[l])) * s
    return total


@chain.variant()
def chain_float32(ws, zs):
    z = np.abs(zs).astype(np.float32)
    slopes = np.exp(-z) / (1 + np.exp(-z)) ** 2
    return np.prod(ws.astype(np.float32) * slopes)


@chain.mistake(
    "You leave out the first weight. That gives the derivative by the first *bias*: by what does the text differentiate?"
)
def chain_by_the_bias(ws, zs):
    return np.prod(ws[1:]) * np.prod(sig_grad(zs))


@chain.mistake(
    "Your chain knows the slopes only. Which second factor does every layer have?", catalogue="M20"
)
def chain_without_weights(ws, zs):
    return np.prod(sig_grad(zs))


@chain.mistake(
    "Your chain knows the weights only, as if every unit were linear. Where do the sigmoids come in?",
    catalogue="M23",
)
def chain_without_slopes(ws, zs):
    return np.prod(ws)


@chain.mistake(
    "One slope is missing at the end. Through how many sigmoids does the input go on its way to the last activation?",
    catalogue="M23",
)
def chain_last_slope_missing(ws, zs):
    return np.prod(ws) * np.prod(sig_grad(zs[:-1]))


@chain.mistake("One factor after the other acts on the signal. Do the factors of a chain add up?")
def chain_added_up(ws, zs):
    return np.sum(ws * sig_grad(zs))


@chain.mistake(
    "Only the sign is lost. A derivative may be negative: where did you take a size?", catalogue="M08"
)
def chain_sizes_only(ws, zs):
    return np.prod(np.abs(ws) * sig_grad(zs))


@chain.mistake(
    "You use the slope a quarter everywhere. That is the largest there can be: where does zs come in?"
)
def chain_all_at_the_top(ws, zs):
    return np.prod(ws * 0.25)


@chain.mistake(
    "You take the slope at a value that has been through the sigmoid already. What do zs hold: what goes in, or what comes out?",
    catalogue="M22",
)
def chain_slope_of_the_output(ws, zs):
    return np.prod(ws * sig_grad(activate(zs, "sigmoid")))


@chain.mistake(
    "One unit far out makes your whole product 0. Use your own sig_grad: what does `slope` subtract there?",
    catalogue="M98",
)
def chain_cancels(ws, zs):
    return np.prod(ws * slope(zs, "sigmoid"))


@chain.case("the bound", "bound", exact=True)
def bound_of_one(rng):
    """One unit: one slope."""
    return (1,)


@chain.case("the bound", "bound", exact=True)
def bound_of_four(rng):
    """The depth of the lecture's example."""
    return (4,)


@chain.case("the bound", "bound", exact=True)
def bound_of_more(rng):
    """A deep chain."""
    return (int(rng.integers(6, 12)),)


@chain.oracle("bound")
def bound_torch(L):
    """The chain that reaches it: all weights 1, all z 0."""

    def network(a):
        for _ in range(L):
            a = (a - a.detach()).sigmoid()
        return a

    return torch_grad(network, 0.0)


@chain.oracle("bound")
def bound_mpmath(L):
    return float(mpmath.diff(lambda z: 1 / (1 + mpmath.exp(-z)), 0) ** L)


@chain.variant("bound")
def bound_by_four(L):
    return 1 / 4**L


@chain.variant("bound")
def bound_by_loop(L):
    largest = 1.0
    for _ in range(L):
        largest = largest / 4
    return largest


@chain.variant("bound")
def bound_by_the_chain(L):
    return chain_product(np.ones(L), np.zeros(L))


@chain.variant("bound")
def bound_float32(L):
    return np.float32(0.25) ** L


@chain.mistake("You add the quarters up. What does a chain do with its factors?", "bound")
def bound_added_up(L):
    return 0.25 * L


@chain.mistake("One quarter is missing: how many sigmoids does the signal pass?", "bound")
def bound_one_less(L):
    return 0.25 ** (L - 1)


@chain.mistake(
    "This would be right for a largest slope of one half. How large is the slope of the sigmoid at z = 0?",
    "bound",
    catalogue="M27",
)
def bound_of_one_half(L):
    return 0.5**L


@chain.mistake("Which of the two numbers is multiplied by itself, and how often?", "bound")
def bound_upside_down(L):
    return float(L) ** -4


@chain.mistake("Your bound is larger than 1. Does a chain of quarters grow?", "bound")
def bound_inverted(L):
    return 4.0**L


@chain.case("the counter-example", "counter_example")
def counter_one(rng):
    """One weight: none of it has to be small."""
    return (1,)


@chain.case("the counter-example", "counter_example")
def counter_two(rng):
    """One of two weights has to be small."""
    return (2,)


@chain.case("the counter-example", "counter_example")
def counter_odd(rng):
    """An odd number: half of it is rounded down."""
    return (2 * int(rng.integers(2, 5)) + 1,)


@chain.case("the counter-example", "counter_example")
def counter_even(rng):
    """An even number."""
    return (2 * int(rng.integers(3, 6)),)


@chain.judge("counter_example")
def counter_breaks_the_bound(run, L):
    sizes = np.abs(np.asarray(run.value, np.longdouble))
    slack = 1e-6  # float32 may have rounded a weight
    if (sizes > 3 * (1 + slack)).any():
        return Mismatch("property", "One of your weights is larger in size than the text allows.")
    if (sizes <= 1 + slack).sum() < L // 2:
        return Mismatch("property", "Too few of your weights are at most 1 in size.")
    if sizes.prod() < 2 * (1 - slack):  # at z = 0 each slope is the quarter that the bound has as well
        return Mismatch(
            "property", "At z = 0 your chain is not twice as large as the bound. Which number decides that?"
        )
    return None


@chain.oracle("counter_example")
def counter_by_halves(L):
    small, large = L // 2, L - L // 2
    return np.array([1.0] * small + [2 ** (1 / large)] * large)


@chain.variant("counter_example")
def counter_alternating(L):
    ws = []
    for l in range(L):
        ws.append(-2.5 if l % 2 == 0 else 1.0)
    return np.array(ws)


@chain.variant("counter_example")
def counter_with_small_ones(L):
    ws = np.full(L, 2.5)
    ws[L - L // 2 :] = 0.9
    return ws


@chain.variant("counter_example")
def counter_float32(L):
    ws = np.ones(L, dtype=np.float32)
    ws[-1] = 2.2
    return ws


@chain.mistake(
    "All of your weights are large. The point is that half of them may be small: what decides is the product.",
    "counter_example",
)
def counter_all_large(L):
    return np.full(L, 2.5)


@chain.mistake(
    "With these weights the chain just reaches the bound. Which weights take it beyond?", "counter_example"
)
def counter_all_ones(L):
    return np.ones(L)


@chain.mistake(
    "Yours takes a weight that a standard normal draw hardly ever gives. How large may one be in the text?",
    "counter_example",
)
def counter_one_huge(L):
    ws = np.ones(L)
    ws[0] = 100.0
    return ws


@chain.mistake(
    "You make up for every large weight with one that is just as small. What is their product?",
    "counter_example",
)
def counter_balanced(L):
    return np.array([2.0 if l % 2 else 0.5 for l in range(L)])


@chain.mistake(
    "You go beyond the bound, but not far enough. Which factor does the text ask for?", "counter_example"
)
def counter_too_close(L):
    ws = np.ones(L)
    ws[0] = 1.5
    return ws


@chain.mistake(
    "The bound already has a quarter for every slope. Do your weights have to make up for the quarters as well?",
    "counter_example",
)
def counter_makes_up_for_quarters(L):
    return np.full(L, 4.0)


chain.equivalent(
    "counter_example: return ws -> return -ws #1",
    "counter_example: ws[0] = 3.0 -> ws[0] = -3.0 #1",
    "counter_example: ws[0] = 3.0 -> ws[0] = 2.0 #1",
    "counter_example: ws[0] -> ws[-1] #1",
    "counter_example: np.ones(L) -> -np.ones(L) #1",
    because="it does not matter which weight is the large one, nor which signs they have, and 2 is large enough",
)
chain.equivalent(
    "sig_grad: -np.abs(z) -> np.abs(z) #1",
    "sig_grad: np.abs(z) -> np.negative(z) #1",
    "sig_grad: np.abs(z) -> z #1",
    because="the slope is the same for z and -z, and up to 40 no exponential is too large",
)


# ---------------------------------------------------------------------------------------------------- 9.3
norms = assignment.exercise(
    "grad_norms",
    id="9.3",
    minutes=35,
    functions=("grad_norms", "imbalance"),
    points={"the backward pass": 1, "depth and scale": 1, "imbalance": 1},
    hints=(
        (
            "Which arrays of the forward pass does the backward pass need again? For each layer: what went in, and what "
            "stood before the activation?"
        ),
        (
            "Walk the layers from the last to the first. In each: multiply what comes from above by the slope, pair it with "
            "what entered the layer, and send it through the transposed weights. Then put the norms in the right order."
        ),
        (
            "delta = upstream * slope(z, act); dW = a_before.T @ delta; upstream = delta @ W.T, with W = scale * Ws[l] for "
            "l = depth-1, ..., 0. The norm is np.sqrt((dW ** 2).sum()); reverse the list. imbalance: max over min of such norms."
        ),
    ),
    lecture="Binder, L6: vanishing, exploding and imbalanced gradients",
)


def draws(rng, n, sizes, depth=None):
    """Return the dict `data`: input, unit weights and an upstream gradient for layer `depth` (the last one)."""
    Ws = [rng.normal(size=pair) for pair in itertools.pairwise(sizes)]
    return {
        "X": rng.normal(size=(n, sizes[0])),
        "Ws": Ws,
        "dA": rng.normal(size=(n, sizes[depth or len(Ws)])),
    }


def away_from_kinks(rng, scale, n, sizes, depth=None):
    """Return `draws` in which no pre-activation of a relu is near its kink, by its layer's scale: float32 takes its side."""
    while True:
        data = draws(rng, n, sizes, depth)
        a, nearest = data["X"], np.inf
        for W in data["Ws"]:
            z = scale * a @ W
            a, nearest = np.maximum(z, 0), min(nearest, np.abs(z).min() / np.abs(z).max(initial=1e-300))
        if nearest > 0.005 and (a > 0).any(axis=1).all():
            return data


@norms.case("the backward pass")
def norms_tanh(rng):
    """No two sizes are equal: dimensions fit in one way only."""
    return 3, 0.6, "tanh", draws(rng, 6, (3, 5, 4, 7))


@norms.case("the backward pass")
def norms_relu(rng):
    """Upstream gradients of both signs: the mask comes from z, not from them."""
    return 3, 0.7, "relu", away_from_kinks(rng, 0.7, 4, (3, 6, 5, 2))


@norms.case("the backward pass")
def norms_sigmoid(rng):
    """Square layers: a missing transposition fits, and shows in the numbers."""
    return 4, 0.9, "sigmoid", draws(rng, 5, (4, 6, 6, 6, 6))


@norms.case("the backward pass", exact=True)
def norms_linear_exact(rng):
    """Signs and powers of two only: every norm is a power of two. Four samples: a mean would be a quarter of it."""
    signs, x, g = (rng.choice([-1.0, 1.0], size=size) for size in (4, 4, 4))
    first, second = np.zeros((4, 16)), np.zeros((16, 4))
    first[rng.integers(4, size=16), np.arange(16)] = rng.choice([-2.0, 2.0], size=16)
    second[rng.permutation(16)[:4], np.arange(4)] = rng.choice([-1.0, 1.0], size=4)
    scale = 2.0 ** rng.choice([-3, -2, -1, 1])
    return 2, scale, "linear", {"X": np.outer(signs, x), "Ws": [first, second], "dA": np.outer(signs, g)}


@norms.case("depth and scale")
def norms_sigmoid_deep(rng):
    """Twelve sigmoids: the first layer's gradient is many powers of ten smaller than the last one's."""
    # one sample: with more, hardly anything but rounding would tell their gradients apart so far down
    return 12, 0.5, "sigmoid", draws(rng, 1, (4, *[6] * 12))


@norms.case("depth and scale")
def norms_relu_growing(rng):
    """Large weights under a relu: the gradients grow."""
    return 5, 1.0, "relu", away_from_kinks(rng, 1.0, 4, (3, *[7] * 5))


@norms.case("depth and scale")
def norms_tanh_steep(rng):
    """Weights large enough to bend the tanh: the slope at a is not the slope at z."""
    return 4, 0.8, "tanh", draws(rng, 4, (5, *[6] * 4))


@norms.case("depth and scale")
def norms_first_layers_only(rng):
    """Eight matrices, three of them used."""
    return 3, 0.7, "tanh", draws(rng, 6, (4, *[5] * 8), 3)


@norms.case("depth and scale")
def norms_one_layer_of_three(rng):
    """One layer: nothing is sent further down, and matrices are left over."""
    return 1, 1.4, "sigmoid", draws(rng, 7, (3, 4, 4, 4), 1)


@norms.oracle()
def norms_torch(depth, scale, act, data):
    import torch

    functions = {"tanh": torch.tanh, "sigmoid": torch.sigmoid, "relu": torch.relu, "linear": lambda z: z}
    Ws = [torch.tensor(scale * W, dtype=torch.float64, requires_grad=True) for W in data["Ws"][:depth]]
    a = torch.tensor(data["X"], dtype=torch.float64)
    for W in Ws:
        a = functions[act](a @ W)
    grads = torch.autograd.grad((a * torch.tensor(data["dA"], dtype=torch.float64)).sum(), Ws)
    return np.array([torch.linalg.matrix_norm(grad).item() for grad in grads])


@norms.oracle()
def norms_complex(depth, scale, act, data):
    """From the forward pass alone: one complex step for each weight."""
    functions = {
        "tanh": np.tanh,
        "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
        # linear as far as a complex step reaches: which side z is on, its own real part says
        "relu": lambda z: z * (z.view(np.ndarray).real > 0),
        "linear": lambda z: z,
    }

    def forward(*Ws):
        a = data["X"]
        for W in Ws:
            a = functions[act](a @ W)
        return a

    found = complex_step(forward, data["dA"], *(scale * W for W in data["Ws"][:depth]))
    return np.array([math.sqrt(np.sum(grad**2)) for grad in (found if depth > 1 else [found])])


@norms.variant()
def norms_one_sample_at_a_time(depth, scale, act, data):
    Ws = [scale * W for W in data["Ws"]][:depth]
    totals = [np.zeros(W.shape) for W in Ws]
    for x, g in zip(data["X"], data["dA"]):
        entered, zs = [], []
        a = x
        for W in Ws:
            entered.append(a)
            zs.append(W.T @ a)
            a = activate(zs[-1], act)
        for layer in range(depth - 1, -1, -1):
            delta = g * slope(zs[layer], act)
            totals[layer] += np.outer(entered[layer], delta)
            g = Ws[layer] @ delta  # noqa: PLW2901
    return np.array([np.linalg.norm(total) for total in totals])


@norms.variant()
def norms_recursive(depth, scale, act, data):
    def down(layer, a):
        if layer == depth:
            return data["dA"], []
        W = scale * data["Ws"][layer]
        z = a @ W
        upstream, later = down(layer + 1, activate(z, act))
        delta = upstream * slope(z, act)
        grad = np.einsum("ni,nj->ij", a, delta)
        return np.einsum("nj,ij->ni", delta, W), [np.linalg.norm(grad, "fro"), *later]

    return np.array(down(0, data["X"])[1])


@norms.variant()
def norms_by_gram_matrices(depth, scale, act, data):
    a, layers = data["X"], []
    for layer in range(depth):
        z = scale * (a @ data["Ws"][layer])
        layers.append((a, z))
        a = activate(z, act)
    result = np.zeros(depth)
    g = data["dA"]
    for layer in reversed(range(depth)):
        a, z = layers[layer]
        delta = g * slope(z, act)
        # |aᵀδ|² is the sum of all entries of (aaᵀ) ⊙ (δδᵀ)
        result[layer] = np.sqrt(np.sum((a @ a.T) * (delta @ delta.T)))
        g = scale * (delta @ data["Ws"][layer].T)
    return result


@norms.variant()
def norms_float32(depth, scale, act, data):
    Ws = [(np.float32(scale) * W.astype(np.float32)) for W in data["Ws"][:depth]]
    activations, zs = [data["X"].astype(np.float32)], []
    for W in Ws:
        zs.append(activations[-1] @ W)
        activations.append(activate(zs[-1], act))
    upstream, result = data["dA"].astype(np.float32), []
    for W, z, a in zip(Ws[::-1], zs[::-1], activations[-2::-1]):
        delta = upstream * slope(z, act).astype(np.float32)
        result.insert(0, np.linalg.norm(a.T @ delta))
        upstream = delta @ W.T
    return np.array(result)


def student_norms(
    depth, scale, act, data, derivative=None, last=None, pair=None, down=None, size=None, used=None
):
    """Return gradient norms by a backward pass with some of its steps exchanged: what the mistakes below differ in."""
    Ws = [scale * W for W in (data["Ws"] if used is None else used)[:depth]]
    activations, zs = [data["X"]], []
    for W in Ws:
        zs.append(activations[-1] @ W)
        activations.append(activate(zs[-1], act))
    upstream, result = data["dA"], []
    for layer in reversed(range(depth)):
        local = slope(zs[layer], act) if derivative is None else derivative(zs[layer], activations[layer + 1])
        delta = upstream * local
        if layer == depth - 1 and last is not None:
            delta = last(upstream, zs[layer])
        dW = activations[layer].T @ delta if pair is None else pair(activations, layer, delta)
        result.append(np.sqrt((dW**2).sum()) if size is None else size(dW))
        upstream = delta @ Ws[layer].T if down is None else down(delta, layer, Ws)
    return np.array(result[::-1])


@norms.mistake(
    "You are off by the same factor everywhere, the number of samples: is dA already the gradient of the whole batch?",
    catalogue="M02",
)
def norms_mean_over_samples(depth, scale, act, data):
    return student_norms(depth, scale, act, data, size=lambda dW: np.linalg.norm(dW) / len(data["X"]))


@norms.mistake(
    "Your gradients pass every layer as if it were linear. Which line of the formulas has the ⊙?",
    catalogue="M23",
)
def norms_without_slopes(depth, scale, act, data):
    return student_norms(depth, scale, act, data, derivative=lambda z, a: np.ones(z.shape))


@norms.mistake(
    "dA is the gradient by the *activation* of the last layer. How do you get from there to its z?",
    catalogue="M20",
)
def norms_last_slope_missing(depth, scale, act, data):
    return student_norms(depth, scale, act, data, last=lambda upstream, z: upstream)


@norms.mistake(
    "You evaluate the slope at a value that has been through the activation already. What does slope(z, act) expect?",
    catalogue="M22",
)
def norms_slope_at_output(depth, scale, act, data):
    return student_norms(depth, scale, act, data, derivative=lambda z, a: slope(a, act))


@norms.mistake("The slope of tanh needs tanh(z) squared. What did you square?", catalogue="M26")
def norms_tanh_slope_of_z(depth, scale, act, data):
    return student_norms(
        depth, scale, act, data, derivative=lambda z, a: 1 - z**2 if act == "tanh" else slope(z, act)
    )


@norms.mistake(
    "For relu you keep what is positive *in the gradient*. Whose sign decides whether a unit lets a gradient pass?",
    catalogue="M28",
)
def norms_relu_of_upstream(depth, scale, act, data):
    W_and_z, a = [], data["X"]
    for W in data["Ws"][:depth]:
        z = a @ (scale * W)
        W_and_z.append((scale * W, z, a))
        a = activate(z, act)
    g, result = data["dA"], []
    for W, z, a in reversed(W_and_z):
        delta = np.maximum(g, 0) if act == "relu" else g * slope(z, act)
        result.append(np.linalg.norm(a.T @ delta))
        g = delta @ W.T
    return np.array(result[::-1])


@norms.mistake(
    "A layer's weights meet what *entered* the layer. Which activation do you pair with delta?",
    catalogue="M30",
)
def norms_paired_with_output(depth, scale, act, data):
    return student_norms(depth, scale, act, data, pair=lambda a, layer, delta: a[layer + 1].T @ delta)


@norms.mistake(
    "These are the sizes of delta. What has to be multiplied to it to get the gradient by the weights?"
)
def norms_of_delta(depth, scale, act, data):
    return student_norms(depth, scale, act, data, pair=lambda a, layer, delta: delta)


@norms.mistake(
    "Backwards, the signal travels from a layer's units to its inputs: which way round must W be applied?",
    catalogue="M31",
)
def norms_weights_not_transposed(depth, scale, act, data):
    return student_norms(
        depth, scale, act, data, down=lambda delta, layer, Ws: delta @ Ws[layer] if layer else None
    )


@norms.mistake("Forwards you scale the weights. Which weights does your backward pass use?")
def norms_unscaled_backward(depth, scale, act, data):
    return student_norms(depth, scale, act, data, down=lambda delta, layer, Ws: delta @ data["Ws"][layer].T)


@norms.mistake("Where does scale come into your network? The matrices in data are unit weights.")
def norms_scale_ignored(depth, scale, act, data):
    return student_norms(depth, 1.0, act, data)


@norms.mistake(
    "This is the gradient by the unit matrices: one factor scale too many. By which weights does the text differentiate?"
)
def norms_by_unit_weights(depth, scale, act, data):
    return student_norms(depth, scale, act, data, size=lambda dW: np.linalg.norm(scale * dW))


@norms.mistake(
    "Each layer gets its own weights. Which matrix sends delta down to the layer below?", catalogue="M31"
)
def norms_wrong_layers_weights(depth, scale, act, data):
    return student_norms(
        depth,
        scale,
        act,
        data,
        down=lambda delta, layer, Ws: delta @ Ws[max(layer - 1, 0)].T if layer else None,
    )


@norms.mistake("The right numbers, the last layer first. Which layer does the text begin with?")
def norms_last_layer_first(depth, scale, act, data):
    return student_norms(depth, scale, act, data)[::-1].copy()


@norms.mistake("These are squared norms. What is missing at the end?")
def norms_squared(depth, scale, act, data):
    return student_norms(depth, scale, act, data) ** 2


@norms.mistake(
    "With ord=2 numpy gives a matrix's largest singular value. Which norm adds up *all* squared entries?"
)
def norms_spectral(depth, scale, act, data):
    return student_norms(depth, scale, act, data, size=lambda dW: np.linalg.norm(dW, 2))


@norms.mistake("You divide by the number of weights before the root. Does a norm average?")
def norms_root_mean_square(depth, scale, act, data):
    return student_norms(depth, scale, act, data, size=lambda dW: np.sqrt((dW**2).mean()))


@norms.mistake("data may hold more matrices than the network has layers. Where do you use depth?")
def norms_all_matrices(depth, scale, act, data):
    return student_norms(len(data["Ws"]), scale, act, data)


@norms.mistake("You take the last matrices of the list. Which ones make up the network?")
def norms_last_matrices(depth, scale, act, data):
    return student_norms(depth, scale, act, data, used=data["Ws"][-depth:])


@norms.case("imbalance", "imbalance")
def imbalance_mixed_shapes(rng):
    """The largest and the smallest are neither first nor last; the sizes differ, so an average is no norm."""
    shapes, scales = [(3, 4), (7, 5), (2, 6), (5, 2)], [1.0, 6.0, 0.05, 0.4]
    return ([scale * rng.normal(size=shape) for shape, scale in zip(shapes, scales, strict=True)],)


@norms.case("imbalance", "imbalance")
def imbalance_vanishing(rng):
    """Powers of ten apart: anything added for safety shows."""
    return ([1e-6 * rng.normal(size=(4, 6)), 1e-3 * rng.normal(size=(6, 5)), rng.normal(size=(5, 3))],)


@norms.case("imbalance", "imbalance")
def imbalance_of_kernels(rng):
    """Three axes, as in a convolution, and all norms far below a billionth: small is not 0."""
    return ([2.0**-40 * scale * rng.normal(size=(3, 2, 2)) for scale in (1.0, 0.05, 6.0)],)


@norms.case("imbalance", "imbalance")
def imbalance_with_biases(rng):
    """Vectors among the matrices: any shape is allowed."""
    return (
        [
            rng.normal(size=(2, 3)),
            3.0 * rng.normal(size=7),
            rng.normal(size=(3, 5)),
            0.2 * rng.normal(size=4),
        ],
    )


@norms.case("imbalance", "imbalance", exact=True)
def imbalance_exact(rng):
    """Equal entries, sizes 4, 64 and 16: norms and ratio are powers of two."""
    sizes = rng.permutation([-3, 0, 2])
    signs = [rng.choice([-1.0, 1.0], size=shape) for shape in ((2, 2), (8, 8), (2, 8))]
    return ([sign * 2.0**size for sign, size in zip(signs, sizes, strict=True)],)


@norms.case("imbalance", "imbalance")
def imbalance_one_layer_stuck(rng):
    """One gradient is zero: the ratio is infinite, not an error."""
    return ([rng.normal(size=(3, 4)), np.zeros((4, 2)), rng.normal(size=(2, 5))],)


@norms.case("imbalance", "imbalance")
def imbalance_all_stuck(rng):
    """All gradients are zero: 0/0 has to be caught as well."""
    return ([np.zeros((2, 3)), np.zeros(int(rng.integers(3, 6)))],)


@norms.judge("imbalance")
def imbalance_is_right(run, grads):
    # In extended precision and by another road than the reference: this judge is the oracle too. The framework's
    # comparison takes no infinite value as right, so there is no oracle to compare with where a norm is 0.
    squares = [np.square(grad.astype(np.longdouble)).sum() for grad in grads]
    if min(squares) == 0:
        if run.value == np.inf:
            return None
        return Mismatch(
            "value", "The value is not right where a gradient is zero. What does the text say about that?"
        )
    want = np.sqrt(max(squares) / min(squares))
    # a sum of k squares has a relative error of at most k u, its root half of that; two of them, a division
    if close(run.value, want, want * (max(grad.size for grad in grads) + 6)):
        return None
    return Mismatch("value", "The ratio of the largest norm to the smallest is not right.")


@norms.variant("imbalance")
def imbalance_by_linalg(grads):
    sizes = np.array([np.linalg.norm(grad) for grad in grads])
    return np.inf if sizes.min() == 0 else sizes.max() / sizes.min()


@norms.variant("imbalance")
def imbalance_by_loops(grads):
    largest, smallest = 0.0, float("inf")
    for grad in grads:
        total = 0.0
        for entry in grad.ravel():
            total += float(entry) ** 2
        largest, smallest = max(largest, total), min(smallest, total)
    return math.sqrt(largest / smallest) if smallest > 0 else math.inf


@norms.variant("imbalance")
def imbalance_float32(grads):
    sizes = sorted(np.linalg.norm(grad.ravel().astype(np.float32)) for grad in grads)
    if not sizes[0]:
        return np.float32(np.inf)
    return sizes[-1] / sizes[0]


@norms.mistake(
    "You compare the first layer with the last. Are those always the largest and the smallest?", "imbalance"
)
def imbalance_first_to_last(grads):
    sizes = [np.linalg.norm(grad) for grad in grads]
    return sizes[0] / sizes[-1] if sizes[-1] > 0 else float("inf")


@norms.mistake("Your ratio is below 1. Which norm belongs on top?", "imbalance")
def imbalance_upside_down(grads):
    sizes = [np.linalg.norm(grad) for grad in grads]
    return min(sizes) / max(sizes) if max(sizes) > 0 else float("inf")


@norms.mistake("This is the ratio of the *squared* norms. Where is the root?", "imbalance")
def imbalance_of_squares(grads):
    sizes = [(grad**2).sum() for grad in grads]
    return max(sizes) / min(sizes) if min(sizes) > 0 else float("inf")


@norms.mistake(
    "You compare the largest entry with the smallest entry. The text compares layers: one number for each gradient first.",
    "imbalance",
)
def imbalance_of_entries(grads):
    entries = np.abs(np.concatenate([grad.ravel() for grad in grads]))
    return entries.max() / entries.min() if entries.min() > 0 else float("inf")


@norms.mistake("You describe each layer by its largest entry. Which norm does the text ask for?", "imbalance")
def imbalance_of_largest_entries(grads):
    sizes = [np.abs(grad).max() for grad in grads]
    return max(sizes) / min(sizes) if min(sizes) > 0 else float("inf")


@norms.mistake("You add up absolute values. What does the Frobenius norm add up?", "imbalance")
def imbalance_of_absolute_sums(grads):
    sizes = [np.abs(grad).sum() for grad in grads]
    return max(sizes) / min(sizes) if min(sizes) > 0 else float("inf")


@norms.mistake("You divide by the number of entries. Does a norm average?", "imbalance")
def imbalance_of_averages(grads):
    sizes = [np.sqrt((grad**2).mean()) for grad in grads]
    return max(sizes) / min(sizes) if min(sizes) > 0 else float("inf")


@norms.mistake(
    "A sum of entries lets plus and minus cancel. How does a norm treat the signs?",
    "imbalance",
    catalogue="M08",
)
def imbalance_of_plain_sums(grads):
    sizes = [abs(grad.sum()) for grad in grads]
    return max(sizes) / min(sizes) if min(sizes) > 0 else float("inf")


@norms.mistake(
    "You leave out the layers whose gradient is zero. What does the text say about a layer that never moves?",
    "imbalance",
)
def imbalance_skips_zeros(grads):
    sizes = [np.linalg.norm(grad) for grad in grads if grad.any()]
    return max(sizes) / min(sizes) if sizes else 1.0


@norms.mistake(
    "A small number added below avoids the division by zero and changes every small gradient's answer. What is asked for "
    "instead when a norm is 0?",
    "imbalance",
)
def imbalance_with_epsilon(grads):
    sizes = [np.linalg.norm(grad) for grad in grads]
    return max(sizes) / (min(sizes) + 1e-8)


norms.equivalent(
    "grad_norms: data['dA'] -> -data['dA'] #1",
    "grad_norms: delta @ W.T -> -(delta @ W.T) #1",
    "grad_norms: upstream * slope(z, act) -> -(upstream * slope(z, act)) #1",
    because="a norm does not see the sign",
)
norms.equivalent(
    "imbalance: float('inf') -> 2 * float('inf') #1",
    because="twice infinity is infinity",
)
norms.equivalent(
    "imbalance: float(largest / smallest) -> largest / smallest #1",
    because="a number of numpy is a number",
)
norms.equivalent(
    "imbalance: smallest == 0 -> largest == 0 #1",
    because="numpy divides any other number by 0 to infinity, with a warning",
)
norms.equivalent(
    "imbalance: smallest == 0 -> smallest <= 0 #1",
    because="no norm is negative",
)


# ---------------------------------------------------------------------------------------------------- 9.4
draw = assignment.exercise(
    "xavier",
    id="9.4",
    minutes=25,
    functions=("xavier", "he", "xavier_uniform"),
    points={
        "Xavier, normal": 0.75,
        "He, normal": 0.75,
        "Xavier, uniform": 0.75,
        "the supplied generator": 0.75,
    },
    hints=(
        (
            "The table gives variances. What do you multiply a standard normal number by so that its variance becomes v? "
            "And which of fi and fo does each recipe use?"
        ),
        (
            "A factor c multiplies the variance by c². For the uniform draw solve limit² / 3 = 2 / (fi + fo) for the limit. "
            "All numbers of a matrix come from one call of a method of rng, with the shape as its argument."
        ),
        (
            "np.sqrt(variance) * rng.standard_normal((fi, fo)) for the first two. For the third, "
            "rng.uniform(-limit, limit, (fi, fo)) with the limit √(6 / (fi + fo))."
        ),
    ),
    lecture="Abdurakhmanova (Aalto): weight initialisation, and the initialisers of Keras",
)

# Two kinds of cases. Large matrices are judged by the law of their numbers: what is known exactly about the sums of N
# independent draws, and six standard deviations of that. A chi-squared sum of k squares is brought to a normal number
# by Wilson and Hilferty's cube root first, since for small k it is lopsided. Together the tests refuse an honest
# draw less than once in 10^7. The nearest mistake, one of the fans for their mean, stands at 15 or more.
#
# Small matrices are judged by where their numbers come from: up to a factor they must be what the generator gives
# when it is asked once for a matrix of this size, by rows or by columns, in either precision.


def squares_off(total, k):
    """Return how many standard deviations the sum of k squared standard normal numbers is away from what it should be."""
    return ((total / k) ** (1 / 3) - (1 - 2 / (9 * k))) / math.sqrt(2 / (9 * k))


def share_off(hits, p):
    """Return the same for a share of independent hits, each of chance p."""
    return (hits.mean() - p) / math.sqrt(p * (1 - p) / hits.size)


SIX = 6.0


def rows_and_columns(x):
    """Return why the rows or columns of standardised numbers are not independent of each other, or None."""
    fi, fo = x.shape
    by_row = squares_off((x.mean(axis=1) ** 2).sum() * fo, fi)
    by_column = squares_off((x.mean(axis=0) ** 2).sum() * fi, fo)
    if max(abs(by_row), abs(by_column)) > SIX:
        return Mismatch(
            "statistics", "The weights depend on each other: is every one of them drawn by itself?"
        )
    return None


def normal_mismatch(weights, variance):
    """Return what about a matrix contradicts independent normal entries of mean 0 and this variance."""
    x = np.asarray(weights, np.float64) / math.sqrt(variance)
    if abs(x.mean()) * math.sqrt(x.size) > SIX * max(1.0, x.std()):
        return Mismatch("statistics", "The mean is further from 0 than chance explains.")
    if abs(off := squares_off((x**2).sum(), x.size)) > SIX:
        what = "large" if off > 0 else "small"
        return Mismatch(
            "statistics",
            f"The variance is too {what}, by more than chance explains. Which fan enters, and is there a root?",
        )
    # 0.6827 and 0.0124 of a normal law lie within one standard deviation and beyond two and a half
    within_one, beyond = math.erf(1 / math.sqrt(2)), math.erfc(2.5 / math.sqrt(2))
    if max(abs(share_off(np.abs(x) < 1, within_one)), abs(share_off(np.abs(x) > 2.5, beyond))) > SIX:
        return Mismatch("statistics", "Mean and variance are right, but these are not normal numbers.")
    return rows_and_columns(x)


def uniform_mismatch(weights, variance):
    """Return what about a matrix contradicts independent entries, uniform around 0 with this variance."""
    limit = math.sqrt(3 * variance)
    x = np.asarray(weights, np.float64) / limit
    largest = np.abs(x).max()
    if largest > 1 + 1e-6:  # float32 may have rounded the limit
        return Mismatch(
            "statistics", "Some weights lie outside of the interval that belongs to this variance."
        )
    if largest < 1 - 25 / x.size:  # chance: e^-25
        return Mismatch("statistics", "The interval is too small: no weight comes near to the limit.")
    if abs(x.mean()) * math.sqrt(3 * x.size) > SIX:
        return Mismatch("statistics", "The mean is further from 0 than chance explains.")
    if (
        abs((x**2).mean() - 1 / 3) > SIX * math.sqrt(4 / 45 / x.size)
        or abs(share_off(np.abs(x) < 0.5, 0.5)) > SIX
    ):
        return Mismatch("statistics", "These numbers are not spread evenly over the interval.")
    return rows_and_columns(x * math.sqrt(3))


def drawn_elsewhere(weights, fi, fo, rng, method):
    """Return a mismatch where a matrix is no multiple of what rng gives in one call, by rows or by columns."""
    state = json.dumps(rng.bit_generator.state)
    got = np.asarray(weights, np.float64)
    got = got / max(np.linalg.norm(got), 1e-300)
    for dtype, shape in itertools.product((np.float64, np.float32), ((fi, fo), (fo, fi))):
        rng.bit_generator.state = json.loads(state)
        drawn = (
            rng.standard_normal(shape, dtype=dtype)
            if method == "normal"
            else 2 * rng.random(shape, dtype=dtype) - 1
        )
        drawn = drawn.astype(np.float64) / np.linalg.norm(drawn)
        # either sign: minus a normal number is a normal number
        for want in (drawn, -drawn) if shape == (fi, fo) else (drawn.T, -drawn.T):
            if np.abs(got - want).max() < 1e-5:
                return None
    return Mismatch(
        "rng",
        "These numbers do not come out of the generator that was passed in. "
        "Is the whole matrix drawn from rng, in one call, and nothing from elsewhere?",
    )


SMALL = 20
"""Matrices with fewer entries are judged by where their numbers come from."""


@draw.judge("xavier")
def xavier_is_plausible(run, fi, fo, rng):
    if fi * fo < SMALL:
        return drawn_elsewhere(run.value, fi, fo, rng, "normal")
    return normal_mismatch(run.value, 2 / (fi + fo))


@draw.judge("he")
def he_is_plausible(run, fi, fo, rng):
    if fi * fo < SMALL:
        return drawn_elsewhere(run.value, fi, fo, rng, "normal")
    return normal_mismatch(run.value, 2 / fi)


@draw.judge("xavier_uniform")
def xavier_uniform_is_plausible(run, fi, fo, rng):
    if fi * fo < SMALL:
        return drawn_elsewhere(run.value, fi, fo, rng, "uniform")
    return uniform_mismatch(run.value, 2 / (fi + fo))


@draw.case("Xavier, normal", "xavier")
def xavier_narrowing(rng):
    """Four times as many inputs as units: the two fans and their mean are told apart."""
    return 200, 50, seed(rng)


@draw.case("Xavier, normal", "xavier")
def xavier_widening(rng):
    """More units than inputs: the other way round."""
    return 40, 250, seed(rng)


@draw.case("He, normal", "he")
def he_narrowing(rng):
    """Four times as many inputs as units."""
    return 200, 50, seed(rng)


@draw.case("He, normal", "he")
def he_widening(rng):
    """More units than inputs: who takes the fan-out draws too small weights."""
    return 40, 250, seed(rng)


@draw.case("Xavier, uniform", "xavier_uniform")
def uniform_narrowing(rng):
    """Four times as many inputs as units."""
    return 200, 50, seed(rng)


@draw.case("Xavier, uniform", "xavier_uniform")
def uniform_widening(rng):
    """More units than inputs."""
    return 40, 250, seed(rng)


@draw.case("the supplied generator", "xavier")
def xavier_from_rng(rng):
    """Six numbers: few enough to see where they come from."""
    return 3, 2, seed(rng)


@draw.case("the supplied generator", "xavier")
def xavier_from_another_rng(rng):
    """The same size with another generator: what does not come from rng cannot follow."""
    return 3, 2, seed(rng)


@draw.case("the supplied generator", "he")
def he_from_rng(rng):
    """Eight numbers."""
    return 2, 4, seed(rng)


@draw.case("the supplied generator", "he")
def he_from_another_rng(rng):
    """The same size with another generator."""
    return 2, 4, seed(rng)


@draw.case("the supplied generator", "xavier_uniform")
def uniform_from_rng(rng):
    """Ten numbers."""
    return 5, 2, seed(rng)


@draw.case("the supplied generator", "xavier_uniform")
def uniform_from_another_rng(rng):
    """The same size with another generator."""
    return 5, 2, seed(rng)


@draw.oracle("xavier")
def xavier_columns(fi, fo, rng):
    return np.stack([rng.normal(0.0, (2 / (fi + fo)) ** 0.5, fo) for _ in range(fi)])


@draw.oracle("he")
def he_torch(fi, fo, rng):
    import torch

    return rng.normal(0.0, torch.nn.init.calculate_gain("relu") / math.sqrt(fi), (fi, fo))


@draw.oracle("xavier_uniform")
def uniform_by_spread(fi, fo, rng):
    """The standard deviation of a uniform number on an interval is its length over the root of 12."""
    length = math.sqrt(12 * 2 / (fi + fo))
    return length * (rng.random((fi, fo)) - 0.5)


@draw.variant("xavier")
def xavier_normal_call(fi, fo, rng):
    return rng.normal(0.0, np.sqrt(2.0 / (fi + fo)), size=(fi, fo))


@draw.variant("xavier")
def xavier_unit_by_unit(fi, fo, rng):
    draws = rng.normal(size=(fo, fi)) / np.sqrt((fi + fo) / 2)
    return np.array([[draws[j, i] for j in range(fo)] for i in range(fi)])


@draw.variant("xavier")
def xavier_float32(fi, fo, rng):
    return np.float32(np.sqrt(2 / (fi + fo))) * rng.standard_normal((fi, fo), dtype=np.float32)


@draw.variant("he")
def he_flat_draw(fi, fo, rng):
    return rng.normal(scale=(2 / fi) ** 0.5, size=fi * fo).reshape(fi, fo)


@draw.variant("he")
def he_entry_by_entry(fi, fo, rng):
    W = np.zeros((fi, fo))
    for i in range(fi):
        for j in range(fo):
            W[i, j] = rng.standard_normal() * math.sqrt(2 / fi)
    return W


@draw.variant("he")
def he_float32(fi, fo, rng):
    return (rng.standard_normal((fi, fo)) * np.sqrt(2 / fi)).astype(np.float32)


@draw.variant("xavier_uniform")
def uniform_call(fi, fo, rng):
    limit = math.sqrt(6 / (fi + fo))
    return rng.uniform(-limit, limit, size=(fi, fo))


@draw.variant("xavier_uniform")
def uniform_from_random(fi, fo, rng):
    limit = np.sqrt(3) * np.sqrt(2 / (fi + fo))
    return limit * (2 * rng.random((fi, fo)) - 1)


@draw.variant("xavier_uniform")
def uniform_float32(fi, fo, rng):
    limit = np.float32(np.sqrt(6 / (fi + fo)))
    return limit - 2 * limit * rng.random((fo, fi), dtype=np.float32).T


@draw.mistake(
    "You multiply by the variance. Which number multiplies a standard normal draw so that its variance is that?",
    "xavier",
    catalogue="M85",
)
def xavier_variance_as_factor(fi, fo, rng):
    return 2 / (fi + fo) * rng.standard_normal((fi, fo))


@draw.mistake(
    "Your weights know only one of the two fans. Between which two numbers is Xavier's variance a compromise?",
    "xavier",
    catalogue="M86",
)
def xavier_fan_in(fi, fo, rng):
    return np.sqrt(1 / fi) * rng.standard_normal((fi, fo))


@draw.mistake(
    "Right for backwards only: your variance is that of the fan-out. Which compromise does the table give?",
    "xavier",
    catalogue="M86",
)
def xavier_fan_out(fi, fo, rng):
    return np.sqrt(1 / fo) * rng.standard_normal((fi, fo))


@draw.mistake(
    "Your variance is too small by the factor 2. One over the *mean* of the two fans: what stands on top?",
    "xavier",
    catalogue="M86",
)
def xavier_two_missing(fi, fo, rng):
    return np.sqrt(1 / (fi + fo)) * rng.standard_normal((fi, fo))


@draw.mistake(
    "This is the draw for relu. Which of the two recipes looks at the units of the layer as well?",
    "xavier",
    catalogue="M86",
)
def xavier_is_he(fi, fo, rng):
    return np.sqrt(2 / fi) * rng.standard_normal((fi, fo))


@draw.mistake(
    "The first axis of a weight matrix counts the inputs in this sheet. Yours is turned round.", "xavier"
)
def xavier_turned(fi, fo, rng):
    return np.sqrt(2 / (fi + fo)) * rng.standard_normal((fo, fi))


@draw.mistake(
    "Every unit gets a copy of the same column. What would 9.5 say about such a layer?",
    "xavier",
    catalogue="M87",
)
def xavier_one_column(fi, fo, rng):
    return np.sqrt(2 / (fi + fo)) * rng.standard_normal((fi, 1)) * np.ones((1, fo))


@draw.mistake("These are uniform numbers. Which law does the table ask for in this row?", "xavier")
def xavier_from_interval(fi, fo, rng):
    limit = np.sqrt(6 / (fi + fo))
    return rng.uniform(-limit, limit, (fi, fo))


@draw.mistake(
    "The generator that was passed in is never used, so nobody can repeat your draw. Where do your numbers come from?",
    "xavier",
    catalogue="M89",
)
def xavier_global_random(fi, fo, rng):
    return np.sqrt(2 / (fi + fo)) * np.random.randn(fi, fo)  # noqa: NPY002 - the mistake


@draw.mistake(
    "You make a generator of your own, so every layer of a network would get the same numbers. What is rng for?",
    "xavier",
    catalogue="M89",
)
def xavier_own_generator(fi, fo, rng):
    rng = np.random.default_rng(0)
    return np.sqrt(2 / (fi + fo)) * rng.standard_normal((fi, fo))


@draw.mistake(
    "You multiply by the variance. Which number multiplies a standard normal draw so that its variance is that?",
    "he",
    catalogue="M85",
)
def he_variance_as_factor(fi, fo, rng):
    return 2 / fi * rng.standard_normal((fi, fo))


@draw.mistake(
    "Off by √(fi / fo): a unit of the layer adds up its inputs. Which of the two fans counts those?",
    "he",
    catalogue="M86",
)
def he_fan_out(fi, fo, rng):
    return np.sqrt(2 / fo) * rng.standard_normal((fi, fo))


@draw.mistake(
    "Your variance keeps a linear signal alive. What does relu take away, and which factor makes up for it?",
    "he",
    catalogue="M86",
)
def he_two_missing(fi, fo, rng):
    return np.sqrt(1 / fi) * rng.standard_normal((fi, fo))


@draw.mistake("This is Xavier's compromise. Which fan does He's recipe use alone?", "he", catalogue="M86")
def he_is_xavier(fi, fo, rng):
    return np.sqrt(2 / (fi + fo)) * rng.standard_normal((fi, fo))


@draw.mistake(
    "The generator that was passed in is never used, so nobody can repeat your draw. Where do your numbers come from?",
    "he",
    catalogue="M89",
)
def he_global_random(fi, fo, rng):
    return np.random.normal(0, np.sqrt(2 / fi), (fi, fo))  # noqa: NPY002 - the mistake


@draw.mistake(
    "You make a generator of your own, so every layer of a network would get the same numbers. What is rng for?",
    "he",
    catalogue="M89",
)
def he_own_generator(fi, fo, rng):
    return np.sqrt(2 / fi) * np.random.default_rng(42).standard_normal((fi, fo))


@draw.mistake("All of your weights are positive. Weights have the mean 0: where does the bell sit?", "he")
def he_sizes_only(fi, fo, rng):
    return np.abs(np.sqrt(2 / fi) * rng.standard_normal((fi, fo)))


@draw.mistake(
    "You use the standard deviation as the limit. A uniform number is less spread than its limit: by which root?",
    "xavier_uniform",
    catalogue="M86",
)
def uniform_root_three_missing(fi, fo, rng):
    limit = np.sqrt(2 / (fi + fo))
    return rng.uniform(-limit, limit, (fi, fo))


@draw.mistake(
    "Your limit is squared: the text gives limit² / 3. What is left to do after you have solved for limit²?",
    "xavier_uniform",
    catalogue="M85",
)
def uniform_root_missing(fi, fo, rng):
    limit = 6 / (fi + fo)
    return rng.uniform(-limit, limit, (fi, fo))


@draw.mistake(
    "Your limit knows only one of the two fans. Which variance does the table ask for?",
    "xavier_uniform",
    catalogue="M86",
)
def uniform_fan_in(fi, fo, rng):
    limit = np.sqrt(3 / fi)
    return rng.uniform(-limit, limit, (fi, fo))


@draw.mistake(
    "None of your weights is negative. Between which two numbers should they lie?", "xavier_uniform"
)
def uniform_positive(fi, fo, rng):
    return np.sqrt(6 / (fi + fo)) * rng.random((fi, fo))


@draw.mistake(
    "Your interval has the length of the limit: from minus a half to a half of it. Where do its ends belong?",
    "xavier_uniform",
)
def uniform_half_as_long(fi, fo, rng):
    return np.sqrt(6 / (fi + fo)) * (rng.random((fi, fo)) - 0.5)


@draw.mistake(
    "These are normal numbers, and some lie beyond any limit. Which method of rng draws from an interval?",
    "xavier_uniform",
)
def uniform_is_normal(fi, fo, rng):
    return np.sqrt(2 / (fi + fo)) * rng.standard_normal((fi, fo))


@draw.mistake(
    "The generator that was passed in is never used, so nobody can repeat your draw. Where do your numbers come from?",
    "xavier_uniform",
    catalogue="M89",
)
def uniform_global_random(fi, fo, rng):
    limit = np.sqrt(6 / (fi + fo))
    return np.random.uniform(-limit, limit, (fi, fo))  # noqa: NPY002 - the mistake


draw.equivalent(
    "xavier: np.sqrt(2 / (fi + fo)) * rng.standard_normal((fi, fo)) -> -(np.sqrt(2 / (fi + fo)) * rng.standard_normal((fi, fo))) #1",
    "he: np.sqrt(2 / fi) * rng.standard_normal((fi, fo)) -> -(np.sqrt(2 / fi) * rng.standard_normal((fi, fo))) #1",
    "xavier_uniform: limit * rng.uniform(-1, 1, (fi, fo)) -> -(limit * rng.uniform(-1, 1, (fi, fo))) #1",
    "xavier_uniform: np.sqrt(6 / (fi + fo)) -> -np.sqrt(6 / (fi + fo)) #1",
    because="both laws are symmetric: minus a draw is a draw",
)
draw.equivalent("uniform-half-as-long * 2", because="the mistake is this factor, and nothing else")


# ---------------------------------------------------------------------------------------------------- 9.5
copies = assignment.exercise(
    "train_from",
    id="9.5",
    minutes=30,
    functions=("train_from", "distinct_units"),
    points={"gradient descent": 1, "copies stay copies": 0.5, "counting units": 0.5},
    hints=(
        (
            "Do one step of the example by hand. Which of the two matrices do you need to send delta back to the hidden layer, "
            "the old one or the new one? And what would make the two hidden units differ from each other?"
        ),
        (
            "One step: forward pass, delta of the last layer, delta of the hidden layer, then both updates in one line. For the "
            "units: keep a list of columns that you have met, and ask for each column whether it is a new one."
        ),
        (
            "delta2 = 2 / m * (a2 - Y) * slope(z2, act); delta1 = (delta2 @ W2.T) * slope(z1, act); the gradients are X.T @ delta1 "
            "and a1.T @ delta2. A column is new if np.abs(column - other).max() > tol for all others in the list."
        ),
    ),
    lecture="Abdurakhmanova (Aalto): initial weights of zero have no source of asymmetry",
)


def small_network(rng, m, d, h, k, gain=1.0):
    """Return W1, W2, X, Y of a network with d features, h hidden units, k outputs and m samples."""
    W1, W2 = weights(rng, (d, h, k), gain)
    return W1, W2, rng.normal(size=(m, d)), rng.normal(size=(m, k))


@copies.case("gradient descent")
def train_tanh(rng):
    """No two sizes are equal; one step, to be followed by hand."""
    return *small_network(rng, 5, 3, 4, 2), "tanh", rng.uniform(0.4, 0.6), 1


@copies.case("gradient descent")
def train_sigmoid(rng):
    """Three outputs: whoever averages over them too is seen. Two steps: the second begins where the first one ends."""
    return *small_network(rng, 4, 5, 2, 3, 2.0), "sigmoid", rng.uniform(0.8, 1.2), 2


@copies.case("gradient descent")
def train_tanh_longer(rng):
    """Three steps from square matrices: a transposed one fits."""
    return *small_network(rng, 6, 3, 3, 3, 1.4), "tanh", rng.uniform(0.3, 0.4), 3


@copies.case("gradient descent")
def train_relu(rng):
    """A mask in both layers, and a step that is not tiny: the new W2 is not the old one."""
    while True:
        W1, W2, X, Y = small_network(rng, 6, 4, 5, 3, 1.4)
        z1 = X @ W1
        z2 = np.maximum(z1, 0) @ W2
        if min(np.abs(z1).min(), np.abs(z2[z2 != 0]).min(initial=1)) > 0.02 and (z2 > 0).sum() > 5:
            return W1, W2, X, Y, "relu", rng.uniform(0.4, 0.6), 1


@copies.case("gradient descent", exact=True)
def train_linear_exact(rng):
    """Whole numbers, four samples, a step size of a quarter: one step is exact."""
    W1, W2, X, Y = (rng.integers(-3, 4, size=size) * 1.0 for size in ((2, 3), (3, 2), (4, 2), (4, 2)))
    X[0], Y[0] = 3.0, -5.0  # not all zero
    W1[0], W2[:, 0] = 2.0, 1.0
    return W1, W2, X, Y, "linear", 0.25, 1


@copies.case("copies stay copies")
def train_from_zeros(rng):
    """Sigmoid units give ½ for zero weights, so something moves: all units in the same way."""
    _, _, X, Y = small_network(rng, 5, 4, 3, 2)
    return np.zeros((4, 3)), np.zeros((3, 2)), X, Y, "sigmoid", rng.uniform(1.0, 1.5), 3


@copies.case("copies stay copies")
def train_from_halves(rng):
    """A constant other than zero is no better."""
    _, _, X, Y = small_network(rng, 4, 3, 5, 2)
    return np.full((3, 5), 0.5), np.full((5, 2), 0.5), X, Y, "tanh", rng.uniform(0.2, 0.3), 2


@copies.case("copies stay copies")
def train_from_one_draw(rng):
    """W1 is constant, W2 is not: the units part company in the first step."""
    _, W2, X, Y = small_network(rng, 5, 2, 4, 3)
    return np.full((2, 4), 0.25), W2, X, Y, "tanh", rng.uniform(0.3, 0.4), 2


@copies.oracle()
def train_torch(W1, W2, X, Y, act, lr, n):
    import torch

    functions = {"tanh": torch.tanh, "sigmoid": torch.sigmoid, "relu": torch.relu, "linear": lambda z: z}
    X, Y = torch.tensor(X, dtype=torch.float64), torch.tensor(Y, dtype=torch.float64)
    Ws = [torch.tensor(W, dtype=torch.float64) for W in (W1, W2)]
    for _ in range(n):
        Ws = [W.detach().requires_grad_() for W in Ws]
        output = functions[act](functions[act](X @ Ws[0]) @ Ws[1])
        loss = ((output - Y) ** 2).sum(dim=1).mean()
        Ws = [W - lr * grad for W, grad in zip(Ws, torch.autograd.grad(loss, Ws), strict=True)]
    return tuple(W.detach().numpy() for W in Ws)


@copies.oracle()
def train_complex(W1, W2, X, Y, act, lr, n):
    """From the loss alone: one complex step for each weight."""
    functions = {
        "tanh": np.tanh,
        "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
        # linear as far as a complex step reaches: which side z is on, its own real part says
        "relu": lambda z: z * (z.view(np.ndarray).real > 0),
        "linear": lambda z: z,
    }

    def loss(first, second):
        errors = functions[act](functions[act](X @ first) @ second) - Y
        return np.sum(errors * errors) / len(X)

    for _ in range(n):
        first, second = complex_step(loss, 1.0, W1, W2)
        W1, W2 = W1 - lr * first, W2 - lr * second
    return W1, W2


@copies.variant()
def train_by_samples(W1, W2, X, Y, act, lr, n):
    W1, W2 = W1.copy(), W2.copy()
    m = X.shape[0]
    for _ in range(n):
        g1, g2 = np.zeros(W1.shape), np.zeros(W2.shape)
        for x, y in zip(X, Y):
            z1 = W1.T @ x
            a1 = activate(z1, act)
            z2 = W2.T @ a1
            d2 = 2 * (activate(z2, act) - y) * slope(z2, act)
            d1 = (W2 @ d2) * slope(z1, act)
            g1 += np.outer(x, d1) / m
            g2 += np.outer(a1, d2) / m
        W1 -= lr * g1
        W2 -= lr * g2
    return W1, W2


@copies.variant()
def train_layer_by_layer(W1, W2, X, Y, act, lr, n):
    Ws = [W1, W2]
    for _ in range(n):
        a, zs = [X], []
        for W in Ws:
            zs.append(np.dot(a[-1], W))
            a.append(activate(zs[-1], act))
        upstream = 2 * (a[-1] - Y) / len(X)
        grads = []
        for layer in (1, 0):
            delta = upstream * slope(zs[layer], act)
            grads.insert(0, np.einsum("mi,mj->ij", a[layer], delta))
            upstream = np.dot(delta, Ws[layer].T)
        Ws = [W - lr * g for W, g in zip(Ws, grads)]
    return Ws[0], Ws[1]


@copies.variant()
def train_recursive(W1, W2, X, Y, act, lr, n):
    if n == 0:
        return W1, W2
    z1 = X @ W1
    a1 = activate(z1, act)
    z2 = a1 @ W2
    d2 = (activate(z2, act) - Y) * slope(z2, act)
    dW2 = a1.T @ d2
    dW1 = X.T @ (d2 @ W2.T * slope(z1, act))
    rate = 2 * lr / len(X)
    return train_recursive(W1 - rate * dW1, W2 - rate * dW2, X, Y, act, lr, n - 1)


@copies.variant()
def train_float32(W1, W2, X, Y, act, lr, n):
    W1, W2, X, Y = (array.astype(np.float32) for array in (W1, W2, X, Y))
    for _ in range(n):
        z1 = X @ W1
        a1 = activate(z1, act)
        z2 = a1 @ W2
        d2 = np.float32(2 / len(X)) * (activate(z2, act) - Y) * slope(z2, act).astype(np.float32)
        d1 = d2 @ W2.T * slope(z1, act).astype(np.float32)
        W1, W2 = W1 - np.float32(lr) * (X.T @ d1), W2 - np.float32(lr) * (a1.T @ d2)
    return W1, W2


def student_training(
    W1, W2, X, Y, act, lr, n, error=None, last=None, back=None, pair=None, one_by_one=False, only=(1, 2)
):
    """Return the trained weights, with some parts of a step exchanged: what the mistakes below differ in."""
    m = len(X)
    for _ in range(n):
        z1 = X @ W1
        a1 = activate(z1, act)
        z2 = a1 @ W2
        a2 = activate(z2, act)
        delta2 = 2 / m * (a2 - Y) if error is None else error(a2, Y)
        delta2 = delta2 * (slope(z2, act) if last is None else last(z2, a2))
        after = W2 - lr * (a1.T @ delta2 if pair is None else pair(z1, a1).T @ delta2) if 2 in only else W2
        sent = delta2 @ (after if one_by_one else W2).T
        delta1 = sent * slope(z1, act) if back is None else back(sent, z1, a1)
        W1, W2 = W1 - lr * X.T @ delta1 if 1 in only else W1.copy(), after.copy()
    return W1, W2


@copies.mistake(
    "Every step of yours is too long by the number of samples. Does the text add the samples' losses up, or average them?",
    catalogue="M01",
)
def train_on_the_sum(W1, W2, X, Y, act, lr, n):
    return student_training(W1, W2, X, Y, act, lr, n, error=lambda a, Y: 2 * (a - Y))


@copies.mistake(
    "You average over all entries of the squared errors. The text averages over samples: what does it do with the outputs?",
    catalogue="M05",
)
def train_on_the_mean_of_all(W1, W2, X, Y, act, lr, n):
    return student_training(W1, W2, X, Y, act, lr, n, error=lambda a, Y: 2 * (a - Y) / a.size)


@copies.mistake(
    "Your steps are half as long as they should be. Differentiate the loss as it is written: is there a ½ in front?",
    catalogue="M03",
)
def train_two_missing(W1, W2, X, Y, act, lr, n):
    return student_training(W1, W2, X, Y, act, lr, n, error=lambda a, Y: (a - Y) / len(Y))


@copies.mistake(
    "The loss grows: your steps go uphill. Which way round is the difference, and which sign has the step?",
    catalogue="M04",
)
def train_uphill(W1, W2, X, Y, act, lr, n):
    return student_training(W1, W2, X, Y, act, lr, n, error=lambda a, Y: 2 / len(Y) * (Y - a))


@copies.mistake(
    "You treat the last layer as if it were linear. Which factor brings you from the gradient by a to the one by z?",
    catalogue="M23",
)
def train_last_slope_missing(W1, W2, X, Y, act, lr, n):
    return student_training(W1, W2, X, Y, act, lr, n, last=lambda z, a: 1.0)


@copies.mistake(
    "W2 moves as it should in the first step, W1 does not: which ⊙ is missing on the way through the hidden layer?",
    catalogue="M23",
)
def train_hidden_slope_missing(W1, W2, X, Y, act, lr, n):
    return student_training(W1, W2, X, Y, act, lr, n, back=lambda sent, z, a: sent)


@copies.mistake(
    "You evaluate a slope at a value that has been through the activation already. What does slope(z, act) expect?",
    catalogue="M22",
)
def train_slope_of_the_output(W1, W2, X, Y, act, lr, n):
    return student_training(
        W1,
        W2,
        X,
        Y,
        act,
        lr,
        n,
        last=lambda z, a: slope(a, act),
        back=lambda sent, z, a: sent * slope(a, act),
    )


@copies.mistake(
    "Your W1 moves by a gradient that was sent back through the *new* W2. Compute both gradients before you change anything.",
    catalogue="M32",
)
def train_one_after_the_other(W1, W2, X, Y, act, lr, n):
    return student_training(W1, W2, X, Y, act, lr, n, one_by_one=True)


@copies.mistake(
    "The gradient by W2 pairs delta with what *entered* the second layer. Is that z1?", catalogue="M30"
)
def train_paired_with_z(W1, W2, X, Y, act, lr, n):
    return student_training(W1, W2, X, Y, act, lr, n, pair=lambda z, a: z)


@copies.mistake("Only W2 learns anything. Which weights did you leave out of the update?")
def train_only_the_last(W1, W2, X, Y, act, lr, n):
    return student_training(W1, W2, X, Y, act, lr, n, only=(2,))


@copies.mistake("Only W1 learns anything. Which weights did you leave out of the update?")
def train_only_the_first(W1, W2, X, Y, act, lr, n):
    return student_training(W1, W2, X, Y, act, lr, n, only=(1,))


@copies.mistake("You take one step, however many are asked for. Where does n come in?", catalogue="M57")
def train_one_step(W1, W2, X, Y, act, lr, n):
    return student_training(W1, W2, X, Y, act, lr, 1)


@copies.mistake("You take one step more than the text asks for. Count for n = 1.", catalogue="M57")
def train_one_step_more(W1, W2, X, Y, act, lr, n):
    return student_training(W1, W2, X, Y, act, lr, n + 1)


@copies.mistake(
    "Your numbers are right, but the weights that were passed in have changed too. What does `-=` do to an array that "
    "somebody else still uses?",
    catalogue="M54",
)
def train_in_place(W1, W2, X, Y, act, lr, n):
    for _ in range(n):
        z1 = X @ W1
        a1 = activate(z1, act)
        z2 = a1 @ W2
        delta2 = 2 / len(X) * (activate(z2, act) - Y) * slope(z2, act)
        delta1 = (delta2 @ W2.T) * slope(z1, act)
        W1 -= lr * X.T @ delta1
        W2 -= lr * a1.T @ delta2
    return W1, W2


@copies.mistake(
    "Your weights do not depend on where the training begins. What are W1 and W2 among the arguments for?"
)
def train_from_own_weights(W1, W2, X, Y, act, lr, n):
    rng = np.random.default_rng(0)
    W1, W2 = rng.standard_normal(W1.shape), rng.standard_normal(W2.shape)
    return student_training(W1, W2, X, Y, act, lr, n)


def units_in_groups(rng, d, sizes, tol):
    """Return columns in shuffled order: groups of so many copies each, up to a twentieth of tol, far from each other."""
    while True:
        centres = rng.uniform(-1.0, 1.0, size=(d, len(sizes)))
        apart = np.abs(centres[:, :, None] - centres[:, None, :]).max(axis=0) + np.eye(len(sizes))
        if apart.min() > max(0.2, 25 * tol):
            break
    columns = np.repeat(centres, sizes, axis=1)
    columns = columns + tol / 20 * rng.uniform(-1.0, 1.0, size=columns.shape)
    return columns[:, rng.permutation(columns.shape[1])]


@copies.case("counting units", "distinct_units")
def units_all_different(rng):
    """Six units, none of them a copy."""
    return units_in_groups(rng, 4, [1] * 6, 1e-3), 1e-3


@copies.case("counting units", "distinct_units")
def units_with_copies(rng):
    """Some units are nearly copies, and the copies do not stand side by side."""
    W = units_in_groups(rng, 5, [3, 2, 1, 1], 2e-3)
    nearest = np.abs(W - W[:, [0]]).max(axis=0)
    order = np.argsort(nearest, kind="stable")
    return W[:, [order[0], order[-1], order[1], *order[2:-1]]], 2e-3


@copies.case("counting units", "distinct_units")
def units_all_copies(rng):
    """One unit, seven times, up to less than tol."""
    return units_in_groups(rng, 3, [7], 1e-2), 1e-2


@copies.case("counting units", "distinct_units")
def units_mirrored(rng):
    """Units that differ in the signs, or in the order of their entries: equal sizes, sums and norms are not enough."""
    u = rng.uniform(0.3, 0.6, size=4) + np.array([0.0, 0.5, 1.0, 1.5])
    return np.stack([u, -u, u[::-1], u, u[[1, 0, 3, 2]]], axis=1), 1e-3


@copies.case("counting units", "distinct_units")
def units_mirrored_pair(rng):
    """A unit, its mirror image, and one with the same sum and norm; two inputs."""
    a, b = rng.uniform(0.2, 0.5), rng.uniform(0.8, 1.2)
    return np.array([[a, -a, b, a], [b, -b, a, b]]), 4e-3


@copies.case("counting units", "distinct_units")
def units_nearly_orthogonal(rng):
    """Many zeros: different units agree in most entries."""
    W = np.diag(rng.uniform(0.5, 1.5, size=4))
    return np.concatenate([W, W[:, :2]], axis=1)[:, rng.permutation(6)], 1e-3


@copies.case("counting units", "distinct_units")
def units_that_share_entries(rng):
    """Units that agree in all entries but one: the last one, or the first."""
    u = rng.uniform(-1.0, 1.0, size=5)
    W = np.repeat(u[:, None], 4, axis=1)
    W[-1, 1] += 0.4
    W[0, 2] -= 0.3
    return W, 5e-3


@copies.case("counting units", "distinct_units")
def units_across_a_grid(rng):
    """Copies on both sides of a rounding limit: who rounds to multiples of tol tears them apart."""
    return astride(rng, 4, 2.0**-7)


@copies.case("counting units", "distinct_units")
def units_across_a_wider_grid(rng):
    """The same with a larger tol and other sizes."""
    return astride(rng, 3, 2.0**-5)


def astride(rng, d, tol):
    """Return two units twice: every entry of one copy lies just above a half multiple of tol, of the other just below."""
    halves = tol * (rng.integers(-60, 60, size=(d, 2)) + 0.5)
    halves[0] = tol * np.array([-40.5, 40.5])
    W = np.concatenate([halves + tol / 16, halves - tol / 16], axis=1)
    return W[:, rng.permutation(4)], tol


@copies.case("counting units", "distinct_units")
def units_with_a_weight_near_zero(rng):
    """In one weight all units are nearly 0: tol is a distance there, and no share of the weight."""
    W = units_in_groups(rng, 4, [3, 2, 1], 4e-3)
    W[0] = np.resize([1e-4, -1e-4], 6) * rng.uniform(0.5, 1.0, size=6)
    return W, 4e-3


@copies.case("counting units", "distinct_units")
def units_far_from_zero(rng):
    """Large weights: units that differ by a few tol differ by a small share of themselves."""
    tol = 2e-2
    W = np.repeat(rng.uniform(20.0, 30.0, size=(3, 1)), 5, axis=1)
    W[rng.integers(3)] += 4 * tol * rng.permutation([0, 0, 1, 2, 2])
    return W, tol


@copies.case("counting units", "distinct_units")
def units_exact_copies(rng):
    """tol is 0: equal means equal."""
    return units_in_groups(rng, 3, [2, 2, 1], 0.0), 0.0


@copies.case("counting units", "distinct_units")
def units_one_alone(rng):
    """A layer of one unit with six inputs."""
    return rng.uniform(-1.0, 1.0, size=(6, 1)), 1e-3


@copies.oracle("distinct_units")
def units_by_distances(W1, tol):
    """Count the components of the graph that joins copies: how often 0 is an eigenvalue of its Laplacian."""
    near = (np.abs(W1[:, :, None] - W1[:, None, :]).max(axis=0) <= tol).astype(float)
    return int((np.linalg.eigvalsh(np.diag(near.sum(axis=0)) - near) < 1e-9).sum())


@copies.variant("distinct_units")
def units_new_ones(W1, tol):
    count = 0
    for j in range(W1.shape[1]):
        is_new = True
        for i in range(j):
            if np.allclose(W1[:, i], W1[:, j], rtol=0, atol=tol):
                is_new = False
        count += is_new
    return count


@copies.variant("distinct_units")
def units_take_away(W1, tol):
    left, count = W1, 0
    while left.shape[1]:
        left = left[:, (np.abs(left - left[:, [0]]) > tol).any(axis=0)]
        count += 1
    return count


@copies.variant("distinct_units")
def units_float32(W1, tol):
    W = W1.astype(np.float32)
    far = (np.abs(W[:, :, None] - W[:, None, :]) > tol).any(axis=0)
    return int(sum(far[:j, j].all() for j in range(W.shape[1])))


@copies.mistake(
    "You compare rows. Which axis of W1 counts the units in this sheet?", "distinct_units", catalogue="M19"
)
def units_of_rows(W1, tol):
    return units_new_ones(W1.T, tol)


@copies.mistake(
    "You count every unit that is not *exactly* equal to another. How much may copies differ?",
    "distinct_units",
)
def units_without_tol(W1, tol):
    return len({tuple(column) for column in W1.T})


@copies.mistake("You compare neighbours only. May copies stand further apart in the layer?", "distinct_units")
def units_beside_each_other(W1, tol):
    return 1 + int((np.abs(np.diff(W1, axis=1)).max(axis=0) > tol).sum())


@copies.mistake(
    "You compare all units with the first one. May two units differ from that one, and be equal to each other?",
    "distinct_units",
)
def units_unlike_the_first(W1, tol):
    return 1 + int((np.abs(W1 - W1[:, [0]]).max(axis=0) > tol).sum())


@copies.mistake(
    "One number for each unit is not enough: two units may have equal sums and differ in every entry.",
    "distinct_units",
)
def units_by_sum(W1, tol):
    return units_new_ones(W1.sum(axis=0, keepdims=True), tol)


@copies.mistake(
    "A unit and its mirror image are not copies. Where do the signs get lost?",
    "distinct_units",
    catalogue="M08",
)
def units_by_size(W1, tol):
    return units_new_ones(np.abs(W1), tol)


@copies.mistake(
    "For you one equal weight makes two units equal. How many of their entries have to agree?",
    "distinct_units",
)
def units_with_one_entry_alike(W1, tol):
    found = []
    for unit in W1.T:
        if all(np.abs(unit - other).min() > tol for other in found):
            found.append(unit)
    return len(found)


@copies.mistake(
    "Rounding to multiples of tol puts numbers that are close to each other into different boxes. Compare the units "
    "with each other instead.",
    "distinct_units",
)
def units_rounded(W1, tol):
    boxes = np.round(W1 / tol) if tol else W1
    return np.unique(boxes, axis=1).shape[1]


@copies.mistake(
    "The third argument of `np.allclose` is a share of the numbers. How large may the *difference* of two weights be?",
    "distinct_units",
)
def units_by_share(W1, tol):
    found = []
    for unit in W1.T:
        if not any(np.allclose(unit, other, tol) for other in found):
            found.append(unit)
    return len(found)


@copies.mistake(
    "You count only the units that have no copy at all. How many *different* units are there if all are copies of one?",
    "distinct_units",
)
def units_without_any_copy(W1, tol):
    near = (np.abs(W1[:, :, None] - W1[:, None, :]) <= tol).all(axis=0)
    return int((near.sum(axis=0) == 1).sum())


@copies.mistake(
    "You count pairs. How many different units do three units make of which no two are equal?",
    "distinct_units",
)
def units_as_pairs(W1, tol):
    far = (np.abs(W1[:, :, None] - W1[:, None, :]) > tol).any(axis=0)
    return int(far.sum()) // 2


copies.equivalent(
    "train_from: len(X) -> len(Y) #1",
    because="there is a row of Y for each row of X",
)
copies.equivalent(
    "distinct_units: unit - other -> other - unit #1",
    because="the size of a difference has no direction",
)
copies.equivalent(
    "distinct_units: np.abs(unit - other).max() -> np.abs(unit - other).sum() #1",
    because="the sheet says that copies are much closer to each other than tol",
)


# ---------------------------------------------------------------------------------------------------- 9.6
dying = assignment.exercise(
    "dead_fraction",
    id="9.6",
    minutes=25,
    functions=("dead_fraction", "dead_after"),
    points={"counting the dead": 1, "the experiment": 1},
    hints=(
        (
            "Write down z for the example of the text. Which of its two axes belongs to the samples, and for how many of them "
            "must a unit be silent to be dead?"
        ),
        (
            "Compare first, then ask 'for all samples?' along one axis, then take the mean over the units. The experiment is a "
            "loop that trains and calls dead_fraction: before the first step and after each one."
        ),
        (
            "(z <= 0).all(axis=0) is one truth value for each unit, and its mean is the share. In the loop: "
            "delta = 2 / m * (a - Y) * slope(z, 'relu'), then W - lr * X.T @ delta and b - lr * delta.sum(axis=0)."
        ),
    ),
    lecture="Özçep, V2, and Abdurakhmanova (Aalto): the dying relu",
)


def relu_layer(rng, rows, d, units, dead):
    """Return W, b, X of a relu layer: so many of its units are dead, the others are silent now and then; no z is near 0.

    As long as some are alive, fewer or more are silent for the first sample than have a negative mean.
    """
    while True:
        X, W = rng.normal(size=(rows, d)), rng.normal(size=(d, units))
        z = X @ W
        # below every z, or between the smallest and the largest one
        ends = np.sort(z, axis=0)
        place = rng.integers(0, rows - 1, size=units)
        between = -(ends[place, np.arange(units)] + ends[place + 1, np.arange(units)]) / 2
        lost = rng.permutation(units) < dead
        b = np.where(lost, -ends[-1] - rng.uniform(0.5, 1.5, size=units), between)
        told_apart = (z[0] + b <= 0).sum() != ((z + b).mean(axis=0) <= 0).sum() or dead == units
        if np.abs(z + b).min() > 0.02 and told_apart:
            return W, b, X


@dying.case("counting the dead")
def dead_some(rng):
    """Three units of eight are dead, the others are silent for some samples and not for all."""
    return relu_layer(rng, 6, 3, 8, 3)


@dying.case("counting the dead")
def dead_most(rng):
    """Four of five, and more samples than units."""
    return relu_layer(rng, 9, 4, 5, 4)


@dying.case("counting the dead")
def dead_none(rng):
    """No unit is dead, but all are silent for some sample."""
    return relu_layer(rng, 5, 2, 7, 0)


@dying.case("counting the dead")
def dead_but_for_the_last_row(rng):
    """Two of six units answer to the last sample only."""
    awake = rng.permutation(6) < 2
    X, W = rng.normal(size=(7, 3)), rng.normal(size=(3, 6))
    X[:, 0] = np.append(-rng.uniform(0.5, 2.0, size=6), 3.0)
    W[:, awake] = np.array([[1.0], [0.0], [0.0]]) * rng.uniform(0.5, 1.0, size=2)
    return W, np.where(awake, -1.0, -(X @ W).max(axis=0) - 0.5), X


@dying.case("counting the dead", exact=True)
def dead_at_zero(rng):
    """Whole numbers: one unit of four has z exactly 0 everywhere, one has it once at 0 and else below, two are alive."""
    X = np.concatenate([rng.integers(1, 6, size=(5, 2)), np.ones((1, 2))]) * 1.0
    W = np.array([[0.0, -1.0, 1.0, 2.0], [0.0, -1.0, 0.0, -1.0]])
    return W, np.array([0.0, 2.0, 0.0, 1.0]), X


@dying.case("counting the dead", exact=True)
def dead_from_zeros(rng):
    """Weights and biases are zero for half of the units: z is exactly 0, for every sample."""
    W = np.concatenate([np.zeros((2, 3)), np.eye(2), -np.ones((2, 1))], axis=1)
    return W[:, rng.permutation(6)], np.zeros(6), rng.integers(1, 6, size=(4, 2)) * 1.0


@dying.case("counting the dead")
def dead_all(rng):
    """Nothing is left."""
    return relu_layer(rng, 4, 3, 5, 5)


@dying.oracle()
def dead_torch(W, b, X):
    """A unit is dead if no gradient reaches its bias, whatever comes from above."""
    import torch

    bias = torch.tensor(b, dtype=torch.float64, requires_grad=True)
    torch.relu(torch.tensor(X) @ torch.tensor(W) + bias).sum().backward()
    return (bias.grad == 0).double().mean().item()


@dying.oracle()
def dead_mpmath(W, b, X):
    with mpmath.workdps(40):
        z = mp_array(X) @ mp_array(W) + mp_array(b)
        dead = sum(1 for unit in z.T if max(unit) <= 0)
        return float(mpmath.mpf(dead) / len(b))


@dying.variant()
def dead_by_loops(W, b, X):
    dead = 0
    for j in range(W.shape[1]):
        alive = False
        for x in X:
            if x @ W[:, j] + b[j] > 0:
                alive = True
        if not alive:
            dead += 1
    return dead / W.shape[1]


@dying.variant()
def dead_by_outputs(W, b, X):
    return float((activate(X @ W + b, "relu").max(axis=0) == 0).mean())


@dying.variant()
def dead_by_slopes(W, b, X):
    passed = slope(np.dot(X, W) + b, "relu").sum(axis=0)
    return np.count_nonzero(passed == 0) / len(b)


@dying.variant()
def dead_float32(W, b, X):
    z = X.astype(np.float32) @ W.astype(np.float32) + b.astype(np.float32)
    return np.float32(np.sum(np.all(z <= 0, axis=0))) / np.float32(z.shape[1])


@dying.mistake(
    "You count single zeros of the layer. A unit that is silent now and then is at work: for how many samples must it be "
    "silent to be dead?"
)
def dead_share_of_zeros(W, b, X):
    return (X @ W + b <= 0).mean()


@dying.mistake("You call a unit dead if it is silent for *some* sample. When is it really dead?")
def dead_silent_once(W, b, X):
    return (X @ W + b <= 0).any(axis=0).mean()


@dying.mistake(
    "You look for samples that no unit answers to. Which axis of z counts the samples, and which the units?",
    catalogue="M17",
)
def dead_samples(W, b, X):
    return (X @ W + b <= 0).all(axis=1).mean()


@dying.mistake("This is how many units are dead. Which share of all units is that?")
def dead_count(W, b, X):
    return float((X @ W + b <= 0).all(axis=0).sum())


@dying.mistake("This is the share of the living. What does the name of the function ask for?")
def dead_alive(W, b, X):
    return (X @ W + b > 0).any(axis=0).mean()


@dying.mistake(
    "A unit with z exactly 0 gets no gradient in this sheet. Does your comparison count it?", catalogue="M29"
)
def dead_strictly_negative(W, b, X):
    return (X @ W + b < 0).all(axis=0).mean()


@dying.mistake("You leave out the bias. What can a bias do to a unit?")
def dead_without_bias(W, b, X):
    return (X @ W <= 0).all(axis=0).mean()


@dying.mistake("You ask the first sample only. May a unit that is silent for it answer to another one?")
def dead_for_the_first(W, b, X):
    return (X[0] @ W + b <= 0).mean()


@dying.mistake(
    "You ask for the mean of z over the samples. One sample with z above 0 keeps a unit alive, however negative the others "
    "are."
)
def dead_on_average(W, b, X):
    return ((X @ W + b).mean(axis=0) <= 0).mean()


@dying.mistake("You divide by the number of samples. Of what do you want to know a share?", catalogue="M05")
def dead_per_sample(W, b, X):
    return (X @ W + b <= 0).all(axis=0).sum() / len(X)


def student_fractions(lr, W, b, X, Y, n, error=None, mask=None, bias_rate=None, summed=None, weight=True):
    """Return the dead fractions of a training, with some parts exchanged: what the mistakes below differ in.

    It also tells the cases which numbers make these mistakes visible.
    """
    m, fractions = len(X), [np.mean((X @ W + b).max(axis=0) <= 0)]
    for _ in range(n):
        z = X @ W + b
        a = np.maximum(z, 0.0)
        delta = (2 / m * (a - Y) if error is None else error(a, Y)) * ((z > 0) if mask is None else mask(z))
        W = W - lr * X.T @ delta if weight else W
        b = b - (lr if bias_rate is None else bias_rate) * (
            delta.sum(axis=0) if summed is None else summed(delta)
        )
        fractions.append(np.mean((X @ W + b).max(axis=0) <= 0))
    return np.array(fractions)


WRONG_STEPS = (
    {"error": lambda a, Y: 2 * (a - Y)},
    {"error": lambda a, Y: 2 * (a - Y) / a.size},
    {"error": lambda a, Y: (a - Y) / len(Y)},
    {"error": lambda a, Y: 2 / len(Y) * (Y - a)},
    {"mask": lambda z: 1.0},
    {"bias_rate": 0.0},
    {"bias_rate": 1.0},
    {"summed": lambda delta: delta},
    {"summed": lambda delta: delta.max(axis=0)},
    {"weight": False},
)
"""What the mistakes of the experiment do to a step."""


def nearest_to_zero(lr, W, b, X, Y, n):
    """Return, for each unit, how close any of its z comes to 0 in the training, in units of its own rounding errors.

    Errors grow from step to step as W and b carry them along: a bound for them is computed beside the training.
    """
    nearest, rows, size = np.full(len(b), np.inf), len(X), np.abs(X)
    e_W, e_b = np.zeros(W.shape), np.zeros(b.shape)
    for _ in range(n + 1):
        z = X @ W + b
        e_z = size @ (e_W + 4 * np.abs(W)) + e_b + 2 * np.abs(b)
        nearest = np.minimum(nearest, (np.abs(z) / e_z).min(axis=0))
        delta = 2 / rows * (np.maximum(z, 0.0) - Y) * (z > 0)
        e_delta = 2 / rows * e_z * (z > 0) + 4 * np.abs(delta)
        W, b = W - lr * X.T @ delta, b - lr * delta.sum(axis=0)
        e_W = e_W + lr * size.T @ (e_delta + rows * np.abs(delta)) + np.abs(W)
        e_b = e_b + lr * (e_delta + rows * np.abs(delta)).sum(axis=0) + np.abs(b)
    return nearest


def bright_layer(rng, lr, n, lowest=0.0, rows=8, d=4, units=12, apart=()):
    """Return the arguments of an experiment with features between 0 and 2, in which each wrong kind of step shows.

    lowest: the least target. apart: which of the wrong steps come to different numbers, -1 is standing still.
    """
    while True:
        X, Y = rng.uniform(0.0, 2.0, size=(rows, d)), rng.uniform(lowest, 1.0, size=(rows, 9 * units))
        W, b = weights(rng, (d, 9 * units), math.sqrt(2))[0], rng.uniform(-0.3, 0.3, size=9 * units)
        safe = np.flatnonzero(nearest_to_zero(lr, W, b, X, Y, n) > 2e-4)  # a unit does not feel the others
        chosen = safe[:units]
        W, b, Y = W[:, chosen], b[chosen], Y[:, chosen]
        right = student_fractions(lr, W, b, X, Y, n)
        found = [student_fractions(lr, W, b, X, Y, n, **wrong) for wrong in WRONG_STEPS]
        found.append(np.full(n + 1, right[0]))
        if any((wrong == right).all() for wrong in found) or len(chosen) < units:
            continue
        if len({tuple(found[place]) for place in apart}) == len(apart):
            return lr, W, b, X, Y, n


@dying.case("the experiment", "dead_after")
def dead_after_one_step(rng):
    """One step that kills some: two numbers."""
    return bright_layer(rng, 0.6, 1, units=20)


@dying.case("the experiment", "dead_after")
def dead_after_a_few(rng):
    """Three steps with targets that pull units down: even short or halting steps kill some, each kind in its own way."""
    return bright_layer(rng, 0.3, 3, lowest=-2.0, rows=6, units=24, apart=(1, -2, -1))


@dying.case("the experiment", "dead_after")
def dead_after_long_steps(rng):
    """Steps so long that most units die, and that uphill some do."""
    return bright_layer(rng, 0.5, 2, rows=6, apart=(3, -1))


@dying.case("the experiment", "dead_after")
def dead_after_short_steps(rng):
    """Steps so short that nothing changes: as many dead as before, five times."""
    W, b, X = relu_layer(rng, 7, 3, 6, 2)
    return 0.001, W, b, X, np.maximum(X @ W + b, 0) + rng.uniform(0.0, 0.1, size=(7, 6)), 4


@dying.case("the experiment", "dead_after")
def dead_after_nothing(rng):
    """No steps: the fraction at the start is all there is."""
    W, b, X = relu_layer(rng, 5, 3, 7, 3)
    return 0.1, W, b, X, rng.uniform(0.0, 1.0, size=(5, 7)), 0


@dying.oracle("dead_after")
def dead_after_torch(lr, W, b, X, Y, n):
    import torch

    W, b, X, Y = (torch.tensor(array, dtype=torch.float64) for array in (W, b, X, Y))
    fractions = []
    for _ in range(n + 1):
        W, b = W.detach().requires_grad_(), b.detach().requires_grad_()
        a = torch.relu(X @ W + b)
        fractions.append((a.amax(dim=0) == 0).double().mean().item())
        to_W, to_b = torch.autograd.grad(((a - Y) ** 2).sum() / len(X), [W, b])
        W, b = W - lr * to_W, b - lr * to_b
    return np.array(fractions)


@dying.oracle("dead_after")
def dead_after_units(lr, W, b, X, Y, n):
    """Unit by unit, each by a regression of its own on the samples that it answers to, in extended precision."""
    X1 = np.column_stack([X, np.ones(len(X))]).astype(np.longdouble)
    dead = np.zeros((n + 1, len(b)), bool)
    for unit in range(len(b)):
        w = np.append(W[:, unit], b[unit]).astype(np.longdouble)
        for t in range(n + 1):
            awake = X1[X1 @ w > 0]
            dead[t, unit] = len(awake) == 0
            wanted = Y[X1 @ w > 0, unit].astype(np.longdouble)
            w = w - np.longdouble(lr) * 2 / len(X) * (awake.T @ (awake @ w) - awake.T @ wanted)
    return dead.mean(axis=1)


@dying.variant("dead_after")
def dead_after_by_samples(lr, W, b, X, Y, n):
    W, b = W.copy(), b.copy()
    history = []
    for t in range(n + 1):
        history.append(dead_fraction(W, b, X))
        gW, gb = np.zeros(W.shape), np.zeros(b.shape)
        for x, y in zip(X, Y):
            z = x @ W + b
            d = np.where(z > 0, 2 * (z - y), 0.0)
            gW += np.outer(x, d)
            gb += d
        W -= lr / len(X) * gW
        b -= lr / len(X) * gb
    return np.array(history)


@dying.variant("dead_after")
def dead_after_with_ones(lr, W, b, X, Y, n):
    X1 = np.hstack([X, np.ones((len(X), 1))])
    W1 = np.vstack([W, b])
    out = np.zeros(n + 1)
    out[0] = dead_fraction(W, b, X)
    for t in range(1, n + 1):
        a = np.maximum(X1 @ W1, 0)
        W1 = W1 - lr * 2 * X1.T @ ((a - Y) * (a > 0)) / len(X)
        out[t] = dead_fraction(W1[:-1], W1[-1], X)
    return out


@dying.variant("dead_after")
def dead_after_float32(lr, W, b, X, Y, n):
    W, b, X, Y = (array.astype(np.float32) for array in (W, b, X, Y))
    fractions = [dead_fraction(W, b, X)]
    for _ in range(n):
        z = X @ W + b
        delta = np.float32(2 / len(X)) * (np.maximum(z, 0) - Y) * (z > 0)
        W, b = W - np.float32(lr) * (X.T @ delta), b - np.float32(lr) * delta.sum(axis=0)
        fractions.append(dead_fraction(W, b, X))
    return np.array(fractions)


@dying.mistake(
    "Your steps are too long by the number of samples. Does the text add their losses up, or average them?",
    "dead_after",
    catalogue="M01",
)
def dead_after_the_sum(lr, W, b, X, Y, n):
    return student_fractions(lr, W, b, X, Y, n, error=lambda a, Y: 2 * (a - Y))


@dying.mistake(
    "You average over samples *and* units, so your steps are too short. What does the text do with the units?",
    "dead_after",
    catalogue="M05",
)
def dead_after_the_mean_of_all(lr, W, b, X, Y, n):
    return student_fractions(lr, W, b, X, Y, n, error=lambda a, Y: 2 * (a - Y) / a.size)


@dying.mistake(
    "Your steps are half as long as they should be: is there a ½ in front of this loss?",
    "dead_after",
    catalogue="M03",
)
def dead_after_two_missing(lr, W, b, X, Y, n):
    return student_fractions(lr, W, b, X, Y, n, error=lambda a, Y: (a - Y) / len(Y))


@dying.mistake(
    "Your training goes uphill. Which way round is the difference, and which sign has the step?",
    "dead_after",
    catalogue="M04",
)
def dead_after_uphill(lr, W, b, X, Y, n):
    return student_fractions(lr, W, b, X, Y, n, error=lambda a, Y: 2 / len(Y) * (Y - a))


@dying.mistake(
    "Silent units learn in your training, so the dead can come back. Where is the slope of relu?",
    "dead_after",
    catalogue="M23",
)
def dead_after_without_mask(lr, W, b, X, Y, n):
    return student_fractions(lr, W, b, X, Y, n, mask=lambda z: 1.0)


@dying.mistake("Your biases never move. What is their gradient?", "dead_after", catalogue="M15")
def dead_after_fixed_bias(lr, W, b, X, Y, n):
    return student_fractions(lr, W, b, X, Y, n, bias_rate=0.0)


@dying.mistake(
    "Your weights take steps of the right length, your biases do not: where did lr go?",
    "dead_after",
)
def dead_after_bias_without_lr(lr, W, b, X, Y, n):
    return student_fractions(lr, W, b, X, Y, n, bias_rate=1.0)


@dying.mistake("Only your biases move. What is the gradient by W?", "dead_after")
def dead_after_fixed_weights(lr, W, b, X, Y, n):
    return student_fractions(lr, W, b, X, Y, n, weight=False)


@dying.mistake(
    "The number from before the first step is missing. How many are there for n = 0?",
    "dead_after",
    catalogue="M57",
)
def dead_after_without_start(lr, W, b, X, Y, n):
    return student_fractions(lr, W, b, X, Y, n)[1:]


@dying.mistake(
    "You return the last number only. The text asks for all of them: where could you collect them?",
    "dead_after",
)
def dead_after_all(lr, W, b, X, Y, n):
    return student_fractions(lr, W, b, X, Y, n)[-1]


@dying.mistake(
    "Your numbers stand still: you train copies, and count with the weights from the start.",
    "dead_after",
    catalogue="M61",
)
def dead_after_no_training(lr, W, b, X, Y, n):
    return np.full(n + 1, dead_fraction(W, b, X))


@dying.mistake(
    "The arrays that were passed in have changed after your call. What does `-=` do to an array that somebody else still "
    "uses?",
    "dead_after",
    catalogue="M54",
)
def dead_after_in_place(lr, W, b, X, Y, n):
    fractions = [dead_fraction(W, b, X)]
    for _ in range(n):
        z = X @ W + b
        delta = 2 / len(X) * (np.maximum(z, 0) - Y) * (z > 0)
        W -= lr * X.T @ delta
        b -= lr * delta.sum(axis=0)
        fractions.append(dead_fraction(W, b, X))
    return np.array(fractions)


dying.equivalent(
    "dead_after: len(X) -> len(Y) #1",
    because="there is a row of Y for each row of X",
)
dying.equivalent(
    "dead_after: activate(z, 'relu') -> z #1",
    because="where the two differ, the slope is 0",
)


# ---------------------------------------------------------------------------------------------------- 9.7
first_aid = assignment.exercise(
    "pick_init",
    id="9.7",
    minutes=25,
    functions=("pick_init", "fix_table"),
    points={"a gain for each activation": 1.5, "what no gain can do": 0.5, "the repaired table": 1},
    hints=(
        (
            "Try layer_stats with ten matrices of gain / √500 times a standard normal draw. What happens with the gain 1? Does "
            "the last layer get better or worse with 2?"
        ),
        (
            "linear: what does a layer multiply the variance by? relu: how much of the second moment is lost where z is "
            "negative? tanh: a little more than 1. And how far can numbers between 0 and 1 spread?"
        ),
        (
            "linear needs a gain of 1, relu the root of 2, tanh something between 1.4 and 1.8. Numbers between 0 and 1 have a "
            "standard deviation below ½. A scale is a gain divided by the root of the number of inputs."
        ),
    ),
    lecture="Abdurakhmanova (Aalto): weight initialisation, small and large random numbers",
)


# Judged by what the gain does in the limit of wide layers, where nothing is left to chance: the second moment of z is
# gain² times that of the activations before. A little more than the text's limits is accepted, for who tried a
# network of finite width and took the last gain that worked.


def wide_layers(act, gain, depth=10):
    """Return the standard deviations of wide layers, and the largest share of slopes below a tenth of the steepest."""
    Z = np.linspace(-9.0, 9.0, 4001)
    density = np.exp(-(Z**2) / 2)
    density /= density.sum()
    functions = {"tanh": np.tanh, "relu": lambda z: np.maximum(z, 0.0), "linear": lambda z: z}
    q, stds, flat = 1.0, [], 0.0
    for _ in range(depth):
        z = gain * math.sqrt(q) * Z
        a = functions[act](z)
        q = float(density @ a**2)
        stds.append(math.sqrt(max(q - float(density @ a) ** 2, 0.0)))
        if act == "tanh":
            flat = max(flat, float(density @ (1 - a**2 < 0.1)))
    return stds, flat


def sick_signal(act, gain):
    """Return what is wrong with the signal of ten wide layers, or None."""
    gain = float(gain)
    if not 0 < gain < 1e6:
        return Mismatch(
            "property", "A standard deviation of weights is a positive number, and not an enormous one."
        )
    stds, flat = wide_layers(act, gain)
    worst = max(stds, key=lambda std: abs(math.log(max(std, 1e-300))))
    layer = stds.index(worst) + 1
    if min(stds) < 0.475:
        return Mismatch(
            "property", f"The signal gets lost: in layer {layer} its standard deviation is far below ½."
        )
    if max(stds) > 2.1:
        return Mismatch("property", f"The signal grows: in layer {layer} its standard deviation is beyond 2.")
    if flat > 0.35:
        return Mismatch(
            "property", "The spread looks fine, but too many units sit on the flat parts of the activation."
        )
    return None


@first_aid.judge()
def gain_keeps_the_signal(run, act):
    return sick_signal(act, run.value)


@first_aid.judge("fix_table")
def scale_keeps_the_signal(run, *width):
    return sick_signal("tanh", float(run.value) * math.sqrt(width[0] if width else 500))


@first_aid.case("a gain for each activation")
def gain_for_tanh(rng):
    """Xavier's gain of 1 is too small, and ten is too large although the spread looks fine."""
    return ("tanh",)


@first_aid.case("a gain for each activation")
def gain_for_relu(rng):
    """Half of the second moment is lost in every layer."""
    return ("relu",)


@first_aid.case("a gain for each activation")
def gain_for_linear(rng):
    """A tenth more or less is too much after ten layers."""
    return ("linear",)


@first_aid.case("what no gain can do")
def gain_for_sigmoid(rng):
    """Numbers between 0 and 1 have a standard deviation below ½: ValueError."""
    return ("sigmoid",)


@first_aid.case("what no gain can do")
def gain_for_an_unknown(rng):
    """A name that is not in the list: ValueError."""
    return ("softplus",)


@first_aid.case("the repaired table", "fix_table")
def table_of_the_lecture(rng):
    """The width of the lecture's experiment, which is the default."""
    return ()


@first_aid.case("the repaired table", "fix_table")
def table_narrow(rng):
    """Narrow layers need larger weights."""
    return (64,)


@first_aid.case("the repaired table", "fix_table")
def table_wide(rng):
    """Wide layers need smaller ones."""
    return (int(rng.integers(1500, 3000)),)


@first_aid.oracle()
def gain_of_torch(act):
    import torch

    return torch.nn.init.calculate_gain(act)


@first_aid.oracle("fix_table")
def scale_from_the_limit(width=500):
    """The gain at which wide tanh layers settle at a spread of 0.65, by halving."""
    low, high = 1.0, 3.0
    for _ in range(8):
        middle = (low + high) / 2
        low, high = (middle, high) if wide_layers("tanh", middle, 15)[0][-1] < 0.65 else (low, middle)
    return low / math.sqrt(width)


@first_aid.variant()
def gain_by_table(act):
    try:
        return {"linear": 1, "relu": 2**0.5, "tanh": 5 / 3}[act]
    except KeyError:
        raise ValueError("no such gain") from None


@first_aid.variant()
def gain_by_search(act):
    if act not in ("tanh", "relu", "linear"):
        raise ValueError(act)
    Z = np.linspace(-8, 8, 801)
    p = np.exp(-(Z**2) / 2)
    p = p / p.sum()
    for gain in np.arange(1.0, 3.0, 0.02):
        q = 1.0
        for _ in range(10):
            q = p @ activate(gain * np.sqrt(q) * Z, act) ** 2
        if q >= (0.4 if act == "tanh" else 0.9):
            return gain
    raise ValueError(act)


@first_aid.variant()
def gain_float32(act):
    if act == "sigmoid":
        raise ValueError("its values lie in (0, 1)")
    activate(np.zeros(1), act)  # raises for a name that is not in the list
    return {"linear": np.float32(1), "relu": np.float32(1.41), "tanh": np.float32(1.45)}[act]


@first_aid.variant("fix_table")
def scale_by_number(width=500):
    return 1.5 / width**0.5


@first_aid.variant("fix_table")
def scale_by_recipe(width=500):
    variance = 2.5 / width
    return float(np.sqrt(variance))


@first_aid.variant("fix_table")
def scale_float32(width=500):
    return np.float32(5 / 3) / np.sqrt(np.float32(width))


@first_aid.mistake(
    "A gain of 1 fits a network without activations. What do relu and tanh take away in each layer?",
    catalogue="M86",
)
def gain_of_one(act):
    activate(np.zeros(1), act)
    return 1.0


@first_aid.mistake(
    "The root of 2 makes up for what relu takes away. Does every activation take away half, and can every signal be kept "
    "alive?",
    catalogue="M86",
)
def gain_of_he(act):
    activate(np.zeros(1), act)
    return np.sqrt(2)


@first_aid.mistake(
    "You return the factor for the *variance*. What do you multiply a standard normal number by to get that variance?",
    catalogue="M85",
)
def gain_squared(act):
    if act not in ("linear", "relu", "tanh"):
        raise ValueError(act)
    return {"linear": 1.0, "relu": 2.0, "tanh": 2.78}[act]


@first_aid.mistake(
    "You return what the activation leaves of the signal. What makes up for that?", catalogue="M86"
)
def gain_inverted(act):
    if act not in ("linear", "relu", "tanh"):
        raise ValueError(act)
    return {"linear": 1.0, "relu": 1 / np.sqrt(2), "tanh": 0.6}[act]


@first_aid.mistake(
    "This is a scale for layers of one width. The gain is what is left when you multiply it by the root of the width."
)
def gain_for_one_width(act):
    if act not in ("linear", "relu", "tanh"):
        raise ValueError(act)
    return {"linear": 1.0, "relu": np.sqrt(2), "tanh": 1.6}[act] / np.sqrt(500)


@first_aid.mistake(
    "Your tanh units are all at the two ends: the spread is near 1 there, and the slopes are gone. Try less."
)
def gain_at_the_ends(act):
    if act not in ("linear", "relu", "tanh"):
        raise ValueError(act)
    return {"linear": 1.0, "relu": np.sqrt(2), "tanh": 10.0}[act]


@first_aid.mistake(
    "You find a gain for everything. What is the largest standard deviation that numbers between 0 and 1 can have, and what "
    "does the text ask for with a name that is not in the list?"
)
def gain_never_raises(act):
    return {"linear": 1.0, "relu": np.sqrt(2), "tanh": 1.6, "sigmoid": 4.0}.get(act, 1.0)


@first_aid.mistake(
    "A scale that does not know the width cannot be right for all widths. What do more inputs do to the size of z?",
    "fix_table",
)
def scale_of_one_width(width=500):
    return 1.6 / np.sqrt(500)


@first_aid.mistake("This is the gain. What turns a gain into the scale of a weight?", "fix_table")
def scale_is_the_gain(width=500):
    return 1.6


@first_aid.mistake(
    "You divide by the width. Variances add up: which power of the width belongs to a *standard deviation*?",
    "fix_table",
    catalogue="M85",
)
def scale_root_missing(width=500):
    return 1.6 / width


@first_aid.mistake(
    "A gain of 1 is what Xavier's draw gives here. After ten layers of tanh, how much of the signal is left?",
    "fix_table",
)
def scale_of_xavier(width=500):
    return 1 / np.sqrt(width)


@first_aid.mistake("This is the scale that the lecture warns of. What does its table show?", "fix_table")
def scale_of_the_lecture(width=500):
    return 0.01


@first_aid.mistake(
    "With such weights all units sit at -1 and 1. Their spread is near 1, but what about their slopes?",
    "fix_table",
)
def scale_too_large(width=500):
    return 1.0


first_aid.equivalent(
    "pick_init: float(np.sqrt(2)) -> np.sqrt(2) #1",
    because="a number of numpy is a number",
)


# ---------------------------------------------------------------------------------------------------- 9.8
doctor = assignment.exercise(
    "diagnose",
    id="9.8",
    minutes=60,
    functions=("diagnose", "remedy"),
    points={
        "vanishing": 0.5,
        "exploding": 0.5,
        "saturated": 0.5,
        "dead": 0.5,
        "symmetric": 0.5,
        "never healthy for a sick one": 0.5,
        "remedies by new weights": 0.5,
        "remedies by a new activation": 0.5,
    },
    hints=(
        (
            "Which of the illnesses can you see in the weights alone, which need a forward pass, which a backward pass? "
            "And what would each of your tests say about a healthy network with tiny inputs?"
        ),
        (
            "Test in the order of the list and return at the first hit. Symmetric: compare the columns of W, the entries of b, "
            "the rows of the next W. Dead and saturated: look at z of *every* layer. The rest: one number, the ratio r."
        ),
        (
            "Keep all z. dead: (z <= 0).all(axis=0).mean() >= 0.9 in a layer; saturated: (slope(z, act) < 0.1 * steepest).mean() "
            "> 0.5 in a layer; then delta = slope(z_L), and delta = (delta @ W.T) * slope(z) down to layer 1; r = rms(first) / rms(last)."
        ),
    ),
    lecture="Binder, L6: vanishing and exploding gradients; Abdurakhmanova (Aalto): activations and initial weights",
)


def symptoms(Ws, bs, X, act):
    """Return what the definitions of the text look at, and what other sensible detectors would look at."""
    functions = {
        "tanh": (np.tanh, lambda z: np.cosh(z) ** -2.0, 1.0),
        "sigmoid": (lambda z: 0.5 + 0.5 * np.tanh(z / 2), lambda z: 0.25 * np.cosh(z / 2) ** -2.0, 0.25),
        "relu": (lambda z: z * (z > 0), lambda z: 1.0 * (z > 0), 1.0),
        "linear": (lambda z: z, np.ones_like, 1.0),
    }
    function, derivative, steepest = functions[act]
    layers, zs = [X], []
    for W, b in zip(Ws, bs, strict=True):
        zs.append(layers[-1] @ W + b)
        layers.append(function(zs[-1]))
    deltas = [derivative(zs[-1])]
    for W, z in zip(Ws[:0:-1], zs[-2::-1], strict=True):
        deltas.insert(0, (deltas[0] @ W.T) * derivative(z))
    sizes = [np.linalg.norm(delta) / math.sqrt(delta.size) for delta in deltas]
    by_weights = [np.linalg.norm(a.T @ delta) for a, delta in zip(layers, deltas, strict=False)]
    spread = np.array([a.std() for a in layers]) / X.std()
    return {
        "copies": [
            len(b) > 1
            and np.ptp(W, axis=1).max() == 0
            and np.ptp(b) == 0
            and np.ptp(after, axis=0).max() == 0
            for W, b, after in zip(Ws, bs, Ws[1:], strict=False)
        ],
        "dead": max(np.mean(np.max(z, axis=0) <= 0) for z in zs) if act == "relu" else 0.0,
        "saturated": max(np.mean(derivative(z) < 0.1 * steepest) for z in zs),
        "ratio": sizes[0] / sizes[-1] if sizes[-1] > 0 else 0.0,
        "weight gradients": max(by_weights) / min(by_weights) if min(by_weights) > 0 else np.inf,
        "spread": (spread.min(), spread.max()),
    }


def clearly(cause, found, act):
    """Return whether a network has this cause only, or this one first, far from every threshold of the text."""
    ratio = found["ratio"]
    if any(found["copies"]) or cause == "symmetric":
        return any(found["copies"]) and cause == "symmetric"
    if act == "relu" and cause == "dead":
        return found["dead"] >= 0.95
    if found["dead"] > 0.5 or (act == "relu" and cause == "saturated"):
        return False
    if act in {"tanh", "sigmoid"} and cause == "saturated":
        return found["saturated"] >= 0.75
    if act in {"tanh", "sigmoid"} and found["saturated"] > 0.25:
        return False
    low, high = found["spread"]
    steady = (
        low > 0.03 and high < 30
    ) or act == "sigmoid"  # 0 and 1 bound a sigmoid's spread whatever comes in
    return {
        "exploding": 1e5 < ratio < 1e15,
        "vanishing": 1e-15 < ratio < 1e-5,
        "healthy": 0.05 < ratio < 20 and found["weight gradients"] < 300 and steady,
    }[cause]


def patient(rng, cause, act, make, dead=1.0):
    """Return the arguments for a network of `make` that is clearly a case of `cause`, with at most this share dead."""
    for _ in range(500):
        Ws, bs, X = make()
        found = symptoms(Ws, bs, X, act)
        if clearly(cause, found, act) and found["dead"] <= dead:
            return Ws, bs, X, act
    raise RuntimeError(f"no clear case of {cause} with {act} in 500 draws")


def widths(rng, depth):
    """Return the number of features and the units of each layer."""
    return [int(size) for size in rng.integers(10, 16, size=depth + 1)]


def plain(rng, depth, gain, rows=20, size=1.0):
    """Return a network of normal weights with zero biases, and normal input of the given size."""
    sizes = widths(rng, depth)
    gains = np.broadcast_to(gain, depth)
    Ws = [g * W for g, W in zip(gains, weights(rng, sizes), strict=True)]
    return Ws, [np.zeros(W.shape[1]) for W in Ws], size * rng.normal(size=(rows, sizes[0]))


def rotations(rng, depth, rows=20, size=1.0):
    """Return a network of rotations with zero biases: they lengthen and shorten nothing, however many there are."""
    width = int(rng.integers(10, 16))
    Ws = [np.linalg.qr(rng.normal(size=(width, width)))[0] for _ in range(depth)]
    return Ws, [np.zeros(width) for _ in Ws], size * rng.normal(size=(rows, width))


def some_depth(rng, low, high):
    """Return a depth from low to high, both included."""
    return int(rng.integers(low, high + 1))


@doctor.case("vanishing")
def doctor_deep_sigmoid(rng):
    """The classic, with weights of gain 2: the matrices alone would let the signal grow, the slopes do not."""
    return patient(rng, "vanishing", "sigmoid", lambda: plain(rng, some_depth(rng, 18, 22), 2.0))


@doctor.case("vanishing")
def doctor_sigmoid_medium(rng):
    """At most ¼ per layer, eleven to fourteen times. The spread forwards looks harmless."""
    return patient(rng, "vanishing", "sigmoid", lambda: plain(rng, some_depth(rng, 11, 14), 1.0))


@doctor.case("vanishing")
def doctor_relu_small_weights(rng):
    """Tiny weights under a relu: the gradients by the weights are equally small in all layers, yet nothing arrives."""
    depth = some_depth(rng, 6, 10)
    return patient(
        rng, "vanishing", "relu", lambda: plain(rng, depth, math.sqrt(2) * 10 ** (-9 / (depth - 1)))
    )


@doctor.case("vanishing")
def doctor_tanh_small_weights(rng):
    """Thirty layers that halve the signal."""
    return patient(rng, "vanishing", "tanh", lambda: plain(rng, some_depth(rng, 26, 30), 0.5))


@doctor.case("vanishing")
def doctor_shallow_linear(rng):
    """Three layers are enough if the weights are small enough: depth alone says nothing."""
    return patient(rng, "vanishing", "linear", lambda: plain(rng, 3, 10**-3.5))


@doctor.case("vanishing")
def doctor_tiny_inputs(rng):
    """Healthy: small gradients because the input is small, equally small in all layers."""
    return patient(rng, "healthy", "tanh", lambda: plain(rng, some_depth(rng, 4, 6), 1.0, size=1e-5))


@doctor.case("vanishing")
def doctor_deep_rotations(rng):
    """Healthy, and thirty layers deep."""
    return patient(rng, "healthy", "linear", lambda: rotations(rng, 30))


def rotations_times(rng, ratio):
    """Return a network of enlarged rotations: however one measures, the signal is `ratio` times as large in the end."""
    Ws, bs, X = rotations(rng, some_depth(rng, 5, 8))
    return [ratio ** (1 / (len(Ws) - 1)) * W for W in Ws], bs, X


@doctor.case("vanishing")
def doctor_shrinks_a_little(rng):
    """Healthy: the signal shrinks to a 150th. A ratio of squares would be far below a thousandth."""
    return *rotations_times(rng, 1 / rng.uniform(120, 180)), "linear"


@doctor.case("vanishing")
def doctor_faint_end(rng):
    """Healthy: the last layer leans, so its own slopes are small, but a hundredth of what it sends down arrives."""
    Ws, bs, X = plain(rng, 2, [1.0, 0.06])
    bs[-1] = rng.choice([-1.0, 1.0], size=bs[-1].size) * rng.uniform(3.0, 3.2, size=bs[-1].size)
    return Ws, bs, X, "sigmoid"


@doctor.case("exploding")
def doctor_relu_large_weights(rng):
    """Grows forwards and backwards."""
    depth = some_depth(rng, 8, 14)
    return patient(
        rng, "exploding", "relu", lambda: plain(rng, depth, math.sqrt(2) * 10 ** (9 / (depth - 1)))
    )


@doctor.case("exploding")
def doctor_linear_deep(rng):
    """Thirty layers that double the signal."""
    return patient(rng, "exploding", "linear", lambda: plain(rng, some_depth(rng, 26, 30), 2.0))


@doctor.case("exploding")
def doctor_shallow_relu(rng):
    """Three layers with enormous weights."""
    return patient(rng, "exploding", "relu", lambda: plain(rng, 3, 10**4.0))


def blank_samples(rng, depth, gain):
    """Return a network without biases whose first and last sample are zero: a relu passes nothing back for them."""
    Ws, bs, X = plain(rng, depth, gain)
    X[[0, -1]] = 0
    return Ws, bs, X


@doctor.case("exploding")
def doctor_blank_samples(rng):
    """Exploding for all samples but two: no sample speaks for the others."""
    depth = some_depth(rng, 8, 14)
    gain = math.sqrt(2) * 10 ** (9 / (depth - 1))
    return patient(rng, "exploding", "relu", lambda: blank_samples(rng, depth, gain))


@doctor.case("exploding")
def doctor_blank_samples_healthy(rng):
    """Healthy, although two samples feel nothing."""
    return patient(rng, "healthy", "relu", lambda: blank_samples(rng, some_depth(rng, 4, 6), math.sqrt(2)))


@doctor.case("exploding")
def doctor_grows_a_little(rng):
    """Healthy: the signal grows 150 times. A ratio of squares would be far above 1000."""
    return *rotations_times(rng, rng.uniform(120, 180)), "linear"


@doctor.case("exploding")
def doctor_large_inputs(rng):
    """Healthy: all gradients are large because the input is, equally large in all layers."""
    return patient(rng, "healthy", "linear", lambda: rotations(rng, 12, size=1e5))


@doctor.case("exploding")
def doctor_large_inputs_relu(rng):
    """Healthy, with a relu: all numbers are in the ten thousands and stay there."""
    return patient(rng, "healthy", "relu", lambda: plain(rng, some_depth(rng, 4, 6), math.sqrt(2), size=1e4))


@doctor.case("saturated")
def doctor_tanh_large_weights(rng):
    """The lecture's large random numbers: nearly all activations are -1 or 1."""
    return patient(rng, "saturated", "tanh", lambda: plain(rng, some_depth(rng, 4, 6), 12.0))


@doctor.case("saturated")
def doctor_sigmoid_large_weights(rng):
    """Half of the units are near 0, half near 1: both ends are flat."""
    return patient(rng, "saturated", "sigmoid", lambda: plain(rng, some_depth(rng, 4, 6), 16.0))


@doctor.case("saturated")
def doctor_large_biases(rng):
    """The weights are fine, the biases push all units to the upper end: whoever leaves them out sees nothing."""

    def make():
        Ws, bs, X = plain(rng, some_depth(rng, 4, 7), 1.0)
        return Ws, [rng.uniform(5, 7, size=b.size) for b in bs], X

    return patient(rng, "saturated", "tanh", make)


@doctor.case("saturated")
def doctor_tanh_unit_gain(rng):
    """Healthy: some activations near ±1 are normal."""
    return patient(rng, "healthy", "tanh", lambda: plain(rng, some_depth(rng, 5, 8), 1.2))


@doctor.case("saturated")
def doctor_tanh_near_the_end(rng):
    """Healthy: a fifth of the activations is near ±1. With twice the signal it would be more than half."""
    return patient(rng, "healthy", "tanh", lambda: plain(rng, some_depth(rng, 5, 6), 1.9))


@doctor.case("saturated")
def doctor_shallow_sigmoid(rng):
    """Healthy: a sigmoid network of three layers need not vanish."""
    return patient(rng, "healthy", "sigmoid", lambda: plain(rng, 3, 2.0))


def relu_with_bias(rng, depth, layers, share, size):
    """Return a He network in which a share of the units of some layers has a bias of -size."""
    Ws, bs, X = plain(rng, depth, math.sqrt(2))
    for layer in layers:
        count = round(share * bs[layer].size)
        bs[layer][rng.permutation(bs[layer].size)[:count]] = -size
    return Ws, bs, X


@doctor.case("dead")
def doctor_dead_everywhere(rng):
    """All biases far below zero: no unit ever answers."""
    depth = some_depth(rng, 4, 7)
    return patient(rng, "dead", "relu", lambda: relu_with_bias(rng, depth, range(depth - 1), 1.0, 50.0))


@doctor.case("dead")
def doctor_dead_by_weights(rng):
    """One hidden layer with negative weights only: a relu's outputs are never negative, so z is never positive."""

    def make():
        depth = some_depth(rng, 5, 8)
        Ws, bs, X = plain(rng, depth, math.sqrt(2))
        layer = int(rng.integers(1, depth - 1))
        Ws[layer] = -np.abs(Ws[layer])
        bs[layer] = rng.uniform(-0.2, -0.05, size=bs[layer].size)
        return Ws, bs, X

    return patient(rng, "dead", "relu", make)


@doctor.case("dead")
def doctor_one_unit_left(rng):
    """A layer of 24 units, one of which is alive: some gradient passes, so the ratio alone looks fine."""

    def make():
        Ws, bs, X = plain(rng, 4, math.sqrt(2))
        Ws[1], Ws[2] = weights(rng, (Ws[0].shape[1], 24, Ws[2].shape[1]), math.sqrt(2))
        bs[1] = np.full(24, -60.0)
        bs[1][rng.integers(24)] = 3.0
        return Ws, bs, X

    return patient(rng, "dead", "relu", make)


@doctor.case("dead")
def doctor_a_fifth_dead(rng):
    """Healthy: a relu network can do without a fifth of its units."""
    depth = some_depth(rng, 4, 5)
    return patient(rng, "healthy", "relu", lambda: relu_with_bias(rng, depth, range(depth - 1), 0.2, 50.0))


@doctor.case("dead")
def doctor_two_thirds_dead(rng):
    """Healthy: in one layer two units in three are dead, clearly fewer than nine in ten."""
    for _ in range(500):
        Ws, bs, X = relu_with_bias(rng, 4, [1], 2 / 3, 50.0)
        found = symptoms(Ws, bs, X, "relu")
        if 0.6 < found["dead"] < 0.75 and 0.1 < found["ratio"] < 10:
            return Ws, bs, X, "relu"
    raise RuntimeError("no healthy network with two thirds dead in 500 draws")


@doctor.case("dead")
def doctor_relu_at_work(rng):
    """Healthy: every unit is silent for some of the sixty rows, that is a relu's job, and none for all of them."""
    return patient(rng, "healthy", "relu", lambda: plain(rng, 3, math.sqrt(2), rows=60), dead=0)


@doctor.case("symmetric")
def doctor_zero_weights(rng):
    """All weights are zero. No gradient passes either, but that is what follows, not the cause."""

    def make():
        Ws, bs, X = plain(rng, some_depth(rng, 3, 6), 0.0)
        return [np.zeros(W.shape) for W in Ws], bs, X

    return patient(rng, "symmetric", "tanh", make)


@doctor.case("symmetric")
def doctor_constant_weights(rng):
    """Every layer has its own constant, the biases too: constants are as bad as zeros."""

    def make():
        Ws, bs, X = plain(rng, some_depth(rng, 3, 6), 1.0)
        Ws = [np.full(W.shape, rng.uniform(0.02, 0.3)) for W in Ws]
        return Ws, [np.full(b.shape, rng.uniform(-0.5, 0.5)) for b in bs], X

    return patient(rng, "symmetric", "sigmoid", make)


@doctor.case("symmetric")
def doctor_constant_weights_relu(rng):
    """Constants under a relu: the signal grows as well, and no unit is dead."""

    def make():
        Ws, bs, X = plain(rng, some_depth(rng, 8, 12), 1.0)
        return [np.full(W.shape, 0.5) for W in Ws], bs, X

    return patient(rng, "symmetric", "relu", make)


@doctor.case("symmetric")
def doctor_equal_biases(rng):
    """Healthy: equal biases do no harm where the weights differ."""

    def make():
        Ws, bs, X = plain(rng, some_depth(rng, 3, 5), 1.0)
        return Ws, [np.full(b.shape, 0.125) for b in bs], X

    return patient(rng, "healthy", "tanh", make)


@doctor.case("never healthy for a sick one")
def doctor_one_weak_layer(rng):
    """One layer in the middle passes a ten-millionth on; all others are rotations."""

    def make():
        Ws, bs, X = rotations(rng, some_depth(rng, 5, 9))
        Ws[2] = 1e-7 * Ws[2]
        return Ws, bs, X

    return patient(rng, "vanishing", "linear", make)


@doctor.case("never healthy for a sick one")
def doctor_one_strong_layer(rng):
    """One layer in the middle is ten million times too strong."""

    def make():
        Ws, bs, X = plain(rng, some_depth(rng, 5, 7), math.sqrt(2))
        Ws[2] = 1e7 * Ws[2]
        return Ws, bs, X

    return patient(rng, "exploding", "relu", make)


@doctor.case("never healthy for a sick one")
def doctor_one_stuck_layer(rng):
    """Only one hidden layer is saturated, by its biases: first and last layer look fine."""

    def make():
        Ws, bs, X = plain(rng, some_depth(rng, 5, 7), 1.0)
        bs[2] = rng.permutation(np.resize([-1.0, 1.0], bs[2].size)) * rng.uniform(3.5, 4.5, size=bs[2].size)
        return Ws, bs, X

    return patient(rng, "saturated", "tanh", make)


@doctor.case("never healthy for a sick one")
def doctor_one_dead_layer(rng):
    """Only one hidden layer is dead; the layers behind it live on their biases."""

    def make():
        Ws, bs, X = relu_with_bias(rng, some_depth(rng, 5, 7), [2], 1.0, 60.0)
        return Ws, [b + 0.5 if layer > 2 else b for layer, b in enumerate(bs)], X

    return patient(rng, "dead", "relu", make)


@doctor.case("never healthy for a sick one")
def doctor_one_symmetric_layer(rng):
    """The units of one hidden layer are copies; everything else is drawn at random."""

    def make():
        Ws, bs, X = plain(rng, 5, 1.0)
        Ws[2] = np.repeat(Ws[2][:, :1], Ws[2].shape[1], axis=1)
        Ws[3] = np.repeat(Ws[3][:1], Ws[3].shape[0], axis=0) / 4
        return Ws, bs, X

    return patient(rng, "symmetric", "tanh", make)


def nearly_copies(rng, first):
    """Return a linear network in which each condition for copies is broken once, by itself.

    first: 1 where the first unit has the largest of the numbers that differ, -1 where it has the smallest.
    """
    sizes = [12, 11, 12, 10, 12, 11, 10, 12, 1, 11, 10]
    Ws = weights(rng, sizes)
    bs = [np.zeros(W.shape[1]) for W in Ws]
    Ws[1] = 1e-8 * Ws[1]
    Ws[2][:] = Ws[2][:, :1]  # equal but for the biases
    Ws[3][:] = Ws[3][:1]
    bs[2] = rng.uniform(-0.5, 0.5, size=bs[2].size)
    bs[2][0] = first * 0.75
    Ws[4][:] = Ws[4][:, :1]  # equal but for the weights out
    Ws[5][0] = first * (np.abs(Ws[5]).max(axis=0) + 0.1)
    Ws[6][:, 0] = first * (np.abs(Ws[6]).max(axis=1) + 0.1)  # equal but for the weights in
    Ws[7][:] = Ws[7][:1]
    bs[-1] = bs[-1] - 1e3  # would be dead with a relu
    return Ws, bs, rng.normal(size=(20, sizes[0]))


@doctor.case("symmetric")
def doctor_nearly_copies(rng):
    """Vanishing: equal weights in, biases and weights out, but nowhere all three, and a layer of one unit."""
    return patient(rng, "vanishing", "linear", lambda: nearly_copies(rng, 1))


@doctor.case("symmetric")
def doctor_nearly_copies_turned(rng):
    """The same, the first unit with the smallest numbers instead of the largest."""
    return patient(rng, "vanishing", "linear", lambda: nearly_copies(rng, -1))


def with_copies(rng, sizes, layer):
    """Return a tanh network with different biases everywhere but in one layer, whose units are copies."""
    Ws = weights(rng, sizes)
    bs = [rng.uniform(-0.5, 0.5, size=W.shape[1]) for W in Ws]
    Ws[layer][:] = Ws[layer][:, :1]
    bs[layer][:] = bs[layer][0]
    Ws[layer + 1][:] = Ws[layer + 1][:1]
    return Ws, bs, rng.normal(size=(20, sizes[0]))


@doctor.case("symmetric")
def doctor_two_copies_at_the_start(rng):
    """Only the first hidden layer, of two units; all other biases differ."""
    return patient(rng, "symmetric", "tanh", lambda: with_copies(rng, (11, 2, 12, 10, 13), 0))


@doctor.case("symmetric")
def doctor_copies_at_the_end(rng):
    """Only the last hidden layer; all other biases differ."""
    return patient(rng, "symmetric", "tanh", lambda: with_copies(rng, (11, 12, 10, 13, 12), 2))


@doctor.case("symmetric")
def doctor_copies_beside_the_dead(rng):
    """Copies in one layer of a relu network, and another layer is dead: the first of the list is the answer."""

    def make():
        Ws, bs, X = with_copies(rng, (11, 12, 10, 13, 12), 0)
        bs[2] = bs[2] - 60.0
        return Ws, bs, X

    return patient(rng, "symmetric", "relu", make)


@doctor.case("dead")
def doctor_dead_at_the_start(rng):
    """Only the first layer is dead; the layers behind it live on their biases."""

    def make():
        Ws, bs, X = relu_with_bias(rng, some_depth(rng, 4, 6), [0], 1.0, 60.0)
        return Ws, [b + 0.5 if layer else b for layer, b in enumerate(bs)], X

    return patient(rng, "dead", "relu", make)


@doctor.case("dead")
def doctor_dead_at_the_end(rng):
    """Only the last layer is dead, and z is exactly 0 there: its weights and biases are."""

    def make():
        Ws, bs, X = plain(rng, some_depth(rng, 3, 5), math.sqrt(2))
        return [*Ws[:-1], np.zeros(Ws[-1].shape)], bs, X

    return patient(rng, "dead", "relu", make)


@doctor.case("dead")
def doctor_seldom_at_work(rng):
    """Exploding: in one layer every unit is silent for 19 of 20 rows, but none for all of them."""

    def make():
        Ws, bs, X = plain(rng, 4, math.sqrt(2), rows=200)
        z = np.maximum(X @ Ws[0], 0) @ Ws[1]
        bs[1] = -np.quantile(z, 0.95, axis=0)
        Ws[2] = 1e9 * Ws[2]
        return Ws, bs, X

    return patient(rng, "exploding", "relu", make, dead=0.4)


@doctor.case("saturated")
def doctor_saturated_at_the_start(rng):
    """Only the first layer is: it gets large weights."""

    def make():
        Ws, bs, X = plain(rng, some_depth(rng, 4, 6), 0.8)
        return [40 * Ws[0], *Ws[1:]], bs, X

    return patient(rng, "saturated", "tanh", make)


@doctor.case("saturated")
def doctor_saturated_at_the_end(rng):
    """Only the last layer is: it gets large weights."""

    def make():
        Ws, bs, X = plain(rng, some_depth(rng, 4, 6), 0.8)
        return [*Ws[:-1], 60 * Ws[-1]], bs, X

    return patient(rng, "saturated", "tanh", make)


def leaning(rng, depth, low, high):
    """Return a network of small weights whose biases put every z between these sizes, with either sign."""
    Ws, bs, X = plain(rng, depth, 0.05)
    return Ws, [rng.choice([-1.0, 1.0], size=b.size) * rng.uniform(low, high, size=b.size) for b in bs], X


@doctor.case("saturated")
def doctor_leaning_sigmoid(rng):
    """Vanishing: slopes of a quarter of the largest one are small, but not below a tenth of it."""
    return patient(rng, "vanishing", "sigmoid", lambda: leaning(rng, 5, 2.4, 2.7))


@doctor.case("saturated")
def doctor_leaning_tanh(rng):
    """Vanishing: the same with tanh, slopes of a third."""
    return patient(rng, "vanishing", "tanh", lambda: leaning(rng, 6, 1.1, 1.25))


@doctor.oracle()
def doctor_torch(Ws, bs, X, act):
    """The definitions again, with torch's activations and autograd for slopes and the backward signal."""
    import torch

    functions = {
        "tanh": torch.tanh,
        "sigmoid": torch.sigmoid,
        "relu": torch.relu,
        "linear": lambda z: 1.0 * z,
    }
    for here, bias, after in zip(Ws[:-1], bs[:-1], Ws[1:], strict=True):
        units = np.column_stack(
            [here.T, bias, after]
        )  # one row for each unit: what enters, bias, what leaves
        if len(units) > 1 and len(np.unique(units, axis=0)) == 1:
            return "symmetric"
    a, zs = torch.tensor(X, dtype=torch.float64), []
    for W, b in zip(Ws, bs, strict=True):
        zs.append((a @ torch.tensor(W) + torch.tensor(b)).requires_grad_())
        a = functions[act](zs[-1])
    flat = torch.cat([z.detach().flatten() for z in zs]).requires_grad_()
    slopes = torch.autograd.grad(functions[act](flat).sum(), flat)[0].split([z.numel() for z in zs])
    if act == "relu" and max((z.amax(0) <= 0).double().mean().item() for z in zs) >= 0.9:
        return "dead"
    steepest = {"tanh": 1.0, "sigmoid": 0.25}.get(act, 0.0)
    if max((part < 0.1 * steepest).double().mean().item() for part in slopes) > 0.5:
        return "saturated"
    first, last = torch.autograd.grad(a.sum(), [zs[0], zs[-1]])
    gain = math.log10(first.square().mean().sqrt().item() / last.square().mean().sqrt().item())
    return "exploding" if gain > 3 else "vanishing" if gain < -3 else "healthy"


@doctor.variant()
def doctor_with_loops(Ws, bs, X, act):
    L = len(Ws)
    for l in range(L - 1):
        units = Ws[l].shape[1]
        same = units > 1
        for j in range(1, units):
            if (
                not np.allclose(Ws[l][:, j], Ws[l][:, 0])
                or not np.isclose(bs[l][j], bs[l][0])
                or not np.allclose(Ws[l + 1][j], Ws[l + 1][0])
            ):
                same = False
                break
        if same:
            return "symmetric"
    zs = []
    a = X
    for l in range(L):
        z = a @ Ws[l] + bs[l]
        zs.append(z)
        a = activate(z, act)
        if act == "relu":
            dead = sum(1 for j in range(z.shape[1]) if not np.any(a[:, j] > 0))
            if dead / z.shape[1] >= 0.9:
                return "dead"
    if act in ("tanh", "sigmoid"):
        for z in zs:
            out = activate(z, act)
            flat = np.abs(out) > 0.95 if act == "tanh" else np.abs(out - 0.5) > 0.475
            if np.mean(flat) > 0.5:
                return "saturated"
    sizes = [0.0] * L
    g = np.ones(zs[-1].shape)
    for l in reversed(range(L)):
        delta = g * slope(zs[l], act)
        sizes[l] = np.sqrt(np.mean(delta**2))
        g = delta @ Ws[l].T
    r = sizes[0] / sizes[-1]
    return "exploding" if r > 1000 else ("vanishing" if r < 0.001 else "healthy")


@doctor.variant()
def doctor_random_upstream(Ws, bs, X, act):
    for W, b, V in zip(Ws, bs, Ws[1:]):
        if b.size > 1 and W.std(axis=1).max() < 1e-12 and b.std() < 1e-12 and V.std(axis=0).max() < 1e-12:
            return "symmetric"
    layers, zs = [X], []
    for W, b in zip(Ws, bs):
        zs.append(layers[-1] @ W + b)
        layers.append(activate(zs[-1], act))
    if act == "relu":
        for a in layers[1:]:
            if (a.max(axis=0) == 0).mean() >= 0.9:
                return "dead"
    if act == "tanh" or act == "sigmoid":
        top = slope(np.zeros(1), act)[0]
        for z in zs:
            if np.count_nonzero(slope(z, act) < top / 10) > z.size / 2:
                return "saturated"
    delta = np.random.default_rng(1).normal(size=zs[-1].shape) * slope(zs[-1], act)
    end = np.linalg.norm(delta) / np.sqrt(delta.size)
    for l in range(len(Ws) - 1, 0, -1):
        delta = delta @ Ws[l].T * slope(zs[l - 1], act)
    r = np.linalg.norm(delta) / np.sqrt(delta.size) / end
    if r < 1e-3:
        return "vanishing"
    return "exploding" if r > 1e3 else "healthy"


@doctor.variant()
def doctor_jacobian_gain(Ws, bs, X, act):
    for W, b, V in zip(Ws, bs, Ws[1:]):
        if (
            len(b) > 1
            and np.linalg.norm(W - W[:, [0]]) == 0
            and np.linalg.norm(b - b[0]) == 0
            and np.linalg.norm(V - V[0]) == 0
        ):
            return "symmetric"
    zs, a = [], X
    for W, b in zip(Ws, bs):
        zs.append(a @ W + b)
        a = activate(zs[-1], act)
    if act == "relu" and max(np.mean((z > 0).sum(axis=0) == 0) for z in zs) >= 0.9:
        return "dead"
    peak = {"tanh": 1.0, "sigmoid": 0.25}
    if act in peak and max(np.mean(slope(z, act) / peak[act] < 0.1) for z in zs) > 0.5:
        return "saturated"
    gains = []
    for row in range(len(X)):
        J = np.eye(Ws[-1].shape[1])
        for l in range(len(Ws) - 1, 0, -1):
            J = J @ (slope(zs[l][row], act)[:, None] * Ws[l].T)
        J = J * slope(zs[0][row], act)
        top = np.sqrt(np.mean(slope(zs[-1][row], act) ** 2))
        if top > 0:
            gains.append(np.linalg.norm(J) / np.sqrt(len(J)) / top)
    r = np.median(gains)
    return "vanishing" if r < 1e-3 else "exploding" if r > 1e3 else "healthy"


@doctor.variant()
def doctor_float32(Ws, bs, X, act):
    Ws, bs = [W.astype(np.float32) for W in Ws], [b.astype(np.float32) for b in bs]
    for W, b, after in zip(Ws, bs, Ws[1:]):
        if (
            len(b) > 1
            and np.unique(W, axis=1).shape[1] == len(np.unique(b)) == len(np.unique(after, axis=0)) == 1
        ):
            return "symmetric"
    a, zs = X.astype(np.float32), []
    for W, b in zip(Ws, bs):
        zs.append(a @ W + b)
        a = activate(zs[-1], act).astype(np.float32)
    if act == "relu" and any(((z > 0).sum(axis=0) == 0).mean() >= 0.9 for z in zs):
        return "dead"
    limit = {"tanh": 0.1, "sigmoid": 0.025}
    if act in limit and any((slope(z, act) < limit[act]).mean() > 0.5 for z in zs):
        return "saturated"
    g = slope(zs[-1], act).astype(np.float32)
    growth = 0.0
    for W, z in zip(Ws[:0:-1], zs[-2::-1]):
        before = np.sqrt((g**2).mean())
        g = (g @ W.T) * slope(z, act).astype(np.float32)
        after = np.sqrt((g**2).mean())
        growth += np.log10(after / before)
        g = g / after  # keeps float32 in range; the growth is counted
    return "exploding" if growth > 3 else "vanishing" if growth < -3 else "healthy"


def student_states(Ws, bs, X, act):
    """Return (zs, activations, deltas) of a network; the activations begin with the input."""
    zs, layers = [], [X]
    for W, b in zip(Ws, bs):
        zs.append(layers[-1] @ W + b)
        layers.append(activate(zs[-1], act))
    deltas = [slope(zs[-1], act)]
    for W, z in zip(Ws[:0:-1], zs[-2::-1]):
        deltas.insert(0, (deltas[0] @ W.T) * slope(z, act))
    return zs, layers, deltas


def student_symmetric(Ws, bs):
    return any(
        len(b) > 1 and np.ptp(W, axis=1).max() == 0 and np.ptp(b) == 0 and np.ptp(V, axis=0).max() == 0
        for W, b, V in zip(Ws, bs, Ws[1:])
    )


def student_dead(zs, act):
    return act == "relu" and any((z <= 0).all(axis=0).mean() >= 0.9 for z in zs)


def student_saturated(zs, act):
    limit = {"tanh": 0.1, "sigmoid": 0.025}
    return act in limit and any((slope(z, act) < limit[act]).mean() > 0.5 for z in zs)


def student_verdict(first, last):
    ratio = first / last if last > 0 else 0.0
    return "exploding" if ratio > 1e3 else "vanishing" if ratio < 1e-3 else "healthy"


def student_rms(a):
    return np.sqrt((a**2).mean())


def never(*_):
    return False


def student_doctor(
    Ws, bs, X, act, symmetric=student_symmetric, dead=student_dead, saturated=student_saturated, verdict=None
):
    """Return a diagnosis with some of its tests exchanged: what the mistakes below differ in."""
    if symmetric(Ws, bs):
        return "symmetric"
    zs, layers, deltas = student_states(Ws, bs, X, act)
    if dead(zs, act):
        return "dead"
    if saturated(zs, act):
        return "saturated"
    if verdict is not None:
        return verdict(zs, layers, deltas)
    return student_verdict(student_rms(deltas[0]), student_rms(deltas[-1]))


@doctor.mistake(
    "You call a gradient small or large by itself. What happens to it in a healthy network when all inputs are made "
    "10 000 times smaller or larger, and which comparison would not notice?"
)
def doctor_absolute_gradient(Ws, bs, X, act):
    def verdict(zs, layers, deltas):
        return student_verdict(np.linalg.norm(X.T @ deltas[0]), len(X))

    return student_doctor(Ws, bs, X, act, verdict=verdict)


@doctor.mistake(
    "You compare the gradients by the *weights*. If all weights of a relu network are tiny, how do they differ between "
    "the first and the last layer? Compare the backward signals instead."
)
def doctor_weight_gradients(Ws, bs, X, act):
    def verdict(zs, layers, deltas):
        return student_verdict(np.linalg.norm(X.T @ deltas[0]), np.linalg.norm(layers[-2].T @ deltas[-1]))

    return student_doctor(Ws, bs, X, act, verdict=verdict)


@doctor.mistake(
    "You judge by the spread of the activations, the *forward* signal. Which networks keep a good spread forwards and "
    "still lose the gradient on its way back?"
)
def doctor_forward_only(Ws, bs, X, act):
    def verdict(zs, layers, deltas):
        return student_verdict(layers[-1].std(), X.std())

    return student_doctor(Ws, bs, X, act, verdict=verdict)


@doctor.mistake(
    "You compare the ratio of the mean *squares* with 1000. Which step is missing between them and the rms?"
)
def doctor_no_root(Ws, bs, X, act):
    def verdict(zs, layers, deltas):
        return student_verdict(student_rms(deltas[0]) ** 2, student_rms(deltas[-1]) ** 2)

    return student_doctor(Ws, bs, X, act, verdict=verdict)


@doctor.mistake("You look at the first row of X only. Does it speak for all of the samples?")
def doctor_one_sample(Ws, bs, X, act):
    return student_doctor(Ws, bs, X[:1], act)


@doctor.mistake("Your ratio stands on its head: which layer's signal is divided by which?")
def doctor_ratio_upside_down(Ws, bs, X, act):
    def verdict(zs, layers, deltas):
        return student_verdict(student_rms(deltas[-1]), student_rms(deltas[0]))

    return student_doctor(Ws, bs, X, act, verdict=verdict)


@doctor.mistake(
    "You compare neighbouring layers only. What do thirty harmless-looking steps come to together?"
)
def doctor_neighbours(Ws, bs, X, act):
    def verdict(zs, layers, deltas):
        return student_verdict(student_rms(deltas[0]), student_rms(deltas[1]))

    return student_doctor(Ws, bs, X, act, verdict=verdict)


@doctor.mistake(
    "Your backward pass has no slopes in it: it sees the weights only. What does a sigmoid do to a gradient, even at "
    "its best point?",
    catalogue="M23",
)
def doctor_without_slopes(Ws, bs, X, act):
    def verdict(zs, layers, deltas):
        delta = start = np.ones(zs[-1].shape)
        for W in Ws[:0:-1]:
            delta = delta @ W.T
        return student_verdict(student_rms(delta), student_rms(start))

    return student_doctor(Ws, bs, X, act, verdict=verdict)


@doctor.mistake(
    "By depth alone you cannot tell: think of thirty rotations, or of three layers of tiny weights. What can you measure?"
)
def doctor_by_depth(Ws, bs, X, act):
    def verdict(zs, layers, deltas):
        if len(Ws) <= 10:
            return "healthy"
        return "exploding" if student_rms(deltas[0]) > student_rms(deltas[-1]) else "vanishing"

    return student_doctor(Ws, bs, X, act, verdict=verdict)


@doctor.mistake(
    "You read the diagnosis off the size of the weights. What do the activation, the biases and the number of layers do?"
)
def doctor_by_weights(Ws, bs, X, act):
    def saturated(zs, act):
        return act in ("tanh", "sigmoid") and typical > 4

    def verdict(zs, layers, deltas):
        return "exploding" if typical > 1.8 else "vanishing" if typical < 0.6 else "healthy"

    typical = np.median([W.std() * np.sqrt(len(W)) for W in Ws])
    return student_doctor(Ws, bs, X, act, dead=never, saturated=saturated, verdict=verdict)


@doctor.mistake(
    "You found that the gradient vanishes or explodes, and stopped there. The list of illnesses has an order: which of "
    "them, if it applies, is the cause of that?"
)
def doctor_ratio_first(Ws, bs, X, act):
    _, _, deltas = student_states(Ws, bs, X, act)
    word = student_verdict(student_rms(deltas[0]), student_rms(deltas[-1]))
    return student_doctor(Ws, bs, X, act) if word == "healthy" else word


@doctor.mistake(
    "Some units of this network can never become different from each other. Which of your tests looks at the weights "
    "of two units side by side?"
)
def doctor_no_symmetry(Ws, bs, X, act):
    return student_doctor(Ws, bs, X, act, symmetric=never)


@doctor.mistake(
    "You look for weights that are all zero. Which other starting values make the units of a layer copies of each other?"
)
def doctor_zeros_only(Ws, bs, X, act):
    return student_doctor(Ws, bs, X, act, symmetric=lambda Ws, bs: all((W == 0).all() for W in Ws))


@doctor.mistake(
    "Equal biases are no illness: nearly every network starts with them. What else must be equal for two units to be "
    "copies?"
)
def doctor_symmetric_by_biases(Ws, bs, X, act):
    return student_doctor(Ws, bs, X, act, symmetric=lambda Ws, bs: any(np.ptp(b) == 0 for b in bs))


@doctor.mistake(
    "A relu network can be ill in a way that the ratio alone does not name. Which units let no gradient pass, for any row?"
)
def doctor_no_death(Ws, bs, X, act):
    return student_doctor(Ws, bs, X, act, dead=never)


@doctor.mistake(
    "You call a unit dead if it is silent for *some* row. Being silent now and then is a relu's job: when is it really dead?"
)
def doctor_silent_once_is_dead(Ws, bs, X, act):
    def dead(zs, act):
        return act == "relu" and any((z <= 0).any(axis=0).mean() >= 0.9 for z in zs)

    return student_doctor(Ws, bs, X, act, dead=dead)


@doctor.mistake(
    "One dead unit does not make a network ill. How many of a layer's units must be dead before the text calls it dead?"
)
def doctor_one_dead_unit(Ws, bs, X, act):
    def dead(zs, act):
        return act == "relu" and any((z <= 0).all(axis=0).any() for z in zs)

    return student_doctor(Ws, bs, X, act, dead=dead)


@doctor.mistake(
    "Small slopes can come from units that sit on the flat parts, not from depth. Where do you test for that?"
)
def doctor_no_saturation(Ws, bs, X, act):
    return student_doctor(Ws, bs, X, act, saturated=never)


@doctor.mistake("An activation has two flat ends. Which one does your test for saturation miss?")
def doctor_upper_end_only(Ws, bs, X, act):
    limit = {"tanh": 0.95, "sigmoid": 0.975}

    def saturated(zs, act):
        return act in limit and any((activate(z, act) > limit[act]).mean() > 0.7 for z in zs)

    return student_doctor(Ws, bs, X, act, saturated=saturated)


@doctor.mistake(
    "You measure a sigmoid's slope with the ruler of tanh. What is the largest slope that a sigmoid can have?",
    catalogue="M27",
)
def doctor_sigmoid_always_flat(Ws, bs, X, act):
    def saturated(zs, act):
        return act in ("tanh", "sigmoid") and any((slope(z, act) < 0.3).mean() > 0.5 for z in zs)

    return student_doctor(Ws, bs, X, act, saturated=saturated)


@doctor.mistake(
    "You look for dead and saturated units in the last layer only. Where else can the signal get stuck?"
)
def doctor_last_layer_only(Ws, bs, X, act):
    return student_doctor(
        Ws,
        bs,
        X,
        act,
        dead=lambda zs, act: student_dead(zs[-1:], act),
        saturated=lambda zs, act: student_saturated(zs[-1:], act),
    )


@doctor.mistake(
    "You look for dead and saturated units in the first layer only. Where else can the signal get stuck?"
)
def doctor_first_layer_only(Ws, bs, X, act):
    return student_doctor(
        Ws,
        bs,
        X,
        act,
        dead=lambda zs, act: student_dead(zs[:1], act),
        saturated=lambda zs, act: student_saturated(zs[:1], act),
    )


@doctor.mistake(
    "You send X through the weights and leave out the biases. What can a large bias do to a unit?"
)
def doctor_without_biases(Ws, bs, X, act):
    if student_symmetric(Ws, bs):
        return "symmetric"
    return student_doctor(Ws, [0 * b for b in bs], X, act, symmetric=never)


@doctor.case("remedies by new weights", "remedy")
def remedy_vanishing_relu(rng):
    """relu blocks half of the signal, so its weights need the larger variance."""
    return "vanishing", "relu"


@doctor.case("remedies by new weights", "remedy")
def remedy_vanishing_tanh(rng):
    """Not every small signal needs another activation."""
    return "vanishing", "tanh"


@doctor.case("remedies by new weights", "remedy")
def remedy_exploding_relu(rng):
    """The same draw cures too much and too little."""
    return "exploding", "relu"


@doctor.case("remedies by new weights", "remedy")
def remedy_exploding_linear(rng):
    """A linear network is not a relu network."""
    return "exploding", "linear"


@doctor.case("remedies by new weights", "remedy")
def remedy_saturated_tanh(rng):
    """Smaller weights bring the units off the flat parts: the activation may stay."""
    return "saturated", "tanh"


@doctor.case("remedies by new weights", "remedy")
def remedy_saturated_sigmoid(rng):
    """The mildest remedy, for a sigmoid as well."""
    return "saturated", "sigmoid"


@doctor.case("remedies by new weights", "remedy")
def remedy_symmetric_tanh(rng):
    """What matters is that the draws differ, not how large they are."""
    return "symmetric", "tanh"


@doctor.case("remedies by new weights", "remedy")
def remedy_symmetric_relu(rng):
    """The same for any activation."""
    return "symmetric", "relu"


@doctor.case("remedies by a new activation", "remedy")
def remedy_vanishing_sigmoid(rng):
    """No draw of the weights can make up for a slope of at most ¼."""
    return "vanishing", "sigmoid"


@doctor.case("remedies by a new activation", "remedy")
def remedy_dead_relu(rng):
    """The unit needs a slope where it is."""
    return "dead", "relu"


@doctor.case("remedies by a new activation", "remedy")
def remedy_healthy_sigmoid(rng):
    """Nothing is to be done, whatever one thinks of sigmoids."""
    return "healthy", "sigmoid"


@doctor.case("remedies by a new activation", "remedy")
def remedy_exploding_sigmoid(rng):
    """Too large a signal is a matter of the weights: the activation may stay."""
    return "exploding", "sigmoid"


@doctor.case("remedies by a new activation", "remedy")
def remedy_dead_tanh(rng):
    """A tanh cannot die: ValueError."""
    return "dead", "tanh"


@doctor.case("remedies by a new activation", "remedy")
def remedy_saturated_relu(rng):
    """A relu has no upper end to be stuck at: ValueError."""
    return "saturated", "relu"


@doctor.case("remedies by a new activation", "remedy")
def remedy_unknown_cause(rng):
    """A word that is not in the list: ValueError."""
    return "tired", "relu"


@doctor.case("remedies by a new activation", "remedy")
def remedy_unknown_activation(rng):
    """An activation that is not in the list: ValueError."""
    return "healthy", "softplus"


@doctor.variant("remedy")
def remedy_by_table(cause, act):
    table_of_remedies = {
        "tanh": {"vanishing": "xavier", "exploding": "xavier", "saturated": "xavier"},
        "sigmoid": {"vanishing": "relu", "exploding": "xavier", "saturated": "xavier"},
        "relu": {"vanishing": "he", "exploding": "he", "dead": "leaky relu"},
        "linear": {"vanishing": "xavier", "exploding": "xavier"},
    }
    try:
        return {"healthy": "keep", "symmetric": "random", **table_of_remedies[act]}[cause]
    except KeyError:
        raise ValueError("no such case") from None


@doctor.variant("remedy")
def remedy_by_cause(cause, act):
    draw = {"relu": "he", "tanh": "xavier", "sigmoid": "xavier", "linear": "xavier"}.get(act)
    if draw is None:
        raise ValueError(act)
    match cause:
        case "healthy":
            return "keep"
        case "symmetric":
            return "random"
        case "exploding":
            return draw
        case "vanishing":
            return "relu" if act == "sigmoid" else draw
        case "saturated":
            assert_possible(act in ("tanh", "sigmoid"))
            return draw
        case "dead":
            assert_possible(act == "relu")
            return "leaky relu"
    raise ValueError(cause)


def assert_possible(condition):
    if not condition:
        raise ValueError("this activation cannot have that")


@doctor.mistake(
    "One of the two draws is made for relu, the other for the rest. Which is which, and why does relu need more?",
    "remedy",
)
def remedy_he_for_all(cause, act):
    found = remedy_by_table(cause, act)
    return "he" if found == "xavier" else found


@doctor.mistake(
    "relu blocks about half of what comes in. Which draw makes up for that?", "remedy", catalogue="M86"
)
def remedy_xavier_for_all(cause, act):
    found = remedy_by_table(cause, act)
    return "xavier" if found == "he" else found


@doctor.mistake(
    "A new draw is not always enough: which slopes stay too small or zero whatever the weights are?", "remedy"
)
def remedy_never_a_new_activation(cause, act):
    found = remedy_by_table(cause, act)
    if found in ("relu", "leaky relu"):
        return "he" if act == "relu" else "xavier"
    return found


@doctor.mistake(
    "You change the activation first. For which of these illnesses would a better draw of the weights be enough?",
    "remedy",
)
def remedy_always_relu(cause, act):
    found = remedy_by_table(cause, act)
    return "relu" if cause in ("vanishing", "exploding", "saturated") and act != "relu" else found


@doctor.mistake(
    "You take the sigmoid away whatever is wrong, even if nothing is. For which illness is it the sigmoid's own fault?",
    "remedy",
)
def remedy_away_with_sigmoid(cause, act):
    found = remedy_by_table(cause, act)
    return "relu" if act == "sigmoid" else found


@doctor.mistake(
    "The size of the draw is not what a symmetric network lacks. What must differ between its units?",
    "remedy",
)
def remedy_size_for_symmetry(cause, act):
    found = remedy_by_table(cause, act)
    if cause == "symmetric":
        return "he" if act == "relu" else "xavier"
    return found


@doctor.mistake(
    "Some pairs of cause and activation cannot happen, and some words are in no list. What does the text ask for then?",
    "remedy",
)
def remedy_never_raises(cause, act):
    known = {
        "healthy": "keep",
        "symmetric": "random",
        "dead": "leaky relu",
        "saturated": "xavier",
        "vanishing": "relu" if act == "sigmoid" else "he" if act == "relu" else "xavier",
        "exploding": "he" if act == "relu" else "xavier",
    }
    return known.get(cause, "keep")


doctor.equivalent(
    "_copies: b[0] -> b[-1] #1",
    because="if all are equal to the last one, they are equal to the first one",
)
doctor.equivalent(
    "_copies: len(b) -> len(W_next) #1",
    because="a layer has as many biases as the next one has inputs",
)
doctor.equivalent(
    "_rms: np.sqrt((a ** 2).mean()) -> -np.sqrt((a ** 2).mean()) #1",
    "_rms: np.sqrt((a ** 2).mean()) -> 2 * np.sqrt((a ** 2).mean()) #1",
    "diagnose: slope(zs[-1], act) -> -slope(zs[-1], act) #1",
    "diagnose: slope(zs[-1], act) -> 2 * slope(zs[-1], act) #1",
    because="a factor of both signals is none of their ratio",
)
doctor.equivalent(
    "diagnose: delta @ W.T * slope(z, act) -> -(delta @ W.T * slope(z, act)) #1",
    because="the rms does not see the sign",
)
doctor.equivalent(
    "_rms: (a ** 2).mean() -> (a ** 2).max() #1",
    "_rms: (a ** 2).mean() -> (a ** 2).sum() #1",
    "diagnose: slope(zs[-1], act) -> zs[-1] #1",
    "diagnose: zs[-1] -> W[-1] #2",
    because="the sheet accepts another sound measure of the backward signal",
)
doctor.equivalent(
    "diagnose: Ws[:-1] -> Ws #1",
    "diagnose: Ws[:-1] -> Ws[:] #1",
    "diagnose: bs[:-1] -> bs #1",
    "diagnose: bs[:-1] -> bs[:] #1",
    "diagnose: Ws[:0:-1] -> Ws[::-1] #1",
    because="zip ends with the shortest",
)
doctor.equivalent(
    "diagnose: ratio < 0.001 -> ratio < 0.0005 #1",
    "diagnose: ratio < 0.001 -> ratio < 0.002 #1",
    "diagnose: ratio < 0.001 -> ratio <= 0.001 #1",
    "diagnose: ratio > 1000.0 -> ratio > 500.0 #1",
    "diagnose: ratio > 1000.0 -> ratio > 2000.0 #1",
    "diagnose: ratio > 1000.0 -> ratio >= 1000.0 #1",
    "diagnose: _rms(delta) / _rms(last) -> 2 * (_rms(delta) / _rms(last)) #1",
    "diagnose: (z <= 0).all(axis=0).mean() >= 0.9 -> (z <= 0).all(axis=0).mean() > 0.9 #1",
    "diagnose: (slope(z, act) < 0.1 * steepest[act]).mean() > 0.5 -> (slope(z, act) < 0.1 * steepest[act]).mean() > 0.25 #1",
    "diagnose: (slope(z, act) < 0.1 * steepest[act]).mean() > 0.5 -> (slope(z, act) < 0.1 * steepest[act]).mean() >= 0.5 #1",
    "diagnose: slope(z, act) < 0.1 * steepest[act] -> slope(z, act) <= 0.1 * steepest[act] #1",
    "diagnose: 0.1 * steepest[act] -> 0.05 * steepest[act] #1",
    "diagnose: {'tanh': 1.0, 'sigmoid': 0.25} -> {'tanh': 0.5, 'sigmoid': 0.25} #1",
    "diagnose: {'tanh': 1.0, 'sigmoid': 0.25} -> {'tanh': 1.0, 'sigmoid': 0.125} #1",
    "diagnose: {'tanh': 1.0, 'sigmoid': 0.25} -> {'tanh': 2.0, 'sigmoid': 0.25} #1",
    because="the sheet says that the networks lie far from the limits",
)
doctor.equivalent(
    "remedy: ('tanh', 'sigmoid') -> ('sigmoid', 'tanh') #1",
    "remedy: ('tanh', 'sigmoid', 'relu', 'linear') -> ('sigmoid', 'tanh', 'relu', 'linear') #1",
    "remedy: ('vanishing', 'exploding') -> ('exploding', 'vanishing') #1",
    because="`in` does not look at the order",
)
