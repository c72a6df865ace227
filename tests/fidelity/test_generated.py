"""Programs nobody thought of: hypothesis writes them, cold and warm agree on them."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cells import Bench, Program
from tests.fidelity.twins import assert_same, run_twins

pytestmark = [pytest.mark.cell, pytest.mark.slow]

_PREAMBLE = """
import atexit, gc, os, signal, sys, threading, warnings

gc.set_threshold(10**9)  # docs/fidelity.md: the moment of an automatic collection is not held

class Thing:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("gone", self.name)

    def __repr__(self):
        return f"Thing({self.name!r})"

x = y = 1
"""

_TEXT = st.text(st.characters(codec="utf-8"), max_size=8).map(repr)
_NUMBER = st.one_of(st.integers(-(2**70), 2**70), st.floats(allow_nan=False)).map(repr)
_NAME = st.sampled_from(["x", "y", "missing", "Thing", "__name__", "__file__", "sys.argv"])
_ATOM = st.one_of(_TEXT, _NUMBER, _NAME, st.sampled_from(["None", "[]", "Thing('t')", "input()"]))
_EXPRESSION = st.recursive(
    _ATOM,
    lambda inner: st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from(["+", "*", "/", "%", "<"]), inner),
        st.builds("[{}, {}]".format, inner, inner),
        st.builds("{}[{}]".format, inner, inner),
        st.builds("(lambda z: {})({})".format, inner, inner),
        st.builds("[{} for x in range(3)]".format, inner),
        st.builds('f"{{{}!r:>9}}"'.format, inner),
    ),
    max_leaves=4,
)
_SIMPLE = st.one_of(
    st.builds("print({})".format, _EXPRESSION),
    st.builds("print({}, file=sys.stderr)".format, _EXPRESSION),
    st.builds("x = {}".format, _EXPRESSION),
    st.builds("os.write({}, b'raw')".format, st.sampled_from([1, 2])),
    st.builds("sys.exit({})".format, _EXPRESSION),
    st.builds("raise {}({})".format, st.sampled_from(["ValueError", "SystemExit"]), _EXPRESSION),
    st.builds("atexit.register(lambda: {})".format, _EXPRESSION),
    st.builds("warnings.warn(str({}))".format, _EXPRESSION),
    st.builds("assert {}, {}".format, _EXPRESSION, _EXPRESSION),
    st.sampled_from(
        [
            "pass",
            "del x",
            "os._exit(3)",
            "sys.stdout.flush()",
            "y = [Thing('a'), Thing('b')]",
            "y = Thing('cycle'); y.me = y",
            "signal.raise_signal(signal.SIGUSR1)",
            "print(sys.exc_info()[0])",
            "import missing_module",
        ]
    ),
)


def _block(statements: list[str]) -> str:
    return textwrap.indent("\n".join(statements), "    ")


def _compound(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    blocks = st.lists(inner, min_size=1, max_size=3).map(_block)
    thread = "def {0}():\n{1}\nt = threading.Thread(target={0})\nt.start()\nt.join()"
    return st.one_of(
        st.builds("if {}:\n{}\nelse:\n{}".format, _EXPRESSION, blocks, blocks),
        st.builds("for x in range(2):\n{}".format, blocks),
        st.builds("try:\n{}\nexcept Exception as error:\n{}".format, blocks, blocks),
        st.builds("try:\n{}\nfinally:\n{}".format, blocks, blocks),
        st.builds("def {0}():\n{1}\n{0}()".format, st.sampled_from("fg"), blocks),
        st.builds(thread.format, st.sampled_from("fg"), blocks),
        st.builds("class A:\n{}".format, blocks),
    )


_PROGRAM = st.lists(st.recursive(_SIMPLE, _compound, max_leaves=6), max_size=8).map("\n".join)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    print_blob=True,
)
@given(body=_PROGRAM, stdin=st.text(st.characters(codec="utf-8"), max_size=30))
def test_generated_program_is_the_same_warm(
    bench: Bench, neighbour: Bench, body: str, stdin: str
) -> None:
    program = Program((_PREAMBLE + body).encode(), stdin=stdin.encode())
    assert_same(*run_twins(bench, program, neighbour))


@settings(max_examples=60, deadline=None)
@given(source=st.one_of(st.binary(max_size=40), _PROGRAM.map(lambda text: text[::-1].encode())))
def test_generated_nonsense_fails_the_same_way_warm(
    bench: Bench, neighbour: Bench, source: bytes
) -> None:
    assert_same(*run_twins(bench, Program(source), neighbour))
