"""How bytes that a program wrote become the text of an answer (protocol reference §9)."""

from __future__ import annotations

__all__ = ["clean"]

_KEPT = frozenset({*range(0x20, 0x7F), *b"\n\r\t"})
_ESCAPES = tuple(chr(byte) if byte in _KEPT else f"\\x{byte:02x}" for byte in range(256))


def clean(data: bytes) -> str:
    r"""The text of some output.

    Valid UTF-8 is kept as it is, control characters included. In anything else
    each byte that is not printable ASCII, line feed, carriage return or tab
    becomes ``\xNN``, also the bytes of well-formed characters.
    """
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1").translate(_ESCAPES)
