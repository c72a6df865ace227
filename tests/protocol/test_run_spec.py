from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobe_torch.cell.layout import HOME_DIRECTORY
from jobe_torch.protocol.errors import BadRequest
from jobe_torch.protocol.limits import MB, Wanted
from jobe_torch.protocol.parameters import COMMON, Parameters
from jobe_torch.protocol.run_spec import FileReference, RunSpec, parse_run_spec

ARGUMENTS = {"compileargs", "linkargs", "interpreterargs", "runargs", "main_class"}
KNOWN = {"python3": COMMON | ARGUMENTS, "c": COMMON}
SPEC: dict[str, Any] = {"language_id": "python3", "sourcecode": "print(1)"}


def parse_bytes(body: bytes) -> RunSpec:
    return parse_run_spec(body, known=KNOWN, most_cpu_seconds=120)


def parse(**changes: object) -> RunSpec:
    return parse_bytes(json.dumps({"run_spec": SPEC | changes}).encode())


def parameters(**given: object) -> Parameters:
    return parse(parameters=given).parameters


def refusal(body: bytes) -> str:
    with pytest.raises(BadRequest) as caught:
        parse_bytes(body)
    assert caught.value.status == 400
    return caught.value.text


def test_a_bare_request_leaves_all_to_defaults() -> None:
    assert parse() == RunSpec(
        language_id="python3",
        source="print(1)",
        source_name="",
        stdin="",
        files=(),
        parameters=Parameters(Wanted()),
        debug=None,
    )


def test_a_full_request() -> None:
    spec = parse(
        sourcefilename="a b.py",
        input="in\n",
        file_list=[["abcdefgh", "f.txt"], ["ABCDEFGH9", "g", True]],
        parameters={"cputime": 7, "runargs": ["x"]},
        debug=True,
        jobeserver="somewhere",
    )
    assert spec == RunSpec(
        language_id="python3",
        source="print(1)",
        source_name="a b.py",
        stdin="in\n",
        files=(FileReference("abcdefgh", "f.txt"), FileReference("ABCDEFGH9", "g")),
        parameters=Parameters(Wanted(cpu_seconds=7), run_args=("x",)),
        debug=True,
    )


NO_JSON = "Non-JSON post data received"
NO_SPEC = "No run_spec attribute found in post data"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        pytest.param(b"", NO_JSON, id="nothing"),
        pytest.param(b"  ", NO_JSON, id="white space"),
        pytest.param(b"hello", NO_JSON, id="words"),
        pytest.param(b'{"run_spec": {', NO_JSON, id="cut off"),
        pytest.param(b"{} {}", NO_JSON, id="two objects"),
        pytest.param(b"\xef\xbb\xbf{}", NO_JSON, id="byte order mark"),
        pytest.param(b'{"run_spec": NaN}', NO_JSON, id="NaN"),
        pytest.param(b'{"a": ' + b"[" * 10**6 + b"]" * 10**6 + b"}", NO_JSON, id="deep nesting"),
        pytest.param(b"null", NO_JSON, id="null"),
        pytest.param(b"42", NO_JSON, id="number"),
        pytest.param(b'"run_spec"', NO_JSON, id="string"),
        pytest.param(b"[]", NO_JSON, id="array"),
        pytest.param(b'{"run_spec": {"sourcecode": "\\ud800"}}', NO_JSON, id="lone surrogate"),
        pytest.param(
            b'{"run_spec": {"language_id": "python3", "sourcecode": "\xff"}}',
            NO_JSON,
            id="no UTF-8",
        ),
        pytest.param(b"{}", NO_SPEC, id="no run_spec"),
        pytest.param(b'{"sourcecode": ""}', NO_SPEC, id="run_spec forgotten"),
        pytest.param(b'{"run_spec": null}', NO_SPEC, id="run_spec null"),
        pytest.param(b'{"run_spec": []}', NO_SPEC, id="run_spec array"),
        pytest.param(b'{"run_spec": "x"}', NO_SPEC, id="run_spec string"),
        pytest.param(b'{"run_spec": 1e999}', NO_SPEC, id="run_spec infinite"),
    ],
)
def test_what_is_no_run_spec_is_refused(body: bytes, text: str) -> None:
    assert refusal(body) == text


WRONG: list[tuple[dict[str, object], str]] = [
    ({"sourcecode": None}, "run_spec is missing the required attribute 'sourcecode'"),
    ({"language_id": None}, "run_spec is missing the required attribute 'language_id'"),
    ({"language_id": "Zork"}, "Language 'zork' is not known"),
    (
        {"parameters": {"cputime": 121}},
        "cputime exceeds maximum allowed on this Jobe server (120 secs)",
    ),
    ({"sourcefilename": "../x"}, "The sourcefilename for the run_spec is illegal"),
    (
        {"file_list": [["abc", "x"]]},
        "Invalid file specifier: Array\n(\n    [0] => abc\n    [1] => x\n)\n",
    ),
    ({"sourcecode": []}, "run_spec attribute 'sourcecode' must be a string"),
]


@pytest.mark.parametrize("at", range(len(WRONG)))
def test_the_first_fault_in_the_references_order_is_told(at: int) -> None:
    spec = dict(SPEC)
    for fault, _ in reversed(WRONG[at:]):
        spec |= fault
    assert refusal(json.dumps({"run_spec": spec}).encode()) == WRONG[at][1]


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"sourcecode": {}}, "run_spec attribute 'sourcecode' must be a string"),
        ({"language_id": ["c"]}, "run_spec attribute 'language_id' must be a string"),
        ({"input": ["a"]}, "run_spec attribute 'input' must be a string"),
        ({"debug": []}, "run_spec attribute 'debug' must be a boolean"),
        ({"language_id": "pythÖn3"}, "Language 'pythÖn3' is not known"),
        ({"language_id": "python3 "}, "Language 'python3 ' is not known"),
        ({"language_id": 3}, "Language '3' is not known"),
        ({"file_list": "abc"}, "run_spec attribute 'file_list' must be an array"),
        ({"file_list": 7}, "run_spec attribute 'file_list' must be an array"),
        ({"file_list": ["abc"]}, "Invalid file specifier: abc"),
        ({"file_list": [None]}, "Invalid file specifier: "),
        ({"file_list": [{"id": 1}]}, "Invalid file specifier: Object"),
        ({"file_list": [[]]}, "Invalid file specifier: Array\n(\n)\n"),
        (
            {"file_list": [[["x"], 5]]},
            "Invalid file specifier: Array\n(\n    [0] => Array\n    [1] => 5\n)\n",
        ),
        ({"file_list": [["x" * 8, "y"]] * 10**5}, "run_spec attribute 'file_list' is too long"),
        ({"parameters": {"x": "y" * 2**20}}, "run_spec attribute 'parameters' is too long"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_other_faults(changes: dict[str, object], text: str) -> None:
    assert refusal(json.dumps({"run_spec": SPEC | changes}).encode()) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (42, "42"),
        (-7, "-7"),
        (1234.5, "1234.5"),
        (0.1 + 0.2, "0.3"),
        (True, "1"),
        (False, ""),
        ("", ""),
    ],
    ids=repr,
)
def test_scalars_become_strings_as_in_php(value: object, text: str) -> None:
    assert parse(sourcecode=value).source == text
    assert parse(input=value).stdin == text


@pytest.mark.parametrize(
    ("value", "stdin"), [(None, ""), ("0", ""), (0, ""), ("0\n", "0\n"), ("é\0", "é\0")], ids=repr
)
def test_standard_input(value: object, stdin: str) -> None:
    assert parse(input=value).stdin == stdin


@pytest.mark.parametrize("language_id", ["PYTHON3", "Python3", "python3"])
def test_language_ids_have_no_case(language_id: str) -> None:
    assert parse(language_id=language_id).language_id == "python3"


@pytest.mark.parametrize(
    ("value", "debug"),
    [
        *((None, None), (True, True), (1, True), ("yes", True)),
        *((False, False), (0, False), ("", False), ("0", False)),
    ],
    ids=repr,
)
def test_debug(value: object, debug: bool | None) -> None:  # noqa: FBT001 - a table's column
    assert parse(debug=value).debug is debug


def test_the_last_of_equal_keys_counts() -> None:
    body = b'{"run_spec":{"language_id":"c","sourcecode":"1","sourcecode":"2"}}'
    assert parse_bytes(body).source == "2"


ILLEGAL_CHARACTERS = [*"<>:\"/|?*#[]@!$&'()+,;={}^~`", *map(chr, range(32)), "\x7f"]


@pytest.mark.parametrize(
    "name",
    [
        *(f"a{character}b.py" for character in ILLEGAL_CHARACTERS),
        *("..", ".", ".hidden", "-c", "à.py", "í.py", "x" * 256, "é" * 128),
        *(42, True, ["x.py"], {"x": 1}),
    ],
    ids=repr,
)
def test_illegal_source_names(name: object) -> None:
    body = json.dumps({"run_spec": SPEC | {"sourcefilename": name}}).encode()
    assert refusal(body) == "The sourcefilename for the run_spec is illegal"


@pytest.mark.parametrize(
    "name",
    [
        "prog",
        "a b.py",
        "x\\y.py",
        "x%41.py",
        "a..b",
        "é.py",
        "漢.py",
        "__tester__.python3",
        "x" * 255,
    ],
)
def test_legal_source_names(name: str) -> None:
    assert parse(sourcefilename=name).source_name == name


@pytest.mark.parametrize("name", [None, "", "0", 0, False, "prog.java"], ids=repr)
def test_names_that_mean_the_default(name: object) -> None:
    assert parse(sourcefilename=name).source_name == ""


@pytest.mark.parametrize("name", [".rc", "-x", "my-data_1.v2.txt", "x" * 255])
def test_legal_file_names(name: str) -> None:
    assert parse(file_list=[["abcdefgh", name]]).files == (FileReference("abcdefgh", name),)


@pytest.mark.parametrize(
    "entry",
    [
        *([f"abcdefg{c}", "f"] for c in ["", "-", "é", "/", "\n", " "]),
        ["abcdefgh\n", "f"],
        *(["abcdefgh", name] for name in ["", ".", "..", "---", "a b", "a/b", "é", "a\nb", "a\n"]),
        *(["abcdefgh", name] for name in [None, 5, ["f"], "x" * 256]),
        *([12345678, "f"], ["abcdefgh"], ["abcdefgh", "f", 1, 2]),
        *({"0": "abcdefgh", "1": "f"}, "abcdefgh", None, 1.5),
    ],
    ids=repr,
)
def test_illegal_file_references(entry: object) -> None:
    body = json.dumps({"run_spec": SPEC | {"file_list": [entry]}}).encode()
    assert refusal(body).startswith("Invalid file specifier: ")


@pytest.mark.parametrize("files", [None, [], {}], ids=repr)
def test_no_files(files: object) -> None:
    assert parse(file_list=files).files == ()


def test_an_object_of_files_is_taken_for_a_list() -> None:
    spec = parse(file_list={"a": ["abcdefgh", "f"]})
    assert spec.files == (FileReference("abcdefgh", "f"),)


@pytest.mark.parametrize("value", [None, [], [1, 2], "abc", 5, True], ids=repr)
def test_parameters_that_are_no_object_are_none(value: object) -> None:
    assert parse(parameters=value).parameters == Parameters(Wanted())


@pytest.mark.parametrize(
    ("name", "field", "value", "result"),
    [
        ("cputime", "cpu_seconds", 0.5, 0.5),
        ("cputime", "cpu_seconds", "3", 3),
        ("cputime", "cpu_seconds", " 1e1 ", 10),
        ("cputime", "cpu_seconds", 120.9, 120.9),
        *(("cputime", "cpu_seconds", bad, None) for bad in ["a", "3; id", "", True, None, [1], {}]),
        ("memorylimit", "memory_bytes", 1, MB),
        ("memorylimit", "memory_bytes", 0, 0),
        ("memorylimit", "memory_bytes", "100.5", 102_912_000),
        ("memorylimit", "memory_bytes", 10**300, 10**9 * MB),
        ("disklimit", "file_bytes", 3, 3 * MB),
        ("disklimit", "file_bytes", -1, -1),
        ("streamsize", "stream_bytes", 0.001, 1024),
        ("streamsize", "stream_bytes", 0, 0),
        ("numprocs", "processes", 5, 5),
        ("numprocs", "processes", 2.5, 2),
        ("numprocs", "processes", 0.5, 0),
        ("numprocs", "processes", -1, -1),
        ("numprocs", "processes", "9" * 400, 10**9),
    ],
    ids=lambda value: str(value)[:20],
)
def test_limits(name: str, field: str, value: object, result: float | None) -> None:
    assert getattr(parameters(**{name: value}).wanted, field) == result


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"cputime": 0}, "parameter 'cputime' must be greater than 0"),
        ({"cputime": -1}, "parameter 'cputime' must be greater than 0"),
        ({"memorylimit": -1}, "parameter 'memorylimit' must not be negative"),
        ({"disklimit": 0}, "parameter 'disklimit' must not be 0"),
        ({"disklimit": -2}, "parameter 'disklimit' must not be negative"),
        ({"streamsize": -1}, "parameter 'streamsize' must not be negative"),
        ({"runargs": None}, "parameter 'runargs' must be a list of strings"),
        ({"runargs": "abc"}, "parameter 'runargs' must be a list of strings"),
        ({"linkargs": {"a": "x"}}, "parameter 'linkargs' must be a list of strings"),
        ({"compileargs": [["x"]]}, "parameter 'compileargs' must be a list of strings"),
        ({"runargs": ["it's"]}, "parameter 'runargs' has an unterminated quoted string"),
        ({"runargs": ["a\0b"]}, "parameter 'runargs' must not contain NUL"),
        ({"interpreterargs": ["x" * 10**5]}, "parameter 'interpreterargs' is too long"),
        ({"main_class": []}, "parameter 'main_class' must be a string"),
        ({"gpu": 2}, "parameter 'gpu' must be 0 or 1"),
        ({"gpu": -1}, "parameter 'gpu' must be 0 or 1"),
        ({"gpu": 0.5}, "parameter 'gpu' must be 0 or 1"),
        ({"gpu": "yes"}, "parameter 'gpu' must be 0 or 1"),
        ({"gpu": " 1"}, "parameter 'gpu' must be 0 or 1"),
        ({"gpu": [1]}, "parameter 'gpu' must be 0 or 1"),
        ({"gpu": {}}, "parameter 'gpu' must be 0 or 1"),
        ({"main_class": "A\0"}, "parameter 'main_class' must not contain NUL"),
    ],
    ids=str,
)
def test_parameters_that_nothing_can_run_under(given: dict[str, object], text: str) -> None:
    assert refusal(json.dumps({"run_spec": SPEC | {"parameters": given}}).encode()) == text


@pytest.mark.parametrize(
    "seconds", ["121", "121.5", '"121"', '"121abc"', "1e3", "1e999", "9" * 500], ids=lambda s: s[:9]
)
def test_too_much_cpu_time_is_refused(seconds: str) -> None:
    body = (
        f'{{"run_spec":{{"language_id":"c","sourcecode":"","parameters":{{"cputime":{seconds}}}}}}}'
    )
    assert refusal(body.encode()).startswith("cputime exceeds maximum")


@pytest.mark.parametrize("value", [1, 1.0, "1", True], ids=repr)
def test_a_gpu_is_asked_for(value: object) -> None:
    assert parameters(gpu=value).gpu


@pytest.mark.parametrize("value", [0, 0.0, "0", "", False, None], ids=repr)
def test_no_gpu_is_asked_for(value: object) -> None:
    assert not parameters(gpu=value).gpu
    assert not parameters().gpu


def test_arguments_are_words_of_the_runs_environment() -> None:
    found = parameters(
        compileargs=["-DA -O2"],
        linkargs=[],
        interpreterargs=['-c "print(\\"x\\")"'],
        runargs=["$HOME", 1, 2.5, True, None],
        main_class="Prog",
    )
    assert found == Parameters(
        Wanted(),
        compile_args=("-DA", "-O2"),
        link_args=(),
        interpreter_args=("-c", 'print("x")'),
        run_args=(HOME_DIRECTORY, "1", "2.5", "1"),
        main_class="Prog",
    )


def test_what_a_language_does_not_use_may_be_anything() -> None:
    given = {name: {"no": ["list", "it's \0"]} for name in ARGUMENTS}
    assert parse(language_id="c", parameters=given).parameters == Parameters(Wanted())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
FIELDS = {
    name: st.text(max_size=9) | JSON
    for name in ("language_id", "sourcecode", "sourcefilename", "input", "file_list", "debug")
}
PARAMETERS = st.fixed_dictionaries(
    {},
    optional={
        name: st.floats() | st.lists(st.text() | JSON, max_size=3) | JSON
        for name in (
            *("cputime", "memorylimit", "disklimit", "streamsize", "numprocs", "main_class"),
            *("compileargs", "linkargs", "interpreterargs", "runargs", "gpu"),
        )
    },
)
SPECS = st.fixed_dictionaries(
    {
        "language_id": st.just("c") | FIELDS.pop("language_id"),
        "sourcecode": FIELDS.pop("sourcecode"),
    },
    optional={**FIELDS, "parameters": PARAMETERS | JSON},
)


def parses_or_refuses(body: bytes) -> None:
    """Any other exception is a server error where the client is at fault."""
    try:
        spec = parse_bytes(body)
    except BadRequest as refused:
        json.dumps(refused.text).encode()
    else:
        assert spec.language_id in KNOWN
        spec.source.encode()


@given(SPECS | JSON)
def test_any_json_is_understood_or_refused(spec: object) -> None:
    parses_or_refuses(json.dumps({"run_spec": spec}).encode())


@given(SPECS, st.data())
def test_damaged_json_is_understood_or_refused(spec: object, data: st.DataObject) -> None:
    body = bytearray(json.dumps({"run_spec": spec}).encode())
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(body) - 1))
        body[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    parses_or_refuses(bytes(body))


@given(st.binary())
def test_any_bytes_are_refused(body: bytes) -> None:
    parses_or_refuses(body)
