# %% [markdown]
# **This is your file: work in it.** Replace each `raise NotImplementedError()` and the comment above it
# by your own code, and keep the names and the arguments of the functions. The script and the notebook of
# this sheet are the same: use the one you like better. There are 22 points to earn.

# %% [markdown]
# # Backpropagation in a multilayer perceptron
#
# A network with a million weights has a gradient with a million entries. Measuring them one by one would take a
# million runs of the network. Backpropagation gets *all* of them for the price of a few: it goes through the network
# once forwards and once backwards. In this sheet you write it, first for one sample, then for a whole batch. At the end
# you write a program that finds out whether somebody's gradient is right. It is the program to reach for whenever you
# have derived a gradient by hand.
#
# You need numpy, the chain rule for vectors, and what an activation function is.
#
# **Conventions of this sheet.** A network has $M$ layers. Layer $i$ takes the vector $a^{i-1}$ and computes
#
# $$z^i = W^{(i)} a^{i-1} + b^i, \qquad a^i = \sigma(z^i), \qquad a^0 = x .$$
#
# - $W^{(i)}$ has the shape **(outputs of the layer, inputs of the layer)**: it stands on the left of a column. (Other
#   sheets compute `X @ W` with the shape turned round. Always look it up first.)
# - Every layer has the same activation $\sigma$, the last layer too.
# - The loss of one sample is the squared distance between the output and the target $y$,
#
# $$C = \|a^M - y\|^2 = \sum_k (a^M_k - y_k)^2,$$
#
#   without a ½ in front and without dividing by the number of outputs.
# - Formulas count layers from 1, Python lists count from 0. `Ws[0]` and `bs[0]` belong to layer 1, and so does
#   `zs[0]`. The list of the $a^i$ has one entry more: **`as_[0]` is the input $x$**, and `as_[i]` is what layer $i$
#   puts out. (It is called `as_` because `as` means something in Python.)
# - Arguments stay as they are: never change one in place.
#
# The functions in the next cell are given. The names of the activations are `'tanh'`, `'sigmoid'`, `'relu'` and
# `'linear'`. The slope of relu at $z = 0$ is taken as 0, as PyTorch does.

# %%
from collections.abc import Callable

import numpy as np


def activate(z: np.ndarray, act: str) -> np.ndarray:
    """Return act(z), entry by entry, as a new array. Raises ValueError for a name that is not in the list."""
    if act == "tanh":
        return np.tanh(z)
    if act == "sigmoid":
        return 1.0 / (1.0 + np.exp(-z))
    if act == "relu":
        return np.maximum(z, 0.0)
    if act == "linear":
        return z.copy()
    raise ValueError(f"there is no activation named {act!r}")


def slope(z: np.ndarray, act: str) -> np.ndarray:
    """Return the derivative act'(z), entry by entry. z is what goes *into* the activation."""
    if act == "tanh":
        return 1.0 - np.tanh(z) ** 2
    if act == "sigmoid":
        return activate(z, "sigmoid") * (1.0 - activate(z, "sigmoid"))
    if act == "relu":
        return np.where(z > 0, 1.0, 0.0)
    if act == "linear":
        return np.ones(z.shape)
    raise ValueError(f"there is no activation named {act!r}")


# %% [markdown]
# ## 6.1 Forwards, and keep everything (3 points)
#
# The backward pass needs what the forward pass has seen: every $z^i$, to know how steep the activation is there, and
# every $a^i$, because a weight's influence depends on what came in. So `forward(Ws, bs, x, act)` does not only
# compute the output. It returns two lists:
#
# - `zs`, the $M$ vectors $z^1, \dots, z^M$ **before** the activation,
# - `as_`, the $M + 1$ vectors $a^0, a^1, \dots, a^M$, beginning with the input.
#
# Each entry is an array of its own. A relu that works in place (`z[z < 0] = 0`) would overwrite the $z$ that you have
# just stored, and nobody would notice before the backward pass.
#
# *By hand:* two layers, `'relu'`, $x = (1, 2)$,
#
# $$W^{(1)} = \begin{pmatrix} 1 & -1 \\ 2 & 1 \\ 0 & -1 \end{pmatrix}, \quad b^1 = (0, 1, 1), \qquad
#   W^{(2)} = \begin{pmatrix} 1 & 2 & 3 \end{pmatrix}, \quad b^2 = (-4).$$
#
# Then $z^1 = (-1, 5, -1)$ and $a^1 = (0, 5, 0)$, and from there $z^2 = (10 - 4) = (6)$ and $a^2 = (6)$. So `zs` has
# two entries and `as_` has three. We shall meet this little network again.
#
# From Özçep, V2: composed functions as a network; backpropagation on a single instance, steps 1 and 2.


# %%
def forward(
    Ws: list[np.ndarray], bs: list[np.ndarray], x: np.ndarray, act: str
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Return (zs, as_) of one sample: what every layer computes before and after its activation.

    Ws: list of M matrices (outputs, inputs). bs: list of M vectors (outputs,). x: (inputs of layer 1,). act: name of
    the activation of all layers. zs: list of M vectors. as_: list of M + 1 vectors, the first one holds x.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# ## 6.2 The demon and the error of a layer (4 points)
#
# Imagine a demon sitting in the network. He adds a tiny $\Delta$ to one number, $z^i_j$, and lets everything behind it
# run on. The loss changes by about $\delta^i_j \cdot \Delta$, where
#
# $$\delta^i_j = \frac{\partial C}{\partial z^i_j}$$
#
# is called the *error* of unit $j$ in layer $i$. Where $\delta$ is 0, the demon has no power. If we know all these
# errors, the gradients by the weights are just around the corner. And the errors can be computed from the back to the
# front, with two formulas. The sign $\odot$ means: multiply entry by entry.
#
# **a)** `delta_last(a, z, y, dact)` returns the error of the last layer, from its `a` $= a^M$, its `z` $= z^M$ and the
# target `y`. Only $a^M_j$ depends on $z^M_j$, so there is one path, with two factors (BP1):
#
# $$\delta^M = \nabla_{a^M} C \;\odot\; \sigma'(z^M), \qquad \nabla_{a^M} C = 2\,(a^M - y).$$
#
# **b)** `delta_back(W_next, delta_next, z, dact)` goes back by one layer: from $\delta^{i+1}$ (`delta_next`), through
# $W^{(i+1)}$ (`W_next`), to the $\delta^i$ of the layer with `z` $= z^i$. Now every unit of layer $i + 1$ is a path, so
# there is a sum over all of them, and this sum is a product with the *transposed* matrix (BP2):
#
# $$\delta^i = \bigl(W^{(i+1)\top} \delta^{i+1}\bigr) \;\odot\; \sigma'(z^i).$$
#
# Here `dact` is a **function**: `dact(z)` returns $\sigma'$ of every entry of the array that you give it. To try your
# code, use for instance `dact = lambda z: slope(z, "relu")`.
#
# *By hand:* the network of 6.1 with $y = (5)$. The output is 6, so $\delta^2 = 2 \cdot (6 - 5) \cdot 1 = (2)$. One layer
# back, $W^{(2)\top} \delta^2 = (2, 4, 6)$, and the slopes of relu at $z^1 = (-1, 5, -1)$ are $(0, 1, 0)$, so
# $\delta^1 = (0, 4, 0)$.
#
# *Ask the demon:* he moves $z^1_2$ from 5 to 5.01. Then the output is 6.02 and the loss rises from 1 to 1.0404. That is
# a change of 0.0404, and $\delta^1_2 \cdot 0.01 = 0.04$. The demon is the best test that you have: try him on a larger
# network, with $\Delta = 10^{-6}$ in a layer of your choice.
#
# From Özçep, V2: propagation of errors, (BP1) with its proof, and (BP2).


# %%
def delta_last(
    a: np.ndarray, z: np.ndarray, y: np.ndarray, dact: Callable[[np.ndarray], np.ndarray]
) -> np.ndarray:
    """Return the error of the last layer, the derivative of C = ||a - y||^2 by z.

    a, z, y: (k,), output, input of the activation, and target. dact: function, the slope of the activation at every
    entry of an array. Returns (k,).
    """
    # YOUR CODE HERE
    raise NotImplementedError()


def delta_back(
    W_next: np.ndarray, delta_next: np.ndarray, z: np.ndarray, dact: Callable[[np.ndarray], np.ndarray]
) -> np.ndarray:
    """Return the error of a layer from the error of the layer behind it.

    W_next: (m, k), the weights of the layer behind. delta_next: (m,), its error. z: (k,), what goes into this layer's
    activation. dact: function, the slope of the activation at every entry of an array. Returns (k,).
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# ## 6.3 Backpropagation (6 points)
#
# The weight $w^i_{jk}$ carries the signal from unit $k$ of layer $i - 1$ to unit $j$ of layer $i$. It is multiplied by
# $a^{i-1}_k$ and added to $z^i_j$, so if the weight moves by $\Delta$, then $z^i_j$ moves by $a^{i-1}_k \Delta$. What
# that does to the loss, the demon has told us. A bias is added as it is (BP3, BP4):
#
# $$\frac{\partial C}{\partial w^i_{jk}} = \delta^i_j\, a^{i-1}_k, \qquad
#   \frac{\partial C}{\partial b^i_j} = \delta^i_j .$$
#
# Mind the layers: the error of layer $i$ meets what **entered** layer $i$, which is the output of layer $i - 1$.
#
# Put everything together: `backprop1(Ws, bs, x, y, act)` runs forwards, gets $\delta^M$, goes back layer by layer, and
# returns two lists, `dWs` and `dbs`, first layer first. Each gradient has the shape of what it belongs to: `dWs[0]` has
# the shape of `Ws[0]`. The network may have any number of layers, also just one. Use your functions of 6.1 and 6.2 or
# write everything anew, as you like.
#
# *By hand:* the network of 6.1 and 6.2 once more, $x = (1, 2)$, $y = (5)$. With $\delta^2 = (2)$ and $a^1 = (0, 5, 0)$
# the last layer gets `[[0, 10, 0]]` and `[2]`. With $\delta^1 = (0, 4, 0)$ the first layer gets
# `[[0, 0], [4, 8], [0, 0]]` and `[0, 4, 0]`. Two of the three hidden units learn nothing from this sample: their relu
# was off.
#
# From Özçep, V2: the backpropagation algorithm on a single instance, (BP1) to (BP4).


# %%
def backprop1(
    Ws: list[np.ndarray], bs: list[np.ndarray], x: np.ndarray, y: np.ndarray, act: str
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Return (dWs, dbs), the gradients of C = ||a^M - y||^2 of one sample by all weights and biases.

    Ws: list of M matrices (outputs, inputs). bs: list of M vectors (outputs,). x: (inputs of layer 1,).
    y: (outputs of layer M,). act: name of the activation of all layers. dWs, dbs: lists of M arrays, shaped like Ws
    and bs. No argument is changed.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# ## 6.4 A whole batch at once (5 points)
#
# Nobody trains with one sample. Take $n$ of them, as the **rows** of `X` (n, inputs), with their targets as the rows of
# `Y` (n, outputs). The loss of the batch is the sum or the mean of the $n$ single losses,
#
# $$C_\text{sum} = \sum_{r=1}^{n} \|a^{M}_r - y_r\|^2, \qquad C_\text{mean} = \frac{1}{n}\, C_\text{sum},$$
#
# and which of the two is meant must always be said: their gradients differ by the factor $n$, and so does the step that
# you take. Here the argument `reduction` says it, `'sum'` or `'mean'`. Any other word is a `ValueError`. (The mean is
# over the samples only. The squares of one sample's outputs are still added up.)
#
# A loop over 6.3 gives the right answer, and is a good start. But numpy can do all samples at once. If the rows of
# $A^{i-1}$ are the samples' $a^{i-1}$, then one sample's $W a + b$ becomes
#
# $$Z^i = A^{i-1}\, W^{(i)\top} + b^i,$$
#
# where `b` is added to every row. All formulas turn round in the same way. Two questions tell you the rest: which shape
# must $\partial C / \partial W^{(i)}$ have? And what happens to the gradient of a bias that was added to every row?
#
# `backprop_batch(Ws, bs, X, Y, act, reduction)` returns `dWs` and `dbs` as in 6.3. Some checks that need no solution:
# with one row both reductions must agree with `backprop1`. Shuffle the rows of `X` and `Y` together, and nothing
# changes. Feed every row twice, and the mean stays, while the sum doubles.
#
# *By hand:* the little network, `X = [[1, 2], [2, 0]]` and `Y = [[5], [10]]`. The first row we know. The second one
# gives $z^1 = (2, 5, 1)$, all units are on, the output is $2 + 10 + 3 - 4 = 11$, and so $\delta^2 = (2)$ again and
# $\delta^1 = (2, 4, 6)$. Its last layer's gradient is `[[4, 10, 2]]`. In all, `dWs[1]` is `[[4, 20, 2]]` for the sum
# and `[[2, 10, 1]]` for the mean, and `dbs[1]` is `[4]` or `[2]`.
#
# From Özçep, V2: backpropagation within mini-batch gradient descent. There the step is $\eta / m$ times a sum over the
# $m$ samples of the batch: that is the mean.


# %%
def backprop_batch(
    Ws: list[np.ndarray], bs: list[np.ndarray], X: np.ndarray, Y: np.ndarray, act: str, reduction: str
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Return (dWs, dbs), the gradients of the batch loss by all weights and biases.

    Ws: list of M matrices (outputs, inputs). bs: list of M vectors (outputs,). X: (n, inputs of layer 1), rows are
    samples. Y: (n, outputs of layer M). act: name of the activation of all layers. reduction: 'sum' or 'mean' over the
    samples, anything else raises ValueError. dWs, dbs: lists of M arrays, shaped like Ws and bs.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# When 6.4 works, run the next cell: your backpropagation trains a network. There are two inputs, ten hidden tanh units
# and one output, and the targets are $0.9$ for points near the middle and $-0.9$ outside. On the left you see the loss
# of 300 steps. Look for the bend: in the first few steps the network learns to say "outside" to everything, and only
# then it begins to close a curve around the middle. On the right you see what it has learned: its output is positive
# where the plane is red, and the black line is the border.

# %%
if __name__ == "__main__":
    import matplotlib.pyplot as plt

    rng = np.random.default_rng(6)
    X = rng.uniform(-2, 2, size=(100, 2))
    Y = np.where((X**2).sum(axis=1, keepdims=True) < 1.7, 0.9, -0.9)
    Ws = [rng.normal(size=(10, 2)), rng.normal(size=(1, 10)) / 4]
    bs = [np.zeros(10), np.zeros(1)]

    def output(points):
        """Return what the network says about each row."""
        return np.array([forward(Ws, bs, point, "tanh")[1][-1] for point in points])

    losses = []
    for _ in range(300):
        losses.append(((output(X) - Y) ** 2).mean())
        gradients = backprop_batch(Ws, bs, X, Y, "tanh", "mean")
        Ws = [W - 0.2 * dW for W, dW in zip(Ws, gradients[0])]
        bs = [b - 0.2 * db for b, db in zip(bs, gradients[1])]

    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4))
    left.plot(losses)
    left.set(xlabel="steps", ylabel="mean loss", ylim=(0, None))
    ticks = np.linspace(-2, 2, 40)
    plane = output([np.array([u, v]) for v in ticks for u in ticks]).reshape(40, 40)
    right.contourf(ticks, ticks, plane, levels=np.linspace(-1, 1, 11), cmap="RdBu_r", alpha=0.5)
    right.contour(ticks, ticks, plane, levels=[0], colors="black")
    right.scatter(X[:, 0], X[:, 1], c=Y[:, 0], cmap="RdBu_r", edgecolors="black", s=18)
    right.set(title="output after 300 steps", aspect="equal")
    plt.show()

# %% [markdown]
# ## 6.5 Is this gradient right? (4 points)
#
# A loss that falls proves nothing: a network also learns, more slowly, with a gradient that is wrong by a factor, or in
# one layer, or in the biases. So gradients are checked against the definition of a derivative. That is slow, but there
# is little to get wrong, or so one thinks. Most checkers that people write let some wrong gradients pass.
#
# `my_gradcheck(f, x, g)` returns `True` if the array `g` is the gradient of `f` at `x`, and `False` if it is not. You
# choose how to find out. A difference quotient for each coordinate will do:
#
# $$\frac{\partial f}{\partial x_j} \approx \frac{f(x + h e_j) - f(x - h e_j)}{2h},$$
#
# with the vector $e_j$ that is 1 in place $j$ and 0 elsewhere. You will be given gradients that are right and gradients
# that are wrong, and have to tell them apart. What you can rely on:
#
# - `f` takes an array of the shape of `x`, (d,), and returns one number. `g` has the shape of `x`, too. `d` may be 50.
#   The entries of `x` are not larger than 10, some may be 0, and `x` may be an array of whole numbers.
# - `f` may have kinks, as relu has, but none within 0.01 of `x` in any direction.
# - Let $s$ be the largest entry, in absolute value, of the *true* gradient. A right `g` is right to six digits: no
#   entry is off by more than $10^{-6} s$. A wrong `g` is off by $0.05\, s$ or more **in at least one entry**, or has an
#   entry that is `nan` or infinite. Nothing lies in between, so a tolerance near $10^{-3} s$ or $10^{-2} s$ is safe.
# - $s$ can have any size, $10^{-8}$ for instance, and $f(x)$ can be up to 1000 times as large as $s$. A computer rounds
#   $f(x)$ to 16 digits, and a difference quotient divides this rounding error by $2h$. Think about which $h$ is too
#   small, and which one too large.
# - The true gradient may be 0. Then your quotients will not be exactly 0, because of the rounding, but they will be
#   *small compared with* $|f(x)|$: count a difference of less than $10^{-6}\, |f(x)|$ as none. A `g` that is wrong there
#   has an entry larger than $10^{-2}\, |f(x)|$.
#
# *By hand:* $f(x) = x_1^2 + x_2$ at $x = (3, 1)$. The quotients are 6 and 1, so $s = 6$. `g = (6, 1)` is right, and
# `g = (6, 0)` is wrong: the second entry is off by 1, which is more than $0.05 \cdot 6$. Its first entry is right, its
# length is nearly right, its direction too, and still it is wrong.
#
# Before you write code, write down three wrong gradients that would be hard to catch. Does your checker catch them?
#
# From Özçep, V2: the derivative as a limit of difference quotients.


# %%
def my_gradcheck(f: Callable[[np.ndarray], float], x: np.ndarray, g: np.ndarray) -> bool:
    """Return whether g is the gradient of f at x.

    f: takes an array (d,) and returns a number. x: (d,), of floats or of whole numbers; it is not changed.
    g: (d,), the gradient that somebody claims. See the text for what counts as right and as wrong.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# When 6.5 works, let it look at your own backpropagation. The next cell is given. It lays all weights and biases of a
# small network into one long vector, so that the loss is a function `f` of a vector, and asks `my_gradcheck` about your
# gradient, and then about the same with the sign of one entry exchanged. Run the cell and call
# `check_my_backprop(1)`, or any other number: it must return `(True, False)`. This is how gradients are checked in
# earnest.


# %%
def check_my_backprop(seed: int) -> tuple[bool, bool]:
    """Return what my_gradcheck says about the gradient of backprop1 on a random network, as it is and spoilt."""
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=3), rng.normal(size=2)
    shapes = [(4, 3), (4,), (2, 4), (2,)]

    def unpacked(vector):
        ends = np.cumsum([np.prod(shape) for shape in shapes])
        parts = [part.reshape(shape) for part, shape in zip(np.split(vector, ends[:-1]), shapes)]
        return parts[0::2], parts[1::2]

    def f(vector):
        Ws, bs = unpacked(vector)
        output = forward(Ws, bs, x, "tanh")[1][-1]
        return ((output - y) ** 2).sum()

    weights = rng.normal(size=26)
    dWs, dbs = backprop1(*unpacked(weights), x, y, "tanh")
    gradient = np.concatenate([part.ravel() for pair in zip(dWs, dbs) for part in pair])
    spoilt = gradient.copy()
    spoilt[np.abs(gradient).argmax()] *= -1
    return my_gradcheck(f, weights, gradient), my_gradcheck(f, weights, spoilt)


# %% [markdown]
# ## To think about
#
# You can now compute the gradient of a network, and you can check that it is right. What remains is to walk. In the
# figure above, every step was 0.2 times the gradient. Try 0.002, and try 2: once the loss creeps, once it jumps up and
# down. The gradient is right in all three cases. Which property of the loss decides how long a step may be, and could
# you know it before you start? That is what the next sheet is about.
