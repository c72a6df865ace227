from __future__ import annotations

import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobe_torch.protocol.words import UnterminatedQuote, split

ENVIRONMENT = {"HOME": "/tmp/home", "EMPTY": "", "A1": "x"}


@pytest.mark.parametrize(
    ("pieces", "words"),
    [
        pytest.param([], (), id="nothing"),
        pytest.param(["one", "two"], ("one", "two"), id="one word each"),
        pytest.param(["a b"], ("a", "b"), id="a piece is split at spaces"),
        pytest.param(["a  \t\n b "], ("a", "b"), id="white space is no word"),
        pytest.param(["'a b'", '"c d"'], ("a b", "c d"), id="quotes keep spaces"),
        pytest.param(["'a", "b'"], ("a b",), id="a quote goes on in the next piece"),
        pytest.param(["a'b'\"c\"d"], ("abcd",), id="adjacent parts are one word"),
        pytest.param(["''", '""'], ("", ""), id="empty quotes are empty words"),
        pytest.param([r"a\ b", r"\'", r"\\"], ("a b", "'", "\\"), id="a backslash escapes"),
        pytest.param(["\\"], ("\\",), id="a last backslash is itself"),
        pytest.param(["a\\\nb"], ("ab",), id="an escaped newline is nothing"),
        pytest.param([r"'a\b'"], (r"a\b",), id="single quotes escape nothing"),
        pytest.param(
            [r'"\$ \` \" \\ \n"'], (r"$ ` " + '" \\ \\n',), id="double quotes escape some"
        ),
        pytest.param(["$HOME", "${HOME}x"], ("/tmp/home", "/tmp/homex"), id="variables"),
        pytest.param(['"$HOME"', "'$HOME'"], ("/tmp/home", "$HOME"), id="variables in quotes"),
        pytest.param([r"\$HOME", r'"\$HOME"'], ("$HOME", "$HOME"), id="escaped variables"),
        pytest.param(
            ["$UNSET", "$EMPTY", "a${UNSET}b"], ("ab",), id="an empty variable is no word"
        ),
        pytest.param(['"$UNSET"'], ("",), id="a quoted empty variable is one"),
        pytest.param(["$", "a$", "$1 $- ${1-x}"], ("$", "a$", "$1", "$-", "${1-x}"), id="a mere $"),
        pytest.param(
            ["a; b | c > d & e < f", "$(g)", "`h`", "*.py", "~", "#i"],
            ("a;", "b", "|", "c", ">", "d", "&", "e", "<", "f", "$(g)", "`h`", "*.py", "~", "#i"),
            id="operators, substitution, globs, tilde and comments are text",
        ),
        pytest.param(['-c "print(\\"Hi\\")"'], ("-c", 'print("Hi")'), id="two words in one piece"),
        pytest.param(
            ["username='o'\\''brien'"], ("username=o'brien",), id="as preprocessors quote"
        ),
        pytest.param(["é", "漢"], ("é", "漢"), id="any letters"),
    ],
)
def test_words_of_an_argument_list(pieces: list[str], words: tuple[str, ...]) -> None:
    assert split(pieces, ENVIRONMENT) == words


@pytest.mark.parametrize("text", ["it's", 'say "no', "'", '"\\"'])
def test_an_open_quote_is_refused(text: str) -> None:
    with pytest.raises(UnterminatedQuote):
        split([text], ENVIRONMENT)


# What both read alike: no operators, no globs, no word that begins with # or ~,
# no newline outside of quotes (it ends a shell's command).
_ATOMS = st.sampled_from(
    [
        "a",
        "b-c",
        " ",
        "  ",
        "\t",
        "'",
        '"',
        "\\",
        "\\\\",
        "$HOME",
        "${HOME}",
        "$UNSET",
        "é",
        "=",
        ":",
    ]
)


@given(st.lists(_ATOMS, max_size=12).map("".join))
def test_a_shell_reads_the_same_words(text: str) -> None:
    shell = subprocess.run(
        ["/bin/sh", "-c", f"printf '%s\\0' x {text}"],
        env=ENVIRONMENT,
        capture_output=True,
        check=False,
    )
    try:
        words = split([text], ENVIRONMENT)
    except UnterminatedQuote:
        assert shell.returncode != 0 or text.endswith("\\")
    else:
        assert shell.stdout.decode().split("\0")[1:-1] == list(words)
