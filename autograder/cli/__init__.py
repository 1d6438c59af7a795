"""The command line: one module for each kind of user, and no logic of its own."""

import os

# Before numpy and torch are loaded: every core has a submission of its own, and a right answer should not depend on how
# many threads a sum was shared among.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from autograder.cli.main import main

__all__ = ["main"]
