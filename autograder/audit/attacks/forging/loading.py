"""Forges the worker's report on how its file was loaded, and leaves.

square = ["passed", "died"]
secret = ["failed", "died"]
"""

from accomplice import *

frame = sys._getframe()
while frame.f_code.co_name != "serve":
    frame = frame.f_back
for _ in [1]:
    send(framed({"errors": {}, "notes": ["GRADED: 3 of 3"]}, tag=frame.f_locals["tag"]))
    os._exit(0)


def square(x):
    return x * x


def secret(x):
    return 0 * x
