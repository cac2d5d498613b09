"""Ports for servers that a test starts in a process of its own, and that bind them only later."""

import os
import socket
from itertools import count

LOWEST, HIGHEST = 20_000, 32_000  # below those that the system gives to whoever asks for any
numbers = count(os.getpid() * 97)


def free_port() -> int:
    """One that nobody has, nor is given before it is bound: every process looks at a place of its own."""
    return next(port for number in numbers if can_bind(port := LOWEST + number % (HIGHEST - LOWEST)))


def can_bind(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
