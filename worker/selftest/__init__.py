"""`birds-worker selftest`: what a worker would do on this machine, without any server."""
