"""Writes answers to all questions while its file is loaded, before any is asked."""

from accomplice import *

frame = sys._getframe()
while frame.f_code.co_name != "serve":
    frame = frame.f_back
for questions in frame.f_locals["asked"].values():
    for each in questions:
        send(framed({"ended": "returned", **NOTHING}, tag=each.tag))
send(framed({"ended": "returned", **NOTHING}, tag=0))


def square(x):
    return x * x


def secret(x):
    return 0 * x
