# depth first with two lists, tuples and a table of derivatives for the engine; functional style with torch
import math

import numpy as np
import torch

SLOPES = {
    "+": lambda out, a, b: (1.0, 1.0),
    "*": lambda out, a, b: (b, a),
    "exp": lambda out, a: (out,),
    "tanh": lambda out, a: (1.0 - out * out,),
    "relu": lambda out, a: (float(a > 0),),
}


def fb_xyz(x, y, z):
    forward = {"q": x + y, "f": (x + y) * z}
    backward = {"df_dq": z, "dz": forward["q"]}
    backward.update(dx=1 * backward["df_dq"], dy=1 * backward["df_dq"])
    return {**forward, **backward}


def fb_pairs(x):
    f = sum(x[i] * x[i + 1] for i in (0, 2))
    return (f, x[[1, 0, 3, 2]])


class Value:
    def __init__(self, data):
        self.data = data
        self.grad = 0.0
        self.made_by = None
        self.made_of = []

    def _new(self, data, op, *operands):
        v = Value(data)
        v.made_by = op
        v.made_of = [o if isinstance(o, Value) else Value(o) for o in operands]
        return v

    def __add__(self, other):
        o = other.data if isinstance(other, Value) else other
        return self._new(self.data + o, "+", self, other)

    def __mul__(self, other):
        o = other.data if isinstance(other, Value) else other
        return self._new(self.data * o, "*", self, other)

    def __pow__(self, k):
        v = self._new(self.data**k, "pow", self)
        v.k = k
        return v

    def exp(self):
        return self._new(math.e**self.data, "exp", self)

    def tanh(self):
        return self._new(1 - 2 / (math.exp(2 * self.data) + 1), "tanh", self)

    def relu(self):
        return self._new((abs(self.data) + self.data) / 2, "relu", self)

    def _slopes(self):
        numbers = [v.data for v in self.made_of]
        if self.made_by == "pow":
            return [self.k * numbers[0] ** (self.k - 1)]
        return SLOPES[self.made_by](self.data, *numbers)

    def backward(self):
        finished, order = set(), []
        path = [(self, iter(self.made_of))]
        started = {self}
        while path:
            node, rest = path[-1]
            step = next(rest, None)
            if step is None:
                path.pop()
                finished.add(node)
                order.append(node)
            elif step not in started:
                started.add(step)
                path.append((step, iter(step.made_of)))
        for node in order:
            if node.made_by:
                node.grad = 0.0
        self.grad += 1.0
        while order:
            node = order.pop()
            if node.made_by:
                g, node.grad = node.grad, 0.0
                for child, slope in zip(node.made_of, node._slopes()):
                    child.grad += g * slope

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + -other

    def __truediv__(self, other):
        return self * other**-1.0

    def __radd__(self, other):
        return self + other

    def __rsub__(self, other):
        return -self + other

    def __rmul__(self, other):
        return self * other

    def __rtruediv__(self, other):
        return self**-1.0 * other


def abc_grads(a, b, c):
    return torch.func.grad(lambda *t: (t[0] * t[1]) @ t[2], argnums=(0, 1, 2))(*map(torch.tensor, (a, b, c)))


def accumulated(k):
    leaves = [torch.tensor([v, v], dtype=torch.float64).requires_grad_() for v in (0.25, 2, 3)]
    optimizer = torch.optim.SGD(leaves, lr=0.0)
    optimizer.zero_grad()
    for _ in range(k):
        a, b, c = leaves
        torch.sum(a * b * c).backward()
    return [t.grad.clone() for t in leaves]


def g_some(a):
    out = 0 * a
    out[:, 1] = [2 * a[0][1], -2 * np.exp(a[1][1]), 3]
    return out


def g_some2(a, x):
    db = np.r_[2.0, 2.0 * (x @ a)[1]]
    return np.multiply.outer(x, db), (db[None] @ a.T)[0]


def vjp(a, x, w):
    x, a = torch.tensor(x), torch.tensor(a)
    r, pull = torch.func.vjp(lambda a, x: torch.mv(a.t(), x), a, x)
    da, dx = pull(torch.tensor(w))
    return da.numpy(), dx.numpy()


def jacobian_by_vjp(f, x):
    y, pull = torch.func.vjp(f, x)
    return torch.vstack([pull(e)[0] for e in torch.eye(y.shape[0], dtype=y.dtype)])


def graph_ops(t):
    fn = t.grad_fn
    if fn is None:
        return []
    out, stack = [], [iter([(fn, 0)])]
    while stack:
        pair = next(stack[-1], None)
        if pair is None:
            stack.pop()
        elif pair[0] is not None:
            out.append(type(pair[0]).__name__)
            stack.append(iter(pair[0].next_functions))
    return out


def predict_no_grad(model, X):
    with torch.set_grad_enabled(False):
        prediction = model(X)
    return prediction


def param_shapes(model):
    buffers = {name for name, _ in model.named_buffers()}
    names = [name for name in model.state_dict() if name not in buffers]
    return {name: tuple(model.get_parameter(name).shape) for name in names}


class Swish(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.sigmoid().mul(x)

    @staticmethod
    def backward(ctx, grad):
        x = ctx.saved_tensors[0]
        with torch.enable_grad():
            s = x.sigmoid()
            slope = s * (1 + x * (1 - s))
        return slope * grad
