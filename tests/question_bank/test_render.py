"""Markdown must come out of Moodle's filters as its author meant it."""

import pytest

from question_bank.render import emoticon_in, fences, html, inline_html


@pytest.mark.parametrize(
    ("markdown", "markup"),
    [
        pytest.param(r"of \(x_i*y_i*z\)", r"<p>of \(x_i*y_i*z\)</p>", id="no emphasis within TeX"),
        pytest.param(r"\(a\) and \(b*c*d\)", r"<p>\(a\) and \(b*c*d\)</p>", id="two formulas"),
        pytest.param(r"\[ a\,b \]", r"<p>\[ a\,b \]</p>", id="displayed TeX keeps its backslashes"),
        pytest.param(r"\(a < b\)", r"<p>\(a &lt; b\)</p>", id="TeX is still HTML"),
        pytest.param(r"\(open", "<p>(open</p>", id="TeX that is not closed is an escape"),
        pytest.param(
            "`a < b`",
            '<p><span class="nolink"><code>a &lt; b</code></span></p>',
            id="inline code is kept from filters",
        ),
        pytest.param(
            "```python\na < b\n\nc\n```",
            '<pre><code class="language-python">a &lt; b\n\nc\n</code></pre>',
            id="a fence is a block of code",
        ),
    ],
)
def test_markup(markdown: str, markup: str) -> None:
    assert html(markdown) == markup


def test_one_line_has_no_paragraph() -> None:
    assert inline_html("move *b*") == "move <em>b</em>"


@pytest.mark.parametrize("emoticon", [":-)", ":(", "( )", "(y)", "8-)"])
def test_an_emoticon_is_found_in_text(emoticon: str) -> None:
    assert emoticon_in(html(f"text {emoticon} more")) == emoticon


@pytest.mark.parametrize("markdown", ["`f( )`", "```\nf( )\n```", "f(x), 8) and so on"])
def test_code_and_parentheses_are_no_emoticons(markdown: str) -> None:
    assert emoticon_in(html(markdown)) is None


def test_fences_are_found_with_the_line_of_their_code() -> None:
    markdown = "text\n\n```python\na\nb\n```\n\n```text\nc\n```\n"
    assert fences(markdown, "python") == [(4, "a\nb\n")]
