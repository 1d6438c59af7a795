"""Returning objects that would answer a comparison themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograder.model import Verdict

if TYPE_CHECKING:
    from tests.sandbox.conftest import Arena


PRELUDE = """
import numpy as np
from collections import UserList, namedtuple
from decimal import Decimal
from fractions import Fraction

class Yes:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    __lt__ = __le__ = __gt__ = __ge__ = __eq__
    def __hash__(self): return 0
    def __bool__(self): return True
    def __sub__(self, other): return 0.0
    __rsub__ = __sub__
    def __abs__(self): return 0.0
    def __float__(self): return 0.0
    def __len__(self): return 3
    def __getitem__(self, index): return self
    def __getattr__(self, name):
        if name.startswith("__array"): raise AttributeError(name)
        return self
    def __call__(self, *args, **rest): return self

class Arrayed(Yes):
    def __array__(self, *args, **rest): return np.zeros((3, 4))

class Reduced(Yes):
    def __reduce__(self): return (exec, ("raise SystemExit",))

class Disguised:
    def __init__(self, kind): self.kind = kind
    @property
    def __class__(self): return self.kind

class Sub(np.ndarray):
    def __eq__(self, other): return np.ones(self.shape, bool)
    def __sub__(self, other): return np.zeros(self.shape)
    __rsub__ = __sub__
    def __array_ufunc__(self, *args, **rest): return np.True_
    def __array_function__(self, *args, **rest): return np.True_
    def __array_finalize__(self, other): pass
    def tobytes(self, *args): return b""
    @property
    def shape(self): return (3, 4)

class Number(float):
    def __eq__(self, other): return True
    def __sub__(self, other): return 0.0
    __hash__ = float.__hash__

class Text(str):
    def __eq__(self, other): return True
    __hash__ = str.__hash__

class Items(list):
    def __eq__(self, other): return True
    def __iter__(self): return iter([])

class Meta(type):
    @property
    def __name__(cls): return Yes()
    def __instancecheck__(cls, other): return True

class Odd(metaclass=Meta): pass

class Loud:
    def __del__(self): raise SystemExit
    def __getattribute__(self, name): raise KeyboardInterrupt

loop = []
loop.append(loop)
deep = []
for _ in range(100_000):
    deep = [deep]
"""

OBJECTS = {
    "equal to all": "Yes()",
    "array of anything": "Arrayed()",
    "pickle": "Reduced()",
    "subclass": "np.zeros(x.shape).view(Sub)",
    "number": "Number(0)",
    "text": "Text('x')",
    "list": "Items([1])",
    "disguised as an array": "Disguised(np.ndarray)",
    "disguised as a scalar": "Disguised(np.float64)",
    "disguised as a tuple": "Disguised(tuple)",
    "odd class": "Odd()",
    "loud": "Loud()",
    "the class": "Yes",
    "function": "lambda *args: True",
    "generator": "(i for i in x)",
    "objects": "np.array([Yes()] * x.size).reshape(x.shape)",
    "masked": "np.ma.masked_all(x.shape)",
    "matrix": "np.asmatrix(np.zeros((3, 4)))",
    "records": "np.zeros(x.shape, [('a', 'f8')])",
    "record array": "np.recarray(x.shape, [('a', 'f8')])",
    "memory": "memoryview(np.zeros(x.shape))",
    "broadcast": "np.broadcast_to(0.0, x.shape)",
    "one number": "0.0",
    "one entry": "np.zeros(1)",
    "no entry": "np.zeros((0, *x.shape))",
    "nan": "np.full(x.shape, np.nan)",
    "infinity": "np.full(x.shape, np.inf)",
    "truth": "np.ones(x.shape, bool)",
    "complex": "2 * grad * x + 0j",
    "large numbers": "10**400",
    "decimals": "Decimal(1)",
    "fractions": "Fraction(1, 3)",
    "texts": "np.full(x.shape, '1.0')",
    "dates": "np.zeros(x.shape, 'M8[s]')",
    "none": "None",
    "not implemented": "NotImplemented",
    "ellipsis": "...",
    "itself": "loop",
    "deep": "deep",
    "two": "(2 * grad * x, 2 * grad * x)",
    "keys": "{1: 2}",
    "named": "namedtuple('T', 'x')(0)",
    "lists": "(2 * grad * x).tolist()",
    "bytes": "(2 * grad * x).tobytes()",
    "surrogates": "'\\ud800'",
    "long text": "'x' * 10_000_000",
    "module": "np",
    "frame": "__import__('sys')._getframe()",
    "exception": "ValueError('x')",
}


def test_an_odd_object_is_wrong(arena: Arena) -> None:
    """The grader sees plain memory, or the name of the type: nothing of the student's runs where it compares."""
    results = arena.exercises(
        {
            name: (PRELUDE, f"def square_backward(grad, x):\n    return {item}\n", arena.cube)
            for name, item in OBJECTS.items()
        }
    )
    found = {name: (result.score, result.verdict) for name, result in results.items()}
    assert found == dict.fromkeys(OBJECTS, (2.0, Verdict.PARTIAL))


RIGHT = {
    "read-only": "y.setflags(write=False)",
    "other order": "y = np.asfortranarray(y)",
    "strided": "y = np.repeat(y, 2, axis=-1)[..., ::2]",
    "backwards": "y = y[..., ::-1].copy()[..., ::-1]",
    "float32": "y = y.astype(np.float32)",
    "long double": "y = y.astype(np.longdouble)",
    "other byte order": "y = y.astype('>f8')",
}


def test_an_honest_array_of_any_layout_is_right(arena: Arena) -> None:
    """Refusing odd objects does not cost honest ones."""
    code = "import numpy as np\ndef square_backward(grad, x):\n    y = 2 * grad * x\n    {}\n    return y\n"
    reports = arena.attacks({name: (code.format(form), arena.cube) for name, form in RIGHT.items()})
    assert {name: report.score for name, report in reports.items()} == dict.fromkeys(RIGHT, 3.0)


RAISED = {
    "broken text": "type('E', (Exception,), {'__str__': lambda self: 1 / 0})()",
    "odd text": "type('E', (Exception,), {'__str__': lambda self: Text('x')})()",
    "endless text": "ValueError('x' * 10_000_000)",
    "escapes": "ValueError('\\x1b[2J\\ud800')",
    "long name": "type('E' * 100_000, (Exception,), {})()",
    "many bases": "type('E', tuple(type(f'B{i}', (Exception,), {}) for i in range(200)), {})()",
    "not a class": "5",
    "no memory": "MemoryError()",
    "exit": "SystemExit(0)",
    "interrupt": "KeyboardInterrupt()",
    "group": "ExceptionGroup('x', [ValueError()] * 100)",
    "stop": "StopIteration()",
    "generator": "GeneratorExit()",
}


def test_an_odd_exception_is_an_exception(arena: Arena) -> None:
    """It costs its function, and its texts are cut."""
    results = arena.exercises(
        {
            name: (PRELUDE, f"def square_backward(grad, x):\n    raise {error}\n", arena.cube)
            for name, error in RAISED.items()
        }
    )
    found = {name: (result.score, result.verdict) for name, result in results.items()}
    assert found == dict.fromkeys(RAISED, (2.0, Verdict.PARTIAL))
    assert max(len(result.mismatch.message) for result in results.values() if result.mismatch) < 1000
