# %% [markdown]
# # Newton's method
#
# A subject outside of this course, written as another instructor would: the test of the way that authors go.

# %%
import numpy as np

# %% [markdown]
# ## n.1 A square root by Newton's method
#
# A root of $f(x) = x^2 - a$ is $\sqrt a$. Newton's method follows the tangent to its zero:
#
# $$x_{t+1} = x_t - \frac{f(x_t)}{f'(x_t)} = \frac{x_t}{2} + \frac{a}{2 x_t}.$$
#
# Return all iterates, the start first. *By hand:* $a = 2$ from $x_0 = 1$ gives 1, 1.5, 1.41666...
#
# Which number must the start not be? Refuse it, and anything below, with a `ValueError`.


# %%
def newton_root(a: float, x0: float, n: int) -> np.ndarray:
    """Return the n + 1 iterates of Newton's method for the square root of a, the start first.

    a: positive. x0: the start, positive. Returns (n + 1,). Raises ValueError for a start that is not positive.
    """
    if x0 <= 0:
        raise ValueError("start above zero")
    rows = [x0]
    for _ in range(n):
        rows.append(rows[-1] / 2 + a / (2 * rows[-1]))
    return np.array(rows)


# %% [markdown]
# ## n.2 A Hessian-vector product
#
# For $f(x) = \sum_k \sin(w_k \cdot x)$, with the rows $w_k$ of $W$, the Hessian is a big matrix, but its product with a
# vector $v$ is not: $H v = -W^\top (\sin(Wx) \odot (Wv))$. Never build $H$.
#
# *By hand:* `W = [[1]]`, $x = \pi / 2$, $v = 3$: the product is $-3$.


# %%
def hvp(W: np.ndarray, x: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Return the product of the Hessian of the sum of sin(Wx) with v.

    W: (k, d). x, v: (d,). Returns (d,).
    """
    return -W.T @ (np.sin(W @ x) * (W @ v))
