# a class for each operation, a heap of nodes that wait, torch's own functions for products with Jacobians
import heapq
import math

import numpy as np
import torch

fb_keys = ["q", "f", "df_dq", "dx", "dy", "dz"]


def fb_xyz(x, y, z):
    q = np.add(x, y)
    gradient = np.array([z, z, x + y])
    return dict(zip(fb_keys, [q, q * z, z, *gradient]))


def fb_pairs(x):
    # the quadratic form x^T M x / 2 with a symmetric M
    M = np.kron(np.eye(2), [[0, 1], [1, 0]])
    return [x @ M @ x / 2, M @ x]


class Leaf:
    parents = ()


class Add:
    def __init__(self, *parents):
        self.parents = parents
        self.result = sum(p.data for p in parents)

    def slopes(self):
        return [1.0] * len(self.parents)


class Mul:
    def __init__(self, a, b):
        self.parents = (a, b)
        self.result = a.data * b.data

    def slopes(self):
        a, b = self.parents
        return [b.data, a.data]


class Pow:
    def __init__(self, a, k):
        self.parents, self.k = (a,), k
        self.result = a.data**k

    def slopes(self):
        return [self.k * self.parents[0].data ** (self.k - 1)]


class Exp:
    def __init__(self, a):
        self.parents = (a,)
        self.result = math.exp(a.data)

    def slopes(self):
        return [self.result]


class Tanh:
    def __init__(self, a):
        self.parents = (a,)
        self.result = math.tanh(a.data)

    def slopes(self):
        return [math.cosh(self.parents[0].data) ** -2]


class Relu:
    def __init__(self, a):
        self.parents = (a,)
        self.result = np.maximum(a.data, 0)

    def slopes(self):
        return [1.0 if self.result > 0 else 0.0]


class Value:
    def __init__(self, data):
        self.data = data
        self.grad = 0.0
        self.operation = Leaf()
        self.height = 0

    @classmethod
    def of(cls, operation):
        value = cls(operation.result)
        value.operation = operation
        value.height = 1 + max(p.height for p in operation.parents)
        return value

    def _value(self, other):
        return other if type(other) is Value else Value(other)

    def __add__(self, other):
        return Value.of(Add(self, self._value(other)))

    def __mul__(self, other):
        return Value.of(Mul(self, self._value(other)))

    def __pow__(self, k):
        return Value.of(Pow(self, k))

    def exp(self):
        return Value.of(Exp(self))

    def tanh(self):
        return Value.of(Tanh(self))

    def relu(self):
        return Value.of(Relu(self))

    def backward(self):
        arrived = {self: 1.0}
        heap = [(-self.height, id(self), self)]
        while heap:
            _, _, node = heapq.heappop(heap)
            g = arrived[node]
            if isinstance(node.operation, Leaf):
                node.grad = node.grad + g
                continue
            for parent, slope in zip(node.operation.parents, node.operation.slopes()):
                if parent not in arrived:
                    arrived[parent] = 0.0
                    heapq.heappush(heap, (-parent.height, id(parent), parent))
                arrived[parent] += g * slope

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
    a, b, c = (torch.from_numpy(t.copy()).requires_grad_() for t in (a, b, c))
    e = torch.einsum("i,i,i->", a, b, c)
    e.backward()
    return tuple(t.grad.detach().numpy() for t in (a, b, c))


def accumulated(k):
    if k == 0:
        return np.zeros(2), np.zeros(2), np.zeros(2)
    now = abc_grads(np.full(2, 0.25), np.full(2, 2.0), np.full(2, 3.0))
    return tuple(p + q for p, q in zip(now, accumulated(k - 1)))


def g_some(a):
    local = np.array([2 * a[0, 1], -2 * math.exp(a[1, 1]), 3.0])
    return np.outer(local, [0, 1])


def g_some2(a, x):
    b0, b1 = np.einsum("i,ij->j", x, a)
    da = np.empty((3, 2))
    dx = np.empty(3)
    for i in range(3):
        da[i, 0] = 2 * x[i]
        da[i, 1] = 2 * b1 * x[i]
        dx[i] = 2 * a[i, 0] + 2 * b1 * a[i, 1]
    return [da, dx]


def vjp(a, x, w):
    a, x, w = map(torch.tensor, (a, x, w))
    _, (da, dx) = torch.autograd.functional.vjp(lambda a, x: x @ a, (a, x), w)
    return da, dx


def jacobian_by_vjp(f, x):
    x = x.detach().clone().requires_grad_(True)
    y = f(x)
    eye = torch.eye(len(y), dtype=y.dtype)
    (J,) = torch.autograd.grad(y, x, eye, is_grads_batched=True)
    return J.detach()


def graph_ops(t):
    def below(node):
        if node is None:
            return []
        return sum((below(n) for n, _ in node.next_functions), [type(node).__name__])

    return below(t.grad_fn)


def predict_no_grad(model, X):
    was = model.training
    model.eval()
    with torch.inference_mode():
        out = model(X)
    model.train(was)
    return out


def param_shapes(model):
    return dict((name, p.size()) for name, p in model.named_parameters())


class Swish(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.nn.functional.silu(x)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return grad * torch.sigmoid(x) * (1 + x * torch.sigmoid(-x))
