"""Wrong answers to the sheet on backpropagation, as students give them. Each one replaces the right function."""
import numpy as np

BANK = []


def wrong(function, what):
    def add(f):
        BANK.append((function, what, f))
        return f

    return add


# ---------------------------------------------------------------- forward


@wrong("forward", "The last layer has no activation.")
def forward_last_linear(Ws, bs, x, act):
    zs, as_ = [], [x]
    for i, (W, b) in enumerate(zip(Ws, bs)):
        z = W @ as_[-1] + b
        zs.append(z)
        as_.append(activate(z, act) if i < len(Ws) - 1 else z.copy())
    return zs, as_


@wrong("forward", "The list of the activations does not begin with the input.")
def forward_no_input(Ws, bs, x, act):
    zs, as_, a = [], [], x
    for W, b in zip(Ws, bs):
        zs.append(W @ a + b)
        a = activate(zs[-1], act)
        as_.append(a)
    return zs, as_


@wrong("forward", "Relu works in place on the z that was stored.")
def forward_relu_in_place(Ws, bs, x, act):
    zs, as_ = [], [x]
    for W, b in zip(Ws, bs):
        z = W @ as_[-1] + b
        zs.append(z)
        if act == "relu":
            z[z < 0] = 0
            as_.append(z)
        else:
            as_.append(activate(z, act))
    return zs, as_


@wrong("forward", "The weights are transposed whenever that fits.")
def forward_transposed(Ws, bs, x, act):
    zs, as_ = [], [x]
    for W, b in zip(Ws, bs):
        a = as_[-1]
        z = (a @ W if W.shape[0] == len(a) else W @ a) + b
        zs.append(z)
        as_.append(activate(z, act))
    return zs, as_


@wrong("forward", "The bias is added after the activation.")
def forward_bias_outside(Ws, bs, x, act):
    zs, as_ = [], [x]
    for W, b in zip(Ws, bs):
        z = W @ as_[-1]
        zs.append(z + b)
        as_.append(activate(z, act) + b)
    return zs, as_


@wrong("forward", "The bias is added in place, into the caller's array.")
def forward_spoils_bias(Ws, bs, x, act):
    zs, as_ = [], [x]
    for W, b in zip(Ws, bs):
        b += W @ as_[-1]
        zs.append(b.copy())
        as_.append(activate(b, act))
    return zs, as_


@wrong("forward", "The next layer gets an activation that was applied twice.")
def forward_twice(Ws, bs, x, act):
    zs, as_ = [], [x]
    a = x
    for W, b in zip(Ws, bs):
        zs.append(W @ a + b)
        as_.append(activate(zs[-1], act))
        a = activate(as_[-1], act)
    return zs, as_


@wrong("forward", "One array is used for all layers of the same size.")
def forward_one_buffer(Ws, bs, x, act):
    zs, as_, buffers = [], [x], {}
    for W, b in zip(Ws, bs):
        z = buffers.setdefault(len(b), np.zeros(len(b)))
        np.add(W @ as_[-1], b, out=z)
        zs.append(z)
        as_.append(activate(z, act))
    return zs, as_


# ---------------------------------------------------------------- delta_last


@wrong("delta_last", "The 2 is missing.")
def last_half(a, z, y, dact):
    return (a - y) * dact(z)


@wrong("delta_last", "The other sign.")
def last_sign(a, z, y, dact):
    return 2 * (y - a) * dact(z)


@wrong("delta_last", "The slope is missing.")
def last_no_slope(a, z, y, dact):
    return 2 * (a - y)


@wrong("delta_last", "The slope is taken at a.")
def last_slope_at_a(a, z, y, dact):
    return 2 * (a - y) * dact(a)


@wrong("delta_last", "Divided by the number of outputs.")
def last_mean(a, z, y, dact):
    return 2 * (a - y) * dact(z) / len(a)


@wrong("delta_last", "One slope for all units: that of the mean.")
def last_one_slope(a, z, y, dact):
    return 2 * (a - y) * dact(np.full(z.shape, z.mean()))


@wrong("delta_last", "a is changed in place.")
def last_spoils_a(a, z, y, dact):
    a -= y
    a *= 2
    return a * dact(z)


# ---------------------------------------------------------------- delta_back


@wrong("delta_back", "Not transposed where the matrix is square.")
def back_square(W_next, delta_next, z, dact):
    if W_next.shape[0] == W_next.shape[1]:
        return (W_next @ delta_next) * dact(z)
    return (W_next.T @ delta_next) * dact(z)


@wrong("delta_back", "The slope is missing.")
def back_no_slope(W_next, delta_next, z, dact):
    return W_next.T @ delta_next


@wrong("delta_back", "The sum over the units behind is a mean.")
def back_mean(W_next, delta_next, z, dact):
    return (W_next * delta_next[:, None]).mean(axis=0) * dact(z)


@wrong("delta_back", "Only the strongest path is followed.")
def back_one_path(W_next, delta_next, z, dact):
    paths = W_next * delta_next[:, None]
    return paths[np.abs(paths).argmax(axis=0), np.arange(len(z))] * dact(z)


@wrong("delta_back", "The sign of z is multiplied on.")
def back_times_z(W_next, delta_next, z, dact):
    return (W_next.T @ delta_next) * dact(z) * np.sign(z)


@wrong("delta_back", "The slope is squared.")
def back_slope_twice(W_next, delta_next, z, dact):
    return (W_next.T @ delta_next) * dact(z) ** 2


@wrong("delta_back", "The slope of relu, whatever dact is.")
def back_own_relu(W_next, delta_next, z, dact):
    return (W_next.T @ delta_next) * (z > 0)


# ---------------------------------------------------------------- backprop1


@wrong("backprop1", "The error meets the output of its layer where the sizes allow it.")
def bp_own_output(Ws, bs, x, y, act):
    zs, as_ = forward(Ws, bs, x, act)
    delta = 2 * (as_[-1] - y) * slope(zs[-1], act)
    dWs, dbs = [], []
    for i in reversed(range(len(Ws))):
        a = as_[i + 1] if len(as_[i + 1]) == len(as_[i]) else as_[i]
        dWs.insert(0, np.outer(delta, a))
        dbs.insert(0, delta)
        if i:
            delta = (Ws[i].T @ delta) * slope(zs[i - 1], act)
    return dWs, dbs


@wrong("backprop1", "Last layer first.")
def bp_reversed(Ws, bs, x, y, act):
    zs, as_ = forward(Ws, bs, x, act)
    delta = 2 * (as_[-1] - y) * slope(zs[-1], act)
    dWs, dbs = [], []
    for i in reversed(range(len(Ws))):
        dWs.append(np.outer(delta, as_[i]))
        dbs.append(delta)
        if i:
            delta = (Ws[i].T @ delta) * slope(zs[i - 1], act)
    return dWs, dbs


@wrong("backprop1", "The slope of the last layer is forgotten.")
def bp_last_slope(Ws, bs, x, y, act):
    zs, as_ = forward(Ws, bs, x, act)
    delta = 2 * (as_[-1] - y)
    dWs, dbs = [], []
    for i in reversed(range(len(Ws))):
        dWs.insert(0, np.outer(delta, as_[i]))
        dbs.insert(0, delta)
        if i:
            delta = (Ws[i].T @ delta) * slope(zs[i - 1], act)
    return dWs, dbs


@wrong("backprop1", "The weights of the layer itself instead of those behind it, where the shapes agree.")
def bp_own_weights(Ws, bs, x, y, act):
    zs, as_ = forward(Ws, bs, x, act)
    delta = 2 * (as_[-1] - y) * slope(zs[-1], act)
    dWs, dbs = [], []
    for i in reversed(range(len(Ws))):
        dWs.insert(0, np.outer(delta, as_[i]))
        dbs.insert(0, delta)
        if i:
            W = Ws[i - 1] if Ws[i - 1].shape == Ws[i].shape else Ws[i]
            delta = (W.T @ delta) * slope(zs[i - 1], act)
    return dWs, dbs


@wrong("backprop1", "The slopes are taken at a instead of z in the hidden layers.")
def bp_slope_at_a(Ws, bs, x, y, act):
    zs, as_ = forward(Ws, bs, x, act)
    delta = 2 * (as_[-1] - y) * slope(zs[-1], act)
    dWs, dbs = [], []
    for i in reversed(range(len(Ws))):
        dWs.insert(0, np.outer(delta, as_[i]))
        dbs.insert(0, delta)
        if i:
            delta = (Ws[i].T @ delta) * slope(as_[i], act)
    return dWs, dbs


@wrong("backprop1", "Two layers are all that it knows.")
def bp_two_layers(Ws, bs, x, y, act):
    zs, as_ = forward(Ws, bs, x, act)
    last = 2 * (as_[-1] - y) * slope(zs[-1], act)
    first = (Ws[-1].T @ last) * slope(zs[-2], act)
    return [np.outer(first, as_[0]), np.outer(last, as_[1])], [first, last]


@wrong("backprop1", "Gradients are left in one array that is changed on the way, so that all biases share it.")
def bp_shared_delta(Ws, bs, x, y, act):
    zs, as_ = forward(Ws, bs, x, act)
    delta = 2 * (as_[-1] - y) * slope(zs[-1], act)
    dWs, dbs = [], []
    for i in reversed(range(len(Ws))):
        dWs.insert(0, np.outer(delta, as_[i]))
        dbs.insert(0, delta)
        if i:
            back = (Ws[i].T @ delta) * slope(zs[i - 1], act)
            if back.shape == delta.shape:
                delta[:] = back
            else:
                delta = back
    return dWs, dbs


@wrong("backprop1", "A step of training is taken on the way: the weights change.")
def bp_trains(Ws, bs, x, y, act):
    zs, as_ = forward(Ws, bs, x, act)
    delta = 2 * (as_[-1] - y) * slope(zs[-1], act)
    dWs, dbs = [], []
    for i in reversed(range(len(Ws))):
        dWs.insert(0, np.outer(delta, as_[i]))
        dbs.insert(0, delta)
        upstream = Ws[i].T @ delta
        Ws[i] -= 0.1 * dWs[0]
        if i:
            delta = upstream * slope(zs[i - 1], act)
    return dWs, dbs


@wrong("backprop1", "The weights behind are already the updated ones.")
def bp_new_weights(Ws, bs, x, y, act):
    zs, as_ = forward(Ws, bs, x, act)
    delta = 2 * (as_[-1] - y) * slope(zs[-1], act)
    dWs, dbs = [], []
    for i in reversed(range(len(Ws))):
        dWs.insert(0, np.outer(delta, as_[i]))
        dbs.insert(0, delta)
        if i:
            delta = ((Ws[i] - 0.01 * dWs[0]).T @ delta) * slope(zs[i - 1], act)
    return dWs, dbs


# ---------------------------------------------------------------- backprop_batch


@wrong("backprop_batch", "The mean is over samples and outputs.")
def batch_mean_outputs(Ws, bs, X, Y, act, reduction):
    if reduction not in ("sum", "mean"):
        raise ValueError(reduction)
    parts = [backprop1(Ws, bs, x, y, act) for x, y in zip(X, Y)]
    n = Y.size if reduction == "mean" else 1
    return tuple([sum(p[s][i] for p in parts) / n for i in range(len(Ws))] for s in (0, 1))


@wrong("backprop_batch", "Anything but 'mean' is a sum.")
def batch_any_word(Ws, bs, X, Y, act, reduction):
    parts = [backprop1(Ws, bs, x, y, act) for x, y in zip(X, Y)]
    n = len(X) if reduction == "mean" else 1
    return tuple([sum(p[s][i] for p in parts) / n for i in range(len(Ws))] for s in (0, 1))


@wrong("backprop_batch", "The biases get a mean over the rows, whatever is asked for.")
def batch_bias_mean(Ws, bs, X, Y, act, reduction):
    if reduction not in ("sum", "mean"):
        raise ValueError(reduction)
    parts = [backprop1(Ws, bs, x, y, act) for x, y in zip(X, Y)]
    n = len(X) if reduction == "mean" else 1
    return (
        [sum(p[0][i] for p in parts) / n for i in range(len(Ws))],
        [sum(p[1][i] for p in parts) / len(X) for i in range(len(Ws))],
    )


@wrong("backprop_batch", "The biases get a sum over the rows, whatever is asked for.")
def batch_bias_sum(Ws, bs, X, Y, act, reduction):
    if reduction not in ("sum", "mean"):
        raise ValueError(reduction)
    parts = [backprop1(Ws, bs, x, y, act) for x, y in zip(X, Y)]
    n = len(X) if reduction == "mean" else 1
    return (
        [sum(p[0][i] for p in parts) / n for i in range(len(Ws))],
        [sum(p[1][i] for p in parts) for i in range(len(Ws))],
    )


@wrong("backprop_batch", "Divided by n in every layer anew.")
def batch_mean_each_layer(Ws, bs, X, Y, act, reduction):
    if reduction not in ("sum", "mean"):
        raise ValueError(reduction)
    n = len(X) if reduction == "mean" else 1
    zs, as_ = [], [X]
    for W, b in zip(Ws, bs):
        zs.append(as_[-1] @ W.T + b)
        as_.append(activate(zs[-1], act))
    D = 2 * (as_[-1] - Y) * slope(zs[-1], act) / n
    dWs, dbs = [], []
    for i in reversed(range(len(Ws))):
        dWs.insert(0, D.T @ as_[i])
        dbs.insert(0, D.sum(axis=0))
        if i:
            D = (D @ Ws[i]) * slope(zs[i - 1], act) / n
    return dWs, dbs


@wrong("backprop_batch", "The gradient of the mean sample.")
def batch_mean_sample(Ws, bs, X, Y, act, reduction):
    if reduction not in ("sum", "mean"):
        raise ValueError(reduction)
    dWs, dbs = backprop1(Ws, bs, X.mean(axis=0), Y.mean(axis=0), act)
    n = len(X) if reduction == "sum" else 1
    return [n * dW for dW in dWs], [n * db for db in dbs]


@wrong("backprop_batch", "The sums are added into zeros that stay from one call to the next.")
def batch_stale(Ws, bs, X, Y, act, reduction, kept={}):
    if reduction not in ("sum", "mean"):
        raise ValueError(reduction)
    parts = [backprop1(Ws, bs, x, y, act) for x, y in zip(X, Y)]
    n = len(X) if reduction == "mean" else 1
    shapes = tuple(W.shape for W in Ws)
    if shapes not in kept:
        kept[shapes] = ([np.zeros(W.shape) for W in Ws], [np.zeros(b.shape) for b in bs])
    for i in range(len(Ws)):
        for s in (0, 1):
            kept[shapes][s][i] += sum(p[s][i] for p in parts) / n
    return [dW.copy() for dW in kept[shapes][0]], [db.copy() for db in kept[shapes][1]]


@wrong("backprop_batch", "The last row is left out.")
def batch_last_row(Ws, bs, X, Y, act, reduction):
    if reduction not in ("sum", "mean"):
        raise ValueError(reduction)
    rows = max(len(X) - 1, 1)
    parts = [backprop1(Ws, bs, X[r], Y[r], act) for r in range(rows)]
    n = rows if reduction == "mean" else 1
    return tuple([sum(p[s][i] for p in parts) / n for i in range(len(Ws))] for s in (0, 1))


@wrong("backprop_batch", "The gradient of a bias keeps a row axis.")
def batch_bias_row(Ws, bs, X, Y, act, reduction):
    if reduction not in ("sum", "mean"):
        raise ValueError(reduction)
    parts = [backprop1(Ws, bs, x, y, act) for x, y in zip(X, Y)]
    n = len(X) if reduction == "mean" else 1
    dWs = [sum(p[0][i] for p in parts) / n for i in range(len(Ws))]
    dbs = [sum(p[1][i] for p in parts)[None, :] / n for i in range(len(Ws))]
    return dWs, dbs


# ---------------------------------------------------------------- my_gradcheck


@wrong("my_gradcheck", "Compares the lengths of the gradients.")
def check_norms(f, x, g):
    x = x.astype(float)
    q = np.array([(f(x + e) - f(x - e)) / 2e-5 for e in 1e-5 * np.eye(len(x))])
    return bool(abs(np.linalg.norm(q) - np.linalg.norm(g)) <= 1e-2 * np.linalg.norm(q) + 1e-6 * abs(f(x)))


@wrong("my_gradcheck", "np.allclose with the tolerances that it has by itself.")
def check_allclose(f, x, g):
    x = x.astype(float)
    q = np.array([(f(x + e) - f(x - e)) / 2e-5 for e in 1e-5 * np.eye(len(x))])
    return bool(np.allclose(q, g))


@wrong("my_gradcheck", "Measured against the length of the vector, which hides one entry among many.")
def check_relative_to_norm(f, x, g):
    x = x.astype(float)
    q = np.array([(f(x + e) - f(x - e)) / 2e-5 for e in 1e-5 * np.eye(len(x))])
    return bool(np.linalg.norm(q - g) <= 0.1 * np.linalg.norm(q) + 1e-6 * abs(f(x)))


@wrong("my_gradcheck", "The step is 1e-12.")
def check_tiny_step(f, x, g):
    x = x.astype(float)
    h = 1e-12
    q = np.array([(f(x + e) - f(x - e)) / (2 * h) for e in h * np.eye(len(x))])
    return bool(np.all(np.abs(q - g) <= 1e-2 * np.max(np.abs(q)) + 1e-6 * abs(f(x))))


@wrong("my_gradcheck", "The step is 0.1.")
def check_long_step(f, x, g):
    x = x.astype(float)
    h = 0.1
    q = np.array([(f(x + e) - f(x - e)) / (2 * h) for e in h * np.eye(len(x))])
    return bool(np.all(np.abs(q - g) <= 1e-2 * np.max(np.abs(q)) + 1e-6 * abs(f(x))))


@wrong("my_gradcheck", "The step is added to an array of whole numbers.")
def check_whole_numbers(f, x, g):
    q = []
    for j in range(len(x)):
        up, down = x.copy(), x.copy()
        up[j] += type(x[j])(1e-5)
        down[j] -= type(x[j])(1e-5)
        q.append((f(up) - f(down)) / 2e-5)
    q = np.array(q)
    return bool(np.all(np.abs(q - g) <= 1e-2 * np.max(np.abs(q)) + 1e-6 * abs(f(x))))


@wrong("my_gradcheck", "One random direction instead of every coordinate.")
def check_one_direction(f, x, g):
    x = x.astype(float)
    u = np.random.default_rng(0).normal(size=len(x))
    u /= np.linalg.norm(u)
    q = (f(x + 1e-5 * u) - f(x - 1e-5 * u)) / 2e-5
    return bool(abs(q - g @ u) <= 1e-2 * np.abs(g).max() + 1e-6 * abs(f(x)))


@wrong("my_gradcheck", "An entry that is nan passes: it asks for errors that are too large.")
def check_nan(f, x, g):
    x = x.astype(float)
    q = np.array([(f(x + e) - f(x - e)) / 2e-5 for e in 1e-5 * np.eye(len(x))])
    allowed = 1e-2 * np.max(np.abs(q)) + 1e-6 * abs(f(x))
    for mine, claimed in zip(q, g):
        if abs(mine - claimed) > allowed:
            return False
    return True


@wrong("my_gradcheck", "x comes back changed by rounding: the step is added and taken away in place.")
def check_spoils_x(f, x, g):
    q = np.zeros(len(x))
    for j in range(len(x)):
        if x.dtype.kind == "f":
            x[j] += 1e-5
            up = f(x)
            x[j] -= 2e-5
            down = f(x)
            q[j] = (up - down) / 2e-5
            x[j] += 1e-5
        else:
            e = 1e-5 * (np.arange(len(x)) == j)
            q[j] = (f(x + e) - f(x - e)) / 2e-5
    return bool(np.all(np.abs(q - g) <= 1e-2 * np.max(np.abs(q)) + 1e-6 * abs(f(x))))


@wrong("my_gradcheck", "Entries are compared relative to themselves, so that small ones are never right.")
def check_each_relative(f, x, g):
    x = x.astype(float)
    q = np.array([(f(x + e) - f(x - e)) / 2e-5 for e in 1e-5 * np.eye(len(x))])
    return bool(np.all(np.abs(q - g) <= 1e-6 * np.abs(q)))


@wrong("my_gradcheck", "A gradient of zeros is right wherever the function is large.")
def check_noise_of_f(f, x, g):
    x = x.astype(float)
    q = np.array([(f(x + e) - f(x - e)) / 2e-5 for e in 1e-5 * np.eye(len(x))])
    return bool(np.all(np.abs(q - g) <= 1e-2 * np.max(np.abs(q)) + 1e-2 * abs(f(x))))


@wrong("my_gradcheck", "No allowance for rounding: fails where the true gradient is 0.")
def check_no_noise(f, x, g):
    x = x.astype(float)
    q = np.array([(f(x + e) - f(x - e)) / 2e-5 for e in 1e-5 * np.eye(len(x))])
    return bool(np.all(np.abs(q - g) <= 1e-2 * np.max(np.abs(q))))


@wrong("my_gradcheck", "A one-sided quotient with a long step.")
def check_one_sided(f, x, g):
    x = x.astype(float)
    h = 5e-3
    q = np.array([(f(x + e) - f(x)) / h for e in h * np.eye(len(x))])
    return bool(np.all(np.abs(q - g) <= 1e-2 * np.max(np.abs(q)) + 1e-6 * abs(f(x))))


@wrong("my_gradcheck", "The largest entry only.")
def check_largest_entry(f, x, g):
    x = x.astype(float)
    q = np.array([(f(x + e) - f(x - e)) / 2e-5 for e in 1e-5 * np.eye(len(x))])
    j = np.abs(q).argmax()
    return bool(np.isfinite(g).all() and abs(q[j] - g[j]) <= 1e-2 * abs(q[j]) + 1e-6 * abs(f(x)))


@wrong("my_gradcheck", "An absolute allowance of 1e-8 beside the right ones.")
def check_small_floor(f, x, g):
    x = x.astype(float)
    q = np.array([(f(x + e) - f(x - e)) / 2e-5 for e in 1e-5 * np.eye(len(x))])
    return bool(np.all(np.abs(q - g) <= 1e-3 * np.max(np.abs(q)) + 1e-6 * abs(f(x)) + 1e-8))


@wrong("my_gradcheck", "The entries of g are compared relative to the sum of both lengths.")
def check_usual_ratio(f, x, g):
    x = x.astype(float)
    q = np.array([(f(x + e) - f(x - e)) / 2e-5 for e in 1e-5 * np.eye(len(x))])
    return bool(np.linalg.norm(q - g) <= 0.03 * (np.linalg.norm(q) + np.linalg.norm(g)) + 1e-6 * abs(f(x)))
