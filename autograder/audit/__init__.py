"""Trusted. The attack corpus, and what becomes of it on this machine: every attack is graded, and held or not."""

from autograder.audit.corpus import FAMILIES, REASONS, Attack, CorpusError, attacks
from autograder.audit.trial import Audit, Outcome, Stage, State, audit

__all__ = [
    "FAMILIES",
    "REASONS",
    "Attack",
    "Audit",
    "CorpusError",
    "Outcome",
    "Stage",
    "State",
    "attacks",
    "audit",
]
