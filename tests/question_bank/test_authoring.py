"""An author's mistake is refused with its file, its line and a remedy."""

from collections.abc import Callable
from pathlib import Path

import pytest

from question_bank.load import BankError, load_bank

BANK = """\
languages = ["en", "ru"]

[question_types]
path = {en = "Types", ru = "Типы"}
info = {en = "Info", ru = "Тема"}

[[category]]
path = {en = "Unit", ru = "Тема"}
info = {en = "Info", ru = "Тема"}
questions = ["choice", "pairs", "program"]
"""
CHOICE = """\
type = "multichoice"
idnumber = "choice"
single = false
name = {en = "Choice", ru = "Выбор"}

[[option]]
text = "yes"
percent = 100

[[option]]
text = "no"
percent = -100
"""
PAIRS = """\
type = "matching"
idnumber = "pairs"
name = {en = "Pairs", ru = "Пары"}

[[pair]]
stem = "a"
answer = "1"

[[pair]]
stem = "b"
answer = "2"

[[pair]]
stem = "c"
answer = "3"
"""
PROGRAM = """\
type = "coderunner"
idnumber = "program"
question_type = "python3"
name = {en = "Program", ru = "Программа"}

[[test]]
code = "print(x)"
expected = "1"
shown = true

[[test]]
code = "print(y)"
expected = "2"
"""
PROTOTYPE = 'built_in = true\nlanguage = "python3"\ncombinator = true\nsplitter = "|-|"\n'

Edit = Callable[[Path], None]


def replace(file: str, old: str, new: str) -> Edit:
    def edit(bank: Path) -> None:
        text = (bank / file).read_text(encoding="utf-8")
        assert old in text
        (bank / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    return edit


def both(first: Edit, second: Edit) -> Edit:
    def edit(bank: Path) -> None:
        first(bank)
        second(bank)

    return edit


def remove(file: str) -> Edit:
    return lambda bank: (bank / file).unlink()


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    """A small bank without mistakes."""
    files = {"bank.toml": BANK, "prototypes/python3/prototype.toml": PROTOTYPE}
    files["prototypes/python3/template.twig"] = "{{ STUDENT_ANSWER }}"
    for name, toml in (("choice", CHOICE), ("pairs", PAIRS), ("program", PROGRAM)):
        files[f"questions/{name}/question.toml"] = toml
        for text in ("statement", "feedback"):
            for language in ("ru", "en"):
                files[f"questions/{name}/{text}.{language}.md"] = "Text."
    files["questions/program/preload.py"] = "x = 1"
    files["questions/program/answer.py"] = "x, y = 1, 2"
    for file, content in files.items():
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(content, encoding="utf-8")
    return tmp_path


def test_the_bank_without_mistakes_is_taken(bank: Path) -> None:
    assert [entry.spec.idnumber for entry in load_bank(bank).entries()] == [
        "choice",
        "pairs",
        "program",
    ]


def test_a_byte_order_mark_is_no_mistake(bank: Path) -> None:
    for file in ("bank.toml", "questions/program/question.toml", "questions/program/answer.py"):
        (bank / file).write_bytes(b"\xef\xbb\xbf" + (bank / file).read_bytes())
    answers = [entry.answer for entry in load_bank(bank).entries()]
    assert answers == ["", "", "x, y = 1, 2"]


PLACES = [
    pytest.param(
        replace("bank.toml", "[[category]]", "[[category]]\ncolour = 1"),
        "bank.toml:8: Object contains unknown field `colour`. Remove it",
        id="unknown key of the bank",
    ),
    pytest.param(
        replace("questions/choice/question.toml", "percent = -100", "percent = -100\nweight = 2"),
        "choice/question.toml:13: Object contains unknown field `weight`. Remove it",
        id="unknown key",
    ),
    pytest.param(
        replace("questions/pairs/question.toml", 'answer = "2"', "answer = 2"),
        "pairs/question.toml:11: Expected `str | object`, got `int`. Correct it",
        id="a number for a text",
    ),
    pytest.param(
        replace("questions/pairs/question.toml", 'answer = "2"\n', ""),
        "pairs/question.toml:9: Object missing required field `answer`. Correct it",
        id="missing key",
    ),
    pytest.param(
        replace("questions/choice/question.toml", "single = false", "single = falsch"),
        "choice/question.toml:3: this is not TOML: Invalid value. Correct it",
        id="not TOML",
    ),
    pytest.param(
        replace("questions/choice/question.toml", ', ru = "Выбор"', ""),
        "choice/question.toml:4: a name has 1 to 255 characters in each language. Write it in ru",
        id="a name without translation",
    ),
    pytest.param(
        remove("questions/choice/statement.ru.md"),
        "choice/statement.ru.md:1: the file is missing. Write it",
        id="a statement without translation",
    ),
    pytest.param(
        replace("questions/choice/statement.en.md", "Text.", "One.\n\nTwo :-)"),
        "choice/statement.en.md:3: Moodle shows :-) as a little picture. Put it into code",
        id="an emoticon in a statement",
    ),
    pytest.param(
        replace("questions/choice/question.toml", '"no"', '"f( )"'),
        "choice/question.toml:11: Moodle shows ( ) as a little picture. Put it into code",
        id="an emoticon in an option",
    ),
    pytest.param(
        replace("questions/choice/statement.en.md", "Text.", "One.\n\a"),
        "choice/statement.en.md:2: XML cannot carry the character U+0007. Remove it",
        id="a character XML lacks",
    ),
    pytest.param(
        lambda bank: (bank / "questions/choice/feedback.en.md").write_bytes(b"a\n\xff"),
        "choice/feedback.en.md:2: this is not UTF-8. Save the file as UTF-8",
        id="not UTF-8",
    ),
    pytest.param(
        replace("questions/pairs/question.toml", 'idnumber = "pairs"', 'idnumber = "choice"'),
        "pairs/question.toml:2: choice has this idnumber too. Choose another",
        id="an idnumber used twice",
    ),
    pytest.param(
        replace("questions/pairs/question.toml", 'idnumber = "pairs"', 'idnumber = " a"'),
        "pairs/question.toml:2: an idnumber has at most 90 characters, no blanks around",
        id="an idnumber with a blank before it",
    ),
    pytest.param(
        replace("questions/choice/question.toml", "percent = -100", "percent = -33"),
        "choice/question.toml:12: Moodle refuses the fraction -33. Use one of its list",
        id="a fraction Moodle lacks",
    ),
    pytest.param(
        replace("questions/choice/question.toml", "percent = 100", "percent = 50"),
        "choice/question.toml:6: the right options sum to 50 percent. Make the positive",
        id="right options below the whole",
    ),
    pytest.param(
        replace("questions/choice/question.toml", "percent = -100", "percent = 0"),
        "choice/question.toml:6: ticking everything earns marks. Give wrong options negative",
        id="ticking everything pays",
    ),
    pytest.param(
        both(
            replace("questions/choice/question.toml", "single = false", "single = true"),
            replace("questions/choice/question.toml", "percent = 100", "percent = 50"),
        ),
        "choice/question.toml:6: no option earns the whole mark. Give the right one 100",
        id="a single choice below the whole",
    ),
    pytest.param(
        replace("questions/choice/question.toml", 'text = "no"', 'text = " "'),
        "choice/question.toml:11: Moodle drops what has no text. Write it in",
        id="an option without text",
    ),
    pytest.param(
        replace(
            "questions/choice/question.toml", "single = false", 'single = false\nnumbering = "a"'
        ),
        "choice/question.toml:4: Moodle knows no such numbering. Use one of abc",
        id="an unknown numbering",
    ),
    pytest.param(
        replace("questions/choice/question.toml", "single = false", "single = false\nmark = -1"),
        "choice/question.toml:4: a mark is not negative. Write a positive one",
        id="a negative mark",
    ),
    pytest.param(
        replace("questions/pairs/question.toml", 'answer = "3"', 'answer = "2"'),
        "pairs/question.toml:5: Moodle wants three different answers. Add pairs",
        id="too few pairs",
    ),
    pytest.param(
        replace("questions/pairs/question.toml", 'stem = "c"', 'stem = ""'),
        "pairs/question.toml:14: Moodle drops what has no text. Write it in",
        id="a pair without stem",
    ),
    pytest.param(
        replace("questions/pairs/question.toml", 'answer = "3"', f'answer = "{"x" * 256}"'),
        "pairs/question.toml:15: an answer must have 1 to 255 characters",
        id="an answer too long for Moodle",
    ),
    pytest.param(
        replace("questions/program/question.toml", '"python3"', '"python4"'),
        "program/question.toml:3: there is no question type python4. Use one of c_function, ",
        id="an unknown question type",
    ),
    pytest.param(
        replace("questions/program/question.toml", "shown = true", "shown = true\nmark = 0"),
        "program/question.toml:10: CodeRunner divides by a test's mark. Write a positive one",
        id="a test that weighs nothing",
    ),
    pytest.param(
        replace("questions/program/question.toml", 'expected = "2"', ""),
        "program/question.toml:11: this test does not say what it expects. Write it, or run",
        id="no expected output",
    ),
    pytest.param(
        replace("bank.toml", '"program"]', "]"),
        "program/question.toml:1: no category has this question. Add",
        id="a folder that would not be exported",
    ),
    pytest.param(
        replace("questions/program/question.toml", 'code = "print(y)"', 'code = ""'),
        "program/question.toml:6: some tests have code and some have none. Give all of them code",
        id="a test without code",
    ),
    pytest.param(
        replace(
            "questions/program/question.toml", 'expected = "2"', 'expected = "2"\nstdin = "\\n"'
        ),
        "program/question.toml:14: Moodle loses a text that is only white space. Leave it empty",
        id="an input Moodle loses",
    ),
    pytest.param(
        replace("questions/program/question.toml", "name =", 'files = ["a.txt"]\nname ='),
        "program/question.toml:4: there is no support file a.txt. Put it into program/",
        id="a support file that is not there",
    ),
    pytest.param(
        replace("questions/program/question.toml", "name =", 'files = ["prog.in"]\nname ='),
        "program/question.toml:4: a server may refuse a support file called prog.in. Use letters",
        id="a support file that Jobe would overwrite",
    ),
    pytest.param(
        remove("questions/program/preload.py"),
        "program/preload.py:1: the file is missing. Write it",
        id="a program without preload",
    ),
    pytest.param(
        remove("prototypes/python3/template.twig"),
        "python3/template.twig:1: the file is missing. Write it",
        id="a question type without template",
    ),
]


@pytest.mark.parametrize(("edit", "message"), PLACES)
def test_a_mistake_is_refused(bank: Path, edit: Edit, message: str) -> None:
    edit(bank)
    with pytest.raises(BankError) as refusal:
        load_bank(bank)
    assert message in str(refusal.value)


def test_every_question_tells_its_own_mistake(bank: Path) -> None:
    remove("questions/choice/statement.ru.md")(bank)
    remove("questions/program/answer.py")(bank)
    with pytest.raises(BankError) as refusal:
        load_bank(bank)
    assert [error.file.name for error in refusal.value.errors] == ["statement.ru.md", "answer.py"]
