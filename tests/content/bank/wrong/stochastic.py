"""Wrong answers to the sheet on stochastic optimisation, as students give them. Each replaces the right function."""
import numpy as np

BANK = []


def wrong(function, what):
    def add(f):
        BANK.append((function, what, f))
        return f

    return add


# ---------------------------------------------------------------- make_batches


@wrong("make_batches", "The short batch at the end is dropped.")
def batches_drop_last(n, B, rng, epochs=1):
    out = []
    for _ in range(epochs):
        order = rng.permutation(n)
        out += [order[k * B : (k + 1) * B] for k in range(n // B)]
    return out


@wrong("make_batches", "The same order in every epoch.")
def batches_one_order(n, B, rng, epochs=1):
    order = rng.permutation(n)
    return [order[k : k + B] for _ in range(epochs) for k in range(0, n, B)]


@wrong("make_batches", "Not shuffled.")
def batches_in_order(n, B, rng, epochs=1):
    order = np.arange(n)
    return [order[k : k + B] for _ in range(epochs) for k in range(0, n, B)]


@wrong("make_batches", "One long list over all epochs: a batch may reach into the next epoch.")
def batches_across_epochs(n, B, rng, epochs=1):
    order = np.concatenate([rng.permutation(n) for _ in range(epochs)])
    return [order[k : k + B] for k in range(0, len(order), B)]


@wrong("make_batches", "Drawn with replacement.")
def batches_with_replacement(n, B, rng, epochs=1):
    out = []
    for _ in range(epochs):
        order = rng.integers(0, n, size=n)
        out += [order[k : k + B] for k in range(0, n, B)]
    return out


@wrong("make_batches", "A list of lists of batches, one for each epoch, instead of a flat one.")
def batches_nested(n, B, rng, epochs=1):
    out = []
    for _ in range(epochs):
        order = rng.permutation(n)
        out.append([order[k : k + B] for k in range(0, n, B)])
    return out


@wrong("make_batches", "The batches are made equally long, as np.array_split does.")
def batches_even(n, B, rng, epochs=1):
    out = []
    for _ in range(epochs):
        out += np.array_split(rng.permutation(n), -(-n // B))
    return out


@wrong("make_batches", "The generator is a new one for each epoch.")
def batches_own_generator(n, B, rng, epochs=1):
    out = []
    for epoch in range(epochs):
        order = np.random.default_rng(epoch).permutation(n)
        out += [order[k : k + B] for k in range(0, n, B)]
    return out


@wrong("make_batches", "The numbers of a batch are sorted.")
def batches_sorted(n, B, rng, epochs=1):
    out = []
    for _ in range(epochs):
        order = rng.permutation(n)
        out += [np.sort(order[k : k + B]) for k in range(0, n, B)]
    return out


# ---------------------------------------------------------------- paired_batches


@wrong("paired_batches", "Rows and labels are shuffled each by an order of their own.")
def paired_two_orders(X, y, B, rng):
    one, two = rng.permutation(len(y)), rng.permutation(len(y))
    return [(X[one[k : k + B]], y[two[k : k + B]]) for k in range(0, len(y), B)]


@wrong("paired_batches", "The labels stay in their old order.")
def paired_labels_stay(X, y, B, rng):
    order = rng.permutation(len(y))
    return [(X[order[k : k + B]], y[k : k + B]) for k in range(0, len(y), B)]


@wrong("paired_batches", "X and y are shuffled in place.")
def paired_in_place(X, y, B, rng):
    order = rng.permutation(len(y))
    X[:], y[:] = X[order], y[order]
    return [(X[k : k + B].copy(), y[k : k + B].copy()) for k in range(0, len(y), B)]


@wrong("paired_batches", "Not shuffled at all.")
def paired_in_order(X, y, B, rng):
    return [(X[k : k + B], y[k : k + B]) for k in range(0, len(y), B)]


@wrong("paired_batches", "The last short batch is dropped.")
def paired_drop_last(X, y, B, rng):
    order = rng.permutation(len(y))
    return [(X[order[k : k + B]], y[order[k : k + B]]) for k in range(0, len(y) - B + 1, B)]


@wrong("paired_batches", "The row numbers are returned instead of the labels.")
def paired_numbers(X, y, B, rng):
    order = rng.permutation(len(y))
    return [(X[order[k : k + B]], order[k : k + B]) for k in range(0, len(y), B)]


@wrong("paired_batches", "A batch of one sample loses its first axis.")
def paired_squeezed(X, y, B, rng):
    order = rng.permutation(len(y))
    return [(np.squeeze(X[order[k : k + B]]), np.squeeze(y[order[k : k + B]])) for k in range(0, len(y), B)]


# ---------------------------------------------------------------- updates_per_epoch


@wrong("updates_per_epoch", "Rounded down.")
def updates_floor(n, B):
    return n // B


@wrong("updates_per_epoch", "One more, always.")
def updates_one_more(n, B):
    return n // B + 1


@wrong("updates_per_epoch", "Rounded to the nearest whole number.")
def updates_round(n, B):
    return round(n / B)


@wrong("updates_per_epoch", "Rounded down, but at least 1.")
def updates_at_least_one(n, B):
    return max(1, n // B)


@wrong("updates_per_epoch", "Not a whole number.")
def updates_fraction(n, B):
    return n / B


@wrong("updates_per_epoch", "The number of samples, as for B = 1.")
def updates_n(n, B):
    return n if B < n else 1


# ---------------------------------------------------------------- sgd


@wrong("sgd", "Divided by the length of the first batch, also where the last one is shorter.")
def sgd_first_length(grad_batch, w0, batches, lr, reduction):
    if reduction not in ("mean", "sum"):
        raise ValueError(reduction)
    W = [np.array(w0, dtype=float)]
    B = len(batches[0]) if reduction == "mean" and len(batches) else 1
    for idx in batches:
        W.append(W[-1] - lr * grad_batch(W[-1], idx) / B)
    return np.array(W)


@wrong("sgd", "The gradient is always taken at the start.")
def sgd_at_start(grad_batch, w0, batches, lr, reduction):
    if reduction not in ("mean", "sum"):
        raise ValueError(reduction)
    W = [np.array(w0, dtype=float)]
    for idx in batches:
        W.append(W[-1] - lr * grad_batch(W[0], idx) / (len(idx) if reduction == "mean" else 1))
    return np.array(W)


@wrong("sgd", "grad_batch is taken for a mean: 'sum' multiplies.")
def sgd_takes_mean(grad_batch, w0, batches, lr, reduction):
    if reduction not in ("mean", "sum"):
        raise ValueError(reduction)
    W = [np.array(w0, dtype=float)]
    for idx in batches:
        W.append(W[-1] - lr * grad_batch(W[-1], idx) * (len(idx) if reduction == "sum" else 1))
    return np.array(W)


@wrong("sgd", "Any other word is a sum.")
def sgd_any_word(grad_batch, w0, batches, lr, reduction):
    W = [np.array(w0, dtype=float)]
    for idx in batches:
        W.append(W[-1] - lr * grad_batch(W[-1], idx) / (len(idx) if reduction == "mean" else 1))
    return np.array(W)


@wrong("sgd", "The history holds whole numbers if the start does.")
def sgd_whole_numbers(grad_batch, w0, batches, lr, reduction):
    if reduction not in ("mean", "sum"):
        raise ValueError(reduction)
    W = np.zeros((len(batches) + 1, len(w0)), dtype=w0.dtype)
    W[0] = w0
    for t, idx in enumerate(batches):
        W[t + 1] = W[t] - lr * grad_batch(W[t], idx) / (len(idx) if reduction == "mean" else 1)
    return W


@wrong("sgd", "All rows are the same array, changed in place.")
def sgd_one_array(grad_batch, w0, batches, lr, reduction):
    if reduction not in ("mean", "sum"):
        raise ValueError(reduction)
    w = np.array(w0, dtype=float)
    W = [w]
    for idx in batches:
        w -= lr * grad_batch(w, idx) / (len(idx) if reduction == "mean" else 1)
        W.append(w)
    return np.array(W)


@wrong("sgd", "Uphill.")
def sgd_uphill(grad_batch, w0, batches, lr, reduction):
    if reduction not in ("mean", "sum"):
        raise ValueError(reduction)
    W = [np.array(w0, dtype=float)]
    for idx in batches:
        W.append(W[-1] + lr * grad_batch(W[-1], idx) / (len(idx) if reduction == "mean" else 1))
    return np.array(W)


@wrong("sgd", "The start is not in the history.")
def sgd_no_start(grad_batch, w0, batches, lr, reduction):
    if reduction not in ("mean", "sum"):
        raise ValueError(reduction)
    w, W = np.array(w0, dtype=float), []
    for idx in batches:
        w = w - lr * grad_batch(w, idx) / (len(idx) if reduction == "mean" else 1)
        W.append(w)
    return np.array(W)


@wrong("sgd", "The gradient of each sample is asked for alone, and each makes a step of its own.")
def sgd_single_steps(grad_batch, w0, batches, lr, reduction):
    if reduction not in ("mean", "sum"):
        raise ValueError(reduction)
    W = [np.array(w0, dtype=float)]
    for idx in batches:
        w = W[-1]
        for i in idx:
            w = w - lr * grad_batch(w, np.array([i])) / (len(idx) if reduction == "mean" else 1)
        W.append(w)
    return np.array(W)


@wrong("sgd", "The start is changed.")
def sgd_spoils_start(grad_batch, w0, batches, lr, reduction):
    if reduction not in ("mean", "sum"):
        raise ValueError(reduction)
    w = np.asarray(w0, dtype=float)
    W = [w.copy()]
    for idx in batches:
        w -= lr * grad_batch(w, idx) / (len(idx) if reduction == "mean" else 1)
        W.append(w.copy())
    return np.array(W)


# ---------------------------------------------------------------- expected_batch_grad


@wrong("expected_batch_grad", "The 2 is missing.")
def expected_half(X, y, w, B):
    return X.T @ (X @ w - y) / len(y)


@wrong("expected_batch_grad", "The sums of the batches are averaged, not the means.")
def expected_sums(X, y, w, B):
    return 2 * B * X.T @ (X @ w - y) / len(y)


@wrong("expected_batch_grad", "The gradients are added up, not averaged.")
def expected_added(X, y, w, B):
    total = 0
    for idx in itertools.combinations(range(len(y)), B):
        idx = list(idx)
        total = total + 2 / B * X[idx].T @ (X[idx] @ w - y[idx])
    return total


@wrong("expected_batch_grad", "The other sign.")
def expected_sign(X, y, w, B):
    return 2 * X.T @ (y - X @ w) / len(y)


@wrong("expected_batch_grad", "Divided by n in every batch.")
def expected_by_n(X, y, w, B):
    grads = []
    for idx in itertools.combinations(range(len(y)), B):
        idx = list(idx)
        grads.append(2 / len(y) * X[idx].T @ (X[idx] @ w - y[idx]))
    return np.mean(grads, axis=0)


@wrong("expected_batch_grad", "One batch only, the first B samples.")
def expected_first(X, y, w, B):
    return 2 / B * X[:B].T @ (X[:B] @ w - y[:B])


@wrong("expected_batch_grad", "The mean over everything: one number.")
def expected_number(X, y, w, B):
    return np.mean([2 * (X[i] @ w - y[i]) * X[i] for i in range(len(y))])


# ---------------------------------------------------------------- batch_noise


@wrong("batch_noise", "The mean of the squared entries, not their sum.")
def noise_mean_entries(X, y, w, B):
    g = 2 / len(y) * X.T @ (X @ w - y)
    out = []
    for idx in itertools.combinations(range(len(y)), B):
        idx = list(idx)
        out.append(np.mean((2 / B * X[idx].T @ (X[idx] @ w - y[idx]) - g) ** 2))
    return np.mean(out)


@wrong("batch_noise", "The distance is not squared.")
def noise_not_squared(X, y, w, B):
    g = 2 / len(y) * X.T @ (X @ w - y)
    out = []
    for idx in itertools.combinations(range(len(y)), B):
        idx = list(idx)
        out.append(np.linalg.norm(2 / B * X[idx].T @ (X[idx] @ w - y[idx]) - g))
    return np.mean(out)


@wrong("batch_noise", "Divided by the number of batches minus one.")
def noise_sample_variance(X, y, w, B):
    g = 2 / len(y) * X.T @ (X @ w - y)
    out = []
    for idx in itertools.combinations(range(len(y)), B):
        idx = list(idx)
        out.append(np.sum((2 / B * X[idx].T @ (X[idx] @ w - y[idx]) - g) ** 2))
    return sum(out) / max(len(out) - 1, 1)


@wrong("batch_noise", "The formula for draws with replacement: the variance divided by B.")
def noise_with_replacement(X, y, w, B):
    G = 2 * (X @ w - y)[:, None] * X
    return ((G - G.mean(axis=0)) ** 2).sum() / len(y) / B


@wrong("batch_noise", "The square of the mean distance.")
def noise_square_of_mean(X, y, w, B):
    g = 2 / len(y) * X.T @ (X @ w - y)
    out = []
    for idx in itertools.combinations(range(len(y)), B):
        idx = list(idx)
        out.append(np.linalg.norm(2 / B * X[idx].T @ (X[idx] @ w - y[idx]) - g))
    return np.mean(out) ** 2


@wrong("batch_noise", "The lengths are compared: (|g_b| - |g|)².")
def noise_lengths(X, y, w, B):
    g = 2 / len(y) * X.T @ (X @ w - y)
    out = []
    for idx in itertools.combinations(range(len(y)), B):
        idx = list(idx)
        out.append((np.linalg.norm(2 / B * X[idx].T @ (X[idx] @ w - y[idx])) - np.linalg.norm(g)) ** 2)
    return np.mean(out)


@wrong("batch_noise", "The square of the average difference, which is 0.")
def noise_zero(X, y, w, B):
    return float(np.sum((expected_batch_grad(X, y, w, B) - 2 / len(y) * X.T @ (X @ w - y)) ** 2))


# ---------------------------------------------------------------- epoch_mean


@wrong("epoch_mean", "Every batch counts the same.")
def epoch_batches_equal(X, y, w, batches):
    return np.mean([2 / len(i) * X[i].T @ (X[i] @ w - y[i]) for i in batches], axis=0)


@wrong("epoch_mean", "Divided by n, also if the list is not a whole epoch.")
def epoch_by_n(X, y, w, batches):
    return sum(2 * X[i].T @ (X[i] @ w - y[i]) for i in batches) / len(y)


@wrong("epoch_mean", "A sample that comes twice counts once.")
def epoch_unique(X, y, w, batches):
    i = np.unique(np.concatenate(batches))
    return 2 / len(i) * X[i].T @ (X[i] @ w - y[i])


@wrong("epoch_mean", "The gradient of all data, whatever the batches are.")
def epoch_all(X, y, w, batches):
    return 2 / len(y) * X.T @ (X @ w - y)


@wrong("epoch_mean", "The means are weighted by the lengths and not divided again.")
def epoch_sum(X, y, w, batches):
    return sum(2 * X[i].T @ (X[i] @ w - y[i]) for i in batches)


@wrong("epoch_mean", "Weighted by one over the length.")
def epoch_inverse_weights(X, y, w, batches):
    weights = np.array([1 / len(i) for i in batches])
    grads = np.array([2 / len(i) * X[i].T @ (X[i] @ w - y[i]) for i in batches])
    return weights @ grads / weights.sum()


@wrong("epoch_mean", "The 2 is missing.")
def epoch_half(X, y, w, batches):
    i = np.concatenate(batches)
    return X[i].T @ (X[i] @ w - y[i]) / len(i)


# ---------------------------------------------------------------- momentum


@wrong("momentum", "The step size is inside of the velocity.")
def momentum_lr_inside(grad, w0, lrs, beta, n):
    W, v = [np.array(w0, dtype=float)], 0.0
    for t in range(n):
        v = beta * v + lrs[t] * grad(W[-1])
        W.append(W[-1] - v)
    return np.array(W)


@wrong("momentum", "The old velocity moves the weights.")
def momentum_old_velocity(grad, w0, lrs, beta, n):
    W, v = [np.array(w0, dtype=float)], np.zeros(len(w0))
    for t in range(n):
        W.append(W[-1] - lrs[t] * v)
        v = beta * v + grad(W[-2])
    return np.array(W)


@wrong("momentum", "The gradient enters with the factor 1 - beta.")
def momentum_average(grad, w0, lrs, beta, n):
    W, v = [np.array(w0, dtype=float)], 0.0
    for t in range(n):
        v = beta * v + (1 - beta) * grad(W[-1])
        W.append(W[-1] - lrs[t] * v)
    return np.array(W)


@wrong("momentum", "Nesterov: the gradient is taken ahead.")
def momentum_nesterov(grad, w0, lrs, beta, n):
    W, v = [np.array(w0, dtype=float)], 0.0
    for t in range(n):
        v = beta * v + grad(W[-1] - lrs[t] * beta * v)
        W.append(W[-1] - lrs[t] * v)
    return np.array(W)


@wrong("momentum", "The first step size for all updates.")
def momentum_first_lr(grad, w0, lrs, beta, n):
    W, v = [np.array(w0, dtype=float)], 0.0
    for t in range(n):
        v = beta * v + grad(W[-1])
        W.append(W[-1] - lrs[0] * v)
    return np.array(W)


@wrong("momentum", "As many updates as there are step sizes.")
def momentum_all_lrs(grad, w0, lrs, beta, n):
    W, v = [np.array(w0, dtype=float)], 0.0
    for lr in lrs:
        v = beta * v + grad(W[-1])
        W.append(W[-1] - lr * v)
    return np.array(W)


@wrong("momentum", "The velocity starts with the first gradient, which comes twice.")
def momentum_start(grad, w0, lrs, beta, n):
    W = [np.array(w0, dtype=float)]
    v = np.array(grad(W[0]), dtype=float)
    for t in range(n):
        v = beta * v + grad(W[-1])
        W.append(W[-1] - lrs[t] * v)
    return np.array(W)


@wrong("momentum", "The step sizes are shifted by one.")
def momentum_shifted_lrs(grad, w0, lrs, beta, n):
    W, v = [np.array(w0, dtype=float)], 0.0
    for t in range(n):
        v = beta * v + grad(W[-1])
        W.append(W[-1] - lrs[max(t - 1, 0)] * v)
    return np.array(W)


@wrong("momentum", "The history holds whole numbers if the start does.")
def momentum_whole_numbers(grad, w0, lrs, beta, n):
    W = np.array([w0] * (n + 1))
    v = np.zeros(len(w0))
    for t in range(n):
        v = beta * v + grad(W[t])
        W[t + 1] = W[t] - lrs[t] * v
    return W


# ---------------------------------------------------------------- adam


@wrong("adam", "No correction of the start.")
def adam_no_hats(grad, w0, lr, b1, b2, eps, n):
    W, m, v = [np.array(w0, dtype=float)], 0.0, 0.0
    for t in range(1, n + 1):
        g = grad(W[-1])
        m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2
        W.append(W[-1] - lr * m / (np.sqrt(v) + eps))
    return np.array(W)


@wrong("adam", "The hats are kept for the next step.")
def adam_keeps_hats(grad, w0, lr, b1, b2, eps, n):
    W, m, v = [np.array(w0, dtype=float)], 0.0, 0.0
    for t in range(1, n + 1):
        g = grad(W[-1])
        m = (b1 * m + (1 - b1) * g) / (1 - b1**t)
        v = (b2 * v + (1 - b2) * g**2) / (1 - b2**t)
        W.append(W[-1] - lr * m / (np.sqrt(v) + eps))
    return np.array(W)


@wrong("adam", "Epsilon is inside of the root.")
def adam_eps_inside(grad, w0, lr, b1, b2, eps, n):
    W, m, v = [np.array(w0, dtype=float)], 0.0, 0.0
    for t in range(1, n + 1):
        g = grad(W[-1])
        m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2
        W.append(W[-1] - lr * (m / (1 - b1**t)) / np.sqrt(v / (1 - b2**t) + eps))
    return np.array(W)


@wrong("adam", "One average of the squares for all weights.")
def adam_norm(grad, w0, lr, b1, b2, eps, n):
    W, m, v = [np.array(w0, dtype=float)], 0.0, 0.0
    for t in range(1, n + 1):
        g = grad(W[-1])
        m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * (g @ g)
        W.append(W[-1] - lr * (m / (1 - b1**t)) / (np.sqrt(v / (1 - b2**t)) + eps))
    return np.array(W)


@wrong("adam", "t is not counted up in the corrections: always 1.")
def adam_t_is_one(grad, w0, lr, b1, b2, eps, n):
    W, m, v = [np.array(w0, dtype=float)], 0.0, 0.0
    for _ in range(n):
        g = grad(W[-1])
        m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2
        W.append(W[-1] - lr * (m / (1 - b1)) / (np.sqrt(v / (1 - b2)) + eps))
    return np.array(W)


@wrong("adam", "The two betas are exchanged.")
def adam_betas(grad, w0, lr, b1, b2, eps, n):
    W, m, v = [np.array(w0, dtype=float)], 0.0, 0.0
    for t in range(1, n + 1):
        g = grad(W[-1])
        m, v = b2 * m + (1 - b2) * g, b1 * v + (1 - b1) * g**2
        W.append(W[-1] - lr * (m / (1 - b2**t)) / (np.sqrt(v / (1 - b1**t)) + eps))
    return np.array(W)


@wrong("adam", "The root is missing.")
def adam_no_root(grad, w0, lr, b1, b2, eps, n):
    W, m, v = [np.array(w0, dtype=float)], 0.0, 0.0
    for t in range(1, n + 1):
        g = grad(W[-1])
        m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2
        W.append(W[-1] - lr * (m / (1 - b1**t)) / (v / (1 - b2**t) + eps))
    return np.array(W)


@wrong("adam", "t counts from 2 in the corrections.")
def adam_t_late(grad, w0, lr, b1, b2, eps, n):
    W, m, v = [np.array(w0, dtype=float)], 0.0, 0.0
    for t in range(n):
        g = grad(W[-1])
        m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2
        W.append(W[-1] - lr * (m / (1 - b1 ** (t + 2))) / (np.sqrt(v / (1 - b2 ** (t + 2))) + eps))
    return np.array(W)


@wrong("adam", "The averages of an earlier call are still there.")
def adam_stale(grad, w0, lr, b1, b2, eps, n, kept={}):
    W = [np.array(w0, dtype=float)]
    m, v = kept.get(len(w0), (0.0, 0.0))
    for t in range(1, n + 1):
        g = grad(W[-1])
        m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2
        W.append(W[-1] - lr * (m / (1 - b1**t)) / (np.sqrt(v / (1 - b2**t)) + eps))
        kept[len(w0)] = (m, v)
    return np.array(W)


# ---------------------------------------------------------------- lr_poly


@wrong("lr_poly", "t instead of t + 1, and c0 at the start.")
def poly_t(t, c0, alpha):
    return c0 if t == 0 else c0 * t ** (-alpha)


@wrong("lr_poly", "The steps grow.")
def poly_grows(t, c0, alpha):
    return c0 * (t + 1) ** alpha


@wrong("lr_poly", "alpha is a factor.")
def poly_factor(t, c0, alpha):
    return c0 / (1 + alpha * t)


@wrong("lr_poly", "An exponential.")
def poly_exponential(t, c0, alpha):
    return c0 * float(np.exp(-alpha * t))


@wrong("lr_poly", "t is rounded down.")
def poly_whole(t, c0, alpha):
    return c0 * (int(t) + 1.0) ** (-alpha)


@wrong("lr_poly", "c0 is raised to the power, too.")
def poly_all(t, c0, alpha):
    return (c0 * (t + 1.0)) ** (-alpha)


# ---------------------------------------------------------------- lr_step


@wrong("lr_step", "Not a staircase: the exponent is t / T.")
def step_smooth(t, c0, c, T):
    return c0 * c ** (t / T)


@wrong("lr_step", "The drop comes one step late.")
def step_late(t, c0, c, T):
    return c0 * c ** max(0, (t - 1) // T)


@wrong("lr_step", "The drop comes one step early.")
def step_early(t, c0, c, T):
    return c0 * c ** ((t + 1) // T)


@wrong("lr_step", "Only one drop.")
def step_once(t, c0, c, T):
    return c0 if t < T else c0 * c


@wrong("lr_step", "Rounded to the nearest whole number.")
def step_round(t, c0, c, T):
    return c0 * c ** round(t / T)


@wrong("lr_step", "Rounded up.")
def step_up(t, c0, c, T):
    return c0 * c ** int(np.ceil(t / T))


@wrong("lr_step", "Divided by c.")
def step_divides(t, c0, c, T):
    return c0 * c ** (-(t // T))


@wrong("lr_step", "c times the number of drops.")
def step_linear(t, c0, c, T):
    return c0 if t < T else c0 * c * (t // T)


# ---------------------------------------------------------------- limit_fast


@wrong("limit_fast", "The limit is 0, at the minimum.")
def limit_zero(x0, c):
    return 0.0


@wrong("limit_fast", "Twenty steps.")
def limit_twenty(x0, c):
    x = x0
    for t in range(20):
        x -= 0.5 * c**t * x
    return x


@wrong("limit_fast", "A hundred steps are not enough for c = 0.9.")
def limit_hundred(x0, c):
    x = x0
    for t in range(100):
        x -= 0.5 * c**t * x
    return x


@wrong("limit_fast", "The gradient of x² is x.")
def limit_half_gradient(x0, c):
    x = x0
    for t in range(2000):
        x -= 0.25 * c**t * x
    return x


@wrong("limit_fast", "As if the gradient stayed as it was at the start: x0 times 1 minus the sum of the steps.")
def limit_sum(x0, c):
    return x0 * (1 - 0.5 / (1 - c))


@wrong("limit_fast", "The product as an exponential of the sum.")
def limit_exponential(x0, c):
    return x0 * float(np.exp(-0.5 / (1 - c)))


@wrong("limit_fast", "Counted from 1.")
def limit_from_one(x0, c):
    x = x0
    for t in range(1, 2000):
        x -= 0.5 * c**t * x
    return x


@wrong("limit_fast", "Stops when x changes by less than 1e-6.")
def limit_stops_early(x0, c):
    x, t = x0, 0
    while True:
        new = x - 0.5 * c**t * x
        if abs(new - x) < 1e-6:
            return new
        x, t = new, t + 1


# ---------------------------------------------------------------- plateau


@wrong("plateau", "Patient as PyTorch: drops at bad epoch k + 1.")
def plateau_torch(losses, k, factor, tol, lr0):
    best, bad, lr, out = np.inf, 0, lr0, []
    for loss in losses:
        if loss < best - tol:
            best, bad = loss, 0
        else:
            bad += 1
        if bad > k:
            lr, bad = lr * factor, 0
        out.append(lr)
    return np.array(out)


@wrong("plateau", "An improvement by exactly tol is enough.")
def plateau_exactly_tol(losses, k, factor, tol, lr0):
    best, bad, lr, out = np.inf, 0, lr0, []
    for loss in losses:
        if loss <= best - tol:
            best, bad = loss, 0
        else:
            bad += 1
        if bad == k:
            lr, bad = lr * factor, 0
        out.append(lr)
    return np.array(out)


@wrong("plateau", "Compared with the loss before, not with the best one.")
def plateau_last_loss(losses, k, factor, tol, lr0):
    last, bad, lr, out = np.inf, 0, lr0, []
    for loss in losses:
        if loss < last - tol:
            bad = 0
        else:
            bad += 1
        last = loss
        if bad == k:
            lr, bad = lr * factor, 0
        out.append(lr)
    return np.array(out)


@wrong("plateau", "The best loss also follows improvements that are too small to count.")
def plateau_creeping_best(losses, k, factor, tol, lr0):
    best, bad, lr, out = np.inf, 0, lr0, []
    for loss in losses:
        bad = 0 if loss < best - tol else bad + 1
        best = min(best, loss)
        if bad == k:
            lr, bad = lr * factor, 0
        out.append(lr)
    return np.array(out)


@wrong("plateau", "The count does not go back to 0 after a drop.")
def plateau_no_reset(losses, k, factor, tol, lr0):
    best, bad, lr, out = np.inf, 0, lr0, []
    for loss in losses:
        if loss < best - tol:
            best, bad = loss, 0
        else:
            bad += 1
            if bad >= k:
                lr = lr * factor
        out.append(lr)
    return np.array(out)


@wrong("plateau", "The step size of this epoch, not of the next one.")
def plateau_before(losses, k, factor, tol, lr0):
    best, bad, lr, out = np.inf, 0, lr0, []
    for loss in losses:
        out.append(lr)
        if loss < best - tol:
            best, bad = loss, 0
        else:
            bad += 1
        if bad == k:
            lr, bad = lr * factor, 0
    return np.array(out)


@wrong("plateau", "The best loss is forgotten after a drop.")
def plateau_forgets(losses, k, factor, tol, lr0):
    best, bad, lr, out = np.inf, 0, lr0, []
    for loss in losses:
        if loss < best - tol:
            best, bad = loss, 0
        else:
            bad += 1
        if bad == k:
            lr, bad, best = lr * factor, 0, np.inf
        out.append(lr)
    return np.array(out)


@wrong("plateau", "Bad epochs need not be in a row.")
def plateau_not_in_a_row(losses, k, factor, tol, lr0):
    best, bad, lr, out = np.inf, 0, lr0, []
    for loss in losses:
        if loss < best - tol:
            best = loss
        else:
            bad += 1
        if bad == k:
            lr, bad = lr * factor, 0
        out.append(lr)
    return np.array(out)


@wrong("plateau", "tol is ignored.")
def plateau_no_tol(losses, k, factor, tol, lr0):
    best, bad, lr, out = np.inf, 0, lr0, []
    for loss in losses:
        if loss < best:
            best, bad = loss, 0
        else:
            bad += 1
        if bad == k:
            lr, bad = lr * factor, 0
        out.append(lr)
    return np.array(out)


@wrong("plateau", "tol is a share of the best loss.")
def plateau_relative(losses, k, factor, tol, lr0):
    best, bad, lr, out = None, 0, lr0, []
    for loss in losses:
        if best is None or loss < best * (1 - tol):
            best, bad = loss, 0
        else:
            bad += 1
        if bad == k:
            lr, bad = lr * factor, 0
        out.append(lr)
    return np.array(out)


# ---------------------------------------------------------------- cyclical


@wrong("cyclical", "half is the whole period.")
def cyclical_period(t, lo, hi, half):
    place = t % half
    return lo + (hi - lo) * (1 - abs(2 * place / half - 1))


@wrong("cyclical", "A sawtooth: falls back at once.")
def cyclical_sawtooth(t, lo, hi, half):
    return lo + (hi - lo) * (t % half) / half


@wrong("cyclical", "Begins at the top.")
def cyclical_top(t, lo, hi, half):
    return lo + (hi - lo) * abs(t % (2 * half) / half - 1)


@wrong("cyclical", "A cosine.")
def cyclical_cosine(t, lo, hi, half):
    return lo + (hi - lo) * (1 - np.cos(np.pi * t / half)) / 2


@wrong("cyclical", "One cycle only, then lo.")
def cyclical_once(t, lo, hi, half):
    return lo + (hi - lo) * max(0.0, 1 - abs(t / half - 1))


@wrong("cyclical", "Whole number division.")
def cyclical_whole(t, lo, hi, half):
    return lo + (hi - lo) * (1 - abs((t % (2 * half)) // half - 1))


@wrong("cyclical", "Up to hi, not from lo: lo is added at the end.")
def cyclical_from_zero(t, lo, hi, half):
    return lo + hi * (1 - abs(t % (2 * half) / half - 1))


@wrong("cyclical", "The period is one update too long.")
def cyclical_long_period(t, lo, hi, half):
    place = t % (2 * half + 1)
    return lo + (hi - lo) * (place / half if place <= half else (2 * half - place) / half)


# ---------------------------------------------------------------- train


@wrong("train", "The sum of the gradients, not the mean.")
def train_sum(X, y, B, lr, decay, epochs, seed):
    rng, W = np.random.default_rng(seed), [np.zeros(X.shape[1])]
    for e in range(epochs):
        w = W[-1]
        for i in make_batches(len(y), B, rng):
            w = w - (lr / (1 + e) if decay else lr) * logistic_grad(X[i], y[i], w)
        W.append(w)
    return np.array(W)


@wrong("train", "Divided by B, also in the last batch, which is shorter.")
def train_by_B(X, y, B, lr, decay, epochs, seed):
    rng, W = np.random.default_rng(seed), [np.zeros(X.shape[1])]
    for e in range(epochs):
        w = W[-1]
        for i in make_batches(len(y), B, rng):
            w = w - (lr / (1 + e) if decay else lr) * logistic_grad(X[i], y[i], w) / B
        W.append(w)
    return np.array(W)


@wrong("train", "A new generator in every epoch.")
def train_same_order(X, y, B, lr, decay, epochs, seed):
    W = [np.zeros(X.shape[1])]
    for e in range(epochs):
        w = W[-1]
        for i in make_batches(len(y), B, np.random.default_rng(seed)):
            w = w - (lr / (1 + e) if decay else lr) * logistic_grad(X[i], y[i], w) / len(i)
        W.append(w)
    return np.array(W)


@wrong("train", "The epochs are counted from 1 in the schedule.")
def train_epoch_from_one(X, y, B, lr, decay, epochs, seed):
    rng, W = np.random.default_rng(seed), [np.zeros(X.shape[1])]
    for e in range(1, epochs + 1):
        w = W[-1]
        for i in make_batches(len(y), B, rng):
            w = w - (lr / (1 + e) if decay else lr) * logistic_grad(X[i], y[i], w) / len(i)
        W.append(w)
    return np.array(W)


@wrong("train", "The step size shrinks with every update.")
def train_decay_updates(X, y, B, lr, decay, epochs, seed):
    rng, W, t = np.random.default_rng(seed), [np.zeros(X.shape[1])], 0
    for e in range(epochs):
        w = W[-1]
        for i in make_batches(len(y), B, rng):
            w = w - (lr / (1 + t) if decay else lr) * logistic_grad(X[i], y[i], w) / len(i)
            t += 1
        W.append(w)
    return np.array(W)


@wrong("train", "A row for every update.")
def train_rows(X, y, B, lr, decay, epochs, seed):
    rng, W = np.random.default_rng(seed), [np.zeros(X.shape[1])]
    for e in range(epochs):
        for i in make_batches(len(y), B, rng):
            W.append(W[-1] - (lr / (1 + e) if decay else lr) * logistic_grad(X[i], y[i], W[-1]) / len(i))
    return np.array(W)


@wrong("train", "The decay adds up: the step size of the epoch before is divided.")
def train_decay_twice(X, y, B, lr, decay, epochs, seed):
    rng, W = np.random.default_rng(seed), [np.zeros(X.shape[1])]
    for e in range(epochs):
        w = W[-1]
        if decay:
            lr = lr / (1 + e)
        for i in make_batches(len(y), B, rng):
            w = w - lr * logistic_grad(X[i], y[i], w) / len(i)
        W.append(w)
    return np.array(W)


@wrong("train", "The short batch at the end of an epoch is left out.")
def train_drop_last(X, y, B, lr, decay, epochs, seed):
    rng, W = np.random.default_rng(seed), [np.zeros(X.shape[1])]
    for e in range(epochs):
        w = W[-1]
        for i in make_batches(len(y), B, rng):
            if len(i) == min(B, len(y)):
                w = w - (lr / (1 + e) if decay else lr) * logistic_grad(X[i], y[i], w) / len(i)
        W.append(w)
    return np.array(W)


@wrong("train", "The gradient is taken at the weights of the beginning of the epoch.")
def train_stale_weights(X, y, B, lr, decay, epochs, seed):
    rng, W = np.random.default_rng(seed), [np.zeros(X.shape[1])]
    for e in range(epochs):
        w = W[-1]
        for i in make_batches(len(y), B, rng):
            w = w - (lr / (1 + e) if decay else lr) * logistic_grad(X[i], y[i], W[-1]) / len(i)
        W.append(w)
    return np.array(W)


# ---------------------------------------------------------------- compare


@wrong("compare", "The losses, not the gaps.")
def compare_losses(X, y, runs, epochs, seed, lowest):
    out = {}
    for name, (B, lr, decay) in runs.items():
        W = train(X, y, B, lr, decay, max(epochs), seed)
        out[name] = np.array([logistic_loss(X, y, W[e]) for e in epochs])
    return out


@wrong("compare", "The epochs are counted from 0: one too early.")
def compare_early(X, y, runs, epochs, seed, lowest):
    out = {}
    for name, (B, lr, decay) in runs.items():
        W = train(X, y, B, lr, decay, max(epochs), seed)
        out[name] = np.array([logistic_loss(X, y, W[max(e - 1, 0)]) - lowest for e in epochs])
    return out


@wrong("compare", "Each run has a seed of its own.")
def compare_seeds(X, y, runs, epochs, seed, lowest):
    out = {}
    for k, (name, (B, lr, decay)) in enumerate(runs.items()):
        W = train(X, y, B, lr, decay, max(epochs), seed + k)
        out[name] = np.array([logistic_loss(X, y, W[e]) - lowest for e in epochs])
    return out


@wrong("compare", "A gap after every epoch.")
def compare_all_epochs(X, y, runs, epochs, seed, lowest):
    out = {}
    for name, (B, lr, decay) in runs.items():
        W = train(X, y, B, lr, decay, max(epochs), seed)
        out[name] = np.array([logistic_loss(X, y, w) - lowest for w in W[1:]])
    return out


@wrong("compare", "The sum of the losses.")
def compare_sum(X, y, runs, epochs, seed, lowest):
    out = {}
    for name, (B, lr, decay) in runs.items():
        W = train(X, y, B, lr, decay, max(epochs), seed)
        out[name] = np.array([len(y) * logistic_loss(X, y, W[e]) - lowest for e in epochs])
    return out


@wrong("compare", "The gaps are counted from the best of all runs.")
def compare_best_run(X, y, runs, epochs, seed, lowest):
    out = {}
    for name, (B, lr, decay) in runs.items():
        W = train(X, y, B, lr, decay, max(epochs), seed)
        out[name] = np.array([logistic_loss(X, y, W[e]) for e in epochs])
    best = min(losses.min() for losses in out.values())
    return {name: losses - best for name, losses in out.items()}


@wrong("compare", "Relative gaps.")
def compare_relative(X, y, runs, epochs, seed, lowest):
    out = {}
    for name, (B, lr, decay) in runs.items():
        W = train(X, y, B, lr, decay, max(epochs), seed)
        out[name] = np.array([logistic_loss(X, y, W[e]) / lowest - 1 for e in epochs])
    return out


@wrong("compare", "Every run is decayed.")
def compare_always_decay(X, y, runs, epochs, seed, lowest):
    out = {}
    for name, (B, lr, _) in runs.items():
        W = train(X, y, B, lr, True, max(epochs), seed)
        out[name] = np.array([logistic_loss(X, y, W[e]) - lowest for e in epochs])
    return out


# ---------------------------------------------------------------- findings


@wrong("findings", "Updates and gradients are confused.")
def findings_confused():
    return {
        "same updates": True,
        "same gradients": False,
        "batches lead early": True,
        "fixed arrives": False,
        "decay helps all": False,
    }


@wrong("findings", "B = 1 is said to arrive.")
def findings_arrives():
    return {
        "same updates": False,
        "same gradients": True,
        "batches lead early": True,
        "fixed arrives": True,
        "decay helps all": False,
    }


@wrong("findings", "Decay always helps.")
def findings_decay():
    return {
        "same updates": False,
        "same gradients": True,
        "batches lead early": True,
        "fixed arrives": False,
        "decay helps all": True,
    }


@wrong("findings", "The full batch leads at first.")
def findings_full_leads():
    return {
        "same updates": False,
        "same gradients": True,
        "batches lead early": False,
        "fixed arrives": False,
        "decay helps all": False,
    }


@wrong("findings", "Words instead of truth values.")
def findings_words():
    return {
        "same updates": "no",
        "same gradients": "yes",
        "batches lead early": "yes",
        "fixed arrives": "no",
        "decay helps all": "no",
    }


@wrong("findings", "One statement is not answered.")
def findings_four():
    return {"same updates": False, "same gradients": True, "batches lead early": True, "fixed arrives": False}
