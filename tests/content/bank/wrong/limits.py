"""Wrong answers to the sheet on limits and quotients, as students give them. Each one replaces the right function."""
import numpy as np

BANK = []


def wrong(function, what):
    def add(f):
        BANK.append((function, what, f))
        return f

    return add


# ---------------------------------------------------------------- first_index


@wrong("first_index", "Not smaller than delta, but at most delta.")
def first_index_at_most(delta):
    K = 1
    while 1 / K > delta:
        K += 1
    return K


@wrong("first_index", "The ceiling of 1/delta: wrong where 1/delta is a whole number.")
def first_index_ceiling(delta):
    return max(1, int(np.ceil(1 / delta)))


@wrong("first_index", "1/delta rounded down, without the one that is added.")
def first_index_floor(delta):
    return max(1, int(1 / delta))


@wrong("first_index", "Counts from 0: the index is one too small.")
def first_index_from_zero(delta):
    s = [3 + (-1) ** n / n for n in range(1, 4000)]
    k = len(s) - 1
    while k >= 0 and abs(s[k] - 3) < delta:
        k -= 1
    return max(k + 1, 1)


@wrong("first_index", "The members above 3 only.")
def first_index_even_only(delta):
    K = 2
    while not 1 / K < delta:
        K += 2
    return K


@wrong("first_index", "The distance without its bars: the first member is below 3, so it is always close enough.")
def first_index_no_bars(delta):
    n = 1
    while not 3 + (-1) ** n / n - 3 < delta:
        n += 1
    return n


@wrong("first_index", "Stops looking after a hundred members.")
def first_index_hundred(delta):
    for K in range(1, 101):
        if 1 / K < delta:
            return K
    return 100


@wrong("first_index", "The gap between two neighbours, not the distance from the limit.")
def first_index_gap(delta):
    n = 1
    while not 1 / n + 1 / (n + 1) < delta:
        n += 1
    return n


@wrong("first_index", "Never smaller than 2.")
def first_index_two(delta):
    K = 2
    while not 1 / K < delta:
        K += 1
    return K


@wrong("first_index", "1/delta rounded to the nearest whole number, plus 1.")
def first_index_rounded(delta):
    return max(1, round(1 / delta) + 1)



# ---------------------------------------------------------------- forward_q


@wrong("forward_q", "Backwards: to the left of x.")
def forward_q_backward(f, x, h):
    return (f(x) - f(x - h)) / h


@wrong("forward_q", "The difference, not divided by the step.")
def forward_q_difference(f, x, h):
    return f(x + h) - f(x)


@wrong("forward_q", "The brackets are missing: only f(x) is divided.")
def forward_q_brackets(f, x, h):
    return f(x + h) - f(x) / h


@wrong("forward_q", "Left minus right.")
def forward_q_sign(f, x, h):
    return (f(x) - f(x + h)) / h


@wrong("forward_q", "Divided by 2h, as for the central one.")
def forward_q_two(f, x, h):
    return (f(x + h) - f(x)) / (2 * h)


@wrong("forward_q", "A smaller step than the one that was asked for, to be more exact.")
def forward_q_own_step(f, x, h):
    h = min(h, 1e-7)
    return (f(x + h) - f(x)) / h


@wrong("forward_q", "The central quotient, because it is better.")
def forward_q_central(f, x, h):
    return (f(x + h / 2) - f(x - h / 2)) / h


@wrong("forward_q", "Rounded to six decimals.")
def forward_q_rounded(f, x, h):
    return round((f(x + h) - f(x)) / h, 6)


@wrong("forward_q", "Floor division.")
def forward_q_floor(f, x, h):
    return (f(x + h) - f(x)) // h


# ---------------------------------------------------------------- central_q


@wrong("central_q", "Divided by h only.")
def central_q_one_h(f, x, h):
    return (f(x + h) - f(x - h)) / h


@wrong("central_q", "Brackets: divided by 2, then multiplied by h.")
def central_q_brackets(f, x, h):
    return (f(x + h) - f(x - h)) / 2 * h


@wrong("central_q", "Half a step to each side.")
def central_q_half_steps(f, x, h):
    return (f(x + h / 2) - f(x - h / 2)) / h


@wrong("central_q", "The forward quotient with twice the step.")
def central_q_forward(f, x, h):
    return (f(x + 2 * h) - f(x)) / (2 * h)


@wrong("central_q", "The mean of the forward and the backward quotient: right on paper, but with a third point.")
def central_q_mean_of_two(f, x, h):
    return ((f(x + h) - f(x)) / h + (f(x) - f(x - h)) / h) / 2


@wrong("central_q", "Left minus right.")
def central_q_sign(f, x, h):
    return (f(x - h) - f(x + h)) / (2 * h)


@wrong("central_q", "The second difference.")
def central_q_second(f, x, h):
    return (f(x + h) - 2 * f(x) + f(x - h)) / h**2


@wrong("central_q", "The sum of the two values.")
def central_q_sum(f, x, h):
    return (f(x + h) + f(x - h)) / (2 * h)


# ---------------------------------------------------------------- error_curve


@wrong("error_curve", "With its sign: the bars are missing.")
def error_curve_no_bars(f, df, x, hs, kind="forward"):
    q = forward_q if kind == "forward" else central_q
    return np.array([q(f, x, h) - df(x) for h in hs])


@wrong("error_curve", "The relative error.")
def error_curve_relative(f, df, x, hs, kind="forward"):
    q = forward_q if kind == "forward" else central_q
    return np.array([abs((q(f, x, h) - df(x)) / df(x)) for h in hs])


@wrong("error_curve", "kind is ignored: always forward.")
def error_curve_always_forward(f, df, x, hs, kind="forward"):
    return np.array([abs(forward_q(f, x, h) - df(x)) for h in hs])


@wrong("error_curve", "The steps are sorted first.")
def error_curve_sorted(f, df, x, hs, kind="forward"):
    q = forward_q if kind == "forward" else central_q
    return np.array([abs(q(f, x, h) - df(x)) for h in sorted(hs, reverse=True)])


@wrong("error_curve", "The derivative at x + h.")
def error_curve_slope_elsewhere(f, df, x, hs, kind="forward"):
    q = forward_q if kind == "forward" else central_q
    return np.array([abs(q(f, x, h) - df(x + h)) for h in hs])


@wrong("error_curve", "The default of kind is central.")
def error_curve_default(f, df, x, hs, kind="central"):
    q = forward_q if kind == "forward" else central_q
    return np.array([abs(q(f, x, h) - df(x)) for h in hs])


@wrong("error_curve", "Single precision.")
def error_curve_single(f, df, x, hs, kind="forward"):
    x = np.float32(x)
    hs = np.asarray(hs, dtype=np.float32)
    q = forward_q if kind == "forward" else central_q
    return np.array([abs(np.float32(q(f, x, h)) - np.float32(df(x))) for h in hs])


@wrong("error_curve", "The squared error.")
def error_curve_squared(f, df, x, hs, kind="forward"):
    q = forward_q if kind == "forward" else central_q
    return np.array([(q(f, x, h) - df(x)) ** 2 for h in hs])


@wrong("error_curve", "The last step is left out.")
def error_curve_short(f, df, x, hs, kind="forward"):
    q = forward_q if kind == "forward" else central_q
    return np.array([abs(q(f, x, hs[k]) - df(x)) for k in range(len(hs) - 1)])


# ---------------------------------------------------------------- best_h


@wrong("best_h", "The index of the step.")
def best_h_index(f, df, x, hs, kind="forward"):
    return int(np.argmin(error_curve(f, df, x, hs, kind)))


@wrong("best_h", "The smallest error.")
def best_h_error(f, df, x, hs, kind="forward"):
    return float(np.min(error_curve(f, df, x, hs, kind)))


@wrong("best_h", "The smallest step.")
def best_h_smallest(f, df, x, hs, kind="forward"):
    return float(np.min(hs))


@wrong("best_h", "kind is not handed on.")
def best_h_kind(f, df, x, hs, kind="forward"):
    return float(hs[np.argmin(error_curve(f, df, x, hs))])


@wrong("best_h", "The worst step.")
def best_h_worst(f, df, x, hs, kind="forward"):
    return float(hs[np.argmax(error_curve(f, df, x, hs, kind))])


@wrong("best_h", "The index belongs to a sorted copy of the steps.")
def best_h_sorted(f, df, x, hs, kind="forward"):
    return float(hs[np.argmin(error_curve(f, df, x, np.sort(hs), kind))])


@wrong("best_h", "The rule of thumb: the square root of the machine's precision, which is none of the steps.")
def best_h_thumb(f, df, x, hs, kind="forward"):
    return 2.0**-26


@wrong("best_h", "Stops at the first step whose error grows.")
def best_h_first_valley(f, df, x, hs, kind="forward"):
    e = error_curve(f, df, x, hs, kind)
    for k in range(1, len(hs)):
        if e[k] > e[k - 1]:
            return float(hs[k - 1])
    return float(hs[-1])


# ---------------------------------------------------------------- winners


@wrong("winners", "The other way round.")
def winners_swapped():
    return {"forward": 1e-6, "central": 1e-8}


@wrong("winners", "The exponents.")
def winners_exponents():
    return {"forward": -8, "central": -6}


@wrong("winners", "The smallest step for both.")
def winners_smallest():
    return {"forward": 1e-15, "central": 1e-15}


@wrong("winners", "The same step for both.")
def winners_same():
    return {"forward": 1e-8, "central": 1e-8}


@wrong("winners", "A tuple, not a dict.")
def winners_tuple():
    return 1e-8, 1e-6


@wrong("winners", "One key is misspelt.")
def winners_key():
    return {"forward": 1e-8, "centre": 1e-6}


@wrong("winners", "At +2, not at -2, with the slope of -2.")
def winners_place():
    return {k: float(best_h(wiggle, lambda x: -WIGGLE_SLOPE, 2.0, STEPS, k)) for k in ("forward", "central")}


# ---------------------------------------------------------------- d_affine


@wrong("d_affine", "The number a for an array, too.")
def d_affine_number(a, b, x):
    return a


@wrong("d_affine", "The value of the line.")
def d_affine_value(a, b, x):
    return a * x + b


@wrong("d_affine", "The b stays.")
def d_affine_b(a, b, x):
    return a + b + 0 * x


@wrong("d_affine", "a is cut to a whole number where x holds whole numbers.")
def d_affine_full_like(a, b, x):
    return np.full_like(x, a)


@wrong("d_affine", "Always an array of one entry at least.")
def d_affine_one_entry(a, b, x):
    return a * np.ones(np.size(x))


@wrong("d_affine", "a x.")
def d_affine_ax(a, b, x):
    return a * x


@wrong("d_affine", "An array with a single place gives a number.")
def d_affine_single(a, b, x):
    return a if np.size(x) == 1 else a * np.ones(np.shape(x))



# ---------------------------------------------------------------- d_x2


@wrong("d_x2", "The square itself.")
def d_x2_square(x):
    return x**2


@wrong("d_x2", "The quotient with h = 1: 2x + 1.")
def d_x2_step(x):
    return (x + 1) ** 2 - x**2


@wrong("d_x2", "A quotient with a small step.")
def d_x2_quotient(x):
    return ((x + 1e-6) ** 2 - (x - 1e-6) ** 2) / 2e-6


@wrong("d_x2", "The 2 is forgotten.")
def d_x2_half(x):
    return x


@wrong("d_x2", "The slope of |x|x.")
def d_x2_bars(x):
    return 2 * abs(x)


@wrong("d_x2", "The sum over all places.")
def d_x2_sum(x):
    return 2 * np.sum(x)


# ---------------------------------------------------------------- d_x4


@wrong("d_x4", "The exponent stays.")
def d_x4_exponent(x):
    return 4 * x**4


@wrong("d_x4", "The factor 4 is forgotten.")
def d_x4_factor(x):
    return x**3


@wrong("d_x4", "Chain rule with the outer slope at x: 2x times 2x.")
def d_x4_chain(x):
    return 2 * x * 2 * x


@wrong("d_x4", "Chain rule without the inner slope: 2x².")
def d_x4_outer(x):
    return 2 * x**2


@wrong("d_x4", "The second derivative.")
def d_x4_second(x):
    return 12 * x**2


@wrong("d_x4", "The argument is multiplied in place.")
def d_x4_in_place(x):
    out = x
    if isinstance(out, np.ndarray):
        out *= 1
        out[...] = 4 * out**3
        return out
    return 4 * x**3


@wrong("d_x4", "The square root of 16 x⁶: negative places lose their sign.")
def d_x4_root(x):
    return np.sqrt(16.0 * np.float64(x) ** 6)



# ---------------------------------------------------------------- d_xsin


@wrong("d_xsin", "No product rule: the second term only.")
def d_xsin_second(x):
    return 2 * x**2 * np.cos(x**2)


@wrong("d_xsin", "No chain rule: the inner 2x is missing.")
def d_xsin_inner(x):
    return np.sin(x**2) + x * np.cos(x**2)


@wrong("d_xsin", "The product of the two slopes.")
def d_xsin_product_of_slopes(x):
    return np.cos(x**2) * 2 * x


@wrong("d_xsin", "The +1 stays.")
def d_xsin_one(x):
    return np.sin(x**2) + 2 * x**2 * np.cos(x**2) + 1


@wrong("d_xsin", "sin(x)² for sin(x²).")
def d_xsin_square_outside(x):
    return np.sin(x) ** 2 + 2 * x * np.sin(x) * np.cos(x)


@wrong("d_xsin", "Minus the cosine.")
def d_xsin_sign(x):
    return np.sin(x**2) - 2 * x**2 * np.cos(x**2)


@wrong("d_xsin", "A central quotient.")
def d_xsin_quotient(x):
    h = 1e-6
    return ((x + h) * np.sin((x + h) ** 2) - (x - h) * np.sin((x - h) ** 2)) / (2 * h)


@wrong("d_xsin", "Only numbers: of an array the first entry.")
def d_xsin_first(x):
    t = np.ravel(x)[0]
    return np.sin(t**2) + 2 * t**2 * np.cos(t**2)


# ---------------------------------------------------------------- d_sq


@wrong("d_sq", "The inner slope a is forgotten.")
def d_sq_inner(w, a, b, c):
    return 2 * (a * w + b)


@wrong("d_sq", "The c stays.")
def d_sq_c(w, a, b, c):
    return 2 * a * (a * w + b) + c


@wrong("d_sq", "The factor 2 is forgotten.")
def d_sq_two(w, a, b, c):
    return a * (a * w + b)


@wrong("d_sq", "By a, not by w.")
def d_sq_by_a(w, a, b, c):
    return 2 * w * (a * w + b)


@wrong("d_sq", "The b is lost when the square is multiplied out.")
def d_sq_no_b(w, a, b, c):
    return 2 * a**2 * w


@wrong("d_sq", "a to the first power in front of w.")
def d_sq_a_once(w, a, b, c):
    return 2 * a * w + 2 * a * b


@wrong("d_sq", "The size of a as inner slope.")
def d_sq_abs(w, a, b, c):
    return 2 * abs(a) * (a * w + b)


# ---------------------------------------------------------------- argmin_sq


@wrong("argmin_sq", "How low the function gets.")
def argmin_sq_value(a, b, c):
    if a == 0:
        raise ValueError("a")
    return c


@wrong("argmin_sq", "The sign.")
def argmin_sq_sign(a, b, c):
    if a == 0:
        raise ValueError("a")
    return b / a


@wrong("argmin_sq", "Upside down.")
def argmin_sq_upside_down(a, b, c):
    if a == 0 or b == 0:
        raise ValueError("a")
    return -a / b


@wrong("argmin_sq", "a = 0 raises another error.")
def argmin_sq_zero_division(a, b, c):
    return -b / a


@wrong("argmin_sq", "Floor division.")
def argmin_sq_floor(a, b, c):
    if a == 0:
        raise ValueError("a")
    return -b // a


@wrong("argmin_sq", "a = 0 gives 0.")
def argmin_sq_returns_zero(a, b, c):
    return -b / a if a else 0.0


@wrong("argmin_sq", "The zero of (a w + b)² + c, where there is one.")
def argmin_sq_root(a, b, c):
    if a == 0:
        raise ValueError("a")
    return (np.sqrt(abs(c)) - b) / a


@wrong("argmin_sq", "A search on a grid.")
def argmin_sq_grid(a, b, c):
    if a == 0:
        raise ValueError("a")
    grid = np.linspace(-100, 100, 200001)
    return float(grid[np.argmin((a * grid + b) ** 2 + c)])


@wrong("argmin_sq", "Only a negative or zero a is refused.")
def argmin_sq_positive_only(a, b, c):
    if a <= 0:
        raise ValueError("a")
    return -b / a


# ---------------------------------------------------------------- tangent


@wrong("tangent", "One column for each time.")
def tangent_columns(t):
    return np.array([-np.sin(t), np.cos(t), 2 * t])


@wrong("tangent", "The sign of the sine.")
def tangent_sign(t):
    return np.stack([np.sin(t), np.cos(t), 2 * t], axis=1)


@wrong("tangent", "The curve, not its tangent.")
def tangent_curve(t):
    return np.stack([np.cos(t), np.sin(t), t**2], axis=1)


@wrong("tangent", "Brought to length 1.")
def tangent_unit(t):
    T = np.stack([-np.sin(t), np.cos(t), 2 * t], axis=1)
    return T / np.linalg.norm(T, axis=1, keepdims=True)


@wrong("tangent", "Whole times give whole numbers.")
def tangent_whole(t):
    out = np.zeros((len(t), 3), dtype=t.dtype)
    out[:, 0] = -np.sin(t)
    out[:, 1] = np.cos(t)
    out[:, 2] = 2 * t
    return out


@wrong("tangent", "The angle in degrees.")
def tangent_degrees(t):
    r = np.deg2rad(t)
    return np.stack([-np.sin(r), np.cos(r), 2.0 * t], axis=1)


@wrong("tangent", "The last coordinate is t.")
def tangent_last(t):
    return np.stack([-np.sin(t), np.cos(t), 1.0 * t], axis=1)


@wrong("tangent", "reshape where a transposition is needed.")
def tangent_reshape(t):
    return np.array([-np.sin(t), np.cos(t), 2 * t]).reshape(len(t), 3)


@wrong("tangent", "A quotient, not the formula.")
def tangent_quotient(t):
    h = 1e-5
    y = lambda s: np.stack([np.cos(s), np.sin(s), s**2], axis=1)
    return (y(t + h) - y(t - h)) / (2 * h)


@wrong("tangent", "A single time gives a vector, no table.")
def tangent_squeezed(t):
    return np.squeeze(np.stack([-np.sin(t), np.cos(t), 2 * t], axis=1))



# ---------------------------------------------------------------- tangent_fd


@wrong("tangent_fd", "Central, divided by h.")
def tangent_fd_one_h(curve, t, h):
    return (curve(t + h) - curve(t - h)) / h


@wrong("tangent_fd", "Forward, divided by 2h.")
def tangent_fd_two_h(curve, t, h):
    return (curve(t + h) - curve(t)) / (2 * h)


@wrong("tangent_fd", "The speed: the length of the tangent vector.")
def tangent_fd_speed(curve, t, h):
    return np.linalg.norm(curve(t + h) - curve(t)) / h


@wrong("tangent_fd", "A step of its own.")
def tangent_fd_own_step(curve, t, h):
    h = 1e-6
    return (curve(t + h) - curve(t)) / h


@wrong("tangent_fd", "The unit vector.")
def tangent_fd_unit(curve, t, h):
    v = (curve(t + h) - curve(t)) / h
    return v / np.linalg.norm(v)


@wrong("tangent_fd", "Backwards.")
def tangent_fd_sign(curve, t, h):
    return (curve(t) - curve(t + h)) / h


@wrong("tangent_fd", "Only the first three coordinates.")
def tangent_fd_three(curve, t, h):
    a, b = curve(t), curve(t + h)
    return np.array([(b[i] - a[i]) / h for i in range(min(3, len(a)))])


@wrong("tangent_fd", "A table with one row.")
def tangent_fd_row(curve, t, h):
    return ((curve(t + h) - curve(t)) / h)[None]


@wrong("tangent_fd", "A curve in one dimension gives a number.")
def tangent_fd_squeezed(curve, t, h):
    return np.squeeze((curve(t + h) - curve(t)) / h)
