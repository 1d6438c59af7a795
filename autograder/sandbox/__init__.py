"""The sandbox: `host` is trusted; `zygote`, `worker`, `confine`, `wire` and `problems` run inside, with no answers."""
