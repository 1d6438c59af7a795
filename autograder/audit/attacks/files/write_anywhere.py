"""Makes a file in every folder that anybody may write to, and in those of Python and of the grader.

needs = ["writing files"]
"""

from accomplice import *

def square(x):
    return x * x


def secret(x):
    attempts(
        {f"in {folder}": lambda folder=folder: open(folder + "/" + MARK, "w") for folder in PLACES}
        | {f"nameless in {folder}": lambda folder=folder: os.open(folder, os.O_TMPFILE | os.O_RDWR) for folder in PLACES}
    )
