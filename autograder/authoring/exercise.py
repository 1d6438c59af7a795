"""Trusted. The records of an assignment. Authors fill them through the decorators of `Assignment` and `Exercise`."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from autograder.sandbox.drivers import DRIVERS

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    from autograder.model import Mismatch

    Draw = Callable[[np.random.Generator], tuple[Any, ...]]
    Solution = Callable[..., Any]
    Judge = Callable[..., Mismatch | None]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one exercise of one submission may use."""

    seconds: float = 2.0
    """Processor time per exercise; five times as much may pass on the clock."""
    memory_mb: int = 512
    """Memory above what the warm interpreter holds."""
    output_mb: int = 4
    """What may be printed before the run is stopped; the first 16 kB are kept."""

    def __post_init__(self) -> None:
        """Raise ValueError where a limit is not positive."""
        _positive(self)


@dataclass(frozen=True, slots=True)
class Totals:
    """What one submission may use in all, whatever its exercises may."""

    seconds: float = 60.0
    """On the clock, for loading and for all exercises."""
    loading_seconds: float = 2.0
    """Processor time for what its files do outside of functions; five times as much may pass on the clock."""
    output_mb: int = 32
    """What may be printed; beyond it, no further exercise is run."""

    def __post_init__(self) -> None:
        """Raise ValueError where a limit is not positive."""
        _positive(self)


def _positive(limits: Limits | Totals) -> None:
    for name, value in asdict(limits).items():
        if not value > 0:
            raise ValueError(f"{type(limits).__name__}({name}={value}) leaves nothing: give more than 0")


@dataclass(frozen=True, slots=True)
class Criterion:
    """A named part of an exercise's points, earned when all of its cases are right."""

    name: str
    points: float


@dataclass(frozen=True, slots=True)
class Case:
    """One call of one function, with arguments drawn from a generator."""

    name: str
    """The name of the author's function."""
    criterion: str
    function: str
    """The student's function that is called."""
    draw: Draw
    """Returns the arguments: arrays, numbers, strings, `wire.Callback`, `wire.Rng`, and containers of these."""
    exact: bool
    """Every intermediate is exact in float32, whatever the order of the sums: an equal answer is right in any precision."""
    purpose: str
    """The author's docstring: what the case is there for."""
    driver: str = ""
    """The public driver that uses the function; empty where it is called itself."""


@dataclass(frozen=True, slots=True)
class Oracle:
    """An answer by another road (torch autograd, a closed form): it must agree with the reference on the very inputs.

    Called as `solve(*args)` with the case's arguments; a `Callback` arrives as a live function.
    """

    name: str
    function: str
    solve: Solution


@dataclass(frozen=True, slots=True)
class Variant:
    """Another honest solution of one function: it must pass, and its rounding errors widen the tolerance."""

    name: str
    function: str


@dataclass(frozen=True, slots=True)
class Mistake:
    """A known wrong solution of one function: it must fail, and a submission that fails like it is told so."""

    name: str
    """Its id: the author's function name with hyphens."""
    function: str
    says: str
    """What a good teaching assistant would say, in one or two sentences, without an expected value."""
    catalogue: str
    """The id in the catalogue of misconceptions, `"M13"`; empty for one that is not listed there."""
    like: str
    """The id of another mistake of the exercise with the same outputs on every input, empty for none."""


AUTOGRAD = (
    *("torch.autograd", "torch.func", "functorch"),
    *(".backward", ".requires_grad_", "torch(requires_grad=)"),
)
"""The ways to a derivative that torch finds, for `Exercise.forbid`."""
FORBIDDABLE = re.compile(r"\.\w+|\w+(\.\w+)*(\(\w+=\))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Ban:
    """Something that the text of an exercise forbids."""

    names: tuple[str, ...]
    """Each `numpy.gradient` or a package, an attribute `.backward`, or an argument `torch(requires_grad=)`."""
    because: str
    """The sentence that whoever uses it is told."""
    costs: bool
    """Whether the exercise earns nothing with it; if not, it is only noted."""


@dataclass(slots=True, kw_only=True)
class Exercise:
    """One exercise: what it is worth, and how it is checked."""

    name: str
    id: str
    functions: tuple[str, ...]
    """The functions that the student completes; the first one where a decorator names none."""
    criteria: tuple[Criterion, ...]
    hints: tuple[str, ...]
    """Three levels, from a question to nearly the answer."""
    lecture: str
    minutes: int = 0
    """What a student is expected to take; 0 where nothing is said."""
    limits: Limits
    cases: list[Case] = field(default_factory=list)
    oracles: list[Oracle] = field(default_factory=list)
    variants: list[Variant] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    judges: dict[str, Judge] = field(default_factory=dict)
    knowledge: dict[str, Solution] = field(default_factory=dict)
    """What the judge of a function has to know of a question."""
    drivers: dict[str, str] = field(default_factory=dict)
    """By function or class: the name of the public driver that uses it, where it is not simply called with data."""
    formulas: dict[str, str] = field(default_factory=dict)
    """By function: the author's function that gives its right answers, where bounds cannot follow the reference."""
    equivalents: dict[str, str] = field(default_factory=dict)
    """Why an automatic mutant, or a known mistake that is scaled, is right after all; by its name."""
    bans: list[Ban] = field(default_factory=list)
    allows_cancellation: bool = False
    """Whether a right formula passes, with a note, where it loses digits to rounding that the bounds do not allow."""

    @property
    def points(self) -> float:
        """The sum over the criteria."""
        return sum(criterion.points for criterion in self.criteria)

    @property
    def forbidden(self) -> tuple[str, ...]:
        """The names of everything that it forbids."""
        return tuple(name for ban in self.bans for name in ban.names)

    @property
    def closed(self) -> tuple[str, ...]:
        """The names of what costs it: closed while its questions are asked."""
        return tuple(name for ban in self.bans if ban.costs for name in ban.names)

    def _function(self, name: str) -> str:
        chosen = name or self.functions[0]
        if chosen not in self.functions:
            raise ValueError(f"{self.name} has no function {chosen!r}; it has {', '.join(self.functions)}")
        return chosen

    def case(self, criterion: str, function: str = "", *, exact: bool = False) -> Callable[[Draw], Draw]:
        """Register a function of a generator that returns the arguments of one call.

        Where a mistake comes close to the right answer by chance, as two curves cross, it is asked to draw again.
        Raises ValueError where the criterion or the function is not one of the exercise's.
        """
        if criterion not in {known.name for known in self.criteria}:
            raise ValueError(f"{self.name} has no criterion {criterion!r}: give its points first")
        chosen = self._function(function)

        def register(draw: Draw) -> Draw:
            purpose = (draw.__doc__ or "").strip()
            driver = self.drivers.get(chosen, "")
            self.cases.append(Case(draw.__name__, criterion, chosen, draw, exact, purpose, driver))
            return draw

        return register

    def oracle(self, function: str = "") -> Callable[[Solution], Solution]:
        """Register an independent way to the answer."""
        chosen = self._function(function)

        def register(solve: Solution) -> Solution:
            self.oracles.append(Oracle(solve.__name__, chosen, solve))
            return solve

        return register

    def variant(self, function: str = "") -> Callable[[Solution], Solution]:
        """Register another honest solution. Its source is graded in place of the reference's function."""
        chosen = self._function(function)

        def register(solution: Solution) -> Solution:
            self.variants.append(Variant(solution.__name__, chosen))
            return solution

        return register

    def mistake(
        self, says: str, function: str = "", *, catalogue: str = "", like: str = ""
    ) -> Callable[[Solution], Solution]:
        """Register a known wrong solution, and what to say to whoever wrote it."""
        chosen = self._function(function)

        def register(solution: Solution) -> Solution:
            name = solution.__name__.replace("_", "-")
            self.mistakes.append(Mistake(name, chosen, says, catalogue, like))
            return solution

        return register

    def judge(self, function: str = "", *, knows: Solution | None = None) -> Callable[[Judge], Judge]:
        """Register a check that replaces the comparison of values for one function.

        It is called as `judge(run, *args)` with a run that returned and passed the container checks, and the case's
        arguments (a `Callback` as a live function); it returns a `Mismatch` or None.

        knows: what it has to know of a question, whoever answers it: a function of the case's arguments, called once for
        a class. The judge is then called as `judge(run, known, *args)`, and leaves what it knows as it is.
        """
        chosen = self._function(function)

        def register(check: Judge) -> Judge:
            self.judges[chosen] = check
            if knows is not None:
                self.knowledge[chosen] = knows
            return check

        return register

    def formula(self, function: str = "") -> Callable[[Solution], Solution]:
        """Register the right answer in plain numpy, for a function whose reference is not: one that calls torch.

        It gets the case's arguments as they are, without a driver, and stands in for the reference wherever right
        answers and their bounds are worked out. What it calls of `solution.py` has to be plain numpy as well.
        """
        chosen = self._function(function)

        def register(solution: Solution) -> Solution:
            self.formulas[chosen] = solution.__name__
            return solution

        return register

    def forbid(self, *names: str, because: str, costs: bool = True) -> None:
        """Forbid the functions of the exercise, and what they lead to, to use something.

        names: full names of functions or packages (`"numpy.gradient"`, `"torch.autograd"`), attributes of anything
        (`".backward"`), arguments in calls of a package (`"torch(requires_grad=)"`); `*AUTOGRAD` for torch's derivatives.
        because: the sentence that a student who uses it is told. costs: whether the exercise then earns nothing; if
        not, it is only noted. Raises ValueError where a name is of another form or used twice, or there is no reason.
        """
        if not names or not because.strip():
            raise ValueError(f"{self.name} forbids something without a name or without a reason")
        for name in names:
            if not FORBIDDABLE.fullmatch(name):
                raise ValueError(f"{self.name} cannot forbid {name!r}: write 'numpy.gradient' or '.backward'")
            if name in self.forbidden or names.count(name) > 1:
                raise ValueError(f"{self.name} forbids {name!r} twice")
        self.bans.append(Ban(names, because, costs))

    def equivalent(self, *names: str, because: str) -> None:
        """List what `validate --thorough` finds to pass and what is right to pass, with the reason why it is right.

        names: as they are printed, `"div_backward: grad / b -> grad * b #1"` or `"half-of-it * 2"`. Raises ValueError
        where a name is listed twice, where there is none, and where there is no reason.
        """
        if not names or not because.strip():
            raise ValueError(f"{self.name} lists an equivalent without a name or without a reason")
        for name in names:
            if name in self.equivalents:
                raise ValueError(f"{self.name} lists {name!r} twice")
            self.equivalents[name] = because


@dataclass(slots=True)
class Assignment:
    """One sheet: its exercises and the profile that its submissions run in."""

    slug: str
    title: str
    profile: str = "numpy"
    """`numpy`: torch does not exist in the sandbox; `torch`: both do."""
    limits: Limits = field(default_factory=Limits)
    """Of every exercise that has none of its own, and, but for the time, of loading the files."""
    totals: Totals = field(default_factory=Totals)
    exercises: list[Exercise] = field(default_factory=list)

    def exercise(
        self,
        name: str,
        *,
        id: str,  # noqa: A002 - the field's word
        points: dict[str, float],
        hints: tuple[str, str, str],
        functions: tuple[str, ...] = (),
        lecture: str = "",
        minutes: int = 0,
        limits: Limits | None = None,
        drivers: dict[str, str] | None = None,
        allows_cancellation: bool = False,
    ) -> Exercise:
        """Add an exercise. `points` names the criteria; `functions` is `(name,)` where none are given.

        drivers: the public driver of each function or class that is not simply called with data.
        Raises ValueError where a name, an id or a function is used twice, a criterion is worth nothing, or a driver is
        not there or has no function to use.
        """
        asked = functions or (name,)
        for other in self.exercises:
            if name == other.name or id == other.id:
                raise ValueError(f"{self.slug} has two exercises with the name {name} or the id {id}")
        known = [function for other in self.exercises for function in other.functions]
        if repeated := {function for function in asked if [*known, *asked].count(function) > 1}:
            raise ValueError(f"{self.slug} asks twice for {', '.join(sorted(repeated))}")
        if not points or min(points.values()) <= 0:
            raise ValueError(f"{name} has a criterion without points")
        for function, driver in (drivers or {}).items():
            if function not in asked or driver not in DRIVERS:
                raise ValueError(
                    f"{name} cannot have {function!r} used by the driver {driver!r}: one is unknown"
                )
        made = Exercise(
            name=name,
            id=id,
            functions=asked,
            criteria=tuple(Criterion(label, float(value)) for label, value in points.items()),
            hints=hints,
            lecture=lecture,
            minutes=minutes,
            limits=limits or self.limits,
            drivers=drivers or {},
            allows_cancellation=allows_cancellation,
        )
        self.exercises.append(made)
        return made

    @property
    def points(self) -> float:
        """The sum over the exercises."""
        return sum(exercise.points for exercise in self.exercises)

    @property
    def functions(self) -> tuple[str, ...]:
        """Every function that a student completes, in the order of the sheet."""
        return tuple(function for exercise in self.exercises for function in exercise.functions)
