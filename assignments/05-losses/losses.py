# %% [markdown]
# **This is your file: work in it.** Replace each `raise NotImplementedError()` and the comment above it
# by your own code, and keep the names and the arguments of the functions. The script and the notebook of
# this sheet are the same: use the one you like better. There are 24 points to earn.

# %% [markdown]
# # Losses, activations, backward of one layer
#
# A network learns from one number: the loss. This sheet is about the two ends of a layer. At the front sits a weighted
# sum and an *activation*, which bends it. At the back sits the *loss*, which says how wrong the answer was. Between
# them runs the chain rule, and after this sheet you can write it down for linear regression, for logistic regression,
# for softmax with cross-entropy, and for a single neuron, in code that does not break when the numbers get large.
#
# You need numpy, the chain rule, and the idea of a graph that is walked forwards and then backwards.
#
# **Conventions of this sheet.**
#
# - Rows are samples: `X` has the shape (n, d), a batch of predictions is `X @ w`. In 5.7 there is one sample only,
#   and a layer is $Wx + b$ with one *row* of $W$ per output. Each exercise says which of the two it uses.
# - The squared loss is $(\hat y - y)^2$ with **no ½ in front**, so its derivative has a factor 2.
# - `reduction` says what becomes of the n losses of a batch: `'sum'` adds them, `'mean'` divides the sum by n, the
#   number of *samples*. The gradient always belongs to the number that the loss is, so it follows the same choice.
#   (Özçep writes sums, Binder and Abdurakhmanova write means. Nobody is wrong, but you have to know which one it is.)
# - A gradient has the shape of what it belongs to: the gradient by `w` of shape (d,) is an array of shape (d,).
# - ln is the natural logarithm, `np.log`. Leave the arguments as they were.

# %%
import numpy as np

# %% [markdown]
# ## 5.1 One sample, one weight: the whole loop by hand (3 points)
#
# The smallest model that can learn: it predicts $\hat y = w x$ and is punished with $f = (y - \hat y)^2$.
# Training it takes three steps, which a large network repeats a million times.
#
# 1. **Forward.** Compute the prediction $\hat y$ and the loss $f$.
# 2. **Backward.** Compute the *local* gradients, one for each arrow of the graph $w \to \hat y \to f$, and multiply
#    them along the path:
#
# $$\frac{d\hat y}{dw} = x, \qquad \frac{df}{d\hat y} = -2\,(y - \hat y), \qquad
#   \frac{df}{dw} = \frac{df}{d\hat y}\cdot\frac{d\hat y}{dw}.$$
#
# 3. **Update.** Walk downhill with the step size $\alpha$: $\; w_{\text{new}} = w - \alpha\, \dfrac{df}{dw}$.
#
# Return all six numbers, in the order in which they come up.
#
# *By hand:* `w = 2`, `x = 3`, `y = 5`, `alpha = 0.25`. The prediction is 6 and the loss 1. The local gradients are
# 3 and 2, so the gradient is 6 and the new weight $2 - 0.25 \cdot 6 = 0.5$. The prediction was too large, so the
# weight went down. What would happen with `y = 7`?
#
# From Abdurakhmanova, Gradient Descent: linear regression with one data point (forward pass, backward pass, step).


# %%
def lin1(w: float, x: float, y: float, alpha: float) -> tuple[float, float, float, float, float, float]:
    """Return (yhat, loss, dyhat_dw, dloss_dyhat, grad, w_new) of one step of linear regression on one sample.

    w: the weight. x, y: the sample. alpha: the step size. The loss is (y - yhat)^2; grad is its derivative by w.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# ## 5.2 One sample, one weight, a yes-or-no question (4 points)
#
# Now the label $y$ is 0 or 1, and the model answers with a probability. The path has one more arrow,
# $w \to z \to p \to f$:
#
# $$z = w x, \qquad p = \sigma(z) = \frac{1}{1 + e^{-z}}, \qquad f = -\,y \ln p - (1 - y) \ln(1 - p).$$
#
# Only one of the two terms of $f$ is ever there: for $y = 1$ the loss is $-\ln p$, for $y = 0$ it is $-\ln(1 - p)$.
# The local gradients are
#
# $$\frac{dz}{dw} = x, \qquad \frac{dp}{dz} = p\,(1 - p), \qquad
#   \frac{df}{dp} = -\frac{y}{p} + \frac{1 - y}{1 - p}.$$
#
# Their product is the gradient. Multiply it out on paper, once for $y = 1$ and once for $y = 0$: nearly everything
# cancels, and both times $\dfrac{df}{dw} = (p - y)\,x$ is left.
#
# **When the model is very sure.** At $z = 40$ the number $p$ is so close to 1 that a computer rounds it to exactly 1.
# On paper $1 - p$ is still $4 \cdot 10^{-18}$; in the computer it is 0, and the formulas above then divide by 0, take
# $\ln 0$, or multiply 0 by infinity. You can do better: $1 - p = \sigma(-z)$, which has no difference in it; and of
# the two terms in $f$ compute only the one that is there. Look for a form of $\sigma$ that never needs $e^{1000}$, too.
# You will be asked for $|z|$ up to 1000 where the model is right, and up to 80 where it is wrong ($df/dp$ is about
# $e^{80}$ there, a long number, but a number). All seven results must be finite. Where a result is smaller than
# rounding errors of size $10^{-16}$, such as $p(1-p)$ at $z = 40$, a 0 is fine.
#
# *By hand:* `w = 0`, `x = 2`, `y = 1`, `alpha = 1`. Then $z = 0$, $p = \frac12$, $f = \ln 2 \approx 0.6931$. The local
# gradients are 2, ¼ and -2, the gradient is their product, -1, and the new weight is 1. The shortcut agrees:
# $(\frac12 - 1) \cdot 2 = -1$.
#
# From Abdurakhmanova, Gradient Descent: logistic loss with one data point, its three local gradients.


# %%
def log1(w: float, x: float, y: int, alpha: float) -> tuple[float, float, float, float, float, float, float]:
    """Return (p, loss, dz_dw, dp_dz, df_dp, grad, w_new) of one step of logistic regression on one sample.

    w: the weight. x: the feature. y: the label, 0 or 1. alpha: the step size. p is the probability of label 1,
    grad the derivative of the loss by w. Every result is finite, however sure the model is.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# ## 5.3 Many samples: the squared loss of a linear model (3 points)
#
# With n samples and d weights the predictions are $\hat y = Xw$, one number for each row of $X$. The loss is the sum
# of the squared errors, or their mean:
#
# $$f(w) = \frac{1}{n}\,\|\hat y - y\|^2 = \frac1n \sum_{i=1}^n (\hat y_i - y_i)^2
#   \qquad\Rightarrow\qquad
#   \nabla f = \frac{2}{n}\, X^\top (\hat y - y) = -\frac2n\, X^\top (y - \hat y).$$
#
# With `reduction='sum'` the $1/n$ is missing in both. Read the formula as "5.1 for every sample, then added up": entry
# j of the gradient pairs the errors with *feature* j of every sample.
#
# There is a trap in numpy, and many people have lost an evening in it. If `y` arrives as a column of shape (n, 1), as
# tables often do, then `X @ w - y` is not an error message. It is an (n, n) matrix of every prediction minus every
# label. So look at the shape first: if `y` does not have exactly the shape (n,), raise a `ValueError`.
#
# A remark for later: here each sample has one output. With k outputs per sample this sheet, like Özçep, would add up
# the k squares of a sample. PyTorch's `mse_loss` divides by n·k instead: compare before you trust a number.
#
# *By hand:* `X = [[1, 2], [0, 1], [3, 0]]`, `w = [1, 1]`, `y = [2, 1, 5]`. The predictions are `[3, 1, 3]`, the errors
# $\hat y - y$ are `[1, 0, -2]`. So $X^\top(\hat y - y)$ is `[1 - 6, 2]`, the gradient of the sum is `[-10, 4]`, and
# that of the mean a third of it.
#
# From Abdurakhmanova, Gradient Descent: full batch gradient descent; Alvarez, empirical risk; Özçep, V2: the
# mean squared error.


# %%
def mse_grad(X: np.ndarray, y: np.ndarray, w: np.ndarray, reduction: str) -> np.ndarray:
    """Return the gradient by w of the squared loss of the linear model X @ w, without a factor ½.

    X: (n, d). y: (n,). w: (d,). reduction: 'mean' or 'sum' over the n samples. Returns (d,).
    Raises ValueError if y has another shape than (n,), for example (n, 1).
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# ## 5.4 Logistic regression that cannot overflow (4 points)
#
# The same step for 5.2: n samples, d features, and now also a bias $b$, one number that is added to every score.
#
# $$z_i = x_i \cdot w + b, \quad p_i = \sigma(z_i), \qquad
#   L = \frac1n \sum_{i=1}^n \bigl(-y_i \ln p_i - (1 - y_i) \ln (1 - p_i)\bigr).$$
#
# This exercise always takes the **mean**. Return the loss and its gradients by `w` and by `b`. The bias sits in every
# row, so every row sends it a gradient: `db` is the mean of them, *one* number.
#
# The scores may be ±800, right or wrong, and $e^{800}$ is infinite in floating point. So this time do not compute
# $\ln p$ from $p$ at all. With the *softplus* function $\mathrm{sp}(z) = \ln(1 + e^z)$ both terms become
#
# $$-\ln p = \mathrm{sp}(-z), \qquad -\ln(1 - p) = \mathrm{sp}(z), \qquad
#   -y \ln p - (1 - y)\ln(1 - p) = \mathrm{sp}(z) - y z,$$
#
# and for large z softplus is simply z: $\;\mathrm{sp}(z) = \max(z, 0) + \ln(1 + e^{-|z|})$. Check that line on paper for
# $z > 0$ and for $z < 0$, then notice that its $e$ never has a positive exponent. What does the gradient by z look
# like now? Compare it with 5.2.
#
# *By hand:* `X = [[2], [4]]`, `y = [1, 1]`, `w = [0]`, `b = 0`. Both probabilities are ½, the loss is $\ln 2$,
# `dw` is the mean of $-\frac12 \cdot 2$ and $-\frac12 \cdot 4$, so `[-1.5]`, and `db` is -0.5.
#
# From Binder, L6: how to find the parameters in classification, mean loss of logistic regression.


# %%
def logreg(X: np.ndarray, y: np.ndarray, w: np.ndarray, b: float) -> tuple[float, np.ndarray, float]:
    """Return (loss, dw, db) of logistic regression: the mean loss over the samples and its gradients.

    X: (n, d). y: (n,), each entry 0 or 1. w: (d,). b: a number. loss: a number. dw: (d,). db: a number.
    All are finite for scores X @ w + b as large as ±800.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# ## 5.5 Five activations and their slopes (4 points)
#
# Sigmoid was the first activation that people used, and it is not the best one. Here are the five of the lectures.
# $a$ is the value, $a'$ the slope, both entry by entry.
#
# | name | a for z < 0 | a for z ≥ 0 | a' for z < 0 | a' for z > 0 |
# |---|---|---|---|---|
# | `'sigmoid'` | $1/(1+e^{-z})$ | the same | $a\,(1-a)$ | the same |
# | `'tanh'` | $(e^z - e^{-z})/(e^z + e^{-z})$ | the same | $1 - a^2$ | the same |
# | `'relu'` | 0 | z | 0 | 1 |
# | `'leaky'` | $\alpha z$ | z | $\alpha$ | 1 |
# | `'elu'` | $\alpha\,(e^z - 1)$ | z | $\alpha\, e^z$ | 1 |
#
# `act(z, name, alpha, at_zero)` returns the pair of arrays (a, a'), each of the shape of `z`, which may have any number
# of axes. `alpha` is the α of leaky relu and elu; the other three ignore it. (You will often read leaky relu as
# $\max(\alpha z, z)$. That is the same thing only as long as $\alpha \le 1$, as it is here.)
#
# **What is the slope at z = 0?** The last three have a corner there, and a corner has no slope. Abdurakhmanova's slides
# take 1, PyTorch takes 0 for relu, Özçep says "not differentiable". All of them are right, so you are *told*: where an
# entry of `z` is exactly 0, the slope of `'relu'`, `'leaky'` and `'elu'` is `at_zero`. (Elu with α = 1 has no corner;
# you will not be asked about that one at 0.) Sigmoid and tanh are smooth and take no notice of `at_zero`.
#
# **Large arguments.** No entry may come out as NaN or infinite for z = ±1000. $e^{1000}$ overflows, infinity divided by
# infinity is NaN, and so is 0 times infinity: a mask that is *multiplied* does not hide an overflow, `np.where` does.
# A sigmoid with $e^{-|z|}$ in it never overflows, and numpy's own `np.tanh` is safe. Useful to know, and a good test of
# your code: $\tanh(z) = 2\,\sigma(2z) - 1$.
#
# A name that is not in the table raises a `ValueError`.
#
# *By hand:* `z = [-1, 0, 2]`, `'leaky'`, `alpha = 0.1`, `at_zero = 0.5`: a is `[-0.1, 0, 2]`, a' is `[0.1, 0.5, 1]`.
# And the sigmoid at 0 has the value ½ and the slope ¼, the largest that it can have.
#
# From Abdurakhmanova, Gradient Descent: activation functions and their local gradients; Özçep, V2: sigmoid, tanh, ReLU.


# %%
def act(z: np.ndarray, name: str, alpha: float = 0.01, at_zero: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Return (a, da): an activation and its slope, entry by entry.

    z: floats, any shape. name: 'sigmoid', 'tanh', 'relu', 'leaky' or 'elu'; others raise ValueError.
    alpha: between 0 and 1, used by 'leaky' and 'elu'. at_zero: the slope of 'relu', 'leaky' and 'elu' where z is
    exactly 0.
    a, da: the shape of z; finite for entries as large as ±1000.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# When 5.5 works, run the next cell. On the left are the five values, on the right the five slopes. Where do the slopes
# of sigmoid and tanh go when |z| is large? Which curve on the right lies at exactly 0 for half of all z, and which three
# have the jump that `at_zero` is about? A unit that sits where its slope is 0 learns nothing.

# %%
if __name__ == "__main__":
    import matplotlib.pyplot as plt

    grid = np.linspace(-5.0, 5.0, 501)
    figure, (values, slopes) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
    for number, name in enumerate(["sigmoid", "tanh", "relu", "leaky", "elu"]):
        curve, steepness = act(grid, name, alpha=0.5 if name == "elu" else 0.1, at_zero=np.nan)
        # drawn wide to narrow, so that a curve which lies on another one can still be seen
        values.plot(grid, curve, label=name, linewidth=5 - number)
        slopes.plot(grid, steepness, label=name, linewidth=5 - number)
    values.set(title="activation a(z)", xlabel="z", ylim=(-1.5, 3.0))
    slopes.set(title="slope a'(z)", xlabel="z")
    values.legend()
    plt.show()

# %% [markdown]
# ## 5.6 Softmax and cross-entropy (4 points)
#
# For more than two classes the model gives k scores per sample, a row of `Z`, and *softmax* turns each row into
# probabilities:
#
# $$p_{ij} = \frac{e^{z_{ij}}}{\sum_c e^{z_{ic}}}, \qquad
#   \ell_i = -\sum_{j=1}^k y_{ij} \ln p_{ij}, \qquad
#   \frac{\partial \ell_i}{\partial z_{ij}} = p_{ij} - y_{ij}.$$
#
# Here a target is a whole **row of probabilities** `Y[i]` that sums to 1. It may be one-hot (`[0, 1, 0]`), or *soft*
# (`[0.25, 0.75, 0]`): "three of four people said cat". This is the form with targets as rows. In the sheet on
# operations you meet the other one, where a target is a single whole number, the index of the right class. With
# one-hot rows both give the same loss; soft targets have only this one. With a soft target you need *all* terms of the
# sum, and the smallest possible loss is no longer 0.
#
# Why is the gradient so simple? $-\ln p_{ij}$ is $\ln\sum_c e^{z_{ic}} - z_{ij}$. Differentiate that by each score, and
# use that the targets of a row sum to 1.
#
# Scores can be ±800. Adding the same number to all scores of a row does not change its probabilities (why?), so
# subtract the largest score of *each row* first. And compute $\ln p$ directly, as $z$ minus a logarithm of a sum: a $p$
# that has become 0 has no logarithm, and 0 times infinity is NaN.
#
# `reduction` is `'mean'` or `'sum'` over the n samples. Never over the n·k entries.
#
# *By hand:* `Z = [[0, ln 3]]` has the probabilities `[[1/4, 3/4]]`. With `Y = [[1/2, 1/2]]` the loss is
# $\frac12 \ln 4 + \frac12 \ln \frac43 \approx 0.8370$ and the gradient `[[-1/4, 1/4]]`. Its row sums to 0. Must it always?
#
# Goes beyond Binder, L6 (the loss of a classifier with two classes), and Özçep, V2 (losses are added up), to k classes.


# %%
def softmax_ce(Z: np.ndarray, Y: np.ndarray, reduction: str) -> tuple[float, np.ndarray]:
    """Return (loss, dZ) of the cross-entropy between softmax(Z) and rows of target probabilities.

    Z: (n, k) scores. Y: (n, k) targets, one-hot or soft: no entry is negative, every row sums to 1.
    reduction: 'mean' or 'sum' over the n samples. loss: one number. dZ: its gradient, (n, k).
    Both are finite for scores as large as ±800.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# ## 5.7 One layer, three questions and a trap (2 points)
#
# From here on there is one sample `x` of shape (inputs,), and a layer is $z = Wx + b$ with `W` of shape (outputs,
# inputs): one row for each output.
#
# **a)** `affine(W, x, b)` returns $Wx + b$.
#
# *By hand:* the example of the lecture,
# `W = [[1, 2, -1, -2], [3, 4, -3, 4]]`, `x = [1, 2, 3, 4]`, `b = [5, 6]`, gives `[-1, 24]`.
#
# **b)** Two layers without an activation between them, $x \mapsto W_1 (W_2\, x)$, are no better than one.
# `collapse(W1, W2)` returns the one matrix $W$ with $W x = W_1 (W_2\, x)$ for every x. Mind which of the two acts
# first. This is why 5.5 was needed.
#
# *By hand:* `W1 = [[1, 2]]` and `W2 = [[3], [4]]` give `[[11]]`.
#
# **c)** One slide of Binder, L6, shows a shortened logistic loss, for labels 0 and 1:
#
# $$g(w, b) = \sum_{i=1}^n -\,y_i \ln \sigma(w \cdot x_i + b).$$
#
# Compare it with 5.4: the term with $(1 - y_i)$ is missing. Is that so bad? Find out by cheating.
# `bad_loss_params(X, y)` returns a pair (w, b), `w` of shape (d,) and `b` a number, both finite, that makes this $g$
# smaller than $10^{-6}$, **whatever the data are**: the rows of `X` (n, d) may be large, and the same row may occur
# with both labels, so that nobody could classify it. There are many right answers; yours is judged by its loss. You
# need no gradient descent. Which samples does this loss look at, and what would it like to hear about them?
#
# **d)** Last, one neuron, $r = \sigma(w \cdot x + b)$. `neuron_grad(w, b, x)` returns the gradients of the *value* r
# (there is no loss here) by `w`, by `b` and by `x`. All three share one factor, the slope of the sigmoid at
# $z = w \cdot x + b$.
#
# *By hand:* `w = [1, -1]`, `b = 0`, `x = [3, 3]`: then z = 0, the slope is ¼, and the answer is `[0.75, 0.75]`, 0.25,
# `[0.25, -0.25]`.
#
# From Özçep, V2: linear output of a layer, and why networks need non-linearities; Binder, L6: the problem setting, and
# the gradients of a single neuron by its inputs and its weights.


# %%
def affine(W: np.ndarray, x: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return W x + b, the output of a layer before its activation.

    W: (outputs, inputs). x: (inputs,). b: (outputs,). Returns (outputs,).
    """
    # YOUR CODE HERE
    raise NotImplementedError()


def collapse(W1: np.ndarray, W2: np.ndarray) -> np.ndarray:
    """Return the matrix of the one layer that does the same as W2 followed by W1, without activations.

    W1: (outputs, hidden). W2: (hidden, inputs). Returns (outputs, inputs).
    """
    # YOUR CODE HERE
    raise NotImplementedError()


def bad_loss_params(X: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, float]:
    """Return (w, b) for which the loss without its (1 - y) term is smaller than 1e-6, whatever the data are.

    X: (n, d) with n <= 64. y: (n,), each entry 0 or 1. w: (d,). b: a number. All are finite.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


def neuron_grad(w: np.ndarray, b: float, x: np.ndarray) -> tuple[np.ndarray, float, np.ndarray]:
    """Return (dw, db, dx), the gradients of the value of one sigmoid neuron by its weights, bias and inputs.

    w: (d,). b: a number. x: (d,). dw: (d,). db: a number. dx: (d,).
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# When 5.4 and 5.7 work, run the next cell. It draws 40 samples, half of them with the label 1, keeps `w` fixed, and
# moves only the bias `b`. One curve is the loss of 5.4, the other the loss of 5.7 c), as a mean. Where does each of
# them have its lowest point? A model that is trained with the second one walks to the right for ever. What will it
# answer when you show it a new sample?

# %%
if __name__ == "__main__":
    import matplotlib.pyplot as plt

    rng = np.random.default_rng(7)
    y = np.repeat([0.0, 1.0], 20)
    X = rng.normal(loc=2.0 * y - 1.0, scale=1.5)[:, None]
    w = np.array([1.0])
    biases = np.linspace(-6.0, 10.0, 161)
    full = [logreg(X, y, w, b)[0] for b in biases]
    short = [(y * np.logaddexp(0.0, -(X @ w + b))).mean() for b in biases]
    figure, axes = plt.subplots(figsize=(7, 4), layout="constrained")
    axes.plot(biases, full, label="logistic loss")
    axes.plot(biases, short, label="without its (1 - y) term")
    axes.plot(biases[np.argmin(full)], min(full), "o", color="black", label="lowest point on this grid")
    axes.plot(biases[np.argmin(short)], min(short), "o", color="black")
    axes.set(title="A missing term", xlabel="bias b", ylabel="mean loss")
    axes.legend()
    plt.show()

# %% [markdown]
# ## To think about
#
# Everywhere on this sheet the loss stood right behind the layer, and $p - y$ or $2(\hat y - y)$ was ready to be
# multiplied by whatever came before it. In a deep network a layer sits somewhere in the middle. It does not know the
# loss, or how many layers are still to come. Look at 5.7 d): what is the one thing that somebody would have to hand to
# your neuron, so that it could turn its `dw`, `db` and `dx` into gradients of a loss that it never sees? The next sheet
# builds a whole library on the answer.
