# %% [markdown]
# # When gradients misbehave
#
# A deep network is a long chain. Forwards, every layer multiplies the signal; backwards, every layer multiplies the
# gradient. Twenty factors of one half are a millionth, twenty factors of two are a million: either way the first
# layers stop learning anything useful.
#
# In this sheet you watch that happen (9.1 to 9.3), learn to draw weights that prevent it, and see what goes wrong with
# weights that are all equal or steps that are too long (9.4 to 9.7). In the end a network comes to you, and you find
# out what it suffers from and what helps (9.8).
#
# You need numpy, the backward pass of a fully connected layer, gradient descent, and the activation functions.
#
# **Conventions of this sheet.** Rows are samples. A network is a list of weight matrices `Ws`, and `Ws[l]` has the
# shape (inputs of the layer, units of the layer), so a layer computes $z_l = a_{l-1} W_l$ (plus a bias row where
# there is one) and $a_l = \mathrm{act}(z_l)$, with $a_0 = X$. *Every* layer has the activation, the last one too.
# There are $L$ layers; in formulas they are numbered from 1, in Python lists from 0.
#
# The two functions in the next cell are given. The names of the activations are `'tanh'`, `'sigmoid'`, `'relu'` and
# `'linear'`. The slope of relu at $z = 0$ is taken as 0, as PyTorch does.

# %%
import numpy as np


def activate(z: np.ndarray, act: str) -> np.ndarray:
    """Return act(z), entry by entry. Raises ValueError for a name that is not in the list."""
    if act == "tanh":
        return np.tanh(z)
    if act == "sigmoid":
        return 1.0 / (1.0 + np.exp(-z))
    if act == "relu":
        return np.maximum(z, 0.0)
    if act == "linear":
        return z
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
# ## 9.1 The signal, layer by layer
#
# Before you look at gradients, look at the numbers that flow forwards. If all activations of a layer are nearly
# equal, the layers behind it have nothing left to tell the samples apart.
#
# **a)** `layer_stats(X, Ws, act)` sends `X` through the layers $a_l = \mathrm{act}(a_{l-1} W_l)$ (no biases) and
# returns one row (mean, standard deviation) for the input and for each layer: the input first, so there are $L + 1$
# rows. Each number is taken over *all* entries of $a_l$, samples and units together, and the standard deviation is
# the population one: divide by the number of entries $N$,
#
# $$\mathrm{std}(a) = \sqrt{\frac{1}{N} \sum_{i,j} (a_{ij} - \mathrm{mean}(a))^2}.$$
#
# *By hand:* `X = [[1], [-1]]`, one layer `[[2, -2]]`, `'relu'`: $z$ is `[[2, -2], [-2, 2]]`, the activations are
# `[[2, 0], [0, 2]]`, and the answer is `[[0, 1], [1, 1]]`.
#
# **b)** `table(scale, rng)` is an experiment. Draw an input of 1000 samples with 500 features, all standard normal,
# and ten layers of 500 tanh units with weights `scale` times a standard normal number, and return the eleven
# standard deviations. The sizes are arguments, so that you can play with small networks. *Every* random number comes
# from `rng.standard_normal` (or `rng.normal`), one call for each array, so that a run can be repeated: two generators
# with equal seeds give equal tables. Draw each matrix anew.
#
# With `scale = 0.01` the signal shrinks about 4.5 times per layer. In the limit of wide layers the variance $q_l$ of
# the activations follows
#
# $$q_{l+1} = \mathbb{E}\,\tanh^2\!\left(\sqrt{\mathit{width}\cdot \mathit{scale}^2\, q_l}\; Z\right), \qquad q_0 = 1,
#   \quad Z \text{ standard normal},$$
#
# which gives 1, 0.2135, 0.0476, 0.0107, 0.0024, ... and a mere 3e-7 after ten layers. Your draw will differ from
# that by chance: by about one percent in the big experiment, by several in a small one. Try 0.045 and 1
# as well. At which of the three would you like to be the tenth layer?
#
# From Abdurakhmanova (Aalto), lecture on training neural networks: weight initialisation with small random numbers.


# %%
def layer_stats(X: np.ndarray, Ws: list[np.ndarray], act: str) -> np.ndarray:
    """Return mean and standard deviation of the input and of every layer's activations.

    X: (n, d). Ws: list of L weight matrices, Ws[l] of shape (inputs, units). act: 'tanh', 'sigmoid', 'relu' or
    'linear'. Returns (L + 1, 2): column 0 the means, column 1 the population standard deviations, over all entries.
    """
    a = X
    rows = [(a.mean(), a.std())]
    for W in Ws:
        a = activate(a @ W, act)
        rows.append((a.mean(), a.std()))
    return np.array(rows)


def table(
    scale: float, rng: np.random.Generator, n: int = 1000, width: int = 500, depth: int = 10
) -> np.ndarray:
    """Return the standard deviation of a normal input and of each tanh layer behind it.

    scale: factor of the standard normal weights. rng: the source of every random number. X is (n, width), and each
    of the depth weight matrices is (width, width). Returns (depth + 1,), the input's first.
    """
    X = rng.standard_normal((n, width))
    Ws = [scale * rng.standard_normal((width, width)) for _ in range(depth)]
    return layer_stats(X, Ws, "tanh")[:, 1]


# %% [markdown]
# When 9.1 works, run the next cell. It repeats the lecture's experiment in full size, writes your numbers beside your
# curve, and puts a cross where the lecture's table stands. A straight line that falls is a signal that loses the same
# *factor* in every layer. The curve for scale 1 looks healthy. It is not: what do you know about numbers that all lie
# between -1 and 1 and whose standard deviation is nearly 1?

# %%
if __name__ == "__main__":
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 4))
    for scale, samples in ((0.01, 1000), (0.045, 200), (1.0, 200)):
        stds = table(scale, np.random.default_rng(9), n=samples)
        axes.semilogy(stds, "o-", label=f"scale {scale:g}")
        if scale == 0.01:
            for layer, std in enumerate(stds):
                axes.annotate(f"{std:.3g}", (layer, std), xytext=(6, 3), textcoords="offset points")
    lecture = [0.998388, 0.213081, 0.047551, 0.010630, 0.002378, 0.000532, 0.000119]
    axes.semilogy(lecture, "kx", markersize=9, label="the lecture's table")
    axes.set(
        xlabel="layer (0 is the input)", ylabel="standard deviation", title="Ten tanh layers of 500 units"
    )
    axes.legend()
    plt.show()

# %% [markdown]
# ## 9.2 A chain of sigmoids
#
# Why does a gradient shrink? Take the simplest deep network there is: one sigmoid unit per layer,
# $z_l = w_l\, a_{l-1} + b_l$ and $a_l = \sigma(z_l)$. The chain rule has one factor for each weight and one for each
# sigmoid:
#
# $$\frac{\partial a_L}{\partial a_0} = w_1 \sigma'(z_1) \cdot w_2 \sigma'(z_2) \cdots w_L \sigma'(z_L).$$
#
# (Özçep asks for $\partial C / \partial b_1$. That is the same product without $w_1$, times $\partial C/\partial a_L$.)
#
# **a)** `sig_grad(z)` returns $\sigma'(z)$ for every entry of an array. You know $\sigma' = \sigma\,(1 - \sigma)$. On
# paper that is all there is to say. On a computer $\sigma(40)$ is rounded to exactly 1, so that $1 - \sigma(40)$ is
# exactly 0: a gradient that is tiny has become one that is gone. (The function `slope` above does just that.) Find a
# way to write $1 - \sigma(z)$ that subtracts nothing. Every entry has to be right to the last digits, for any $z$
# from -40 to 40.
#
# **b)** `chain_product(ws, zs)` returns the product above. `ws` holds $w_1, \dots, w_L$ and `zs` holds
# $z_1, \dots, z_L$. The biases do not appear: they are in the $z$.
#
# **c)** $\sigma'$ is never more than ¼. So if no weight is larger than 1 in size, the product cannot be larger in size
# than `bound(L)`. Return that bound. It is reached with all $w_l = 1$ and all $z_l = 0$.
#
# **d)** "If no weight is larger than 1": the lecture gives weights from a standard normal draw as an example. But a
# standard normal number is larger than 1 in size about once in three times, and it is the *product* that counts.
# `counter_example(L)` returns $L$ weights such that at $z = 0$
#
# - the product is at least *twice* as large in size as `bound(L)`,
# - although half of the weights (rounded down: at least `L // 2` of them) are at most 1 in size,
# - and none is larger than 3 in size: that is what a normal draw gives 997 times in 1000.
#
# *By hand:* $\sigma'(0) = \tfrac14$. Where $\sigma(z) = \tfrac34$, that is at $z = \ln 3$ and also at $z = -\ln 3$, it is
# $\tfrac3{16}$. The chain of `ws = [2, -1]` and `zs = [0, 0]` is $\tfrac24 \cdot (-\tfrac14) = -\tfrac18$, and
# `bound(2)` is $\tfrac1{16}$.
#
# When all four work, draw four standard normal weights ten thousand times and count how often the chain at $z = 0$ is
# beyond `bound(4)`. It is not rare! But do not be too happy: even weights that make up for the quarters, of size 4
# and more, soon push $z$ away from 0, where the slope is much less than ¼.
#
# From Özçep, V2: why the sigmoid makes gradients vanish, in depth and for large inputs.


# %%
def sig_grad(z: np.ndarray) -> np.ndarray:
    """Return the derivative of the sigmoid, entry by entry, to the last digits for z from -40 to 40.

    z: any shape. Returns an array of the same shape.
    """
    small = np.exp(-np.abs(z))  # never large; and the derivative is the same for z and -z
    return small / (1.0 + small) ** 2


def chain_product(ws: np.ndarray, zs: np.ndarray) -> float:
    """Return the derivative of the last activation by the input, in a chain of sigmoids of one unit each.

    ws: (L,), the weights. zs: (L,), what goes into the sigmoids.
    """
    return np.prod(ws * sig_grad(zs))


def bound(L: int) -> float:
    """Return the largest size that a chain of L sigmoids can have if no weight is larger than 1 in size. L >= 1."""
    return 0.25**L


def counter_example(L: int) -> np.ndarray:
    """Return L weights that break the bound although at least L // 2 of them are at most 1 in size.

    L >= 1. Returns (L,), no entry larger than 3 in size. At z = 0 the chain is at least twice bound(L) in size.
    """
    ws = np.ones(L)
    ws[0] = 3.0
    return ws


# %% [markdown]
# ## 9.3 How large is each layer's gradient?
#
# From one unit per layer to real layers. The loss hands you $\partial L / \partial a_L$, here called `dA`. Going down
# the layers,
#
# $$\delta_L = dA \odot \mathrm{act}'(z_L), \qquad
#   \frac{\partial L}{\partial W_l} = a_{l-1}^\top\, \delta_l, \qquad
#   \delta_{l-1} = (\delta_l W_l^\top) \odot \mathrm{act}'(z_{l-1}).$$
#
# Every step down multiplies by a weight matrix and by a slope. For the sigmoid the slope is never more than ¼.
#
# **a)** `grad_norms(depth, scale, act, data)` returns the size of $\partial L / \partial W_l$ for each layer, the
# first layer first. Size means the Frobenius norm: the root of the sum of all squared entries.
#
# `data` is one fixed draw, so that the answer is determined and the *same* draw can be looked at with many depths and
# scales. It is a dict: `X` (n, d); `Ws`, a list of at least `depth` matrices of *unit* weights (standard normal);
# `dA` (n, units of the last layer in use), the upstream gradient of its activation. The network has the weights
# $W_l$ = `scale * Ws[l]` and uses the first `depth` matrices only. The gradient is meant with respect to $W_l$, the
# scaled weights. `dA` already belongs to the whole batch (if the loss is a mean, the $1/n$ is in it): add over the
# samples, do not average again.
#
# *By hand:* `X = [[2]]`, `Ws = [[[2]], [[3]]]`, `dA = [[1]]`, scale 0.5, `'linear'`, depth 2: the weights are 1 and
# 1.5, the layers give 2 and 3. The second layer's gradient is $2 \cdot 1 = 2$, the first one's
# $2 \cdot (1 \cdot 1.5) = 3$. The answer is `[3, 2]`.
#
# **b)** `imbalance(grads)` takes a list of gradients (arrays of any shapes, one per layer) and returns the largest
# Frobenius norm divided by the smallest. One learning rate has to serve all layers, so a large imbalance means that
# some layers hardly move while others jump. If a norm is exactly 0, that layer does not learn at all: return
# `float('inf')` then, also if all of them are 0.
#
# *By hand:* `[[3, 4]]` has norm 5 and `[6, 8]` has norm 10, so the imbalance is 2. In the example of a) it is 1.5.
#
# When both work, draw twenty 50x50 matrices and compare `'sigmoid'` with `'tanh'` and `'relu'` for `scale` equal to
# $1/\sqrt{50}$, $2/\sqrt{50}$ and $3/\sqrt{50}$. One of the three has the same imbalance at every scale, while its
# gradients grow a billion times. Which one, and why? You will need the answer in 9.8.
#
# From Binder, L6: what makes gradient descent hard in deep networks (vanishing, exploding and imbalanced gradients);
# Abdurakhmanova (Aalto): unstable gradients.


# %%
def grad_norms(
    depth: int, scale: float, act: str, data: dict[str, np.ndarray | list[np.ndarray]]
) -> np.ndarray:
    """Return the Frobenius norm of the loss's gradient by each layer's weights, first layer first.

    depth: how many layers. scale: the weights are scale * data["Ws"][l]. act: name of the activation of all layers.
    data: X (n, d), Ws (list of at least depth unit matrices), dA (n, units of layer depth). Returns (depth,).
    """
    Ws = [scale * W for W in data["Ws"][:depth]]
    activations, zs = [data["X"]], []
    for W in Ws:
        zs.append(activations[-1] @ W)
        activations.append(activate(zs[-1], act))

    norms = []
    upstream = data["dA"]
    for W, z, entered in zip(reversed(Ws), reversed(zs), reversed(activations[:-1])):
        delta = upstream * slope(z, act)
        norms.append(np.sqrt(((entered.T @ delta) ** 2).sum()))
        upstream = delta @ W.T
    return np.array(norms[::-1])


def imbalance(grads: list[np.ndarray]) -> float:
    """Return the largest gradient norm divided by the smallest.

    grads: list of arrays of any shapes, one per layer. The norm is Frobenius. inf where the smallest norm is 0.
    """
    norms = [np.sqrt((grad**2).sum()) for grad in grads]
    largest, smallest = max(norms), min(norms)
    if smallest == 0:
        return float("inf")
    return float(largest / smallest)


# %% [markdown]
# ## 9.4 Draws that keep the signal alive
#
# In 9.1 and 9.3 everything hung on one number, the scale of the weights. What is the right one? A unit adds up
# *fan-in* many inputs, $z = \sum_i a_i w_i$. If the weights are independent with mean 0 and variance $v$, then
#
# $$\mathbb{E}\, z^2 = \textit{fan-in} \cdot v \cdot \mathbb{E}\, a^2 .$$
#
# The signal keeps its size forwards for $v = 1/\textit{fan-in}$. Backwards a unit's $\delta$ is handed to *fan-in*
# inputs, and each input collects from *fan-out* many units, so there $v = 1/\textit{fan-out}$ would be right. Two
# recipes are in every toolbox, one of them in two forms:
#
# | function | variance of a weight | made for |
# |---|---|---|
# | `xavier(fi, fo, rng)` | $2/(\textit{fi} + \textit{fo})$, normal | a compromise between forwards and backwards (Glorot) |
# | `he(fi, fo, rng)` | $2/\textit{fi}$, normal | relu, which blocks about half of what comes in |
# | `xavier_uniform(fi, fo, rng)` | $2/(\textit{fi} + \textit{fo})$, uniform on $[-\ell, \ell]$ | the same (the default of a Dense layer in Keras) |
#
# Each returns a matrix of shape `(fi, fo)` with mean 0, where `fi` is the fan-in and `fo` the fan-out. Find $\ell$
# yourself: a uniform number on $[-\ell, \ell]$ has the variance $\ell^2/3$. (Keras cuts off the tails of its normal
# draws; here they are plain normal numbers.)
#
# *Every* random number comes from the generator `rng`, in one call for the whole matrix: `rng.standard_normal` or
# `rng.normal` for the first two, `rng.uniform` or `rng.random` for the third. Your numbers are random, and graded as
# such: their mean, variance and distribution must lie within what chance allows (six standard deviations).
#
# *By hand:* for `fi = 200` and `fo = 50`, a weight has the standard deviation $\sqrt{2/250} \approx 0.089$ with Xavier
# and $\sqrt{2/200} = 0.1$ with He, and $\ell \approx 0.155$.
#
# From Abdurakhmanova (Aalto): weight initialisation, and the initialisers of Keras.


# %%
def xavier(fi: int, fo: int, rng: np.random.Generator) -> np.ndarray:
    """Return normal weights of mean 0 and variance 2 / (fi + fo).

    fi: inputs of the layer. fo: its units. rng: the source of every random number. Returns (fi, fo).
    """
    return np.sqrt(2 / (fi + fo)) * rng.standard_normal((fi, fo))


def he(fi: int, fo: int, rng: np.random.Generator) -> np.ndarray:
    """Return normal weights of mean 0 and variance 2 / fi.

    fi: inputs of the layer. fo: its units. rng: the source of every random number. Returns (fi, fo).
    """
    return np.sqrt(2 / fi) * rng.standard_normal((fi, fo))


def xavier_uniform(fi: int, fo: int, rng: np.random.Generator) -> np.ndarray:
    """Return weights that are uniform between -limit and limit, of variance 2 / (fi + fo).

    fi: inputs of the layer. fo: its units. rng: the source of every random number. Returns (fi, fo).
    """
    limit = np.sqrt(6 / (fi + fo))
    return limit * rng.uniform(-1, 1, (fi, fo))


# %% [markdown]
# ## 9.5 Why draw at all?
#
# Zeros would be simpler. So would 0.5 everywhere. Let us train a small network and see.
#
# **a)** `train_from(W1, W2, X, Y, act, lr, n)` takes $n \ge 1$ steps of gradient descent and returns the new
# `(W1, W2)`. The network is $a_1 = \mathrm{act}(X W_1)$ and $a_2 = \mathrm{act}(a_1 W_2)$, without biases; as
# everywhere in this sheet, the last layer has the activation too. The loss is the squared error, *summed* over the
# outputs and *averaged* over the $m$ samples (rows of $X$), with no ½ in front:
#
# $$L = \frac1m \sum_{i,k} (a_2 - Y)_{ik}^2 .$$
#
# Every step uses all samples. Both gradients are taken at the *old* weights; then both matrices move. Leave the
# arrays that you were given as they are.
#
# **b)** `distinct_units(W1, tol)` counts how many *different* units a layer has. A unit is a column of `W1`. Two units
# count as the same if no entry of one differs from the other's by more than `tol`. (The units that you will be graded
# on are either much closer to each other than that, or much further apart.)
#
# *By hand:* `X = [[1]]`, `Y = [[0]]`, `'linear'`, `W1 = [[1, 1]]`, `W2 = [[1], [1]]`, `lr = 0.125`. Then $a_1 = [1, 1]$,
# $a_2 = 2$, $\delta_2 = 2 \cdot 2 = 4$. Both entries of each gradient are 4, and one step leads to `W1 = [[0.5, 0.5]]`,
# `W2 = [[0.5], [0.5]]`: the two units are still copies of each other, and `distinct_units` is 1 before and after.
#
# When both work, train six tanh units for 50 steps from `W1` and `W2` that are all 0, all 0.5, or drawn with 9.4, and
# count the distinct units. What if only `W1` is constant and `W2` is drawn? Or the other way round?
#
# From Abdurakhmanova (Aalto): initial weights of zero are no source of asymmetry.


# %%
def train_from(
    W1: np.ndarray, W2: np.ndarray, X: np.ndarray, Y: np.ndarray, act: str, lr: float, n: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the weights of a network with one hidden layer after n steps of gradient descent on the squared error.

    W1: (d, h). W2: (h, k). X: (m, d). Y: (m, k). act: the activation of both layers. lr: the step size. n >= 1.
    The loss is summed over outputs and averaged over samples. Returns (W1, W2), new arrays.
    """
    for _ in range(n):
        z1 = X @ W1
        a1 = activate(z1, act)
        z2 = a1 @ W2
        delta2 = 2 / len(X) * (activate(z2, act) - Y) * slope(z2, act)
        delta1 = (delta2 @ W2.T) * slope(z1, act)
        W1, W2 = W1 - lr * X.T @ delta1, W2 - lr * a1.T @ delta2
    return W1, W2


def distinct_units(W1: np.ndarray, tol: float) -> int:
    """Return how many different columns W1 has. Two are the same if no entry differs by more than tol.

    W1: (inputs, units). tol: >= 0.
    """
    found = []
    for unit in W1.T:
        if all(np.abs(unit - other).max() > tol for other in found):
            found.append(unit)
    return len(found)


# %% [markdown]
# ## 9.6 Units that die
#
# Good weights at the start are no insurance. A relu unit lets a gradient pass where $z > 0$. If one step of the
# training throws it so far that $z \le 0$ for *every* sample, its gradient is 0 from then on: no further step moves it.
# The unit is *dead*.
#
# **a)** `dead_fraction(W, b, X)` returns which share of the units of one relu layer, $z = XW + b$, is dead: a number
# from 0 to 1. A unit with $z$ exactly 0 for all samples is dead as well, since the slope of relu at 0 counts as 0 in
# this sheet.
#
# **b)** `dead_after(lr, W, b, X, Y, n)` is an experiment: train that one layer with gradient descent and write down
# `dead_fraction` before the first step and after each of the $n$ steps, so $n + 1$ numbers. As in 9.5 the loss is the
# squared error of $a = \mathrm{relu}(XW + b)$, summed over the units and averaged over the $m$ samples, and both
# gradients are taken at the old weights. With $\delta = \frac2m (a - Y) \odot \mathrm{relu}'(z)$, the gradient by $W$
# is $X^\top \delta$, and the one by $b$ is the sum of the rows of $\delta$. Leave the arrays that you were given as
# they are.
#
# *By hand:* `X = [[1], [2]]`, `W = [[1, -1]]`, `b = [0, 0]`: the second unit is negative for both samples, so the
# fraction is 0.5. With `Y` all 0 and `lr = 1`, the first unit has $\delta = (1, 2)$. It moves to
# $w = 1 - (1 \cdot 1 + 2 \cdot 2) = -4$ and $b = 0 - 3 = -3$, and is dead too: `dead_after` gives `[0.5, 1]`.
#
# When both work, draw 200 samples of ten features between 0 and 2 (pictures are like that: no negative brightness),
# 100 units with `he`, `b = 0` and targets between 0 and 1, and take 20 steps with the step sizes 0.01, 0.1, 0.3 and 1.
# Then subtract the mean from each feature and try again. Why does that help?
#
# From Özçep, V2, and Abdurakhmanova (Aalto): the dying relu.


# %%
def dead_fraction(W: np.ndarray, b: np.ndarray, X: np.ndarray) -> float:
    """Return the share of the units of a relu layer that give 0 for every row of X.

    W: (d, units). b: (units,). X: (m, d).
    """
    return np.mean((X @ W + b <= 0).all(axis=0))


def dead_after(lr: float, W: np.ndarray, b: np.ndarray, X: np.ndarray, Y: np.ndarray, n: int) -> np.ndarray:
    """Return the dead fraction of a relu layer before training and after each of n steps of gradient descent.

    lr: the step size. W: (d, units). b: (units,). X: (m, d). Y: (m, units), the targets. n: >= 0.
    The loss is summed over units and averaged over samples. Returns (n + 1,).
    """
    fractions = [dead_fraction(W, b, X)]
    for _ in range(n):
        z = X @ W + b
        delta = 2 / len(X) * (activate(z, "relu") - Y) * slope(z, "relu")
        W, b = W - lr * X.T @ delta, b - lr * delta.sum(axis=0)
        fractions.append(dead_fraction(W, b, X))
    return np.array(fractions)


# %% [markdown]
# ## 9.7 The right scale for each activation
#
# Back to the question that 9.1 ended with: which scale keeps the signal alive through ten layers? It depends on the
# width (9.4), so let us write a weight as *gain* / √inputs times a standard normal number, and look for the gain. It
# depends on the activation too: relu blocks half of the signal, tanh presses it together a little in every layer.
# Xavier's draw, which is a gain of 1 where inputs and units are equally many, is made as if tanh were linear. After
# ten layers that shows.
#
# **a)** `pick_init(act)` returns a gain. What counts is what it does. Think of ten very wide layers of equal width and
# a standard normal input (standard deviation 1), without biases. With your gain
#
# - the standard deviation of the activations, taken as in 9.1, is between ½ and 2 in *every* one of the ten layers,
# - and tanh units stay off the flat parts: in no layer more than a third of the slopes is below a tenth of the largest
#   slope. (With the gain 10 the standard deviation is near 1 in all layers. You saw why in the figure of 9.1.)
#
# For one of the four activations *no* gain can do that, however large. Which one? How far apart can its values be, at
# most? Raise a `ValueError` for it, and for a name that is not in the list.
#
# **b)** `fix_table(width)` returns a `scale` with which the experiment `table` of 9.1 (ten tanh layers of `width` units,
# 500 if nothing is said) keeps its signal alive in the same sense. The lecture's 0.01 does not.
#
# *By hand:* for `'linear'`, a layer multiplies the variance by $\mathit{gain}^2$. With the gain 1.1 that makes
# $1.21^{10} \approx 6.7$ in ten layers, so the standard deviation ends at 2.6: too large. For the others, try gains
# with `layer_stats` (a width of 500 is wide enough) before you choose one from the middle of what works.
#
# From Abdurakhmanova (Aalto): weight initialisation, small and large random numbers.


# %%
def pick_init(act: str) -> float:
    """Return a gain that keeps the signal of this activation alive through ten wide layers.

    act: 'tanh', 'sigmoid', 'relu' or 'linear'. The weights are gain / sqrt(inputs) times standard normal numbers.
    Raises ValueError for the activation that no gain can help, and for a name that is not in the list.
    """
    if act == "linear":
        return 1.0
    if act == "relu":
        return float(np.sqrt(2))  # half of the second moment is lost in each layer
    if act == "tanh":
        return 1.6
    raise ValueError(f"no gain keeps the signal of {act!r} alive")


def fix_table(width: int = 500) -> float:
    """Return a scale with which table(scale, rng, width=width) keeps its signal alive through ten layers."""
    return pick_init("tanh") / np.sqrt(width)


# %% [markdown]
# When 9.7 works, run the next cell: ten tanh layers with a gain that is too small, yours, and one that is too large. In
# the first row, follow the colours from layer 1 to layer 10. In which column do the layers look alike, in which are
# all units near 0 in the end, in which at -1 and 1? In the second row, compare the gradient of the first layer with
# that of the last. Be careful with the first column: its gradients are all equally tiny, because $a_{l-1}$ shrinks
# forwards just as $\delta_l$ shrinks backwards. That is why the doctor of 9.8 measures something else.

# %%
if __name__ == "__main__":
    import matplotlib.pyplot as plt

    rng = np.random.default_rng(9)
    unit = [rng.standard_normal((200, 200)) for _ in range(10)]
    data = {"X": rng.standard_normal((200, 200)), "Ws": unit, "dA": rng.standard_normal((200, 200)) / 200}
    figure, axes = plt.subplots(2, 3, figsize=(10, 5.5), sharey="row")
    for column, (name, gain) in enumerate({"0.3": 0.3, "yours": pick_init("tanh"), "10": 10.0}.items()):
        scale, a = gain / np.sqrt(200), data["X"]
        for layer, W in enumerate(unit, start=1):
            a = activate(a @ (scale * W), "tanh")
            if layer in (1, 4, 7, 10):
                counts, edges = np.histogram(a, bins=50, range=(-1, 1))
                axes[0, column].stairs(counts / a.size, edges, label=f"layer {layer}")
        axes[0, column].set(title=f"activations, gain: {name}", yscale="log")
        axes[1, column].semilogy(range(1, 11), grad_norms(10, scale, "tanh", data), "o-")
        axes[1, column].set(xlabel="layer")
    axes[0, 0].set_ylabel("share of the entries")
    axes[1, 0].set_ylabel("norm of the gradient")
    axes[0, 1].legend(loc="lower center")
    plt.show()

# %% [markdown]
# ## 9.8 The doctor
#
# A network comes to your surgery: weights `Ws`, biases `bs` (one row of shape (units,) per layer), some input `X`
# and the name of its activation. Layer $l$ computes $z_l = a_{l-1} W_l + b_l$ and $a_l = \mathrm{act}(z_l)$.
#
# **a)** `diagnose(Ws, bs, X, act)` returns one word. These are the illnesses. If several apply, name the one that
# stands first in this list: it is the cause, the others follow from it.
#
# | word | what you see |
# |---|---|
# | `'symmetric'` | In some hidden layer (not the last) with two or more units, all units are copies of each other: equal weights in (the columns of $W_l$), equal biases, equal weights out (the rows of $W_{l+1}$). They get equal gradients and stay copies for ever. |
# | `'dead'` | relu only. In some layer at least 90 % of the units give 0 for *every* row of `X`. No gradient passes through such a unit. |
# | `'saturated'` | tanh and sigmoid only. In some layer more than half of the entries of $\mathrm{act}'(z_l)$ are below a tenth of the largest possible slope (1 for tanh, ¼ for sigmoid): most units sit on the flat parts. |
# | `'exploding'` | The backward signal grows more than 1000 times between the last layer and the first. |
# | `'vanishing'` | It shrinks to less than a thousandth. |
# | `'healthy'` | None of these. |
#
# The *backward signal* is $\delta_l$ = the gradient by $z_l$ when the gradient by every entry of $a_L$ is 1:
#
# $$\delta_L = \mathrm{act}'(z_L), \qquad \delta_{l-1} = (\delta_l W_l^\top) \odot \mathrm{act}'(z_{l-1}), \qquad
#   r = \frac{\mathrm{rms}(\delta_1)}{\mathrm{rms}(\delta_L)},$$
#
# where rms is the root of the mean of all squared entries. Exploding is $r > 1000$, vanishing $r < 1/1000$.
#
# Why a *ratio*? A small gradient alone proves nothing: where the loss or the input is small, all gradients are small,
# and a larger learning rate cures it. And why not the gradients by the weights? In a relu or linear network with tiny
# weights $a_{l-1}$ shrinks forwards just as $\delta_l$ shrinks backwards, so all $a_{l-1}^\top \delta_l$ come out
# *equally* tiny, and their ratio looks fine.
#
# The networks that you will be graded on lie far from these limits. If you prefer another sound way to measure (a
# random upstream gradient, the gain of the Jacobian), it will give the same words. Look at *all* layers: one bad
# layer in the middle is enough. A deep network need not be ill, and a shallow one can be. (A learning rate that is too
# large makes the *iterates* run away. That is another illness: nothing is trained here, and gradients explode or vanish
# because of weights, slopes and depth.)
#
# *By hand:* three linear layers of one unit each with weight 0.01 and bias 0. Then $\delta_3 = 1$, $\delta_2 = 0.01$
# and $\delta_1 = 0.0001$, so $r < 1/1000$: `'vanishing'`. With weight 0.5 we get $r = 0.25$: `'healthy'`.
#
# **b)** `remedy(cause, act)` returns what to do, as one word from this list. Take the mildest one that removes the
# cause for good: draw the weights again before you change the activation, and change the activation only in the two
# cases below where no draw of the weights can be relied on.
#
# | word | what it does |
# |---|---|
# | `'keep'` | Nothing. |
# | `'random'` | Draws every unit's weights independently, so that no two units begin as copies. |
# | `'he'` | Draws weights of variance 2/inputs, biases 0: made for relu, which blocks half of the signal. |
# | `'xavier'` | Draws weights of variance 2/(inputs + units), biases 0: made for the others. z stays of size one, where tanh and sigmoid are not flat. |
# | `'leaky relu'` | Replaces relu by a function that has a slope for negative z too, so that a unit can come back. |
# | `'relu'` | Replaces an activation whose slope is so small *everywhere* that a deep chain of it must shrink. |
#
# The two cases: a *vanishing sigmoid*, whose slope is at most ¼, while weights that are large enough to make up for
# that push the units onto the flat parts; and a *dead relu*, where a new draw may wake the units, but the next bad
# step of the training kills some again, and a unit without a slope never comes back. Everything else is a matter of
# the weights, whatever the activation. Some pairs cannot happen, and deserve a `ValueError`: a saturated relu or
# linear network, and a dead network of anything but relu. So does a cause or an activation that is not in the lists.
#
# *By hand:* a network of tanh units with tiny weights, `remedy('vanishing', 'tanh')`, only needs a better draw:
# `'xavier'`.
#
# From Binder, L6 (vanishing, exploding); Özçep, V2 (why the sigmoid makes gradients vanish, dying relu);
# Abdurakhmanova (Aalto): activations, symmetric and small and large initial weights.


# %%
def diagnose(Ws: list[np.ndarray], bs: list[np.ndarray], X: np.ndarray, act: str) -> str:
    """Return what is wrong with a network: the first of the illnesses that applies, or 'healthy'.

    Ws: list of weight matrices (inputs, units). bs: list of biases (units,). X: (n, d). act: 'tanh', 'sigmoid',
    'relu' or 'linear'. Returns 'symmetric', 'dead', 'saturated', 'exploding', 'vanishing' or 'healthy'.
    """
    if any(_copies(W, b, W_next) for W, b, W_next in zip(Ws[:-1], bs[:-1], Ws[1:])):
        return "symmetric"

    a, zs = X, []
    for W, b in zip(Ws, bs):
        zs.append(a @ W + b)
        a = activate(zs[-1], act)

    if act == "relu" and any((z <= 0).all(axis=0).mean() >= 0.9 for z in zs):
        return "dead"
    steepest = {"tanh": 1.0, "sigmoid": 0.25}
    if act in steepest and any((slope(z, act) < 0.1 * steepest[act]).mean() > 0.5 for z in zs):
        return "saturated"

    last = delta = slope(zs[-1], act)
    for W, z in zip(Ws[:0:-1], zs[-2::-1]):
        delta = (delta @ W.T) * slope(z, act)
    ratio = _rms(delta) / _rms(last)
    if ratio > 1e3:
        return "exploding"
    if ratio < 1e-3:
        return "vanishing"
    return "healthy"


def _copies(W, b, W_next):
    """Return whether a layer's units have the same weights in, the same bias and the same weights out."""
    same_in = (W == W[:, :1]).all() and (b == b[0]).all()
    return len(b) > 1 and same_in and (W_next == W_next[:1]).all()


def _rms(a):
    return np.sqrt((a**2).mean())


def remedy(cause: str, act: str) -> str:
    """Return the mildest remedy for an illness of a network with this activation.

    cause: a word that the diagnosis can give. act: 'tanh', 'sigmoid', 'relu' or 'linear'. Returns 'keep', 'random',
    'he', 'xavier', 'leaky relu' or 'relu'. Raises ValueError for unknown words and for pairs that cannot happen.
    """
    if act not in ("tanh", "sigmoid", "relu", "linear"):
        raise ValueError(f"there is no activation named {act!r}")
    if cause == "healthy":
        return "keep"
    if cause == "symmetric":
        return "random"
    if cause == "dead" and act == "relu":
        return "leaky relu"
    if cause == "vanishing" and act == "sigmoid":
        return "relu"
    if cause in ("vanishing", "exploding"):
        return "he" if act == "relu" else "xavier"
    if cause == "saturated" and act in ("tanh", "sigmoid"):
        return "xavier"
    raise ValueError(f"{cause!r} cannot be what is wrong with a network of {act}")


# %% [markdown]
# ## To think about
#
# Take your favourite healthy network from 9.8 and give it `X` times 10 000. Does its diagnosis change? For `'relu'`
# and `'linear'` with zero biases it cannot, for `'tanh'` it does. Say why in one sentence, and you have the reason
# why people scale their data before they train.
#
# This is the end of the course. You began with a quotient of two small differences. Now you can send a gradient
# through a network that you wrote yourself, walk down with it, and say why a network does not learn. One question to
# take along: every remedy of this sheet acts *before* the first step, and 9.6 has shown that a healthy start does not
# last for ever. What would a layer have to do to its $z$ in *every* step, so that the next layer always gets numbers
# of mean 0 and standard deviation 1? And what is the backward pass of such a layer? (Look at the list of operations
# whose backward pass you wrote. One of them was made for this.)
