# %% [markdown]
# # Computational graphs and autograd
#
# So far you have differentiated with a pencil. A library such as PyTorch does it while the program runs: it writes down
# every operation as a *computational graph*, and then walks that graph backwards with the chain rule. In this sheet you
# walk a small graph by hand, build an engine that can walk any graph, and only then let torch do the work. Because you
# have built the engine, you will know what torch keeps, what it adds up, what it throws away, and where its graph ends.
#
# You need the chain rule with several paths, Jacobians, numpy, and (from 4.3 on) PyTorch.
#
# **Conventions of this sheet.**
#
# 1. Unless an exercise says otherwise, the arguments are Python numbers and numpy arrays of float64. Make your tensors
#    with `torch.tensor(a, requires_grad=True)`, which copies, and leave the arguments as they were.
# 2. What you return are plain numbers: numpy arrays or tensors, both are fine, but a tensor that still belongs to a
#    graph is not (`.detach()` cuts it off). float32 is accepted, too.
# 3. A gradient has the shape of what it belongs to.
# 4. A *leaf* is a value that you made yourself. Everything that was computed from something else is not a leaf.

# %%
import math

import numpy as np
import torch

# %% [markdown]
# ## 4.1 One graph, forwards and backwards
#
# **Forwards**, every node takes its inputs and computes one number. **Backwards**, every node gets one number from above,
# the derivative of the final result by this node, multiplies it by its *local* derivative, and hands the product on to
# its inputs.
#
# **a)** `fb_xyz(x, y, z)` does this for $f = (x + y)\,z$ with the node $q = x + y$. It returns a dict with six numbers:
# `q`, `f`, and the derivatives `df_dq`, `dx`, `dy`, `dz` of $f$ by $q$, $x$, $y$, $z$.
#
# $$\frac{\partial f}{\partial q} = z, \qquad
#   \frac{\partial f}{\partial x} = \frac{\partial f}{\partial q}\cdot\frac{\partial q}{\partial x}, \qquad
#   \frac{\partial f}{\partial y} = \frac{\partial f}{\partial q}\cdot\frac{\partial q}{\partial y}, \qquad
#   \frac{\partial f}{\partial z} = q.$$
#
# *By hand:* $(x, y, z) = (-2, 5, -4)$ gives $q = 3$ and $f = -12$; backwards $\partial f/\partial q = -4$, so the gradient
# is $(-4, -4, 3)$.
#
# **b)** `fb_pairs(x)` takes an array of four numbers and returns `(f, grad)` for
#
# $$f = z_1 + z_2, \qquad z_1 = x_1 x_2, \qquad z_2 = x_3 x_4.$$
#
# `grad` has all four partial derivatives, in the order of the inputs, shape (4,).
#
# *By hand:* `x = [1, 2, 3, 5]` gives $z_1 = 2$, $z_2 = 15$, so `f = 17`; the sum hands 1 to both products, and each
# product hands on the *other* factor: `grad = [2, 1, 5, 3]`.
#
# From Özçep, V2: the computational graph of (x + y) z; Binder, L6: forward and backward propagation for x1 x2 + x3 x4.


# %%
def fb_xyz(x: float, y: float, z: float) -> dict[str, float]:
    """Return every number of the forward and the backward pass of f = (x + y) * z.

    x, y, z: numbers. Returns a dict with the keys q, f, df_dq, dx, dy, dz.
    """
    q = x + y
    f = q * z
    df_dq = z
    dz = q
    dx = df_dq * 1.0
    dy = df_dq * 1.0
    return {"q": q, "f": f, "df_dq": df_dq, "dx": dx, "dy": dy, "dz": dz}


def fb_pairs(x: np.ndarray) -> tuple[float, np.ndarray]:
    """Return (f, grad) of f = x1 * x2 + x3 * x4.

    x: (4,). f: a number. grad: (4,), the derivatives of f by x1, x2, x3, x4.
    """
    f = x[0] * x[1] + x[2] * x[3]
    grad = np.array([x[1], x[0], x[3], x[2]])
    return f, grad


# %% [markdown]
# ## 4.2 Your own engine
#
# Now a program that does 4.1 for *any* formula. A `Value` holds one number. Whenever values are combined, the result is
# a new `Value` that remembers what it was computed from, so the graph grows while the formula runs.
#
# - `Value(2.0)` makes a leaf. `.data` is the number, `.grad` is the derivative that has arrived so far: 0.0 at first.
# - `a + b`, `a * b`, `a**k` with a number `k`, `a.exp()`, `a.tanh()` and `a.relu()` each make a new node. The other
#   operand of `+` and `*` may be a plain number. The slope of relu at 0 is 0 here, as in PyTorch. Negative values,
#   differences and quotients are given: they are made from these.
# - `c.backward()` walks the graph below `c` and **adds** $\partial c/\partial a$ to `a.grad` for every leaf `a`. It
#   starts with $\partial c/\partial c = 1$.
#
# | operation | local derivative |
# |---|---|
# | $a + b$ | $1$ by $a$, $1$ by $b$ |
# | $a\,b$ | $b$ by $a$, $a$ by $b$ |
# | $a^k$ | $k\,a^{k-1}$ |
# | $e^a$ | $e^a$ |
# | $\tanh a$ | $1 - \tanh^2 a$ |
# | $\mathrm{relu}(a)$ | $1$ if $a > 0$, else $0$ |
#
# Three things make the difference between an engine and a toy.
#
# **Order.** A node may be used several times. In $d = ab + a$ two paths lead from $d$ to $a$, and their contributions are
# added: $\partial d/\partial a = b + 1$. A node in the middle may hand its derivative on only when *everything* that was
# computed from it has reported. So bring the nodes into an order in which each one comes before its inputs, and visit
# each node **once**. (If you follow every path by itself, twenty lines `a = a + a` cost $2^{20}$ visits, and thirty cost
# a thousand million. Your engine gets a second.)
#
# **Depth.** A graph can be 2000 nodes deep. Python gives up after 1000 nested calls, so use a list of nodes that wait
# and a loop in place of a function that calls itself.
#
# **Calling it again.** As in PyTorch, the gradients of *leaves* accumulate: calling `c.backward()` a second time adds the
# same derivatives once more, and calling it for another node of the same graph adds those of the other node. If `c` is
# itself a leaf, then its own `.grad` grows by 1. What a node in the *middle* holds in `.grad` between two calls is up to
# you, and nobody looks at it (PyTorch keeps nothing there). But it must not leak: each `backward()` begins with nothing
# but the 1 at its own root.
#
# *By hand:* `a, b = Value(2.0), Value(-3.0)`, `d = a * b + a`. Then `d.data` is -4, and after `d.backward()` we have
# `a.grad == -2` ($b + 1$) and `b.grad == 2`. After a second `d.backward()` they are -4 and 4.
#
# torch is of no use in this exercise: its derivatives are switched off here.
#
# From Binder, L6: chain rule on a graph, multiply along paths and sum over paths; Özçep, V2: what backpropagation on a
# graph tells us.


# %%
class Value:
    """A number that remembers what it was computed from, so that backward() can find every leaf's derivative."""

    def __init__(self, data: float) -> None:
        """Make a leaf. data: its number."""
        self.data = data
        self.grad = 0.0
        ### BEGIN SOLUTION
        self.inputs = ()  # pairs: a node that this one was computed from, and the local derivative by it
        ### END SOLUTION

    def __add__(self, other: "Value | float") -> "Value":
        """Return self + other. other: a Value or a number."""
        ### BEGIN SOLUTION
        other = other if isinstance(other, Value) else Value(other)
        return _computed(self.data + other.data, (self, 1.0), (other, 1.0))
        ### END SOLUTION

    def __mul__(self, other: "Value | float") -> "Value":
        """Return self * other. other: a Value or a number."""
        ### BEGIN SOLUTION
        other = other if isinstance(other, Value) else Value(other)
        return _computed(self.data * other.data, (self, other.data), (other, self.data))
        ### END SOLUTION

    def __pow__(self, k: float) -> "Value":
        """Return self**k. k: a number."""
        ### BEGIN SOLUTION
        return _computed(self.data**k, (self, k * self.data ** (k - 1)))
        ### END SOLUTION

    def exp(self) -> "Value":
        """Return e to the power of self."""
        ### BEGIN SOLUTION
        y = math.exp(self.data)
        return _computed(y, (self, y))
        ### END SOLUTION

    def tanh(self) -> "Value":
        """Return the hyperbolic tangent of self."""
        ### BEGIN SOLUTION
        y = math.tanh(self.data)
        return _computed(y, (self, 1.0 - y * y))
        ### END SOLUTION

    def relu(self) -> "Value":
        """Return self where it is positive, else 0. The slope at 0 is 0."""
        ### BEGIN SOLUTION
        if self.data > 0:
            return _computed(self.data, (self, 1.0))
        return _computed(0.0, (self, 0.0))
        ### END SOLUTION

    def backward(self) -> None:
        """Add the derivative of self by every leaf below it to the leaf's grad."""
        ### BEGIN SOLUTION
        # How many times each node is used by the others: it has to wait for so many contributions.
        uses = {self: 0}
        found = [self]
        while found:
            for node, _ in found.pop().inputs:
                if node not in uses:
                    uses[node] = 0
                    found.append(node)
                uses[node] += 1

        arrived = {self: 1.0}
        ready = [self]
        while ready:
            node = ready.pop()
            if not node.inputs:
                node.grad = node.grad + arrived[node]
            for below, local in node.inputs:
                arrived[below] = arrived.get(below, 0.0) + arrived[node] * local
                uses[below] -= 1
                if uses[below] == 0:
                    ready.append(below)
        ### END SOLUTION

    # Given: everything else is made from the operations above.

    def __neg__(self) -> "Value":
        """Return -self."""
        return self * -1.0

    def __sub__(self, other: "Value | float") -> "Value":
        """Return self - other."""
        return self + -other

    def __truediv__(self, other: "Value | float") -> "Value":
        """Return self / other."""
        return self * other**-1.0

    def __radd__(self, other: float) -> "Value":
        """Return other + self, where other is a number."""
        return self + other

    def __rsub__(self, other: float) -> "Value":
        """Return other - self, where other is a number."""
        return -self + other

    def __rmul__(self, other: float) -> "Value":
        """Return other * self, where other is a number."""
        return self * other

    def __rtruediv__(self, other: float) -> "Value":
        """Return other / self, where other is a number."""
        return self**-1.0 * other


def _computed(data: float, *inputs: tuple[Value, float]) -> Value:
    """Return a node with what it was computed from: pairs of a node and the local derivative by it."""
    node = Value(data)
    node.inputs = inputs
    return node


# %% [markdown]
# When 4.2 works, run the next cell. It draws the curve $y = \tanh(2x) - e^{-x^2} + 2\,\mathrm{relu}(x - 1)$ and, at nine
# places, a short line with the slope that *your* engine finds there. Every line must touch the curve like a ruler that is
# laid against it. The curve has a kink at $x = 1$, where two slopes compete. Which of them did your engine choose, and
# which line of your code made that choice?

# %%
if __name__ == "__main__":
    import matplotlib.pyplot as plt

    def wavy(x: Value) -> Value:
        """Return the height of the curve at x."""
        return (2.0 * x).tanh() - (-(x**2)).exp() + 2.0 * (x - 1.0).relu()

    places = np.linspace(-2.5, 2.5, 201)
    plt.figure(figsize=(7, 4))
    plt.plot(places, [wavy(Value(float(x))).data for x in places], color="0.6", linewidth=3)
    for start in (-2.0, -1.2, -0.7, -0.3, 0.2, 0.6, 1.0, 1.6, 2.2):
        here = Value(start)
        height = wavy(here)
        height.backward()
        run = np.array([-0.25, 0.25])
        plt.plot(start + run, height.data + here.grad * run, color="C3")
        plt.plot(start, height.data, "o", color="C3", markersize=4)
    plt.xlabel("x")
    plt.ylabel("y")
    plt.title("Slopes from your own engine")
    plt.show()

# %% [markdown]
# ## 4.3 Let torch do it
#
# torch tensors record operations just as your values do, but only if asked: a leaf has to be marked with
# `requires_grad=True`. After `e.backward()` the derivative of `e` stands in the `.grad` of every marked leaf.
#
# **a)** `abc_grads(a, b, c)` takes three arrays of shape (n,), lets torch compute $d = a \odot b$ (entry by entry) and
# $e = d \cdot c = \sum_i a_i b_i c_i$, and returns the gradients `(da, db, dc)` of $e$, in this order.
#
# *By hand:* `a = [1/4, 1/4]`, `b = [2, 2]`, `c = [3, 3]` give `da = [6, 6]`, `db = [0.75, 0.75]`, `dc = [0.5, 0.5]`.
#
# **b)** `accumulated(k)` is an experiment with exactly these three arrays. Call `backward()` $k$ times ($k \ge 1$) without
# clearing anything in between, and return what then stands in the three `.grad`, as `(da, db, dc)`. Either build the graph
# anew for every call, or keep it with `backward(retain_graph=True)`: torch frees it otherwise.
#
# Every call of `accumulated` starts afresh: `accumulated(1)` is the answer of a), whatever has been called before. A
# training loop has the same duty, which is why it says `optimizer.zero_grad()`. What does `accumulated(3)` tell you about
# a loop that forgets it?
#
# From Binder, L6: gradients of dot(a * b, c) with PyTorch, leaf tensors and `requires_grad`.


# %%
def abc_grads(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return (da, db, dc), the gradients of e = dot(a * b, c), found by torch.

    a, b, c: (n,). da, db, dc: (n,), plain numbers that belong to no graph.
    """
    leaves = [torch.tensor(values, requires_grad=True) for values in (a, b, c)]
    e = torch.dot(leaves[0] * leaves[1], leaves[2])
    e.backward()
    da, db, dc = (leaf.grad.numpy() for leaf in leaves)
    return da, db, dc


def accumulated(k: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return (da, db, dc) of a = (1/4, 1/4), b = (2, 2), c = (3, 3) after k calls of backward().

    k: how often backward() is called without clearing, at least 1. da, db, dc: (2,), what .grad holds then.
    """
    a = torch.full((2,), 0.25, requires_grad=True)
    b = torch.full((2,), 2.0, requires_grad=True)
    c = torch.full((2,), 3.0, requires_grad=True)
    e = torch.dot(a * b, c)
    for _ in range(k):
        e.backward(retain_graph=True)
    return a.grad, b.grad, c.grad


# %% [markdown]
# ## 4.4 And now without it
#
# Trust is good. These two programs come from Binder's lecture. Find their gradients with a pencil, and write down the
# result in numpy (torch's derivatives are switched off here). Then compare with torch yourself.
#
# **a)** From `a` of shape (3, 2) take the second column, $b = (a_{01}, a_{11}, a_{21})$, and compute
# $e = b_0^2 - 2 e^{b_1} + 3 b_2$. `g_some(a)` returns $\partial e/\partial a$, shape (3, 2). What is the derivative by a
# number that was never used?
#
# *By hand:* `a = [[7, 1], [7, 0], [7, 5]]` gives `[[0, 2], [0, -2], [0, 3]]`.
#
# **b)** With `a` of shape (3, 2) and `x` of shape (3,), let $b = x^\top a$, which has two entries, and
# $e = 2 b_0 + b_1^2$. `g_some2(a, x)` returns `(da, dx)`, of the shapes (3, 2) and (3,). Go backwards: first
# $\partial e/\partial b$, then with $b_j = \sum_i x_i a_{ij}$ to both inputs.
#
# *By hand:* `a = [[1, 0], [0, 1], [2, 1]]`, `x = [1, 2, 3]`: $b = (7, 5)$, $\partial e/\partial b = (2, 10)$, so
# `da = [[2, 10], [4, 20], [6, 30]]` and `dx = [2, 10, 14]`.
#
# From Binder, L6: gradients of `somefunction` (a column of a matrix) and `somefunction2` (a vector times a matrix).


# %%
def g_some(a: np.ndarray) -> np.ndarray:
    """Return the gradient of e = b[0]**2 - 2 exp(b[1]) + 3 b[2], where b is the second column of a.

    a: (3, 2). Returns (3, 2).
    """
    da = np.zeros((3, 2))
    da[0, 1] = 2.0 * a[0, 1]
    da[1, 1] = -2.0 * np.exp(a[1, 1])
    da[2, 1] = 3.0
    return da


def g_some2(a: np.ndarray, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return (da, dx) of e = 2 b[0] + b[1]**2, where b = x @ a.

    a: (3, 2). x: (3,). da: (3, 2). dx: (3,).
    """
    b = x @ a
    db = np.array([2.0, 2.0 * b[1]])
    da = np.outer(x, db)
    dx = a @ db
    return da, dx


# %% [markdown]
# ## 4.5 One sweep, one row
#
# `backward()` wants a single number at the end. What if the result is a vector $y$ of $s$ entries? Then its derivative is
# a matrix, the Jacobian $J$, and backward mode never builds it. It needs a weight for each output, and returns the
# gradient of the *weighted sum*:
#
# $$w^\top y = \sum_i w_i y_i \qquad\Longrightarrow\qquad \nabla_x (w^\top y) = J^\top w \quad\text{(as a row: } w^\top J).$$
#
# This is a *vector-Jacobian product*. In torch it is `y.backward(w)`, or `torch.autograd.grad(y, x, w)`, which returns
# the gradient and leaves `.grad` alone. Layout: here, as in torch and in Özçep's lecture, row $i$ of $J$ is the gradient
# of $y_i$, so $J$ has the shape (outputs, inputs). (Binder's Jacobian has them as columns: the transpose.)
#
# **a)** `vjp(a, x, w)` lets torch compute $r = x^\top a$ for arrays `a` (n, s) and `x` (n,), and returns the gradients
# `(da, dx)` of $w^\top r$, for weights `w` (s,).
#
# *By hand:* `a = [[1, 2], [3, 4]]`, `x = [1, 10]`, `w = [2, 1]`: `da = [[2, 1], [20, 10]]`, `dx = [4, 10]`.
#
# **b)** `jacobian_by_vjp(f, x)` takes a function `f` from tensors (n,) to tensors (s,) and a *tensor* `x` (n,), which does
# not require a gradient yet: best work on a copy, `x.clone().requires_grad_()`. It returns the whole Jacobian, shape (s, n),
# one vector-Jacobian product for each row. Which weights give row $i$? A graph that you walk several times has to be
# kept: `retain_graph=True`.
#
# *By hand:* $f(x) = (x_1 - x_0,\; x_2 - x_1)$ has the Jacobian `[[-1, 1, 0], [0, -1, 1]]` everywhere.
#
# How many sweeps does the gradient of a loss (one output) by a million weights cost, and how many would it be if you went
# forwards, one input at a time? That is why learning goes backwards.
#
# From Binder, L6: Jacobi matrix of a result with two elements, `backward(weight)`.


# %%
def vjp(a: np.ndarray, x: np.ndarray, w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return (da, dx), the gradients of the sum of w * (x @ a), found by torch.

    a: (n, s). x: (n,). w: (s,). da: (n, s), dx: (n,), plain numbers that belong to no graph.
    """
    a_leaf = torch.tensor(a, requires_grad=True)
    x_leaf = torch.tensor(x, requires_grad=True)
    r = x_leaf @ a_leaf
    r.backward(torch.tensor(w))
    da, dx = a_leaf.grad.numpy(), x_leaf.grad.numpy()
    return da, dx


def jacobian_by_vjp(f, x: torch.Tensor) -> torch.Tensor:
    """Return the Jacobian of f at x, one row for each output.

    f: takes a tensor (n,), returns a tensor (s,). x: tensor (n,) that requires no gradient. Returns (s, n), plain
    numbers that belong to no graph.
    """
    leaf = x.clone().requires_grad_()
    y = f(leaf)
    rows = []
    for weights in torch.eye(len(y), dtype=y.dtype):
        (row,) = torch.autograd.grad(y, leaf, weights, retain_graph=True)
        rows.append(row)
    return torch.stack(rows)


# %% [markdown]
# ## 4.6 Look inside, and look away
#
# **a)** A tensor that was computed from marked leaves has a node of the graph in `t.grad_fn`. A node has
# `next_functions`: a tuple of pairs `(node, number)`, one for each operand, in the order of the operands. The node is
# `None` where an operand needs no gradient. A marked leaf appears as a node of the class `AccumulateGrad`, which is where
# its `.grad` is added to.
#
# `graph_ops(t)` returns the class names (`type(node).__name__`) in *pre-order*: the node itself first, then everything
# below its first operand, then everything below its second one, and so on. A node that is reached along two paths is
# listed twice, as if you printed the graph line by line. If `t` has no `grad_fn` (nothing was recorded, or it is a leaf),
# the list is empty.
#
# *By hand:* for `(a + b) * c` with three marked leaves: `['MulBackward0', 'AddBackward0', 'AccumulateGrad',
# 'AccumulateGrad', 'AccumulateGrad']`. Without the mark on `b` one `'AccumulateGrad'` less.
#
# **b)** A graph costs time and memory: it keeps every intermediate result for a backward pass that, for a prediction,
# never comes. `predict_no_grad(model, X)` returns `model(X)` with *nothing recorded while the model runs*. Recording
# first and cutting afterwards (`.detach()`) is not enough. All else stays as it was: the parameters, their `.grad` (the
# caller may be in the middle of a step), and the model's mode. (The model has no dropout, so the mode makes no difference
# to the numbers. If you switch to `model.eval()`, switch back to what it was.) `X` is a tensor,
# (n, d), of the precision of the model (float64).
#
# **c)** `param_shapes(model)` returns a dict from the name of *every* parameter of the model, at any depth, trained or
# frozen, to its shape as a tuple (`torch.Size` will do). A statistic that a layer merely remembers, such as the running
# mean of a batch normalisation, is a *buffer* and no parameter.
#
# *By hand:* `torch.nn.Sequential(torch.nn.Linear(3, 5))` gives `{'0.weight': (5, 3), '0.bias': (5,)}`.
#
# From Binder, L6: printing the graph of (a + b) c, `named_parameters`, and `no_grad` with the question why one would not
# want to track.


# %%
def graph_ops(t: torch.Tensor) -> list[str]:
    """Return the class names of the nodes of t's graph, in pre-order.

    t: a tensor. Returns a list of names, empty where t has no grad_fn.
    """
    names = []
    waiting = [t.grad_fn]
    while waiting:
        node = waiting.pop()
        if node is not None:
            names.append(type(node).__name__)
            waiting += [below for below, _ in reversed(node.next_functions)]
    return names


def predict_no_grad(model: torch.nn.Module, X: torch.Tensor) -> torch.Tensor:
    """Return model(X) without recording a graph, and leave the model as it is.

    model: any module. X: (n, d). Returns a tensor that requires no gradient.
    """
    with torch.no_grad():
        return model(X)


def param_shapes(model: torch.nn.Module) -> dict[str, tuple[int, ...]]:
    """Return the shape of every parameter, by its name.

    model: any module. Returns a dict from names such as "encoder.0.weight" to tuples of whole numbers.
    """
    return {name: tuple(parameter.shape) for name, parameter in model.named_parameters()}


# %% [markdown]
# ## 4.7 An operation of your own
#
# torch knows the backward pass of its own operations. You can teach it a new one: a class with two static methods, and
# torch puts it into the graph like any other. Take the activation *Swish*,
#
# $$y = x\,\sigma(x), \qquad \sigma(x) = \frac{1}{1 + e^{-x}}.$$
#
# - `forward(ctx, x)` returns `y`. What `backward` will need is kept with `ctx.save_for_backward(...)`.
# - `backward(ctx, grad)` gets the upstream gradient, of the shape of `y`, finds what was kept in `ctx.saved_tensors`, and
#   returns the gradient by `x`, of the shape of `x`. Derive $y'$ with the product rule.
#
# It is used as `y = Swish.apply(x)`. Nothing inside of `forward` is recorded: torch will use *your* backward.
#
# The second half of the work is a subtle one. `backward` consists of torch operations too, so torch can differentiate
# it once more, and $y''$ comes for free, but only if `backward` can see how everything in it depends on `x`. So keep the
# *input* `x` and compute $\sigma(x)$ again. If you keep a $\sigma(x)$ that was computed in `forward`, torch takes it for
# a constant, and the second derivative is wrong without any warning.
#
# *By hand:* at $x = 0$ we have $y = 0$, $y' = \tfrac12$ and $y'' = \tfrac12$. To check your work, let
# `x = torch.randn(5, dtype=torch.float64, requires_grad=True)` and try `torch.autograd.gradcheck(Swish.apply, x)` and
# `torch.autograd.gradgradcheck(Swish.apply, x)`.
#
# From Özçep, V2 (the sigmoid and its derivative), and Binder, L6 (operations that autograd tracks).


# %%
class Swish(torch.autograd.Function):
    """The activation y = x * sigmoid(x), with a backward pass that can be differentiated again."""

    @staticmethod
    def forward(ctx, x: torch.Tensor) -> torch.Tensor:
        """Return x * sigmoid(x). ctx: keeps what backward needs. x: any shape."""
        ctx.save_for_backward(x)
        return x * torch.sigmoid(x)

    @staticmethod
    def backward(ctx, grad: torch.Tensor) -> torch.Tensor:
        """Return the gradient by x. ctx: what forward kept. grad: the upstream gradient, the shape of x."""
        (x,) = ctx.saved_tensors
        s = torch.sigmoid(x)
        return grad * (s + x * s * (1.0 - s))


# %% [markdown]
# You can now find the gradient of any formula that a program can work through. One question is left: of *what*? A network
# gives numbers, the world gives other numbers, and somebody has to say how bad the difference is. Two formulas for that
# may look equally sensible, and one of them has a gradient that vanishes just where the network is most wrong. Which one
# would you rather walk down? The next sheet is about losses.
