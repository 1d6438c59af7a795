"""Starts threads whose stacks take all memory.

needs = ["memory"]
secret = "raised"
"""

import threading


def square(x):
    return x * x


def secret(x):
    threading.stack_size(64 << 20)
    done = threading.Event()
    for _ in range(500):
        threading.Thread(target=done.wait, daemon=True).start()
    print("GOT THROUGH: 32 GB of stacks")
