"""The command line: one module for each kind of user, and no logic of its own."""

from autograder.cli.main import main

__all__ = ["main"]
