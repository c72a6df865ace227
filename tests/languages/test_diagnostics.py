from __future__ import annotations

import pytest

from jobe_torch.languages.java import JAVA
from jobe_torch.languages.octave import OCTAVE
from jobe_torch.languages.php import PHP
from jobe_torch.languages.python3 import PYTHON3


def test_most_tools_tell_errors_on_stderr() -> None:
    assert PYTHON3.compile_text(b"out", b"err") == b"err"
    assert PYTHON3.run_stderr(b"err\r\n\n") == b"err\r\n\n"


def test_php_tells_them_on_both() -> None:
    assert PHP.compile_text(b"Errors\n", b"Parse error\n") == b"Errors\n\nParse error\n"


def test_java_stack_traces_are_indented_by_spaces() -> None:
    assert JAVA.run_stderr(b"boom\n\tat A\tB\n") == b"boom\n        at A\tB\n"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (b"", b""),
        (b"\n\n", b""),
        (b"  \n\t\n", b""),
        (b"a\n \n  b\n  \n\t\n\n", b"a\n \n  b\n"),
        (b"error: boom\r\n\n\n", b"error: boom\n"),
        (b"error: boom", b"error: boom\n"),
        (b"error: a\nerror: ignoring octave_execution_exception x\n", b"error: a\n"),
        (b"error: No such file or directory\n", b""),
        (
            (
                b"error: a\nerror: No such file or directory\n"
                b"error: ignoring octave_execution_exception\n"
            ),
            b"error: a\n",
        ),
        (b"error: No such file or directory: x\n", b"error: No such file or directory: x\n"),
    ],
    ids=repr,
)
def test_octave_complains_about_itself(said: bytes, kept: bytes) -> None:
    assert OCTAVE.run_stderr(said) == kept
