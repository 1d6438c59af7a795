# %% [markdown]
# **This is your file: work in it.** Replace each `raise NotImplementedError()` and the comment above it
# by your own code, and keep the names and the arguments of the functions. The script and the notebook of
# this sheet are the same: use the one you like better. There are 22 points to earn.

# %% [markdown]
# # Jacobians, linear maps, chain rule
#
# A layer of a neural network takes a list of numbers and returns another list of numbers. One gradient is no longer
# enough: every output has its own. Put them into a table and you have a *Jacobian*. At the end of this sheet you can
# measure a Jacobian, write down the derivative of a matrix product without a single sum sign, and push derivatives
# through a chain of functions. That chain is all that "backpropagation" is.
#
# You need partial derivatives and gradients (the sheet before this one), and the matrix product `A @ B`. A vector
# with `n` entries is an array of shape `(n,)`. Python counts from 0, so $x_1$ in a formula is `x[0]`. Work in numpy's
# usual precision, float64, and never change an argument in place: whoever called your function still needs it.
#
# Where an argument is called `f`, `g`, `df`, ... you are handed a *function*. Call it wherever you need a value; you
# never see the formula behind it.

# %%
from collections.abc import Callable

import numpy as np

# %% [markdown]
# ## 3.1 A table of slopes (4 points)
#
# Let $f$ take $n$ numbers and return $s$ numbers, $f(x) = (f_1(x), \dots, f_s(x))$. There are $n \cdot s$ slopes: how
# fast does output $k$ change when input $i$ moves? All of them together are the Jacobian of $f$ at $x$.
#
# **Two conventions.** Which way round is the table? The lectures disagree, so the function has a switch:
#
# | `layout` | entry in row, column | shape | in words | used by |
# |---|---|---|---|---|
# | `'rows'` | $k, i$: $\;\partial f_k / \partial x_i$ | `(s, n)` | row $k$ is the gradient of output $k$ | Özçep, PyTorch |
# | `'binder'` | $i, k$: $\;\partial f_k / \partial x_i$ | `(n, s)` | column $k$ is the gradient of output $k$ | Binder |
#
# Each is the transpose of the other. The answer is always a table with two axes, also when $s = 1$ or $n = 1$.
#
# Measure the slopes with difference quotients. Move *one* input by the step `h`, and watch all outputs at once:
#
# $$\text{forward: } \frac{f(x + h\,e_i) - f(x)}{h}, \qquad
#   \text{central: } \frac{f(x + h\,e_i) - f(x - h\,e_i)}{2h},$$
#
# where $e_i$ has a 1 in place $i$ and zeros elsewhere. **Either quotient is fine.** Use exactly the step `h` that you
# are given. As in the sheet before, `x` may hold whole numbers, and such an array cannot store $3 + 10^{-6}$.
#
# *By hand:* $f(x) = (x_1 x_2,\; x_1^2,\; 5 x_2)$ at $x = (1, 2)$. With $h = 0.1$, moving the first input takes
# $(2, 1, 10)$ to $(2.2, 1.21, 10)$: the forward slopes are $(2, 2.1, 0)$. For $h \to 0$ the table becomes
#
# $$\texttt{'rows'}: \begin{pmatrix} 2 & 1 \\ 2 & 0 \\ 0 & 5 \end{pmatrix}, \qquad
#   \texttt{'binder'}: \begin{pmatrix} 2 & 2 & 0 \\ 1 & 0 & 5 \end{pmatrix}.$$
#
# From Binder, lecture 6 (Jacobi matrix), and Özçep, lecture 2 (Jacobian).


# %%
def jacobian_fd(f: Callable[[np.ndarray], np.ndarray], x: np.ndarray, layout: str, h: float) -> np.ndarray:
    """Return the Jacobian of f at x, each slope a forward or central difference quotient with step h.

    f: takes an array (n,) and returns an array (s,). x: (n,), of floats or of whole numbers; it is not changed.
    layout: 'rows' returns (s, n), 'binder' its transpose (n, s). h: > 0.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# What is such a table good for? Near $x$, a bent map looks like a straight one, and the Jacobian is that straight map:
#
# $$f(x + v) \approx f(x) + J v \qquad \text{(with } J \text{ in the layout } \texttt{'rows'}\text{).}$$
#
# When 3.1 works, run the next cell. It walks once around a circle of radius $r$ and draws two curves: where $f$ takes
# the circle (solid), and where the Jacobian says that it should go (dashed, always an ellipse). From panel to panel the
# circle gets four times smaller, and is drawn four times larger to make up for it. Look at the gap between the two
# curves: does it shrink just as fast as the circle, or faster?

# %%
if __name__ == "__main__":
    import matplotlib.pyplot as plt

    def bend(p: np.ndarray) -> np.ndarray:
        """Return where a bent map of the plane takes the point p. p: (2,); returns (2,)."""
        return np.array([p[0] + 0.5 * p[1] ** 2, p[1] + 0.5 * np.sin(2 * p[0])])

    centre = np.array([0.4, 0.3])
    angles = np.linspace(0, 2 * np.pi, 200)
    circle = np.array([np.cos(angles), np.sin(angles)])
    table = jacobian_fd(bend, centre, "rows", 1e-6)
    figure, panels = plt.subplots(1, 3, figsize=(10, 3.6))
    for radius, panel in zip((1, 1 / 4, 1 / 16), panels):
        image = np.array([bend(centre + radius * v) for v in circle.T]).T
        ellipse = bend(centre)[:, None] + radius * table @ circle
        panel.plot(*image, label="the circle under f")
        panel.plot(*ellipse, "--", label="under the Jacobian")
        panel.plot(*bend(centre), "k.")
        panel.set_title(f"radius {radius:g}")
        panel.set_aspect("equal")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="lower center", ncols=2)
    figure.tight_layout(rect=(0, 0.08, 1, 1))
    plt.show()

# %% [markdown]
# ## 3.2 Straight maps need no limit (4 points)
#
# Since the Jacobian is a straight map, give it a name of its own: $Df(x)[v]$ says how $f$ changes, to first order,
# when you move from $x$ along $v$. It is linear in $v$, the direction, though not in $x$, the place:
#
# $$Df(x)[c\,v] = c\,Df(x)[v], \qquad Df(x)[v_1 + v_2] = Df(x)[v_1] + Df(x)[v_2].$$
#
# Every $v$ is allowed; nothing is brought to length 1. For a *linear* $f$ the rest is easy: $f(x + v) = f(x) + f(v)$,
# so the change is $f(v)$ exactly, wherever you stand. That is why the functions below do not ask for $x$ or $X$.
#
# | function | of the map | returns |
# |---|---|---|
# | `D_dot(z, v)` | $f(x) = z^\top x$ | $Df(x)[v]$, a number |
# | `D_ATx(A, v)` | $f(x) = A^\top x$, with $A$ of shape `(n, s)` | $Df(x)[v]$, shape `(s,)` |
# | `grad_fk(A, k)` | output $k$ of $f(x) = A^\top x$ | its gradient, shape `(n,)` |
# | `D_AXC(A, V, C)` | $F(X) = A X C$ | $DF(X)[V]$, the change of $F$ along $V$ |
# | `partial_AXC(A, C, i, j)` | $F(X) = A X C$ | $\partial F / \partial X_{ij}$: how *all* of $F$ changes with this one entry |
#
# Sizes of the last two: $A$ is `(k, m)`, $X$ and $V$ are `(m, l)`, $C$ is `(l, r)`, so $F(X)$ is `(k, r)`. For the
# last one you may move $X$ along a matrix that has a single 1. What remains of the product then? No loop is needed.
#
# *By hand:* for $z = (1, 2)$ and $v = (3, 4)$ the first answer is 11. Take
# $A = \begin{pmatrix} 1 & 2 & 3 \\ 4 & 5 & 6 \end{pmatrix}$ and $v = (1, -1)$: $Df(x)[v] = (-3, -3, -3)$, and output 0
# has the gradient $(1, 4)$. Now take $A = \begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}$,
# $C = \begin{pmatrix} 5 & 6 \\ 7 & 8 \end{pmatrix}$. Moving entry $i = 0$, $j = 1$ of $X$ changes $F$ at the rate
# $\begin{pmatrix} 7 & 8 \\ 21 & 24 \end{pmatrix}$.
#
# From Binder, lecture 6: the directional derivative as a linear map, and derivatives of linear mappings.


# %%
def D_dot(z: np.ndarray, v: np.ndarray) -> float:
    """Return the derivative of x -> z · x along v. z, v: (n,); returns a number."""
    # YOUR CODE HERE
    raise NotImplementedError()


def D_ATx(A: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Return the derivative of x -> transpose(A) x along v. A: (n, s), v: (n,); returns (s,)."""
    # YOUR CODE HERE
    raise NotImplementedError()


def grad_fk(A: np.ndarray, k: int) -> np.ndarray:
    """Return the gradient of output k of x -> transpose(A) x. A: (n, s), k: from 0 to s - 1; returns (n,)."""
    # YOUR CODE HERE
    raise NotImplementedError()


def D_AXC(A: np.ndarray, V: np.ndarray, C: np.ndarray) -> np.ndarray:
    """Return the derivative of X -> A X C along V. A: (k, m), V: (m, l), C: (l, r); returns (k, r)."""
    # YOUR CODE HERE
    raise NotImplementedError()


def partial_AXC(A: np.ndarray, C: np.ndarray, i: int, j: int) -> np.ndarray:
    """Return how all entries of A X C change with the entry X[i, j].

    A: (k, m), C: (l, r), i: from 0 to m - 1, j: from 0 to l - 1. Returns (k, r).
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# ## 3.3 A form in which x stands twice (2 points)
#
# The simplest function that is not linear is the quadratic form
#
# $$f(x) = x^\top A\, x = \sum_{i,j} A_{ij}\, x_i\, x_j ,$$
#
# with a square matrix $A$, which need *not* be symmetric. Here the trick of 3.2 still helps. Put $x + v$ in place of
# $x$, multiply out, and keep what is linear in $v$:
#
# $$f(x + v) - f(x) = v^\top A\, x + x^\top A\, v + \text{something with two } v\text{'s}.$$
#
# The gradient is the vector whose dot product with *every* $v$ gives the linear part. Can you bring both terms into
# that form? Return the gradient, of shape `(n,)`.
#
# *By hand:* for $A = \begin{pmatrix} 1 & 2 \\ 0 & 3 \end{pmatrix}$ we have $f(x) = x_1^2 + 2 x_1 x_2 + 3 x_2^2$. At
# $x = (1, 1)$ the gradient is $(4, 8)$. Check your formula on it.
#
# From Binder, lecture 6: use cases of the chain rule, the generalised quadratic function.


# %%
def quadform_grad(A: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Return the gradient of x -> transpose(x) A x at x. A: (n, n), not always symmetric, x: (n,); returns (n,)."""
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# ## 3.4 A chain of functions (4 points)
#
# Deep learning means: functions inside functions. For numbers you know the rule. If $h(x) = f(g(x))$, then
#
# $$h'(x) = f'(g(x)) \cdot g'(x).$$
#
# Mind *where* each derivative is taken. The outer function never sees $x$: what arrives there is $g(x)$.
#
# For vectors the slopes become straight maps, one behind the other, $D(f \circ g)(x)[v] = Df(g(x))\bigl[Dg(x)[v]\bigr]$,
# and so Jacobians are multiplied. **From here to the end of the sheet a Jacobian has the layout `'rows'`**: shape
# (outputs, inputs), so that $J v$ is the change of the outputs along $v$. (In Binder's layout the same formulas carry a
# transposition at every $J$.)
#
# **a)** `chain_1d(df, g, dg, x)` returns $h'(x)$ for numbers. You get the functions $f'$, $g$ and $g'$; each takes a
# number and returns one.
#
# **b)** `chain_jvp(Js, v)` returns $J_1 J_2 \cdots J_p\, v$, the change of $f_1(f_2(\dots f_p(x)))$ along $v$. The list
# `Js` holds at least one Jacobian, already taken at the right places, *in the order in which the composition is
# written*: the outermost function comes first. Which of them does $v$ meet first?
#
# **c)** `chain_grad(Jg, grad_f_at, g, x)` returns the gradient of $h(x) = f(g(x))$ at $x$, where $g$ takes `(n,)` to
# `(m,)` and $f$ returns a number. You get three functions: `Jg` takes a point and returns the Jacobian of $g$ there,
# of shape `(m, n)`; `grad_f_at` takes a point and returns the gradient of $f$ *there*, of shape `(m,)`; and `g` itself.
# Each input $x_i$ reaches $f$ through all $m$ outputs of $g$. Multiply along each path, then sum over the paths:
#
# $$\frac{\partial h}{\partial x_i}(x) = \sum_{k=1}^m \frac{\partial f}{\partial y_k}(g(x))\;
#   \frac{\partial g_k}{\partial x_i}(x).$$
#
# *By hand:* a) $x^4 = (x^2)^2$ at $x = 2$: the outer slope is $2 \cdot 4 = 8$, the inner one 4, the answer 32.
# b) `Js = [[[1, 2, 0]], [[1, 0], [0, 1], [1, 1]]]` and `v = (2, 1)`: first $(2, 1, 3)$, then $(4)$, an array of shape
# `(1,)`. c) $g(x) = (x_1 x_2,\; x_1 + x_2)$ and $f(y) = y_1^2 + y_2$ at $x = (2, 3)$: the outer gradient is
# $(12, 1)$, the Jacobian of $g$ is $\begin{pmatrix} 3 & 2 \\ 1 & 1 \end{pmatrix}$, and the answer is $(37, 25)$.
#
# From Özçep, lecture 2 (derivatives of deeper functions, chain rule for vectors), and Binder, lecture 6 (the chain
# rule as a graph, and as a chain of linear maps).


# %%
def chain_1d(
    df: Callable[[float], float], g: Callable[[float], float], dg: Callable[[float], float], x: float
) -> float:
    """Return the derivative of f(g(x)) at the number x. df, dg: the derivatives of f and g, as functions."""
    # YOUR CODE HERE
    raise NotImplementedError()


def chain_jvp(Js: list[np.ndarray], v: np.ndarray) -> np.ndarray:
    """Return the product of all Jacobians with v: the change of a composition along v.

    Js: at least one array, outermost function first, each of shape (outputs, inputs). v: (n,), with the n inputs of
    the last one in the list. Returns (s,), with the s outputs of the first one.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


def chain_grad(
    Jg: Callable[[np.ndarray], np.ndarray],
    grad_f_at: Callable[[np.ndarray], np.ndarray],
    g: Callable[[np.ndarray], np.ndarray],
    x: np.ndarray,
) -> np.ndarray:
    """Return the gradient of f(g(x)) at x.

    Jg: takes a point (n,) and returns the Jacobian of g there, (m, n). grad_f_at: takes a point (m,) and returns the
    gradient of f there, (m,). g: takes a point (n,) and returns (m,). x: (n,). Returns (n,).
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# ## 3.5 Through a matrix product (3 points)
#
# The most frequent link of all chains in deep learning is $D = X W$. The rows of $X$ (`(n, m)`) are `n` samples, $W$
# (`(m, h)`) holds the weights, and some loss $L$ is computed from $D$ (`(n, h)`). Somebody has already found
#
# $$G_{ij} = \frac{\partial L}{\partial D_{ij}}, \qquad \text{an array of the shape of } D,$$
#
# the *upstream gradient*. Your job is one link: find $\partial L / \partial W$, of the shape of $W$, and
# $\partial L / \partial X$, of the shape of $X$. A single weight $W_{uv}$ is used once for each sample, so it reaches the
# loss along $n$ paths:
#
# $$\frac{\partial L}{\partial W_{uv}} = \sum_{i,j} \frac{\partial L}{\partial D_{ij}}
#   \frac{\partial D_{ij}}{\partial W_{uv}} .$$
#
# Which of the $D_{ij}$ depend on $W_{uv}$ at all, and how fast do they change with it? Write down what is left of the sum,
# and you will recognise a matrix product. Then do the same for $X_{iu}$.
#
# The shapes of the factors often tell you how to put them together, but not always: where all sizes are equal, any
# order fits, and only one is right.
#
# *By hand:* $X = \begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}$, $W = \begin{pmatrix} 5 \\ 6 \end{pmatrix}$ and
# $G = \begin{pmatrix} 1 \\ 10 \end{pmatrix}$ give $\partial L/\partial W = \begin{pmatrix} 31 \\ 42 \end{pmatrix}$ and
# $\partial L/\partial X = \begin{pmatrix} 5 & 6 \\ 50 & 60 \end{pmatrix}$.
#
# From Özçep, lecture 2: example for the tensor chain rule.


# %%
def dL_dW(X: np.ndarray, G: np.ndarray) -> np.ndarray:
    """Return the gradient of L by W, for D = X W. X: (n, m), G: (n, h), the gradient of L by D; returns (m, h)."""
    # YOUR CODE HERE
    raise NotImplementedError()


def dL_dX(G: np.ndarray, W: np.ndarray) -> np.ndarray:
    """Return the gradient of L by X, for D = X W. G: (n, h), the gradient of L by D, W: (m, h); returns (n, m)."""
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# ## 3.6 The chain rule for tensors (3 points)
#
# A batch of images has four axes: sample, row, column, colour. What is the Jacobian of a map from such a *tensor* $X$ to
# another tensor $Y$? Nothing new: there is one slope for each entry of $Y$ and each entry of $X$. Only the names of the
# entries are longer, since an index is now a tuple. `dY_dX` has the axes of $Y$ first, then those of $X$:
#
# $$\texttt{dY\_dX}[j_1, \dots, j_p,\, i_1, \dots, i_q] = \frac{\partial Y_{j_1 \dots j_p}}{\partial X_{i_1 \dots i_q}} .$$
#
# If a number $z$ is computed from $Y$, the chain rule sums over all entries of $Y$, as it did in 3.4:
#
# $$\frac{\partial z}{\partial X_{i}} = \sum_{j} \frac{\partial z}{\partial Y_{j}}\; \frac{\partial Y_{j}}{\partial X_{i}},
#   \qquad i = (i_1, \dots, i_q), \quad j = (j_1, \dots, j_p).$$
#
# Return this for all $i$, as an array of the shape of $X$. Both $X$ and $Y$ have one, two or three axes. How do you
# find out which axes of `dY_dX` belong to $Y$? There are two good ways: sum over the right axes directly, or flatten
# both tensors into vectors, use the rule for vectors, and give the result its shape back. If you flatten, do it in the
# same order everywhere; numpy's usual one is fine.
#
# *By hand:* $X$ is a 2x2 table and $Y$ holds its two column sums. Then `dY_dX[0]` is `[[1, 0], [1, 0]]` and `dY_dX[1]`
# is `[[0, 1], [0, 1]]`. For `dz_dY = [5, 7]` the answer is `[[5, 7], [5, 7]]`.
#
# From Özçep, lecture 2: chain rule for tensors.


# %%
def tensor_chain(dY_dX: np.ndarray, dz_dY: np.ndarray) -> np.ndarray:
    """Return the gradient of z by X, from the derivatives of Y by X and of z by Y.

    dY_dX: the axes of Y first, then those of X. dz_dY: of the shape of Y. X and Y have one to three axes each.
    Returns an array of the shape of X.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# ## 3.7 Two paths, by hand (2 points)
#
# In real code you rarely build these tables. You write the chain rule down for the function at hand, and that is what
# you do now. With two numbers $a$ and $b$, let
#
# $$h(x_1, x_2) = (a x_1 + b x_2)^2\, x_1 x_2 .$$
#
# Lehre takes it apart: $h = f(u_1, u_2) = u_1^2\, u_2$ with $u_1 = a x_1 + b x_2$ and $u_2 = x_1 x_2$. Draw the graph:
# each $x_i$ reaches $f$ along two paths. Multiply along each of them, and sum:
#
# $$\frac{\partial h}{\partial x_i} = \frac{\partial f}{\partial u_1} \frac{\partial u_1}{\partial x_i}
#   + \frac{\partial f}{\partial u_2} \frac{\partial u_2}{\partial x_i} .$$
#
# Return both partial derivatives in one array: entry 0 belongs to $x_1$, entry 1 to $x_2$. The arguments `x1` and `x2`
# may be numbers, or arrays of one and the same shape that hold many points. For numbers the result has the shape `(2,)`;
# for arrays of shape `(k,)` it has the shape `(2, k)`, and so on.
#
# *By hand:* $a = 1$, $b = 2$ at $(1, 1)$: $u_1 = 3$, $u_2 = 1$, and the gradient is $(15, 21)$.
#
# From Lehre, lecture 4: chain rule, example.


# %%
def grad_h(x1: float | np.ndarray, x2: float | np.ndarray, a: float, b: float) -> np.ndarray:
    """Return the gradient of (a x1 + b x2)² x1 x2: its derivative by x1, then the one by x2.

    x1, x2: two numbers, or two arrays of the same shape. a, b: numbers. Returns (2,) + the shape of x1.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# ## To think about
#
# In 3.4 you multiplied $J_1 J_2 \cdots J_p\, v$ from right to left, so that only vectors were ever needed. Now let the last
# function return a single number, the loss, and let $x$ be a million weights. You want the whole gradient, not the slope
# along one $v$. How many directions $v$ would you have to push through the chain? And if you start at the *other* end,
# with $\nabla f$, and multiply from left to right, as in `chain_grad`: how many passes are needed then? One thing gets in
# the way: the left-most Jacobian has to be taken at $g(x)$, so somebody must have gone forwards first, and must have
# remembered what was seen on the way. The next sheet builds the machine that does this remembering for you.
