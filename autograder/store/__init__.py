"""Trusted. The results: a database that a run can be resumed from, and the files that are written from it."""

from autograder.store.errors import StoreError, explained
from autograder.store.files import write_results
from autograder.store.lock import alone
from autograder.store.results import DATABASE, Place, Row, Store
from autograder.store.text import plain_json, plain_line, plain_text

__all__ = [
    "DATABASE",
    "Place",
    "Row",
    "Store",
    "StoreError",
    "alone",
    "explained",
    "plain_json",
    "plain_line",
    "plain_text",
    "write_results",
]
