"""Trusted. Whether a reference that was changed still passes an exercise, which nothing that is wrong may do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from autograder.grading.checking import check
from autograder.model import Source, Submission
from autograder.sandbox.children import SandboxError
from autograder.validate.trials import refuse_faults

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograder.authoring import Exercise
    from autograder.grading import Grader
    from autograder.grading.key import ExerciseKey
    from autograder.model import Run
    from autograder.validate.author import Author
    from autograder.validate.records import Fault


@dataclass(slots=True)
class Passing:
    """Judges changed references, and collects what is wrong."""

    grader: Grader
    author: Author
    faults: list[Fault] = field(default_factory=list)

    def submission(self, name: str, text: str) -> Submission:
        """Return a changed reference as a submission. name: of the change."""
        return Submission(name, self.grader.sheet.assignment.slug, name, (Source("solution.py", (text,)),))

    def passes(self, key: ExerciseKey, submission: Submission) -> bool:
        """Return whether an exercise is passed. A judge that raises passes nobody, and is a fault."""
        return self._right(key, submission, self.grader.runs(submission, key))

    def each(self, key: ExerciseKey, submissions: Sequence[Submission]) -> list[bool]:
        """Return the same of several submissions, which share a child."""
        ran = self.grader.authored(submissions, key)
        return [self._right(key, one, runs) for one, runs in zip(submissions, ran, strict=True)]

    def _right(self, key: ExerciseKey, submission: Submission, runs: Sequence[Run]) -> bool:
        refuse_faults(runs)
        try:
            # most of them fail soon: the other cases need not be compared
            right = all(
                question.compare(run).mismatch is None
                for question, run in zip(key.questions, runs, strict=False)  # the repeated ones come last
            )
            return right and not check(key, runs)[0]
        except SandboxError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever the author's judge raises
            remedy = "A judge must bear any value of the right shape."
            self.faults.append(self.author.raised(key.exercise, f"`{submission.student}`", error, remedy))
            return False

    def fault(self, exercise: Exercise, subject: str, wrong: str, remedy: str, function: str = "") -> None:
        """Add a fault, at a function of `checks.py` or where the exercise begins."""
        self.faults.append(self.author.fault(exercise, subject, wrong, remedy, function=function))
