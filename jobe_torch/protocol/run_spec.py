"""The body of ``POST runs``, validated in the reference's order (protocol reference §5)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import msgspec
from msgspec import Raw

from jobe_torch.protocol import coercion
from jobe_torch.protocol.coercion import NotJson, WrongType
from jobe_torch.protocol.errors import BadRequest
from jobe_torch.protocol.parameters import Parameters, parse_parameters, refuse_long_run

__all__ = ["OVERLOAD_HOOK", "FileReference", "RunSpec", "parse_run_spec"]

OVERLOAD_HOOK = "!** TESTING OVERLOAD EXCEPTION **!"
"""A source that clients send to see how an overloaded server answers."""

_NULL = Raw(b"null")
_Entries = list[object] | dict[str, object] | None
_LONGEST_NAME_BYTES = 255
_LONGEST_FILE_LIST_BYTES = 1 << 20  # parsed, it takes twenty times that
_ILLEGAL_IN_NAME = re.compile(rb"""[<>:"/|?*#\[\]@!$&'()+,;={}^~`\x00-\x1f\x7f\xa0\xad]""")
# The reference began as a server for Java and still drops this name for all languages.
_LEGACY_NAME = "prog.java"
_FILE_ID = re.compile(r"[A-Za-z0-9]{8,}")
_FILE_NAME = re.compile(r"[-_.]*[A-Za-z0-9][-_.A-Za-z0-9]*")


@dataclass(frozen=True, slots=True)
class FileReference:
    """A file to copy into the working directory."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class RunSpec:
    """One run as the client asks for it, every value of the right type."""

    language_id: str
    source: str
    source_name: str
    """Empty where the language's default is meant."""
    stdin: str
    files: tuple[FileReference, ...]
    parameters: Parameters
    debug: bool | None
    """None where the request does not say."""


class _Body(msgspec.Struct):
    run_spec: Raw = _NULL


class _Fields(msgspec.Struct):
    sourcecode: Raw = _NULL
    language_id: Raw = _NULL
    parameters: Raw = _NULL
    sourcefilename: Raw = _NULL
    file_list: Raw = _NULL
    input: Raw = _NULL
    debug: Raw = _NULL


def parse_run_spec(
    body: bytes, *, known: Mapping[str, Iterable[str]], most_cpu_seconds: int
) -> RunSpec:
    """The run spec of a request body.

    Args:
        body: As it came.
        known: The languages that are present: the parameters that each uses, by its id.
        most_cpu_seconds: A request for more is refused.

    Raises:
        BadRequest: With the reference's text.
    """
    try:
        return _parse(body, known, most_cpu_seconds)
    except NotJson as error:
        raise BadRequest("Non-JSON post data received") from error


def _parse(body: bytes, known: Mapping[str, Iterable[str]], most_cpu_seconds: int) -> RunSpec:
    fields = _fields(body)
    for name in ("sourcecode", "language_id"):
        if coercion.is_null(getattr(fields, name)):
            raise BadRequest(f"run_spec is missing the required attribute '{name}'")
    language_id = _language_id(fields.language_id)
    if language_id not in known:
        raise BadRequest(f"Language '{language_id}' is not known")
    refuse_long_run(fields.parameters, most_cpu_seconds=most_cpu_seconds)
    return RunSpec(
        source_name=_source_name(fields.sourcefilename),
        files=_file_list(fields.file_list),
        language_id=language_id,
        source=_text("sourcecode", fields.sourcecode),
        # PHP takes "0" for empty; clients end input with a newline, so none means it.
        stdin="" if (stdin := _text("input", fields.input)) == "0" else stdin,
        parameters=parse_parameters(fields.parameters, known[language_id]),
        debug=_debug(fields.debug),
    )


def _fields(body: bytes) -> _Fields:
    try:
        run_spec = coercion.decode(body, _Body).run_spec
    except WrongType as error:
        raise BadRequest("Non-JSON post data received") from error
    try:
        return coercion.decode(run_spec, _Fields)
    except WrongType as error:
        raise BadRequest("No run_spec attribute found in post data") from error


def _text(name: str, raw: Raw) -> str:
    try:
        return coercion.text(raw)
    except WrongType as error:
        raise BadRequest(f"run_spec attribute '{name}' must be a string") from error


def _language_id(raw: Raw) -> str:
    # As bytes: PHP lowers ASCII letters only, and the answer quotes the lowered id.
    return _text("language_id", raw).encode().lower().decode()


def _debug(raw: Raw) -> bool | None:
    try:
        return None if coercion.is_null(raw) else coercion.truth(raw)
    except WrongType as error:
        raise BadRequest("run_spec attribute 'debug' must be a boolean") from error


def _source_name(raw: Raw) -> str:
    illegal = BadRequest("The sourcefilename for the run_spec is illegal")
    try:
        if not coercion.truth(raw):
            return ""
        name = coercion.decode(raw, str)
    except WrongType as error:
        raise illegal from error
    data = name.encode()
    if (
        _ILLEGAL_IN_NAME.search(data)
        or data.startswith((b".", b"-"))
        or len(data) > _LONGEST_NAME_BYTES
    ):
        raise illegal
    return "" if name == _LEGACY_NAME else name


def _file_list(raw: Raw) -> tuple[FileReference, ...]:
    if coercion.size(raw) > _LONGEST_FILE_LIST_BYTES:
        raise BadRequest("run_spec attribute 'file_list' is too long")
    try:
        entries: _Entries = coercion.decode(raw, _Entries)  # type: ignore[arg-type] # a union
    except WrongType as error:
        raise BadRequest("run_spec attribute 'file_list' must be an array") from error
    values = entries.values() if isinstance(entries, dict) else entries or ()
    return tuple(map(_file_reference, values))


def _file_reference(entry: object) -> FileReference:
    match entry:
        case [str(file_id), str(name)] | [str(file_id), str(name), _]:
            fits = len(name) <= _LONGEST_NAME_BYTES
            if fits and _FILE_ID.fullmatch(file_id) and _FILE_NAME.fullmatch(name):
                return FileReference(file_id, name)
    raise BadRequest(f"Invalid file specifier: {_dump(entry)}")


def _dump(entry: object) -> str:
    """A value as the reference prints it (PHP's ``print_r``), one level deep."""
    if not isinstance(entry, list):
        return _dump_scalar(entry)
    lines = "".join(f"    [{at}] => {_dump_scalar(value)}\n" for at, value in enumerate(entry))
    return f"Array\n(\n{lines})\n"


def _dump_scalar(value: object) -> str:
    if isinstance(value, list):
        return "Array"
    if isinstance(value, dict):
        return "Object"
    return coercion.text(Raw(msgspec.json.encode(value)))
