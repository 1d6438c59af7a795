"""What the instructor knows about the sheet `backprop`. Trusted: it never leaves the instructor's machine."""

import itertools
import math

import mpmath
import numpy as np

from autograder.authoring import Assignment
from autograder.authoring.live import live
from autograder.authoring.oracles import complex_step, mp_array, mp_each, mp_floats, torch_grad, torch_vjp
from autograder.numerics.truth import representable
from autograder.sandbox.wire import Callback

assignment = Assignment("backprop", title="Backpropagation in a multilayer perceptron")


# ---------------------------------------------------------------------------------------------------- inputs
def layers(rng, sizes, gain=1.0):
    """Return (Ws, bs): matrices (outputs, inputs), normal times gain / √inputs, and biases of half that size.

    sizes: inputs, then units per layer.
    """
    Ws = [gain / math.sqrt(a) * rng.normal(size=(b, a)) for a, b in itertools.pairwise(sizes)]
    return Ws, [0.5 * gain * rng.normal(size=b) for b in sizes[1:]]


def relu_zs(Ws, bs, rows):
    """Return what goes into the relus of each layer, one row for each sample."""
    zs = []
    for W, b in zip(Ws, bs, strict=True):
        zs.append(rows @ W.T + b)
        rows = np.maximum(zs[-1], 0)
    return zs


def relu_layers(rng, sizes, n=1, gain=1.5):
    """Return (Ws, bs, rows) of a relu network that is nowhere near a kink and in which every layer is half awake."""
    while True:
        (Ws, bs), rows = layers(rng, sizes, gain), rng.normal(size=(n, sizes[0]))
        zs = relu_zs(Ws, bs, rows)
        awake = all(0.2 < (z > 0).mean() < 1 for z in zs[:-1]) and all((z > 0).any(axis=1).all() for z in zs)
        if awake and all(np.abs(z).min() > 0.01 * np.abs(z).max() for z in zs):
            return Ws, bs, rows


def whole(rng, *shape):
    """Return whole numbers in [-2, 2]: small enough for every sum of the sheet to be exact in float32."""
    return np.array(rng.integers(-2, 3, size=shape), np.float64)


def whole_relu_layers(rng, sizes, n=1):
    """Return (Ws, bs, rows) of whole numbers; no z is 0, and in every layer a unit is on for each sample."""
    while True:
        Ws = [whole(rng, b, a) for a, b in itertools.pairwise(sizes)]
        bs, rows = [whole(rng, b) for b in sizes[1:]], whole(rng, n, sizes[0])
        zs = relu_zs(Ws, bs, rows)
        if all((z != 0).all() and (z > 0).any(axis=1).all() for z in zs) and any(
            (z < 0).any() for z in zs[:-1] or zs
        ):
            return Ws, bs, rows


def torch_act(z, act):
    """Return torch's own activation."""
    import torch

    return {"tanh": torch.tanh, "sigmoid": torch.sigmoid, "relu": torch.relu, "linear": lambda z: z}[act](z)


COMPLEX = {
    "tanh": np.tanh,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    # linear as far as a complex step reaches: which side z is on, its own real part says
    "relu": lambda z: z * (z.view(np.ndarray).real > 0),
    "linear": lambda z: z,
}
EXACT = {
    "tanh": mpmath.tanh,
    "sigmoid": lambda z: (1 + mpmath.tanh(z / 2)) / 2,
    "relu": lambda z: max(z, mpmath.mpf(0)),
    "linear": lambda z: z,
}


# ------------------------------------------------------------------------------------------------------- 6.1
forwards = assignment.exercise(
    "forward",
    id="6.1",
    minutes=25,
    points={"one hidden layer": 2, "other depths": 1},
    hints=(
        (
            "Do the example by hand and write down every vector that you meet. How many are there for two layers, and "
            "which of them belong into which list?"
        ),
        (
            "The loop needs one vector only: the last one of as_. From it follow the next z and the next a. What must "
            "be in as_ before the loop begins?"
        ),
        (
            "Start with zs = [] and as_ = [x.copy()]. For each W, b of zip(Ws, bs): append W @ as_[-1] + b to zs, then "
            "append activate(zs[-1], act) to as_."
        ),
    ),
    lecture="Özçep, V2: backpropagation on a single instance, feedforward",
)


def one_sample(rng, sizes, act, gain=1.0):
    """Return the arguments of a forward pass."""
    if act == "relu":
        Ws, bs, rows = relu_layers(rng, sizes)
        return Ws, bs, rows[0], act
    return *layers(rng, sizes, gain), rng.normal(size=sizes[0]), act


@forwards.case("one hidden layer")
def forward_four_five_two(rng):
    """The lecture's network: no two sizes are equal, so a matrix fits in one way only."""
    return one_sample(rng, (4, 5, 2), "sigmoid")


@forwards.case("one hidden layer")
def forward_relu(rng):
    """Some z are negative: a relu in place shows in zs."""
    return one_sample(rng, (3, 6, 4), "relu")


@forwards.case("one hidden layer")
def forward_tanh_steep(rng):
    """Large weights: z and a are far apart, the last layer's too."""
    return one_sample(rng, (5, 3, 4), "tanh", 2.0)


@forwards.case("one hidden layer", exact=True)
def forward_relu_exact(rng):
    """Whole numbers: every entry is equal to the last bit."""
    Ws, bs, rows = whole_relu_layers(rng, (3, 4, 2))
    return Ws, bs, rows[0], "relu"


@forwards.case("other depths")
def forward_one_layer(rng):
    """One layer: two vectors in as_, one in zs."""
    return one_sample(rng, (3, 4), "tanh", 1.5)


@forwards.case("other depths")
def forward_square(rng):
    """Square matrices: a transposed one fits, and shows in the numbers only."""
    return one_sample(rng, (3, 3, 3), "tanh", 1.5)


@forwards.case("other depths")
def forward_deep(rng):
    """Five layers of different sizes."""
    return one_sample(rng, (2, 6, 3, 5, 4, 3), "sigmoid", 1.5)


@forwards.case("other depths")
def forward_linear(rng):
    """No activation to speak of: z and a of each layer are equal here, and only here."""
    return one_sample(rng, (4, 3, 5), "linear")


@forwards.oracle()
def forward_torch(Ws, bs, x, act):
    import torch

    zs, as_ = [], [torch.tensor(x, dtype=torch.float64)]
    for W, b in zip(Ws, bs, strict=True):
        zs.append(torch.nn.functional.linear(as_[-1], torch.tensor(W), torch.tensor(b)))
        as_.append(torch_act(zs[-1], act))
    return [z.numpy() for z in zs], [a.numpy() for a in as_]


@forwards.oracle()
def forward_mpmath(Ws, bs, x, act):
    """In 40 digits, the bias as one more column that meets a 1."""
    with mpmath.workdps(40):
        zs, as_ = [], [mp_array(x)]
        for W, b in zip(Ws, bs, strict=True):
            zs.append(mp_array(np.column_stack([W, b])) @ np.append(as_[-1], mpmath.mpf(1)))
            as_.append(mp_each(EXACT[act])(zs[-1]))
        return [mp_floats(z) for z in zs], [mp_floats(a) for a in as_]


@forwards.variant()
def forward_with_a_variable(Ws, bs, x, act):
    a = x
    zs, as_ = [], [a]
    for layer in range(len(Ws)):
        z = np.dot(Ws[layer], a) + bs[layer]
        a = activate(z, act)
        zs.append(z)
        as_.append(a)
    return zs, as_


@forwards.variant()
def forward_by_loops(Ws, bs, x, act):
    as_ = [np.array(x)]
    zs = []
    for W, b in zip(Ws, bs):
        z = np.zeros(len(b))
        for j in range(len(b)):
            z[j] = b[j]
            for k in range(W.shape[1]):
                z[j] += W[j, k] * as_[-1][k]
        zs.append(z)
        as_.append(activate(z, act))
    return tuple(zs), tuple(as_)


@forwards.variant()
def forward_as_rows(Ws, bs, x, act):
    row = x.reshape(1, -1)
    zs, as_ = [], [row[0].copy()]
    for W, b in zip(Ws, bs):
        z = row @ W.T + b
        row = activate(z, act)
        zs.append(z[0])
        as_.append(row[0])
    return zs, as_


@forwards.variant()
def forward_float32(Ws, bs, x, act):
    zs, as_ = [], [x.astype(np.float32)]
    for W, b in zip(Ws, bs):
        zs.append(W.astype(np.float32) @ as_[-1] + b.astype(np.float32))
        as_.append(activate(zs[-1], act))
    return zs, as_


@forwards.mistake("The input counts as a^0. What belongs into as_ before the first layer?", catalogue="M57")
def forward_without_input(Ws, bs, x, act):
    zs, as_ = [], []
    a = x
    for W, b in zip(Ws, bs):
        zs.append(W @ a + b)
        a = activate(zs[-1], act)
        as_.append(a)
    return zs, as_


@forwards.mistake("Where does the bias come in? Look at the formula of z once more.")
def forward_without_bias(Ws, bs, x, act):
    zs, as_ = [], [x.copy()]
    for W in Ws:
        zs.append(W @ as_[-1])
        as_.append(activate(zs[-1], act))
    return zs, as_


@forwards.mistake("You add the bias behind the activation. On which side of it does it belong?")
def forward_bias_too_late(Ws, bs, x, act):
    zs, as_ = [], [x.copy()]
    for W, b in zip(Ws, bs):
        zs.append(W @ as_[-1])
        as_.append(activate(zs[-1], act) + b)
    return zs, as_


@forwards.mistake(
    "In this sheet W has one row for each output. On which side of the vector does such a matrix stand?",
    catalogue="M31",
)
def forward_weights_turned(Ws, bs, x, act):
    zs, as_ = [], [x.copy()]
    for W, b in zip(Ws, bs):
        zs.append(as_[-1] @ W + b)
        as_.append(activate(zs[-1], act))
    return zs, as_


@forwards.mistake("Your zs have been through the activation already. What does z stand for?")
def forward_zs_activated(Ws, bs, x, act):
    zs, as_ = [], [x.copy()]
    for W, b in zip(Ws, bs):
        a = activate(W @ as_[-1] + b, act)
        zs.append(a)
        as_.append(a.copy())
    return zs, as_


@forwards.mistake(
    "Your activation works in place: it overwrites the z that you have just stored. Where would a new array help?"
)
def forward_relu_in_place(Ws, bs, x, act):
    zs, as_ = [], [x.copy()]
    for W, b in zip(Ws, bs):
        z = W @ as_[-1] + b
        zs.append(z)
        if act == "relu":
            z[z < 0] = 0
            as_.append(z.copy())
        else:
            as_.append(activate(z, act))
    return zs, as_


@forwards.mistake("All layers of your network are linear. Where is the activation?", catalogue="M23")
def forward_without_activation(Ws, bs, x, act):
    zs, as_ = [], [x.copy()]
    for W, b in zip(Ws, bs):
        zs.append(W @ as_[-1] + b)
        as_.append(zs[-1].copy())
    return zs, as_


@forwards.mistake("Only the last entry is off. Does the last layer of this sheet have an activation?")
def forward_linear_last_layer(Ws, bs, x, act):
    zs, as_ = [], [x.copy()]
    for W, b in zip(Ws, bs):
        zs.append(W @ as_[-1] + b)
        as_.append(activate(zs[-1], act))
    as_[-1] = zs[-1].copy()
    return zs, as_


@forwards.mistake("The next layer receives your z. Which of the two vectors travels on?")
def forward_passes_z_on(Ws, bs, x, act):
    zs, as_ = [], [x.copy()]
    z = x
    for W, b in zip(Ws, bs):
        z = W @ z + b
        zs.append(z)
        as_.append(activate(z, act))
    return zs, as_


@forwards.mistake("The input goes in as it is. Why does as_[0] change with the activation?")
def forward_activates_input(Ws, bs, x, act):
    zs, as_ = [], [activate(x, act)]
    for W, b in zip(Ws, bs):
        zs.append(W @ as_[-1] + b)
        as_.append(activate(zs[-1], act))
    return zs, as_


@forwards.mistake("Every layer of yours receives the input. What comes into the second layer?")
def forward_always_from_x(Ws, bs, x, act):
    zs, as_ = [], [x.copy()]
    for W, b in zip(Ws, bs):
        zs.append(W @ x + b)
        as_.append(activate(zs[-1], act))
    return zs, as_


@forwards.mistake("Both lists are there, in the wrong order. Which one does the text name first?")
def forward_lists_swapped(Ws, bs, x, act):
    zs, as_ = [], [x.copy()]
    for W, b in zip(Ws, bs):
        zs.append(W @ as_[-1] + b)
        as_.append(activate(zs[-1], act))
    return as_, zs


@forwards.mistake(
    "You return the output only. The backward pass needs what every layer has seen: where do you keep it?"
)
def forward_output_only(Ws, bs, x, act):
    a = x
    for W, b in zip(Ws, bs):
        a = activate(W @ a + b, act)
    return a


forwards.equivalent(
    "forward: W @ as_[-1] -> W @ as_[-1].T #1",
    because="a vector is its own transpose",
)
forwards.equivalent(
    "forward: x.copy() -> x #1",
    because="the numbers are right, and a note says that memory is shared",
)


# ------------------------------------------------------------------------------------------------------- 6.2
errors = assignment.exercise(
    "deltas",
    id="6.2",
    minutes=25,
    functions=("delta_last", "delta_back"),
    points={"the last layer": 2, "one layer back": 2},
    hints=(
        (
            "Start with numbers: one unit, C = (a - y)² and a = σ(z). Which two factors does dC/dz have? And if a unit "
            "feeds two units of the next layer, how does the demon's change reach the loss?"
        ),
        (
            "Last layer: the derivative of the loss by a, times the slope at z, entry by entry. One layer back: unit k "
            "collects w_jk · delta_j over all units j behind it. Which product of W_next and delta_next does that?"
        ),
        (
            "delta_last is 2 * (a - y) times dact(z). In delta_back, W_next.T @ delta_next gives one number for each "
            "unit of this layer, and dact(z) is multiplied to it."
        ),
    ),
    lecture="Özçep, V2: propagation of errors, (BP1) and (BP2)",
)


def dact(name):
    """Return the function that cases hand out as the slope of an activation."""
    return Callback("activation", "dact", {"name": name})


def name_of(function):
    """Return the name of the activation whose slope a case has handed out: its values tell."""
    probe = np.array([-0.5, 0.25])
    known = {name: live(dact(name))(probe) for name in ("tanh", "sigmoid", "relu", "linear")}
    return next(name for name, slopes in known.items() if np.array_equal(slopes, function(probe)))


def kink_free(rng, k, size=1.0):
    """Return k numbers of both signs, none of them near 0."""
    signs = rng.permutation(np.resize([-1.0, 1.0], k))
    return signs * rng.uniform(0.2, 1.5, size=k) * size


@errors.case("the last layer")
def last_tanh(rng):
    """Residuals of both signs, and slopes that are not those at a."""
    z = kink_free(rng, 5)
    return np.tanh(z), z, np.tanh(z) - kink_free(rng, 5), dact("tanh")


@errors.case("the last layer")
def last_sigmoid(rng):
    """Three outputs: a mean over the outputs would be a third."""
    z = kink_free(rng, 3, 1.5)
    a = 1 / (1 + np.exp(-z))
    return a, z, a - kink_free(rng, 3, 0.4), dact("sigmoid")


@errors.case("the last layer")
def last_linear(rng):
    """A slope of 1 everywhere: what is wrong here is wrong in the loss."""
    z = kink_free(rng, 4)
    return z.copy(), z, z - kink_free(rng, 4), dact("linear")


@errors.case("the last layer", exact=True)
def last_relu_exact(rng):
    """Whole numbers; some units are off, and nothing comes through."""
    z = rng.permutation([-3.0, -1.0, 1.0, 2.0, 3.0, 5.0])
    a = np.maximum(z, 0)
    return a, z, a + rng.choice([-3.0, -1.0, 1.0, 2.0], size=6), dact("relu")


@errors.case("the last layer")
def last_one_output(rng):
    """One output, to be checked by hand."""
    z = kink_free(rng, 1)
    return np.tanh(z), z, np.tanh(z) - kink_free(rng, 1), dact("tanh")


@errors.case("one layer back", "delta_back")
def back_tanh(rng):
    """Three units behind five: the matrix fits in one way only."""
    return rng.normal(size=(3, 5)), kink_free(rng, 3), kink_free(rng, 5), dact("tanh")


@errors.case("one layer back", "delta_back")
def back_sigmoid(rng):
    """More units behind than here."""
    return rng.normal(size=(6, 4)), kink_free(rng, 6), kink_free(rng, 4, 1.5), dact("sigmoid")


@errors.case("one layer back", "delta_back")
def back_square(rng):
    """A square matrix: not transposed, it fits too, and so does a slope on the wrong side of it."""
    return rng.normal(size=(4, 4)), kink_free(rng, 4), kink_free(rng, 4), dact("tanh")


@errors.case("one layer back", "delta_back", exact=True)
def back_relu_exact(rng):
    """Whole numbers; the units that are off get no error, whatever comes from behind, and the sign of z is no factor."""
    z = rng.permutation([-3.0, -1.0, 1.0, 2.0, 3.0])
    return (
        np.array(rng.integers(1, 5, size=(4, 5)) * rng.choice([-1.0, 1.0], size=(4, 5))),
        whole(rng, 4) * 2 + 1,
        z,
        dact("relu"),
    )


@errors.case("one layer back", "delta_back")
def back_linear(rng):
    """Only the matrix counts."""
    return rng.normal(size=(2, 3)), kink_free(rng, 2), kink_free(rng, 3), dact("linear")


@errors.case("one layer back", "delta_back")
def back_from_one_output(rng):
    """One unit behind: there is one path for each unit, and no sum."""
    return rng.normal(size=(1, 4)), kink_free(rng, 1), kink_free(rng, 4), dact("sigmoid")


@errors.oracle()
def last_torch(a, z, y, dact):
    """The loss differentiated by a, then the activation by z: a is given to float32 only, so it is no function of z."""
    import torch

    by_a = torch_grad(lambda out: ((out - torch.tensor(y)) ** 2).sum(), a)
    return torch_vjp(lambda into: torch_act(into, name_of(dact)), by_a, z)


@errors.oracle()
def last_complex(a, z, y, dact):
    by_a = complex_step(lambda out: ((out - y) ** 2).sum(), 1.0, a)
    return complex_step(COMPLEX[name_of(dact)], by_a, z)


@errors.oracle("delta_back")
def back_torch(W_next, delta_next, z, dact):
    import torch

    return torch_vjp(lambda into: torch.tensor(W_next) @ torch_act(into, name_of(dact)), delta_next, z)


@errors.oracle("delta_back")
def back_complex(W_next, delta_next, z, dact):
    return complex_step(lambda into: W_next @ COMPLEX[name_of(dact)](into), delta_next, z)


@errors.variant()
def last_in_steps(a, z, y, dact):
    residual = np.subtract(a, y)
    gradient = residual + residual
    return np.multiply(gradient, dact(z))


@errors.variant()
def last_entry_by_entry(a, z, y, dact):
    slopes = dact(z)
    delta = np.zeros(len(a))
    for j in range(len(a)):
        delta[j] = -2 * (y[j] - a[j]) * slopes[j]
    return delta


@errors.variant()
def last_by_a_matrix(a, z, y, dact):
    return np.diag(dact(z)) @ (2 * a - 2 * y)


@errors.variant()
def last_float32(a, z, y, dact):
    a, z, y = (part.astype(np.float32) for part in (a, z, y))
    return np.float32(2) * (a - y) * np.asarray(dact(z)).astype(np.float32)


@errors.variant("delta_back")
def back_from_the_left(W_next, delta_next, z, dact):
    return np.multiply(dact(z), delta_next @ W_next)


@errors.variant("delta_back")
def back_by_loops(W_next, delta_next, z, dact):
    slopes = dact(z)
    delta = np.zeros(W_next.shape[1])
    for k in range(W_next.shape[1]):
        for j in range(W_next.shape[0]):
            delta[k] += W_next[j][k] * delta_next[j] * slopes[k]
    return delta


@errors.variant("delta_back")
def back_by_jacobian(W_next, delta_next, z, dact):
    jacobian = W_next * dact(z)  # derivative of the next z by this one
    return np.einsum("jk,j->k", jacobian, delta_next)


@errors.variant("delta_back")
def back_float32(W_next, delta_next, z, dact):
    carried = W_next.astype(np.float32).T @ delta_next.astype(np.float32)
    return carried * np.asarray(dact(z.astype(np.float32))).astype(np.float32)


@errors.mistake(
    "You are off by exactly ½. Differentiate the loss as this sheet writes it: is there a ½ in front?",
    catalogue="M03",
)
def last_without_two(a, z, y, dact):
    return (a - y) * dact(z)


@errors.mistake(
    "Right size, opposite direction: if the output is too large, must its error be positive or negative?",
    catalogue="M04",
)
def last_wrong_sign(a, z, y, dact):
    return 2 * (y - a) * dact(z)


@errors.mistake(
    "This is the gradient by the *output* a. How do you get from there to z? (a - y alone is a shortcut for "
    "another loss.)",
    catalogue="M25",
)
def last_without_slope(a, z, y, dact):
    return 2 * (a - y)


@errors.mistake(
    "You ask for the slope at a value that has been through the activation already. At which value is it meant?",
    catalogue="M22",
)
def last_slope_at_output(a, z, y, dact):
    return 2 * (a - y) * dact(a)


@errors.mistake("Does this loss divide by the number of outputs?", catalogue="M05")
def last_mean_over_outputs(a, z, y, dact):
    return 2 * (a - y) * dact(z) / len(y)


@errors.mistake("You multiply by the loss itself. What is needed is its *derivative*.", catalogue="M07")
def last_by_the_loss(a, z, y, dact):
    return (a - y) ** 2 * dact(z)


@errors.mistake(
    "Right where the output is too large only. What has become of the sign of a - y?", catalogue="M08"
)
def last_absolute(a, z, y, dact):
    return 2 * np.abs(a - y) * dact(z)


@errors.mistake("You compare the target with z. Which of the two vectors is the network's answer?")
def last_residual_of_z(a, z, y, dact):
    return 2 * (z - y) * dact(z)


@errors.mistake(
    "Your errors are added up to one number. Each unit has an error of its own: what does ⊙ mean?"
)
def last_dot_product(a, z, y, dact):
    return np.dot(2 * (a - y), dact(z))


@errors.mistake(
    "Backwards, the signal travels from outputs to inputs: which way round must W be applied?",
    "delta_back",
    catalogue="M31",
)
def back_not_transposed(W_next, delta_next, z, dact):
    return (W_next @ delta_next) * dact(z)


@errors.mistake(
    "The error goes through your activation as if it were linear. Which part of (BP2) comes behind the ⊙?",
    "delta_back",
    catalogue="M23",
)
def back_without_slope(W_next, delta_next, z, dact):
    return W_next.T @ delta_next


@errors.mistake(
    "You apply the slopes before the matrix, to the errors of the layer *behind*. Whose slopes are they?",
    "delta_back",
)
def back_slope_first(W_next, delta_next, z, dact):
    return W_next.T @ (delta_next * dact(z))


@errors.mistake(
    "You multiply by z itself. What does (BP2) ask of the activation at z?", "delta_back", catalogue="M28"
)
def back_times_z(W_next, delta_next, z, dact):
    return (W_next.T @ delta_next) * z


@errors.mistake(
    "Where is the error of the layer behind? The demon's change must travel on.",
    "delta_back",
    catalogue="M20",
)
def back_without_delta(W_next, delta_next, z, dact):
    return W_next.sum(axis=0) * dact(z)


@errors.mistake(
    "Each unit collects from *all* units behind it: a sum, not a mean.", "delta_back", catalogue="M90"
)
def back_averages(W_next, delta_next, z, dact):
    return (W_next.T @ delta_next) * dact(z) / len(delta_next)


@errors.mistake(
    "You follow one path, through the first unit behind. How many paths lead from a unit to the loss?",
    "delta_back",
    catalogue="M90",
)
def back_first_path(W_next, delta_next, z, dact):
    return W_next[0] * delta_next[0] * dact(z)


@errors.mistake(
    "You ask for the slope at the sum that comes from behind. Where did the activation work on the way forwards?",
    "delta_back",
    catalogue="M21",
)
def back_slope_of_the_error(W_next, delta_next, z, dact):
    return dact(W_next.T @ delta_next)


@errors.mistake(
    "What you return still has a row for each unit behind. Over which index does the chain rule sum?",
    "delta_back",
    catalogue="M15",
)
def back_not_summed(W_next, delta_next, z, dact):
    return W_next * delta_next[:, None] * dact(z)


errors.equivalent(
    "last-without-two * 2", "last-wrong-sign * -1", because="the mistake is this factor, and nothing else"
)


errors.equivalent(
    "delta_back: W_next.T @ delta_next -> W_next.T @ delta_next.T #1",
    because="a vector is its own transpose",
)


# ------------------------------------------------------------------------------------------------------- 6.3
single = assignment.exercise(
    "backprop1",
    id="6.3",
    minutes=50,
    points={"one layer": 1, "two layers": 3, "more layers": 2},
    hints=(
        (
            "Take the network of the example. Which weight is between which two numbers? And which number does it "
            "multiply on the way forwards: something that enters its layer, or something that leaves it?"
        ),
        (
            "First get all deltas: the last one with delta_last, then backwards with delta_back, which for layer i takes "
            "the weights of layer i + 1 and the z of layer i. With zs and as_ at hand, dW of layer i is delta times what "
            "entered layer i."
        ),
        (
            "zs, as_ = forward(...). With lists counted from 0: delta[M-1] = delta_last(as_[M], zs[M-1], ...), and for "
            "l = M-2, ..., 0: delta[l] = delta_back(Ws[l+1], delta[l+1], zs[l], ...). dW[l] = np.outer(delta[l], as_[l]), "
            "db[l] = delta[l]."
        ),
    ),
    lecture="Özçep, V2: backpropagation on a single instance, (BP1) to (BP4)",
)


def one_pair(rng, sizes, act, gain=1.0):
    """Return the arguments of one backward pass: the target is not near the output."""
    Ws, bs, x, act = one_sample(rng, sizes, act, gain)
    target, output = rng.normal(size=sizes[-1]), x
    for W, b in zip(Ws, bs, strict=True):
        output = COMPLEX[act](W @ output + b)
    return Ws, bs, x, np.where(np.abs(target - output) < 0.1, output + 0.5, target), act


@single.case("one layer")
def single_layer_tanh(rng):
    """One layer: nothing is sent back any further."""
    return one_pair(rng, (4, 3), "tanh", 1.5)


@single.case("one layer")
def single_layer_sigmoid(rng):
    """One layer with one output."""
    return one_pair(rng, (3, 1), "sigmoid", 1.5)


@single.case("one layer", exact=True)
def single_layer_exact(rng):
    """One layer of whole numbers under a relu."""
    Ws, bs, rows = whole_relu_layers(rng, (3, 5))
    return Ws, bs, rows[0], 2 * whole(rng, 5) + 1, "relu"


@single.case("two layers")
def single_four_five_two(rng):
    """The lecture's network: no two sizes are equal."""
    return one_pair(rng, (4, 5, 2), "sigmoid", 2.0)


@single.case("two layers")
def single_relu(rng):
    """Some hidden units are off, and their weights get no gradient."""
    return one_pair(rng, (3, 6, 4), "relu")


@single.case("two layers")
def single_square(rng):
    """Square matrices: whatever is transposed fits, and shows in the numbers only."""
    return one_pair(rng, (3, 3, 3), "tanh", 1.5)


@single.case("two layers")
def single_linear(rng):
    """All slopes are 1: what is wrong here has to do with the matrices."""
    return one_pair(rng, (2, 3, 5), "linear")


@single.case("two layers", exact=True)
def single_exact(rng):
    """Whole numbers: every entry is equal to the last bit."""
    Ws, bs, rows = whole_relu_layers(rng, (2, 4, 3))
    return Ws, bs, rows[0], 2 * whole(rng, 3) + 1, "relu"


@single.case("more layers")
def single_four_layers(rng):
    """Four layers: an index that is off by one shows in the middle."""
    return one_pair(rng, (3, 5, 4, 6, 2), "tanh", 1.5)


@single.case("more layers")
def single_four_square_layers(rng):
    """Four layers of one size: the wrong layer's matrix fits too."""
    return one_pair(rng, (3, 3, 3, 3, 3), "sigmoid", 2.0)


@single.case("more layers")
def single_three_relu_layers(rng):
    """Three layers with units that are off in each of them."""
    return one_pair(rng, (4, 5, 6, 3), "relu")


def torch_backprop(Ws, bs, rows, targets, act, share=1.0):
    """Return (dWs, dbs) of the summed squares, times a share, by torch."""
    import torch

    def loss(*parts):
        a = torch.tensor(rows, dtype=torch.float64)
        for W, b in zip(parts[: len(Ws)], parts[len(Ws) :], strict=True):
            a = torch_act(torch.nn.functional.linear(a, W, b), act)
        return torch.nn.functional.mse_loss(a, torch.tensor(targets), reduction="sum") * share

    found = torch_grad(loss, *Ws, *bs)
    return list(found[: len(Ws)]), list(found[len(Ws) :])


def complex_backprop(Ws, bs, rows, targets, act, share=1.0):
    """Return (dWs, dbs) from the forward pass alone: one complex step for each weight."""

    def outputs(*parts):
        a = rows
        for W, b in zip(parts[: len(Ws)], parts[len(Ws) :], strict=True):
            a = COMPLEX[act](a @ W.T + b)
        return (a - targets) ** 2

    found = complex_step(outputs, np.full(np.shape(targets), share), *Ws, *bs)
    return list(found[: len(Ws)]), list(found[len(Ws) :])


@single.oracle()
def single_torch(Ws, bs, x, y, act):
    return torch_backprop(Ws, bs, x, y, act)


@single.oracle()
def single_complex(Ws, bs, x, y, act):
    return complex_backprop(Ws, bs, x, y, act)


@single.variant()
def single_by_indices(Ws, bs, x, y, act):
    zs, as_ = forward(Ws, bs, x, act)
    last = len(Ws) - 1
    dWs, dbs = [None] * len(Ws), [None] * len(Ws)
    delta = 2 * (as_[-1] - y) * slope(zs[-1], act)
    for layer in range(last, -1, -1):
        if layer < last:
            delta = Ws[layer + 1].T @ delta * slope(zs[layer], act)
        dWs[layer] = delta.reshape(-1, 1) @ as_[layer].reshape(1, -1)
        dbs[layer] = delta.copy()
    return dWs, dbs


@single.variant()
def single_recursive(Ws, bs, x, y, act):
    def down(layer, a):
        """Return the gradient by a, and those of this layer and the ones behind it."""
        if layer == len(Ws):
            return 2 * (a - y), [], []
        z = Ws[layer] @ a + bs[layer]
        upstream, dWs, dbs = down(layer + 1, activate(z, act))
        delta = upstream * slope(z, act)
        return delta @ Ws[layer], [np.einsum("j,k->jk", delta, a), *dWs], [delta, *dbs]

    return down(0, x)[1:]


@single.variant()
def single_forward_mode(Ws, bs, x, y, act):
    # no backward pass at all: the Jacobian of the output by each layer's z, built from the front
    zs, as_ = forward(Ws, bs, x, act)
    residual = 2 * (as_[-1] - y)
    dWs, dbs = [], []
    for layer in range(len(Ws)):
        jacobian = np.diag(slope(zs[layer], act))
        for behind in range(layer + 1, len(Ws)):
            jacobian = np.diag(slope(zs[behind], act)) @ (Ws[behind] @ jacobian)
        delta = jacobian.T @ residual
        dWs.append(np.outer(delta, as_[layer]))
        dbs.append(delta)
    return dWs, dbs


@single.variant()
def single_columns(Ws, bs, x, y, act):
    # everything is a column (k, 1) inside
    columns, zs = [x[:, None]], []
    for W, b in zip(Ws, bs):
        zs.append(W @ columns[-1] + b[:, None])
        columns.append(activate(zs[-1], act))
    dWs, dbs = [], []
    grad = 2 * columns[-1] - 2 * y[:, None]
    for W, z, a in zip(Ws[::-1], zs[::-1], columns[-2::-1]):
        delta = grad * slope(z, act)
        dWs.append(delta @ a.T)
        dbs.append(delta[:, 0])
        grad = W.T @ delta
    return dWs[::-1], dbs[::-1]


@single.variant()
def single_float32(Ws, bs, x, y, act):
    Ws, bs = [W.astype(np.float32) for W in Ws], [b.astype(np.float32) for b in bs]
    zs, as_ = [], [x.astype(np.float32)]
    for W, b in zip(Ws, bs):
        zs.append(W @ as_[-1] + b)
        as_.append(activate(zs[-1], act))
    delta = 2 * (as_[-1] - y.astype(np.float32)) * slope(zs[-1], act).astype(np.float32)
    dWs, dbs = [np.outer(delta, as_[-2])], [delta]
    for layer in range(len(Ws) - 2, -1, -1):
        delta = (Ws[layer + 1].T @ delta) * slope(zs[layer], act).astype(np.float32)
        dWs.insert(0, np.outer(delta, as_[layer]))
        dbs.insert(0, delta)
    return dWs, dbs


def student_single(Ws, bs, x, y, act, last=None, back=None, pair=None, bias=None):
    """Return (dWs, dbs) by a backward pass with some of its steps exchanged: what the mistakes below differ in."""
    zs, as_ = forward(Ws, bs, x, act)
    delta = 2 * (as_[-1] - y) * slope(zs[-1], act) if last is None else last(as_[-1], zs[-1])
    dWs, dbs = [], []
    for layer in range(len(Ws) - 1, -1, -1):
        if layer < len(Ws) - 1:
            if back is None:
                delta = (Ws[layer + 1].T @ delta) * slope(zs[layer], act)
            else:
                delta = back(delta, layer, zs, as_)
        dWs.insert(0, np.outer(delta, as_[layer]) if pair is None else pair(delta, layer, zs, as_))
        dbs.insert(0, delta.copy() if bias is None else bias(delta))
    return dWs, dbs


@single.mistake(
    "A layer's error meets what *entered* the layer. Which activation do you pair with it? Look at the indices of (BP3).",
    catalogue="M30",
)
def single_paired_with_output(Ws, bs, x, y, act):
    return student_single(
        Ws, bs, x, y, act, pair=lambda delta, layer, zs, as_: np.outer(delta, as_[layer + 1])
    )


@single.mistake(
    "Layers behind the first one meet your z instead of a. What did the weight multiply on the way forwards?",
    catalogue="M30",
)
def single_paired_with_z(Ws, bs, x, y, act):
    return student_single(
        Ws, bs, x, y, act, pair=lambda delta, layer, zs, as_: np.outer(delta, zs[layer - 1] if layer else x)
    )


@single.mistake(
    "Your weight gradients lie on their side. The gradient of W has the shape of W: what counts its rows?",
    catalogue="M13",
)
def single_outer_turned(Ws, bs, x, y, act):
    return student_single(Ws, bs, x, y, act, pair=lambda delta, layer, zs, as_: np.outer(as_[layer], delta))


@single.mistake(
    "The right gradients, the last layer first. With which layer do the lists of this sheet begin?"
)
def single_last_layer_first(Ws, bs, x, y, act):
    dWs, dbs = student_single(Ws, bs, x, y, act)
    return dWs[::-1], dbs[::-1]


@single.mistake(
    "Backwards, the signal travels from outputs to inputs: which way round must W be applied?",
    catalogue="M31",
)
def single_weights_not_transposed(Ws, bs, x, y, act):
    return student_single(
        Ws, bs, x, y, act, back=lambda delta, layer, zs, as_: (Ws[layer + 1] @ delta) * slope(zs[layer], act)
    )


@single.mistake(
    "The last layer is fine, the others are wrong by the slope of their activation. Which BP line has the ⊙?",
    catalogue="M23",
)
def single_hidden_slopes_missing(Ws, bs, x, y, act):
    return student_single(Ws, bs, x, y, act, back=lambda delta, layer, zs, as_: Ws[layer + 1].T @ delta)


@single.mistake(
    "The slope of the last layer is missing. (a - y alone is a shortcut that belongs to another loss.)",
    catalogue="M25",
)
def single_last_slope_missing(Ws, bs, x, y, act):
    return student_single(Ws, bs, x, y, act, last=lambda a, z: 2 * (a - y))


@single.mistake(
    "You apply σ' to values that have been through σ already. Which of your two lists does the slope need?",
    catalogue="M22",
)
def single_slope_at_output(Ws, bs, x, y, act):
    return student_single(
        Ws,
        bs,
        x,
        y,
        act,
        last=lambda a, z: 2 * (a - y) * slope(a, act),
        back=lambda delta, layer, zs, as_: (Ws[layer + 1].T @ delta) * slope(as_[layer + 1], act),
    )


@single.mistake(
    "The error of a layer comes through the weights *behind* it. Which layer's matrix do you use?",
    catalogue="M31",
)
def single_wrong_layers_weights(Ws, bs, x, y, act):
    return student_single(
        Ws, bs, x, y, act, back=lambda delta, layer, zs, as_: (Ws[layer].T @ delta) * slope(zs[layer], act)
    )


@single.mistake(
    "Your slopes come from the layer behind. Whose activation does the signal pass on its way to this layer's z?",
    catalogue="M23",
)
def single_wrong_layers_slope(Ws, bs, x, y, act):
    return student_single(
        Ws,
        bs,
        x,
        y,
        act,
        back=lambda delta, layer, zs, as_: (Ws[layer + 1].T @ delta) * slope(zs[layer + 1], act),
    )


@single.mistake(
    "Right size, opposite direction. Is it the output minus the target, or the other way round?",
    catalogue="M04",
)
def single_wrong_sign(Ws, bs, x, y, act):
    return student_single(Ws, bs, x, y, act, last=lambda a, z: 2 * (y - a) * slope(z, act))


@single.mistake(
    "Everything is exactly half of what it should be. Does the loss of this sheet have a ½ in front?",
    catalogue="M03",
)
def single_without_two(Ws, bs, x, y, act):
    return student_single(Ws, bs, x, y, act, last=lambda a, z: (a - y) * slope(z, act))


@single.mistake("Your biases get no gradient. What happens to the loss if the demon moves a bias?")
def single_biases_left_out(Ws, bs, x, y, act):
    return student_single(Ws, bs, x, y, act, bias=np.zeros_like)


@single.mistake("Your bias gradients are one number for a whole layer. How many biases does a layer have?")
def single_biases_summed(Ws, bs, x, y, act):
    return student_single(Ws, bs, x, y, act, bias=lambda delta: np.full(delta.shape, delta.sum()))


@single.mistake(
    "The error is sent through weights that you have changed already. Compute all gradients first, then descend. Who asked "
    "for a step here?",
    catalogue="M32",
)
def single_new_weights(Ws, bs, x, y, act):
    zs, as_ = forward(Ws, bs, x, act)
    Ws = list(Ws)
    delta = 2 * (as_[-1] - y) * slope(zs[-1], act)
    dWs, dbs = [], []
    for layer in range(len(Ws) - 1, -1, -1):
        if layer < len(Ws) - 1:
            delta = (Ws[layer + 1].T @ delta) * slope(zs[layer], act)
        dWs.insert(0, np.outer(delta, as_[layer]))
        dbs.insert(0, delta)
        Ws[layer] = Ws[layer] - 0.1 * dWs[0]
    return dWs, dbs


@single.mistake(
    "Your gradients are right, but after the call the weights are no longer what they were: `-=` changed them in "
    "place. This function only computes.",
    catalogue="M54",
)
def single_descends_in_place(Ws, bs, x, y, act):
    dWs, dbs = student_single(Ws, bs, x, y, act)
    for layer in range(len(Ws)):
        Ws[layer] -= 0.1 * dWs[layer]
    return dWs, dbs


single.equivalent(
    "single-without-two * 2", "single-wrong-sign * -1", because="the mistake is this factor, and nothing else"
)


single.equivalent(
    "backprop1: Ws[:0:-1] -> Ws[::-1] #1",
    because="zip ends with the shortest",
)
single.equivalent(
    "backprop1: delta_back(W_next, deltas[0], z, dact) -> delta_back(deltas[0], W_next, z, dact) #1",
    because="a vector times a matrix is the transposed matrix times the vector",
)


# ------------------------------------------------------------------------------------------------------- 6.4
batch = assignment.exercise(
    "backprop_batch",
    id="6.4",
    minutes=50,
    points={"sum": 2, "mean": 2, "one row, and other words": 1},
    hints=(
        (
            "Begin with a loop over the rows that calls 6.3. What has to be done with the gradients of the single rows? "
            "Then write down the shapes of X, W and Z: on which side of X must W stand, and which way round?"
        ),
        (
            "In the matrix version every line of 6.3 stays, turned round: rows instead of columns. The product of deltas "
            "and activations sums over the samples by itself. For the bias you have to say so."
        ),
        (
            "Z = A @ W.T + b. Then delta = 2 * (A_last - Y) * slope(Z_last), divided by len(X) for the mean. In each "
            "layer dW = delta.T @ A_before and db = delta.sum(axis=0), and on to the layer in front: "
            "(delta @ W) * slope(Z_before)."
        ),
    ),
    lecture="Özçep, V2: backpropagation within mini-batch gradient descent",
)


def many_pairs(rng, sizes, n, act, reduction, gain=1.0):
    """Return the arguments of one backward pass of a batch."""
    if act == "relu":
        Ws, bs, X = relu_layers(rng, sizes, n)
    else:
        (Ws, bs), X = layers(rng, sizes, gain), rng.normal(size=(n, sizes[0]))
    return Ws, bs, X, rng.normal(size=(n, sizes[-1])), act, reduction


@batch.case("sum")
def batch_sum_tanh(rng):
    """Seven rows; no two sizes are equal."""
    return many_pairs(rng, (4, 5, 2), 7, "tanh", "sum", 1.5)


@batch.case("sum")
def batch_sum_relu(rng):
    """Units that are on for some rows and off for others."""
    return many_pairs(rng, (3, 6, 4), 5, "relu", "sum")


@batch.case("sum")
def batch_sum_square(rng):
    """As many rows as units in every layer: whatever is transposed fits, and a sum over the wrong axis too."""
    return many_pairs(rng, (4, 4, 4), 4, "sigmoid", "sum", 2.0)


@batch.case("sum", exact=True)
def batch_sum_exact(rng):
    """Whole numbers: every entry is equal to the last bit."""
    Ws, bs, X = whole_relu_layers(rng, (2, 4, 3), 3)
    return Ws, bs, X, 2 * whole(rng, 3, 3) + 1, "relu", "sum"


@batch.case("mean")
def batch_mean_sigmoid(rng):
    """Five rows, three outputs: dividing by either of them, or by both, is told apart."""
    return many_pairs(rng, (2, 4, 3), 5, "sigmoid", "mean", 2.0)


@batch.case("mean")
def batch_mean_deep(rng):
    """Four layers."""
    return many_pairs(rng, (3, 4, 6, 5, 2), 7, "tanh", "mean", 1.5)


@batch.case("mean")
def batch_mean_one_layer(rng):
    """One layer."""
    return many_pairs(rng, (3, 2), 5, "tanh", "mean", 1.5)


@batch.case("mean", exact=True)
def batch_mean_exact(rng):
    """Whole numbers and four rows: the mean is exact too."""
    Ws, bs, X = whole_relu_layers(rng, (3, 2), 4)
    return Ws, bs, X, 2 * whole(rng, 4, 2) + 1, "relu", "mean"


@batch.case("mean")
def batch_mean_repeated_rows(rng):
    """Every row stands there twice, with one target for all: the mean does not notice."""
    Ws, bs, X, Y, act, reduction = many_pairs(rng, (4, 3, 2), 3, "tanh", "mean", 1.5)
    return Ws, bs, np.repeat(X, 2, axis=0), np.repeat(Y, 2, axis=0), act, reduction


@batch.case("one row, and other words")
def batch_one_row_mean(rng):
    """One row: as in 6.3, whatever the reduction. An axis that is squeezed away shows here."""
    return many_pairs(rng, (3, 5, 2), 1, "tanh", "mean", 1.5)


@batch.case("one row, and other words")
def batch_one_row_sum(rng):
    """The same for the sum, with a single output."""
    return many_pairs(rng, (4, 3, 1), 1, "sigmoid", "sum", 1.5)


@batch.case("one row, and other words")
def batch_unknown_word(rng):
    """A word that is not in the list is refused, not taken for one of them."""
    return many_pairs(rng, (2, 3), 4, "tanh", str(rng.choice(["none", "max", "batch", "total"])))


@batch.case("one row, and other words")
def batch_word_misspelt(rng):
    """So is a word that looks like one of them."""
    return many_pairs(rng, (3, 2), 5, "tanh", str(rng.choice(["Mean", "sums", "average", ""])))


@batch.oracle()
def batch_torch(Ws, bs, X, Y, act, reduction):
    return torch_backprop(Ws, bs, X, Y, act, {"mean": 1 / len(X), "sum": 1.0}[reduction])


@batch.oracle()
def batch_complex(Ws, bs, X, Y, act, reduction):
    return complex_backprop(Ws, bs, X, Y, act, {"mean": 1 / len(X), "sum": 1.0}[reduction])


@batch.variant()
def batch_row_by_row(Ws, bs, X, Y, act, reduction):
    if reduction not in {"mean", "sum"}:
        raise ValueError(reduction)
    dWs, dbs = [np.zeros(W.shape) for W in Ws], [np.zeros(b.shape) for b in bs]
    for x, y in zip(X, Y):
        one_W, one_b = backprop1(Ws, bs, x, y, act)
        for layer in range(len(Ws)):
            dWs[layer] += one_W[layer]
            dbs[layer] += one_b[layer]
    if reduction == "mean":
        dWs, dbs = [dW / len(X) for dW in dWs], [db / len(X) for db in dbs]
    return dWs, dbs


@batch.variant()
def batch_one_column_per_sample(Ws, bs, X, Y, act, reduction):
    factor = {"sum": 1, "mean": 1 / X.shape[0]}.get(reduction)
    if factor is None:
        raise ValueError("sum or mean")
    As, Zs = [X.T], []
    for W, b in zip(Ws, bs):
        Zs.append(W @ As[-1] + b[:, None])
        As.append(activate(Zs[-1], act))
    delta = 2 * (As[-1] - Y.T) * slope(Zs[-1], act)
    dWs, dbs = [], []
    for layer in reversed(range(len(Ws))):
        dWs.append(factor * (delta @ As[layer].T))
        dbs.append(factor * np.sum(delta, axis=1))
        if layer > 0:
            delta = (Ws[layer].T @ delta) * slope(Zs[layer - 1], act)
    return dWs[::-1], dbs[::-1]


@batch.variant()
def batch_einsum(Ws, bs, X, Y, act, reduction):
    As, Zs = [X], []
    for W, b in zip(Ws, bs):
        Zs.append(np.einsum("nk,jk->nj", As[-1], W) + b)
        As.append(activate(Zs[-1], act))
    match reduction:
        case "sum":
            weight = np.ones(len(X))
        case "mean":
            weight = np.ones(len(X)) / len(X)
        case _:
            raise ValueError(f"reduction is {reduction!r}")
    delta = 2 * (As[-1] - Y) * slope(Zs[-1], act)
    dWs, dbs = [], []
    for layer in range(len(Ws) - 1, -1, -1):
        dWs.insert(0, np.einsum("n,nj,nk->jk", weight, delta, As[layer]))
        dbs.insert(0, weight @ delta)
        if layer:
            delta = np.einsum("nj,jk->nk", delta, Ws[layer]) * slope(Zs[layer - 1], act)
    return dWs, dbs


@batch.variant()
def batch_float32(Ws, bs, X, Y, act, reduction):
    if reduction not in ("mean", "sum"):
        raise ValueError(reduction)
    Ws, bs = [W.astype(np.float32) for W in Ws], [b.astype(np.float32) for b in bs]
    As, Zs = [X.astype(np.float32)], []
    for W, b in zip(Ws, bs):
        Zs.append(As[-1] @ W.T + b)
        As.append(activate(Zs[-1], act))
    upstream = 2 * (As[-1] - Y.astype(np.float32))
    dWs, dbs = [], []
    for layer in reversed(range(len(Ws))):
        delta = upstream * slope(Zs[layer], act).astype(np.float32)
        dWs.insert(0, delta.T @ As[layer])
        dbs.insert(0, delta.sum(axis=0))
        upstream = delta @ Ws[layer]
    if reduction == "mean":
        dWs, dbs = [dW / np.float32(len(X)) for dW in dWs], [db / np.float32(len(X)) for db in dbs]
    return dWs, dbs


def student_batch(Ws, bs, X, Y, act, reduction, share=None, weights=None, bias=None, back=None, local=None):
    """Return (dWs, dbs) of a batch with some of the steps exchanged: what the mistakes below differ in."""
    if reduction not in ("sum", "mean"):
        raise ValueError(reduction)
    As, Zs = [X], []
    for W, b in zip(Ws, bs):
        Zs.append(As[-1] @ W.T + b)
        As.append(activate(Zs[-1], act))
    factor = {"sum": 1.0, "mean": 1 / len(X)}[reduction] if share is None else share
    upstream = 2 * factor * (As[-1] - Y)
    dWs, dbs = [], []
    for layer in reversed(range(len(Ws))):
        delta = upstream * (slope(Zs[layer], act) if local is None else local(Zs, As, layer))
        dWs.insert(0, delta.T @ As[layer] if weights is None else weights(delta, As, layer))
        dbs.insert(0, delta.sum(axis=0) if bias is None else bias(delta))
        upstream = delta @ Ws[layer] if back is None else back(delta, layer)
    return dWs, dbs


@batch.mistake("You always add up. What does the text ask for when reduction is 'mean'?", catalogue="M01")
def batch_always_sum(Ws, bs, X, Y, act, reduction):
    return student_batch(Ws, bs, X, Y, act, reduction, share=1.0)


@batch.mistake("You always average. What does the text ask for when reduction is 'sum'?", catalogue="M72")
def batch_always_mean(Ws, bs, X, Y, act, reduction):
    return student_batch(Ws, bs, X, Y, act, reduction, share=1 / len(X))


@batch.mistake(
    "Your mean is too small by the number of rows: is the division done in the error and again at the end?",
    catalogue="M02",
)
def batch_averaged_twice(Ws, bs, X, Y, act, reduction):
    return student_batch(Ws, bs, X, Y, act, reduction, share=1 / len(X) ** 2 if reduction == "mean" else 1.0)


@batch.mistake(
    "Your mean is over the outputs as well. Which numbers does this loss average, and which does it add up?",
    catalogue="M05",
)
def batch_mean_over_outputs(Ws, bs, X, Y, act, reduction):
    return student_batch(Ws, bs, X, Y, act, reduction, share=1 / Y.size if reduction == "mean" else 1.0)


@batch.mistake(
    "Your mean divides by the number of inputs. How many samples are there: rows or columns of X?",
    catalogue="M05",
)
def batch_mean_over_inputs(Ws, bs, X, Y, act, reduction):
    return student_batch(Ws, bs, X, Y, act, reduction, share=1 / X.shape[1] if reduction == "mean" else 1.0)


@batch.mistake(
    "b is added to every row, so its gradient collects every row. Which axis of your db is missing a sum?",
    catalogue="M15",
)
def batch_biases_not_summed(Ws, bs, X, Y, act, reduction):
    return student_batch(Ws, bs, X, Y, act, reduction, bias=np.copy)


@batch.mistake(
    "The weights are right, the biases are averaged once too often. Treat both with the same reduction.",
    catalogue="M16",
)
def batch_biases_averaged(Ws, bs, X, Y, act, reduction):
    return student_batch(Ws, bs, X, Y, act, reduction, bias=lambda delta: delta.mean(axis=0))


@batch.mistake(
    "For the biases you add up the units of a sample. What has to be added up: units, or samples?",
    catalogue="M17",
)
def batch_biases_wrong_axis(Ws, bs, X, Y, act, reduction):
    return student_batch(Ws, bs, X, Y, act, reduction, bias=lambda delta: delta.sum(axis=1))


@batch.mistake(
    "Your weight gradients lie on their side. The gradient of W has the shape of W: what counts its rows?",
    catalogue="M13",
)
def batch_weights_turned(Ws, bs, X, Y, act, reduction):
    return student_batch(Ws, bs, X, Y, act, reduction, weights=lambda delta, As, layer: As[layer].T @ delta)


@batch.mistake(
    "A layer's errors meet what *entered* the layer. Which activations do you pair with them?",
    catalogue="M30",
)
def batch_paired_with_output(Ws, bs, X, Y, act, reduction):
    return student_batch(
        Ws, bs, X, Y, act, reduction, weights=lambda delta, As, layer: delta.T @ As[layer + 1]
    )


@batch.mistake(
    "Rows travel backwards through W as it stands here, since forwards they met its transpose. Which way round is yours?",
    catalogue="M31",
)
def batch_back_through_transpose(Ws, bs, X, Y, act, reduction):
    return student_batch(
        Ws, bs, X, Y, act, reduction, back=lambda delta, layer: delta @ Ws[layer].T if layer else None
    )


@batch.mistake(
    "The last layer is fine, the others are wrong by the slope of their activation. Which BP line has the ⊙?",
    catalogue="M23",
)
def batch_hidden_slopes_missing(Ws, bs, X, Y, act, reduction):
    return student_batch(
        Ws,
        bs,
        X,
        Y,
        act,
        reduction,
        local=lambda Zs, As, layer: slope(Zs[layer], act) if layer == len(Ws) - 1 else 1.0,
    )


@batch.mistake(
    "You average the samples first and send one average sample through the network. Is the gradient at an average the "
    "average of the gradients?"
)
def batch_of_the_average(Ws, bs, X, Y, act, reduction):
    if reduction not in ("sum", "mean"):
        raise ValueError(reduction)
    dWs, dbs = backprop1(Ws, bs, X.mean(axis=0), Y.mean(axis=0), act)
    times = len(X) if reduction == "sum" else 1
    return [times * dW for dW in dWs], [times * db for db in dbs]


@batch.mistake(
    "Only the last sample is left in your gradients: each turn of your loop forgets the one before.",
    catalogue="M44",
)
def batch_last_row_only(Ws, bs, X, Y, act, reduction):
    if reduction not in ("sum", "mean"):
        raise ValueError(reduction)
    for x, y in zip(X, Y):
        dWs, dbs = backprop1(Ws, bs, x, y, act)
    times = 1 / len(X) if reduction == "mean" else 1
    return [times * dW for dW in dWs], [times * db for db in dbs]


@batch.mistake(
    "You return a gradient for each sample. What does the batch loss do with the single losses?",
    catalogue="M15",
)
def batch_one_gradient_per_row(Ws, bs, X, Y, act, reduction):
    if reduction not in ("sum", "mean"):
        raise ValueError(reduction)
    singles = [backprop1(Ws, bs, x, y, act) for x, y in zip(X, Y)]
    dWs = [np.stack(parts) for parts in zip(*(one[0] for one in singles))]
    dbs = [np.stack(parts) for parts in zip(*(one[1] for one in singles))]
    return dWs, dbs


@batch.mistake("A word that you do not know is taken for 'sum'. What does the text ask for then?")
def batch_other_words_sum(Ws, bs, X, Y, act, reduction):
    return student_batch(Ws, bs, X, Y, act, reduction if reduction == "mean" else "sum")


@batch.mistake("A word that you do not know is taken for 'mean'. What does the text ask for then?")
def batch_other_words_mean(Ws, bs, X, Y, act, reduction):
    return student_batch(Ws, bs, X, Y, act, reduction if reduction == "sum" else "mean")


batch.equivalent(
    "backprop_batch: ('sum', 'mean') -> ('mean', 'sum') #1",
    because="`in` does not look at the order",
)
batch.equivalent(
    "backprop_batch: len(X) -> len(Y) #1",
    because="there are as many targets as samples",
)


# ------------------------------------------------------------------------------------------------------- 6.5
checker = assignment.exercise(
    "my_gradcheck",
    id="6.5",
    minutes=45,
    points={"plain functions": 1, "tiny, zero and large": 1, "one entry of many": 1, "kinks": 1},
    hints=(
        (
            "Write down wrong gradients that have the right sum, the right length, the right direction, or one wrong "
            "entry only. Which single comparison would catch all of them?"
        ),
        (
            "Compare entry by entry and look at the largest difference. Small compared with what? With the largest entry "
            "of what you *measured*, and, because that may be 0, with the rounding of f(x) as well."
        ),
        (
            "Collect central quotients q with a step of 1e-5, in an array of floats and without touching x. Right means: "
            "max |q - g| <= 0.01 max |q| + 1e-6 |f(x)|. Write it so that nan gives False."
        ),
    ),
    lecture="Özçep, V2: difference quotients",
)

# The cases promise what the text promises: s is the largest entry of the true gradient. A right g is that gradient,
# rounded to float32; a wrong one is off by 0.05 s at least. |f(x)| <= 1000 s, unless s is 0. `claim` checks it.


def claim(problem, params, x, spoil=None):
    """Return the arguments of one call: a function, a point, and its gradient there, spoilt by a function of it."""
    given, x = representable((Callback(problem, "f", params), x))
    height = abs(live(given)(x))
    g = live(Callback(problem, "grad", given.params))(x)
    largest = np.abs(g).max()
    if largest > 0 and height > 1000 * largest:
        raise RuntimeError("the text promises a smaller f")
    if spoil is None:
        return given, x, g
    claimed = spoil(g)
    error = np.abs(claimed - g).max() if np.isfinite(claimed).all() else np.inf
    if error < (0.05 * largest if largest > 0 else 0.01 * height):
        raise RuntimeError("the text promises a larger error")
    return given, x, claimed


def ripples(rng, d):
    """Return problem, parameters and a point: smooth and coupled, no entry of the gradient is small or like another."""
    while True:
        params = {"W": 0.6 * rng.normal(size=(d + 2, d)), "b": rng.normal(size=d + 2)}
        x = rng.normal(size=d)
        g = live(Callback("waves", "grad", params))(x)
        sizes = np.sort(np.abs(g))
        if (
            sizes[0] > 0.15 * sizes[-1]
            and np.diff(sizes).min() > 0.06 * sizes[-1]
            and abs(g.sum()) > 0.3 * sizes[-1]
        ):
            return "waves", params, x


def whole_polynomial(rng, d):
    """Return problem, parameters and a point of whole numbers: f rises steeply, but it is 0 there, and so is x[1].

    The second entry of the gradient is 0, the others are positive.
    """
    coefficients = rng.integers(1, 4, size=(d, 4)) * 1.0
    coefficients[:, 3], coefficients[1, 1] = 3.0, 0.0
    x = rng.integers(7, 10, size=d)
    x[1] = 0
    coefficients[:, 0] = -(coefficients[:, 1:] * x[:, None] ** np.arange(1, 4)).sum(axis=1)
    return "polynomial", {"coefficients": coefficients}, x


def tiny_bowl(rng, d):
    """Return problem, parameters and a point of whole numbers: f is about 1e-8, its gradient 1e-9, and all negative."""
    unit = 2.0**-33  # no entry is as large as the 1e-8 that np.allclose allows without being asked
    while True:
        half = rng.integers(-2, 3, size=(d, d))
        A, x = half + half.T + 6.0 * np.eye(d), rng.integers(-3, 4, size=d)
        b = A @ x + rng.integers(3, 25, size=d)
        if abs(0.5 * x @ A @ x - b @ x) > 5 and x.all():
            return "quadratic", {"A": unit * A, "b": unit * b, "c": 0.0}, x


def near_a_minimum(rng, d):
    """Return problem, parameters and a point where every slope is 1 at most, and every curvature along an axis 6."""
    while True:
        half = 0.5 * np.triu(rng.integers(0, 2, size=(d, d)) * rng.choice([-1, 1], size=(d, d)), 1)
        A = half + half.T + 6.0 * np.eye(d)
        x = rng.integers(4, 10, size=d) * rng.choice([-1.0, 1.0], size=d)
        g = rng.integers(-4, 5, size=d) / 4
        if np.abs(g).max() == 1 and np.abs(g).min() > 0:
            return "quadratic", {"A": A, "b": A @ x - g, "c": 0.5 * x @ A @ x - g @ x + 2.0}, x


def flat_point(rng, d, signs, level):
    """Return problem, parameters and a point where the gradient is exactly 0, though f is curved, and f is `level`.

    signs: of the curvature along each axis. The second entry of the point is 0. The parts of f are as large as their
    sum, so that the quotients are noise, and not 0.
    """
    while True:
        half = 0.5 * np.triu(rng.integers(0, 2, size=(d, d)) * rng.choice([-1, 1], size=(d, d)), 1)
        A = half + half.T + 6.0 * np.diag(signs)  # its eigenvalues have these signs
        x = rng.integers(4, 10, size=d) * rng.choice([-1.0, 1.0], size=d)
        x[1] = 0.0
        params = {"A": A, "b": A @ x, "c": level + 0.5 * x @ A @ x}
        f, steps = live(Callback("quadratic", "f", params)), 1e-5 * np.eye(d)
        if sum(f(x + step) != f(x - step) for step in steps) >= 2:
            return "quadratic", params, x


def folds(rng, d, k, offset=0.0, seen=3):
    """Return problem, parameters and a point close to many kinks, 0.02 or more away from each.

    seen: how many coordinates each of the k relus looks at. offset: added to f, in units of its steepest slope.
    """
    while True:
        W = np.zeros((k, d))
        for row in W:
            row[rng.permutation(d)[:seen]] = rng.choice([-1.0, 1.0], size=seen) * rng.uniform(
                0.6, 1.4, size=seen
            )
        x = rng.choice([-1.0, 1.0], size=d) * rng.uniform(0.3, 2.0, size=d)
        on = rng.permutation(np.resize([-1.0, 1.0], k))
        b = on * rng.uniform(0.025, 0.035, size=k) * np.linalg.norm(W, axis=1) - W @ x
        c = rng.choice([-1.0, 1.0], size=k) * rng.uniform(0.7, 1.5, size=k)
        params = {"W": W, "b": b, "c": c}
        g = live(Callback("hinges", "grad", params))(x)
        sizes = np.sort(np.abs(g))
        # with the mask on the wrong side, or without one, the gradient is another one
        others = (
            np.abs(W.T @ c - g).max() > 0.5 * sizes[-1] and np.abs(W.T @ c - 2 * g).max() > 0.5 * sizes[-1]
        )
        if others and sizes[-1] > 1.2 * sizes[-2]:
            return "hinges", params | {"offset": offset * sizes[-1]}, x


def at(index, value):
    """Return a spoiler that puts `value(g, s)` into one place, s being the largest size of an entry."""

    def spoil(g):
        wrong = g.copy()
        wrong[index] = value(g[index], np.abs(g).max())
        return wrong

    return spoil


@checker.case("plain functions")
def right_at_whole_numbers(rng):
    """Right. x holds whole numbers, which cannot take a small step, and a 0, which a relative step does not move."""
    return claim(*whole_polynomial(rng, 4))


@checker.case("plain functions")
def wrong_sign(rng):
    """Wrong: the sign. The length is right."""
    return claim(*ripples(rng, 5), lambda g: -g)


@checker.case("plain functions")
def wrong_twice(rng):
    """Wrong: everything twice too large. The direction is right."""
    return claim(*ripples(rng, 4), lambda g: 2 * g)


@checker.case("plain functions")
def wrong_mean_for_sum(rng):
    """Wrong: everything divided by the number of entries. The direction is right."""
    return claim(*ripples(rng, 6), lambda g: g / len(g))


@checker.case("plain functions")
def wrong_reversed(rng):
    """Wrong: right numbers in the wrong places. The sum and the length are right."""
    return claim(*ripples(rng, 4), lambda g: g[::-1].copy())


@checker.case("plain functions")
def wrong_by_a_little(rng):
    """Wrong: everything 8 % too large, in a function that falls nowhere."""
    return claim(*whole_polynomial(rng, 3), lambda g: 1.08 * g)


@checker.case("plain functions")
def wrong_at_whole_numbers(rng):
    """Wrong in one entry, at whole numbers."""
    return claim(*whole_polynomial(rng, 3), at(2, lambda old, s: old - 0.4 * s))


@checker.case("plain functions")
def wrong_all_zero(rng):
    """Wrong: all zeros, as from a gradient that was never filled in."""
    return claim(*ripples(rng, 3), np.zeros_like)


@checker.case("plain functions")
def wrong_infinite(rng):
    """Wrong: one entry is infinite. A tolerance that grows with g is infinite then, too."""
    return claim(*ripples(rng, 4), at(int(rng.integers(1, 4)), lambda old, s: np.copysign(np.inf, old)))


@checker.case("tiny, zero and large")
def right_and_tiny(rng):
    """Right, of size 1e-9, at whole numbers."""
    return claim(*tiny_bowl(rng, 3))


@checker.case("tiny, zero and large")
def right_near_a_minimum(rng):
    """Right, beside a minimum: the slopes are small compared with the curvature, which a one-sided quotient sees."""
    return claim(*near_a_minimum(rng, 5))


@checker.case("tiny, zero and large")
def right_at_a_minimum(rng):
    """Right: the gradient is 0, and the quotients are noise. One entry of x is 0."""
    return claim(*flat_point(rng, 7, np.ones(7), 1000.0))


@checker.case("tiny, zero and large")
def right_at_a_saddle(rng):
    """Right: the gradient is 0, and f is far below 0."""
    return claim(*flat_point(rng, 8, rng.permutation(np.resize([1, -1], 8)), -1000.0))


@checker.case("tiny, zero and large")
def wrong_and_tiny(rng):
    """Wrong: twice as large, but still tiny. An absolute tolerance takes it for right."""
    return claim(*tiny_bowl(rng, 3), lambda g: 2 * g)


@checker.case("tiny, zero and large")
def wrong_sign_and_tiny(rng):
    """Wrong: the sign of one entry, but all is tiny."""
    return claim(*tiny_bowl(rng, 4), at(int(rng.integers(1, 4)), lambda old, s: -old))


@checker.case("tiny, zero and large")
def wrong_at_a_minimum(rng):
    """Wrong: the true gradient is 0, this one is not."""
    return claim(
        *flat_point(rng, 7, np.ones(7), 1000.0),
        lambda g: rng.choice([-1.0, 1.0], size=7) * rng.uniform(20, 50, size=7),
    )


@checker.case("tiny, zero and large")
def wrong_at_a_saddle(rng):
    """Wrong: the true gradient is 0, and one entry of this one is not."""
    error = float(rng.choice([-1.0, 1.0]) * rng.uniform(20, 50))
    return claim(
        *flat_point(rng, 8, rng.permutation(np.resize([1, -1], 8)), -1000.0), at(3, lambda old, s: error)
    )


@checker.case("tiny, zero and large")
def wrong_beside_a_large_value(rng):
    """Wrong in one entry by a third of s, which is little compared with f."""
    return claim(*folds(rng, 5, 8, offset=800.0), at(4, lambda old, s: old + 0.3 * s))


@checker.case("one entry of many")
def right_fifty(rng):
    """Right: fifty entries, and a kink near in every direction."""
    return claim(*folds(rng, 50, 40, offset=-300.0))


@checker.case("one entry of many")
def wrong_last_of_thirty(rng):
    """Wrong in the last entry only."""
    return claim(*folds(rng, 30, 25), at(29, lambda old, s: old + np.copysign(0.6 * s, -old)))


@checker.case("one entry of many")
def wrong_one_of_fifty(rng):
    """Wrong: one entry, somewhere, is a little too large."""
    return claim(*folds(rng, 50, 40), at(int(rng.integers(5, 45)), lambda old, s: old + 0.07 * s))


@checker.case("one entry of many")
def wrong_two_of_twenty(rng):
    """Wrong in two entries, whose errors cancel in the sum."""

    def spoil(g):
        wrong, (one, two) = g.copy(), rng.permutation(np.arange(3, 18))[:2]
        error = 0.5 * np.abs(g).max()
        wrong[one] += error
        wrong[two] -= error
        return wrong

    return claim(*folds(rng, 20, 18), spoil)


@checker.case("one entry of many")
def wrong_nan(rng):
    """Wrong: one entry is not a number, and every comparison with it is false."""
    return claim(*folds(rng, 20, 20), at(int(rng.integers(5, 15)), lambda old, s: np.nan))


@checker.case("kinks")
def right_between_kinks(rng):
    """Right: kinks are near, and f is large compared with its slopes."""
    return claim(*folds(rng, 5, 9, offset=700.0))


@checker.case("kinks")
def wrong_without_mask(rng):
    """Wrong: the derivative of a relu is taken as 1 everywhere."""
    problem, params, x = folds(rng, 5, 9)
    return claim(problem, params, x, lambda g: params["W"].T @ params["c"])


@checker.case("kinks")
def wrong_mask(rng):
    """Wrong: the slope is 1 where the relu is off, and 0 where it is on."""
    problem, params, x = folds(rng, 6, 10)
    return claim(problem, params, x, lambda g: params["W"].T @ params["c"] - g)


@checker.case("kinks")
def wrong_one_relu(rng):
    """Wrong: one of the relus is taken for on where it is off, or for off where it is on."""
    problem, params, x = folds(rng, 5, 6)
    weights, on = params["W"] * params["c"][:, None], params["W"] @ x + params["b"] > 0
    steepest = np.abs(weights).max(axis=1).argmax()
    return claim(problem, params, x, lambda g: g + np.where(on[steepest], -1, 1) * weights[steepest])


@checker.oracle()
def checker_complex(f, x, g):
    """A complex step through f itself: the functions are plain numpy, and linear or analytic this close to x."""
    truth = np.array([np.imag(f(x + 1e-30j * (np.arange(len(x)) == j))) / 1e-30 for j in range(len(x))])
    return bool(
        np.isfinite(g).all() and np.abs(truth - g).max() <= 1e-3 * np.abs(truth).max() + 1e-6 * abs(f(x))
    )


@checker.variant()
def checker_forward_quotients(f, x, g):
    here = f(x)
    x = x.astype(float)
    measured = []
    for j in range(x.size):
        moved = x.copy()
        moved[j] += 1e-6
        measured.append((f(moved) - here) / 1e-6)
    largest = max(abs(q) for q in measured)
    for q, entry in zip(measured, g):
        if not abs(q - entry) <= 0.005 * largest + 1e-6 * abs(here):
            return False
    return True


@checker.variant()
def checker_norms(f, x, g):
    if not np.all(np.isfinite(g)):
        return False
    h = 1e-4
    steps = h * np.eye(len(x))
    q = np.array([f(x + step) - f(x - step) for step in steps]) / (2 * h)
    floor = 1e-6 * np.abs(f(x))
    return np.linalg.norm(q - g) <= 1e-3 * np.linalg.norm(q) + floor


@checker.variant()
def checker_in_place_and_restored(f, x, g):
    point = np.array(x, dtype=np.float64)
    worst, largest = 0.0, 0.0
    for j in range(len(point)):
        kept = point[j]
        h = 1e-5 * max(1.0, abs(kept))
        point[j] = kept + h
        above = f(point)
        point[j] = kept - h
        below = f(point)
        point[j] = kept
        q = (above - below) / (2 * h)
        largest = max(largest, abs(q))
        worst = max(worst, abs(q - g[j])) if np.isfinite(g[j]) else np.inf
    return bool(worst < 1e-2 * largest + 1e-6 * abs(f(point)))


@checker.variant()
def checker_random_directions(f, x, g):
    rng = np.random.default_rng(1)
    h, here = 1e-4, abs(f(x))
    slopes, claimed = [], []
    for _ in range(30):
        v = rng.choice([-1.0, 1.0], size=len(x))
        slopes.append((f(x + h * v / len(x)) - f(x - h * v / len(x))) / (2 * h / len(x)))
        claimed.append(v @ g)
    off = np.abs(np.array(slopes) - np.array(claimed)).max()
    return bool(off <= 1e-3 * np.abs(slopes).max() + 1e-6 * here)


@checker.variant()
def checker_richardson(f, x, g):
    def central(h):
        return np.array([(f(x + h * e) - f(x - h * e)) / (2 * h) for e in np.eye(len(x))])

    q = (4 * central(1e-3) - central(2e-3)) / 3
    return bool((np.abs(q - g) <= 1e-3 * np.abs(q).max() + 1e-6 * abs(f(x))).all())


@checker.variant()
def checker_float32(f, x, g):
    x, g = x.astype(np.float32), g.astype(np.float32)
    h = np.float32(2.0**-9)
    q = np.zeros(len(x), dtype=np.float32)
    for j in range(len(x)):
        step = np.zeros(len(x), dtype=np.float32)
        step[j] = h
        q[j] = (f(x + step) - f(x - step)) / (2 * h)
    return bool(np.max(np.abs(q - g)) <= 0.01 * np.max(np.abs(q)) + 1e-5 * abs(f(x)))


def quotients_of(f, x, h=1e-5):
    """Return central quotients for all entries."""
    return np.array([(f(x + h * e) - f(x - h * e)) / (2 * h) for e in np.eye(len(x))])


@checker.mistake("Everything is right for you. What would your function say about a gradient of zeros?")
def checker_believes_everything(f, x, g):
    return bool(g.shape == x.shape)


@checker.mistake("Your verdict is the wrong way round: when should it be True?")
def checker_upside_down(f, x, g):
    q = quotients_of(f, x)
    return not np.abs(q - g).max() <= 0.01 * np.abs(q).max() + 1e-6 * abs(f(x))


@checker.mistake("You look at the first entry and return. What about the other forty-nine?", catalogue="M18")
def checker_first_entry_only(f, x, g):
    q = quotients_of(f, x)
    for j in range(len(x)):
        if not abs(q[j] - g[j]) <= 0.01 * np.abs(q).max() + 1e-6 * abs(f(x)):
            return False
        return True
    return True


@checker.mistake(
    "Two errors that cancel get past you, and so does every exchange of entries: you compare sums. What should be compared "
    "instead?",
    catalogue="M37",
)
def checker_compares_sums(f, x, g):
    q = quotients_of(f, x)
    return bool(abs(q.sum() - g.sum()) <= 0.01 * np.abs(q).max() + 1e-6 * abs(f(x)))


@checker.mistake("You compare lengths. Which wrong gradients have the right length?")
def checker_compares_lengths(f, x, g):
    q = quotients_of(f, x)
    return bool(abs(np.linalg.norm(q) - np.linalg.norm(g)) <= 0.01 * np.abs(q).max() + 1e-6 * abs(f(x)))


@checker.mistake("You compare directions. A gradient that is twice too large points the right way, too.")
def checker_compares_directions(f, x, g):
    q = quotients_of(f, x)
    floor = 1e-6 * abs(f(x))
    if np.abs(q).max() <= floor:
        return bool(np.abs(g).max() <= floor)
    return bool(q @ g >= 0.9999 * np.linalg.norm(q) * np.linalg.norm(g) and g.any())


@checker.mistake("You compare signs only. How much may the sizes differ?")
def checker_compares_signs(f, x, g):
    q = quotients_of(f, x)
    floor = 1e-6 * abs(f(x))
    return bool((np.sign(np.where(np.abs(q) <= floor, 0, q)) == np.sign(g)).all())


@checker.mistake(
    "Your tolerance is a fixed number. What happens if the whole gradient is smaller than it? `np.allclose` has such "
    "a number inside, too.",
    catalogue="M80",
)
def checker_absolute_tolerance(f, x, g):
    return bool(np.abs(quotients_of(f, x) - g).max() <= 1e-6 * max(1, abs(f(x))))


@checker.mistake(
    "Your tolerance is far too generous where f is large: errors of the size of a slope disappear in it."
)
def checker_generous_floor(f, x, g):
    q = quotients_of(f, x)
    return bool(np.abs(q - g).max() <= 0.01 * np.abs(q).max() + 1e-2 * max(1, abs(f(x))))


@checker.mistake(
    "Where the true gradient is 0, nothing passes: your tolerance is a share of the gradient, so it is 0 as well. What "
    "else limits the quotients?"
)
def checker_without_floor(f, x, g):
    q = quotients_of(f, x)
    return bool(np.abs(q - g).max() <= 0.01 * np.abs(q).max())


@checker.mistake(
    "You ask every entry for the same number of digits, also one that is 0 or nearly 0. With what does the text compare an error?"
)
def checker_digits_of_each_entry(f, x, g):
    q = quotients_of(f, x)
    return bool((np.abs(q - g) <= 0.01 * np.abs(g)).all())


@checker.mistake("You compare the error with f(x) alone. What if f(x) is 0, or much larger than every slope?")
def checker_share_of_the_value(f, x, g):
    return bool(np.abs(quotients_of(f, x) - g).max() <= 1e-3 * abs(f(x)))


@checker.mistake(
    "Errors of eight percent get past you. How far off may a right gradient be, according to the text?"
)
def checker_generous_tolerance(f, x, g):
    q = quotients_of(f, x)
    return bool(np.abs(q - g).max() <= 0.35 * np.abs(q).max() + 1e-6 * abs(f(x)))


@checker.mistake(
    "Nothing is right for you: a difference quotient is never exactly equal to a derivative. How close is close enough?"
)
def checker_exact_equality(f, x, g):
    return bool((quotients_of(f, x) == g).all())


@checker.mistake(
    "Entries that are too large get past you. A difference has a sign: what takes it away?", catalogue="M08"
)
def checker_one_sided(f, x, g):
    q = quotients_of(f, x)
    return bool((q - g).max() <= 0.01 * np.abs(q).max() + 1e-6 * abs(f(x)))


@checker.mistake(
    "You average the differences, and among fifty entries one wrong one drowns. Which of them should decide?"
)
def checker_averages(f, x, g):
    q = quotients_of(f, x)
    return bool(np.abs(q - g).mean() <= 0.03 * np.abs(q).max() + 1e-6 * abs(f(x)))


@checker.mistake(
    "nan and infinity get past you. Every comparison with nan is False, and a tolerance that grows with g grows to "
    "infinity: on which side of your `if` does that lead?"
)
def checker_takes_nan(f, x, g):
    q = quotients_of(f, x)
    largest = max(np.abs(q).max(), np.abs(g).max())
    for j in range(len(x)):
        if abs(q[j] - g[j]) > 0.01 * largest + 1e-6 * abs(f(x)):
            return False
    return True


@checker.mistake("Your step is a share of x. How far do you move where an entry of x is 0?")
def checker_relative_step(f, x, g):
    q = np.zeros(len(x))
    for j in range(len(x)):
        step = np.zeros(len(x))
        step[j] = 1e-5 * abs(x[j])
        with np.errstate(all="ignore"):
            q[j] = (f(x + step) - f(x - step)) / np.float64(2 * step[j])
    return bool(np.abs(q - g).max() <= 0.01 * np.abs(q).max() + 1e-6 * abs(f(x)))


@checker.mistake(
    "An array of whole numbers cannot hold 3.00001, so where x is one you never move. Convert to floats first.",
    catalogue="M38",
)
def checker_whole_numbers_stay(f, x, g):
    q = np.zeros(len(x))
    for j in range(len(x)):
        above, below = x.copy(), x.copy()
        above[j] = x[j] + 1e-5
        below[j] = x[j] - 1e-5
        q[j] = (f(above) - f(below)) / 2e-5
    return bool(np.abs(q - g).max() <= 0.01 * np.abs(q).max() + 1e-6 * abs(f(x)))


@checker.mistake(
    "Your step reaches over the kinks. How near may they be, according to the text?", catalogue="M35"
)
def checker_large_step(f, x, g):
    q = quotients_of(f, x, 0.1)
    return bool(np.abs(q - g).max() <= 0.01 * np.abs(q).max() + 1e-6 * abs(f(x)))


@checker.mistake(
    "Your step is so small that x + h is x, and every quotient 0. How many digits does the computer keep of a number?",
    catalogue="M35",
)
def checker_small_step(f, x, g):
    q = quotients_of(f, x, 1e-17)
    return bool(np.abs(q - g).max() <= 0.01 * np.abs(q).max() + 1e-6 * abs(f(x)))


@checker.mistake(
    "Your quotients look to one side, and your step is too long for that: the curvature adds to every slope. What happens "
    "to it if you look to both sides?",
    catalogue="M35",
)
def checker_long_step_to_one_side(f, x, g):
    here = f(x)
    q = np.array([(f(x + 5e-3 * e) - here) / 5e-3 for e in np.eye(len(x))])
    return bool(np.abs(q - g).max() <= 0.01 * np.abs(q).max() + 1e-6 * abs(here))


@checker.mistake("Your quotients are twice too large. How far apart are x + h and x - h?", catalogue="M35")
def checker_divides_by_h(f, x, g):
    q = 2 * quotients_of(f, x)
    return bool(np.abs(q - g).max() <= 0.01 * np.abs(q).max() + 1e-6 * abs(f(x)))


@checker.mistake(
    "You move all entries at once, so every quotient is the slope along (1, ..., 1). How do you move one entry alone?",
    catalogue="M37",
)
def checker_moves_all_entries(f, x, g):
    q = (f(x + 1e-5) - f(x - 1e-5)) / 2e-5
    return bool(np.abs(q - g).max() <= 0.01 * np.abs(q) + 1e-6 * abs(f(x)))


@checker.mistake(
    "You step away from x, entry after entry, and never go back. x must be the same before every quotient and after the "
    "call.",
    catalogue="M36",
)
def checker_walks_away(f, x, g):
    q = np.zeros(len(x))
    for j in range(len(x)):
        before = f(x)
        x[j] += 1 if x.dtype.kind == "i" else 1e-6
        q[j] = (f(x) - before) / (1 if x.dtype.kind == "i" else 1e-6)
    return bool(np.abs(q - g).max() <= 0.01 * np.abs(q).max() + 1e-6 * abs(f(x)))


@checker.mistake(
    "After your call x has changed in its last digits: adding h and taking it away again is not exact. Work on a copy, or "
    "store the old entry.",
    catalogue="M36",
)
def checker_goes_back_by_adding(f, x, g):
    point = x if x.dtype.kind == "f" else x.astype(float)
    q = np.zeros(len(x))
    for j in range(len(x)):
        point[j] += 1e-5
        above = f(point)
        point[j] -= 2e-5
        q[j] = (above - f(point)) / 2e-5
        point[j] += 1e-5
    return bool(np.abs(q - g).max() <= 0.01 * np.abs(q).max() + 1e-6 * abs(f(x)))


@checker.mistake("You return a verdict for each entry. When is the whole gradient right?")
def checker_one_verdict_each(f, x, g):
    q = quotients_of(f, x)
    return np.abs(q - g) <= 0.01 * np.abs(q).max() + 1e-6 * abs(f(x))


checker.equivalent(
    "my_gradcheck: 0.01 * np.abs(quotients).max() + 1e-06 * abs(f(x)) -> 2 * (0.01 * np.abs(quotients).max() + 1e-06 * abs(f(x))) #1",
    "my_gradcheck: 0.01 * np.abs(quotients).max() -> 0.005 * np.abs(quotients).max() #1",
    "my_gradcheck: 0.01 * np.abs(quotients).max() -> 0.02 * np.abs(quotients).max() #1",
    "my_gradcheck: 1e-06 * abs(f(x)) -> 2e-06 * abs(f(x)) #1",
    "my_gradcheck: 1e-06 * abs(f(x)) -> 5e-07 * abs(f(x)) #1",
    "my_gradcheck: np.abs(quotients - g).max() -> np.abs(quotients - g).sum() #1",
    because="the text leaves room between right and wrong: another sound tolerance gives the same verdicts",
)
checker.equivalent(
    "my_gradcheck: np.abs(quotients - g).max() <= tolerance -> np.abs(quotients - g).max() < tolerance #1",
    because="no error is equal to the tolerance",
)
checker.equivalent(
    "my_gradcheck: bool(np.abs(quotients - g).max() <= tolerance) -> np.abs(quotients - g).max() <= tolerance #1",
    because="a truth value of numpy is one",
)
checker.equivalent(
    "my_gradcheck: len(x) -> len(g) #1",
    "my_gradcheck: len(x) -> len(g) #2",
    "my_gradcheck: len(x) -> len(g) #3",
    because="x and g have the same shape",
)
checker.equivalent(
    "my_gradcheck: np.zeros(len(x)) -> -np.zeros(len(x)) #1",
    "my_gradcheck: np.zeros(len(x)) -> 2 * np.zeros(len(x)) #1",
    "my_gradcheck: np.zeros(len(x)) -> np.ones(len(x)) #1",
    because="every entry is overwritten",
)
checker.equivalent(
    "my_gradcheck: np.zeros(len(x)) -> -np.zeros(len(x)) #2",
    "my_gradcheck: np.zeros(len(x)) -> 2 * np.zeros(len(x)) #2",
    because="twice 0 and minus 0 are 0",
)
checker.equivalent(
    "my_gradcheck: quotients - g -> g - quotients #1",
    because="the absolute value does not see the sign",
)
