"""The sandbox as the grader sees it: what each way to end becomes, whom it costs what, and what is our own fault."""

from __future__ import annotations

import ctypes
import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
import pytest

from autograder.authoring import Limits, Totals
from autograder.model import Ended, Isolation, Run, Source, Submission
from autograder.sandbox import host, levels, wire
from autograder.sandbox.canaries import open_sandbox
from autograder.sandbox.children import (
    KEPT_OUTPUT,
    Child,
    SandboxError,
    SandboxLostError,
    Zygote,
    ZygoteLostError,
)
from autograder.sandbox.host import Batch, Call, FollowUp, Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from autograder.sandbox.host import Ran

QUICK = Limits(seconds=0.15, output_mb=1)
PATIENT = Limits(seconds=10.0)
STOPPED = (
    "Your code was stopped after 0.15 seconds. Which loop does not end, or does far more than it has to?"
)
TOO_LARGE = (
    "Your function needed more memory than it may use. Which array or list is larger than it has to be?"
)


@pytest.fixture(scope="module")
def plain() -> Iterator[Sandbox]:
    """Return a sandbox at level landlock: what is asked here is the same at every level."""
    try:
        opened, _ = open_sandbox("numpy", Isolation.LANDLOCK)
    except SandboxError as error:
        pytest.skip(str(error))
    with opened:
        yield opened


@pytest.fixture
def own(sandbox: Sandbox) -> Iterator[Sandbox]:
    """Return a sandbox for one test, which may break it, at each level."""
    with Sandbox("numpy", sandbox.isolation) as opened:
        yield opened


def submission(*cells: str) -> Submission:
    """Return a submission of one file."""
    return Submission("ada", "x", "x.py", (Source("x.py", cells),))


def ran(sandbox: Sandbox, code: str, *calls: Call, limits: Limits = PATIENT) -> Ran:
    """Return what a submission comes to on the calls of one exercise; of `f` without arguments where none is given."""
    batch = Batch.encode("exercise", calls or (Call("f", ()),), limits, seed=1)
    return sandbox.run(submission(code), [batch], limits)


def run(sandbox: Sandbox, code: str, *args: Any, limits: Limits = PATIENT) -> Run:
    """Return what one call of `f` comes to."""
    return ran(sandbox, code, Call("f", args), limits=limits).batches[0].runs[0]


def ends(found: Ran) -> list[str]:
    """Return how the calls of each exercise ended."""
    return [run.ended.value for batch in found.batches for run in batch.runs]


# ---------------------------------------------------------------- endings


def test_a_value_comes_back(plain: Sandbox) -> None:
    """With what else is told of the call."""
    code = "def f(x, y):\n    x[0] = 5\n    return y[1:]\n"
    found = run(plain, code, np.zeros(2), np.arange(3.0))
    assert (found.ended, found.mutated, found.aliased, found.queries) == (Ended.RETURNED, (0,), (1,), ())
    np.testing.assert_array_equal(found.value.array, [1, 2])


def test_queries_come_back(plain: Sandbox) -> None:
    """In order, with what was answered."""
    problem = wire.Callback("polynomial", "grad", {"coefficients": np.array([[0.0, 0.0, 1.0]])})
    found = run(
        plain,
        "def f(grad):\n    return [grad(grad.__defaults__ or __import__('numpy').ones(1) * k) for k in (1, 2)]\n",
        problem,
    )
    assert [
        (query.part, query.args[0].array.tolist(), query.value.array.tolist()) for query in found.queries
    ] == [
        ("grad", [1.0], [2.0]),
        ("grad", [2.0], [4.0]),
    ]


def test_an_exception_comes_back(plain: Sandbox) -> None:
    """With its line."""
    found = run(plain, "def f():\n    raise KeyError('x')\n")
    assert found.ended is Ended.RAISED
    assert found.error is not None
    assert (found.error.type, found.error.line, found.error.file, found.error.bases[1]) == (
        "KeyError",
        2,
        "x.py",
        "LookupError",
    )


@pytest.mark.parametrize(
    ("body", "ended", "detail"),
    [
        ("raise NotImplementedError", Ended.MISSING, ""),
        ("raise MemoryError", Ended.OUT_OF_MEMORY, TOO_LARGE),
        ("return bytearray(40 << 30)", Ended.OUT_OF_MEMORY, TOO_LARGE),
        ("while True: pass", Ended.TIMED_OUT, STOPPED),
        ("time.sleep(60)", Ended.TIMED_OUT, STOPPED),
        ("os._exit(3)", Ended.DIED, "Your code ended the Python process (exit or os._exit)."),
        ("os.abort()", Ended.DIED, "The Python process was ended by SIGABRT (abort)."),
        ("ctypes.string_at(0)", Ended.DIED, "The Python process was ended by SIGSEGV (a crash)."),
        ("os.kill(os.getpid(), 35)", Ended.DIED, "The Python process was ended by signal 35."),
        (
            "os.write(1, bytes(3 << 20)); time.sleep(9)",
            Ended.TOO_MUCH_OUTPUT,
            "Your code printed more than 1 MB and was stopped. Take the printing out of the loop.",
        ),
        (
            "os.closerange(0, 99); time.sleep(60)",
            Ended.DIED,
            "Your code closed the channel that its answers go through.",
        ),
        (
            "os.write(4, bytes(99)); os._exit(0)",
            Ended.BAD_OUTPUT,
            "What came back was not an answer: the frame does not begin with the protocol's mark.",
        ),
    ],
)
def test_each_ending_has_its_name(plain: Sandbox, body: str, ended: Ended, detail: str) -> None:
    """And a sentence for the student, where Python has none."""
    found = run(plain, f"import ctypes, os, time\ndef f():\n    {body}\n", limits=QUICK)
    assert (found.ended, found.detail) == (ended, detail)


def test_a_missing_function_is_missing(plain: Sandbox) -> None:
    """Nothing else is said of it."""
    assert run(plain, "x = 1") == Run(Ended.MISSING)


def test_a_call_that_ends_the_child_costs_its_function_only(plain: Sandbox) -> None:
    """Calls of it before that are kept, later ones are lost with it; another function is asked in a new child."""
    code = "import os\ndef f(x):\n    return x if x < 2 else os._exit(0)\ndef g(x):\n    return -x\n"
    calls = [
        Call("f", (1,)),
        Call("g", (1,)),
        Call("f", (2,)),
        Call("g", (2,)),
        Call("f", (1,)),
        Call("g", (3,)),
    ]
    found = ran(plain, code, *calls)
    assert ends(found) == ["returned", "returned", "died", "returned", "died", "returned"]
    assert [run.asked for run in found.batches[0].runs] == [True, True, True, True, False, True]
    assert [wire.plain(run.value) for run in found.batches[0].runs] == [1, -1, None, -2, None, -3]


def test_an_exercise_costs_no_other(plain: Sandbox) -> None:
    """Each has its own time and its own output."""
    code = "import os\ndef f():\n    print('of f', flush=True)\n    while True: pass\ndef g():\n    print('of g')\n    return 1\n"
    batches = [Batch.encode(name, [Call(name, ())], QUICK, 1) for name in ("f", "g")]
    found = plain.run(submission(code), batches, PATIENT)
    assert ends(found) == ["timed_out", "returned"]
    assert [batch.stdout for batch in found.batches] == ["of f\n", "of g\n"]


def test_a_child_that_ends_after_its_last_answer_has_answered(plain: Sandbox) -> None:
    """Also where it ends instead of ringing: as soon as all answers are there it may do what it wants."""
    code = (
        "import os\nfrom autograder.sandbox import worker\n"
        "def f(x):\n    worker.Pipes.ring = lambda pipes: os._exit(0)\n    return x\n"
    )
    assert ends(ran(plain, code, Call("f", (1,)), Call("f", (2,)))) == ["returned", "returned"]


def test_a_second_answer_costs_only_what_it_displaces(plain: Sandbox) -> None:
    """The answer that stands where another should be does not belong to the question."""
    code = (
        "import os\nfrom autograder.sandbox import worker\nreal = worker.Pipes.write\n"
        "def write(pipes, frame):\n    real(pipes, frame)\n    real(pipes, frame)\n"
        "def f(x):\n    worker.Pipes.write = write\n    return x\ndef g(x):\n    return x\n"
    )
    assert ends(ran(plain, code, Call("g", (1,)), Call("f", (1,)), Call("f", (2,)))) == [
        "returned",
        "returned",
        "bad_output",
    ]


def test_tags_tell_nothing_of_each_other() -> None:
    """Who knows the tag of one question knows none of another, nor of the same one in another run."""
    calls = [Call("f", (number,)) for number in range(100)]
    one, two = (Batch.encode("e", calls, PATIENT, 1).tags for _ in range(2))
    assert len({*one, *two}) == 200
    steps = {after - before for before, after in pairwise(one)}
    assert len(steps) == 99


# ---------------------------------------------------------------- loading


def test_loading_is_answered_by_what_was_asked(plain: Sandbox) -> None:
    """A frame that does not belong to the question says nothing of the file."""
    code = (
        "import os\nfrom autograder.sandbox import wire\n"
        "os.write(4, wire.Encoder().frame({'errors': [], 'notes': ['forged']}, 7))\n"
        "os.write(5, b'!')\nos._exit(0)\n"
        "def f():\n    return 1\n"
    )
    found = ran(plain, code)
    assert ends(found) == ["returned"]
    assert found.notes == (
        "What came back from loading your file was not an answer. Only the definitions in the file were used.",
    )


def test_a_hanging_top_level_costs_nothing_but_itself(plain: Sandbox) -> None:
    """The functions are there, and the student is told."""
    batch = Batch.encode("e", [Call("f", ())], PATIENT, 1)
    work = submission("def f():\n    return 1\nwhile True:\n    pass\n")
    found = plain.run(work, [batch], PATIENT, totals=Totals(loading_seconds=0.1))
    assert ends(found) == ["returned"]
    assert found.notes == (
        "Your code was stopped after 0.1 seconds. Only the definitions in the file were used.",
    )


def test_a_file_that_cannot_be_loaded_at_all_is_tried_twice(plain: Sandbox) -> None:
    """And not again for every exercise."""
    code = "import os\ndef f(x=os._exit(0)):\n    return 1\n"
    batches = [Batch.encode(str(i), [Call("f", ())], PATIENT, 1) for i in range(20)]
    found = plain.run(submission(code), batches, PATIENT)
    assert set(ends(found)) == {"died"}
    assert found.notes == (
        "Your code ended the Python process (exit or os._exit). Only the definitions in the file were used.",
    )


def test_errors_while_loading_are_told(plain: Sandbox) -> None:
    """With the functions that were lost by them."""
    found = plain.run(submission("1 / 0", "def f(:\n"), [], PATIENT)
    assert found.load_errors == ()  # nothing was asked, so nothing was run
    found = plain.run(
        submission("1 / 0", "def f(:\n"), [Batch.encode("e", [Call("f", ())], PATIENT, 1)], PATIENT
    )
    assert [(error.type, error.file, lost) for error, lost in found.load_errors] == [
        ("ZeroDivisionError", "x.py, cell 1", ()),
        ("SyntaxError", "x.py, cell 2", ("f",)),
    ]


def test_modules_of_a_submission_can_be_imported(plain: Sandbox) -> None:
    """They are sent with it."""
    work = Submission(
        "ada",
        "x",
        "x",
        (Source("x.py", ("from mine import f",)),),
        (Source("mine.py", ("def f():\n    return 4",)),),
    )
    found = plain.run(work, [Batch.encode("e", [Call("f", ())], PATIENT, 1)], PATIENT)
    assert wire.plain(found.batches[0].runs[0].value) == 4


COUNTING = "import os\nseen = []\ndef f(x):\n    seen.append(x)\n    return len(seen)\n"


def follow_up(*places: int) -> FollowUp:
    """Return further questions, of which some are asked."""
    calls = [Call("f", (number,)) for number in (10, 20, 30)]
    return FollowUp(Batch.encode("further", calls, PATIENT, 1), lambda done: places if done.runs else ())


def test_further_questions_go_to_the_same_child(plain: Sandbox) -> None:
    """After the answers of their batch, before the next one."""
    batches = [Batch.encode(name, [Call("f", (1,))], PATIENT, 1) for name in ("one", "two")]
    found = plain.run(submission(COUNTING), batches, PATIENT, [follow_up(2, 0), follow_up()])
    assert [wire.plain(batch.runs[0].value) for batch in found.batches] == [1, 4]
    assert [{place: wire.plain(run.value) for place, run in each.items()} for each in found.followed] == [
        {2: 2, 0: 3},
        {},
    ]


def test_further_questions_that_end_the_child_cost_nothing_else(plain: Sandbox) -> None:
    """What was answered before is kept, and the next batch has a new child."""
    code = "import os\ndef f(x):\n    print(x)\n    return os._exit(1) if x == 30 else x\n"
    batches = [Batch.encode(name, [Call("f", (1,))], PATIENT, 1) for name in ("one", "two")]
    found = plain.run(submission(code), batches, PATIENT, [follow_up(1, 2, 0), follow_up()])
    assert ends(found) == ["returned", "returned"]
    assert [list(each) for each in found.followed] == [[1], []]
    assert [batch.stdout for batch in found.batches] == ["1\n", "1\n"]


def test_a_large_submission_arrives(plain: Sandbox) -> None:
    """Larger than any pipe."""
    code = "def f():\n    return len(text)\ntext = '" + "x" * 3_000_000 + "'"
    assert wire.plain(run(plain, code).value) == 3_000_000


def test_the_graders_memory_is_closed() -> None:
    """No other process of the user may read the answers out of it, from the first sandbox on."""
    libc, get, put = ctypes.CDLL(None), 3, 4
    libc.prctl(put, 1, 0, 0, 0)
    assert libc.prctl(get, 0, 0, 0, 0) == 1
    with Sandbox("numpy", Isolation.LIMITS):
        assert libc.prctl(get, 0, 0, 0, 0) == 0


def test_code_of_the_authors_shares_a_child(plain: Sandbox) -> None:
    """It is loaded anew each time, and finds its arguments as they were."""
    batch = Batch.encode("e", [Call("f", (np.zeros(2),)), Call("f", (np.ones(2),))], PATIENT, 1)
    texts = [
        "import os\ndef f(x):\n    x += 1\n    return [x, os.getpid()]",
        "import os\ndef f(x):\n    return [x + 1, os.getpid()]\ndef g(): ...",
        "import os\nhas_g = 'g' in dir()\ndef f(x):\n    return [x + 1 + has_g, os.getpid()]",
    ]
    found = [
        wire.plain(run.value)
        for ran in plain.run_each(map(submission, texts), batch, PATIENT)
        for run in ran.runs
    ]
    assert [value.tolist() for value, _ in found] == [[1, 1], [2, 2]] * 3
    assert len({process for _, process in found}) == 1


def test_what_draws_and_what_is_asked_start_again_for_each_author(plain: Sandbox) -> None:
    """A generator and a recording function hold more than their looks."""
    call = Call("f", (wire.Rng(3), wire.Callback("oscillation", "f", {"a": 1.0, "b": 1.0, "c": 0.0})))
    batch = Batch.encode("e", [call], PATIENT, 1)
    text = "def f(rng, g):\n    return rng.normal() + 0 * g(1.0)"
    runs = [ran.runs[0] for ran in plain.run_each([submission(text)] * 3, batch, PATIENT)]
    assert [run.ended for run in runs] == [Ended.RETURNED] * 3
    assert len({(float(wire.plain(run.value)), len(run.queries)) for run in runs}) == 1


@pytest.mark.parametrize("end", ["os._exit(0)", "os.kill(os.getpid(), 9)", "[0] * 10**12"])
def test_an_author_who_ends_the_child_costs_the_next_nothing(plain: Sandbox, end: str) -> None:
    """What came to no end is run alone, as a student's would be."""
    texts = [f"import os\ndef f():\n    return {value}" for value in ("1", end, "2")]
    batch = Batch.encode("e", [Call("f", ())], PATIENT, 1)
    first, odd, last = (ran.runs[0] for ran in plain.run_each(map(submission, texts), batch, PATIENT))
    assert (wire.plain(first.value), wire.plain(last.value)) == (1, 2)
    alone = plain.run(submission(texts[1]), [batch], PATIENT).batches[0].runs[0]
    assert (odd.ended, odd.detail) == (alone.ended, alone.detail)


def test_an_author_may_print_as_much_as_a_student(plain: Sandbox) -> None:
    """What others printed before counts for none."""
    texts = ["def f():\n    print('x' * 700_000)\n    return 1"] * 4
    batch = Batch.encode("e", [Call("f", ())], PATIENT, 1)
    found = list(plain.run_each(map(submission, texts), batch, PATIENT, Totals(output_mb=1)))
    assert [ran.runs[0].ended for ran in found] == [Ended.RETURNED] * 4


def test_what_others_left_costs_no_author_anything(plain: Sandbox) -> None:
    """Memory that was never given back is not there for the next one, who is run alone then."""
    narrow = Limits(seconds=10.0, memory_mb=400)
    keeps = "import numpy as np, sys\ndef f():\n    sys.kept = np.ones(25_000_000)\n    return 1"
    needs = "import numpy as np\ndef f():\n    return np.ones(35_000_000)[0]"
    batch = Batch.encode("e", [Call("f", ())], narrow, 1)
    found = list(plain.run_each(map(submission, (keeps, needs)), batch, narrow))
    assert [wire.plain(ran.runs[0].value) for ran in found] == [1, 1]


def test_a_child_for_authors_ends_with_them(plain: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where nobody asks for the rest."""
    closed: list[int] = []
    close = Child.close

    def noted(child: Child) -> None:
        closed.append(child.pid)
        close(child)

    monkeypatch.setattr(Child, "close", noted)
    batch = Batch.encode("e", [Call("f", ())], PATIENT, 1)
    asked = plain.run_each([submission("def f():\n    return 1")] * 3, batch, PATIENT)
    next(iter(asked))
    assert closed == []
    asked.close()  # type: ignore[attr-defined]
    assert len(closed) == 1


# ---------------------------------------------------------------- output


def test_output_is_kept_up_to_a_limit(plain: Sandbox) -> None:
    """Its beginning, and how much more there was."""
    batch = ran(plain, "def f():\n    print('y' * 100_000)\n").batches[0]
    assert batch.stdout == "y" * KEPT_OUTPUT + f"\n[... {100_001 - KEPT_OUTPUT} more bytes were printed]"


def test_output_of_loading_comes_first(plain: Sandbox) -> None:
    """With that of the first exercise."""
    assert (
        ran(plain, "print('loaded')\ndef f():\n    print('called')\n").batches[0].stdout == "loaded\ncalled\n"
    )


def test_output_before_a_crash_is_kept(plain: Sandbox) -> None:
    """It may be what says why."""
    batch = ran(plain, "import os\ndef f():\n    print('here', flush=True)\n    os._exit(0)\n").batches[0]
    assert batch.stdout == "here\n"


# ---------------------------------------------------------------- sizes and numbers


@pytest.mark.parametrize("size", [1, 8_000, 9_000, 70_000, 1_300_000, 5_000_000])
def test_answers_of_any_size_come_back(plain: Sandbox, size: int) -> None:
    """Whether they fit into a pipe or not, one after the other, with small ones between them."""
    code = "import numpy as np\ndef f(n):\n    return np.arange(float(n))\n"
    sizes = [size, 1, size, 1, 1]
    found = ran(plain, code, *(Call("f", (n,)) for n in sizes))
    assert [run.value.array.shape for run in found.batches[0].runs] == [(n,) for n in sizes]
    assert all(
        (run.value.array[-3:] == np.arange(float(n))[-3:]).all()
        for run, n in zip(found.batches[0].runs, sizes, strict=True)
    )


def test_a_large_argument_arrives(plain: Sandbox) -> None:
    """It is taught to the fork server once."""
    x = np.arange(4e6)
    assert wire.plain(run(plain, "def f(x):\n    return x.sum()\n", x).value) == x.sum()


def test_an_argument_beyond_the_protocol_is_the_authors_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said before any submission is run."""
    monkeypatch.setattr(wire, "MAX_BODY", 100)
    with pytest.raises(wire.WireError):
        Batch.encode("e", [Call("f", (np.ones(100),))], PATIENT, 1)


def test_many_calls_and_many_queries_come_back(plain: Sandbox) -> None:
    """Thousands of each."""
    found = ran(plain, "def f(i):\n    return i\n", *(Call("f", (i,)) for i in range(3000)))
    assert [wire.plain(run.value) for run in found.batches[0].runs] == list(range(3000))
    problem = wire.Callback("polynomial", "f", {"coefficients": np.array([[0.0, 1.0]])})
    code = (
        "import numpy as np\ndef f(value):\n    for i in range(4000):\n        value(np.full(1, float(i)))\n"
    )
    queries = run(plain, code, problem).queries
    assert [query.args[0].array[0] for query in queries] == list(range(4000))


def test_several_threads_share_a_sandbox(plain: Sandbox) -> None:
    """Each gets the answers to its own questions."""

    def graded(i: int) -> Any:
        return wire.plain(run(plain, f"def f(x):\n    return x + {i}\n", 1000).value)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(graded, range(60))) == [1000 + i for i in range(60)]


def test_no_descriptor_is_lost(plain: Sandbox) -> None:
    """Whatever way the children end."""
    codes = [
        "def f():\n    return 1",
        "import os\ndef f():\n    os._exit(0)",
        "def f(:",
        "def f():\n    while True: pass",
    ]
    for _ in range(2):
        for code in codes:
            run(plain, code, limits=QUICK)
        count = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - a count
    for code in codes:
        run(plain, code, limits=QUICK)
    assert len(os.listdir("/proc/self/fd")) == count  # noqa: PTH208 - a count


def test_time_of_a_submission_is_bounded(plain: Sandbox) -> None:
    """Over all of its exercises; what is left is not run."""
    code = "import time\ndef f():\n    time.sleep(60)\n"
    batches = [Batch.encode(str(i), [Call("f", ())], PATIENT, 1) for i in range(5)]
    started = time.monotonic()
    found = plain.run(submission(code), batches, PATIENT, totals=Totals(seconds=0.5))
    assert time.monotonic() - started < 20
    assert ends(found) == ["timed_out"] * 5
    last = found.batches[-1].runs[0]
    assert last.detail.startswith("Your submission used all of its 0.5 seconds. Which loop does not end")
    assert [batch.runs[0].asked for batch in found.batches] == [True, False, False, False, False]


def test_output_of_a_submission_is_bounded(plain: Sandbox) -> None:
    """Over all of its exercises, in whatever processes; what is left is not run."""
    code = "import os\ndef f():\n    os.write(1, bytes(700 << 10))\n    return 1\ndef g():\n    f()\n    os._exit(0)\n"
    called = ("g", "f", "f", "f")
    batches = [Batch.encode(name, [Call(name, ())], PATIENT, 1) for name in called]
    found = plain.run(submission(code), batches, PATIENT, totals=Totals(output_mb=1))
    assert ends(found) == ["died", "returned", "too_much_output", "too_much_output"]
    assert found.batches[-1].runs[0].detail == (
        "Your submission printed more than 1 MB in all and was stopped. Take the printing out of the loop."
    )


@pytest.mark.parametrize("sizes", [(64, 512), (512, 64)])
def test_memory_is_that_of_the_exercise(plain: Sandbox, sizes: tuple[int, int]) -> None:
    """Whatever the assignment's is, and whichever exercise comes first: an array, and a list of small things."""
    code = "import numpy as np\ndef f():\n    return np.ones(30 << 20).sum()\ndef g():\n    return len([bytes(1 << 20) for _ in range(150)])\n"
    batches = [
        Batch.encode(str(size), [Call("f", ()), Call("g", ())], Limits(seconds=10, memory_mb=size), 1)
        for size in sizes
    ]
    found = plain.run(submission(code), batches, Limits(memory_mb=128))
    assert dict(zip(sizes, [ends(found)[:2], ends(found)[2:]], strict=True)) == {
        64: ["out_of_memory", "out_of_memory"],
        512: ["returned", "returned"],
    }


def test_exercises_with_one_limit_of_memory_share_a_process(plain: Sandbox) -> None:
    """A new one costs a load: only where the limit is another one."""
    batches = [
        Batch.encode(str(place), [Call("f", (1,))], Limits(seconds=10, memory_mb=size), 1)
        for place, size in enumerate((256, 256, 128, 128))
    ]
    found = plain.run(submission(COUNTING), batches, PATIENT)
    assert [wire.plain(batch.runs[0].value) for batch in found.batches] == [1, 2, 1, 2]


def test_a_file_that_one_exercise_has_no_room_for_is_loaded_for_the_others(plain: Sandbox) -> None:
    """And what was skipped for want of memory is told, though a later process had room for it."""
    code = "TABLE = bytes(200 << 20)\ndef f():\n    return len(TABLE)\n"
    batches = [
        Batch.encode(str(size), [Call("f", ())], Limits(seconds=10, memory_mb=size), 1) for size in (64, 512)
    ]
    found = plain.run(submission(code), batches, PATIENT)
    assert ends(found) == ["raised", "returned"]
    assert [error.type for error, _ in found.load_errors] == ["MemoryError"]


def test_a_file_that_cannot_be_loaded_for_one_exercise_is_loaded_for_the_others(plain: Sandbox) -> None:
    """It ends the process twice where there is little memory, and not where there is enough."""
    code = "import os\nTABLE = bytes(200 << 20)\n"
    code += "def f(x=1 if 'TABLE' in globals() else os._exit(1)):\n    return x\n"
    batches = [
        Batch.encode(str(size), [Call("f", ())], Limits(seconds=10, memory_mb=size), 1)
        for size in (512, 64, 512)
    ]
    found = plain.run(submission(code), batches, PATIENT)
    assert ends(found) == ["returned", "died", "returned"]


# ---------------------------------------------------------------- our faults


def test_a_lost_zygote_is_replaced(own: Sandbox, kill_zygote: Callable[[Sandbox], None]) -> None:
    """Between submissions: nobody notices, at once or a while later."""
    for pause in (0.0, 0.1):
        kill_zygote(own)
        time.sleep(pause)
        assert run(own, "def f():\n    return 1").ended is Ended.RETURNED


def test_a_zygote_that_is_lost_while_it_is_used_is_replaced(
    own: Sandbox, monkeypatch: pytest.MonkeyPatch, kill_zygote: Callable[[Sandbox], None]
) -> None:
    """The submission is run once more, from the beginning."""
    begun = threading.Event()
    real = own._fork

    def fork(*args: Any) -> Child:
        child = real(*args)
        begun.set()
        return child

    monkeypatch.setattr(own, "_fork", fork)
    with ThreadPoolExecutor(1) as pool:
        graded = pool.submit(run, own, "import time\ndef f():\n    time.sleep(0.5)\n    return 1")
        assert begun.wait(30)
        time.sleep(0.1)
        kill_zygote(own)
        assert graded.result().ended is Ended.RETURNED


def test_a_zygote_that_is_lost_every_time_is_our_fault(own: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Never the student's: every call says so."""

    def lost(*_: Any) -> Child:
        raise ZygoteLostError

    monkeypatch.setattr(Zygote, "fork", lost)
    found = ran(own, "def f():\n    return 1", Call("f", ()), Call("f", ()))
    assert ends(found) == ["fault", "fault"]
    assert {run.detail for run in found.batches[0].runs} == {
        "The sandbox broke while this was graded. This is our error, not yours."
    }


@pytest.mark.parametrize("killer", [signal.SIGKILL, signal.SIGTERM])
def test_a_process_that_somebody_kills_is_run_again(
    own: Sandbox, monkeypatch: pytest.MonkeyPatch, killer: signal.Signals
) -> None:
    """While it loads and while it answers: nothing shows of it, in no note and in no line that was printed."""
    real, kills = own._fork, [0.0, 0.2]

    def fork(*args: Any) -> Child:
        child = real(*args)
        if kills:
            ours = os.dup(child.pidfd)
            timer = threading.Timer(kills.pop(0), signal.pidfd_send_signal, [ours, killer])
            timer.start()
            killers.append((timer, ours))
        return child

    killers: list[tuple[threading.Timer, int]] = []
    monkeypatch.setattr(own, "_fork", fork)
    code = "import time\nprint('loaded')\ndef f():\n    print('called')\n    time.sleep(0.4)\n    return 1"
    found = ran(own, code)
    for timer, descriptor in killers:
        timer.join()
        os.close(descriptor)
    assert len(killers) == 2
    assert (ends(found), found.notes, found.batches[0].stdout) == (["returned"], (), "loaded\ncalled\n")


def test_code_that_kills_itself_does_so_every_time(own: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is tried again a few times and then believed; it costs its function and no other."""
    real = own._fork
    born: list[int] = []

    def fork(*args: Any) -> Child:
        child = real(*args)
        born.append(child.pid)
        return child

    monkeypatch.setattr(own, "_fork", fork)
    found = ran(
        own,
        "import os\ndef f():\n    os.kill(os.getpid(), 9)\ndef g():\n    return 1",
        *(Call("g", ()), Call("f", ()), Call("g", ())),
    )
    assert ends(found) == ["returned", "died", "returned"]
    assert found.batches[0].runs[1].detail == "The Python process was ended by SIGKILL."
    assert len(born) == host.TRIES + 1


def test_code_that_takes_long_to_kill_itself_is_believed_sooner(plain: Sandbox) -> None:
    """When it has had all of a submission's time, it is not tried again."""
    code = "import os, time\ndef f():\n    time.sleep(0.3)\n    os.kill(os.getpid(), 9)"
    batch = Batch.encode("e", [Call("f", ())], PATIENT, 1)
    started = time.monotonic()
    found = plain.run(submission(code), [batch], PATIENT, totals=Totals(seconds=0.5))
    assert ends(found) == ["died"]
    assert time.monotonic() - started < 0.3 * host.TRIES


def test_a_zygote_that_is_killed_while_it_starts_is_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every time but the last, and then it is an error that says what to look for."""
    kills = host.TRIES - 1

    def killed(*args: Any) -> Zygote:
        nonlocal kills
        kills -= 1
        if kills >= 0:
            raise ZygoteLostError
        return Zygote(*args)

    monkeypatch.setattr(host, "Zygote", killed)
    with Sandbox("numpy", Isolation.LIMITS) as opened:
        assert run(opened, "def f():\n    return 1").ended is Ended.RETURNED
    kills = host.TRIES
    with pytest.raises(
        SandboxLostError, match="was killed 5 times while it started: see what kills processes"
    ):
        Sandbox("numpy", Isolation.LIMITS)


def test_a_sandbox_that_is_killed_is_not_taken_for_one_that_there_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where no level is asked for, nobody is graded at a weaker one for that."""

    def killed(*_: Any) -> NoReturn:
        raise ZygoteLostError

    monkeypatch.setattr(levels, "to_try", lambda: (Isolation.FULL, Isolation.LANDLOCK))
    with monkeypatch.context() as unlucky:
        unlucky.setattr(host, "Zygote", killed)
        with pytest.raises(SandboxLostError):
            open_sandbox("numpy", None)


def test_a_sandbox_that_cannot_be_started_again_is_our_fault(
    own: Sandbox, monkeypatch: pytest.MonkeyPatch, kill_zygote: Callable[[Sandbox], None]
) -> None:
    """And the next submission tries again."""

    def broken(*_: Any) -> None:
        raise SandboxError("no")

    with monkeypatch.context() as patch:
        patch.setattr(host, "Zygote", broken)
        kill_zygote(own)
        own._zygote.process.wait()
        assert run(own, "def f():\n    return 1").ended is Ended.FAULT
    assert run(own, "def f():\n    return 1").ended is Ended.RETURNED


def test_a_zygote_that_still_seems_alive_is_replaced_as_well(
    own: Sandbox, kill_zygote: Callable[[Sandbox], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bubblewrap around it ends a moment later than the fork server itself."""
    assert run(own, "def f():\n    return 1").ended is Ended.RETURNED
    monkeypatch.setattr(Zygote, "alive", lambda _: True)
    kill_zygote(own)
    assert [run(own, "def f():\n    return 1").ended for _ in range(3)] == [Ended.RETURNED] * 3


def test_threads_that_lose_their_zygote_share_the_next(
    own: Sandbox, kill_zygote: Callable[[Sandbox], None]
) -> None:
    """Everybody is graded although the fork server is killed again and again, once in any one submission."""
    stop = threading.Event()
    ended: list[list[Ended]] = [[], [], []]

    def grade(mine: list[Ended]) -> None:
        while not stop.is_set():
            mine.append(run(own, "def f():\n    return 1").ended)

    def wait_for_two_more() -> None:
        """A run that lost its fork server has then ended, and another has begun after it."""
        wanted = [len(mine) + 2 for mine in ended]
        while any(len(mine) < count for mine, count in zip(ended, wanted, strict=True)):
            time.sleep(0.01)

    with ThreadPoolExecutor(3) as pool:
        threads = [pool.submit(grade, mine) for mine in ended]
        for _ in range(3):
            wait_for_two_more()
            kill_zygote(own)
        wait_for_two_more()
        stop.set()
    for thread in threads:
        thread.result()
    assert {one for mine in ended for one in mine} == {Ended.RETURNED}


def test_a_closed_sandbox_leaves_no_process(plain: Sandbox) -> None:
    """Nor does one that is closed twice."""
    with Sandbox("numpy", plain.isolation) as opened:
        process = opened._zygote.process
    assert process.poll() is not None
    opened.close()
