"""What the instructor knows about the sheet `autograd`. Trusted: it never leaves the instructor's machine.

The exercises stand in the order of their ids, each between two rulers.
"""

# ruff: noqa: N801 - a variant or a mistake of a class is named as one of a function is
import heapq
import itertools
import math
from types import SimpleNamespace

import mpmath
import numpy as np

from autograder.authoring import AUTOGRAD, Assignment, Limits
from autograder.authoring.oracles import (
    complex_step,
    mp_array,
    mp_each,
    mp_grad,
    mp_vjp,
    torch_grad,
    torch_vjp,
)

assignment = Assignment("autograd", title="Computational graphs and autograd", profile="torch")

torch = SimpleNamespace(autograd=SimpleNamespace(Function=object))
"""Only so that classes can be derived here without the seconds that torch takes: in a solution it is torch itself."""


# ---------------------------------------------------------------------------------------------------- inputs
def dyadic(rng, *shape):
    """Return whole numbers in [-8, 8] without 0 and 1, which hide products: sums and products of them are exact."""
    return np.array(rng.choice([-8, -7, -6, -5, -4, -3, -2, 2, 3, 4, 5, 6, 7, 8], size=shape), np.float64)


def generic(rng, *shape):
    """Return numbers of both signs and of size 0.5 to 2."""
    return np.array(rng.choice([-1.0, 1.0], size=shape) * rng.uniform(0.5, 2.0, size=shape))


def different(rng, count):
    """Return whole numbers of different sizes in [2, 9], with signs."""
    return rng.choice([-1.0, 1.0], size=count) * rng.choice(np.arange(2.0, 10.0), size=count, replace=False)


# ------------------------------------------------------------------------------------------------------- 4.1
hand = assignment.exercise(
    "fb_xyz",
    id="4.1",
    points={"(x + y) z": 1.5, "x1 x2 + x3 x4": 1.5},
    functions=("fb_xyz", "fb_pairs"),
    hints=(
        "Draw the graph and write the forward numbers at its nodes. Which number arrives at the last node from above?",
        (
            "A sum hands what arrives on to both inputs unchanged. A product hands it on, too, but multiplied by "
            "something: by which of its two inputs?"
        ),
        (
            "For f = q z: df_dq is z and dz is q; then dx and dy are df_dq times 1. For the pairs: what arrives at x1 "
            "has been multiplied by x2, what arrives at x2 by x1, and so on."
        ),
    ),
    lecture="Özçep, V2: the graph of (x + y) z; Binder, L6: forward and backward propagation",
    minutes=20,
)


@hand.case("(x + y) z", exact=True)
def xyz_lecture(rng):
    """The lecture's numbers, which a student can follow by hand."""
    return -2.0, 5.0, -4.0


@hand.case("(x + y) z", exact=True)
def xyz_whole(rng):
    """Whole numbers of different sizes: every mix-up of q, z and the inputs shows."""
    x, y, z = different(rng, 3)
    return float(x), float(y), float(2 * z)


@hand.case("(x + y) z")
def xyz_generic(rng):
    """Numbers whose sum and product are rounded; q and z are far apart."""
    return float(rng.uniform(0.5, 1.0)), float(rng.uniform(2.0, 3.0)), float(rng.uniform(-2.0, -1.2))


@hand.case("x1 x2 + x3 x4", "fb_pairs", exact=True)
def pairs_whole(rng):
    """Four different sizes, so that every exchange of two of them shows."""
    return (different(rng, 4),)


@hand.case("x1 x2 + x3 x4", "fb_pairs", exact=True)
def pairs_cancel(rng):
    """The two products cancel: f is 0, the gradient is not."""
    return (np.array([2.0, 6.0, -3.0, 4.0]),)


@hand.case("x1 x2 + x3 x4", "fb_pairs", exact=True)
def pairs_with_zero(rng):
    """A factor that is 0: what it hands on cannot be found by dividing the product by it."""
    a, b, c = different(rng, 3)
    return (np.array([a, 0.0, b, c]),)


@hand.case("x1 x2 + x3 x4", "fb_pairs")
def pairs_generic(rng):
    """Products that are rounded."""
    return (np.array([1.1, -2.3, 0.6, 3.2]) + rng.uniform(0, 0.1, size=4),)


@hand.oracle()
def xyz_torch(x, y, z):
    import torch

    leaves = [torch.tensor(number, dtype=torch.float64, requires_grad=True) for number in (x, y, z)]
    q = leaves[0] + leaves[1]
    f = q * leaves[2]
    found = torch.autograd.grad(f, [q, *leaves])
    names = ("df_dq", "dx", "dy", "dz")
    return {"q": q.item(), "f": f.item()} | {
        name: slope.item() for name, slope in zip(names, found, strict=True)
    }


@hand.oracle()
def xyz_complex(x, y, z):
    dx, dy, dz = complex_step(lambda x, y, z: (x + y) * z, 1.0, x, y, z)
    return {
        "q": x + y,
        "f": x * z + y * z,
        "df_dq": complex_step(lambda q: q * z, 1.0, x + y).item(),
        "dx": dx.item(),
        "dy": dy.item(),
        "dz": dz.item(),
    }


@hand.oracle("fb_pairs")
def pairs_torch(x):
    return x[0] * x[1] + x[2] * x[3], torch_grad(lambda x: x[0] * x[1] + x[2] * x[3], x)


@hand.oracle("fb_pairs")
def pairs_complex(x):
    return x[::2] @ x[1::2], complex_step(lambda x: x[::2] @ x[1::2], 1.0, x)


@hand.variant()
def xyz_multiplied_out(x, y, z):
    return {"q": x + y, "f": x * z + y * z, "df_dq": z, "dx": z, "dy": z, "dz": x + y}


@hand.variant()
def xyz_float32(x, y, z):
    x, y, z = np.float32(x), np.float32(y), np.float32(z)
    q = x + y
    return {"q": q, "f": q * z, "df_dq": z, "dx": z, "dy": z, "dz": q}


@hand.variant()
def xyz_arrays(x, y, z):
    answer = {"q": np.add(x, y)}
    answer["f"] = answer["q"] * z
    upstream = np.ones(())
    answer["df_dq"] = upstream * z
    answer["dz"] = upstream * answer["q"]
    for name in ("dx", "dy"):
        answer[name] = answer["df_dq"] * 1
    return answer


@hand.variant("fb_pairs")
def pairs_reshaped(x):
    pairs = x.reshape(2, 2)
    return pairs.prod(axis=1).sum(), pairs[:, ::-1].reshape(4)


@hand.variant("fb_pairs")
def pairs_loop(x):
    f, grad = 0.0, np.zeros(4)
    for first in (0, 2):
        f += x[first] * x[first + 1]
        grad[first], grad[first + 1] = x[first + 1], x[first]
    return float(f), grad


@hand.variant("fb_pairs")
def pairs_by_torch(x):
    # nobody said how: the graph is the same
    x = torch.tensor(x, requires_grad=True)
    f = x[0] * x[1] + x[2] * x[3]
    f.backward()
    return f.item(), x.grad


@hand.mistake(
    "A product hands on what arrives times the *other* factor. Which of q and z is the other one for x, and for z?"
)
def xyz_exchanged(x, y, z):
    q = x + y
    return {"q": q, "f": q * z, "df_dq": q, "dx": q, "dy": q, "dz": z}


@hand.mistake(
    "dx and dy are only the local derivatives of the sum. What arrives at q from above, and what do you do with it?",
    catalogue="M20",
)
def xyz_local_only(x, y, z):
    q = x + y
    return {"q": q, "f": q * z, "df_dq": z, "dx": 1.0, "dy": 1.0, "dz": q}


@hand.mistake("You computed x + y z. Which operation does the graph do first?")
def xyz_precedence(x, y, z):
    return {"q": x + y, "f": x + y * z, "df_dq": z, "dx": z, "dy": z, "dz": x + y}


@hand.mistake(
    "You started the backward pass with the value of f. The derivative of f by f is what goes in there: how large is it?",
    catalogue="M47",
)
def xyz_starts_with_f(x, y, z):
    q = x + y
    f = q * z
    return {"q": q, "f": f, "df_dq": f * z, "dx": f * z, "dy": f * z, "dz": f * q}


@hand.mistake("df_dq is right. A sum hands the whole of it to each of its inputs: is it shared out?")
def xyz_shared_out(x, y, z):
    q = x + y
    return {"q": q, "f": q * z, "df_dq": z, "dx": z / 2, "dy": z / 2, "dz": q}


@hand.mistake(
    "dx and dy hold a factor too many: the local derivative of x + y by x does not depend on x. What is it?"
)
def xyz_times_input(x, y, z):
    q = x + y
    return {"q": q, "f": q * z, "df_dq": z, "dx": z * x, "dy": z * y, "dz": q}


@hand.mistake(
    "Each entry is its own input. By how much does x1 x2 grow if x1 grows by 1?", "fb_pairs", catalogue="M20"
)
def pairs_own_factor(x):
    return x[0] * x[1] + x[2] * x[3], x.copy()


@hand.mistake(
    "You stopped at the products: 1 is what arrives there. Which local derivative comes next?", "fb_pairs"
)
def pairs_stopped(x):
    return x[0] * x[1] + x[2] * x[3], np.ones(4)


@hand.mistake(
    "f depends on four inputs, and you followed the graph to two of them. What about the rest?",
    "fb_pairs",
    catalogue="M18",
)
def pairs_first_only(x):
    return x[0] * x[1] + x[2] * x[3], np.array([x[1], x[0], 0.0, 0.0])


@hand.mistake("You paired x1 with x3 and x2 with x4. Which inputs meet in z1?", "fb_pairs", catalogue="M19")
def pairs_crossed(x):
    return x[0] * x[2] + x[1] * x[3], x[[2, 3, 0, 1]]


@hand.mistake("z1 and z2 are multiplied in your formula. What does the graph do with them?", "fb_pairs")
def pairs_product(x):
    one, two = x[0] * x[1], x[2] * x[3]
    return one * two, np.array([x[1] * two, x[0] * two, x[3] * one, x[2] * one])


@hand.mistake(
    "The numbers are right and the shape is not: here a gradient has the shape of its input, (4,).",
    "fb_pairs",
    catalogue="M10",
)
def pairs_column(x):
    return x[0] * x[1] + x[2] * x[3], np.array([[x[1]], [x[0]], [x[3]], [x[2]]])


hand.equivalent(
    "fb_pairs: x[2] -> x[-2] #1",
    "fb_pairs: x[2] -> x[-2] #2",
    because="of four entries the third is the last but one",
)
hand.equivalent(
    "fb_xyz: df_dq * 1.0 -> df_dq #1",
    "fb_xyz: df_dq * 1.0 -> df_dq #2",
    "fb_xyz: df_dq * 1.0 -> df_dq ** 1.0 #1",
    "fb_xyz: df_dq * 1.0 -> df_dq ** 1.0 #2",
    "fb_xyz: df_dq * 1.0 -> df_dq / 1.0 #1",
    "fb_xyz: df_dq * 1.0 -> df_dq / 1.0 #2",
    because="a factor of 1, written out to be seen",
)
hand.equivalent(
    "fb_xyz: {'q': q, 'f': f, 'df_dq': df_dq, 'dx': dx, 'dy': dy, 'dz': dz} -> {'q': q, 'f': f, 'df_dq': df_dq, 'dx': dx, 'dy': dx, 'dz': dz} #1",
    "fb_xyz: {'q': q, 'f': f, 'df_dq': df_dq, 'dx': dx, 'dy': dy, 'dz': dz} -> {'q': q, 'f': f, 'df_dq': df_dq, 'dx': dy, 'dy': dy, 'dz': dz} #1",
    because="x and y have the same derivative",
)


# ------------------------------------------------------------------------------------------------------- 4.2
engine = assignment.exercise(
    "Value",
    id="4.2",
    points={
        "one operation at a time": 1,
        "several paths": 2,
        "backward() again": 1,
        "deep graphs": 1,
        "each node once": 1,
    },
    hints=(
        "In d = a * b + a: how many paths lead from d to a? What has to be known before a node may pass anything on?",
        (
            "Let each node keep its inputs, each with the local derivative by it. For backward(), collect the nodes below "
            "the root in an order in which every node comes before its inputs: count how often each one is used, and "
            "take a node when all of its users are done."
        ),
        (
            "Use a dict `arrived` with {self: 1.0} and a list of nodes that are ready. Take one; if it has no inputs, "
            "add arrived[node] to node.grad; else add arrived[node] * local to arrived[below] for each input, lower that "
            "input's count of uses by 1, and put it on the list when the count is 0."
        ),
    ),
    lecture="Binder, L6: chain rule on a graph, sum over paths; Özçep, V2: backpropagation on a graph",
    minutes=60,
    limits=Limits(seconds=1.0),
    drivers={"Value": "graph"},
)
engine.forbid(*AUTOGRAD, because="The engine is to be yours: let it walk the graph itself.")

SLOPES = {
    "+": lambda a, b, _: (1.0, 1.0),
    "-": lambda a, b, _: (1.0, -1.0),
    "*": lambda a, b, _: (b, a),
    "/": lambda a, b, _: (1 / b, -a / b**2),
    "tanh": lambda a, _: (1 - math.tanh(a) ** 2,),
    "exp": lambda a, _: (math.exp(a),),
    "*number": lambda a, number: (number,),
}
VALUES = {
    "+": lambda a, b, _: a + b,
    "-": lambda a, b, _: a - b,
    "*": lambda a, b, _: a * b,
    "/": lambda a, b, _: a / b,
    "tanh": lambda a, _: math.tanh(a),
    "exp": lambda a, _: math.exp(a),
    "*number": lambda a, number: a * number,
}
"""What the drawing below uses to see that a graph is tame. No answer comes from here."""


def random_graph(rng, operations, leaves=4):
    """Return leaves and steps: each step uses the one before it, and a random earlier place where it takes two.

    Drawn again until every value is of size 0.2 to 4, and so is every slope of the last place by a leaf: then no
    contribution to a gradient is so small that a mistake could hide in it.
    """
    while True:
        numbers = [float(number) for number in generic(rng, leaves)]
        steps, values, slopes = [], list(numbers), list(np.eye(leaves))
        last = int(rng.integers(leaves))
        for operation in rng.permutation(operations):
            unary = operation in ("tanh", "exp", "*number")
            places = (last,) if unary else (last, int(rng.integers(len(values))))
            if not unary and rng.random() < 0.3:
                places = places[::-1]
            number = float(rng.uniform(0.6, 1.4)) if unary else 0.0
            inputs = [values[place] for place in places]
            local = SLOPES[operation](*inputs, number)
            steps.append((str(operation), places, number))
            values.append(VALUES[operation](*inputs, number))
            slopes.append(sum(slope * slopes[place] for slope, place in zip(local, places, strict=True)))
            last = len(values) - 1
            if not 0.2 <= abs(values[-1]) <= 4:
                break
        else:
            if all(0.2 <= abs(slope) <= 4 for slope in slopes[-1]):
                return numbers, steps


@engine.case("each node once", exact=True)
def value_four_paths(rng):
    """a = a + a, twice. It comes first, and is asked once more at the end: a walk that takes too long loses no more."""
    (a,) = different(rng, 1)
    return [float(a)], [("+", (0, 0), 0.0), ("+", (1, 1), 0.0)], [2]


@engine.case("one operation at a time", exact=True)
def value_exact_operations(rng):
    """Each operation by itself, on numbers for which it is exact: also relu at 0, and on both sides of it."""
    a, b, c, d, e = different(rng, 5)
    leaves = [a, b, c, d, e, 0.0, 0.0, 0.0, 0.25, -abs(b)]
    steps = [("+", (0, 1), 0.0), ("*", (2, 3), 0.0), ("**", (4,), 3), ("exp", (5,), 0.0), ("tanh", (6,), 0.0)]
    steps += [("relu", (place,), 0.0) for place in (7, 8, 9)]
    return [float(leaf) for leaf in leaves], steps, [10, 11, 12, 13, 14, 15, 16, 17]


@engine.case("one operation at a time")
def value_operations(rng):
    """Each operation by itself, on numbers that are rounded. No two leaves are equal."""
    leaves = [float(number) for number in rng.permutation(np.linspace(0.6, 1.9, 12)) + rng.uniform(0, 0.1)]
    steps = [("+", (0, 1), 0.0), ("*", (2, 3), 0.0), ("-", (4, 5), 0.0), ("/", (6, 7), 0.0)]
    steps += [("exp", (8,), 0.0), ("tanh", (9,), 0.0), ("neg", (10,), 0.0), ("relu", (11,), 0.0)]
    return leaves, steps, list(range(12, 20))


@engine.case("one operation at a time")
def value_powers(rng):
    """Powers with other exponents than 2: a whole one, a negative one, a root, and 1."""
    leaves = [float(number) for number in rng.uniform(1.3, 2.2, size=4)]
    steps = [("**", (0,), 3), ("**", (1,), -2.0), ("**", (2,), 0.5), ("**", (3,), 1)]
    return leaves, steps, [4, 5, 6, 7]


@engine.case("one operation at a time", exact=True)
def value_square_of_zero(rng):
    """0² has the slope 0, which is not to be found by dividing the square by its base. Losses meet it at their best."""
    a, b = different(rng, 2)
    return (
        [float(a), float(b), -float(a), 0.0],
        [("+", (0, 2), 0.0), ("**", (4,), 2), ("**", (3,), 2), ("*", (5, 1), 0.0)],
        [6, 7],
    )


@engine.case("one operation at a time")
def value_plain_numbers(rng):
    """A number on either side, and whole numbers: each makes a new node, and gets no gradient itself."""
    leaves = [float(number) for number in generic(rng, 8)]
    kinds = ("+number", "number+", "-number", "number-", "*number", "number*", "/number", "number/")
    # whole numbers on the left, where a number with a bound would not ask the node
    numbers = [1.7, 3, 2.3, 5, 1.3, 7, 2.9, 3]
    steps = [
        (kind, (place,), number) for place, (kind, number) in enumerate(zip(kinds, numbers, strict=True))
    ]
    return leaves, steps, list(range(8, 16))


@engine.case("several paths", exact=True)
def value_used_twice(rng):
    """a + a and a * a: both operands are the same node."""
    a, b = different(rng, 2)
    return [float(a), float(b)], [("+", (0, 0), 0.0), ("*", (1, 1), 0.0)], [2, 3]


@engine.case("several paths", exact=True)
def value_diamond(rng):
    """a * b + a, and its square: two paths to a, of different lengths."""
    a, b = different(rng, 2)
    steps = [("*", (0, 1), 0.0), ("+", (2, 0), 0.0), ("*", (3, 3), 0.0)]
    return [float(a), float(b)], steps, [4]


@engine.case("several paths")
def value_shortcut(rng):
    """A node in the middle is used at once and much later: it must wait for the longer way."""
    a, b = rng.uniform(0.6, 1.2, size=2)
    steps = [
        ("*", (0, 1), 0.0),
        ("tanh", (2,), 0.0),
        ("exp", (3,), 0.0),
        ("*", (2, 4), 0.0),
        ("+", (5, 3), 0.0),
    ]
    return [float(a), float(b)], steps, [6]


@engine.case("several paths")
def value_relu_in_the_middle(rng):
    """A closed and an open relu, and one at exactly 0, on paths that join again."""
    a, b = rng.uniform(0.6, 1.2, size=2)
    steps = [("neg", (1,), 0.0), ("relu", (3,), 0.0), ("relu", (0,), 0.0), ("relu", (2,), 0.0)]
    steps += [("+", (4, 1), 0.0), ("*", (7, 5), 0.0), ("+", (6, 8), 0.0)]
    return [float(a), float(b), 0.0], steps, [9]


@engine.case("several paths", exact=True)
def value_relu_and_its_operand(rng):
    """A negative number goes into a relu and into a product after it: the relu must not have changed it."""
    a, b = np.abs(different(rng, 2))
    steps = [("relu", (0,), 0.0), ("*", (0, 1), 0.0), ("+", (2, 3), 0.0)]
    return [-float(a), float(b)], steps, [4]


@engine.case("several paths")
def value_random(rng):
    """A random graph of all smooth operations."""
    operations = ["+", "-", "*", "*", "/", "tanh", "exp", "*number", "+", "*"]
    numbers, steps = random_graph(rng, operations)
    return numbers, steps, [len(numbers) + len(steps) - 1]


@engine.case("several paths")
def value_random_products(rng):
    """A random graph of products and sums, where a mix-up of factors shows."""
    numbers, steps = random_graph(rng, ["*", "*", "+", "*", "-", "tanh", "*", "+"], leaves=3)
    return numbers, steps, [len(numbers) + len(steps) - 1]


@engine.case("several paths")
def value_dead_end(rng):
    """The nodes below the root are used for something else as well, which the root knows nothing of."""
    numbers, steps = random_graph(rng, ["*", "tanh", "+", "*"], leaves=3)
    root = len(numbers) + len(steps) - 1
    steps = [*steps, ("*", (root, 0), 0.0), ("exp", (root - 1,), 0.0), ("+", (root + 1, root - 2), 0.0)]
    return numbers, steps, [root]


@engine.case("several paths", exact=True)
def value_used_elsewhere(rng):
    """c = a * b is used in c * a and in c + b. Only the second one is a root."""
    a, b = different(rng, 2)
    return [float(a), float(b)], [("*", (0, 1), 0.0), ("*", (2, 0), 0.0), ("+", (2, 1), 0.0)], [4]


@engine.case("backward() again", exact=True)
def value_twice(rng):
    """The same root twice: leaves hold twice as much, nodes in the middle must not leak."""
    a, b = different(rng, 2)
    return [float(a), float(b)], [("*", (0, 1), 0.0), ("+", (2, 0), 0.0), ("*", (3, 1), 0.0)], [4, 4]


@engine.case("backward() again")
def value_node_then_root(rng):
    """A node in the middle first, then the root above it: the gradient of the first call is not the root's."""
    numbers, steps = random_graph(rng, ["*", "+", "tanh", "*", "*"], leaves=3)
    return numbers, steps, [len(numbers) + 2, len(numbers) + 4, len(numbers) + 1]


@engine.case("backward() again", exact=True)
def value_leaf_as_root(rng):
    """A root that is a leaf, before and after the others: its gradient grows by 1."""
    a, b = different(rng, 2)
    return [float(a), float(b)], [("*", (0, 1), 0.0)], [0, 2, 0, 1]


@engine.case("deep graphs", exact=True)
def value_deep_sum(rng):
    """2000 sums, one upon the other, with the same leaf again and again."""
    (a,) = different(rng, 1)
    steps = [("+", (place, 0), 0.0) for place in range(2000)]
    return [float(a)], steps, [2000]


@engine.case("deep graphs")
def value_deep_product(rng):
    """1200 products with numbers near 1: more than Python's stack holds calls."""
    numbers = np.exp(rng.permutation(np.linspace(-0.5, 0.5, 1200)))
    steps = [("*number", (place,), float(number)) for place, number in enumerate(numbers)]
    return [float(rng.uniform(0.5, 2.0))], steps, [1200]


@engine.case("each node once", exact=True)
def value_doubled(rng):
    """a = a + a, thirty times: a thousand million paths, and thirty nodes."""
    (a,) = different(rng, 1)
    return [float(a)], [("+", (place, place), 0.0) for place in range(30)], [30]


@engine.case("each node once")
def value_many_paths(rng):
    """The same with products in between, so that the numbers stay small."""
    steps = []
    for place in range(0, 60, 2):
        steps += [("+", (place, place), 0.0), ("*number", (place + 1,), float(rng.uniform(0.45, 0.55)))]
    return [float(rng.uniform(0.5, 2.0))], steps, [60]


@engine.oracle()
def value_torch(leaves, steps, roots):
    import torch

    from autograder.sandbox.drivers import OPERATIONS

    nodes = [torch.tensor(number, dtype=torch.float64, requires_grad=True) for number in leaves]
    made = list(nodes)
    for operation, places, number in steps:
        made.append(OPERATIONS[operation](*(made[place] for place in places), number))
    total = [0.0 for _ in leaves]
    for root in roots:
        found = torch.autograd.grad(made[root], nodes, retain_graph=True, allow_unused=True)
        total = [old + (0.0 if new is None else new.item()) for old, new in zip(total, found, strict=True)]
    return {"data": [made[root].item() for root in roots], "grad": total}


@engine.oracle()
def value_mp(leaves, steps, roots):
    def tanh(a):
        return mp_each(mpmath.tanh)(a)

    def relu(a):
        # the slope from the left at 0: the step of the difference quotient is ten times smaller than this shift
        return mp_each(lambda number: max(number - mpmath.mpf(10) ** -19, mpmath.mpf(0)))(a)

    unary = {"exp": mp_each(mpmath.exp), "tanh": tanh, "relu": relu, "neg": lambda a: -a}
    numeric = {
        "**": lambda a, number: mp_each(lambda base: mpmath.power(base, number))(a),
        "+number": lambda a, number: a + number,
        "number+": lambda a, number: number + a,
        "-number": lambda a, number: a - number,
        "number-": lambda a, number: number - a,
        "*number": lambda a, number: a * number,
        "number*": lambda a, number: number * a,
        "/number": lambda a, number: a / number,
        "number/": lambda a, number: number / a,
    }
    binary = {
        "+": lambda a, b: a + b,
        "-": lambda a, b: a - b,
        "*": lambda a, b: a * b,
        "/": lambda a, b: a / b,
    }

    def forward(x):
        places = [x[i] for i in range(len(leaves))]
        for operation, operands, number in steps:
            inputs = [places[place] for place in operands]
            if operation in numeric:
                places.append(numeric[operation](*inputs, mpmath.mpf(number)))
            else:
                places.append((unary | binary)[operation](*inputs))
        return places

    with mpmath.workdps(60):
        data = [float(forward(mp_array(leaves))[root]) for root in roots]
    return {"data": data, "grad": list(mp_grad(lambda x: sum(forward(x)[root] for root in roots), leaves))}


class Engine:
    """What the variants and mistakes below have in common: one of its methods is exchanged in each."""

    def __init__(self, data):
        self.data = data
        self.grad = 0.0
        self.inputs = ()

    def made(self, data, *inputs):
        node = type(self)(data)
        node.inputs = inputs
        return node

    def __add__(self, other):
        other = other if isinstance(other, Engine) else type(self)(other)
        return self.made(self.data + other.data, (self, 1.0), (other, 1.0))

    def __mul__(self, other):
        other = other if isinstance(other, Engine) else type(self)(other)
        return self.made(self.data * other.data, (self, other.data), (other, self.data))

    def __pow__(self, k):
        return self.made(self.data**k, (self, k * self.data ** (k - 1)))

    def exp(self):
        return self.made(math.exp(self.data), (self, math.exp(self.data)))

    def tanh(self):
        return self.made(math.tanh(self.data), (self, 1.0 - math.tanh(self.data) ** 2))

    def relu(self):
        return self.made(max(self.data, 0.0), (self, 1.0 if self.data > 0 else 0.0))

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + -other

    def __truediv__(self, other):
        return self * other**-1.0

    def __radd__(self, other):
        return self + other

    def __rsub__(self, other):
        return -self + other

    def __rmul__(self, other):
        return self * other

    def __rtruediv__(self, other):
        return self**-1.0 * other

    def order(self):
        """Return the nodes below self, each one before its inputs."""
        done, seen, waiting = [], {self}, [(self, iter(self.inputs))]
        while waiting:
            node, rest = waiting[-1]
            for below, _ in rest:
                if below not in seen:
                    seen.add(below)
                    waiting.append((below, iter(below.inputs)))
                    break
            else:
                done.append(node)
                waiting.pop()
        return done[::-1]

    def backward(self):
        arrived = {self: 1.0}
        for node in self.order():
            if node.inputs == ():
                node.grad = node.grad + arrived[node]
            for below, local in node.inputs:
                arrived[below] = arrived.get(below, 0.0) + arrived[node] * local


@engine.variant()
class value_closures(Engine):
    """As in many tutorials: every node knows how to push its gradient one step down. Inner gradients are cleared first."""

    def made(self, data, *inputs):
        node = type(self)(data)
        node.inputs = inputs

        def push():
            for below, local in inputs:
                below.grad = below.grad + local * node.grad

        node.push = push
        return node

    def backward(self):
        order = self.order()
        for node in order:
            if node.inputs:
                node.grad = 0.0
        self.grad = self.grad + 1.0
        for node in order:
            if node.inputs:
                node.push()


AGES = itertools.count()


@engine.variant()
class value_by_age(Engine):
    """A node is younger than its inputs: take the youngest first."""

    def __init__(self, data):
        super().__init__(data)
        self.age = next(AGES)

    def backward(self):
        arrived, known = {self.age: 1.0}, {self.age: self}
        waiting = [-self.age]
        while waiting:
            age = -heapq.heappop(waiting)
            node, slope = known[age], arrived[age]
            if not node.inputs:
                node.grad += slope
            for below, local in node.inputs:
                if below.age not in known:
                    known[below.age], arrived[below.age] = below, 0.0
                    heapq.heappush(waiting, -below.age)
                arrived[below.age] += slope * local


@engine.variant()
class value_by_itself:
    """Quotients and differences of its own, numpy's functions, and gradients that stay on every node."""

    def __init__(self, data, inputs=()):
        self.data, self.grad, self.inputs = data, 0.0, inputs

    def __add__(self, other):
        if isinstance(other, value_by_itself):
            return value_by_itself(self.data + other.data, [(self, 1), (other, 1)])
        return value_by_itself(self.data + other, [(self, 1)])

    def __sub__(self, other):
        if isinstance(other, value_by_itself):
            return value_by_itself(self.data - other.data, [(self, 1), (other, -1)])
        return value_by_itself(self.data - other, [(self, 1)])

    def __mul__(self, other):
        if isinstance(other, value_by_itself):
            return value_by_itself(self.data * other.data, [(self, other.data), (other, self.data)])
        return value_by_itself(self.data * other, [(self, other)])

    def __truediv__(self, other):
        if isinstance(other, value_by_itself):
            slopes = 1 / other.data, -self.data / (other.data * other.data)
            return value_by_itself(self.data / other.data, list(zip((self, other), slopes)))
        return value_by_itself(self.data / other, [(self, 1 / other)])

    def __neg__(self):
        return value_by_itself(-self.data, [(self, -1)])

    def __rsub__(self, other):
        return value_by_itself(other - self.data, [(self, -1)])

    def __rtruediv__(self, other):
        return value_by_itself(other / self.data, [(self, -other / self.data**2)])

    def __pow__(self, k):
        return value_by_itself(self.data**k, [(self, k * self.data**k / self.data if self.data else 0.0**k)])

    def exp(self):
        return value_by_itself(np.exp(self.data), [(self, np.exp(self.data))])

    def tanh(self):
        return value_by_itself(np.tanh(self.data), [(self, 1 / np.cosh(self.data) ** 2)])

    def relu(self):
        return value_by_itself(np.maximum(self.data, 0), [(self, np.float64(self.data > 0))])

    __radd__, __rmul__ = __add__, __mul__

    def backward(self):
        states, order, stack = {}, [], [self]
        while stack:
            node = stack[-1]
            if states.get(node) is None:
                states[node] = "open"
                stack.extend(below for below, _ in node.inputs if states.get(below) is None)
                continue
            stack.pop()
            if states[node] == "open":
                states[node] = "done"
                order.append(node)
        new = dict.fromkeys(order, 0.0)
        new[self] = 1.0
        for node in reversed(order):
            for below, local in node.inputs:
                new[below] = new[below] + new[node] * local
        for node in order:
            node.grad = node.grad + new[node]


@engine.variant()
class value_float32(Engine):
    def __init__(self, data):
        super().__init__(np.float32(data))

    def exp(self):
        return self.made(np.exp(self.data), (self, np.exp(self.data)))

    def tanh(self):
        return self.made(np.tanh(self.data), (self, 1 - np.tanh(self.data) ** 2))


@engine.mistake(
    "Where two paths meet, your node keeps the contribution that came last. a + a should give 2: what do you do with the "
    "second one?",
    catalogue="M44",
)
class value_overwrites(Engine):
    def backward(self):
        arrived = {self: 1.0}
        for node in self.order():
            if node.inputs == ():
                node.grad = node.grad + arrived[node]
            for below, local in node.inputs:
                arrived[below] = arrived[node] * local


@engine.mistake(
    "A node passes its derivative on before all that was computed from it has reported, and what comes later is lost. "
    "Which node may be next?",
    catalogue="M45",
)
class value_level_by_level(Engine):
    def order(self):
        found = [self]
        for node in found:
            for below, _ in node.inputs:
                if below not in found:
                    found.append(below)
        return found


@engine.mistake(
    "Your derivatives are right, but every path is walked by itself. Thirty lines `a = a + a` have a thousand million "
    "paths and thirty nodes: how can each node be visited once?",
    catalogue="M46",
)
class value_path_by_path(Engine):
    def backward(self):
        waiting = [(self, 1.0)]
        while waiting:
            node, slope = waiting.pop()
            if not node.inputs:
                node.grad = node.grad + slope
            waiting += [(below, slope * local) for below, local in node.inputs]


@engine.mistake(
    "Every gradient stays 0. The walk begins at the root: what is the derivative of the root by itself?",
    catalogue="M47",
)
class value_no_seed(Engine):
    def backward(self):
        arrived = {self: 0.0}
        for node in self.order():
            if node.inputs == ():
                node.grad = node.grad + arrived[node]
            for below, local in node.inputs:
                arrived[below] = arrived.get(below, 0.0) + arrived[node] * local


@engine.mistake(
    "One call is right; from the second on, the nodes in the middle still hold what came the last time, and pass it on "
    "again. What should each backward() begin with?",
    catalogue="M48",
)
class value_leaks(Engine):
    def backward(self):
        self.grad = 1.0
        for node in self.order():
            for below, local in node.inputs:
                below.grad = below.grad + local * node.grad


@engine.mistake(
    "One call is right. A second one adds to what it finds, and it finds the first one's numbers in the nodes in the "
    "middle, too. In which nodes do derivatives pile up, and what do the others begin with?",
    catalogue="M48",
)
class value_piles_up_in_the_middle(Engine):
    def backward(self):
        self.grad = self.grad + 1.0
        for node in self.order():
            for below, local in node.inputs:
                below.grad = below.grad + local * node.grad


@engine.mistake(
    "Each call of backward() wipes out what the leaves had before. The text asks for something else: what does torch do?"
)
class value_starts_over(Engine):
    def backward(self):
        order = self.order()
        for node in order:
            node.grad = 0.0
        self.grad = 1.0
        for node in order:
            for below, local in node.inputs:
                below.grad = below.grad + local * node.grad


@engine.mistake(
    "Small graphs are right; at a depth of 2000 Python refuses, because your function calls itself once for each level. "
    "Which list could take the place of these calls?"
)
class value_recursive(Engine):
    def order(self):
        done, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for below, _ in node.inputs:
                    visit(below)
                done.append(node)

        visit(self)
        return done[::-1]


@engine.mistake(
    "This engine stands in many tutorials, and does well on small graphs, once. Call backward() a second time: what do the "
    "nodes in the middle still hold from the first? (And a graph of 2000 nodes is too deep for a function that calls itself.)",
    catalogue="M48",
)
class value_as_in_tutorials(Engine):
    def backward(self):
        order, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for below, _ in node.inputs:
                    visit(below)
                order.append(node)

        visit(self)
        self.grad = 1.0
        for node in reversed(order):
            for below, local in node.inputs:
                below.grad = below.grad + local * node.grad


@engine.mistake(
    "You count the uses of a node when the formula is written, so a node waits for users that are not below this root. "
    "Which uses matter to the root whose backward() was called?"
)
class value_waits_for_strangers(Engine):
    def made(self, data, *inputs):
        node = type(self)(data)
        node.inputs = inputs
        for below, _ in inputs:
            below.uses = getattr(below, "uses", 0) + 1
        return node

    def backward(self):
        arrived, reports, ready = {self: 1.0}, {}, [self]
        while ready:
            node = ready.pop()
            if not node.inputs:
                node.grad = node.grad + arrived[node]
            for below, local in node.inputs:
                arrived[below] = arrived.get(below, 0.0) + arrived[node] * local
                reports[below] = reports.get(below, 0) + 1
                if reports[below] == below.uses:
                    ready.append(below)


@engine.mistake(
    "In a product the derivative by one factor is the *other* factor. Which one do you pass down?",
    catalogue="M20",
)
class value_own_factor(Engine):
    def __mul__(self, other):
        other = other if isinstance(other, Engine) else type(self)(other)
        return self.made(self.data * other.data, (self, self.data), (other, other.data))


@engine.mistake("Differentiate a**k once more: which exponent is left, and which factor comes down?")
class value_power_keeps_exponent(Engine):
    def __pow__(self, k):
        return self.made(self.data**k, (self, k * self.data**k))


@engine.mistake(
    "The derivative of tanh a is 1 - tanh² a. Do you square the input, or the output?", catalogue="M26"
)
class value_tanh_of_input(Engine):
    def tanh(self):
        return self.made(math.tanh(self.data), (self, 1.0 - self.data**2))


@engine.mistake("Only relu at exactly 0 is off. Which slope does the text give it there?", catalogue="M29")
class value_relu_open_at_zero(Engine):
    def relu(self):
        return self.made(max(self.data, 0.0), (self, 1.0 if self.data >= 0 else 0.0))


@engine.mistake(
    "The slope of relu is 0 or 1, and you pass down the value itself. Which of the two is it here?",
    catalogue="M28",
)
class value_relu_times_itself(Engine):
    def relu(self):
        return self.made(max(self.data, 0.0), (self, max(self.data, 0.0)))


@engine.mistake(
    "You let torch's autograd do the walking. In this exercise it is switched off: the engine is to be yours.",
    catalogue="M50",
)
class value_made_of_torch:
    def __init__(self, data):
        self.tensor = torch.tensor(float(data), requires_grad=True)

    def of(self, tensor):
        node = type(self)(0.0)
        node.tensor = tensor
        return node

    data = property(lambda self: self.tensor.item())
    grad = property(lambda self: 0.0 if self.tensor.grad is None else self.tensor.grad.item())

    def __add__(self, other):
        return self.of(self.tensor + getattr(other, "tensor", other))

    def __sub__(self, other):
        return self.of(self.tensor - getattr(other, "tensor", other))

    def __rsub__(self, other):
        return self.of(other - self.tensor)

    def __mul__(self, other):
        return self.of(self.tensor * getattr(other, "tensor", other))

    def __truediv__(self, other):
        return self.of(self.tensor / getattr(other, "tensor", other))

    def __rtruediv__(self, other):
        return self.of(other / self.tensor)

    def __pow__(self, k):
        return self.of(self.tensor**k)

    def __neg__(self):
        return self.of(-self.tensor)

    def exp(self):
        return self.of(self.tensor.exp())

    def tanh(self):
        return self.of(self.tensor.tanh())

    def relu(self):
        return self.of(self.tensor.relu())

    __radd__, __rmul__ = __add__, __mul__

    def backward(self):
        self.tensor.backward(retain_graph=True)


engine.equivalent(
    "Value.__neg__: self * -1.0 -> self / -1.0 #1",
    because="dividing by -1 is multiplying by it",
)
engine.equivalent(
    "Value.backward: if not node.inputs: -> if True: #1",
    because="what a node in the middle holds is up to the student",
)
engine.equivalent(
    "Value.backward: uses[below] == 0 -> uses[below] <= 0 #1",
    because="the count falls one by one and is looked at each time",
)
engine.equivalent(
    "Value.backward: {self: 0} -> {self: -1} #1",
    "Value.backward: {self: 0} -> {self: 0.5} #1",
    "Value.backward: {self: 0} -> {self: 1} #1",
    "Value.backward: {self: 0} -> {self: 2} #1",
    because="the root is not below itself, so nobody counts it",
)
engine.equivalent(
    "Value.relu: _computed(0.0, (self, 0.0)) -> -_computed(0.0, (self, 0.0)) #1",
    "Value.relu: _computed(0.0, (self, 0.0)) -> 2 * _computed(0.0, (self, 0.0)) #1",
    "Value.relu: _computed(0.0, (self, 0.0)) -> _computed(0.0) #1",
    because="a multiple of nothing, and no path in place of one with the slope 0",
)


# ------------------------------------------------------------------------------------------------------- 4.3
leaves_of_torch = assignment.exercise(
    "abc_grads",
    id="4.3",
    points={"gradients by torch": 1.5, "gradients pile up": 1.5},
    functions=("abc_grads", "accumulated"),
    hints=(
        "Which three tensors do you want a derivative by, and how does torch get to know that?",
        (
            "Mark the three leaves with requires_grad=True, compute e from them in torch alone, call e.backward(), and "
            "look into .grad. For b): what does a second backward() do to .grad?"
        ),
        (
            "a = torch.tensor(a, requires_grad=True), the same for b and c; torch.dot(a * b, c).backward(); return "
            "a.grad, b.grad, c.grad. In accumulated make the three leaves inside of the function, and call "
            "e.backward(retain_graph=True) k times."
        ),
    ),
    lecture="Binder, L6: gradients in PyTorch, leaf tensors",
    minutes=20,
)


@leaves_of_torch.case("gradients by torch", exact=True)
def abc_lecture(rng):
    """The lecture's numbers: the three gradients differ."""
    return np.full(2, 0.25), np.full(2, 2.0), np.full(2, 3.0)


@leaves_of_torch.case("gradients by torch", exact=True)
def abc_whole(rng):
    """Entries that differ, so that a mean, a sum or an exchange shows."""
    a, b, c = (different(rng, 4) for _ in range(3))
    return a, 0.5 * b, 2.0 * c


@leaves_of_torch.case("gradients by torch")
def abc_generic(rng):
    """Products that are rounded."""
    return generic(rng, 5), 3.0 * generic(rng, 5), 0.2 * generic(rng, 5)


@leaves_of_torch.case("gradients by torch")
def abc_one_entry(rng):
    """One entry is a vector too."""
    return rng.uniform(0.5, 1.0, size=1), rng.uniform(2.0, 3.0, size=1), rng.uniform(-5.0, -4.0, size=1)


@leaves_of_torch.case("gradients pile up", "accumulated", exact=True)
def accumulated_three(rng):
    """Three calls: three times the gradient."""
    return (3,)


@leaves_of_torch.case("gradients pile up", "accumulated", exact=True)
def accumulated_one(rng):
    """Once more from the start: nothing of the calls before may be left."""
    return (1,)


@leaves_of_torch.case("gradients pile up", "accumulated", exact=True)
def accumulated_some(rng):
    """Any other number of calls."""
    return (int(rng.integers(4, 9)),)


@leaves_of_torch.formula()
def abc_formula(a, b, c):
    return b * c, a * c, a * b


@leaves_of_torch.formula("accumulated")
def accumulated_formula(k):
    return k * np.full(2, 6.0), k * np.full(2, 0.75), k * np.full(2, 0.5)


@leaves_of_torch.oracle()
def abc_torch(a, b, c):
    return torch_grad(lambda a, b, c: (a * b) @ c, a, b, c)


@leaves_of_torch.oracle()
def abc_complex(a, b, c):
    return complex_step(lambda a, b, c: np.sum(a * b * c), 1.0, a, b, c)


@leaves_of_torch.oracle("accumulated")
def accumulated_torch(k):
    start = np.full(2, 0.25), np.full(2, 2.0), np.full(2, 3.0)
    return torch_grad(lambda a, b, c: k * ((a * b) @ c), *start)


@leaves_of_torch.oracle("accumulated")
def accumulated_complex(k):
    start = np.full(2, 0.25), np.full(2, 2.0), np.full(2, 3.0)
    calls = [complex_step(lambda a, b, c: np.sum(a * b * c), 1.0, *start) for _ in range(k)]
    return tuple(np.sum(each, axis=0) for each in zip(*calls, strict=True))


@leaves_of_torch.variant()
def abc_by_grad(a, b, c):
    a, b, c = (torch.from_numpy(each).clone().requires_grad_(True) for each in (a, b, c))
    return torch.autograd.grad((a * b * c).sum(), (a, b, c))


@leaves_of_torch.variant()
def abc_float32(a, b, c):
    a = torch.tensor(a, dtype=torch.float32, requires_grad=True)
    b = torch.tensor(b, dtype=torch.float32, requires_grad=True)
    c = torch.tensor(c, dtype=torch.float32, requires_grad=True)
    torch.dot(a * b, c).backward()
    return a.grad, b.grad, c.grad


@leaves_of_torch.variant()
def abc_by_hand(a, b, c):
    # nobody can tell, and nothing is wrong with it
    return b * c, a * c, a * b


@leaves_of_torch.variant("accumulated")
def accumulated_new_graphs(k):
    leaves = [torch.full((2,), number, dtype=torch.float64, requires_grad=True) for number in (0.25, 2, 3)]
    for _ in range(k):
        (leaves[0] * leaves[1]).dot(leaves[2]).backward()
    return tuple(leaf.grad.numpy() for leaf in leaves)


@leaves_of_torch.variant("accumulated")
def accumulated_cleared_first(k):
    leaves = tuple(torch.tensor([number, number], requires_grad=True) for number in (0.25, 2.0, 3.0))
    for leaf in leaves:
        leaf.grad = torch.zeros(2)
    e = torch.sum(leaves[0] * leaves[1] * leaves[2])
    while k > 0:
        e.backward(retain_graph=k > 1)
        k -= 1
    return [leaf.grad.detach().clone() for leaf in leaves]


@leaves_of_torch.mistake(
    "The three gradients are right, but in the order in which the lecture prints them. Which order is asked for?"
)
def abc_reversed(a, b, c):
    return a * b, a * c, b * c


@leaves_of_torch.mistake(
    "Your results still belong to a graph: create_graph=True builds a second one, for second derivatives. Do you need it?",
    catalogue="M51",
)
def abc_create_graph(a, b, c):
    a, b, c = (torch.tensor(each, requires_grad=True) for each in (a, b, c))
    torch.dot(a * b, c).backward(create_graph=True)
    return a.grad, b.grad, c.grad


@leaves_of_torch.mistake(
    "The graph is cut: .item(), .numpy(), .detach() or a new torch.tensor(...) makes a number without a past. Through "
    "which line should the gradient flow to a and b?",
    catalogue="M52",
)
def abc_cut(a, b, c):
    a, b, c = (torch.tensor(each, requires_grad=True) for each in (a, b, c))
    d = (a * b).detach()
    torch.dot(d, c).backward()
    return a.grad, b.grad, c.grad


@leaves_of_torch.mistake(
    "backward() finds nothing to differentiate: no leaf is marked. How does torch know which tensors to watch?"
)
def abc_not_marked(a, b, c):
    a, b, c = torch.tensor(a), torch.tensor(b), torch.tensor(c)
    torch.dot(a * b, c).backward()
    return a.grad, b.grad, c.grad


@leaves_of_torch.mistake(
    "You return the tensors themselves. Where does torch leave the gradients?",
)
def abc_values(a, b, c):
    return torch.tensor(a), torch.tensor(b), torch.tensor(c)


@leaves_of_torch.mistake(
    "backward() ran more than once, and .grad is the sum of all of them. Where is the second call?",
    catalogue="M48",
)
def abc_twice(a, b, c):
    return 2 * b * c, 2 * a * c, 2 * a * b


@leaves_of_torch.mistake(
    "dot adds the products up; you averaged them. Which is asked for?",
)
def abc_mean(a, b, c):
    n = len(a)
    return b * c / n, a * c / n, a * b / n


KEPT = []


@leaves_of_torch.mistake(
    "Your leaves live outside of the function, so the second call of accumulated still finds the gradients of the first. "
    "Where should they be made?",
    "accumulated",
    catalogue="M48",
)
def accumulated_kept(k):
    if not KEPT:
        KEPT.extend(torch.full((2,), number, requires_grad=True) for number in (0.25, 2.0, 3.0))
    a, b, c = KEPT
    for _ in range(k):
        torch.dot(a * b, c).backward()
    return a.grad.clone(), b.grad.clone(), c.grad.clone()


@leaves_of_torch.mistake(
    "You clear the gradients before every call, so only the last one is left. What does the experiment want to show?",
    "accumulated",
)
def accumulated_cleared_each_time(k):
    a, b, c = (torch.full((2,), number, requires_grad=True) for number in (0.25, 2.0, 3.0))
    for _ in range(k):
        a.grad = b.grad = c.grad = None
        torch.dot(a * b, c).backward()
    return a.grad, b.grad, c.grad


@leaves_of_torch.mistake(
    "torch frees a graph when it has walked it: the second backward() finds nothing. How do you keep it, or make it anew?",
    "accumulated",
)
def accumulated_freed(k):
    a, b, c = (torch.full((2,), number, requires_grad=True) for number in (0.25, 2.0, 3.0))
    e = torch.dot(a * b, c)
    for _ in range(k):
        e.backward()
    return a.grad, b.grad, c.grad


@leaves_of_torch.mistake("One call of backward() too many. How often does your loop run?", "accumulated")
def accumulated_one_too_many(k):
    return accumulated_formula_of(k + 1)


@leaves_of_torch.mistake(
    "Three calls do not cube anything: the contributions are added. To what does .grad grow with each call?",
    "accumulated",
)
def accumulated_doubling(k):
    return accumulated_formula_of(2 ** (k - 1))


def accumulated_formula_of(k):
    return k * np.full(2, 6.0), k * np.full(2, 0.75), k * np.full(2, 0.5)


leaves_of_torch.equivalent(
    "abc-twice * 0.5",
    because="the mistake is this factor, and nothing else",
)
leaves_of_torch.equivalent(
    "abc_grads: leaf.grad.numpy() -> leaf.grad #1",
    because="a tensor that belongs to no graph is as good as an array",
)
leaves_of_torch.equivalent(
    "abc_grads: torch.dot(leaves[0] * leaves[1], leaves[2]) -> torch.dot(leaves[2], leaves[0] * leaves[1]) #1",
    "accumulated: torch.dot(a * b, c) -> torch.dot(c, a * b) #1",
    because="a dot product is the same both ways round",
)


# ------------------------------------------------------------------------------------------------------- 4.4
pencil = assignment.exercise(
    "g_some",
    id="4.4",
    points={"a column": 1.5, "a vector times a matrix": 1.5},
    functions=("g_some", "g_some2"),
    hints=(
        "Which entries of a does e depend on at all? What is the derivative by all others?",
        (
            "First the derivatives of e by b[0], b[1] and b[2], each by itself. Then ask for every entry of a: into which "
            "entry of b does it go, and with which factor?"
        ),
        (
            "g_some: zeros of shape (3, 2), with 2 b[0], -2 exp(b[1]) and 3 in column 1. g_some2: db = [2, 2 b[1]], "
            "then da[i, j] = x[i] db[j] and dx[i] = the sum over j of a[i, j] db[j]."
        ),
    ),
    lecture="Binder, L6: somefunction and somefunction2",
    minutes=30,
)
pencil.forbid(*AUTOGRAD, because="Find the gradient with a pencil, and write the formula down in numpy.")


@pencil.case("a column", exact=True)
def some_exact(rng):
    """With b[1] = 0 everything is exact; column 0 is full of numbers that do not matter."""
    a = dyadic(rng, 3, 2)
    a[1, 1] = 0.0
    return (a,)


@pencil.case("a column")
def some_generic(rng):
    """Six different numbers."""
    return (rng.permutation(np.linspace(0.4, 1.6, 6)).reshape(3, 2) + rng.uniform(0, 0.1, size=(3, 2)),)


@pencil.case("a column")
def some_negative(rng):
    """Negative entries: neither the square nor the exponential takes their size."""
    return (-rng.permutation(np.linspace(0.4, 1.6, 6)).reshape(3, 2),)


@pencil.case("a vector times a matrix", "g_some2", exact=True)
def some2_exact(rng):
    """Whole numbers; b[1] is not 1."""
    a, x = dyadic(rng, 3, 2), np.abs(dyadic(rng, 3))
    a[:, 1] = np.abs(a[:, 1])
    return a, x


@pencil.case("a vector times a matrix", "g_some2")
def some2_generic(rng):
    """Everything positive, so that nothing cancels in b."""
    return rng.uniform(0.5, 2.0, size=(3, 2)), rng.uniform(0.5, 2.0, size=3)


@pencil.case("a vector times a matrix", "g_some2")
def some2_negative(rng):
    """b[1] is negative: its square has a negative slope."""
    return rng.uniform(-2.0, -0.5, size=(3, 2)), rng.uniform(0.5, 2.0, size=3)


@pencil.oracle()
def some_torch(a):
    return torch_grad(lambda a: a[0, 1] ** 2 - 2.0 * a[1, 1].exp() + 3.0 * a[2, 1], a)


@pencil.oracle()
def some_complex(a):
    return complex_step(lambda a: a[0, 1] ** 2 - 2.0 * np.exp(a[1, 1]) + 3.0 * a[2, 1], 1.0, a)


@pencil.oracle("g_some2")
def some2_torch(a, x):
    def e(a, x):
        b = x @ a
        return 2 * b[0] + b[1] ** 2

    return torch_grad(e, a, x)


@pencil.oracle("g_some2")
def some2_mp(a, x):
    def e(a, x):
        b = x @ a
        return 2 * b[0] + b[1] * b[1]

    return mp_grad(e, a, x)


@pencil.variant()
def some_rows(a):
    return np.array([[0.0, 2 * a[0][1]], [0.0, -2 * np.exp(a[1][1])], [0.0, 3.0]])


@pencil.variant()
def some_float32(a):
    da = np.zeros_like(a, dtype=np.float32)
    b = a[:, 1].astype(np.float32)
    da[0, 1], da[1, 1], da[2, 1] = b[0] + b[0], -2 * np.exp(b[1]), 3
    return da


@pencil.variant()
def some_in_torch(a):
    # torch may be used to compute, not to differentiate
    b = torch.tensor(a)[:, 1]
    column = torch.stack([2 * b[0], -2 * torch.exp(b[1]), torch.tensor(3.0, dtype=b.dtype)])
    return torch.stack([torch.zeros_like(column), column], dim=1)


@pencil.variant("g_some2")
def some2_loops(a, x):
    second = sum(x[i] * a[i, 1] for i in range(3))
    da, dx = np.zeros((3, 2)), np.zeros(3)
    for i in range(3):
        da[i, 0] = 2 * x[i]
        da[i, 1] = 2 * second * x[i]
        dx[i] = 2 * a[i, 0] + 2 * second * a[i, 1]
    return da, dx


@pencil.variant("g_some2")
def some2_columns(a, x):
    db = np.array([[2.0, 2.0 * np.sum(x * a[:, 1])]])
    return x[:, None] @ db, (a @ db.T)[:, 0]


@pencil.variant("g_some2")
def some2_float32(a, x):
    a, x = a.astype(np.float32), x.astype(np.float32)
    db = np.array([2, 2 * (x @ a)[1]], np.float32)
    return np.outer(x, db), a @ db


@pencil.mistake(
    "You let torch differentiate, and here that is switched off: this one is by hand. Start with the derivatives of e by "
    "b[0], b[1] and b[2].",
    catalogue="M50",
)
def some_autograd(a):
    a = torch.tensor(a, requires_grad=True)
    b = a[:, 1]
    (b[0] ** 2 - 2.0 * torch.exp(b[1]) + 3.0 * b[2]).backward()
    return a.grad


@pencil.mistake(
    "a[:, 1] is the second *column*. Which index do you hold fixed?",
    catalogue="M19",
)
def some_first_column(a):
    da = np.zeros((3, 2))
    da[:, 0] = [2 * a[0, 0], -2 * np.exp(a[1, 0]), 3.0]
    return da


@pencil.mistake("e does not look at the first column at all. What is the derivative by such a number?")
def some_both_columns(a):
    return np.stack([2 * a[0], -2 * np.exp(a[1]), np.full(2, 3.0)])


@pencil.mistake(
    "The shape of a gradient is that of its input: a has two columns. What stands in the one that was not used?",
    catalogue="M10",
)
def some_column_alone(a):
    return np.array([2 * a[0, 1], -2 * np.exp(a[1, 1]), 3.0])


@pencil.mistake(
    "exp is its own derivative: no power rule, and the factor in front of it stays. What is the derivative of -2 exp(b)?"
)
def some_power_rule_for_exp(a):
    da = np.zeros((3, 2))
    da[:, 1] = [2 * a[0, 1], -2 * a[1, 1] * np.exp(a[1, 1] - 1), 3.0]
    return da


@pencil.mistake("Two signs in e are not alike. Which sign does the exponential carry?", catalogue="M04")
def some_sign_lost(a):
    da = np.zeros((3, 2))
    da[:, 1] = [2 * a[0, 1], 2 * np.exp(a[1, 1]), 3.0]
    return da


@pencil.mistake("3 b[2] grows by 3 whenever b[2] grows by 1. Does b[2] itself matter?")
def some_value_kept(a):
    da = np.zeros((3, 2))
    da[:, 1] = [2 * a[0, 1], -2 * np.exp(a[1, 1]), 3.0 * a[2, 1]]
    return da


@pencil.mistake(
    "You let torch differentiate, and here that is switched off: this one is by hand. Start with the derivatives of e by "
    "b[0] and b[1].",
    "g_some2",
    catalogue="M50",
)
def some2_autograd(a, x):
    a, x = torch.tensor(a, requires_grad=True), torch.tensor(x, requires_grad=True)
    b = x @ a
    return torch.autograd.grad(2 * b[0] + b[1] ** 2, (a, x))


@pencil.mistake(
    "Half of your numbers are a factor 2 too small: what is the derivative of b[1]²?",
    "g_some2",
    catalogue="M03",
)
def some2_square_rule(a, x):
    db = np.array([2.0, (x @ a)[1]])
    return np.outer(x, db), a @ db


@pencil.mistake("You return them in the wrong order. Which gradient comes first?", "g_some2")
def some2_exchanged(a, x):
    db = np.array([2.0, 2 * (x @ a)[1]])
    return a @ db, np.outer(x, db)


@pencil.mistake(
    "Your da has the axes of its transpose: the entry in row i and column j is x[i] times the derivative by b[j].",
    "g_some2",
    catalogue="M31",
)
def some2_transposed(a, x):
    db = np.array([2.0, 2 * (x @ a)[1]])
    return np.outer(db, x), a @ db


@pencil.mistake(
    "x goes into both entries of b: two paths. Which of them is missing in dx?", "g_some2", catalogue="M90"
)
def some2_one_path(a, x):
    db = np.array([2.0, 2 * (x @ a)[1]])
    return np.outer(x, db), a[:, 1] * db[1]


@pencil.mistake(
    "The derivative of e by b is right, and then every entry of a gets it unchanged. With which factor does a[i, j] go "
    "into b[j]?",
    "g_some2",
    catalogue="M20",
)
def some2_without_x(a, x):
    db = np.array([2.0, 2 * (x @ a)[1]])
    return np.tile(db, (3, 1)), a @ db


pencil.equivalent(
    "g_some2: np.array([2.0, 2.0 * b[1]]) -> [2.0, 2.0 * b[1]] #1",
    because="numpy multiplies by a list of numbers as by an array",
)
pencil.equivalent(
    "g_some2: b[1] -> b[-1] #1",
    "g_some: a[0, 1] -> a[0, -1] #1",
    "g_some: a[1, 1] -> a[1, -1] #1",
    "g_some: da[0, 1] -> da[0, -1] #1",
    "g_some: da[1, 1] -> da[1, -1] #1",
    "g_some: da[2, 1] -> da[2, -1] #1",
    because="of two columns the second is the last one",
)
pencil.equivalent(
    "g_some2: a @ db -> a @ db.T #1",
    "g_some2: x @ a -> x.T @ a #1",
    because="a vector is its own transpose in numpy",
)
pencil.equivalent(
    "g_some: np.zeros((3, 2)) -> -np.zeros((3, 2)) #1",
    "g_some: np.zeros((3, 2)) -> 2 * np.zeros((3, 2)) #1",
    because="a multiple of nothing",
)


# ------------------------------------------------------------------------------------------------------- 4.5
products = assignment.exercise(
    "vjp",
    id="4.5",
    points={"a weighted backward": 2, "the Jacobian": 2},
    functions=("vjp", "jacobian_by_vjp"),
    hints=(
        "backward() wants one number. How do you make one number of a vector, with a say for each of its entries?",
        (
            "Give the weights to backward: r.backward(w). For the Jacobian: which weights leave only y_i in the weighted "
            "sum? Take one after the other, and keep the graph in between."
        ),
        (
            "x = x.clone().requires_grad_(); y = f(x); for each row v of torch.eye(len(y)): "
            "torch.autograd.grad(y, x, v, retain_graph=True)[0]; torch.stack the rows."
        ),
    ),
    lecture="Binder, L6: the Jacobi matrix and backward(weight)",
    minutes=35,
    drivers={"jacobian_by_vjp": "jacobian"},
)


@products.case("a weighted backward", exact=True)
def vjp_lecture_weights(rng):
    """The lecture's shapes and its weights (2, 1): not ones."""
    return dyadic(rng, 3, 2), dyadic(rng, 3), np.array([2.0, 1.0])


@products.case("a weighted backward")
def vjp_generic(rng):
    """More outputs than inputs, with weights of both signs."""
    return generic(rng, 2, 5), generic(rng, 2), generic(rng, 5) * np.array([1.0, 2.0, 0.3, 1.0, 3.0])


@products.case("a weighted backward", exact=True)
def vjp_square(rng):
    """A square matrix that is not symmetric, and a weight that is 0."""
    return dyadic(rng, 3, 3), dyadic(rng, 3), np.array([0.0, 2.0, -3.0])


@products.case("the Jacobian", "jacobian_by_vjp", exact=True)
def jacobian_differences(rng):
    """A linear f: its graph keeps nothing, and may be walked again and again. Four inputs, three outputs."""
    return "differences", {}, dyadic(rng, 4)


@products.case("the Jacobian", "jacobian_by_vjp")
def jacobian_layer(rng):
    """More outputs than inputs, and nothing is linear."""
    return "layer", {"W": generic(rng, 5, 3), "b": generic(rng, 5)}, rng.uniform(-0.4, 0.4, size=3)


@products.case("the Jacobian", "jacobian_by_vjp", exact=True)
def jacobian_square(rng):
    """As many outputs as inputs: only the numbers tell rows from columns."""
    return (
        "squares",
        {"W": np.array([[2.0, 3.0, 5.0], [7.0, -2.0, 4.0], [-3.0, 6.0, 8.0]])},
        different(rng, 3),
    )


@products.case("the Jacobian", "jacobian_by_vjp")
def jacobian_one_output(rng):
    """One output: a Jacobian of one row, not a vector."""
    return "layer", {"W": generic(rng, 1, 4), "b": generic(rng, 1)}, rng.uniform(-0.4, 0.4, size=4)


@products.formula()
def vjp_formula(a, x, w):
    return np.outer(x, w), a @ w


@products.formula("jacobian_by_vjp")
def jacobian_formula(name, parts, x):
    if name == "layer":
        y = np.tanh(parts["W"] @ x)
        return (1.0 - y * y)[:, None] * parts["W"]
    if name == "squares":
        return 2.0 * parts["W"] * x
    return np.eye(len(x))[1:] - np.eye(len(x))[:-1]


@products.oracle()
def vjp_torch(a, x, w):
    return torch_vjp(lambda a, x: x @ a, w, a, x)


@products.oracle()
def vjp_complex(a, x, w):
    return complex_step(lambda a, x: x @ a, w, a, x)


@products.oracle("jacobian_by_vjp")
def jacobian_torch(name, parts, x):
    import torch

    from autograder.sandbox.drivers import MAPS

    f = MAPS[name]({key: torch.tensor(part) for key, part in parts.items()})
    return torch.autograd.functional.jacobian(f, torch.tensor(x)).numpy()


@products.oracle("jacobian_by_vjp")
def jacobian_complex(name, parts, x):
    f = {
        "layer": lambda x: np.tanh(parts["W"] @ x) + parts["b"],
        "squares": lambda x: parts["W"] @ x**2,
        "differences": lambda x: x[1:] - x[:-1],
    }[name]
    return np.stack([complex_step(f, unit, x) for unit in np.eye(len(f(x)))])


@products.variant()
def vjp_weighted_sum(a, x, w):
    a, x = torch.from_numpy(a).clone().requires_grad_(), torch.from_numpy(x).clone().requires_grad_()
    torch.dot(x @ a, torch.from_numpy(w)).backward()
    return a.grad, x.grad


@products.variant()
def vjp_func(a, x, w):
    _, pull = torch.func.vjp(lambda a, x: torch.mv(a.T, x), torch.tensor(a), torch.tensor(x))
    return pull(torch.tensor(w))


@products.variant()
def vjp_float32(a, x, w):
    a = torch.tensor(a, dtype=torch.float32, requires_grad=True)
    x = torch.tensor(x, dtype=torch.float32, requires_grad=True)
    r = torch.mm(x.unsqueeze(0), a).squeeze(0)
    return torch.autograd.grad(r, (a, x), grad_outputs=torch.tensor(w, dtype=torch.float32))


@products.variant("jacobian_by_vjp")
def jacobian_entry_by_entry(f, x):
    x = x.detach().clone().requires_grad_(True)
    rows = []
    for i in range(f(x).numel()):
        x.grad = None
        f(x)[i].backward()
        rows.append(x.grad.clone())
    return torch.stack(rows).numpy()


@products.variant("jacobian_by_vjp")
def jacobian_cleared(f, x):
    x = torch.tensor(x.numpy(), requires_grad=True)
    y = f(x)
    J = np.zeros((len(y), len(x)))
    for i in range(len(y)):
        weights = torch.zeros(len(y), dtype=torch.float64)
        weights[i] = 1.0
        y.backward(weights, retain_graph=True)
        J[i] = x.grad.numpy()
        x.grad.zero_()
    return J


@products.variant("jacobian_by_vjp")
def jacobian_ready_made(f, x):
    # torch has it, too
    return torch.autograd.functional.jacobian(f, x)


@products.variant("jacobian_by_vjp")
def jacobian_reverse(f, x):
    return torch.func.jacrev(f)(x)


@products.mistake(
    "Your weights were all 1: backward() of r.sum() ignores w. What do you multiply the outputs by before they are added?",
    catalogue="M53",
)
def vjp_plain_sum(a, x, w):
    a, x = torch.tensor(a, requires_grad=True), torch.tensor(x, requires_grad=True)
    (x @ a).sum().backward()
    return a.grad, x.grad


@products.mistake(
    "r has several entries, and backward() cannot know what you think of each. What does it need from you?"
)
def vjp_no_weights(a, x, w):
    a, x = torch.tensor(a, requires_grad=True), torch.tensor(x, requires_grad=True)
    (x @ a).backward()
    return a.grad, x.grad


@products.mistake(
    "Your results still belong to a graph: create_graph=True is for second derivatives. Leave it off, or detach.",
    catalogue="M51",
)
def vjp_create_graph(a, x, w):
    a, x = torch.tensor(a, requires_grad=True), torch.tensor(x, requires_grad=True)
    return torch.autograd.grad(x @ a, (a, x), torch.tensor(w), create_graph=True)


@products.mistake(
    "The outputs were multiplied by w once too often. In which of the two places do the weights belong?"
)
def vjp_weights_twice(a, x, w):
    a, x, w = torch.tensor(a, requires_grad=True), torch.tensor(x, requires_grad=True), torch.tensor(w)
    (x @ a * w).backward(w)
    return a.grad, x.grad


@products.mistake(
    "Only the first output counts in your result. Which weights did you give to the others?", catalogue="M18"
)
def vjp_first_output(a, x, w):
    a, x = torch.tensor(a, requires_grad=True), torch.tensor(x, requires_grad=True)
    (x @ a)[0].backward(torch.tensor(w)[0])
    return a.grad, x.grad


@products.mistake("You return them in the wrong order. Which gradient comes first?")
def vjp_exchanged(a, x, w):
    return a @ w, np.outer(x, w)


@products.mistake(
    "Column i of yours is the gradient of output i. In which layout does this sheet want its Jacobian?",
    "jacobian_by_vjp",
    catalogue="M09",
)
def jacobian_columns(f, x):
    return torch.autograd.functional.jacobian(f, x).T


@products.mistake(
    "You asked for the sum of all outputs, so the rows came added up. Which weights single out one output?",
    "jacobian_by_vjp",
    catalogue="M53",
)
def jacobian_sum(f, x):
    x = x.clone().requires_grad_()
    f(x).sum().backward()
    return x.grad


@products.mistake(
    "Each row of yours contains all rows above it: .grad adds up. What must happen between two sweeps?",
    "jacobian_by_vjp",
    catalogue="M48",
)
def jacobian_piled_up(f, x):
    x = x.clone().requires_grad_()
    y, rows = f(x), []
    for i in range(len(y)):
        y[i].backward(retain_graph=True)
        rows.append(x.grad.clone())
    return torch.stack(rows)


@products.mistake(
    "All of your rows are the last one, or their sum: you kept the same tensor each time, and torch wrote into it. What "
    "makes a copy?",
    "jacobian_by_vjp",
    catalogue="M58",
)
def jacobian_aliased(f, x):
    x = x.clone().requires_grad_()
    y, rows = f(x), []
    for i in range(len(y)):
        if x.grad is not None:
            x.grad.zero_()
        y[i].backward(retain_graph=True)
        rows.append(x.grad)
    return torch.stack(rows)


@products.mistake(
    "torch frees a graph when it has walked it, and the second row finds nothing. How do you keep it?",
    "jacobian_by_vjp",
)
def jacobian_freed(f, x):
    x = x.clone().requires_grad_()
    y = f(x)
    return torch.stack([torch.autograd.grad(y, x, unit)[0] for unit in torch.eye(len(y), dtype=y.dtype)])


@products.mistake(
    "Your result still belongs to a graph: create_graph=True is for second derivatives. Leave it off, or detach.",
    "jacobian_by_vjp",
    catalogue="M51",
)
def jacobian_create_graph(f, x):
    return torch.autograd.functional.jacobian(f, x.clone().requires_grad_(), create_graph=True) * 1.0


@products.mistake(
    "Every gradient came out as 0 or not at all: the graph was cut. Through a copy that was made by .detach() or "
    "torch.tensor(...) after x was marked, nothing flows back.",
    "jacobian_by_vjp",
    catalogue="M52",
)
def jacobian_cut(f, x):
    x = x.clone().requires_grad_()
    y = f(x.detach())
    return torch.stack(
        [torch.autograd.grad(y, x, unit, retain_graph=True)[0] for unit in torch.eye(len(y), dtype=y.dtype)]
    )


@products.mistake(
    "x is not marked, so torch recorded nothing. Which call on your copy of x does that?",
    "jacobian_by_vjp",
    like="jacobian-cut",
)
def jacobian_not_marked(f, x):
    y = f(x)
    return torch.stack(
        [torch.autograd.grad(y, x, unit, retain_graph=True)[0] for unit in torch.eye(len(y), dtype=y.dtype)]
    )


products.equivalent(
    "vjp: a_leaf.grad.numpy() -> a_leaf.grad #1",
    "vjp: x_leaf.grad.numpy() -> x_leaf.grad #1",
    because="a tensor that belongs to no graph is as good as an array",
)
products.equivalent(
    "vjp: x_leaf @ a_leaf -> x_leaf.T @ a_leaf #1",
    because="a vector is its own transpose in torch",
)
products.equivalent(
    "jacobian_by_vjp: torch.eye(len(y), dtype=y.dtype) -> torch.eye(len(y)) #1",
    "jacobian_by_vjp: y.dtype -> leaf.dtype #1",
    because="0 and 1 are the same in every precision, and torch takes either",
)
products.equivalent(
    "jacobian_by_vjp: x.clone() -> x #1",
    because="the copy is advice: x is made for this call alone",
)


# ------------------------------------------------------------------------------------------------------- 4.6
inside = assignment.exercise(
    "graph_ops",
    id="4.6",
    points={"names of the graph": 1, "a prediction without a graph": 1, "shapes of the parameters": 1},
    functions=("graph_ops", "predict_no_grad", "param_shapes"),
    hints=(
        "Print t.grad_fn and t.grad_fn.next_functions for t = (a + b) * c. What is in the pairs?",
        (
            "Pre-order: first the node's own name, then the whole list of its first operand, then that of the second. Leave "
            "out what is None. For b) there is a `with` block, for c) a method that yields names and parameters."
        ),
        (
            "A function that takes a node: nothing for None, else [type(node).__name__] plus the lists of all "
            "node.next_functions[i][0]. with torch.no_grad(): return model(X). "
            "{name: tuple(p.shape) for name, p in model.named_parameters()}."
        ),
    ),
    lecture="Binder, L6: print_graph, named_parameters, no_grad",
    minutes=30,
    drivers={"graph_ops": "recorded", "predict_no_grad": "prediction", "param_shapes": "parameters"},
)


@inside.case("names of the graph")
def ops_lecture(rng):
    """(a + b) * c, all marked."""
    return [1.0, 2.0, 3.0], [True, True, True], [("+", (0, 1), 0.0), ("*", (3, 2), 0.0)], 4


@inside.case("names of the graph")
def ops_both_sides(rng):
    """Both operands have something below them: pre-order differs from every other order."""
    steps = [
        ("+", (0, 1), 0.0),
        ("-", (2, 3), 0.0),
        ("exp", (4,), 0.0),
        ("/", (6, 5), 0.0),
        ("tanh", (7,), 0.0),
    ]
    return [1.0, 2.0, 3.0, 5.0], [True] * 4, steps, 8


@inside.case("names of the graph")
def ops_unmarked_operand(rng):
    """An operand that is not marked has no node: None."""
    steps = [("*", (0, 1), 0.0), ("+number", (3,), 2.0), ("*", (2, 4), 0.0)]
    return [1.0, 2.0, 3.0], [True, False, True], steps, 5


@inside.case("names of the graph")
def ops_shared(rng):
    """A node on two paths is listed on both."""
    steps = [("*", (0, 1), 0.0), ("relu", (2,), 0.0), ("+", (3, 2), 0.0)]
    return [1.5, 2.0], [True, True], steps, 4


@inside.case("names of the graph")
def ops_same_operand(rng):
    """Both operands are the same node."""
    return [1.5], [True], [("exp", (0,), 0.0), ("*", (1, 1), 0.0)], 2


@inside.case("names of the graph")
def ops_leaf(rng):
    """A leaf was not computed: no grad_fn."""
    return [1.0], [True], [], 0


@inside.case("names of the graph")
def ops_nothing_recorded(rng):
    """No leaf is marked, so nothing was recorded."""
    return [1.0, 2.0], [False, False], [("*", (0, 1), 0.0), ("exp", (2,), 0.0)], 3


@inside.formula()
def ops_formula(leaves, tracked, steps, place):
    kinds = {"+": "Add", "+number": "Add", "-": "Sub", "*": "Mul", "/": "Div", "exp": "Exp", "tanh": "Tanh"}

    def recorded_at(node):
        if node < len(leaves):
            return tracked[node]
        return any(recorded_at(below) for below in steps[node - len(leaves)][1])

    def names(node):
        if not recorded_at(node):
            return []
        if node < len(leaves):
            return ["AccumulateGrad"]
        operation, operands, _ = steps[node - len(leaves)]
        listed = [kinds.get(operation, "Relu") + "Backward0"]
        for below in operands:
            listed += names(below)
        return listed

    return names(place) if place >= len(leaves) else []


def network(rng, *sizes):
    """Return weights (outputs, inputs) and biases of a network, small enough that no tanh is flat."""
    return [
        (generic(rng, outputs, inputs) / inputs, 0.3 * generic(rng, outputs))
        for inputs, outputs in itertools.pairwise(sizes)
    ]


def untouched(training):
    """Return what is seen of a prediction that leaves nothing behind. training: the mode in which it found the model."""
    kept = {"same_parameters": True, "same_gradients": True}
    return {"recorded": False, "training": training, **kept, "tracking": True}


@inside.case("a prediction without a graph", "predict_no_grad")
def predict_numbers(rng):
    """What is returned is what the model says, and belongs to no graph."""
    return network(rng, 3, 5, 2), generic(rng, 4, 3), True, "value"


@inside.case("a prediction without a graph", "predict_no_grad")
def predict_numbers_in_eval(rng):
    """The same for a model that is in the other mode, with one more layer."""
    return network(rng, 2, 4, 3, 1), generic(rng, 5, 2), False, "value"


@inside.case("a prediction without a graph", "predict_no_grad")
def predict_traces_in_training(rng):
    """In the middle of a training step: mode, parameters and gradients are needed afterwards."""
    return network(rng, 3, 5, 2), generic(rng, 4, 3), True, "traces"


@inside.case("a prediction without a graph", "predict_no_grad")
def predict_traces_in_eval(rng):
    """A model that is in evaluation mode stays there."""
    return network(rng, 2, 3, 1), generic(rng, 4, 2), False, "traces"


@inside.case("a prediction without a graph", "predict_no_grad")
def predict_traces_of_one_layer(rng):
    """The same with a single layer, in training mode."""
    return network(rng, 4, 2), generic(rng, 3, 4), True, "traces"


@inside.case("a prediction without a graph", "predict_no_grad")
def predict_traces_of_three_layers(rng):
    """The same with more layers and a single row, in evaluation mode."""
    return network(rng, 3, 4, 3, 2), generic(rng, 1, 3), False, "traces"


@inside.formula("predict_no_grad")
def predict_formula(layers, X, training, look):
    if look == "traces":
        return untouched(training)
    a = X
    for place, (W, b) in enumerate(layers):
        a = (np.tanh(a) if place else a) @ W.T + b
    return a


@inside.oracle("predict_no_grad")
def predict_torch(layers, X, training, look):
    import torch

    if look == "traces":
        return untouched(training)
    a = torch.tensor(X)
    for W, b in layers[:-1]:
        a = torch.tanh(torch.nn.functional.linear(a, torch.tensor(W), torch.tensor(b)))
    return torch.nn.functional.linear(a, *map(torch.tensor, layers[-1])).numpy()


@inside.oracle("predict_no_grad")
def predict_mp(layers, X, training, look):
    if look == "traces":
        return untouched(training)
    with mpmath.workdps(40):
        a = mp_array(X)
        for place, (W, b) in enumerate(layers):
            a = (mp_each(mpmath.tanh)(a) if place else a) @ mp_array(W).T + mp_array(b)
        return a.astype(np.float64)


@inside.case("shapes of the parameters", "param_shapes")
def shapes_plain(rng):
    """Two layers of different sizes: outputs come first in a weight."""
    return [("hidden", "Linear", (3, 5)), ("out", "Linear", (5, 2))], ""


@inside.case("shapes of the parameters", "param_shapes")
def shapes_nested(rng):
    """Layers inside of layers, and a parameter of the model itself."""
    layers = [
        ("encoder.0", "Linear", (4, 7)),
        ("encoder.1.deep", "Linear", (7, 3)),
        ("scale", "Parameter", (2, 3, 4)),
    ]
    return layers, ""


@inside.case("shapes of the parameters", "param_shapes")
def shapes_with_buffers(rng):
    """A batch normalisation remembers statistics, which are no parameters; a convolution's weight has four axes."""
    return [("conv", "Conv2d", (3, 6, 5)), ("norm", "BatchNorm1d", (6,)), ("head", "Linear", (6, 2))], ""


@inside.case("shapes of the parameters", "param_shapes")
def shapes_frozen(rng):
    """A frozen layer's parameters are parameters."""
    return [
        ("backbone", "Linear", (5, 4)),
        ("norm", "BatchNorm1d", (4,)),
        ("head.last", "Linear", (4, 3)),
    ], "backbone"


@inside.case("shapes of the parameters", "param_shapes")
def shapes_frozen_inside(rng):
    """A frozen layer deeper down."""
    return [("body.0", "Linear", (2, 6)), ("body.1", "Linear", (6, 3))], "body.0"


@inside.formula("param_shapes")
def shapes_formula(layers, frozen):
    shapes = {}
    for name, kind, sizes in layers:
        if kind == "Parameter":
            shapes[name] = tuple(sizes)
            continue
        weight = (sizes[1], sizes[0], sizes[-1], sizes[-1]) if kind == "Conv2d" else tuple(sizes)[::-1]
        shapes[name + ".weight"] = weight
        shapes[name + ".bias"] = weight[:1]
    return shapes


@inside.variant()
def ops_recursive(t):
    def walk(node):
        if node is None:
            return []
        return [type(node).__name__] + [name for below, _ in node.next_functions for name in walk(below)]

    return walk(t.grad_fn)


@inside.variant()
def ops_printed(t):
    lines = []

    def print_graph(node, level=0):
        if node is None:
            return
        lines.append("*" * level + node.__class__.__name__)
        for pair in node.next_functions:
            print_graph(pair[0], level + 1)

    print_graph(t.grad_fn)
    return [line.lstrip("*") for line in lines]


@inside.variant("predict_no_grad")
def predict_inference(model, X):
    with torch.inference_mode():
        return model.forward(X)


@inside.variant("predict_no_grad")
def predict_in_eval_and_back(model, X):
    before = model.training
    model.eval()
    with torch.no_grad():
        y = model(X)
    model.train(before)
    return y.numpy()


@inside.variant("predict_no_grad")
def predict_switched_off_and_on(model, X):
    torch.set_grad_enabled(False)
    try:
        return torch.cat([model(row[None]) for row in X])
    finally:
        torch.set_grad_enabled(True)


@inside.variant("param_shapes")
def shapes_loop(model):
    shapes = {}
    for name, parameter in model.named_parameters():
        shapes[name] = parameter.shape
    return shapes


@inside.variant("param_shapes")
def shapes_module_by_module(model):
    return {
        f"{path}.{name}" if path else name: tuple(parameter.size())
        for path, module in model.named_modules()
        for name, parameter in module.named_parameters(recurse=False)
    }


def walked(node, leaves=True):
    """Return the names below a node, itself first."""
    if node is None or (not leaves and type(node).__name__ == "AccumulateGrad"):
        return []
    return [type(node).__name__] + [
        name for below, _ in node.next_functions for name in walked(below, leaves)
    ]


@inside.mistake(
    "An operand that needs no gradient has no node: None stands in its place. Where does your walk ask None for its name?"
)
def ops_trips_over_none(t):
    names, waiting = [], [t.grad_fn]
    while waiting:
        node = waiting.pop()
        names.append(type(node).__name__)
        waiting += [below for below, _ in reversed(node.next_functions)]
    return names


@inside.mistake(
    "You list the graph level by level. Pre-order finishes everything below the first operand before it looks at the second."
)
def ops_level_by_level(t):
    names, level = [], [t.grad_fn]
    while level:
        names += [type(node).__name__ for node in level if node is not None]
        level = [below for node in level if node is not None for below, _ in node.next_functions]
    return names


@inside.mistake("A node stands behind its operands in your list. Pre-order means: who comes first?")
def ops_post_order(t):
    def walk(node):
        if node is None:
            return []
        return [name for below, _ in node.next_functions for name in walk(below)] + [type(node).__name__]

    return walk(t.grad_fn)


@inside.mistake("You visit every node once. The text wants a node on two paths to be listed twice.")
def ops_each_once(t):
    names, seen = [], set()

    def walk(node):
        if node is not None and node not in seen:
            seen.add(node)
            names.append(type(node).__name__)
            for below, _ in node.next_functions:
                walk(below)

    walk(t.grad_fn)
    return names


@inside.mistake(
    "You follow the first operand only. next_functions has a pair for each of them.", catalogue="M90"
)
def ops_first_operand(t):
    names, node = [], t.grad_fn
    while node is not None:
        names.append(type(node).__name__)
        node = node.next_functions[0][0] if node.next_functions else None
    return names


@inside.mistake("The leaves are missing: what is the class of the node where a leaf's gradient is added up?")
def ops_without_leaves(t):
    return walked(t.grad_fn, leaves=False)


@inside.mistake(
    "Where nothing was recorded the list should be empty. What does yours do with a grad_fn of None?"
)
def ops_of_nothing(t):
    return walked(t.grad_fn) if t.grad_fn is not None else ["NoneType"]


@inside.mistake(
    "What you return still has its grad_fn: torch recorded the whole graph. Which block tells it not to?",
    "predict_no_grad",
    catalogue="M55",
)
def predict_tracked(model, X):
    return model(X)


@inside.mistake(
    "You cut the result off, but the graph was recorded all the same, and its memory taken. How do you keep torch from "
    "recording in the first place?",
    "predict_no_grad",
)
def predict_detached(model, X):
    return model(X).detach()


@inside.mistake(
    "The model was in training mode, and you left it in evaluation mode. What will its dropout do in the next step?",
    "predict_no_grad",
    catalogue="M55",
)
def predict_left_in_eval(model, X):
    model.eval()
    with torch.no_grad():
        return model(X)


@inside.mistake(
    "The model was in evaluation mode, and you switched it to training mode at the end. What was it before you came?",
    "predict_no_grad",
)
def predict_back_to_training(model, X):
    model.eval()
    with torch.no_grad():
        y = model(X)
    model.train()
    return y


@inside.mistake(
    "The gradients that the caller had collected are gone. Does a prediction have to clear anything?",
    "predict_no_grad",
    catalogue="M55",
)
def predict_clears(model, X):
    model.zero_grad()
    with torch.no_grad():
        return model(X)


@inside.mistake(
    "You changed the marks of the parameters, and afterwards they are not what they were: what could be trained cannot, "
    "or what was frozen can. Which block works without touching them?",
    "predict_no_grad",
)
def predict_freezes(model, X):
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    return model(X)


@inside.mistake(
    "Recording is still switched off when your function is done, for the whole program. Which form switches it on again?",
    "predict_no_grad",
)
def predict_off_for_good(model, X):
    torch.set_grad_enabled(False)
    return model(X)


@inside.mistake(
    "Your list holds buffers as well: a state_dict is everything that is saved. Which method yields parameters only?",
    "param_shapes",
)
def shapes_of_state(model):
    return {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()}


@inside.mistake(
    "The frozen parameters are missing. Not to be trained is no reason not to be listed.", "param_shapes"
)
def shapes_trained_only(model):
    return {name: tuple(p.shape) for name, p in model.named_parameters() if p.requires_grad}


@inside.mistake(
    "You look at the layers that the model names itself, not at those inside of them. Which method goes all the way down?",
    "param_shapes",
)
def shapes_top_only(model):
    return {
        f"{name}.{kind}": tuple(getattr(module, kind).shape)
        for name, module in model.named_children()
        for kind in ("weight", "bias")
        if getattr(module, kind, None) is not None
    }


@inside.mistake(
    "A weight is (outputs, inputs) in torch. Why do you turn it round?", "param_shapes", catalogue="M09"
)
def shapes_turned(model):
    return {name: tuple(p.shape)[::-1] for name, p in model.named_parameters()}


@inside.mistake("You counted the entries. A shape is a tuple with the size of each axis.", "param_shapes")
def shapes_counted(model):
    return {name: p.numel() for name, p in model.named_parameters()}


inside.equivalent(
    "param_shapes: tuple(parameter.shape) -> parameter.shape #1",
    because="the text accepts torch.Size",
)


# ------------------------------------------------------------------------------------------------------- 4.7
swish = assignment.exercise(
    "Swish",
    id="4.7",
    points={"the gradient": 0.5, "the gradient of the gradient": 0.5},
    hints=(
        "What is the derivative of x σ(x)? Which of its ingredients does backward() have to be given?",
        (
            "Product rule: σ(x) + x σ'(x), with σ' = σ (1 - σ). Multiply by the upstream gradient. Keep x itself with "
            "ctx.save_for_backward."
        ),
        (
            "forward: ctx.save_for_backward(x); return x * torch.sigmoid(x). backward: (x,) = ctx.saved_tensors; "
            "s = torch.sigmoid(x); return grad * (s + x * s * (1 - s))."
        ),
    ),
    lecture="Özçep, V2: the sigmoid and its derivative; Binder, L6: what autograd records",
    minutes=20,
    drivers={"Swish": "operation"},
)


def spread(rng, *shape):
    """Return numbers from -3 to 3, none of them near another or near 0."""
    count = int(np.prod(shape))
    return rng.permutation(np.linspace(-3.0, 3.0, count) + rng.uniform(0.02, 0.12, size=count)).reshape(shape)


@swish.case("the gradient")
def swish_value(rng):
    """The forward pass."""
    return spread(rng, 6), np.ones(6), np.ones(6), 0


@swish.case("the gradient")
def swish_value_of_matrix(rng):
    """The forward pass with two axes."""
    return spread(rng, 4, 2), np.ones((4, 2)), np.ones((4, 2)), 0


@swish.case("the gradient")
def swish_gradient(rng):
    """The gradient, with an upstream gradient that is not ones."""
    return spread(rng, 6), 3.0 * generic(rng, 6), np.ones(6), 1


@swish.case("the gradient")
def swish_gradient_of_matrix(rng):
    """Two axes, and one more upstream gradient."""
    return spread(rng, 2, 4), 0.3 * generic(rng, 2, 4), np.ones((2, 4)), 1


@swish.case("the gradient", exact=True)
def swish_at_zero(rng):
    """At 0 the gradient is half of the upstream one, exactly."""
    return np.zeros(3), dyadic(rng, 3), np.ones(3), 1


@swish.case("the gradient of the gradient")
def swish_second(rng):
    """The second derivative, which torch takes of backward()."""
    return spread(rng, 6), generic(rng, 6), 2.0 * generic(rng, 6), 2


@swish.case("the gradient of the gradient")
def swish_second_of_matrix(rng):
    """The same with two axes."""
    return spread(rng, 3, 2), generic(rng, 3, 2), generic(rng, 3, 2), 2


@swish.formula()
def swish_formula(x, grad, direction, order):
    # as students write it, with 1 - s: its rounding errors belong to the tolerance
    s = 1.0 / (1.0 + np.exp(-x))
    if order == 0:
        return x * s
    if order == 1:
        return grad * (s + x * s * (1.0 - s))
    return direction * grad * (s * (1.0 - s) + (1.0 - 2.0 * s) * (x * s * (1.0 - s)) + s * (1.0 - s))


@swish.oracle()
def swish_torch(x, grad, direction, order):
    import torch

    at = torch.tensor(x, requires_grad=True)
    y = torch.nn.functional.silu(at)
    if order == 0:
        return y.detach().numpy()
    (first,) = torch.autograd.grad((torch.tensor(grad) * y).sum(), at, create_graph=True)
    if order == 1:
        return first.detach().numpy()
    (second,) = torch.autograd.grad((torch.tensor(direction) * first).sum(), at)
    return second.numpy()


@swish.oracle()
def swish_mp(x, grad, direction, order):
    def f(x):
        return x / (1 + mp_each(mpmath.exp)(-x))

    with mpmath.workdps(60):
        if order == 0:
            return f(mp_array(x)).astype(np.float64)
        if order == 1:
            return mp_vjp(f, grad, x)
        step = mpmath.mpf(10) ** -15
        at, weights = mp_array(x), mp_array(grad) * mp_array(direction)
        return (weights * (f(at + step) - 2 * f(at) + f(at - step)) / step**2).astype(np.float64)


@swish.variant()
class swish_set_up(torch.autograd.Function):
    @staticmethod
    def forward(x):
        return x / (1.0 + torch.exp(-x))

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        s = x.sigmoid()
        return grad * s * (1 + x * (1 - s))


@swish.variant()
class swish_from_its_value(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.nn.functional.silu(x)

    @staticmethod
    def backward(ctx, grad):
        x = ctx.saved_tensors[0]
        s = 1 / (1 + torch.exp(-x))
        y = x * s
        return grad * (y + s * (1 - y))


@swish.variant()
class swish_by_tanh(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return 0.5 * x * (1 + torch.tanh(0.5 * x))

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        t = torch.tanh(x / 2)
        return grad * ((1 + t) / 2 + x * (1 - t * t) / 4)


@swish.mistake("backward() fits Swish, and forward() is a plain sigmoid. What is σ(x) multiplied by?")
class swish_forward_sigmoid(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.sigmoid(x)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        s = torch.sigmoid(x)
        return grad * (s + x * s * (1.0 - s))


@swish.mistake(
    "Your gradient is the same whatever arrives from above: backward() got `grad`. Where does it go?",
    catalogue="M53",
)
class swish_ignores_upstream(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * torch.sigmoid(x)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        s = torch.sigmoid(x)
        return s + x * s * (1.0 - s)


@swish.mistake(
    "The gradient is right, its own gradient is not: you kept a number that was computed in forward(), and torch takes it "
    "for a constant. What can you keep in its place?"
)
class swish_keeps_sigmoid(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        s = torch.sigmoid(x)
        ctx.save_for_backward(x, s)
        return x * s

    @staticmethod
    def backward(ctx, grad):
        x, s = ctx.saved_tensors
        return grad * (s + x * s * (1.0 - s))


@swish.mistake(
    "The gradient is right, but it has no graph of its own: .detach(), .numpy() or no_grad in backward() cut it off. "
    "Can you compute it with torch operations on x alone?",
    catalogue="M52",
)
class swish_cut(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * torch.sigmoid(x)

    @staticmethod
    def backward(ctx, grad):
        x = ctx.saved_tensors[0].detach().numpy()
        s = 1.0 / (1.0 + np.exp(-x))
        return torch.tensor(grad.detach().numpy() * (s + x * s * (1.0 - s)))


@swish.mistake(
    "x appears twice in x σ(x), and you differentiated one of the two. What does the product rule add?",
    catalogue="M90",
)
class swish_first_half(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * torch.sigmoid(x)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return grad * torch.sigmoid(x)


@swish.mistake(
    "You differentiated σ, and forgot that x itself is a factor with a slope. What does the product rule add?"
)
class swish_second_half(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * torch.sigmoid(x)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        s = torch.sigmoid(x)
        return grad * x * s * (1.0 - s)


@swish.mistake(
    "You use σ where its derivative belongs. What is σ', written with σ alone?",
    catalogue="M27",
)
class swish_slope_is_sigmoid(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * torch.sigmoid(x)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        s = torch.sigmoid(x)
        return grad * (s + x * s)


@swish.mistake(
    "backward() works on the output y as if it were x. Which of the two did you keep?",
    catalogue="M22",
)
class swish_of_output(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        y = x * torch.sigmoid(x)
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        s = torch.sigmoid(x)
        return grad * (s + x * s * (1.0 - s))
