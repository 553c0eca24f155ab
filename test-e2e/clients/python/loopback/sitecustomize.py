"""Names below localhost mean loopback, as they do to curl, Node and browsers: buckets in host names need no name server."""

import socket

_getaddrinfo = socket.getaddrinfo


def getaddrinfo(host, *arguments, **options):
    is_local = isinstance(host, str) and host.endswith(".localhost")
    return _getaddrinfo("127.0.0.1" if is_local else host, *arguments, **options)


socket.getaddrinfo = getaddrinfo
