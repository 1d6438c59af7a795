"""Has libraries write files: arrays, databases, shelves, archives, logs, byte code.

needs = ["writing files"]
"""

import dbm.dumb
import logging.handlers
import py_compile
import shelve
import sqlite3
import tempfile
import zipfile

import numpy as np
from accomplice import *


def stored(path):
    sqlite3.connect(path).execute("create table x (y)")


def square(x):
    return x * x


def secret(x):
    new = FOLDER + "/" + MARK
    attempts({
        "save": lambda: np.save(new, x),
        "text": lambda: np.savetxt(new, x),
        "memmap": lambda: np.memmap(new, mode="w+", shape=3),
        "copy": lambda: __import__("shutil").copy(os.__file__, new),
        "to file": lambda: x.tofile(new),
        "shelf": lambda: shelve.open(new),
        "dbm": lambda: dbm.dumb.open(new, "c"),
        "database": lambda: stored(new),
        "archive": lambda: zipfile.ZipFile(new, "w"),
        "temporary": lambda: tempfile.NamedTemporaryFile(),
        "log": lambda: logging.FileHandler(new),
        "byte code": lambda: py_compile.compile(os.__file__, new, doraise=True),
    })
