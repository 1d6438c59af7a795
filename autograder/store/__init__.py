"""Trusted. The results: a database that a run can be resumed from, and the files that are written from it."""

from autograder.store.results import DATABASE, Place, Row, Store, StoreError, write_results
from autograder.store.text import plain_text

__all__ = ["DATABASE", "Place", "Row", "Store", "StoreError", "plain_text", "write_results"]
