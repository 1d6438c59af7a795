# %% [markdown]
# **This is your file: work in it.** Replace each `raise NotImplementedError()` and the comment above it
# by your own code, and keep the names and the arguments of the functions. The script and the notebook of
# this sheet are the same: use the one you like better. There are 11 points to earn.

# %% [markdown]
# # When gradients misbehave
#
# A deep network is a long chain. Forwards, every layer multiplies the signal; backwards, every layer multiplies the
# gradient. Twenty factors of one half are a millionth, twenty factors of two are a million: either way the first
# layers stop learning anything useful. In this sheet you watch that happen, measure it, and find out *why* a given
# network is ill and what helps.
#
# You need numpy, the backward pass of a fully connected layer, and the activation functions.
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
# ## 9.1 The signal, layer by layer (4 points)
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
    # YOUR CODE HERE
    raise NotImplementedError()


def table(
    scale: float, rng: np.random.Generator, n: int = 1000, width: int = 500, depth: int = 10
) -> np.ndarray:
    """Return the standard deviation of a normal input and of each tanh layer behind it.

    scale: factor of the standard normal weights. rng: the source of every random number. X is (n, width), and each
    of the depth weight matrices is (width, width). Returns (depth + 1,), the input's first.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# ## 9.3 How large is each layer's gradient? (3 points)
#
# Now backwards. The loss hands you $\partial L / \partial a_L$, here called `dA`. Going down the layers,
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
    # YOUR CODE HERE
    raise NotImplementedError()


def imbalance(grads: list[np.ndarray]) -> float:
    """Return the largest gradient norm divided by the smallest.

    grads: list of arrays of any shapes, one per layer. The norm is Frobenius. inf where the smallest norm is 0.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# ## 9.8 The doctor (4 points)
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
    # YOUR CODE HERE
    raise NotImplementedError()


def remedy(cause: str, act: str) -> str:
    """Return the mildest remedy for an illness of a network with this activation.

    cause: a word that the diagnosis can give. act: 'tanh', 'sigmoid', 'relu' or 'linear'. Returns 'keep', 'random',
    'he', 'xavier', 'leaky relu' or 'relu'. Raises ValueError for unknown words and for pairs that cannot happen.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# ## To think about
#
# Take your favourite healthy network from 9.8 and give it `X` times 10 000. Does its diagnosis change? For `'relu'`
# and `'linear'` with zero biases it cannot, for `'tanh'` it does. Say why in one sentence, and you have the reason
# why people scale their data before they train.
