"""Markdown to the HTML that survives Moodle's filters: TeX, code, plain parentheses."""

from __future__ import annotations

import re
from collections.abc import MutableMapping, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

__all__ = ["emoticon_in", "fences", "html", "inline_html"]

_TEX = {r"\(": r"\)", r"\[": r"\]"}

# Moodle's emoticon filter turns these into pictures everywhere but in <pre> and
# in spans of the class nolink (lib/classes/emoticon_manager.php of Moodle 4.5).
_EMOTICONS = (
    *(":-)", ":)", ":-D", ";-)", ":-/", "V-.", ":-P", ":-p", "B-)", "^-)", "8-)", ":o)", ":-("),
    *(":(", "8-.", ":-I", ":-X", "8-o", "P-|", "8-[", "(grr)", "xx-P", "|-.", "}-]", "(h)"),
    *("(heart)", "(y)", "(n)", "(martin)", "( )"),
)
_UNTOUCHED = re.compile(r'<pre.*?</pre>|<span class="nolink">.*?</span>', re.DOTALL)


def html(markdown: str) -> str:
    r"""Markdown as HTML.

    ``\(...\)`` and ``\[...\]`` pass through for MathJax; inline code is kept from
    filters that would link or picture it.
    """
    return str(_PARSER.render(markdown)).rstrip("\n")


def inline_html(markdown: str) -> str:
    """One line of Markdown as HTML without a paragraph around it."""
    return str(_PARSER.renderInline(markdown))


def fences(markdown: str, info: str) -> list[tuple[int, str]]:
    """The code of each fence marked ``info``, with the line its code begins on."""
    return [
        (token.map[0] + 2, token.content)
        for token in _PARSER.parse(markdown)
        if token.type == "fence" and token.info == info and token.map
    ]


def emoticon_in(markup: str) -> str | None:
    """The first thing in HTML which Moodle would show as a little picture."""
    exposed = _UNTOUCHED.sub("", markup)
    return next((emoticon for emoticon in _EMOTICONS if emoticon in exposed), None)


def _tex(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    start = state.src[state.pos : state.pos + 2]
    end = state.src.find(_TEX.get(start, "\0"), state.pos + 2)
    if end < 0:
        return False
    if not silent:
        state.push("text", "", 0).content = state.src[state.pos : end + 2]
    state.pos = end + 2
    return True


def _code(
    renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    options: OptionsDict,
    env: MutableMapping[str, Any],
) -> str:
    code = RendererHTML.code_inline(renderer, tokens, index, options, env)
    return f'<span class="nolink">{code}</span>'


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark")
    parser.inline.ruler.before("escape", "tex", _tex)
    parser.add_render_rule("code_inline", _code)
    return parser


_PARSER = _parser()
