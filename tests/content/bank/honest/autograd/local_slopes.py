# a node remembers pairs (input, local slope); the order comes from counting who still has to report
import numpy as np
import torch


def fb_pairs(x):
    v = [Value(float(t)) for t in x]
    f = v[0] * v[1] + v[2] * v[3]
    f.backward()
    return f.data, np.array([t.grad for t in v])


def fb_xyz(x, y, z):
    # with the engine; the middle node is looked at as a leaf of a second graph
    vx, vy, vz = Value(x), Value(y), Value(z)
    q = vx + vy
    (q * vz).backward()
    leaf = Value(q.data)
    f = leaf * vz.data
    f.backward()
    return dict(q=q.data, f=f.data, df_dq=leaf.grad, dx=vx.grad, dy=vy.grad, dz=vz.grad)


class Value:
    def __init__(self, data, edges=None):
        self.data = data
        self.grad = 0.0
        self.edges = edges

    def __repr__(self):
        return f"Value({self.data}, grad={self.grad})"

    def __add__(self, other):
        if isinstance(other, Value):
            return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])
        return Value(self.data + other, [(self, 1.0)])

    def __mul__(self, other):
        if isinstance(other, Value):
            return Value(self.data * other.data, [(self, other.data), (other, self.data)])
        return Value(self.data * other, [(self, other)])

    def __pow__(self, k):
        return Value(self.data**k, [(self, k * self.data ** (k - 1))])

    def exp(self):
        e = np.exp(self.data)
        return Value(e, [(self, e)])

    def tanh(self):
        t = np.tanh(self.data)
        return Value(t, [(self, (1 - t) * (1 + t))])

    def relu(self):
        on = self.data > 0
        return Value(self.data * on, [(self, float(on))])

    def backward(self):
        # how many uses of each node lie below self
        uses = {}
        stack, seen = [self], {id(self)}
        while stack:
            node = stack.pop()
            for below, _ in node.edges or []:
                uses[id(below)] = uses.get(id(below), 0) + 1
                if id(below) not in seen:
                    seen.add(id(below))
                    stack.append(below)
        arrived = {id(self): 1.0}
        ready = [self]
        while ready:
            node = ready.pop()
            g = arrived.pop(id(node))
            if node.edges is None:
                node.grad += g
                continue
            for below, slope in node.edges:
                key = id(below)
                arrived[key] = arrived.get(key, 0.0) + g * slope
                uses[key] -= 1
                if uses[key] == 0:
                    ready.append(below)

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


def leaves(*arrays):
    return [torch.tensor(t, dtype=torch.float64, requires_grad=True) for t in arrays]


def abc_grads(a, b, c):
    inputs = leaves(a, b, c)
    d = inputs[0] * inputs[1]
    e = d @ inputs[2]
    return torch.autograd.grad(e, inputs)


def accumulated(k):
    inputs = leaves([0.25, 0.25], [2, 2], [3, 3])
    e = (inputs[0] * inputs[1] * inputs[2]).sum()
    for _ in range(k):
        e.backward(retain_graph=True)
    return tuple(t.grad.numpy() for t in inputs)


def g_some(a):
    b = a[:, 1]
    return np.column_stack([np.zeros(3), [2 * b[0], -2 * np.exp(b[1]), 3]])


def g_some2(a, x):
    db = np.array([2.0, 2 * np.sum(x * a[:, 1])])
    return x[:, None] * db, (a * db).sum(axis=1)


def vjp(a, x, w):
    a, x = leaves(a, x)
    da, dx = torch.autograd.grad((torch.tensor(w) * (x @ a)).sum(), (a, x))
    return da, dx


def jacobian_by_vjp(f, x):
    x = x.clone().requires_grad_()
    y = f(x)
    J = torch.empty(y.numel(), x.numel(), dtype=x.dtype)
    for i, weight in enumerate(torch.eye(y.numel(), dtype=y.dtype)):
        x.grad = None
        y.backward(weight, retain_graph=True)
        J[i] = x.grad
    return J


def graph_ops(t):
    names = []
    waiting = [t.grad_fn]
    while waiting:
        node = waiting.pop()
        if node is not None:
            names.append(type(node).__name__)
            waiting.extend(below for below, _ in reversed(node.next_functions))
    return names


def predict_no_grad(model, X):
    before = torch.is_grad_enabled()
    torch.set_grad_enabled(False)
    try:
        return model(X)
    finally:
        torch.set_grad_enabled(before)


def param_shapes(model):
    shapes = {}
    for name, parameter in model.named_parameters():
        shapes[name] = parameter.shape
    return shapes


class Swish(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x / (1 + torch.exp(-x))

    @staticmethod
    def backward(ctx, grad):
        x = ctx.saved_tensors[0]
        s = 1 / (1 + torch.exp(-x))
        y = x * s
        return (y + s * (1 - y)) * grad
