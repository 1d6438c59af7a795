"""Wrong answers to the sheet on vanishing gradients, as students give them. Each one replaces the right function."""
import numpy as np

BANK = []


def wrong(function, what):
    def add(f):
        BANK.append((function, what, f))
        return f

    return add


# ---------------------------------------------------------------- layer_stats


@wrong("layer_stats", "The sample standard deviation, divided by N - 1.")
def stats_sample_std(X, Ws, act):
    a = X
    rows = [[a.mean(), a.std(ddof=1) if a.size > 1 else 0.0]]
    for W in Ws:
        a = activate(a @ W, act)
        rows.append([a.mean(), a.std(ddof=1) if a.size > 1 else 0.0])
    return np.array(rows)


@wrong("layer_stats", "The input is not in the table.")
def stats_no_input(X, Ws, act):
    a, rows = X, []
    for W in Ws:
        a = activate(a @ W, act)
        rows.append([a.mean(), a.std()])
    return np.array(rows)


@wrong("layer_stats", "The statistics of z, before the activation.")
def stats_of_z(X, Ws, act):
    a = X
    rows = [[a.mean(), a.std()]]
    for W in Ws:
        z = a @ W
        rows.append([z.mean(), z.std()])
        a = activate(z, act)
    return np.array(rows)


@wrong("layer_stats", "The variance.")
def stats_variance(X, Ws, act):
    a = X
    rows = [[a.mean(), a.var()]]
    for W in Ws:
        a = activate(a @ W, act)
        rows.append([a.mean(), a.var()])
    return np.array(rows)


@wrong("layer_stats", "The standard deviation over the samples of each unit, averaged.")
def stats_per_unit(X, Ws, act):
    a = X
    rows = [[a.mean(), a.std(axis=0).mean()]]
    for W in Ws:
        a = activate(a @ W, act)
        rows.append([a.mean(), a.std(axis=0).mean()])
    return np.array(rows)


@wrong("layer_stats", "Every layer gets the input X.")
def stats_always_x(X, Ws, act):
    rows = [[X.mean(), X.std()]]
    for W in Ws:
        a = activate(X @ W, act) if X.shape[1] == W.shape[0] else activate(a @ W, act)
        rows.append([a.mean(), a.std()])
    return np.array(rows)


@wrong("layer_stats", "The last layer has no activation.")
def stats_linear_end(X, Ws, act):
    a = X
    rows = [[a.mean(), a.std()]]
    for l, W in enumerate(Ws):
        a = a @ W
        if l < len(Ws) - 1:
            a = activate(a, act)
        rows.append([a.mean(), a.std()])
    return np.array(rows)


@wrong("layer_stats", "The columns are swapped.")
def stats_swapped(X, Ws, act):
    a = X
    rows = [[a.std(), a.mean()]]
    for W in Ws:
        a = activate(a @ W, act)
        rows.append([a.std(), a.mean()])
    return np.array(rows)


@wrong("layer_stats", "The shape (2, L + 1).")
def stats_transposed(X, Ws, act):
    a = X
    rows = [[a.mean(), a.std()]]
    for W in Ws:
        a = activate(a @ W, act)
        rows.append([a.mean(), a.std()])
    return np.array(rows).T


@wrong("layer_stats", "The root mean square instead of the standard deviation.")
def stats_rms(X, Ws, act):
    a = X
    rows = [[a.mean(), np.sqrt(np.mean(a**2.0))]]
    for W in Ws:
        a = activate(a @ W, act)
        rows.append([a.mean(), np.sqrt(np.mean(a**2.0))])
    return np.array(rows)


@wrong("layer_stats", "Always tanh.")
def stats_always_tanh(X, Ws, act):
    a = X
    rows = [[a.mean(), a.std()]]
    for W in Ws:
        a = np.tanh(a @ W)
        rows.append([a.mean(), a.std()])
    return np.array(rows)


@wrong("layer_stats", "The weights are transposed where they are square.")
def stats_square_transposed(X, Ws, act):
    a = X
    rows = [[a.mean(), a.std()]]
    for W in Ws:
        a = activate(a @ (W.T if W.shape[0] == W.shape[1] else W), act)
        rows.append([a.mean(), a.std()])
    return np.array(rows)


@wrong("layer_stats", "The activation is applied to the input, too.")
def stats_input_activated(X, Ws, act):
    a = activate(X, act)
    rows = [[a.mean(), a.std()]]
    for W in Ws:
        a = activate(a @ W, act)
        rows.append([a.mean(), a.std()])
    return np.array(rows)


@wrong("layer_stats", "Means of absolute values.")
def stats_abs(X, Ws, act):
    a = X
    rows = [[np.abs(a).mean(), a.std()]]
    for W in Ws:
        a = activate(a @ W, act)
        rows.append([np.abs(a).mean(), a.std()])
    return np.array(rows)


@wrong("layer_stats", "Signals are centred on the way, as by batch normalisation.")
def stats_centred(X, Ws, act):
    a = X
    rows = [[a.mean(), a.std()]]
    for W in Ws:
        z = a @ W
        a = activate(z - z.mean(axis=0), act)
        rows.append([a.mean(), a.std()])
    return np.array(rows)


# ---------------------------------------------------------------- table


@wrong("table", "The global generator of numpy: no two runs are equal.")
def table_global(scale, rng, n=1000, width=500, depth=10):
    a = np.random.standard_normal((n, width))
    out = [a.std()]
    for _ in range(depth):
        a = np.tanh(a @ (scale * np.random.standard_normal((width, width))))
        out.append(a.std())
    return np.array(out)


@wrong("table", "A generator of its own with a fixed seed: rng is ignored.")
def table_own_seed(scale, rng, n=1000, width=500, depth=10):
    rng = np.random.default_rng(42)
    a = rng.standard_normal((n, width))
    out = [a.std()]
    for _ in range(depth):
        a = np.tanh(a @ (scale * rng.standard_normal((width, width))))
        out.append(a.std())
    return np.array(out)


@wrong("table", "One matrix for all layers.")
def table_one_matrix(scale, rng, n=1000, width=500, depth=10):
    a = rng.standard_normal((n, width))
    W = scale * rng.standard_normal((width, width))
    out = [a.std()]
    for _ in range(depth):
        a = np.tanh(a @ W)
        out.append(a.std())
    return np.array(out)


@wrong("table", "Weights from a uniform distribution.")
def table_uniform(scale, rng, n=1000, width=500, depth=10):
    a = rng.standard_normal((n, width))
    out = [a.std()]
    for _ in range(depth):
        a = np.tanh(a @ (scale * rng.random((width, width))))
        out.append(a.std())
    return np.array(out)


@wrong("table", "The weights are divided by the root of the width as well.")
def table_xavier(scale, rng, n=1000, width=500, depth=10):
    a = rng.standard_normal((n, width))
    out = [a.std()]
    for _ in range(depth):
        a = np.tanh(a @ (scale * rng.standard_normal((width, width)) / np.sqrt(width)))
        out.append(a.std())
    return np.array(out)


@wrong("table", "The input's standard deviation is missing.")
def table_no_input(scale, rng, n=1000, width=500, depth=10):
    a = rng.standard_normal((n, width))
    out = []
    for _ in range(depth):
        a = np.tanh(a @ (scale * rng.standard_normal((width, width))))
        out.append(a.std())
    return np.array(out)


@wrong("table", "The variance: the numbers of the recursion q.")
def table_variance(scale, rng, n=1000, width=500, depth=10):
    a = rng.standard_normal((n, width))
    out = [a.var()]
    for _ in range(depth):
        a = np.tanh(a @ (scale * rng.standard_normal((width, width))))
        out.append(a.var())
    return np.array(out)


@wrong("table", "Before the activation.")
def table_of_z(scale, rng, n=1000, width=500, depth=10):
    a = rng.standard_normal((n, width))
    out = [a.std()]
    for _ in range(depth):
        z = a @ (scale * rng.standard_normal((width, width)))
        out.append(z.std())
        a = np.tanh(z)
    return np.array(out)


@wrong("table", "The sizes are fixed: the arguments are ignored.")
def table_fixed_sizes(scale, rng, n=1000, width=500, depth=10):
    width = 60
    a = rng.standard_normal((n, width))
    out = [a.std()]
    for _ in range(depth):
        a = np.tanh(a @ (scale * rng.standard_normal((width, width))))
        out.append(a.std())
    return np.array(out)


@wrong("table", "scale is taken for a variance.")
def table_root_scale(scale, rng, n=1000, width=500, depth=10):
    a = rng.standard_normal((n, width))
    out = [a.std()]
    for _ in range(depth):
        a = np.tanh(a @ (np.sqrt(scale) * rng.standard_normal((width, width))))
        out.append(a.std())
    return np.array(out)


@wrong("table", "The formula of wide layers instead of an experiment.")
def table_formula(scale, rng, n=1000, width=500, depth=10):
    z, w = np.polynomial.hermite_e.hermegauss(101)
    q, out = 1.0, [1.0]
    for _ in range(depth):
        q = np.sum(w * np.tanh(np.sqrt(width * scale**2 * q) * z) ** 2) / np.sum(w)
        out.append(np.sqrt(q))
    return np.array(out)


@wrong("table", "Mean and standard deviation, two columns.")
def table_two_columns(scale, rng, n=1000, width=500, depth=10):
    X = rng.standard_normal((n, width))
    return layer_stats(X, [scale * rng.standard_normal((width, width)) for _ in range(depth)], "tanh")


@wrong("table", "The means.")
def table_means(scale, rng, n=1000, width=500, depth=10):
    X = rng.standard_normal((n, width))
    return layer_stats(X, [scale * rng.standard_normal((width, width)) for _ in range(depth)], "tanh")[:, 0]


@wrong("table", "relu layers.")
def table_relu(scale, rng, n=1000, width=500, depth=10):
    X = rng.standard_normal((n, width))
    return layer_stats(X, [scale * rng.standard_normal((width, width)) for _ in range(depth)], "relu")[:, 1]


@wrong("table", "The input is scaled, too.")
def table_scaled_input(scale, rng, n=1000, width=500, depth=10):
    X = scale * rng.standard_normal((n, width))
    return layer_stats(X, [scale * rng.standard_normal((width, width)) for _ in range(depth)], "tanh")[:, 1]


@wrong("table", "The input is uniform between 0 and 1.")
def table_uniform_input(scale, rng, n=1000, width=500, depth=10):
    X = rng.random((n, width))
    return layer_stats(X, [scale * rng.standard_normal((width, width)) for _ in range(depth)], "tanh")[:, 1]


@wrong("table", "The result of the first call is kept and returned again for the same sizes.")
def table_cached(scale, rng, n=1000, width=500, depth=10, cache={}):
    key = (scale, n, width, depth)
    if key not in cache:
        X = rng.standard_normal((n, width))
        Ws = [scale * rng.standard_normal((width, width)) for _ in range(depth)]
        cache[key] = layer_stats(X, Ws, "tanh")[:, 1]
    return cache[key]


@wrong("table", "The matrices are drawn anew, but each with the same fresh generator of seed 0.")
def table_same_seed_inside(scale, rng, n=1000, width=500, depth=10):
    X = rng.standard_normal((n, width))
    Ws = [scale * np.random.default_rng(0).standard_normal((width, width)) for _ in range(depth)]
    return layer_stats(X, Ws, "tanh")[:, 1]


# ---------------------------------------------------------------- grad_norms


@wrong("grad_norms", "The last layer first.")
def norms_reversed(depth, scale, act, data):
    Ws = [scale * W for W in data["Ws"][:depth]]
    A, Z = [data["X"]], []
    for W in Ws:
        Z.append(A[-1] @ W)
        A.append(activate(Z[-1], act))
    d = data["dA"] * slope(Z[-1], act)
    out = []
    for l in range(depth - 1, -1, -1):
        out.append(np.linalg.norm(A[l].T @ d))
        if l:
            d = (d @ Ws[l].T) * slope(Z[l - 1], act)
    return np.array(out)


@wrong("grad_norms", "The last layer's slope is forgotten: delta = dA.")
def norms_no_last_slope(depth, scale, act, data):
    Ws = [scale * W for W in data["Ws"][:depth]]
    A, Z = [data["X"]], []
    for W in Ws:
        Z.append(A[-1] @ W)
        A.append(activate(Z[-1], act))
    d = data["dA"] * 1.0
    out = np.zeros(depth)
    for l in range(depth - 1, -1, -1):
        out[l] = np.linalg.norm(A[l].T @ d)
        if l:
            d = (d @ Ws[l].T) * slope(Z[l - 1], act)
    return out


@wrong("grad_norms", "The slope is taken at a, not at z.")
def norms_slope_of_a(depth, scale, act, data):
    Ws = [scale * W for W in data["Ws"][:depth]]
    A = [data["X"]]
    for W in Ws:
        A.append(activate(A[-1] @ W, act))
    d = data["dA"] * slope(A[-1], act)
    out = np.zeros(depth)
    for l in range(depth - 1, -1, -1):
        out[l] = np.linalg.norm(A[l].T @ d)
        if l:
            d = (d @ Ws[l].T) * slope(A[l], act)
    return out


@wrong("grad_norms", "The scale is forgotten on the way back.")
def norms_unscaled_back(depth, scale, act, data):
    Ws = [scale * W for W in data["Ws"][:depth]]
    A, Z = [data["X"]], []
    for W in Ws:
        Z.append(A[-1] @ W)
        A.append(activate(Z[-1], act))
    d = data["dA"] * slope(Z[-1], act)
    out = np.zeros(depth)
    for l in range(depth - 1, -1, -1):
        out[l] = np.linalg.norm(A[l].T @ d)
        if l:
            d = (d @ data["Ws"][l].T) * slope(Z[l - 1], act)
    return out


@wrong("grad_norms", "With respect to the unit weights: one factor scale too many.")
def norms_unit_weights(depth, scale, act, data):
    Ws = [scale * W for W in data["Ws"][:depth]]
    A, Z = [data["X"]], []
    for W in Ws:
        Z.append(A[-1] @ W)
        A.append(activate(Z[-1], act))
    d = data["dA"] * slope(Z[-1], act)
    out = np.zeros(depth)
    for l in range(depth - 1, -1, -1):
        out[l] = np.linalg.norm(A[l].T @ d) * abs(scale)
        if l:
            d = (d @ Ws[l].T) * slope(Z[l - 1], act)
    return out


@wrong("grad_norms", "Averaged over the samples once more.")
def norms_mean(depth, scale, act, data):
    Ws = [scale * W for W in data["Ws"][:depth]]
    A, Z = [data["X"]], []
    for W in Ws:
        Z.append(A[-1] @ W)
        A.append(activate(Z[-1], act))
    d = data["dA"] * slope(Z[-1], act)
    out = np.zeros(depth)
    for l in range(depth - 1, -1, -1):
        out[l] = np.linalg.norm(A[l].T @ d) / len(data["X"])
        if l:
            d = (d @ Ws[l].T) * slope(Z[l - 1], act)
    return out


@wrong("grad_norms", "The norms of delta, not of the gradients by the weights.")
def norms_of_delta(depth, scale, act, data):
    Ws = [scale * W for W in data["Ws"][:depth]]
    A, Z = [data["X"]], []
    for W in Ws:
        Z.append(A[-1] @ W)
        A.append(activate(Z[-1], act))
    d = data["dA"] * slope(Z[-1], act)
    out = np.zeros(depth)
    for l in range(depth - 1, -1, -1):
        out[l] = np.linalg.norm(d)
        if l:
            d = (d @ Ws[l].T) * slope(Z[l - 1], act)
    return out


@wrong("grad_norms", "The spectral norm.")
def norms_spectral(depth, scale, act, data):
    Ws = [scale * W for W in data["Ws"][:depth]]
    A, Z = [data["X"]], []
    for W in Ws:
        Z.append(A[-1] @ W)
        A.append(activate(Z[-1], act))
    d = data["dA"] * slope(Z[-1], act)
    out = np.zeros(depth)
    for l in range(depth - 1, -1, -1):
        out[l] = np.linalg.norm(A[l].T @ d, 2)
        if l:
            d = (d @ Ws[l].T) * slope(Z[l - 1], act)
    return out


@wrong("grad_norms", "The squared norms.")
def norms_squared(depth, scale, act, data):
    Ws = [scale * W for W in data["Ws"][:depth]]
    A, Z = [data["X"]], []
    for W in Ws:
        Z.append(A[-1] @ W)
        A.append(activate(Z[-1], act))
    d = data["dA"] * slope(Z[-1], act)
    out = np.zeros(depth)
    for l in range(depth - 1, -1, -1):
        out[l] = np.sum((A[l].T @ d) ** 2)
        if l:
            d = (d @ Ws[l].T) * slope(Z[l - 1], act)
    return out


@wrong("grad_norms", "The root of the mean square.")
def norms_rms(depth, scale, act, data):
    Ws = [scale * W for W in data["Ws"][:depth]]
    A, Z = [data["X"]], []
    for W in Ws:
        Z.append(A[-1] @ W)
        A.append(activate(Z[-1], act))
    d = data["dA"] * slope(Z[-1], act)
    out = np.zeros(depth)
    for l in range(depth - 1, -1, -1):
        out[l] = np.sqrt(np.mean((A[l].T @ d) ** 2))
        if l:
            d = (d @ Ws[l].T) * slope(Z[l - 1], act)
    return out


@wrong("grad_norms", "The slope of the wrong layer on the way back, where the widths allow it.")
def norms_slope_shifted(depth, scale, act, data):
    Ws = [scale * W for W in data["Ws"][:depth]]
    A, Z = [data["X"]], []
    for W in Ws:
        Z.append(A[-1] @ W)
        A.append(activate(Z[-1], act))
    d = data["dA"] * slope(Z[-1], act)
    out = np.zeros(depth)
    for l in range(depth - 1, -1, -1):
        out[l] = np.linalg.norm(A[l].T @ d)
        if l:
            z = Z[l] if Z[l].shape == Z[l - 1].shape else Z[l - 1]
            d = (d @ Ws[l].T) * slope(z, act)
    return out


@wrong("grad_norms", "Not transposed where the weights are square.")
def norms_not_transposed(depth, scale, act, data):
    Ws = [scale * W for W in data["Ws"][:depth]]
    A, Z = [data["X"]], []
    for W in Ws:
        Z.append(A[-1] @ W)
        A.append(activate(Z[-1], act))
    d = data["dA"] * slope(Z[-1], act)
    out = np.zeros(depth)
    for l in range(depth - 1, -1, -1):
        out[l] = np.linalg.norm(A[l].T @ d)
        if l:
            W = Ws[l] if Ws[l].shape[0] == Ws[l].shape[1] else Ws[l].T
            d = (d @ W) * slope(Z[l - 1], act)
    return out


@wrong("grad_norms", "All matrices are used, not the first depth ones.")
def norms_all_layers(depth, scale, act, data):
    Ws = [scale * W for W in data["Ws"]]
    A, Z = [data["X"]], []
    for W in Ws:
        Z.append(A[-1] @ W)
        A.append(activate(Z[-1], act))
    if data["dA"].shape != Z[-1].shape:
        return np.zeros(len(Ws))
    d = data["dA"] * slope(Z[-1], act)
    out = np.zeros(len(Ws))
    for l in range(len(Ws) - 1, -1, -1):
        out[l] = np.linalg.norm(A[l].T @ d)
        if l:
            d = (d @ Ws[l].T) * slope(Z[l - 1], act)
    return out


@wrong("grad_norms", "The slopes are forgotten altogether.")
def norms_no_slopes(depth, scale, act, data):
    Ws = [scale * W for W in data["Ws"][:depth]]
    A = [data["X"]]
    for W in Ws:
        A.append(activate(A[-1] @ W, act))
    d = data["dA"] * 1.0
    out = np.zeros(depth)
    for l in range(depth - 1, -1, -1):
        out[l] = np.linalg.norm(A[l].T @ d)
        d = d @ Ws[l].T
    return out


@wrong("grad_norms", "The weights in data are scaled in place.")
def norms_mutates(depth, scale, act, data):
    for l in range(depth):
        data["Ws"][l] = data["Ws"][l] * scale
    Ws = data["Ws"][:depth]
    A, Z = [data["X"]], []
    for W in Ws:
        Z.append(A[-1] @ W)
        A.append(activate(Z[-1], act))
    d = data["dA"] * slope(Z[-1], act)
    out = np.zeros(depth)
    for l in range(depth - 1, -1, -1):
        out[l] = np.linalg.norm(A[l].T @ d)
        if l:
            d = (d @ Ws[l].T) * slope(Z[l - 1], act)
    return out


@wrong("grad_norms", "The outputs of the layers instead of their inputs, where the shapes allow it.")
def norms_outputs(depth, scale, act, data):
    Ws = [scale * W for W in data["Ws"][:depth]]
    A, Z = [data["X"]], []
    for W in Ws:
        Z.append(A[-1] @ W)
        A.append(activate(Z[-1], act))
    d = data["dA"] * slope(Z[-1], act)
    out = np.zeros(depth)
    for l in range(depth - 1, -1, -1):
        out[l] = np.linalg.norm(A[l + 1].T @ d)
        if l:
            d = (d @ Ws[l].T) * slope(Z[l - 1], act)
    return out


# ---------------------------------------------------------------- imbalance


@wrong("imbalance", "The smallest divided by the largest.")
def imbalance_inverse(grads):
    n = [np.linalg.norm(np.ravel(g)) for g in grads]
    return float("inf") if min(n) == 0 else float(min(n) / max(n))


@wrong("imbalance", "The first layer divided by the last.")
def imbalance_first_last(grads):
    n = [np.linalg.norm(np.ravel(g)) for g in grads]
    return float("inf") if min(n) == 0 else float(n[0] / n[-1])


@wrong("imbalance", "A ZeroDivisionError or NaN for zeros.")
def imbalance_nan(grads):
    n = [float(np.linalg.norm(np.ravel(g))) for g in grads]
    return max(n) / min(n)


@wrong("imbalance", "1 if all gradients are 0.")
def imbalance_all_zero(grads):
    n = [np.linalg.norm(np.ravel(g)) for g in grads]
    if max(n) == 0:
        return 1.0
    return float("inf") if min(n) == 0 else float(max(n) / min(n))


@wrong("imbalance", "The spectral norm of matrices.")
def imbalance_spectral(grads):
    n = [np.linalg.norm(g, 2) if np.ndim(g) == 2 else np.linalg.norm(np.ravel(g)) for g in grads]
    return float("inf") if min(n) == 0 else float(max(n) / min(n))


@wrong("imbalance", "The root of the mean square: large layers are made smaller.")
def imbalance_rms(grads):
    n = [np.sqrt(np.mean(np.square(g, dtype=float))) for g in grads]
    return float("inf") if min(n) == 0 else float(max(n) / min(n))


@wrong("imbalance", "The largest entry instead of the norm.")
def imbalance_max_entry(grads):
    n = [np.max(np.abs(g)) for g in grads]
    return float("inf") if min(n) == 0 else float(max(n) / min(n))


@wrong("imbalance", "The sums of absolute values.")
def imbalance_one_norm(grads):
    n = [np.sum(np.abs(g)) for g in grads]
    return float("inf") if min(n) == 0 else float(max(n) / min(n))


@wrong("imbalance", "The squared norms.")
def imbalance_squared(grads):
    n = [np.sum(np.square(g, dtype=float)) for g in grads]
    return float("inf") if min(n) == 0 else float(max(n) / min(n))


@wrong("imbalance", "Zeros are left out.")
def imbalance_skips_zero(grads):
    n = [np.linalg.norm(np.ravel(g)) for g in grads]
    n = [x for x in n if x > 0]
    return float(max(n) / min(n)) if n else float("inf")


@wrong("imbalance", "A small number below, against division by zero.")
def imbalance_epsilon(grads):
    n = [np.linalg.norm(np.ravel(g)) for g in grads]
    return float(max(n) / (min(n) + 1e-12))


@wrong("imbalance", "Small norms count as 0.")
def imbalance_tolerance(grads):
    n = [np.linalg.norm(np.ravel(g)) for g in grads]
    return float("inf") if min(n) < 1e-8 else float(max(n) / min(n))


@wrong("imbalance", "The largest quotient of neighbouring layers.")
def imbalance_neighbours(grads):
    n = [np.linalg.norm(np.ravel(g)) for g in grads]
    if min(n) == 0:
        return float("inf")
    return float(max([max(a / b, b / a) for a, b in zip(n, n[1:])], default=1.0))


@wrong("imbalance", "np.linalg.norm without ravel: an error for arrays of three axes.")
def imbalance_three_axes(grads):
    n = [np.linalg.norm(g, "fro") if np.ndim(g) >= 2 else np.linalg.norm(g) for g in grads]
    return float("inf") if min(n) == 0 else float(max(n) / min(n))


@wrong("imbalance", "inf as a word.")
def imbalance_word(grads):
    n = [np.linalg.norm(np.ravel(g)) for g in grads]
    return "inf" if min(n) == 0 else float(max(n) / min(n))


@wrong("imbalance", "The difference instead of the quotient.")
def imbalance_difference(grads):
    n = [np.linalg.norm(np.ravel(g)) for g in grads]
    return float("inf") if min(n) == 0 else float(max(n) - min(n))


# ---------------------------------------------------------------- diagnose


# the right diagnosis is written out in each of the following functions, with one mistake in it


@wrong("diagnose", "Copies are not looked for.")
def diagnose_no_symmetric(Ws, bs, X, act):
    a, Z = X, []
    for W, b in zip(Ws, bs):
        Z.append(a @ W + b)
        a = activate(Z[-1], act)
    S = [slope(z, act) for z in Z]
    if act == "relu" and any((s.max(axis=0) == 0).mean() >= 0.9 for s in S):
        return "dead"
    top = {"tanh": 1.0, "sigmoid": 0.25}.get(act, 0.0)
    if any((s < top / 10).mean() > 0.5 for s in S):
        return "saturated"
    d = S[-1]
    first = np.sqrt(np.mean(d**2))
    for l in range(len(Ws) - 1, 0, -1):
        d = (d @ Ws[l].T) * S[l - 1]
    r = np.sqrt(np.mean(d**2)) / first
    return "exploding" if r > 1000 else "vanishing" if r < 0.001 else "healthy"


@wrong("diagnose", "Equal weights in are enough for 'symmetric'; the weights out are not looked at.")
def diagnose_symmetric_in_only(Ws, bs, X, act):
    for l in range(len(Ws) - 1):
        if Ws[l].shape[1] > 1 and np.all(Ws[l] == Ws[l][:, :1]) and np.all(bs[l] == bs[l][0]):
            return "symmetric"
    a, Z = X, []
    for W, b in zip(Ws, bs):
        Z.append(a @ W + b)
        a = activate(Z[-1], act)
    S = [slope(z, act) for z in Z]
    if act == "relu" and any((s.max(axis=0) == 0).mean() >= 0.9 for s in S):
        return "dead"
    top = {"tanh": 1.0, "sigmoid": 0.25}.get(act, 0.0)
    if any((s < top / 10).mean() > 0.5 for s in S):
        return "saturated"
    d = S[-1]
    first = np.sqrt(np.mean(d**2))
    for l in range(len(Ws) - 1, 0, -1):
        d = (d @ Ws[l].T) * S[l - 1]
    r = np.sqrt(np.mean(d**2)) / first
    return "exploding" if r > 1000 else "vanishing" if r < 0.001 else "healthy"


@wrong("diagnose", "Biases are not compared for 'symmetric'.")
def diagnose_symmetric_no_bias(Ws, bs, X, act):
    for l in range(len(Ws) - 1):
        if Ws[l].shape[1] > 1 and np.all(Ws[l] == Ws[l][:, :1]) and np.all(Ws[l + 1] == Ws[l + 1][:1]):
            return "symmetric"
    a, Z = X, []
    for W, b in zip(Ws, bs):
        Z.append(a @ W + b)
        a = activate(Z[-1], act)
    S = [slope(z, act) for z in Z]
    if act == "relu" and any((s.max(axis=0) == 0).mean() >= 0.9 for s in S):
        return "dead"
    top = {"tanh": 1.0, "sigmoid": 0.25}.get(act, 0.0)
    if any((s < top / 10).mean() > 0.5 for s in S):
        return "saturated"
    d = S[-1]
    first = np.sqrt(np.mean(d**2))
    for l in range(len(Ws) - 1, 0, -1):
        d = (d @ Ws[l].T) * S[l - 1]
    r = np.sqrt(np.mean(d**2)) / first
    return "exploding" if r > 1000 else "vanishing" if r < 0.001 else "healthy"


@wrong("diagnose", "A layer of one unit counts as symmetric.")
def diagnose_symmetric_one_unit(Ws, bs, X, act):
    for l in range(len(Ws) - 1):
        if np.all(Ws[l] == Ws[l][:, :1]) and np.all(bs[l] == bs[l][0]) and np.all(Ws[l + 1] == Ws[l + 1][:1]):
            return "symmetric"
    a, Z = X, []
    for W, b in zip(Ws, bs):
        Z.append(a @ W + b)
        a = activate(Z[-1], act)
    S = [slope(z, act) for z in Z]
    if act == "relu" and any((s.max(axis=0) == 0).mean() >= 0.9 for s in S):
        return "dead"
    top = {"tanh": 1.0, "sigmoid": 0.25}.get(act, 0.0)
    if any((s < top / 10).mean() > 0.5 for s in S):
        return "saturated"
    d = S[-1]
    first = np.sqrt(np.mean(d**2))
    for l in range(len(Ws) - 1, 0, -1):
        d = (d @ Ws[l].T) * S[l - 1]
    r = np.sqrt(np.mean(d**2)) / first
    return "exploding" if r > 1000 else "vanishing" if r < 0.001 else "healthy"


@wrong("diagnose", "Only the first hidden layer is looked at for copies.")
def diagnose_symmetric_first_layer(Ws, bs, X, act):
    if len(Ws) > 1 and Ws[0].shape[1] > 1:
        if np.all(Ws[0] == Ws[0][:, :1]) and np.all(bs[0] == bs[0][0]) and np.all(Ws[1] == Ws[1][:1]):
            return "symmetric"
    a, Z = X, []
    for W, b in zip(Ws, bs):
        Z.append(a @ W + b)
        a = activate(Z[-1], act)
    S = [slope(z, act) for z in Z]
    if act == "relu" and any((s.max(axis=0) == 0).mean() >= 0.9 for s in S):
        return "dead"
    top = {"tanh": 1.0, "sigmoid": 0.25}.get(act, 0.0)
    if any((s < top / 10).mean() > 0.5 for s in S):
        return "saturated"
    d = S[-1]
    first = np.sqrt(np.mean(d**2))
    for l in range(len(Ws) - 1, 0, -1):
        d = (d @ Ws[l].T) * S[l - 1]
    r = np.sqrt(np.mean(d**2)) / first
    return "exploding" if r > 1000 else "vanishing" if r < 0.001 else "healthy"


@wrong("diagnose", "The last layer counts as hidden: equal columns there are 'symmetric'.")
def diagnose_symmetric_last(Ws, bs, X, act):
    for l in range(len(Ws)):
        if Ws[l].shape[1] > 1 and np.all(Ws[l] == Ws[l][:, :1]) and np.all(bs[l] == bs[l][0]):
            if l == len(Ws) - 1 or np.all(Ws[l + 1] == Ws[l + 1][:1]):
                return "symmetric"
    a, Z = X, []
    for W, b in zip(Ws, bs):
        Z.append(a @ W + b)
        a = activate(Z[-1], act)
    S = [slope(z, act) for z in Z]
    if act == "relu" and any((s.max(axis=0) == 0).mean() >= 0.9 for s in S):
        return "dead"
    top = {"tanh": 1.0, "sigmoid": 0.25}.get(act, 0.0)
    if any((s < top / 10).mean() > 0.5 for s in S):
        return "saturated"
    d = S[-1]
    first = np.sqrt(np.mean(d**2))
    for l in range(len(Ws) - 1, 0, -1):
        d = (d @ Ws[l].T) * S[l - 1]
    r = np.sqrt(np.mean(d**2)) / first
    return "exploding" if r > 1000 else "vanishing" if r < 0.001 else "healthy"


@wrong("diagnose", "A unit is dead if it gives 0 for some row, not for every row.")
def diagnose_dead_some_row(Ws, bs, X, act):
    for l in range(len(Ws) - 1):
        if Ws[l].shape[1] > 1 and np.all(Ws[l] == Ws[l][:, :1]) and np.all(bs[l] == bs[l][0]):
            if np.all(Ws[l + 1] == Ws[l + 1][:1]):
                return "symmetric"
    a, Z = X, []
    for W, b in zip(Ws, bs):
        Z.append(a @ W + b)
        a = activate(Z[-1], act)
    S = [slope(z, act) for z in Z]
    if act == "relu" and any((s.min(axis=0) == 0).mean() >= 0.9 for s in S):
        return "dead"
    top = {"tanh": 1.0, "sigmoid": 0.25}.get(act, 0.0)
    if any((s < top / 10).mean() > 0.5 for s in S):
        return "saturated"
    d = S[-1]
    first = np.sqrt(np.mean(d**2))
    for l in range(len(Ws) - 1, 0, -1):
        d = (d @ Ws[l].T) * S[l - 1]
    r = np.sqrt(np.mean(d**2)) / first
    return "exploding" if r > 1000 else "vanishing" if r < 0.001 else "healthy"


@wrong("diagnose", "Dead only if all units of a layer are dead.")
def diagnose_dead_all(Ws, bs, X, act):
    for l in range(len(Ws) - 1):
        if Ws[l].shape[1] > 1 and np.all(Ws[l] == Ws[l][:, :1]) and np.all(bs[l] == bs[l][0]):
            if np.all(Ws[l + 1] == Ws[l + 1][:1]):
                return "symmetric"
    a, Z = X, []
    for W, b in zip(Ws, bs):
        Z.append(a @ W + b)
        a = activate(Z[-1], act)
    S = [slope(z, act) for z in Z]
    if act == "relu" and any(not s.any() for s in S):
        return "dead"
    top = {"tanh": 1.0, "sigmoid": 0.25}.get(act, 0.0)
    if any((s < top / 10).mean() > 0.5 for s in S):
        return "saturated"
    d = S[-1]
    first = np.sqrt(np.mean(d**2))
    for l in range(len(Ws) - 1, 0, -1):
        d = (d @ Ws[l].T) * S[l - 1]
    r = np.sqrt(np.mean(d**2)) / first
    return "exploding" if r > 1000 else "vanishing" if r < 0.001 else "healthy"


@wrong("diagnose", "Dead only if the average layer is dead, not some layer.")
def diagnose_dead_average(Ws, bs, X, act):
    for l in range(len(Ws) - 1):
        if Ws[l].shape[1] > 1 and np.all(Ws[l] == Ws[l][:, :1]) and np.all(bs[l] == bs[l][0]):
            if np.all(Ws[l + 1] == Ws[l + 1][:1]):
                return "symmetric"
    a, Z = X, []
    for W, b in zip(Ws, bs):
        Z.append(a @ W + b)
        a = activate(Z[-1], act)
    S = [slope(z, act) for z in Z]
    if act == "relu" and np.mean([(s.max(axis=0) == 0).mean() for s in S]) >= 0.9:
        return "dead"
    top = {"tanh": 1.0, "sigmoid": 0.25}.get(act, 0.0)
    if any((s < top / 10).mean() > 0.5 for s in S):
        return "saturated"
    d = S[-1]
    first = np.sqrt(np.mean(d**2))
    for l in range(len(Ws) - 1, 0, -1):
        d = (d @ Ws[l].T) * S[l - 1]
    r = np.sqrt(np.mean(d**2)) / first
    return "exploding" if r > 1000 else "vanishing" if r < 0.001 else "healthy"


@wrong("diagnose", "Half of the units are enough for 'dead'.")
def diagnose_dead_half(Ws, bs, X, act):
    for l in range(len(Ws) - 1):
        if Ws[l].shape[1] > 1 and np.all(Ws[l] == Ws[l][:, :1]) and np.all(bs[l] == bs[l][0]):
            if np.all(Ws[l + 1] == Ws[l + 1][:1]):
                return "symmetric"
    a, Z = X, []
    for W, b in zip(Ws, bs):
        Z.append(a @ W + b)
        a = activate(Z[-1], act)
    S = [slope(z, act) for z in Z]
    if act == "relu" and any((s.max(axis=0) == 0).mean() >= 0.5 for s in S):
        return "dead"
    top = {"tanh": 1.0, "sigmoid": 0.25}.get(act, 0.0)
    if any((s < top / 10).mean() > 0.5 for s in S):
        return "saturated"
    d = S[-1]
    first = np.sqrt(np.mean(d**2))
    for l in range(len(Ws) - 1, 0, -1):
        d = (d @ Ws[l].T) * S[l - 1]
    r = np.sqrt(np.mean(d**2)) / first
    return "exploding" if r > 1000 else "vanishing" if r < 0.001 else "healthy"


@wrong("diagnose", "Saturation is looked for in the last layer only.")
def diagnose_saturated_last(Ws, bs, X, act):
    for l in range(len(Ws) - 1):
        if Ws[l].shape[1] > 1 and np.all(Ws[l] == Ws[l][:, :1]) and np.all(bs[l] == bs[l][0]):
            if np.all(Ws[l + 1] == Ws[l + 1][:1]):
                return "symmetric"
    a, Z = X, []
    for W, b in zip(Ws, bs):
        Z.append(a @ W + b)
        a = activate(Z[-1], act)
    S = [slope(z, act) for z in Z]
    if act == "relu" and any((s.max(axis=0) == 0).mean() >= 0.9 for s in S):
        return "dead"
    top = {"tanh": 1.0, "sigmoid": 0.25}.get(act, 0.0)
    if (S[-1] < top / 10).mean() > 0.5:
        return "saturated"
    d = S[-1]
    first = np.sqrt(np.mean(d**2))
    for l in range(len(Ws) - 1, 0, -1):
        d = (d @ Ws[l].T) * S[l - 1]
    r = np.sqrt(np.mean(d**2)) / first
    return "exploding" if r > 1000 else "vanishing" if r < 0.001 else "healthy"


@wrong("diagnose", "Large activations count as saturated for relu and linear, too.")
def diagnose_saturated_large(Ws, bs, X, act):
    for l in range(len(Ws) - 1):
        if Ws[l].shape[1] > 1 and np.all(Ws[l] == Ws[l][:, :1]) and np.all(bs[l] == bs[l][0]):
            if np.all(Ws[l + 1] == Ws[l + 1][:1]):
                return "symmetric"
    a, Z = X, []
    for W, b in zip(Ws, bs):
        Z.append(a @ W + b)
        a = activate(Z[-1], act)
    S = [slope(z, act) for z in Z]
    if act == "relu" and any((s.max(axis=0) == 0).mean() >= 0.9 for s in S):
        return "dead"
    if any(np.mean(np.abs(z) > 4) > 0.5 for z in Z):
        return "saturated"
    d = S[-1]
    first = np.sqrt(np.mean(d**2))
    for l in range(len(Ws) - 1, 0, -1):
        d = (d @ Ws[l].T) * S[l - 1]
    r = np.sqrt(np.mean(d**2)) / first
    return "exploding" if r > 1000 else "vanishing" if r < 0.001 else "healthy"


@wrong("diagnose", "The limit of tanh for the sigmoid, too: healthy sigmoid networks come near it, flat ones are never told apart.")
def diagnose_saturated_limit(Ws, bs, X, act):
    for l in range(len(Ws) - 1):
        if Ws[l].shape[1] > 1 and np.all(Ws[l] == Ws[l][:, :1]) and np.all(bs[l] == bs[l][0]):
            if np.all(Ws[l + 1] == Ws[l + 1][:1]):
                return "symmetric"
    a, Z = X, []
    for W, b in zip(Ws, bs):
        Z.append(a @ W + b)
        a = activate(Z[-1], act)
    S = [slope(z, act) for z in Z]
    if act == "relu" and any((s.max(axis=0) == 0).mean() >= 0.9 for s in S):
        return "dead"
    if act in ("tanh", "sigmoid") and any((s < 0.25).mean() > 0.5 for s in S):
        return "saturated"
    d = S[-1]
    first = np.sqrt(np.mean(d**2))
    for l in range(len(Ws) - 1, 0, -1):
        d = (d @ Ws[l].T) * S[l - 1]
    r = np.sqrt(np.mean(d**2)) / first
    return "exploding" if r > 1000 else "vanishing" if r < 0.001 else "healthy"


@wrong("diagnose", "The biases are forgotten in the forward pass.")
def diagnose_no_biases(Ws, bs, X, act):
    for l in range(len(Ws) - 1):
        if Ws[l].shape[1] > 1 and np.all(Ws[l] == Ws[l][:, :1]) and np.all(bs[l] == bs[l][0]):
            if np.all(Ws[l + 1] == Ws[l + 1][:1]):
                return "symmetric"
    a, Z = X, []
    for W, b in zip(Ws, bs):
        Z.append(a @ W)
        a = activate(Z[-1], act)
    S = [slope(z, act) for z in Z]
    if act == "relu" and any((s.max(axis=0) == 0).mean() >= 0.9 for s in S):
        return "dead"
    top = {"tanh": 1.0, "sigmoid": 0.25}.get(act, 0.0)
    if any((s < top / 10).mean() > 0.5 for s in S):
        return "saturated"
    d = S[-1]
    first = np.sqrt(np.mean(d**2))
    for l in range(len(Ws) - 1, 0, -1):
        d = (d @ Ws[l].T) * S[l - 1]
    r = np.sqrt(np.mean(d**2)) / first
    return "exploding" if r > 1000 else "vanishing" if r < 0.001 else "healthy"


@wrong("diagnose", "Exploding and vanishing are swapped: the ratio is upside down.")
def diagnose_ratio_inverse(Ws, bs, X, act):
    for l in range(len(Ws) - 1):
        if Ws[l].shape[1] > 1 and np.all(Ws[l] == Ws[l][:, :1]) and np.all(bs[l] == bs[l][0]):
            if np.all(Ws[l + 1] == Ws[l + 1][:1]):
                return "symmetric"
    a, Z = X, []
    for W, b in zip(Ws, bs):
        Z.append(a @ W + b)
        a = activate(Z[-1], act)
    S = [slope(z, act) for z in Z]
    if act == "relu" and any((s.max(axis=0) == 0).mean() >= 0.9 for s in S):
        return "dead"
    top = {"tanh": 1.0, "sigmoid": 0.25}.get(act, 0.0)
    if any((s < top / 10).mean() > 0.5 for s in S):
        return "saturated"
    d = S[-1]
    first = np.sqrt(np.mean(d**2))
    for l in range(len(Ws) - 1, 0, -1):
        d = (d @ Ws[l].T) * S[l - 1]
    r = first / np.sqrt(np.mean(d**2))
    return "exploding" if r > 1000 else "vanishing" if r < 0.001 else "healthy"


@wrong("diagnose", "The gradients by the weights are compared, not the backward signal.")
def diagnose_weight_gradients(Ws, bs, X, act):
    for l in range(len(Ws) - 1):
        if Ws[l].shape[1] > 1 and np.all(Ws[l] == Ws[l][:, :1]) and np.all(bs[l] == bs[l][0]):
            if np.all(Ws[l + 1] == Ws[l + 1][:1]):
                return "symmetric"
    A, Z = [X], []
    for W, b in zip(Ws, bs):
        Z.append(A[-1] @ W + b)
        A.append(activate(Z[-1], act))
    S = [slope(z, act) for z in Z]
    if act == "relu" and any((s.max(axis=0) == 0).mean() >= 0.9 for s in S):
        return "dead"
    top = {"tanh": 1.0, "sigmoid": 0.25}.get(act, 0.0)
    if any((s < top / 10).mean() > 0.5 for s in S):
        return "saturated"
    d = S[-1]
    last = np.linalg.norm(A[-2].T @ d)
    for l in range(len(Ws) - 1, 0, -1):
        d = (d @ Ws[l].T) * S[l - 1]
    r = np.linalg.norm(A[0].T @ d) / last
    return "exploding" if r > 1000 else "vanishing" if r < 0.001 else "healthy"


@wrong("diagnose", "The size of the first delta alone, not its ratio to the last one.")
def diagnose_no_ratio(Ws, bs, X, act):
    for l in range(len(Ws) - 1):
        if Ws[l].shape[1] > 1 and np.all(Ws[l] == Ws[l][:, :1]) and np.all(bs[l] == bs[l][0]):
            if np.all(Ws[l + 1] == Ws[l + 1][:1]):
                return "symmetric"
    a, Z = X, []
    for W, b in zip(Ws, bs):
        Z.append(a @ W + b)
        a = activate(Z[-1], act)
    S = [slope(z, act) for z in Z]
    if act == "relu" and any((s.max(axis=0) == 0).mean() >= 0.9 for s in S):
        return "dead"
    top = {"tanh": 1.0, "sigmoid": 0.25}.get(act, 0.0)
    if any((s < top / 10).mean() > 0.5 for s in S):
        return "saturated"
    d = S[-1]
    for l in range(len(Ws) - 1, -1, -1):
        d = d @ Ws[l].T
        if l:
            d = d * S[l - 1]
    r = np.sqrt(np.mean(d**2))
    return "exploding" if r > 1000 else "vanishing" if r < 0.001 else "healthy"


@wrong("diagnose", "The forward signal is measured: exploding and vanishing activations.")
def diagnose_forward(Ws, bs, X, act):
    for l in range(len(Ws) - 1):
        if Ws[l].shape[1] > 1 and np.all(Ws[l] == Ws[l][:, :1]) and np.all(bs[l] == bs[l][0]):
            if np.all(Ws[l + 1] == Ws[l + 1][:1]):
                return "symmetric"
    a, Z = X, []
    for W, b in zip(Ws, bs):
        Z.append(a @ W + b)
        a = activate(Z[-1], act)
    S = [slope(z, act) for z in Z]
    if act == "relu" and any((s.max(axis=0) == 0).mean() >= 0.9 for s in S):
        return "dead"
    top = {"tanh": 1.0, "sigmoid": 0.25}.get(act, 0.0)
    if any((s < top / 10).mean() > 0.5 for s in S):
        return "saturated"
    r = np.std(a) / np.std(X) if np.std(X) else 1.0
    return "exploding" if r > 1000 else "vanishing" if r < 0.001 else "healthy"


@wrong("diagnose", "A rule of thumb: more than ten layers vanish.")
def diagnose_depth(Ws, bs, X, act):
    for l in range(len(Ws) - 1):
        if Ws[l].shape[1] > 1 and np.all(Ws[l] == Ws[l][:, :1]) and np.all(bs[l] == bs[l][0]):
            if np.all(Ws[l + 1] == Ws[l + 1][:1]):
                return "symmetric"
    a, Z = X, []
    for W, b in zip(Ws, bs):
        Z.append(a @ W + b)
        a = activate(Z[-1], act)
    S = [slope(z, act) for z in Z]
    if act == "relu" and any((s.max(axis=0) == 0).mean() >= 0.9 for s in S):
        return "dead"
    top = {"tanh": 1.0, "sigmoid": 0.25}.get(act, 0.0)
    if any((s < top / 10).mean() > 0.5 for s in S):
        return "saturated"
    return "vanishing" if len(Ws) > 10 else "healthy"


@wrong("diagnose", "The size of the weights is looked at instead of the signal.")
def diagnose_weights(Ws, bs, X, act):
    for l in range(len(Ws) - 1):
        if Ws[l].shape[1] > 1 and np.all(Ws[l] == Ws[l][:, :1]) and np.all(bs[l] == bs[l][0]):
            if np.all(Ws[l + 1] == Ws[l + 1][:1]):
                return "symmetric"
    a, Z = X, []
    for W, b in zip(Ws, bs):
        Z.append(a @ W + b)
        a = activate(Z[-1], act)
    S = [slope(z, act) for z in Z]
    if act == "relu" and any((s.max(axis=0) == 0).mean() >= 0.9 for s in S):
        return "dead"
    top = {"tanh": 1.0, "sigmoid": 0.25}.get(act, 0.0)
    if any((s < top / 10).mean() > 0.5 for s in S):
        return "saturated"
    size = np.mean([np.mean(np.abs(W)) for W in Ws])
    return "exploding" if size > 1 else "vanishing" if size < 0.1 else "healthy"


@wrong("diagnose", "The order is wrong: exploding and vanishing come before dead and saturated.")
def diagnose_order(Ws, bs, X, act):
    for l in range(len(Ws) - 1):
        if Ws[l].shape[1] > 1 and np.all(Ws[l] == Ws[l][:, :1]) and np.all(bs[l] == bs[l][0]):
            if np.all(Ws[l + 1] == Ws[l + 1][:1]):
                return "symmetric"
    a, Z = X, []
    for W, b in zip(Ws, bs):
        Z.append(a @ W + b)
        a = activate(Z[-1], act)
    S = [slope(z, act) for z in Z]
    d = S[-1]
    first = np.sqrt(np.mean(d**2))
    for l in range(len(Ws) - 1, 0, -1):
        d = (d @ Ws[l].T) * S[l - 1]
    r = np.sqrt(np.mean(d**2)) / first if first else 0.0
    if r > 1000:
        return "exploding"
    if r < 0.001:
        return "vanishing"
    if act == "relu" and any((s.max(axis=0) == 0).mean() >= 0.9 for s in S):
        return "dead"
    top = {"tanh": 1.0, "sigmoid": 0.25}.get(act, 0.0)
    if any((s < top / 10).mean() > 0.5 for s in S):
        return "saturated"
    return "healthy"


@wrong("diagnose", "The order is wrong: dead comes before symmetric.")
def diagnose_dead_before_symmetric(Ws, bs, X, act):
    a, Z = X, []
    for W, b in zip(Ws, bs):
        Z.append(a @ W + b)
        a = activate(Z[-1], act)
    S = [slope(z, act) for z in Z]
    if act == "relu" and any((s.max(axis=0) == 0).mean() >= 0.9 for s in S):
        return "dead"
    for l in range(len(Ws) - 1):
        if Ws[l].shape[1] > 1 and np.all(Ws[l] == Ws[l][:, :1]) and np.all(bs[l] == bs[l][0]):
            if np.all(Ws[l + 1] == Ws[l + 1][:1]):
                return "symmetric"
    top = {"tanh": 1.0, "sigmoid": 0.25}.get(act, 0.0)
    if any((s < top / 10).mean() > 0.5 for s in S):
        return "saturated"
    d = S[-1]
    first = np.sqrt(np.mean(d**2))
    for l in range(len(Ws) - 1, 0, -1):
        d = (d @ Ws[l].T) * S[l - 1]
    r = np.sqrt(np.mean(d**2)) / first
    return "exploding" if r > 1000 else "vanishing" if r < 0.001 else "healthy"


@wrong("diagnose", "The slopes are forgotten in the backward pass: products of the weights alone.")
def diagnose_no_slopes(Ws, bs, X, act):
    for l in range(len(Ws) - 1):
        if Ws[l].shape[1] > 1 and np.all(Ws[l] == Ws[l][:, :1]) and np.all(bs[l] == bs[l][0]):
            if np.all(Ws[l + 1] == Ws[l + 1][:1]):
                return "symmetric"
    a, Z = X, []
    for W, b in zip(Ws, bs):
        Z.append(a @ W + b)
        a = activate(Z[-1], act)
    S = [slope(z, act) for z in Z]
    if act == "relu" and any((s.max(axis=0) == 0).mean() >= 0.9 for s in S):
        return "dead"
    top = {"tanh": 1.0, "sigmoid": 0.25}.get(act, 0.0)
    if any((s < top / 10).mean() > 0.5 for s in S):
        return "saturated"
    d = np.ones(S[-1].shape)
    first = np.sqrt(np.mean(d**2))
    for l in range(len(Ws) - 1, 0, -1):
        d = d @ Ws[l].T
    r = np.sqrt(np.mean(d**2)) / first
    return "exploding" if r > 1000 else "vanishing" if r < 0.001 else "healthy"


@wrong("diagnose", "An off-by-one: the backward pass ends one layer too early.")
def diagnose_off_by_one(Ws, bs, X, act):
    for l in range(len(Ws) - 1):
        if Ws[l].shape[1] > 1 and np.all(Ws[l] == Ws[l][:, :1]) and np.all(bs[l] == bs[l][0]):
            if np.all(Ws[l + 1] == Ws[l + 1][:1]):
                return "symmetric"
    a, Z = X, []
    for W, b in zip(Ws, bs):
        Z.append(a @ W + b)
        a = activate(Z[-1], act)
    S = [slope(z, act) for z in Z]
    if act == "relu" and any((s.max(axis=0) == 0).mean() >= 0.9 for s in S):
        return "dead"
    top = {"tanh": 1.0, "sigmoid": 0.25}.get(act, 0.0)
    if any((s < top / 10).mean() > 0.5 for s in S):
        return "saturated"
    d = S[-1]
    first = np.sqrt(np.mean(d**2))
    for l in range(len(Ws) - 1, 1, -1):
        d = (d @ Ws[l].T) * S[l - 1]
    r = np.sqrt(np.mean(d**2)) / first
    return "exploding" if r > 1000 else "vanishing" if r < 0.001 else "healthy"


# ---------------------------------------------------------------- remedy


@wrong("remedy", "A better draw for the vanishing sigmoid.")
def remedy_sigmoid_draw(cause, act):
    if (cause, act) == ("dead", "relu"):
        return "leaky relu"
    bad = {("dead", "tanh"), ("dead", "sigmoid"), ("dead", "linear"), ("saturated", "relu"), ("saturated", "linear")}
    words = ("healthy", "symmetric", "dead", "saturated", "exploding", "vanishing")
    if (cause, act) in bad or act not in ("tanh", "sigmoid", "relu", "linear") or cause not in words:
        raise ValueError
    return {"healthy": "keep", "symmetric": "random"}.get(cause, "he" if act == "relu" else "xavier")


@wrong("remedy", "relu for every network that vanishes.")
def remedy_relu_always(cause, act):
    if (cause, act) == ("dead", "relu"):
        return "leaky relu"
    bad = {("dead", "tanh"), ("dead", "sigmoid"), ("dead", "linear"), ("saturated", "relu"), ("saturated", "linear")}
    words = ("healthy", "symmetric", "dead", "saturated", "exploding", "vanishing")
    if (cause, act) in bad or act not in ("tanh", "sigmoid", "relu", "linear") or cause not in words:
        raise ValueError
    draw = "he" if act == "relu" else "xavier"
    return {"healthy": "keep", "symmetric": "random", "vanishing": "relu"}.get(cause, draw)


@wrong("remedy", "he for everything.")
def remedy_he_always(cause, act):
    if (cause, act) == ("dead", "relu"):
        return "leaky relu"
    bad = {("dead", "tanh"), ("dead", "sigmoid"), ("dead", "linear"), ("saturated", "relu"), ("saturated", "linear")}
    words = ("healthy", "symmetric", "dead", "saturated", "exploding", "vanishing")
    if (cause, act) in bad or act not in ("tanh", "sigmoid", "relu", "linear") or cause not in words:
        raise ValueError
    if (cause, act) == ("vanishing", "sigmoid"):
        return "relu"
    return {"healthy": "keep", "symmetric": "random"}.get(cause, "he")


@wrong("remedy", "xavier for relu, too.")
def remedy_xavier_always(cause, act):
    if (cause, act) == ("dead", "relu"):
        return "leaky relu"
    bad = {("dead", "tanh"), ("dead", "sigmoid"), ("dead", "linear"), ("saturated", "relu"), ("saturated", "linear")}
    words = ("healthy", "symmetric", "dead", "saturated", "exploding", "vanishing")
    if (cause, act) in bad or act not in ("tanh", "sigmoid", "relu", "linear") or cause not in words:
        raise ValueError
    if (cause, act) == ("vanishing", "sigmoid"):
        return "relu"
    return {"healthy": "keep", "symmetric": "random"}.get(cause, "xavier")


@wrong("remedy", "No ValueError for pairs that cannot happen.")
def remedy_impossible_pairs(cause, act):
    if (cause, act) == ("dead", "relu"):
        return "leaky relu"
    words = ("healthy", "symmetric", "dead", "saturated", "exploding", "vanishing")
    if act not in ("tanh", "sigmoid", "relu", "linear") or cause not in words:
        raise ValueError
    if (cause, act) == ("vanishing", "sigmoid"):
        return "relu"
    return {"healthy": "keep", "symmetric": "random"}.get(cause, "he" if act == "relu" else "xavier")


@wrong("remedy", "No ValueError for an unknown activation of a healthy network.")
def remedy_healthy_unknown(cause, act):
    if (cause, act) == ("dead", "relu"):
        return "leaky relu"
    if cause == "healthy":
        return "keep"
    bad = {("dead", "tanh"), ("dead", "sigmoid"), ("dead", "linear"), ("saturated", "relu"), ("saturated", "linear")}
    words = ("healthy", "symmetric", "dead", "saturated", "exploding", "vanishing")
    if (cause, act) in bad or act not in ("tanh", "sigmoid", "relu", "linear") or cause not in words:
        raise ValueError
    if (cause, act) == ("vanishing", "sigmoid"):
        return "relu"
    return "random" if cause == "symmetric" else "he" if act == "relu" else "xavier"


@wrong("remedy", "A KeyError for unknown words.")
def remedy_key_error(cause, act):
    if (cause, act) == ("dead", "relu"):
        return "leaky relu"
    draws = {"tanh": "xavier", "sigmoid": "xavier", "relu": "he", "linear": "xavier"}
    bad = {("dead", "tanh"), ("dead", "sigmoid"), ("dead", "linear"), ("saturated", "relu"), ("saturated", "linear")}
    if (cause, act) in bad:
        raise ValueError
    draw = draws[act]
    if (cause, act) == ("vanishing", "sigmoid"):
        return "relu"
    return {"healthy": "keep", "symmetric": "random", "dead": draw, "saturated": draw, "exploding": draw, "vanishing": draw}[cause]


@wrong("remedy", "An unknown cause is told to be kept.")
def remedy_unknown_keep(cause, act):
    if (cause, act) == ("dead", "relu"):
        return "leaky relu"
    bad = {("dead", "tanh"), ("dead", "sigmoid"), ("dead", "linear"), ("saturated", "relu"), ("saturated", "linear")}
    if (cause, act) in bad or act not in ("tanh", "sigmoid", "relu", "linear"):
        raise ValueError
    if (cause, act) == ("vanishing", "sigmoid"):
        return "relu"
    draw = "he" if act == "relu" else "xavier"
    return {"symmetric": "random", "dead": draw, "saturated": draw, "exploding": draw, "vanishing": draw}.get(cause, "keep")


@wrong("remedy", "None instead of a ValueError.")
def remedy_none(cause, act):
    if (cause, act) == ("dead", "relu"):
        return "leaky relu"
    bad = {("dead", "tanh"), ("dead", "sigmoid"), ("dead", "linear"), ("saturated", "relu"), ("saturated", "linear")}
    words = ("healthy", "symmetric", "dead", "saturated", "exploding", "vanishing")
    if (cause, act) in bad or act not in ("tanh", "sigmoid", "relu", "linear") or cause not in words:
        return None
    if (cause, act) == ("vanishing", "sigmoid"):
        return "relu"
    return {"healthy": "keep", "symmetric": "random"}.get(cause, "he" if act == "relu" else "xavier")


@wrong("remedy", "The saturated sigmoid is replaced by relu.")
def remedy_saturated_sigmoid(cause, act):
    if (cause, act) == ("dead", "relu"):
        return "leaky relu"
    bad = {("dead", "tanh"), ("dead", "sigmoid"), ("dead", "linear"), ("saturated", "relu"), ("saturated", "linear")}
    words = ("healthy", "symmetric", "dead", "saturated", "exploding", "vanishing")
    if (cause, act) in bad or act not in ("tanh", "sigmoid", "relu", "linear") or cause not in words:
        raise ValueError
    if cause in ("vanishing", "saturated") and act == "sigmoid":
        return "relu"
    return {"healthy": "keep", "symmetric": "random"}.get(cause, "he" if act == "relu" else "xavier")


@wrong("remedy", "The exploding sigmoid is replaced by relu.")
def remedy_exploding_sigmoid(cause, act):
    if (cause, act) == ("dead", "relu"):
        return "leaky relu"
    bad = {("dead", "tanh"), ("dead", "sigmoid"), ("dead", "linear"), ("saturated", "relu"), ("saturated", "linear")}
    words = ("healthy", "symmetric", "dead", "saturated", "exploding", "vanishing")
    if (cause, act) in bad or act not in ("tanh", "sigmoid", "relu", "linear") or cause not in words:
        raise ValueError
    if cause in ("vanishing", "exploding") and act == "sigmoid":
        return "relu"
    return {"healthy": "keep", "symmetric": "random"}.get(cause, "he" if act == "relu" else "xavier")


@wrong("remedy", "Copies are drawn by he or xavier, which is not the word.")
def remedy_symmetric_draw(cause, act):
    if (cause, act) == ("dead", "relu"):
        return "leaky relu"
    bad = {("dead", "tanh"), ("dead", "sigmoid"), ("dead", "linear"), ("saturated", "relu"), ("saturated", "linear")}
    words = ("healthy", "symmetric", "dead", "saturated", "exploding", "vanishing")
    if (cause, act) in bad or act not in ("tanh", "sigmoid", "relu", "linear") or cause not in words:
        raise ValueError
    if (cause, act) == ("vanishing", "sigmoid"):
        return "relu"
    return {"healthy": "keep"}.get(cause, "he" if act == "relu" else "xavier")


@wrong("remedy", "leaky relu for relu networks that vanish.")
def remedy_vanishing_leaky(cause, act):
    if (cause, act) == ("dead", "relu"):
        return "leaky relu"
    bad = {("dead", "tanh"), ("dead", "sigmoid"), ("dead", "linear"), ("saturated", "relu"), ("saturated", "linear")}
    words = ("healthy", "symmetric", "dead", "saturated", "exploding", "vanishing")
    if (cause, act) in bad or act not in ("tanh", "sigmoid", "relu", "linear") or cause not in words:
        raise ValueError
    if cause == "vanishing" and act in ("sigmoid", "relu"):
        return "relu" if act == "sigmoid" else "leaky relu"
    return {"healthy": "keep", "symmetric": "random"}.get(cause, "he" if act == "relu" else "xavier")


@wrong("remedy", "A linear network that vanishes or explodes is said to be impossible.")
def remedy_linear(cause, act):
    if (cause, act) == ("dead", "relu"):
        return "leaky relu"
    bad = {("dead", "tanh"), ("dead", "sigmoid"), ("dead", "linear"), ("saturated", "relu"), ("saturated", "linear")}
    words = ("healthy", "symmetric", "dead", "saturated", "exploding", "vanishing")
    if (cause, act) in bad or act not in ("tanh", "sigmoid", "relu", "linear") or cause not in words:
        raise ValueError
    if act == "linear" and cause in ("vanishing", "exploding"):
        raise ValueError
    if (cause, act) == ("vanishing", "sigmoid"):
        return "relu"
    return {"healthy": "keep", "symmetric": "random"}.get(cause, "he" if act == "relu" else "xavier")


@wrong("remedy", "Capital letters.")
def remedy_capital(cause, act):
    if (cause, act) == ("dead", "relu"):
        return "leaky relu"
    bad = {("dead", "tanh"), ("dead", "sigmoid"), ("dead", "linear"), ("saturated", "relu"), ("saturated", "linear")}
    words = ("healthy", "symmetric", "dead", "saturated", "exploding", "vanishing")
    if (cause, act) in bad or act not in ("tanh", "sigmoid", "relu", "linear") or cause not in words:
        raise ValueError
    if (cause, act) == ("vanishing", "sigmoid"):
        return "ReLU"
    return {"healthy": "keep", "symmetric": "random"}.get(cause, "He" if act == "relu" else "Xavier")


# ---------------------------------------------------------------- sig_grad


@wrong("sig_grad", "s (1 - s), which is 0 at 40.")
def sig_subtracts(z):
    s = 1 / (1 + np.exp(-z))
    return s * (1 - s)


@wrong("sig_grad", "The sigmoid itself.")
def sig_itself(z):
    return 1 / (1 + np.exp(-z))


@wrong("sig_grad", "(1 - tanh²) / 4 at z / 2: right on paper.")
def sig_tanh(z):
    return (1 - np.tanh(z / 2) ** 2) / 4


@wrong("sig_grad", "z is taken for the output: z (1 - z).")
def sig_of_output(z):
    return z * (1 - z)


@wrong("sig_grad", "A small number keeps it away from 0.")
def sig_epsilon(z):
    s = 1 / (1 + np.exp(-z))
    return np.maximum(s * (1 - s), 1e-18)


@wrong("sig_grad", "Only the tail: exp(-|z|).")
def sig_tail(z):
    return np.exp(-np.abs(z))


@wrong("sig_grad", "One side only: right for positive z, 0 for large negative ones.")
def sig_one_side(z):
    one_minus = np.exp(-z) / (1 + np.exp(-z))
    return one_minus * (1 - one_minus)


@wrong("sig_grad", "A central difference.")
def sig_difference(z):
    h = 1e-5
    return (1 / (1 + np.exp(-z - h)) - 1 / (1 + np.exp(-z + h))) / (2 * h)


@wrong("sig_grad", "Everything beyond 30 is cut to 0.")
def sig_cut(z):
    e = np.exp(-np.abs(z))
    return np.where(np.abs(z) > 30, 0.0, e / (1 + e) ** 2)


# ---------------------------------------------------------------- chain_product


@wrong("chain_product", "The first weight is left out.")
def chain_no_first(ws, zs):
    return np.prod(sig_grad(zs)) * np.prod(ws[1:])


@wrong("chain_product", "The weights are left out.")
def chain_no_weights(ws, zs):
    return np.prod(sig_grad(zs))


@wrong("chain_product", "A sum.")
def chain_sum(ws, zs):
    return np.sum(ws * sig_grad(zs))


@wrong("chain_product", "The absolute value.")
def chain_absolute(ws, zs):
    return np.abs(np.prod(ws * sig_grad(zs)))


@wrong("chain_product", "The sigmoids instead of their slopes.")
def chain_sigmoids(ws, zs):
    return np.prod(ws / (1 + np.exp(-zs)))


@wrong("chain_product", "The last slope is left out.")
def chain_no_last(ws, zs):
    return np.prod(ws) * np.prod(sig_grad(zs[:-1]))


@wrong("chain_product", "All products on the way.")
def chain_cumulative(ws, zs):
    return np.cumprod(ws * sig_grad(zs))


@wrong("chain_product", "The slopes with s (1 - s), which are 0 far out.")
def chain_subtracts(ws, zs):
    s = 1 / (1 + np.exp(-zs))
    return np.prod(ws * s * (1 - s))


@wrong("chain_product", "The slopes are taken at w z.")
def chain_at_wz(ws, zs):
    return np.prod(ws * sig_grad(ws * zs))


# ---------------------------------------------------------------- bound


@wrong("bound", "One factor too few.")
def bound_one_less(L):
    return 0.25 ** (L - 1)


@wrong("bound", "A quarter of L.")
def bound_linear(L):
    return 0.25 * L


@wrong("bound", "One half: the sigmoid at 0.")
def bound_half(L):
    return 0.5**L


@wrong("bound", "A quarter, however deep.")
def bound_quarter(L):
    return 0.25


@wrong("bound", "The inverse.")
def bound_inverse(L):
    return 4.0**L


@wrong("bound", "Rounded to ten digits after the point.")
def bound_rounded(L):
    return round(0.25**L, 10)


@wrong("bound", "1 / (4L).")
def bound_one_over(L):
    return 1 / (4 * L)


# ---------------------------------------------------------------- counter_example


@wrong("counter_example", "All weights are 3.")
def counter_all_large(L):
    return np.full(L, 3.0)


@wrong("counter_example", "All weights are 1: the bound is reached, not broken.")
def counter_ones(L):
    return np.ones(L)


@wrong("counter_example", "One weight of 4.")
def counter_too_large(L):
    ws = np.ones(L)
    ws[0] = 4
    return ws


@wrong("counter_example", "One weight of 1.5 breaks the bound, but not twice.")
def counter_not_twice(L):
    ws = np.ones(L)
    ws[0] = 1.5
    return ws


@wrong("counter_example", "Half of them 0.1: the product is small again.")
def counter_small_half(L):
    return np.where(np.arange(L) < L // 2, 0.1, 3.0)


@wrong("counter_example", "Made for an even number of layers: one weight is missing otherwise.")
def counter_even(L):
    return np.array([1.0, 2.5] * (L // 2))


@wrong("counter_example", "A normal draw, whatever comes.")
def counter_draw(L):
    return np.random.default_rng(0).standard_normal(L)


@wrong("counter_example", "Ones below, 1.5 above: enough for deep networks, too little for shallow ones.")
def counter_deep_only(L):
    return np.where(np.arange(L) < L // 2, 1.0, 1.5)


@wrong("counter_example", "A 0 among them.")
def counter_zero(L):
    ws = np.full(L, 3.0)
    ws[: max(L // 2, 1)] = 0.0
    return ws


# ---------------------------------------------------------------- xavier


@wrong("xavier", "The variance is taken for the standard deviation.")
def xavier_variance(fi, fo, rng):
    return rng.normal(0, 2 / (fi + fo), (fi, fo))


@wrong("xavier", "1 / (fi + fo).")
def xavier_one(fi, fo, rng):
    return rng.standard_normal((fi, fo)) * np.sqrt(1 / (fi + fo))


@wrong("xavier", "1 / fi.")
def xavier_fan_in(fi, fo, rng):
    return rng.standard_normal((fi, fo)) * np.sqrt(1 / fi)


@wrong("xavier", "The shape is turned round.")
def xavier_shape(fi, fo, rng):
    return rng.standard_normal((fo, fi)) * np.sqrt(2 / (fi + fo))


@wrong("xavier", "A generator of its own.")
def xavier_own_generator(fi, fo, rng):
    return np.random.default_rng().standard_normal((fi, fo)) * np.sqrt(2 / (fi + fo))


@wrong("xavier", "Always the same numbers.")
def xavier_seed(fi, fo, rng):
    return np.random.default_rng(0).standard_normal((fi, fo)) * np.sqrt(2 / (fi + fo))


@wrong("xavier", "Uniform, with the right variance.")
def xavier_uniformly(fi, fo, rng):
    limit = np.sqrt(6 / (fi + fo))
    return rng.uniform(-limit, limit, (fi, fo))


@wrong("xavier", "One column, repeated.")
def xavier_copies(fi, fo, rng):
    return np.repeat(rng.standard_normal((fi, 1)), fo, axis=1) * np.sqrt(2 / (fi + fo))


@wrong("xavier", "The tails are cut off at two standard deviations.")
def xavier_cut(fi, fo, rng):
    return np.clip(rng.standard_normal((fi, fo)), -2, 2) * np.sqrt(2 / (fi + fo))


@wrong("xavier", "The sizes of a normal draw, shifted to mean 0: the variance is right, the distribution is not.")
def xavier_skewed(fi, fo, rng):
    W = np.abs(rng.standard_normal((fi, fo)))
    return (W - W.mean()) / W.std() * np.sqrt(2 / (fi + fo))


# ---------------------------------------------------------------- he


@wrong("he", "2 / fo.")
def he_fan_out(fi, fo, rng):
    return rng.standard_normal((fi, fo)) * np.sqrt(2 / fo)


@wrong("he", "1 / fi.")
def he_one(fi, fo, rng):
    return rng.standard_normal((fi, fo)) / np.sqrt(fi)


@wrong("he", "2 / (fi + fo).")
def he_xavier(fi, fo, rng):
    return rng.standard_normal((fi, fo)) * np.sqrt(2 / (fi + fo))


@wrong("he", "The variance is taken for the standard deviation.")
def he_variance(fi, fo, rng):
    return rng.normal(0, 2 / fi, (fi, fo))


@wrong("he", "The absolute values.")
def he_positive(fi, fo, rng):
    return np.abs(rng.standard_normal((fi, fo))) * np.sqrt(2 / fi)


@wrong("he", "The shape is turned round.")
def he_shape(fi, fo, rng):
    return rng.standard_normal((fo, fi)) * np.sqrt(2 / fi)


@wrong("he", "The root is taken of the denominator only.")
def he_root(fi, fo, rng):
    return rng.standard_normal((fi, fo)) * 2 / np.sqrt(fi)


@wrong("he", "Row after row, with a generator that starts anew.")
def he_rows(fi, fo, rng):
    seed = int(rng.integers(1000))
    return np.array([np.random.default_rng(seed).standard_normal(fo) for _ in range(fi)]) * np.sqrt(2 / fi)


# ---------------------------------------------------------------- xavier_uniform


@wrong("xavier_uniform", "The standard deviation is taken for the limit.")
def uniform_std(fi, fo, rng):
    limit = np.sqrt(2 / (fi + fo))
    return rng.uniform(-limit, limit, (fi, fo))


@wrong("xavier_uniform", "Positive numbers only.")
def uniform_positive(fi, fo, rng):
    return rng.uniform(0, np.sqrt(6 / (fi + fo)), (fi, fo))


@wrong("xavier_uniform", "The limit of a variance of 1/12.")
def uniform_twelve(fi, fo, rng):
    limit = np.sqrt(24 / (fi + fo))
    return rng.uniform(-limit, limit, (fi, fo))


@wrong("xavier_uniform", "No root.")
def uniform_no_root(fi, fo, rng):
    limit = 6 / (fi + fo)
    return rng.uniform(-limit, limit, (fi, fo))


@wrong("xavier_uniform", "Normal, with the right variance.")
def uniform_normal(fi, fo, rng):
    return rng.normal(0, np.sqrt(2 / (fi + fo)), (fi, fo))


@wrong("xavier_uniform", "The fan-in only.")
def uniform_fan_in(fi, fo, rng):
    limit = np.sqrt(6 / fi)
    return rng.uniform(-limit, limit, (fi, fo))


@wrong("xavier_uniform", "Whole steps: only ten different numbers.")
def uniform_steps(fi, fo, rng):
    limit = np.sqrt(6 / (fi + fo))
    return limit * (np.round(rng.random((fi, fo)) * 10) / 5 - 1)


@wrong("xavier_uniform", "Only the signs are drawn.")
def uniform_signs(fi, fo, rng):
    return np.where(rng.random((fi, fo)) < 0.5, -1, 1) * np.sqrt(2 / (fi + fo))


# ---------------------------------------------------------------- train_from


@wrong("train_from", "W2 moves first, and the gradient by W1 sees the new one.")
def train_new_w2(W1, W2, X, Y, act, lr, n):
    for _ in range(n):
        z1 = X @ W1
        a1 = activate(z1, act)
        z2 = a1 @ W2
        d2 = 2 / len(X) * (activate(z2, act) - Y) * slope(z2, act)
        W2 = W2 - lr * a1.T @ d2
        d1 = (d2 @ W2.T) * slope(z1, act)
        W1 = W1 - lr * X.T @ d1
    return W1, W2


@wrong("train_from", "The last layer is linear.")
def train_linear_output(W1, W2, X, Y, act, lr, n):
    for _ in range(n):
        z1 = X @ W1
        a1 = activate(z1, act)
        d2 = 2 / len(X) * (a1 @ W2 - Y)
        d1 = (d2 @ W2.T) * slope(z1, act)
        W1, W2 = W1 - lr * X.T @ d1, W2 - lr * a1.T @ d2
    return W1, W2


@wrong("train_from", "The mean is also over the outputs.")
def train_mean_outputs(W1, W2, X, Y, act, lr, n):
    for _ in range(n):
        z1 = X @ W1
        a1 = activate(z1, act)
        z2 = a1 @ W2
        d2 = 2 / Y.size * (activate(z2, act) - Y) * slope(z2, act)
        d1 = (d2 @ W2.T) * slope(z1, act)
        W1, W2 = W1 - lr * X.T @ d1, W2 - lr * a1.T @ d2
    return W1, W2


@wrong("train_from", "Not divided by the number of samples.")
def train_sum_samples(W1, W2, X, Y, act, lr, n):
    for _ in range(n):
        z1 = X @ W1
        a1 = activate(z1, act)
        z2 = a1 @ W2
        d2 = 2 * (activate(z2, act) - Y) * slope(z2, act)
        d1 = (d2 @ W2.T) * slope(z1, act)
        W1, W2 = W1 - lr * X.T @ d1, W2 - lr * a1.T @ d2
    return W1, W2


@wrong("train_from", "The 2 is missing.")
def train_half(W1, W2, X, Y, act, lr, n):
    for _ in range(n):
        z1 = X @ W1
        a1 = activate(z1, act)
        z2 = a1 @ W2
        d2 = (activate(z2, act) - Y) / len(X) * slope(z2, act)
        d1 = (d2 @ W2.T) * slope(z1, act)
        W1, W2 = W1 - lr * X.T @ d1, W2 - lr * a1.T @ d2
    return W1, W2


@wrong("train_from", "One step only.")
def train_one_step(W1, W2, X, Y, act, lr, n):
    z1 = X @ W1
    a1 = activate(z1, act)
    z2 = a1 @ W2
    d2 = 2 / len(X) * (activate(z2, act) - Y) * slope(z2, act)
    d1 = (d2 @ W2.T) * slope(z1, act)
    return W1 - lr * X.T @ d1, W2 - lr * a1.T @ d2


@wrong("train_from", "The given arrays are changed.")
def train_in_place(W1, W2, X, Y, act, lr, n):
    for _ in range(n):
        z1 = X @ W1
        a1 = activate(z1, act)
        z2 = a1 @ W2
        d2 = 2 / len(X) * (activate(z2, act) - Y) * slope(z2, act)
        d1 = (d2 @ W2.T) * slope(z1, act)
        W1 -= lr * X.T @ d1
        W2 -= lr * a1.T @ d2
    return W1, W2


@wrong("train_from", "The slopes of the hidden layer are forgotten.")
def train_no_slope(W1, W2, X, Y, act, lr, n):
    for _ in range(n):
        z1 = X @ W1
        a1 = activate(z1, act)
        z2 = a1 @ W2
        d2 = 2 / len(X) * (activate(z2, act) - Y) * slope(z2, act)
        d1 = d2 @ W2.T
        W1, W2 = W1 - lr * X.T @ d1, W2 - lr * a1.T @ d2
    return W1, W2


@wrong("train_from", "A step for each sample.")
def train_stochastic(W1, W2, X, Y, act, lr, n):
    for _ in range(n):
        for x, y in zip(X[:, None, :], Y[:, None, :]):
            z1 = x @ W1
            a1 = activate(z1, act)
            z2 = a1 @ W2
            d2 = 2 / len(X) * (activate(z2, act) - y) * slope(z2, act)
            d1 = (d2 @ W2.T) * slope(z1, act)
            W1, W2 = W1 - lr * x.T @ d1, W2 - lr * a1.T @ d2
    return W1, W2


# ---------------------------------------------------------------- distinct_units


@wrong("distinct_units", "Rows instead of columns.")
def distinct_rows(W1, tol):
    kept = []
    for unit in W1:
        if all(np.abs(unit - other).max() > tol for other in kept):
            kept.append(unit)
    return len(kept)


@wrong("distinct_units", "Only neighbours are compared.")
def distinct_neighbours(W1, tol):
    return 1 + sum(np.abs(W1[:, j] - W1[:, j - 1]).max() > tol for j in range(1, W1.shape[1]))


@wrong("distinct_units", "tol is ignored.")
def distinct_exact(W1, tol):
    return len(np.unique(W1, axis=1).T)


@wrong("distinct_units", "Two units are different only if all entries differ.")
def distinct_all_entries(W1, tol):
    kept = []
    for unit in W1.T:
        if all(np.abs(unit - other).min() > tol for other in kept):
            kept.append(unit)
    return len(kept)


@wrong("distinct_units", "The lengths of the columns are compared.")
def distinct_lengths(W1, tol):
    kept = []
    for size in np.linalg.norm(W1, axis=0):
        if all(abs(size - other) > tol for other in kept):
            kept.append(size)
    return len(kept)


@wrong("distinct_units", "Rounded to a grid of tol, so that neighbours fall apart at its edges.")
def distinct_grid(W1, tol):
    if tol == 0:
        return len(np.unique(W1, axis=1).T)
    return len(np.unique(np.round(W1 / tol), axis=1).T)


@wrong("distinct_units", "The pairs that differ.")
def distinct_pairs(W1, tol):
    n = W1.shape[1]
    return sum(np.abs(W1[:, i] - W1[:, j]).max() > tol for i in range(n) for j in range(i))


@wrong("distinct_units", "Units that have no copy at all.")
def distinct_single(W1, tol):
    n = W1.shape[1]
    return sum(all(np.abs(W1[:, i] - W1[:, j]).max() > tol for j in range(n) if j != i) for i in range(n))


@wrong("distinct_units", "np.allclose with its relative tolerance.")
def distinct_relative(W1, tol):
    kept = []
    for unit in W1.T:
        if not any(np.allclose(unit, other, atol=tol, rtol=0.5) for other in kept):
            kept.append(unit)
    return len(kept)


@wrong("distinct_units", "The sum of the differences, without bars.")
def distinct_sums(W1, tol):
    kept = []
    for unit in W1.T:
        if all(abs((unit - other).sum()) > tol for other in kept):
            kept.append(unit)
    return len(kept)


# ---------------------------------------------------------------- dead_fraction


@wrong("dead_fraction", "Units that are off for some sample.")
def dead_some(W, b, X):
    return np.mean((X @ W + b <= 0).any(axis=0))


@wrong("dead_fraction", "The share of the zeros.")
def dead_zeros(W, b, X):
    return np.mean(X @ W + b <= 0)


@wrong("dead_fraction", "z exactly 0 counts as alive.")
def dead_strict(W, b, X):
    return np.mean((X @ W + b < 0).all(axis=0))


@wrong("dead_fraction", "The bias is forgotten.")
def dead_no_bias(W, b, X):
    return np.mean((X @ W <= 0).all(axis=0))


@wrong("dead_fraction", "Samples instead of units.")
def dead_samples(W, b, X):
    return np.mean((X @ W + b <= 0).all(axis=1))


@wrong("dead_fraction", "The number, not the share.")
def dead_count(W, b, X):
    return float((X @ W + b <= 0).all(axis=0).sum())


@wrong("dead_fraction", "The living ones.")
def dead_living(W, b, X):
    return np.mean((X @ W + b > 0).any(axis=0))


@wrong("dead_fraction", "The mean of z decides.")
def dead_mean(W, b, X):
    return np.mean((X @ W + b).mean(axis=0) <= 0)


@wrong("dead_fraction", "In percent, rounded.")
def dead_percent(W, b, X):
    return round(100 * np.mean((X @ W + b <= 0).all(axis=0)))


# ---------------------------------------------------------------- dead_after


@wrong("dead_after", "The bias does not move.")
def after_bias_stays(lr, W, b, X, Y, n):
    out = [dead_fraction(W, b, X)]
    for _ in range(n):
        z = X @ W + b
        d = 2 / len(X) * (np.maximum(z, 0) - Y) * (z > 0)
        W = W - lr * X.T @ d
        out.append(dead_fraction(W, b, X))
    return np.array(out)


@wrong("dead_after", "The bias moves first.")
def after_bias_first(lr, W, b, X, Y, n):
    out = [dead_fraction(W, b, X)]
    for _ in range(n):
        z = X @ W + b
        b = b - lr * (2 / len(X) * (np.maximum(z, 0) - Y) * (z > 0)).sum(axis=0)
        z = X @ W + b
        W = W - lr * X.T @ (2 / len(X) * (np.maximum(z, 0) - Y) * (z > 0))
        out.append(dead_fraction(W, b, X))
    return np.array(out)


@wrong("dead_after", "The fraction before the first step is missing.")
def after_no_start(lr, W, b, X, Y, n):
    out = []
    for _ in range(n):
        z = X @ W + b
        d = 2 / len(X) * (np.maximum(z, 0) - Y) * (z > 0)
        W, b = W - lr * X.T @ d, b - lr * d.sum(axis=0)
        out.append(dead_fraction(W, b, X))
    return np.array(out)


@wrong("dead_after", "No mask: dead units move.")
def after_no_mask(lr, W, b, X, Y, n):
    out = [dead_fraction(W, b, X)]
    for _ in range(n):
        d = 2 / len(X) * (np.maximum(X @ W + b, 0) - Y)
        W, b = W - lr * X.T @ d, b - lr * d.sum(axis=0)
        out.append(dead_fraction(W, b, X))
    return np.array(out)


@wrong("dead_after", "The mean of delta for the bias.")
def after_bias_mean(lr, W, b, X, Y, n):
    out = [dead_fraction(W, b, X)]
    for _ in range(n):
        z = X @ W + b
        d = 2 / len(X) * (np.maximum(z, 0) - Y) * (z > 0)
        W, b = W - lr * X.T @ d, b - lr * d.mean(axis=0)
        out.append(dead_fraction(W, b, X))
    return np.array(out)


@wrong("dead_after", "Uphill.")
def after_uphill(lr, W, b, X, Y, n):
    out = [dead_fraction(W, b, X)]
    for _ in range(n):
        z = X @ W + b
        d = 2 / len(X) * (np.maximum(z, 0) - Y) * (z > 0)
        W, b = W + lr * X.T @ d, b + lr * d.sum(axis=0)
        out.append(dead_fraction(W, b, X))
    return np.array(out)


@wrong("dead_after", "The given arrays are changed.")
def after_in_place(lr, W, b, X, Y, n):
    out = [dead_fraction(W, b, X)]
    for _ in range(n):
        z = X @ W + b
        d = 2 / len(X) * (np.maximum(z, 0) - Y) * (z > 0)
        W -= lr * X.T @ d
        b -= lr * d.sum(axis=0)
        out.append(dead_fraction(W, b, X))
    return np.array(out)


@wrong("dead_after", "Not averaged over the samples.")
def after_sum(lr, W, b, X, Y, n):
    out = [dead_fraction(W, b, X)]
    for _ in range(n):
        z = X @ W + b
        d = 2 * (np.maximum(z, 0) - Y) * (z > 0)
        W, b = W - lr * X.T @ d, b - lr * d.sum(axis=0)
        out.append(dead_fraction(W, b, X))
    return np.array(out)


@wrong("dead_after", "The targets are ignored.")
def after_no_targets(lr, W, b, X, Y, n):
    out = [dead_fraction(W, b, X)]
    for _ in range(n):
        z = X @ W + b
        d = 2 / len(X) * np.maximum(z, 0)
        W, b = W - lr * X.T @ d, b - lr * d.sum(axis=0)
        out.append(dead_fraction(W, b, X))
    return np.array(out)


@wrong("dead_after", "Averaged over the units, too.")
def after_mean_units(lr, W, b, X, Y, n):
    out = [dead_fraction(W, b, X)]
    for _ in range(n):
        z = X @ W + b
        d = 2 / Y.size * (np.maximum(z, 0) - Y) * (z > 0)
        W, b = W - lr * X.T @ d, b - lr * d.sum(axis=0)
        out.append(dead_fraction(W, b, X))
    return np.array(out)


# ---------------------------------------------------------------- pick_init


@wrong("pick_init", "1 for all.")
def pick_one(act):
    if act not in ("tanh", "relu", "linear"):
        raise ValueError(act)
    return 1.0


@wrong("pick_init", "The root of 2 for all.")
def pick_root(act):
    if act not in ("tanh", "relu", "linear"):
        raise ValueError(act)
    return 2**0.5


@wrong("pick_init", "A gain for the sigmoid, too.")
def pick_sigmoid(act):
    if act not in ("tanh", "relu", "linear", "sigmoid"):
        raise ValueError(act)
    return {"tanh": 5 / 3, "relu": 2**0.5, "linear": 1.0, "sigmoid": 4.0}[act]


@wrong("pick_init", "10 for tanh: the spread is fine.")
def pick_ten(act):
    if act not in ("tanh", "relu", "linear"):
        raise ValueError(act)
    return {"tanh": 10.0, "relu": 2**0.5, "linear": 1.0}[act]


@wrong("pick_init", "A name that is not known gets 1.")
def pick_unknown(act):
    if act == "sigmoid":
        raise ValueError(act)
    return {"tanh": 5 / 3, "relu": 2**0.5}.get(act, 1.0)


@wrong("pick_init", "KeyError for the sigmoid.")
def pick_key_error(act):
    return {"tanh": 5 / 3, "relu": 2**0.5, "linear": 1.0}[act]


@wrong("pick_init", "2 for relu: the variance.")
def pick_variance(act):
    if act not in ("tanh", "relu", "linear"):
        raise ValueError(act)
    return {"tanh": 5 / 3, "relu": 2.0, "linear": 1.0}[act]


@wrong("pick_init", "None for the sigmoid.")
def pick_none(act):
    return {"tanh": 5 / 3, "relu": 2**0.5, "linear": 1.0}.get(act)


# ---------------------------------------------------------------- fix_table


@wrong("fix_table", "The lecture's scale.")
def fix_lecture(width=500):
    return 0.01


@wrong("fix_table", "Right for 500 only.")
def fix_500(width=500):
    return 0.075


@wrong("fix_table", "The gain, not divided by anything.")
def fix_gain(width=500):
    return 5 / 3


@wrong("fix_table", "Xavier, as if tanh were linear.")
def fix_xavier(width=500):
    return 1 / np.sqrt(width)


@wrong("fix_table", "Divided by the width, without a root.")
def fix_no_root(width=500):
    return 37 / width


@wrong("fix_table", "No default.")
def fix_no_default(width):
    return 1.6 / np.sqrt(width)


@wrong("fix_table", "1: the spread is fine, but all units are at -1 and 1.")
def fix_one(width=500):
    return 1.0


@wrong("fix_table", "Just too small for ten layers.")
def fix_almost(width=500):
    return 1.1 / np.sqrt(width)
