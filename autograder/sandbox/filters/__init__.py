"""The system call filters that `confine` loads: one seccomp program per architecture, written by `generate`."""
