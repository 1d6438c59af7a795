# other algebra: einsum, logaddexp, tanh for every sigmoid, gradients through the Jacobian of softmax
import numpy as np


def half_tanh(z):
    return 0.5 + 0.5 * np.tanh(np.asarray(z) / 2)


def lin1(w, x, y, alpha):
    yhat = x * w
    loss = y * y - 2 * y * yhat + yhat * yhat
    local = np.array([x, 2 * yhat - 2 * y])
    grad = np.prod(local)
    return (yhat, loss, *local, grad, w - grad * alpha)


def log1(w, x, y, alpha):
    z = float(w * x)
    sign = 1 - 2 * y
    loss = np.logaddexp(0.0, sign * z)
    p = np.exp(-np.logaddexp(0.0, -z))
    q = np.exp(-np.logaddexp(0.0, z))
    df_dp = sign * (1 + np.exp(sign * z))
    dp_dz = p * q
    grad = (q if y == 1 else p) * sign * x
    return p, loss, x, dp_dz, df_dp, grad, w - alpha * grad


def mse_grad(X, y, w, reduction):
    if np.shape(y) != np.shape(X)[:1]:
        raise ValueError
    # 2 (XᵀX w - Xᵀy)
    gram = np.einsum("ni,nj->ij", X, X)
    g = 2.0 * (np.einsum("ij,j->i", gram, w) - np.einsum("ni,n->i", X, y))
    return g * {"mean": 1 / X.shape[0], "sum": 1.0}[reduction]


def logreg(X, y, w, b):
    z = np.einsum("nd,d->n", X, w) + b
    sign = 1.0 - 2.0 * y
    loss = np.logaddexp(0, sign * z).mean()
    dz = sign * half_tanh(sign * z)
    return loss, np.einsum("n,nd->d", dz, X) / z.size, np.average(dz)


def act(z, name, alpha=0.01, at_zero=0.0):
    table = {
        "sigmoid": lambda: (half_tanh(z), 0.25 * (1 - np.tanh(z / 2) ** 2)),
        "tanh": lambda: (2 * half_tanh(2 * z) - 1, 4 * half_tanh(2 * z) * half_tanh(-2 * z)),
        "relu": lambda: corner(z * (z > 0), 0.0),
        "leaky": lambda: corner(np.maximum(alpha * z, z), alpha),
        "elu": lambda: corner(
            np.maximum(z, 0) + alpha * np.expm1(np.minimum(z, 0)), alpha * np.exp(np.minimum(z, 0))
        ),
    }

    def corner(a, left):
        return a, np.select([z > 0, z < 0], [1.0, left], default=at_zero)

    if name not in table:
        raise ValueError(f"no activation is called {name}")
    return table[name]()


def softmax_ce(Z, Y, reduction):
    n, k = Z.shape
    logsum = np.logaddexp.reduce(Z, axis=1)
    logP = Z - logsum[:, None]
    P = np.exp(logP)
    loss = -np.einsum("ij,ij->", Y, logP)
    # minus Y times the Jacobian of log softmax, d logp_j / d z_c = [j = c] - p_c
    J = np.eye(k)[None] - P[:, None, :]
    dZ = -np.einsum("ij,ijc->ic", Y, J)
    scale = n if reduction == "mean" else 1
    return loss / scale, dZ / scale


def affine(W, x, b):
    # one product with a row of ones
    return np.einsum("oi,i->o", np.column_stack([W, b]), np.append(x, 1))


def collapse(W1, W2):
    return np.einsum("oh,hi->oi", W1, W2)


def bad_loss_params(X, y):
    return 0.0 * X[0], np.float64(40.0)


def neuron_grad(w, b, x):
    z = np.einsum("i,i->", w, x) + b
    s = (1 - np.tanh(z / 2) ** 2) / 4
    return np.multiply(x, s), s, np.multiply(w, s)
