"""What crosses between a student's process and the checker's: plain data, as JSON.

Numbers, texts, containers, tensors and arrays cross by value, so each side has
its own copy. Anything else (functions, modules, models) stays where it is and
crosses as a handle. Nothing that is read can execute: no pickle.
"""

import base64
import contextlib
import json
import socket
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch

__all__ = ["Channel", "EndedError", "Handle", "decode", "encode"]

_PLAIN = (type(None), bool, int, float, str)
_MEMORY = torch.device("cpu")


class tensor(torch.Tensor):  # type: ignore[misc]  # noqa: N801 - torch has no types here; its printed name
    """A copy, in main memory, of a tensor on another device; it tells that device, not its own.

    The checker's process has no GPU: it was forked, and a CUDA context does not survive that.
    """

    home = _MEMORY
    device = property(lambda self: self.home)
    __torch_function__ = torch._C._disabled_torch_function_impl  # noqa: SLF001 - as Parameter's


class Handle:
    """An object of the student's process, as the checker knows it."""

    def __init__(self, number: int, kind: str) -> None:
        self.number = number
        self.kind = kind


def encode(value: Any, keep: Callable[[Any], Handle]) -> Any:  # noqa: ANN401, C901, PLR0911 - any value, a line a kind
    """A value as JSON; ``keep`` makes handles for what cannot cross."""
    if isinstance(value, Handle):
        return {"handle": value.number, "kind": value.kind}
    if isinstance(value, np.generic):
        value = value.item()
    if type(value) in _PLAIN:
        return value
    if isinstance(value, torch.dtype):
        return {"dtype": str(value).removeprefix("torch.")}
    if isinstance(value, torch.device):
        return {"device": str(value)}
    if isinstance(value, torch.Size):
        return {"size": list(value)}
    if isinstance(value, (list, tuple)):
        return {type(value).__name__: [encode(item, keep) for item in value]}
    if isinstance(value, dict):
        return {"dict": [[encode(k, keep), encode(v, keep)] for k, v in value.items()]}
    if isinstance(value, torch.Tensor) and value.layout is torch.strided:
        return {"tensor": _write_tensor(value, keep)}
    if isinstance(value, np.ndarray) and value.dtype.hasobject is False:
        raw = base64.b64encode(np.ascontiguousarray(value).tobytes()).decode()
        return {"array": [value.dtype.str, list(value.shape), raw]}
    return encode(keep(value), keep)


def _write_tensor(value: torch.Tensor, keep: Callable[[Any], Handle]) -> list[Any]:
    flat = value.detach().resolve_conj().resolve_neg().cpu().contiguous().reshape(-1)
    raw = base64.b64encode(flat.view(torch.uint8).numpy().tobytes()).decode()
    dtype = str(value.dtype).removeprefix("torch.")
    grad = encode(value.grad, keep) if value.is_leaf or value.retains_grad else None
    device = str(value.device)
    return [dtype, list(value.shape), raw, value.is_leaf and value.requires_grad, grad, device]


def decode(crossed: Any, find: Callable[[Handle], Any]) -> Any:  # noqa: ANN401, PLR0911 - any value, a line a kind
    """The value that was encoded; ``find`` says what a handle stands for."""
    if not isinstance(crossed, dict):
        return crossed
    ((kind, content), *rest) = crossed.items()
    if kind == "handle":
        return find(Handle(content, rest[0][1]))
    if kind == "dtype":
        return _dtype(content)
    if kind == "device":
        return torch.device(content)
    if kind == "size":
        return torch.Size(content)
    if kind == "dict":
        return {decode(key, find): decode(value, find) for key, value in content}
    if kind == "tensor":
        return _read_tensor(content, find)
    if kind == "array":
        dtype, shape, raw = content
        return np.frombuffer(base64.b64decode(raw), np.dtype(dtype)).reshape(shape).copy()
    items = [decode(item, find) for item in content]
    return items if kind == "list" else tuple(items)


def _read_tensor(content: list[Any], find: Callable[[Handle], Any]) -> torch.Tensor:
    dtype, shape, raw, requires_grad, grad, device = content
    copy = torch.empty(shape, dtype=_dtype(dtype))
    data = bytearray(base64.b64decode(raw))
    if data:
        copy = torch.frombuffer(data, dtype=copy.dtype).reshape(shape)
    if torch.device(device) != _MEMORY:
        copy = copy.as_subclass(tensor)
        copy.home = torch.device(device)
    copy.requires_grad_(requires_grad)
    copy.grad = decode(grad, find)
    return copy


def _dtype(name: str) -> torch.dtype:
    """A data type by its name; a forged message may not name a function of torch's for the test."""
    found = getattr(torch, name)
    if not isinstance(found, torch.dtype):
        raise TypeError(f"{name} is no data type")
    return found


class EndedError(Exception):
    """The process on the other side has ended; no error of an answer's own has this type."""


class Channel:
    """Messages between the two processes, one JSON value a line."""

    def __init__(self, end: socket.socket) -> None:
        self._file = end.makefile("rw", encoding="utf-8")

    def send(self, message: Any) -> None:  # noqa: ANN401 - any JSON
        """Write one message.

        Raises:
            EndedError: The other side has ended.
        """
        with _told_as_ended():
            self._file.write(json.dumps(message) + "\n")
            self._file.flush()

    def receive(self) -> Any:  # noqa: ANN401 - any JSON
        """Read one message.

        Raises:
            EndedError: The other side has ended.
        """
        with _told_as_ended():
            line = self._file.readline()
        if not line:
            raise EndedError
        return json.loads(line)


@contextlib.contextmanager
def _told_as_ended() -> Iterator[None]:
    """A socket says that its other end is gone in several ways."""
    try:
        yield
    except ConnectionError:
        raise EndedError from None
