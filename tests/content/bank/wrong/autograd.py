"""Wrong answers to the sheet on autograd, as students give them. Each one replaces the right function."""
import numpy as np
import torch

BANK = []


def wrong(function, what):
    def add(f):
        BANK.append((function, what, f))
        return f

    return add


# ---------------------------------------------------------------- fb_xyz


@wrong("fb_xyz", "dz is z.")
def fb_xyz_dz(x, y, z):
    return {"q": x + y, "f": (x + y) * z, "df_dq": z, "dx": z, "dy": z, "dz": z}


@wrong("fb_xyz", "The derivatives by x and y are 1: the upstream is forgotten.")
def fb_xyz_no_upstream(x, y, z):
    q = x + y
    return {"q": q, "f": q * z, "df_dq": z, "dx": 1.0, "dy": 1.0, "dz": q}


@wrong("fb_xyz", "As if q were x y.")
def fb_xyz_product(x, y, z):
    q = x + y
    return {"q": q, "f": q * z, "df_dq": z, "dx": z * y, "dy": z * x, "dz": q}


@wrong("fb_xyz", "df_dq is q.")
def fb_xyz_df_dq(x, y, z):
    q = x + y
    return {"q": q, "f": q * z, "df_dq": q, "dx": q, "dy": q, "dz": z}


@wrong("fb_xyz", "One key is missing.")
def fb_xyz_key(x, y, z):
    q = x + y
    return {"q": q, "f": q * z, "dx": z, "dy": z, "dz": q}


@wrong("fb_xyz", "A tuple in the order of the keys.")
def fb_xyz_tuple(x, y, z):
    q = x + y
    return q, q * z, z, z, z, q


@wrong("fb_xyz", "x + (y z): the brackets are forgotten.")
def fb_xyz_brackets(x, y, z):
    return {"q": x + y, "f": x + y * z, "df_dq": z, "dx": 1.0, "dy": z, "dz": y}


@wrong("fb_xyz", "Whole numbers.")
def fb_xyz_int(x, y, z):
    q = int(x) + int(y)
    return {"q": q, "f": q * int(z), "df_dq": int(z), "dx": int(z), "dy": int(z), "dz": q}


# ---------------------------------------------------------------- fb_pairs


@wrong("fb_pairs", "Its own factor, not the other one.")
def fb_pairs_own(x):
    return float(x[0] * x[1] + x[2] * x[3]), x.copy()


@wrong("fb_pairs", "The factor of the other product.")
def fb_pairs_other_pair(x):
    return float(x[0] * x[1] + x[2] * x[3]), x[[3, 2, 1, 0]]


@wrong("fb_pairs", "The two derivatives of the products only.")
def fb_pairs_two(x):
    return float(x[0] * x[1] + x[2] * x[3]), np.array([1.0, 1.0])


@wrong("fb_pairs", "The product of the two products.")
def fb_pairs_product(x):
    return float(x[0] * x[1] * x[2] * x[3]), x[[1, 0, 3, 2]]


@wrong("fb_pairs", "The gradient first.")
def fb_pairs_order(x):
    return x[[1, 0, 3, 2]], float(x[0] * x[1] + x[2] * x[3])


@wrong("fb_pairs", "The argument is turned in place.")
def fb_pairs_in_place(x):
    f = float(x[0] * x[1] + x[2] * x[3])
    x[:] = x[[1, 0, 3, 2]]
    return f, x


@wrong("fb_pairs", "The product divided by the own factor: a zero spoils it.")
def fb_pairs_division(x):
    z = np.array([x[0] * x[1], x[0] * x[1], x[2] * x[3], x[2] * x[3]])
    with np.errstate(all="ignore"):
        return float(z[0] + z[2]), z / x


@wrong("fb_pairs", "The gradient of the second product has a minus.")
def fb_pairs_minus(x):
    return float(x[0] * x[1] + x[2] * x[3]), np.array([x[1], x[0], -x[3], -x[2]])


# ---------------------------------------------------------------- Value


@wrong("Value", "The gradient of a leaf is set, not added to.")
class value_overwrites:
    def __init__(self, data, edges=()):
        self.data = data
        self.grad = 0.0
        self.edges = edges

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, k):
        return Value(self.data**k, [(self, k * self.data ** (k - 1))])

    def exp(self):
        return Value(np.exp(self.data), [(self, np.exp(self.data))])

    def tanh(self):
        return Value(np.tanh(self.data), [(self, 1 - np.tanh(self.data) ** 2)])

    def relu(self):
        return Value(max(self.data, 0.0), [(self, 1.0 if self.data > 0 else 0.0)])

    def backward(self):
        order, seen, stack = [], set(), [(self, False)]
        while stack:
            node, done = stack.pop()
            if done:
                order.append(node)
            elif id(node) not in seen:
                seen.add(id(node))
                stack.append((node, True))
                stack.extend((below, False) for below, _ in node.edges)
        arrived = {id(node): 0.0 for node in order}
        arrived[id(self)] = 1.0
        for node in reversed(order):
            g = arrived[id(node)]
            if not node.edges:
                node.grad = g
            for below, slope in node.edges:
                arrived[id(below)] += g * slope

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


@wrong("Value", "Of several paths only the last one counts.")
class value_overwrites_paths:
    def __init__(self, data, edges=()):
        self.data = data
        self.grad = 0.0
        self.edges = edges

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, k):
        return Value(self.data**k, [(self, k * self.data ** (k - 1))])

    def exp(self):
        return Value(np.exp(self.data), [(self, np.exp(self.data))])

    def tanh(self):
        return Value(np.tanh(self.data), [(self, 1 - np.tanh(self.data) ** 2)])

    def relu(self):
        return Value(max(self.data, 0.0), [(self, 1.0 if self.data > 0 else 0.0)])

    def backward(self):
        order, seen, stack = [], set(), [(self, False)]
        while stack:
            node, done = stack.pop()
            if done:
                order.append(node)
            elif id(node) not in seen:
                seen.add(id(node))
                stack.append((node, True))
                stack.extend((below, False) for below, _ in node.edges)
        arrived = {id(node): 0.0 for node in order}
        arrived[id(self)] = 1.0
        for node in reversed(order):
            g = arrived[id(node)]
            if not node.edges:
                node.grad += g
            for below, slope in node.edges:
                arrived[id(below)] = g * slope

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


@wrong("Value", "Every path is followed by itself: too slow for thirty doublings.")
class value_every_path:
    def __init__(self, data, edges=()):
        self.data = data
        self.grad = 0.0
        self.edges = edges

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, k):
        return Value(self.data**k, [(self, k * self.data ** (k - 1))])

    def exp(self):
        return Value(np.exp(self.data), [(self, np.exp(self.data))])

    def tanh(self):
        return Value(np.tanh(self.data), [(self, 1 - np.tanh(self.data) ** 2)])

    def relu(self):
        return Value(max(self.data, 0.0), [(self, 1.0 if self.data > 0 else 0.0)])

    def backward(self):
        stack = [(self, 1.0)]
        while stack:
            node, g = stack.pop()
            if not node.edges:
                node.grad += g
            stack.extend((below, g * slope) for below, slope in node.edges)

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


@wrong("Value", "A function that calls itself: 2000 nodes are too deep.")
class value_recursion:
    def __init__(self, data, edges=()):
        self.data = data
        self.grad = 0.0
        self.edges = edges

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, k):
        return Value(self.data**k, [(self, k * self.data ** (k - 1))])

    def exp(self):
        return Value(np.exp(self.data), [(self, np.exp(self.data))])

    def tanh(self):
        return Value(np.tanh(self.data), [(self, 1 - np.tanh(self.data) ** 2)])

    def relu(self):
        return Value(max(self.data, 0.0), [(self, 1.0 if self.data > 0 else 0.0)])

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if id(node) not in seen:
                seen.add(id(node))
                for below, _ in node.edges:
                    visit(below)
                order.append(node)

        visit(self)
        arrived = {id(node): 0.0 for node in order}
        arrived[id(self)] = 1.0
        for node in reversed(order):
            if not node.edges:
                node.grad += arrived[id(node)]
            for below, slope in node.edges:
                arrived[id(below)] += arrived[id(node)] * slope

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


@wrong("Value", "What nodes in the middle hold leaks into the next call.")
class value_stale:
    def __init__(self, data, edges=()):
        self.data = data
        self.grad = 0.0
        self.edges = edges

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, k):
        return Value(self.data**k, [(self, k * self.data ** (k - 1))])

    def exp(self):
        return Value(np.exp(self.data), [(self, np.exp(self.data))])

    def tanh(self):
        return Value(np.tanh(self.data), [(self, 1 - np.tanh(self.data) ** 2)])

    def relu(self):
        return Value(max(self.data, 0.0), [(self, 1.0 if self.data > 0 else 0.0)])

    def backward(self):
        order, seen, stack = [], set(), [(self, False)]
        while stack:
            node, done = stack.pop()
            if done:
                order.append(node)
            elif id(node) not in seen:
                seen.add(id(node))
                stack.append((node, True))
                stack.extend((below, False) for below, _ in node.edges)
        self.grad += 1.0
        for node in reversed(order):
            for below, slope in node.edges:
                below.grad += node.grad * slope

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


@wrong("Value", "Only the root starts afresh; the nodes in the middle keep what they had.")
class value_root_only:
    def __init__(self, data, edges=()):
        self.data = data
        self.grad = 0.0
        self.edges = edges

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, k):
        return Value(self.data**k, [(self, k * self.data ** (k - 1))])

    def exp(self):
        return Value(np.exp(self.data), [(self, np.exp(self.data))])

    def tanh(self):
        return Value(np.tanh(self.data), [(self, 1 - np.tanh(self.data) ** 2)])

    def relu(self):
        return Value(max(self.data, 0.0), [(self, 1.0 if self.data > 0 else 0.0)])

    def backward(self):
        order, seen, stack = [], set(), [(self, False)]
        while stack:
            node, done = stack.pop()
            if done:
                order.append(node)
            elif id(node) not in seen:
                seen.add(id(node))
                stack.append((node, True))
                stack.extend((below, False) for below, _ in node.edges)
        self.grad = 1.0 if self.edges else self.grad + 1.0
        for node in reversed(order):
            for below, slope in node.edges:
                below.grad += node.grad * slope

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


@wrong("Value", "Every call begins with zeros in the leaves, too.")
class value_clears:
    def __init__(self, data, edges=()):
        self.data = data
        self.grad = 0.0
        self.edges = edges

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, k):
        return Value(self.data**k, [(self, k * self.data ** (k - 1))])

    def exp(self):
        return Value(np.exp(self.data), [(self, np.exp(self.data))])

    def tanh(self):
        return Value(np.tanh(self.data), [(self, 1 - np.tanh(self.data) ** 2)])

    def relu(self):
        return Value(max(self.data, 0.0), [(self, 1.0 if self.data > 0 else 0.0)])

    def backward(self):
        order, seen, stack = [], set(), [(self, False)]
        while stack:
            node, done = stack.pop()
            if done:
                order.append(node)
            elif id(node) not in seen:
                seen.add(id(node))
                stack.append((node, True))
                stack.extend((below, False) for below, _ in node.edges)
        arrived = {id(node): 0.0 for node in order}
        arrived[id(self)] = 1.0
        for node in order:
            node.grad = 0.0
        for node in reversed(order):
            g = arrived[id(node)]
            if not node.edges:
                node.grad += g
            for below, slope in node.edges:
                arrived[id(below)] += g * slope

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


@wrong("Value", "backward() of a leaf does nothing.")
class value_leaf_root:
    def __init__(self, data, edges=()):
        self.data = data
        self.grad = 0.0
        self.edges = edges

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, k):
        return Value(self.data**k, [(self, k * self.data ** (k - 1))])

    def exp(self):
        return Value(np.exp(self.data), [(self, np.exp(self.data))])

    def tanh(self):
        return Value(np.tanh(self.data), [(self, 1 - np.tanh(self.data) ** 2)])

    def relu(self):
        return Value(max(self.data, 0.0), [(self, 1.0 if self.data > 0 else 0.0)])

    def backward(self):
        if not self.edges:
            return
        order, seen, stack = [], set(), [(self, False)]
        while stack:
            node, done = stack.pop()
            if done:
                order.append(node)
            elif id(node) not in seen:
                seen.add(id(node))
                stack.append((node, True))
                stack.extend((below, False) for below, _ in node.edges)
        arrived = {id(node): 0.0 for node in order}
        arrived[id(self)] = 1.0
        for node in reversed(order):
            g = arrived[id(node)]
            if not node.edges:
                node.grad += g
            for below, slope in node.edges:
                arrived[id(below)] += g * slope

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


@wrong("Value", "In breadth first order: a node hands on before all have reported.")
class value_breadth:
    def __init__(self, data, edges=()):
        self.data = data
        self.grad = 0.0
        self.edges = edges

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, k):
        return Value(self.data**k, [(self, k * self.data ** (k - 1))])

    def exp(self):
        return Value(np.exp(self.data), [(self, np.exp(self.data))])

    def tanh(self):
        return Value(np.tanh(self.data), [(self, 1 - np.tanh(self.data) ** 2)])

    def relu(self):
        return Value(max(self.data, 0.0), [(self, 1.0 if self.data > 0 else 0.0)])

    def backward(self):
        order, seen = [self], {id(self)}
        for node in order:
            for below, _ in node.edges:
                if id(below) not in seen:
                    seen.add(id(below))
                    order.append(below)
        arrived = {id(node): 0.0 for node in order}
        arrived[id(self)] = 1.0
        for node in order:
            if not node.edges:
                node.grad += arrived[id(node)]
            for below, slope in node.edges:
                arrived[id(below)] += arrived[id(node)] * slope

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


@wrong("Value", "In pre-order: a node hands on before all have reported.")
class value_preorder:
    def __init__(self, data, edges=()):
        self.data = data
        self.grad = 0.0
        self.edges = edges

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, k):
        return Value(self.data**k, [(self, k * self.data ** (k - 1))])

    def exp(self):
        return Value(np.exp(self.data), [(self, np.exp(self.data))])

    def tanh(self):
        return Value(np.tanh(self.data), [(self, 1 - np.tanh(self.data) ** 2)])

    def relu(self):
        return Value(max(self.data, 0.0), [(self, 1.0 if self.data > 0 else 0.0)])

    def backward(self):
        order, seen, stack = [], set(), [self]
        while stack:
            node = stack.pop()
            if id(node) in seen:
                continue
            seen.add(id(node))
            order.append(node)
            stack.extend(below for below, _ in reversed(node.edges))
        arrived = {id(node): 0.0 for node in order}
        arrived[id(self)] = 1.0
        for node in order:
            if not node.edges:
                node.grad += arrived[id(node)]
            for below, slope in node.edges:
                arrived[id(below)] += arrived[id(node)] * slope

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


@wrong("Value", "A node that stands twice in one operation is counted once.")
class value_once:
    def __init__(self, data, edges=()):
        self.data = data
        self.grad = 0.0
        self.edges = edges

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, k):
        return Value(self.data**k, [(self, k * self.data ** (k - 1))])

    def exp(self):
        return Value(np.exp(self.data), [(self, np.exp(self.data))])

    def tanh(self):
        return Value(np.tanh(self.data), [(self, 1 - np.tanh(self.data) ** 2)])

    def relu(self):
        return Value(max(self.data, 0.0), [(self, 1.0 if self.data > 0 else 0.0)])

    def backward(self):
        order, seen, stack = [], set(), [(self, False)]
        while stack:
            node, done = stack.pop()
            if done:
                order.append(node)
            elif id(node) not in seen:
                seen.add(id(node))
                stack.append((node, True))
                stack.extend((below, False) for below, _ in node.edges)
        arrived = {id(node): 0.0 for node in order}
        arrived[id(self)] = 1.0
        for node in reversed(order):
            g = arrived[id(node)]
            if not node.edges:
                node.grad += g
            for below, slope in {id(b): (b, s) for b, s in node.edges}.values():
                arrived[id(below)] += g * slope

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


@wrong("Value", "Nodes are told apart by their numbers.")
class value_equal_numbers:
    def __init__(self, data, edges=()):
        self.data = data
        self.grad = 0.0
        self.edges = edges

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, k):
        return Value(self.data**k, [(self, k * self.data ** (k - 1))])

    def exp(self):
        return Value(np.exp(self.data), [(self, np.exp(self.data))])

    def tanh(self):
        return Value(np.tanh(self.data), [(self, 1 - np.tanh(self.data) ** 2)])

    def relu(self):
        return Value(max(self.data, 0.0), [(self, 1.0 if self.data > 0 else 0.0)])

    def backward(self):
        order, seen, stack = [], set(), [(self, False)]
        while stack:
            node, done = stack.pop()
            if done:
                order.append(node)
            elif node.data not in seen:
                seen.add(node.data)
                stack.append((node, True))
                stack.extend((below, False) for below, _ in node.edges)
        arrived = {node.data: 0.0 for node in order}
        arrived[self.data] = 1.0
        for node in reversed(order):
            g = arrived[node.data]
            if not node.edges:
                node.grad += g
            for below, slope in node.edges:
                arrived[below.data] += g * slope

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


@wrong("Value", "A plain number as the other operand is not thought of.")
class value_no_numbers:
    def __init__(self, data, edges=()):
        self.data = data
        self.grad = 0.0
        self.edges = edges

    def __add__(self, other):
        assert isinstance(other, Value)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        assert isinstance(other, Value)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, k):
        return Value(self.data**k, [(self, k * self.data ** (k - 1))])

    def exp(self):
        return Value(np.exp(self.data), [(self, np.exp(self.data))])

    def tanh(self):
        return Value(np.tanh(self.data), [(self, 1 - np.tanh(self.data) ** 2)])

    def relu(self):
        return Value(max(self.data, 0.0), [(self, 1.0 if self.data > 0 else 0.0)])

    def backward(self):
        order, seen, stack = [], set(), [(self, False)]
        while stack:
            node, done = stack.pop()
            if done:
                order.append(node)
            elif id(node) not in seen:
                seen.add(id(node))
                stack.append((node, True))
                stack.extend((below, False) for below, _ in node.edges)
        arrived = {id(node): 0.0 for node in order}
        arrived[id(self)] = 1.0
        for node in reversed(order):
            g = arrived[id(node)]
            if not node.edges:
                node.grad += g
            for below, slope in node.edges:
                arrived[id(below)] += g * slope

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


@wrong("Value", "The slope of relu at 0 is 1.")
class value_relu_at_zero:
    def __init__(self, data, edges=()):
        self.data = data
        self.grad = 0.0
        self.edges = edges

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, k):
        return Value(self.data**k, [(self, k * self.data ** (k - 1))])

    def exp(self):
        return Value(np.exp(self.data), [(self, np.exp(self.data))])

    def tanh(self):
        return Value(np.tanh(self.data), [(self, 1 - np.tanh(self.data) ** 2)])

    def relu(self):
        return Value(max(self.data, 0.0), [(self, 1.0 if self.data >= 0 else 0.0)])

    def backward(self):
        order, seen, stack = [], set(), [(self, False)]
        while stack:
            node, done = stack.pop()
            if done:
                order.append(node)
            elif id(node) not in seen:
                seen.add(id(node))
                stack.append((node, True))
                stack.extend((below, False) for below, _ in node.edges)
        arrived = {id(node): 0.0 for node in order}
        arrived[id(self)] = 1.0
        for node in reversed(order):
            g = arrived[id(node)]
            if not node.edges:
                node.grad += g
            for below, slope in node.edges:
                arrived[id(below)] += g * slope

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


@wrong("Value", "The slope of relu is its value.")
class value_relu_value:
    def __init__(self, data, edges=()):
        self.data = data
        self.grad = 0.0
        self.edges = edges

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, k):
        return Value(self.data**k, [(self, k * self.data ** (k - 1))])

    def exp(self):
        return Value(np.exp(self.data), [(self, np.exp(self.data))])

    def tanh(self):
        return Value(np.tanh(self.data), [(self, 1 - np.tanh(self.data) ** 2)])

    def relu(self):
        return Value(max(self.data, 0.0), [(self, max(self.data, 0.0))])

    def backward(self):
        order, seen, stack = [], set(), [(self, False)]
        while stack:
            node, done = stack.pop()
            if done:
                order.append(node)
            elif id(node) not in seen:
                seen.add(id(node))
                stack.append((node, True))
                stack.extend((below, False) for below, _ in node.edges)
        arrived = {id(node): 0.0 for node in order}
        arrived[id(self)] = 1.0
        for node in reversed(order):
            g = arrived[id(node)]
            if not node.edges:
                node.grad += g
            for below, slope in node.edges:
                arrived[id(below)] += g * slope

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


@wrong("Value", "The exponent of a power stays.")
class value_power:
    def __init__(self, data, edges=()):
        self.data = data
        self.grad = 0.0
        self.edges = edges

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, k):
        return Value(self.data**k, [(self, k * self.data**k)])

    def exp(self):
        return Value(np.exp(self.data), [(self, np.exp(self.data))])

    def tanh(self):
        return Value(np.tanh(self.data), [(self, 1 - np.tanh(self.data) ** 2)])

    def relu(self):
        return Value(max(self.data, 0.0), [(self, 1.0 if self.data > 0 else 0.0)])

    def backward(self):
        order, seen, stack = [], set(), [(self, False)]
        while stack:
            node, done = stack.pop()
            if done:
                order.append(node)
            elif id(node) not in seen:
                seen.add(id(node))
                stack.append((node, True))
                stack.extend((below, False) for below, _ in node.edges)
        arrived = {id(node): 0.0 for node in order}
        arrived[id(self)] = 1.0
        for node in reversed(order):
            g = arrived[id(node)]
            if not node.edges:
                node.grad += g
            for below, slope in node.edges:
                arrived[id(below)] += g * slope

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


@wrong("Value", "The slope of a power by division: 0 to the power of 2 has none.")
class value_power_by_division:
    def __init__(self, data, edges=()):
        self.data = data
        self.grad = 0.0
        self.edges = edges

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, k):
        return Value(self.data**k, [(self, k * self.data**k / self.data if self.data else np.nan)])

    def exp(self):
        return Value(np.exp(self.data), [(self, np.exp(self.data))])

    def tanh(self):
        return Value(np.tanh(self.data), [(self, 1 - np.tanh(self.data) ** 2)])

    def relu(self):
        return Value(max(self.data, 0.0), [(self, 1.0 if self.data > 0 else 0.0)])

    def backward(self):
        order, seen, stack = [], set(), [(self, False)]
        while stack:
            node, done = stack.pop()
            if done:
                order.append(node)
            elif id(node) not in seen:
                seen.add(id(node))
                stack.append((node, True))
                stack.extend((below, False) for below, _ in node.edges)
        arrived = {id(node): 0.0 for node in order}
        arrived[id(self)] = 1.0
        for node in reversed(order):
            g = arrived[id(node)]
            if not node.edges:
                node.grad += g
            for below, slope in node.edges:
                arrived[id(below)] += g * slope

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


@wrong("Value", "The slope of tanh: 1 - a² with the argument, not the value.")
class value_tanh:
    def __init__(self, data, edges=()):
        self.data = data
        self.grad = 0.0
        self.edges = edges

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, k):
        return Value(self.data**k, [(self, k * self.data ** (k - 1))])

    def exp(self):
        return Value(np.exp(self.data), [(self, np.exp(self.data))])

    def tanh(self):
        return Value(np.tanh(self.data), [(self, 1 - self.data**2)])

    def relu(self):
        return Value(max(self.data, 0.0), [(self, 1.0 if self.data > 0 else 0.0)])

    def backward(self):
        order, seen, stack = [], set(), [(self, False)]
        while stack:
            node, done = stack.pop()
            if done:
                order.append(node)
            elif id(node) not in seen:
                seen.add(id(node))
                stack.append((node, True))
                stack.extend((below, False) for below, _ in node.edges)
        arrived = {id(node): 0.0 for node in order}
        arrived[id(self)] = 1.0
        for node in reversed(order):
            g = arrived[id(node)]
            if not node.edges:
                node.grad += g
            for below, slope in node.edges:
                arrived[id(below)] += g * slope

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


@wrong("Value", "The slope of tanh without its square.")
class value_tanh_no_square:
    def __init__(self, data, edges=()):
        self.data = data
        self.grad = 0.0
        self.edges = edges

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, k):
        return Value(self.data**k, [(self, k * self.data ** (k - 1))])

    def exp(self):
        return Value(np.exp(self.data), [(self, np.exp(self.data))])

    def tanh(self):
        return Value(np.tanh(self.data), [(self, 1 - np.tanh(self.data))])

    def relu(self):
        return Value(max(self.data, 0.0), [(self, 1.0 if self.data > 0 else 0.0)])

    def backward(self):
        order, seen, stack = [], set(), [(self, False)]
        while stack:
            node, done = stack.pop()
            if done:
                order.append(node)
            elif id(node) not in seen:
                seen.add(id(node))
                stack.append((node, True))
                stack.extend((below, False) for below, _ in node.edges)
        arrived = {id(node): 0.0 for node in order}
        arrived[id(self)] = 1.0
        for node in reversed(order):
            g = arrived[id(node)]
            if not node.edges:
                node.grad += g
            for below, slope in node.edges:
                arrived[id(below)] += g * slope

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


@wrong("Value", "The slope of exp is that of a power.")
class value_exp:
    def __init__(self, data, edges=()):
        self.data = data
        self.grad = 0.0
        self.edges = edges

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, k):
        return Value(self.data**k, [(self, k * self.data ** (k - 1))])

    def exp(self):
        return Value(np.exp(self.data), [(self, self.data * np.exp(self.data - 1))])

    def tanh(self):
        return Value(np.tanh(self.data), [(self, 1 - np.tanh(self.data) ** 2)])

    def relu(self):
        return Value(max(self.data, 0.0), [(self, 1.0 if self.data > 0 else 0.0)])

    def backward(self):
        order, seen, stack = [], set(), [(self, False)]
        while stack:
            node, done = stack.pop()
            if done:
                order.append(node)
            elif id(node) not in seen:
                seen.add(id(node))
                stack.append((node, True))
                stack.extend((below, False) for below, _ in node.edges)
        arrived = {id(node): 0.0 for node in order}
        arrived[id(self)] = 1.0
        for node in reversed(order):
            g = arrived[id(node)]
            if not node.edges:
                node.grad += g
            for below, slope in node.edges:
                arrived[id(below)] += g * slope

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


@wrong("Value", "A product hands on the own factor.")
class value_mul_own:
    def __init__(self, data, edges=()):
        self.data = data
        self.grad = 0.0
        self.edges = edges

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, self.data), (other, other.data)])

    def __pow__(self, k):
        return Value(self.data**k, [(self, k * self.data ** (k - 1))])

    def exp(self):
        return Value(np.exp(self.data), [(self, np.exp(self.data))])

    def tanh(self):
        return Value(np.tanh(self.data), [(self, 1 - np.tanh(self.data) ** 2)])

    def relu(self):
        return Value(max(self.data, 0.0), [(self, 1.0 if self.data > 0 else 0.0)])

    def backward(self):
        order, seen, stack = [], set(), [(self, False)]
        while stack:
            node, done = stack.pop()
            if done:
                order.append(node)
            elif id(node) not in seen:
                seen.add(id(node))
                stack.append((node, True))
                stack.extend((below, False) for below, _ in node.edges)
        arrived = {id(node): 0.0 for node in order}
        arrived[id(self)] = 1.0
        for node in reversed(order):
            g = arrived[id(node)]
            if not node.edges:
                node.grad += g
            for below, slope in node.edges:
                arrived[id(below)] += g * slope

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


@wrong("Value", "Numbers are cut to whole ones.")
class value_int:
    def __init__(self, data, edges=()):
        self.data = int(data)
        self.grad = 0.0
        self.edges = edges

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, k):
        return Value(self.data**k, [(self, k * self.data ** (k - 1))])

    def exp(self):
        return Value(np.exp(self.data), [(self, np.exp(self.data))])

    def tanh(self):
        return Value(np.tanh(self.data), [(self, 1 - np.tanh(self.data) ** 2)])

    def relu(self):
        return Value(max(self.data, 0.0), [(self, 1.0 if self.data > 0 else 0.0)])

    def backward(self):
        order, seen, stack = [], set(), [(self, False)]
        while stack:
            node, done = stack.pop()
            if done:
                order.append(node)
            elif id(node) not in seen:
                seen.add(id(node))
                stack.append((node, True))
                stack.extend((below, False) for below, _ in node.edges)
        arrived = {id(node): 0.0 for node in order}
        arrived[id(self)] = 1.0
        for node in reversed(order):
            g = arrived[id(node)]
            if not node.edges:
                node.grad += g
            for below, slope in node.edges:
                arrived[id(below)] += g * slope

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


@wrong("Value", "The numbers are looked up when it is too late: relu changes its operand.")
class value_changes_data:
    def __init__(self, data, edges=()):
        self.data = data
        self.grad = 0.0
        self.edges = edges

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, k):
        return Value(self.data**k, [(self, k * self.data ** (k - 1))])

    def exp(self):
        return Value(np.exp(self.data), [(self, np.exp(self.data))])

    def tanh(self):
        return Value(np.tanh(self.data), [(self, 1 - np.tanh(self.data) ** 2)])

    def relu(self):
        return Value(self.data if self.data > 0 else setattr(self, 'data', 0.0) or 0.0, [(self, 1.0 if self.data > 0 else 0.0)])

    def backward(self):
        order, seen, stack = [], set(), [(self, False)]
        while stack:
            node, done = stack.pop()
            if done:
                order.append(node)
            elif id(node) not in seen:
                seen.add(id(node))
                stack.append((node, True))
                stack.extend((below, False) for below, _ in node.edges)
        arrived = {id(node): 0.0 for node in order}
        arrived[id(self)] = 1.0
        for node in reversed(order):
            g = arrived[id(node)]
            if not node.edges:
                node.grad += g
            for below, slope in node.edges:
                arrived[id(below)] += g * slope

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


@wrong("Value", "All nodes share one list of edges.")
class value_shared:
    def __init__(self, data, edges=()):
        self.data = data
        self.grad = 0.0
        self.edges = Value.__dict__.get('pool', [])
        Value.pool = self.edges
        self.edges.extend(edges)

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, k):
        return Value(self.data**k, [(self, k * self.data ** (k - 1))])

    def exp(self):
        return Value(np.exp(self.data), [(self, np.exp(self.data))])

    def tanh(self):
        return Value(np.tanh(self.data), [(self, 1 - np.tanh(self.data) ** 2)])

    def relu(self):
        return Value(max(self.data, 0.0), [(self, 1.0 if self.data > 0 else 0.0)])

    def backward(self):
        self.grad += 1.0
        for below, slope in list(self.edges):
            below.grad += slope

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


@wrong("Value", "A number on the left is taken for one on the right.")
class value_number_on_the_left:
    def __init__(self, data, edges=()):
        self.data = data
        self.grad = 0.0
        self.edges = edges

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, k):
        return Value(self.data**k, [(self, k * self.data ** (k - 1))])

    def exp(self):
        return Value(np.exp(self.data), [(self, np.exp(self.data))])

    def tanh(self):
        return Value(np.tanh(self.data), [(self, 1 - np.tanh(self.data) ** 2)])

    def relu(self):
        return Value(max(self.data, 0.0), [(self, 1.0 if self.data > 0 else 0.0)])

    def backward(self):
        order, seen, stack = [], set(), [(self, False)]
        while stack:
            node, done = stack.pop()
            if done:
                order.append(node)
            elif id(node) not in seen:
                seen.add(id(node))
                stack.append((node, True))
                stack.extend((below, False) for below, _ in node.edges)
        arrived = {id(node): 0.0 for node in order}
        arrived[id(self)] = 1.0
        for node in reversed(order):
            g = arrived[id(node)]
            if not node.edges:
                node.grad += g
            for below, slope in node.edges:
                arrived[id(below)] += g * slope

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + -other

    def __truediv__(self, other):
        return self * other**-1.0

    def __radd__(self, other):
        return self + other

    def __rsub__(self, other):
        return self - other

    def __rmul__(self, other):
        return self * other

    def __rtruediv__(self, other):
        return self / other


# ---------------------------------------------------------------- abc_grads


@wrong("abc_grads", "c gets no gradient.")
def abc_grads_no_c(a, b, c):
    a, b = torch.tensor(a, requires_grad=True), torch.tensor(b, requires_grad=True)
    (a * b).dot(torch.tensor(c)).backward()
    return a.grad, b.grad, torch.zeros_like(torch.tensor(c))


@wrong("abc_grads", "In the order c, b, a.")
def abc_grads_order(a, b, c):
    t = [torch.tensor(v, requires_grad=True) for v in (a, b, c)]
    (t[0] * t[1] * t[2]).sum().backward()
    return t[2].grad, t[1].grad, t[0].grad


@wrong("abc_grads", "The mean, not the sum.")
def abc_grads_mean(a, b, c):
    t = [torch.tensor(v, requires_grad=True) for v in (a, b, c)]
    (t[0] * t[1] * t[2]).mean().backward()
    return tuple(v.grad for v in t)


@wrong("abc_grads", "backward() is called twice.")
def abc_grads_twice(a, b, c):
    t = [torch.tensor(v, requires_grad=True) for v in (a, b, c)]
    for _ in range(2):
        (t[0] * t[1] * t[2]).sum().backward()
    return tuple(v.grad for v in t)


@wrong("abc_grads", "Tensors that still belong to a graph.")
def abc_grads_attached(a, b, c):
    t = [torch.tensor(v, requires_grad=True) for v in (a, b, c)]
    return torch.autograd.grad((t[0] * t[1] * t[2]).sum(), t, create_graph=True)


@wrong("abc_grads", "d is cut off: only c gets something.")
def abc_grads_detached(a, b, c):
    t = [torch.tensor(v, requires_grad=True) for v in (a, b, c)]
    d = (t[0] * t[1]).detach()
    (d * t[2]).sum().backward()
    return tuple(torch.zeros_like(v) if v.grad is None else v.grad for v in t)


@wrong("abc_grads", "By hand, without torch, and da is b.")
def abc_grads_by_hand(a, b, c):
    return b.copy(), a.copy(), a * b


@wrong("abc_grads", "The gradients go into the arguments.")
def abc_grads_in_place(a, b, c):
    da, db, dc = b * c, a * c, a * b
    a[:], b[:], c[:] = da, db, dc
    return a, b, c


# ---------------------------------------------------------------- accumulated


@wrong("accumulated", "Cleared after each call.")
def accumulated_cleared(k):
    t = [torch.tensor([v, v], requires_grad=True) for v in (0.25, 2.0, 3.0)]
    for _ in range(k):
        for v in t:
            v.grad = None
        (t[0] * t[1] * t[2]).sum().backward()
    return tuple(v.grad for v in t)


@wrong("accumulated", "One call too many.")
def accumulated_one_more(k):
    t = [torch.tensor([v, v], requires_grad=True) for v in (0.25, 2.0, 3.0)]
    for _ in range(k + 1):
        (t[0] * t[1] * t[2]).sum().backward()
    return tuple(v.grad for v in t)


@wrong("accumulated", "One call too few, but at least one.")
def accumulated_one_less(k):
    t = [torch.tensor([v, v], requires_grad=True) for v in (0.25, 2.0, 3.0)]
    for _ in range(max(1, k - 1)):
        (t[0] * t[1] * t[2]).sum().backward()
    return tuple(v.grad for v in t)


@wrong("accumulated", "The leaves live on from one call to the next.")
def accumulated_stale(k, leaves=[torch.tensor([v, v], requires_grad=True) for v in (0.25, 2.0, 3.0)]):
    for _ in range(k):
        (leaves[0] * leaves[1] * leaves[2]).sum().backward()
    return tuple(v.grad.clone() for v in leaves)


@wrong("accumulated", "A step of descent after each call.")
def accumulated_steps(k):
    t = [torch.tensor([v, v], requires_grad=True) for v in (0.25, 2.0, 3.0)]
    for _ in range(k):
        (t[0] * t[1] * t[2]).sum().backward()
        with torch.no_grad():
            for v in t:
                v -= 0.01 * v.grad
    return tuple(v.grad for v in t)


@wrong("accumulated", "The power k, not k times.")
def accumulated_power(k):
    return np.full(2, 6.0**k), np.full(2, 0.75**k), np.full(2, 0.5**k)


@wrong("accumulated", "Doubled each time: 1, 2, 4, ...")
def accumulated_doubled(k):
    f = 2.0 ** (k - 1)
    return np.full(2, 6.0 * f), np.full(2, 0.75 * f), np.full(2, 0.5 * f)


@wrong("accumulated", "Numbers, no arrays.")
def accumulated_numbers(k):
    return 6.0 * k, 0.75 * k, 0.5 * k


@wrong("accumulated", "The graph is freed after the first call.")
def accumulated_freed(k):
    t = [torch.tensor([v, v], requires_grad=True) for v in (0.25, 2.0, 3.0)]
    e = (t[0] * t[1] * t[2]).sum()
    for _ in range(k):
        e.backward()
    return tuple(v.grad for v in t)


# ---------------------------------------------------------------- g_some


@wrong("g_some", "The second row, not the second column.")
def g_some_row(a):
    b = a[:, 1]
    g = np.zeros((3, 2))
    g[1] = [2 * b[0], -2 * np.exp(b[1])]
    g[2, 1] = 3
    return g


@wrong("g_some", "The first column.")
def g_some_first_column(a):
    b = a[:, 0]
    return np.array([[2 * b[0], 0], [-2 * np.exp(b[1]), 0], [3, 0]])


@wrong("g_some", "Only what was used: shape (3,).")
def g_some_short(a):
    b = a[:, 1]
    return np.array([2 * b[0], -2 * np.exp(b[1]), 3])


@wrong("g_some", "Unused numbers get a 1.")
def g_some_ones(a):
    b = a[:, 1]
    return np.array([[1, 2 * b[0]], [1, -2 * np.exp(b[1])], [1, 3]])


@wrong("g_some", "The sign of the exponential.")
def g_some_sign(a):
    b = a[:, 1]
    return np.array([[0, 2 * b[0]], [0, 2 * np.exp(b[1])], [0, 3]])


@wrong("g_some", "The last term keeps its b.")
def g_some_last(a):
    b = a[:, 1]
    return np.array([[0, 2 * b[0]], [0, -2 * np.exp(b[1])], [0, 3 * b[2]]])


@wrong("g_some", "The square keeps its exponent.")
def g_some_square(a):
    b = a[:, 1]
    return np.array([[0, 2 * b[0] ** 2], [0, -2 * np.exp(b[1])], [0, 3]])


@wrong("g_some", "Unused numbers get nan.")
def g_some_nan(a):
    b = a[:, 1]
    return np.array([[np.nan, 2 * b[0]], [np.nan, -2 * np.exp(b[1])], [np.nan, 3]])


@wrong("g_some", "The argument is overwritten.")
def g_some_in_place(a):
    a[:, 1] = [2 * a[0, 1], -2 * np.exp(a[1, 1]), 3]
    a[:, 0] = 0
    return a


# ---------------------------------------------------------------- g_some2


@wrong("g_some2", "The derivative of b1² is b1.")
def g_some2_square(a, x):
    b = x @ a
    db = np.array([2.0, b[1]])
    return np.outer(x, db), a @ db


@wrong("g_some2", "2 b0 hands on 2 b0.")
def g_some2_first(a, x):
    b = x @ a
    return np.outer(x, 2 * b), a @ (2 * b)


@wrong("g_some2", "da and dx in the other order.")
def g_some2_order(a, x):
    db = np.array([2.0, 2 * (x @ a)[1]])
    return a @ db, np.outer(x, db)


@wrong("g_some2", "da is transposed.")
def g_some2_transposed(a, x):
    db = np.array([2.0, 2 * (x @ a)[1]])
    return np.outer(db, x), a @ db


@wrong("g_some2", "dx without the second path.")
def g_some2_one_path(a, x):
    db = np.array([2.0, 2 * (x @ a)[1]])
    return np.outer(x, db), 2 * a[:, 0]


@wrong("g_some2", "da: the derivative by b, for every row the same.")
def g_some2_no_x(a, x):
    db = np.array([2.0, 2 * (x @ a)[1]])
    return np.tile(db, (3, 1)), a @ db


@wrong("g_some2", "Upstream is forgotten.")
def g_some2_no_upstream(a, x):
    return np.outer(x, np.ones(2)), a.sum(axis=1)


@wrong("g_some2", "The slope of b1² at b0.")
def g_some2_other(a, x):
    db = np.array([2.0, 2 * (x @ a)[0]])
    return np.outer(x, db), a @ db


# ---------------------------------------------------------------- vjp


@wrong("vjp", "All weights are 1.")
def vjp_no_weights(a, x, w):
    a, x = torch.tensor(a, requires_grad=True), torch.tensor(x, requires_grad=True)
    (x @ a).sum().backward()
    return a.grad, x.grad


@wrong("vjp", "The mean of the weighted entries.")
def vjp_mean(a, x, w):
    a, x = torch.tensor(a, requires_grad=True), torch.tensor(x, requires_grad=True)
    ((x @ a) * torch.tensor(w)).mean().backward()
    return a.grad, x.grad


@wrong("vjp", "dx first.")
def vjp_order(a, x, w):
    a, x = torch.tensor(a, requires_grad=True), torch.tensor(x, requires_grad=True)
    (x @ a).backward(torch.tensor(w))
    return x.grad, a.grad


@wrong("vjp", "The weights are brought to the sum 1.")
def vjp_normed(a, x, w):
    a, x = torch.tensor(a, requires_grad=True), torch.tensor(x, requires_grad=True)
    (x @ a).backward(torch.tensor(w / w.sum()))
    return a.grad, x.grad


@wrong("vjp", "a x where a is square.")
def vjp_transposed(a, x, w):
    a, x = torch.tensor(a, requires_grad=True), torch.tensor(x, requires_grad=True)
    r = a @ x if a.shape[0] == a.shape[1] else x @ a
    r.backward(torch.tensor(w))
    return a.grad, x.grad


@wrong("vjp", "Whole numbers as weights.")
def vjp_whole(a, x, w):
    a, x = torch.tensor(a, requires_grad=True), torch.tensor(x, requires_grad=True)
    (x @ a).backward(torch.tensor(w.astype(int)).double())
    return a.grad, x.grad


@wrong("vjp", "The gradients keep their graph.")
def vjp_attached(a, x, w):
    a, x = torch.tensor(a, requires_grad=True), torch.tensor(x, requires_grad=True)
    return torch.autograd.grad(x @ a, (a, x), torch.tensor(w), create_graph=True)


@wrong("vjp", "The weights are squared: w w r.")
def vjp_squared(a, x, w):
    a, x = torch.tensor(a, requires_grad=True), torch.tensor(x, requires_grad=True)
    ((x @ a) * torch.tensor(w)).backward(torch.tensor(w))
    return a.grad, x.grad


# ---------------------------------------------------------------- jacobian_by_vjp


@wrong("jacobian_by_vjp", "In Binder's layout.")
def jacobian_by_vjp_transposed(f, x):
    return torch.autograd.functional.jacobian(f, x).T


@wrong("jacobian_by_vjp", "backward() adds up: every row holds those before it.")
def jacobian_by_vjp_accumulates(f, x):
    x = x.clone().requires_grad_()
    y = f(x)
    rows = []
    for e in torch.eye(len(y), dtype=y.dtype):
        y.backward(e, retain_graph=True)
        rows.append(x.grad.clone())
    return torch.stack(rows)


@wrong("jacobian_by_vjp", "All rows are the same tensor.")
def jacobian_by_vjp_aliased(f, x):
    x = x.clone().requires_grad_()
    y = f(x)
    rows = []
    for e in torch.eye(len(y), dtype=y.dtype):
        if x.grad is not None:
            x.grad.zero_()
        y.backward(e, retain_graph=True)
        rows.append(x.grad)
    return torch.stack(rows)


@wrong("jacobian_by_vjp", "One sweep with ones: the sum of all rows in each.")
def jacobian_by_vjp_ones(f, x):
    x = x.clone().requires_grad_()
    y = f(x)
    (g,) = torch.autograd.grad(y, x, torch.ones_like(y))
    return g.repeat(len(y), 1)


@wrong("jacobian_by_vjp", "As many rows as inputs.")
def jacobian_by_vjp_square(f, x):
    x = x.clone().requires_grad_()
    y = f(x)
    rows = []
    for i in range(len(x)):
        e = torch.zeros_like(y)
        e[i % len(y)] = 1
        rows.append(torch.autograd.grad(y, x, e, retain_graph=True)[0])
    return torch.stack(rows)


@wrong("jacobian_by_vjp", "Finite differences.")
def jacobian_by_vjp_quotients(f, x):
    with torch.no_grad():
        h = 1e-6
        cols = [(f(x + h * e) - f(x - h * e)) / (2 * h) for e in torch.eye(len(x), dtype=x.dtype)]
        return torch.stack(cols, dim=1)


@wrong("jacobian_by_vjp", "The graph is not kept.")
def jacobian_by_vjp_freed(f, x):
    x = x.clone().requires_grad_()
    y = f(x)
    return torch.stack([torch.autograd.grad(y, x, e)[0] for e in torch.eye(len(y), dtype=y.dtype)])


@wrong("jacobian_by_vjp", "The Jacobian keeps its graph.")
def jacobian_by_vjp_attached(f, x):
    x = x.clone().requires_grad_()
    y = f(x)
    w = torch.eye(len(y), dtype=y.dtype)
    J = torch.stack([torch.autograd.grad(y, x, e, create_graph=True)[0] for e in w])
    return J if J.requires_grad else J + 0 * x


@wrong("jacobian_by_vjp", "One output gives a vector.")
def jacobian_by_vjp_squeezed(f, x):
    return torch.autograd.functional.jacobian(f, x).squeeze()


@wrong("jacobian_by_vjp", "The absolute values.")
def jacobian_by_vjp_absolute(f, x):
    return torch.autograd.functional.jacobian(f, x).abs()



# ---------------------------------------------------------------- graph_ops


@wrong("graph_ops", "Breadth first.")
def graph_ops_breadth(t):
    names, waiting = [], [t.grad_fn] if t.grad_fn else []
    while waiting:
        node = waiting.pop(0)
        names.append(type(node).__name__)
        waiting += [n for n, _ in node.next_functions if n is not None]
    return names


@wrong("graph_ops", "The last operand first.")
def graph_ops_last_first(t):
    names, waiting = [], [t.grad_fn] if t.grad_fn else []
    while waiting:
        node = waiting.pop()
        names.append(type(node).__name__)
        waiting += [n for n, _ in node.next_functions if n is not None]
    return names


@wrong("graph_ops", "Post-order: the node itself last.")
def graph_ops_post(t):
    def below(node):
        if node is None:
            return []
        return [s for n, _ in node.next_functions for s in below(n)] + [type(node).__name__]

    return below(t.grad_fn)


@wrong("graph_ops", "Each node once.")
def graph_ops_once(t):
    names, seen = [], set()

    def visit(node):
        if node is None or node in seen:
            return
        seen.add(node)
        names.append(type(node).__name__)
        for n, _ in node.next_functions:
            visit(n)

    visit(t.grad_fn)
    return names


@wrong("graph_ops", "Leaves are left out.")
def graph_ops_no_leaves(t):
    def below(node):
        if node is None or type(node).__name__ == "AccumulateGrad":
            return []
        return [type(node).__name__] + [s for n, _ in node.next_functions for s in below(n)]

    return below(t.grad_fn)


@wrong("graph_ops", "'NoneType' for operands without a gradient.")
def graph_ops_none(t):
    def below(node):
        if node is None:
            return ["NoneType"]
        return [type(node).__name__] + [s for n, _ in node.next_functions for s in below(n)]

    return below(t.grad_fn) if t.grad_fn is not None else []


@wrong("graph_ops", "A leaf has a list with 'AccumulateGrad'.")
def graph_ops_leaf(t):
    def below(node):
        if node is None:
            return []
        return [type(node).__name__] + [s for n, _ in node.next_functions for s in below(n)]

    if t.grad_fn is None:
        return ["AccumulateGrad"] if t.requires_grad else []
    return below(t.grad_fn)


@wrong("graph_ops", "The first operands only.")
def graph_ops_first_only(t):
    names, node = [], t.grad_fn
    while node is not None:
        names.append(type(node).__name__)
        node = node.next_functions[0][0] if node.next_functions else None
    return names


@wrong("graph_ops", "Crashes without a graph.")
def graph_ops_crash(t):
    def below(node):
        names = [type(node).__name__]
        for n, _ in node.next_functions:
            if n is not None:
                names += below(n)
        return names

    return below(t.grad_fn)


# ---------------------------------------------------------------- predict_no_grad


@wrong("predict_no_grad", "Recorded, then cut off.")
def predict_no_grad_detach(model, X):
    return model(X).detach()


@wrong("predict_no_grad", "The parameters are frozen for ever.")
def predict_no_grad_frozen(model, X):
    for p in model.parameters():
        p.requires_grad_(False)
    return model(X)


@wrong("predict_no_grad", "The gradients are cleared.")
def predict_no_grad_clears(model, X):
    model.zero_grad()
    with torch.no_grad():
        return model(X)


@wrong("predict_no_grad", "The model stays in eval mode.")
def predict_no_grad_eval(model, X):
    model.eval()
    with torch.no_grad():
        return model(X)


@wrong("predict_no_grad", "The model is always put into train mode at the end.")
def predict_no_grad_train(model, X):
    model.eval()
    with torch.no_grad():
        y = model(X)
    model.train()
    return y


@wrong("predict_no_grad", "Recording stays off for all that follows.")
def predict_no_grad_off(model, X):
    torch.set_grad_enabled(False)
    return model(X)


@wrong("predict_no_grad", "Recording is on.")
def predict_no_grad_records(model, X):
    return model(X)


@wrong("predict_no_grad", "The result is marked again.")
def predict_no_grad_marked(model, X):
    with torch.no_grad():
        y = model(X)
    return y.requires_grad_()


@wrong("predict_no_grad", "A softmax on top.")
def predict_no_grad_softmax(model, X):
    with torch.no_grad():
        return torch.softmax(model(X), dim=-1)


@wrong("predict_no_grad", "Frozen for the moment, and all are trained afterwards.")
def predict_no_grad_thaw(model, X):
    for p in model.parameters():
        p.requires_grad_(False)
    y = model(X)
    for p in model.parameters():
        p.requires_grad_(True)
    return y


@wrong("predict_no_grad", "The parameters are replaced by copies without a graph.")
def predict_no_grad_copies(model, X):
    for p in model.parameters():
        p.data = p.data.clone().float().double()
        p.requires_grad_(False)
    y = model(X)
    for p in model.parameters():
        p.requires_grad_(True)
    return y


@wrong("predict_no_grad", "The first row only.")
def predict_no_grad_first(model, X):
    with torch.no_grad():
        return model(X[:1])



# ---------------------------------------------------------------- param_shapes


@wrong("param_shapes", "Buffers, too.")
def param_shapes_state(model):
    return {n: tuple(p.shape) for n, p in model.state_dict().items()}


@wrong("param_shapes", "Only what is trained.")
def param_shapes_trained(model):
    return {n: tuple(p.shape) for n, p in model.named_parameters() if p.requires_grad}


@wrong("param_shapes", "The first level only.")
def param_shapes_shallow(model):
    return {
        f"{n}.{m}": tuple(p.shape)
        for n, child in model.named_children()
        for m, p in child.named_parameters(recurse=False)
    }


@wrong("param_shapes", "The number of entries.")
def param_shapes_numel(model):
    return {n: p.numel() for n, p in model.named_parameters()}


@wrong("param_shapes", "The last part of the name.")
def param_shapes_last_name(model):
    return {n.split(".")[-1]: tuple(p.shape) for n, p in model.named_parameters()}


@wrong("param_shapes", "Transposed shapes.")
def param_shapes_transposed(model):
    return {n: tuple(p.shape)[::-1] for n, p in model.named_parameters()}


@wrong("param_shapes", "No biases.")
def param_shapes_weights(model):
    return {n: tuple(p.shape) for n, p in model.named_parameters() if "weight" in n}


@wrong("param_shapes", "A list, without names.")
def param_shapes_list(model):
    return [tuple(p.shape) for p in model.parameters()]


@wrong("param_shapes", "Layers only: parameters of the model itself are not found.")
def param_shapes_layers(model):
    out = {}
    for n, m in model.named_modules():
        if n and not list(m.children()):
            for k, p in m.named_parameters():
                out[f"{n}.{k}"] = tuple(p.shape)
    return out


# ---------------------------------------------------------------- Swish


@wrong("Swish", "Without upstream.")
class swish_no_upstream(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * torch.sigmoid(x)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        s = torch.sigmoid(x)
        return s + x * s * (1 - s)


@wrong("Swish", "The sigmoid of forward is kept: torch takes it for a constant.")
class swish_kept_sigmoid(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        s = torch.sigmoid(x)
        ctx.save_for_backward(x, s)
        return x * s

    @staticmethod
    def backward(ctx, grad):
        x, s = ctx.saved_tensors
        return grad * (s + x * s * (1 - s))


@wrong("Swish", "The first term only.")
class swish_no_product_rule(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * torch.sigmoid(x)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        s = torch.sigmoid(x)
        return grad * s


@wrong("Swish", "The second term only.")
class swish_second_term(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * torch.sigmoid(x)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        s = torch.sigmoid(x)
        return grad * x * s * (1 - s)


@wrong("Swish", "The second term without x.")
class swish_slope_of_sigmoid(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * torch.sigmoid(x)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        s = torch.sigmoid(x)
        return grad * (s + s * (1 - s))


@wrong("Swish", "backward cannot be differentiated: the input is cut off.")
class swish_detached(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * torch.sigmoid(x)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        x = x.detach()
        s = torch.sigmoid(x)
        return grad * (s + x * s * (1 - s))


@wrong("Swish", "backward runs without recording.")
class swish_no_grad(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * torch.sigmoid(x)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        with torch.no_grad():
            s = torch.sigmoid(x)
            return grad * (s + x * s * (1 - s))


@wrong("Swish", "The slope is computed in forward and kept as an attribute.")
class swish_attribute(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        s = torch.sigmoid(x)
        ctx.slope = s + x * s * (1 - s)
        return x * s

    @staticmethod
    def backward(ctx, grad):
        return grad * ctx.slope


@wrong("Swish", "forward returns the sigmoid.")
class swish_sigmoid_only(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.sigmoid(x)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        s = torch.sigmoid(x)
        return grad * s * (1 - s)


@wrong("Swish", "x where it is positive.")
class swish_relu(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.relu(x)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return grad * (x > 0)


@wrong("Swish", "The upstream gradient is summed.")
class swish_summed(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * torch.sigmoid(x)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        s = torch.sigmoid(x)
        return grad.sum() * (s + x * s * (1 - s))
