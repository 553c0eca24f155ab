"""Where the store under test is, and what every client tries on it."""

import os
import ssl
import time
from contextlib import closing
from http.client import HTTPConnection, HTTPSConnection
from urllib.parse import urlsplit

MIB = 1024 * 1024
ACCESS_KEY = os.environ["AWS_ACCESS_KEY_ID"]
SECRET_KEY = os.environ["AWS_SECRET_ACCESS_KEY"]
REGION = os.environ["AWS_DEFAULT_REGION"]
#: PEM file of the authority; None where the store has no TLS before it.
AUTHORITY = os.environ.get("STORE_CA")

#: Keys that something between a program and a store likes to change.
ODD_KEYS = [
    " leading and trailing ",
    "two  spaces/in a row",
    "plus+and+more",
    "percent%20literal/%/%2F",
    "ünï/çødé/日本/😀",
    ".hidden/..two/...",
    "quote'\"back\\slash",
    "a&b=c?d#e;f:g@h,i$j!k*l(m)[n]{o}|p^q`r~s<t>u",
    "deep/" * 40 + "end",
    "k" * 1024,
]
#: Keys that file systems cannot have, and stores can.
SLASHED_KEYS = ["double//slash", "/leading", "folder/", "//"]


def endpoints(styles=("path", "virtual")):
    """Every way to the store: (URL, addressing style)."""
    names = {"path": ["STORE_HTTP", "STORE_HTTPS"], "virtual": ["STORE_DOMAIN_HTTP", "STORE_DOMAIN_HTTPS"]}
    return [(os.environ[name], style) for style in styles for name in names[style] if os.environ[name]]


def tours(whole, short):
    """Every way to the store with what to try there: all of it at the first and the last, a short tour in between."""
    found = endpoints()
    for index, (url, style) in enumerate(found):
        yield index, url, style, whole if index in (0, len(found) - 1) else short


def fetch(url, method="GET", body=None, headers=None):
    """What a URL answers to a client that knows nothing of S3, and adds no header of its own: (status, body)."""
    parts = urlsplit(url)
    if parts.scheme == "https":
        context = ssl.create_default_context(cafile=AUTHORITY)
        connection = HTTPSConnection(parts.hostname, parts.port, context=context)
    else:
        connection = HTTPConnection(parts.hostname, parts.port)
    with closing(connection):
        connection.request(method, f"{parts.path}?{parts.query}", body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read()


def run(*steps):
    """Runs the steps, says how long each took, and ends with the line that tests look for."""
    for step in steps:
        started = time.monotonic()
        step()
        print(f"{step.__name__}: well, {time.monotonic() - started:.2f} s", flush=True)
    print("round trip complete")
