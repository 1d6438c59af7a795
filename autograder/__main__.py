"""Makes `python -m autograder` the command `autograder`."""

from autograder.cli import main

main()
