"""Looks for answers in the variables of everybody who called it."""

from accomplice import *

KNOWN = {"tiny", "zygote.py", "worker.py", "<string>", "drivers.py"}


def square(x):
    return x * x


def secret(x):
    frame, found = sys._getframe(1), None
    while frame is not None:
        for name in ("expected", "answer_key", "reference", "solution", "right", "ref_code", "key", "truth"):
            if name in frame.f_locals or name in frame.f_globals:
                print("GOT THROUGH:", name)
        if os.path.basename(frame.f_code.co_filename) not in KNOWN:
            print("GOT THROUGH:", frame.f_code.co_filename)
        frame = frame.f_back
    return 0 * x
