"""``run_spec.parameters``: limits and arguments (protocol reference §6)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec
from msgspec import Raw

from jobe_torch.cell.layout import ENVIRONMENT
from jobe_torch.protocol import coercion
from jobe_torch.protocol.coercion import WrongType
from jobe_torch.protocol.errors import BadRequest
from jobe_torch.protocol.limits import MB, Wanted
from jobe_torch.protocol.words import UnterminatedQuote, split

__all__ = ["COMMON", "Parameters", "parse_parameters", "refuse_long_run"]

COMMON = frozenset({"cputime", "memorylimit", "disklimit", "streamsize", "numprocs", "gpu"})
"""Names of the parameters that mean something to all languages."""

_NULL = Raw(b"null")
_ABSENT = Raw(b"null")
_LONGEST_BYTES = 1 << 20
_LONGEST_ARGUMENTS_BYTES = 100_000  # what execve takes for sure
_GPU_IS_A_COUNT = "parameter 'gpu' must be 0 or 1"
_ENDLESS = 1e9  # more than any server gives, and small enough to reckon with


@dataclass(frozen=True, slots=True)
class Parameters:
    """Limits and arguments that the client asks for; None where it leaves the default."""

    wanted: Wanted
    compile_args: tuple[str, ...] | None = None
    link_args: tuple[str, ...] | None = None
    interpreter_args: tuple[str, ...] | None = None
    run_args: tuple[str, ...] | None = None
    main_class: str = ""
    """Java's; empty where it follows from the source."""
    gpu: bool = False
    """Whether the run needs a GPU: a parameter of our own."""


class _Fields(msgspec.Struct):
    cputime: Raw = _NULL
    memorylimit: Raw = _NULL
    disklimit: Raw = _NULL
    streamsize: Raw = _NULL
    numprocs: Raw = _NULL
    compileargs: Raw = _ABSENT
    linkargs: Raw = _ABSENT
    interpreterargs: Raw = _ABSENT
    runargs: Raw = _ABSENT
    main_class: Raw = _NULL
    gpu: Raw = _NULL


def parse_parameters(raw: Raw, used: Iterable[str]) -> Parameters:
    """The parameters of a run.

    Whatever is no object counts as none: PHP sends ``[]`` for an empty map.

    Args:
        raw: As they came.
        used: Names of those that the language has a use for. Like the reference, this looks
            at no others, whatever they are.

    Raises:
        BadRequest: A limit that nothing can run under, or arguments that are no
            list of words.
    """
    given = _fields(raw)
    fields = _Fields(**{name: getattr(given, name) for name in used})
    return Parameters(
        wanted=_wanted(fields),
        compile_args=_arguments("compileargs", fields.compileargs),
        link_args=_arguments("linkargs", fields.linkargs),
        interpreter_args=_arguments("interpreterargs", fields.interpreterargs),
        run_args=_arguments("runargs", fields.runargs),
        main_class=_main_class(fields.main_class),
        gpu=_gpu(fields.gpu),
    )


def refuse_long_run(raw: Raw, *, most_cpu_seconds: int) -> None:
    """Refuse parameters that ask for more CPU time than there is.

    The reference looks at this first, reads ``"121 seconds"`` as 121, and
    compares whole seconds (protocol reference §5 row 8).

    Raises:
        BadRequest: They do.
    """
    if coercion.leading_number(_fields(raw).cputime) >= most_cpu_seconds + 1:
        raise BadRequest(
            f"cputime exceeds maximum allowed on this Jobe server ({most_cpu_seconds} secs)"
        )


def _fields(raw: Raw) -> _Fields:
    if coercion.size(raw) > _LONGEST_BYTES:
        raise BadRequest("run_spec attribute 'parameters' is too long")
    try:
        return coercion.decode(raw, _Fields)
    except WrongType:
        return _Fields()


def _wanted(fields: _Fields) -> Wanted:
    return Wanted(
        cpu_seconds=_cpu_seconds(fields.cputime),
        memory_bytes=_megabytes("memorylimit", fields.memorylimit),
        file_bytes=_disk(fields.disklimit),
        stream_bytes=_megabytes("streamsize", fields.streamsize),
        processes=_processes(fields.numprocs),
    )


def _cpu_seconds(raw: Raw) -> float | None:
    seconds = coercion.number(raw)
    if seconds is not None and seconds <= 0:
        raise BadRequest("parameter 'cputime' must be greater than 0")
    return seconds


def _megabytes(name: str, raw: Raw) -> int | None:
    value = coercion.number(raw)
    if value is None:
        return None
    if value < 0:
        raise BadRequest(f"parameter '{name}' must not be negative")
    return int(min(value, _ENDLESS) * MB)


def _disk(raw: Raw) -> int | None:
    value = coercion.number(raw)
    if value == -1:
        return -1
    if value == 0:
        raise BadRequest("parameter 'disklimit' must not be 0")
    return _megabytes("disklimit", raw)


def _processes(raw: Raw) -> int | None:
    value = coercion.number(raw)
    return None if value is None else int(min(value, _ENDLESS))


def _arguments(name: str, raw: Raw) -> tuple[str, ...] | None:
    if raw is _ABSENT:
        return None
    try:
        pieces = [coercion.text(piece) for piece in coercion.decode(raw, list[Raw])]
        words = split(pieces, ENVIRONMENT)
    except WrongType as error:
        raise BadRequest(f"parameter '{name}' must be a list of strings") from error
    except UnterminatedQuote as error:
        raise BadRequest(f"parameter '{name}' has an unterminated quoted string") from error
    _refuse_impossible(name, words)
    return words


def _main_class(raw: Raw) -> str:
    try:
        name = coercion.text(raw)
    except WrongType as error:
        raise BadRequest("parameter 'main_class' must be a string") from error
    _refuse_impossible("main_class", (name,))
    return name


def _gpu(raw: Raw) -> bool:
    try:
        wanted = coercion.text(raw)
    except WrongType as error:
        raise BadRequest(_GPU_IS_A_COUNT) from error
    if wanted not in {"", "0", "1"}:
        raise BadRequest(_GPU_IS_A_COUNT)
    return wanted == "1"


def _refuse_impossible(name: str, words: tuple[str, ...]) -> None:
    """Refuse what no command line can hold."""
    if any("\0" in word for word in words):
        raise BadRequest(f"parameter '{name}' must not contain NUL")
    if sum(len(word.encode()) + 1 for word in words) > _LONGEST_ARGUMENTS_BYTES:
        raise BadRequest(f"parameter '{name}' is too long")
