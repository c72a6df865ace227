"""Templates are expanded as CodeRunner's Twig expands them (reference A3, B10)."""

import pytest
from jinja2 import TemplateError

from question_bank.load import load_bank
from question_bank.twig import expand

PYTHON3 = next(prototype for prototype in load_bank().prototypes if prototype.name == "python3")


def test_the_type_python3_expands_as_the_reference_shows() -> None:
    tests = [{"testcode": "print(f(1))"}, {"testcode": "print(f(2))"}]
    answer = "def f(x): return x"
    program = expand(PYTHON3.template, {"STUDENT_ANSWER": answer, "TESTCASES": tests})
    assert program == (
        "def f(x): return x\n"
        "\n"
        '__student_answer__ = """def f(x): return x"""\n'
        "\n"
        'SEPARATOR = "#<ab@17943918#@>#"\n'
        "\n"
        "print(f(1))\n"
        "print(SEPARATOR)\n"
        "print(f(2))\n"
    )


@pytest.mark.parametrize(
    ("template", "text"),
    [
        pytest.param("{{ A | e('py') }}", r"a\"b\\n<", id="escaped for a Python string"),
        pytest.param("{{ A | e }}", "a&quot;b\\n&lt;", id="escaped for HTML by default"),
        pytest.param('{{ "it\'s" | e }}', "it&#039;s", id="an apostrophe as PHP escapes it"),
        pytest.param("{{ A }}", 'a"b\\n<', id="not escaped by itself"),
        pytest.param("{{ S | json_encode }}", r'"\u0436\/\n"', id="JSON as PHP writes it"),
        pytest.param("{% if Z %}\nx{% endif %}\n.", ".", id="one line break after a tag goes"),
        pytest.param("{# c #}\n\n.", "\n.", id="and after a comment"),
        pytest.param("{{ A.b.c }}{{ N }}{{ T }}{{ F }}\n", "1\n", id="PHP's null, true and false"),
    ],
)
def test_expansion(template: str, text: str) -> None:
    variables = {"A": 'a"b\\n<', "S": "ж/\n", "Z": False, "N": None, "T": True, "F": False}
    assert expand(template, variables) == text


def test_a_broken_template_says_so() -> None:
    with pytest.raises(TemplateError):
        expand("{% for %}", {})
