"""Wrong answers to the sheet on gradient descent, as students give them. Each one replaces the right function."""
import numpy as np

BANK = []


def wrong(function, what):
    def add(f):
        BANK.append((function, what, f))
        return f

    return add


# ---------------------------------------------------------------- gd


@wrong("gd", "Uphill.")
def gd_uphill(grad, x0, lr, n):
    H = [np.array(x0, dtype=float)]
    for _ in range(n):
        H.append(H[-1] + lr * np.asarray(grad(H[-1])))
    return np.array(H)


@wrong("gd", "One step too few: n rows.")
def gd_too_few(grad, x0, lr, n):
    H = [np.array(x0, dtype=float)]
    for _ in range(n - 1):
        H.append(H[-1] - lr * np.asarray(grad(H[-1])))
    return np.array(H)


@wrong("gd", "The start is not in the history.")
def gd_no_start(grad, x0, lr, n):
    x = np.array(x0, dtype=float)
    H = np.zeros((n, len(x)))
    for t in range(n):
        x = x - lr * np.asarray(grad(x))
        H[t] = x
    return H


@wrong("gd", "The last point only.")
def gd_last(grad, x0, lr, n):
    x = np.array(x0, dtype=float)
    for _ in range(n):
        x = x - lr * np.asarray(grad(x))
    return x


@wrong("gd", "The gradient at the start, for all steps.")
def gd_stale(grad, x0, lr, n):
    g = np.asarray(grad(np.array(x0, dtype=float)))
    H = [np.array(x0, dtype=float)]
    for _ in range(n):
        H.append(H[-1] - lr * g)
    return np.array(H)


@wrong("gd", "All rows are the same array: the last point n + 1 times.")
def gd_aliased(grad, x0, lr, n):
    x = np.array(x0, dtype=float)
    H = [x]
    for _ in range(n):
        x -= lr * np.asarray(grad(x))
        H.append(x)
    return np.array(H)


@wrong("gd", "x0 is changed.")
def gd_mutates(grad, x0, lr, n):
    H = np.zeros((n + 1, len(x0)))
    H[0] = x0
    if x0.dtype.kind != "f":
        x0 = x0.astype(float)
    for t in range(n):
        x0 -= lr * np.asarray(grad(x0))
        H[t + 1] = x0
    return H


@wrong("gd", "The history has the dtype of x0: fractions are cut off.")
def gd_integers(grad, x0, lr, n):
    H = np.zeros((n + 1, len(x0)), dtype=x0.dtype)
    H[0] = x0
    for t in range(n):
        H[t + 1] = H[t] - lr * np.asarray(grad(H[t] * 1.0))
    return H


@wrong("gd", "The coordinates are updated one after the other, with a fresh gradient for each.")
def gd_coordinates(grad, x0, lr, n):
    x = np.array(x0, dtype=float)
    H = [x.copy()]
    for _ in range(n):
        for i in range(len(x)):
            x[i] -= lr * np.asarray(grad(x.copy()))[i]
        H.append(x.copy())
    return np.array(H)


@wrong("gd", "The step size halves with every step.")
def gd_decay(grad, x0, lr, n):
    H = [np.array(x0, dtype=float)]
    for t in range(n):
        H.append(H[-1] - lr / (t + 1) * np.asarray(grad(H[-1])))
    return np.array(H)


@wrong("gd", "The gradient is brought to length 1.")
def gd_normalised(grad, x0, lr, n):
    H = [np.array(x0, dtype=float)]
    for _ in range(n):
        g = np.asarray(grad(H[-1]), dtype=float)
        H.append(H[-1] - lr * g / (np.linalg.norm(g) or 1.0))
    return np.array(H)


@wrong("gd", "One column for each point.")
def gd_transposed(grad, x0, lr, n):
    H = [np.array(x0, dtype=float)]
    for _ in range(n):
        H.append(H[-1] - lr * np.asarray(grad(H[-1])))
    return np.array(H).T


@wrong("gd", "Stops early when the gradient is small: fewer rows.")
def gd_early_stop(grad, x0, lr, n):
    H = [np.array(x0, dtype=float)]
    for _ in range(n):
        g = np.asarray(grad(H[-1]))
        if np.linalg.norm(g) < 0.1:
            break
        H.append(H[-1] - lr * g)
    return np.array(H)


@wrong("gd", "Momentum that nobody asked for.")
def gd_momentum(grad, x0, lr, n):
    H = [np.array(x0, dtype=float)]
    v = np.zeros(len(x0))
    for _ in range(n):
        v = 0.9 * v + np.asarray(grad(H[-1]))
        H.append(H[-1] - lr * v)
    return np.array(H)


@wrong("gd", "Fails for n = 0: one step is always taken.")
def gd_at_least_one(grad, x0, lr, n):
    H = [np.array(x0, dtype=float)]
    t = 0
    while True:
        H.append(H[-1] - lr * np.asarray(grad(H[-1])))
        t += 1
        if t >= n:
            return np.array(H)


@wrong("gd", "The points are rounded to 6 decimals on the way.")
def gd_rounded(grad, x0, lr, n):
    H = [np.array(x0, dtype=float)]
    for _ in range(n):
        H.append(np.round(H[-1] - lr * np.asarray(grad(H[-1])), 6))
    return np.array(H)


@wrong("gd", "State is kept between calls: a second run goes on with the history of the first.")
def gd_state(grad, x0, lr, n, H=[]):
    H.append(np.array(x0, dtype=float))
    for _ in range(n):
        H.append(H[-1] - lr * np.asarray(grad(H[-1])))
    return np.array([h for h in H if len(h) == len(x0)])


# ---------------------------------------------------------------- ascent


@wrong("ascent", "Downhill, copied from gd.")
def ascent_downhill(grad, x0, lr, n):
    return gd(grad, x0, lr, n)


@wrong("ascent", "The history of gd backwards.")
def ascent_backwards(grad, x0, lr, n):
    return gd(grad, x0, lr, n)[::-1]


@wrong("ascent", "The history of gd with the other sign.")
def ascent_negative(grad, x0, lr, n):
    return -gd(grad, x0, lr, n)


@wrong("ascent", "The start is mirrored: gd from -x0.")
def ascent_mirrored(grad, x0, lr, n):
    return gd(grad, -x0, -lr, n)


@wrong("ascent", "Only the first step goes uphill.")
def ascent_first(grad, x0, lr, n):
    H = [np.array(x0, dtype=float)]
    for t in range(n):
        H.append(H[-1] + (lr if t == 0 else -lr) * np.asarray(grad(H[-1])))
    return np.array(H)


@wrong("ascent", "Two minus signs: both the step size and the gradient are turned round.")
def ascent_two_signs(grad, x0, lr, n):
    return gd(lambda x: -np.asarray(grad(x)), x0, -lr, n)


@wrong("ascent", "Mirrored at the start as if the function were linear: 2 x0 - gd.")
def ascent_reflected(grad, x0, lr, n):
    return 2.0 * np.asarray(x0) - gd(grad, x0, lr, n)


@wrong("ascent", "One row too many.")
def ascent_too_many(grad, x0, lr, n):
    return gd(grad, x0, -lr, n + 1)


@wrong("ascent", "The start is missing.")
def ascent_no_start(grad, x0, lr, n):
    return gd(grad, x0, -lr, n)[1:]


@wrong("ascent", "The direction is the sign of the gradient.")
def ascent_sign(grad, x0, lr, n):
    H = [np.array(x0, dtype=float)]
    for _ in range(n):
        H.append(H[-1] + lr * np.sign(grad(H[-1])))
    return np.array(H)


@wrong("ascent", "Whole numbers are cut off.")
def ascent_integers(grad, x0, lr, n):
    H = gd(grad, x0, -lr, n)
    return H.astype(np.asarray(x0).dtype)


@wrong("ascent", "The absolute value of the gradient: always towards larger coordinates.")
def ascent_abs(grad, x0, lr, n):
    return gd(lambda x: -np.abs(grad(x)), x0, lr, n)


@wrong("ascent", "x0 is changed.")
def ascent_mutates(grad, x0, lr, n):
    H = np.zeros((n + 1, len(x0)))
    H[0] = x0
    x = x0 if x0.dtype.kind == "f" else x0 * 1.0
    for t in range(1, n + 1):
        x += lr * np.asarray(grad(x))
        H[t] = x
    return H


# ---------------------------------------------------------------- gd_tol


@wrong("gd_tol", "No bars: a rise stops the run.")
def gd_tol_no_bars(f, grad, u0, lr, tol, max_iter):
    u = np.array(u0, dtype=float)
    L = f(u)
    for t in range(1, max_iter + 1):
        u = u - lr * np.asarray(grad(u))
        old, L = L, f(u)
        if old - L < tol:
            break
    return u, L, t


@wrong("gd_tol", "No bars, the other way round: every descent stops the run.")
def gd_tol_no_bars_2(f, grad, u0, lr, tol, max_iter):
    u = np.array(u0, dtype=float)
    L = f(u)
    for t in range(1, max_iter + 1):
        u = u - lr * np.asarray(grad(u))
        old, L = L, f(u)
        if L - old < tol:
            break
    return u, L, t


@wrong("gd_tol", "A change that equals tol stops the run.")
def gd_tol_equal(f, grad, u0, lr, tol, max_iter):
    u = np.array(u0, dtype=float)
    L = f(u)
    for t in range(1, max_iter + 1):
        u = u - lr * np.asarray(grad(u))
        old, L = L, f(u)
        if abs(L - old) <= tol:
            break
    return u, L, t


@wrong("gd_tol", "The loss of the point before the last.")
def gd_tol_old_loss(f, grad, u0, lr, tol, max_iter):
    u = np.array(u0, dtype=float)
    L = f(u)
    for t in range(1, max_iter + 1):
        u = u - lr * np.asarray(grad(u))
        old, L = L, f(u)
        if abs(L - old) < tol:
            break
    return u, old, t


@wrong("gd_tol", "The point and the loss before the last step.")
def gd_tol_old_point(f, grad, u0, lr, tol, max_iter):
    u = np.array(u0, dtype=float)
    L = f(u)
    for t in range(1, max_iter + 1):
        new = u - lr * np.asarray(grad(u))
        if abs(f(new) - L) < tol:
            return u, L, t
        u, L = new, f(new)
    return u, L, t


@wrong("gd_tol", "The steps are counted from 0.")
def gd_tol_count(f, grad, u0, lr, tol, max_iter):
    u = np.array(u0, dtype=float)
    L = f(u)
    for t in range(max_iter):
        u = u - lr * np.asarray(grad(u))
        old, L = L, f(u)
        if abs(L - old) < tol:
            break
    return u, L, t


@wrong("gd_tol", "One step more than allowed.")
def gd_tol_one_more(f, grad, u0, lr, tol, max_iter):
    u = np.array(u0, dtype=float)
    L = f(u)
    t = 0
    while t <= max_iter:
        u = u - lr * np.asarray(grad(u))
        t += 1
        old, L = L, f(u)
        if abs(L - old) < tol:
            break
    return u, L, t


@wrong("gd_tol", "Stops at a short gradient instead.")
def gd_tol_gradient(f, grad, u0, lr, tol, max_iter):
    u = np.array(u0, dtype=float)
    for t in range(1, max_iter + 1):
        u = u - lr * np.asarray(grad(u))
        if np.linalg.norm(grad(u)) < tol:
            break
    return u, f(u), t


@wrong("gd_tol", "Stops at a short step instead.")
def gd_tol_step(f, grad, u0, lr, tol, max_iter):
    u = np.array(u0, dtype=float)
    for t in range(1, max_iter + 1):
        step = lr * np.asarray(grad(u))
        u = u - step
        if np.linalg.norm(step) < tol:
            break
    return u, f(u), t


@wrong("gd_tol", "Stops at a small loss instead of a small change.")
def gd_tol_small_loss(f, grad, u0, lr, tol, max_iter):
    u = np.array(u0, dtype=float)
    for t in range(1, max_iter + 1):
        u = u - lr * np.asarray(grad(u))
        if abs(f(u)) < tol:
            break
    return u, f(u), t


@wrong("gd_tol", "The change is relative.")
def gd_tol_relative(f, grad, u0, lr, tol, max_iter):
    u = np.array(u0, dtype=float)
    L = f(u)
    for t in range(1, max_iter + 1):
        u = u - lr * np.asarray(grad(u))
        old, L = L, f(u)
        if abs(L - old) < tol * max(abs(old), 1e-300):
            break
    return u, L, t


@wrong("gd_tol", "No step at a minimum: 0 steps are returned if the gradient is zero.")
def gd_tol_zero_steps(f, grad, u0, lr, tol, max_iter):
    u = np.array(u0, dtype=float)
    L = f(u)
    if not np.any(grad(u)):
        return u, L, 0
    for t in range(1, max_iter + 1):
        u = u - lr * np.asarray(grad(u))
        old, L = L, f(u)
        if abs(L - old) < tol:
            break
    return u, L, t


@wrong("gd_tol", "Nothing is compared after the first step: at least two steps.")
def gd_tol_two_steps(f, grad, u0, lr, tol, max_iter):
    u = np.array(u0, dtype=float)
    L = None
    for t in range(1, max_iter + 1):
        u = u - lr * np.asarray(grad(u))
        old, L = L, f(u)
        if old is not None and abs(L - old) < tol:
            break
    return u, L, t


@wrong("gd_tol", "Uphill.")
def gd_tol_uphill(f, grad, u0, lr, tol, max_iter):
    u = np.array(u0, dtype=float)
    L = f(u)
    for t in range(1, max_iter + 1):
        u = u + lr * np.asarray(grad(u))
        old, L = L, f(u)
        if abs(L - old) < tol:
            break
    return u, L, t


@wrong("gd_tol", "The start is changed.")
def gd_tol_mutates(f, grad, u0, lr, tol, max_iter):
    u = u0 if u0.dtype.kind == "f" else u0.astype(float)
    L = f(u)
    for t in range(1, max_iter + 1):
        u -= lr * np.asarray(grad(u))
        old, L = L, f(u)
        if abs(L - old) < tol:
            break
    return u, L, t


@wrong("gd_tol", "The order of the answer: (u, t, L).")
def gd_tol_order(f, grad, u0, lr, tol, max_iter):
    u = np.array(u0, dtype=float)
    L = f(u)
    for t in range(1, max_iter + 1):
        u = u - lr * np.asarray(grad(u))
        old, L = L, f(u)
        if abs(L - old) < tol:
            break
    return u, t, L


@wrong("gd_tol", "max_iter is ignored below a hundred.")
def gd_tol_no_limit(f, grad, u0, lr, tol, max_iter):
    u = np.array(u0, dtype=float)
    L = f(u)
    for t in range(1, max(max_iter, 100) + 1):
        u = u - lr * np.asarray(grad(u))
        old, L = L, f(u)
        if abs(L - old) < tol:
            break
    return u, L, t


@wrong("gd_tol", "The best point that was seen, not the last one.")
def gd_tol_best(f, grad, u0, lr, tol, max_iter):
    u = np.array(u0, dtype=float)
    L = f(u)
    best = (u, L)
    for t in range(1, max_iter + 1):
        u = u - lr * np.asarray(grad(u))
        old, L = L, f(u)
        if L < best[1]:
            best = (u, L)
        if abs(L - old) < tol:
            break
    return best[0], best[1], t


@wrong("gd_tol", "Every loss is compared with the first one.")
def gd_tol_first_loss(f, grad, u0, lr, tol, max_iter):
    u = np.array(u0, dtype=float)
    first = f(u)
    for t in range(1, max_iter + 1):
        u = u - lr * np.asarray(grad(u))
        L = f(u)
        if abs(L - first) < tol:
            break
    return u, L, t


@wrong("gd_tol", "The new gradient is asked for one step too late: the gradient of the point before.")
def gd_tol_late_gradient(f, grad, u0, lr, tol, max_iter):
    u = np.array(u0, dtype=float)
    g = np.asarray(grad(u)) * 1.0
    L = f(u)
    for t in range(1, max_iter + 1):
        new = u - lr * g
        g = np.asarray(grad(u)) * 1.0
        u = new
        old, L = L, f(u)
        if abs(L - old) < tol:
            break
    return u, L, t


# ---------------------------------------------------------------- x2_after


@wrong("x2_after", "The gradient of x² is taken for x.")
def x2_after_no_two(lr, x0, t):
    return (1 - lr) ** t * float(x0)


@wrong("x2_after", "The loss and not the point.")
def x2_after_loss(lr, x0, t):
    return ((1 - 2 * lr) ** t * float(x0)) ** 2


@wrong("x2_after", "One step too many.")
def x2_after_more(lr, x0, t):
    return (1 - 2 * lr) ** (t + 1) * float(x0)


@wrong("x2_after", "One step too few.")
def x2_after_less(lr, x0, t):
    return (1 - 2 * lr) ** max(t - 1, 0) * float(x0)


@wrong("x2_after", "The absolute value of the factor: the jumps from side to side are lost.")
def x2_after_abs(lr, x0, t):
    return abs(1 - 2 * lr) ** t * float(x0)


@wrong("x2_after", "Uphill.")
def x2_after_uphill(lr, x0, t):
    return (1 + 2 * lr) ** t * float(x0)


@wrong("x2_after", "Linear in t: the first gradient for all steps.")
def x2_after_linear(lr, x0, t):
    return float(x0) - t * 2 * lr * float(x0)


@wrong("x2_after", "An exponential instead of a power.")
def x2_after_exponential(lr, x0, t):
    return float(x0 * np.exp(-2 * lr * t))


@wrong("x2_after", "The sign of the factor is dropped in the last step.")
def x2_after_last_sign(lr, x0, t):
    x = (1 - 2 * lr) ** t * float(x0)
    return abs(x) if x0 > 0 else -abs(x)


@wrong("x2_after", "The start is rounded to a whole number.")
def x2_after_whole(lr, x0, t):
    return (1 - 2 * lr) ** t * float(int(x0))


@wrong("x2_after", "Stops as soon as x is small.")
def x2_after_small(lr, x0, t):
    x = float(x0)
    for _ in range(t):
        if abs(x) < 1e-2:
            return 0.0
        x -= lr * 2 * x
    return x


@wrong("x2_after", "The whole path.")
def x2_after_path(lr, x0, t):
    return [(1 - 2 * lr) ** s * float(x0) for s in range(t + 1)]


@wrong("x2_after", "A negative step size counts as positive.")
def x2_after_abs_lr(lr, x0, t):
    return (1 - 2 * abs(lr)) ** t * float(x0)


@wrong("x2_after", "Rounded to 4 decimals.")
def x2_after_rounded(lr, x0, t):
    return round((1 - 2 * lr) ** t * float(x0), 4)


# ---------------------------------------------------------------- x2_verdict


@wrong("x2_verdict", "Jumping from side to side is taken for oscillation.")
def x2_verdict_jumps(lr):
    if lr == 0:
        raise ValueError
    if lr == 0.5:
        return "one step"
    if 0.5 < lr <= 1:
        return "oscillate"
    return "converge" if 0 < lr < 0.5 else "diverge"


@wrong("x2_verdict", "A negative step size is said to converge.")
def x2_verdict_negative(lr):
    if lr == 0:
        raise ValueError
    if lr == 0.5:
        return "one step"
    if lr == 1:
        return "oscillate"
    return "converge" if lr < 1 else "diverge"


@wrong("x2_verdict", "The limits for the gradient x: one step at 1, oscillation at 2.")
def x2_verdict_no_two(lr):
    if lr == 0:
        raise ValueError
    if lr == 1:
        return "one step"
    if lr == 2:
        return "oscillate"
    return "converge" if 0 < lr < 2 else "diverge"


@wrong("x2_verdict", "lr = 0 gives a word and no error.")
def x2_verdict_zero(lr):
    if lr == 0.5:
        return "one step"
    if lr in (0, 1):
        return "oscillate"
    return "converge" if 0 < lr < 1 else "diverge"


@wrong("x2_verdict", "lr = 1 is said to converge.")
def x2_verdict_one(lr):
    if lr == 0:
        raise ValueError
    if lr == 0.5:
        return "one step"
    return "converge" if 0 < lr <= 1 else "diverge"


@wrong("x2_verdict", "lr = 1 is said to diverge.")
def x2_verdict_one_diverges(lr):
    if lr == 0:
        raise ValueError
    if lr == 0.5:
        return "one step"
    return "converge" if 0 < lr < 1 else "diverge"


@wrong("x2_verdict", "lr = 0.5 is an ordinary convergence.")
def x2_verdict_half(lr):
    if lr == 0:
        raise ValueError
    if lr == 1:
        return "oscillate"
    return "converge" if 0 < lr < 1 else "diverge"


@wrong("x2_verdict", "Everything above 0.5 diverges.")
def x2_verdict_early(lr):
    if lr == 0:
        raise ValueError
    if lr == 0.5:
        return "one step"
    if lr == 1:
        return "oscillate"
    return "converge" if 0 < lr < 0.5 else "diverge"


@wrong("x2_verdict", "A simulation of 100 steps: slow runs are misjudged.")
def x2_verdict_simulation(lr):
    if lr == 0:
        raise ValueError
    x = 1.0
    for t in range(100):
        x = x - 2 * lr * x
        if t == 0 and x == 0:
            return "one step"
    if abs(x) < 1e-3:
        return "converge"
    return "diverge" if abs(x) > 1e3 else "oscillate"


@wrong("x2_verdict", "Compared with a tolerance: close to 1 counts as 1.")
def x2_verdict_tolerance(lr):
    if lr == 0:
        raise ValueError
    if abs(lr - 0.5) < 1e-2:
        return "one step"
    if abs(lr - 1) < 1e-2:
        return "oscillate"
    return "converge" if 0 < lr < 1 else "diverge"


@wrong("x2_verdict", "A negative step size is a ValueError, too.")
def x2_verdict_raises(lr):
    if lr <= 0:
        raise ValueError
    if lr == 0.5:
        return "one step"
    if lr == 1:
        return "oscillate"
    return "converge" if lr < 1 else "diverge"


@wrong("x2_verdict", "Other words: 'converges', 'diverges'.")
def x2_verdict_words(lr):
    if lr == 0:
        raise ValueError
    if lr == 0.5:
        return "one step"
    if lr == 1:
        return "oscillates"
    return "converges" if 0 < lr < 1 else "diverges"


@wrong("x2_verdict", "A negative step size of -1 counts as oscillation: the absolute value of lr.")
def x2_verdict_abs(lr):
    lr = abs(lr)
    if lr == 0:
        raise ValueError
    if lr == 0.5:
        return "one step"
    if lr == 1:
        return "oscillate"
    return "converge" if lr < 1 else "diverge"


@wrong("x2_verdict", "The error is returned, not raised.")
def x2_verdict_returns_error(lr):
    if lr == 0:
        return ValueError("lr = 0")
    if lr == 0.5:
        return "one step"
    if lr == 1:
        return "oscillate"
    return "converge" if 0 < lr < 1 else "diverge"


# ---------------------------------------------------------------- alvarez_factor


@wrong("alvarez_factor", "The gradient of x² is taken for x: the factor is 1.")
def alvarez_one():
    x = 5
    for _ in range(10):
        x = x - 2 * x
    return abs(x) // 5


@wrong("alvarez_factor", "Nine steps.")
def alvarez_nine():
    return 3**9


@wrong("alvarez_factor", "Eleven steps.")
def alvarez_eleven():
    return 3**11


@wrong("alvarez_factor", "With the square: the factor of the loss.")
def alvarez_loss():
    return 9**10


@wrong("alvarez_factor", "Uphill: 1 + 4.")
def alvarez_uphill():
    return 5**10


@wrong("alvarez_factor", "The step size 2 is used up by the 2 of the gradient: 2 to the power 10.")
def alvarez_two():
    return 2**10


@wrong("alvarez_factor", "The last point for the start 1 with its sign after nine steps.")
def alvarez_sign():
    return (-3) ** 9


@wrong("alvarez_factor", "The last point from a start of 50, not the factor.")
def alvarez_point():
    x = 50
    for _ in range(10):
        x = x - 4 * x
    return abs(x)


@wrong("alvarez_factor", "The factor of one step.")
def alvarez_single():
    return 3


@wrong("alvarez_factor", "A start of 0 gives NaN or an error once in a hundred; here always.")
def alvarez_zero_start():
    x = x0 = np.float64(0.0)
    for _ in range(10):
        x = x - 4 * x
    return abs(x) / abs(x0)


@wrong("alvarez_factor", "The difference of the distances instead of the quotient.")
def alvarez_difference():
    x = x0 = 1
    for _ in range(10):
        x = x - 4 * x
    return abs(x) - abs(x0)


@wrong("alvarez_factor", "Upside down.")
def alvarez_inverse():
    return 3.0**-10


@wrong("alvarez_factor", "Short whole numbers overflow.")
def alvarez_overflow():
    x = np.array([1], dtype=np.int16)
    for _ in range(10):
        x = x - np.int16(4) * x
    return int(abs(x[0]))


# ---------------------------------------------------------------- basins


@wrong("basins", "The sign of the start decides.")
def basins_sign(x0s, lr, n):
    return (np.asarray(x0s) > 0).astype(int)


@wrong("basins", "The nearest minimum to the start.")
def basins_nearest(x0s, lr, n):
    return (np.abs(np.asarray(x0s) - 0.95) < np.abs(np.asarray(x0s) + 1.05)).astype(int)


@wrong("basins", "The words are swapped: 1 for the left minimum.")
def basins_swapped(x0s, lr, n):
    x = np.array(x0s, dtype=float)
    for _ in range(n):
        x = x - lr * (x**3 - x + 0.1)
    return (x < 0).astype(int)


@wrong("basins", "The gradient lacks its constant: the top of the hill lies at 0.")
def basins_no_constant(x0s, lr, n):
    x = np.array(x0s, dtype=float)
    for _ in range(n):
        x = x - lr * (x**3 - x)
    return (x > 0).astype(int)


@wrong("basins", "The constant has the wrong sign.")
def basins_constant_sign(x0s, lr, n):
    x = np.array(x0s, dtype=float)
    for _ in range(n):
        x = x - lr * (x**3 - x - 0.1)
    return (x > 0).astype(int)


@wrong("basins", "x/10 is not derived.")
def basins_not_derived(x0s, lr, n):
    x = np.array(x0s, dtype=float)
    for _ in range(n):
        x = x - lr * (x**3 - x + x / 10)
    return (x > 0).astype(int)


@wrong("basins", "Uphill.")
def basins_uphill(x0s, lr, n):
    x = np.array(x0s, dtype=float)
    for _ in range(n):
        x = np.clip(x + lr * (x**3 - x + 0.1), -50, 50)
    return (x > 0).astype(int)


@wrong("basins", "The end points are returned.")
def basins_points(x0s, lr, n):
    x = np.array(x0s, dtype=float)
    for _ in range(n):
        x = x - lr * (x**3 - x + 0.1)
    return x


@wrong("basins", "True and False.")
def basins_bools(x0s, lr, n):
    x = np.array(x0s, dtype=float)
    for _ in range(n):
        x = x - lr * (x**3 - x + 0.1)
    return x > 0


@wrong("basins", "n is ignored: ten steps.")
def basins_ten_steps(x0s, lr, n):
    x = np.array(x0s, dtype=float)
    for _ in range(10):
        x = x - lr * (x**3 - x + 0.1)
    return (x > 0).astype(int)


@wrong("basins", "Only the first step decides: the slope at the start.")
def basins_first_step(x0s, lr, n):
    x = np.array(x0s, dtype=float)
    return (x**3 - x + 0.1 < 0).astype(int)


@wrong("basins", "The starts are changed.")
def basins_mutates(x0s, lr, n):
    x = x0s if x0s.dtype.kind == "f" else x0s * 1.0
    for _ in range(n):
        x -= lr * (x**3 - x + 0.1)
    return (x > 0).astype(int)


@wrong("basins", "The top of the hill is guessed: 0.1.")
def basins_guessed_top(x0s, lr, n):
    return (np.asarray(x0s) > 0.1).astype(int)


@wrong("basins", "-1 for the left one.")
def basins_minus_one(x0s, lr, n):
    x = np.array(x0s, dtype=float)
    for _ in range(n):
        x = x - lr * (x**3 - x + 0.1)
    return np.sign(x).astype(int)


@wrong("basins", "A list.")
def basins_list(x0s, lr, n):
    x = np.array(x0s, dtype=float)
    for _ in range(n):
        x = x - lr * (x**3 - x + 0.1)
    return [int(t > 0) for t in x]


@wrong("basins", "Only the basin of the first start, for all.")
def basins_first_only(x0s, lr, n):
    x = float(x0s[0])
    for _ in range(n):
        x = x - lr * (x**3 - x + 0.1)
    return np.full(len(x0s), int(x > 0))


@wrong("basins", "The number of the nearest whole number.")
def basins_round(x0s, lr, n):
    return np.clip(np.round(np.asarray(x0s, dtype=float)), 0, 1).astype(int)


# ---------------------------------------------------------------- lr_max


@wrong("lr_max", "The smallest eigenvalue.")
def lr_max_smallest(H):
    lam = np.linalg.eigvalsh(H)
    if lam[0] <= 0:
        raise ValueError
    return 2 / lam[0]


@wrong("lr_max", "1 / L.")
def lr_max_one(H):
    lam = np.linalg.eigvalsh(H)
    if lam[0] <= 0:
        raise ValueError
    return 1 / lam[-1]


@wrong("lr_max", "The largest entry of the diagonal.")
def lr_max_diagonal(H):
    if np.linalg.eigvalsh(H)[0] <= 0:
        raise ValueError
    return 2 / np.diag(H).max()


@wrong("lr_max", "The trace.")
def lr_max_trace(H):
    if np.linalg.eigvalsh(H)[0] <= 0:
        raise ValueError
    return 2 / np.trace(H)


@wrong("lr_max", "Nothing is refused.")
def lr_max_no_error(H):
    return 2 / np.linalg.eigvalsh(H)[-1]


@wrong("lr_max", "Only negative definite ones are refused.")
def lr_max_all_negative(H):
    lam = np.linalg.eigvalsh(H)
    if lam[-1] <= 0:
        raise ValueError
    return 2 / lam[-1]


@wrong("lr_max", "The determinant tells whether all eigenvalues are positive.")
def lr_max_determinant(H):
    if np.linalg.det(H) <= 0:
        raise ValueError
    return 2 / np.linalg.eigvalsh(H)[-1]


@wrong("lr_max", "The diagonal tells whether all eigenvalues are positive.")
def lr_max_positive_diagonal(H):
    if (np.diag(H) <= 0).any():
        raise ValueError
    return 2 / np.abs(np.linalg.eigvalsh(H)).max()


@wrong("lr_max", "The norm of all entries.")
def lr_max_frobenius(H):
    if np.linalg.eigvalsh(H)[0] <= 0:
        raise ValueError
    return 2 / np.linalg.norm(H)


# ---------------------------------------------------------------- rate


@wrong("rate", "Without the bars.")
def rate_no_bars(H, lr):
    return (1 - lr * np.linalg.eigvalsh(H)).max()


@wrong("rate", "The best direction.")
def rate_best(H, lr):
    return np.abs(1 - lr * np.linalg.eigvalsh(H)).min()


@wrong("rate", "The steepest direction only.")
def rate_steepest(H, lr):
    return abs(1 - lr * np.linalg.eigvalsh(H).max())


@wrong("rate", "The flattest direction only.")
def rate_flattest(H, lr):
    return abs(1 - lr * np.linalg.eigvalsh(H).min())


@wrong("rate", "Cut at 1.")
def rate_cut(H, lr):
    return min(1.0, np.abs(1 - lr * np.linalg.eigvalsh(H)).max())


@wrong("rate", "As for x²: twice the eigenvalue.")
def rate_twice(H, lr):
    return np.abs(1 - 2 * lr * np.linalg.eigvalsh(H)).max()


@wrong("rate", "Refuses what does not converge.")
def rate_refuses(H, lr):
    r = np.abs(1 - lr * np.linalg.eigvalsh(H)).max()
    if r >= 1:
        raise ValueError("diverges")
    return r


@wrong("rate", "The diagonal instead of the eigenvalues.")
def rate_diagonal(H, lr):
    return np.abs(1 - lr * np.diag(H)).max()


@wrong("rate", "The absolute values of the eigenvalues.")
def rate_absolute(H, lr):
    return np.abs(1 - lr * np.abs(np.linalg.eigvalsh(H))).max()


# ---------------------------------------------------------------- steps_needed


@wrong("steps_needed", "Rounded down.")
def steps_floor(H, lr, ratio):
    r = rate(H, lr)
    if r >= 1:
        raise ValueError
    return 1 if r == 0 else int(np.log(ratio) / np.log(r))


@wrong("steps_needed", "One too many.")
def steps_one_more(H, lr, ratio):
    r = rate(H, lr)
    if r >= 1:
        raise ValueError
    t, left = 0, 1.0
    while left > ratio:
        t, left = t + 1, left * r
    return t + 1


@wrong("steps_needed", "The loss shrinks to the ratio, not the distance.")
def steps_of_the_loss(H, lr, ratio):
    r = rate(H, lr) ** 2
    if r >= 1:
        raise ValueError
    t, left = 0, 1.0
    while left > ratio:
        t, left = t + 1, left * r
    return t


@wrong("steps_needed", "Nothing is refused: 10 000 steps and out.")
def steps_no_error(H, lr, ratio):
    r = rate(H, lr)
    t, left = 0, 1.0
    while left > ratio and t < 10_000:
        t, left = t + 1, left * r
    return t


@wrong("steps_needed", "Logarithms, which a rate of 0 has not got: the answer is 0 then.")
def steps_rate_zero(H, lr, ratio):
    r = rate(H, lr)
    if r >= 1:
        raise ValueError
    return 0 if r < 1e-12 else int(np.ceil(np.log(ratio) / np.log(r)))


@wrong("steps_needed", "The logarithm to base 10 of the ratio and a natural one of the rate.")
def steps_two_logarithms(H, lr, ratio):
    r = rate(H, lr)
    if r >= 1:
        raise ValueError
    return 1 if r < 1e-12 else int(np.ceil(np.log10(ratio) / np.log(r)))


@wrong("steps_needed", "As if every step took away rate times the first distance.")
def steps_linear(H, lr, ratio):
    r = rate(H, lr)
    if r >= 1:
        raise ValueError
    return int(np.ceil((1 - ratio) / (1 - r)))


@wrong("steps_needed", "A float.")
def steps_float(H, lr, ratio):
    r = rate(H, lr)
    if r >= 1:
        raise ValueError
    return 1.0 if r < 1e-12 else np.log(ratio) / np.log(r)


# ---------------------------------------------------------------- hess


@wrong("hess", "The first derivatives, on a diagonal.")
def hess_gradient(x, y, z):
    return np.diag([3 * x**2 + 6 * x * y, 3 * x**2 - z**3, 2 * z - 3 * y * z**2])


@wrong("hess", "The mixed derivatives are missing.")
def hess_diagonal(x, y, z):
    return np.diag([6 * x + 6 * y, 0.0, 2 - 6 * y * z])


@wrong("hess", "Only above the diagonal.")
def hess_triangle(x, y, z):
    return np.array([[6 * x + 6 * y, 6 * x, 0], [0, 0, -3 * z**2], [0, 0, 2 - 6 * y * z]])


@wrong("hess", "A mixed derivative has the wrong sign.")
def hess_sign(x, y, z):
    return np.array([[6 * x + 6 * y, 6 * x, 0], [6 * x, 0, 3 * z**2], [0, 3 * z**2, 2 - 6 * y * z]])


@wrong("hess", "z³ is differentiated to 3z.")
def hess_power(x, y, z):
    return np.array([[6 * x + 6 * y, 6 * x, 0], [6 * x, 0, -3 * z], [0, -3 * z, 2 - 6 * y * z]])


@wrong("hess", "The 6y is forgotten.")
def hess_no_y(x, y, z):
    return np.array([[6 * x, 6 * x, 0], [6 * x, 0, -3 * z**2], [0, -3 * z**2, 2 - 6 * y * z]])


@wrong("hess", "The variables in the order x, z, y.")
def hess_order(x, y, z):
    return np.array([[6 * x + 6 * y, 0, 6 * x], [0, 2 - 6 * y * z, -3 * z**2], [6 * x, -3 * z**2, 0]])


@wrong("hess", "Second differences with a step of 1e-4.")
def hess_differences(x, y, z):
    def f(p):
        return p[0] ** 3 + 3 * p[0] ** 2 * p[1] - p[1] * p[2] ** 3 + p[2] ** 2

    p, e = np.array([x, y, z], dtype=float), 1e-4 * np.eye(3)
    return np.array(
        [
            [(f(p + e[i] + e[j]) - f(p + e[i] - e[j]) - f(p - e[i] + e[j]) + f(p - e[i] - e[j])) / 4e-8 for j in range(3)]
            for i in range(3)
        ]
    )


@wrong("hess", "Whole numbers only: the entries are cut off.")
def hess_whole(x, y, z):
    H = np.zeros((3, 3), dtype=int)
    H[0, 0], H[0, 1], H[1, 0] = 6 * x + 6 * y, 6 * x, 6 * x
    H[1, 2], H[2, 1], H[2, 2] = -3 * z**2, -3 * z**2, 2 - 6 * y * z
    return H


# ---------------------------------------------------------------- crit_points


@wrong("crit_points", "A rounded decimal.")
def crit_rounded():
    return np.array([[0, -1, 0], [0, 1, 0], [-0.954, 0.477, 1.398]])


@wrong("crit_points", "x = 2y.")
def crit_sign():
    z = (16 / 3) ** 0.2
    return np.array([[0, -1, 0], [0, 1, 0], [4 / (3 * z), 2 / (3 * z), z]])


@wrong("crit_points", "The two points of the line are exchanged.")
def crit_exchanged():
    z = (16 / 3) ** 0.2
    return np.array([[0, 1, 0], [0, -1, 0], [-4 / (3 * z), 2 / (3 * z), z]])


@wrong("crit_points", "The single point stands first.")
def crit_first():
    z = (16 / 3) ** 0.2
    return np.array([[-4 / (3 * z), 2 / (3 * z), z], [0, -1, 0], [0, 1, 0]])


@wrong("crit_points", "A point in each column.")
def crit_columns():
    z = (16 / 3) ** 0.2
    return np.array([[0, -1, 0], [0, 1, 0], [-4 / (3 * z), 2 / (3 * z), z]]).T


@wrong("crit_points", "z⁵ = 4/3: a square was forgotten.")
def crit_power():
    z = (4 / 3) ** 0.2
    return np.array([[0, -1, 0], [0, 1, 0], [-4 / (3 * z), 2 / (3 * z), z]])


@wrong("crit_points", "The origin is taken for the single point.")
def crit_origin():
    return np.array([[0.0, -1, 0], [0, 1, 0], [0, 0, 0]])


@wrong("crit_points", "The line is taken for the x axis.")
def crit_other_line():
    z = (16 / 3) ** 0.2
    return np.array([[-1, 0, 0], [1, 0, 0], [-4 / (3 * z), 2 / (3 * z), z]])


# ---------------------------------------------------------------- classify


@wrong("classify", "The determinant and the first entry.")
def classify_determinant(H, tol):
    d = np.linalg.det(H)
    if abs(d) <= tol:
        return "degenerate"
    if d < 0:
        return "saddle"
    return "min" if H[0, 0] > 0 else "max"


@wrong("classify", "Both signs are looked for before zeros.")
def classify_saddle_first(H, tol):
    lam = np.linalg.eigvalsh(H)
    if (lam > tol).any() and (lam < -tol).any():
        return "saddle"
    if (np.abs(lam) <= tol).any():
        return "degenerate"
    return "min" if (lam > 0).all() else "max"


@wrong("classify", "The diagonal instead of the eigenvalues.")
def classify_diagonal(H, tol):
    lam = np.diag(H)
    if (np.abs(lam) <= tol).any():
        return "degenerate"
    if (lam > 0).all():
        return "min"
    return "max" if (lam < 0).all() else "saddle"


@wrong("classify", "tol is ignored: only exact zeros count.")
def classify_no_tol(H, tol):
    lam = np.linalg.eigvalsh(H)
    if (lam == 0).any():
        return "degenerate"
    if (lam > 0).all():
        return "min"
    return "max" if (lam < 0).all() else "saddle"


@wrong("classify", "min and max exchanged.")
def classify_exchanged(H, tol):
    lam = np.linalg.eigvalsh(H)
    if (np.abs(lam) <= tol).any():
        return "degenerate"
    if (lam > 0).all():
        return "max"
    return "min" if (lam < 0).all() else "saddle"


@wrong("classify", "Degenerate only if all eigenvalues are 0.")
def classify_all_flat(H, tol):
    lam = np.linalg.eigvalsh(H)
    if (np.abs(lam) <= tol).all():
        return "degenerate"
    if (lam > -tol).all():
        return "min"
    return "max" if (lam < tol).all() else "saddle"


@wrong("classify", "Without the bars: a negative eigenvalue counts as flat.")
def classify_no_bars(H, tol):
    lam = np.linalg.eigvalsh(H)
    if (lam > tol).all():
        return "min"
    if (lam < -tol).all():
        return "max"
    return "degenerate" if (lam <= tol).any() and not (lam < -tol).any() else "saddle"


@wrong("classify", "tol is measured against the largest eigenvalue.")
def classify_relative(H, tol):
    lam = np.linalg.eigvalsh(H)
    if (np.abs(lam) <= tol * np.abs(lam).max()).any():
        return "degenerate"
    if (lam > 0).all():
        return "min"
    return "max" if (lam < 0).all() else "saddle"


@wrong("classify", "The trace decides between min and max.")
def classify_trace(H, tol):
    lam = np.linalg.eigvalsh(H)
    if (np.abs(lam) <= tol).any():
        return "degenerate"
    return "min" if np.trace(H) > 0 else "max"


# ---------------------------------------------------------------- predicted_drop


@wrong("predicted_drop", "A positive number.")
def predicted_positive(g, eta):
    return eta * (g @ g)


@wrong("predicted_drop", "The length is not squared.")
def predicted_length(g, eta):
    return -eta * np.linalg.norm(g)


@wrong("predicted_drop", "The square of the sum.")
def predicted_sum(g, eta):
    return -eta * g.sum() ** 2


@wrong("predicted_drop", "eta is squared, too.")
def predicted_eta(g, eta):
    return -((eta * np.linalg.norm(g)) ** 2)


@wrong("predicted_drop", "One number for each coordinate.")
def predicted_entries(g, eta):
    return -eta * g**2


@wrong("predicted_drop", "A half in front.")
def predicted_half(g, eta):
    return -eta * (g @ g) / 2


@wrong("predicted_drop", "The mean over the coordinates.")
def predicted_mean(g, eta):
    return -eta * np.mean(g**2)


# ---------------------------------------------------------------- drop_ratio


@wrong("drop_ratio", "Each step starts where the last one ended.")
def ratio_walks(f, grad, x, etas):
    out, u = [], x.copy()
    for eta in etas:
        g = grad(u)
        out.append((f(u - eta * g) - f(u)) / (-eta * (g @ g)))
        u = u - eta * g
    return np.array(out)


@wrong("drop_ratio", "Upside down.")
def ratio_inverse(f, grad, x, etas):
    g = grad(x)
    return np.array([-eta * (g @ g) / (f(x - eta * g) - f(x)) for eta in etas])


@wrong("drop_ratio", "The step goes uphill.")
def ratio_uphill(f, grad, x, etas):
    g = grad(x)
    return np.array([(f(x + eta * g) - f(x)) / (eta * (g @ g)) for eta in etas])


@wrong("drop_ratio", "The sign of the real change is lost.")
def ratio_absolute(f, grad, x, etas):
    g = grad(x)
    return np.array([abs(f(x - eta * g) - f(x)) / (eta * (g @ g)) for eta in etas])


@wrong("drop_ratio", "The gradient at the end of the step is in the prediction.")
def ratio_end_gradient(f, grad, x, etas):
    g, out = grad(x), []
    for eta in etas:
        there = x - eta * g
        out.append((f(there) - f(x)) / (-eta * (grad(there) @ grad(there))))
    return np.array(out)


@wrong("drop_ratio", "The sign: real change over a positive prediction.")
def ratio_sign(f, grad, x, etas):
    g = grad(x)
    return np.array([(f(x - eta * g) - f(x)) / (eta * (g @ g)) for eta in etas])


@wrong("drop_ratio", "x is changed.")
def ratio_spoils_x(f, grad, x, etas):
    g, here, out = np.array(grad(x)), f(x), []
    old = x.copy()
    for eta in etas:
        x[:] = old - eta * g
        out.append((f(x) - here) / (-eta * (g @ g)))
    return np.array(out)


@wrong("drop_ratio", "The formula for x², whatever f is.")
def ratio_square_only(f, grad, x, etas):
    return 1 - np.asarray(etas)


@wrong("drop_ratio", "The step has the length eta.")
def ratio_unit_step(f, grad, x, etas):
    g = grad(x)
    size = np.sqrt(g @ g)
    return np.array([(f(x - eta * g / size) - f(x)) / (-eta * size) for eta in etas])


# ---------------------------------------------------------------- standardize


@wrong("standardize", "m - 1.")
def standard_sample(X):
    mu, sd = X.mean(axis=0), X.std(axis=0, ddof=1)
    sd = np.where(np.ptp(X, axis=0) == 0, 1.0, sd)
    return (X - mu) / sd, mu, sd


@wrong("standardize", "sd is 0 for a column of equal entries.")
def standard_zero_sd(X):
    mu, sd = X.mean(axis=0), X.std(axis=0)
    flat = np.ptp(X, axis=0) == 0
    sd = np.where(flat, 0.0, sd)
    return (X - mu) / np.where(flat, 1.0, sd), mu, sd


@wrong("standardize", "Rows instead of columns.")
def standard_rows(X):
    mu, sd = X.mean(axis=1), X.std(axis=1)
    sd = np.where(np.ptp(X, axis=1) == 0, 1.0, sd)
    return (X - mu[:, None]) / sd[:, None], mu, sd


@wrong("standardize", "One mean and one deviation for the whole matrix.")
def standard_all(X):
    mu, sd = np.full(X.shape[1], X.mean()), np.full(X.shape[1], X.std())
    return (X - mu) / sd, mu, sd


@wrong("standardize", "A small number in the denominator.")
def standard_epsilon(X):
    mu, sd = X.mean(axis=0), X.std(axis=0) + 1e-8
    sd = np.where(np.ptp(X, axis=0) == 0, 1.0, sd)
    return (X - mu) / sd, mu, sd


@wrong("standardize", "The variance.")
def standard_variance(X):
    mu, sd = X.mean(axis=0), X.var(axis=0)
    sd = np.where(np.ptp(X, axis=0) == 0, 1.0, sd)
    return (X - mu) / sd, mu, sd


@wrong("standardize", "Scaled to the range from 0 to 1.")
def standard_range(X):
    low, sd = X.min(axis=0), np.ptp(X, axis=0)
    sd = np.where(sd == 0, 1.0, sd)
    return (X - low) / sd, low, sd


@wrong("standardize", "X is changed.")
def standard_in_place(X):
    mu, sd = X.mean(axis=0), X.std(axis=0)
    sd = np.where(np.ptp(X, axis=0) == 0, 1.0, sd)
    X -= mu
    X /= sd
    return X, mu, sd


@wrong("standardize", "mu and sd exchanged in the answer.")
def standard_exchanged(X):
    mu, sd = X.mean(axis=0), X.std(axis=0)
    sd = np.where(np.ptp(X, axis=0) == 0, 1.0, sd)
    return (X - mu) / sd, sd, mu


@wrong("standardize", "The rows keep an axis: mu and sd of shape (1, d).")
def standard_keepdims(X):
    mu, sd = X.mean(axis=0, keepdims=True), X.std(axis=0, keepdims=True)
    sd = np.where(np.ptp(X, axis=0, keepdims=True) == 0, 1.0, sd)
    return (X - mu) / sd, mu, sd


@wrong("standardize", "Every deviation below 1 is taken for 1.")
def standard_at_least_one(X):
    mu, sd = X.mean(axis=0), np.maximum(X.std(axis=0), 1.0)
    return (X - mu) / sd, mu, sd


# ---------------------------------------------------------------- iters_to_tol


@wrong("iters_to_tol", "The gradient without the 2.")
def iters_half(X, y, lr, tol):
    w, t = np.zeros(X.shape[1]), 0
    while np.mean((X @ w - y) ** 2) > tol and t < 20_000:
        w, t = w - lr / len(y) * X.T @ (X @ w - y), t + 1
    return t


@wrong("iters_to_tol", "Asks after the step only: at least 1.")
def iters_at_least_one(X, y, lr, tol):
    w, t = np.zeros(X.shape[1]), 0
    while True:
        w, t = w - 2 * lr / len(y) * X.T @ (X @ w - y), t + 1
        if np.mean((X @ w - y) ** 2) <= tol or t > 20_000:
            return t


@wrong("iters_to_tol", "One step too many.")
def iters_one_more(X, y, lr, tol):
    w, t, loss = np.zeros(X.shape[1]), 0, np.inf
    while loss > tol and t < 20_000:
        loss = np.mean((X @ w - y) ** 2)
        w, t = w - 2 * lr / len(y) * X.T @ (X @ w - y), t + 1
    return t


@wrong("iters_to_tol", "The sum of the squares is compared.")
def iters_sum(X, y, lr, tol):
    w, t = np.zeros(X.shape[1]), 0
    while np.sum((X @ w - y) ** 2) > tol and t < 20_000:
        w, t = w - 2 * lr / len(y) * X.T @ (X @ w - y), t + 1
    return t


@wrong("iters_to_tol", "The gradient is that of the sum.")
def iters_sum_gradient(X, y, lr, tol):
    w, t = np.zeros(X.shape[1]), 0
    while np.mean((X @ w - y) ** 2) > tol and t < 2000:
        w, t = w - 2 * lr * X.T @ (X @ w - y), t + 1
    return t


@wrong("iters_to_tol", "Standardises inside.")
def iters_standardises(X, y, lr, tol):
    X = standardize(X)[0]
    w, t = np.zeros(X.shape[1]), 0
    while np.mean((X @ w - y) ** 2) > tol and t < 2000:
        w, t = w - 2 * lr / len(y) * X.T @ (X @ w - y), t + 1
    return t


@wrong("iters_to_tol", "Stops when the loss changes by tol or less.")
def iters_change(X, y, lr, tol):
    w, t, before = np.zeros(X.shape[1]), 0, np.inf
    loss = np.mean(y**2)
    while before - loss > tol and t < 20_000:
        w, t, before = w - 2 * lr / len(y) * X.T @ (X @ w - y), t + 1, loss
        loss = np.mean((X @ w - y) ** 2)
    return t


@wrong("iters_to_tol", "Stops when the gradient is short.")
def iters_gradient(X, y, lr, tol):
    w, t = np.zeros(X.shape[1]), 0
    while t < 20_000:
        g = 2 / len(y) * X.T @ (X @ w - y)
        if np.linalg.norm(g) <= tol:
            break
        w, t = w - lr * g, t + 1
    return t


@wrong("iters_to_tol", "The root of the loss is compared.")
def iters_root(X, y, lr, tol):
    w, t = np.zeros(X.shape[1]), 0
    while np.sqrt(np.mean((X @ w - y) ** 2)) > tol and t < 20_000:
        w, t = w - 2 * lr / len(y) * X.T @ (X @ w - y), t + 1
    return t


@wrong("iters_to_tol", "Starts at ones.")
def iters_ones(X, y, lr, tol):
    w, t = np.ones(X.shape[1]), 0
    while np.mean((X @ w - y) ** 2) > tol and t < 20_000:
        w, t = w - 2 * lr / len(y) * X.T @ (X @ w - y), t + 1
    return t
