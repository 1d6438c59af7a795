"""Wrong answers to the sheet on losses and activations, as students give them. Each one replaces the right function."""
import numpy as np

BANK = []


def wrong(function, what):
    def add(f):
        BANK.append((function, what, f))
        return f

    return add


# ---------------------------------------------------------------- lin1


@wrong("lin1", "The sign of the slope of the loss, and all that follows from it.")
def lin1_sign(w, x, y, alpha):
    yhat = w * x
    d = 2 * (y - yhat)
    return yhat, (y - yhat) ** 2, x, d, d * x, w - alpha * d * x


@wrong("lin1", "Uphill.")
def lin1_uphill(w, x, y, alpha):
    yhat = w * x
    d = -2 * (y - yhat)
    return yhat, (y - yhat) ** 2, x, d, d * x, w + alpha * d * x


@wrong("lin1", "The loss with ½ in front.")
def lin1_half(w, x, y, alpha):
    yhat = w * x
    d = yhat - y
    return yhat, d**2 / 2, x, d, d * x, w - alpha * d * x


@wrong("lin1", "The local gradient of the first arrow is w.")
def lin1_local(w, x, y, alpha):
    yhat = w * x
    d = -2 * (y - yhat)
    return yhat, (y - yhat) ** 2, w, d, d * w, w - alpha * d * w


@wrong("lin1", "The two local gradients in the other order.")
def lin1_order(w, x, y, alpha):
    yhat = w * x
    d = -2 * (y - yhat)
    return yhat, (y - yhat) ** 2, d, x, d * x, w - alpha * d * x


@wrong("lin1", "The loss without its square.")
def lin1_no_square(w, x, y, alpha):
    yhat = w * x
    d = -2 * (y - yhat)
    return yhat, abs(y - yhat), x, d, d * x, w - alpha * d * x


@wrong("lin1", "The step instead of the new weight.")
def lin1_step(w, x, y, alpha):
    yhat = w * x
    d = -2 * (y - yhat)
    return yhat, (y - yhat) ** 2, x, d, d * x, -alpha * d * x


@wrong("lin1", "alpha stands before w too.")
def lin1_alpha(w, x, y, alpha):
    yhat = w * x
    d = -2 * (y - yhat)
    return yhat, (y - yhat) ** 2, x, d, d * x, alpha * (w - d * x)


# ---------------------------------------------------------------- log1


@wrong("log1", "The formulas as they stand: nothing is finite where the model is very sure.")
def log1_naive(w, x, y, alpha):
    z = w * x
    with np.errstate(all="ignore"):
        p = 1 / (1 + np.exp(-np.float64(z)))
        loss = -y * np.log(p) - (1 - y) * np.log(1 - p)
        df = -y / p + (1 - y) / (1 - p)
    grad = x * p * (1 - p) * df
    return p, loss, x, p * (1 - p), df, grad, w - alpha * grad


@wrong("log1", "p is clipped away from 0 and 1: the losses of sure and wrong models are cut.")
def log1_clipped(w, x, y, alpha):
    z = w * x
    p = np.clip(np.exp(-np.logaddexp(0.0, -z)), 1e-12, 1 - 1e-12)
    loss = -np.log(p) if y == 1 else -np.log(1 - p)
    df = -1 / p if y == 1 else 1 / (1 - p)
    grad = (p - y) * x
    return p, loss, x, p * (1 - p), df, grad, w - alpha * grad


@wrong("log1", "The sign of df/dp.")
def log1_df_sign(w, x, y, alpha):
    z = w * x
    p, q = np.exp(-np.logaddexp(0.0, -z)), np.exp(-np.logaddexp(0.0, z))
    loss = np.logaddexp(0.0, -z) if y == 1 else np.logaddexp(0.0, z)
    df = 1 / p if y == 1 else -1 / q
    grad = -q * x if y == 1 else p * x
    return p, loss, x, p * q, df, grad, w - alpha * grad


@wrong("log1", "y - p instead of p - y.")
def log1_grad_sign(w, x, y, alpha):
    z = w * x
    p, q = np.exp(-np.logaddexp(0.0, -z)), np.exp(-np.logaddexp(0.0, z))
    loss = np.logaddexp(0.0, -z) if y == 1 else np.logaddexp(0.0, z)
    df = -1 / p if y == 1 else 1 / q
    grad = q * x if y == 1 else -p * x
    return p, loss, x, p * q, df, grad, w - alpha * grad


@wrong("log1", "The gradient without x.")
def log1_no_x(w, x, y, alpha):
    z = w * x
    p, q = np.exp(-np.logaddexp(0.0, -z)), np.exp(-np.logaddexp(0.0, z))
    loss = np.logaddexp(0.0, -z) if y == 1 else np.logaddexp(0.0, z)
    df = -1 / p if y == 1 else 1 / q
    grad = -q if y == 1 else p
    return p, loss, x, p * q, df, grad, w - alpha * grad


@wrong("log1", "The (1 - y) term of the loss is missing.")
def log1_one_term(w, x, y, alpha):
    z = w * x
    p, q = np.exp(-np.logaddexp(0.0, -z)), np.exp(-np.logaddexp(0.0, z))
    loss = y * np.logaddexp(0.0, -z)
    df = -y / p
    grad = -y * q * x
    return p, loss, x, p * q, df, grad, w - alpha * grad


@wrong("log1", "Logarithms to the base 2.")
def log1_log2(w, x, y, alpha):
    z = w * x
    p, q = np.exp(-np.logaddexp(0.0, -z)), np.exp(-np.logaddexp(0.0, z))
    loss = (np.logaddexp(0.0, -z) if y == 1 else np.logaddexp(0.0, z)) / np.log(2)
    df = -1 / p if y == 1 else 1 / q
    grad = -q * x if y == 1 else p * x
    return p, loss, x, p * q, df, grad, w - alpha * grad


@wrong("log1", "The probability of the label that is there, not that of label 1.")
def log1_right_label(w, x, y, alpha):
    z = w * x
    p, q = np.exp(-np.logaddexp(0.0, -z)), np.exp(-np.logaddexp(0.0, z))
    loss = np.logaddexp(0.0, -z) if y == 1 else np.logaddexp(0.0, z)
    df = -1 / p if y == 1 else 1 / q
    grad = -q * x if y == 1 else p * x
    return (p if y == 1 else q), loss, x, p * q, df, grad, w - alpha * grad


@wrong("log1", "z is cut at ±50, so a sure and wrong model pays too little.")
def log1_cut(w, x, y, alpha):
    z = float(np.clip(w * x, -50, 50))
    p, q = 1 / (1 + np.exp(-z)), 1 / (1 + np.exp(z))
    loss = -np.log(p) if y == 1 else -np.log(q)
    df = -1 / p if y == 1 else 1 / q
    grad = -q * x if y == 1 else p * x
    return p, loss, x, p * q, df, grad, w - alpha * grad


# ---------------------------------------------------------------- mse_grad


@wrong("mse_grad", "The factor 2 is forgotten.")
def mse_grad_two(X, y, w, reduction):
    if y.shape != (len(X),):
        raise ValueError("y")
    g = X.T @ (X @ w - y)
    return g / len(X) if reduction == "mean" else g


@wrong("mse_grad", "y minus the prediction: uphill.")
def mse_grad_sign(X, y, w, reduction):
    if y.shape != (len(X),):
        raise ValueError("y")
    g = 2 * X.T @ (y - X @ w)
    return g / len(X) if reduction == "mean" else g


@wrong("mse_grad", "Always the mean.")
def mse_grad_always_mean(X, y, w, reduction):
    if y.shape != (len(X),):
        raise ValueError("y")
    return 2 * X.T @ (X @ w - y) / len(X)


@wrong("mse_grad", "mean divides by n times d.")
def mse_grad_entries(X, y, w, reduction):
    if y.shape != (len(X),):
        raise ValueError("y")
    g = 2 * X.T @ (X @ w - y)
    return g / X.size if reduction == "mean" else g


@wrong("mse_grad", "A column is flattened, not refused.")
def mse_grad_flattens(X, y, w, reduction):
    y = np.ravel(y)
    g = 2 * X.T @ (X @ w - y)
    return g / len(X) if reduction == "mean" else g


@wrong("mse_grad", "Only a column is refused, no other wrong shape.")
def mse_grad_column_only(X, y, w, reduction):
    if y.ndim == 2 and y.shape[1] == 1:
        raise ValueError("y")
    y = np.resize(y, len(X))
    g = 2 * X.T @ (X @ w - y)
    return g / len(X) if reduction == "mean" else g


@wrong("mse_grad", "The number of axes is looked at, not the length: one label goes to all samples.")
def mse_grad_axes_only(X, y, w, reduction):
    if np.ndim(y) != 1:
        raise ValueError("y")
    g = 2 * X.T @ (X @ w - np.resize(y, len(X)))
    return g / len(X) if reduction == "mean" else g


@wrong("mse_grad", "Refused with an assertion.")
def mse_grad_assert(X, y, w, reduction):
    if y.shape != (len(X),):
        raise AssertionError("y")
    g = 2 * X.T @ (X @ w - y)
    return g / len(X) if reduction == "mean" else g


@wrong("mse_grad", "One error for all samples: the errors are summed first.")
def mse_grad_errors_summed(X, y, w, reduction):
    if y.shape != (len(X),):
        raise ValueError("y")
    g = 2 * np.sum(X @ w - y) * X.sum(axis=0)
    return g / len(X) if reduction == "mean" else g


@wrong("mse_grad", "A row of shape (1, n) is let through.")
def mse_grad_row(X, y, w, reduction):
    if y.shape[-1] != len(X):
        raise ValueError("y")
    g = 2 * X.T @ (X @ w - y.reshape(-1)[: len(X)])
    return g / len(X) if reduction == "mean" else g


@wrong("mse_grad", "Broadcasting decides: what cannot be subtracted is refused, what can is not.")
def mse_grad_broadcast(X, y, w, reduction):
    e = np.broadcast_to(X @ w - np.ravel(y), len(X))
    g = 2 * X.T @ e
    return g / len(X) if reduction == "mean" else g



# ---------------------------------------------------------------- logreg


@wrong("logreg", "The sum, not the mean.")
def logreg_sum(X, y, w, b):
    z = X @ w + b
    d = np.exp(-np.logaddexp(0, -z)) - y
    return np.sum(np.logaddexp(0, z) - y * z), X.T @ d, d.sum()


@wrong("logreg", "The loss is a mean, the gradients are sums.")
def logreg_gradients_sum(X, y, w, b):
    z = X @ w + b
    d = np.exp(-np.logaddexp(0, -z)) - y
    return np.mean(np.logaddexp(0, z) - y * z), X.T @ d, d.sum()


@wrong("logreg", "The textbook's formula: overflow.")
def logreg_naive(X, y, w, b):
    with np.errstate(all="ignore"):
        p = 1 / (1 + np.exp(-(X @ w + b)))
        loss = np.mean(-y * np.log(p) - (1 - y) * np.log(1 - p))
    return loss, X.T @ (p - y) / len(y), np.mean(p - y)


@wrong("logreg", "A small number in the logarithms.")
def logreg_epsilon(X, y, w, b):
    z = X @ w + b
    p = np.exp(-np.logaddexp(0, -z))
    loss = np.mean(-y * np.log(p + 1e-10) - (1 - y) * np.log(1 - p + 1e-10))
    return loss, X.T @ (p - y) / len(y), np.mean(p - y)


@wrong("logreg", "The bias is left out of the scores.")
def logreg_no_bias(X, y, w, b):
    z = X @ w
    d = np.exp(-np.logaddexp(0, -z)) - y
    return np.mean(np.logaddexp(0, z) - y * z), X.T @ d / len(y), np.mean(d)


@wrong("logreg", "db has one entry for each sample.")
def logreg_db_each(X, y, w, b):
    z = X @ w + b
    d = np.exp(-np.logaddexp(0, -z)) - y
    return np.mean(np.logaddexp(0, z) - y * z), X.T @ d / len(y), d / len(y)


@wrong("logreg", "The slope of the sigmoid once more: the gradient of another loss.")
def logreg_slope(X, y, w, b):
    z = X @ w + b
    p = np.exp(-np.logaddexp(0, -z))
    d = (p - y) * p * (1 - p)
    return np.mean(np.logaddexp(0, z) - y * z), X.T @ d / len(y), np.mean(d)


@wrong("logreg", "The sign of the gradients.")
def logreg_sign(X, y, w, b):
    z = X @ w + b
    d = y - np.exp(-np.logaddexp(0, -z))
    return np.mean(np.logaddexp(0, z) - y * z), X.T @ d / len(y), np.mean(d)


@wrong("logreg", "The signs of the labels: the loss of the other answer.")
def logreg_labels(X, y, w, b):
    z = X @ w + b
    d = np.exp(-np.logaddexp(0, -z)) - (1 - y)
    return np.mean(np.logaddexp(0, z) - (1 - y) * z), X.T @ d / len(y), np.mean(d)


@wrong("logreg", "Scores are cut at ±500.")
def logreg_cut(X, y, w, b):
    z = np.clip(X @ w + b, -500, 500)
    d = np.exp(-np.logaddexp(0, -z)) - y
    return np.mean(np.logaddexp(0, z) - y * z), X.T @ d / len(y), np.mean(d)


@wrong("logreg", "Labels of -1 and 1 are expected.")
def logreg_plus_minus(X, y, w, b):
    z = X @ w + b
    d = -y * np.exp(-np.logaddexp(0, y * z))
    return np.mean(np.logaddexp(0, -y * z)), X.T @ d / len(y), np.mean(d)



# ---------------------------------------------------------------- act


@wrong("act", "alpha is not used: always 0.01.")
def act_alpha(z, name, alpha=0.01, at_zero=0.0):
    if name not in ("leaky", "elu"):
        e = np.exp(-np.abs(z))
        if name == "sigmoid":
            a = np.where(z >= 0, 1, e) / (1 + e)
            return a, a * (1 - a)
        if name == "tanh":
            return np.tanh(z), 1 - np.tanh(z) ** 2
        if name == "relu":
            return np.maximum(z, 0), np.heaviside(z, at_zero)
        raise ValueError(name)
    e = np.exp(np.minimum(z, 0))
    a = np.where(z > 0, z, 0.01 * z if name == "leaky" else 0.01 * (e - 1))
    da = np.where(z > 0, 1, 0.01 if name == "leaky" else 0.01 * e)
    return a, np.where(z == 0, at_zero, da)


@wrong("act", "at_zero is not used: always 0.")
def act_at_zero(z, name, alpha=0.01, at_zero=0.0):
    e = np.exp(-np.abs(z))
    if name == "sigmoid":
        a = np.where(z >= 0, 1, e) / (1 + e)
        return a, a * (1 - a)
    if name == "tanh":
        return np.tanh(z), 1 - np.tanh(z) ** 2
    left = {"relu": 0 * z, "leaky": alpha * z, "elu": alpha * (np.exp(np.minimum(z, 0)) - 1)}
    dleft = {"relu": 0 * z, "leaky": alpha + 0 * z, "elu": alpha * np.exp(np.minimum(z, 0))}
    if name not in left:
        raise ValueError(name)
    return np.where(z > 0, z, left[name]), np.where(z > 0, 1, np.where(z == 0, 0, dleft[name]))


@wrong("act", "at_zero is taken for sigmoid and tanh, too.")
def act_smooth_at_zero(z, name, alpha=0.01, at_zero=0.0):
    e = np.exp(-np.abs(z))
    low = np.minimum(z, 0)
    if name == "sigmoid":
        a = np.where(z >= 0, 1, e) / (1 + e)
        da = a * (1 - a)
    elif name == "tanh":
        a = np.tanh(z)
        da = 1 - a**2
    elif name == "relu":
        a, da = np.maximum(z, 0), 1.0 * (z > 0)
    elif name == "leaky":
        a, da = np.where(z > 0, z, alpha * z), np.where(z > 0, 1, alpha)
    elif name == "elu":
        a, da = np.where(z > 0, z, alpha * (np.exp(low) - 1)), np.where(z > 0, 1, alpha * np.exp(low))
    else:
        raise ValueError(name)
    return a, np.where(z == 0, at_zero, da)


@wrong("act", "The slope of tanh is that of the sigmoid.")
def act_tanh_slope(z, name, alpha=0.01, at_zero=0.0):
    e = np.exp(-np.abs(z))
    low = np.minimum(z, 0)
    if name == "sigmoid":
        a = np.where(z >= 0, 1, e) / (1 + e)
        return a, a * (1 - a)
    if name == "tanh":
        a = np.tanh(z)
        return a, a * (1 - a)
    left = {"relu": 0 * z, "leaky": alpha * z, "elu": alpha * (np.exp(low) - 1)}
    dleft = {"relu": 0 * z, "leaky": alpha + 0 * z, "elu": alpha * np.exp(low)}
    if name not in left:
        raise ValueError(name)
    return np.where(z > 0, z, left[name]), np.where(z > 0, 1, np.where(z == 0, at_zero, dleft[name]))


@wrong("act", "Masks that are multiplied, and sigmoid and elu that overflow.")
def act_overflow(z, name, alpha=0.01, at_zero=0.0):
    with np.errstate(all="ignore"):
        e = np.exp(z)
        if name == "sigmoid":
            a = e / (1 + e)
            return a, a * (1 - a)
        if name == "tanh":
            a = (e - 1 / e) / (e + 1 / e)
            return a, 1 - a**2
        if name == "relu":
            return z * (z > 0), (z > 0) + at_zero * (z == 0)
        if name == "leaky":
            return z * (z > 0) + alpha * z * (z < 0), (z > 0) + alpha * (z < 0) + at_zero * (z == 0)
        if name == "elu":
            return (
                z * (z > 0) + alpha * (e - 1) * (z < 0),
                (z > 0) + alpha * e * (z < 0) + at_zero * (z == 0),
            )
    raise ValueError(name)


@wrong("act", "The slope of elu is its value, without the alpha that is added.")
def act_elu_slope(z, name, alpha=0.01, at_zero=0.0):
    e = np.exp(-np.abs(z))
    low = np.minimum(z, 0)
    if name == "sigmoid":
        a = np.where(z >= 0, 1, e) / (1 + e)
        return a, a * (1 - a)
    if name == "tanh":
        return np.tanh(z), 1 - np.tanh(z) ** 2
    left = {"relu": 0 * z, "leaky": alpha * z, "elu": alpha * (np.exp(low) - 1)}
    dleft = {"relu": 0 * z, "leaky": alpha + 0 * z, "elu": alpha * (np.exp(low) - 1)}
    if name not in left:
        raise ValueError(name)
    return np.where(z > 0, z, left[name]), np.where(z > 0, 1, np.where(z == 0, at_zero, dleft[name]))


@wrong("act", "An unknown name gives the argument back.")
def act_unknown(z, name, alpha=0.01, at_zero=0.0):
    e = np.exp(-np.abs(z))
    low = np.minimum(z, 0)
    if name == "sigmoid":
        a = np.where(z >= 0, 1, e) / (1 + e)
        return a, a * (1 - a)
    if name == "tanh":
        return np.tanh(z), 1 - np.tanh(z) ** 2
    left = {"relu": 0 * z, "leaky": alpha * z, "elu": alpha * (np.exp(low) - 1)}
    dleft = {"relu": 0 * z, "leaky": alpha + 0 * z, "elu": alpha * np.exp(low)}
    if name not in left:
        return z, np.ones(np.shape(z))
    return np.where(z > 0, z, left[name]), np.where(z > 0, 1, np.where(z == 0, at_zero, dleft[name]))


@wrong("act", "The argument is changed where it is negative.")
def act_in_place(z, name, alpha=0.01, at_zero=0.0):
    e = np.exp(-np.abs(z))
    if name == "sigmoid":
        a = np.where(z >= 0, 1, e) / (1 + e)
        return a, a * (1 - a)
    if name == "tanh":
        return np.tanh(z), 1 - np.tanh(z) ** 2
    if name not in ("relu", "leaky", "elu"):
        raise ValueError(name)
    neg, zero = z < 0, z == 0
    da = np.ones(z.shape)
    if name == "relu":
        z[neg], da[neg] = 0, 0
    elif name == "leaky":
        z[neg], da[neg] = alpha * z[neg], alpha
    else:
        da[neg] = alpha * np.exp(z[neg])
        z[neg] = da[neg] - alpha
    da[zero] = at_zero
    return z, da


@wrong("act", "Only vectors: other shapes come back flat.")
def act_flat(z, name, alpha=0.01, at_zero=0.0):
    z = np.ravel(z)
    e = np.exp(-np.abs(z))
    low = np.minimum(z, 0)
    if name == "sigmoid":
        a = np.where(z >= 0, 1, e) / (1 + e)
        return a, a * (1 - a)
    if name == "tanh":
        return np.tanh(z), 1 - np.tanh(z) ** 2
    left = {"relu": 0 * z, "leaky": alpha * z, "elu": alpha * (np.exp(low) - 1)}
    dleft = {"relu": 0 * z, "leaky": alpha + 0 * z, "elu": alpha * np.exp(low)}
    if name not in left:
        raise ValueError(name)
    return np.where(z > 0, z, left[name]), np.where(z > 0, 1, np.where(z == 0, at_zero, dleft[name]))


@wrong("act", "The negative side begins at 0: the value at 0 is right, the slope is the left one.")
def act_left_at_zero(z, name, alpha=0.01, at_zero=0.0):
    e = np.exp(-np.abs(z))
    low = np.minimum(z, 0)
    if name == "sigmoid":
        a = np.where(z >= 0, 1, e) / (1 + e)
        return a, a * (1 - a)
    if name == "tanh":
        return np.tanh(z), 1 - np.tanh(z) ** 2
    left = {"relu": 0 * z, "leaky": alpha * z, "elu": alpha * (np.exp(low) - 1)}
    dleft = {"relu": 0 * z, "leaky": alpha + 0 * z, "elu": alpha * np.exp(low)}
    if name not in left:
        raise ValueError(name)
    return np.where(z > 0, z, left[name]), np.where(z > 0, 1, dleft[name])


@wrong("act", "Another error for an unknown name.")
def act_key_error(z, name, alpha=0.01, at_zero=0.0):
    e = np.exp(-np.abs(z))
    low = np.minimum(z, 0)
    s = np.where(z >= 0, 1, e) / (1 + e)
    t = np.tanh(z)
    values = {"sigmoid": s, "tanh": t, "relu": np.maximum(z, 0)}
    slopes = {"sigmoid": s * (1 - s), "tanh": 1 - t * t, "relu": np.heaviside(z, at_zero)}
    values["leaky"], values["elu"] = np.where(z > 0, z, alpha * z), np.where(z > 0, z, alpha * (np.exp(low) - 1))
    slopes["leaky"] = np.where(z == 0, at_zero, np.where(z > 0, 1, alpha))
    slopes["elu"] = np.where(z == 0, at_zero, np.where(z > 0, 1, alpha * np.exp(low)))
    return values[name], slopes[name]



# ---------------------------------------------------------------- softmax_ce


@wrong("softmax_ce", "The largest score of the whole batch is subtracted.")
def softmax_ce_batch_max(Z, Y, reduction):
    with np.errstate(all="ignore"):
        S = Z - Z.max()
        L = S - np.log(np.exp(S).sum(axis=1, keepdims=True))
        loss, D = -np.sum(Y * L), np.exp(L) - Y
    n = len(Z) if reduction == "mean" else 1
    return loss / n, D / n


@wrong("softmax_ce", "mean divides by the number of entries.")
def softmax_ce_entries(Z, Y, reduction):
    S = Z - Z.max(axis=1, keepdims=True)
    L = S - np.log(np.exp(S).sum(axis=1, keepdims=True))
    n = Z.size if reduction == "mean" else 1
    return -np.sum(Y * L) / n, (np.exp(L) - Y) / n


@wrong("softmax_ce", "The gradient does not follow the mean.")
def softmax_ce_gradient_sum(Z, Y, reduction):
    S = Z - Z.max(axis=1, keepdims=True)
    L = S - np.log(np.exp(S).sum(axis=1, keepdims=True))
    n = len(Z) if reduction == "mean" else 1
    return -np.sum(Y * L) / n, np.exp(L) - Y


@wrong("softmax_ce", "Softmax down the columns.")
def softmax_ce_columns(Z, Y, reduction):
    S = Z - Z.max(axis=0)
    L = S - np.log(np.exp(S).sum(axis=0))
    n = len(Z) if reduction == "mean" else 1
    return -np.sum(Y * L) / n, (np.exp(L) - Y) / n


@wrong("softmax_ce", "Only the most likely class of a target counts.")
def softmax_ce_hard(Z, Y, reduction):
    S = Z - Z.max(axis=1, keepdims=True)
    L = S - np.log(np.exp(S).sum(axis=1, keepdims=True))
    H = np.eye(Z.shape[1])[Y.argmax(axis=1)]
    n = len(Z) if reduction == "mean" else 1
    return -np.sum(H * L) / n, (np.exp(L) - H) / n


@wrong("softmax_ce", "The logarithm of p: 0 times infinity.")
def softmax_ce_log_p(Z, Y, reduction):
    with np.errstate(all="ignore"):
        E = np.exp(Z - Z.max(axis=1, keepdims=True))
        P = E / E.sum(axis=1, keepdims=True)
        loss = -np.sum(Y * np.log(P))
    n = len(Z) if reduction == "mean" else 1
    return loss / n, (P - Y) / n


@wrong("softmax_ce", "A small number in the logarithm.")
def softmax_ce_epsilon(Z, Y, reduction):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    P = E / E.sum(axis=1, keepdims=True)
    n = len(Z) if reduction == "mean" else 1
    return -np.sum(Y * np.log(P + 1e-12)) / n, (P - Y) / n


@wrong("softmax_ce", "Y minus P.")
def softmax_ce_sign(Z, Y, reduction):
    S = Z - Z.max(axis=1, keepdims=True)
    L = S - np.log(np.exp(S).sum(axis=1, keepdims=True))
    n = len(Z) if reduction == "mean" else 1
    return -np.sum(Y * L) / n, (Y - np.exp(L)) / n


@wrong("softmax_ce", "The binary loss of every entry: with the (1 - y) terms.")
def softmax_ce_binary(Z, Y, reduction):
    S = Z - Z.max(axis=1, keepdims=True)
    L = S - np.log(np.exp(S).sum(axis=1, keepdims=True))
    P = np.exp(L)
    loss = -np.sum(Y * L + (1 - Y) * np.log1p(-np.minimum(P, 1 - 1e-15)))
    n = len(Z) if reduction == "mean" else 1
    return loss / n, (P - Y) / n


@wrong("softmax_ce", "One loss for each sample.")
def softmax_ce_losses(Z, Y, reduction):
    S = Z - Z.max(axis=1, keepdims=True)
    L = S - np.log(np.exp(S).sum(axis=1, keepdims=True))
    n = len(Z) if reduction == "mean" else 1
    return -np.sum(Y * L, axis=1) / n, (np.exp(L) - Y) / n


@wrong("softmax_ce", "Scores are cut at ±500.")
def softmax_ce_cut(Z, Y, reduction):
    Z = np.clip(Z, -500, 500)
    S = Z - Z.max(axis=1, keepdims=True)
    L = S - np.log(np.exp(S).sum(axis=1, keepdims=True))
    n = len(Z) if reduction == "mean" else 1
    return -np.sum(Y * L) / n, (np.exp(L) - Y) / n


@wrong("softmax_ce", "The scores are shifted in place.")
def softmax_ce_in_place(Z, Y, reduction):
    Z -= Z.max(axis=1, keepdims=True)
    L = Z - np.log(np.exp(Z).sum(axis=1, keepdims=True))
    n = len(Z) if reduction == "mean" else 1
    return -np.sum(Y * L) / n, (np.exp(L) - Y) / n



# ---------------------------------------------------------------- affine


@wrong("affine", "The bias is forgotten.")
def affine_no_bias(W, x, b):
    return W @ x


@wrong("affine", "x W where W is square.")
def affine_transposed(W, x, b):
    return (x @ W if W.shape[0] == W.shape[1] else W @ x) + b


@wrong("affine", "The bias becomes a column: a table comes out.")
def affine_table(W, x, b):
    return W @ x + b[:, None]


@wrong("affine", "The bias is subtracted.")
def affine_minus(W, x, b):
    return W @ x - b


@wrong("affine", "W times (x + b) where that fits.")
def affine_brackets(W, x, b):
    return W @ (x + b) if x.shape == b.shape else W @ x + b


@wrong("affine", "One bias for all outputs.")
def affine_first_bias(W, x, b):
    return W @ x + b[0]


@wrong("affine", "The bias is added in place.")
def affine_in_place(W, x, b):
    if b.dtype.kind == "f":
        b += W @ x
        return b
    return W @ x + b


# ---------------------------------------------------------------- collapse


@wrong("collapse", "The other order where it fits.")
def collapse_order(W1, W2):
    return W2 @ W1 if W2.shape[1] == W1.shape[0] else W1 @ W2


@wrong("collapse", "Transposed.")
def collapse_transposed(W1, W2):
    return (W1 @ W2).T


@wrong("collapse", "Entry by entry where the shapes allow it.")
def collapse_stars(W1, W2):
    return W1 * W2 if W1.shape == W2.shape else W1 @ W2


@wrong("collapse", "The sum of the two where the shapes allow it.")
def collapse_sum(W1, W2):
    return W1 + W2 if W1.shape == W2.shape else W1 @ W2


@wrong("collapse", "With a relu between them.")
def collapse_relu(W1, W2):
    return W1 @ np.maximum(W2, 0)


@wrong("collapse", "The first weight transposed where it is square.")
def collapse_first_transposed(W1, W2):
    return (W1.T if W1.shape[0] == W1.shape[1] else W1) @ W2


# ---------------------------------------------------------------- bad_loss_params


@wrong("bad_loss_params", "All zeros: every sample pays ln 2.")
def bad_loss_params_zeros(X, y):
    return np.zeros(X.shape[1]), 0.0


@wrong("bad_loss_params", "Far to the wrong side.")
def bad_loss_params_negative(X, y):
    return np.zeros(X.shape[1]), -50.0


@wrong("bad_loss_params", "An infinite bias.")
def bad_loss_params_infinite(X, y):
    return np.zeros(X.shape[1]), np.inf


@wrong("bad_loss_params", "Too small a bias: 10.")
def bad_loss_params_ten(X, y):
    return np.zeros(X.shape[1]), 10.0


@wrong("bad_loss_params", "Large weights, which hurt samples with negative features.")
def bad_loss_params_weights(X, y):
    return np.full(X.shape[1], 100.0), 0.0


@wrong("bad_loss_params", "A few steps of descent.")
def bad_loss_params_descent(X, y):
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(200):
        z = X @ w + b
        d = -y * np.exp(-np.logaddexp(0, z))
        w, b = w - 0.01 * X.T @ d / len(y), b - 0.01 * d.mean()
    return w, b


@wrong("bad_loss_params", "One weight for each sample.")
def bad_loss_params_shape(X, y):
    return np.zeros(X.shape[0] + (X.shape[0] == X.shape[1])), 50.0


@wrong("bad_loss_params", "w points to the mean of the positive samples.")
def bad_loss_params_mean(X, y):
    w = X[y == 1].mean(axis=0) if np.any(y == 1) else np.zeros(X.shape[1])
    return w, 20.0


# ---------------------------------------------------------------- neuron_grad


@wrong("neuron_grad", "dw and dx are swapped.")
def neuron_grad_swapped(w, b, x):
    r = 1 / (1 + np.exp(-(w @ x + b)))
    s = r * (1 - r)
    return s * w, s, s * x


@wrong("neuron_grad", "The slope of the sigmoid is forgotten.")
def neuron_grad_no_slope(w, b, x):
    return x, 1.0, w


@wrong("neuron_grad", "The value in the place of the slope.")
def neuron_grad_value(w, b, x):
    r = 1 / (1 + np.exp(-(w @ x + b)))
    return r * x, r, r * w


@wrong("neuron_grad", "The bias is left out of z.")
def neuron_grad_no_bias(w, b, x):
    r = 1 / (1 + np.exp(-(w @ x)))
    s = r * (1 - r)
    return s * x, s, s * w


@wrong("neuron_grad", "db is 1.")
def neuron_grad_db_one(w, b, x):
    r = 1 / (1 + np.exp(-(w @ x + b)))
    s = r * (1 - r)
    return s * x, 1.0, s * w


@wrong("neuron_grad", "The slope is taken at r, not at z.")
def neuron_grad_slope_at_r(w, b, x):
    r = 1 / (1 + np.exp(-(w @ x + b)))
    q = 1 / (1 + np.exp(-r))
    s = q * (1 - q)
    return s * x, s, s * w


@wrong("neuron_grad", "The slope of tanh.")
def neuron_grad_tanh(w, b, x):
    s = 1 - np.tanh(w @ x + b) ** 2
    return s * x, s, s * w


@wrong("neuron_grad", "A slope for each product: z is not summed.")
def neuron_grad_each(w, b, x):
    r = 1 / (1 + np.exp(-(w * x + b)))
    s = r * (1 - r)
    return s * x, s.sum(), s * w
