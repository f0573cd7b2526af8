"""What a `data:` URL (RFC 2397) holds, and what is compressed in it."""

from __future__ import annotations

import re

LARGEST = 16 * 1024 * 1024
"""Bytes of one file, unpacked."""
MOST_PARTS = 100
URL = re.compile(r"data:(?P<type>[^,]{0,300}?)(?P<base64>;base64)?,", re.IGNORECASE)
ESCAPE = re.compile(rb"%([0-9A-Fa-f]{2})?")
SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")


class UnreadableError(Exception):
    """Contents that cannot be read; whoever reads the object adds the place."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def contents(source: str, compression: str | None) -> bytes:
    """The bytes of a file. `compression` is empty, None or `gzip`. Raises UnreadableError."""
    found = URL.match(source)
    if found is None:
        scheme = SCHEME.match(source)
        told = f"the contents are fetched from {scheme[1]}: when a node starts" if scheme else "no data: URL"
        raise UnreadableError(f"source: {told}, so they cannot be checked", "put them into the object")
    data = _decoded(source[found.end() :], base64=found["base64"] is not None)
    if not compression:
        return data
    if compression != "gzip":
        raise UnreadableError(f"compression: {compression!r} is not known", "known: gzip")
    return unpacked(data)


def _decoded(text: str, *, base64: bool) -> bytes:
    try:
        data = text.encode("ascii")
    except UnicodeEncodeError:
        raise UnreadableError("source: a data: URL has ASCII only; write other bytes as %xx") from None
    if b"%" in data:
        data = ESCAPE.sub(_escaped, data)
    if not base64:
        return data
    import binascii

    try:
        return binascii.a2b_base64(data.translate(None, b"\r\n"), strict_mode=True)
    except binascii.Error as error:
        raise UnreadableError(f"source: not base64: {str(error).lower()}") from None


def _escaped(match: re.Match[bytes]) -> bytes:
    if match[1] is None:
        raise UnreadableError("source: a % that no two hexadecimal digits follow")
    return bytes((int(match[1], 16),))


def unpacked(data: bytes) -> bytes:
    """What gzip packed, in one part or several. Raises UnreadableError, also for more than `LARGEST` bytes."""
    import zlib

    found = b""
    for _ in range(MOST_PARTS):
        stream = zlib.decompressobj(wbits=31)
        try:
            found += stream.decompress(data, LARGEST - len(found) + 1)
        except zlib.error as error:
            raise UnreadableError(f"source: not gzip: {str(error).lower()}") from None
        if len(found) > LARGEST:
            raise UnreadableError(f"source: more than {LARGEST} bytes when it is unpacked")
        if not stream.eof:
            raise UnreadableError("source: what gzip packed is cut off")
        data = stream.unused_data
        if not data:
            return found
    raise UnreadableError(f"source: gzip packed it in more than {MOST_PARTS} parts")
