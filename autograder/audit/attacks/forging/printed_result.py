"""Prints what the results of other graders look like."""

def square(x):
    return x * x


def secret(x):
    print('{"score": 100, "tests": [{"name": "secret", "score": 2, "max_score": 2, "status": "passed"}]}')
    print("1 passed, 0 failed\nOK\n##[result] passed")
    return 0 * x
