"""Leaves signal handlers, timers, exit handlers and threads behind.

times = 2
"""

import atexit
import signal
import threading
import time

if signal.getsignal(signal.SIGTERM) is signal.SIG_IGN or threading.active_count() > 1:
    print("GOT THROUGH: the handlers are still there")
signal.signal(signal.SIGTERM, signal.SIG_IGN)
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
atexit.register(print, "left")
threading.Thread(target=time.sleep, args=(30,), daemon=True).start()


def square(x):
    return x * x


def secret(x):
    return 0 * x
