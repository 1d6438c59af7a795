"""Makes system calls by the numbers of a 32-bit machine, which the filter does not know.

needs = ["processes"]
machine = "x86_64"
secret = "died"
"""

import ctypes
import mmap


def run(machine_code):
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(machine_code)
    ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()


def square(x):
    return x * x


def secret(x):
    run(bytes.fromhex('b814000000cd80c3'))
    print("GOT THROUGH: it lives on")
