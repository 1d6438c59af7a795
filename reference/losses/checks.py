"""What the instructor knows about the sheet `losses`. Trusted: it never leaves the instructor's machine.

The exercises stand in the order of their ids, each between two rulers.
"""

import math

import mpmath
import numpy as np

from autograder.authoring import Assignment
from autograder.authoring.judging import Mismatch
from autograder.authoring.oracles import (
    DIGITS,
    WIDTH,
    complex_step,
    mp_array,
    mp_each,
    mp_floats,
    mp_grad,
    mp_vjp,
    torch_grad,
    torch_vjp,
)

assignment = Assignment("losses", title="Losses, activations, backward of one layer")


# ---------------------------------------------------------------------------------------------------- inputs
def sized(rng, low, high, *shape):
    """Return numbers of both signs whose size is between low and high."""
    return np.array(rng.choice([-1.0, 1.0], size=shape) * rng.uniform(low, high, size=shape))


def number(rng, low, high):
    """Return one number of either sign whose size is between low and high."""
    return float(sized(rng, low, high))


def both_labels(rng, n):
    """Return n labels, a few more zeros than ones: neither class is a half of them."""
    ones = max(1, (n - 1) // 2)
    return rng.permutation(np.repeat([0.0, 1.0], [n - ones, ones]))


# ---------------------------------------------------------------------------------------------------- 5.1
line = assignment.exercise(
    "lin1",
    id="5.1",
    minutes=20,
    points={"prediction too large": 1, "prediction too small": 1, "exact numbers": 1},
    hints=(
        "Do the example of the text with y = 7. Which of the six numbers change their sign, and which do not change at all?",
        "Write one line for each of the six numbers, in the order of the text. The gradient is a product of two of them.",
        (
            "yhat = w·x, loss = (y - yhat)², the local gradients are x and -2(y - yhat), grad is their product, and "
            "w_new = w - alpha·grad."
        ),
    ),
    lecture="Abdurakhmanova, Gradient Descent: linear regression with one data point",
)


def missed_by(rng, error):
    """Return (w, x, y, alpha) with a prediction w x that lies `error` above y."""
    w, x = number(rng, 1.2, 2.0), number(rng, 1.5, 2.5)
    return w, x, float(w * x - error), float(rng.uniform(0.2, 0.4))


@line.case("prediction too large")
def lin1_far_above(rng):
    """An error larger than 1: its square, its half and its double are told apart."""
    return missed_by(rng, rng.uniform(1.5, 2.5))


@line.case("prediction too large")
def lin1_just_above(rng):
    """An error below 1: the squared error is smaller than the error."""
    return missed_by(rng, rng.uniform(0.2, 0.4))


@line.case("prediction too small")
def lin1_far_below(rng):
    """A negative error: taking its absolute value turns the step round."""
    return missed_by(rng, -rng.uniform(1.5, 2.5))


@line.case("prediction too small")
def lin1_just_below(rng):
    """A small negative error."""
    return missed_by(rng, -rng.uniform(0.2, 0.4))


@line.case("exact numbers", exact=True)
def lin1_whole_numbers(rng):
    """Small whole numbers and a step of 1/4 or 1/8: every result is exact."""
    w, x = float(rng.choice([2, 3, -3, -2])), float(rng.choice([3, 5, -5, -3]))
    return w, x, w * x - float(rng.choice([3, 5, -5, -3])), float(rng.choice([0.25, 0.125]))


@line.case("exact numbers", exact=True)
def lin1_already_right(rng):
    """The prediction is right: loss and gradient are 0, and the weight stays where it is."""
    w, x = float(rng.choice([2, 3, -3, -2])), float(rng.choice([3, 5, -5, -3]))
    return w, x, w * x, 0.5


@line.oracle()
def lin1_torch(w, x, y, alpha):
    import torch

    weight, sample, target = (torch.tensor(value, dtype=torch.float64) for value in (w, x, y))
    weight.requires_grad_()
    yhat = weight * sample
    yhat.retain_grad()
    loss = torch.nn.functional.mse_loss(yhat, target)
    loss.backward()
    moved = torch.add(weight.detach(), weight.grad, alpha=-alpha)
    local = torch_grad(lambda v: v * sample, w)
    return yhat.item(), loss.item(), float(local), yhat.grad.item(), weight.grad.item(), moved.item()


@line.oracle()
def lin1_mpmath(w, x, y, alpha):
    with mpmath.workdps(DIGITS):
        exact_w, exact_x = mpmath.mpf(w), mpmath.mpf(x)
        yhat = exact_w * exact_x
        grad = mp_grad(lambda v: (y - v * exact_x) ** 2, w)
        numbers = (yhat, (y - yhat) ** 2, exact_w - mpmath.mpf(alpha) * float(grad))
        yhat, loss, moved = (float(value) for value in numbers)
        # w x has at most 48 bits: as a float64 it is exact
        return (
            yhat,
            loss,
            float(mp_grad(lambda v: v * exact_x, w)),
            float(mp_grad(lambda v: (y - v) ** 2, yhat)),
            float(grad),
            moved,
        )


@line.variant()
def lin1_residual(w, x, y, alpha):
    prediction = w * x
    error = prediction - y
    slope = 2 * error
    return prediction, error * error, x, slope, slope * x, w - alpha * slope * x


@line.variant()
def lin1_multiplied_out(w, x, y, alpha):
    yhat = x * w
    loss = y * y - 2 * y * yhat + yhat * yhat
    grad = 2 * x * x * w - 2 * x * y
    return yhat, loss, x, 2 * yhat - 2 * y, grad, w + alpha * -grad


@line.variant()
def lin1_float32(w, x, y, alpha):
    w, x, y, alpha = (np.float32(value) for value in (w, x, y, alpha))
    yhat = w * x
    slope = -np.float32(2) * (y - yhat)
    grad = slope * x
    return yhat, (y - yhat) ** 2, x, slope, grad, w - alpha * grad


def lin1_from(w, x, y, alpha, loss=None, local=None, slope=None, grad=None, w_new=None):
    """Return the six numbers where some are given: what follows from a wrong number is wrong as well."""
    yhat = w * x
    loss = (y - yhat) ** 2 if loss is None else loss
    local = x if local is None else local
    slope = 2 * (yhat - y) if slope is None else slope
    grad = slope * local if grad is None else grad
    return yhat, loss, local, slope, grad, w - alpha * grad if w_new is None else w_new


@line.mistake(
    "Right size, opposite direction. Is the error here prediction minus label, or label minus prediction, and which "
    "sign does the inner derivative of y - ŷ have?",
    catalogue="M04",
)
def lin1_difference_turned_round(w, x, y, alpha):
    return lin1_from(w, x, y, alpha, slope=2 * (y - w * x))


@line.mistake(
    "The loss is right and its derivative is off by a factor. Differentiate the square as it is written here: is there "
    "a ½ in front?",
    catalogue="M03",
)
def lin1_factor_two_lost(w, x, y, alpha):
    return lin1_from(w, x, y, alpha, slope=w * x - y)


@line.mistake(
    "You put a ½ in front of the squared error. Many books do, but which loss does this sheet use?",
    catalogue="M03",
)
def lin1_with_a_half(w, x, y, alpha):
    return lin1_from(w, x, y, alpha, loss=(y - w * x) ** 2 / 2, slope=w * x - y)


@line.mistake(
    "The gradient by w is still the gradient by ŷ. Which arrow of the graph comes before ŷ?", catalogue="M20"
)
def lin1_chain_stops_at_prediction(w, x, y, alpha):
    return lin1_from(w, x, y, alpha, grad=2 * (w * x - y))


@line.mistake(
    "ŷ = w·x is differentiated by w here. Which of the two letters is the variable, and what stands next to it?"
)
def lin1_local_gradient_by_x(w, x, y, alpha):
    return lin1_from(w, x, y, alpha, local=w)


@line.mistake(
    "You multiply by the loss itself. The chain needs the *derivative* of the loss by ŷ: what is that?",
    catalogue="M07",
)
def lin1_loss_as_slope(w, x, y, alpha):
    return lin1_from(w, x, y, alpha, grad=(w * x - y) ** 2 * x)


@line.mistake(
    "Your weight walks uphill. Which sign does the step have in gradient *descent*?", catalogue="M04"
)
def lin1_uphill(w, x, y, alpha):
    return lin1_from(w, x, y, alpha, w_new=w + alpha * 2 * (w * x - y) * x)


@line.mistake(
    "Your new weight does not remember the old one. Where does the step start from?", catalogue="M61"
)
def lin1_old_weight_forgotten(w, x, y, alpha):
    return lin1_from(w, x, y, alpha, w_new=-alpha * 2 * (w * x - y) * x)


@line.mistake("The step has no step size. Where does alpha come in?")
def lin1_without_step_size(w, x, y, alpha):
    return lin1_from(w, x, y, alpha, w_new=w - 2 * (w * x - y) * x)


@line.mistake(
    "The gradient that you return contains alpha already, so the step has it twice. What does alpha belong to?",
    catalogue="M06",
)
def lin1_step_size_twice(w, x, y, alpha):
    return lin1_from(w, x, y, alpha, grad=alpha * 2 * (w * x - y) * x)


@line.mistake(
    "Right where the prediction is too large, turned round where it is too small. What happened to the sign of the error?",
    catalogue="M08",
)
def lin1_absolute_error(w, x, y, alpha):
    return lin1_from(w, x, y, alpha, slope=2 * abs(w * x - y))


@line.mistake("Your loss is the size of the error. What does the text do with the error to get the loss?")
def lin1_loss_not_squared(w, x, y, alpha):
    return lin1_from(w, x, y, alpha, loss=abs(w * x - y))


@line.mistake(
    "This is the loss *after* the step. Which weight was used for the prediction that you return?",
    catalogue="M32",
)
def lin1_loss_after_the_step(w, x, y, alpha):
    moved = w - alpha * 2 * (w * x - y) * x
    return lin1_from(w, x, y, alpha, loss=(moved * x - y) ** 2)


line.equivalent(
    "lin1: y - yhat -> yhat - y #1",
    because="the first difference is squared",
)


# ---------------------------------------------------------------------------------------------------- 5.2
logistic = assignment.exercise(
    "log1",
    id="5.2",
    minutes=30,
    points={"label 1": 1, "label 0": 1, "from w = 0": 1, "very sure predictions": 1},
    hints=(
        (
            "Set y = 1 in the loss, and then y = 0. How many terms are left each time? What is the product of the last two "
            "local gradients in each case, multiplied out on paper?"
        ),
        (
            "Never compute 1 - p: it is σ(-z). Never compute a term that is multiplied by 0 afterwards: choose with if. "
            "And take the gradient from the formula in which everything has cancelled."
        ),
        (
            "Let e = exp(-|z|). For z >= 0, p = 1/(1+e) and 1-p = e/(1+e); for z < 0 the other way round. For y = 1: loss = "
            "ln(1+exp(-z)), df_dp = -1/p; for y = 0: loss = ln(1+exp(z)), df_dp = 1/(1-p). np.logaddexp(0, t) is "
            "ln(1+exp(t)). grad = (p-y)·x."
        ),
    ),
    lecture="Abdurakhmanova, Gradient Descent: logistic loss with one data point",
)


def scored(rng, z, y):
    """Return (w, x, y, alpha) with the score w x near z."""
    x = number(rng, 1.5, 3.0)
    return float(z / x), x, y, float(rng.uniform(0.2, 0.6))


@logistic.case("label 1")
def log1_yes_and_right(rng):
    """A positive score for a label 1: p is above ½."""
    return scored(rng, rng.uniform(0.8, 1.6), 1)


@logistic.case("label 1")
def log1_yes_and_wrong(rng):
    """A negative score for a label 1: the loss is large, and rounding p to 0 or 1 shows."""
    return scored(rng, -rng.uniform(2.0, 3.0), 1)


@logistic.case("label 1")
def log1_yes_and_unsure(rng):
    """A small positive score: the side on which the form of the sigmoid changes is that of 0."""
    return scored(rng, rng.uniform(0.1, 0.4), 1)


@logistic.case("label 0")
def log1_no_and_unsure(rng):
    """A small negative score."""
    return scored(rng, -rng.uniform(0.1, 0.4), 0)


@logistic.case("label 0")
def log1_no_and_right(rng):
    """A negative score for a label 0: what lacks the second term has no loss at all here."""
    return scored(rng, -rng.uniform(0.8, 1.6), 0)


@logistic.case("label 0")
def log1_no_and_wrong(rng):
    """A positive score for a label 0: labels of -1 and 1 show."""
    return scored(rng, rng.uniform(2.0, 3.0), 0)


@logistic.case("label 0")
def log1_no_and_very_wrong(rng):
    """z near 4, where 1 - p has lost two of its digits: still honest."""
    return scored(rng, rng.uniform(3.5, 4.2), 0)


@logistic.case("from w = 0")
def log1_undecided_yes(rng):
    """w = 0: p is ½ and its slope ¼, to be checked by hand."""
    return 0.0, float(rng.choice([-4.0, 4.0, 8.0])), 1, 0.5


@logistic.case("from w = 0")
def log1_undecided_no(rng):
    """The same for the other label."""
    return 0.0, float(rng.choice([-4.0, 4.0, 8.0])), 0, 0.25


@logistic.case("very sure predictions")
def log1_sure_and_right_yes(rng):
    """1 - p is 0 in the computer: (1 - y)/(1 - p) is 0/0."""
    return scored(rng, 1000.0, 1)


@logistic.case("very sure predictions")
def log1_sure_and_right_no(rng):
    """exp(-z) overflows; y/p is 0/0 where p has become 0."""
    return scored(rng, -1000.0, 0)


@logistic.case("very sure predictions")
def log1_quite_sure_and_right_no(rng):
    """exp(-z) overflows here too."""
    return scored(rng, -rng.uniform(780.0, 820.0), 0)


@logistic.case("very sure predictions")
def log1_sure_and_right_yes_at_40(rng):
    """p has just become 1: the smallest score at which the three factors give NaN is 36.75."""
    return scored(rng, rng.uniform(38.0, 42.0), 1)


@logistic.case("very sure predictions")
def log1_sure_and_wrong_no(rng):
    """ln(1 - p) is ln 0, and 1/(1 - p) a division by 0: the loss is near 80."""
    return scored(rng, rng.uniform(70.0, 80.0), 0)


@logistic.case("very sure predictions")
def log1_sure_and_wrong_no_at_40(rng):
    """The same for a loss near 40: a p that is kept away from 1 shows in the loss."""
    return scored(rng, rng.uniform(38.0, 42.0), 0)


@logistic.case("very sure predictions")
def log1_sure_and_wrong_yes(rng):
    """p is e^-80, tiny but not 0: a p that is kept away from 0 shows in the loss."""
    return scored(rng, -rng.uniform(70.0, 80.0), 1)


@logistic.oracle()
def log1_torch(w, x, y, alpha):
    import torch

    score = torch.tensor(w * x, dtype=torch.float64)
    p, rest = torch.sigmoid(score).item(), torch.sigmoid(-score).item()
    weight = torch.tensor(w, dtype=torch.float64, requires_grad=True)
    loss = -torch.nn.functional.logsigmoid(weight * x if y == 1 else -weight * x)
    loss.backward()
    moved = torch.add(weight.detach(), weight.grad, alpha=-alpha).item()
    # the slope of sigmoid is the same on both sides, and on the left torch loses no digits
    slope = float(torch_grad(torch.sigmoid, -abs(w * x)))
    # by 1 - p, which has all digits where p is near 1: the derivative of 1 - p by p turns the sign
    by_p = torch_grad(lambda q: -q.log(), p) if y == 1 else -torch_grad(lambda q: -q.log(), rest)
    local = float(torch_grad(lambda v: v * x, w))
    return p, loss.item(), local, slope, float(by_p), weight.grad.item(), moved


@logistic.oracle()
def log1_mpmath(w, x, y, alpha):
    """Central differences in so many digits that 1 - p = e^-1000 keeps hundreds of them."""
    with mpmath.workdps(1000):
        w, x, alpha = (mpmath.mpf(value) for value in (w, x, alpha))
        width = mpmath.mpf(10) ** -300

        def sigmoid(z):
            return 1 / (1 + mpmath.exp(-z))

        def punished(p):
            return -mpmath.log(p) if y == 1 else -mpmath.log(1 - p)

        def slope(function, at):
            return (function(at + width) - function(at - width)) / (2 * width)

        z = w * x
        p = sigmoid(z)
        grad = slope(lambda v: punished(sigmoid(v * x)), w)
        local = slope(lambda v: v * x, w)
        found = (p, punished(p), local, slope(sigmoid, z), slope(punished, p), grad, w - alpha * grad)
        return tuple(float(value) for value in found)


@logistic.variant()
def log1_shortcut(w, x, y, alpha):
    z = w * x
    p = 1 / (1 + np.exp(-z)) if z > -30 else np.exp(z)
    rest = 1 / (1 + np.exp(z)) if z < 30 else np.exp(-z)
    grad = (p - y) * x
    loss = -np.log(p) if y == 1 else -np.log(rest)
    if y == 1 and z > 30:
        loss = np.log1p(np.exp(-z))
    if y == 0 and z < -30:
        loss = np.log1p(np.exp(z))
    df_dp = -1 / p if y == 1 else 1 / rest
    return p, loss, x, p * rest, df_dp, grad, w - alpha * grad


@logistic.variant()
def log1_formulas_of_the_lecture_where_safe(w, x, y, alpha):
    z = w * x
    if abs(z) < 20:
        p = 1 / (1 + math.exp(-z))
        loss = -y * math.log(p) - (1 - y) * math.log(1 - p)
        dp_dz = p * (1 - p)
        df_dp = -y / p + (1 - y) / (1 - p)
        grad = df_dp * dp_dz * x
        return p, loss, x, dp_dz, df_dp, grad, w - alpha * grad
    small = math.exp(-abs(z))
    p = 1 / (1 + small) if z > 0 else small / (1 + small)
    right = (z > 0) == (y == 1)
    loss = math.log1p(small) if right else abs(z) + math.log1p(small)
    chance = 1 / (1 + small) if right else small / (1 + small)
    df_dp = -1 / chance if y == 1 else 1 / chance
    grad = (p - y) * x
    return p, loss, x, p * (1 - p), df_dp, grad, w - alpha * grad


@logistic.variant()
def log1_by_tanh(w, x, y, alpha):
    """What is far below 1e-16 comes out as 0, and that is fine."""
    z = w * x
    t = np.tanh(z / 2)
    p = (1 + t) / 2
    signed = -z if y else z
    loss = max(signed, 0.0) + np.log(1 + np.exp(-abs(signed)))
    df_dp = (1 if y == 0 else -1) * (1 + np.exp(signed))
    grad = x * (p - y)
    return p, loss, x, (1 - t * t) / 4, df_dp, grad, w - alpha * grad


@logistic.variant()
def log1_float32(w, x, y, alpha):
    w, x, alpha, one = (np.float32(value) for value in (w, x, alpha, 1))
    z = w * x
    e = np.exp(-np.abs(z))
    p, rest = one / (one + e), e / (one + e)
    if z < 0:
        p, rest = rest, p
    signed = -z if y == 1 else z
    loss = np.maximum(signed, np.float32(0)) + np.log1p(e)
    df_dp = -one / p if y == 1 else one / rest
    grad = (p - np.float32(y)) * x
    return p, loss, x, p * rest, df_dp, grad, w - alpha * grad


def log1_from(w, x, y, alpha, p=None, loss=None, local=None, dp_dz=None, df_dp=None, grad=None, w_new=None):
    """Return the seven numbers where some are given: what follows from a wrong number is wrong as well."""
    z = w * x
    e = np.exp(-abs(z))
    chance, rest = (1 / (1 + e), e / (1 + e)) if z >= 0 else (e / (1 + e), 1 / (1 + e))
    p = chance if p is None else p
    loss = (np.logaddexp(0, -z) if y == 1 else np.logaddexp(0, z)) if loss is None else loss
    local = x if local is None else local
    dp_dz = chance * rest if dp_dz is None else dp_dz
    df_dp = (-1 / chance if y == 1 else 1 / rest) if df_dp is None else df_dp
    grad = df_dp * dp_dz * local if grad is None else grad
    return p, loss, local, dp_dz, df_dp, grad, w - alpha * grad if w_new is None else w_new


def safe_sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1.0, e) / (1.0 + e)


@logistic.mistake(
    "There is a factor p(1 - p) too many in the gradient. Multiply df/dp by dp/dz on paper: what cancels?",
    catalogue="M24",
)
def log1_extra_slope(w, x, y, alpha):
    p = float(safe_sigmoid(w * x))
    return log1_from(w, x, y, alpha, grad=(p - y) * p * (1 - p) * x)


@logistic.mistake(
    "The gradient has the right size and the wrong sign. If the label is 1 and p too small, should w·x grow or shrink?",
    catalogue="M04",
)
def log1_gradient_turned_round(w, x, y, alpha):
    return log1_from(w, x, y, alpha, grad=(y - float(safe_sigmoid(w * x))) * x)


@logistic.mistake(
    "Samples with the label 0 have no loss and no gradient in your code. Which term of the loss is about them?",
    catalogue="M92",
)
def log1_second_term_missing(w, x, y, alpha):
    if y == 1:
        return log1_from(w, x, y, alpha)
    return log1_from(w, x, y, alpha, loss=0.0, df_dp=0.0)


@logistic.mistake(
    "For the label 0 your df/dp has the wrong sign. What is the inner derivative of 1 - p?", catalogue="M20"
)
def log1_inner_derivative_of_one_minus_p(w, x, y, alpha):
    df_dp = log1_from(w, x, y, alpha)[4]
    return log1_from(w, x, y, alpha, df_dp=df_dp if y == 1 else -df_dp)


@logistic.mistake(
    "You use labels -1 and 1. In this text they are 0 and 1: what becomes of p - y?", catalogue="M93"
)
def log1_labels_of_minus_one(w, x, y, alpha):
    return log1_from(w, x, y, alpha, grad=(float(safe_sigmoid(w * x)) - (2 * y - 1)) * x)


@logistic.mistake(
    "You compare the label with a rounded answer, 0 or 1. Which number between them does the gradient use?",
    catalogue="M93",
)
def log1_rounded_answer(w, x, y, alpha):
    return log1_from(w, x, y, alpha, grad=((1.0 if w * x > 0 else 0.0) - y) * x)


@logistic.mistake(
    "You compare the label with the score z. Which function turns a score into a probability?",
    catalogue="M93",
)
def log1_score_for_probability(w, x, y, alpha):
    return log1_from(w, x, y, alpha, grad=(w * x - y) * x)


@logistic.mistake("Your p falls where z grows. Which sign does z have in the exponent?")
def log1_sigmoid_of_minus_z(w, x, y, alpha):
    p, loss, _, dp_dz, df_dp, _, _ = log1_from(-w, x, y, alpha)
    return log1_from(w, x, y, alpha, p=p, loss=loss, dp_dz=dp_dz, df_dp=df_dp)


@logistic.mistake(
    "Your dp/dz is p itself. The slope of the sigmoid is never above ¼: which factor is missing?",
    catalogue="M27",
)
def log1_slope_is_p(w, x, y, alpha):
    return log1_from(w, x, y, alpha, dp_dz=float(safe_sigmoid(w * x)))


@logistic.mistake(
    "You took the slope of the sigmoid at p, a value that has been through the sigmoid already. Either σ'(z) or p(1 - p), "
    "not both: which do you have?",
    catalogue="M22",
)
def log1_slope_at_p(w, x, y, alpha):
    twice = float(safe_sigmoid(safe_sigmoid(w * x)))
    return log1_from(w, x, y, alpha, dp_dz=twice * (1 - twice))


@logistic.mistake(
    "Your gradient is the one by z. Which arrow of the graph leads from w to z?", catalogue="M20"
)
def log1_chain_stops_at_z(w, x, y, alpha):
    return log1_from(w, x, y, alpha, grad=float(safe_sigmoid(w * x)) - y)


@logistic.mistake(
    "Your gradient lacks the slope of the sigmoid. Which of the three local gradients did you leave out?",
    catalogue="M25",
)
def log1_slope_left_out(w, x, y, alpha):
    _, _, local, _, df_dp, _, _ = log1_from(w, x, y, alpha)
    return log1_from(w, x, y, alpha, grad=df_dp * local)


@logistic.mistake(
    "Your weight walks uphill. Which sign does the step have in gradient *descent*?", catalogue="M04"
)
def log1_uphill(w, x, y, alpha):
    return log1_from(w, x, y, alpha, w_new=w + alpha * (float(safe_sigmoid(w * x)) - y) * x)


@logistic.mistake(
    "The loss has the wrong sign: the logarithm of a probability is negative. Where is the minus?",
    catalogue="M04",
)
def log1_loss_is_negative(w, x, y, alpha):
    return log1_from(w, x, y, alpha, loss=-np.logaddexp(0, -w * x if y == 1 else w * x))


@logistic.mistake("That is the logarithm to base 2. Which logarithm does the text ask for?")
def log1_base_two(w, x, y, alpha):
    return log1_from(w, x, y, alpha, loss=np.logaddexp(0, -w * x if y == 1 else w * x) / np.log(2))


@logistic.mistake(
    "Where the model is very sure, p is rounded to 1 or 0, and your formulas give NaN or infinity. Which of them can you "
    "simplify on paper before a computer sees them?",
    catalogue="M97",
)
def log1_three_factors(w, x, y, alpha):
    with np.errstate(all="ignore"):
        p = 1 / (1 + np.exp(-w * x))
        loss = -y * np.log(p) - (1 - y) * np.log(1 - p)
        dp_dz = p * (1 - p)
        df_dp = -y / p + (1 - y) / (1 - p)
        grad = df_dp * dp_dz * x
    return p, loss, x, dp_dz, df_dp, grad, w - alpha * grad


@logistic.mistake(
    "Where the model is very sure, your formulas divide by 0, take the logarithm of 0, or need an e^1000. Which form of "
    "the sigmoid, and of 1 - p, avoids that?",
    catalogue="M97",
)
def log1_three_factors_of_math(w, x, y, alpha):
    p = 1 / (1 + math.exp(-w * x))
    loss = -y * math.log(p) - (1 - y) * math.log(1 - p)
    df_dp = -y / p + (1 - y) / (1 - p)
    grad = df_dp * p * (1 - p) * x
    return p, loss, x, p * (1 - p), df_dp, grad, w - alpha * grad


@logistic.mistake(
    "The gradient survives, but loss or df/dp do not: both still contain a 1 - p that has become 0. How can 1 - p be "
    "written without a difference?",
    catalogue="M98",
)
def log1_only_gradient_simplified(w, x, y, alpha):
    with np.errstate(all="ignore"):
        p = safe_sigmoid(w * x)
        loss = -np.log(p) if y == 1 else -np.log(1 - p)
        df_dp = -1 / p if y == 1 else 1 / (1 - p)
    return log1_from(w, x, y, alpha, loss=float(loss), df_dp=float(df_dp), grad=float(p - y) * x)


@logistic.mistake(
    "You keep p away from 0 and 1 by a tiny number. That hides the problem: no loss can then exceed about 28. How can "
    "1 - p be written without a difference?",
    catalogue="M97",
)
def log1_clipped(w, x, y, alpha):
    p = float(np.clip(safe_sigmoid(w * x), 1e-12, 1 - 1e-12))
    loss = -np.log(p) if y == 1 else -np.log(1 - p)
    df_dp = -1 / p if y == 1 else 1 / (1 - p)
    grad = (p - y) * x
    return p, loss, x, p * (1 - p), df_dp, grad, w - alpha * grad


logistic.equivalent(
    "log1: np.logaddexp(0.0, -z) -> np.logaddexp(-z, 0.0) #1",
    "log1: np.logaddexp(0.0, z) -> np.logaddexp(z, 0.0) #1",
    because="a sum does not look at the order",
)
logistic.equivalent(
    "log1: y == 1 -> y >= 1 #1",
    because="a label is 0 or 1",
)
logistic.equivalent(
    "log1: z >= 0 -> z > 0 #1",
    because="at 0 both forms give a half",
)


# ---------------------------------------------------------------------------------------------------- 5.3
squares = assignment.exercise(
    "mse_grad",
    id="5.3",
    minutes=25,
    points={"sum": 1, "mean": 1, "the shape of y": 1},
    hints=(
        "Which shape has X @ w - y, which shape has the answer, and which product of X and that error has the answer's shape?",
        (
            "Do 5.1 for each sample and add up the gradients; entry j needs feature j of every sample. Then see where the "
            "loops are hidden in a matrix product. Look at y.shape before anything else."
        ),
        (
            "if y.shape != (len(X),): raise ValueError. Then grad = 2 * X.T @ (X @ w - y), divided by len(X) where "
            "reduction is 'mean'."
        ),
    ),
    lecture="Abdurakhmanova, Gradient Descent: full batch; Alvarez, empirical risk; Özçep, V2: mean squared error",
)


def regression(rng, n, d):
    """Return (X, y, w): features, labels of another size than 1, weights."""
    return sized(rng, 0.3, 2.0, n, d), sized(rng, 1.2, 3.0, n), sized(rng, 0.3, 1.5, d)


def whole_regression(rng, n, d):
    """Return small whole numbers: sums and products of them are exact, and so is a mean of 8."""
    return tuple(rng.integers(-4, 5, size=shape).astype(float) for shape in ((n, d), n, d))


@squares.case("sum")
def mse_sum(rng):
    """Seven samples, three features: dividing by either shows."""
    return *regression(rng, 7, 3), "sum"


@squares.case("sum")
def mse_sum_wide(rng):
    """More features than samples."""
    return *regression(rng, 3, 5), "sum"


@squares.case("sum", exact=True)
def mse_sum_exact(rng):
    """Whole numbers: every digit counts."""
    return *whole_regression(rng, 6, 4), "sum"


@squares.case("mean")
def mse_mean(rng):
    """Seven samples, three features: dividing by n - 1, by d or by n·d shows."""
    return *regression(rng, 7, 3), "mean"


@squares.case("mean")
def mse_mean_square(rng):
    """As many samples as features: X without its transposition fits, and shows in the numbers only."""
    return *regression(rng, 4, 4), "mean"


@squares.case("mean")
def mse_near_the_minimum(rng):
    """The best weights, slightly moved: the terms cancel, and the gradient is far smaller than they are."""
    X, y, _ = regression(rng, 9, 3)
    return X, y, np.linalg.solve(X.T @ X, X.T @ y) + sized(rng, 0.02, 0.04, 3), "mean"


@squares.case("mean", exact=True)
def mse_mean_exact(rng):
    """Eight samples of whole numbers: dividing by 8 rounds nothing."""
    return *whole_regression(rng, 8, 3), "mean"


@squares.case("the shape of y")
def mse_column(rng):
    """A column of labels broadcasts to an (n, n) matrix without a word."""
    X, y, w = regression(rng, 6, 3)
    return X, y[:, None], w, "mean"


@squares.case("the shape of y")
def mse_column_of_one(rng):
    """One sample with a label of shape (1, 1): the answer would even look right."""
    X, y, w = regression(rng, 1, 3)
    return X, y[:, None], w, "sum"


@squares.case("the shape of y")
def mse_one_label_for_all(rng):
    """One label for five samples broadcasts as well."""
    X, y, w = regression(rng, 5, 2)
    return X, y[:1], w, "sum"


@squares.oracle()
def mse_torch(X, y, w, reduction):
    import torch

    features, labels = torch.tensor(X), torch.tensor(y)
    return torch_grad(lambda v: torch.nn.functional.mse_loss(features @ v, labels, reduction=reduction), w)


@squares.oracle()
def mse_complex(X, y, w, reduction):
    share = 1 / len(y) if reduction == "mean" else 1.0
    return complex_step(lambda v: (X @ v - y) ** 2, np.full(len(y), share), w)


def flat_labels(X, y):
    """Return y. Raises ValueError where it is no flat array of one label per row of X."""
    if y.ndim != 1 or y.shape[0] != X.shape[0]:
        raise ValueError("y must be flat and have one entry per sample")
    return y


@squares.variant()
def mse_by_samples(X, y, w, reduction):
    flat_labels(X, y)
    grad = np.zeros(len(w))
    for features, label in zip(X, y):
        grad += 2 * (features @ w - label) * features
    return grad / len(y) if reduction == "mean" else grad


@squares.variant()
def mse_by_loops(X, y, w, reduction):
    flat_labels(X, y)
    n, d = X.shape
    grad = []
    for j in range(d):
        total = 0.0
        for i in range(n):
            prediction = 0.0
            for c in range(d):
                prediction += X[i, c] * w[c]
            total += -2 * X[i, j] * (y[i] - prediction)
        grad.append(total / n if reduction == "mean" else total)
    return np.array(grad)


@squares.variant()
def mse_by_gram_matrix(X, y, w, reduction):
    flat_labels(X, y)
    factor = {"mean": 2 / len(y), "sum": 2.0}[reduction]
    return factor * (X.T @ X @ w - X.T @ y)


@squares.variant()
def mse_einsum(X, y, w, reduction):
    if not np.array_equal(y.shape, X.shape[:1]):
        raise ValueError(y.shape)
    grads = np.einsum("i,ij->ij", -2 * (y - np.einsum("ij,j->i", X, w)), X)
    return grads.mean(axis=0) if reduction == "mean" else grads.sum(axis=0)


@squares.variant()
def mse_float32(X, y, w, reduction):
    flat_labels(X, y)
    X, y, w = (part.astype(np.float32) for part in (X, y, w))
    grad = np.float32(2) * (X @ w - y) @ X
    return grad / np.float32(len(y)) if reduction == "mean" else grad


@squares.mistake("You always sum over the samples. What does reduction='mean' ask for?", catalogue="M01")
def mse_always_sum(X, y, w, reduction):
    return 2 * X.T @ (X @ w - flat_labels(X, y))


@squares.mistake("You always divide by n. What does reduction='sum' ask for?", catalogue="M72")
def mse_always_mean(X, y, w, reduction):
    return 2 * X.T @ (X @ w - flat_labels(X, y)) / len(y)


@squares.mistake(
    "You divide by n twice. Is the mean taken of the errors *and* of the products with X?", catalogue="M02"
)
def mse_averaged_twice(X, y, w, reduction):
    grad = 2 * X.T @ (X @ w - flat_labels(X, y))
    return grad / len(y) ** 2 if reduction == "mean" else grad


@squares.mistake(
    "Off by exactly 2. Differentiate the square as it is written here: is there a ½ in front?",
    catalogue="M03",
)
def mse_factor_two_lost(X, y, w, reduction):
    grad = X.T @ (X @ w - flat_labels(X, y))
    return grad / len(y) if reduction == "mean" else grad


@squares.mistake(
    "Right size, opposite direction. Which way round is the error if the minus of the formula is left out?",
    catalogue="M04",
)
def mse_turned_round(X, y, w, reduction):
    grad = 2 * X.T @ (flat_labels(X, y) - X @ w)
    return grad / len(y) if reduction == "mean" else grad


@squares.mistake(
    "Your mean divides by the number of features. The loss is a mean over what?", catalogue="M05"
)
def mse_divided_by_features(X, y, w, reduction):
    grad = 2 * X.T @ (X @ w - flat_labels(X, y))
    return grad / len(w) if reduction == "mean" else grad


@squares.mistake(
    "Your mean divides by all entries of X. How many errors are there to take a mean of?", catalogue="M05"
)
def mse_divided_by_entries(X, y, w, reduction):
    grad = 2 * X.T @ (X @ w - flat_labels(X, y))
    return grad / X.size if reduction == "mean" else grad


@squares.mistake(
    "You divide by n - 1, as for a variance. By what does the text divide a mean of n losses?",
    catalogue="M05",
)
def mse_divided_by_one_less(X, y, w, reduction):
    grad = 2 * X.T @ (X @ w - flat_labels(X, y))
    return grad / (len(y) - 1) if reduction == "mean" else grad


@squares.mistake(
    "You multiply by squared errors. The square is the outer function: what is its derivative?",
    catalogue="M07",
)
def mse_squared_errors(X, y, w, reduction):
    grad = 2 * X.T @ (X @ w - flat_labels(X, y)) ** 2
    return grad / len(y) if reduction == "mean" else grad


@squares.mistake(
    "All of your errors count as positive. What happened to the sign of those where the prediction is too small?",
    catalogue="M08",
)
def mse_absolute_errors(X, y, w, reduction):
    grad = 2 * X.T @ np.abs(X @ w - flat_labels(X, y))
    return grad / len(y) if reduction == "mean" else grad


@squares.mistake(
    "Your gradient stops at the predictions: one number per sample. What does feature j of every sample have to do with "
    "entry j?",
    catalogue="M20",
)
def mse_by_predictions(X, y, w, reduction):
    grad = 2 * (X @ w - flat_labels(X, y))
    return grad / len(y) if reduction == "mean" else grad


@squares.mistake(
    "Samples and features change places in your product. Over which index of X does the sum run?",
    catalogue="M19",
)
def mse_not_transposed(X, y, w, reduction):
    grad = 2 * X @ (X @ w - flat_labels(X, y))
    return grad / len(y) if reduction == "mean" else grad


@squares.mistake(
    "The errors are added up before they meet their samples. Each error belongs to its own row: what comes first, the "
    "product or the sum?",
)
def mse_sums_too_early(X, y, w, reduction):
    grad = 2 * (X @ w - flat_labels(X, y)).sum() * X.sum(axis=0)
    return grad / len(y) if reduction == "mean" else grad


@squares.mistake("Where do the labels come in? Yours is the gradient of the squared predictions.")
def mse_without_labels(X, y, w, reduction):
    flat_labels(X, y)
    grad = 2 * X.T @ (X @ w)
    return grad / len(y) if reduction == "mean" else grad


@squares.mistake(
    "Values right, but as a column. Which shape has w, and which shape must its gradient have?",
    catalogue="M10",
)
def mse_as_a_column(X, y, w, reduction):
    grad = 2 * X.T @ (X @ w - flat_labels(X, y))[:, None]
    return grad / len(y) if reduction == "mean" else grad


@squares.mistake(
    "You never look at the shape of y. What does numpy make of (n,) minus (n, 1), and what does the text ask you to do "
    "about it?",
    catalogue="M11",
)
def mse_shape_not_checked(X, y, w, reduction):
    grad = 2 * X.T @ (X @ w - y)
    return grad / len(y) if reduction == "mean" else grad


@squares.mistake(
    "You bring y into the right shape in silence. A friendly thought, but what does the text ask for when the shape is "
    "wrong?",
)
def mse_column_flattened(X, y, w, reduction):
    grad = 2 * X.T @ (X @ w - y.reshape(-1))
    return grad / len(X) if reduction == "mean" else grad


@squares.mistake(
    "You count the labels, and a column has as many. Which attribute tells (n,) from (n, 1)?", catalogue="M11"
)
def mse_only_length_checked(X, y, w, reduction):
    if len(y) != len(X):
        raise ValueError("one label per sample")
    grad = 2 * X.T @ (X @ w - y)
    return grad / len(y) if reduction == "mean" else grad


squares.equivalent(
    "mse-factor-two-lost * 2",
    "mse-turned-round * -1",
    because="the mistake is this factor, and nothing else",
)
squares.equivalent(
    "mse_grad: 2.0 * X.T @ (X @ w - y) -> 2.0 * X.T @ (X @ w - y).T #1",
    "mse_grad: X @ w -> X @ w.T #1",
    because="a vector is its own transpose in numpy",
)
squares.equivalent(
    "mse_grad: len(X) -> len(y) #2",
    because="by then y is known to have an entry for each row of X",
)


# ---------------------------------------------------------------------------------------------------- 5.4
regressor = assignment.exercise(
    "logreg",
    id="5.4",
    minutes=35,
    points={"loss and weights": 2, "one class, one start": 1, "scores of ±800": 1},
    hints=(
        "What is the derivative of softplus(z) - y·z by z? How many samples hang on b, and how many on w[j]?",
        (
            "Never form ln p from p. Softplus has a form without overflow in the text, and np.logaddexp(0, z) is the same "
            "function. p - y is the gradient by z of each sample: pair it with X for dw, with ones for db, and average both."
        ),
        (
            "z = X @ w + b; loss = (np.logaddexp(0, z) - y * z).mean(); p = np.exp(-np.logaddexp(0, -z)); "
            "dw = X.T @ (p - y) / n; db = (p - y).mean()."
        ),
    ),
    lecture="Binder, L6: how to find the trainable parameters in classification",
)


def classified(rng, n, d):
    """Return (X, y, w, b) with scores of ordinary size; a bias that cannot be overlooked."""
    X, w = sized(rng, 0.3, 2.0, n, d), sized(rng, 0.3, 1.2, d)
    return X, both_labels(rng, n), w, number(rng, 0.6, 1.2)


def with_scores(rng, scores, d):
    """Return (X, w, b) with X @ w + b near the given scores: the last feature makes up for the others."""
    n = len(scores)
    X, w, b = sized(rng, 0.3, 2.0, n, d), sized(rng, 0.5, 1.5, d), number(rng, 0.6, 1.2)
    X[:, -1] = (scores - b - X[:, :-1] @ w[:-1]) / w[-1]
    return X, w, b


@regressor.case("loss and weights")
def logreg_tall(rng):
    """Seven samples, three features, both labels: n, d and n·d are told apart."""
    return classified(rng, 7, 3)


@regressor.case("loss and weights")
def logreg_wide(rng):
    """More features than samples."""
    return classified(rng, 5, 8)


@regressor.case("loss and weights")
def logreg_square(rng):
    """As many samples as features: a missing transposition fits."""
    return classified(rng, 4, 4)


@regressor.case("one class, one start")
def logreg_only_ones(rng):
    """Every label is 1: only one of the two terms is there."""
    X, _, w, b = classified(rng, 6, 2)
    return X, np.ones(6), w, b


@regressor.case("one class, one start")
def logreg_only_zeros(rng):
    """Every label is 0: without its (1 - y) term the loss is 0."""
    X, _, w, b = classified(rng, 5, 3)
    return X, np.zeros(5), w, b


@regressor.case("one class, one start")
def logreg_from_zero(rng):
    """Everything begins at 0: every p is ½ and the loss is ln 2, to be checked by hand."""
    return rng.integers(-4, 5, size=(8, 3)).astype(float), both_labels(rng, 8), np.zeros(3), 0.0


@regressor.case("scores of ±800")
def logreg_sure(rng):
    """Scores near ±800, right and wrong: exp overflows, 1 - p and p become 0."""
    signs = np.array([1.0, 1.0, -1.0, -1.0, 1.0])
    X, w, b = with_scores(rng, 800.0 * signs + rng.normal(size=5), 3)
    return X, np.array([1.0, 0.0, 1.0, 0.0, 0.0]), w, b


@regressor.case("scores of ±800")
def logreg_sure_and_not(rng):
    """Large and ordinary scores in one batch: one rule for all of them does not do."""
    scores = np.array([-750.0, 820.0, -60.0, 50.0, 1.5, -0.8, 700.0])
    X, w, b = with_scores(rng, scores + 0.1 * rng.normal(size=7), 4)
    return X, np.array([0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 0.0]), w, b


@regressor.case("scores of ±800")
def logreg_sure_and_right(rng):
    """Every score is large and every answer right: the loss is 0, and so are its gradients."""
    y = both_labels(rng, 6)
    X, w, b = with_scores(rng, 1600.0 * y - 800.0 + rng.normal(size=6), 2)
    return X, y, w, b


@regressor.oracle()
def logreg_torch(X, y, w, b):
    import torch

    features, labels = torch.tensor(X, dtype=torch.float64), torch.tensor(y, dtype=torch.float64)

    def loss(weights, bias):
        return torch.nn.functional.binary_cross_entropy_with_logits(features @ weights + bias, labels)

    value = loss(torch.tensor(w, dtype=torch.float64), b).item()
    dw, db = torch_grad(loss, w, b)
    return value, dw, float(db)


@regressor.oracle()
def logreg_complex(X, y, w, b):
    """Each loss is the logarithm of a sum of two exponentials, shifted by a constant; its value in many digits."""
    X, y, w = (np.asarray(part, np.float64) for part in (X, y, w))
    larger = np.maximum(X @ w + b, 0)  # of plain numbers: as constants they may be subtracted and added again

    def losses(weights, bias):
        z = X @ weights + bias
        return np.log(np.exp(z - larger) + np.exp(-larger)) + larger - y * z

    with mpmath.workdps(DIGITS):
        z = mp_array(X) @ mp_array(w) + mpmath.mpf(b)
        exact = sum(mpmath.log(1 + mpmath.exp(-score if label else score)) for score, label in zip(z, y))
        dw, db = complex_step(losses, np.full(len(y), 1 / len(y)), w, b)
        return float(exact / len(y)), dw, float(db)


@regressor.variant()
def logreg_by_samples(X, y, w, b):
    loss, dw, db = 0.0, np.zeros(len(w)), 0.0
    for features, label in zip(X, y):
        z = float(features @ w) + b
        e = math.exp(-abs(z))
        p = 1 / (1 + e) if z >= 0 else e / (1 + e)
        loss += max(z, 0) - label * z + math.log1p(e)
        dw += (p - label) * features
        db += p - label
    return loss / len(y), dw / len(y), db / len(y)


@regressor.variant()
def logreg_formula_of_the_text(X, y, w, b):
    z = np.dot(X, w) + b
    loss = np.mean(np.maximum(z, 0) + np.log(1 + np.exp(-np.abs(z))) - y * z)
    p = 0.5 * (1 + np.tanh(0.5 * z))
    error = (p - y) / len(y)
    return loss, error @ X, error.sum()


@regressor.variant()
def logreg_signed_margins(X, y, w, b):
    sign = 2 * y - 1
    margins = sign * (X @ w + b)
    losses = np.logaddexp(0, -margins)
    wrong = np.exp(-np.logaddexp(0, margins))
    pull = -sign * wrong
    return np.average(losses), np.einsum("i,ij->j", pull, X) / X.shape[0], np.average(pull)


@regressor.variant()
def logreg_probabilities_where_safe(X, y, w, b):
    z = (X * w).sum(axis=1) + b
    p = np.zeros(z.shape)
    p[z >= 0] = 1 / (1 + np.exp(-z[z >= 0]))
    p[z < 0] = np.exp(z[z < 0]) / (1 + np.exp(z[z < 0]))
    losses = np.zeros(z.shape)
    for i in range(len(z)):
        if abs(z[i]) < 10:
            losses[i] = -y[i] * np.log(p[i]) - (1 - y[i]) * np.log(1 - p[i])
        else:
            losses[i] = np.log1p(np.exp(-abs(z[i]))) + (abs(z[i]) if (z[i] > 0) != (y[i] == 1) else 0)
    return losses.mean(), ((p - y)[:, None] * X).mean(axis=0), (p - y).mean()


@regressor.variant()
def logreg_column_of_ones(X, y, w, b):
    """The bias as one more weight, whose feature is always 1."""
    wide = np.column_stack([X, np.ones(len(X))])
    z = wide @ np.append(w, b)
    p = np.exp(-np.logaddexp(0, -z))
    grad = wide.T @ (p - y) / len(y)
    return (np.logaddexp(0, z) - y * z).mean(), grad[:-1], grad[-1]


@regressor.variant()
def logreg_float32(X, y, w, b):
    X, y, w, b = (np.asarray(part, np.float32) for part in (X, y, w, b))
    z = X @ w + b
    e = np.exp(-np.abs(z))
    p = np.where(z >= 0, np.float32(1), e) / (1 + e)
    loss = (np.maximum(z, 0) - y * z + np.log1p(e)).mean()
    return loss, X.T @ (p - y) / np.float32(len(y)), (p - y).mean()


def logreg_from(X, y, w, b, loss=None, error=None, dw=None, db=None):
    """Return the three results where some are given; error: what stands for p - y."""
    z = X @ w + b
    losses = np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z)))
    error = safe_sigmoid(z) - y if error is None else error
    return (
        losses.mean() if loss is None else loss,
        X.T @ error / len(y) if dw is None else dw,
        error.mean() if db is None else db,
    )


@regressor.mistake(
    "Loss and gradients are sums. The text asks for the mean over the samples: by what do you divide, and where?",
    catalogue="M01",
)
def logreg_sums(X, y, w, b):
    loss, dw, db = logreg_from(X, y, w, b)
    return loss * len(y), dw * len(y), db * len(y)


@regressor.mistake(
    "The loss is a mean, its gradients are sums. What happens to a derivative when the function is divided by n?",
    catalogue="M01",
)
def logreg_gradients_not_averaged(X, y, w, b):
    loss, dw, db = logreg_from(X, y, w, b)
    return loss, dw * len(y), db * len(y)


@regressor.mistake(
    "dw is right, db is too large. Is the gradient by the bias a mean over the samples, like dw?",
    catalogue="M16",
)
def logreg_bias_not_averaged(X, y, w, b):
    loss, dw, db = logreg_from(X, y, w, b)
    return loss, dw, db * len(y)


@regressor.mistake(
    "db is right, dw is not averaged. What do you divide by in one and not in the other?", catalogue="M16"
)
def logreg_weights_not_averaged(X, y, w, b):
    loss, dw, db = logreg_from(X, y, w, b)
    return loss, dw * len(y), db


@regressor.mistake(
    "Your db has one number per sample. b is a single number that sits in every row: what happens to the gradients of "
    "all rows?",
    catalogue="M15",
)
def logreg_bias_not_summed(X, y, w, b):
    return logreg_from(X, y, w, b, db=(safe_sigmoid(X @ w + b) - y) / len(y))


@regressor.mistake("You divide by the number of features. The loss is a mean over what?", catalogue="M05")
def logreg_divided_by_features(X, y, w, b):
    loss, dw, db = logreg_from(X, y, w, b)
    return loss, dw * len(y) / len(w), db


@regressor.mistake(
    "Right size, opposite direction. Which way round is the difference of label and probability?",
    catalogue="M04",
)
def logreg_turned_round(X, y, w, b):
    return logreg_from(X, y, w, b, error=y - safe_sigmoid(X @ w + b))


@regressor.mistake(
    "There is a factor p(1 - p) too many. The logarithm has cancelled it already: multiply out df/dp · dp/dz once more?",
    catalogue="M24",
)
def logreg_extra_slope(X, y, w, b):
    p = safe_sigmoid(X @ w + b)
    return logreg_from(X, y, w, b, error=(p - y) * p * (1 - p))


@regressor.mistake(
    "Samples with the label 0 contribute nothing. Which term of the loss is about them?", catalogue="M92"
)
def logreg_second_term_missing(X, y, w, b):
    z = X @ w + b
    losses = y * (np.maximum(-z, 0) + np.log1p(np.exp(-np.abs(z))))
    return logreg_from(X, y, w, b, loss=losses.mean(), error=y * (safe_sigmoid(z) - 1))


@regressor.mistake(
    "You use labels -1 and 1. In this text they are 0 and 1: what becomes of p - y?", catalogue="M93"
)
def logreg_labels_of_minus_one(X, y, w, b):
    return logreg_from(X, y, w, b, error=safe_sigmoid(X @ w + b) - (2 * y - 1))


@regressor.mistake(
    "You compare the labels with rounded answers, 0 or 1. Which number between them does the gradient use?",
    catalogue="M93",
)
def logreg_rounded_answers(X, y, w, b):
    return logreg_from(X, y, w, b, error=(X @ w + b > 0) - y)


@regressor.mistake(
    "You compare the labels with the scores z. Which function turns a score into a probability?",
    catalogue="M93",
)
def logreg_scores_for_probabilities(X, y, w, b):
    return logreg_from(X, y, w, b, error=X @ w + b - y)


@regressor.mistake("Your scores are X @ w. What is added to every one of them?")
def logreg_without_bias(X, y, w, b):
    return logreg_from(X, y, w, 0.0)


@regressor.mistake(
    "Samples and features change places in your product for dw. Over which index of X does the sum run?",
    catalogue="M19",
)
def logreg_not_transposed(X, y, w, b):
    return logreg_from(X, y, w, b, dw=X @ (safe_sigmoid(X @ w + b) - y) / len(y))


@regressor.mistake(
    "With scores near ±800 you get NaN or infinity: p has become 0 or 1, and its logarithm is no number. Which formula of "
    "the text has no ln p in it?",
    catalogue="M97",
)
def logreg_log_of_probabilities(X, y, w, b):
    with np.errstate(all="ignore"):
        p = 1 / (1 + np.exp(-(X @ w + b)))
        loss = np.mean(-y * np.log(p) - (1 - y) * np.log(1 - p))
    return loss, X.T @ (p - y) / len(y), (p - y).mean()


@regressor.mistake(
    "You use softplus, but its e still overflows for large scores. Which form in the text never has a positive exponent?",
    catalogue="M96",
)
def logreg_naive_softplus(X, y, w, b):
    with np.errstate(all="ignore"):
        z = X @ w + b
        loss = np.mean(np.log1p(np.exp(z)) - y * z)
    return logreg_from(X, y, w, b, loss=loss)


@regressor.mistake(
    "Your sigmoid is e^z / (1 + e^z): infinity divided by infinity for large z. Which form of it is safe on that side?",
    catalogue="M96",
)
def logreg_infinity_over_infinity(X, y, w, b):
    with np.errstate(all="ignore"):
        z = X @ w + b
        p = np.exp(z) / (1 + np.exp(z))
    return logreg_from(X, y, w, b, error=p - y)


@regressor.mistake(
    "You keep p away from 0 and 1 by a tiny number. That hides the problem: no loss can then exceed about 28. Which "
    "formula of the text has no ln p in it?",
    catalogue="M97",
)
def logreg_clipped(X, y, w, b):
    p = np.clip(safe_sigmoid(X @ w + b), 1e-12, 1 - 1e-12)
    loss = np.mean(-y * np.log(p) - (1 - y) * np.log(1 - p))
    return loss, X.T @ (p - y) / len(y), (p - y).mean()


regressor.equivalent(
    "logreg: X @ w -> X @ w.T #1",
    "logreg: X.T @ (p - y) -> X.T @ (p - y).T #1",
    because="a vector is its own transpose in numpy",
)
regressor.equivalent(
    "logreg: len(y) -> len(X) #1",
    because="there is a label for each row of X",
)
regressor.equivalent(
    "logreg: np.logaddexp(0.0, -z) -> np.logaddexp(-z, 0.0) #1",
    "logreg: np.logaddexp(0.0, z) -> np.logaddexp(z, 0.0) #1",
    because="a sum does not look at the order",
)


# ---------------------------------------------------------------------------------------------------- 5.5
activation = assignment.exercise(
    "act",
    id="5.5",
    minutes=40,
    points={"smooth activations": 1, "activations with a corner": 1, "at zero": 1, "large arguments": 1},
    hints=(
        "Draw each value and its slope for z from -2 to 2. Which of the five are described by one formula, which by two?",
        (
            "Write the slopes of sigmoid and tanh with the value a. For the others use np.where twice: once for z > 0, "
            "inside it for z < 0, and what is left is z = 0. In the part for z < 0 let exp see np.minimum(z, 0) only."
        ),
        (
            "sigmoid: e = np.exp(-np.abs(z)), a = np.where(z >= 0, 1, e) / (1 + e). Corner: da = np.where(z > 0, 1, "
            "np.where(z < 0, left, at_zero)) with left = 0, alpha or alpha * exp(min(z, 0)). Else raise ValueError."
        ),
    ),
    lecture="Abdurakhmanova, Gradient Descent: activation functions; Özçep, V2: sigmoid, tanh and ReLU",
)


def slope_at_corner(rng):
    """Return a value for at_zero that nobody takes by default."""
    return float(rng.uniform(0.2, 0.8))


@activation.case("smooth activations")
def act_sigmoid(rng):
    """Three axes, both signs: the slope at the output is not the slope at z."""
    return sized(rng, 0.4, 3.0, 2, 3, 2), "sigmoid"


@activation.case("smooth activations")
def act_sigmoid_flat(rng):
    """A single axis, small and larger numbers; alpha and at_zero are given and have no business here."""
    small = rng.uniform(0.1, 0.4, size=2) * [-1.0, 1.0]
    return rng.permutation([*small, *sized(rng, 0.5, 6.0, 5)]), "sigmoid", 0.3, 0.7


@activation.case("smooth activations")
def act_tanh(rng):
    """Neither z² nor a in place of a² gives this slope."""
    return sized(rng, 0.4, 2.0, 3, 4), "tanh"


@activation.case("smooth activations")
def act_tanh_column(rng):
    """An axis of size 1 stays where it is."""
    return sized(rng, 0.4, 3.0, 5, 1), "tanh", 0.3, 0.7


@activation.case("activations with a corner")
def act_relu(rng):
    """Both signs; no entry is 0 or 1."""
    return sized(rng, 1.2, 3.0, 3, 4), "relu", 0.3, slope_at_corner(rng)


@activation.case("activations with a corner", exact=True)
def act_relu_exact(rng):
    """Quarters of whole numbers: every digit counts."""
    return sized(rng, 5.0, 40.0, 3, 2, 3).round() / 4, "relu"


@activation.case("activations with a corner")
def act_leaky(rng):
    """An alpha of its own: the default is not enough."""
    return sized(rng, 1.2, 3.0, 3, 4), "leaky", float(rng.uniform(0.1, 0.4)), slope_at_corner(rng)


@activation.case("activations with a corner")
def act_leaky_steep(rng):
    """at_zero is not given; alpha is nearer to 1 than to 0."""
    return sized(rng, 1.2, 3.0, 6), "leaky", float(rng.uniform(0.6, 0.9))


@activation.case("activations with a corner", exact=True)
def act_leaky_exact(rng):
    """alpha = 1/8: every digit counts."""
    return sized(rng, 5.0, 40.0, 2, 5).round() / 4, "leaky", 0.125


@activation.case("activations with a corner")
def act_elu(rng):
    """Both factors of the left slope show: alpha and e^z."""
    return sized(rng, 0.4, 3.0, 3, 4), "elu", float(rng.uniform(0.3, 0.7)), slope_at_corner(rng)


@activation.case("activations with a corner")
def act_elu_near_the_corner(rng):
    """Small numbers of both signs: close to 0 is not 0."""
    signs = rng.permutation([1.0, -1.0] * 4)
    return signs * rng.uniform(0.001, 0.01, size=8), "elu", float(rng.uniform(0.3, 0.7)), slope_at_corner(rng)


@activation.case("activations with a corner")
def act_unknown_name(rng):
    """A name that is not in the table: ValueError."""
    return sized(rng, 0.4, 2.0, 4), "softplus"


@activation.case("activations with a corner")
def act_other_unknown_name(rng):
    """A single letter is not enough either: ValueError."""
    return sized(rng, 0.4, 2.0, 2, 3), str(rng.choice(["s", "r", "linear"])), 0.3, 1.0


def some_zeros(rng, low, high, *shape):
    """Return numbers of both signs, a third of them exactly 0."""
    z = sized(rng, low, high, *shape)
    z.flat[rng.permutation(z.size)[: z.size // 3]] = 0.0
    return z


@activation.case("at zero")
def act_relu_at_zero_one(rng):
    """The convention of the slides: 1 at the corner."""
    return some_zeros(rng, 1.2, 3.0, 3, 4), "relu", 0.3, 1.0


@activation.case("at zero")
def act_relu_at_zero(rng):
    """PyTorch's convention, by default: 0 at the corner."""
    return some_zeros(rng, 1.2, 3.0, 9), "relu"


@activation.case("at zero")
def act_relu_at_zero_between(rng):
    """Neither 0 nor 1."""
    return some_zeros(rng, 1.2, 3.0, 2, 3, 2), "relu", 0.3, slope_at_corner(rng)


@activation.case("at zero")
def act_leaky_at_zero(rng):
    """The corner of leaky relu has neither the left nor the right slope."""
    return some_zeros(rng, 1.2, 3.0, 3, 4), "leaky", 0.1, slope_at_corner(rng)


@activation.case("at zero")
def act_elu_at_zero(rng):
    """The corner of elu: e^0 is 1, and still at_zero counts."""
    return some_zeros(rng, 1.2, 3.0, 3, 4), "elu", 0.1, slope_at_corner(rng)


@activation.case("at zero")
def act_sigmoid_at_zero(rng):
    """A smooth function has a slope at 0, and takes no notice of at_zero."""
    return some_zeros(rng, 0.5, 3.0, 9), "sigmoid", 0.3, 1.0


@activation.case("at zero")
def act_tanh_at_zero(rng):
    """The same for tanh."""
    return some_zeros(rng, 0.5, 2.0, 9), "tanh", 0.3, 0.5


def large_arguments(rng):
    """Return ±1000, ±50 and ordinary numbers in some order."""
    return rng.permutation(np.array([-1000.0, 1000.0, -50.0, 50.0, *sized(rng, 1.2, 3.0, 4)])).reshape(2, 4)


@activation.case("large arguments")
def act_large_sigmoid(rng):
    """e^1000 divided by 1 + e^1000 is NaN."""
    return large_arguments(rng), "sigmoid"


@activation.case("large arguments")
def act_larger_sigmoid(rng):
    """One value for both ends: 0 and 1."""
    return rng.permutation([-900.0, 900.0, -720.0, 720.0, 30.0, -30.0]), "sigmoid", 0.3, 0.5


@activation.case("large arguments")
def act_large_tanh(rng):
    """The quotient of two infinities is NaN."""
    return large_arguments(rng), "tanh"


@activation.case("large arguments")
def act_larger_tanh(rng):
    """The same for single numbers of either sign."""
    return rng.permutation([-900.0, 900.0, -720.0, 720.0, 30.0, -30.0]), "tanh", 0.3, 0.5


@activation.case("large arguments")
def act_large_relu(rng):
    """Nothing can overflow; the values are as large as z."""
    return large_arguments(rng), "relu", 0.3, slope_at_corner(rng)


@activation.case("large arguments")
def act_large_leaky(rng):
    """The left branch goes on falling."""
    return large_arguments(rng), "leaky", 0.3, slope_at_corner(rng)


@activation.case("large arguments")
def act_large_elu(rng):
    """0 times an overflow is NaN on the right side, where exp is not wanted."""
    return large_arguments(rng), "elu", 0.3, slope_at_corner(rng)


@activation.case("large arguments")
def act_larger_elu(rng):
    """The left branch ends at -alpha."""
    return rng.permutation([-900.0, 900.0, -720.0, 720.0, 30.0, -30.0]), "elu", 0.6, 0.5


def at_corner(z, slopes, name, at_zero):
    """Return the slopes with the sheet's convention at 0, which no road to a derivative can know."""
    return np.where((z == 0) & (name in ("relu", "leaky", "elu")), at_zero, slopes)


@activation.oracle()
def act_torch(z, name, alpha=0.01, at_zero=0.0):
    import torch

    functional = torch.nn.functional
    functions = {
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "relu": functional.relu,
        "leaky": lambda t: functional.leaky_relu(t, alpha),
        "elu": lambda t: functional.elu(t, alpha),
    }
    slopes = torch_vjp(functions[name], np.ones(z.shape), z)
    return functions[name](torch.tensor(z)).numpy(), at_corner(z, slopes, name, at_zero)


@activation.oracle()
def act_mpmath(z, name, alpha=0.01, at_zero=0.0):
    """Both sides of each entry in 60 digits: one central difference for all of them."""
    with mpmath.workdps(DIGITS):
        slope_left = mpmath.mpf(alpha)
        functions = {
            "sigmoid": lambda t: mpmath.exp(t) / (mpmath.exp(t) + 1),
            "tanh": lambda t: 1 - 2 / (mpmath.exp(2 * t) + 1),
            "relu": lambda t: (t + abs(t)) / 2,
            "leaky": lambda t: max(slope_left * t, t),
            "elu": lambda t: slope_left * (mpmath.exp(min(t, mpmath.mpf(0))) - 1) + max(t, mpmath.mpf(0)),
        }
        function, places = mp_each(functions[name]), mp_array(z)
        slopes = mp_floats((function(places + WIDTH) - function(places - WIDTH)) / (2 * WIDTH))
        return mp_floats(function(places)), at_corner(z, slopes, name, at_zero)


@activation.variant()
def act_by_masks(z, name, alpha=0.01, at_zero=0.0):
    a, da = np.empty_like(z), np.empty_like(z)
    right, left = z > 0, z < 0
    if name == "sigmoid":
        a[~left] = 1 / (1 + np.exp(-z[~left]))
        a[left] = np.exp(z[left]) / (1 + np.exp(z[left]))
        return a, a - a * a
    if name == "tanh":
        a[:] = np.tanh(z)
        return a, (1 - a) * (1 + a)
    slopes = {"relu": 0 * z, "leaky": alpha + 0 * z, "elu": alpha * np.exp(np.minimum(z, 0))}
    values = {"relu": 0 * z, "leaky": alpha * z, "elu": slopes["elu"] - alpha}
    if name not in slopes:
        raise ValueError(name)
    a[right], a[~right] = z[right], values[name][~right]
    da[right], da[left], da[z == 0] = 1, slopes[name][left], at_zero
    return a, da


@activation.variant()
def act_entry_by_entry(z, name, alpha=0.01, at_zero=0.0):
    def one(t):
        if name == "sigmoid":
            p = 1 / (1 + math.exp(-t)) if t > -700 else 0.0
            return p, p * (1 - p)
        if name == "tanh":
            return math.tanh(t), 1 - math.tanh(t) ** 2
        if name not in ("relu", "leaky", "elu"):
            raise ValueError(f"unknown: {name}")
        if t > 0:
            return t, 1.0
        if t == 0:
            return 0.0, at_zero
        if name == "relu":
            return 0.0, 0.0
        if name == "leaky":
            return alpha * t, alpha
        return alpha * (math.exp(t) - 1), alpha * math.exp(t)

    a, da = np.zeros(z.shape), np.zeros(z.shape)
    for index, t in np.ndenumerate(z):
        a[index], da[index] = one(float(t))
    return a, da


@activation.variant()
def act_sigmoid_and_tanh_of_each_other(z, name, alpha=0.01, at_zero=0.0):
    """By the identity tanh z = 2σ(2z) - 1, as the slides write it. It warns of overflows, and no harm is done."""
    if name == "sigmoid":
        a = (np.tanh(z / 2) + 1) / 2
        return a, a * (1 - a)
    if name == "tanh":
        a = 2 / (1 + np.exp(-2 * z)) - 1
        return a, 1 - a * a
    corner = np.where(z == 0, at_zero, 1.0)
    if name == "relu":
        return np.maximum(0, z), (z >= 0) * corner
    if name == "leaky":
        return np.maximum(alpha * z, z), np.where(z < 0, alpha, corner)
    if name == "elu":
        return np.where(z < 0, alpha * (np.exp(z) - 1), z), np.where(z < 0, alpha * np.exp(z), corner)
    raise ValueError(name)


@activation.variant()
def act_steep_parts_by_two_sigmoids(z, name, alpha=0.01, at_zero=0.0):
    def sigma(t):
        return np.exp(-np.logaddexp(0, -t))

    if name == "sigmoid":
        return sigma(z), sigma(z) * sigma(-z)
    if name == "tanh":
        return sigma(2 * z) - sigma(-2 * z), 4 * sigma(2 * z) * sigma(-2 * z)
    left = {
        "relu": lambda t: (0.0, 0.0),
        "leaky": lambda t: (alpha * t, alpha),
        "elu": lambda t: (alpha * np.expm1(t), alpha * np.exp(t)),
    }
    try:
        value, slope = left[name](np.clip(z, None, 0))
    except KeyError as error:
        raise ValueError("no such activation") from error
    a = np.where(z >= 0, z, value)
    da = np.select([z > 0, z < 0], [1.0, slope], default=at_zero)
    return a, da


@activation.variant()
def act_elu_slope_by_its_value(z, name, alpha=0.01, at_zero=0.0):
    """For z < 0 the slope of elu is its value plus alpha, as many books write it: a difference that loses digits."""
    if name != "elu":
        return act_by_masks(z, name, alpha, at_zero)
    a = np.where(z > 0, z, alpha * (np.exp(np.minimum(z, 0)) - 1))
    return a, np.where(z > 0, 1.0, np.where(z < 0, a + alpha, at_zero))


@activation.variant()
def act_float32(z, name, alpha=0.01, at_zero=0.0):
    z, alpha, at_zero = z.astype(np.float32), np.float32(alpha), np.float32(at_zero)
    one = np.float32(1)
    if name == "sigmoid":
        e = np.exp(-np.abs(z))
        a = np.where(z >= 0, one, e) / (one + e)
        return a, a * (one - a)
    if name == "tanh":
        return np.tanh(z), one - np.tanh(z) ** 2
    below = np.minimum(z, np.float32(0))
    if name == "relu":
        left, slope = 0 * below, 0 * below
    elif name == "leaky":
        left, slope = alpha * below, np.full(z.shape, alpha)
    elif name == "elu":
        left, slope = alpha * (np.exp(below) - one), alpha * np.exp(below)
    else:
        raise ValueError(name)
    return np.where(z > 0, z, left), np.where(z > 0, one, np.where(z < 0, slope, at_zero))


@activation.mistake(
    "Your slope of the sigmoid is its value. A slope of σ is never above ¼: which factor is missing?",
    catalogue="M27",
)
def act_sigmoid_slope_is_value(z, name, alpha=0.01, at_zero=0.0):
    a, da = act_by_masks(z, name, alpha, at_zero)
    return (a, a.copy()) if name == "sigmoid" else (a, da)


@activation.mistake(
    "Your slope of the sigmoid is 1 - a. Where the sigmoid is near 0, is it steep or flat?", catalogue="M27"
)
def act_sigmoid_slope_is_rest(z, name, alpha=0.01, at_zero=0.0):
    a, da = act_by_masks(z, name, alpha, at_zero)
    return (a, 1 - a) if name == "sigmoid" else (a, da)


@activation.mistake(
    "You apply the slope of sigmoid or tanh to a value that has been through the activation already. Either the slope at "
    "z or the formula with a, not both: which do you have?",
    catalogue="M22",
)
def act_slope_at_output(z, name, alpha=0.01, at_zero=0.0):
    a, da = act_by_masks(z, name, alpha, at_zero)
    return (a, act_by_masks(a, name)[1]) if name in ("sigmoid", "tanh") else (a, da)


@activation.mistake(
    "Your slope of the sigmoid is z(1 - z). Which letter stands in the table, and what is it?",
    catalogue="M22",
)
def act_sigmoid_slope_of_z(z, name, alpha=0.01, at_zero=0.0):
    a, da = act_by_masks(z, name, alpha, at_zero)
    return (a, z * (1 - z)) if name == "sigmoid" else (a, da)


@activation.mistake("The slope of tanh needs tanh(z) squared. What did you square?", catalogue="M26")
def act_tanh_slope_of_z(z, name, alpha=0.01, at_zero=0.0):
    a, da = act_by_masks(z, name, alpha, at_zero)
    return (a, 1 - z**2) if name == "tanh" else (a, da)


@activation.mistake(
    "Your slope of tanh is above 1 where z is negative. What is missing on the a in 1 - a?", catalogue="M26"
)
def act_tanh_slope_not_squared(z, name, alpha=0.01, at_zero=0.0):
    a, da = act_by_masks(z, name, alpha, at_zero)
    return (a, 1 - a) if name == "tanh" else (a, da)


@activation.mistake(
    "Your tanh is a sigmoid stretched to -1 … 1, but half as steep as tanh. What is the argument of σ in the identity?"
)
def act_tanh_half_as_steep(z, name, alpha=0.01, at_zero=0.0):
    if name != "tanh":
        return act_by_masks(z, name, alpha, at_zero)
    a = np.tanh(z / 2)
    return a, 1 - a**2


@activation.mistake(
    "The slope of relu is 0 or 1. You return the value a second time: what does relu do when z grows by a little?",
    catalogue="M28",
)
def act_relu_slope_is_value(z, name, alpha=0.01, at_zero=0.0):
    a, da = act_by_masks(z, name, alpha, at_zero)
    return (a, np.where(z == 0, at_zero, a)) if name == "relu" else (a, da)


@activation.mistake("Your relu cuts off what is positive. Which half of the line does it let pass?")
def act_relu_upside_down(z, name, alpha=0.01, at_zero=0.0):
    a, da = act_by_masks(z, name, alpha, at_zero)
    return (np.minimum(z, 0), np.where(z == 0, at_zero, 1 - da)) if name == "relu" else (a, da)


@activation.mistake(
    "Only the entries with z = 0 differ. PyTorch uses the left slope there, and this function is told what to use: by "
    "which argument?",
    catalogue="M29",
)
def act_left_slope_at_corner(z, name, alpha=0.01, at_zero=0.0):
    a, da = act_by_masks(z, name, alpha, at_zero)
    left = {"relu": 0.0, "leaky": alpha, "elu": alpha}
    return a, np.where(z == 0, left[name], da) if name in left else da


@activation.mistake(
    "Only the entries with z = 0 differ. The slides use the right slope there, and this function is told what to use: by "
    "which argument?",
    catalogue="M29",
)
def act_right_slope_at_corner(z, name, alpha=0.01, at_zero=0.0):
    a, da = act_by_masks(z, name, alpha, at_zero)
    return a, np.where(z == 0, 1.0, da) if name in ("relu", "leaky", "elu") else da


@activation.mistake(
    "Only the entries with z = 0 differ: you take 0 for the slope there, whatever you are told. By which argument are you "
    "told?",
    catalogue="M29",
)
def act_zero_at_corner(z, name, alpha=0.01, at_zero=0.0):
    return act_by_masks(z, name, alpha, 0.0)


@activation.mistake(
    "For relu you use at_zero, for the others with a corner you do not. Which three have a corner at 0?",
    catalogue="M29",
)
def act_at_zero_for_relu_only(z, name, alpha=0.01, at_zero=0.0):
    a, da = act_by_masks(z, name, alpha, at_zero)
    return a, np.where(z == 0, alpha, da) if name in ("leaky", "elu") else da


@activation.mistake(
    "At z = 0 you also change the slopes of sigmoid and tanh. Do they have a corner there?", catalogue="M29"
)
def act_at_zero_for_all(z, name, alpha=0.01, at_zero=0.0):
    a, da = act_by_masks(z, name, alpha, at_zero)
    return a, np.where(z == 0, at_zero, da)


@activation.mistake(
    "At z = 0 you put at_zero into the *value*. It is the slope that nobody can know there: what are relu, leaky relu and "
    "elu at 0?"
)
def act_at_zero_as_value(z, name, alpha=0.01, at_zero=0.0):
    a, da = act_by_masks(z, name, alpha, at_zero)
    return (np.where(z == 0, at_zero, a), da) if name in ("relu", "leaky", "elu") else (a, da)


@activation.mistake("You use a fixed alpha. Where does the argument alpha come in?")
def act_fixed_alpha(z, name, alpha=0.01, at_zero=0.0):
    return act_by_masks(z, name, 0.01, at_zero)


@activation.mistake(
    "Your leaky relu has its two slopes on the wrong sides. On which side of 0 does it leak?", catalogue="M28"
)
def act_leaky_turned_round(z, name, alpha=0.01, at_zero=0.0):
    if name != "leaky":
        return act_by_masks(z, name, alpha, at_zero)
    da = np.where(z > 0, alpha, np.where(z < 0, 1.0, at_zero))
    return np.minimum(alpha * z, z), da


@activation.mistake(
    "Your leaky relu has the right values, and for z < 0 the slope of relu. What is the slope of alpha times z?",
    catalogue="M28",
)
def act_leaky_slope_of_relu(z, name, alpha=0.01, at_zero=0.0):
    a, da = act_by_masks(z, name, alpha, at_zero)
    return (a, np.where(z < 0, 0.0, da)) if name == "leaky" else (a, da)


@activation.mistake("Your elu jumps at 0. What is subtracted from e^z, and why?")
def act_elu_jumps(z, name, alpha=0.01, at_zero=0.0):
    a, da = act_by_masks(z, name, alpha, at_zero)
    return (np.where(z < 0, a + alpha, a), da) if name == "elu" else (a, da)


@activation.mistake("Your elu does not use alpha for negative z. Where does it stand in the table?")
def act_elu_without_alpha(z, name, alpha=0.01, at_zero=0.0):
    return act_by_masks(z, name, 1.0 if name == "elu" else alpha, at_zero)


@activation.mistake(
    "The values of elu are right; in its slope a factor is lost. What does the α in front do when you differentiate?",
    catalogue="M03",
)
def act_elu_slope_without_alpha(z, name, alpha=0.01, at_zero=0.0):
    a, da = act_by_masks(z, name, alpha, at_zero)
    return (a, np.where(z < 0, da / alpha, da)) if name == "elu" else (a, da)


@activation.mistake(
    "For negative z your slope of elu is its value. What is the derivative of the -1 in the bracket?"
)
def act_elu_slope_is_value(z, name, alpha=0.01, at_zero=0.0):
    a, da = act_by_masks(z, name, alpha, at_zero)
    return (a, np.where(z < 0, a, da)) if name == "elu" else (a, da)


@activation.mistake(
    "For large z your sigmoid is NaN: infinity divided by infinity. Which form of it only uses e to a negative power?",
    catalogue="M96",
)
def act_sigmoid_overflows(z, name, alpha=0.01, at_zero=0.0):
    if name != "sigmoid":
        return act_by_masks(z, name, alpha, at_zero)
    with np.errstate(all="ignore"):
        a = np.exp(z) / (1 + np.exp(z))
    return a, a * (1 - a)


@activation.mistake(
    "Your slope of the sigmoid is e^-z / (1 + e^-z)²: for very negative z infinity divided by infinity. Can you write "
    "the slope with a?",
    catalogue="M96",
)
def act_sigmoid_slope_overflows(z, name, alpha=0.01, at_zero=0.0):
    if name != "sigmoid":
        return act_by_masks(z, name, alpha, at_zero)
    with np.errstate(all="ignore"):
        e = np.exp(-z)
        return 1 / (1 + e), e / (1 + e) ** 2


@activation.mistake(
    "For large |z| your tanh is NaN: infinity divided by infinity. Which function of numpy does it without?",
    catalogue="M96",
)
def act_tanh_overflows(z, name, alpha=0.01, at_zero=0.0):
    if name != "tanh":
        return act_by_masks(z, name, alpha, at_zero)
    with np.errstate(all="ignore"):
        a = (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))
    return a, 1 - a**2


@activation.mistake(
    "For large z your elu is NaN: e^z overflows, and 0 times infinity is no number. How can you choose between two "
    "formulas without multiplying by a mask?",
    catalogue="M97",
)
def act_elu_multiplied_by_a_mask(z, name, alpha=0.01, at_zero=0.0):
    if name != "elu":
        return act_by_masks(z, name, alpha, at_zero)
    with np.errstate(all="ignore"):
        a = (z > 0) * z + (z < 0) * alpha * (np.exp(z) - 1)
        return a, (z > 0) * 1.0 + (z < 0) * alpha * np.exp(z) + (z == 0) * at_zero


@activation.mistake(
    "A name that is not in the table gets an answer from you. What does the text ask for then?"
)
def act_unknown_name_accepted(z, name, alpha=0.01, at_zero=0.0):
    known = name in ("sigmoid", "tanh", "relu", "leaky", "elu")
    return act_by_masks(z, name if known else "relu", alpha, at_zero)


activation.equivalent(
    "act: (np.zeros(z.shape), 0.0) -> (0.0, np.zeros(z.shape)) #1",
    because="both are 0 wherever they are chosen",
)
activation.equivalent(
    "act: np.minimum(z, 0.0) -> np.minimum(0.0, z) #1",
    because="the smaller of two numbers does not look at the order",
)
activation.equivalent(
    "act: np.minimum(z, 0.0) -> np.minimum(z, 0.5) #1",
    "act: np.minimum(z, 0.0) -> np.minimum(z, 1.0) #1",
    "act: np.minimum(z, 0.0) -> np.minimum(z, 2.0) #1",
    "act: np.minimum(z, 0.0) -> z #1",
    because="np.where throws away what the left branch makes of a positive number; a warning of an overflow costs nothing",
)
activation.equivalent(
    "act: z < 0 -> below < 0 #1",
    because="min(z, 0) is negative where z is",
)
activation.equivalent(
    "act: z > 0 -> z >= 0 #1",
    because="the first comparison chooses a value, and at 0 the values of both sides are 0",
)
activation.equivalent(
    "act: z >= 0 -> z > 0 #1",
    because="at 0 both forms of the sigmoid give a half",
)
activation.equivalent(
    "act: z.shape -> below.shape #1",
    because="the two arrays have the same shape",
)


# ---------------------------------------------------------------------------------------------------- 5.6
entropy = assignment.exercise(
    "softmax_ce",
    id="5.6",
    minutes=35,
    points={"one-hot targets": 1, "soft targets": 1, "mean": 1, "scores of ±800": 1},
    hints=(
        "Which sum is 1: that of a row of probabilities or that of a column? And what is ln(e^z / s) if you write it as a difference?",
        (
            "Subtract from each row its own maximum, with keepdims=True. Then ln p is the shifted score minus the "
            "logarithm of the row's sum of exponentials, and p is exp of that. Sum -Y · ln p over all entries."
        ),
        (
            "s = Z - Z.max(axis=1, keepdims=True); log_p = s - np.log(np.exp(s).sum(axis=1, keepdims=True)); "
            "loss = -(Y * log_p).sum(); dZ = np.exp(log_p) - Y; for 'mean' divide both by n = len(Z)."
        ),
    ),
    lecture="Binder, L6: loss of a classifier; Özçep, V2: losses add up; here for k classes",
)


def scores(rng, n, k):
    """Return scores (n, k) of ordinary size."""
    return rng.normal(0.0, 1.5, size=(n, k))


def one_hot(rng, n, k):
    """Return one-hot targets in which not all classes are the same."""
    return np.eye(k)[rng.permutation(np.arange(n) % k)]


def soft(rng, n, k):
    """Return rows of sixteenths that sum to exactly 1; the two largest entries of no row are equal."""
    rows = []
    while len(rows) < n:
        row = rng.multinomial(16, rng.dirichlet(np.full(k, 1.5)))
        top = np.sort(row)
        if top[-1] > top[-2] > 0:
            rows.append(row / 16)
    return np.array(rows)


@entropy.case("one-hot targets")
def ce_one_hot_tall(rng):
    """More samples than classes: a softmax of columns shows."""
    return scores(rng, 7, 3), one_hot(rng, 7, 3), "sum"


@entropy.case("one-hot targets")
def ce_one_hot_wide(rng):
    """More classes than samples."""
    return scores(rng, 3, 5), one_hot(rng, 3, 5), "sum"


@entropy.case("soft targets")
def ce_soft_tall(rng):
    """Several classes share a target: all terms of the sum count, not only the largest."""
    return scores(rng, 7, 4), soft(rng, 7, 4), "sum"


@entropy.case("soft targets")
def ce_soft_wide(rng):
    """More classes than samples, some targets are 0."""
    return scores(rng, 2, 6), soft(rng, 2, 6), "sum"


@entropy.case("soft targets")
def ce_soft_equal_scores(rng):
    """Equal scores within each row: every probability is a quarter, to be checked by hand."""
    return np.repeat(rng.integers(-4, 5, size=(3, 1)), 4, axis=1).astype(float), soft(rng, 3, 4), "sum"


@entropy.case("mean")
def ce_mean_one_hot(rng):
    """Seven samples, three classes: n, k and n·k are told apart."""
    return scores(rng, 7, 3), one_hot(rng, 7, 3), "mean"


@entropy.case("mean")
def ce_mean_soft(rng):
    """Soft targets, and as many samples as classes: the wrong axis fits."""
    return scores(rng, 4, 4), soft(rng, 4, 4), "mean"


def wild_scores(rng, n, k, targets):
    """Return scores (n, k): in even rows all near 800 or all near -800, in odd rows the best one 1600 above the others.

    In odd rows the best class is the one with the smallest target.
    """
    Z = rng.choice([-800.0, 800.0], size=(n, 1)) + rng.normal(size=(n, k))
    Z[0] = -800.0 + rng.normal(size=k)  # far below the largest score of the matrix, which stands in row 1
    for i in range(1, n, 2):
        Z[i] = -800.0 + rng.normal(size=k)
        Z[i, targets[i].argmin()] = 800.0 + rng.normal()
    return Z


@entropy.case("scores of ±800")
def ce_large_one_hot(rng):
    """exp(800) overflows, and in odd rows the right class has nothing left of its probability: its loss is 1600."""
    Y = one_hot(rng, 5, 4)
    return wild_scores(rng, 5, 4, Y), Y, "sum"


@entropy.case("scores of ±800")
def ce_large_soft(rng):
    """The same with soft targets: 0 times the logarithm of 0 must not appear."""
    Y = soft(rng, 4, 3)
    return wild_scores(rng, 4, 3, Y), Y, "mean"


@entropy.case("scores of ±800")
def ce_large_and_right(rng):
    """The right class is 1600 ahead: the loss is 0, and the logarithms of all the others are large."""
    Y = one_hot(rng, 3, 4)
    return np.where(Y == 1, 800.0, -800.0) + rng.normal(size=(3, 4)), Y, "sum"


@entropy.oracle()
def ce_torch(Z, Y, reduction):
    import torch

    targets = torch.tensor(Y, dtype=torch.float64)

    def loss(z):
        return torch.nn.functional.cross_entropy(z, targets, reduction=reduction)

    return loss(torch.tensor(Z, dtype=torch.float64)).item(), torch_grad(loss, Z)


@entropy.oracle()
def ce_complex(Z, Y, reduction):
    best = Z.max(axis=1)  # of plain numbers: as constants they may be subtracted and added again

    def loss(z):
        totals = np.exp(z - best[:, None]).sum(axis=1)
        return ((np.log(totals) + best) * Y.sum(axis=1) - (z * Y).sum(axis=1)).sum()

    with mpmath.workdps(DIGITS):
        exact = mp_array(Z)
        totals = mp_each(mpmath.log)(mp_each(mpmath.exp)(exact).sum(axis=1))
        value = (mp_array(Y) * (totals[:, None] - exact)).sum()
        share = len(Z) if reduction == "mean" else 1
        return float(value / share), complex_step(loss, 1 / share, Z)


@entropy.variant()
def ce_by_rows(Z, Y, reduction):
    loss, dZ = 0.0, np.zeros(Z.shape)
    for i, (row, target) in enumerate(zip(Z, Y)):
        best = max(row)
        total = sum(math.exp(z - best) for z in row)
        for j, z in enumerate(row):
            loss -= target[j] * (z - best - math.log(total))
            dZ[i, j] = math.exp(z - best) / total - target[j]
    if reduction == "mean":
        loss, dZ = loss / len(Z), dZ / len(Z)
    return loss, dZ


@entropy.variant()
def ce_from_exps(Z, Y, reduction):
    shifted = (Z.T - Z.max(axis=1)).T
    exps = np.exp(shifted)
    total = exps.sum(axis=1)
    losses = np.log(total) - (Y * shifted).sum(axis=1)
    dZ = exps / total[:, None] - Y
    return (losses.mean(), dZ / len(Z)) if reduction == "mean" else (losses.sum(), dZ)


@entropy.variant()
def ce_log_sum_exp(Z, Y, reduction):
    """logaddexp, class by class, needs no maximum."""
    log_total = Z[:, 0]
    for j in range(1, Z.shape[1]):
        log_total = np.logaddexp(log_total, Z[:, j])
    log_p = Z - log_total[:, None]
    factor = 1 / len(Z) if reduction == "mean" else 1.0
    return -factor * np.einsum("ij,ij->", Y, log_p), factor * (np.exp(log_p) - Y)


@entropy.variant()
def ce_logarithms_where_safe(Z, Y, reduction):
    exps = np.exp(Z - np.max(Z, axis=1)[:, np.newaxis])
    p = exps / np.sum(exps, axis=1)[:, np.newaxis]
    if p.min() > 1e-100:
        losses = -np.sum(Y * np.log(p), axis=1)
    else:
        shifted = Z - np.max(Z, axis=1)[:, np.newaxis]
        losses = -np.sum(Y * (shifted - np.log(np.sum(exps, axis=1))[:, np.newaxis]), axis=1)
    dZ = p - Y
    return (np.mean(losses), dZ / Z.shape[0]) if reduction == "mean" else (np.sum(losses), dZ)


@entropy.variant()
def ce_float32(Z, Y, reduction):
    Z, Y = Z.astype(np.float32), Y.astype(np.float32)
    shifted = Z - Z.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    loss, dZ = -(Y * log_p).sum(), np.exp(log_p) - Y
    if reduction == "mean":
        return loss / np.float32(len(Z)), dZ / np.float32(len(Z))
    return loss, dZ


def log_softmax(Z):
    shifted = Z - Z.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def ce_from(Z, Y, reduction, losses=None, dZ=None):
    """Return loss and gradient where the losses of the samples or their gradients are given."""
    losses = -(Y * log_softmax(Z)).sum(axis=1) if losses is None else losses
    dZ = np.exp(log_softmax(Z)) - Y if dZ is None else dZ
    n = len(Z)
    return (losses.sum() / n, dZ / n) if reduction == "mean" else (losses.sum(), dZ)


@entropy.mistake("You always sum over the batch. What does reduction='mean' ask for?", catalogue="M01")
def ce_always_sum(Z, Y, reduction):
    return ce_from(Z, Y, "sum")


@entropy.mistake("You always average over the batch. What does reduction='sum' ask for?", catalogue="M72")
def ce_always_mean(Z, Y, reduction):
    return ce_from(Z, Y, "mean")


@entropy.mistake(
    "The loss is a mean, its gradient is not. What happens to a derivative when the function is divided by n?",
    catalogue="M01",
)
def ce_gradient_not_averaged(Z, Y, reduction):
    return ce_from(Z, Y, reduction)[0], ce_from(Z, Y, "sum")[1]


@entropy.mistake(
    "Your mean is taken over all n·k entries. The loss is a mean of how many numbers?", catalogue="M05"
)
def ce_averaged_over_entries(Z, Y, reduction):
    loss, dZ = ce_from(Z, Y, reduction)
    return (loss / Z.shape[1], dZ / Z.shape[1]) if reduction == "mean" else (loss, dZ)


@entropy.mistake(
    "The gradient has the right size and the wrong sign. Should the score of a wanted class rise or fall in descent?",
    catalogue="M04",
)
def ce_turned_round(Z, Y, reduction):
    return ce_from(Z, Y, reduction, dZ=Y - np.exp(log_softmax(Z)))


@entropy.mistake(
    "The loss has the wrong sign: the logarithm of a probability is negative. Where is the minus?",
    catalogue="M04",
)
def ce_negative_loss(Z, Y, reduction):
    return ce_from(Z, Y, reduction, losses=(Y * log_softmax(Z)).sum(axis=1))


@entropy.mistake(
    "Your gradient is p alone. What should every row of it sum to, and which term makes that happen?"
)
def ce_targets_forgotten(Z, Y, reduction):
    return ce_from(Z, Y, reduction, dZ=np.exp(log_softmax(Z)))


@entropy.mistake(
    "You turn each target into one class, its largest entry. What becomes of the rest of a soft target?"
)
def ce_largest_target_only(Z, Y, reduction):
    return ce_from(Z, np.eye(Y.shape[1])[Y.argmax(axis=1)], reduction)


@entropy.mistake(
    "The gradient is right, and your loss counts only the class with the largest target. Which other terms does the sum "
    "have when a target is soft?"
)
def ce_loss_of_largest_target(Z, Y, reduction):
    hard = np.eye(Y.shape[1])[Y.argmax(axis=1)]
    return ce_from(Z, Y, reduction, losses=-(hard * log_softmax(Z)).sum(axis=1))


@entropy.mistake(
    "Classes with the target 0 get no gradient from you. Raising any score lowers all other probabilities: which terms "
    "are missing?",
    catalogue="M91",
)
def ce_wanted_classes_only(Z, Y, reduction):
    return ce_from(Z, Y, reduction, dZ=(Y > 0) * (np.exp(log_softmax(Z)) - Y))


@entropy.mistake(
    "You treat each score as a yes-or-no question of its own, with a (1 - y) term. Which sum does the text write for k "
    "classes?",
)
def ce_with_second_term(Z, Y, reduction):
    log_p = log_softmax(Z)
    with np.errstate(all="ignore"):
        losses = -(Y * log_p + (1 - Y) * np.log(1 - np.exp(log_p))).sum(axis=1)
    return ce_from(Z, Y, reduction, losses=losses)


@entropy.mistake(
    "Your probabilities sum to one in every column instead of every row. Along which axis do the classes of one sample "
    "lie?",
    catalogue="M94",
)
def ce_softmax_of_columns(Z, Y, reduction):
    log_p = log_softmax(Z.T).T
    return ce_from(Z, Y, reduction, losses=-(Y * log_p).sum(axis=1), dZ=np.exp(log_p) - Y)


@entropy.mistake(
    "Your probabilities sum to one over the whole matrix. How many samples share them?", catalogue="M94"
)
def ce_softmax_of_matrix(Z, Y, reduction):
    log_p = log_softmax(Z.reshape(1, -1)).reshape(Z.shape)
    return ce_from(Z, Y, reduction, losses=-(Y * log_p).sum(axis=1), dZ=np.exp(log_p) - Y)


@entropy.mistake(
    "Softmax is applied twice: its result is already a row of probabilities. Which of the two calls has to go?",
    catalogue="M95",
)
def ce_softmax_twice(Z, Y, reduction):
    return ce_from(np.exp(log_softmax(Z)), Y, reduction)


@entropy.mistake(
    "There is a factor p(1 - p) too many. The logarithm has cancelled it already: differentiate ln p by the scores once "
    "more?",
    catalogue="M24",
)
def ce_extra_slope(Z, Y, reduction):
    p = np.exp(log_softmax(Z))
    return ce_from(Z, Y, reduction, dZ=(p - Y) * p * (1 - p))


@entropy.mistake(
    "That is the gradient by the probabilities. The function's inputs are the scores: which step of the chain rule is "
    "left?",
    catalogue="M20",
)
def ce_by_probability(Z, Y, reduction):
    with np.errstate(all="ignore"):
        dZ = -Y / np.exp(log_softmax(Z))
    return ce_from(Z, Y, reduction, dZ=dZ)


@entropy.mistake(
    "With scores near ±800 exp overflows or becomes 0. Which number can you subtract from all scores of a row without "
    "changing its probabilities?",
    catalogue="M96",
)
def ce_overflows(Z, Y, reduction):
    with np.errstate(all="ignore"):
        exps = np.exp(Z)
        p = exps / exps.sum(axis=1, keepdims=True)
        return ce_from(Z, Y, reduction, losses=-(Y * np.log(p)).sum(axis=1), dZ=p - Y)


@entropy.mistake(
    "You subtract one number from the whole matrix. A row that lies far below it still becomes 0 everywhere: whose "
    "maximum does a row need?",
    catalogue="M96",
)
def ce_one_shift_for_all(Z, Y, reduction):
    with np.errstate(all="ignore"):
        shifted = Z - Z.max()
        total = np.exp(shifted).sum(axis=1, keepdims=True)
        losses = -(Y * (shifted - np.log(total))).sum(axis=1)
        return ce_from(Z, Y, reduction, losses=losses, dZ=np.exp(shifted) / total - Y)


@entropy.mistake(
    "The softmax is safe, but its logarithm is not: a very small p has become 0, and 0 times infinity is NaN. Can you "
    "write ln p without computing p first?",
    catalogue="M97",
)
def ce_log_of_zero(Z, Y, reduction):
    with np.errstate(all="ignore"):
        losses = -(Y * np.log(np.exp(log_softmax(Z)))).sum(axis=1)
    return ce_from(Z, Y, reduction, losses=losses)


@entropy.mistake(
    "A small number added inside the logarithm hides the problem: no loss can then exceed about 23. Can you write ln p "
    "without computing p first?",
    catalogue="M97",
)
def ce_small_number_added(Z, Y, reduction):
    return ce_from(Z, Y, reduction, losses=-(Y * np.log(np.exp(log_softmax(Z)) + 1e-10)).sum(axis=1))


entropy.equivalent(
    "softmax_ce: Z.max(axis=1, keepdims=True) -> Z.max(axis=-1, keepdims=True) #1",
    "softmax_ce: np.exp(shifted).sum(axis=1, keepdims=True) -> np.exp(shifted).sum(axis=-1, keepdims=True) #1",
    because="the second of two axes is the last one",
)
entropy.equivalent(
    "softmax_ce: len(Z) -> len(Y) #1",
    "softmax_ce: len(Z) -> len(Y) #2",
    because="there is a target for each row of scores",
)


# ---------------------------------------------------------------------------------------------------- 5.7
layer = assignment.exercise(
    "one_layer",
    id="5.7",
    minutes=25,
    functions=("affine", "collapse", "bad_loss_params", "neuron_grad"),
    points={"affine layer": 0.5, "two layers in one": 0.5, "the missing term": 0.5, "one neuron": 0.5},
    hints=(
        (
            "a, b) Write the shapes next to each other: which order of factors fits? c) What is -ln σ(z) for large z? "
            "d) Which factor do all three gradients have in common?"
        ),
        (
            "a, b) One product each; in W1 (W2 x) the brackets may move. c) The loss only looks at samples with y = 1 and "
            "wants large z: b alone can do that. d) First the slope of σ at z, then the derivatives of z by w, b and x."
        ),
        (
            "a) W @ x + b. b) W1 @ W2. c) w = zeros and a large b. d) With p = σ(w·x + b) and s = p(1 - p): dw = s·x, "
            "db = s, dx = s·w."
        ),
    ),
    lecture="Özçep, V2: linear output, non-linearities; Binder, L6: problem setting, a single neuron",
)


@layer.case("affine layer", "affine")
def affine_tall(rng):
    """More outputs than inputs: a transposed W does not fit."""
    return sized(rng, 0.3, 2.0, 5, 3), sized(rng, 0.3, 2.0, 3), sized(rng, 0.5, 2.0, 5)


@layer.case("affine layer", "affine")
def affine_square(rng):
    """A square W: its transposition fits, and shows in the numbers."""
    return sized(rng, 0.3, 2.0, 4, 4), sized(rng, 0.3, 2.0, 4), sized(rng, 0.5, 2.0, 4)


@layer.case("affine layer", "affine", exact=True)
def affine_exact(rng):
    """Whole numbers, as in the lecture: every digit counts."""
    W, x = rng.integers(-4, 5, size=(2, 4)).astype(float), rng.permutation([1.0, 2.0, 3.0, -4.0])
    return W, x, sized(rng, 1.0, 6.0, 2).round()


@layer.oracle("affine")
def affine_torch(W, x, b):
    import torch

    weights, inputs, bias = (torch.tensor(part, dtype=torch.float64) for part in (W, x, b))
    return torch.nn.functional.linear(inputs, weights, bias).numpy()


@layer.oracle("affine")
def affine_mpmath(W, x, b):
    with mpmath.workdps(DIGITS):
        rows = [(mp_array(row) * mp_array(x)).sum() + mpmath.mpf(shift) for row, shift in zip(W, b)]
        return mp_floats(rows)


@layer.variant("affine")
def affine_by_loops(W, x, b):
    out = np.array(b, dtype=float)
    for i in range(W.shape[0]):
        for j in range(W.shape[1]):
            out[i] += W[i, j] * x[j]
    return out


@layer.variant("affine")
def affine_row_by_row(W, x, b):
    return np.array([np.dot(row, x) + shift for row, shift in zip(W, b)])


@layer.variant("affine")
def affine_column_of_ones(W, x, b):
    return np.column_stack([W, b]) @ np.append(x, 1.0)


@layer.variant("affine")
def affine_float32(W, x, b):
    return np.einsum("ij,j->i", W.astype(np.float32), x.astype(np.float32)) + b.astype(np.float32)


@layer.mistake("Where is b? It is added to the product, one entry for each output.", "affine")
def affine_without_bias(W, x, b):
    return W @ x


@layer.mistake(
    "Your matrix is turned on its side. Here W has one row for each *output*: which product pairs a row with x?",
    "affine",
    catalogue="M13",
)
def affine_transposed(W, x, b):
    return x @ W + b


@layer.mistake("You subtract the bias. Which sign does the text give it?", "affine", catalogue="M04")
def affine_bias_subtracted(W, x, b):
    return W @ x - b


@layer.mistake(
    "You multiply entry by entry. A row of W and x make *one* number: what is missing after the products?",
    "affine",
)
def affine_entry_by_entry(W, x, b):
    return W * x + b[:, None]


@layer.mistake(
    "The bias is stretched over a matrix: every output meets every bias. Print the two shapes before you add them?",
    "affine",
    catalogue="M11",
)
def affine_every_bias(W, x, b):
    return (W @ x)[:, None] + b


@layer.case("two layers in one", "collapse")
def collapse_wide(rng):
    """No two sizes are equal: only one order of the factors fits."""
    return sized(rng, 0.3, 2.0, 2, 3), sized(rng, 0.3, 2.0, 3, 5)


@layer.case("two layers in one", "collapse")
def collapse_square(rng):
    """Square matrices: the wrong order fits, and shows in the numbers."""
    return sized(rng, 0.3, 2.0, 4, 4), sized(rng, 0.3, 2.0, 4, 4)


@layer.case("two layers in one", "collapse")
def collapse_there_and_back(rng):
    """As many inputs as outputs: both orders fit, with results of different shapes."""
    return sized(rng, 0.3, 2.0, 3, 2), sized(rng, 0.3, 2.0, 2, 3)


@layer.case("two layers in one", "collapse", exact=True)
def collapse_exact(rng):
    """Whole numbers: every digit counts."""
    return rng.integers(-4, 5, size=(3, 4)).astype(float), rng.integers(-4, 5, size=(4, 2)).astype(float)


@layer.oracle("collapse")
def collapse_torch(W1, W2):
    """The Jacobian of both layers together, one row for each output."""
    import torch

    def layers(x):
        hidden = torch.nn.functional.linear(x, torch.tensor(W2))
        return torch.nn.functional.linear(hidden, torch.tensor(W1))

    return np.stack([torch_vjp(layers, row, np.zeros(W2.shape[1])) for row in np.eye(W1.shape[0])])


@layer.oracle("collapse")
def collapse_mpmath(W1, W2):
    """The same in many digits, by differences."""
    first, second = mp_array(W2), mp_array(W1)
    return np.stack(
        [mp_vjp(lambda x: second @ (first @ x), row, np.zeros(W2.shape[1])) for row in np.eye(W1.shape[0])]
    )


@layer.variant("collapse")
def collapse_by_loops(W1, W2):
    W = np.zeros((W1.shape[0], W2.shape[1]))
    for i in range(W.shape[0]):
        for j in range(W.shape[1]):
            for hidden in range(W2.shape[0]):
                W[i, j] += W1[i, hidden] * W2[hidden, j]
    return W


@layer.variant("collapse")
def collapse_column_by_column(W1, W2):
    """What both layers make of each unit vector is a column of W."""
    return np.stack([W1 @ (W2 @ unit) for unit in np.eye(W2.shape[1])], axis=1)


@layer.variant("collapse")
def collapse_float32(W1, W2):
    return np.einsum("ih,hj->ij", W1.astype(np.float32), W2.astype(np.float32))


@layer.mistake(
    "Right idea, wrong order. Which of the two matrices does x meet first, and on which side of the product does that one "
    "stand?",
    "collapse",
    catalogue="M33",
)
def collapse_reversed(W1, W2):
    return W2 @ W1


@layer.mistake(
    "Your matrix is the transpose of the one that is asked for. Which size has its rows: that of the inputs or that of "
    "the outputs?",
    "collapse",
    catalogue="M09",
)
def collapse_transposed(W1, W2):
    return (W1 @ W2).T


@layer.mistake(
    "One of the matrices is transposed. Do the shapes in the docstring ask for that?",
    "collapse",
    catalogue="M13",
)
def collapse_second_transposed(W1, W2):
    return W1 @ W2.T


@layer.mistake(
    "You multiply entry by entry. What does a layer do after a layer: is that a product of entries or of matrices?",
    "collapse",
)
def collapse_entry_by_entry(W1, W2):
    return W1 * W2


def samples_for_nobody(rng, n, d, size=1.0):
    """Return (X, y) in which every row occurs with both labels: no classifier can be right on them."""
    half = sized(rng, 0.5 * size, 2.0 * size, (n + 1) // 2, d)
    return np.concatenate([half, half])[:n], np.repeat([0.0, 1.0], (n + 1) // 2)[:n]


@layer.case("the missing term", "bad_loss_params")
def bad_loss_contradictory(rng):
    """Every row has both labels: a good classifier cannot have a small loss, a bad one can."""
    return samples_for_nobody(rng, 12, 3)


@layer.case("the missing term", "bad_loss_params")
def bad_loss_large_features(rng):
    """Entries of some hundreds, of both signs: any w that is not 0 may send a sample far to the wrong side."""
    X, y = samples_for_nobody(rng, 20, 2, 200.0)
    # opposite rows, both with the label 1: no w is good for both of them
    X[-1] = -X[-2]
    y[-2:] = 1.0
    return X, y


@layer.case("the missing term", "bad_loss_params")
def bad_loss_only_ones(rng):
    """All 64 labels are 1, so that 64 small numbers are added up."""
    return sized(rng, 0.5, 2.0, 64, 5), np.ones(64)


@layer.case("the missing term", "bad_loss_params")
def bad_loss_mostly_zeros(rng):
    """Two of nine labels are 1: whoever follows the majority says no."""
    X = sized(rng, 0.5, 2.0, 9, 4)
    return X, rng.permutation(np.repeat([0.0, 1.0], [7, 2]))


@layer.judge("bad_loss_params")
def bad_loss_is_small(run, X, y):
    w, b = (np.asarray(part, np.longdouble) for part in run.value)
    # in extended precision, whose exponents leave no finite number of a student infinite
    z = X.astype(np.longdouble) @ w + b
    loss = np.sum(y * np.logaddexp(0, -z))
    if loss < 1e-6:
        return None
    worst = int(np.argmax(y * np.logaddexp(0, -z)))
    return Mismatch(
        "loss",
        "The loss without its (1 - y) term is not below 1e-6 at your parameters. Which score does it ask of a sample with "
        f"y = 1, and does your (w, b) give it to every one of them? Sample {worst} costs most.",
    )


@layer.variant("bad_loss_params")
def bad_loss_depends_on_n(X, y):
    return np.zeros(len(X[0])), np.log(len(y) * 1e7)


@layer.variant("bad_loss_params")
def bad_loss_tiny_weights(X, y):
    w = np.full(X.shape[1], 1e-6)
    return w, 30.0 - float((X @ w).min())


@layer.variant("bad_loss_params")
def bad_loss_by_descent(X, y):
    """The bias goes uphill until the loss has gone: ten more each time."""
    w, b = np.zeros(X.shape[1]), 0.0
    while np.sum(y * np.log1p(np.exp(-(X @ w + b)))) >= 1e-7:
        b += 10.0
    return w, b


@layer.variant("bad_loss_params")
def bad_loss_weights_and_bias(X, y):
    w = np.ones(X.shape[1])
    return w, 50.0 + np.abs(X).sum()


@layer.variant("bad_loss_params")
def bad_loss_float32(X, y):
    return np.zeros(X.shape[1], np.float32), np.float32(64)


@layer.mistake(
    "Your bias says no to everybody, and this loss only looks at samples with y = 1. What would they like to hear?",
    "bad_loss_params",
    catalogue="M04",
)
def bad_loss_says_no(X, y):
    return np.zeros(X.shape[1]), -100.0


@layer.mistake(
    "You are on the right way and stop too soon. How large must b be for e^-b, added up over the samples, to fall below "
    "1e-6?",
    "bad_loss_params",
)
def bad_loss_too_timid(X, y):
    return np.zeros(X.shape[1]), 10.0


@layer.mistake(
    "These are the parameters of an honest classifier. The question is how to make a *bad* loss small: which samples does "
    "it not look at?",
    "bad_loss_params",
)
def bad_loss_honest_training(X, y):
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(200):
        e = np.exp(-np.abs(X @ w + b))
        error = np.where(X @ w + b >= 0, 1, e) / (1 + e) - y
        w, b = w - 0.1 * X.T @ error / len(y), b - 0.1 * error.mean()
    return w, b


@layer.mistake(
    "Large weights push some samples up and others down. Which parameter pushes all of them the same way?",
    "bad_loss_params",
)
def bad_loss_large_weights(X, y):
    return np.full(X.shape[1], 100.0), 0.0


@layer.mistake(
    "You move the scores in the direction of the samples with y = 1. What if two of them are opposite to each other?",
    "bad_loss_params",
)
def bad_loss_along_the_ones(X, y):
    return 1000.0 * (X.T @ y), 0.0


@layer.mistake(
    "Your parameters are all 0: every answer is ½, and each sample with y = 1 costs ln 2. Which way would the loss fall?",
    "bad_loss_params",
)
def bad_loss_all_zeros(X, y):
    return np.zeros(X.shape[1]), 0.0


@layer.mistake("b comes first in your pair. In which order does the text ask for them?", "bad_loss_params")
def bad_loss_exchanged(X, y):
    return 100.0, np.zeros(X.shape[1])


def neuron_at(rng, d, z):
    """Return (w, b, x) with w·x + b near z."""
    w, x = sized(rng, 0.5, 1.5, d), sized(rng, 0.5, 2.0, d)
    while abs(np.abs(w / x) - 1).min() < 0.1 or abs(z - w @ x) < 0.4:
        w, x = sized(rng, 0.5, 1.5, d), sized(rng, 0.5, 2.0, d)
    return w, float(z - w @ x), x


@layer.case("one neuron", "neuron_grad")
def neuron_yes(rng):
    """A positive score: σ' is neither σ nor ¼."""
    return neuron_at(rng, 3, rng.uniform(1.0, 2.5))


@layer.case("one neuron", "neuron_grad")
def neuron_no(rng):
    """A negative score."""
    return neuron_at(rng, 5, -rng.uniform(1.0, 2.5))


@layer.case("one neuron", "neuron_grad")
def neuron_of_one_input(rng):
    """One input: w and x are still arrays."""
    return neuron_at(rng, 1, rng.uniform(0.7, 1.5))


@layer.case("one neuron", "neuron_grad", exact=True)
def neuron_undecided(rng):
    """w·x + b = 0: the slope is ¼ and everything is exact."""
    w, x = rng.permutation([1.0, -2.0, 4.0]), rng.permutation([3.0, -1.0, 2.0])
    return w, float(-(w @ x)), x


@layer.oracle("neuron_grad")
def neuron_torch(w, b, x):
    import torch

    dw, db, dx = torch_grad(lambda weights, bias, inputs: torch.sigmoid(weights @ inputs + bias), w, b, x)
    return dw, float(db), dx


@layer.oracle("neuron_grad")
def neuron_complex(w, b, x):
    dw, db, dx = complex_step(
        lambda weights, bias, inputs: 1 / (1 + np.exp(-(weights @ inputs + bias))), 1.0, w, b, x
    )
    return dw, float(db), dx


@layer.variant("neuron_grad")
def neuron_two_sigmoids(w, b, x):
    z = np.sum(w * x) + b
    slope = 1 / (1 + np.exp(-z)) * (1 / (1 + np.exp(z)))
    return slope * x, slope, slope * w


@layer.variant("neuron_grad")
def neuron_by_loops(w, b, x):
    z = b
    for wi, xi in zip(w, x):
        z = z + wi * xi
    e = math.exp(-z)
    slope = e / (1 + e) ** 2
    return np.array([slope * xi for xi in x]), slope, np.array([slope * wi for wi in w])


@layer.variant("neuron_grad")
def neuron_by_tanh(w, b, x):
    t = np.tanh((np.dot(w, x) + b) / 2)
    slope = (1 - t * t) / 4
    return x * slope, slope, w * slope


@layer.variant("neuron_grad")
def neuron_float32(w, b, x):
    w, b, x = w.astype(np.float32), np.float32(b), x.astype(np.float32)
    p = 1 / (1 + np.exp(-(w @ x + b)))
    slope = p * (1 - p)
    return slope * x, slope, slope * w


def neuron_slope(w, b, x):
    p = 1 / (1 + np.exp(-(w @ x + b)))
    return p * (1 - p)


@layer.mistake(
    "These are the gradients of w·x + b. Which function is still wrapped around it?",
    "neuron_grad",
    catalogue="M23",
)
def neuron_without_slope(w, b, x):
    return x.copy(), 1.0, w.copy()


@layer.mistake(
    "You multiply by the sigmoid, not by its slope. What is the derivative of σ, written with its value p?",
    "neuron_grad",
    catalogue="M27",
)
def neuron_value_for_slope(w, b, x):
    p = 1 / (1 + np.exp(-(w @ x + b)))
    return p * x, p, p * w


@layer.mistake(
    "You apply the sigmoid once more before you take its slope. Either σ'(z) or p(1 - p), not both: which do you have?",
    "neuron_grad",
    catalogue="M22",
)
def neuron_slope_at_output(w, b, x):
    p = 1 / (1 + np.exp(-(w @ x + b)))
    twice = 1 / (1 + np.exp(-p))
    slope = twice * (1 - twice)
    return slope * x, slope, slope * w


@layer.mistake(
    "dw and dx have changed places. Which letter is left when you differentiate w·x by w?", "neuron_grad"
)
def neuron_exchanged(w, b, x):
    slope = neuron_slope(w, b, x)
    return slope * w, slope, slope * x


@layer.mistake("The slope is taken at w·x. What else goes into the sigmoid?", "neuron_grad", catalogue="M21")
def neuron_slope_without_bias(w, b, x):
    slope = neuron_slope(w, 0.0, x)
    return slope * x, slope, slope * w


@layer.mistake(
    "The derivative of z by b is 1. Of r by b it is not: which factor comes after z?",
    "neuron_grad",
    catalogue="M20",
)
def neuron_bias_gradient_one(w, b, x):
    slope = neuron_slope(w, b, x)
    return slope * x, 1.0, slope * w


@layer.mistake("Your db has a factor b. What is the derivative of z = w·x + b by b?", "neuron_grad")
def neuron_bias_gradient_times_b(w, b, x):
    slope = neuron_slope(w, b, x)
    return slope * x, slope * b, slope * w


@layer.mistake(
    "There is the derivative of a loss in your gradients. Which function does the text ask the gradient of?",
    "neuron_grad",
    catalogue="M25",
)
def neuron_of_a_loss(w, b, x):
    p = 1 / (1 + np.exp(-(w @ x + b)))
    error = p - 1
    return error * x, error, error * w


layer.equivalent(
    "affine: W @ x -> W @ x.T #1",
    "neuron_grad: w @ x -> w @ x.T #1",
    "neuron_grad: w @ x -> w.T @ x #1",
    because="a vector is its own transpose in numpy",
)
layer.equivalent(
    "neuron_grad: w @ x -> x @ w #1",
    because="a scalar product does not look at the order",
)
layer.equivalent(
    "neuron_grad: -(w @ x + b) -> w @ x + b #1",
    because="the slope of the sigmoid is the same at z and at -z",
)
layer.equivalent(
    "bad_loss_params: X.shape[1] -> X.shape[-1] #1",
    because="the second of two axes is the last one",
)
layer.equivalent(
    "bad_loss_params: (np.zeros(X.shape[1]), 100.0) -> (np.zeros(X.shape[1]), 200.0) #1",
    "bad_loss_params: (np.zeros(X.shape[1]), 100.0) -> (np.zeros(X.shape[1]), 50.0) #1",
    "bad-loss-says-no * -1",
    "bad-loss-too-timid * 2",
    because="any bias of 20 or more makes the loss of 64 samples small enough",
)
