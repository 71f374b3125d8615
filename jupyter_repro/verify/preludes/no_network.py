"""Run in a kernel before its first cell: connections to other machines fail as they do without a network.

Only Python's ``socket`` is held back; native libraries and child processes see a proxy that is closed.
"""

import errno
import os
import socket
from collections.abc import Callable
from typing import Any


def refuse(address: Any) -> None:
    """Raise as the system does, unless this machine is asked for."""
    host = address[0] if isinstance(address, tuple) else ""
    if not isinstance(address, tuple) or host in ("", "localhost", "::1") or str(host).startswith("127."):
        return
    raise OSError(errno.ENETUNREACH, os.strerror(errno.ENETUNREACH))


def guarded(method: Callable[..., Any]) -> Any:
    """The method, refusing addresses elsewhere."""

    def connect(self: socket.socket, address: Any) -> Any:
        refuse(address)
        return method(self, address)

    return connect


def resolving(original: Callable[..., Any]) -> Any:
    """``getaddrinfo``, which knows this machine only."""

    def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name not in (None, "", "localhost", "::1") and not str(name).startswith("127."):
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return original(host, *args, **kwargs)

    return getaddrinfo


for name in ("connect", "connect_ex"):
    setattr(socket.socket, name, guarded(getattr(socket.socket, name)))
socket.getaddrinfo = resolving(socket.getaddrinfo)
