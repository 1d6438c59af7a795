"""The sandbox: `host` is trusted; `zygote`, `worker`, `confine`, `wire`, `problems` and `drivers` run inside, with no answers."""
