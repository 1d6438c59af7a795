"""Wrong answers to the sheet on partial derivatives, as students give them. Each one replaces the right function."""
import numpy as np

BANK = []


def wrong(function, what):
    def add(f):
        BANK.append((function, what, f))
        return f

    return add


# ---------------------------------------------------------------- lp_norm


@wrong("lp_norm", "No bars: negative entries cancel positive ones.")
def lp_norm_no_bars(v, p):
    return float(np.sum(np.asarray(v, dtype=float) ** p) ** (1 / p))


@wrong("lp_norm", "The root is forgotten.")
def lp_norm_no_root(v, p):
    return float(np.sum(np.abs(v) ** float(p)))


@wrong("lp_norm", "Always the square root, whatever p.")
def lp_norm_square_root(v, p):
    return float(np.sqrt(np.sum(np.abs(v) ** float(p))))


@wrong("lp_norm", "Always the Euclidean norm.")
def lp_norm_always_two(v, p):
    return float(np.linalg.norm(v))


@wrong("lp_norm", "p is rounded down to a whole number.")
def lp_norm_whole_p(v, p):
    p = int(p)
    return float(np.sum(np.abs(v) ** float(p)) ** (1 / p))


@wrong("lp_norm", "The mean instead of the sum.")
def lp_norm_mean(v, p):
    return float(np.mean(np.abs(v) ** float(p)) ** (1 / p))


@wrong("lp_norm", "Integer division in the exponent: 1 // p is 0 for p > 1.")
def lp_norm_integer_division(v, p):
    return float(np.sum(np.abs(v) ** float(p)) ** (1 // p))


@wrong("lp_norm", "The bars stand around the sum, not around each entry.")
def lp_norm_bars_outside(v, p):
    import math

    s = 0.0
    for t in v:
        s += math.copysign(abs(t) ** p, t)
    return abs(s) ** (1 / p)


@wrong("lp_norm", "The first entry is skipped.")
def lp_norm_skips_first(v, p):
    s = 0.0
    for i in range(1, len(v)):
        s += abs(float(v[i])) ** p
    return s ** (1 / p)


@wrong("lp_norm", "p = 1 is a special case and gives the largest entry.")
def lp_norm_one_is_max(v, p):
    if p == 1:
        return float(np.max(np.abs(v)))
    return float(np.sum(np.abs(v) ** float(p)) ** (1 / p))


@wrong("lp_norm", "The result is rounded to two decimals.")
def lp_norm_rounded(v, p):
    return round(float(np.sum(np.abs(v) ** float(p)) ** (1 / p)), 2)


@wrong("lp_norm", "Large exponents are taken for infinity and give the largest entry.")
def lp_norm_large_p_is_max(v, p):
    if p > 10:
        return float(np.max(np.abs(v)))
    return float(np.sum(np.abs(v) ** float(p)) ** (1 / p))


@wrong("lp_norm", "The absolute values are written into the argument.")
def lp_norm_mutates(v, p):
    for i in range(len(v)):
        v[i] = abs(v[i])
    return float(np.sum(v ** float(p)) ** (1 / p))


@wrong("lp_norm", "A small number that should protect the root: an error of about one millionth.")
def lp_norm_epsilon(v, p):
    return float((np.sum(np.abs(v) ** float(p)) + 1e-6) ** (1 / p))


# ---------------------------------------------------------------- angle


@wrong("angle", "The cosine is not clipped: NaN for parallel vectors.")
def angle_nan(u, v):
    return float(np.arccos(np.dot(u, v) / (np.linalg.norm(u) * np.linalg.norm(v))))


@wrong("angle", "In degrees.")
def angle_degrees(u, v):
    c = np.clip(np.dot(u, v) / (np.linalg.norm(u) * np.linalg.norm(v)), -1, 1)
    return float(np.degrees(np.arccos(c)))


@wrong("angle", "The cosine itself is returned.")
def angle_cosine(u, v):
    return float(np.clip(np.dot(u, v) / (np.linalg.norm(u) * np.linalg.norm(v)), -1, 1))


@wrong("angle", "Divided by one length only.")
def angle_one_length(u, v):
    return float(np.arccos(np.clip(np.dot(u, v) / np.linalg.norm(u), -1, 1)))


@wrong("angle", "Divided by the squared lengths.")
def angle_squared(u, v):
    return float(np.arccos(np.clip(np.dot(u, v) / (np.dot(u, u) * np.dot(v, v)), -1, 1)))


@wrong("angle", "The absolute value of the dot product: angles between lines, never obtuse.")
def angle_acute(u, v):
    return float(np.arccos(np.clip(abs(np.dot(u, v)) / (np.linalg.norm(u) * np.linalg.norm(v)), 0, 1)))


@wrong("angle", "Arcsine instead of arccosine.")
def angle_arcsin(u, v):
    return float(np.arcsin(np.clip(np.dot(u, v) / (np.linalg.norm(u) * np.linalg.norm(v)), -1, 1)))


@wrong("angle", "Clipped above only: opposite vectors may still give NaN.")
def angle_half_clipped(u, v):
    c = min(1.0, float(np.dot(u, v) / (np.linalg.norm(u) * np.linalg.norm(v))))
    return float(np.arccos(c))


@wrong("angle", "Clipped to 0 and 1: obtuse angles become right ones.")
def angle_clipped_at_zero(u, v):
    return float(np.arccos(np.clip(np.dot(u, v) / (np.linalg.norm(u) * np.linalg.norm(v)), 0, 1)))


@wrong("angle", "NaN is replaced by 0, for opposite vectors too.")
def angle_nan_to_zero(u, v):
    a = np.arccos(np.dot(u, v) / (np.linalg.norm(u) * np.linalg.norm(v)))
    return float(np.nan_to_num(a))


@wrong("angle", "Only right in the plane: the first two coordinates.")
def angle_plane(u, v):
    import math

    if len(u) < 2:
        return 0.0 if u[0] * v[0] > 0 else math.pi
    a = abs(math.atan2(u[1], u[0]) - math.atan2(v[1], v[0]))
    return min(a, 2 * math.pi - a)


@wrong("angle", "Difference of the polar angles, may exceed pi.")
def angle_polar(u, v):
    import math

    if len(u) != 2:
        return float(np.arccos(np.clip(np.dot(u, v) / (np.linalg.norm(u) * np.linalg.norm(v)), -1, 1)))
    return abs(math.atan2(u[1], u[0]) - math.atan2(v[1], v[0]))


@wrong("angle", "Clipped too eagerly, at 0.999: small angles are wrong.")
def angle_clipped_early(u, v):
    return float(np.arccos(np.clip(np.dot(u, v) / (np.linalg.norm(u) * np.linalg.norm(v)), -0.999, 0.999)))


@wrong("angle", "The vectors are normalised in place.")
def angle_mutates(u, v):
    if u.dtype.kind == "f" and v.dtype.kind == "f":
        u /= np.linalg.norm(u)
        v /= np.linalg.norm(v)
        return float(np.arccos(np.clip(u @ v, -1, 1)))
    return float(np.arccos(np.clip(np.dot(u, v) / (np.linalg.norm(u) * np.linalg.norm(v)), -1, 1)))


@wrong("angle", "A small number in the denominator spoils the fourth digit.")
def angle_epsilon(u, v):
    return float(np.arccos(np.clip(np.dot(u, v) / (np.linalg.norm(u) * np.linalg.norm(v) + 1e-4), -1, 1)))


# ---------------------------------------------------------------- partial


@wrong("partial", "All coordinates move.")
def partial_all_move(f, x, i, h=1e-6):
    x = np.asarray(x, dtype=float)
    return float((f(x + h) - f(x - h)) / (2 * h))


@wrong("partial", "The step is stored in an array of whole numbers and lost.")
def partial_integers(f, x, i, h=1e-6):
    up, down = x.copy(), x.copy()
    up[i] += h if x.dtype.kind == "f" else int(h)
    down[i] -= h if x.dtype.kind == "f" else int(h)
    return float((f(up) - f(down)) / (2 * h))


@wrong("partial", "x is changed and not put back.")
def partial_mutates(f, x, i, h=1e-6):
    old = f(x * 1.0)
    if x.dtype.kind == "i":
        x = x.astype(float)
    x[i] += h
    return float((f(x) - old) / h)


@wrong("partial", "The central difference is divided by h instead of 2h.")
def partial_twice(f, x, i, h=1e-6):
    e = np.zeros(len(x))
    e[i] = h
    return float((f(x + e) - f(x - e)) / h)


@wrong("partial", "The forward difference is divided by 2h.")
def partial_half(f, x, i, h=1e-6):
    e = np.zeros(len(x))
    e[i] = h
    return float((f(x + e) - f(x)) / (2 * h))


@wrong("partial", "The given step is ignored, always 1e-6.")
def partial_own_step(f, x, i, h=1e-6):
    e = np.zeros(len(x))
    e[i] = 1e-6
    return float((f(x + e) - f(x - e)) / 2e-6)


@wrong("partial", "The coordinate is counted from 1.")
def partial_off_by_one(f, x, i, h=1e-6):
    e = np.zeros(len(x))
    e[i - 1] = h
    return float((f(x + e) - f(x - e)) / (2 * h))


@wrong("partial", "The other sign.")
def partial_sign(f, x, i, h=1e-6):
    e = np.zeros(len(x))
    e[i] = h
    return float((f(x) - f(x + e)) / h)


@wrong("partial", "Not divided by the step.")
def partial_not_divided(f, x, i, h=1e-6):
    e = np.zeros(len(x))
    e[i] = h
    return float(f(x + e) - f(x))


@wrong("partial", "The other coordinates are set to 0 instead of being frozen.")
def partial_others_zero(f, x, i, h=1e-6):
    y = np.zeros(len(x))
    y[i] = x[i]
    z = y.copy()
    z[i] += h
    return float((f(z) - f(y)) / h)


@wrong("partial", "The step is multiplied by the coordinate, nothing moves at 0.")
def partial_relative(f, x, i, h=1e-6):
    y = np.array(x, dtype=float)
    step = h * y[i]
    y[i] += step
    return float((f(y) - f(np.array(x, dtype=float))) / step) if step else 0.0


@wrong("partial", "Moved to one side by h, to the other by 2h.")
def partial_lopsided(f, x, i, h=1e-6):
    y = np.array(x, dtype=float)
    y[i] += h
    up = f(y)
    y[i] -= 3 * h
    return float((up - f(y)) / (3 * h))


@wrong("partial", "The quotient is rounded to two decimals.")
def partial_rounded(f, x, i, h=1e-6):
    e = np.zeros(len(x))
    e[i] = h
    return round(float((f(x + e) - f(x - e)) / (2 * h)), 2)


@wrong("partial", "The whole gradient instead of one entry.")
def partial_vector(f, x, i, h=1e-6):
    return np.array([(f(x + h * e) - f(x - h * e)) / (2 * h) for e in np.eye(len(x))])


# ---------------------------------------------------------------- num_grad


@wrong("num_grad", "Step 0.5: too large.")
def num_grad_large(f, x):
    return np.array([(f(x + 0.5 * e) - f(x - 0.5 * e)) for e in np.eye(len(x))], dtype=float)


@wrong("num_grad", "Step 1e-15: drowned in rounding errors.")
def num_grad_small(f, x):
    h = 1e-15
    return np.array([(f(x + h * e) - f(x - h * e)) / (2 * h) for e in np.eye(len(x))], dtype=float)


@wrong("num_grad", "The result has the dtype of x: whole numbers for whole numbers.")
def num_grad_integers(f, x):
    g = np.zeros_like(x)
    for i in range(len(x)):
        g[i] = partial(f, x, i)
    return g


@wrong("num_grad", "The last coordinate is left out and stays 0.")
def num_grad_last(f, x):
    g = np.zeros(len(x))
    for i in range(len(x) - 1):
        g[i] = partial(f, x, i)
    return g


@wrong("num_grad", "Every coordinate that was moved stays moved, and the base point is an old one.")
def num_grad_drifts(f, x):
    y = np.array(x, dtype=float)
    base = f(y)
    g = []
    for i in range(len(y)):
        y[i] += 1e-6
        g.append((f(y) - base) / 1e-6)
    return np.array(g, dtype=float)


@wrong("num_grad", "A column instead of a vector.")
def num_grad_column(f, x):
    return np.array([[float(partial(f, x, i))] for i in range(len(x))])


@wrong("num_grad", "A list.")
def num_grad_list(f, x):
    return [float(partial(f, x, i)) for i in range(len(x))]


@wrong("num_grad", "The sum of the partial derivatives in every entry.")
def num_grad_sum(f, x):
    y = np.asarray(x, dtype=float)
    return np.full(len(x), float((f(y + 1e-6) - f(y - 1e-6)) / 2e-6))


@wrong("num_grad", "The entries stand in the reverse order.")
def num_grad_reversed(f, x):
    return np.array([float(partial(f, x, i)) for i in range(len(x))])[::-1]


@wrong("num_grad", "Downhill: the negative gradient.")
def num_grad_negative(f, x):
    return -np.array([float(partial(f, x, i)) for i in range(len(x))])


@wrong("num_grad", "Brought to length 1.")
def num_grad_unit(f, x):
    g = np.array([float(partial(f, x, i)) for i in range(len(x))])
    n = np.linalg.norm(g)
    return g / n if n else g


@wrong("num_grad", "One step to each side, but divided by one step.")
def num_grad_double(f, x):
    h = 1e-6
    return np.array([float(f(x + h * e) - f(x - h * e)) / h for e in np.eye(len(x))])


@wrong("num_grad", "x is changed while measuring, and rounding leaves it changed.")
def num_grad_mutates(f, x):
    if x.dtype.kind != "f":
        x = x.astype(float)
    g = np.zeros(len(x))
    for i in range(len(x)):
        x[i] += 1e-6
        up = f(x)
        x[i] -= 2e-6
        g[i] = (up - f(x)) / 2e-6
    return g


@wrong("num_grad", "Whole numbers are kept, and the step vanishes in them.")
def num_grad_lost_step(f, x):
    g = np.zeros(len(x))
    for i in range(len(x)):
        up, down = x.copy(), x.copy()
        up[i] = up[i] + 1e-6
        down[i] = down[i] - 1e-6
        g[i] = (f(up) - f(down)) / 2e-6
    return g


@wrong("num_grad", "Only the first two coordinates: written for the example.")
def num_grad_two(f, x):
    return np.array([float(partial(f, x, 0)), float(partial(f, x, len(x) - 1))])


# ---------------------------------------------------------------- g_lehre : (4 x1 + 3 x2, 3 x1 + 2 x2)


@wrong("g_lehre", "The mixed term is forgotten.")
def g_lehre_no_mixed(x):
    return np.array([4.0 * x[0], 2.0 * x[1]])


@wrong("g_lehre", "The mixed term is counted in the first entry only.")
def g_lehre_mixed_once(x):
    return np.array([4.0 * x[0] + 3 * x[1], 2.0 * x[1]])


@wrong("g_lehre", "The entries are swapped.")
def g_lehre_swapped(x):
    return np.array([2.0 * x[1] + 3 * x[0], 4.0 * x[0] + 3 * x[1]])


@wrong("g_lehre", "The factor 2 before x1² is lost.")
def g_lehre_factor(x):
    return np.array([2.0 * x[0] + 3 * x[1], 2.0 * x[1] + 3 * x[0]])


@wrong("g_lehre", "The constant 4 is kept.")
def g_lehre_constant(x):
    return np.array([4.0 * x[0] + 3 * x[1] + 4, 2.0 * x[1] + 3 * x[0] + 4])


@wrong("g_lehre", "The mixed term keeps its own variable: 3 x1 in the first entry.")
def g_lehre_own_variable(x):
    return np.array([4.0 * x[0] + 3 * x[0], 2.0 * x[1] + 3 * x[1]])


@wrong("g_lehre", "The value of the function and not its gradient.")
def g_lehre_value(x):
    return 2.0 * x[0] ** 2 + x[1] ** 2 + 3 * x[0] * x[1] + 4


@wrong("g_lehre", "The minus sign of a descent step.")
def g_lehre_negative(x):
    return -np.array([4.0 * x[0] + 3 * x[1], 2.0 * x[1] + 3 * x[0]])


@wrong("g_lehre", "A row.")
def g_lehre_row(x):
    return np.array([[4.0 * x[0] + 3 * x[1], 2.0 * x[1] + 3 * x[0]]])


@wrong("g_lehre", "By a forward quotient with step 1e-6, not by formula.")
def g_lehre_numeric(x):
    f = lambda t: 2 * t[0] ** 2 + t[1] ** 2 + 3 * t[0] * t[1] + 4
    x = np.asarray(x, dtype=float)
    return np.array([(f(x + 1e-6 * e) - f(x)) / 1e-6 for e in np.eye(2)])


@wrong("g_lehre", "Derived with respect to one variable only: a number.")
def g_lehre_scalar(x):
    return 4.0 * x[0] + 3 * x[1]


@wrong("g_lehre", "Computed in place in the argument.")
def g_lehre_mutates(x):
    a, b = x[0], x[1]
    x[0] = 4 * a + 3 * b
    x[1] = 2 * b + 3 * a
    return x


# ---------------------------------------------------------------- g_ozcep : (2x + y, x + 2y)


@wrong("g_ozcep", "The mixed term is forgotten.")
def g_ozcep_no_mixed(x):
    return 2.0 * np.asarray(x)


@wrong("g_ozcep", "The entries are swapped.")
def g_ozcep_swapped(x):
    return np.array([x[0] + 2.0 * x[1], 2.0 * x[0] + x[1]])


@wrong("g_ozcep", "y² has the derivative y.")
def g_ozcep_no_two(x):
    return np.array([2.0 * x[0] + x[1], x[0] + 1.0 * x[1]])


@wrong("g_ozcep", "The mixed term is taken for 2xy.")
def g_ozcep_double_mixed(x):
    return np.array([2.0 * x[0] + 2 * x[1], 2.0 * x[0] + 2 * x[1]])


@wrong("g_ozcep", "Minus in the second entry.")
def g_ozcep_minus(x):
    return np.array([2.0 * x[0] + x[1], x[0] - 2.0 * x[1]])


@wrong("g_ozcep", "The derivative of xy is 1.")
def g_ozcep_one(x):
    return np.array([2.0 * x[0] + 1, 2.0 * x[1] + 1])


@wrong("g_ozcep", "The same formula in both entries.")
def g_ozcep_same(x):
    return np.array([2.0 * x[0] + x[1], 2.0 * x[0] + x[1]])


@wrong("g_ozcep", "Whole numbers: cut off after the point.")
def g_ozcep_integers(x):
    return np.array([2 * x[0] + x[1], x[0] + 2 * x[1]]).astype(int)


@wrong("g_ozcep", "A step of 1e-3 with a forward quotient.")
def g_ozcep_numeric(x):
    f = lambda t: t[0] ** 2 + t[0] * t[1] + t[1] ** 2
    x = np.asarray(x, dtype=float)
    return np.array([(f(x + 1e-3 * e) - f(x)) / 1e-3 for e in np.eye(2)])


@wrong("g_ozcep", "The absolute value of y, as if all variables were positive.")
def g_ozcep_abs(x):
    return np.array([2.0 * x[0] + abs(x[1]), x[0] + 2.0 * x[1]])


# ---------------------------------------------------------------- g_cos : 4 s cos sin


@wrong("g_cos", "The minus sign of the derivative of the cosine is forgotten.")
def g_cos_sign(x):
    return -4 * np.sum(np.cos(x) ** 2) * np.cos(x) * np.sin(x)


@wrong("g_cos", "The factor 2 of the outer square is lost.")
def g_cos_half(x):
    return 2 * np.sum(np.cos(x) ** 2) * np.cos(x) * np.sin(x)


@wrong("g_cos", "No inner derivative.")
def g_cos_no_inner(x):
    return -2 * np.sum(np.cos(x) ** 2) * np.ones(2)


@wrong("g_cos", "The outer function's argument is each entry's own square, not the sum.")
def g_cos_own_square(x):
    return 4 * np.cos(x) ** 2 * np.cos(x) * np.sin(x)


@wrong("g_cos", "The sine is missing: cos² is derived like a power.")
def g_cos_no_sine(x):
    return 4 * np.sum(np.cos(x) ** 2) * np.cos(x)


@wrong("g_cos", "The outer derivative is taken without the inner sum: chain rule upside down.")
def g_cos_no_sum(x):
    return 4 * np.cos(x) * np.sin(x)


@wrong("g_cos", "The entries are swapped.")
def g_cos_swapped(x):
    return (4 * np.sum(np.cos(x) ** 2) * np.cos(x) * np.sin(x))[::-1]


@wrong("g_cos", "cos(x²) instead of cos² x.")
def g_cos_inside(x):
    x = np.asarray(x, dtype=float)
    return 4 * np.sum(np.cos(x**2)) * np.sin(x**2) * x


@wrong("g_cos", "The outer square is forgotten: gradient of -(cos² x + cos² y).")
def g_cos_outer_square(x):
    return np.sin(2 * np.asarray(x, dtype=float))


@wrong("g_cos", "sin 2x with the factor 4: twice too large.")
def g_cos_double(x):
    return 4 * np.sum(np.cos(x) ** 2) * np.sin(2 * np.asarray(x, dtype=float))


@wrong("g_cos", "Right at the example only: the other variable is taken to be 0.")
def g_cos_other_zero(x):
    return 4 * (np.cos(x) ** 2 + 1) * np.cos(x) * np.sin(x)


@wrong("g_cos", "cos instead of cos² in the sum.")
def g_cos_first_power(x):
    return 4 * np.sum(np.cos(x)) * np.cos(x) * np.sin(x)


# ---------------------------------------------------------------- g_alvarez_1 : (3 x1², 2, 20 x3³)


@wrong("g_alvarez_1", "The middle entry is 2 x2.")
def g_alvarez_1_middle(x):
    return np.array([3.0 * x[0] ** 2, 2.0 * x[1], 20.0 * x[2] ** 3])


@wrong("g_alvarez_1", "The exponent is not lowered.")
def g_alvarez_1_exponent(x):
    return np.array([3.0 * x[0] ** 3, 2.0, 20.0 * x[2] ** 4])


@wrong("g_alvarez_1", "The factor 5 is lost.")
def g_alvarez_1_factor(x):
    return np.array([3.0 * x[0] ** 2, 2.0, 4.0 * x[2] ** 3])


@wrong("g_alvarez_1", "The exponent does not come down.")
def g_alvarez_1_no_factor(x):
    return np.array([1.0 * x[0] ** 2, 2.0, 5.0 * x[2] ** 3])


@wrong("g_alvarez_1", "x1 is x[1].")
def g_alvarez_1_counting(x):
    return np.array([3.0 * x[1] ** 2, 2.0, 20.0 * x[-1] ** 3])


@wrong("g_alvarez_1", "The first exponent is off: 3 x1.")
def g_alvarez_1_linear(x):
    return np.array([3.0 * x[0], 2.0, 20.0 * x[2] ** 3])


@wrong("g_alvarez_1", "x3² instead of x3³.")
def g_alvarez_1_square(x):
    return np.array([3.0 * x[0] ** 2, 2.0, 20.0 * x[2] ** 2])


@wrong("g_alvarez_1", "The absolute value of x3: wrong for negative numbers only.")
def g_alvarez_1_abs(x):
    return np.array([3.0 * x[0] ** 2, 2.0, 20.0 * abs(x[2]) ** 3])


@wrong("g_alvarez_1", "The result is a column.")
def g_alvarez_1_column(x):
    return np.array([[3.0 * x[0] ** 2], [2.0], [20.0 * x[2] ** 3]])


@wrong("g_alvarez_1", "All terms are added up.")
def g_alvarez_1_sum(x):
    return 3.0 * x[0] ** 2 + 2.0 + 20.0 * x[2] ** 3


@wrong("g_alvarez_1", "Signed root: 3 x1 |x1|.")
def g_alvarez_1_signed(x):
    return np.array([3.0 * x[0] * abs(x[0]), 2.0, 20.0 * x[2] ** 3])


@wrong("g_alvarez_1", "The middle entry is 0 where x2 is 0.")
def g_alvarez_1_zero(x):
    return np.array([3.0 * x[0] ** 2, 2.0 if x[1] else 0.0, 20.0 * x[2] ** 3])


# ---------------------------------------------------------------- g_alvarez_2 : the same


@wrong("g_alvarez_2", "The middle entry is 2 y.")
def g_alvarez_2_middle(x):
    return np.array([3.0 * x[0] ** 2, 2.0 * x[1], 20.0 * x[2] ** 3])


@wrong("g_alvarez_2", "The middle entry is forgotten.")
def g_alvarez_2_two(x):
    return np.array([3.0 * x[0] ** 2, 20.0 * x[2] ** 3])


@wrong("g_alvarez_2", "The middle entry is 0: y is taken for a constant.")
def g_alvarez_2_constant(x):
    return np.array([3.0 * x[0] ** 2, 0.0, 20.0 * x[2] ** 3])


@wrong("g_alvarez_2", "5 z⁴ is derived to 20 z⁴.")
def g_alvarez_2_exponent(x):
    return np.array([3.0 * x[0] ** 2, 2.0, 20.0 * x[2] ** 4])


@wrong("g_alvarez_2", "x³ is derived to x².")
def g_alvarez_2_factor(x):
    return np.array([1.0 * x[0] ** 2, 2.0, 20.0 * x[2] ** 3])


@wrong("g_alvarez_2", "9 instead of 20: 5 + 4.")
def g_alvarez_2_nine(x):
    return np.array([3.0 * x[0] ** 2, 2.0, 9.0 * x[2] ** 3])


@wrong("g_alvarez_2", "The gradient of the third function.")
def g_alvarez_2_third(x):
    a, b, c = np.asarray(x, dtype=float)
    return np.array([3 * a**2 * b**2 + 2 * b, 2 * a**3 * b + 2 * a + 5 * c**4, 20 * b * c**3])


@wrong("g_alvarez_2", "Single terms evaluated, not derived.")
def g_alvarez_2_values(x):
    return np.array([1.0 * x[0] ** 3, 2.0 * x[1], 5.0 * x[2] ** 4])


@wrong("g_alvarez_2", "The second derivative.")
def g_alvarez_2_second(x):
    return np.array([6.0 * x[0], 0.0, 60.0 * x[2] ** 2])


@wrong("g_alvarez_2", "The dtype of the argument: cut off for whole-number powers in half precision.")
def g_alvarez_2_half(x):
    return np.array([3.0 * x[0] ** 2, 2.0, 20.0 * x[2] ** 3]).astype(np.float16).astype(float)


# ---------------------------------------------------------------- g_alvarez_3


@wrong("g_alvarez_3", "2 y is missing in the first entry.")
def g_alvarez_3_first(x):
    a, b, c = np.asarray(x, dtype=float)
    return np.array([3 * a**2 * b**2, 2 * a**3 * b + 2 * a + 5 * c**4, 20 * b * c**3])


@wrong("g_alvarez_3", "5 z⁴ is missing in the second entry.")
def g_alvarez_3_second(x):
    a, b, c = np.asarray(x, dtype=float)
    return np.array([3 * a**2 * b**2 + 2 * b, 2 * a**3 * b + 2 * a, 20 * b * c**3])


@wrong("g_alvarez_3", "y is missing in the third entry.")
def g_alvarez_3_third(x):
    a, b, c = np.asarray(x, dtype=float)
    return np.array([3 * a**2 * b**2 + 2 * b, 2 * a**3 * b + 2 * a + 5 * c**4, 20 * c**3])


@wrong("g_alvarez_3", "y² is not derived in the second entry.")
def g_alvarez_3_square(x):
    a, b, c = np.asarray(x, dtype=float)
    return np.array([3 * a**2 * b**2 + 2 * b, a**3 * b + 2 * a + 5 * c**4, 20 * b * c**3])


@wrong("g_alvarez_3", "In the first entry both factors are derived.")
def g_alvarez_3_both(x):
    a, b, c = np.asarray(x, dtype=float)
    return np.array([3 * a**2 * 2 * b + 2 * b, 2 * a**3 * b + 2 * a + 5 * c**4, 20 * b * c**3])


@wrong("g_alvarez_3", "2 x y gives 2 in both entries.")
def g_alvarez_3_two(x):
    a, b, c = np.asarray(x, dtype=float)
    return np.array([3 * a**2 * b**2 + 2, 2 * a**3 * b + 2 + 5 * c**4, 20 * b * c**3])


@wrong("g_alvarez_3", "x² instead of x³ in the second entry.")
def g_alvarez_3_power(x):
    a, b, c = np.asarray(x, dtype=float)
    return np.array([3 * a**2 * b**2 + 2 * b, 2 * a**2 * b + 2 * a + 5 * c**4, 20 * b * c**3])


@wrong("g_alvarez_3", "The second and third entry are swapped.")
def g_alvarez_3_swapped(x):
    a, b, c = np.asarray(x, dtype=float)
    return np.array([3 * a**2 * b**2 + 2 * b, 20 * b * c**3, 2 * a**3 * b + 2 * a + 5 * c**4])


@wrong("g_alvarez_3", "The gradient of Alvarez's second function.")
def g_alvarez_3_is_2(x):
    return np.array([3.0 * x[0] ** 2, 2.0, 20.0 * x[2] ** 3])


@wrong("g_alvarez_3", "Minus 2 y: wrong sign in one term.")
def g_alvarez_3_sign(x):
    a, b, c = np.asarray(x, dtype=float)
    return np.array([3 * a**2 * b**2 - 2 * b, 2 * a**3 * b + 2 * a + 5 * c**4, 20 * b * c**3])


@wrong("g_alvarez_3", "z³ with the absolute value: wrong for negative z only.")
def g_alvarez_3_abs(x):
    a, b, c = np.asarray(x, dtype=float)
    return np.array([3 * a**2 * b**2 + 2 * b, 2 * a**3 * b + 2 * a + 5 * c**4, 20 * b * abs(c) * c**2])


@wrong("g_alvarez_3", "The updated first variable is used in the second entry.")
def g_alvarez_3_updated(x):
    g = np.array(x, dtype=float)
    c = g[2]
    a3 = g[0] ** 3
    g[0] = 3 * g[0] ** 2 * g[1] ** 2 + 2 * g[1]
    second = 2 * a3 * g[1] + 2 * g[0] + 5 * c**4
    g[2] = 20 * g[1] * c**3
    g[1] = second
    return g


# ---------------------------------------------------------------- derivative_row


@wrong("derivative_row", "The shape (3,).")
def derivative_row_flat(x):
    return np.array([3.0 * x[0] ** 2, 2.0, 20.0 * x[2] ** 3])


@wrong("derivative_row", "A column.")
def derivative_row_column(x):
    return np.array([[3.0 * x[0] ** 2], [2.0], [20.0 * x[2] ** 3]])


@wrong("derivative_row", ".T of a vector: nothing happens.")
def derivative_row_transposed(x):
    return g_alvarez_1(x).T


@wrong("derivative_row", "The middle entry is 2 x2.")
def derivative_row_middle(x):
    return np.array([[3.0 * x[0] ** 2, 2.0 * x[1], 20.0 * x[2] ** 3]])


@wrong("derivative_row", "Of the third function.")
def derivative_row_third(x):
    return g_alvarez_3(x)[None, :]


@wrong("derivative_row", "One axis too many.")
def derivative_row_three_axes(x):
    return g_alvarez_1(x)[None, None, :]


@wrong("derivative_row", "A diagonal matrix.")
def derivative_row_diagonal(x):
    return np.diag(g_alvarez_1(x))


@wrong("derivative_row", "The order is reversed.")
def derivative_row_reversed(x):
    return g_alvarez_1(x)[None, ::-1]


@wrong("derivative_row", "A list of a list.")
def derivative_row_list(x):
    return [[float(t) for t in g_alvarez_1(x)]]


@wrong("derivative_row", "5 is lost in the last entry.")
def derivative_row_factor(x):
    return np.array([[3.0 * x[0] ** 2, 2.0, 4.0 * x[2] ** 3]])


# ---------------------------------------------------------------- gradient_col


@wrong("gradient_col", "The shape (3,).")
def gradient_col_flat(x):
    return g_alvarez_1(x)


@wrong("gradient_col", "A row.")
def gradient_col_row(x):
    return derivative_row(x)


@wrong("gradient_col", ".T of a vector: nothing happens.")
def gradient_col_transposed(x):
    return np.transpose(g_alvarez_1(x))


@wrong("gradient_col", "The middle entry is 2 x2.")
def gradient_col_middle(x):
    return np.array([[3.0 * x[0] ** 2], [2.0 * x[1]], [20.0 * x[2] ** 3]])


@wrong("gradient_col", "The middle entry is 0.")
def gradient_col_zero(x):
    return np.array([[3.0 * x[0] ** 2], [0.0], [20.0 * x[2] ** 3]])


@wrong("gradient_col", "The outer product with itself.")
def gradient_col_outer(x):
    return np.outer(g_alvarez_1(x), g_alvarez_1(x))


@wrong("gradient_col", "Negative, the direction of descent.")
def gradient_col_negative(x):
    return -g_alvarez_1(x)[:, None]


@wrong("gradient_col", "Of length 1.")
def gradient_col_unit(x):
    g = g_alvarez_1(x)[:, None]
    return g / np.linalg.norm(g)


@wrong("gradient_col", "Whole numbers.")
def gradient_col_integers(x):
    return g_alvarez_1(x)[:, None].astype(int)


@wrong("gradient_col", "A list of three lists.")
def gradient_col_list(x):
    return [[float(t)] for t in g_alvarez_1(x)]


# ---------------------------------------------------------------- directional


@wrong("directional", "unit is ignored: v as it is.")
def directional_never_unit(grad, x, v, unit):
    if unit and not np.any(v):
        raise ValueError("v")
    return float(np.dot(grad(x), v))


@wrong("directional", "Always brought to length 1.")
def directional_always_unit(grad, x, v, unit):
    n = np.linalg.norm(v)
    if n == 0:
        if unit:
            raise ValueError("v")
        return 0.0
    return float(np.dot(grad(x), v) / n)


@wrong("directional", "The switch is the wrong way round.")
def directional_swapped(grad, x, v, unit):
    n = np.linalg.norm(v)
    if n == 0:
        if unit:
            raise ValueError("v")
        return 0.0
    return float(np.dot(grad(x), v) / (1 if unit else n))


@wrong("directional", "A ValueError for v = 0 also without unit.")
def directional_raises_always(grad, x, v, unit):
    n = np.linalg.norm(v)
    if n == 0:
        raise ValueError("v")
    return float(np.dot(grad(x), v) / (n if unit else 1))


@wrong("directional", "0 for v = 0 with unit, no error.")
def directional_no_error(grad, x, v, unit):
    n = np.linalg.norm(v)
    if n == 0:
        return 0.0
    return float(np.dot(grad(x), v) / (n if unit else 1))


@wrong("directional", "NaN for v = 0 with unit, no error.")
def directional_nan(grad, x, v, unit):
    v = np.asarray(v, dtype=float)
    if unit:
        v = v / np.linalg.norm(v)
    return float(np.dot(grad(x), v))


@wrong("directional", "Divided by the squared length.")
def directional_squared(grad, x, v, unit):
    v = np.asarray(v, dtype=float)
    if unit:
        if not v.any():
            raise ValueError("v")
        v = v / np.dot(v, v)
    return float(np.dot(grad(x), v))


@wrong("directional", "Divided by the sum of absolute values, the 1-norm.")
def directional_one_norm(grad, x, v, unit):
    v = np.asarray(v, dtype=float)
    if unit:
        if not v.any():
            raise ValueError("v")
        v = v / np.abs(v).sum()
    return float(np.dot(grad(x), v))


@wrong("directional", "The gradient is normalised instead of v.")
def directional_wrong_unit(grad, x, v, unit):
    g = np.asarray(grad(x), dtype=float)
    if unit:
        if not np.any(v):
            raise ValueError("v")
        g = g / np.linalg.norm(g)
    return float(np.dot(g, v))


@wrong("directional", "The gradient at v instead of x.")
def directional_at_v(grad, x, v, unit):
    n = np.linalg.norm(v)
    if unit and n == 0:
        raise ValueError("v")
    return float(np.dot(grad(v), v) / (n if unit else 1))


@wrong("directional", "The gradient at x + v.")
def directional_ahead(grad, x, v, unit):
    n = np.linalg.norm(v)
    if unit and n == 0:
        raise ValueError("v")
    return float(np.dot(grad(np.add(x, v)), v) / (n if unit else 1))


@wrong("directional", "The products are not added up.")
def directional_products(grad, x, v, unit):
    n = np.linalg.norm(v)
    if unit and n == 0:
        raise ValueError("v")
    return np.multiply(grad(x), v) / (n if unit else 1)


@wrong("directional", "v is normalised in place.")
def directional_mutates(grad, x, v, unit):
    if unit:
        n = np.linalg.norm(v)
        if n == 0:
            raise ValueError("v")
        if v.dtype.kind == "f":
            v /= n
        else:
            v = v / n
    return float(np.dot(grad(x), v))


@wrong("directional", "A ZeroDivisionError instead of a ValueError.")
def directional_other_error(grad, x, v, unit):
    import math

    n = math.sqrt(sum(float(t) ** 2 for t in v))
    return float(sum(float(a) * float(b) for a, b in zip(grad(x), v))) / (n if unit else 1)


@wrong("directional", "Short vectors count as zero.")
def directional_tolerance(grad, x, v, unit):
    n = np.linalg.norm(v)
    if unit and n < 0.1:
        raise ValueError("v")
    return float(np.dot(grad(x), v) / (n if unit else 1))


# ---------------------------------------------------------------- steepest


@wrong("steepest", "Not brought to length 1.")
def steepest_not_unit(w, sign=+1):
    if not np.any(w):
        raise ValueError("w")
    return sign * np.asarray(w, dtype=float)


@wrong("steepest", "sign is ignored.")
def steepest_no_sign(w, sign=+1):
    if not np.any(w):
        raise ValueError("w")
    return w / np.linalg.norm(w)


@wrong("steepest", "The sign is the wrong way round.")
def steepest_other_sign(w, sign=+1):
    if not np.any(w):
        raise ValueError("w")
    return -sign * w / np.linalg.norm(w)


@wrong("steepest", "The slope and not the direction.")
def steepest_slope(w, sign=+1):
    if not np.any(w):
        raise ValueError("w")
    return sign * float(np.linalg.norm(w))


@wrong("steepest", "NaN on flat ground, no error.")
def steepest_nan(w, sign=+1):
    return sign * np.asarray(w, dtype=float) / np.linalg.norm(w)


@wrong("steepest", "The zero vector on flat ground, no error.")
def steepest_zero(w, sign=+1):
    n = np.linalg.norm(w)
    return sign * np.asarray(w, dtype=float) / (n if n else 1.0)


@wrong("steepest", "Only along the axis with the largest entry.")
def steepest_axis(w, sign=+1):
    if not np.any(w):
        raise ValueError("w")
    v = np.zeros(len(w))
    i = np.argmax(np.abs(w))
    v[i] = sign * np.sign(w[i])
    return v


@wrong("steepest", "Only the signs, divided by the root of d.")
def steepest_signs(w, sign=+1):
    if not np.any(w):
        raise ValueError("w")
    return sign * np.sign(w) / np.sqrt(len(w))


@wrong("steepest", "Divided by the largest entry.")
def steepest_max(w, sign=+1):
    if not np.any(w):
        raise ValueError("w")
    return sign * w / np.max(np.abs(w))


@wrong("steepest", "Divided by the sum of absolute values.")
def steepest_one_norm(w, sign=+1):
    if not np.any(w):
        raise ValueError("w")
    return sign * w / np.sum(np.abs(w))


@wrong("steepest", "w is normalised in place.")
def steepest_mutates(w, sign=+1):
    n = np.linalg.norm(w)
    if n == 0:
        raise ValueError("w")
    if w.dtype.kind != "f":
        return sign * w / n
    w /= n
    w *= sign
    return w


@wrong("steepest", "The sign is applied to the first entry only.")
def steepest_first_sign(w, sign=+1):
    if not np.any(w):
        raise ValueError("w")
    v = w / np.linalg.norm(w)
    v[0] *= sign
    return v


@wrong("steepest", "A small number in the denominator: the length is not quite 1.")
def steepest_epsilon(w, sign=+1):
    if not np.any(w):
        raise ValueError("w")
    return sign * w / (np.linalg.norm(w) + 1e-6)


@wrong("steepest", "The result is rounded to four decimals.")
def steepest_rounded(w, sign=+1):
    if not np.any(w):
        raise ValueError("w")
    return np.round(sign * w / np.linalg.norm(w), 4)


@wrong("steepest", "Short gradients count as flat ground.")
def steepest_tolerance(w, sign=+1):
    n = np.linalg.norm(w)
    if n < 1e-6:
        raise ValueError("w")
    return sign * w / n


@wrong("steepest", "A perpendicular direction for descent in the plane.")
def steepest_perpendicular(w, sign=+1):
    if not np.any(w):
        raise ValueError("w")
    v = w / np.linalg.norm(w)
    return v if sign == 1 else v[::-1] * np.where(np.arange(len(v)) % 2, 1, -1)


# ---------------------------------------------------------------- Dv_at_origin


@wrong("Dv_at_origin", "With the gradient formula: v2.")
def dv_gradient(v):
    return float(v[1])


@wrong("Dv_at_origin", "x and y are swapped.")
def dv_swapped(v):
    if not np.any(v):
        return 0.0
    return float(v[0] ** 3 / (v[0] ** 2 + v[1] ** 2))


@wrong("Dv_at_origin", "NaN for v = 0.")
def dv_nan(v):
    v = np.asarray(v, dtype=float)
    return float(v[1] ** 3 / (v[0] ** 2 + v[1] ** 2))


@wrong("Dv_at_origin", "v is brought to length 1 first.")
def dv_unit(v):
    if not np.any(v):
        return 0.0
    v = v / np.linalg.norm(v)
    return float(v[1] ** 3)


@wrong("Dv_at_origin", "The root in the denominator: y³ / |v|.")
def dv_root(v):
    if not np.any(v):
        return 0.0
    return float(v[1] ** 3 / np.hypot(*v))


@wrong("Dv_at_origin", "y² instead of y³.")
def dv_square(v):
    if not np.any(v):
        return 0.0
    return float(v[1] ** 2 / (v[0] ** 2.0 + v[1] ** 2))


@wrong("Dv_at_origin", "The absolute value: wrong for negative y.")
def dv_abs(v):
    if not np.any(v):
        return 0.0
    return float(abs(v[1]) ** 3 / (v[0] ** 2.0 + v[1] ** 2))


@wrong("Dv_at_origin", "0: f is 0 at the origin, so its derivative is 0.")
def dv_zero(v):
    return 0.0


@wrong("Dv_at_origin", "0 as soon as v1 or v2 is 0.")
def dv_axes(v):
    if v[0] == 0 or v[1] == 0:
        return 0.0
    return float(v[1] ** 3 / (v[0] ** 2.0 + v[1] ** 2))


@wrong("Dv_at_origin", "Another factor 2 is left from the quotient rule.")
def dv_factor(v):
    if not np.any(v):
        return 0.0
    return float(v[1] ** 3 / (2 * (v[0] ** 2.0 + v[1] ** 2)))


@wrong("Dv_at_origin", "A quotient with a small number in the denominator: wrong for short vectors.")
def dv_epsilon(v):
    v = np.asarray(v, dtype=float)
    return float(v[1] ** 3 / (v[0] ** 2 + v[1] ** 2 + 1e-8))


@wrong("Dv_at_origin", "Measured one unit away from the limit: f(v) with eps = 1 and f(0) = 1.")
def dv_value_at_origin(v):
    if not np.any(v):
        return 0.0
    return float(v[1] ** 3 / (v[0] ** 2.0 + v[1] ** 2)) - 1.0


@wrong("Dv_at_origin", "The special case is asked for v1 only: NaN for v = 0, and 0 on the y axis.")
def dv_special_case(v):
    if v[0] == 0:
        return 0.0
    return float(v[1] ** 3 / (v[0] ** 2.0 + v[1] ** 2))


@wrong("Dv_at_origin", "Short vectors count as zero.")
def dv_short(v):
    if np.allclose(v, 0, atol=1e-2):
        return 0.0
    return float(v[1] ** 3 / (v[0] ** 2.0 + v[1] ** 2))


# ---------------------------------------------------------------- linearity_defect


@wrong("linearity_defect", "Always 0.")
def defect_zero(v1, v2):
    return 0.0


@wrong("linearity_defect", "The other sign.")
def defect_sign(v1, v2):
    return Dv_at_origin(v1) + Dv_at_origin(v2) - Dv_at_origin(np.add(v1, v2))


@wrong("linearity_defect", "The absolute value.")
def defect_abs(v1, v2):
    return abs(Dv_at_origin(np.add(v1, v2)) - Dv_at_origin(v1) - Dv_at_origin(v2))


@wrong("linearity_defect", "Minus and minus make plus: a missing bracket.")
def defect_bracket(v1, v2):
    return Dv_at_origin(np.add(v1, v2)) - Dv_at_origin(v1) + Dv_at_origin(v2)


@wrong("linearity_defect", "Only the first one is subtracted.")
def defect_first(v1, v2):
    return Dv_at_origin(np.add(v1, v2)) - Dv_at_origin(v1)


@wrong("linearity_defect", "v1 - v2 instead of v1 + v2.")
def defect_minus(v1, v2):
    return Dv_at_origin(np.subtract(v1, v2)) - Dv_at_origin(v1) - Dv_at_origin(v2)


@wrong("linearity_defect", "Halved, as if it were a midpoint rule.")
def defect_half(v1, v2):
    return Dv_at_origin(np.add(v1, v2)) / 2 - Dv_at_origin(v1) / 2 - Dv_at_origin(v2) / 2


@wrong("linearity_defect", "v1 is changed by +=.")
def defect_mutates(v1, v2):
    a, b = Dv_at_origin(v1), Dv_at_origin(v2)
    if v1.dtype == v2.dtype:
        v1 += v2
        return Dv_at_origin(v1) - a - b
    return Dv_at_origin(v1 + v2) - a - b


@wrong("linearity_defect", "After v1 += v2 the changed v1 is used again.")
def defect_updated(v1, v2):
    v1 = v1 + v2
    return Dv_at_origin(v1) - Dv_at_origin(v1) - Dv_at_origin(v2)


@wrong("linearity_defect", "True or False instead of the number.")
def defect_bool(v1, v2):
    return bool(Dv_at_origin(np.add(v1, v2)) - Dv_at_origin(v1) - Dv_at_origin(v2) == 0)


@wrong("linearity_defect", "The defect of the unit vectors.")
def defect_unit(v1, v2):
    def unit(v):
        n = np.linalg.norm(v)
        return v / n if n else np.asarray(v, dtype=float)

    a, b = unit(v1), unit(v2)
    return Dv_at_origin(a + b) - Dv_at_origin(a) - Dv_at_origin(b)


@wrong("linearity_defect", "Of the gradient formula, which is linear up to rounding.")
def defect_gradient(v1, v2):
    D = lambda v: float(v[1])
    return D(np.add(v1, v2)) - D(v1) - D(v2)


@wrong("linearity_defect", "NaN if the two vectors cancel: the formula is written again without the case v = 0.")
def defect_nan(v1, v2):
    D = lambda v: float(np.float64(v[1]) ** 3 / np.float64(v[0] ** 2 + v[1] ** 2))
    return D(np.add(v1, v2)) - D(v1) - D(v2)


# ---------------------------------------------------------------- claims


@wrong("claims", "All true.")
def claims_ttt():
    return {"partials_exist": True, "linear": True, "gradient_formula_valid": True}


@wrong("claims", "All false.")
def claims_fff():
    return {"partials_exist": False, "linear": False, "gradient_formula_valid": False}


@wrong("claims", "Partial derivatives exist, therefore the gradient formula is valid.")
def claims_tft():
    return {"partials_exist": True, "linear": False, "gradient_formula_valid": True}


@wrong("claims", "Linear, but the formula is not valid.")
def claims_ttf():
    return {"partials_exist": True, "linear": True, "gradient_formula_valid": False}


@wrong("claims", "The partial derivatives do not exist, the rest is true.")
def claims_ftt():
    return {"partials_exist": False, "linear": True, "gradient_formula_valid": True}


@wrong("claims", "Only linear is true.")
def claims_ftf():
    return {"partials_exist": False, "linear": True, "gradient_formula_valid": False}


@wrong("claims", "Only the formula is said to be valid.")
def claims_fft():
    return {"partials_exist": False, "linear": False, "gradient_formula_valid": True}


@wrong("claims", "A key is missing.")
def claims_two():
    return {"partials_exist": True, "linear": False}


@wrong("claims", "Strings instead of truth values.")
def claims_strings():
    return {"partials_exist": "True", "linear": "False", "gradient_formula_valid": "False"}


@wrong("claims", "A list instead of a dict.")
def claims_list():
    return [True, False, False]


@wrong("claims", "A misspelled key.")
def claims_key():
    return {"partials_exists": True, "linear": False, "gradient_formula_valid": False}


@wrong("claims", "None where the student was not sure.")
def claims_none():
    return {"partials_exist": True, "linear": None, "gradient_formula_valid": False}
