# numbers in single precision where the sheet allows it; an engine that sorts nodes by their age
import itertools
import math

import numpy as np
import torch


def fb_xyz(x, y, z):
    x, y, z = np.float32(x), np.float32(y), np.float32(z)
    q = x + y
    return {"dz": q, "dy": z, "dx": z, "df_dq": z, "f": q * z, "q": q}


def fb_pairs(x):
    x = np.asarray(x, dtype=np.float32)
    pairs = x.reshape(2, 2)
    return pairs.prod(axis=1).sum(), pairs[:, ::-1].ravel()


class Value:
    births = itertools.count()

    def __init__(self, data):
        self.data = data
        self.grad = 0.0
        self.parents = ()
        self.slopes = ()
        self.age = next(Value.births)

    @classmethod
    def node(cls, data, parents, slopes):
        new = cls(data)
        new.parents, new.slopes = parents, slopes
        return new

    @staticmethod
    def lift(other):
        return other if isinstance(other, Value) else Value(other)

    def __add__(self, other):
        other = self.lift(other)
        return self.node(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other):
        other = self.lift(other)
        return self.node(self.data * other.data, (self, other), (other.data, self.data))

    def __pow__(self, k):
        return self.node(math.pow(self.data, k), (self,), (k * math.pow(self.data, k - 1),))

    def exp(self):
        y = math.exp(self.data)
        return self.node(y, (self,), (y,))

    def tanh(self):
        return self.node(math.tanh(self.data), (self,), (1 - math.tanh(self.data) ** 2,))

    def relu(self):
        return self.node(self.data, (self,), (1.0,)) if self.data > 0 else self.node(0.0, (self,), (0.0,))

    def backward(self):
        found = {self.age: self}
        waiting = [self]
        while waiting:
            for p in waiting.pop().parents:
                if p.age not in found:
                    found[p.age] = p
                    waiting.append(p)
        total = dict.fromkeys(found, 0.0)
        total[self.age] = 1.0
        # what is younger was made from what is older
        for age in sorted(found, reverse=True):
            node = found[age]
            if not node.parents:
                node.grad += total[age]
            for p, s in zip(node.parents, node.slopes):
                total[p.age] += s * total[age]

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


def leaf(array):
    return torch.tensor(array, dtype=torch.float32, requires_grad=True)


def abc_grads(a, b, c):
    a, b, c = leaf(a), leaf(b), leaf(c)
    (a * b).dot(c).backward()
    return a.grad, b.grad, c.grad


def accumulated(k):
    a, b, c = leaf([1 / 4, 1 / 4]), leaf([2, 2]), leaf([3, 3])
    d = a * b
    e = d @ c
    for step in range(k):
        e.backward(retain_graph=step < k - 1)
    return a.grad.numpy(), b.grad.numpy(), c.grad.numpy()


def g_some(a):
    a = np.asarray(a, dtype=np.float32)
    grad = np.zeros_like(a)
    grad[:, 1] = 2 * a[0, 1], -2 * np.exp(a[1, 1]), 3
    return grad


def g_some2(a, x):
    a, x = a.astype(np.float32), x.astype(np.float32)
    b = x.dot(a)
    db = np.array([2, 2 * b[1]], dtype=np.float32)
    return np.outer(x, db), a.dot(db)


def vjp(a, x, w):
    a, x = leaf(a), leaf(x)
    r = a.T @ x
    r.backward(torch.tensor(w, dtype=torch.float32))
    return a.grad, x.grad


def jacobian_by_vjp(f, x):
    x = x.clone().requires_grad_()
    y = f(x)
    rows = [torch.autograd.grad(y[i], x, retain_graph=True)[0] for i in range(y.shape[0])]
    return torch.stack(rows).to(torch.float32)


def graph_ops(t):
    def lines(node):
        yield type(node).__name__
        for below, _ in node.next_functions:
            if below:
                yield from lines(below)

    return list(lines(t.grad_fn)) if t.grad_fn else []


@torch.no_grad()
def predict_no_grad(model, X):
    return model(X)


def param_shapes(model):
    shapes = {}

    def visit(module, prefix):
        for name, parameter in module._parameters.items():
            if parameter is not None:
                shapes[prefix + name] = tuple(parameter.shape)
        for name, child in module.named_children():
            visit(child, prefix + name + ".")

    visit(model, "")
    return shapes


class Swish(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return 0.5 * x * (1 + torch.tanh(x / 2))

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        t = torch.tanh(x / 2)
        return grad * (0.5 * (1 + t) + 0.25 * x * (1 - t * t))
