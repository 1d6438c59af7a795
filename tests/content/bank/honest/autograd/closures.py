# every node carries a function that hands its derivative on; torch is used with backward() and .grad
import math

import numpy as np
import torch


def fb_xyz(x, y, z):
    q = x + y
    f = q * z
    df_dq = z
    dz = q
    dx = df_dq * 1
    dy = df_dq * 1
    return {"q": q, "f": f, "df_dq": df_dq, "dx": dx, "dy": dy, "dz": dz}


def fb_pairs(x):
    x1, x2, x3, x4 = x
    return x1 * x2 + x3 * x4, np.array([x2, x1, x4, x3])


class Value:
    def __init__(self, data):
        self.data = data
        self.grad = 0.0
        self.inputs = ()
        self.push = None

    def made(data, inputs, push):
        out = Value(data)
        out.inputs = inputs
        out.push = push
        return out

    def __add__(self, other):
        if not isinstance(other, Value):
            other = Value(other)

        def push(g):
            self.grad += g
            other.grad += g

        return Value.made(self.data + other.data, (self, other), push)

    def __mul__(self, other):
        if not isinstance(other, Value):
            other = Value(other)

        def push(g):
            self.grad += other.data * g
            other.grad += self.data * g

        return Value.made(self.data * other.data, (self, other), push)

    def __pow__(self, k):
        def push(g):
            self.grad += k * self.data ** (k - 1) * g

        return Value.made(self.data**k, (self,), push)

    def exp(self):
        e = math.exp(self.data)

        def push(g):
            self.grad += e * g

        return Value.made(e, (self,), push)

    def tanh(self):
        t = math.tanh(self.data)

        def push(g):
            self.grad += (1 - t**2) * g

        return Value.made(t, (self,), push)

    def relu(self):
        def push(g):
            self.grad += g if self.data > 0 else 0.0

        return Value.made(max(self.data, 0.0), (self,), push)

    def backward(self):
        order, seen = [], set()
        waiting = [(self, False)]
        while waiting:
            node, done = waiting.pop()
            if done:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                waiting.append((node, True))
                for below in node.inputs:
                    waiting.append((below, False))
        for node in order:
            if node.push is not None:
                node.grad = 0.0
        self.grad += 1.0
        for node in reversed(order):
            if node.push is not None:
                node.push(node.grad)

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
    a = torch.tensor(a, requires_grad=True)
    b = torch.tensor(b, requires_grad=True)
    c = torch.tensor(c, requires_grad=True)
    d = a * b
    e = torch.dot(d, c)
    e.backward()
    return a.grad, b.grad, c.grad


def accumulated(k):
    a = torch.tensor([0.25, 0.25], requires_grad=True)
    b = torch.tensor([2.0, 2.0], requires_grad=True)
    c = torch.tensor([3.0, 3.0], requires_grad=True)
    for _ in range(k):
        e = torch.dot(a * b, c)
        e.backward()
    return a.grad, b.grad, c.grad


def g_some(a):
    b = a[:, 1]
    grad = np.zeros((3, 2))
    grad[0, 1] = 2 * b[0]
    grad[1, 1] = -2 * np.exp(b[1])
    grad[2, 1] = 3
    return grad


def g_some2(a, x):
    b = x @ a
    db = np.array([2, 2 * b[1]])
    return np.outer(x, db), a @ db


def vjp(a, x, w):
    a = torch.tensor(a, requires_grad=True)
    x = torch.tensor(x, requires_grad=True)
    r = x @ a
    r.backward(torch.tensor(w))
    return a.grad.numpy(), x.grad.numpy()


def jacobian_by_vjp(f, x):
    x = x.clone().requires_grad_()
    y = f(x)
    rows = []
    for i in range(len(y)):
        w = torch.zeros_like(y)
        w[i] = 1
        (row,) = torch.autograd.grad(y, x, w, retain_graph=True)
        rows.append(row)
    return torch.stack(rows)


def graph_ops(t):
    names = []

    def visit(node):
        if node is None:
            return
        names.append(type(node).__name__)
        for below, _ in node.next_functions:
            visit(below)

    visit(t.grad_fn)
    return names


def predict_no_grad(model, X):
    with torch.no_grad():
        return model(X)


def param_shapes(model):
    return {name: tuple(p.shape) for name, p in model.named_parameters()}


class Swish(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * torch.sigmoid(x)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        s = torch.sigmoid(x)
        return grad * (s + x * s * (1 - s))
