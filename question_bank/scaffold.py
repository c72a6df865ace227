"""The sources of a new question: complete, so that it exports, and easy to write over."""

from __future__ import annotations

from pathlib import Path

from question_bank.spec import Language

__all__ = ["KINDS", "scaffold"]

_HEAD = """\
type = "{kind}"
idnumber = "{name}"
mark = 1
{own}
[name]
{names}
"""

_CHOICE = """
# Percentages of right options sum to 100; wrong ones are negative.
[[option]]
text = "`1 + 1 == 2`"
percent = 100

[[option]]
text = "`1 + 1 == 3`"
percent = -100
"""

_MATCHING = """
# Stems are Markdown, answers plain text. proof.py lets the check evaluate each stem.
[[pair]]
stem = "`1 + 1`"
answer = "2"

[[pair]]
stem = "`2 * x`"
answer = "6"

[[pair]]
stem = "`x / 0`"
answer = "ZeroDivisionError"
"""

_PROGRAM = """
# The shown test is the example of the statement.
[[test]]
shown = true
code = "print(double(2))"
expected = "4"

# Without `expected` it is computed from answer.py: python -m question_bank compute {name}
[[test]]
code = "print(double(torch.tensor([1.5, -3.])))"
expected = "tensor([ 3., -6.])"
"""

_OWN = {
    "multichoice": "single = false\n",
    "matching": "",
    "coderunner": 'question_type = "python3_torch"\n',
}
_TABLES = {"multichoice": _CHOICE, "matching": _MATCHING, "coderunner": _PROGRAM}
KINDS = tuple(_TABLES)
"""Types of questions that can be scaffolded."""

_FILES = {
    "multichoice": {},
    "matching": {"proof.py": "x = 3\n"},
    "coderunner": {
        "preload.py": "def double(n):\n    ...\n",
        "answer.py": "def double(n):\n    return 2 * n\n",
        "wrong/squares.py": "def double(n):\n    return n * n\n",
        "right/adds.py": "def double(n):\n    return n + n\n",
    },
}


def scaffold(folder: Path, kind: str, languages: tuple[Language, ...]) -> None:
    """Write a folder with an example question.

    Raises:
        FileExistsError: There is such a folder.
    """
    folder.mkdir(parents=True)
    name = folder.name
    names = "\n".join(f'{language} = "{name}"' for language in languages)
    toml = _HEAD.format(kind=kind, name=name.replace("_", "-"), own=_OWN[kind], names=names)
    files = {"question.toml": toml + _TABLES[kind].replace("{name}", name), **_FILES[kind]}
    for language in languages:
        files[f"statement.{language}.md"] = (
            f"The statement ({language}), with \\(x^2\\) and `code`.\n"
        )
        files[f"feedback.{language}.md"] = f"What a student reads afterwards ({language}).\n"
    for file, text in files.items():
        (folder / file).parent.mkdir(exist_ok=True)
        (folder / file).write_text(text, encoding="utf-8")
