"""Exercises on gradients and gradient descent, and a grader whose verdicts can be proved."""
# Imports nothing: the sandboxed worker passes through here.

__version__ = "0.1.0"
