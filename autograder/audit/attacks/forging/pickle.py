"""Writes a pickle that runs code where it is read.

secret = ["died"]
"""

from accomplice import *
import pickle


class Payload:
    def __reduce__(self):
        return (open, (FOLDER + "/" + MARK, "w"))


def square(x):
    return x * x


def secret(x):
    send(b'GRD1' + pickle.dumps(Payload()))
    os._exit(0)
