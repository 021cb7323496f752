"""`birds-api doctor` and other commands of whoever runs the system.

They need its servers, not its processes.
"""
